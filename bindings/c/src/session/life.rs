//! Sessions made and freed; records begun, and their children.

#![expect(unsafe_code, reason = "handles cross the boundary as pointers")]

use super::state::State;
use super::{SessionHandle, SessionOptions, with};
use crate::civil::CivilDate;
use crate::error::ErrorHandle;
use crate::exclusive::Exclusive;
use crate::guard::guard;
use crate::handle::{free, get, give, needed};
use crate::rules::RulesHandle;
use crate::sized;
use crate::status::Status;

/// A session for a rule set, which it keeps.
///
/// `*out` is the caller's, to be freed with `assize_session_free`. Errors: `ASSIZE_RANGE` when `as_of` is not a date;
/// `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_new(
    rules: *const RulesHandle,
    options: *const SessionOptions,
    out: *mut *mut SessionHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let (rules, options) = unsafe { (get("rules", rules)?, sized::read("options", options)?) };
        let state = State::new(rules, options.as_of.date()?);
        // SAFETY: not NULL and aligned.
        unsafe { give(out, SessionHandle(Exclusive::new(state))) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// Frees a session. It must not be in use.
///
/// NULL is taken and nothing is done. It cannot fail. Since 0.1.
///
/// # Safety
/// `session` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_free(session: *mut SessionHandle) {
    // SAFETY: NULL, or a live handle of this library.
    unsafe { free(session) };
}

/// Another handle on the rule set that a session keeps.
///
/// `*out` is the caller's, to be freed with `assize_rules_free`. Errors: `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_rules(
    session: *mut SessionHandle,
    out: *mut *mut RulesHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = |state: &mut State| {
        needed("out", out)?;
        // SAFETY: not NULL and aligned.
        unsafe { give(out, state.rules.clone()) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { with(session, error, body) }
}

/// Takes another evaluation date. The record that was begun is forgotten.
///
/// Errors: `ASSIZE_RANGE` when `as_of` is not a date; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_as_of(
    session: *mut SessionHandle,
    as_of: CivilDate,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = |state: &mut State| {
        state.bind(as_of.date()?);
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { with(session, error, body) }
}

/// Begins a record: every field is missing, `unknown`, there are no children, and rows of earlier records end.
///
/// Errors: `ASSIZE_NOT_FOUND` when there is no such record; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_begin(
    session: *mut SessionHandle,
    record: u32,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { with(session, error, |state| state.begin(record)) }
}

/// Adds a child to a row by one of its `many` fields. The record itself is the row `ASSIZE_ROOT`.
///
/// `*row` is written: the child's number, good until the next record begins. Errors: `ASSIZE_NOT_FOUND` when the row has
/// no such field; `ASSIZE_TYPE` when the field does not hold children; `ASSIZE_ORDER` when no record was begun or `parent`
/// is of an earlier one; `ASSIZE_RANGE` when there are more children than can be numbered; `ASSIZE_BUSY`;
/// `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_child(
    session: *mut SessionHandle,
    parent: u32,
    field: u32,
    row: *mut u32,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = |state: &mut State| {
        needed("row", row)?;
        let child = state.child(parent, field)?;
        // SAFETY: not NULL and aligned.
        unsafe { row.write(child) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { with(session, error, body) }
}
