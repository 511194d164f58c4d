//! JSON Lines and JSON arrays to columns: exact numbers, children inside their parents, broken lines.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may fail as the tests themselves may"
)]

mod common;

use assize_io::{Batch, Format, OpenError, Options, ReadFailure, Reader};
use assize_model::absence::{Absence, Reason};
use assize_model::column::{Column, Values};
use assize_model::decimal::Decimal;
use assize_model::ids::{FieldId, RecordId};
use assize_model::program::Program;
use assize_model::ty::Ty;
use assize_model::value::Value;
use common::{FIRST, LIST, With, codes, field, many, program, record};
use proptest::prelude::*;
use std::io::Cursor;

fn open(program: &Program, text: &[u8], options: &Options) -> Result<Reader, OpenError> {
    Reader::from_stream(Box::new(Cursor::new(text.to_vec())), Format::JsonLines, program, FIRST, options)
}

fn read(program: &Program, text: &str) -> Batch {
    let mut reader = open(program, text.as_bytes(), &Options::default()).unwrap();
    let batch = reader.next_batch(1 << 20).unwrap().unwrap();
    assert!(reader.next_batch(1).unwrap().is_none());
    batch
}

fn column(batch: &Batch, field: u32) -> &Column {
    batch.table.column(FieldId(field)).unwrap()
}

fn faults(batch: &Batch) -> Vec<(u64, &'static str, &str)> {
    batch.faults.iter().map(|fault| (fault.row, fault.code, fault.message.as_str())).collect()
}

#[test]
fn numbers_are_exact() {
    let program = program(vec![], vec![record("R", None, vec![field("n", Ty::Integer), field("d", Ty::Decimal)])]);
    let text = "{\"n\":9007199254740993,\"d\":0.1}\n{\"n\":1e3,\"d\":1e-2}\n{\"n\":12.0,\"d\":\"0.30\"}\n\
                {\"n\":1e400,\"d\":1e400}\n{\"n\":9223372036854775808,\"d\":0.1234567890123456789012345678}\n\
                {\"n\":0.1,\"d\":0.12345678901234567890123456789}\n";
    let batch = read(&program, text);
    let Values::Integer(n) = &column(&batch, 0).values else { panic!() };
    assert_eq!(n[..3], [9_007_199_254_740_993, 1_000, 12]);
    let Values::Decimal { coefficients, scale } = &column(&batch, 1).values else { panic!() };
    let d = |row: usize| Decimal::new(coefficients[row], *scale).unwrap();
    for (row, text) in [(0, "0.1"), (1, "0.01"), (2, "0.3"), (4, "0.1234567890123456789012345678")] {
        assert_eq!(d(row), Decimal::parse(text).unwrap());
    }
    let found: Vec<_> = batch.faults.iter().map(|fault| (fault.row, fault.field.unwrap().0, fault.code)).collect();
    assert_eq!(found, [(4, 0, "D0103"), (4, 1, "D0106"), (5, 0, "D0104"), (6, 0, "D0103"), (6, 1, "D0106")]);
}

#[test]
fn values_of_every_shape() {
    let lists = vec![codes("K", &[("a", &[]), ("b", &["B", "2"])], &[("U", Reason::Unknown)])];
    let fields = vec![
        field("flag", Ty::Boolean),
        field("kind", Ty::Code(LIST)),
        field("kinds", Ty::Codes(LIST)),
        field("tags", Ty::Texts).with(|field| field.separator = Some("|".into())),
        field("name", Ty::Text).with(|field| field.from = vec!["Full Name".into()]),
        field("low", Ty::Integer).with(|field| field.optional = true),
    ];
    let program = program(lists, vec![record("R", None, fields)]);
    let text = concat!(
        r#"{"flag":true,"kind":"B","kinds":["a",2],"tags":["x|y","z"],"Full Name":" \u00e9\n\"q\" ","other":{"deep":[1]}}"#,
        "\n",
        r#"{"flag":0,"kind":2,"kinds":[],"tags":"z|y","Full Name":7,"low__missing":"withheld"}"#,
        "\r\n\r\n",
        r#"{"flag":null,"kind":"U","kinds":["U"],"tags":null,"Full Name":""}"#,
        "\n",
        r#"{"flag":[true],"kind":{"a":1},"kinds":[["a"]],"tags":["a\u001fb"],"Full Name":["x"]}"#,
        "\n",
        r#"{"kinds":["c"],"kinds__missing":"nobody","name":"ignored"}"#,
    );
    let batch = read(&program, text);
    assert_eq!(batch.table.rows, 5);
    let Values::Boolean(flag) = &column(&batch, 0).values else { panic!() };
    assert_eq!((flag.value(0), flag.value(1)), (true, false));
    let Values::Code(kind) = &column(&batch, 1).values else { panic!() };
    assert_eq!(kind[..2], [1, 1]);
    let Values::Set(kinds) = &column(&batch, 2).values else { panic!() };
    let code = |n| assize_model::ids::Code(n);
    assert_eq!(kinds[0], Some(Value::codes(LIST, vec![code(0), code(1)])));
    assert_eq!(kinds[1], Some(Value::codes(LIST, vec![])));
    let Values::Set(tags) = &column(&batch, 3).values else { panic!() };
    assert_eq!(tags[0], Some(Value::texts(vec!["x|y".into(), "z".into()])));
    assert_eq!(tags[1], Some(Value::texts(vec!["y".into(), "z".into()])));
    let Values::Text(name) = &column(&batch, 4).values else { panic!() };
    assert_eq!((name.get(0), name.get(1)), ("é\n\"q\"", "7"));
    assert_eq!(column(&batch, 5).absence(1), Absence::missing(Reason::Withheld));
    assert!((0..5).all(|field| !column(&batch, field).is_known(2)));
    let found: Vec<_> = batch.faults.iter().map(|fault| (fault.row, fault.field.unwrap().0, fault.code)).collect();
    assert_eq!(
        found,
        [(4, 0, "D0127"), (4, 1, "D0127"), (4, 2, "D0127"), (4, 3, "D0127"), (4, 4, "D0127"), (5, 2, "D0132")]
    );
}

#[test]
fn broken_lines_cost_only_themselves() {
    let program = program(vec![], vec![record("R", None, vec![field("x", Ty::Integer)])]);
    let lines = [
        &b"{\"x\":1}"[..],
        b"{\"x\":2",
        b"[1]",
        b"5",
        b"{\"x\":3} {}",
        b"{\"x\":\"\xff\"}",
        b"{\"x\":4,\"x\":5}",
        b"{\"x\":\"\\ud800\"}",
        b"  ",
        b"{\"x\":6}",
        b"{x:7}",
        b"{\"x\":01}",
    ];
    let mut reader = open(&program, &lines.join(&b'\n'), &Options::default()).unwrap();
    let batch = reader.next_batch(100).unwrap().unwrap();
    let codes: Vec<_> = batch.faults.iter().map(|fault| (fault.row, fault.code)).collect();
    let broken = "D0131";
    assert_eq!(
        codes,
        [
            (2, broken),
            (3, broken),
            (4, broken),
            (5, broken),
            (6, "D0126"),
            (7, "D0134"),
            (8, broken),
            (10, broken),
            (11, broken)
        ]
    );
    let Values::Integer(x) = &column(&batch, 0).values else { panic!() };
    assert_eq!((x[0], x[8]), (1, 6));
    assert!(!column(&batch, 0).is_known(6), "stated twice, known not at all");
    assert_eq!(batch.faults[0].message, "not a JSON object: EOF while parsing an object at character 6");
    assert_eq!(
        batch.faults[2].message,
        "not a JSON object: invalid type: integer `5`, expected an object at character 1"
    );
}

#[test]
fn a_line_past_the_limit_is_passed_over() {
    let program = program(vec![], vec![record("R", None, vec![field("x", Ty::Text)])]);
    let long = "y".repeat(3_000_000);
    let text = format!("{{\"x\":\"a\"}}\n{{\"x\":\"{long}\"}}\n{{\"x\":\"{}\"}}\n{{\"x\":\"b\"}}\n", "z".repeat(2_000));
    let options = Options { longest_row: 100_000, longest_cell: 1_000, ..Options::default() };
    let mut reader = open(&program, text.as_bytes(), &options).unwrap();
    let mut found = Vec::new();
    let mut rows = 0;
    while let Some(batch) = reader.next_batch(1).unwrap() {
        rows += batch.table.rows;
        found.extend(batch.faults.into_iter().map(|fault| (fault.row, fault.message)));
    }
    assert_eq!(rows, 4);
    let wanted = [(2, "the object is longer than 100000 bytes"), (3, "a text is longer than 1000 bytes")];
    assert_eq!(found, wanted.map(|(row, message)| (row, message.to_owned())));
}

#[test]
fn arrays_of_objects() {
    let program = program(vec![], vec![record("R", None, vec![field("x", Ty::Integer)])]);
    let batch = read(&program, " [\n {\"x\": 1, \"s\": \"]},{\\\"\"},\n\n {\"x\":2}\n, 7, {\"x\":\n3}] \n");
    let Values::Integer(x) = &column(&batch, 0).values else { panic!() };
    assert_eq!((x[0], x[1], x[3]), (1, 2, 3));
    assert_eq!(batch.table.bad, [2]);
    for (text, what) in [
        ("[{\"x\":1},{\"x\":2}", "after row 2: the array is not closed: the input ends before it"),
        ("[{\"x\":1},{\"x\":2", "after row 1: the array is not closed: the input ends within an element"),
        ("[{\"x\":1} {\"x\":2}]", "after row 1: there is no comma between two elements of the array"),
        ("[{\"x\":1}] x", "after row 1: there is text after the array"),
    ] {
        let mut reader = open(&program, text.as_bytes(), &Options::default()).unwrap();
        let mut rows = 0;
        let failure = loop {
            match reader.next_batch(10) {
                Ok(Some(batch)) => rows += batch.table.rows as u64,
                Ok(None) => panic!("{text} was read whole"),
                Err(failure) => break failure,
            }
        };
        assert_eq!(failure.to_string(), what);
        assert!(matches!(failure, ReadFailure::Json { rows: before, .. } if before == rows));
        assert!(reader.next_batch(1).unwrap().is_none());
    }
    assert!(open(&program, b"[]", &Options::default()).unwrap().next_batch(1).unwrap().is_none());
    assert!(open(&program, b"", &Options::default()).unwrap().next_batch(1).unwrap().is_none());
}

#[test]
fn members_that_no_object_has() {
    let fields = vec![
        field("born", Ty::Date),
        field("size", Ty::Integer).with(|field| field.optional = true),
        field("why", Ty::Integer),
    ];
    let program = program(vec![], vec![record("R", None, fields)]);
    let error = open(&program, b"{\"bron\":null,\"why__missing\":\"withheld\"}\n{\"Born\":1}\n", &Options::default());
    let error = error.err().unwrap().to_string();
    assert_eq!(error, "there is no column `born` for the field `born`; did you mean `Born`");
    assert!(open(&program, b"{\"why\":1}\n{\"born\":null}\n", &Options::default()).is_ok());
}

fn family() -> Program {
    let person = vec![field("id", Ty::Integer), many("charges", 1, 1), many("homes", 2, 0)];
    let charge = vec![
        field("on", Ty::Date).with(|field| field.required = true),
        field("person", Ty::Integer).with(|field| field.read = false),
        many("counts", 3, 0),
        field("id", Ty::Text),
    ];
    let home = vec![field("person", Ty::Integer), field("town", Ty::Text)];
    let count = vec![field("charge", Ty::Text), field("weight", Ty::Decimal)];
    program(
        vec![],
        vec![
            record("Person", Some(0), person),
            record("Charge", Some(3), charge),
            record("Home", None, home),
            record("Count", None, count),
        ],
    )
}

#[test]
fn children_inside_their_parents() {
    let text = concat!(
        r#"{"charges":[{"id":"c1","on":"2026-01-02","counts":[{"weight":0.1},{"weight":"x"}]},{"id":"c2","on":null}],"id":1}"#,
        "\n",
        r#"{"id":2,"homes":[{"town":"A"}],"charges":null}"#,
        "\n",
        r#"{"id":3,"charges":[{"id":"c3","on":"2026-01-03","person":3},{"id":"c1","on":"2026-01-04","person":4},7]}"#,
        "\n",
        r#"{"id":4,"charges":{}}"#,
        "\n",
    );
    let program = family();
    let mut reader = open(&program, text.as_bytes(), &Options::default()).unwrap();
    let batch = reader.next_batch(2).unwrap().unwrap();
    assert_eq!(batch.children.batches.iter().map(|child| child.table.record.0).collect::<Vec<_>>(), [1, 2, 3]);
    let [charges, homes, counts] = &batch.children.batches[..] else { panic!() };
    let Values::Integer(by) = &column(charges, 1).values else { panic!() };
    assert_eq!((charges.table.rows, by[..].to_vec()), (2, vec![1, 1]));
    assert_eq!(faults(charges), [(2, "D0121", "`on` is required and is absent")]);
    assert_eq!(charges.faults[0].key.as_deref(), Some("c2"));
    assert_eq!(charges.faults[0].record, RecordId(1));
    let Values::Integer(by) = &column(homes, 0).values else { panic!() };
    assert_eq!(by[..], [2]);
    let Values::Text(by) = &column(counts, 0).values else { panic!() };
    assert_eq!((by.get(0), by.get(1)), ("c1", "c1"));
    assert_eq!(counts.table.bad, [1]);

    let batch = reader.next_batch(2).unwrap().unwrap();
    assert_eq!(faults(&batch), [(4, "D0127", "`charges` is not a list of objects")]);
    let [charges] = &batch.children.batches[..] else { panic!() };
    assert_eq!(charges.first_row, 3);
    let codes: Vec<_> = charges.faults.iter().map(|fault| (fault.row, fault.code)).collect();
    assert_eq!(codes, [(4, "D0135"), (4, "D0122"), (5, "D0131")]);
    assert!(!column(charges, 1).is_known(1));
    assert!(reader.next_batch(2).unwrap().is_none());
    let charges = reader.child_counts().into_iter().find(|(record, _)| record.0 == 1).unwrap().1;
    assert_eq!((charges.rows, charges.bad), (5, 3));
}

#[test]
fn nesting_and_long_keys_stay_bounded() {
    let own = program(
        vec![],
        vec![record(
            "P",
            Some(0),
            vec![field("id", Ty::Text), many("p", 0, 2), field("up", Ty::Text).with(|field| field.optional = true)],
        )],
    );
    let deep = format!("{}{{\"id\":\"x\",\"up\":\"\"}}{}", "{\"id\":\"x\",\"p\":[".repeat(100), "]}".repeat(100));
    let batch = read(&own, &deep);
    assert_eq!(batch.table.rows, 1);
    let children = &batch.children.batches[0];
    assert_eq!(children.table.rows, 31);
    assert!(children.faults.iter().any(|fault| fault.message.starts_with("more than 32 records")));

    let brackets = format!("{{\"id\":\"a\",\"up\":\"\",\"x\":{}", "[".repeat(1 << 20));
    assert_eq!(read(&own, &brackets).faults[0].code, "D0131");
    let many_children = vec!["{\"id\":null}"; 3_000].join(",");
    let text = format!("{{\"id\":\"{}\",\"p\":[{many_children}],\"up\":null}}", "k".repeat(100_000));
    let batch = read(&own, &text);
    let children = &batch.children.batches[0];
    assert_eq!(children.table.rows, 3_000);
    assert!(
        children.faults.iter().any(|fault| fault.message == "the key of the parent is too long for so many children")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// What another writer writes comes back, whatever the batches.
    #[test]
    fn round_trip(
        rows in proptest::collection::vec((any::<i64>(), any::<String>(), proptest::option::of(any::<bool>())), 1..40),
        batch in 1_usize..10,
        array in any::<bool>(),
    ) {
        let program = program(
            vec![],
            vec![record("R", None, vec![field("n", Ty::Integer), field("t", Ty::Text), field("b", Ty::Boolean)])],
        );
        let object = |(n, t, b): &(i64, String, Option<bool>)| serde_json::json!({"n": n, "t": t, "b": b}).to_string();
        let objects: Vec<String> = rows.iter().map(object).collect();
        let text = if array { format!("[{}]", objects.join(",")) } else { objects.join("\n") };
        let mut reader = open(&program, text.as_bytes(), &Options::default()).unwrap();
        let mut at = 0;
        while let Some(batch) = reader.next_batch(batch).unwrap() {
            prop_assert!(batch.faults.is_empty());
            let Values::Integer(n) = &column(&batch, 0).values else { panic!() };
            let Values::Text(t) = &column(&batch, 1).values else { panic!() };
            let Values::Boolean(b) = &column(&batch, 2).values else { panic!() };
            for row in 0..batch.table.rows {
                prop_assert_eq!(n[row], rows[at].0);
                prop_assert_eq!(t.get(row), rows[at].1.trim());
                prop_assert_eq!(column(&batch, 2).is_known(row).then(|| b.value(row)), rows[at].2);
                at += 1;
            }
        }
        prop_assert_eq!(at, rows.len());
    }

    /// No input makes it panic or hang.
    #[test]
    fn any_text(input in "[\\[\\]{}\":,a-c0-9\\\\ \n]{0,200}", head in proptest::sample::select(vec!["", "[", "{\"id\":1}\n"])) {
        let program = family();
        if let Ok(mut reader) = open(&program, format!("{head}{input}").as_bytes(), &Options::default()) {
            let mut rows = 0;
            while let Ok(Some(batch)) = reader.next_batch(3) {
                rows += batch.table.rows as u64;
            }
            prop_assert_eq!(rows, reader.counts().rows);
        }
    }
}
