//! Arrow columns and Parquet files in: every type of column, and damaged files.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may fail as the tests themselves may"
)]

mod common;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::types::Int32Type;
use arrow_array::*;
use arrow_schema::{Field as Column_, Schema};
use assize_io::{Batch, Binder, Format, OpenError, Options, Reader, load_children};
use assize_model::absence::{Absence, Reason};
use assize_model::civil::{Date, Zone};
use assize_model::column::{Column, Values};
use assize_model::decimal::Decimal;
use assize_model::ids::{Code, FieldId, RecordId};
use assize_model::program::{Field, Program};
use assize_model::ty::Ty;
use assize_model::value::Value;
use common::{FIRST, LIST, With, codes, field, file, many, program, range, record};
use parquet::arrow::ArrowWriter;
use std::sync::Arc;

fn one(field: Field) -> Program {
    let lists = vec![codes("K", &[("a", &["A", "1"]), ("b", &["B"])], &[("U", Reason::NotCollected)])];
    let mut program = program(lists, vec![record("R", None, vec![field])]);
    program.ruleset.zone = Zone::get("America/Toronto");
    program.records[0].missing = vec![("N/A".into(), Reason::NotApplicable)];
    program
}

fn rows(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let fields: Vec<Column_> =
        columns.iter().map(|(name, array)| Column_::new(*name, array.data_type().clone(), true)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.into_iter().map(|(_, array)| array).collect()).unwrap()
}

fn try_bind(field: Field, array: ArrayRef) -> Result<Batch, OpenError> {
    let rows = rows(vec![("x", array)]);
    Ok(Binder::new(&one(field), FIRST, &rows.schema(), &Options::default())?.bind(&rows).unwrap())
}

fn bind(ty: Ty, array: impl Array + 'static) -> Batch {
    try_bind(field("x", ty), Arc::new(array)).unwrap()
}

fn column(batch: &Batch) -> &Column {
    batch.table.column(FieldId(0)).unwrap()
}

fn known(batch: &Batch) -> Vec<bool> {
    (0..batch.table.rows).map(|row| column(batch).is_known(row)).collect()
}

fn fault_codes(batch: &Batch) -> Vec<(u64, &'static str)> {
    batch.faults.iter().map(|fault| (fault.row, fault.code)).collect()
}

fn integers(batch: &Batch) -> &[i64] {
    let Values::Integer(values) = &column(batch).values else { panic!() };
    values
}

fn decimals(batch: &Batch) -> Vec<Decimal> {
    let Values::Decimal { coefficients, scale } = &column(batch).values else { panic!() };
    coefficients.iter().map(|&value| Decimal::new(value, *scale).unwrap()).collect()
}

fn decimal(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

#[test]
fn integers_from_everything_that_is_one() {
    let source = Int64Array::from(vec![Some(5), None, Some(-7)]);
    let batch = bind(Ty::Integer, source.clone());
    assert_eq!((integers(&batch)[0], integers(&batch)[2]), (5, -7));
    assert_eq!(known(&batch), [true, false, true]);
    assert_eq!(integers(&batch).as_ptr(), source.values().as_ptr(), "taken over without a copy");

    assert_eq!(integers(&bind(Ty::Integer, UInt8Array::from(vec![255]))), [255]);
    assert_eq!(integers(&bind(Ty::Integer, Int32Array::from(vec![-3]))), [-3]);
    assert_eq!(integers(&bind(Ty::Integer, StringArray::from(vec![" 12 "]))), [12]);
    let floats = bind(
        Ty::Integer,
        Float64Array::from(vec![Some(3.0), Some(f64::NAN), None, Some(-0.0), Some(2.5), Some(1e300)]),
    );
    assert_eq!(known(&floats), [true, false, false, true, false, false]);
    assert_eq!(fault_codes(&floats), [(5, "D0103"), (6, "D0104")]);
    assert_eq!(integers(&bind(Ty::Integer, Float64Array::from(vec![3.0, -1e15]))), [3, -1_000_000_000_000_000]);
    let large = bind(Ty::Integer, UInt64Array::from(vec![u64::MAX, 7]));
    assert_eq!((fault_codes(&large), integers(&large)[1]), (vec![(1, "D0104")], 7));
    let tens = Decimal128Array::from(vec![1_200, 1_250]).with_precision_and_scale(10, 2).unwrap();
    let tens = bind(Ty::Integer, tens);
    assert_eq!((integers(&tens)[0], fault_codes(&tens)), (12, vec![(2, "D0103")]));
    assert_eq!(known(&bind(Ty::Integer, NullArray::new(2))), [false, false]);
}

#[test]
fn a_number_that_means_missing() {
    let mut program = one(field("x", Ty::Integer));
    program.records[0].missing.push(("99".into(), Reason::NotAnswered));
    let rows = rows(vec![("x", Arc::new(Int64Array::from(vec![98, 99])))]);
    let batch = Binder::new(&program, FIRST, &rows.schema(), &Options::default()).unwrap().bind(&rows).unwrap();
    assert_eq!(known(&batch), [true, false]);
    assert_eq!(column(&batch).absence(1), Absence::missing(Reason::NotAnswered));
}

#[test]
fn decimals_are_the_shortest_that_floats_say() {
    let batch = bind(
        Ty::Decimal,
        Float64Array::from(vec![Some(0.1), Some(1e-7), Some(f64::NAN), Some(12.0), Some(f64::INFINITY)]),
    );
    assert_eq!(decimals(&batch)[..2], [decimal("0.1"), decimal("0.0000001")]);
    assert_eq!(decimals(&batch)[3], decimal("12"));
    assert_eq!(known(&batch), [true, true, false, true, false]);
    assert_eq!(fault_codes(&batch), [(5, "D0105")]);
    assert_eq!(decimals(&bind(Ty::Decimal, Float32Array::from(vec![0.1]))), [decimal("0.1")]);
    let exact = Decimal128Array::from(vec![Some(12_345), None]).with_precision_and_scale(38, 3).unwrap();
    let batch = bind(Ty::Decimal, exact);
    assert_eq!(decimals(&batch)[0], decimal("12.345"));
    assert_eq!(known(&batch), [true, false]);
    let wide = Decimal128Array::from(vec![10_i128.pow(37), 5]).with_precision_and_scale(38, 0).unwrap();
    let batch = bind(Ty::Decimal, wide);
    assert_eq!((fault_codes(&batch), decimals(&batch)[1]), (vec![(1, "D0106")], decimal("5")));
    let wider = Decimal256Array::from(vec![arrow_buffer::i256::MAX, arrow_buffer::i256::ONE]);
    let batch = bind(Ty::Decimal, wider.with_precision_and_scale(76, 2).unwrap());
    assert_eq!((fault_codes(&batch), decimals(&batch)[1]), (vec![(1, "D0106")], decimal("0.01")));
}

#[test]
fn texts_of_every_layout() {
    let texts = [Some("a"), Some(" b "), None, Some(""), Some("N/A")];
    let all: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(texts.to_vec())),
        Arc::new(LargeStringArray::from(texts.to_vec())),
        Arc::new(StringViewArray::from(texts.to_vec())),
        Arc::new(texts.into_iter().collect::<DictionaryArray<Int32Type>>()),
        Arc::new(BinaryArray::from(texts.map(|text| text.map(str::as_bytes)).to_vec())),
    ];
    for array in all {
        let batch = try_bind(field("x", Ty::Text), array).unwrap();
        let Values::Text(values) = &column(&batch).values else { panic!() };
        assert_eq!((values.get(0), values.get(1)), ("a", "b"));
        assert_eq!(known(&batch), [true, true, false, false, false]);
        assert_eq!(column(&batch).absence(4), Absence::NOT_APPLICABLE);
    }
    let plain = StringArray::from(vec!["xx", "a", "bc", "d", "e"]).slice(1, 3);
    let batch = bind(Ty::Text, plain);
    let Values::Text(values) = &column(&batch).values else { panic!() };
    assert_eq!([values.get(0), values.get(1), values.get(2)], ["a", "bc", "d"]);
    let bytes = bind(Ty::Text, BinaryArray::from(vec![&b"\xff"[..], b"ok"]));
    assert_eq!(fault_codes(&bytes), [(1, "D0126")]);
    let ids = bind(Ty::Text, Int64Array::from(vec![42]));
    assert!(matches!(&column(&ids).values, Values::Text(values) if values.get(0) == "42"));
}

#[test]
fn codes_from_dictionaries_and_plain_texts() {
    let texts = vec![Some("A"), Some(" B"), None, Some("U"), Some("N/A"), Some("")];
    let dictionary: ArrayRef = Arc::new(texts.iter().copied().collect::<DictionaryArray<Int32Type>>());
    let plain: ArrayRef = Arc::new(StringArray::from(texts.clone()));
    for array in [dictionary, plain] {
        let batch = try_bind(field("x", Ty::Code(LIST)), array).unwrap();
        let Values::Code(values) = &column(&batch).values else { panic!() };
        assert_eq!(values[..2], [0, 1]);
        assert_eq!(known(&batch), [true, true, false, false, false, false]);
        assert_eq!(column(&batch).absence(3), Absence::missing(Reason::NotCollected));
        assert_eq!(column(&batch).absence(4), Absence::NOT_APPLICABLE);
        assert!(batch.faults.is_empty());
    }
    let wrong: DictionaryArray<Int32Type> = vec![Some("A"), Some("C"), Some("C")].into_iter().collect();
    assert_eq!(fault_codes(&bind(Ty::Code(LIST), wrong)), [(2, "D0120"), (3, "D0120")]);
    let numbers = bind(Ty::Code(LIST), Int32Array::from(vec![1]));
    assert!(matches!(&column(&numbers).values, Values::Code(values) if values[0] == 0));
    let empty: DictionaryArray<Int32Type> = vec![None::<&str>, None].into_iter().collect();
    let required = field("x", Ty::Code(LIST)).with(|field| field.required = true);
    let batch = try_bind(required, Arc::new(empty)).unwrap();
    assert_eq!(fault_codes(&batch), [(1, "D0121"), (2, "D0121")]);
}

#[test]
fn dates_and_times() {
    let day = |text| Date::parse(text).unwrap().days();
    let batch = bind(Ty::Date, Date32Array::from(vec![day("2026-03-01"), i32::MAX]));
    let Values::Date(values) = &column(&batch).values else { panic!() };
    assert_eq!((values[0], fault_codes(&batch)), (day("2026-03-01"), vec![(2, "D0102")]));
    let midnight = i64::from(day("2026-03-01")) * 86_400;
    let zoned = TimestampSecondArray::from(vec![midnight + 5 * 3_600, midnight]).with_timezone("America/Toronto");
    let batch = bind(Ty::Date, zoned);
    let Values::Date(values) = &column(&batch).values else { panic!() };
    assert_eq!((values[0], fault_codes(&batch)), (day("2026-03-01"), vec![(2, "D0102")]));
    let ahead = TimestampSecondArray::from(vec![midnight - 3_600]).with_timezone("+01:00");
    assert!(matches!(&column(&bind(Ty::Date, ahead)).values, Values::Date(values) if values[0] == day("2026-03-01")));
    assert!(matches!(
        &column(&bind(Ty::Date, Date64Array::from(vec![midnight * 1_000]))).values,
        Values::Date(values) if values[0] == day("2026-03-01")
    ));

    let instant = TimestampNanosecondArray::from(vec![Some(-1), None]).with_timezone("UTC");
    let batch = bind(Ty::DateTime, instant);
    let Values::DateTime(values) = &column(&batch).values else { panic!() };
    assert_eq!((values[0], known(&batch)), (-1, vec![true, false]));
    let local = bind(Ty::DateTime, TimestampMillisecondArray::from(vec![midnight * 1_000]));
    let Values::DateTime(values) = &column(&local).values else { panic!() };
    assert_eq!(values[0], (midnight + 5 * 3_600) * 1_000_000, "on the clocks of the rules' zone");
    let far = bind(Ty::DateTime, TimestampSecondArray::from(vec![i64::MAX, 0]).with_timezone("UTC"));
    assert_eq!(fault_codes(&far), [(1, "D0108")]);

    let times = bind(Ty::Time, Time32SecondArray::from(vec![60, -1]));
    let Values::Time(values) = &column(&times).values else { panic!() };
    assert_eq!((values[0], fault_codes(&times)), (60_000_000, vec![(2, "D0107")]));
    let lengths = bind(Ty::Duration, DurationSecondArray::from(vec![2_700]));
    let Values::Duration(values) = &column(&lengths).values else { panic!() };
    assert_eq!(values[0], assize_model::civil::Duration::micros(2_700_000_000));
}

#[test]
fn sets_ranges_and_booleans() {
    let mut lists = ListBuilder::new(StringBuilder::new());
    lists.append_value([Some("B"), Some("A"), Some("A")]);
    lists.append_value([] as [Option<&str>; 0]);
    lists.append_null();
    lists.append_value([Some("A"), None]);
    lists.append_value([Some("C")]);
    let batch = bind(Ty::Codes(LIST), lists.finish());
    let Values::Set(values) = &column(&batch).values else { panic!() };
    assert_eq!(values[0], Some(Value::codes(LIST, vec![Code(0), Code(1)])));
    assert_eq!(values[1], Some(Value::codes(LIST, vec![])));
    assert_eq!(known(&batch), [true, true, false, false, false]);
    assert_eq!(fault_codes(&batch), [(5, "D0120")]);

    let ranges = try_bind(range("x", Ty::Integer), Arc::new(Int32Array::from(vec![5]))).unwrap();
    assert!(matches!(&column(&ranges).values, Values::IntegerRange(values) if values[0] == (Some(5), Some(5))));
    let flags = bind(Ty::Boolean, BooleanArray::from(vec![Some(true), None]));
    assert!(matches!(&column(&flags).values, Values::Boolean(values) if values.value(0)));
    let numbers = bind(Ty::Boolean, Float64Array::from(vec![1.0, f64::NAN, 0.5]));
    assert_eq!((known(&numbers), fault_codes(&numbers)), (vec![true, false, false], vec![(3, "D0101")]));
}

#[test]
fn what_cannot_be_read_is_said_before_anything_is() {
    let wrong: Vec<(Ty, ArrayRef)> = vec![
        (Ty::Integer, Arc::new(BooleanArray::from(vec![true]))),
        (Ty::Date, Arc::new(Int64Array::from(vec![1]))),
        (Ty::Text, Arc::new(Float64Array::from(vec![1.0]))),
        (Ty::Boolean, Arc::new(Date32Array::from(vec![1]))),
    ];
    for (ty, array) in wrong {
        let error = try_bind(field("x", ty), array).err().unwrap();
        assert!(matches!(&error, OpenError::WrongTypes(columns) if columns.len() == 1), "{error}");
    }
    let error = try_bind(field("x", Ty::Integer), Arc::new(BooleanArray::from(vec![true]))).err().unwrap();
    let wanted = "the column `x` is of type Boolean, which cannot be read as an integer for the field `x`";
    assert_eq!(error.to_string(), wanted);
    let rows = rows(vec![("y", Arc::new(NullArray::new(1)))]);
    let error = Binder::new(&one(field("x", Ty::Date)), FIRST, &rows.schema(), &Options::default()).err().unwrap();
    assert!(matches!(error, OpenError::MissingColumns(_)));
}

#[test]
fn keys_and_companions() {
    let fields = vec![
        field("id", Ty::Integer),
        field("x", Ty::Integer),
        field("there", Ty::Text).with(|field| (field.read, field.required) = (false, true)),
    ];
    let program = program(vec![], vec![record("R", Some(0), fields)]);
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1)]), Some(vec![]), None]);
    let rows = rows(vec![
        ("id", Arc::new(Int64Array::from(vec![Some(1), None, Some(1)]))),
        ("x", Arc::new(Int64Array::from(vec![None, Some(2), None]))),
        ("x__missing", Arc::new(StringArray::from(vec![Some("withheld"), None, None]))),
        ("there", Arc::new(lists)),
    ]);
    let mut binder = Binder::new(&program, FIRST, &rows.schema(), &Options::default()).unwrap();
    let batch = binder.bind(&rows).unwrap();
    assert_eq!(fault_codes(&batch), [(2, "D0123"), (3, "D0122"), (3, "D0121")]);
    assert_eq!(batch.table.column(FieldId(1)).unwrap().absence(0), Absence::missing(Reason::Withheld));
    let again = binder.bind(&rows).unwrap();
    assert_eq!(fault_codes(&again), [(4, "D0122"), (5, "D0123"), (6, "D0122"), (6, "D0121")]);
    assert_eq!(again.first_row, 4);
    assert_eq!((binder.counts().rows, binder.counts().bad), (6, 5));
}

fn parquet(rows: &RecordBatch, group: usize) -> Vec<u8> {
    let properties =
        parquet::file::properties::WriterProperties::builder().set_max_row_group_row_count(Some(group)).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), rows.schema(), Some(properties)).unwrap();
    writer.write(rows).unwrap();
    writer.into_inner().unwrap()
}

fn people(count: i64) -> (Program, RecordBatch) {
    let lists = vec![codes("K", &[("a", &[]), ("b", &[])], &[])];
    let fields = vec![
        field("id", Ty::Text),
        field("n", Ty::Integer),
        field("kind", Ty::Code(LIST)),
        field("amount", Ty::Decimal),
        field("on", Ty::Date),
    ];
    let program = program(lists, vec![record("R", Some(0), fields)]);
    let some = |n: i64| (n % 7 != 0).then_some(n);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("unread", Arc::new((0..count).map(|n| Some(format!("text {n}"))).collect::<StringArray>())),
        ("n", Arc::new((0..count).map(some).collect::<Int64Array>())),
        ("on", Arc::new((0..count).map(|n| some(n).map(|n| n as i32)).collect::<Date32Array>())),
        ("kind", Arc::new((0..count).map(|n| Some(if n % 2 == 0 { "a" } else { "b" })).collect::<StringArray>())),
        ("amount", Arc::new((0..count).map(|n| Some(n as f64 / 4.0)).collect::<Float64Array>())),
        ("id", Arc::new((0..count).map(|n| Some(format!("P{n}"))).collect::<StringArray>())),
    ];
    (program, rows(columns))
}

#[test]
fn parquet_round_trip() {
    let (program, rows) = people(3_000);
    let path = file("round.parquet", &parquet(&rows, 700));
    for most in [1 << 20, 999] {
        let mut reader = Reader::open(&path, Format::Parquet, &program, FIRST, &Options::default()).unwrap();
        let mut at = 0;
        while let Some(batch) = reader.next_batch(most).unwrap() {
            assert!(batch.table.rows <= most && batch.faults.is_empty());
            assert_eq!(batch.first_row, at as u64 + 1);
            let get = |field| batch.table.column(FieldId(field)).unwrap();
            let (Values::Text(id), Values::Integer(n)) = (&get(0).values, &get(1).values) else { panic!() };
            let (Values::Code(kind), Values::Date(on)) = (&get(2).values, &get(4).values) else { panic!() };
            let Values::Decimal { coefficients, scale } = &get(3).values else { panic!() };
            for row in 0..batch.table.rows {
                assert_eq!(id.get(row), format!("P{at}"));
                assert_eq!(get(1).is_known(row).then(|| n[row]), (at % 7 != 0).then_some(at as i64));
                assert_eq!(get(4).is_known(row).then(|| on[row]), (at % 7 != 0).then_some(at));
                assert_eq!(i32::from(kind[row]), at % 2);
                assert_eq!(Decimal::new(coefficients[row], *scale), Decimal::from_f64(f64::from(at) / 4.0));
                at += 1;
            }
        }
        assert_eq!(at, 3_000);
    }
}

/// A row of `id` under Snappy and of `n` under Brotli, as pyarrow writes it.
#[test]
fn a_compression_that_is_not_read_is_told_where_it_matters() {
    let path = file("brotli.parquet", include_bytes!("common/brotli.parquet"));
    let of = |fields| program(vec![], vec![record("R", Some(0), fields)]);
    let both = of(vec![field("id", Ty::Text), field("n", Ty::Integer)]);
    let Err(error) = Reader::open(&path, Format::Parquet, &both, FIRST, &Options::default()) else { panic!() };
    assert!(error.to_string().starts_with("the column `n` is compressed with Brotli, which is not read"), "{error}");
    let one = of(vec![field("id", Ty::Text)]);
    let mut reader = Reader::open(&path, Format::Parquet, &one, FIRST, &Options::default()).unwrap();
    assert_eq!(reader.next_batch(10).unwrap().unwrap().table.rows, 1);
}

#[test]
fn a_truncated_or_damaged_parquet_file_is_an_error_and_no_more() {
    let (program, rows) = people(500);
    let whole = parquet(&rows, 200);
    let read = |name: &str, bytes: &[u8]| {
        let path = file(name, bytes);
        let mut reader =
            Reader::open(&path, Format::Parquet, &program, FIRST, &Options::default()).map_err(|e| e.to_string())?;
        let mut rows = 0;
        while let Some(batch) = reader.next_batch(100).map_err(|e| e.to_string())? {
            rows += batch.table.rows;
        }
        Ok::<usize, String>(rows)
    };
    assert_eq!(read("whole.parquet", &whole), Ok(500));
    for length in [0, 3, 4, 8, 100, whole.len() / 2, whole.len() - 9, whole.len() - 1] {
        let error = read("cut.parquet", &whole[..length]).unwrap_err();
        assert!(error.contains("Parquet"), "{length}: {error}");
    }
    assert!(read("text.parquet", b"id,n\n1,2\n").unwrap_err().contains("Parquet"));
    let mut seed = 1_u64;
    for round in 0..400 {
        let mut damaged = whole.clone();
        for _ in 0..1 + round % 3 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (seed >> 33) as usize % damaged.len();
            damaged[at] ^= 1 << (seed >> 29 & 7);
        }
        // Wrong values cannot all be told; what must not happen is a panic that gets out, or a hang.
        let _ = read("damaged.parquet", &damaged);
    }
    let stream = Box::new(std::io::Cursor::new(whole));
    let error = Reader::from_stream(stream, Format::Parquet, &program, FIRST, &Options::default()).err().unwrap();
    assert!(matches!(error, OpenError::Stream));
}

#[test]
fn children_from_files_of_their_own() {
    let parent = vec![field("id", Ty::Integer), many("charges", 1, 0)];
    let child = vec![field("person", Ty::Integer).with(|field| field.read = false), field("weight", Ty::Decimal)];
    let program = program(vec![], vec![record("P", Some(0), parent), record("C", None, child)]);
    let by = (FieldId(0), Ty::Integer);
    let load = |name: &str, format, bytes: &[u8]| {
        load_children(&file(name, bytes), format, &program, RecordId(1), by, &Options::default()).unwrap()
    };
    let text = load("children.csv", Format::Csv, b"weight,person\n0.5,1\n1,x\n2,\n");
    let lines = load(
        "children.jsonl",
        Format::JsonLines,
        b"{\"weight\":0.5,\"person\":1}\n{\"weight\":1,\"person\":\"x\"}\n{\"weight\":2}\n",
    );
    for batch in [text, lines] {
        let Values::Integer(person) = &batch.table.columns[0].as_ref().unwrap().values else { panic!() };
        assert_eq!((person[0], &batch.table.bad), (1, &vec![1]));
        assert_eq!(batch.table.rows, 3);
    }
    // More rows than are decoded together, of decimals whose places differ from part to part.
    let count = 150_000;
    let weight = |n: i64| if n < 70_000 { n as f64 } else { n as f64 / 8.0 };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("person", Arc::new((0..count).map(|n| (n % 5 != 0).then_some(n)).collect::<Int64Array>())),
        ("weight", Arc::new((0..count).map(|n| Some(weight(n))).collect::<Float64Array>())),
    ];
    let batch = load("children.parquet", Format::Parquet, &parquet(&rows(columns), 1 << 20));
    assert_eq!((batch.table.rows, batch.faults.len()), (150_000, 0));
    let [Some(person), Some(weights)] = &batch.table.columns[..] else { panic!() };
    let Values::Integer(numbers) = &person.values else { panic!() };
    let Values::Decimal { coefficients, scale } = &weights.values else { panic!() };
    for row in 0..count as usize {
        assert_eq!(person.is_known(row), row % 5 != 0);
        assert!(row % 5 == 0 || numbers[row] == row as i64);
        assert_eq!(Decimal::new(coefficients[row], *scale), Decimal::from_f64(weight(row as i64)));
    }
    let none = load("none.csv", Format::Csv, b"weight,person\n");
    assert_eq!(none.table.rows, 0);
    assert!(none.table.columns.iter().all(|column| column.as_ref().is_some_and(Column::is_empty)));
    let missing = load_children(
        std::path::Path::new("no such file"),
        Format::Csv,
        &program,
        RecordId(1),
        by,
        &Options::default(),
    );
    assert!(missing.is_err());
}
