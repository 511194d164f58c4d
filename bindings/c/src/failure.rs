//! Why a call failed, kept small: words are made only where the caller asked for them.

use crate::error::ErrorHandle;
use crate::status::Status;
use assize::eval::row::RowError;
use assize::{CompileError, LoadError};
use std::borrow::Cow;

/// Why a call failed.
#[derive(Debug)]
pub struct Failure {
    status: Status,
    what: What,
}

#[derive(Debug)]
enum What {
    /// A parameter, and what is wrong with it.
    Parameter(&'static str, &'static str),
    /// A parameter whose text is not UTF-8 from this byte.
    Utf8(&'static str, usize),
    Words(Cow<'static, str>),
    Row(RowError),
    Rules(Box<CompileError>),
}

impl Failure {
    /// A failure with words that are known beforehand, or were needed to know.
    pub fn new(status: Status, words: impl Into<Cow<'static, str>>) -> Self {
        Self { status, what: What::Words(words.into()) }
    }

    /// A parameter that cannot be what it is.
    pub const fn argument(name: &'static str, wrong: &'static str) -> Self {
        Self { status: Status::Argument, what: What::Parameter(name, wrong) }
    }

    /// A NULL where something is needed.
    pub const fn null(name: &'static str) -> Self {
        Self::argument(name, "is NULL")
    }

    /// A NULL that is said to be so and so long.
    pub const fn null_with_length(name: &'static str) -> Self {
        Self::argument(name, "is NULL, and its length is not 0")
    }

    /// A length that no object has.
    pub const fn length(name: &'static str) -> Self {
        Self::argument(name, "has a length that cannot be, or is not aligned")
    }

    /// A text that is not UTF-8.
    pub const fn utf8(name: &'static str, offset: usize) -> Self {
        Self { status: Status::Utf8, what: What::Utf8(name, offset) }
    }

    /// The status.
    pub const fn status(&self) -> Status {
        self.status
    }

    /// All of it, for the caller.
    pub fn into_handle(self) -> ErrorHandle {
        let status = self.status;
        match self.what {
            What::Parameter(name, wrong) => ErrorHandle::new(status, format!("`{name}` {wrong}")),
            What::Utf8(name, at) => {
                ErrorHandle::new(status, format!("`{name}` is not UTF-8 text from byte {at} on")).at(at)
            }
            What::Words(words) => ErrorHandle::new(status, words),
            What::Row(error) => ErrorHandle::new(status, error.to_string()),
            What::Rules(error) => ErrorHandle::new(status, error.to_string()).with_diagnostics(*error),
        }
    }
}

/// What a session says of a field or a row. Where no record was begun the caller says so itself.
impl From<RowError> for Failure {
    #[inline]
    fn from(error: RowError) -> Self {
        let status = match error {
            RowError::NoRecord | RowError::NoField | RowError::NoCode => Status::NotFound,
            RowError::Type | RowError::OtherRecord => Status::Type,
            RowError::Range | RowError::Unsorted | RowError::TooMany => Status::Range,
            RowError::Stale => Status::Order,
        };
        Self { status, what: What::Row(error) }
    }
}

impl From<CompileError> for Failure {
    fn from(error: CompileError) -> Self {
        Self { status: Status::Rules, what: What::Rules(Box::new(error)) }
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Compile(error) => error.into(),
            error @ LoadError::Read { .. } => Self::new(Status::Io, error.to_string()),
        }
    }
}

impl From<assize::Error> for Failure {
    fn from(error: assize::Error) -> Self {
        let status = match () {
            () if error.is_stopped() => Status::Stopped,
            () if error.is_data() => Status::Data,
            () => Status::NotFound,
        };
        Self::new(status, error.to_string())
    }
}
