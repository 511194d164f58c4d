//! The binary form of a state: the same bytes for the same content, in whatever order it was counted and merged.
//!
//! Version 2. Numbers are little-endian; `n` is a number of seven bits a byte, lowest first; texts and lists follow
//! their length, an `n`.
//!
//! | part | form |
//! |---|---|
//! | magic, version | `ASZM`, 2 bytes |
//! | length of all | 8 bytes |
//! | hash of the rules, run, measure | three texts |
//! | axes | for each that is not of codes or booleans: its values, ascending |
//! | distinct values | as one axis, when the measure asks |
//! | unit of all values | 1 byte, the digits behind the point, when the measure keeps all values |
//! | groups | a list, in the order of rows; each: a value's number an axis (`n`; 0 no code, 1–5 missing, 6 error, from 7 the values), its counts as a list of (distance to the last class, count), its sums of 33 bytes and of squares of 66, of values between two ends how many there are and, of the lower and of the upper ends, the sum and how many are open, its values (ascending: a list of the difference to the last and how often it came; then those beyond 64 bits: digits behind the point, 16 bytes, how often), the numbers of its distinct values, ascending, as distances; where they are estimated, how many hashes and each, ascending, 8 bytes, or 1,025 and then 16,384 registers of 6 bits |
//! | checksum | FNV-1a of all before, 8 bytes |

use crate::axis::{Axis, FIRST, NO_CODE, Slot, sort_key};
use crate::bytes::{Reader, Short, Writer};
use crate::plan::{MeasurePlan, ValueOf};
use crate::sketch::Sketch;
use crate::spread::Spread;
use crate::state::{Distinct, MeasureState, MergeError};
use assize_model::sum::{ExactSum, SQUARES_BYTES, SUM_BYTES, SquareSum};
use std::sync::Arc;

const MAGIC: &[u8; 4] = b"ASZM";
/// The version of the form that is written, and the only one that is read.
pub const STATE_VERSION: u16 = 2;
/// Magic, version and length.
const HEADER: usize = 14;

/// Why bytes are not a state of this measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// They do not begin as a state does.
    #[error("this is not a partial result of a measure")]
    NotAState,
    /// They are of another version of the form.
    #[error("the partial result is of version {found}, and this engine reads version {STATE_VERSION}")]
    Version {
        /// The version they state.
        found: u16,
    },
    /// There are fewer of them than they state.
    #[error("the partial result is not complete")]
    Truncated,
    /// Their checksum is wrong, or they say what no state does.
    #[error("the partial result is damaged")]
    Damaged,
    /// They are of other rules, another measure or another run.
    #[error(transparent)]
    Other(MergeError),
}

impl From<Short> for StateError {
    /// The length and the checksum were right: whatever is short now was written wrong.
    fn from(_: Short) -> Self {
        Self::Damaged
    }
}

/// For each axis and slot, the place of its value among the axis's values in ascending order.
pub(crate) struct Ranks(Vec<Vec<Slot>>);

impl Ranks {
    /// Ascends in the order of rows.
    pub(crate) fn of(&self, axis: usize, slot: Slot) -> u64 {
        sort_key(self.0.get(axis).and_then(|ranks| ranks.get(slot as usize)).copied().unwrap_or(slot))
    }
}

impl MeasureState {
    /// The ranks of the slots of every axis.
    pub(crate) fn ranks(&self) -> Ranks {
        Ranks(self.axes.iter().map(Axis::ranks).collect())
    }

    /// The groups in the order of rows.
    pub(crate) fn sorted_by(&self, ranks: &Ranks) -> Vec<usize> {
        let mut groups: Vec<(Vec<u64>, usize)> = self
            .groups
            .iter()
            .map(|(group, key)| (key.iter().enumerate().map(|(axis, &slot)| ranks.of(axis, slot)).collect(), group))
            .collect();
        groups.sort_unstable();
        groups.into_iter().map(|(_, group)| group).collect()
    }

    /// The slots of the distinct values by group.
    pub(crate) fn distinct_by_group(&self) -> Vec<Vec<Slot>> {
        let mut values = vec![Vec::new(); self.groups.len()];
        for (group, slot) in self.distinct.pairs.iter().map(|&pair| Distinct::split(pair)) {
            if let Some(values) = values.get_mut(group as usize) {
                values.push(slot);
            }
        }
        values
    }

    /// The state as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = Writer::default();
        body.text(&self.plan.rules);
        body.text(&self.plan.run);
        body.text(&self.plan.name);
        let numbers = Ranks(self.axes.iter().map(|axis| axis.write(|_| true, &mut body)).collect());
        let mut distinct = self.distinct_by_group();
        if let Some(axis) = &self.distinct.axis {
            let mut used = vec![false; axis.width() as usize];
            for &slot in distinct.iter().flatten() {
                if let Some(used) = used.get_mut(slot as usize) {
                    *used = true;
                }
            }
            let numbers = axis.write(|slot| used.get(slot as usize).copied().unwrap_or(false), &mut body);
            for values in &mut distinct {
                for value in values.iter_mut() {
                    *value = numbers.get(*value as usize).copied().unwrap_or(*value);
                }
                values.sort_unstable();
            }
        }
        let all = matches!(self.plan.value, ValueOf::All(..));
        let unit = if all { self.samples.write_scale(&mut body) } else { 0 };
        let order = self.sorted_by(&numbers);
        body.length(order.len());
        for group in order {
            for (numbers, &slot) in numbers.0.iter().zip(self.groups.key(group)) {
                body.number(u64::from(numbers.get(slot as usize).copied().unwrap_or(slot)));
            }
            let counts = self.counts_of(group);
            body.length(counts.iter().filter(|&&count| count > 0).count());
            let mut last = 0;
            for (class, &count) in counts.iter().enumerate().filter(|&(_, &count)| count > 0) {
                body.length(class - last);
                body.number(count);
                last = class;
            }
            for sum in
                [&self.numerators, &self.denominators, &self.values].into_iter().filter_map(|sums| sums.get(group))
            {
                body.raw(&sum.to_bytes());
            }
            if let Some(squares) = self.squares.get(group) {
                body.raw(&squares.to_bytes());
            }
            if let Some(spread) = self.spreads.get(group) {
                spread.write(&mut body);
            }
            if all {
                self.samples.write(group, unit, &mut body);
            }
            if let Some(sketch) = self.sketches.get(group) {
                sketch.write(&mut body);
            }
            if self.distinct.axis.is_some() {
                let values = distinct.get(group).map_or(&[][..], Vec::as_slice);
                body.length(values.len());
                let mut last = 0;
                for &value in values {
                    body.number(u64::from(value - last));
                    last = value;
                }
            }
        }
        let body = body.into_bytes();
        let mut out = Writer::default();
        out.raw(MAGIC);
        out.raw(&STATE_VERSION.to_le_bytes());
        out.raw(&((HEADER + body.len() + 8) as u64).to_le_bytes());
        out.raw(&body);
        out.finish()
    }

    /// The state of `plan`'s measure that [`MeasureState::to_bytes`] gave.
    ///
    /// # Errors
    ///
    /// [`StateError`], when they are not such a state, whole and undamaged.
    pub fn from_bytes(plan: Arc<MeasurePlan>, bytes: &[u8]) -> Result<Self, StateError> {
        // Too few bytes to say even what they are still tell whether they begin as a state does.
        let (magic, rest) = bytes.split_at(MAGIC.len().min(bytes.len()));
        if magic.is_empty() || !MAGIC.starts_with(magic) {
            return Err(StateError::NotAState);
        }
        let (version, rest) = rest.split_first_chunk().ok_or(StateError::Truncated)?;
        let found = u16::from_le_bytes(*version);
        if found != STATE_VERSION {
            return Err(StateError::Version { found });
        }
        let (length, _) = rest.split_first_chunk().ok_or(StateError::Truncated)?;
        let length = u64::from_le_bytes(*length);
        if (bytes.len() as u64) < length {
            return Err(StateError::Truncated);
        }
        let mut reader = Reader::new(bytes);
        reader.checked()?;
        reader.raw(HEADER)?;
        if bytes.len() as u64 != length {
            return Err(StateError::Damaged);
        }
        if reader.text()? != &*plan.rules {
            return Err(StateError::Other(MergeError::OtherRules));
        }
        let run = reader.text()?;
        if reader.text()? != &*plan.name {
            return Err(StateError::Other(MergeError::OtherMeasure));
        }
        if run != &*plan.run {
            return Err(StateError::Other(MergeError::OtherRun));
        }
        let mut state = Self::new(plan);
        state.read(&mut reader)?;
        // What is well formed but not what would be written (a value that no group has, groups out of order) is
        // damage too: else equal contents could have different bytes.
        if reader.is_done() && state.to_bytes() == bytes { Ok(state) } else { Err(StateError::Damaged) }
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), StateError> {
        for axis in &mut self.axes {
            axis.read(from)?;
        }
        if let Some(axis) = &mut self.distinct.axis {
            axis.read(from)?;
        }
        self.groups.widen(self.axes.iter().map(Axis::width));
        let all = matches!(self.plan.value, ValueOf::All(..));
        if all {
            Arc::make_mut(&mut self.samples).read_scale(from)?;
        }
        let groups = from.length()?;
        let mut key = Vec::with_capacity(self.axes.len());
        for group in 0..groups {
            key.clear();
            for axis in &self.axes {
                let slot = from.number()?;
                key.push(Slot::try_from(slot).ok().filter(|&slot| slot < axis.width()).ok_or(StateError::Damaged)?);
            }
            let at = if self.axes.is_empty() { 0 } else { self.groups.group(&key).map_err(|_| StateError::Damaged)? };
            if at as usize != group {
                return Err(StateError::Damaged);
            }
            self.make_room();
            self.read_counts(group, from)?;
            for sums in [&mut self.numerators, &mut self.denominators, &mut self.values] {
                if let Some(sum) = sums.get_mut(group) {
                    *sum = ExactSum::from_bytes(from.raw(SUM_BYTES)?).ok_or(StateError::Damaged)?;
                }
            }
            if let Some(squares) = self.squares.get_mut(group) {
                *squares = SquareSum::from_bytes(from.raw(SQUARES_BYTES)?).ok_or(StateError::Damaged)?;
            }
            if let Some(spread) = self.spreads.get_mut(group) {
                *spread = Spread::read(from)?;
            }
            if all {
                let counted = self.counted(&self.stages_of(group));
                Arc::make_mut(&mut self.samples).read(group, counted, from)?;
            }
            if !self.sketches.is_empty() {
                let counted = self.counted(&self.stages_of(group));
                if let Some(sketch) = self.sketches.get_mut(group) {
                    *sketch = Sketch::read(counted, from)?;
                }
            }
            self.read_distinct(at, from)?;
        }
        Ok(())
    }

    fn read_counts(&mut self, group: usize, from: &mut Reader<'_>) -> Result<(), StateError> {
        let bits = self.layout.bits;
        let counts = self.counts.get_mut(group << bits..(group + 1) << bits).ok_or(StateError::Damaged)?;
        let mut class = 0_usize;
        for _ in 0..from.length()? {
            let step = usize::try_from(from.number()?).map_err(|_| StateError::Damaged)?;
            class = class.checked_add(step).ok_or(StateError::Damaged)?;
            let (of_record, ..) = self.layout.split(class);
            if of_record >= crate::stage::class::END {
                return Err(StateError::Damaged);
            }
            *counts.get_mut(class).ok_or(StateError::Damaged)? = from.number()?;
        }
        Ok(())
    }

    fn read_distinct(&mut self, group: u32, from: &mut Reader<'_>) -> Result<(), StateError> {
        let (Some(axis), ValueOf::Distinct(_)) = (&self.distinct.axis, self.plan.value) else { return Ok(()) };
        let mut slot = 0_u64;
        for _ in 0..from.length()? {
            slot = slot.checked_add(from.number()?).ok_or(StateError::Damaged)?;
            let slot = Slot::try_from(slot).ok().filter(|&slot| slot < axis.width()).ok_or(StateError::Damaged)?;
            if slot != NO_CODE && slot < FIRST {
                return Err(StateError::Damaged);
            }
            self.distinct.pairs.insert(Distinct::pair(group, slot));
        }
        Ok(())
    }
}
