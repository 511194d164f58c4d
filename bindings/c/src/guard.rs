//! The one way out of the library: what a call came to as a status, and a panic as one too.

#![expect(unsafe_code, reason = "the error goes out through the caller's pointer")]

use crate::error::ErrorHandle;
use crate::failure::Failure;
use crate::status::Status;
use std::any::Any;
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
            let_go(payload);
            let words = "a fault of the library stopped the call";
            // SAFETY: as promised by the caller.
            unsafe { report(error, Failure::new(Status::Internal, words)) }
        }
    }
}

/// Frees what a panic was thrown with. Freeing it can panic again, with something that has to be freed in its turn.
#[cold]
#[inline(never)]
pub fn let_go(payload: Box<dyn Any + Send>) {
    const TIMES: usize = 8;
    let mut left = payload;
    for _ in 0..TIMES {
        match catch_unwind(AssertUnwindSafe(|| drop(left))) {
            Ok(()) => return,
            Err(payload) => left = payload,
        }
    }
    // One that goes on like this is kept for good.
    std::mem::forget(left);
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
            Err(payload) => let_go(payload),
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
            let_go(payload);
            otherwise
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{assize_error_free, assize_error_message, assize_error_status};
    use crate::exclusive::Exclusive;

    #[test]
    fn a_panic_becomes_a_status_with_words() {
        let mut error = std::ptr::null_mut();
        // SAFETY: pointers to what they say.
        unsafe {
            assert_eq!(guard(&mut error, || panic!("meant to")), Status::Internal);
            assert_eq!(assize_error_status(error), Status::Internal);
            assert!(assize_error_message(error).length > 0);
            assize_error_free(error);
            assert_eq!(guard(std::ptr::null_mut(), || panic!("meant to")), Status::Internal);
        }
        assert_eq!(quiet(7, || panic!("meant to")), 7);
    }

    #[test]
    fn a_payload_that_panics_when_it_is_dropped_does_not_get_out() {
        struct Nasty;
        impl Drop for Nasty {
            fn drop(&mut self) {
                panic!("meant to");
            }
        }
        // SAFETY: no error is asked for.
        let status = unsafe { guard(std::ptr::null_mut(), || std::panic::panic_any(Nasty)) };
        assert_eq!(status, Status::Internal);
    }

    #[test]
    fn what_a_panic_happened_in_refuses_further_work() {
        let state = Exclusive::new(1);
        let enter = |panics: bool| {
            let body = || {
                state.enter(|value| {
                    *value += 1;
                    assert!(!panics, "meant to");
                    Ok(())
                })
            };
            // SAFETY: no error is asked for.
            unsafe { guard(std::ptr::null_mut(), body) }
        };
        assert_eq!(enter(false), Status::Ok);
        assert_eq!(enter(true), Status::Internal);
        assert_eq!(enter(false), Status::Internal);
        // From within itself it is busy, and afterwards free again.
        let state = Exclusive::new(());
        let inner = state.enter(|()| Ok(state.enter(|()| Ok(())).map_err(|failure| failure.status())));
        assert_eq!(inner.unwrap(), Err(Status::Busy));
        assert!(state.enter(|()| Ok(())).is_ok());
    }
}
