//! Fleiss' kappa: units that are rated equally often, by whomever.

use super::{Agreement, NoAgreement, Ratings, beyond_chance};

/// Fleiss' kappa: `(P̄ − P̄ₑ) / (1 − P̄ₑ)`, with `P̄` the mean over units of `Σ nᵢⱼ (nᵢⱼ − 1) / (n (n − 1))`, and `P̄ₑ`
/// the sum of the squares of the categories' shares of all ratings. Units without a rating are left out and counted.
///
/// Undefined where units are rated unequally often, or once only, by one rater in all, and where every rating is the
/// same.
///
/// J. L. Fleiss, Measuring nominal scale agreement among many raters, Psychological Bulletin 76 (1971), p. 378.
pub fn fleiss(ratings: &Ratings) -> Agreement {
    let mut totals = vec![0_i128; ratings.used];
    let mut rated = ratings.units.iter().filter(|unit| !unit.is_empty());
    let each = rated.clone().next().map_or(0, Vec::len);
    let equal = rated.all(|unit| unit.len() == each);
    let (mut units, mut alike) = (0_u64, 0_i128);
    if equal && each >= 2 {
        for unit in ratings.units.iter().filter(|unit| !unit.is_empty()) {
            units += 1;
            for same in Ratings::categories_of(unit).chunk_by(|one, other| one == other) {
                let count = same.len() as i128;
                alike += count * (count - 1);
                if let Some(total) = same.first().and_then(|&category| totals.get_mut(usize::from(category))) {
                    *total += count;
                }
            }
        }
    }
    let all = i128::from(units) * each as i128;
    let value = if let Some(reason) = ratings.hindrance() {
        Err(reason)
    } else if units == 0 {
        Err(NoAgreement::UnequalRatings)
    } else {
        // Both disagreements times the square of all ratings and `n − 1`: whole numbers.
        let others = each as i128 - 1;
        let squares: i128 = totals.iter().map(|total| total * total).sum();
        beyond_chance(all * (all * others - alike), others * (all * all - squares))
    };
    Agreement { value, units, ratings: all as u64, left_out: ratings.units.len() as u64 - units }
}
