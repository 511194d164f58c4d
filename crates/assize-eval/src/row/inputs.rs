//! What is given once a run: the evaluation date and the parameters.

use assize_model::civil::Date;
use assize_model::ids::ParamId;
use assize_model::program::{Program, Within};
use assize_model::value::Value;
use std::cmp::Ordering;
use std::fmt;

/// The evaluation date, and a value for each parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inputs {
    as_of: Date,
    params: Vec<Value>,
}

/// Why a parameter does not take a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputError {
    /// The program has no such parameter.
    NoParameter,
    /// The value is of another type.
    Type,
    /// The value is not among those that the parameter may take.
    Outside,
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoParameter => "there is no such parameter",
            Self::Type => "the value is not of the parameter's type",
            Self::Outside => "the value is outside what the parameter may take",
        })
    }
}

impl std::error::Error for InputError {}

impl Inputs {
    /// The values of a program's parameters on a date, and that date.
    pub fn new(program: &Program, as_of: Date) -> Self {
        Self { as_of, params: program.params.iter().map(|param| param.on(as_of).clone()).collect() }
    }

    /// Sets a parameter.
    ///
    /// # Errors
    /// [`InputError`].
    pub fn set(&mut self, program: &Program, param: ParamId, value: Value) -> Result<(), InputError> {
        let declared = program.param(param).ok_or(InputError::NoParameter)?;
        if value.ty() != declared.ty {
            return Err(InputError::Type);
        }
        if declared.within.as_ref().is_some_and(|within| !is_within(&value, within)) {
            return Err(InputError::Outside);
        }
        *self.params.get_mut(param.index()).ok_or(InputError::NoParameter)? = value;
        Ok(())
    }

    /// The evaluation date.
    pub const fn as_of(&self) -> Date {
        self.as_of
    }

    /// The values of the parameters, by number.
    pub fn params(&self) -> &[Value] {
        &self.params
    }
}

/// Whether a parameter may take a value.
pub fn is_within(value: &Value, within: &Within) -> bool {
    let end = |end: &Option<(Value, bool)>, inside: Ordering| match end {
        None => true,
        Some((end, allowed)) => match order(value, end) {
            Some(Ordering::Equal) => *allowed,
            order => order == Some(inside),
        },
    };
    match within {
        Within::Set(values) => values.contains(value),
        Within::Range { lo, hi } => end(lo, Ordering::Greater) && end(hi, Ordering::Less),
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    Some(match (left, right) {
        (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::Decimal(a), Value::Decimal(b)) => a.cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::Time(a), Value::Time(b)) => a.cmp(b),
        (Value::DateTime(a), Value::DateTime(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Code(_, a), Value::Code(_, b)) => a.cmp(b),
        (Value::Duration(a), Value::Duration(b)) => return a.compare(*b).ok(),
        _ => return None,
    })
}
