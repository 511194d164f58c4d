//! The outcome of one record as JSON: the object that stands for it among the rows of the whole result, without blanks.
//!
//! ```text
//! {"key":"P-0001","value":"B","state":"provisional","because":["repeat_charge"],"possible":["B","A"],"missing":["felon"],"error":null}
//! ```
//!
//! Members, their order and their names are those of [`crate::json`]; only the line ends and the blanks between them are
//! not there.

use assize::eval::outcome::{Chosen, FieldPath};
use assize::eval::row::{Outcome, RowError};
use assize::model::absence::Absence;
use assize::model::bounds::CodeSet;
use assize::model::ids::{CategoryId, Code, FieldId, ScopeId};
use assize::model::program::{Program, State};
use std::sync::Arc;

/// Texts of errors that are kept; there are few of them, but each names a place in the rules.
const ERRORS_KEPT: usize = 256;

/// Writes outcomes of one category. All names are made once; once it has met what there is to meet, writing allocates
/// nothing but what the output grows by.
#[derive(Debug, Clone)]
pub struct Writer {
    program: Arc<Program>,
    category: CategoryId,
    /// Whether the category has responses.
    responds: bool,
    /// By code, and last of no code.
    codes: Vec<CodeTexts>,
    /// Each criterion's name, after a comma.
    criteria: Vec<Box<[u8]>>,
    /// By scope and field: the field's name as the record reaches it, after a comma.
    fields: Vec<Vec<Box<[u8]>>>,
    errors: Vec<KnownError>,
}

/// The text of an error that was met.
#[derive(Debug, Clone)]
struct KnownError {
    absence: Absence,
    /// Of a conflict, the criteria that are true.
    because: Box<[u16]>,
    text: Box<[u8]>,
}

/// What is written of a code.
#[derive(Debug, Clone)]
struct CodeTexts {
    /// Its name, after a comma.
    name: Box<[u8]>,
    /// From the end of the key to the reasons, where it is the value.
    decided: Box<[u8]>,
    provisional: Box<[u8]>,
    /// From the reasons to the end, where it is decided.
    end: Box<[u8]>,
}

impl CodeTexts {
    fn new(name: &str) -> Self {
        let mut quoted = Vec::new();
        quote(name, &mut quoted);
        let name = String::from_utf8_lossy(&quoted).into_owned();
        let value =
            |state: State| format!(",\"value\":{name},\"state\":\"{}\",\"because\":[", state.word()).into_bytes();
        Self {
            name: format!(",{name}").into_bytes().into(),
            decided: value(State::Decided).into(),
            provisional: value(State::Provisional).into(),
            end: format!("],\"possible\":[{name}],\"missing\":[],\"error\":null}}").into_bytes().into(),
        }
    }
}

impl Writer {
    /// A writer of a category's outcomes; `None` when the program has no such category.
    pub fn new(program: &Arc<Program>, category: CategoryId) -> Option<Self> {
        let of = program.category(category)?;
        let list = program.list(of.list)?;
        let after_comma = |name: &str| {
            let mut out = vec![b','];
            quote(name, &mut out);
            out.into_boxed_slice()
        };
        let mut codes: Vec<CodeTexts> = list.codes.iter().map(|code| CodeTexts::new(&code.heading.name)).collect();
        codes.push(CodeTexts::new(list.name(Code::NONE)));
        let root = program.record(of.record)?.root;
        let fields = (0..program.scopes.len()).map(|at| {
            let names = field_names(program, ScopeId::from_index(at), root);
            names.iter().map(|path| after_comma(&path.name(program, of.record))).collect()
        });
        Some(Self {
            category,
            responds: assize::actions(program, category).next().is_some(),
            codes,
            criteria: of.criteria().map(|(_, criterion)| after_comma(&criterion.heading.name)).collect(),
            fields: fields.collect(),
            errors: Vec::new(),
            program: Arc::clone(program),
        })
    }

    /// Writes the outcome of the record that is known by a key; of records without a key, that is its number. Where a
    /// record's key could not be read, there is none.
    ///
    /// # Errors
    /// [`RowError::OtherRecord`], when it is not an outcome of the writer's category.
    pub fn write(&mut self, outcome: &mut Outcome<'_>, key: Option<&str>, out: &mut Vec<u8>) -> Result<(), RowError> {
        self.write_outcome(outcome, key, out)?;
        if self.responds {
            let answers = assize::answers_of(&self.program, self.category, outcome);
            let answers: Vec<_> = answers.iter().map(crate::json::answer).collect();
            let listed = serde_json::to_vec(&answers).map_err(|_| RowError::OtherRecord)?;
            // Before the brace that ends the object.
            out.pop();
            out.extend_from_slice(b",\"responses\":");
            out.extend_from_slice(&listed);
            out.push(b'}');
        }
        Ok(())
    }

    fn write_outcome(
        &mut self,
        outcome: &mut Outcome<'_>,
        key: Option<&str>,
        out: &mut Vec<u8>,
    ) -> Result<(), RowError> {
        if !std::ptr::eq(outcome.program(), &*self.program) || outcome.category() != Some(self.category) {
            return Err(RowError::OtherRecord);
        }
        out.extend_from_slice(b"{\"key\":");
        match key {
            Some(key) => quote(key, out),
            None => out.extend_from_slice(b"null"),
        }
        let state = outcome.state();
        let chosen = outcome.chosen();
        match (chosen, state) {
            (Chosen::One(code), State::Decided) => {
                let Some(texts) = self.code(code) else { return Err(RowError::NoCode) };
                out.extend_from_slice(&texts.decided);
                self.because(outcome, out);
                if outcome.possible() == CodeSet::of(code) {
                    out.extend_from_slice(&texts.end);
                    return Ok(());
                }
            }
            (Chosen::One(code), State::Provisional) => {
                let Some(texts) = self.code(code) else { return Err(RowError::NoCode) };
                out.extend_from_slice(&texts.provisional);
                self.because(outcome, out);
            }
            _ => {
                out.extend_from_slice(b",\"value\":");
                match chosen {
                    Chosen::Nothing => out.extend_from_slice(b"null"),
                    Chosen::One(code) => out.extend_from_slice(self.code(code).map_or(b"", |texts| after(&texts.name))),
                    Chosen::Many(codes) => {
                        out.push(b'[');
                        self.codes(codes, out);
                        out.push(b']');
                    }
                }
                out.extend_from_slice(b",\"state\":\"");
                out.extend_from_slice(state.word().as_bytes());
                out.extend_from_slice(b"\",\"because\":[");
                self.because(outcome, out);
            }
        }
        out.extend_from_slice(b"],\"possible\":[");
        self.codes(outcome.possible(), out);
        out.extend_from_slice(b"],\"missing\":[");
        let places = outcome.missing_places().iter();
        let names = places.filter_map(|(scope, field)| self.fields.get(scope.index())?.get(field.index()));
        listed(names.map(|name| &**name), out);
        out.extend_from_slice(b"],\"error\":");
        match outcome.error() {
            None => out.extend_from_slice(b"null"),
            Some(absence) => self.error(absence, outcome, out),
        }
        out.push(b'}');
        Ok(())
    }

    fn code(&self, code: Code) -> Option<&CodeTexts> {
        if code == Code::NONE { self.codes.last() } else { self.codes.get(code.index()) }
    }

    fn because(&self, outcome: &Outcome<'_>, out: &mut Vec<u8>) {
        let names = outcome.because().filter_map(|at| self.criteria.get(usize::from(at)));
        listed(names.map(|name| &**name), out);
    }

    fn codes(&self, codes: CodeSet, out: &mut Vec<u8>) {
        listed(codes.iter().filter_map(|code| self.code(code)).map(|texts| &*texts.name), out);
    }

    /// Writes what went wrong.
    #[cold]
    fn error(&mut self, absence: Absence, outcome: &Outcome<'_>, out: &mut Vec<u8>) {
        let is_known =
            |known: &&KnownError| known.absence == absence && outcome.because().eq(known.because.iter().copied());
        if let Some(known) = self.errors.iter().find(is_known) {
            return out.extend_from_slice(&known.text);
        }
        let because: Vec<u16> = outcome.because().collect();
        let mut text = Vec::new();
        quote(&crate::json::error(&self.program, self.category, absence, &because), &mut text);
        out.extend_from_slice(&text);
        if self.errors.len() < ERRORS_KEPT {
            self.errors.push(KnownError { absence, because: because.into(), text: text.into() });
        }
    }
}

/// Writes one outcome; for more than one, make a [`Writer`].
///
/// # Errors
/// [`RowError::OtherRecord`], when it is not an outcome of the program.
pub fn write(
    program: &Arc<Program>,
    outcome: &mut Outcome<'_>,
    key: Option<&str>,
    out: &mut Vec<u8>,
) -> Result<(), RowError> {
    let category = outcome.category().ok_or(RowError::OtherRecord)?;
    Writer::new(program, category).ok_or(RowError::OtherRecord)?.write(outcome, key, out)
}

/// The fields of a scope, as the record of a scope above it, or of itself, reaches them; none of other scopes.
fn field_names(program: &Program, scope: ScopeId, root: ScopeId) -> Vec<FieldPath> {
    let mut many = Vec::new();
    let mut at = scope;
    while let Some((parent, field)) = program.scope(at).and_then(|scope| scope.parent) {
        many.push(field);
        at = parent;
    }
    many.reverse();
    let record = program.scope(scope).and_then(|scope| scope.record).filter(|_| at == root);
    let Some(record) = record else { return Vec::new() };
    let fields = program.record(record).map_or(0, |record| record.fields.len());
    let path = |field| FieldPath { many: many.clone(), record, field: FieldId::from_index(field) };
    (0..fields).map(path).collect()
}

/// What comes after the comma of a name.
fn after(name: &[u8]) -> &[u8] {
    name.get(1..).unwrap_or(&[])
}

/// Writes names, each of which begins with a comma, as a list.
fn listed<'a>(mut names: impl Iterator<Item = &'a [u8]>, out: &mut Vec<u8>) {
    if let Some(first) = names.next() {
        out.extend_from_slice(after(first));
        names.for_each(|name| out.extend_from_slice(name));
    }
}

/// Writes a text in quotes.
fn quote(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    if text.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        escape(text, out);
    } else {
        out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
}

#[cold]
fn escape(text: &str, out: &mut Vec<u8>) {
    for byte in text.bytes() {
        let short = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            0x09 => b't',
            0x0a => b'n',
            0x0c => b'f',
            0x0d => b'r',
            0x00..0x20 => {
                let digit = |value: u8| if value < 10 { b'0' + value } else { b'a' + value - 10 };
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
                continue;
            }
            _ => {
                out.push(byte);
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', short]);
    }
}
