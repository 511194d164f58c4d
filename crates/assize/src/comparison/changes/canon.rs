//! Expressions of two programs numbered together: those that mean the same have the same number, whatever names their
//! operands go by in the arena, and wherever they are written.

use crate::show::Shown;
use assize_model::function::Function;
use assize_model::ids::{DecisionId, NodeId, RecordId, ScopeId};
use assize_model::movement::When;
use assize_model::node::{Node, Op};
use assize_model::program::Program;
use assize_model::score::ScoreRule;
use assize_model::ty::Ty;
use assize_model::value::Value;
use rustc_hash::FxHashMap;
use std::fmt::Write as _;
use std::mem::{Discriminant, discriminant};

/// What an operand has that is not there, which no checked program has.
const NOWHERE: u32 = u32::MAX;

/// What an expression is, with its operands as numbers.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    op: Discriminant<Op>,
    operands: Box<[u32]>,
    /// What the operation has beside its operands, by name.
    detail: Box<str>,
    ty: Box<str>,
    scope: u32,
}

/// The numbers that were given.
#[derive(Debug, Default)]
pub struct Canon {
    keys: FxHashMap<Key, u32>,
    scopes: FxHashMap<ScopeKey, u32>,
}

/// A scope: its record, and for children the enclosing scope with the field they come by.
type ScopeKey = (Option<Box<str>>, Option<(u32, Box<str>)>);

impl Canon {
    /// The number of each expression of a program.
    pub fn number(&mut self, program: &Program) -> Vec<u32> {
        let mut scopes: Vec<u32> = Vec::with_capacity(program.scopes.len());
        for scope in &program.scopes {
            let record = scope.record.map(|record| record_name(program, record).into());
            // A scope comes after the one that encloses it.
            let parent = scope.parent.map(|(parent, field)| {
                let enclosing = program.scope(parent).and_then(|parent| parent.record);
                let many = enclosing.map_or("", |record| field_name(program, record, field.index()));
                (scopes.get(parent.index()).copied().unwrap_or(NOWHERE), many.into())
            });
            let next = u32::try_from(self.scopes.len()).unwrap_or(NOWHERE);
            scopes.push(*self.scopes.entry((record, parent)).or_insert(next));
        }
        let mut numbers: Vec<u32> = Vec::with_capacity(program.nodes.len());
        for node in &program.nodes {
            let mut operands = Vec::new();
            node.op.operands(|operand| operands.push(numbers.get(operand.index()).copied().unwrap_or(NOWHERE)));
            let key = Key {
                op: discriminant(&node.op),
                operands: operands.into(),
                detail: detail(program, node, &scopes).into(),
                ty: ty(program, node.ty).into(),
                scope: scopes.get(node.scope.index()).copied().unwrap_or(NOWHERE),
            };
            let next = u32::try_from(self.keys.len()).unwrap_or(NOWHERE);
            numbers.push(*self.keys.entry(key).or_insert(next));
        }
        numbers
    }
}

/// A record's name.
pub fn record_name(program: &Program, record: RecordId) -> &str {
    program.record(record).map_or("?", |record| &record.heading.name)
}

/// The name of a field of a record.
pub fn field_name(program: &Program, record: RecordId, field: usize) -> &str {
    let field = program.record(record).and_then(|record| record.fields.get(field));
    field.map_or("?", |field| &field.heading.name)
}

/// A type in the words of the language.
pub fn ty(program: &Program, ty: Ty) -> String {
    let list = |id| program.list(id).map_or("?", |list| &*list.heading.name);
    match ty {
        Ty::Boolean => "boolean".to_owned(),
        Ty::Integer => "integer".to_owned(),
        Ty::Decimal => "decimal".to_owned(),
        Ty::Text => "text".to_owned(),
        Ty::Date => "date".to_owned(),
        Ty::Time => "time".to_owned(),
        Ty::DateTime => "datetime".to_owned(),
        Ty::Duration => "duration".to_owned(),
        Ty::Code(id) => list(id).to_owned(),
        Ty::Codes(id) => format!("set of {}", list(id)),
        Ty::Texts => "set of text".to_owned(),
    }
}

/// A function's name, parameters and type, as they are declared.
pub fn signature(program: &Program, function: &Function) -> String {
    let missing = |is: bool| if is { " or missing" } else { "" };
    let params: Vec<String> = function
        .params
        .iter()
        .map(|param| format!("{} : {}{}", param.name, ty(program, param.ty), missing(param.missing)))
        .collect();
    let (name, returns) = (&function.heading.name, ty(program, function.returns));
    format!("{name}({}) -> {returns}{}", params.join(", "), missing(function.returns_missing))
}

/// What an operation has beside its operands and its type. Every operation is named here, so that a new one is not
/// forgotten.
fn detail(program: &Program, node: &Node, scopes: &[u32]) -> String {
    let scope = |id: ScopeId| scopes.get(id.index()).copied().unwrap_or(NOWHERE);
    match &node.op {
        Op::Const(value @ (Value::Code(..) | Value::Codes(..))) => Shown(program, value).to_string(),
        Op::Const(Value::Decimal(value)) => value.normalized().to_string(),
        Op::Const(value) => format!("{value:?}"),
        Op::Param(param) => program.param(*param).map_or("?", |param| &param.heading.name).to_owned(),
        Op::Field(field) => {
            let record = program.scope(node.scope).and_then(|scope| scope.record);
            record.map_or("?", |record| field_name(program, record, field.index())).to_owned()
        }
        Op::Tally { kind, .. } => format!("{kind:?}"),
        Op::Compare { op, .. } => format!("{op:?}"),
        Op::IsReason(_, reason) => reason.word().to_owned(),
        Op::Round { mode, .. } => format!("{mode:?}"),
        Op::Step { up, .. } => up.to_string(),
        Op::Matches { pattern, .. } => {
            program.patterns.get(pattern.index()).map_or("?", |pattern| pattern.source()).to_owned()
        }
        Op::Shift { back, .. } => back.to_string(),
        Op::UnitsBetween { unit, .. } | Op::StartOf { unit, .. } => format!("{unit:?}"),
        Op::FiscalYear { from, .. } => from.to_string(),
        Op::Part { part, .. } => format!("{part:?}"),
        Op::Aggregate { kind, scope: child, value, order, filter } => {
            let mut text = format!("{kind:?} {}", scope(*child));
            // Which of the operands are there.
            for operand in [filter, value, order] {
                let _ = write!(text, " {}", operand.is_some());
            }
            text
        }
        Op::Progress(progress) => {
            let mut text = format!("{} {}", progress.start.0, progress.codes);
            for event in &progress.events {
                let _ = write!(text, " {} {}", scope(event.scope), event.filter.is_some());
            }
            for one in &progress.moves {
                let _ = match &one.when {
                    When::Each(event) => write!(text, " {} each {event}", one.up),
                    When::Without { events, .. } => write!(text, " {} without {events:?}", one.up),
                };
            }
            let _ = write!(text, " {}", progress.hold.is_some());
            text
        }
        Op::Outcome(decision) => {
            let decision = program.decision(*decision);
            let category = decision.and_then(|decision| program.category(decision.category));
            category.map_or("?", |category| &category.heading.name).to_owned()
        }
        Op::Choose { choice, otherwise, .. } => format!("{choice:?} {}", otherwise.is_some()),
        Op::Lookup { lookup, .. } => {
            let lookup = program.lookups.get(lookup.index());
            lookup.map_or_else(String::new, |lookup| super::lookups::meaning(program, lookup))
        }
        Op::Call { function, .. } => {
            let function = program.functions.get(*function);
            function.map_or_else(String::new, |function| format!("{} {}", signature(program, function), function.body))
        }
        // Operands are told apart by which of them are there; the limit is the last one.
        Op::Score { rule, terms } => {
            let mut text = match rule {
                ScoreRule::Prorate { rounding, .. } => format!("Prorate {rounding:?}"),
                ScoreRule::NotAbove(_) => "NotAbove".to_owned(),
                rule => format!("{rule:?}"),
            };
            for term in terms {
                for operand in [term.weight, term.low, term.high, term.stand_in] {
                    text.push(if operand.is_some() { '+' } else { '-' });
                }
            }
            text
        }
        Op::End { high, .. } => high.to_string(),
        Op::NoCode
        | Op::AsOf
        | Op::Parent(_)
        | Op::Not(_)
        | Op::And(_)
        | Op::Or(_)
        | Op::In { .. }
        | Op::IsKnown(_)
        | Op::IsMissing(_)
        | Op::Negate(_)
        | Op::Add(..)
        | Op::Sub(..)
        | Op::Mul(..)
        | Op::Div(..)
        | Op::Abs(_)
        | Op::Min(_)
        | Op::Max(_)
        | Op::ToDecimal(_)
        | Op::CivilDate(_)
        | Op::Where { .. }
        | Op::If { .. }
        | Op::FirstKnown(_)
        | Op::Highest(_)
        | Op::Lowest(_)
        | Op::Lower(_)
        | Op::Trim(_)
        | Op::StartsWith(..)
        | Op::EndsWith(..)
        | Op::Contains(..)
        | Op::Overlaps(..)
        | Op::Size(_) => String::new(),
    }
}

/// What reads something of a kind that changed, in the arena of one program.
pub struct Reads<'a> {
    program: &'a Program,
    marked: Vec<bool>,
}

impl<'a> Reads<'a> {
    /// Marks every expression that `changed` is true of, and those that read one. An outcome reads its criteria, and its
    /// category when `category` is true of that.
    pub fn new(program: &'a Program, changed: impl Fn(&Node) -> bool) -> Self {
        let mut marked: Vec<bool> = Vec::with_capacity(program.nodes.len());
        for node in &program.nodes {
            let mut is = changed(node);
            let mut look = |operand: NodeId| is |= marked.get(operand.index()).copied().unwrap_or(false);
            node.op.operands(&mut look);
            if let Op::Outcome(decision) = node.op
                && let Some(decision) = program.decision(decision)
            {
                decision.applies.iter().chain(&decision.criteria).for_each(|&operand| look(operand));
            }
            marked.push(is);
        }
        Self { program, marked }
    }

    /// Whether an expression is marked.
    pub fn is(&self, node: NodeId) -> bool {
        self.marked.get(node.index()).copied().unwrap_or(false)
    }

    /// Whether a decision of a category reads something marked.
    pub fn decision(&self, id: DecisionId) -> bool {
        let decision = self.program.decision(id);
        decision.is_some_and(|decision| decision.applies.iter().chain(&decision.criteria).any(|&node| self.is(node)))
    }
}
