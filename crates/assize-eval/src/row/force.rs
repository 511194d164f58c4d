//! Working out any expression on demand, for the record or any of its children, each at most once: what explanations,
//! missing inputs and single expressions are made from. The order in which operands are worked out is on a stack of its
//! own, so that deep programs need no deep stack.

use super::aggregate::{Counted, Flow, Gather};
use super::cell::Cell;
use super::decide::{Step, Walk};
use super::ops;
use super::plan::{NOTHING, Plan, ScopePlan};
use super::progress;
use super::rows::Rows;
use super::store::Store;
use super::table;
use crate::index::{Index, MOST_OPERANDS};
use assize_model::absence::{Absence, Fault};
use assize_model::grid::Place;
use assize_model::ids::{DecisionId, NodeId, ScopeId};
use assize_model::node::{AggregateKind, Op, RUN};
use assize_model::program::Program;
use assize_model::ty::Ty;

/// What does not change while expressions are worked out.
#[derive(Clone, Copy)]
pub struct Env<'a> {
    pub program: &'a Program,
    pub plan: &'a Plan,
    /// For the record's fields, and what is worked out once a run.
    pub registers: &'a [Cell],
    pub rows: &'a [Rows],
    /// Whether the record's own data have a fault.
    pub bad: bool,
}

/// What was worked out for the present record.
#[derive(Debug, Clone)]
pub struct Memo {
    tables: Vec<Table>,
    stack: Vec<(NodeId, u32)>,
    gather: Gather,
    epoch: u64,
    walk: Walk,
    /// The rows of a table that may match, with their values.
    left: Vec<(Cell, NodeId)>,
}

/// Of one scope, a cell for each row and node.
#[derive(Debug, Clone, Default)]
struct Table {
    cells: Vec<Cell>,
    /// The epoch in which the cell was worked out.
    done: Vec<u64>,
}

impl<'a> Env<'a> {
    pub fn scope(&self, scope: ScopeId) -> Option<&'a ScopePlan> {
        self.plan.scopes.get(scope.index())
    }

    /// The children of a row in a scope of children.
    pub fn children(&self, scope: ScopeId, parent: u32) -> impl Iterator<Item = u32> + use<'a> {
        let rows = self.rows.get(scope.index());
        let of = self.scope(scope);
        let first = of
            .and_then(|of| {
                let outer = of.parent?;
                Some(self.rows.get(outer.index())?.first(self.scope(outer)?, parent, of.slot))
            })
            .unwrap_or(NOTHING);
        let there = |row: u32| (row != NOTHING).then_some(row);
        std::iter::successors(there(first), move |&row| there(rows.map_or(NOTHING, |rows| rows.next(row))))
    }

    /// Follows what is read of enclosing scopes to where it is worked out.
    pub fn follow(&self, mut node: NodeId, mut row: u32) -> (NodeId, u32) {
        while let Some(of) = self.program.node(node)
            && let Op::Parent(operand) = of.op
        {
            row = self.rows.get(of.scope.index()).map_or(NOTHING, |rows| rows.parent(row));
            node = operand;
        }
        (node, row)
    }
}

impl Memo {
    /// For a plan, with nothing worked out.
    pub fn new(plan: &Plan) -> Self {
        Self {
            tables: vec![Table::default(); plan.scopes.len()],
            stack: Vec::new(),
            gather: Gather::new(AggregateKind::Count, Ty::Integer, NodeId(0)),
            epoch: 0,
            walk: Walk::default(),
            left: Vec::new(),
        }
    }

    /// Forgets everything, unless it was worked out in the same epoch.
    pub fn begin(&mut self, epoch: u64) {
        self.epoch = epoch;
    }

    /// What a node comes to on a row, when it has been worked out.
    pub fn known(&self, env: &Env<'_>, node: NodeId, row: u32) -> Option<Cell> {
        let (node, row) = env.follow(node, row);
        let of = env.program.node(node)?;
        let scope = env.scope(of.scope)?;
        if of.scope == RUN {
            return env.registers.get(env.plan.register(node) as usize).copied();
        }
        if let Op::Field(field) = of.op {
            return if scope.parent.is_none() {
                env.registers.get(env.plan.register(node) as usize).copied()
            } else {
                env.rows.get(of.scope.index())?.row(row, scope.blank.len()).get(field.index()).copied()
            };
        }
        let at = place(env, scope, node, row);
        let table = self.tables.get(of.scope.index())?;
        if table.done.get(at).copied() == Some(self.epoch) { table.cells.get(at).copied() } else { None }
    }

    /// What a node comes to on a row that has been worked out; unknown otherwise, which does not happen.
    pub fn get(&self, env: &Env<'_>, node: NodeId, row: u32) -> Cell {
        self.known(env, node, row).unwrap_or(Cell::UNKNOWN)
    }

    /// Works out a node on a row.
    pub fn force(&mut self, env: &Env<'_>, store: &mut Store, node: NodeId, row: u32) -> Cell {
        if let Some(cell) = self.known(env, node, row) {
            return cell;
        }
        let base = self.stack.len();
        self.stack.push(env.follow(node, row));
        while self.stack.len() > base {
            let Some(&(node, row)) = self.stack.last() else { break };
            if self.known(env, node, row).is_some() {
                self.stack.pop();
                continue;
            }
            let before = self.stack.len();
            self.ask(env, store, node, row);
            if self.stack.len() == before {
                let cell = self.work_out(env, store, node, row);
                self.put(env, node, row, cell);
                self.stack.pop();
            }
        }
        self.get(env, node, row)
    }

    /// Works out everything that the outcome of a decision reads, and walks it.
    pub fn force_walk(&mut self, env: &Env<'_>, store: &mut Store, id: DecisionId, row: u32) -> Walk {
        self.force_all(env, store, id, row);
        let mut walk = Walk::default();
        self.walk(env, store, id, row, &mut walk);
        walk
    }

    /// Works out everything that the outcome of a decision reads.
    pub fn force_all(&mut self, env: &Env<'_>, store: &mut Store, id: DecisionId, row: u32) {
        if let Some(decision) = env.plan.decisions.get(id.index()) {
            if let Some(index) = &decision.index {
                for node in decision.applies.into_iter().chain(index.grid().nodes()) {
                    self.force(env, store, node, row);
                }
                each_open(index, &self.places(env, store, index, row), |criterion| {
                    if let Some(&node) = decision.criteria.get(criterion as usize) {
                        self.force(env, store, node, row);
                    }
                });
                return;
            }
            for &node in decision.applies.iter().chain(&decision.criteria) {
                self.force(env, store, node, row);
            }
        }
    }

    fn put(&mut self, env: &Env<'_>, node: NodeId, row: u32, cell: Cell) {
        let Some(of) = env.program.node(node) else { return };
        let (Some(scope), Some(table)) = (env.scope(of.scope), self.tables.get_mut(of.scope.index())) else { return };
        let at = place(env, scope, node, row);
        if at >= table.done.len() {
            // All rows at once: the next ones will be wanted too.
            let rows = env.rows.get(of.scope.index()).map_or(1, |rows| rows.len().max(1)) as usize;
            let len = (rows * scope.nodes as usize).max(at + 1);
            table.done.resize(len, 0);
            table.cells.resize(len, Cell::UNKNOWN);
        }
        if let (Some(done), Some(slot)) = (table.done.get_mut(at), table.cells.get_mut(at)) {
            *done = self.epoch;
            *slot = cell;
        }
    }

    /// Puts what a node still needs on the stack.
    fn ask(&mut self, env: &Env<'_>, store: &Store, id: NodeId, row: u32) {
        let Some(node) = env.program.node(id) else { return };
        match &node.op {
            Op::Aggregate { scope, value, order, filter, .. } => {
                let before = self.stack.len();
                if let Some(filter) = *filter {
                    for child in env.children(*scope, row) {
                        self.want(env, filter, child);
                    }
                }
                if self.stack.len() > before {
                    return;
                }
                for child in env.children(*scope, row) {
                    let counts = filter.is_none_or(|filter| self.get(env, filter, child) != Cell::NO);
                    if counts {
                        for operand in [value, order].into_iter().flatten() {
                            self.want(env, *operand, child);
                        }
                    }
                }
            }
            Op::Progress(of) => {
                let before = self.stack.len();
                for event in &of.events {
                    if let Some(filter) = event.filter {
                        for child in env.children(event.scope, row) {
                            self.want(env, filter, child);
                        }
                    }
                }
                if self.stack.len() > before {
                    return;
                }
                for event in &of.events {
                    for child in env.children(event.scope, row) {
                        if event.filter.is_none_or(|filter| self.get(env, filter, child) != Cell::NO) {
                            self.want(env, event.date, child);
                        }
                    }
                }
            }
            Op::Outcome(decision) => {
                if let Some(decision) = env.plan.decisions.get(decision.index()) {
                    if let Some(index) = &decision.index {
                        let before = self.stack.len();
                        for operand in decision.applies.into_iter().chain(index.grid().nodes()) {
                            self.want(env, operand, row);
                        }
                        if self.stack.len() == before {
                            // What is not known is gone into by who looks for what is missing.
                            each_open(index, &self.places(env, store, index, row), |criterion| {
                                if let Some(&node) = decision.criteria.get(criterion as usize) {
                                    self.want(env, node, row);
                                }
                            });
                        }
                        return;
                    }
                    for &operand in decision.applies.iter().chain(&decision.criteria) {
                        self.want(env, operand, row);
                    }
                }
            }
            Op::Choose { rows, otherwise, .. } if env.plan.choose(id).is_some() => {
                let Some(index) = env.plan.choose(id) else { return };
                let before = self.stack.len();
                for operand in index.grid().nodes() {
                    self.want(env, operand, row);
                }
                if self.stack.len() == before {
                    index.each(&self.places(env, store, index, row), |at, truth| {
                        if let Some(&(condition, value)) = rows.get(at as usize) {
                            if is_open(truth) {
                                self.want(env, condition, row);
                            }
                            self.want(env, value, row);
                        }
                        true
                    });
                    if let Some(otherwise) = *otherwise {
                        self.want(env, otherwise, row);
                    }
                }
            }
            op => op.operands(|operand| self.want(env, operand, row)),
        }
    }

    /// What the operands of an index come to, which have been worked out.
    pub fn places(&self, env: &Env<'_>, store: &Store, index: &Index, row: u32) -> Places {
        let mut places = Places { of: [Place::Absent(Absence::UNKNOWN); MOST_OPERANDS], len: 0 };
        for (operand, place) in index.grid().operands.iter().zip(&mut places.of) {
            *place = table::place(&operand.cuts, self.get(env, operand.node, row), store);
            places.len += 1;
        }
        places
    }

    fn want(&mut self, env: &Env<'_>, node: NodeId, row: u32) {
        if self.known(env, node, row).is_none() {
            self.stack.push(env.follow(node, row));
        }
    }

    fn work_out(&mut self, env: &Env<'_>, store: &mut Store, id: NodeId, row: u32) -> Cell {
        let Some(node) = env.program.node(id) else { return Cell::UNKNOWN };
        match &node.op {
            Op::Aggregate { kind, scope, value, order, filter } => {
                self.gather.restart(*kind, node.ty, id);
                for child in env.children(*scope, row) {
                    let filter = filter.map_or(Cell::YES, |filter| self.get(env, filter, child));
                    let (counted, flow) = self.gather.filter(filter);
                    if flow == Flow::Settled {
                        break;
                    }
                    if counted == Counted::No || !self.gather.reads_values() {
                        continue;
                    }
                    let cell = |operand: &Option<NodeId>| operand.map_or(Cell::YES, |node| self.get(env, node, child));
                    let (value, order) = (cell(value), cell(order));
                    if self.gather.take(store, counted, value, order) == Flow::Settled {
                        break;
                    }
                }
                self.gather.finish(store)
            }
            Op::Outcome(decision) => self.spare(|memo, walk| {
                memo.walk(env, store, *decision, row, walk);
                walk.cell(store)
            }),
            Op::Choose { .. } if env.plan.choose(id).is_some() => {
                let Some(index) = env.plan.choose(id) else { return Cell::UNKNOWN };
                let places = self.places(env, store, index, row);
                let mut left = std::mem::take(&mut self.left);
                let get = |operand| self.get(env, operand, row);
                let cell = table::choose(store, (id, node), index, &places, &mut left, &get);
                self.left = left;
                cell
            }
            Op::Progress(of) => progress::progress(self, env, id, of, row),
            Op::IsKnown(operand) | Op::IsMissing(operand) | Op::IsReason(operand, _) => {
                let (of, at) = env.follow(*operand, row);
                let state = match env.program.node(of).map(|node| &node.op) {
                    Some(Op::Outcome(decision)) => Some(self.spare(|memo, walk| {
                        memo.walk(env, store, *decision, at, walk);
                        walk.state
                    })),
                    _ => None,
                };
                ops::known(&node.op, self.get(env, *operand, row), state)
            }
            _ => ops::apply(env.program, store, id, node, &|operand| self.get(env, operand, row)),
        }
    }

    /// The walk of a decision whose criteria have been worked out.
    pub fn walk(&self, env: &Env<'_>, store: &Store, id: DecisionId, row: u32, walk: &mut Walk) {
        let Some(decision) = env.plan.decisions.get(id.index()) else { return };
        walk.begin(decision.hit);
        if decision.of_root && env.bad {
            walk.fail(Absence::error(Fault::Data, decision.node));
            return;
        }
        if let Some(applies) = decision.applies
            && walk.applies(&self.get(env, applies, row)) == Step::Stop
        {
            return;
        }
        if let Some(index) = &decision.index {
            table::walk(walk, decision, index, &self.places(env, store, index, row));
            walk.finish(&decision.otherwise, decision.node);
            return;
        }
        for case in &decision.cases {
            let criteria = decision.criteria.get(case.first as usize..(case.first + case.len) as usize).unwrap_or(&[]);
            let truth = ops::any_of(criteria.iter().map(|&node| self.get(env, node, row)));
            if walk.case(case.code, &truth) == Step::Stop {
                break;
            }
        }
        walk.finish(&decision.otherwise, decision.node);
    }

    /// Does something with a walk that is kept for it, so that its lists are not made again each time.
    fn spare<R>(&mut self, f: impl FnOnce(&mut Self, &mut Walk) -> R) -> R {
        let mut walk = std::mem::take(&mut self.walk);
        let result = f(self, &mut walk);
        self.walk = walk;
        result
    }
}

/// What the operands of an index come to.
pub struct Places {
    of: [Place; MOST_OPERANDS],
    len: usize,
}

impl std::ops::Deref for Places {
    type Target = [Place];

    fn deref(&self) -> &[Place] {
        self.of.get(..self.len).unwrap_or(&[])
    }
}

/// Whether it is not known if a row matches.
fn is_open(truth: Result<bool, Absence>) -> bool {
    truth.is_err_and(|absence| !absence.is_error())
}

/// Calls `f` with the rows of a table of which it is not known whether they match.
pub fn each_open(index: &Index, places: &[Place], mut f: impl FnMut(u32)) {
    index.each(places, |row, truth| {
        if is_open(truth) {
            f(row);
        }
        true
    });
}

/// Where the cell of a node on a row lies in the table of its scope.
fn place(env: &Env<'_>, scope: &ScopePlan, node: NodeId, row: u32) -> usize {
    let local = env.plan.local.get(node.index()).copied().unwrap_or(0);
    row as usize * scope.nodes as usize + local as usize
}
