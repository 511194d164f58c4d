//! A session: one record at a time, from dicts.

use crate::errors::{exception, guarded, usage};
use crate::fill::Filler;
use crate::outcome::Outcome;
use crate::vocabulary::{RecordWords, Vocabulary};
use assize::model::civil::Date;
use assize::model::ids::CategoryId;
use assize::{Explained, RuleSet};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};

/// Evaluates one record at a time. `RuleSet.session` makes it.
///
/// A session is used by one thread at a time; a second one is told so by a `UsageError`. Sessions are cheap: a thread
/// has its own.
#[pyclass(frozen, module = "assize")]
pub struct Session {
    words: Arc<Vocabulary>,
    as_of: Date,
    /// Whether missing inputs are looked for.
    reasons: bool,
    session: Mutex<Filler>,
}

impl Session {
    pub fn new(py: Python<'_>, rules: &RuleSet, as_of: Date, reasons: bool) -> Self {
        let session = rules.session(&rules.inputs(as_of));
        let words = Arc::new(Vocabulary::new(py, rules.program()));
        Self { words, as_of, reasons, session: Mutex::new(Filler::new(session)) }
    }

    #[inline]
    fn lock(&self) -> PyResult<MutexGuard<'_, Filler>> {
        match self.session.try_lock() {
            Ok(session) => Ok(session),
            // Whatever was left half done, the next record is begun anew.
            Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => {
                Err(usage("the session is in use; a thread makes one of its own with `RuleSet.session`"))
            }
        }
    }

    #[inline]
    fn record(&self, name: &Bound<'_, PyAny>) -> PyResult<&RecordWords> {
        let text = text(name, "the record's name")?;
        self.words.record_named(text).ok_or_else(|| {
            let names = self.words.program.records.iter().map(|record| &*record.heading.name);
            usage(format!("the rules have no record `{text}`; there are: {}", names.collect::<Vec<_>>().join(", ")))
        })
    }

    #[inline]
    fn category(&self, record: &RecordWords, name: Option<&Bound<'_, PyAny>>) -> PyResult<CategoryId> {
        match (name, record.categories.as_slice()) {
            (None, &[only]) => Ok(only),
            (Some(name), categories) => {
                let text = text(name, "the category's name")?;
                let named = |id: &&CategoryId| {
                    self.words.program.category(**id).is_some_and(|category| *category.heading.name == *text)
                };
                let found = categories.iter().find(named).copied();
                found.ok_or_else(|| usage(format!("the record has no category `{text}`{}", self.names(record))))
            }
            (None, []) => Err(usage("the record has no category")),
            (None, _) => Err(usage(format!("which category is not said{}", self.names(record)))),
        }
    }

    fn names(&self, record: &RecordWords) -> String {
        let named = record.categories.iter().filter_map(|&id| self.words.program.category(id));
        let names: Vec<&str> = named.map(|category| &*category.heading.name).collect();
        if names.is_empty() { String::new() } else { format!("; there are: {}", names.join(", ")) }
    }
}

#[inline]
fn text<'a>(name: &'a Bound<'_, PyAny>, what: &str) -> PyResult<&'a str> {
    let text = name.cast::<PyString>().ok().and_then(|text| text.to_str().ok());
    text.ok_or_else(|| usage(format!("{what} is not text")))
}

#[pymethods]
impl Session {
    /// Evaluates one record.
    ///
    /// - `record`: the record's name.
    /// - `values`: a dict from headings, as in the data, to values: text, bool, int, float, Decimal, date, time,
    ///   datetime, timedelta, lists for sets, and lists of dicts for children. None, NaN and what is not there are
    ///   missing; a reason is given in `HEADING__missing`. Names of fields do where no field has them as a heading.
    /// - `category`: the category's name; it may be left out of a record that has one.
    ///
    /// A value that cannot be read raises nothing: the outcome has the state `error`, and `faults` says what is wrong.
    ///
    /// Raises `UsageError` for names that are not there, for values that are not a dict, and when another thread uses
    /// the session.
    ///
    /// >>> session = rules.session(as_of="2026-06-01")
    /// >>> session.evaluate("Person", {"id": "P2", "earlier": 5, "weapon": True})
    /// Outcome(answer: 'court', decided, because=('armed',))
    /// >>> session.evaluate("Person", {"id": "P5", "earlier": "two", "weapon": False}).faults
    /// [('earlier', 'D0103', '`two` is not an integer')]
    #[pyo3(signature = (record, values, category = None))]
    fn evaluate(
        &self,
        record: &Bound<'_, PyAny>,
        values: &Bound<'_, PyAny>,
        category: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Outcome> {
        guarded(|| {
            let record = self.record(record)?;
            let category = self.category(record, category)?;
            let mut session = self.lock()?;
            let faults = session.fill(&self.words, record, values)?;
            let mut outcome = session.session.evaluate(category).map_err(|error| usage(error.to_string()))?;
            Ok(Outcome::new(&self.words, category, &mut outcome, faults, self.reasons))
        })
    }

    /// Evaluates every category of one record: a dict from their names to outcomes. The record is read once.
    ///
    /// >>> rules.session(as_of="2026-06-01").evaluate_all("Person", {"earlier": 5, "weapon": False})
    /// {'answer': Outcome(answer: 'court', decided)}
    fn evaluate_all<'py>(
        &self,
        py: Python<'py>,
        record: &Bound<'_, PyAny>,
        values: &Bound<'_, PyAny>,
    ) -> PyResult<Bound<'py, PyDict>> {
        guarded(|| {
            let record = self.record(record)?;
            let mut session = self.lock()?;
            let faults = session.fill(&self.words, record, values)?;
            let out = PyDict::new(py);
            for &id in &record.categories {
                let mut outcome = session.session.evaluate(id).map_err(|error| usage(error.to_string()))?;
                let outcome = Outcome::new(&self.words, id, &mut outcome, faults.clone(), self.reasons);
                let name = self.words.program.category(id).map_or("?", |category| &category.heading.name);
                out.set_item(name, Bound::new(py, outcome)?)?;
            }
            Ok(out)
        })
    }

    /// Explains one record: an `Explanation`.
    ///
    /// Arguments and exceptions are those of `evaluate`.
    ///
    /// >>> told = rules.session(as_of="2026-06-01").explain("Person", {"id": "P2", "earlier": 5, "weapon": True})
    /// >>> told.value, told.because
    /// (['court'], ['armed'])
    #[pyo3(signature = (record, values, category = None))]
    fn explain<'py>(
        &self,
        py: Python<'py>,
        record: &Bound<'_, PyAny>,
        values: &Bound<'_, PyAny>,
        category: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        guarded(|| {
            let record = self.record(record)?;
            let category = self.category(record, category)?;
            let mut session = self.lock()?;
            session.fill(&self.words, record, values)?;
            let explanation = assize::eval::row::explain::explain(&mut session.session, category)
                .map_err(|error| exception::EvaluationError::new_err(error.to_string()))?;
            let key = session.key();
            drop(session);
            let program = Arc::clone(&self.words.program);
            let (_, text, json) = crate::explanation::told(&Explained { program, as_of: self.as_of, key, explanation });
            py.import(intern!(py, "assize._explain"))?.getattr(intern!(py, "Explanation"))?.call1((text, json))
        })
    }

    fn __repr__(&self) -> String {
        let ruleset = &self.words.program.ruleset;
        format!("<Session of {} {} as of {}>", ruleset.heading.name, ruleset.version, self.as_of)
    }
}
