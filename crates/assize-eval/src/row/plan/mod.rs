//! How a program runs over one record: every register settled, and one flat list of instructions.
//!
//! The list falls into *units*: one a category, and one for each expression that several of them share. A unit runs at
//! most once for a record (or for a child, when it belongs to the children), from its start to its `Return`; within it
//! an expression that only one criterion needs stands with that criterion, so that a walk that stops early never gets
//! to it, and a costly operand of `and`, `or`, `if` or `first known of` is jumped over when the others decide.

mod check;
mod emit;
mod place;

use super::sweep::Test;
use crate::index::{Index, LEAST_ROWS};
use crate::outcome::outcome_nodes;
use assize_model::absence::{Absence, Fault};
use assize_model::civil::Unit;
use assize_model::ids::{Code, DecisionId, FieldId, NodeId, RecordId, ScopeId};
use assize_model::node::{AggregateKind, Comparison, Op, RUN};
use assize_model::program::{Category, FieldKind, Hit, Otherwise, Program};
use assize_model::ty::Ty;
use assize_model::verify::Malformed;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// No register, no unit.
pub const NOTHING: u32 = u32::MAX;

/// A register.
pub type Register = u32;

/// A place in the list of instructions.
pub type At = u32;

/// One instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instr {
    /// Ends a unit.
    Return,
    /// Runs a unit, unless it has run.
    Call(u32),
    /// Makes sure that what a child reads of an enclosing scope, which has a unit of its own, is worked out.
    Enclosing { node: NodeId, unit: u32 },
    /// Goes on elsewhere.
    Jump(At),
    /// Works out a node by its operator.
    Apply(NodeId),
    /// Works out a node of the current row aside, with all that it reads.
    Aside(NodeId),
    /// Asks whether the outcome of a decision is known.
    Known { node: NodeId, decision: DecisionId },
    /// Compares.
    Compare { op: Comparison, left: Register, right: Register, out: Register },
    /// Counts whole units from one date to another.
    Elapsed { unit: Unit, from: Register, to: Register, out: Register },
    /// Adds, subtracts or multiplies integers, as the node says.
    Arithmetic { kind: Arithmetic, left: Register, right: Register, node: NodeId },
    /// Asks whether a code is in a set.
    Member { item: Register, set: Register, node: NodeId },
    /// Kleene negation.
    Not { operand: Register, out: Register },
    /// Kleene conjunction of two.
    And { left: Register, right: Register, out: Register },
    /// Kleene disjunction of two.
    Or { left: Register, right: Register, out: Register },
    /// Kleene conjunction of registers listed.
    All { from: u32, len: u32, out: Register },
    /// Kleene disjunction of registers listed.
    Any { from: u32, len: u32, out: Register },
    /// When the operand is this, so is the result, and the rest is jumped over.
    Skip { when: bool, operand: Register, out: Register, to: At },
    /// Goes on for `yes`, jumps for `no`; an absence is the result.
    Branch { condition: Register, out: Register, otherwise: At, end: At },
    /// Copies.
    Copy { from: Register, out: Register },
    /// When the operand is not missing, it is the result, and the rest is jumped over.
    Take { operand: Register, out: Register, to: At },

    /// Begins an aggregate at the first child; jumps when there is none.
    Gather { aggregate: u32, end: At },
    /// Takes the filter of a child, and jumps when it is out, or the result is settled.
    Filter { aggregate: u32, next: At, end: At },
    /// Takes the value of a child, and jumps when the result is settled.
    Value { aggregate: u32, end: At },
    /// Goes to the next child, when there is one.
    Next { aggregate: u32, body: At },
    /// Takes the filter of a child and goes to the next one, when there is one and the result is not settled.
    FilterNext { aggregate: u32, body: At },
    /// Ends an aggregate.
    Gathered { aggregate: u32 },

    /// Begins a decision.
    Begin { decision: DecisionId, end: At },
    /// Takes the condition under which a category applies.
    Applies { decision: DecisionId, operand: Register, end: At },
    /// Takes a case of one criterion.
    Single { decision: DecisionId, code: Code, operand: Register, end: At },
    /// Takes a case of several criteria.
    Case { decision: DecisionId, case: u32, end: At },
    /// Takes the cases of a table by its index.
    Table { decision: DecisionId, end: At },
    /// Works out the value of a table by its index.
    Choose { choose: u32 },
    /// Takes cases one after another whose criteria have all been worked out.
    Sweep { decision: DecisionId, from: u32, to: u32, end: At },
    /// Ends the walk.
    Finish { decision: DecisionId },
    /// Puts the outcome into its register.
    Settle { decision: DecisionId },
}

/// Arithmetic on integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    Add,
    Sub,
    Mul,
}

/// A program's plan. It is made once and shared.
#[derive(Debug, Clone)]
pub struct Plan {
    program: Arc<Program>,
    pub(super) code: Vec<Instr>,
    /// Registers that instructions list.
    pub(super) lists: Vec<Register>,
    pub(super) units: Vec<CodeUnit>,
    /// Of each node.
    pub(super) register: Vec<Register>,
    /// How many there are.
    pub(super) registers: usize,
    pub(super) scopes: Vec<ScopePlan>,
    pub(super) decisions: Vec<DecisionPlan>,
    pub(super) aggregates: Vec<AggregatePlan>,
    /// Of each node, where in its scope's own numbering it is.
    pub(super) local: Vec<u32>,
    /// Of each scope in which a record stands by itself, that scope and those below it.
    under: Vec<Vec<ScopeId>>,
    pub(super) categories: Vec<CategoryPlan>,
    /// Values of tables with an index, and where each node is among them.
    pub(super) chooses: Vec<ChoosePlan>,
    pub(super) choose_of: FxHashMap<NodeId, u32>,
}

/// The value of a table with an index.
#[derive(Debug, Clone)]
pub(super) struct ChoosePlan {
    pub node: NodeId,
    pub index: Arc<Index>,
}

/// A category on its own record.
#[derive(Debug, Clone, Copy)]
pub(super) struct CategoryPlan {
    pub record: RecordId,
    pub decision: DecisionId,
    pub unit: u32,
}

/// Instructions from a start to a `Return`.
#[derive(Debug, Clone, Copy)]
pub(super) struct CodeUnit {
    pub start: At,
    pub scope: ScopeId,
}

/// A scope.
#[derive(Debug, Clone, Default)]
pub(super) struct ScopePlan {
    pub parent: Option<ScopeId>,
    /// The registers of the record's fields follow one another from here.
    pub fields: Register,
    /// All registers of the scope, fields first.
    pub registers: (Register, Register),
    /// Why the fields have no value before they are filled; one a field.
    pub blank: Vec<Absence>,
    pub kinds: Vec<FieldKind>,
    /// The node that reads a field; errors of the data carry it.
    pub readers: Vec<NodeId>,
    pub required: Vec<FieldId>,
    /// The scopes of the children, by `many` field.
    pub children: Vec<(FieldId, ScopeId)>,
    /// Which of the parent's `children` this is.
    pub slot: usize,
    /// How many nodes there are.
    pub nodes: u32,
}

/// A decision.
#[derive(Debug, Clone)]
pub(super) struct DecisionPlan {
    pub scope: ScopeId,
    /// Whether it is worked out on the record itself, so that faults in the record's data are its own.
    pub of_root: bool,
    pub hit: Hit,
    pub otherwise: Otherwise,
    pub applies: Option<NodeId>,
    pub cases: Vec<CasePlan>,
    pub criteria: Vec<NodeId>,
    /// The registers of the criteria.
    pub registers: Vec<Register>,
    /// Of each criterion, its case, and how its truth is found where several are looked at together.
    pub case_of: Vec<u32>,
    pub tests: Vec<Test>,
    /// The node that errors of the whole decision carry.
    pub node: NodeId,
    /// Over its criteria, when they are rows of a table.
    pub index: Option<Arc<Index>>,
    /// The register of the outcome, where an expression uses it.
    pub out: Register,
    pub unit: u32,
}

/// A case: a code and its criteria.
#[derive(Debug, Clone, Copy)]
pub(super) struct CasePlan {
    pub code: Code,
    /// The first of its criteria.
    pub first: u32,
    pub len: u32,
}

/// An aggregate.
#[derive(Debug, Clone, Copy)]
pub(super) struct AggregatePlan {
    pub node: NodeId,
    pub kind: AggregateKind,
    pub ty: Ty,
    pub scope: ScopeId,
    pub parent: ScopeId,
    pub filter: Register,
    pub value: Register,
    pub order: Register,
    pub out: Register,
}

impl Plan {
    /// Plans a program.
    ///
    /// # Errors
    /// [`Malformed`], when the program breaks a rule that running it relies on.
    pub fn new(program: Arc<Program>) -> Result<Self, Malformed> {
        check::check(&program)?;
        let mut plan = Self {
            code: Vec::new(),
            lists: Vec::new(),
            units: Vec::new(),
            register: Vec::new(),
            registers: 0,
            scopes: scopes(&program),
            decisions: Vec::new(),
            aggregates: Vec::new(),
            local: Vec::new(),
            under: Vec::new(),
            categories: Vec::new(),
            chooses: Vec::new(),
            choose_of: FxHashMap::default(),
            program: Arc::clone(&program),
        };
        plan.assign(&program);
        plan.decisions = decisions(&program, &plan);
        plan.index(&program);
        plan.under = under(&program);
        let placed = place::place(&program, &plan);
        emit::emit(&program, &mut plan, &placed);
        let unit = |decision: DecisionId| plan.decisions.get(decision.index()).map_or(NOTHING, |plan| plan.unit);
        let category =
            |of: &Category| CategoryPlan { record: of.record, decision: of.decision, unit: unit(of.decision) };
        plan.categories = program.categories.iter().map(category).collect();
        Ok(plan)
    }

    /// Makes the indexes of tables; outputs of one table share theirs.
    fn index(&mut self, program: &Program) {
        let mut made: FxHashMap<Box<[NodeId]>, Option<Arc<Index>>> = FxHashMap::default();
        let mut index = |conditions: Box<[NodeId]>| {
            if conditions.len() < LEAST_ROWS {
                return None;
            }
            made.entry(conditions).or_insert_with_key(|conditions| Index::new(program, conditions)).clone()
        };
        for decision in &mut self.decisions {
            decision.index = index(decision.criteria.as_slice().into());
        }
        for (at, node) in program.nodes.iter().enumerate() {
            if let Op::Choose { rows, .. } = &node.op
                && node.scope != RUN
                && let Some(index) = index(rows.iter().map(|&(condition, _)| condition).collect())
            {
                let node = NodeId::from_index(at);
                self.choose_of.insert(node, u32::try_from(self.chooses.len()).unwrap_or(NOTHING));
                self.chooses.push(ChoosePlan { node, index });
            }
        }
    }

    /// The index of the value of a table, when it has one.
    pub(super) fn choose(&self, node: NodeId) -> Option<&Arc<Index>> {
        self.chooses.get(*self.choose_of.get(&node)? as usize).map(|choose| &choose.index)
    }

    /// The program.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// A scope and those of its children, and of theirs.
    pub(super) fn under(&self, scope: ScopeId) -> &[ScopeId] {
        self.under.get(scope.index()).map_or(&[], |scopes| scopes)
    }

    /// The register of a node.
    #[inline]
    pub(super) fn register(&self, node: NodeId) -> Register {
        self.register.get(node.index()).copied().unwrap_or(NOTHING)
    }

    /// Gives every node its register: fields share one with their record's field, and what an enclosing scope gives is
    /// read where it is.
    fn assign(&mut self, program: &Program) {
        let mut by_scope: Vec<Vec<NodeId>> = vec![Vec::new(); program.scopes.len()];
        for (at, node) in program.nodes.iter().enumerate() {
            if let Some(list) = by_scope.get_mut(node.scope.index()) {
                list.push(NodeId::from_index(at));
            }
        }
        self.register = vec![NOTHING; program.nodes.len()];
        self.local = vec![0; program.nodes.len()];
        let mut next: Register = 0;
        for (nodes, scope) in by_scope.iter().zip(&mut self.scopes) {
            let start = next;
            scope.fields = next;
            next += u32::try_from(scope.blank.len()).unwrap_or(0);
            for (local, &id) in (0..).zip(nodes) {
                if let Some(slot) = self.local.get_mut(id.index()) {
                    *slot = local;
                }
                let register = match program.node(id).map(|node| &node.op) {
                    Some(Op::Field(field)) => scope.fields + field.0,
                    Some(Op::Parent(_)) => continue,
                    _ => {
                        next += 1;
                        next - 1
                    }
                };
                if let Some(slot) = self.register.get_mut(id.index()) {
                    *slot = register;
                }
            }
            scope.nodes = u32::try_from(nodes.len()).unwrap_or(u32::MAX);
            scope.registers = (start, next);
        }
        self.registers = next as usize;
        // Operands come first, so what is read through several scopes is settled in one pass.
        for (at, node) in program.nodes.iter().enumerate() {
            if let Op::Parent(operand) = node.op {
                let register = self.register(operand);
                if let Some(slot) = self.register.get_mut(at) {
                    *slot = register;
                }
            }
        }
    }
}

/// What is read through enclosing scopes, followed to where it is worked out.
pub(super) fn source(program: &Program, mut node: NodeId) -> NodeId {
    while let Some(Op::Parent(operand)) = program.node(node).map(|node| &node.op) {
        node = *operand;
    }
    node
}

fn under(program: &Program) -> Vec<Vec<ScopeId>> {
    let mut under: Vec<Vec<ScopeId>> = vec![Vec::new(); program.scopes.len()];
    // Parents come before their children.
    let mut root_of: Vec<usize> = Vec::with_capacity(program.scopes.len());
    for (at, scope) in program.scopes.iter().enumerate() {
        let root = scope.parent.and_then(|(parent, _)| root_of.get(parent.index()).copied()).unwrap_or(at);
        root_of.push(root);
        if let Some(list) = under.get_mut(root) {
            list.push(ScopeId::from_index(at));
        }
    }
    under
}

fn scopes(program: &Program) -> Vec<ScopePlan> {
    let mut scopes: Vec<ScopePlan> = program
        .scopes
        .iter()
        .enumerate()
        .map(|(at, scope)| {
            let mut plan = ScopePlan { parent: scope.parent.map(|(parent, _)| parent), ..ScopePlan::default() };
            let fields =
                scope.record.and_then(|record| program.record(record)).map_or(&[][..], |record| &record.fields);
            plan.kinds = fields.iter().map(|field| field.kind).collect();
            plan.readers = vec![NodeId(0); if at == RUN.index() { 0 } else { fields.len() }];
            for (at, field) in fields.iter().enumerate() {
                if field.required && !matches!(field.kind, FieldKind::Many { .. }) {
                    plan.required.push(FieldId::from_index(at));
                }
            }
            plan
        })
        .collect();
    for (at, node) in program.nodes.iter().enumerate() {
        if let Op::Field(field) = node.op
            && let Some(slot) =
                scopes.get_mut(node.scope.index()).and_then(|scope| scope.readers.get_mut(field.index()))
        {
            *slot = NodeId::from_index(at);
        }
    }
    for scope in &mut scopes {
        scope.blank = vec![Absence::UNKNOWN; scope.readers.len()];
        for field in &scope.required {
            if let (Some(absence), Some(&reader)) =
                (scope.blank.get_mut(field.index()), scope.readers.get(field.index()))
            {
                *absence = Absence::error(Fault::Data, reader);
            }
        }
    }
    for (at, scope) in program.scopes.iter().enumerate() {
        let Some((parent, field)) = scope.parent else { continue };
        let slot = scopes.get_mut(parent.index()).map_or(0, |parent| {
            parent.children.push((field, ScopeId::from_index(at)));
            parent.children.len() - 1
        });
        if let Some(scope) = scopes.get_mut(at) {
            scope.slot = slot;
        }
    }
    scopes
}

fn decisions(program: &Program, plan: &Plan) -> Vec<DecisionPlan> {
    let nodes = outcome_nodes(program);
    let outs = outcome_nodes_used(program);
    let plan_of = |(at, decision): (usize, &assize_model::program::Decision)| {
        let category = program.category(decision.category);
        let (mut cases, mut case_of) = (Vec::new(), Vec::new());
        let mut first = 0;
        for (at, case) in (0..).zip(category.map_or(&[][..], |category| &category.cases)) {
            let len = u32::try_from(case.criteria.len()).unwrap_or(u32::MAX);
            case_of.extend(case.criteria.iter().map(|_| at));
            cases.push(CasePlan { code: case.code, first, len });
            first += len;
        }
        DecisionPlan {
            scope: decision.scope,
            of_root: plan.scopes.get(decision.scope.index()).is_some_and(|scope| scope.parent.is_none()),
            hit: category.map_or(Hit::First, |category| category.hit),
            otherwise: category.map_or(Otherwise::None, |category| category.otherwise.clone()),
            applies: decision.applies,
            cases,
            case_of,
            tests: decision.criteria.iter().map(|&node| Test::Cell(plan.register(node))).collect(),
            criteria: decision.criteria.to_vec(),
            registers: decision.criteria.iter().map(|&node| plan.register(node)).collect(),
            node: nodes.get(at).copied().unwrap_or(NodeId(0)),
            index: None,
            out: outs.get(at).map_or(NOTHING, |&node| node.map_or(NOTHING, |node| plan.register(node))),
            unit: NOTHING,
        }
    };
    program.decisions.iter().enumerate().map(plan_of).collect()
}

/// For each decision, the node that is its outcome.
fn outcome_nodes_used(program: &Program) -> Vec<Option<NodeId>> {
    let mut nodes = vec![None; program.decisions.len()];
    for (at, node) in program.nodes.iter().enumerate() {
        if let Op::Outcome(decision) = node.op
            && let Some(slot) = nodes.get_mut(decision.index())
        {
            *slot = Some(NodeId::from_index(at));
        }
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_stay_small() {
        assert!(size_of::<Instr>() <= 20);
    }
}
