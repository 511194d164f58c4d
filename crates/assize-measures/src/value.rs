//! What a measure is broken down by, as a value for results.

use assize_model::absence::Reason;
use assize_model::civil::{Date, DateTime, Time};
use assize_model::decimal::Decimal;
use assize_model::ids::{Code, ListId};
use assize_model::program::Program;
use std::borrow::Cow;
use std::sync::Arc;

/// The value of a breakdown, or why there is none. Rows are sorted in this order: values ascending (codes as declared),
/// then no code, then missing by reason, then error.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BreakdownValue {
    /// A code of a list.
    Code(ListId, Code),
    /// `no` or `yes`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// An exact decimal.
    Decimal(Decimal),
    /// A text.
    Text(Arc<str>),
    /// A civil date.
    Date(Date),
    /// A wall time.
    Time(Time),
    /// An instant.
    DateTime(DateTime),
    /// A category gave no code.
    NoCode,
    /// Missing, for a reason.
    Missing(Reason),
    /// In error.
    Error,
}

impl BreakdownValue {
    /// The word in results: a code's name, a value's text, `none`, the reason, or `error`.
    pub fn shown<'p>(&'p self, program: &'p Program) -> Cow<'p, str> {
        match self {
            Self::Code(list, code) => program.list(*list).map_or("?", |list| list.name(*code)).into(),
            Self::Boolean(true) => "yes".into(),
            Self::Boolean(false) => "no".into(),
            Self::Integer(value) => value.to_string().into(),
            Self::Decimal(value) => value.to_string().into(),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Date(date) => date.to_string().into(),
            Self::Time(time) => time.to_string().into(),
            Self::DateTime(at) => at.to_string().into(),
            Self::NoCode => "none".into(),
            Self::Missing(reason) => reason.word().into(),
            Self::Error => "error".into(),
        }
    }
}
