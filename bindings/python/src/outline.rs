//! What a rule set declares, as JSON: for the package's own classes and for notebooks.

use assize::RuleSet;
use assize::Shown;
use assize::model::measure::Measure;
use assize::model::program::{Category, CodeList, Field, FieldKind, Heading, Hit, Otherwise, Program, Record, Within};
use assize::model::ty::Ty;
use assize::model::value::Value as Constant;
use serde_json::{Value, json};

/// The outline.
pub fn of(rules: &RuleSet) -> Value {
    let program: &Program = rules.program();
    let ruleset = &program.ruleset;
    let parameters: Vec<Value> = program
        .params
        .iter()
        .zip(rules.parameters())
        .map(|(param, value)| {
            json!({
                "name": &*param.heading.name,
                "title": param.heading.title.as_deref(),
                "type": type_name(program, param.ty),
                "default": shown(program, &param.default),
                "value": shown(program, value),
                "within": param.within.as_ref().map(|within| within_text(program, within)),
            })
        })
        .collect();
    json!({
        "name": &*ruleset.heading.name,
        "title": ruleset.heading.title.as_deref(),
        "version": &*ruleset.version,
        "hash": &*ruleset.hash,
        "authority": ruleset.authority.as_deref(),
        "source": ruleset.source.as_deref(),
        "effective_from": ruleset.effective_from.map(|date| date.to_string()),
        "effective_to": ruleset.effective_to.map(|date| date.to_string()),
        "parameters": parameters,
        "codes": program.lists.iter().map(code_list).collect::<Vec<_>>(),
        "records": program.records.iter().map(|record| record_outline(program, record)).collect::<Vec<_>>(),
        "categories": program.categories.iter().map(|category| category_outline(program, category)).collect::<Vec<_>>(),
        "measures": program.declared_measures().iter().map(|measure| measure_outline(program, measure)).collect::<Vec<_>>(),
    })
}

fn shown(program: &Program, value: &Constant) -> String {
    Shown(program, value).to_string()
}

fn within_text(program: &Program, within: &Within) -> String {
    match within {
        Within::Set(values) => values.iter().map(|value| shown(program, value)).collect::<Vec<_>>().join(", "),
        Within::Range { lo, hi } => {
            let end = |end: &Option<(Constant, bool)>| end.as_ref().map(|(value, _)| shown(program, value));
            format!("{}..{}", end(lo).unwrap_or_default(), end(hi).unwrap_or_default())
        }
    }
}

fn code_list(list: &CodeList) -> Value {
    let codes: Vec<Value> = list.codes.iter().map(|code| headed(&code.heading)).collect();
    json!({ "name": &*list.heading.name, "title": list.heading.title.as_deref(), "ordered": list.ordered, "codes": codes })
}

fn headed(heading: &Heading) -> Value {
    json!({ "name": &*heading.name, "title": heading.title.as_deref() })
}

fn name_of(record: Option<&Record>) -> &str {
    record.map_or("?", |record| &record.heading.name)
}

fn record_outline(program: &Program, record: &Record) -> Value {
    let key = record.key.and_then(|key| record.fields.get(key.index())).map(|key| &*key.heading.name);
    json!({
        "name": &*record.heading.name,
        "title": record.heading.title.as_deref(),
        "key": key,
        "fields": record.fields.iter().map(|field| field_outline(program, field)).collect::<Vec<_>>(),
    })
}

fn field_outline(program: &Program, field: &Field) -> Value {
    let (kind, many) = match field.kind {
        FieldKind::Value(ty) => (type_name(program, ty), None),
        FieldKind::Range(ty) => (format!("range of {}", type_name(program, ty)), None),
        FieldKind::Many { record, by } => {
            let child = program.record(record);
            let by = child.and_then(|child| child.fields.get(by.index())).map_or("?", |by| &*by.heading.name);
            (format!("many {} by {by}", name_of(child)), Some(name_of(child)))
        }
    };
    let from: Vec<&str> = field.from.iter().map(|from| &**from).collect();
    json!({
        "name": &*field.heading.name,
        "title": field.heading.title.as_deref(),
        "type": kind,
        "many": many,
        "headings": if from.is_empty() { vec![&*field.heading.name] } else { from },
        "required": field.required,
        "optional": field.optional,
        "protected": field.protected,
        "read": field.read,
        "label": field.label.and_then(|label| program.labels.get(label as usize)).map(|label| &**label),
        "unit": field.unit.as_deref(),
    })
}

fn type_name(program: &Program, ty: Ty) -> String {
    let list = |list| program.list(list).map_or("?", |list| &*list.heading.name).to_owned();
    match ty {
        Ty::Boolean => "boolean".to_owned(),
        Ty::Integer => "integer".to_owned(),
        Ty::Decimal => "decimal".to_owned(),
        Ty::Text => "text".to_owned(),
        Ty::Date => "date".to_owned(),
        Ty::Time => "time".to_owned(),
        Ty::DateTime => "datetime".to_owned(),
        Ty::Duration => "duration".to_owned(),
        Ty::Code(id) => list(id),
        Ty::Codes(id) => format!("set of {}", list(id)),
        Ty::Texts => "set of text".to_owned(),
    }
}

fn category_outline(program: &Program, category: &Category) -> Value {
    let list = program.list(category.list);
    let code = |code| list.map_or("?", |list| list.name(code));
    let criteria: Vec<Value> = category
        .criteria()
        .map(|(case, criterion)| {
            let Heading { name, title, .. } = &criterion.heading;
            json!({ "name": &**name, "title": title.as_deref(), "code": code(case.code) })
        })
        .collect();
    json!({
        "name": &*category.heading.name,
        "title": category.heading.title.as_deref(),
        "of": name_of(program.record(category.record)),
        "codes": list.map_or("?", |list| &*list.heading.name),
        "hit": match category.hit {
            Hit::First => "first",
            Hit::Unique => "unique",
            Hit::Highest => "highest",
            Hit::All => "all",
        },
        "otherwise": match &category.otherwise {
            Otherwise::None => "none".to_owned(),
            Otherwise::Code(of) => code(*of).to_owned(),
            Otherwise::Error(text) => format!("error: {text}"),
        },
        "criteria": criteria,
    })
}

fn measure_outline(program: &Program, measure: &Measure) -> Value {
    json!({
        "name": &*measure.heading.name,
        "title": measure.heading.title.as_deref(),
        "of": name_of(program.record(measure.record)),
        "form": measure.form.shown(program),
        "by": measure.by.iter().map(|by| &*by.name).collect::<Vec<_>>(),
        "periods": measure.every.is_some(),
        "interval": measure.interval.map(|of| of.level.to_string()),
    })
}
