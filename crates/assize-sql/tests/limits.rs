//! Rules that are small and whose SQL would not be: refused by name, neither endless nor past the stack.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use assize::RuleSet;
use assize::model::civil::Date;
use assize_sql::{Dialect, For};
use std::fmt::Write;

/// A chain of `let`s, each made of the one before, and a category of the last.
fn chain(first: &str, next: impl Fn(&str) -> String, length: usize) -> String {
    let mut rules = format!("ruleset r version \"1\" {{}}\ncodes L {{ p }}\n{first}\n");
    for at in 1..length {
        writeln!(rules, "let x{at} of R = {}", next(&format!("x{}", at - 1))).unwrap();
    }
    format!("{rules}category c of R -> L {{ p when holds : x{} }}\n", length - 1)
}

/// Why the only category is refused, or how long its SQL is.
fn written(rules: &str) -> Result<usize, String> {
    let rules = RuleSet::compile("rules.assize", rules).unwrap_or_else(|error| panic!("{error}"));
    let program = rules.program();
    let category = program.category_named("c").unwrap();
    let run = For { program, dialect: Dialect::DuckDb, as_of: Date::from_ymd(2026, 1, 1).unwrap(), params: &[] };
    assize_sql::category(run, category).map(|text| text.len()).map_err(|refused| refused.why)
}

const RECORD: &str = "record R { id : text key  a : boolean  n : integer }\nlet x0 of R = a";

#[test]
fn what_is_used_twice_at_every_step_is_refused() {
    let twice = chain(RECORD, |x| format!("{x} and not {x} or {x}"), 64);
    assert!(written(&twice).unwrap_err().contains("longer than"), "{:?}", written(&twice));
    let condition = chain(RECORD, |x| format!("if {x} then not a else a"), 64);
    assert!(written(&condition).unwrap_err().contains("longer than"), "{:?}", written(&condition));
}

#[test]
fn a_parent_that_is_used_twice_at_every_step_is_refused() {
    let record = "record R { id : text key  n : integer  kids : many K by r }\nrecord K { r : text  m : integer }";
    let chain = chain(&format!("{record}\nlet x0 of R = n > 1"), |x| format!("{x} and not {x}"), 64);
    let (lets, _) = chain.rsplit_once("category").unwrap();
    let rules = format!("{lets}category c of R -> L {{ p when holds : any kids where m > 1 or parent.x63 }}\n");
    assert!(written(&rules).unwrap_err().contains("longer than"), "{:?}", written(&rules));
}

#[test]
fn what_is_too_deep_is_refused() {
    let deep = chain(RECORD, |x| format!("not {x}"), 40_000);
    assert!(written(&deep).unwrap_err().contains("deep"), "{:?}", written(&deep));
}

#[test]
fn long_sums_are_written() {
    let record = RECORD.replace("= a", &format!("= {} > 3", vec!["n"; 400].join(" + ")));
    assert!(written(&chain(&record, |x| format!("a or {x}"), 2)).is_ok());
}
