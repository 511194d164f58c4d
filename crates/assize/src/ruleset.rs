//! A checked set of rules, ready to run.

use crate::error::{CompileError, LoadError};
use crate::load::Loader;
use assize_compile::codes::IMPORT_NOT_FOUND;
use assize_eval::row::testing::{TestReport, run_tests};
use assize_eval::row::{Inputs, Plan, Session};
use assize_lang::diagnostic::{Code, Diagnostic, Severity};
use assize_lang::source::{Source, SourceMap};
use assize_model::program::Program;
use std::path::Path;
use std::sync::Arc;

/// The compiler made a program that the evaluators refuse: a defect of the engine, not of the rules.
const E_INTERNAL: Code = Code("E0009");

/// A checked set of rules. It is immutable and cheap to clone; threads share it.
#[derive(Debug, Clone)]
pub struct RuleSet {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    program: Arc<Program>,
    plan: Arc<Plan>,
    sources: SourceMap,
    warnings: Vec<Diagnostic>,
}

impl RuleSet {
    /// Compiles one text. `import`s in it are errors, since a text has no folder; see [`RuleSet::load`].
    ///
    /// # Errors
    ///
    /// [`CompileError`], with every diagnostic.
    pub fn compile(name: &str, text: &str) -> Result<Self, CompileError> {
        let mut loader = Loader::default();
        loader.add(Source::new(name, text));
        loader.refuse_imports();
        Self::from_loader(loader)
    }

    /// Loads rule files, and what they import, from disk. An import's path is relative to the file that names it.
    ///
    /// # Errors
    ///
    /// [`LoadError::Read`] for a named file that cannot be read, else [`LoadError::Compile`] with every diagnostic.
    pub fn load<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> Result<Self, LoadError> {
        let mut loader = Loader::default();
        for path in paths {
            let path = path.as_ref();
            loader.read(path).map_err(|error| LoadError::Read { path: path.to_owned(), error })?;
        }
        loader.follow_imports();
        Ok(Self::from_loader(loader)?)
    }

    fn from_loader(loader: Loader) -> Result<Self, CompileError> {
        let Loader { sources, files, mut diagnostics, .. } = loader;
        let read = !diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        let (program, found) = assize_compile::compile_after(&files, &sources, &diagnostics);
        // Every import that is not there was reported with the reason when it was read.
        diagnostics.extend(found.into_iter().filter(|found| found.code != IMPORT_NOT_FOUND));
        diagnostics.sort_by_key(|diagnostic| diagnostic.primary.as_ref().map(|label| label.span));
        match program {
            Some(program) if read => {
                let program = Arc::new(program);
                match Plan::new(Arc::clone(&program)) {
                    Ok(plan) => Ok(Self {
                        inner: Arc::new(Inner { program, plan: Arc::new(plan), sources, warnings: diagnostics }),
                    }),
                    Err(malformed) => {
                        diagnostics.push(Diagnostic::placeless(E_INTERNAL, malformed.to_string()));
                        Err(CompileError { sources, diagnostics })
                    }
                }
            }
            _ => Err(CompileError { sources, diagnostics }),
        }
    }

    /// The typed program.
    pub fn program(&self) -> &Arc<Program> {
        &self.inner.program
    }

    /// The plan for evaluating single records.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.inner.plan
    }

    /// A session that evaluates one record at a time.
    pub fn session(&self, inputs: &Inputs) -> Session {
        Session::new(Arc::clone(&self.inner.plan), inputs)
    }

    /// Runs the `test` blocks.
    pub fn test(&self) -> TestReport {
        run_tests(&self.inner.plan)
    }

    /// What is likely not meant, though the rules load.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.inner.warnings
    }

    /// The texts that the warnings point into.
    pub fn sources(&self) -> &SourceMap {
        &self.inner.sources
    }
}
