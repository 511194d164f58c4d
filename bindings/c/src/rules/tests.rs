//! The `test` blocks of rules, run.

#![expect(unsafe_code, reason = "handles cross the boundary as pointers")]

use super::RulesHandle;
use crate::error::ErrorHandle;
use crate::guard::guard;
use crate::handle::{get, needed};
use crate::status::Status;
use crate::text::Text;
use serde_json::{Value, json};

/// Runs the `test` blocks of a rule set, and tells what came of them as JSON: whether all passed, each test with what did
/// not come out as expected, and how the tests reached each criterion.
///
/// `*out` is the caller's, to be freed with `assize_text_free`. Tests that fail are no error. Errors: `ASSIZE_ARGUMENT`.
/// Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_test_json(
    rules: *const RulesHandle,
    out: *mut *mut Text,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let rules = unsafe { get("rules", rules) }?;
        let told = told(rules);
        // SAFETY: not NULL and aligned.
        unsafe { out.write(Text::give(crate::text::pretty(&told))) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

fn told(rules: &RulesHandle) -> Value {
    let program = rules.rules.program();
    let report = rules.rules.test();
    let place = |place: assize::model::program::Place| {
        let source = program.sources.get(place.file.index());
        let before = source.and_then(|source| source.text.get(..place.start as usize)).unwrap_or("");
        let line = source.map(|_| before.matches('\n').count() + 1);
        json!({ "file": source.map(|source| &*source.name), "line": line })
    };
    let tests = report.tests.iter().map(|test| {
        let failures = test.failures.iter().map(|failure| {
            json!({
                "subject": failure.subject,
                "expected": failure.expected,
                "actual": failure.actual,
                "at": place(failure.place),
            })
        });
        json!({
            "title": test.title,
            "passed": test.failures.is_empty(),
            "at": place(test.place),
            "failures": failures.collect::<Vec<_>>(),
        })
    });
    let coverage = report.coverage.iter().map(|criterion| {
        let category = program.category(criterion.category).map(|category| &*category.heading.name);
        json!({
            "category": category,
            "criterion": criterion.name,
            "true": criterion.yes,
            "false": criterion.no,
            "decisive": criterion.decisive,
        })
    });
    json!({
        "passed": report.passed(),
        "tests": tests.collect::<Vec<_>>(),
        "coverage": coverage.collect::<Vec<_>>(),
    })
}
