//! How an expression is written: its source text where there is one, otherwise in short.

use crate::row::show::show_value;
use assize_model::ids::NodeId;
use assize_model::node::{AggregateKind, Comparison, Op};
use assize_model::program::Program;

/// How deep an expression is written out that no source text gives.
const DEPTH: u32 = 4;

/// The text of a node, its white space made single spaces.
pub fn written(program: &Program, node: NodeId) -> String {
    let Some(of) = program.node(node) else { return String::new() };
    let text = program.text_of(of.place);
    if text.is_empty() { short(program, node, DEPTH) } else { text.split_whitespace().collect::<Vec<_>>().join(" ") }
}

/// The word of an aggregate.
pub const fn aggregate(kind: AggregateKind) -> &'static str {
    match kind {
        AggregateKind::Count => "count",
        AggregateKind::Any => "any",
        AggregateKind::All => "all",
        AggregateKind::Sum => "sum",
        AggregateKind::Min => "min",
        AggregateKind::Max => "max",
        AggregateKind::Mean => "mean",
        AggregateKind::Latest => "latest",
        AggregateKind::Earliest => "earliest",
        AggregateKind::Distinct => "distinct",
    }
}

const fn sign(op: Comparison) -> &'static str {
    match op {
        Comparison::Eq => "=",
        Comparison::Ne => "!=",
        Comparison::Lt => "<",
        Comparison::Le => "<=",
        Comparison::Gt => ">",
        Comparison::Ge => ">=",
    }
}

fn short(program: &Program, node: NodeId, depth: u32) -> String {
    let Some(of) = program.node(node) else { return String::new() };
    let field = |field: assize_model::ids::FieldId, scope: assize_model::ids::ScopeId| {
        let record = program.scope(scope).and_then(|scope| program.record(scope.record?));
        record.and_then(|record| record.fields.get(field.index())).map_or("?", |field| &*field.heading.name).to_owned()
    };
    let name = program.lets.iter().find(|of| of.node == node);
    if let Some(name) = name {
        return name.heading.name.to_string();
    }
    let inner = |node: NodeId| if depth == 0 { "…".to_owned() } else { short(program, node, depth - 1) };
    let joined = |items: &[NodeId], word: &str| {
        let items: Vec<String> = items.iter().map(|&item| inner(item)).collect();
        items.join(word)
    };
    match &of.op {
        Op::Const(value) => show_value(value, program),
        Op::NoCode => "none".into(),
        Op::AsOf => "as_of".into(),
        Op::Param(param) => program.param(*param).map_or_else(String::new, |param| param.heading.name.to_string()),
        Op::Field(of_field) => field(*of_field, of.scope),
        Op::Parent(operand) => format!("parent.{}", inner(*operand)),
        Op::Not(operand) => format!("not {}", inner(*operand)),
        Op::And(items) => joined(items, " and "),
        Op::Or(items) => joined(items, " or "),
        Op::Compare { op, left, right } => format!("{} {} {}", inner(*left), sign(*op), inner(*right)),
        Op::In { item, set } => format!("{} in {}", inner(*item), inner(*set)),
        Op::IsKnown(operand) => format!("{} is known", inner(*operand)),
        Op::IsMissing(operand) => format!("{} is missing", inner(*operand)),
        Op::IsReason(operand, reason) => format!("{} is {reason}", inner(*operand)),
        Op::Add(a, b) => format!("{} + {}", inner(*a), inner(*b)),
        Op::Sub(a, b) => format!("{} - {}", inner(*a), inner(*b)),
        Op::Mul(a, b) => format!("{} * {}", inner(*a), inner(*b)),
        Op::Div(a, b) => format!("{} / {}", inner(*a), inner(*b)),
        Op::UnitsBetween { unit, from, to } => {
            format!("{} between {} and {}", unit.word(), inner(*from), inner(*to))
        }
        Op::Progress(_) => {
            let of = program.progressions.iter().find(|of| of.node == node);
            of.map_or_else(|| "movement".to_owned(), |of| of.heading.name.to_string())
        }
        Op::Outcome(decision) => {
            let category = program.decision(*decision).and_then(|decision| program.category(decision.category));
            category.map_or_else(String::new, |category| category.heading.name.to_string())
        }
        Op::Aggregate { kind, scope, value, order, filter } => {
            let many = program.scope(*scope).and_then(|scope| scope.parent);
            let mut text = aggregate(*kind).to_owned();
            if let Some(value) = value {
                text.push_str(&format!(" {} of", inner(*value)));
            }
            text.push_str(&format!(" {}", many.map_or_else(String::new, |(outer, by)| field(by, outer))));
            if let Some(order) = order {
                text.push_str(&format!(" by {}", inner(*order)));
            }
            if let Some(filter) = filter {
                text.push_str(&format!(" where {}", inner(*filter)));
            }
            text
        }
        op => {
            let debug = format!("{op:?}");
            let word = debug.split(['(', ' ', '{']).next().unwrap_or("").to_lowercase();
            let mut operands = Vec::new();
            op.operands(|operand| operands.push(inner(operand)));
            format!("{word}({})", operands.join(", "))
        }
    }
}
