//! What becomes which exception. The classes are Python's own, in `assize._errors`.

use crate::diagnostics;
use assize::{CompileError, Error, LoadError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The classes.
pub mod exception {
    pyo3::import_exception!(assize._errors, CompileError);
    pyo3::import_exception!(assize._errors, DataError);
    pyo3::import_exception!(assize._errors, Error);
    pyo3::import_exception!(assize._errors, EvaluationError);
    pyo3::import_exception!(assize._errors, ReadError);
    pyo3::import_exception!(assize._errors, UsageError);
}

/// Does something, and makes an exception of a panic: a defect of the engine, which must not take the caller's program
/// with it.
pub fn guarded<T>(work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    // What a panic may have left half done is a session, which is begun anew, or results that nobody gets.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<&str>().map(ToString::to_string);
        let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
        let said = said.map_or_else(String::new, |said| format!(": {said}"));
        Err(exception::EvaluationError::new_err(format!("a defect of the engine, please report it{said}")))
    })
}

/// A caller's mistake.
pub fn usage(message: impl Into<String>) -> PyErr {
    exception::UsageError::new_err(message.into())
}

/// Data of a record that cannot be used.
pub fn data(message: impl Into<String>, record: Option<&str>, field: Option<&str>) -> PyErr {
    data_of_rows(message, record, field, Vec::new())
}

/// Data of some rows of a record that cannot be used.
fn data_of_rows(message: impl Into<String>, record: Option<&str>, field: Option<&str>, rows: Vec<u64>) -> PyErr {
    let (message, record, field) = (message.into(), record.map(str::to_owned), field.map(str::to_owned));
    Python::attach(|py| match PyTuple::new(py, rows) {
        Ok(rows) => exception::DataError::new_err((message, record, field, rows.unbind())),
        Err(error) => error,
    })
}

/// Rules that do not check.
pub fn compile(py: Python<'_>, error: &CompileError) -> PyErr {
    match diagnostics::list(py, &error.diagnostics, &error.sources) {
        Ok(list) => exception::CompileError::new_err((list.unbind(),)),
        Err(error) => error,
    }
}

/// Rules that cannot be loaded.
pub fn load(py: Python<'_>, error: &LoadError) -> PyErr {
    match error {
        LoadError::Compile(error) => compile(py, error),
        LoadError::Read { path, error } => {
            let message = format!("cannot read `{}`: {error}", path.display());
            exception::ReadError::new_err((error.raw_os_error(), message, path.display().to_string()))
        }
    }
}

/// An evaluation that could not be done.
pub fn evaluation(error: &Error) -> PyErr {
    let message = error.to_string();
    if error.is_usage() {
        return usage(message);
    }
    if !error.is_data() {
        return exception::EvaluationError::new_err(message);
    }
    data_of_rows(message, error.record(), error.field(), error.row().into_iter().collect())
}
