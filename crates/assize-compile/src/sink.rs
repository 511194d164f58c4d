//! Where diagnostics are collected while every pass goes on.

use crate::codes;
use crate::suggest::closest;
use assize_lang::diagnostic::{Code, Diagnostic, Severity};
use assize_lang::source::Span;

/// How many errors are listed; the rest are counted.
const LISTED: usize = 1_000;
/// How many names are read in search of suggestions: all that are visible, for each unknown name.
const NAMES_READ: usize = 200_000;

/// The diagnostics so far.
#[derive(Debug, Default)]
pub struct Sink {
    diagnostics: Vec<Diagnostic>,
    errors: usize,
    /// How many names were read for suggestions.
    names_read: usize,
    /// Whether a file that is imported is not there: names that are not found may be declared in it.
    pub file_lacks: bool,
}

impl Sink {
    /// Takes one in.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if diagnostic.severity == Severity::Error {
            self.errors += 1;
            if self.errors > LISTED {
                return;
            }
        }
        self.diagnostics.push(diagnostic);
    }

    /// Whether no more errors are listed; then this one is counted. For errors that take work to describe.
    pub fn is_full(&mut self, code: Code, span: Span) -> bool {
        let full = self.errors >= LISTED;
        if full {
            self.push(Diagnostic::error(code, span, ""));
        }
        full
    }

    /// Whether any is an error.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// The name most like one that is not there, as long as not too many names were read for it.
    pub fn closest<'n>(&mut self, name: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
        if self.names_read >= NAMES_READ {
            return None;
        }
        let read = &mut self.names_read;
        closest(name, candidates.into_iter().inspect(|_| *read += 1))
    }

    /// All of them, by file and place; what has no place comes first.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        if let Some(more @ 1..) = self.errors.checked_sub(LISTED) {
            let plural = if more == 1 { "error is" } else { "errors are" };
            let message = format!("{more} more {plural} not listed, past the limit of {LISTED}");
            self.diagnostics.push(
                Diagnostic::placeless(codes::TOO_MANY_ERRORS, message)
                    .help("mend those that are listed, and check the rules again"),
            );
        }
        sort(&mut self.diagnostics);
        self.diagnostics.dedup();
        self.diagnostics
    }
}

/// Sorts by file and place, then by code; what has no place comes first.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    let place = |diagnostic: &Diagnostic| diagnostic.primary.as_ref().map(|label| label.span);
    let key = |span: Option<Span>| span.map(|span| (span.file, span.start, span.end));
    assize_model::order::sort_by_key(diagnostics, |diagnostic| (key(place(diagnostic)), diagnostic.code));
}
