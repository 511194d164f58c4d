//! Columns of a record's fields, as Arrow buffers: what batch evaluation reads.

use crate::absence::Absence;
use crate::civil::Duration;
use crate::decimal::Decimal;
use crate::ids::{FieldId, RecordId};
use crate::value::Value;
use arrow_buffer::{BooleanBuffer, Buffer, ScalarBuffer};
use std::ops::Range;

/// Rows of one record.
#[derive(Debug, Clone)]
pub struct Table {
    /// Whose rows these are.
    pub record: RecordId,
    /// How many rows there are.
    pub rows: usize,
    /// A column a field, by [`FieldId`]; `None` for a `many` field, for a field without a column in the data
    /// (every value missing, `unknown`), and for one that nothing reads.
    pub columns: Vec<Option<Column>>,
    /// Rows that have a fault in any field, ascending: every category of theirs is in error.
    pub bad: Vec<u32>,
}

impl Table {
    /// The column of a field.
    pub fn column(&self, field: FieldId) -> Option<&Column> {
        self.columns.get(field.index())?.as_ref()
    }
}

/// One field's values.
#[derive(Debug, Clone)]
pub struct Column {
    /// The values; what stands in a row that is not known has no meaning.
    pub values: Values,
    /// A bit a row: whether there is a value (or, in a column of ranges, a range). `None`: in every row.
    pub known: Option<BooleanBuffer>,
    /// For rows without a value: why, where it is not plainly [`Absence::UNKNOWN`]; ascending by row. A field that could
    /// not be read is an error of [`crate::absence::Fault::Data`]; the node number in it has no meaning.
    pub absent: Vec<(u32, Absence)>,
}

/// The values of a [`Column`].
#[derive(Debug, Clone)]
pub enum Values {
    /// Booleans.
    Boolean(BooleanBuffer),
    /// Integers.
    Integer(ScalarBuffer<i64>),
    /// Decimals: coefficients of one scale, as in Arrow's Decimal128. Every coefficient has at most 28 digits and the
    /// scale is at most 28, which whoever makes the column has seen to.
    Decimal {
        /// The coefficients.
        coefficients: ScalarBuffer<i128>,
        /// The scale.
        scale: u8,
    },
    /// Texts.
    Text(TextColumn),
    /// Days since 1970-01-01, within the range of [`crate::civil::Date`].
    Date(ScalarBuffer<i32>),
    /// Microseconds since midnight.
    Time(ScalarBuffer<i64>),
    /// Microseconds since the Unix epoch, within the range of [`crate::civil::DateTime`].
    DateTime(ScalarBuffer<i64>),
    /// Durations.
    Duration(Vec<Duration>),
    /// Codes of the field's list, by number.
    Code(ScalarBuffer<u16>),
    /// Sets; a row that is not known holds `None`.
    Set(Vec<Option<Value>>),
    /// Ranges of integers: lowest and highest, an open end `None`.
    IntegerRange(Vec<(Option<i64>, Option<i64>)>),
    /// Ranges of decimals.
    DecimalRange(Vec<(Option<Decimal>, Option<Decimal>)>),
}

/// Texts end to end, as in Arrow: row `i` is `bytes[offsets[i]..offsets[i + 1]]`, all valid UTF-8.
#[derive(Debug, Clone)]
pub struct TextColumn {
    offsets: Offsets,
    bytes: Buffer,
}

/// Offsets into the bytes of a [`TextColumn`].
#[derive(Debug, Clone)]
pub enum Offsets {
    /// 32 bits, of Arrow's Utf8.
    Small(ScalarBuffer<i32>),
    /// 64 bits, of Arrow's LargeUtf8.
    Large(ScalarBuffer<i64>),
}

impl TextColumn {
    /// From Arrow's buffers; `None` where the offsets do not ascend within the bytes or the bytes are not UTF-8.
    pub fn new(offsets: Offsets, bytes: Buffer) -> Option<Self> {
        let text = std::str::from_utf8(bytes.as_slice()).ok()?;
        let fits = |at: usize, before: usize| at >= before && text.is_char_boundary(at);
        let mut before = 0;
        match &offsets {
            Offsets::Small(offsets) => {
                for &offset in offsets.iter() {
                    let at = usize::try_from(offset).ok()?;
                    if !fits(at, before) {
                        return None;
                    }
                    before = at;
                }
            }
            Offsets::Large(offsets) => {
                for &offset in offsets.iter() {
                    let at = usize::try_from(offset).ok()?;
                    if !fits(at, before) {
                        return None;
                    }
                    before = at;
                }
            }
        }
        Some(Self { offsets, bytes })
    }

    /// So many texts, all empty but those given with their rows, ascending.
    pub fn sparse<'a>(rows: usize, texts: impl IntoIterator<Item = (usize, &'a str)>) -> Self {
        let mut offsets = Vec::with_capacity(rows + 1);
        let mut bytes = Vec::new();
        let end = |bytes: &Vec<u8>| i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        for (row, text) in texts {
            offsets.resize((row + 1).min(rows + 1).max(offsets.len()), end(&bytes));
            bytes.extend_from_slice(text.as_bytes());
        }
        offsets.resize(rows + 1, end(&bytes));
        Self { offsets: Offsets::Large(offsets.into()), bytes: bytes.into() }
    }

    /// From texts.
    pub fn from_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut offsets = vec![0_i64];
        let mut bytes = Vec::new();
        for text in texts {
            bytes.extend_from_slice(text.as_bytes());
            offsets.push(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        }
        Self { offsets: Offsets::Large(offsets.into()), bytes: bytes.into() }
    }

    /// The offsets, and the bytes that they are into.
    pub fn parts(&self) -> (&Offsets, &Buffer) {
        (&self.offsets, &self.bytes)
    }

    /// The texts of some rows, without a copy; none past the end.
    #[must_use]
    pub fn slice(&self, rows: Range<usize>) -> Self {
        let from = rows.start.min(self.len());
        let len = rows.end.min(self.len()).saturating_sub(from);
        let offsets = match &self.offsets {
            Offsets::Small(offsets) if !offsets.is_empty() => Offsets::Small(offsets.slice(from, len + 1)),
            Offsets::Large(offsets) if !offsets.is_empty() => Offsets::Large(offsets.slice(from, len + 1)),
            offsets => offsets.clone(),
        };
        Self { offsets, bytes: self.bytes.clone() }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        match &self.offsets {
            Offsets::Small(offsets) => offsets.len().saturating_sub(1),
            Offsets::Large(offsets) => offsets.len().saturating_sub(1),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The text of a row; empty past the end.
    #[inline]
    pub fn get(&self, row: usize) -> &str {
        let (from, to) = match &self.offsets {
            Offsets::Small(offsets) => match (offsets.get(row), offsets.get(row + 1)) {
                (Some(&from), Some(&to)) => (from as usize, to as usize),
                _ => return "",
            },
            Offsets::Large(offsets) => match (offsets.get(row), offsets.get(row + 1)) {
                (Some(&from), Some(&to)) => (from as usize, to as usize),
                _ => return "",
            },
        };
        let bytes = self.bytes.as_slice().get(from..to).unwrap_or(&[]);
        // Checked when the column was made; checking each read again would cost more than the read.
        #[expect(unsafe_code, reason = "the whole buffer was checked as UTF-8 and every offset as a boundary in `new`")]
        // SAFETY: `new` checked that the bytes are UTF-8 and that each offset is a character boundary; `from_texts`
        // builds both from whole texts.
        unsafe {
            std::str::from_utf8_unchecked(bytes)
        }
    }
}

impl Column {
    /// Whether a row has a value.
    pub fn is_known(&self, row: usize) -> bool {
        self.known.as_ref().is_none_or(|known| row < known.len() && known.value(row))
    }

    /// Why a row has no value; only of meaning where it has none.
    pub fn absence(&self, row: usize) -> Absence {
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        match self.absent.binary_search_by_key(&row, |&(at, _)| at) {
            Ok(at) => self.absent.get(at).map_or(Absence::UNKNOWN, |&(_, absence)| absence),
            Err(_) => Absence::UNKNOWN,
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        match &self.values {
            Values::Boolean(values) => values.len(),
            Values::Integer(values) | Values::Time(values) | Values::DateTime(values) => values.len(),
            Values::Decimal { coefficients, .. } => coefficients.len(),
            Values::Text(values) => values.len(),
            Values::Date(values) => values.len(),
            Values::Duration(values) => values.len(),
            Values::Code(values) => values.len(),
            Values::Set(values) => values.len(),
            Values::IntegerRange(values) => values.len(),
            Values::DecimalRange(values) => values.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(column: &TextColumn) -> Vec<&str> {
        (0..column.len()).map(|row| column.get(row)).collect()
    }

    #[test]
    fn sparse_texts_stand_in_their_rows() {
        let column = TextColumn::sparse(5, [(1, "a"), (4, "bc")]);
        assert_eq!(all(&column), ["", "a", "", "", "bc"]);
        assert_eq!(all(&TextColumn::sparse(2, [])), ["", ""]);
        assert_eq!(all(&TextColumn::sparse(1, [(0, "x")])), ["x"]);
        assert!(TextColumn::sparse(0, []).is_empty());
        assert_eq!(all(&column.slice(1..4)), ["a", "", ""]);
        assert_eq!(all(&column.slice(4..9)), ["bc"]);
        assert!(column.slice(9..12).is_empty());
    }
}
