//! Partial results: what was counted of a part of the data, before any table is made of it.

use super::Evaluation;
use super::plan::run_text;
use super::run::fill;
use crate::error::Error;
use crate::parameters;
use crate::results::{RecordResults, Results};
use crate::ruleset::RuleSet;
use crate::show::Shown;
use assize_measures::bytes::{Reader, Short, Writer};
use assize_measures::{MeasurePlan, MeasureState, MergeError, StateError, TooManyGroups, Wanted};
use assize_model::civil::Date;
use assize_model::ids::{MeasureId, ParamId, RecordId};
use assize_model::program::Program;
use assize_model::read;
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const MAGIC: &[u8; 4] = b"ASZP";
/// The version of the binary form of partial results that is written, and the only one that is read.
pub const PARTIAL_VERSION: u16 = 1;
/// Magic, version and length.
const HEADER: usize = 14;

/// What was counted of the measures of a run over a part of the data, in a form that merges.
///
/// Partial results of parts merge into that of the whole, in any order, in any tree and however the data were split, and
/// give the same bytes and the same tables, medians, percentiles and distinct counts among them. Each row of the data
/// must be in one part, with all of its children.
///
/// It has the counts as they are: what is withheld and what is rounded is only worked out with the tables, so that it is
/// not for publication.
///
/// # How much it takes
///
/// As bytes, for each row of a measure's table: one to nine bytes for each breakdown, a few for each stage that any record
/// ended in, 33 for each sum and 66 for a sum of squares (Student's t). Independent of how many records were counted,
/// save for three forms that are exact: a distinct count has all different values of each row, two bytes or so each and
/// their texts once; a median or percentile has all different values of each row, each with how often it came, two to
/// ten bytes each. In memory it is 8 bytes for each value of a median, until 65,536 of them are counted by value. Asked for
/// as `approximate`, a distinct count takes 12,290 bytes a row at most, and a median or percentile at most 900 values for
/// each power of ten that its values span.
///
/// Faults of rows are counted, and not listed: the numbers of rows mean nothing in another part.
///
/// # Binary form, version 1
///
/// Numbers are little-endian; `n` is a number of seven bits a byte, lowest first; texts and lists follow their length, an
/// `n`.
///
/// | part | form |
/// |---|---|
/// | magic, version | `ASZP`, 2 bytes |
/// | length of all | 8 bytes |
/// | engine; name, version and hash of the rules; evaluation date | five texts |
/// | parameters | a list, in the order of the rules: name and value, two texts; a set is a list of texts |
/// | measures that are results | a list of names, in the order of the rules |
/// | records | a list, in the order of the rules: name, rows read, faults |
/// | measures that were counted | a list, in the order of the rules: name, and the state's own form |
/// | checksum | FNV-1a of all before, 8 bytes |
#[derive(Debug, Clone)]
pub struct Partial {
    rules: RuleSet,
    as_of: Date,
    params: Vec<Value>,
    asked: BTreeSet<MeasureId>,
    /// Rows read and faults.
    records: BTreeMap<RecordId, (u64, u64)>,
    states: BTreeMap<MeasureId, MeasureState>,
}

/// Why bytes are no partial results of these rules, or partial results do not merge.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartialError {
    /// They do not begin as one does.
    #[error("these bytes are no partial results")]
    NotPartial,
    /// They are of another version of the form.
    #[error("the partial results are of version {found}, and this engine reads version {PARTIAL_VERSION}")]
    Version {
        /// The version they state.
        found: u16,
    },
    /// There are fewer of them than they state.
    #[error("the partial results are not complete")]
    Truncated,
    /// Their checksum is wrong, or they say what nothing writes.
    #[error("the partial results are damaged")]
    Damaged,
    /// Another version of the engine counted.
    #[error("the partial results were counted by version {found} of the engine, and this is {}", Results::ENGINE)]
    OtherEngine {
        /// The version that they state.
        found: String,
    },
    /// They are of other rules.
    #[error("the partial results are of `{found}`, and not of `{expected}`")]
    OtherRules {
        /// Name, version and hash of theirs.
        found: String,
        /// Of those they were to be of.
        expected: String,
    },
    /// They are of another run of the same rules.
    #[error("the partial results are of different runs: {what}: {one} and {other}")]
    OtherRun {
        /// What differs: `as_of`, a parameter, or the measures.
        what: String,
        /// Here.
        one: String,
        /// There.
        other: String,
    },
    /// Together they have too many rows.
    #[error(transparent)]
    TooManyGroups(#[from] TooManyGroups),
}

impl From<Short> for PartialError {
    /// The length and the checksum were right: whatever is short now was written wrong.
    fn from(_: Short) -> Self {
        Self::Damaged
    }
}

impl From<StateError> for PartialError {
    fn from(error: StateError) -> Self {
        match error {
            StateError::Version { found } => Self::Version { found },
            // That of the whole was right.
            _ => Self::Damaged,
        }
    }
}

impl Evaluation {
    /// Reads the data and counts the measures that are asked for, and makes no tables: see [`Partial`]. Categories are
    /// worked out only as far as a measure reads them.
    ///
    /// # Errors
    ///
    /// As [`Evaluation::run`]; [`Error::is_usage`] also when there is no measure to be counted, or when something else is
    /// asked for.
    pub fn partial(mut self) -> Result<Partial, Error> {
        let program = Arc::clone(self.rules.program());
        if self.members.is_some() {
            return Err(Error::usage("partial results do not list the members of a measure"));
        }
        if let Some(category) = self.only.as_ref().and_then(|(categories, _)| categories.first()) {
            let name = program.category(*category).map_or("?", |category| &*category.heading.name);
            return Err(Error::usage(format!("partial results are of measures, and `{name}` is a category")));
        }
        if program.measures.is_empty() {
            return Err(Error::usage("the rules have no measure, and partial results are of measures"));
        }
        self.counts_only = true;
        self.reasons = false;
        self.coverage = false;
        self.errors_listed = 0;
        let rules = self.rules.clone();
        let counted = self.count()?;
        let records = counted.results.records.iter().map(|record| (record.record, (record.read, record.faults)));
        Ok(Partial {
            rules,
            as_of: counted.results.as_of,
            records: assize_model::order::map(records),
            params: counted.results.params,
            asked: counted.asked,
            states: assize_model::order::map(counted.states.into_iter().map(|state| (state.plan().measure(), state))),
        })
    }
}

impl Partial {
    /// The rules.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// The evaluation date.
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// The values of the parameters, by number.
    pub fn parameters(&self) -> &[Value] {
        &self.params
    }

    /// Of each record that was read: how many rows, and how many faults they have.
    pub fn records(&self) -> impl Iterator<Item = (RecordId, u64, u64)> {
        self.records.iter().map(|(&record, &(read, faults))| (record, read, faults))
    }

    /// Adds what was counted of another part.
    ///
    /// # Errors
    ///
    /// [`PartialError`], for one of other rules or of another run, after which this one is as it was; and when the rows
    /// of both are too many, after which it is of no more use.
    pub fn merge(&mut self, other: &Self) -> Result<(), PartialError> {
        self.mergeable(other)?;
        for (&record, &(read, faults)) in &other.records {
            let sums = self.records.entry(record).or_default();
            *sums = (sums.0.saturating_add(read), sums.1.saturating_add(faults));
        }
        for (id, state) in &mut self.states {
            let Some(other) = other.states.get(id) else { continue };
            state.merge(other).map_err(|error| match error {
                MergeError::TooManyGroups(error) => PartialError::TooManyGroups(error),
                // It was seen above that they are of the same.
                _ => PartialError::Damaged,
            })?;
        }
        Ok(())
    }

    fn mergeable(&self, other: &Self) -> Result<(), PartialError> {
        let (program, theirs) = (self.rules.program(), other.rules.program());
        if program.ruleset.hash != theirs.ruleset.hash {
            return Err(PartialError::OtherRules { found: identity(theirs), expected: identity(program) });
        }
        let differ = |what: String, one: String, other: String| Err(PartialError::OtherRun { what, one, other });
        if self.as_of != other.as_of {
            return differ("`as_of`".to_owned(), self.as_of.to_string(), other.as_of.to_string());
        }
        for (param, (one, other)) in program.params.iter().zip(self.params.iter().zip(&other.params)) {
            if one != other {
                let what = format!("parameter `{}`", param.heading.name);
                return differ(what, Shown(program, one).to_string(), Shown(program, other).to_string());
            }
        }
        let list = |ids: &mut dyn Iterator<Item = MeasureId>| {
            ids.map(|id| measure_name(program, id)).collect::<Vec<_>>().join(", ")
        };
        if self.asked != other.asked {
            let (one, other) = (list(&mut self.asked.iter().copied()), list(&mut other.asked.iter().copied()));
            return differ("the measures asked for".to_owned(), one, other);
        }
        if !self.states.keys().eq(other.states.keys()) {
            let (one, other) = (list(&mut self.states.keys().copied()), list(&mut other.states.keys().copied()));
            return differ("the measures of records with data".to_owned(), one, other);
        }
        Ok(())
    }

    /// The results of what was counted: the tables of the measures, as an evaluation of all the data gives them. They have
    /// no categories, and list no faults.
    pub fn finish(&self) -> Results {
        let program = self.rules.program();
        let records = self.records.iter().map(|(&record, &(read, faults))| RecordResults {
            record,
            read,
            faults,
            errors: Vec::new(),
        });
        let mut results = Results {
            program: Arc::clone(program),
            as_of: self.as_of,
            params: self.params.clone(),
            records: records.collect(),
            categories: Vec::new(),
            instruments: Vec::new(),
            overrides: Vec::new(),
            measures: Vec::new(),
            indicators: Vec::new(),
            evaluations: Vec::new(),
            quotes: Vec::new(),
            members: None,
        };
        fill(&mut results, self.states.values(), &self.asked);
        results
    }

    /// The bytes: the same for the same content, in whatever order it was counted and merged.
    pub fn to_bytes(&self) -> Vec<u8> {
        let program = self.rules.program();
        let mut body = Writer::default();
        let ruleset = &program.ruleset;
        for text in [Results::ENGINE, &ruleset.heading.name, &ruleset.version, &ruleset.hash] {
            body.text(text);
        }
        body.text(&self.as_of.to_string());
        body.length(self.params.len());
        for (param, value) in program.params.iter().zip(&self.params) {
            body.text(&param.heading.name);
            write_value(program, value, &mut body);
        }
        body.length(self.asked.len());
        for &id in &self.asked {
            body.text(measure_name(program, id));
        }
        body.length(self.records.len());
        for (&record, &(read, faults)) in &self.records {
            body.text(program.record(record).map_or("?", |record| &record.heading.name));
            body.number(read);
            body.number(faults);
        }
        body.length(self.states.len());
        for (&id, state) in &self.states {
            body.text(measure_name(program, id));
            let bytes = state.to_bytes();
            body.length(bytes.len());
            body.raw(&bytes);
        }
        let body = body.into_bytes();
        let mut out = Writer::default();
        out.raw(MAGIC);
        out.raw(&PARTIAL_VERSION.to_le_bytes());
        out.raw(&((HEADER + body.len() + 8) as u64).to_le_bytes());
        out.raw(&body);
        out.finish()
    }

    /// The partial results of these rules that [`Partial::to_bytes`] gave. The values of parameters are those of the run,
    /// whatever `rules` starts from.
    ///
    /// # Errors
    ///
    /// [`PartialError`], when they are none, whole and undamaged, of the same rules.
    pub fn from_bytes(rules: &RuleSet, bytes: &[u8]) -> Result<Self, PartialError> {
        // Too few bytes to say even what they are still tell whether they begin as partial results do.
        let (magic, rest) = bytes.split_at(MAGIC.len().min(bytes.len()));
        if magic.is_empty() || !MAGIC.starts_with(magic) {
            return Err(PartialError::NotPartial);
        }
        let (version, rest) = rest.split_first_chunk().ok_or(PartialError::Truncated)?;
        let found = u16::from_le_bytes(*version);
        if found != PARTIAL_VERSION {
            return Err(PartialError::Version { found });
        }
        let (length, _) = rest.split_first_chunk().ok_or(PartialError::Truncated)?;
        let length = u64::from_le_bytes(*length);
        if (bytes.len() as u64) < length {
            return Err(PartialError::Truncated);
        }
        let mut reader = Reader::new(bytes);
        reader.checked()?;
        reader.raw(HEADER)?;
        if bytes.len() as u64 != length {
            return Err(PartialError::Damaged);
        }
        let partial = Self::read(rules, &mut reader)?;
        // What is well formed but not what would be written (lists out of order) is damage too: else equal contents
        // could have different bytes. Each state was held to the same.
        let canonical = reader.is_done() && partial.to_bytes() == bytes;
        if canonical { Ok(partial) } else { Err(PartialError::Damaged) }
    }

    fn read(rules: &RuleSet, from: &mut Reader<'_>) -> Result<Self, PartialError> {
        let program = rules.program();
        let engine = from.text()?;
        if engine != Results::ENGINE {
            return Err(PartialError::OtherEngine { found: engine.to_owned() });
        }
        let (name, version, hash) = (from.text()?, from.text()?, from.text()?);
        if hash != &*program.ruleset.hash {
            let found = format!("{name} {version} ({hash})");
            return Err(PartialError::OtherRules { found, expected: identity(program) });
        }
        let as_of = read::date(from.text()?).map_err(|_| PartialError::Damaged)?;
        if from.length()? != program.params.len() {
            return Err(PartialError::Damaged);
        }
        let mut params = Vec::with_capacity(program.params.len());
        for (at, param) in program.params.iter().enumerate() {
            if from.text()? != &*param.heading.name {
                return Err(PartialError::Damaged);
            }
            params.push(read_value(program, ParamId::from_index(at), from)?);
        }
        let measure = |name: &str| program.measure_named(name).ok_or(PartialError::Damaged);
        let mut asked = BTreeSet::new();
        for _ in 0..from.length()? {
            asked.insert(measure(from.text()?)?);
        }
        let mut records = BTreeMap::new();
        for _ in 0..from.length()? {
            let record = program.record_named(from.text()?).ok_or(PartialError::Damaged)?;
            records.insert(record, (from.number()?, from.number()?));
        }
        let run = run_text(program, as_of, &params);
        let mut states = BTreeMap::new();
        for _ in 0..from.length()? {
            let id = measure(from.text()?)?;
            let length = from.length()?;
            let bytes = from.raw(length)?;
            // What it reads of the data does not matter any more.
            let plan = MeasurePlan::new(program, id, &run, &mut Wanted::default());
            let plan = plan.map_err(|_| PartialError::Damaged)?.as_of(program, as_of);
            states.insert(id, MeasureState::from_bytes(Arc::new(plan), bytes)?);
        }
        Ok(Self { rules: rules.clone(), as_of, params, asked, records, states })
    }
}

/// Name, version and hash.
fn identity(program: &Program) -> String {
    let ruleset = &program.ruleset;
    format!("{} {} ({})", ruleset.heading.name, ruleset.version, ruleset.hash)
}

fn measure_name(program: &Program, id: MeasureId) -> &str {
    program.measure(id).map_or("?", |measure| &*measure.heading.name)
}

/// A parameter's value: a text, or of a set a list of texts.
fn write_value(program: &Program, value: &Value, to: &mut Writer) {
    match value {
        Value::Codes(list, codes) => {
            to.length(codes.len());
            for code in codes.iter() {
                to.text(program.list(*list).map_or("?", |list| list.name(*code)));
            }
        }
        Value::Texts(texts) => {
            to.length(texts.len());
            texts.iter().for_each(|text| to.text(text));
        }
        value => to.text(&Shown(program, value).to_string()),
    }
}

fn read_value(program: &Program, id: ParamId, from: &mut Reader<'_>) -> Result<Value, PartialError> {
    let ty = program.param(id).ok_or(PartialError::Damaged)?.ty;
    match ty {
        Ty::Codes(list) => {
            let codes = program.list(list).ok_or(PartialError::Damaged)?;
            let count = from.length()?;
            let read = (0..count).map(|_| codes.code(from.text()?).ok_or(PartialError::Damaged));
            Ok(Value::codes(list, read.collect::<Result<Vec<_>, _>>()?))
        }
        Ty::Texts => {
            let count = from.length()?;
            let read = (0..count).map(|_| Ok::<_, PartialError>(from.text()?.into()));
            Ok(Value::texts(read.collect::<Result<Vec<_>, _>>()?))
        }
        // As it is: a cell's blanks at its ends are no part of it.
        Ty::Text => Ok(Value::Text(from.text()?.into())),
        _ => parameters::parse(program, id, from.text()?).map_err(|_| PartialError::Damaged),
    }
}
