//! Time zones of the IANA database that is built in.

use super::{Date, DateTime, MICROS_PER_SECOND, Time};
use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use std::fmt;
use std::sync::Arc;

/// A time zone of the IANA database, such as `America/Toronto`. The database is the one built in: no system file is
/// read, so that the same rules mean the same everywhere.
#[derive(Clone)]
pub struct Zone {
    name: Arc<str>,
    zone: TimeZone,
}

impl Zone {
    /// The zone of a name, in any case.
    pub fn get(name: &str) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        if zone.is_unknown() {
            return None;
        }
        let name = zone.iana_name()?.into();
        Some(Self { name, zone })
    }

    /// The name, as the database writes it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many seconds clocks are ahead of UTC.
    #[inline]
    fn offset(&self, at: DateTime) -> i64 {
        // jiff's instants end a day earlier than ours; no zone changes in between.
        let at = Timestamp::from_microsecond(at.micros()).unwrap_or(Timestamp::MAX);
        i64::from(self.zone.to_offset(at).seconds())
    }

    /// The date on the zone's clocks; the first or last date when that is past them.
    #[inline]
    pub fn date_of(&self, at: DateTime) -> Date {
        self.local(at).0
    }

    /// The date and the time on the zone's clocks, within the first and last date.
    #[inline]
    pub fn local(&self, at: DateTime) -> (Date, Time) {
        let micros = at.micros() + self.offset(at) * MICROS_PER_SECOND;
        DateTime::clamped(micros).utc()
    }

    /// The instant at which the zone's clocks show a date and a time. What they skip is read with the offset before
    /// (so it is later on the clock), and of what they show twice, the first is meant.
    pub fn instant(&self, date: Date, time: Time) -> Option<DateTime> {
        let (year, month, day) = date.ymd();
        let (hour, minute, second, micros) = time.hms();
        let local = jiff::civil::DateTime::new(
            year as i16,
            month as i8,
            day as i8,
            hour as i8,
            minute as i8,
            second as i8,
            micros as i32 * 1000,
        );
        let offset = match self.zone.to_ambiguous_timestamp(local.ok()?).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset,
            AmbiguousOffset::Gap { before, .. } | AmbiguousOffset::Fold { before, .. } => before,
        };
        DateTime::from_offset(date, time, offset.seconds())
    }

    /// The first instant of a date on the zone's clocks.
    pub fn start_of(&self, date: Date) -> Option<DateTime> {
        self.instant(date, Time::MIDNIGHT)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl std::hash::Hash for Zone {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name)
    }
}
