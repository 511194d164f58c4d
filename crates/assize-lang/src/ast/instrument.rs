//! Instruments: forms of weighted items with bands and routes.

use super::{Expr, Ident, Quoted};
use crate::source::Span;

/// `instrument NAME of RECORD [-> CODES] "Title" { … }`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields are the clauses of the language page")]
pub struct Instrument {
    pub name: Ident,
    pub record: Ident,
    /// `-> CODES`: the bands are codes of this ordered list; without it they are a list of their own, lowest first.
    pub codes: Option<Ident>,
    pub title: Option<Quoted>,
    pub applies: Option<Expr>,
    pub items: Vec<Item>,
    pub missing: Option<(MissingPolicy, Span)>,
    pub bands: Vec<Band>,
    pub routes: Vec<Route>,
    /// A person's own rating beside the computed one.
    pub over: Option<Override>,
    pub uses: Vec<Uses>,
    pub docs: Vec<String>,
    pub span: Span,
}

/// `item q3 weight 4 "Wording" unless q3a`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Item {
    /// A field, `let` or category of the record.
    pub name: Ident,
    /// `weight N`; an item without one counts once.
    pub weight: Option<Expr>,
    /// `unscored`: asked and shown, and not a part of the score.
    pub unscored: Option<Span>,
    pub title: Option<Quoted>,
    /// The item counts for nothing where this is true.
    pub unless: Option<Expr>,
    pub docs: Vec<String>,
    pub span: Span,
}

/// What a missing answer does to the score.
#[derive(Debug, Clone, PartialEq)]
pub enum MissingPolicy {
    /// `prorate up to 5 rounding half_up`: the score of the answered items is scaled up while at most so many are
    /// missing.
    Prorate {
        /// How many may be missing.
        up_to: Expr,
        /// How the scaled score is made whole, when it is.
        rounding: Option<(Rounding, Span)>,
    },
    /// `counts as 0`.
    CountsAs(Expr),
    /// `leaves the score open`: the score lies between two bounds.
    LeavesOpen,
    /// `not scored above 3`: with more missing than that there is no score.
    NotScoredAbove(Expr),
}

/// The ways to round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Rounding {
    HalfUp,
    HalfEven,
    HalfDown,
    Up,
    Down,
    Floor,
    Ceiling,
}

/// `band severe "Severe danger" 14..17`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Band {
    pub name: Ident,
    pub title: Option<Quoted>,
    /// A range, of which one end may be open, or one value.
    pub range: Expr,
    pub span: Span,
}

/// `route protocol "By the protocol" : any of (q1, q2, q3)`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Route {
    pub name: Ident,
    pub title: Option<Quoted>,
    pub condition: Expr,
    pub span: Span,
}

/// `override from F because F by F [on F] [until F]`: the fields with a person's judgement, its reason, who judged,
/// when, and until when it holds.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields are the words of the clause")]
pub struct Override {
    pub from: Ident,
    pub because: Ident,
    pub by: Ident,
    pub on: Option<Ident>,
    pub until: Option<Ident>,
    pub span: Span,
}

/// `uses protected race, sex because "…"`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields are the words of the clause")]
pub struct Uses {
    pub fields: Vec<Ident>,
    pub because: Quoted,
    pub span: Span,
}
