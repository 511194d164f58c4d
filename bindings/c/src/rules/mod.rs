//! Rule sets: loaded, compiled, shared.

#![expect(unsafe_code, reason = "handles and texts cross the boundary as pointers")]

mod catalogue;
mod info;
mod look;
mod pool;
mod tests;

pub use catalogue::Catalogue;
pub use info::{
    CategoryInfo, CodeInfo, CriterionInfo, FieldInfo, ListInfo, MeasureInfo, ParameterInfo, RecordInfo, RulesInfo,
};
pub use look::*;
pub use tests::*;

use crate::diagnostics::DiagnosticList;
use crate::error::ErrorHandle;
use crate::failure::Failure;
use crate::guard::guard;
use crate::handle::{free, get, give, needed};
use crate::status::Status;
use crate::text::{Str, items, text};
use assize::RuleSet;
use std::ffi::c_char;
use std::sync::Arc;

/// A checked rule set.
///
/// It never changes: any number of threads may use it at the same time, and free their own clones of it.
#[derive(Debug, Clone)]
pub struct RulesHandle {
    /// The rules.
    pub rules: RuleSet,
    /// The texts that are lent.
    pub catalogue: Arc<Catalogue>,
}

impl RulesHandle {
    /// A handle for rules.
    pub fn new(rules: RuleSet) -> Self {
        let catalogue = Arc::new(Catalogue::new(&rules));
        Self { rules, catalogue }
    }
}

/// A rule file that is in memory. The texts need last only for the call.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct SourceText {
    /// The name of the file, for diagnostics and for the `import`s of other files.
    pub name: Str,
    /// Its text.
    pub text: Str,
}

/// Loads a rule file, and the files it imports, from disk.
///
/// `*out` is the caller's, to be freed with `assize_rules_free`. Errors: `ASSIZE_IO` when a file cannot be read;
/// `ASSIZE_RULES`, with diagnostics, when the rules do not check; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_load(
    path: *const c_char,
    path_length: usize,
    out: *mut *mut RulesHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let path = unsafe { text("path", path, path_length) }?;
        let rules = RuleSet::load([path])?;
        // SAFETY: not NULL and aligned.
        unsafe { give(out, RulesHandle::new(rules)) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// Loads several rule files as one rule set, and the files they import, from disk.
///
/// `*out` is the caller's, to be freed with `assize_rules_free`. Errors: as `assize_rules_load`; `ASSIZE_ARGUMENT` also
/// when there are none. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_load_files(
    paths: *const Str,
    count: usize,
    out: *mut *mut RulesHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let paths = unsafe { items("paths", paths, count) }?;
        if paths.is_empty() {
            return Err(Failure::argument("count", "is 0"));
        }
        // SAFETY: as promised by the caller.
        let paths = paths.iter().map(|path| unsafe { text("paths", path.data, path.length) });
        let rules = RuleSet::load(paths.collect::<Result<Vec<_>, _>>()?)?;
        // SAFETY: not NULL and aligned.
        unsafe { give(out, RulesHandle::new(rules)) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// Compiles rules from one text. `name` stands for a file name in diagnostics. The text cannot import files.
///
/// `*out` is the caller's, to be freed with `assize_rules_free`. Errors: `ASSIZE_RULES`, with diagnostics, when the rules
/// do not check; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_compile(
    name: *const c_char,
    name_length: usize,
    source: *const c_char,
    source_length: usize,
    out: *mut *mut RulesHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let (name, source) = unsafe { (text("name", name, name_length)?, text("source", source, source_length)?) };
        let rules = RuleSet::compile(name, source)?;
        // SAFETY: not NULL and aligned.
        unsafe { give(out, RulesHandle::new(rules)) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// Compiles rules from several texts, which may import each other by their names. Nothing is read from disk.
///
/// `*out` is the caller's, to be freed with `assize_rules_free`. Errors: as `assize_rules_compile`; `ASSIZE_ARGUMENT` also
/// when there are none. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_compile_files(
    files: *const SourceText,
    count: usize,
    out: *mut *mut RulesHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let files = unsafe { items("files", files, count) }?;
        if files.is_empty() {
            return Err(Failure::argument("count", "is 0"));
        }
        // SAFETY: as promised by the caller.
        let texts = files.iter().map(|file| unsafe {
            let name = text("files", file.name.data, file.name.length)?;
            Ok::<_, Failure>((name, text("files", file.text.data, file.text.length)?))
        });
        let rules = RuleSet::compile_files(texts.collect::<Result<Vec<_>, _>>()?)?;
        // SAFETY: not NULL and aligned.
        unsafe { give(out, RulesHandle::new(rules)) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// A rule set that differs in the value of a parameter, read from text as a cell of its type is. The given rule set stays
/// as it is; both share what they have in common.
///
/// `*out` is the caller's, to be freed with `assize_rules_free`. Errors: `ASSIZE_NOT_FOUND` when there is no such
/// parameter; `ASSIZE_RANGE` when it does not take the value; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_with_parameter(
    rules: *const RulesHandle,
    name: *const c_char,
    name_length: usize,
    value: *const c_char,
    value_length: usize,
    out: *mut *mut RulesHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let (rules, name, value) =
            unsafe { (get("rules", rules)?, text("name", name, name_length)?, text("value", value, value_length)?) };
        let known = rules.rules.program().param_named(name).is_some();
        let status = if known { Status::Range } else { Status::NotFound };
        let rules = rules.rules.with_parameter(name, value);
        let rules = rules.map_err(|error| Failure::new(status, error.to_string()))?;
        // SAFETY: not NULL and aligned.
        unsafe { give(out, RulesHandle::new(rules)) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// Another handle on the same rule set, which costs no more than the handle.
///
/// `*out` is the caller's, to be freed with `assize_rules_free`. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_clone(
    rules: *const RulesHandle,
    out: *mut *mut RulesHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller; then not NULL and aligned.
        unsafe { give(out, get("rules", rules)?.clone()) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// Frees a rule set. Sessions, evaluations and results made from it stay as they are.
///
/// NULL is taken and nothing is done. It cannot fail. Since 0.1.
///
/// # Safety
/// `rules` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_free(rules: *mut RulesHandle) {
    // SAFETY: NULL, or a live handle of this library.
    unsafe { free(rules) };
}

/// What is likely not meant, though the rules load.
///
/// The list is lent until `rules` is freed, and must not be freed itself; NULL only of NULL. It cannot fail. Since 0.1.
///
/// # Safety
/// `rules` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_warnings(rules: *const RulesHandle) -> *const DiagnosticList {
    // SAFETY: NULL, or a live handle of this library.
    unsafe { rules.as_ref() }.map_or(std::ptr::null(), |rules| std::ptr::from_ref(&rules.catalogue.warnings))
}
