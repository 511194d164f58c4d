//! Building a program's arena: scopes by what they are, nodes shared when they say the same.

use crate::absence::MAX_NODES;
use crate::ids::{DecisionId, FieldId, NodeId, PatternId, RecordId, ScopeId};
use crate::node::{AggregateKind, Node, Op, RUN, Scope};
use crate::program::{Decision, FieldKind, Place, Program};
use crate::score::ScoreRule;
use crate::text::Pattern;
use crate::ty::Ty;
use rustc_hash::FxHashMap;

/// A program has more nodes than fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the rules have more than {MAX_NODES} expressions")]
pub struct TooManyNodes;

/// Builds the arena of a [`Program`], whose other lists the caller fills in.
#[derive(Debug, Default)]
pub struct Builder {
    /// The program so far.
    pub program: Program,
    /// Whether what can fail is shared only with what is written at the same place, so that an error names the
    /// expression in which it arose.
    pub apart: bool,
    /// With the place, where it matters: an error names the expression in which it arose.
    nodes: FxHashMap<(Op, ScopeId, Option<Place>), NodeId>,
    scopes: FxHashMap<Scope, ScopeId>,
    decisions: FxHashMap<Decision, DecisionId>,
}

impl Builder {
    /// An empty program with the scope of the run.
    pub fn new() -> Self {
        let mut builder = Self::default();
        builder.scope(Scope { record: None, parent: None });
        builder
    }

    fn scope(&mut self, scope: Scope) -> ScopeId {
        if let Some(&id) = self.scopes.get(&scope) {
            return id;
        }
        let id = ScopeId::from_index(self.program.scopes.len());
        self.program.scopes.push(scope.clone());
        self.scopes.insert(scope, id);
        id
    }

    /// The scope in which a record stands by itself.
    pub fn root(&mut self, record: RecordId) -> ScopeId {
        self.scope(Scope { record: Some(record), parent: None })
    }

    /// The scope of the children that a scope's record has by a `many` field.
    pub fn child(&mut self, parent: ScopeId, by: FieldId, record: RecordId) -> ScopeId {
        self.scope(Scope { record: Some(record), parent: Some((parent, by)) })
    }

    /// A pattern, shared with an equal one.
    pub fn pattern(&mut self, pattern: Pattern) -> PatternId {
        let at = self.program.patterns.iter().position(|old| *old == pattern);
        PatternId::from_index(at.unwrap_or_else(|| {
            self.program.patterns.push(pattern);
            self.program.patterns.len() - 1
        }))
    }

    /// A category worked out in a scope, shared with an equal one.
    pub fn decision(&mut self, decision: Decision) -> DecisionId {
        if let Some(&id) = self.decisions.get(&decision) {
            return id;
        }
        let id = DecisionId::from_index(self.program.decisions.len());
        self.program.decisions.push(decision.clone());
        self.decisions.insert(decision, id);
        id
    }

    /// A node, shared with one that says the same. `scope` is where the operation reads: a node whose operands are all
    /// of the run is of the run, wherever it is written.
    ///
    /// # Errors
    ///
    /// [`TooManyNodes`], when the arena is full.
    pub fn node(&mut self, op: Op, ty: Ty, scope: ScopeId, place: Place) -> Result<NodeId, TooManyNodes> {
        let scope = self.home(&op, scope);
        let at = (self.apart && self.can_fail(&op)).then_some(place);
        let key = (op, scope, at);
        if let Some(&id) = self.nodes.get(&key) {
            return Ok(id);
        }
        let id = NodeId::from_index(self.program.nodes.len());
        if id.0 >= MAX_NODES {
            return Err(TooManyNodes);
        }
        let inexact = self.inexact(&key.0, ty, scope);
        self.program.nodes.push(Node { op: key.0.clone(), ty, scope, inexact, place });
        self.nodes.insert(key, id);
        Ok(id)
    }

    /// Where a node is worked out: in the run, when nothing of it depends on a record.
    fn home(&self, op: &Op, scope: ScopeId) -> ScopeId {
        match op {
            Op::Const(_) | Op::NoCode | Op::Param(_) | Op::AsOf => return RUN,
            Op::Field(_) | Op::Parent(_) | Op::Aggregate { .. } | Op::Outcome(_) | Op::Progress(_) => return scope,
            _ => {}
        }
        let mut of_run = true;
        op.operands(|operand| of_run &= self.program.node(operand).is_some_and(|node| node.scope == RUN));
        if of_run { RUN } else { scope }
    }

    /// Whether an error can arise in an operation itself, on well-formed operands.
    fn can_fail(&self, op: &Op) -> bool {
        let ty = |id: NodeId| self.program.node(id).map(|node| node.ty);
        match op {
            Op::Negate(_)
            | Op::Add(..)
            | Op::Sub(..)
            | Op::Mul(..)
            | Op::Div(..)
            | Op::Abs(_)
            | Op::Round { .. }
            | Op::Shift { .. }
            | Op::Call { .. } => true,
            Op::Compare { left, .. } => ty(*left) == Some(Ty::Duration),
            Op::Aggregate { kind, .. } => matches!(kind, AggregateKind::Sum | AggregateKind::Mean),
            _ => false,
        }
    }

    /// Whether a node can come out between bounds.
    fn inexact(&self, op: &Op, ty: Ty, scope: ScopeId) -> bool {
        let of = |id: NodeId| self.program.node(id).is_some_and(|node| node.inexact);
        let bounded_type = ty.is_number() || matches!(ty, Ty::Code(_));
        if !bounded_type {
            return false;
        }
        match op {
            Op::Field(field) => self.is_range(*field, scope),
            Op::Highest(_) | Op::Lowest(_) | Op::Progress(_) => true,
            Op::Outcome(_) => matches!(ty, Ty::Code(_)),
            Op::Aggregate { kind, value, filter, .. } => match kind {
                AggregateKind::Distinct => true,
                AggregateKind::Count => filter.is_some(),
                AggregateKind::Sum | AggregateKind::Min | AggregateKind::Max => {
                    filter.is_some() || value.is_some_and(of)
                }
                AggregateKind::Latest | AggregateKind::Earliest => value.is_some_and(of),
                AggregateKind::Any | AggregateKind::All | AggregateKind::Mean => false,
            },
            // These read operands of other types too, which are never inexact where they matter.
            Op::Score { rule: ScoreRule::Open | ScoreRule::NotAbove(_), .. } => true,
            Op::Score { rule: ScoreRule::Answered, .. } | Op::End { .. } => false,
            Op::UnitsBetween { .. } | Op::FiscalYear { .. } | Op::Part { .. } | Op::Size(_) | Op::Call { .. } => false,
            Op::Where { value, .. } => of(*value),
            // A row that is not known leaves a number between bounds.
            Op::Choose { .. } => ty.is_number(),
            Op::Lookup { .. } => false,
            Op::If { then, otherwise, .. } => of(*then) || of(*otherwise),
            _ => {
                let mut any = false;
                op.operands(|operand| any |= of(operand));
                any
            }
        }
    }

    fn is_range(&self, field: FieldId, scope: ScopeId) -> bool {
        let record = self.program.scope(scope).and_then(|scope| scope.record);
        let field = record.and_then(|record| self.program.record(record)?.fields.get(field.index()));
        field.is_some_and(|field| matches!(field.kind, FieldKind::Range(_)))
    }
}
