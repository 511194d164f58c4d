//! The inverse of Student's distribution.

use super::Level;
use super::incomplete::{beta_tails, root};

/// Past this the first term of the expansion about the normal distribution (R. A. Fisher, Metron 5, 1925) leaves less than
/// one part in 10^16.
const LARGE: u64 = 1_000_000_000;

/// The number of standard errors on either side of a mean that hold the level's share, with `degrees` of freedom: 2.776
/// for 95 % and 4. `None` without any degree of freedom.
pub fn student_quantile(degrees: u64, level: Level) -> Option<f64> {
    if degrees == 0 {
        return None;
    }
    let df = degrees as f64;
    let z = level.z();
    if degrees > LARGE {
        return Some(z + (z * z * z + z) / (4.0 * df));
    }
    let above = |t: f64| {
        // P(T > t) = ½ P(B > t²/(df + t²)), where B has the shapes ½ and df/2.
        let (t2, under) = (t * t, df + t * t);
        beta_tails(0.5, df / 2.0, t2 / under, df / under).1 / 2.0
    };
    // One degree of freedom has the widest tails: 1/(πt) at most.
    let widest = 1.0 / (std::f64::consts::PI * level.tail()) + 1.0;
    Some(root(z * 0.999_999, widest.max(z * 2.0), |t| level.tail() - above(t)))
}

#[cfg(test)]
#[expect(clippy::excessive_precision, reason = "the known values stand as they were worked out")]
mod tests {
    use super::*;
    use crate::interval::tests::{close, level};

    const KNOWN: [(u64, &str, f64); 8] = [
        (1, "0.95", 12.706_204_736_174_704_6),
        (1, "0.998", 318.308_838_985_550_446),
        (2, "0.95", 4.302_652_729_749_463_85),
        (4, "0.95", 2.776_445_105_197_794_36),
        (9, "0.998", 4.296_805_662_729_918_49),
        (30, "0.95", 2.042_272_456_301_238_31),
        (499, "0.95", 1.964_729_390_987_689_07),
        (10_000, "0.998", 3.091_047_516_030_612_11),
    ];

    #[test]
    fn quantiles_agree_with_ones_worked_out_to_forty_digits() {
        for (degrees, at, wanted) in KNOWN {
            let got = student_quantile(degrees, level(at)).unwrap();
            assert!(close(got, wanted), "{degrees} at {at}: {got} is not {wanted}");
        }
    }

    #[test]
    fn many_degrees_of_freedom_come_to_the_normal_distribution() {
        let level = level("0.95");
        let far = student_quantile(u64::MAX, level).unwrap();
        assert!((far / level.z() - 1.0).abs() < 1e-12, "{far}");
        assert_eq!(student_quantile(0, level), None);
    }
}
