//! Times of day.

use super::{Duration, MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND, fraction, number};
use crate::absence::Fault;
use std::fmt;

/// A time of day, as microseconds since midnight: 00:00 to 23:59:59.999999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(transparent)]
pub struct Time(i64);

impl Time {
    /// 00:00.
    pub const MIDNIGHT: Self = Self(0);
    /// The last microsecond of a day.
    pub const MAX: Self = Self(MICROS_PER_DAY - 1);

    /// The time that many microseconds after midnight.
    #[inline]
    pub const fn from_micros(micros: i64) -> Option<Self> {
        if 0 <= micros && micros < MICROS_PER_DAY { Some(Self(micros)) } else { None }
    }

    /// As [`Time::from_micros`], past the first and last time that time.
    #[inline]
    pub const fn clamped(micros: i64) -> Self {
        if micros < 0 {
            Self::MIDNIGHT
        } else if micros < MICROS_PER_DAY {
            Self(micros)
        } else {
            Self::MAX
        }
    }

    /// Microseconds since midnight.
    #[inline]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// A time by hour (0 to 23), minute, second (0 to 59) and microseconds, when there is one.
    pub const fn from_hms(hour: u32, minute: u32, second: u32, micros: u32) -> Option<Self> {
        if hour > 23 || minute > 59 || second > 59 || micros > 999_999 {
            return None;
        }
        let whole = (hour * 60 + minute) as i64 * 60 + second as i64;
        Some(Self(whole * MICROS_PER_SECOND + micros as i64))
    }

    /// Hour, minute, second and microseconds.
    pub const fn hms(self) -> (u32, u32, u32, u32) {
        (
            (self.0 / MICROS_PER_HOUR) as u32,
            (self.0 / MICROS_PER_MINUTE % 60) as u32,
            (self.0 / MICROS_PER_SECOND % 60) as u32,
            (self.0 % MICROS_PER_SECOND) as u32,
        )
    }

    /// A time as `HH:MM`, `HH:MM:SS` or `HH:MM:SS.ffffff` with any number of digits; what is finer than a microsecond
    /// is dropped.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_bytes(text.as_bytes())
    }

    /// [`Time::parse`] of bytes.
    #[inline]
    pub fn parse_bytes(text: &[u8]) -> Option<Self> {
        let &[h1, h0, b':', m1, m0, ref rest @ ..] = text else { return None };
        let (hour, minute) = (number(&[h1, h0])?, number(&[m1, m0])?);
        let (second, micros) = match *rest {
            [] => (0, 0),
            [b':', s1, s0] => (number(&[s1, s0])?, 0),
            [b':', s1, s0, b'.', ref digits @ ..] => (number(&[s1, s0])?, fraction(digits)? as u32),
            _ => return None,
        };
        Self::from_hms(hour, minute, second, micros)
    }

    /// This time moved by a clock duration, forwards or `back`, within its day.
    ///
    /// # Errors
    /// [`Fault::MixedDurations`] for a calendar duration; [`Fault::DateRange`] past midnight.
    #[inline]
    pub fn shift(self, by: Duration, back: bool) -> Result<Self, Fault> {
        let Duration::Clock { micros } = by else { return Err(Fault::MixedDurations) };
        let moved = if back { self.0.checked_sub(micros) } else { self.0.checked_add(micros) };
        moved.and_then(Self::from_micros).ok_or(Fault::DateRange)
    }

    /// The time from an earlier time of the same day to this one.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::Clock { micros: self.0 - earlier.0 }
    }
}

/// `HH:MM`, with seconds and six digits of a fraction where they are not zero.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second, micros) = self.hms();
        write!(f, "{hour:02}:{minute:02}")?;
        match (second, micros) {
            (0, 0) => Ok(()),
            (_, 0) => write!(f, ":{second:02}"),
            _ => write!(f, ":{second:02}.{micros:06}"),
        }
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
