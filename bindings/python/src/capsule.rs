//! The Arrow PyCapsule protocol: columns of other Python packages, and results for them.
//!
//! Source: <https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html>.

#![expect(unsafe_code, reason = "pointers of the C Data Interface; every block says why it holds")]

use crate::errors::{self, exception, guarded, usage};
use assize::Results;
use assize::io::interface::{ArrowArray, ArrowArrayStream, ArrowSchema, InterfaceError, Rows};
use assize::tables::{self, Which};
use pyo3::exceptions::{PyBufferError, PyException};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};
use std::ffi::CStr;
use std::ptr::NonNull;
use std::sync::Arc;

const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";

macro_rules! owned {
    ($($(#[$doc:meta])* $name:ident($of:ident);)*) => {$(
        $(#[$doc])*
        #[repr(transparent)]
        struct $name($of);

        // SAFETY: the interface lets a struct be moved between threads as long as one at a time uses it.
        unsafe impl Send for $name {}

        impl Drop for $name {
            fn drop(&mut self) {
                if let Some(release) = self.0.release {
                    // SAFETY: the struct is owned, and not released: whoever took it over would have marked it so.
                    unsafe { release(&raw mut self.0) };
                }
            }
        }
    )*};
}

owned! {
    /// A stream that is released when nobody took it over.
    OwnedStream(ArrowArrayStream);
    /// A schema that is released when nobody took it over.
    OwnedSchema(ArrowSchema);
    /// An array that is released when nobody took it over.
    OwnedArray(ArrowArray);
}

/// Columns that were taken over from a Python object.
pub struct Taken(Inner);

enum Inner {
    Stream(OwnedStream),
    Array(OwnedSchema, OwnedArray),
}

impl Taken {
    /// Of an object with `__arrow_c_stream__`.
    ///
    /// # Errors
    /// A data error where the object raises one; a usage error when it does not give what it says.
    pub fn stream(object: &Bound<'_, PyAny>, record: &str) -> PyResult<Self> {
        let capsule = asked(object, "__arrow_c_stream__", record)?;
        let at = pointer(&capsule, STREAM)?.cast::<ArrowArrayStream>();
        // SAFETY: a capsule of this name holds a stream. It is moved out, and what stays is marked as released.
        let stream = unsafe { at.replace(ArrowArrayStream::released()) };
        Ok(Self(Inner::Stream(OwnedStream(stream))))
    }

    /// Of an object with `__arrow_c_array__`.
    ///
    /// # Errors
    /// As [`Taken::stream`].
    pub fn array(object: &Bound<'_, PyAny>, record: &str) -> PyResult<Self> {
        let pair = asked(object, "__arrow_c_array__", record)?;
        let pair = pair.cast_into::<PyTuple>().ok().filter(|pair| pair.len() == 2);
        let pair = pair.ok_or_else(|| usage("`__arrow_c_array__` did not give a pair of capsules"))?;
        let schema = pointer(&pair.get_item(0)?, SCHEMA)?.cast::<ArrowSchema>();
        let array = pointer(&pair.get_item(1)?, ARRAY)?.cast::<ArrowArray>();
        // SAFETY: capsules of these names hold a schema and an array. Both are moved out and marked as released.
        let (schema, array) =
            unsafe { (schema.replace(ArrowSchema::released()), array.replace(ArrowArray::released())) };
        Ok(Self(Inner::Array(OwnedSchema(schema), OwnedArray(array))))
    }

    /// The rows.
    ///
    /// # Errors
    /// [`InterfaceError`].
    pub fn rows(mut self) -> Result<Rows, InterfaceError> {
        match &mut self.0 {
            // SAFETY: the stream is one by its capsule's word, and owned.
            Inner::Stream(stream) => unsafe { Rows::from_stream(&raw mut stream.0) },
            // SAFETY: the schema and the array are such by their capsules' word, and owned.
            Inner::Array(schema, array) => unsafe { Rows::from_array(&raw mut schema.0, &raw mut array.0) },
        }
    }
}

/// What an object gives when it is asked for its columns.
fn asked<'py>(object: &Bound<'py, PyAny>, method: &str, record: &str) -> PyResult<Bound<'py, PyAny>> {
    let py = object.py();
    object.call_method0(method).map_err(|error| {
        // An interrupt is no fault of the data, and what the package itself raises is said already.
        if !error.is_instance_of::<PyException>(py) || error.is_instance_of::<exception::Error>(py) {
            return error;
        }
        let said = error.value(py).str().map_or_else(|_| error.to_string(), |said| said.to_string());
        let failed = errors::data(format!("`{record}`: the columns cannot be handed over: {said}"), Some(record), None);
        failed.set_cause(py, Some(error));
        failed
    })
}

fn pointer(capsule: &Bound<'_, PyAny>, name: &'static CStr) -> PyResult<NonNull<std::ffi::c_void>> {
    let wrong = || usage(format!("the object did not give a capsule of the name `{}`", name.to_string_lossy()));
    let capsule = capsule.cast::<PyCapsule>().map_err(|_| wrong())?;
    capsule.pointer_checked(Some(name)).map_err(|_| wrong())
}

/// A table of results, or some of its columns, as a capsule with a stream, whose batches are made when they are asked for.
pub fn export<'py>(
    py: Python<'py>,
    results: &Arc<Results>,
    which: Which,
    some: Option<&[usize]>,
) -> PyResult<Bound<'py, PyCapsule>> {
    PyCapsule::new_with_value(py, exported(results, which, some)?, STREAM)
}

fn exported(results: &Arc<Results>, which: Which, some: Option<&[usize]>) -> PyResult<OwnedStream> {
    guarded(|| {
        let mut stream = OwnedStream(ArrowArrayStream::released());
        // SAFETY: a place for a stream; the one that stood there is released.
        let there = unsafe { tables::export_columns(results, which, some, &raw mut stream.0) };
        if there { Ok(stream) } else { Err(usage("the results do not have this table")) }
    })
}

/// The schema of a table of results as a capsule.
pub fn schema<'py>(
    py: Python<'py>,
    results: &Arc<Results>,
    which: Which,
    some: Option<&[usize]>,
) -> PyResult<Bound<'py, PyCapsule>> {
    let mut stream = exported(results, which, some)?;
    let mut schema = OwnedSchema(ArrowSchema::released());
    let get = stream.0.get_schema.ok_or_else(|| PyBufferError::new_err("there is no schema"))?;
    // SAFETY: the stream is not released, and the schema is a place for one.
    let status = unsafe { get(&raw mut stream.0, &raw mut schema.0) };
    if status == 0 {
        PyCapsule::new_with_value(py, schema, SCHEMA)
    } else {
        Err(PyBufferError::new_err(format!("the schema cannot be made: error {status}")))
    }
}
