//! Results for a terminal: what was read, how the categories came out, and the measures.

use crate::grid::{Align, Grid, count};
use assize::measures::{BreakdownValue, Change, MeasureRow, PeriodOfRow, RowState, TargetStatus};
use assize::model::measure::{Approximation, Measure};
use assize::model::program::{Program, State};
use assize::{CategoryResults, Members, RecordResults, Results};
use std::fmt::Write as _;

/// Faults of a record that are shown; the results list more.
const FAULTS_SHOWN: usize = 10;

/// The whole of the results, as text.
pub fn to_text(results: &Results, exact: bool) -> String {
    let program = &results.program;
    let mut out = heading(results);
    for record in &results.records {
        out.push_str(&record_text(program, record));
    }
    for category in &results.categories {
        out.push('\n');
        out.push_str(&category_text(program, category));
    }
    for (id, table) in &results.measures {
        if let Some(measure) = program.measure(*id) {
            out.push('\n');
            out.push_str(&measure_text(program, measure, &table.rows, exact));
            out.push_str(&crate::charts::charts_text(program, measure, table));
            out.push_str(&crate::audits::audit_text(program, measure, table));
        }
    }
    out.push_str(&crate::evaluations::evaluations_text(results));
    if let Some(members) = &results.members {
        out.push('\n');
        out.push_str(&members_text(program, members));
    }
    out
}

/// Which rules, as of when, with which parameters.
pub fn heading(results: &Results) -> String {
    let ruleset = &results.program.ruleset;
    let hash: String = ruleset.hash.chars().take("blake3:".len() + 12).collect();
    let (title, name, version) = (ruleset.heading.shown(), &ruleset.heading.name, &ruleset.version);
    let mut out = format!("{title}\n{name} {version}, {hash}, as of {}\n", results.as_of);
    let changed: Vec<String> = results
        .program
        .params
        .iter()
        .zip(&results.params)
        .filter(|(param, value)| param.default != **value)
        .map(|(param, value)| format!("{} = {}", param.heading.name, assize::Shown(&results.program, value)))
        .collect();
    if !changed.is_empty() {
        let _ = writeln!(out, "set: {}", changed.join(", "));
    }
    out
}

fn record_text(program: &Program, record: &RecordResults) -> String {
    let declared = program.record(record.record);
    let name = declared.map_or("?", |record| &record.heading.name);
    let mut out = format!("\nread {} {name}", count(record.read));
    if record.faults == 0 {
        out.push('\n');
        return out;
    }
    let _ = writeln!(out, ", {} {}", count(record.faults), if record.faults == 1 { "fault" } else { "faults" });
    for fault in record.errors.iter().take(FAULTS_SHOWN) {
        let key = fault.key.as_deref().map(|key| format!(" ({key})")).unwrap_or_default();
        let field = fault.field.and_then(|field| Some(&*declared?.fields.get(field.index())?.heading.name));
        let field = field.map(|field| format!(" `{field}`:")).unwrap_or_default();
        let _ = writeln!(out, "  row {}{key}{field} {} [{}]", fault.row, fault.message, fault.code);
    }
    let more = record.faults.saturating_sub(FAULTS_SHOWN as u64);
    if more > 0 {
        let _ = writeln!(out, "  and {} more", count(more));
    }
    out
}

fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { String::new() } else { format!("{:.1} %", part as f64 * 100.0 / whole as f64) }
}

/// The distribution of a category, its states, and what its criteria did.
pub fn category_text(program: &Program, results: &CategoryResults) -> String {
    let Some(category) = program.category(results.category) else { return String::new() };
    let Some(list) = program.list(category.list) else { return String::new() };
    let summary = results.summary(program);
    let total: u64 = summary.states.iter().sum();
    let mut out = format!("{} ({})\n", category.heading.shown(), category.heading.name);
    let mut grid = Grid::new([("code", Align::Left), ("", Align::Left), ("records", Align::Right), ("", Align::Right)]);
    for &(code, number) in summary.values.iter().rev() {
        let title = list.codes.get(code.index()).and_then(|code| code.heading.title.as_deref()).unwrap_or("");
        grid.row([list.name(code).to_owned(), title.to_owned(), count(number), percent(number, total)]);
    }
    out.push_str(&grid.render("  "));
    out.push('\n');
    let mut grid = Grid::new([("state", Align::Left), ("records", Align::Right), ("", Align::Right)]);
    for (state, number) in State::ALL.iter().zip(summary.states) {
        if number > 0 {
            grid.row([state.word().to_owned(), count(number), percent(number, total)]);
        }
    }
    out.push_str(&grid.render("  "));
    if !results.coverage.is_empty() {
        out.push('\n');
        let heads = [
            ("criterion", Align::Left),
            ("for", Align::Left),
            ("true", Align::Right),
            ("decided", Align::Right),
            ("not known", Align::Right),
        ];
        let mut grid = Grid::new(heads);
        for ((case, criterion), did) in category.criteria().zip(&results.coverage) {
            let cells = [count(did.is_true), count(did.decided_by), count(did.unknown)];
            let names = [criterion.heading.name.to_string(), list.name(case.code).to_owned()];
            grid.row(names.into_iter().chain(cells));
        }
        out.push_str(&grid.render("  "));
    }
    out
}

pub(crate) fn by_text(program: &Program, value: &BreakdownValue) -> String {
    match value {
        BreakdownValue::Missing(reason) => format!("({reason})"),
        BreakdownValue::Error => "(error)".to_owned(),
        value => value.shown(program).into_owned(),
    }
}

pub(crate) fn period_text(period: &PeriodOfRow) -> String {
    match period {
        PeriodOfRow::Span { label, .. } => label.clone(),
        PeriodOfRow::Missing(reason) => format!("({reason})"),
        PeriodOfRow::Error => "(error)".to_owned(),
    }
}

/// The value of a row, or why there is none.
pub(crate) fn value_text(row: &MeasureRow, exact: bool) -> String {
    match (&row.state, &row.value) {
        (RowState::Known, Some(_)) if exact => row.value_exact.map(|value| value.to_string()).unwrap_or_default(),
        (RowState::Known, Some(value)) => value.clone(),
        (RowState::Bounded, _) => match row.bounds.map(|bounds| (bounds.lo, bounds.hi)) {
            Some((Some(low), Some(high))) => format!("{low}..{high}"),
            Some((Some(low), None)) => format!("at least {low}"),
            Some((None, Some(high))) => format!("at most {high}"),
            _ => "not known".to_owned(),
        },
        (state, _) => state.word().to_owned(),
    }
}

/// How far values may be from the exact ones, in words.
fn approximation_text(program: &Program, approximation: &Approximation) -> String {
    let shown = approximation.shown(program);
    match approximation {
        Approximation::Within(_) => format!("approximate: {shown} of the exact value"),
        Approximation::StandardError(_, exact) => format!("approximate: {shown}, exact up to {exact}"),
        Approximation::Of(_) => format!("approximate, worked out {shown}"),
    }
}

/// A measure's rows.
pub fn measure_text(program: &Program, measure: &Measure, rows: &[MeasureRow], exact: bool) -> String {
    let near = measure.form.approximation(program).map(|of| format!(", {}", approximation_text(program, &of)));
    let near = near.unwrap_or_default();
    let mut out = format!("{} ({}){near}\n", measure.heading.shown(), measure.heading.name);
    let any = |test: fn(&MeasureRow) -> bool| rows.iter().any(test);
    let divided = any(|row| row.denominator.is_some());
    let unknown = any(|row| row.stages.unknown > 0);
    let faulty = any(|row| row.stages.error > 0);
    let undecided = any(|row| row.not_decided > 0);
    let interval = measure.interval.is_some();
    let mut heads: Vec<(&str, Align)> = measure.by.iter().map(|by| (&*by.name, Align::Left)).collect();
    if measure.every.is_some() {
        heads.push(("period", Align::Left));
    }
    let laddered = rows.is_empty() || any(|row| !row.stages.hidden);
    if laddered {
        heads.push(("read", Align::Right));
        heads.push(("eligible", Align::Right));
    }
    for (shown, head) in [(unknown, "unknown"), (faulty, "error"), (undecided, "not decided")] {
        if shown {
            heads.push((head, Align::Right));
        }
    }
    if divided {
        heads.push(("numerator", Align::Right));
        heads.push(("denominator", Align::Right));
    }
    heads.push(("value", Align::Right));
    if interval {
        heads.push(("interval", Align::Right));
    }
    let (compared, held) = (measure.compare.is_some(), measure.target.is_some());
    if compared {
        heads.push(("compared with", Align::Left));
        heads.push(("change", Align::Right));
    }
    if held {
        heads.push(("target", Align::Left));
    }
    let mut grid = Grid::new(heads);
    for row in rows {
        let mut cells: Vec<String> = row.by.iter().map(|(_, value)| by_text(program, value)).collect();
        if measure.every.is_some() {
            cells.push(row.period.as_ref().map(period_text).unwrap_or_default());
        }
        if laddered {
            let shown = |number: u64| if row.stages.hidden { String::new() } else { count(number) };
            cells.push(shown(row.stages.read));
            cells.push(shown(row.stages.eligible));
        }
        let counts = [(unknown, row.stages.unknown), (faulty, row.stages.error), (undecided, row.not_decided)];
        cells.extend(counts.into_iter().filter(|(shown, _)| *shown).map(|(_, number)| count(number)));
        if divided {
            let number = |number: Option<assize::measures::Number>| number.map(|n| n.to_string()).unwrap_or_default();
            cells.push(number(row.numerator));
            cells.push(number(row.denominator));
        }
        cells.push(value_text(row, exact));
        if interval {
            let ends = row.interval.as_ref().map(|ends| format!("{}-{}", ends.lower_shown, ends.upper_shown));
            cells.push(ends.unwrap_or_default());
        }
        if compared {
            let (with, change) = row.change.as_ref().map(change_text).unwrap_or_default();
            cells.push(with);
            cells.push(change);
        }
        if held {
            cells.push(row.target.as_ref().map(target_text).unwrap_or_default());
        }
        grid.row(cells);
    }
    out.push_str(&grid.render("  "));
    out
}

/// What a row is compared with, and how it stands to it.
fn change_text(change: &Change) -> (String, String) {
    let up_to = change.up_to.map(|day| format!(" to {day}")).unwrap_or_default();
    let with = format!("{}{up_to}", change.with);
    let sign = |shown: String| if shown.starts_with('-') { shown } else { format!("+{shown}") };
    match (change.percent_shown(), change.because) {
        (Some(percent), _) => {
            let ends = change.interval.as_ref();
            let ends = ends.map(|ends| format!(" ({} to {})", ends.lower_shown, ends.upper_shown));
            (with, format!("{} %{}", sign(percent), ends.unwrap_or_default()))
        }
        (None, why) => (with, why.map_or("", |why| why.word()).to_owned()),
    }
}

/// Whether a row reaches its target, and what was expected of it by then.
fn target_text(target: &TargetStatus) -> String {
    match (target.expected_shown(), target.because) {
        (Some(expected), _) => format!("{} (path {expected})", target.status.word()),
        (None, Some(why)) => format!("{} ({})", target.status.word(), why.word()),
        (None, None) => target.status.word().to_owned(),
    }
}

fn members_text(program: &Program, members: &Members) -> String {
    let Some(measure) = program.measure(members.measure) else { return String::new() };
    let mut out = format!("Who is in {} ({})\n", measure.heading.shown(), measure.heading.name);
    let mut heads = vec![("key", Align::Left), ("stage", Align::Left)];
    heads.extend(measure.by.iter().map(|by| (&*by.name, Align::Left)));
    if measure.every.is_some() {
        heads.push(("period", Align::Left));
    }
    let mut grid = Grid::new(heads);
    for member in &members.rows {
        let mut cells = vec![member.key.clone().unwrap_or_default(), member.stage.word().to_owned()];
        cells.extend(member.by.iter().map(|value| by_text(program, value)));
        cells.extend(member.period.as_ref().map(period_text));
        grid.row(cells);
    }
    out.push_str(&grid.render("  "));
    out
}
