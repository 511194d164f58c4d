//! Results as JSON: comparisons, targets and charts of a measure's rows.

use crate::json::{ByJson, Map, PeriodJson, Seq};
use assize::measures::{Change, Flag, Limit, MeasureTable, Overdispersion, Phase, Plotted, Point, TargetStatus};
use assize::model::program::Program;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// How a row stands to what it is compared with.
pub struct ChangeJson<'a> {
    pub change: &'a Change,
    pub exact: bool,
}

impl Serialize for ChangeJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { change, exact } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("with", &Some(&change.with).filter(|with| !with.is_empty()))?;
        if let Some(day) = change.up_to {
            map.serialize_entry("up_to", &day.to_string())?;
        }
        map.serialize_entry("value", &change.from_shown())?;
        map.serialize_entry("difference", &change.difference_shown())?;
        map.serialize_entry("percent", &change.percent_shown())?;
        if *exact {
            map.serialize_entry("percent_exact", &change.percent.map(|percent| percent.to_string()))?;
        }
        map.serialize_entry("lower", &change.interval.as_ref().map(|ends| &ends.lower_shown))?;
        map.serialize_entry("upper", &change.interval.as_ref().map(|ends| &ends.upper_shown))?;
        if let Some(why) = change.because {
            map.serialize_entry("because", why.word())?;
        }
        map.end()
    }
}

/// How a row stands to its measure's target.
pub struct TargetJson<'a>(pub &'a TargetStatus);

impl Serialize for TargetJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let status = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("status", status.status.word())?;
        let bounds = [("at_least", status.at_least), ("at_most", status.at_most)];
        for (name, bound) in bounds.into_iter().filter_map(|(name, bound)| Some((name, bound?))) {
            map.serialize_entry(name, &bound.normalized().to_string())?;
        }
        if let Some(by) = status.by {
            map.serialize_entry("by", &by.to_string())?;
        }
        if let Some(expected) = status.expected_shown() {
            map.serialize_entry("expected", &expected)?;
        }
        if let Some(why) = status.because {
            map.serialize_entry("because", why.word())?;
        }
        map.end()
    }
}

/// A chart: its points with their limits and flags, its stretches, and of a funnel how far apart its points are.
pub struct ChartJson<'a> {
    pub program: &'a Program,
    pub table: &'a MeasureTable,
    pub chart: Plotted,
}

impl Serialize for ChartJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { program, table, chart } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", chart.kind.word())?;
        let by = chart.by.iter().map(|(name, value)| (&**name, ByJson(program, value)));
        map.serialize_entry("by", &Map(by.collect()))?;
        let point = |point: &Point| PointJson { program, table, point: point.clone(), funnel: chart.phases.is_empty() };
        map.serialize_entry("points", &Seq(&chart.points, point))?;
        if !chart.phases.is_empty() {
            map.serialize_entry("phases", &Seq(&chart.phases, phase))?;
        }
        if let Some(of) = &chart.overdispersion {
            map.serialize_entry("overdispersion", &overdispersion(of, usize::from(table.places)))?;
        }
        map.end()
    }
}

fn phase(phase: &Phase) -> serde_json::Value {
    let runs = phase.runs;
    serde_json::json!({
        "first": phase.first,
        "last": phase.last,
        "counted": phase.counted,
        "useful": runs.useful,
        "longest_run": runs.longest,
        "longest_run_usual": runs.longest_usual,
        "crossings": runs.crossings,
        "crossings_usual": runs.crossings_usual,
        "signal": phase.signal,
    })
}

fn overdispersion(of: &Overdispersion, places: usize) -> serde_json::Value {
    let places = places + 1;
    serde_json::json!({
        "points": of.points,
        "phi": format!("{:.4}", of.phi),
        "phi_usual": format!("{:.4}", of.phi_usual),
        "tau": format!("{:.places$}", of.tau),
        "widened": of.widened(),
    })
}

struct PointJson<'a> {
    program: &'a Program,
    table: &'a MeasureTable,
    point: Point,
    funnel: bool,
}

impl Serialize for PointJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { program, table, point, funnel } = self;
        let row = table.rows.get(point.row);
        let places = usize::from(table.places) + 1;
        let shown = |value: f64| format!("{value:.places$}");
        let mut map = serializer.serialize_map(None)?;
        if let Some(row) = row.filter(|_| *funnel) {
            let by = row.by.iter().map(|(name, value)| (&**name, ByJson(program, value)));
            map.serialize_entry("by", &Map(by.collect()))?;
        }
        if let Some(period) = row.and_then(|row| row.period.as_ref()) {
            map.serialize_entry("period", &PeriodJson(period))?;
        }
        map.serialize_entry("value", &row.and_then(|row| row.value.as_ref()))?;
        map.serialize_entry("centre", &point.centre.map(shown))?;
        let limit = |limit: &Limit| serde_json::json!({ "level": limit.level, "lower": shown(limit.lower), "upper": shown(limit.upper) });
        map.serialize_entry("limits", &Seq(&point.limits, limit))?;
        map.serialize_entry("left_out", &point.left_out.map(|why| why.word()))?;
        let flag = |flag: &Flag| serde_json::json!({ "signal": flag.signal.shown(), "because": flag.words() });
        map.serialize_entry("flags", &Seq(&point.flags, flag))?;
        map.end()
    }
}
