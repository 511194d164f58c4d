//! Evaluating rules over data: what is asked for, of which data.

mod data;
mod explain;
mod gather;
mod partial;
mod plan;
mod run;
mod work;

pub use data::Data;
pub use explain::Explained;
pub use partial::{PARTIAL_VERSION, Partial, PartialError};

use crate::error::Error;
use crate::parameters;
use crate::ruleset::RuleSet;
use assize_eval::row::Inputs;
use assize_measures::disclosure;
use assize_model::civil::Date;
use assize_model::ids::{CategoryId, IndicatorId, MeasureId, RecordId};
use assize_model::program::Program;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// Rows read and worked out at a time.
const BATCH_ROWS: usize = 1 << 16;

/// Is told how many rows were worked out.
type Progress = dyn FnMut(u64) -> ControlFlow<()> + Send;

/// One evaluation: rules, data, parameters and the evaluation date. Set it up, then [`Evaluation::run`] it.
pub struct Evaluation {
    rules: RuleSet,
    inputs: Inputs,
    data: BTreeMap<RecordId, Data>,
    only: Option<(BTreeSet<CategoryId>, BTreeSet<MeasureId>)>,
    reasons: bool,
    coverage: bool,
    members: Option<MeasureId>,
    errors_listed: usize,
    progress: Option<Box<Progress>>,
    /// Whether only measures are counted, and no category is a result.
    counts_only: bool,
    /// At least one.
    threads: usize,
    batch_rows: usize,
}

/// The most threads that an evaluation works on.
const MAX_THREADS: usize = 256;

impl Evaluation {
    /// An evaluation as of a date, with the parameters' values that the rule set has.
    pub fn new(rules: &RuleSet, as_of: Date) -> Self {
        Self {
            rules: rules.clone(),
            inputs: rules.inputs(as_of),
            data: BTreeMap::new(),
            only: None,
            reasons: true,
            coverage: false,
            members: None,
            errors_listed: assize_io::FAULTS_KEPT,
            progress: None,
            counts_only: false,
            threads: 1,
            batch_rows: BATCH_ROWS,
        }
    }

    /// Sets a parameter, its value read from text as a cell of its type is.
    ///
    /// # Errors
    ///
    /// [`Error::is_usage`]: there is no such parameter, or it does not take the value.
    pub fn set(&mut self, name: &str, value: &str) -> Result<&mut Self, Error> {
        let program = self.rules.program();
        let id = parameters::named(program, name)?;
        let value = parameters::parse(program, id, value)?;
        self.inputs.set(program, id, value).map_err(|error| Error::usage(format!("parameter `{name}`: {error}")))?;
        Ok(self)
    }

    /// Says where the rows of a record come from.
    ///
    /// # Errors
    ///
    /// [`Error::is_usage`]: there is no such record, or it has its data already.
    pub fn data(&mut self, record: &str, data: Data) -> Result<&mut Self, Error> {
        let program = self.rules.program();
        let id = program.record_named(record).ok_or_else(|| {
            let names: Vec<&str> = program.records.iter().map(|record| &*record.heading.name).collect();
            Error::usage(format!("the rules have no record `{record}`; there are: {}", names.join(", ")))
        })?;
        if self.data.insert(id, data).is_some() {
            return Err(Error::usage(format!("the data of `{record}` are given twice")));
        }
        Ok(self)
    }

    /// Restricts the evaluation to these categories, measures, indicators and evaluations; the latter bring what they
    /// rest on with them.
    ///
    /// # Errors
    ///
    /// [`Error::is_usage`]: there is nothing of such a name.
    pub fn only<S: AsRef<str>>(&mut self, names: impl IntoIterator<Item = S>) -> Result<&mut Self, Error> {
        let program = self.rules.program();
        let (categories, measures) = self.only.get_or_insert_default();
        for name in names {
            let name = name.as_ref();
            // An instrument is its bands and its routes.
            if let Some(instrument) = program.instruments.iter().find(|form| *form.heading.name == *name) {
                categories.extend([instrument.band, instrument.routes].into_iter().flatten());
                continue;
            }
            // An evaluation is its indicators, and an indicator what its evidence is counted by.
            if let Some(evaluation) = program.evaluation_named(name).and_then(|id| program.evaluation(id)) {
                measures.extend(evaluation.indicators().into_iter().flat_map(|id| evidence(program, id)));
                continue;
            }
            if let Some(id) = program.indicator_named(name) {
                measures.extend(evidence(program, id));
                continue;
            }
            match (program.category_named(name), program.measure_named(name)) {
                (Some(id), _) => _ = categories.insert(id),
                (None, Some(id)) => _ = measures.insert(id),
                (None, None) => {
                    let mut all = [categories_of(program), measures_of(program)].concat();
                    all.extend(program.indicators.iter().map(|indicator| &*indicator.heading.name));
                    all.extend(program.evaluations.iter().map(|evaluation| &*evaluation.heading.name));
                    let message = format!("the rules have no category or measure `{name}`");
                    return Err(Error::usage(format!("{message}; there are: {}", all.join(", "))));
                }
            }
        }
        Ok(self)
    }

    /// Whether reasons, possible codes and missing fields are worked out beside values and states. On unless set.
    pub fn reasons(&mut self, reasons: bool) -> &mut Self {
        self.reasons = reasons;
        self
    }

    /// Whether it is counted what each criterion did. Needs reasons. Off unless set: every criterion is then worked out
    /// for every record.
    pub fn coverage(&mut self, coverage: bool) -> &mut Self {
        self.coverage = coverage;
        self
    }

    /// Lists who is in a measure.
    ///
    /// # Errors
    ///
    /// [`Error::is_usage`]: there is no such measure, or small counts of it are withheld: a list of its records would
    /// give them away.
    pub fn members(&mut self, measure: &str) -> Result<&mut Self, Error> {
        let id = self.rules.program().measure_named(measure);
        let id = id.ok_or_else(|| {
            let all = measures_of(self.rules.program()).join(", ");
            Error::usage(format!("the rules have no measure `{measure}`; there are: {all}"))
        })?;
        if disclosure::is_withheld_from(self.rules.program(), id) {
            return Err(Error::usage(format!(
                "the records of measure `{measure}` are not listed: small counts of it are withheld"
            )));
        }
        self.members = Some(id);
        Ok(self)
    }

    /// How many faults of each record's rows are listed; all are counted.
    pub fn errors_listed(&mut self, count: usize) -> &mut Self {
        self.errors_listed = count;
        self
    }

    /// How many threads work, the calling one among them: one unless set, for 0 as well, and at most 256. The results are
    /// the same, byte for byte. The rows of a record are worked out 65,536 at a time, each time by the next thread that is
    /// free; fewer rows are the work of one thread. While one reads, the others work out, so that what is slow to read
    /// (CSV, JSON Lines) gains little. Each thread counts measures for itself until all are put together, and holds its own
    /// rows.
    pub fn threads(&mut self, threads: usize) -> &mut Self {
        self.threads = threads.clamp(1, MAX_THREADS);
        self
    }

    /// How many rows are worked out at a time, at least one: for tests, in which there are few.
    #[doc(hidden)]
    pub fn batch_rows(&mut self, rows: usize) -> &mut Self {
        self.batch_rows = rows.max(1);
        self
    }

    /// Is told, on the calling thread, how many rows were worked out so far, a batch at a time, and may stop the evaluation; while children are
    /// read, before anything is worked out, as often that there are none yet.
    pub fn on_progress(&mut self, progress: impl FnMut(u64) -> ControlFlow<()> + Send + 'static) -> &mut Self {
        self.progress = Some(Box::new(progress));
        self
    }
}

fn evidence(program: &Program, id: IndicatorId) -> Vec<MeasureId> {
    program.indicator(id).map(|indicator| indicator.evidence.measures()).unwrap_or_default()
}

fn categories_of(program: &Program) -> Vec<&str> {
    program.categories.iter().map(|category| &*category.heading.name).collect()
}

fn measures_of(program: &Program) -> Vec<&str> {
    program.declared_measures().iter().map(|measure| &*measure.heading.name).collect()
}
