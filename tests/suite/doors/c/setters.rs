//! C, one record at a time: a typed setter for each field of the record and of its children.

use super::library::{Str, api, ptr};
use super::records::{ROOT, Session, every_row, number};
use super::{Answer, Door, Gives};
use crate::case::Case;
use assize::model::civil::{Date, Duration};
use assize::model::column::{Column, Values};
use assize::model::decimal::Decimal;
use assize::model::ids::{Code, FieldId, RecordId};
use assize::model::program::FieldKind;
use assize::model::ty::Ty;
use assize::model::value::Value;

/// `assize_session_set_*`.
pub struct Setters;

impl Door for Setters {
    fn name(&self) -> &'static str {
        "c-record"
    }

    fn gives(&self) -> Gives {
        Gives::Rows
    }

    fn sees_files(&self) -> bool {
        false
    }

    fn answer(&self, case: &Case) -> Answer {
        every_row(
            case,
            |_, _| Ok(()),
            |session, record, at| {
                let id = record.index() as u32;
                // SAFETY: the handle is a session.
                session.must(|errors| unsafe { (api().assize_session_begin)(session.handle.handle, id, errors) });
                let faulty = fields(session, record, ROOT, at);
                let table = session.data.tables.get(&record).expect("a table");
                if !faulty && u32::try_from(at).is_ok_and(|at| table.bad.binary_search(&at).is_ok()) {
                    session.at_fault(record);
                }
                session.children(record, ROOT, at, &mut |session, record, row, at| {
                    fields(session, record, row, at);
                });
            },
        )
    }
}

/// Sets the fields of a row; says whether one of them could not be read.
fn fields(session: &Session<'_>, record: RecordId, row: u32, at: usize) -> bool {
    let table = session.data.tables.get(&record).expect("a table");
    let declared = session.program.record(record).expect("a record");
    let mut faulty = false;
    for (field, declared) in declared.fields.iter().enumerate() {
        let field = FieldId::from_index(field);
        let Some(column) = table.column(field) else { continue };
        if column.is_known(at) {
            known(session, declared.kind, row, field, column, at);
            continue;
        }
        match column.absence(at).reason() {
            Some(reason) => {
                let (field, reason) = (number(field), reason as u32);
                // SAFETY: the handle is a session.
                session.must(|errors| unsafe {
                    (api().assize_session_set_missing)(session.handle.handle, row, field, reason, errors)
                });
            }
            None => {
                session.unreadable(row, field);
                faulty = true;
            }
        }
    }
    faulty
}

/// Sets a field to its value, by one setter or another where a type has two.
fn known(session: &Session<'_>, kind: FieldKind, row: u32, field: FieldId, column: &Column, at: usize) {
    let (api, handle, field) = (api(), session.handle.handle, number(field));
    let other = (at + row as usize) % 2 == 1;
    // SAFETY: the handle is a session, and what is pointed at is there for as long as each call lasts.
    session.must(|errors| unsafe {
        match &column.values {
            Values::Boolean(values) => {
                (api.assize_session_set_boolean)(handle, row, field, i32::from(values.value(at)), errors)
            }
            Values::Integer(values) => (api.assize_session_set_integer)(handle, row, field, values[at], errors),
            Values::Decimal { coefficients, scale } => {
                let value = Decimal::new(coefficients[at], *scale).expect("a decimal");
                match i64::try_from(value.coefficient()) {
                    Ok(coefficient) if other => {
                        let scale = u32::from(value.scale());
                        (api.assize_session_set_decimal_scaled)(handle, row, field, coefficient, scale, errors)
                    }
                    _ => {
                        let text = value.to_string();
                        let (text, length) = ptr(&text);
                        (api.assize_session_set_decimal_text)(handle, row, field, text, length, errors)
                    }
                }
            }
            Values::Text(values) => {
                let (text, length) = ptr(values.get(at));
                (api.assize_session_set_text)(handle, row, field, text, length, errors)
            }
            Values::Date(values) if other => {
                let date = Date::clamped(values[at]);
                let (year, month, day) = (date.year(), date.month(), date.day());
                (api.assize_session_set_date_ymd)(handle, row, field, year, month, day, errors)
            }
            Values::Date(values) => (api.assize_session_set_date_days)(handle, row, field, values[at], errors),
            Values::Time(values) => (api.assize_session_set_time)(handle, row, field, values[at], errors),
            Values::DateTime(values) => (api.assize_session_set_datetime)(handle, row, field, values[at], errors),
            Values::Duration(values) => match values[at] {
                Duration::Calendar { months, days } => {
                    (api.assize_session_set_duration_calendar)(handle, row, field, months, days, errors)
                }
                Duration::Clock { micros } => {
                    (api.assize_session_set_duration_clock)(handle, row, field, micros, errors)
                }
            },
            Values::Code(values) => {
                let FieldKind::Value(Ty::Code(list)) = kind else { panic!("codes of a field that has none") };
                let code = Code(values[at]);
                let name = session.program.list(list).expect("a list").name(code);
                let (name, length) = ptr(name);
                if other {
                    (api.assize_session_set_code_name)(handle, row, field, name, length, errors)
                } else {
                    (api.assize_session_set_code)(handle, row, field, u32::from(code.0), errors)
                }
            }
            // Sets may be given in any order: the last member first.
            Values::Set(values) => match values[at].as_ref().expect("a set") {
                Value::Codes(_, codes) => {
                    let codes: Vec<u32> = codes.iter().rev().map(|code| u32::from(code.0)).collect();
                    (api.assize_session_set_codes)(handle, row, field, codes.as_ptr(), codes.len(), errors)
                }
                Value::Texts(texts) => {
                    let texts: Vec<Str> = texts.iter().rev().map(|text| Str::of(text)).collect();
                    (api.assize_session_set_texts)(handle, row, field, texts.as_ptr(), texts.len(), errors)
                }
                other => panic!("{other:?} is no set"),
            },
            Values::IntegerRange(values) => {
                let (lower, upper) = values[at];
                let end = |end: &Option<i64>| end.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
                (api.assize_session_set_integer_range)(handle, row, field, end(&lower), end(&upper), errors)
            }
            Values::DecimalRange(values) => {
                let end = |end: &Option<Decimal>| end.map(|end| end.to_string()).unwrap_or_default();
                let (lower, upper) = (end(&values[at].0), end(&values[at].1));
                let ((lower, lower_length), (upper, upper_length)) = (ptr(&lower), ptr(&upper));
                (api.assize_session_set_decimal_range)(
                    handle,
                    row,
                    field,
                    lower,
                    lower_length,
                    upper,
                    upper_length,
                    errors,
                )
            }
        }
    });
}
