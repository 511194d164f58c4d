//! What an engine answers for one record.

/// Anything that stops an engine: a rule that does not load, an evaluation that fails.
pub type Fault = Box<dyn std::error::Error>;

/// The first true criterion, which names the list too; or why there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// The rule does not apply: the person is under 18.
    NotApplicable,
    /// The rule applies and no criterion is true.
    #[default]
    None,
    /// List A.
    ArmedFelon,
    /// List A.
    Chronic,
    /// List A.
    Injury,
    /// List B.
    RepeatCharge,
    /// List B.
    Breach,
    /// List C.
    FirstCharge,
    /// List D.
    Complaint,
}

impl Answer {
    /// Reads the name that the peers' rules give back.
    ///
    /// # Errors
    ///
    /// A name that no rule should give.
    pub fn named(name: &str) -> Result<Self, Fault> {
        Ok(match name {
            "not_applicable" => Self::NotApplicable,
            "none" => Self::None,
            "armed_felon" => Self::ArmedFelon,
            "chronic" => Self::Chronic,
            "injury" => Self::Injury,
            "repeat_charge" => Self::RepeatCharge,
            "breach" => Self::Breach,
            "first_charge" => Self::FirstCharge,
            "complaint" => Self::Complaint,
            other => return Err(format!("`{other}` is not an answer").into()),
        })
    }
}

/// How firm an answer is when fields may be missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// No missing field could change the answer.
    #[default]
    Decided,
    /// A list was reached, but one above it was unknown.
    Provisional,
    /// No list was reached and at least one was unknown, or it is unknown whether the rule applies.
    Undetermined,
}

/// An answer and its state. When undetermined there is no answer: it stays [`Answer::None`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The first true criterion of the list reached.
    pub answer: Answer,
    /// How firm it is.
    pub state: State,
}
