//! A session: one record at a time, from dicts.

use crate::errors::{exception, guarded, usage};
use crate::fill::Filler;
use crate::outcome::{Outcome, Reasons};
use crate::vocabulary::{RecordWords, Vocabulary};
use assize::model::civil::Date;
use assize::model::ids::CategoryId;
use assize::{Explained, RuleSet};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use std::sync::Arc;

/// Evaluates one record at a time. `RuleSet.session` makes it.
///
/// A session is used by one thread at a time; a second one is told so by a `UsageError`. Sessions are cheap: a thread
/// has its own.
#[pyclass(module = "assize")]
pub struct Session {
    words: Py<Vocabulary>,
    as_of: Date,
    /// Whether missing inputs are looked for.
    seeks: bool,
    filler: Filler,
    reasons: Reasons,
}

impl Session {
    pub fn new(py: Python<'_>, rules: &RuleSet, as_of: Date, seeks: bool) -> PyResult<Self> {
        let filler = Filler::new(rules.session(&rules.inputs(as_of)));
        let words = Bound::new(py, Vocabulary::new(py, rules.program())?)?.unbind();
        Ok(Self { words, as_of, seeks, filler, reasons: Reasons::default() })
    }
}

/// The session for as long as a record is evaluated, during which Python may switch to another thread.
#[inline]
fn held<'py>(session: &Bound<'py, Session>) -> PyResult<PyRefMut<'py, Session>> {
    let busy = |_| usage("the session is in use; a thread makes one of its own with `RuleSet.session`");
    session.try_borrow_mut().map_err(busy)
}

#[inline]
fn record<'w>(words: &'w Vocabulary, name: &Bound<'_, PyAny>) -> PyResult<&'w RecordWords> {
    let name = text(name, "the record's name")?;
    words.record_named(name).ok_or_else(|| {
        let names = words.program.records.iter().map(|record| &*record.heading.name);
        let names = names.collect::<Vec<_>>().join(", ");
        usage(format!("the rules have no record `{}`; there are: {names}", name.to_string_lossy()))
    })
}

#[inline]
fn category(words: &Vocabulary, record: &RecordWords, name: Option<&Bound<'_, PyAny>>) -> PyResult<CategoryId> {
    match (name, record.categories.as_slice()) {
        (None, &[only]) => Ok(only),
        (Some(name), categories) => {
            let name = text(name, "the category's name")?;
            words.category_named(name, categories).ok_or_else(|| {
                let there = names(words, record);
                usage(format!("the record has no category `{}`{there}", name.to_string_lossy()))
            })
        }
        (None, []) => Err(usage("the record has no category")),
        (None, _) => Err(usage(format!("which category is not said{}", names(words, record)))),
    }
}

fn names(words: &Vocabulary, record: &RecordWords) -> String {
    let named = record.categories.iter().filter_map(|&id| words.program.category(id));
    let names: Vec<&str> = named.map(|category| &*category.heading.name).collect();
    if names.is_empty() { String::new() } else { format!("; there are: {}", names.join(", ")) }
}

#[inline]
fn text<'a, 'py>(name: &'a Bound<'py, PyAny>, what: &str) -> PyResult<&'a Bound<'py, PyString>> {
    name.cast::<PyString>().map_err(|_| usage(format!("{what} is not text")))
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
    fn evaluate<'py>(
        slf: &Bound<'py, Self>,
        record: &Bound<'py, PyAny>,
        values: &Bound<'py, PyAny>,
        category: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, Outcome>> {
        guarded(|| {
            let mut this = held(slf)?;
            let Self { words, seeks, filler, reasons, .. } = &mut *this;
            let words = words.bind(slf.py());
            let record = self::record(words.get(), record)?;
            let category = self::category(words.get(), record, category)?;
            let faults = filler.fill(words.get(), record, values)?;
            let mut outcome = filler.session.evaluate(category).map_err(|error| usage(error.to_string()))?;
            Outcome::new(words, category, &mut outcome, faults, *seeks, reasons)
        })
    }

    /// Evaluates one record, and gives the value of the outcome alone, which is quicker: the code; `none` where no code is
    /// the answer; a tuple of codes under `hit all`; None where there is no answer.
    ///
    /// Arguments and exceptions are those of `evaluate`.
    ///
    /// >>> rules.session(as_of="2026-06-01").value("Person", {"id": "P2", "earlier": 5, "weapon": True})
    /// 'court'
    #[pyo3(signature = (record, values, category = None))]
    fn value<'py>(
        slf: &Bound<'py, Self>,
        record: &Bound<'py, PyAny>,
        values: &Bound<'py, PyAny>,
        category: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        guarded(|| {
            let mut this = held(slf)?;
            let Self { words, filler, .. } = &mut *this;
            let words = words.get();
            let record = self::record(words, record)?;
            let category = self::category(words, record, category)?;
            filler.fill(words, record, values)?;
            let outcome = filler.session.evaluate(category).map_err(|error| usage(error.to_string()))?;
            let of = words.category(category).ok_or_else(|| usage("there is no such category"))?;
            of.value(slf.py(), outcome.chosen())
        })
    }

    /// Evaluates every category of one record: a dict from their names to outcomes. The record is read once.
    ///
    /// >>> rules.session(as_of="2026-06-01").evaluate_all("Person", {"earlier": 5, "weapon": False})
    /// {'answer': Outcome(answer: 'court', decided)}
    fn evaluate_all<'py>(
        slf: &Bound<'py, Self>,
        record: &Bound<'py, PyAny>,
        values: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyDict>> {
        guarded(|| {
            let py = slf.py();
            let mut this = held(slf)?;
            let Self { words, seeks, filler, reasons, .. } = &mut *this;
            let words = words.bind(py);
            let record = self::record(words.get(), record)?;
            let faults = filler.fill(words.get(), record, values)?;
            let out = PyDict::new(py);
            for &id in &record.categories {
                let mut outcome = filler.session.evaluate(id).map_err(|error| usage(error.to_string()))?;
                let outcome = Outcome::new(words, id, &mut outcome, faults.clone(), *seeks, reasons)?;
                let name = words.get().program.category(id).map_or("?", |category| &category.heading.name);
                out.set_item(name, outcome)?;
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
        slf: &Bound<'py, Self>,
        record: &Bound<'py, PyAny>,
        values: &Bound<'py, PyAny>,
        category: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        guarded(|| {
            let py = slf.py();
            let mut this = held(slf)?;
            let Self { words, as_of, filler, .. } = &mut *this;
            let words = words.get();
            let record = self::record(words, record)?;
            let category = self::category(words, record, category)?;
            filler.fill(words, record, values)?;
            let explanation = assize::eval::row::explain::explain(&mut filler.session, category)
                .map_err(|error| exception::EvaluationError::new_err(error.to_string()))?;
            let (key, program, as_of) = (filler.key(), Arc::clone(&words.program), *as_of);
            drop(this);
            let (_, text, json) = crate::explanation::told(&Explained { program, as_of, key, explanation });
            py.import(intern!(py, "assize._explain"))?.getattr(intern!(py, "Explanation"))?.call1((text, json))
        })
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let this = slf.try_borrow().map_err(|_| usage("the session is in use"))?;
        let ruleset = &this.words.get().program.ruleset;
        Ok(format!("<Session of {} {} as of {}>", ruleset.heading.name, ruleset.version, this.as_of))
    }
}
