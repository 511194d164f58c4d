//! Krippendorff's alpha: any number of raters, each of whom may have rated any of the units.

use super::{Agreement, Ratings, beyond_chance};
use crate::agreement::NoAgreement;
use std::collections::BTreeMap;

/// How far apart two categories are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Different or not.
    Nominal,
    /// By how many ratings lie between them in their order.
    Ordinal,
    /// By how many steps lie between them, each as large as another.
    Interval,
}

/// Krippendorff's alpha: `1 − Dₒ / Dₑ = 1 − (n − 1) Σ oₖₗ δ²ₖₗ / Σ nₖ nₗ δ²ₖₗ`, over the coincidences `oₖₗ` of the units
/// that at least two raters rated (a unit rated `m` times gives each of its pairs a weight of `1 / (m − 1)`), with
/// `δ²` 1 for `k ≠ l` (nominal), `(Σ nₖ..ₗ − (nₖ + nₗ) / 2)²` (ordinal) or `(k − l)²` (interval). Units rated once or
/// not at all are left out and counted.
///
/// Undefined where there is one rater, where no unit is rated twice, and where every rating that is left is the same.
///
/// K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011); Content Analysis, chapter 11.
pub fn krippendorff(ratings: &Ratings, metric: Metric) -> Agreement {
    // Of each unit that counts, its categories in order.
    let counted = || ratings.units.iter().filter(|unit| unit.len() >= 2);
    let mut totals = vec![0_i128; ratings.used];
    let mut units = 0_u64;
    for unit in counted() {
        units += 1;
        for &(_, category) in unit {
            if let Some(total) = totals.get_mut(usize::from(category)) {
                *total += 1;
            }
        }
    }
    let all: i128 = totals.iter().sum();
    // By the number of ratings, the disagreement within the units that have as many: in whole numbers, so that the
    // order of units is nothing to them.
    let mut within: BTreeMap<usize, i128> = BTreeMap::new();
    let expected = match metric {
        Metric::Nominal => {
            for unit in counted() {
                let ratings = unit.len() as i128;
                let alike: i128 = Ratings::categories_of(unit)
                    .chunk_by(|one, other| one == other)
                    .map(|same| (same.len() * same.len()) as i128)
                    .sum();
                *within.entry(unit.len()).or_default() += ratings * ratings - alike;
            }
            all * all - totals.iter().map(|total| total * total).sum::<i128>()
        }
        Metric::Ordinal | Metric::Interval => {
            let places = places(&totals, metric);
            let place = |category: usize| places.get(category).copied().unwrap_or(0);
            for unit in counted() {
                let spread = spread(unit.iter().map(|&(_, category)| (1, place(usize::from(category)))));
                *within.entry(unit.len()).or_default() += spread;
            }
            spread(totals.iter().enumerate().map(|(category, &total)| (total, place(category))))
        }
    };
    let value = match ratings.hindrance() {
        Some(reason) => Err(reason),
        None => alpha(&within, all, expected),
    };
    Agreement { value, units, ratings: all as u64, left_out: ratings.units.len() as u64 - units }
}

/// Where each category lies: by steps, or twice the middle of its ratings among all of them in their order, of which
/// two differ by twice `Σ nₖ..ₗ − (nₖ + nₗ) / 2`.
fn places(totals: &[i128], metric: Metric) -> Vec<i128> {
    if metric == Metric::Interval {
        return (0..).take(totals.len()).collect();
    }
    let mut below = 0;
    let middle = |&total: &i128| {
        let middle = 2 * below + total;
        below += total;
        middle
    };
    totals.iter().map(middle).collect()
}

/// `Σ (a − b)²` over all ordered pairs of what is given as (how many, where).
fn spread(given: impl Iterator<Item = (i128, i128)>) -> i128 {
    let (mut count, mut sum, mut squares) = (0_i128, 0_i128, 0_i128);
    for (many, place) in given {
        count += many;
        sum += many * place;
        squares += many * place * place;
    }
    2 * (count * squares - sum * sum)
}

/// Alpha by the disagreement within units, by how many ratings these have, and by that among all ratings.
fn alpha(within: &BTreeMap<usize, i128>, all: i128, expected: i128) -> Result<f64, NoAgreement> {
    if within.len() > 1 && expected != 0 {
        // Few fractions, from the lowest number of ratings to the highest: always the same sum.
        let observed: f64 = within.iter().map(|(&ratings, &apart)| apart as f64 / (ratings - 1) as f64).sum();
        return Ok(1.0 - (all - 1) as f64 * observed / expected as f64);
    }
    // All units have as many ratings: one fraction, and whole numbers up to it.
    let (ratings, apart) = within.first_key_value().map_or((2, 0), |(&ratings, &apart)| (ratings, apart));
    let others = ratings as i128 - 1;
    match ((all - 1).checked_mul(apart), others.checked_mul(expected)) {
        (Some(observed), Some(expected)) => beyond_chance(observed, expected),
        // Wider than 127 bits: the same, rounded on the way.
        _ => Ok(1.0 - (all - 1) as f64 * (apart as f64 / others as f64) / expected as f64),
    }
}
