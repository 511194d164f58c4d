//! The rule files of a folder as they stand on disk: what they hold, what they import, and which of them stand alone.

use crate::load::{MAX_FILE_BYTES, MAX_FILES};
use assize_lang::ast::Decl;
use assize_lang::source::{FileId, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file on disk.
#[derive(Debug)]
pub struct File {
    /// Where it is, links followed; of a file that is not there, where it was looked for.
    pub path: PathBuf,
    /// Its text, or why it has none.
    text: Result<String, Unread>,
    /// The paths in its `import`s.
    imports: Vec<String>,
    /// Whether it declares a `ruleset`.
    header: bool,
    /// The paths of files with rows of its tables and look-ups.
    sheets: Vec<String>,
}

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// In words.
    pub message: String,
    /// Whether reading it could wait for ever: it is a pipe, a socket or a device.
    pub waits: bool,
}

impl File {
    fn new(path: PathBuf, text: Result<String, Unread>) -> Self {
        let mut file = Self { path, text, imports: Vec::new(), header: false, sheets: Vec::new() };
        if let Ok(text) = &file.text {
            let source = Source::new(String::new(), text.as_str());
            for decl in assize_lang::parse(FileId(0), &source).0.decls {
                match decl {
                    Decl::Import(import) if file.imports.len() < MAX_FILES => file.imports.push(import.path.text),
                    Decl::Ruleset(_) => file.header = true,
                    Decl::Table(table) => file.sheets.extend(table.from.map(|from| from.file.text)),
                    Decl::Lookup(lookup) => file.sheets.push(lookup.from.file.text),
                    _ => {}
                }
            }
        }
        file
    }
}

fn read(path: &Path) -> Result<String, Unread> {
    let fault = |error: io::Error| Unread { message: error.to_string(), waits: false };
    let about = fs::metadata(path).map_err(fault)?;
    if !about.is_file() && !about.is_dir() {
        return Err(Unread { message: "it is not a regular file".to_owned(), waits: true });
    }
    let mut bytes = Vec::new();
    fs::File::open(path).and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)).map_err(fault)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Unread { message: "it is too large".to_owned(), waits: false });
    }
    String::from_utf8(bytes).map_err(|error| Unread { message: error.to_string(), waits: false })
}

/// The rule files of a folder: not those in folders within it, and none whose name begins with a dot, which editors
/// and file systems make for themselves. Sorted; of several names of one file, its own or else the first.
///
/// # Errors
///
/// The folder cannot be read.
pub fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        let rules = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("assize"));
        // What cannot be looked at stays in the list, so that it is reported.
        if rules && !hidden && !fs::metadata(&path).is_ok_and(|about| about.is_dir()) {
            paths.push(path);
        }
    }
    let linked = |path: &Path| fs::symlink_metadata(path).is_ok_and(|about| about.is_symlink());
    let mut paths: Vec<(bool, PathBuf)> = paths.into_iter().map(|path| (linked(&path), path)).collect();
    assize_model::order::sort(&mut paths);
    let mut seen = BTreeSet::new();
    paths.retain(|(_, path)| path.canonicalize().map_or(true, |path| seen.insert(path)));
    let mut paths: Vec<PathBuf> = paths.into_iter().map(|(_, path)| path).collect();
    assize_model::order::sort(&mut paths);
    Ok(paths)
}

/// The files that were looked at, each read once.
#[derive(Debug, Default)]
pub struct Texts {
    files: Vec<Arc<File>>,
    /// The number of a file by a path that leads to it.
    reached: BTreeMap<PathBuf, usize>,
    by_path: BTreeMap<PathBuf, usize>,
    /// The files of an earlier look: one that holds the same is not parsed again.
    before: BTreeMap<PathBuf, Arc<File>>,
}

impl Texts {
    /// For another look.
    pub fn after(earlier: &Self) -> Self {
        let before =
            earlier.by_path.iter().filter_map(|(path, &no)| Some((path.clone(), earlier.files.get(no)?.clone())));
        Self { before: before.collect(), ..Self::default() }
    }

    /// Lets go of what was kept of the look before.
    pub fn settle(&mut self) {
        self.before.clear();
    }

    /// The number of a file, which is read when it was not.
    fn number(&mut self, path: &Path) -> usize {
        if let Some(&no) = self.reached.get(path) {
            return no;
        }
        let (place, text) = match path.canonicalize() {
            Ok(place) => (place, None),
            Err(error) => (path.to_owned(), Some(Unread { message: error.to_string(), waits: false })),
        };
        let no = match self.by_path.get(&place) {
            Some(&no) => no,
            None => {
                let text = text.map_or_else(|| read(path), Err);
                let file = match self.before.get(&place) {
                    Some(file) if file.text == text => Arc::clone(file),
                    _ => Arc::new(File::new(place.clone(), text)),
                };
                let no = self.files.len();
                self.files.push(file);
                self.by_path.insert(place, no);
                no
            }
        };
        self.reached.insert(path.to_owned(), no);
        no
    }

    /// A file and what it imports, and what that imports, in the order in which they are loaded.
    pub fn family(&mut self, root: &Path) -> Family {
        let first = self.number(root);
        let mut seen = BTreeSet::from([first]);
        let mut members = vec![(first, root.to_owned())];
        let mut cut = false;
        let mut at = 0;
        while let Some((no, path)) = members.get(at).cloned() {
            at += 1;
            let Some(file) = self.files.get(no).cloned() else { continue };
            for path in imports(&file, &path) {
                if members.len() > MAX_FILES {
                    cut = true;
                    break;
                }
                let no = self.number(&path);
                if seen.insert(no) {
                    members.push((no, path));
                }
            }
        }
        let files: Vec<Arc<File>> = members.into_iter().filter_map(|(no, _)| self.files.get(no).cloned()).collect();
        let sheets = files.iter().flat_map(|file| {
            let folder = file.path.parent().map(Path::to_owned).unwrap_or_default();
            file.sheets.iter().map(move |named| folder.join(named))
        });
        let sheets = sheets.map(|path| fs::metadata(path).ok().map(|about| (about.len(), about.modified().ok())));
        let sheets = sheets.collect();
        Family { files, cut, sheets }
    }

    /// Has these files read again when they are next asked for.
    pub fn forget(&mut self, family: &Family) {
        let gone: BTreeSet<usize> =
            assize_model::order::set(family.files.iter().filter_map(|file| self.by_path.remove(&file.path)));
        self.reached.retain(|_, no| !gone.contains(no));
    }

    /// Those of the listed files that no other file imports. Of files that import each other and that no other
    /// imports, one counts as such: the first that declares a `ruleset`, or else the first.
    pub fn roots(&mut self, listed: &[PathBuf]) -> Vec<PathBuf> {
        let numbers: Vec<usize> = listed.iter().map(|path| self.number(path)).collect();
        // Whom each file imports, of all that can be reached.
        let mut edges: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut stack: Vec<(usize, PathBuf)> = numbers.iter().copied().zip(listed.iter().cloned()).collect();
        while let Some((no, path)) = stack.pop() {
            if edges.contains_key(&no) {
                continue;
            }
            let Some(file) = self.files.get(no).cloned() else { continue };
            let found: Vec<(usize, PathBuf)> = imports(&file, &path)
                .map(|path| (self.number(&path), path))
                .filter(|(other, _)| *other != no)
                .collect();
            edges.insert(no, found.iter().map(|(no, _)| *no).collect());
            stack.extend(found);
        }
        let imported: BTreeSet<usize> = assize_model::order::set(edges.values().flatten().copied());
        let mut reach = BTreeSet::new();
        let mut roots: BTreeSet<usize> =
            assize_model::order::set(numbers.iter().copied().filter(|no| !imported.contains(no)));
        for &no in &roots {
            spread(no, &edges, &mut reach);
        }
        let header = |no: usize| self.files.get(no).is_some_and(|file| file.header);
        for wanted in [true, false] {
            for &no in &numbers {
                if header(no) == wanted && !reach.contains(&no) {
                    roots.insert(no);
                    spread(no, &edges, &mut reach);
                }
            }
        }
        let listed = numbers.iter().zip(listed);
        listed.filter(|(no, _)| roots.contains(no)).map(|(_, path)| path.clone()).collect()
    }
}

/// Where a file's imports lead, relative to the folder that it was reached in.
fn imports<'a>(file: &'a File, path: &Path) -> impl Iterator<Item = PathBuf> + use<'a> {
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    file.imports.iter().map(move |named| folder.join(named))
}

fn spread(from: usize, edges: &BTreeMap<usize, Vec<usize>>, reach: &mut BTreeSet<usize>) {
    let mut stack = vec![from];
    while let Some(no) = stack.pop() {
        if reach.insert(no) {
            stack.extend(edges.get(&no).into_iter().flatten());
        }
    }
}

/// The files of one set of rules, as they were read.
#[derive(Debug, Clone)]
pub struct Family {
    /// The file itself, then what it imports.
    pub files: Vec<Arc<File>>,
    /// Whether there are more than one set of rules may have.
    cut: bool,
    /// How long each file with rows is, and when it was last written.
    sheets: Vec<Option<(u64, Option<std::time::SystemTime>)>>,
}

impl Family {
    /// Whether another look found the same texts.
    pub fn same(&self, other: &Self) -> bool {
        self.files.len() == other.files.len()
            && self.sheets == other.sheets
            && self.files.iter().zip(&other.files).all(|(a, b)| Arc::ptr_eq(a, b) || a.text == b.text)
    }

    /// Whether these are the texts that were loaded: nothing was written in between.
    pub fn is_of<'a>(&self, loaded: impl Iterator<Item = &'a str>) -> bool {
        self.cut || self.files.iter().filter_map(|file| file.text.as_deref().ok()).eq(loaded)
    }

    /// Whether the file itself could be read.
    pub fn is_readable(&self) -> bool {
        self.files.first().is_some_and(|file| file.text.is_ok())
    }

    /// A file among these that must not be opened.
    pub fn waits(&self) -> Option<(&Path, &Unread)> {
        self.files.iter().find_map(|file| match &file.text {
            Err(unread) if unread.waits => Some((file.path.as_path(), unread)),
            _ => None,
        })
    }
}
