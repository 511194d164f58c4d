//! The points that a chart flags, and why.

use super::quantile::binomial_quantile;
use assize_model::measure::Signal;

/// Why a point is flagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag {
    /// The rule, as the measure states it.
    pub signal: Signal,
    /// On which side, or in which direction.
    pub up: bool,
    /// How many points make it: of a run or a trend.
    pub points: usize,
}

impl Flag {
    /// In words.
    pub fn words(&self) -> String {
        let Self { signal, up, points } = *self;
        let side = if up { "above" } else { "below" };
        match signal {
            Signal::Shewhart => format!("{side} the {} limit", if up { "upper" } else { "lower" }),
            Signal::Runs(_) => format!("{points} points in a row {side} the centre"),
            Signal::Trends(_) => format!("{points} points in a row {}", if up { "rising" } else { "falling" }),
            Signal::NearLimit => format!("2 of 3 points near the {} limit", if up { "upper" } else { "lower" }),
            Signal::Crossings => format!("in a longest run of {points} points {side} the centre"),
        }
    }
}

/// A point as the rules see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    /// Its place among the points.
    pub at: usize,
    pub value: f64,
    pub centre: f64,
    /// Half the width of the outermost limits, before they are cut off at what values can be.
    pub half: Option<f64>,
}

impl Seen {
    /// 1 above the centre, −1 below, 0 on it, but for the last digits that a mean loses.
    fn side(&self) -> i8 {
        let off = self.value - self.centre;
        if off.abs() <= 1e-12 * self.value.abs().max(self.centre.abs()) {
            0
        } else if off > 0.0 {
            1
        } else {
            -1
        }
    }
}

/// How a stretch of points runs about its centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Runs {
    /// How many points are not on the centre.
    pub useful: usize,
    /// The most points in a row on one side.
    pub longest: usize,
    /// The longest run that is not yet a signal: log₂ of the useful points plus 3, rounded.
    pub longest_usual: usize,
    /// How often the points cross the centre.
    pub crossings: usize,
    /// The fewest crossings that are not yet a signal: the 5 % quantile of as many tosses of a coin.
    pub crossings_usual: usize,
}

impl Runs {
    /// Whether the longest run is too long.
    pub const fn too_long(&self) -> bool {
        self.longest > self.longest_usual
    }

    /// Whether there are too few crossings.
    pub const fn too_few(&self) -> bool {
        self.crossings < self.crossings_usual
    }
}

/// The runs of points on one side of the centre, each by its points; those on the centre are passed over.
fn runs_of(seen: &[Seen]) -> Vec<(bool, Vec<usize>)> {
    let mut out: Vec<(bool, Vec<usize>)> = Vec::new();
    for point in seen {
        let up = match point.side() {
            0 => continue,
            side => side > 0,
        };
        match out.last_mut() {
            Some((last, run)) if *last == up => run.push(point.at),
            _ => out.push((up, vec![point.at])),
        }
    }
    out
}

/// The numbers of the test for runs (J. Anhøj, PLoS ONE 10(3), 2015: Diagnostic value of run chart analysis).
pub(super) fn count_runs(seen: &[Seen]) -> Runs {
    let runs = runs_of(seen);
    let useful: usize = runs.iter().map(|(_, run)| run.len()).sum();
    if useful == 0 {
        return Runs::default();
    }
    Runs {
        useful,
        longest: runs.iter().map(|(_, run)| run.len()).max().unwrap_or(0),
        longest_usual: libm::round(libm::log2(useful as f64) + 3.0) as usize,
        crossings: runs.len().saturating_sub(1),
        crossings_usual: binomial_quantile(0.05, (useful - 1) as u64, 0.5) as usize,
    }
}

/// What the rules say of a stretch of points that follow one another: the place of each point, and its flag.
pub(super) fn flags(rules: &[Signal], seen: &[Seen]) -> Vec<(usize, Flag)> {
    let mut out = Vec::new();
    for &signal in rules {
        match signal {
            // A point by itself, which is looked at wherever it is.
            Signal::Shewhart => {}
            Signal::Runs(least) => {
                for (up, run) in runs_of(seen).into_iter().filter(|(_, run)| run.len() >= least as usize) {
                    let points = run.len();
                    out.extend(run.into_iter().map(|at| (at, Flag { signal, up, points })));
                }
            }
            Signal::Trends(least) => trends(signal, least as usize, seen, &mut out),
            Signal::NearLimit => near_limit(signal, seen, &mut out),
            Signal::Crossings => {
                let counted = count_runs(seen);
                if counted.too_long() {
                    let longest = runs_of(seen).into_iter().filter(|(_, run)| run.len() == counted.longest);
                    for (up, run) in longest {
                        let points = run.len();
                        out.extend(run.into_iter().map(|at| (at, Flag { signal, up, points })));
                    }
                }
            }
        }
    }
    out
}

/// Points in a row of which each is above, or each below, the one before; those that equal it are passed over.
fn trends(signal: Signal, least: usize, seen: &[Seen], out: &mut Vec<(usize, Flag)>) {
    let mut run: Vec<Seen> = Vec::new();
    let mut rising = None;
    let mut close = |run: &[Seen], rising: Option<bool>| {
        if let Some(up) = rising.filter(|_| run.len() >= least) {
            out.extend(run.iter().map(|point| (point.at, Flag { signal, up, points: run.len() })));
        }
    };
    for point in seen {
        let Some(last) = run.last().copied() else {
            run.push(*point);
            continue;
        };
        if point.value == last.value {
            continue;
        }
        let up = point.value > last.value;
        if rising.is_some_and(|rising| rising != up) {
            close(&run, rising);
            run.clear();
            run.push(last);
        }
        rising = Some(up);
        run.push(*point);
    }
    close(&run, rising);
}

/// Two of three points in a row beyond two thirds of the way from the centre to a limit, on one side.
fn near_limit(signal: Signal, seen: &[Seen], out: &mut Vec<(usize, Flag)>) {
    let near = |point: &Seen, up: bool| {
        point.half.is_some_and(|half| {
            let off = if up { point.value - point.centre } else { point.centre - point.value };
            off > half * 2.0 / 3.0
        })
    };
    for up in [true, false] {
        let mut flagged: Vec<usize> = Vec::new();
        for three in seen.windows(3) {
            let beyond: Vec<usize> = three.iter().filter(|point| near(point, up)).map(|point| point.at).collect();
            if beyond.len() >= 2 {
                flagged.extend(beyond);
            }
        }
        assize_model::order::sort(&mut flagged);
        flagged.dedup();
        out.extend(flagged.into_iter().map(|at| (at, Flag { signal, up, points: 2 })));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(values: &[f64], centre: f64, half: f64) -> Vec<Seen> {
        let point = |(at, &value): (usize, &f64)| Seen { at, value, centre, half: Some(half) };
        values.iter().enumerate().map(point).collect()
    }

    fn flagged(rule: Signal, values: &[f64]) -> Vec<usize> {
        flags(&[rule], &seen(values, 0.0, 3.0)).into_iter().map(|(at, _)| at).collect()
    }

    #[test]
    fn critical_values_are_those_published() {
        // J. Anhøj and A. Olesen, PLoS ONE 9(11), 2014, and Anhøj 2015, table 1: useful observations, the upper limit of
        // the longest run, the lower limit of the number of crossings.
        for (n, longest, crossings) in [
            (10, 6, 2),
            (11, 6, 2),
            (12, 7, 3),
            (16, 7, 4),
            (20, 7, 6),
            (23, 8, 7),
            (24, 8, 8),
            (30, 8, 10),
            (40, 8, 14),
            (60, 9, 23),
            (100, 10, 41),
        ] {
            let values: Vec<f64> = (0..n).map(|at| if at % 2 == 0 { 1.0 } else { -1.0 }).collect();
            let runs = count_runs(&seen(&values, 0.0, 3.0));
            assert_eq!((runs.longest_usual, runs.crossings_usual), (longest, crossings), "{n}");
            assert_eq!((runs.useful, runs.longest, runs.crossings), (n, 1, n - 1));
        }
    }

    #[test]
    fn runs_pass_over_the_centre() {
        assert_eq!(flagged(Signal::Runs(4), &[1.0, 2.0, 0.0, 1.0, 1.0, -1.0]), [0, 1, 3, 4]);
        assert_eq!(flagged(Signal::Runs(5), &[1.0, 2.0, 0.0, 1.0, 1.0, -1.0]), []);
    }

    #[test]
    fn trends_count_points_and_pass_over_equals() {
        assert_eq!(flagged(Signal::Trends(4), &[5.0, 1.0, 2.0, 2.0, 3.0, 4.0, 0.0]), [1, 2, 4, 5]);
        assert_eq!(flagged(Signal::Trends(5), &[5.0, 1.0, 2.0, 2.0, 3.0, 4.0, 0.0]), []);
        assert_eq!(flagged(Signal::Trends(3), &[3.0, 2.0, 1.0]), [0, 1, 2]);
        // The turning point ends one trend and begins the next.
        assert_eq!(flagged(Signal::Trends(3), &[1.0, 2.0, 3.0, 2.0, 1.0]), [0, 1, 2, 2, 3, 4]);
    }

    #[test]
    fn two_of_three_near_one_limit() {
        assert_eq!(flagged(Signal::NearLimit, &[2.5, 0.0, 2.5, 0.0, -2.5]), [0, 2]);
        assert_eq!(flagged(Signal::NearLimit, &[2.5, 0.0, -2.5]), []);
        assert_eq!(flagged(Signal::NearLimit, &[2.0, 2.0, 2.0]), []);
    }

    #[test]
    fn a_longest_run_that_is_too_long() {
        let values: Vec<f64> = (0..12)
            .map(|at| {
                if at < 8 {
                    1.0
                } else if at % 2 == 0 {
                    -1.0
                } else {
                    1.0
                }
            })
            .collect();
        let runs = count_runs(&seen(&values, 0.0, 3.0));
        assert!(runs.too_long() && !runs.too_few(), "{runs:?}");
        assert_eq!(flagged(Signal::Crossings, &values), [0, 1, 2, 3, 4, 5, 6, 7]);
    }
}
