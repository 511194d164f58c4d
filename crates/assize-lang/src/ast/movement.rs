//! What follows from a category: movement over time, and responses.

use super::{Expr, Ident, Quoted, Uses};
use crate::source::Span;

/// `progression NAME of RECORD for CATEGORY "Title" { … }`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields are the clauses of the language page")]
pub struct Progression {
    pub name: Ident,
    pub record: Ident,
    pub category: Ident,
    pub title: Option<Quoted>,
    /// `start at CODE`, with the span of the whole clause.
    pub start: Option<(Ident, Span)>,
    pub moves: Vec<Move>,
    /// `hold at least 90 days`, with the span of the whole clause.
    pub hold: Option<(Expr, Span)>,
    pub uses: Vec<Uses>,
    pub docs: Vec<String>,
    pub span: Span,
}

/// `raise 1 at each Charge where …`, `lower 1 after 24 months without (Charge, Breach)`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Move {
    /// `raise`; otherwise `lower`.
    pub up: bool,
    /// By how many codes.
    pub steps: Expr,
    pub when: Occasion,
    pub span: Span,
}

/// What moves a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Occasion {
    /// `at each EVENT`.
    Each(Event),
    /// `after DURATION without EVENTS`.
    Without {
        /// How long.
        after: Expr,
        /// None of these.
        events: Vec<Event>,
    },
}

/// Dated child records: `Charge by charged_on where weapon`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Event {
    /// The child record, or the `many` field that leads to it.
    pub of: Ident,
    /// The child's field with the date; when not given, its only date.
    pub by: Option<Ident>,
    pub filter: Option<Expr>,
    pub span: Span,
}

/// `response to CATEGORY "Title" { … }`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Response {
    /// A category, a progression, or an instrument with `.band`.
    pub to: Ident,
    pub member: Option<Ident>,
    pub title: Option<Quoted>,
    /// In the order of the text; a code may have several.
    pub actions: Vec<Action>,
    pub docs: Vec<String>,
    pub span: Span,
}

/// `B : "Call-in with partners" by police within 30 days after notified_on`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Action {
    /// A code, or `none`.
    pub code: Ident,
    pub text: Quoted,
    /// The role that is responsible.
    pub by: Option<Ident>,
    pub within: Option<Expr>,
    /// The date that `within` counts from; when not given, the evaluation date.
    pub after: Option<Expr>,
    pub span: Span,
}
