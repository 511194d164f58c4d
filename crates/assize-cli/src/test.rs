//! `assize test`.

use crate::Exit;
use crate::args::Test;
use crate::out::{self, Colour};
use assize::run_tests;
use std::fmt::Write as _;
use std::io;

pub fn test(args: &Test, colour: Colour) -> io::Result<Exit> {
    let rules = match out::load(&args.rules, colour) {
        Ok(rules) => rules,
        Err(exit) => return Ok(exit),
    };
    let program = rules.program();
    let report = run_tests(&rules);
    let mut text = String::new();
    for test in &report.tests {
        let _ = writeln!(text, "{} {}", if test.failures.is_empty() { "ok    " } else { "failed" }, test.title);
        for failure in &test.failures {
            let source = program.sources.get(failure.place.file.index());
            let before = source.and_then(|source| source.text.get(..failure.place.start as usize)).unwrap_or("");
            let line = before.matches('\n').count() + 1;
            let name = source.map_or("", |source| &source.name);
            let _ = writeln!(text, "         {name}:{line}: {}", failure.message);
        }
    }
    // Coverage: a criterion that no test decides by is one that nobody has looked at.
    let mut untested = Vec::new();
    let mut criteria = 0;
    for (category, decided) in program.categories.iter().zip(&report.decided_by) {
        for ((_, criterion), decided) in category.criteria().zip(decided) {
            criteria += 1;
            if !decided {
                untested.push(format!("{}.{}", category.heading.name, criterion.heading.name));
            }
        }
    }
    let failed = report.failed();
    let _ = writeln!(text, "\n{} passed, {failed} failed", report.tests.len() - failed);
    let _ = writeln!(text, "{} of {criteria} criteria decided some test", criteria - untested.len());
    if !untested.is_empty() {
        let _ = writeln!(text, "not tested: {}", untested.join(", "));
    }
    out::print(&text)?;
    Ok(if failed == 0 { Exit::Well } else { Exit::WithErrors })
}
