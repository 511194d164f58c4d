//! Wilson's interval for a proportion.

use super::Level;

/// Wilson's interval for `x` of `n`, as proportions: `(2x + z² ∓ z√(z² + 4x(1 − x/n))) / (2(n + z²))`. `None` when
/// there is nothing to divide by, or `x` is more than `n`.
pub fn wilson(x: u64, n: u64, level: Level) -> Option<(f64, f64)> {
    if n == 0 || x > n {
        return None;
    }
    let z = level.z;
    // Counts past 2^53 lose digits here that no interval shows.
    let (successes, trials) = (x as f64, n as f64);
    let rest = (n - x) as f64;
    let z2 = z * z;
    let root = z * libm::sqrt(z2 + 4.0 * successes * (rest / trials));
    let under = 2.0 * (trials + z2);
    // The ends of certainty are exact, not what rounding leaves of them. The lower end is taken from the product of
    // both, which is x² / (n (n + z²)): the difference would cancel for small x.
    let upper = if x == n { 1.0 } else { (2.0 * successes + z2 + root) / under };
    let lower = if x == 0 {
        0.0
    } else {
        successes / trials * (successes / (trials + z2)) / ((2.0 * successes + z2 + root) / under)
    };
    Some((lower, upper))
}

#[cfg(test)]
#[expect(clippy::excessive_precision, reason = "the known values stand as they were worked out")]
mod tests {
    use super::*;
    use crate::interval::tests::level;

    fn close(got: f64, wanted: f64) -> bool {
        if wanted == 0.0 { got == 0.0 } else { (got / wanted - 1.0).abs() < 1e-13 }
    }

    #[test]
    fn intervals_agree_with_ones_worked_out_to_forty_digits() {
        let known = [
            (31, 499, "0.95", 0.044_108_119_742_096_689_3, 0.086_830_683_464_605_927_7),
            (31, 499, "0.998", 0.036_262_889_179_649_457_4, 0.104_430_456_664_707_729),
            (12, 80, "0.95", 0.087_940_405_061_635_491_8, 0.244_132_285_613_233_489),
            (0, 10, "0.95", 0.0, 0.277_532_799_862_889_253),
            (10, 10, "0.95", 0.722_467_200_137_110_747, 1.0),
            (1, 3, "0.99", 0.040_426_629_296_084_706_3, 0.855_783_984_952_332_998),
            (1, 1_000_000, "0.95", 1.765_245_767_453_714_66e-7, 5.664_911_804_311_442_96e-6),
            (3, 123_456_789_012, "0.95", 8.264_192_974_185_502_91e-12, 7.145_162_418_862_205_34e-11),
        ];
        for (x, n, at, lower, upper) in known {
            let (got_lower, got_upper) = wilson(x, n, level(at)).unwrap();
            assert!(close(got_lower, lower), "{x}/{n} at {at}: {got_lower} is not {lower}");
            assert!(close(got_upper, upper), "{x}/{n} at {at}: {got_upper} is not {upper}");
        }
    }

    #[test]
    fn the_published_check_holds() {
        let (lower, upper) = wilson(31, 499, level("0.95")).unwrap();
        assert_eq!(format!("{lower:.5} {upper:.5}"), "0.04411 0.08683");
    }

    #[test]
    fn the_interval_holds_the_proportion_and_stays_within_0_and_1() {
        for at in ["0.5", "0.95", "0.998", "0.9999999999999999999999999999"] {
            for n in [1, 2, 3, 10, 97, 1_000, 1 << 53, u64::MAX] {
                for x in [0, 1, n / 3, n / 2, n - 1, n] {
                    let (lower, upper) = wilson(x, n, level(at)).unwrap();
                    let share = x as f64 / n as f64;
                    assert!((0.0..=1.0).contains(&lower) && (0.0..=1.0).contains(&upper), "{x}/{n}: {lower} {upper}");
                    assert!(
                        lower <= share * (1.0 + 1e-15) && share <= upper * (1.0 + 1e-15),
                        "{x}/{n}: {lower} {upper}"
                    );
                }
            }
        }
    }

    #[test]
    fn nothing_is_said_of_nothing() {
        assert_eq!(wilson(0, 0, level("0.95")), None);
        assert_eq!(wilson(2, 1, level("0.95")), None);
    }
}
