//! Stores: versions by date, reloads, faults.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops at a broken assumption, also where it calls another function"
)]
#![expect(unsafe_code, reason = "the contract is one of pointers")]

mod common;

use assize_c::*;
use common::*;
use std::path::{Path, PathBuf};
use std::ptr;

fn rules(version: &str, from: &str, least: u32) -> String {
    format!(
        "ruleset list version \"{version}\" {{ effective from {from} }}\ncodes List {{ on }}\n\
         record Person {{ charges : integer }}\n\
         category list of Person -> List {{ on when charged : charges >= {least} otherwise none }}\n"
    )
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("assize-c-store-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).unwrap();
    }

    fn open(&self) -> *mut StoreHandle {
        let mut store = ptr::null_mut();
        let path = p(self.0.to_str().unwrap());
        // SAFETY: pointers to what they say.
        ok(|error| unsafe { assize_store_open(path.0, path.1, &mut store, error) });
        store
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn version(store: *const StoreHandle, as_of: CivilDate) -> Result<String, Status> {
    let (mut rules, mut info) = (ptr::null_mut(), blank::<RulesInfo>());
    // SAFETY: pointers to what they say.
    unsafe {
        match assize_store_rules(store, ptr::null(), 0, as_of, &mut rules, ptr::null_mut()) {
            Status::Ok => {}
            status => return Err(status),
        }
        ok(|error| assize_rules_info(rules, &mut info, error));
        let version = string(info.version);
        assize_rules_free(rules);
        Ok(version)
    }
}

#[test]
fn a_folder_is_reloaded_and_what_is_held_stays() {
    let folder = Folder::new("reload");
    folder.write("1.assize", &rules("1", "2024-01-01", 1));
    let store = folder.open();
    let before = CivilDate { year: 2025, month: 1, day: 1 };
    // SAFETY: pointers to what they say.
    unsafe {
        assert_eq!(version(store, AS_OF), Ok("1".into()));
        assert_eq!(version(store, CivilDate { year: 2023, month: 1, day: 1 }), Err(Status::NotFound));
        let mut held = ptr::null_mut();
        ok(|error| assize_store_rules(store, ptr::null(), 0, AS_OF, &mut held, error));

        folder.write("2.assize", &rules("2", "2026-01-01", 2));
        folder.write("3.assize", "ruleset list version");
        let (mut counts, mut report) = (blank::<ReloadInfo>(), ptr::null_mut());
        ok(|error| assize_store_reload(store, &mut counts, &mut report, error));
        assert_eq!((counts.loaded, counts.unchanged, counts.removed, counts.failed), (1, 1, 0, 1));
        let report: serde_json::Value = serde_json::from_str(&taken(report)).unwrap();
        assert!(report["loaded"][0].as_str().unwrap().ends_with("2.assize"));
        assert!(report["failed"][0]["diagnostics"][0]["message"].is_string());
        assert_eq!(report["failed"][0]["kept"], false);

        assert_eq!(version(store, AS_OF), Ok("2".into()));
        assert_eq!(version(store, before), Ok("1".into()));
        let mut info = blank::<RulesInfo>();
        ok(|error| assize_rules_info(held, &mut info, error));
        assert_eq!(string(info.version), "1");

        assert_eq!(assize_store_fault_count(store), 1);
        let (mut path, mut fault) = (ptr::null_mut(), ptr::null_mut());
        ok(|error| assize_store_fault(store, 0, &mut path, &mut fault, error));
        assert!(taken(path).ends_with("3.assize"));
        assert_eq!(assize_error_status(fault), Status::Rules);
        assert!(assize_diagnostics_count(assize_error_diagnostics(fault)) > 0);
        assert!(message(fault).contains("3.assize"));
        assize_error_free(fault);
        (path, fault) = (ptr::null_mut(), ptr::null_mut());
        fails(Status::NotFound, |error| assize_store_fault(store, 1, &mut path, &mut fault, error));
        assert!(path.is_null() && fault.is_null());

        // A version that no longer checks: the last good one stays.
        folder.write("2.assize", "not rules at all");
        ok(|error| assize_store_reload(store, ptr::null_mut(), ptr::null_mut(), error));
        assert_eq!(version(store, AS_OF), Ok("2".into()));
        let mut versions = ptr::null_mut();
        ok(|error| assize_store_versions_json(store, &mut versions, error));
        let versions: serde_json::Value = serde_json::from_str(&taken(versions)).unwrap();
        assert_eq!((&versions[0]["version"], &versions[0]["standing"]), (&"1".into(), &"current".into()));
        assert_eq!((&versions[1]["version"], &versions[1]["standing"]), (&"2".into(), &"kept".into()));
        assert_eq!(versions[1]["effective_from"], "2026-01-01");

        // Two files of one day: which is in force cannot be told, and the fault has no diagnostics.
        folder.write("4.assize", &rules("4", "2026-01-01", 4));
        ok(|error| assize_store_reload(store, ptr::null_mut(), ptr::null_mut(), error));
        let faults: Vec<Status> = (0..assize_store_fault_count(store))
            .map(|at| {
                let (mut path, mut fault) = (ptr::null_mut(), ptr::null_mut());
                ok(|error| assize_store_fault(store, at, &mut path, &mut fault, error));
                taken(path);
                let status = assize_error_status(fault);
                assize_error_free(fault);
                status
            })
            .collect();
        assert_eq!(faults, [Status::Rules; 3]);
        assize_store_free(store);
        ok(|error| assize_rules_info(held, &mut info, error));
        assize_rules_free(held);
    }
}

#[test]
fn what_a_store_refuses() {
    let folder = Folder::new("refuse");
    folder.write("1.assize", &rules("1", "2024-01-01", 1));
    let store = folder.open();
    let gone = folder.0.join("gone");
    let (gone, other) = (p(gone.to_str().unwrap()), p("other"));
    let mut out = ptr::null_mut();
    // SAFETY: pointers to what they say.
    unsafe {
        let mut none = ptr::null_mut();
        fails(Status::Io, |error| assize_store_open(gone.0, gone.1, &mut none, error));
        fails(Status::Argument, |error| assize_store_open(ptr::null(), 3, &mut none, error));
        fails(Status::Argument, |error| assize_store_open(gone.0, gone.1, ptr::null_mut(), error));
        assert!(none.is_null());
        fails(Status::NotFound, |error| assize_store_rules(store, other.0, other.1, AS_OF, &mut out, error));
        fails(Status::Range, |error| assize_store_rules(store, ptr::null(), 0, CivilDate::NONE, &mut out, error));
        fails(Status::Argument, |error| assize_store_rules(ptr::null(), ptr::null(), 0, AS_OF, &mut out, error));
        fails(Status::Argument, |error| assize_store_reload(ptr::null(), ptr::null_mut(), ptr::null_mut(), error));
        let mut short = blank::<ReloadInfo>();
        short.struct_size = 4;
        fails(Status::Argument, |error| assize_store_reload(store, &mut short, ptr::null_mut(), error));
        fails(Status::Argument, |error| assize_store_versions_json(store, ptr::null_mut(), error));
        assert!(out.is_null());
        assize_store_free(store);
    }
    assert!(Path::new(&folder.0).exists());
}

#[test]
fn readers_go_on_while_others_reload() {
    struct Shared(*mut StoreHandle);
    // SAFETY: the contract: any number of threads may use a store at the same time.
    unsafe impl Sync for Shared {}
    let folder = Folder::new("threads");
    folder.write("1.assize", &rules("1", "2024-01-01", 1));
    let shared = Shared(folder.open());
    std::thread::scope(|scope| {
        let shared = &shared;
        scope.spawn(|| {
            for round in 0..40 {
                folder
                    .write("1.assize", &if round % 3 == 2 { "no".to_owned() } else { rules("1", "2024-01-01", round) });
                // SAFETY: a live store.
                ok(|error| unsafe { assize_store_reload(shared.0, ptr::null_mut(), ptr::null_mut(), error) });
            }
        });
        for _ in 0..2 {
            scope.spawn(move || {
                for _ in 0..200 {
                    let store = shared;
                    assert_eq!(version(store.0, AS_OF), Ok("1".into()));
                }
            });
        }
    });
    // SAFETY: freed once.
    unsafe { assize_store_free(shared.0) };
}
