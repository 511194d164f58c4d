//! Civil dates.

#![expect(unsafe_code, reason = "outputs go through the caller's pointers")]

use crate::error::ErrorHandle;
use crate::failure::Failure;
use crate::guard::guard;
use crate::handle::needed;
use crate::status::Status;
use assize::model::civil::Date;

/// A civil date of the Gregorian calendar. In results, all zero where there is no date.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CivilDate {
    /// 1 to 9999.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
}

impl CivilDate {
    /// No date.
    /// cbindgen:ignore
    pub const NONE: Self = Self { year: 0, month: 0, day: 0 };

    /// The date, when there is one.
    ///
    /// # Errors
    /// `ASSIZE_RANGE`.
    #[inline]
    pub fn date(self) -> Result<Date, Failure> {
        let Self { year, month, day } = self;
        Date::from_ymd(year, month, day).ok_or_else(|| Failure::new(Status::Range, "there is no such date"))
    }
}

impl From<Option<Date>> for CivilDate {
    fn from(date: Option<Date>) -> Self {
        date.map_or(Self::NONE, |date| {
            let (year, month, day) = date.ymd();
            Self { year, month, day }
        })
    }
}

/// The date so many days after 1970-01-01, which is how `assize_session_set_date_days` counts.
///
/// `*days` is written. Errors: `ASSIZE_RANGE` for a date that does not exist; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_date_to_days(date: CivilDate, days: *mut i32, error: *mut *mut ErrorHandle) -> Status {
    let body = || {
        needed("days", days)?;
        let found = date.date()?.days();
        // SAFETY: not NULL and aligned.
        unsafe { days.write(found) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// The date that is so many days after 1970-01-01.
///
/// `*date` is written. Errors: `ASSIZE_RANGE` outside the years 1 to 9999; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_date_from_days(
    days: i32,
    date: *mut CivilDate,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("date", date)?;
        let found = Date::from_days(days);
        let found = found.ok_or_else(|| Failure::new(Status::Range, "the date is outside the years 1 to 9999"))?;
        // SAFETY: not NULL and aligned.
        unsafe { date.write(Some(found).into()) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}
