//! Whatever the text, reading gives a tree and diagnostics that lie in it; and does so twice the same.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod common;

use assize_lang::ast::*;
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::{Source, Span};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const FILES: [&str; 3] = [
    include_str!("files/everything.assize"),
    include_str!("files/initiative.assize"),
    include_str!("files/decisions.assize"),
];

fn check_span(text: &str, span: Span) -> Result<(), TestCaseError> {
    let slice = text.get(span.start as usize..span.end as usize);
    prop_assert!(slice.is_some(), "{span:?} is not in the text or cuts a character");
    Ok(())
}

fn check_diagnostic(text: &str, diagnostic: &Diagnostic) -> Result<(), TestCaseError> {
    let primary = diagnostic.primary.as_ref();
    prop_assert!(primary.is_some());
    for label in primary.into_iter().chain(&diagnostic.secondary) {
        check_span(text, label.span)?;
    }
    if let Some(fix) = &diagnostic.fix {
        check_span(text, fix.span)?;
    }
    let message = &diagnostic.message;
    prop_assert!(!message.is_empty() && !message.ends_with('.') && !message.contains('\n'), "{message:?}");
    Ok(())
}

/// Every span that the debug form of the tree shows.
fn spans(file: &File) -> Vec<Span> {
    let shown = format!("{file:?}");
    let mut found = Vec::new();
    for part in shown.split("Span { file: FileId(0), start: ").skip(1) {
        let mut numbers = part.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
        let (start, end) = (numbers.next().unwrap(), numbers.next().unwrap());
        found.push(Span::new(file.id, start.parse().unwrap(), end.parse().unwrap()));
    }
    found
}

fn check(text: &str) -> Result<(), TestCaseError> {
    let (file, diagnostics) = common::read(text);
    for diagnostic in &diagnostics {
        check_diagnostic(text, diagnostic)?;
    }
    for span in spans(&file) {
        check_span(text, span)?;
    }
    let unread =
        file.decls.iter().any(|decl| matches!(decl, Decl::Broken(_))) || format!("{file:?}").contains("kind: Error");
    prop_assert!(!unread || !diagnostics.is_empty(), "something is left out and not reported");
    let again = common::read(text);
    prop_assert_eq!(&again.0, &file);
    prop_assert_eq!(&again.1, &diagnostics);
    check_layout(text, &file, diagnostics.is_empty())
}

/// What reads can be laid out, and reads the same then; what does not read is given back with its faults.
fn check_layout(text: &str, file: &File, reads: bool) -> Result<(), TestCaseError> {
    let laid = assize_lang::format(&Source::new("test", text));
    prop_assert_eq!(laid.is_ok(), reads);
    let Ok(laid) = laid else { return Ok(()) };
    let (again, diagnostics) = common::read(&laid);
    prop_assert!(diagnostics.is_empty(), "{}", laid);
    prop_assert_eq!(without_spans(&again), without_spans(file));
    prop_assert_eq!(assize_lang::format(&Source::new("test", laid.as_str())), Ok(laid));
    Ok(())
}

fn without_spans(file: &File) -> String {
    let shown = format!("{file:?}");
    let mut parts = shown.split("Span { file: FileId(0), ");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |all, part| all + part.split_once('}').unwrap().1)
}

/// Text made of the words and signs of the language, in any order.
fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => prop::sample::select(assize_lang::keywords()).prop_map(str::to_owned),
        4 => prop::sample::select(vec![
            "a", "b", "Charge", "title", "value", "interval", "unknown", "known", "months", "start", "set", "expect",
            "given", "before", "after", "least", "with", "version", "effective", "dates", "strict", "time", "zone",
            "item", "weight", "unscored", "unless", "prorate", "up", "to", "counts", "leaves", "scored", "above", "band",
            "route", "uses", "protected", "because", "override", "until", "on", "rule", "order", "sheet", "valid", "rhai",
            "start", "raise", "lower", "each", "without", "hold", "for", "against", "positive", "expected", "median", "percentile", "approximate",
            "standardised", "formula", "rolling", "target", "amber", "baseline", "compare", "signals", "runs", "chart",
            "freeze", "rebase", "round", "seeded", "data", "about", "source", "owner", "collected", "ratings", "scale",
            "items", "rubric", "top", "objective", "overall", "profile", "requires", "an", "period", "forms", "higher",
        ]).prop_map(str::to_owned),
        6 => prop::sample::select(vec![
            "{", "}", "(", ")", "[", "]", ":", ",", "=", "!=", "<", "<=", ">", "->", "+", "-", "*", "/", "..", ".", "\n",
            "#", "##", "\"t\"", "\"", "'", "“", "”", "1", "0.5", "25%", "2026-01-02", "2026-02-30", "10:30", ";", "==",
            "&&", "//", "/*", "\u{a0}", "é", "\\", "\u{feff}", "\r\n", "99999999999999999999", "|", "||", "= rhai {", "`",
            "| a |", ": b", "\"T\" :",
        ]).prop_map(str::to_owned),
    ];
    prop::collection::vec(word, 0..60).prop_map(|words| words.join(" "))
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(1500))]

    #[test]
    fn any_characters(text in "\\PC{0,200}") {
        check(&text)?;
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check(&String::from_utf8_lossy(&bytes))?;
    }

    #[test]
    fn any_words(text in words()) {
        check(&text)?;
    }

    #[test]
    fn any_words_in_a_block(begin in prop::sample::select(vec![
        "let x of R = ", "record R { ", "codes K { ", "category c of R -> K { ", "category c of R -> K { A when { ",
        "measure m of R { ", "test \"t\" { ", "test \"t\" { given R { ", "ruleset r version \"1\" { ", "parameter p : ",
        "instrument i of R { ", "table t of R -> K { | a | -> b | ", "table t of R -> ", "lookup l (", "function f(",
        "function f() -> text = rhai { ", "progression p of R for c { ", "response to c { ", "audit a of c against ",
        "audit a of c against x { ", "indicator i { ", "indicator i { rubric ", "evaluation e { ",
        "evaluation e { overall profile { ", "publish p to q { ", "release ",
    ]), text in words(), end in prop::sample::select(vec!["", " }", " } }"])) {
        check(&format!("{begin}{text}{end}"))?;
    }

    #[test]
    fn changed_files(file in 0..FILES.len(), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<char>(), 0..4_u8), 1..5)) {
        let mut text: Vec<char> = FILES[file].chars().collect();
        for (at, c, how) in changes {
            if text.is_empty() {
                break;
            }
            let at = at.index(text.len());
            match how {
                0 => text[at] = c,
                1 => text.insert(at, c),
                2 => { text.remove(at); }
                _ => text.truncate(at.max(1)),
            }
        }
        check(&text.into_iter().collect::<String>())?;
    }
}
