//! Inputs that are too large to stand on a page: each is built here, and must give its code and end.

use crate::blocks::{check, codes};
use crate::pages::page;
use assize_lang::diagnostic::Severity;
use assize_lang::parse::limits;
use assize_model::bounds::CodeSet;
use std::fmt::Write as _;

/// Builds a text.
type Build = fn() -> String;

/// For each code whose section has no example, what gives it; nothing for what cannot be had by checking a text.
pub const BUILT: &[(&str, &[Build])] = &[
    ("E0001", &[file_too_long]),
    ("E0002", &[brackets_too_deep, conditions_too_deep]),
    ("E0003", &[too_many_operators]),
    ("E0004", &[name_too_long, text_too_long, member_too_long]),
    ("E0005", &[too_many_errors]),
    // Only who reads files gives it: it has a test beside those of the page.
    ("E0007", &[]),
    // A fault of the engine itself: nothing that is known gives it.
    ("E0009", &[]),
    // What would lead to it is already refused by the reader of the text, or as a name used twice.
    ("E0311", &[]),
    ("E0601", &[too_many_codes, too_many_codes_to_choose_from]),
    ("E0602", &[too_many_expressions]),
    ("E0603", &[children_too_deep]),
    ("E0604", &[too_many_faults]),
    // A fault of the checker itself: nothing that is known gives it.
    ("E0699", &[]),
    // What only files of rows have: they have tests of their own.
    ("E0408", &[]),
    ("E0729", &[]),
    ("E0730", &[]),
    ("E0731", &[]),
];

/// The limits that sections name, as they write them.
fn stated() -> [(&'static str, String); 11] {
    let mebibytes = limits::FILE_BYTES / (1024 * 1024);
    let kibibytes = limits::TEXT_BYTES / 1024;
    [
        ("E0001", format!("{mebibytes} MiB")),
        ("E0002", format!("up to {} deep", limits::NESTING)),
        ("E0003", format!("{} operators", limits::OPERATORS)),
        ("E0004", format!("{} letters", limits::NAME_BYTES)),
        ("E0004", format!("{kibibytes} KiB")),
        ("E0004", format!("{} words and signs", thousands(limits::MEMBER_TOKENS))),
        ("E0005", format!("{} errors", thousands(limits::LISTED_ERRORS))),
        ("E0023", format!("{} digits", limits::DECIMAL_DIGITS)),
        ("E0601", format!("{} codes", thousands(LIST))),
        ("E0601", format!("at most {}", CodeSet::CAPACITY)),
        ("E0604", format!("{} errors", thousands(limits::LISTED_ERRORS))),
    ]
}

/// Codes that a list may have.
const LIST: usize = 65_534;

/// `200,000`.
fn thousands(number: usize) -> String {
    if number < 1_000 { number.to_string() } else { format!("{},{:03}", number / 1_000, number % 1_000) }
}

const RECORD: &str = "record R { id : text key  a : boolean  n : integer }\n";

fn file_too_long() -> String {
    let line = "# a comment that makes the file longer than a rule file may be\n";
    line.repeat(17 * 1024 * 1024 / line.len() + 1)
}

fn brackets_too_deep() -> String {
    format!("{RECORD}let x of R = {}a{}\n", "(".repeat(65), ")".repeat(65))
}

fn conditions_too_deep() -> String {
    format!("{RECORD}let x of R = {}1{}\n", "if a then ".repeat(65), " else 1".repeat(65))
}

fn too_many_operators() -> String {
    format!("{RECORD}let x of R = {}1\n", "n + ".repeat(501))
}

fn name_too_long() -> String {
    format!("{RECORD}let {} of R = a\n", "x".repeat(101))
}

fn text_too_long() -> String {
    format!("{RECORD}let x of R = id = \"{}\"\n", "x".repeat(64 * 1024))
}

fn member_too_long() -> String {
    format!("{RECORD}let x of R = n in {{{}1}}\n", "1, ".repeat(100_000))
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
    for at in 0..=LIST {
        let _ = writeln!(text, "c{at}");
    }
    text + "}\nrecord R { id : text key  place : Place }\n"
}

fn too_many_codes_to_choose_from() -> String {
    let codes: String = (0..=CodeSet::CAPACITY).map(|at| format!("c{at} ")).collect();
    format!("{RECORD}codes Place {{ {codes} }}\ncategory place of R -> Place {{ c0 when a }}\n")
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
            let _ = write!(text, ",n={}{at}", part + 1);
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
        let _ =
            writeln!(text, "record R{at} {{ id : text key  parent_id : text  children : many R{next} by parent_id }}");
        let _ = writeln!(text, "let x{at} of R{at} = any children where x{next}");
    }
    text + "record R10 { id : text key  parent_id : text  a : boolean }\nlet x10 of R10 = a\n"
}

#[test]
fn what_is_past_a_limit_is_refused_by_name() {
    for (code, inputs) in BUILT {
        for build in *inputs {
            let text = build();
            let compiled = check(&text);
            let begins = text.get(..40).unwrap_or_default();
            let errors = codes(&compiled.diagnostics, Severity::Error);
            let few: Vec<&&str> = errors.iter().take(5).collect();
            assert!(errors.contains(code), "{code}: `{begins}…` gives {few:?}");
            assert!(compiled.program.is_none());
            // The message names the limit.
            let said = compiled.diagnostics.iter().find(|found| found.code.0 == *code).map(|found| {
                let label = found.primary.as_ref().map_or("", |label| label.message.as_str());
                format!("{} {label}", found.message)
            });
            assert!(said.as_ref().is_some_and(|said| said.contains("limit")), "{code}: {said:?}");
        }
    }
}

#[test]
fn the_limits_on_the_page_are_those_of_the_checker() {
    let page = page("diagnostics.md");
    for (code, limit) in stated() {
        let section = page.sections.iter().find(|section| section.heading.starts_with(code)).expect(code);
        let prose = section.prose.replace('\n', " ");
        assert!(prose.contains(&limit), "{code} does not name its limit, {limit}");
    }
}
