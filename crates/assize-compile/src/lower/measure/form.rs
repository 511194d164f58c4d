//! What a measure reports: its form, and the measures that a formula is made of.

use super::super::{Cx, Lowerer, Want};
use crate::codes;
use crate::resolve::Global;
use assize_lang::ast::{self, BinaryOp, Expr, ExprKind, Ident};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::decimal::Decimal;
use assize_model::ids::{LookupId, MeasureId, NodeId, RecordId};
use assize_model::measure::{Formula, Measure, MeasureForm, Precision, Standardised};
use assize_model::ty::Ty;

const fn kept(precision: ast::Precision) -> Precision {
    match precision {
        ast::Precision::Exact => Precision::Exact,
        ast::Precision::Approximate(_) => Precision::Approximate,
    }
}

impl Lowerer<'_, '_> {
    pub(super) fn form(&mut self, form: &ast::MeasureForm, record: RecordId, cx: Cx) -> Option<MeasureForm> {
        match form {
            ast::MeasureForm::Count => Some(MeasureForm::Count),
            ast::MeasureForm::Ratio => Some(MeasureForm::Ratio),
            ast::MeasureForm::Rate { per } => self.per(per).map(|per| MeasureForm::Rate { per }),
            ast::MeasureForm::Median { precision, of } => {
                let of = self.summed(of, "median", record, cx)?;
                Some(MeasureForm::Quantile { precision: kept(*precision), share: Decimal::new(5, 1)?, of })
            }
            ast::MeasureForm::Percentile { precision, rank, of } => {
                let node = self.summed(of, "percentile", record, cx);
                let share = self.percentile(rank);
                Some(MeasureForm::Quantile { precision: kept(*precision), share: share?, of: node? })
            }
            ast::MeasureForm::Standardised(standardised) => {
                self.standardised(standardised, record, cx).map(MeasureForm::Standardised)
            }
            ast::MeasureForm::Formula(expr) => self.formula(expr).map(MeasureForm::Formula),
            ast::MeasureForm::Sum(expr) => self.summed(expr, "sum", record, cx).map(MeasureForm::Sum),
            ast::MeasureForm::Mean(expr) => self.summed(expr, "mean", record, cx).map(MeasureForm::Mean),
            ast::MeasureForm::Distinct { precision, of } => self.distinct(*precision, of, record, cx),
        }
    }

    fn distinct(&mut self, precision: ast::Precision, of: &Expr, record: RecordId, cx: Cx) -> Option<MeasureForm> {
        self.prepare(record, cx.scope, &[of]);
        let typed = self.lower(of, cx, Want::Any)?;
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
        let few = matches!(typed.ty, Ty::Code(_) | Ty::Boolean);
        if let (true, ast::Precision::Approximate(span)) = (few, precision) {
            let says = self.says(typed.ty);
            self.sink.push(
                Diagnostic::warning(codes::EXACT_ANYWAY, span, "`approximate` spares nothing here, and is not heeded")
                    .label(format!("each value is {says}, of which there are few"))
                    .help("write `as distinct …` without it"),
            );
            return Some(MeasureForm::Distinct { precision: Precision::Exact, of: typed.node });
        }
        Some(MeasureForm::Distinct { precision: kept(precision), of: typed.node })
    }

    /// What a rate is per.
    fn per(&mut self, per: &Expr) -> Option<Decimal> {
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
        Some(value)
    }

    /// `percentile 90`, as a share.
    fn percentile(&mut self, rank: &Expr) -> Option<Decimal> {
        let value = self.constant_number(rank)?;
        let share = value.div(Decimal::from_i64(100)).ok();
        match share {
            Some(share) if value >= Decimal::ZERO && value <= Decimal::from_i64(100) => Some(share),
            _ => {
                self.report(
                    codes::MEASURE_NUMBER,
                    rank.span,
                    "a percentile lies between 0 and 100",
                    "not between them",
                    "write `percentile 90 of …`",
                );
                None
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

    fn standardised(&mut self, ast: &ast::Standardised, record: RecordId, cx: Cx) -> Option<Standardised> {
        let per = self.per(&ast.per);
        let strata = self.breakdowns(&ast.by, record, cx.scope);
        let to = self.standard(&ast.to);
        let (strata, to) = (strata?, to?);
        let types = self.look_up_types(to)?;
        let valid = self.tables.lookups.get(to.index()).is_some_and(|ast| ast.valid.is_some());
        let dated = valid || self.has_editions(to);
        let keys: Option<Vec<Ty>> = types.keys.iter().map(|key| key.map(|(ty, _)| ty)).collect();
        let keys = keys?;
        let given: Option<Vec<Ty>> =
            strata.iter().map(|by| self.build.program.node(by.node).map(|node| node.ty)).collect();
        if !types.result.is_some_and(Ty::is_number) {
            self.report(
                codes::STANDARD,
                ast.to.span,
                format!("look-up `{}` does not give a number", ast.to.text),
                "a standard population, or expected rates, are numbers",
                "let the look-up give `integer` or `decimal`",
            );
            return None;
        }
        if given.as_deref() != Some(keys.as_slice()) || dated {
            let wanted: Vec<String> = keys.iter().map(|&ty| self.says(ty)).collect();
            let label = if dated {
                "its rows hold for a time".to_owned()
            } else {
                format!("its keys are {}", wanted.join(", "))
            };
            self.report(
                codes::STANDARD,
                ast.to.span,
                format!("look-up `{}` does not fit the strata", ast.to.text),
                label,
                "name after `by` one stratum for each key of the look-up, in its order and of its type",
            );
            return None;
        }
        Some(Standardised { indirect: ast.indirect, per: per?, strata, to })
    }

    fn standard(&mut self, name: &Ident) -> Option<LookupId> {
        match self.tables.globals.get(name.text.as_str()).map(|(global, _)| *global) {
            Some(Global::Lookup(id)) => Some(id),
            Some(Global::Broken) => None,
            None if self.tables.incomplete => None,
            _ => {
                self.report(
                    codes::STANDARD,
                    name.span,
                    format!("`{}` is not a look-up", name.text),
                    "a look-up with the standard is expected",
                    "write `lookup NAME (AGE_GROUP : …) from \"FILE\" -> integer` and name it here",
                );
                None
            }
        }
    }

    /// An expression over measures: their names, numbers and parameters with `+`, `-`, `*` and `/`.
    fn formula(&mut self, expr: &Expr) -> Option<Formula> {
        let both = |this: &mut Self, left: &Expr, right: &Expr| {
            let (left, right) = (this.formula(left), this.formula(right));
            Some((Box::new(left?), Box::new(right?)))
        };
        match &expr.kind {
            ExprKind::Name(name) => {
                if let Some((Global::Measure(id), _)) = self.tables.globals.get(name.text.as_str()) {
                    return Some(Formula::Measure(*id));
                }
                let number = match self.tables.globals.get(name.text.as_str()) {
                    Some((Global::Broken, _)) => return None,
                    Some((Global::Param(_) | Global::Constant(_), _)) => true,
                    Some(_) => false,
                    None if self.tables.incomplete => return None,
                    None => false,
                };
                if number {
                    return self.amount(expr).map(Formula::Number);
                }
                let measures: Vec<&str> = self.tables.measures.iter().map(|(of, _)| of.name.text.as_str()).collect();
                let message = format!("`{}` is not a measure", name.text);
                let diagnostic =
                    Diagnostic::error(codes::FORMULA, name.span, message).label("not a measure or a number");
                let near = self.sink.closest(&name.text, measures);
                self.sink.push(match near {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
                    None => diagnostic.help("a formula is of other measures, numbers and parameters"),
                });
                None
            }
            ExprKind::Negate(of) => Some(Formula::Negative(Box::new(self.formula(of)?))),
            ExprKind::Binary { op: BinaryOp::Add, left, right, .. } => {
                both(self, left, right).map(|(left, right)| Formula::Sum(left, right))
            }
            ExprKind::Binary { op: BinaryOp::Sub, left, right, .. } => {
                both(self, left, right).map(|(left, right)| Formula::Difference(left, right))
            }
            ExprKind::Binary { op: BinaryOp::Mul, left, right, .. } => {
                both(self, left, right).map(|(left, right)| Formula::Product(left, right))
            }
            ExprKind::Binary { op: BinaryOp::Div, left, right, .. } => {
                both(self, left, right).map(|(left, right)| Formula::Quotient(left, right))
            }
            ExprKind::Integer(_) | ExprKind::Decimal { .. } => self.amount(expr).map(Formula::Number),
            _ => {
                self.report(
                    codes::FORMULA,
                    expr.span,
                    "a formula is of other measures, numbers and parameters, with `+`, `-`, `*` and `/`",
                    "not one of them",
                    "state it as a measure of its own, and name that here",
                );
                None
            }
        }
    }

    /// Checks, when all measures are there, that formulas end, and that what they join has the same rows.
    pub fn formulas(&mut self) {
        let measures = self.build.program.measures.clone();
        for (at, measure) in measures.iter().enumerate() {
            let MeasureForm::Formula(formula) = &measure.form else { continue };
            let id = MeasureId::from_index(at);
            let span = self.tables.measures.iter().find(|(ast, _)| *ast.name.text == *measure.heading.name);
            let Some(span) = span.map(|(ast, _)| ast.name.span) else { continue };
            let mut parts = Vec::new();
            formula.measures(&mut parts);
            if reaches(&measures, &parts, id) {
                let message = format!("measure `{}` is a formula of itself", measure.heading.name);
                self.report(codes::FORMULA, span, message, "reads itself in the end", "let one of them read data");
                continue;
            }
            for part in parts.iter().filter_map(|part| measures.get(part.index())) {
                self.same_rows(measure, part, span);
            }
        }
    }

    fn same_rows(&mut self, of: &Measure, part: &Measure, span: Span) {
        let names = |measure: &Measure| measure.by.iter().map(|by| by.name.to_string()).collect::<Vec<_>>();
        let periods = |measure: &Measure| measure.every.map(|(period, _)| period);
        let alone = part.by.is_empty() && part.every.is_none();
        if alone || (names(of) == names(part) && periods(of) == periods(part)) {
            return;
        }
        let message = format!(
            "measure `{}` has not the rows of measure `{}`, which its formula reads",
            of.heading.name, part.heading.name
        );
        self.report(
            codes::FORMULA,
            span,
            message,
            "other breakdowns or periods",
            format!(
                "give it the `by` and `every` of `{}`, in that order; a measure without any is one number for all rows",
                part.heading.name
            ),
        );
    }
}

/// Whether formulas lead from some measures to another.
fn reaches(measures: &[Measure], from: &[MeasureId], to: MeasureId) -> bool {
    let mut seen = vec![false; measures.len()];
    let mut todo = from.to_vec();
    while let Some(id) = todo.pop() {
        if id == to {
            return true;
        }
        match (seen.get_mut(id.index()), measures.get(id.index())) {
            (Some(seen), Some(measure)) if !*seen => {
                *seen = true;
                if let MeasureForm::Formula(formula) = &measure.form {
                    formula.measures(&mut todo);
                }
            }
            _ => {}
        }
    }
    false
}
