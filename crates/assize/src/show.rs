//! Values as text, for keys and for people.

use assize_model::civil::{Date, DateTime, Time};
use assize_model::column::{Column, Values};
use assize_model::decimal::Decimal;
use assize_model::ids::Code;
use assize_model::program::{CodeList, Program};
use assize_model::value::Value;
use std::fmt;

/// The text of a column's value; `None` past the end, and for values that keys cannot have.
pub fn cell(list: Option<&CodeList>, column: &Column, row: usize) -> Option<String> {
    match &column.values {
        Values::Boolean(values) if row < values.len() => Some(if values.value(row) { "yes" } else { "no" }.to_owned()),
        Values::Integer(values) => values.get(row).map(ToString::to_string),
        Values::Decimal { coefficients, scale } => Some(Decimal::new(*coefficients.get(row)?, *scale)?.to_string()),
        Values::Text(values) if row < values.len() => Some(values.get(row).to_owned()),
        Values::Date(values) => values.get(row).map(|&days| Date::clamped(days).to_string()),
        Values::Time(values) => values.get(row).map(|&micros| Time::clamped(micros).to_string()),
        Values::DateTime(values) => values.get(row).map(|&micros| DateTime::clamped(micros).to_string()),
        Values::Code(values) => {
            values.get(row).map(|&code| Code(code)).and_then(|code| list.map(|list| list.name(code).to_owned()))
        }
        _ => None,
    }
}

/// A value as people read it: a code by its name, a date in ISO 8601.
pub struct Shown<'a>(pub &'a Program, pub &'a Value);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(program, value) = self;
        let list = |id| program.list(id);
        match value {
            Value::Boolean(value) => f.write_str(if *value { "yes" } else { "no" }),
            Value::Integer(value) => write!(f, "{value}"),
            Value::Decimal(value) => write!(f, "{value}"),
            Value::Text(value) => f.write_str(value),
            Value::Date(value) => write!(f, "{value}"),
            Value::Time(value) => write!(f, "{value}"),
            Value::DateTime(value) => write!(f, "{value}"),
            Value::Duration(value) => write!(f, "{value}"),
            Value::Code(of, code) => f.write_str(list(*of).map_or("?", |list| list.name(*code))),
            Value::Codes(of, codes) => {
                let names: Vec<&str> =
                    codes.iter().map(|code| list(*of).map_or("?", |list| list.name(*code))).collect();
                write!(f, "{{{}}}", names.join(", "))
            }
            Value::Texts(texts) => write!(f, "{{{}}}", texts.join(", ")),
        }
    }
}
