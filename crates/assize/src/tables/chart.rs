//! The points of a measure's charts as columns.

use super::Typing;
use super::column::Columns;
use super::measure::{breakdown, decimals, periods, whole};
use crate::results::Results;
use assize_measures::{BreakdownValue, Limit, MeasureRow, Plotted, Point, asked_chart, chart_levels};
use assize_model::ids::MeasureId;
use assize_model::ty::Ty;
use std::sync::Arc;

/// An end of limits.
type EndOf = fn(&Limit) -> f64;

/// How many points there are; `None` where the measure asks for no chart.
pub fn rows(results: &Results, id: MeasureId) -> Option<usize> {
    asked_chart(results.program.measure(id)?)?;
    Some(results.measure(id)?.charts.iter().map(|chart| chart.points.len()).sum())
}

pub fn columns(results: &Results, id: MeasureId, typing: Typing) -> Option<Columns> {
    let program = &*results.program;
    let (measure, table) = (program.measure(id)?, results.measure(id)?);
    let (asked, _) = asked_chart(measure)?;
    let points: Vec<(&Plotted, usize, &Point)> = table
        .charts
        .iter()
        .flat_map(|chart| chart.points.iter().enumerate().map(move |(at, point)| (chart, at, point)))
        .collect();
    let row = |point: &Point| table.rows.get(point.row);
    let of: Vec<Option<&MeasureRow>> = points.iter().map(|(_, _, point)| row(point)).collect();
    let mut out = Columns::new(points.len());
    for (at, by) in measure.by.iter().enumerate() {
        let values: Vec<Option<&BreakdownValue>> =
            of.iter().map(|row| row.and_then(|row| row.by.get(at)).map(|(_, value)| value)).collect();
        let ty = program.node(by.node).map_or(Ty::Text, |node| node.ty);
        breakdown(&mut out, program, &by.name, ty, &values, typing);
    }
    if measure.every.is_some() {
        periods(&mut out, of.iter().map(|row| row.and_then(|row| row.period.as_ref())), typing);
    }
    out.texts("chart", points.iter().map(|_| Some(asked.kind.word())));
    let phase =
        |chart: &Plotted, at: usize| chart.phases.iter().position(|phase| (phase.first..=phase.last).contains(&at));
    out.integers("phase", points.iter().map(|(chart, at, _)| phase(chart, *at).map(|at| whole(at as u64) + 1)));
    decimals(&mut out, typing, "value", of.iter().map(|row| row.and_then(|row| row.value.clone())));
    let places = usize::from(table.places) + 1;
    let shown = |value: f64| format!("{value:.places$}");
    decimals(&mut out, typing, "centre", points.iter().map(|(_, _, point)| point.centre.map(shown)));
    for level in chart_levels(measure) {
        let limit = |point: &Point| point.limits.iter().find(|limit| limit.level == level).cloned();
        let name: String = level.trim_end_matches('%').replace(['.', ' '], "_");
        let ends: [(&str, EndOf); 2] = [("lower", |limit| limit.lower), ("upper", |limit| limit.upper)];
        for (end, of) in ends {
            let cells = points.iter().map(|(_, _, point)| limit(point).as_ref().map(of).map(shown));
            decimals(&mut out, typing, &format!("{end}_{name}"), cells);
        }
    }
    out.texts("left_out", points.iter().map(|(_, _, point)| point.left_out.map(|why| why.word())));
    let joined = |texts: Vec<String>| (!texts.is_empty()).then(|| Arc::<str>::from(texts.join("; ")));
    let flags = |point: &Point| joined(point.flags.iter().map(|flag| flag.signal.shown()).collect());
    out.texts("flags", points.iter().map(|(_, _, point)| flags(point)));
    let why = |point: &Point| joined(point.flags.iter().map(|flag| flag.words()).collect());
    out.texts("because", points.iter().map(|(_, _, point)| why(point)));
    Some(out)
}
