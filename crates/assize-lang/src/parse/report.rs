//! Gathers the diagnostics of one file, up to a limit that is itself reported.

use super::{codes, limits};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Span;

/// The diagnostics of one file.
#[derive(Debug, Default)]
pub(crate) struct Report {
    listed: Vec<Diagnostic>,
    /// Warnings, as many as errors; more of them say nothing new.
    warned: Vec<Diagnostic>,
    /// Where the first error past the limit stands.
    past_limit: Option<Span>,
}

impl Report {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if diagnostic.severity == Severity::Warning {
            if self.warned.len() < limits::LISTED_ERRORS {
                self.warned.push(diagnostic);
            }
        } else if self.listed.len() < limits::LISTED_ERRORS {
            self.listed.push(diagnostic);
        } else if self.past_limit.is_none() {
            self.past_limit = diagnostic.primary.map(|label| label.span);
        }
    }

    /// How many errors are listed so far.
    pub(crate) fn count(&self) -> usize {
        self.listed.len()
    }

    /// Whether no more are listed: then nothing more needs to be read.
    pub(crate) fn is_full(&self) -> bool {
        self.past_limit.is_some()
    }

    /// In the order of the text.
    pub(crate) fn finish(self) -> Vec<Diagnostic> {
        let mut listed = self.listed;
        listed.extend(self.warned);
        listed.sort_by_key(|diagnostic| diagnostic.primary.as_ref().map(|label| (label.span.start, label.span.end)));
        if let Some(place) = self.past_limit {
            let message = format!("more than {} errors in this file, which is the limit", limits::LISTED_ERRORS);
            listed
                .push(Diagnostic::error(codes::TOO_MANY_ERRORS, place, message).note("what follows has not been read"));
        }
        listed
    }
}
