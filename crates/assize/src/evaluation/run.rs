//! Running an evaluation: batch after batch, in the order of the data.

use super::data::{Reading, name, needs, note, orphans, unread};
use super::gather::Gathered;
use super::plan::Job;
use super::work::{Inside, Piece, Setting, work};
use super::{BATCH_ROWS, Evaluation};
use crate::children::{Family, Nest};
use crate::error::Error;
use crate::results::{Members, RecordResults, Results};
use assize_eval::batch;
use assize_io::{Batch, Counts, Options};
use assize_measures::{MeasureState, RunOf, disclosure, evaluation, report};
use assize_model::ids::{MeasureId, RecordId};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
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
        let jobs = self.plan(program)?;
        let mut data = self.data;
        let mut family = Family::default();
        let mut records: BTreeMap<RecordId, RecordResults> = BTreeMap::new();
        let options = Options { faults_kept: self.errors_listed, ..Options::default() };

        let needed = needs(program, &jobs);
        let reading = Reading::new(program, &options, &data);
        let mut progress = self.progress;
        let mut go_on = || progress.as_mut().map_or(ControlFlow::Continue(()), |progress| progress(0));
        reading.load(&needed, &mut data, &mut family, &mut records, &mut go_on)?;
        for (record, job) in &jobs {
            family.join(program, *record, &job.branches)?;
        }

        let listed = self.members;
        let batch_rows = self.batch_rows;
        let inputs = batch::Inputs { as_of: self.inputs.as_of(), params: self.inputs.params().to_vec() };
        let mut done = 0;
        let mut gathered =
            Gathered { members: listed.map(|measure| Members { measure, rows: Vec::new() }), ..Gathered::default() };
        let mut states: Vec<MeasureState> = Vec::new();
        for (record, job) in jobs {
            let Job { plan, branches, counting } = job;
            gathered.begin(&plan, &counting, self.reasons);
            let mut rows_done = 0;
            let mut tell = |rows: u64| {
                rows_done = rows;
                match progress.as_mut().map(|progress| progress(done + rows)) {
                    Some(ControlFlow::Break(())) => Err(Error::stopped()),
                    _ => Ok(()),
                }
            };
            let setting = |family| Setting {
                program,
                plan: &plan,
                branches: &branches,
                family,
                inputs: &inputs,
                members: listed,
                threads: self.threads,
            };
            let (found, counted) = if let Some(table) = family.table(record).cloned() {
                let mut nest = Nest::default();
                family.swap_nest(record, &mut nest);
                family.prepare(program, &mut nest, &branches)?;
                let mut from = 0;
                let mut next = || {
                    let rows = from..(from + batch_rows).min(table.rows);
                    from = rows.end;
                    let (table, nest) = (Cow::Borrowed(&table), Inside::Held(&nest));
                    Ok((!rows.is_empty()).then_some(Piece { table, rows, first_row: 1, nest }))
                };
                let found = work(&setting(&family), counting, &mut next, &mut tell)?;
                family.swap_nest(record, &mut nest);
                found
            } else if let Some(data) = data.remove(&record) {
                let mut reader = reading.open(record, Some(&branches), data)?;
                let fail = |error| unread(name(program, record), &error);
                let mut next = || {
                    let Some(batch) = reader.next_batch(batch_rows).map_err(fail)? else { return Ok(None) };
                    let Batch { table, first_row, faults, children } = batch;
                    note(&mut records, record, Counts::default(), faults, self.errors_listed);
                    reading.once(&needed, record, &children)?;
                    let rows = 0..table.rows;
                    let nest = Nest::new(table.rows, reading.note_nested(&mut records, children));
                    Ok(Some(Piece { table: Cow::Owned(table), rows, first_row, nest: Inside::Own(nest) }))
                };
                let found = work(&setting(&family), counting, &mut next, &mut tell)?;
                note(&mut records, record, reader.counts(), Vec::new(), self.errors_listed);
                reading.count_nested(&mut records, &reader);
                found
            } else {
                (Vec::new(), counting.measures.into_states())
            };
            done += rows_done;
            states.extend(counted);
            let lacking = gathered.take(found);
            if !lacking.is_empty() {
                let counts = Counts { rows: 0, bad: 0, faults: lacking.len() as u64 };
                note(&mut records, record, counts, lacking, self.errors_listed);
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
        // What only a formula reads is no result.
        let wanted = |id: &MeasureId| self.only.as_ref().is_none_or(|(_, asked)| asked.contains(id));
        let all = (0..program.measures.len()).map(MeasureId::from_index);
        let asked = all.filter(wanted).chain(listed).collect();
        let Gathered { outcomes, mut instruments, overrides, quotes, members, .. } = gathered;
        assize_model::order::sort_by_key(&mut instruments, |results| results.instrument);
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
