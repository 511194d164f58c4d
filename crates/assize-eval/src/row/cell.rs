//! What an expression comes to for one record, in a register: known, between bounds, or absent.

use assize_model::absence::{Absence, Fault, Reason};
use assize_model::bounds::{Bounds, CodeSet};
use assize_model::civil::{Date, DateTime, Duration, Time};
use assize_model::decimal::Decimal;
use assize_model::ids::{Code, NodeId};

/// A register. Texts, sets and bounds of decimals lie in the [`Store`](super::store::Store) of the session that gave the
/// cell, and are there until its record changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// There is no value.
    Absent(Absence),
    /// `yes` or `no`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// An exact decimal.
    Decimal(Decimal),
    /// A civil date.
    Date(Date),
    /// A wall time.
    Time(Time),
    /// An instant.
    DateTime(DateTime),
    /// A duration.
    Duration(Duration),
    /// A code; [`Code::NONE`] is no code.
    Code(Code),
    /// A text.
    Text(Span),
    /// A set of codes.
    Codes(Span),
    /// A set of texts.
    Texts(Span),
    /// A whole number between ends that differ.
    Between {
        /// The least it can be, when `ends` says that there is a least.
        lo: i64,
        /// The most it can be, when `ends` says that there is a most.
        hi: i64,
        /// Which ends there are.
        ends: Ends,
    },
    /// A decimal between ends that differ; an index into the store.
    DecimalBetween(u32),
    /// One of several codes: the halves of a [`CodeSet`], low first.
    OneOf([u64; 2]),
}

/// Which ends a [`Cell::Between`] has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Ends {
    Both,
    Lo,
    Hi,
    Neither,
}

/// A part of one of the store's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first element.
    pub start: usize,
    /// How many there are.
    pub len: usize,
}

impl Cell {
    /// Missing, not known.
    pub const UNKNOWN: Self = Self::Absent(Absence::UNKNOWN);
    /// `yes`.
    pub const YES: Self = Self::Boolean(true);
    /// `no`.
    pub const NO: Self = Self::Boolean(false);

    /// Missing for a reason.
    pub const fn missing(reason: Reason) -> Self {
        Self::Absent(Absence::missing(reason))
    }

    /// An error that arose in a node.
    #[inline]
    pub const fn error(fault: Fault, node: NodeId) -> Self {
        Self::Absent(Absence::error(fault, node))
    }

    /// Why there is no value; bounds are a value.
    #[inline]
    pub const fn absence(self) -> Option<Absence> {
        match self {
            Self::Absent(absence) => Some(absence),
            _ => None,
        }
    }

    /// Whether it lies between bounds.
    #[inline]
    pub const fn is_between(self) -> bool {
        matches!(self, Self::Between { .. } | Self::DecimalBetween(_) | Self::OneOf(_))
    }

    /// Whether it is a value, not absent and not between bounds.
    #[inline]
    pub const fn is_known(self) -> bool {
        !matches!(self, Self::Absent(_)) && !self.is_between()
    }

    /// Whether more data could settle it: missing or between bounds, and not an error.
    #[inline]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Absent(absence) => !absence.is_error(),
            _ => self.is_between(),
        }
    }

    /// From bounds of integers; a value when only one is left.
    #[inline]
    pub const fn integers(bounds: Bounds<i64>) -> Self {
        let (lo, hi, ends) = match (bounds.lo, bounds.hi) {
            (Some(lo), Some(hi)) if lo == hi => return Self::Integer(lo),
            (Some(lo), Some(hi)) => (lo, hi, Ends::Both),
            (Some(lo), None) => (lo, 0, Ends::Lo),
            (None, Some(hi)) => (0, hi, Ends::Hi),
            (None, None) => (0, 0, Ends::Neither),
        };
        Self::Between { lo, hi, ends }
    }

    /// As bounds of integers, when it is a whole number.
    #[inline]
    pub const fn integer_bounds(self) -> Option<Bounds<i64>> {
        match self {
            Self::Integer(value) => Some(Bounds { lo: Some(value), hi: Some(value) }),
            Self::Between { lo, hi, ends } => {
                let lo = if matches!(ends, Ends::Both | Ends::Lo) { Some(lo) } else { None };
                let hi = if matches!(ends, Ends::Both | Ends::Hi) { Some(hi) } else { None };
                Some(Bounds { lo, hi })
            }
            _ => None,
        }
    }

    /// From the codes it could be; a value when only one is left, and missing when none is.
    #[inline]
    pub fn codes(set: CodeSet) -> Self {
        match (set.value(), set.is_empty()) {
            (Some(code), _) => Self::Code(code),
            (_, true) => Self::UNKNOWN,
            _ => Self::OneOf([set.0 as u64, (set.0 >> 64) as u64]),
        }
    }

    /// The codes it could be, when it is a code.
    #[inline]
    pub const fn code_set(self) -> Option<CodeSet> {
        match self {
            Self::Code(code) => Some(CodeSet::of(code)),
            Self::OneOf([low, high]) => Some(CodeSet(low as u128 | (high as u128) << 64)),
            _ => None,
        }
    }
}

impl From<Result<Self, Absence>> for Cell {
    fn from(result: Result<Self, Absence>) -> Self {
        result.unwrap_or_else(Self::Absent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_stays_small() {
        assert_eq!(size_of::<Cell>(), 24);
    }

    #[test]
    fn bounds_round_trip_and_collapse() {
        for (lo, hi) in [(Some(1), Some(2)), (Some(1), None), (None, Some(2)), (None, None)] {
            let bounds = Bounds { lo, hi };
            let cell = Cell::integers(bounds);
            assert!(cell.is_between() && cell.is_open() && !cell.is_known());
            assert_eq!(cell.integer_bounds(), Some(bounds));
        }
        assert_eq!(Cell::integers(Bounds::new(3, 3)), Cell::Integer(3));
        let set = CodeSet::of(Code(3)).with(Code::NONE);
        assert_eq!(Cell::codes(set).code_set(), Some(set));
        assert_eq!(Cell::codes(CodeSet::of(Code(3))), Cell::Code(Code(3)));
        assert_eq!(Cell::codes(CodeSet::EMPTY), Cell::UNKNOWN);
    }
}
