//! Outcomes: evaluated, and read.

#![expect(unsafe_code, reason = "handles cross the boundary as pointers")]

use super::state::State;
use super::{SessionHandle, with};
use crate::error::ErrorHandle;
use crate::failure::Failure;
use crate::handle::needed;
use crate::sized::{self, Report};
use crate::status::{self, Status};
use crate::text::{Str, text};
use assize::model::ids::CategoryId;
use std::ffi::c_char;

/// No id: nothing of that kind.
/// cbindgen:ignore
pub const NONE: u32 = u32::MAX;
/// The value of a category that settled on no code.
/// cbindgen:ignore
pub const NO_CODE: u32 = 0xFFFF;

/// What a category came to.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct OutcomeInfo {
    /// Set by the caller: `sizeof(assize_outcome)`.
    pub struct_size: usize,
    /// How certain it is.
    pub state: status::State,
    /// The code, in the list of the category: `ASSIZE_NO_CODE` when no code applies, `ASSIZE_NONE` when there is no value.
    /// Of a category with `hit all`, the first of its codes.
    pub value: u32,
    /// The first of its reasons: a criterion of the category, or `ASSIZE_NONE`.
    pub reason: u32,
}

// SAFETY: `repr(C)`, its size first.
unsafe impl Report for OutcomeInfo {
    const FIRST: usize = size_of::<Self>();
}

/// Evaluates a category of the record that was begun.
///
/// `*out` is written, and getters are about this outcome until the record changes or another category is evaluated.
/// Errors: `ASSIZE_NOT_FOUND` when there is no such category; `ASSIZE_ORDER` when no record was begun; `ASSIZE_TYPE` when
/// the category is of another record; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_evaluate(
    session: *mut SessionHandle,
    category: u32,
    out: *mut OutcomeInfo,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = |state: &mut State| {
        // SAFETY: as promised by the caller.
        let size = unsafe { sized::place("out", out) }?;
        let found = state.evaluate(CategoryId(category))?;
        // SAFETY: `place` gave the size.
        unsafe { sized::write(out, size, found) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { with(session, error, body) }
}

/// Gives an array that is lent.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
unsafe fn lend<T>(
    session: *mut SessionHandle,
    (items, count): (*mut *const T, *mut usize),
    error: *mut *mut ErrorHandle,
    find: impl FnOnce(&mut State) -> Result<&[T], Failure>,
) -> Status {
    let body = |state: &mut State| {
        needed("items", items)?;
        needed("count", count)?;
        let found = find(state)?;
        // SAFETY: neither is NULL, and both are aligned.
        unsafe {
            items.write(found.as_ptr());
            count.write(found.len());
        }
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { with(session, error, body) }
}

/// The name of the value of the last outcome: of its code, or `none`; no text where there is no value. Of a category with
/// `hit all`, of the first of its codes.
///
/// `*out` is written, and lent until the session is freed. Errors: `ASSIZE_ORDER` when nothing was evaluated since the
/// record changed; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_value_name(
    session: *mut SessionHandle,
    out: *mut Str,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = |state: &mut State| {
        needed("out", out)?;
        let found = state.value_name()?;
        // SAFETY: not NULL and aligned.
        unsafe { out.write(found) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { with(session, error, body) }
}

/// The names of the codes of the last outcome: one where there is a value, any number under `hit all`, none where there
/// is no value.
///
/// `*items` and `*count` are written; the array is lent until the session is next used other than by getters. Errors:
/// `ASSIZE_ORDER` when nothing was evaluated since the record changed; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_values(
    session: *mut SessionHandle,
    items: *mut *const Str,
    count: *mut usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { lend(session, (items, count), error, |state| Ok(&state.lists()?.values)) }
}

/// The names of the true criteria behind the value of the last outcome, in the order of the rules.
///
/// `*items` and `*count` are written; the array is lent until the session is next used other than by getters. Errors:
/// `ASSIZE_ORDER` when nothing was evaluated since the record changed; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_because(
    session: *mut SessionHandle,
    items: *mut *const Str,
    count: *mut usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { lend(session, (items, count), error, |state| Ok(&state.lists()?.because)) }
}

/// The ids of the true criteria behind the value of the last outcome, in the order of the rules.
///
/// `*items` and `*count` are written; the array is lent until the session is next used other than by getters. Errors:
/// `ASSIZE_ORDER` when nothing was evaluated since the record changed; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_because_ids(
    session: *mut SessionHandle,
    items: *mut *const u32,
    count: *mut usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { lend(session, (items, count), error, |state| Ok(&state.lists()?.because_ids)) }
}

/// The names of the codes that the last outcome could still be, in declared order, `none` last; of a decided one, its
/// value.
///
/// `*items` and `*count` are written; the array is lent until the session is next used other than by getters. Errors:
/// `ASSIZE_ORDER` when nothing was evaluated since the record changed; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_possible(
    session: *mut SessionHandle,
    items: *mut *const Str,
    count: *mut usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { lend(session, (items, count), error, |state| Ok(&state.lists()?.possible)) }
}

/// The ids of the codes that the last outcome could still be, in declared order, `ASSIZE_NO_CODE` last.
///
/// `*items` and `*count` are written; the array is lent until the session is next used other than by getters. Errors:
/// `ASSIZE_ORDER` when nothing was evaluated since the record changed; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_possible_ids(
    session: *mut SessionHandle,
    items: *mut *const u32,
    count: *mut usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { lend(session, (items, count), error, |state| Ok(&state.lists()?.possible_ids)) }
}

/// The names of the missing fields that could change the last outcome, such as `felon` or `charges.weapon`, in the order
/// in which the rules read them.
///
/// `*items` and `*count` are written; the array is lent until the session is next used other than by getters. Errors:
/// `ASSIZE_ORDER` when nothing was evaluated since the record changed; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_missing(
    session: *mut SessionHandle,
    items: *mut *const Str,
    count: *mut usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { lend(session, (items, count), error, State::missing) }
}

/// What went wrong, of a last outcome whose state is `ASSIZE_ERROR`; no text of any other.
///
/// `*out` is written, and lent until the session is next used other than by getters. Errors: `ASSIZE_ORDER` when nothing
/// was evaluated since the record changed; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_outcome_error(
    session: *mut SessionHandle,
    out: *mut Str,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = |state: &mut State| {
        needed("out", out)?;
        let found = state.outcome_error()?;
        // SAFETY: not NULL and aligned.
        unsafe { out.write(found) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { with(session, error, body) }
}

/// Evaluates a category, and gives its outcome as JSON: the object that a whole result has for the record.
///
/// `key` is what stands for the record in the object; where it is empty, its own key does, or `1` of a record without. It
/// is without blanks. `*out` is written, and lent until the session is next used other than by getters. Errors: as `assize_session_evaluate`; `ASSIZE_UTF8`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_outcome_json(
    session: *mut SessionHandle,
    category: u32,
    key: *const c_char,
    key_length: usize,
    out: *mut Str,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = |state: &mut State| {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let key = unsafe { text("key", key, key_length) }?;
        let found = state.outcome_json(CategoryId(category), key)?;
        // SAFETY: not NULL and aligned.
        unsafe { out.write(found) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { with(session, error, body) }
}
