//! Whether a measure's rows reach its target.

use assize_model::civil::Date;
use assize_model::decimal::Decimal;

/// How a row stands to its measure's target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetStatus {
    /// The status.
    pub status: TargetWord,
    /// The least value that reaches it.
    pub at_least: Option<Decimal>,
    /// The greatest value that reaches it.
    pub at_most: Option<Decimal>,
    /// When it is to be reached.
    pub by: Option<Date>,
    /// What the path from the baseline to the target asks for at the end of the row's period.
    pub expected: Option<Decimal>,
}

/// How a value stands to a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TargetWord {
    /// It reaches it.
    Met,
    /// It does not, and is within what the target calls amber.
    Near,
    /// It does not.
    Missed,
    /// There is no value, so that nobody can say.
    NotKnown,
}

impl TargetWord {
    /// The word in results.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Near => "near",
            Self::Missed => "missed",
            Self::NotKnown => "not_known",
        }
    }
}
