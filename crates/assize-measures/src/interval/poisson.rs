//! Intervals of a count.

use super::Level;
use super::incomplete::{gamma_tails, root};

/// Past this the exact interval is taken from Byar's: they differ by less than one part in 10^12 there, and the exact one
/// takes as many steps as the root of the count.
const LARGE: f64 = 1e9;

/// Byar's interval of a count, from the approximation of the exact one by cubes of a normal variable:
/// `x (1 − 1/(9x) − z/(3√x))³` to `(x + 1) (1 − 1/(9(x + 1)) + z/(3√(x + 1)))³`. The lower end of 0 is 0.
pub fn byar(x: u64, level: Level) -> (f64, f64) {
    let x = x as f64;
    let z = level.z();
    let cubed = |x: f64, z: f64| {
        let base = 1.0 - 1.0 / (9.0 * x) + z / (3.0 * libm::sqrt(x));
        // Below nought, as 1 is at a level of 0.9999, it is the end of what a count can be.
        if base <= 0.0 { 0.0 } else { x * base * base * base }
    };
    (if x == 0.0 { 0.0 } else { cubed(x, -z) }, cubed(x + 1.0, z))
}

/// The exact interval of a count: from the mean by which as many or more have the probability of the tail, to the mean
/// by which as many or fewer have it.
pub fn poisson(x: u64, level: Level) -> (f64, f64) {
    let approximate = byar(x, level);
    let count = x as f64;
    if count > LARGE {
        return approximate;
    }
    let tail = level.tail();
    let lower = if x == 0 {
        0.0
    } else {
        root(f64::MIN_POSITIVE.max(approximate.0 / 4.0 - 1.0), count, |mean| gamma_tails(count, mean).0 - tail)
    };
    // The share below must fall to the tail: turned round, so that it does not fall.
    let upper = root(count, approximate.1 * 2.0 + 100.0, |mean| tail - gamma_tails(count + 1.0, mean).1);
    (lower, upper)
}

#[cfg(test)]
#[expect(clippy::excessive_precision, reason = "the known values stand as they were worked out")]
mod tests {
    use super::*;
    use crate::interval::tests::{close, level};

    const KNOWN: [(u64, &str, f64, f64); 15] = [
        (0, "0.95", 0.0, 3.688_879_454_113_936_3),
        (0, "0.998", 0.0, 6.907_755_278_982_137_05),
        (1, "0.95", 0.025_317_807_984_289_875_4, 5.571_643_390_938_898_6),
        (1, "0.998", 0.001_000_500_333_583_533_5, 9.233_413_476_451_585_73),
        (2, "0.95", 0.242_209_278_543_964_903, 7.224_687_667_723_960_82),
        (2, "0.998", 0.045_402_017_769_489_556_8, 11.228_872_242_412_662_6),
        (5, "0.95", 1.623_486_390_118_420_54, 11.668_332_079_322_669_6),
        (5, "0.998", 0.739_371_731_917_832_517, 16.454_745_203_680_106_6),
        (17, "0.95", 9.903_126_469_607_287_58, 27.218_646_815_906_611_1),
        (17, "0.998", 7.028_349_394_674_141_4, 33.992_583_813_012_115_3),
        (65, "0.95", 50.165_627_729_234_266_8, 82.847_835_815_871_579_2),
        (65, "0.998", 42.901_837_749_707_294_2, 93.976_279_648_436_436_8),
        (999, "0.95", 938.004_018_561_767_615, 1_062.921_151_224_887_76),
        (999, "0.998", 904.169_660_144_484_811, 1_100.578_098_293_314_61),
        (123_456, "0.95", 122_768.288_698_515_553, 124_146.608_395_344_596),
    ];

    #[test]
    fn exact_intervals_agree_with_ones_worked_out_to_forty_digits() {
        for (x, at, lower, upper) in KNOWN {
            let got = poisson(x, level(at));
            assert!(close(got.0, lower) && close(got.1, upper), "{x} at {at}: {got:?} is not {lower}, {upper}");
        }
    }

    #[test]
    fn the_approximation_is_near_and_as_published() {
        // Association of Public Health Observatories, Technical Briefing 3 (2008): 65 deaths, 95 %: 50.16 to 82.85.
        let (lower, upper) = byar(65, level("0.95"));
        assert_eq!(format!("{lower:.2} {upper:.2}"), "50.16 82.85");
        for x in [10, 100, 10_000, 999_999_999] {
            let (exact, near) = (poisson(x, level("0.95")), byar(x, level("0.95")));
            assert!((near.0 / exact.0 - 1.0).abs() < 2e-3 / x as f64 * 10.0, "{x}: {near:?} {exact:?}");
            assert!((near.1 / exact.1 - 1.0).abs() < 2e-3 / x as f64 * 10.0, "{x}: {near:?} {exact:?}");
        }
    }

    #[test]
    fn ends_hold_the_count_for_every_count_and_level() {
        for at in ["0.5", "0.95", "0.998", "0.999999999999"] {
            for x in [0, 1, 2, 7, 1_000, 1 << 40, u64::MAX] {
                for (lower, upper) in [poisson(x, level(at)), byar(x, level(at))] {
                    assert!(lower >= 0.0 && lower <= x as f64 && upper > x as f64, "{x} at {at}: {lower} {upper}");
                }
            }
        }
    }
}
