//! What the generators of sample data share: days before and after a date, and cells of CSV.

use assize_model::civil::{Date, Duration};
use std::fmt;

/// A date so many days earlier; the date itself where the calendar ends.
pub fn days_before(date: Date, days: u64) -> Date {
    moved(date, days, true)
}

/// A date so many days later.
pub fn after(date: Date, days: u64) -> Date {
    moved(date, days, false)
}

fn moved(date: Date, days: u64, back: bool) -> Date {
    let days = i32::try_from(days).unwrap_or(0);
    date.shift(Duration::Calendar { months: 0, days }, back, false).unwrap_or(date)
}

/// A date so many months earlier, on the same day of the month or its last.
pub fn months_before(date: Date, months: u64) -> Date {
    let months = i32::try_from(months).unwrap_or(0);
    date.shift(Duration::Calendar { months, days: 0 }, true, false).unwrap_or(date)
}

/// A condition as a cell; an empty one for what is not known.
pub const fn flag(value: Option<bool>) -> &'static str {
    match value {
        Some(true) => "yes",
        Some(false) => "no",
        None => "",
    }
}

/// A value as a cell; an empty one for what is not known.
pub fn blank<T: fmt::Display>(value: Option<T>) -> impl fmt::Display {
    fmt::from_fn(move |f| match &value {
        Some(value) => value.fmt(f),
        None => Ok(()),
    })
}

/// A text as a cell of CSV: in quotes where it has a comma, a quote or a line end.
pub fn cell(text: &str) -> impl fmt::Display + '_ {
    fmt::from_fn(move |f| {
        if text.contains([',', '"', '\n', '\r']) {
            write!(f, "\"{}\"", text.replace('"', "\"\""))
        } else {
            f.write_str(text)
        }
    })
}
