//! Whether a measure's rows reach its target.

use crate::baseline::{self, BaselineOf};
use crate::compare::by_of;
use crate::state::MeasureState;
use crate::table::{MeasureRow, MeasureTable, PeriodOfRow, RowState};
use assize_model::absence::Fault;
use assize_model::civil::Date;
use assize_model::decimal::{Decimal, Rounding};
use assize_model::measure::{Amber, Measure, TargetBound};
use assize_model::program::Program;
use assize_model::value::Value;

/// How a row stands to its measure's target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetStatus {
    /// The status.
    pub status: TargetWord,
    /// The least value that reaches it.
    pub at_least: Option<Decimal>,
    /// The greatest value that reaches it.
    pub at_most: Option<Decimal>,
    /// When it is to be reached.
    pub by: Option<Date>,
    /// What the path from the baseline to the target asks for at the end of the row's period: what the row is held to
    /// until the target's day.
    pub expected: Option<Decimal>,
    /// Why the status is not known.
    pub because: Option<NoStatus>,
    /// The decimal places that what is expected is shown with.
    pub places: u8,
}

impl TargetStatus {
    /// What is expected, for people: half up.
    pub fn expected_shown(&self) -> Option<String> {
        self.expected.map(|value| value.to_string_places(self.places, Rounding::HalfUp))
    }
}

/// How a value stands to a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TargetWord {
    /// It reaches it.
    Met,
    /// It does not, and is within what the target calls amber.
    Near,
    /// It does not.
    Missed,
    /// There is no value, or no path, so that nobody can say.
    NotKnown,
}

impl TargetWord {
    /// The word in results.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Near => "near",
            Self::Missed => "missed",
            Self::NotKnown => "not_known",
        }
    }
}

/// Why nobody can say whether a target is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoStatus {
    /// The row has no value.
    NoValue,
    /// The row is withheld.
    Withheld,
    /// The row has no period, of a measure that has some.
    NoPeriod,
    /// The baseline that the path begins from has no value.
    NoBaseline,
    /// The parameter that the target is stated by is no number, or a number does not fit in 28 digits.
    Error,
}

impl NoStatus {
    /// The word in results.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoValue => "no_value",
            Self::Withheld => "withheld",
            Self::NoPeriod => "no_period",
            Self::NoBaseline => "no_baseline",
            Self::Error => "error",
        }
    }
}

/// The bounds of a target in a run.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    at_least: Option<Decimal>,
    at_most: Option<Decimal>,
}

/// Holds the rows of a table to their measure's target.
pub(crate) fn judge(
    program: &Program,
    measure: &Measure,
    table: &mut MeasureTable,
    state: Option<&MeasureState>,
    params: &[Value],
) {
    let Some(target) = &measure.target else { return };
    let value = |amount: assize_model::measure::Amount| amount.value(params);
    let (bounds, stated) = match target.bound {
        TargetBound::AtLeast(least) => (Bounds { at_least: value(least), at_most: None }, value(least).is_some()),
        TargetBound::AtMost(most) => (Bounds { at_least: None, at_most: value(most) }, value(most).is_some()),
        TargetBound::Between(least, most) => {
            let (at_least, at_most) = (value(least), value(most));
            (Bounds { at_least, at_most }, at_least.is_some() && at_most.is_some())
        }
    };
    // There is a path only to a day.
    let path = measure.baseline.as_ref().zip(target.by);
    let baselines = path.map(|(stated, by)| (baseline::baselines(program, measure, table, state, stated), by));
    let places = table.places;
    let statuses: Vec<Option<TargetStatus>> = table
        .rows
        .iter()
        .map(|row| {
            let mut status = TargetStatus {
                status: TargetWord::NotKnown,
                at_least: bounds.at_least,
                at_most: bounds.at_most,
                by: target.by,
                expected: None,
                because: None,
                places,
            };
            let end = match (&row.period, &baselines) {
                (Some(PeriodOfRow::Span { to, .. }), _) => Some(*to),
                _ => None,
            };
            let mut held = bounds;
            if !stated {
                status.because = Some(NoStatus::Error);
                return Some(status);
            }
            if measure.every.is_some() && end.is_none() {
                status.because = Some(NoStatus::NoPeriod);
                return Some(status);
            }
            if let (Some((baselines, by)), Some(end)) = (&baselines, end)
                && end < *by
            {
                let baseline = baselines.get(&by_of(row));
                // The path begins where the baseline ends.
                if baseline.is_some_and(|baseline| end <= baseline.to) {
                    return None;
                }
                match baseline.and_then(|baseline| Some((baseline, baseline.there.value.ok()?))) {
                    None => {
                        status.because = Some(NoStatus::NoBaseline);
                        return Some(status);
                    }
                    Some((baseline, value)) => match expected(bounds, baseline, value, *by, end) {
                        Err(_) => {
                            status.because = Some(NoStatus::Error);
                            return Some(status);
                        }
                        Ok(None) => {}
                        Ok(Some((on_path, side))) => {
                            status.expected = Some(on_path);
                            match side {
                                Side::Least => held.at_least = Some(on_path),
                                Side::Most => held.at_most = Some(on_path),
                            }
                        }
                    },
                }
            }
            match held_to(row, held, target.amber, params) {
                Ok(word) => status.status = word,
                Err(why) => status.because = Some(why),
            }
            Some(status)
        })
        .collect();
    for (row, status) in table.rows.iter_mut().zip(statuses) {
        row.target = status;
    }
}

#[derive(Debug, Clone, Copy)]
enum Side {
    Least,
    Most,
}

/// What the path asks for on a day between the end of the baseline and the target's day, and of which bound: linear from
/// the one to the other. None where the baseline is within the target already, which is never held to more than that.
fn expected(
    bounds: Bounds,
    baseline: &BaselineOf,
    from: Decimal,
    by: Date,
    on: Date,
) -> Result<Option<(Decimal, Side)>, Fault> {
    let (to, side) = match (bounds.at_least, bounds.at_most) {
        (Some(least), _) if from < least => (least, Side::Least),
        (_, Some(most)) if from > most => (most, Side::Most),
        _ => return Ok(None),
    };
    let days = |from: Date, to: Date| Decimal::from_i64(i64::from(to.days()) - i64::from(from.days()));
    let whole = days(baseline.to, by);
    if whole.is_zero() || whole.is_negative() {
        return Ok(None);
    }
    let gone = to.sub(from)?.mul(days(baseline.to, on))?.div(whole)?;
    Ok(Some((from.add(gone)?, side)))
}

/// How a row stands to what it is held to.
fn held_to(row: &MeasureRow, held: Bounds, amber: Option<Amber>, params: &[Value]) -> Result<TargetWord, NoStatus> {
    let value = match (row.value_exact, row.state) {
        (Some(value), RowState::Known) => value,
        (_, RowState::Withheld(_)) => return Err(NoStatus::Withheld),
        (_, RowState::Error(_)) => return Err(NoStatus::Error),
        _ => return Err(NoStatus::NoValue),
    };
    let short =
        |bound: Option<Decimal>, wrong: fn(Decimal, Decimal) -> bool| bound.filter(|bound| wrong(value, *bound));
    let missed = short(held.at_least, |value, bound| value < bound)
        .or_else(|| short(held.at_most, |value, bound| value > bound));
    let Some(bound) = missed else { return Ok(TargetWord::Met) };
    let Some(amber) = amber else { return Ok(TargetWord::Missed) };
    let within = amber.within.value(params).ok_or(NoStatus::Error)?;
    let within = if amber.percent { bound.abs().mul(within).map_err(|_| NoStatus::Error)? } else { within };
    let off = value.sub(bound).map_err(|_| NoStatus::Error)?.abs();
    Ok(if off <= within { TargetWord::Near } else { TargetWord::Missed })
}
