//! Tails of the Poisson, the binomial and Student's distribution: incomplete gamma and beta functions.
//!
//! The leading factor of each is a probability of its distribution, worked out by the saddle-point form of C. Loader,
//! "Fast and Accurate Computation of Binomial Probabilities" (2000): powers and factorials of large counts would lose the
//! digits that the intervals show.

use std::f64::consts::PI;

/// Terms of a series or a continued fraction, at most. They converge within a few times the root of the count.
const MOST_TERMS: usize = 1_000_000;
const TINY: f64 = 1e-300;
const EPSILON: f64 = 1e-16;

/// `ln n! − ln(√(2πn) (n/e)^n)`, by Stirling's series from 16 on, by the gamma function below.
fn stirling_error(n: f64) -> f64 {
    if n < 16.0 {
        return if n == 0.0 {
            0.0
        } else {
            libm::lgamma(n + 1.0) - (n + 0.5) * libm::log(n) + n - 0.5 * libm::log(2.0 * PI)
        };
    }
    let n2 = n * n;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - (1.0 / 1188.0) / n2) / n2) / n2) / n2) / n
}

/// `x ln(x/m) + m − x`, without the cancellation where both are close.
fn deviance(x: f64, m: f64) -> f64 {
    let difference = x - m;
    if difference.abs() < 0.1 * (x + m) {
        let v = difference / (x + m);
        let mut sum = difference * v;
        let mut term = 2.0 * x * v;
        let v2 = v * v;
        for at in 1..1_000_u32 {
            term *= v2;
            let next = sum + term / f64::from(2 * at + 1);
            if next == sum {
                break;
            }
            sum = next;
        }
        return sum;
    }
    x * libm::log(x / m) + m - x
}

/// `μ^x e^(−μ) / Γ(x + 1)`, for any `x` that is not negative.
pub fn poisson_mass(x: f64, mean: f64) -> f64 {
    if x == 0.0 {
        return libm::exp(-mean);
    }
    if mean == 0.0 {
        return 0.0;
    }
    libm::exp(-stirling_error(x) - deviance(x, mean)) / libm::sqrt(2.0 * PI * x)
}

/// `p^x (1 − p)^y Γ(x + y + 1) / (Γ(x + 1) Γ(y + 1))`; `q` is `1 − p`, given so that it keeps its digits.
fn binomial_mass(x: f64, y: f64, p: f64, q: f64) -> f64 {
    let n = x + y;
    if x == 0.0 {
        return libm::exp(if q < 0.5 { n * libm::log(q) } else { n * libm::log1p(-p) });
    }
    if y == 0.0 {
        return libm::exp(if p < 0.5 { n * libm::log(p) } else { n * libm::log1p(-q) });
    }
    let exponent = stirling_error(n) - stirling_error(x) - stirling_error(y) - deviance(x, n * p) - deviance(y, n * q);
    libm::exp(exponent) * libm::sqrt(n / (2.0 * PI * x * y))
}

/// The share of a gamma distribution of shape `a` (1 at least) that lies below `x`, and above: what a Poisson variable of
/// mean `x` has at `a` and more, and below.
pub fn gamma_tails(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x < a + 1.0 {
        // P(a, x) = x^a e^−x / Γ(a + 1) · (1 + x/(a+1) + x²/((a+1)(a+2)) + …)
        let (mut sum, mut term, mut under) = (1.0, 1.0, a);
        for _ in 0..MOST_TERMS {
            under += 1.0;
            term *= x / under;
            sum += term;
            if term < sum * EPSILON {
                break;
            }
        }
        let below = (poisson_mass(a, x) * sum).min(1.0);
        return (below, 1.0 - below);
    }
    // Q(a, x) = x^a e^−x / Γ(a) · 1/(x+1−a− 1(1−a)/(x+3−a− …)), by Lentz.
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut h = d;
    let mut i = 0.0;
    for _ in 0..MOST_TERMS {
        i += 1.0;
        let an = -i * (i - a);
        b += 2.0;
        d = an * d + b;
        d = if d.abs() < TINY { TINY } else { d };
        c = b + an / c;
        c = if c.abs() < TINY { TINY } else { c };
        d = 1.0 / d;
        let step = d * c;
        h *= step;
        if (step - 1.0).abs() < EPSILON {
            break;
        }
    }
    // x^a e^−x / Γ(a) = a · x^a e^−x / Γ(a + 1)
    let above = (poisson_mass(a, x) * a * h).min(1.0);
    (1.0 - above, above)
}

/// The share of a beta distribution of shapes `a` and `b` that lies below `p`, and above; `q` is `1 − p`.
pub fn beta_tails(a: f64, b: f64, p: f64, q: f64) -> (f64, f64) {
    if p <= 0.0 {
        return (0.0, 1.0);
    }
    if q <= 0.0 {
        return (1.0, 0.0);
    }
    if p < (a + 1.0) / (a + b + 2.0) {
        let below = beta_below(a, b, p, q);
        (below, 1.0 - below)
    } else {
        let above = beta_below(b, a, q, p);
        (1.0 - above, above)
    }
}

/// By the continued fraction 26.5.8 of Abramowitz and Stegun, with Lentz's method.
fn beta_below(a: f64, b: f64, p: f64, q: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 - (a + b) * p / (a + 1.0);
    d = 1.0 / if d.abs() < TINY { TINY } else { d };
    let mut h = d;
    let mut m = 0.0;
    for _ in 0..MOST_TERMS {
        m += 1.0;
        let even = m * (b - m) * p / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * p / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut step = 1.0;
        for by in [even, odd] {
            d = 1.0 + by * d;
            d = 1.0 / if d.abs() < TINY { TINY } else { d };
            c = 1.0 + by / c;
            c = if c.abs() < TINY { TINY } else { c };
            step = d * c;
            h *= step;
        }
        if (step - 1.0).abs() < EPSILON {
            break;
        }
    }
    // p^a q^b / (a B(a, b)) = p^a q^b Γ(a + b) / (Γ(a + 1) Γ(b)) = b/(a + b) · p^a q^b Γ(a+b+1) / (Γ(a+1) Γ(b+1))
    (binomial_mass(a, b, p, q) * b / (a + b) * h).clamp(0.0, 1.0)
}

/// Where a function that does not fall, from `low` to `high`, passes nought: halving, until no number lies between.
///
/// Between two numbers of like size it takes some 60 steps; ends far apart are brought together by their exponents first.
pub fn root(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..200 {
        let middle =
            if low > 0.0 && high / low > 4.0 { libm::sqrt(low) * libm::sqrt(high) } else { low / 2.0 + high / 2.0 };
        if middle <= low || middle >= high {
            break;
        }
        if f(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    if f(low).abs() < f(high).abs() { low } else { high }
}
