//! Quantiles of the binomial and the Poisson distribution, and the limits between whole numbers.

use crate::interval::incomplete::{beta_tails, gamma_tails};

/// Past so many events the distributions are taken from the normal with their skewness: the limits differ by less than a
/// thousandth of an event there, and the exact ones take as many steps as the root of the number.
const LARGE: f64 = 1e6;

/// The smallest number that as many of `n`, each with the chance `p`, do not exceed with at least this probability.
pub(super) fn binomial_quantile(probability: f64, n: u64, p: f64) -> u64 {
    let below = |k: u64| binomial_share(k, n, p);
    smallest(0, n, |k| below(k) >= probability)
}

/// The probability of `k` or fewer of `n`.
fn binomial_share(k: u64, n: u64, p: f64) -> f64 {
    if k >= n {
        return 1.0;
    }
    beta_tails((k + 1) as f64, (n - k) as f64, p, 1.0 - p).1
}

/// The probability of `k` or fewer events.
fn poisson_share(k: u64, mean: f64) -> f64 {
    gamma_tails((k + 1) as f64, mean).1
}

/// The smallest of the numbers for which something holds that holds for all greater ones.
fn smallest(low: u64, high: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (low, high);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// The number of `n` that as many have the probability of not exceeding, between whole numbers: `r − (F(r) − p)/(F(r) −
/// F(r−1))`, with the smallest `r` of which `F(r)` is above `p` (D. J. Spiegelhalter, Statistics in Medicine 24, 2005,
/// appendix A.1.1). `z` is the normal quantile of the probability.
pub(super) fn binomial_limit(probability: f64, z: f64, n: f64, p: f64) -> f64 {
    let (mean, sigma) = (n * p, libm::sqrt(n * p * (1.0 - p)));
    if sigma * sigma > LARGE || n > 1e15 {
        return skewed(mean, sigma, 1.0 - 2.0 * p, z).min(n);
    }
    let n = libm::floor(n) as u64;
    let (low, high) = about(mean, sigma, z);
    let share = |k: u64| binomial_share(k, n, p);
    between(probability, smallest_from(low, high.min(n), n, |k| share(k) > probability), share)
}

/// As [`binomial_limit`], of events of which so many are expected.
pub(super) fn poisson_limit(probability: f64, z: f64, mean: f64) -> f64 {
    let sigma = libm::sqrt(mean);
    if mean > LARGE {
        return skewed(mean, sigma, 1.0, z);
    }
    let (low, high) = about(mean, sigma, z);
    let share = |k: u64| poisson_share(k, mean);
    between(probability, smallest_from(low, high, u64::MAX, |k| share(k) > probability), share)
}

fn between(probability: f64, r: u64, share: impl Fn(u64) -> f64) -> f64 {
    let at = share(r);
    let before = r.checked_sub(1).map_or(0.0, &share);
    let step = at - before;
    let back = if step > 0.0 { ((at - probability) / step).clamp(0.0, 1.0) } else { 0.0 };
    (r as f64 - back).max(0.0)
}

/// Where a quantile lies for certain, in ordinary cases.
fn about(mean: f64, sigma: f64, z: f64) -> (u64, u64) {
    let middle = mean + z * sigma;
    let around = 3.0 * sigma + 10.0;
    ((middle - around).max(0.0) as u64, (middle + around).max(0.0) as u64 + 1)
}

/// [`smallest`] within a guess, which is widened where it was wrong.
fn smallest_from(low: u64, high: u64, most: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let low = if low > 0 && holds(low) { 0 } else { low };
    let mut high = high;
    while high < most && !holds(high) {
        high = high.saturating_mul(2).saturating_add(1).min(most);
        if high > 1 << 50 {
            break;
        }
    }
    smallest(low.min(high), high, holds)
}

/// The quantile of a normal variable with this skewness times its deviation, to the second term of Cornish and Fisher, less
/// the half by which whole numbers reach below themselves.
fn skewed(mean: f64, sigma: f64, skewness: f64, z: f64) -> f64 {
    (mean + z * sigma + skewness * (z * z - 1.0) / 6.0 - 0.5).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_other_programs() {
        // R: qbinom(p, n, size).
        for (probability, n, p, wanted) in [
            (0.05, 9, 0.5, 2),
            (0.05, 23, 0.5, 8),
            (0.05, 0, 0.5, 0),
            (0.05, 1, 0.5, 0),
            (0.975, 100, 0.1, 16),
            (0.001, 100, 0.1, 2),
            (0.5, 1_000_000, 0.25, 250_000),
        ] {
            assert_eq!(binomial_quantile(probability, n, p), wanted, "{probability} {n} {p}");
        }
    }

    /// The normal quantile of the probabilities below.
    fn z(probability: f64) -> f64 {
        -crate::normal::upper_quantile(probability).unwrap()
    }

    // Worked out with SciPy 1.16 from its distribution functions.

    #[test]
    fn binomial_limits_agree_with_others() {
        for (probability, n, p, wanted) in [
            (0.025, 100.0, 0.1, 4.038059552439343),
            (0.975, 100.0, 0.1, 15.771861163912678),
            (0.001, 100.0, 0.1, 1.4178865008434753),
            (0.999, 100.0, 0.1, 19.835671850288552),
            (0.025, 499.0, 0.062, 20.282814041497318),
            (0.999, 5000.0, 0.3, 1600.1956833243944),
            (0.975, 7.0, 0.5, 5.685714285714285),
            (0.001, 7.0, 0.5, 0.0),
        ] {
            let got = binomial_limit(probability, z(probability), n, p);
            assert!((got - wanted).abs() < 1e-10 * wanted.max(1.0), "{probability} {n} {p}: {got} is not {wanted}");
        }
    }

    #[test]
    fn poisson_limits_agree_with_others() {
        for (probability, mean, wanted) in [
            (0.025, 10.0, 3.775187947688401),
            (0.975, 10.0, 16.15995067334478),
            (0.001, 10.0, 1.2205293158961341),
            (0.999, 10.0, 20.66200083599499),
            (0.975, 0.5, 1.8600259114609996),
            (0.001, 0.5, 0.0),
            (0.999, 12345.6, 12689.880005295921),
            (0.025, 250.25, 219.21759656382616),
        ] {
            let got = poisson_limit(probability, z(probability), mean);
            assert!((got - wanted).abs() < 1e-10 * wanted.max(1.0), "{probability} {mean}: {got} is not {wanted}");
        }
    }

    #[test]
    fn limits_meet_the_normal_ones_where_they_change_over() {
        let z = 3.090_232_306_167_813_5;
        for mean in [999_000.0, 1_001_000.0] {
            let exact = poisson_limit(0.999, z, mean);
            assert!((exact - skewed(mean, libm::sqrt(mean), 1.0, z)).abs() < 1e-3, "{exact}");
        }
        assert_eq!(poisson_limit(0.025, -1.96, 0.0), 0.0);
        // SciPy 1.16, of the exact distribution, on either side of the change.
        assert!((poisson_limit(0.999, z, 999_000.0) - 1_002_089.611_597_564_5).abs() < 1e-3);
        assert!((poisson_limit(0.999, z, 1_001_000.0) - 1_004_092.701_786_821_1).abs() < 1e-3);
    }
}
