//! From text to tree: the reader of rule files.
//!
//! A file is cut into declarations and these into members, by brackets and by the words that begin things. Each piece
//! is read by the grammar and built into the tree, and every fault is reported, not only the first.

#[cfg(test)]
mod agreement;
mod brackets;
mod build;
pub mod codes;
mod explain;
mod faults;
mod grammar;
mod guard;
mod lexis;
pub mod limits;
mod pieces;
mod reader;
mod report;
mod text;
pub(crate) mod words;

use crate::ast::File;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Source};

pub use words::keywords;

/// Reads a rule file. There is always a tree: what could not be read is left out or stands in it as
/// [`Decl::Broken`](crate::ast::Decl::Broken) or [`ExprKind::Error`](crate::ast::ExprKind::Error), and has been reported.
/// When any diagnostic is an error the tree is good for finding further errors, and for nothing else.
pub fn parse(id: FileId, source: &Source) -> (File, Vec<Diagnostic>) {
    reader::read(id, source.text())
}
