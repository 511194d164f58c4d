//! Sessions: one record after another, filled in field by field and evaluated.

#![expect(unsafe_code, reason = "handles cross the boundary as pointers")]

// In the order in which the header has their functions.
mod life;

mod set;

mod outcome;

mod faults;

mod explain;

mod last;
mod loose;
mod state;

pub use explain::*;
pub use faults::*;
pub use life::*;
pub use outcome::*;
pub use set::*;

use crate::civil::CivilDate;
use crate::error::ErrorHandle;
use crate::exclusive::Exclusive;
use crate::failure::Failure;
use crate::guard::guard;
use crate::handle::get;
use crate::sized::Options;
use crate::status::Status;
use state::State;

/// Evaluates one record after another. It is made once and used again: after the first records nothing is allocated.
///
/// One thread at a time may use it; another that is seen inside gets `ASSIZE_BUSY`. It may move between threads that
/// hand it over properly. Any number of sessions may share a rule set.
#[derive(Debug)]
pub struct SessionHandle(Exclusive<State>);

/// What a session needs to know.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct SessionOptions {
    /// `sizeof(assize_session_options)`.
    pub struct_size: usize,
    /// The evaluation date. It has no default.
    pub as_of: CivilDate,
}

// SAFETY: `repr(C)`, its size first, and numbers only.
unsafe impl Options for SessionOptions {
    const SHORTEST: usize = std::mem::offset_of!(Self, as_of) + size_of::<CivilDate>();
}

/// Does something with a session.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[inline]
unsafe fn with(
    session: *mut SessionHandle,
    error: *mut *mut ErrorHandle,
    body: impl FnOnce(&mut State) -> Result<(), Failure>,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { guard(error, || get("session", session.cast_const())?.0.enter(body)) }
}
