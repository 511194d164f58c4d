//! Results as Arrow record batches.

use super::WriteError;
use super::column::{Indices, OutColumn, OutField, OutType, OutValues, Owned, check, members};
use arrow_array::types::{
    ArrowDictionaryKeyType, Date32Type, Decimal128Type, Int8Type, Int32Type, Int64Type, UInt8Type,
};
use arrow_array::{
    ArrayRef, BooleanArray, DictionaryArray, LargeStringArray, ListArray, PrimitiveArray, RecordBatch,
    RecordBatchOptions, StringArray,
};
use arrow_buffer::{BooleanBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use assize_model::column::{Offsets, TextColumn};
use std::sync::Arc;

/// Digits of a Decimal128.
const DIGITS: u8 = 38;

/// The Arrow schema of columns. Every one may have nulls.
pub fn schema(fields: &[OutField]) -> Schema {
    Schema::new(fields.iter().map(|field| Field::new(&*field.name, data_type(&field.ty), true)).collect::<Vec<_>>())
}

/// Dictionaries have keys of 8 bits where these number all names, so that a column of codes is one byte a row.
fn is_short(names: &[Arc<str>], other: Option<&Arc<str>>) -> bool {
    names.len() + usize::from(other.is_some()) <= 127
}

fn dictionary_type(names: &[Arc<str>], other: Option<&Arc<str>>) -> DataType {
    let keys = if is_short(names, other) { DataType::Int8 } else { DataType::Int32 };
    DataType::Dictionary(Box::new(keys), Box::new(DataType::Utf8))
}

fn item(names: &[Arc<str>], other: Option<&Arc<str>>) -> Arc<Field> {
    Arc::new(Field::new("item", dictionary_type(names, other), false))
}

fn data_type(ty: &OutType) -> DataType {
    match ty {
        OutType::Text => DataType::LargeUtf8,
        OutType::Dictionary { names, other } => dictionary_type(names, other.as_ref()),
        OutType::ListOfDictionary { names, other } => DataType::List(item(names, other.as_ref())),
        OutType::Number { .. } => DataType::UInt8,
        OutType::Integer => DataType::Int64,
        OutType::Decimal { scale } => DataType::Decimal128(DIGITS, i8::try_from(*scale).unwrap_or(0)),
        OutType::Boolean => DataType::Boolean,
        OutType::Date => DataType::Date32,
    }
}

/// Columns as one record batch of [`schema`].
///
/// # Errors
/// [`WriteError::Shape`] where columns and fields do not agree, [`WriteError::Decimal`].
pub fn record_batch(fields: &[OutField], columns: &[OutColumn<'_>], rows: usize) -> Result<RecordBatch, WriteError> {
    check(fields, columns, rows)?;
    let arrays: Result<Vec<ArrayRef>, WriteError> =
        fields.iter().zip(columns).map(|(field, column)| array(field, column, rows)).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::new(schema(fields)), arrays?, &options)
        .map_err(|error| WriteError::Parquet(error.to_string()))
}

fn array(field: &OutField, column: &OutColumn<'_>, rows: usize) -> Result<ArrayRef, WriteError> {
    let nulls = column.known.map(|known| NullBuffer::new(known.clone()));
    let known = |row: usize| column.is_known(row);
    let shape = |_: ArrowError| WriteError::Shape(field.name.to_string());
    Ok(match (column.values, &field.ty) {
        (OutValues::Text(texts), _) => {
            Arc::new(large_texts(texts, nulls).ok_or_else(|| WriteError::Shape(field.name.to_string()))?)
        }
        (OutValues::Texts(texts), _) => {
            let text = |(row, text): (usize, &'_ Arc<str>)| known(row).then(|| Arc::clone(text));
            Arc::new(LargeStringArray::from_iter(texts.iter().enumerate().map(text)))
        }
        (OutValues::Dictionary(at), OutType::Number { most }) => {
            let numbers: ScalarBuffer<u8> = match at {
                Indices::U8(at) => at.iter().map(|at| at.min(most)).copied().collect(),
                Indices::U16(at) => at.iter().map(|&at| at.min(u16::from(*most)) as u8).collect(),
                Indices::U32(at) => at.iter().map(|&at| at.min(u32::from(*most)) as u8).collect(),
            };
            Arc::new(PrimitiveArray::<UInt8Type>::try_new(numbers, nulls).map_err(shape)?)
        }
        (OutValues::Dictionary(at), OutType::Dictionary { names, other }) => {
            let past = |row: usize| at.get(row).is_none_or(|at| at >= names.len());
            let nulls = if other.is_none() && at.greatest().is_some_and(|greatest| greatest >= names.len()) {
                Some(NullBuffer::from_iter((0..rows).map(|row| known(row) && !past(row))))
            } else {
                nulls
            };
            dictionary(at, names, other.as_ref(), nulls).map_err(shape)?
        }
        (OutValues::ListOfDictionary { offsets, at }, OutType::ListOfDictionary { names, other }) => {
            let past = |member: usize| at.get(member).is_none_or(|at| at >= names.len());
            // Members that stand for nothing are left out, and so are those of rows that are not known.
            let whole = offsets.first() == Some(&0)
                && offsets.last().and_then(|&last| usize::try_from(last).ok()) == Some(at.len())
                && column.known.is_none()
                && (other.is_some() || !(0..at.len()).any(past));
            let (ends, at) = if whole {
                (offsets.to_vec(), at.to_owned())
            } else {
                let (mut ends, mut kept) = (vec![0_i32], Vec::new());
                for row in 0..rows {
                    if known(row) {
                        let members = members(offsets, row).filter(|&member| other.is_some() || !past(member));
                        let index = |member| at.get(member).and_then(|at| u32::try_from(at).ok()).unwrap_or(u32::MAX);
                        kept.extend(members.map(index));
                    }
                    // No more than there are in the given offsets, which are of 32 bits.
                    ends.push(i32::try_from(kept.len()).unwrap_or(i32::MAX));
                }
                (ends, Owned::U32(kept))
            };
            let items = dictionary(at.borrow(), names, other.as_ref(), None).map_err(shape)?;
            let ends = OffsetBuffer::new(ScalarBuffer::from(ends));
            Arc::new(ListArray::try_new(item(names, other.as_ref()), ends, items, nulls).map_err(shape)?)
        }
        (OutValues::Integer(values), _) => {
            Arc::new(PrimitiveArray::<Int64Type>::try_new(values.to_vec().into(), nulls).map_err(shape)?)
        }
        (OutValues::Decimal(values), OutType::Decimal { scale }) => {
            let fits = |(row, value): (usize, &assize_model::decimal::Decimal)| {
                if !known(row) {
                    return Ok(0);
                }
                let coefficient = value.at_scale(*scale).filter(|digits| digits.unsigned_abs() < 10_u128.pow(38));
                coefficient.ok_or_else(|| WriteError::Decimal {
                    column: field.name.to_string(),
                    value: value.to_string(),
                    scale: *scale,
                })
            };
            let coefficients: Result<Vec<i128>, WriteError> = values.iter().enumerate().map(fits).collect();
            let array = PrimitiveArray::<Decimal128Type>::try_new(coefficients?.into(), nulls).map_err(shape)?;
            Arc::new(array.with_precision_and_scale(DIGITS, i8::try_from(*scale).unwrap_or(0)).map_err(shape)?)
        }
        (OutValues::Boolean(values), _) => Arc::new(BooleanArray::new(BooleanBuffer::clone(values), nulls)),
        (OutValues::Date(values), _) => {
            let days: Vec<i32> = values.iter().map(|date| date.days()).collect();
            Arc::new(PrimitiveArray::<Date32Type>::try_new(days.into(), nulls).map_err(shape)?)
        }
        _ => return Err(WriteError::Shape(field.name.to_string())),
    })
}

/// The names, and after them what other indices are.
fn entries(names: &[Arc<str>], other: Option<&Arc<str>>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(names.iter().chain(other).map(|name| &**name)))
}

/// Indices as a dictionary. What is past the names stands for `other`, or where that is not given is null.
fn dictionary(
    at: Indices<'_>,
    names: &[Arc<str>],
    other: Option<&Arc<str>>,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, ArrowError> {
    let entries = entries(names, other);
    if entries.is_empty() {
        // Every key is null.
        let nulls = Some(NullBuffer::new_null(at.len()));
        let keys = PrimitiveArray::<Int8Type>::try_new(vec![0; at.len()].into(), nulls)?;
        return Ok(Arc::new(DictionaryArray::try_new(keys, entries)?));
    }
    let most = entries.len() - 1;
    if is_short(names, other) {
        let keys = PrimitiveArray::<Int8Type>::try_new(short_keys(at, most), nulls)?;
        Ok(Arc::new(unchecked(keys, entries)))
    } else {
        let keys = PrimitiveArray::<Int32Type>::try_new(long_keys(at, most), nulls)?;
        Ok(Arc::new(unchecked(keys, entries)))
    }
}

/// A dictionary whose keys are places of its entries.
fn unchecked<K: ArrowDictionaryKeyType>(keys: PrimitiveArray<K>, entries: ArrayRef) -> DictionaryArray<K> {
    #[expect(unsafe_code, reason = "looking at each key again takes as long as making it, measured")]
    // SAFETY: `short_keys` and `long_keys` make no key greater than the last place, and none is below 0.
    unsafe {
        DictionaryArray::new_unchecked(keys, entries)
    }
}

/// Indices as keys of a dictionary, none greater than the last, which is at most 127.
fn short_keys(at: Indices<'_>, last: usize) -> ScalarBuffer<i8> {
    let last = u8::try_from(last).unwrap_or(127).min(127);
    match at {
        Indices::U8(at) => at.iter().map(|&at| at.min(last).cast_signed()).collect(),
        Indices::U16(at) => at.iter().map(|&at| at.min(u16::from(last)) as i8).collect(),
        Indices::U32(at) => at.iter().map(|&at| at.min(u32::from(last)) as i8).collect(),
    }
}

/// Indices as keys of a dictionary, none greater than the last.
fn long_keys(at: Indices<'_>, last: usize) -> ScalarBuffer<i32> {
    let last = i32::try_from(last).unwrap_or(i32::MAX);
    match at {
        Indices::U8(at) => at.iter().map(|&at| i32::from(at).min(last)).collect(),
        Indices::U16(at) => at.iter().map(|&at| i32::from(at).min(last)).collect(),
        Indices::U32(at) => at.iter().map(|&at| i32::try_from(at).unwrap_or(i32::MAX).min(last)).collect(),
    }
}

/// Texts as they stand, with offsets of 64 bits; `None` where the nulls are not as many.
fn large_texts(texts: &TextColumn, nulls: Option<NullBuffer>) -> Option<LargeStringArray> {
    let (offsets, bytes) = texts.parts();
    let offsets: ScalarBuffer<i64> = match offsets {
        Offsets::Small(offsets) => offsets.iter().map(|&at| i64::from(at)).collect(),
        Offsets::Large(offsets) => offsets.clone(),
    };
    if offsets.is_empty() {
        return Some(LargeStringArray::new_null(0));
    }
    if nulls.as_ref().is_some_and(|nulls| nulls.len() + 1 != offsets.len()) {
        return None;
    }
    #[expect(
        unsafe_code,
        reason = "a column of texts was checked when it was made; checking it again reads every byte"
    )]
    // SAFETY: offsets of a `TextColumn` ascend from zero or more, and are boundaries of characters within its bytes,
    // which are UTF-8; the nulls are as many as the texts.
    Some(unsafe { LargeStringArray::new_unchecked(OffsetBuffer::new_unchecked(offsets), bytes.clone(), nulls) })
}
