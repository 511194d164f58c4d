//! One dimension that records are grouped by: every value it takes has a small number, its slot.

use crate::bytes::{Reader, Short, Writer};
use crate::periods::Periods;
use crate::value::BreakdownValue;
use assize_model::absence::{Absence, Reason};
use assize_model::civil::{Date, DateTime, Time};
use assize_model::decimal::Decimal;
use assize_model::ids::{Code, ListId};
use assize_model::program::Program;
use assize_model::ty::Ty;
use hashbrown::HashTable;
use rustc_hash::{FxHashMap, FxHasher};
use std::cmp::Ordering;
use std::hash::Hasher;
use std::sync::Arc;

/// The number of a value within its axis. The first ones are the same on every axis: no code, the reasons for which
/// a value is missing by their numbers, and error.
pub(crate) type Slot = u32;

/// No code.
pub(crate) const NO_CODE: Slot = 0;
/// In error.
pub(crate) const ERROR: Slot = 6;
/// The first of the values that are known.
pub(crate) const FIRST: Slot = 7;

/// The slot of what is absent.
#[inline]
pub(crate) fn absent(absence: Absence) -> Slot {
    match absence.reason() {
        Some(reason) => reason as Slot,
        None => ERROR,
    }
}

/// Known values come before the others, which keep their order.
pub(crate) const fn sort_key(rank: Slot) -> u64 {
    if rank >= FIRST { rank as u64 } else { (1 << 32) + rank as u64 }
}

/// What the whole numbers of an axis stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole {
    /// Themselves.
    Integer,
    /// Days since 1970-01-01.
    Date,
    /// Microseconds since midnight.
    Time,
    /// Microseconds since the Unix epoch.
    DateTime,
    /// Periods, by number; their lanes hold dates.
    Period(Periods),
}

/// The values of one dimension.
#[derive(Debug, Clone)]
pub(crate) enum Axis {
    /// Codes: the slot is the code's number after the first ones.
    Codes {
        /// The list.
        list: ListId,
        /// How many codes it has.
        count: u32,
    },
    /// `no` and `yes`.
    Booleans,
    /// Whole numbers.
    Wholes(Whole, Wholes),
    /// Decimals.
    Decimals(Decimals),
    /// Texts.
    Texts(Texts),
}

impl Axis {
    /// For values of a type; `None` for a type whose values are not grouped by: durations and sets.
    pub(crate) fn new(ty: Ty, program: &Program) -> Option<Self> {
        let wholes = |whole| Self::Wholes(whole, Wholes::default());
        Some(match ty {
            Ty::Boolean => Self::Booleans,
            Ty::Integer => wholes(Whole::Integer),
            Ty::Date => wholes(Whole::Date),
            Ty::Time => wholes(Whole::Time),
            Ty::DateTime => wholes(Whole::DateTime),
            Ty::Decimal => Self::Decimals(Decimals::default()),
            Ty::Text => Self::Texts(Texts::default()),
            Ty::Code(list) => {
                let count = program.list(list)?.codes.len();
                // A code is a 16-bit number, of which the last means no code.
                Self::Codes { list, count: u32::try_from(count).ok().filter(|&count| count < u32::from(u16::MAX))? }
            }
            Ty::Duration | Ty::Codes(_) | Ty::Texts => return None,
        })
    }

    /// For the periods that dates are in.
    pub(crate) fn periods(periods: Periods) -> Self {
        Self::Wholes(Whole::Period(periods), Wholes::default())
    }

    /// The periods it is of.
    pub(crate) const fn period(&self) -> Option<Periods> {
        match self {
            Self::Wholes(Whole::Period(period), _) => Some(*period),
            _ => None,
        }
    }

    /// One past the greatest slot in use.
    pub(crate) fn width(&self) -> u32 {
        FIRST
            + match self {
                Self::Codes { count, .. } => *count,
                Self::Booleans => 2,
                Self::Wholes(_, wholes) => count(wholes.values.len()),
                Self::Decimals(decimals) => count(decimals.values.len()),
                Self::Texts(texts) => count(texts.len()),
            }
    }

    /// The value of a slot, for results; of a period, its number.
    pub(crate) fn value(&self, slot: Slot) -> BreakdownValue {
        if slot == NO_CODE {
            return BreakdownValue::NoCode;
        }
        if slot < FIRST {
            let reason = Reason::ALL.into_iter().find(|&reason| reason as Slot == slot);
            return reason.map_or(BreakdownValue::Error, BreakdownValue::Missing);
        }
        let at = slot - FIRST;
        let value = match self {
            Self::Codes { list, .. } => u16::try_from(at).ok().map(|code| BreakdownValue::Code(*list, Code(code))),
            Self::Booleans => Some(BreakdownValue::Boolean(at == 1)),
            Self::Wholes(whole, wholes) => wholes.values.get(at as usize).map(|&value| match whole {
                Whole::Integer | Whole::Period(_) => BreakdownValue::Integer(value),
                Whole::Date => BreakdownValue::Date(Date::clamped(narrow(value))),
                Whole::Time => BreakdownValue::Time(Time::clamped(value)),
                Whole::DateTime => BreakdownValue::DateTime(DateTime::clamped(value)),
            }),
            Self::Decimals(decimals) => decimals.values.get(at as usize).copied().map(BreakdownValue::Decimal),
            Self::Texts(texts) => texts.get(at as usize).map(|text| BreakdownValue::Text(Arc::from(text))),
        };
        value.unwrap_or(BreakdownValue::Error)
    }

    /// For each slot, its rank: what its slot would be if the values had come in ascending order.
    pub(crate) fn ranks(&self) -> Vec<Slot> {
        match self {
            Self::Codes { .. } | Self::Booleans => (0..self.width()).collect(),
            Self::Wholes(_, wholes) => ranks(&wholes.values, Ord::cmp),
            Self::Decimals(decimals) => ranks(&decimals.values, Ord::cmp),
            Self::Texts(texts) => {
                let all: Vec<&str> = (0..texts.len()).map(|at| texts.get(at).unwrap_or("")).collect();
                ranks(&all, Ord::cmp)
            }
        }
    }

    /// Takes the values of another axis of the same kind; gives the slot here of each slot there.
    pub(crate) fn absorb(&mut self, other: &Self) -> Vec<Slot> {
        let mut slots: Vec<Slot> = (0..FIRST).collect();
        match (self, other) {
            (Self::Wholes(_, own), Self::Wholes(_, other)) => {
                slots.extend(other.values.iter().map(|&value| own.slot(value)));
            }
            (Self::Decimals(own), Self::Decimals(other)) => {
                slots.extend(other.values.iter().map(|&value| own.slot(value)));
            }
            (Self::Texts(own), Self::Texts(other)) => {
                slots.extend((0..other.len()).map(|at| own.slot(other.get(at).unwrap_or(""))));
            }
            _ => slots.extend(FIRST..other.width()),
        }
        slots
    }

    /// Writes the values of the slots for which `used` holds, ascending; gives the number that stands for each slot in
    /// what follows.
    pub(crate) fn write(&self, used: impl Fn(Slot) -> bool, out: &mut Writer) -> Vec<Slot> {
        let ranks = self.ranks();
        if matches!(self, Self::Codes { .. } | Self::Booleans) {
            return ranks;
        }
        let mut by_rank: Vec<(Slot, Slot)> = (0_u32..)
            .zip(&ranks)
            .map(|(slot, &rank)| (rank, slot))
            .filter(|&(rank, slot)| rank >= FIRST && used(slot))
            .collect();
        by_rank.sort_unstable();
        out.length(by_rank.len());
        let mut numbers = ranks;
        for (number, &(_, slot)) in (FIRST..).zip(&by_rank) {
            if let Some(place) = numbers.get_mut(slot as usize) {
                *place = number;
            }
            let at = (slot - FIRST) as usize;
            match self {
                Self::Codes { .. } | Self::Booleans => {}
                Self::Wholes(_, wholes) => out.signed(wholes.values.get(at).copied().unwrap_or(0)),
                Self::Decimals(decimals) => {
                    let value = decimals.values.get(at).copied().unwrap_or_default();
                    out.byte(value.scale());
                    out.raw(&value.coefficient().to_le_bytes());
                }
                Self::Texts(texts) => out.text(texts.get(at).unwrap_or("")),
            }
        }
        numbers
    }

    /// Reads the values that [`Axis::write`] wrote. Values out of order are not looked for: whoever reads compares what
    /// the whole state would be written as.
    pub(crate) fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Short> {
        if matches!(self, Self::Codes { .. } | Self::Booleans) {
            return Ok(());
        }
        for at in 0..from.length()? {
            let slot = match self {
                Self::Codes { .. } | Self::Booleans => 0,
                Self::Wholes(whole, wholes) => {
                    let value = from.signed()?;
                    let fits = match whole {
                        Whole::Integer => true,
                        Whole::Date => i32::try_from(value).is_ok_and(|days| Date::from_days(days).is_some()),
                        Whole::Time => Time::from_micros(value).is_some(),
                        Whole::DateTime => DateTime::from_micros(value).is_some(),
                        Whole::Period(periods) => periods.has(value),
                    };
                    if !fits {
                        return Err(Short::Malformed);
                    }
                    wholes.slot(value)
                }
                Self::Decimals(decimals) => {
                    let scale = from.byte()?;
                    let coefficient = from.raw(16)?.try_into().map_err(|_| Short::Truncated)?;
                    let value = Decimal::new(i128::from_le_bytes(coefficient), scale).ok_or(Short::Malformed)?;
                    decimals.slot(value)
                }
                Self::Texts(texts) => texts.slot(from.text()?),
            };
            if slot as usize != at + FIRST as usize {
                return Err(Short::Malformed);
            }
        }
        Ok(())
    }
}

/// A count of values as slots. It saturates long after memory has run out.
fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX - FIRST)
}

fn narrow(days: i64) -> i32 {
    i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX })
}

fn ranks<T>(values: &[T], cmp: impl Fn(&T, &T) -> Ordering) -> Vec<Slot> {
    let mut order: Vec<(usize, &T)> = values.iter().enumerate().collect();
    assize_model::order::sort_by(&mut order, |a, b| cmp(a.1, b.1));
    let mut ranks: Vec<Slot> = (0..FIRST + count(values.len())).collect();
    for (rank, (at, _)) in (FIRST..).zip(order) {
        if let Some(place) = ranks.get_mut(at + FIRST as usize) {
            *place = rank;
        }
    }
    ranks
}

/// The widest window of whole numbers that is looked up in a table: all days of seven centuries, one megabyte.
const WINDOW: usize = 1 << 18;

/// Whole numbers with slots.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wholes {
    values: Vec<i64>,
    slots: FxHashMap<i64, Slot>,
    /// The slots of lane values that lie close together, from `base` on; 0 where none is known. It repeats what
    /// `slots` says, or for periods spares working out the period of a day.
    window: Vec<Slot>,
    base: i64,
}

impl Wholes {
    /// The slot of a value.
    pub(crate) fn slot(&mut self, value: i64) -> Slot {
        let next = FIRST + count(self.values.len());
        let slot = *self.slots.entry(value).or_insert(next);
        if slot == next {
            self.values.push(value);
        }
        slot
    }

    /// The slot of a lane's value, for which `of` gives the axis's.
    #[inline]
    pub(crate) fn slot_of_lane(&mut self, lane: i64, of: impl FnOnce(i64) -> i64) -> Slot {
        // Below the base the difference wraps to a number past any window.
        let at = lane.wrapping_sub(self.base) as u64;
        match usize::try_from(at).ok().and_then(|at| self.window.get(at)) {
            Some(&slot) if slot != 0 => slot,
            _ => self.look_up(lane, of(lane)),
        }
    }

    #[cold]
    fn look_up(&mut self, lane: i64, value: i64) -> Slot {
        let slot = self.slot(value);
        if let Some(place) = self.place_in_window(lane) {
            *place = slot;
        }
        slot
    }

    /// The place of a lane's value in the window, widened for it; `None` when that would be too wide.
    fn place_in_window(&mut self, lane: i64) -> Option<&mut Slot> {
        let length = self.window.len();
        if length == 0 {
            self.base = lane;
        }
        if lane < self.base {
            // Widen by more than is asked for, so that descending values do not move the window each time.
            let short = usize::try_from(self.base.checked_sub(lane)?).ok()?;
            let room = WINDOW.checked_sub(length)?;
            let more = short.max(length.min(room));
            if more > room {
                return None;
            }
            let base = self.base.checked_sub(i64::try_from(more).ok()?)?;
            self.window.splice(0..0, std::iter::repeat_n(0, more));
            self.base = base;
        }
        let at = usize::try_from(lane.checked_sub(self.base)?).ok()?;
        if at >= WINDOW {
            return None;
        }
        if at >= self.window.len() {
            self.window.resize((at + 1).next_power_of_two().min(WINDOW), 0);
        }
        self.window.get_mut(at)
    }
}

/// Decimals with slots, by value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Decimals {
    values: Vec<Decimal>,
    slots: FxHashMap<Decimal, Slot>,
}

impl Decimals {
    /// The slot of a value.
    pub(crate) fn slot(&mut self, value: Decimal) -> Slot {
        let next = FIRST + count(self.values.len());
        let slot = *self.slots.entry(value).or_insert(next);
        if slot == next {
            self.values.push(value.normalized());
        }
        slot
    }
}

/// Texts with slots, end to end in one buffer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts {
    bytes: String,
    ends: Vec<usize>,
    slots: HashTable<Slot>,
}

fn hash_text(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

fn text_at<'t>(bytes: &'t str, ends: &[usize], at: usize) -> Option<&'t str> {
    let end = *ends.get(at)?;
    let start = at.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    bytes.get(start..end)
}

impl Texts {
    fn len(&self) -> usize {
        self.ends.len()
    }

    fn get(&self, at: usize) -> Option<&str> {
        text_at(&self.bytes, &self.ends, at)
    }

    /// The slot of a text.
    #[inline]
    pub(crate) fn slot(&mut self, text: &str) -> Slot {
        let hash = hash_text(text);
        let (bytes, ends) = (&self.bytes, &self.ends);
        let same = |&slot: &Slot| text_at(bytes, ends, (slot - FIRST) as usize) == Some(text);
        if let Some(&slot) = self.slots.find(hash, same) {
            return slot;
        }
        let slot = FIRST + count(self.ends.len());
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
        let (bytes, ends) = (&self.bytes, &self.ends);
        self.slots
            .insert_unique(hash, slot, |&slot| hash_text(text_at(bytes, ends, (slot - FIRST) as usize).unwrap_or("")));
        slot
    }
}
