//! The groups of an audit for a terminal.

use crate::grid::{Align, Grid, count};
use crate::summary::{by_text, period_text};
use assize::measures::{MeasureTable, SHARES, audit};
use assize::model::measure::Measure;
use assize::model::program::Program;

/// The groups of an audit; nothing of another measure.
pub fn audit_text(program: &Program, measure: &Measure, table: &MeasureTable) -> String {
    let Some(groups) = audit(program, measure, table) else { return String::new() };
    let mut heads = vec![("group", Align::Left)];
    if measure.every.is_some() {
        heads.push(("period", Align::Left));
    }
    heads.push(("n", Align::Right));
    heads.extend(SHARES.iter().map(|name| (*name, Align::Right)));
    let expects = measure.audit.as_ref().is_some_and(|audit| audit.expected.is_some());
    if expects {
        heads.push(("expected/observed", Align::Right));
    }
    heads.extend([("auc", Align::Right), ("not decided", Align::Right), ("censored", Align::Right)]);
    let mut grid = Grid::new(heads);
    for group in &groups {
        let by: Vec<String> = group.by.iter().map(|(_, value)| by_text(program, value)).collect();
        let mut cells = vec![if by.is_empty() { "(all)".to_owned() } else { by.join(", ") }];
        if measure.every.is_some() {
            cells.push(group.period.as_ref().map(period_text).unwrap_or_default());
        }
        if group.withheld {
            cells.push("withheld".to_owned());
            cells.extend((0..SHARES.len() + usize::from(expects) + 3).map(|_| String::new()));
            grid.row(cells);
            continue;
        }
        cells.push(count(group.n));
        for share in &group.shares {
            cells.push(match share.shown() {
                (Some(value), Some(lower), Some(upper)) => format!("{value} ({lower}-{upper})"),
                _ => String::new(),
            });
        }
        if expects {
            let foreseen = group.foreseen.as_ref();
            cells.push(foreseen.map_or_else(String::new, |foreseen| {
                let (expected, value, lower, upper) = foreseen.shown();
                let ends = [lower, upper].map(|end| end.unwrap_or_default()).join("-");
                let value = value.map_or_else(String::new, |value| format!(" = {value}"));
                let ends = if ends == "-" { String::new() } else { format!(" ({ends})") };
                format!("{expected}/{}{value}{ends}", foreseen.observed)
            }));
        }
        cells.push(group.auc.map(|auc| format!("{auc:.4}")).unwrap_or_default());
        cells.push(count(group.not_decided));
        cells.push(count(group.censored));
        grid.row(cells);
    }
    format!("\n{}", grid.render("  "))
}
