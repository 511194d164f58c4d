//! What could not be read of a record that was filled from cells or JSON.

#![expect(unsafe_code, reason = "handles cross the boundary as pointers")]

use super::state::State;
use super::{SessionHandle, with};
use crate::error::ErrorHandle;
use crate::failure::Failure;
use crate::guard::quiet;
use crate::session::outcome::NONE;
use crate::sized::{self, Report};
use crate::status::Status;
use crate::text::{Str, Terminated};
use assize::model::ids::{FieldId, RecordId};

/// A value that could not be read.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct FaultInfo {
    /// Set by the caller: `sizeof(assize_fault)`.
    pub struct_size: usize,
    /// The record it is of.
    pub record: u32,
    /// The field it is of, or `ASSIZE_NONE`.
    pub field: u32,
    /// Its stable code, such as `D0102`.
    pub code: Str,
    /// What is wrong, in one line.
    pub message: Str,
}

// SAFETY: `repr(C)`, its size first.
unsafe impl Report for FaultInfo {
    const FIRST: usize = size_of::<Self>();
}

/// The faults of a record.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

#[derive(Debug)]
struct Fault {
    record: RecordId,
    field: Option<FieldId>,
    code: Terminated,
    message: Terminated,
}

impl Faults {
    /// Forgets them.
    #[inline]
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Takes one in.
    pub fn push(&mut self, record: RecordId, field: Option<FieldId>, code: &str, message: &str) {
        self.0.push(Fault { record, field, code: Terminated::new(code), message: Terminated::new(message) });
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// How many values of the record that was begun could not be read by `assize_session_set_cell` and
/// `assize_session_set_json`.
///
/// Of NULL, and of a session that is in use, there are none. It cannot fail. Since 0.1.
///
/// # Safety
/// `session` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_fault_count(session: *const SessionHandle) -> usize {
    // SAFETY: NULL, or a live handle of this library.
    let Some(session) = (unsafe { session.as_ref() }) else { return 0 };
    quiet(0, || session.0.enter(|state| Ok(state.faults.len())).unwrap_or(0))
}

/// A value that could not be read, by its number from 0.
///
/// `*out` is written; its texts are lent until the next record begins. Errors: `ASSIZE_NOT_FOUND` past the end;
/// `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_fault(
    session: *const SessionHandle,
    index: usize,
    out: *mut FaultInfo,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = |state: &mut State| {
        // SAFETY: as promised by the caller.
        let size = unsafe { sized::place("out", out) }?;
        let found = state.faults.0.get(index);
        let fault = found.ok_or_else(|| Failure::new(Status::NotFound, "there are not so many faults"))?;
        let found = FaultInfo {
            struct_size: size,
            record: fault.record.0,
            field: fault.field.map_or(NONE, |field| field.0),
            code: fault.code.lend(),
            message: fault.message.lend(),
        };
        // SAFETY: `place` gave the size.
        unsafe { sized::write(out, size, found) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { with(session, error, body) }
}
