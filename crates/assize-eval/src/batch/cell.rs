//! What an expression comes to in one row: the form in which every operation is defined once, and in which the rows
//! that the column kernels leave out are worked out.

use assize_model::absence::Absence;
use assize_model::bounds::{Bounds, CodeSet};
use assize_model::civil::{Date, DateTime, Duration, Time};
use assize_model::decimal::Decimal;
use assize_model::ids::Code;
use assize_model::value::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// A known value, a value between bounds, or an absence.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'a> {
    Absent(Absence),
    Boolean(bool),
    Integer(i64),
    Decimal(Decimal),
    Text(Cow<'a, str>),
    Date(Date),
    Time(Time),
    DateTime(DateTime),
    Duration(Duration),
    Code(Code),
    Codes(Arc<[Code]>),
    Texts(Arc<[Arc<str>]>),
    /// An integer between two ends that differ, or of which one or both are open.
    Integers(Bounds<i64>),
    /// A decimal, likewise.
    Decimals(Bounds<Decimal>),
    /// One of two or more codes.
    Either(CodeSet),
}

impl<'a> Cell<'a> {
    pub(super) const UNKNOWN: Self = Self::Absent(Absence::UNKNOWN);
    pub(super) const NOT_APPLICABLE: Self = Self::Absent(Absence::NOT_APPLICABLE);

    /// A known value.
    pub(super) fn of(value: &'a Value) -> Self {
        match value {
            Value::Boolean(value) => Self::Boolean(*value),
            Value::Integer(value) => Self::Integer(*value),
            Value::Decimal(value) => Self::Decimal(*value),
            Value::Text(value) => Self::Text(Cow::Borrowed(value)),
            Value::Date(value) => Self::Date(*value),
            Value::Time(value) => Self::Time(*value),
            Value::DateTime(value) => Self::DateTime(*value),
            Value::Duration(value) => Self::Duration(*value),
            Value::Code(_, value) => Self::Code(*value),
            Value::Codes(_, value) => Self::Codes(Arc::clone(value)),
            Value::Texts(value) => Self::Texts(Arc::clone(value)),
        }
    }

    /// Bounds, as a value where only one is left and as missing where nothing is known.
    pub(super) fn integers(bounds: Bounds<i64>) -> Self {
        match bounds.value() {
            Some(value) => Self::Integer(value),
            None => Self::Integers(bounds),
        }
    }

    /// Bounds, likewise.
    pub(super) fn decimals(bounds: Bounds<Decimal>) -> Self {
        match bounds.value() {
            Some(value) => Self::Decimal(value),
            None => Self::Decimals(bounds),
        }
    }

    /// Codes, as a value where only one is left.
    pub(super) fn either(codes: CodeSet) -> Self {
        match codes.value() {
            Some(code) => Self::Code(code),
            None if codes.is_empty() => Self::UNKNOWN,
            None => Self::Either(codes),
        }
    }

    /// Why there is no value; nothing between bounds is absent.
    pub(super) fn absence(&self) -> Option<Absence> {
        match self {
            Self::Absent(absence) => Some(*absence),
            _ => None,
        }
    }

    /// Whether it lies between bounds.
    pub(super) fn is_between(&self) -> bool {
        matches!(self, Self::Integers(_) | Self::Decimals(_) | Self::Either(_))
    }

    pub(super) fn integer_bounds(&self) -> Option<Bounds<i64>> {
        match self {
            Self::Integer(value) => Some(Bounds::exact(*value)),
            Self::Integers(bounds) => Some(*bounds),
            _ => None,
        }
    }

    pub(super) fn decimal_bounds(&self) -> Option<Bounds<Decimal>> {
        match self {
            Self::Decimal(value) => Some(Bounds::exact(*value)),
            Self::Decimals(bounds) => Some(*bounds),
            _ => None,
        }
    }

    /// The codes it could be, for lists that a set of codes can hold.
    pub(super) fn code_set(&self) -> Option<CodeSet> {
        match self {
            Self::Code(code) => Some(CodeSet::of(*code)),
            Self::Either(codes) => Some(*codes),
            _ => None,
        }
    }

    /// The same with nothing borrowed.
    pub(super) fn owned(self) -> Cell<'static> {
        match self {
            Self::Absent(value) => Cell::Absent(value),
            Self::Boolean(value) => Cell::Boolean(value),
            Self::Integer(value) => Cell::Integer(value),
            Self::Decimal(value) => Cell::Decimal(value),
            Self::Text(value) => Cell::Text(Cow::Owned(value.into_owned())),
            Self::Date(value) => Cell::Date(value),
            Self::Time(value) => Cell::Time(value),
            Self::DateTime(value) => Cell::DateTime(value),
            Self::Duration(value) => Cell::Duration(value),
            Self::Code(value) => Cell::Code(value),
            Self::Codes(value) => Cell::Codes(value),
            Self::Texts(value) => Cell::Texts(value),
            Self::Integers(value) => Cell::Integers(value),
            Self::Decimals(value) => Cell::Decimals(value),
            Self::Either(value) => Cell::Either(value),
        }
    }
}
