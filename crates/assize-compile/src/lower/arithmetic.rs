//! `+`, `-`, `*`, `/` on numbers, dates and durations.

use super::{Clockwork, Cx, Lowerer, Typed, Want};
use crate::codes;
use crate::units::times;
use assize_lang::ast::{BinaryOp, Expr, ExprKind};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::node::Op;
use assize_model::ty::Ty;
use assize_model::value::Value;

impl Lowerer<'_, '_> {
    /// A chain of arithmetic, from its left end; the chain takes no stack.
    #[inline(never)]
    pub(crate) fn arithmetic(&mut self, expr: &Expr, cx: Cx) -> Option<Typed> {
        let mut steps = Vec::new();
        let mut at = expr;
        while let ExprKind::Binary { op, op_span, left, right } = &at.kind
            && matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div)
        {
            steps.push((*op, *op_span, &**right, at.span));
            at = left;
        }
        let mut result = self.lower(at, cx, Want::Any);
        while let Some((op, op_span, right, span)) = steps.pop() {
            let right = self.lower(right, cx, Want::Any);
            result = match (result, right) {
                (Some(left), Some(right)) => self.operation(op, op_span, left, right, span, cx),
                _ => None,
            };
        }
        result
    }

    fn operation(
        &mut self,
        op: BinaryOp,
        op_span: Span,
        left: Typed,
        right: Typed,
        span: Span,
        cx: Cx,
    ) -> Option<Typed> {
        match (op, left.ty, right.ty) {
            (_, Ty::Integer | Ty::Decimal, Ty::Integer | Ty::Decimal) => self.numbers(op, left, right, span, cx),
            (BinaryOp::Add, Ty::Date | Ty::DateTime | Ty::Time, Ty::Duration) => {
                self.shift(left, right, false, span, cx)
            }
            (BinaryOp::Add, Ty::Duration, Ty::Date | Ty::DateTime | Ty::Time) => {
                self.shift(right, left, false, span, cx)
            }
            (BinaryOp::Sub, Ty::Date | Ty::DateTime | Ty::Time, Ty::Duration) => {
                self.shift(left, right, true, span, cx)
            }
            (BinaryOp::Sub, Ty::DateTime, Ty::DateTime) => {
                let typed = self.typed(Op::Sub(left.node, right.node), Ty::Duration, cx, span)?;
                Some(Typed { clockwork: Some(Clockwork::Clock), ..typed })
            }
            (BinaryOp::Add | BinaryOp::Sub, Ty::Duration, Ty::Duration) => {
                if let (Some(a), Some(b)) = (left.clockwork, right.clockwork)
                    && a != b
                {
                    self.mixed_durations(left.span, right.span);
                    return None;
                }
                let clockwork = left.clockwork.or(right.clockwork);
                let op =
                    if op == BinaryOp::Add { Op::Add(left.node, right.node) } else { Op::Sub(left.node, right.node) };
                Some(Typed { clockwork, ..self.typed(op, Ty::Duration, cx, span)? })
            }
            (BinaryOp::Mul, Ty::Duration, Ty::Integer) => self.scaled(left, right, span, cx),
            (BinaryOp::Mul, Ty::Integer, Ty::Duration) => self.scaled(right, left, span, cx),
            _ => {
                self.no_arithmetic(op, op_span, &left, &right);
                None
            }
        }
    }

    fn scaled(&mut self, duration: Typed, by: Typed, span: Span, cx: Cx) -> Option<Typed> {
        let typed = self.typed(Op::Mul(duration.node, by.node), Ty::Duration, cx, span)?;
        Some(Typed { clockwork: duration.clockwork, ..typed })
    }

    fn numbers(&mut self, op: BinaryOp, left: Typed, right: Typed, span: Span, cx: Cx) -> Option<Typed> {
        let decimal = op == BinaryOp::Div || left.ty == Ty::Decimal || right.ty == Ty::Decimal;
        let (left, right) = if decimal { (self.decimal(left, cx)?, self.decimal(right, cx)?) } else { (left, right) };
        let unit = match op {
            BinaryOp::Mul => times(&left.unit, &right.unit, 1),
            BinaryOp::Div => times(&left.unit, &right.unit, -1),
            _ => {
                let both = [left.clone(), right.clone()];
                self.one_unit(&both)?;
                left.unit.clone().or_else(|| right.unit.clone())
            }
        };
        let (a, b) = (left.node, right.node);
        let op = match op {
            BinaryOp::Add => Op::Add(a, b),
            BinaryOp::Sub => Op::Sub(a, b),
            BinaryOp::Mul => Op::Mul(a, b),
            _ => Op::Div(a, b),
        };
        Some(Typed { unit, ..self.typed(op, left.ty, cx, span)? })
    }

    #[inline(never)]
    fn no_arithmetic(&mut self, op: BinaryOp, op_span: Span, left: &Typed, right: &Typed) {
        let dated = |ty: Ty| matches!(ty, Ty::Date | Ty::DateTime | Ty::Time);
        let (a, b) = (self.says(left.ty), self.says(right.ty));
        let (x, y) = (self.quote(left.span), self.quote(right.span));
        if dated(left.ty) || dated(right.ty) {
            let word = if op == BinaryOp::Sub { "subtracted" } else { "added" };
            let (message, help) = match (op, left.ty, right.ty) {
                (BinaryOp::Sub, Ty::Time, Ty::Time) => (
                    "a time of day is not subtracted from another".to_owned(),
                    "use fields of type `datetime`, whose difference is a duration".to_owned(),
                ),
                (BinaryOp::Sub, p, q) if dated(p) && dated(q) => (
                    "a date is not subtracted from another".to_owned(),
                    format!("say in which unit: `days between {y} and {x}`"),
                ),
                (BinaryOp::Add, p, q) if dated(p) && dated(q) => (
                    "two dates cannot be added".to_owned(),
                    format!("for the time between them write `days between {x} and {y}`"),
                ),
                (BinaryOp::Add | BinaryOp::Sub, p, q) if p.is_number() || q.is_number() => (
                    format!("a number cannot be {word}: what does it count?"),
                    format!("say what it counts: `{} days`", if left.ty.is_number() { x } else { y }),
                ),
                (BinaryOp::Sub, Ty::Duration, _) => {
                    ("a date cannot be taken from a duration".to_owned(), format!("write the date first: `{y} - {x}`"))
                }
                _ => (
                    format!("{a} and {b} have no such arithmetic"),
                    "move a date with `+` or `-` and a duration, as in `+ 12 months`".to_owned(),
                ),
            };
            self.sink.push(
                Diagnostic::error(codes::DATE_ARITHMETIC, op_span, message)
                    .label("has no meaning here")
                    .also(left.span, format!("this is {a}"))
                    .also(right.span, format!("this is {b}"))
                    .help(help),
            );
            return;
        }
        // Name the operand that is no number; of a duration with a number, the sign is at fault.
        let arithmetical = |ty: Ty| ty.is_number() || ty == Ty::Duration;
        if arithmetical(left.ty) && arithmetical(right.ty) {
            let help = match op {
                BinaryOp::Add | BinaryOp::Sub => "say what the number counts, such as `30 days`",
                _ => "a duration is multiplied by an integer, and by nothing else",
            };
            self.sink.push(
                Diagnostic::error(codes::NOT_A_NUMBER, op_span, format!("{a} and {b} have no such arithmetic"))
                    .label("has no meaning here")
                    .also(left.span, format!("this is {a}"))
                    .also(right.span, format!("this is {b}"))
                    .help(help),
            );
            return;
        }
        for (typed, says) in [(left, &a), (right, &b)] {
            if !arithmetical(typed.ty) {
                self.not_a_number(typed, says);
                return;
            }
        }
    }

    fn not_a_number(&mut self, typed: &Typed, says: &str) {
        let quoted = self.quote(typed.span);
        let help = match typed.ty {
            Ty::Boolean => format!("turn it into a number: `if {quoted} then 1 else 0`"),
            Ty::Text => "declare the field as `integer` or `decimal`; texts are not added".to_owned(),
            Ty::Code(_) => format!("turn it into a number: `if {quoted} = … then … else …`"),
            Ty::Codes(_) | Ty::Texts => format!("count its members: `size({quoted})`"),
            _ => "use a number".to_owned(),
        };
        let (says, message) = (says.to_owned(), format!("a number is expected, not {says}"));
        self.report(codes::NOT_A_NUMBER, typed.span, message, format!("this is {says}"), help);
    }

    /// An operand that must be a number.
    pub(crate) fn number(&mut self, expr: &Expr, cx: Cx) -> Option<Typed> {
        let typed = self.lower(expr, cx, Want::Any)?;
        if typed.ty.is_number() {
            return Some(typed);
        }
        let says = self.says(typed.ty);
        self.not_a_number(&typed, &says);
        None
    }

    /// `-x`.
    #[inline(never)]
    pub(crate) fn negate(&mut self, operand: &Expr, span: Span, cx: Cx) -> Option<Typed> {
        let typed = self.lower(operand, cx, Want::Any)?;
        match typed.ty {
            Ty::Integer | Ty::Decimal => {
                let node = self.node(Op::Negate(typed.node), typed.ty, cx, span)?;
                Some(Typed { node, span, ..typed })
            }
            Ty::Duration => {
                let minus = self.constant(Value::Integer(-1), span)?;
                self.scaled(typed, minus, span, cx)
            }
            _ => {
                let says = self.says(typed.ty);
                self.not_a_number(&typed, &says);
                None
            }
        }
    }
}
