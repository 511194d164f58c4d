//! Civil dates, times of day, instants, durations and time zones.

mod date;
mod datetime;
mod duration;
mod time;
mod zone;

pub use date::{Date, Unit};
pub use datetime::DateTime;
pub use duration::{Duration, DurationError};
pub use time::Time;
pub use zone::Zone;

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_MINUTE: i64 = 60 * MICROS_PER_SECOND;
const MICROS_PER_HOUR: i64 = 60 * MICROS_PER_MINUTE;
const MICROS_PER_DAY: i64 = 24 * MICROS_PER_HOUR;

/// The number that ASCII digits say; at most nine of them.
#[inline]
fn number(digits: &[u8]) -> Option<u32> {
    let mut value = 0;
    for &digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u32::from(digit);
    }
    Some(value)
}

/// The microseconds that the digits of a fraction of a second say; what is finer than a microsecond is dropped.
fn fraction(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let zeros = std::iter::repeat(&b'0');
    let micros = digits.iter().chain(zeros).take(6).fold(0, |n, digit| n * 10 + i64::from(digit - b'0'));
    Some(micros)
}

#[cfg(test)]
mod tests;
