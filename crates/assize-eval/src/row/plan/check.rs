//! What running a program relies on beyond what the model's verifier checks: every number names something.

use assize_model::ids::{NodeId, ScopeId};
use assize_model::node::{Op, RUN};
use assize_model::program::{FieldKind, Program};
use assize_model::ty::Ty;
use assize_model::verify::{Malformed, verify};

/// Checks a program.
pub fn check(program: &Program) -> Result<(), Malformed> {
    verify(program)?;
    let fail = |what, node: NodeId| Err(Malformed { what, node: node.0 });
    let nowhere = NodeId(0);
    for (at, scope) in program.scopes.iter().enumerate() {
        if (at == RUN.index()) != scope.record.is_none() {
            return fail("the first scope, and no other, is that of the run", nowhere);
        }
        let Some((parent, by)) = scope.parent else { continue };
        let record = program.scope(parent).and_then(|parent| program.record(parent.record?));
        let many = record.and_then(|record| record.fields.get(by.index())).map(|field| field.kind);
        if parent >= ScopeId::from_index(at)
            || !matches!(many, Some(FieldKind::Many { record, .. }) if Some(record) == scope.record)
        {
            return fail("a scope of children does not come after the one they belong to", nowhere);
        }
    }
    let fields = |scope: ScopeId| {
        let record = program.scope(scope).and_then(|scope| program.record(scope.record?));
        record.map_or(&[][..], |record| &record.fields)
    };
    for (at, node) in program.nodes.iter().enumerate() {
        let id = NodeId::from_index(at);
        match node.op {
            Op::Field(field) if fields(node.scope).get(field.index()).is_none() => {
                return fail("the field is not there", id);
            }
            Op::Field(_) | Op::Outcome(_) | Op::Aggregate { .. } | Op::Progress(_) | Op::Parent(_)
                if node.scope == RUN =>
            {
                return fail("what is worked out once a run reads a record", id);
            }
            Op::Outcome(decision) if program.decision(decision).is_none_or(|of| of.scope != node.scope) => {
                return fail("the outcome is not of the node's scope", id);
            }
            _ => {}
        }
    }
    for category in &program.categories {
        let decision = program.decision(category.decision);
        let root = program.record(category.record).map(|record| record.root);
        if decision.is_none() || decision.map(|decision| decision.scope) != root {
            return fail("a category has no decision on its own record", nowhere);
        }
    }
    for decision in &program.decisions {
        let category = program.category(decision.category);
        if category.is_none_or(|category| category.criteria().count() != decision.criteria.len()) {
            return fail("a decision has not one node a criterion", nowhere);
        }
        for &operand in decision.applies.iter().chain(&decision.criteria) {
            let of = program.node(operand);
            if of.is_none_or(|of| of.ty != Ty::Boolean || (of.scope != decision.scope && of.scope != RUN)) {
                return fail("a criterion is not a condition of the decision's scope", operand);
            }
        }
    }
    for record in &program.records {
        if program.scope(record.root).is_none_or(|scope| scope.parent.is_some()) {
            return fail("a record has no scope in which it stands by itself", nowhere);
        }
    }
    Ok(())
}
