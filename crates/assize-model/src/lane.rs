//! A chunk of expressions' values, borrowed from batch evaluation: what measures count over.
//!
//! Bitmaps are words of 64 rows, the first row in the lowest bit; bits past the chunk's rows are zero.

use crate::absence::Absence;
use crate::bounds::Bounds;
use crate::civil::{Date, DateTime, Duration, Time};
use crate::column::TextColumn;
use crate::decimal::Decimal;
use crate::ids::Code;
use crate::program::State;
use crate::ty::Ty;
use crate::value::Value;

/// Consecutive rows of one record's table, with what was asked for of each.
#[derive(Debug, Clone, Copy)]
pub struct Chunk<'a> {
    /// The number in the table of the first row.
    pub from: usize,
    /// How many rows there are.
    pub rows: usize,
    /// A bit a row: whether the record could not be read without fault.
    pub bad: &'a [u64],
    /// The expressions asked for, in the order they were asked for.
    pub lanes: &'a [Lane<'a>],
    /// The categories asked for, in the order they were asked for.
    pub outcomes: &'a [OutcomeLane<'a>],
}

/// One expression's values for a chunk.
#[derive(Debug, Clone, Copy)]
pub struct Lane<'a> {
    /// A bit a row: whether there is a value. A number between bounds and one of several codes are not known.
    pub known: &'a [u64],
    /// The values; what stands in a row that is not known has no meaning.
    pub values: LaneValues<'a>,
    /// Why rows are not known.
    pub absent: LaneAbsent<'a>,
    /// What is known all the same of rows that are not known.
    pub spread: LaneSpread<'a>,
}

/// Which rows of a [`Lane`] of numbers lie between two ends, and those ends.
#[derive(Debug, Clone, Copy)]
pub enum LaneSpread<'a> {
    /// Of none.
    None,
    /// Integers: a bit a row, and the ends by row; what stands in another row has no meaning.
    Integers(&'a [u64], &'a [Bounds<i64>]),
    /// Decimals, likewise.
    Decimals(&'a [u64], &'a [Bounds<Decimal>]),
}

impl LaneSpread<'_> {
    /// The rows between two ends, of the word `at`.
    #[inline]
    pub fn word(self, at: usize) -> u64 {
        match self {
            Self::None => 0,
            Self::Integers(rows, _) | Self::Decimals(rows, _) => rows.get(at).copied().unwrap_or(0),
        }
    }

    /// The ends of a row that lies between them.
    pub fn ends(self, row: usize) -> Bounds<Decimal> {
        let open = Bounds { lo: None, hi: None };
        match self {
            Self::None => open,
            Self::Integers(_, ends) => ends
                .get(row)
                .map_or(open, |ends| Bounds { lo: ends.lo.map(Decimal::from_i64), hi: ends.hi.map(Decimal::from_i64) }),
            Self::Decimals(_, ends) => ends.get(row).copied().unwrap_or(open),
        }
    }
}

/// The values of a [`Lane`].
#[derive(Debug, Clone, Copy)]
pub enum LaneValues<'a> {
    /// The same in every row: of an expression worked out once a run. `None` where it is not known.
    Same(Option<&'a Value>),
    /// A bit a row: whether it is `yes`; never set in a row that is not known.
    Boolean(&'a [u64]),
    /// Integers.
    Integer(&'a [i64]),
    /// Decimals.
    Decimal(&'a [Decimal]),
    /// Decimals of one scale, by their coefficients.
    Scaled {
        /// The coefficients.
        coefficients: &'a [i128],
        /// The scale.
        scale: u8,
    },
    /// Texts.
    Text(LaneTexts<'a>),
    /// Days since 1970-01-01.
    Date(&'a [i32]),
    /// Microseconds since midnight.
    Time(&'a [i64]),
    /// Microseconds since the Unix epoch.
    DateTime(&'a [i64]),
    /// Durations.
    Duration(&'a [Duration]),
    /// Codes by number; [`Code::NONE`] for no code.
    Code(&'a [u16]),
    /// Sets of codes or texts.
    Set(&'a [Option<Value>]),
}

/// The texts of a [`Lane`].
#[derive(Debug, Clone, Copy)]
pub enum LaneTexts<'a> {
    /// Consecutive rows of a column.
    Column {
        /// The column.
        column: &'a TextColumn,
        /// Its row that is the chunk's first.
        from: usize,
    },
    /// Parts of one text.
    Parts {
        /// The text.
        text: &'a str,
        /// Where each row's part begins and ends.
        spans: &'a [(u32, u32)],
    },
}

impl<'a> LaneTexts<'a> {
    /// The text of a row; empty past the end.
    #[inline]
    pub fn get(self, row: usize) -> &'a str {
        match self {
            Self::Column { column, from } => column.get(from + row),
            Self::Parts { text, spans } => {
                spans.get(row).and_then(|&(from, to)| text.get(from as usize..to as usize)).unwrap_or("")
            }
        }
    }
}

/// Why rows of a [`Lane`] are not known.
#[derive(Debug, Clone, Copy)]
pub enum LaneAbsent<'a> {
    /// Wherever it is not known, for the same reason.
    Same(Absence),
    /// By row, as [`Absence::bits`]; zero is [`Absence::UNKNOWN`]. What stands in a row that is known has no meaning.
    Each(&'a [u32]),
}

/// One row of a [`Lane`], when its value is there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LaneValue<'a> {
    /// `yes` or `no`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// An exact decimal.
    Decimal(Decimal),
    /// A text.
    Text(&'a str),
    /// A civil date.
    Date(Date),
    /// A wall time.
    Time(Time),
    /// An instant.
    DateTime(DateTime),
    /// A duration.
    Duration(Duration),
    /// A code, or no code.
    Code(Code),
    /// A set of codes or texts.
    Set(&'a Value),
}

impl LaneValue<'_> {
    /// As an owned value of a type; `None` where the value is not of that type.
    pub fn to_value(self, ty: Ty) -> Option<Value> {
        Some(match (self, ty) {
            (Self::Boolean(value), Ty::Boolean) => Value::Boolean(value),
            (Self::Integer(value), Ty::Integer) => Value::Integer(value),
            (Self::Decimal(value), Ty::Decimal) => Value::Decimal(value),
            (Self::Text(value), Ty::Text) => Value::Text(value.into()),
            (Self::Date(value), Ty::Date) => Value::Date(value),
            (Self::Time(value), Ty::Time) => Value::Time(value),
            (Self::DateTime(value), Ty::DateTime) => Value::DateTime(value),
            (Self::Duration(value), Ty::Duration) => Value::Duration(value),
            (Self::Code(value), Ty::Code(list)) => Value::Code(list, value),
            (Self::Set(value), _) if value.ty() == ty => value.clone(),
            _ => return None,
        })
    }
}

/// Whether the bit of a row is set; not past the end.
#[inline]
pub fn bit(words: &[u64], row: usize) -> bool {
    words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
}

impl<'a> Lane<'a> {
    /// Whether a row has a value.
    #[inline]
    pub fn is_known(&self, row: usize) -> bool {
        bit(self.known, row)
    }

    /// Why a row has no value; only of meaning where it has none.
    #[inline]
    pub fn absence(&self, row: usize) -> Absence {
        match self.absent {
            LaneAbsent::Same(absence) => absence,
            LaneAbsent::Each(bits) => {
                bits.get(row).and_then(|&bits| Absence::from_bits(bits)).unwrap_or(Absence::UNKNOWN)
            }
        }
    }

    /// The words of rows that are `yes`, when the lane is of booleans that can differ by row.
    pub fn yes(&self) -> Option<&'a [u64]> {
        match self.values {
            LaneValues::Boolean(yes) => Some(yes),
            _ => None,
        }
    }

    /// A row's value, or why there is none.
    ///
    /// # Errors
    ///
    /// The absence, where the row is not known.
    pub fn value(&self, row: usize) -> Result<LaneValue<'a>, Absence> {
        if !self.is_known(row) {
            return Err(self.absence(row));
        }
        let value = match self.values {
            LaneValues::Same(value) => value.map(|value| match value {
                Value::Boolean(value) => LaneValue::Boolean(*value),
                Value::Integer(value) => LaneValue::Integer(*value),
                Value::Decimal(value) => LaneValue::Decimal(*value),
                Value::Text(value) => LaneValue::Text(value),
                Value::Date(value) => LaneValue::Date(*value),
                Value::Time(value) => LaneValue::Time(*value),
                Value::DateTime(value) => LaneValue::DateTime(*value),
                Value::Duration(value) => LaneValue::Duration(*value),
                Value::Code(_, value) => LaneValue::Code(*value),
                Value::Codes(..) | Value::Texts(_) => LaneValue::Set(value),
            }),
            LaneValues::Boolean(yes) => Some(LaneValue::Boolean(bit(yes, row))),
            LaneValues::Integer(values) => values.get(row).map(|&value| LaneValue::Integer(value)),
            LaneValues::Decimal(values) => values.get(row).map(|&value| LaneValue::Decimal(value)),
            LaneValues::Scaled { coefficients, scale } => {
                coefficients.get(row).and_then(|&coefficient| Decimal::new(coefficient, scale)).map(LaneValue::Decimal)
            }
            LaneValues::Text(texts) => Some(LaneValue::Text(texts.get(row))),
            LaneValues::Date(values) => values.get(row).map(|&value| LaneValue::Date(Date::clamped(value))),
            LaneValues::Time(values) => values.get(row).map(|&value| LaneValue::Time(Time::clamped(value))),
            LaneValues::DateTime(values) => values.get(row).map(|&value| LaneValue::DateTime(DateTime::clamped(value))),
            LaneValues::Duration(values) => values.get(row).map(|&value| LaneValue::Duration(value)),
            LaneValues::Code(values) => values.get(row).map(|&value| LaneValue::Code(Code(value))),
            LaneValues::Set(values) => values.get(row).and_then(Option::as_ref).map(LaneValue::Set),
        };
        value.ok_or(Absence::UNKNOWN)
    }
}

/// What stands for no code in the bytes of an [`OutcomeLane`].
pub const NO_CODE: u8 = u8::MAX;

/// One category's outcomes for a chunk.
#[derive(Debug, Clone, Copy)]
pub struct OutcomeLane<'a> {
    /// A code a row, by number; [`NO_CODE`] where there is none. Of no meaning under `hit all`.
    pub value: &'a [u8],
    /// Under `hit all`: the codes of each row, as the bits of [`crate::bounds::CodeSet`]; else empty.
    pub values: &'a [u128],
    /// A [`State`] a row, by number.
    pub state: &'a [u8],
}

impl OutcomeLane<'_> {
    /// The state of a row; an error past the end.
    #[inline]
    pub fn state(&self, row: usize) -> State {
        self.state.get(row).and_then(|&state| State::ALL.get(usize::from(state)).copied()).unwrap_or(State::Error)
    }

    /// The code of a row; [`Code::NONE`] where there is none.
    #[inline]
    pub fn code(&self, row: usize) -> Code {
        match self.value.get(row) {
            Some(&code) if code != NO_CODE => Code(u16::from(code)),
            _ => Code::NONE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::absence::Reason;

    #[test]
    fn rows_give_values_and_reasons() {
        let withheld = Absence::missing(Reason::Withheld);
        let bits = [0, withheld.bits(), 0];
        let lane = |values, absent| Lane { known: &[0b001], values, absent, spread: LaneSpread::None };
        let numbers = lane(LaneValues::Integer(&[7, 8, 9]), LaneAbsent::Each(&bits));
        assert_eq!(numbers.value(0), Ok(LaneValue::Integer(7)));
        assert_eq!(numbers.value(1), Err(withheld));
        assert_eq!(numbers.value(2), Err(Absence::UNKNOWN));
        assert_eq!(numbers.value(64), Err(Absence::UNKNOWN));
        assert_eq!(numbers.yes(), None);
        let scaled = lane(LaneValues::Scaled { coefficients: &[150], scale: 2 }, LaneAbsent::Same(withheld));
        assert_eq!(
            scaled.value(0).unwrap().to_value(Ty::Decimal),
            Some(Value::Decimal(Decimal::parse("1.5").unwrap()))
        );
        assert_eq!(scaled.value(5), Err(withheld));
        let same = Value::Text("east".into());
        let same = lane(LaneValues::Same(Some(&same)), LaneAbsent::Same(withheld));
        assert_eq!(same.value(0).unwrap().to_value(Ty::Text), Some(Value::Text("east".into())));
        assert_eq!(same.value(0).unwrap().to_value(Ty::Date), None);
        assert_eq!(lane(LaneValues::Boolean(&[1]), LaneAbsent::Same(withheld)).yes(), Some(&[1][..]));
    }

    #[test]
    fn texts_are_rows_of_a_column_or_parts() {
        let column = TextColumn::from_texts(["a", "bc", "def"]);
        let texts = LaneTexts::Column { column: &column, from: 1 };
        assert_eq!([texts.get(0), texts.get(1), texts.get(2)], ["bc", "def", ""]);
        let parts = LaneTexts::Parts { text: "abcd", spans: &[(1, 3), (0, 0), (3, 9)] };
        assert_eq!([parts.get(0), parts.get(1), parts.get(2), parts.get(3)], ["bc", "", "", ""]);
    }

    #[test]
    fn outcomes_have_codes_and_states() {
        let lane = OutcomeLane { value: &[3, NO_CODE], values: &[], state: &[1, 9] };
        assert_eq!((lane.code(0), lane.code(1), lane.code(2)), (Code(3), Code::NONE, Code::NONE));
        assert_eq!((lane.state(0), lane.state(1)), (State::Provisional, State::Error));
    }
}
