//! Where diagnostics are collected while every pass goes on.

use assize_lang::diagnostic::{Diagnostic, Severity};
use assize_lang::source::Span;

/// How many unknown names get a suggestion; looking for one reads every visible name.
const SUGGESTIONS: u32 = 20;

/// The diagnostics so far.
#[derive(Debug, Default)]
pub struct Sink {
    diagnostics: Vec<Diagnostic>,
    suggested: u32,
}

impl Sink {
    /// Takes one in.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Whether any is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether one more suggestion may be looked for.
    pub fn may_suggest(&mut self) -> bool {
        self.suggested += 1;
        self.suggested <= SUGGESTIONS
    }

    /// All of them, by file and place; what has no place comes first.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        sort(&mut self.diagnostics);
        self.diagnostics.dedup();
        self.diagnostics
    }
}

/// Sorts by file and place, then by code; what has no place comes first.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    let place = |diagnostic: &Diagnostic| diagnostic.primary.as_ref().map(|label| label.span);
    let key = |span: Option<Span>| span.map(|span| (span.file, span.start, span.end));
    diagnostics.sort_by(|a, b| (key(place(a)), a.code).cmp(&(key(place(b)), b.code)));
}
