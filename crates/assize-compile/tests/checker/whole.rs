//! Whole rule files.

use crate::common::{compile, one, program, shown};
use assize_lang::diagnostic::Severity;
use assize_model::dump::dump;
use assize_model::verify::verify;

const EXAMPLE: &str = include_str!("example.assize");

#[test]
fn the_example_of_the_language_page() {
    let compiled = compile(EXAMPLE);
    // The one test of the page gives few of the fields that decide.
    let (untested, other): (Vec<_>, Vec<_>) = compiled.diagnostics.iter().partition(|found| found.code.0 == "W0907");
    assert_eq!(untested.len(), 4, "{}", shown(&compiled));
    let [warning] = other.as_slice() else { panic!("{}", shown(&compiled)) };
    assert_eq!(warning.severity, Severity::Warning);
    assert!(one(&compiled, warning).starts_with("W0903 field `race` of `Offender` is never read\n  32:3 `race`"));
    let program = program(EXAMPLE);
    assert_eq!(program.records.len(), 4);
    assert_eq!((program.categories.len(), program.measures.len(), program.tests.len()), (1, 1, 1));
    let nodes = dump(&program).to_string();
    // What both criteria ask is one node, and the date after the notice is worked out once a person.
    assert_eq!(nodes.matches("Count in scope").count(), 1, "{nodes}");
    assert_eq!(nodes.matches("Shift").count(), 1, "{nodes}");
    verify(&program).unwrap();
}

#[test]
fn compiling_is_the_same_every_time() {
    let shape = || {
        let program = program(EXAMPLE);
        format!("{}{:?}{:?}{}", dump(&program), program.categories, program.tests, program.ruleset.hash)
    };
    assert_eq!(shape(), shape());
}

#[test]
fn any_cut_of_the_example_is_reported_and_nothing_fails() {
    for cut in (0..EXAMPLE.len()).filter(|&cut| EXAMPLE.is_char_boundary(cut)).step_by(3) {
        let compiled = compile(&EXAMPLE[..cut]);
        let errors = compiled.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
        assert_eq!(compiled.program.is_none(), errors > 0, "cut at {cut}\n{}", shown(&compiled));
        assert!(compiled.diagnostics.iter().all(|d| d.code.0 != "E0699"), "cut at {cut}\n{}", shown(&compiled));
    }
}

#[test]
fn any_word_left_out_of_the_example_is_survived() {
    let words: Vec<(usize, usize)> = {
        let mut out = Vec::new();
        let mut start = None;
        for (at, c) in EXAMPLE.char_indices() {
            match (c.is_alphanumeric() || c == '_', start) {
                (true, None) => start = Some(at),
                (false, Some(from)) => {
                    out.push((from, at));
                    start = None;
                }
                _ => {}
            }
        }
        out
    };
    assert!(words.len() > 200);
    for (from, to) in words {
        for replacement in ["", "zzz", "1", "none", "charges"] {
            let text = format!("{}{replacement}{}", &EXAMPLE[..from], &EXAMPLE[to..]);
            let compiled = compile(&text);
            let errors = compiled.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
            assert_eq!(compiled.program.is_none(), errors > 0, "{text}\n{}", shown(&compiled));
            assert!(compiled.diagnostics.iter().all(|d| d.code.0 != "E0699"), "{text}\n{}", shown(&compiled));
        }
    }
}

#[test]
fn diagnostics_come_in_the_order_of_the_text() {
    let compiled = compile(
        "ruleset t version \"1\"\nrecord P { a : integer }\nlet x of P = b\ntest \"t\" { }\nlet y of P = c\nlet z of Q = 1\n",
    );
    let lines: Vec<u32> = (compiled.diagnostics.iter())
        .map(|d| compiled.sources.iter().next().unwrap().line_column(d.primary.as_ref().unwrap().span.start).line)
        .collect();
    assert!(lines.is_sorted() && lines.len() >= 4, "{}", shown(&compiled));
}

#[test]
fn the_real_catalogue_of_codes_is_what_is_used() {
    // Every code that a test of this crate expects is listed, and all but the checker's own failure are expected.
    let tests = [
        include_str!("names.rs"),
        include_str!("types.rs"),
        include_str!("declarations.rs"),
        include_str!("disclosure.rs"),
        include_str!("forms.rs"),
        include_str!("functions.rs"),
        include_str!("measures.rs"),
        include_str!("series.rs"),
        include_str!("tables.rs"),
        include_str!("test_blocks.rs"),
        include_str!("evaluations.rs"),
        include_str!("reach.rs"),
        include_str!("movement.rs"),
        include_str!("publish.rs"),
        include_str!("limits.rs"),
        include_str!("../../src/lib.rs"),
    ];
    for info in assize_compile::codes::ALL {
        let expected = tests.iter().any(|test| test.contains(&format!("\"{}\"", info.code.0)));
        // Only a fault of the checker itself brings that one about.
        assert!(expected || info.code.0 == "E0699", "no test expects {} ({})", info.code.0, info.title);
    }
}
