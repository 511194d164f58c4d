//! Parameters: their default, and what values they may take.

use super::dated::{Declared, Words, dated};
use super::literals::{For, value};
use crate::codes;
use crate::convert::{heading, place};
use crate::lower::Lowerer;
use crate::optimise::compare;
use assize_lang::ast::{self, Expr, ExprKind};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::node::Comparison;
use assize_model::program::{Param, Within};
use assize_model::ty::Ty;
use assize_model::value::Value;

/// Fills in the parameters.
pub fn params(lowerer: &mut Lowerer<'_, '_>) {
    for (at, &(ast, ty)) in lowerer.tables.params.iter().enumerate() {
        let Some(ty) = ty else { continue };
        let holder = format!("parameter `{}`", ast.name.text);
        let of = For { code: codes::PARAMETER, holder: &holder };
        if let Ty::Code(list) | Ty::Codes(list) = ty {
            lowerer.use_list(list);
        }
        let more = lowerer.tables.dated.get(at).cloned().unwrap_or_default();
        let mut fine = true;
        let mut values = Vec::new();
        let mut bounds: Option<(Within, Span)> = None;
        for &one in std::iter::once(&ast).chain(&more) {
            let value = value(lowerer, &one.default, ty, of);
            let stated = one.within.as_ref().map(|expr| (within(lowerer, expr, ty, of), expr.span));
            match stated {
                Some((None, _)) => fine = false,
                Some((Some(within), span)) if bounds.is_none() => bounds = Some((within, span)),
                // What it may be is said once.
                Some((Some(within), span)) => {
                    if let Some((first, first_span)) = &bounds
                        && *first != within
                    {
                        fine = false;
                        lowerer.sink.push(
                            Diagnostic::error(
                                codes::PARAMETER,
                                span,
                                format!("`{}` may be something else further up", ast.name.text),
                            )
                            .label("not the same")
                            .also(*first_span, "said here")
                            .help("say once which values it may take"),
                        );
                    }
                }
                None => {}
            }
            if !same_type(one, ast) {
                fine = false;
                lowerer.sink.push(
                    Diagnostic::error(
                        codes::PARAMETER,
                        one.ty.span,
                        format!("`{}` has another type on other days", ast.name.text),
                    )
                    .label("not the same type")
                    .also(ast.ty.span, "the type it has")
                    .help("a parameter has one type; change one of them"),
                );
                continue;
            }
            match value {
                Some(value) => values.push((one, value)),
                None => fine = false,
            }
        }
        for (one, value) in &values {
            if let Some((within, span)) = &bounds
                && !allows(within, value)
            {
                fine = false;
                lowerer.sink.push(
                    Diagnostic::error(
                        codes::PARAMETER,
                        one.default.span,
                        format!("the default of `{}` is not one of its values", ast.name.text),
                    )
                    .label("outside")
                    .also(*span, "the values it may take")
                    .help("change the default, or widen what follows `in`"),
                );
            }
        }
        if !fine {
            continue;
        }
        let always = format!("parameter {} : … = …", ast.name.text);
        let words = Words { one: "value", two: "values", always: &always };
        let values = values.into_iter().map(|(one, value)| {
            (Declared { name: &one.name, effective: one.effective.as_ref(), span: one.span }, value)
        });
        let Some((always, dated)) = dated(lowerer, words, values.collect()) else { continue };
        // Where days are stated of all, there is no day of which nothing else is said.
        let Some(default) = always.or_else(|| dated.first().map(|of| of.value.clone())) else { continue };
        lowerer.build.program.params.push(Param {
            heading: heading(&ast.name.text, ast.title.as_ref(), &ast.docs),
            ty,
            default,
            dated,
            within: bounds.map(|(within, _)| within),
            place: place(ast.span),
        });
    }
}

fn same_type(a: &ast::Parameter, b: &ast::Parameter) -> bool {
    use ast::TypeKind::{Codes, SetOf};
    match (&a.ty.kind, &b.ty.kind) {
        (Codes(a), Codes(b)) | (SetOf(a), SetOf(b)) => a.text == b.text,
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

/// What follows `in`.
pub fn within(lowerer: &mut Lowerer<'_, '_>, expr: &Expr, ty: Ty, of: For<'_>) -> Option<Within> {
    if matches!(ty, Ty::Codes(_) | Ty::Texts) {
        lowerer.report(
            codes::PARAMETER,
            expr.span,
            "a parameter that is a set has no range of values",
            "not for a set",
            "remove `in …`",
        );
        return None;
    }
    match &expr.kind {
        ExprKind::Set(items) => {
            let values: Vec<Option<Value>> = items.iter().map(|item| value(lowerer, item, ty, of)).collect();
            values.into_iter().collect::<Option<_>>().map(Within::Set)
        }
        ExprKind::Range { lo, hi, lo_closed, hi_closed } => {
            let ordered = match ty {
                Ty::Boolean | Ty::Text | Ty::Duration => false,
                Ty::Code(list) => lowerer.is_ordered(list),
                _ => true,
            };
            if !ordered {
                let says = lowerer.says(ty);
                lowerer.report(
                    codes::PARAMETER,
                    expr.span,
                    format!("there is no range of such values: {says}"),
                    "has no order",
                    "write the values: `in {a, b}`",
                );
                return None;
            }
            let end = |lowerer: &mut Lowerer<'_, '_>, end: &Option<Box<Expr>>| match end {
                Some(end) => value(lowerer, end, ty, of).map(Some),
                None => Some(None),
            };
            let (low, high) = (end(lowerer, lo), end(lowerer, hi));
            let (low, high) = (low?, high?);
            if let (Some(low), Some(high)) = (&low, &high)
                && compare(Comparison::Le, low, high) == Some(false)
            {
                lowerer.report(
                    codes::PARAMETER,
                    expr.span,
                    "the range is empty",
                    "it ends before it begins",
                    "write the lower end first",
                );
                return None;
            }
            Some(Within::Range { lo: low.map(|low| (low, *lo_closed)), hi: high.map(|high| (high, *hi_closed)) })
        }
        ExprKind::Error => None,
        _ => {
            lowerer.report(
                codes::PARAMETER,
                expr.span,
                "after `in` stand the values that the parameter may take",
                "neither a range nor a set",
                "write `in 2..10` or `in {a, b}`",
            );
            None
        }
    }
}

/// Whether a value is among those a parameter may take.
pub fn allows(within: &Within, value: &Value) -> bool {
    match within {
        Within::Set(values) => values.contains(value),
        Within::Range { lo, hi } => {
            let fits = |end: &Option<(Value, bool)>, closed: Comparison, open: Comparison| {
                end.as_ref().is_none_or(|(end, included)| {
                    compare(if *included { closed } else { open }, value, end) == Some(true)
                })
            };
            fits(lo, Comparison::Ge, Comparison::Gt) && fits(hi, Comparison::Le, Comparison::Lt)
        }
    }
}
