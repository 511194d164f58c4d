//! Whole rule files: what they compile to.

use assize_compile::{Compiled, compile_sources};
use assize_lang::source::{Source, SourceMap};

fn compile(text: &str) -> Compiled {
    let mut sources = SourceMap::default();
    sources.add(Source::new("rules.assize", text));
    compile_sources(sources)
}

fn shown(compiled: &Compiled) -> String {
    let mut out = String::new();
    for d in &compiled.diagnostics {
        out.push_str(&format!("{} {}", d.code.0, d.message));
        if let Some(p) = &d.primary {
            let source = compiled.sources.get(p.span.file).unwrap();
            let at = source.line_column(p.span.start);
            out.push_str(&format!(" @{}:{} `{}` ({})", at.line, at.column, source.slice(p.span), p.message));
        }
        out.push_str(&format!(" help: {:?}\n", d.help));
    }
    out
}

const EXAMPLE: &str = include_str!("example.assize");

#[test]
fn the_example_of_the_language_page() {
    let compiled = compile(EXAMPLE);
    println!("{}", shown(&compiled));
    let program = compiled.program.as_ref().expect("compiles");
    println!("{}", assize_model::dump::dump(program));
}
