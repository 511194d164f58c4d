//! Results as Arrow record batches.

use super::WriteError;
use super::column::{Indices, OutColumn, OutField, OutType, OutValues, check, members};
use arrow_array::types::{Date32Type, Decimal128Type, Int32Type, Int64Type};
use arrow_array::{
    ArrayRef, BooleanArray, DictionaryArray, LargeStringArray, ListArray, PrimitiveArray, RecordBatch,
    RecordBatchOptions, StringArray,
};
use arrow_buffer::{BooleanBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Schema};
use std::sync::Arc;

/// Digits of a Decimal128.
const DIGITS: u8 = 38;

/// The Arrow schema of columns. Every one may have nulls.
pub fn schema(fields: &[OutField]) -> Schema {
    Schema::new(fields.iter().map(|field| Field::new(&*field.name, data_type(&field.ty), true)).collect::<Vec<_>>())
}

fn dictionary_type() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

fn item() -> Arc<Field> {
    Arc::new(Field::new("item", dictionary_type(), false))
}

fn data_type(ty: &OutType) -> DataType {
    match ty {
        OutType::Text => DataType::LargeUtf8,
        OutType::Dictionary { .. } => dictionary_type(),
        OutType::ListOfDictionary { .. } => DataType::List(item()),
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
    let shape = |_| WriteError::Shape(field.name.to_string());
    Ok(match (column.values, &field.ty) {
        (OutValues::Text(texts), _) => {
            Arc::new(LargeStringArray::from_iter((0..rows).map(|row| known(row).then(|| texts.get(row)))))
        }
        (OutValues::Texts(texts), _) => {
            let text = |(row, text): (usize, &'_ Arc<str>)| known(row).then(|| Arc::clone(text));
            Arc::new(LargeStringArray::from_iter(texts.iter().enumerate().map(text)))
        }
        (OutValues::Dictionary(at), OutType::Dictionary { names, other }) => {
            let entries = entries(names, other.as_ref());
            let key = |row: usize| if known(row) { key(at, row, names.len(), other.is_some()) } else { None };
            let keys: PrimitiveArray<Int32Type> = (0..rows).map(key).collect();
            Arc::new(DictionaryArray::try_new(keys, entries).map_err(shape)?)
        }
        (OutValues::ListOfDictionary { offsets, at }, OutType::ListOfDictionary { names, other }) => {
            let (mut ends, mut keys) = (vec![0_i32], Vec::new());
            for row in 0..rows {
                if known(row) {
                    let members = members(offsets, row);
                    keys.extend(members.filter_map(|member| key(at, member, names.len(), other.is_some())));
                }
                // No more than there are in the given offsets, which are of 32 bits.
                ends.push(i32::try_from(keys.len()).unwrap_or(i32::MAX));
            }
            let keys = PrimitiveArray::<Int32Type>::new(keys.into(), None);
            let items = DictionaryArray::try_new(keys, entries(names, other.as_ref())).map_err(shape)?;
            let ends = OffsetBuffer::new(ScalarBuffer::from(ends));
            Arc::new(ListArray::try_new(item(), ends, Arc::new(items), nulls).map_err(shape)?)
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

fn key(at: Indices<'_>, row: usize, names: usize, other: bool) -> Option<i32> {
    let at = at.get(row)?;
    if at < names { i32::try_from(at).ok() } else { other.then(|| i32::try_from(names).ok()).flatten() }
}
