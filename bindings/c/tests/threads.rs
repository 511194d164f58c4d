//! Many threads, one store and one rule set, a session each, reloads meanwhile: `threads.c` by itself, under memcheck and
//! under helgrind, and the same from Rust, which AddressSanitizer sees into.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests may fail, and say what was left out, as the tests themselves may"
)]
#![allow(unsafe_code, reason = "the contract is one of pointers")]

mod common;
mod memory;

use assize_c::*;
use common::{AS_OF, blank, ok, p, string};
use memory::{compile, finished, folder, has, here, installed, is_instrumented, run, run_under_memcheck};
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

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
        assert_eq!(run_under_memcheck(&program, &[OsStr::new("12")]), SAID);
        // Helgrind and ThreadSanitizer do not see what orders threads in Rust's locks and reference counts: the one knows
        // pthreads, the other needs a standard library that was built for it, and to both every reload is a race. What is
        // shared and does not change they see well: sessions, results, errors and clones of one rule set and one store.
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

/// Handles that threads share.
struct Shared {
    store: *const StoreHandle,
    rules: *const RulesHandle,
}

// SAFETY: the library says that any number of threads may use stores and rule sets at the same time.
unsafe impl Sync for Shared {}

fn current(store: *const StoreHandle) -> *mut RulesHandle {
    let mut rules = ptr::null_mut();
    // SAFETY: pointers to what they say.
    ok(|error| unsafe { assize_store_rules(store, ptr::null(), 0, AS_OF, &mut rules, error) });
    rules
}

fn evaluate(rules: *const RulesHandle) {
    let mut info = blank::<RulesInfo>();
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
            ok(|error| assize_session_set_integer(session, 0, charges, count, error));
        }
        let outcome = common::evaluate(session, many);
        assert_eq!(outcome.value == 1, count >= version);
    }
    // SAFETY: freed once.
    unsafe { assize_session_free(session) };
}

/// Ends the others also where this thread fails.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
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
    let first = current(opened);
    let shared = Shared { store: opened, rules: first };
    let (rounds, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let work = || {
            scope.spawn(|| {
                // The whole of it, which is what threads may share.
                let shared = &shared;
                while !stopped.load(Ordering::Acquire) {
                    let rules = current(shared.store);
                    evaluate(rules);
                    // SAFETY: freed once.
                    unsafe { assize_rules_free(rules) };
                    evaluate(shared.rules);
                    rounds.fetch_add(1, Ordering::Release);
                }
            })
        };
        let threads: Vec<_> = (0..THREADS).map(|_| work()).collect();
        let _stop = Stop(&stopped);
        for at in 0..40 {
            write(&folder, at % 4 + 1, at % 5 == 4);
            let mut counts = blank::<ReloadInfo>();
            // SAFETY: as above.
            ok(|error| unsafe { assize_store_reload(opened, &mut counts, ptr::null_mut(), error) });
            assert_eq!(counts.loaded + counts.unchanged + counts.failed, 1);
            let before = rounds.load(Ordering::Acquire);
            while rounds.load(Ordering::Acquire) == before {
                assert!(!threads.iter().any(|thread| thread.is_finished()), "a thread has failed");
                std::thread::yield_now();
            }
        }
    });
    // SAFETY: freed once, in any order.
    unsafe {
        assize_store_free(opened);
        assize_rules_free(first);
    }
}
