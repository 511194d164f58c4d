//! Partial results: measures counted over parts of the data, put together, and finished.

#![expect(unsafe_code, reason = "handles and bytes cross the boundary as pointers")]

use crate::error::ErrorHandle;
use crate::failure::Failure;
use crate::guard::guard;
use crate::handle::{free, get, give, needed};
use crate::results::ResultsHandle;
use crate::rules::RulesHandle;
use crate::status::Status;
use crate::text::{bytes, items, text};
use assize::{Partial, PartialError, request};
use std::ffi::c_char;
use std::sync::OnceLock;

/// What was counted of the measures of a run over a part of the data.
///
/// Parts merge into the whole in any order, in any tree and however the data were split, and give the same bytes and the
/// same results. Each row must be in one part, with all of its children. The size is that of the measures' tables; only
/// distinct counts, medians and percentiles have all different values of each row beside it, unless the rules ask for them
/// as `approximate`. They never change: any number of threads may read them at the same time.
#[derive(Debug)]
pub struct PartialHandle {
    partial: Partial,
    /// Made when they are first asked for.
    bytes: OnceLock<Vec<u8>>,
}

impl PartialHandle {
    /// A handle for partial results.
    pub fn new(partial: Partial) -> Self {
        Self { partial, bytes: OnceLock::new() }
    }
}

impl From<PartialError> for Failure {
    fn from(error: PartialError) -> Self {
        let status = match error {
            PartialError::OtherRules { .. } | PartialError::OtherRun { .. } => Status::Argument,
            _ => Status::Data,
        };
        Self::new(status, error.to_string())
    }
}

/// Counts in one call: a request in JSON, as `assize_evaluate_json` takes it, over a part of the data.
///
/// `*out` is the caller's, to be freed with `assize_partial_free`. Errors: as `assize_evaluate_json`; `ASSIZE_ARGUMENT` also
/// when there is no measure, or the request asks for a category or for members. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_partial_json(
    rules: *const RulesHandle,
    request: *const c_char,
    request_length: usize,
    out: *mut *mut PartialHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let (rules, request) = unsafe { (get("rules", rules)?, text("request", request, request_length)?) };
        let partial = request::partial(&rules.rules, request.as_bytes()).map_err(|error| {
            let status = if error.is_usage() { Status::Argument } else { Status::Data };
            Failure::new(status, error.to_string())
        })?;
        // SAFETY: not NULL and aligned.
        unsafe { give(out, PartialHandle::new(partial)) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// Reads the bytes that `assize_partial_bytes` gave, of the same rules. The parameters are those of the run, whatever the
/// rules start from.
///
/// The bytes are copied. `*out` is the caller's, to be freed with `assize_partial_free`. Errors: `ASSIZE_DATA` when the bytes
/// are no partial results, of another version, not complete or damaged; `ASSIZE_ARGUMENT`, also when they are of other rules.
/// Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_partial_read(
    rules: *const RulesHandle,
    data: *const c_char,
    data_length: usize,
    out: *mut *mut PartialHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let (rules, data) = unsafe { (get("rules", rules)?, bytes("data", data, data_length)?) };
        let partial = Partial::from_bytes(&rules.rules, data)?;
        // SAFETY: not NULL and aligned.
        unsafe { give(out, PartialHandle::new(partial)) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// Puts the partial results of `count` parts together.
///
/// The parts stay as they are. `*out` is the caller's, to be freed with `assize_partial_free`. Errors: `ASSIZE_ARGUMENT`, also
/// when there are no parts, one of them is NULL, or they are of different rules, dates, parameters or measures;
/// `ASSIZE_DATA` when a measure would have too many rows. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_partial_merge(
    parts: *const *const PartialHandle,
    count: usize,
    out: *mut *mut PartialHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let parts = unsafe { items("parts", parts, count) }?;
        let (first, rest) = parts.split_first().ok_or(Failure::argument("count", "is 0"))?;
        // SAFETY: as promised by the caller.
        let mut merged = unsafe { get("parts", *first) }?.partial.clone();
        for part in rest {
            // SAFETY: as promised by the caller.
            merged.merge(&unsafe { get("parts", *part) }?.partial)?;
        }
        // SAFETY: not NULL and aligned.
        unsafe { give(out, PartialHandle::new(merged)) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// The bytes: the same for the same content, in whatever order it was counted and merged.
///
/// `*data` is lent until `partial` is freed. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_partial_bytes(
    partial: *const PartialHandle,
    data: *mut *const c_char,
    data_length: *mut usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("data", data)?;
        needed("data_length", data_length)?;
        // SAFETY: as promised by the caller.
        let partial = unsafe { get("partial", partial) }?;
        let bytes = partial.bytes.get_or_init(|| partial.partial.to_bytes());
        // SAFETY: neither is NULL, and both are aligned.
        unsafe {
            data.write(bytes.as_ptr().cast());
            data_length.write(bytes.len());
        }
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// The results of what was counted: the measures, as an evaluation of the same data gives them. They have no categories,
/// and faults of rows are counted and not listed.
///
/// `*out` is the caller's, to be freed with `assize_results_free`. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_partial_finish(
    partial: *const PartialHandle,
    out: *mut *mut ResultsHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let results = unsafe { get("partial", partial) }?.partial.finish();
        // SAFETY: not NULL and aligned.
        unsafe { give(out, ResultsHandle::new(results)) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// Frees partial results. Results made from them stay as they are.
///
/// NULL is taken and nothing is done. It cannot fail. Since 0.1.
///
/// # Safety
/// `partial` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_partial_free(partial: *mut PartialHandle) {
    // SAFETY: NULL, or a live handle of this library.
    unsafe { free(partial) };
}
