//! What a criterion read.

use super::words;
use crate::outcome::FieldPath;
use crate::row::cell::Cell;
use crate::row::force::{Env, Memo};
use crate::row::missing::path;
use crate::row::show::show;
use crate::row::store::Store;
use assize_model::ids::{FieldId, NodeId, RecordId, ScopeId};
use assize_model::node::{Op, RUN};
use rustc_hash::FxHashSet;

/// How many expressions of a criterion are looked at for what it read.
const MOST: usize = 10_000;

/// An input, or an aggregate over children, with what it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The name of a field, a parameter or a category, or how an aggregate is written.
    pub name: String,
    /// What it came to, in words.
    pub value: String,
    /// Whether that is a value.
    pub certainty: Certainty,
    /// Of an aggregate: its children.
    pub children: Option<Children>,
}

/// Whether something is a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Certainty {
    Known,
    Between,
    Missing,
    Error,
}

/// The children that an aggregate went over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Children {
    /// How many there are.
    pub total: usize,
    /// Which of them count, in their order from 0.
    pub counted: Vec<usize>,
    /// Which of them may count.
    pub perhaps: Vec<usize>,
    /// The fields that were read of them.
    pub fields: Vec<String>,
}

/// A named expression with what it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedLet {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// What it came to, in words.
    pub value: String,
    /// Whether that is a value.
    pub certainty: Certainty,
}

/// What was found of one criterion.
#[derive(Debug, Default)]
pub struct Found {
    pub reads: Vec<Read>,
    pub lets: Vec<NamedLet>,
    pub more: bool,
}

/// Reads criteria of one record.
pub struct Reader<'a> {
    env: &'a Env<'a>,
    memo: &'a Memo,
    store: &'a Store,
    /// The named expressions, by node.
    lets: rustc_hash::FxHashMap<NodeId, usize>,
}

/// Of a cell.
pub fn certainty(cell: Cell) -> Certainty {
    match cell {
        Cell::Absent(absence) if absence.is_error() => Certainty::Error,
        Cell::Absent(_) => Certainty::Missing,
        _ if cell.is_between() => Certainty::Between,
        _ => Certainty::Known,
    }
}

impl<'a> Reader<'a> {
    pub fn new(env: &'a Env<'a>, memo: &'a Memo, store: &'a Store) -> Self {
        let lets = env.program.lets.iter().enumerate().map(|(at, of)| (of.node, at)).collect();
        Self { env, memo, store, lets }
    }

    /// What a node came to on the record itself, in words.
    fn came_to(&self, node: NodeId) -> (String, Certainty) {
        let cell = self.memo.get(self.env, node, 0);
        let ty = self.env.program.node(node).map_or(assize_model::ty::Ty::Boolean, |of| of.ty);
        (show(cell, ty, self.store, self.env.program), certainty(cell))
    }

    /// Everything that a criterion read, which has been worked out: into the branch that was taken, and into the
    /// children for the names of their fields.
    pub fn read(&mut self, criterion: NodeId) -> Found {
        let mut found = Found::default();
        let mut seen = FxHashSet::default();
        // What is next is last.
        let mut rest = vec![criterion];
        while let Some(id) = rest.pop() {
            if !seen.insert(id) {
                continue;
            }
            if seen.len() > MOST {
                found.more = true;
                break;
            }
            let Some(node) = self.env.program.node(id) else { continue };
            if let Some(of) = self.lets.get(&id).and_then(|&at| self.env.program.lets.get(at)) {
                let (value, certainty) = self.came_to(id);
                found.lets.push(NamedLet {
                    name: of.heading.name.to_string(),
                    title: of.heading.title.as_deref().map(str::to_owned),
                    value,
                    certainty,
                });
            }
            let mut push = |name: String, children: Option<Children>| {
                let (value, certainty) = self.came_to(id);
                found.reads.push(Read { name, value, certainty, children });
            };
            match &node.op {
                Op::Field(field) => push(self.field(node.scope, *field), None),
                Op::Param(param) => {
                    push(self.env.program.param(*param).map_or_else(String::new, |p| p.heading.name.to_string()), None);
                }
                Op::AsOf => push("as_of".into(), None),
                Op::Outcome(_) | Op::Progress(_) => push(words::written(self.env.program, id), None),
                Op::If { condition, then, otherwise } => {
                    match self.memo.get(self.env, *condition, 0) {
                        Cell::Boolean(true) => rest.push(*then),
                        Cell::Boolean(false) => rest.push(*otherwise),
                        _ => {}
                    }
                    rest.push(*condition);
                }
                Op::FirstKnown(items) => {
                    let missing = |&item: &NodeId| {
                        let cell = self.memo.get(self.env, item, 0);
                        matches!(cell, Cell::Absent(absence) if !absence.is_error())
                    };
                    let taken = items.iter().position(|item| !missing(item)).map_or(items.len(), |at| at + 1);
                    rest.extend(items.iter().take(taken).rev());
                }
                Op::Aggregate { scope, filter, .. } => {
                    let mut outer = Vec::new();
                    let children = self.children(id, *scope, *filter, &mut outer);
                    push(words::written(self.env.program, id), Some(children));
                    rest.extend(outer.into_iter().rev());
                }
                op => {
                    let start = rest.len();
                    op.operands(|operand| rest.push(operand));
                    if let Some(new) = rest.get_mut(start..) {
                        new.reverse();
                    }
                }
            }
        }
        found
    }

    /// The children of an aggregate on the record itself; what they read of the record goes into `outer`.
    fn children(&self, id: NodeId, scope: ScopeId, filter: Option<NodeId>, outer: &mut Vec<NodeId>) -> Children {
        let mut children = Children { total: 0, counted: Vec::new(), perhaps: Vec::new(), fields: Vec::new() };
        for (at, row) in self.env.children(scope, 0).enumerate() {
            children.total += 1;
            match filter.map_or(Cell::YES, |filter| self.memo.get(self.env, filter, row)) {
                Cell::Boolean(true) => children.counted.push(at),
                Cell::Absent(absence) if !absence.is_error() => children.perhaps.push(at),
                _ => {}
            }
        }
        let root = self.env.program.node(id).map_or(RUN, |of| of.scope);
        let mut seen = FxHashSet::default();
        let mut rest = Vec::new();
        let operands = |id: NodeId, rest: &mut Vec<NodeId>| {
            let start = rest.len();
            if let Some(of) = self.env.program.node(id) {
                match &of.op {
                    Op::Outcome(decision) => {
                        if let Some(decision) = self.env.program.decision(*decision) {
                            rest.extend(decision.applies.iter().chain(&decision.criteria));
                        }
                    }
                    op => op.operands(|operand| rest.push(operand)),
                }
            }
            if let Some(new) = rest.get_mut(start..) {
                new.reverse();
            }
        };
        operands(id, &mut rest);
        while let Some(id) = rest.pop() {
            if !seen.insert(id) || seen.len() > MOST {
                continue;
            }
            let Some(node) = self.env.program.node(id) else { continue };
            if node.scope == root || node.scope == RUN {
                outer.push(id);
                continue;
            }
            if let Op::Field(field) = node.op {
                let name = self.field(node.scope, field);
                if !children.fields.contains(&name) {
                    children.fields.push(name);
                }
            }
            operands(id, &mut rest);
        }
        children
    }

    /// The name of a field, from the record itself.
    fn field(&self, scope: ScopeId, field: FieldId) -> String {
        let path: FieldPath = path(self.env.program, scope, field);
        let program = self.env.program;
        let mut outer = scope;
        while let Some((parent, _)) = program.scope(outer).and_then(|scope| scope.parent) {
            outer = parent;
        }
        path.name(program, program.scope(outer).and_then(|scope| scope.record).unwrap_or(RecordId(0)))
    }
}
