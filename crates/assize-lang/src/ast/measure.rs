//! Clauses that measures, audits and indicators share, and audits.

use super::{CivilDate, Expr, Ident, IntervalMethod, Period, Quoted, UnknownPolicy};
use crate::source::Span;

/// `as standardised rate per 100000 by age_group, sex to standard_population`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Standardised {
    /// `indirectly`: the look-up gives the rates to be expected; without it, the standard population.
    pub indirect: bool,
    pub per: Expr,
    pub by: Vec<Ident>,
    /// The look-up.
    pub to: Ident,
}

/// `round to 5 [controlled] [seeded "text"]`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct RoundTo {
    pub to: Expr,
    /// `controlled`: rounded so that totals stay the sums of their parts.
    pub controlled: Option<Span>,
    /// `seeded "text"`: up or down by chance, the same for the same text.
    pub seed: Option<Quoted>,
}

/// `target at most 20 by 2026-12-31, amber within 10%`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Target {
    pub bound: TargetBound,
    pub by: Option<(CivilDate, Span)>,
    pub amber: Option<Amber>,
}

/// What a target asks for.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum TargetBound {
    AtLeast(Expr),
    AtMost(Expr),
    Between(Expr, Expr),
}

/// `amber within 10%`, `amber within 2`: how far from the target still counts as near.
#[derive(Debug, Clone, PartialEq)]
pub struct Amber {
    /// How far; a percentage is already divided by 100.
    pub within: Expr,
    /// Written with `%`: a share of the target; otherwise in the measure's own numbers.
    pub percent: bool,
}

/// What a measure's numbers are compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparison {
    /// `compare same period last year`.
    SamePeriodLastYear,
    /// `compare baseline 2012 .. 2014`.
    Baseline(Baseline),
}

/// `2012 .. 2014`, `mean of 2012 .. 2014`.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// `mean of`: the mean of the periods; otherwise they are taken as one.
    pub mean: bool,
    /// Years or dates: a range, or one of them.
    pub period: Expr,
}

/// One rule of `signals`.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// Which rule.
    pub kind: SignalKind,
    /// How many points make a signal, when it is given.
    pub points: Option<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// The rules by which a run chart flags its points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalKind {
    /// `shewhart`: a point outside the limits.
    Shewhart,
    /// `runs 8`: so many points in a row on one side of the centre.
    Runs,
    /// `trends 7`: so many points in a row rising, or falling.
    Trends,
    /// `near_limit`: two of three points beyond two thirds of the way to a limit.
    NearLimit,
    /// `crossings`: too long a longest run, or too few crossings of the centre.
    Crossings,
}

/// `chart xmr 95% rebase at 2020-03-15 freeze after 24 without 2020-04-01 .. 2020-06-30`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields are the words of the clause")]
pub struct Chart {
    pub kind: ChartKind,
    /// The levels of the limits.
    pub levels: Vec<Expr>,
    pub rebase: Vec<(CivilDate, Span)>,
    pub freeze: Option<Expr>,
    /// Points that the limits do not take in: dates and ranges of dates.
    pub without: Vec<Expr>,
}

/// The kinds of charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum ChartKind {
    Run,
    Xmr,
    P,
    U,
    C,
    Funnel,
}

/// `audit NAME of CATEGORY against CONDITION by FIELD, … "Title" { … }`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Audit {
    pub name: Ident,
    /// The category or instrument that is audited.
    pub of: Ident,
    /// The outcome that was to be foreseen.
    pub against: Expr,
    pub by: Vec<Ident>,
    pub title: Option<Quoted>,
    pub clauses: Vec<AuditClause>,
    pub docs: Vec<String>,
    pub span: Span,
}

/// One clause of an audit, with the span of the whole clause.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct AuditClause {
    pub kind: AuditClauseKind,
    pub span: Span,
}

/// The kinds of [`AuditClause`].
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum AuditClauseKind {
    Positive(Positive),
    Expected(Expected),
    Include(Expr),
    Exclude(Expr),
    Eligible(Expr),
    Every { period: Period, of: Expr },
    Interval { method: IntervalMethod, level: Expr },
    Suppress { below: Expr },
    Round(RoundTo),
    Unknown(UnknownPolicy),
}

/// Which codes foretell the outcome.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Positive {
    AtLeast(Ident),
    AtMost(Ident),
    /// A set of codes.
    In(Expr),
}

/// How often the outcome is to be expected of each code.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    /// A look-up by the code.
    LookUp(Ident),
    /// `CODE SHARE, …`.
    Shares(Vec<(Ident, Expr)>),
}

/// Whether every value counts as it is, or what is kept of them is bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Precision {
    Exact,
    /// `approximate`; the word's place.
    Approximate(Span),
}
