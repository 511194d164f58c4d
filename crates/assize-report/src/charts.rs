//! The charts of a measure for a terminal: their points with limits, those that are flagged with a mark and why.

use crate::grid::{Align, Grid};
use crate::summary::{by_text, period_text};
use assize::measures::{MeasureTable, Plotted, chart_levels};
use assize::model::measure::Measure;
use assize::model::program::Program;
use std::fmt::Write as _;

/// The charts of a measure; nothing where it asks for none.
pub fn charts_text(program: &Program, measure: &Measure, table: &MeasureTable) -> String {
    table.charts.iter().map(|chart| chart_text(program, measure, table, chart)).collect()
}

fn chart_text(program: &Program, measure: &Measure, table: &MeasureTable, chart: &Plotted) -> String {
    let places = usize::from(table.places) + 1;
    let shown = |value: f64| format!("{value:.places$}");
    let funnel = chart.phases.is_empty();
    let by: Vec<String> = chart.by.iter().map(|(name, value)| format!("{name} {}", by_text(program, value))).collect();
    let of = if by.is_empty() { String::new() } else { format!(", {}", by.join(", ")) };
    let mut out = format!("\n  {} chart{of}\n", chart.kind.word());
    let levels = chart_levels(measure);
    let mut heads: Vec<(&str, Align)> = vec![("", Align::Left)];
    if funnel {
        heads.extend(measure.by.iter().map(|by| (&*by.name, Align::Left)));
    } else {
        heads.push(("period", Align::Left));
    }
    heads.extend([("value", Align::Right), ("centre", Align::Right)]);
    heads.extend(levels.iter().map(|level| (level.as_str(), Align::Right)));
    heads.push(("flagged because", Align::Left));
    let mut grid = Grid::new(heads);
    for point in &chart.points {
        let row = table.rows.get(point.row);
        let mut cells = vec![if point.flags.is_empty() { String::new() } else { "*".to_owned() }];
        if funnel {
            cells.extend(row.iter().flat_map(|row| &row.by).map(|(_, value)| by_text(program, value)));
        } else {
            cells.push(row.and_then(|row| row.period.as_ref()).map(period_text).unwrap_or_default());
        }
        cells.push(row.and_then(|row| row.value.clone()).unwrap_or_default());
        cells.push(point.centre.map(shown).unwrap_or_default());
        for level in &levels {
            let limit = point.limits.iter().find(|limit| limit.level == *level);
            cells.push(limit.map(|of| format!("{} to {}", shown(of.lower), shown(of.upper))).unwrap_or_default());
        }
        let mut why: Vec<String> = point.flags.iter().map(|flag| flag.words()).collect();
        why.extend(point.left_out.map(|why| format!("({})", why.word())));
        cells.push(why.join("; "));
        grid.row(cells);
    }
    out.push_str(&grid.render("    "));
    for phase in chart.phases.iter().filter(|phase| phase.signal) {
        let runs = phase.runs;
        let _ = writeln!(
            out,
            "    * of {} points, the longest run is {} (usual at most {}), and {} cross the centre (usual at least {})",
            runs.useful, runs.longest, runs.longest_usual, runs.crossings, runs.crossings_usual
        );
    }
    if let Some(of) = &chart.overdispersion {
        let widened =
            if of.widened() { format!("limits widened by {}", shown(of.tau)) } else { "limits exact".to_owned() };
        let _ = writeln!(out, "    overdispersion {:.2} (usual at most {:.2}): {widened}", of.phi, of.phi_usual);
    }
    out
}
