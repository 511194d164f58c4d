//! Folding of constants, while nodes are made.
//!
//! Only operations on constants are folded, and logic that a constant decides by itself: neither reads anything, so no
//! explanation changes.

use assize_model::absence::Fault;
use assize_model::bounds::holds;
use assize_model::decimal::Decimal;
use assize_model::ids::NodeId;
use assize_model::node::{Comparison, Op};
use assize_model::program::Program;
use assize_model::value::Value;

/// What an operation on constants comes to; `None` when it is left to the run.
pub fn fold(program: &Program, op: &Op) -> Option<Result<Value, Fault>> {
    let of = |id: NodeId| constant(program, id);
    let two = |a: NodeId, b: NodeId| Some((of(a)?, of(b)?));
    match op {
        Op::ToDecimal(a) => match of(*a)? {
            Value::Integer(value) => Some(Ok(Value::Decimal(Decimal::from_i64(*value)))),
            _ => None,
        },
        Op::Negate(a) => match of(*a)? {
            Value::Integer(value) => Some(value.checked_neg().map(Value::Integer).ok_or(Fault::Overflow)),
            Value::Decimal(value) => Some(Ok(Value::Decimal(value.neg()))),
            _ => None,
        },
        Op::Add(a, b) => match two(*a, *b)? {
            (Value::Integer(a), Value::Integer(b)) => Some(integer(a.checked_add(*b))),
            (Value::Decimal(a), Value::Decimal(b)) => Some(a.add(*b).map(Value::Decimal)),
            (Value::Duration(a), Value::Duration(b)) => Some(a.add(*b).map(Value::Duration)),
            _ => None,
        },
        Op::Sub(a, b) => match two(*a, *b)? {
            (Value::Integer(a), Value::Integer(b)) => Some(integer(a.checked_sub(*b))),
            (Value::Decimal(a), Value::Decimal(b)) => Some(a.sub(*b).map(Value::Decimal)),
            (Value::Duration(a), Value::Duration(b)) => Some(a.sub(*b).map(Value::Duration)),
            _ => None,
        },
        Op::Mul(a, b) => match two(*a, *b)? {
            (Value::Integer(a), Value::Integer(b)) => Some(integer(a.checked_mul(*b))),
            (Value::Decimal(a), Value::Decimal(b)) => Some(a.mul(*b).map(Value::Decimal)),
            (Value::Duration(a), Value::Integer(b)) => Some(a.mul(*b).map(Value::Duration)),
            _ => None,
        },
        Op::Div(a, b) => match two(*a, *b)? {
            (Value::Decimal(a), Value::Decimal(b)) => Some(a.div(*b).map(Value::Decimal)),
            _ => None,
        },
        Op::Compare { op, left, right } => {
            let (left, right) = two(*left, *right)?;
            compare(*op, left, right).map(|answer| Ok(Value::Boolean(answer)))
        }
        Op::Not(a) => truth(program, *a).map(|value| Ok(Value::Boolean(!value))),
        Op::And(items) => decided(program, items, false),
        Op::Or(items) => decided(program, items, true),
        _ => None,
    }
}

fn integer(value: Option<i64>) -> Result<Value, Fault> {
    value.map(Value::Integer).ok_or(Fault::Overflow)
}

/// The value of a constant node.
pub fn constant(program: &Program, id: NodeId) -> Option<&Value> {
    match &program.node(id)?.op {
        Op::Const(value) => Some(value),
        _ => None,
    }
}

/// The value of a constant condition.
pub fn truth(program: &Program, id: NodeId) -> Option<bool> {
    match constant(program, id)? {
        Value::Boolean(value) => Some(*value),
        _ => None,
    }
}

/// A conjunction (or disjunction) in which one constant decides, or all are constant.
fn decided(program: &Program, items: &[NodeId], decisive: bool) -> Option<Result<Value, Fault>> {
    let mut all = true;
    for &item in items {
        match truth(program, item) {
            Some(value) if value == decisive => return Some(Ok(Value::Boolean(decisive))),
            Some(_) => {}
            None => all = false,
        }
    }
    all.then_some(Ok(Value::Boolean(!decisive)))
}

/// A comparison of constants of one type, where their order is the plain one.
pub fn compare(op: Comparison, left: &Value, right: &Value) -> Option<bool> {
    let order = match (left, right) {
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::Decimal(a), Value::Decimal(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::Time(a), Value::Time(b)) => a.cmp(b),
        (Value::DateTime(a), Value::DateTime(b)) => a.cmp(b),
        (Value::Code(a, x), Value::Code(b, y)) if a == b => x.cmp(y),
        _ => return None,
    };
    Some(holds(op, order))
}
