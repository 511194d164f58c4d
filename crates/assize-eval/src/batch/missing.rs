//! Which missing fields lie behind what is not known: a search from the criteria down through what is not known, for
//! all rows of a chunk at once.
//!
//! Each step carries the rows for which it is taken, and an expression is looked into once a row, so that the search
//! takes as long as the program is large, not as it would be written out. Down to children, a search takes their windows
//! one by one and hands what it finds up, in the order in which one search over all children would find it.

#![expect(clippy::indexing_slicing, reason = "slots and scopes are numbered by the plan, bitmaps have their words")]

use super::bits::{self, WORDS};
use super::cell::Cell;
use super::kernel::Arg;
use super::machine::Machine;
use super::plan::{Kind, NONE, PlanDecision, PlanEvent, PlanProgress};
use super::rows;
use super::walk::Walk;
use super::window::{Feeder, Window};
use assize_model::node::{Choice, Op};

type Bits = [u64; WORDS];

/// Where a search is: the numbers of the steps that led there, each with the number of the step before.
#[derive(Debug, Default)]
struct Trail(Vec<(u32, u32)>);

impl Trail {
    fn push(&mut self, after: u32, step: u32) -> u32 {
        self.0.push((after, step));
        (self.0.len() - 1) as u32
    }

    fn steps(&self, mut at: u32) -> Vec<u32> {
        let mut steps = Vec::new();
        while let Some(&(before, step)) = self.0.get(at as usize) {
            steps.push(step);
            at = before;
        }
        steps.reverse();
        steps
    }
}

/// Something to look into, or found.
#[derive(Debug, Clone)]
struct Item {
    what: What,
    rows: Bits,
    at: u32,
}

#[derive(Debug, Clone, Copy)]
enum What {
    /// A slot of the scope that is searched.
    Slot(u32),
    /// A field, by its path.
    Name(u32),
}

/// What a search found, to be taken up in the enclosing scope.
#[derive(Debug, Clone)]
struct Found {
    /// A field, or a slot of the enclosing scope to go on from.
    what: What,
    rows: Bits,
    steps: Vec<u32>,
}

/// Memory of searches.
#[derive(Debug, Clone, Default)]
pub(super) struct Search {
    /// By slot: the rows for which it was looked into, in the search of this number.
    seen: Vec<(u64, Option<Box<Bits>>)>,
    /// By scope: the number of the search.
    search: Vec<u64>,
    count: u64,
    /// By name: the rows that have it already.
    named: Vec<(u64, Option<Box<Bits>>)>,
}

impl Search {
    /// The fields missing behind a category's outcomes, each with its rows, in the order in which rows list them.
    /// `ids` gives the numbers of names.
    pub(super) fn category(
        &mut self,
        machine: &mut Machine<'_>,
        decision: u32,
        ids: &rustc_hash::FxHashMap<u32, u16>,
    ) -> Vec<(u16, Bits)> {
        let plan = machine.plan;
        let planned = &plan.decisions[decision as usize];
        let mut starts = Vec::new();
        behind(machine, planned, &machine.memory.walks[decision as usize], |number, slot, rows| {
            if bits::any(&rows) {
                starts.push((number, slot, rows));
            }
        });
        if starts.is_empty() {
            return Vec::new();
        }
        self.seen.resize(plan.steps.len(), (0, None));
        self.search.resize(plan.scopes.len(), 0);
        self.named.resize(plan.paths.len(), (0, None));
        let found = self.search(machine, 0, &starts);
        let mut members = Vec::new();
        self.count += 1;
        for Found { what, mut rows, .. } in found {
            let What::Name(name) = what else { continue };
            let Some(&id) = ids.get(&name) else { continue };
            if fresh(&mut self.named[name as usize], self.count, &mut rows) {
                members.push((id, rows));
            }
        }
        members
    }

    /// Searches from slots of a scope, for some rows of its window.
    fn search(&mut self, machine: &mut Machine<'_>, scope: u32, starts: &[(u32, u32, Bits)]) -> Vec<Found> {
        let plan = machine.plan;
        self.count += 1;
        self.search[scope as usize] = self.count;
        let mut trail = Trail::default();
        let mut found = Vec::new();
        let mut stack: Vec<Item> = Vec::new();
        for &(number, slot, rows) in starts.iter().rev() {
            stack.push(Item { what: What::Slot(slot), rows, at: trail.push(NONE, number) });
        }
        while let Some(Item { what, mut rows, at }) = stack.pop() {
            let slot = match what {
                What::Name(_) => {
                    found.push(Found { what, rows, steps: trail.steps(at) });
                    continue;
                }
                What::Slot(slot) => slot,
            };
            let step = &plan.steps[slot as usize];
            // What is the same in every row reads no field.
            if step.scope != scope {
                continue;
            }
            machine.demand(slot);
            if let Arg::Lanes(reg) = machine.arg(slot) {
                for (word, rows) in rows.iter_mut().enumerate() {
                    *rows &= !reg.known[word];
                    *rows &= !reg.error_word(word, *rows);
                }
            }
            if !fresh(&mut self.seen[slot as usize], self.search[scope as usize], &mut rows) {
                continue;
            }
            let mut next: Vec<(What, Bits, Vec<u32>)> = Vec::new();
            match step.kind {
                Kind::Field(_) => found.push(Found { what: What::Name(step.path), rows, steps: trail.steps(at) }),
                Kind::Parent(of) => found.push(Found { what: What::Slot(of), rows, steps: trail.steps(at) }),
                Kind::Plain => operands(machine, slot, &rows, |number, slot, rows| {
                    next.push((What::Slot(slot), rows, vec![number]));
                }),
                Kind::Choose => rows::open(machine, slot, &rows, |number, slot, rows| {
                    next.push((What::Slot(slot), rows, vec![number]));
                }),
                Kind::Outcome(decision) => {
                    let walk = &machine.memory.walks[decision as usize];
                    behind(machine, &plan.decisions[decision as usize], walk, |number, slot, mut of| {
                        of.iter_mut().zip(&rows).for_each(|(of, rows)| *of &= rows);
                        next.push((What::Slot(slot), of, vec![number]));
                    });
                }
                Kind::Progress(progress) => {
                    for one in self.events(machine, &plan.progressions[progress as usize], step.scope, &rows) {
                        next.push((one.what, one.rows, one.steps));
                    }
                }
                Kind::Aggregate(group) => {
                    for one in self.children(machine, slot, plan.groups[group as usize].child, &rows) {
                        next.push((one.what, one.rows, one.steps));
                    }
                }
            }
            for (what, rows, steps) in next.into_iter().rev() {
                if bits::any(&rows) {
                    // What was found among children keeps its place among them.
                    let at = steps.iter().fold(at, |at, &step| trail.push(at, step));
                    stack.push(Item { what, rows, at });
                }
            }
        }
        found
    }

    /// Searches the events of a progression, for some of the parents: one kind after another.
    fn events(&mut self, machine: &mut Machine<'_>, of: &PlanProgress, scope: u32, rows: &Bits) -> Vec<Found> {
        let parents: Vec<u32> = bits::ones(rows).map(|row| row as u32).collect();
        let mut all: Vec<Found> = Vec::new();
        let mut events: Vec<(u32, PlanEvent)> =
            of.passes.iter().flat_map(|(child, events)| events.iter().map(|&event| (*child, event))).collect();
        events.sort_by_key(|(_, event)| event.number);
        for (child, event) in events {
            let Some(link) = machine.sources[child as usize].link else { continue };
            let mut feeder = Feeder::new(Some(&parents), machine.window(scope), link);
            while machine.next_window(child, scope, &mut feeder) {
                for slot in event.filter.into_iter().chain([event.date]) {
                    machine.demand(slot);
                }
                let window = machine.window(child);
                let (open, unknown) = filtered(event.filter.map(|filter| machine.arg(filter)), window.len);
                let number = u32::from(event.number) * 2;
                let starts: Vec<(u32, u32, Bits)> =
                    [(number, event.filter, unknown), (number + 1, Some(event.date), open)]
                        .into_iter()
                        .filter_map(|(number, slot, rows)| Some((number, slot?, rows)))
                        .collect();
                let found = self.search(machine, child, &starts);
                let window = machine.window(child);
                all.extend(found.into_iter().map(|one| Found { rows: parents_of(window, &one.rows), ..one }));
            }
        }
        all.sort_by(|a, b| a.steps.cmp(&b.steps));
        all
    }

    /// Searches the children of an aggregate, for some of the parents.
    fn children(&mut self, machine: &mut Machine<'_>, slot: u32, child: u32, rows: &Bits) -> Vec<Found> {
        let plan = machine.plan;
        let step = &plan.steps[slot as usize];
        let Some(Op::Aggregate { filter, value, order, .. }) = machine.program.node(step.node).map(|node| &node.op)
        else {
            return Vec::new();
        };
        let [filter, value, order] = [filter, value, order].map(|node| node.and_then(|node| plan.slot(node)));
        let Some(link) = machine.sources[child as usize].link else { return Vec::new() };
        let parents: Vec<u32> = bits::ones(rows).map(|row| row as u32).collect();
        let mut feeder = Feeder::new(Some(&parents), machine.window(step.scope), link);
        let mut all: Vec<Found> = Vec::new();
        let mut childless = *rows;
        let mut windows = 0;
        while machine.next_window(child, step.scope, &mut feeder) {
            windows += 1;
            for slot in [filter, value, order].into_iter().flatten() {
                machine.demand(slot);
            }
            let window = machine.window(child);
            let (open, unknown) = filtered(filter.map(|filter| machine.arg(filter)), window.len);
            let there = parents_of(window, &open);
            for at in 0..WORDS {
                childless[at] &= !there[at];
            }
            let starts: Vec<(u32, u32, Bits)> = [(1, filter, unknown), (2, value, open), (3, order, open)]
                .into_iter()
                .filter_map(|(number, slot, rows)| Some((number, slot?, rows)))
                .collect();
            let found = self.search(machine, child, &starts);
            let window = machine.window(child);
            all.extend(found.into_iter().map(|one| Found { rows: parents_of(window, &one.rows), ..one }));
        }
        if windows > 1 {
            all.sort_by(|a, b| a.steps.cmp(&b.steps));
        }
        if bits::any(&childless) {
            all.insert(0, Found { what: What::Name(step.path), rows: childless, steps: vec![0] });
        }
        all
    }
}

/// By their condition, children that may be in, and those of which it is not known.
fn filtered(filter: Option<Arg<'_>>, len: usize) -> (Bits, Bits) {
    let (mut open, mut unknown) = ([0; WORDS], [0; WORDS]);
    for at in 0..bits::words(len) {
        let full = bits::full(len, at);
        let (yes, known) = match filter {
            None | Some(Arg::One(Cell::Boolean(true))) => (full, full),
            Some(Arg::One(Cell::Boolean(false))) => (0, full),
            Some(Arg::One(_)) => (0, 0),
            Some(Arg::Lanes(reg)) => (reg.yes()[at], reg.known[at]),
        };
        unknown[at] = full & !known;
        open[at] = yes | unknown[at];
    }
    (open, unknown)
}

/// Leaves the rows that were not marked before, marks them, and says whether there are any.
fn fresh(marks: &mut (u64, Option<Box<Bits>>), number: u64, rows: &mut Bits) -> bool {
    let marked = marks.1.get_or_insert_with(|| Box::new([0; WORDS]));
    if marks.0 != number {
        marks.0 = number;
        **marked = [0; WORDS];
    }
    for (row, mark) in rows.iter_mut().zip(marked.iter_mut()) {
        *row &= !*mark;
        *mark |= *row;
    }
    bits::any(rows)
}

/// The parents that have some of the children.
fn parents_of(window: &Window, children: &Bits) -> Bits {
    let mut parents = [0; WORDS];
    for segment in &window.segments {
        if bits::any_in(children, segment.from as usize, segment.to as usize) {
            bits::set(&mut parents, segment.parent as usize);
        }
    }
    parents
}

/// What is not known behind an outcome, in the order of the walk, numbered: whether the category applies, and criteria.
/// Which of them is known is left to the search.
fn behind(machine: &Machine<'_>, decision: &PlanDecision, walk: &Walk, mut f: impl FnMut(u32, u32, Bits)) {
    if let Some(applies) = decision.applies {
        f(0, applies, std::array::from_fn(|at| walk.doubt[at] & walk.undetermined[at]));
    }
    if decision.table.is_some() {
        rows::behind(machine, decision, walk, f);
        return;
    }
    for (case, of) in decision.cases.iter().enumerate() {
        let rows: Bits = std::array::from_fn(|at| walk.behind(case, at));
        if bits::any(&rows) {
            for criterion in of.from..of.to {
                f(criterion + 1, decision.criteria[criterion as usize], rows);
            }
        }
    }
}

/// The operands of an expression that are read where it is not known, numbered, each with its rows.
fn operands(machine: &Machine<'_>, slot: u32, rows: &Bits, mut f: impl FnMut(u32, u32, Bits)) {
    let plan = machine.plan;
    let Some(op) = machine.program.node(plan.steps[slot as usize].node).map(|node| &node.op) else { return };
    match op {
        Op::If { condition, then, otherwise } => {
            let [condition, then, otherwise] = [condition, then, otherwise].map(|node| plan.slot(*node));
            let Some(condition) = condition else { return };
            let (mut open, mut yes, mut no) = (*rows, *rows, *rows);
            for at in 0..WORDS {
                let (holds, known) = match machine.arg(condition) {
                    Arg::One(Cell::Boolean(value)) => (if *value { !0 } else { 0 }, !0),
                    Arg::One(_) => (0, 0),
                    Arg::Lanes(reg) => (reg.yes()[at], reg.known[at]),
                };
                open[at] &= !known;
                yes[at] &= holds;
                no[at] &= known & !holds;
            }
            for (number, slot, rows) in [(0, Some(condition), open), (1, then, yes), (2, otherwise, no)] {
                if let Some(slot) = slot {
                    f(number, slot, rows);
                }
            }
        }
        Op::FirstKnown(items) => {
            let mut open = *rows;
            for (number, slot) in (0..).zip(items.iter().filter_map(|&item| plan.slot(item))) {
                f(number, slot, open);
                // The first that is not missing is taken: what comes after it was not read.
                for (at, open) in open.iter_mut().enumerate() {
                    match machine.arg(slot) {
                        Arg::One(Cell::Absent(absence)) if !absence.is_error() => {}
                        Arg::One(_) => *open = 0,
                        Arg::Lanes(reg) => {
                            *open &= !reg.known[at] & !reg.between_word(at);
                            *open &= !reg.error_word(at, *open);
                        }
                    }
                }
            }
        }
        Op::Choose { choice, rows: all, otherwise } => {
            let (mut none, mut going) = (*rows, *rows);
            let mut number = 0;
            for &(condition, value) in all {
                let (Some(condition), Some(value)) = (plan.slot(condition), plan.slot(value)) else { continue };
                f(number, condition, going);
                let mut open = going;
                for at in 0..WORDS {
                    let (yes, known) = match machine.arg(condition) {
                        Arg::One(Cell::Boolean(value)) => (if *value { !0 } else { 0 }, !0),
                        Arg::One(_) => (0, 0),
                        Arg::Lanes(reg) => (reg.yes()[at], reg.known[at]),
                    };
                    open[at] &= !known | yes;
                    none[at] &= !yes;
                    if *choice == Choice::First {
                        going[at] &= !yes;
                    }
                }
                f(number + 1, value, open);
                number += 2;
            }
            if let Some(otherwise) = otherwise.and_then(|node| plan.slot(node)) {
                f(number, otherwise, none);
            }
        }
        op => {
            let mut number = 0;
            op.operands(|operand| {
                if let Some(slot) = plan.slot(operand) {
                    f(number, slot, *rows);
                }
                number += 1;
            });
        }
    }
}
