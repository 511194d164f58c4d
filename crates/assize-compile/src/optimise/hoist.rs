//! What children only repeat is worked out once for their parent. It reads the same fields in the same order, so
//! explanations stay as they are.

use assize_model::ids::{NodeId, ScopeId};
use assize_model::node::{Op, RUN};
use assize_model::program::Program;
use assize_model::score::ScoreRule;

/// The operation as the enclosing scope works it out, when all it reads is of that scope or of the run.
pub fn hoist(program: &Program, op: &Op, scope: ScopeId) -> Option<(Op, ScopeId)> {
    let outer = program.scope(scope)?.parent?.0;
    if matches!(op, Op::Parent(_)) {
        return None;
    }
    let (mut some, mut all) = (false, true);
    op.operands(|operand| match program.node(operand) {
        Some(node) if node.scope == RUN => {}
        Some(node) if node.scope == scope && matches!(node.op, Op::Parent(_)) => some = true,
        _ => all = false,
    });
    let source = |id: NodeId| match program.node(id).map(|node| &node.op) {
        Some(Op::Parent(outer)) => *outer,
        _ => id,
    };
    if some && all { Some((mapped(op, source)?, outer)) } else { None }
}

/// The operation on other operands; `None` for what has a scope of its own.
pub(super) fn mapped(op: &Op, f: impl Fn(NodeId) -> NodeId) -> Option<Op> {
    let list = |items: &[NodeId]| items.iter().copied().map(&f).collect::<Box<[NodeId]>>();
    Some(match op {
        Op::Const(_)
        | Op::NoCode
        | Op::Param(_)
        | Op::AsOf
        | Op::Field(_)
        | Op::Parent(_)
        | Op::Aggregate { .. }
        | Op::Outcome(_)
        | Op::Progress(_) => return None,
        Op::Not(a) => Op::Not(f(*a)),
        Op::And(items) => Op::And(list(items)),
        Op::Or(items) => Op::Or(list(items)),
        Op::Tally { kind, n, items } => Op::Tally { kind: *kind, n: f(*n), items: list(items) },
        Op::Compare { op, left, right } => Op::Compare { op: *op, left: f(*left), right: f(*right) },
        Op::In { item, set } => Op::In { item: f(*item), set: f(*set) },
        Op::IsKnown(a) => Op::IsKnown(f(*a)),
        Op::IsMissing(a) => Op::IsMissing(f(*a)),
        Op::IsReason(a, reason) => Op::IsReason(f(*a), *reason),
        Op::Negate(a) => Op::Negate(f(*a)),
        Op::Add(a, b) => Op::Add(f(*a), f(*b)),
        Op::Sub(a, b) => Op::Sub(f(*a), f(*b)),
        Op::Mul(a, b) => Op::Mul(f(*a), f(*b)),
        Op::Div(a, b) => Op::Div(f(*a), f(*b)),
        Op::Abs(a) => Op::Abs(f(*a)),
        Op::Min(items) => Op::Min(list(items)),
        Op::Max(items) => Op::Max(list(items)),
        Op::Round { operand, places, mode } => Op::Round { operand: f(*operand), places: f(*places), mode: *mode },
        Op::ToDecimal(a) => Op::ToDecimal(f(*a)),
        Op::CivilDate(a) => Op::CivilDate(f(*a)),
        Op::If { condition, then, otherwise } => {
            Op::If { condition: f(*condition), then: f(*then), otherwise: f(*otherwise) }
        }
        Op::FirstKnown(items) => Op::FirstKnown(list(items)),
        Op::Highest(items) => Op::Highest(list(items)),
        Op::Lowest(items) => Op::Lowest(list(items)),
        Op::Step { operand, up } => Op::Step { operand: f(*operand), up: *up },
        Op::Lower(a) => Op::Lower(f(*a)),
        Op::Trim(a) => Op::Trim(f(*a)),
        Op::StartsWith(a, b) => Op::StartsWith(f(*a), f(*b)),
        Op::EndsWith(a, b) => Op::EndsWith(f(*a), f(*b)),
        Op::Contains(a, b) => Op::Contains(f(*a), f(*b)),
        Op::Matches { operand, pattern } => Op::Matches { operand: f(*operand), pattern: *pattern },
        Op::Overlaps(a, b) => Op::Overlaps(f(*a), f(*b)),
        Op::Size(a) => Op::Size(f(*a)),
        Op::Shift { operand, by, back } => Op::Shift { operand: f(*operand), by: f(*by), back: *back },
        Op::UnitsBetween { unit, from, to } => Op::UnitsBetween { unit: *unit, from: f(*from), to: f(*to) },
        Op::FiscalYear { operand, from } => Op::FiscalYear { operand: f(*operand), from: *from },
        Op::StartOf { operand, unit } => Op::StartOf { operand: f(*operand), unit: *unit },
        Op::Part { operand, part } => Op::Part { operand: f(*operand), part: *part },
        Op::Where { condition, value } => Op::Where { condition: f(*condition), value: f(*value) },
        Op::Score { rule, terms } => Op::Score {
            rule: match rule {
                ScoreRule::Prorate { up_to, rounding } => ScoreRule::Prorate { up_to: f(*up_to), rounding: *rounding },
                ScoreRule::NotAbove(up_to) => ScoreRule::NotAbove(f(*up_to)),
                same => *same,
            },
            terms: terms.iter().map(|term| term.mapped(&f)).collect(),
        },
        Op::End { operand, high } => Op::End { operand: f(*operand), high: *high },
        Op::Choose { choice, rows, otherwise } => Op::Choose {
            choice: *choice,
            rows: rows.iter().map(|&(condition, value)| (f(condition), f(value))).collect(),
            otherwise: otherwise.map(&f),
        },
        Op::Lookup { lookup, args } => Op::Lookup { lookup: *lookup, args: list(args) },
        Op::Call { function, args } => Op::Call { function: *function, args: list(args) },
    })
}
