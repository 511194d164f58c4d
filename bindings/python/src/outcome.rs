//! The outcome of a category for one record, light: what is mostly asked is there, and the rest is made when it is asked.

use crate::errors::{guarded, usage};
use crate::vocabulary::{CategoryWords, Vocabulary};
use assize::eval::outcome::{Chosen, FieldPath};
use assize::eval::row;
use assize::model::absence::Absence;
use assize::model::bounds::CodeSet;
use assize::model::ids::CategoryId;
use assize::model::program::State;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
use rustc_hash::FxHashMap;

/// How a record came out.
///
/// `value` is a code, `none` where no code is the answer, a tuple of codes under `hit all`, and None where there is no
/// answer; `state` says how certain it is: `decided`, `provisional`, `undetermined`, `not_applicable` or `error`.
#[pyclass(frozen, module = "assize")]
pub struct Outcome {
    /// The code; `none` where no code is the answer; a tuple of codes under `hit all`; None where there is no answer.
    #[pyo3(get)]
    value: Py<PyAny>,
    /// `decided`, `provisional`, `undetermined`, `not_applicable` or `error`.
    #[pyo3(get)]
    state: Py<PyString>,
    /// The names of the criteria that gave the value.
    #[pyo3(get)]
    because: Py<PyTuple>,
    words: Py<Vocabulary>,
    category: CategoryId,
    possible: CodeSet,
    rest: Option<Box<Rest>>,
}

/// What few outcomes have.
struct Rest {
    missing: Vec<FieldPath>,
    error: Option<Absence>,
    faults: Option<Box<[Fault]>>,
}

impl Rest {
    /// Apart from the common outcome, which is not to carry an empty list about.
    #[inline(never)]
    fn of(outcome: &mut row::Outcome<'_>, seek: bool, faults: Option<Box<[Fault]>>) -> Option<Box<Self>> {
        let (missing, error) = (if seek { outcome.missing() } else { Vec::new() }, outcome.error());
        let few = missing.is_empty() && error.is_none() && faults.is_none();
        (!few).then(|| Box::new(Self { missing, error, faults }))
    }
}

/// Something about the record that could not be read: the field, the code, and what is wrong.
pub type Fault = (Option<String>, &'static str, String);

/// Tuples of several criteria that were made, by category and by the bits of the criteria, of which there are few.
#[derive(Default)]
pub struct Reasons(FxHashMap<(CategoryId, u64), Py<PyTuple>>);

impl Reasons {
    /// How many are kept.
    const MOST: usize = 1 << 10;

    /// The names of criteria.
    #[inline]
    fn names(
        &mut self,
        py: Python<'_>,
        category: CategoryId,
        words: &CategoryWords,
        outcome: &row::Outcome<'_>,
    ) -> PyResult<Py<PyTuple>> {
        let mut bits = 0_u64;
        for reason in outcome.because() {
            if reason >= 64 {
                return words.names(py, outcome);
            }
            bits |= 1 << reason;
        }
        match (bits.count_ones(), words.alone.get(bits.trailing_zeros() as usize)) {
            (0, _) => return Ok(words.nothing.clone_ref(py)),
            (1, Some(alone)) => return Ok(alone.clone_ref(py)),
            _ => {}
        }
        if let Some(made) = self.0.get(&(category, bits)) {
            return Ok(made.clone_ref(py));
        }
        let made = words.names(py, outcome)?;
        if self.0.len() < Self::MOST {
            self.0.insert((category, bits), made.clone_ref(py));
        }
        Ok(made)
    }
}

impl CategoryWords {
    /// The names of criteria.
    #[cold]
    fn names(&self, py: Python<'_>, outcome: &row::Outcome<'_>) -> PyResult<Py<PyTuple>> {
        let names = outcome.because().filter_map(|at| self.criteria.get(usize::from(at)));
        let names: Vec<&Py<PyString>> = names.collect();
        Ok(PyTuple::new(py, names)?.unbind())
    }

    /// The names of codes.
    fn codes<'py>(&self, py: Python<'py>, codes: CodeSet) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, codes.iter().map(|code| self.code(code)).collect::<Vec<_>>())
    }

    /// A value.
    #[inline]
    pub fn value(&self, py: Python<'_>, chosen: Chosen) -> PyResult<Py<PyAny>> {
        Ok(match chosen {
            Chosen::Nothing => py.None(),
            Chosen::One(code) => self.code(code).clone_ref(py).into_any(),
            Chosen::Many(codes) => self.codes(py, codes)?.into_any().unbind(),
        })
    }
}

impl Outcome {
    /// Of what a session came to. `seek` is whether missing inputs are looked for. It is made where Python keeps it, and not
    /// moved there.
    #[inline]
    pub fn new<'py>(
        words: &Bound<'py, Vocabulary>,
        category: CategoryId,
        outcome: &mut row::Outcome<'_>,
        faults: Option<Box<[Fault]>>,
        seek: bool,
        reasons: &mut Reasons,
    ) -> PyResult<Bound<'py, Self>> {
        let py = words.py();
        let of = words.get().category(category).ok_or_else(|| usage("there is no such category"))?;
        let open = seek && matches!(outcome.state(), State::Provisional | State::Undetermined);
        let plain = !open && outcome.error().is_none() && faults.is_none();
        let made = Self {
            value: of.value(py, outcome.chosen())?,
            state: words.get().state(outcome.state()).clone_ref(py),
            because: reasons.names(py, category, of, outcome)?,
            words: words.clone().unbind(),
            category,
            possible: outcome.possible(),
            rest: if plain { None } else { Rest::of(outcome, seek, faults) },
        };
        Bound::new(py, made)
    }
}

#[pymethods]
impl Outcome {
    /// The codes it could still be; of a decided one, the value.
    #[getter]
    fn possible<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let words = self.words.get().category(self.category);
        words.map_or_else(|| Ok(PyTuple::empty(py)), |words| words.codes(py, self.possible))
    }

    /// The missing inputs that could decide it, in the order in which the rules read them; empty in a session without
    /// `reasons`.
    #[getter]
    fn missing<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        guarded(|| {
            let program = &self.words.get().program;
            let Some(category) = program.category(self.category) else { return Ok(PyTuple::empty(py)) };
            let missing = self.rest.as_ref().map_or(&[][..], |rest| &rest.missing);
            PyTuple::new(py, missing.iter().map(|path| path.name(program, category.record)))
        })
    }

    /// What went wrong, of the state `error`.
    #[getter]
    fn error(&self) -> PyResult<Option<String>> {
        let said = |absence| assize::fault_message(&self.words.get().program, self.category, absence);
        guarded(|| Ok(self.rest.as_ref().and_then(|rest| rest.error).map(said)))
    }

    /// What of the record could not be read: for each its field, a stable code such as `D0102`, and what is wrong.
    #[getter]
    fn faults(&self) -> Vec<Fault> {
        let faults = self.rest.as_ref().and_then(|rest| rest.faults.as_deref());
        faults.unwrap_or_default().to_vec()
    }

    /// The category's name.
    #[getter]
    fn category(&self) -> &str {
        self.words.get().program.category(self.category).map_or("?", |category| &category.heading.name)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let value = self.value.bind(py).repr()?;
        let mut out = format!("Outcome({}: {value}, {}", self.category(), self.state.bind(py));
        for (name, given) in [("because", self.because.bind(py)), ("missing", &self.missing(py)?)] {
            if !given.is_empty() {
                out.push_str(&format!(", {name}={}", given.repr()?));
            }
        }
        if let Some(error) = self.error()? {
            out.push_str(&format!(", error={error:?}"));
        }
        out.push(')');
        Ok(out)
    }
}
