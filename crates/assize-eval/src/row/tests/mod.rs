//! What the evaluator makes of programs built by hand. Every expression is worked out twice: by the instructions, as a
//! category needs it, and on demand.

mod aggregates;
mod deep;
mod explained;
mod generate;
mod outcomes;
mod random;
mod rules;
mod sessions;
mod values;

/// The crate, from within.
mod engine {
    pub use crate::{outcome, row};
}

use super::session::Session;
use assize_model::ids::{CategoryId, NodeId, RecordId};
use assize_model::program::Hit;
use rules::Rules;

/// For each expression a category that needs it.
fn fast(rules: &mut Rules, record: RecordId, nodes: &[NodeId]) -> Vec<CategoryId> {
    rules.list("Asked", "asked");
    let mut categories = Vec::new();
    for (at, &node) in nodes.iter().enumerate() {
        let name = format!("asked_{at}");
        rules.name(record, &name, node);
        let case = format!("asked: known = (known {name})");
        categories.push(rules.category(record, &format!("category_{at}"), "Asked", Hit::First, "", &case, "none"));
    }
    categories
}

/// What an expression comes to, in words, both ways.
#[track_caller]
fn value(session: &mut Session, node: NodeId, category: CategoryId) -> String {
    session.evaluate(category).unwrap();
    let cell = session.register(node);
    let ty = session.program().nodes[node.index()].ty;
    let fast = rules::shown(session, cell, ty);
    let slow = rules::value(session, node);
    assert_eq!(fast, slow, "by instructions, and on demand");
    slow
}
