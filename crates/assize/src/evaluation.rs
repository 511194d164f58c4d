//! Evaluating rules over data: which records are read whole, which are streamed, and what is worked out for each.

use crate::children::{Branches, Family};
use crate::error::Error;
use crate::fill::fill;
use crate::parameters;
use crate::results::{CategoryResults, Coverage, Member, Members, Part, RecordResults, Results, key};
use crate::ruleset::RuleSet;
use crate::show::Shown;
use assize_eval::batch::{self, Detail, Frame, Plan, Request, Run};
use assize_eval::row::explain::{Explanation, explain};
use assize_eval::row::{Inputs, RowError};
use assize_io::{Batch, Counts, Format, Options, Reader, RowFault};
use assize_measures::{MeasurePlan, MeasureState, Stage, Wanted};
use assize_model::civil::Date;
use assize_model::column::Table;
use assize_model::ids::{CategoryId, MeasureId, NodeId, RecordId};
use assize_model::lane::Chunk;
use assize_model::program::Program;
use assize_model::read;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

/// Rows read and worked out at a time.
const BATCH_ROWS: usize = 1 << 16;

/// Where a record's rows come from.
pub enum Data {
    /// A file, in the format its name says unless another is given.
    File(PathBuf, Option<Format>),
    /// A stream, such as standard input.
    Stream(Box<dyn Read + Send>, Format),
}

/// Why one record is in a category, and by which rules.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The rules.
    pub program: Arc<Program>,
    /// The evaluation date.
    pub as_of: Date,
    /// The record's key.
    pub key: String,
    /// What decided, what was read, what is missing, and what would change it.
    pub explanation: Explanation,
}

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
    progress: Option<Box<dyn FnMut(u64)>>,
}

impl Evaluation {
    /// An evaluation as of a date, with the parameters' defaults.
    pub fn new(rules: &RuleSet, as_of: Date) -> Self {
        Self {
            rules: rules.clone(),
            inputs: Inputs::new(rules.program(), as_of),
            data: BTreeMap::new(),
            only: None,
            reasons: true,
            coverage: false,
            members: None,
            errors_listed: assize_io::FAULTS_KEPT,
            progress: None,
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

    /// Restricts the evaluation to these categories and measures.
    ///
    /// # Errors
    ///
    /// [`Error::is_usage`]: there is no such category or measure.
    pub fn only<S: AsRef<str>>(&mut self, names: impl IntoIterator<Item = S>) -> Result<&mut Self, Error> {
        let program = self.rules.program();
        let (categories, measures) = self.only.get_or_insert_default();
        for name in names {
            let name = name.as_ref();
            match (program.category_named(name), program.measure_named(name)) {
                (Some(id), _) => _ = categories.insert(id),
                (None, Some(id)) => _ = measures.insert(id),
                (None, None) => {
                    let (all, more) = (categories_of(program), measures_of(program));
                    let message = format!("the rules have no category or measure `{name}`");
                    return Err(Error::usage(format!("{message}; there are: {}", [all, more].concat().join(", "))));
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
    /// [`Error::is_usage`]: there is no such measure.
    pub fn members(&mut self, measure: &str) -> Result<&mut Self, Error> {
        let id = self.rules.program().measure_named(measure);
        let id = id.ok_or_else(|| {
            let all = measures_of(self.rules.program()).join(", ");
            Error::usage(format!("the rules have no measure `{measure}`; there are: {all}"))
        })?;
        self.members = Some(id);
        Ok(self)
    }

    /// How many faults of each record's rows are listed; all are counted.
    pub fn errors_listed(&mut self, count: usize) -> &mut Self {
        self.errors_listed = count;
        self
    }

    /// Is told how many rows were worked out so far, a batch at a time.
    pub fn on_progress(&mut self, progress: impl FnMut(u64) + 'static) -> &mut Self {
        self.progress = Some(Box::new(progress));
        self
    }

    /// Reads the data and works everything out. Records that children are made of are held in memory; the others are
    /// read in batches and let go.
    ///
    /// # Errors
    ///
    /// [`Error::is_data`]: data that are needed were not given, cannot be read, or lack a column;
    /// [`Error::is_usage`]: something to be listed or restricted to has no data. Faults of single rows are in the results.
    pub fn run(self) -> Result<Results, Error> {
        let rules = self.rules.clone();
        let program = rules.program();
        let mut work = self.plan(program)?;
        let mut data = self.data;
        let mut family = Family::default();
        let mut records: BTreeMap<RecordId, RecordResults> = BTreeMap::new();
        let options = Options { faults_kept: self.errors_listed, ..Options::default() };

        let needed = needs(program, &work);
        let nested = nests(&data);
        load(program, &needed, &mut data, nested, &options, &mut family, &mut records)?;
        for (record, job) in &work {
            family.join(program, *record, &job.branches)?;
        }

        let mut members = self.members.map(|measure| Members { measure, rows: Vec::new() });
        let mut progress = self.progress;
        let mut done = 0;
        let mut outcomes: BTreeMap<CategoryId, CategoryResults> = BTreeMap::new();
        let mut measures = Vec::new();
        for (record, job) in &mut work {
            let run_inputs = batch::Inputs { as_of: self.inputs.as_of(), params: self.inputs.params().to_vec() };
            let mut run = Run::new(program, &job.plan, &run_inputs).map_err(|error| Error::data(error.to_string()))?;
            let mut step = Step { program, job: &mut job.counting, outcomes: &mut outcomes, members: members.as_mut() };
            let mut tell = |rows: usize| {
                done += rows as u64;
                if let Some(progress) = &mut progress {
                    progress(done);
                }
            };
            if let Some(table) = family.table(*record).cloned() {
                let mut from = 0;
                while from < table.rows {
                    let rows = from..(from + BATCH_ROWS).min(table.rows);
                    step.work(&mut run, &mut family, &job.branches, &table, rows.clone(), 1)?;
                    tell(rows.len());
                    from = rows.end;
                }
            } else if let Some(data) = data.remove(record) {
                let mut reader = open(program, *record, data, &options)?;
                let fail = |error| Error::data(format!("`{}`: {error}", name(program, *record)));
                while let Some(batch) = reader.next_batch(BATCH_ROWS).map_err(fail)? {
                    let Batch { table, first_row, faults, children } = batch;
                    note(&mut records, *record, Counts::default(), faults, self.errors_listed);
                    let rows = table.rows;
                    if nested && children_are_nested(&needed, &family) {
                        let mut own = Family::default();
                        for child in children {
                            let none = Counts::default();
                            note(&mut records, child.table.record, none, child.faults, self.errors_listed);
                            own.insert(child.table);
                        }
                        own.join(program, *record, &job.branches)?;
                        step.work(&mut run, &mut own, &job.branches, &table, 0..rows, first_row)?;
                    } else {
                        step.work(&mut run, &mut family, &job.branches, &table, 0..rows, first_row)?;
                    }
                    tell(rows);
                }
                note(&mut records, *record, reader.counts(), Vec::new(), self.errors_listed);
                for (child, counts) in reader.child_counts() {
                    note(&mut records, child, counts, Vec::new(), self.errors_listed);
                }
            }
            for (id, state) in &job.counting.measures {
                measures.push((*id, state.finish(program)));
            }
        }
        // Data given for a record that nothing is asked of are read all the same, so that their faults are told.
        for (record, data) in data {
            let mut reader = open(program, record, data, &options)?;
            let fail = |error| Error::data(format!("`{}`: {error}", name(program, record)));
            while let Some(batch) = reader.next_batch(BATCH_ROWS).map_err(fail)? {
                note(&mut records, record, Counts::default(), batch.faults, self.errors_listed);
            }
            note(&mut records, record, reader.counts(), Vec::new(), self.errors_listed);
        }
        for (parent, field, child, rows) in family.orphans(program) {
            orphans(program, &mut records, (parent, field), child, &rows, family.table(child), self.errors_listed);
        }
        measures.sort_by_key(|(id, _)| *id);
        Ok(Results {
            program: Arc::clone(program),
            as_of: self.inputs.as_of(),
            params: self.inputs.params().to_vec(),
            records: records.into_values().collect(),
            categories: outcomes.into_values().collect(),
            measures,
            members,
        })
    }

    /// Explains the categories of one record, known by its key; of a record without a key, by its row number. Without a
    /// category's name, every category of every record that has such a key.
    ///
    /// # Errors
    ///
    /// As [`Evaluation::run`]; [`Error::is_usage`] when there is no such category, or no record of that key.
    pub fn explain(mut self, key_text: &str, category: Option<&str>) -> Result<Vec<Explained>, Error> {
        let rules = self.rules.clone();
        let program = rules.program();
        if let Some(name) = category {
            let id = program.category_named(name);
            let id = id.ok_or_else(|| {
                let all = categories_of(program).join(", ");
                Error::usage(format!("the rules have no category `{name}`; there are: {all}"))
            })?;
            self.only = Some((BTreeSet::from([id]), BTreeSet::new()));
        }
        let mut work = self.plan(program)?;
        work.retain(|_, job| !job.counting.shown.is_empty());
        let options = Options { faults_kept: self.errors_listed, ..Options::default() };
        let mut records = BTreeMap::new();
        let nested = nests(&self.data);
        let mut family = Family::default();
        let needed = needs(program, &work);
        load(program, &needed, &mut self.data, nested, &options, &mut family, &mut records)?;
        for (record, job) in &work {
            family.join(program, *record, &job.branches)?;
        }
        let as_of = self.inputs.as_of();
        let mut session = rules.session(&self.inputs);
        let mut out = Vec::new();
        for (record, job) in &work {
            let categories: Vec<CategoryId> = job.plan.categories().map(|(id, _)| id).collect();
            let mut tell = |table: &Table, row: usize, family: &mut Family| {
                family.with_links(program, &job.branches, table, row..row + 1, |links| {
                    fill(&mut session, table, row, links)?;
                    for &id in &categories {
                        let explanation = explain(&mut session, id)?;
                        out.push(Explained {
                            program: Arc::clone(program),
                            as_of,
                            key: key_text.to_owned(),
                            explanation,
                        });
                    }
                    Ok::<(), RowError>(())
                })
            };
            let key_at = |table: &Table, first_row: u64| {
                let keys = program.record(*record).and_then(|record| table.column(record.key?));
                (0..table.rows).find(|&row| key(program, Some(*record), keys, first_row, row) == key_text)
            };
            let told = if let Some(table) = family.table(*record).cloned() {
                key_at(&table, 1).map(|row| tell(&table, row, &mut family))
            } else if let Some(data) = self.data.remove(record) {
                let mut reader = open(program, *record, data, &options)?;
                let fail = |error| Error::data(format!("`{}`: {error}", name(program, *record)));
                let mut told = None;
                while let Some(batch) = reader.next_batch(BATCH_ROWS).map_err(fail)? {
                    let Some(row) = key_at(&batch.table, batch.first_row) else { continue };
                    told = Some(if nested && children_are_nested(&needed, &family) {
                        let mut own = Family::default();
                        batch.children.into_iter().for_each(|child| own.insert(child.table));
                        own.join(program, *record, &job.branches)?;
                        tell(&batch.table, row, &mut own)
                    } else {
                        tell(&batch.table, row, &mut family)
                    });
                    break;
                }
                told
            } else {
                None
            };
            if let Some(told) = told {
                told?.map_err(|error| Error::data(error.to_string()))?;
            }
        }
        if out.is_empty() {
            return Err(Error::usage(format!("no record that is categorised has the key {}", read::Shown(key_text))));
        }
        Ok(out)
    }

    /// What is to be worked out for each record that has data.
    fn plan(&self, program: &Arc<Program>) -> Result<BTreeMap<RecordId, Job>, Error> {
        let wants_category = |id| self.only.as_ref().is_none_or(|(categories, _)| categories.contains(&id));
        let wants_measure =
            |id| self.only.as_ref().is_none_or(|(_, measures)| measures.contains(&id)) || self.members == Some(id);
        let run_text = self.run_text(program);
        let fail = |error: &dyn std::fmt::Display| Error::usage(error.to_string());
        let mut work = BTreeMap::new();
        for record in (0..program.records.len()).map(RecordId::from_index) {
            let categories: Vec<CategoryId> = (0..program.categories.len())
                .map(CategoryId::from_index)
                .filter(|&id| program.category(id).is_some_and(|category| category.record == record))
                .filter(|&id| wants_category(id))
                .collect();
            let measures: Vec<MeasureId> = (0..program.measures.len())
                .map(MeasureId::from_index)
                .filter(|&id| program.measure(id).is_some_and(|measure| measure.record == record))
                .filter(|&id| wants_measure(id))
                .collect();
            if categories.is_empty() && measures.is_empty() {
                continue;
            }
            if !self.data.contains_key(&record) {
                if self.only.is_some() || self.members.is_some_and(|id| measures.contains(&id)) {
                    let name = name(program, record);
                    return Err(Error::data(format!("no data are given for `{name}`, which is asked for")));
                }
                continue;
            }
            let mut wanted = Wanted::default();
            let mut states = Vec::new();
            for &id in &measures {
                let plan = MeasurePlan::new(program, id, &run_text, &mut wanted).map_err(|error| fail(&error))?;
                states.push((id, MeasureState::new(Arc::new(plan))));
            }
            // Measures read outcomes by their place: the categories they want come first.
            let mut asked: Vec<CategoryId> = Vec::new();
            for decision in wanted.decisions.iter().filter_map(|&id| program.decision(id)) {
                asked.push(decision.category);
            }
            asked.extend(categories.iter().filter(|id| !wanted_has(program, &wanted, **id)));
            let detail = |id: &CategoryId| {
                let full = self.reasons && categories.contains(id);
                (*id, if full { Detail::Reasons } else { Detail::States })
            };
            let mut nodes = wanted.nodes.clone();
            let mut covered = Vec::new();
            if self.coverage && self.reasons {
                for &id in &categories {
                    let decision = program.category(id).and_then(|category| program.decision(category.decision));
                    let criteria = decision.map(|decision| decision.criteria.to_vec()).unwrap_or_default();
                    let lanes = criteria.iter().map(|&node| place(&mut nodes, node)).collect();
                    covered.push((id, lanes));
                }
            }
            let request = Request { categories: asked.iter().map(detail).collect(), nodes };
            let plan = Plan::new(program, record, &request).map_err(|error| fail(&error))?;
            let branches = Branches::new(program, record, &plan.children());
            let shown = asked.iter().map(|id| categories.contains(id)).collect();
            let counting = Counting { measures: states, shown, covered };
            work.insert(record, Job { plan, branches, counting });
        }
        if work.is_empty() && self.data.is_empty() {
            return Err(Error::usage("no data are given"));
        }
        Ok(work)
    }

    /// What a measure's result depends on beside rules and data.
    fn run_text(&self, program: &Program) -> String {
        let mut text = format!("as_of={}", self.inputs.as_of());
        for (param, value) in program.params.iter().zip(self.inputs.params()) {
            text.push_str(&format!(";{}={}", param.heading.name, Shown(program, value)));
        }
        text
    }
}

/// What is worked out for one record.
struct Job {
    plan: Plan,
    branches: Branches,
    counting: Counting,
}

struct Counting {
    measures: Vec<(MeasureId, MeasureState)>,
    /// For each category asked for: whether it is a result, and not only something that a measure reads.
    shown: Vec<bool>,
    /// The categories whose criteria are counted, with the lane of each criterion.
    covered: Vec<(CategoryId, Vec<usize>)>,
}

fn wanted_has(program: &Program, wanted: &Wanted, id: CategoryId) -> bool {
    wanted.decisions.iter().any(|&decision| program.decision(decision).is_some_and(|of| of.category == id))
}

fn place(nodes: &mut Vec<NodeId>, node: NodeId) -> usize {
    nodes.iter().position(|&old| old == node).unwrap_or_else(|| {
        nodes.push(node);
        nodes.len() - 1
    })
}

/// A batch being worked out.
struct Step<'a> {
    program: &'a Arc<Program>,
    job: &'a mut Counting,
    outcomes: &'a mut BTreeMap<CategoryId, CategoryResults>,
    members: Option<&'a mut Members>,
}

impl Step<'_> {
    fn work(
        &mut self,
        run: &mut Run<'_>,
        family: &mut Family,
        branches: &Branches,
        table: &Table,
        rows: std::ops::Range<usize>,
        first_row: u64,
    ) -> Result<(), Error> {
        let program = self.program;
        let declared = program.record(table.record);
        let keys = declared.and_then(|record| table.column(record.key?)).cloned();
        let start = rows.start;
        let mut failed: Option<String> = None;
        let mut coverage: Vec<Vec<Coverage>> =
            self.job.covered.iter().map(|(_, lanes)| vec![Coverage::default(); lanes.len()]).collect();
        let (measures, members, covered) = (&mut self.job.measures, &mut self.members, &self.job.covered);
        let mut sink = |chunk: &Chunk<'_>| {
            for (id, state) in measures.iter_mut() {
                if let Err(error) = state.update(chunk) {
                    failed.get_or_insert_with(|| error.to_string());
                }
                if let Some(members) = members.as_deref_mut().filter(|members| members.measure == *id) {
                    let at = |row| key(program, Some(table.record), keys.as_ref(), first_row, start + chunk.from + row);
                    if let Err(error) = list_members(program, state, chunk, members, &at) {
                        failed.get_or_insert(error);
                    }
                }
            }
            for ((_, lanes), counts) in covered.iter().zip(&mut coverage) {
                for (&lane, count) in lanes.iter().zip(counts) {
                    if let Some(lane) = chunk.lanes.get(lane) {
                        cover(lane, chunk.rows, count);
                    }
                }
            }
        };
        let columns = family.with_links(program, branches, table, rows.clone(), |links| {
            run.batch_with(&Frame { table, rows: rows.clone(), links }, &mut sink)
        })?;
        let columns = columns.map_err(|error| Error::data(error.to_string()))?;
        if let Some(error) = failed {
            return Err(Error::data(error));
        }
        for (columns, _) in columns.into_iter().zip(&self.job.shown).filter(|(_, shown)| **shown) {
            let category = columns.category;
            let results = self.outcomes.entry(category).or_insert_with(|| CategoryResults {
                category,
                parts: Vec::new(),
                coverage: Vec::new(),
            });
            let at = self.job.covered.iter().position(|(id, _)| *id == category);
            if let Some(counts) = at.and_then(|at| coverage.get_mut(at)) {
                for &criterion in columns.reasons.iter().flat_map(|reasons| &reasons.because.ids) {
                    if let Some(count) = counts.get_mut(usize::from(criterion)) {
                        count.decided_by += 1;
                    }
                }
                results.coverage.resize(counts.len(), Coverage::default());
                for (total, count) in results.coverage.iter_mut().zip(counts) {
                    total.is_true += count.is_true;
                    total.decided_by += count.decided_by;
                    total.unknown += count.unknown;
                }
            }
            // Only the keys are kept of what was read.
            let keys = keys.clone();
            results.parts.push(Part { first_row, first: start, keys, columns });
        }
        Ok(())
    }
}

fn cover(lane: &assize_model::lane::Lane<'_>, rows: usize, count: &mut Coverage) {
    use assize_model::lane::LaneValue;
    for row in 0..rows {
        match lane.value(row) {
            Ok(LaneValue::Boolean(true)) => count.is_true += 1,
            Ok(_) => {}
            Err(absence) if !absence.is_error() => count.unknown += 1,
            Err(_) => {}
        }
    }
}

fn list_members(
    program: &Program,
    state: &MeasureState,
    chunk: &Chunk<'_>,
    members: &mut Members,
    key: &dyn Fn(usize) -> String,
) -> Result<(), String> {
    let mut stages: Vec<Stage> = Vec::new();
    state.plan().stages(chunk, &mut stages).map_err(|error| error.to_string())?;
    for (row, stage) in stages.into_iter().enumerate() {
        let (by, period) = state.plan().breakdown(program, chunk, row);
        members.rows.push(Member { key: key(row), stage, by, period });
    }
    Ok(())
}

fn name(program: &Program, record: RecordId) -> &str {
    program.record(record).map_or("?", |record| &record.heading.name)
}

fn categories_of(program: &Program) -> Vec<&str> {
    program.categories.iter().map(|category| &*category.heading.name).collect()
}

fn measures_of(program: &Program) -> Vec<&str> {
    program.measures.iter().map(|measure| &*measure.heading.name).collect()
}

/// The records whose rows are children of what is worked out, each with the first `many` field that asks for it.
fn needs(program: &Program, work: &BTreeMap<RecordId, Job>) -> BTreeMap<RecordId, String> {
    let mut needed = BTreeMap::new();
    for (record, job) in work {
        job.branches.each(*record, &mut |parent, field, child| {
            let parent = program.record(parent);
            let field = parent.and_then(|parent| Some(&*parent.fields.get(field.index())?.heading.name));
            let parent = parent.map_or("", |parent| &parent.heading.name);
            needed.entry(child).or_insert_with(|| format!("{parent}.{}", field.unwrap_or("")));
        });
    }
    needed
}

/// Reads the records that are children whole.
fn load(
    program: &Program,
    needed: &BTreeMap<RecordId, String>,
    data: &mut BTreeMap<RecordId, Data>,
    nested: bool,
    options: &Options,
    family: &mut Family,
    records: &mut BTreeMap<RecordId, RecordResults>,
) -> Result<(), Error> {
    for (&child, asked_by) in needed {
        let name = name(program, child);
        let Some(data) = data.remove(&child) else {
            if nested {
                continue;
            }
            return Err(Error::data(format!("`{asked_by}` reads `{name}`, for which no data are given")));
        };
        let mut reader = open(program, child, data, options)?;
        let batch = reader.read_all().map_err(|error| Error::data(format!("`{name}`: {error}")))?;
        note(records, child, reader.counts(), batch.faults, options.faults_kept);
        family.insert(batch.table);
    }
    Ok(())
}

/// Whether children may stand inside their parents' rows: some data are JSON Lines.
fn nests(data: &BTreeMap<RecordId, Data>) -> bool {
    data.values().any(|data| match data {
        Data::File(path, format) => format.or_else(|| Format::of_path(path)) == Some(Format::JsonLines),
        Data::Stream(_, format) => *format == Format::JsonLines,
    })
}

fn children_are_nested(needed: &BTreeMap<RecordId, String>, family: &Family) -> bool {
    needed.keys().all(|&child| family.table(child).is_none_or(|table| table.rows == 0))
}

fn open(program: &Program, record: RecordId, data: Data, options: &Options) -> Result<Reader, Error> {
    let name = name(program, record);
    match data {
        Data::File(path, format) => {
            let format = format.or_else(|| Format::of_path(&path)).ok_or_else(|| {
                let path = path.display();
                Error::usage(format!("`{path}`: the ending does not tell the format: csv, tsv, jsonl or parquet"))
            })?;
            Reader::open(&path, format, program, record, options)
                .map_err(|error| Error::data(format!("`{name}` from `{}`: {error}", path.display())))
        }
        Data::Stream(stream, format) => Reader::from_stream(stream, format, program, record, options)
            .map_err(|error| Error::data(format!("`{name}`: {error}"))),
    }
}

/// Takes note of what was read of a record.
fn note(
    records: &mut BTreeMap<RecordId, RecordResults>,
    record: RecordId,
    counts: Counts,
    faults: Vec<RowFault>,
    listed: usize,
) {
    let results = records.entry(record).or_insert_with(|| RecordResults { record, read: 0, faults: 0, errors: vec![] });
    results.read += counts.rows;
    results.faults += counts.faults;
    let room = listed.saturating_sub(results.errors.len());
    results.errors.extend(faults.into_iter().take(room));
}

/// Takes note of children without a parent.
fn orphans(
    program: &Program,
    records: &mut BTreeMap<RecordId, RecordResults>,
    (parent, field): (RecordId, assize_model::ids::FieldId),
    child: RecordId,
    rows: &[u32],
    table: Option<&Table>,
    listed: usize,
) {
    let kind = program.record(parent).and_then(|record| Some(record.fields.get(field.index())?.kind));
    let Some(assize_model::program::FieldKind::Many { by, .. }) = kind else { return };
    let parent = name(program, parent);
    let column = table.and_then(|table| table.column(by));
    let keys = table.zip(program.record(child)).and_then(|(table, record)| table.column(record.key?));
    let fault = |row: u32| {
        let at = row as usize;
        let named = column.filter(|column| column.is_known(at)).and_then(|column| crate::show::cell(None, column, at));
        let message = match named {
            Some(named) => format!("no `{parent}` has the key {}", read::Shown(&named)),
            None => format!("the `{parent}` it belongs to is not named"),
        };
        let key = keys.filter(|keys| keys.is_known(at)).and_then(|keys| crate::show::cell(None, keys, at));
        RowFault { record: child, row: u64::from(row) + 1, key, field: Some(by), code: read::NO_PARENT, message }
    };
    let faults = rows.iter().take(listed).map(|&row| fault(row)).collect();
    let counts = Counts { rows: 0, bad: 0, faults: rows.len() as u64 };
    note(records, child, counts, faults, listed);
}
