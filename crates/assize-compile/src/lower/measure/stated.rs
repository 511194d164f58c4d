//! What a measure states of its numbers: how sure they are, what is withheld, what they are held to and compared with.

use super::super::expr::{Literal, literal};
use super::super::{Cx, Lowerer, Typed, Want};
use crate::codes;
use crate::convert;
use assize_lang::ast::{self, Expr, ExprKind};
use assize_lang::source::Span;
use assize_model::civil::Date;
use assize_model::decimal::Decimal;
use assize_model::ids::NodeId;
use assize_model::measure::{
    Amber, Amount, Baseline, Chart, ChartKind, Comparison, Confidence, IntervalMethod, MeasureForm, RoundTo, Signal,
    Target, TargetBound,
};
use assize_model::node::Op;
use assize_model::ty::Ty;
use assize_model::value::Value;

/// How many points in a row make a signal, where the rules do not say: a run of 8 has the chance of 1 in 128 where
/// nothing has changed.
const RUN: u32 = 8;
/// How many points rising or falling in a row make a signal, where the rules do not say.
const TREND: u32 = 6;

/// What is divided by what, as far as an interval needs to know.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    /// Whether the numerator counts records.
    pub counted: bool,
    /// Whether the denominator counts records.
    pub among: bool,
}

impl Lowerer<'_, '_> {
    /// A constant number as a decimal.
    pub(super) fn constant_number(&mut self, expr: &Expr) -> Option<Decimal> {
        match self.amount(expr)? {
            Amount::Fixed(value) => Some(value),
            Amount::Parameter(_) => {
                self.no_amount(expr.span, "write the number itself");
                None
            }
        }
    }

    /// A constant number, or a parameter.
    pub(in crate::lower) fn amount(&mut self, expr: &Expr) -> Option<Amount> {
        // A number as it is written needs no node.
        let written = match literal(&expr.kind, None) {
            Literal::Value(value) => Some(value),
            _ => {
                let typed = self.lower(expr, Cx::CONSTANT, Want::Any)?;
                if let Some(id) = self.parameter(typed.node)
                    && typed.ty.is_number()
                {
                    return Some(Amount::Parameter(id));
                }
                self.constant_of(typed.node).cloned()
            }
        };
        match written {
            Some(Value::Integer(value)) => Some(Amount::Fixed(Decimal::from_i64(value))),
            Some(Value::Decimal(value)) => Some(Amount::Fixed(value)),
            _ => {
                self.no_amount(expr.span, "write the number itself, or name a parameter");
                None
            }
        }
    }

    fn parameter(&self, node: NodeId) -> Option<assize_model::ids::ParamId> {
        match self.build.program.node(node)?.op {
            Op::Param(id) => Some(id),
            _ => None,
        }
    }

    fn no_amount(&mut self, span: Span, help: &str) {
        self.report(codes::NOT_CONSTANT, span, "a constant number is expected", "not a constant number", help);
    }

    /// A constant whole number from `least` on.
    fn whole_from(&mut self, expr: &Expr, least: u32, what: &str) -> Option<u32> {
        let value = self.constant_number(expr)?;
        let whole = value.to_i64().and_then(|value| u32::try_from(value).ok()).filter(|&value| value >= least);
        if whole.is_none() {
            self.report(
                codes::MEASURE_NUMBER,
                expr.span,
                format!("{what} is a whole number from {least} on"),
                "not such a number",
                format!("write {least} or more"),
            );
        }
        whole
    }

    pub(super) fn level(&mut self, expr: &Expr, example: &str) -> Option<Decimal> {
        let level = self.constant_number(expr)?;
        if level > Decimal::ZERO && level < Decimal::ONE {
            return Some(level);
        }
        self.report(
            codes::MEASURE_NUMBER,
            expr.span,
            "the level of an interval lies between 0% and 100%",
            "not between them",
            format!("write `{example}`"),
        );
        None
    }

    /// `interval METHOD LEVEL`, of a form that has one.
    pub(super) fn confidence(
        &mut self,
        (method, level): (ast::IntervalMethod, &Expr),
        span: Span,
        form: Option<&MeasureForm>,
        parts: Parts,
    ) -> Option<Confidence> {
        let method = match method {
            ast::IntervalMethod::Wilson => IntervalMethod::Wilson,
            ast::IntervalMethod::Byar => IntervalMethod::Byar,
            ast::IntervalMethod::Exact => IntervalMethod::Exact,
            ast::IntervalMethod::T => IntervalMethod::T,
        };
        let level = self.level(level, &format!("interval {} 95%", method.word()));
        let form = form?;
        let proportion = matches!(form, MeasureForm::Rate { .. }) && parts.counted && parts.among;
        // Events: records counted, alone or over an amount.
        let events = parts.counted
            && match form {
                MeasureForm::Count => true,
                MeasureForm::Rate { .. } | MeasureForm::Ratio => !parts.among,
                _ => false,
            };
        let (fits, of, help) = match method {
            IntervalMethod::Wilson => (
                proportion,
                "a Wilson interval is of a proportion of counted records",
                "remove it, or report `as rate` with conditions as numerator and denominator",
            ),
            IntervalMethod::Exact => (
                proportion || events,
                "an exact interval is of a proportion of counted records, or of a count of them",
                "remove it, or count records in the numerator",
            ),
            IntervalMethod::Byar => (
                events || matches!(form, MeasureForm::Standardised(_)),
                "a Byar interval is of counted events, alone or over an amount, or of a standardised rate",
                "write `interval wilson` for a proportion, or remove it",
            ),
            IntervalMethod::T => (
                matches!(form, MeasureForm::Mean(_)),
                "a Student interval is of a mean",
                "remove it, or report `as mean of …`",
            ),
        };
        if !fits {
            self.report(codes::MEASURE_CLAUSE_EXTRA, span, of, "not of this form", help);
            return None;
        }
        Some(Confidence { method, level: level? })
    }

    /// Whether a clause of a rate counts records.
    pub(super) fn counts(part: Option<&Typed>) -> bool {
        part.is_none_or(|typed| typed.ty == Ty::Boolean)
    }

    /// `suppress below K`.
    pub(super) fn suppress(&mut self, below: &Expr) -> Option<Amount> {
        let amount = self.amount(below)?;
        if let Amount::Fixed(value) = amount
            && value.to_i64().is_none_or(|value| value < 2)
        {
            self.report(
                codes::MEASURE_NUMBER,
                below.span,
                "cells are suppressed below a whole number from 2 on",
                "not such a number",
                "write `suppress below 5`",
            );
            return None;
        }
        Some(amount)
    }

    /// `round to BASE`.
    pub(super) fn rounded(&mut self, ast: &ast::RoundTo) -> Option<RoundTo> {
        let to = self.whole_from(&ast.to, 2, "the base of rounding")?;
        Some(RoundTo {
            to,
            controlled: ast.controlled.is_some(),
            seed: ast.seed.as_ref().map(|seed| seed.text.as_str().into()),
        })
    }

    /// `target BOUND by DATE, amber within X`.
    pub(in crate::lower) fn target(&mut self, ast: &ast::Target) -> Option<Target> {
        let bound = match &ast.bound {
            ast::TargetBound::AtLeast(least) => self.amount(least).map(TargetBound::AtLeast),
            ast::TargetBound::AtMost(most) => self.amount(most).map(TargetBound::AtMost),
            ast::TargetBound::Between(least, most) => {
                let (low, high) = (self.amount(least), self.amount(most));
                if let (Some(Amount::Fixed(low)), Some(Amount::Fixed(high))) = (low, high)
                    && low > high
                {
                    self.report(
                        codes::MEASURE_NUMBER,
                        most.span,
                        "a target between two numbers has the smaller one first",
                        "smaller than the first",
                        "swap them",
                    );
                    return None;
                }
                low.zip(high).map(|(low, high)| TargetBound::Between(low, high))
            }
        };
        let by = match &ast.by {
            Some((date, _)) => Some(convert::date(*date)?),
            None => None,
        };
        let amber = match &ast.amber {
            Some(amber) => {
                let within = self.amount(&amber.within)?;
                if let Amount::Fixed(value) = within
                    && value.is_negative()
                {
                    self.report(
                        codes::MEASURE_NUMBER,
                        amber.within.span,
                        "how far from a target is still near is not negative",
                        "below zero",
                        "write `amber within 10%` or `amber within 2`",
                    );
                    return None;
                }
                Some(Amber { within, percent: amber.percent })
            }
            None => None,
        };
        Some(Target { bound: bound?, by, amber })
    }

    /// `2012 .. 2014`, `mean of 2012 .. 2014`.
    pub(in crate::lower) fn baseline(&mut self, ast: &ast::Baseline) -> Option<Baseline> {
        let (from, to) = self.days(&ast.period)?;
        Some(Baseline { mean: ast.mean, from, to })
    }

    pub(super) fn compared(&mut self, ast: &ast::Comparison) -> Option<Comparison> {
        match ast {
            ast::Comparison::SamePeriodLastYear => Some(Comparison::SamePeriodLastYear),
            ast::Comparison::Baseline(baseline) => self.baseline(baseline).map(Comparison::Baseline),
        }
    }

    /// A year, a day, or a range of them: its first and last day.
    pub(in crate::lower) fn days(&mut self, expr: &Expr) -> Option<(Date, Date)> {
        let found = match &expr.kind {
            ExprKind::Range { lo: Some(lo), hi: Some(hi), lo_closed: true, hi_closed: true } => {
                match (span_of(&lo.kind), span_of(&hi.kind)) {
                    (Some((from, _)), Some((_, to))) if from <= to => Some((from, to)),
                    (Some(_), Some(_)) => {
                        self.report(
                            codes::MEASURE_NUMBER,
                            expr.span,
                            "a period begins before it ends",
                            "ends before it begins",
                            "write the earlier one first",
                        );
                        return None;
                    }
                    _ => None,
                }
            }
            kind => span_of(kind),
        };
        if found.is_none() {
            self.report(
                codes::NOT_CONSTANT,
                expr.span,
                "years or dates are expected",
                "not a year, a date or a range of them",
                "write `2012 .. 2014` or `2012-04-01 .. 2013-03-31`",
            );
        }
        found
    }

    /// `chart KIND …`.
    pub(super) fn chart(&mut self, ast: &ast::Chart) -> Option<Chart> {
        let kind = match ast.kind {
            ast::ChartKind::Run => ChartKind::Run,
            ast::ChartKind::Xmr => ChartKind::Xmr,
            ast::ChartKind::P => ChartKind::P,
            ast::ChartKind::U => ChartKind::U,
            ast::ChartKind::C => ChartKind::C,
            ast::ChartKind::Funnel => ChartKind::Funnel,
        };
        let levels: Option<Vec<Decimal>> =
            ast.levels.iter().map(|level| self.level(level, "chart funnel 95%, 99.8%")).collect();
        let freeze = match &ast.freeze {
            Some(points) => Some(self.whole_from(points, 2, "the number of points that limits are worked out of")?),
            None => None,
        };
        let without: Option<Vec<(Date, Date)>> = ast.without.iter().map(|days| self.days(days)).collect();
        let rebase: Option<Vec<Date>> = ast.rebase.iter().map(|(date, _)| convert::date(*date)).collect();
        let (mut levels, mut rebase) = (levels?, rebase?);
        assize_model::order::sort(&mut levels);
        assize_model::order::sort(&mut rebase);
        Some(Chart { kind, levels, rebase, freeze, without: without? })
    }

    /// `signals shewhart runs 8`.
    pub(super) fn signals(&mut self, ast: &[ast::Signal]) -> Option<Vec<Signal>> {
        ast.iter()
            .map(|signal| {
                let mut points = |usual: u32| match &signal.points {
                    Some(points) => self.whole_from(points, 3, "the number of points of a signal"),
                    None => Some(usual),
                };
                Some(match signal.kind {
                    ast::SignalKind::Shewhart => Signal::Shewhart,
                    ast::SignalKind::Runs => Signal::Runs(points(RUN)?),
                    ast::SignalKind::Trends => Signal::Trends(points(TREND)?),
                    ast::SignalKind::NearLimit => Signal::NearLimit,
                    ast::SignalKind::Crossings => Signal::Crossings,
                })
            })
            .collect()
    }
}

/// The first and last day of a year or a date.
fn span_of(kind: &ExprKind) -> Option<(Date, Date)> {
    match literal(kind, None) {
        Literal::Value(Value::Integer(year)) => {
            let year = i32::try_from(year).ok()?;
            Some((Date::from_ymd(year, 1, 1)?, Date::from_ymd(year, 12, 31)?))
        }
        Literal::Value(Value::Date(date)) => Some((date, date)),
        _ => None,
    }
}
