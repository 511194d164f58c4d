//! Texts and sets.

use super::{absent, ill_typed};
use crate::row::cell::Cell;
use crate::row::store::Store;
use assize_model::ids::NodeId;
use assize_model::text::Pattern;
use std::cmp::Ordering;

/// Lower case.
pub fn lower(store: &mut Store, node: NodeId, operand: Cell) -> Cell {
    match operand {
        Cell::Text(text) => store.put_lower(text),
        Cell::Absent(_) => operand,
        _ => ill_typed(node),
    }
}

/// Without white space at its ends.
pub fn trim(store: &Store, node: NodeId, operand: Cell) -> Cell {
    match operand {
        Cell::Text(text) => store.trimmed(text),
        Cell::Absent(_) => operand,
        _ => ill_typed(node),
    }
}

/// A question about two texts.
pub fn test(store: &Store, node: NodeId, left: Cell, right: Cell, holds: impl FnOnce(&str, &str) -> bool) -> Cell {
    match (left, right) {
        (Cell::Text(a), Cell::Text(b)) => Cell::Boolean(holds(store.text(a), store.text(b))),
        _ => absent(left, right).map_or_else(|| ill_typed(node), Cell::Absent),
    }
}

/// Whether a text contains a text, or a set a member.
pub fn contains(store: &Store, node: NodeId, left: Cell, right: Cell) -> Cell {
    match left {
        Cell::Codes(_) | Cell::Texts(_) => super::logic::is_in(store, node, right, left),
        _ => test(store, node, left, right, |text, part| text.contains(part)),
    }
}

/// Whether a pattern matches somewhere.
pub fn matches(store: &Store, node: NodeId, operand: Cell, pattern: Option<&Pattern>) -> Cell {
    match (operand, pattern) {
        (Cell::Text(text), Some(pattern)) => Cell::Boolean(pattern.is_match(store.text(text))),
        (Cell::Absent(_), _) => operand,
        _ => ill_typed(node),
    }
}

/// Whether two ascending lists have a member in common.
fn meet<T: Ord>(mut a: impl Iterator<Item = T>, mut b: impl Iterator<Item = T>) -> bool {
    let (mut left, mut right) = (a.next(), b.next());
    while let (Some(x), Some(y)) = (&left, &right) {
        match x.cmp(y) {
            Ordering::Less => left = a.next(),
            Ordering::Greater => right = b.next(),
            Ordering::Equal => return true,
        }
    }
    false
}

/// Whether two sets have a member in common.
pub fn overlaps(store: &Store, node: NodeId, left: Cell, right: Cell) -> Cell {
    match (left, right) {
        (Cell::Codes(a), Cell::Codes(b)) => Cell::Boolean(meet(store.codes(a).iter(), store.codes(b).iter())),
        (Cell::Texts(a), Cell::Texts(b)) => Cell::Boolean(meet(store.texts(a), store.texts(b))),
        _ => absent(left, right).map_or_else(|| ill_typed(node), Cell::Absent),
    }
}

/// How many members a set has, or how many characters a text.
pub fn size(store: &Store, node: NodeId, operand: Cell) -> Cell {
    let count = match operand {
        Cell::Text(text) => store.text(text).chars().count(),
        Cell::Codes(span) | Cell::Texts(span) => span.len,
        Cell::Absent(_) => return operand,
        _ => return ill_typed(node),
    };
    Cell::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}
