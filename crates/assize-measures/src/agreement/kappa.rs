//! Cohen's kappa: two raters, each disagreement of one weight or of more the further apart.

use super::{Agreement, NoAgreement, Ratings, beyond_chance};

/// What a disagreement between two categories weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weights {
    /// As much as any other: categories without an order.
    Plain,
    /// As many steps as they are apart.
    Linear,
    /// The square of the steps that they are apart.
    Quadratic,
}

/// Cohen's kappa of two raters, over the units that both rated:
/// `1 − n Σ vᵢⱼ nᵢⱼ / Σ vᵢⱼ nᵢ. n.ⱼ`, which is `(pₒ − pₑ) / (1 − pₑ)`, with `vᵢⱼ` 1 for `i ≠ j` (plain), `|i − j|`
/// (linear) or `(i − j)²` (quadratic). The units that only one of them rated, or neither, are left out and counted.
///
/// Undefined where there are not two raters, where they rated no unit in common, and where each gave all of these one
/// and the same category.
///
/// J. Cohen, A coefficient of agreement for nominal scales (1960); Weighted kappa (1968); J. L. Fleiss and J. Cohen, The
/// equivalence of weighted kappa and the intraclass correlation coefficient (1973), for quadratic weights.
pub fn cohen(ratings: &Ratings, weights: Weights) -> Agreement {
    let mut first = vec![0_i128; ratings.used];
    let mut second = vec![0_i128; ratings.used];
    let mut units = 0_u64;
    let mut observed = 0_i128;
    let raters = ratings.raters(3);
    if raters.len() <= 2 {
        for unit in &ratings.units {
            let &[(_, one), (_, other)] = unit.as_slice() else { continue };
            units += 1;
            let apart = i128::from(one.abs_diff(other));
            observed += match weights {
                Weights::Plain => apart.min(1),
                Weights::Linear => apart,
                Weights::Quadratic => apart * apart,
            };
            // Both are below the number of categories used.
            if let Some(count) = first.get_mut(usize::from(one)) {
                *count += 1;
            }
            if let Some(count) = second.get_mut(usize::from(other)) {
                *count += 1;
            }
        }
    }
    let value = if raters.len() > 2 {
        Err(NoAgreement::NotTwoRaters)
    } else if let Some(reason) = ratings.hindrance() {
        Err(reason)
    } else {
        beyond_chance(i128::from(units) * observed, expected(&first, &second, weights))
    };
    Agreement { value, units, ratings: units * 2, left_out: ratings.units.len() as u64 - units }
}

/// `Σ vᵢⱼ nᵢ. n.ⱼ`, without walking through the pairs of categories.
fn expected(first: &[i128], second: &[i128], weights: Weights) -> i128 {
    let units: i128 = first.iter().sum();
    let pairs = || first.iter().zip(second);
    match weights {
        Weights::Plain => units * units - pairs().map(|(one, other)| one * other).sum::<i128>(),
        // Two categories are as far apart as there are steps between them, so each step counts the pairs across it.
        Weights::Linear => {
            let (mut one_below, mut other_below) = (0, 0);
            let mut across = 0;
            for (one, other) in pairs() {
                one_below += one;
                other_below += other;
                across += one_below * (units - other_below) + other_below * (units - one_below);
            }
            across
        }
        Weights::Quadratic => {
            let moment = |counts: &[i128], power: u32| -> i128 {
                (0_i128..).zip(counts).map(|(at, count)| at.pow(power) * count).sum()
            };
            units * (moment(first, 2) + moment(second, 2)) - 2 * moment(first, 1) * moment(second, 1)
        }
    }
}
