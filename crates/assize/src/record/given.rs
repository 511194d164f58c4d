//! Loose values, as programs hold them, and what each is as a cell.

use super::Form;
use super::decode::{self, Cell, Got, Sink, UNIT};
use super::plan::{FieldPlan, Kind};
use super::scan::write_number;
use crate::error::Error;
use assize_eval::row::{RowError, RowId, Session};
use assize_io::RowFault;
use assize_model::absence::Reason;
use assize_model::civil::{Date, DateTime, Duration, Time};
use assize_model::decimal::Decimal;
use assize_model::ids::FieldId;
use assize_model::program::FieldKind;
use std::fmt::{Display, Write as _};

/// A value for a field, of any type: it means what it would mean as a member of a JSON object, and is refused where that
/// would be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Given<'a> {
    /// There is none, for a reason; without one, `unknown`.
    Missing(Option<Reason>),
    /// A truth value.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A binary number, taken as the shortest decimal that is nearest to it. NaN is missing.
    Float(f64),
    /// An exact decimal.
    Decimal(Decimal),
    /// A number as it is written, perhaps with an exponent.
    Number(&'a str),
    /// Text, which is read as the field's type.
    Text(&'a str),
    /// A civil date.
    Date(Date),
    /// A wall time.
    Time(Time),
    /// An instant.
    DateTime(DateTime),
    /// A duration.
    Duration(Duration),
    /// The ends of a range, either of which may be missing.
    Range(&'a Given<'a>, &'a Given<'a>),
    /// Members of a set.
    List(&'a [Given<'a>]),
    /// Something that no field takes, such as an object.
    Other,
}

/// What a plain value is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    /// As a text, perhaps an empty one.
    Text,
    /// Not at all: it is not plain.
    Other,
}

impl Given<'_> {
    /// Writes a plain value as a cell has it.
    fn write(&self, out: &mut String) -> Written {
        let mut show = |value: &dyn Display| {
            // Writing to a string does not fail.
            let _ = write!(out, "{value}");
            Written::Text
        };
        match self {
            Self::Missing(_) => Written::Text,
            Self::Float(value) if value.is_nan() => Written::Text,
            Self::Boolean(value) => show(value),
            Self::Integer(value) => show(value),
            // Its shortest form may need more digits than a float's `Display` gives zeros for: both are exact.
            Self::Float(value) => show(value),
            Self::Decimal(value) => show(value),
            Self::Date(value) => show(value),
            Self::Time(value) => show(value),
            Self::DateTime(value) => show(value),
            Self::Duration(value) => show(value),
            Self::Text(text) => {
                out.push_str(text);
                Written::Text
            }
            Self::Number(text) => {
                if text.bytes().any(|byte| matches!(byte, b'e' | b'E')) {
                    write_number(text, out);
                } else {
                    out.push_str(text);
                }
                Written::Text
            }
            Self::Range(..) | Self::List(_) | Self::Other => Written::Other,
        }
    }

    fn is_missing(&self) -> bool {
        match self {
            Self::Missing(_) => true,
            Self::Float(value) => value.is_nan(),
            _ => false,
        }
    }
}

impl Form {
    /// Sets a field of a row from a loose value. What cannot be read makes the field unreadable, and is told in
    /// `faults`. Nothing is allocated for values that are read, once a few were.
    ///
    /// # Errors
    /// [`Error::is_usage`]: the row is of an earlier record, the record has no such field, it holds children, or the
    /// form is of other rules than the session.
    pub fn set(
        &mut self,
        session: &mut Session,
        row: RowId,
        field: FieldId,
        given: Given<'_>,
        faults: &mut Vec<RowFault>,
    ) -> Result<(), Error> {
        self.check(session)?;
        let fail = |error: RowError| Error::usage(error.to_string());
        let record = row.record();
        let shared = std::sync::Arc::clone(&self.shared);
        let plan = shared.records.get(record.index()).ok_or_else(|| fail(RowError::NoRecord))?;
        let Some(index) = *plan.of_field.get(field.index()).ok_or_else(|| fail(RowError::NoField))? else {
            let declared = session.program().record(record).and_then(|record| record.fields.get(field.index()));
            return match declared {
                Some(declared) if matches!(declared.kind, FieldKind::Many { .. }) => {
                    let name = &declared.heading.name;
                    Err(Error::usage(format!("`{name}` holds children, which are added one by one")))
                }
                // Nothing reads it, and so nothing can be wrong with it.
                _ => Ok(()),
            };
        };
        let Some(of) = plan.fields.get(index) else { return Ok(()) };
        let from = faults.len();
        let (mut count, mut budget) = (0, decode::COMPARISONS);
        let number = u64::from(row.number()) + 1;
        let mut sink = Sink { faults, record, row: number, count: &mut count, budget: &mut budget };
        self.give(session, row, of, given, &mut sink).map_err(fail)?;
        if let Some(faults) = faults.get_mut(from..).filter(|faults| !faults.is_empty()) {
            let mut key = String::new();
            if super::key(session, row, &mut key) {
                faults.iter_mut().for_each(|fault| fault.key = Some(key.clone()));
            }
        }
        Ok(())
    }

    fn give(
        &mut self,
        session: &mut Session,
        row: RowId,
        field: &FieldPlan,
        given: Given<'_>,
        sink: &mut Sink<'_>,
    ) -> Result<Got, RowError> {
        let done = |result: Result<(), RowError>| result.map(|()| Got::Value(0));
        // Where no text means that there is no value, a value of the field's own type needs none.
        if field.reasons.is_empty() {
            match (&field.kind, given) {
                (Kind::Boolean, Given::Boolean(value)) => return done(session.set_boolean_at(row, field.id, value)),
                (Kind::Integer, Given::Integer(value)) => return done(session.set_integer_at(row, field.id, value)),
                (Kind::Decimal, Given::Decimal(value)) => return done(session.set_decimal_at(row, field.id, value)),
                (Kind::Date, Given::Date(value)) => return done(session.set_date_at(row, field.id, value)),
                (Kind::Time, Given::Time(value)) => return done(session.set_time_at(row, field.id, value)),
                (Kind::DateTime(_), Given::DateTime(value)) => {
                    return done(session.set_datetime_at(row, field.id, value));
                }
                (Kind::Duration, Given::Duration(value)) => {
                    return done(session.set_duration_at(row, field.id, value));
                }
                _ => {}
            }
        }
        let scratch = &mut self.scratch;
        let text = &mut self.text;
        text.clear();
        match given {
            Given::Missing(Some(reason)) => decode::missing(session, row, field, reason, sink),
            Given::Text(text) => decode::cell(session, row, field, Cell::Text(text), None, &mut scratch.sets, sink),
            Given::Other => decode::cell(session, row, field, Cell::Object, None, &mut scratch.sets, sink),
            Given::List(members) => {
                let (mut plain, mut known) = (true, true);
                for member in members {
                    if member.is_missing() {
                        known = false;
                        continue;
                    }
                    let start = text.len();
                    plain &= member.write(text) == Written::Text && !text.get(start..).unwrap_or("").contains(UNIT);
                    text.push_str(UNIT);
                }
                let cell = match (known, plain) {
                    // A member that is not known leaves the set unknown.
                    (false, _) => Cell::Text(""),
                    (true, true) => Cell::List(text),
                    (true, false) => Cell::Object,
                };
                decode::cell(session, row, field, cell, None, &mut scratch.sets, sink)
            }
            Given::Range(low, high) if field.kind.is_pair() || field.kind.is_range() => {
                let low = low.write(text);
                let middle = text.len();
                let high = high.write(text);
                let cell = |written, text| if written == Written::Text { Cell::Text(text) } else { Cell::Object };
                let (first, second) = text.split_at_checked(middle).unwrap_or((text, ""));
                decode::pair(session, row, field, (cell(low, first), cell(high, second)), None, sink)
            }
            Given::Range(..) => decode::cell(session, row, field, Cell::List(""), None, &mut scratch.sets, sink),
            plain => {
                plain.write(text);
                decode::cell(session, row, field, Cell::Text(text), None, &mut scratch.sets, sink)
            }
        }
    }
}
