//! The C library, through its shared object and its header alone: a whole evaluation as JSON, one record at a time, and
//! Arrow columns.

#![expect(unsafe_code, reason = "another language's side of an interface in C")]

pub mod arrow;
pub mod cells;
pub mod json;
mod library;
mod records;
pub mod setters;

use super::{Answer, Door, Gives, Refusal};
use crate::case::Case;
use library::{Owned, Source, Str, api, call, ptr};
use std::path::{Path, PathBuf};

/// The rule set of a case: from its texts where it has several files, else from its path.
fn rules(case: &Case) -> Result<Owned, Refusal> {
    let files = rule_files(case);
    let api = api();
    if let [_] = files.as_slice() {
        let path = format!("{}rules.assize", case.folder);
        let (text, length) = ptr(&path);
        // SAFETY: the path is there for as long as the call lasts.
        return Owned::made(api.assize_rules_free, |out, errors| unsafe {
            (api.assize_rules_load)(text, length, out, errors)
        });
    }
    let sources: Vec<Source> =
        files.iter().map(|(name, text)| Source { name: Str::of(name), text: Str::of(text) }).collect();
    // SAFETY: the texts are there for as long as the call lasts.
    Owned::made(api.assize_rules_free, |out, errors| unsafe {
        (api.assize_rules_compile_files)(sources.as_ptr(), sources.len(), out, errors)
    })
}

/// Every rule file of a case with its name, `rules.assize` first, then in the order in which the imports name them.
fn rule_files(case: &Case) -> Vec<(String, String)> {
    let mut names = vec![PathBuf::from("rules.assize")];
    let mut files = Vec::new();
    let mut at = 0;
    while let Some(name) = names.get(at).cloned() {
        let text = std::fs::read_to_string(Path::new(&case.folder).join(&name)).expect("a rule file");
        let folder = name.parent().unwrap_or_else(|| Path::new(""));
        for line in text.lines() {
            let Some(import) = line.strip_prefix("import \"").and_then(|line| line.strip_suffix('"')) else { continue };
            let mut path = folder.to_owned();
            for part in import.split('/') {
                if part == ".." { _ = path.pop() } else { path.push(part) }
            }
            if !names.contains(&path) {
                names.push(path);
            }
        }
        files.push((name.display().to_string(), text));
        at += 1;
    }
    files
}

/// The rule set with the parameters of a case.
fn rules_with_parameters(case: &Case) -> Result<Owned, Refusal> {
    let api = api();
    case.parameters.iter().try_fold(rules(case)?, |rules, (name, value)| {
        let ((name, name_length), (value, value_length)) = (ptr(name), ptr(value));
        // SAFETY: the handle is a rule set, and the texts are there for as long as the call lasts.
        Owned::made(api.assize_rules_free, |out, errors| unsafe {
            (api.assize_rules_with_parameter)(rules.handle, name, name_length, value, value_length, out, errors)
        })
    })
}

/// The number of a record, a category, or a field by its name.
fn id(find: impl FnOnce(*mut u32, library::Errors) -> std::ffi::c_int) -> Result<u32, Refusal> {
    let mut id = u32::MAX;
    call(|errors| find(&raw mut id, errors)).map(|()| id)
}
