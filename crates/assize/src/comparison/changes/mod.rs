//! What two rule sets declare: which declarations were added, removed or changed, and whether in meaning or only in
//! wording. Expressions are compared by what they do, not by how they are written.

mod canon;
mod declarations;
mod lookups;
mod text;

use assize_model::program::Program;
use std::sync::Arc;

/// What is different between the declarations of two rule sets.
///
/// Declarations are matched by name; one that was renamed was removed and added. Tests are not compared, since nothing
/// depends on them, and neither is layout: where nothing is listed and [`Changes::is_same_text`] is not so, only
/// comments and layout differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The older rules.
    pub old: RuleSetName,
    /// The newer rules.
    pub new: RuleSetName,
    /// The changes, kind by kind: what there is still in the order of the newer rules, then what was removed.
    pub list: Vec<Change>,
    /// The categories and measures of the newer rules that read something whose meaning changed, and did not change
    /// themselves.
    pub affected: Vec<(DeclarationKind, Arc<str>)>,
}

/// Which rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSetName {
    /// The rule set's name.
    pub name: Arc<str>,
    /// Its title, when it has one.
    pub title: Option<Arc<str>>,
    /// Its version.
    pub version: Arc<str>,
    /// `blake3:` and the hash of its texts.
    pub hash: Arc<str>,
}

impl RuleSetName {
    /// Of a program.
    pub fn new(program: &Program) -> Self {
        let ruleset = &program.ruleset;
        Self {
            name: Arc::clone(&ruleset.heading.name),
            title: ruleset.heading.title.clone(),
            version: Arc::clone(&ruleset.version),
            hash: Arc::clone(&ruleset.hash),
        }
    }
}

/// A declaration that is different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What is declared.
    pub kind: DeclarationKind,
    /// Its name; of a field `Record.field`, of a criterion `category.criterion`.
    pub name: String,
    /// What became of it.
    pub what: ChangeKind,
    /// Whether results can differ by it. Otherwise only titles, documentation or the way it is written are different.
    pub meaning: bool,
    /// Whether it is written as it was, and means something else through what it reads.
    pub through: bool,
    /// What is different in it; nothing for what was added or removed.
    pub details: Vec<Detail>,
}

/// What was declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeclarationKind {
    /// The header: days, zone, titles and the like. The version is not compared.
    RuleSet,
    /// The labels and their order.
    Labels,
    /// A parameter.
    Parameter,
    /// A code list.
    Codes,
    /// A record: its key and the texts that are missing values.
    Record,
    /// A field of a record.
    Field,
    /// A function. Its body counts as it is written, layout and comments too.
    Function,
    /// A `let`.
    Let,
    /// A category, but for its criteria.
    Category,
    /// A criterion of a category.
    Criterion,
    /// A measure.
    Measure,
    /// An indicator. What counts its evidence is compared as a measure.
    Indicator,
    /// An evaluation.
    Evaluation,
}

impl DeclarationKind {
    /// In a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::RuleSet => "ruleset",
            Self::Labels => "labels",
            Self::Parameter => "parameter",
            Self::Codes => "codes",
            Self::Record => "record",
            Self::Field => "field",
            Self::Function => "function",
            Self::Let => "let",
            Self::Category => "category",
            Self::Criterion => "criterion",
            Self::Measure => "measure",
            Self::Indicator => "indicator",
            Self::Evaluation => "evaluation",
        }
    }
}

/// What became of a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// Only the newer rules have it.
    Added,
    /// Only the older rules have it.
    Removed,
    /// Both have it, and it is different.
    Changed,
}

impl ChangeKind {
    /// In a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// A part of a declaration that is different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// Which part, in the words of the language: `default`, `required`, `condition`.
    pub part: String,
    /// What it was; nothing where there was none.
    pub old: Option<String>,
    /// What it is; nothing where there is none.
    pub new: Option<String>,
    /// Whether results can differ by it.
    pub meaning: bool,
}

impl Changes {
    /// What is different between two programs. Takes time and memory in proportion to their size.
    pub fn between(old: &Program, new: &Program) -> Self {
        let (list, affected) = declarations::compare(old, new);
        Self { old: RuleSetName::new(old), new: RuleSetName::new(new), list, affected }
    }

    /// Whether both were made from the same texts.
    pub fn is_same_text(&self) -> bool {
        self.old.hash == self.new.hash
    }

    /// Whether results can differ.
    pub fn has_meaning(&self) -> bool {
        self.list.iter().any(|change| change.meaning)
    }
}
