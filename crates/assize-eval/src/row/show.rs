//! Values in words: codes by name, dates as ISO 8601, decimals without trailing zeros, booleans as `yes` and `no`.

use super::cell::Cell;
use super::store::Store;
use assize_model::absence::Absence;
use assize_model::bounds::Bounds;
use assize_model::ids::{Code, ListId};
use assize_model::program::Program;
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::fmt::Display;

/// A value in words.
pub fn show_value(value: &Value, program: &Program) -> String {
    match value {
        Value::Boolean(value) => if *value { "yes" } else { "no" }.into(),
        Value::Integer(value) => value.to_string(),
        Value::Decimal(value) => value.to_string(),
        Value::Text(text) => quoted(text),
        Value::Date(value) => value.to_string(),
        Value::Time(value) => value.to_string(),
        Value::DateTime(value) => value.to_string(),
        Value::Duration(value) => value.to_string(),
        Value::Code(list, code) => code_name(program, *list, *code),
        Value::Codes(list, codes) => braced(codes.iter().map(|&code| code_name(program, *list, code))),
        Value::Texts(texts) => braced(texts.iter().map(|text| quoted(text))),
    }
}

/// What an expression of a type came to, in words: a value, `between 2 and 5`, `A or B`, the reason for which it is
/// missing, or what went wrong.
pub fn show(cell: Cell, ty: Ty, store: &Store, program: &Program) -> String {
    match (cell, ty) {
        (Cell::Absent(absence), _) => show_absence(absence),
        (Cell::Code(_) | Cell::OneOf(_), Ty::Code(list)) => {
            let codes = cell.code_set().unwrap_or_default();
            // Lists longer than a set of possible codes come to single codes only.
            match cell {
                Cell::Code(code) => code_name(program, list, code),
                _ => alternatives(codes.iter().map(|code| code_name(program, list, code)).collect()),
            }
        }
        (Cell::Between { .. }, _) => range(cell.integer_bounds().unwrap_or(Bounds::OPEN)),
        (Cell::DecimalBetween(_), _) => range(store.decimal_bounds(cell).unwrap_or(Bounds::OPEN)),
        _ => store.value(cell, ty).map_or_else(String::new, |value| show_value(&value, program)),
    }
}

/// Why there is no value, in words.
pub fn show_absence(absence: Absence) -> String {
    match (absence.reason(), absence.fault()) {
        (Some(reason), _) => reason.word().into(),
        (_, Some((fault, _))) => format!("error: {}", fault.message()),
        _ => "error".into(),
    }
}

/// The name of a code; `none` for no code.
pub fn code_name(program: &Program, list: ListId, code: Code) -> String {
    program.list(list).map_or("?", |list| list.name(code)).to_owned()
}

fn range<T: Display + PartialEq>(bounds: Bounds<T>) -> String {
    match (bounds.lo, bounds.hi) {
        (Some(lo), Some(hi)) => format!("between {lo} and {hi}"),
        (Some(lo), None) => format!("at least {lo}"),
        (None, Some(hi)) => format!("at most {hi}"),
        (None, None) => "any number".into(),
    }
}

/// `A`, `A or B`, `A, B or C`.
pub fn alternatives(mut names: Vec<String>) -> String {
    let Some(last) = names.pop() else { return String::new() };
    if names.is_empty() { last } else { format!("{} or {last}", names.join(", ")) }
}

fn braced(members: impl Iterator<Item = String>) -> String {
    format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
