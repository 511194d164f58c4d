//! Choices between values: `if`, `first known of`, the least and the greatest, one step in an ordered list.

use super::{Cx, Lowerer, Typed, Want};
use crate::codes;
use assize_lang::ast::{Expr, ExprKind};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::ids::NodeId;
use assize_model::node::Op;
use assize_model::ty::Ty;

impl Lowerer<'_, '_> {
    /// `if c then x else y`; a chain of `else if` takes no stack.
    #[inline(never)]
    pub(crate) fn choice(&mut self, expr: &Expr, cx: Cx, want: Want) -> Option<Typed> {
        let (mut conditions, mut branches) = (Vec::new(), Vec::new());
        let mut at = expr;
        while let ExprKind::If { condition, then, otherwise } = &at.kind {
            conditions.push((self.condition(condition, cx), at.span));
            branches.push(&**then);
            at = otherwise;
        }
        branches.push(at);
        let branches = self.group(&branches, cx, want);
        let mut branches = self.alike(branches, cx, "is not of one type with")?;
        let mut result = branches.pop()?;
        for branch in &branches {
            result.unit = result.unit.or_else(|| branch.unit.clone());
            result.clockwork = if result.clockwork == branch.clockwork { result.clockwork } else { None };
        }
        while let (Some((condition, span)), Some(then)) = (conditions.pop(), branches.pop()) {
            let op = Op::If { condition: condition?, then: then.node, otherwise: result.node };
            result = Typed { node: self.node(op, result.ty, cx, span)?, span, ..result };
        }
        Some(result)
    }

    /// `first known of (x, y)`.
    #[inline(never)]
    pub(crate) fn first_known(&mut self, items: &[Expr], span: Span, cx: Cx, want: Want) -> Option<Typed> {
        let exprs: Vec<&Expr> = items.iter().collect();
        let items = self.group(&exprs, cx, want);
        let items = self.alike(items, cx, "is not of one type with")?;
        self.joined(items, span, cx, Op::FirstKnown)
    }

    /// One node over items of one type; a single item is itself.
    fn joined(&mut self, items: Vec<Typed>, span: Span, cx: Cx, op: fn(Box<[NodeId]>) -> Op) -> Option<Typed> {
        let first = items.first()?.clone();
        let unit = items.iter().find_map(|item| item.unit.clone());
        let clockwork = first.clockwork.filter(|_| items.iter().all(|item| item.clockwork == first.clockwork));
        if let [_] = items.as_slice() {
            return Some(Typed { span, ..first });
        }
        let node = self.node(op(items.iter().map(|item| item.node).collect()), first.ty, cx, span)?;
        Some(Typed { node, ty: first.ty, unit, clockwork, span })
    }

    /// `min(a, b)`, `max(a, b)`.
    #[inline(never)]
    pub(crate) fn least_greatest(
        &mut self,
        least: bool,
        items: &[Expr],
        span: Span,
        cx: Cx,
        want: Want,
    ) -> Option<Typed> {
        let exprs: Vec<&Expr> = items.iter().collect();
        let items = self.group(&exprs, cx, want);
        let items = self.alike(items, cx, "cannot be compared with")?;
        let first = items.first()?.clone();
        self.can_be_least(&first, first.span)?;
        self.joined(items, span, cx, if least { Op::Min } else { Op::Max })
    }

    /// Refuses types of which there is no least and greatest.
    pub(crate) fn can_be_least(&mut self, typed: &Typed, span: Span) -> Option<()> {
        self.has_order(typed, span)?;
        if !matches!(typed.ty, Ty::Text | Ty::Duration) {
            return Some(());
        }
        let says = self.says(typed.ty);
        self.report(
            codes::NO_ORDER,
            typed.span,
            format!("there is no least and greatest of {says}"),
            format!("this is {says}"),
            "use numbers, dates, times or ordered codes",
        );
        None
    }

    /// `highest of (a, b)`, `lowest of (a, b)`.
    #[inline(never)]
    pub(crate) fn extreme(&mut self, highest: bool, items: &[Expr], span: Span, cx: Cx, want: Want) -> Option<Typed> {
        let exprs: Vec<&Expr> = items.iter().collect();
        let items = self.group(&exprs, cx, want);
        let items = self.alike(items, cx, "cannot be compared with")?;
        let first = items.first()?.clone();
        self.ordered_code(&first, span, "`min` and `max` are for numbers and dates")?;
        let nodes: Box<[NodeId]> = items.iter().map(|item| item.node).collect();
        let op = if highest { Op::Highest(nodes) } else { Op::Lowest(nodes) };
        self.typed(op, first.ty, cx, span)
    }

    /// Refuses all but ordered codes.
    fn ordered_code(&mut self, typed: &Typed, span: Span, help: &str) -> Option<()> {
        if matches!(typed.ty, Ty::Code(_)) {
            return self.has_order(typed, span);
        }
        let says = self.says(typed.ty);
        self.sink.push(
            Diagnostic::error(codes::NO_ORDER, typed.span, format!("ordered codes are expected, not {says}"))
                .label(format!("this is {says}"))
                .help(help),
        );
        None
    }

    /// `one above x`, `one below x`.
    #[inline(never)]
    pub(crate) fn step(&mut self, up: bool, operand: &Expr, span: Span, cx: Cx, want: Want) -> Option<Typed> {
        let operand = self.lower(operand, cx, want)?;
        self.ordered_code(&operand, span, "for a number write `x + 1` or `x - 1`")?;
        self.typed(Op::Step { operand: operand.node, up }, operand.ty, cx, span)
    }
}
