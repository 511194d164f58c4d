//! What came of a rule set's `test` blocks: for people, and as JSON; with the criteria that no test tries.

use assize::eval::row::testing::{Coverage, TestReport};
use assize::model::program::{Place, Program};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The file and the line of a place.
fn at(program: &Program, place: Place) -> (String, usize) {
    let source = program.sources.get(place.file.index());
    let before = source.and_then(|source| source.text.get(..place.start as usize)).unwrap_or("");
    (source.map_or_else(String::new, |source| source.name.to_string()), before.matches('\n').count() + 1)
}

/// A criterion with its category's name.
fn name(program: &Program, of: &Coverage) -> String {
    let category = program.category(of.category).map_or("?", |category| &category.heading.name);
    format!("{category}.{}", of.name)
}

/// How far tests tried a criterion.
const fn tried(of: &Coverage) -> &'static str {
    match of {
        Coverage { decisive: 1.., .. } => "decided a test",
        Coverage { yes: 1.., .. } => "true in a test, and decided none",
        Coverage { no: 1.., .. } => "never true in a test",
        _ => "reached by no test",
    }
}

/// The report as text.
pub fn to_text(program: &Program, report: &TestReport) -> String {
    let mut text = String::new();
    for test in &report.tests {
        let _ = writeln!(text, "{} {}", if test.failures.is_empty() { "ok    " } else { "failed" }, test.title);
        for failure in &test.failures {
            let (file, line) = at(program, failure.place);
            let (subject, expected, actual) = (&failure.subject, &failure.expected, &failure.actual);
            let said = if subject.is_empty() {
                actual.clone()
            } else {
                format!("`{subject}`: expected {expected}, came out as {actual}")
            };
            let _ = writeln!(text, "         {file}:{line}: {said}");
        }
    }
    // A criterion that no test decides by is one that nobody has looked at.
    let untested: Vec<&Coverage> = report.coverage.iter().filter(|of| of.decisive == 0).collect();
    let (criteria, failed) =
        (report.coverage.len(), report.tests.iter().filter(|test| !test.failures.is_empty()).count());
    let _ = writeln!(text, "\n{} passed, {failed} failed", report.tests.len() - failed);
    let _ = writeln!(text, "{} of {criteria} criteria decided some test", criteria - untested.len());
    if !untested.is_empty() {
        let names: Vec<String> = untested.iter().map(|of| name(program, of)).collect();
        let _ = writeln!(text, "not tested: {}", names.join(", "));
        for of in untested {
            let (file, line) = at(program, of.place);
            let _ = writeln!(text, "         {file}:{line}: `{}`: {}", name(program, of), tried(of));
        }
    }
    text
}

/// The report as JSON.
pub fn to_json(program: &Program, report: &TestReport) -> Value {
    let place = |place: Place| {
        let (file, line) = at(program, place);
        json!({ "file": file, "line": line })
    };
    let tests: Vec<Value> = (report.tests.iter())
        .map(|test| {
            let failures: Vec<Value> = (test.failures.iter())
                .map(|failure| {
                    json!({ "subject": failure.subject, "expected": failure.expected, "actual": failure.actual,
                            "place": place(failure.place) })
                })
                .collect();
            json!({ "title": test.title, "passed": test.failures.is_empty(), "place": place(test.place),
                    "failures": failures })
        })
        .collect();
    let criteria: Vec<Value> = (report.coverage.iter())
        .map(|of| {
            let category = program.category(of.category).map(|category| &*category.heading.name);
            json!({ "category": category, "criterion": of.name, "place": place(of.place), "true": of.yes,
                    "false": of.no, "decided": of.decisive, "tried": tried(of) })
        })
        .collect();
    let decided = report.coverage.iter().filter(|of| of.decisive > 0).count();
    json!({
        "ruleset": &*program.ruleset.heading.name,
        "version": &*program.ruleset.version,
        "passed": report.passed(),
        "tests": tests,
        "coverage": { "criteria": report.coverage.len(), "decided": decided, "by": criteria },
    })
}
