//! The one way out of the library: what a call came to as a status, and a panic as one too.

#![expect(unsafe_code, reason = "the error goes out through the caller's pointer")]

use crate::error::ErrorHandle;
use crate::failure::Failure;
use crate::status::Status;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs the body of a call. On failure, and only then, `*error` is written where the caller gave one.
///
/// # Safety
/// `error` is NULL, or points to where a handle may be written.
#[inline]
pub unsafe fn guard(error: *mut *mut ErrorHandle, body: impl FnOnce() -> Result<(), Failure>) -> Status {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => Status::Ok,
        // SAFETY: as promised by the caller.
        Ok(Err(failure)) => unsafe { report(error, failure) },
        Err(payload) => {
            // Its own drop could panic again.
            std::mem::forget(payload);
            let words = "a fault of the library stopped the call";
            // SAFETY: as promised by the caller.
            unsafe { report(error, Failure::new(Status::Internal, words)) }
        }
    }
}

#[cold]
#[inline(never)]
unsafe fn report(error: *mut *mut ErrorHandle, failure: Failure) -> Status {
    let status = failure.status();
    if !error.is_null() && error.is_aligned() {
        let made = catch_unwind(AssertUnwindSafe(|| Box::into_raw(Box::new(failure.into_handle()))));
        match made {
            // SAFETY: not NULL and aligned; the rest is promised by the caller.
            Ok(handle) => unsafe { error.write(handle) },
            Err(payload) => std::mem::forget(payload),
        }
    }
    status
}

/// Runs the body of a call that cannot fail; a panic gives what is said.
#[inline]
pub fn quiet<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(value) => value,
        Err(payload) => {
            std::mem::forget(payload);
            otherwise
        }
    }
}
