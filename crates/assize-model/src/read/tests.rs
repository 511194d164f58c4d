//! Cells of every type, as data has them.

use super::*;
use proptest::prelude::*;

#[track_caller]
fn fails<T: fmt::Debug>(got: Result<T, ReadError>, code: &str, message: &str) {
    let error = got.unwrap_err();
    assert_eq!((error.code, error.message.as_str()), (code, message));
}

fn d(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

#[test]
fn booleans() {
    for (yes, no) in [("yes", "no"), ("Y", "N"), ("TRUE", "False"), ("t", "F"), ("1", "0"), (" Yes\t", "\u{a0}NO ")] {
        assert_eq!((boolean(yes), boolean(no)), (Ok(true), Ok(false)));
    }
    for text in ["2", "", "yess", "on", "\u{11}", "01", "oui"] {
        assert_eq!(boolean(text).unwrap_err().code, NOT_A_BOOLEAN, "{text}");
    }
    fails(boolean("maybe"), "D0101", "`maybe` is not a boolean: yes or no");
}

#[test]
fn integers() {
    for (text, want) in [
        ("0", 0),
        ("-0", 0),
        (" 42 ", 42),
        ("+7", 7),
        ("12.0", 12),
        ("12.", 12),
        ("-12.000", -12),
        ("007", 7),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
        ("000000000000000000000000000000001", 1),
        ("999999999999999999", 999_999_999_999_999_999),
    ] {
        assert_eq!(integer(text), Ok(want), "{text}");
    }
    for text in ["", "-", "+", "1.5", ".", ".0", "1e3", "0x1", "--1", "1.0.0", "12a", "１"] {
        assert_eq!(integer(text).unwrap_err().code, NOT_AN_INTEGER, "{text}");
    }
    fails(integer("9223372036854775808"), "D0104", "`9223372036854775808` is past the range of 64-bit integers");
    fails(integer("-9223372036854775809.0"), "D0104", "`-9223372036854775809.0` is past the range of 64-bit integers");
    fails(integer("1,460"), "D0103", "`1,460` is not an integer; digits are written without separators");
    fails(integer("N/A"), "D0103", "`N/A` is not an integer");
}

#[test]
fn decimals() {
    assert_eq!(decimal(" 900,600".replace(',', "").as_str()), Ok(d("900600")));
    assert_eq!(decimal("-0.50"), Ok(d("-0.5")));
    fails(decimal("abc"), "D0105", "`abc` is not a decimal");
    fails(decimal("1 234.5"), "D0105", "`1 234.5` is not a decimal; digits are written without separators");
    fails(decimal("1e28"), "D0106", "`1e28` has more than 28 digits");
}

#[test]
fn dates() {
    let want = Date::parse("2026-03-01");
    for text in [
        "2026-03-01",
        " 2026-03-01 ",
        "2026-03-01T00:00:00",
        "2026-03-01 00:00",
        "2026-03-01T00:00:00.000Z",
        "2026-03-01 00:00:00-05:00",
    ] {
        assert_eq!(date(text).ok(), want, "{text}");
    }
    let hint = "; dates are written as `2026-12-31`";
    for (text, why) in [
        ("31/02/2026", hint),
        ("3.1.26", hint),
        ("2026/03/01", hint),
        ("2026-3-1", hint),
        ("20260301", hint),
        ("2026-02-31", "; the month does not have that day"),
        ("2026-13-01", "; a year has twelve months"),
        ("0000-01-01", "; years go from 0001 to 9999"),
        ("soon", ""),
        ("1/2/3/4", ""),
        ("", ""),
        ("12", ""),
    ] {
        fails(date(text), "D0102", &format!("`{text}` is not a date{why}"));
    }
    fails(date("2026-03-01T10:00:00"), "D0102", "`2026-03-01T10:00:00` is not a date: it has a time of day");
}

#[test]
fn times() {
    assert_eq!(time("9:05"), time(" 09:05:00 "));
    assert_eq!(time("9:05:30"), time("09:05:30.0000000"));
    for text in ["25:00", "9", "9:5", "09:05 pm", "", ":05"] {
        assert_eq!(time(text).unwrap_err().code, NOT_A_TIME, "{text}");
    }
}

#[test]
fn instants() {
    let zone = Zone::get("America/Toronto").unwrap();
    let want = DateTime::parse("2026-03-01T15:00:00Z").unwrap();
    for text in ["2026-03-01T10:00:00-05:00", "2026-03-01 15:00Z", " 2026-03-01T15:00:00.000000000+0000"] {
        assert_eq!((datetime(text, None), datetime(text, Some(&zone))), (Ok(want), Ok(want)), "{text}");
    }
    assert_eq!(datetime("2026-03-01T10:00", Some(&zone)), Ok(want));
    fails(
        datetime("2026-03-01T10:00", None),
        "D0109",
        "`2026-03-01T10:00` is a local time, and the rules state no time zone",
    );
    fails(datetime("2026-03-01", None), "D0108", "`2026-03-01` is not a date and time: it has no time of day");
    fails(
        datetime("0001-01-01T00:00+01:00", None),
        "D0108",
        "`0001-01-01T00:00+01:00` is not a date and time: it is out of range",
    );
    fails(datetime("noon", Some(&zone)), "D0108", "`noon` is not a date and time");
}

#[test]
fn durations() {
    assert_eq!(duration(" P1Y2M "), duration("1 year 2 months"));
    fails(
        duration("1 day 2 hours"),
        "D0110",
        "`1 day 2 hours` is not a duration: years to days and hours to seconds cannot be combined",
    );
    assert_eq!(duration("P99999999999Y").unwrap_err().code, NOT_A_DURATION);
    assert_eq!(duration("45").unwrap_err().code, NOT_A_DURATION);
}

#[test]
fn ranges() {
    for (text, want) in [
        (">340", (Some(341), None)),
        (">=340", (Some(340), None)),
        ("> 340", (Some(341), None)),
        ("≥340", (Some(340), None)),
        ("340+", (Some(340), None)),
        ("340 +", (Some(340), None)),
        ("<5", (None, Some(4))),
        ("<=5", (None, Some(5))),
        ("≤ 5", (None, Some(5))),
        ("25-34", (Some(25), Some(34))),
        ("25–34", (Some(25), Some(34))),
        ("25 — 34", (Some(25), Some(34))),
        ("-5--3", (Some(-5), Some(-3))),
        ("-5 - 3", (Some(-5), Some(3))),
        ("-5", (Some(-5), Some(-5))),
        (" 12 ", (Some(12), Some(12))),
        ("7-7", (Some(7), Some(7))),
        ("<-9223372036854775807", (None, Some(i64::MIN))),
    ] {
        assert_eq!(integer_range(text), Ok(want), "{text}");
    }
    for text in ["", "-", "--5", "5-", ">", "+", "5..7", "2024-01-01", "<>5", "1.5-2", "a-b", "5-6-7", "≥", "–", ">5-6"]
    {
        assert_eq!(integer_range(text).unwrap_err().code, NOT_A_RANGE, "{text}");
    }
    fails(integer_range("34-25"), "D0112", "`34-25` is not a range: its lower end is above its upper end");
    for text in [">9223372036854775807", "<-9223372036854775808", "1-9223372036854775808"] {
        assert_eq!(integer_range(text).unwrap_err().code, INTEGER_TOO_LARGE, "{text}");
    }
    for (text, want) in [
        (">2.5", (Some("2.5"), None)),
        ("<2.5", (None, Some("2.5"))),
        ("1e-3-2e-3", (Some("0.001"), Some("0.002"))),
        ("1e-3", (Some("0.001"), Some("0.001"))),
        ("-1.5–.5", (Some("-1.5"), Some("0.5"))),
        ("2.5+", (Some("2.5"), None)),
    ] {
        assert_eq!(decimal_range(text), Ok((want.0.map(d), want.1.map(d))), "{text}");
    }
    assert_eq!(decimal_range(">1e28").unwrap_err().code, TOO_MANY_DIGITS);
    assert_eq!(pair(Some(1), None), Ok((Some(1), None)));
    assert_eq!(pair(Some(d("1")), Some(d("1.00"))), Ok((Some(d("1")), Some(d("1")))));
    fails(pair(Some(3), Some(2)), "D0112", "`3 to 2` is not a range: its lower end is above its upper end");
}

#[test]
fn sets() {
    let set = |cell, separator| members(cell, separator).collect::<Vec<_>>();
    assert_eq!(set(" a | b||c |", "|"), ["a", "b", "c"]);
    assert_eq!(set("a, b", "; "), ["a, b"]);
    assert!(set(" | ", "|").is_empty() && set("", "|").is_empty());
}

#[test]
fn messages_are_short_and_plain() {
    let long = "é".repeat(41);
    assert_eq!(integer(&long).unwrap_err().message, format!("`{}…` is not an integer", "é".repeat(40)));
    assert_eq!(Shown(&"x".repeat(40)).to_string(), format!("`{}`", "x".repeat(40)));
    assert_eq!(Shown("a\u{1b}[31m\n").to_string(), "`a\u{fffd}[31m\u{fffd}`");
}

#[test]
fn codes_are_in_order_and_said_once() {
    assert!(CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    assert!(CODES.iter().all(|(code, what)| code.len() == 5 && code.starts_with('D') && !what.is_empty()));
}

proptest! {
    #[test]
    fn integers_read_as_std_reads_them(value in any::<i64>(), text in "[-+]?[0-9]{0,22}") {
        prop_assert_eq!(integer(&value.to_string()), Ok(value));
        match (integer(&text), text.parse::<i64>()) {
            (got, Ok(want)) => prop_assert_eq!(got, Ok(want)),
            (Err(error), Err(why)) => {
                use std::num::IntErrorKind::{NegOverflow, PosOverflow};
                let large = matches!(why.kind(), NegOverflow | PosOverflow);
                prop_assert_eq!(error.code, if large { INTEGER_TOO_LARGE } else { NOT_AN_INTEGER });
            }
            (got, want) => prop_assert!(false, "{text}: {got:?} {want:?}"),
        }
    }

    #[test]
    fn ranges_read_back(a in any::<i64>(), b in any::<i64>(), c in -1_000_000_i128..1_000_000, e in -1_000_000_i128..1_000_000, scale in 0_u8..28) {
        let (low, high) = (a.min(b), a.max(b));
        prop_assert_eq!(integer_range(&format!("{low}-{high}")), Ok((Some(low), Some(high))));
        let (low, high) = (Decimal::new(c.min(e), scale).unwrap(), Decimal::new(c.max(e), scale).unwrap());
        prop_assert_eq!(decimal_range(&format!("{low}–{high}")), Ok((Some(low), Some(high))));
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,50}", close in "[-+<>=–≥0-9.eE,/:TZ P]{0,30}") {
        let zone = Zone::get("Europe/London");
        for cell in [&text, &close] {
            let _ = (boolean(cell), integer(cell), decimal(cell), date(cell), time(cell), duration(cell));
            let _ = (datetime(cell, None), datetime(cell, zone.as_ref()), integer_range(cell), decimal_range(cell));
            for separator in ["|", "", "é"] {
                prop_assert!(members(cell, separator).all(|part| !part.is_empty()));
            }
        }
    }
}
