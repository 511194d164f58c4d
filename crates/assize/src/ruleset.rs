//! A checked set of rules, ready to run.

use crate::error::{CompileError, Error, LoadError};
use crate::load::Loader;
use crate::parameters;
use crate::show::Shown;
use assize_compile::Imports;
use assize_eval::row::testing::{TestReport, run_tests};
use assize_eval::row::{Inputs, Plan, Session};
use assize_lang::diagnostic::{Code, Diagnostic, Severity};
use assize_lang::source::{Source, SourceMap};
use assize_model::civil::Date;
use assize_model::ids::ParamId;
use assize_model::program::Program;
use assize_model::value::Value;
use std::path::Path;
use std::sync::Arc;

/// The compiler made a program that the evaluators refuse: a defect of the engine, not of the rules.
const E_INTERNAL: Code = Code("E0009");

/// A checked set of rules. It is immutable and cheap to clone; threads share it.
#[derive(Debug, Clone)]
pub struct RuleSet {
    inner: Arc<Inner>,
    /// The values of the parameters that sessions and evaluations start from, by number.
    params: Arc<[Value]>,
    /// By number: whether the value was put in the place of what the rules state.
    given: Arc<[bool]>,
}

#[derive(Debug)]
struct Inner {
    program: Arc<Program>,
    plan: Arc<Plan>,
    sources: SourceMap,
    warnings: Vec<Diagnostic>,
    /// How many of the sources are rules; the others have the rows of tables and look-ups.
    rule_files: usize,
    /// A workbook among those others.
    workbook: Option<String>,
}

/// The texts of a rule set, each with its name: all that it takes to compile it elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    /// The rule files, imported ones among them.
    pub rules: Vec<(String, String)>,
    /// The files of CSV in which tables and look-ups have their rows.
    pub tables: Vec<(String, String)>,
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
        Self::from_loader(loader, Imports::Followed)
    }

    /// Compiles texts, each with its name. An `import` names another of them, relative to the folder in its own name.
    ///
    /// # Errors
    ///
    /// [`CompileError`], with every diagnostic.
    pub fn compile_files<N: Into<String>, T: Into<String>>(
        files: impl IntoIterator<Item = (N, T)>,
    ) -> Result<Self, CompileError> {
        let mut loader = Loader::default();
        for (name, text) in files {
            loader.add(Source::new(name, text));
        }
        Self::from_loader(loader, Imports::OfNames)
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
        loader.read_sheets();
        Ok(Self::from_loader(loader, Imports::Followed)?)
    }

    /// Compiles what [`RuleSet::texts`] gave, on this machine or another, into the same rules with the same hash. The
    /// parameters have their defaults.
    ///
    /// # Errors
    ///
    /// [`CompileError`], with every diagnostic.
    pub fn from_texts(texts: &Texts) -> Result<Self, CompileError> {
        let mut loader = Loader::default();
        loader.travelled = Some(texts.tables.iter().cloned().collect());
        for (name, text) in &texts.rules {
            loader.add(Source::new(name.as_str(), text.as_str()));
        }
        loader.read_sheets();
        Self::from_loader(loader, Imports::Followed)
    }

    /// The texts that the rules were compiled from.
    ///
    /// # Errors
    ///
    /// [`Error::is_usage`]: a table or look-up has its rows in a workbook, which is no text.
    pub fn texts(&self) -> Result<Texts, Error> {
        if let Some(workbook) = &self.inner.workbook {
            return Err(Error::usage(format!(
                "the rules read the workbook `{workbook}`, which does not travel as text; save the sheet as CSV"
            )));
        }
        let mut texts = self.inner.sources.iter().map(|source| (source.name().to_owned(), source.text().to_owned()));
        let rules = texts.by_ref().take(self.inner.rule_files).collect();
        Ok(Texts { rules, tables: texts.collect() })
    }

    /// The parameters whose values were put in the place of what the rules state, and the values as text.
    pub fn given(&self) -> Vec<(String, String)> {
        let program = self.program();
        let values = program.params.iter().zip(&*self.params).zip(&*self.given);
        let shown = |value: &Value| match value {
            // As a cell has it: members with commas between.
            Value::Codes(..) | Value::Texts(_) => {
                let text = Shown(program, value).to_string();
                text.trim_start_matches('{').trim_end_matches('}').to_owned()
            }
            value => Shown(program, value).to_string(),
        };
        values
            .filter(|(_, given)| **given)
            .map(|((param, value), _)| (param.heading.name.to_string(), shown(value)))
            .collect()
    }

    fn from_loader(loader: Loader, imports: Imports) -> Result<Self, CompileError> {
        let Loader { sources, files, mut diagnostics, sheets, .. } = loader;
        let rule_files = files.len();
        let workbook = sheets.iter().find(|(_, sheet)| sheet.of_workbook()).map(|(_, sheet)| sheet.name.clone());
        let read = !diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        let (program, found) = assize_compile::compile_after(&files, &sources, imports, &diagnostics);
        diagnostics.extend(found);
        Loader::name_cells(&sheets, &mut diagnostics);
        assize_model::order::sort_by_key(&mut diagnostics, |diagnostic| {
            diagnostic.primary.as_ref().map(|label| label.span)
        });
        match program {
            Some(program) if read => {
                let program = Arc::new(program);
                match Plan::new(Arc::clone(&program)) {
                    Ok(plan) => {
                        let params = program.params.iter().map(|param| param.default.clone()).collect();
                        let given = vec![false; program.params.len()].into();
                        let plan = Arc::new(plan);
                        Ok(Self {
                            inner: Arc::new(Inner {
                                program,
                                plan,
                                sources,
                                warnings: diagnostics,
                                rule_files,
                                workbook,
                            }),
                            params,
                            given,
                        })
                    }
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

    /// The same rules with another value for a parameter, read from text as a cell of its type is.
    ///
    /// # Errors
    ///
    /// [`Error::is_usage`]: there is no such parameter, or it does not take the value.
    pub fn with_parameter(&self, name: &str, value: &str) -> Result<Self, Error> {
        let program = self.program();
        let id = parameters::named(program, name)?;
        let value = parameters::parse(program, id, value)?;
        let mut params = self.params.to_vec();
        if let Some(place) = params.get_mut(id.index()) {
            *place = value;
        }
        let mut given = self.given.to_vec();
        if let Some(given) = given.get_mut(id.index()) {
            *given = true;
        }
        Ok(Self { inner: Arc::clone(&self.inner), params: params.into(), given: given.into() })
    }

    /// The values of the parameters, by number: their defaults (which of a parameter with effective dates are for days
    /// that none of them holds; see [`RuleSet::inputs`]), and what [`RuleSet::with_parameter`] put in their place.
    pub fn parameters(&self) -> &[Value] {
        &self.params
    }

    /// What an evaluation starts from: the date, and the values of the parameters.
    pub fn inputs(&self, as_of: Date) -> Inputs {
        let mut inputs = Inputs::new(self.program(), as_of);
        let given = self.params.iter().zip(&*self.given).enumerate().filter(|(_, (_, given))| **given);
        for (at, (value, _)) in given {
            // Each was held to its parameter's type and range when it was taken.
            let _ = inputs.set(self.program(), ParamId::from_index(at), value.clone());
        }
        inputs
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
