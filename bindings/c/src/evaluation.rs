//! Evaluations over tables: files, bytes, Arrow arrays and streams.

#![expect(unsafe_code, reason = "handles, texts and Arrow structs cross the boundary as pointers")]

use crate::civil::CivilDate;
use crate::error::ErrorHandle;
use crate::exclusive::Exclusive;
use crate::failure::Failure;
use crate::guard::guard;
use crate::handle::{free, get, give, needed};
use crate::partial::PartialHandle;
use crate::results::{ResultsHandle, written};
use crate::rules::RulesHandle;
use crate::sized::{self, Options};
use crate::status::Status;
use crate::text::{Text, bytes, pretty, text};
use assize::io::Format;
use assize::io::interface::{ArrowArray, ArrowArrayStream, ArrowSchema, InterfaceError, Rows};
use assize::{Data, Evaluation, Explained, request};
use std::ffi::{c_char, c_void};
use std::ops::ControlFlow;

/// An evaluation of a rule set over tables: set up, then run once.
///
/// One thread at a time may use it; another that is seen inside gets `ASSIZE_BUSY`. It may move between threads that
/// hand it over properly.
#[derive(Debug)]
pub struct EvaluationHandle(Exclusive<Stage>);

/// An evaluation, until it is run.
struct Stage {
    rules: RulesHandle,
    evaluation: Option<Evaluation>,
}

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stage").field("ran", &self.evaluation.is_none()).finish_non_exhaustive()
    }
}

/// What an evaluation needs to know. Zero stands for the default of every member but `as_of`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct EvaluationOptions {
    /// `sizeof(assize_evaluation_options)`.
    pub struct_size: usize,
    /// The evaluation date. It has no default.
    pub as_of: CivilDate,
    /// Whether to leave out reasons, possible codes and missing fields: values and states alone are faster. Not 0 is yes.
    pub no_reasons: i32,
    /// Whether to count what each criterion did. It needs reasons. Not 0 is yes.
    pub coverage: i32,
    /// How many faults of each record's rows are listed, of those that are counted; 0 stands for 1000.
    pub errors_listed: u32,
    /// How many threads work, the calling one among them, at most 256; 0 stands for 1. The results are the same.
    pub threads: u32,
}

// SAFETY: `repr(C)`, its size first, and numbers only.
unsafe impl Options for EvaluationOptions {
    const SHORTEST: usize = std::mem::offset_of!(Self, as_of) + size_of::<CivilDate>();
}

/// Is told how many rows were worked out so far, on the thread that runs the evaluation. What it returns is 0 to go on;
/// anything else stops the evaluation. It must not throw or jump out, nor use the evaluation.
pub type Progress = Option<unsafe extern "C" fn(context: *mut c_void, rows: u64) -> i32>;

impl Stage {
    fn open(&mut self) -> Result<&mut Evaluation, Failure> {
        self.evaluation.as_mut().ok_or_else(ran)
    }

    /// Gives a record its data.
    fn data(&mut self, record: u32, data: Data) -> Result<(), Failure> {
        let rules = self.rules.clone();
        let declared = rules.rules.program().records.get(record as usize);
        let declared = declared.ok_or_else(|| Failure::new(Status::NotFound, "there is no such record"))?;
        let given = self.open()?.data(&declared.heading.name, data);
        given.map(drop).map_err(|error| Failure::new(Status::Order, error.to_string()))
    }

    /// That a record can still be given data: asked before anything is taken over.
    fn can_take(&self) -> Result<(), Failure> {
        if self.evaluation.is_some() { Ok(()) } else { Err(ran()) }
    }
}

#[cold]
fn ran() -> Failure {
    Failure::new(Status::Order, "the evaluation was run before; make another")
}

impl From<InterfaceError> for Failure {
    fn from(error: InterfaceError) -> Self {
        let status = match error {
            InterfaceError::Null(_) | InterfaceError::Released(_) => Status::Argument,
            _ => Status::Data,
        };
        Self::new(status, error.to_string())
    }
}

/// Does something with an evaluation.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
unsafe fn with(
    evaluation: *mut EvaluationHandle,
    error: *mut *mut ErrorHandle,
    body: impl FnOnce(&mut Stage) -> Result<(), Failure>,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { guard(error, || get("evaluation", evaluation.cast_const())?.0.enter(body)) }
}

/// An evaluation of a rule set, which it keeps.
///
/// `*out` is the caller's, to be freed with `assize_evaluation_free`. Errors: `ASSIZE_RANGE` when `as_of` is not a date;
/// `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_evaluation_new(
    rules: *const RulesHandle,
    options: *const EvaluationOptions,
    out: *mut *mut EvaluationHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let (rules, options) = unsafe { (get("rules", rules)?, sized::read("options", options)?) };
        let mut evaluation = Evaluation::new(&rules.rules, options.as_of.date()?);
        evaluation.reasons(options.no_reasons == 0).coverage(options.coverage != 0);
        if options.errors_listed != 0 {
            evaluation.errors_listed(options.errors_listed as usize);
        }
        evaluation.threads(options.threads as usize);
        let stage = Stage { rules: rules.clone(), evaluation: Some(evaluation) };
        // SAFETY: not NULL and aligned.
        unsafe { give(out, EvaluationHandle(Exclusive::new(stage))) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// Frees an evaluation, whether or not it was run, and releases the Arrow structs it has taken over. It must not be in
/// use.
///
/// NULL is taken and nothing is done. It cannot fail. Since 0.1.
///
/// # Safety
/// `evaluation` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_evaluation_free(evaluation: *mut EvaluationHandle) {
    // SAFETY: NULL, or a live handle of this library.
    unsafe { free(evaluation) };
}

/// Sets a parameter for this evaluation, its value read from text as a cell of its type is.
///
/// The texts are read before the call returns. Errors: `ASSIZE_NOT_FOUND` when there is no such parameter; `ASSIZE_RANGE`
/// when it does not take the value; `ASSIZE_UTF8`; `ASSIZE_ORDER` after the run; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since
/// 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_evaluation_set_parameter(
    evaluation: *mut EvaluationHandle,
    name: *const c_char,
    name_length: usize,
    value: *const c_char,
    value_length: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = |stage: &mut Stage| {
        // SAFETY: as promised by the caller.
        let (name, value) = unsafe { (text("name", name, name_length)?, text("value", value, value_length)?) };
        let known = stage.rules.rules.program().param_named(name).is_some();
        stage
            .open()?
            .set(name, value)
            .map(drop)
            .map_err(|error| Failure::new(if known { Status::Range } else { Status::NotFound }, error.to_string()))
    };
    // SAFETY: as promised by the caller.
    unsafe { with(evaluation, error, body) }
}

/// Takes the rows of a record from a file, whose name's ending tells its format: `.csv`, `.tsv`, `.jsonl`, and `.parquet`
/// where the library was built with it. The file is opened by the run.
///
/// The path is read before the call returns. Errors: `ASSIZE_NOT_FOUND` when there is no such record; `ASSIZE_ORDER` when
/// it has its rows already, or after the run; `ASSIZE_UTF8`; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_evaluation_data_path(
    evaluation: *mut EvaluationHandle,
    record: u32,
    path: *const c_char,
    path_length: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = |stage: &mut Stage| {
        // SAFETY: as promised by the caller.
        let path = unsafe { text("path", path, path_length) }?;
        stage.data(record, Data::File(path.into(), None))
    };
    // SAFETY: as promised by the caller.
    unsafe { with(evaluation, error, body) }
}

/// Takes the rows of a record from the content of a file that is in memory. `format` is `csv`, `tsv`, `jsonl` or
/// `parquet`.
///
/// The content is copied. Errors: `ASSIZE_NOT_FOUND` when there is no such record or format; `ASSIZE_ORDER` when the record
/// has its rows already, or after the run; `ASSIZE_UTF8` of `format`; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_evaluation_data_bytes(
    evaluation: *mut EvaluationHandle,
    record: u32,
    format: *const c_char,
    format_length: usize,
    content: *const c_char,
    content_length: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = |stage: &mut Stage| {
        // SAFETY: as promised by the caller.
        let (format, content) =
            unsafe { (text("format", format, format_length)?, bytes("content", content, content_length)?) };
        let known = Format::of_path(std::path::Path::new(&format!("content.{format}")));
        let known = known.ok_or_else(|| {
            Failure::new(Status::NotFound, format!("there is no format `{format}`: csv, tsv, jsonl or parquet"))
        })?;
        stage.can_take()?;
        stage.data(record, Data::Stream(Box::new(std::io::Cursor::new(content.to_vec())), known))
    };
    // SAFETY: as promised by the caller.
    unsafe { with(evaluation, error, body) }
}

/// Takes the rows of a record from an Arrow stream of struct arrays. It is read by the run, a batch at a time, and nothing
/// is copied.
///
/// The stream is taken over: the caller's struct is marked as released, also on failure, save `ASSIZE_BUSY` and where
/// `evaluation` is NULL. Errors: `ASSIZE_ARGUMENT`, also when the stream was released before; `ASSIZE_DATA` when its schema is
/// not one of columns; `ASSIZE_NOT_FOUND` when there is no such record; `ASSIZE_ORDER` when the record has its rows already,
/// or after the run; `ASSIZE_BUSY`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say; the stream keeps to the C Stream Interface.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_evaluation_data_stream(
    evaluation: *mut EvaluationHandle,
    record: u32,
    stream: *mut ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = |stage: &mut Stage| {
        // SAFETY: as promised by the caller.
        let rows = unsafe { Rows::from_stream(stream) }?;
        stage.data(record, Data::Rows(rows))
    };
    // SAFETY: as promised by the caller.
    unsafe { with(evaluation, error, body) }
}

/// Takes the rows of a record from one Arrow struct array, whose children are the columns. Nothing is copied.
///
/// Both structs are taken over: the caller's are marked as released, also on failure, save `ASSIZE_BUSY` and where
/// `evaluation` is NULL. Errors: as `assize_evaluation_data_stream`; `ASSIZE_DATA` also when the array is not as its schema
/// says. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say; schema and array keep to the C Data Interface.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_evaluation_data_array(
    evaluation: *mut EvaluationHandle,
    record: u32,
    schema: *mut ArrowSchema,
    array: *mut ArrowArray,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = |stage: &mut Stage| {
        // SAFETY: as promised by the caller.
        let rows = unsafe { Rows::from_array(schema, array) }?;
        stage.data(record, Data::Rows(rows))
    };
    // SAFETY: as promised by the caller.
    unsafe { with(evaluation, error, body) }
}

/// Restricts the evaluation to this category or measure, and to the others that this was called with.
///
/// The name is read before the call returns. Errors: `ASSIZE_NOT_FOUND` when there is no such category or measure;
/// `ASSIZE_UTF8`; `ASSIZE_ORDER` after the run; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_evaluation_only(
    evaluation: *mut EvaluationHandle,
    name: *const c_char,
    name_length: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = |stage: &mut Stage| {
        // SAFETY: as promised by the caller.
        let name = unsafe { text("name", name, name_length) }?;
        let evaluation = stage.open()?;
        Ok(evaluation.only([name]).map(drop)?)
    };
    // SAFETY: as promised by the caller.
    unsafe { with(evaluation, error, body) }
}

/// Lists the records of a measure in the results, each with the stage it ended in and its breakdown.
///
/// The name is read before the call returns. Errors: `ASSIZE_NOT_FOUND` when there is no such measure; `ASSIZE_UTF8`;
/// `ASSIZE_ORDER` after the run; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_evaluation_members(
    evaluation: *mut EvaluationHandle,
    measure: *const c_char,
    measure_length: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = |stage: &mut Stage| {
        // SAFETY: as promised by the caller.
        let measure = unsafe { text("measure", measure, measure_length) }?;
        Ok(stage.open()?.members(measure).map(drop)?)
    };
    // SAFETY: as promised by the caller.
    unsafe { with(evaluation, error, body) }
}

/// A pointer of the caller's that goes where the evaluation goes.
struct Context(*mut c_void);

// SAFETY: the evaluation is used by one thread at a time, and the pointer is given only to the caller's function, on the
// thread that the caller runs the evaluation on.
unsafe impl Send for Context {}

impl Context {
    fn get(&self) -> *mut c_void {
        self.0
    }
}

/// Has a function told how many rows were worked out so far, a batch at a time; it may stop the run.
///
/// `context` is handed to the function as it is, and must last until the run has ended. Errors: `ASSIZE_ORDER` after the
/// run; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_evaluation_progress(
    evaluation: *mut EvaluationHandle,
    progress: Progress,
    context: *mut c_void,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = |stage: &mut Stage| {
        let progress = progress.ok_or(Failure::null("progress"))?;
        let context = Context(context);
        stage.open()?.on_progress(move |rows| {
            // SAFETY: the caller's function, given what the caller gave with it.
            match unsafe { progress(context.get(), rows) } {
                0 => ControlFlow::Continue(()),
                _ => ControlFlow::Break(()),
            }
        });
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { with(evaluation, error, body) }
}

/// Reads the data and works everything out. An evaluation runs once, also when that fails; the handle stays to be freed.
///
/// `*out` is the caller's, to be freed with `assize_results_free`. Faults of single rows are in the results. Errors:
/// `ASSIZE_DATA` when data that are needed were not given, cannot be read, or lack a column; `ASSIZE_NOT_FOUND` when there is
/// nothing to evaluate; `ASSIZE_STOPPED` when the progress function asked for it; `ASSIZE_ORDER` when it was run before;
/// `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_evaluation_run(
    evaluation: *mut EvaluationHandle,
    out: *mut *mut ResultsHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = |stage: &mut Stage| {
        needed("out", out)?;
        let results = stage.evaluation.take().ok_or_else(ran)?.run()?;
        // SAFETY: not NULL and aligned.
        unsafe { give(out, ResultsHandle::new(results)) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { with(evaluation, error, body) }
}

/// Reads the data, which are a part of the whole, and counts the measures over it: see `assize_partial`. An evaluation runs
/// once, as by `assize_evaluation_run`.
///
/// `*out` is the caller's, to be freed with `assize_partial_free`. Errors: as `assize_evaluation_run`; `ASSIZE_NOT_FOUND` also
/// when there is no measure, or a category or members were asked for. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_evaluation_partial(
    evaluation: *mut EvaluationHandle,
    out: *mut *mut PartialHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = |stage: &mut Stage| {
        needed("out", out)?;
        let partial = stage.evaluation.take().ok_or_else(ran)?.partial()?;
        // SAFETY: not NULL and aligned.
        unsafe { give(out, PartialHandle::new(partial)) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { with(evaluation, error, body) }
}

/// Runs the evaluation for one record only, and explains it.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
unsafe fn told(
    evaluation: *mut EvaluationHandle,
    (key, key_length): (*const c_char, usize),
    (category, category_length): (*const c_char, usize),
    out: *mut *mut Text,
    error: *mut *mut ErrorHandle,
    form: impl FnOnce(&[Explained]) -> String,
) -> Status {
    let body = |stage: &mut Stage| {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let (key, category) = unsafe { (text("key", key, key_length)?, text("category", category, category_length)?) };
        let category = (!category.is_empty()).then_some(category);
        let told = stage.evaluation.take().ok_or_else(ran)?.explain(key, category)?;
        let form = form(&told);
        // SAFETY: not NULL and aligned.
        unsafe { out.write(Text::give(form)) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { with(evaluation, error, body) }
}

/// Runs the evaluation for the record of a key, and explains its outcome for people. With an empty `category`, all of the
/// record's categories are explained.
///
/// `*out` is the caller's, to be freed with `assize_text_free`. Errors: as `assize_evaluation_run`; `ASSIZE_NOT_FOUND` also
/// when there is no such category, or no record of that key; `ASSIZE_UTF8`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_evaluation_explain_text(
    evaluation: *mut EvaluationHandle,
    key: *const c_char,
    key_length: usize,
    category: *const c_char,
    category_length: usize,
    out: *mut *mut Text,
    error: *mut *mut ErrorHandle,
) -> Status {
    let form = |told: &[Explained]| {
        let texts: Vec<String> = told.iter().map(assize_report::explanation::to_text).collect();
        texts.join("\n")
    };
    // SAFETY: as promised by the caller.
    unsafe { told(evaluation, (key, key_length), (category, category_length), out, error, form) }
}

/// Runs the evaluation for the record of a key, and explains its outcome as JSON: an array of one object a category. With
/// an empty `category`, all of the record's categories are explained.
///
/// `*out` is the caller's, to be freed with `assize_text_free`. Errors: as `assize_evaluation_explain_text`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_evaluation_explain_json(
    evaluation: *mut EvaluationHandle,
    key: *const c_char,
    key_length: usize,
    category: *const c_char,
    category_length: usize,
    out: *mut *mut Text,
    error: *mut *mut ErrorHandle,
) -> Status {
    let form = |told: &[Explained]| {
        let told: Vec<_> = told.iter().map(assize_report::explanation::to_json).collect();
        pretty(&serde_json::Value::Array(told))
    };
    // SAFETY: as promised by the caller.
    unsafe { told(evaluation, (key, key_length), (category, category_length), out, error, form) }
}

/// Evaluates in one call: a request in JSON, the results in JSON.
///
/// The request is `{"as_of": "2026-06-01", "parameters": {…}, "only": […], "reasons": true, "coverage": false,
/// "exact": false, "members": "NAME", "records": {"NAME": [{…}, …], …}}`; all but `as_of` and `records` may be left out.
/// The rows of a record are objects, with their children nested or in lists of their own. The results are the object that
/// the command `assize run --format json` writes. `*out` is the caller's, to be freed with `assize_text_free`. Faults of
/// single rows are in the results. Errors: `ASSIZE_ARGUMENT` when the request is not such an object, or asks for what the
/// rules do not have, and the message names the member; `ASSIZE_DATA` when data that are needed are not there; `ASSIZE_UTF8`.
/// Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_evaluate_json(
    rules: *const RulesHandle,
    request: *const c_char,
    request_length: usize,
    out: *mut *mut Text,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let (rules, request) = unsafe { (get("rules", rules)?, text("request", request, request_length)?) };
        let answer = request::evaluate(&rules.rules, request.as_bytes()).map_err(|error| {
            let status = if error.is_usage() { Status::Argument } else { Status::Data };
            Failure::new(status, error.to_string())
        })?;
        let json = written(&answer.results, answer.exact)?;
        // SAFETY: not NULL and aligned.
        unsafe { out.write(Text::give(json)) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}
