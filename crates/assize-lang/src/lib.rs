//! Source text of the Assize rule language: files and spans, diagnostics as plain data, the grammar and the AST.
//!
//! [`parse()`] reads a rule file. It always gives a tree, and with it every fault it found:
//!
//! ```
//! use assize_lang::source::{FileId, Source};
//!
//! let source = Source::new("rules.assize", "parameter threshold : integer = 3 in 2..10 \"Charges\"");
//! let (file, diagnostics) = assize_lang::parse(FileId(0), &source);
//! assert_eq!(file.decls.len(), 1);
//! assert!(diagnostics.is_empty());
//! ```

pub mod ast;
pub mod diagnostic;
pub mod format;
pub mod parse;
pub mod source;

pub use format::format;
pub use parse::{fill_table, keywords, parse, parse_cell, parse_column};
