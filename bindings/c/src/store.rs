//! Stores: the rule sets of a folder, by effective date, reloaded without a restart.

#![expect(unsafe_code, reason = "handles and texts cross the boundary as pointers")]

use crate::civil::CivilDate;
use crate::error::ErrorHandle;
use crate::failure::Failure;
use crate::guard::{guard, quiet};
use crate::handle::{free, get, give, needed};
use crate::rules::RulesHandle;
use crate::sized::{self, Report};
use crate::status::Status;
use crate::text::{Text, pretty, text};
use assize::{Reload, Store, StoreError, StoreFault, StoreFaultCause};
use serde_json::Value;
use std::ffi::c_char;
use std::path::PathBuf;

/// The rule sets of a folder.
///
/// Any number of threads may use it at the same time: whoever has asked for rules keeps them, and only those who reload
/// wait for each other.
#[derive(Debug)]
pub struct StoreHandle(Store);

/// What a reload did, in counts of files.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct ReloadInfo {
    /// Set by the caller: `sizeof(assize_reload)`.
    pub struct_size: usize,
    /// Files of which something new is in force.
    pub loaded: u32,
    /// Files that hold what they held.
    pub unchanged: u32,
    /// Files that are gone.
    pub removed: u32,
    /// Files whose content is not in force; what they held before stays.
    pub failed: u32,
}

// SAFETY: `repr(C)`, its size first.
unsafe impl Report for ReloadInfo {
    const FIRST: usize = size_of::<Self>();
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let status = if error.is_folder() { Status::Io } else { Status::NotFound };
        Self::new(status, error.to_string())
    }
}

/// Opens a folder and loads its rule files, those that end in `.assize`. Files that do not check do not keep it from
/// opening; see `assize_store_fault`.
///
/// `*out` is the caller's, to be freed with `assize_store_free`. Errors: `ASSIZE_IO` when the folder cannot be read;
/// `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_store_open(
    folder: *const c_char,
    folder_length: usize,
    out: *mut *mut StoreHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let folder = unsafe { text("folder", folder, folder_length) }?;
        let store = Store::open(folder)?;
        // SAFETY: not NULL and aligned.
        unsafe { give(out, StoreHandle(store)) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// Frees a store. Rule sets that came from it stay as they are.
///
/// NULL is taken and nothing is done. It cannot fail. Since 0.1.
///
/// # Safety
/// `store` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_store_free(store: *mut StoreHandle) {
    // SAFETY: NULL, or a live handle of this library.
    unsafe { free(store) };
}

/// Looks at the folder again. New content is checked first; where it does not check, what the file held before stays in
/// force. Rule sets that were asked for before do not change.
///
/// `*counts` is written, and `*report`, which is JSON, is the caller's, to be freed with `assize_text_free`; either may be
/// NULL where it is not wanted. Errors: `ASSIZE_ARGUMENT`; files that cannot be taken are none. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_store_reload(
    store: *const StoreHandle,
    counts: *mut ReloadInfo,
    report: *mut *mut Text,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        // SAFETY: as promised by the caller.
        let store = unsafe { get("store", store) }?;
        let size = match counts.is_null() {
            true => None,
            // SAFETY: as promised by the caller.
            false => Some(unsafe { sized::place("counts", counts) }?),
        };
        if !report.is_null() {
            needed("report", report)?;
        }
        let reload = store.0.reload();
        if let Some(size) = size {
            let count = |files: usize| u32::try_from(files).unwrap_or(u32::MAX);
            let found = ReloadInfo {
                struct_size: size,
                loaded: count(reload.loaded.len()),
                unchanged: count(reload.unchanged.len()),
                removed: count(reload.removed.len()),
                failed: count(reload.failed.len()),
            };
            // SAFETY: `place` gave the size.
            unsafe { sized::write(counts, size, found) };
        }
        if !report.is_null() {
            // SAFETY: not NULL and aligned.
            unsafe { report.write(Text::give(pretty(&told(&reload)))) };
        }
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

fn told(reload: &Reload) -> Value {
    let files = |paths: &[PathBuf]| paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>();
    serde_json::json!({
        "loaded": files(&reload.loaded),
        "unchanged": files(&reload.unchanged),
        "removed": files(&reload.removed),
        "failed": reload.failed.iter().map(fault).collect::<Vec<_>>(),
    })
}

fn fault(fault: &StoreFault) -> Value {
    let found = fault.diagnostics();
    serde_json::json!({
        "path": fault.path.display().to_string(),
        "message": fault.to_string(),
        "kept": fault.kept,
        "diagnostics": found.map(|found| assize_report::diagnostics::to_json(&found.diagnostics, &found.sources)),
    })
}

/// The rules in force on a day. `name` may be empty where the folder has one rule set.
///
/// `*out` is the caller's, to be freed with `assize_rules_free`; it stays as it is through later reloads. Errors:
/// `ASSIZE_NOT_FOUND` when there is no such rule set, none is in force on the day, or which one cannot be told;
/// `ASSIZE_RANGE` when `as_of` is not a date; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_store_rules(
    store: *const StoreHandle,
    name: *const c_char,
    name_length: usize,
    as_of: CivilDate,
    out: *mut *mut RulesHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let (store, name) = unsafe { (get("store", store)?, text("name", name, name_length)?) };
        let rules = store.0.rules((!name.is_empty()).then_some(name), as_of.date()?)?;
        // SAFETY: not NULL and aligned.
        unsafe { give(out, RulesHandle::new(rules)) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// How many files have content that is not in force.
///
/// Another thread's reload may change that before the next call. Of NULL there are none. It cannot fail. Since 0.1.
///
/// # Safety
/// `store` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_store_fault_count(store: *const StoreHandle) -> usize {
    // SAFETY: NULL, or a live handle of this library.
    unsafe { store.as_ref() }.map_or(0, |store| quiet(0, || store.0.faults().len()))
}

/// Why the content of a file is not in force, by its number from 0.
///
/// `*path` and `*fault` are the caller's, to be freed with `assize_text_free` and `assize_error_free`. The fault has the
/// status that loading the file alone would have: `ASSIZE_RULES` with diagnostics, `ASSIZE_IO`, or `ASSIZE_RULES` without where
/// two files claim the same day. Errors: `ASSIZE_NOT_FOUND` past the end; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_store_fault(
    store: *const StoreHandle,
    index: usize,
    path: *mut *mut Text,
    fault: *mut *mut ErrorHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("path", path)?;
        needed("fault", fault)?;
        // SAFETY: as promised by the caller.
        let store = unsafe { get("store", store) }?;
        let found = store.0.faults().into_iter().nth(index);
        let found = found.ok_or_else(|| Failure::new(Status::NotFound, "there are not so many faults"))?;
        let status = match (&found.cause, found.diagnostics()) {
            (StoreFaultCause::Clash(_), _) | (_, Some(_)) => Status::Rules,
            _ => Status::Io,
        };
        let mut handle = ErrorHandle::new(status, found.to_string());
        if let Some(error) = found.diagnostics() {
            handle = handle.with_diagnostics(error.clone());
        }
        // SAFETY: neither is NULL, and both are aligned.
        unsafe {
            path.write(Text::give(found.path.display().to_string()));
            give(fault, handle);
        }
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// The versions that the store has, as a JSON array: name, version, hash, effective dates, path, and how each stands:
/// `current`, `kept` (its file now holds something that cannot be taken) or `clash`.
///
/// `*out` is the caller's, to be freed with `assize_text_free`. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_store_versions_json(
    store: *const StoreHandle,
    out: *mut *mut Text,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let store = unsafe { get("store", store) }?;
        let versions = store.0.versions().into_iter().map(|version| {
            serde_json::json!({
                "name": &*version.name,
                "version": &*version.version,
                "hash": &*version.hash,
                "effective_from": version.effective_from.map(|date| date.to_string()),
                "effective_to": version.effective_to.map(|date| date.to_string()),
                "path": version.path.display().to_string(),
                "standing": version.standing.word(),
            })
        });
        let versions = Value::Array(versions.collect());
        // SAFETY: not NULL and aligned.
        unsafe { out.write(Text::give(pretty(&versions))) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}
