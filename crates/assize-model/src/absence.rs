//! Why there is no value: a reason for which it is missing, or an error with the node it arose in.

use crate::ids::NodeId;
use std::fmt;
use std::num::NonZeroU32;

/// Why a value is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Reason {
    /// Not known; what an empty cell means.
    Unknown = 1,
    /// Asked, and not answered.
    NotAnswered = 2,
    /// There can be no value.
    NotApplicable = 3,
    /// Nobody asked.
    NotCollected = 4,
    /// Known to someone, and kept back.
    Withheld = 5,
}

impl Reason {
    /// All reasons, in the order of their numbers.
    pub const ALL: [Self; 5] =
        [Self::Unknown, Self::NotAnswered, Self::NotApplicable, Self::NotCollected, Self::Withheld];

    /// The word of the language.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::NotAnswered => "not_answered",
            Self::NotApplicable => "not_applicable",
            Self::NotCollected => "not_collected",
            Self::Withheld => "withheld",
        }
    }

    /// The reason of a word of the language.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What went wrong while a value was worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Fault {
    /// An integer past 64 bits, or a decimal past 28 digits.
    Overflow = 0,
    /// A division by zero.
    DivisionByZero = 1,
    /// A date before year 1 or after year 9999, or a time of day past midnight.
    DateRange = 2,
    /// Under `dates strict`, a month that does not have the day.
    AmbiguousDate = 3,
    /// Calendar and clock durations together, or calendar durations that cannot be compared.
    MixedDurations = 4,
    /// The data for this field could not be read, or a required value is absent.
    Data = 5,
    /// Under `hit unique`, criteria of several codes are true.
    Conflict = 6,
    /// `otherwise error "…"`.
    Stated = 7,
    /// An argument outside what the operation takes (the places of `round`).
    Argument = 8,
    /// A function failed. Where a line of it is to blame, the place is that line: see [`crate::program::Program::fault_place`].
    Function = 9,
    /// A function met a limit.
    FunctionLimit = 10,
    /// A function gave a value of another type.
    FunctionType = 11,
    /// No row of a table matches, and none says what to give then.
    NoRow = 20,
}

impl Fault {
    const ALL: [Self; 13] = [
        Self::Overflow,
        Self::DivisionByZero,
        Self::DateRange,
        Self::AmbiguousDate,
        Self::MixedDurations,
        Self::Data,
        Self::Conflict,
        Self::Stated,
        Self::Argument,
        Self::Function,
        Self::FunctionLimit,
        Self::FunctionType,
        Self::NoRow,
    ];

    /// What happened, in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Overflow => "the number is too large",
            Self::DivisionByZero => "division by zero",
            Self::DateRange => "the date or time is out of range",
            Self::AmbiguousDate => "the month does not have that day, and dates are strict",
            Self::MixedDurations => "months with days, or days with hours, cannot be compared or combined",
            Self::Data => "the value could not be read",
            Self::Conflict => "criteria of several codes are true",
            Self::Stated => "the rule states an error",
            Self::Argument => "the argument is out of range",
            Self::Function => "the function failed",
            Self::FunctionLimit => "the function met a limit",
            Self::FunctionType => "the function gave a value of another type",
            Self::NoRow => "no row of the table matches",
        }
    }
}

/// Why there is no value, in 32 bits: a [`Reason`], or a [`Fault`] with the node it arose in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Absence(NonZeroU32);

/// Nodes per program; what is left of 32 bits beside the kind.
pub(crate) const MAX_NODES: u32 = (1 << 24) - 1;

impl Absence {
    /// Missing, not known.
    pub const UNKNOWN: Self = Self::missing(Reason::Unknown);
    /// Missing, there can be no value.
    pub const NOT_APPLICABLE: Self = Self::missing(Reason::NotApplicable);

    /// Missing for a reason.
    pub const fn missing(reason: Reason) -> Self {
        match NonZeroU32::new(reason as u32) {
            Some(bits) => Self(bits),
            None => Self(NonZeroU32::MIN),
        }
    }

    /// An error that arose in a node.
    pub const fn error(fault: Fault, node: NodeId) -> Self {
        match NonZeroU32::new((node.0 << 8) | 0x80 | fault as u32) {
            Some(bits) => Self(bits),
            None => Self(NonZeroU32::MIN),
        }
    }

    /// Whether this is an error, not a missing value.
    pub const fn is_error(self) -> bool {
        self.0.get() & 0x80 != 0
    }

    /// The reason, when this is a missing value.
    pub fn reason(self) -> Option<Reason> {
        if self.is_error() {
            return None;
        }
        Reason::ALL.into_iter().find(|&reason| reason as u32 == self.0.get())
    }

    /// The fault and its node, when this is an error.
    pub fn fault(self) -> Option<(Fault, NodeId)> {
        if !self.is_error() {
            return None;
        }
        let number = self.0.get() & 0x7f;
        let fault = Fault::ALL.into_iter().find(|&fault| fault as u32 == number)?;
        Some((fault, NodeId(self.0.get() >> 8)))
    }

    /// Of two absent operands, the one that the result takes: an error before a missing value, else the left-most.
    pub const fn or(self, right: Self) -> Self {
        if right.is_error() && !self.is_error() { right } else { self }
    }

    /// The bits, for columns.
    pub const fn bits(self) -> u32 {
        self.0.get()
    }

    /// From bits that [`Absence::bits`] gave; zero is `None`.
    pub const fn from_bits(bits: u32) -> Option<Self> {
        match NonZeroU32::new(bits) {
            Some(bits) => Some(Self(bits)),
            None => None,
        }
    }
}

impl fmt::Debug for Absence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.reason(), self.fault()) {
            (Some(reason), _) => write!(f, "missing({reason})"),
            (_, Some((fault, node))) => write!(f, "error({fault:?} in {node:?})"),
            _ => write!(f, "absence({:#x})", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_round_trip() {
        for reason in Reason::ALL {
            let absence = Absence::missing(reason);
            assert_eq!(absence.reason(), Some(reason));
            assert_eq!(absence.fault(), None);
            assert_eq!(Absence::from_bits(absence.bits()), Some(absence));
            assert_eq!(Reason::from_word(reason.word()), Some(reason));
        }
        for fault in Fault::ALL {
            for node in [0, 1, MAX_NODES] {
                let absence = Absence::error(fault, NodeId(node));
                assert_eq!(absence.fault(), Some((fault, NodeId(node))));
                assert_eq!(absence.reason(), None);
            }
        }
    }

    #[test]
    fn an_error_goes_before_a_missing_value_and_left_before_right() {
        let error = Absence::error(Fault::Overflow, NodeId(7));
        let other = Absence::error(Fault::DivisionByZero, NodeId(8));
        assert_eq!(Absence::UNKNOWN.or(error), error);
        assert_eq!(error.or(Absence::UNKNOWN), error);
        assert_eq!(error.or(other), error);
        assert_eq!(Absence::NOT_APPLICABLE.or(Absence::UNKNOWN), Absence::NOT_APPLICABLE);
    }
}
