//! Results of an evaluation: as JSON, and as Arrow streams.

#![expect(unsafe_code, reason = "handles and Arrow structs cross the boundary as pointers")]

use crate::error::ErrorHandle;
use crate::failure::Failure;
use crate::guard::{guard, quiet};
use crate::handle::{free, get, needed};
use crate::status::Status;
use crate::text::Text;
use assize::Results;
use assize::io::interface::ArrowArrayStream;
use assize::model::ids::{CategoryId, MeasureId, RecordId};
use assize::tables::{self, Which};
use std::sync::Arc;

/// The results of an evaluation.
///
/// They never change: any number of threads may read them at the same time. A stream made from them is for one thread at
/// a time, and keeps them as long as it needs them.
#[derive(Debug)]
pub struct ResultsHandle(Arc<Results>);

impl ResultsHandle {
    /// A handle for results.
    pub fn new(results: Results) -> Self {
        Self(Arc::new(results))
    }

    /// The results.
    pub fn results(&self) -> &Results {
        &self.0
    }
}

/// Writes results as the command writes them.
///
/// # Errors
/// `ASSIZE_INTERNAL`, which nothing leads to.
pub(crate) fn written(results: &Results, exact: bool) -> Result<String, Failure> {
    let mut json = Vec::new();
    let written = assize_report::json::write(results, exact, &mut json).map_err(|error| error.to_string());
    let json = written.and_then(|()| String::from_utf8(json).map_err(|error| error.to_string()));
    json.map_err(|error| Failure::new(Status::Internal, error))
}

/// Frees results. Streams made from them stay as they are.
///
/// NULL is taken and nothing is done. It cannot fail. Since 0.1.
///
/// # Safety
/// `results` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_results_free(results: *mut ResultsHandle) {
    // SAFETY: NULL, or a live handle of this library.
    unsafe { free(results) };
}

/// Everything as JSON: the object that the command `assize run --format json` writes. With `exact` not 0, measures also
/// have their value unrounded.
///
/// `*out` is the caller's, to be freed with `assize_text_free`. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_results_json(
    results: *const ResultsHandle,
    exact: i32,
    out: *mut *mut Text,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let results = unsafe { get("results", results) }?;
        let json = written(&results.0, exact != 0)?;
        // SAFETY: not NULL and aligned.
        unsafe { out.write(Text::give(json)) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// Whether any row of the data has a fault; no of NULL.
///
/// It cannot fail. Since 0.1.
///
/// # Safety
/// `results` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_results_has_record_errors(results: *const ResultsHandle) -> bool {
    // SAFETY: NULL, or a live handle of this library.
    unsafe { results.as_ref() }.is_some_and(|results| quiet(false, || results.0.has_record_errors()))
}

/// How many rows of a record were read, and how many faults they have.
///
/// `*rows` and `*faults` are written; both are 0 of a record that was given no rows. Errors: `ASSIZE_NOT_FOUND` when there is
/// no such record; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_results_read(
    results: *const ResultsHandle,
    record: u32,
    rows: *mut u64,
    faults: *mut u64,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("rows", rows)?;
        needed("faults", faults)?;
        // SAFETY: as promised by the caller.
        let results = unsafe { get("results", results) }?;
        let record = RecordId(record);
        let declared = results.0.program.record(record);
        declared.ok_or_else(|| Failure::new(Status::NotFound, "there is no such record"))?;
        let read = results.0.records.iter().find(|read| read.record == record);
        // SAFETY: neither is NULL, and both are aligned.
        unsafe {
            rows.write(read.map_or(0, |read| read.read));
            faults.write(read.map_or(0, |read| read.faults));
        }
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// Gives a table as a stream.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
unsafe fn stream(
    results: *const ResultsHandle,
    which: Which,
    out: *mut ArrowArrayStream,
    error: *mut *mut ErrorHandle,
    missing: &'static str,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let results = unsafe { get("results", results) }?;
        // SAFETY: not NULL and aligned; what it holds is not looked at.
        let there = unsafe { tables::export(&results.0, which, out) };
        if there { Ok(()) } else { Err(Failure::new(Status::NotFound, missing)) }
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// The outcomes of a category as an Arrow stream: `key`, `value`, `state`, and with reasons `because`, `possible` and
/// `missing`, then `error`. Batches are made when they are asked for.
///
/// `*out` is the caller's, to be released by its own `release`; what stood there before is not released. Errors:
/// `ASSIZE_NOT_FOUND` when the results do not have the category; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_results_category_stream(
    results: *const ResultsHandle,
    category: u32,
    out: *mut ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> Status {
    let which = Which::Category(CategoryId(category));
    // SAFETY: as promised by the caller.
    unsafe { stream(results, which, out, error, "the results do not have this category") }
}

/// The rows of a measure as an Arrow stream.
///
/// `*out` is the caller's, to be released by its own `release`; what stood there before is not released. Errors:
/// `ASSIZE_NOT_FOUND` when the results do not have the measure; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_results_measure_stream(
    results: *const ResultsHandle,
    measure: u32,
    out: *mut ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> Status {
    let which = Which::Measure(MeasureId(measure));
    // SAFETY: as promised by the caller.
    unsafe { stream(results, which, out, error, "the results do not have this measure") }
}

/// The points of a measure's charts as an Arrow stream: the breakdowns, the period, `chart`, `phase`, `value`, `centre`, the
/// ends of each level's limits, `left_out`, `flags` and `because`.
///
/// `*out` is the caller's, to be released by its own `release`; what stood there before is not released. Errors:
/// `ASSIZE_NOT_FOUND` when the results do not have the measure, or it asks for no chart; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_results_charts_stream(
    results: *const ResultsHandle,
    measure: u32,
    out: *mut ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> Status {
    let which = Which::Charts(MeasureId(measure));
    // SAFETY: as promised by the caller.
    unsafe { stream(results, which, out, error, "the results do not have charts of this measure") }
}

/// The groups of an audit as an Arrow stream, all groups together last: the breakdowns, `all`, the period, `state`, the
/// counts, the shares in percent with `NAME_lower` and `NAME_upper`, `auc`, and what was expected where the audit says so.
///
/// `*out` is the caller's, to be released by its own `release`; what stood there before is not released. Errors:
/// `ASSIZE_NOT_FOUND` when the results do not have the measure, or it is no audit; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_results_audit_stream(
    results: *const ResultsHandle,
    measure: u32,
    out: *mut ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> Status {
    let which = Which::Audit(MeasureId(measure));
    // SAFETY: as promised by the caller.
    unsafe { stream(results, which, out, error, "the results do not have this measure as an audit") }
}

/// What was found for each indicator as an Arrow stream: `indicator`, `title`, `evidence`, the facets, `source`,
/// `collected`, `owner`, `method`, `state`, `value`, `lower`, `upper`, `answers`, `level`, `possible`, the score out of 100
/// `at_least` and `at_most`, `target`, `because`. No rows where the rules have no indicator.
///
/// `*out` is the caller's, to be released by its own `release`; what stood there before is not released. Errors:
/// `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_results_indicators_stream(
    results: *const ResultsHandle,
    out: *mut ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { stream(results, Which::Indicators, out, error, "the results have no indicators") }
}

/// What evaluations come to as an Arrow stream: `evaluation`, `objective` (none for the whole, which stands before its
/// objectives), `title`, `weight`, `level`, `at_least`, `at_most`, `because`, `known`, `indicators`.
///
/// `*out` is the caller's, to be released by its own `release`; what stood there before is not released. Errors:
/// `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_results_evaluations_stream(
    results: *const ResultsHandle,
    out: *mut ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { stream(results, Which::Evaluations, out, error, "the results have no evaluations") }
}

/// The evaluation matrix as an Arrow stream: `evaluation`, `objective`, `question`, `criterion`, `indicator`, `source`,
/// `method`, `frequency`, `responsible`, `collected`.
///
/// `*out` is the caller's, to be released by its own `release`; what stood there before is not released. Errors:
/// `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_results_matrix_stream(
    results: *const ResultsHandle,
    out: *mut ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { stream(results, Which::Matrix, out, error, "the results have no evaluations") }
}

/// The faults of the data's rows as an Arrow stream: `record`, `row`, `key`, `field`, `code`, `message`.
///
/// `*out` is the caller's, to be released by its own `release`; what stood there before is not released. Errors:
/// `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_results_errors_stream(
    results: *const ResultsHandle,
    out: *mut ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { stream(results, Which::Errors, out, error, "the results do not have this table") }
}

/// The records of the measure that `assize_evaluation_members` asked for as an Arrow stream: `key`, `stage`, the breakdowns,
/// each with its `NAME__missing`, and `period`.
///
/// `*out` is the caller's, to be released by its own `release`; what stood there before is not released. Errors:
/// `ASSIZE_NOT_FOUND` when no members were asked for; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_results_members_stream(
    results: *const ResultsHandle,
    out: *mut ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { stream(results, Which::Members, out, error, "the members of no measure were asked for") }
}
