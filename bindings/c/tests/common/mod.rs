//! What the tests of the contract have in common: rules that have a field of every type, and calls that check themselves.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops at a broken assumption, also where it calls another function"
)]
#![expect(unsafe_code, reason = "the contract is one of pointers")]
#![allow(dead_code, reason = "each test file is a crate of its own and uses some of this")]

use assize_c::*;
use std::ffi::c_char;
use std::ptr;

pub const RULES: &str = r#"
ruleset sample version "3" {
  title "A sample"
  authority "Nobody"
  source "Made up"
  effective from 2020-01-01 to 2030-12-31
}
labels public < secret
parameter least : integer = 2 in 1..9 "How many"
## How grave it is.
ordered codes Grade "Grades" { nothing "Nothing" from "0", "zero"  some from "1"  much from "2" }
codes Colour { red green blue missing withheld from "X" }
record Charge {
  id         : text key
  offender   : text
  weapon     : boolean
  grade      : Grade
  missing not_answered from "?"
}
record Offender "A person" {
  id       : text key secret
  age      : integer
  felon    : boolean from "Felon"
  height   : decimal in m
  born     : date
  seen_at  : time
  seen     : datetime
  stay     : duration
  colour   : Colour
  colours  : set of Colour separated by "|"
  aliases  : set of text separated by ";"
  calls    : range of integer
  weight   : range of decimal
  charges  : many Charge by offender
  note     : text optional protected
}
category tier of Offender -> Grade "The tier" {
  much when {
    tall "Tall and armed" : height > 2 and any charges where weapon
    convicted : felon
  }
  some when {
    charged : (count charges) >= least
    aliased : aliases contains "Red"
  }
  otherwise none
}
category shades of Offender -> Colour {
  hit all
  red   when is_red   : colour = red or colours contains red
  green when is_green : colours contains green
  blue  when is_blue  : calls > 10
  otherwise none
}
category of_charge of Charge -> Grade {
  much when armed : weapon
  otherwise nothing
}
category ratio of Offender -> Grade {
  much when high : 10 / age > 1
  otherwise none
}
category moments of Offender -> Grade {
  much when all_there : born is known and seen_at is known and seen is known and stay is known and weight > 0
  otherwise none
}
measure offenders of Offender {
  numerator felon
  as rate per 100
  by tier
}
test "a felon" {
  as_of 2026-06-01
  given Offender { id: "a", felon: yes }
  expect tier = much
}
"#;

/// A call that must succeed: its error, if any, in the panic.
pub fn ok(call: impl FnOnce(*mut *mut ErrorHandle) -> Status) {
    let mut error = ptr::null_mut();
    let status = call(&mut error);
    assert_eq!(status, Status::Ok, "{}", message(error));
    assert!(error.is_null(), "an error was written though the call succeeded");
}

/// A call that must fail with a status; gives the message.
pub fn fails(expected: Status, mut call: impl FnMut(*mut *mut ErrorHandle) -> Status) -> String {
    // Without an error first: it must not matter.
    assert_eq!(call(ptr::null_mut()), expected);
    let mut error = ptr::null_mut();
    let status = call(&mut error);
    assert_eq!(status, expected, "{}", message(error));
    assert!(!error.is_null(), "no error was written");
    // SAFETY: an error of the library, freed once.
    unsafe {
        assert_eq!(assize_error_status(error), expected);
        let message = message(error);
        assert!(!message.is_empty());
        assize_error_free(error);
        message
    }
}

pub fn message(error: *const ErrorHandle) -> String {
    // SAFETY: NULL or an error of the library.
    string(unsafe { assize_error_message(error) })
}

/// A lent text, with a look at its NUL.
pub fn string(text: Str) -> String {
    if text.data.is_null() {
        assert_eq!(text.length, 0);
        return String::new();
    }
    // SAFETY: the contract: so many bytes, and a NUL.
    let bytes = unsafe { std::slice::from_raw_parts(text.data.cast::<u8>(), text.length + 1) };
    assert_eq!(bytes[text.length], 0, "there is no NUL");
    String::from_utf8(bytes[..text.length].to_vec()).unwrap()
}

/// An owned text, freed.
pub fn taken(text: *mut Text) -> String {
    // SAFETY: an owned text of the library.
    unsafe {
        let string = string(assize_text_str(text));
        assize_text_free(text);
        string
    }
}

/// Pointer and length.
pub fn p(text: &str) -> (*const c_char, usize) {
    (text.as_ptr().cast(), text.len())
}

pub fn s(text: &str) -> Str {
    Str { data: text.as_ptr().cast(), length: text.len() }
}

pub const AS_OF: CivilDate = CivilDate { year: 2026, month: 6, day: 1 };

pub fn compile(text: &str) -> *mut RulesHandle {
    let mut rules = ptr::null_mut();
    let (name, source) = (p("sample.assize"), p(text));
    // SAFETY: pointers to what they say.
    ok(|error| unsafe { assize_rules_compile(name.0, name.1, source.0, source.1, &mut rules, error) });
    assert!(!rules.is_null());
    rules
}

pub fn session(rules: *const RulesHandle) -> *mut SessionHandle {
    let mut session = ptr::null_mut();
    let options = SessionOptions { struct_size: size_of::<SessionOptions>(), as_of: AS_OF };
    // SAFETY: pointers to what they say.
    ok(|error| unsafe { assize_session_new(rules, &options, &mut session, error) });
    session
}

type Find = unsafe extern "C" fn(*const RulesHandle, *const c_char, usize, *mut u32, *mut *mut ErrorHandle) -> Status;

pub fn find(rules: *const RulesHandle, find: Find, name: &str) -> u32 {
    let mut id = NONE;
    let name = p(name);
    // SAFETY: pointers to what they say.
    ok(|error| unsafe { find(rules, name.0, name.1, &mut id, error) });
    id
}

pub fn field(rules: *const RulesHandle, record: u32, name: &str) -> u32 {
    let mut id = NONE;
    let name = p(name);
    // SAFETY: pointers to what they say.
    ok(|error| unsafe { assize_rules_find_field(rules, record, name.0, name.1, &mut id, error) });
    id
}

/// A struct of results that is to be filled, its size set and the rest zero.
pub fn blank<T: Copy>() -> T {
    let mut blank = std::mem::MaybeUninit::<T>::zeroed();
    // SAFETY: the structs of results are plain data for which zero is a value, and their size comes first.
    unsafe {
        blank.as_mut_ptr().cast::<usize>().write(size_of::<T>());
        blank.assume_init()
    }
}

pub fn evaluate(session: *mut SessionHandle, category: u32) -> OutcomeInfo {
    let mut outcome = blank::<OutcomeInfo>();
    // SAFETY: pointers to what they say.
    ok(|error| unsafe { assize_session_evaluate(session, category, &mut outcome, error) });
    outcome
}

type Getter = unsafe extern "C" fn(*mut SessionHandle, *mut *const Str, *mut usize, *mut *mut ErrorHandle) -> Status;

pub fn names(session: *mut SessionHandle, getter: Getter) -> Vec<String> {
    let (mut items, mut count) = (ptr::null(), usize::MAX);
    // SAFETY: pointers to what they say.
    ok(|error| unsafe { getter(session, &mut items, &mut count, error) });
    // SAFETY: so many items, as the contract says.
    if count == 0 {
        vec![]
    } else {
        unsafe { std::slice::from_raw_parts(items, count) }.iter().map(|name| string(*name)).collect()
    }
}

type IdGetter = unsafe extern "C" fn(*mut SessionHandle, *mut *const u32, *mut usize, *mut *mut ErrorHandle) -> Status;

pub fn ids(session: *mut SessionHandle, getter: IdGetter) -> Vec<u32> {
    let (mut items, mut count) = (ptr::null(), usize::MAX);
    // SAFETY: pointers to what they say.
    ok(|error| unsafe { getter(session, &mut items, &mut count, error) });
    // SAFETY: so many items, as the contract says.
    if count == 0 { vec![] } else { unsafe { std::slice::from_raw_parts(items, count) }.to_vec() }
}
