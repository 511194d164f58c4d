//! Whom a numerator takes in, by the values of a breakdown.

use crate::value::BreakdownValue;
use assize_model::bounds::holds;
use assize_model::ids::NodeId;
use assize_model::node::{Comparison, Op};
use assize_model::program::Program;
use assize_model::value::Value;
use std::cmp::Ordering;

/// How deep a condition is looked into.
const DEPTH: u32 = 64;

/// What a condition says of all records that have a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
    Unknown,
}

impl Answer {
    const fn of(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// Where conditions stand, and with which parameters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ties<'p> {
    pub program: &'p Program,
    pub params: &'p [Value],
}

impl Ties<'_> {
    /// What a condition says of all records of which a breakdown has a value; `None` where it reads anything else.
    pub fn answer(self, condition: NodeId, breakdown: NodeId, value: &BreakdownValue) -> Option<Answer> {
        self.condition(condition, breakdown, value, DEPTH)
    }

    fn condition(self, node: NodeId, breakdown: NodeId, value: &BreakdownValue, depth: u32) -> Option<Answer> {
        let depth = depth.checked_sub(1)?;
        if node == breakdown {
            return match value {
                BreakdownValue::Boolean(yes) => Some(Answer::of(*yes)),
                BreakdownValue::Missing(_) | BreakdownValue::Error => Some(Answer::Unknown),
                _ => None,
            };
        }
        match &self.program.node(node)?.op {
            Op::Const(Value::Boolean(yes)) => Some(Answer::of(*yes)),
            Op::Not(of) => Some(match self.condition(*of, breakdown, value, depth)? {
                Answer::Yes => Answer::No,
                Answer::No => Answer::Yes,
                Answer::Unknown => Answer::Unknown,
            }),
            Op::And(of) => self.all(of, breakdown, value, depth, Answer::No),
            Op::Or(of) => self.all(of, breakdown, value, depth, Answer::Yes),
            Op::Compare { op, left, right } => {
                let (op, other) = match (*left == breakdown, *right == breakdown) {
                    (true, false) => (*op, *right),
                    (false, true) => (op.mirrored(), *left),
                    _ => return None,
                };
                let missing = matches!(value, BreakdownValue::Missing(_) | BreakdownValue::Error);
                if matches!(self.program.node(other)?.op, Op::NoCode) {
                    let none = matches!(value, BreakdownValue::NoCode);
                    return match op {
                        _ if missing => Some(Answer::Unknown),
                        Comparison::Eq => Some(Answer::of(none)),
                        Comparison::Ne => Some(Answer::of(!none)),
                        _ => None,
                    };
                }
                let other = self.known(other)?;
                if missing {
                    return Some(Answer::Unknown);
                }
                // No code has no place in an order, and is none of the codes.
                if matches!(value, BreakdownValue::NoCode) {
                    return Some(Answer::of(op == Comparison::Ne));
                }
                Some(Answer::of(holds(op, order(value, other)?)))
            }
            Op::In { item, set } if *item == breakdown => {
                let set = self.known(*set)?;
                match (value, set) {
                    (BreakdownValue::Missing(_) | BreakdownValue::Error, _) => Some(Answer::Unknown),
                    (BreakdownValue::NoCode, Value::Codes(..)) => Some(Answer::No),
                    (BreakdownValue::Code(list, code), Value::Codes(of, codes)) if list == of => {
                        Some(Answer::of(codes.contains(code)))
                    }
                    (BreakdownValue::Text(text), Value::Texts(texts)) => Some(Answer::of(texts.contains(text))),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The answer of several conditions, of which one that says `decides` decides.
    fn all(
        self,
        of: &[NodeId],
        breakdown: NodeId,
        value: &BreakdownValue,
        depth: u32,
        decides: Answer,
    ) -> Option<Answer> {
        let mut answer = if decides == Answer::No { Answer::Yes } else { Answer::No };
        for &node in of {
            match self.condition(node, breakdown, value, depth)? {
                one if one == decides => return Some(decides),
                Answer::Unknown => answer = Answer::Unknown,
                _ => {}
            }
        }
        Some(answer)
    }

    /// A value that the rules or a parameter give.
    fn known(&self, node: NodeId) -> Option<&Value> {
        match &self.program.node(node)?.op {
            Op::Const(value) => Some(value),
            Op::Param(id) => self.params.get(id.index()),
            _ => None,
        }
    }
}

fn order(value: &BreakdownValue, other: &Value) -> Option<Ordering> {
    match (value, other) {
        (BreakdownValue::Code(list, code), Value::Code(of, other)) if list == of => Some(code.cmp(other)),
        (BreakdownValue::Boolean(value), Value::Boolean(other)) => Some(value.cmp(other)),
        (BreakdownValue::Integer(value), Value::Integer(other)) => Some(value.cmp(other)),
        (BreakdownValue::Decimal(value), Value::Decimal(other)) => Some(value.cmp(other)),
        (BreakdownValue::Text(value), Value::Text(other)) => Some(value.cmp(other)),
        (BreakdownValue::Date(value), Value::Date(other)) => Some(value.cmp(other)),
        (BreakdownValue::Time(value), Value::Time(other)) => Some(value.cmp(other)),
        (BreakdownValue::DateTime(value), Value::DateTime(other)) => Some(value.cmp(other)),
        _ => None,
    }
}
