//! Measures: one clause of each kind, of the right type, and all that the form needs.

use super::expr::{Literal, literal};
use super::{Cx, Lowerer, Typed, Want};
use crate::codes;
use crate::convert::{heading, place};
use crate::resolve::{Global, Member, value_type};
use assize_lang::ast::{self, Expr, Ident, IntervalMethod, MeasureClauseKind as Clause};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::decimal::Decimal;
use assize_model::ids::{NodeId, RecordId, ScopeId};
use assize_model::node::Op;
use assize_model::period::Period;
use assize_model::program::{Breakdown, FieldKind, Measure, MeasureForm, UnknownPolicy};
use assize_model::ty::Ty;
use assize_model::value::Value;

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
}

/// The word of a form.
const fn word(form: &ast::MeasureForm) -> &'static str {
    match form {
        ast::MeasureForm::Count => "count",
        ast::MeasureForm::Distinct(_) => "distinct",
        ast::MeasureForm::Rate { .. } => "rate",
        ast::MeasureForm::Ratio => "ratio",
        ast::MeasureForm::Sum(_) => "sum",
        ast::MeasureForm::Mean(_) => "mean",
        ast::MeasureForm::Median(_) => "median",
        ast::MeasureForm::Percentile { .. } => "percentile",
        ast::MeasureForm::Standardised(_) => "standardised rate",
        ast::MeasureForm::Formula(_) => "formula",
    }
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
        let numeric = matches!(form, Some(ast::MeasureForm::Rate { .. } | ast::MeasureForm::Ratio));
        let numerator = self.part_of_rate(clauses.numerator, numeric, record, cx);
        let denominator = self.part_of_rate(clauses.denominator, true, record, cx);
        let lowered = form.map(|form| self.form(form, record, cx));
        let by = clauses.by.map_or(Some(Vec::new()), |(names, _)| self.breakdowns(names, record, scope));
        let every = clauses.every.map(|((period, of), _)| self.every(period, of, record, cx));
        let interval = clauses.interval.map(|((method, level), _)| match method {
            IntervalMethod::Wilson => self.level(level),
            // Refused as not part of this version.
            IntervalMethod::Byar | IntervalMethod::Exact | IntervalMethod::T => None,
        });
        let (numerator, denominator) = (numerator?, denominator?);
        if let (Some(((IntervalMethod::Wilson, _), span)), Some(form)) = (clauses.interval, form) {
            self.proportion(form, numerator.as_ref(), denominator.as_ref(), span)?;
        }
        Some(Measure {
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
            every: every.map_or(Some(None), |every| every.map(Some))?,
            interval: interval.map_or(Some(None), |level| level.map(Some))?,
            unknown: match clauses.unknown {
                None | Some((ast::UnknownPolicy::Apart, _)) => UnknownPolicy::Apart,
                Some((ast::UnknownPolicy::No, _)) => UnknownPolicy::No,
                Some((ast::UnknownPolicy::Yes, _)) => UnknownPolicy::Yes,
            },
            place: place(ast.name.span),
        })
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
                // Refused as not part of this version.
                Clause::Suppress { .. }
                | Clause::Round(_)
                | Clause::Target(_)
                | Clause::Baseline(_)
                | Clause::Compare(_)
                | Clause::Signals(_)
                | Clause::Chart(_) => continue,
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
        let rated = matches!(form, ast::MeasureForm::Rate { .. } | ast::MeasureForm::Ratio);
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

    fn form(&mut self, form: &ast::MeasureForm, record: RecordId, cx: Cx) -> Option<MeasureForm> {
        match form {
            ast::MeasureForm::Count => Some(MeasureForm::Count),
            ast::MeasureForm::Ratio => Some(MeasureForm::Ratio),
            ast::MeasureForm::Rate { per } => {
                let value = self.constant_number(per)?;
                if value.is_zero() || value.is_negative() {
                    self.report(
                        codes::MEASURE_NUMBER,
                        per.span,
                        "a rate is per a number above zero",
                        "not above zero",
                        "write `rate per 100` or `rate per 1000`",
                    );
                    return None;
                }
                Some(MeasureForm::Rate { per: value })
            }
            // Refused as not part of this version.
            ast::MeasureForm::Median(_)
            | ast::MeasureForm::Percentile { .. }
            | ast::MeasureForm::Standardised(_)
            | ast::MeasureForm::Formula(_) => None,
            ast::MeasureForm::Sum(expr) => self.summed(expr, "sum", record, cx).map(MeasureForm::Sum),
            ast::MeasureForm::Mean(expr) => self.summed(expr, "mean", record, cx).map(MeasureForm::Mean),
            ast::MeasureForm::Distinct(expr) => {
                self.prepare(record, cx.scope, &[expr]);
                let typed = self.lower(expr, cx, Want::Any)?;
                if matches!(typed.ty, Ty::Codes(_) | Ty::Texts | Ty::Duration) {
                    let says = self.says(typed.ty);
                    self.report(
                        codes::MEASURE_TYPE,
                        typed.span,
                        "`distinct` does not go over such values",
                        format!("this is {says}"),
                        "use a code, a text, a number or a date",
                    );
                    return None;
                }
                Some(MeasureForm::Distinct(typed.node))
            }
        }
    }

    fn summed(&mut self, expr: &Expr, word: &str, record: RecordId, cx: Cx) -> Option<NodeId> {
        self.prepare(record, cx.scope, &[expr]);
        let typed = self.lower(expr, cx, Want::Any)?;
        if typed.ty.is_number() {
            return Some(typed.node);
        }
        let says = self.says(typed.ty);
        self.report(
            codes::MEASURE_TYPE,
            typed.span,
            format!("a {word} is of numbers, not {says}"),
            format!("this is {says}"),
            "use a number; conditions are counted `as count` with a `numerator`",
        );
        None
    }

    /// A constant number as a decimal.
    fn constant_number(&mut self, expr: &Expr) -> Option<Decimal> {
        // A number as it is written needs no node.
        let written = match literal(&expr.kind, None) {
            Literal::Value(value) => Some(value),
            _ => {
                let typed = self.lower(expr, Cx::CONSTANT, Want::Any)?;
                self.constant_of(typed.node).cloned()
            }
        };
        match written {
            Some(Value::Integer(value)) => Some(Decimal::from_i64(value)),
            Some(Value::Decimal(value)) => Some(value),
            _ => {
                self.report(
                    codes::NOT_CONSTANT,
                    expr.span,
                    "a constant number is expected",
                    "not a constant number",
                    "write the number itself",
                );
                None
            }
        }
    }

    fn level(&mut self, expr: &Expr) -> Option<Decimal> {
        let level = self.constant_number(expr)?;
        if level > Decimal::ZERO && level < Decimal::ONE {
            return Some(level);
        }
        self.report(
            codes::MEASURE_NUMBER,
            expr.span,
            "the level of an interval lies between 0% and 100%",
            "not between them",
            "write `interval wilson 95%`",
        );
        None
    }

    /// Refuses an interval for what is not a proportion.
    fn proportion(
        &mut self,
        form: &ast::MeasureForm,
        numerator: Option<&Typed>,
        denominator: Option<&Typed>,
        span: Span,
    ) -> Option<()> {
        let counted = |typed: Option<&Typed>| typed.is_none_or(|typed| typed.ty == Ty::Boolean);
        if matches!(form, ast::MeasureForm::Rate { .. }) && counted(numerator) && counted(denominator) {
            return Some(());
        }
        self.report(
            codes::MEASURE_CLAUSE_EXTRA,
            span,
            "a Wilson interval is of a proportion of counted records",
            "not a proportion",
            "remove it, or report `as rate` with conditions as numerator and denominator",
        );
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
            // Refused as not part of this version.
            ast::Period::Rolling(_) => return None,
        };
        Some((period, date.node))
    }

    fn breakdowns(&mut self, names: &[Ident], record: RecordId, scope: ScopeId) -> Option<Vec<Breakdown>> {
        let mut out: Vec<Breakdown> = Vec::new();
        let mut fine = true;
        for (at, name) in names.iter().enumerate() {
            if let Some(first) = names.iter().take(at).find(|other| other.text == name.text) {
                fine = false;
                let message = format!("`{}` stands twice in `by`", name.text);
                self.sink.push(
                    Diagnostic::error(codes::MEASURE_BY, name.span, message)
                        .label("again here")
                        .also(first.span, "first here")
                        .help("name each breakdown once"),
                );
                continue;
            }
            match self.breakdown(name, record, scope) {
                Some(breakdown) => out.push(breakdown),
                None => fine = false,
            }
        }
        fine.then_some(out)
    }

    fn breakdown(&mut self, name: &Ident, record: RecordId, scope: ScopeId) -> Option<Breakdown> {
        let names = self.tables.record(record)?;
        let owner = &names.ast.name.text;
        let (node, ty, category) = match names.members.get(name.text.as_str()) {
            Some((Member::Broken, _)) => return None,
            Some(&(Member::Field(field), _)) => {
                let kind = self.build.program.record(record)?.fields.get(field.index())?.kind;
                match kind {
                    FieldKind::Value(ty) => {
                        self.read(record, field);
                        (self.node(Op::Field(field), ty, Cx::record(scope), name.span)?, ty, None)
                    }
                    _ => {
                        let label = match value_type(kind) {
                            Some(_) => "this is a range of values",
                            None => "these are child records",
                        };
                        self.no_breakdown(name, label.to_owned());
                        return None;
                    }
                }
            }
            // An instrument is broken down by its band.
            Some(&(Member::Form(_), _))
                if let Some((Member::Decl(decl), _)) = names.members.get(format!("{}.band", name.text).as_str()) =>
            {
                let typed = self.lowered(*decl, scope)?;
                let category = self.tables.decl(*decl).and_then(crate::resolve::Decl::category);
                (typed.node, typed.ty, category)
            }
            Some(&(Member::Form(_), _)) => {
                self.no_breakdown(name, "an instrument without bands".to_owned());
                return None;
            }
            Some(&(Member::Decl(decl), _)) => {
                let typed = self.lowered(decl, scope)?;
                let (node, ty) = (typed.node, typed.ty);
                let category = self.tables.decl(decl).and_then(crate::resolve::Decl::category);
                (node, ty, category)
            }
            None => {
                if names.incomplete
                    || self.tables.globals.get(name.text.as_str()).is_some_and(|g| g.0 == Global::Broken)
                {
                    return None;
                }
                let message = format!("record `{owner}` has no `{}`", name.text);
                let diagnostic = Diagnostic::error(codes::UNKNOWN_FIELD, name.span, message).label("not a name of it");
                let near = self.sink.closest(&name.text, names.members.keys().copied());
                self.sink.push(match near {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
                    None => diagnostic.help(format!("name a field, a `let` or a category of `{owner}`")),
                });
                return None;
            }
        };
        if !matches!(ty, Ty::Boolean | Ty::Integer | Ty::Text | Ty::Code(_) | Ty::Date) {
            let says = self.says(ty);
            self.no_breakdown(name, format!("this is {says}"));
            return None;
        }
        Some(Breakdown { name: name.text.as_str().into(), node, category })
    }

    fn no_breakdown(&mut self, name: &Ident, label: String) {
        self.report(
            codes::MEASURE_BY,
            name.span,
            format!("a measure is not broken down by `{}`", name.text),
            label,
            "use a code, a text, an integer, a date or a condition; put others into bands with a category",
        );
    }
}
