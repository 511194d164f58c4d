//! Setting an evaluation up from what Python asks for, and stopping it when Python wants to.

use crate::civil::{self, Ymd};
use crate::errors;
use crate::source::{self, Source};
use assize::{Evaluation, RuleSet};
use pyo3::prelude::*;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

/// What is asked for: an object with these attributes.
#[derive(FromPyObject)]
pub struct Asked<'py> {
    sources: Vec<Source<'py>>,
    as_of: Ymd,
    /// Each with its value as text.
    parameters: Vec<(String, String)>,
    only: Option<Vec<String>>,
    reasons: bool,
    coverage: bool,
    members: Option<String>,
    errors_listed: usize,
    threads: usize,
    /// Is told how many rows were worked out so far.
    tell: Option<Py<PyAny>>,
}

/// What Python raised while an evaluation was running: an interrupt, or what the progress bar raised.
#[derive(Clone, Default)]
pub struct Stopped(Arc<Mutex<Option<PyErr>>>);

impl Stopped {
    fn set(&self, error: PyErr) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    /// Raises it.
    ///
    /// # Errors
    /// What was raised.
    pub fn check(&self) -> PyResult<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    }
}

/// The evaluation, ready to run without the interpreter.
///
/// # Errors
/// A usage error for what the rules do not have; a data error for columns that cannot be taken over.
pub fn evaluation(rules: &RuleSet, asked: Asked<'_>) -> PyResult<(Evaluation, Stopped)> {
    let fail = |error: assize::Error| errors::evaluation(&error);
    let mut evaluation = Evaluation::new(rules, civil::date(asked.as_of)?);
    for (name, value) in &asked.parameters {
        evaluation.set(name, value).map_err(fail)?;
    }
    if let Some(only) = &asked.only {
        evaluation.only(only).map_err(fail)?;
    }
    if let Some(members) = &asked.members {
        evaluation.members(members).map_err(fail)?;
    }
    evaluation
        .reasons(asked.reasons)
        .coverage(asked.coverage)
        .errors_listed(asked.errors_listed)
        .threads(asked.threads);
    for source in &asked.sources {
        evaluation.data(&source.0, source::data(source)?).map_err(fail)?;
    }
    let stopped = Stopped::default();
    let (tell, stop) = (asked.tell, stopped.clone());
    evaluation.on_progress(move |done| {
        Python::attach(|py| {
            let told = py.check_signals().and_then(|()| match &tell {
                Some(tell) => tell.call1(py, (done,)).map(drop),
                None => Ok(()),
            });
            match told {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    stop.set(error);
                    ControlFlow::Break(())
                }
            }
        })
    });
    Ok((evaluation, stopped))
}
