//! Results as JSON: indicators and evaluations. They are few, so that each is made whole before it is written.

use crate::json::RowJson;
use crate::json_series::TargetJson;
use assize::measures::evaluation::{
    Agreed, Distribution, EvaluationResult, Finding, IndicatorResult, ObjectiveResult, Standing,
};
use assize::measures::{MeasureRow, Stages};
use assize::model::decimal::Decimal;
use assize::model::evaluation::{Evaluation, Evidence, Facet, FacetKind, Indicator, LogicEntry, Overall, score_shown};
use assize::model::ids::{IndicatorId, MeasureId};
use assize::model::program::Program;
use assize::{Quotes, Results};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A value with its members in order.
pub(crate) enum Json<'a> {
    Null,
    Flag(bool),
    Count(u64),
    Number(f64),
    Text(String),
    List(Vec<Json<'a>>),
    Object(Vec<(String, Json<'a>)>),
    Row(Box<RowJson<'a>>),
    Target(TargetJson<'a>),
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Flag(value) => serializer.serialize_bool(*value),
            Self::Count(value) => serializer.serialize_u64(*value),
            Self::Number(value) => serializer.serialize_f64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            Self::Row(row) => row.serialize(serializer),
            Self::Target(target) => target.serialize(serializer),
        }
    }
}

fn text<'a>(value: impl Into<String>) -> Json<'a> {
    Json::Text(value.into())
}

fn maybe<'a>(value: Option<&str>) -> Json<'a> {
    value.map_or(Json::Null, text)
}

fn names<'a, 'n>(names: impl IntoIterator<Item = &'n str>) -> Json<'a> {
    Json::List(names.into_iter().map(text).collect())
}

fn object<'a, const N: usize>(members: [(&str, Json<'a>); N]) -> Json<'a> {
    Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn indicator_name(program: &Program, id: IndicatorId) -> &str {
    program.indicator(id).map_or("?", |indicator| &*indicator.heading.name)
}

/// `indicators` of results.
pub(crate) fn indicators(results: &Results) -> Json<'_> {
    let program = &*results.program;
    let each = results.indicators.iter().filter_map(|found| {
        let indicator = program.indicator(found.indicator)?;
        let mut members: Vec<(String, Json<'_>)> =
            vec![("title".to_owned(), maybe(indicator.heading.title.as_deref()))];
        for kind in FacetKind::ALL {
            members.push((kind.word().to_owned(), names(indicator.words(kind).map(Facet::word))));
        }
        members.extend(
            [
                ("source", maybe(indicator.source.as_deref())),
                ("collected", maybe(indicator.collected.map(|of| of.word()))),
                ("owner", maybe(indicator.owner.as_deref())),
                ("method", maybe(indicator.method.as_deref())),
                ("unit", maybe(indicator.unit.as_deref())),
                ("better", maybe(indicator.higher_is_better.map(|higher| if higher { "higher" } else { "lower" }))),
                ("from", from(program, indicator)),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        members.extend(of_result(program, indicator, found));
        if let Some(quotes) = results.quotes.iter().find(|quotes| quotes.indicator == found.indicator) {
            members.push(("texts".to_owned(), texts(program, indicator, quotes)));
        }
        Some((indicator.heading.name.to_string(), Json::Object(members)))
    });
    Json::Object(each.collect())
}

/// Texts by theme, with their label where the rules have labels.
fn texts<'a>(program: &Program, indicator: &Indicator, quotes: &Quotes) -> Json<'a> {
    let list = match &indicator.evidence {
        Evidence::Themes(themes) => program.list(themes.themes),
        _ => None,
    };
    let codes = list.map(|list| list.codes.as_slice()).unwrap_or_default();
    let by_theme = codes.iter().zip(&quotes.texts).filter(|(_, texts)| !texts.is_empty());
    let by_theme = by_theme.map(|(code, of)| (code.heading.name.to_string(), names(of.iter().map(String::as_str))));
    let label = program.labels.get(quotes.label(program) as usize).map(|label| &**label);
    object([("label", maybe(label)), ("by_theme", Json::Object(by_theme.collect()))])
}

fn from<'a>(program: &Program, indicator: &Indicator) -> Json<'a> {
    let of = |id: MeasureId| program.measure(id).map_or("?", |measure| &*measure.heading.name).to_owned();
    let record = |id| program.record(id).map_or("?", |record| &*record.heading.name).to_owned();
    let list = |id| program.list(id).map_or("?", |list| &*list.heading.name).to_owned();
    match &indicator.evidence {
        Evidence::Measure(id) => object([("measure", text(of(*id)))]),
        Evidence::Documents { record: of, .. } => object([("documents", text(record(*of)))]),
        Evidence::Themes(themes) => object([
            ("themes", text(record(themes.record))),
            ("coded", text(&*themes.coded)),
            ("of", text(list(themes.themes))),
        ]),
        Evidence::Ratings(ratings) => object([
            ("ratings", text(record(ratings.record))),
            ("scale", text(list(ratings.scale))),
            ("items", names(ratings.items.iter().map(|item| &*item.name))),
        ]),
    }
}

/// What was found for an indicator and how it stands, as members.
fn of_result<'a>(program: &'a Program, indicator: &Indicator, found: &'a IndicatorResult) -> Vec<(String, Json<'a>)> {
    let levels = indicator.levels(program);
    let mut members = vec![
        ("state", maybe(Some(found.finding.lacks().unwrap_or("known")))),
        ("finding", finding(program, &found.finding)),
        ("level", maybe(found.standing.level().and_then(|rank| levels.get(rank).copied()))),
        ("possible", names(found.standing.possible.iter().filter_map(|&rank| levels.get(rank).copied()))),
    ];
    members.extend(standing(&found.standing));
    if let Some(target) = &found.target {
        members.push(("target", Json::Target(TargetJson(target))));
    }
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn standing<'a>(standing: &Standing) -> Vec<(&'static str, Json<'a>)> {
    let mut members = Vec::new();
    if standing.is_judged() {
        members.extend(between(standing.lowest, standing.highest));
    }
    if let Some(why) = standing.because {
        members.push(("because", text(why.word())));
    }
    members
}

/// A score, or between what it lies.
fn between<'a>(lowest: Decimal, highest: Decimal) -> Vec<(&'static str, Json<'a>)> {
    let fixed = lowest == highest;
    let mut members = vec![("score", if fixed { text(score_shown(lowest)) } else { Json::Null })];
    if !fixed {
        members.extend([("at_least", text(score_shown(lowest))), ("at_most", text(score_shown(highest)))]);
    }
    members
}

fn finding<'a>(program: &'a Program, finding: &'a Finding) -> Json<'a> {
    match finding {
        Finding::Nothing(_) => Json::Null,
        Finding::Measure(id, row) | Finding::Documents(id, row) => row_of(program, *id, row),
        Finding::Ratings(found) => {
            let items = found.items.iter().map(|item| {
                let mut members = vec![("reversed", Json::Flag(item.reversed))];
                members.extend(distribution(program, &item.distribution, true));
                if let Some(agreed) = &item.agreement {
                    members.push(("agreement", agreement(agreed)));
                }
                let members = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
                (item.name.to_string(), Json::Object(members))
            });
            let items = Json::Object(items.collect());
            let mut members = vec![("stages", stages(&found.stages))];
            members.extend(distribution(program, &found.all, true));
            members.push(("items", items));
            Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
        }
        Finding::Themes(found) => {
            let mut members = vec![("stages", stages(&found.stages))];
            members.extend(distribution(program, &found.all, false));
            if let Some(agreed) = &found.agreement {
                members.push(("agreement", agreement(agreed)));
            }
            Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
        }
    }
}

fn row_of<'a>(program: &'a Program, id: MeasureId, row: &'a MeasureRow) -> Json<'a> {
    match program.measure(id) {
        Some(measure) => Json::Row(Box::new(RowJson { program, measure, row: row.clone(), exact: false })),
        None => Json::Null,
    }
}

fn stages<'a>(stages: &Stages) -> Json<'a> {
    match stages.shown() {
        Some(counts) => Json::Object(
            Stages::NAMES.into_iter().zip(counts).map(|(name, count)| (name.to_owned(), Json::Count(count))).collect(),
        ),
        None => Json::Null,
    }
}

fn distribution<'a>(program: &Program, of: &Distribution, ordered: bool) -> Vec<(&'static str, Json<'a>)> {
    let list = program.list(of.list);
    let name = |at: usize| list.and_then(|list| list.codes.get(at)).map_or("?", |code| &*code.heading.name).to_owned();
    let counts = of.answers.counts().iter().enumerate().map(|(at, count)| (name(at), Json::Count(*count)));
    let missing = of.missing.iter().map(|(reason, count)| (reason.word().to_owned(), Json::Count(*count)));
    let mut members = vec![
        ("answers", Json::Count(of.answers.all())),
        ("distribution", Json::Object(counts.collect())),
        ("missing", Json::Object(missing.collect())),
        ("errors", Json::Count(of.errors)),
    ];
    if ordered {
        let median = match of.answers.median() {
            None => Json::Null,
            Some(median) if median.lower == median.upper => text(name(median.lower)),
            Some(median) => Json::List(vec![text(name(median.lower)), text(name(median.upper))]),
        };
        members.push(("median", median));
    }
    members
}

fn agreement<'a>(agreed: &Agreed) -> Json<'a> {
    let mut members = vec![
        ("raters".to_owned(), Json::Count(agreed.raters)),
        ("subjects".to_owned(), Json::Count(agreed.subjects)),
        ("left_out".to_owned(), Json::Count(agreed.left_out)),
    ];
    match &agreed.coefficients {
        Err(error) => members.push(("error".to_owned(), text(error.to_string()))),
        Ok(coefficients) => members.extend(coefficients.iter().map(|(name, found)| {
            let value = match found.value {
                Ok(value) => Json::Number(value),
                Err(_) => Json::Null,
            };
            let mut of =
                vec![("value", value), ("units", Json::Count(found.units)), ("ratings", Json::Count(found.ratings))];
            if let Err(why) = found.value {
                of.push(("because", text(why.word())));
            }
            let of = of.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            (name.word().to_owned(), Json::Object(of))
        })),
    }
    Json::Object(members)
}

/// `evaluations` of results.
pub(crate) fn evaluations(results: &Results) -> Json<'_> {
    let program = &*results.program;
    let each = results.evaluations.iter().filter_map(|found| {
        let evaluation = program.evaluation(found.evaluation)?;
        Some((evaluation.heading.name.to_string(), of_evaluation(program, evaluation, found)))
    });
    Json::Object(each.collect())
}

fn of_evaluation<'a>(program: &'a Program, evaluation: &'a Evaluation, found: &'a EvaluationResult) -> Json<'a> {
    let period = evaluation
        .period
        .map_or(Json::Null, |(from, to)| object([("from", text(from.to_string())), ("to", text(to.to_string()))]));
    let forms = found.forms.iter().map(|form| {
        object([
            ("form", text(form.form.word())),
            ("indicators", Json::Count(form.indicators as u64)),
            ("known", Json::Count(form.known as u64)),
        ])
    });
    let objectives = evaluation.objectives.iter().zip(&found.objectives).map(|(objective, stands)| {
        let of_objective = |id: &IndicatorId| {
            let result = found.indicator(*id)?;
            let indicator = program.indicator(*id)?;
            Some((indicator.heading.name.to_string(), Json::Object(of_result(program, indicator, result))))
        };
        let mut members = vec![
            ("title", maybe(objective.heading.title.as_deref())),
            ("question", maybe(objective.question.as_deref())),
            ("criterion", maybe(objective.criterion.as_deref())),
            ("weight", stands.weight.map_or(Json::Null, |weight| text(weight.normalized().to_string()))),
        ];
        members.extend(stands_at(program, stands));
        members.push(("indicators", Json::Object(objective.indicators.iter().filter_map(of_objective).collect())));
        let members = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        (objective.heading.name.to_string(), Json::Object(members))
    });
    let requirements = evaluation.requires.iter().zip(&found.requirements).map(|(required, met)| {
        object([
            ("requires", text(one_line(program.text_of(required.place)))),
            ("status", text(met.met.word())),
            ("lacking", names(met.lacking.iter().map(String::as_str))),
        ])
    });
    let (known, of) = found.coverage();
    let logic = [Facet::StageInput, Facet::StageActivity, Facet::StageOutput, Facet::StageOutcome].map(|stage| {
        let entries = evaluation.logic.iter().filter(|(of, _)| *of == stage).map(|(_, entry)| match entry {
            LogicEntry::Text(entry) => object([("text", text(&**entry))]),
            LogicEntry::Indicator(id) => object([("indicator", text(indicator_name(program, *id)))]),
            LogicEntry::Measure(id) => {
                object([("measure", maybe(program.measure(*id).map(|measure| &*measure.heading.name)))])
            }
        });
        (stage.word(), Json::List(entries.collect()))
    });
    object([
        ("title", maybe(evaluation.heading.title.as_deref())),
        ("period", period),
        ("forms", Json::List(forms.collect())),
        ("logic_model", object(logic)),
        ("overall", overall(program, evaluation, found)),
        ("coverage", object([("known", Json::Count(known as u64)), ("of", Json::Count(of as u64))])),
        ("objectives", Json::Object(objectives.collect())),
        ("requirements", Json::List(requirements.collect())),
        ("matrix", matrix(program, evaluation, found)),
    ])
}

/// A text with every run of white space as one blank.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn stands_at<'a>(program: &Program, stands: &ObjectiveResult) -> Vec<(&'static str, Json<'a>)> {
    let mut members = vec![("level", maybe(stands.level_name(program)))];
    if let Some((by, _)) = stands.level {
        members.push(("by", text(indicator_name(program, by))));
    }
    members.extend(between(stands.lowest, stands.highest));
    if let Some(why) = stands.because {
        members.push(("because", text(why.word())));
    }
    members.push(("known", Json::Count(stands.known as u64)));
    if !stands.not_judged.is_empty() {
        members.push(("not_judged", names(stands.not_judged.iter().map(|id| indicator_name(program, *id)))));
    }
    if let Some(found) = &stands.contradiction {
        let higher = if found.numbers_are_higher { "quantitative" } else { "qualitative" };
        members.push((
            "contradiction",
            object([
                ("quantitative", text(indicator_name(program, found.quantitative))),
                ("qualitative", text(indicator_name(program, found.qualitative))),
                ("higher", text(higher)),
            ]),
        ));
    }
    members
}

fn overall<'a>(program: &Program, evaluation: &Evaluation, found: &EvaluationResult) -> Json<'a> {
    let overall = &found.overall;
    let mut members = vec![("method", text(evaluation.overall.word()))];
    let levels: Vec<&str> = match &evaluation.overall {
        Overall::Profile(rubric) => rubric.names().collect(),
        _ => Vec::new(),
    };
    members.push(("level", maybe(found.level_name(program))));
    members.push(("possible", names(overall.possible.iter().filter_map(|&rank| levels.get(rank).copied()))));
    if let Some(objective) = overall.objective.and_then(|at| evaluation.objectives.get(at)) {
        members.push(("by", text(&*objective.heading.name)));
    }
    members.extend(between(overall.lowest, overall.highest));
    if let Some(why) = overall.because {
        members.push(("because", text(why.word())));
    }
    Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// The evaluation matrix: a row for each indicator of each objective.
fn matrix<'a>(program: &Program, evaluation: &Evaluation, found: &EvaluationResult) -> Json<'a> {
    let rows = evaluation.objectives.iter().flat_map(|objective| {
        objective.indicators.iter().filter_map(move |id| {
            let indicator = program.indicator(*id)?;
            Some(object([
                ("objective", text(&*objective.heading.name)),
                ("question", maybe(objective.question.as_deref())),
                ("criterion", maybe(objective.criterion.as_deref())),
                ("indicator", text(&*indicator.heading.name)),
                ("source", maybe(indicator.source.as_deref())),
                ("method", maybe(indicator.method.as_deref())),
                ("frequency", maybe(indicator.collected.map(|of| of.word()))),
                ("responsible", maybe(indicator.owner.as_deref())),
                ("collected", Json::Flag(found.indicator(*id).is_some_and(|found| found.finding.is_known()))),
            ]))
        })
    });
    Json::List(rows.collect())
}
