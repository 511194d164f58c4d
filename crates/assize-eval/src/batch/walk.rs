//! Categories: their criteria walked in order for a chunk, on bitmaps, until every row is settled.

#![expect(clippy::indexing_slicing, reason = "every bitmap has the words of a chunk, and every case its own")]

use super::bits::{self, WORDS, full};
use super::cell::Cell;
use super::kernel::Arg;
use super::plan::PlanDecision;
use super::reg::Reg;
use assize_model::absence::{Absence, Fault};
use assize_model::bounds::CodeSet;
use assize_model::ids::Code;
use assize_model::lane::NO_CODE;
use assize_model::program::{Hit, Otherwise};
use assize_model::ty::Ty;

type Bits = [u64; WORDS];

/// What a walk waits for, or that it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Stage {
    #[default]
    Applies,
    /// The number of the next criterion.
    Criterion(usize),
    Done,
}

/// A walk over one window, and what it came to.
#[derive(Debug, Clone)]
pub(super) struct Walk {
    pub(super) serial: u64,
    pub(super) stage: Stage,
    pub(super) len: usize,
    /// Which case the next criterion is of.
    case: usize,
    /// Rows that are not settled.
    pub(super) open: Bits,
    /// Rows in which a criterion of the case is true, not known, in error.
    yes: Bits,
    unknown: Bits,
    wrong: Bits,
    /// The first error of each row that is wrong.
    wrongs: Vec<(u32, Absence)>,
    /// Rows in which some case is true; in which two are.
    pub(super) hit: Bits,
    twice: Bits,
    /// Rows in which some case is not known.
    maybe: Bits,

    /// Rows of which it is not known whether the category applies, and to which it does not.
    pub(super) doubt: Bits,
    pub(super) not_applicable: Bits,
    /// Rows in error, and why, in no order.
    pub(super) failed: Bits,
    /// By case, of rows in which several cases are true that must not be: those cases. Empty without such rows.
    conflicts: Vec<Bits>,
    pub(super) errors: Vec<(u32, Absence)>,
    /// By case: the rows that have its code.
    pub(super) hits: Vec<Bits>,
    /// By case: the rows in which it is not known and could change the outcome.
    pub(super) doubts: Vec<Bits>,
    /// Of a table: the true rows of the chosen case, and the rows that are not known, each with the record.
    pub(super) trues: Vec<(u32, u16)>,
    pub(super) unknowns: Vec<(u32, u16)>,
    /// Rows without a true case or one in doubt: what is otherwise.
    pub(super) otherwise: Bits,
    pub(super) provisional: Bits,
    pub(super) undetermined: Bits,
}

impl Default for Walk {
    fn default() -> Self {
        let zero = [0; WORDS];
        Self {
            serial: 0,
            stage: Stage::Applies,
            len: 0,
            case: 0,
            open: zero,
            yes: zero,
            unknown: zero,
            wrong: zero,
            wrongs: Vec::new(),
            hit: zero,
            twice: zero,
            maybe: zero,
            doubt: zero,
            not_applicable: zero,
            failed: zero,
            conflicts: Vec::new(),
            errors: Vec::new(),
            hits: Vec::new(),
            doubts: Vec::new(),
            trues: Vec::new(),
            unknowns: Vec::new(),
            otherwise: zero,
            provisional: zero,
            undetermined: zero,
        }
    }
}

impl Walk {
    /// Begins anew. `bad` are rows that could not be read.
    pub(super) fn begin(&mut self, decision: &PlanDecision, serial: u64, len: usize, bad: impl Iterator<Item = usize>) {
        let (wrongs, errors) = (std::mem::take(&mut self.wrongs), std::mem::take(&mut self.errors));
        let (hits, doubts) = (std::mem::take(&mut self.hits), std::mem::take(&mut self.doubts));
        let (mut trues, mut unknowns) = (std::mem::take(&mut self.trues), std::mem::take(&mut self.unknowns));
        trues.clear();
        unknowns.clear();
        *self = Self { serial, len, wrongs, errors, hits, doubts, trues, unknowns, ..Self::default() };
        self.wrongs.clear();
        self.errors.clear();
        self.hits.clear();
        self.hits.resize(decision.cases.len(), [0; WORDS]);
        self.doubts.clear();
        self.doubts.resize(decision.cases.len(), [0; WORDS]);
        bits::fill(&mut self.open, len);
        for row in bad {
            self.fail(row, Absence::error(Fault::Data, decision.node));
        }
        if decision.applies.is_none() {
            self.stage = Stage::Criterion(0);
        }
    }

    fn words(&self) -> usize {
        bits::words(self.len)
    }

    pub(super) fn fail(&mut self, row: usize, why: Absence) {
        if !bits::get(&self.failed, row) {
            bits::set(&mut self.failed, row);
            bits::clear(&mut self.open, row);
            self.errors.push((row as u32, why));
        }
    }

    /// Takes in whether the category applies.
    pub(super) fn applies(&mut self, arg: Arg<'_>) {
        for at in 0..self.words() {
            let (yes, known, wrong) = words(arg, at, self.open[at]);
            let open = self.open[at];
            self.not_applicable[at] = open & known & !yes;
            self.doubt[at] = open & !known & !wrong;
            for bit in bits::ones_of(open & wrong) {
                self.fail(at * 64 + bit, absence(arg, at * 64 + bit));
            }
            self.open[at] &= !self.not_applicable[at];
        }
        self.stage = Stage::Criterion(0);
    }

    /// Goes on to the next criterion that can matter, and gives it. `None` when there is none left.
    pub(super) fn next(&mut self, decision: &PlanDecision) -> Option<usize> {
        let Stage::Criterion(mut at) = self.stage else { return None };
        while let Some(case) = decision.cases.get(self.case) {
            let open = if decision.reasons {
                bits::any(&self.open)
            } else {
                self.open.iter().zip(&self.yes).any(|(open, yes)| open & !yes != 0)
            };
            if open && at < case.to as usize {
                self.stage = Stage::Criterion(at);
                return Some(at);
            }
            self.close(decision);
            self.case += 1;
            at = case.to as usize;
        }
        self.finish(decision);
        None
    }

    /// Takes in the next criterion.
    pub(super) fn take(&mut self, arg: Arg<'_>) {
        if let Stage::Criterion(at) = self.stage {
            self.stage = Stage::Criterion(at + 1);
        }
        for at in 0..self.words() {
            let open = self.open[at];
            let (yes, known, wrong) = words(arg, at, open);
            self.yes[at] |= yes;
            self.unknown[at] |= !known;
            let new = open & wrong & !self.wrong[at];
            if new != 0 {
                self.wrong[at] |= new;
                for bit in bits::ones_of(new) {
                    self.wrongs.push(((at * 64 + bit) as u32, absence(arg, at * 64 + bit)));
                }
            }
        }
    }

    /// Ends a case.
    fn close(&mut self, decision: &PlanDecision) {
        let stops = matches!(decision.hit, Hit::First | Hit::Highest);
        for at in 0..self.words() {
            let open = self.open[at];
            let hit = open & self.yes[at];
            let wrong = open & self.wrong[at] & !self.yes[at];
            let doubt = open & self.unknown[at] & !self.yes[at] & !wrong;
            self.hits[self.case][at] = hit;
            self.doubts[self.case][at] = doubt;
            self.twice[at] |= self.hit[at] & hit;
            self.hit[at] |= hit;
            self.maybe[at] |= doubt;
            if stops {
                self.open[at] &= !hit;
            }
            self.wrong[at] = wrong;
        }
        if !self.wrongs.is_empty() {
            for (row, why) in std::mem::take(&mut self.wrongs) {
                if bits::get(&self.wrong, row as usize) {
                    self.fail(row as usize, why);
                }
            }
        }
        self.yes = [0; WORDS];
        self.unknown = [0; WORDS];
        self.wrong = [0; WORDS];
    }

    /// Ends the walk.
    fn finish(&mut self, decision: &PlanDecision) {
        self.stage = Stage::Done;
        if decision.hit == Hit::Unique {
            let twice: Bits = std::array::from_fn(|at| self.twice[at] & !self.failed[at]);
            if bits::any(&twice) {
                let of = |hits: &Bits| std::array::from_fn(|at| hits[at] & twice[at]);
                self.conflicts = self.hits.iter().map(of).collect();
            }
            for row in bits::ones(&twice) {
                self.fail(row, Absence::error(Fault::Conflict, decision.node));
            }
        }
        let mut open = [0; WORDS];
        for (at, open) in open.iter_mut().enumerate() {
            // Rows walked to the end without a true case.
            *open = full(self.len, at) & !self.hit[at] & !self.failed[at] & !self.not_applicable[at];
        }
        if let Otherwise::Error(_) = decision.otherwise {
            let stated: Bits = std::array::from_fn(|at| open[at] & !self.maybe[at]);
            for row in bits::ones(&stated) {
                self.fail(row, Absence::error(Fault::Stated, decision.node));
            }
        }
        let whole = !bits::any(&self.failed);
        for (at, open) in open.into_iter().enumerate() {
            let keep = !self.failed[at];
            let (hit, maybe, doubt) = (self.hit[at] & keep, self.maybe[at] & keep, self.doubt[at] & keep);
            self.otherwise[at] = open & keep & !maybe & !doubt;
            self.provisional[at] = hit & maybe & !doubt;
            self.undetermined[at] = open & keep & maybe | doubt;
        }
        for (hits, doubts) in self.hits.iter_mut().zip(&mut self.doubts) {
            if !whole {
                for at in 0..WORDS {
                    hits[at] &= !self.failed[at];
                    doubts[at] &= !self.failed[at];
                }
            }
        }
        if !decision.distinct && matches!(decision.hit, Hit::First | Hit::Highest) {
            self.same_code(decision);
        }
    }

    /// Under `first`, when a code has several cases: a doubt about the very code that the row has does not make it
    /// provisional.
    fn same_code(&mut self, decision: &PlanDecision) {
        for (case, of) in decision.cases.iter().enumerate() {
            for at in 0..self.words() {
                let rows = self.hits[case][at] & self.provisional[at];
                if rows != 0 {
                    let others = decision.cases.iter().zip(&self.doubts).filter(|(other, _)| other.code != of.code);
                    let others = others.fold(0, |all, (_, doubts)| all | doubts[at]);
                    self.provisional[at] &= !rows | others;
                }
            }
        }
    }

    /// The rows that have a case's code as their value.
    #[inline]
    pub(super) fn hits(&self, case: usize, at: usize) -> u64 {
        self.hits[case][at] & !self.doubt[at]
    }

    /// The rows in which a case is one of several that must not be true together.
    #[inline]
    pub(super) fn conflicts(&self, case: usize, at: usize) -> u64 {
        self.conflicts.get(case).map_or(0, |rows| rows[at])
    }

    /// The same as [`Self::hits`] of all words: a bitmap, and the rows of it that are to be left out.
    pub(super) fn hits_but(&self, case: usize) -> (&Bits, &Bits) {
        (&self.hits[case], &self.doubt)
    }

    /// The rows in which a case's unknown criteria lie behind what is possible.
    #[inline]
    pub(super) fn behind(&self, case: usize, at: usize) -> u64 {
        self.doubts[case][at] & (self.provisional[at] | self.undetermined[at])
    }

    /// The codes that a row could still have.
    pub(super) fn possible(&self, decision: &PlanDecision, row: usize) -> CodeSet {
        if bits::get(&self.failed, row) || bits::get(&self.not_applicable, row) {
            return CodeSet::EMPTY;
        }
        let code = |code: u8| Code(u16::from(code));
        let mut hit = CodeSet::EMPTY;
        let mut doubts = CodeSet::EMPTY;
        for (case, of) in decision.cases.iter().enumerate() {
            if bits::get(&self.hits[case], row) {
                hit = hit.with(code(of.code));
            } else if bits::get(&self.doubts[case], row) {
                doubts = doubts.with(code(of.code));
            }
        }
        if hit.is_empty() {
            return match decision.otherwise {
                Otherwise::None => doubts.with(Code::NONE),
                Otherwise::Code(code) => doubts.with(code),
                Otherwise::Error(_) => doubts,
            };
        }
        // Another case turning out true would be a conflict.
        if decision.hit == Hit::Unique { hit } else { hit.union(doubts) }
    }

    /// The codes of [`PlanDecision::codes`], each with the rows for which it is possible.
    pub(super) fn possible_rows(&self, decision: &PlanDecision) -> Vec<(u8, Bits)> {
        let mut codes: Vec<(u8, Bits)> = decision.codes().into_iter().map(|code| (code, [0; WORDS])).collect();
        let unique = decision.hit == Hit::Unique;
        for (case, of) in decision.cases.iter().enumerate() {
            if let Some((_, rows)) = codes.iter_mut().find(|(code, _)| *code == of.code) {
                for (at, rows) in rows.iter_mut().enumerate() {
                    // Under `unique`, another case turning out true would be a conflict.
                    let doubts = self.doubts[case][at] & if unique { !self.hit[at] } else { !0 };
                    *rows |= self.hits[case][at] | doubts;
                }
            }
        }
        let otherwise = match decision.otherwise {
            Otherwise::None => NO_CODE,
            Otherwise::Code(code) => code.0 as u8,
            Otherwise::Error(_) => return codes,
        };
        if let Some((_, rows)) = codes.iter_mut().find(|(code, _)| *code == otherwise) {
            for (at, rows) in rows.iter_mut().enumerate() {
                let out_of = self.hit[at] | self.failed[at] | self.not_applicable[at];
                *rows |= full(self.len, at) & !out_of;
            }
        }
        codes
    }

    /// Under `all`, the codes of a row.
    pub(super) fn set(&self, decision: &PlanDecision, row: usize) -> CodeSet {
        let mut codes = CodeSet::EMPTY;
        for (case, of) in decision.cases.iter().enumerate() {
            if self.hits(case, row / 64) >> (row % 64) & 1 == 1 {
                codes = codes.with(Code(u16::from(of.code)));
            }
        }
        match decision.otherwise {
            Otherwise::Code(code) if bits::get(&self.otherwise, row) => codes.with(code),
            _ => codes,
        }
    }

    /// The outcome as an operand of other expressions.
    pub(super) fn operand(&self, decision: &PlanDecision, ty: Ty, out: &mut Reg) {
        out.reset();
        out.writable(ty);
        let many = decision.hit == Hit::All;
        let mut undecided = [0; WORDS];
        for (at, undecided) in undecided.iter_mut().enumerate().take(self.words()) {
            let rows = full(self.len, at);
            let out_of = self.failed[at] | self.not_applicable[at] | self.doubt[at];
            let open = (self.provisional[at] | self.undetermined[at]) & !out_of;
            out.known[at] = rows & !out_of & !open;
            if many {
                continue;
            }
            for bit in bits::ones_of(open) {
                let row = at * 64 + bit;
                let possible = Cell::either(self.possible(decision, row));
                if !possible.is_between() {
                    *undecided |= 1 << bit;
                }
                out.put(row, ty, possible);
            }
        }
        for row in bits::ones(&self.not_applicable) {
            out.put_absence(row, Absence::NOT_APPLICABLE);
        }
        for &(row, why) in &self.errors {
            out.put_absence(row as usize, why);
        }
        if many {
            let known: Bits = std::array::from_fn(|at| out.known[at]);
            for row in bits::ones(&known) {
                out.put_set(row, ty, self.set(decision, row));
            }
            return;
        }
        if bits::any(&undecided) {
            out.undecided.extend_from_slice(&undecided);
        }
        let settled: Bits = std::array::from_fn(|at| out.known[at] & !undecided[at]);
        let codes = out.codes();
        let default = match decision.otherwise {
            Otherwise::Code(code) => code.0,
            _ => Code::NONE.0,
        };
        for row in bits::ones(&self.otherwise) {
            codes[row] = default;
        }
        for (case, of) in decision.cases.iter().enumerate() {
            for at in 0..bits::words(self.len) {
                for bit in bits::ones_of(self.hits[case][at] & settled[at]) {
                    codes[at * 64 + bit] = u16::from(of.code);
                }
            }
        }
    }
}

/// Of a condition: the words of yes, of known, and among `of` of errors.
#[inline]
fn words(arg: Arg<'_>, at: usize, of: u64) -> (u64, u64, u64) {
    match arg {
        Arg::Lanes(reg) => (reg.yes()[at], reg.known[at], reg.error_word(at, of)),
        Arg::One(Cell::Boolean(true)) => (!0, !0, 0),
        Arg::One(Cell::Boolean(false)) => (0, !0, 0),
        Arg::One(Cell::Absent(why)) if why.is_error() => (0, 0, !0),
        Arg::One(_) => (0, 0, 0),
    }
}

fn absence(arg: Arg<'_>, row: usize) -> Absence {
    match arg {
        Arg::Lanes(reg) => reg.absence(row),
        Arg::One(cell) => cell.absence().unwrap_or(Absence::UNKNOWN),
    }
}
