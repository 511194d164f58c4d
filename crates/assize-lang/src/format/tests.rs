//! The formatter on every rule text of the repository, laid out as it is and in other ways.

use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::{format, laid_out, same_words};
use crate::parse;
use crate::parse::lexis::{Bracket, Kind, Lexer};
use crate::source::{FileId, Source};

const FILES: [(&str, &str); 3] = [
    ("everything", include_str!("../../tests/files/everything.assize")),
    ("initiative", include_str!("../../tests/files/initiative.assize")),
    ("decisions", include_str!("../../tests/files/decisions.assize")),
];

/// The tree of a text without its spans, and its comments.
fn tree(text: &str) -> String {
    let (file, diagnostics) = parse(FileId(0), &Source::new("test", text));
    assert_eq!(diagnostics, [], "{text}");
    let shown = format!("{file:#?}");
    let lines = shown.lines().map(str::trim);
    // Spans are three numbers each, and nothing else has these names.
    lines.filter(|line| !line.starts_with("start: ") && !line.starts_with("end: ")).collect::<Vec<_>>().join("\n")
}

/// The laid out text of one that reads, after all that must hold of it.
fn checked(name: &str, text: &str) -> String {
    let (file, _) = parse(FileId(0), &Source::new("test", text));
    let once = laid_out(text, &file.decls);
    assert!(same_words(text, &once), "{name}: words are changed:\n{text}\n-----\n{once}");
    assert_eq!(tree(text), tree(&once), "{name}: the meaning is changed:\n{text}\n-----\n{once}");
    let again = format(&Source::new("test", once.as_str())).unwrap();
    assert!(again == once, "{name}: laid out again it differs:\n{text}\n-----\n{once}\n-----\n{again}");
    let mut empty = 0;
    for line in once.lines() {
        // What stands in the body of a function is not the formatter's.
        if once.contains("rhai") {
            break;
        }
        assert_eq!(line.trim_end(), line, "{name}: blanks at the end of a line");
        empty = if line.is_empty() { empty + 1 } else { 0 };
        assert!(empty < 2, "{name}: two empty lines:\n{once}");
    }
    assert!(once.is_empty() || (once.ends_with('\n') && !once.ends_with("\n\n") && !once.starts_with('\n')), "{name}");
    once
}

/// The rule texts of the repository that read: the blocks of its pages, its packs, its cases.
fn texts() -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = FILES.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for folder in ["tests", "crates", "benches"] {
        gather(&root.join(folder), &mut texts);
    }
    texts.retain(|(_, text)| parse(FileId(0), &Source::new("test", text.as_str())).1.is_empty());
    texts
}

fn gather(folder: &Path, texts: &mut Vec<(String, String)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("");
        if path.is_dir() && path.file_name().is_none_or(|name| name != "target") {
            gather(&path, texts);
        } else if ending == "assize"
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            texts.push((path.display().to_string(), text));
        } else if ending == "md"
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            for (at, block) in text.split("```assize").skip(1).enumerate() {
                let block = block.split_once('\n').map_or("", |(_, rest)| rest).split("```").next().unwrap_or("");
                texts.push((format!("{} block {at}", path.display()), block.to_owned()));
            }
        }
    }
}

#[test]
fn every_rule_text_of_the_repository() {
    let texts = texts();
    if texts.len() == FILES.len() {
        println!("skipped: the repository is not around this crate");
    } else {
        assert!(texts.len() > 150, "only {} texts", texts.len());
    }
    for (name, text) in texts {
        let laid = checked(&name, &text);
        let lines =
            laid.lines().filter(|line| line.chars().count() > 120 && !line.trim_start().starts_with(['|', '#']));
        // A comment at the end of a line is never broken.
        let long: Vec<_> = lines.filter(|line| line.split(" # ").next().unwrap_or("").chars().count() > 120).collect();
        assert!(long.is_empty() || laid.contains("rhai"), "{name}: {long:#?}");
        checked(&name, &text.replace('\n', "\r\n"));
        checked(&name, &format!("\u{feff}{text}"));
    }
}

/// The words of a text in another layout: behind each word something of `between`.
fn relaid(text: &str, between: &[u8]) -> String {
    const GAPS: &[&str] = &[
        " ",
        "",
        "\n ",
        "  ",
        "\t",
        "\n\n\n ",
        " # c\n ",
        "\n # own\n ",
        " ## doc\n ",
        "\n\n # a\n\n # b\n\n ",
        "\r\n ",
    ];
    let tokens: Vec<_> = Lexer::new(text).filter(|token| token.kind != Kind::Comment).collect();
    let of = |at: usize| &text[tokens[at].start as usize..tokens[at].end as usize];
    let mut out = String::new();
    let mut depth = 0_usize;
    for at in 0..tokens.len() {
        match tokens[at].kind {
            Kind::Open(Bracket::Curly) => depth += 1,
            Kind::Close(Bracket::Curly) => depth -= 1,
            _ => {}
        }
        out.push_str(of(at));
        let Some(next) = tokens.get(at + 1) else { break };
        let gap = GAPS[usize::from(between[at % between.len()]) % GAPS.len()];
        let dotted = tokens[at].kind == Kind::Dot || next.kind == Kind::Dot;
        // Words would run together; the parts of a path belong together.
        let words = |kind| matches!(kind, Kind::Word | Kind::Number);
        let apart = text[tokens[at].end as usize..next.start as usize].is_empty();
        let gap = match gap {
            _ if dotted => "",
            "" if !apart && (words(tokens[at].kind) || words(next.kind)) => " ",
            "" if !apart => " ",
            gap => gap,
        };
        out.push_str(gap);
    }
    out.push('\n');
    let _ = depth;
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(3), max_shrink_iters: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_layout(file in 0..FILES.len(), dense in any::<bool>(), between in prop::collection::vec(any::<u8>(), 1..400)) {
        // Mostly blanks, with something else here and there, or anything.
        let between: Vec<u8> = if dense { between } else {
            between.iter().map(|gap| if gap % 8 == 0 { gap / 8 } else { 0 }).collect()
        };
        let text = relaid(FILES[file].1, &between);
        prop_assume!(parse(FileId(0), &Source::new("test", text.as_str())).1.is_empty());
        checked("relaid", &text);
    }
}

#[test]
fn what_does_not_read_is_given_back() {
    let diagnostics = format(&Source::new("test", "let x of R = 1 +\n")).unwrap_err();
    assert_eq!(diagnostics.len(), 1);
}

#[test]
fn a_title_is_not_taken_past_the_margin_by_its_column() {
    let long = "x".repeat(90);
    let text = format!(
        "parameter a : integer = 1 \"{long}\"\nparameter a_longer_name : integer = 12 in 0..100 \"Short\"\n\
         parameter b : integer = 2 \"Short, too\"\n"
    );
    let laid = checked("titles", &text);
    let lines: Vec<&str> = laid.lines().collect();
    assert_eq!(lines[0], format!("parameter a : integer = 1 \"{long}\""));
    let column = lines[1].find('"');
    assert_eq!((column, lines[2].find('"')), (Some(49), column), "{laid}");
}
