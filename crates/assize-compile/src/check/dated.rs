//! Parameters with effective dates: one value for every day on which the rules are in force.

use crate::codes;
use crate::convert::{date, place};
use crate::lower::Lowerer;
use assize_lang::ast;
use assize_lang::diagnostic::Diagnostic;
use assize_model::civil::Date;
use assize_model::program::Dated;
use assize_model::value::Value;

/// Of a parameter's declarations with their values: the value for days of which nothing else is said, and those for
/// days that are stated. `None` where that is reported.
pub fn dated(
    lowerer: &mut Lowerer<'_, '_>,
    ast: &ast::Parameter,
    values: Vec<(&ast::Parameter, Value)>,
) -> Option<(Value, Vec<Dated>)> {
    let name = &ast.name.text;
    let mut always: Option<(&ast::Parameter, Value)> = None;
    let mut dated: Vec<(Date, Option<Date>, &ast::Parameter, Value)> = Vec::new();
    let mut fine = true;
    for (one, value) in values {
        if !same_type(one, ast) {
            fine = false;
            lowerer.sink.push(
                Diagnostic::error(codes::PARAMETER, one.ty.span, format!("`{name}` has another type on other days"))
                    .label("not the same type")
                    .also(ast.ty.span, "the type it has")
                    .help("a parameter has one type; change one of them"),
            );
            continue;
        }
        let Some(effective) = &one.effective else {
            match &always {
                Some((first, _)) => {
                    fine = false;
                    lowerer.sink.push(crate::resolve::declare::duplicate(&one.name, first.name.span));
                }
                None => always = Some((one, value)),
            }
            continue;
        };
        let from = date(effective.from.0)?;
        let to = match &effective.to {
            Some((to, _)) => Some(date(*to)?),
            None => None,
        };
        if to.is_some_and(|to| to < from) {
            fine = false;
            lowerer.report(
                codes::EFFECTIVE,
                effective.to.map_or(effective.from.1, |(_, span)| span),
                format!("`{name}` is in force to a day before the one from which it is"),
                "before it begins",
                "write the earlier day first",
            );
            continue;
        }
        dated.push((from, to, one, value));
    }
    assize_model::order::sort_by_key(&mut dated, |(from, ..)| *from);
    // One without a last day ends where the next begins.
    for pair in dated.windows(2) {
        let [(from, to, one, _), (next, _, other, _)] = pair else { continue };
        if to.is_some_and(|to| *next <= to) || from == next {
            fine = false;
            let span = |one: &ast::Parameter| one.effective.as_ref().map_or(one.name.span, |of| of.from.1);
            lowerer.sink.push(
                Diagnostic::error(codes::EFFECTIVE, span(other), format!("`{name}` has two values from {next} on"))
                    .label("begins before the other ends")
                    .also(
                        one.effective.as_ref().and_then(|of| of.to).map_or(span(one), |(_, span)| span),
                        "in force here too",
                    )
                    .help("let one end on the day before the other begins"),
            );
        }
    }
    if !fine {
        return None;
    }
    let place_of = |one: &ast::Parameter| place(one.span);
    let list = |dated: Vec<(Date, Option<Date>, &ast::Parameter, Value)>| {
        dated.into_iter().map(|(from, to, one, value)| Dated { from, to, value, place: place_of(one) }).collect()
    };
    if let Some((_, value)) = always {
        return Some((value, list(dated)));
    }
    if let Some(day) = uncovered(lowerer, &dated) {
        let span = ast.effective.as_ref().map_or(ast.name.span, |of| of.from.1);
        lowerer.report(
            codes::EFFECTIVE,
            span,
            format!("`{name}` has no value on {day}"),
            "and on other days nothing is said of it",
            format!("write it once without `effective`, for all other days: `parameter {name} : … = …`"),
        );
        return None;
    }
    // No day on which the rules are in force takes this.
    let default = dated.first().map(|(.., value)| value.clone())?;
    Some((default, list(dated)))
}

/// A day on which the rules are in force and nothing is said of the parameter.
fn uncovered(lowerer: &Lowerer<'_, '_>, dated: &[(Date, Option<Date>, &ast::Parameter, Value)]) -> Option<Date> {
    let ruleset = &lowerer.build.program.ruleset;
    let mut day = ruleset.effective_from.unwrap_or(Date::MIN);
    let last = ruleset.effective_to.unwrap_or(Date::MAX);
    for (at, (from, to, ..)) in dated.iter().enumerate() {
        if *from > day {
            return (day <= last).then_some(day);
        }
        match to {
            Some(to) => day = day.max(to.plus_days(1).ok()?),
            None if at + 1 == dated.len() => return None,
            None => {}
        }
    }
    (day <= last).then_some(day)
}

fn same_type(a: &ast::Parameter, b: &ast::Parameter) -> bool {
    use ast::TypeKind::{Codes, SetOf};
    match (&a.ty.kind, &b.ty.kind) {
        (Codes(a), Codes(b)) | (SetOf(a), SetOf(b)) => a.text == b.text,
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}
