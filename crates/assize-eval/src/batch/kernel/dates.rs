//! Dates: shifts, units elapsed, parts.

#![expect(clippy::indexing_slicing, reason = "registers hold the lanes of a chunk, and bitmaps its words")]

use super::{Arg, Left, Work};
use crate::batch::bits::{self, WORDS};
use crate::batch::cell::Cell;
use crate::batch::reg::{Data, Reg};
use crate::batch::scalar::calendar;
use assize_model::civil::{Date, Duration, Unit};
use assize_model::node::Comparison;

/// The dates of a register of dates.
fn lanes<'a>(arg: Arg<'a>, len: usize) -> Option<&'a [i32]> {
    match arg.data()? {
        Data::Date(lanes) => Some(&lanes.get()[..len]),
        _ => None,
    }
}

/// A date moved by a calendar duration that is the same in every row.
pub(super) fn shift(work: &Work<'_>, operand: Arg<'_>, by: Arg<'_>, back: bool, out: &mut Reg) -> Option<Left> {
    let Arg::One(by_cell) = by else { return None };
    let (months, days) = calendar(by_cell)?;
    let dates = lanes(operand, work.len)?;
    let mut left = work.strict(&[operand, by], out);
    let known: Left = std::array::from_fn(|at| out.known[at]);
    let mut failed = [0; WORDS];
    let values = &mut out.dates()[..work.len];
    if months == 0 {
        let move_by = if back { -i64::from(days) } else { i64::from(days) };
        let (least, most) = (i64::from(Date::MIN.days()), i64::from(Date::MAX.days()));
        let mut past = false;
        for (out, &date) in values.iter_mut().zip(dates) {
            let moved = i64::from(date) + move_by;
            past |= moved < least || moved > most;
            *out = moved as i32;
        }
        if past {
            for lane in bits::ones(&known) {
                let moved = i64::from(dates[lane]) + move_by;
                if moved < least || moved > most {
                    bits::set(&mut failed, lane);
                }
            }
        }
    } else {
        let by = Duration::Calendar { months, days };
        let strict = work.program.ruleset.dates_strict;
        for lane in bits::ones(&known) {
            match Date::clamped(dates[lane]).shift(by, back, strict) {
                Ok(date) => values[lane] = date.days(),
                Err(_) => bits::set(&mut failed, lane),
            }
        }
    }
    for at in 0..WORDS {
        left[at] |= failed[at];
        out.known[at] &= !failed[at];
    }
    Some(left)
}

/// Whole units elapsed.
pub(super) fn units_between(work: &Work<'_>, unit: Unit, from: Arg<'_>, to: Arg<'_>, out: &mut Reg) -> Option<Left> {
    let one = |arg: Arg<'_>| match arg {
        Arg::One(Cell::Date(date)) => Some(*date),
        _ => None,
    };
    let (a, b) = (lanes(from, work.len), lanes(to, work.len));
    let values = &mut out.integers()[..work.len];
    match (a, one(from), b, one(to)) {
        (Some(a), _, Some(b), _) => {
            for (out, (&a, &b)) in values.iter_mut().zip(a.iter().zip(b)) {
                *out = Date::units_between(unit, Date::clamped(a), Date::clamped(b));
            }
        }
        (Some(a), _, _, Some(to)) => {
            for (out, &a) in values.iter_mut().zip(a) {
                *out = Date::units_between(unit, Date::clamped(a), to);
            }
        }
        (_, Some(from), Some(b), _) => {
            for (out, &b) in values.iter_mut().zip(b) {
                *out = Date::units_between(unit, from, Date::clamped(b));
            }
        }
        _ => return None,
    }
    Some(work.strict(&[from, to], out))
}

/// Of the whole units elapsed between a date and one that is the same in every row, against a number: the comparison
/// of the date itself that says the same. Units elapsed never fall as time goes by, so that all dates for which the
/// comparison holds lie on one side. `None` where no date, or every date, or (for `=`) a stretch of them does.
pub(in crate::batch) fn threshold(
    op: Comparison,
    unit: Unit,
    from: Option<Date>,
    to: Option<Date>,
    n: i64,
) -> Option<(Comparison, Date)> {
    // Units elapsed rise with the later end and fall with the earlier one.
    let (units, rises): (Box<dyn Fn(Date) -> i64>, bool) = match (from, to) {
        (Some(from), None) => (Box::new(move |to| Date::units_between(unit, from, to)), true),
        (None, Some(to)) => (Box::new(move |from| Date::units_between(unit, from, to)), false),
        _ => return None,
    };
    // `at least n`, or its opposite.
    let (n, at_least) = match op {
        Comparison::Ge => (n, true),
        Comparison::Gt => (n.checked_add(1)?, true),
        Comparison::Lt => (n, false),
        Comparison::Le => (n.checked_add(1)?, false),
        Comparison::Eq | Comparison::Ne => return None,
    };
    // The first date of those that are reached by rising (or no longer, by falling).
    let reached = |days: i32| (units(Date::clamped(days)) >= n) == rises;
    let (mut low, mut high) = (Date::MIN.days(), Date::MAX.days());
    if reached(low) || !reached(high) {
        return None;
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if reached(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    let op = if rises == at_least { Comparison::Ge } else { Comparison::Lt };
    Some((op, Date::clamped(high)))
}

/// A number of a date.
pub(super) fn number(work: &Work<'_>, operand: Arg<'_>, f: impl Fn(Date) -> i64, out: &mut Reg) -> Option<Left> {
    let dates = lanes(operand, work.len)?;
    for (out, &date) in out.integers().iter_mut().zip(dates) {
        *out = f(Date::clamped(date));
    }
    Some(work.strict(&[operand], out))
}

/// The first day of a unit.
pub(super) fn start_of(work: &Work<'_>, operand: Arg<'_>, unit: Unit, out: &mut Reg) -> Option<Left> {
    let dates = lanes(operand, work.len)?;
    for (out, &date) in out.dates().iter_mut().zip(dates) {
        *out = Date::clamped(date).start_of(unit).days();
    }
    Some(work.strict(&[operand], out))
}
