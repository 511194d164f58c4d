//! The verifier: what every evaluator may rely on, checked once when a program is made or read.

use crate::bounds::CodeSet;
use crate::ids::{NodeId, ScopeId};
use crate::movement::{MOST_EVENTS, MOST_WAITS, When};
use crate::node::{Op, RUN};
use crate::program::Program;
use crate::ty::Ty;

/// A program that breaks its own rules; a bug of the compiler, or a file that was tampered with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the program is not well formed: {what} (node {node})")]
pub struct Malformed {
    /// What does not hold.
    pub what: &'static str,
    /// The node.
    pub node: u32,
}

/// Checks that operands come before their users, that every operand is worked out where its user can read it, and
/// that conditions are boolean.
///
/// # Errors
///
/// [`Malformed`], for the first node that breaks a rule.
pub fn verify(program: &Program) -> Result<(), Malformed> {
    for (at, node) in program.nodes.iter().enumerate() {
        let id = NodeId::from_index(at);
        let fail = |what| Malformed { what, node: id.0 };
        let scope = program.scope(node.scope).ok_or_else(|| fail("the scope is not there"))?;
        let mut fault = None;
        node.op.operands(|operand| {
            if operand >= id {
                fault = Some("an operand does not come before its user");
            }
        });
        if let Some(what) = fault {
            return Err(fail(what));
        }
        let here = |operand: NodeId, scope: ScopeId| {
            program.node(operand).is_some_and(|operand| operand.scope == scope || operand.scope == RUN)
        };
        let boolean = |operand: NodeId| program.node(operand).is_some_and(|operand| operand.ty == Ty::Boolean);
        match &node.op {
            Op::Parent(operand) => {
                let enclosing = scope.parent.ok_or_else(|| fail("no enclosing scope to read from"))?.0;
                if !here(*operand, enclosing) {
                    return Err(fail("the operand is not of the enclosing scope"));
                }
            }
            Op::Aggregate { scope: child, value, order, filter, .. } => {
                let parent = program.scope(*child).and_then(|child| child.parent);
                if parent.map(|(scope, _)| scope) != Some(node.scope) {
                    return Err(fail("the aggregate is not over children of its own scope"));
                }
                if [value, order, filter].into_iter().flatten().any(|&operand| !here(operand, *child)) {
                    return Err(fail("an operand of the aggregate is not of the children's scope"));
                }
                if filter.is_some_and(|filter| !boolean(filter)) {
                    return Err(fail("the filter is not a condition"));
                }
            }
            Op::Progress(progress) => {
                for event in &progress.events {
                    let parent = program.scope(event.scope).and_then(|child| child.parent);
                    if parent.map(|(scope, _)| scope) != Some(node.scope) {
                        return Err(fail("the events are not among children of the node's own scope"));
                    }
                    if event.filter.into_iter().chain([event.date]).any(|operand| !here(operand, event.scope)) {
                        return Err(fail("an operand of an event is not of the children's scope"));
                    }
                    if event.filter.is_some_and(|filter| !boolean(filter)) {
                        return Err(fail("the condition of an event is not a condition"));
                    }
                    if program.node(event.date).is_none_or(|date| date.ty != Ty::Date) {
                        return Err(fail("the date of an event is not a date"));
                    }
                }
                let mut fits = matches!(node.ty, Ty::Code(list) if program.list(list).is_some_and(|list| {
                    list.codes.len() == usize::from(progress.codes) && progress.start.index() < list.codes.len()
                }));
                let of_run = |operand: NodeId| program.node(operand).is_some_and(|operand| operand.scope == RUN);
                let mut waits = 0;
                for one in &progress.moves {
                    fits &= of_run(one.steps);
                    match &one.when {
                        When::Each(event) => fits &= usize::from(*event) < progress.events.len(),
                        When::Without { after, events } => {
                            waits += 1;
                            fits &= of_run(*after);
                            fits &= events.iter().all(|event| usize::from(*event) < progress.events.len());
                        }
                    }
                }
                fits &= progress.hold.is_none_or(of_run) && of_run(progress.as_of);
                fits &= waits <= MOST_WAITS && progress.events.len() <= MOST_EVENTS;
                if !fits || usize::from(progress.codes) > CodeSet::CAPACITY {
                    return Err(fail("the numbers of a progression do not fit"));
                }
            }
            Op::Outcome(decision) => {
                let decision = program.decision(*decision).ok_or_else(|| fail("the decision is not there"))?;
                let category = program.category(decision.category).ok_or_else(|| fail("the category is not there"))?;
                if category.criteria().count() != decision.criteria.len() {
                    return Err(fail("a decision has not one node a criterion"));
                }
                for &operand in decision.applies.iter().chain(&decision.criteria) {
                    if operand >= id {
                        return Err(fail("a criterion does not come before its outcome"));
                    }
                    if !here(operand, decision.scope) || !boolean(operand) {
                        return Err(fail("a criterion is not a condition of the decision's scope"));
                    }
                }
            }
            op => {
                let mut fault = None;
                if let Op::Choose { rows, .. } = op
                    && rows.iter().any(|&(condition, _)| !boolean(condition))
                {
                    fault = Some("a row of a choice has no condition");
                }
                if let Op::Lookup { lookup, args } = op
                    && program.lookups.get(lookup.index()).is_none_or(|of| of.arguments().count() != args.len())
                {
                    fault = Some("a look-up is not there, or has other keys");
                }
                op.operands(|operand| {
                    if !here(operand, node.scope) {
                        fault = Some("an operand is not of the node's scope");
                    }
                    let logical = matches!(op, Op::Not(_) | Op::And(_) | Op::Or(_));
                    if logical && !boolean(operand) {
                        fault = Some("an operand of logic is not a condition");
                    }
                });
                if let Some(what) = fault {
                    return Err(fail(what));
                }
            }
        }
    }
    Ok(())
}
