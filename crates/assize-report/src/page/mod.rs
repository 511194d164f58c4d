//! Reports for people: what a run came to, with how sure it is, what was withheld and what was missing.
//!
//! | file | what it does |
//! |---|---|
//! | `document` | the model: sections of texts, tables and charts |
//! | `words` | the report's own words, in English and French |
//! | `build` | what the builders share: names, anchors, limits of size |
//! | `glance`, `evaluations`, `indicators`, `measures`, `plots`, `categories`, `audits`, `missing`, `disclosure`, `method` | the sections |
//! | `html`, `svg` | a page that stands by itself |
//! | `markdown` | text to be pasted |
//! | `sheets` | a workbook, a sheet a table |
//!
//! A report has aggregates only: no record, key or cell of the data is in it. The one exception is what a measure is
//! broken down by, where that is a text of the data.

mod audits;
mod build;
mod categories;
mod disclosure;
mod document;
mod evaluations;
mod glance;
mod html;
mod indicators;
mod markdown;
mod measures;
mod method;
mod missing;
mod plots;
mod sheets;
mod svg;
mod words;

pub use build::{Limits, document};
pub use document::Document;
pub use html::to_html;
pub use markdown::to_markdown;
pub use sheets::{SheetError, to_xlsx};
pub use words::Language;

use assize::Results;

/// The report as a page of HTML that needs nothing beside itself.
pub fn html(results: &Results) -> String {
    to_html(&document(results, Limits::PAGE))
}

/// The report as Markdown, with tables.
pub fn markdown(results: &Results) -> String {
    to_markdown(&document(results, Limits::PAGE))
}

/// The report as an Excel workbook.
///
/// # Errors
///
/// [`SheetError`]: the workbook cannot be written.
pub fn xlsx(results: &Results) -> Result<Vec<u8>, SheetError> {
    to_xlsx(&document(results, Limits::SHEETS))
}
