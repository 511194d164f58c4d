//! A rule set.

use crate::civil::{self, Ymd};
use crate::comparison;
use crate::diagnostics;
use crate::errors::{self, guarded};
use crate::evaluation::{Asked, evaluation};
use crate::explanation;
use crate::outline;
use crate::partial::Partial;
use crate::results::Results;
use crate::session::Session;
use crate::testing;
use assize::{RuleSet, Texts};
use pyo3::prelude::*;
use std::sync::OnceLock;

/// Texts by name.
type Named = Vec<(String, String)>;

/// A checked set of rules. It never changes, and threads share it.
#[pyclass(frozen, module = "assize._native")]
pub struct Rules {
    pub rules: RuleSet,
    /// Worked out when it is first asked for.
    outline: OnceLock<String>,
}

impl Rules {
    pub fn new(rules: RuleSet) -> Self {
        Self { rules, outline: OnceLock::new() }
    }
}

#[pymethods]
impl Rules {
    /// Loads rule files and what they import.
    #[staticmethod]
    fn load(py: Python<'_>, paths: Vec<String>) -> PyResult<Self> {
        guarded(|| {
            let loaded = py.detach(|| RuleSet::load(&paths));
            loaded.map(Self::new).map_err(|error| errors::load(py, &error))
        })
    }

    /// Compiles texts, each with its name.
    #[staticmethod]
    fn compile(py: Python<'_>, files: Vec<(String, String)>) -> PyResult<Self> {
        guarded(|| {
            let compiled = py.detach(|| match files.as_slice() {
                [(name, text)] => RuleSet::compile(name, text),
                _ => RuleSet::compile_files(files),
            });
            compiled.map(Self::new).map_err(|error| errors::compile(py, &error))
        })
    }

    /// The same rules with another value for a parameter.
    fn with_parameter(&self, name: &str, value: &str) -> PyResult<Self> {
        guarded(|| {
            let rules = self.rules.with_parameter(name, value);
            rules.map(Self::new).map_err(|error| errors::evaluation(&error))
        })
    }

    /// The name, the version and the hash.
    #[getter]
    fn identity(&self) -> (&str, &str, &str) {
        let ruleset = &self.rules.program().ruleset;
        (&ruleset.heading.name, &ruleset.version, &ruleset.hash)
    }

    /// What the rules declare, as JSON.
    #[getter]
    fn outline(&self) -> PyResult<&str> {
        guarded(|| Ok(self.outline.get_or_init(|| outline::of(&self.rules).to_string()).as_str()))
    }

    /// What is likely not meant, though the rules load.
    #[getter]
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guarded(|| diagnostics::list(py, self.rules.warnings(), self.rules.sources()))
    }

    /// The inputs and outputs as JSON Schema.
    fn schema(&self) -> PyResult<String> {
        guarded(|| Ok(assize_report::schema::schema(self.rules.program()).to_string()))
    }

    /// Runs the `test` blocks; what came of them, as JSON.
    fn test(&self, py: Python<'_>) -> PyResult<String> {
        guarded(|| Ok(py.detach(|| testing::run(&self.rules)).to_string()))
    }

    /// Works everything out over data.
    fn evaluate(&self, py: Python<'_>, asked: Asked<'_>) -> PyResult<Results> {
        guarded(|| {
            let (evaluation, stopped) = evaluation(&self.rules, asked)?;
            let done = py.detach(|| evaluation.run());
            stopped.check()?;
            let results = done.map_err(|error| errors::evaluation(&error))?;
            Ok(Results::new(results))
        })
    }

    /// Counts the measures over a part of the data.
    fn partial(&self, py: Python<'_>, asked: Asked<'_>) -> PyResult<Partial> {
        guarded(|| {
            let (evaluation, stopped) = evaluation(&self.rules, asked)?;
            let done = py.detach(|| evaluation.partial());
            stopped.check()?;
            done.map(Partial::new).map_err(|error| errors::evaluation(&error))
        })
    }

    /// The texts of the rules and of the tables they read, each with its name, and the parameters that were given.
    fn texts(&self) -> PyResult<(Named, Named, Named)> {
        guarded(|| {
            let Texts { rules, tables } = self.rules.texts().map_err(|error| errors::evaluation(&error))?;
            Ok((rules, tables, self.rules.given()))
        })
    }

    /// Compiles what `texts` gave.
    #[staticmethod]
    fn from_texts(py: Python<'_>, rules: Named, tables: Named) -> PyResult<Self> {
        guarded(|| {
            let texts = Texts { rules, tables };
            let compiled = py.detach(|| RuleSet::from_texts(&texts));
            compiled.map(Self::new).map_err(|error| errors::compile(py, &error))
        })
    }

    /// Explains the record of a key: for each category its name, the explanation as text, and as JSON.
    fn explain(
        &self,
        py: Python<'_>,
        asked: Asked<'_>,
        key: &str,
        category: Option<&str>,
    ) -> PyResult<Vec<(String, String, String)>> {
        guarded(|| {
            let (evaluation, stopped) = evaluation(&self.rules, asked)?;
            let told = py.detach(|| evaluation.explain(key, category));
            stopped.check()?;
            let told = told.map_err(|error| errors::evaluation(&error))?;
            Ok(told.iter().map(explanation::told).collect())
        })
    }

    /// Compares two results, of these rules and of others; as text and as JSON.
    #[staticmethod]
    fn compare(py: Python<'_>, old: &Results, new: &Results, examples: usize) -> PyResult<(String, String)> {
        guarded(|| {
            let compared = py.detach(|| comparison::compared(&old.results, &new.results, examples));
            compared.map_err(|error| errors::evaluation(&error))
        })
    }

    /// A session for one record at a time.
    fn session(
        &self,
        py: Python<'_>,
        as_of: Ymd,
        parameters: Vec<(String, String)>,
        reasons: bool,
    ) -> PyResult<Session> {
        guarded(|| {
            let mut rules = self.rules.clone();
            for (name, value) in parameters {
                rules = rules.with_parameter(&name, &value).map_err(|error| errors::evaluation(&error))?;
            }
            Session::new(py, &rules, civil::date(as_of)?, reasons)
        })
    }
}
