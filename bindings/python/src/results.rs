//! The results of one evaluation.

use crate::civil;
use crate::errors::{guarded, usage};
use crate::table::Table;
use assize::model::program::State;
use assize::tables::Which;
use assize::{CategoryResults, RecordResults};
use assize_report::json;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Arc;

/// A fault of a row: its number from 1, its key, the field, the code, and what is wrong.
type Fault<'a> = (u64, Option<&'a str>, Option<&'a str>, &'a str, &'a str);

/// Results. They never change, and threads share them.
#[pyclass(frozen, module = "assize._native")]
pub struct Results {
    pub results: Arc<assize::Results>,
}

impl Results {
    pub fn new(results: assize::Results) -> Self {
        Self { results: Arc::new(results) }
    }

    fn category(&self, name: &str) -> PyResult<&CategoryResults> {
        let found = self.results.program.category_named(name);
        let found = self.results.categories.iter().find(|category| Some(category.category) == found);
        found.ok_or_else(|| usage(format!("the results have no category `{name}`")))
    }

    /// A table that all results have.
    fn table_of(&self, which: Which) -> Table {
        Table::new(&self.results, which, assize::tables::rows(&self.results, which).unwrap_or(0))
    }
}

#[pymethods]
impl Results {
    /// The evaluation date.
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        civil::to_python(py, self.results.as_of)
    }

    /// The names of the categories that were worked out, in the order of the rules.
    #[getter]
    fn category_names(&self) -> Vec<&str> {
        let program = &self.results.program;
        let named = self.results.categories.iter().filter_map(|category| program.category(category.category));
        named.map(|category| &*category.heading.name).collect()
    }

    /// The names of the measures that were worked out, in the order of the rules.
    #[getter]
    fn measure_names(&self) -> Vec<&str> {
        let program = &self.results.program;
        let named = self.results.measures.iter().filter_map(|(measure, _)| program.measure(*measure));
        named.map(|measure| &*measure.heading.name).collect()
    }

    /// The name of the measure whose members were asked for.
    #[getter]
    fn members_of(&self) -> Option<&str> {
        let members = self.results.members.as_ref()?;
        Some(&self.results.program.measure(members.measure)?.heading.name)
    }

    /// Whether any record could not be read without fault.
    #[getter]
    fn has_record_errors(&self) -> bool {
        self.results.has_record_errors()
    }

    /// The outcomes of a category.
    fn category_table(&self, name: &str) -> PyResult<Table> {
        let category = self.category(name)?;
        Ok(Table::new(&self.results, Which::Category(category.category), category.rows()))
    }

    /// How many records of a category came out how: by value, by state, and by criterion.
    fn summary<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyDict>> {
        guarded(|| {
            let category = self.category(name)?;
            let program = &self.results.program;
            let summary = category.summary(program);
            let declared = program.category(category.category);
            let list = declared.and_then(|declared| program.list(declared.list));
            let values = PyDict::new(py);
            for (code, count) in summary.values {
                values.set_item(list.map_or("?", |list| list.name(code)), count)?;
            }
            let states = PyDict::new(py);
            for (state, count) in State::ALL.iter().zip(summary.states) {
                states.set_item(state.word(), count)?;
            }
            let criteria = PyDict::new(py);
            let named = declared.into_iter().flat_map(|declared| declared.criteria());
            for ((_, criterion), did) in named.zip(&category.coverage) {
                let counts = PyDict::new(py);
                counts.set_item("true", did.is_true)?;
                counts.set_item("decided_by", did.decided_by)?;
                counts.set_item("unknown", did.unknown)?;
                criteria.set_item(&*criterion.heading.name, counts)?;
            }
            let out = PyDict::new(py);
            out.set_item("values", values)?;
            out.set_item("states", states)?;
            out.set_item("criteria", criteria)?;
            Ok(out)
        })
    }

    /// The rows of a measure.
    fn measure_table(&self, name: &str) -> PyResult<Table> {
        let found = self.results.program.measure_named(name);
        let found = self.results.measures.iter().find(|(id, _)| Some(*id) == found);
        let (id, table) = found.ok_or_else(|| usage(format!("the results have no measure `{name}`")))?;
        Ok(Table::new(&self.results, Which::Measure(*id), table.rows.len()))
    }

    /// The points of a measure's charts; none where it asks for no chart.
    fn charts_table(&self, name: &str) -> Option<Table> {
        let which = Which::Charts(self.results.program.measure_named(name)?);
        Some(Table::new(&self.results, which, assize::tables::rows(&self.results, which)?))
    }

    /// The groups of an audit; none of another measure.
    fn audit_table(&self, name: &str) -> Option<Table> {
        let which = Which::Audit(self.results.program.measure_named(name)?);
        Some(Table::new(&self.results, which, assize::tables::rows(&self.results, which)?))
    }

    /// What was found for each indicator.
    fn indicators_table(&self) -> Table {
        self.table_of(Which::Indicators)
    }

    /// What evaluations come to, and their objectives.
    fn evaluations_table(&self) -> Table {
        self.table_of(Which::Evaluations)
    }

    /// The evaluation matrix.
    fn matrix_table(&self) -> Table {
        self.table_of(Which::Matrix)
    }

    /// What is wrong with single rows, as far as it is listed.
    fn errors_table(&self) -> Table {
        let rows = self.results.records.iter().map(|record| record.errors.len()).sum();
        Table::new(&self.results, Which::Errors, rows)
    }

    /// Who is in the measure that was asked for.
    fn members_table(&self) -> Option<Table> {
        let members = self.results.members.as_ref()?;
        Some(Table::new(&self.results, Which::Members, members.rows.len()))
    }

    /// What was read: of each record its name, its rows, and its faults.
    #[getter]
    fn records(&self) -> Vec<(&str, u64, u64)> {
        let of = |record: &RecordResults| {
            let declared = self.results.program.record(record.record);
            (declared.map_or("?", |declared| &*declared.heading.name), record.read, record.faults)
        };
        self.results.records.iter().map(of).collect()
    }

    /// The first faults of a record that are listed.
    fn faults(&self, name: &str, most: usize) -> Vec<Fault<'_>> {
        let id = self.results.program.record_named(name);
        let declared = id.and_then(|id| self.results.program.record(id));
        let record = self.results.records.iter().find(|record| Some(record.record) == id);
        let errors = record.map_or(&[][..], |record| &record.errors).iter().take(most);
        errors
            .map(|fault| {
                let field = fault.field.and_then(|field| declared?.fields.get(field.index()));
                let field = field.map(|field| &*field.heading.name);
                (fault.row, fault.key.as_deref(), field, fault.code, fault.message.as_str())
            })
            .collect()
    }

    /// The whole as JSON: what the command prints.
    fn to_json(&self, py: Python<'_>, exact: bool) -> PyResult<String> {
        guarded(|| {
            let mut out = Vec::new();
            let written = py.detach(|| json::write(&self.results, exact, &mut out));
            written.map_err(|error| usage(error.to_string()))?;
            String::from_utf8(out).map_err(|error| usage(error.to_string()))
        })
    }

    /// The measures alone as JSON, in the shape of the whole.
    fn measures_json(&self, exact: bool) -> PyResult<String> {
        guarded(|| {
            let measures = assize::Results {
                program: Arc::clone(&self.results.program),
                as_of: self.results.as_of,
                params: self.results.params.clone(),
                records: Vec::new(),
                categories: Vec::new(),
                instruments: Vec::new(),
                overrides: Vec::new(),
                measures: self.results.measures.clone(),
                indicators: self.results.indicators.clone(),
                evaluations: self.results.evaluations.clone(),
                quotes: self.results.quotes.clone(),
                members: None,
            };
            let mut out = Vec::new();
            json::write(&measures, exact, &mut out).map_err(|error| usage(error.to_string()))?;
            String::from_utf8(out).map_err(|error| usage(error.to_string()))
        })
    }

    /// The whole as text, as the command shows it.
    fn text(&self) -> PyResult<String> {
        guarded(|| Ok(assize_report::summary::to_text(&self.results, false)))
    }
}
