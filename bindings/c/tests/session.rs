//! Sessions: records filled in and evaluated, and everything that can be wrong about that.

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

struct Ids {
    rules: *mut RulesHandle,
    session: *mut SessionHandle,
    offender: u32,
    charge: u32,
}

impl Ids {
    fn new() -> Self {
        let rules = compile(RULES);
        Self {
            session: session(rules),
            offender: find(rules, assize_rules_find_record, "Offender"),
            charge: find(rules, assize_rules_find_record, "Charge"),
            rules,
        }
    }

    fn of(&self, name: &str) -> u32 {
        field(self.rules, self.offender, name)
    }

    fn category(&self, name: &str) -> u32 {
        find(self.rules, assize_rules_find_category, name)
    }

    fn begin(&self) {
        // SAFETY: a live session.
        ok(|error| unsafe { assize_session_begin(self.session, self.offender, error) });
    }
}

impl Drop for Ids {
    fn drop(&mut self) {
        // SAFETY: freed once; the rules before the session that was made from them.
        unsafe {
            assize_rules_free(self.rules);
            assize_session_free(self.session);
        }
    }
}

#[test]
fn a_record_is_filled_in_evaluated_and_read() {
    let at = Ids::new();
    let tier = at.category("tier");
    // SAFETY: pointers to what they say.
    unsafe {
        at.begin();
        ok(|error| assize_session_set_boolean(at.session, 0, at.of("felon"), 7, error));
        let outcome = evaluate(at.session, tier);
        assert_eq!((outcome.state, outcome.value, outcome.reason), (State::Decided, 2, 1));
        assert_eq!(names(at.session, assize_session_values), ["much"]);
        assert_eq!(names(at.session, assize_session_because), ["convicted"]);
        assert_eq!(ids(at.session, assize_session_because_ids), [1]);
        assert_eq!(names(at.session, assize_session_possible), ["much"]);
        assert!(names(at.session, assize_session_missing).is_empty());
        let mut text = Str::NONE;
        ok(|error| assize_session_value_name(at.session, &mut text, error));
        assert_eq!(string(text), "much");
        ok(|error| assize_session_outcome_error(at.session, &mut text, error));
        assert!(text.data.is_null());

        // Two children, one of them with a weapon; how tall is not known.
        at.begin();
        ok(|error| assize_session_set_boolean(at.session, 0, at.of("felon"), 0, error));
        let (mut first, mut second) = (0, 0);
        ok(|error| assize_session_child(at.session, ROOT, at.of("charges"), &mut first, error));
        ok(|error| assize_session_child(at.session, ROOT, at.of("charges"), &mut second, error));
        assert!(first != 0 && second != 0 && first != second);
        let weapon = field(at.rules, at.charge, "weapon");
        ok(|error| assize_session_set_boolean(at.session, second, weapon, 1, error));
        let outcome = evaluate(at.session, tier);
        assert_eq!((outcome.state, outcome.value, outcome.reason), (State::Provisional, 1, 2));
        assert_eq!(names(at.session, assize_session_because), ["charged"]);
        assert_eq!(names(at.session, assize_session_possible), ["some", "much"]);
        assert_eq!(ids(at.session, assize_session_possible_ids), [1, 2]);
        assert_eq!(names(at.session, assize_session_missing), ["height"]);

        at.begin();
        let outcome = evaluate(at.session, tier);
        assert_eq!((outcome.state, outcome.value, outcome.reason), (State::Undetermined, NONE, NONE));
        ok(|error| assize_session_value_name(at.session, &mut text, error));
        assert!(text.data.is_null());
        assert!(names(at.session, assize_session_values).is_empty());
        assert_eq!(names(at.session, assize_session_possible).last().unwrap(), "none");
        assert_eq!(*ids(at.session, assize_session_possible_ids).last().unwrap(), NO_CODE);
        assert_eq!(names(at.session, assize_session_missing), ["felon", "aliases"]);
        let known = p("");
        ok(|error| assize_session_set_boolean(at.session, 0, at.of("felon"), 0, error));
        ok(|error| assize_session_set_texts(at.session, 0, at.of("aliases"), ptr::null(), 0, error));
        ok(|error| assize_session_set_text(at.session, 0, at.of("id"), known.0, known.1, error));
        let outcome = evaluate(at.session, tier);
        assert_eq!((outcome.state, outcome.value, outcome.reason), (State::Decided, NO_CODE, NONE));
        ok(|error| assize_session_value_name(at.session, &mut text, error));
        assert_eq!(string(text), "none");
        assert_eq!(names(at.session, assize_session_values), ["none"]);
    }
}

const ROOT: u32 = 0;

#[test]
fn every_type_has_its_setter() {
    let at = Ids::new();
    let moments = at.category("moments");
    let shades = at.category("shades");
    // SAFETY: pointers to what they say.
    unsafe {
        at.begin();
        ok(|error| assize_session_set_date_ymd(at.session, 0, at.of("born"), 1990, 2, 28, error));
        ok(|error| assize_session_set_date_days(at.session, 0, at.of("born"), 0, error));
        ok(|error| assize_session_set_time(at.session, 0, at.of("seen_at"), 0, error));
        ok(|error| assize_session_set_datetime(at.session, 0, at.of("seen"), 0, error));
        ok(|error| assize_session_set_duration_clock(at.session, 0, at.of("stay"), 1, error));
        ok(|error| assize_session_set_duration_calendar(at.session, 0, at.of("stay"), 1, 2, error));
        let (low, high) = (p("1.5"), p("2.5"));
        ok(|error| {
            assize_session_set_decimal_range(at.session, 0, at.of("weight"), low.0, low.1, high.0, high.1, error)
        });
        let outcome = evaluate(at.session, moments);
        assert_eq!((outcome.state, outcome.value), (State::Decided, 2));
        ok(|error| {
            assize_session_set_decimal_range(at.session, 0, at.of("weight"), ptr::null(), 0, high.0, high.1, error)
        });
        let outcome = evaluate(at.session, moments);
        assert_eq!(outcome.state, State::Undetermined);
        ok(|error| assize_session_set_decimal_scaled(at.session, 0, at.of("weight"), -150, 2, error));
        assert_eq!(evaluate(at.session, moments).value, NO_CODE);

        ok(|error| assize_session_set_code(at.session, 0, at.of("colour"), 2, error));
        ok(|error| assize_session_set_codes(at.session, 0, at.of("colours"), [1, 0, 1].as_ptr(), 3, error));
        let (lower, upper) = (11, 12);
        ok(|error| assize_session_set_integer_range(at.session, 0, at.of("calls"), &lower, &upper, error));
        let outcome = evaluate(at.session, shades);
        assert_eq!((outcome.state, outcome.value), (State::Decided, 0));
        assert_eq!(names(at.session, assize_session_values), ["red", "green", "blue"]);
        assert_eq!(names(at.session, assize_session_because), ["is_red", "is_green", "is_blue"]);
        let mut text = Str::NONE;
        ok(|error| assize_session_value_name(at.session, &mut text, error));
        assert_eq!(string(text), "red");

        // A range open at one end, and one open at both.
        ok(|error| assize_session_set_integer_range(at.session, 0, at.of("calls"), ptr::null(), &upper, error));
        assert_eq!(evaluate(at.session, shades).state, State::Provisional);
        ok(|error| assize_session_set_integer_range(at.session, 0, at.of("calls"), ptr::null(), ptr::null(), error));
        assert_eq!(evaluate(at.session, shades).state, State::Provisional);
        assert_eq!(names(at.session, assize_session_missing), ["calls"]);
        ok(|error| assize_session_set_integer(at.session, 0, at.of("calls"), 3, error));
        ok(|error| assize_session_set_codes(at.session, 0, at.of("colours"), ptr::null(), 0, error));
        let outcome = evaluate(at.session, shades);
        assert_eq!((outcome.state, outcome.value), (State::Decided, NO_CODE));
        ok(|error| assize_session_value_name(at.session, &mut text, error));
        assert_eq!(string(text), "none");

        let red = p("red");
        ok(|error| assize_session_set_code_name(at.session, 0, at.of("colour"), red.0, red.1, error));
        assert_eq!(evaluate(at.session, shades).value, 0);
        ok(|error| assize_session_set_missing(at.session, 0, at.of("colour"), Reason::Withheld as u32, error));
        assert_eq!(evaluate(at.session, shades).state, State::Undetermined);

        let tall = p("2.0000001");
        ok(|error| assize_session_set_decimal_text(at.session, 0, at.of("height"), tall.0, tall.1, error));
        let aliases = [s("Blue"), s("Red"), s("Blue"), s("")];
        ok(|error| assize_session_set_texts(at.session, 0, at.of("aliases"), aliases.as_ptr(), 4, error));
        ok(|error| assize_session_set_boolean(at.session, 0, at.of("felon"), 0, error));
        assert_eq!(evaluate(at.session, at.category("tier")).reason, 3);
    }
}

#[test]
fn a_set_of_many_members_in_any_order() {
    let at = Ids::new();
    // SAFETY: pointers to what they say.
    unsafe {
        at.begin();
        let texts: Vec<String> = (0..500).rev().map(|at| format!("alias {at}")).collect();
        let mut aliases: Vec<Str> = texts.iter().map(|text| s(text)).collect();
        aliases.push(s("Red"));
        aliases.push(s("Red"));
        let given = (aliases.as_ptr(), aliases.len());
        ok(|error| assize_session_set_texts(at.session, 0, at.of("aliases"), given.0, given.1, error));
        ok(|error| assize_session_set_boolean(at.session, 0, at.of("felon"), 0, error));
        assert_eq!(evaluate(at.session, at.category("tier")).reason, 3);
    }
}

#[test]
fn what_cannot_be_set_leaves_the_record_as_it_was() {
    let at = Ids::new();
    let tier = at.category("tier");
    // SAFETY: pointers to what they say; the lengths that lie are refused before anything is read.
    unsafe {
        let (session, age, felon) = (at.session, at.of("age"), at.of("felon"));
        // No record yet.
        let said = fails(Status::Order, |error| assize_session_set_integer(session, 0, age, 1, error));
        assert_eq!(said, "no record was begun");
        let (mut row, mut outcome) = (99, blank::<OutcomeInfo>());
        fails(Status::Order, |error| assize_session_child(session, 0, at.of("charges"), &mut row, error));
        fails(Status::Order, |error| assize_session_evaluate(session, tier, &mut outcome, error));
        let cell = p("1");
        fails(Status::Order, |error| assize_session_set_cell(session, 0, age, cell.0, cell.1, error));
        fails(Status::NotFound, |error| assize_session_begin(session, 2, error));
        fails(Status::NotFound, |error| assize_session_begin(session, u32::MAX, error));

        at.begin();
        ok(|error| assize_session_set_boolean(session, 0, felon, 1, error));
        fails(Status::NotFound, |error| assize_session_set_integer(session, 0, 99, 1, error));
        fails(Status::NotFound, |error| assize_session_set_integer(session, 0, u32::MAX, 1, error));
        let said = fails(Status::Type, |error| assize_session_set_integer(session, 0, felon, 1, error));
        assert_eq!(said, "the field holds values of another type");
        fails(Status::Type, |error| assize_session_set_boolean(session, 0, age, 1, error));
        fails(Status::Type, |error| assize_session_set_code(session, 0, age, 1, error));
        fails(Status::Type, |error| assize_session_set_code_name(session, 0, age, cell.0, cell.1, error));
        fails(Status::Type, |error| assize_session_set_codes(session, 0, at.of("colour"), ptr::null(), 0, error));
        fails(Status::Type, |error| assize_session_set_texts(session, 0, at.of("colours"), ptr::null(), 0, error));
        fails(Status::Type, |error| assize_session_set_missing(session, 0, at.of("charges"), 1, error));
        fails(Status::Type, |error| assize_session_set_cell(session, 0, at.of("charges"), cell.0, cell.1, error));
        fails(Status::Type, |error| assize_session_child(session, 0, age, &mut row, error));
        fails(Status::NotFound, |error| assize_session_child(session, 0, 99, &mut row, error));
        fails(Status::Order, |error| assize_session_child(session, 5, at.of("charges"), &mut row, error));
        fails(Status::Argument, |error| assize_session_child(session, 0, at.of("charges"), ptr::null_mut(), error));
        assert_eq!(row, 99);
        fails(Status::NotFound, |error| assize_session_set_code(session, 0, at.of("colour"), 3, error));
        fails(Status::NotFound, |error| assize_session_set_code(session, 0, at.of("colour"), u32::MAX, error));
        fails(Status::NotFound, |error| assize_session_set_codes(session, 0, at.of("colours"), [9].as_ptr(), 1, error));
        fails(Status::NotFound, |error| {
            assize_session_set_codes(session, 0, at.of("colours"), [1 << 20].as_ptr(), 1, error)
        });
        let said = fails(Status::NotFound, |error| {
            assize_session_set_code_name(session, 0, at.of("colour"), cell.0, 1, error)
        });
        assert_eq!(said, "the list `Colour` has no code `1`");

        fails(Status::Range, |error| assize_session_set_date_ymd(session, 0, at.of("born"), 2026, 13, 1, error));
        fails(Status::Range, |error| assize_session_set_date_days(session, 0, at.of("born"), i32::MAX, error));
        fails(Status::Range, |error| assize_session_set_time(session, 0, at.of("seen_at"), -1, error));
        fails(Status::Range, |error| assize_session_set_datetime(session, 0, at.of("seen"), i64::MAX, error));
        fails(Status::Range, |error| assize_session_set_decimal_scaled(session, 0, at.of("height"), 1, 29, error));
        fails(Status::Range, |error| assize_session_set_decimal_scaled(session, 0, at.of("height"), 1, 999, error));
        for (text, status) in
            [("", Status::Data), ("one", Status::Data), ("12345678901234567890123456789", Status::Range)]
        {
            let text = p(text);
            fails(status, |error| assize_session_set_decimal_text(session, 0, at.of("height"), text.0, text.1, error));
        }
        let (low, high) = (p("2"), p("1"));
        fails(Status::Range, |error| {
            assize_session_set_decimal_range(session, 0, at.of("weight"), low.0, low.1, high.0, high.1, error)
        });
        fails(Status::Range, |error| assize_session_set_integer_range(session, 0, at.of("calls"), &2, &1, error));
        fails(Status::Argument, |error| assize_session_set_missing(session, 0, age, 0, error));
        fails(Status::Argument, |error| assize_session_set_missing(session, 0, age, 6, error));

        let bad = b"\xc3\x28";
        fails(Status::Utf8, |error| assize_session_set_text(session, 0, at.of("id"), bad.as_ptr().cast(), 2, error));
        fails(Status::Utf8, |error| assize_session_set_cell(session, 0, age, bad.as_ptr().cast(), 2, error));
        fails(Status::Argument, |error| assize_session_set_text(session, 0, at.of("id"), ptr::null(), 2, error));
        fails(Status::Argument, |error| {
            assize_session_set_text(session, 0, at.of("id"), bad.as_ptr().cast(), usize::MAX, error)
        });
        fails(Status::Argument, |error| assize_session_set_codes(session, 0, at.of("colours"), ptr::null(), 2, error));
        fails(Status::Argument, |error| {
            assize_session_set_codes(session, 0, at.of("colours"), [1].as_ptr(), usize::MAX / 2, error)
        });
        let lies = [Str { data: ptr::null(), length: 4 }];
        fails(Status::Argument, |error| {
            assize_session_set_texts(session, 0, at.of("aliases"), lies.as_ptr(), 1, error)
        });

        // After all of that it is still a felon.
        let outcome = evaluate(session, tier);
        assert_eq!((outcome.state, outcome.reason), (State::Decided, 1));

        fails(Status::NotFound, |error| assize_session_evaluate(session, 99, &mut outcome.clone(), error));
        let of_charge = at.category("of_charge");
        let said =
            fails(Status::Type, |error| assize_session_evaluate(session, of_charge, &mut outcome.clone(), error));
        assert_eq!(said, "the category is of another record");
        fails(Status::Argument, |error| assize_session_evaluate(session, tier, ptr::null_mut(), error));
        let mut short = blank::<OutcomeInfo>();
        short.struct_size = 8;
        fails(Status::Argument, |error| assize_session_evaluate(session, tier, &mut short, error));
        assert_eq!(short.state, State::Decided);
    }
}

#[test]
fn null_handles_are_refused_everywhere() {
    let nobody: *mut SessionHandle = ptr::null_mut();
    let text = p("x");
    let mut out = ptr::null_mut();
    // SAFETY: NULL, which is refused.
    unsafe {
        let said = fails(Status::Argument, |error| assize_session_begin(nobody, 0, error));
        assert_eq!(said, "`session` is NULL");
        fails(Status::Argument, |error| assize_session_set_boolean(nobody, 0, 0, 0, error));
        fails(Status::Argument, |error| assize_session_set_integer(nobody, 0, 0, 0, error));
        fails(Status::Argument, |error| assize_session_set_text(nobody, 0, 0, text.0, text.1, error));
        fails(Status::Argument, |error| assize_session_set_cell(nobody, 0, 0, text.0, text.1, error));
        fails(Status::Argument, |error| assize_session_set_json(nobody, 0, text.0, text.1, error));
        fails(Status::Argument, |error| assize_session_evaluate(nobody, 0, &mut blank(), error));
        fails(Status::Argument, |error| assize_session_because(nobody, &mut ptr::null(), &mut 0, error));
        fails(Status::Argument, |error| assize_session_missing(nobody, &mut ptr::null(), &mut 0, error));
        fails(Status::Argument, |error| assize_session_value_name(nobody, &mut Str::NONE.clone(), error));
        fails(Status::Argument, |error| {
            assize_session_explain_text(nobody, 0, text.0, text.1, &mut ptr::null_mut(), error)
        });
        fails(Status::Argument, |error| assize_session_rules(nobody, &mut ptr::null_mut(), error));
        fails(Status::Argument, |error| assize_session_fault(nobody, 0, &mut blank(), error));
        let options = SessionOptions { struct_size: size_of::<SessionOptions>(), as_of: AS_OF };
        fails(Status::Argument, |error| assize_session_new(ptr::null(), &options, &mut out, error));
        assert!(out.is_null());
    }
}

#[test]
fn options_say_their_size() {
    #[repr(C)]
    struct Longer {
        options: SessionOptions,
        more: [u64; 2],
    }
    let rules = compile(RULES);
    let mut out = ptr::null_mut();
    let mut options = SessionOptions { struct_size: size_of::<SessionOptions>(), as_of: AS_OF };
    // SAFETY: pointers to what they say.
    unsafe {
        fails(Status::Argument, |error| assize_session_new(rules, ptr::null(), &mut out, error));
        fails(Status::Argument, |error| assize_session_new(rules, &options, ptr::null_mut(), error));
        for wrong in [0, 4, 8, 1 << 20, usize::MAX] {
            options.struct_size = wrong;
            fails(Status::Argument, |error| assize_session_new(rules, &options, &mut out, error));
        }
        // Up to the end of the last member that has no default, whatever the padding after it.
        options.struct_size = std::mem::offset_of!(SessionOptions, as_of) + size_of::<CivilDate>();
        ok(|error| assize_session_new(rules, &options, &mut out, error));
        assize_session_free(out);
        out = ptr::null_mut();
        options.struct_size = size_of::<Longer>();
        let mut longer = Longer { options, more: [0, 0] };
        ok(|error| assize_session_new(rules, &raw const longer.options, &mut out, error));
        assize_session_free(out);
        out = ptr::null_mut();
        longer.more[1] = 1;
        let said =
            fails(Status::Argument, |error| assize_session_new(rules, &raw const longer.options, &mut out, error));
        assert!(said.contains("this version of the library does not have"), "{said}");
        options.struct_size = size_of::<SessionOptions>();
        options.as_of = CivilDate::NONE;
        fails(Status::Range, |error| assize_session_new(rules, &options, &mut out, error));
        assert!(out.is_null());
        assize_rules_free(rules);
    }
}

#[test]
fn rows_end_with_their_record() {
    let at = Ids::new();
    let charges = at.of("charges");
    let weapon = field(at.rules, at.charge, "weapon");
    // SAFETY: pointers to what they say.
    unsafe {
        at.begin();
        let mut old = [0; 3];
        for row in &mut old {
            ok(|error| assize_session_child(at.session, 0, charges, row, error));
        }
        at.begin();
        for row in old {
            let said = fails(Status::Order, |error| assize_session_set_boolean(at.session, row, weapon, 1, error));
            assert!(said.contains("earlier record"), "{said}");
        }
        let mut new = 0;
        ok(|error| assize_session_child(at.session, 0, charges, &mut new, error));
        assert!(!old.contains(&new), "a number of an earlier record was given again");
        ok(|error| assize_session_set_boolean(at.session, new, weapon, 1, error));
        for row in old {
            fails(Status::Order, |error| assize_session_set_boolean(at.session, row, weapon, 1, error));
        }
        // A charge has no children, and its fields are its own.
        fails(Status::NotFound, |error| assize_session_set_boolean(at.session, new, 60, 1, error));
        fails(Status::Type, |error| assize_session_child(at.session, new, weapon, &mut new.clone(), error));
        fails(Status::Order, |error| assize_session_set_boolean(at.session, u32::MAX, weapon, 1, error));
    }
}

#[test]
fn getters_are_about_the_last_outcome_only() {
    let at = Ids::new();
    let tier = at.category("tier");
    let (mut items, mut numbers, mut count, mut text) = (ptr::null(), ptr::null(), 7_usize, Str::NONE);
    // SAFETY: pointers to what they say.
    unsafe {
        let mut none_of_them = || {
            fails(Status::Order, |error| assize_session_because(at.session, &mut items, &mut count, error));
            fails(Status::Order, |error| assize_session_because_ids(at.session, &mut numbers, &mut count, error));
            fails(Status::Order, |error| assize_session_possible(at.session, &mut items, &mut count, error));
            fails(Status::Order, |error| assize_session_possible_ids(at.session, &mut numbers, &mut count, error));
            fails(Status::Order, |error| assize_session_values(at.session, &mut items, &mut count, error));
            fails(Status::Order, |error| assize_session_missing(at.session, &mut items, &mut count, error));
            fails(Status::Order, |error| assize_session_value_name(at.session, &mut text, error));
            fails(Status::Order, |error| assize_session_outcome_error(at.session, &mut text, error));
            assert!(items.is_null() && numbers.is_null() && count == 7 && text.data.is_null());
        };
        none_of_them();
        at.begin();
        none_of_them();
        ok(|error| assize_session_set_boolean(at.session, 0, at.of("felon"), 1, error));
        evaluate(at.session, tier);
        assert_eq!(names(at.session, assize_session_because), ["convicted"]);
        // A call that fails changes nothing.
        fails(Status::Type, |error| assize_session_set_boolean(at.session, 0, at.of("age"), 1, error));
        assert_eq!(names(at.session, assize_session_because), ["convicted"]);
        ok(|error| assize_session_set_boolean(at.session, 0, at.of("felon"), 0, error));
        none_of_them();
        evaluate(at.session, tier);
        ok(|error| assize_session_child(at.session, 0, at.of("charges"), &mut 0, error));
        none_of_them();
        evaluate(at.session, tier);
        evaluate(at.session, at.category("shades"));
        assert_eq!(names(at.session, assize_session_missing), ["colour", "colours", "calls"]);
        evaluate(at.session, tier);
        assert_eq!(names(at.session, assize_session_missing), ["height", "charges.weapon", "aliases"]);
        ok(|error| assize_session_set_as_of(at.session, AS_OF, error));
        none_of_them();
        let mut items = ptr::null();
        fails(Status::Argument, |error| assize_session_because(at.session, &mut items, ptr::null_mut(), error));
        fails(Status::Argument, |error| assize_session_because(at.session, ptr::null_mut(), &mut 0, error));
    }
}

#[test]
fn errors_of_outcomes_have_words() {
    let at = Ids::new();
    // SAFETY: pointers to what they say.
    unsafe {
        at.begin();
        ok(|error| assize_session_set_integer(at.session, 0, at.of("age"), 0, error));
        let outcome = evaluate(at.session, at.category("ratio"));
        assert_eq!((outcome.state, outcome.value, outcome.reason), (State::Error, NONE, NONE));
        let mut text = Str::NONE;
        ok(|error| assize_session_outcome_error(at.session, &mut text, error));
        assert!(string(text).starts_with("division by zero in `10 / age` (sample.assize:"), "{}", string(text));
        assert!(names(at.session, assize_session_values).is_empty());
        ok(|error| assize_session_set_unreadable(at.session, 0, at.of("age"), error));
        assert_eq!(evaluate(at.session, at.category("ratio")).state, State::Error);
    }
}

#[test]
fn cells_and_json_are_read_as_data_are() {
    let at = Ids::new();
    let tier = at.category("tier");
    let cell = |name: &str, text: &str, error| {
        let text = p(text);
        // SAFETY: pointers to what they say.
        unsafe { assize_session_set_cell(at.session, 0, at.of(name), text.0, text.1, error) }
    };
    // SAFETY: pointers to what they say.
    unsafe {
        at.begin();
        ok(|error| cell("felon", " Y ", error));
        ok(|error| cell("born", "1990-02-28", error));
        ok(|error| cell("colour", "X", error));
        ok(|error| cell("colours", "red|green", error));
        ok(|error| cell("calls", ">340", error));
        assert_eq!(evaluate(at.session, tier).reason, 1);
        assert_eq!(assize_session_fault_count(at.session), 0);
        let said = fails(Status::Data, |error| cell("born", "31/02/1990", error));
        assert!(said.starts_with("`31/02/1990` is not a date"), "{said}");
        assert_eq!(assize_session_fault_count(at.session), 2);
        let mut fault = blank::<FaultInfo>();
        ok(|error| assize_session_fault(at.session, 1, &mut fault, error));
        assert_eq!((fault.record, fault.field, fault.row), (at.offender, at.of("born"), 1));
        assert_eq!(string(fault.code), "D0102");
        assert_eq!(string(fault.message), said);
        fails(Status::NotFound, |error| assize_session_fault(at.session, 2, &mut fault, error));
        // What could not be read is a fault of the record.
        assert_eq!(evaluate(at.session, tier).state, State::Error);
        at.begin();
        assert_eq!(assize_session_fault_count(at.session), 0);

        let json = r#"{"id": "P-1", "Felon": false, "height": 2.25, "aliases": "Red",
            "charges": [{"id": "c1", "weapon": true}, {"id": "c2", "weapon": "?"}], "unknown to the rules": {}}"#;
        let given = p(json);
        ok(|error| assize_session_set_json(at.session, at.offender, given.0, given.1, error));
        let outcome = evaluate(at.session, tier);
        assert_eq!((outcome.state, outcome.reason), (State::Decided, 0));
        let mut out = Str::NONE;
        ok(|error| assize_session_outcome_json(at.session, tier, ptr::null(), 0, &mut out, error));
        assert_eq!(
            string(out),
            r#"{"key":"P-1","value":"much","state":"decided","because":["tall"],"possible":["much"],"missing":[],"error":null}"#
        );
        let key = p("x\"y");
        ok(|error| assize_session_outcome_json(at.session, tier, key.0, key.1, &mut out, error));
        assert!(string(out).starts_with(r#"{"key":"x\"y","value":"much""#));
        // Getters are about the outcome that was written.
        assert_eq!(names(at.session, assize_session_because), ["tall"]);

        let given = p(r#"{"id": "P-2", "age": "old"}"#);
        let said =
            fails(Status::Data, |error| assize_session_set_json(at.session, at.offender, given.0, given.1, error));
        assert_eq!(said, "`old` is not an integer");
        assert_eq!(assize_session_fault_count(at.session), 1);
        ok(|error| assize_session_fault(at.session, 0, &mut fault, error));
        assert_eq!(string(fault.key), "P-2");
        assert_eq!(evaluate(at.session, tier).state, State::Error);

        let given = p("[1]");
        fails(Status::Data, |error| assize_session_set_json(at.session, at.offender, given.0, given.1, error));
        assert_eq!(evaluate(at.session, tier).state, State::Error);
        at.begin();
        ok(|error| assize_session_set_boolean(at.session, 0, at.of("felon"), 1, error));
        fails(Status::NotFound, |error| assize_session_set_json(at.session, 9, given.0, given.1, error));
        fails(Status::Argument, |error| assize_session_set_json(at.session, at.offender, ptr::null(), 9, error));
        // Neither touched the record.
        assert_eq!(evaluate(at.session, tier).reason, 1);
    }
}

#[test]
fn explanations() {
    let at = Ids::new();
    let tier = at.category("tier");
    let key = p("P-9");
    // SAFETY: pointers to what they say.
    unsafe {
        let mut text = ptr::null_mut();
        fails(Status::Order, |error| assize_session_explain_text(at.session, tier, key.0, key.1, &mut text, error));
        at.begin();
        ok(|error| assize_session_set_boolean(at.session, 0, at.of("felon"), 1, error));
        ok(|error| assize_session_explain_text(at.session, tier, key.0, key.1, &mut text, error));
        let told = taken(text);
        assert!(told.starts_with("The tier (tier) of Offender P-9"), "{told}");
        assert!(told.contains("convicted"));
        ok(|error| assize_session_explain_json(at.session, tier, key.0, key.1, &mut text, error));
        let told: serde_json::Value = serde_json::from_str(&taken(text)).unwrap();
        assert_eq!(told["key"], "P-9");
        fails(Status::Type, |error| {
            let of_charge = at.category("of_charge");
            assize_session_explain_json(at.session, of_charge, key.0, key.1, &mut ptr::null_mut(), error)
        });
        fails(Status::NotFound, |error| {
            assize_session_explain_json(at.session, 77, key.0, key.1, &mut ptr::null_mut(), error)
        });
        fails(Status::Argument, |error| {
            assize_session_explain_json(at.session, tier, key.0, key.1, ptr::null_mut(), error)
        });
    }
}

#[test]
fn handles_are_freed_in_any_order() {
    // SAFETY: freed once each.
    unsafe {
        let rules = compile(RULES);
        let one = session(rules);
        let offender = find(rules, assize_rules_find_record, "Offender");
        let tier = find(rules, assize_rules_find_category, "tier");
        let felon = field(rules, offender, "felon");
        assize_rules_free(rules);
        ok(|error| assize_session_begin(one, offender, error));
        ok(|error| assize_session_set_boolean(one, 0, felon, 1, error));
        evaluate(one, tier);
        assert_eq!(names(one, assize_session_because), ["convicted"]);
        let mut again = ptr::null_mut();
        ok(|error| assize_session_rules(one, &mut again, error));
        assize_session_free(one);
        assert_eq!(assize_rules_category_count(again), 5);
        let other = session(again);
        assize_rules_free(again);
        assize_session_free(other);
    }
}
