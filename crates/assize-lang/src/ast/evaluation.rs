//! Indicators and evaluations.

use super::{Baseline, Expr, Ident, Quoted, Target};
use crate::source::Span;

/// `indicator NAME "Title" { … }`: its clauses, in the order of the text.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Indicator {
    pub name: Ident,
    pub title: Option<Quoted>,
    pub clauses: Vec<IndicatorClause>,
    pub docs: Vec<String>,
    pub span: Span,
}

/// One clause of an indicator, with the span of the whole clause.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct IndicatorClause {
    pub kind: IndicatorClauseKind,
    pub span: Span,
}

/// The kinds of [`IndicatorClause`].
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum IndicatorClauseKind {
    /// `data`, `purpose`, `about`, `conducted`, `stage`, each with one or several words.
    Facet(Vec<(Facet, Span)>),
    Source(Quoted),
    Collected(Frequency),
    Owner(Quoted),
    Method(Quoted),
    Unit(Ident),
    From(Evidence),
    /// `higher is better`, or `lower is better`.
    Better {
        higher: bool,
    },
    Baseline(Baseline),
    Target(Target),
    Rubric(Rubric),
}

/// What an indicator is; the four facets and the stage of the logic model, each with its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Facet {
    Data(DataKind),
    Purpose(Purpose),
    About(About),
    Conducted(Conducted),
    Stage(Stage),
}

/// `data …`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum DataKind {
    Quantitative,
    Qualitative,
}

/// `purpose …`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Purpose {
    Formative,
    Summative,
    Developmental,
}

/// `about …`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum About {
    Process,
    Outcome,
    Impact,
    Economic,
}

/// `conducted …`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Conducted {
    Internal,
    External,
}

/// `stage …`: a stage of the logic model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Stage {
    Input,
    Activity,
    Output,
    Outcome,
}

/// `collected …`: how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Frequency {
    Once,
    Continuously,
    Daily,
    Weekly,
    Monthly,
    Quarterly,
    Yearly,
}

/// `from …`: where an indicator has its value from.
#[derive(Debug, Clone, PartialEq)]
pub enum Evidence {
    /// `from measure NAME`.
    Measure(Ident),
    /// `from ratings RECORD scale CODES …`.
    Ratings(Ratings),
    /// `from themes RECORD coded FIELD …`.
    Themes(Themes),
    /// `from documents RECORD where …`: what counts is that they are there.
    Documents {
        /// The record, a row for each document.
        record: Ident,
        /// Which of them.
        filter: Option<Expr>,
    },
}

/// `from ratings RECORD scale CODES [items …] [answered at least N] [subject F] [rated_by F] [where …]`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields are the words of the clause")]
pub struct Ratings {
    pub record: Ident,
    /// An ordered list of codes.
    pub scale: Ident,
    /// The fields with the ratings; when not given, the record's only field of the scale.
    pub items: Vec<RatedItem>,
    /// How many items must be answered for a record to count.
    pub answered: Option<Expr>,
    /// The field that tells what was rated.
    pub subject: Option<Ident>,
    /// The field that tells who rated.
    pub rated_by: Option<Ident>,
    pub filter: Option<Expr>,
}

/// `q2`, `q2 reversed`.
#[derive(Debug, Clone, PartialEq)]
pub struct RatedItem {
    /// The field.
    pub name: Ident,
    /// The scale runs the other way round.
    pub reversed: Option<Span>,
}

/// `from themes RECORD coded FIELD [text FIELD] [subject F] [rated_by F] [where …]`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields are the words of the clause")]
pub struct Themes {
    pub record: Ident,
    /// The field with the codes that people gave the text.
    pub coded: Ident,
    /// The field with the text itself, carried along and never computed on.
    pub text: Option<Ident>,
    pub subject: Option<Ident>,
    pub rated_by: Option<Ident>,
    pub filter: Option<Expr>,
}

/// `rubric strong "Descriptor" : top 2 >= 70%  …  otherwise weak`, best first.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Rubric {
    pub levels: Vec<Level>,
    pub otherwise: Option<(Ident, Option<Quoted>)>,
}

/// One level of a rubric or profile.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Level {
    pub name: Ident,
    pub title: Option<Quoted>,
    pub condition: Expr,
    pub span: Span,
}

/// `evaluation NAME "Title" { … }`: its clauses, in the order of the text.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Evaluation {
    pub name: Ident,
    pub title: Option<Quoted>,
    pub clauses: Vec<EvaluationClause>,
    pub docs: Vec<String>,
    pub span: Span,
}

/// One clause of an evaluation, with the span of the whole clause.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct EvaluationClause {
    pub kind: EvaluationClauseKind,
    pub span: Span,
}

/// The kinds of [`EvaluationClause`].
#[derive(Debug, Clone, PartialEq)]
pub enum EvaluationClauseKind {
    /// `forms summative, internal, …`: words of the facets.
    Forms(Vec<(Facet, Span)>),
    /// `period 2024-01-01 .. 2024-12-31`.
    Period(Expr),
    /// `inputs`, `activities`, `outputs` or `outcomes` of the logic model.
    Logic {
        /// Which of them.
        stage: Stage,
        /// Texts, and names of indicators and measures.
        entries: Vec<LogicEntry>,
    },
    /// `objective …`.
    Objective(Objective),
    /// `overall …`.
    Overall(Overall),
    /// `requires …`.
    Requires(Requirement),
}

/// An entry of the logic model.
#[derive(Debug, Clone, PartialEq)]
pub enum LogicEntry {
    /// In words.
    Text(Quoted),
    /// An indicator or a measure.
    Name(Ident),
}

/// `objective NAME "Title" weight 2 question "…" criterion "…" { indicator, … }`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Objective {
    pub name: Ident,
    pub title: Option<Quoted>,
    pub weight: Option<Expr>,
    pub question: Option<Quoted>,
    pub criterion: Option<Quoted>,
    pub indicators: Vec<Ident>,
}

/// How the overall judgement comes from the objectives.
#[derive(Debug, Clone, PartialEq)]
pub enum Overall {
    /// `weighted mean`.
    WeightedMean,
    /// `minimum`.
    Minimum,
    /// `profile { … }`: the first level whose condition is true.
    Profile(Rubric),
}

/// `requires every objective has an indicator of about outcome`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Requirement {
    /// Of what it is required.
    pub of: Required,
    pub has: Possession,
}

/// Of what something is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Required {
    EveryObjective,
    EveryIndicator,
    Evaluation,
}

/// What is required.
#[derive(Debug, Clone, PartialEq)]
pub enum Possession {
    /// `an indicator of about outcome and data qualitative`, `at least 2 indicators`.
    Indicators {
        /// How many; one when not given.
        at_least: Option<Expr>,
        /// Of which kinds, all of them at once.
        of: Vec<(Facet, Span)>,
    },
    /// `a target`, `a baseline`, `a source`, `an owner`, `a rubric`.
    Clause(PossessedClause, Span),
}

/// A clause that an indicator may be required to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum PossessedClause {
    Target,
    Baseline,
    Source,
    Owner,
    Method,
    Rubric,
}
