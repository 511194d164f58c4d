//! Expressions that say the same, wherever they are written: what can fail is kept apart by its place, so that an error
//! names the right one, and is the same condition all the same.

use super::hoist::mapped;
use assize_model::ids::{NodeId, ScopeId};
use assize_model::node::Op;
use assize_model::program::Program;
use rustc_hash::FxHashMap;

/// What has been looked at.
#[derive(Debug, Default)]
pub struct Same {
    first: FxHashMap<(Op, ScopeId), NodeId>,
    of: FxHashMap<NodeId, NodeId>,
}

impl Same {
    /// The first expression that says the same, of those that were asked for and what they read.
    pub fn first(&mut self, program: &Program, id: NodeId) -> NodeId {
        let mut stack = vec![id];
        while let Some(&at) = stack.last() {
            let Some(node) = program.node(at) else { break };
            let before = stack.len();
            if !self.of.contains_key(&at) {
                node.op.operands(|operand| {
                    if !self.of.contains_key(&operand) {
                        stack.push(operand);
                    }
                });
            }
            if stack.len() > before {
                continue;
            }
            stack.pop();
            if self.of.contains_key(&at) {
                continue;
            }
            let to = |operand: NodeId| self.of.get(&operand).copied().unwrap_or(operand);
            let op = match &node.op {
                Op::Aggregate { kind, scope, value, order, filter } => Op::Aggregate {
                    kind: *kind,
                    scope: *scope,
                    value: value.map(to),
                    order: order.map(to),
                    filter: filter.map(to),
                },
                Op::Parent(operand) => Op::Parent(to(*operand)),
                op => mapped(op, to).unwrap_or_else(|| op.clone()),
            };
            let first = *self.first.entry((op, node.scope)).or_insert(at);
            self.of.insert(at, first);
        }
        self.of.get(&id).copied().unwrap_or(id)
    }
}
