//! Working out the rows of one record, piece by piece, on as many threads as are asked for.
//!
//! Whoever is free takes the next piece, which is read while nobody else reads: as many pieces are in memory as there
//! are threads, and two before any thread is started. What comes of a piece has its number, and everything is put
//! together in the order of the data; states of measures merge to the same bytes in any order. So the results are those of
//! one thread, and of several errors the one that comes first in the data is given.

use super::plan::Counting;
use crate::children::{Branches, Family, Nest};
use crate::error::Error;
use crate::forms::{InstrumentPart, Judged, lacks};
use crate::quotes::Texts;
use crate::responses::Dues;
use crate::results::{Coverage, Member, Part, key};
use assize_eval::batch::{self, Frame, Plan, Run};
use assize_io::RowFault;
use assize_measures::{MeasurePlan, MeasureState, Stage};
use assize_model::column::Table;
use assize_model::ids::{CategoryId, MeasureId};
use assize_model::lane::{Chunk, Lane, LaneValue};
use assize_model::program::Program;
use std::any::Any;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

/// Rows to be worked out together.
pub struct Piece<'t> {
    pub table: Cow<'t, Table>,
    pub rows: Range<usize>,
    /// The number of the table's first row in the data.
    pub first_row: u64,
    pub nest: Inside<'t>,
}

/// What stood inside the rows.
pub enum Inside<'t> {
    /// Of this piece alone; not prepared.
    Own(Nest),
    /// Of the whole table; prepared.
    Held(&'t Nest),
}

/// Gives the next piece, in the order of the data; after an error it is not asked again.
pub type Next<'n, 't> = dyn FnMut() -> Result<Option<Piece<'t>>, Error> + Send + 'n;

/// Is told how many rows of the record are worked out, on the thread that called.
pub type Tell<'n> = dyn FnMut(u64) -> Result<(), Error> + 'n;

/// What all pieces of a record are worked out with.
pub struct Setting<'a> {
    pub program: &'a Program,
    pub plan: &'a Plan,
    pub branches: &'a Branches,
    pub family: &'a Family,
    pub inputs: &'a batch::Inputs,
    /// The measure whose records are listed.
    pub members: Option<MeasureId>,
    /// At least one.
    pub threads: usize,
}

/// What came of a piece.
pub struct Found {
    pub parts: Vec<Part>,
    pub coverage: Vec<(CategoryId, Vec<Coverage>)>,
    pub instruments: Vec<(usize, InstrumentPart)>,
    pub overrides: Vec<(CategoryId, Vec<(usize, Judged)>)>,
    /// Judgements that lack something.
    pub lacking: Vec<RowFault>,
    pub members: Vec<Member>,
    /// Of each of [`Counting::quotes`].
    pub quotes: Vec<Texts>,
}

/// What came of all pieces, in the order of the data, and the states of the measures.
pub fn work(
    setting: &Setting<'_>,
    counting: Counting,
    next: &mut Next<'_, '_>,
    tell: &mut Tell<'_>,
) -> Result<(Vec<Found>, Vec<MeasureState>), Error> {
    let mut source = Source { next, given: 0, ahead: VecDeque::new(), ended: false };
    // A thread is only worth starting where there is something for it to do.
    let threads = if setting.threads > 1 && source.has_two() { setting.threads } else { 1 };
    let source = Mutex::new(source);
    let common = Common::default();
    // Those beside the calling thread begin with nothing counted, as it does.
    let mut others = Vec::new();
    for _ in 1..threads {
        others.push(Worker::new(setting, counting.clone())?);
    }
    let mut first = Worker::new(setting, counting)?;
    let mut told = 0;
    let mut own = |first: &mut Worker<'_>| {
        first.go(&source, &common, &mut |done| {
            told = done;
            tell(done)
        })
    };
    let mut ended: Vec<Worker<'_>> = Vec::with_capacity(threads);
    if threads == 1 {
        let end = own(&mut first);
        first.end = end.err();
        ended.push(first);
    } else {
        let mut panicked: Option<Box<dyn Any + Send>> = None;
        thread::scope(|scope| {
            let mut started = Vec::new();
            for mut worker in others {
                let (source, common) = (&source, &common);
                let body = move || {
                    worker.end = worker.go(source, common, &mut |_| Ok(())).err();
                    worker
                };
                // Where no more threads are to be had, those that are there do the work.
                match thread::Builder::new().name("assize".to_owned()).spawn_scoped(scope, body) {
                    Ok(thread) => started.push(thread),
                    Err(_) => break,
                }
            }
            let end = own(&mut first);
            first.end = end.err();
            ended.push(first);
            for thread in started {
                match thread.join() {
                    Ok(worker) => ended.push(worker),
                    Err(payload) => panicked = Some(payload),
                }
            }
        });
        if let Some(payload) = panicked {
            std::panic::resume_unwind(payload);
        }
    }
    let ends = ended.iter_mut().filter_map(|worker| worker.end.take());
    if let Some((_, error)) = ends.min_by_key(|(number, _)| *number) {
        return Err(error);
    }
    let done = common.done.into_inner();
    if done > told {
        tell(done)?;
    }
    together(ended)
}

fn together(workers: Vec<Worker<'_>>) -> Result<(Vec<Found>, Vec<MeasureState>), Error> {
    let mut all: Vec<(usize, Found)> = Vec::new();
    let mut states: Vec<MeasureState> = Vec::new();
    let several = workers.len() > 1;
    for worker in workers {
        if all.is_empty() {
            all = worker.found
        } else {
            all.extend(worker.found)
        }
        let counted = worker.counting.measures.into_states();
        if states.is_empty() {
            states = counted;
            continue;
        }
        for (state, other) in states.iter_mut().zip(&counted) {
            state.merge(other).map_err(|error| Error::data(error.to_string()))?;
        }
    }
    if several {
        assize_model::order::sort_by_key(&mut all, |(number, _)| *number);
    }
    Ok((all.into_iter().map(|(_, found)| found).collect(), states))
}

/// What the threads share beside the source.
#[derive(Default)]
struct Common {
    /// Nothing more is to be begun.
    stop: AtomicBool,
    /// How many rows are worked out.
    done: AtomicU64,
}

/// Lets the others stop when its thread panics.
struct Watch<'c>(&'c Common);

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop.store(true, Ordering::Relaxed);
        }
    }
}

/// Where pieces come from, each with its number.
struct Source<'n, 't> {
    next: &'n mut Next<'n, 't>,
    given: usize,
    ahead: VecDeque<Result<Piece<'t>, Error>>,
    ended: bool,
}

impl<'t> Source<'_, 't> {
    fn read(&mut self) -> Option<Result<Piece<'t>, Error>> {
        if self.ended {
            return None;
        }
        let read = (self.next)().transpose();
        self.ended = !matches!(read, Some(Ok(_)));
        read
    }

    /// Whether two pieces follow; they are read, and given later.
    fn has_two(&mut self) -> bool {
        while self.ahead.len() < 2 {
            match self.read() {
                Some(read) => self.ahead.push_back(read),
                None => return false,
            }
        }
        true
    }

    fn next(&mut self) -> Option<(usize, Result<Piece<'t>, Error>)> {
        let read = match self.ahead.pop_front() {
            Some(read) => read,
            None => self.read()?,
        };
        self.given += 1;
        Some((self.given - 1, read))
    }
}

/// What one thread works with, and what it found.
struct Worker<'a> {
    setting: &'a Setting<'a>,
    run: Run<'a>,
    counting: Counting,
    found: Vec<(usize, Found)>,
    /// Why it ended before the pieces did, with the number of the piece.
    end: Option<(usize, Error)>,
}

impl<'a> Worker<'a> {
    fn new(setting: &'a Setting<'a>, counting: Counting) -> Result<Self, Error> {
        let run = Run::new(setting.program, setting.plan, setting.inputs);
        let run = run.map_err(|error| Error::data(error.to_string()))?;
        Ok(Self { setting, run, counting, found: Vec::new(), end: None })
    }

    fn go(
        &mut self,
        source: &Mutex<Source<'_, '_>>,
        common: &Common,
        tell: &mut dyn FnMut(u64) -> Result<(), Error>,
    ) -> Result<(), (usize, Error)> {
        let _watch = Watch(common);
        while !common.stop.load(Ordering::Relaxed) {
            // A source whose reader panicked is not read again.
            let Ok(mut source) = source.lock() else { break };
            let Some((number, piece)) = source.next() else { break };
            drop(source);
            let worked = piece.and_then(|piece| {
                let rows = piece.rows.len() as u64;
                let found = self.piece(piece)?;
                self.found.push((number, found));
                tell(common.done.fetch_add(rows, Ordering::Relaxed) + rows)
            });
            if let Err(error) = worked {
                common.stop.store(true, Ordering::Relaxed);
                return Err((number, error));
            }
        }
        Ok(())
    }

    fn piece(&mut self, piece: Piece<'_>) -> Result<Found, Error> {
        let Piece { table, rows, first_row, nest } = piece;
        let table = &*table;
        let Setting { program, branches, family, members: listed, .. } = *self.setting;
        let own;
        let nest = match nest {
            Inside::Held(nest) => nest,
            Inside::Own(mut nest) => {
                family.prepare(program, &mut nest, branches)?;
                own = nest;
                &own
            }
        };
        let as_of = self.setting.inputs.as_of;
        let keys = program.record(table.record).and_then(|record| table.column(record.key?)).cloned();
        let start = rows.start;
        let job = &mut self.counting;
        let mut failed: Option<String> = None;
        let mut members = Vec::new();
        let mut coverage: Vec<Vec<Coverage>> =
            job.covered.iter().map(|(_, lanes)| vec![Coverage::default(); lanes.len()]).collect();
        let mut dues: Vec<Vec<Dues>> =
            job.answered.iter().map(|(_, lanes)| vec![Dues::default(); lanes.len()]).collect();
        let mut sink = |chunk: &Chunk<'_>| {
            if let Err(error) = job.measures.update(chunk) {
                failed.get_or_insert_with(|| error.to_string());
            }
            if let Some(plan) = listed.and_then(|measure| job.measures.plan(measure)) {
                let at = |row| key(program, Some(table.record), keys.as_ref(), first_row, start + chunk.from + row);
                if let Err(error) = list_members(program, plan, chunk, &mut members, &at) {
                    failed.get_or_insert(error);
                }
            }
            for ((_, lanes), dues) in job.answered.iter().zip(&mut dues) {
                for (&lane, dues) in lanes.iter().zip(dues) {
                    dues.push(chunk, lane);
                }
            }
            job.forms.iter_mut().for_each(|form| form.take(chunk));
            job.overrides.iter_mut().for_each(|job| job.take(chunk, as_of));
            job.quotes.iter_mut().for_each(|job| job.take(chunk));
            for ((_, lanes), counts) in job.covered.iter().zip(&mut coverage) {
                for (&lane, count) in lanes.iter().zip(counts) {
                    if let Some(lane) = chunk.lanes.get(lane) {
                        cover(lane, chunk.rows, count);
                    }
                }
            }
        };
        let run = &mut self.run;
        let columns = family.with_links(program, branches, table, nest, rows.clone(), |links| {
            run.batch_with(&Frame { table, rows: rows.clone(), links }, &mut sink)
        })?;
        let columns = columns.map_err(|error| Error::data(error.to_string()))?;
        if let Some(error) = failed {
            return Err(Error::data(error));
        }
        let forms = job.forms.iter_mut();
        let instruments =
            forms.map(|form| (form.instrument, form.part(first_row, start, keys.clone(), rows.len()))).collect();
        let (mut overrides, mut lacking) = (Vec::new(), Vec::new());
        for job in &mut job.overrides {
            let (judged, lacks_of) = job.part();
            for (row, field) in lacks_of {
                let key = key(program, Some(table.record), keys.as_ref(), first_row, start + row);
                lacking.push(lacks(program, job.category, first_row + (start + row) as u64, key, field));
            }
            overrides.push((job.category, judged));
        }
        let quotes = job.quotes.iter_mut().map(|job| job.part()).collect();
        let (mut parts, mut covered) = (Vec::new(), Vec::new());
        for (columns, _) in columns.into_iter().zip(&job.shown).filter(|(_, shown)| **shown) {
            let category = columns.category;
            let at = job.covered.iter().position(|(id, _)| *id == category);
            if let Some(mut counts) = at.and_then(|at| coverage.get_mut(at)).map(std::mem::take) {
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
                covered.push((category, counts));
            }
            let at = job.answered.iter().position(|(id, _)| *id == category);
            let dues = at.and_then(|at| dues.get_mut(at)).map(std::mem::take).unwrap_or_default();
            // Only the keys are kept of what was read.
            parts.push(Part { first_row, first: start, keys: keys.clone(), columns, dues });
        }
        Ok(Found { parts, coverage: covered, instruments, overrides, lacking, members, quotes })
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
    members: &mut Vec<Member>,
    key: &dyn Fn(usize) -> Option<String>,
) -> Result<(), String> {
    let mut stages: Vec<Stage> = Vec::new();
    plan.stages(chunk, &mut stages).map_err(|error| error.to_string())?;
    for (row, stage) in stages.into_iter().enumerate() {
        let (by, period) = plan.breakdown(program, chunk, row);
        members.push(Member { key: key(row), stage, by, period });
    }
    Ok(())
}
