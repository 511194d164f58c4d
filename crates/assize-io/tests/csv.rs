//! Delimited text to columns: values, missing values, and everything that can be wrong with a row.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may fail as the tests themselves may"
)]

mod common;

use assize_io::{Batch, Format, OpenError, Options, Reader, RowFault};
use assize_model::absence::{Absence, Fault, Reason};
use assize_model::civil::{Date, Zone};
use assize_model::column::{Column, Values};
use assize_model::decimal::Decimal;
use assize_model::ids::{Code, FieldId, NodeId};
use assize_model::program::Program;
use assize_model::ty::Ty;
use assize_model::value::Value;
use common::{FIRST, LIST, With, codes, field, program, range, record};
use proptest::prelude::*;
use std::io::Cursor;

fn open(program: &Program, text: &[u8], options: &Options) -> Result<Reader, OpenError> {
    Reader::from_stream(Box::new(Cursor::new(text.to_vec())), Format::Csv, program, FIRST, options)
}

fn read(program: &Program, text: &str) -> Batch {
    let mut reader = open(program, text.as_bytes(), &Options::default()).unwrap();
    let batch = reader.next_batch(1 << 20).unwrap().unwrap();
    assert!(reader.next_batch(1).unwrap().is_none());
    batch
}

fn one(ty: Ty) -> Program {
    let zone = Zone::get("America/Toronto");
    let lists = vec![codes(
        "Offence",
        &[("assault", &["DA", "13A-DV"]), ("breach", &[]), ("other", &["Other offence"])],
        &[("U", Reason::Unknown), ("99", Reason::NotCollected)],
    )];
    let mut program = program(lists, vec![record("R", None, vec![field("x", ty)])]);
    program.ruleset.zone = zone;
    program.records[0].missing = vec![("N/A".into(), Reason::NotApplicable), ("DA".into(), Reason::Withheld)];
    program
}

fn column(batch: &Batch, field: u32) -> &Column {
    batch.table.column(FieldId(field)).unwrap()
}

fn faults(batch: &Batch) -> Vec<(u64, &'static str, &str)> {
    batch.faults.iter().map(|fault| (fault.row, fault.code, fault.message.as_str())).collect()
}

const UNREADABLE: Absence = Absence::error(Fault::Data, NodeId(0));

#[test]
fn integers_and_what_is_missing() {
    let batch =
        read(&one(Ty::Integer), " x ,y\n5,\n -7 ,\n,\nN/A,\n9223372036854775807,\n9223372036854775808,\n1.5,\n");
    let x = column(&batch, 0);
    let Values::Integer(values) = &x.values else { panic!() };
    assert_eq!((values[0], values[1], values[4]), (5, -7, i64::MAX));
    let known: Vec<bool> = (0..7).map(|row| x.is_known(row)).collect();
    assert_eq!(known, [true, true, false, false, true, false, false]);
    assert_eq!(x.absence(2), Absence::UNKNOWN);
    assert_eq!(x.absence(3), Absence::NOT_APPLICABLE);
    assert_eq!((x.absence(5), x.absence(6)), (UNREADABLE, UNREADABLE));
    assert_eq!(batch.table.bad, [5, 6]);
    assert_eq!(
        faults(&batch),
        [
            (6, "D0104", "`9223372036854775808` is past the range of 64-bit integers"),
            (7, "D0103", "`1.5` is not an integer"),
        ]
    );
}

#[test]
fn codes_and_texts_for_missing_ones() {
    let batch = read(&one(Ty::Code(LIST)), "x\nDA\n13A-DV\n breach \nOther offence\nU\n99\nN/A\n\"\"\nother\nBreach\n");
    let x = column(&batch, 0);
    let Values::Code(values) = &x.values else { panic!() };
    assert_eq!(values[..4], [0, 0, 1, 2]);
    // What the list says of a text goes before what the record says.
    assert!(x.is_known(0));
    assert_eq!(x.absence(4), Absence::UNKNOWN);
    assert_eq!(x.absence(5), Absence::missing(Reason::NotCollected));
    assert_eq!(x.absence(6), Absence::NOT_APPLICABLE);
    assert_eq!(x.absence(7), Absence::UNKNOWN);
    assert_eq!(
        faults(&batch),
        [
            (9, "D0120", "`other` is not one of the codes"),
            (10, "D0120", "`Breach` is not one of the codes; did you mean `breach`"),
        ]
    );
}

#[test]
fn every_other_type() {
    let booleans = read(&one(Ty::Boolean), "x\nYes\nn\nTRUE\n0\nmaybe\n");
    let Values::Boolean(values) = &column(&booleans, 0).values else { panic!() };
    assert_eq!(values.iter().take(4).collect::<Vec<_>>(), [true, false, true, false]);
    assert_eq!(faults(&booleans), [(5, "D0101", "`maybe` is not a boolean: yes or no")]);

    let decimals = read(&one(Ty::Decimal), "x\n5\n0.125\n-3.10\n1e2\n");
    let Values::Decimal { coefficients, scale } = &column(&decimals, 0).values else { panic!() };
    let values: Vec<Decimal> = coefficients.iter().map(|&value| Decimal::new(value, *scale).unwrap()).collect();
    assert_eq!(values, ["5", "0.125", "-3.1", "100"].map(|text| Decimal::parse(text).unwrap()));

    let dates = read(&one(Ty::Date), "x\n2026-02-28\n2026-02-30\n31/02/2026\n2026-03-01T00:00:00\n");
    let Values::Date(values) = &column(&dates, 0).values else { panic!() };
    let day = |text| Date::parse(text).unwrap().days();
    assert_eq!((values[0], values[3]), (day("2026-02-28"), day("2026-03-01")));
    assert_eq!(
        faults(&dates),
        [
            (2, "D0102", "`2026-02-30` is not a date; the month does not have that day"),
            (3, "D0102", "`31/02/2026` is not a date; dates are written as `2026-12-31`"),
        ]
    );

    let times = read(&one(Ty::Time), "x\n23:59\n25:00\n");
    let Values::Time(values) = &column(&times, 0).values else { panic!() };
    assert_eq!(values[0], (23 * 60 + 59) * 60_000_000);
    assert_eq!(times.table.bad, [1]);

    let instants = read(&one(Ty::DateTime), "x\n2026-01-01T00:00:00Z\n2025-12-31 19:00\n");
    let Values::DateTime(values) = &column(&instants, 0).values else { panic!() };
    assert_eq!(values[0], values[1]);

    let lengths = read(&one(Ty::Duration), "x\n45 minutes\n2 moons\n");
    assert!(matches!(&column(&lengths, 0).values, Values::Duration(values) if values.len() == 2));
    assert_eq!(lengths.table.bad, [1]);

    let texts = read(&one(Ty::Text), "x\n\" a \"\"b\"\"\nc \"\n\u{feff}é\n");
    let Values::Text(values) = &column(&texts, 0).values else { panic!() };
    assert_eq!((values.get(0), values.get(1)), ("a \"b\"\nc", "\u{feff}é"));
}

#[test]
fn sets() {
    let mut of_codes = one(Ty::Codes(LIST));
    of_codes.records[0].fields[0].separator = Some("|".into());
    let batch = read(&of_codes, "x\nbreach|DA| breach\n|\n\nDA|U\nDA|Brech\nN/A\n");
    let Values::Set(values) = &column(&batch, 0).values else { panic!() };
    assert_eq!(values[0], Some(Value::codes(LIST, vec![Code(0), Code(1)])));
    assert_eq!(values[1], Some(Value::codes(LIST, vec![])));
    assert_eq!(column(&batch, 0).absence(2), Absence::UNKNOWN, "blank lines are no rows");
    assert_eq!(faults(&batch), [(4, "D0120", "`Brech` is not one of the codes; did you mean `breach`")]);
    assert_eq!(column(&batch, 0).absence(4), Absence::NOT_APPLICABLE);

    let mut of_texts = one(Ty::Texts);
    of_texts.records[0].fields[0].separator = Some("; ".into());
    let batch = read(&of_texts, "x\nb; a\n");
    let Values::Set(values) = &column(&batch, 0).values else { panic!() };
    assert_eq!(values[0], Some(Value::texts(vec!["a".into(), "b".into()])));
}

#[test]
fn ranges_from_one_column_and_from_two() {
    let pair = range("y", Ty::Decimal).with(|field| field.from = vec!["low".into(), "high".into()]);
    let mut program = program(vec![], vec![record("R", None, vec![range("x", Ty::Integer), pair])]);
    program.records[0].missing = vec![("-".into(), Reason::NotAnswered)];
    let batch = read(&program, "x,high,low\n25-34,2.5,1.5\n>340,,1\n340+,-,-\n-,x,1\n5-4,1,2\n");
    let Values::IntegerRange(x) = &column(&batch, 0).values else { panic!() };
    assert_eq!(x[..3], [(Some(25), Some(34)), (Some(341), None), (Some(340), None)]);
    let Values::DecimalRange(y) = &column(&batch, 1).values else { panic!() };
    let decimal = |text| Some(Decimal::parse(text).unwrap());
    assert_eq!(y[..2], [(decimal("1.5"), decimal("2.5")), (decimal("1"), None)]);
    assert_eq!(column(&batch, 1).absence(2), Absence::missing(Reason::NotAnswered));
    assert_eq!(column(&batch, 0).absence(3), Absence::missing(Reason::NotAnswered));
    let codes: Vec<_> = batch.faults.iter().map(|fault| (fault.row, fault.field.unwrap().0, fault.code)).collect();
    assert_eq!(codes, [(4, 1, "D0105"), (5, 0, "D0112"), (5, 1, "D0112")]);
    assert_eq!(batch.table.bad, [3, 4]);
}

#[test]
fn companion_columns_say_why() {
    let batch =
        read(&one(Ty::Integer), "x__missing,x\nwithheld,\n,5\nnot_applicable,5\nsecret,\n,\nnot_answered,N/A\n");
    let x = column(&batch, 0);
    assert_eq!(x.absence(0), Absence::missing(Reason::Withheld));
    assert!(x.is_known(1));
    assert_eq!(x.absence(4), Absence::UNKNOWN);
    assert_eq!(x.absence(5), Absence::missing(Reason::NotAnswered));
    let codes: Vec<_> = batch.faults.iter().map(|fault| (fault.row, fault.code)).collect();
    assert_eq!(codes, [(3, "D0133"), (4, "D0132")]);
}

#[test]
fn companions_of_pairs_and_sets() {
    let pair = range("y", Ty::Integer).with(|field| field.from = vec!["low".into(), "high".into()]);
    let program = program(vec![], vec![record("R", None, vec![pair, field("z", Ty::Texts)])]);
    let batch =
        read(&program, "low,high,y__missing,z,z__missing\n,,withheld,a,\n1,2,,,not_collected\n1,,withheld,a,why\n");
    assert_eq!(column(&batch, 0).absence(0), Absence::missing(Reason::Withheld));
    assert!(column(&batch, 0).is_known(1) && column(&batch, 1).is_known(0));
    assert_eq!(column(&batch, 1).absence(1), Absence::missing(Reason::NotCollected));
    let codes: Vec<_> = batch.faults.iter().map(|fault| (fault.row, fault.field.unwrap().0, fault.code)).collect();
    assert_eq!(codes, [(3, 0, "D0133"), (3, 1, "D0132")]);
}

#[test]
fn limits_of_cells_and_rows() {
    let program = program(vec![], vec![record("R", None, vec![field("x", Ty::Text)])]);
    let text = format!("x,y\n{},b\na,b\n{},b\na,{}\n", "x".repeat(2_000), "x".repeat(5_000), "y".repeat(200_000));
    let options = Options { longest_cell: 3_000, longest_row: 100_000, ..Options::default() };
    let mut reader = open(&program, text.as_bytes(), &options).unwrap();
    let batch = reader.next_batch(10).unwrap().unwrap();
    assert_eq!(
        faults(&batch),
        [(3, "D0128", "a cell is longer than 3000 bytes"), (4, "D0128", "the row is longer than 100000 bytes")]
    );
    let tiny = Options { batch_bytes: 1, ..Options::default() };
    let mut reader = open(&program, b"x\na\nb\n", &tiny).unwrap();
    let mut rows = 0;
    while let Some(batch) = reader.next_batch(1 << 40).unwrap() {
        rows += batch.table.rows;
    }
    assert_eq!(rows, 2);
    let quote = Options { delimiter: Some(b'"'), ..Options::default() };
    assert!(matches!(open(&program, b"x\n", &quote), Err(OpenError::Options(_))));
    let semicolon = Options { delimiter: Some(b';'), ..Options::default() };
    assert_eq!(open(&program, b"x;y\na;b\n", &semicolon).unwrap().read_all().unwrap().table.rows, 1);
}

#[test]
fn required_and_unread_fields() {
    let fields = vec![
        field("a", Ty::Integer).with(|field| field.required = true),
        field("b", Ty::Date).with(|field| (field.read, field.required) = (false, true)),
        field("c", Ty::Date).with(|field| field.read = false),
        field("d", Ty::Date).with(|field| field.optional = true),
    ];
    let program = program(vec![], vec![record("R", None, fields)]);
    let batch = read(&program, "b,a\nnot looked at,1\n,2\nx,\n,\n");
    assert_eq!(
        faults(&batch),
        [
            (2, "D0121", "`b` is required and is absent"),
            (3, "D0121", "`a` is required and is absent"),
            (4, "D0121", "`a` is required and is absent"),
            (4, "D0121", "`b` is required and is absent"),
        ]
    );
    assert_eq!(batch.table.bad, [1, 2, 3]);
    assert_eq!(column(&batch, 0).absence(2), UNREADABLE);
    assert!((1..4).all(|field| batch.table.column(FieldId(field)).is_none()));
}

#[test]
fn headings_that_are_lacking_or_twice_there() {
    let fields = vec![
        field("id", Ty::Text).with(|field| field.from = vec!["Person No".into()]),
        field("born", Ty::Date),
        field("size", Ty::Date).with(|field| field.optional = true),
    ];
    let program = program(vec![], vec![record("R", None, fields)]);
    let error = open(&program, b"Persn No,other\n1,2\n", &Options::default()).err().unwrap();
    assert_eq!(
        error.to_string(),
        "there is no column `Person No` for the field `id`; did you mean `Persn No`\n\
         there is no column `born` for the field `born`"
    );
    let error = open(&program, b"Person No,born, born\n1,2,3\n", &Options::default()).err().unwrap();
    assert_eq!(error.to_string(), "several columns have the heading `born`");
    assert!(open(&program, b"\xef\xbb\xbfPerson No , born,,\n1,,,\n", &Options::default()).is_ok());
    for empty in [&b""[..], b"\n\r\n", b"\xef\xbb\xbf"] {
        assert!(matches!(open(&program, empty, &Options::default()), Err(OpenError::NoHeadings)));
    }
    let odd = [&b"a,\"b\n1,2\n"[..], b"PAR1xxxx", b"PK\x03\x04", b"\x1f\x8b\x08"];
    for bytes in odd {
        assert!(matches!(open(&program, bytes, &Options::default()), Err(OpenError::Headings(_))));
    }
    assert!(matches!(open(&program, b"\xff\xfea\0", &Options::default()), Err(OpenError::Encoding("UTF-16"))));
}

#[test]
fn broken_rows_cost_only_themselves() {
    let program = program(vec![], vec![record("R", None, vec![field("x", Ty::Integer), field("y", Ty::Text)])]);
    let text = b"x,y,z\n1,a,b\n2,a\n3,a,b,c\n4,\xff,b\n5,a,\xff\n6,\"a\"b,c\n7,\"a,b\n8,a,b\n";
    let mut reader = open(&program, text, &Options::default()).unwrap();
    let batch = reader.next_batch(100).unwrap().unwrap();
    assert_eq!(
        faults(&batch),
        [
            (2, "D0125", "the row has 2 cells, and there are 3 headings"),
            (3, "D0125", "the row has 4 cells, and there are 3 headings"),
            (4, "D0126", "the text is not UTF-8"),
            (6, "D0130", "there is text after a closing quote"),
            (7, "D0129", "a quote that is opened in this row is never closed; the row ends at its line"),
        ]
    );
    assert_eq!(batch.table.bad, [1, 2, 3, 5, 6]);
    let x = column(&batch, 0);
    let known: Vec<bool> = (0..8).map(|row| x.is_known(row)).collect();
    // Row 4 has its own text at fault, not its number; row 5 has its fault where nobody looks.
    assert_eq!(known, [true, false, false, true, true, false, false, true]);
    assert!(x.absence(1).is_error() && column(&batch, 1).absence(3).is_error());
    assert_eq!(reader.counts().bad, 5);
    assert_eq!(reader.counts().rows, 8);
}

#[test]
fn keys_over_batches() {
    let fields = vec![field("id", Ty::Text).with(|field| field.read = false)];
    let program = program(vec![], vec![record("R", Some(0), fields)]);
    let long = "x".repeat(40);
    let text = format!("id,b\na,1\n{long},1\n,1\nA,1\na,1\n{long},1\n a ,1\n{long}y,1\n");
    let mut reader = open(&program, text.as_bytes(), &Options::default()).unwrap();
    let mut all: Vec<RowFault> = Vec::new();
    let mut bad = Vec::new();
    while let Some(batch) = reader.next_batch(3).unwrap() {
        bad.extend(batch.table.bad.iter().map(|&row| u64::from(row) + batch.first_row));
        all.extend(batch.faults);
    }
    let found: Vec<_> = all.iter().map(|fault| (fault.row, fault.code, fault.message.as_str())).collect();
    let shown = format!("the key `{}` is already that of row 2", "x".repeat(40));
    assert_eq!(
        found,
        [
            (3, "D0123", "the key `id` is absent"),
            (5, "D0122", "the key `a` is already that of row 1"),
            (6, "D0122", shown.as_str()),
            (7, "D0122", "the key `a` is already that of row 1"),
        ]
    );
    assert_eq!(bad, [3, 5, 6, 7]);
    assert_eq!(all[1].key.as_deref(), Some("a"));
    assert_eq!(all[0].key, None);
}

#[test]
fn two_million_errors_are_counted_and_listed_up_to_the_limit() {
    let program = program(vec![], vec![record("R", None, vec![field("x", Ty::Integer), field("y", Ty::Date)])]);
    let mut text = b"x,y\n".to_vec();
    for _ in 0..1_000_000 {
        text.extend_from_slice(b"a,b\n");
    }
    let mut reader = open(&program, &text, &Options::default()).unwrap();
    let (mut kept, mut bad) = (0, 0);
    while let Some(batch) = reader.next_batch(65_536).unwrap() {
        let rows: Vec<u64> = batch.faults.iter().map(|fault| fault.row).collect();
        assert!(rows.iter().enumerate().all(|(at, &row)| row == at as u64 / 2 + 1));
        kept += batch.faults.len();
        bad += batch.table.bad.len();
    }
    assert_eq!((kept, bad), (1_000, 1_000_000));
    let counts = reader.counts();
    assert_eq!((counts.rows, counts.bad, counts.faults), (1_000_000, 1_000_000, 2_000_000));
}

#[test]
fn a_reader_that_fails_gives_what_came_before() {
    struct Fails(Cursor<Vec<u8>>);
    impl std::io::Read for Fails {
        fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
            match self.0.read(to)? {
                0 => Err(std::io::Error::other("the disk is gone")),
                count => Ok(count),
            }
        }
    }
    let program = program(vec![], vec![record("R", None, vec![field("x", Ty::Integer)])]);
    let text = format!("x\n{}", "12345\n".repeat(200_000));
    let stream = Box::new(Fails(Cursor::new(text.into_bytes())));
    let mut reader = Reader::from_stream(stream, Format::Csv, &program, FIRST, &Options::default()).unwrap();
    let batch = reader.next_batch(1 << 20).unwrap().unwrap();
    let rows = batch.table.rows;
    assert!(rows > 100_000);
    let failure = reader.next_batch(1 << 20).unwrap_err();
    assert_eq!(failure.to_string(), format!("after row {rows}: the disk is gone"));
    assert!(reader.next_batch(1).unwrap().is_none());
}

#[test]
fn the_iowa_file() {
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/iowa/iowa_3yr_recidivism.csv");
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return;
    }
    let from = |name: &str, heading: &str, ty| field(name, ty).with(|field| field.from = vec![heading.into()]);
    let lists = vec![codes("Type", &[("new", &["New"]), ("tech", &["Tech"])], &[])];
    let fields = vec![
        from("year", "Recidivism Reporting Year", Ty::Integer),
        from("age", "Age At Release", Ty::Text),
        from("returned", "Return to Prison", Ty::Boolean),
        from("days", "Days to Return", Ty::Integer),
        from("kind", "Recidivism Type", Ty::Code(LIST)),
        from("district", "Main Supervising District", Ty::Text),
    ];
    let mut program = program(lists, vec![record("Release", None, fields)]);
    program.records[0].missing = vec![("No Recidivism".into(), Reason::NotApplicable)];
    let mut reader = Reader::open(&path, Format::Csv, &program, FIRST, &Options::default()).unwrap();
    let (mut rows, mut returned, mut blank, mut kinds, mut no_days) = (0, 0, 0, [0; 2], 0);
    while let Some(batch) = reader.next_batch(10_000).unwrap() {
        rows += batch.table.rows;
        let Values::Boolean(yes) = &column(&batch, 2).values else { panic!() };
        returned += yes.count_set_bits();
        let Values::Code(codes) = &column(&batch, 4).values else { panic!() };
        for row in 0..batch.table.rows {
            blank += usize::from(!column(&batch, 5).is_known(row));
            no_days += usize::from(!column(&batch, 3).is_known(row));
            if column(&batch, 4).is_known(row) {
                kinds[usize::from(codes[row])] += 1;
            }
        }
        assert_eq!(batch.faults.first().map(|fault| fault.message.clone()), None);
    }
    assert_eq!((rows, returned, blank, kinds), (26_020, 8_681, 9_581, [5_516, 3_165]));
    assert_eq!(no_days, 26_020 - 8_681);
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Whatever text goes in quoted comes back, over any batch size.
    #[test]
    fn texts_round_trip(
        rows in proptest::collection::vec(("[a-z\"\r\n,é☃|=]{0,30}", any::<i64>()), 1..60),
        batch in 1_usize..30,
    ) {
        let program = program(vec![], vec![record("R", None, vec![field("x", Ty::Text), field("n", Ty::Integer)])]);
        let text: String = rows.iter().map(|(text, n)| format!("{n},{}\r\n", quoted(text))).collect();
        let mut reader = open(&program, format!("n,x\r\n{text}").as_bytes(), &Options::default()).unwrap();
        let mut at = 0;
        while let Some(batch) = reader.next_batch(batch).unwrap() {
            prop_assert_eq!(batch.first_row, at as u64 + 1);
            prop_assert!(batch.faults.is_empty());
            let Values::Text(texts) = &column(&batch, 0).values else { panic!() };
            let Values::Integer(numbers) = &column(&batch, 1).values else { panic!() };
            for row in 0..batch.table.rows {
                let wanted = rows[at].0.trim();
                prop_assert_eq!(column(&batch, 0).is_known(row), !wanted.is_empty());
                prop_assert_eq!(texts.get(row), wanted);
                prop_assert_eq!(numbers[row], rows[at].1);
                at += 1;
            }
        }
        prop_assert_eq!(at, rows.len());
    }

    /// Keys that come again are found wherever they are, in order or not.
    #[test]
    fn keys_that_come_again(
        keys in proptest::collection::vec(proptest::option::weighted(0.9, -30_i64..30), 1..80),
        sorted in any::<bool>(),
        ty in proptest::sample::select(vec![Ty::Integer, Ty::Decimal, Ty::Text]),
        batch in 1_usize..20,
    ) {
        let mut keys = keys;
        if sorted {
            keys.sort_unstable();
        }
        let program = program(vec![], vec![record("R", Some(0), vec![field("id", ty)])]);
        let rows = keys.iter().map(|key| key.map_or_else(String::new, |key| key.to_string()) + ",x\n");
        let text = format!("id,y\n{}", rows.collect::<String>());
        let mut reader = open(&program, text.as_bytes(), &Options::default()).unwrap();
        let mut found = Vec::new();
        while let Some(batch) = reader.next_batch(batch).unwrap() {
            found.extend(batch.faults.into_iter().map(|fault| (fault.row, fault.code)));
        }
        let mut seen = std::collections::BTreeSet::new();
        let mut wanted = Vec::new();
        for (row, key) in (1..).zip(&keys) {
            match key {
                None => wanted.push((row, "D0123")),
                Some(key) if !seen.insert(*key) => wanted.push((row, "D0122")),
                Some(_) => {}
            }
        }
        prop_assert_eq!(found, wanted);
    }

    /// No input makes it panic, hang, or lose count.
    #[test]
    fn any_bytes(input in proptest::collection::vec(any::<u8>(), 0..600), batch in 1_usize..9) {
        let mut program = one(Ty::Code(LIST));
        program.records[0].fields.push(range("y", Ty::Decimal));
        program.records[0].fields.push(field("z", Ty::Texts));
        let text = [&b"x,y,z\n"[..], &input].concat();
        let mut reader = open(&program, &text, &Options::default()).unwrap();
        let mut rows = 0;
        while let Some(batch) = reader.next_batch(batch).unwrap() {
            rows += batch.table.rows as u64;
            for field in 0..3 {
                prop_assert_eq!(column(&batch, field).len(), batch.table.rows);
            }
        }
        prop_assert_eq!(rows, reader.counts().rows);
    }
}
