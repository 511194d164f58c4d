//! Two rule sets, and their results over the same data, compared.

#![expect(unsafe_code, reason = "handles cross the boundary as pointers")]

use crate::error::ErrorHandle;
use crate::guard::guard;
use crate::handle::{get, needed};
use crate::results::ResultsHandle;
use crate::rules::RulesHandle;
use crate::status::Status;
use crate::text::{Text, pretty};
use assize::{Changes, Comparison};
use assize_report::comparison::{changes_to_json, changes_to_text, to_json, to_text};

/// Gives what differs between two rule sets in some form.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
unsafe fn changes(
    (old, new): (*const RulesHandle, *const RulesHandle),
    out: *mut *mut Text,
    error: *mut *mut ErrorHandle,
    form: impl FnOnce(&Changes) -> String,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let (old, new) = unsafe { (get("old", old)?, get("new", new)?) };
        let changes = Changes::between(old.rules.program(), new.rules.program());
        // SAFETY: not NULL and aligned.
        unsafe { out.write(Text::give(form(&changes))) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// What two rule sets declare differently, for people. With `all` not 0, changes of wording are listed too; otherwise they
/// are counted.
///
/// `*out` is the caller's, to be freed with `assize_text_free`. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_changes_text(
    old: *const RulesHandle,
    new: *const RulesHandle,
    all: i32,
    out: *mut *mut Text,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { changes((old, new), out, error, |changes| changes_to_text(changes, all != 0)) }
}

/// What two rule sets declare differently, as JSON: what the command `assize compare --format json` writes without data.
///
/// `*out` is the caller's, to be freed with `assize_text_free`. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_changes_json(
    old: *const RulesHandle,
    new: *const RulesHandle,
    out: *mut *mut Text,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { changes((old, new), out, error, |changes| pretty(&changes_to_json(changes))) }
}

/// Gives the comparison of results in some form.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
unsafe fn compared(
    (old, new): (*const ResultsHandle, *const ResultsHandle),
    examples: u32,
    out: *mut *mut Text,
    error: *mut *mut ErrorHandle,
    form: impl FnOnce(&Comparison) -> String,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let (old, new) = unsafe { (get("old", old)?, get("new", new)?) };
        let comparison = Comparison::new(old.results(), new.results(), examples as usize)?;
        // SAFETY: not NULL and aligned.
        unsafe { out.write(Text::give(form(&comparison))) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// Who moves where between results by older and by newer rules over the same data, and what the measures do, for people.
/// With `all` not 0, what stayed is shown too. Each move has up to `examples` keys.
///
/// `*out` is the caller's, to be freed with `assize_text_free`. Errors: `ASSIZE_DATA` when the results are not of the same
/// data; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_results_compare_text(
    old: *const ResultsHandle,
    new: *const ResultsHandle,
    examples: u32,
    all: i32,
    out: *mut *mut Text,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { compared((old, new), examples, out, error, |comparison| to_text(comparison, all != 0)) }
}

/// Who moves where between results by older and by newer rules over the same data, and what the measures do, as JSON: what
/// the command `assize compare --format json` writes. Each move has up to `examples` keys.
///
/// `*out` is the caller's, to be freed with `assize_text_free`. Errors: `ASSIZE_DATA` when the results are not of the same
/// data; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_results_compare_json(
    old: *const ResultsHandle,
    new: *const ResultsHandle,
    examples: u32,
    out: *mut *mut Text,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { compared((old, new), examples, out, error, |comparison| pretty(&to_json(comparison))) }
}
