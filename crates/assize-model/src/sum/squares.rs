//! Exact sums of numbers and of their squares, for variances.

use super::MAX_SCALE;
use crate::decimal::{Decimal, wide_power};
use arrow_buffer::i256;

/// How many numbers there are is known elsewhere; this is their sum and the sum of their squares, without rounding, so
/// that neither the order nor the split of the numbers matters.
#[derive(Debug, Clone, Copy, Default)]
pub struct SquareSum {
    /// In units of 10^-`scale`.
    sum: i256,
    /// In units of 10^-(2 × `scale`).
    squares: i256,
    /// The greatest scale of the numbers so far.
    scale: u8,
    /// Whether one of both passed 256 bits. Squares only grow, so the order does not matter here either.
    overflowed: bool,
}

/// How many bytes [`SquareSum::to_bytes`] gives.
pub const SQUARES_BYTES: usize = 66;

impl SquareSum {
    /// Nothing added.
    pub const ZERO: Self = Self { sum: i256::ZERO, squares: i256::ZERO, scale: 0, overflowed: false };
    /// What passed 256 bits.
    const OVERFLOWED: Self = Self { overflowed: true, ..Self::ZERO };

    /// Adds an integer.
    #[inline]
    pub fn add_integer(&mut self, value: i64) {
        self.add(i128::from(value), 0);
    }

    /// Adds a decimal.
    #[inline]
    pub fn add_decimal(&mut self, value: Decimal) {
        self.add(value.coefficient(), value.scale());
    }

    fn add(&mut self, coefficient: i128, scale: u8) {
        let own = i256::from_i128(coefficient);
        let squares = own.checked_mul(own);
        let added = squares.map(|squares| Self { sum: own, squares, scale, overflowed: false });
        self.merge(&added.unwrap_or(Self::OVERFLOWED));
    }

    /// At a scale that is not below its own.
    fn at(&self, scale: u8) -> Option<(i256, i256)> {
        if self.overflowed {
            return None;
        }
        let more = u32::from(scale.saturating_sub(self.scale));
        if more == 0 {
            return Some((self.sum, self.squares));
        }
        let unit = wide_power(more);
        let squares = self.squares.checked_mul(unit)?.checked_mul(unit)?;
        Some((self.sum.checked_mul(unit)?, squares))
    }

    /// Adds what another has.
    pub fn merge(&mut self, other: &Self) {
        let scale = self.scale.max(other.scale);
        let both = self.at(scale).zip(other.at(scale)).and_then(|((sum, squares), (more, more_squares))| {
            let (sum, squares) = (sum.checked_add(more)?, squares.checked_add(more_squares)?);
            Some(Self { sum, squares, scale, overflowed: false })
        });
        *self = both.unwrap_or(Self::OVERFLOWED);
    }

    /// The sample variance of `count` numbers, with `count` − 1 below the line; `None` for fewer than two, and past 256
    /// bits. The difference of the squares is exact, and rounded once.
    pub fn variance(&self, count: u64) -> Option<f64> {
        if count < 2 || self.overflowed {
            return None;
        }
        // The same digits whatever the scales of the numbers were, so that the same bits come out.
        let own = self.smallest();
        let many = i256::from_i128(i128::from(count));
        // Σ(x − mean)² × count.
        let spread = own.squares.checked_mul(many)?.checked_sub(own.sum.checked_mul(own.sum)?)?;
        let count = count as f64;
        let unit = to_f64(wide_power(u32::from(own.scale)));
        Some(to_f64(spread) / unit / unit / count / (count - 1.0))
    }

    /// As bytes: the same for the same numbers, on every platform.
    pub fn to_bytes(&self) -> [u8; SQUARES_BYTES] {
        let own = self.smallest();
        let mut bytes = [0; SQUARES_BYTES];
        let parts = own.sum.to_le_bytes().into_iter().chain(own.squares.to_le_bytes());
        for (to, from) in bytes.iter_mut().zip(parts.chain([own.scale, u8::from(own.overflowed)])) {
            *to = from;
        }
        bytes
    }

    /// At the least scale that holds it. The numbers' own scales are not part of what they come to.
    fn smallest(&self) -> Self {
        if self.overflowed {
            return Self::OVERFLOWED;
        }
        let (ten, hundred) = (i256::from_i128(10), i256::from_i128(100));
        let mut own = *self;
        while own.scale > 0 {
            let (Some((sum, rest)), Some((squares, more))) =
                (own.sum.checked_div_rem(ten), own.squares.checked_div_rem(hundred))
            else {
                break;
            };
            if rest != i256::ZERO || more != i256::ZERO {
                break;
            }
            own = Self { sum, squares, scale: own.scale - 1, overflowed: false };
        }
        own
    }

    /// What [`SquareSum::to_bytes`] gave.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (sum, rest) = bytes.split_first_chunk::<32>()?;
        let (squares, rest) = rest.split_first_chunk::<32>()?;
        let [scale, overflowed] = *rest else { return None };
        let squares = i256::from_le_bytes(*squares);
        if scale > MAX_SCALE || overflowed > 1 || squares.is_negative() {
            return None;
        }
        let read = Self { sum: i256::from_le_bytes(*sum), squares, scale, overflowed: overflowed == 1 };
        (read.to_bytes() == bytes).then_some(read)
    }
}

impl PartialEq for SquareSum {
    fn eq(&self, other: &Self) -> bool {
        self.to_bytes() == other.to_bytes()
    }
}

impl Eq for SquareSum {}

/// Rounded to the nearest, but for the last bit of numbers beyond 128 bits.
fn to_f64(value: i256) -> f64 {
    let negative = value.is_negative();
    let (low, high) = value.wrapping_abs().to_parts();
    let magnitude = (high as f64) * 340_282_366_920_938_463_463_374_607_431_768_211_456.0 + low as f64;
    if negative { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(texts: &[&str]) -> SquareSum {
        let mut out = SquareSum::ZERO;
        texts.iter().for_each(|text| out.add_decimal(Decimal::parse(text).unwrap()));
        out
    }

    #[test]
    fn variances() {
        // NIST's NumAcc1 and NumAcc2 in small: differences far behind the leading digits.
        assert_eq!(sums(&["10000001", "10000003", "10000002"]).variance(3), Some(1.0));
        assert_eq!(sums(&["1000000000000.1", "1000000000000.2", "1000000000000.3"]).variance(3), Some(0.01));
        assert_eq!(sums(&["-2", "2"]).variance(2), Some(8.0));
        assert_eq!(sums(&["5", "5", "5"]).variance(3), Some(0.0));
        assert_eq!(sums(&["5"]).variance(1), None);
        assert_eq!(SquareSum::ZERO.variance(0), None);
    }

    #[test]
    fn neither_order_nor_split_nor_scale_shows() {
        let texts = ["1.50", "-2", "7.125", "100000000000000", "0", "2.5"];
        let whole = sums(&texts);
        for split in 0..=texts.len() {
            let (a, b) = texts.split_at(split);
            let (mut ab, mut ba) = (sums(a), sums(b));
            ab.merge(&sums(b));
            ba.merge(&sums(a));
            assert_eq!(ab.to_bytes(), whole.to_bytes());
            assert_eq!(ba.to_bytes(), whole.to_bytes());
        }
        assert_eq!(sums(&["1.50"]).to_bytes(), sums(&["1.5"]).to_bytes());
        assert_eq!(SquareSum::from_bytes(&whole.to_bytes()), Some(whole));
    }

    #[test]
    fn what_passes_256_bits_says_so() {
        let mut out = sums(&["9999999999999999999999999999", "0.0000000000000000000000000001"]);
        assert_eq!(out.variance(2), None);
        let bytes = out.to_bytes();
        assert_eq!(SquareSum::from_bytes(&bytes), Some(out));
        out.add_integer(1);
        assert_eq!(out.to_bytes(), bytes);
        assert_eq!(SquareSum::from_bytes(&bytes[1..]), None);
        // 1.5 at two digits behind the point, where one holds it.
        let (sum, squares) = (i256::from_i128(150).to_le_bytes(), i256::from_i128(22_500).to_le_bytes());
        let wrong: Vec<u8> = sum.into_iter().chain(squares).chain([2, 0]).collect();
        assert_eq!(SquareSum::from_bytes(&wrong), None, "not at the least scale");
    }
}
