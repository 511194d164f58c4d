//! Values that are there.

use crate::civil::{Date, DateTime, Duration, Time};
use crate::decimal::Decimal;
use crate::ids::{Code, ListId};
use crate::ty::Ty;
use std::sync::Arc;

/// A value of any type, owned. Used for constants, parameters, tests and results; the evaluators' registers are leaner.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// `yes` or `no`.
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
    /// A duration.
    Duration(Duration),
    /// A code of a list.
    Code(ListId, Code),
    /// Codes of a list, ascending and without repetition.
    Codes(ListId, Arc<[Code]>),
    /// Texts, ascending and without repetition.
    Texts(Arc<[Arc<str>]>),
}

impl Value {
    /// Its type.
    pub const fn ty(&self) -> Ty {
        match self {
            Self::Boolean(_) => Ty::Boolean,
            Self::Integer(_) => Ty::Integer,
            Self::Decimal(_) => Ty::Decimal,
            Self::Text(_) => Ty::Text,
            Self::Date(_) => Ty::Date,
            Self::Time(_) => Ty::Time,
            Self::DateTime(_) => Ty::DateTime,
            Self::Duration(_) => Ty::Duration,
            Self::Code(list, _) => Ty::Code(*list),
            Self::Codes(list, _) => Ty::Codes(*list),
            Self::Texts(_) => Ty::Texts,
        }
    }

    /// A set of codes from any order, repetitions dropped.
    pub fn codes(list: ListId, mut codes: Vec<Code>) -> Self {
        codes.sort_unstable();
        codes.dedup();
        Self::Codes(list, codes.into())
    }

    /// A set of texts from any order, repetitions dropped.
    pub fn texts(mut texts: Vec<Arc<str>>) -> Self {
        texts.sort_unstable();
        texts.dedup();
        Self::Texts(texts.into())
    }
}
