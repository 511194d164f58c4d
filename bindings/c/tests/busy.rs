//! A session that two threads use at once: the second is told so.

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
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

struct Shared(*mut SessionHandle);
// SAFETY: not what the contract allows: this is the test of what happens then. While one thread is inside, the other is
// turned away before it touches anything.
unsafe impl Sync for Shared {}

#[test]
fn a_second_thread_is_turned_away() {
    let rules = compile(RULES);
    let shared = Shared(session(rules));
    let offender = find(rules, assize_rules_find_record, "Offender");
    let aliases = field(rules, offender, "aliases");
    // SAFETY: a live session.
    ok(|error| unsafe { assize_session_begin(shared.0, offender, error) });
    // Sorting so many texts takes a while: long enough to be found inside.
    let texts: Vec<String> =
        (0..400_000_u64).map(|at| format!("{:020}", at.wrapping_mul(0x9E37_79B9_7F4A_7C15))).collect();
    let names: Vec<Str> = texts.iter().map(|text| s(text)).collect();
    let given = Given(names.as_ptr(), names.len());
    let (begun, done) = (AtomicBool::new(false), AtomicBool::new(false));
    let mut seen = false;
    std::thread::scope(|scope| {
        let (shared, begun, done, given) = (&shared, &begun, &done, &given);
        scope.spawn(move || {
            begun.store(true, Ordering::Release);
            // SAFETY: pointers to what they say.
            ok(|error| unsafe { assize_session_set_texts(shared.0, 0, aliases, given.0, given.1, error) });
            done.store(true, Ordering::Release);
        });
        while !begun.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
        while !done.load(Ordering::Acquire) && !seen {
            let mut text = Str::NONE;
            // A getter of nothing: it changes nothing, whatever the outcome.
            // SAFETY: pointers to what they say.
            let status = unsafe { assize_session_value_name(shared.0, &mut text, ptr::null_mut()) };
            seen = status == Status::Busy;
            if seen {
                // SAFETY: as above.
                assert_eq!(unsafe { assize_session_fault_count(shared.0) }, 0);
            }
        }
    });
    assert!(seen, "the session was never found busy");
    // Afterwards it works as before.
    // SAFETY: freed once each.
    unsafe {
        ok(|error| assize_session_set_boolean(shared.0, 0, field(rules, offender, "felon"), 1, error));
        assert_eq!(evaluate(shared.0, find(rules, assize_rules_find_category, "tier")).state, State::Decided);
        assize_session_free(shared.0);
        assize_rules_free(rules);
    }
}

struct Given(*const Str, usize);
// SAFETY: read only.
unsafe impl Sync for Given {}
