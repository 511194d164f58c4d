//! Tables of many rows, record by record: only the rows that their index leaves are looked at.

#![expect(
    clippy::indexing_slicing,
    reason = "bitmaps have the words of a chunk, slots and cases are numbered by the plan"
)]

use super::bits::{self, WORDS};
use super::cell::Cell;
use super::kernel::Arg;
use super::machine::Machine;
use super::plan::PlanDecision;
use super::scalar;
use super::walk::{Stage, Walk};
use crate::index::Index;
use assize_model::absence::{Absence, Fault};
use assize_model::grid::{Cuts, Place, element};
use assize_model::ids::Code;
use assize_model::node::{Choice, Op};
use assize_model::program::{Hit, Otherwise};
use std::collections::BTreeMap;

type Bits = [u64; WORDS];

/// Rows of a table, each with its case.
type CaseRows = Vec<(u32, u16)>;

/// What a cell is among the elements of an operand.
fn place(cuts: &Cuts, cell: &Cell<'_>) -> Place {
    match (cell, cuts) {
        (Cell::Absent(absence), _) => Place::Absent(*absence),
        (Cell::Boolean(value), _) => Place::At(u32::from(*value)),
        (Cell::Integer(value), Cuts::Integer(cuts)) => Place::At(element(cuts, value)),
        (Cell::Decimal(value), Cuts::Decimal(cuts)) => Place::At(element(cuts, value)),
        (Cell::Date(value), Cuts::Date(cuts)) => Place::At(element(cuts, value)),
        (Cell::Time(value), Cuts::Time(cuts)) => Place::At(element(cuts, value)),
        (Cell::DateTime(value), Cuts::DateTime(cuts)) => Place::At(element(cuts, value)),
        (Cell::Code(code), _) => Place::At(cuts.code(*code)),
        (Cell::Text(text), _) => Place::At(cuts.text(text)),
        (Cell::Either(codes), _) => Place::OneOf(*codes, cuts.code(Code::NONE)),
        (Cell::Integers(bounds), _) => {
            let (from, to) = cuts.integers(*bounds);
            Place::Between(from, to)
        }
        (Cell::Decimals(bounds), _) => {
            let (from, to) = cuts.decimals(*bounds);
            Place::Between(from, to)
        }
        _ => Place::Absent(Absence::UNKNOWN),
    }
}

/// What the operands of an index come to.
struct Operands<'a>(Vec<(&'a Cuts, Arg<'a>)>);

impl<'a> Operands<'a> {
    fn new(machine: &'a Machine<'_>, index: &'a Index) -> Self {
        let arg = |node| machine.plan.slot(node).map_or(Arg::One(&Cell::UNKNOWN), |slot| machine.arg(slot));
        Self(index.grid().operands.iter().map(|operand| (&operand.cuts, arg(operand.node))).collect())
    }

    /// In one record.
    #[inline]
    fn places(&self, lane: usize, out: &mut Vec<Place>) {
        out.clear();
        out.extend(self.0.iter().map(|(cuts, arg)| match arg {
            Arg::Lanes(reg) => place(cuts, &reg.cell(lane)),
            Arg::One(cell) => place(cuts, cell),
        }));
    }
}

/// What one record comes to.
#[derive(Default)]
struct Record {
    error: Option<Absence>,
    /// The case that stopped the walk, or held last, and its code's.
    held: Option<(u32, u32)>,
    conflict: bool,
    /// The case that is being gone through, its code's, and what its rows come to so far.
    open: Option<(u32, u32, Result<bool, Absence>)>,
    unknown: bool,
    stopped: bool,
}

/// Walks a table for the records of a chunk that are open.
pub(super) fn walk(machine: &Machine<'_>, decision: &PlanDecision, walk: &mut Walk) {
    let Some(table) = &decision.table else { return };
    let operands = Operands::new(machine, &table.index);
    let mut places = Vec::with_capacity(operands.0.len());
    let stops = matches!(decision.hit, Hit::First | Hit::Highest);
    let open: Bits = walk.open;
    // The rows of the present record: true, and not known, each with the case.
    let (mut trues, mut unknowns): (CaseRows, CaseRows) = (Vec::new(), Vec::new());
    for lane in bits::ones(&open) {
        operands.places(lane, &mut places);
        trues.clear();
        unknowns.clear();
        let mut of = Record::default();
        table.index.each(&places, |row, truth| {
            let Some(&(case, code)) = table.of.get(row as usize) else { return true };
            if of.open.is_some_and(|(before, ..)| before != case) {
                close(&mut of, walk, decision.hit, lane);
                if of.stopped && stops {
                    return false;
                }
            }
            match truth {
                Ok(true) => trues.push((case, row as u16)),
                Err(absence) if !absence.is_error() => unknowns.push((case, row as u16)),
                _ => {}
            }
            let so_far = match of.open {
                Some((_, _, so_far)) => so_far,
                None => Ok(false),
            };
            let truth = match (so_far, truth) {
                (Ok(true), _) | (_, Ok(true)) => Ok(true),
                (Err(a), Err(b)) => Err(a.or(b)),
                (Err(a), _) => Err(a),
                (_, other) => other,
            };
            of.open = Some((case, code, truth));
            true
        });
        close(&mut of, walk, decision.hit, lane);
        settle(&of, walk, decision, lane, [&trues, &unknowns]);
    }
    walk.stage = Stage::Done;
}

/// Ends a case for a record.
fn close(of: &mut Record, walk: &mut Walk, hit: Hit, lane: usize) {
    let Some((case, code, truth)) = of.open.take() else { return };
    let stops = matches!(hit, Hit::First | Hit::Highest);
    match truth {
        Ok(false) => {}
        Ok(true) => {
            of.conflict |= hit == Hit::Unique && of.held.is_some();
            of.held = Some((case, code));
            of.stopped = stops;
            bits::set(&mut walk.hits[code as usize], lane);
        }
        Err(absence) if absence.is_error() => {
            of.error = of.error.or(Some(absence));
            of.stopped = stops;
        }
        Err(_) => {
            of.unknown = true;
            bits::set(&mut walk.doubts[code as usize], lane);
        }
    }
}

/// Ends the walk of a record.
fn settle(of: &Record, walk: &mut Walk, decision: &PlanDecision, lane: usize, rows: [&CaseRows; 2]) {
    let [trues, unknowns] = rows;
    let forget = |walk: &mut Walk, why: Absence| {
        for bitmap in walk.hits.iter_mut().chain(&mut walk.doubts) {
            bits::clear(bitmap, lane);
        }
        walk.fail(lane, why);
    };
    if let Some(error) = of.error {
        return forget(walk, error);
    }
    if of.conflict {
        // All that are true are the reasons for it.
        walk.trues.extend(trues.iter().map(|&(_, row)| (lane as u32, row)));
        return forget(walk, Absence::error(Fault::Conflict, decision.node));
    }
    let doubt = bits::get(&walk.doubt, lane);
    match (of.held, of.unknown) {
        (Some((_, code)), unknown) => {
            bits::set(&mut walk.hit, lane);
            // Under `first` a doubt about the very code that the record has does not change it.
            let other = unknown
                && (matches!(decision.hit, Hit::Unique | Hit::All) || { walk.doubts.iter().enumerate() }
                    .any(|(case, doubts)| case != code as usize && bits::get(doubts, lane)));
            if other && !doubt {
                bits::set(&mut walk.provisional, lane);
            }
        }
        (None, true) => bits::set(&mut walk.undetermined, lane),
        (None, false) => {
            if let Otherwise::Error(_) = decision.otherwise {
                return forget(walk, Absence::error(Fault::Stated, decision.node));
            }
            if !doubt {
                bits::set(&mut walk.otherwise, lane);
            }
        }
    }
    if doubt {
        bits::set(&mut walk.undetermined, lane);
    }
    let held = |case: u32| of.held.is_some_and(|(held, _)| held == case);
    let lane = lane as u32;
    if !doubt {
        let chosen = trues.iter().filter(|&&(case, _)| decision.hit == Hit::All || held(case));
        walk.trues.extend(chosen.map(|&(_, row)| (lane, row)));
    }
    // Rows of a case that is true already are not behind what is possible.
    let is_true = |case: u32| match decision.hit {
        Hit::All => trues.iter().any(|&(other, _)| other == case),
        _ => held(case),
    };
    let unknown = unknowns.iter().filter(|&&(case, _)| !is_true(case));
    walk.unknowns.extend(unknown.map(|&(_, row)| (lane, row)));
}

/// The true rows of the chosen case, each with its records.
pub(super) fn because(walk: &Walk) -> Vec<(u16, Bits)> {
    sorted(&walk.trues, |_| true)
}

/// By row of the table, the records that have it.
fn sorted(pairs: &[(u32, u16)], keep: impl Fn(usize) -> bool) -> Vec<(u16, Bits)> {
    let mut rows: BTreeMap<u16, Bits> = BTreeMap::new();
    for &(lane, row) in pairs {
        if keep(lane as usize) {
            bits::set(rows.entry(row).or_insert([0; WORDS]), lane as usize);
        }
    }
    rows.into_iter().collect()
}

/// What is not known behind an outcome: what the rows test that are not known, numbered in the order of the walk.
pub(super) fn behind(machine: &Machine<'_>, decision: &PlanDecision, walk: &Walk, mut f: impl FnMut(u32, u32, Bits)) {
    let Some(table) = &decision.table else { return };
    let open = |lane: usize| bits::get(&walk.provisional, lane) || bits::get(&walk.undetermined, lane);
    let mut number = 1;
    for (row, records) in sorted(&walk.unknowns, open) {
        let grid = table.index.grid();
        for &test in grid.rows.get(usize::from(row)).into_iter().flatten() {
            let Some(test) = grid.tests.get(test as usize) else { continue };
            let Some(operand) = grid.operands.get(test.operand as usize) else { continue };
            let Some(slot) = machine.plan.slot(operand.node) else { continue };
            let mut rows = records;
            let arg = machine.arg(slot);
            for lane in bits::ones(&records) {
                // Of a row that is not known, what its true tests read is not missing.
                if test.truth(place(&operand.cuts, &arg.cell(lane))).is_ok() {
                    bits::clear(&mut rows, lane);
                }
            }
            if bits::any(&rows) {
                f(number, slot, rows);
            }
            number += 1;
        }
    }
}

/// Works out the value of a table.
pub(super) fn choose(machine: &Machine<'_>, slot: u32, out: &mut super::reg::Reg) {
    let plan = machine.plan;
    let step = &plan.steps[slot as usize];
    out.reset();
    out.writable(step.ty);
    let (Some(index), Some(Op::Choose { choice, rows, otherwise })) =
        (plan.indexes.get(&slot), machine.program.node(step.node).map(|node| &node.op))
    else {
        return;
    };
    let operands = Operands::new(machine, index);
    let mut places = Vec::with_capacity(operands.0.len());
    for lane in 0..machine.window(step.scope).len {
        operands.places(lane, &mut places);
        let mut left = Vec::new();
        index.each(&places, |row, truth| {
            if let Some(&(_, value)) = rows.get(row as usize) {
                left.push((truth.map_or_else(Cell::Absent, Cell::Boolean), value));
            }
            !(*choice == Choice::First && truth == Ok(true))
        });
        let get = |node| plan.slot(node).map_or(Cell::UNKNOWN, |slot| machine.arg(slot).cell(lane));
        let cell = scalar::choose(step.node, step.ty, (*choice, *otherwise), left.into_iter(), &get);
        out.put(lane, step.ty, cell);
    }
}

/// What is read where the value of a table is not known: what open rows test, and what they give.
pub(super) fn open(machine: &Machine<'_>, slot: u32, records: &Bits, mut f: impl FnMut(u32, u32, Bits)) {
    let plan = machine.plan;
    let (Some(index), Some(Op::Choose { choice, rows, otherwise })) = (
        plan.indexes.get(&slot),
        plan.steps.get(slot as usize).and_then(|step| machine.program.node(step.node)).map(|node| &node.op),
    ) else {
        return;
    };
    let operands = Operands::new(machine, index);
    let mut places = Vec::with_capacity(operands.0.len());
    let mut parts: BTreeMap<(u32, u32, u32), Bits> = BTreeMap::new();
    let mut none = [0; WORDS];
    for lane in bits::ones(records) {
        operands.places(lane, &mut places);
        let mut any = false;
        index.each(&places, |row, truth| {
            any |= truth == Ok(true);
            let mut put = |part: u32, of: u32| {
                bits::set(parts.entry((row, part, of)).or_insert([0; WORDS]), lane);
            };
            if truth.is_err_and(|absence| !absence.is_error()) {
                let grid = index.grid();
                for (at, &test) in (0..).zip(grid.rows.get(row as usize).into_iter().flatten()) {
                    let Some(test) = grid.tests.get(test as usize) else { continue };
                    let place = places.get(test.operand as usize).copied();
                    if place.is_some_and(|place| test.truth(place).is_err())
                        && let Some(slot) =
                            grid.operands.get(test.operand as usize).and_then(|operand| plan.slot(operand.node))
                    {
                        put(at, slot);
                    }
                }
            }
            if let Some(slot) = rows.get(row as usize).and_then(|&(_, value)| plan.slot(value)) {
                put(u32::MAX, slot);
            }
            *choice != Choice::First || truth != Ok(true)
        });
        if !any {
            bits::set(&mut none, lane);
        }
    }
    let mut number = 0;
    for ((_, _, slot), records) in parts {
        f(number, slot, records);
        number += 1;
    }
    if let Some(slot) = otherwise.and_then(|node| plan.slot(node)) {
        f(number, slot, none);
    }
}
