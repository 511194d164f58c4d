//! Cells to a session's fields: the same meaning, codes and words as the readers of files have.

use super::plan::{CodeText, FieldPlan, Kind};
use super::words::{Words, nearest};
use assize_eval::row::{RowError, RowId, Session};
use assize_io::codes::{NOT_A_REASON, VALUE_AND_REASON};
use assize_io::{FAULTS_KEPT, RowFault};
use assize_model::absence::Reason;
use assize_model::ids::{Code, RecordId};
use assize_model::read::{self, Ends, KEY_ABSENT, NOT_A_CODE, REQUIRED_ABSENT, ReadError, Shown, WRONG_TYPE};
use assize_model::text::trim;
use rustc_hash::FxHasher;
use std::fmt::Display;
use std::hash::{Hash, Hasher};

/// What stands between the members of a [`Cell::List`]: a control character that text has no use for.
pub const UNIT: &str = "\u{1f}";
/// Comparisons for suggestions, at most, of one record.
pub const COMPARISONS: usize = 1 << 20;

/// One cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Text; empty for nothing.
    Text(&'a str),
    /// Members, each followed by [`UNIT`].
    List(&'a str),
    /// A value of a kind that no field takes.
    Object,
}

/// What came of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Got {
    /// A value. Of a key: a number that equal keys share, and different ones mostly do not.
    Value(u64),
    /// None: it is missing, or could not be read.
    Nothing,
}

/// Why a cell gives no value.
enum Bad {
    Missing(Reason),
    Read(ReadError),
    NotACode,
    Object,
    List,
    Row(RowError),
}

impl From<ReadError> for Bad {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

impl From<RowError> for Bad {
    fn from(error: RowError) -> Self {
        Self::Row(error)
    }
}

/// Lists that are used again for every cell.
#[derive(Debug, Clone, Default)]
pub struct Sets {
    codes: Vec<Code>,
    /// Parts of a text: where they begin and end.
    parts: Vec<(u32, u32)>,
}

/// Takes the faults of one row.
pub struct Sink<'f> {
    pub faults: &'f mut Vec<RowFault>,
    pub record: RecordId,
    /// The row's number, from 1.
    pub row: u64,
    /// Faults of the record's rows so far.
    pub count: &'f mut usize,
    /// Comparisons left for suggestions.
    pub budget: &'f mut usize,
}

impl Sink<'_> {
    #[cold]
    fn add(&mut self, field: &FieldPlan, fault: impl FnOnce(&mut usize) -> (&'static str, String)) {
        *self.count += 1;
        if *self.count > FAULTS_KEPT {
            return;
        }
        let (code, message) = fault(self.budget);
        let Self { record, row, .. } = *self;
        self.faults.push(RowFault { record, row, key: None, field: Some(field.id), code, message });
    }
}

/// Reads a cell into a field of a row; `beside` is the reason stated for a missing value.
pub fn cell(
    session: &mut Session,
    row: RowId,
    field: &FieldPlan,
    cell: Cell<'_>,
    beside: Option<&str>,
    sets: &mut Sets,
    sink: &mut Sink<'_>,
) -> Result<Got, RowError> {
    let got = match cell {
        Cell::Text(text) => {
            let text = trim(text);
            if text.is_empty() {
                Err(Bad::Missing(Reason::Unknown))
            } else if let Some(reason) = (!field.reasons.is_empty()).then(|| field.reasons.get(text)).flatten() {
                Err(Bad::Missing(reason))
            } else {
                put(session, row, field, text, sets)
            }
        }
        Cell::List(text) => match &field.kind {
            Kind::Codes(texts, _) => codes(session, row, field, texts, text, Some(UNIT), sets),
            Kind::Texts(_) => texts_of(session, row, field, text, Some(UNIT), sets),
            // Of what only has to be there, the shape does not matter.
            Kind::Present => return session.set_present_at(row, field.id).map(|()| Got::Value(0)),
            _ => Err(Bad::List),
        },
        Cell::Object if matches!(field.kind, Kind::Present) => {
            return session.set_present_at(row, field.id).map(|()| Got::Value(0));
        }
        Cell::Object => Err(Bad::Object),
    };
    // The shape is looked at first: what is said beside a value of a wrong shape is not.
    let got = match (&got, beside) {
        (Err(Bad::Object | Bad::List | Bad::Row(_)), _) | (_, None) => got,
        _ => weighed(got, cell, beside),
    };
    settle(session, row, field, cell, got, sink)
}

/// Reads the two cells of a range into a field of a row.
pub fn pair(
    session: &mut Session,
    row: RowId,
    field: &FieldPlan,
    (low, high): (Cell<'_>, Cell<'_>),
    beside: Option<&str>,
    sink: &mut Sink<'_>,
) -> Result<Got, RowError> {
    let got = match (low, high) {
        (Cell::Text(low), Cell::Text(high)) => match &field.kind {
            Kind::IntegerPair | Kind::IntegerRange => ends(field, low, high, read::integer).and_then(|(low, high)| {
                session.set_integer_range_at(row, field.id, low, high)?;
                Ok(0)
            }),
            _ => ends(field, low, high, read::decimal).and_then(|(low, high)| {
                session.set_decimal_range_at(row, field.id, low, high)?;
                Ok(0)
            }),
        },
        (Cell::Text(_), Cell::List(_)) | (Cell::List(_), _) => Err(Bad::List),
        (Cell::Text(_), Cell::Object) | (Cell::Object, _) => Err(Bad::Object),
    };
    let got = match got {
        Err(Bad::Object | Bad::List | Bad::Row(_)) => got,
        got => weighed(got, low, beside),
    };
    settle(session, row, field, low, got, sink)
}

/// Leaves a field of a row without a value, for no reason that is stated.
#[cold]
pub fn absent(session: &mut Session, row: RowId, field: &FieldPlan, sink: &mut Sink<'_>) -> Result<Got, RowError> {
    settle(session, row, field, Cell::Text(""), Err(Bad::Missing(Reason::Unknown)), sink)
}

/// Leaves a field of a row without a value, for a reason.
pub fn missing(
    session: &mut Session,
    row: RowId,
    field: &FieldPlan,
    reason: Reason,
    sink: &mut Sink<'_>,
) -> Result<Got, RowError> {
    settle(session, row, field, Cell::Text(""), Err(Bad::Missing(reason)), sink)
}

#[inline]
fn settle(
    session: &mut Session,
    row: RowId,
    field: &FieldPlan,
    cell: Cell<'_>,
    got: Result<u64, Bad>,
    sink: &mut Sink<'_>,
) -> Result<Got, RowError> {
    match got {
        Ok(hash) => return Ok(Got::Value(hash)),
        Err(Bad::Row(error)) => return Err(error),
        Err(Bad::Missing(reason)) if !field.required && !field.key => {
            session.set_missing_at(row, field.id, reason)?;
        }
        Err(bad) => {
            session.set_unreadable_at(row, field.id)?;
            sink.add(field, |budget| describe(field, cell, bad, budget));
        }
    }
    Ok(Got::Nothing)
}

#[cold]
fn describe(field: &FieldPlan, cell: Cell<'_>, bad: Bad, budget: &mut usize) -> (&'static str, String) {
    let words = field.kind.words();
    match bad {
        Bad::Read(error) => (error.code, error.message),
        Bad::Missing(_) if field.key => (KEY_ABSENT, format!("the key `{}` is absent", field.name)),
        Bad::Missing(_) => (REQUIRED_ABSENT, format!("`{}` is required and is absent", field.name)),
        Bad::Object => (WRONG_TYPE, format!("an object cannot be read as {words}")),
        Bad::List => (WRONG_TYPE, format!("a list cannot be read as {words}")),
        Bad::Row(error) => (WRONG_TYPE, error.to_string()),
        Bad::NotACode => match (&field.kind, cell) {
            (Kind::Code(texts) | Kind::Codes(texts, _), Cell::Text(text) | Cell::List(text)) => {
                let separator = match &field.kind {
                    _ if matches!(cell, Cell::List(_)) => Some(UNIT),
                    Kind::Codes(_, separator) => separator.as_deref(),
                    _ => None,
                };
                not_a_code(texts, trim(text), separator, budget)
            }
            _ => (NOT_A_CODE, "not a code".into()),
        },
    }
}

/// What a cell comes to with the reason that may be stated beside it.
fn weighed(got: Result<u64, Bad>, cell: Cell<'_>, beside: Option<&str>) -> Result<u64, Bad> {
    match (got, stated(beside)) {
        (_, Err(error)) => Err(Bad::Read(error)),
        (Ok(value), Ok(None)) => Ok(value),
        (Ok(_), Ok(Some(reason))) => Err(Bad::Read(both(cell, reason))),
        (Err(Bad::Missing(reason)), Ok(stated)) => Err(Bad::Missing(stated.unwrap_or(reason))),
        (Err(bad), Ok(_)) => Err(bad),
    }
}

fn stated(beside: Option<&str>) -> Result<Option<Reason>, ReadError> {
    let text = trim(beside.unwrap_or(""));
    if text.is_empty() {
        return Ok(None);
    }
    Reason::from_word(text).map(Some).ok_or_else(|| {
        let words: Vec<String> = Reason::ALL.iter().map(|reason| format!("`{reason}`")).collect();
        let message = format!("{} is not a reason for a missing value: {}", Shown(text), words.join(", "));
        ReadError { code: NOT_A_REASON, message }
    })
}

#[cold]
fn both(cell: Cell<'_>, reason: Reason) -> ReadError {
    let message = match cell {
        Cell::Text(text) => {
            format!("there is a value, {}, and a reason why there is none: `{reason}`", Shown(trim(text)))
        }
        _ => format!("there is a value, and a reason why there is none: `{reason}`"),
    };
    ReadError { code: VALUE_AND_REASON, message }
}

/// Puts the value of a text, trimmed and not empty, into a field.
fn put(session: &mut Session, row: RowId, field: &FieldPlan, text: &str, sets: &mut Sets) -> Result<u64, Bad> {
    let id = field.id;
    let key = field.key;
    match &field.kind {
        Kind::Boolean => {
            let value = read::boolean(text)?;
            session.set_boolean_at(row, id, value)?;
            Ok(u64::from(value))
        }
        Kind::Integer => {
            let value = read::integer(text)?;
            session.set_integer_at(row, id, value)?;
            // With the sign turned they are in order.
            Ok(value.cast_unsigned() ^ (1 << 63))
        }
        Kind::Decimal => {
            let value = read::decimal(text)?;
            session.set_decimal_at(row, id, value)?;
            Ok(hash(key, &value))
        }
        Kind::Text => {
            session.set_text_at(row, id, text)?;
            Ok(if key { packed(text) } else { 0 })
        }
        Kind::Date => {
            let value = read::date(text)?;
            session.set_date_at(row, id, value)?;
            Ok(hash(key, &value))
        }
        Kind::Time => {
            let value = read::time(text)?;
            session.set_time_at(row, id, value)?;
            Ok(hash(key, &value))
        }
        Kind::DateTime(zone) => {
            let value = read::datetime(text, zone.as_ref())?;
            session.set_datetime_at(row, id, value)?;
            Ok(hash(key, &value))
        }
        Kind::Duration => {
            let value = read::duration(text)?;
            session.set_duration_at(row, id, value)?;
            Ok(hash(key, &value))
        }
        Kind::Code(texts) => match texts.get(text) {
            Some(CodeText::Code(code)) => {
                session.set_code_at(row, id, code)?;
                Ok(u64::from(code.0))
            }
            Some(CodeText::Missing(reason)) => Err(Bad::Missing(reason)),
            None => Err(Bad::NotACode),
        },
        Kind::Codes(texts, separator) => match texts.get(text) {
            // A text that means something as a whole is not taken apart.
            Some(CodeText::Missing(reason)) => Err(Bad::Missing(reason)),
            Some(CodeText::Code(code)) => {
                session.set_codes_at(row, id, &[code])?;
                Ok(0)
            }
            None => codes(session, row, field, texts, text, separator.as_deref(), sets),
        },
        Kind::Texts(separator) => texts_of(session, row, field, text, separator.as_deref(), sets),
        // A pair that is given as one value is given as a range in one cell.
        Kind::IntegerRange | Kind::IntegerPair => {
            let (low, high) = read::integer_range(text)?;
            session.set_integer_range_at(row, id, low, high)?;
            Ok(0)
        }
        Kind::DecimalRange | Kind::DecimalPair => {
            let (low, high) = read::decimal_range(text)?;
            session.set_decimal_range_at(row, id, low, high)?;
            Ok(0)
        }
        Kind::Present => {
            session.set_present_at(row, id)?;
            Ok(0)
        }
    }
}

fn hash(key: bool, value: &impl Hash) -> u64 {
    if !key {
        return 0;
    }
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Texts of up to seven bytes as they are, so that those of one length are in order; of longer ones a hash.
fn packed(text: &str) -> u64 {
    let mut bytes = [0_u8; 8];
    match bytes.get_mut(1..=text.len()) {
        Some(place) => {
            place.copy_from_slice(text.as_bytes());
            u64::from_be_bytes(bytes)
        }
        None => hash(true, &text) | 1 << 63,
    }
}

fn ends<T: Ord + Display>(
    field: &FieldPlan,
    low: &str,
    high: &str,
    read: impl Fn(&str) -> Result<T, ReadError>,
) -> Result<Ends<T>, Bad> {
    let end = |text: &str| match trim(text) {
        "" => Ok(Err(Reason::Unknown)),
        text => match field.reasons.get(text) {
            Some(reason) => Ok(Err(reason)),
            None => read(text).map(Ok),
        },
    };
    match (end(low)?, end(high)?) {
        (Err(reason), Err(_)) => Err(Bad::Missing(reason)),
        (low, high) => Ok(read::pair(low.ok(), high.ok())?),
    }
}

/// The members of a set's cell.
fn parts<'a>(text: &'a str, separator: Option<&'a str>) -> impl Iterator<Item = &'a str> {
    // Without a separator the cell is one member: nothing that ends a text stands within it.
    let whole = if separator.is_none() { Some(text) } else { None };
    separator.into_iter().flat_map(move |separator| read::members(text, separator)).chain(whole)
}

fn codes(
    session: &mut Session,
    row: RowId,
    field: &FieldPlan,
    texts: &Words<CodeText>,
    text: &str,
    separator: Option<&str>,
    sets: &mut Sets,
) -> Result<u64, Bad> {
    let codes = &mut sets.codes;
    codes.clear();
    for part in parts(text, separator) {
        match texts.get(part) {
            Some(CodeText::Code(code)) => codes.push(code),
            // A member that is not known leaves the set unknown.
            Some(CodeText::Missing(reason)) => return Err(Bad::Missing(reason)),
            None => return Err(Bad::NotACode),
        }
    }
    codes.sort_unstable();
    codes.dedup();
    session.set_codes_at(row, field.id, codes)?;
    Ok(0)
}

fn texts_of(
    session: &mut Session,
    row: RowId,
    field: &FieldPlan,
    text: &str,
    separator: Option<&str>,
    sets: &mut Sets,
) -> Result<u64, Bad> {
    let spans = &mut sets.parts;
    spans.clear();
    spans.extend(parts(text, separator).map(|part| {
        let start = part.as_ptr().addr() - text.as_ptr().addr();
        // A cell is far shorter than 32 bits count.
        (start as u32, (start + part.len()) as u32)
    }));
    let of = |&(start, end): &(u32, u32)| text.get(start as usize..end as usize).unwrap_or("");
    spans.sort_unstable_by(|a, b| of(a).cmp(of(b)));
    spans.dedup_by(|a, b| of(a) == of(b));
    session.set_texts_at(row, field.id, spans.iter().map(of))?;
    Ok(0)
}

#[cold]
fn not_a_code(
    texts: &Words<CodeText>,
    text: &str,
    separator: Option<&str>,
    budget: &mut usize,
) -> (&'static str, String) {
    let wrong = parts(text, separator).find(|part| texts.get(part).is_none()).unwrap_or(text);
    let message = match nearest(wrong, texts.entries().map(|(text, _)| text), budget) {
        Some(near) => format!("{} is not one of the codes; did you mean {}", Shown(wrong), Shown(near)),
        None => format!("{} is not one of the codes", Shown(wrong)),
    };
    (NOT_A_CODE, message)
}
