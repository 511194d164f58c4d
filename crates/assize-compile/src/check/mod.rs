//! Checking what is not an expression, and putting the program together.

mod dated;
mod disclosure;
pub mod expected;
pub mod forms;
pub mod labels;
pub mod lets;
pub mod literals;
pub mod lookup;
mod overrides;
pub mod params;
pub mod reach;
pub mod responses;
pub mod standards;
pub mod table;
pub mod tests;
pub mod untested;
pub mod unused;

use crate::codes;
use crate::lower::Lowerer;
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::{Source, SourceMap};
use assize_model::program::{Program, SourceText};
use assize_model::verify::verify;
use std::sync::Arc;

/// Lowers every measure.
pub fn measures(lowerer: &mut Lowerer<'_, '_>) {
    for &(ast, record) in &lowerer.tables.measures {
        let audit = lowerer.tables.audits.iter().find(|(_, of)| std::ptr::eq(*of, ast)).map(|(audit, _)| *audit);
        let measure = lowerer.measure(ast, record);
        let measure = match audit {
            Some(audit) => lowerer.audit(audit, record, measure),
            None => measure,
        };
        lowerer.build.program.measures.extend(measure);
    }
    if lowerer.build.program.measures.len() == lowerer.tables.measures.len() {
        lowerer.formulas();
        disclosure::check(lowerer);
    }
}

/// The program, when there are no errors, and all diagnostics.
pub fn finish(lowerer: Lowerer<'_, '_>, sources: &SourceMap) -> (Option<Program>, Vec<Diagnostic>) {
    let Lowerer { tables, build, mut sink, categories, poisoned, .. } = lowerer;
    // What could not be read is reported by the reader, and poisons what uses it without another word.
    if sink.has_errors() || tables.incomplete {
        return (None, sink.finish());
    }
    let mut program = build.program;
    program.categories = categories.into_iter().flatten().collect();
    let whole = !poisoned.contains(&true)
        && program.params.len() == tables.params.len()
        && program.instruments.len() == tables.forms.len()
        && program.functions.list().len() == tables.functions.len()
        && program.lookups.len() == tables.lookups.len()
        && program.categories.len() == tables.categories.len()
        && program.measures.len() == tables.measures.len()
        && program.indicators.len() == tables.indicators.len()
        && program.evaluations.len() == tables.evaluations.len()
        && program.tests.len() == tables.tests.len();
    if !whole {
        sink.push(internal("something was left out without a word"));
        return (None, sink.finish());
    }
    program.sources =
        sources.iter().map(|source| SourceText { name: source.name().into(), text: source.text().into() }).collect();
    program.ruleset.hash = hash(sources);
    if let Err(malformed) = verify(&program) {
        sink.push(internal(&malformed.to_string()));
        return (None, sink.finish());
    }
    (Some(program), sink.finish())
}

/// A fault of the checker itself.
fn internal(what: &str) -> Diagnostic {
    Diagnostic::placeless(codes::INTERNAL, format!("the checker failed: {what}"))
        .help("the rules may well be right; report this fault of the checker with the rule file")
}

/// The hash of the texts in their order, whatever the files are called.
fn hash(sources: &SourceMap) -> Arc<str> {
    let mut hasher = blake3::Hasher::new();
    for text in sources.iter().map(Source::text) {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    format!("blake3:{}", hasher.finalize().to_hex()).into()
}
