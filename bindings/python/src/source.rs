//! Where a record's rows come from, as the package's Python hands it over.

use crate::capsule::Taken;
use crate::errors::{self, usage};
use assize::Data;
use assize::io::Format;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::io::Cursor;
use std::path::PathBuf;

/// A record, how its rows come, and what they come from.
pub type Source<'py> = (String, String, Bound<'py, PyAny>);

/// The rows of a record.
pub fn data((record, kind, from): &Source<'_>) -> PyResult<Data> {
    let taken = match kind.as_str() {
        "file" => return Ok(Data::File(PathBuf::from(from.extract::<std::ffi::OsString>()?), None)),
        "lines" => {
            let lines = from.cast::<PyBytes>().map_err(|_| usage("the lines are not bytes"))?.as_bytes().to_vec();
            return Ok(Data::Stream(Box::new(Cursor::new(lines)), Format::JsonLines));
        }
        "stream" => Taken::stream(from, record)?,
        "array" => Taken::array(from, record)?,
        _ => return Err(usage(format!("rows do not come as `{kind}`"))),
    };
    // A producer may need the interpreter in a thread of its own to say what its columns are.
    let rows = from.py().detach(|| taken.rows());
    Ok(Data::Rows(rows.map_err(|error| errors::data(format!("`{record}`: {error}"), Some(record), None))?))
}
