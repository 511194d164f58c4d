//! One record through the C library, as a records system calls it, beside the Rust session doing the same.
//!
//! The shared library is opened as the loader of a host opens it: `cargo build --release -p assize-c` makes it, and
//! `ASSIZE_C_LIBRARY` names another one.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench may stop at a broken assumption")]
#![expect(unsafe_code, reason = "it calls a C library")]

use assize::model::civil::Date;
use assize::model::ids::{CategoryId, FieldId, RecordId};
use assize::{Inputs, RuleSet};
use assize_benches::rules::SEVEN;
use assize_benches::seven::{Flags, Numbers, Seven};
use assize_benches::{Random, shuffled};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use libloading::Library;
use std::ffi::{c_char, c_void};
use std::hint::black_box;
use std::path::PathBuf;
use std::ptr::{null, null_mut};

const ROWS: usize = 10_000;

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

fn library() -> Library {
    let path = std::env::var_os("ASSIZE_C_LIBRARY").map_or_else(
        || {
            let bench = std::env::current_exe().unwrap();
            // The bench stands in `release/deps`, the library in `release`.
            bench.ancestors().nth(2).unwrap().join("libassize_c.so")
        },
        PathBuf::from,
    );
    // SAFETY: it is ours, and does nothing when it is opened.
    let opened = unsafe { Library::new(&path) };
    assert!(opened.is_ok(), "{}: run `cargo build --release -p assize-c` first", path.display());
    opened.unwrap()
}

fn number(column: &Numbers, row: usize) -> Option<i64> {
    (column.known[row / 64] >> (row % 64) & 1 == 1).then(|| column.values[row])
}

fn flag(column: &Flags, row: usize) -> Option<bool> {
    (column.known[row / 64] >> (row % 64) & 1 == 1).then(|| column.yes[row / 64] >> (row % 64) & 1 == 1)
}

fn door(c: &mut Criterion) {
    let seven = Seven::new(ROWS, 3);
    let numbers = [(0, &seven.age), (4, &seven.charges), (5, &seven.breaches), (6, &seven.calls)];
    let flags = [(1, &seven.felon), (2, &seven.weapon), (3, &seven.injury)];
    let mut group = c.benchmark_group("one record, C");
    group.throughput(Throughput::Elements(ROWS as u64));

    let rules = RuleSet::compile("seven.assize", SEVEN).unwrap();
    let mut session = rules.session(&Inputs::new(rules.program(), Date::from_ymd(2026, 1, 1).unwrap()));
    let mut random = Random(3);
    group.bench_function("Rust session", |b| {
        b.iter_batched(
            || shuffled(&mut random, ROWS),
            |order| {
                let mut sum = 0;
                for row in order {
                    session.begin(RecordId(0)).unwrap();
                    for (field, column) in numbers {
                        if let Some(value) = number(column, row) {
                            session.set_integer(FieldId(field), value).unwrap();
                        }
                    }
                    for (field, column) in flags {
                        if let Some(value) = flag(column, row) {
                            session.set_boolean(FieldId(field), value).unwrap();
                        }
                    }
                    let outcome = session.evaluate(CategoryId(0)).unwrap();
                    sum += outcome.value().map_or(0, |code| usize::from(code.0)) + outcome.state() as usize;
                    sum += usize::from(outcome.because().next().unwrap_or(0));
                }
                black_box(sum)
            },
            BatchSize::LargeInput,
        );
    });

    let library = library();
    // SAFETY: the types are those of assize.h, and so is every call below; handles live as long as the process.
    unsafe {
        let compile = *library.get::<Compile>(b"assize_rules_compile").unwrap();
        let new = *library.get::<NewSession>(b"assize_session_new").unwrap();
        let begin = *library.get::<Begin>(b"assize_session_begin").unwrap();
        let set_integer = *library.get::<SetInteger>(b"assize_session_set_integer").unwrap();
        let set_boolean = *library.get::<SetBoolean>(b"assize_session_set_boolean").unwrap();
        let set_json = *library.get::<SetJson>(b"assize_session_set_json").unwrap();
        let evaluate = *library.get::<Evaluate>(b"assize_session_evaluate").unwrap();
        let outcome_json = *library.get::<OutcomeJson>(b"assize_session_outcome_json").unwrap();
        let (mut rules, mut session) = (null_mut(), null_mut());
        let name = "seven.assize";
        assert_eq!(
            compile(name.as_ptr().cast(), name.len(), SEVEN.as_ptr().cast(), SEVEN.len(), &raw mut rules, null_mut()),
            0
        );
        let as_of = CDate { year: 2026, month: 1, day: 1 };
        let options = SessionOptions { struct_size: size_of::<SessionOptions>(), as_of };
        assert_eq!(new(rules, &raw const options, &raw mut session, null_mut()), 0);
        let mut outcome = Outcome { struct_size: size_of::<Outcome>(), state: 0, value: 0, reason: 0 };
        let mut random = Random(3);
        group.bench_function("C record", |b| {
            b.iter_batched(
                || shuffled(&mut random, ROWS),
                |order| {
                    let mut sum = 0;
                    for row in order {
                        let mut status = begin(session, 0, null_mut());
                        for (field, column) in numbers {
                            if let Some(value) = number(column, row) {
                                status |= set_integer(session, 0, field, value, null_mut());
                            }
                        }
                        for (field, column) in flags {
                            if let Some(value) = flag(column, row) {
                                status |= set_boolean(session, 0, field, value.into(), null_mut());
                            }
                        }
                        status |= evaluate(session, 0, &raw mut outcome, null_mut());
                        assert_eq!(status, 0);
                        sum += outcome.value as usize + outcome.state as usize + outcome.reason as usize;
                    }
                    black_box(sum)
                },
                BatchSize::LargeInput,
            );
        });
        // Every field is there, as for the peers.
        let full = Seven::new(ROWS, 0);
        let numbers =
            [("age", &full.age), ("charges", &full.charges), ("breaches", &full.breaches), ("calls", &full.calls)];
        let flags = [("felon", &full.felon), ("weapon", &full.weapon), ("injury", &full.injury)];
        let texts: Vec<String> = (0..ROWS)
            .map(|row| {
                let numbers = numbers.iter().map(|(name, of)| format!("\"{name}\":{}", number(of, row).unwrap()));
                let flags = flags.iter().map(|(name, of)| format!("\"{name}\":{}", flag(of, row).unwrap()));
                format!("{{{}}}", numbers.chain(flags).collect::<Vec<_>>().join(","))
            })
            .collect();
        let mut random = Random(3);
        group.bench_function("C JSON in, JSON out", |b| {
            b.iter_batched(
                || shuffled(&mut random, ROWS),
                |order| {
                    let mut sum = 0;
                    let mut out = Str { data: null(), length: 0 };
                    for row in order {
                        let text = &texts[row];
                        let mut status = set_json(session, 0, text.as_ptr().cast(), text.len(), null_mut());
                        status |= outcome_json(session, 0, null(), 0, &raw mut out, null_mut());
                        assert_eq!(status, 0);
                        sum += out.length;
                    }
                    black_box(sum)
                },
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, door);
criterion_main!(benches);
