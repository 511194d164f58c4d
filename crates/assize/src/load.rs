//! Reading rule files and following their imports, each file once.

use crate::sheet::{MAX_SHEET_BYTES, Sheet, SheetFault};
use assize_compile::codes::TABLE_SOURCE;
use assize_lang::ast::{Decl, File, TableSource};
use assize_lang::diagnostic::{Code, Diagnostic};
use assize_lang::source::{FileId, Source, SourceMap, Span};
use std::collections::{BTreeMap, BTreeSet};
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
    /// Files with rows, and the number of each among the sources.
    pub sheets: Vec<(FileId, Sheet)>,
    by_sheet: BTreeMap<(PathBuf, Option<String>), usize>,
    /// Files with rows by their names, of rules whose texts came from elsewhere; `None` reads them from disk.
    pub travelled: Option<BTreeMap<String, String>>,
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
                // Else whoever writes the rules could have the first line of any file shown in what is wrong with it.
                if path.extension().is_none_or(|ending| ending != "assize") {
                    self.fault(span, format!("`{named}` is no rule file: their names end in `.assize`"));
                    continue;
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

    /// Reads the files that tables and look-ups have their rows in, and puts the rows into the trees.
    pub fn read_sheets(&mut self) {
        let root = self.paths.first().cloned().flatten().and_then(|path| path.canonicalize().ok());
        let root = root.and_then(|path| path.parent().map(Path::to_owned));
        for at in 0..self.files.len() {
            let path = match &self.travelled {
                Some(_) => self.sources.iter().nth(at).map(|source| PathBuf::from(source.name())),
                None => self.paths.get(at).cloned().flatten(),
            };
            let Some(path) = path else { continue };
            let folder = path.parent().map(Path::to_owned).unwrap_or_default();
            let Some(file) = self.files.get_mut(at) else { continue };
            let mut decls = std::mem::take(&mut file.decls);
            for decl in &mut decls {
                let from = match &*decl {
                    Decl::Table(table) => table.from.clone(),
                    Decl::Lookup(lookup) => Some(lookup.from.clone()),
                    _ => None,
                };
                let Some(from) = from else { continue };
                let read = self.sheet(&folder, root.as_deref(), &from);
                let grid = read.and_then(|at| {
                    let (file, sheet) = self.sheets.get(at).ok_or_else(SheetFault::default)?;
                    Ok((at, *file, sheet.grid(*file)?))
                });
                match (grid, decl) {
                    (Ok((at, file, grid)), Decl::Table(table)) => {
                        let plain = self.sheets.get(at).map_or("", |(_, sheet)| sheet.plain.as_str());
                        self.diagnostics.extend(assize_lang::fill_table(table, file, plain, &grid));
                    }
                    (Ok((_, _, grid)), Decl::Lookup(lookup)) => lookup.content = Some(grid),
                    (Ok(_), _) => {}
                    (Err(fault), _) => {
                        let diagnostic = Diagnostic::error(TABLE_SOURCE, from.span, fault.message).label("read here");
                        self.diagnostics.push(diagnostic.help(fault.help));
                    }
                }
            }
            if let Some(file) = self.files.get_mut(at) {
                file.decls = decls;
            }
        }
    }

    /// The number of a file with rows, which is read unless it was before.
    fn sheet(&mut self, folder: &Path, root: Option<&Path>, from: &TableSource) -> Result<usize, SheetFault> {
        let named = &from.file.text;
        let fault = |message: String, help: &str| SheetFault { message, help: help.to_owned() };
        let unread = |error: &dyn std::fmt::Display| {
            let path = folder.join(named);
            fault(
                format!("cannot read `{}`: {error}", path.display()),
                "name the file by its path from the folder of the rule file",
            )
        };
        if let Some(texts) = &self.travelled {
            let path = folder.join(named);
            let text = texts.get(&path.display().to_string()).ok_or_else(|| unread(&"it was not given"))?;
            let sheet = Sheet::read(&path, None, text.clone().into_bytes())?;
            return Ok(self.keep(sheet, (path, None)));
        }
        let path = folder.join(named).canonicalize().map_err(|error| unread(&error))?;
        // The folder of a file that is named alone is empty, and no path to the file system.
        let own = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let own = own.canonicalize().map_err(|error| unread(&error))?;
        if !path.starts_with(&own) && !root.is_some_and(|root| path.starts_with(root)) {
            return Err(fault(
                format!("`{named}` lies outside of the folder of the rules"),
                "keep the rows beside the rule file, or in a folder below it",
            ));
        }
        let key = (path, from.sheet.as_ref().map(|sheet| sheet.text.clone()));
        if let Some(&known) = self.by_sheet.get(&key) {
            return Ok(known);
        }
        let metadata = std::fs::metadata(&key.0).map_err(|error| unread(&error))?;
        if !metadata.is_file() {
            return Err(unread(&"it is not a regular file"));
        }
        if metadata.len() > MAX_SHEET_BYTES {
            return Err(unread(&format!("it is larger than the limit of {} MiB", MAX_SHEET_BYTES / (1024 * 1024))));
        }
        let bytes = std::fs::read(&key.0).map_err(|error| unread(&error))?;
        let sheet = Sheet::read(&folder.join(named), key.1.as_deref(), bytes)?;
        Ok(self.keep(sheet, key))
    }

    fn keep(&mut self, sheet: Sheet, key: (PathBuf, Option<String>)) -> usize {
        if let Some(&known) = self.by_sheet.get(&key) {
            return known;
        }
        let file = self.sources.add(Source::new(sheet.name.as_str(), sheet.text.as_str()));
        let at = self.sheets.len();
        self.sheets.push((file, sheet));
        self.by_sheet.insert(key, at);
        at
    }

    /// Names the cell of a workbook in what is said about it.
    pub fn name_cells(sheets: &[(FileId, Sheet)], diagnostics: &mut [Diagnostic]) {
        for diagnostic in diagnostics {
            let Some(label) = &diagnostic.primary else { continue };
            let sheet = sheets.iter().find(|(file, _)| *file == label.span.file);
            if let Some(place) = sheet.and_then(|(_, sheet)| sheet.place(label.span.start)) {
                diagnostic.message = format!("{place}: {}", diagnostic.message);
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
