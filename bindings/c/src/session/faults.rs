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
use assize::io::RowFault;

/// A value that could not be read.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct FaultInfo {
    /// Set by the caller: `sizeof(assize_fault)`.
    pub struct_size: usize,
    /// Its row: of the record itself 1, of children the how-manieth of their record in the input.
    pub row: u64,
    /// The record it is of.
    pub record: u32,
    /// The field it is of, or `ASSIZE_NONE`.
    pub field: u32,
    /// Its stable code, such as `D0102`.
    pub code: Str,
    /// What is wrong, in one line.
    pub message: Str,
    /// The key of its row; no text where there is none, or none that could be read.
    pub key: Str,
}

// SAFETY: `repr(C)`, its size first.
unsafe impl Report for FaultInfo {
    const FIRST: usize = size_of::<Self>();
}

/// The faults of a record.
#[derive(Debug, Default)]
pub struct Faults {
    found: Vec<RowFault>,
    /// The texts that are lent: code, message and key.
    lent: Vec<(Terminated, Terminated, Option<Terminated>)>,
}

impl Faults {
    /// Forgets them.
    #[inline]
    pub fn clear(&mut self) {
        if !self.found.is_empty() {
            self.found.clear();
            self.lent.clear();
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.found.len()
    }

    /// Has some found, and gives the first of those that were.
    pub fn find<T>(&mut self, find: impl FnOnce(&mut Vec<RowFault>) -> T) -> (T, Option<&RowFault>) {
        let from = self.found.len();
        let result = find(&mut self.found);
        self.lent.truncate(self.found.len());
        let new = self.found.get(self.lent.len()..).unwrap_or(&[]);
        self.lent.extend(new.iter().map(|fault| {
            let key = fault.key.as_deref().map(Terminated::new);
            (Terminated::new(fault.code), Terminated::new(fault.message.as_str()), key)
        }));
        (result, self.found.get(from))
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
pub unsafe extern "C" fn assize_session_fault_count(session: *mut SessionHandle) -> usize {
    // SAFETY: NULL, or a live handle of this library.
    let Some(session) = (unsafe { session.as_ref() }) else { return 0 };
    quiet(0, || session.0.enter(|state| Ok(state.faults.count())).unwrap_or(0))
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
    session: *mut SessionHandle,
    index: usize,
    out: *mut FaultInfo,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = |state: &mut State| {
        // SAFETY: as promised by the caller.
        let size = unsafe { sized::place("out", out) }?;
        let found = state.faults.found.get(index).zip(state.faults.lent.get(index));
        let (fault, (code, message, key)) =
            found.ok_or_else(|| Failure::new(Status::NotFound, "there are not so many faults"))?;
        let found = FaultInfo {
            struct_size: size,
            row: fault.row,
            record: fault.record.0,
            field: fault.field.map_or(NONE, |field| field.0),
            code: code.lend(),
            message: message.lend(),
            key: Str::of(key.as_ref()),
        };
        // SAFETY: `place` gave the size.
        unsafe { sized::write(out, size, found) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { with(session, error, body) }
}
