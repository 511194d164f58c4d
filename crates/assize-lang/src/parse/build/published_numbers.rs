//! Clauses about how numbers are published and judged, which measures, audits and indicators share: intervals,
//! suppression, rounding, targets, baselines, charts and their signals.

use super::{Builder, Cursor, Node};
use crate::ast::{
    Amber, Baseline, Chart, ChartKind, Comparison, Expr, IntervalMethod, RoundTo, Signal, SignalKind, Target,
    TargetBound,
};
use crate::parse::grammar::Rule;

impl<'t> Builder<'t, '_> {
    /// A number as an expression.
    pub(super) fn number_of(&mut self, node: &Node<'t>) -> Expr {
        Expr { kind: self.number(node, false), span: self.span_of(node) }
    }

    /// `METHOD LEVEL`, behind `interval`.
    pub(super) fn interval(&mut self, parts: &mut Cursor<'t>) -> Option<(IntervalMethod, Expr)> {
        let word = parts.one(Rule::name)?;
        let method = match word.as_str() {
            "wilson" => IntervalMethod::Wilson,
            "byar" => IntervalMethod::Byar,
            "exact" => IntervalMethod::Exact,
            "t" => IntervalMethod::T,
            _ => {
                self.unknown_word(&word, "a kind of interval", &["wilson", "byar", "exact", "t"]);
                return None;
            }
        };
        Some((method, self.sum(parts.one(Rule::sum)?)?.expr))
    }

    /// `below K`, behind `suppress`.
    pub(super) fn suppress(&mut self, parts: &mut Cursor<'t>) -> Option<Expr> {
        parts.pass(Rule::kw_below);
        Some(self.sum(parts.one(Rule::sum)?)?.expr)
    }

    /// `to N [controlled] [seeded "text"]`, behind `round`.
    pub(super) fn round_to(&mut self, parts: &mut Cursor<'t>) -> Option<RoundTo> {
        let mut parts = Cursor::of(parts.one(Rule::rounded)?);
        parts.pass(Rule::kw_to);
        let to = self.sum(parts.one(Rule::sum)?)?.expr;
        let controlled = parts.one(Rule::kw_controlled).map(|node| self.span_of(&node));
        let seed = if parts.pass(Rule::kw_seeded) { self.take_text(&mut parts) } else { None };
        Some(RoundTo { to, controlled, seed })
    }

    /// `at most X by DATE, amber within D`, behind `target`.
    pub(super) fn target(&mut self, parts: &mut Cursor<'t>) -> Option<Target> {
        let mut parts = Cursor::of(parts.one(Rule::target)?);
        let mut bound = Cursor::of(parts.one(Rule::target_bound)?);
        let bound = if bound.pass(Rule::kw_between) {
            let low = self.sum(bound.one(Rule::sum)?)?.expr;
            bound.pass(Rule::kw_and);
            TargetBound::Between(low, self.sum(bound.one(Rule::sum)?)?.expr)
        } else {
            bound.pass(Rule::kw_at);
            let least = bound.next()?.as_rule() == Rule::kw_least;
            let value = self.sum(bound.one(Rule::sum)?)?.expr;
            if least { TargetBound::AtLeast(value) } else { TargetBound::AtMost(value) }
        };
        let by = if parts.pass(Rule::kw_by) { Some(self.date_at(&parts.one(Rule::calendar)?)?) } else { None };
        let amber = if parts.pass(Rule::comma) {
            parts.pass(Rule::kw_amber);
            parts.pass(Rule::kw_within);
            let node = parts.one(Rule::sum)?;
            let percent = node.as_str().trim_ascii_end().ends_with('%');
            Some(Amber { within: self.sum(node)?.expr, percent })
        } else {
            None
        };
        Some(Target { bound, by, amber })
    }

    /// `[mean of] PERIOD`, behind `baseline`.
    pub(super) fn baseline(&mut self, parts: &mut Cursor<'t>) -> Option<Baseline> {
        let mut parts = Cursor::of(parts.one(Rule::baseline)?);
        let mean = parts.pass(Rule::kw_mean) && parts.pass(Rule::kw_of);
        Some(Baseline { mean, period: self.span_node(parts.one(Rule::span)?)?.expr })
    }

    /// Behind `compare`.
    pub(super) fn comparison(&mut self, parts: &mut Cursor<'t>) -> Option<Comparison> {
        if parts.pass(Rule::kw_same) {
            return Some(Comparison::SamePeriodLastYear);
        }
        parts.pass(Rule::kw_baseline);
        self.baseline(parts).map(Comparison::Baseline)
    }

    /// Behind `signals`.
    pub(super) fn signals(&mut self, parts: Cursor<'t>) -> Option<Vec<Signal>> {
        let mut signals: Vec<Signal> = Vec::new();
        for node in parts {
            let span = self.span_of(&node);
            let mut parts = Cursor::of(node);
            let word = parts.next()?;
            let kind = match word.as_rule() {
                Rule::kw_shewhart => SignalKind::Shewhart,
                Rule::kw_runs => SignalKind::Runs,
                Rule::kw_trends => SignalKind::Trends,
                Rule::kw_near_limit => SignalKind::NearLimit,
                _ => SignalKind::Crossings,
            };
            let points = match parts.peek() {
                Some(_) => Some(self.operand(&mut parts, None)?.0.expr),
                None => None,
            };
            if signals.iter().any(|other| other.kind == kind) {
                let message = format!("`{}` is given twice", word.as_str());
                self.error(crate::parse::codes::GIVEN_TWICE, span, message);
            }
            signals.push(Signal { kind, points, span });
        }
        Some(signals)
    }

    /// Behind `chart`.
    pub(super) fn chart(&mut self, mut parts: Cursor<'t>) -> Option<Chart> {
        let word = parts.one(Rule::name)?;
        let kind = match word.as_str() {
            "run" => ChartKind::Run,
            "xmr" => ChartKind::Xmr,
            "p" => ChartKind::P,
            "u" => ChartKind::U,
            "c" => ChartKind::C,
            "funnel" => ChartKind::Funnel,
            _ => {
                self.unknown_word(&word, "a kind of chart", &["run", "xmr", "p", "u", "c", "funnel"]);
                return None;
            }
        };
        let mut chart = Chart { kind, levels: Vec::new(), rebase: Vec::new(), freeze: None, without: Vec::new() };
        chart.levels = self.listed(&mut parts, |this, parts| {
            let node = parts.one(Rule::number)?;
            Some(this.number_of(&node))
        });
        if parts.pass(Rule::kw_rebase) {
            parts.pass(Rule::kw_at);
            while let Some(node) = parts.one(Rule::calendar) {
                chart.rebase.push(self.date_at(&node)?);
                parts.pass(Rule::comma);
            }
        }
        if parts.pass(Rule::kw_freeze) {
            parts.pass(Rule::kw_after);
            let node = parts.one(Rule::number)?;
            chart.freeze = Some(self.number_of(&node));
        }
        if parts.pass(Rule::kw_without) {
            while let Some(node) = parts.one(Rule::span) {
                chart.without.push(self.span_node(node)?.expr);
                parts.pass(Rule::comma);
            }
        }
        Some(chart)
    }
}
