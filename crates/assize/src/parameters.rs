//! Parameter values from outside: read by the parameter's type and held to its range.

use crate::error::Error;
use crate::show::Shown;
use assize_eval::row::is_within;
use assize_model::ids::ParamId;
use assize_model::program::{Param, Program, Within};
use assize_model::read;
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::fmt;

/// The parameter of a name.
pub fn named(program: &Program, name: &str) -> Result<ParamId, Error> {
    program.param_named(name).ok_or_else(|| {
        let names: Vec<&str> = program.params.iter().map(|param| &*param.heading.name).collect();
        let list =
            if names.is_empty() { "there are none".to_owned() } else { format!("there are: {}", names.join(", ")) };
        Error::usage(format!("there is no parameter `{name}`; {list}"))
    })
}

/// Reads a parameter's value from text, as a data cell of its type is read.
pub fn parse(program: &Program, id: ParamId, text: &str) -> Result<Value, Error> {
    let Some(param) = program.param(id) else { return Err(Error::usage("there is no such parameter")) };
    let fail = |message: String| Error::usage(format!("parameter `{}`: {message}", param.heading.name));
    let from = |result: Result<Value, read::ReadError>| result.map_err(|error| fail(error.message));
    let text = text.trim();
    let value = match param.ty {
        Ty::Boolean => from(read::boolean(text).map(Value::Boolean)),
        Ty::Integer => from(read::integer(text).map(Value::Integer)),
        Ty::Decimal => from(read::decimal(text).map(Value::Decimal)),
        Ty::Text => Ok(Value::Text(text.into())),
        Ty::Date => from(read::date(text).map(Value::Date)),
        Ty::Time => from(read::time(text).map(Value::Time)),
        Ty::DateTime => from(read::datetime(text, program.ruleset.zone.as_ref()).map(Value::DateTime)),
        Ty::Duration => from(read::duration(text).map(Value::Duration)),
        Ty::Code(list) => program
            .list(list)
            .and_then(|codes| codes.code(text))
            .map(|code| Value::Code(list, code))
            .ok_or_else(|| fail(format!("`{text}` is not one of its codes"))),
        Ty::Codes(list) => read::members(text, ",")
            .map(|name| program.list(list).and_then(|codes| codes.code(name)))
            .collect::<Option<Vec<_>>>()
            .map(|codes| Value::codes(list, codes))
            .ok_or_else(|| fail(format!("`{text}` has something that is not one of its codes"))),
        Ty::Texts => Ok(Value::texts(read::members(text, ",").map(Into::into).collect())),
    }?;
    check(program, param, &value)?;
    Ok(value)
}

/// Holds a value to the parameter's type and range.
fn check(program: &Program, param: &Param, value: &Value) -> Result<(), Error> {
    let name = &param.heading.name;
    match &param.within {
        Some(within) if !is_within(value, within) => {
            let (value, within) = (Shown(program, value), Range(program, within));
            Err(Error::usage(format!("parameter `{name}`: {value} is not {within}")))
        }
        _ => Ok(()),
    }
}

/// What a parameter may be, in words.
struct Range<'a>(&'a Program, &'a Within);

impl fmt::Display for Range<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Within::Set(values) => {
                let values: Vec<String> = values.iter().map(|value| Shown(self.0, value).to_string()).collect();
                write!(f, "one of {}", values.join(", "))
            }
            Within::Range { lo, hi } => {
                let end = |end: &Option<(Value, bool)>| {
                    end.as_ref().map(|(value, _)| Shown(self.0, value).to_string()).unwrap_or_default()
                };
                write!(f, "within {}..{}", end(lo), end(hi))
            }
        }
    }
}
