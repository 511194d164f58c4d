//! What came of the `test` blocks, as JSON.

use assize::RuleSet;
use assize::model::program::{Place, Program};
use serde_json::{Value, json};

/// Runs them.
pub fn run(rules: &RuleSet) -> Value {
    let program: &Program = rules.program();
    let report = rules.test();
    let tests: Vec<Value> = report
        .tests
        .iter()
        .map(|test| {
            let failures: Vec<Value> = test
                .failures
                .iter()
                .map(|failure| {
                    let (file, line) = at(program, failure.place);
                    json!({
                        "subject": failure.subject, "expected": failure.expected, "actual": failure.actual,
                        "file": file, "line": line,
                    })
                })
                .collect();
            let (file, line) = at(program, test.place);
            json!({ "title": test.title, "file": file, "line": line, "failures": failures })
        })
        .collect();
    let coverage: Vec<Value> = report
        .coverage
        .iter()
        .map(|criterion| {
            let category = program.category(criterion.category).map_or("?", |category| &*category.heading.name);
            json!({
                "category": category, "criterion": criterion.name,
                "true": criterion.yes, "false": criterion.no, "decisive": criterion.decisive,
            })
        })
        .collect();
    json!({ "tests": tests, "coverage": coverage })
}

/// The file and the line of a place.
fn at(program: &Program, place: Place) -> (Option<&str>, Option<usize>) {
    let Some(source) = program.sources.get(place.file.index()) else { return (None, None) };
    let before = source.text.get(..place.start as usize).unwrap_or("");
    (Some(&source.name), Some(before.matches('\n').count() + 1))
}
