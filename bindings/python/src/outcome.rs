//! The outcome of a category for one record, light: names are made of it when they are asked for.

use crate::errors::guarded;
use crate::vocabulary::Vocabulary;
use assize::eval::outcome::{Chosen, FieldPath};
use assize::eval::row;
use assize::model::absence::Absence;
use assize::model::bounds::CodeSet;
use assize::model::ids::CategoryId;
use assize::model::program::State;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
use std::sync::Arc;

/// How a record came out.
///
/// `value` is a code, `none` where no code is the answer, a tuple of codes under `hit all`, and None where there is no
/// answer; `state` says how certain it is: `decided`, `provisional`, `undetermined`, `not_applicable` or `error`.
#[pyclass(frozen, module = "assize")]
pub struct Outcome {
    words: Arc<Vocabulary>,
    category: CategoryId,
    state: State,
    chosen: Chosen,
    because: Because,
    possible: CodeSet,
    missing: Vec<FieldPath>,
    error: Option<Absence>,
    faults: Option<Box<[Fault]>>,
}

/// Something about the record that could not be read: the field, the code, and what is wrong.
pub type Fault = (Option<String>, &'static str, String);

/// Which criteria are reasons: of the first 64, bits.
enum Because {
    Few(u64),
    Many(Vec<u16>),
}

impl Because {
    fn new(reasons: impl Iterator<Item = u16>) -> Self {
        let mut bits = 0_u64;
        let mut more = Vec::new();
        for reason in reasons {
            if reason < 64 {
                bits |= 1 << reason;
            } else {
                more.push(reason);
            }
        }
        if more.is_empty() {
            return Self::Few(bits);
        }
        let few = (0..64).filter(|at| bits >> at & 1 == 1);
        Self::Many(few.chain(more).collect())
    }

    fn each(&self) -> Vec<u16> {
        match self {
            Self::Few(bits) => (0..64).filter(|at| bits >> at & 1 == 1).collect(),
            Self::Many(reasons) => reasons.clone(),
        }
    }
}

impl Outcome {
    /// Of what a session came to.
    #[inline]
    pub fn new(
        words: &Arc<Vocabulary>,
        category: CategoryId,
        outcome: &mut row::Outcome<'_>,
        faults: Option<Box<[Fault]>>,
        reasons: bool,
    ) -> Self {
        Self {
            words: Arc::clone(words),
            category,
            state: outcome.state(),
            chosen: outcome.chosen(),
            because: Because::new(outcome.because()),
            possible: outcome.possible(),
            missing: if reasons { outcome.missing() } else { Vec::new() },
            error: outcome.error(),
            faults,
        }
    }

    fn names<'py>(&self, py: Python<'py>, codes: CodeSet) -> PyResult<Bound<'py, PyTuple>> {
        let words = self.words.category(self.category);
        let names: Vec<&Py<PyString>> = codes.iter().filter_map(|code| words.map(|words| words.code(code))).collect();
        PyTuple::new(py, names)
    }
}

#[pymethods]
impl Outcome {
    /// The code; `none` where no code is the answer; a tuple of codes under `hit all`; None where there is no answer.
    #[getter]
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.chosen {
            Chosen::Nothing => Ok(None),
            Chosen::One(code) => {
                let words = self.words.category(self.category);
                Ok(words.map(|words| words.code(code).bind(py).clone().into_any()))
            }
            Chosen::Many(codes) => self.names(py, codes).map(|names| Some(names.into_any())),
        }
    }

    /// `decided`, `provisional`, `undetermined`, `not_applicable` or `error`.
    #[getter]
    fn state<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        let word = self.words.state(self.state);
        word.map_or_else(|| PyString::new(py, self.state.word()), |word| word.bind(py).clone())
    }

    /// The names of the criteria that gave the value.
    #[getter]
    fn because<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let words = self.words.category(self.category);
        let criteria = words.map_or(&[][..], |words| &words.criteria);
        // Mostly there is one reason, or none.
        if let Because::Few(bits) = self.because
            && bits.count_ones() <= 1
        {
            let name = criteria.get(bits.trailing_zeros() as usize).filter(|_| bits != 0);
            return name.map_or_else(|| Ok(PyTuple::empty(py)), |name| PyTuple::new(py, [name]));
        }
        let reasons = self.because.each();
        let names: Vec<&Py<PyString>> = reasons.iter().filter_map(|&at| criteria.get(usize::from(at))).collect();
        PyTuple::new(py, names)
    }

    /// The codes it could still be; of a decided one, the value.
    #[getter]
    fn possible<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        self.names(py, self.possible)
    }

    /// The missing inputs that could decide it, in the order in which the rules read them; empty in a session without
    /// `reasons`.
    #[getter]
    fn missing<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        guarded(|| {
            let program = &self.words.program;
            let Some(category) = program.category(self.category) else { return Ok(PyTuple::empty(py)) };
            PyTuple::new(py, self.missing.iter().map(|path| path.name(program, category.record)))
        })
    }

    /// What went wrong, of the state `error`.
    #[getter]
    fn error(&self) -> PyResult<Option<String>> {
        let said = |absence| assize::fault_message(&self.words.program, self.category, absence);
        guarded(|| Ok(self.error.map(said)))
    }

    /// What of the record could not be read: for each its field, a stable code such as `D0102`, and what is wrong.
    #[getter]
    fn faults(&self) -> Vec<Fault> {
        self.faults.as_deref().unwrap_or_default().to_vec()
    }

    /// The category's name.
    #[getter]
    fn category(&self) -> &str {
        self.words.program.category(self.category).map_or("?", |category| &category.heading.name)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let value =
            self.value(py)?.map_or_else(|| Ok("None".to_owned()), |value| value.repr().map(|r| r.to_string()))?;
        let mut out = format!("Outcome({}: {value}, {}", self.category(), self.state.word());
        for (name, given) in [("because", self.because(py)?), ("missing", self.missing(py)?)] {
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
