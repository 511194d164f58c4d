//! The exact interval of a proportion.

use super::incomplete::{beta_tails, root};
use super::{Level, wilson};

/// Past this the exact interval is taken from Wilson's: they differ by less than one part in 10^9 there, and the exact
/// one takes as many steps as the root of the number.
const LARGE: u64 = 1 << 40;

/// The exact interval for `x` of `n`, as proportions: from the one by which `x` or more have the probability of the tail,
/// to the one by which `x` or fewer have it. `None` when there is nothing to divide by, or `x` is more than `n`.
pub fn clopper_pearson(x: u64, n: u64, level: Level) -> Option<(f64, f64)> {
    if n > LARGE {
        return wilson(x, n, level);
    }
    let rest = n.checked_sub(x).filter(|_| n > 0)?;
    // The upper end is what the lower one of those that are left leaves.
    let lower = lower(x as f64, rest as f64, level.tail());
    let upper = 1.0 - self::lower(rest as f64, x as f64, level.tail());
    Some((lower, upper))
}

fn lower(x: f64, rest: f64, tail: f64) -> f64 {
    if x == 0.0 {
        return 0.0;
    }
    root(f64::MIN_POSITIVE, x / (x + rest), |p| beta_tails(x, rest + 1.0, p, 1.0 - p).0 - tail)
}

#[cfg(test)]
#[expect(clippy::excessive_precision, reason = "the known values stand as they were worked out")]
mod tests {
    use super::*;
    use crate::interval::tests::{close, level};

    const KNOWN: [(u64, u64, &str, f64, f64); 7] = [
        (0, 10, "0.95", 0.0, 0.308_497_107_818_760_824),
        (10, 10, "0.95", 0.691_502_892_181_239_176, 1.0),
        (1, 3, "0.99", 0.001_669_452_186_308_667_28, 0.958_599_849_283_956_875),
        (12, 80, "0.95", 0.079_981_561_309_713_829, 0.247_364_111_592_897_604),
        (31, 499, "0.95", 0.042_597_044_896_777_999_5, 0.087_024_323_441_628_385_1),
        (31, 499, "0.998", 0.033_705_727_559_947_602_1, 0.102_678_446_656_427_482),
        (1, 100_000, "0.95", 2.531_780_477_933_314_02e-7, 0.000_055_715_160_347_742_761_4),
    ];

    #[test]
    fn intervals_agree_with_ones_worked_out_to_forty_digits() {
        for (x, n, at, lower, upper) in KNOWN {
            let got = clopper_pearson(x, n, level(at)).unwrap();
            assert!(close(got.0, lower) && close(got.1, upper), "{x}/{n} at {at}: {got:?} is not {lower}, {upper}");
        }
    }

    #[test]
    fn the_ends_are_whole_and_nothing_is_said_of_nothing() {
        assert_eq!(clopper_pearson(0, 9, level("0.95")).unwrap().0, 0.0);
        assert_eq!(clopper_pearson(9, 9, level("0.95")).unwrap().1, 1.0);
        assert_eq!(clopper_pearson(0, 0, level("0.95")), None);
        assert_eq!(clopper_pearson(2, 1, level("0.95")), None);
        for n in [1, 10, 12_345, 1 << 41, u64::MAX] {
            for x in [0, 1, n / 3, n] {
                let (lower, upper) = clopper_pearson(x, n, level("0.998")).unwrap();
                let share = x as f64 / n as f64;
                assert!((0.0..=share).contains(&lower) && (share..=1.0).contains(&upper), "{x}/{n}: {lower} {upper}");
            }
        }
    }
}
