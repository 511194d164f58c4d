//! Cases that a door cannot be put to, each with its reason, in `skips.json`.

use crate::case::{Case, cases, suite};
use crate::check::differs;
use crate::doors::{Answer, Door};
use serde_json::Value;
use std::sync::OnceLock;

/// Some cases that a door is spared, and why.
#[derive(Debug)]
struct Skip {
    door: String,
    reason: String,
    cases: Vec<String>,
}

fn skips() -> &'static [Skip] {
    static SKIPS: OnceLock<Vec<Skip>> = OnceLock::new();
    SKIPS.get_or_init(|| {
        let text = std::fs::read_to_string(suite().join("skips.json")).expect("the list of skips");
        let told: Value = serde_json::from_str(&text).expect("the list of skips is JSON");
        let text = |skip: &Value, key: &str| skip.get(key).and_then(Value::as_str).expect(key).to_owned();
        let names = |skip: &Value| {
            let names = skip.get("cases").and_then(Value::as_array).expect("cases");
            names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let skip = |skip: &Value| Skip { door: text(skip, "door"), reason: text(skip, "reason"), cases: names(skip) };
        told.as_array().expect("a list").iter().map(skip).collect()
    })
}

/// Why a door is spared a case.
pub fn reason(door: &str, case: &Case) -> Option<&'static str> {
    let mut own = skips().iter().filter(|skip| skip.door == door);
    own.find(|skip| skip.cases.contains(&case.name)).map(|skip| skip.reason.as_str())
}

/// Every skip is of a case that there is, has a reason, and would fail or be impossible.
pub fn check(doors: &[Box<dyn Door>]) {
    let mut found = Vec::new();
    for skip in skips() {
        if skip.reason.len() < 20 {
            found.push(format!("{}: `{}` is no reason", skip.door, skip.reason));
        }
        for name in &skip.cases {
            if std::env::var_os("ASSIZE_CASE").is_none() && !cases().iter().any(|case| case.name == *name) {
                found.push(format!("{}: there is no case {name}", skip.door));
            }
        }
        // The skips of Python are Python's to check.
        let Some(door) = doors.iter().find(|door| door.name() == skip.door) else {
            if !skip.door.starts_with("python") {
                found.push(format!("there is no door {}", skip.door));
            }
            continue;
        };
        for case in cases().iter().filter(|case| skip.cases.contains(&case.name)) {
            let answer = door.answer(case);
            if !matches!(answer, Answer::Impossible(_)) && differs(&**door, case, &answer).is_none() {
                found.push(format!("{}: {} passes and need not be skipped", skip.door, case.name));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
