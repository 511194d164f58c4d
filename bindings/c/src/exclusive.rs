//! What one thread at a time may be in. The check is cheap and catches what it sees; it is no lock.

#![expect(unsafe_code, reason = "handles are shared references, and what is behind them changes")]

use crate::failure::Failure;
use crate::status::Status;
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicU8, Ordering};

const FREE: u8 = 0;
const TAKEN: u8 = 1;
const BROKEN: u8 = 2;

/// Something that changes, behind a handle that one thread at a time may use.
#[derive(Debug)]
pub struct Exclusive<T> {
    state: AtomicU8,
    value: UnsafeCell<T>,
}

/// Sets the state back on the way out; a panic leaves it broken.
struct Inside<'a>(&'a AtomicU8, u8);

impl Drop for Inside<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.store(self.1, Ordering::Release);
    }
}

impl<T> Exclusive<T> {
    /// Takes it in.
    pub const fn new(value: T) -> Self {
        Self { state: AtomicU8::new(FREE), value: UnsafeCell::new(value) }
    }

    /// Does something with it.
    ///
    /// The load and the store are apart, so that entering costs no locked instruction: two threads that enter in the
    /// same moment are not seen. The contract forbids that; this finds those who break it for long enough.
    ///
    /// # Errors
    /// `ASSIZE_BUSY` when it is being used, by another thread or further up on this one; `ASSIZE_INTERNAL` when a panic
    /// was caught in it before.
    #[inline]
    pub fn enter<R>(&self, body: impl FnOnce(&mut T) -> Result<R, Failure>) -> Result<R, Failure> {
        if self.state.load(Ordering::Acquire) != FREE {
            return Err(self.refuse());
        }
        self.state.store(TAKEN, Ordering::Relaxed);
        let mut inside = Inside(&self.state, BROKEN);
        // SAFETY: whoever is inside has set the state, and the contract is that no other thread is here; on this thread
        // nobody enters twice.
        let result = body(unsafe { &mut *self.value.get() });
        inside.1 = FREE;
        drop(inside);
        result
    }

    #[cold]
    fn refuse(&self) -> Failure {
        if self.state.load(Ordering::Relaxed) == BROKEN {
            Failure::new(Status::Internal, "a fault of the library stopped an earlier call; free the handle")
        } else {
            Failure::new(Status::Busy, "the handle is being used, by another thread or by a call that has not returned")
        }
    }
}
