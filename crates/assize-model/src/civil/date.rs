//! Civil dates of the proleptic Gregorian calendar.

use super::{Duration, number};
use crate::absence::Fault;
use std::fmt;

/// A civil date from 0001-01-01 to 9999-12-31, as days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(transparent)]
pub struct Date(i32);

/// Units in which time between dates is counted, and whose beginning a date can be taken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Calendar years.
    Years,
    /// Three months, from January, April, July and October.
    Quarters,
    /// Calendar months.
    Months,
    /// Seven days, from Monday.
    Weeks,
    /// Days.
    Days,
}

impl Unit {
    /// All units, longest first.
    pub const ALL: [Self; 5] = [Self::Years, Self::Quarters, Self::Months, Self::Weeks, Self::Days];

    /// The word of the language, for several.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Years => "years",
            Self::Quarters => "quarters",
            Self::Months => "months",
            Self::Weeks => "weeks",
            Self::Days => "days",
        }
    }

    /// The word of the language, for one.
    pub const fn singular(self) -> &'static str {
        match self {
            Self::Years => "year",
            Self::Quarters => "quarter",
            Self::Months => "month",
            Self::Weeks => "week",
            Self::Days => "day",
        }
    }

    /// The unit of a word of the language, for one or several.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.word() == word || unit.singular() == word)
    }
}

/// Days from 0000-03-01, where the calendar's cycles begin, to 1970-01-01.
const SHIFT: u32 = 719_468;

const fn is_leap(year: i32) -> bool {
    // A multiple of 25 that is one of 4 is one of 100.
    if year % 25 == 0 { year & 15 == 0 } else { year & 3 == 0 }
}

/// How many days a month (1 to 12) has.
#[inline]
const fn days_in_month(year: i32, month: u32) -> u32 {
    if month == 2 { 28 + is_leap(year) as u32 } else { 30 | (month ^ (month >> 3)) }
}

/// Days since 1970-01-01 of a date that exists, from year 1: Hinnant's `days_from_civil` without the negative eras.
#[inline]
const fn days_of(year: i32, month: u32, day: u32) -> i32 {
    // Years begin in March here, so that the leap day is last.
    let year = year as u32 - (month <= 2) as u32;
    let month = if month > 2 { month - 3 } else { month + 9 };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * month + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    days as i32 - SHIFT as i32
}

impl Date {
    /// 0001-01-01.
    pub const MIN: Self = Self(days_of(1, 1, 1));
    /// 9999-12-31.
    pub const MAX: Self = Self(days_of(9999, 12, 31));

    /// The date that many days after 1970-01-01.
    #[inline]
    pub const fn from_days(days: i32) -> Option<Self> {
        if Self::MIN.0 <= days && days <= Self::MAX.0 { Some(Self(days)) } else { None }
    }

    /// As [`Date::from_days`], past the first and last date that date: for columns, whose days are in range where they
    /// mean anything.
    #[inline]
    pub const fn clamped(days: i32) -> Self {
        if days < Self::MIN.0 {
            Self::MIN
        } else if days > Self::MAX.0 {
            Self::MAX
        } else {
            Self(days)
        }
    }

    /// Days since 1970-01-01.
    #[inline]
    pub const fn days(self) -> i32 {
        self.0
    }

    /// A date by year, month (1 to 12) and day, when there is one.
    #[inline]
    pub const fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        if 1 <= year
            && year <= 9999
            && 1 <= month
            && month <= 12
            && 1 <= day
            && (day <= 28 || day <= days_in_month(year, month))
        {
            Some(Self(days_of(year, month, day)))
        } else {
            None
        }
    }

    /// Year, month (1 to 12) and day: the algorithm of Neri and Schneider.
    #[inline]
    pub const fn ymd(self) -> (i32, u32, u32) {
        let days = (self.0 + SHIFT as i32) as u32;
        let n = 4 * days + 3;
        let (century, n) = (n / 146_097, n % 146_097 / 4);
        let n = 2_939_745 * (4 * n + 3) as u64;
        let of_century = (n >> 32) as u32;
        let of_year = (n as u32) / 2_939_745 / 4;
        let n = 2141 * of_year + 197_913;
        let (month, day) = (n >> 16, (n & 0xffff) / 2141 + 1);
        // Back from years that begin in March.
        let next = of_year >= 306;
        let year = 100 * century + of_century + next as u32;
        (year as i32, if next { month - 12 } else { month }, day)
    }

    /// The year, 1 to 9999.
    #[inline]
    pub const fn year(self) -> i32 {
        self.ymd().0
    }

    /// The month, 1 to 12.
    #[inline]
    pub const fn month(self) -> u32 {
        self.ymd().1
    }

    /// The day of the month, from 1.
    #[inline]
    pub const fn day(self) -> u32 {
        self.ymd().2
    }

    /// The day of the week, 1 on Monday to 7 on Sunday.
    #[inline]
    pub const fn weekday(self) -> u32 {
        self.of_week() + 1
    }

    /// Days since Monday.
    #[inline]
    const fn of_week(self) -> u32 {
        // 0001-01-01 was a Monday.
        (self.0 - Self::MIN.0) as u32 % 7
    }

    /// How many days the month of this date has.
    pub const fn days_in_month(self) -> u32 {
        let (year, month, _) = self.ymd();
        days_in_month(year, month)
    }

    /// A date as `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_bytes(text.as_bytes())
    }

    /// [`Date::parse`] of bytes.
    #[inline]
    pub fn parse_bytes(text: &[u8]) -> Option<Self> {
        let &[y3, y2, y1, y0, b'-', m1, m0, b'-', d1, d0] = text else { return None };
        Self::from_ymd(number(&[y3, y2, y1, y0])? as i32, number(&[m1, m0])?, number(&[d1, d0])?)
    }

    /// The date that many days later.
    ///
    /// # Errors
    /// [`Fault::DateRange`].
    #[inline]
    pub fn plus_days(self, days: i64) -> Result<Self, Fault> {
        let days = i64::from(self.0).saturating_add(days);
        i32::try_from(days).ok().and_then(Self::from_days).ok_or(Fault::DateRange)
    }

    /// The same day of the month that many months later, or the month's last day when it is shorter.
    ///
    /// # Errors
    /// [`Fault::AmbiguousDate`] when `strict` and the month is shorter; [`Fault::DateRange`].
    #[inline]
    pub fn plus_months(self, months: i64, strict: bool) -> Result<Self, Fault> {
        let (year, month, day) = self.ymd();
        let months = (i64::from(year) * 12 + i64::from(month) - 1).saturating_add(months);
        if !(12..120_000).contains(&months) {
            return Err(Fault::DateRange);
        }
        let months = months as u32;
        let (year, month) = ((months / 12) as i32, months % 12 + 1);
        let last = days_in_month(year, month);
        if day <= last {
            Ok(Self(days_of(year, month, day)))
        } else if strict {
            Err(Fault::AmbiguousDate)
        } else {
            Ok(Self(days_of(year, month, last)))
        }
    }

    /// This date moved by a calendar duration, forwards or `back`: months first, then days. A day that the month does
    /// not have becomes its last one, or an error when `strict`.
    ///
    /// # Errors
    /// [`Fault::MixedDurations`] for a clock duration; [`Fault::AmbiguousDate`]; [`Fault::DateRange`], also when only
    /// the date after the months is out of range.
    #[inline]
    pub fn shift(self, by: Duration, back: bool, strict: bool) -> Result<Self, Fault> {
        let Duration::Calendar { months, days } = by else { return Err(Fault::MixedDurations) };
        let sign = if back { -1 } else { 1 };
        let moved = if months == 0 { self } else { self.plus_months(i64::from(months) * sign, strict)? };
        moved.plus_days(i64::from(days) * sign)
    }

    /// The days from an earlier date to this one, as a duration.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::Calendar { months: 0, days: self.0 - earlier.0 }
    }

    /// The first day of the year, quarter, month or ISO week (from Monday) that this date is in; of days, itself.
    #[inline]
    #[must_use]
    pub const fn start_of(self, unit: Unit) -> Self {
        match unit {
            Unit::Days => self,
            // 0001-01-01 was a Monday, so this stays in range.
            Unit::Weeks => Self(self.0 - self.of_week() as i32),
            Unit::Months => Self(self.0 - self.ymd().2 as i32 + 1),
            Unit::Quarters => {
                let (year, month, _) = self.ymd();
                Self(days_of(year, (month - 1) / 3 * 3 + 1, 1))
            }
            Unit::Years => Self(days_of(self.ymd().0, 1, 1)),
        }
    }

    /// The calendar year in which the fiscal year of this date begins, for fiscal years that begin with a month (1 to
    /// 12).
    #[inline]
    pub const fn fiscal_year(self, from_month: u32) -> i32 {
        let (year, month, _) = self.ymd();
        year - (month < from_month) as i32
    }

    /// Whole units elapsed from one date to another: the largest n with `from` + n units not after `to`, where adding
    /// months stays within shorter months. Backwards it is the negative of the same count with the dates exchanged.
    #[inline]
    pub const fn units_between(unit: Unit, from: Self, to: Self) -> i64 {
        match unit {
            Unit::Days => to.0 as i64 - from.0 as i64,
            // Division toward zero is the mirrored count.
            Unit::Weeks => (to.0 as i64 - from.0 as i64) / 7,
            Unit::Months => months_between(from, to) as i64,
            Unit::Quarters => (months_between(from, to) / 3) as i64,
            Unit::Years => (months_between(from, to) / 12) as i64,
        }
    }
}

#[inline]
const fn months_between(from: Date, to: Date) -> i32 {
    let back = to.0 < from.0;
    let (from, to) = if back { (to, from) } else { (from, to) };
    let ((from_year, from_month, from_day), (year, month, day)) = (from.ymd(), to.ymd());
    let months = (year - from_year) * 12 + month as i32 - from_month as i32;
    // The last month counts when its day is reached, or the month ends before it.
    let short = day < from_day && day < days_in_month(year, month);
    let months = months - short as i32;
    if back { -months } else { months }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
