//! Explanations for people, and as JSON.

use assize::Explained;
use assize::eval::row::explain::{CriterionExplained, Explanation, FormExplained, JudgedExplained, Moved, Truth};
use assize::model::program::{Place, Program, State};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// An explanation as text.
pub fn to_text(told: &Explained) -> String {
    let Explained { program, as_of, key, explanation } = told;
    let shown = explanation
        .title
        .as_deref()
        .map_or_else(|| explanation.category.clone(), |title| format!("{title} ({})", explanation.category));
    let mut out = format!("{shown} of {} {key}\n", explanation.record);
    for value in &explanation.value {
        let title = explanation.cases.iter().find(|case| case.code == *value).and_then(|case| case.title.as_deref());
        let _ = writeln!(out, "  {value}{}", title.map(|title| format!(", {title}")).unwrap_or_default());
    }
    let _ = writeln!(out, "  {}", state_words(explanation.state));
    if let Some(error) = &explanation.error {
        let _ = writeln!(out, "  {}", error.message);
        if !error.text.is_empty() {
            let _ = writeln!(out, "    in `{}` [{}]", error.text, at(program, error.place));
        }
    }
    for reason in &explanation.because {
        let _ = writeln!(out, "  because: {}", titled(explanation, reason));
    }
    if let Some(otherwise) = &explanation.otherwise {
        let _ = writeln!(out, "  otherwise: {otherwise}");
    }
    if matches!(explanation.state, State::Provisional | State::Undetermined) {
        let _ = writeln!(out, "  possible: {}", explanation.possible.join(", "));
    }
    for action in &explanation.responses {
        let by = action.role.as_deref().map(|role| format!(", by {role}")).unwrap_or_default();
        let due = action.due.map(|due| format!(", due {due}")).unwrap_or_default();
        let _ = writeln!(out, "  response: {}{by}{due}", action.text);
    }
    for (fields, because) in &explanation.uses {
        let _ = writeln!(out, "  uses protected {}, because: {because}", fields.join(", "));
    }
    if let Some(judged) = &explanation.judged {
        judged_text(&mut out, judged);
    }
    if let Some(form) = &explanation.form {
        form_text(&mut out, form);
    }
    if let Some(steps) = &explanation.steps {
        steps_text(&mut out, program, steps);
    } else {
        out.push_str("\n  What was asked\n");
    }
    if let Some(applies) = &explanation.applies {
        criterion_text(&mut out, program, "", applies);
    }
    for case in explanation.cases.iter().filter(|_| explanation.steps.is_none()) {
        for criterion in &case.criteria {
            criterion_text(&mut out, program, &case.code, criterion);
        }
    }
    if !explanation.open.is_empty() {
        out.push_str("\n  What is missing\n");
        for open in &explanation.open {
            let mut codes: Vec<&str> = open.criteria.iter().filter_map(|(_, code)| code.as_deref()).collect();
            codes.dedup();
            let applies = open.criteria.iter().any(|(_, code)| code.is_none());
            let what = match (applies, codes.is_empty()) {
                (true, true) => "whether it applies at all".to_owned(),
                (true, false) => format!("whether it applies at all, and {}", codes.join(" or ")),
                (false, _) => codes.join(" or "),
            };
            let _ = writeln!(out, "    {}: stands before {what}", open.field);
        }
    }
    if !explanation.near.is_empty() {
        out.push_str("\n  What would change the answer\n");
        for near in &explanation.near {
            let wanted = if near.wanted { "needs" } else { "must not have" };
            let is = near.sides.as_ref().map(|(left, right)| format!("; it is {left} against {right}"));
            let criterion = titled(explanation, &near.criterion);
            let _ = writeln!(
                out,
                "    {} by {criterion}: {wanted} `{}`{}",
                near.code,
                near.condition,
                is.unwrap_or_default()
            );
        }
    }
    let ruleset = &program.ruleset;
    let hash: String = ruleset.hash.chars().take("blake3:".len() + 12).collect();
    let _ = writeln!(out, "\n  {} {}, {hash}, as of {as_of}", ruleset.heading.name, ruleset.version);
    out
}

/// How a record has moved, a line a step.
fn steps_text(out: &mut String, program: &Program, steps: &[Moved]) {
    out.push_str("\n  How it moved\n");
    if steps.is_empty() {
        out.push_str("    it has not\n");
    }
    for step in steps {
        let date = step.date.map_or_else(|| "no date".to_owned(), |date| date.to_string());
        let moved =
            if step.from == step.to { format!("stays {}", step.to) } else { format!("{} -> {}", step.from, step.to) };
        let _ = writeln!(out, "    {date:<10}  {moved}: {} [{}]", step.why, at(program, step.place));
        if let (Some(event), Some(child)) = (&step.event, step.child) {
            let _ = writeln!(out, "                {event}, number {child}");
        }
    }
}

fn judged_text(out: &mut String, judged: &JudgedExplained) {
    let JudgedExplained { value, because, by, on, until, taken } = judged;
    let words = if *taken { "a person's judgement" } else { "a person's judgement, not taken: it lacks something" };
    let on = on.as_ref().map(|on| format!(" on {on}")).unwrap_or_default();
    let until = until.as_ref().map(|until| format!(", until {until}")).unwrap_or_default();
    let _ = writeln!(out, "  {words}: {value}, because {because}, by {by}{on}{until}");
}

fn form_text(out: &mut String, form: &FormExplained) {
    let shown = form.title.as_ref().map_or_else(|| form.name.clone(), |title| format!("{title} ({})", form.name));
    let _ = writeln!(out, "\n  {shown}");
    if let Some(score) = &form.score {
        let _ = writeln!(
            out,
            "    score {}; from {} to {}; {} of {} answered",
            score.score, score.lowest, score.highest, score.answered, score.of
        );
    }
    for item in &form.items {
        let adds = match (&item.adds, &item.weight) {
            (Some(_), _) if item.left_out => "left out".to_owned(),
            (Some(adds), Some(weight)) => format!("{adds} (weight {weight})"),
            _ => "not scored".to_owned(),
        };
        let title = item.title.as_ref().map(|title| format!(", {title}")).unwrap_or_default();
        let _ = writeln!(out, "    {:<15} {} = {}{title}", adds, item.name, item.answer);
    }
}

/// A criterion's title with its name.
fn titled(explanation: &Explanation, name: &str) -> String {
    let criteria = explanation.cases.iter().flat_map(|case| &case.criteria);
    let title = criteria.filter(|criterion| criterion.name == name).find_map(|criterion| criterion.title.as_deref());
    title.map_or_else(|| name.to_owned(), |title| format!("{title} ({name})"))
}

/// `file:line` of a place.
fn at(program: &Program, place: Place) -> String {
    let Some(source) = program.sources.get(place.file.index()) else { return String::new() };
    let before = source.text.get(..place.start as usize).unwrap_or("");
    format!("{}:{}", source.name, before.matches('\n').count() + 1)
}

const fn state_words(state: State) -> &'static str {
    match state {
        State::Decided => "decided: nothing that is not known could change it",
        State::Provisional => "provisional: something that is not known could still change it",
        State::Undetermined => "undetermined: something that is not known leaves it open",
        State::NotApplicable => "not applicable",
        State::Error => "error: it could not be worked out",
    }
}

const fn truth_word(truth: &Truth) -> &'static str {
    match truth {
        Truth::Yes => "yes",
        Truth::No => "no",
        Truth::Unknown(_) => "not known",
        Truth::Error(_) => "error",
        Truth::Skipped => "not reached",
    }
}

fn criterion_text(out: &mut String, program: &Program, code: &str, criterion: &CriterionExplained) {
    let title = criterion.title.as_deref();
    let name = title.map_or_else(|| criterion.name.clone(), |title| format!("{title} ({})", criterion.name));
    let gap = if code.is_empty() { "" } else { " " };
    let _ = writeln!(out, "    {:<11} {code}{gap}{name}", truth_word(&criterion.truth));
    if criterion.truth == Truth::Skipped {
        return;
    }
    let text = criterion.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let _ = writeln!(out, "                {text} [{}]", at(program, criterion.place));
    if let Truth::Error(error) = &criterion.truth {
        let _ = writeln!(out, "                {error}");
    }
    for named in &criterion.lets {
        let _ = writeln!(out, "                  {} = {}", named.name, named.value);
    }
    for read in &criterion.reads {
        let name = read.name.split_whitespace().collect::<Vec<_>>().join(" ");
        let children = read.children.as_ref().map(|children| {
            let perhaps = match children.perhaps.len() {
                0 => String::new(),
                some => format!(", {some} more may count"),
            };
            format!(" ({} of {} count{perhaps})", children.counted.len(), children.total)
        });
        let _ = writeln!(out, "                  {name} = {}{}", read.value, children.unwrap_or_default());
    }
    if criterion.more {
        let _ = writeln!(out, "                  and more");
    }
}

/// An explanation as JSON.
pub fn to_json(told: &Explained) -> Value {
    let Explained { program, as_of, key, explanation } = told;
    let criterion = |criterion: &CriterionExplained| {
        let reads: Vec<Value> = criterion
            .reads
            .iter()
            .map(|read| {
                let children = read.children.as_ref().map(|children| {
                    json!({ "total": children.total, "counted": children.counted, "perhaps": children.perhaps,
                            "fields": children.fields })
                });
                json!({ "name": read.name, "value": read.value, "children": children })
            })
            .collect();
        let lets: Vec<Value> = criterion
            .lets
            .iter()
            .map(|named| json!({ "name": named.name, "title": named.title, "value": named.value }))
            .collect();
        json!({
            "name": criterion.name,
            "title": criterion.title,
            "text": criterion.text,
            "place": at(program, criterion.place),
            "truth": truth_word(&criterion.truth),
            "why": match &criterion.truth { Truth::Error(why) | Truth::Unknown(why) => Some(why), _ => None },
            "reads": reads,
            "lets": lets,
        })
    };
    let cases: Vec<Value> = explanation
        .cases
        .iter()
        .map(|case| {
            let criteria: Vec<Value> = case.criteria.iter().map(criterion).collect();
            json!({ "code": case.code, "title": case.title, "criteria": criteria })
        })
        .collect();
    let open: Vec<Value> = explanation
        .open
        .iter()
        .map(|open| {
            let criteria: Vec<Value> =
                open.criteria.iter().map(|(name, code)| json!({ "criterion": name, "code": code })).collect();
            json!({ "field": open.field, "stands_before": criteria })
        })
        .collect();
    let near: Vec<Value> = explanation
        .near
        .iter()
        .map(|near| {
            json!({ "code": near.code, "criterion": near.criterion, "condition": near.condition,
                    "wanted": near.wanted, "sides": near.sides })
        })
        .collect();
    let steps = explanation.steps.as_ref().map(|steps| {
        let step = |step: &Moved| {
            json!({ "date": step.date.map(|date| date.to_string()), "from": step.from, "to": step.to, "why": step.why,
                    "event": step.event, "number": step.child, "place": at(program, step.place) })
        };
        steps.iter().map(step).collect::<Vec<Value>>()
    });
    let responses: Vec<Value> = explanation
        .responses
        .iter()
        .map(|action| {
            let due = action.due.map(|due| due.to_string());
            json!({ "code": action.code, "text": action.text, "by": action.role, "due": due })
        })
        .collect();
    let uses: Vec<Value> =
        explanation.uses.iter().map(|(fields, because)| json!({ "fields": fields, "because": because })).collect();
    let error = explanation
        .error
        .as_ref()
        .map(|error| json!({ "message": error.message, "text": error.text, "place": at(program, error.place) }));
    let mut whole = json!({
        "ruleset": &*program.ruleset.heading.name,
        "version": &*program.ruleset.version,
        "hash": &*program.ruleset.hash,
        "as_of": as_of.to_string(),
        "record": explanation.record,
        "key": key,
        "category": explanation.category,
        "title": explanation.title,
        "value": explanation.value,
        "state": explanation.state.word(),
        "because": explanation.because,
        "possible": explanation.possible,
        "missing": explanation.missing,
        "error": error,
        "otherwise": explanation.otherwise,
        "applies": explanation.applies.as_ref().map(criterion),
        "cases": cases,
        "open": open,
        "would_change": near,
        "steps": steps,
        "responses": responses,
        "uses_protected": uses,
    });
    // Only what has them names them, so that explanations of other categories stay as they are.
    if let Some(whole) = whole.as_object_mut() {
        if let Some(form) = &explanation.form {
            whole.insert("instrument".to_owned(), form_json(form));
        }
        if let Some(JudgedExplained { value, because, by, on, until, taken }) = &explanation.judged {
            let judged =
                json!({ "value": value, "because": because, "by": by, "on": on, "until": until, "taken": taken });
            whole.insert("override".to_owned(), judged);
        }
    }
    whole
}

fn form_json(form: &FormExplained) -> Value {
    let items: Vec<Value> = form
        .items
        .iter()
        .map(|item| {
            json!({ "name": item.name, "title": item.title, "answer": item.answer, "weight": item.weight,
                    "adds": item.adds, "left_out": item.left_out })
        })
        .collect();
    let score = form.score.as_ref().map(|score| {
        json!({ "score": score.score, "lowest": score.lowest, "highest": score.highest,
                "answered": score.answered, "of": score.of })
    });
    json!({ "name": form.name, "title": form.title, "score": score, "items": items })
}
