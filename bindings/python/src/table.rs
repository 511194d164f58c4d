//! A table of results, which other packages take as Arrow.

use crate::capsule;
use crate::errors::{guarded, usage};
use assize::Results;
use assize::io::out::OutField;
use assize::tables::{self, Which};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use std::sync::Arc;

/// A table of results, or some of its columns. It never changes, and keeps the results it is of.
#[pyclass(frozen, module = "assize._native")]
pub struct Table {
    results: Arc<Results>,
    which: Which,
    /// The places of its columns among those of the whole table, unless it is that.
    some: Option<Vec<usize>>,
    rows: usize,
}

impl Table {
    pub fn new(results: &Arc<Results>, which: Which, rows: usize) -> Self {
        Self { results: Arc::clone(results), which, some: None, rows }
    }

    fn all(&self) -> PyResult<Vec<OutField>> {
        tables::fields(&self.results, self.which).ok_or_else(|| usage("the results do not have this table"))
    }
}

#[pymethods]
impl Table {
    fn __len__(&self) -> usize {
        self.rows
    }

    /// The names of its columns.
    #[getter]
    fn columns(&self) -> PyResult<Vec<String>> {
        guarded(|| {
            let all = self.all()?;
            let name = |field: &OutField| field.name.to_string();
            Ok(match &self.some {
                Some(some) => some.iter().filter_map(|&at| all.get(at).map(name)).collect(),
                None => all.iter().map(name).collect(),
            })
        })
    }

    /// Some of the whole table's columns, in the order in which they are named.
    fn select(&self, columns: Vec<String>) -> PyResult<Self> {
        guarded(|| {
            let all = self.all()?;
            let place = |name: &String| {
                let place = all.iter().position(|field| *field.name == **name);
                place.ok_or_else(|| {
                    let names: Vec<&str> = all.iter().map(|field| &*field.name).collect();
                    usage(format!("the table has no column `{name}`; there are: {}", names.join(", ")))
                })
            };
            let some = columns.iter().map(place).collect::<PyResult<Vec<_>>>()?;
            Ok(Self { results: Arc::clone(&self.results), which: self.which, some: Some(some), rows: self.rows })
        })
    }

    /// The values and states of a category as bare numbers; None of any other table, and where values are sets.
    fn codes(&self) -> Option<Self> {
        let Which::Category(id) = self.which else { return None };
        let which = Which::Codes(id);
        tables::fields(&self.results, which)?;
        Some(Self { results: Arc::clone(&self.results), which, some: None, rows: self.rows })
    }

    /// A stream of record batches, made when they are asked for.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The protocol lets a producer give its own schema when it cannot give the one that is asked for.
        let _ = requested_schema;
        capsule::export(py, &self.results, self.which, self.some.as_deref())
    }

    /// The names and types of the columns.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        guarded(|| capsule::schema(py, &self.results, self.which, self.some.as_deref()))
    }
}
