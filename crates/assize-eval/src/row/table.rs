//! Tables of many rows: only the rows that their index leaves are looked at.

use super::cell::Cell;
use super::decide::{Step, Walk};
use super::plan::DecisionPlan;
use super::store::Store;
use crate::index::Index;
use assize_model::absence::Absence;
use assize_model::grid::{Cuts, Place, element};
use assize_model::ids::{Code, NodeId};
use assize_model::node::{Choice, Node, Op};

/// What a cell is among the elements of an operand.
#[inline]
pub fn place(cuts: &Cuts, cell: Cell, store: &Store) -> Place {
    match (cell, cuts) {
        (Cell::Absent(absence), _) => Place::Absent(absence),
        (Cell::Boolean(value), _) => Place::At(u32::from(value)),
        (Cell::Integer(value), Cuts::Integer(cuts)) => Place::At(element(cuts, &value)),
        (Cell::Decimal(value), Cuts::Decimal(cuts)) => Place::At(element(cuts, &value)),
        (Cell::Date(value), Cuts::Date(cuts)) => Place::At(element(cuts, &value)),
        (Cell::Time(value), Cuts::Time(cuts)) => Place::At(element(cuts, &value)),
        (Cell::DateTime(value), Cuts::DateTime(cuts)) => Place::At(element(cuts, &value)),
        (Cell::Code(code), _) => Place::At(cuts.code(code)),
        (Cell::Text(span), _) => Place::At(cuts.text(store.text(span))),
        (Cell::OneOf(_), _) => Place::OneOf(cell.code_set().unwrap_or_default(), cuts.code(Code::NONE)),
        (Cell::Between { .. }, _) => {
            let (from, to) = cell.integer_bounds().map_or((0, u32::MAX), |bounds| cuts.integers(bounds));
            Place::Between(from, to)
        }
        (Cell::DecimalBetween(_), _) => {
            let (from, to) = store.decimal_bounds(cell).map_or((0, u32::MAX), |bounds| cuts.decimals(bounds));
            Place::Between(from, to)
        }
        _ => Place::Absent(Absence::UNKNOWN),
    }
}

/// The truth of a row as a cell.
#[inline]
pub fn cell(truth: Result<bool, Absence>) -> Cell {
    truth.map_or_else(Cell::Absent, Cell::Boolean)
}

/// Walks the rows that the index leaves.
pub fn walk(walk: &mut Walk, decision: &DecisionPlan, index: &Index, places: &[Place]) -> Step {
    walk.list();
    // The case that the last row was of, and what its rows come to so far.
    let mut open: Option<(u32, Cell)> = None;
    let mut step = Step::On;
    index.each(places, |row, truth| {
        let case = decision.case_of.get(row as usize).copied().unwrap_or(0);
        if let Some((before, truth)) = open
            && before != case
        {
            step = end(walk, decision, before, &truth);
            open = None;
            if step == Step::Stop {
                return false;
            }
        }
        if truth == Ok(true) {
            walk.listed(row);
        }
        let so_far = open.map_or(Cell::NO, |(_, truth)| truth);
        open = Some((case, super::ops::any_of([so_far, cell(truth)].into_iter())));
        true
    });
    if let (Some((case, truth)), Step::On) = (open, step) {
        step = end(walk, decision, case, &truth);
    }
    if step == Step::On {
        walk.go_to(decision.cases.len());
    }
    step
}

/// The value of a table: of the rows that its index leaves, which are listed in `left`.
pub fn choose(
    store: &mut Store,
    (id, node): (NodeId, &Node),
    index: &Index,
    places: &[Place],
    left: &mut Vec<(Cell, NodeId)>,
    get: &impl Fn(NodeId) -> Cell,
) -> Cell {
    let Op::Choose { choice, rows, otherwise } = &node.op else { return super::ops::ill_typed(id) };
    left.clear();
    index.each(places, |row, truth| {
        if let Some(&(_, value)) = rows.get(row as usize) {
            left.push((cell(truth), value));
        }
        !(*choice == Choice::First && truth == Ok(true))
    });
    super::ops::choose(store, id, node.ty, (*choice, *otherwise), left.iter().copied(), get)
}

fn end(walk: &mut Walk, decision: &DecisionPlan, case: u32, truth: &Cell) -> Step {
    walk.go_to(case as usize);
    decision.cases.get(case as usize).map_or(Step::On, |of| walk.case(of.code, truth))
}
