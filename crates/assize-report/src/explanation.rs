//! Explanations for people, and as JSON.

use assize::model::program::State;
use assize::{Criterion, Explanation, Named, Truth};
use serde_json::{Value, json};
use std::fmt::Write as _;

fn titled(named: &Named) -> String {
    match &named.title {
        Some(title) => format!("{} ({})", title, named.name),
        None => named.name.clone(),
    }
}

fn coded(named: &Named) -> String {
    match &named.title {
        Some(title) => format!("{}, {title}", named.name),
        None => named.name.clone(),
    }
}

/// An explanation as text.
pub fn to_text(told: &Explanation) -> String {
    let mut out = format!("{} of {} {}\n", titled(&told.category), told.record.name, told.key);
    let values: Vec<String> = told.value.iter().map(coded).collect();
    let value = if values.is_empty() { String::new() } else { format!("{}\n  ", values.join("; ")) };
    let _ = writeln!(out, "  {value}{}", state_words(told.state));
    if let Some(error) = &told.error {
        let _ = writeln!(out, "  {error}");
    }
    for reason in &told.because {
        let _ = writeln!(out, "  because: {}", titled(reason));
    }
    if matches!(told.state, State::Provisional | State::Undetermined) {
        let possible: Vec<&str> = told.possible.iter().map(|code| code.name.as_str()).collect();
        let _ = writeln!(out, "  possible: {}", possible.join(", "));
    }
    out.push_str("\n  What was asked\n");
    for criterion in told.applies.iter().chain(&told.criteria) {
        criterion_text(&mut out, criterion);
    }
    if !told.missing.is_empty() {
        out.push_str("\n  What is missing\n");
        for missing in &told.missing {
            if missing.could_be.is_empty() {
                let _ = writeln!(out, "    {}: would settle it", missing.field);
            } else {
                let _ = writeln!(out, "    {}: could make it {}", missing.field, missing.could_be.join(" or "));
            }
        }
    }
    if !told.near_misses.is_empty() {
        out.push_str("\n  What would change the answer\n");
        for miss in &told.near_misses {
            let (code, criterion) = (&miss.code.name, titled(&miss.criterion));
            let _ = writeln!(out, "    {code}, by {criterion}: needs `{}`; it is {}", miss.needs, miss.is);
        }
    }
    let hash: String = told.hash.chars().take("blake3:".len() + 12).collect();
    let _ = writeln!(out, "\n  {} {}, {hash}, as of {}", told.ruleset, told.version, told.as_of);
    out
}

const fn state_words(state: State) -> &'static str {
    match state {
        State::Decided => "decided: nothing that is not known could change it",
        State::Provisional => "provisional: something that is not known could still change it",
        State::Undetermined => "undetermined: no criterion is true, and something is not known",
        State::NotApplicable => "not applicable",
        State::Error => "error: it could not be worked out",
    }
}

fn criterion_text(out: &mut String, criterion: &Criterion) {
    let code = if criterion.code.is_empty() { String::new() } else { format!("{} ", criterion.code) };
    let _ = writeln!(out, "    {:<11} {code}{}", criterion.truth.word(), titled(&criterion.name));
    if criterion.truth == Truth::NotReached {
        return;
    }
    let _ = writeln!(out, "                {} [{}]", criterion.text, criterion.place);
    if let Truth::Error(error) = &criterion.truth {
        let _ = writeln!(out, "                {error}");
    }
    for read in &criterion.read {
        let _ = writeln!(out, "                  {} = {}", read.name, read.value);
    }
}

/// An explanation as JSON.
pub fn to_json(told: &Explanation) -> Value {
    let name = |named: &Named| json!({ "name": named.name, "title": named.title });
    let names = |all: &[Named]| -> Value { all.iter().map(name).collect() };
    let criterion = |criterion: &Criterion| {
        let read: Vec<Value> =
            criterion.read.iter().map(|read| json!({ "name": read.name, "value": read.value })).collect();
        json!({
            "name": criterion.name.name,
            "title": criterion.name.title,
            "code": criterion.code,
            "text": criterion.text,
            "place": criterion.place,
            "truth": criterion.truth.word(),
            "error": match &criterion.truth { Truth::Error(error) => Some(error), _ => None },
            "read": read,
        })
    };
    let missing: Vec<Value> = told
        .missing
        .iter()
        .map(|missing| json!({ "field": missing.field, "could_be": missing.could_be }))
        .collect();
    let near: Vec<Value> = told
        .near_misses
        .iter()
        .map(|miss| json!({ "code": name(&miss.code), "criterion": name(&miss.criterion), "needs": miss.needs, "is": miss.is }))
        .collect();
    json!({
        "ruleset": told.ruleset,
        "version": told.version,
        "hash": told.hash,
        "as_of": told.as_of,
        "record": told.record.name,
        "key": told.key,
        "category": name(&told.category),
        "value": names(&told.value),
        "state": told.state.word(),
        "because": names(&told.because),
        "possible": names(&told.possible),
        "error": told.error,
        "applies": told.applies.as_ref().map(criterion),
        "criteria": told.criteria.iter().map(criterion).collect::<Vec<_>>(),
        "missing": missing,
        "would_change": near,
    })
}
