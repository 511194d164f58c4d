//! The expressions of a program: an arena of typed nodes, operands before their users, equal expressions shared.
//!
//! A node is worked out in a [`Scope`]: once a run, once a record, or once a child of a record. Operands are of the
//! node's own scope or of the run's; only [`Op::Parent`] reads from the enclosing scope, and only [`Op::Aggregate`] and
//! [`Op::Progress`] read from the scopes of its children.

use crate::absence::Reason;
use crate::civil::Unit;
use crate::decimal::Rounding;
use crate::ids::{DecisionId, FieldId, FunctionId, LookupId, NodeId, ParamId, PatternId, RecordId, ScopeId};
use crate::movement::Progress;
use crate::program::Place;
use crate::score::{ScoreRule, ScoreTerm};
use crate::ty::Ty;
use crate::value::Value;

/// Operands.
pub type Operands = Box<[NodeId]>;

/// One expression.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it does.
    pub op: Op,
    /// The type of what it gives.
    pub ty: Ty,
    /// Where it is worked out.
    pub scope: ScopeId,
    /// Whether it can come out between bounds (a number) or as one of several codes, beside known and absent.
    pub inexact: bool,
    /// Where it is written; of shared expressions, the first.
    pub place: Place,
}

/// A place where expressions are worked out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    /// Whose fields it reads; `None` for what is worked out once a run.
    pub record: Option<RecordId>,
    /// For the children of a record: the enclosing scope, and the `many` field there that they come by.
    pub parent: Option<(ScopeId, FieldId)>,
}

/// The scope of what is worked out once a run.
pub const RUN: ScopeId = ScopeId(0);

/// Comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the usual names")]
pub enum Comparison {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Comparison {
    /// The comparison that says the same with the operands exchanged.
    #[must_use]
    pub const fn mirrored(self) -> Self {
        match self {
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
            same => same,
        }
    }
}

/// How many of a list must be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Tally {
    AtLeast,
    AtMost,
    Exactly,
}

/// Parts of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the usual names; weekdays count from Monday, which is 1")]
pub enum DatePart {
    Year,
    Month,
    Day,
    Weekday,
}

/// Child aggregates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum AggregateKind {
    Count,
    Any,
    All,
    Sum,
    Min,
    Max,
    Mean,
    Latest,
    Earliest,
    Distinct,
}

/// How rows of conditions come to one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Choice {
    /// The first row that holds.
    First,
    /// The only row that holds; several are a conflict.
    Unique,
    /// Any row that holds; they must give the same.
    Any,
    /// The sum of all that hold; nothing comes to 0.
    Sum,
    /// The least of them.
    Min,
    /// The greatest of them.
    Max,
    /// How many hold.
    Count,
}

/// What a node does. Operand types are settled by the compiler: both sides of a comparison or of arithmetic have the
/// same type, and an integer that meets a decimal, or an instant that meets a date, goes through a conversion first.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the fields are the operands that each variant's line names")]
pub enum Op {
    /// A value that the text gives.
    Const(Value),
    /// No code: `none`.
    NoCode,
    /// A parameter.
    Param(ParamId),
    /// The evaluation date.
    AsOf,
    /// A field of the scope's record.
    Field(FieldId),
    /// What a node of the enclosing scope gives for this child's parent.
    Parent(NodeId),

    /// Kleene negation.
    Not(NodeId),
    /// Kleene conjunction of two or more.
    And(Operands),
    /// Kleene disjunction of two or more.
    Or(Operands),
    /// At least, at most or exactly `n` (an integer) of the items true. Items that are absent count as either; an item
    /// in error makes the result that error unless the others decide it.
    Tally { kind: Tally, n: NodeId, items: Operands },
    /// A comparison of two values of one type.
    Compare { op: Comparison, left: NodeId, right: NodeId },
    /// Whether a code or text is in a set.
    In { item: NodeId, set: NodeId },
    /// Whether there is a value (for an outcome of a category: whether it is decided).
    IsKnown(NodeId),
    /// Whether it is missing, for whatever reason. The opposite of known; a bound is missing.
    IsMissing(NodeId),
    /// Whether it is missing for this reason. A bound is missing as `unknown`.
    IsReason(NodeId, Reason),

    /// Arithmetic negation.
    Negate(NodeId),
    /// Sum; of two durations too.
    Add(NodeId, NodeId),
    /// Difference; of two durations too, and of two instants, which gives a clock duration.
    Sub(NodeId, NodeId),
    /// Product; a duration (left) by an integer (right) too.
    Mul(NodeId, NodeId),
    /// Quotient of decimals.
    Div(NodeId, NodeId),
    /// Absolute value.
    Abs(NodeId),
    /// Least of numbers, dates, times, instants or codes.
    Min(Operands),
    /// Greatest of the same.
    Max(Operands),
    /// A decimal rounded to places (an integer).
    Round { operand: NodeId, places: NodeId, mode: Rounding },
    /// An integer as a decimal.
    ToDecimal(NodeId),
    /// The civil date of an instant in the ruleset's zone.
    CivilDate(NodeId),

    /// `then` where the condition is `yes`, `otherwise` where it is `no`; an absent condition is the result.
    If { condition: NodeId, then: NodeId, otherwise: NodeId },
    /// The first operand that is not missing; when all are, the absence of the last. A bound counts as known.
    FirstKnown(Operands),
    /// The highest of ordered codes. Not-applicable members and no code are left out; with none left it is
    /// not applicable. A member missing for another reason could be any code of the list.
    Highest(Operands),
    /// The lowest of ordered codes, likewise.
    Lowest(Operands),
    /// One above or below in an ordered list, staying at its ends.
    Step { operand: NodeId, up: bool },

    /// Lower case.
    Lower(NodeId),
    /// Without white space at its ends.
    Trim(NodeId),
    /// Whether the left text begins with the right.
    StartsWith(NodeId, NodeId),
    /// Whether the left text ends with the right.
    EndsWith(NodeId, NodeId),
    /// Whether the left text contains the right.
    Contains(NodeId, NodeId),
    /// Whether the text matches the pattern somewhere.
    Matches { operand: NodeId, pattern: PatternId },
    /// Whether two sets have a member in common.
    Overlaps(NodeId, NodeId),
    /// How many members a set has, or how many characters a text.
    Size(NodeId),

    /// A date, time or instant moved by a duration, forwards or back.
    Shift { operand: NodeId, by: NodeId, back: bool },
    /// Whole units elapsed from one date to another.
    UnitsBetween { unit: Unit, from: NodeId, to: NodeId },
    /// The calendar year in which the fiscal year of a date begins, for fiscal years from this month (1 to 12).
    FiscalYear { operand: NodeId, from: u8 },
    /// The first day of the unit that a date is in.
    StartOf { operand: NodeId, unit: Unit },
    /// A part of a date, as an integer.
    Part { operand: NodeId, part: DatePart },

    /// The value of the rows whose conditions hold; each row has its condition and its value.
    Choose { choice: Choice, rows: Box<[(NodeId, NodeId)]>, otherwise: Option<NodeId> },
    /// What a look-up has for its keys, and for a date where its rows hold for a time.
    Lookup { lookup: LookupId, args: Operands },
    /// A call of a function.
    Call { function: FunctionId, args: Operands },
    /// A value where the condition is `yes`; not applicable where it is `no`. An absent condition is the result.
    Where { condition: NodeId, value: NodeId },
    /// What the items of a form add up to; or how many have an answer.
    Score { rule: ScoreRule, terms: Box<[ScoreTerm]> },
    /// The least, or the most (`high`), that a number could be.
    End { operand: NodeId, high: bool },
    /// An aggregate over the children of `scope`.
    Aggregate {
        kind: AggregateKind,
        scope: ScopeId,
        value: Option<NodeId>,
        order: Option<NodeId>,
        filter: Option<NodeId>,
    },
    /// The outcome of a category.
    Outcome(DecisionId),
    /// The code that events among children have moved a record to.
    Progress(Box<Progress>),
}

impl Op {
    /// Calls `f` with each operand, in reading order: the order in which an explanation names what was read. An
    /// aggregate gives its filter, then its value, then its order. Outcomes have their operands in the decision.
    pub fn operands(&self, mut f: impl FnMut(NodeId)) {
        match self {
            Self::Const(_) | Self::NoCode | Self::Param(_) | Self::AsOf | Self::Field(_) | Self::Outcome(_) => {}
            Self::Parent(a)
            | Self::Not(a)
            | Self::IsKnown(a)
            | Self::IsMissing(a)
            | Self::IsReason(a, _)
            | Self::Negate(a)
            | Self::Abs(a)
            | Self::ToDecimal(a)
            | Self::CivilDate(a)
            | Self::Lower(a)
            | Self::Trim(a)
            | Self::Size(a)
            | Self::Matches { operand: a, .. }
            | Self::Step { operand: a, .. }
            | Self::FiscalYear { operand: a, .. }
            | Self::StartOf { operand: a, .. }
            | Self::Part { operand: a, .. }
            | Self::End { operand: a, .. } => f(*a),
            Self::Compare { left: a, right: b, .. }
            | Self::In { item: a, set: b }
            | Self::Add(a, b)
            | Self::Sub(a, b)
            | Self::Mul(a, b)
            | Self::Div(a, b)
            | Self::Round { operand: a, places: b, .. }
            | Self::StartsWith(a, b)
            | Self::EndsWith(a, b)
            | Self::Contains(a, b)
            | Self::Overlaps(a, b)
            | Self::Shift { operand: a, by: b, .. }
            | Self::Where { condition: a, value: b }
            | Self::UnitsBetween { from: a, to: b, .. } => {
                f(*a);
                f(*b);
            }
            Self::If { condition, then, otherwise } => {
                f(*condition);
                f(*then);
                f(*otherwise);
            }
            Self::And(items)
            | Self::Or(items)
            | Self::Min(items)
            | Self::Max(items)
            | Self::FirstKnown(items)
            | Self::Highest(items)
            | Self::Lowest(items)
            | Self::Lookup { args: items, .. }
            | Self::Call { args: items, .. } => items.iter().copied().for_each(f),
            Self::Score { rule, terms } => {
                terms.iter().for_each(|term| term.operands(&mut f));
                rule.limit().into_iter().for_each(f);
            }
            Self::Tally { n, items, .. } => {
                f(*n);
                items.iter().copied().for_each(f);
            }
            Self::Choose { rows, otherwise, .. } => {
                for &(condition, value) in rows {
                    f(condition);
                    f(value);
                }
                otherwise.iter().copied().for_each(f);
            }
            Self::Aggregate { value, order, filter, .. } => {
                [filter, value, order].into_iter().flatten().copied().for_each(f);
            }
            Self::Progress(progress) => progress.operands(f),
        }
    }
}
