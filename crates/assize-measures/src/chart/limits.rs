//! The centre line and the limits of charts over time.

use super::{Band, Limit, clamp};
use assize_model::kind::Kind;
use assize_model::measure::ChartKind;

/// Half the width of the limits of individual values, in mean moving ranges: 3/d₂ for ranges of two (W. A. Shewhart;
/// D. C. Montgomery, Introduction to Statistical Quality Control, chapter 6), as it is published.
const RANGES: f64 = 2.66;
/// The mean of the range of two values of a normal distribution, in standard deviations.
const D2: f64 = 1.128;

/// A point, as far as limits read it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given {
    pub value: f64,
    /// What is counted, and what it is over.
    pub over: f64,
    pub under: f64,
}

/// The centre and the deviation of a stretch, worked out of the points that count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fitted {
    pub centre: f64,
    spread: Spread,
}

#[derive(Debug, Clone, Copy)]
enum Spread {
    /// None is known.
    None,
    /// The same for every point: a mean moving range.
    Ranges(f64),
    /// By each point's own denominator: the variance of one.
    Over { one: f64, per: f64, most: Option<f64> },
    /// The same for every point: a standard deviation of a count.
    Count(f64),
}

/// The median of values.
pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    assize_model::order::sort_by(values, f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *values.get(middle.checked_sub(1)?)?;
    Some(f64::midpoint(lower, upper))
}

/// Fits the points that count. `None` where there is nothing to fit.
pub(super) fn fit(chart: ChartKind, kind: Kind, points: &[Given]) -> Option<Fitted> {
    if points.is_empty() {
        return None;
    }
    let count = points.len() as f64;
    let mean = points.iter().map(|point| point.value).sum::<f64>() / count;
    let shared = |per: f64| {
        let over: f64 = points.iter().map(|point| point.over).sum();
        let under: f64 = points.iter().map(|point| point.under).sum();
        (under > 0.0).then(|| (over / under, per))
    };
    Some(match chart {
        ChartKind::Run | ChartKind::Funnel => {
            let mut values: Vec<f64> = points.iter().map(|point| point.value).collect();
            Fitted { centre: median(&mut values)?, spread: Spread::None }
        }
        ChartKind::Xmr => {
            let ranges = points.iter().zip(points.iter().skip(1)).map(|(a, b)| (b.value - a.value).abs());
            let spread =
                if points.len() < 2 { Spread::None } else { Spread::Ranges(ranges.sum::<f64>() / (count - 1.0)) };
            Fitted { centre: mean, spread }
        }
        ChartKind::P => {
            let Kind::Proportion { per } = kind else { return None };
            let (p, per) = shared(per)?;
            Fitted { centre: p * per, spread: Spread::Over { one: p * (1.0 - p), per, most: Some(per) } }
        }
        ChartKind::U => {
            let Kind::Rate { per } = kind else { return None };
            let (u, per) = shared(per)?;
            Fitted { centre: u * per, spread: Spread::Over { one: u, per, most: None } }
        }
        ChartKind::C => Fitted { centre: mean, spread: Spread::Count(libm::sqrt(mean.max(0.0))) },
    })
}

impl Fitted {
    /// The limits at a point.
    pub(super) fn limits(&self, point: Option<Given>, bands: &[Band]) -> Vec<Limit> {
        let mut out = Vec::with_capacity(bands.len());
        for band in bands {
            // Without levels an XmR chart has its published constant.
            let (half, least, most) = match self.spread {
                Spread::None => continue,
                Spread::Ranges(range) if band.three => (RANGES * range, None, None),
                Spread::Ranges(range) => (band.z * range / D2, None, None),
                Spread::Count(sigma) => (band.z * sigma, Some(0.0), None),
                Spread::Over { one, per, most } => match point.filter(|point| point.under > 0.0) {
                    Some(point) => (band.z * libm::sqrt(one.max(0.0) / point.under) * per, Some(0.0), most),
                    None => continue,
                },
            };
            out.push(Limit {
                level: band.name.clone(),
                lower: clamp(self.centre - half, least, most),
                upper: clamp(self.centre + half, least, most),
                half: Some(half),
            });
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Vec<Band> {
        vec![Band { name: "3 sigma".to_owned(), z: 3.0, tail: f64::NAN, three: true }]
    }

    /// The limits at the first point, and the centre.
    fn limits(chart: ChartKind, kind: Kind, points: &[Given]) -> (f64, f64, f64) {
        let fitted = fit(chart, kind, points).unwrap();
        let limits = fitted.limits(points.first().copied(), &three());
        let limit = limits.first().unwrap();
        (fitted.centre, limit.lower, limit.upper)
    }

    fn values(values: &[f64]) -> Vec<Given> {
        values.iter().map(|&value| Given { value, over: value, under: 0.0 }).collect()
    }

    #[test]
    fn individual_values_as_published() {
        // D. C. Montgomery, Introduction to Statistical Quality Control, 6th ed., example 6.5: viscosity of primer paint.
        let points = values(&[
            33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.20, 33.62, 33.00, 33.54, 33.12, 33.84,
        ]);
        let (centre, lower, upper) = limits(ChartKind::Xmr, Kind::Other, &points);
        assert_eq!(format!("{centre:.2} {lower:.2} {upper:.2}"), "33.52 32.24 34.80");
        // One value has no range.
        let fitted = fit(ChartKind::Xmr, Kind::Other, &values(&[1.0])).unwrap();
        assert!(fitted.limits(None, &three()).is_empty());
    }

    #[test]
    fn proportions_and_counts_as_published() {
        // Montgomery, example 7.1: cans of orange juice that leak, of 50 in each of 30 samples.
        let leaks = [
            12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
        ];
        let points: Vec<Given> =
            leaks.iter().map(|&x| Given { value: f64::from(x) / 50.0, over: f64::from(x), under: 50.0 }).collect();
        let (centre, lower, upper) = limits(ChartKind::P, Kind::Proportion { per: 1.0 }, &points);
        assert_eq!(format!("{centre:.4} {lower:.4} {upper:.4}"), "0.2313 0.0524 0.4102");
        let (centre, lower, upper) = limits(ChartKind::P, Kind::Proportion { per: 100.0 }, &points);
        assert_eq!(format!("{centre:.2} {lower:.2} {upper:.2}"), "23.13 5.24 41.02");
        // Example 7.3: nonconformities in 26 samples of 100 printed circuit boards.
        let boards =
            [21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15];
        let points = values(&boards.map(f64::from));
        let (centre, lower, upper) = limits(ChartKind::C, Kind::Count, &points);
        assert_eq!(format!("{centre:.2} {lower:.2} {upper:.2}"), "19.85 6.48 33.21");
        // Events over amounts, by hand: 9 over 4.5 and 16 over 8; u is 2, and at 4.5 the limits are 2 ± 3 √(2/4.5) = 2 ± 2.
        let points = [Given { value: 2.0, over: 9.0, under: 4.5 }, Given { value: 2.0, over: 16.0, under: 8.0 }];
        let (centre, lower, upper) = limits(ChartKind::U, Kind::Rate { per: 1.0 }, &points);
        assert_eq!(format!("{centre:.4} {lower:.4} {upper:.4}"), "2.0000 0.0000 4.0000");
    }

    #[test]
    fn medians() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&mut []), None);
        assert!(fit(ChartKind::Run, Kind::Other, &values(&[1.0, 5.0])).unwrap().limits(None, &three()).is_empty());
    }
}
