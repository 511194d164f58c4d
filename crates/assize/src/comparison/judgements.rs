//! How indicators, objectives and evaluations stand by old and by new rules.

use crate::results::Results;
use assize_measures::evaluation::{EvaluationResult, Standing};
use assize_model::evaluation::{Evaluation, Overall, scores_shown};
use assize_model::program::Program;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Something that is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedJudgement {
    /// What it is.
    pub kind: JudgedKind,
    /// Its name; of an objective `evaluation.objective`.
    pub name: Arc<str>,
    /// How it stands by the older rules; nothing where they do not have it.
    pub old: Option<String>,
    /// The same by the newer.
    pub new: Option<String>,
}

impl ComparedJudgement {
    /// Whether it stands otherwise, or only one side has it.
    pub fn is_changed(&self) -> bool {
        self.old != self.new
    }
}

/// What is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum JudgedKind {
    Indicator,
    Objective,
    Evaluation,
}

impl JudgedKind {
    /// In a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Indicator => "indicator",
            Self::Objective => "objective",
            Self::Evaluation => "evaluation",
        }
    }
}

fn levels(standing: &Standing, names: &[&str]) -> String {
    let possible: Vec<&str> = standing.possible.iter().filter_map(|&rank| names.get(rank).copied()).collect();
    if possible.is_empty() { "not judged".to_owned() } else { possible.join(" or ") }
}

fn overall(evaluation: &Evaluation, found: &EvaluationResult) -> String {
    let overall = &found.overall;
    let score = scores_shown(overall.lowest, overall.highest);
    match &evaluation.overall {
        Overall::NotAsked => "not asked".to_owned(),
        Overall::Profile(rubric) => {
            let names: Vec<&str> = rubric.names().collect();
            let possible: Vec<&str> = overall.possible.iter().filter_map(|&rank| names.get(rank).copied()).collect();
            if possible.is_empty() { "not known".to_owned() } else { possible.join(" or ") }
        }
        Overall::Minimum | Overall::WeightedMean => score,
    }
}

/// How everything that is judged stands, in the order of the rules.
fn stands(results: &Results) -> Vec<(JudgedKind, Arc<str>, String)> {
    let program: &Program = &results.program;
    let mut out = Vec::new();
    for found in &results.indicators {
        if let Some(indicator) = program.indicator(found.indicator) {
            let text = levels(&found.standing, &indicator.levels(program));
            out.push((JudgedKind::Indicator, Arc::clone(&indicator.heading.name), text));
        }
    }
    for found in &results.evaluations {
        let Some(evaluation) = program.evaluation(found.evaluation) else { continue };
        let name = &evaluation.heading.name;
        out.push((JudgedKind::Evaluation, Arc::clone(name), overall(evaluation, found)));
        for (objective, stands) in evaluation.objectives.iter().zip(&found.objectives) {
            let name = format!("{name}.{}", objective.heading.name);
            out.push((JudgedKind::Objective, name.into(), scores_shown(stands.lowest, stands.highest)));
        }
    }
    out
}

/// What both judge, and what only one does: in the order of the newer rules, then what only the older have.
pub fn compare(old: &Results, new: &Results) -> Vec<ComparedJudgement> {
    let before = stands(old);
    let mut left: BTreeMap<(JudgedKind, Arc<str>), String> =
        before.iter().map(|(kind, name, text)| ((*kind, Arc::clone(name)), text.clone())).collect();
    let mut out: Vec<ComparedJudgement> = stands(new)
        .into_iter()
        .map(|(kind, name, text)| {
            let old = left.remove(&(kind, Arc::clone(&name)));
            ComparedJudgement { kind, name, old, new: Some(text) }
        })
        .collect();
    out.extend(
        before
            .into_iter()
            .filter(|(kind, name, _)| left.contains_key(&(*kind, Arc::clone(name))))
            .map(|(kind, name, text)| ComparedJudgement { kind, name, old: Some(text), new: None }),
    );
    out
}
