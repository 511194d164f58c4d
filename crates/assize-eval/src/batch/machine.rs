//! The machine: works out what is asked for, and nothing else, a window at a time. What an expression needs is worked
//! out before it, on an explicit stack; only the nesting of children is followed by calls.

#![expect(clippy::indexing_slicing, reason = "slots, scopes, groups and decisions are numbered by the plan")]

use super::aggregate::{Aggregate, Operands};
use super::bits::{self, WORDS};
use super::cell::Cell;
use super::kernel::{self, Arg, Work};
use super::load::{Rows, load};
use super::plan::{Kind, NONE, Plan};
use super::reg::{Data, Reg, Spread, Texts};
use super::rows;
use super::scalar;
use super::table::Source;
use super::walk::{Stage, Walk};
use super::window::{Feeder, Segment, Window};
use assize_model::civil::Date;
use assize_model::ids::NodeId;
use assize_model::node::{AggregateKind, Comparison, Op};
use assize_model::program::Program;
use assize_model::ty::Ty;

/// What is the same for every batch of a run.
#[derive(Debug, Clone)]
pub(super) struct Constants {
    /// By slot: what an expression of the run comes to.
    pub(super) cells: Vec<Option<Cell<'static>>>,
    /// By slot: a comparison that is worked out as another.
    pub(super) fused: Vec<Option<Fused>>,
}

/// A comparison of something made of a date, as a comparison of the date itself.
#[derive(Debug, Clone)]
pub(super) struct Fused {
    /// The slot of the date.
    pub(super) slot: u32,
    pub(super) op: Comparison,
    pub(super) with: Cell<'static>,
    /// The dates for which that says the same, where it does not for all.
    pub(super) within: Option<(Date, Date)>,
    /// What is made of the date, and the date, for the other rows.
    made: NodeId,
    date: NodeId,
}

/// The machine's memory, kept from batch to batch.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    pub(super) windows: Vec<Window>,
    /// By slot, with the number of the window for which each was filled.
    pub(super) regs: Vec<Reg>,
    pub(super) done: Vec<u64>,
    /// By decision.
    pub(super) walks: Vec<Walk>,
    todo: Vec<Todo>,
    serial: u64,
}

/// Something to work out.
#[derive(Debug, Clone, Copy)]
enum Todo {
    Slot(u32),
    Walk(u32),
}

/// A machine at work on a batch.
pub(super) struct Machine<'r> {
    pub(super) program: &'r Program,
    pub(super) plan: &'r Plan,
    pub(super) constants: &'r Constants,
    pub(super) sources: Vec<Source<'r>>,
    pub(super) memory: &'r mut Memory,
}

impl<'r> Machine<'r> {
    pub(super) fn new(
        program: &'r Program,
        plan: &'r Plan,
        constants: &'r Constants,
        sources: Vec<Source<'r>>,
        memory: &'r mut Memory,
    ) -> Self {
        memory.windows.resize_with(plan.scopes.len(), Window::default);
        memory.regs.resize_with(plan.steps.len(), Reg::default);
        memory.done.resize(plan.steps.len(), 0);
        memory.walks.resize_with(plan.decisions.len(), Walk::default);
        Self { program, plan, constants, sources, memory }
    }

    /// Sets the record's own window to a chunk of rows.
    pub(super) fn chunk(&mut self, from: usize, len: usize) {
        self.memory.serial += 1;
        let serial = self.memory.serial;
        let window = &mut self.memory.windows[0];
        window.serial = serial;
        window.len = len;
        window.rows = Rows::Run(from);
    }

    /// The window of a scope.
    pub(super) fn window(&self, scope: u32) -> &Window {
        &self.memory.windows[scope as usize]
    }

    /// What a slot comes to. It must have been worked out.
    pub(super) fn arg(&self, slot: u32) -> Arg<'_> {
        match &self.constants.cells[slot as usize] {
            Some(cell) => Arg::One(cell),
            None => Arg::Lanes(&self.memory.regs[slot as usize]),
        }
    }

    fn is_done(&self, slot: u32) -> bool {
        let scope = self.plan.steps[slot as usize].scope;
        scope == NONE || self.memory.done[slot as usize] == self.memory.windows[scope as usize].serial
    }

    /// Works out a slot for the current window of its scope.
    pub(super) fn demand(&mut self, slot: u32) {
        if !self.is_done(slot) {
            self.work(Todo::Slot(slot));
        }
    }

    /// Walks a category for the current window of its scope.
    pub(super) fn walk(&mut self, decision: u32) {
        self.work(Todo::Walk(decision));
    }

    fn work(&mut self, first: Todo) {
        let base = self.memory.todo.len();
        self.memory.todo.push(first);
        while self.memory.todo.len() > base {
            let Some(&todo) = self.memory.todo.last() else { break };
            match todo {
                Todo::Slot(slot) => {
                    if self.is_done(slot) || self.step(slot) {
                        self.memory.todo.pop();
                    }
                }
                Todo::Walk(decision) => {
                    if self.advance(decision) {
                        self.memory.todo.pop();
                    }
                }
            }
        }
    }

    /// Puts off what has to be there first; true when nothing had to be.
    fn ready(&mut self, deps: &[u32]) -> bool {
        let before = self.memory.todo.len();
        for &dep in deps.iter().rev() {
            if !self.is_done(dep) {
                self.memory.todo.push(Todo::Slot(dep));
            }
        }
        self.memory.todo.len() == before
    }

    /// Works a slot out, when what it needs is there; otherwise asks for that and gives false.
    fn step(&mut self, slot: u32) -> bool {
        let plan = self.plan;
        let step = &plan.steps[slot as usize];
        match step.kind {
            Kind::Plain => {
                if let Some(fused) = &self.constants.fused[slot as usize] {
                    if !self.ready(&[fused.slot]) {
                        return false;
                    }
                    self.fused(slot, fused);
                } else {
                    if !self.ready(&step.deps) {
                        return false;
                    }
                    self.plain(slot);
                }
            }
            Kind::Choose => {
                if !self.ready(&step.deps) {
                    return false;
                }
                let mut out = std::mem::take(&mut self.memory.regs[slot as usize]);
                rows::choose(self, slot, &mut out);
                self.memory.regs[slot as usize] = out;
            }
            Kind::Field(field) => {
                let mut out = std::mem::take(&mut self.memory.regs[slot as usize]);
                let column = self.sources[step.scope as usize].table.column(field);
                let window = self.window(step.scope);
                load(column, step.node, step.ty, &window.rows, window.len, &mut out);
                self.memory.regs[slot as usize] = out;
            }
            Kind::Parent(of) => {
                let mut out = std::mem::take(&mut self.memory.regs[slot as usize]);
                let window = self.window(step.scope);
                broadcast(self.arg(of), step.ty, window, &mut out);
                self.memory.regs[slot as usize] = out;
            }
            Kind::Aggregate(group) => {
                if !self.ready(&plan.groups[group as usize].deps) {
                    return false;
                }
                self.group(group);
                return true;
            }
            Kind::Progress(progress) => {
                if !self.ready(&plan.progressions[progress as usize].deps) {
                    return false;
                }
                self.progress(progress);
            }
            Kind::Outcome(decision) => {
                let serial = self.window(step.scope).serial;
                let walk = &self.memory.walks[decision as usize];
                if walk.serial != serial || walk.stage != Stage::Done {
                    self.memory.todo.push(Todo::Walk(decision));
                    return false;
                }
                walk.operand(&plan.decisions[decision as usize], step.ty, &mut self.memory.regs[slot as usize]);
            }
        }
        self.memory.done[slot as usize] = self.memory.windows[step.scope as usize].serial;
        true
    }

    fn plain(&mut self, slot: u32) {
        let step = &self.plan.steps[slot as usize];
        let mut out = std::mem::take(&mut self.memory.regs[slot as usize]);
        let work = Work { program: self.program, node: step.node, ty: step.ty, len: self.window(step.scope).len };
        kernel::run(&work, |node| self.operand(node), &mut out);
        self.memory.regs[slot as usize] = out;
    }

    /// What an operand comes to; the plan has a slot for every operand of what it needs.
    fn operand(&self, node: NodeId) -> Arg<'_> {
        self.plan.slot(node).map_or(Arg::One(&Cell::UNKNOWN), |slot| self.arg(slot))
    }

    fn fused(&mut self, slot: u32, fused: &Fused) {
        let step = &self.plan.steps[slot as usize];
        let mut out = std::mem::take(&mut self.memory.regs[slot as usize]);
        let work = Work { program: self.program, node: step.node, ty: step.ty, len: self.window(step.scope).len };
        let operand = self.arg(fused.slot);
        // Rows that are left: first what is made of the date, then the comparison.
        let cell = |lane: usize| {
            let get = |node: NodeId| if node == fused.date { operand } else { self.operand(node) }.cell(lane);
            let made = scalar::apply(self.program, fused.made, get);
            let get = |node: NodeId| if node == fused.made { made.clone() } else { self.operand(node).cell(lane) };
            scalar::apply(self.program, step.node, get)
        };
        kernel::compare_with(&work, fused.op, operand, &fused.with, fused.within, cell, &mut out);
        self.memory.regs[slot as usize] = out;
    }

    /// Takes a walk as far as it gets; true when it is done.
    fn advance(&mut self, index: u32) -> bool {
        let plan = self.plan;
        let decision = &plan.decisions[index as usize];
        let (serial, len) = {
            let window = self.window(decision.scope);
            (window.serial, window.len)
        };
        if self.memory.walks[index as usize].serial != serial {
            let bad = if decision.scope == 0 { self.bad() } else { Vec::new() };
            self.memory.walks[index as usize].begin(decision, serial, len, bad.into_iter());
        }
        loop {
            let walk = &mut self.memory.walks[index as usize];
            let slot = match walk.stage {
                Stage::Done => return true,
                Stage::Applies => match decision.applies {
                    Some(slot) => slot,
                    None => return true,
                },
                Stage::Criterion(_) if decision.table.is_some() => {
                    if !self.ready(&decision.criteria) {
                        return false;
                    }
                    let mut walk = std::mem::take(&mut self.memory.walks[index as usize]);
                    rows::walk(self, decision, &mut walk);
                    self.memory.walks[index as usize] = walk;
                    return true;
                }
                Stage::Criterion(_) => match walk.next(decision) {
                    Some(at) => decision.criteria[at],
                    None => return true,
                },
            };
            if !self.ready(&[slot]) {
                return false;
            }
            let arg = match &self.constants.cells[slot as usize] {
                Some(cell) => Arg::One(cell),
                None => Arg::Lanes(&self.memory.regs[slot as usize]),
            };
            let walk = &mut self.memory.walks[index as usize];
            match walk.stage {
                Stage::Applies => walk.applies(arg),
                _ => walk.take(arg),
            }
        }
    }

    /// The rows of the chunk that could not be read.
    pub(super) fn bad(&self) -> Vec<usize> {
        let window = self.window(0);
        let Rows::Run(from) = window.rows else { return Vec::new() };
        let bad = &self.sources[0].table.bad;
        let start = bad.partition_point(|&row| (row as usize) < from);
        let rows = bad[start..].iter().map(|&row| (row as usize).wrapping_sub(from));
        rows.take_while(|&row| row < window.len).collect()
    }

    /// Works out aggregates over the same children, in one pass over them.
    fn group(&mut self, index: u32) {
        let plan = self.plan;
        let group = &plan.groups[index as usize];
        let parent = plan.scopes[group.child as usize].parent.map_or(0, |(parent, _)| parent);
        let parents = self.window(parent).len;
        let mut aggregates = Vec::with_capacity(group.aggregates.len());
        for &slot in &group.aggregates {
            let step = &plan.steps[slot as usize];
            let out = std::mem::take(&mut self.memory.regs[slot as usize]);
            let op = self.program.node(step.node).map(|node| &node.op);
            let (kind, slots) = match op {
                Some(Op::Aggregate { kind, value, order, filter, .. }) => {
                    (*kind, [filter, value, order].map(|node| *node))
                }
                _ => (AggregateKind::Count, [None; 3]),
            };
            let slots = slots.map(|node| node.and_then(|node| plan.slot(node)));
            aggregates.push((slot, slots, Aggregate::new(kind, step.node, step.ty, out, parents)));
        }
        let mut feeder =
            self.sources[group.child as usize].link.map(|link| Feeder::new(None, self.window(parent), link));
        while let Some(feeder) = &mut feeder
            && self.next_window(group.child, parent, feeder)
        {
            for (_, slots, aggregate) in &mut aggregates {
                for slot in slots.iter().flatten() {
                    self.demand(*slot);
                }
                let [filter, value, order] = slots.map(|slot| slot.map(|slot| self.arg(slot)));
                aggregate.take(self.window(group.child), Operands { filter, value, order });
            }
        }
        let serial = self.window(parent).serial;
        for (slot, _, aggregate) in aggregates {
            self.memory.regs[slot as usize] = aggregate.out;
            self.memory.done[slot as usize] = serial;
        }
    }

    /// Moves the window of children on; false when there are no more.
    pub(super) fn next_window(&mut self, child: u32, parent: u32, feeder: &mut Feeder<'_>) -> bool {
        let Some(link) = self.sources[child as usize].link else { return false };
        let mut window = std::mem::take(&mut self.memory.windows[child as usize]);
        let more = feeder.fill(self.window(parent), link, &mut window);
        self.memory.serial += 1;
        window.serial = self.memory.serial;
        self.memory.windows[child as usize] = window;
        more
    }
}

/// Gives each child what its parent has.
fn broadcast(of: Arg<'_>, ty: Ty, window: &Window, out: &mut Reg) {
    out.reset();
    let of = match of {
        Arg::Lanes(reg) => reg,
        Arg::One(cell) => {
            out.writable(ty);
            for lane in 0..window.len {
                out.put(lane, ty, cell.clone());
            }
            return;
        }
    };
    let segments = &window.segments;
    spread_bits(&of.known, segments, &mut out.known);
    if !of.between.is_empty() {
        out.between.resize(WORDS, 0);
        spread_bits(&of.between, segments, &mut out.between);
        match (&of.spread, &mut out.spread) {
            (Spread::Integers(of), Spread::Integers(out)) => spread(of, segments, out),
            (Spread::Decimals(of), Spread::Decimals(out)) => spread(of, segments, out),
            (Spread::Codes(of), Spread::Codes(out)) => spread(of, segments, out),
            (of, out) => {
                *out = of.clone();
                match (of, out) {
                    (Spread::Integers(of), Spread::Integers(out)) => spread(of, segments, out),
                    (Spread::Decimals(of), Spread::Decimals(out)) => spread(of, segments, out),
                    (Spread::Codes(of), Spread::Codes(out)) => spread(of, segments, out),
                    _ => {}
                }
            }
        }
    }
    if !of.undecided.is_empty() {
        out.undecided.resize(WORDS, 0);
        spread_bits(&of.undecided, segments, &mut out.undecided);
    }
    if !of.absent.is_empty() {
        out.absent.resize(bits::CHUNK, 0);
        spread(&of.absent, segments, &mut out.absent);
    }
    match &of.data {
        Data::Boolean(of) => spread_bits(of, segments, out.yes_mut().0),
        Data::Integer(of) => spread(of.get(), segments, out.integers()),
        Data::Decimal(of) => spread(of, segments, out.decimals()),
        Data::Scaled(of, scale) => spread(of.get(), segments, out.scaled(*scale)),
        Data::Date(of) => spread(of.get(), segments, out.dates()),
        Data::Time(of) => spread(of.get(), segments, out.times()),
        Data::DateTime(of) => spread(of.get(), segments, out.instants()),
        Data::Code(of) => spread(of.get(), segments, out.codes()),
        Data::Duration(of) => {
            out.writable(ty);
            if let Data::Duration(out) = &mut out.data {
                spread(of, segments, out);
            }
        }
        Data::Text(of) => {
            // Texts are not copied: each child names its parent's row or part.
            let mut parents = vec![0_u32; bits::CHUNK];
            for segment in segments {
                parents[segment.range()].fill(segment.parent);
            }
            out.data = Data::Text(match of {
                Texts::Run { column, from } => {
                    parents.iter_mut().for_each(|parent| *parent += *from as u32);
                    Texts::List { column: column.clone(), rows: parents }
                }
                Texts::List { column, rows } => {
                    parents.iter_mut().for_each(|parent| *parent = rows.get(*parent as usize).copied().unwrap_or(0));
                    Texts::List { column: column.clone(), rows: parents }
                }
                Texts::Parts { text, spans } => Texts::Parts {
                    text: text.clone(),
                    spans: parents.iter().map(|&parent| spans[parent as usize]).collect(),
                },
            });
        }
        Data::Set(of) => {
            out.writable(ty);
            if let Data::Set(out) = &mut out.data {
                for segment in segments {
                    for lane in segment.range() {
                        out[lane].clone_from(&of[segment.parent as usize]);
                    }
                }
            }
        }
        Data::Empty => out.writable(ty),
    }
}

fn spread<T: Copy>(of: &[T], segments: &[Segment], out: &mut [T]) {
    for segment in segments {
        out[segment.range()].fill(of[segment.parent as usize]);
    }
}

/// As `spread`, of bits. The bits written to must be zero.
fn spread_bits(of: &[u64], segments: &[Segment], out: &mut [u64]) {
    for segment in segments {
        if bits::get(of, segment.parent as usize) {
            set_range(out, segment.from as usize, segment.to as usize);
        }
    }
}

/// Sets the bits of a range.
fn set_range(bits: &mut [u64], from: usize, to: usize) {
    let mut at = from;
    while at < to {
        let len = (to - at).min(64 - at % 64);
        let ones = if len == 64 { !0 } else { !(!0 << len) };
        bits[at / 64] |= ones << (at % 64);
        at += len;
    }
}

/// Works out what is worked out once a run.
pub(super) fn constants(
    program: &Program,
    plan: &Plan,
    as_of: Date,
    params: &[assize_model::value::Value],
) -> Constants {
    let mut cells: Vec<Option<Cell<'static>>> = vec![None; plan.steps.len()];
    for (at, step) in plan.steps.iter().enumerate().filter(|(_, step)| step.scope == NONE) {
        let cell = match program.node(step.node).map(|node| &node.op) {
            Some(Op::AsOf) => Cell::Date(as_of),
            Some(Op::Param(param)) => params.get(param.index()).map_or(Cell::UNKNOWN, Cell::of).owned(),
            _ => {
                let get = |node: NodeId| {
                    let slot = plan.slot(node).and_then(|slot| cells.get(slot as usize)?.clone());
                    slot.unwrap_or(Cell::UNKNOWN)
                };
                scalar::apply(program, step.node, get).owned()
            }
        };
        cells[at] = Some(cell);
    }
    let fused = (0..plan.steps.len()).map(|at| fuse(program, plan, &cells, at)).collect();
    Constants { cells, fused }
}

/// A comparison with a value that is the same in every row, of units elapsed or of a date that is moved.
fn fuse(program: &Program, plan: &Plan, cells: &[Option<Cell<'static>>], at: usize) -> Option<Fused> {
    let step = &plan.steps[at];
    if step.scope == NONE {
        return None;
    }
    let Op::Compare { op, left, right } = &program.node(step.node)?.op else { return None };
    let one = |node: NodeId| cells.get(plan.slot(node)? as usize)?.as_ref();
    let (op, made, with) = match (one(*left), one(*right)) {
        (None, Some(with)) => (*op, *left, with),
        (Some(with), None) => (op.mirrored(), *right, with),
        _ => return None,
    };
    match (&program.node(made)?.op, with) {
        (Op::UnitsBetween { unit, from, to }, Cell::Integer(n)) => {
            let (date, cut) = match (one(*from), one(*to)) {
                (None, Some(Cell::Date(to))) => (*from, kernel::elapsed_cut(op, *unit, None, Some(*to), *n)?),
                (Some(Cell::Date(from)), None) => (*to, kernel::elapsed_cut(op, *unit, Some(*from), None, *n)?),
                _ => return None,
            };
            Some(Fused { slot: plan.slot(date)?, op: cut.0, with: Cell::Date(cut.1), within: None, made, date })
        }
        (Op::Shift { operand, by, back }, Cell::Date(with)) => {
            let (None, Some(Cell::Duration(by))) = (one(*operand), one(*by)) else { return None };
            let strict = program.ruleset.dates_strict;
            let (op, at, first, last) = kernel::shift_cut(op, *by, *back, strict, *with)?;
            let slot = plan.slot(*operand)?;
            Some(Fused { slot, op, with: Cell::Date(at), within: Some((first, last)), made, date: *operand })
        }
        _ => None,
    }
}
