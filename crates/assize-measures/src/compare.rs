//! How the rows of a measure stand to the same period of the year before, or to a baseline.

use assize_model::decimal::Decimal;

/// How a row stands to the row that the measure compares it with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it is compared with: a period's label, or the baseline's.
    pub with: String,
    /// The value there.
    pub from: Option<Decimal>,
    /// The value here less the value there.
    pub difference: Option<Decimal>,
    /// The difference in percent of the value there; none from zero.
    pub percent: Option<Decimal>,
}
