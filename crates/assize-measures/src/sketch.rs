//! How many different values each group has, estimated in memory that does not grow with them.

use crate::bytes::{Reader, Short, Writer};
use assize_model::decimal::Decimal;
use assize_model::measure::{DISTINCT_BITS, DISTINCT_EXACT};
use assize_model::value::Value;
use rustc_hash::FxHashSet;
use twox_hash::XxHash64;

const REGISTERS: usize = 1 << DISTINCT_BITS;
/// The bits of a hash behind those that choose the register.
const REST: u32 = u64::BITS - DISTINCT_BITS;
/// The greatest register: that of a hash of which the rest is zeros.
const GREATEST: u8 = REST as u8 + 1;
/// The bits that a register takes in the binary form.
const REGISTER_BITS: usize = 6;

/// The hash of a value. It is the same on every machine and in every version, since partial results hold it; so whoever
/// chooses the values can choose hashes, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Hashed(u64);

impl Hashed {
    /// Of a whole number, a day by its number, a time and an instant by their microseconds.
    #[inline]
    pub(crate) fn whole(value: i64) -> Self {
        Self::bytes(&value.to_le_bytes())
    }

    #[inline]
    pub(crate) fn day(days: i32) -> Self {
        Self::whole(i64::from(days))
    }

    /// Of a number: the same for 1.5 and 1.50.
    pub(crate) fn decimal(value: Decimal) -> Self {
        let value = value.normalized();
        let mut bytes = [0; 17];
        if let Some((coefficient, [scale])) = bytes.split_first_chunk_mut::<16>() {
            *coefficient = value.coefficient().to_le_bytes();
            *scale = value.scale();
        }
        Self::bytes(&bytes)
    }

    #[inline]
    pub(crate) fn text(text: &str) -> Self {
        Self::bytes(text.as_bytes())
    }

    /// Of a value that is the same in every row; `None` of those that are not counted so.
    pub(crate) fn value(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Integer(value) => Self::whole(*value),
            Value::Decimal(value) => Self::decimal(*value),
            Value::Text(text) => Self::text(text),
            Value::Date(date) => Self::day(date.days()),
            Value::Time(time) => Self::whole(time.micros()),
            Value::DateTime(at) => Self::whole(at.micros()),
            _ => return None,
        })
    }

    #[inline]
    fn bytes(bytes: &[u8]) -> Self {
        Self(XxHash64::oneshot(0, bytes))
    }

    /// Which register it is for.
    #[inline]
    const fn register(self) -> usize {
        (self.0 >> REST) as usize
    }

    /// The place of the first one among the bits of the rest, from 1.
    #[inline]
    const fn rank(self) -> u8 {
        // The bit behind the last stands in for a one where there is none.
        ((self.0 << DISTINCT_BITS | 1 << (DISTINCT_BITS - 1)).leading_zeros() + 1) as u8
    }
}

/// The different values of one group: their hashes while they are few, and HyperLogLog's registers after that
/// (Flajolet, Fusy, Gandouet and Meunier, 2007). Which of the two follows from the values alone, so that equal contents
/// have equal bytes in whatever order they came.
#[derive(Debug, Clone)]
pub(crate) enum Sketch {
    /// At most [`DISTINCT_EXACT`].
    Few(FxHashSet<Hashed>),
    /// For each register the greatest rank of its hashes, 0 where it has none.
    Many(Box<[u8; REGISTERS]>),
}

impl Default for Sketch {
    fn default() -> Self {
        Self::Few(FxHashSet::default())
    }
}

#[inline]
fn raise(registers: &mut [u8; REGISTERS], hash: Hashed) {
    if let Some(register) = registers.get_mut(hash.register()) {
        *register = (*register).max(hash.rank());
    }
}

impl Sketch {
    #[inline]
    pub(crate) fn insert(&mut self, hash: Hashed) {
        match self {
            Self::Many(registers) => raise(registers, hash),
            Self::Few(hashes) => {
                if hashes.insert(hash) && hashes.len() > DISTINCT_EXACT {
                    let mut registers = Box::new([0; REGISTERS]);
                    hashes.iter().for_each(|&hash| raise(&mut registers, hash));
                    *self = Self::Many(registers);
                }
            }
        }
    }

    /// Adds the values of another.
    pub(crate) fn merge(&mut self, other: &Self) {
        match (&mut *self, other) {
            (_, Self::Few(hashes)) => hashes.iter().for_each(|&hash| self.insert(hash)),
            (Self::Many(own), Self::Many(other)) => {
                own.iter_mut().zip(other.iter()).for_each(|(own, &other)| *own = (*own).max(other));
            }
            (Self::Few(hashes), Self::Many(other)) => {
                let mut registers = other.clone();
                hashes.iter().for_each(|&hash| raise(&mut registers, hash));
                *self = Self::Many(registers);
            }
        }
    }

    /// How many different values there are, of so many records.
    pub(crate) fn count(&self, records: u64) -> u64 {
        match self {
            Self::Few(hashes) => hashes.len() as u64,
            Self::Many(registers) => (estimate(registers) as u64).max(DISTINCT_EXACT as u64 + 1).min(records),
        }
    }

    /// Writes them: how many hashes and each, ascending; or one more than there may be, and the registers, lowest bits
    /// first.
    pub(crate) fn write(&self, out: &mut Writer) {
        match self {
            Self::Few(hashes) => {
                let mut hashes: Vec<u64> = hashes.iter().map(|hash| hash.0).collect();
                hashes.sort_unstable();
                out.length(hashes.len());
                hashes.iter().for_each(|hash| out.raw(&hash.to_le_bytes()));
            }
            Self::Many(registers) => {
                out.length(DISTINCT_EXACT + 1);
                let (fours, _) = registers.as_chunks::<4>();
                for four in fours {
                    let bits =
                        four.iter().rev().fold(0_u32, |bits, &register| bits << REGISTER_BITS | u32::from(register));
                    let [low, middle, high, _] = bits.to_le_bytes();
                    out.raw(&[low, middle, high]);
                }
            }
        }
    }

    /// Reads what [`Sketch::write`] wrote of so many records.
    pub(crate) fn read(records: u64, from: &mut Reader<'_>) -> Result<Self, Short> {
        let count = from.number()?;
        if count > records {
            return Err(Short::Malformed);
        }
        if count <= DISTINCT_EXACT as u64 {
            let hashes = (0..count).map(|_| {
                let bytes = from.raw(8)?.try_into().map_err(|_| Short::Malformed)?;
                Ok(Hashed(u64::from_le_bytes(bytes)))
            });
            return Ok(Self::Few(hashes.collect::<Result<_, Short>>()?));
        }
        let mut registers = Box::new([0; REGISTERS]);
        let (threes, _) = from.raw(REGISTERS * REGISTER_BITS / 8)?.as_chunks::<3>();
        for (four, &[low, middle, high]) in registers.as_chunks_mut::<4>().0.iter_mut().zip(threes) {
            let bits = u32::from_le_bytes([low, middle, high, 0]);
            for (at, register) in four.iter_mut().enumerate() {
                *register = (bits >> (at * REGISTER_BITS)) as u8 & ((1 << REGISTER_BITS) - 1);
                if *register > GREATEST {
                    return Err(Short::Malformed);
                }
            }
        }
        Ok(Self::Many(registers))
    }
}

/// How many different hashes gave such registers: algorithm 6 of Ertl, New cardinality estimation algorithms for
/// HyperLogLog sketches, 2017, which has no bias to be corrected for few or many. Additions, products and square roots
/// are the same on every machine.
fn estimate(registers: &[u8; REGISTERS]) -> f64 {
    let mut counts = [0_u32; GREATEST as usize + 1];
    for &register in registers {
        if let Some(count) = counts.get_mut(usize::from(register)) {
            *count += 1;
        }
    }
    let all = REGISTERS as f64;
    let [none, between @ .., full] = counts;
    let mut z = all * tau(1.0 - f64::from(full) / all);
    for count in between.into_iter().rev() {
        z = 0.5 * (z + f64::from(count));
    }
    z += all * sigma(f64::from(none) / all);
    all * all / (2.0 * std::f64::consts::LN_2 * z)
}

/// x + x^2 + 2 x^4 + 4 x^8 + …, for x from 0 to 1.
fn sigma(mut x: f64) -> f64 {
    if x >= 1.0 {
        return f64::INFINITY;
    }
    let (mut sum, mut factor) = (x, 1.0);
    loop {
        x *= x;
        let before = sum;
        sum += x * factor;
        factor += factor;
        if sum <= before {
            return sum;
        }
    }
}

/// (1 - x - (1 - x^(1/2))^2 / 2 - (1 - x^(1/4))^2 / 4 - …) / 3, for x from 0 to 1.
fn tau(mut x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return 0.0;
    }
    let (mut rest, mut factor) = (1.0 - x, 1.0);
    loop {
        x = libm::sqrt(x);
        let before = rest;
        factor *= 0.5;
        rest -= (1.0 - x) * (1.0 - x) * factor;
        if rest >= before {
            return rest / 3.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl Iterator<Item = i64>) -> Sketch {
        let mut out = Sketch::default();
        values.for_each(|value| out.insert(Hashed::whole(value)));
        out
    }

    fn bytes(sketch: &Sketch) -> Vec<u8> {
        let mut out = Writer::default();
        sketch.write(&mut out);
        out.into_bytes()
    }

    fn read(bytes: &[u8], records: u64) -> Result<Sketch, Short> {
        let mut reader = Reader::new(bytes);
        let sketch = Sketch::read(records, &mut reader)?;
        if reader.is_done() { Ok(sketch) } else { Err(Short::Malformed) }
    }

    #[test]
    fn hashes_are_those_of_the_published_function() {
        // XXH64 with seed 0: the test vectors of the reference implementation's command.
        assert_eq!(Hashed::text(""), Hashed(0xef46_db37_51d8_e999));
        assert_eq!(Hashed::text("a"), Hashed(0xd24e_c4f1_a98c_6e5b));
        assert_eq!(Hashed::text("abc"), Hashed(0x44bc_2cf5_ad77_0999));
        assert_eq!(Hashed::decimal(Decimal::parse("1.50").unwrap()), Hashed::decimal(Decimal::parse("1.5").unwrap()));
        assert_ne!(Hashed::decimal(Decimal::parse("15").unwrap()), Hashed::decimal(Decimal::parse("1.5").unwrap()));
        assert_eq!((Hashed(0).rank(), Hashed(0).register()), (GREATEST, 0));
        assert_eq!((Hashed(u64::MAX).rank(), Hashed(u64::MAX).register()), (1, REGISTERS - 1));
        assert_eq!(Hashed(1).rank(), REST as u8);
    }

    #[test]
    fn few_are_counted() {
        for count in [0, 1, 2, 100, 1023, 1024] {
            assert_eq!(of((0..count).chain(0..count)).count(5000), count as u64);
        }
        assert!(matches!(of(0..1024), Sketch::Few(_)));
        assert!(matches!(of(0..1025), Sketch::Many(_)));
    }

    /// Of forty counts of each size, the root mean square of the errors is that of the formula, and few are beyond three
    /// times that.
    #[test]
    fn many_are_estimated_within_the_stated_error() {
        let stated = 0.0081;
        for size in [1_025_i64, 3_000, 10_000, 40_000, 100_000, 400_000] {
            let errors: Vec<f64> = (0..40)
                .map(|try_| {
                    let found = of((0..size).map(|value| value + (try_ << 40))).count(u64::MAX);
                    (found as f64 - size as f64) / size as f64
                })
                .collect();
            let root = (errors.iter().map(|error| error * error).sum::<f64>() / errors.len() as f64).sqrt();
            let mean = errors.iter().sum::<f64>() / errors.len() as f64;
            assert!(root < stated * 1.35, "{size}: {root}");
            assert!(mean.abs() < stated * 0.6, "{size}: {mean}");
            assert!(errors.iter().all(|error| error.abs() < stated * 4.0), "{size}: {errors:?}");
        }
    }

    #[test]
    fn no_more_than_there_are_records() {
        let all = of(0..50_000);
        assert_eq!(all.count(40_000), 40_000);
        assert!(Sketch::Many(Box::new([GREATEST; REGISTERS])).count(u64::MAX) > 1 << 60);
        assert_eq!(Sketch::Many(Box::new([0; REGISTERS])).count(u64::MAX), 1025);
    }

    #[test]
    fn the_order_and_the_split_do_not_matter() {
        for size in [10, 700, 1500, 20_000] {
            let whole = bytes(&of(0..size));
            assert_eq!(bytes(&of((0..size).rev())), whole);
            for at in [0, 1, size / 3, size - 1, size] {
                let (left, right) = (of(0..at), of(at / 2..size));
                for (mut a, b) in [(left.clone(), &right), (right.clone(), &left)] {
                    a.merge(b);
                    assert_eq!(bytes(&a), whole, "{size} at {at}");
                }
            }
            assert_eq!(bytes(&read(&whole, size as u64).unwrap()), whole);
            assert!(whole.len() <= 12_290 && read(&whole[..whole.len() - 1], size as u64).is_err());
        }
    }

    #[test]
    fn what_no_sketch_is_written_as_is_refused() {
        assert!(read(&bytes(&of(0..5)), 4).is_err(), "more values than records");
        let mut many = bytes(&of(0..2000));
        assert!(read(&many, 1024).is_err(), "registers of few records");
        assert!(read(&many, 2000).is_ok());
        many[2] = 0xff;
        assert!(read(&many, 2000).is_err(), "a register past the greatest");
    }
}
