//! A table of results, which other packages take as Arrow.

use crate::capsule;
use crate::errors::guarded;
use assize::Results;
use assize::tables::Which;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use std::sync::Arc;

/// A table of results. It never changes, and keeps the results it is of.
#[pyclass(frozen, module = "assize._native")]
pub struct Table {
    results: Arc<Results>,
    which: Which,
    rows: usize,
}

impl Table {
    pub fn new(results: &Arc<Results>, which: Which, rows: usize) -> Self {
        Self { results: Arc::clone(results), which, rows }
    }
}

#[pymethods]
impl Table {
    fn __len__(&self) -> usize {
        self.rows
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
        capsule::export(py, &self.results, self.which)
    }

    /// The names and types of the columns.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        guarded(|| capsule::schema(py, &self.results, self.which))
    }
}
