//! What a category comes to for one record: the form in which both evaluators give it, so that they can be compared.
//!
//! Where the two must agree on a choice that the language leaves open, it is made here:
//!
//! - An error of a whole decision (a bad record, a conflict, a stated error) carries the node that [`outcome_nodes`] gives.
//! - Where `applies` is not known, the walk is made as usual: if it ends in an error, that is the outcome; otherwise the
//!   state is `undetermined`, with no value and no reasons, and `possible` is what the walk found.
//! - Under `hit all`, no code is a possible outcome where the set is or can be empty (`otherwise none`). The value of
//!   an undetermined one is [`Chosen::Nothing`]; of a decided empty one, `Many` of the empty set.
//! - Under `hit all` with nothing true and something unknown, what `otherwise` gives joins `possible`, as in `first`.
//! - Whether a category is known is asked of its state, also through `parent`: a provisional one is not known even where
//!   only one code is possible.
//! - `missing` does not descend into an operand that is an error. An aggregate lists its `many` field where no child
//!   passes or could pass its filter and it is not applicable for that, before anything else it lists.

use assize_model::absence::Absence;
use assize_model::bounds::CodeSet;
use assize_model::ids::{Code, DecisionId, FieldId, NodeId, RecordId};
use assize_model::node::Op;
use assize_model::program::{FieldKind, Program, State};

/// The outcome of a category for one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeRow {
    /// The value.
    pub value: Chosen,
    /// How certain it is.
    pub state: State,
    /// The true criteria of the chosen case (under `hit all`, of all true cases), as indices into
    /// [`assize_model::program::Category::criteria`]; of a conflict, all true criteria.
    pub because: Vec<u16>,
    /// The codes it could still be; for a decided one, the value.
    pub possible: CodeSet,
    /// The fields that could decide it, in the order in which the rules read them.
    pub missing: Vec<FieldPath>,
    /// Why there is no value, when the state is an error.
    pub error: Option<Absence>,
}

/// The value of a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// There is none: undetermined, not applicable, or an error.
    Nothing,
    /// One code; [`Code::NONE`] for `otherwise none`.
    One(Code),
    /// The codes of a category with `hit all`; perhaps empty.
    Many(CodeSet),
}

/// A field, as a record reaches it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FieldPath {
    /// The `many` fields from the record that is categorised to the one whose field it is.
    pub many: Vec<FieldId>,
    /// The record whose field it is.
    pub record: RecordId,
    /// The field. A `many` field stands for itself where there are no children.
    pub field: FieldId,
}

impl FieldPath {
    /// The name from `root`: `charges.weapon`.
    pub fn name(&self, program: &Program, root: RecordId) -> String {
        let mut name = String::new();
        let mut record = program.record(root);
        for many in &self.many {
            let field = record.and_then(|record| record.fields.get(many.index()));
            name.push_str(field.map_or("?", |field| &field.heading.name));
            name.push('.');
            record = field.and_then(|field| match field.kind {
                FieldKind::Many { record, .. } => program.record(record),
                _ => None,
            });
        }
        let field = program.record(self.record).and_then(|record| record.fields.get(self.field.index()));
        name.push_str(field.map_or("?", |field| &field.heading.name));
        name
    }
}

/// For each decision, the node that an error of the whole decision carries (a bad record, a conflict, a stated error):
/// its outcome, or node 0 where no expression is its outcome.
pub fn outcome_nodes(program: &Program) -> Vec<NodeId> {
    let mut nodes = vec![NodeId(0); program.decisions.len()];
    for (at, node) in program.nodes.iter().enumerate() {
        if let Op::Outcome(decision) = node.op
            && let Some(slot) = nodes.get_mut(decision.index())
        {
            *slot = NodeId::from_index(at);
        }
    }
    nodes
}

/// As [`outcome_nodes`], of one decision. It looks through the whole arena.
pub fn outcome_node(program: &Program, decision: DecisionId) -> NodeId {
    let at = program.nodes.iter().rposition(|node| node.op == Op::Outcome(decision));
    NodeId::from_index(at.unwrap_or(0))
}
