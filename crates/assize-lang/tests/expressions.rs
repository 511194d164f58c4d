//! What every form of expression reads as, and what binds to what.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod common;

use assize_lang::ast::{Decl, ExprKind};
use common::{decl, expr};

#[test]
fn literals() {
    for (text, expected) in [
        ("yes", "yes"),
        ("no", "no"),
        ("none", "none"),
        ("as_of", "as_of"),
        ("0", "0"),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("-5", "-5"),
        ("- 5", "-5"),
        ("- -5", "(neg -5)"),
        ("0.5", "5e-1"),
        ("-0.50", "-50e-2"),
        ("25%", "25e-2"),
        ("99.8%", "998e-3"),
        ("1234567890123456789.012345678", "1234567890123456789012345678e-9"),
        ("0.0000000000000000000000000001", "1e-28"),
        (r#""a \"b\" \\ \n \t \u{e9}""#, r#""a \"b\" \\ \n \t é""#),
        (r#""""#, r#""""#),
        ("\"# no comment { [\"", "\"# no comment { [\""),
        ("2026-01-02", "2026-01-02"),
        ("2024-02-29", "2024-02-29"),
        ("10:30", "37800000000us"),
        ("23:59:59.999999", "86399999999us"),
        ("00:00:00.5", "500000us"),
        ("2026-01-02T10:30", "2026-01-02 37800000000us None"),
        ("2026-01-02T10:30:01Z", "2026-01-02 37801000000us Some(0)"),
        ("2026-01-02T10:30-05:30", "2026-01-02 37800000000us Some(-19800)"),
        ("2026-01-02T10:30:00.25+01:00", "2026-01-02 37800250000us Some(3600)"),
        ("12 months", "12Months"),
        ("1 year", "1Years"),
        ("1 quarter", "1Quarters"),
        ("2 weeks", "2Weeks"),
        ("30 days", "30Days"),
        ("1 hour", "1Hours"),
        ("45 minutes", "45Minutes"),
        ("10 seconds", "10Seconds"),
        ("-12 months", "(neg 12Months)"),
        ("{}", "{}"),
        ("{a, b}", "{a b}"),
        ("{a, b,}", "{a b}"),
        (r#"{"a", 1, -2}"#, r#"{"a" 1 -2}"#),
    ] {
        assert_eq!(expr(text), expected, "{text}");
    }
}

#[test]
fn names_paths_and_calls() {
    for (text, expected) in [
        ("a1_b", "a1_b"),
        ("Upper", "Upper"),
        ("order", "order"),
        ("charge.on", "charge.on"),
        ("parent.on", "parent.on"),
        ("value", "value"),
        ("start", "start"),
        ("unknown", "unknown"),
        ("abs(x)", "abs(x)"),
        ("round(x, 2, half_up)", "round(x 2 half_up)"),
        ("f()", "f()"),
        ("f(a,)", "f(a)"),
        ("fiscal_year(d, april)", "fiscal_year(d april)"),
        ("min(a, b)", "min(a b)"),
        ("max (a, b) + 1", "(Add max(a b) 1)"),
        ("lower(trim(x))", "lower(trim(x))"),
    ] {
        assert_eq!(expr(text), expected, "{text}");
    }
}

#[test]
fn what_binds_to_what() {
    for (text, expected) in [
        ("a or b and c", "(Or a (And b c))"),
        ("a and b or c", "(Or (And a b) c)"),
        ("a or b or c", "(Or (Or a b) c)"),
        ("not a and b", "(And (not a) b)"),
        ("not a = b", "(not (Eq a b))"),
        ("not not a", "(not (not a))"),
        ("a and not b or c", "(Or (And a (not b)) c)"),
        ("not a in {b} and c", "(And (not (in a {b})) c)"),
        ("not a is known", "(not (is a Known))"),
        ("a + b = c - d", "(Eq (Add a b) (Sub c d))"),
        ("a - b - c", "(Sub (Sub a b) c)"),
        ("a + b * c / d", "(Add a (Div (Mul b c) d))"),
        ("-a * b", "(Mul (neg a) b)"),
        ("a * -b", "(Mul a (neg b))"),
        ("a - -1", "(Sub a -1)"),
        ("a-1", "(Sub a 1)"),
        ("2026 - 1 - 2", "(Sub (Sub 2026 1) 2)"),
        ("(a or b) and c", "(And (Or a b) c)"),
        ("a = (b = c)", "(Eq a (Eq b c))"),
        ("(a < b) = c", "(Eq (Lt a b) c)"),
        ("a + b in c", "(in (Add a b) c)"),
        ("a and b in {c} or d", "(Or (And a (in b {c})) d)"),
        ("a != b", "(Ne a b)"),
        ("a <= b", "(Le a b)"),
        ("a >= b", "(Ge a b)"),
        ("a > b", "(Gt a b)"),
        ("a starts with \"x\"", "(StartsWith a \"x\")"),
        ("a ends   with \"x\"", "(EndsWith a \"x\")"),
        ("a starts # so\n with \"x\"", "(StartsWith a \"x\")"),
        ("a contains \"x\"", "(Contains a \"x\")"),
        ("a matches \"x\"", "(Matches a \"x\")"),
        ("a overlaps {b}", "(Overlaps a {b})"),
        ("a is known and b is missing", "(And (is a Known) (is b Missing))"),
        ("a + 1 is known", "(is (Add a 1) Known)"),
        ("a is unknown", "(is a Reason(Unknown))"),
        ("a is not_answered", "(is a Reason(NotAnswered))"),
        ("a is not_applicable", "(is a Reason(NotApplicable))"),
        ("a is not_collected", "(is a Reason(NotCollected))"),
        ("a is withheld", "(is a Reason(Withheld))"),
        ("d + 12 months <= as_of", "(Le (Add d 12Months) as_of)"),
        ("1 year + 6 months", "(Add 1Years 6Months)"),
    ] {
        assert_eq!(expr(text), expected, "{text}");
    }
}

#[test]
fn ranges() {
    for (text, expected) in [
        ("a in 1..5", "(in a [1 .. 5])"),
        ("a in 1.5..2.5", "(in a [15e-1 .. 25e-1])"),
        ("a in -5 .. -1", "(in a [-5 .. -1])"),
        ("a in [b .. c)", "(in a [b .. c))"),
        ("a in (b .. c]", "(in a (b .. c])"),
        ("a in (b .. c)", "(in a (b .. c))"),
        ("a in [b .. c]", "(in a [b .. c])"),
        ("a in (b)", "(in a b)"),
        ("a in b .. c + 12 months and d", "(And (in a [b .. (Add c 12Months)]) d)"),
        ("on in (n .. n + 12 months]", "(in on (n .. (Add n 12Months)])"),
        ("1..5", "[1 .. 5]"),
        ("[2026-01-01 .. 2027-01-01)", "[2026-01-01 .. 2027-01-01)"),
    ] {
        assert_eq!(expr(text), expected, "{text}");
    }
}

#[test]
fn words_that_take_lists() {
    for (text, expected) in [
        ("any of (a, b)", "(tally any a b)"),
        ("all of (a, b,)", "(tally all a b)"),
        ("none of (a, b) and c", "(And (tally none a b) c)"),
        ("at least 4 of (a, b, c = 1)", "(tally >=4 a b (Eq c 1))"),
        ("at most n of (a)", "(tally <=n a)"),
        ("exactly (n + 1) of (a or b)", "(tally =(Add n 1) (Or a b))"),
        ("exactly f(n) of (a)", "(tally =f(n) a)"),
        ("first known of (x, y, 0)", "(first-known x y 0)"),
        ("highest of (a, b)", "(highest a b)"),
        ("lowest of (a, b) >= c", "(Ge (lowest a b) c)"),
        ("one above x", "(above x)"),
        ("one below x = y", "(Eq (below x) y)"),
    ] {
        assert_eq!(expr(text), expected, "{text}");
    }
}

#[test]
fn dates_and_spans() {
    for (text, expected) in [
        ("years between a and b", "(between Years a b)"),
        ("months between a and b >= 18 and c", "(And (Ge (between Months a b) 18) c)"),
        ("day between a and b + 1", "(between Days a (Add b 1))"),
        ("(years between born and as_of) >= 18", "(Ge (between Years born as_of) 18)"),
        ("x within 12 months before d", "(within x 12Months Before d)"),
        ("x within w after d + 1 day or y", "(Or (within x w After (Add d 1Days)) y)"),
        ("start of month(d)", "(start-of Months d)"),
        ("start of years(d) + 1 day", "(Add (start-of Years d) 1Days)"),
    ] {
        assert_eq!(expr(text), expected, "{text}");
    }
}

#[test]
fn conditionals() {
    for (text, expected) in [
        ("if a then b else c", "(if a b c)"),
        ("if a then b else if c then d else e", "(if a b (if c d e))"),
        ("if a then if b then c else d else e", "(if a (if b c d) e)"),
        ("if a or b then c + 1 else d and e", "(if (Or a b) (Add c 1) (And d e))"),
        ("1 + (if a then b else c)", "(Add 1 (if a b c))"),
        ("any of (if a then b else c, d)", "(tally any (if a b c) d)"),
        ("any cs where if a then b else c", "(Any of cs where (if a b c))"),
        ("iffy", "iffy"),
    ] {
        assert_eq!(expr(text), expected, "{text}");
    }
}

#[test]
fn aggregates() {
    for (text, expected) in [
        ("count charges", "(Count of charges)"),
        ("count charges where a and b or c", "(Count of charges where (Or (And a b) c))"),
        ("(count charges where a) >= 2 and d", "(And (Ge (Count of charges where a) 2) d)"),
        ("count charges >= 2", "(Ge (Count of charges) 2)"),
        ("any charges where a", "(Any of charges where a)"),
        ("all charges where a", "(All of charges where a)"),
        ("not any charges where a", "(not (Any of charges where a))"),
        ("sum cost of charges", "(Sum cost of charges)"),
        ("sum a + b * 2 of charges where c", "(Sum (Add a (Mul b 2)) of charges where c)"),
        ("mean cost of charges", "(Mean cost of charges)"),
        ("min cost of charges where a", "(Min cost of charges where a)"),
        ("max a - b of charges", "(Max (Sub a b) of charges)"),
        ("min (a + b) of charges where c", "(Min (Add a b) of charges where c)"),
        ("distinct offence of charges", "(Distinct offence of charges)"),
        ("latest score of tests by on", "(Latest score of tests by on)"),
        ("earliest charge.on of charges by on where a", "(Earliest charge.on of charges by on where a)"),
        ("sum start of stays", "(Sum start of stays)"),
        ("sum count cs of charges", "(Sum (Count of cs) of charges)"),
        ("count charges where count parts where a", "(Count of charges where (Count of parts where a))"),
        ("sum (count parts where a) of charges", "(Sum (Count of parts where a) of charges)"),
        ("latest if a then b else c of cs by d", "(Latest (if a b c) of cs by d)"),
    ] {
        assert_eq!(expr(text), expected, "{text}");
    }
}

#[test]
fn spans_cover_what_was_written() {
    let text = "let x of R = (a + b) * -2   # end\n";
    let Decl::Let(declared) = decl(text) else { panic!() };
    let at = |span: assize_lang::source::Span| &text[span.start as usize..span.end as usize];
    assert_eq!(at(declared.span), "let x of R = (a + b) * -2");
    assert_eq!(at(declared.value.span), "(a + b) * -2");
    let ExprKind::Binary { left, right, op_span, .. } = declared.value.kind else { panic!() };
    assert_eq!((at(left.span), at(op_span), at(right.span)), ("(a + b)", "*", "-2"));
    let text = "let x of R = count charges where a = b   \n\n# c\n";
    let Decl::Let(declared) = decl(text) else { panic!() };
    assert_eq!(at_of(text, declared.value.span), "count charges where a = b");
    let text = "let x of R = not   a is   known  ";
    let Decl::Let(declared) = decl(text) else { panic!() };
    assert_eq!(at_of(text, declared.value.span), "not   a is   known");
}

fn at_of(text: &str, span: assize_lang::source::Span) -> &str {
    &text[span.start as usize..span.end as usize]
}
