//! Outcomes in words, and the cells of the matrix of old and new ones.

use super::reasons::ReasonMove;
use assize_model::program::State;
use std::fmt;
use std::sync::Arc;

/// Records of one old and one new outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The old outcome.
    pub old: Outcome,
    /// The new outcome.
    pub new: Outcome,
    /// What became of them.
    pub change: CellChange,
    /// How many records.
    pub count: u64,
    /// The first keys, as many as were asked for; none where nothing changed.
    pub keys: Vec<String>,
    /// Why, where anything changed and reasons were worked out: the most frequent first.
    pub reasons: Vec<ReasonMove>,
    /// Records whose reasons are not listed, since there are too many kinds.
    pub reasons_unlisted: u64,
}

/// What is different between two outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CellChange {
    /// The value: another code, or there is one where there was none.
    Value,
    /// The state only: how certain the value is, or why there is none.
    State,
    /// Nothing.
    Nothing,
}

impl CellChange {
    /// In a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::State => "state",
            Self::Nothing => "nothing",
        }
    }
}

impl Cell {
    /// Whether value or state are different.
    pub fn is_changed(&self) -> bool {
        self.change != CellChange::Nothing
    }
}

/// An outcome by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The value.
    pub value: OutcomeValue,
    /// The state.
    pub state: State,
}

/// The value of an outcome, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutcomeValue {
    /// There is none.
    Nothing,
    /// No code: `none`.
    NoCode,
    /// A code.
    Code(Arc<str>),
    /// The codes of a category with `hit all`, in declared order; perhaps empty.
    Codes(Vec<Arc<str>>),
}

/// The value, and the state where it is not decided: `high`, `high (provisional)`, `{a, b}`, `undetermined`.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            OutcomeValue::Nothing => return f.write_str(self.state.word()),
            OutcomeValue::NoCode => f.write_str("none"),
            OutcomeValue::Code(name) => f.write_str(name),
            OutcomeValue::Codes(names) => write!(f, "{{{}}}", names.join(", ")),
        }?;
        if self.state == State::Decided { Ok(()) } else { write!(f, " ({})", self.state.word()) }
    }
}
