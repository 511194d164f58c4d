//! Partial results: what was counted of a part of the data.

use crate::civil;
use crate::errors::{guarded, usage};
use crate::results::Results;
use crate::rules::Rules;
use assize::Shown;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// Partial results. They never change, and threads share them.
#[pyclass(frozen, module = "assize._native")]
pub struct Partial {
    partial: assize::Partial,
}

impl Partial {
    pub fn new(partial: assize::Partial) -> Self {
        Self { partial }
    }
}

#[pymethods]
impl Partial {
    /// The partial results that bytes are, of these rules.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, rules: &Rules, data: &[u8]) -> PyResult<Self> {
        guarded(|| {
            let read = py.detach(|| assize::Partial::from_bytes(&rules.rules, data));
            read.map(Self::new).map_err(|error| usage(error.to_string()))
        })
    }

    /// Those of all parts.
    #[staticmethod]
    fn merge(py: Python<'_>, parts: Vec<PyRef<'_, Self>>) -> PyResult<Self> {
        guarded(|| {
            let mut parts = parts.iter().map(|part| &part.partial);
            let Some(first) = parts.next() else { return Err(usage("there are no partial results to be merged")) };
            let rest: Vec<&assize::Partial> = parts.collect();
            let merged = py.detach(|| {
                let mut merged = first.clone();
                rest.into_iter().try_for_each(|part| merged.merge(part)).map(|()| merged)
            });
            merged.map(Self::new).map_err(|error| usage(error.to_string()))
        })
    }

    /// As bytes.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guarded(|| Ok(PyBytes::new(py, &py.detach(|| self.partial.to_bytes()))))
    }

    /// The tables of the measures.
    fn finish(&self, py: Python<'_>) -> PyResult<Results> {
        guarded(|| Ok(Results::new(py.detach(|| self.partial.finish()))))
    }

    /// The evaluation date.
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        civil::to_python(py, self.partial.as_of())
    }

    /// The parameters with their values as text.
    #[getter]
    fn parameters(&self) -> Vec<(String, String)> {
        let program = self.partial.rules().program();
        let values = program.params.iter().zip(self.partial.parameters());
        values.map(|(param, value)| (param.heading.name.to_string(), Shown(program, value).to_string())).collect()
    }

    /// What was read: of each record its name, its rows, and its faults.
    #[getter]
    fn records(&self) -> Vec<(String, u64, u64)> {
        let program = self.partial.rules().program();
        let name = |record| program.record(record).map_or("?", |record| &*record.heading.name).to_owned();
        self.partial.records().map(|(record, read, faults)| (name(record), read, faults)).collect()
    }
}
