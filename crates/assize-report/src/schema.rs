//! A rule set's inputs and outputs as JSON Schema (2020-12), for those who build the screens and the exports.

use crate::json::approximation_json;
use assize::model::ids::{CategoryId, FieldId, ListId, RecordId};
use assize::model::lookup::{Lookup, LookupRow, Rows};
use assize::model::program::{Category, Dated, Field, FieldKind, Program, Record, State};
use assize::model::ty::Ty;
use serde_json::{Map, Value, json};

/// The schema: the records under `$defs`, parameters, categories and measures beside them.
pub fn schema(program: &Program) -> Value {
    let mut defs = Map::new();
    for record in &program.records {
        defs.insert(record.heading.name.to_string(), record_schema(program, record));
    }
    let ruleset = &program.ruleset;
    let parameters: Map<String, Value> = program
        .params
        .iter()
        .map(|param| {
            let mut schema = value_schema(program, param.ty);
            title(&mut schema, param.heading.title.as_deref());
            if let Some(schema) = schema.as_object_mut() {
                schema.insert("default".to_owned(), json!(assize::Shown(program, &param.default).to_string()));
                if !param.dated.is_empty() {
                    let one = |dated: &Dated| {
                        let to = dated.to.map(|to| to.to_string());
                        let value = assize::Shown(program, &dated.value).to_string();
                        json!({ "from": dated.from.to_string(), "to": to, "value": value })
                    };
                    schema.insert("effective".to_owned(), param.dated.iter().map(one).collect());
                }
            }
            (param.heading.name.to_string(), schema)
        })
        .collect();
    let categories: Map<String, Value> = program
        .categories
        .iter()
        .map(|category| {
            let criteria: Map<String, Value> = category
                .criteria()
                .map(|(case, criterion)| {
                    let code = program.list(category.list).map_or("?", |list| list.name(case.code));
                    let title = criterion.heading.title.as_deref();
                    (criterion.heading.name.to_string(), json!({ "title": title, "gives": code }))
                })
                .collect();
            let schema = json!({
                "title": category.heading.title.as_deref(),
                "of": record_name(program, category.record),
                "value": codes(program, category.list),
                "state": State::ALL.map(State::word),
                "criteria": criteria,
            });
            let mut schema = schema;
            decided_by(program, category, &mut schema);
            (category.heading.name.to_string(), schema)
        })
        .collect();
    let measures: Map<String, Value> = program
        .declared_measures()
        .iter()
        .map(|measure| {
            let by: Vec<&str> = measure.by.iter().map(|by| &*by.name).collect();
            let schema = json!({
                "title": measure.heading.title.as_deref(),
                "of": record_name(program, measure.record),
                "by": by,
                "form": measure.form.word(),
                "approximate": measure.form.approximation(program).map(|of| approximation_json(program, &of)),
                "periods": measure.every.is_some(),
                "interval": measure.interval.map(|of| of.level.to_string()),
            });
            (measure.heading.name.to_string(), schema)
        })
        .collect();
    let indicators: Map<String, Value> = program
        .indicators
        .iter()
        .map(|indicator| {
            let schema = json!({
                "title": indicator.heading.title.as_deref(),
                "from": indicator.evidence.word(),
                "levels": indicator.levels(program),
            });
            (indicator.heading.name.to_string(), schema)
        })
        .collect();
    let evaluations: Map<String, Value> = program
        .evaluations
        .iter()
        .map(|evaluation| {
            let objectives: Vec<&str> = evaluation.objectives.iter().map(|of| &*of.heading.name).collect();
            let schema = json!({
                "title": evaluation.heading.title.as_deref(),
                "objectives": objectives,
                "overall": evaluation.overall.word(),
            });
            (evaluation.heading.name.to_string(), schema)
        })
        .collect();
    let functions: Map<String, Value> = program
        .functions
        .list()
        .iter()
        .map(|function| {
            let takes: Map<String, Value> = function
                .params
                .iter()
                .map(|param| {
                    let mut schema = value_schema(program, param.ty);
                    if let Some(schema) = schema.as_object_mut()
                        && param.missing
                    {
                        schema.insert("or_missing".to_owned(), json!(true));
                    }
                    (param.name.to_string(), schema)
                })
                .collect();
            let schema = json!({
                "title": function.heading.title.as_deref(),
                "language": "rhai",
                "takes": takes,
                "gives": value_schema(program, function.returns),
            });
            (function.heading.name.to_string(), schema)
        })
        .collect();
    let label = |label: u32| program.labels.get(label as usize).map(|label| label.to_string());
    let labels: Map<String, Value> =
        program.labelled.iter().map(|of| (of.name.to_string(), json!(label(of.label)))).collect();
    let publish: Map<String, Value> = (program.publishes.iter())
        .map(|publish| {
            let items: Vec<&str> = publish.items.iter().map(|item| &**item).collect();
            let title = publish.heading.title.as_deref();
            (publish.heading.name.to_string(), json!({ "title": title, "to": label(publish.to), "items": items }))
        })
        .collect();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": ruleset.heading.shown(),
        "ruleset": &*ruleset.heading.name,
        "version": &*ruleset.version,
        "hash": &*ruleset.hash,
        "$defs": defs,
        "parameters": parameters,
        "functions": functions,
        "categories": categories,
        "instruments": instruments(program),
        "measures": measures,
        "labels": labels,
        "publish": publish,
    });
    if let Some(schema) = schema.as_object_mut()
        && !program.lookups.is_empty()
    {
        schema.insert("lookups".to_owned(), lookups(program));
    }
    for (name, of) in [("indicators", indicators), ("evaluations", evaluations)] {
        if let Some(schema) = schema.as_object_mut()
            && !of.is_empty()
        {
            schema.insert(name.to_owned(), Value::Object(of));
        }
    }
    schema
}

/// The look-ups: their keys, what they give, and how many rows they have.
fn lookups(program: &Program) -> Value {
    let of = |lookup: &Lookup| {
        let keys = lookup.keys.iter().map(|(name, ty)| {
            let mut key = value_schema(program, *ty);
            if let Some(key) = key.as_object_mut() {
                key.insert("name".to_owned(), json!(&**name));
            }
            key
        });
        let mut schema = json!({
            "keys": keys.collect::<Vec<_>>(),
            "value": value_schema(program, lookup.ty),
            "rows": lookup.rows().len(),
        });
        if let (false, Some(schema)) = (lookup.dated.is_empty(), schema.as_object_mut()) {
            let edition = |(of, rows): (&Dated<Rows>, &[LookupRow])| json!({ "from": of.from.to_string(), "to": of.to.map(|to| to.to_string()), "rows": rows.len() });
            schema.insert("effective".to_owned(), lookup.editions().map(edition).collect());
        }
        title(&mut schema, lookup.heading.title.as_deref());
        (lookup.heading.name.to_string(), schema)
    };
    Value::Object(program.lookups.iter().map(of).collect())
}

/// What a category follows from and what follows from it: movement, responses, protected fields.
fn decided_by(program: &Program, category: &Category, schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else { return };
    let list = program.list(category.list);
    let is_it = |id: CategoryId| program.category(id).is_some_and(|of| of.heading.name == category.heading.name);
    if let Some(of) = program.progressions.iter().find(|of| is_it(of.category)) {
        let between = program.category(of.between).map(|between| &*between.heading.name);
        schema.insert("moves_for".to_owned(), json!(between));
    }
    if let Some(response) = program.responses.iter().find(|response| is_it(response.category)) {
        let actions: Vec<Value> = (response.actions.iter())
            .map(|action| {
                let code = list.map(|list| list.name(action.code));
                json!({ "code": code, "text": &*action.text, "by": action.role.as_deref(), "due": action.due.is_some() })
            })
            .collect();
        schema.insert("responses".to_owned(), json!(actions));
    }
    if !category.uses.is_empty() {
        let name = |&(record, field): &(RecordId, FieldId)| {
            let record = program.record(record)?;
            Some(format!("{}.{}", record.heading.name, record.fields.get(field.index())?.heading.name))
        };
        let uses: Vec<Value> = (category.uses.iter())
            .map(|uses| {
                let fields: Vec<String> = uses.fields.iter().filter_map(name).collect();
                json!({ "fields": fields, "because": &*uses.because })
            })
            .collect();
        schema.insert("uses_protected".to_owned(), json!(uses));
    }
}

/// The instruments: their items with their wording, and the names of their bands and routes.
fn instruments(program: &Program) -> Map<String, Value> {
    let of = |category: Option<CategoryId>| {
        category.and_then(|id| program.category(id)).map_or(Value::Null, |category| codes(program, category.list))
    };
    program
        .instruments
        .iter()
        .map(|form| {
            let items: Map<String, Value> = form
                .items
                .iter()
                .map(|item| {
                    let scored = item.contribution.is_some();
                    let title = item.heading.title.as_deref();
                    (item.heading.name.to_string(), json!({ "title": title, "scored": scored }))
                })
                .collect();
            let schema = json!({
                "title": form.heading.title.as_deref(),
                "of": record_name(program, form.record),
                "items": items,
                "band": of(form.band),
                "routes": of(form.routes),
            });
            (form.heading.name.to_string(), schema)
        })
        .collect()
}

fn record_name(program: &Program, record: RecordId) -> &str {
    program.record(record).map_or("?", |record| &record.heading.name)
}

fn title(schema: &mut Value, title: Option<&str>) {
    if let (Some(schema), Some(title)) = (schema.as_object_mut(), title) {
        schema.insert("title".to_owned(), json!(title));
    }
}

fn record_schema(program: &Program, record: &Record) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (at, field) in record.fields.iter().enumerate() {
        let key = record.key.is_some_and(|key| key.index() == at);
        if key || field.required {
            required.push(json!(&*field.heading.name));
        }
        properties.insert(field.heading.name.to_string(), field_schema(program, field, key));
    }
    let mut schema = json!({ "type": "object", "properties": properties, "required": required });
    title(&mut schema, record.heading.title.as_deref());
    schema
}

fn field_schema(program: &Program, field: &Field, key: bool) -> Value {
    let mut schema = match field.kind {
        FieldKind::Value(ty) => value_schema(program, ty),
        FieldKind::Range(_) => json!({ "type": "string", "description": "two ends, such as 25-34, >340 or 340+" }),
        FieldKind::Many { record, by } => {
            let by = program.record(record).and_then(|record| record.fields.get(by.index()));
            json!({
                "type": "array",
                "items": { "$ref": format!("#/$defs/{}", record_name(program, record)) },
                "joined_by": by.map(|by| &*by.heading.name),
            })
        }
    };
    title(&mut schema, field.heading.title.as_deref());
    if let Some(schema) = schema.as_object_mut() {
        let headings: Vec<&str> = field.from.iter().map(|from| &**from).collect();
        if !matches!(field.kind, FieldKind::Many { .. }) {
            schema.insert("headings".to_owned(), json!(headings));
        }
        for (is, name) in [(key, "key"), (field.optional, "optional"), (field.protected, "protected")] {
            if is {
                schema.insert(name.to_owned(), json!(true));
            }
        }
        if let Some(label) = field.label.and_then(|label| program.labels.get(label as usize)) {
            schema.insert("label".to_owned(), json!(&**label));
        }
        if let Some(unit) = &field.unit {
            schema.insert("unit".to_owned(), json!(&**unit));
        }
        if let Some(separator) = &field.separator {
            schema.insert("separator".to_owned(), json!(&**separator));
        }
    }
    schema
}

fn codes(program: &Program, list: ListId) -> Value {
    let Some(list) = program.list(list) else { return Value::Null };
    let codes: Vec<Value> = list
        .codes
        .iter()
        .map(|code| {
            let from: Vec<&str> = code.from.iter().map(|from| &**from).collect();
            json!({ "const": &*code.heading.name, "title": code.heading.title.as_deref(), "from": from })
        })
        .collect();
    json!({ "list": &*list.heading.name, "ordered": list.ordered, "oneOf": codes })
}

fn value_schema(program: &Program, ty: Ty) -> Value {
    match ty {
        Ty::Boolean => json!({ "type": "boolean" }),
        Ty::Integer => json!({ "type": "integer" }),
        Ty::Decimal => json!({ "type": "string", "format": "decimal" }),
        Ty::Text => json!({ "type": "string" }),
        Ty::Date => json!({ "type": "string", "format": "date" }),
        Ty::Time => json!({ "type": "string", "format": "time" }),
        Ty::DateTime => json!({ "type": "string", "format": "date-time" }),
        Ty::Duration => json!({ "type": "string", "format": "duration" }),
        Ty::Code(list) => codes(program, list),
        Ty::Codes(list) => json!({ "type": "array", "items": codes(program, list), "uniqueItems": true }),
        Ty::Texts => json!({ "type": "array", "items": { "type": "string" }, "uniqueItems": true }),
    }
}
