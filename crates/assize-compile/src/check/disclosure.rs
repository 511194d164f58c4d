//! What measures withhold and round: that there is something to be, and that no other table gives it away.

use crate::codes;
use crate::lower::Lowerer;
use assize_lang::ast::{self, MeasureClause, MeasureClauseKind as Clause};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::decimal::Decimal;
use assize_model::ids::{CategoryId, NodeId};
use assize_model::measure::{Amount, Measure, MeasureForm};
use assize_model::program::Param;
use assize_model::value::Value;

/// Checks the measures, all of which are lowered, in their order.
pub fn check(lowerer: &mut Lowerer<'_, '_>) {
    let measures = lowerer.build.program.measures.clone();
    let asts: Vec<&ast::Measure> = lowerer.tables.measures.iter().map(|(ast, _)| *ast).collect();
    for (measure, ast) in measures.iter().zip(&asts) {
        alone(lowerer, measure, ast);
    }
    for (at, (measure, ast)) in measures.iter().zip(&asts).enumerate() {
        let Some(among) = measure.among() else { continue };
        let family: Vec<(&Measure, &ast::Measure)> = measures
            .iter()
            .zip(&asts)
            .filter(|(of, _)| of.among() == Some(among))
            .map(|(of, ast)| (of, *ast))
            .collect();
        withheld_too(lowerer, measure, ast, &family);
        not_rounded(lowerer, measure, ast, &family);
        let first = measures.iter().position(|of| of.among() == Some(among)) == Some(at);
        if first {
            ring(lowerer, &family);
        }
    }
}

fn span_of(ast: &ast::Measure, wanted: fn(&Clause) -> bool) -> Option<Span> {
    ast.clauses.iter().find(|clause| wanted(&clause.kind)).map(|clause: &MeasureClause| clause.span)
}

const fn is_suppress(clause: &Clause) -> bool {
    matches!(clause, Clause::Suppress { .. })
}

const fn is_round(clause: &Clause) -> bool {
    matches!(clause, Clause::Round(_))
}

/// Each measure by itself.
fn alone(lowerer: &mut Lowerer<'_, '_>, measure: &Measure, ast: &ast::Measure) {
    let (suppress, round) = (span_of(ast, is_suppress), span_of(ast, is_round));
    if matches!(measure.form, MeasureForm::Formula(_)) {
        for (word, span) in [("suppress", suppress), ("round", round)] {
            if let Some(span) = span {
                lowerer.report(
                    codes::NO_COUNTS,
                    span,
                    format!("`{word}` has no effect on a formula, which counts nothing itself"),
                    "no counts here",
                    "remove it, and state it in the measures that the formula names: it reads what they publish",
                );
            }
        }
        return;
    }
    if let (Some(span), Some(to)) = (round, &measure.round) {
        let number = |node: Option<NodeId>| {
            node.and_then(|node| lowerer.build.program.node(node)).is_some_and(|node| node.ty.is_number())
        };
        let sums = number(measure.numerator) || number(measure.denominator);
        let wrong = match &measure.form {
            MeasureForm::Standardised(_) => {
                Some("a standardised rate is worked out of its strata, which nobody rounds")
            }
            MeasureForm::Quantile { .. } => Some("a percentile is not worked out of counts"),
            MeasureForm::Sum(_) | MeasureForm::Mean(_) if to.controlled => {
                Some("totals are kept of counts, not of sums")
            }
            MeasureForm::Distinct { .. } if to.controlled => {
                Some("a number of different values is not the sum of its parts")
            }
            _ if to.controlled && sums => Some("totals are kept of counts, not of sums"),
            _ => None,
        };
        if let Some(message) = wrong {
            let help = "remove `round`, or write `suppress below 5` instead";
            lowerer.report(codes::ROUNDED, span, message, "cannot be rounded so", help);
        } else if let Some(interval) = span_of(ast, |clause| matches!(clause, Clause::Interval { .. })) {
            lowerer.report(
                codes::ROUNDED,
                interval,
                "a rounded measure has no interval: it would tell the counts that are rounded",
                "beside `round`",
                "remove one of the two",
            );
        }
    }
    if let (Some(span), Some(Amount::Parameter(id))) = (suppress, measure.suppress)
        && let Some(param) = lowerer.build.program.param(id)
        && let Some(value) = wrong_value(param)
    {
        let message = format!("parameter `{}` is {value}, and counts are withheld below 2 or more", param.heading.name);
        lowerer.report(
            codes::THRESHOLD,
            span,
            message,
            "below this",
            "give the parameter a value of 2 or more; what can be turned off protects nobody",
        );
    }
}

/// A value of a parameter by the rules that is below 2.
fn wrong_value(param: &Param) -> Option<String> {
    let values = std::iter::once(&param.default).chain(param.dated.iter().map(|dated| &dated.value));
    values
        .map(|value| match value {
            Value::Integer(value) => Decimal::from_i64(*value),
            Value::Decimal(value) => *value,
            _ => Decimal::ZERO,
        })
        .find(|value| *value < Decimal::from_i64(2))
        .map(|value| value.normalized().to_string())
}

/// A measure that says nothing, or less, of withholding than another one of the same records.
fn withheld_too(
    lowerer: &mut Lowerer<'_, '_>,
    measure: &Measure,
    ast: &ast::Measure,
    family: &[(&Measure, &ast::Measure)],
) {
    let stricter = family.iter().find(|(other, _)| match (measure.suppress, other.suppress) {
        (None, Some(_)) => true,
        (Some(Amount::Fixed(own)), Some(Amount::Fixed(other))) => own < other,
        (Some(own), Some(other)) => own != other && matches!(own, Amount::Fixed(_)),
        (_, None) => false,
    });
    let Some((other, other_ast)) = stricter else { return };
    let Some(amount) = other.suppress else { return };
    let below = amount.shown(&lowerer.build.program);
    let name = &measure.heading.name;
    let message = format!(
        "measure `{name}` counts the same records as `{}`: what is below {below} is withheld of it too",
        other.heading.name
    );
    let span = span_of(ast, is_suppress).unwrap_or(ast.name.span);
    let mut diagnostic = Diagnostic::warning(codes::WITHHELD_TOO, span, message)
        .label("shows parts or totals of the same counts")
        .help(format!("write `suppress below {below}` in it, so that it says so itself"));
    if let Some(also) = span_of(other_ast, is_suppress) {
        diagnostic = diagnostic.also(also, "withheld here");
    }
    lowerer.sink.push(diagnostic);
}

/// A measure that shows the counts that another one rounds.
fn not_rounded(
    lowerer: &mut Lowerer<'_, '_>,
    measure: &Measure,
    ast: &ast::Measure,
    family: &[(&Measure, &ast::Measure)],
) {
    if measure.round.is_some() {
        return;
    }
    let same = |other: &Measure| {
        other.round.is_some() && (measure.numerator == other.numerator || measure.numerator.is_none())
    };
    let Some((other, other_ast)) = family.iter().find(|(other, _)| same(other)) else { return };
    let message = format!(
        "measure `{}` shows parts or totals of the counts that `{}` rounds, and does not round them",
        measure.heading.name, other.heading.name
    );
    let mut diagnostic = Diagnostic::warning(codes::NOT_ROUNDED, ast.name.span, message)
        .label("not rounded")
        .help("round it to the same base, with the same text");
    if let Some(also) = span_of(other_ast, is_round) {
        diagnostic = diagnostic.also(also, "rounded here");
    }
    lowerer.sink.push(diagnostic);
}

/// What a measure's rows are told apart by.
type Axes = Vec<(NodeId, Option<CategoryId>)>;

fn axes(measure: &Measure) -> Axes {
    let by = measure.by.iter().map(|by| (by.node, by.category));
    by.chain(measure.every.map(|(_, node)| (node, None))).collect()
}

/// Tables that share breakdowns in a ring, where no table has all of them: what they say of each other is more than
/// each two of them do.
fn ring(lowerer: &mut Lowerer<'_, '_>, family: &[(&Measure, &ast::Measure)]) {
    if family.iter().all(|(measure, _)| measure.suppress.is_none()) {
        return;
    }
    let mut sets: Vec<Axes> = family.iter().map(|(measure, _)| axes(measure)).collect();
    // What has no ring comes to nothing when breakdowns of one table alone, and tables within others, are taken away
    // again and again (Graham's reduction).
    loop {
        let before: usize = sets.iter().map(|set| set.len() + 1).sum();
        let all: Axes = sets.iter().flatten().copied().collect();
        for set in &mut sets {
            set.retain(|axis| all.iter().filter(|other| *other == axis).count() > 1);
        }
        let within = |at: usize| {
            sets.get(at).is_some_and(|set| {
                sets.iter().enumerate().any(|(other, of)| {
                    other != at && set.iter().all(|axis| of.contains(axis)) && (of.len() > set.len() || other < at)
                })
            })
        };
        if let Some(at) = (0..sets.len()).find(|&at| within(at)) {
            sets.remove(at);
        }
        if sets.iter().map(|set| set.len() + 1).sum::<usize>() == before {
            break;
        }
    }
    if sets.iter().all(Vec::is_empty) {
        return;
    }
    let Some((_, ast)) = family.iter().find(|(measure, _)| measure.suppress.is_some()) else { return };
    let names: Vec<String> = family
        .iter()
        .filter(|(measure, _)| {
            axes(measure).iter().filter(|axis| sets.iter().any(|set| set.contains(axis))).count() > 1
        })
        .map(|(measure, _)| format!("`{}`", measure.heading.name))
        .collect();
    let message = format!(
        "measures {} share breakdowns in a ring: what each two of them say together is kept, not what all of them do",
        names.join(", ")
    );
    let diagnostic = Diagnostic::warning(codes::RING, ast.name.span, message)
        .label("counts are withheld of these")
        .help("add a measure with all of these breakdowns, or publish one table less");
    lowerer.sink.push(diagnostic);
}
