//! What binds to what: operands and operators in the order of the text become a tree.
//!
//! From loose to tight: `or`; `and`; `not`; comparisons, `in`, `is`, `within` and the tests of texts and sets, which do
//! not chain; `+ -`; `* /`; the sign. Done with two stacks, so that a long expression costs no recursion.

use super::expression::Built;
use super::{Builder, Cursor, Node};
use crate::ast::{BinaryOp, Direction, Expr, ExprKind, KnownTest};
use crate::diagnostic::Diagnostic;
use crate::parse::grammar::Rule;
use crate::parse::{codes, limits};
use crate::source::Span;

/// How tightly an operator binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    Sign,
}

#[derive(Debug, Clone, Copy)]
enum Operator {
    Not(Span),
    Negate(Span),
    Binary(BinaryOp, Level, Span),
}

impl Operator {
    fn level(&self) -> Level {
        match self {
            Self::Not(_) => Level::Not,
            Self::Negate(_) => Level::Sign,
            Self::Binary(_, level, _) => *level,
        }
    }
}

/// An operand, and whether it is a comparison without brackets around it.
struct Operand {
    built: Built,
    comparison: bool,
}

#[derive(Default)]
struct Stacks {
    operands: Vec<Operand>,
    operators: Vec<Operator>,
}

impl<'t> Builder<'t, '_> {
    /// The tree of a `chain`, `sum` or `short`.
    pub(super) fn chain(&mut self, node: Node<'t>) -> Option<Built> {
        let mut parts = Cursor::of(node);
        let mut stacks = Stacks::default();
        while let Some(rule) = parts.peek() {
            match rule {
                Rule::infix | Rule::arithmetic => {
                    let node = parts.next()?;
                    self.infix(&mut stacks, &node)?;
                }
                Rule::kw_not => {
                    let span = self.span_of(&parts.next()?);
                    self.not_in_place(&stacks, span);
                    stacks.operators.push(Operator::Not(span));
                }
                Rule::minus => {
                    let span = self.span_of(&parts.next()?);
                    stacks.operators.push(Operator::Negate(span));
                }
                Rule::is_tail | Rule::in_tail | Rule::within_tail => {
                    let node = parts.next()?;
                    self.reduce(&mut stacks, Level::Comparison)?;
                    let mut left = stacks.operands.pop()?;
                    if left.comparison {
                        let place = self.span_of(&node);
                        self.chained(place, None);
                        // What it is of is not to be reported as well.
                        left.built.expr.kind = ExprKind::Error;
                    }
                    let built = self.tail(left.built, node)?;
                    stacks.operands.push(Operand { built, comparison: true });
                }
                _ => {
                    let negative = match stacks.operators.last() {
                        Some(Operator::Negate(span)) => Some(*span),
                        _ => None,
                    };
                    let (built, took_sign) = self.operand(&mut parts, negative)?;
                    if took_sign {
                        stacks.operators.pop();
                    }
                    stacks.operands.push(Operand { built, comparison: false });
                }
            }
        }
        while !stacks.operators.is_empty() {
            self.apply(&mut stacks)?;
        }
        stacks.operands.pop().map(|operand| operand.built)
    }

    fn infix(&mut self, stacks: &mut Stacks, node: &Node<'_>) -> Option<()> {
        let (op, level) = binary(node.as_str());
        let span = self.span_of(node);
        self.reduce(stacks, level)?;
        if level == Level::Comparison && stacks.operands.last().is_some_and(|left| left.comparison) {
            let middle = match &stacks.operands.last()?.built.expr.kind {
                ExprKind::Binary { right, .. } => Some(right.span),
                _ => None,
            };
            self.chained(span, middle);
            if let Some(left) = stacks.operands.last_mut() {
                left.built.expr.kind = ExprKind::Error;
            }
        }
        stacks.operators.push(Operator::Binary(op, level, span));
        Some(())
    }

    /// Applies the operators on the stack that bind at least as tightly as `level`.
    fn reduce(&mut self, stacks: &mut Stacks, level: Level) -> Option<()> {
        while stacks.operators.last().is_some_and(|operator| operator.level() >= level) {
            self.apply(stacks)?;
        }
        Some(())
    }

    /// Applies the operator on top of the stack.
    fn apply(&mut self, stacks: &mut Stacks) -> Option<()> {
        let operator = stacks.operators.pop()?;
        let last = stacks.operands.pop()?.built;
        let (kind, span, depth) = match operator {
            Operator::Not(at) => (ExprKind::Not(Box::new(last.expr)), at, last.depth),
            Operator::Negate(at) => (ExprKind::Negate(Box::new(last.expr)), at, last.depth),
            Operator::Binary(op, _, op_span) => {
                let left = stacks.operands.pop()?.built;
                let (span, depth) = (left.expr.span, left.depth.max(last.depth));
                let span = span.to(last.expr.span);
                let kind = ExprKind::Binary { op, op_span, left: Box::new(left.expr), right: Box::new(last.expr) };
                (kind, span, depth)
            }
        };
        let end = match &kind {
            ExprKind::Not(inner) | ExprKind::Negate(inner) => inner.span,
            _ => span,
        };
        let built = self.built(kind, span.to(end), depth);
        let comparison = matches!(operator, Operator::Binary(_, Level::Comparison, _));
        stacks.operands.push(Operand { built, comparison });
        Some(())
    }

    /// A node over operands of at most `depth`; one past the limit is reported and stands as an error.
    pub(super) fn built(&mut self, kind: ExprKind, span: Span, depth: usize) -> Built {
        let depth = depth + 1;
        if depth <= limits::EXPRESSION_DEPTH {
            return Built { expr: Expr { kind, span }, depth };
        }
        let message =
            format!("an expression more than {} operators deep, which is the limit", limits::EXPRESSION_DEPTH);
        let place = Span::new(span.file, span.start, span.start);
        let diagnostic = Diagnostic::error(codes::TOO_MANY_OPERATORS, place, message);
        self.report.push(diagnostic.help("give a part of it a name with `let`"));
        Built { expr: Expr { kind: ExprKind::Error, span }, depth: 0 }
    }

    /// `is …`, `in …`, `within …` behind an operand.
    fn tail(&mut self, left: Built, node: Node<'t>) -> Option<Built> {
        let rule = node.as_rule();
        let mut parts = Cursor::of(node);
        parts.next()?;
        let start = left.expr.span;
        let item = Box::new(left.expr);
        match rule {
            Rule::is_tail => {
                let word = parts.next()?;
                let span = start.to(self.span_of(&word));
                let Some(test) = self.known_test(&word) else {
                    return Some(self.built(ExprKind::Error, span, 0));
                };
                Some(self.built(ExprKind::Is { operand: item, test }, span, left.depth))
            }
            Rule::in_tail => {
                let within = self.span_node(parts.one(Rule::span)?)?;
                let span = start.to(within.expr.span);
                let depth = left.depth.max(within.depth);
                Some(self.built(ExprKind::In { item, within: Box::new(within.expr) }, span, depth))
            }
            _ => {
                let amount = self.sum(parts.one(Rule::sum)?)?;
                let before = parts.pass(Rule::kw_before);
                if !before {
                    parts.pass(Rule::kw_after);
                }
                let anchor = self.sum(parts.one(Rule::sum)?)?;
                let span = start.to(anchor.expr.span);
                let depth = left.depth.max(amount.depth).max(anchor.depth);
                let direction = if before { Direction::Before } else { Direction::After };
                let (amount, anchor) = (Box::new(amount.expr), Box::new(anchor.expr));
                Some(self.built(ExprKind::Within { item, amount, direction, anchor }, span, depth))
            }
        }
    }

    /// What stands behind `is`; reported when it is nothing that can be tested for.
    pub(super) fn known_test(&mut self, word: &Node<'_>) -> Option<KnownTest> {
        let test = match word.as_str() {
            "known" => Some(KnownTest::Known),
            "missing" => Some(KnownTest::Missing),
            other => super::codes_list::reason_of(other).map(KnownTest::Reason),
        };
        if test.is_none() {
            self.bad_test(word);
        }
        test
    }

    fn bad_test(&mut self, word: &Node<'_>) {
        const TESTS: &[&str] =
            &["known", "missing", "unknown", "not_answered", "not_applicable", "not_collected", "withheld"];
        if super::super::words::closest(word.as_str(), TESTS).is_some() {
            return self.unknown_word(word, "what `is` can test", TESTS);
        }
        let span = self.span_of(word);
        let message = format!("expected what `is` can test, found `{}`", word.as_str());
        let diagnostic = Diagnostic::error(codes::UNKNOWN_WORD, span, message);
        self.report.push(diagnostic.help(crate::parse::explain::IS_TESTS));
    }

    /// `a < b < c`: reported at the second comparison.
    fn chained(&mut self, place: Span, middle: Option<Span>) {
        let diagnostic = Diagnostic::error(codes::CHAINED_COMPARISON, place, "comparisons do not chain");
        let diagnostic = match middle {
            Some(middle) => {
                let again = self.text.slice(middle.start, middle.end);
                let operator = self.text.slice(place.start, place.end);
                let mend = format!("and {again} {operator}");
                diagnostic.help("join two comparisons with `and`").fix(place, mend)
            }
            None => diagnostic.help("join the two with `and`, or put brackets around one"),
        };
        self.report.push(diagnostic);
    }

    /// `not` binds looser than comparisons and arithmetic, so it cannot be their operand without brackets.
    fn not_in_place(&mut self, stacks: &Stacks, span: Span) {
        let Some(Operator::Negate(_) | Operator::Binary(_, Level::Comparison | Level::Sum | Level::Product, _)) =
            stacks.operators.last()
        else {
            return;
        };
        let diagnostic = Diagnostic::error(codes::NEEDS_BRACKETS, span, "`not` needs brackets here");
        self.report.push(diagnostic.help("write `(not …)`"));
    }
}

/// A comparison, or a test of texts or sets, by its text.
pub(super) fn operator(text: &str) -> BinaryOp {
    binary(text).0
}

/// An operator by its text; `starts` and `ends` come with their `with`.
fn binary(text: &str) -> (BinaryOp, Level) {
    match text {
        "or" => (BinaryOp::Or, Level::Or),
        "and" => (BinaryOp::And, Level::And),
        "=" => (BinaryOp::Eq, Level::Comparison),
        "!=" => (BinaryOp::Ne, Level::Comparison),
        "<" => (BinaryOp::Lt, Level::Comparison),
        "<=" => (BinaryOp::Le, Level::Comparison),
        ">" => (BinaryOp::Gt, Level::Comparison),
        ">=" => (BinaryOp::Ge, Level::Comparison),
        "contains" => (BinaryOp::Contains, Level::Comparison),
        "matches" => (BinaryOp::Matches, Level::Comparison),
        "overlaps" => (BinaryOp::Overlaps, Level::Comparison),
        "+" => (BinaryOp::Add, Level::Sum),
        "-" => (BinaryOp::Sub, Level::Sum),
        "*" => (BinaryOp::Mul, Level::Product),
        "/" => (BinaryOp::Div, Level::Product),
        other if other.starts_with("starts") => (BinaryOp::StartsWith, Level::Comparison),
        _ => (BinaryOp::EndsWith, Level::Comparison),
    }
}
