//! The trail of an evaluation: from what the whole comes to, by objectives and indicators, down to the counts and to who
//! is in them.

use crate::evaluations::{finding_text, overall_text};
use crate::grid::count;
use assize::Results;
use assize::measures::Stages;
use assize::measures::disclosure::is_withheld_from;
use assize::measures::evaluation::{Distribution, EvaluationResult, Finding, IndicatorResult};
use assize::model::evaluation::{Evaluation, Indicator, Overall, scores_shown};
use assize::model::evaluation_text::Around;
use assize::model::ids::EvaluationId;
use assize::model::program::Program;
use std::fmt::Write as _;

/// The trail of an evaluation; `None` where the results do not have it.
pub fn trail_text(results: &Results, id: EvaluationId) -> Option<String> {
    let program = &*results.program;
    let evaluation = program.evaluation(id)?;
    let found = results.evaluations.iter().find(|found| found.evaluation == id)?;
    let mut out = format!("{} ({})\n", evaluation.heading.shown(), evaluation.heading.name);
    let _ = writeln!(out, "  {}", overall_text(program, evaluation, found));
    if let Some(sum) = weighed(evaluation, found) {
        let _ = writeln!(out, "  {sum}");
    }
    if let Overall::Profile(rubric) = &evaluation.overall {
        let around = Around::evaluation(program, evaluation);
        for (rank, heading) in rubric.headings().enumerate() {
            let may = if found.overall.possible.contains(&rank) { "may hold" } else { "does not hold" };
            let holds = if found.overall.possible == [rank] { "holds" } else { may };
            let condition = rubric.condition(rank, around).unwrap_or_else(|| "otherwise".to_owned());
            let _ = writeln!(out, "  {}: {condition}: {holds}", heading.name);
        }
    }
    for (objective, stands) in evaluation.objectives.iter().zip(&found.objectives) {
        let weight = stands.weight.map(|weight| format!(", weight {}", weight.normalized())).unwrap_or_default();
        let title = objective.heading.shown();
        let _ = writeln!(
            out,
            "\n  {title} ({}){weight}: {}",
            objective.heading.name,
            scores_shown(stands.lowest, stands.highest)
        );
        if let Some(question) = &objective.question {
            let _ = writeln!(out, "    asked: {question}");
        }
        if objective.indicators.is_empty() {
            out.push_str("    no indicator says how it stands\n");
        }
        for id in &objective.indicators {
            if let (Some(indicator), Some(result)) = (program.indicator(*id), found.indicator(*id)) {
                out.push_str(&indicator_text(program, indicator, result));
            }
        }
    }
    let ruleset = &program.ruleset;
    let hash: String = ruleset.hash.chars().take("blake3:".len() + 12).collect();
    let _ = writeln!(out, "\n  {} {}, {hash}, as of {}", ruleset.heading.name, ruleset.version, results.as_of);
    Some(out)
}

/// The sum behind a weighted mean.
fn weighed(evaluation: &Evaluation, found: &EvaluationResult) -> Option<String> {
    if evaluation.overall != Overall::WeightedMean || found.objectives.is_empty() {
        return None;
    }
    let weights: Option<Vec<String>> =
        found.objectives.iter().map(|stands| Some(stands.weight?.normalized().to_string())).collect();
    let weights = weights?;
    let parts: Vec<String> = weights
        .iter()
        .zip(&found.objectives)
        .map(|(weight, stands)| {
            let score = scores_shown(stands.lowest, stands.highest);
            if score.contains(' ') { format!("{weight} x ({score})") } else { format!("{weight} x {score}") }
        })
        .collect();
    Some(format!("({}) / ({})", parts.join(" + "), weights.join(" + ")))
}

fn indicator_text(program: &Program, indicator: &Indicator, result: &IndicatorResult) -> String {
    let levels = indicator.levels(program);
    let possible = &result.standing.possible;
    let names: Vec<&str> = possible.iter().filter_map(|&rank| levels.get(rank).copied()).collect();
    let stands = match names.as_slice() {
        [] => "judged by nothing, and without a part in the score".to_owned(),
        [one] => (*one).to_owned(),
        several => format!("not known: {}", several.join(" or ")),
    };
    let mut out = format!("    {} ({}): {stands}\n", indicator.heading.shown(), indicator.heading.name);
    let mut line = |text: String| {
        let _ = writeln!(out, "      {text}");
    };
    line(format!("from {}", indicator.evidence.shown(program)));
    if let Some(source) = &indicator.source {
        line(format!("source: {source}"));
    }
    line(format!("found: {}", finding_text(program, &result.finding)));
    match &result.finding {
        Finding::Measure(_, row) => {
            if let (Some(over), Some(under)) = (row.numerator, row.denominator) {
                line(format!("{over} of {under}"));
            }
            line(stages(&row.stages));
        }
        Finding::Documents(_, row) => line(stages(&row.stages)),
        Finding::Ratings(found) => {
            line(counts(program, &found.all));
            line(stages(&found.stages));
        }
        Finding::Themes(found) => {
            line(counts(program, &found.all));
            line(stages(&found.stages));
        }
        Finding::Nothing(_) => {}
    }
    if let Some(rubric) = &indicator.rubric {
        let around = Around::indicator(program, indicator);
        for &rank in possible {
            let condition = rubric.condition(rank, around).unwrap_or_else(|| "otherwise".to_owned());
            let holds = if possible.len() == 1 { "holds" } else { "may hold" };
            line(format!("{} {holds}: {condition}", levels.get(rank).copied().unwrap_or("?")));
        }
    } else if let Some(target) = indicator.held_to(program) {
        let why = result.target.as_ref().and_then(|status| status.because).map(|why| format!(" ({})", why.word()));
        line(format!("target: {}{}", target.shown(program), why.unwrap_or_default()));
    }
    if !matches!(result.finding, Finding::Nothing(_)) {
        for id in indicator.evidence.measures() {
            if let Some(measure) = program.measure(id).filter(|_| !is_withheld_from(program, id)) {
                line(format!("who is in it: --members {}", measure.heading.name));
            }
        }
    }
    out
}

fn stages(stages: &Stages) -> String {
    let Some(counts) = stages.shown() else { return "records: withheld".to_owned() };
    let shown: Vec<String> =
        Stages::NAMES.into_iter().zip(counts).map(|(name, number)| format!("{name} {}", count(number))).collect();
    format!("records: {}", shown.join(", "))
}

fn counts(program: &Program, all: &Distribution) -> String {
    let list = program.list(all.list);
    let name = |at: usize| list.and_then(|list| list.codes.get(at)).map_or("?", |code| &*code.heading.name);
    let mut shown: Vec<String> = all
        .answers
        .counts()
        .iter()
        .enumerate()
        .map(|(at, number)| format!("{} {}", name(at), count(*number)))
        .collect();
    shown.extend(all.missing.iter().map(|(reason, number)| format!("{} {}", reason.word(), count(*number))));
    if all.errors > 0 {
        shown.push(format!("in error {}", count(all.errors)));
    }
    shown.join(", ")
}
