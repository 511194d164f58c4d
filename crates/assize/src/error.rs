//! What can go wrong, and whose fault it is: the rules', the data's, or the caller's. They never share a type.

use assize_lang::diagnostic::{Diagnostic, Severity};
use assize_lang::source::SourceMap;
use std::fmt;
use std::path::PathBuf;

/// Rules that do not check, with everything that is wrong with them.
#[derive(Debug, Clone)]
pub struct CompileError {
    /// The texts that the diagnostics point into.
    pub sources: SourceMap,
    /// All diagnostics, warnings among them, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut errors = self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        let Some(first) = errors.next() else { return f.write_str("the rules do not check") };
        write!(f, "{}", first.message)?;
        if let Some(label) = &first.primary
            && let Some(source) = self.sources.get(label.span.file)
        {
            let at = source.line_column(label.span.start);
            write!(f, " ({}:{}:{})", source.name(), at.line, at.column)?;
        }
        match errors.count() {
            0 => Ok(()),
            1 => f.write_str(", and 1 more error"),
            more => write!(f, ", and {more} more errors"),
        }
    }
}

impl std::error::Error for CompileError {}

/// Rules that could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A rule file cannot be read.
    #[error("cannot read `{}`: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The rules do not check.
    #[error(transparent)]
    Compile(#[from] CompileError),
}

/// An evaluation that could not be done. Faults of single records are not among these: they are in the results.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Use,
    Data,
    Stopped,
}

impl Error {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { kind: Kind::Use, message: message.into() }
    }

    pub(crate) fn data(message: impl Into<String>) -> Self {
        Self { kind: Kind::Data, message: message.into() }
    }

    /// Whether the caller asked for something that is not there: an unknown name, a parameter out of range.
    pub fn is_usage(&self) -> bool {
        self.kind == Kind::Use
    }

    pub(crate) fn stopped() -> Self {
        Self { kind: Kind::Stopped, message: "the evaluation was stopped".to_owned() }
    }

    /// Whether whoever is told of the progress stopped the evaluation.
    pub fn is_stopped(&self) -> bool {
        self.kind == Kind::Stopped
    }

    /// Whether data could not be opened, or lacks a column or a record.
    pub fn is_data(&self) -> bool {
        self.kind == Kind::Data
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
