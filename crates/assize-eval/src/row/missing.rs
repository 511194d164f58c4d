//! Which missing inputs stand behind an outcome: the fields that its unknown criteria read, in reading order.
//!
//! The search goes down from the criteria into operands that are not known, with the rows for which they are not; each
//! expression is gone into once a row. Its stack is its own, so that deep programs need no deep stack.

use super::cell::Cell;
use super::decide::Walk;
use super::force::{Env, Memo, each_open};
use super::store::Store;
use crate::outcome::FieldPath;
use assize_model::absence::Absence;
use assize_model::ids::{Code, DecisionId, FieldId, NodeId, RecordId, ScopeId};
use assize_model::node::{Choice, Op, RUN};
use assize_model::program::Program;
use rustc_hash::FxHashSet;

/// The search's lists, used again for the next one.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// What is still to be gone into, the next one last, and its rows, end to end.
    stack: Vec<Frame>,
    rows: Vec<u32>,
    /// What the present expression leads to, in reading order.
    found: Vec<Frame>,
    found_rows: Vec<u32>,
    /// The rows of the present expression.
    here: Vec<u32>,
    walks: Vec<Walk>,
    /// Parts of a table, with the rows for which each is not known.
    parts: Vec<(u32, u32)>,
    /// The rows that a table's next row is gone into for.
    going: Vec<u32>,
    /// Of each scope, for each row and node, the search that last went into it.
    seen: Vec<Vec<u64>>,
    serial: u64,
    listed: FxHashSet<(ScopeId, FieldId)>,
    /// What was last found.
    places: Vec<(ScopeId, FieldId)>,
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    target: Target,
    /// Its rows are from here to the end of the list when its turn comes.
    rows: usize,
}

#[derive(Debug, Clone, Copy)]
enum Target {
    Node(NodeId),
    Decision(DecisionId),
}

impl Search {
    /// The missing inputs of a decision on the record itself. Everything that it reads has been worked out.
    pub fn decision(&mut self, env: &Env<'_>, memo: &Memo, store: &Store, id: DecisionId) -> &[(ScopeId, FieldId)] {
        self.search(env, memo, store, Target::Decision(id));
        &self.places
    }

    /// The missing inputs of an expression on the record itself, which has been worked out.
    pub fn node(&mut self, env: &Env<'_>, memo: &Memo, store: &Store, id: NodeId) -> Vec<FieldPath> {
        if !memo.get(env, id, 0).is_open() {
            return Vec::new();
        }
        self.search(env, memo, store, Target::Node(id));
        self.places.iter().map(|&(scope, field)| path(env.program, scope, field)).collect()
    }

    fn search(&mut self, env: &Env<'_>, memo: &Memo, store: &Store, target: Target) {
        self.serial += 1;
        self.places.clear();
        self.seen.resize(env.plan.scopes.len(), Vec::new());
        self.listed.clear();
        self.stack.clear();
        self.rows.clear();
        self.rows.push(0);
        self.stack.push(Frame { target, rows: 0 });
        while let Some(frame) = self.stack.pop() {
            self.here.clear();
            self.here.extend(self.rows.drain(frame.rows.min(self.rows.len())..));
            self.found.clear();
            self.found_rows.clear();
            match frame.target {
                Target::Decision(id) => self.walk(env, memo, store, id),
                Target::Node(id) => self.enter(env, memo, store, id),
            }
            // The first found is to be the next gone into.
            let mut end = self.found_rows.len();
            for frame in self.found.iter().rev() {
                self.stack.push(Frame { target: frame.target, rows: self.rows.len() });
                self.rows.extend_from_slice(self.found_rows.get(frame.rows..end).unwrap_or(&[]));
                end = frame.rows;
            }
        }
    }

    /// Notes that a node is to be gone into for these rows, where it is not known.
    fn find(&mut self, env: &Env<'_>, memo: &Memo, node: NodeId, rows: impl Iterator<Item = u32>) {
        let start = self.found_rows.len();
        self.found_rows.extend(rows.filter(|&row| memo.get(env, node, row).is_open()));
        if self.found_rows.len() > start {
            self.found.push(Frame { target: Target::Node(node), rows: start });
        }
    }

    /// As [`Search::find`], for those of the present rows for which something holds.
    fn find_where(&mut self, env: &Env<'_>, memo: &Memo, node: NodeId, holds: impl Fn(u32) -> bool) {
        let here = std::mem::take(&mut self.here);
        self.find(env, memo, node, here.iter().copied().filter(|&row| holds(row)));
        self.here = here;
    }

    /// As [`Search::find`], of parts of a table with the rows for which each is not known.
    fn find_rows(
        &mut self,
        env: &Env<'_>,
        memo: &Memo,
        parts: &mut [(u32, u32)],
        node: impl Fn(u32) -> Option<NodeId>,
    ) {
        parts.sort_unstable();
        for chunk in parts.chunk_by(|(a, _), (b, _)| a == b) {
            if let Some(node) = chunk.first().and_then(|&(part, _)| node(part)) {
                self.find(env, memo, node, chunk.iter().map(|&(_, row)| row));
            }
        }
    }

    fn enter(&mut self, env: &Env<'_>, memo: &Memo, store: &Store, id: NodeId) {
        let Some(node) = env.program.node(id) else { return };
        if node.scope == RUN {
            return;
        }
        self.leave_seen(env, id, node.scope);
        if self.here.is_empty() {
            return;
        }
        match &node.op {
            Op::Field(field) => self.list(node.scope, *field),
            Op::Parent(operand) => {
                let rows = env.rows.get(node.scope.index());
                let mut parents = std::mem::take(&mut self.here);
                for row in &mut parents {
                    *row = rows.map_or(0, |rows| rows.parent(*row));
                }
                parents.dedup();
                self.find(env, memo, *operand, parents.iter().copied());
                self.here = parents;
            }
            Op::If { condition, then, otherwise } => {
                self.find_where(env, memo, *condition, |_| true);
                self.find_where(env, memo, *then, |row| memo.get(env, *condition, row) == Cell::YES);
                self.find_where(env, memo, *otherwise, |row| memo.get(env, *condition, row) == Cell::NO);
            }
            Op::FirstKnown(items) => {
                // Each row goes as far as the operand that it takes.
                let mut going = std::mem::take(&mut self.here);
                for &item in items {
                    self.find(env, memo, item, going.iter().copied());
                    going.retain(
                        |&row| matches!(memo.get(env, item, row), Cell::Absent(absence) if !absence.is_error()),
                    );
                }
                self.here = going;
            }
            Op::Choose { choice, rows, otherwise } if env.plan.choose(id).is_some() => {
                let Some(index) = env.plan.choose(id) else { return };
                // Of each row of the table, its condition and then its value.
                let (mut parts, mut none) = (std::mem::take(&mut self.parts), std::mem::take(&mut self.going));
                parts.clear();
                none.clear();
                for &row in &self.here {
                    let mut any = false;
                    index.each(&memo.places(env, store, index, row), |at, truth| {
                        any |= truth == Ok(true);
                        if truth.is_err_and(|absence| !absence.is_error()) {
                            parts.push((at * 2, row));
                        }
                        parts.push((at * 2 + 1, row));
                        *choice != Choice::First || truth != Ok(true)
                    });
                    none.extend((!any).then_some(row));
                }
                self.find_rows(env, memo, &mut parts, |part| {
                    let &(condition, value) = rows.get(part as usize / 2)?;
                    Some(if part % 2 == 0 { condition } else { value })
                });
                if let Some(otherwise) = *otherwise {
                    self.find(env, memo, otherwise, none.iter().copied());
                }
                (self.parts, self.going) = (parts, none);
            }
            Op::Choose { choice, rows, otherwise } => {
                let mut going = std::mem::take(&mut self.going);
                going.clear();
                going.extend_from_slice(&self.here);
                for &(condition, value) in rows {
                    self.find(env, memo, condition, going.iter().copied());
                    let counts = |row: &u32| memo.get(env, condition, *row) != Cell::NO;
                    self.find(env, memo, value, going.iter().copied().filter(counts));
                    // Under `first`, nothing after a row that matches is read.
                    going.retain(|&row| *choice != Choice::First || memo.get(env, condition, row) != Cell::YES);
                }
                if let Some(otherwise) = *otherwise {
                    let none = |row| rows.iter().all(|&(condition, _)| memo.get(env, condition, row) != Cell::YES);
                    self.find_where(env, memo, otherwise, none);
                }
                self.going = going;
            }
            Op::Outcome(decision) => self.walk(env, memo, store, *decision),
            Op::Aggregate { scope, value, order, filter, .. } => {
                let here = std::mem::take(&mut self.here);
                let filtered = |child: u32| filter.map_or(Cell::YES, |filter| memo.get(env, filter, child));
                let empty = |row: u32| {
                    memo.get(env, id, row) == Cell::Absent(Absence::NOT_APPLICABLE)
                        && env.children(*scope, row).all(|child| filtered(child) == Cell::NO)
                };
                if here.iter().any(|&row| empty(row))
                    && let Some((_, many)) = env.program.scope(*scope).and_then(|scope| scope.parent)
                {
                    self.list(node.scope, many);
                }
                let children = || here.iter().flat_map(|&row| env.children(*scope, row));
                if let Some(filter) = *filter {
                    self.find(env, memo, filter, children());
                }
                for operand in [value, order].into_iter().flatten() {
                    self.find(env, memo, *operand, children().filter(|&child| filtered(child) != Cell::NO));
                }
                self.here = here;
            }
            Op::Progress(of) => {
                let here = std::mem::take(&mut self.here);
                for event in &of.events {
                    let children = || here.iter().flat_map(|&row| env.children(event.scope, row));
                    let filtered = |child: u32| event.filter.map_or(Cell::YES, |filter| memo.get(env, filter, child));
                    if let Some(filter) = event.filter {
                        self.find(env, memo, filter, children());
                    }
                    self.find(env, memo, event.date, children().filter(|&child| filtered(child) != Cell::NO));
                }
                self.here = here;
            }
            op => op.operands(|operand| self.find_where(env, memo, operand, |_| true)),
        }
    }

    /// Goes into what is unknown behind the possible codes of a decision.
    fn walk(&mut self, env: &Env<'_>, memo: &Memo, store: &Store, id: DecisionId) {
        let Some(decision) = env.plan.decisions.get(id.index()) else { return };
        let here = std::mem::take(&mut self.here);
        let mut walks = std::mem::take(&mut self.walks);
        // Those that are there keep their lists.
        walks.resize_with(walks.len().max(here.len()), Walk::default);
        for (walk, &row) in walks.iter_mut().zip(&here) {
            memo.walk(env, store, id, row, walk);
        }
        let rows = || here.iter().copied().zip(&walks).filter(|(_, walk)| walk.is_open());
        if let Some(applies) = decision.applies {
            self.find(env, memo, applies, rows().map(|(row, _)| row));
        }
        if let Some(index) = &decision.index {
            let mut open = std::mem::take(&mut self.parts);
            open.clear();
            for (row, walk) in rows() {
                each_open(index, &memo.places(env, store, index, row), |criterion| {
                    let case = decision.case_of.get(criterion as usize).copied().unwrap_or(0) as usize;
                    let code = decision.cases.get(case).map_or(Code::NONE, |case| case.code);
                    if walk.reached(case) && !walk.holds(case, code) {
                        open.push((criterion, row));
                    }
                });
            }
            self.find_rows(env, memo, &mut open, |criterion| decision.criteria.get(criterion as usize).copied());
            self.parts = open;
            self.here = here;
            self.walks = walks;
            return;
        }
        for (at, case) in decision.cases.iter().enumerate() {
            let criteria = decision.criteria.get(case.first as usize..(case.first + case.len) as usize).unwrap_or(&[]);
            for &criterion in criteria {
                let open = rows().filter(|(_, walk)| walk.reached(at) && !walk.holds(at, case.code));
                self.find(env, memo, criterion, open.map(|(row, _)| row));
            }
        }
        self.here = here;
        self.walks = walks;
    }

    /// Leaves of the present rows those for which a node has not been gone into, and notes that it now is.
    fn leave_seen(&mut self, env: &Env<'_>, node: NodeId, scope: ScopeId) {
        let Some(seen) = self.seen.get_mut(scope.index()) else { return };
        let nodes = env.scope(scope).map_or(0, |scope| scope.nodes as usize);
        let local = env.plan.local.get(node.index()).copied().unwrap_or(0) as usize;
        let serial = self.serial;
        self.here.retain(|&row| {
            let at = row as usize * nodes + local;
            if at >= seen.len() {
                seen.resize(at + 1, 0);
            }
            seen.get_mut(at).is_none_or(|last| std::mem::replace(last, serial) != serial)
        });
    }

    fn list(&mut self, scope: ScopeId, field: FieldId) {
        if self.listed.insert((scope, field)) {
            self.places.push((scope, field));
        }
    }
}

/// A field of a scope, as the record reaches it.
pub fn path(program: &Program, mut scope: ScopeId, field: FieldId) -> FieldPath {
    let record = program.scope(scope).and_then(|scope| scope.record).unwrap_or(RecordId(0));
    let mut many = Vec::new();
    while let Some((parent, by)) = program.scope(scope).and_then(|scope| scope.parent) {
        many.push(by);
        scope = parent;
    }
    many.reverse();
    FieldPath { many, record, field }
}
