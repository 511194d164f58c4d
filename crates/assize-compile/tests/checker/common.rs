//! What the tests share: compiling a text, and looking at what is said about it.

use assize_compile::{Compiled, compile_sources};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::{Source, SourceMap};
use assize_model::program::Program;
use std::fmt::Write;

/// Compiles one text.
pub fn compile(text: &str) -> Compiled {
    let mut sources = SourceMap::default();
    sources.add(Source::new("rules.assize", text));
    compile_sources(sources)
}

/// Compiles a text that must be right.
pub fn program(text: &str) -> Program {
    let compiled = compile(text);
    match &compiled.program {
        Some(program) => Program::clone(program),
        None => panic!("{}", shown(&compiled)),
    }
}

/// The diagnostics, a few lines each.
pub fn shown(compiled: &Compiled) -> String {
    let mut out = String::new();
    for diagnostic in &compiled.diagnostics {
        let _ = writeln!(out, "{}", one(compiled, diagnostic));
    }
    out
}

/// One diagnostic, with the line and column of its place and the text it underlines.
pub fn one(compiled: &Compiled, diagnostic: &Diagnostic) -> String {
    let mut out = format!("{} {}", diagnostic.code.0, diagnostic.message);
    if let Some(label) = &diagnostic.primary {
        let source = compiled.sources.get(label.span.file).unwrap();
        let at = source.line_column(label.span.start);
        let _ = write!(out, "\n  {}:{} `{}`: {}", at.line, at.column, source.slice(label.span), label.message);
    }
    for label in &diagnostic.secondary {
        let source = compiled.sources.get(label.span.file).unwrap();
        let at = source.line_column(label.span.start);
        let _ = write!(out, "\n  also {}:{} `{}`: {}", at.line, at.column, source.slice(label.span), label.message);
    }
    for note in &diagnostic.notes {
        let _ = write!(out, "\n  note: {note}");
    }
    if let Some(help) = &diagnostic.help {
        let _ = write!(out, "\n  help: {help}");
    }
    if let Some(fix) = &diagnostic.fix {
        let source = compiled.sources.get(fix.span.file).unwrap();
        let _ = write!(out, "\n  fix: `{}` -> `{}`", source.slice(fix.span), fix.replacement);
    }
    out
}

/// Records and lists for the tests of expressions.
pub const RECORDS: &str = r#"
ruleset t version "1" { time zone "America/Toronto" }
labels public < secret
parameter limit : integer = 3 in 2..10
ordered codes Level { low high }
codes Kind { theft "Theft" from "T"  harm }
codes Zone { north south }
record Person {
  id : text key   age : integer   height : decimal in m   cost : decimal in CAD   name : text   born : date
  seen : datetime   woke : time   wait : duration   felon : boolean   level : Level   kind : Kind   zone : Zone
  zones : set of Zone   tags : set of text   score : range of integer   race : text protected
  charges : many Charge by person
}
record Charge { id : text key   person : text   on : date   kind : Kind   amount : integer   parts : many Part by charge }
record Part { charge : text   cm : integer }
"#;

/// One fault: its code, the text with its place between « and », its message, and its help.
pub fn fault(code: &str, text: &str, message: &str, help: &str) -> Diagnostic {
    let start = text.find('«').expect("the place is marked");
    let end = text.find('»').expect("the place is marked") - '«'.len_utf8();
    let compiled = compile(&text.replace(['«', '»'], ""));
    let shown = shown(&compiled);
    let [found] = compiled.diagnostics.as_slice() else {
        panic!("not one diagnostic, wanted {code} in\n{text}\n{shown}");
    };
    assert_eq!(found.code.0, code, "{text}\n{shown}");
    assert_eq!(found.message, message, "{text}\n{shown}");
    let place = found.primary.as_ref().expect("a place").span;
    assert_eq!((place.start as usize, place.end as usize), (start, end), "{text}\n{shown}");
    assert_eq!(found.help.as_deref(), Some(help), "{text}\n{shown}");
    assert_eq!(compiled.program.is_some(), code.starts_with('W'), "{text}\n{shown}");
    in_style(found);
    found.clone()
}

/// Messages are lower case, without a full stop and without "you", and say what to do.
fn in_style(found: &Diagnostic) {
    let labels = found.primary.iter().chain(&found.secondary).map(|label| &label.message);
    let texts = labels.chain([&found.message]).chain(&found.notes).chain(&found.help);
    for text in texts {
        assert!(!text.is_empty(), "{found:?}");
        assert!(!text.ends_with('.') && (!text.contains(" you") || text.starts_with("did you mean")), "{text}");
        let first = text.chars().next().unwrap();
        let named = ["Wilson"].iter().any(|name| text.starts_with(name));
        assert!(!first.is_uppercase() || named, "{text}");
    }
}

/// A fault of an expression of `Person`.
pub fn expression(code: &str, marked: &str, message: &str, help: &str) -> Diagnostic {
    fault(code, &format!("{RECORDS}let x of Person = {marked}\n"), message, help)
}

/// A fault of a declaration beside the records.
pub fn declaration(code: &str, marked: &str, message: &str, help: &str) -> Diagnostic {
    fault(code, &format!("{RECORDS}{marked}\n"), message, help)
}

/// Runs on the smallest stack that threads of the usual kinds have.
pub fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap();
}
