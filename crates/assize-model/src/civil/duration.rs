//! Durations: calendar ones, of months and days, and clock ones, of microseconds. The two never mix.

use super::{MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND, fraction};
use crate::absence::Fault;
use std::cmp::Ordering;
use std::fmt;

/// A length of time: by the calendar, or by the clock.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Duration {
    /// By the calendar. How long it takes depends on where it begins, so months and days stay apart.
    Calendar {
        /// Months, twelve for a year.
        months: i32,
        /// Days, seven for a week.
        days: i32,
    },
    /// By the clock.
    Clock {
        /// Microseconds.
        micros: i64,
    },
}

/// Why a text is not a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// Neither ISO 8601 nor words.
    #[error("not a duration")]
    NotADuration,
    /// Both a calendar part and a clock part.
    #[error("calendar and clock durations cannot be combined")]
    Mixed,
    /// More than a duration holds.
    #[error("the duration is too long")]
    TooLong,
}

/// Parts of a duration in the order in which they are written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Years,
    Months,
    Weeks,
    Days,
    Hours,
    Minutes,
    Seconds,
}

impl Part {
    const ALL: [Self; 7] =
        [Self::Years, Self::Months, Self::Weeks, Self::Days, Self::Hours, Self::Minutes, Self::Seconds];

    const fn singular(self) -> &'static str {
        match self {
            Self::Years => "year",
            Self::Months => "month",
            Self::Weeks => "week",
            Self::Days => "day",
            Self::Hours => "hour",
            Self::Minutes => "minute",
            Self::Seconds => "second",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        let word = word.strip_suffix(['s', 'S']).unwrap_or(word);
        Self::ALL.into_iter().find(|part| part.singular().eq_ignore_ascii_case(word))
    }

    /// Of a letter of ISO 8601, before or after its `T`.
    const fn from_letter(letter: u8, clock: bool) -> Option<Self> {
        match (letter, clock) {
            (b'Y', false) => Some(Self::Years),
            (b'M', false) => Some(Self::Months),
            (b'W', false) => Some(Self::Weeks),
            (b'D', false) => Some(Self::Days),
            (b'H', true) => Some(Self::Hours),
            (b'M', true) => Some(Self::Minutes),
            (b'S', true) => Some(Self::Seconds),
            _ => None,
        }
    }
}

/// A duration while its parts are read.
#[derive(Default)]
struct Parts {
    months: i64,
    days: i64,
    micros: i64,
    last: Option<Part>,
    calendar: bool,
}

impl Parts {
    /// Adds `±whole.fraction` of a part; parts come in order, and only clock parts have a fraction.
    fn add(&mut self, part: Part, number: &[u8], negative: bool) -> Result<(), DurationError> {
        if self.last.is_some_and(|last| last >= part) {
            return Err(DurationError::NotADuration);
        }
        self.last = Some(part);
        self.calendar |= part <= Part::Days;
        let (signed, number) = match number {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, number),
        };
        let mut pieces = number.splitn(2, |&byte| byte == b'.');
        let whole = pieces.next().unwrap_or_default();
        if whole.is_empty() || !whole.iter().all(u8::is_ascii_digit) {
            return Err(DurationError::NotADuration);
        }
        let whole = whole
            .iter()
            .try_fold(0_i64, |n, digit| n.checked_mul(10)?.checked_add(i64::from(digit - b'0')))
            .ok_or(DurationError::TooLong)?;
        // Millionths of the part. What is finer than a microsecond is dropped, which only seconds can be by less.
        let fraction = match pieces.next() {
            None => 0,
            Some(digits) if part > Part::Days && (part == Part::Seconds || digits.len() <= 6) => {
                fraction(digits).ok_or(DurationError::NotADuration)?
            }
            Some(_) => return Err(DurationError::NotADuration),
        };
        let sign = if signed == negative { 1 } else { -1 };
        let scaled = |unit: i64| -> Option<i64> {
            whole.checked_mul(unit)?.checked_add(fraction * (unit / MICROS_PER_SECOND))?.checked_mul(sign)
        };
        let (total, more) = match part {
            Part::Years => (&mut self.months, scaled(12)),
            Part::Months => (&mut self.months, scaled(1)),
            Part::Weeks => (&mut self.days, scaled(7)),
            Part::Days => (&mut self.days, scaled(1)),
            Part::Hours => (&mut self.micros, scaled(MICROS_PER_HOUR)),
            Part::Minutes => (&mut self.micros, scaled(MICROS_PER_MINUTE)),
            Part::Seconds => (&mut self.micros, scaled(MICROS_PER_SECOND)),
        };
        *total = more.and_then(|more| total.checked_add(more)).ok_or(DurationError::TooLong)?;
        Ok(())
    }

    /// A part that is zero does not mix: other programs write 45 minutes as `P0DT45M`.
    fn finish(self) -> Result<Duration, DurationError> {
        let last = self.last.ok_or(DurationError::NotADuration)?;
        let has_calendar = self.months != 0 || self.days != 0;
        if has_calendar && self.micros != 0 {
            return Err(DurationError::Mixed);
        }
        if has_calendar || (self.calendar && last <= Part::Days) {
            let part = |n: i64| i32::try_from(n).map_err(|_| DurationError::TooLong);
            return Ok(Duration::Calendar { months: part(self.months)?, days: part(self.days)? });
        }
        Ok(Duration::Clock { micros: self.micros })
    }
}

fn narrow(months: i64, days: i64) -> Result<Duration, Fault> {
    let part = |n: i64| i32::try_from(n).map_err(|_| Fault::Overflow);
    Ok(Duration::Calendar { months: part(months)?, days: part(days)? })
}

#[expect(clippy::should_implement_trait, reason = "these can fail, as the operators of the traits cannot")]
impl Duration {
    /// So many months.
    pub const fn months(months: i32) -> Self {
        Self::Calendar { months, days: 0 }
    }

    /// So many days.
    pub const fn days(days: i32) -> Self {
        Self::Calendar { months: 0, days }
    }

    /// So many microseconds.
    pub const fn micros(micros: i64) -> Self {
        Self::Clock { micros }
    }

    /// Whether this is by the calendar.
    pub const fn is_calendar(self) -> bool {
        matches!(self, Self::Calendar { .. })
    }

    /// The sum of two durations of one kind.
    ///
    /// # Errors
    /// [`Fault::MixedDurations`], [`Fault::Overflow`].
    pub fn add(self, other: Self) -> Result<Self, Fault> {
        match (self, other) {
            (Self::Calendar { months: a, days: b }, Self::Calendar { months: c, days: d }) => {
                narrow(i64::from(a) + i64::from(c), i64::from(b) + i64::from(d))
            }
            (Self::Clock { micros: a }, Self::Clock { micros: b }) => {
                a.checked_add(b).map(Self::micros).ok_or(Fault::Overflow)
            }
            _ => Err(Fault::MixedDurations),
        }
    }

    /// The difference of two durations of one kind.
    ///
    /// # Errors
    /// [`Fault::MixedDurations`], [`Fault::Overflow`].
    pub fn sub(self, other: Self) -> Result<Self, Fault> {
        match (self, other) {
            (Self::Calendar { months: a, days: b }, Self::Calendar { months: c, days: d }) => {
                narrow(i64::from(a) - i64::from(c), i64::from(b) - i64::from(d))
            }
            (Self::Clock { micros: a }, Self::Clock { micros: b }) => {
                a.checked_sub(b).map(Self::micros).ok_or(Fault::Overflow)
            }
            _ => Err(Fault::MixedDurations),
        }
    }

    /// The duration backwards.
    ///
    /// # Errors
    /// [`Fault::Overflow`].
    pub fn neg(self) -> Result<Self, Fault> {
        self.mul(-1)
    }

    /// The duration so many times.
    ///
    /// # Errors
    /// [`Fault::Overflow`].
    pub fn mul(self, times: i64) -> Result<Self, Fault> {
        match self {
            Self::Calendar { months, days } => {
                let part = |n: i32| i64::from(n).checked_mul(times).ok_or(Fault::Overflow);
                narrow(part(months)?, part(days)?)
            }
            Self::Clock { micros } => micros.checked_mul(times).map(Self::micros).ok_or(Fault::Overflow),
        }
    }

    /// Which is longer. Calendar durations compare when both are whole months, or both days, or they are equal: whether
    /// a month is more than 30 days depends on the month.
    ///
    /// # Errors
    /// [`Fault::MixedDurations`].
    pub fn compare(self, other: Self) -> Result<Ordering, Fault> {
        match (self, other) {
            (Self::Clock { micros: a }, Self::Clock { micros: b }) => Ok(a.cmp(&b)),
            (Self::Calendar { months: a, days: b }, Self::Calendar { months: c, days: d }) => {
                if b == d && (b == 0 || a == c) {
                    Ok(a.cmp(&c))
                } else if a == 0 && c == 0 {
                    Ok(b.cmp(&d))
                } else {
                    Err(Fault::MixedDurations)
                }
            }
            _ => Err(Fault::MixedDurations),
        }
    }

    /// A duration of ISO 8601 (`P1Y2M`, `PT45M`) or in words (`1 year 2 months`, `45 minutes`), with parts in order
    /// from long to short.
    ///
    /// # Errors
    /// [`DurationError`].
    pub fn parse(text: &str) -> Result<Self, DurationError> {
        let bytes = text.as_bytes();
        match *bytes {
            [b'P' | b'p', ref rest @ ..] | [b'+', b'P' | b'p', ref rest @ ..] => iso(rest, false),
            [b'-', b'P' | b'p', ref rest @ ..] => iso(rest, true),
            _ => words(text),
        }
    }
}

fn iso(text: &[u8], negative: bool) -> Result<Duration, DurationError> {
    let mut parts = Parts::default();
    let (mut clock, mut number) = (false, 0);
    for (at, byte) in text.iter().map(u8::to_ascii_uppercase).enumerate() {
        match byte {
            b'T' if !clock && number == at => {
                clock = true;
                number = at + 1;
            }
            b'A'..=b'Z' => {
                let part = Part::from_letter(byte, clock).ok_or(DurationError::NotADuration)?;
                parts.add(part, text.get(number..at).unwrap_or_default(), negative)?;
                number = at + 1;
            }
            _ => {}
        }
    }
    // Neither a number without its letter nor a `T` with nothing after it.
    if number != text.len() || matches!(text, [.., b'T' | b't']) {
        return Err(DurationError::NotADuration);
    }
    parts.finish()
}

fn words(text: &str) -> Result<Duration, DurationError> {
    let mut parts = Parts::default();
    let mut words = text.split_whitespace();
    while let Some(number) = words.next() {
        let part = words.next().and_then(Part::from_word).ok_or(DurationError::NotADuration)?;
        parts.add(part, number.as_bytes(), false)?;
    }
    parts.finish()
}

/// The language's words: `1 year 2 months`, `-45 minutes`. Each part has its own sign.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parts, zero) = match *self {
            Self::Calendar { months, days } => {
                let (months, days) = (i64::from(months), i64::from(days));
                ([(months / 12, Part::Years), (months % 12, Part::Months), (days, Part::Days)], "0 days")
            }
            Self::Clock { micros } => {
                let minutes = micros / MICROS_PER_MINUTE;
                let parts = [
                    (minutes / 60, Part::Hours),
                    (minutes % 60, Part::Minutes),
                    (micros % MICROS_PER_MINUTE, Part::Seconds),
                ];
                (parts, "0 seconds")
            }
        };
        let mut gap = "";
        for (n, part) in parts.into_iter().filter(|&(n, _)| n != 0) {
            f.write_str(gap)?;
            gap = " ";
            let mut one = n == 1 || n == -1;
            if part == Part::Seconds {
                one = n == MICROS_PER_SECOND || n == -MICROS_PER_SECOND;
                let (sign, n) = (if n < 0 { "-" } else { "" }, n.unsigned_abs());
                let (whole, rest) = (n / MICROS_PER_SECOND as u64, n % MICROS_PER_SECOND as u64);
                if rest == 0 {
                    write!(f, "{sign}{whole}")?;
                } else {
                    write!(f, "{sign}{whole}.{}", format!("{rest:06}").trim_end_matches('0'))?;
                }
            } else {
                write!(f, "{n}")?;
            }
            write!(f, " {}{}", part.singular(), if one { "" } else { "s" })?;
        }
        if gap.is_empty() { f.write_str(zero) } else { Ok(()) }
    }
}

impl fmt::Debug for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
