//! Instants.

use super::{Date, Duration, MICROS_PER_DAY, MICROS_PER_SECOND, Time, Zone, number};
use crate::absence::Fault;
use std::fmt;

/// An instant, as microseconds since 1970-01-01T00:00Z; its date in UTC is a [`Date`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(transparent)]
pub struct DateTime(i64);

impl DateTime {
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self::from_utc(Date::MIN, Time::MIDNIGHT);
    /// 9999-12-31T23:59:59.999999Z.
    pub const MAX: Self = Self::from_utc(Date::MAX, Time::MAX);

    /// The instant that many microseconds after the Unix epoch.
    #[inline]
    pub const fn from_micros(micros: i64) -> Option<Self> {
        if Self::MIN.0 <= micros && micros <= Self::MAX.0 { Some(Self(micros)) } else { None }
    }

    /// As [`DateTime::from_micros`], past the first and last instant that instant.
    #[inline]
    pub const fn clamped(micros: i64) -> Self {
        if micros < Self::MIN.0 {
            Self::MIN
        } else if micros > Self::MAX.0 {
            Self::MAX
        } else {
            Self(micros)
        }
    }

    /// Microseconds since the Unix epoch.
    #[inline]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The instant of a date and a time in UTC.
    #[inline]
    pub const fn from_utc(date: Date, time: Time) -> Self {
        Self(date.days() as i64 * MICROS_PER_DAY + time.micros())
    }

    /// The date and the time in UTC.
    #[inline]
    pub const fn utc(self) -> (Date, Time) {
        (Date::clamped(self.0.div_euclid(MICROS_PER_DAY) as i32), Time::clamped(self.0.rem_euclid(MICROS_PER_DAY)))
    }

    /// The instant of a date and a time where clocks are so many seconds ahead of UTC.
    pub const fn from_offset(date: Date, time: Time, seconds: i32) -> Option<Self> {
        Self::from_micros(Self::from_utc(date, time).0 - seconds as i64 * MICROS_PER_SECOND)
    }

    /// An instant as RFC 3339 writes it, with `Z` or an offset; see [`DateTime::parts`].
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time, offset) = Self::parts(text.as_bytes())?;
        Self::from_offset(date, time, offset?)
    }

    /// The date, the time and the offset from UTC in seconds, if it is stated, of an ISO 8601 text: a date, `T` or a
    /// space, a time, and `Z`, `±HH`, `±HH:MM`, `±HHMM` or nothing.
    #[inline]
    pub fn parts(text: &[u8]) -> Option<(Date, Time, Option<i32>)> {
        let (date, rest) = text.split_at_checked(10)?;
        let date = Date::parse_bytes(date)?;
        let [b'T' | b't' | b' ', rest @ ..] = rest else { return None };
        let end = rest.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b':' | b'.')).unwrap_or(rest.len());
        let (time, offset) = rest.split_at_checked(end)?;
        let offset = match offset {
            [] => None,
            [b' ', offset @ ..] | offset => Some(offset_of(offset)?),
        };
        Some((date, Time::parse_bytes(time)?, offset))
    }

    /// This instant moved by a duration, forwards or `back`: a clock duration exactly; a calendar one through the date
    /// and time in the zone (UTC without one), the time of day kept. `strict` is as for [`Date::shift`].
    ///
    /// # Errors
    /// [`Fault::AmbiguousDate`], [`Fault::DateRange`].
    pub fn shift(self, by: Duration, back: bool, strict: bool, zone: Option<&Zone>) -> Result<Self, Fault> {
        match by {
            Duration::Clock { micros } => {
                let moved = if back { self.0.checked_sub(micros) } else { self.0.checked_add(micros) };
                moved.and_then(Self::from_micros).ok_or(Fault::DateRange)
            }
            Duration::Calendar { .. } => {
                let (date, time) = zone.map_or_else(|| self.utc(), |zone| zone.local(self));
                let date = date.shift(by, back, strict)?;
                match zone {
                    None => Ok(Self::from_utc(date, time)),
                    Some(zone) => zone.instant(date, time).ok_or(Fault::DateRange),
                }
            }
        }
    }

    /// The time elapsed from an earlier instant to this one.
    #[inline]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::Clock { micros: self.0 - earlier.0 }
    }
}

/// Seconds ahead of UTC.
fn offset_of(text: &[u8]) -> Option<i32> {
    let (sign, digits) = match text {
        [b'Z' | b'z'] => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match *digits {
        [h1, h0] => (number(&[h1, h0])?, 0),
        [h1, h0, b':', m1, m0] | [h1, h0, m1, m0] => (number(&[h1, h0])?, number(&[m1, m0])?),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) as i32 * 60)
}

/// RFC 3339 in UTC, with six digits of a fraction where it is not zero.
impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, time) = self.utc();
        let (hour, minute, second, micros) = time.hms();
        write!(f, "{date}T{hour:02}:{minute:02}:{second:02}")?;
        if micros != 0 {
            write!(f, ".{micros:06}")?;
        }
        f.write_str("Z")
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
