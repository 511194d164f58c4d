//! Which groups make which row, and the periods in which nothing was counted.

use crate::form::Ranks;
use crate::state::MeasureState;
use crate::value::BreakdownValue;
use assize_model::measure::Measure;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The longest time between two periods with records of which each period is shown, in months. A date that is farther
/// off is a placeholder or a slip more often than not, and would bring rows without end.
const LONGEST_GAP: i64 = 600;
/// The most rows that a measure has for the sake of empty periods; with more of them, none is shown.
const MOST_ROWS: usize = 1 << 20;

/// The groups that make a row.
#[derive(Debug)]
pub(crate) struct Made {
    /// A group with the row's breakdowns, and its reason where it has no period.
    pub like: usize,
    /// What was counted for it: nothing in an empty period.
    pub groups: Vec<usize>,
    /// The ordinal of its period, where it has one.
    pub period: Option<i64>,
}

/// The groups of one breakdown.
struct Breakdown {
    like: usize,
    periods: BTreeMap<i64, Vec<usize>>,
    /// Those without a period, by their reason.
    none: BTreeMap<u64, Vec<usize>>,
}

impl MeasureState {
    /// The groups of each row, in the order of rows: a group is a row, but that strata are put together, that a period
    /// that rolls takes in as many, and that periods between others are there without any group.
    pub(crate) fn series(&self, measure: &Measure) -> Vec<Made> {
        if self.plan.strata().is_empty() && !self.plan.has_periods {
            let groups = self.sorted_by(&self.ranks()).into_iter();
            return groups.map(|group| Made { like: group, groups: vec![group], period: None }).collect();
        }
        let window = measure.every.map_or(1, |(period, _)| i64::from(period.window()));
        // How many months one period is.
        let months = measure.every.map_or(1, |(period, _)| i64::from(12 / period.year().max(1)));
        let breakdowns = self.breakdowns();
        let known: BTreeSet<i64> =
            assize_model::order::set(breakdowns.iter().flat_map(|of| of.periods.keys().copied()));
        let shown = if window > 1 { windows(&known, window) } else { filled(&known, LONGEST_GAP / months) };
        let with_periods = breakdowns.iter().filter(|of| !of.periods.is_empty()).count();
        let all = shown.len().saturating_mul(with_periods) <= MOST_ROWS;
        let mut out = Vec::new();
        for Breakdown { like, periods, none } in breakdowns {
            if !periods.is_empty() {
                for &period in &shown {
                    let within = periods.range(period - window + 1..=period);
                    let groups: Vec<usize> = within.flat_map(|(_, groups)| groups.iter().copied()).collect();
                    if all || !groups.is_empty() {
                        out.push(Made { like, groups, period: Some(period) });
                    }
                }
            }
            for groups in none.into_values() {
                out.push(Made { like: groups.first().copied().unwrap_or(like), groups, period: None });
            }
        }
        out
    }

    /// The groups by breakdown, in the order of rows.
    fn breakdowns(&self) -> Vec<Breakdown> {
        let ranks = self.ranks();
        let strata = self.plan.strata();
        let mut rows: BTreeMap<Vec<u64>, Breakdown> = BTreeMap::new();
        for group in 0..self.groups.len() {
            let key = self.rank_of(group, &ranks, 0..strata.start);
            let row = rows.entry(key).or_insert_with(|| Breakdown {
                like: group,
                periods: BTreeMap::new(),
                none: BTreeMap::new(),
            });
            match self.period_of(group) {
                Some((period, _)) => row.periods.entry(period).or_default().push(group),
                None => {
                    let why = self.rank_of(group, &ranks, strata.end..self.axes.len()).first().copied().unwrap_or(0);
                    row.none.entry(why).or_default().push(group);
                }
            }
        }
        rows.into_values().collect()
    }

    /// For each breakdown that has any period: the groups of the periods for which `wanted` holds, given the ordinal and
    /// whether it is of the later days of a period that is counted in two.
    pub(crate) fn across(&self, wanted: impl Fn(i64, bool) -> bool, period: i64) -> Vec<Made> {
        let taken = |group: &usize| self.period_of(*group).is_some_and(|(period, late)| wanted(period, late));
        self.breakdowns()
            .into_iter()
            .filter(|of| !of.periods.is_empty())
            .map(|of| {
                let groups = of.periods.values().flatten().copied().filter(taken).collect();
                Made { like: of.like, groups, period: Some(period) }
            })
            .collect()
    }

    /// The ordinal of a group's period, and whether it is of its later days; `None` where there is none.
    fn period_of(&self, group: usize) -> Option<(i64, bool)> {
        let periods = self.plan.periods()?;
        let slot = self.groups.key(group).last()?;
        match self.axes.last()?.value(*slot) {
            BreakdownValue::Integer(number) => Some(periods.index(number)),
            _ => None,
        }
    }

    fn rank_of(&self, group: usize, ranks: &Ranks, axes: Range<usize>) -> Vec<u64> {
        let key = self.groups.key(group);
        axes.filter_map(|axis| Some(ranks.of(axis, *key.get(axis)?))).collect()
    }
}

/// The periods, and those between them where they are not farther apart than `gap`.
fn filled(known: &BTreeSet<i64>, gap: i64) -> Vec<i64> {
    let mut out: Vec<i64> = Vec::with_capacity(known.len());
    for &period in known {
        if let Some(&last) = out.last()
            && period.saturating_sub(last) <= gap
        {
            out.extend(last + 1..period);
        }
        out.push(period);
    }
    out
}

/// The last months of windows: each is shown from when the data reach back to its first month.
fn windows(known: &BTreeSet<i64>, window: i64) -> Vec<i64> {
    let mut out = Vec::new();
    // The first month of a stretch of data without a long gap.
    let mut begin = None;
    for month in filled(known, LONGEST_GAP) {
        let (first, last) = begin.unwrap_or((month, month - 1));
        let first = if month == last + 1 { first } else { month };
        begin = Some((first, month));
        if month - first + 1 >= window {
            out.push(month);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(of: &[i64]) -> BTreeSet<i64> {
        of.iter().copied().collect()
    }

    #[test]
    fn what_lies_between_is_there_but_over_a_long_gap() {
        assert_eq!(filled(&set(&[]), 5), []);
        assert_eq!(filled(&set(&[3]), 5), [3]);
        assert_eq!(filled(&set(&[-1, 2, 7, 13]), 5), [-1, 0, 1, 2, 3, 4, 5, 6, 7, 13]);
        assert_eq!(filled(&set(&[i64::MIN, i64::MAX]), 5), [i64::MIN, i64::MAX]);
    }

    #[test]
    fn windows_begin_when_the_data_reach_back() {
        assert_eq!(windows(&set(&[1, 4]), 3), [3, 4]);
        assert_eq!(windows(&set(&[1, 2]), 3), []);
        assert_eq!(windows(&set(&[1, 3, 5_000, 5_003]), 3), [3, 5_002, 5_003]);
    }
}
