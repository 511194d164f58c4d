//! Cells of text to values of a column, field by field.

use crate::build::{Build, ColumnBuild, Gaps};
use crate::codes::{NOT_A_REASON, SCALES, VALUE_AND_REASON};
use crate::fault::Sink;
use crate::nearest::nearest;
use crate::plan::{CodeText, FieldPlan, Kind};
use crate::texts::Texts;
use assize_model::absence::Reason;
use assize_model::decimal::Decimal;
use assize_model::ids::ListId;
use assize_model::read::{self, Ends, KEY_ABSENT, NOT_A_CODE, NOT_UTF8, REQUIRED_ABSENT, ReadError, Shown, WRONG_TYPE};
use assize_model::value::Value;
use rustc_hash::FxHashMap;
use std::fmt::Display;
use std::sync::Arc;

/// What stands between the members of a [`Cell::List`]: a control character that text has no use for.
pub(crate) const UNIT: &str = "\u{1f}";
/// Sets that are remembered by their text, so that equal ones are shared.
const SETS_REMEMBERED: usize = 1 << 10;

/// One cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell<'a> {
    /// Text; empty for nothing.
    Text(&'a str),
    /// Members, each followed by [`UNIT`].
    List(&'a str),
    /// A value of a kind that no field takes.
    Object,
    /// Not UTF-8.
    NotUtf8,
    /// Of a row that is already known to be at fault.
    Broken,
}

/// Without white space at the ends.
#[inline]
pub(crate) fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [] => "",
        [only] | [only, .., _] if !only.is_ascii_graphic() => text.trim(),
        [.., last] if !last.is_ascii_graphic() => text.trim(),
        _ => text,
    }
}

/// Why a cell that holds text gives no value.
enum Bad {
    Missing(Reason),
    Read(ReadError),
    NotACode,
    NotASet,
}

impl From<ReadError> for Bad {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

/// Where the values of one field go: what they are for, which row is next, who hears of faults.
pub(crate) struct Decoder<'s> {
    pub(crate) plan: &'s FieldPlan,
    pub(crate) sink: &'s mut Sink,
    /// Comparisons left for suggestions.
    pub(crate) budget: &'s mut usize,
    pub(crate) row: u32,
}

type Companion<'c, 'a> = Option<&'c mut dyn Iterator<Item = Cell<'a>>>;

impl Decoder<'_> {
    /// Decodes the cells of one column into the field's values; `upper` has those of the second of a pair of columns,
    /// `companion` the reasons stated beside them.
    pub(crate) fn decode<'a, I: Iterator<Item = Cell<'a>>>(
        &mut self,
        out: &mut ColumnBuild,
        cells: I,
        upper: Option<I>,
        companion: Companion<'_, 'a>,
    ) {
        let ColumnBuild { values, gaps } = out;
        let plan = self.plan;
        match (values, &plan.kind) {
            (Build::Boolean(to), _) => {
                let put = |value: Option<bool>| {
                    to.append(value.unwrap_or(false));
                    true
                };
                self.fill(gaps, cells, companion, put, |text| Ok(read::boolean(text)?));
            }
            (Build::Integer(to), _) => {
                self.fill(gaps, cells, companion, push(to), |text| Ok(read::integer(text)?));
            }
            (Build::Decimal(to), _) => {
                let put = |value: Option<Decimal>| match value {
                    Some(value) => to.push(value),
                    None => {
                        to.push_nothing();
                        true
                    }
                };
                self.fill(gaps, cells, companion, put, |text| Ok(read::decimal(text)?));
            }
            (Build::Text(to), _) => {
                let put = |value: Option<&str>| {
                    to.push(value.unwrap_or(""));
                    true
                };
                self.fill(gaps, cells, companion, put, Ok);
            }
            (Build::Date(to), _) => {
                self.fill(gaps, cells, companion, push(to), |text| Ok(read::date(text)?.days()));
            }
            (Build::Time(to), _) => {
                self.fill(gaps, cells, companion, push(to), |text| Ok(read::time(text)?.micros()));
            }
            (Build::DateTime(to), Kind::DateTime(zone)) => {
                let zone = zone.as_ref();
                self.fill(gaps, cells, companion, push(to), |text| Ok(read::datetime(text, zone)?.micros()));
            }
            (Build::Duration(to), _) => {
                let put = |value: Option<_>| {
                    to.push(value.unwrap_or(assize_model::civil::Duration::micros(0)));
                    true
                };
                self.fill(gaps, cells, companion, put, |text| Ok(read::duration(text)?));
            }
            (Build::Code(to), Kind::Code(texts)) => {
                self.fill(gaps, cells, companion, push(to), |text| match texts.get(text) {
                    Some(CodeText::Code(code)) => Ok(code.0),
                    Some(CodeText::Missing(reason)) => Err(Bad::Missing(reason)),
                    None => Err(Bad::NotACode),
                });
            }
            (Build::Set(to), kind) => self.sets(to, gaps, kind, cells, companion),
            (Build::IntegerRange(to), Kind::IntegerPair) => {
                self.pairs(to, gaps, (cells, upper), companion, read::integer);
            }
            (Build::DecimalRange(to), Kind::DecimalPair) => {
                self.pairs(to, gaps, (cells, upper), companion, read::decimal);
            }
            (Build::IntegerRange(to), _) => {
                self.fill(gaps, cells, companion, push(to), |text| Ok(read::integer_range(text)?));
            }
            (Build::DecimalRange(to), _) => {
                self.fill(gaps, cells, companion, push(to), |text| Ok(read::decimal_range(text)?));
            }
            (Build::Nothing(count), _) => {
                let put = |_: Option<()>| {
                    *count += 1;
                    true
                };
                self.fill(gaps, cells, companion, put, |_| Ok(()));
            }
            // A column is always made for the kind that it is given.
            (Build::DateTime(_) | Build::Code(_), _) => {}
        }
    }

    #[inline]
    fn fill<'a, T>(
        &mut self,
        gaps: &mut Gaps,
        cells: impl Iterator<Item = Cell<'a>>,
        mut companion: Companion<'_, 'a>,
        mut put: impl FnMut(Option<T>) -> bool,
        mut read: impl FnMut(&'a str) -> Result<T, Bad>,
    ) {
        let plan = self.plan;
        let reasons = if plan.reasons.is_empty() { None } else { Some(&plan.reasons) };
        for cell in cells {
            let beside = companion.as_mut().and_then(|companion| companion.next());
            let got = match cell {
                Cell::Text(text) => {
                    let text = trim(text);
                    if text.is_empty() {
                        Err(Bad::Missing(Reason::Unknown))
                    } else if let Some(reason) = reasons.and_then(|reasons| reasons.get(text)) {
                        Err(Bad::Missing(reason))
                    } else {
                        read(text)
                    }
                }
                other => {
                    put(None);
                    // Of what only has to be there, the shape does not matter.
                    if !matches!((&plan.kind, other), (Kind::Present, Cell::List(_) | Cell::Object)) {
                        self.unreadable(gaps, other);
                    }
                    self.row += 1;
                    continue;
                }
            };
            let got = if beside.is_none() { got } else { self.weighed(got, cell, beside) };
            let bad = match got {
                Ok(value) => {
                    if put(Some(value)) {
                        self.row += 1;
                        continue;
                    }
                    Bad::Read(scales(cell))
                }
                Err(bad) => bad,
            };
            put(None);
            self.settle(gaps, cell, bad);
            self.row += 1;
        }
    }

    /// What a cell comes to with the reason that may be stated beside it.
    fn weighed<T>(&self, got: Result<T, Bad>, cell: Cell<'_>, beside: Option<Cell<'_>>) -> Result<T, Bad> {
        match (got, self.stated(beside)) {
            (_, Err(error)) => Err(Bad::Read(error)),
            (Ok(value), Ok(None)) => Ok(value),
            (Ok(_), Ok(Some(reason))) => Err(Bad::Read(both(cell, reason))),
            (Err(Bad::Missing(reason)), Ok(stated)) => Err(Bad::Missing(stated.unwrap_or(reason))),
            (Err(bad), Ok(_)) => Err(bad),
        }
    }

    /// The reason that a companion column states.
    fn stated(&self, beside: Option<Cell<'_>>) -> Result<Option<Reason>, ReadError> {
        let Some(Cell::Text(text)) = beside else { return Ok(None) };
        let text = trim(text);
        if text.is_empty() {
            return Ok(None);
        }
        Reason::from_word(text).map(Some).ok_or_else(|| {
            let words: Vec<String> = Reason::ALL.iter().map(|reason| format!("`{reason}`")).collect();
            let message = format!("{} is not a reason for a missing value: {}", Shown(text), words.join(", "));
            ReadError { code: NOT_A_REASON, message }
        })
    }

    /// Enters why there is no value.
    #[inline]
    fn settle(&mut self, gaps: &mut Gaps, cell: Cell<'_>, bad: Bad) {
        match bad {
            Bad::Missing(reason) if !self.plan.required && !self.plan.key => match reason {
                Reason::Unknown => gaps.unknown(self.row),
                reason => gaps.missing(self.row, reason),
            },
            bad => self.fault(gaps, cell, bad),
        }
    }

    /// Enters that there is no value in the row.
    pub(crate) fn absent(&mut self, gaps: &mut Gaps) {
        self.settle(gaps, Cell::Text(""), Bad::Missing(Reason::Unknown));
    }

    #[cold]
    fn fault(&mut self, gaps: &mut Gaps, cell: Cell<'_>, bad: Bad) {
        gaps.unreadable(self.row);
        let Self { plan, sink, budget, row } = self;
        sink.add(*row, || match bad {
            Bad::Read(error) => (error.code, error.message),
            Bad::Missing(_) if plan.key => (KEY_ABSENT, format!("the key `{}` is absent", plan.name)),
            Bad::Missing(_) => (REQUIRED_ABSENT, format!("`{}` is required and is absent", plan.name)),
            Bad::NotASet => (WRONG_TYPE, format!("a list cannot be read as {}", plan.kind.words())),
            Bad::NotACode => match (&plan.kind, cell) {
                (Kind::Code(texts) | Kind::Codes(_, texts, _), Cell::Text(text) | Cell::List(text)) => {
                    let separator = match &plan.kind {
                        _ if matches!(cell, Cell::List(_)) => Some(UNIT),
                        Kind::Codes(_, _, separator) => separator.as_deref(),
                        _ => None,
                    };
                    not_a_code(texts, trim(text), separator, budget)
                }
                _ => (NOT_A_CODE, "not a code".into()),
            },
        });
    }

    #[cold]
    fn unreadable(&mut self, gaps: &mut Gaps, cell: Cell<'_>) {
        gaps.unreadable(self.row);
        let words = self.plan.kind.words();
        match cell {
            Cell::NotUtf8 => self.sink.add(self.row, || (NOT_UTF8, "the text is not UTF-8".into())),
            Cell::Object => self.sink.add(self.row, || (WRONG_TYPE, format!("an object cannot be read as {words}"))),
            Cell::List(_) => self.sink.add(self.row, || (WRONG_TYPE, format!("a list cannot be read as {words}"))),
            Cell::Text(_) | Cell::Broken => {}
        }
    }

    fn sets<'a>(
        &mut self,
        to: &mut Vec<Option<Value>>,
        gaps: &mut Gaps,
        kind: &Kind,
        cells: impl Iterator<Item = Cell<'a>>,
        mut companion: Companion<'_, 'a>,
    ) {
        let mut remembered: FxHashMap<(bool, &str), Value> = FxHashMap::default();
        let own = match kind {
            Kind::Codes(_, _, separator) | Kind::Texts(separator) => separator.as_deref(),
            _ => None,
        };
        for cell in cells {
            let beside = companion.as_mut().and_then(|companion| companion.next());
            let (text, separator) = match cell {
                Cell::Text(text) => (trim(text), own),
                Cell::List(text) => (text, Some(UNIT)),
                other => {
                    to.push(None);
                    self.unreadable(gaps, other);
                    self.row += 1;
                    continue;
                }
            };
            let list = matches!(cell, Cell::List(_));
            let got = if text.is_empty() && !list {
                Err(Bad::Missing(Reason::Unknown))
            } else if let Some(reason) = self.plan.reasons.get(text).filter(|_| !list) {
                Err(Bad::Missing(reason))
            } else if let Some(set) = remembered.get(&(list, text)) {
                Ok(set.clone())
            } else {
                let set = match kind {
                    // A text that means something as a whole is not taken apart.
                    Kind::Codes(id, texts, _) => match texts.get(text).filter(|_| !list) {
                        Some(CodeText::Missing(reason)) => Err(Bad::Missing(reason)),
                        Some(CodeText::Code(code)) => Ok(Value::codes(*id, vec![code])),
                        None => code_set(*id, texts, text, separator),
                    },
                    Kind::Texts(_) => Ok(Value::texts(parts(text, separator).map(Arc::from).collect())),
                    _ => Err(Bad::NotASet),
                };
                if let Ok(set) = &set
                    && remembered.len() < SETS_REMEMBERED
                {
                    remembered.insert((list, text), set.clone());
                }
                set
            };
            match self.weighed(got, cell, beside) {
                Ok(set) => to.push(Some(set)),
                Err(bad) => {
                    to.push(None);
                    self.settle(gaps, cell, bad);
                }
            }
            self.row += 1;
        }
    }

    fn pairs<'a, T: Ord + Display>(
        &mut self,
        to: &mut Vec<Ends<T>>,
        gaps: &mut Gaps,
        (cells, mut upper): (impl Iterator<Item = Cell<'a>>, Option<impl Iterator<Item = Cell<'a>>>),
        mut companion: Companion<'_, 'a>,
        read: impl Fn(&str) -> Result<T, ReadError>,
    ) {
        for low in cells {
            let beside = companion.as_mut().and_then(|companion| companion.next());
            let high = upper.as_mut().and_then(Iterator::next).unwrap_or(Cell::Text(""));
            let end = |cell| match cell {
                Cell::Text(text) => match trim(text) {
                    "" => Ok(Err(Reason::Unknown)),
                    text => match self.plan.reasons.get(text) {
                        Some(reason) => Ok(Err(reason)),
                        None => read(text).map(Ok).map_err(Bad::Read),
                    },
                },
                Cell::List(_) | Cell::Object | Cell::NotUtf8 | Cell::Broken => Err(Bad::NotASet),
            };
            let got = match (low, high) {
                (Cell::Text(_), Cell::Text(_)) => match (end(low), end(high)) {
                    (Err(bad), _) | (_, Err(bad)) => Err(bad),
                    (Ok(Err(reason)), Ok(Err(_))) => Err(Bad::Missing(reason)),
                    (Ok(low), Ok(high)) => read::pair(low.ok(), high.ok()).map_err(Bad::Read),
                },
                (Cell::Text(_), other) | (other, _) => {
                    to.push((None, None));
                    self.unreadable(gaps, other);
                    self.row += 1;
                    continue;
                }
            };
            match self.weighed(got, low, beside) {
                Ok(ends) => to.push(ends),
                Err(bad) => {
                    to.push((None, None));
                    self.settle(gaps, low, bad);
                }
            }
            self.row += 1;
        }
    }
}

/// Takes values, and a default where there is none.
fn push<T: Default>(to: &mut Vec<T>) -> impl FnMut(Option<T>) -> bool {
    |value| {
        to.push(value.unwrap_or_default());
        true
    }
}

#[cold]
fn scales(cell: Cell<'_>) -> ReadError {
    let Cell::Text(text) = cell else { return ReadError { code: SCALES, message: String::new() } };
    let message = format!("{} has too many digits beside the other values of its column", Shown(trim(text)));
    ReadError { code: SCALES, message }
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

/// The members of a set's cell.
fn parts<'a>(text: &'a str, separator: Option<&'a str>) -> impl Iterator<Item = &'a str> {
    // Without a separator the cell is one member: nothing that ends a text stands within it.
    let whole = if separator.is_none() { Some(text) } else { None };
    separator.into_iter().flat_map(move |separator| read::members(text, separator)).chain(whole)
}

fn code_set(list: ListId, texts: &Texts<CodeText>, text: &str, separator: Option<&str>) -> Result<Value, Bad> {
    let mut codes = Vec::new();
    for part in parts(text, separator) {
        match texts.get(part) {
            Some(CodeText::Code(code)) => codes.push(code),
            // A member that is not known leaves the set unknown.
            Some(CodeText::Missing(reason)) => return Err(Bad::Missing(reason)),
            None => return Err(Bad::NotACode),
        }
    }
    Ok(Value::codes(list, codes))
}

#[cold]
fn not_a_code(
    texts: &Texts<CodeText>,
    text: &str,
    separator: Option<&str>,
    budget: &mut usize,
) -> (&'static str, String) {
    let wrong = parts(text, separator).find(|part| texts.get(part).is_none()).unwrap_or(text);
    let message = match nearest(wrong, texts.texts(), budget) {
        Some(near) => format!("{} is not one of the codes; did you mean {}", Shown(wrong), Shown(near)),
        None => format!("{} is not one of the codes", Shown(wrong)),
    };
    (NOT_A_CODE, message)
}
