//! Run charts, control charts and funnels of a measure's rows: their limits, and the points that they flag.
//!
//! | chart | centre | limits |
//! |---|---|---|
//! | run | median | none |
//! | xmr | mean | ± 2.66 mean moving ranges |
//! | p | Σx/Σn | ± 3 √(p(1−p)/n), by each point's n |
//! | u | Σx/Σn | ± 3 √(u/n), by each point's n |
//! | c | mean | ± 3 √c |
//! | funnel | Σx/Σn | exact at 95 % and 99.8 %, by each point's n |

mod funnel;
mod limits;
mod quantile;
mod signals;

pub use funnel::Overdispersion;
pub use signals::{Flag, Runs};

use crate::compare::{By, by_of, numbers};
use crate::interval::Level;
use crate::table::{MeasureRow, MeasureTable, PeriodOfRow, RowState};
use crate::value::BreakdownValue;
use assize_model::civil::Date;
use assize_model::decimal::Decimal;
use assize_model::kind::{Kind, kind};
use assize_model::measure::{Chart, ChartKind, Measure, Signal};
use assize_model::program::Program;
use funnel::Funnel;
use limits::{Fitted, Given, fit};
use signals::Seen;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A chart of some rows of a measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Plotted {
    /// The kind.
    pub kind: ChartKind,
    /// The breakdowns of the rows it is of; of a funnel, none.
    pub by: Vec<(Arc<str>, BreakdownValue)>,
    /// Its points, in the order of the rows.
    pub points: Vec<Point>,
    /// The stretches between the dates at which it is rebased; of a funnel, none.
    pub phases: Vec<Phase>,
    /// Of a funnel: whether its points are farther apart than chance would have them.
    pub overdispersion: Option<Overdispersion>,
}

/// A point of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The row of the table.
    pub row: usize,
    /// The value; none where the row has none.
    pub value: Option<f64>,
    /// The centre line there.
    pub centre: Option<f64>,
    /// The limits there, the innermost first.
    pub limits: Vec<Limit>,
    /// Why the limits do not take it in; none where they do.
    pub left_out: Option<LeftOut>,
    /// The rules that flag it.
    pub flags: Vec<Flag>,
}

/// Limits at a point.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// `95%`, or `3 sigma`.
    pub level: String,
    /// The lower one.
    pub lower: f64,
    /// The upper one.
    pub upper: f64,
    /// Half the width, before it is cut off at what values can be.
    half: Option<f64>,
}

/// Why the limits of a chart do not take in a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LeftOut {
    /// It has no value.
    NoValue,
    /// Its row is withheld.
    Withheld,
    /// Its period is not over at the evaluation date. It is not flagged either.
    NotOver,
    /// It lies in a span that the measure leaves out. It is no part of runs and trends either.
    Without,
    /// It comes after the points that the limits are frozen after.
    Frozen,
    /// Its breakdown is missing: it is not one of the places that a funnel compares.
    NoPlace,
}

impl LeftOut {
    /// The word in results.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoValue => "no_value",
            Self::Withheld => "withheld",
            Self::NotOver => "not_over",
            Self::Without => "without",
            Self::Frozen => "frozen",
            Self::NoPlace => "no_place",
        }
    }
}

/// A stretch of a chart with one centre.
#[derive(Debug, Clone, PartialEq)]
pub struct Phase {
    /// Its first point.
    pub first: usize,
    /// Its last point.
    pub last: usize,
    /// How many points the limits are worked out of.
    pub counted: usize,
    /// How its points run about the centre.
    pub runs: Runs,
    /// Whether the measure asks for the test of runs, and the longest is too long or there are too few crossings.
    pub signal: bool,
}

/// Limits of a level, ready for use.
#[derive(Debug, Clone)]
struct Band {
    name: String,
    z: f64,
    tail: f64,
    /// Whether they are the three deviations of a control chart.
    three: bool,
}

fn bands(chart: &Chart) -> Vec<Band> {
    let of = |level: Decimal| {
        let found = Level::new(level)?;
        let percent = level.mul(Decimal::from_i64(100)).ok()?;
        Some(Band { name: format!("{}%", percent.normalized()), z: found.z(), tail: found.tail(), three: false })
    };
    match chart.kind {
        ChartKind::Funnel if chart.levels.is_empty() => {
            [Decimal::new(95, 2), Decimal::new(998, 3)].into_iter().flatten().filter_map(of).collect()
        }
        _ if chart.levels.is_empty() => {
            vec![Band { name: "3 sigma".to_owned(), z: 3.0, tail: f64::NAN, three: true }]
        }
        _ => chart.levels.iter().copied().filter_map(of).collect(),
    }
}

/// The names of the levels of a measure's limits, the innermost first.
pub fn levels(measure: &Measure) -> Vec<String> {
    match asked(measure) {
        Some((chart, _)) if chart.kind != ChartKind::Run => bands(&chart).into_iter().map(|band| band.name).collect(),
        _ => Vec::new(),
    }
}

fn clamp(value: f64, least: Option<f64>, most: Option<f64>) -> f64 {
    let value = least.map_or(value, |least| value.max(least));
    most.map_or(value, |most| value.min(most))
}

/// The chart that a measure asks for, and its rules. Signals alone are of individual values; a chart alone has the rule
/// that goes with its kind.
pub fn asked(measure: &Measure) -> Option<(Chart, Vec<Signal>)> {
    let chart = match (&measure.chart, measure.signals.is_empty()) {
        (Some(chart), _) => chart.clone(),
        (None, false) => {
            Chart { kind: ChartKind::Xmr, levels: Vec::new(), rebase: Vec::new(), freeze: None, without: Vec::new() }
        }
        (None, true) => return None,
    };
    let rules = match (measure.signals.is_empty(), chart.kind) {
        (false, _) => measure.signals.clone(),
        (true, ChartKind::Run) => vec![Signal::Crossings],
        (true, _) => vec![Signal::Shewhart],
    };
    Some((chart, rules))
}

/// The charts of a table, as its measure asks.
pub(crate) fn plot(program: &Program, measure: &Measure, table: &MeasureTable, as_of: Date) -> Vec<Plotted> {
    let Some((chart, rules)) = asked(measure) else { return Vec::new() };
    let (kind, bands) = (kind(program, measure), bands(&chart));
    if chart.kind == ChartKind::Funnel {
        return vec![funnel(kind, &bands, &rules, table)];
    }
    let mut series: BTreeMap<By, Vec<usize>> = BTreeMap::new();
    for (at, row) in table.rows.iter().enumerate() {
        if matches!(row.period, Some(PeriodOfRow::Span { .. })) {
            series.entry(by_of(row)).or_default().push(at);
        }
    }
    series.into_values().map(|rows| over_time(kind, &chart, &bands, &rules, table, &rows, as_of)).collect()
}

fn given(row: &MeasureRow) -> Result<Given, LeftOut> {
    match (row.value_exact, row.state) {
        (Some(value), RowState::Known) => {
            let (over, under) = numbers(row);
            Ok(Given { value: value.to_f64(), over, under })
        }
        (_, RowState::Withheld(_)) => Err(LeftOut::Withheld),
        _ => Err(LeftOut::NoValue),
    }
}

fn point(row: usize, given: Result<Given, LeftOut>) -> Point {
    Point {
        row,
        value: given.ok().map(|given| given.value),
        centre: None,
        limits: Vec::new(),
        left_out: given.err(),
        flags: Vec::new(),
    }
}

fn over_time(
    kind: Kind,
    chart: &Chart,
    bands: &[Band],
    rules: &[Signal],
    table: &MeasureTable,
    rows: &[usize],
    as_of: Date,
) -> Plotted {
    let rows: Vec<(usize, &MeasureRow)> = rows.iter().filter_map(|&row| Some((row, table.rows.get(row)?))).collect();
    let span = |row: &MeasureRow| match row.period {
        Some(PeriodOfRow::Span { from, to, .. }) => (from, to),
        _ => (Date::MIN, Date::MIN),
    };
    let mut points: Vec<Point> = Vec::with_capacity(rows.len());
    let mut phases = Vec::new();
    let mut rebase = chart.rebase.iter().copied().peekable();
    let mut from = 0;
    while from < rows.len() {
        // A new baseline begins with the first period that begins on its day or later.
        let first = rows.get(from).map_or(Date::MIN, |(_, row)| span(row).0);
        while rebase.next_if(|day| *day <= first).is_some() {}
        let next = rebase.peek().copied();
        let rest = rows.get(from..).unwrap_or(&[]);
        let length = rest.iter().take_while(|(_, row)| next.is_none_or(|day| span(row).0 < day)).count().max(1);
        let part = rest.get(..length).unwrap_or(rest);
        let mut counted: Vec<Given> = Vec::new();
        let mut of: Vec<Result<Given, LeftOut>> = Vec::with_capacity(part.len());
        for (row, found) in part {
            let (begin, end) = span(found);
            let given = given(found);
            let mut point = point(*row, given);
            let left_out = &mut point.left_out;
            if left_out.is_none() && end > as_of {
                *left_out = Some(LeftOut::NotOver);
            }
            if left_out.is_none() && chart.without.iter().any(|(from, to)| begin <= *to && end >= *from) {
                *left_out = Some(LeftOut::Without);
            }
            if left_out.is_none() && chart.freeze.is_some_and(|most| counted.len() >= most as usize) {
                *left_out = Some(LeftOut::Frozen);
            }
            if let (Ok(given), None) = (given, *left_out) {
                counted.push(given);
            }
            of.push(given);
            points.push(point);
        }
        let fitted = fit(chart.kind, kind, &counted);
        let begin = points.len() - part.len();
        let phase = points.get_mut(begin..).unwrap_or(&mut []);
        let runs = flag(fitted, bands, rules, phase, &of);
        phases.push(Phase {
            first: begin,
            last: begin + part.len() - 1,
            counted: counted.len(),
            runs,
            signal: rules.contains(&Signal::Crossings) && (runs.too_long() || runs.too_few()),
        });
        from += part.len();
    }
    let by = rows.first().map(|(_, row)| row.by.clone()).unwrap_or_default();
    Plotted { kind: chart.kind, by, points, phases, overdispersion: None }
}

/// Puts the centre, the limits and the flags to the points of a phase.
fn flag(
    fitted: Option<Fitted>,
    bands: &[Band],
    rules: &[Signal],
    points: &mut [Point],
    of: &[Result<Given, LeftOut>],
) -> Runs {
    let Some(fitted) = fitted else { return Runs::default() };
    let mut seen: Vec<Seen> = Vec::new();
    for (at, (point, given)) in points.iter_mut().zip(of).enumerate() {
        point.centre = Some(fitted.centre);
        point.limits = fitted.limits(given.ok(), bands);
        let half = point.limits.last().and_then(|limit| limit.half);
        let follows = matches!(point.left_out, None | Some(LeftOut::Frozen));
        if let Some(value) = point.value.filter(|_| follows) {
            seen.push(Seen { at, value, centre: fitted.centre, half });
        }
        if rules.contains(&Signal::Shewhart) && point.left_out != Some(LeftOut::NotOver) {
            outside(point);
        }
    }
    for (at, flag) in signals::flags(rules, &seen) {
        if let Some(point) = points.get_mut(at) {
            point.flags.push(flag);
        }
    }
    signals::count_runs(&seen)
}

/// Flags a point outside the outermost limits.
fn outside(point: &mut Point) {
    let (Some(value), Some(limit)) = (point.value, point.limits.last()) else { return };
    // A value on its limit, but for the last digits, is within.
    let slack = 1e-12 * value.abs();
    if value > limit.upper + slack || value < limit.lower - slack {
        let up = value > limit.upper;
        point.flags.push(Flag { signal: Signal::Shewhart, up, points: 1 });
    }
}

fn funnel(kind: Kind, bands: &[Band], rules: &[Signal], table: &MeasureTable) -> Plotted {
    let place = |row: &MeasureRow| {
        !row.by.iter().any(|(_, value)| {
            matches!(value, BreakdownValue::Missing(_) | BreakdownValue::NoCode | BreakdownValue::Error)
        })
    };
    let found: Vec<Result<Given, LeftOut>> = table
        .rows
        .iter()
        .map(|row| match given(row) {
            Ok(given) if place(row) && given.under > 0.0 => Ok(given),
            Ok(_) => Err(LeftOut::NoPlace),
            Err(why) => Err(why),
        })
        .collect();
    let counted: Vec<Given> = found.iter().filter_map(|given| given.ok()).collect();
    let funnel = Funnel::new(kind, &counted);
    let points = found.iter().enumerate().map(|(row, given)| {
        let mut point = point(row, *given);
        if point.left_out == Some(LeftOut::NoPlace) {
            point.value = table.rows.get(row).and_then(|row| row.value_exact).map(Decimal::to_f64);
        }
        if let (Some(funnel), Ok(given)) = (&funnel, given) {
            point.centre = Some(funnel.centre());
            point.limits = funnel.limits(given.under, bands);
            if rules.contains(&Signal::Shewhart) {
                outside(&mut point);
            }
        }
        point
    });
    Plotted {
        kind: ChartKind::Funnel,
        by: Vec::new(),
        points: points.collect(),
        phases: Vec::new(),
        overdispersion: funnel.and_then(|funnel| funnel.overdispersion),
    }
}
