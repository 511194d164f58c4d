//! Our rows through the C library, as a records system calls it: fields set one by one, and JSON text in and out.
//!
//! `ASSIZE_C_LIBRARY` names the shared library; without it the rows are left out.

#![expect(unsafe_code, reason = "it calls a C library")]

use crate::answer::{Answer, Fault};
use crate::ours::{CRITERIA, RULE};
use crate::race::{Contender, picked};
use crate::record::Record;
use libloading::Library;
use std::ffi::{c_char, c_void};
use std::ptr::{null, null_mut};
use std::rc::Rc;

/// The structs of `assize.h` that are used here.
#[repr(C)]
#[derive(Clone, Copy)]
struct CDate {
    year: i32,
    month: u32,
    day: u32,
}

#[repr(C)]
struct SessionOptions {
    struct_size: usize,
    as_of: CDate,
}

#[repr(C)]
struct Outcome {
    struct_size: usize,
    state: i32,
    value: u32,
    reason: u32,
}

#[repr(C)]
struct Str {
    data: *const c_char,
    length: usize,
}

type Error = *mut *mut c_void;
type Compile = unsafe extern "C" fn(*const c_char, usize, *const c_char, usize, *mut *mut c_void, Error) -> i32;
type NewSession = unsafe extern "C" fn(*const c_void, *const SessionOptions, *mut *mut c_void, Error) -> i32;
type Begin = unsafe extern "C" fn(*mut c_void, u32, Error) -> i32;
type SetInteger = unsafe extern "C" fn(*mut c_void, u32, u32, i64, Error) -> i32;
type SetBoolean = unsafe extern "C" fn(*mut c_void, u32, u32, i32, Error) -> i32;
type SetJson = unsafe extern "C" fn(*mut c_void, u32, *const c_char, usize, Error) -> i32;
type Evaluate = unsafe extern "C" fn(*mut c_void, u32, *mut Outcome, Error) -> i32;
type OutcomeJson = unsafe extern "C" fn(*mut c_void, u32, *const c_char, usize, *mut Str, Error) -> i32;

/// States as `assize.h` numbers them.
const DECIDED: i32 = 0;
const NOT_APPLICABLE: i32 = 3;

/// A session of the library, and its calls. It lives as long as the process.
struct Session {
    session: *mut c_void,
    begin: Begin,
    set_integer: SetInteger,
    set_boolean: SetBoolean,
    set_json: SetJson,
    evaluate: Evaluate,
    outcome_json: OutcomeJson,
    _library: Rc<Library>,
}

fn status(status: i32, what: &str) -> Result<(), Fault> {
    if status == 0 { Ok(()) } else { Err(format!("{what}: status {status}").into()) }
}

impl Session {
    fn open(library: &Rc<Library>) -> Result<Self, Fault> {
        // SAFETY: the types are those of assize.h, and every pointer is to what the header says.
        unsafe {
            let compile = *library.get::<Compile>(b"assize_rules_compile")?;
            let new = *library.get::<NewSession>(b"assize_session_new")?;
            let (mut rules, mut session) = (null_mut(), null_mut());
            let name = "rule.assize";
            let (text, length) = (RULE.as_ptr().cast(), RULE.len());
            status(compile(name.as_ptr().cast(), name.len(), text, length, &raw mut rules, null_mut()), "compile")?;
            let as_of = CDate { year: 2026, month: 1, day: 1 };
            let options = SessionOptions { struct_size: size_of::<SessionOptions>(), as_of };
            status(new(rules, &raw const options, &raw mut session, null_mut()), "session")?;
            Ok(Self {
                session,
                begin: *library.get(b"assize_session_begin")?,
                set_integer: *library.get(b"assize_session_set_integer")?,
                set_boolean: *library.get(b"assize_session_set_boolean")?,
                set_json: *library.get(b"assize_session_set_json")?,
                evaluate: *library.get(b"assize_session_evaluate")?,
                outcome_json: *library.get(b"assize_session_outcome_json")?,
                _library: Rc::clone(library),
            })
        }
    }

    fn answer(&self) -> Result<Answer, Fault> {
        let mut outcome = Outcome { struct_size: size_of::<Outcome>(), state: -1, value: 0, reason: 0 };
        // SAFETY: the session is open, and the struct says its size.
        status(unsafe { (self.evaluate)(self.session, 0, &raw mut outcome, null_mut()) }, "evaluate")?;
        Ok(match outcome.state {
            DECIDED => CRITERIA.get(outcome.reason as usize).copied().unwrap_or(Answer::None),
            NOT_APPLICABLE => Answer::NotApplicable,
            _ => return Err("a record without gaps is not decided".into()),
        })
    }
}

/// Fields set one by one.
struct Fields<'a> {
    session: Session,
    records: &'a [Record],
}

impl Contender<Answer> for Fields<'_> {
    fn name(&self) -> &'static str {
        "assize, C library"
    }

    fn pass(&mut self, order: &[usize], answers: &mut [Answer]) -> Result<(), Fault> {
        let Session { session, begin, set_integer, set_boolean, .. } = self.session;
        for (slot, record) in answers.iter_mut().zip(picked(self.records, order)) {
            // SAFETY: the session is open; the fields are numbered in the order of the rule file.
            unsafe {
                let mut failed = begin(session, 0, null_mut());
                for (field, value) in
                    [(0, record.age), (4, record.charges), (5, record.breaches), (6, record.calls)]
                {
                    failed |= set_integer(session, 0, field, value, null_mut());
                }
                for (field, value) in [(1, record.felon), (2, record.weapon), (3, record.injury)] {
                    failed |= set_boolean(session, 0, field, value.into(), null_mut());
                }
                status(failed, "a field")?;
            }
            *slot = self.session.answer()?;
        }
        Ok(())
    }
}

/// JSON text in; with it JSON text out.
struct Json {
    session: Session,
    people: Vec<String>,
    out: bool,
}

impl Contender<Answer> for Json {
    fn name(&self) -> &'static str {
        if self.out { "assize, C library, JSON text in and out" } else { "assize, C library, JSON text" }
    }

    fn pass(&mut self, order: &[usize], answers: &mut [Answer]) -> Result<(), Fault> {
        let Session { session, set_json, outcome_json, .. } = self.session;
        let mut text = Str { data: null(), length: 0 };
        for (slot, person) in answers.iter_mut().zip(picked(&self.people, order)) {
            // SAFETY: the session is open, the text is as long as it says, and what is written lives until the next call.
            unsafe {
                status(set_json(session, 0, person.as_ptr().cast(), person.len(), null_mut()), "the text")?;
                *slot = self.session.answer()?;
                if self.out {
                    status(outcome_json(session, 0, null(), 0, &raw mut text, null_mut()), "the outcome")?;
                    std::hint::black_box(text.length);
                }
            }
        }
        Ok(())
    }
}

/// The rows, when a library is named.
///
/// # Errors
///
/// A library that cannot be opened, or does not load the rule.
pub fn all(records: &[Record]) -> Result<Vec<Box<dyn Contender<Answer> + '_>>, Fault> {
    let Some(path) = std::env::var_os("ASSIZE_C_LIBRARY") else { return Ok(Vec::new()) };
    // SAFETY: it is ours, and does nothing when it is opened.
    let library = Rc::new(unsafe { Library::new(path)? });
    let people = || records.iter().map(|record| record.to_json()).collect();
    Ok(vec![
        Box::new(Fields { session: Session::open(&library)?, records }),
        Box::new(Json { session: Session::open(&library)?, people: people(), out: false }),
        Box::new(Json { session: Session::open(&library)?, people: people(), out: true }),
    ])
}
