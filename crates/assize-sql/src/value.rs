//! What an expression comes to in SQL.

use crate::dialect::Dialect;
use assize_model::civil::Duration;
use assize_model::ids::{Code, DecisionId, ListId};
use assize_model::program::Program;
use assize_model::value::Value;

/// An expression's text, or texts.
#[derive(Debug, Clone)]
pub enum Sql {
    /// A condition, a text, a date or a code (its name): `NULL` where it is not known.
    Plain(String),
    /// A number, with the least and the most that it could be; the same text where it is known or not.
    Number { lo: String, hi: String },
    /// A set that stands in the rules: the texts of its members, and of codes their numbers.
    Set(Vec<Value>),
    /// A span of time that stands in the rules.
    Span { months: i32, days: i32 },
    /// A code that stands in the rules; no code is one too.
    Code(Code),
    /// The outcome of a category.
    Outcome(Outcome),
}

/// The columns of a category that has been worked out.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub decision: DecisionId,
    /// The relation's alias.
    pub alias: String,
    /// The codes that may come out.
    pub codes: Vec<Code>,
}

impl Sql {
    pub fn number(text: impl Into<String>) -> Self {
        let lo = text.into();
        Self::Number { hi: lo.clone(), lo }
    }

    /// How long its texts are.
    pub fn size(&self) -> usize {
        match self {
            Self::Plain(text) => text.len(),
            Self::Number { lo, hi } => lo.len().saturating_add(hi.len()),
            Self::Set(_) | Self::Span { .. } | Self::Code(_) | Self::Outcome(_) => 0,
        }
    }

    /// A value of the rules.
    pub fn constant(dialect: Dialect, value: &Value) -> Option<Self> {
        Some(match value {
            Value::Boolean(value) => Self::Plain(if *value { "TRUE" } else { "FALSE" }.to_owned()),
            // In brackets, so that a sign is never part of an operator.
            Value::Integer(value) => Self::number(format!("({value})")),
            Value::Decimal(value) => Self::number(format!("({value})")),
            Value::Text(text) => Self::Plain(dialect.text(text)),
            Value::Date(date) => Self::Plain(dialect.date(*date)),
            Value::Duration(Duration::Calendar { months, days }) => Self::Span { months: *months, days: *days },
            Value::Code(_, code) => Self::Code(*code),
            Value::Codes(list, codes) => Self::Set(codes.iter().map(|code| Value::Code(*list, *code)).collect()),
            Value::Texts(texts) => Self::Set(texts.iter().map(|text| Value::Text(text.clone())).collect()),
            Value::Duration(Duration::Clock { .. }) | Value::Time(_) | Value::DateTime(_) => return None,
        })
    }
}

impl Outcome {
    /// One of its columns.
    pub fn column(&self, dialect: Dialect, what: &str) -> String {
        format!("{}.{}", self.alias, dialect.name(&column(self.decision, what)))
    }

    /// Whether a code could come out.
    pub fn can(&self, dialect: Dialect, code: Code) -> String {
        self.column(dialect, &can(code))
    }

    /// A condition of the code, which holds where all that could come out fulfil it.
    pub fn all_of(&self, dialect: Dialect, fulfils: impl Fn(Code) -> bool) -> String {
        let any = |wanted: bool| {
            let codes: Vec<String> = self
                .codes
                .iter()
                .filter(|&&code| fulfils(code) == wanted)
                .map(|&code| self.can(dialect, code))
                .collect();
            if codes.is_empty() { "FALSE".to_owned() } else { format!("({})", codes.join(" OR ")) }
        };
        let (yes, no, ok) = (any(true), any(false), self.column(dialect, "ok"));
        format!(
            "(CASE WHEN {ok} IS NULL OR NOT {ok} THEN NULL WHEN {yes} AND NOT {no} THEN TRUE \
             WHEN {no} AND NOT {yes} THEN FALSE END)"
        )
    }
}

/// The name of a column of a category.
pub fn column(decision: DecisionId, what: &str) -> String {
    format!("__c{}_{what}", decision.index())
}

/// The name of the column that says whether a code could come out.
pub fn can(code: Code) -> String {
    if code == Code::NONE { "can_none".to_owned() } else { format!("can_{}", code.index()) }
}

/// The name of a code.
pub fn code_name(program: &Program, list: ListId, code: Code) -> String {
    program.list(list).map_or("?", |list| list.name(code)).to_owned()
}
