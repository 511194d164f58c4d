//! Dates, times, durations and zones against jiff and against their definitions.

use super::*;
use crate::absence::Fault;
use jiff::ToSpan;
use proptest::prelude::*;
use std::cmp::Ordering;

fn any_date() -> impl Strategy<Value = Date> {
    let days = prop_oneof![
        8 => Date::MIN.days()..=Date::MAX.days(),
        // Ends of months, where clamping happens.
        4 => (1_i32..=9999, 1_u32..=12, 28_u32..=31).prop_filter_map("exists", |(y, m, d)| Date::from_ymd(y, m, d).map(Date::days)),
        1 => Date::MIN.days()..Date::MIN.days() + 40,
        1 => Date::MAX.days() - 40..=Date::MAX.days(),
    ];
    days.prop_map(|days| Date::from_days(days).unwrap())
}

fn near(date: Date) -> impl Strategy<Value = (Date, Date)> {
    (-1500_i32..1500).prop_map(move |days| (date, Date::clamped(date.days() + days)))
}

fn pair() -> impl Strategy<Value = (Date, Date)> {
    prop_oneof![(any_date(), any_date()), any_date().prop_flat_map(near)]
}

fn jiff_date(date: Date) -> jiff::civil::Date {
    let (year, month, day) = date.ymd();
    jiff::civil::Date::new(year as i16, month as i8, day as i8).unwrap()
}

fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn duration(text: &str) -> Duration {
    Duration::parse(text).unwrap()
}

/// A date so many units later, as the language adds them.
fn plus(date: Date, unit: Unit, n: i64) -> Result<Date, Fault> {
    match unit {
        Unit::Years => date.plus_months(12 * n, false),
        Unit::Quarters => date.plus_months(3 * n, false),
        Unit::Months => date.plus_months(n, false),
        Unit::Weeks => date.plus_days(7 * n),
        Unit::Days => date.plus_days(n),
    }
}

#[test]
fn every_date_there_is() {
    let mut other = jiff::civil::date(1, 1, 1);
    for days in Date::MIN.days()..=Date::MAX.days() {
        let date = Date::from_days(days).unwrap();
        let (year, month, day) = date.ymd();
        assert_eq!((year, month, day), (other.year().into(), other.month() as u32, other.day() as u32));
        assert_eq!(Date::from_ymd(year, month, day), Some(date));
        assert_eq!(date.weekday(), other.weekday().to_monday_one_offset() as u32);
        if day == 1 {
            let last = other.days_in_month() as u32;
            assert_eq!(date.days_in_month(), last);
            assert!(Date::from_ymd(year, month, last).is_some() && Date::from_ymd(year, month, last + 1).is_none());
        }
        other = other.tomorrow().unwrap_or(jiff::civil::Date::MAX);
    }
    assert_eq!((Date::MIN.to_string(), Date::MAX.to_string()), ("0001-01-01".into(), "9999-12-31".into()));
    assert_eq!(Date::default().to_string(), "1970-01-01");
    for days in [i32::MIN, Date::MIN.days() - 1, Date::MAX.days() + 1, i32::MAX] {
        assert_eq!(Date::from_days(days), None);
    }
    for (year, month, day) in
        [(0, 1, 1), (10_000, 1, 1), (-1, 1, 1), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (2026, 1, u32::MAX)]
    {
        assert_eq!(Date::from_ymd(year, month, day), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn dates_read_back(a in any_date()) {
        prop_assert_eq!(Date::parse(&a.to_string()), Some(a));
        prop_assert_eq!(a.to_string(), jiff_date(a).to_string());
    }

    #[test]
    fn months_are_added_as_jiff_adds_them(a in any_date(), months in prop_oneof![-400_i32..400, -130_000_i32..130_000], days in -400_i32..400) {
        let want = jiff_date(a).checked_add(months.months()).and_then(|date| date.checked_add(days.days()));
        let want = want.ok().filter(|date| (1..=9999).contains(&date.year()));
        // jiff goes on below year 1.
        let middle = jiff_date(a).checked_add(months.months()).is_ok_and(|date| (1..=9999).contains(&date.year()));
        let want = want.filter(|_| middle).map(|date| date.to_string());
        let by = Duration::Calendar { months, days };
        let got = a.shift(by, false, false);
        prop_assert_eq!(got.ok().map(|date| date.to_string()), want);
        prop_assert!(got.is_ok() || got == Err(Fault::DateRange));
        prop_assert_eq!(a.shift(by.neg().unwrap(), true, false), got);
        // Strict: the same, or an error exactly where the day had to change.
        let day = a.plus_months(months.into(), false).map(Date::day);
        match a.plus_months(months.into(), true) {
            Ok(date) => prop_assert_eq!((Ok(date.day()), date.day()), (day, a.day())),
            Err(Fault::AmbiguousDate) => prop_assert!(day.unwrap() < a.day()),
            Err(fault) => prop_assert_eq!((fault, day), (Fault::DateRange, Err(Fault::DateRange))),
        }
    }

    #[test]
    fn units_elapsed_are_the_most_that_fit((a, b) in pair(), unit in prop::sample::select(&Unit::ALL[..])) {
        let n = Date::units_between(unit, a, b);
        if a <= b {
            prop_assert!(n >= 0 && plus(a, unit, n).unwrap() <= b);
            // Past the last date there is nothing more to fit.
            prop_assert!(plus(a, unit, n + 1).map_or(true, |date| date > b));
        }
        prop_assert_eq!(Date::units_between(unit, b, a), -n);
    }

    #[test]
    fn units_start_where_jiff_says(a in any_date(), from in 1_u32..=12) {
        let d = jiff_date(a);
        prop_assert_eq!(jiff_date(a.start_of(Unit::Years)), d.first_of_year());
        prop_assert_eq!(jiff_date(a.start_of(Unit::Months)), d.first_of_month());
        prop_assert_eq!(a.start_of(Unit::Days), a);
        let week = a.start_of(Unit::Weeks);
        prop_assert!(week.weekday() == 1 && (0..7).contains(&(a.days() - week.days())));
        let quarter = a.start_of(Unit::Quarters);
        let since = Date::units_between(Unit::Months, quarter, a);
        prop_assert!(quarter.day() == 1 && [1, 4, 7, 10].contains(&quarter.month()) && (0..3).contains(&since));
        // The fiscal year is the one whose first day is the latest not after the date.
        let year = a.fiscal_year(from);
        prop_assert!(Date::from_ymd(year, from, 1).is_none_or(|first| first <= a));
        prop_assert!(Date::from_ymd(year + 1, from, 1).is_none_or(|first| first > a));
        prop_assert!((a.year() - 1..=a.year()).contains(&year));
    }

    #[test]
    fn instants_and_times_read_back(micros in DateTime::MIN.micros()..=DateTime::MAX.micros(), whole in any::<bool>()) {
        let micros = if whole { micros - micros.rem_euclid(MICROS_PER_MINUTE) } else { micros };
        let at = DateTime::clamped(micros);
        prop_assert_eq!(DateTime::parse(&at.to_string()), Some(at));
        let (date, time) = at.utc();
        prop_assert_eq!(DateTime::from_utc(date, time), at);
        prop_assert_eq!(Time::parse(&time.to_string()), Some(time));
        let (hour, minute, second, fraction) = time.hms();
        prop_assert_eq!(Time::from_hms(hour, minute, second, fraction), Some(time));
        if let Ok(other) = jiff::Timestamp::from_microsecond(at.micros()) {
            prop_assert_eq!(at.to_string().parse::<jiff::Timestamp>().unwrap(), other);
            prop_assert_eq!(jiff_date(date), other.to_zoned(jiff::tz::TimeZone::UTC).date());
        }
    }

    #[test]
    fn clocks_of_zones_are_as_jiff_has_them(
        name in prop::sample::select(&["America/Toronto", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu",
            "Pacific/Apia", "Europe/Dublin", "Africa/Casablanca", "UTC"][..]),
        micros in prop_oneof![
            DateTime::MIN.micros() + MICROS_PER_DAY..DateTime::MAX.micros() - 3 * MICROS_PER_DAY,
            -2_000_000_000_000_000_i64..4_000_000_000_000_000,
        ],
    ) {
        let zone = Zone::get(name).unwrap();
        let tz = jiff::tz::TimeZone::get(name).unwrap();
        let at = DateTime::clamped(micros);
        let zoned = jiff::Timestamp::from_microsecond(micros).unwrap().to_zoned(tz.clone());
        let (date, time) = zone.local(at);
        prop_assert_eq!(jiff_date(date), zoned.date());
        prop_assert_eq!(zone.date_of(at), date);
        let of_day = zoned.time().duration_since(jiff::civil::Time::midnight()).as_micros();
        prop_assert_eq!(i128::from(time.micros()), of_day);
        // Back again: what jiff makes of the same clock.
        let back = tz.to_timestamp(zoned.datetime()).unwrap();
        prop_assert_eq!(zone.instant(date, time).unwrap().micros(), back.as_microsecond());
        // Clocks that need not exist: an hour on, by the clock's face.
        let next = zoned.datetime().checked_add(1.hour()).unwrap();
        let later = DateTime::clamped(DateTime::from_utc(date, time).micros() + MICROS_PER_HOUR).utc();
        prop_assert_eq!(zone.instant(later.0, later.1).unwrap().micros(), tz.to_timestamp(next).unwrap().as_microsecond());
    }

    #[test]
    fn durations_read_back(months in any::<i32>(), days in any::<i32>(), small in -14_i32..14, micros in any::<i64>(), minutes in -100_000_i64..100_000) {
        for value in [
            Duration::Calendar { months, days },
            Duration::Calendar { months: small, days: 0 },
            Duration::Calendar { months: 0, days: small },
            Duration::Calendar { months: small, days: small },
            Duration::Clock { micros },
            Duration::Clock { micros: minutes * MICROS_PER_MINUTE },
            Duration::Clock { micros: minutes },
        ] {
            prop_assert_eq!(Duration::parse(&value.to_string()), Ok(value));
        }
    }

    #[test]
    fn reading_does_not_panic(text in "\\PC{0,30}", close in "[-+PpTYMWDHSZ0-9:. ]{0,30}", stamp in "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][-+0-9:.Z ]{0,24}") {
        for text in [&text, &close, &stamp] {
            let _ = (Date::parse(text), Time::parse(text), DateTime::parse(text), Duration::parse(text));
            let _ = (DateTime::parts(text.as_bytes()), Zone::get(text));
        }
    }
}

#[test]
fn whole_units_by_counting() {
    // Every pair within three years about a leap day, counted up one by one.
    let first = date("2023-01-25").days();
    for a in (first..first + 1100).step_by(3) {
        for unit in Unit::ALL {
            let from = Date::from_days(a).unwrap();
            let mut n = 0;
            for b in a..first + 1100 {
                let to = Date::from_days(b).unwrap();
                while plus(from, unit, n + 1).unwrap() <= to {
                    n += 1;
                }
                assert_eq!(Date::units_between(unit, from, to), n, "{unit:?} {from} {to}");
            }
        }
    }
}

#[test]
fn ends_of_months() {
    let months = |from: &str, to: &str| Date::units_between(Unit::Months, date(from), date(to));
    assert_eq!(months("2026-01-31", "2026-02-28"), 1);
    assert_eq!(months("2024-01-31", "2024-02-28"), 0);
    assert_eq!(months("2024-01-31", "2024-02-29"), 1);
    assert_eq!(months("2026-02-28", "2026-01-31"), -1);
    assert_eq!(months("2026-02-28", "2026-03-28"), 1);
    assert_eq!(months("2026-03-31", "2026-04-29"), 0);
    // Born on a leap day, and of age on the last day of February.
    assert_eq!(Date::units_between(Unit::Years, date("2008-02-29"), date("2026-02-27")), 17);
    assert_eq!(Date::units_between(Unit::Years, date("2008-02-29"), date("2026-02-28")), 18);
    let shift = |from: &str, by: &str, back, strict| date(from).shift(duration(by), back, strict);
    assert_eq!(shift("2026-01-31", "1 month", false, false), Ok(date("2026-02-28")));
    assert_eq!(shift("2026-01-31", "1 month", false, true), Err(Fault::AmbiguousDate));
    assert_eq!(shift("2024-02-29", "1 year", false, true), Err(Fault::AmbiguousDate));
    assert_eq!(shift("2024-02-29", "4 years", false, true), Ok(date("2028-02-29")));
    assert_eq!(shift("2026-03-31", "1 month 1 day", true, false), Ok(date("2026-02-27")));
    assert_eq!(shift("2026-03-31", "45 minutes", true, false), Err(Fault::MixedDurations));
    assert_eq!(shift("9999-12-31", "1 day", false, false), Err(Fault::DateRange));
    assert_eq!(shift("0001-01-01", "1 month", true, false), Err(Fault::DateRange));
    assert_eq!(Date::MAX.plus_days(i64::MAX), Err(Fault::DateRange));
    assert_eq!(Date::MIN.plus_months(i64::MIN, false), Err(Fault::DateRange));
    assert_eq!(Date::MIN.plus_months(i64::MAX, true), Err(Fault::DateRange));
    assert_eq!(date("2026-06-01").since(date("2026-05-01")), duration("31 days"));
}

#[test]
fn texts_that_are_no_dates() {
    for text in [
        "",
        "2026-1-01",
        "2026-02-30",
        "2026-13-01",
        "0000-01-01",
        "31/02/2026",
        "2026-02-31 ",
        "+026-01-01",
        "２026-01-1",
        "2026/01/01",
    ] {
        assert_eq!(Date::parse(text), None, "{text}");
    }
    for text in
        ["", "9", "24:00", "12:60", "12:00:60", "1:00", "12:00:00.", "12:00:00.1x", "12:00:0", "-1:00", "12:00Z"]
    {
        assert_eq!(Time::parse(text), None, "{text}");
    }
    for text in [
        "2026-01-01",
        "2026-01-01T",
        "2026-01-01T10:00",
        "2026-01-01T10:00+5",
        "2026-01-01T10:00+24:00",
        "2026-01-01T10:00ZZ",
        "2026-01-01X10:00Z",
        "0001-01-01T00:00+01:00",
        "9999-12-31T23:59-01:00",
    ] {
        assert_eq!(DateTime::parse(text), None, "{text}");
    }
}

#[test]
fn times_of_day() {
    let time = |text: &str| Time::parse(text).unwrap();
    for text in ["00:00", "09:30", "23:59:59", "09:30:00.000500"] {
        assert_eq!(time(text).to_string(), text);
    }
    assert_eq!(time("09:30:00").to_string(), "09:30");
    assert_eq!(time("09:30:00.1234567899").to_string(), "09:30:00.123456");
    assert_eq!(time("23:00").shift(duration("45 minutes"), false), Ok(time("23:45")));
    assert_eq!(time("23:00").shift(duration("1 hour"), false), Err(Fault::DateRange));
    assert_eq!(time("00:10").shift(duration("11 minutes"), true), Err(Fault::DateRange));
    assert_eq!(time("00:10").shift(duration("1 day"), false), Err(Fault::MixedDurations));
    assert_eq!(time("00:10").shift(Duration::micros(i64::MIN), true), Err(Fault::DateRange));
    assert_eq!(time("10:00").since(time("09:15")), duration("45 minutes"));
    assert_eq!((Time::from_micros(-1), Time::from_micros(MICROS_PER_DAY)), (None, None));
}

#[test]
fn instants() {
    let at = |text: &str| DateTime::parse(text).unwrap();
    assert_eq!(at("1970-01-01T00:00Z").micros(), 0);
    assert_eq!(at("2026-03-01 10:00:00.5-05:00").to_string(), "2026-03-01T15:00:00.500000Z");
    assert_eq!(at("2026-03-01t10:00z"), at("2026-03-01T15:30+0530"));
    assert_eq!(at("2026-03-01T10:00:00 +00"), at("2026-03-01T10:00:00Z"));
    assert_eq!(at("2026-03-01T10:45Z").since(at("2026-03-01T10:00Z")), duration("45 minutes"));
    let toronto = Zone::get("america/toronto").unwrap();
    assert_eq!(toronto.name(), "America/Toronto");
    // Clocks go forward at 02:00 on 2026-03-08 and back at 02:00 on 2026-11-01.
    let instant = |day: &str, time: &str| toronto.instant(date(day), Time::parse(time).unwrap()).unwrap().to_string();
    assert_eq!(instant("2026-03-08", "02:30"), "2026-03-08T07:30:00Z");
    assert_eq!(instant("2026-11-01", "01:30"), "2026-11-01T05:30:00Z");
    assert_eq!(toronto.date_of(at("2026-03-01T03:00Z")), date("2026-02-28"));
    assert_eq!(toronto.start_of(date("2026-03-01")), Some(at("2026-03-01T05:00Z")));
    // A day by the calendar is 23 hours by the clock that night.
    let before = at("2026-03-07T17:00Z");
    assert_eq!(before.shift(duration("1 day"), false, false, Some(&toronto)), Ok(at("2026-03-08T16:00Z")));
    assert_eq!(before.shift(duration("1 day"), false, false, None), Ok(at("2026-03-08T17:00Z")));
    assert_eq!(before.shift(duration("24 hours"), false, false, Some(&toronto)), Ok(at("2026-03-08T17:00Z")));
    assert_eq!(at("2026-03-31T12:00Z").shift(duration("1 month"), true, true, None), Err(Fault::AmbiguousDate));
    assert_eq!(DateTime::MAX.shift(Duration::micros(1), false, false, None), Err(Fault::DateRange));
    assert_eq!(DateTime::MIN.shift(Duration::micros(i64::MIN), false, false, None), Err(Fault::DateRange));
    assert_eq!(DateTime::MAX.shift(Duration::days(1), false, false, Some(&toronto)), Err(Fault::DateRange));
    // Beyond the ends, the ends.
    assert_eq!(toronto.date_of(DateTime::MIN), Date::MIN);
    assert_eq!(Zone::get("Asia/Tokyo").unwrap().date_of(DateTime::MAX), Date::MAX);
    assert_eq!(toronto.instant(Date::MAX, Time::MAX), None);
    let last = (Date::MAX, Time::parse("07:00").unwrap());
    assert_eq!(toronto.local(at("9999-12-31T12:00Z")), last);
    assert_eq!(Zone::get("Asia/Tokyo").unwrap().instant(Date::MIN, Time::MIDNIGHT), None);
    assert_eq!(toronto.instant(date("9999-12-31"), Time::MIDNIGHT), Some(at("9999-12-31T05:00Z")));
    for name in ["", "Toronto", "America/Torontoo", "Etc/Unknown", "EST5EDT4", "../etc/passwd", "/etc/localtime"] {
        assert_eq!(Zone::get(name), None, "{name}");
    }
}

#[test]
fn durations_in_iso_and_in_words() {
    let calendar = |months, days| Ok(Duration::Calendar { months, days });
    let clock = |micros| Ok(Duration::Clock { micros });
    for (text, want) in [
        ("P1Y2M", calendar(14, 0)),
        ("P2W", calendar(0, 14)),
        ("-P1M3D", calendar(-1, -3)),
        ("p1y", calendar(12, 0)),
        ("PT45M", clock(45 * MICROS_PER_MINUTE)),
        ("PT1.5H", clock(90 * MICROS_PER_MINUTE)),
        ("P0DT0H45M0.25S", clock(45 * MICROS_PER_MINUTE + 250_000)),
        ("P3DT0S", calendar(0, 3)),
        ("P0D", calendar(0, 0)),
        ("PT0S", clock(0)),
        ("P0DT0S", clock(0)),
        ("1 year 2 months", calendar(14, 0)),
        ("30 days", calendar(0, 30)),
        ("1 Week", calendar(0, 7)),
        ("45 minutes", clock(45 * MICROS_PER_MINUTE)),
        ("-1 hour", clock(-MICROS_PER_HOUR)),
        ("1  hour   30 minutes", clock(90 * MICROS_PER_MINUTE)),
        ("P1DT1H", Err(DurationError::Mixed)),
        ("1 day 1 hour", Err(DurationError::Mixed)),
        ("P", Err(DurationError::NotADuration)),
        ("PT", Err(DurationError::NotADuration)),
        ("P1DT", Err(DurationError::NotADuration)),
        ("P1", Err(DurationError::NotADuration)),
        ("P1M1Y", Err(DurationError::NotADuration)),
        ("P1.5D", Err(DurationError::NotADuration)),
        ("PT1H1.S", Err(DurationError::NotADuration)),
        ("P1YT", Err(DurationError::NotADuration)),
        ("PT1HT1M", Err(DurationError::NotADuration)),
        ("P1T1H", Err(DurationError::NotADuration)),
        ("45", Err(DurationError::NotADuration)),
        ("days", Err(DurationError::NotADuration)),
        ("1 fortnight", Err(DurationError::NotADuration)),
        ("1 day 1 day", Err(DurationError::NotADuration)),
        ("", Err(DurationError::NotADuration)),
        ("3000000000 days", Err(DurationError::TooLong)),
        ("99999999999999999999 seconds", Err(DurationError::TooLong)),
        ("P99999999999999999Y", Err(DurationError::TooLong)),
    ] {
        assert_eq!(Duration::parse(text), want, "{text}");
    }
    for (value, want) in [
        (Duration::months(14), "1 year 2 months"),
        (Duration::months(24), "2 years"),
        (Duration::Calendar { months: -1, days: 2 }, "-1 month 2 days"),
        (Duration::days(0), "0 days"),
        (Duration::micros(0), "0 seconds"),
        (Duration::micros(45 * MICROS_PER_MINUTE), "45 minutes"),
        (Duration::micros(MICROS_PER_DAY + MICROS_PER_SECOND), "24 hours 1 second"),
        (Duration::micros(-1_500_000), "-1.5 seconds"),
        (Duration::micros(1), "0.000001 seconds"),
    ] {
        assert_eq!(value.to_string(), want);
    }
}

#[test]
fn durations_reckon() {
    let d = duration;
    assert_eq!(d("1 year").add(d("2 months")), Ok(d("14 months")));
    assert_eq!(d("1 month").sub(d("3 days")), Ok(Duration::Calendar { months: 1, days: -3 }));
    assert_eq!(d("1 hour").sub(d("90 minutes")), Ok(d("-30 minutes")));
    assert_eq!(d("1 hour").add(d("1 day")), Err(Fault::MixedDurations));
    assert_eq!(d("1 hour").sub(d("0 days")), Err(Fault::MixedDurations));
    assert_eq!(d("6 months").mul(4), Ok(d("2 years")));
    assert_eq!(d("1 hour").mul(i64::MAX), Err(Fault::Overflow));
    assert_eq!(d("1 day").mul(i64::MIN), Err(Fault::Overflow));
    assert_eq!(Duration::micros(i64::MIN).neg(), Err(Fault::Overflow));
    assert_eq!(Duration::months(i32::MIN).neg(), Err(Fault::Overflow));
    assert_eq!(Duration::days(i32::MAX).add(d("1 day")), Err(Fault::Overflow));
    assert_eq!(d("1 year").compare(d("11 months")), Ok(Ordering::Greater));
    assert_eq!(d("30 days").compare(d("4 weeks")), Ok(Ordering::Greater));
    assert_eq!(d("1 month").compare(d("30 days")), Err(Fault::MixedDurations));
    assert_eq!(d("1 month 2 days").compare(d("1 month 2 days")), Ok(Ordering::Equal));
    assert_eq!(d("1 month 2 days").compare(d("1 month 3 days")), Err(Fault::MixedDurations));
    assert_eq!(d("0 days").compare(d("3 months")), Ok(Ordering::Less));
    assert_eq!(d("0 days").compare(d("-3 days")), Ok(Ordering::Greater));
    assert_eq!(d("60 minutes").compare(d("1 hour")), Ok(Ordering::Equal));
    assert_eq!(d("60 minutes").compare(d("1 day")), Err(Fault::MixedDurations));
    assert_eq!(size_of::<Duration>(), 16);
}

#[test]
fn words_of_units() {
    for unit in Unit::ALL {
        assert_eq!((Unit::from_word(unit.word()), Unit::from_word(unit.singular())), (Some(unit), Some(unit)));
    }
    assert_eq!(Unit::from_word("fortnight"), None);
}
