//! Comparisons as JSON, in the form that the parent module gives.

use assize::Results;
use assize::comparison::{
    Cell, Changes, ComparedCategory, ComparedJudgement, ComparedMeasure, ComparedRow, ComparedSide, Comparison,
    MeasuredSide, Outcome, OutcomeValue, RuleSetName, Unmatched,
};
use assize::measures::{BreakdownValue, Number, PeriodOfRow};
use serde_json::{Map, Value, json};

/// The whole of a comparison.
pub fn to_json(comparison: &Comparison) -> Value {
    let records: Map<String, Value> = comparison
        .records
        .iter()
        .map(|record| {
            let side = |side: Option<(u64, u64)>| side.map(|(read, faults)| json!({ "read": read, "faults": faults }));
            (record.name.to_string(), json!({ "old": side(record.old), "new": side(record.new) }))
        })
        .collect();
    let categories: Map<String, Value> =
        comparison.categories.iter().map(|of| (of.name.to_string(), category(of))).collect();
    let measures: Map<String, Value> =
        comparison.measures.iter().map(|of| (of.name.to_string(), measure(of))).collect();
    json!({
        "engine": Results::ENGINE,
        "old": side(&comparison.old),
        "new": side(&comparison.new),
        "changes": declarations(&comparison.changes),
        "records": records,
        "categories": categories,
        "other_categories": unmatched(&comparison.other_categories),
        "measures": measures,
        "other_measures": unmatched(&comparison.other_measures),
        "judgements": comparison.judgements.iter().map(judgement).collect::<Vec<_>>(),
    })
}

fn judgement(of: &ComparedJudgement) -> Value {
    json!({ "kind": of.kind.word(), "name": &*of.name, "old": of.old, "new": of.new })
}

/// What the rules declare differently.
pub fn changes_to_json(changes: &Changes) -> Value {
    let mut object = Map::new();
    object.insert("old".to_owned(), rules(&changes.old));
    object.insert("new".to_owned(), rules(&changes.new));
    if let Value::Object(more) = declarations(changes) {
        object.extend(more);
    }
    Value::Object(object)
}

fn rules(rules: &RuleSetName) -> Value {
    json!({ "ruleset": &*rules.name, "version": &*rules.version, "hash": &*rules.hash })
}

fn side(side: &ComparedSide) -> Value {
    let params: Map<String, Value> = side.params.iter().map(|(name, value)| (name.to_string(), json!(value))).collect();
    json!({
        "ruleset": &*side.rules.name,
        "version": &*side.rules.version,
        "hash": &*side.rules.hash,
        "as_of": side.as_of.to_string(),
        "parameters": params,
    })
}

fn declarations(changes: &Changes) -> Value {
    let list: Vec<Value> = changes
        .list
        .iter()
        .map(|change| {
            let details: Vec<Value> = change
                .details
                .iter()
                .map(|of| json!({ "part": of.part, "old": of.old, "new": of.new, "meaning": of.meaning }))
                .collect();
            json!({
                "kind": change.kind.word(),
                "name": change.name,
                "change": change.what.word(),
                "meaning": change.meaning,
                "through": change.through,
                "details": details,
            })
        })
        .collect();
    let affected: Vec<Value> =
        changes.affected.iter().map(|(kind, name)| json!({ "kind": kind.word(), "name": &**name })).collect();
    json!({
        "same_text": changes.is_same_text(),
        "meaning": changes.has_meaning(),
        "declarations": list,
        "affected": affected,
    })
}

fn names<T: AsRef<str>>(names: &[T]) -> Vec<&str> {
    names.iter().map(AsRef::as_ref).collect()
}

fn unmatched(unmatched: &Unmatched) -> Value {
    let unlike: Vec<Value> = unmatched
        .unlike
        .iter()
        .map(|(name, old, new)| json!({ "name": &**name, "old": &**old, "new": &**new }))
        .collect();
    json!({ "only_old": names(&unmatched.only_old), "only_new": names(&unmatched.only_new), "unlike": unlike })
}

fn category(category: &ComparedCategory) -> Value {
    let cells: Vec<Value> = category.cells.iter().map(cell).collect();
    let [value, state, nothing] = category.unlisted;
    let codes: Vec<Value> = category
        .codes
        .iter()
        .map(|of| json!({ "code": &*of.code, "kept": of.kept, "lost": of.lost, "gained": of.gained }))
        .collect();
    json!({
        "of": &*category.record,
        "rows": category.rows,
        "only_old": category.only_old,
        "only_new": category.only_new,
        "moved": category.moved,
        "state_changed": category.state_changed,
        "stayed": category.stayed(),
        "same_for_other_reasons": category.same_for_other_reasons,
        "cells": cells,
        "unlisted": { "value": value, "state": state, "nothing": nothing },
        "codes": codes,
    })
}

fn cell(cell: &Cell) -> Value {
    let reasons: Vec<Value> = cell
        .reasons
        .iter()
        .map(|of| json!({ "old": names(&of.old), "new": names(&of.new), "count": of.count }))
        .collect();
    json!({
        "old": outcome(&cell.old),
        "new": outcome(&cell.new),
        "change": cell.change.word(),
        "count": cell.count,
        "keys": cell.keys,
        "reasons": reasons,
        "reasons_unlisted": cell.reasons_unlisted,
    })
}

fn outcome(outcome: &Outcome) -> Value {
    let value = match &outcome.value {
        OutcomeValue::Nothing => Value::Null,
        OutcomeValue::NoCode => json!("none"),
        OutcomeValue::Code(name) => json!(&**name),
        OutcomeValue::Codes(all) => json!(names(all)),
    };
    json!({ "value": value, "state": outcome.state.word() })
}

fn measure(measure: &ComparedMeasure) -> Value {
    let rows: Vec<Value> = measure.rows.iter().map(row).collect();
    let breakdowns = measure.breakdowns.as_ref().map(|by| json!({ "old": names(&by.old), "new": names(&by.new) }));
    json!({
        "of": &*measure.record,
        "same_form": measure.same_form,
        "breakdowns": breakdowns,
        "changed": measure.changed(),
        "rows": rows,
    })
}

fn row(row: &ComparedRow) -> Value {
    let by: Map<String, Value> = row.by.iter().map(|(name, value)| (name.to_string(), breakdown(value))).collect();
    let mut object = Map::new();
    object.insert("by".to_owned(), Value::Object(by));
    if let Some(of) = &row.period {
        object.insert("period".to_owned(), period(of));
    }
    object.insert("changed".to_owned(), json!(row.is_changed()));
    object.insert("old".to_owned(), json!(row.old.as_ref().map(measured)));
    object.insert("new".to_owned(), json!(row.new.as_ref().map(measured)));
    object.insert("difference".to_owned(), json!(row.difference));
    Value::Object(object)
}

fn measured(side: &MeasuredSide) -> Value {
    let number = |number: Option<Number>| match number {
        Some(Number::Integer(value)) => json!(value),
        Some(Number::Decimal(value)) => json!(value.to_string()),
        None => Value::Null,
    };
    json!({
        "numerator": number(side.numerator),
        "denominator": number(side.denominator),
        "value": side.value,
        "state": side.state.word(),
    })
}

/// As in the results: a text, a number, `{"missing": reason}` or `{"error": true}`.
fn breakdown(value: &BreakdownValue) -> Value {
    match value {
        BreakdownValue::Missing(reason) => json!({ "missing": reason.word() }),
        BreakdownValue::Error => json!({ "error": true }),
        BreakdownValue::Boolean(value) => json!(value),
        BreakdownValue::Integer(value) => json!(value),
        value => json!(super::text::by_name(value)),
    }
}

fn period(period: &PeriodOfRow) -> Value {
    match period {
        PeriodOfRow::Span { from, to, label } => {
            json!({ "label": label, "from": from.to_string(), "to": to.to_string() })
        }
        PeriodOfRow::Missing(reason) => json!({ "missing": reason.word() }),
        PeriodOfRow::Error => json!({ "error": true }),
    }
}
