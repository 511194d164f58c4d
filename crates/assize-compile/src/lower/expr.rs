//! Expressions, by kind.

use super::{Clockwork, Cx, Lowerer, Typed, Want};
use crate::codes;
use crate::convert;
use assize_lang::ast::{Amount, BinaryOp, CivilDate, Expr, ExprKind, Let, TimeUnit};
use assize_lang::source::Span;
use assize_model::civil::{Date, DateTime, Duration, Time, Unit};
use assize_model::decimal::Decimal;
use assize_model::ids::NodeId;
use assize_model::node::Op;
use assize_model::ty::Ty;
use assize_model::value::Value;

impl Lowerer<'_, '_> {
    /// Lowers an expression; `None` when something in it is reported.
    ///
    /// This recurses as deep as the reader lets expressions nest. Each kind has a function of its own, so that this
    /// one keeps a small frame.
    pub(crate) fn lower(&mut self, expr: &Expr, cx: Cx, want: Want) -> Option<Typed> {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Error => None,
            ExprKind::Name(name) => self.name(name, cx, want),
            ExprKind::Path { scope, name } => self.path(scope, name, span, cx),
            ExprKind::Binary { op, op_span, left, right } => match op {
                BinaryOp::And | BinaryOp::Or => self.junction(expr, *op, cx),
                BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div => self.arithmetic(expr, cx),
                BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                    self.comparison(*op, *op_span, left, right, span, cx)
                }
                BinaryOp::StartsWith | BinaryOp::EndsWith => self.affix(*op, left, right, span, cx),
                BinaryOp::Contains => self.contains(left, right, span, cx),
                BinaryOp::Matches => self.matches(left, right, span, cx),
                BinaryOp::Overlaps => self.overlaps(left, right, span, cx),
            },
            ExprKind::Not(operand) => self.not(operand, span, cx),
            ExprKind::Negate(operand) => self.negate(operand, span, cx),
            ExprKind::In { item, within } => self.membership(item, within, span, cx),
            ExprKind::Within { item, amount, direction, anchor } => {
                self.within(item, amount, *direction, anchor, span, cx)
            }
            ExprKind::Is { operand, test } => self.is(operand, *test, span, cx),
            ExprKind::If { .. } => self.choice(expr, cx, want),
            ExprKind::Tally { kind, items } => self.tally(kind, items, span, cx),
            ExprKind::FirstKnown(items) => self.first_known(items, span, cx, want),
            ExprKind::Extreme { highest, items } => self.extreme(*highest, items, span, cx, want),
            ExprKind::Call { name, args } => self.call(name, args, span, cx, want),
            ExprKind::Between { unit, from, to } => self.between(*unit, from, to, span, cx),
            ExprKind::StartOf { unit, operand } => self.start_of(*unit, operand, span, cx),
            ExprKind::Step { up, operand } => self.step(*up, operand, span, cx, want),
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate, span, cx),
            ExprKind::Set(items) => self.set(items, span, cx, want),
            ExprKind::Range { .. } => self.stray_range(span),
            ExprKind::AsOf => self.typed(Op::AsOf, Ty::Date, Cx::CONSTANT, span),
            ExprKind::None => self.no_code(span, want),
            ExprKind::Member { of, name } => self.part_of(of, name, span, cx),
            ExprKind::Top(_) => self.stray_top(span),
            _ => self.literal(expr),
        }
    }

    #[inline(never)]
    fn stray_top(&mut self, span: Span) -> Option<Typed> {
        self.report(
            codes::RUBRIC,
            span,
            "`top` is the share of the highest codes in many ratings",
            "no ratings here",
            "write it in the rubric of an indicator `from ratings`",
        );
        None
    }

    #[inline(never)]
    fn literal(&mut self, expr: &Expr) -> Option<Typed> {
        let value = literal(&expr.kind, self.build.program.ruleset.zone.as_ref());
        let value = match value {
            Literal::Value(value) => value,
            Literal::NotAValue => return None,
            Literal::NoZone => {
                self.no_zone(expr.span, "a local date and time has no meaning without a time zone");
                return None;
            }
            Literal::TooLong => {
                self.report(
                    codes::CONSTANT_FAULT,
                    expr.span,
                    "the duration is too long",
                    "does not fit",
                    "write a shorter one",
                );
                return None;
            }
        };
        let clockwork = match &value {
            Value::Duration(Duration::Calendar { .. }) => Some(Clockwork::Calendar),
            Value::Duration(Duration::Clock { .. }) => Some(Clockwork::Clock),
            _ => None,
        };
        Some(Typed { clockwork, ..self.constant(value, expr.span)? })
    }

    /// A local time in rules that state no time zone.
    pub(crate) fn no_zone(&mut self, span: Span, message: &str) {
        self.report(
            codes::NO_TIME_ZONE,
            span,
            message,
            "which zone's clock?",
            "state it in the header: `time zone \"America/Toronto\"`",
        );
    }

    /// A constant `let`. Ranges, and sets whose members have no set type, only stand after `in` and have no node.
    pub(crate) fn constant_let(&mut self, decl: crate::resolve::DeclId, ast: &Let) -> Option<Typed> {
        let (value, cx) = (&ast.value, Cx::CONSTANT);
        let spans_only = match &value.kind {
            ExprKind::Range { .. } => self.range_members(value, cx).is_some(),
            ExprKind::Set(items) if !items.is_empty() => {
                let members = self.members(items, cx, Want::Any)?;
                let ty = members.first().map(|member| member.ty);
                !matches!(ty, Some(Ty::Code(_) | Ty::Text))
            }
            _ => return self.lower(value, cx, Want::Any),
        };
        if !spans_only {
            return if matches!(value.kind, ExprKind::Set(_)) { self.lower(value, cx, Want::Any) } else { None };
        }
        if let Some(slot) = self.spans_only.get_mut(decl.0) {
            *slot = true;
        }
        // Uses after `in` go back to the text; a node only marks that the constant is well formed.
        self.constant(Value::Boolean(true), value.span)
    }

    /// The operand as a decimal.
    pub(crate) fn decimal(&mut self, operand: Typed, cx: Cx) -> Option<Typed> {
        if operand.ty != Ty::Integer {
            return Some(operand);
        }
        let node = self.node(Op::ToDecimal(operand.node), Ty::Decimal, cx, operand.span)?;
        Some(Typed { node, ty: Ty::Decimal, ..operand })
    }

    /// The operand as a civil date; an instant needs the ruleset's time zone.
    pub(crate) fn civil_date(&mut self, operand: Typed, cx: Cx) -> Option<Typed> {
        if operand.ty != Ty::DateTime {
            return Some(operand);
        }
        if self.build.program.ruleset.zone.is_none() {
            self.no_zone(operand.span, "the date of a date with a time depends on the time zone");
            return None;
        }
        let node = self.node(Op::CivilDate(operand.node), Ty::Date, cx, operand.span)?;
        Some(Typed { node, ty: Ty::Date, ..operand })
    }

    /// A node of a comparison of two nodes of one type.
    pub(crate) fn compare_node(
        &mut self,
        op: assize_model::node::Comparison,
        left: NodeId,
        right: NodeId,
        cx: Cx,
        span: Span,
    ) -> Option<NodeId> {
        self.node(Op::Compare { op, left, right }, Ty::Boolean, cx, span)
    }
}

/// The value of a literal.
pub enum Literal {
    /// A value.
    Value(Value),
    /// Not a literal, or one that the reader has reported.
    NotAValue,
    /// A local date and time, and no zone.
    NoZone,
    /// A duration that does not fit.
    TooLong,
}

/// The value of a literal; `zone` is the ruleset's.
pub fn literal(kind: &ExprKind, zone: Option<&assize_model::civil::Zone>) -> Literal {
    let value = |value: Option<Value>| value.map_or(Literal::NotAValue, Literal::Value);
    match kind {
        ExprKind::Boolean(truth) => value(Some(Value::Boolean(*truth))),
        ExprKind::Integer(number) => value(Some(Value::Integer(*number))),
        ExprKind::Decimal { coefficient, scale } => value(Decimal::new(*coefficient, *scale).map(Value::Decimal)),
        ExprKind::Text(text) => value(Some(Value::Text(text.as_str().into()))),
        ExprKind::Date(date) => value(convert::date(*date).map(Value::Date)),
        ExprKind::Time(micros) => value(Time::from_micros(*micros).map(Value::Time)),
        ExprKind::DateTime { date, micros, offset } => {
            let Some((date, time)) = civil(*date, *micros) else { return Literal::NotAValue };
            match (offset, zone) {
                (Some(seconds), _) => value(DateTime::from_offset(date, time, *seconds).map(Value::DateTime)),
                (None, Some(zone)) => value(zone.instant(date, time).map(Value::DateTime)),
                (None, None) => Literal::NoZone,
            }
        }
        ExprKind::Duration(amount) => match duration(*amount) {
            Some(duration) => Literal::Value(Value::Duration(duration)),
            None => Literal::TooLong,
        },
        _ => Literal::NotAValue,
    }
}

fn civil(date: CivilDate, micros: i64) -> Option<(Date, Time)> {
    Some((convert::date(date)?, Time::from_micros(micros)?))
}

fn duration(amount: Amount) -> Option<Duration> {
    let scaled = |by: i64| amount.count.checked_mul(by);
    let months = |by: i64| Some(Duration::months(i32::try_from(scaled(by)?).ok()?));
    let days = |by: i64| Some(Duration::days(i32::try_from(scaled(by)?).ok()?));
    let micros = |by: i64| Some(Duration::micros(scaled(by)?));
    match amount.unit {
        TimeUnit::Years => months(12),
        TimeUnit::Quarters => months(3),
        TimeUnit::Months => months(1),
        TimeUnit::Weeks => days(7),
        TimeUnit::Days => days(1),
        TimeUnit::Hours => micros(3_600_000_000),
        TimeUnit::Minutes => micros(60_000_000),
        TimeUnit::Seconds => micros(1_000_000),
    }
}

/// The calendar unit of a unit of time; `None` for those of the clock.
pub const fn calendar_unit(unit: TimeUnit) -> Option<Unit> {
    match unit {
        TimeUnit::Years => Some(Unit::Years),
        TimeUnit::Quarters => Some(Unit::Quarters),
        TimeUnit::Months => Some(Unit::Months),
        TimeUnit::Weeks => Some(Unit::Weeks),
        TimeUnit::Days => Some(Unit::Days),
        TimeUnit::Hours | TimeUnit::Minutes | TimeUnit::Seconds => None,
    }
}
