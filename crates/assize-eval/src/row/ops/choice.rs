//! Choosing among operands: the first known, the least and greatest, the highest and lowest of codes.

use super::ill_typed;
use crate::row::cell::Cell;
use crate::row::store::Store;
use assize_model::absence::Absence;
use assize_model::bounds::{CodeSet, choose_code, step_code};
use assize_model::choose::{Chooser, Item};
use assize_model::ids::{Code, NodeId};
use assize_model::node::Choice;
use assize_model::program::Program;
use assize_model::ty::Ty;

/// The first operand that is not missing; an error is taken as it is.
pub fn first_known(items: impl Iterator<Item = Cell>) -> Cell {
    let mut last = Cell::UNKNOWN;
    for item in items {
        last = item;
        match item {
            Cell::Absent(absence) if !absence.is_error() => {}
            taken => return taken,
        }
    }
    last
}

/// The greatest (or least) of numbers, dates, times, instants or codes, none of them absent.
pub fn extreme(store: &mut Store, node: NodeId, items: impl Iterator<Item = Cell>, greatest: bool) -> Cell {
    let mut left: Option<Absence> = None;
    let mut best: Option<Cell> = None;
    for item in items {
        if let Cell::Absent(absence) = item {
            left = Some(left.map_or(absence, |left| left.or(absence)));
        } else if left.is_none() {
            best = Some(best.map_or(item, |best| better(store, node, best, item, greatest)));
        }
    }
    left.map_or_else(|| best.unwrap_or_else(|| ill_typed(node)), Cell::Absent)
}

/// The greater (or less) of two that are not absent.
pub fn better(store: &mut Store, node: NodeId, left: Cell, right: Cell, greatest: bool) -> Cell {
    if let (Cell::Code(a), Cell::Code(b)) = (left, right) {
        return Cell::Code(choose_code(a, b, greatest));
    }
    if left.is_known() && right.is_known() {
        let order = store.order(left, right);
        let takes_right = if greatest { order.is_lt() } else { order.is_gt() };
        return if takes_right { right } else { left };
    }
    if let (Some(a), Some(b)) = (left.integer_bounds(), right.integer_bounds()) {
        Cell::integers(if greatest { a.max(b) } else { a.min(b) })
    } else if let (Some(a), Some(b)) = (left.code_set(), right.code_set()) {
        Cell::codes(a.choose(b, greatest))
    } else if let (Some(a), Some(b)) = (store.decimal_bounds(left), store.decimal_bounds(right)) {
        store.put_decimals(if greatest { a.max(b) } else { a.min(b) })
    } else {
        ill_typed(node)
    }
}

/// The highest (or lowest) of codes, the not-applicable left out.
pub fn ranked(program: &Program, ty: Ty, items: impl Iterator<Item = Cell>, highest: bool) -> Cell {
    let len = length(program, ty);
    let mut error: Option<Absence> = None;
    let mut any = false;
    let mut exact = Code::NONE;
    let mut open: Option<CodeSet> = None;
    let mut unknowable = false;
    for item in items {
        match item {
            Cell::Absent(Absence::NOT_APPLICABLE) => {}
            Cell::Absent(absence) if absence.is_error() => error = error.or(Some(absence)),
            Cell::Absent(_) if len > CodeSet::CAPACITY => unknowable = true,
            Cell::Absent(_) => {
                let every =
                    (0..u16::try_from(len).unwrap_or(u16::MAX)).fold(CodeSet::EMPTY, |set, n| set.with(Code(n)));
                open = Some(open.map_or(every, |open| open.choose(every, highest)));
            }
            Cell::Code(code) => {
                any = true;
                exact = choose_code(exact, code, highest);
            }
            other => {
                let set = other.code_set().unwrap_or_default();
                open = Some(open.map_or(set, |open| open.choose(set, highest)));
            }
        }
    }
    match (error, open) {
        (Some(error), _) => Cell::Absent(error),
        // More codes than a set can hold: which one is simply not known.
        _ if unknowable => Cell::UNKNOWN,
        (None, Some(open)) => Cell::codes(open.choose(CodeSet::of(exact), highest)),
        (None, None) if any => Cell::Code(exact),
        (None, None) => Cell::Absent(Absence::NOT_APPLICABLE),
    }
}

/// One above or below in the list.
pub fn step(program: &Program, node: NodeId, ty: Ty, operand: Cell, up: bool) -> Cell {
    let len = length(program, ty);
    match operand {
        Cell::Absent(_) => operand,
        Cell::Code(code) => Cell::Code(step_code(code, up, len)),
        Cell::OneOf(_) => {
            let set = operand.code_set().unwrap_or_default();
            Cell::codes(set.iter().fold(CodeSet::EMPTY, |out, code| out.with(step_code(code, up, len))))
        }
        _ => ill_typed(node),
    }
}

/// How many codes the list of a code's type has.
fn length(program: &Program, ty: Ty) -> usize {
    match ty {
        Ty::Code(list) => program.list(list).map_or(0, |list| list.codes.len()),
        _ => 0,
    }
}

/// The value of the rows whose conditions hold, in their order; rows whose condition is `no` may be left out.
pub fn choose(
    store: &mut Store,
    node: NodeId,
    ty: Ty,
    (choice, otherwise): (Choice, Option<NodeId>),
    rows: impl Iterator<Item = (Cell, NodeId)>,
    get: &impl Fn(NodeId) -> Cell,
) -> Cell {
    let item = {
        let store = &*store;
        let same = |a: &Cell, b: &Cell| store.order(*a, *b).is_eq();
        let item = |node: NodeId| {
            let cell = get(node);
            match (cell, cell.integer_bounds(), store.decimal_bounds(cell)) {
                (Cell::Absent(absence), ..) => Item::Absent(absence),
                (_, Some(bounds), _) => Item::Integer(bounds),
                (_, _, Some(bounds)) => Item::Decimal(bounds),
                (other, ..) => Item::Other(other),
            }
        };
        let mut chooser = Chooser::new(choice, node);
        for (condition, value) in rows {
            let truth = match condition {
                Cell::Boolean(truth) => Ok(truth),
                Cell::Absent(absence) => Err(absence),
                _ => Err(Absence::UNKNOWN),
            };
            if !chooser.take(truth, || item(value), &same) {
                break;
            }
        }
        chooser.finish(|| otherwise.map(item), ty == Ty::Integer, &same)
    };
    match item {
        Item::Absent(absence) => Cell::Absent(absence),
        Item::Integer(bounds) => Cell::integers(bounds),
        Item::Decimal(bounds) => store.put_decimals(bounds),
        Item::Other(cell) => cell,
    }
}
