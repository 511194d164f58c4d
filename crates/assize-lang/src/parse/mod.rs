//! From text to tree: the reader of rule files.
//!
//! A file is cut into declarations and these into members, by brackets and by the words that begin things. Each piece
//! is read by the grammar and built into the tree, and every fault is reported, not only the first.

#[cfg(test)]
mod agreement;
pub(crate) mod brackets;
mod build;
mod cells;
pub mod codes;
mod explain;
mod faults;
mod grammar;
mod guard;
pub(crate) mod lexis;
pub mod limits;
pub(crate) mod pieces;
mod reader;
mod report;
mod script;
mod sheet;
pub(crate) mod text;
mod what;
pub(crate) mod words;

use crate::ast::{Cell, File, TableColumn};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Source};

pub use sheet::fill_table;
pub use words::keywords;

/// Reads a rule file. There is always a tree: what could not be read is left out or stands in it as
/// [`Decl::Broken`](crate::ast::Decl::Broken) or [`ExprKind::Error`](crate::ast::ExprKind::Error), and has been reported.
/// When any diagnostic is an error the tree is good for finding further errors, and for nothing else.
pub fn parse(id: FileId, source: &Source) -> (File, Vec<Diagnostic>) {
    reader::read(id, source.text())
}

/// Reads a cell of a table that stands in a file of its own, below an input column or an output column. Spans are of
/// `text`. There is always a cell; what could not be read is [`CellKind::Error`](crate::ast::CellKind::Error), and has
/// been reported. `-` stands for any value there too, and an empty text is reported.
pub fn parse_cell(id: FileId, text: &str, output: bool) -> (Cell, Vec<Diagnostic>) {
    cells::cell(id, text, output)
}

/// Reads the heading of a column of a table that stands in a file of its own: `-> zone`, or an expression of the record.
pub fn parse_column(id: FileId, text: &str) -> (Option<TableColumn>, Vec<Diagnostic>) {
    cells::column(id, text)
}
