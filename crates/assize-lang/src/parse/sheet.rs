//! Tables that stand in files of their own: their headings and cells read into the tree.

use super::report::Report;
use super::text::Text;
use super::{cells, codes};
use crate::ast::{Cell, CellKind, Grid, Table, TableColumn, TableRow};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// Reads the columns and rows of a table from the cells of its file. `text` is the source that the cells' places are of,
/// in which a sign that stands for itself twice may be a blank and the sign. What is wrong is given back, and then the
/// table is left without its rows.
pub fn fill_table(table: &mut Table, file: FileId, text: &str, grid: &Grid) -> Vec<Diagnostic> {
    let text = Text { file, all: text };
    let mut report = Report::default();
    let mut columns = Vec::with_capacity(grid.headings.len());
    for heading in &grid.headings {
        let (column, found) = cells::column_within(text, heading.span);
        found.into_iter().for_each(|diagnostic| report.push(diagnostic));
        columns.extend(column);
    }
    if columns.len() == grid.headings.len() {
        fits(&columns, grid, table).into_iter().for_each(|diagnostic| report.push(diagnostic));
    }
    let mut rows = Vec::with_capacity(grid.rows.len());
    for row in &grid.rows {
        if report.is_full() {
            break;
        }
        let mut cells = Vec::with_capacity(columns.len());
        for (cell, column) in row.iter().zip(&columns) {
            let (cell, found) = cells::cell_within(text, cell.span, matches!(column, TableColumn::Output(_)));
            found.into_iter().for_each(|diagnostic| report.push(diagnostic));
            cells.push(cell);
        }
        let span = row.first().zip(row.last()).map_or(text.span(0, 0), |(first, last)| first.span.to(last.span));
        cells.resize(columns.len(), Cell { kind: CellKind::Error, span });
        rows.push(TableRow { cells, span });
    }
    if report.count() == 0 {
        (table.columns, table.rows) = (columns, rows);
    }
    report.finish()
}

/// What is wrong about the columns as a whole.
fn fits(columns: &[TableColumn], grid: &Grid, table: &Table) -> Option<Diagnostic> {
    let place = |at: usize| grid.headings.get(at).map_or(Span::new(FileId(0), 0, 0), |heading| heading.span);
    let is_output = |column: &TableColumn| matches!(column, TableColumn::Output(_));
    let outputs = columns.iter().filter(|column| is_output(column)).count();
    let first = columns.iter().position(is_output);
    if outputs != table.outputs.len() {
        let message = format!("the table has {} outputs, and this file has {outputs}", table.outputs.len());
        let help = "head each output column with `->` and its name: `-> zone`";
        return Some(
            Diagnostic::error(codes::WRONG_PARTS, place(first.unwrap_or(0)), message)
                .label("in this row")
                .also(table.name.span, "the table is declared here")
                .help(help),
        );
    }
    if first == Some(0) {
        let diagnostic = Diagnostic::error(codes::WRONG_PARTS, place(0), "the table has no input column");
        return Some(diagnostic.help("a column without `->` is what the cells below it test"));
    }
    let late = columns.iter().skip(first?).position(|column| !is_output(column))?;
    let diagnostic = Diagnostic::error(codes::WRONG_PARTS, place(first? + late), "an input stands behind an output");
    Some(diagnostic.help("let all inputs stand before all outputs"))
}
