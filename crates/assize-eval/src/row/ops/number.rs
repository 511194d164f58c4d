//! Arithmetic: exact where both operands are, over bounds where one is between them.

use super::{absent, ill_typed};
use crate::row::cell::Cell;
use crate::row::store::Store;
use assize_model::absence::Fault;
use assize_model::bounds::{Bounds, Number};
use assize_model::civil::Duration;
use assize_model::decimal::{Decimal, Rounding};
use assize_model::ids::NodeId;

/// A result or its fault, as a cell.
fn cell<T>(result: Result<T, Fault>, wrap: impl Fn(T) -> Cell, node: NodeId) -> Cell {
    result.map_or_else(|fault| Cell::error(fault, node), wrap)
}

/// Arithmetic that is closed over integers, decimals and perhaps durations.
struct Arithmetic {
    integers: fn(i64, i64) -> Result<i64, Fault>,
    decimals: fn(Decimal, Decimal) -> Result<Decimal, Fault>,
    integer_bounds: fn(Bounds<i64>, Bounds<i64>) -> Bounds<i64>,
    decimal_bounds: fn(Bounds<Decimal>, Bounds<Decimal>) -> Bounds<Decimal>,
    durations: fn(Duration, Duration) -> Result<Duration, Fault>,
}

impl Arithmetic {
    #[inline]
    fn of(&self, store: &mut Store, node: NodeId, left: Cell, right: Cell) -> Cell {
        match (left, right) {
            (Cell::Integer(a), Cell::Integer(b)) => return cell((self.integers)(a, b), Cell::Integer, node),
            (Cell::Decimal(a), Cell::Decimal(b)) => return cell((self.decimals)(a, b), Cell::Decimal, node),
            (Cell::Duration(a), Cell::Duration(b)) => return cell((self.durations)(a, b), Cell::Duration, node),
            _ => {}
        }
        if let Some(absence) = absent(left, right) {
            Cell::Absent(absence)
        } else if let (Some(a), Some(b)) = (left.integer_bounds(), right.integer_bounds()) {
            Cell::integers((self.integer_bounds)(a, b))
        } else if let (Some(a), Some(b)) = (store.decimal_bounds(left), store.decimal_bounds(right)) {
            store.put_decimals((self.decimal_bounds)(a, b))
        } else {
            ill_typed(node)
        }
    }
}

/// The sum.
pub fn add(store: &mut Store, node: NodeId, left: Cell, right: Cell) -> Cell {
    const ADD: Arithmetic = Arithmetic {
        integers: Number::plus,
        decimals: Number::plus,
        integer_bounds: Bounds::add,
        decimal_bounds: Bounds::add,
        durations: Duration::add,
    };
    ADD.of(store, node, left, right)
}

/// The difference; of instants, the clock duration from the right to the left.
pub fn sub(store: &mut Store, node: NodeId, left: Cell, right: Cell) -> Cell {
    const SUB: Arithmetic = Arithmetic {
        integers: Number::minus,
        decimals: Number::minus,
        integer_bounds: Bounds::sub,
        decimal_bounds: Bounds::sub,
        durations: Duration::sub,
    };
    match (left, right) {
        (Cell::DateTime(a), Cell::DateTime(b)) => Cell::Duration(a.since(b)),
        (Cell::Date(a), Cell::Date(b)) => Cell::Duration(a.since(b)),
        (Cell::Time(a), Cell::Time(b)) => Cell::Duration(a.since(b)),
        _ => SUB.of(store, node, left, right),
    }
}

/// The product; of a duration by an integer too.
pub fn mul(store: &mut Store, node: NodeId, left: Cell, right: Cell) -> Cell {
    const MUL: Arithmetic = Arithmetic {
        integers: Number::times,
        decimals: Number::times,
        integer_bounds: Bounds::mul,
        decimal_bounds: Bounds::mul,
        durations: |_, _| Err(Fault::Argument),
    };
    match (left, right) {
        (Cell::Duration(by), Cell::Integer(times)) => cell(by.mul(times), Cell::Duration, node),
        // Durations have no bounds.
        (Cell::Duration(_), Cell::Between { .. }) => Cell::UNKNOWN,
        _ => MUL.of(store, node, left, right),
    }
}

/// The quotient of decimals.
pub fn div(store: &mut Store, node: NodeId, left: Cell, right: Cell) -> Cell {
    if let (Cell::Decimal(a), Cell::Decimal(b)) = (left, right) {
        return cell(a.div(b), Cell::Decimal, node);
    }
    if let Some(absence) = absent(left, right) {
        return Cell::Absent(absence);
    }
    match (store.decimal_bounds(left), store.decimal_bounds(right)) {
        (Some(a), Some(b)) => store.put_decimals(a.div(b)),
        _ => ill_typed(node),
    }
}

/// The negation.
pub fn negate(store: &mut Store, node: NodeId, operand: Cell) -> Cell {
    match operand {
        Cell::Integer(value) => cell(value.negated(), Cell::Integer, node),
        Cell::Decimal(value) => Cell::Decimal(value.neg()),
        Cell::Duration(value) => cell(value.neg(), Cell::Duration, node),
        _ => bounds(store, node, operand, Bounds::neg, Bounds::neg),
    }
}

/// The absolute value.
pub fn abs(store: &mut Store, node: NodeId, operand: Cell) -> Cell {
    match operand {
        Cell::Integer(value) => cell(value.checked_abs().ok_or(Fault::Overflow), Cell::Integer, node),
        Cell::Decimal(value) => Cell::Decimal(value.abs()),
        _ => bounds(store, node, operand, Bounds::abs, Bounds::abs),
    }
}

/// An operation on the bounds of one operand.
fn bounds(
    store: &mut Store,
    node: NodeId,
    operand: Cell,
    integers: impl Fn(Bounds<i64>) -> Bounds<i64>,
    decimals: impl Fn(Bounds<Decimal>) -> Bounds<Decimal>,
) -> Cell {
    if let Cell::Absent(_) = operand {
        operand
    } else if let Some(bounds) = operand.integer_bounds() {
        Cell::integers(integers(bounds))
    } else if let Some(bounds) = store.decimal_bounds(operand) {
        store.put_decimals(decimals(bounds))
    } else {
        ill_typed(node)
    }
}

/// Rounded to places.
pub fn round(store: &mut Store, node: NodeId, operand: Cell, places: Cell, mode: Rounding) -> Cell {
    if let Some(absence) = absent(operand, places) {
        return Cell::Absent(absence);
    }
    match (operand, places) {
        (Cell::Decimal(value), Cell::Integer(places)) => cell(value.round(places, mode), Cell::Decimal, node),
        (Cell::DecimalBetween(_), Cell::Integer(places)) => {
            let bounds = store.decimal_bounds(operand).unwrap_or(Bounds::OPEN);
            store.put_decimals(bounds.round(places, mode))
        }
        // To how many places is not settled: what comes out could be any of them.
        (Cell::Decimal(_) | Cell::DecimalBetween(_), Cell::Between { .. }) => store.put_decimals(Bounds::OPEN),
        _ => ill_typed(node),
    }
}

/// An integer as a decimal.
pub fn to_decimal(store: &mut Store, node: NodeId, operand: Cell) -> Cell {
    match operand {
        Cell::Integer(value) => Cell::Decimal(Decimal::from_i64(value)),
        Cell::Absent(_) => operand,
        _ => match operand.integer_bounds() {
            Some(bounds) => store.put_decimals(bounds.to_decimal()),
            None => ill_typed(node),
        },
    }
}
