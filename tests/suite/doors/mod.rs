//! The ways into the engine.

pub mod batch;
pub mod c;
pub mod command;
pub mod request;
pub mod row;
mod row_forms;
mod tables;

use crate::case::Case;

/// A way into the engine.
pub trait Door {
    /// What the list of skips and messages call it.
    fn name(&self) -> &'static str;

    /// How much of the results it gives.
    fn gives(&self) -> Gives {
        Gives::All
    }

    /// Whether it sees the files, and can say their names.
    fn sees_files(&self) -> bool {
        true
    }

    /// What it says of a case.
    fn answer(&self, case: &Case) -> Answer;
}

/// How much of the results a door gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// The whole object.
    All,
    /// All but measures and their members, which no single record has.
    NoMeasures,
    /// The rows of the categories.
    Rows,
}

/// What a door says of a case.
#[derive(Debug)]
pub enum Answer {
    /// The results, as JSON.
    Results(String),
    /// The rules, the data or what was asked are refused.
    Refused(Refusal),
    /// The case cannot be put to this door.
    Impossible(String),
}

/// Whose fault it is that there are no results, and the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// `rules`, `data` or `use`.
    pub kind: &'static str,
    /// In words; of rules, every diagnostic with its place.
    pub message: String,
}

impl Refusal {
    /// As `expected-error.txt` holds it.
    pub fn text(&self, case: &Case) -> String {
        format!("{}\n{}\n", self.kind, case.without_folder(self.message.trim_end()))
    }
}

impl From<&assize::Error> for Refusal {
    fn from(error: &assize::Error) -> Self {
        Self { kind: if error.is_data() { "data" } else { "use" }, message: error.to_string() }
    }
}

/// Rules that do not check.
pub fn refused_rules(error: &assize::LoadError) -> Refusal {
    let message = match error {
        assize::LoadError::Compile(error) => {
            assize_report::diagnostics::to_text(&error.diagnostics, &error.sources, false)
        }
        error => error.to_string(),
    };
    Refusal { kind: "rules", message }
}
