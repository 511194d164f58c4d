//! Kleene logic, tallies, comparisons and membership.

use super::{absent, ill_typed};
use crate::row::cell::Cell;
use crate::row::store::Store;
use assize_model::absence::Absence;
use assize_model::bounds::{compare_codes, holds};
use assize_model::ids::NodeId;
use assize_model::node::{Comparison, Tally};
use std::cmp::Ordering;

/// Kleene negation.
#[inline]
pub fn negated(cell: Cell) -> Cell {
    match cell {
        Cell::Boolean(value) => Cell::Boolean(!value),
        other => other,
    }
}

/// Kleene conjunction: a `no` decides, else the left-most error, else the left-most missing value, else `yes`.
#[inline]
pub fn all_of(items: impl Iterator<Item = Cell>) -> Cell {
    fold(items, false)
}

/// Kleene disjunction, likewise: a `yes` decides.
#[inline]
pub fn any_of(items: impl Iterator<Item = Cell>) -> Cell {
    fold(items, true)
}

#[inline]
fn fold(items: impl Iterator<Item = Cell>, decisive: bool) -> Cell {
    let mut left: Option<Absence> = None;
    for item in items {
        match item {
            Cell::Boolean(value) if value == decisive => return Cell::Boolean(decisive),
            Cell::Boolean(_) => {}
            Cell::Absent(absence) => left = Some(left.map_or(absence, |left| left.or(absence))),
            // Conditions are never between bounds.
            _ => {}
        }
    }
    left.map_or(Cell::Boolean(!decisive), Cell::Absent)
}

/// How many of the items are true, against `n`.
pub fn tally(kind: Tally, n: Cell, items: impl Iterator<Item = Cell>) -> Cell {
    let (mut yes, mut open) = (0_i64, 0_i64);
    // A number between bounds is, as an operand, not known.
    let mut left = n.absence().or_else(|| n.is_between().then_some(Absence::UNKNOWN));
    for item in items {
        match item {
            Cell::Boolean(true) => yes += 1,
            Cell::Absent(absence) => {
                open += 1;
                left = Some(left.map_or(absence, |left| left.or(absence)));
            }
            _ => {}
        }
    }
    let Cell::Integer(n) = n else {
        return Cell::Absent(left.unwrap_or(Absence::UNKNOWN));
    };
    let (least, most) = (yes, yes + open);
    let decided = match kind {
        Tally::AtLeast if least >= n => Some(true),
        Tally::AtLeast if most < n => Some(false),
        Tally::AtMost if least > n => Some(false),
        Tally::AtMost if most <= n => Some(true),
        Tally::Exactly if least > n || most < n => Some(false),
        Tally::Exactly if open == 0 => Some(true),
        _ => None,
    };
    decided.map_or(Cell::Absent(left.unwrap_or(Absence::UNKNOWN)), Cell::Boolean)
}

/// A comparison; between bounds it is decided where the whole range agrees.
#[inline]
pub fn compare(store: &Store, node: NodeId, op: Comparison, left: Cell, right: Cell) -> Cell {
    Cell::Boolean(match (left, right) {
        (Cell::Integer(a), Cell::Integer(b)) => is(op, a.cmp(&b)),
        (Cell::Date(a), Cell::Date(b)) => is(op, a.cmp(&b)),
        _ => return compare_others(store, node, op, left, right),
    })
}

/// [`holds`] without a branch: of each comparison, three bits for less, equal and greater.
#[inline]
pub fn is(op: Comparison, order: Ordering) -> bool {
    const BITS: u32 = 0b0110 << 20 | 0b0100 << 16 | 0b0011 << 12 | 0b0001 << 8 | 0b0101 << 4 | 0b0010;
    let row = match op {
        Comparison::Eq => 0,
        Comparison::Ne => 4,
        Comparison::Lt => 8,
        Comparison::Le => 12,
        Comparison::Gt => 16,
        Comparison::Ge => 20,
    };
    let column = match order {
        Ordering::Less => 0,
        Ordering::Equal => 1,
        Ordering::Greater => 2,
    };
    BITS >> (row + column) & 1 == 1
}

#[inline(never)]
fn compare_others(store: &Store, node: NodeId, op: Comparison, left: Cell, right: Cell) -> Cell {
    if let Some(absence) = absent(left, right) {
        return Cell::Absent(absence);
    }
    let decided = |answer: Option<bool>| answer.map_or(Cell::UNKNOWN, Cell::Boolean);
    match (left, right) {
        (Cell::Code(a), Cell::Code(b)) => Cell::Boolean(compare_codes(op, a, b)),
        (Cell::Decimal(a), Cell::Decimal(b)) => Cell::Boolean(holds(op, a.cmp(&b))),
        (Cell::Boolean(_), Cell::Boolean(_))
        | (Cell::Time(_), Cell::Time(_))
        | (Cell::DateTime(_), Cell::DateTime(_))
        | (Cell::Text(_), Cell::Text(_))
        | (Cell::Codes(_), Cell::Codes(_))
        | (Cell::Texts(_), Cell::Texts(_)) => Cell::Boolean(holds(op, store.order(left, right))),
        (Cell::Duration(a), Cell::Duration(b)) => match a.compare(b) {
            Ok(order) => Cell::Boolean(holds(op, order)),
            Err(fault) => Cell::error(fault, node),
        },
        _ => {
            if let (Some(a), Some(b)) = (left.integer_bounds(), right.integer_bounds()) {
                decided(a.compare(op, b))
            } else if let (Some(a), Some(b)) = (left.code_set(), right.code_set()) {
                decided(a.compare(op, b))
            } else if let (Some(a), Some(b)) = (store.decimal_bounds(left), store.decimal_bounds(right)) {
                decided(a.compare(op, b))
            } else {
                ill_typed(node)
            }
        }
    }
}

/// Whether a code or a text is in a set; one of several codes is where all of them are, or none.
pub fn is_in(store: &Store, node: NodeId, item: Cell, set: Cell) -> Cell {
    if let Some(absence) = absent(item, set) {
        return Cell::Absent(absence);
    }
    match (item, set) {
        (Cell::Code(code), Cell::Codes(set)) => Cell::Boolean(store.codes(set).binary_search(&code).is_ok()),
        (Cell::OneOf(_), Cell::Codes(set)) => {
            let set = store.codes(set);
            let mut answer = None;
            for code in item.code_set().unwrap_or_default().iter() {
                let one = set.binary_search(&code).is_ok();
                if answer.is_some_and(|before| before != one) {
                    return Cell::UNKNOWN;
                }
                answer = Some(one);
            }
            answer.map_or(Cell::UNKNOWN, Cell::Boolean)
        }
        (Cell::Text(text), Cell::Texts(set)) => Cell::Boolean(store.has_text(set, store.text(text))),
        _ => ill_typed(node),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_without_branches_are_the_models() {
        for op in [Comparison::Eq, Comparison::Ne, Comparison::Lt, Comparison::Le, Comparison::Gt, Comparison::Ge] {
            for order in [Ordering::Less, Ordering::Equal, Ordering::Greater] {
                assert_eq!(is(op, order), holds(op, order), "{op:?} {order:?}");
            }
        }
    }
}
