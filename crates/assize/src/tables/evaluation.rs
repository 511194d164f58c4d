//! Indicators, evaluations and the evaluation matrix as columns.

use super::Typing;
use super::column::Columns;
use super::measure::{decimals, whole};
use crate::results::Results;
use assize_measures::MeasureRow;
use assize_measures::evaluation::{EvaluationResult, Finding, IndicatorResult};
use assize_model::decimal::Decimal;
use assize_model::evaluation::{Evaluation, FacetKind, Indicator, Objective, score_shown};
use assize_model::program::Program;
use std::sync::Arc;

fn text(of: Option<&str>) -> Option<Arc<str>> {
    of.map(Arc::from)
}

fn row(finding: &Finding) -> Option<&MeasureRow> {
    match finding {
        Finding::Measure(_, row) | Finding::Documents(_, row) => Some(row),
        _ => None,
    }
}

/// A row an indicator.
pub fn indicators(results: &Results, typing: Typing) -> Columns {
    let program = &*results.program;
    let of: Vec<(&Indicator, &IndicatorResult)> =
        results.indicators.iter().filter_map(|found| Some((program.indicator(found.indicator)?, found))).collect();
    let mut out = Columns::new(of.len());
    out.texts("indicator", of.iter().map(|(of, _)| Some(Arc::clone(&of.heading.name))));
    out.texts("title", of.iter().map(|(of, _)| of.heading.title.clone()));
    out.texts("evidence", of.iter().map(|(of, _)| Some(of.evidence.word())));
    for kind in FacetKind::ALL {
        let words = |of: &Indicator| {
            let words: Vec<&str> = of.words(kind).map(|facet| facet.word()).collect();
            (!words.is_empty()).then(|| words.join(", "))
        };
        out.texts(kind.word(), of.iter().map(|(of, _)| words(of)));
    }
    out.texts("source", of.iter().map(|(of, _)| of.source.clone()));
    out.texts("collected", of.iter().map(|(of, _)| of.collected.map(|often| often.word())));
    out.texts("owner", of.iter().map(|(of, _)| of.owner.clone()));
    out.texts("method", of.iter().map(|(of, _)| of.method.clone()));
    out.texts("state", of.iter().map(|(_, found)| Some(found.finding.lacks().unwrap_or("known"))));
    decimals(&mut out, typing, "value", of.iter().map(|(_, found)| row(&found.finding)?.value.clone()));
    let ends = |found: &IndicatorResult| row(&found.finding)?.interval.clone();
    decimals(&mut out, typing, "lower", of.iter().map(|(_, found)| Some(ends(found)?.lower_shown)));
    decimals(&mut out, typing, "upper", of.iter().map(|(_, found)| Some(ends(found)?.upper_shown)));
    let answers = |found: &IndicatorResult| match &found.finding {
        Finding::Ratings(found) => Some(whole(found.all.answers.all())),
        Finding::Themes(found) => Some(whole(found.all.answers.all())),
        _ => None,
    };
    out.integers("answers", of.iter().map(|(_, found)| answers(found)));
    out.texts(
        "level",
        of.iter()
            .map(|(of, found)| text(found.standing.level().and_then(|rank| of.levels(program).get(rank).copied()))),
    );
    out.texts(
        "possible",
        of.iter().map(|(of, found)| {
            let levels = of.levels(program);
            let names: Vec<&str> =
                found.standing.possible.iter().filter_map(|&rank| levels.get(rank).copied()).collect();
            (!names.is_empty()).then(|| names.join(", "))
        }),
    );
    let judged = |found: &IndicatorResult| found.standing.is_judged();
    decimals(
        &mut out,
        typing,
        "at_least",
        of.iter().map(|(_, found)| judged(found).then(|| score_shown(found.standing.lowest))),
    );
    decimals(
        &mut out,
        typing,
        "at_most",
        of.iter().map(|(_, found)| judged(found).then(|| score_shown(found.standing.highest))),
    );
    out.texts("target", of.iter().map(|(_, found)| found.target.as_ref().map(|target| target.status.word())));
    out.texts("because", of.iter().map(|(_, found)| found.standing.because.map(|why| why.word())));
    out
}

/// The evaluations with what was declared of them.
fn judged(results: &Results) -> impl Iterator<Item = (&Evaluation, &EvaluationResult)> {
    results.evaluations.iter().filter_map(|found| Some((results.program.evaluation(found.evaluation)?, found)))
}

/// A row of [`evaluations`].
struct Stands<'a> {
    evaluation: &'a Evaluation,
    /// None for the whole.
    objective: Option<&'a Objective>,
    weight: Option<Decimal>,
    level: Option<&'a str>,
    lowest: Decimal,
    highest: Decimal,
    because: Option<&'static str>,
    known: usize,
    of: usize,
}

fn stands<'a>(program: &'a Program, evaluation: &'a Evaluation, found: &'a EvaluationResult) -> Vec<Stands<'a>> {
    let (known, of) = found.coverage();
    let overall = &found.overall;
    let whole = Stands {
        evaluation,
        objective: None,
        weight: None,
        level: found.level_name(program),
        lowest: overall.lowest,
        highest: overall.highest,
        because: overall.because.map(|why| why.word()),
        known,
        of,
    };
    let objectives = evaluation.objectives.iter().zip(&found.objectives).map(|(objective, of)| Stands {
        evaluation,
        objective: Some(objective),
        weight: of.weight,
        level: of.level_name(program),
        lowest: of.lowest,
        highest: of.highest,
        because: of.because.map(|why| why.word()),
        known: of.known,
        of: objective.indicators.len(),
    });
    [whole].into_iter().chain(objectives).collect()
}

/// How many rows [`evaluations`] has.
pub fn evaluation_rows(results: &Results) -> usize {
    judged(results).map(|(evaluation, _)| evaluation.objectives.len() + 1).sum()
}

/// A row an evaluation, without an objective, and behind it one for each of its objectives.
pub fn evaluations(results: &Results, typing: Typing) -> Columns {
    let program = &*results.program;
    let of: Vec<Stands<'_>> =
        judged(results).flat_map(|(evaluation, found)| stands(program, evaluation, found)).collect();
    let mut out = Columns::new(of.len());
    out.texts("evaluation", of.iter().map(|of| Some(Arc::clone(&of.evaluation.heading.name))));
    out.texts("objective", of.iter().map(|of| of.objective.map(|objective| Arc::clone(&objective.heading.name))));
    out.texts(
        "title",
        of.iter().map(|of| of.objective.map_or(&of.evaluation.heading, |objective| &objective.heading).title.clone()),
    );
    decimals(&mut out, typing, "weight", of.iter().map(|of| Some(of.weight?.normalized().to_string())));
    out.texts("level", of.iter().map(|of| text(of.level)));
    decimals(&mut out, typing, "at_least", of.iter().map(|of| Some(score_shown(of.lowest))));
    decimals(&mut out, typing, "at_most", of.iter().map(|of| Some(score_shown(of.highest))));
    out.texts("because", of.iter().map(|of| of.because));
    out.integers("known", of.iter().map(|of| Some(whole(of.known as u64))));
    out.integers("indicators", of.iter().map(|of| Some(whole(of.of as u64))));
    out
}

/// What stands in a row of [`matrix`].
struct Asked<'a> {
    evaluation: &'a Evaluation,
    objective: &'a Objective,
    indicator: &'a Indicator,
    collected: bool,
}

fn asked(results: &Results) -> Vec<Asked<'_>> {
    judged(results)
        .flat_map(|(evaluation, found)| {
            evaluation.objectives.iter().flat_map(move |objective| {
                objective.indicators.iter().filter_map(move |id| {
                    let indicator = results.program.indicator(*id)?;
                    let collected = found.indicator(*id).is_some_and(|found| found.finding.is_known());
                    Some(Asked { evaluation, objective, indicator, collected })
                })
            })
        })
        .collect()
}

/// How many rows [`matrix`] has.
pub fn matrix_rows(results: &Results) -> usize {
    asked(results).len()
}

/// The evaluation matrix: a row for each indicator of each objective.
pub fn matrix(results: &Results) -> Columns {
    let of = asked(results);
    let mut out = Columns::new(of.len());
    out.texts("evaluation", of.iter().map(|of| Some(Arc::clone(&of.evaluation.heading.name))));
    out.texts("objective", of.iter().map(|of| Some(Arc::clone(&of.objective.heading.name))));
    out.texts("question", of.iter().map(|of| of.objective.question.clone()));
    out.texts("criterion", of.iter().map(|of| of.objective.criterion.clone()));
    out.texts("indicator", of.iter().map(|of| Some(Arc::clone(&of.indicator.heading.name))));
    out.texts("source", of.iter().map(|of| of.indicator.source.clone()));
    out.texts("method", of.iter().map(|of| of.indicator.method.clone()));
    out.texts("frequency", of.iter().map(|of| of.indicator.collected.map(|often| often.word())));
    out.texts("responsible", of.iter().map(|of| of.indicator.owner.clone()));
    out.texts("collected", of.iter().map(|of| Some(if of.collected { "yes" } else { "no" })));
    out
}
