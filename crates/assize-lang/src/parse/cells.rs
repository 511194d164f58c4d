//! Cells and headings of tables that stand in files of their own.

use super::build::Builder;
use super::codes;
use super::lexis::{Fault, Kind, Lexer, Token};
use super::report::Report;
use super::text::Text;
use crate::ast::{Cell, CellKind, TableColumn};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// See [`parse_cell`](super::parse_cell).
pub(crate) fn cell(id: FileId, all: &str, output: bool) -> (Cell, Vec<Diagnostic>) {
    let text = Text { file: id, all };
    let unread = Cell { kind: CellKind::Error, span: text.span(0, text.end().end) };
    let (cell, diagnostics) = lone(text, |builder| builder.lone_cell(output));
    (cell.unwrap_or(unread), diagnostics)
}

/// See [`parse_column`](super::parse_column).
pub(crate) fn column(id: FileId, all: &str) -> (Option<TableColumn>, Vec<Diagnostic>) {
    lone(Text { file: id, all }, |builder| builder.lone_column())
}

fn lone<T>(text: Text<'_>, build: impl FnOnce(Builder<'_, '_>) -> Option<T>) -> (Option<T>, Vec<Diagnostic>) {
    let all = text.span(0, text.end().end);
    part(text, all, build)
}

/// A cell that is a part of a text, below an input or an output column.
pub(crate) fn cell_within(text: Text<'_>, at: Span, output: bool) -> (Cell, Vec<Diagnostic>) {
    let (cell, diagnostics) = part(text, at, |builder| builder.lone_cell(output));
    (cell.unwrap_or(Cell { kind: CellKind::Error, span: at }), diagnostics)
}

/// A heading that is a part of a text.
pub(crate) fn column_within(text: Text<'_>, at: Span) -> (Option<TableColumn>, Vec<Diagnostic>) {
    part(text, at, |builder| builder.lone_column())
}

fn part<T>(text: Text<'_>, at: Span, build: impl FnOnce(Builder<'_, '_>) -> Option<T>) -> (Option<T>, Vec<Diagnostic>) {
    let mut report = Report::default();
    let here = text.slice(at.start, at.end);
    if here.len() > super::limits::TEXT_BYTES {
        let message = format!("a cell of {} bytes, more than the limit of {}", here.len(), super::limits::TEXT_BYTES);
        report.push(Diagnostic::error(codes::TOO_LONG, text.span(at.start, at.start), message));
        return (None, report.finish());
    }
    let moved = |token: Token| Token { start: token.start + at.start, end: token.end + at.start, ..token };
    let tokens: Vec<Token> = Lexer::new(here).map(stray).map(moved).collect();
    if tokens.is_empty() {
        let diagnostic = Diagnostic::error(codes::LACKING, at, "a cell is empty");
        report
            .push(diagnostic.help("write `-` where any value will do; of merged cells only the first holds the text"));
        return (None, report.finish());
    }
    let end = text.span(at.end, at.end);
    let made = build(Builder::new(text, &tokens, end, &Vec::new(), &mut report));
    (made, report.finish())
}

/// There are no comments and no further cells in a cell.
fn stray(token: Token) -> Token {
    match token.kind {
        Kind::Comment => Token { kind: Kind::Fault(Fault::Character), ..token },
        Kind::Bar => Token { kind: Kind::Fault(Fault::Operator("or")), ..token },
        _ => token,
    }
}
