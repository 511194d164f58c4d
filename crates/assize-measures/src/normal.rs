//! The inverse of the normal distribution, the same bits on every platform.
#![expect(clippy::excessive_precision, reason = "the coefficients and the known values stand as they were published")]

/// `c[0] + c[1] x + c[2] x² + …`, from the highest power down.
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

// M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37 (1988),
// routine PPND16: three quotients of polynomials, each about 1 part in 10^16.

const CENTRE_OVER: [f64; 8] = [
    3.387_132_872_796_366_608,
    133.141_667_891_784_377_45,
    1_971.590_950_306_551_442_7,
    13_731.693_765_509_461_125,
    45_921.953_931_549_871_457,
    67_265.770_927_008_700_853,
    33_430.575_583_588_128_105,
    2_509.080_928_730_122_672_7,
];
const CENTRE_UNDER: [f64; 8] = [
    1.0,
    42.313_330_701_600_911_252,
    687.187_007_492_057_908_3,
    5_394.196_021_424_751_107_7,
    21_213.794_301_586_595_867,
    39_307.895_800_092_710_61,
    28_729.085_735_721_942_674,
    5_226.495_278_852_854_561,
];
const NEAR_OVER: [f64; 8] = [
    1.423_437_110_749_683_577_34,
    4.630_337_846_156_545_295_9,
    5.769_497_221_460_691_405_5,
    3.647_848_324_763_204_605_04,
    1.270_458_252_452_368_382_58,
    0.241_780_725_177_450_611_77,
    0.022_723_844_989_269_184_583_3,
    7.745_450_142_783_414_076_4e-4,
];
const NEAR_UNDER: [f64; 8] = [
    1.0,
    2.053_191_626_637_758_821_87,
    1.676_384_830_183_803_849_4,
    0.689_767_334_985_100_004_55,
    0.148_103_976_427_480_074_59,
    0.015_198_666_563_616_457_196_6,
    5.475_938_084_995_344_946e-4,
    1.050_750_071_644_416_843_24e-9,
];
const FAR_OVER: [f64; 8] = [
    6.657_904_643_501_103_777_2,
    5.463_784_911_164_114_369_9,
    1.784_826_539_917_291_335_8,
    0.296_560_571_828_504_891_23,
    0.026_532_189_526_576_123_093,
    0.001_242_660_947_388_078_438_6,
    2.711_555_568_743_487_578_15e-5,
    2.010_334_399_292_288_132_65e-7,
];
const FAR_UNDER: [f64; 8] = [
    1.0,
    0.599_832_206_555_887_937_69,
    0.136_929_880_922_735_805_31,
    0.014_875_361_290_850_614_852_5,
    7.868_691_311_456_132_591e-4,
    1.846_318_317_510_054_681_8e-5,
    1.421_511_758_316_445_888_7e-7,
    2.044_263_103_389_939_785_64e-15,
];

/// The number that a standard normal variable exceeds with this probability: 1.96 for 0.025. `None` unless the
/// probability is within (0, 1).
///
/// Taking the upper tail, and not what lies below, keeps all digits of tails as small as `1e-28`.
pub fn upper_quantile(tail: f64) -> Option<f64> {
    if !(tail > 0.0 && tail < 1.0) {
        return None;
    }
    let from_centre = 0.5 - tail;
    if from_centre.abs() <= 0.425 {
        let r = 0.180_625 - from_centre * from_centre;
        return Some(from_centre * polynomial(&CENTRE_OVER, r) / polynomial(&CENTRE_UNDER, r));
    }
    let smaller = if from_centre > 0.0 { tail } else { 1.0 - tail };
    let r = libm::sqrt(-libm::log(smaller));
    let size = if r <= 5.0 {
        polynomial(&NEAR_OVER, r - 1.6) / polynomial(&NEAR_UNDER, r - 1.6)
    } else {
        polynomial(&FAR_OVER, r - 5.0) / polynomial(&FAR_UNDER, r - 5.0)
    };
    Some(if from_centre > 0.0 { size } else { -size })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked out to 20 digits by root finding on the distribution function at 40 digits.
    const KNOWN: [(f64, f64); 18] = [
        (0.4, 0.253_347_103_135_799_798_8),
        (0.25, 0.674_489_750_196_081_743_2),
        (0.1, 1.281_551_565_544_600_467),
        (0.075, 1.439_531_470_938_455_915_3),
        (0.05, 1.644_853_626_951_472_714_9),
        (0.025, 1.959_963_984_540_054_235_5),
        (0.01, 2.326_347_874_040_841_100_9),
        (0.005, 2.575_829_303_548_900_761),
        (0.001, 3.090_232_306_167_813_541_5),
        (0.0005, 3.290_526_731_491_894_793_2),
        (0.0001, 3.719_016_485_455_680_564_4),
        (1e-6, 4.753_424_308_822_898_948_2),
        (1e-9, 5.997_807_015_007_686_871_6),
        (1e-10, 6.361_340_902_404_056_204_7),
        (1e-12, 7.034_483_825_301_131_929_8),
        (1e-13, 7.348_796_102_800_677_517_5),
        (1e-20, 9.262_340_089_798_407_573_7),
        (1e-28, 11.058_232_414_058_736_821),
    ];

    #[test]
    fn quantiles_agree_with_published_ones() {
        for (tail, wanted) in KNOWN {
            let got = upper_quantile(tail).unwrap();
            assert!((got / wanted - 1.0).abs() < 1e-14, "{tail}: {got} is not {wanted}");
        }
        assert_eq!(upper_quantile(0.5), Some(0.0));
    }

    #[test]
    fn tails_mirror_each_other() {
        for (tail, wanted) in KNOWN.into_iter().filter(|&(tail, _)| tail > 1e-3) {
            let got = upper_quantile(1.0 - tail).unwrap();
            assert!((got + wanted).abs() < 1e-12, "{tail}: {got} is not -{wanted}");
        }
    }

    #[test]
    fn the_distribution_gives_the_probability_back() {
        let mut tail = 1e-30;
        while tail < 0.5 {
            let z = upper_quantile(tail).unwrap();
            let back = libm::erfc(z / std::f64::consts::SQRT_2) / 2.0;
            assert!((back / tail - 1.0).abs() < 1e-12, "{tail}: {z} gives {back}");
            tail *= 1.1;
        }
    }

    #[test]
    fn what_is_no_probability_has_no_quantile() {
        for tail in [0.0, 1.0, -0.5, 1.5, f64::NAN, f64::INFINITY] {
            assert_eq!(upper_quantile(tail), None, "{tail}");
        }
        assert!(upper_quantile(f64::MIN_POSITIVE).unwrap().is_finite());
    }
}
