//! What each operator makes of its operands' cells: the meaning of the language, one record at a time.

mod call;
mod choice;
mod civil;
mod logic;
mod number;
mod score;
mod text;

pub use choice::{better, choose};
pub use civil::units_between;
pub use logic::{all_of, any_of, compare, is, negated};

use super::cell::Cell;
use super::store::Store;
use assize_model::absence::{Absence, Fault};
use assize_model::ids::NodeId;
use assize_model::node::{Node, Op};
use assize_model::program::{Program, State};

/// Of two operands, the absence that the result takes when either is absent.
#[inline]
fn absent(left: Cell, right: Cell) -> Option<Absence> {
    match (left.absence(), right.absence()) {
        (None, None) => None,
        (Some(a), Some(b)) => Some(a.or(b)),
        (a, b) => a.or(b),
    }
}

/// What only a program that was never verified comes to: operands of the wrong types.
pub(super) const fn ill_typed(node: NodeId) -> Cell {
    Cell::error(Fault::Argument, node)
}

/// Works out a node from its operands. Fields, outcomes, aggregates, parameters and what an enclosing scope gives are
/// not worked out here: these the evaluator knows.
pub fn apply(program: &Program, store: &mut Store, id: NodeId, node: &Node, get: &impl Fn(NodeId) -> Cell) -> Cell {
    match &node.op {
        Op::Const(value) => store.put(value),
        Op::NoCode => Cell::Code(assize_model::ids::Code::NONE),
        Op::Param(_)
        | Op::AsOf
        | Op::Field(_)
        | Op::Parent(_)
        | Op::Aggregate { .. }
        | Op::Outcome(_)
        | Op::Progress(_) => ill_typed(id),

        Op::Not(a) => negated(get(*a)),
        Op::And(items) => all_of(items.iter().map(|&item| get(item))),
        Op::Or(items) => any_of(items.iter().map(|&item| get(item))),
        Op::Tally { kind, n, items } => logic::tally(*kind, get(*n), items.iter().map(|&item| get(item))),
        Op::Compare { op, left, right } => compare(store, id, *op, get(*left), get(*right)),
        Op::In { item, set } => logic::is_in(store, id, get(*item), get(*set)),
        Op::IsKnown(a) | Op::IsMissing(a) | Op::IsReason(a, _) => known(&node.op, get(*a), None),

        Op::Negate(a) => number::negate(store, id, get(*a)),
        Op::Add(a, b) => number::add(store, id, get(*a), get(*b)),
        Op::Sub(a, b) => number::sub(store, id, get(*a), get(*b)),
        Op::Mul(a, b) => number::mul(store, id, get(*a), get(*b)),
        Op::Div(a, b) => number::div(store, id, get(*a), get(*b)),
        Op::Abs(a) => number::abs(store, id, get(*a)),
        Op::Min(items) => choice::extreme(store, id, items.iter().map(|&item| get(item)), false),
        Op::Max(items) => choice::extreme(store, id, items.iter().map(|&item| get(item)), true),
        Op::Round { operand, places, mode } => number::round(store, id, get(*operand), get(*places), *mode),
        Op::ToDecimal(a) => number::to_decimal(store, id, get(*a)),
        Op::CivilDate(a) => civil::civil_date(program, id, get(*a)),

        Op::If { condition, then, otherwise } => match get(*condition) {
            Cell::Boolean(true) => get(*then),
            Cell::Boolean(false) => get(*otherwise),
            Cell::Absent(absence) => Cell::Absent(absence),
            _ => ill_typed(id),
        },
        Op::Where { condition, value } => match get(*condition) {
            Cell::Boolean(true) => get(*value),
            Cell::Boolean(false) => Cell::Absent(Absence::NOT_APPLICABLE),
            Cell::Absent(absence) => Cell::Absent(absence),
            _ => ill_typed(id),
        },
        Op::FirstKnown(items) => choice::first_known(items.iter().map(|&item| get(item))),
        Op::Highest(items) => choice::ranked(program, node.ty, items.iter().map(|&item| get(item)), true),
        Op::Lowest(items) => choice::ranked(program, node.ty, items.iter().map(|&item| get(item)), false),
        Op::Step { operand, up } => choice::step(program, id, node.ty, get(*operand), *up),

        Op::Lower(a) => text::lower(store, id, get(*a)),
        Op::Trim(a) => text::trim(store, id, get(*a)),
        Op::StartsWith(a, b) => text::test(store, id, get(*a), get(*b), |text, part| text.starts_with(part)),
        Op::EndsWith(a, b) => text::test(store, id, get(*a), get(*b), |text, part| text.ends_with(part)),
        Op::Contains(a, b) => text::contains(store, id, get(*a), get(*b)),
        Op::Matches { operand, pattern } => {
            text::matches(store, id, get(*operand), program.patterns.get(pattern.index()))
        }
        Op::Overlaps(a, b) => text::overlaps(store, id, get(*a), get(*b)),
        Op::Size(a) => text::size(store, id, get(*a)),

        Op::Shift { operand, by, back } => civil::shift(program, id, get(*operand), get(*by), *back),
        Op::UnitsBetween { unit, from, to } => units_between(id, *unit, get(*from), get(*to)),
        Op::FiscalYear { operand, from } => civil::fiscal_year(id, get(*operand), *from),
        Op::StartOf { operand, unit } => civil::start_of(id, get(*operand), *unit),
        Op::Part { operand, part } => civil::part(id, get(*operand), *part),
        Op::Score { rule, terms } => score::score(store, id, node.ty, *rule, terms, get),
        Op::End { operand, high } => score::end(store, get(*operand), *high),
        Op::Choose { choice, rows, otherwise } => {
            let rows = rows.iter().map(|&(condition, value)| (get(condition), value));
            choose(store, id, node.ty, (*choice, *otherwise), rows, get)
        }
        Op::Lookup { lookup, args } => call::look_up(program, store, *lookup, args.iter().map(|&arg| get(arg))),
        Op::Call { function, args } => call::call(program, store, id, *function, args.iter().map(|&arg| get(arg))),
    }
}

/// Whether a value is known, missing, or missing for a reason; of an outcome, by the state of its category.
pub fn known(op: &Op, cell: Cell, state: Option<State>) -> Cell {
    let missing = match (cell, state) {
        (Cell::Absent(absence), _) if absence.is_error() => return cell,
        (_, Some(State::Provisional | State::Undetermined)) => Some(Absence::UNKNOWN),
        (Cell::Absent(absence), _) => Some(absence),
        _ if cell.is_between() => Some(Absence::UNKNOWN),
        _ => None,
    };
    Cell::Boolean(match op {
        Op::IsKnown(_) => missing.is_none(),
        Op::IsReason(_, reason) => missing == Some(Absence::missing(*reason)),
        _ => missing.is_some(),
    })
}
