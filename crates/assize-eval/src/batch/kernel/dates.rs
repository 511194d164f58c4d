//! Dates: shifts, units elapsed, parts.

#![expect(clippy::indexing_slicing, reason = "registers hold the lanes of a chunk, and bitmaps its words")]

use super::pack::compare_one;
use super::{Arg, Left, Work};
use crate::batch::bits::{self, WORDS};
use crate::batch::cell::Cell;
use crate::batch::reg::{Data, Reg};
use crate::batch::scalar::calendar;
use assize_model::civil::{Date, Duration, Unit};
use assize_model::node::Comparison;
use std::cmp::Ordering;

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
        for (lane, (out, &date)) in values.iter_mut().zip(dates).enumerate() {
            match Date::clamped(date).shift(by, back, strict) {
                Ok(date) => *out = date.days(),
                Err(_) => bits::set(&mut failed, lane),
            }
        }
        failed.iter_mut().zip(&known).for_each(|(failed, known)| *failed &= known);
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
        (Some(a), _, _, Some(to)) => match unit {
            Unit::Years => months_until(a, to, values, |months| months / 12),
            Unit::Quarters => months_until(a, to, values, |months| months / 3),
            Unit::Months => months_until(a, to, values, |months| months),
            Unit::Weeks | Unit::Days => {
                for (out, &a) in values.iter_mut().zip(a) {
                    *out = Date::units_between(unit, Date::clamped(a), to);
                }
            }
        },
        (_, Some(from), Some(b), _) => {
            for (out, &b) in values.iter_mut().zip(b) {
                *out = Date::units_between(unit, from, Date::clamped(b));
            }
        }
        _ => return None,
    }
    Some(work.strict(&[from, to], out))
}

/// Whole months from dates to one that is the same in every row, as units of so many: what
/// [`Date::units_between`] gives, with the parts of that date taken once.
#[inline]
fn months_until(dates: &[i32], to: Date, out: &mut [i64], units: impl Fn(i64) -> i64) {
    let (year, month, day) = to.ymd();
    let whole = i64::from(year) * 12 + i64::from(month);
    // The last day of a month ends a month that began on any later day.
    let day = if day == to.days_in_month() { 31 } else { day };
    for (out, &date) in out.iter_mut().zip(dates) {
        let date = Date::clamped(date);
        *out = if date <= to {
            let (from_year, from_month, from_day) = date.ymd();
            units(whole - i64::from(from_year) * 12 - i64::from(from_month) - i64::from(day < from_day))
        } else {
            units(Date::units_between(Unit::Months, date, to))
        };
    }
}

/// Which of a stretch of dates meet a comparison, when what is compared never falls as dates rise (or never rises): the
/// comparison of the date itself that says the same. `order` compares, for a date, what is compared with the value it
/// is compared with. `None` where every date does or none, and for `=`, which holds for a stretch of dates.
fn cut(
    op: Comparison,
    rises: bool,
    from: i32,
    to: i32,
    order: impl Fn(Date) -> Ordering,
) -> Option<(Comparison, Date)> {
    // Either the comparison or its opposite holds from some date on, when that much is reached.
    let (least, at_least) = match op {
        Comparison::Ge => (Ordering::Equal, true),
        Comparison::Lt => (Ordering::Equal, false),
        Comparison::Gt => (Ordering::Greater, true),
        Comparison::Le => (Ordering::Greater, false),
        Comparison::Eq | Comparison::Ne => return None,
    };
    let reached = |days: i32| (order(Date::clamped(days)) >= least) == rises;
    let (mut low, mut high) = (from, to);
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

/// Of the whole units elapsed between a date and one that is the same in every row, against a number: the comparison
/// of the date itself that says the same, for every date there is.
pub(in crate::batch) fn elapsed_cut(
    op: Comparison,
    unit: Unit,
    from: Option<Date>,
    to: Option<Date>,
    n: i64,
) -> Option<(Comparison, Date)> {
    let (least, most) = (Date::MIN.days(), Date::MAX.days());
    // Units elapsed rise with the later end and fall with the earlier one.
    match (from, to) {
        (Some(from), None) => cut(op, true, least, most, |to| Date::units_between(unit, from, to).cmp(&n)),
        (None, Some(to)) => cut(op, false, least, most, |from| Date::units_between(unit, from, to).cmp(&n)),
        _ => None,
    }
}

/// Of a date moved by a duration, against another date: the comparison of the date itself that says the same, and the
/// first and last date for which it does: those that can be moved.
pub(in crate::batch) fn shift_cut(
    op: Comparison,
    by: Duration,
    back: bool,
    strict: bool,
    with: Date,
) -> Option<(Comparison, Date, Date, Date)> {
    if !matches!(by, Duration::Calendar { months, .. } if months == 0 || !strict) {
        return None;
    }
    let moved = |days: i32| Date::clamped(days).shift(by, back, strict);
    // Dates that cannot be moved lie at one end: too early when moving back, too late when moving on.
    let (least, most) = (Date::MIN.days(), Date::MAX.days());
    let edge = |good: i32, bad: i32| {
        let (mut good, mut bad) = (good, bad);
        while good.abs_diff(bad) > 1 {
            let middle = good + (bad - good) / 2;
            if moved(middle).is_ok() { good = middle } else { bad = middle }
        }
        good
    };
    let middle = Date::from_ymd(5000, 1, 1)?.days();
    moved(middle).ok()?;
    let first = if moved(least).is_ok() { least } else { edge(middle, least) };
    let last = if moved(most).is_ok() { most } else { edge(middle, most) };
    let (op, at) = cut(op, true, first, last, |date| date.shift(by, back, strict).unwrap_or(date).cmp(&with))?;
    Some((op, at, Date::clamped(first), Date::clamped(last)))
}

/// Marks the known rows whose dates lie outside a stretch of dates.
pub(super) fn outside(arg: Arg<'_>, len: usize, first: Date, last: Date, known: &[u64], rows: &mut Left) {
    let Some(dates) = lanes(arg, len) else { return };
    for (op, edge, whole) in [(Comparison::Lt, first, Date::MIN), (Comparison::Gt, last, Date::MAX)] {
        if edge != whole {
            let mut past = [0; WORDS];
            compare_one(op, dates, edge.days(), &mut past);
            for at in 0..WORDS {
                rows[at] |= past[at] & known[at];
            }
        }
    }
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
