//! `table` and `lookup`.

use super::{Builder, Cursor, Node};
use crate::ast::{
    Cell, CellKind, CellTest, CellTestKind, Collected, Expr, ExprKind, Ident, Lookup, LookupKey, ResultType, Table,
    TableColumn, TableHit, TableRow, TableSource, Validity,
};
use crate::diagnostic::Diagnostic;
use crate::parse::explain::What;
use crate::parse::grammar::Rule;
use crate::parse::pieces::Piece;
use crate::parse::{codes, pieces};
use crate::source::Span;

const POLICIES: &[&str] = &["unique", "any", "first", "priority", "rule order", "output order", "collect"];

impl<'t> Builder<'t, '_> {
    /// A table. A row that cannot be read stands in it with cells that are errors, so that the others are checked.
    pub(super) fn table(&mut self) -> Option<Table> {
        let (span, docs) = (self.span(), self.docs());
        let block = pieces::block(self.tokens, self.all(), &self.brackets);
        self.nothing_after(What::TableHeader, &block.after);
        let opened = block.body.as_ref().map(|body| self.span_behind(body.start.saturating_sub(1)));
        let made = self.make(Rule::piece_table_header, What::TableHeader, block.header, |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::table_header)?);
            parts.pass(Rule::kw_table);
            let name = this.take_ident(&mut parts)?;
            parts.pass(Rule::kw_of);
            let record = this.take_ident(&mut parts)?;
            parts.pass(Rule::arrow);
            let mut outputs = Vec::new();
            while let Some(node) = parts.one(Rule::outcome) {
                outputs.push(this.outcome(node)?);
                parts.pass(Rule::comma);
            }
            let title = this.take_text(&mut parts);
            let hit = if parts.pass(Rule::kw_hit) { Some(this.policy(parts.one(Rule::policy)?)?) } else { None };
            let from = cursor.one(Rule::table_source).map(|node| this.table_source(node));
            let (columns, rows) = (Vec::new(), Vec::new());
            Some(Table { name, record, outputs, title, hit, from, columns, rows, docs, span })
        });
        let outputs = made.as_ref().map(|table| table.outputs.len());
        let rows = match block.body {
            Some(body) => self.rows(body, outputs),
            None => Some((Vec::new(), Vec::new())),
        };
        let mut table = made?;
        match (&table.from, opened) {
            (Some(from), Some(at)) => {
                let diagnostic = Diagnostic::error(codes::WRONG_PARTS, at, "a table has its rows here or in a file");
                self.report.push(diagnostic.also(from.span, "its rows are in this file"));
                return None;
            }
            (None, None) => {
                let diagnostic = Diagnostic::error(codes::LACKING, span, "the table has no rows");
                self.report
                    .push(diagnostic.help("write them in `{ | … | }`, or say where they are: `from \"zones.csv\"`"));
                return None;
            }
            _ => {}
        }
        (table.columns, table.rows) = rows?;
        Some(table)
    }

    /// A type and its unit.
    pub(super) fn outcome(&mut self, node: Node<'t>) -> Option<ResultType> {
        let span = self.span_of(&node);
        let mut parts = Cursor::of(node);
        let ty = self.type_expression(parts.one(Rule::type_expression)?)?;
        let unit = if parts.pass(Rule::kw_in) { Some(self.take_ident(&mut parts)?) } else { None };
        Some(ResultType { ty, unit, span })
    }

    fn policy(&mut self, node: Node<'t>) -> Option<(TableHit, Span)> {
        let span = self.span_of(&node);
        let mut parts = Cursor::of(node);
        let word = parts.next()?;
        let hit = match word.as_str() {
            "unique" => TableHit::Unique,
            "any" => TableHit::Any,
            "first" => TableHit::First,
            "priority" => TableHit::Priority,
            "rule" => TableHit::RuleOrder,
            "output" => TableHit::OutputOrder,
            "collect" => TableHit::Collect(parts.next().map(|node| match node.as_rule() {
                Rule::kw_sum => Collected::Sum,
                Rule::kw_min => Collected::Min,
                Rule::kw_max => Collected::Max,
                _ => Collected::Count,
            })),
            _ => {
                self.unknown_word(&word, "a hit policy", POLICIES);
                return None;
            }
        };
        Some((hit, span))
    }

    /// `from "file" [sheet "S"]`.
    fn table_source(&mut self, node: Node<'t>) -> TableSource {
        let span = self.span_of(&node);
        let mut texts = Cursor::of(node).filter(|part| part.as_rule() == Rule::text);
        let (file, sheet) = (texts.next(), texts.next());
        let file = file.map_or_else(|| super::Quoted { text: String::new(), span }, |node| self.quoted(&node));
        TableSource { file, sheet: sheet.map(|node| self.quoted(&node)), span }
    }

    /// The first row and the others.
    fn rows(&mut self, body: Piece, outputs: Option<usize>) -> Option<(Vec<TableColumn>, Vec<TableRow>)> {
        let place = self.span_behind(body.start);
        let pieces = self.members(Some(body), |begins, at, _| begins.row(at));
        let mut pieces = pieces.into_iter().peekable();
        let Some(first) = pieces.next() else {
            let diagnostic = Diagnostic::error(codes::LACKING, place, "the first row is missing in these braces");
            self.report.push(diagnostic.help("it names the columns: `| age | -> level |`"));
            return None;
        };
        let heading = self.span_of_piece(&first);
        let columns = self.make(Rule::piece_table_columns, What::Columns, first, |this, mut cursor| {
            let mut columns = Vec::new();
            for node in Cursor::of(cursor.one(Rule::table_columns)?).filter(|part| part.as_rule() == Rule::column) {
                columns.push(this.column(node)?);
            }
            Some(columns)
        });
        if let Some(columns) = &columns {
            self.columns_fit(columns, heading, outputs)?;
        }
        let mut rows: Vec<TableRow> = Vec::new();
        let (mut whole, mut line) = (columns.is_some(), heading.end);
        while let Some(piece) = pieces.next() {
            let span = self.span_of_piece(&piece);
            // A row that goes on in the line of the one before, or whose line goes on with the next.
            let joined = self.same_line(line, span.start)
                || pieces.peek().is_some_and(|next| self.same_line(span.end, self.span_behind(next.start).start));
            let again = self.same_line(line, span.start);
            line = span.end;
            let kinds = columns.as_deref().unwrap_or(&[]);
            let read = self.make(Rule::piece_table_row, What::Row, piece.clone(), |this, mut cursor| {
                let cells = Cursor::of(cursor.one(Rule::table_row)?).filter(|part| part.as_rule() == Rule::cell);
                let is_output = |at| matches!(kinds.get(at), Some(TableColumn::Output(_)));
                Some(cells.enumerate().map(|(at, node)| this.cell(node, is_output(at))).collect::<Vec<_>>())
            });
            let Some(cells) = read else {
                let cells = vec![Cell { kind: CellKind::Error, span }; kinds.len()];
                rows.push(TableRow { cells, span });
                continue;
            };
            if columns.is_some() && cells.len() != kinds.len() {
                whole = false;
                if !(joined && again) {
                    self.wrong_count(&piece, span, cells.len(), kinds.len(), joined);
                }
            }
            rows.push(TableRow { cells, span });
        }
        whole.then_some((columns.unwrap_or_default(), rows))
    }

    fn same_line(&self, from: u32, to: u32) -> bool {
        !self.text.slice(from, to).contains('\n')
    }

    fn wrong_count(&mut self, piece: &Piece, span: Span, cells: usize, columns: usize, joined: bool) {
        let ends = self.tokens_of(piece).windows(2).find_map(|pair| match pair {
            [last, next] if !self.same_line(last.end, next.start) => Some(self.text.span_of(last)),
            _ => None,
        });
        let diagnostic = if let Some(last) = ends.filter(|_| cells > columns) {
            Diagnostic::error(codes::LACKING, last, "`|` is missing at the end of this row")
                .label("the row goes on in the next line")
                .help("a row begins and ends with `|`")
        } else if joined {
            let end = self.span_behind(piece.end.saturating_sub(1));
            let next = self.span_behind(piece.end);
            Diagnostic::error(codes::LACKING, end.to(next), "a cell is empty")
                .help("write `-` where any value will do")
                .fix(end.to(next), "| - |")
        } else {
            let (has, of) =
                (if cells == 1 { "cell" } else { "cells" }, if columns == 1 { "column" } else { "columns" });
            let message = format!("a row of {cells} {has} in a table of {columns} {of}");
            Diagnostic::error(codes::WRONG_PARTS, span, message)
                .help("each row has one cell for each column; `-` stands for any value")
        };
        self.report.push(diagnostic);
    }

    /// Inputs before outputs, and as many outputs as the header has types.
    fn columns_fit(&mut self, columns: &[TableColumn], heading: Span, outputs: Option<usize>) -> Option<()> {
        let is_output = |column: &TableColumn| matches!(column, TableColumn::Output(_));
        let first = columns.iter().position(is_output);
        let behind = first.and_then(|first| {
            columns.iter().skip(first).find_map(|column| match column {
                TableColumn::Input(expr) => Some(expr.span),
                TableColumn::Output(_) => None,
            })
        });
        if let Some(span) = behind {
            let diagnostic = Diagnostic::error(codes::WRONG_PARTS, span, "an input column behind an output column");
            self.report.push(diagnostic.help("all inputs stand before all outputs; an output is written `-> name`"));
            return None;
        }
        let given = columns.iter().filter(|column| is_output(column)).count();
        let Some(declared) = outputs else { return Some(()) };
        if given == declared {
            return Some(());
        }
        let message = format!("the table declares {declared} results and has {given} output columns");
        let diagnostic = Diagnostic::error(codes::WRONG_PARTS, heading, message);
        self.report.push(diagnostic.help("each result has its column `-> name`, in the same order"));
        None
    }

    /// A cell that stands by itself.
    pub(crate) fn lone_cell(mut self, output: bool) -> Option<Cell> {
        self.make(Rule::piece_cell, What::Cell, self.all(), |this, mut cursor| {
            Some(this.cell(cursor.one(Rule::cell)?, output))
        })
    }

    /// A heading that stands by itself.
    pub(crate) fn lone_column(mut self) -> Option<TableColumn> {
        self.make(Rule::piece_column, What::Columns, self.all(), |this, mut cursor| {
            this.column(cursor.one(Rule::column)?)
        })
    }

    /// The heading of a column.
    fn column(&mut self, node: Node<'t>) -> Option<TableColumn> {
        let mut parts = Cursor::of(node);
        if parts.pass(Rule::arrow) {
            return self.take_ident(&mut parts).map(TableColumn::Output);
        }
        Some(TableColumn::Input(self.expression(parts.one(Rule::expression)?)?.expr))
    }

    /// A cell below a column. What cannot stand there is reported.
    fn cell(&mut self, node: Node<'t>, output: bool) -> Cell {
        let span = self.span_of(&node);
        let mut parts = Cursor::of(node);
        if parts.pass(Rule::minus) {
            if output {
                let diagnostic = Diagnostic::error(codes::LACKING, span, "an output column needs a value in each row");
                self.report.push(diagnostic.help("`-` stands for any value, and only an input can be any"));
                return Cell { kind: CellKind::Error, span };
            }
            return Cell { kind: CellKind::Any, span };
        }
        let mut tests = Vec::new();
        for part in parts.filter(|part| part.as_rule() == Rule::cell_test) {
            match self.cell_test(part) {
                Some(test) => tests.push(test),
                None => return Cell { kind: CellKind::Error, span },
            }
        }
        self.doubtful_comma(tests.iter().map(|test| test.span));
        let kind = if output { self.output_cell(tests, span) } else { CellKind::Tests(tests) };
        Cell { kind, span }
    }

    /// An answer: one value, without a test.
    fn output_cell(&mut self, mut tests: Vec<CellTest>, span: Span) -> CellKind {
        let only = tests.pop().filter(|_| tests.is_empty());
        match only.map(|test| (test.kind, test.span)) {
            Some((CellTestKind::Value(value), _)) => return CellKind::Output(value),
            // `not (a)` reads as a test first.
            Some((CellTestKind::Not(mut inner), span)) => {
                let only = inner.pop().filter(|_| inner.is_empty());
                if let Some(CellTest { kind: CellTestKind::Value(value), .. }) = only {
                    return CellKind::Output(Expr { kind: ExprKind::Not(Box::new(value)), span });
                }
            }
            _ => {}
        }
        let diagnostic = Diagnostic::error(codes::WRONG_PARTS, span, "an output column holds one value in each row");
        self.report.push(diagnostic.help("tests and lists stand in input columns"));
        CellKind::Error
    }

    fn cell_test(&mut self, node: Node<'t>) -> Option<CellTest> {
        let span = self.span_of(&node);
        let mut parts = Cursor::of(node.clone());
        let kind = match parts.peek()? {
            Rule::kw_not => {
                let mut tests = Vec::new();
                for part in parts.filter(|part| part.as_rule() == Rule::cell_test) {
                    tests.push(self.cell_test(part)?);
                }
                CellTestKind::Not(tests)
            }
            Rule::comparison => {
                let operator = parts.next()?;
                let op_span = self.span_of(&operator);
                let op = super::operators::operator(operator.as_str());
                CellTestKind::Compare { op, op_span, value: self.sum(parts.one(Rule::sum)?)?.expr }
            }
            Rule::is_tail => {
                let mut inner = Cursor::of(parts.next()?);
                inner.next();
                let word = inner.next()?;
                CellTestKind::Is(self.known_test(&word)?)
            }
            _ => CellTestKind::Value(self.literal(node)?),
        };
        Some(CellTest { kind, span })
    }

    /// A look-up.
    pub(super) fn lookup(&mut self) -> Option<Lookup> {
        let (span, docs) = (self.span(), self.docs());
        self.make(Rule::piece_lookup, What::Lookup, self.all(), |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::lookup_declaration)?);
            parts.pass(Rule::kw_lookup);
            let name = this.take_ident(&mut parts)?;
            parts.pass(Rule::open_paren);
            let mut keys: Vec<LookupKey> = Vec::new();
            while let Some(node) = parts.one(Rule::lookup_key) {
                let key = this.lookup_key(node)?;
                if keys.iter().any(|other| other.name.text == key.name.text) {
                    this.error(codes::GIVEN_TWICE, key.name.span, format!("`{}` is given twice", key.name.text));
                }
                keys.push(key);
                parts.pass(Rule::comma);
            }
            parts.pass(Rule::close_paren);
            let from = this.table_source(parts.one(Rule::table_source)?);
            let valid = match parts.one(Rule::validity) {
                Some(node) => Some(this.validity(node)?),
                None => None,
            };
            parts.pass(Rule::arrow);
            let result = this.outcome(parts.one(Rule::outcome)?)?;
            let column = if parts.pass(Rule::kw_from) { this.take_text(&mut parts) } else { None };
            let title = this.take_text(&mut parts);
            let effective = this.take_effective(&mut parts)?;
            Some(Lookup { name, keys, from, valid, result, column, title, effective, content: None, docs, span })
        })
    }

    fn lookup_key(&mut self, node: Node<'t>) -> Option<LookupKey> {
        let span = self.span_of(&node);
        let mut parts = Cursor::of(node);
        let name = self.take_ident(&mut parts)?;
        let ty = if parts.pass(Rule::colon) { Some(self.outcome(parts.one(Rule::outcome)?)?) } else { None };
        let from = if parts.pass(Rule::kw_from) { self.take_text(&mut parts) } else { None };
        Some(LookupKey { name, ty, from, span })
    }

    fn validity(&mut self, node: Node<'t>) -> Option<(Validity, Span)> {
        let span = self.span_of(&node);
        let mut parts = Cursor::of(node);
        parts.pass(Rule::kw_valid);
        if parts.pass(Rule::kw_by) {
            return Some((Validity::By(self.take_ident(&mut parts)?), span));
        }
        parts.pass(Rule::kw_from);
        let from: Ident = self.take_ident(&mut parts)?;
        let to = if parts.pass(Rule::kw_to) { self.take_ident(&mut parts) } else { None };
        Some((Validity::Between { from, to }, span))
    }
}
