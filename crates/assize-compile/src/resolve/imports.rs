//! Imports: every file that is named must be among those given. When one is not, names that are not found are not
//! reported: they may be declared in it.

use crate::Imports;
use crate::codes;
use crate::sink::Sink;
use assize_lang::ast::{Decl, File};
use assize_lang::diagnostic::{Diagnostic, Severity};
use assize_lang::source::{Source, SourceMap, Span};
use rustc_hash::FxHashSet;

/// Checks every `import` of the files.
pub fn check(files: &[File], sources: &SourceMap, imports: Imports, earlier: &[Diagnostic], sink: &mut Sink) {
    match imports {
        Imports::OfNames => of_names(files, sources, sink),
        Imports::Followed => {
            let broken: FxHashSet<Span> = earlier
                .iter()
                .filter(|diagnostic| diagnostic.severity == Severity::Error)
                .filter_map(|diagnostic| Some(diagnostic.primary.as_ref()?.span))
                .collect();
            let mut decls = files.iter().flat_map(|file| &file.decls);
            sink.file_lacks =
                decls.any(|decl| matches!(decl, Decl::Import(import) if broken.contains(&import.path.span)));
        }
    }
}

fn of_names(files: &[File], sources: &SourceMap, sink: &mut Sink) {
    let names: FxHashSet<Vec<String>> = sources.iter().map(|source| parts(source.name())).collect();
    for file in files {
        let importer = sources.get(file.id).map_or("", Source::name);
        for decl in &file.decls {
            let Decl::Import(import) = decl else { continue };
            let path = &import.path.text;
            // A path is meant from where its file stands; made-up file names stand nowhere.
            let folder = importer.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder);
            let beside = if folder.is_empty() { path.clone() } else { format!("{folder}/{path}") };
            if !names.contains(&parts(&beside)) && !names.contains(&parts(path)) {
                sink.file_lacks = true;
                sink.push(
                    Diagnostic::error(codes::IMPORT_NOT_FOUND, import.path.span, format!("file `{path}` is not there"))
                        .label("imported here")
                        .help("a path is read from the folder of the file that imports it"),
                );
            }
        }
    }
}

/// A path's parts, `.` and `..` worked out.
fn parts(path: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "." => {}
            ".." if out.last().is_some_and(|last| last != ".." && !last.is_empty()) => {
                out.pop();
            }
            _ => out.push(part.to_owned()),
        }
    }
    out
}
