//! Columns of other programs: every type, every fault of a producer, and every struct released exactly once.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may fail as the tests themselves may"
)]
#![allow(unsafe_code, reason = "the other side of the interface is played here")]

#[path = "interface/columns.rs"]
mod columns;
mod common;
#[path = "interface/foreign.rs"]
mod foreign;
#[path = "interface/memory.rs"]
mod memory;
#[path = "interface/mutation.rs"]
mod mutation;
#[path = "interface/producers.rs"]
mod producers;
#[path = "interface/wrong.rs"]
mod wrong;

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
use columns::{Front, PLAIN, bits, every_type, raw};
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
        let people = PLAIN.fixed("l", &raw!(i64: Some(1), Some(2)));
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
    let make = || Array::rows(vec![PLAIN.fixed("l", &raw!(i64: Some(1)))], 1);
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
    let column = || PLAIN.fixed("l", &raw!(i64: Some(1), None, None));
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
    let none = || PLAIN.fixed("l", &raw!(i64: Some(1), Some(2), Some(3))).with(|column| column.nulls = 0);
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
