//! What is summed of values that are only known to lie between two ends.

use crate::bytes::{Reader, Short, Writer};
use assize_model::absence::Fault;
use assize_model::bounds::Bounds;
use assize_model::decimal::Decimal;
use assize_model::sum::{ExactSum, SUM_BYTES};

/// The sums of the ends of such values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Spread {
    /// How many values there were.
    pub count: u64,
    low: End,
    high: End,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct End {
    sum: ExactSum,
    /// How many had no such end.
    open: u64,
}

impl End {
    fn add(&mut self, end: Option<Decimal>) {
        match end {
            Some(end) => self.sum.add_decimal(end),
            None => self.open = self.open.saturating_add(1),
        }
    }

    fn merge(&mut self, other: &Self) {
        self.sum.merge(&other.sum);
        self.open = self.open.saturating_add(other.open);
    }

    /// With what is known; none where an end is open.
    fn with(&self, known: &ExactSum) -> Result<Option<Decimal>, Fault> {
        if self.open > 0 {
            return Ok(None);
        }
        let mut sum = *known;
        sum.merge(&self.sum);
        sum.to_decimal().map(Some)
    }
}

impl Spread {
    pub(crate) fn add(&mut self, ends: Bounds<Decimal>) {
        self.count = self.count.saturating_add(1);
        self.low.add(ends.lo);
        self.high.add(ends.hi);
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        self.low.merge(&other.low);
        self.high.merge(&other.high);
    }

    /// Between what the sum of these and of what is known lies.
    pub(crate) fn with(&self, known: &ExactSum) -> Result<Bounds<Decimal>, Fault> {
        Ok(Bounds { lo: self.low.with(known)?, hi: self.high.with(known)? })
    }

    /// Writes how many there are, and if there are any, the ends.
    pub(crate) fn write(&self, out: &mut Writer) {
        out.number(self.count);
        if self.count > 0 {
            for end in [&self.low, &self.high] {
                out.raw(&end.sum.to_bytes());
                out.number(end.open);
            }
        }
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Self, Short> {
        let mut read = Self { count: from.number()?, ..Self::default() };
        if read.count > 0 {
            for end in [&mut read.low, &mut read.high] {
                end.sum = ExactSum::from_bytes(from.raw(SUM_BYTES)?).ok_or(Short::Malformed)?;
                end.open = from.number()?;
            }
        }
        Ok(read)
    }
}
