//! Exact sums, the same in any order and however they are split.

use crate::absence::Fault;
use crate::decimal::{self, Decimal, MAX_SCALE};
use arrow_buffer::i256;

mod squares;

pub use squares::{SQUARES_BYTES, SquareSum};

/// A sum of integers and decimals without rounding, so that neither the order nor the split of the terms matters.
///
/// It holds 2^60 terms of any size. Equality is of the totals.
#[derive(Debug, Clone, Copy, Default)]
pub struct ExactSum {
    /// What was moved out of `partial`, in units of 10^-28.
    total: i256,
    /// The latest terms, in units of 10^-`scale`: terms of one scale, as a column has, cost one addition.
    partial: i128,
    scale: u8,
    /// Whether `total` passed 256 bits.
    overflowed: bool,
}

/// How many bytes [`ExactSum::to_bytes`] gives.
pub const SUM_BYTES: usize = 33;

impl ExactSum {
    /// Nothing added.
    pub const ZERO: Self = Self { total: i256::ZERO, partial: 0, scale: 0, overflowed: false };

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

    #[inline]
    fn add(&mut self, coefficient: i128, scale: u8) {
        if scale == self.scale
            && let Some(sum) = self.partial.checked_add(coefficient)
        {
            self.partial = sum;
        } else {
            self.settle();
            self.partial = coefficient;
            self.scale = scale;
        }
    }

    /// Moves `partial` into `total`.
    #[inline(never)]
    fn settle(&mut self) {
        let total = self.settled();
        self.overflowed |= total.is_none();
        self.total = total.unwrap_or(i256::ZERO);
        self.partial = 0;
    }

    /// The sum in units of 10^-28; none past 256 bits.
    fn settled(&self) -> Option<i256> {
        if self.overflowed {
            return None;
        }
        // 128 bits and 28 digits are below 2^222.
        let unit = decimal::wide_power(u32::from(MAX_SCALE.saturating_sub(self.scale)));
        self.total.checked_add(i256::from_i128(self.partial).wrapping_mul(unit))
    }

    /// Adds what another sum has.
    pub fn merge(&mut self, other: &Self) {
        if self.scale == other.scale
            && other.total == i256::ZERO
            && !other.overflowed
            && let Some(sum) = self.partial.checked_add(other.partial)
        {
            self.partial = sum;
            return;
        }
        let total = match (self.settled(), other.settled()) {
            (Some(a), Some(b)) => a.checked_add(b),
            _ => None,
        };
        *self = Self { total: total.unwrap_or(i256::ZERO), overflowed: total.is_none(), ..Self::ZERO };
    }

    /// The sum as an integer.
    ///
    /// # Errors
    /// [`Fault::Overflow`] past 64 bits; [`Fault::Argument`] when it is not whole, which a sum of integers always is.
    pub fn to_integer(&self) -> Result<i64, Fault> {
        if self.scale == 0 && self.total == i256::ZERO && !self.overflowed {
            return i64::try_from(self.partial).map_err(|_| Fault::Overflow);
        }
        let total = self.settled().ok_or(Fault::Overflow)?;
        let unit = decimal::wide_power(u32::from(MAX_SCALE));
        let (whole, rest) = total.checked_div_rem(unit).ok_or(Fault::Overflow)?;
        if rest != i256::ZERO {
            return Err(Fault::Argument);
        }
        whole.to_i128().and_then(|whole| i64::try_from(whole).ok()).ok_or(Fault::Overflow)
    }

    /// The sum as a decimal, rounded half-even to 28 digits once.
    ///
    /// # Errors
    /// [`Fault::Overflow`] when the integer part needs more than 28 digits.
    pub fn to_decimal(&self) -> Result<Decimal, Fault> {
        if self.total == i256::ZERO
            && !self.overflowed
            && let Some(sum) = Decimal::new(self.partial, self.scale)
        {
            return Ok(sum);
        }
        self.mean(1)
    }

    /// The sum over a count, rounded half-even to 28 digits and places once.
    ///
    /// # Errors
    /// [`Fault::DivisionByZero`] when the count is zero; [`Fault::Overflow`].
    pub fn mean(&self, count: u64) -> Result<Decimal, Fault> {
        if count == 0 {
            return Err(Fault::DivisionByZero);
        }
        let total = self.settled().ok_or(Fault::Overflow)?;
        let magnitude = total.checked_abs().ok_or(Fault::Overflow)?;
        let count = i256::from_i128(i128::from(count));
        let (quotient, rest) = magnitude.checked_div_rem(count).ok_or(Fault::Overflow)?;
        let tail = decimal::wide_tail(rest, count);
        Ok(decimal::fit_wide(total.is_negative(), quotient, tail, u32::from(MAX_SCALE))?.normalized())
    }

    /// The sum as bytes: the same for the same total, on every platform.
    pub fn to_bytes(&self) -> [u8; SUM_BYTES] {
        let mut bytes = [0; SUM_BYTES];
        let (total, overflowed) = match self.settled() {
            Some(total) => (total.to_le_bytes(), 0),
            None => ([0; 32], 1),
        };
        if let Some((last, rest)) = bytes.split_last_mut() {
            rest.copy_from_slice(&total);
            *last = overflowed;
        }
        bytes
    }

    /// The sum that [`ExactSum::to_bytes`] gave.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&overflowed, total) = bytes.split_last()?;
        let total = i256::from_le_bytes(total.try_into().ok()?);
        match overflowed {
            0 => Some(Self { total, ..Self::ZERO }),
            1 if total == i256::ZERO => Some(Self { overflowed: true, ..Self::ZERO }),
            _ => None,
        }
    }
}

impl PartialEq for ExactSum {
    fn eq(&self, other: &Self) -> bool {
        self.settled() == other.settled()
    }
}

impl Eq for ExactSum {}

#[cfg(test)]
mod tests;
