//! Handles: what they point to, taken and given back.

#![expect(unsafe_code, reason = "handles cross the boundary as pointers")]

use crate::failure::Failure;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a handle points to.
///
/// # Safety
/// The handle is NULL or came from this library and was not freed.
///
/// # Errors
/// `ASSIZE_ARGUMENT` for NULL.
#[inline]
pub unsafe fn get<'a, T>(name: &'static str, handle: *const T) -> Result<&'a T, Failure> {
    // SAFETY: as promised by the caller.
    unsafe { handle.as_ref() }.ok_or_else(|| Failure::null(name))
}

/// Gives an object to the caller as a handle.
///
/// # Safety
/// `out` points to where a handle may be written: [`needed`] was asked first.
pub unsafe fn give<T>(out: *mut *mut T, object: T) {
    // SAFETY: as promised by the caller.
    unsafe { out.write(Box::into_raw(Box::new(object))) };
}

/// That there is a place for an output. It is asked before anything is done, so that a failure leaves no trace.
///
/// # Errors
/// `ASSIZE_ARGUMENT` for NULL, and for a pointer that is not aligned.
#[inline]
pub fn needed<T>(name: &'static str, out: *mut T) -> Result<(), Failure> {
    if out.is_null() {
        return Err(Failure::null(name));
    }
    if out.is_aligned() { Ok(()) } else { Err(Failure::argument(name, "is not aligned")) }
}

/// Frees what a handle points to.
///
/// # Safety
/// The handle is NULL or came from this library and was not freed.
pub unsafe fn free<T>(handle: *mut T) {
    if !handle.is_null() {
        // SAFETY: handles that are not NULL are boxes of this library.
        let object = unsafe { Box::from_raw(handle) };
        // What is dropped is plain memory; were it to panic, nothing could be done and nobody be told.
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(object))) {
            crate::guard::let_go(payload);
        }
    }
}
