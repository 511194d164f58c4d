//! Dates, times and instants: moving them, the time between them, and periods around them.

use super::expr::calendar_unit;
use super::{Clockwork, Cx, Lowerer, Typed, Want};
use crate::codes;
use assize_lang::ast::{Direction, Expr, TimeUnit};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::node::{Comparison, Op};
use assize_model::ty::Ty;

impl Lowerer<'_, '_> {
    /// A date, time or instant moved by a duration.
    pub(crate) fn shift(&mut self, operand: Typed, by: Typed, back: bool, span: Span, cx: Cx) -> Option<Typed> {
        let wrong = match (operand.ty, by.clockwork) {
            (Ty::Date, Some(Clockwork::Clock)) => {
                Some(("a date is moved by whole days, not by the clock", "use days, or a field of type `datetime`"))
            }
            (Ty::Time, Some(Clockwork::Calendar)) => {
                Some(("a time of day is moved by the clock, not by the calendar", "use hours, minutes or seconds"))
            }
            _ => None,
        };
        if let Some((message, help)) = wrong {
            let says = self.says(operand.ty);
            self.sink.push(
                Diagnostic::error(codes::MIXED_DURATIONS, by.span, message)
                    .label("does not move it")
                    .also(operand.span, format!("this is {says}"))
                    .help(help),
            );
            return None;
        }
        let by_calendar = by.clockwork != Some(Clockwork::Clock);
        if operand.ty == Ty::DateTime && by_calendar && self.build.program.ruleset.zone.is_none() {
            self.no_zone(operand.span, "moving a date with a time by the calendar depends on the time zone");
            return None;
        }
        self.typed(Op::Shift { operand: operand.node, by: by.node, back }, operand.ty, cx, span)
    }

    /// An operand that must be a date; the date of an instant is taken.
    pub(crate) fn date(&mut self, expr: &Expr, cx: Cx) -> Option<Typed> {
        let typed = self.lower(expr, cx, Want::Any)?;
        self.as_date(typed, cx)
    }

    fn as_date(&mut self, typed: Typed, cx: Cx) -> Option<Typed> {
        match typed.ty {
            Ty::Date => Some(typed),
            Ty::DateTime => self.civil_date(typed, cx),
            _ => {
                self.not_a_date(&typed);
                None
            }
        }
    }

    pub(crate) fn not_a_date(&mut self, typed: &Typed) {
        let says = self.says(typed.ty);
        let help = match typed.ty {
            Ty::Text => "a date is written 2026-01-31, without quotes; declare the field as `date`",
            _ => "use a field of type `date` or `datetime`, or `as_of`",
        };
        let message = format!("a date is expected, not {says}");
        self.report(codes::TYPES_DIFFER, typed.span, message, format!("this is {says}"), help);
    }

    /// `x within 12 months before d`, which is `x in [d - 12 months .. d)`; after: `x in (d .. d + 12 months]`.
    #[inline(never)]
    pub(crate) fn within(
        &mut self,
        item: &Expr,
        amount: &Expr,
        direction: Direction,
        anchor: &Expr,
        span: Span,
        cx: Cx,
    ) -> Option<Typed> {
        let item = self.lower(item, cx, Want::Any);
        let amount = self.lower(amount, cx, Want::Any);
        let anchor = self.lower(anchor, cx, Want::Any);
        for typed in [&item, &anchor].into_iter().flatten() {
            if !matches!(typed.ty, Ty::Date | Ty::DateTime) {
                self.not_a_date(typed);
                return None;
            }
        }
        let (item, amount, anchor) = (item?, amount?, anchor?);
        if amount.ty != Ty::Duration {
            let (says, quoted) = (self.says(amount.ty), self.quote(amount.span));
            self.report(
                codes::TYPES_DIFFER,
                amount.span,
                format!("a duration is expected, not {says}"),
                format!("this is {says}"),
                format!("say what it counts: `{quoted} days`"),
            );
            return None;
        }
        let pair = self.alike(vec![Some(item), Some(anchor)], cx, "cannot be compared with")?;
        let [item, anchor] = pair.as_slice() else { return None };
        let back = direction == Direction::Before;
        let far = self.shift(anchor.clone(), amount, back, span, cx)?;
        let (lo, lo_op, hi, hi_op) = if back {
            (far.node, Comparison::Ge, anchor.node, Comparison::Lt)
        } else {
            (anchor.node, Comparison::Gt, far.node, Comparison::Le)
        };
        let lo = self.compare_node(lo_op, item.node, lo, cx, span)?;
        let hi = self.compare_node(hi_op, item.node, hi, cx, span)?;
        self.typed(Op::And([lo, hi].into()), Ty::Boolean, cx, span)
    }

    /// `years between a and b`.
    #[inline(never)]
    pub(crate) fn between(&mut self, unit: TimeUnit, from: &Expr, to: &Expr, span: Span, cx: Cx) -> Option<Typed> {
        let (from, to) = (self.date(from, cx), self.date(to, cx));
        let Some(unit) = calendar_unit(unit) else {
            self.clock_unit(span, "whole hours, minutes and seconds are not counted between dates");
            return None;
        };
        let (from, to) = (from?, to?);
        self.typed(Op::UnitsBetween { unit, from: from.node, to: to.node }, Ty::Integer, cx, span)
    }

    fn clock_unit(&mut self, span: Span, message: &str) {
        self.report(
            codes::ARGUMENTS,
            span,
            message,
            "not a unit of the calendar",
            "use years, quarters, months, weeks or days; the difference of two fields of type `datetime` is a duration",
        );
    }

    /// `start of month(d)`.
    #[inline(never)]
    pub(crate) fn start_of(&mut self, unit: TimeUnit, operand: &Expr, span: Span, cx: Cx) -> Option<Typed> {
        let operand = self.date(operand, cx);
        let Some(unit) = calendar_unit(unit) else {
            self.clock_unit(span, "a date is not in an hour, a minute or a second");
            return None;
        };
        self.typed(Op::StartOf { operand: operand?.node, unit }, Ty::Date, cx, span)
    }
}
