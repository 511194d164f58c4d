//! Who gets what.

use super::{Expr, Ident, Quoted};
use crate::source::Span;

/// `publish NAME to LABEL "Title" { a, Record.field, … }`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Publish {
    pub name: Ident,
    /// The audience, by its label.
    pub to: Ident,
    pub title: Option<Quoted>,
    pub items: Vec<Published>,
    pub docs: Vec<String>,
    pub span: Span,
}

/// What is published: `offender_list`, `Offender.division`, `screen.band`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Published {
    pub name: Ident,
    pub member: Option<Ident>,
    pub span: Span,
}

/// `release aggregates of at least 10 as public`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Release {
    pub at_least: Expr,
    pub label: Ident,
    pub docs: Vec<String>,
    pub span: Span,
}
