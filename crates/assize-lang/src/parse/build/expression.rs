//! Expressions: `if`, ranges, sets, lists, calls and names. Operators and aggregates have files of their own.

use super::{Builder, Cursor, Node};
use crate::ast::{Amount, Expr, ExprKind, Ident, TallyKind, TimeUnit};
use crate::diagnostic::Diagnostic;
use crate::parse::grammar::Rule;
use crate::parse::{codes, explain, words};
use crate::source::Span;

/// An expression and the height of its tree.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) expr: Expr,
    pub(super) depth: usize,
}

/// Several expressions and the height of the highest.
#[derive(Debug, Default)]
pub(super) struct BuiltList {
    pub(super) items: Vec<Expr>,
    pub(super) depth: usize,
}

/// A unit of time by its word, singular or plural.
pub(super) fn unit_of(word: &str) -> Option<TimeUnit> {
    Some(match word.strip_suffix('s').unwrap_or(word) {
        "year" => TimeUnit::Years,
        "quarter" => TimeUnit::Quarters,
        "month" => TimeUnit::Months,
        "week" => TimeUnit::Weeks,
        "day" => TimeUnit::Days,
        "hour" => TimeUnit::Hours,
        "minute" => TimeUnit::Minutes,
        "second" => TimeUnit::Seconds,
        _ => return None,
    })
}

impl<'t> Builder<'t, '_> {
    /// An `expression`. `None` is for what the grammar does not let happen; faults in it are reported and stand in it
    /// as [`ExprKind::Error`].
    pub(super) fn expression(&mut self, node: Node<'t>) -> Option<Built> {
        let inner = Cursor::of(node).next()?;
        if inner.as_rule() == Rule::if_expression { self.if_expression(inner) } else { self.chain(inner) }
    }

    /// A `sum` or `short`: arithmetic alone.
    pub(super) fn sum(&mut self, node: Node<'t>) -> Option<Built> {
        self.chain(node)
    }

    /// A `literal`, `band_range` or value of a cell: a value as parameters and tests have it, where a range may be open
    /// at one end.
    pub(super) fn literal(&mut self, node: Node<'t>) -> Option<Expr> {
        let mut parts = Cursor::of(node);
        let lo = match parts.peek()? {
            Rule::sum => Some(self.sum(parts.next()?)?),
            Rule::expression => Some(self.expression(parts.next()?)?),
            _ => None,
        };
        let Some(dots) = parts.one(Rule::dots) else { return lo.map(|built| built.expr) };
        let hi = match parts.one(Rule::sum) {
            Some(node) => Some(self.sum(node)?),
            None => None,
        };
        let at = self.span_of(&dots);
        let span = [&lo, &hi].into_iter().flatten().fold(at, |span, end| span.to(end.expr.span));
        Some(self.range(lo, hi, (true, true), span).expr)
    }

    /// What stands after `in`.
    pub(super) fn span_node(&mut self, node: Node<'t>) -> Option<Built> {
        let mut parts = Cursor::of(node);
        let lo = self.sum(parts.one(Rule::sum)?)?;
        if !parts.pass(Rule::dots) {
            return Some(lo);
        }
        let hi = self.sum(parts.one(Rule::sum)?)?;
        Some(self.closed_range(lo, hi))
    }

    /// `lo .. hi`.
    pub(super) fn closed_range(&mut self, lo: Built, hi: Built) -> Built {
        let span = lo.expr.span.to(hi.expr.span);
        self.range(Some(lo), Some(hi), (true, true), span)
    }

    fn range(&mut self, lo: Option<Built>, hi: Option<Built>, closed: (bool, bool), span: Span) -> Built {
        let depth = [&lo, &hi].into_iter().flatten().map(|built| built.depth).max().unwrap_or(0);
        let boxed = |built: Option<Built>| built.map(|built| Box::new(built.expr));
        let (lo, hi) = (boxed(lo), boxed(hi));
        self.built(ExprKind::Range { lo, hi, lo_closed: closed.0, hi_closed: closed.1 }, span, depth)
    }

    /// `if` with any number of `else if`.
    fn if_expression(&mut self, node: Node<'t>) -> Option<Built> {
        let mut arms = Vec::new();
        let mut parts = Cursor::of(node);
        let mut last = None;
        while let Some(word) = parts.next() {
            let at = self.span_of(&word);
            match word.as_rule() {
                Rule::kw_if => {
                    let condition = self.expression(parts.one(Rule::expression)?)?;
                    parts.pass(Rule::kw_then);
                    arms.push((at, condition, self.expression(parts.one(Rule::expression)?)?));
                }
                Rule::kw_else if parts.peek() == Some(Rule::expression) => {
                    last = Some(self.expression(parts.next()?)?);
                }
                _ => {}
            }
        }
        let mut otherwise = last?;
        for (at, condition, then) in arms.into_iter().rev() {
            let span = at.to(otherwise.expr.span);
            let depth = condition.depth.max(then.depth).max(otherwise.depth);
            let (condition, then) = (Box::new(condition.expr), Box::new(then.expr));
            let kind = ExprKind::If { condition, then, otherwise: Box::new(otherwise.expr) };
            otherwise = self.built(kind, span, depth);
        }
        Some(otherwise)
    }

    /// The next operand of a chain. With a sign before it (`negative`, its place) a number takes the sign in, and the
    /// second part of the answer is true.
    pub(super) fn operand(&mut self, parts: &mut Cursor<'t>, negative: Option<Span>) -> Option<(Built, bool)> {
        let node = parts.next()?;
        if node.as_rule() != Rule::number {
            return Some((self.primary(node)?, false));
        }
        if let Some(unit) = parts.one(Rule::unit) {
            let span = self.span_of(&node).to(self.span_of(&unit));
            let kind = self.duration(&node, &unit);
            return Some((self.leaf(kind, span), false));
        }
        let kind = self.number(&node, negative.is_some());
        let span = self.span_of(&node);
        Some((self.leaf(kind, negative.map_or(span, |sign| sign.to(span))), negative.is_some()))
    }

    pub(super) fn duration(&mut self, number: &Node<'_>, unit: &Node<'_>) -> ExprKind {
        let unit = match unit_of(unit.as_str()) {
            Some(unit) => unit,
            None => return ExprKind::Error,
        };
        match self.number(number, false) {
            ExprKind::Integer(count) => ExprKind::Duration(Amount { count, unit }),
            ExprKind::Error => ExprKind::Error,
            _ => {
                let place = self.span_of(number);
                let diagnostic =
                    Diagnostic::error(codes::NUMBER_FORM, place, "a length of time has a whole number of units");
                self.report.push(diagnostic.help("write it in smaller units"));
                ExprKind::Error
            }
        }
    }

    pub(super) fn leaf(&self, kind: ExprKind, span: Span) -> Built {
        Built { expr: Expr { kind, span }, depth: 1 }
    }

    fn primary(&mut self, node: Node<'t>) -> Option<Built> {
        let span = self.span_of(&node);
        let simple = match node.as_rule() {
            Rule::named | Rule::plain => return self.named(node),
            Rule::paren | Rule::square => return self.bracketed(node),
            Rule::set => {
                let list = self.list(node)?;
                return Some(self.built(ExprKind::Set(list.items), span, list.depth));
            }
            Rule::tally => return self.tally(node),
            Rule::nothing => return self.nothing(node),
            Rule::first_known | Rule::extreme => {
                let mut parts = Cursor::of(node.clone());
                let first = parts.next()?;
                let list = self.list(parts.find(|part| part.as_rule() == Rule::list)?)?;
                let kind = match first.as_rule() {
                    Rule::kw_first => ExprKind::FirstKnown(list.items),
                    rule => ExprKind::Extreme { highest: rule == Rule::kw_highest, items: list.items },
                };
                return Some(self.built(kind, span, list.depth));
            }
            Rule::step => {
                let mut parts = Cursor::of(node);
                parts.next()?;
                let up = parts.next()?.as_rule() == Rule::kw_above;
                let (operand, _) = self.operand(&mut parts, None)?;
                let (span, depth) = (span.to(operand.expr.span), operand.depth);
                return Some(self.built(ExprKind::Step { up, operand: Box::new(operand.expr) }, span, depth));
            }
            Rule::any_all | Rule::count | Rule::valued | Rule::least_greatest | Rule::lesser_greater | Rule::dated => {
                return self.aggregate(node);
            }
            Rule::top => match self.number(&Cursor::of(node).next()?, false) {
                ExprKind::Integer(count) => ExprKind::Top(count),
                ExprKind::Error => ExprKind::Error,
                _ => {
                    self.error(codes::NUMBER_FORM, span, "a whole number of codes stands behind `top`");
                    ExprKind::Error
                }
            },
            Rule::text => ExprKind::Text(self.quoted(&node).text),
            Rule::calendar => self.calendar(&node),
            Rule::daytime => self.daytime(&node),
            Rule::kw_yes => ExprKind::Boolean(true),
            Rule::kw_no => ExprKind::Boolean(false),
            Rule::kw_as_of => ExprKind::AsOf,
            _ => return None,
        };
        Some(self.leaf(simple, span))
    }

    /// A name, and what may follow it directly.
    fn named(&mut self, node: Node<'t>) -> Option<Built> {
        let mut parts = Cursor::of(node);
        let name = self.take_ident(&mut parts)?;
        let span = name.span;
        let Some(next) = parts.next() else { return Some(self.leaf(ExprKind::Name(name), span)) };
        let whole = span.to(self.span_of(&next));
        match next.as_rule() {
            Rule::args => {
                let args = self.list(next)?;
                Some(self.built(ExprKind::Call { name, args: args.items }, whole, args.depth))
            }
            Rule::dot => {
                let field = self.ident(&parts.one(Rule::member)?);
                let whole = span.to(field.span);
                let mut built = self.leaf(ExprKind::Path { scope: name, name: field }, whole);
                while parts.pass(Rule::dot) {
                    let name = self.ident(&parts.one(Rule::member)?);
                    let (whole, depth) = (span.to(name.span), built.depth);
                    built = self.built(ExprKind::Member { of: Box::new(built.expr), name }, whole, depth);
                }
                Some(built)
            }
            Rule::between_rest => {
                let unit = self.unit(&name, "a value between two others is written `x in 1..5`");
                let mut ends = Cursor::of(next).filter(|part| part.as_rule() == Rule::short);
                let from = self.sum(ends.next()?)?;
                let to = self.sum(ends.next()?)?;
                let span = span.to(to.expr.span);
                let depth = from.depth.max(to.depth);
                let kind = match unit {
                    Some(unit) => ExprKind::Between { unit, from: Box::new(from.expr), to: Box::new(to.expr) },
                    None => ExprKind::Error,
                };
                Some(self.built(kind, span, depth))
            }
            _ => self.start_of(&name, next),
        }
    }

    /// `start of month(d)`.
    fn start_of(&mut self, name: &Ident, node: Node<'t>) -> Option<Built> {
        let span = name.span.to(self.span_of(&node));
        let mut parts = Cursor::of(node);
        parts.pass(Rule::kw_of);
        let unit_name = self.take_ident(&mut parts)?;
        let mut args = self.list(parts.one(Rule::args)?)?;
        if name.text != "start" {
            let message = format!("`{}` cannot stand before `of`", name.text);
            let diagnostic = Diagnostic::error(codes::UNKNOWN_WORD, name.span, message);
            self.report.push(diagnostic.help("the first day of a period is written `start of month(d)`"));
            return Some(self.leaf(ExprKind::Error, span));
        }
        let unit = self.unit(&unit_name, "");
        let operand = args.items.pop().filter(|_| args.items.is_empty());
        let (Some(unit), Some(operand)) = (unit, operand) else {
            if unit.is_some() {
                self.error(codes::WRONG_PARTS, span, "`start of` takes one date in its brackets");
            }
            return Some(self.leaf(ExprKind::Error, span));
        };
        Some(self.built(ExprKind::StartOf { unit, operand: Box::new(operand) }, span, args.depth))
    }

    /// A unit of time; `instead` is what else may have been meant.
    fn unit(&mut self, name: &Ident, instead: &str) -> Option<TimeUnit> {
        let unit = unit_of(&name.text);
        if unit.is_none() {
            let message = format!("expected a unit of time, found `{}`", name.text);
            let diagnostic = Diagnostic::error(codes::UNKNOWN_WORD, name.span, message);
            let diagnostic = match words::closest(&name.text, explain::UNITS) {
                Some(meant) => diagnostic.help(format!("is `{meant}` meant?")).fix(name.span, meant),
                None if instead.is_empty() => diagnostic.help(format!("one of {}", explain::listing(explain::UNITS))),
                None => {
                    diagnostic.note(format!("units of time are {}", explain::listing(explain::UNITS))).help(instead)
                }
            };
            self.report.push(diagnostic);
        }
        unit
    }

    /// `(e)`, `(a .. b]`, `[a .. b)`.
    fn bracketed(&mut self, node: Node<'t>) -> Option<Built> {
        let span = self.span_of(&node);
        let lo_closed = node.as_rule() == Rule::square;
        let mut parts = Cursor::of(node);
        parts.next()?;
        let inner = parts.next()?;
        let lo = if inner.as_rule() == Rule::expression { self.expression(inner)? } else { self.sum(inner)? };
        if !parts.pass(Rule::dots) {
            return Some(Built { expr: Expr { kind: lo.expr.kind, span }, depth: lo.depth });
        }
        let hi = self.sum(parts.one(Rule::sum)?)?;
        let hi_closed = parts.pass(Rule::close_square);
        Some(self.range(Some(lo), Some(hi), (lo_closed, hi_closed), span))
    }

    /// The expressions between the brackets of `args`, `list` or `set`.
    pub(super) fn list(&mut self, node: Node<'t>) -> Option<BuiltList> {
        let mut list = BuiltList::default();
        for part in Cursor::of(node).filter(|part| part.as_rule() == Rule::expression) {
            let built = self.expression(part)?;
            list.depth = list.depth.max(built.depth);
            list.items.push(built.expr);
        }
        self.doubtful_comma(list.items.iter().map(|item| item.span));
        Some(list)
    }

    /// `none`, `none of (…)`.
    fn nothing(&mut self, node: Node<'t>) -> Option<Built> {
        let mut parts = Cursor::of(node);
        let word = self.span_of(&parts.next()?);
        if !parts.pass(Rule::kw_of) {
            return Some(self.leaf(ExprKind::None, word));
        }
        self.tally_of(word, TallyKind::None, 0, parts.one(Rule::list)?)
    }

    /// `at least N of (…)`, `at most N of (…)`, `exactly N of (…)`.
    fn tally(&mut self, node: Node<'t>) -> Option<Built> {
        let start = self.span_of(&node);
        let mut parts = Cursor::of(node);
        let first = parts.next()?.as_rule();
        let least = first == Rule::kw_at && parts.next()?.as_rule() == Rule::kw_least;
        let (number, _) = self.operand(&mut parts, None)?;
        let (number, depth) = (Box::new(number.expr), number.depth);
        let kind = match first {
            Rule::kw_exactly => TallyKind::Exactly(number),
            _ if least => TallyKind::AtLeast(number),
            _ => TallyKind::AtMost(number),
        };
        parts.pass(Rule::kw_of);
        self.tally_of(start, kind, depth, parts.one(Rule::list)?)
    }

    pub(super) fn tally_of(&mut self, start: Span, kind: TallyKind, depth: usize, list: Node<'t>) -> Option<Built> {
        let span = start.to(self.span_of(&list));
        let list = self.list(list)?;
        Some(self.built(ExprKind::Tally { kind, items: list.items }, span, depth.max(list.depth)))
    }
}
