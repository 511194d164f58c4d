//! Aggregates over child records, and the lists that begin with the same words.

use super::expression::Built;
use super::{Builder, Cursor, Node};
use crate::ast::{Aggregate, AggregateKind, Expr, ExprKind, Ident, TallyKind};
use crate::diagnostic::Diagnostic;
use crate::parse::codes;
use crate::parse::grammar::Rule;
use crate::source::Span;

impl<'t> Builder<'t, '_> {
    /// `count …`, `any …`, `sum … of …`, `latest … of … by …`; also `any of (…)` and `min(…)`.
    pub(super) fn aggregate(&mut self, node: Node<'t>) -> Option<Built> {
        let mut parts = Cursor::of(node);
        let word = parts.next()?;
        let kind_span = self.span_of(&word);
        let kind = match word.as_rule() {
            Rule::kw_any => AggregateKind::Any,
            Rule::kw_all => AggregateKind::All,
            Rule::kw_count => AggregateKind::Count,
            Rule::kw_sum => AggregateKind::Sum,
            Rule::kw_mean => AggregateKind::Mean,
            Rule::kw_distinct => AggregateKind::Distinct,
            Rule::kw_min => AggregateKind::Min,
            Rule::kw_max => AggregateKind::Max,
            Rule::kw_latest => AggregateKind::Latest,
            _ => AggregateKind::Earliest,
        };
        match kind {
            AggregateKind::Any | AggregateKind::All if parts.pass(Rule::kw_of) => {
                let kind = if kind == AggregateKind::Any { TallyKind::Any } else { TallyKind::All };
                self.tally_of(kind_span, kind, 0, parts.one(Rule::list)?)
            }
            AggregateKind::Any | AggregateKind::All | AggregateKind::Count => {
                self.over_children(kind, kind_span, None, parts)
            }
            AggregateKind::Min | AggregateKind::Max if parts.peek() == Some(Rule::args) => {
                self.least_or_greatest(kind, Ident { text: word.as_str().to_owned(), span: kind_span }, parts)
            }
            _ => {
                let value = self.expression(parts.one(Rule::expression)?)?;
                parts.pass(Rule::kw_of);
                self.over_children(kind, kind_span, Some(value), parts)
            }
        }
    }

    /// `min(a, b)`, or `min (E) of charges`.
    fn least_or_greatest(&mut self, kind: AggregateKind, name: Ident, mut parts: Cursor<'t>) -> Option<Built> {
        let args = parts.one(Rule::args)?;
        let args_span = self.span_of(&args);
        let mut list = self.list(args)?;
        if !parts.pass(Rule::kw_of) {
            let span = name.span.to(args_span);
            return Some(self.built(ExprKind::Call { name, args: list.items }, span, list.depth));
        }
        let value = list.items.pop().filter(|_| list.items.is_empty());
        let Some(expr) = value else {
            let message = format!("`{} … of` takes one value", name.text);
            let diagnostic = Diagnostic::error(codes::WRONG_PARTS, args_span, message);
            self.report.push(diagnostic.help("leave out the brackets, or put one value into them"));
            return Some(self.leaf(ExprKind::Error, name.span.to(args_span)));
        };
        self.over_children(kind, name.span, Some(Built { expr, depth: list.depth }), parts)
    }

    /// The condition behind `where`.
    pub(super) fn filter(&mut self, node: Node<'t>) -> Option<Built> {
        let mut parts = Cursor::of(node);
        parts.pass(Rule::kw_where);
        self.expression(parts.one(Rule::expression)?)
    }

    /// `where …`, when it stands there; the outer `None` is for what the grammar does not let happen.
    pub(super) fn take_filter(&mut self, parts: &mut Cursor<'t>) -> Option<Option<Expr>> {
        match parts.one(Rule::filter) {
            Some(node) => self.filter(node).map(|built| Some(built.expr)),
            None => Some(None),
        }
    }

    /// The children, their order and their condition.
    fn over_children(
        &mut self,
        kind: AggregateKind,
        kind_span: Span,
        value: Option<Built>,
        mut parts: Cursor<'t>,
    ) -> Option<Built> {
        let many = self.take_ident(&mut parts)?;
        let mut span = kind_span.to(many.span);
        let mut by = None;
        if parts.pass(Rule::kw_by) {
            let order = self.take_ident(&mut parts)?;
            span = span.to(order.span);
            by = Some(order);
        }
        let filter = match parts.one(Rule::filter) {
            Some(node) => Some(self.filter(node)?),
            None => None,
        };
        span = filter.as_ref().map_or(span, |filter| span.to(filter.expr.span));
        let depth = [&value, &filter].into_iter().flatten().map(|built| built.depth).max().unwrap_or(0);
        let (value, filter) = (value.map(|built| built.expr), filter.map(|built| built.expr));
        let aggregate = Aggregate { kind, kind_span, value, many, by, filter };
        Some(self.built(ExprKind::Aggregate(Box::new(aggregate)), span, depth))
    }
}
