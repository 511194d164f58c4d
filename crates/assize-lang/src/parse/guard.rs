//! Bounds what the recursive parser is given: how deep a piece of text nests, how many operators stand in one run, how
//! long it is. Every construct of the grammar that recurses is counted here: brackets, and without brackets `if` until
//! its last `else`, an aggregate until its `of`, and `where` to the end of its run. A run ends with its bracket, at a
//! comma, at a colon, and at `when`, where the parser has left whatever recursed before.

use super::codes;
use super::lexis::{Kind, Token};
use super::limits;
use super::text::Text;
use crate::diagnostic::Diagnostic;

/// One bracket level, or the piece itself.
#[derive(Default)]
struct Level {
    /// Recursions without brackets that have not come to their end.
    recursions: usize,
    ifs: usize,
    aggregates: usize,
    operators: usize,
}

/// The first thing that goes past a limit, if anything does.
pub(crate) fn check(text: &Text<'_>, tokens: &[Token]) -> Option<Diagnostic> {
    let mut levels: Vec<Level> = Vec::new();
    let mut level = Level::default();
    let mut depth = 0_usize;
    let mut prefixes = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        let word = if token.kind == Kind::Word { text.of(token) } else { "" };
        let ahead = |by: usize| tokens.get(at + by);
        let opens_round = |token: Option<&Token>| token.is_some_and(|t| matches!(t.kind, Kind::Open(_)));
        let prefix = token.kind == Kind::Minus || word == "not";
        prefixes = if prefix { prefixes + 1 } else { 0 };
        let before = level.recursions;
        match token.kind {
            Kind::Open(_) => {
                depth += 1;
                levels.push(std::mem::take(&mut level));
                if depth > limits::NESTING {
                    return Some(too_deep(text, token));
                }
                continue;
            }
            Kind::Close(_) => {
                if let Some(outer) = levels.pop() {
                    depth = depth.saturating_sub(1 + level.recursions);
                    level = outer;
                }
                continue;
            }
            Kind::Comma | Kind::Colon => level = Level::default(),
            Kind::Equals | Kind::Operator | Kind::Minus => level.operators += 1,
            Kind::Word => match word {
                "when" => level = Level::default(),
                "if" => {
                    let after_else =
                        at.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(|t| text.of(t) == "else");
                    if !after_else {
                        level.ifs += 1;
                        level.recursions += 1;
                    }
                }
                "else" if level.ifs > 0 && ahead(1).is_none_or(|t| text.of(t) != "if") => {
                    level.ifs -= 1;
                    level.recursions = level.recursions.saturating_sub(1);
                }
                "where" => level.recursions += 1,
                "sum" | "mean" | "latest" | "earliest" | "distinct" => {
                    level.aggregates += 1;
                    level.recursions += 1;
                }
                "min" | "max" if !opens_round(ahead(1)) => {
                    level.aggregates += 1;
                    level.recursions += 1;
                }
                // The `of` of an aggregate comes before the name of its children; any other before a bracket, or
                // before a word and a bracket.
                "of" if level.aggregates > 0
                    && ahead(1).is_some_and(|t| t.kind == Kind::Word)
                    && !opens_round(ahead(2)) =>
                {
                    level.aggregates -= 1;
                    level.recursions = level.recursions.saturating_sub(1);
                }
                "and" | "or" | "in" | "is" | "within" | "starts" | "ends" | "contains" | "matches" | "overlaps" => {
                    level.operators += 1;
                }
                _ => {}
            },
            _ => {}
        }
        depth = (depth + level.recursions).saturating_sub(before);
        if depth > limits::NESTING || prefixes > limits::NESTING {
            return Some(too_deep(text, token));
        }
        if level.operators > limits::OPERATORS {
            return Some(
                too_many_operators(text, token)
                    .help("give a part of it a name with `let`, or list conditions in `any of (…)` or `all of (…)`"),
            );
        }
    }
    (tokens.len() > limits::MEMBER_TOKENS).then(|| too_long(text, tokens)).flatten()
}

fn too_long(text: &Text<'_>, tokens: &[Token]) -> Option<Diagnostic> {
    let (count, limit) = (tokens.len(), limits::MEMBER_TOKENS);
    let message = format!("this part of the file has {count} words and signs, more than the limit of {limit}");
    Some(Diagnostic::error(codes::TOO_LONG, text.span_of(tokens.first()?), message).help("split it into several"))
}

fn too_deep(text: &Text<'_>, token: &Token) -> Diagnostic {
    let message = format!("nested more than {} deep, which is the limit", limits::NESTING);
    Diagnostic::error(codes::TOO_DEEP, text.span_of(token), message)
        .help("give an inner part a name with `let` and use the name")
}

fn too_many_operators(text: &Text<'_>, token: &Token) -> Diagnostic {
    let message = format!("an expression with more than {} operators, which is the limit", limits::OPERATORS);
    Diagnostic::error(codes::TOO_MANY_OPERATORS, text.span_of(token), message)
}
