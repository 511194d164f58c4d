//! Reading rule files and following their imports, each file once.

use assize_lang::ast::{Decl, File};
use assize_lang::diagnostic::{Code, Diagnostic};
use assize_lang::source::{FileId, Source, SourceMap, Span};
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// Largest rule file that is opened, in bytes; the parser has the same limit, and this keeps a larger file from being
/// read at all.
pub const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;
/// Most files that one set of rules may have.
pub const MAX_FILES: usize = 1_000;
/// A file that an `import` names cannot be read.
const E_IMPORT: Code = Code("E0007");

/// The sources, their trees and what is wrong with them so far.
#[derive(Default)]
pub struct Loader {
    pub sources: SourceMap,
    pub files: Vec<File>,
    pub diagnostics: Vec<Diagnostic>,
    /// Where each file was read from, by its number; `None` for a text.
    paths: Vec<Option<PathBuf>>,
    seen: BTreeSet<PathBuf>,
}

impl Loader {
    /// Takes a text in.
    pub fn add(&mut self, source: Source) {
        self.take(source, None);
    }

    fn take(&mut self, source: Source, path: Option<PathBuf>) {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let (file, diagnostics) = assize_lang::parse(id, &source);
        self.sources.add(source);
        self.files.push(file);
        self.diagnostics.extend(diagnostics);
        self.paths.push(path);
    }

    /// Reads a file, unless it was read before.
    pub fn read(&mut self, path: &Path) -> io::Result<()> {
        if !self.seen.insert(path.canonicalize()?) {
            return Ok(());
        }
        let metadata = std::fs::metadata(path)?;
        // A pipe would be waited for.
        if !metadata.is_file() {
            let what = if metadata.is_dir() { "it is a folder, not a file" } else { "it is not a regular file" };
            return Err(io::Error::other(what));
        }
        if metadata.len() > MAX_FILE_BYTES {
            let limit = MAX_FILE_BYTES / (1024 * 1024);
            return Err(io::Error::other(format!("the file is larger than the limit of {limit} MiB")));
        }
        let text = String::from_utf8(std::fs::read(path)?).map_err(|error| {
            let upto = error.utf8_error().valid_up_to();
            let line = error.as_bytes().iter().take(upto).filter(|&&byte| byte == b'\n').count() + 1;
            io::Error::other(format!("line {line} is not UTF-8 text; save the file as UTF-8"))
        })?;
        self.take(Source::new(path.display().to_string(), text), Some(path.to_owned()));
        Ok(())
    }

    /// Reads what the files import, and what those import.
    pub fn follow_imports(&mut self) {
        let mut at = 0;
        while at < self.files.len() {
            let folder = self.paths.get(at).cloned().flatten().and_then(|path| path.parent().map(Path::to_owned));
            for (named, span) in self.imports(at) {
                let path = folder.clone().unwrap_or_default().join(&named);
                if self.files.len() >= MAX_FILES {
                    self.fault(span, format!("more than {MAX_FILES} files are imported"));
                    return;
                }
                if let Err(error) = self.read(&path) {
                    self.fault(span, format!("cannot read `{}`: {error}", path.display()));
                }
            }
            at += 1;
        }
    }

    /// Reports every import, for a text that has no folder.
    pub fn refuse_imports(&mut self) {
        for at in 0..self.files.len() {
            for (named, span) in self.imports(at) {
                self.fault(span, format!("`{named}` cannot be imported into a text; load the rules from a file"));
            }
        }
    }

    fn imports(&self, at: usize) -> Vec<(String, Span)> {
        let decls = self.files.get(at).map(|file| file.decls.as_slice()).unwrap_or_default();
        decls
            .iter()
            .filter_map(|decl| match decl {
                Decl::Import(import) => Some((import.path.text.clone(), import.path.span)),
                _ => None,
            })
            .collect()
    }

    fn fault(&mut self, span: Span, message: String) {
        self.diagnostics.push(Diagnostic::error(E_IMPORT, span, message));
    }
}
