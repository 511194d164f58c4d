//! Indicators and evaluations for a terminal: what was found, how it stands, and what the whole comes to and why.

use crate::grid::{Align, Grid, count};
use crate::json_evaluation::one_line;
use crate::summary::{period_text, value_text};
use assize::Results;
use assize::measures::evaluation::{Distribution, EvaluationResult, Finding, IndicatorResult, Met};
use assize::model::evaluation::{Evaluation, Overall, scores_shown};
use assize::model::ids::IndicatorId;
use assize::model::program::Program;
use std::fmt::Write as _;

/// Every indicator and evaluation, each after an empty line; nothing where there are none.
pub fn evaluations_text(results: &Results) -> String {
    let program = &*results.program;
    let mut out = String::new();
    if !results.indicators.is_empty() {
        out.push_str("\nIndicators\n");
        out.push_str(&indicators_text(program, &results.indicators));
    }
    for found in &results.evaluations {
        if let Some(evaluation) = program.evaluation(found.evaluation) {
            out.push('\n');
            out.push_str(&evaluation_text(program, evaluation, found));
        }
    }
    out
}

fn indicators_text(program: &Program, found: &[IndicatorResult]) -> String {
    let mut grid =
        Grid::new([("indicator", Align::Left), ("found", Align::Left), ("stands", Align::Left), ("", Align::Left)]);
    for result in found {
        let Some(indicator) = program.indicator(result.indicator) else { continue };
        let of = indicator.evidence.word().to_owned();
        grid.row([
            indicator.heading.name.to_string(),
            finding_text(program, &result.finding),
            standing(program, result),
            of,
        ]);
    }
    grid.render("  ")
}

/// The levels that an indicator reaches, or may reach.
fn standing(program: &Program, result: &IndicatorResult) -> String {
    let levels = program.indicator(result.indicator).map(|of| of.levels(program)).unwrap_or_default();
    let names: Vec<&str> = result.standing.possible.iter().filter_map(|&rank| levels.get(rank).copied()).collect();
    match names.as_slice() {
        [] => "(not judged)".to_owned(),
        [one] => (*one).to_owned(),
        several => format!("not known: {}", several.join(" or ")),
    }
}

/// What was found, in a few words.
pub fn finding_text(program: &Program, finding: &Finding) -> String {
    match finding {
        Finding::Nothing(why) => format!("nothing ({})", why.word()),
        Finding::Measure(_, row) => {
            let value = value_text(row, false);
            let interval = row.interval.as_ref().map(|ends| format!(" ({}-{})", ends.lower_shown, ends.upper_shown));
            let period = row.period.as_ref().map(|period| format!(", {}", period_text(period)));
            format!("{value}{}{}", interval.unwrap_or_default(), period.unwrap_or_default())
        }
        Finding::Documents(_, row) => {
            let unknown = row.stages.unknown;
            let may = if unknown > 0 { format!(", {} more not known", count(unknown)) } else { String::new() };
            format!("{}{may}", value_text(row, false))
        }
        Finding::Ratings(found) => {
            let median = found.all.answers.median().map(|median| {
                let name = |at| code_name(program, &found.all, at);
                if median.lower == median.upper {
                    format!(", median {}", name(median.lower))
                } else {
                    format!(", median {} to {}", name(median.lower), name(median.upper))
                }
            });
            format!("{}{}{}", answers(&found.all), median.unwrap_or_default(), not_given(&found.all))
        }
        Finding::Themes(found) => {
            let parts: Vec<(usize, u64)> = found.all.answers.counts().iter().copied().enumerate().collect();
            let most = parts.iter().filter(|(_, count)| *count > 0).max_by_key(|(at, count)| (*count, usize::MAX - at));
            let most =
                most.map(|(at, n)| format!(", most often {} ({})", code_name(program, &found.all, *at), count(*n)));
            format!("{}{}{}", answers(&found.all), most.unwrap_or_default(), not_given(&found.all))
        }
    }
}

fn answers(all: &Distribution) -> String {
    let number = all.answers.all();
    format!("{} {}", count(number), if number == 1 { "answer" } else { "answers" })
}

fn not_given(all: &Distribution) -> String {
    match all.absent() {
        0 => String::new(),
        absent => format!(", {} not given", count(absent)),
    }
}

fn code_name(program: &Program, all: &Distribution, at: usize) -> String {
    let name = program.list(all.list).and_then(|list| list.codes.get(at)).map(|code| code.heading.name.to_string());
    name.unwrap_or_else(|| "?".to_owned())
}

fn name(program: &Program, id: IndicatorId) -> &str {
    program.indicator(id).map_or("?", |indicator| &*indicator.heading.name)
}

fn evaluation_text(program: &Program, evaluation: &Evaluation, found: &EvaluationResult) -> String {
    let mut out = format!("{} ({})\n", evaluation.heading.shown(), evaluation.heading.name);
    if let Some((from, to)) = evaluation.period {
        let _ = writeln!(out, "  {from} to {to}");
    }
    let _ = writeln!(out, "  overall: {}", overall_text(program, evaluation, found));
    let (known, of) = found.coverage();
    let _ = writeln!(out, "  evidence: something is known of {known} of {of} indicators");
    let mut grid = Grid::new([
        ("objective", Align::Left),
        ("weight", Align::Right),
        ("score", Align::Right),
        ("stands", Align::Left),
        ("indicators", Align::Left),
    ]);
    for (objective, stands) in evaluation.objectives.iter().zip(&found.objectives) {
        let each: Vec<String> = objective
            .indicators
            .iter()
            .filter_map(|id| found.indicator(*id))
            .map(|result| format!("{}: {}", name(program, result.indicator), standing(program, result)))
            .collect();
        let weight = stands.weight.map(|weight| weight.normalized().to_string()).unwrap_or_default();
        let at = match (stands.level_name(program), stands.because) {
            (Some(level), _) => level.to_owned(),
            (None, Some(why)) => why.word().replace('_', " "),
            (None, None) => String::new(),
        };
        let shown = scores_shown(stands.lowest, stands.highest);
        grid.row([objective.heading.name.to_string(), weight, shown, at, each.join("; ")]);
    }
    out.push_str(&grid.render("  "));
    for (objective, stands) in evaluation.objectives.iter().zip(&found.objectives) {
        if let Some(apart) = &stands.contradiction {
            let (numbers, words) = (name(program, apart.quantitative), name(program, apart.qualitative));
            let (high, low) = if apart.numbers_are_higher { (numbers, words) } else { (words, numbers) };
            let of = &objective.heading.name;
            let _ = writeln!(out, "  numbers and words differ in `{of}`: `{high}` stands high and `{low}` low");
        }
    }
    for form in found.forms.iter().filter(|form| form.known == 0) {
        let of = form.form.word();
        let _ = match form.indicators {
            0 => writeln!(out, "  said to be {of}, and no indicator is"),
            _ => writeln!(out, "  said to be {of}, and nothing is known of such evidence"),
        };
    }
    for (required, stands) in evaluation.requires.iter().zip(&found.requirements) {
        let words = one_line(program.text_of(required.place));
        let lacking = stands.lacking.join(", ");
        let _ = match stands.met {
            Met::Yes => writeln!(out, "  met: {words}"),
            Met::NoEvidence => writeln!(out, "  without evidence: {words} ({lacking})"),
            Met::No => writeln!(out, "  NOT met: {words} ({lacking})"),
        };
    }
    out
}

/// What the whole comes to, and how.
pub fn overall_text(program: &Program, evaluation: &Evaluation, found: &EvaluationResult) -> String {
    let overall = &found.overall;
    if let Some(why) = overall.because
        && overall.possible.is_empty()
        && overall.lowest != overall.highest
        && why.word() != "several_possible"
    {
        return format!("none ({})", why.word().replace('_', " "));
    }
    let score = scores_shown(overall.lowest, overall.highest);
    match &evaluation.overall {
        Overall::NotAsked => "none is asked for".to_owned(),
        Overall::WeightedMean => format!("{score} of 100, the weighted mean of the objectives"),
        Overall::Minimum => {
            let by = overall.objective.and_then(|at| {
                let stands = found.objectives.get(at)?;
                Some((stands.level_name(program)?, &*evaluation.objectives.get(at)?.heading.name))
            });
            match by {
                Some((level, objective)) => format!("{level}, as the lowest objective, `{objective}`"),
                None => format!("not known: {score} of 100, as the lowest objective"),
            }
        }
        Overall::Profile(rubric) => {
            let names: Vec<&str> = rubric.names().collect();
            let levels: Vec<&str> = overall.possible.iter().filter_map(|&rank| names.get(rank).copied()).collect();
            match levels.as_slice() {
                [one] => format!("{one}, by the profile"),
                several => format!("not known: {}, by the profile", several.join(" or ")),
            }
        }
    }
}
