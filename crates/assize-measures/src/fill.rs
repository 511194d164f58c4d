//! The slots of a chunk's records on one axis.

use crate::axis::{self, Axis, ERROR, FIRST, NO_CODE, Slot, Whole};
use assize_model::absence::Reason;
use assize_model::civil::Date;
use assize_model::decimal::Decimal;
use assize_model::ids::Code;
use assize_model::lane::{self, Lane, LaneValues, OutcomeLane};
use assize_model::program::State;
use assize_model::value::Value;

impl Axis {
    /// Whether a lane's values can be this axis's.
    pub(crate) const fn takes(&self, values: &LaneValues<'_>) -> bool {
        matches!(
            (self, values),
            (_, LaneValues::Same(_))
                | (Self::Codes { .. }, LaneValues::Code(_))
                | (Self::Booleans, LaneValues::Boolean(_))
                | (Self::Wholes(Whole::Integer, _), LaneValues::Integer(_))
                | (Self::Wholes(Whole::Date | Whole::Period(_), _), LaneValues::Date(_))
                | (Self::Wholes(Whole::Time, _), LaneValues::Time(_))
                | (Self::Wholes(Whole::DateTime, _), LaneValues::DateTime(_))
                | (Self::Decimals(_), LaneValues::Decimal(_) | LaneValues::Scaled { .. })
                | (Self::Texts(_), LaneValues::Text(_))
        )
    }

    /// The slots of a lane that the axis takes, one a row.
    pub(crate) fn fill(&mut self, lane: &Lane<'_>, rows: usize, out: &mut Vec<Slot>) {
        out.clear();
        match (self, lane.values) {
            (axis, LaneValues::Same(value)) => {
                let slot = value.map_or(ERROR, |value| axis.slot_of_value(value));
                out.resize(rows, slot);
            }
            (Self::Codes { count, .. }, LaneValues::Code(values)) => {
                let count = *count;
                out.extend(values.iter().take(rows).map(|&code| slot_of_code(code, count)));
            }
            (Self::Booleans, LaneValues::Boolean(yes)) => {
                out.extend((0..rows).map(|row| FIRST + Slot::from(lane::bit(yes, row))));
            }
            (Self::Wholes(Whole::Period(periods), wholes), LaneValues::Date(days)) => {
                let periods = *periods;
                let of = |day| periods.number(Date::clamped(day as i32));
                each_known(lane, rows, out, days, |&day| wholes.slot_of_lane(i64::from(day), of));
            }
            (Self::Wholes(_, wholes), LaneValues::Date(days)) => {
                each_known(lane, rows, out, days, |&day| wholes.slot_of_lane(i64::from(day), |day| day));
            }
            (
                Self::Wholes(_, wholes),
                LaneValues::Integer(values) | LaneValues::Time(values) | LaneValues::DateTime(values),
            ) => each_known(lane, rows, out, values, |&value| wholes.slot_of_lane(value, |value| value)),
            (Self::Decimals(decimals), LaneValues::Decimal(values)) => {
                each_known(lane, rows, out, values, |&value| decimals.slot(value));
            }
            (Self::Decimals(decimals), LaneValues::Scaled { coefficients, scale }) => {
                each_known(lane, rows, out, coefficients, |&coefficient| {
                    Decimal::new(coefficient, scale).map_or(ERROR, |value| decimals.slot(value))
                });
            }
            (Self::Texts(texts), LaneValues::Text(values)) => {
                out.resize(rows, ERROR);
                for (row, slot) in out.iter_mut().enumerate() {
                    if lane.is_known(row) {
                        *slot = texts.slot(values.get(row));
                    }
                }
            }
            // What the axis does not take, the plan's check has refused.
            _ => {}
        }
        out.resize(rows, ERROR);
        for (at, (known, slots)) in lane.known.iter().zip(out.chunks_mut(64)).enumerate() {
            let mut rest = !known;
            if slots.len() < 64 {
                rest &= (1 << slots.len()) - 1;
            }
            while rest != 0 {
                let row = rest.trailing_zeros() as usize;
                if let Some(slot) = slots.get_mut(row) {
                    *slot = axis::absent(lane.absence(at * 64 + row));
                }
                rest &= rest - 1;
            }
        }
    }

    /// The slot of a value that is the same in every row.
    fn slot_of_value(&mut self, value: &Value) -> Slot {
        match (self, value) {
            (Self::Codes { count, .. }, Value::Code(_, code)) => slot_of_code(code.0, *count),
            (Self::Booleans, Value::Boolean(value)) => FIRST + Slot::from(*value),
            (Self::Wholes(_, wholes), Value::Integer(value)) => wholes.slot(*value),
            (Self::Wholes(Whole::Period(periods), wholes), Value::Date(date)) => {
                let number = periods.number(*date);
                wholes.slot(number)
            }
            (Self::Wholes(_, wholes), Value::Date(date)) => wholes.slot(i64::from(date.days())),
            (Self::Wholes(_, wholes), Value::Time(time)) => wholes.slot(time.micros()),
            (Self::Wholes(_, wholes), Value::DateTime(at)) => wholes.slot(at.micros()),
            (Self::Decimals(decimals), Value::Decimal(value)) => decimals.slot(*value),
            (Self::Texts(texts), Value::Text(text)) => texts.slot(text),
            _ => ERROR,
        }
    }

    /// The slots of a category's outcomes, one a row; and a bit a row where it is not decided.
    pub(crate) fn fill_outcomes(
        &self,
        outcomes: &OutcomeLane<'_>,
        rows: usize,
        out: &mut Vec<Slot>,
        not_decided: &mut [u64],
    ) {
        let count = match self {
            Self::Codes { count, .. } => *count,
            _ => 0,
        };
        out.clear();
        out.extend(outcomes.value.iter().zip(outcomes.state).take(rows).map(|(&code, &state)| {
            if state <= State::Provisional as u8 {
                let code = if code == lane::NO_CODE { Code::NONE.0 } else { u16::from(code) };
                slot_of_code(code, count)
            } else if state == State::Undetermined as u8 {
                Reason::Unknown as Slot
            } else if state == State::NotApplicable as u8 {
                Reason::NotApplicable as Slot
            } else {
                ERROR
            }
        }));
        out.resize(rows, ERROR);
        for (word, states) in not_decided.iter_mut().zip(outcomes.state.get(..rows).unwrap_or(&[]).chunks(64)) {
            *word |= not_decided_of(states);
        }
    }

    /// As [`Axis::fill_outcomes`], where what is provisional is not known.
    pub(crate) fn fill_decided(&self, outcomes: &OutcomeLane<'_>, rows: usize, out: &mut Vec<Slot>) {
        let mut open = vec![0; rows.div_ceil(64)];
        self.fill_outcomes(outcomes, rows, out, &mut open);
        for (row, slot) in out.iter_mut().enumerate() {
            if lane::bit(&open, row) {
                *slot = Reason::Unknown as Slot;
            }
        }
    }
}

/// A bit for each of up to 64 states: whether it is provisional or undetermined.
fn not_decided_of(states: &[u8]) -> u64 {
    let open = |state: u8| state == State::Provisional as u8 || state == State::Undetermined as u8;
    // The comparisons of eight bytes and the gathering of their bits are each one step.
    let (eights, rest) = states.as_chunks::<8>();
    let mut word = 0;
    for (at, eight) in eights.iter().enumerate() {
        let bytes = u64::from_le_bytes(eight.map(|state| u8::from(open(state))));
        word |= (bytes.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * at);
    }
    (8 * eights.len()..).zip(rest).fold(word, |word, (bit, &state)| word | u64::from(open(state)) << bit)
}

#[inline(always)]
const fn slot_of_code(code: u16, count: u32) -> Slot {
    let code = code as u32;
    if code < count {
        code + FIRST
    } else if code == Code::NONE.0 as u32 {
        NO_CODE
    } else {
        ERROR
    }
}

/// A slot for each row that is known; what it is elsewhere has no meaning.
#[inline]
fn each_known<T>(lane: &Lane<'_>, rows: usize, out: &mut Vec<Slot>, values: &[T], mut slot: impl FnMut(&T) -> Slot) {
    let values = values.get(..rows).unwrap_or(values);
    for (values, &known) in values.chunks(64).zip(lane.known) {
        if known == u64::MAX {
            out.extend(values.iter().map(&mut slot));
        } else {
            let slots =
                (0_u32..).zip(values).map(|(bit, value)| if known >> bit & 1 == 1 { slot(value) } else { ERROR });
            out.extend(slots);
        }
    }
}
