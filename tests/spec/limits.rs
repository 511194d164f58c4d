//! Inputs that are too large to stand on a page: each is built here, and must give its code and end.

use crate::blocks::{check, codes};
use assize_lang::diagnostic::Severity;
use std::fmt::Write as _;

/// For each code whose section has no example, what gives it.
pub const BUILT: &[(&str, Option<fn() -> String>)] = &[
    ("E0001", Some(file_too_long)),
    ("E0002", Some(too_deep)),
    ("E0003", Some(too_many_operators)),
    ("E0004", Some(name_too_long)),
    ("E0005", Some(too_many_errors)),
    // Only who reads files gives it: it has a test beside those of the page.
    ("E0007", None),
    // A fault of the engine itself: nothing that is known gives it.
    ("E0009", None),
    // What would lead to it is already refused by the reader of the text, or as a name used twice.
    ("E0311", None),
    ("E0601", Some(too_many_codes)),
    ("E0602", Some(too_many_expressions)),
    ("E0603", Some(children_too_deep)),
    ("E0604", Some(too_many_faults)),
    // A fault of the checker itself: nothing that is known gives it.
    ("E0699", None),
];

const RECORD: &str = "record R { id : text key  a : boolean  n : integer }\n";

fn file_too_long() -> String {
    let line = "# a comment that makes the file longer than a rule file may be\n";
    line.repeat(17 * 1024 * 1024 / line.len() + 1)
}

fn too_deep() -> String {
    format!("{RECORD}let x of R = {}a{}\n", "(".repeat(65), ")".repeat(65))
}

fn too_many_operators() -> String {
    format!("{RECORD}let x of R = {}1\n", "n + ".repeat(501))
}

fn name_too_long() -> String {
    format!("{RECORD}let {} of R = a\n", "x".repeat(101))
}

fn too_many_errors() -> String {
    let mut text = RECORD.to_owned();
    for at in 0..1_100 {
        let _ = writeln!(text, "let x{at} of R = n ==");
    }
    text
}

fn too_many_codes() -> String {
    let mut text = "codes Place {\n".to_owned();
    for at in 0..65_535 {
        let _ = writeln!(text, "c{at}");
    }
    text + "}\nrecord R { id : text key  place : Place }\n"
}

/// An expression over children is worked out once for each way down to them.
fn too_many_expressions() -> String {
    let mut text = "record C { person : text  n : integer }\nrecord P { id : text key\n".to_owned();
    for way in 0..17 {
        let _ = writeln!(text, "c{way} : many C by person");
    }
    text.push_str("}\n");
    for part in 0..6 {
        let _ = write!(text, "let x{part} of C = any of (n = 0");
        for at in 1..45_000 {
            let _ = write!(text, ",n={part}{at}");
        }
        text.push_str(")\n");
    }
    for way in 0..17 {
        let _ = writeln!(text, "let y{way} of P = any c{way} where x0 or x1 or x2 or x3 or x4 or x5");
    }
    text
}

fn too_many_faults() -> String {
    let mut text = RECORD.to_owned();
    for at in 0..1_100 {
        let _ = writeln!(text, "let x{at} of R = m{at}");
    }
    text
}

fn children_too_deep() -> String {
    let mut text = String::new();
    for at in 0..10 {
        let next = at + 1;
        let _ = writeln!(text, "record R{at} {{ id : text key  parent_id : text  children : many R{next} by parent_id }}");
        let _ = writeln!(text, "let x{at} of R{at} = any children where x{next}");
    }
    text + "record R10 { id : text key  parent_id : text  a : boolean }\nlet x10 of R10 = a\n"
}

#[test]
fn what_is_past_a_limit_is_refused_by_name() {
    for (code, build) in BUILT {
        let Some(build) = build else { continue };
        let compiled = check(&build());
        let errors = codes(&compiled.diagnostics, Severity::Error);
        assert!(errors.contains(code), "{code}: found {:?}", errors.iter().take(5).collect::<Vec<_>>());
        assert!(compiled.program.is_none());
        // The message names the limit.
        let said = compiled.diagnostics.iter().find(|found| found.code.0 == *code).map(|found| {
            let label = found.primary.as_ref().map_or("", |label| label.message.as_str());
            format!("{} {label}", found.message)
        });
        assert!(said.as_ref().is_some_and(|said| said.contains("limit")), "{code}: {said:?}");
    }
}
