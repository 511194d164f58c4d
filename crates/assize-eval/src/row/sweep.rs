//! Cases of cheap criteria, looked at together: what is true of each is worked out without a branch, and only then is it
//! seen where the walk stops.

use super::cell::Cell;
use super::decide::{Step, Walk};
use super::ops;
use super::plan::{DecisionPlan, Register};
use super::store::Store;
use assize_model::ids::NodeId;
use assize_model::node::Comparison;

/// How the truth of a criterion is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// It is in a register.
    Cell(Register),
    /// By comparing.
    Compare { op: Comparison, left: Register, right: Register },
    /// By conjunction.
    Both { left: Register, right: Register },
    /// By disjunction.
    Either { left: Register, right: Register },
}

impl Test {
    /// Whether it is true, and whether that is as quickly known: `(false, false)` when it takes a closer look.
    #[inline]
    fn glance(self, cells: &[Cell]) -> (bool, bool) {
        let cell = |register: Register| cells.get(register as usize);
        match self {
            Self::Cell(register) => match cell(register) {
                Some(&Cell::Boolean(value)) => (value, true),
                _ => (false, false),
            },
            Self::Compare { op, left, right } => match (cell(left), cell(right)) {
                (Some(Cell::Integer(left)), Some(Cell::Integer(right))) => (ops::is(op, left.cmp(right)), true),
                (Some(Cell::Date(left)), Some(Cell::Date(right))) => (ops::is(op, left.cmp(right)), true),
                _ => (false, false),
            },
            Self::Both { left, right } => match (cell(left), cell(right)) {
                (Some(&Cell::Boolean(left)), Some(&Cell::Boolean(right))) => (left & right, true),
                _ => (false, false),
            },
            Self::Either { left, right } => match (cell(left), cell(right)) {
                (Some(&Cell::Boolean(left)), Some(&Cell::Boolean(right))) => (left | right, true),
                _ => (false, false),
            },
        }
    }

    /// What it comes to.
    fn look(self, store: &Store, cells: &[Cell]) -> Cell {
        let cell = |register: Register| cells.get(register as usize).copied().unwrap_or(Cell::UNKNOWN);
        match self {
            Self::Cell(register) => cell(register),
            // What can fail to compare is not compared here, so that no node needs to be named.
            Self::Compare { op, left, right } => ops::compare(store, NodeId(0), op, cell(left), cell(right)),
            Self::Both { left, right } => ops::all_of([cell(left), cell(right)].into_iter()),
            Self::Either { left, right } => ops::any_of([cell(left), cell(right)].into_iter()),
        }
    }
}

/// Takes cases one after another, the operands of whose criteria, at most 64, have been worked out. Of categories that
/// stop at the first true case. Not a part of the machine's loop, whose values would keep it from the registers it
/// needs.
#[inline(never)]
pub fn sweep(walk: &mut Walk, decision: &DecisionPlan, from: u32, to: u32, store: &Store, cells: &[Cell]) -> Step {
    let Some(cases) = decision.cases.get(from as usize..to as usize) else { return Step::On };
    let (Some(first), Some(last)) = (cases.first(), cases.last()) else { return Step::On };
    let tests = decision.tests.get(first.first as usize..(last.first + last.len) as usize).unwrap_or(&[]);
    let (mut trues, mut unsettled, mut bit) = (0_u64, 0_u64, 1_u64);
    for test in tests {
        let (yes, known) = test.glance(cells);
        trues |= if yes { bit } else { 0 };
        unsettled |= if known { 0 } else { bit };
        bit = bit.wrapping_shl(1);
    }
    if unsettled != 0 {
        return step(walk, decision, from, to, (trues, unsettled), store, cells);
    }
    walk.swept(first.first, last.first + last.len, trues);
    if trues == 0 {
        walk.pass(to - from);
        return Step::On;
    }
    let at = decision.case_of.get((first.first + trues.trailing_zeros()) as usize).copied().unwrap_or(from);
    match decision.cases.get(at as usize) {
        Some(case) => walk.hold_at(at, case.code),
        None => Step::On,
    }
}

/// As [`sweep`], case by case, where some criteria take a closer look; those that are true are known already.
#[inline(never)]
fn step(
    walk: &mut Walk,
    decision: &DecisionPlan,
    from: u32,
    to: u32,
    (mut trues, mut unsettled): (u64, u64),
    store: &Store,
    cells: &[Cell],
) -> Step {
    let cases = decision.cases.get(from as usize..to as usize).unwrap_or(&[]);
    let base = cases.first().map_or(0, |case| case.first);
    let (mut unknown, mut errors) = (0_u64, 0_u64);
    let look = |at: u32| decision.tests.get((base + at) as usize).map_or(Cell::UNKNOWN, |test| test.look(store, cells));
    while unsettled != 0 {
        let at = unsettled.trailing_zeros();
        let bit = 1 << at;
        unsettled &= !bit;
        match look(at) {
            Cell::Boolean(true) => trues |= bit,
            Cell::Absent(absence) if absence.is_error() => errors |= bit,
            Cell::Absent(_) => unknown |= bit,
            _ => {}
        }
    }
    for case in cases {
        let criteria = (!0_u64).checked_shr(64 - case.len.min(64)).unwrap_or(0) << ((case.first - base) & 63);
        let truth = if trues & criteria != 0 {
            walk.swept(base, case.first + case.len, trues);
            Cell::YES
        } else if errors & criteria != 0 {
            look((errors & criteria).trailing_zeros())
        } else if unknown & criteria != 0 {
            Cell::UNKNOWN
        } else {
            Cell::NO
        };
        if walk.case(case.code, &truth) == Step::Stop {
            return Step::Stop;
        }
    }
    Step::On
}
