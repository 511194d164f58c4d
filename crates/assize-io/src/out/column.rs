//! Columns of results, as plain data.

use super::WriteError;
use arrow_buffer::BooleanBuffer;
use assize_model::civil::Date;
use assize_model::column::TextColumn;
use assize_model::decimal::Decimal;
use std::sync::Arc;

/// A column that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutField {
    /// Its heading.
    pub name: Arc<str>,
    /// What it holds.
    pub ty: OutType,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutType {
    /// Texts.
    Text,
    /// One of some names. An index past them stands for `other`, or where that is not given for a missing value.
    Dictionary {
        /// The names.
        names: Arc<[Arc<str>]>,
        /// What every other index stands for.
        other: Option<Arc<str>>,
    },
    /// Any number of some names. In CSV they are joined by `|`.
    ListOfDictionary {
        /// The names.
        names: Arc<[Arc<str>]>,
        /// What every other index stands for; where it is not given, it is left out.
        other: Option<Arc<str>>,
    },
    /// Indices as bare numbers of 8 bits. What is past the greatest is written as it.
    Number {
        /// The greatest.
        most: u8,
    },
    /// Integers.
    Integer,
    /// Decimals. In CSV and JSON Lines as texts with as many places as they need; in Parquet as Decimal128 with this many
    /// (at most 28), in which every value must fit.
    Decimal {
        /// The places.
        scale: u8,
    },
    /// Booleans; in CSV `yes` and `no`.
    Boolean,
    /// Dates, ISO 8601.
    Date,
}

/// Values of a batch for one column, and which of them are there.
#[derive(Debug, Clone, Copy)]
pub struct OutColumn<'a> {
    /// The values.
    pub values: OutValues<'a>,
    /// A bit a row: whether there is a value. `None`: in every row.
    pub known: Option<&'a BooleanBuffer>,
}

/// The values of an [`OutColumn`].
#[derive(Debug, Clone, Copy)]
pub enum OutValues<'a> {
    /// Texts.
    Text(&'a TextColumn),
    /// Texts, one by one.
    Texts(&'a [Arc<str>]),
    /// Indices into the names.
    Dictionary(Indices<'a>),
    /// Lists of indices into the names: row `i` has `at[offsets[i]..offsets[i + 1]]`.
    ListOfDictionary {
        /// As many as rows, and one more.
        offsets: &'a [i32],
        /// The indices.
        at: Indices<'a>,
    },
    /// Integers.
    Integer(&'a [i64]),
    /// Decimals.
    Decimal(&'a [Decimal]),
    /// Booleans.
    Boolean(&'a BooleanBuffer),
    /// Dates.
    Date(&'a [Date]),
}

/// Indices of any width.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the widths")]
pub enum Indices<'a> {
    U8(&'a [u8]),
    U16(&'a [u16]),
    U32(&'a [u32]),
}

impl Indices<'_> {
    pub(super) fn len(self) -> usize {
        match self {
            Self::U8(at) => at.len(),
            Self::U16(at) => at.len(),
            Self::U32(at) => at.len(),
        }
    }

    pub(super) fn greatest(self) -> Option<usize> {
        match self {
            Self::U8(at) => at.iter().max().copied().map(usize::from),
            Self::U16(at) => at.iter().max().copied().map(usize::from),
            Self::U32(at) => at.iter().max().map(|&at| at as usize),
        }
    }

    #[inline]
    pub(super) fn get(self, row: usize) -> Option<usize> {
        Some(match self {
            Self::U8(at) => usize::from(*at.get(row)?),
            Self::U16(at) => usize::from(*at.get(row)?),
            Self::U32(at) => *at.get(row)? as usize,
        })
    }
}

/// Indices that are held.
pub(super) enum Owned {
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
}

impl Owned {
    pub(super) fn borrow(&self) -> Indices<'_> {
        match self {
            Self::U8(at) => Indices::U8(at),
            Self::U16(at) => Indices::U16(at),
            Self::U32(at) => Indices::U32(at),
        }
    }
}

impl Indices<'_> {
    pub(super) fn to_owned(self) -> Owned {
        match self {
            Self::U8(at) => Owned::U8(at.to_vec()),
            Self::U16(at) => Owned::U16(at.to_vec()),
            Self::U32(at) => Owned::U32(at.to_vec()),
        }
    }
}

impl<'a> OutColumn<'a> {
    /// A column with a value in every row.
    pub const fn all(values: OutValues<'a>) -> Self {
        Self { values, known: None }
    }

    /// A column with values in some rows.
    pub const fn some(values: OutValues<'a>, known: &'a BooleanBuffer) -> Self {
        Self { values, known: Some(known) }
    }

    #[inline]
    pub(super) fn is_known(&self, row: usize) -> bool {
        self.known.is_none_or(|known| row < known.len() && known.value(row))
    }
}

/// The members of a row's list, as a range of its indices.
pub(super) fn members(offsets: &[i32], row: usize) -> std::ops::Range<usize> {
    let at = |row: usize| offsets.get(row).and_then(|&at| usize::try_from(at).ok()).unwrap_or(0);
    at(row)..at(row + 1)
}

/// That the columns are those of the fields, and as long as they should be.
pub(super) fn check(fields: &[OutField], columns: &[OutColumn<'_>], rows: usize) -> Result<(), WriteError> {
    for (at, field) in fields.iter().enumerate() {
        let fits = columns.get(at).is_some_and(|column| {
            let (of_type, len) = match (&field.ty, column.values) {
                (OutType::Text, OutValues::Text(texts)) => (true, texts.len()),
                (OutType::Text, OutValues::Texts(texts)) => (true, texts.len()),
                (OutType::Dictionary { .. } | OutType::Number { .. }, OutValues::Dictionary(at)) => (true, at.len()),
                (OutType::ListOfDictionary { .. }, OutValues::ListOfDictionary { offsets, at }) => {
                    let ascending = offsets.windows(2).all(|pair| pair.first() <= pair.last());
                    let first = offsets.first().is_some_and(|&first| first >= 0);
                    let last = offsets.last().and_then(|&last| usize::try_from(last).ok());
                    (ascending && first && last.is_some_and(|last| last <= at.len()), offsets.len().saturating_sub(1))
                }
                (OutType::Integer, OutValues::Integer(values)) => (true, values.len()),
                (OutType::Decimal { scale }, OutValues::Decimal(values)) => (*scale <= 28, values.len()),
                (OutType::Boolean, OutValues::Boolean(values)) => (true, values.len()),
                (OutType::Date, OutValues::Date(values)) => (true, values.len()),
                _ => (false, 0),
            };
            of_type && len == rows && column.known.is_none_or(|known| known.len() == rows)
        });
        if !fits {
            return Err(WriteError::Shape(field.name.to_string()));
        }
    }
    if columns.len() > fields.len() {
        return Err(WriteError::Shape(format!("number {}", fields.len() + 1)));
    }
    Ok(())
}
