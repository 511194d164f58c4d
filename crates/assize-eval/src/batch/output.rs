//! Outcomes of categories, as columns.

#![expect(clippy::indexing_slicing, reason = "offsets are as many as rows and one more, and each within the ids")]

use super::bits::{self, WORDS};
use super::lay::{Layer, lay};
use super::plan::{Detail, Plan, PlanCategory, PlanDecision};
use super::table::BatchError;
use super::walk::Walk;
use crate::outcome::{Chosen, FieldPath, OutcomeRow};
use assize_model::absence::Absence;
use assize_model::bounds::CodeSet;
use assize_model::ids::{CategoryId, Code};
use assize_model::lane::{NO_CODE, OutcomeLane};
use assize_model::program::{Hit, Otherwise, State};

type Bits = [u64; WORDS];

/// The outcomes of one category for a batch. Rows count from the first of the frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryColumns {
    /// The category.
    pub category: CategoryId,
    /// Whether it has `hit all`: then `values` holds the values, and `value` nothing.
    pub many: bool,
    /// A code a row, by number; [`NO_CODE`] where there is none.
    pub value: Vec<u8>,
    /// Under `hit all`: the codes of each row as the bits of [`CodeSet`]; else empty.
    pub values: Vec<u128>,
    /// A [`State`] a row, by number.
    pub state: Vec<u8>,
    /// Why rows are in error, ascending by row.
    pub errors: Vec<(u32, Absence)>,
    /// The reasons, when they were asked for.
    pub reasons: Option<Reasons>,
}

/// Why outcomes are what they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reasons {
    /// The true criteria of the chosen case, as indices into [`assize_model::program::Category::criteria`].
    pub because: Lists<u16>,
    /// The codes that are possible, in declared order; [`NO_CODE`] last, where there may be none.
    pub possible: Lists<u8>,
    /// The missing fields that could decide it, as indices into `names`.
    pub missing: Lists<u16>,
    /// The fields that `missing` can name.
    pub names: Vec<FieldPath>,
}

/// A list a row, end to end as in Arrow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lists<T> {
    /// Row `i` has `ids[offsets[i]..offsets[i + 1]]`.
    pub offsets: Vec<i32>,
    /// The members.
    pub ids: Vec<T>,
}

impl<T: Copy + Default> Lists<T> {
    /// For so many rows, and about so many members.
    fn new(rows: usize, members: usize) -> Self {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        Self { offsets, ids: Vec::with_capacity(members) }
    }

    fn clear(&mut self) {
        self.offsets.clear();
        self.offsets.push(0);
        self.ids.clear();
    }

    /// The list of a row; empty past the end.
    pub fn row(&self, row: usize) -> &[T] {
        let at = |row: usize| self.offsets.get(row).and_then(|&at| usize::try_from(at).ok());
        match (at(row), at(row + 1)) {
            (Some(from), Some(to)) => self.ids.get(from..to).unwrap_or(&[]),
            _ => &[],
        }
    }

    fn end(&self) -> Result<i32, BatchError> {
        i32::try_from(self.ids.len()).map_err(|_| BatchError::TooLarge)
    }

    /// Adds a chunk of rows of which few have members: members in order, each with the rows that have it.
    fn push_sparse(&mut self, len: usize, members: &[(T, Bits)]) -> Result<(), BatchError> {
        for at in 0..bits::words(len) {
            let rows = (len - at * 64).min(64);
            let end = self.end()?;
            let all = members.iter().fold(0, |all, (_, bits)| all | bits[at]);
            if all == 0 {
                self.offsets.resize(self.offsets.len() + rows, end);
                continue;
            }
            // How many each row has, then where each row's next one goes.
            let mut next = [0_i32; 64];
            let mut count = 0;
            for (_, bits) in members {
                bits::ones_of(bits[at]).for_each(|bit| next[bit] += 1);
                count += bits[at].count_ones() as usize;
            }
            self.ids.resize(self.ids.len() + count, T::default());
            self.end()?;
            let from = self.offsets.len();
            self.offsets.resize(from + rows, 0);
            let mut total = end;
            for (next, offset) in next.iter_mut().zip(&mut self.offsets[from..]) {
                let here = total;
                total = total.wrapping_add(*next);
                *next = here;
                *offset = total;
            }
            for (id, bits) in members {
                for bit in bits::ones_of(bits[at]) {
                    self.ids[next[bit] as usize] = *id;
                    next[bit] += 1;
                }
            }
        }
        Ok(())
    }

    /// Adds a chunk of rows of which most have members. `members` are as many as the table was made for.
    fn push_dense(&mut self, len: usize, members: &[(T, Bits)], table: &Members<T>) -> Result<(), BatchError> {
        let mut ids = [T::default(); 64 * EIGHT * GROUPS + EIGHT];
        let mut offsets = [0_i32; 64];
        for at in 0..bits::words(len) {
            let rows = (len - at * 64).min(64);
            let end = self.end()?;
            // Of each row, which of up to eight members it has.
            let mut masks = [[0_u64; 8]; GROUPS];
            for (of, (_, bits)) in members.iter().enumerate().take(EIGHT * GROUPS) {
                if bits[at] != 0 {
                    for (eight, masks) in masks[of / EIGHT].iter_mut().enumerate() {
                        *masks |= bits::spread((bits[at] >> (8 * eight)) as u8) << (of % EIGHT);
                    }
                }
            }
            let mut taken = 0;
            for (row, offset) in offsets.iter_mut().enumerate().take(rows) {
                for (masks, lists) in masks.iter().zip(&table.0) {
                    let (list, count) = &lists[usize::from((masks[row / 8] >> (row % 8 * 8)) as u8)];
                    ids[taken..taken + EIGHT].copy_from_slice(list);
                    taken += usize::from(*count);
                }
                *offset = end.wrapping_add(taken as i32);
            }
            self.ids.extend_from_slice(&ids[..taken]);
            self.end()?;
            self.offsets.extend_from_slice(&offsets[..rows]);
        }
        Ok(())
    }

    fn push(&mut self, len: usize, members: &[(T, Bits)], table: Option<&Members<T>>) -> Result<(), BatchError> {
        match table {
            Some(table) => self.push_dense(len, members, table),
            None => self.push_sparse(len, members),
        }
    }
}

/// How a category's lists of criteria and of codes are written. Made once a run.
#[derive(Debug, Clone)]
pub(super) struct Writers {
    criteria: Option<Members<u16>>,
    codes: Option<Members<u8>>,
}

impl Writers {
    pub(super) fn new(decision: &PlanDecision, detail: Detail) -> Self {
        match detail {
            Detail::States => Self { criteria: None, codes: None },
            Detail::Reasons => {
                let criteria: Vec<u16> = (0..).take(decision.criteria.len()).collect();
                // The rows of a table are many, and of each record few are true.
                let criteria = if decision.table.is_some() { None } else { Members::new(&criteria) };
                Self { criteria, codes: Members::new(&decision.codes()) }
            }
        }
    }
}

/// Members that are looked up together.
const EIGHT: usize = 8;
/// How often eight of them: with more, each member is written by itself.
const GROUPS: usize = 2;

/// For each set of up to eight members, their list and its length; a table for every eight.
#[derive(Debug, Clone)]
pub(super) struct Members<T>(Vec<Vec<([T; EIGHT], u8)>>);

impl<T: Copy + Default> Members<T> {
    /// For members in this order; none when there are too many.
    pub(super) fn new(members: &[T]) -> Option<Self> {
        let table = |members: &[T]| {
            let lists = (0..1_usize << members.len()).map(|set| {
                let mut list = [T::default(); EIGHT];
                let mut count = 0_u8;
                for (_, &member) in members.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1) {
                    list[usize::from(count)] = member;
                    count += 1;
                }
                (list, count)
            });
            let mut lists: Vec<_> = lists.collect();
            lists.resize(256, ([T::default(); EIGHT], 0));
            lists
        };
        (members.len() <= EIGHT * GROUPS).then(|| Self(members.chunks(EIGHT).map(table).collect()))
    }
}

impl CategoryColumns {
    pub(super) fn new(plan: &Plan, at: usize, category: &PlanCategory, decision: &PlanDecision, rows: usize) -> Self {
        let many = decision.hit == Hit::All;
        let reasons = (category.detail == Detail::Reasons).then(|| Reasons {
            because: Lists::new(rows, rows / 2),
            possible: Lists::new(rows, rows + rows / 8),
            missing: Lists::new(rows, rows / 8),
            names: plan.names(at),
        });
        Self {
            category: category.category,
            many,
            value: Vec::with_capacity(rows),
            values: Vec::with_capacity(if many { rows } else { 0 }),
            state: Vec::with_capacity(rows),
            errors: Vec::new(),
            reasons,
        }
    }

    /// The same memory for another batch of the same request; `None` when it is of another.
    pub(super) fn again(mut self, category: &PlanCategory, decision: &PlanDecision) -> Option<Self> {
        let same = self.category == category.category
            && self.many == (decision.hit == Hit::All)
            && self.reasons.is_some() == (category.detail == Detail::Reasons);
        self.value.clear();
        self.values.clear();
        self.state.clear();
        self.errors.clear();
        if let Some(reasons) = &mut self.reasons {
            if reasons.names.len() != category.names.len() {
                return None;
            }
            reasons.because.clear();
            reasons.possible.clear();
            reasons.missing.clear();
        }
        same.then_some(self)
    }

    /// Adds a chunk: values and states.
    pub(super) fn push(&mut self, decision: &PlanDecision, walk: &Walk, len: usize) {
        let from = self.state.len();
        let mut layers = Vec::with_capacity(decision.cases.len() + 1);
        if !self.many {
            for (case, of) in decision.cases.iter().enumerate() {
                let (rows, but) = walk.hits_but(case);
                layers.push(Layer { rows, but, with: NO_CODE ^ of.code });
            }
            if let Otherwise::Code(code) = decision.otherwise {
                layers.push(Layer::new(&walk.otherwise, NO_CODE ^ code.0 as u8));
            }
        }
        lay(NO_CODE, &layers, len, &mut self.value);
        let states = [
            Layer::new(&walk.provisional, State::Provisional as u8),
            Layer::new(&walk.undetermined, State::Undetermined as u8),
            Layer { rows: &walk.not_applicable, but: &walk.failed, with: State::NotApplicable as u8 },
            Layer::new(&walk.failed, State::Error as u8),
        ];
        // The state of rows that no layer has.
        const { assert!(State::Decided as u8 == 0) };
        lay(State::Decided as u8, &states, len, &mut self.state);
        if self.many {
            self.values.extend((0..len).map(|row| walk.set(decision, row).0));
        }
        let start = self.errors.len();
        self.errors.extend(walk.errors.iter().map(|&(row, why)| ((from as u32).wrapping_add(row), why)));
        self.errors[start..].sort_unstable_by_key(|&(row, _)| row);
    }

    /// Adds a chunk's reasons, each with its rows: the criteria that are true, the codes that are possible, and the
    /// fields that are missing.
    pub(super) fn push_reasons(
        &mut self,
        writers: &Writers,
        len: usize,
        because: &[(u16, Bits)],
        possible: &[(u8, Bits)],
        missing: &[(u16, Bits)],
    ) -> Result<(), BatchError> {
        let Some(reasons) = &mut self.reasons else { return Ok(()) };
        reasons.because.push(len, because, writers.criteria.as_ref())?;
        reasons.possible.push(len, possible, writers.codes.as_ref())?;
        reasons.missing.push(len, missing, None)
    }

    /// A chunk of the columns.
    pub(super) fn lane(&self, from: usize, len: usize) -> OutcomeLane<'_> {
        OutcomeLane {
            value: &self.value[from..from + len],
            values: if self.many { &self.values[from..from + len] } else { &[] },
            state: &self.state[from..from + len],
        }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.state.len()
    }

    /// The state of a row; an error past the end.
    pub fn state(&self, row: usize) -> State {
        self.state.get(row).and_then(|&state| State::ALL.get(usize::from(state)).copied()).unwrap_or(State::Error)
    }

    /// The outcome of a row, in the form in which evaluators are compared. Without reasons, their lists are empty.
    pub fn outcome_row(&self, row: usize) -> OutcomeRow {
        let state = self.state(row);
        let settled = matches!(state, State::Decided | State::Provisional);
        let value = match (settled, self.many) {
            (false, _) => Chosen::Nothing,
            (true, true) => Chosen::Many(CodeSet(self.values.get(row).copied().unwrap_or(0))),
            (true, false) => Chosen::One(self.value.get(row).map_or(Code::NONE, |&value| code(value))),
        };
        let error = u32::try_from(row)
            .ok()
            .and_then(|row| self.errors.binary_search_by_key(&row, |&(at, _)| at).ok())
            .and_then(|at| self.errors.get(at))
            .map(|&(_, why)| why);
        let mut outcome =
            OutcomeRow { value, state, because: Vec::new(), possible: CodeSet::EMPTY, missing: Vec::new(), error };
        if let Some(reasons) = &self.reasons {
            outcome.because = reasons.because.row(row).to_vec();
            outcome.possible = reasons.possible.row(row).iter().fold(CodeSet::EMPTY, |all, &id| all.with(code(id)));
            let names = reasons.missing.row(row).iter().filter_map(|&id| reasons.names.get(usize::from(id)));
            outcome.missing = names.cloned().collect();
        }
        outcome
    }
}

fn code(byte: u8) -> Code {
    if byte == NO_CODE { Code::NONE } else { Code(u16::from(byte)) }
}
