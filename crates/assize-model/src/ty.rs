//! The types of values.

use crate::ids::ListId;

/// What an expression's values are. A number known only to lie between bounds has the type of the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ty {
    /// `yes` or `no`.
    Boolean,
    /// 64-bit signed, checked.
    Integer,
    /// Exact base ten, 28 significant digits.
    Decimal,
    /// UTF-8, compared by code point.
    Text,
    /// A civil date.
    Date,
    /// A wall time.
    Time,
    /// An instant.
    DateTime,
    /// Calendar or clock.
    Duration,
    /// One code of a list.
    Code(ListId),
    /// Any number of codes of a list.
    Codes(ListId),
    /// Any number of texts.
    Texts,
}

impl Ty {
    /// Whether it is a number.
    pub const fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal)
    }
}
