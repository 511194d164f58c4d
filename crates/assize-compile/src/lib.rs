//! From the AST of rule files to the typed program: names are resolved, everything is checked, expressions are typed
//! and lowered. All faults are found in one pass; a program is made only when there is none.
//!
//! Stages, one folder each: `resolve` gives every declaration a number and orders those that use each other; `lower`
//! types expressions and makes nodes of them in one go, with `optimise` folding constants as they come; `check` looks
//! at parameters, tests and what is never used, and puts the program together.
//!
//! What the language page leaves open is settled so:
//!
//! - A name is looked for among the names of the innermost record, then of those around it, then of the file, and is a
//!   code last of all; but where a code of a list is expected, a value of another type gives way to the code.
//! - A code that nothing gives a list is of the only list that has it.
//! - A category without `otherwise` gives `none`. `round` without a mode rounds ties to the even digit.
//! - Several headings of a field are alternatives; two headings of a range are its lower and its upper end. A set is
//!   separated by `|` unless it says otherwise.
//! - A key is a text, an integer, a date or a code.
//! - In a test, a text or integer key that is not given is made up, and children get their parent's.

mod check;
pub mod codes;
mod convert;
mod describe;
mod lower;
mod optimise;
mod resolve;
mod sink;
mod suggest;
mod units;

use crate::lower::Lowerer;
use crate::sink::{Sink, sort};
use assize_lang::ast::File;
use assize_lang::diagnostic::{Diagnostic, Severity};
use assize_lang::source::SourceMap;
use assize_model::program::Program;
use std::sync::Arc;

/// Sources, what they compile to, and what is to be said about them.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The sources, to show diagnostics in.
    pub sources: SourceMap,
    /// The program, when nothing is wrong.
    pub program: Option<Arc<Program>>,
    /// Errors and warnings, by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

/// How the files that are imported are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imports {
    /// Whoever read the files followed the imports, whatever the path by which each was named, and reported at its own
    /// place each that could not be read.
    Followed,
    /// They are among the sources, by their names.
    OfNames,
}

/// Compiles files that were read without errors. The program is there only when there are no errors; warnings come
/// along with it. Diagnostics are in the order of the files and of their text.
pub fn compile(files: &[File], sources: &SourceMap) -> (Option<Program>, Vec<Diagnostic>) {
    compile_after(files, sources, Imports::OfNames, &[])
}

/// Compiles files of which some may not have been read whole; `earlier` says where. Names that may stand in what was
/// not read are not reported as unknown, nothing is reported as unused, and an error among `earlier` means no program.
/// The diagnostics given back are only those found here.
pub fn compile_after(
    files: &[File],
    sources: &SourceMap,
    imports: Imports,
    earlier: &[Diagnostic],
) -> (Option<Program>, Vec<Diagnostic>) {
    compile_within(files, sources, (imports, earlier), lower::MAX_NODES)
}

fn compile_within(
    files: &[File],
    sources: &SourceMap,
    (imports, earlier): (Imports, &[Diagnostic]),
    max_nodes: usize,
) -> (Option<Program>, Vec<Diagnostic>) {
    let mut sink = Sink::default();
    let mut program = Program::default();
    let forms = resolve::forms::forms(files);
    let audits = resolve::audits::audits(files);
    let evidence = resolve::evidence::counted(files);
    let derived = resolve::Derived { forms: &forms, audits: &audits, evidence: &evidence };
    let tables = resolve::resolve(files, derived, sources, (imports, earlier), &mut program, &mut sink);
    let mut order = resolve::order::order(&tables, &mut sink);
    let decls = std::mem::take(&mut order.order);
    let mut lowerer = Lowerer::new(&tables, sources, program, &mut order, sink);
    lowerer.max_nodes = max_nodes;
    lowerer.declarations(&decls);
    check::params::params(&mut lowerer);
    check::forms::forms(&mut lowerer);
    check::measures(&mut lowerer);
    lowerer.indicators();
    lowerer.evaluations();
    check::responses::responses(&mut lowerer);
    let lets = check::lets::lets(&mut lowerer);
    check::labels::labels(&mut lowerer);
    check::tests::tests(&mut lowerer, &lets);
    check::lookup::lookups(&mut lowerer);
    check::standards::standards(&mut lowerer);
    check::expected::expected(&mut lowerer);
    check::table::tables(&mut lowerer);
    check::untested::untested(&mut lowerer);
    check::unused::unused(&mut lowerer);
    let broken = earlier.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    let (program, diagnostics) = check::finish(lowerer, sources);
    (program.filter(|_| !broken), diagnostics)
}

/// Reads and compiles sources.
pub fn compile_sources(sources: SourceMap) -> Compiled {
    let mut diagnostics = Vec::new();
    let mut files = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        let id = assize_lang::source::FileId(u32::try_from(at).unwrap_or(u32::MAX));
        let (file, found) = assize_lang::parse(id, source);
        files.push(file);
        diagnostics.extend(found);
    }
    let (program, found) = compile_after(&files, &sources, Imports::OfNames, &diagnostics);
    diagnostics.extend(found);
    sort(&mut diagnostics);
    Compiled { sources, program: program.map(Arc::new), diagnostics }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assize_lang::source::{FileId, Source};

    #[test]
    fn the_number_of_expressions_is_limited() {
        let text = "ruleset t version \"1\"\nrecord P { a : integer }\nlet x of P = a + 1\nlet y of P = a + 2\n";
        let source = Source::new("r", text);
        let files = [assize_lang::parse(FileId(0), &source).0];
        let mut sources = SourceMap::default();
        sources.add(source);
        assert!(compile_within(&files, &sources, (Imports::OfNames, &[]), 5).0.is_some());
        let (program, faults) = compile_within(&files, &sources, (Imports::OfNames, &[]), 4);
        assert!(program.is_none());
        let [fault] = faults.as_slice() else { panic!("{faults:?}") };
        assert_eq!((fault.code.0, fault.message.as_str()), ("E0602", "the rules have too many expressions"));
        let label = fault.primary.as_ref().unwrap();
        assert_eq!(sources.get(FileId(0)).unwrap().slice(label.span), "a + 2");
        assert_eq!(label.message, "past the limit of 4, child records counted once for each way down");
        assert_eq!(fault.help.as_deref(), Some("split the rules into several rulesets"));
    }
}
