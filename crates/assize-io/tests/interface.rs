//! Columns of other programs: every type, every fault of a producer, and every struct released exactly once.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may fail as the tests themselves may"
)]
#![allow(unsafe_code, reason = "the other side of the interface is played here")]

mod common;
#[path = "interface/foreign.rs"]
mod foreign;
#[path = "interface/memory.rs"]
mod memory;

use assize_io::interface::{ArrowArray, ArrowArrayStream, ArrowSchema, InterfaceError, Rows, export};
use assize_io::out::{OutField, OutType};
use assize_io::{Batch, OpenError, Options, Reader};
use assize_model::absence::Reason;
use assize_model::civil::{Date, DateTime, Time, Zone};
use assize_model::column::{Column, Values};
use assize_model::decimal::Decimal;
use assize_model::ids::FieldId;
use assize_model::program::{Field, Program};
use assize_model::ty::Ty;
use assize_model::value::Value;
use common::{FIRST, LIST, With, codes, field, program, record};
use foreign::{Array, Bytes, Ledger, stream};
use proptest::prelude::*;
use std::ffi::{CStr, CString};
use std::ptr::{null, null_mut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

fn one(ty: Ty) -> Program {
    of(vec![field("x", ty)])
}

fn of(fields: Vec<Field>) -> Program {
    let lists = vec![codes("K", &[("a", &[]), ("b", &[])], &[("U", Reason::NotCollected)])];
    let mut program = program(lists, vec![record("R", None, fields)]);
    program.ruleset.zone = Zone::get("UTC");
    program
}

/// All that can be read, or why nothing more can.
fn read(rows: Rows, program: &Program) -> Result<Vec<Batch>, String> {
    let mut reader = Reader::from_rows(rows, program, FIRST, &Options::default()).map_err(|error| error.to_string())?;
    let mut batches = Vec::new();
    loop {
        match reader.next_batch(1_000) {
            Ok(Some(batch)) => batches.push(batch),
            Ok(None) => return Ok(batches),
            Err(error) => {
                assert!(reader.next_batch(1_000).is_ok_and(|batch| batch.is_none()), "after an error there is nothing");
                return Err(error.to_string());
            }
        }
    }
}

/// Hands a struct over as an array and, made anew, as a stream; both must mean the same and release everything.
fn hand_over(
    program: &Program,
    make: impl Fn() -> Array,
    change: impl Fn(&mut ArrowSchema, &mut ArrowArray),
) -> Result<Vec<Batch>, String> {
    let structs = |ledger: &Ledger| {
        let array = make();
        let (mut schema, mut array) = (array.schema(ledger), array.array(ledger));
        change(&mut schema, &mut array);
        (schema, array)
    };
    let ledger = Ledger::default();
    let (mut schema, mut array) = structs(&ledger);
    // SAFETY: a schema and an array of it.
    let rows = unsafe { Rows::from_array(&raw mut schema, &raw mut array) };
    assert!(schema.release.is_none() && array.release.is_none(), "marked as released where they were");
    let first = rows.map_err(|error| error.to_string()).and_then(|rows| read(rows, program));
    let shown_first = first.as_ref().map(|batches| shown(batches)).map_err(Clone::clone);
    drop(first);
    ledger.settle();

    let ledger = Ledger::default();
    let (schema, array) = structs(&ledger);
    let gone = array.release.is_none();
    let mut stream = stream(&ledger, Some(Ok(schema)), [Ok(array)], |_| {});
    // SAFETY: a stream.
    let rows = unsafe { Rows::from_stream(&raw mut stream) };
    assert!(stream.release.is_none(), "marked as released where it was");
    let second = rows.map_err(|error| error.to_string()).and_then(|rows| read(rows, program));
    let shown_second = second.as_ref().map(|batches| shown(batches)).map_err(Clone::clone);
    let plain = |error: &String| error.trim_start_matches("after row 0: ").to_owned();
    // A stream ends where its next array is released.
    if !gone {
        assert_eq!(shown_first.as_ref().ok(), shown_second.as_ref().ok());
    }
    // What was read may outlive the reader, and keeps what it was read from.
    if second.is_err() {
        ledger.settle();
    }
    // Of several faults, the two ways may meet another one first.
    match (shown_first.as_ref().map_err(plain), shown_second.as_ref().map_err(plain)) {
        (Err(first), Err(second)) if first != second => Err(format!("{first}; {second}")),
        _ => second,
    }
}

/// The values of the first field of all batches; `-` where there is none, `!` where it is in error.
fn shown(batches: &[Batch]) -> Vec<String> {
    let of = |batch: &Batch| {
        let column = batch.table.column(FieldId(0));
        let bad = |row: usize| batch.table.bad.binary_search(&(row as u32)).is_ok();
        let text = |row: usize| match column {
            _ if bad(row) => "!".to_owned(),
            Some(column) if column.is_known(row) => value(column, row),
            _ => "-".to_owned(),
        };
        (0..batch.table.rows).map(text).collect::<Vec<_>>()
    };
    batches.iter().flat_map(of).collect()
}

fn value(column: &Column, row: usize) -> String {
    match &column.values {
        Values::Boolean(values) => values.value(row).to_string(),
        Values::Integer(values) => values[row].to_string(),
        Values::Decimal { coefficients, scale } => {
            Decimal::new(coefficients[row], *scale).unwrap().normalized().to_string()
        }
        Values::Text(texts) => texts.get(row).to_owned(),
        Values::Date(days) => Date::from_days(days[row]).unwrap().to_string(),
        Values::Time(micros) => Time::from_micros(micros[row]).unwrap().to_string(),
        Values::DateTime(micros) => DateTime::from_micros(micros[row]).unwrap().to_string(),
        Values::Duration(lengths) => lengths[row].to_string(),
        Values::Code(codes) => ["a", "b"][usize::from(codes[row])].to_owned(),
        Values::Set(sets) => match sets[row].as_ref().unwrap() {
            Value::Texts(texts) => texts.iter().map(|text| &**text).collect::<Vec<_>>().join("+"),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

/// Bits, after so many that mean nothing.
fn bits(front: usize, bits: impl IntoIterator<Item = bool>) -> Bytes {
    let all: Vec<bool> = (0..front).map(|at| at % 3 == 0).chain(bits).collect();
    let mut bytes = vec![0_u8; all.len().div_ceil(8)];
    for (at, _) in all.iter().enumerate().filter(|(_, bit)| **bit) {
        bytes[at / 8] |= 1 << (at % 8);
    }
    Bytes::new(&bytes)
}

/// A column whose array begins with so many values that its offset leaves out, and so many that the rows leave out.
#[derive(Clone, Copy)]
struct Front {
    offset: usize,
    rows: usize,
}

impl Front {
    fn all(self) -> usize {
        self.offset + self.rows
    }

    fn array<T>(self, format: &str, values: &[Option<T>], buffers: Vec<Option<Bytes>>) -> Array {
        let validity = values.iter().any(Option::is_none).then(|| bits(self.all(), values.iter().map(Option::is_some)));
        let buffers = std::iter::once(validity).chain(buffers).collect();
        Array::new(format, values.len() + self.rows, buffers).with(|array| array.offset = self.offset as i64)
    }

    /// Of a fixed width; what is in front, and where there is no value, is any bytes.
    fn fixed<const N: usize>(self, format: &str, values: &[Option<[u8; N]>]) -> Array {
        let junk = vec![[0xa5; N]; self.all()];
        let all: Vec<u8> =
            junk.into_iter().chain(values.iter().map(|value| value.unwrap_or([0x5a; N]))).flatten().collect();
        self.array(format, values, vec![Some(Bytes::new(&all))])
    }

    fn booleans(self, values: &[Option<bool>]) -> Array {
        let bytes = bits(self.all(), values.iter().map(|value| value.unwrap_or(true)));
        self.array("b", values, vec![Some(bytes)])
    }

    /// Of `u` or `z`, or of `U` or `Z`.
    fn texts(self, format: &str, values: &[Option<&[u8]>]) -> Array {
        let all = (0..self.all()).map(|_| &b"junk"[..]).chain(values.iter().map(|value| value.unwrap_or(b"")));
        let (mut ends, mut bytes) = (vec![0], Vec::new());
        for text in all {
            bytes.extend_from_slice(text);
            ends.push(bytes.len() as i64);
        }
        let wide = format.chars().all(char::is_uppercase);
        let narrow = |end: &i64| (*end as i32).to_ne_bytes();
        let ends: Vec<u8> = if wide {
            ends.iter().flat_map(|end| end.to_ne_bytes()).collect()
        } else {
            ends.iter().flat_map(narrow).collect()
        };
        self.array(format, values, vec![Some(Bytes::new(&ends)), Some(Bytes::new(&bytes))])
    }

    /// Of `vu` or `vz`: short texts in the views, long ones in one of two buffers.
    fn views(self, format: &str, values: &[Option<&[u8]>]) -> Array {
        let all = (0..self.all()).map(|_| &b"junk"[..]).chain(values.iter().map(|value| value.unwrap_or(b"")));
        let (mut views, mut buffers) = (Vec::new(), [Vec::new(), Vec::new()]);
        for (at, text) in all.enumerate() {
            let mut view = [0_u8; 16];
            view[..4].copy_from_slice(&(text.len() as u32).to_ne_bytes());
            if text.len() <= 12 {
                view[4..4 + text.len()].copy_from_slice(text);
            } else {
                let which = at % 2;
                view[4..8].copy_from_slice(&text[..4]);
                view[8..12].copy_from_slice(&(which as u32).to_ne_bytes());
                view[12..].copy_from_slice(&(buffers[which].len() as u32).to_ne_bytes());
                buffers[which].extend_from_slice(text);
            }
            views.extend_from_slice(&view);
        }
        let lengths: Vec<u8> = buffers.iter().flat_map(|buffer| (buffer.len() as i64).to_ne_bytes()).collect();
        let [first, second] = &buffers;
        let buffers = [&views, first, second, &lengths].map(|bytes| Some(Bytes::new(bytes)));
        self.array(format, values, buffers.into())
    }

    /// Which of the dictionary's values each row has.
    fn dictionary(self, keys: &[Option<i8>], values: Array) -> Array {
        let keys: Vec<Option<[u8; 1]>> = keys.iter().map(|key| key.map(i8::to_ne_bytes)).collect();
        self.fixed("c", &keys).with(|array| array.dictionary = Some(Box::new(values)))
    }

    /// Lists of `+l` or `+L`, of the members' array by their ends.
    fn lists(self, format: &str, ends: &[Option<i64>], members: Array) -> Array {
        let mut last = 0;
        let mut all = vec![0; self.all() + 1];
        for end in ends {
            last = end.unwrap_or(last);
            all.push(last);
        }
        let bytes: Vec<u8> = if format == "+L" {
            all.iter().flat_map(|end| end.to_ne_bytes()).collect()
        } else {
            all.iter().flat_map(|end| (*end as i32).to_ne_bytes()).collect()
        };
        self.array(format, ends, vec![Some(Bytes::new(&bytes))]).with(|array| array.children.push(members))
    }
}

const PLAIN: Front = Front { offset: 0, rows: 0 };

macro_rules! bytes {
    ($ty:ty: $($value:expr),*) => {{
        fn bytes(value: Option<$ty>) -> Option<[u8; size_of::<$ty>()]> {
            value.map(<$ty>::to_ne_bytes)
        }
        [$(bytes($value)),*]
    }};
}

/// A column of every type with what it must be read as.
fn every_type(front: Front) -> Vec<(Array, Ty, &'static [&'static str])> {
    let some = |text: &'static str| Some(text.as_bytes());
    let texts = [some("alpha"), None, some("b"), some("a text of more than twelve bytes"), some("é")];
    let as_texts: &[&str] = &["alpha", "-", "b", "a text of more than twelve bytes", "é"];
    let small: &[&str] = &["5", "-", "-7"];
    let unsigned: &[&str] = &["5", "-", "200"];
    let instant: &[&str] = &["1970-01-01T00:01:30Z", "-"];
    let codes = || PLAIN.texts("u", &[some("a"), some("b"), some("U")]);
    let coded = [Some(0), Some(1), None, Some(0), Some(2)];
    let as_codes: &[&str] = &["a", "b", "-", "a", "-"];
    let members = || PLAIN.texts("u", &[some("b"), some("a"), some("a"), some("c")]);
    let sets: &[&str] = &["a+b", "", "-", "a+c"];
    vec![
        (front.fixed("c", &bytes!(i8: Some(5), None, Some(-7))), Ty::Integer, small),
        (front.fixed("s", &bytes!(i16: Some(5), None, Some(-7))), Ty::Integer, small),
        (front.fixed("i", &bytes!(i32: Some(5), None, Some(-7))), Ty::Integer, small),
        (front.fixed("l", &bytes!(i64: Some(5), None, Some(-7))), Ty::Integer, small),
        (front.fixed("C", &bytes!(u8: Some(5), None, Some(200))), Ty::Integer, unsigned),
        (front.fixed("S", &bytes!(u16: Some(5), None, Some(200))), Ty::Integer, unsigned),
        (front.fixed("I", &bytes!(u32: Some(5), None, Some(200))), Ty::Integer, unsigned),
        (front.fixed("L", &bytes!(u64: Some(5), None, Some(200))), Ty::Integer, unsigned),
        (
            front.fixed("l", &bytes!(i64: Some(1), Some(i64::MIN), Some(i64::MAX))),
            Ty::Integer,
            &["1", "-9223372036854775808", "9223372036854775807"],
        ),
        (front.fixed("L", &bytes!(u64: Some(u64::MAX), Some(1))), Ty::Integer, &["!", "1"]),
        (
            front.fixed("g", &bytes!(f64: Some(3.0), Some(f64::NAN), None, Some(-1.0))),
            Ty::Integer,
            &["3", "-", "-", "-1"],
        ),
        (
            front.fixed("g", &bytes!(f64: Some(0.1), Some(f64::NAN), None, Some(2.5))),
            Ty::Decimal,
            &["0.1", "-", "-", "2.5"],
        ),
        (front.fixed("f", &bytes!(f32: Some(0.1), Some(f32::NAN), None)), Ty::Decimal, &["0.1", "-", "-"]),
        (front.fixed("e", &[Some([0, 0x3c]), None, Some([0, 0x7e])]), Ty::Decimal, &["1", "-", "-"]),
        (front.fixed("d:10,2", &bytes!(i128: Some(12_345), None, Some(-5))), Ty::Decimal, &["123.45", "-", "-0.05"]),
        (front.fixed("d:9,1,32", &bytes!(i32: Some(15), None)), Ty::Decimal, &["1.5", "-"]),
        (front.fixed("d:18,3,64", &bytes!(i64: Some(1_500), None)), Ty::Decimal, &["1.5", "-"]),
        (front.fixed("d:5,-2,128", &bytes!(i128: Some(3), None)), Ty::Decimal, &["300", "-"]),
        (
            front.fixed("d:76,1,256", &[Some(std::array::from_fn(|at| u8::from(at == 0) * 15)), None::<[u8; 32]>]),
            Ty::Decimal,
            &["1.5", "-"],
        ),
        (front.booleans(&[Some(true), None, Some(false), Some(true)]), Ty::Boolean, &["true", "-", "false", "true"]),
        (
            front.fixed("tdD", &bytes!(i32: Some(0), None, Some(20_513), Some(i32::MAX))),
            Ty::Date,
            &["1970-01-01", "-", "2026-03-01", "!"],
        ),
        (front.fixed("tdm", &bytes!(i64: Some(86_400_000), None)), Ty::Date, &["1970-01-02", "-"]),
        (front.fixed("tss:", &bytes!(i64: Some(90), None)), Ty::DateTime, instant),
        (front.fixed("tsm:UTC", &bytes!(i64: Some(90_000), None)), Ty::DateTime, instant),
        (front.fixed("tsu:+01:00", &bytes!(i64: Some(90_000_000), None)), Ty::DateTime, instant),
        (front.fixed("tsn:No/Such", &bytes!(i64: Some(90_000_000_000), None)), Ty::DateTime, instant),
        (front.fixed("tts", &bytes!(i32: Some(90), None, Some(-1))), Ty::Time, &["00:01:30", "-", "!"]),
        (front.fixed("ttm", &bytes!(i32: Some(90_000), None)), Ty::Time, &["00:01:30", "-"]),
        (front.fixed("ttu", &bytes!(i64: Some(90_000_000), None)), Ty::Time, &["00:01:30", "-"]),
        (front.fixed("ttn", &bytes!(i64: Some(90_000_000_000), None)), Ty::Time, &["00:01:30", "-"]),
        (front.fixed("tDs", &bytes!(i64: Some(90), None)), Ty::Duration, &["1 minute 30 seconds", "-"]),
        (front.fixed("tDm", &bytes!(i64: Some(90_000), None)), Ty::Duration, &["1 minute 30 seconds", "-"]),
        (front.fixed("tDu", &bytes!(i64: Some(90_000_000), None)), Ty::Duration, &["1 minute 30 seconds", "-"]),
        (front.fixed("tDn", &bytes!(i64: Some(90_000_000_000), None)), Ty::Duration, &["1 minute 30 seconds", "-"]),
        (front.texts("u", &texts), Ty::Text, as_texts),
        (front.texts("U", &texts), Ty::Text, as_texts),
        (front.texts("z", &texts), Ty::Text, as_texts),
        (front.texts("Z", &texts), Ty::Text, as_texts),
        (front.views("vu", &texts), Ty::Text, as_texts),
        (front.views("vz", &texts), Ty::Text, as_texts),
        (front.texts("z", &[Some(b"\xff"), some("ok")]), Ty::Text, &["!", "ok"]),
        (front.dictionary(&coded, codes()), Ty::Code(LIST), as_codes),
        (front.dictionary(&coded, PLAIN.views("vu", &[some("a"), some("b"), None])), Ty::Code(LIST), as_codes),
        (
            front.dictionary(&[Some(1), None, Some(0)], PLAIN.fixed("l", &bytes!(i64: Some(-7), Some(5)))),
            Ty::Integer,
            &["5", "-", "-7"],
        ),
        (front.dictionary(&[None, None], PLAIN.texts("u", &[])), Ty::Code(LIST), &["-", "-"]),
        (front.lists("+l", &[Some(2), Some(2), None, Some(4)], members()), Ty::Texts, sets),
        (front.lists("+L", &[Some(2), Some(2), None, Some(4)], members()), Ty::Texts, sets),
        (
            front.lists("+l", &[Some(2), Some(3)], PLAIN.dictionary(&[Some(1), Some(0), None], codes())),
            Ty::Texts,
            &["a+b", "-"],
        ),
        (
            Array::new("n", 3 + front.rows, vec![]).with(|array| array.offset = front.offset as i64),
            Ty::Integer,
            &["-", "-", "-"],
        ),
    ]
}

#[test]
fn every_type_of_column_from_wherever_it_begins() {
    let fronts = [(0, 0), (3, 0), (0, 5), (9, 4), (64, 130)];
    for (offset, rows) in fronts {
        for at in 0..every_type(PLAIN).len() {
            let make = || {
                let (column, _, expected) = every_type(Front { offset, rows }).swap_remove(at);
                Array::rows(vec![column], expected.len()).with(|array| array.offset = rows as i64)
            };
            let (column, ty, expected) = every_type(PLAIN).swap_remove(at);
            let got =
                hand_over(&one(ty), make, |_, _| {}).unwrap_or_else(|error| panic!("{:?}: {error}", column.format));
            assert_eq!(shown(&got), expected, "{:?} at {offset} and {rows}", column.format);
        }
    }
}

#[test]
fn columns_are_found_by_name_and_what_is_not_read_is_not_looked_at() {
    let make = || {
        let unknown = Array::new("+zz:what", 1, vec![]).named("unknown");
        let short = Array::new("l", 0, vec![None, None]).named("short");
        let people = PLAIN.fixed("l", &bytes!(i64: Some(1), Some(2)));
        Array::rows(vec![unknown, short, people, PLAIN.booleans(&[Some(true), None]).named("y")], 2)
    };
    let both = of(vec![field("y", Ty::Boolean), field("x", Ty::Integer)]);
    let batches = hand_over(&both, make, |_, _| {}).unwrap();
    assert_eq!(shown(&batches), ["true", "-"]);
    let Values::Integer(numbers) = &batches[0].table.column(FieldId(1)).unwrap().values else { panic!() };
    assert_eq!(numbers[..], [1, 2]);

    let wrong = hand_over(&of(vec![field("unknown", Ty::Text)]), make, |_, _| {}).unwrap_err();
    assert_eq!(wrong, "the column `unknown` has the format `+zz:what`, which is not one that is read");
    let near = hand_over(&of(vec![field("unknwn", Ty::Text)]), make, |_, _| {}).unwrap_err();
    assert_eq!(near, "there is no column `unknwn` for the field `unknwn`; did you mean `unknown`");
    let types = hand_over(&of(vec![field("y", Ty::Date)]), make, |_, _| {}).unwrap_err();
    assert_eq!(types, "the column `y` is of type Boolean, which cannot be read as a date for the field `y`");
    let short = hand_over(&of(vec![field("short", Ty::Integer)]), make, |_, _| {}).unwrap_err();
    assert_eq!(short, "after row 0: the column `short` is not as its type says: it has 0 values, and there are 2");
}

/// A field that nothing reads, but that must be there, can be of types that nothing is read from.
#[test]
fn types_that_are_only_there_or_not() {
    let there = || of(vec![field("x", Ty::Text).with(|field| (field.read, field.required) = (false, true))]);
    let formats = ["+s", "+m", "+vl", "+vL", "tiM", "tiD", "tin", "w:3", "+w:2"];
    for format in formats {
        let valid = |null: bool| bits(3, [true, !null, true]);
        let column = |null: bool| Array::new(format, 3, vec![Some(valid(null))]).with(|array| array.offset = 3);
        let make = |null: bool| move || Array::rows(vec![column(null)], 3);
        let batches = hand_over(&there(), make(true), |_, _| {}).unwrap();
        assert_eq!(shown(&batches), ["-", "!", "-"], "{format}");
        assert_eq!(shown(&hand_over(&there(), make(false), |_, _| {}).unwrap()), ["-", "-", "-"]);
        let none = || Array::rows(vec![Array::new(format, 3, vec![])], 3);
        let error = hand_over(&there(), none, |_, _| {}).unwrap_err();
        assert!(error.ends_with("it has no buffers"), "{error}");
        let error = hand_over(&one(Ty::Integer), make(true), |_, _| {}).unwrap_err();
        assert!(error.starts_with("the column `x` is of type "), "{error}");
    }
    for format in
        ["+r", "+ud:1,2", "+us:1", "w:-1", "w:x", "+w:-3", "d:0,1", "d:39,1", "d:1", "d:1,2,3", "d:1,2,128,4", "tsx:"]
    {
        let make = || Array::rows(vec![Array::new(format, 3, vec![None])], 3);
        let error = hand_over(&there(), make, |_, _| {}).unwrap_err();
        assert_eq!(error, format!("the column `x` has the format `{format}`, which is not one that is read"));
    }
}

#[test]
fn several_batches_and_empty_ones() {
    let ledger = Ledger::default();
    let schema = Array::rows(vec![PLAIN.fixed::<8>("l", &[])], 0).schema(&ledger);
    let numbers = |from: i64, count: i64| {
        let values: Vec<_> = (from..from + count).map(|value| Some(value.to_ne_bytes())).collect();
        Array::rows(vec![PLAIN.fixed("l", &values)], count as usize).array(&ledger)
    };
    // Nothing at all is there of a batch without rows.
    let nothing = || Array::rows(vec![Array::new("l", 0, vec![None, None])], 0).array(&ledger);
    let arrays = [nothing(), numbers(0, 2_500), nothing(), nothing(), numbers(2_500, 1), nothing()];
    let mut stream = stream(&ledger, Some(Ok(schema)), arrays.map(Ok), |_| {});
    // SAFETY: a stream.
    let rows = unsafe { Rows::from_stream(&raw mut stream) }.unwrap();
    assert_eq!(rows.columns().collect::<Vec<_>>(), ["x"]);
    let batches = read(rows, &one(Ty::Integer)).unwrap();
    let sizes: Vec<usize> = batches.iter().map(|batch| batch.table.rows).collect();
    assert_eq!(sizes, [1_000, 1_000, 500, 1]);
    assert_eq!(shown(&batches), (0..2_501).map(|value: i64| value.to_string()).collect::<Vec<_>>());
    // The last batch is still held, by the column that was read from it, and nothing else is.
    drop(batches[..3].to_vec());
    assert!(ledger.open() > 0);
    drop(batches);
    ledger.settle();
}

#[test]
fn a_stream_is_asked_for_no_more_than_is_read() {
    let ledger = Ledger::default();
    let asked = Arc::new(AtomicU32::new(0));
    let make = || Array::rows(vec![PLAIN.fixed("l", &bytes!(i64: Some(1)))], 1);
    let arrays = (0..5).map(|_| Ok(make().array(&ledger)));
    let mut stream =
        stream(&ledger, Some(Ok(make().schema(&ledger))), arrays, |producer| producer.asked = asked.clone());
    // SAFETY: a stream.
    let rows = unsafe { Rows::from_stream(&raw mut stream) }.unwrap();
    let mut reader = Reader::from_rows(rows, &one(Ty::Integer), FIRST, &Options::default()).unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    drop(reader.next_batch(10).unwrap());
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    drop(reader);
    ledger.settle();

    let ledger = Ledger::default();
    let mut unread = foreign::stream(&ledger, Some(Ok(make().schema(&ledger))), [Ok(make().array(&ledger))], |_| {});
    // SAFETY: a stream.
    drop(unsafe { Rows::from_stream(&raw mut unread) }.unwrap());
    ledger.settle();
}

#[test]
fn rows_without_columns() {
    let batches = hand_over(&of(vec![]), || Array::rows(vec![], 3), |_, _| {}).unwrap();
    assert_eq!(shown(&batches), ["-", "-", "-"]);
    let optional = of(vec![field("x", Ty::Integer).with(|field| field.optional = true)]);
    assert_eq!(shown(&hand_over(&optional, || Array::rows(vec![], 2), |_, _| {}).unwrap()), ["-", "-"]);
    let needed = hand_over(&one(Ty::Integer), || Array::rows(vec![], 3), |_, _| {}).unwrap_err();
    assert_eq!(needed, "there is no column `x` for the field `x`");
}

/// Buffers that are not aligned for their type, as other runtimes have them, are read all the same.
#[test]
fn buffers_at_odd_addresses() {
    let bytes: Vec<u8> = (0..4_i128).flat_map(i128::to_ne_bytes).collect();
    for skew in [1, 4, 8] {
        let column = || Array::new("d:20,0", 4, vec![None, Some(Bytes::skewed(&bytes, skew))]);
        let got = hand_over(&one(Ty::Decimal), || Array::rows(vec![column()], 4), |_, _| {}).unwrap();
        assert_eq!(shown(&got), ["0", "1", "2", "3"]);
        let ends: Vec<u8> = [0_i32, 1, 3].iter().flat_map(|end| end.to_ne_bytes()).collect();
        let texts =
            || Array::new("u", 2, vec![None, Some(Bytes::skewed(&ends, skew)), Some(Bytes::skewed(b"abc", skew))]);
        let got = hand_over(&one(Ty::Text), || Array::rows(vec![texts()], 2), |_, _| {}).unwrap();
        assert_eq!(shown(&got), ["a", "bc"]);
    }
}

/// What null counts and flags say is not more than what the bits say.
#[test]
fn nulls_as_they_are_counted_and_flagged() {
    let column = || PLAIN.fixed("l", &bytes!(i64: Some(1), None, None));
    for nulls in [-1, 1, 2, 3, i64::MIN] {
        let make = || Array::rows(vec![column().with(|column| column.nulls = nulls)], 3);
        // Flags that say there are no nulls, and flags that are none.
        for flags in [0, i64::MAX, -1] {
            // SAFETY: the first child is there.
            let change = |schema: &mut ArrowSchema, _: &mut ArrowArray| unsafe { (**schema.children).flags = flags };
            assert_eq!(shown(&hand_over(&one(Ty::Integer), make, change).unwrap()), ["1", "-", "-"]);
        }
    }
    // Where none are counted the bits are not looked at, as the interface has it.
    let none = || PLAIN.fixed("l", &bytes!(i64: Some(1), Some(2), Some(3))).with(|column| column.nulls = 0);
    let make = || Array::rows(vec![none().with(|column| column.buffers[0] = Some(Bytes::new(&[0])))], 3);
    assert_eq!(shown(&hand_over(&one(Ty::Integer), make, |_, _| {}).unwrap()), ["1", "2", "3"]);
    let valid = |bits: u8, nulls| {
        move || {
            Array::rows(vec![none()], 3).with(|rows| (rows.nulls, rows.buffers[0]) = (nulls, Some(Bytes::new(&[bits]))))
        }
    };
    assert_eq!(shown(&hand_over(&one(Ty::Integer), valid(0b111, -1), |_, _| {}).unwrap()), ["1", "2", "3"]);
    let error = hand_over(&one(Ty::Integer), valid(0b101, -1), |_, _| {}).unwrap_err();
    assert!(error.contains("some of the rows are NULL as such"), "{error}");
    assert!(hand_over(&one(Ty::Integer), valid(0b101, 1), |_, _| {}).is_err());
}

type Change = fn(&mut ArrowSchema, &mut ArrowArray);

fn first(schema: &mut ArrowSchema) -> &mut ArrowSchema {
    // SAFETY: the first child is there.
    unsafe { &mut **schema.children }
}

fn child(array: &mut ArrowArray) -> &mut ArrowArray {
    // SAFETY: as above.
    unsafe { &mut **array.children }
}

fn buffer(array: &mut ArrowArray, at: usize) -> &mut *const std::ffi::c_void {
    // SAFETY: the array has that buffer.
    unsafe { &mut *array.buffers.add(at) }
}

#[test]
fn what_is_wrong_is_said() {
    const NOT_TEXT: &[u8] = b"\xff\xfe\0";
    let numbers = || PLAIN.fixed("l", &bytes!(i64: Some(1), None, Some(3)));
    let texts = || PLAIN.texts("u", &[Some(b"ab"), Some(b"c")]);
    let views = || PLAIN.views("vu", &[Some(b"a text of more than twelve bytes"), Some(b"c")]);
    let coded = || PLAIN.dictionary(&[Some(0), Some(1)], texts());
    let listed = || PLAIN.lists("+l", &[Some(1), Some(2)], texts());
    let run = |what: &str, make: &dyn Fn() -> Array, rows: usize, ty: Ty, change: Change, expected: &str| {
        let error = hand_over(&one(ty), || Array::rows(vec![make()], rows), change);
        let error = error.map(|batches| shown(&batches)).expect_err(what);
        assert!(error.contains(expected), "{what}: {error}");
        assert!(!error.contains("error:") && !error.ends_with('.'), "{error}");
    };
    let schemas: &[(Change, &str)] = &[
        (|schema, _| schema.format = null(), "a format is NULL"),
        (|schema, _| first(schema).format = null(), "a format is NULL"),
        (|schema, _| schema.format = NOT_TEXT.as_ptr().cast(), "a format is not UTF-8 text"),
        (|schema, _| first(schema).format = NOT_TEXT.as_ptr().cast(), "a format is not UTF-8 text"),
        (|schema, _| first(schema).name = NOT_TEXT.as_ptr().cast(), "the name of a column is not UTF-8 text"),
        (|schema, _| first(schema).name = null(), "there is no column `x`"),
        (|schema, _| schema.format = c"l".as_ptr(), "its format is `l`, and columns come as a struct"),
        (|schema, _| schema.format = c"+l".as_ptr(), "its format is `+l`"),
        (|schema, _| schema.format = c"".as_ptr(), "its format is ``"),
        (|schema, _| first(schema).format = c"".as_ptr(), "the column `x` has the format ``"),
        (|schema, _| first(schema).format = c"+zz".as_ptr(), "the column `x` has the format `+zz`"),
        (|schema, _| first(schema).format = c"+l".as_ptr(), "the column `x` has the format `+l`"),
        (|schema, _| schema.children = null_mut(), "its children are NULL"),
        // SAFETY: there is one child.
        (|schema, _| unsafe { *schema.children = null_mut() }, "a child is NULL"),
        (|schema, _| schema.n_children = -1, "fewer than no children"),
        (|schema, _| schema.n_children = i64::MIN, "fewer than no children"),
        (|schema, _| schema.n_children = i64::MAX, "too many children"),
        (|schema, _| schema.n_children = 2, "a child is NULL"),
        (|schema, _| schema.n_children = 0, "1 columns came, and the schema has 0"),
        (|schema, _| (first(schema).n_children, first(schema).children) = (1, null_mut()), "its children are NULL"),
        // A schema inside itself, once or eight times, and as its own dictionary.
        (|schema, _| (first(schema).n_children, first(schema).children) = (1, schema.children), "nested too deeply"),
        (
            |schema, _| {
                // SAFETY: the array of children has room for eight.
                (1..8).for_each(|at| unsafe { *schema.children.add(at) = *schema.children });
                (first(schema).n_children, first(schema).children) = (8, schema.children);
            },
            "nested too deeply",
        ),
        // SAFETY: the first child is there.
        (|schema, _| first(schema).dictionary = unsafe { *schema.children }, "nested too deeply"),
    ];
    for (change, expected) in schemas {
        run("a schema", &numbers, 3, Ty::Integer, *change, expected);
    }
    let rows: &[(Change, &str)] = &[
        (|_, array| array.length = -1, "its length cannot be -1"),
        (|_, array| array.length = i64::MAX, "its length cannot be 9223372036854775807"),
        (|_, array| array.length = i64::MIN, "its length cannot be"),
        (|_, array| array.offset = -1, "its offset cannot be -1"),
        (|_, array| array.offset = i64::MAX, "its offset cannot be"),
        (|_, array| array.offset = 1, "it has 3 values, and there are 4"),
        (|_, array| array.length = 4, "it has 3 values, and there are 4"),
        (|_, array| array.n_buffers = 0, "it has 0 buffers, and a struct has 1"),
        (|_, array| array.n_buffers = 2, "it has 2 buffers, and a struct has 1"),
        (|_, array| array.n_buffers = -1, "it has -1 buffers"),
        (|_, array| array.buffers = null_mut(), "its buffers are NULL"),
        (|_, array| array.n_children = 0, "0 columns came, and the schema has 1"),
        (|_, array| array.n_children = 2, "2 columns came, and the schema has 1"),
        (|_, array| array.n_children = -1, "-1 columns came"),
        (|_, array| array.children = null_mut(), "the columns are NULL"),
        // SAFETY: there is one child.
        (|_, array| unsafe { *array.children = null_mut() }, "the column `x` is not as its type says: it is NULL"),
        (|_, array| array.null_count = 1, "it has nulls, and its validity is NULL"),
        (|_, array| array.null_count = 4, "it has more nulls than values"),
    ];
    for (change, expected) in rows {
        run("rows", &numbers, 3, Ty::Integer, *change, expected);
    }
    let columns: &[(Change, &str)] = &[
        (|_, array| child(array).length = -1, "its length cannot be -1"),
        (|_, array| child(array).length = 1 << 49, "its length cannot be"),
        (|_, array| child(array).length = 2, "it has 2 values, and there are 3"),
        (|_, array| child(array).offset = -1, "its offset cannot be -1"),
        (|_, array| child(array).offset = i64::MAX, "its offset cannot be"),
        (|_, array| child(array).n_buffers = 1, "it has 1 buffer, and its type Int64 has 2"),
        (|_, array| child(array).n_buffers = 3, "it has 3 buffers, and its type Int64 has 2"),
        (|_, array| child(array).n_buffers = i64::MIN, "buffers, and its type Int64 has 2"),
        (|_, array| child(array).buffers = null_mut(), "its buffers are NULL"),
        (|_, array| *buffer(child(array), 1) = null(), "its buffer 1 is NULL"),
        (|_, array| (child(array).null_count, *buffer(child(array), 0)) = (1, null()), "its validity is NULL"),
        (|_, array| child(array).null_count = 4, "it has more nulls than values"),
    ];
    for (change, expected) in columns {
        run("a column", &numbers, 3, Ty::Integer, *change, "after row 0: the column `x` is not as its type says: ");
        run("a column", &numbers, 3, Ty::Integer, *change, expected);
    }
    let ends = |ends: &'static [i32]| {
        move || {
            texts().with(|column| {
                let bytes: Vec<u8> = ends.iter().flat_map(|end| end.to_ne_bytes()).collect();
                column.buffers[1] = Some(Bytes::new(&bytes));
            })
        }
    };
    let wide = |ends: &'static [i64]| {
        move || {
            PLAIN.texts("U", &[Some(b"ab"), Some(b"c")]).with(|column| {
                let bytes: Vec<u8> = ends.iter().flat_map(|end| end.to_ne_bytes()).collect();
                column.buffers[1] = Some(Bytes::new(&bytes));
            })
        }
    };
    let nothing: Change = |_, _| {};
    run("descending", &ends(&[0, 3, 2]), 2, Ty::Text, nothing, "offset");
    run("negative first", &ends(&[-1, 2, 3]), 2, Ty::Text, nothing, "offset");
    run("negative within", &ends(&[0, -2, 3]), 2, Ty::Text, nothing, "offset");
    run("negative last", &ends(&[0, 2, -3]), 2, Ty::Text, nothing, "one of its buffers cannot be -3 bytes long");
    run("beyond the last", &ends(&[0, i32::MAX, 3]), 2, Ty::Text, nothing, "offset");
    run("first beyond the last", &ends(&[i32::MAX, i32::MAX, 3]), 2, Ty::Text, nothing, "offset");
    run("wide, descending", &wide(&[0, 3, 2]), 2, Ty::Text, nothing, "offset");
    run("wide, beyond 32 bits", &wide(&[0, 1 << 31, 3]), 2, Ty::Text, nothing, "offset");
    run("wide, huge", &wide(&[0, 2, i64::MAX]), 2, Ty::Text, nothing, "one of its buffers cannot be");
    run("wide, least", &wide(&[i64::MIN, 2, 3]), 2, Ty::Text, nothing, "offset");
    run("no offsets", &texts, 2, Ty::Text, |_, array| *buffer(child(array), 1) = null(), "its buffer 1 is NULL");
    run("no bytes", &texts, 2, Ty::Text, |_, array| *buffer(child(array), 2) = null(), "its buffer 2 is NULL");
    let bad = |bytes: &'static [u8]| move || texts().with(|column| column.buffers[2] = Some(Bytes::new(bytes)));
    run("not UTF-8", &bad(b"a\xffc"), 2, Ty::Text, nothing, "invalid UTF8");
    run("half a letter", &bad("aé".as_bytes()), 2, Ty::Text, nothing, "utf-8");

    let view = |at: usize, bytes: &'static [u8]| {
        move || {
            views().with(|column| {
                let text = b"a text of more than twelve bytes";
                let mut view = [0_u8; 32];
                view[..4].copy_from_slice(&(text.len() as u32).to_ne_bytes());
                view[4..8].copy_from_slice(&text[..4]);
                view[at..at + bytes.len()].copy_from_slice(bytes);
                column.buffers[1] = Some(Bytes::new(&view));
            })
        }
    };
    run("a view of no buffer", &view(8, &[9, 0, 0, 0]), 2, Ty::Text, nothing, "9");
    run("a view past its buffer", &view(12, &[1, 0, 0, 0]), 2, Ty::Text, nothing, "1..33");
    run("a view of another beginning", &view(4, b"bxxx"), 2, Ty::Text, nothing, "prefix");
    run("a view that is longer", &view(0, &[255, 255, 255, 255]), 2, Ty::Text, nothing, "0..4294967295");
    let lengths = |lengths: [i64; 2]| {
        move || {
            views().with(|column| {
                let bytes: Vec<u8> = lengths.iter().flat_map(|length| length.to_ne_bytes()).collect();
                column.buffers[4] = Some(Bytes::new(&bytes));
            })
        }
    };
    run("a buffer of negative length", &lengths([-1, 0]), 2, Ty::Text, nothing, "cannot be -1 bytes long");
    run("a buffer of huge length", &lengths([i64::MAX, 0]), 2, Ty::Text, nothing, "bytes long");
    run("a shorter buffer", &lengths([4, 0]), 2, Ty::Text, nothing, "0..32");
    run("no lengths", &views, 2, Ty::Text, |_, array| *buffer(child(array), 4) = null(), "its buffer 4 is NULL");
    run("no texts", &views, 2, Ty::Text, |_, array| *buffer(child(array), 2) = null(), "its buffer 2 is NULL");
    run("too few", &views, 2, Ty::Text, |_, array| child(array).n_buffers = 2, "it has 2 buffers");
    run("too many", &views, 2, Ty::Text, |_, array| child(array).n_buffers = i64::MAX, "buffers, and its type");

    let key = |key: i8| move || PLAIN.dictionary(&[Some(0), Some(key)], texts());
    run("a key past the end", &key(2), 2, Ty::Text, nothing, "out of bounds: 2");
    run("a negative key", &key(-1), 2, Ty::Text, nothing, "out of bounds: -1");
    run(
        "no dictionary",
        &coded,
        2,
        Ty::Text,
        |_, array| child(array).dictionary = null_mut(),
        "its dictionary is NULL",
    );
    // SAFETY: the dictionary is there.
    let dictionary: Change = |_, array| unsafe { (*child(array).dictionary).n_buffers = 2 };
    run(
        "a wrong dictionary",
        &coded,
        2,
        Ty::Text,
        dictionary,
        "its dictionary: it has 2 buffers, and its type Utf8 has 3",
    );
    let float: Change = |schema, _| first(schema).format = c"g".as_ptr();
    run("keys that are no integers", &coded, 2, Ty::Text, float, "the column `x` has the format `g`");
    let inside: Change = |schema, _| {
        // SAFETY: the dictionary is there.
        unsafe { (*first(schema).dictionary).format = c"+zz".as_ptr() }
    };
    run("a dictionary of what is not known", &coded, 2, Ty::Text, inside, "the column `x` has the format `c`");

    run(
        "no members",
        &listed,
        2,
        Ty::Texts,
        |_, array| child(array).children = null_mut(),
        "its one child is not there",
    );
    run("no members", &listed, 2, Ty::Texts, |_, array| child(array).n_children = 0, "its one child is not there");
    // SAFETY: the members are there.
    let members: Change = |_, array| unsafe { *child(array).children = null_mut() };
    run("members that are NULL", &listed, 2, Ty::Texts, members, "its child is NULL");
    let members: Change = |_, array| child(child(array)).length = 1;
    run("too few members", &listed, 2, Ty::Texts, members, "offset");
    let members: Change = |_, array| child(child(array)).n_buffers = 2;
    run("wrong members", &listed, 2, Ty::Texts, members, "its members: it has 2 buffers");
    let ends = |ends: &'static [i32]| {
        move || {
            listed().with(|column| {
                let bytes: Vec<u8> = ends.iter().flat_map(|end| end.to_ne_bytes()).collect();
                column.buffers[1] = Some(Bytes::new(&bytes));
            })
        }
    };
    run("lists that descend", &ends(&[0, 2, 1]), 2, Ty::Texts, nothing, "offset");
    run("lists past their members", &ends(&[0, 1, i32::MAX]), 2, Ty::Texts, nothing, "offset");
    run("lists before their members", &ends(&[-1, 1, 2]), 2, Ty::Texts, nothing, "offset");
}

#[test]
fn types_nested_too_deeply() {
    let deep = |levels: usize| {
        let mut column = PLAIN.texts("u", &[Some(b"a")]);
        for _ in 0..levels {
            column = PLAIN.lists("+l", &[Some(1)], column);
        }
        Array::rows(vec![column], 1)
    };
    let error = hand_over(&one(Ty::Text), || deep(3), |_, _| {}).unwrap_err();
    assert!(error.starts_with("the column `x` is of type List("), "{error}");
    for levels in [16, 50] {
        let error = hand_over(&one(Ty::Text), || deep(levels), |_, _| {}).unwrap_err();
        assert_eq!(error, "the schema is not one of columns: types are nested too deeply");
    }
}

#[test]
fn structs_that_are_not_there() {
    let make = || Array::rows(vec![PLAIN.fixed("l", &bytes!(i64: Some(1)))], 1);
    // SAFETY: NULL is taken.
    let error = unsafe { Rows::from_stream(null_mut()) }.unwrap_err();
    assert_eq!((error.to_string(), error), ("the stream is NULL".to_owned(), InterfaceError::Null("the stream")));
    let mut released = ArrowArrayStream::released();
    // SAFETY: a stream that was released.
    let error = unsafe { Rows::from_stream(&raw mut released) }.unwrap_err();
    assert_eq!(error.to_string(), "the stream was released, or handed to another owner, before");

    // Of two, the one that is there is released.
    let ledger = Ledger::default();
    let mut array = make().array(&ledger);
    // SAFETY: NULL is taken; an array.
    let error = unsafe { Rows::from_array(null_mut(), &raw mut array) }.unwrap_err();
    assert_eq!(error, InterfaceError::Null("the schema"));
    let mut array = make().array(&ledger);
    let mut gone = ArrowSchema::released();
    // SAFETY: a schema that was released; an array.
    let error = unsafe { Rows::from_array(&raw mut gone, &raw mut array) }.unwrap_err();
    assert_eq!(error, InterfaceError::Released("schema"));
    let mut schema = make().schema(&ledger);
    // SAFETY: a schema; NULL is taken.
    let error = unsafe { Rows::from_array(&raw mut schema, null_mut()) }.unwrap_err();
    assert_eq!(error, InterfaceError::Null("the array"));
    let mut schema = make().schema(&ledger);
    let mut gone = ArrowArray::released();
    // SAFETY: a schema; an array that was released.
    let error = unsafe { Rows::from_array(&raw mut schema, &raw mut gone) }.unwrap_err();
    assert_eq!(error, InterfaceError::Released("array"));
    // SAFETY: both NULL.
    assert!(unsafe { Rows::from_array(null_mut(), null_mut()) }.is_err());
    ledger.settle();

    // Handed over twice.
    let ledger = Ledger::default();
    let (mut schema, mut array) = (make().schema(&ledger), make().array(&ledger));
    // SAFETY: a schema and an array of it; the second time both are marked as released.
    let (first, second) = unsafe {
        let first = Rows::from_array(&raw mut schema, &raw mut array);
        (first, Rows::from_array(&raw mut schema, &raw mut array))
    };
    assert_eq!(second.unwrap_err(), InterfaceError::Released("schema"));
    assert_eq!(shown(&read(first.unwrap(), &one(Ty::Integer)).unwrap()), ["1"]);
    ledger.settle();
}

#[test]
fn producers_that_fail() {
    let make = || Array::rows(vec![PLAIN.fixed("l", &bytes!(i64: Some(1), Some(2)))], 2);
    let said = |text: &'static [u8]| {
        move |producer: &mut foreign::Producer| {
            producer.error = (!text.is_empty()).then(|| CString::new(text).unwrap());
        }
    };
    let texts: [(&'static [u8], &str); 3] =
        [(b"the disk is gone", "the disk is gone"), (b"", "error 5"), (b"\xff!", "\u{fffd}!")];
    for (text, words) in texts {
        let ledger = Ledger::default();
        let mut schemaless = stream(&ledger, Some(Err(5)), [Ok(make().array(&ledger))], said(text));
        // SAFETY: a stream.
        let error = unsafe { Rows::from_stream(&raw mut schemaless) }.unwrap_err();
        assert_eq!(error.to_string(), format!("the producer of the columns failed: {words}"));
        ledger.settle();

        let ledger = Ledger::default();
        let arrays = [Ok(make().array(&ledger)), Err(5), Ok(make().array(&ledger))];
        let mut broken = stream(&ledger, Some(Ok(make().schema(&ledger))), arrays, said(text));
        // SAFETY: a stream.
        let rows = unsafe { Rows::from_stream(&raw mut broken) }.unwrap();
        let mut reader = Reader::from_rows(rows, &one(Ty::Integer), FIRST, &Options::default()).unwrap();
        assert_eq!(reader.next_batch(10).unwrap().unwrap().table.rows, 2);
        let error = reader.next_batch(10).err().unwrap();
        assert_eq!(error.to_string(), format!("after row 2: the producer of the columns failed: {words}"));
        assert!(reader.next_batch(10).unwrap().is_none(), "after an error it is not asked again");
        drop(reader);
        ledger.settle();
    }
    type Alter = fn(&mut ArrowArrayStream);
    let without: [(Alter, &str); 3] = [
        (|stream| stream.get_schema = None, "`get_schema` of the stream is NULL"),
        (|stream| stream.get_next = None, "after row 0: `get_next` of the stream is NULL"),
        (|stream| stream.get_last_error = None, "after row 0: the producer of the columns failed: error 7"),
    ];
    for (alter, words) in without {
        let ledger = Ledger::default();
        let mut lacking = stream(&ledger, Some(Ok(make().schema(&ledger))), [Err(7)], |_| {});
        alter(&mut lacking);
        // SAFETY: a stream but for one function.
        let rows = unsafe { Rows::from_stream(&raw mut lacking) }.map_err(|error| error.to_string());
        let error = rows.and_then(|rows| read(rows, &one(Ty::Integer))).err().unwrap();
        assert_eq!(error, words);
        ledger.settle();
    }
    // All went well, it says, and there is no schema.
    let ledger = Ledger::default();
    let mut silent = stream(&ledger, None, [Ok(make().array(&ledger))], |_| {});
    // SAFETY: a stream.
    let error = unsafe { Rows::from_stream(&raw mut silent) }.unwrap_err();
    assert_eq!(error, InterfaceError::Released("schema"));
    ledger.settle();
    // Arrays of another schema than was said: the first is read, the second refused.
    let ledger = Ledger::default();
    let other = Array::rows(vec![PLAIN.texts("u", &[Some(b"a")])], 1);
    let arrays = [Ok(make().array(&ledger)), Ok(other.array(&ledger))];
    let mut mixed = stream(&ledger, Some(Ok(make().schema(&ledger))), arrays, |_| {});
    // SAFETY: a stream.
    let rows = unsafe { Rows::from_stream(&raw mut mixed) }.unwrap();
    let error = read(rows, &one(Ty::Integer)).err().unwrap();
    assert_eq!(
        error,
        "after row 2: the column `x` is not as its type says: it has 3 buffers, and its type Int64 has 2"
    );
    ledger.settle();
}

#[test]
fn a_fault_of_the_rules_side_releases_too() {
    let ledger = Ledger::default();
    let make = || Array::rows(vec![PLAIN.fixed("l", &bytes!(i64: Some(1)))], 1);
    let mut unwanted = stream(&ledger, Some(Ok(make().schema(&ledger))), [Ok(make().array(&ledger))], |_| {});
    // SAFETY: a stream.
    let rows = unsafe { Rows::from_stream(&raw mut unwanted) }.unwrap();
    let program = program(vec![], vec![]);
    let error = Reader::from_rows(rows, &program, FIRST, &Options::default()).err().unwrap();
    assert!(matches!(error, OpenError::NoSuchRecord));
    ledger.settle();
}

/// Results as a stream come back as rows.
#[test]
fn out_and_in_again() {
    let fields = [OutField { name: "x".into(), ty: OutType::Integer }];
    let batch = |values: Vec<i64>| {
        let columns = [assize_io::out::OutColumn { values: assize_io::out::OutValues::Integer(&values), known: None }];
        assize_io::out::record_batch(&fields, &columns, values.len()).map_err(|error| error.to_string())
    };
    let batches = vec![batch(vec![1, 2]), batch(vec![]), batch(vec![3]), Err("no more memory for ghosts".to_owned())];
    let mut place = ArrowArrayStream::released();
    // SAFETY: a place for a stream.
    unsafe { export(&fields, batches.into_iter(), &raw mut place) };
    // SAFETY: a stream.
    let rows = unsafe { Rows::from_stream(&raw mut place) }.unwrap();
    let mut reader = Reader::from_rows(rows, &one(Ty::Integer), FIRST, &Options::default()).unwrap();
    let read: Vec<Batch> = (0..2).map(|_| reader.next_batch(10).unwrap().unwrap()).collect();
    assert_eq!(shown(&read), ["1", "2", "3"]);
    let error = reader.next_batch(10).err().unwrap().to_string();
    assert!(
        error.starts_with("after row 3: the producer of the columns failed") && error.contains("ghosts"),
        "{error}"
    );
    // One that is dropped unread.
    let mut place = ArrowArrayStream::released();
    // SAFETY: a place for a stream; the stream, once.
    unsafe {
        export(&fields, std::iter::empty(), &raw mut place);
        place.release.unwrap()(&raw mut place);
    }
}

/// A change of a valid struct that leaves every buffer as long as it says.
#[derive(Debug, Clone)]
enum Mutation {
    Length(i64),
    Offset(i64),
    Nulls(i64),
    Buffers(i64),
    NoBuffers,
    NoBuffer(usize),
    Byte(usize, usize, u8),
    Children(i64),
    NoChildren,
    NoDictionary,
    Format(&'static CStr),
    SchemaChildren(i64),
    Flags(i64),
    Released,
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let counts = prop_oneof![-3_i64..12, Just(i64::MIN), Just(i64::MAX), Just(1 << 50)];
    prop_oneof![
        (-9_i64..1).prop_map(Mutation::Length),
        (-9_i64..1).prop_map(Mutation::Offset),
        Just(Mutation::Length(i64::MAX)),
        Just(Mutation::Offset(i64::MIN)),
        counts.clone().prop_map(Mutation::Nulls),
        counts.clone().prop_map(Mutation::Buffers),
        Just(Mutation::NoBuffers),
        (0_usize..5).prop_map(Mutation::NoBuffer),
        (0_usize..5, any::<usize>(), any::<u8>()).prop_map(|(buffer, at, byte)| Mutation::Byte(buffer, at, byte)),
        counts.clone().prop_map(Mutation::Children),
        Just(Mutation::NoChildren),
        Just(Mutation::NoDictionary),
        proptest::sample::select(&FORMATS[..]).prop_map(Mutation::Format),
        counts.prop_map(Mutation::SchemaChildren),
        any::<i64>().prop_map(Mutation::Flags),
        Just(Mutation::Released),
    ]
}

/// Changes one struct. Counts that are raised meet NULL pointers, which there are a few of; lengths are only lowered, or
/// raised beyond all that can be.
fn mutate(schema: &mut ArrowSchema, array: &mut ArrowArray, mutation: &Mutation) {
    let few = |count: i64| !(9..=1 << 20).contains(&count);
    let whole = array.offset.saturating_add(array.length);
    match *mutation {
        Mutation::Length(less) if less <= 0 => array.length = array.length.saturating_add(less),
        Mutation::Length(huge) => array.length = huge,
        Mutation::Offset(less) if less > -10 => array.offset = array.offset.saturating_add(less),
        Mutation::Offset(huge) => array.offset = huge,
        Mutation::Nulls(nulls) => array.null_count = nulls,
        Mutation::Buffers(count) if few(count) => array.n_buffers = count,
        Mutation::NoBuffers => array.buffers = null_mut(),
        Mutation::NoBuffer(at) if !array.buffers.is_null() => *buffer(array, at) = null(),
        Mutation::Children(count) if few(count) => array.n_children = count,
        Mutation::NoChildren => (array.children, schema.children) = (null_mut(), null_mut()),
        Mutation::NoDictionary => array.dictionary = null_mut(),
        // SAFETY: formats are texts.
        Mutation::Format(format) if width(format) <= width(unsafe { CStr::from_ptr(schema.format) }) => {
            schema.format = format.as_ptr();
        }
        Mutation::SchemaChildren(count) if few(count) => schema.n_children = count,
        Mutation::Flags(flags) => schema.flags = flags,
        _ => {}
    }
    assert!(array.offset.saturating_add(array.length) <= whole || array.length > 1 << 48 || array.offset > 1 << 48);
}

const FORMATS: [&CStr; 17] = [
    c"l",
    c"L",
    c"g",
    c"tss:",
    c"tsu:UTC",
    c"tDs",
    c"tdm",
    c"ttn",
    c"d:18,2,64",
    c"i",
    c"f",
    c"tdD",
    c"c",
    c"b",
    c"s",
    c"zz",
    c"",
];

/// The bytes of a value of a format.
fn width(format: &CStr) -> usize {
    let format = format.to_bytes();
    match format {
        b"b" | b"zz" | b"" => 0,
        b"c" | b"C" => 1,
        b"s" | b"S" | b"e" => 2,
        b"i" | b"I" | b"f" | b"tdD" | b"tts" | b"ttm" => 4,
        [b'd', ..] if format.ends_with(b",32") => 4,
        [b'd', ..] if format.ends_with(b",64") => 8,
        [b'd', ..] => 16,
        [b'l' | b'L' | b'g' | b't', ..] => 8,
        _ => 0,
    }
}

/// The bytes of a column that may be anything without any of them being read past the end: not the last offset, and not
/// the lengths of buffers.
fn scratch(column: &mut Array, which: usize, at: usize, byte: u8) {
    let last = column.buffers.len() - 1;
    let views = column.format.to_bytes().starts_with(b"v");
    let offsets = match column.format.to_bytes() {
        b"u" | b"z" | b"+l" => 4,
        b"U" | b"Z" | b"+L" => 8,
        _ => 0,
    };
    if views && which == last {
        return;
    }
    let Some(Some(bytes)) = column.buffers.get_mut(which) else { return };
    let end = bytes.len() - if which == 1 { offsets } else { 0 };
    if end > 0 {
        bytes.set(at % end, byte);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a producer gets wrong: values or words, and everything released.
    #[test]
    fn structs_with_anything_in_them(
        at in 0_usize..1_000,
        front in (0_usize..12, 0_usize..12),
        column in proptest::collection::vec(mutation(), 0..4),
        rows in proptest::collection::vec(mutation(), 0..2),
        inside in proptest::collection::vec(mutation(), 0..2),
        mean in any::<bool>(),
    ) {
        let at = at % every_type(PLAIN).len();
        let front = Front { offset: front.0, rows: front.1 };
        let (_, ty, expected) = every_type(PLAIN).swap_remove(at);
        let make = || {
            let mut array = every_type(front).swap_remove(at).0;
            for mutation in &column {
                if let Mutation::Byte(which, at, byte) = *mutation && which < array.buffers.len() {
                    scratch(&mut array, which, at, byte);
                }
            }
            for mutation in &inside {
                let inside = array.children.first_mut().or(array.dictionary.as_deref_mut());
                if let (Some(inside), Mutation::Byte(which, at, byte)) = (inside, mutation) {
                    scratch(inside, *which, *at, *byte);
                }
            }
            Array::rows(vec![array], expected.len()).with(|array| array.offset = front.rows as i64)
        };
        // A struct that is released must not be released once more.
        let released = |mutations: &[Mutation]| mutations.iter().any(|mutation| matches!(mutation, Mutation::Released));
        let change = |schema: &mut ArrowSchema, array: &mut ArrowArray| {
            for mutation in &column {
                mutate(first(schema), child(array), mutation);
            }
            let dictionary = first(schema).dictionary;
            if !dictionary.is_null() && !child(array).dictionary.is_null() {
                // SAFETY: both are there.
                let (schema, array) = unsafe { (&mut *dictionary, &mut *child(array).dictionary) };
                inside.iter().for_each(|mutation| mutate(schema, array, mutation));
            }
            if !first(schema).children.is_null() && !child(array).children.is_null() && every_type(PLAIN)[at].0.children.len() == 1 {
                inside.iter().for_each(|mutation| mutate(first(first(schema)), child(child(array)), mutation));
            }
            for mutation in &rows {
                match mutation {
                    Mutation::Format(format) if !mean => schema.format = format.as_ptr(),
                    Mutation::Format(_) => {}
                    other => mutate(schema, array, other),
                }
            }
            if released(&rows) && mean {
                if let Some(release) = array.release {
                    // SAFETY: it was not released.
                    unsafe { release(array) };
                }
            }
        };
        match hand_over(&one(ty), make, change) {
            Ok(batches) => prop_assert!(shown(&batches).len() <= expected.len()),
            Err(error) => prop_assert!(!error.is_empty() && !error.ends_with('.')),
        }
    }
}
