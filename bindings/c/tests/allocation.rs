//! A session that has seen records of the usual size allocates nothing more: proved by counting.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops at a broken assumption, also where it calls another function"
)]
#![expect(unsafe_code, reason = "the contract is one of pointers, and so is an allocator")]

mod common;

use assize_c::*;
use common::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr;

struct Counting;

thread_local! {
    /// How often this thread allocated; other threads of the test harness do not matter.
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: the system's, with a count.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: passed on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Fields {
    record: u32,
    felon: u32,
    age: u32,
    height: u32,
    born: u32,
    colour: u32,
    colours: u32,
    aliases: u32,
    calls: u32,
    weight: u32,
    charges: u32,
    weapon: u32,
    tier: u32,
    shades: u32,
    ratio: u32,
}

const fn said(ok: Status) {
    assert!(matches!(ok, Status::Ok));
}

/// One record in all ways there are, told apart by `round`.
fn round(session: *mut SessionHandle, at: &Fields, round: u64, json: &[String]) {
    let e = ptr::null_mut;
    let mut row = 0;
    let mut outcome = blank::<OutcomeInfo>();
    let (mut items, mut numbers, mut count, mut text) = (ptr::null(), ptr::null(), 0, Str::NONE);
    let (tall, short, red, date) = (p("2.25"), p("1.5"), p("red"), p("1990-02-03"));
    let aliases = [s("Red"), s("Blue"), s("Green")];
    let read = |items: &mut *const Str, numbers: &mut *const u32, count: &mut usize, text: &mut Str| {
        // SAFETY: pointers to what they say.
        unsafe {
            said(assize_session_value_name(session, text, e()));
            said(assize_session_values(session, items, count, e()));
            said(assize_session_because(session, items, count, e()));
            said(assize_session_because_ids(session, numbers, count, e()));
            said(assize_session_possible(session, items, count, e()));
            said(assize_session_possible_ids(session, numbers, count, e()));
            said(assize_session_missing(session, items, count, e()));
            said(assize_session_outcome_error(session, text, e()));
        }
    };
    // SAFETY: pointers to what they say.
    unsafe {
        said(assize_session_begin(session, at.record, e()));
        said(assize_session_set_boolean(session, 0, at.felon, (round % 2) as i32, e()));
        said(assize_session_set_integer(session, 0, at.age, (round % 3) as i64, e()));
        if !round.is_multiple_of(5) {
            said(assize_session_set_decimal_text(session, 0, at.height, tall.0, tall.1, e()));
        }
        said(assize_session_set_decimal_scaled(session, 0, at.height, 175, 2, e()));
        if round.is_multiple_of(5) {
            said(assize_session_set_missing(session, 0, at.height, 2, e()));
        }
        said(assize_session_set_date_days(session, 0, at.born, 1000, e()));
        said(assize_session_set_date_ymd(session, 0, at.born, 1990, 1, 2, e()));
        said(assize_session_set_cell(session, 0, at.born, date.0, date.1, e()));
        said(assize_session_set_code(session, 0, at.colour, (round % 3) as u32, e()));
        said(assize_session_set_code_name(session, 0, at.colour, red.0, red.1, e()));
        said(assize_session_set_codes(session, 0, at.colours, [2, 1].as_ptr(), 2, e()));
        let many = (round % 4) as usize;
        said(assize_session_set_texts(session, 0, at.aliases, aliases.as_ptr(), many.min(3), e()));
        let end = 11_i64;
        said(assize_session_set_integer_range(session, 0, at.calls, &end, ptr::null(), e()));
        said(assize_session_set_decimal_range(session, 0, at.weight, short.0, short.1, ptr::null(), 0, e()));
        for child in 0..round % 4 {
            said(assize_session_child(session, 0, at.charges, &mut row, e()));
            if child % 2 == 0 {
                said(assize_session_set_boolean(session, row, at.weapon, 1, e()));
            }
        }
        for category in [at.tier, at.shades, at.ratio] {
            said(assize_session_evaluate(session, category, &mut outcome, e()));
            read(&mut items, &mut numbers, &mut count, &mut text);
            said(assize_session_outcome_json(session, category, ptr::null(), 0, &mut text, e()));
        }
        // Nothing at all is known.
        said(assize_session_begin(session, at.record, e()));
        said(assize_session_evaluate(session, at.tier, &mut outcome, e()));
        read(&mut items, &mut numbers, &mut count, &mut text);
        let json = p(&json[(round % 3) as usize]);
        said(assize_session_set_json(session, at.record, json.0, json.1, e()));
        said(assize_session_evaluate(session, at.tier, &mut outcome, e()));
        read(&mut items, &mut numbers, &mut count, &mut text);
        said(assize_session_outcome_json(session, at.tier, ptr::null(), 0, &mut text, e()));
    }
}

#[test]
fn nothing_is_allocated_after_the_first_records() {
    let rules = compile(RULES);
    let session = session(rules);
    let record = find(rules, assize_rules_find_record, "Offender");
    let charge = find(rules, assize_rules_find_record, "Charge");
    let of = |name: &str| field(rules, record, name);
    let category = |name: &str| find(rules, assize_rules_find_category, name);
    let at = Fields {
        record,
        felon: of("felon"),
        age: of("age"),
        height: of("height"),
        born: of("born"),
        colour: of("colour"),
        colours: of("colours"),
        aliases: of("aliases"),
        calls: of("calls"),
        weight: of("weight"),
        charges: of("charges"),
        weapon: field(rules, charge, "weapon"),
        tier: category("tier"),
        shades: category("shades"),
        ratio: category("ratio"),
    };
    let json = [
        r#"{"id": "P-1", "Felon": false, "height": 2.25, "aliases": ["Red", "Blue"]}"#.to_owned(),
        r#"{"id": "P-22", "charges": [{"id": "1", "weapon": true}, {"id": "2", "weapon": null}]}"#.to_owned(),
        r#"{"id": "P-333", "Felon": null, "colours": "red|green", "calls": "340+"}"#.to_owned(),
    ];
    let counted = |from: u64, to: u64| {
        let before = COUNT.with(Cell::get);
        for at_round in from..to {
            round(session, &at, at_round, &json);
        }
        COUNT.with(Cell::get) - before
    };
    assert!(counted(0, 120) > 0, "the counter does not count");
    assert_eq!(counted(120, 1200), 0);
    // Failures without an error to fill allocate nothing either.
    let before = COUNT.with(Cell::get);
    // SAFETY: pointers to what they say.
    unsafe {
        assert_eq!(assize_session_set_boolean(session, 0, at.age, 1, ptr::null_mut()), Status::Type);
        assert_eq!(assize_session_set_boolean(session, 77, at.age, 1, ptr::null_mut()), Status::Order);
        assert_eq!(assize_session_set_text(session, 0, 0, ptr::null(), 7, ptr::null_mut()), Status::Argument);
        assert_eq!(COUNT.with(Cell::get), before);
        assize_session_free(session);
        assize_rules_free(rules);
    }
}
