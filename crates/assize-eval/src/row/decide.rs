//! The walk down a category's cases: which code comes out, how certain it is, and what else it could be.

use super::cell::Cell;
use super::plan::CasePlan;
use super::store::Store;
use crate::outcome::Chosen;
use assize_model::absence::{Absence, Fault};
use assize_model::bounds::CodeSet;
use assize_model::ids::{Code, NodeId};
use assize_model::program::{Hit, Otherwise, State};
use std::ops::Range;

/// One walk. Begin it, give it each case, and finish it; the result stays until it begins again.
#[derive(Debug, Clone)]
pub struct Walk {
    /// How certain the outcome is.
    pub state: State,
    /// The codes it could be.
    pub possible: CodeSet,
    /// Why there is no value, of an error.
    pub error: Option<Absence>,
    /// The codes of the true cases; under `first` and `highest` there is at most one.
    trues: CodeSet,
    /// The code of the last true case.
    code: Code,
    /// The case whose code was chosen; with no true case, or of many, it has no meaning.
    case: u32,
    /// How many cases the walk went past or stopped at.
    walked: u32,
    /// The code that is the value when nothing is true.
    fallback: Option<Code>,
    hit: Hit,
    unknown: bool,
    doubtful: bool,
    conflict: bool,
    /// The criteria that were last looked at together: the first of them, the one after the last, and which are true.
    swept: Option<(u32, u32, u64)>,
    /// The true rows that an index found, ascending, where it was asked.
    rows: Vec<u32>,
    is_listed: bool,
}

/// Whether the walk goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    On,
    Stop,
}

impl Default for Walk {
    fn default() -> Self {
        Self {
            state: State::Undetermined,
            possible: CodeSet::EMPTY,
            error: None,
            trues: CodeSet::EMPTY,
            code: Code::NONE,
            case: 0,
            walked: 0,
            fallback: None,
            hit: Hit::First,
            unknown: false,
            doubtful: false,
            conflict: false,
            swept: None,
            rows: Vec::new(),
            is_listed: false,
        }
    }
}

impl Walk {
    /// Begins at the first case.
    #[inline]
    pub fn begin(&mut self, hit: Hit) {
        self.state = State::Undetermined;
        self.possible = CodeSet::EMPTY;
        self.error = None;
        self.trues = CodeSet::EMPTY;
        self.walked = 0;
        self.fallback = None;
        self.hit = hit;
        self.unknown = false;
        self.doubtful = false;
        self.conflict = false;
        self.swept = None;
        if self.is_listed {
            self.rows.clear();
            self.is_listed = false;
        }
    }

    /// Takes criteria from an index: those that it does not list are not true.
    pub fn list(&mut self) {
        self.rows.clear();
        self.is_listed = true;
    }

    /// A criterion that the index found true.
    pub fn listed(&mut self, criterion: u32) {
        self.rows.push(criterion);
    }

    /// Goes past all cases before one.
    pub fn go_to(&mut self, case: usize) {
        self.walked = u32::try_from(case).unwrap_or(u32::MAX);
    }

    /// Ends in an error.
    #[cold]
    pub fn fail(&mut self, absence: Absence) {
        self.state = State::Error;
        self.error = Some(absence);
        self.possible = CodeSet::EMPTY;
        self.trues = CodeSet::EMPTY;
        self.fallback = None;
    }

    /// Takes the condition under which the category applies.
    #[inline]
    pub fn applies(&mut self, applies: &Cell) -> Step {
        match *applies {
            Cell::Boolean(true) => Step::On,
            Cell::Absent(absence) if absence.is_error() => {
                self.fail(absence);
                Step::Stop
            }
            Cell::Absent(_) => {
                self.doubtful = true;
                Step::On
            }
            _ => {
                self.state = State::NotApplicable;
                Step::Stop
            }
        }
    }

    /// Takes the next case: its code, and whether any of its criteria is true.
    #[inline]
    pub fn case(&mut self, code: Code, truth: &Cell) -> Step {
        let at = self.walked;
        self.walked += 1;
        match *truth {
            Cell::Boolean(false) => Step::On,
            Cell::Boolean(true) => self.hold(at, code),
            Cell::Absent(absence) if absence.is_error() => self.stumble(absence),
            _ => {
                self.unknown = true;
                self.possible = self.possible.with(code);
                Step::On
            }
        }
    }

    #[inline]
    fn hold(&mut self, at: u32, code: Code) -> Step {
        self.code = code;
        match self.hit {
            Hit::First | Hit::Highest => {
                self.case = at;
                self.trues = CodeSet::of(code);
                self.possible = self.possible.with(code);
                return Step::Stop;
            }
            Hit::Unique => {
                self.conflict |= !self.trues.is_empty();
                self.case = at;
            }
            Hit::All => self.possible = self.possible.with(code),
        }
        self.trues = self.trues.with(code);
        Step::On
    }

    /// A case in error: of several, the first one counts.
    #[cold]
    fn stumble(&mut self, absence: Absence) -> Step {
        self.error = self.error.or(Some(absence));
        if matches!(self.hit, Hit::First | Hit::Highest) { Step::Stop } else { Step::On }
    }

    /// Notes which criteria, from one up to another, were found true without their registers.
    #[inline]
    pub fn swept(&mut self, from: u32, to: u32, trues: u64) {
        self.swept = Some((from, to, trues));
    }

    /// Goes past cases none of which is true or unknown.
    #[inline]
    pub fn pass(&mut self, cases: u32) {
        self.walked += cases;
    }

    /// Stops at a true case, those before it gone past.
    #[inline]
    pub fn hold_at(&mut self, case: u32, code: Code) -> Step {
        self.walked = case + 1;
        self.hold(case, code)
    }

    /// Whether a criterion of the case that was chosen is true, where that is known without its register.
    #[inline]
    pub fn found(&self, criterion: usize) -> Option<bool> {
        if self.is_listed {
            return Some(u32::try_from(criterion).is_ok_and(|at| self.rows.binary_search(&at).is_ok()));
        }
        let (from, to, trues) = self.swept?;
        let at = criterion.checked_sub(from as usize).filter(|_| criterion < to as usize)?;
        Some(at < 64 && trues >> at & 1 == 1)
    }

    /// Ends the walk. `node` is what an error of the whole decision carries.
    #[inline]
    pub fn finish(&mut self, otherwise: &Otherwise, node: NodeId) {
        if let Some(absence) = self.error {
            // The error goes before what is true beside it.
            self.conflict = false;
            return self.fail(absence);
        }
        if self.conflict {
            return self.fail(Absence::error(Fault::Conflict, node));
        }
        let held = !self.trues.is_empty();
        if self.hit == Hit::Unique && held {
            // Were an unknown one true, that would be a conflict and not another value.
            self.possible = self.trues;
        }
        if !held {
            match otherwise {
                Otherwise::Code(code) => self.fall_back(*code),
                Otherwise::None => self.fall_back(Code::NONE),
                Otherwise::Error(_) if self.unknown => {}
                Otherwise::Error(_) => return self.fail(Absence::error(Fault::Stated, node)),
            }
        }
        self.state = if self.doubtful || (self.unknown && !held) {
            State::Undetermined
        } else if self.unknown && (self.hit == Hit::Unique || self.possible != self.trues || self.hit == Hit::All) {
            State::Provisional
        } else {
            State::Decided
        };
    }

    #[inline]
    fn fall_back(&mut self, code: Code) {
        self.possible = self.possible.with(code);
        self.fallback = Some(code);
    }

    /// The value.
    #[inline]
    pub fn value(&self) -> Chosen {
        if !matches!(self.state, State::Decided | State::Provisional) {
            return Chosen::Nothing;
        }
        match (self.hit, self.fallback) {
            (Hit::All, None) => Chosen::Many(self.trues),
            (Hit::All, Some(Code::NONE)) => Chosen::Many(CodeSet::EMPTY),
            (Hit::All, Some(code)) => Chosen::Many(CodeSet::of(code)),
            (_, Some(code)) => Chosen::One(code),
            (_, None) => Chosen::One(self.code),
        }
    }

    /// What came out because nothing was true.
    pub const fn fallback(&self) -> Option<Code> {
        self.fallback
    }

    /// What the outcome is as an operand.
    #[inline]
    pub fn cell(&self, store: &mut Store) -> Cell {
        match self.state {
            State::NotApplicable => Cell::Absent(Absence::NOT_APPLICABLE),
            State::Error => Cell::Absent(self.error.unwrap_or(Absence::UNKNOWN)),
            _ if self.hit == Hit::All => match (self.state, self.value()) {
                (State::Decided, Chosen::Many(set)) => store.put_codes(set.iter()),
                _ => Cell::UNKNOWN,
            },
            _ if self.doubtful => Cell::UNKNOWN,
            _ => Cell::codes(self.possible),
        }
    }

    /// Whether a case that came out true as well would give its code: not where it is not known if the category applies,
    /// nor where another code holds that has to be the only one.
    pub const fn would_give(&self) -> bool {
        !self.doubtful && (!matches!(self.hit, Hit::Unique) || self.trues.is_empty())
    }

    /// Whether a case was walked past or stopped at.
    pub const fn reached(&self, case: usize) -> bool {
        case < self.walked as usize
    }

    /// The criteria of which the true ones are the reasons for the value, or the conflict.
    #[inline]
    pub fn reasons(&self, cases: &[CasePlan]) -> Range<usize> {
        let every = || 0..cases.last().map_or(0, |case| (case.first + case.len) as usize);
        if self.conflict && self.state == State::Error {
            return every();
        }
        if !matches!(self.state, State::Decided | State::Provisional) || self.trues.is_empty() {
            return 0..0;
        }
        if self.hit == Hit::All {
            // What is true is in a true case.
            return every();
        }
        cases.get(self.case as usize).map_or(0..0, |case| case.first as usize..(case.first + case.len) as usize)
    }

    /// Whether unknown criteria of a case stand behind what is possible, so that what they miss matters; the case
    /// itself must not be true.
    #[inline]
    pub const fn is_open(&self) -> bool {
        matches!(self.state, State::Provisional | State::Undetermined)
    }

    /// Whether a case is true.
    pub fn holds(&self, case: usize, code: Code) -> bool {
        match self.hit {
            Hit::First | Hit::Highest | Hit::Unique => !self.trues.is_empty() && case == self.case as usize,
            Hit::All => self.trues.has(code),
        }
    }
}
