//! Cutting a file into pieces and reading each must come to what the grammar says of whole files: both are tried on
//! valid files and on files with something changed in them.

use pest::Parser;
use pest::iterators::Pair;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::grammar::{AssizeGrammar, Rule};
use super::lexis::Lexer;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Source};

const FILES: [&str; 3] = [
    include_str!("../../tests/files/everything.assize"),
    include_str!("../../tests/files/initiative.assize"),
    include_str!("../../tests/files/decisions.assize"),
];

/// Codes of faults that the grammar leaves to the reader: what is well formed and yet wrong.
const BEYOND_GRAMMAR: &[&str] = &[
    "E0002", "E0003", "E0004", "E0016", "E0017", "E0018", "E0019", "E0021", "E0022", "E0023", "E0024", "E0025",
    "E0026", "E0034", "E0035", "W0940",
];

fn read(text: &str) -> Vec<Diagnostic> {
    super::parse(FileId(0), &Source::new("test", text)).1
}

/// Whether the two agree on a text; the reason when they do not.
fn agree(text: &str) -> Result<(), String> {
    let whole = AssizeGrammar::parse(Rule::file, text.trim_start_matches('\u{feff}'));
    let faults = read(text);
    match whole {
        Ok(_) => match faults.iter().find(|fault| !BEYOND_GRAMMAR.contains(&fault.code.0)) {
            Some(fault) => Err(format!("the grammar reads it, the reader does not: {fault:?}")),
            None => Ok(()),
        },
        Err(error) if faults.is_empty() => Err(format!("the reader reads it, the grammar does not: {error}")),
        Err(_) => Ok(()),
    }
}

#[test]
fn whole_files_agree() {
    for text in FILES {
        assert_eq!(read(text), []);
        assert_eq!(agree(text), Ok(()));
    }
}

fn comments<'i>(pair: Pair<'i, Rule>, found: &mut Vec<&'i str>) {
    if pair.as_rule() == Rule::COMMENT {
        found.push(pair.as_str());
    }
    pair.into_inner().for_each(|inner| comments(inner, found));
}

#[test]
fn the_comments_of_the_tree_are_those_of_the_file() {
    for text in FILES {
        let mut found = Vec::new();
        for pair in AssizeGrammar::parse(Rule::file, text).unwrap() {
            comments(pair, &mut found);
        }
        let (file, _) = super::parse(FileId(0), &Source::new("test", text));
        let kept: Vec<_> = file.comments.iter().map(|c| &text[c.span.start as usize..c.span.end as usize]).collect();
        assert_eq!(kept, found);
    }
}

/// The text without its token `at`, with it twice, or with another in its place.
fn changed(text: &str, at: usize, how: usize, other: &str) -> String {
    let tokens: Vec<_> = Lexer::new(text).collect();
    let token = tokens[at % tokens.len()];
    let (start, end) = (token.start as usize, token.end as usize);
    let own = &text[start..end];
    let instead = match how % 5 {
        0 => String::new(),
        1 => format!("{own} {own}"),
        2 => other.to_owned(),
        3 => format!("{own} {other}"),
        _ => format!("{other} {own}"),
    };
    format!("{} {instead} {}", &text[..start], &text[end..])
}

const OTHERS: &[&str] = &[
    "a",
    "b :",
    "c \"T\" :",
    "\"t\"",
    "1",
    "1.5",
    "2%",
    "..",
    ",",
    ":",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "=",
    "<",
    "->",
    "-",
    "+",
    "and",
    "or",
    "not",
    "in",
    "is",
    "of",
    "by",
    "where",
    "if",
    "then",
    "else",
    "when",
    "any",
    "count",
    "sum",
    "min",
    "latest",
    "none",
    "first",
    "at",
    "months",
    "between",
    "within",
    "before",
    "missing",
    "unknown",
    "from",
    "known",
    "include",
    "value",
    "as",
    "every",
    "interval",
    "expect",
    "given",
    "set",
    "as_of",
    "otherwise",
    "hit",
    "applies",
    "title",
    "time",
    "dates",
    "record",
    "let",
    "test",
    "codes",
    "ordered",
    "2026-01-02",
    "10:30",
    "yes",
    ".",
    "#\n",
    "start of month",
    "x is missing",
    "latest a of b by c",
    "at least 2 of (a)",
    "(a .. b]",
    "\n",
    "strict",
    "possible",
    "|",
    "||",
    "| a |",
    "-> x",
    "item",
    "item a",
    "band",
    "band a ..3",
    "route a :",
    "weight",
    "unless",
    "uses",
    "uses protected a because \"t\"",
    "override from a because b by c",
    "start at",
    "raise",
    "lower",
    "hold at least",
    "positive at least",
    "suppress below",
    "round to",
    "target",
    "baseline",
    "compare",
    "signals",
    "runs",
    "chart",
    "data",
    "about",
    "source",
    "owner",
    "rubric",
    "top 2",
    "objective",
    "requires",
    "overall",
    "period",
    "outcomes",
    "is missing",
    ">= 3",
    "= rhai {",
    "rhai",
    "standardised",
    "to",
    "on",
    "until",
    "because",
    "every",
    "a.b.c",
    "highest",
];

/// The lines that differ, for the message.
fn changed_lines(before: &str, after: &str) -> String {
    let known: Vec<&str> = before.lines().map(str::trim).collect();
    after.lines().filter(|line| !known.contains(&line.trim())).collect::<Vec<_>>().join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn changed_files_agree(file in 0..FILES.len(), changes in prop::collection::vec((any::<u16>(), any::<u8>(), any::<u16>()), 1..3)) {
        let mut text = FILES[file].to_owned();
        for (at, how, other) in changes {
            text = changed(&text, at.into(), how.into(), OTHERS[usize::from(other) % OTHERS.len()]);
        }
        prop_assert_eq!(agree(&text), Ok(()), "{}", changed_lines(FILES[file], &text));
    }
}
