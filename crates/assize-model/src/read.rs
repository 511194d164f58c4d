//! How one cell of data text becomes a value: the same for CSV, for JSON and for the records of a `test`.
//!
//! White space around a cell does not count. An empty cell is a missing value, which the callers see to: every function
//! here takes one as an error. Reading never rounds a number.

use crate::civil::{Date, DateTime, Duration, DurationError, Time, Zone};
use crate::decimal::{Decimal, ParseError};
use crate::text::trim;
use std::fmt::{self, Write as _};

macro_rules! codes {
    ($($name:ident = $code:literal: $what:literal;)*) => {
        /// What each code of a data error means. Codes are never given another meaning.
        pub const CODES: &[(&str, &str)] = &[$(($code, $what)),*];
        $(#[doc = concat!("`", $code, "`: ", $what, ".")] pub const $name: &str = $code;)*
    };
}

codes! {
    NOT_A_BOOLEAN = "D0101": "not a boolean";
    NOT_A_DATE = "D0102": "not a date";
    NOT_AN_INTEGER = "D0103": "not an integer";
    INTEGER_TOO_LARGE = "D0104": "an integer past 64 bits";
    NOT_A_DECIMAL = "D0105": "not a decimal";
    TOO_MANY_DIGITS = "D0106": "a decimal with more than 28 digits or decimal places";
    NOT_A_TIME = "D0107": "not a time of day";
    NOT_A_DATETIME = "D0108": "not a date and time";
    NO_TIME_ZONE = "D0109": "a local date and time where no time zone is stated";
    NOT_A_DURATION = "D0110": "not a duration";
    NOT_A_RANGE = "D0111": "not a range";
    RANGE_UPSIDE_DOWN = "D0112": "a range whose lower end is above its upper end";
    NOT_A_CODE = "D0120": "a text that is none of the codes";
    REQUIRED_ABSENT = "D0121": "a required value is absent";
    DUPLICATE_KEY = "D0122": "two records have the same key";
    KEY_ABSENT = "D0123": "the key is absent";
    NO_PARENT = "D0124": "a child record without its parent";
    RAGGED_ROW = "D0125": "a row with more or fewer cells than there are columns";
    NOT_UTF8 = "D0126": "text that is not UTF-8";
    WRONG_TYPE = "D0127": "a column or value of a type that the field cannot be read from";
    TOO_LONG = "D0128": "a value that is too long";
}

/// Why a cell cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ReadError {
    /// The code, one of [`CODES`].
    pub code: &'static str,
    /// What is wrong, in words.
    pub message: String,
}

/// A cell as messages show it: in back-ticks, at most 40 characters, nothing that a terminal would obey.
pub struct Shown<'a>(pub &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('`')?;
        let mut chars = self.0.chars();
        for c in chars.by_ref().take(40) {
            f.write_char(if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })?;
        }
        f.write_str(if chars.next().is_some() { "…`" } else { "`" })
    }
}

#[cold]
fn error(code: &'static str, cell: &str, what: &str) -> ReadError {
    ReadError { code, message: format!("{} {what}", Shown(cell)) }
}

/// A boolean: yes or no, y or n, true or false, t or f, 1 or 0, in any case.
///
/// # Errors
/// [`NOT_A_BOOLEAN`].
#[inline]
pub fn boolean(cell: &str) -> Result<bool, ReadError> {
    let text = trim(cell);
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    match text.len() {
        1 if is("y") || is("t") || is("1") => Ok(true),
        1 if is("n") || is("f") || is("0") => Ok(false),
        2 if is("no") => Ok(false),
        3 if is("yes") => Ok(true),
        4 if is("true") => Ok(true),
        5 if is("false") => Ok(false),
        _ => Err(error(NOT_A_BOOLEAN, text, "is not a boolean: yes or no")),
    }
}

/// Why text is not a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Shape,
    Size,
}

/// A number that ranges are of.
trait Number: Copy + Ord {
    const NOT_IN_RANGE: &'static str;
    const TOO_LARGE: (&'static str, &'static str);
    fn read(text: &str) -> Result<Self, Wrong>;
    /// The least number above and the greatest below; of decimals the number itself.
    fn above(self) -> Option<Self>;
    fn below(self) -> Option<Self>;
}

impl Number for i64 {
    const NOT_IN_RANGE: &'static str = "is not a range of integers, such as `25-34`, `>=65` or `65+`";
    const TOO_LARGE: (&'static str, &'static str) = (INTEGER_TOO_LARGE, "is past the range of 64-bit integers");

    #[inline]
    fn read(text: &str) -> Result<Self, Wrong> {
        let (negative, digits) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        if digits.is_empty() || digits.len() > 18 {
            return long_integer(negative, digits);
        }
        let mut value = 0;
        for &byte in digits {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return long_integer(negative, digits);
            }
            value = value * 10 + Self::from(digit);
        }
        Ok(if negative { -value } else { value })
    }

    fn above(self) -> Option<Self> {
        self.checked_add(1)
    }

    fn below(self) -> Option<Self> {
        self.checked_sub(1)
    }
}

/// More digits than the quick way takes, or a fraction of zeros.
#[cold]
fn long_integer(negative: bool, text: &[u8]) -> Result<i64, Wrong> {
    let point = text.iter().position(|&byte| byte == b'.').unwrap_or(text.len());
    let (whole, fraction) = text.split_at_checked(point).ok_or(Wrong::Shape)?;
    let zeros = match fraction {
        [] => true,
        [_, zeros @ ..] => zeros.iter().all(|&byte| byte == b'0'),
    };
    if whole.is_empty() || !whole.iter().all(u8::is_ascii_digit) || !zeros {
        return Err(Wrong::Shape);
    }
    let sign = if negative { -1 } else { 1 };
    // Built on its own side of zero: the least integer has no positive counterpart.
    let value = whole.iter().try_fold(0_i64, |n, digit| n.checked_mul(10)?.checked_add(sign * i64::from(digit - b'0')));
    value.ok_or(Wrong::Size)
}

impl Number for Decimal {
    const NOT_IN_RANGE: &'static str = "is not a range of numbers, such as `2.5-3.5`, `>=65` or `65+`";
    const TOO_LARGE: (&'static str, &'static str) = (TOO_MANY_DIGITS, "has more than 28 digits");

    fn read(text: &str) -> Result<Self, Wrong> {
        Self::parse(text).map_err(|error| match error {
            ParseError::NotANumber => Wrong::Shape,
            ParseError::TooManyDigits => Wrong::Size,
        })
    }

    fn above(self) -> Option<Self> {
        Some(self)
    }

    fn below(self) -> Option<Self> {
        Some(self)
    }
}

/// Why a cell is not one number.
#[cold]
fn number_error<T: Number>(text: &str, wrong: Wrong, code: &'static str, what: &str) -> ReadError {
    if wrong == Wrong::Size {
        return error(T::TOO_LARGE.0, text, T::TOO_LARGE.1);
    }
    let joined: String =
        text.chars().filter(|c| !matches!(c, ',' | '\'' | '_' | ' ' | '\u{a0}' | '\u{202f}')).collect();
    let hint = if joined.len() < text.len() && T::read(&joined) != Err(Wrong::Shape) {
        "; digits are written without separators"
    } else {
        ""
    };
    error(code, text, &format!("{what}{hint}"))
}

/// An integer: digits with an optional sign, and a fraction only of zeros (`12.0`).
///
/// # Errors
/// [`NOT_AN_INTEGER`], [`INTEGER_TOO_LARGE`].
#[inline]
pub fn integer(cell: &str) -> Result<i64, ReadError> {
    let text = trim(cell);
    i64::read(text).map_err(|wrong| number_error::<i64>(text, wrong, NOT_AN_INTEGER, "is not an integer"))
}

/// A decimal, as [`Decimal::parse`] takes it.
///
/// # Errors
/// [`NOT_A_DECIMAL`], [`TOO_MANY_DIGITS`].
#[inline]
pub fn decimal(cell: &str) -> Result<Decimal, ReadError> {
    let text = trim(cell);
    Decimal::read(text).map_err(|wrong| number_error::<Decimal>(text, wrong, NOT_A_DECIMAL, "is not a decimal"))
}

/// A date as `YYYY-MM-DD`; a midnight after it (`2026-03-01T00:00:00`, with an offset or not) is passed over.
///
/// # Errors
/// [`NOT_A_DATE`].
#[inline]
pub fn date(cell: &str) -> Result<Date, ReadError> {
    let text = trim(cell);
    match Date::parse_bytes(text.as_bytes()) {
        Some(date) => Ok(date),
        None => other_date(text),
    }
}

#[cold]
fn other_date(text: &str) -> Result<Date, ReadError> {
    if let Some((date, time, _)) = DateTime::parts(text.as_bytes()) {
        if time == Time::MIDNIGHT {
            return Ok(date);
        }
        return Err(error(NOT_A_DATE, text, "is not a date: it has a time of day"));
    }
    Err(error(NOT_A_DATE, text, &format!("is not a date{}", date_hint(text))))
}

/// What to say of a text that could have been meant as a date.
fn date_hint(text: &str) -> &'static str {
    let parts: Vec<&str> = text.split(['/', '-', '.', ' ']).take(4).collect();
    let digits = |part: &str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let [first, month, day] = *parts.as_slice() else {
        let packed = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
        return if packed { "; dates are written as `2026-12-31`" } else { "" };
    };
    if !digits(first) || !digits(month) || !digits(day) {
        return "";
    }
    let iso = first.len() == 4 && month.len() == 2 && day.len() == 2 && text.matches('-').count() == 2;
    match (first, month, day) {
        _ if !iso => "; dates are written as `2026-12-31`",
        ("0000", ..) => "; years go from 0001 to 9999",
        (_, "01" | "02" | "03" | "04" | "05" | "06" | "07" | "08" | "09" | "10" | "11" | "12", _) => {
            "; the month does not have that day"
        }
        _ => "; a year has twelve months",
    }
}

/// A time of day as `HH:MM`, `HH:MM:SS` or with a fraction of a second; the hour may have one digit.
///
/// # Errors
/// [`NOT_A_TIME`].
pub fn time(cell: &str) -> Result<Time, ReadError> {
    let text = trim(cell);
    let bytes = text.as_bytes();
    let found = match *bytes {
        // One digit of an hour: the same with a zero before it.
        [h, b':', m1, m0] => Time::parse_bytes(&[b'0', h, b':', m1, m0]),
        [h, b':', m1, m0, b':', s1, s0] => Time::parse_bytes(&[b'0', h, b':', m1, m0, b':', s1, s0]),
        _ => Time::parse_bytes(bytes),
    };
    found.ok_or_else(|| error(NOT_A_TIME, text, "is not a time; times are written as `23:59` or `23:59:59`"))
}

/// An instant: a date, `T` or a space, a time, and an offset from UTC (`Z`, `-05:00`). Without an offset it is on the
/// clocks of the zone that the rules state.
///
/// # Errors
/// [`NOT_A_DATETIME`]; [`NO_TIME_ZONE`] where neither states the zone.
pub fn datetime(cell: &str, zone: Option<&Zone>) -> Result<DateTime, ReadError> {
    let text = trim(cell);
    let Some((date, time, offset)) = DateTime::parts(text.as_bytes()) else {
        let hint = if Date::parse(text).is_some() { ": it has no time of day" } else { date_hint(text) };
        return Err(error(NOT_A_DATETIME, text, &format!("is not a date and time{hint}")));
    };
    let found = match (offset, zone) {
        (Some(offset), _) => DateTime::from_offset(date, time, offset),
        (None, Some(zone)) => zone.instant(date, time),
        (None, None) => {
            let what = "is a local time, and the rules state no time zone";
            return Err(error(NO_TIME_ZONE, text, what));
        }
    };
    found.ok_or_else(|| error(NOT_A_DATETIME, text, "is not a date and time: it is out of range"))
}

/// A duration, as [`Duration::parse`] takes it.
///
/// # Errors
/// [`NOT_A_DURATION`].
pub fn duration(cell: &str) -> Result<Duration, ReadError> {
    let text = trim(cell);
    Duration::parse(text).map_err(|wrong| {
        let what = match wrong {
            DurationError::NotADuration => "is not a duration, such as `2 months`, `45 minutes` or `PT45M`",
            DurationError::Mixed => "is not a duration: years to days and hours to seconds cannot be combined",
            DurationError::TooLong => "is not a duration: it is too long",
        };
        error(NOT_A_DURATION, text, what)
    })
}

/// The ends of a range, both included; `None` is an open end.
pub type Ends<T> = (Option<T>, Option<T>);

/// A range of integers: `>340`, `>=340`, `340+`, `<5`, `<=5`, `25-34` (with a hyphen or a dash), or one number.
///
/// # Errors
/// [`NOT_A_RANGE`], [`INTEGER_TOO_LARGE`], [`RANGE_UPSIDE_DOWN`].
pub fn integer_range(cell: &str) -> Result<Ends<i64>, ReadError> {
    range(trim(cell))
}

/// A range of decimals, written as of integers. Ends are included even where the text leaves them out (`>2.5`): there is
/// no next decimal, and a bound that is a point too wide is still a bound.
///
/// # Errors
/// [`NOT_A_RANGE`], [`TOO_MANY_DIGITS`], [`RANGE_UPSIDE_DOWN`].
pub fn decimal_range(cell: &str) -> Result<Ends<Decimal>, ReadError> {
    range(trim(cell))
}

fn range<T: Number>(text: &str) -> Result<Ends<T>, ReadError> {
    let wrong = |wrong| match wrong {
        Wrong::Shape => error(NOT_A_RANGE, text, T::NOT_IN_RANGE),
        Wrong::Size => error(T::TOO_LARGE.0, text, T::TOO_LARGE.1),
    };
    let read = |text: &str| T::read(trim(text)).map_err(wrong);
    let after = |signs: [&str; 2]| signs.into_iter().find_map(|sign| text.strip_prefix(sign));
    if let Some(rest) = after([">=", "≥"]) {
        return Ok((Some(read(rest)?), None));
    }
    if let Some(rest) = after(["<=", "≤"]) {
        return Ok((None, Some(read(rest)?)));
    }
    if let Some(rest) = text.strip_prefix('>') {
        return Ok((Some(read(rest)?.above().ok_or_else(|| wrong(Wrong::Size))?), None));
    }
    if let Some(rest) = text.strip_prefix('<') {
        return Ok((None, Some(read(rest)?.below().ok_or_else(|| wrong(Wrong::Size))?)));
    }
    if let Some(rest) = text.strip_suffix('+') {
        return Ok((Some(read(rest)?), None));
    }
    let Some((low, high)) = halves(text) else {
        let only = read(text)?;
        return Ok((Some(only), Some(only)));
    };
    ordered(Some(read(low)?), Some(read(high)?)).ok_or_else(|| upside_down(text))
}

/// What is left and right of the first dash that is neither a sign nor in an exponent.
fn halves(text: &str) -> Option<(&str, &str)> {
    let dashes = text.match_indices(['-', '–', '—']);
    dashes.map(|(at, dash)| (text.get(..at), text.get(at + dash.len()..))).find_map(|halves| match halves {
        (Some(low), Some(high)) if !trim(low).is_empty() && !low.ends_with(['e', 'E']) => Some((low, high)),
        _ => None,
    })
}

/// The ends as a range, unless the lower is above the upper.
fn ordered<T: Ord>(low: Option<T>, high: Option<T>) -> Option<Ends<T>> {
    match (&low, &high) {
        (Some(a), Some(b)) if a > b => None,
        _ => Some((low, high)),
    }
}

#[cold]
fn upside_down(text: &str) -> ReadError {
    error(RANGE_UPSIDE_DOWN, text, "is not a range: its lower end is above its upper end")
}

/// A range from a pair of columns, either of which may have no value.
///
/// # Errors
/// [`RANGE_UPSIDE_DOWN`].
pub fn pair<T: Ord + fmt::Display>(low: Option<T>, high: Option<T>) -> Result<Ends<T>, ReadError> {
    match (&low, &high) {
        (Some(a), Some(b)) if a > b => Err(upside_down(&format!("{a} to {b}"))),
        _ => Ok((low, high)),
    }
}

/// The members of a set that one cell has: what stands between separators, without white space around it, empty parts
/// left out. They are as written, repetitions included.
pub fn members<'a>(cell: &'a str, separator: &'a str) -> impl Iterator<Item = &'a str> {
    cell.split(separator).map(trim).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests;
