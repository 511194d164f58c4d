//! The names of a program as Python's own texts, made once, so that nothing is looked up by text while records are
//! evaluated.

use assize::model::ids::{CategoryId, FieldId, RecordId};
use assize::model::program::{Category, Field, FieldKind, Program, Record, State};
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::sync::Arc;

/// The names of a program.
pub struct Vocabulary {
    pub program: Arc<Program>,
    records: Vec<RecordWords>,
    categories: Vec<CategoryWords>,
    states: Vec<Py<PyString>>,
}

/// The names of a record.
pub struct RecordWords {
    pub id: RecordId,
    /// The fields that are to be looked for in a dict.
    pub fields: Vec<FieldWords>,
    /// The categories of the record.
    pub categories: Vec<CategoryId>,
    /// The heading of its key.
    pub key: Option<Py<PyString>>,
    /// The records of its children, each with the field that names the parent.
    pub children_by: Vec<(RecordId, FieldId)>,
}

/// The names of a field.
pub struct FieldWords {
    pub id: FieldId,
    pub kind: FieldKind,
    /// The heading in the data.
    pub heading: Py<PyString>,
    /// The second heading, of a range in a pair of columns.
    pub upper: Option<Py<PyString>>,
    /// Its name, where that is another and the heading of no other field.
    pub name: Option<Py<PyString>>,
    /// The headings of the reasons for which it is missing.
    pub reasons: Vec<Py<PyString>>,
    /// Whether it must have a value. The key need not: a session evaluates a record that nobody has to find again.
    pub must: bool,
    /// Whether it is the key, and need not have a value.
    pub key: bool,
    /// Whether children name their parent by it.
    pub by: bool,
    /// Whether a value of its own type means itself: no text of the record means that there is none.
    pub direct: bool,
}

/// The names of a category.
pub struct CategoryWords {
    codes: Vec<Py<PyString>>,
    none: Py<PyString>,
    pub criteria: Vec<Py<PyString>>,
}

/// What the heading of a column of reasons ends in.
const MISSING: &str = "__missing";

impl Vocabulary {
    pub fn new(py: Python<'_>, program: &Arc<Program>) -> Self {
        let records = (0..program.records.len()).map(RecordId::from_index);
        let records = records.filter_map(|id| Some(record_words(py, program, id, program.record(id)?)));
        Self {
            records: records.collect(),
            categories: program.categories.iter().map(|category| category_words(py, program, category)).collect(),
            states: State::ALL.iter().map(|state| word(py, state.word())).collect(),
            program: Arc::clone(program),
        }
    }

    /// The record of a name.
    #[inline]
    pub fn record_named(&self, name: &str) -> Option<&RecordWords> {
        let at = self.program.records.iter().position(|record| *record.heading.name == *name)?;
        self.records.get(at)
    }

    /// A record.
    #[inline]
    pub fn record(&self, id: RecordId) -> Option<&RecordWords> {
        self.records.get(id.index())
    }

    /// A category.
    #[inline]
    pub fn category(&self, id: CategoryId) -> Option<&CategoryWords> {
        self.categories.get(id.index())
    }

    /// The word of a state.
    #[inline]
    pub fn state(&self, state: State) -> Option<&Py<PyString>> {
        self.states.get(state as usize)
    }
}

impl CategoryWords {
    /// The name of a code; `none` for no code.
    #[inline]
    pub fn code(&self, code: assize::model::ids::Code) -> &Py<PyString> {
        self.codes.get(code.index()).unwrap_or(&self.none)
    }
}

fn word(py: Python<'_>, text: &str) -> Py<PyString> {
    PyString::intern(py, text).unbind()
}

fn headings(field: &Field) -> Vec<&str> {
    let stated: Vec<&str> = field.from.iter().map(|from| from.trim()).collect();
    if stated.is_empty() { vec![&field.heading.name] } else { stated }
}

fn record_words(py: Python<'_>, program: &Program, id: RecordId, record: &Record) -> RecordWords {
    let taken: Vec<&str> = record.fields.iter().flat_map(headings).collect();
    let is_key = |at: usize| record.key.is_some_and(|key| key.index() == at);
    let looked_for = |(at, field): &(usize, &Field)| {
        let many = matches!(field.kind, FieldKind::Many { .. });
        many || field.read || field.required || is_key(*at) || names_parent(program, id, *at)
    };
    let fields = record.fields.iter().enumerate().filter(looked_for).map(|(at, field)| {
        let headings = headings(field);
        let name = &*field.heading.name;
        let heading = headings.first().copied().unwrap_or(name);
        let pair = matches!(field.kind, FieldKind::Range(_));
        let mut reasons = vec![word(py, &format!("{heading}{MISSING}"))];
        if heading != name {
            reasons.push(word(py, &format!("{name}{MISSING}")));
        }
        FieldWords {
            id: FieldId::from_index(at),
            kind: field.kind,
            heading: word(py, heading),
            upper: headings.get(1).filter(|_| pair).map(|upper| word(py, upper)),
            name: (!taken.contains(&name)).then(|| word(py, name)),
            reasons: if matches!(field.kind, FieldKind::Many { .. }) { Vec::new() } else { reasons },
            must: field.required,
            key: is_key(at) && !field.required,
            by: names_parent(program, id, at),
            direct: record.missing.is_empty(),
        }
    });
    let categories = (0..program.categories.len()).map(CategoryId::from_index);
    let of = |category: &CategoryId| program.category(*category).is_some_and(|category| category.record == id);
    let key = record.key.and_then(|key| record.fields.get(key.index()));
    let key = key.and_then(|key| headings(key).first().map(|heading| word(py, heading)));
    let children_by = record.fields.iter().filter_map(|field| match field.kind {
        FieldKind::Many { record, by } => Some((record, by)),
        _ => None,
    });
    RecordWords {
        id,
        fields: fields.collect(),
        categories: categories.filter(of).collect(),
        key,
        children_by: children_by.collect(),
    }
}

/// Whether children of some record name their parent by this field.
fn names_parent(program: &Program, id: RecordId, at: usize) -> bool {
    let mut fields = program.records.iter().flat_map(|record| &record.fields);
    fields.any(|field| matches!(field.kind, FieldKind::Many { record, by } if record == id && by.index() == at))
}

fn category_words(py: Python<'_>, program: &Program, category: &Category) -> CategoryWords {
    let codes = program.list(category.list).map_or(&[][..], |list| &list.codes);
    CategoryWords {
        codes: codes.iter().map(|code| word(py, &code.heading.name)).collect(),
        none: word(py, "none"),
        criteria: category.criteria().map(|(_, criterion)| word(py, &criterion.heading.name)).collect(),
    }
}
