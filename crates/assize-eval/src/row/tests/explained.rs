//! Explanations and test blocks.

use super::rules::{Rules, as_of, fill, heading};
use crate::row::explain::{Certainty, Truth, explain};
use crate::row::testing::run_tests;
use crate::row::{Plan, Session};
use assize_model::ids::{CategoryId, Code, FieldId, LetId, ListId, NodeId, ParamId, RecordId};
use assize_model::program::{
    Expectation, Expected, ExpectedState, Given, Hit, Otherwise, Place, State, Subject, TestCase, TestRecord,
};
use assize_model::value::Value;
use std::sync::Arc;

/// The example of the language, in short: charges, a threshold, a list.
fn offenders() -> (Rules, RecordId, CategoryId) {
    let mut rules = Rules::new();
    rules.list("ListLevel", "D C B A");
    rules.record("Charge", "on:date domestic:boolean weapon:boolean");
    let record =
        rules.record("Offender", "felon:boolean named:boolean breaches:integer charges:many(Charge) age:integer");
    rules.param("repeat_threshold", Value::Integer(3));
    rules.let_(record, "dv_charges", "(count charges (and domestic (< on as_of)))");
    let category = rules.category(
        record,
        "offender_list",
        "ListLevel",
        Hit::First,
        "(>= age 18)",
        "A: armed_felon = (and felon (any charges weapon)); chronic = (>= dv_charges $repeat_threshold)
         B: repeat_charge = (= dv_charges 2); breach = (>= breaches 1)
         C: first_charge = (= dv_charges 1)
         D: complaint = named",
        "none",
    );
    (rules, record, category)
}

const TWO: &str = "charges[on=2026-01-02 domestic=yes weapon=no] charges[on=2026-03-09 domestic=yes weapon=no]";

#[test]
fn an_outcome_in_full() {
    let (rules, _, category) = offenders();
    let mut session = rules.session();
    fill(&mut session, "Offender", &format!("age=30 felon=no breaches=0 {TWO}"));
    let explained = explain(&mut session, category).unwrap();
    assert_eq!((explained.category.as_str(), explained.record.as_str()), ("offender_list", "Offender"));
    assert_eq!((explained.state, explained.value.join(" ")), (State::Decided, "B".to_owned()));
    assert_eq!(explained.because, ["repeat_charge"]);
    assert_eq!(explained.possible, ["B"]);
    assert!(explained.missing.is_empty() && explained.open.is_empty() && explained.error.is_none());
    assert_eq!(explained.otherwise, None);
    assert_eq!(explained.applies.as_ref().unwrap().truth, Truth::Yes);
    assert_eq!(explained.applies.unwrap().text, "age >= 18");
    let truths: Vec<Vec<&Truth>> =
        explained.cases.iter().map(|case| case.criteria.iter().map(|of| &of.truth).collect()).collect();
    assert_eq!(
        truths,
        [vec![&Truth::No, &Truth::No], vec![&Truth::Yes, &Truth::No], vec![&Truth::Skipped], vec![&Truth::Skipped]]
    );
    // What the chronic criterion read: the charges, with how many counted, and the threshold.
    let chronic = &explained.cases[0].criteria[1];
    assert_eq!(chronic.text, "dv_charges >= repeat_threshold");
    assert_eq!(chronic.lets[0].name, "dv_charges");
    assert_eq!((chronic.lets[0].value.as_str(), chronic.lets[0].certainty), ("2", Certainty::Known));
    let names: Vec<(&str, &str)> = chronic.reads.iter().map(|read| (&*read.name, &*read.value)).collect();
    assert_eq!(names[0].1, "2");
    assert_eq!(names[1..], [("as_of", "2026-06-01"), ("repeat_threshold", "3")]);
    let children = chronic.reads[0].children.as_ref().unwrap();
    assert_eq!((children.total, &*children.counted, &*children.perhaps), (2, &[0, 1][..], &[][..]));
    assert_eq!(children.fields, ["charges.domestic", "charges.on"]);
    // One more charge and it would be A.
    let [near] = &*explained.near else { panic!("{:?}", explained.near) };
    assert_eq!((&*near.code, &*near.criterion), ("A", "chronic"));
    assert_eq!((&*near.condition, near.wanted), ("dv_charges >= repeat_threshold", true));
    assert_eq!(near.sides, Some(("2".into(), "3".into())));
}

#[test]
fn gaps_and_what_they_stand_before() {
    let (rules, _, category) = offenders();
    let mut session = rules.session();
    fill(
        &mut session,
        "Offender",
        "age=30 felon=? breaches=? charges[on=2026-01-02 domestic=yes weapon=?] charges[on=2026-03-09 domestic=? weapon=no]",
    );
    let explained = explain(&mut session, category).unwrap();
    assert_eq!(explained.state, State::Undetermined);
    assert_eq!(explained.possible, ["D", "C", "B", "A", "none"]);
    assert_eq!(explained.missing, ["felon", "charges.weapon", "charges.domestic", "breaches", "named"]);
    let open: Vec<(String, Vec<String>)> = explained
        .open
        .iter()
        .map(|open| {
            let criteria =
                open.criteria.iter().map(|(name, code)| format!("{name}:{}", code.as_deref().unwrap_or("-")));
            (open.field.clone(), criteria.collect())
        })
        .collect();
    let open: Vec<String> =
        open.into_iter().map(|(field, criteria)| format!("{field} {}", criteria.join(" "))).collect();
    assert_eq!(
        open,
        [
            "felon armed_felon:A",
            "charges.weapon armed_felon:A",
            "charges.domestic repeat_charge:B first_charge:C",
            "breaches breach:B",
            "named complaint:D",
        ]
    );
    let repeat = &explained.cases[1].criteria[0];
    assert_eq!(repeat.truth, Truth::Unknown("unknown".into()));
    assert_eq!(repeat.lets[0].value, "between 1 and 2");
    assert_eq!(repeat.lets[0].certainty, Certainty::Between);
    let children = repeat.reads[0].children.as_ref().unwrap();
    assert_eq!((&*children.counted, &*children.perhaps), (&[0][..], &[1][..]));
}

#[test]
fn what_went_wrong() {
    let mut rules = Rules::new();
    rules.list("Level", "a b");
    let record = rules.record("R", "n:integer p:boolean q:boolean");
    let sum = rules.expr(record, "(* n n)");
    let first = rules.category(record, "first", "Level", Hit::First, "", "a: big = (> (* n n) 5)\nb: p = p", "error");
    let unique = rules.category(record, "unique", "Level", Hit::Unique, "", "a: p = p\nb: q = q", "none");
    let mut session = rules.session();
    let mut trouble = |given: &str, category: CategoryId| {
        fill(&mut session, "R", given);
        let explained = explain(&mut session, category).unwrap();
        assert_eq!(explained.state, State::Error);
        assert!(explained.value.is_empty() && explained.near.len() < 3);
        let trouble = explained.error.unwrap();
        (trouble.message, trouble.text, explained.cases[0].criteria[0].truth.clone(), explained.otherwise)
    };
    let (message, text, truth, _) = trouble("n=9223372036854775807 p=no", first);
    assert_eq!((&*message, &*text), ("the number is too large", "n * n"));
    assert_eq!(truth, Truth::Error("error: the number is too large".into()));
    let (message, _, truth, otherwise) = trouble("n=1 p=no", first);
    assert_eq!((&*message, truth, otherwise.as_deref()), ("stated", Truth::No, Some("stated")));
    let (message, text, ..) = trouble("p=yes q=yes", unique);
    assert_eq!((&*message, &*text), ("criteria of several codes are true: `p`, `q`", "unique"));
    let (message, _, truth, _) = trouble("n=! p=yes q=no", unique);
    assert_eq!((&*message, truth), ("the record has a fault in `n`", Truth::Skipped));
    assert_eq!(session.program().nodes[sum.index()].place, Place::NOWHERE);
}

#[test]
fn what_is_one_condition_away() {
    let mut rules = Rules::new();
    rules.list("Level", "a b");
    let record = rules.record("R", "n:integer m:integer p:boolean q:boolean r:boolean");
    let category = rules.category(
        record,
        "level",
        "Level",
        Hit::First,
        "",
        "a: both = (and p (> n 3)); either = (or (and p q) (not r)); tally = (atleast 2 p q r)
         b: far = (and p q (> m 3))",
        "none",
    );
    let mut session = rules.session();
    let mut near = |given: &str| {
        fill(&mut session, "R", given);
        let explained = explain(&mut session, category).unwrap();
        explained
            .near
            .iter()
            .map(|near| format!("{}:{}{}", near.criterion, if near.wanted { "" } else { "not " }, near.condition))
            .collect::<Vec<_>>()
            .join(", ")
    };
    // Two conditions keep `both`, one way leads to `either`, and any of two to `tally`.
    assert_eq!(near("p=no q=no r=yes n=1 m=9"), "either:not r, tally:p, tally:q");
    assert_eq!(near("p=yes q=no r=yes n=1 m=1"), "");
    assert_eq!(near("p=no q=yes r=no n=9 m=9"), "");
    assert_eq!(near("p=no q=no r=yes n=9 m=1"), "both:p, either:not r, tally:p, tally:q");
    // What is not known cannot be said to be the only thing.
    assert_eq!(near("p=? q=no r=yes n=1 m=9"), "either:not r");
}

#[test]
fn nothing_is_one_condition_away_that_would_give_no_answer() {
    let mut rules = Rules::new();
    rules.list("Level", "a b");
    let record = rules.record("R", "p:boolean q:boolean r:boolean");
    let doubtful = rules.category(record, "doubtful", "Level", Hit::First, "r", "a: one = p", "none");
    let unique = rules.category(record, "unique", "Level", Hit::Unique, "", "a: first = p\nb: second = q", "none");
    let mut session = rules.session();
    let mut near = |given: &str, category| {
        fill(&mut session, "R", given);
        explain(&mut session, category).unwrap().near.len()
    };
    assert_eq!((near("p=no r=yes", doubtful), near("p=no r=?", doubtful)), (1, 0));
    assert_eq!((near("p=no q=no", unique), near("p=no q=yes", unique)), (2, 0));
}

fn charge(on: &str, domestic: Given) -> TestRecord {
    TestRecord {
        record: RecordId(0),
        fields: vec![
            (FieldId(0), Given::Value(Value::Date(assize_model::civil::Date::parse(on).unwrap()))),
            (FieldId(1), domestic),
            (FieldId(2), Given::Value(Value::Boolean(false))),
        ],
        children: vec![],
        place: Place::NOWHERE,
    }
}

#[test]
fn test_blocks_run() {
    let (rules, record, category) = offenders();
    let mut program = rules.builder.program;
    let yes = || Given::Value(Value::Boolean(true));
    let offender = |charges: Vec<TestRecord>| TestRecord {
        record,
        fields: vec![
            (FieldId(0), Given::Value(Value::Boolean(false))),
            (FieldId(1), Given::Missing(assize_model::absence::Reason::NotAnswered)),
            (FieldId(2), Given::Value(Value::Integer(0))),
            (FieldId(4), Given::Value(Value::Integer(40))),
        ],
        children: vec![(FieldId(3), charges)],
        place: Place::NOWHERE,
    };
    let expect = |given: usize, value: Option<Expected>| Expectation {
        given,
        subject: Subject::Category(category),
        value,
        state: None,
        because: None,
        possible: None,
        missing: None,
        place: Place { file: assize_model::ids::FileId(0), start: 7, end: 9 },
    };
    let code = |n: u16| Some(Expected::Value(Value::Code(ListId(0), Code(n))));
    let b = Expectation { because: Some(vec!["repeat_charge".into()]), ..expect(0, code(2)) };
    let gap = Expectation {
        state: Some(ExpectedState::State(State::Undetermined)),
        possible: Some(vec![Code(0), Code::NONE]),
        missing: Some(vec!["named".into()]),
        ..expect(1, None)
    };
    let count = Expectation { subject: Subject::Let(LetId(0)), ..expect(0, Some(Expected::Value(Value::Integer(2)))) };
    let given = vec![
        offender(vec![charge("2026-01-02", yes()), charge("2026-03-09", yes())]),
        offender(vec![]),
        offender(vec![
            charge("2026-01-02", yes()),
            charge("2026-03-09", Given::Missing(assize_model::absence::Reason::Unknown)),
        ]),
    ];
    let case = |title: &str, expect: Vec<Expectation>| TestCase {
        title: title.into(),
        as_of: as_of(),
        params: vec![],
        given: given.clone(),
        expect,
        place: Place::NOWHERE,
    };
    let between = Expectation { subject: Subject::Let(LetId(0)), ..expect(2, None) };
    let states = [
        (ExpectedState::Missing(None), true),
        (ExpectedState::Missing(Some(assize_model::absence::Reason::Unknown)), true),
        (ExpectedState::Missing(Some(assize_model::absence::Reason::Withheld)), false),
        (ExpectedState::Error, false),
    ];
    let uncertain = states.map(|(state, _)| Expectation { state: Some(state), ..between.clone() });
    program.tests = vec![
        case("as it should be", vec![b.clone(), gap.clone(), count.clone()]),
        case(
            "with mistakes",
            vec![
                expect(0, code(3)),
                Expectation { because: Some(vec!["breach".into()]), ..b },
                Expectation { missing: Some(vec![]), ..gap },
                Expectation { value: Some(Expected::Value(Value::Integer(3))), ..count },
            ],
        ),
        TestCase {
            params: vec![(ParamId(0), Value::Integer(2))],
            ..case("another threshold", vec![expect(0, code(3))])
        },
        TestCase { params: vec![(ParamId(0), Value::Boolean(true))], ..case("no such threshold", vec![]) },
        case("between", uncertain.to_vec()),
    ];
    let plan = Arc::new(Plan::new(Arc::new(program)).unwrap());
    let report = run_tests(&plan);
    assert!(!report.passed());
    let failures: Vec<usize> = report.tests.iter().map(|test| test.failures.len()).collect();
    assert_eq!(failures, [0, 4, 0, 1, 2]);
    let said: Vec<(&str, &str, &str)> = report.tests[1]
        .failures
        .iter()
        .map(|failure| (&*failure.subject, &*failure.expected, &*failure.actual))
        .collect();
    assert_eq!(
        said,
        [
            ("offender_list", "A", "B because repeat_charge"),
            ("offender_list", "B because breach", "B because repeat_charge"),
            (
                "offender_list",
                "undetermined possible D or none missing nothing",
                "undetermined, possible D, none, missing named"
            ),
            ("dv_charges", "3", "2"),
        ]
    );
    assert_eq!(report.tests[1].failures[0].place.start, 7);
    let covered: Vec<(&str, u32, u32, u32)> =
        report.coverage.iter().map(|of| (&*of.name, of.yes, of.no, of.decisive)).collect();
    assert_eq!(
        covered,
        [
            ("armed_felon", 0, 6, 0),
            ("chronic", 1, 5, 1),
            ("repeat_charge", 3, 2, 3),
            ("breach", 0, 5, 0),
            ("first_charge", 0, 2, 0),
            ("complaint", 0, 0, 0),
        ]
    );
}

#[test]
fn a_test_that_does_not_fit_says_so() {
    let (rules, record, category) = offenders();
    let mut program = rules.builder.program;
    let expectation = Expectation {
        given: 0,
        subject: Subject::Category(category),
        value: None,
        state: None,
        because: None,
        possible: None,
        missing: None,
        place: Place::NOWHERE,
    };
    program.tests = vec![TestCase {
        title: "wrong".into(),
        as_of: as_of(),
        params: vec![],
        given: vec![TestRecord {
            record,
            fields: vec![(FieldId(0), Given::Value(Value::Integer(1)))],
            children: vec![],
            place: Place::NOWHERE,
        }],
        expect: vec![expectation],
        place: Place::NOWHERE,
    }];
    let report = run_tests(&Arc::new(Plan::new(Arc::new(program)).unwrap()));
    assert_eq!(report.tests[0].failures[0].actual, "the field holds values of another type");
}

#[test]
fn source_text_is_quoted_where_there_is_one() {
    let (rules, record, category) = offenders();
    let mut program = rules.builder.program;
    program.sources.push(assize_model::program::SourceText {
        name: "rules.assize".into(),
        text: "A when chronic : dv_charges\n    >= repeat_threshold".into(),
    });
    let criterion = program.decisions[program.categories[category.index()].decision.index()].criteria[1];
    program.nodes[criterion.index()].place = Place { file: assize_model::ids::FileId(0), start: 17, end: 51 };
    program.categories[category.index()].heading = heading("offender_list");
    program.categories[category.index()].otherwise = Otherwise::Code(Code(0));
    let plan = Arc::new(Plan::new(Arc::new(program)).unwrap());
    let mut session = Session::new(Arc::clone(&plan), &crate::row::Inputs::new(plan.program(), as_of()));
    session.begin(record).unwrap();
    for field in [0, 1] {
        session.set_boolean(FieldId(field), false).unwrap();
    }
    for field in [2, 4] {
        session.set_integer(FieldId(field), if field == 4 { 20 } else { 0 }).unwrap();
    }
    let explained = explain(&mut session, category).unwrap();
    assert_eq!(explained.cases[0].criteria[1].text, "dv_charges >= repeat_threshold");
    assert_eq!((explained.value.join(" "), explained.otherwise.as_deref()), ("D".to_owned(), Some("D")));
    assert_eq!(session.value_of(NodeId(u32::MAX)).map(|_| ()), Err(crate::row::RowError::OtherRecord));
}
