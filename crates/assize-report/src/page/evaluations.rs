//! Evaluations: the overall judgement and how it was reached, objectives, evidence, contradictions, what was never
//! collected, what is required; and the evaluation matrix.

use super::build::{Build, level_name, of_parts};
use super::document::{Block, Cell, Count, Mark, Section, Table, Text};
use super::indicators::{Indicators, facet, frequency, level_mark, standing};
use super::measures::capital;
use assize::measures::evaluation::{EvaluationResult, Finding, Met, NoOverall, NoStanding, ObjectiveResult};
use assize::model::decimal::Decimal;
use assize::model::evaluation::{Evaluation, Facet, LogicEntry, Objective, Overall, score_shown};

/// The section, and what a reader should know first of each evaluation.
pub struct Evaluations {
    pub section: Option<Section>,
    /// For each evaluation: its name, and what it comes to.
    pub first: Vec<Text>,
}

/// Every evaluation.
pub fn section(b: &Build<'_>, indicators: &Indicators) -> Evaluations {
    let mut first = Vec::new();
    let mut parts = Vec::new();
    for found in &b.results.evaluations {
        let Some(evaluation) = b.program.evaluation(found.evaluation) else { continue };
        let anchor = b.anchor(&format!("e-{}", evaluation.heading.name));
        let (figure, _, how) = overall(b, evaluation, found);
        let words = b.pick("{}: {} – {}", "{} : {} – {}");
        let name = Text::link(anchor.clone(), evaluation.heading.shown());
        first.push(Text::fill(words, [name, Text::strong(figure), how]));
        parts.push(one(b, evaluation, found, indicators, anchor));
    }
    Evaluations { section: of_parts(b, "evaluations", b.pick("Evaluations", "Évaluations"), parts), first }
}

/// A score out of a hundred, or between what it lies.
fn between(b: &Build<'_>, lowest: Decimal, highest: Decimal) -> String {
    let of = |value: Decimal| {
        let shown = score_shown(value);
        b.language.number(shown.strip_suffix(".0").unwrap_or(&shown))
    };
    if lowest == highest { of(lowest) } else { format!("{} {} {}", of(lowest), b.pick("to", "à"), of(highest)) }
}

/// The whole: in a word or a figure, its sign, and how it was reached.
fn overall(b: &Build<'_>, evaluation: &Evaluation, found: &EvaluationResult) -> (String, Mark, Text) {
    let overall = &found.overall;
    let nothing = |words: &str| (b.pick("none", "aucun").to_owned(), Mark::Open, Text::from(words));
    match overall.because {
        Some(NoOverall::NotAsked) => {
            return nothing(b.pick("no overall judgement is asked for", "aucun jugement d'ensemble n'est demandé"));
        }
        Some(NoOverall::NoObjectives) => {
            return nothing(b.pick("there is no objective", "il n'y a aucun objectif"));
        }
        Some(NoOverall::NoWeight) => {
            return nothing(b.pick("all weights are zero", "tous les poids sont nuls"));
        }
        Some(NoOverall::WrongWeight) => {
            return nothing(b.pick("a weight is below zero or too large", "un poids est négatif ou trop grand"));
        }
        Some(NoOverall::Several) | None => {}
    }
    let score = between(b, overall.lowest, overall.highest);
    let known = overall.lowest == overall.highest;
    let of_hundred = format!("{score} {}", b.pick("of 100", "sur 100"));
    match &evaluation.overall {
        Overall::NotAsked => {
            nothing(b.pick("no overall judgement is asked for", "aucun jugement d'ensemble n'est demandé"))
        }
        Overall::WeightedMean => {
            let how = if known {
                b.pick("the weighted mean of the objectives", "la moyenne pondérée des objectifs")
            } else {
                b.pick(
                    "the weighted mean of the objectives; what is not known leaves it open between the two",
                    "la moyenne pondérée des objectifs ; l'inconnu la laisse ouverte entre les deux",
                )
            };
            (of_hundred, if known { Mark::Plain } else { Mark::Open }, Text::from(how))
        }
        Overall::Minimum => {
            let objective =
                overall.objective.and_then(|at| Some((evaluation.objectives.get(at)?, found.objectives.get(at)?)));
            match objective.and_then(|(objective, stands)| Some((objective, level(b, stands)?))) {
                Some((objective, (level, mark))) => {
                    let words = b.pick("as its lowest objective, “{}”", "comme son objectif le plus bas, « {} »");
                    (level, mark, Text::fill(words, [Text::name(objective.heading.shown())]))
                }
                None => {
                    let words = b.pick(
                        "as the lowest objective; what is not known leaves {} possible",
                        "comme l'objectif le plus bas ; l'inconnu laisse possible {}",
                    );
                    let figure = if known { of_hundred.clone() } else { b.pick("not known", "inconnu").to_owned() };
                    (figure, Mark::Open, Text::fill(words, [of_hundred.into()]))
                }
            }
        }
        Overall::Profile(rubric) => {
            let headings: Vec<_> = rubric.headings().collect();
            let names: Vec<String> = overall
                .possible
                .iter()
                .filter_map(|&rank| headings.get(rank))
                .map(|heading| level_name(b, heading))
                .collect();
            match (names.as_slice(), overall.possible.as_slice()) {
                ([name], [rank]) => {
                    let mark = level_mark(*rank, headings.len());
                    (
                        name.clone(),
                        mark,
                        Text::from(
                            b.pick("by the profile that the rules state", "selon le profil que fixent les règles"),
                        ),
                    )
                }
                _ => {
                    let words = b.pick(
                        "by the profile; what is not known leaves possible: {}",
                        "selon le profil ; l'inconnu laisse possible : {}",
                    );
                    let names = Text::join(names.into_iter().map(Text::name), b.pick(" or ", " ou "));
                    (b.pick("not known", "inconnu").to_owned(), Mark::Open, Text::fill(words, [names]))
                }
            }
        }
    }
}

/// The level that an objective stands at, and its sign.
fn level(b: &Build<'_>, stands: &ObjectiveResult) -> Option<(String, Mark)> {
    let (id, rank) = stands.level?;
    let indicator = b.program.indicator(id)?;
    let names = super::indicators::levels(b, indicator);
    Some((names.get(rank)?.clone(), level_mark(rank, names.len())))
}

fn one(
    b: &Build<'_>,
    evaluation: &Evaluation,
    found: &EvaluationResult,
    indicators: &Indicators,
    anchor: String,
) -> Section {
    let l = b.language;
    let mut section = Section::new(anchor, Text::name(evaluation.heading.shown()));
    section.blocks.extend(evaluation.heading.docs.as_deref().map(|docs| Block::Text(Text::name(docs))));
    let mut facts = Vec::new();
    if let Some((from, to)) = evaluation.period {
        facts.push((b.pick("Period", "Période").into(), Text::from(l.span(from, to))));
    }
    if !evaluation.forms.is_empty() {
        let forms = evaluation.forms.iter().map(|form| Text::from(facet(b, *form)));
        facts.push((b.pick("Forms", "Formes").into(), Text::join(forms, ", ")));
    }
    if !facts.is_empty() {
        section.push(Block::Facts(facts));
    }
    let (figure, mark, how) = overall(b, evaluation, found);
    let (known, of) = found.coverage();
    section.push(Block::Tally(vec![
        Count { mark: Some(mark), figure, of: Text::from(b.pick("overall, ", "ensemble, ")).and(how) },
        Count {
            mark: Some(if known == of { Mark::Plain } else { Mark::Open }),
            figure: format!("{} {} {}", l.count(known as u64), b.pick("of", "sur"), l.count(of as u64)),
            of: Text::from(b.pick("indicators of which something is known", "indicateurs dont on sait quelque chose")),
        },
    ]));
    for (objective, stands) in evaluation.objectives.iter().zip(&found.objectives) {
        if let Some(apart) = &stands.contradiction {
            let (numbers, told) = (indicators.name(b, apart.quantitative), indicators.name(b, apart.qualitative));
            let (high, low) = if apart.numbers_are_higher { (numbers, told) } else { (told, numbers) };
            let words = b.pick(
                "What was counted and what was told differ in “{}”: {} stands high and {} low.",
                "Ce qui a été compté et ce qui a été dit diffèrent pour « {} » : {} est haut et {} bas.",
            );
            section.push(Block::Note(Text::fill(words, [Text::name(objective.heading.shown()), high, low])));
        }
    }
    section.push(b.table(objectives(b, evaluation, found, indicators)));
    never(b, &mut section, found, indicators);
    if !evaluation.requires.is_empty() {
        section.push(b.table(requirements(b, evaluation, found)));
    }
    logic(b, &mut section, evaluation, indicators);
    section.push(b.table(matrix(b, evaluation, found, indicators)));
    b.quote(&mut section, evaluation.place);
    section
}

fn objectives(b: &Build<'_>, evaluation: &Evaluation, found: &EvaluationResult, indicators: &Indicators) -> Table {
    let name = &evaluation.heading.name;
    let mut table = Table::new(format!("{name} objectives"), b.pick("Objectives", "Objectifs"), 1);
    table.words(b.pick("Objective", "Objectif")).numbers(b.pick("Weight", "Poids"));
    table.words(b.pick("Stands at", "Niveau")).words(b.pick("Score of 100", "Note sur 100"));
    table.words(b.pick("Its indicators", "Ses indicateurs"));
    for (objective, stands) in evaluation.objectives.iter().zip(&found.objectives) {
        let at = match (level(b, stands), stands.because) {
            (Some((level, mark)), _) => Cell::Status(mark, level),
            (None, Some(NoStanding::NotJudged)) => {
                Cell::Status(Mark::Plain, b.pick("not judged", "non jugé").to_owned())
            }
            (None, Some(NoStanding::NoEvidence)) => {
                Cell::Status(Mark::Open, b.pick("nothing is known", "on ne sait rien").to_owned())
            }
            (None, Some(NoStanding::Several)) => Cell::Status(Mark::Open, b.pick("not known", "inconnu").to_owned()),
            (None, None) => Cell::Empty,
        };
        let score = if stands.because == Some(NoStanding::NotJudged) {
            Cell::Empty
        } else {
            Cell::Text(between(b, stands.lowest, stands.highest).into())
        };
        let weight =
            stands.weight.map_or(Cell::Empty, |weight| Cell::Number(b.language.decimal(weight), weight.to_f64()));
        table.rows.push(vec![
            Cell::Text(Text::name(objective.heading.shown())),
            weight,
            at,
            score,
            Cell::from(of_objective(b, objective, found, indicators)),
        ]);
    }
    table.drop_empty();
    table
}

/// The indicators of an objective, each with where it stands.
fn of_objective(b: &Build<'_>, objective: &Objective, found: &EvaluationResult, indicators: &Indicators) -> Text {
    let each = objective.indicators.iter().map(|id| {
        let (words, _) = found.indicator(*id).map_or_else(|| (String::new(), Mark::Open), |result| standing(b, result));
        indicators.name(b, *id).and(format!("{} {words}", b.pick(":", " :")))
    });
    let each: Vec<Text> = each.collect();
    if each.is_empty() {
        return Text::from(b.pick("none", "aucun"));
    }
    Text::join(each, "; ")
}

/// What was never collected: indicators without a finding, and forms of evidence of which there is none.
fn never(b: &Build<'_>, section: &mut Section, found: &EvaluationResult, indicators: &Indicators) {
    let mut items = Vec::new();
    for result in &found.indicators {
        let why = match (&result.finding, result.finding.lacks()) {
            (_, None) => continue,
            (Finding::Nothing(why), _) => super::indicators::nothing(b, *why).to_owned(),
            (Finding::Measure(_, row) | Finding::Documents(_, row), _) => b.language.row_state(row.state).to_owned(),
            (Finding::Ratings(_) | Finding::Themes(_), _) => b.pick("no answer", "aucune réponse").to_owned(),
        };
        let source = b.program.indicator(result.indicator).and_then(|indicator| indicator.source.as_deref());
        let mut text = indicators.name(b, result.indicator).and(format!("{} {why}", b.pick(":", " :")));
        if let Some(source) = source {
            text = text.and(b.pick(" (source: ", " (source : ")).and(Text::name(source)).and(")");
        }
        items.push(text);
    }
    for form in found.forms.iter().filter(|form| form.known == 0) {
        let words = if form.indicators == 0 {
            b.pick(
                "The evaluation is said to be {}, and no indicator is.",
                "L'évaluation est dite {}, et aucun indicateur ne l'est.",
            )
        } else {
            b.pick(
                "The evaluation is said to be {}, and nothing is known of such evidence.",
                "L'évaluation est dite {}, et on ne sait rien de telles données.",
            )
        };
        items.push(Text::fill(words, [facet(b, form.form).into()]));
    }
    if !items.is_empty() {
        section.push(Text::strong(b.pick("Never collected, or not known", "Jamais recueilli, ou inconnu")));
        section.push(Block::List(items));
    }
}

fn requirements(b: &Build<'_>, evaluation: &Evaluation, found: &EvaluationResult) -> Table {
    let name = &evaluation.heading.name;
    let mut table = Table::new(
        format!("{name} requirements"),
        b.pick("What the rules require of it", "Ce que les règles en exigent"),
        1,
    );
    table
        .words(b.pick("Requirement", "Exigence"))
        .words(b.pick("Status", "État"))
        .words(b.pick("Lacking in", "Manque à"));
    for (required, met) in evaluation.requires.iter().zip(&found.requirements) {
        let words: Vec<&str> = b.program.text_of(required.place).split_whitespace().collect();
        let (mark, status) = match met.met {
            Met::Yes => (Mark::Good, b.pick("met", "satisfaite")),
            Met::NoEvidence => (Mark::Near, b.pick("stated, without evidence", "prévue, sans données")),
            Met::No => (Mark::Bad, b.pick("not met", "non satisfaite")),
        };
        let lacking = met.lacking.iter().map(|name| Text::name(shown(b, evaluation, name)));
        table.rows.push(vec![
            Cell::Text(Text::code(words.join(" "))),
            Cell::Status(mark, status.to_owned()),
            Cell::from(Text::join(lacking, ", ")),
        ]);
    }
    table.drop_empty();
    table
}

/// The title of an objective or indicator of a name.
fn shown<'a>(b: &'a Build<'_>, evaluation: &'a Evaluation, name: &'a str) -> &'a str {
    let objective = evaluation.objectives.iter().find(|objective| &*objective.heading.name == name);
    if let Some(objective) = objective {
        return objective.heading.shown();
    }
    if &*evaluation.heading.name == name {
        return evaluation.heading.shown();
    }
    let indicator = b.program.indicator_named(name).and_then(|id| b.program.indicator(id));
    indicator.map_or(name, |indicator| indicator.heading.shown())
}

/// From what is put in to what is to come of it.
fn logic(b: &Build<'_>, section: &mut Section, evaluation: &Evaluation, indicators: &Indicators) {
    if evaluation.logic.is_empty() {
        return;
    }
    let name = &evaluation.heading.name;
    let mut table = Table::new(format!("{name} logic model"), b.pick("Logic model", "Modèle logique"), 1);
    table.words(b.pick("Stage", "Étape")).words(b.pick("Entries", "Éléments"));
    for stage in [Facet::StageInput, Facet::StageActivity, Facet::StageOutput, Facet::StageOutcome] {
        let entries = evaluation.logic.iter().filter(|(of, _)| *of == stage).map(|(_, entry)| match entry {
            LogicEntry::Text(text) => Text::name(&**text),
            LogicEntry::Indicator(id) => indicators.name(b, *id),
            LogicEntry::Measure(id) => {
                Text::name(b.program.measure(*id).map_or("?", |measure| measure.heading.shown()))
            }
        });
        let entries = Text::join(entries, "; ");
        if !entries.is_empty() {
            table.rows.push(vec![Cell::Text(capital(facet(b, stage)).into()), Cell::Text(entries)]);
        }
    }
    section.push(b.table(table));
}

/// Question, criterion, indicator, source, method, frequency, responsible: a row for each indicator of each objective.
fn matrix(b: &Build<'_>, evaluation: &Evaluation, found: &EvaluationResult, indicators: &Indicators) -> Table {
    let name = &evaluation.heading.name;
    let mut table = Table::new(format!("{name} matrix"), b.pick("Evaluation matrix", "Matrice d'évaluation"), 2);
    table.words(b.pick("Objective", "Objectif")).words(b.pick("Indicator", "Indicateur"));
    table.words(b.pick("Question", "Question")).words(b.pick("Criterion", "Critère"));
    table.words(b.pick("Source", "Source")).words(b.pick("Method", "Méthode"));
    table.words(b.pick("Frequency", "Fréquence")).words(b.pick("Responsible", "Responsable"));
    table.words(b.pick("Collected", "Recueilli"));
    let text = |text: Option<&str>| text.map_or(Cell::Empty, |text| Cell::Text(Text::name(text)));
    for objective in &evaluation.objectives {
        let head = || Cell::Text(Text::name(objective.heading.shown()));
        let (question, criterion) = (objective.question.as_deref(), objective.criterion.as_deref());
        if objective.indicators.is_empty() {
            let none = Cell::Absent(b.pick("no indicator", "aucun indicateur").to_owned());
            let mut cells = vec![head(), none, text(question), text(criterion)];
            cells.resize(table.columns.len(), Cell::Empty);
            table.rows.push(cells);
        }
        for id in &objective.indicators {
            let Some(indicator) = b.program.indicator(*id) else { continue };
            let known = found.indicator(*id).is_some_and(|result| result.finding.is_known());
            let collected = if known {
                Cell::Status(Mark::Good, b.pick("yes", "oui").to_owned())
            } else {
                Cell::Status(Mark::Open, b.pick("no", "non").to_owned())
            };
            table.rows.push(vec![
                head(),
                Cell::Text(indicators.name(b, *id)),
                text(question),
                text(criterion),
                text(indicator.source.as_deref()),
                text(indicator.method.as_deref()),
                Cell::from(Text::from(indicator.collected.map(|of| frequency(b, of)).unwrap_or_default())),
                text(indicator.owner.as_deref()),
                collected,
            ]);
        }
    }
    table.drop_empty();
    table
}
