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
    /// The names of the record and the field that it is about.
    record: Option<Box<str>>,
    field: Option<Box<str>>,
    row: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Use,
    Data,
    Stopped,
}

impl Error {
    fn new(kind: Kind, message: String) -> Self {
        Self { kind, message, record: None, field: None, row: None }
    }

    /// About a record, by its name.
    pub(crate) fn of(mut self, record: &str) -> Self {
        self.record = Some(record.into());
        self
    }

    /// About a field of the record, by its name.
    pub(crate) fn of_field(mut self, field: Option<&str>) -> Self {
        self.field = field.map(Into::into);
        self
    }

    /// About a row of the record, by its number from 1.
    pub(crate) fn of_row(mut self, row: Option<u64>) -> Self {
        self.row = row;
        self
    }

    /// The name of the record whose data it is about, where it is about one's.
    pub fn record(&self) -> Option<&str> {
        self.record.as_deref()
    }

    /// The name of the first field of [`Error::record`] that it is about, where it is about fields.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// The number of the first row of [`Error::record`] that it is about, from 1, where it is about rows.
    pub fn row(&self) -> Option<u64> {
        self.row
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Use, message.into())
    }

    pub(crate) fn data(message: impl Into<String>) -> Self {
        Self::new(Kind::Data, message.into())
    }

    /// Whether the caller asked for something that is not there: an unknown name, a parameter out of range.
    pub fn is_usage(&self) -> bool {
        self.kind == Kind::Use
    }

    pub(crate) fn stopped() -> Self {
        Self::new(Kind::Stopped, "the evaluation was stopped".to_owned())
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
