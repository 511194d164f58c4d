//! Measures: one clause of each kind, of the right type, and all that the form needs.

mod audit;
mod by;
mod expected;
mod form;
mod series;
mod stated;

use super::{Cx, Lowerer, Typed, Want};
use crate::codes;
use crate::convert::{heading, place};
use assize_lang::ast::{self, Expr, Ident, IntervalMethod, MeasureClauseKind as Clause, TimeUnit};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::ids::{NodeId, RecordId};
use assize_model::measure::{Measure, UnknownPolicy};
use assize_model::period::Period;
use assize_model::ty::Ty;
use stated::Parts;

/// The clauses of a measure, each with its place.
#[derive(Default)]
struct Clauses<'e> {
    include: Option<(&'e Expr, Span)>,
    exclude: Option<(&'e Expr, Span)>,
    eligible: Option<(&'e Expr, Span)>,
    numerator: Option<(&'e Expr, Span)>,
    except: Option<(&'e Expr, Span)>,
    denominator: Option<(&'e Expr, Span)>,
    value: Option<(&'e Expr, Span)>,
    form: Option<(&'e ast::MeasureForm, Span)>,
    by: Option<(&'e [Ident], Span)>,
    every: Option<((ast::Period, &'e Expr), Span)>,
    interval: Option<((IntervalMethod, &'e Expr), Span)>,
    unknown: Option<(ast::UnknownPolicy, Span)>,
    suppress: Option<(&'e Expr, Span)>,
    round: Option<(&'e ast::RoundTo, Span)>,
    target: Option<(&'e ast::Target, Span)>,
    baseline: Option<(&'e ast::Baseline, Span)>,
    compare: Option<(&'e ast::Comparison, Span)>,
    chart: Option<(&'e ast::Chart, Span)>,
    signals: Option<(&'e [ast::Signal], Span)>,
}

/// The word of a form.
const fn word(form: &ast::MeasureForm) -> &'static str {
    match form {
        ast::MeasureForm::Count => "count",
        ast::MeasureForm::Distinct { .. } => "distinct",
        ast::MeasureForm::Rate { .. } => "rate",
        ast::MeasureForm::Ratio => "ratio",
        ast::MeasureForm::Sum(_) => "sum",
        ast::MeasureForm::Mean(_) => "mean",
        ast::MeasureForm::Median { .. } => "median",
        ast::MeasureForm::Percentile { .. } => "percentile",
        ast::MeasureForm::Standardised(_) => "standardised rate",
        ast::MeasureForm::Formula(_) => "formula",
    }
}

/// Whether a form divides a numerator by a denominator.
const fn is_rate(form: &ast::MeasureForm) -> bool {
    matches!(form, ast::MeasureForm::Rate { .. } | ast::MeasureForm::Ratio | ast::MeasureForm::Standardised(_))
}

/// A clause that may be stated; the outer `None` when it is and is wrong.
fn stated<T>(clause: Option<Option<T>>) -> Option<Option<T>> {
    clause.map_or(Some(None), |found| found.map(Some))
}

impl Lowerer<'_, '_> {
    /// Lowers a measure; `None` when something about it is reported.
    pub fn measure(&mut self, ast: &ast::Measure, record: RecordId) -> Option<Measure> {
        let scope = self.build.program.record(record)?.root;
        let clauses = self.clauses(ast);
        let form = self.form_fits(ast, &clauses);
        let cx = Cx::record(scope);
        // Every clause is looked at before any is found wrong.
        let include = self.stage(clauses.include, record, cx);
        let exclude = self.stage(clauses.exclude, record, cx);
        let eligible = self.stage(clauses.eligible, record, cx);
        let except = self.stage(clauses.except, record, cx);
        let numeric = form.is_some_and(is_rate);
        let numerator = self.part_of_rate(clauses.numerator, numeric, record, cx);
        let denominator = self.part_of_rate(clauses.denominator, true, record, cx);
        let lowered = form.map(|form| self.form(form, record, cx));
        let by = clauses.by.map_or(Some(Vec::new()), |(names, _)| self.breakdowns(names, record, scope));
        let every = clauses.every.map(|((period, of), _)| self.every(period, of, record, cx));
        let parts = Parts {
            counted: numerator.as_ref().is_some_and(|part| Self::counts(part.as_ref())),
            among: denominator.as_ref().is_some_and(|part| Self::counts(part.as_ref())),
        };
        // What is wrong by itself is not also wrong for an interval.
        let sound = numerator.is_some() && denominator.is_some();
        let of = lowered.as_ref().and_then(Option::as_ref).filter(|_| sound);
        let interval = clauses.interval.map(|(stated, span)| self.confidence(stated, span, of, parts));
        let suppress = clauses.suppress.map(|(below, _)| self.suppress(below));
        let round = clauses.round.map(|(round, _)| self.rounded(round));
        let target = clauses.target.map(|(target, _)| self.target(target));
        let baseline = clauses.baseline.map(|(baseline, _)| self.baseline(baseline));
        let compare = clauses.compare.map(|(compare, _)| self.compared(compare));
        let chart = clauses.chart.map(|(chart, _)| self.chart(chart));
        let signals = clauses.signals.map(|(signals, _)| self.signals(signals));
        let (numerator, denominator) = (numerator?, denominator?);
        let measure = Measure {
            heading: heading(&ast.name.text, ast.title.as_ref(), &ast.docs),
            record,
            include: include?,
            exclude: exclude?,
            eligible: eligible?,
            numerator: numerator.map(|typed| typed.node),
            except: except?,
            denominator: denominator.map(|typed| typed.node),
            form: lowered??,
            by: by?,
            every: stated(every)?,
            interval: stated(interval)?,
            suppress: stated(suppress)?,
            round: stated(round)?,
            target: stated(target)?,
            baseline: stated(baseline)?,
            compare: stated(compare)?,
            chart: stated(chart)?,
            signals: stated(signals)?.unwrap_or_default(),
            unknown: match clauses.unknown {
                None | Some((ast::UnknownPolicy::Apart, _)) => UnknownPolicy::Apart,
                Some((ast::UnknownPolicy::No, _)) => UnknownPolicy::No,
                Some((ast::UnknownPolicy::Yes, _)) => UnknownPolicy::Yes,
            },
            audit: None,
            evidence: None,
            place: place(ast.name.span),
        };
        self.series_fits(&measure, &clauses)?;
        Some(measure)
    }

    fn clauses<'e>(&mut self, ast: &'e ast::Measure) -> Clauses<'e> {
        fn take<T>(slot: &mut Option<(T, Span)>, value: T, span: Span) -> Option<Span> {
            match slot {
                Some((_, first)) => Some(*first),
                None => {
                    *slot = Some((value, span));
                    None
                }
            }
        }
        let mut out = Clauses::default();
        for clause in &ast.clauses {
            let span = clause.span;
            let (word, first) = match &clause.kind {
                Clause::Include(expr) => ("include", take(&mut out.include, expr, span)),
                Clause::Exclude(expr) => ("exclude", take(&mut out.exclude, expr, span)),
                Clause::Eligible(expr) => ("eligible", take(&mut out.eligible, expr, span)),
                Clause::Numerator(expr) => ("numerator", take(&mut out.numerator, expr, span)),
                Clause::Except(expr) => ("except", take(&mut out.except, expr, span)),
                Clause::Denominator(expr) => ("denominator", take(&mut out.denominator, expr, span)),
                Clause::Value(expr) => ("value", take(&mut out.value, expr, span)),
                Clause::As(form) => ("as", take(&mut out.form, form, span)),
                Clause::By(names) => ("by", take(&mut out.by, names, span)),
                Clause::Every { period, of } => ("every", take(&mut out.every, (*period, of), span)),
                Clause::Interval { method, level } => ("interval", take(&mut out.interval, (*method, level), span)),
                Clause::Unknown(policy) => ("unknown", take(&mut out.unknown, *policy, span)),
                Clause::Suppress { below } => ("suppress", take(&mut out.suppress, below, span)),
                Clause::Round(round) => ("round", take(&mut out.round, round, span)),
                Clause::Target(target) => ("target", take(&mut out.target, target, span)),
                Clause::Baseline(baseline) => ("baseline", take(&mut out.baseline, baseline, span)),
                Clause::Compare(compare) => ("compare", take(&mut out.compare, compare, span)),
                Clause::Chart(chart) => ("chart", take(&mut out.chart, chart, span)),
                Clause::Signals(signals) => ("signals", take(&mut out.signals, signals, span)),
            };
            if let Some(first) = first {
                let message = format!("`{word}` stands twice in measure `{}`", ast.name.text);
                self.sink.push(
                    Diagnostic::error(codes::MEASURE_CLAUSE_TWICE, span, message)
                        .label("again here")
                        .also(first, "first here")
                        .help("keep one; join conditions with `and`"),
                );
            }
        }
        out
    }

    /// Checks that a measure has what its form needs, and nothing that its form does not use.
    fn form_fits<'e>(&mut self, ast: &ast::Measure, clauses: &Clauses<'e>) -> Option<&'e ast::MeasureForm> {
        let name = &ast.name.text;
        if let Some((_, span)) = clauses.value {
            self.report(
                codes::MEASURE_CLAUSE_EXTRA,
                span,
                "no form of measure in this version reads `value`",
                "not used",
                "write the value where it is summed: `as sum of …`, `as mean of …`",
            );
        }
        let Some((form, form_span)) = clauses.form else {
            if !self.tables.incomplete {
                self.report(
                    codes::MEASURE_CLAUSE_LACKING,
                    ast.name.span,
                    format!("measure `{name}` does not say what it reports"),
                    "no `as`",
                    "write `as count`, `as rate per 100`, `as ratio`, `as sum of …`, `as mean of …` or `as distinct …`",
                );
            }
            return None;
        };
        let word = word(form);
        let rated = is_rate(form);
        let mut lacking = Vec::new();
        if rated && clauses.numerator.is_none() {
            lacking.push("numerator");
        }
        if matches!(form, ast::MeasureForm::Ratio) && clauses.denominator.is_none() {
            lacking.push("denominator");
        }
        for clause in lacking {
            if !self.tables.incomplete {
                self.report(
                    codes::MEASURE_CLAUSE_LACKING,
                    form_span,
                    format!("measure `{name}` has no `{clause}`"),
                    format!("a {word} needs one"),
                    format!("write `{clause} …` before it"),
                );
            }
        }
        for (clause, given) in [("denominator", clauses.denominator), ("except", clauses.except)] {
            if let Some((_, span)) = given
                && !rated
            {
                self.report(
                    codes::MEASURE_CLAUSE_EXTRA,
                    span,
                    format!("`{clause}` has no effect on a {word}"),
                    "not used",
                    "remove it, or report `as rate per 100` or `as ratio`",
                );
            }
        }
        if matches!(form, ast::MeasureForm::Formula(_)) {
            let stages = [
                ("include", clauses.include),
                ("exclude", clauses.exclude),
                ("eligible", clauses.eligible),
                ("numerator", clauses.numerator),
            ];
            for (clause, span) in stages.into_iter().filter_map(|(clause, given)| Some((clause, given?.1))) {
                self.report(
                    codes::MEASURE_CLAUSE_EXTRA,
                    span,
                    format!("`{clause}` has no effect on a formula"),
                    "not used",
                    "remove it: the measures that the formula names say whom they count",
                );
            }
        }
        Some(form)
    }

    /// A stage of the ladder; the outer `None` when it is wrong.
    fn stage(&mut self, clause: Option<(&Expr, Span)>, record: RecordId, cx: Cx) -> Option<Option<NodeId>> {
        let Some((expr, _)) = clause else { return Some(None) };
        self.prepare(record, cx.scope, &[expr]);
        self.condition(expr, cx).map(Some)
    }

    /// A numerator or denominator: a condition, or a number where the form sums.
    fn part_of_rate(
        &mut self,
        clause: Option<(&Expr, Span)>,
        numeric: bool,
        record: RecordId,
        cx: Cx,
    ) -> Option<Option<Typed>> {
        let Some((expr, _)) = clause else { return Some(None) };
        self.prepare(record, cx.scope, &[expr]);
        let typed = self.lower(expr, cx, Want::Any)?;
        if typed.ty == Ty::Boolean || (numeric && typed.ty.is_number()) {
            return Some(Some(typed));
        }
        let says = self.says(typed.ty);
        let (message, help) = if numeric {
            (
                format!("a condition or a number is expected, not {says}"),
                "write a condition, which counts records, or a number, which is summed",
            )
        } else {
            (format!("a condition is expected, not {says}"), "numbers are summed in `as rate`, `as ratio` and `as sum`")
        };
        self.report(codes::MEASURE_TYPE, typed.span, message, format!("this is {says}"), help);
        None
    }

    fn every(&mut self, period: ast::Period, of: &Expr, record: RecordId, cx: Cx) -> Option<(Period, NodeId)> {
        self.prepare(record, cx.scope, &[of]);
        let date = self.date(of, cx)?;
        let period = match period {
            ast::Period::Month => Period::Month,
            ast::Period::Quarter => Period::Quarter,
            ast::Period::Year => Period::Year,
            ast::Period::FiscalYear { from } => Period::FiscalYear { from },
            ast::Period::Rolling(amount) => self.rolling(amount, of.span)?,
        };
        Some((period, date.node))
    }

    /// `rolling 12 months`, in months.
    fn rolling(&mut self, amount: ast::Amount, span: Span) -> Option<Period> {
        let unit = match amount.unit {
            TimeUnit::Years => 12,
            TimeUnit::Quarters => 3,
            TimeUnit::Months => 1,
            _ => 0,
        };
        let months = amount.count.checked_mul(unit).and_then(|months| u16::try_from(months).ok());
        match months.filter(|months| (2..=1200).contains(months)) {
            Some(months) => Some(Period::Rolling { months }),
            None => {
                self.report(
                    codes::MEASURE_NUMBER,
                    span,
                    "a rolling window is of 2 to 1,200 whole months",
                    "not of this window",
                    "write `every rolling 12 months of …`",
                );
                None
            }
        }
    }
}
