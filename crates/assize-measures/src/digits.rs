//! Numbers of three significant digits: the nearest to a number, and how often each came.

use assize_model::decimal::MAX_DIGITS;
use assize_model::measure::QUANTILE_DIGITS;

/// How many numbers of one exponent there are.
const MANTISSAS: usize = 10_usize.pow(QUANTILE_DIGITS);

/// The powers of ten that 64 bits hold.
#[expect(clippy::indexing_slicing, reason = "checked where it is worked out, when this is compiled")]
const POWERS: [u64; 20] = {
    let mut powers = [1; 20];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// A power of ten that 64 bits hold.
pub(crate) fn power(digits: u8) -> Option<i64> {
    POWERS.get(usize::from(digits)).and_then(|&power| i64::try_from(power).ok())
}

/// An integer of 64 bits with [`QUANTILE_DIGITS`] significant digits: ± `mantissa` × 10^`exponent`. The mantissa has fewer
/// digits only where the exponent is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Short {
    negative: bool,
    exponent: u8,
    mantissa: u16,
}

impl Short {
    /// The nearest; a tie goes away from zero. There is one for every integer of 64 bits.
    #[inline]
    pub(crate) fn nearest(value: i64) -> Self {
        let (negative, size) = (value < 0, value.unsigned_abs());
        if size < MANTISSAS as u64 {
            return Self { negative, exponent: 0, mantissa: size as u16 };
        }
        let exponent = size.ilog10() + 1 - QUANTILE_DIGITS;
        let unit = POWERS.get(exponent as usize).copied().unwrap_or(1);
        let mantissa = ((size + unit / 2) / unit) as u16;
        let exponent = exponent as u8;
        if usize::from(mantissa) < MANTISSAS {
            Self { negative, exponent, mantissa }
        } else {
            Self { negative, exponent: exponent + 1, mantissa: mantissa / 10 }
        }
    }

    #[inline]
    pub(crate) fn value(self) -> i64 {
        let size = POWERS.get(usize::from(self.exponent)).copied().unwrap_or(1) * u64::from(self.mantissa);
        if self.negative { size.wrapping_neg() as i64 } else { size as i64 }
    }
}

/// The nearest number of [`QUANTILE_DIGITS`] significant digits, of any coefficient of a decimal; a tie goes away from zero,
/// unless that would need a digit more than a decimal has.
pub(crate) fn nearest(coefficient: i128) -> i128 {
    if let Ok(coefficient) = i64::try_from(coefficient) {
        return i128::from(Short::nearest(coefficient).value());
    }
    let size = coefficient.unsigned_abs();
    let unit = 10_u128.pow(size.ilog10() + 1 - QUANTILE_DIGITS);
    let near = (size + unit / 2) / unit * unit;
    let near = if near < 10_u128.pow(MAX_DIGITS) { near } else { size / unit * unit } as i128;
    if coefficient < 0 { -near } else { near }
}

/// How often each number came: at most 4 KB for each exponent from the least to the greatest, of either sign.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    positive: Side,
    negative: Side,
}

/// The numbers of one sign, in order.
#[derive(Debug, Clone, Default)]
struct Side {
    /// The least exponent that has a place.
    first: u8,
    /// The numbers of an exponent follow those of the one below: there are 900 of each, and 1,000 of exponent 0.
    counts: Vec<u32>,
}

/// How many numbers an exponent has more than the ones below.
const STEP: usize = MANTISSAS - MANTISSAS / 10;

impl Side {
    /// Where a number is counted; past the end where it has no place yet.
    #[inline]
    const fn place(&self, number: Short) -> usize {
        number.exponent.wrapping_sub(self.first) as usize * STEP + number.mantissa as usize
    }

    /// Makes room for an exponent.
    #[cold]
    fn grow(&mut self, exponent: u8) {
        if self.counts.is_empty() {
            self.first = exponent;
        }
        let below = usize::from(self.first.saturating_sub(exponent)) * STEP;
        self.first = self.first.min(exponent);
        self.counts.splice(0..0, std::iter::repeat_n(0, below));
        let long = usize::from(exponent - self.first) * STEP + MANTISSAS;
        if self.counts.len() < long {
            self.counts.resize(long, 0);
        }
    }

    /// The numbers that came, from the least on.
    fn runs(&self, negative: bool) -> Vec<(i64, u64)> {
        let mut runs = Vec::new();
        for (at, &times) in self.counts.iter().enumerate().filter(|(_, times)| **times > 0) {
            let above = at.saturating_sub(MANTISSAS / 10) / STEP;
            let number = Short { negative, exponent: self.first + above as u8, mantissa: (at - above * STEP) as u16 };
            runs.push((number.value(), u64::from(times)));
        }
        runs
    }
}

impl Tally {
    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.positive.counts.is_empty() && self.negative.counts.is_empty()
    }

    /// Counts a number so many times more. Of one that then came more often than is held, all that came is given back and
    /// no longer held; else 0.
    #[inline]
    #[must_use]
    pub(crate) fn add(&mut self, number: Short, times: u64) -> u64 {
        let side = if number.negative { &mut self.negative } else { &mut self.positive };
        let mut at = side.place(number);
        if at >= side.counts.len() {
            side.grow(number.exponent);
            at = side.place(number);
        }
        let Some(held) = side.counts.get_mut(at) else { return times };
        match u32::try_from(times).ok().and_then(|times| held.checked_add(times)) {
            Some(sum) => {
                *held = sum;
                0
            }
            None => times.saturating_add(u64::from(std::mem::take(held))),
        }
    }

    /// The numbers that came, ascending, each with how often.
    pub(crate) fn runs(&self) -> impl Iterator<Item = (i64, u64)> {
        self.negative.runs(true).into_iter().rev().chain(self.positive.runs(false))
    }

    /// How often all came.
    pub(crate) fn count(&self) -> u64 {
        self.positive.counts.iter().chain(&self.negative.counts).map(|&times| u64::from(times)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_are_kept() {
        let cases = [
            (0, 0),
            (7, 7),
            (-999, -999),
            (1000, 1000),
            (1004, 1000),
            (1005, 1010),
            (-1005, -1010),
            (9994, 9990),
            (9995, 10_000),
            (123_456_789, 123_000_000),
            (i128::from(i64::MAX), 9_220_000_000_000_000_000),
            (i128::from(i64::MIN), -9_220_000_000_000_000_000),
            (i128::from(u64::MAX), 18_400_000_000_000_000_000),
            (9_994_999_999_999_999_999_999_999_999, 9_990_000_000_000_000_000_000_000_000),
            (-9_999_999_999_999_999_999_999_999_999, -9_990_000_000_000_000_000_000_000_000),
        ];
        for (value, kept) in cases {
            assert_eq!(nearest(value), kept, "{value}");
            assert_eq!(nearest(kept), kept, "{kept}");
            assert!((value - kept).abs() * 200 <= value.abs(), "{value}: more than 0.5 %");
        }
    }

    #[test]
    fn tallies_are_in_order() {
        let values = [0, -1, 999, 1000, -1000, 990_000, i64::MIN, i64::MAX, -7, 10, 0, 1001];
        let mut tally = Tally::default();
        let mut sorted: Vec<i64> = values.iter().map(|&value| Short::nearest(value).value()).collect();
        for value in values {
            assert_eq!(tally.add(Short::nearest(value), 1), 0);
        }
        sorted.sort_unstable();
        let runs = tally.runs().flat_map(|(value, times)| std::iter::repeat_n(value, times as usize));
        assert_eq!(runs.collect::<Vec<_>>(), sorted);
        assert_eq!(tally.count(), values.len() as u64);
    }

    #[test]
    fn what_came_too_often_is_given_back() {
        let mut tally = Tally::default();
        let (seven, most) = (Short::nearest(7), u64::from(u32::MAX));
        assert_eq!((tally.add(seven, most - 1), tally.add(seven, 1)), (0, 0));
        assert_eq!(tally.runs().collect::<Vec<_>>(), [(7, most)]);
        assert_eq!((tally.add(seven, 1), tally.count()), (most + 1, 0));
        assert_eq!((tally.add(seven, 3), tally.add(seven, u64::MAX)), (0, u64::MAX));
    }
}
