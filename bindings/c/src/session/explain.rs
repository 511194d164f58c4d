//! Explanations of the record of a session.

#![expect(unsafe_code, reason = "handles and texts cross the boundary as pointers")]

use super::state::State;
use super::{SessionHandle, with};
use crate::error::ErrorHandle;
use crate::failure::Failure;
use crate::handle::needed;
use crate::status::Status;
use crate::text::{Text, pretty, text};
use assize::Explained;
use assize::eval::row::explain::explain;
use assize::model::ids::CategoryId;
use std::ffi::c_char;
use std::sync::Arc;

/// Gives the explanation of a category in some form.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
unsafe fn told(
    session: *mut SessionHandle,
    category: u32,
    (key, length): (*const c_char, usize),
    out: *mut *mut Text,
    error: *mut *mut ErrorHandle,
    form: impl FnOnce(&Explained) -> String,
) -> Status {
    let body = |state: &mut State| {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let key = unsafe { text("key", key, length) }?;
        let category = state.category(CategoryId(category))?;
        let key = if key.is_empty() { state.own_key()?.unwrap_or("1").to_owned() } else { key.to_owned() };
        let explanation = explain(&mut state.session, category).map_err(Failure::from)?;
        let program = Arc::clone(state.rules.rules.program());
        let told = Explained { program, as_of: state.as_of, key, explanation };
        let form = form(&told);
        // SAFETY: not NULL and aligned.
        unsafe { out.write(Text::give(form)) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { with(session, error, body) }
}

/// Explains the outcome of a category of the record that was begun, for people: which criterion decided, what was read,
/// what is missing and what it could change.
///
/// `key` is what stands for the record in the text; where it is empty, its own key does. `*out` is the caller's, to be freed with `assize_text_free`. Errors:
/// as `assize_session_evaluate`; `ASSIZE_UTF8`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_explain_text(
    session: *mut SessionHandle,
    category: u32,
    key: *const c_char,
    key_length: usize,
    out: *mut *mut Text,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { told(session, category, (key, key_length), out, error, assize_report::explanation::to_text) }
}

/// Explains the outcome of a category of the record that was begun, as JSON.
///
/// `key` is what stands for the record in the object; where it is empty, its own key does. `*out` is the caller's, to be freed with `assize_text_free`.
/// Errors: as `assize_session_evaluate`; `ASSIZE_UTF8`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_explain_json(
    session: *mut SessionHandle,
    category: u32,
    key: *const c_char,
    key_length: usize,
    out: *mut *mut Text,
    error: *mut *mut ErrorHandle,
) -> Status {
    let form = |told: &Explained| pretty(&assize_report::explanation::to_json(told));
    // SAFETY: as promised by the caller.
    unsafe { told(session, category, (key, key_length), out, error, form) }
}
