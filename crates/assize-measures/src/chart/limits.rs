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
    values.sort_unstable_by(f64::total_cmp);
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
