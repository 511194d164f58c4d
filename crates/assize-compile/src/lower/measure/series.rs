//! What goes over a measure's periods: comparisons, baselines, charts and their signals.

use super::super::Lowerer;
use super::Clauses;
use crate::codes;
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::kind::{Kind, kind};
use assize_model::measure::{Baseline, ChartKind, Comparison, Measure, MeasureForm, Signal};
use assize_model::period::Period;

impl Lowerer<'_, '_> {
    /// Checks that what goes over periods has periods to go over, and numbers that it can be worked out of.
    pub(super) fn series_fits(&mut self, measure: &Measure, clauses: &Clauses<'_>) -> Option<()> {
        let mut fine = true;
        if let (Some((_, span)), Some(compare)) = (clauses.compare, &measure.compare) {
            fine &= match (compare, measure.every) {
                (_, None) => self.no_series(
                    codes::COMPARE,
                    span,
                    "what is compared has periods",
                    "write `every month of …`, or another period, before it",
                ),
                (Comparison::SamePeriodLastYear, Some(_)) => true,
                (Comparison::Baseline(baseline), Some((period, _))) => {
                    self.baseline_fits(measure, baseline, period, span)
                }
            };
        }
        if let (Some((_, span)), Some(baseline)) = (clauses.baseline, &measure.baseline) {
            let by = measure.target.as_ref().and_then(|target| target.by);
            fine &= match (measure.every, by) {
                (_, None) => self.no_series(
                    codes::BASELINE,
                    span,
                    "nothing begins from this baseline",
                    "write a target with its day, `target at most 20 by 2027-12-31`, or `compare baseline …`",
                ),
                (None, _) => self.no_series(
                    codes::BASELINE,
                    span,
                    "a baseline is of periods",
                    "write `every year of …`, or another period, before it",
                ),
                (Some(_), Some(by)) if by <= baseline.to => self.no_series(
                    codes::BASELINE,
                    span,
                    "the target is to be reached before its baseline ends",
                    "let the baseline end before the day of the target",
                ),
                (Some((period, _)), Some(_)) => self.baseline_fits(measure, baseline, period, span),
            };
        }
        if let (Some((_, span)), Some(chart)) = (clauses.chart, &measure.chart) {
            fine &= self.chart_fits(measure, chart.kind, span);
            let over_time = !chart.rebase.is_empty() || chart.freeze.is_some() || !chart.without.is_empty();
            if chart.kind == ChartKind::Funnel && over_time {
                fine &= self.no_series(
                    codes::CHART,
                    span,
                    "a funnel does not go over time",
                    "remove `rebase`, `freeze` and `without`, or write a chart over periods",
                );
            }
            if chart.kind == ChartKind::Run && !chart.levels.is_empty() {
                fine &= self.no_series(
                    codes::CHART,
                    span,
                    "a run chart has no limits",
                    "remove the levels, or write `chart xmr`",
                );
            }
        }
        if let Some((_, span)) = clauses.signals {
            fine &= self.signals_fit(measure, span);
        }
        fine.then_some(())
    }

    fn no_series(&mut self, code: assize_lang::diagnostic::Code, span: Span, message: &str, help: &str) -> bool {
        self.report(code, span, message, "not so here", help);
        false
    }

    /// A baseline has whole periods, and values that can be taken as one.
    fn baseline_fits(&mut self, measure: &Measure, baseline: &Baseline, period: Period, span: Span) -> bool {
        let window = i32::from(period.window()) - 1;
        let first = period.index(baseline.from).saturating_add(window);
        let first = if period.span(first).0 < baseline.from { first.saturating_add(1) } else { first };
        if period.span(first).1 > baseline.to {
            return self.no_series(
                codes::BASELINE,
                span,
                "no period of the measure lies wholly within this baseline",
                "begin and end it with the measure's periods: `baseline 2024-04-01 .. 2025-03-31`",
            );
        }
        if baseline.mean {
            return true;
        }
        if period.window() > 1 || matches!(measure.form, MeasureForm::Formula(_)) {
            return self.no_series(
                codes::BASELINE,
                span,
                "periods that overlap, and formulas, cannot be taken as one",
                "write `mean of` before the years",
            );
        }
        let several = period.span(first.saturating_add(1)).1 <= baseline.to;
        let total = matches!(measure.form, MeasureForm::Count | MeasureForm::Sum(_) | MeasureForm::Distinct { .. });
        if several && total {
            self.sink.push(
                Diagnostic::warning(
                    codes::BASELINE_TOTAL,
                    span,
                    format!("a {} of several periods taken as one is their total", measure.form.word()),
                )
                .label("more than one period")
                .help("write `mean of` before the years, to compare a period with a period"),
            );
        }
        true
    }

    fn chart_fits(&mut self, measure: &Measure, chart: ChartKind, span: Span) -> bool {
        let funnel = chart == ChartKind::Funnel;
        if funnel && (measure.every.is_some() || measure.by.is_empty()) {
            return self.no_series(
                codes::CHART,
                span,
                "a funnel has a point for each breakdown, and no periods",
                "write `by …`, and no `every`",
            );
        }
        if !funnel && !self.has_points(measure, span) {
            return false;
        }
        let of = kind(&self.build.program, measure);
        let (fits, message, help) = match chart {
            ChartKind::Run | ChartKind::Xmr => return true,
            ChartKind::P => (
                matches!(of, Kind::Proportion { .. }),
                "a p chart is of a proportion of records",
                "report `as rate` with conditions as numerator and denominator, or write `chart xmr`",
            ),
            ChartKind::U => (
                matches!(of, Kind::Rate { .. }),
                "a u chart is of events over an amount",
                "report `as rate` with a number as the denominator, or write `chart xmr`",
            ),
            ChartKind::C => (
                of == Kind::Count,
                "a c chart is of a count",
                "report `as count`, or a sum of whole numbers, or write `chart xmr`",
            ),
            ChartKind::Funnel => (
                matches!(of, Kind::Proportion { .. } | Kind::Rate { .. }),
                "a funnel is of a proportion of records, or of events over an amount",
                "report `as rate`, of conditions or of events over a number",
            ),
        };
        fits || self.no_series(codes::CHART, span, message, help)
    }

    /// Whether there are points over time.
    fn has_points(&mut self, measure: &Measure, span: Span) -> bool {
        match measure.every {
            None => self.no_series(
                codes::CHART,
                span,
                "a chart has a point for each period",
                "write `every month of …`, or another period, before it",
            ),
            Some((period, _)) if period.window() > 1 => self.no_series(
                codes::CHART,
                span,
                "windows that overlap are no points of a chart: each has most of the one before",
                "write `every month of …`",
            ),
            Some(_) => true,
        }
    }

    fn signals_fit(&mut self, measure: &Measure, span: Span) -> bool {
        let Some(chart) = &measure.chart else { return self.has_points(measure, span) };
        let limits = |signal: &Signal| matches!(signal, Signal::Shewhart | Signal::NearLimit);
        match chart.kind {
            ChartKind::Run if measure.signals.iter().any(limits) => self.no_series(
                codes::SIGNALS,
                span,
                "a run chart has no limits for `shewhart` and `near_limit`",
                "write `runs`, `trends` or `crossings`, or `chart xmr`",
            ),
            ChartKind::Funnel if measure.signals.iter().any(|signal| *signal != Signal::Shewhart) => self.no_series(
                codes::SIGNALS,
                span,
                "the points of a funnel do not follow one another",
                "write `signals shewhart`, or none",
            ),
            _ => true,
        }
    }
}
