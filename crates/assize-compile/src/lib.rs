//! From the AST of rule files to the typed program: names are resolved, everything is checked, expressions are typed
//! and lowered. All faults are found in one pass; a program is made only when there is none.

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

/// Compiles files that were read without errors. The program is there only when there are no errors; warnings come
/// along with it. Diagnostics are in the order of the files and of their text.
pub fn compile(files: &[File], sources: &SourceMap) -> (Option<Program>, Vec<Diagnostic>) {
    compile_after(files, sources, &[])
}

/// Compiles files of which some may not have been read whole; `earlier` says where. Names that may stand in what was
/// not read are not reported as unknown, nothing is reported as unused, and an error among `earlier` means no program.
/// The diagnostics given back are only those found here.
pub fn compile_after(
    files: &[File],
    sources: &SourceMap,
    earlier: &[Diagnostic],
) -> (Option<Program>, Vec<Diagnostic>) {
    let mut sink = Sink::default();
    let mut program = Program::default();
    let tables = resolve::resolve(files, sources, earlier, &mut program, &mut sink);
    let mut order = resolve::order::order(&tables, &mut sink);
    let decls = std::mem::take(&mut order.order);
    let mut lowerer = Lowerer::new(&tables, sources, program, &mut order, sink);
    lowerer.declarations(&decls);
    check::params::params(&mut lowerer);
    check::measures(&mut lowerer);
    let lets = check::lets::lets(&mut lowerer);
    check::tests::tests(&mut lowerer, &lets);
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
    let (program, found) = compile_after(&files, &sources, &diagnostics);
    diagnostics.extend(found);
    sort(&mut diagnostics);
    Compiled { sources, program: program.map(Arc::new), diagnostics }
}
