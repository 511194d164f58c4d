//! What each fenced block says of itself, held against what the checker says.

use crate::pages::{Block, Page};
use assize_compile::{Compiled, compile_sources};
use assize_lang::diagnostic::{Diagnostic, Severity};
use assize_lang::source::{Source, SourceMap};
use assize_report::diagnostics::to_lines;

/// The name that the messages of the pages have for their file.
pub const NAME: &str = "example.assize";
/// What a block without a `ruleset` gets, as a file of its own: so the lines and columns of the block stay its own.
const HEADER: &str = "ruleset example version \"1\" {}\n";

/// What is expected of a block of rules.
pub enum Expected {
    /// No errors.
    Good,
    /// These errors, and no others.
    Errors(Vec<String>),
    /// These warnings and no others, and no errors.
    Warnings(Vec<String>),
}

/// What a block says of itself; `None` for one that is not of rules.
pub fn expected(page: &Page, block: &Block) -> Option<Expected> {
    if block.kind() != "assize" {
        return None;
    }
    let mut codes = block.rest().to_vec();
    if codes.is_empty() {
        return Some(Expected::Good);
    }
    let word = codes.remove(0);
    let place = at(page, block);
    assert!(!codes.is_empty(), "{place}: `{word}` without a code");
    codes.sort();
    match word.as_str() {
        "error" => Some(Expected::Errors(codes)),
        "warning" => Some(Expected::Warnings(codes)),
        _ => panic!("{place}: expected `error` or `warning`, found `{word}`"),
    }
}

/// A block's place, for messages.
pub fn at(page: &Page, block: &Block) -> String {
    format!("tests/spec/{}:{}", page.name, block.line)
}

/// Checks the text of a block.
pub fn check(text: &str) -> Compiled {
    let mut sources = SourceMap::default();
    sources.add(Source::new(NAME, text));
    if !text.contains("ruleset") {
        sources.add(Source::new("header.assize", HEADER));
    }
    compile_sources(sources)
}

/// The codes of a severity, sorted.
pub fn codes(diagnostics: &[Diagnostic], severity: Severity) -> Vec<&str> {
    let of = diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity);
    let mut codes: Vec<&str> = of.map(|diagnostic| diagnostic.code.0).collect();
    codes.sort_unstable();
    codes
}

/// What is wrong with a block, if anything is.
pub fn fault(expected: &Expected, compiled: &Compiled) -> Option<String> {
    let errors = codes(&compiled.diagnostics, Severity::Error);
    let warnings = codes(&compiled.diagnostics, Severity::Warning);
    let (fine, wanted) = match expected {
        Expected::Good => (errors.is_empty() && compiled.program.is_some(), "no errors".to_owned()),
        Expected::Errors(codes) => (errors == *codes && compiled.program.is_none(), codes.join(", ")),
        Expected::Warnings(codes) => {
            (errors.is_empty() && warnings == *codes && compiled.program.is_some(), codes.join(", "))
        }
    };
    let found = || {
        let lines = to_lines(&compiled.diagnostics, &compiled.sources);
        if lines.is_empty() { "nothing".to_owned() } else { lines }
    };
    (!fine).then(|| format!("expected {wanted}, found\n{}", found()))
}
