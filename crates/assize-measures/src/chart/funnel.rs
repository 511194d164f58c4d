//! Funnels: each breakdown against the limits of the overall rate at its own denominator.

use super::limits::Given;
use super::quantile::{binomial_limit, poisson_limit};
use super::{Band, Limit, clamp};
use assize_model::kind::Kind;

/// The share of the points at either end whose z-scores are drawn in before they are looked at together.
const WINSORISED: f64 = 0.1;

/// Whether the points of a funnel lie farther from the overall rate than chance would have them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overdispersion {
    /// The mean of the squared z-scores, winsorised: about 1 where nothing but chance is at work.
    pub phi: f64,
    /// Above this, two standard deviations from 1, the points are taken to be overdispersed: `1 + 2 √(2/I)`.
    pub phi_usual: f64,
    /// The standard deviation between the points beside chance, in the value's unit; 0 unless they are overdispersed.
    pub tau: f64,
    /// How many points there are.
    pub points: usize,
}

impl Overdispersion {
    /// Whether the limits are widened.
    pub fn widened(&self) -> bool {
        self.tau > 0.0
    }
}

/// A funnel's centre, and what its limits are worked out of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Funnel {
    kind: Kind,
    /// The overall rate, per one.
    theta: f64,
    per: f64,
    pub overdispersion: Option<Overdispersion>,
}

/// The variance of a rate about the overall one.
fn variance(kind: Kind, theta: f64, under: f64) -> f64 {
    match kind {
        Kind::Proportion { .. } => theta * (1.0 - theta) / under,
        Kind::Rate { .. } | Kind::Count | Kind::Other => theta / under,
    }
}

impl Funnel {
    /// Of the points that count. `None` where there is nothing to divide by.
    ///
    /// Overdispersion: D. J. Spiegelhalter, Statistics in Medicine 24 (2005), 1185–1202: φ is the mean of the squared
    /// z-scores, winsorised; the additive variance is τ² = (I φ − (I − 1)) / (Σw − Σw²/Σw) with w = 1/s².
    pub(super) fn new(kind: Kind, points: &[Given]) -> Option<Self> {
        let per = match kind {
            Kind::Proportion { per } | Kind::Rate { per } => per,
            Kind::Count | Kind::Other => return None,
        };
        let over: f64 = points.iter().map(|point| point.over).sum();
        let under: f64 = points.iter().map(|point| point.under).sum();
        if under <= 0.0 {
            return None;
        }
        let theta = over / under;
        let mut out = Self { kind, theta, per, overdispersion: None };
        let variances: Vec<f64> = points.iter().map(|point| variance(kind, theta, point.under)).collect();
        if points.len() < 2 || !variances.iter().all(|variance| *variance > 0.0) {
            return Some(out);
        }
        let count = points.len() as f64;
        let scores = points.iter().zip(&variances);
        let mut z: Vec<f64> =
            scores.map(|(point, variance)| (point.over / point.under - theta) / libm::sqrt(*variance)).collect();
        winsorise(&mut z);
        let phi = z.iter().map(|z| z * z).sum::<f64>() / count;
        let phi_usual = 1.0 + 2.0 * libm::sqrt(2.0 / count);
        let tau = if phi > phi_usual {
            let w: f64 = variances.iter().map(|variance| 1.0 / variance).sum();
            let w2: f64 = variances.iter().map(|variance| 1.0 / (variance * variance)).sum();
            let between = (count * phi - (count - 1.0)) / (w - w2 / w);
            libm::sqrt(between.max(0.0)) * per
        } else {
            0.0
        };
        out.overdispersion = Some(Overdispersion { phi, phi_usual, tau, points: points.len() });
        Some(out)
    }

    /// The overall rate, in the value's unit.
    pub(super) fn centre(&self) -> f64 {
        self.theta * self.per
    }

    /// The limits for a denominator: exact, or widened by what lies between the points.
    pub(super) fn limits(&self, under: f64, bands: &[Band]) -> Vec<Limit> {
        if under.is_nan() || under <= 0.0 || self.theta < 0.0 {
            return Vec::new();
        }
        let most = match self.kind {
            Kind::Proportion { per } => Some(per),
            _ => None,
        };
        let tau = self.overdispersion.filter(Overdispersion::widened).map(|of| of.tau / self.per);
        let limit = |band: &Band| {
            let (lower, upper) = match (tau, self.kind) {
                (Some(tau), _) => {
                    let half = band.z * libm::sqrt(variance(self.kind, self.theta, under) + tau * tau);
                    (self.theta - half, self.theta + half)
                }
                (None, Kind::Proportion { .. }) if self.theta >= 1.0 => (1.0, 1.0),
                (None, Kind::Proportion { .. }) => (
                    binomial_limit(band.tail, -band.z, under, self.theta) / under,
                    binomial_limit(1.0 - band.tail, band.z, under, self.theta) / under,
                ),
                (None, _) => {
                    let mean = self.theta * under;
                    (
                        poisson_limit(band.tail, -band.z, mean) / under,
                        poisson_limit(1.0 - band.tail, band.z, mean) / under,
                    )
                }
            };
            let scaled = |end: f64| clamp(end * self.per, Some(0.0), most);
            Limit { level: band.name.clone(), lower: scaled(lower), upper: scaled(upper), half: None }
        };
        bands.iter().map(limit).collect()
    }
}

/// Draws the ends in to the quantiles (method 7 of Hyndman and Fan).
fn winsorise(z: &mut [f64]) {
    let mut sorted = z.to_vec();
    assize_model::order::sort_by(&mut sorted, f64::total_cmp);
    let quantile = |share: f64| {
        let at = share * (sorted.len().saturating_sub(1)) as f64;
        let low = libm::floor(at);
        let value = |at: f64| sorted.get(at as usize).or_else(|| sorted.last()).copied().unwrap_or(0.0);
        value(low) + (at - low) * (value(low + 1.0) - value(low))
    };
    let (low, high) = (quantile(WINSORISED), quantile(1.0 - WINSORISED));
    for z in z {
        *z = z.clamp(low, high);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(of: &[(f64, f64)]) -> Vec<Given> {
        of.iter().map(|&(over, under)| Given { value: over / under, over, under }).collect()
    }

    fn near(got: f64, wanted: f64) -> bool {
        (got - wanted).abs() <= 1e-12 * wanted.abs()
    }

    fn band() -> Band {
        Band { name: "99.8%".to_owned(), z: 3.090_232_306_167_813_5, tail: 0.001, three: false }
    }

    // Worked out with NumPy from the formulas of the paper.

    #[test]
    fn places_far_apart_widen_the_limits() {
        let points = points(&[
            (12.0, 100.0),
            (40.0, 200.0),
            (9.0, 90.0),
            (60.0, 300.0),
            (30.0, 310.0),
            (80.0, 320.0),
            (5.0, 110.0),
            (44.0, 210.0),
        ]);
        let funnel = Funnel::new(Kind::Proportion { per: 1.0 }, &points).unwrap();
        let found = funnel.overdispersion.unwrap();
        assert!(near(funnel.centre(), 0.170_731_707_317_073_17));
        assert!(near(found.phi, 4.876_132_927_148_7) && near(found.phi_usual, 2.0), "{found:?}");
        assert!(near(found.tau, 0.057_009_723_874_751_68) && found.widened(), "{found:?}");
        let limits = funnel.limits(100.0, &[band()]);
        // The lower one, −0.040, is cut off.
        assert_eq!(limits.first().unwrap().lower, 0.0);
        assert!(near(limits.first().unwrap().upper, 0.381_818_157_150_443_4), "{limits:?}");
    }

    #[test]
    fn places_near_each_other_leave_the_limits_exact() {
        let points = points(&[(12.0, 100.0), (20.0, 200.0), (9.0, 90.0), (31.0, 300.0)]);
        let funnel = Funnel::new(Kind::Proportion { per: 100.0 }, &points).unwrap();
        let found = funnel.overdispersion.unwrap();
        assert!(near(found.phi, 0.042_687_373_274_438_584) && !found.widened(), "{found:?}");
        let limit = funnel.limits(100.0, &[band()]).into_iter().next().unwrap();
        assert!(limit.lower > 1.0 && limit.upper < 25.0 && limit.lower < funnel.centre(), "{limit:?}");
    }

    #[test]
    fn nothing_is_said_of_nothing() {
        assert!(Funnel::new(Kind::Proportion { per: 1.0 }, &[]).is_none());
        let all = Funnel::new(Kind::Proportion { per: 1.0 }, &points(&[(5.0, 5.0), (7.0, 7.0)])).unwrap();
        assert_eq!(all.overdispersion, None);
        assert_eq!(all.limits(5.0, &[band()]).first().map(|limit| (limit.lower, limit.upper)), Some((1.0, 1.0)));
        let none = Funnel::new(Kind::Rate { per: 1.0 }, &points(&[(0.0, 5.0), (0.0, 7.0)])).unwrap();
        assert_eq!(none.limits(5.0, &[band()]).first().map(|limit| (limit.lower, limit.upper)), Some((0.0, 0.0)));
    }
}
