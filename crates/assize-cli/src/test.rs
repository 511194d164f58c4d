//! `assize test`.

use crate::Exit;
use crate::args::Test;
use crate::out::{self, Colour};
use std::fmt::Write as _;
use std::io;

pub fn test(args: &Test, colour: Colour) -> io::Result<Exit> {
    let rules = match out::load(&args.rules, colour) {
        Ok(rules) => rules,
        Err(exit) => return Ok(exit),
    };
    let program = rules.program();
    let report = rules.test();
    let mut text = String::new();
    for test in &report.tests {
        let _ = writeln!(text, "{} {}", if test.failures.is_empty() { "ok    " } else { "failed" }, test.title);
        for failure in &test.failures {
            let source = program.sources.get(failure.place.file.index());
            let before = source.and_then(|source| source.text.get(..failure.place.start as usize)).unwrap_or("");
            let line = before.matches('\n').count() + 1;
            let name = source.map_or("", |source| &source.name);
            let (subject, expected, actual) = (&failure.subject, &failure.expected, &failure.actual);
            let said = if subject.is_empty() {
                actual.clone()
            } else {
                format!("`{subject}`: expected {expected}, came out as {actual}")
            };
            let _ = writeln!(text, "         {name}:{line}: {said}");
        }
    }
    // Coverage: a criterion that no test decides by is one that nobody has looked at.
    let criteria = report.coverage.len();
    let untested: Vec<String> = report
        .coverage
        .iter()
        .filter(|criterion| criterion.decisive == 0)
        .filter_map(|criterion| {
            Some(format!("{}.{}", program.category(criterion.category)?.heading.name, criterion.name))
        })
        .collect();
    let failed = report.tests.iter().filter(|test| !test.failures.is_empty()).count();
    let _ = writeln!(text, "\n{} passed, {failed} failed", report.tests.len() - failed);
    let _ = writeln!(text, "{} of {criteria} criteria decided some test", criteria - untested.len());
    if !untested.is_empty() {
        let _ = writeln!(text, "not tested: {}", untested.join(", "));
    }
    out::print(&text)?;
    Ok(if failed == 0 { Exit::Well } else { Exit::WithErrors })
}
