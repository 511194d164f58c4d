//! Cells and headings of tables that stand in files of their own.

use super::build::Builder;
use super::codes;
use super::lexis::{Fault, Kind, Lexer, Token};
use super::report::Report;
use super::text::Text;
use crate::ast::{Cell, CellKind, TableColumn};
use crate::diagnostic::Diagnostic;
use crate::source::FileId;

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
    let mut report = Report::default();
    if text.all.len() > super::limits::TEXT_BYTES {
        let message =
            format!("a cell of {} bytes, more than the limit of {}", text.all.len(), super::limits::TEXT_BYTES);
        report.push(Diagnostic::error(codes::TOO_LONG, text.span(0, 0), message));
        return (None, report.finish());
    }
    let tokens: Vec<Token> = Lexer::new(text.all).map(stray).collect();
    if tokens.is_empty() {
        let diagnostic = Diagnostic::error(codes::LACKING, text.span(0, text.end().end), "a cell is empty");
        report.push(diagnostic.help("write `-` where any value will do"));
        return (None, report.finish());
    }
    let made = build(Builder::new(text, &tokens, text.end(), &Vec::new(), &mut report));
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
