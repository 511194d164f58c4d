//! Running an evaluation: batch after batch, in the order of the data.

use super::data::{Reading, name, needs, note, orphans, unread};
use super::plan::Counting;
use super::{BATCH_ROWS, Evaluation};
use crate::children::{Branches, Family, Nest};
use crate::error::Error;
use crate::forms::{InstrumentResults, OverrideResults, lacks};
use crate::quotes::{Quotes, QuotesJob};
use crate::responses::Dues;
use crate::results::{CategoryResults, Coverage, Member, Members, Part, RecordResults, Results, key};
use assize_eval::batch::{self, Frame, Run};
use assize_io::{Batch, Counts, Options, RowFault};
use assize_measures::{MeasurePlan, MeasureState, RunOf, Stage, disclosure, evaluation, report};
use assize_model::civil::Date;
use assize_model::column::Table;
use assize_model::ids::{CategoryId, MeasureId, RecordId};
use assize_model::lane::{Chunk, Lane, LaneValue};
use assize_model::program::Program;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

impl Evaluation {
    /// Reads the data and works everything out. Records that children are made of are held in memory; the others are
    /// read in batches and let go.
    ///
    /// # Errors
    ///
    /// [`Error::is_data`]: data that are needed were not given, cannot be read, or lack a column;
    /// [`Error::is_usage`]: something to be listed or restricted to has no data;
    /// [`Error::is_stopped`]: whoever was told of the progress said so. Faults of single rows are in the results.
    pub fn run(self) -> Result<Results, Error> {
        self.count().map(Counted::into_results)
    }

    /// Reads the data and works everything out but the tables of measures, whose states are given back.
    pub(super) fn count(self) -> Result<Counted, Error> {
        let rules = self.rules.clone();
        let program = rules.program();
        if let Some((measure, parameter)) = disclosure::wrong_threshold(program, self.inputs.params()) {
            return Err(Error::usage(format!(
                "parameter `{parameter}`: measure `{measure}` withholds counts below it, so that it must be 2 or more"
            )));
        }
        let mut work = self.plan(program)?;
        let mut data = self.data;
        let mut family = Family::default();
        let mut records: BTreeMap<RecordId, RecordResults> = BTreeMap::new();
        let options = Options { faults_kept: self.errors_listed, ..Options::default() };

        let needed = needs(program, &work);
        let reading = Reading::new(program, &options, &data);
        let mut progress = self.progress;
        let mut go_on = || progress.as_mut().map_or(ControlFlow::Continue(()), |progress| progress(0));
        reading.load(&needed, &mut data, &mut family, &mut records, &mut go_on)?;
        for (record, job) in &work {
            family.join(program, *record, &job.branches)?;
        }

        let listed = self.members;
        let mut members = self.members.map(|measure| Members { measure, rows: Vec::new() });
        let mut done = 0;
        let mut outcomes: BTreeMap<CategoryId, CategoryResults> = BTreeMap::new();
        let mut instruments: Vec<InstrumentResults> = Vec::new();
        let mut overrides: Vec<OverrideResults> = Vec::new();
        for (record, job) in &mut work {
            let (forms, judged) = (&job.counting.forms, &job.counting.overrides);
            instruments.extend(forms.iter().map(|form| InstrumentResults {
                instrument: form.instrument,
                contributions: form.contributions,
                parts: Vec::new(),
            }));
            overrides.extend(judged.iter().map(|job| OverrideResults { category: job.category, parts: Vec::new() }));
            // Also where there are no rows.
            for (category, _) in job.plan.categories().zip(&job.counting.shown).filter(|(_, shown)| **shown) {
                let (category, reasons) = (category.0, self.reasons);
                outcomes
                    .insert(category, CategoryResults { category, reasons, parts: Vec::new(), coverage: Vec::new() });
            }
            let run_inputs = batch::Inputs { as_of: self.inputs.as_of(), params: self.inputs.params().to_vec() };
            let mut run = Run::new(program, &job.plan, &run_inputs).map_err(|error| Error::data(error.to_string()))?;
            let mut step = Step {
                program,
                job: &mut job.counting,
                outcomes: &mut outcomes,
                members: members.as_mut(),
                instruments: &mut instruments,
                overrides: &mut overrides,
                lacking: Vec::new(),
                as_of: self.inputs.as_of(),
            };
            let mut tell = |rows: usize| {
                done += rows as u64;
                match progress.as_mut().map(|progress| progress(done)) {
                    Some(ControlFlow::Break(())) => Err(Error::stopped()),
                    _ => Ok(()),
                }
            };
            if let Some(table) = family.table(*record).cloned() {
                let mut nest = Nest::default();
                family.swap_nest(*record, &mut nest);
                let mut from = 0;
                while from < table.rows {
                    let rows = from..(from + BATCH_ROWS).min(table.rows);
                    let part = Rows { table: &table, rows: rows.clone(), first_row: 1 };
                    step.work(&mut run, &mut family, &job.branches, &part, &mut nest)?;
                    tell(rows.len())?;
                    from = rows.end;
                }
                family.swap_nest(*record, &mut nest);
            } else if let Some(data) = data.remove(record) {
                let mut reader = reading.open(*record, Some(&job.branches), data)?;
                let fail = |error| unread(name(program, *record), &error);
                while let Some(batch) = reader.next_batch(BATCH_ROWS).map_err(fail)? {
                    let Batch { table, first_row, faults, children } = batch;
                    note(&mut records, *record, Counts::default(), faults, self.errors_listed);
                    let rows = table.rows;
                    reading.once(&needed, *record, &children)?;
                    let mut nest = Nest::new(rows, reading.note_nested(&mut records, children));
                    let part = Rows { table: &table, rows: 0..rows, first_row };
                    step.work(&mut run, &mut family, &job.branches, &part, &mut nest)?;
                    tell(rows)?;
                }
                note(&mut records, *record, reader.counts(), Vec::new(), self.errors_listed);
                reading.count_nested(&mut records, &reader);
            }
            let lacking = std::mem::take(&mut step.lacking);
            if !lacking.is_empty() {
                let counts = Counts { rows: 0, bad: 0, faults: lacking.len() as u64 };
                note(&mut records, *record, counts, lacking, self.errors_listed);
            }
        }
        // Data given for a record that nothing is asked of are read all the same, so that their faults are told.
        for (record, data) in data {
            let mut reader = reading.open(record, None, data)?;
            let fail = |error| unread(name(program, record), &error);
            while let Some(batch) = reader.next_batch(BATCH_ROWS).map_err(fail)? {
                note(&mut records, record, Counts::default(), batch.faults, self.errors_listed);
                reading.note_nested(&mut records, batch.children);
            }
            note(&mut records, record, reader.counts(), Vec::new(), self.errors_listed);
            reading.count_nested(&mut records, &reader);
        }
        for (parent, field, child, rows) in family.orphans(program) {
            orphans(program, &mut records, (parent, field), child, &rows, family.table(child), self.errors_listed);
        }
        let mut states: Vec<MeasureState> = Vec::new();
        let mut quotes: Vec<Quotes> = Vec::new();
        for job in work.into_values() {
            states.extend(job.counting.measures.into_states());
            quotes.extend(job.counting.quotes.into_iter().map(QuotesJob::into_quotes));
        }
        // What only a formula reads is no result.
        let wanted = |id: &MeasureId| self.only.as_ref().is_none_or(|(_, asked)| asked.contains(id));
        let all = (0..program.measures.len()).map(MeasureId::from_index);
        let asked = all.filter(wanted).chain(listed).collect();
        instruments.sort_by_key(|results| results.instrument);
        let results = Results {
            program: Arc::clone(program),
            as_of: self.inputs.as_of(),
            params: self.inputs.params().to_vec(),
            records: records.into_values().collect(),
            categories: outcomes.into_values().collect(),
            instruments,
            overrides,
            measures: Vec::new(),
            indicators: Vec::new(),
            evaluations: Vec::new(),
            quotes,
            members,
        };
        Ok(Counted { results, states, asked })
    }
}

/// A run of which the tables of measures are still to be made.
#[derive(Debug)]
pub(super) struct Counted {
    /// The rest of the results.
    pub results: Results,
    pub states: Vec<MeasureState>,
    /// The measures that are results, and not only something that a formula reads.
    pub asked: BTreeSet<MeasureId>,
}

impl Counted {
    pub fn into_results(self) -> Results {
        let Self { mut results, states, asked } = self;
        fill(&mut results, &states, &asked);
        results
    }
}

/// Fills in what comes of the counted: the tables of the measures asked for, indicators and evaluations.
pub(super) fn fill<'s>(
    results: &mut Results,
    states: impl IntoIterator<Item = &'s MeasureState>,
    asked: &BTreeSet<MeasureId>,
) {
    let program = &results.program;
    let states: BTreeMap<MeasureId, &MeasureState> =
        states.into_iter().map(|state| (state.plan().measure(), state)).collect();
    let run = RunOf { as_of: results.as_of, params: &results.params };
    let mut tables = report(program, states.values().copied(), run);
    let counted = evaluation::Counted { program, tables: &tables, states: &states, run, asked };
    (results.indicators, results.evaluations) = (counted.indicators(), counted.evaluations());
    // What counts evidence is shown by the indicator.
    let is_result = |id: &MeasureId| program.measure(*id).is_some_and(|measure| measure.evidence.is_none());
    tables.retain(|(id, _)| asked.contains(id) && is_result(id));
    results.measures = tables;
}

/// Rows to be worked out together.
struct Rows<'t> {
    table: &'t Table,
    rows: Range<usize>,
    /// The number of the table's first row in the data.
    first_row: u64,
}

/// A batch being worked out.
struct Step<'a> {
    program: &'a Arc<Program>,
    job: &'a mut Counting,
    outcomes: &'a mut BTreeMap<CategoryId, CategoryResults>,
    members: Option<&'a mut Members>,
    instruments: &'a mut Vec<InstrumentResults>,
    overrides: &'a mut Vec<OverrideResults>,
    /// Judgements that lack something.
    lacking: Vec<RowFault>,
    as_of: Date,
}

impl Step<'_> {
    fn work(
        &mut self,
        run: &mut Run<'_>,
        family: &mut Family,
        branches: &Branches,
        part: &Rows<'_>,
        nest: &mut Nest,
    ) -> Result<(), Error> {
        let Rows { table, ref rows, first_row } = *part;
        let program = self.program;
        let declared = program.record(table.record);
        let keys = declared.and_then(|record| table.column(record.key?)).cloned();
        let start = rows.start;
        let mut failed: Option<String> = None;
        let mut coverage: Vec<Vec<Coverage>> =
            self.job.covered.iter().map(|(_, lanes)| vec![Coverage::default(); lanes.len()]).collect();
        let mut dues: Vec<Vec<Dues>> =
            self.job.answered.iter().map(|(_, lanes)| vec![Dues::default(); lanes.len()]).collect();
        let (measures, members, covered) = (&mut self.job.measures, &mut self.members, &self.job.covered);
        let answered = &self.job.answered;
        let (forms, judged, as_of) = (&mut self.job.forms, &mut self.job.overrides, self.as_of);
        let quotes = &mut self.job.quotes;
        let mut sink = |chunk: &Chunk<'_>| {
            if let Err(error) = measures.update(chunk) {
                failed.get_or_insert_with(|| error.to_string());
            }
            if let Some(members) = members.as_deref_mut()
                && let Some(plan) = measures.plan(members.measure)
            {
                let at = |row| key(program, Some(table.record), keys.as_ref(), first_row, start + chunk.from + row);
                if let Err(error) = list_members(program, plan, chunk, members, &at) {
                    failed.get_or_insert(error);
                }
            }
            for ((_, lanes), dues) in answered.iter().zip(&mut dues) {
                for (&lane, dues) in lanes.iter().zip(dues) {
                    dues.push(chunk, lane);
                }
            }
            forms.iter_mut().for_each(|form| form.take(chunk));
            judged.iter_mut().for_each(|job| job.take(chunk, as_of));
            quotes.iter_mut().for_each(|job| job.take(chunk));
            for ((_, lanes), counts) in covered.iter().zip(&mut coverage) {
                for (&lane, count) in lanes.iter().zip(counts) {
                    if let Some(lane) = chunk.lanes.get(lane) {
                        cover(lane, chunk.rows, count);
                    }
                }
            }
        };
        let columns = family.with_links(program, branches, table, nest, rows.clone(), |links| {
            run.batch_with(&Frame { table, rows: rows.clone(), links }, &mut sink)
        })?;
        let columns = columns.map_err(|error| Error::data(error.to_string()))?;
        if let Some(error) = failed {
            return Err(Error::data(error));
        }
        for form in &mut self.job.forms {
            let part = form.part(first_row, start, keys.clone(), rows.len());
            if let Some(results) = self.instruments.iter_mut().find(|results| results.instrument == form.instrument) {
                results.parts.push(part);
            }
        }
        for job in &mut self.job.overrides {
            let (judged, lacking) = job.part();
            for (row, field) in lacking {
                let key = key(program, Some(table.record), keys.as_ref(), first_row, start + row);
                self.lacking.push(lacks(program, job.category, first_row + (start + row) as u64, key, field));
            }
            if let Some(results) = self.overrides.iter_mut().find(|results| results.category == job.category) {
                results.parts.push(judged);
            }
        }
        for (columns, _) in columns.into_iter().zip(&self.job.shown).filter(|(_, shown)| **shown) {
            let category = columns.category;
            let Some(results) = self.outcomes.get_mut(&category) else { continue };
            let at = self.job.covered.iter().position(|(id, _)| *id == category);
            if let Some(counts) = at.and_then(|at| coverage.get_mut(at)) {
                for &criterion in columns.reasons.iter().flat_map(|reasons| &reasons.because.ids) {
                    if let Some(count) = counts.get_mut(usize::from(criterion)) {
                        count.decided_by += 1;
                    }
                }
                // What is true in a conflict decides nothing.
                for (row, _) in &columns.errors {
                    let because =
                        columns.reasons.as_ref().map_or(&[][..], |reasons| reasons.because.row(*row as usize));
                    for &criterion in because {
                        if let Some(count) = counts.get_mut(usize::from(criterion)) {
                            count.decided_by = count.decided_by.saturating_sub(1);
                        }
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
            let at = self.job.answered.iter().position(|(id, _)| *id == category);
            let dues = at.and_then(|at| dues.get_mut(at)).map(std::mem::take).unwrap_or_default();
            results.parts.push(Part { first_row, first: start, keys, columns, dues });
        }
        Ok(())
    }
}

fn cover(lane: &Lane<'_>, rows: usize, count: &mut Coverage) {
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
    plan: &MeasurePlan,
    chunk: &Chunk<'_>,
    members: &mut Members,
    key: &dyn Fn(usize) -> String,
) -> Result<(), String> {
    let mut stages: Vec<Stage> = Vec::new();
    plan.stages(chunk, &mut stages).map_err(|error| error.to_string())?;
    for (row, stage) in stages.into_iter().enumerate() {
        let (by, period) = plan.breakdown(program, chunk, row);
        members.rows.push(Member { key: key(row), stage, by, period });
    }
    Ok(())
}
