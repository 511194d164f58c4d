//! Confidence intervals: of proportions, of counts and of means, at any level, the same bits on every platform.
//!
//! | interval | of | source |
//! |---|---|---|
//! | [`wilson`] | a proportion | E. B. Wilson, JASA 22 (1927) |
//! | [`clopper_pearson`] | a proportion, exact | C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) |
//! | [`byar`] | a count | N. E. Breslow and N. E. Day, Statistical Methods in Cancer Research II (1987), p. 69 |
//! | [`poisson`] | a count, exact | F. Garwood, Biometrika 28 (1936) |
//! | [`student_quantile`] | a mean, by its standard error | Student, Biometrika 6 (1908) |

mod binomial;
pub(crate) mod incomplete;
mod poisson;
mod student;
mod wilson;

pub use binomial::clopper_pearson;
pub use poisson::{byar, poisson};
pub use student::student_quantile;
pub use wilson::wilson;

use crate::normal::upper_quantile;
use assize_model::decimal::Decimal;

/// A confidence level, ready for use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// How many standard deviations from the mean hold that share of a normal distribution.
    z: f64,
    /// The share on one side of what is held.
    tail: f64,
}

impl Level {
    /// A level such as 0.95. `None` unless it is within (0, 1).
    pub fn new(level: Decimal) -> Option<Self> {
        // What is outside is worked out in decimals: 1 - 0.998 in binary has lost digits that the quantile would show.
        let tail = Decimal::ONE.sub(level).ok()?.to_f64() / 2.0;
        Some(Self { z: upper_quantile(tail).filter(|&z| z > 0.0)?, tail })
    }

    /// The number of standard deviations on either side.
    pub const fn z(self) -> f64 {
        self.z
    }

    /// The share on each side of what is held: 0.025 for a level of 0.95.
    pub const fn tail(self) -> f64 {
        self.tail
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub fn level(text: &str) -> Level {
        Level::new(Decimal::parse(text).unwrap()).unwrap()
    }

    /// Whether a number is a known one to 12 digits.
    pub fn close(got: f64, wanted: f64) -> bool {
        if wanted == 0.0 { got == 0.0 } else { (got / wanted - 1.0).abs() < 1e-12 }
    }

    #[test]
    fn a_level_is_within_0_and_1() {
        for at in ["0", "1", "-1", "2"] {
            assert_eq!(Level::new(Decimal::parse(at).unwrap()), None, "{at}");
        }
        assert_eq!(level("0.998").tail(), 0.001);
    }
}
