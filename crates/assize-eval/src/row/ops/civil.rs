//! Dates, times, instants and durations.

use super::{absent, ill_typed};
use crate::row::cell::Cell;
use assize_model::civil::{Date, Unit};
use assize_model::ids::NodeId;
use assize_model::node::DatePart;
use assize_model::program::Program;

/// The civil date of an instant in the ruleset's zone; in UTC without one.
pub fn civil_date(program: &Program, node: NodeId, operand: Cell) -> Cell {
    match operand {
        Cell::DateTime(at) => {
            Cell::Date(program.ruleset.zone.as_ref().map_or_else(|| at.utc().0, |zone| zone.date_of(at)))
        }
        Cell::Absent(_) | Cell::Date(_) => operand,
        _ => ill_typed(node),
    }
}

/// A date, time or instant moved by a duration.
pub fn shift(program: &Program, node: NodeId, operand: Cell, by: Cell, back: bool) -> Cell {
    if let Some(absence) = absent(operand, by) {
        return Cell::Absent(absence);
    }
    let Cell::Duration(by) = by else { return ill_typed(node) };
    let strict = program.ruleset.dates_strict;
    let moved = match operand {
        Cell::Date(date) => date.shift(by, back, strict).map(Cell::Date),
        Cell::Time(time) => time.shift(by, back).map(Cell::Time),
        Cell::DateTime(at) => at.shift(by, back, strict, program.ruleset.zone.as_ref()).map(Cell::DateTime),
        _ => return ill_typed(node),
    };
    moved.unwrap_or_else(|fault| Cell::error(fault, node))
}

/// Whole units elapsed.
pub fn units_between(node: NodeId, unit: Unit, from: Cell, to: Cell) -> Cell {
    match (from, to) {
        (Cell::Date(from), Cell::Date(to)) => Cell::Integer(Date::units_between(unit, from, to)),
        _ => absent(from, to).map_or_else(|| ill_typed(node), Cell::Absent),
    }
}

/// An operation on a date.
fn of_date(node: NodeId, operand: Cell, f: impl FnOnce(Date) -> Cell) -> Cell {
    match operand {
        Cell::Date(date) => f(date),
        Cell::Absent(_) => operand,
        _ => ill_typed(node),
    }
}

/// The calendar year in which the fiscal year begins.
pub fn fiscal_year(node: NodeId, operand: Cell, from: u8) -> Cell {
    of_date(node, operand, |date| Cell::Integer(i64::from(date.fiscal_year(u32::from(from)))))
}

/// The first day of the unit.
pub fn start_of(node: NodeId, operand: Cell, unit: Unit) -> Cell {
    of_date(node, operand, |date| Cell::Date(date.start_of(unit)))
}

/// A part of a date.
pub fn part(node: NodeId, operand: Cell, part: DatePart) -> Cell {
    of_date(node, operand, |date| {
        Cell::Integer(match part {
            DatePart::Year => i64::from(date.year()),
            DatePart::Month => i64::from(date.month()),
            DatePart::Day => i64::from(date.day()),
            DatePart::Weekday => i64::from(date.weekday()),
        })
    })
}
