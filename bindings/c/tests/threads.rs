//! Many threads, one store and one rule set, a session each, reloads meanwhile: `threads.c` by itself and under helgrind,
//! and the same from Rust, which ThreadSanitizer sees into:
//!
//! `RUSTC_BOOTSTRAP=1 RUSTFLAGS='-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer' cargo test --target
//! x86_64-unknown-linux-gnu -p assize-c --test threads`

#![allow(unsafe_code, reason = "the contract is one of pointers")]

mod common;
#[allow(clippy::duplicate_mod, reason = "each test file is a crate of its own")]
mod memory;

use assize_c::*;
use common::{AS_OF, blank, ok, p, string};
use memory::{compile, finished, folder, has, here, installed, is_instrumented, run};
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

const SAID: &str = "as every version says\n";

#[test]
fn threads_of_c() {
    if is_instrumented() || !has("gcc") {
        return;
    }
    let folder = folder("threads");
    installed(&folder);
    let program = compile(&here().join("tests/threads.c"), &folder, &["-pthread"]);
    for _ in 0..3 {
        assert_eq!(run(&program, &[OsStr::new("60")]), SAID);
    }
    if has("valgrind") {
        // Helgrind does not see what orders threads in Rust's locks and reference counts, which do without pthreads, so
        // that every reload would be a race to it. What is shared and does not change it sees well: sessions, results,
        // errors and clones of one rule set and one store, without a suppression. Reloads are for `threads_of_rust`.
        let mut command = Command::new("valgrind");
        command.args([
            "--tool=helgrind",
            "--quiet",
            "--error-exitcode=99",
            "--fair-sched=yes",
            "--history-level=approx",
        ]);
        command.arg(&program).arg("0");
        assert_eq!(finished(command.output(), &program), SAID);
    }
}

fn write(folder: &Path, version: u32, broken: bool) {
    let text = format!(
        "ruleset demo version \"{version}\" {{ title \"Demo\" authority \"Nobody\" }}\n\
         codes Answer {{ few lots }}\n\
         record Person {{ id : text key  charges : integer }}\n\
         category many of Person -> Answer {{ lots when enough : charges >= {version}  otherwise few }}\n\
         {}",
        if broken { "category of nothing\n" } else { "" }
    );
    let new = folder.join("demo.new");
    std::fs::write(&new, text).unwrap();
    std::fs::rename(&new, folder.join("demo.assize")).unwrap();
}

/// A handle that threads share.
#[derive(Clone, Copy)]
struct Shared<T>(*const T);

// SAFETY: the library says that any number of threads may use stores and rule sets at the same time.
unsafe impl<T> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Shared<T> {}

fn evaluate(rules: *const RulesHandle) {
    let mut info = blank::<RuleSetInfo>();
    // SAFETY: pointers to what they say, here and below.
    ok(|error| unsafe { assize_rules_info(rules, &mut info, error) });
    let version: i64 = string(info.version).parse().unwrap();
    let (person, many) = (
        common::find(rules, assize_rules_find_record, "Person"),
        common::find(rules, assize_rules_find_category, "many"),
    );
    let charges = common::field(rules, person, "charges");
    let session = common::session(rules);
    for count in 0..5 {
        // SAFETY: as above.
        unsafe {
            ok(|error| assize_session_begin(session, person, error));
            ok(|error| assize_session_set_integer(session, ROOT, charges, count, error));
        }
        let outcome = common::evaluate(session, many);
        assert_eq!(outcome.value == 1, count >= version);
    }
    // SAFETY: freed once.
    unsafe { assize_session_free(session) };
}

#[test]
fn threads_of_rust() {
    const THREADS: usize = 4;
    let folder = folder("threads-of-rust");
    write(&folder, 1, false);
    let path = folder.to_str().unwrap().to_owned();
    let mut opened = ptr::null_mut();
    let (data, length) = p(&path);
    // SAFETY: pointers to what they say, here and below.
    ok(|error| unsafe { assize_store_open(data, length, &mut opened, error) });
    let store = Shared(opened.cast_const());
    let current = move || {
        let store = store;
        let mut rules = ptr::null_mut();
        // SAFETY: as above.
        ok(|error| unsafe { assize_store_rules(store.0, ptr::null(), 0, AS_OF, &mut rules, error) });
        rules
    };
    let first = current();
    let shared = Shared(first.cast_const());
    let done = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let (current, shared) = (current, shared);
                for _ in 0..25 {
                    let rules = current();
                    evaluate(rules);
                    // SAFETY: freed once.
                    unsafe { assize_rules_free(rules) };
                    evaluate(shared.0);
                }
                done.fetch_add(1, Ordering::Release);
            });
        }
        let mut reloads = 0;
        while done.load(Ordering::Acquire) < THREADS {
            write(&folder, reloads % 4 + 1, reloads % 5 == 4);
            let mut counts = blank::<ReloadInfo>();
            // SAFETY: as above.
            ok(|error| unsafe { assize_store_reload(store.0, &mut counts, ptr::null_mut(), error) });
            assert_eq!(counts.loaded + counts.unchanged + counts.failed, 1);
            reloads += 1;
        }
        assert!(reloads > 0);
    });
    // SAFETY: freed once, in any order.
    unsafe {
        assize_store_free(opened);
        assize_rules_free(first);
    }
}
