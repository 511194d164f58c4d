//! Errors: a status, words, and diagnostics where the rules do not check.

#![expect(unsafe_code, reason = "handles cross the boundary as pointers")]

use crate::diagnostics::DiagnosticList;
use crate::status::Status;
use crate::text::{Str, Terminated};
use assize::CompileError;

/// Why a call failed.
///
/// It never changes: any number of threads may read it at the same time.
#[derive(Debug)]
pub struct ErrorHandle {
    status: Status,
    message: Terminated,
    offset: Option<usize>,
    diagnostics: Option<DiagnosticList>,
}

impl ErrorHandle {
    /// An error with a message.
    pub fn new(status: Status, message: impl Into<String>) -> Self {
        Self { status, message: Terminated::new(message), offset: None, diagnostics: None }
    }

    /// With the byte of the input at which it arose.
    #[must_use]
    pub fn at(mut self, offset: usize) -> Self {
        self.offset = Some(offset);
        self
    }

    /// With the diagnostics of rules that do not check.
    #[must_use]
    pub fn with_diagnostics(mut self, error: CompileError) -> Self {
        self.diagnostics = Some(DiagnosticList::new(error.diagnostics, error.sources));
        self
    }
}

/// The status that the failed call returned.
///
/// Of NULL it is `ASSIZE_OK`. It cannot fail. Since 0.1.
///
/// # Safety
/// `error` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_error_status(error: *const ErrorHandle) -> Status {
    // SAFETY: NULL, or a live handle of this library.
    unsafe { error.as_ref() }.map_or(Status::Ok, |error| error.status)
}

/// What went wrong, in one line.
///
/// The text is lent until `error` is freed; of NULL it is no text. It cannot fail. Since 0.1.
///
/// # Safety
/// `error` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_error_message(error: *const ErrorHandle) -> Str {
    // SAFETY: NULL, or a live handle of this library.
    unsafe { error.as_ref() }.map_or(Str::NONE, |error| error.message.lend())
}

/// The byte of the text given at which it stops being UTF-8, of an `ASSIZE_UTF8`; `SIZE_MAX` of any other error.
///
/// Of NULL it is `SIZE_MAX`. It cannot fail. Since 0.1.
///
/// # Safety
/// `error` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_error_offset(error: *const ErrorHandle) -> usize {
    // SAFETY: NULL, or a live handle of this library.
    unsafe { error.as_ref() }.and_then(|error| error.offset).unwrap_or(usize::MAX)
}

/// Everything that is wrong with the rules, of an `ASSIZE_RULES`.
///
/// The list is lent until `error` is freed, and must not be freed itself; NULL where there is none, and of NULL. It
/// cannot fail. Since 0.1.
///
/// # Safety
/// `error` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_error_diagnostics(error: *const ErrorHandle) -> *const DiagnosticList {
    // SAFETY: NULL, or a live handle of this library.
    let list = unsafe { error.as_ref() }.and_then(|error| error.diagnostics.as_ref());
    list.map_or(std::ptr::null(), std::ptr::from_ref)
}

/// Frees an error, and the diagnostics it has.
///
/// NULL is taken and nothing is done. It cannot fail. Since 0.1.
///
/// # Safety
/// `error` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_error_free(error: *mut ErrorHandle) {
    // SAFETY: NULL, or a live handle of this library.
    unsafe { crate::handle::free(error) };
}
