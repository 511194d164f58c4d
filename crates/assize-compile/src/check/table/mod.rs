//! Tables as wholes: holes, rows that contradict, rows that never count, with an example of each.
//!
//! The tests of each column cut its values into a few points: each constant, what lies between two, and what is missing
//! for each reason. A search goes through the points column by column with the rows that are left, leaves out what is
//! decided, and stops after a bounded amount of work; then a warning says so.

mod example;
mod search;

use crate::codes;
use crate::lower::Lowerer;
use crate::lower::table::{Conditions, default_row, is_any, policy};
use assize_lang::ast::{self, TableColumn, TableHit};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::grid::Grid;
use assize_model::ids::NodeId;
use assize_model::node::Op;
use rustc_hash::{FxHashMap, FxHashSet};
use search::Space;

/// A table whose rows have been lowered.
#[derive(Debug)]
pub struct Checked<'a> {
    /// The table.
    pub table: &'a ast::Table,
    /// The conditions of its rows.
    pub conditions: Conditions,
    /// The rows in the order in which they count.
    pub order: Vec<usize>,
}

/// How many findings of one kind are listed for a table.
const LISTED: usize = 5;

/// Looks at every table that has been lowered.
pub fn tables(lowerer: &mut Lowerer<'_, '_>) {
    for checked in std::mem::take(&mut lowerer.checked) {
        if let Some(conditions) = checked.conditions.iter().copied().collect::<Option<Vec<_>>>() {
            Pass { lowerer, table: checked.table, incomplete: None }.table(&conditions, &checked.order);
        }
    }
}

struct Pass<'l, 't, 'a> {
    lowerer: &'l mut Lowerer<'t, 'a>,
    table: &'a ast::Table,
    /// Why something was not looked at.
    incomplete: Option<String>,
}

impl Pass<'_, '_, '_> {
    fn table(mut self, conditions: &[NodeId], order: &[usize]) {
        let policy = policy(self.table);
        let single = matches!(policy, TableHit::Unique | TableHit::Any | TableHit::First | TableHit::Priority);
        let default = default_row(self.table);
        if let Some(row) = default {
            self.second_default(row);
        }
        let order: Vec<usize> = order.iter().copied().filter(|row| Some(*row) != default).collect();
        let in_order: Vec<NodeId> = order.iter().filter_map(|&row| conditions.get(row).copied()).collect();
        let Some(grid) = Grid::new(&self.lowerer.build.program, &in_order, usize::MAX) else { return };
        let space = Space::new(&self.lowerer.build.program, &self.lowerer.categories, &grid);
        let never: FxHashSet<u32> = (0..grid.rows.len() as u32).filter(|&row| !space.can_match(row)).collect();
        for &row in &never {
            self.never(&order, row);
        }
        if !single {
            return self.end();
        }
        let duplicates = self.duplicates(&grid, &order, &never);
        if space.is_too_wide() {
            self.unfinished(false, "holes");
            return self.end();
        }
        let correlated = self.correlated(&grid);
        let exact = matches!(policy, TableHit::Unique | TableHit::Any);
        if correlated.is_none() {
            if exact {
                let outputs = (policy == TableHit::Any).then(|| self.outputs(&order));
                let found = space.overlaps(outputs.as_deref(), &duplicates, LISTED);
                for (first, second, point) in &found.found {
                    self.overlap(&grid, &order, (*first, *second), point, policy);
                }
                self.unfinished(found.finished, "rows that contradict");
            }
            if default.is_none() {
                let found = space.gaps(LISTED.min(3));
                for point in &found.found {
                    self.gap(&grid, point);
                }
                self.unfinished(found.finished, "holes");
            }
        } else {
            self.incomplete = self.incomplete.take().or(correlated);
        }
        if !exact {
            let skip: FxHashSet<u32> = never.iter().copied().chain(duplicates.iter().map(|&(_, row)| row)).collect();
            let found = space.shadowed(&skip);
            for &(row, by) in found.found.iter().take(LISTED) {
                self.shadowed(&order, row, by);
            }
            self.unfinished(found.finished, "rows that never count");
        }
        self.end();
    }

    fn unfinished(&mut self, finished: bool, what: &str) {
        if !finished && self.incomplete.is_none() {
            self.incomplete = Some(format!("the search for {what} was stopped, as the table is too involved"));
        }
    }

    fn end(self) {
        if let Some(why) = self.incomplete {
            let name = &self.table.name;
            let message = format!("table `{}` was checked only in part", name.text);
            self.lowerer.sink.push(
                Diagnostic::warning(codes::TABLE_NOT_CHECKED, name.span, message)
                    .label(why)
                    .help("a record that no row matches, or that rows contradict on, is still an error of that record"),
            );
        }
    }

    fn span(&self, order: &[usize], row: u32) -> Span {
        let row = order.get(row as usize).and_then(|&row| self.table.rows.get(row));
        row.map_or(self.table.name.span, |row| row.span)
    }

    /// The name of a row in results.
    fn name(order: &[usize], row: u32) -> String {
        format!("row_{}", order.get(row as usize).map_or(0, |row| row + 1))
    }

    /// Where another row tests nothing either, the last gives nothing.
    fn second_default(&mut self, default: usize) {
        let rows = &self.table.rows;
        let first = rows.iter().take(default).position(|row| is_any(self.table, row));
        let Some((first, (one, last))) = first.and_then(|at| Some((at, (rows.get(at)?, rows.get(default)?)))) else {
            return;
        };
        let message = format!("`row_{}` of `{}` never counts", default + 1, self.table.name.text);
        self.lowerer.sink.push(
            Diagnostic::error(codes::TABLE_SHADOWED, last.span, message)
                .label("never counts")
                .also(one.span, format!("`row_{}` tests nothing either", first + 1))
                .help("keep one row that tests nothing, as the last"),
        );
    }

    fn never(&mut self, order: &[usize], row: u32) {
        let (span, name) = (self.span(order, row), Self::name(order, row));
        let message = format!("`{name}` of `{}` can never match", self.table.name.text);
        let help = "its tests exclude each other, or every value; remove the row, or write the tests that are meant";
        self.lowerer.report(codes::TABLE_SHADOWED, span, message, "never matches", help);
    }

    /// Rows with the tests of an earlier one.
    fn duplicates(&mut self, grid: &Grid, order: &[usize], never: &FxHashSet<u32>) -> FxHashSet<(u32, u32)> {
        let mut seen: FxHashMap<Vec<u32>, u32> = FxHashMap::default();
        let mut found = FxHashSet::default();
        for (row, tests) in (0_u32..).zip(&grid.rows) {
            if never.contains(&row) {
                continue;
            }
            let mut key = tests.to_vec();
            assize_model::order::sort(&mut key);
            if let Some(&first) = seen.get(&key) {
                found.insert((first, row));
                if found.len() <= LISTED {
                    let (span, also) = (self.span(order, row), self.span(order, first));
                    let message = format!(
                        "`{}` of `{}` has the tests of `{}`",
                        Self::name(order, row),
                        self.table.name.text,
                        Self::name(order, first)
                    );
                    self.lowerer.sink.push(
                        Diagnostic::error(codes::TABLE_DUPLICATE, span, message)
                            .label("the same tests")
                            .also(also, "first here")
                            .help("remove one of them, or write the tests that are meant"),
                    );
                }
            } else {
                seen.insert(key, row);
            }
        }
        found
    }

    /// Numbers that are equal for rows that give the same.
    fn outputs(&self, order: &[usize]) -> Vec<u32> {
        let mut numbers: FxHashMap<Vec<&str>, u32> = FxHashMap::default();
        let texts = |row: usize| -> Vec<&str> {
            let cells = self.table.rows.get(row).map_or(&[][..], |row| &row.cells);
            let outputs = self.table.columns.iter().zip(cells);
            let outputs = outputs.filter(|(column, _)| matches!(column, TableColumn::Output(_)));
            let source = |span: Span| self.lowerer.sources.get(span.file).map_or("", |source| source.slice(span));
            outputs.map(|(_, cell)| source(cell.span).trim()).collect()
        };
        let mut out = Vec::with_capacity(order.len());
        for &row in order {
            let next = numbers.len() as u32;
            out.push(*numbers.entry(texts(row)).or_insert(next));
        }
        out
    }

    /// Columns that are worked out from one field do not take their values apart from each other.
    fn correlated(&self, grid: &Grid) -> Option<String> {
        let program = &self.lowerer.build.program;
        let mut owner: FxHashMap<NodeId, NodeId> = FxHashMap::default();
        for operand in grid.operands.iter().filter(|operand| !operand.whole) {
            let mut stack = vec![operand.node];
            let mut seen = FxHashSet::default();
            while let Some(node) = stack.pop() {
                if !seen.insert(node) || seen.len() > 10_000 {
                    continue;
                }
                let Some(of) = program.node(node) else { continue };
                if let Op::Field(_) = of.op {
                    let first = *owner.entry(node).or_insert(operand.node);
                    if first != operand.node {
                        let (a, b) =
                            (example::written(self.lowerer, first), example::written(self.lowerer, operand.node));
                        return Some(format!("`{a}` and `{b}` read the same field, so that holes are not looked for"));
                    }
                }
                of.op.operands(|operand| stack.push(operand));
                if let Op::Outcome(decision) = of.op
                    && let Some(decision) = program.decision(decision)
                {
                    stack.extend(decision.applies.iter().chain(&decision.criteria));
                }
            }
        }
        None
    }

    fn gap(&mut self, grid: &Grid, point: &[Option<u32>]) {
        let example = example::row(self.lowerer, grid, point);
        let name = &self.table.name;
        let message = format!("no row of `{}` matches {example}", name.text);
        let last = if matches!(policy(self.table), TableHit::Priority) {
            "write a row for it"
        } else {
            "write a row for it, or a last row of nothing but `-`"
        };
        self.lowerer.report(codes::TABLE_GAP, name.span, message, "has a hole", last);
    }

    fn overlap(
        &mut self,
        grid: &Grid,
        order: &[usize],
        (first, second): (u32, u32),
        point: &[Option<u32>],
        policy: TableHit,
    ) {
        let example = example::row(self.lowerer, grid, point);
        let (a, b) = (Self::name(order, first), Self::name(order, second));
        let what = if policy == TableHit::Any { " and give different answers" } else { "" };
        let message = format!("`{a}` and `{b}` of `{}` both match {example}{what}", self.table.name.text);
        let (at, also) = (self.span(order, second), self.span(order, first));
        let help = match policy {
            TableHit::Any => "let them give the same, or narrow one of them",
            _ => "narrow one of them, or write `hit first` and let the upper one count",
        };
        self.lowerer.sink.push(
            Diagnostic::error(codes::TABLE_OVERLAP, at, message)
                .label("matches as well")
                .also(also, "matches")
                .help(help),
        );
    }

    fn shadowed(&mut self, order: &[usize], row: u32, by: u32) {
        let (a, b) = (Self::name(order, row), Self::name(order, by));
        let message = format!("`{a}` of `{}` never counts", self.table.name.text);
        let (at, also) = (self.span(order, row), self.span(order, by));
        self.lowerer.sink.push(
            Diagnostic::error(codes::TABLE_SHADOWED, at, message)
                .label("rows before it match all that it matches")
                .also(also, format!("`{b}` counts before it"))
                .help("move it up, narrow the rows before it, or remove it"),
        );
    }
}
