//! Functions with a body in another language.

use super::{Ident, Quoted, ResultType};
use crate::source::Span;

/// `function NAME(p : TYPE, …) -> TYPE "Title" = rhai { … }`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Function {
    pub name: Ident,
    pub parameters: Vec<FunctionParameter>,
    pub result: ResultType,
    pub title: Option<Quoted>,
    pub body: Script,
    pub docs: Vec<String>,
    pub span: Span,
}

/// A parameter of a function: `on : date`, `on : date or missing`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct FunctionParameter {
    pub name: Ident,
    pub ty: ResultType,
    /// `or missing`: the function is called with a missing value too; without it the result is missing.
    pub or_missing: Option<Span>,
    pub span: Span,
}

/// A text in Rhai, exactly as it stands between the braces.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Script {
    pub text: String,
    /// Where `text` stands, without the braces.
    pub span: Span,
}
