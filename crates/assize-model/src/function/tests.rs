use super::*;
use crate::ids::ListId;
use crate::program::{CodeInfo, CodeList};

fn heading(name: &str) -> Heading {
    Heading { name: name.into(), ..Heading::default() }
}

fn function(params: &[(&str, Ty, bool)], returns: Ty, body: &str) -> Function {
    Function {
        heading: heading("f"),
        params: params.iter().map(|&(name, ty, missing)| FunctionParam { name: name.into(), ty, missing }).collect(),
        returns,
        returns_missing: false,
        body: body.into(),
        place: Place::NOWHERE,
    }
}

fn made(function: Function) -> Result<Functions, BodyError> {
    let code = |name: &str| CodeInfo { heading: heading(name), from: Vec::new() };
    let codes = ["low", "high"].map(code).to_vec();
    let list = CodeList { heading: heading("Level"), ordered: true, codes, missing: Vec::new(), place: Place::NOWHERE };
    Functions::new(vec![function], &[list], None)
}

fn call(function: Function, args: &[Arg<'_>]) -> Result<Option<Value>, Failure> {
    made(function).unwrap().call(FunctionId(0), args.iter().cloned())
}

const LEVEL: Ty = Ty::Code(ListId(0));

#[test]
fn season_of_the_reference() {
    let season = "\n  if on.month in [12, 1, 2] { \"winter\" } else { \"other\" }\n";
    let of = |date| call(function(&[("on", Ty::Date, false)], Ty::Text, season), &[Arg::Date(date)]);
    assert_eq!(of(Date::from_ymd(2026, 1, 31).unwrap()), Ok(Some(Value::Text("winter".into()))));
    assert_eq!(of(Date::from_ymd(2026, 7, 1).unwrap()), Ok(Some(Value::Text("other".into()))));
}

#[test]
fn values_of_every_type_go_in_and_out() {
    let through = |ty: Ty, arg: Arg<'_>| call(function(&[("x", ty, false)], ty, "x"), &[arg]).unwrap().unwrap();
    assert_eq!(through(Ty::Boolean, Arg::Boolean(true)), Value::Boolean(true));
    assert_eq!(through(Ty::Integer, Arg::Integer(i64::MIN)), Value::Integer(i64::MIN));
    for text in ["0.1", "-9999999999999999999999999999", "0.0000000000000000000000000001", "12.50"] {
        let decimal = Decimal::parse(text).unwrap();
        assert_eq!(through(Ty::Decimal, Arg::Decimal(decimal)), Value::Decimal(decimal), "{text}");
    }
    assert_eq!(through(Ty::Text, Arg::Text("é \"x\"")), Value::Text("é \"x\"".into()));
    let date = Date::from_ymd(2024, 2, 29).unwrap();
    assert_eq!(through(Ty::Date, Arg::Date(date)), Value::Date(date));
    assert_eq!(through(LEVEL, Arg::Code(Code(1))), Value::Code(ListId(0), Code(1)));
    let both = [Code(0), Code(1)];
    assert_eq!(through(Ty::Codes(ListId(0)), Arg::Codes(&both)), Value::codes(ListId(0), both.to_vec()));
    let texts = [Arc::from("a"), Arc::from("b")];
    assert_eq!(through(Ty::Texts, Arg::Texts(Arc::from(texts.clone()))), Value::texts(texts.to_vec()));
    let hour = Duration::parse("PT1H30M").unwrap();
    assert_eq!(through(Ty::Duration, Arg::Duration(hour)), Value::Duration(hour));
}

#[test]
fn numbers_are_exact() {
    let sum = call(function(&[], Ty::Boolean, "0.1 + 0.2 == 0.3"), &[]);
    assert_eq!(sum, Ok(Some(Value::Boolean(true))));
    let over = call(function(&[("n", Ty::Integer, false)], Ty::Integer, "n + 1"), &[Arg::Integer(i64::MAX)]);
    assert_eq!(over, Err(Failure { kind: FailureKind::Failed, line: 1 }));
    let zero = call(function(&[("n", Ty::Integer, false)], Ty::Integer, "\n1 / n"), &[Arg::Integer(0)]);
    assert_eq!(zero, Err(Failure { kind: FailureKind::Failed, line: 2 }));
}

#[test]
fn missing_values_where_they_are_taken() {
    let body = "if x == () { \"low\" } else { x }";
    assert_eq!(
        call(function(&[("x", LEVEL, true)], LEVEL, body), &[Arg::Missing]),
        Ok(Some(Value::Code(ListId(0), Code(0))))
    );
    let mut gives = function(&[("x", Ty::Integer, true)], Ty::Integer, "x");
    assert_eq!(call(gives.clone(), &[Arg::Missing]), Err(Failure { kind: FailureKind::Type, line: 0 }));
    gives.returns_missing = true;
    assert_eq!(call(gives, &[Arg::Missing]), Ok(None));
}

#[test]
fn results_of_another_type_are_refused() {
    for (ty, body) in [
        (Ty::Integer, "\"1\""),
        (Ty::Integer, "1.0"),
        (Ty::Text, "1"),
        (LEVEL, "\"medium\""),
        (Ty::Texts, "[\"a\", 1]"),
        (Ty::Boolean, "()"),
        (Ty::Boolean, "let x = 1;"),
        (Ty::Text, "Fn(\"abs\")"),
    ] {
        assert_eq!(call(function(&[], ty, body), &[]), Err(Failure { kind: FailureKind::Type, line: 0 }), "{body}");
    }
}

#[test]
fn what_runs_on_or_grows_meets_a_limit() {
    let long = "let s = \"x\";\nloop {\n  s += s;\n}";
    let limit = |body: &str| call(function(&[], Ty::Integer, body), &[]).unwrap_err();
    assert_eq!(limit("loop { }").kind, FailureKind::Limit);
    assert_eq!(limit("let i = 0; while true { i += 1; } i").kind, FailureKind::Limit);
    assert_eq!(limit(long).kind, FailureKind::Limit);
    assert_eq!(limit("let a = []; loop { a.push(1); }").kind, FailureKind::Limit);
    assert_eq!(limit("let a = []; a.pad(1000000000, 0); 1").kind, FailureKind::Limit);
    assert_eq!(limit("let s = \"\"; s.pad(1000000000, 'x'); 1").kind, FailureKind::Limit);
    assert_eq!(limit("let a = [0]; loop { a = [a, a, a, a]; }").kind, FailureKind::Limit);
    assert_eq!(limit("let m = #{}; let i = 0; loop { i += 1; m[i.to_string()] = i; }").kind, FailureKind::Limit);
}

#[test]
fn nothing_outside_can_be_reached() {
    for body in [
        "eval(\"1\")",
        "print(1)",
        "debug(1)",
        "import \"x\" as y; 1",
        "timestamp()",
        "rand()",
        "sleep(1000000); 1",
        "open_file(\"x\")",
        "function()",
        "call_fn(\"x\")",
    ] {
        let refused = match made(function(&[], Ty::Integer, body)) {
            Err(_) => true,
            Ok(functions) => functions.call(FunctionId(0), []).is_err(),
        };
        assert!(refused, "{body}");
    }
}

#[test]
fn what_is_no_number_is_told_and_nothing_panics() {
    static PANICKED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICKED.store(true, std::sync::atomic::Ordering::Relaxed);
        before(panic);
    }));
    let straight = call(function(&[], Ty::Decimal, "(1.5707963267948966192313216916).tan()"), &[]);
    assert_eq!(straight, Err(Failure { kind: FailureKind::Failed, line: 1 }));
    assert!(!PANICKED.load(std::sync::atomic::Ordering::Relaxed));
    let sine = call(function(&[], Ty::Decimal, "(1.5).sin().round(3)"), &[]);
    assert_eq!(sine, Ok(Some(Value::Decimal(Decimal::parse("0.997").unwrap()))));
}

#[test]
fn bodies_are_checked_with_their_place() {
    let at =
        |body: &str| check(&function(&[("x", Ty::Integer, false)], Ty::Integer, body)).map_err(|e| (e.line, e.column));
    assert_eq!(at("x + 1"), Ok(()));
    assert_eq!(at("\n  x + ) + 1\n"), Err((2, 7)));
    assert_eq!(at("\n  let a = y;"), Err((2, 11)));
    assert_eq!(at("1 } fn other() { 2").map_err(|(line, _)| line), Err(1));
    assert!(at("1 } 5; fn function2() { 2").is_err());
}

#[test]
fn dates_are_moved_and_counted() {
    let day = |y, m, d| Date::from_ymd(y, m, d).unwrap();
    let of = |body: &str, ty| call(function(&[("on", Ty::Date, false)], ty, body), &[Arg::Date(day(2024, 1, 31))]);
    assert_eq!(of("add_months(on, 1)", Ty::Date), Ok(Some(Value::Date(day(2024, 2, 29)))));
    assert_eq!(of("on.add_days(-31)", Ty::Date), Ok(Some(Value::Date(day(2023, 12, 31)))));
    assert_eq!(of("years_between(on, on.add_years(3))", Ty::Integer), Ok(Some(Value::Integer(3))));
    assert_eq!(of("add_years(on, 999999)", Ty::Date).unwrap_err().kind, FailureKind::Failed);
    assert_eq!(of("on < add_days(on, 1) && on.weekday == 3", Ty::Boolean), Ok(Some(Value::Boolean(true))));
}

#[test]
fn lines_have_numbers() {
    let bodies = ["1", "\n2\n", "3;\n4"];
    let functions = bodies.map(|body| function(&[], Ty::Integer, body)).to_vec();
    let functions = Functions::new(functions, &[], None).unwrap();
    for number in 0..5 {
        let (of, line) = functions.line_at(number).unwrap();
        assert_eq!(functions.line_number(of, line), Some(number));
    }
    assert_eq!(functions.line_at(5), None);
    assert_eq!(functions.line_number(FunctionId(0), 0), None);
    assert_eq!(functions.line_number(FunctionId(0), 2), None);
}

#[test]
fn absent_arguments() {
    let functions = [("a", Ty::Integer, false), ("b", Ty::Integer, true)];
    let functions = Functions::new(vec![function(&functions, Ty::Integer, "a / 0")], &[], None).unwrap();
    let apply = |a, b| functions.apply(FunctionId(0), NodeId(7), 10, [a, b].into_iter());
    let withheld = Absence::missing(crate::absence::Reason::Withheld);
    let overflow = Absence::error(Fault::Overflow, NodeId(3));
    assert_eq!(apply(Err(withheld), Ok(Arg::Integer(1))), Err(withheld));
    assert_eq!(apply(Err(withheld), Err(overflow)), Err(overflow));
    // The tenth node would be the first after the nodes: the line of the body.
    assert_eq!(apply(Ok(Arg::Integer(1)), Err(withheld)), Err(Absence::error(Fault::Function, NodeId(10))));
}
