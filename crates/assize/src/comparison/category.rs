//! One category by old and by new rules: the matrix of outcomes, with examples and reasons.

use super::keys::runs;
use super::outcomes::{Cell, CellChange, Outcome, OutcomeValue};
use super::reasons::{self, Counting};
use super::record_name;
use crate::results::{CategoryResults, Part};
use assize_eval::batch::CategoryColumns;
use assize_model::bounds::CodeSet;
use assize_model::ids::Code;
use assize_model::lane::NO_CODE;
use assize_model::program::{Category, CodeList, Hit, Program, State};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Most cells of a category under `hit all`, whose values are sets.
const MAX_CELLS: usize = 10_000;
/// States that have a value: decided and provisional.
const WITH_VALUE: usize = 2;

/// A category that both results have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedCategory {
    /// Its name.
    pub name: Arc<str>,
    /// Its title by the newer rules, when it has one.
    pub title: Option<Arc<str>>,
    /// The record it is of.
    pub record: Arc<str>,
    /// Records that both have.
    pub rows: u64,
    /// Records past the end of the newer results.
    pub only_old: u64,
    /// Records past the end of the older results.
    pub only_new: u64,
    /// Records whose value changed.
    pub moved: u64,
    /// Records whose state changed and whose value did not.
    pub state_changed: u64,
    /// Records whose outcome is the same by other criteria; nothing where reasons were not worked out.
    pub same_for_other_reasons: Option<u64>,
    /// The cells of the matrix that have records: by old outcome, then by new, in declared order.
    pub cells: Vec<Cell>,
    /// Records in cells that are not listed since there are too many, which only `hit all` can have: those whose value
    /// changed, whose state did, and of which nothing did.
    pub unlisted: [u64; 3],
    /// Under `hit all`: what became of each code.
    pub codes: Vec<CodeMoves>,
}

impl ComparedCategory {
    /// Records of which nothing changed.
    pub fn stayed(&self) -> u64 {
        self.rows - self.moved - self.state_changed
    }
}

/// A code of a category with `hit all`: how many records have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeMoves {
    /// The code, by name.
    pub code: Arc<str>,
    /// Before and now.
    pub kept: u64,
    /// Before, and not now.
    pub lost: u64,
    /// Now, and not before.
    pub gained: u64,
}

/// A category on both sides, with its results.
pub struct Sides<'a> {
    pub old: (&'a Program, &'a CategoryResults),
    pub new: (&'a Program, &'a CategoryResults),
}

/// One side's codes.
struct Names<'a> {
    category: &'a Category,
    list: &'a CodeList,
}

impl<'a> Names<'a> {
    fn new((program, results): (&'a Program, &'a CategoryResults)) -> Option<Self> {
        let category = program.category(results.category)?;
        Some(Self { category, list: program.list(category.list)? })
    }

    fn is_many(&self) -> bool {
        self.category.hit == Hit::All
    }

    fn count(&self) -> usize {
        self.list.codes.len()
    }

    fn name(&self, code: usize) -> Option<Arc<str>> {
        self.list.codes.get(code).map(|code| Arc::clone(&code.heading.name))
    }

    /// For each code, the other side's of its name.
    fn matching(&self, other: &Self) -> Vec<Option<usize>> {
        let at = |name: &str| other.list.codes.iter().position(|code| *code.heading.name == *name);
        let by_name: FxHashMap<&str, Option<usize>> =
            self.list.codes.iter().map(|code| (&*code.heading.name, at(&code.heading.name))).collect();
        self.list.codes.iter().map(|code| by_name.get(&*code.heading.name).copied().flatten()).collect()
    }
}

impl Sides<'_> {
    pub fn compare(&self, examples: usize) -> ComparedCategory {
        let (old_rows, new_rows) = (self.old.1.rows() as u64, self.new.1.rows() as u64);
        let rows = old_rows.min(new_rows);
        let mut compared = ComparedCategory {
            name: "?".into(),
            title: None,
            record: "?".into(),
            rows,
            only_old: old_rows - rows,
            only_new: new_rows - rows,
            moved: 0,
            state_changed: 0,
            same_for_other_reasons: None,
            cells: Vec::new(),
            unlisted: [0; 3],
            codes: Vec::new(),
        };
        let (Some(old), Some(new)) = (Names::new(self.old), Names::new(self.new)) else { return compared };
        compared.name = Arc::clone(&new.category.heading.name);
        compared.title = new.category.heading.title.clone();
        compared.record = record_name(self.new.0, new.category.record);
        let mut work = Work {
            program: self.old.0,
            keys: FxHashMap::default(),
            examples,
            reasons: Counting::new(old.category, new.category),
        };
        let mut cells = if old.is_many() || new.is_many() {
            self.sets(&old, &new, &mut work, &mut compared)
        } else {
            self.singles(&old, &new, &mut work)
        };
        let Work { mut keys, reasons, .. } = work;
        compared.same_for_other_reasons = reasons.any.then_some(reasons.same_for_others);
        let mut why = reasons.finish(old.category, new.category);
        for (number, cell) in &mut cells {
            cell.keys = keys.remove(number).unwrap_or_default();
            (cell.reasons, cell.reasons_unlisted) = why.remove(number).unwrap_or_default();
        }
        compared.cells = cells.into_iter().map(|(_, cell)| cell).collect();
        let [moved, state_changed, _] = compared.unlisted;
        let total = |change: CellChange| -> u64 {
            compared.cells.iter().filter(|cell| cell.change == change).map(|cell| cell.count).sum()
        };
        (compared.moved, compared.state_changed) =
            (moved + total(CellChange::Value), state_changed + total(CellChange::State));
        compared
    }

    /// Categories that give one code: outcomes are small numbers, and the matrix is counted in place.
    fn singles(&self, old: &Names<'_>, new: &Names<'_>, work: &mut Work<'_>) -> Vec<(u32, Cell)> {
        let (old_space, new_space) = (Space(old.count()), Space(new.count()));
        let (old_table, new_table) = (old_space.table(), new_space.table());
        let matching = old_space.matching(&old.matching(new), new_space);
        let width = new_space.size();
        let mut counts = vec![0_u64; old_space.size() * width];
        for ((a, a_from), (b, b_from), rows) in runs(&self.old.1.parts, &self.new.1.parts) {
            let (Some(a_run), Some(b_run)) = (bytes(&a.columns, a_from, rows), bytes(&b.columns, b_from, rows)) else {
                continue;
            };
            let lists = reasons::both(&a.columns, &b.columns);
            work.reasons.any |= lists.is_some();
            for (row, (a_outcome, b_outcome)) in a_run.zip(b_run).enumerate() {
                let (from, to) = (old_table.number(a_outcome), new_table.number(b_outcome));
                let cell = usize::from(from) * width + usize::from(to);
                if let Some(count) = counts.get_mut(cell) {
                    *count += 1;
                }
                let stayed = matching.get(usize::from(from)) == Some(&to);
                if stayed {
                    if let Some((a_lists, b_lists)) = lists {
                        work.reasons.stayed(a_lists.row(a_from + row), b_lists.row(b_from + row));
                    }
                } else {
                    work.changed(u32::try_from(cell).unwrap_or(u32::MAX), (a, a_from + row), (b, b_from + row));
                }
            }
        }
        let cells = counts.into_iter().enumerate().filter(|(_, count)| *count > 0);
        let cell = |(at, count): (usize, u64)| {
            let (from, to) = (old_space.parts(at / width), new_space.parts(at % width));
            let matched = matching.get(at / width).map(|&number| usize::from(number)) == Some(at % width);
            let same_value = match (from.1, to.1) {
                (Some(from), Some(to)) if from == old.count() => to == new.count(),
                (Some(from), Some(to)) => to < new.count() && old.name(from) == new.name(to),
                (from, to) => from == to,
            };
            let change = match (matched, same_value) {
                (true, _) => CellChange::Nothing,
                (false, true) => CellChange::State,
                (false, false) => CellChange::Value,
            };
            let outcome = |names: &Names<'_>, (state, code): (State, Option<usize>)| Outcome {
                state,
                value: match code {
                    None => OutcomeValue::Nothing,
                    Some(code) => names.name(code).map_or(OutcomeValue::NoCode, OutcomeValue::Code),
                },
            };
            let cell = empty_cell(outcome(old, from), outcome(new, to), change, count);
            (u32::try_from(at).unwrap_or(u32::MAX), cell)
        };
        cells.map(cell).collect()
    }

    /// Categories of which one or both give sets of codes: outcomes are numbered as they come.
    fn sets(
        &self,
        old: &Names<'_>,
        new: &Names<'_>,
        work: &mut Work<'_>,
        compared: &mut ComparedCategory,
    ) -> Vec<(u32, Cell)> {
        let matching = old.matching(new);
        let mut numbers: FxHashMap<(SetOutcome, SetOutcome), usize> = FxHashMap::default();
        let mut found: Vec<(SetOutcome, SetOutcome, CellChange, u64)> = Vec::new();
        let mut moves = Moves::new(old, new, &matching);
        let mut last: Option<((SetOutcome, SetOutcome), usize)> = None;
        for ((a, a_from), (b, b_from), rows) in runs(&self.old.1.parts, &self.new.1.parts) {
            let lists = reasons::both(&a.columns, &b.columns);
            work.reasons.any |= lists.is_some();
            for row in 0..rows {
                let (a_row, b_row) = (a_from + row, b_from + row);
                let pair = (SetOutcome::of(&a.columns, a_row), SetOutcome::of(&b.columns, b_row));
                let number = match last {
                    Some((seen, number)) if seen == pair => Some(number),
                    _ => numbers.get(&pair).copied(),
                };
                let number = number.or_else(|| {
                    (found.len() < MAX_CELLS).then(|| {
                        found.push((pair.0, pair.1, pair.0.change(pair.1, &matching), 0));
                        numbers.insert(pair, found.len() - 1);
                        found.len() - 1
                    })
                });
                last = number.map(|number| (pair, number));
                let change = match number.and_then(|number| found.get_mut(number)) {
                    Some((_, _, change, count)) => {
                        *count += 1;
                        *change
                    }
                    None => {
                        let change = pair.0.change(pair.1, &matching);
                        if let Some(count) = compared.unlisted.get_mut(change as usize) {
                            *count += 1;
                        }
                        moves.add(pair, 1);
                        change
                    }
                };
                if change == CellChange::Nothing {
                    if let Some((a_lists, b_lists)) = lists {
                        work.reasons.stayed(a_lists.row(a_row), b_lists.row(b_row));
                    }
                } else if let Some(number) = number {
                    work.changed(u32::try_from(number).unwrap_or(u32::MAX), (a, a_row), (b, b_row));
                }
            }
        }
        for &(from, to, _, count) in &found {
            moves.add((from, to), count);
        }
        compared.codes = moves.finish(old, new);
        let mut found: Vec<_> = found.into_iter().zip(0_u32..).collect();
        assize_model::order::sort_by_key(&mut found, |&((from, to, ..), _)| (from, to));
        let outcome = |names: &Names<'_>, of: SetOutcome| {
            let codes = || CodeSet(of.set).iter().filter_map(|code| names.name(code.index())).collect::<Vec<_>>();
            let value = match (of.state().has_value(), names.is_many()) {
                (false, _) => OutcomeValue::Nothing,
                (true, true) => OutcomeValue::Codes(codes()),
                (true, false) => codes().pop().map_or(OutcomeValue::NoCode, OutcomeValue::Code),
            };
            Outcome { state: of.state(), value }
        };
        found
            .into_iter()
            .map(|((from, to, change, count), number)| {
                (number, empty_cell(outcome(old, from), outcome(new, to), change, count))
            })
            .collect()
    }
}

fn empty_cell(old: Outcome, new: Outcome, change: CellChange, count: u64) -> Cell {
    Cell { old, new, change, count, keys: Vec::new(), reasons: Vec::new(), reasons_unlisted: 0 }
}

trait HasValue {
    fn has_value(self) -> bool;
}

impl HasValue for State {
    fn has_value(self) -> bool {
        matches!(self, Self::Decided | Self::Provisional)
    }
}

fn state(number: u8) -> State {
    State::ALL.get(usize::from(number)).copied().unwrap_or(State::Error)
}

/// What is noted of records that changed.
struct Work<'a> {
    /// The older rules, which keys are shown by.
    program: &'a Program,
    /// By cell.
    keys: FxHashMap<u32, Vec<String>>,
    examples: usize,
    reasons: Counting,
}

impl Work<'_> {
    fn changed(&mut self, cell: u32, (a, a_row): (&Part, usize), (b, b_row): (&Part, usize)) {
        if self.examples > 0 {
            let keys = self.keys.entry(cell).or_default();
            if keys.len() < self.examples {
                keys.extend(a.key(self.program, a_row));
            }
        }
        if let Some((a_lists, b_lists)) = reasons::both(&a.columns, &b.columns) {
            self.reasons.changed(cell, a_lists.row(a_row), b_lists.row(b_row));
        }
    }
}

/// Values and states of a run of rows.
fn bytes(columns: &CategoryColumns, from: usize, rows: usize) -> Option<impl Iterator<Item = (u8, u8)>> {
    let values = columns.value.get(from..from + rows)?;
    let states = columns.state.get(from..from + rows)?;
    Some(values.iter().copied().zip(states.iter().copied()))
}

/// The numbers of the outcomes of a category that gives one of so many codes: for each state with a value every code
/// and no code, then the other states.
#[derive(Debug, Clone, Copy)]
struct Space(usize);

/// The number of an outcome by its state and value.
struct Table(Box<[u16; 8 << 8]>);

impl Table {
    #[inline]
    fn number(&self, (value, state): (u8, u8)) -> u16 {
        self.0.get(usize::from(state & 7) << 8 | usize::from(value)).copied().unwrap_or(0)
    }
}

impl Space {
    const fn size(self) -> usize {
        WITH_VALUE * (self.0 + 1) + State::ALL.len() - WITH_VALUE
    }

    fn table(self) -> Table {
        let mut table = Box::new([0; 8 << 8]);
        for (at, slot) in table.iter_mut().enumerate() {
            let (state, value) = (state((at >> 8) as u8) as usize, at & 0xff);
            let number = if state < WITH_VALUE {
                state * (self.0 + 1) + if value == usize::from(NO_CODE) { self.0 } else { value.min(self.0) }
            } else {
                WITH_VALUE * (self.0 + 1) + state - WITH_VALUE
            };
            *slot = u16::try_from(number).unwrap_or(u16::MAX);
        }
        Table(table)
    }

    /// The state and code of a number; a code past the last is no code.
    fn parts(self, number: usize) -> (State, Option<usize>) {
        let codes = self.0 + 1;
        if number < WITH_VALUE * codes {
            (state((number / codes) as u8), Some(number % codes))
        } else {
            (state((number - WITH_VALUE * codes + WITH_VALUE) as u8), None)
        }
    }

    /// For each number, that of the same outcome in the other space; `u16::MAX` where there is none.
    fn matching(self, codes: &[Option<usize>], other: Self) -> Vec<u16> {
        let number = |(state, code): (State, Option<usize>)| {
            let (state, others) = (state as usize, other.0 + 1);
            let number = match code {
                None => Some(WITH_VALUE * others + state - WITH_VALUE),
                Some(code) if code == self.0 => Some(state * others + other.0),
                Some(code) => codes.get(code).copied().flatten().map(|code| state * others + code),
            };
            number.and_then(|number| u16::try_from(number).ok()).unwrap_or(u16::MAX)
        };
        (0..self.size()).map(|at| number(self.parts(at))).collect()
    }
}

/// An outcome whose value is a set; of a category that gives one code, the set of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct SetOutcome {
    state: u8,
    set: u128,
}

impl SetOutcome {
    fn of(columns: &CategoryColumns, row: usize) -> Self {
        let number = columns.state.get(row).copied().unwrap_or(State::Error as u8);
        let set = if !state(number).has_value() {
            0
        } else if columns.many {
            columns.values.get(row).copied().unwrap_or(0)
        } else {
            let value = columns.value.get(row).copied().unwrap_or(NO_CODE);
            if value == NO_CODE { 0 } else { CodeSet::EMPTY.with(Code(value.into())).0 }
        };
        Self { state: number, set }
    }

    fn state(self) -> State {
        state(self.state)
    }

    fn change(self, new: Self, matching: &[Option<usize>]) -> CellChange {
        let mut moved = CodeSet::EMPTY;
        let mut lost = false;
        for code in CodeSet(self.set).iter() {
            match matching.get(code.index()).copied().flatten().and_then(|code| u16::try_from(code).ok()) {
                Some(code) => moved = moved.with(Code(code)),
                None => lost = true,
            }
        }
        let same = !lost && moved.0 == new.set && self.state().has_value() == new.state().has_value();
        match (same, self.state == new.state) {
            (true, true) => CellChange::Nothing,
            (true, false) => CellChange::State,
            (false, _) => CellChange::Value,
        }
    }
}

/// What became of each code.
struct Moves<'a> {
    matching: &'a [Option<usize>],
    /// By old code: kept, lost.
    old: Vec<(u64, u64)>,
    /// By new code: how many records have it now.
    new: Vec<u64>,
}

impl<'a> Moves<'a> {
    fn new(old: &Names<'_>, new: &Names<'_>, matching: &'a [Option<usize>]) -> Self {
        Self { matching, old: vec![(0, 0); old.count()], new: vec![0; new.count()] }
    }

    fn add(&mut self, (from, to): (SetOutcome, SetOutcome), count: u64) {
        for code in CodeSet(from.set).iter() {
            let now = self.matching.get(code.index()).copied().flatten();
            let kept = now.is_some_and(|now| CodeSet(to.set).iter().any(|code| code.index() == now));
            if let Some((kept_count, lost)) = self.old.get_mut(code.index()) {
                *(if kept { kept_count } else { lost }) += count;
            }
        }
        for code in CodeSet(to.set).iter() {
            if let Some(now) = self.new.get_mut(code.index()) {
                *now += count;
            }
        }
    }

    /// By the newer rules' order, then codes that only the older have.
    fn finish(self, old: &Names<'_>, new: &Names<'_>) -> Vec<CodeMoves> {
        let before = |code: usize| {
            let at = self.matching.iter().position(|now| *now == Some(code));
            at.and_then(|at| self.old.get(at)).copied().unwrap_or_default()
        };
        let mut moves: Vec<CodeMoves> = Vec::new();
        for (code, &now) in self.new.iter().enumerate() {
            let (kept, lost) = before(code);
            if let Some(code) = new.name(code) {
                moves.push(CodeMoves { code, kept, lost, gained: now - kept });
            }
        }
        for (code, &(kept, lost)) in self.old.iter().enumerate() {
            if self.matching.get(code) == Some(&None)
                && let Some(code) = old.name(code)
            {
                moves.push(CodeMoves { code, kept, lost, gained: 0 });
            }
        }
        moves
    }
}
