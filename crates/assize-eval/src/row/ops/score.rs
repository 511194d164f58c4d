//! Scores of forms.

use super::super::cell::Cell;
use super::super::store::Store;
use super::ill_typed;
use assize_model::absence::{Absence, Fault};
use assize_model::bounds::{Bounds, Number};
use assize_model::ids::NodeId;
use assize_model::score::{self, Answer, ScoreRule, ScoreTerm};
use assize_model::ty::Ty;

/// What the items of a form add up to.
pub fn score(
    store: &mut Store,
    id: NodeId,
    ty: Ty,
    rule: ScoreRule,
    terms: &[ScoreTerm],
    get: &impl Fn(NodeId) -> Cell,
) -> Cell {
    let limit = match rule.limit().map(get) {
        None => 0,
        Some(Cell::Integer(limit)) => limit,
        Some(Cell::Absent(absence)) => return Cell::Absent(absence),
        Some(_) => return ill_typed(id),
    };
    if rule == ScoreRule::Answered {
        let mut answered = 0;
        for term in terms {
            match get(term.answer) {
                Cell::Absent(absence) if absence.is_error() => return Cell::Absent(absence),
                Cell::Absent(absence) if absence != Absence::NOT_APPLICABLE => {}
                _ => answered += 1,
            }
        }
        return Cell::Integer(answered);
    }
    if ty == Ty::Integer {
        let answers = terms.iter().map(|term| answer(id, term, get, Cell::integer_bounds));
        score::score(rule, limit, id, answers).map_or_else(Cell::Absent, Cell::integers)
    } else {
        let scored = {
            let store = &*store;
            let answers = terms.iter().map(|term| answer(id, term, get, |cell| store.decimal_bounds(cell)));
            score::score(rule, limit, id, answers)
        };
        scored.map_or_else(Cell::Absent, |bounds| store.put_decimals(bounds))
    }
}

/// What an item adds; `number` reads a number of the score's type.
fn answer<T: Number>(
    id: NodeId,
    term: &ScoreTerm,
    get: &impl Fn(NodeId) -> Cell,
    number: impl Fn(Cell) -> Option<Bounds<T>>,
) -> Result<Answer<T>, Absence> {
    let wrong = Absence::error(Fault::Argument, id);
    let operand = |node: Option<NodeId>| node.and_then(|node| number(get(node)));
    let absence = match get(term.answer) {
        Cell::Boolean(true) => return operand(term.weight).map(Answer::Adds).ok_or(wrong),
        Cell::Boolean(false) => return Ok(Answer::Adds(Bounds::exact(T::ZERO))),
        Cell::Absent(absence) => absence,
        cell => return number(cell).map(Answer::Adds).ok_or(wrong),
    };
    if absence.is_error() {
        return Err(absence);
    }
    // What does not apply counts for nothing.
    if absence == Absence::NOT_APPLICABLE {
        return Ok(Answer::Adds(Bounds::exact(T::ZERO)));
    }
    Ok(Answer::Missing {
        absence,
        ends: Bounds {
            lo: operand(term.low).and_then(|bounds| bounds.lo),
            hi: operand(term.high).and_then(|bounds| bounds.hi),
        },
        stand_in: operand(term.stand_in).and_then(Bounds::value),
    })
}

/// The least or the most that a number could be.
pub fn end(store: &mut Store, cell: Cell, high: bool) -> Cell {
    if !cell.is_between() {
        return cell;
    }
    if let Some(bounds) = cell.integer_bounds() {
        let end = if high { bounds.hi } else { bounds.lo };
        return end.map_or(Cell::Absent(Absence::UNKNOWN), Cell::Integer);
    }
    let end = store.decimal_bounds(cell).and_then(|bounds| if high { bounds.hi } else { bounds.lo });
    end.map_or(Cell::Absent(Absence::UNKNOWN), Cell::Decimal)
}
