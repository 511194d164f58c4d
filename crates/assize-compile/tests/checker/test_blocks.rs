//! Faults of `test` blocks (E05xx), and what they compile to.

use crate::common::{RECORDS, declaration, program};
use assize_lang::diagnostic::Diagnostic;
use assize_model::absence::Reason;
use assize_model::program::{Expected, ExpectedState, Given, State, Subject};
use assize_model::value::Value;

const RULES: &str = "category k of Person -> Level { low when { a : felon b : any charges where amount > 3 } high when age > 3 }\n\
    category all_ of Person -> Kind { theft when felon harm when age > 3 hit all }\nlet adult of Person = age > 17\nlet total of Charge = amount + 1\n";

fn block(code: &str, marked: &str, message: &str, help: &str) -> Diagnostic {
    declaration(code, &format!("{RULES}test \"t\" {{ {marked} }}"), message, help)
}

fn given(code: &str, marked: &str, message: &str, help: &str) -> Diagnostic {
    block(code, &format!("as_of 2026-01-01 given Person {{ {marked} }} expect adult = yes"), message, help)
}

fn expect(code: &str, marked: &str, message: &str, help: &str) -> Diagnostic {
    block(code, &format!("as_of 2026-01-01 given Person {{ age: 1 }} expect {marked}"), message, help)
}

#[test]
fn clauses_that_lack() {
    let lacks = |body: &str, message: &str, help: &str| {
        declaration("E0501", &format!("{RULES}test «\"t\"» {{ {body} }}"), message, help);
    };
    lacks(
        "given Person { age: 1 } expect adult = no",
        "the test has no `as_of`",
        "write the day on which the rules are tried: `as_of 2026-06-01`",
    );
    lacks(
        "as_of 2026-01-01 given Person { age: 1 }",
        "the test has no `expect`",
        "write what is to come out: `expect NAME = VALUE`",
    );
}

#[test]
fn values_that_do_not_fit() {
    given("E0502", "age: «\"1\"»", "field `age` holds an integer", "write a whole number");
    let text = given("E0502", "name: «smith»", "field `name` holds text", "write a text in quotes");
    assert_eq!(text.fix.unwrap().replacement, "\"smith\"");
    let code = given("E0502", "kind: «\"T\"»", "field `kind` holds a code of `Kind`", "write the code: `theft`");
    assert_eq!(code.fix.unwrap().replacement, "theft");
    given("E0502", "born: «3»", "field `born` holds a date", "write a date such as 2026-01-31");
    given("E0502", "zones: «north»", "field `zones` holds a set of codes of `Zone`", "write a set of codes: {a, b}");
    given(
        "E0502",
        "zones: {«\"a\"»}",
        "field `zones` holds a code of `Zone`",
        "write the name of a code, without quotes",
    );
    given("E0502", "felon: «age»", "field `felon` holds yes or no", "write `yes` or `no`");
    given(
        "E0502",
        "«charges»: 3",
        "`charges` are child records `Charge`",
        "write them in square brackets: `charges: [ { … } ]`",
    );
    given(
        "E0502",
        "age: «[ { id: \"1\" } ]»",
        "field `age` holds a value, not child records",
        "write the value itself; a set is written in braces",
    );
    given("E0502", "score: «5..1»", "the range is empty", "write the lower end first");
    given("E0502", "age: «1..5»", "field `age` holds an integer", "write a whole number");
    given(
        "E0502",
        "id: \"1\", charges: [ { «person»: \"2\" } ]",
        "`person` is not the key of the record around it",
        "leave it out: it is filled in from the record around it",
    );
    given(
        "E0502",
        "id: missing, «charges»: [ { amount: 2 } ]",
        "a record without a key has no child records `charges`",
        "give the record a key, or leave the key out to have one made up",
    );
    given("E0107", "kind: «thft»", "`thft` is not a code of `Kind`", "did you mean `theft`?");
    given(
        "E0114",
        "«adult»: yes",
        "record `Person` has no field `adult`",
        "it is worked out by the rules; `expect` it instead",
    );
    block(
        "E0502",
        "as_of 2026-01-01 set limit = «50» given Person { age: 1 } expect adult = no",
        "parameter `limit` may not take this value",
        "set a value that the parameter allows",
    );
    expect("E0502", "adult = «3»", "`adult` holds yes or no", "write `yes` or `no`");
    expect("E0502", "k = «3»", "category `k` holds a code of `Level`", "write the name of a code");
    expect("E0502", "all_ = «theft»", "category `all_` holds a set of codes of `Kind`", "write a set of codes: {a, b}");
}

#[test]
fn what_nothing_is_given_for() {
    expect("E0503", "«adul» = yes", "no given record has a category or `let` called `adul`", "did you mean `adult`?");
    expect(
        "E0503",
        "«total» = 3",
        "no given record has a category or `let` called `total`",
        "expect a category or a `let` of a record that is given",
    );
    expect(
        "E0503",
        "«age» = 3",
        "`age` is a field, which the test gives",
        "expect a category or a `let` of the record",
    );
    block(
        "E0503",
        "as_of 2026-01-01 given Charge { amount: 1 } expect «k» = low",
        "no given record has a category or `let` called `k`",
        "give the record it belongs to: `given Person { … }`",
    );
    let two = block(
        "E0503",
        "as_of 2026-01-01 given Person { age: 1 } given Person { age: 2 } expect «adult» = no",
        "`adult` is of more than one given record",
        "write one test for each record",
    );
    assert_eq!(two.primary.unwrap().message, "two `Person` are given");
    block(
        "E0503",
        "as_of 2026-01-01 set «limt» = 3 given Person { age: 1 } expect adult = no",
        "`limt` is not a parameter",
        "did you mean `limit`?",
    );
    block(
        "E0503",
        "as_of 2026-01-01 set «adult» = 3 given Person { age: 1 } expect adult = no",
        "`adult` is not a parameter",
        "only parameters are set; fields are given",
    );
}

#[test]
fn expectations_that_cannot_be_met() {
    expect(
        "E0504",
        "adult is «provisional»",
        "`adult` is not a category and has no such state",
        "expect its value, `is missing` or `is error`",
    );
    expect(
        "E0504",
        "k is «missing»",
        "category `k` is never missing",
        "a category is `decided`, `provisional`, `undetermined`, `not_applicable` or `error`",
    );
    expect(
        "E0504",
        "adult = yes because «a»",
        "`adult` is not a category and has no `because`",
        "expect its value, `is missing` or `is error`",
    );
    expect(
        "E0504",
        "adult = yes possible «low»",
        "`adult` is not a category and has no `possible`",
        "expect its value, `is missing` or `is error`",
    );
    expect(
        "E0504",
        "adult = yes missing «age»",
        "`adult` is not a category and has no `missing`",
        "expect its value, `is missing` or `is error`",
    );
    expect("E0504", "k = low because «c»", "category `k` has no criterion `c`", "its criteria are `a`, `b` and `high`");
    expect("E0504", "k = low because «hig»", "category `k` has no criterion `hig`", "did you mean `high`?");
    expect(
        "E0504",
        "k is undetermined missing «age.x»",
        "`age.x` does not lead to a field",
        "write a field, or a field of child records as `charges.weapon`",
    );
    expect("E0107", "k = low possible «lo»", "`lo` is not a code of `Level`", "did you mean `low`?");
    expect("E0114", "k is undetermined missing «ag»", "record `Person` has no field `ag`", "did you mean `age`?");
}

#[test]
fn given_twice() {
    given("E0505", "age: 1, «age»: 2", "`age` is given twice", "keep one of them");
    block(
        "E0505",
        "as_of 2026-01-01 set limit = 3 set «limit» = 4 given Person { age: 1 } expect adult = no",
        "`limit` is given twice",
        "keep one of them",
    );
}

#[test]
fn what_tests_compile_to() {
    let program = program(&format!(
        "{RECORDS}{RULES}test \"t\" {{\n as_of 2026-01-01\n set limit = 4\n\
         given Person {{ age: -3, height: 2, cost: 1.50, name: \"x\", born: 2000-01-31, seen: 2026-01-01T12:00, woke: 10:30, wait: 1 year + 3 months,\n\
           felon: missing not_answered, kind: theft, zones: {{south, north}}, tags: {{\"b\", \"a\"}}, score: 340..,\n\
           charges: [ {{ amount: 1, parts: [ {{ cm: 1 }}, {{}} ] }}, {{ id: \"c2\" }} ] }}\n\
         expect k is undetermined because a, high possible low, none missing felon, charges.amount\n\
         expect adult is missing not_answered\n expect all_ = {{harm, theft}}\n expect k = none\n expect adult is not_applicable }}\n"
    ));
    let test = &program.tests[0];
    assert_eq!(test.params, [(program.param_named("limit").unwrap(), Value::Integer(4))]);
    let person = &test.given[0];
    let record = program.record(person.record).unwrap();
    let of =
        |name: &str| person.fields.iter().find(|(field, _)| Some(*field) == record.field(name)).map(|(_, given)| given);
    assert_eq!(of("age"), Some(&Given::Value(Value::Integer(-3))));
    assert_eq!(of("felon"), Some(&Given::Missing(Reason::NotAnswered)));
    assert_eq!(of("score"), Some(&Given::Range(Some(Value::Integer(340)), None)));
    assert!(matches!(of("height"), Some(Given::Value(Value::Decimal(_)))));
    assert_eq!(format!("{:?}", of("wait").unwrap()), "Value(Duration(1 year 3 months))");
    assert_eq!(of("id"), Some(&Given::Value(Value::Text("made up 1".into()))));
    // Children carry the key of their parent, made up or given.
    let (_, charges) = &person.children[0];
    let charge = program.record(charges[0].record).unwrap();
    for child in charges {
        let join =
            child.fields.iter().find(|(field, _)| Some(*field) == charge.field("person")).map(|(_, given)| given);
        assert_eq!(join, of("id"));
    }
    let keys: Vec<_> =
        charges.iter().map(|c| c.fields.iter().find(|(f, _)| Some(*f) == charge.key).unwrap().1.clone()).collect();
    assert_ne!(keys[0], keys[1]);
    assert_eq!(charges[0].children[0].1.len(), 2);
    let [first, second, third, fourth, fifth] = test.expect.as_slice() else { panic!() };
    assert_eq!(first.subject, Subject::Category(program.category_named("k").unwrap()));
    assert_eq!(first.state, Some(ExpectedState::State(State::Undetermined)));
    assert_eq!(first.possible.as_ref().map(Vec::len), Some(2));
    assert_eq!(first.missing.as_ref().unwrap().iter().map(|m| &**m).collect::<Vec<_>>(), ["felon", "charges.amount"]);
    assert_eq!(second.state, Some(ExpectedState::Missing(Some(Reason::NotAnswered))));
    assert!(matches!(second.subject, Subject::Let(id) if &*program.let_(id).unwrap().heading.name == "adult"));
    assert!(matches!(&third.value, Some(Expected::Value(Value::Codes(_, codes))) if codes.len() == 2));
    assert_eq!(fourth.value, Some(Expected::NoCode));
    assert_eq!(fifth.state, Some(ExpectedState::Missing(Some(Reason::NotApplicable))));
}
