//! Filling in: what a session takes, what it does not, and where it takes it from.

use super::rules::{self, Rules, fill, outcome, value, words};
use crate::row::{Cell, InputError, Inputs, Link, Plan, RowError};
use assize_model::absence::{Absence, Fault, Reason};
use assize_model::civil::{Date, DateTime, Duration, Time};
use assize_model::column::{Column, Table, TextColumn, Values};
use assize_model::decimal::Decimal;
use assize_model::ids::{CategoryId, Code, FieldId, ListId, NodeId, ParamId, RecordId};
use assize_model::node::Op;
use assize_model::program::{Hit, Program, Within};
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::sync::Arc;

#[test]
fn a_field_takes_its_type_and_nothing_else() {
    let mut rules = Rules::new();
    rules.list("Level", "a b");
    rules.list("Other", "x y z");
    rules.record("Kid", "k:integer");
    let record = rules.record(
        "R",
        "b:boolean n:integer r:range(integer) l:Level s:set-Level t:texts kids:many(Kid) q:range(decimal)",
    );
    let mut session = rules.session();
    assert_eq!(session.set_integer(FieldId(1), 1), Err(RowError::NoRecord));
    assert_eq!(session.begin(RecordId(9)), Err(RowError::NoRecord));
    let row = session.begin(record).unwrap();
    assert_eq!(session.set_integer(FieldId(0), 1), Err(RowError::Type));
    assert_eq!(session.set_boolean(FieldId(1), true), Err(RowError::Type));
    assert_eq!(session.set_integer(FieldId(99), 1), Err(RowError::NoField));
    assert_eq!(session.set_integer(FieldId(6), 1), Err(RowError::Type));
    assert_eq!(session.set_missing(FieldId(6), Reason::Unknown), Err(RowError::Type));
    assert_eq!(session.set_code(FieldId(3), Code(2)), Err(RowError::NoCode));
    assert_eq!(session.set_code(FieldId(3), Code::NONE), Err(RowError::NoCode));
    assert_eq!(session.set_value(FieldId(3), &Value::Code(ListId(1), Code(0))), Err(RowError::Type));
    let codes = |codes: &[u16]| Value::Codes(ListId(0), codes.iter().map(|&code| Code(code)).collect());
    assert_eq!(session.set_set(FieldId(4), &codes(&[1, 0])), Err(RowError::Unsorted));
    assert_eq!(session.set_set(FieldId(4), &codes(&[0, 0])), Err(RowError::Unsorted));
    assert_eq!(session.set_set(FieldId(4), &codes(&[0, 7])), Err(RowError::NoCode));
    assert_eq!(session.set_set(FieldId(4), &codes(&[0, 1])), Ok(()));
    assert_eq!(session.set_set(FieldId(5), &codes(&[0, 1])), Err(RowError::Type));
    let texts = Value::Texts(["b", "a"].iter().map(|&text| Arc::from(text)).collect());
    assert_eq!(session.set_set(FieldId(5), &texts), Err(RowError::Unsorted));
    assert_eq!(session.set_integer_range(FieldId(2), Some(3), Some(2)), Err(RowError::Range));
    assert_eq!(session.set_integer_range(FieldId(1), Some(1), Some(2)), Err(RowError::Type));
    assert_eq!(session.set_integer_range(FieldId(7), Some(1), Some(2)), Err(RowError::Type));
    assert_eq!(session.set_integer(FieldId(2), 5), Ok(()));
    assert_eq!(session.child(row, FieldId(1)), Err(RowError::Type));
    // Nobody reads the children here: they are taken all the same, and their types still hold.
    let kid = session.child(row, FieldId(6)).unwrap();
    assert_eq!(session.set_integer_at(kid, FieldId(0), 1), Ok(()));
    assert_eq!(session.set_boolean_at(kid, FieldId(0), true), Err(RowError::Type));
    let again = session.begin(record).unwrap();
    assert_eq!(session.set_integer_at(kid, FieldId(0), 1), Err(RowError::Stale));
    assert_eq!(session.child(row, FieldId(6)), Err(RowError::Stale));
    assert!(session.child(again, FieldId(6)).is_ok());
}

#[test]
fn sets_are_taken_in_order_and_what_a_row_holds_can_be_asked_for() {
    let mut rules = Rules::new();
    rules.list("Level", "a b");
    let kid = rules.record("Kid", "k:integer");
    let record = rules.record("R", "l:set-Level t:texts n:integer! kids:many(Kid) more:many(Kid)");
    let nodes = ["(contains l Level.b)", "(contains t 'x')", "(sum k kids)"].map(|expr| rules.expr(record, expr));
    let level = rules.category(record, "level", "Level", Hit::First, "", "a: one = (contains l Level.a)", "none");
    let mut session = rules.session();
    let row = session.begin(record).unwrap();
    let field = FieldId;
    assert_eq!(session.set_codes_at(row, field(0), &[Code(1), Code(0)]), Err(RowError::Unsorted));
    assert_eq!(session.set_codes_at(row, field(0), &[Code(2)]), Err(RowError::NoCode));
    assert_eq!(session.set_codes_at(row, field(1), &[Code(0)]), Err(RowError::Type));
    assert_eq!(session.set_texts_at(row, field(1), ["x", "x"].into_iter()), Err(RowError::Unsorted));
    assert_eq!(session.set_texts_at(row, field(0), ["x"].into_iter()), Err(RowError::Type));
    session.set_codes_at(row, field(0), &[Code(1)]).unwrap();
    session.set_texts_at(row, field(1), ["", "x"].into_iter()).unwrap();
    assert_eq!([value(&mut session, nodes[0]), value(&mut session, nodes[1])], ["yes", "yes"]);
    // A required field that nothing reads needs only to be there.
    assert_eq!(outcome(&mut session, level), "- error Data");
    session.set_present_at(row, field(2)).unwrap();
    assert_eq!(outcome(&mut session, level), "none decided");

    let (first, second) = (session.child(row, field(3)).unwrap(), session.child(row, field(3)).unwrap());
    let unread = session.child(row, field(4)).unwrap();
    assert_eq!((row.record(), first.record(), first.number(), second.number()), (record, kid, 0, 1));
    session.set_integer_at(second, field(0), 7).unwrap();
    session.set_integer_at(unread, field(0), 7).unwrap();
    assert_eq!(session.cell_at(first, field(0)), Ok(Some(Cell::UNKNOWN)));
    assert_eq!(session.cell_at(second, field(0)), Ok(Some(Cell::Integer(7))));
    assert_eq!(session.cell_at(unread, field(0)), Ok(None));
    assert!(matches!(session.cell_at(row, field(0)), Ok(Some(Cell::Codes(_)))));
    assert_eq!(session.cell_at(row, field(9)), Err(RowError::NoField));

    // Many fields of one row at once: as one by one.
    let mut fields = session.fields_at(first).unwrap();
    assert_eq!(fields.set_integer(field(0), 3), Ok(()));
    assert_eq!(fields.set_boolean(field(0), true), Err(RowError::Type));
    assert_eq!(fields.set_integer(field(1), 3), Err(RowError::NoField));
    assert_eq!(session.fields_at(unread).unwrap().set_integer(field(0), 3), Ok(()));
    assert_eq!(value(&mut session, nodes[2]), "10");
    session.fields_at(second).unwrap().set_integer(field(0), 1).unwrap();
    assert_eq!(value(&mut session, nodes[2]), "4");
    let mut fields = session.fields_at(row).unwrap();
    assert_eq!(fields.set_integer(field(2), 5), Ok(()));
    assert_eq!(session.cell_at(row, field(2)), Ok(Some(Cell::Integer(5))));
    session.begin(record).unwrap();
    assert_eq!(session.cell_at(row, field(0)), Err(RowError::Stale));
    assert_eq!(session.fields_at(row).map(|_| ()), Err(RowError::Stale));
}

#[test]
fn other_records_are_not_evaluated() {
    let mut rules = Rules::new();
    rules.list("Level", "a b");
    let kid = rules.record("Kid", "p:boolean");
    let record = rules.record("R", "p:boolean kids:many(Kid)");
    let category = rules.category(record, "level", "Level", Hit::First, "", "a: one = p", "none");
    let node = rules.expr(record, "(not p)");
    let mut session = rules.session();
    assert_eq!(session.value_of(node), Err(RowError::OtherRecord));
    session.begin(kid).unwrap();
    assert_eq!(session.evaluate(category).map(|_| ()), Err(RowError::OtherRecord));
    assert_eq!(session.evaluate(CategoryId(7)).map(|_| ()), Err(RowError::OtherRecord));
    assert_eq!(session.value_of(node), Err(RowError::OtherRecord));
    assert_eq!(session.value_of(NodeId(999)), Err(RowError::OtherRecord));
    fill(&mut session, "R", "p=no");
    assert_eq!(value(&mut session, node), "yes");
}

#[test]
fn parameters_take_what_they_may() {
    let mut rules = Rules::new();
    rules.param("n", Value::Integer(3));
    rules.param("s", Value::Text("a".into()));
    let mut program = rules.builder.program;
    let end = |n: i64, inside: bool| Some((Value::Integer(n), inside));
    program.params[0].within = Some(Within::Range { lo: end(2, true), hi: end(10, false) });
    program.params[1].within = Some(Within::Set(vec![Value::Text("a".into()), Value::Text("b".into())]));
    let mut inputs = Inputs::new(&program, rules::as_of());
    let mut set = |param: u32, value: Value| inputs.set(&program, ParamId(param), value);
    assert_eq!(set(0, Value::Integer(2)), Ok(()));
    assert_eq!(set(0, Value::Integer(9)), Ok(()));
    assert_eq!(set(0, Value::Integer(10)), Err(InputError::Outside));
    assert_eq!(set(0, Value::Integer(1)), Err(InputError::Outside));
    assert_eq!(set(0, Value::Boolean(true)), Err(InputError::Type));
    assert_eq!(set(1, Value::Text("b".into())), Ok(()));
    assert_eq!(set(1, Value::Text("c".into())), Err(InputError::Outside));
    assert_eq!(set(5, Value::Integer(1)), Err(InputError::NoParameter));
    assert_eq!(inputs.params()[0], Value::Integer(9));
}

#[test]
fn a_program_that_is_not_whole_has_no_plan() {
    let spoilt = |spoil: &dyn Fn(&mut Program)| {
        let mut rules = Rules::new();
        rules.list("Level", "a b");
        rules.record("Kid", "p:boolean");
        let record = rules.record("R", "p:boolean kids:many(Kid)");
        rules.category(record, "level", "Level", Hit::First, "", "a: one = (any kids p)", "none");
        let mut program = rules.builder.program;
        spoil(&mut program);
        Plan::new(Arc::new(program)).is_err()
    };
    assert!(!spoilt(&|_| {}));
    assert!(spoilt(&|program| program.nodes[0].op = Op::Field(FieldId(9))));
    assert!(spoilt(&|program| program.nodes[0].op = Op::Not(NodeId(0))));
    assert!(spoilt(&|program| program.nodes[1].scope = assize_model::node::RUN));
    assert!(spoilt(&|program| program.scopes[3].parent = Some((assize_model::ids::ScopeId(3), FieldId(1)))));
    assert!(spoilt(&|program| program.scopes[3].parent = Some((assize_model::ids::ScopeId(2), FieldId(0)))));
    assert!(spoilt(&|program| program.scopes[0].record = Some(RecordId(0))));
    assert!(spoilt(&|program| program.decisions[0].criteria = Box::new([])));
    assert!(spoilt(&|program| program.decisions[0].criteria = Box::new([NodeId(99)])));
    assert!(spoilt(&|program| program.categories[0].decision = assize_model::ids::DecisionId(4)));
    assert!(spoilt(&|program| program.nodes[1].ty = Ty::Integer));
}

fn column(values: Values, known: &[bool], absent: &[(u32, Absence)]) -> Option<Column> {
    let known = known.iter().any(|known| !known).then(|| known.iter().copied().collect());
    Some(Column { values, known, absent: absent.to_vec() })
}

#[test]
fn a_table_fills_every_kind_of_field() {
    let mut rules = Rules::new();
    rules.list("Level", "a b c");
    rules.record("Kid", "k:integer! w:boolean");
    let record = rules.record(
        "R",
        "p:boolean n:integer d:decimal s:text on:date tm:time at:datetime dur:duration l:Level ls:set-Level \
         r:range(integer) q:range(decimal) kids:many(Kid) m:integer! gone:integer",
    );
    let exprs = [
        "p",
        "n",
        "d",
        "s",
        "on",
        "tm",
        "at",
        "dur",
        "l",
        "ls",
        "r",
        "q",
        "m",
        "gone",
        "(sum k kids)",
        "(count kids w)",
    ];
    let nodes: Vec<NodeId> = exprs.iter().map(|expr| rules.expr(record, expr)).collect();
    let category = rules.category(record, "level", "Level", Hit::First, "", "a: one = p", "none");
    let mut session = rules.session();
    let data = Absence::error(Fault::Data, NodeId(0));
    let withheld = Absence::missing(Reason::Withheld);
    let columns = vec![
        column(Values::Boolean([true, false].into_iter().collect()), &[true, false], &[(1, data)]),
        column(Values::Integer(vec![7, 8].into()), &[true, false], &[(1, withheld)]),
        column(Values::Decimal { coefficients: vec![150, 1].into(), scale: 2 }, &[true, true], &[]),
        column(Values::Text(TextColumn::from_texts(["one", ""])), &[true, false], &[]),
        column(Values::Date(vec![0, 1].into()), &[true, true], &[]),
        column(Values::Time(vec![60_000_000, 0].into()), &[true, true], &[]),
        column(Values::DateTime(vec![1_000_000, 0].into()), &[true, true], &[]),
        column(Values::Duration(vec![Duration::days(2), Duration::months(1)]), &[true, true], &[]),
        column(Values::Code(vec![2, 0].into()), &[true, true], &[]),
        column(Values::Set(vec![Some(Value::codes(ListId(0), vec![Code(0), Code(2)])), None]), &[true, false], &[]),
        column(Values::IntegerRange(vec![(Some(1), None), (None, None)]), &[true, true], &[]),
        column(
            Values::DecimalRange(vec![(Some(Decimal::ONE), Some(Decimal::ONE)), (None, Some(Decimal::ZERO))]),
            &[true, true],
            &[],
        ),
        None,
        column(Values::Integer(vec![0, 0].into()), &[false, false], &[(0, withheld)]),
        None,
    ];
    let table = Table { record, rows: 2, columns, bad: vec![1] };
    let kids = Table {
        record: RecordId(0),
        rows: 3,
        columns: vec![
            column(Values::Integer(vec![10, 20, 30].into()), &[true, true, true], &[]),
            column(Values::Boolean([true, false, true].into_iter().collect()), &[true, false, true], &[]),
        ],
        bad: vec![],
    };
    let children = |row: usize, child: &mut dyn FnMut(usize)| {
        if row == 0 {
            child(2);
            child(1);
        }
    };
    let links = [Link { field: FieldId(12), table: &kids, children: &children, links: &[] }];
    let expected = [
        "yes 7 1.5 'one' 1970-01-01 00:01 1970-01-01T00:00:01Z 2 days c a|c [1, ..] 1 withheld unknown 50 [1, 2]",
        "error Data withheld 0.01 unknown 1970-01-02 00:00 1970-01-01T00:00:00Z 1 month a unknown unknown [.., 0] \
         unknown unknown 0 0",
    ];
    for (row, expected) in expected.iter().enumerate() {
        session.fill(&table, row, &links).unwrap();
        let actual: Vec<String> = nodes.iter().map(|&node| value(&mut session, node)).collect();
        assert_eq!(actual.join(" "), *expected);
    }
    // The table says which records are at fault, not the fields.
    session.fill(&table, 0, &links).unwrap();
    assert_eq!(outcome(&mut session, category), "a decided because one");
    session.fill(&table, 1, &links).unwrap();
    assert_eq!(outcome(&mut session, category), "- error Data");
    let wrong = Table { columns: vec![column(Values::Integer(vec![1].into()), &[true], &[])], ..table };
    assert_eq!(session.fill(&wrong, 0, &[]), Err(RowError::Type));
    // Clamped, so that a column past the range of dates is no trouble.
    let far = Table {
        columns: vec![None, None, None, None, column(Values::Date(vec![i32::MAX].into()), &[true], &[])],
        ..wrong
    };
    session.fill(&far, 0, &[]).unwrap();
    assert_eq!(value(&mut session, nodes[4]), Date::MAX.to_string());
}

#[test]
fn required_fields_are_faults_when_absent() {
    let mut rules = Rules::new();
    rules.list("Level", "a b");
    let record = rules.record("R", "p:boolean n:integer!");
    let category = rules.category(record, "level", "Level", Hit::First, "", "a: one = p", "none");
    let mut session = rules.session();
    for (given, expected) in [
        ("p=yes", "- error Data"),
        ("p=yes n=?", "- error Data"),
        ("p=yes n=!", "- error Data"),
        ("p=yes n=1", "a decided because one"),
    ] {
        fill(&mut session, "R", given);
        assert_eq!(outcome(&mut session, category), expected, "{given}");
    }
    // A fault that is mended.
    session.set_unreadable(FieldId(0)).unwrap();
    assert_eq!(outcome(&mut session, category), "- error Data");
    session.set_boolean(FieldId(0), false).unwrap();
    assert_eq!(outcome(&mut session, category), "none decided");
    session.set_fault(true);
    assert_eq!(outcome(&mut session, category), "- error Data");
}

#[test]
fn a_clone_goes_its_own_way() {
    let mut rules = Rules::new();
    rules.list("Level", "a b");
    let record = rules.record("R", "s:text tm:time at:datetime");
    let category = rules.category(record, "level", "Level", Hit::First, "", "a: one = (= (lower s) 'x')", "none");
    let mut session = rules.session();
    fill(&mut session, "R", "s='X'");
    session.set_time(FieldId(1), Time::MIDNIGHT).unwrap();
    session.set_datetime(FieldId(2), DateTime::MIN).unwrap();
    let mut other = session.clone();
    other.set_text(FieldId(0), "y").unwrap();
    assert_eq!(outcome(&mut session, category), "a decided because one");
    assert_eq!(outcome(&mut other, category), "none decided");
    let row = other.evaluate(category).unwrap().row();
    assert_eq!(words(session.program(), category, &row), "none decided");
}

#[test]
fn setting_a_field_again_and_again_does_not_grow_the_session() {
    let mut rules = Rules::new();
    rules.list("Level", "a b");
    rules.record("Kid", "s:text");
    let record = rules.record("R", "s:text tags:texts l:set-Level q:range(decimal) kids:many(Kid)");
    let exprs = ["s", "tags", "l", "q", "(latest s s kids)"];
    let nodes: Vec<NodeId> = exprs.iter().map(|expr| rules.expr(record, expr)).collect();
    let mut session = rules.session();
    let row = session.begin(record).unwrap();
    let kid = session.child(row, FieldId(4)).unwrap();
    session.set_text_at(kid, FieldId(0), "kid").unwrap();
    for n in 0..40_000_usize {
        session.set_text(FieldId(0), &"x".repeat(n % 50)).unwrap();
        session.set_set(FieldId(1), &Value::texts(vec![format!("tag{n}").into(), "z".into()])).unwrap();
        session.set_set(FieldId(2), &Value::codes(ListId(0), vec![Code((n % 2) as u16)])).unwrap();
        session.set_decimal_range(FieldId(3), Some(Decimal::from_i64(n as i64)), None).unwrap();
    }
    assert!(session.store().text_size() < 100_000, "{}", session.store().text_size());
    let actual: Vec<String> = nodes.iter().map(|&node| value(&mut session, node)).collect();
    assert_eq!(actual.join(" "), format!("'{}' tag39999|z b [39999, ..] 'kid'", "x".repeat(49)));
}
