//! One Arrow column to one of the engine's: taken over where it can be, and else read as cells of text.

use super::text::{TextCells, can_be_written, micros};
use crate::build::{ColumnBuild, Gaps, MAX_COEFFICIENT};
use crate::decode::{Cell, Decoder};
use crate::fault::Sink;
use crate::plan::{CodeText, FieldPlan, Kind};
use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{Array, ArrayRef, GenericStringArray, OffsetSizeTrait};
use arrow_buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use arrow_schema::{DataType, TimeUnit};
use assize_model::absence::Reason;
use assize_model::civil::{Date, DateTime};
use assize_model::column::{Column, Offsets, TextColumn, Values};
use std::ops::Range;

/// Whether a field can be read from columns of a type.
pub(super) fn takes(kind: &Kind, ty: &DataType) -> bool {
    if super::is_text(ty) {
        return true;
    }
    if let DataType::Dictionary(_, values) = ty {
        return takes(kind, values);
    }
    match kind {
        Kind::Boolean => *ty == DataType::Boolean || ty.is_integer() || ty.is_floating(),
        Kind::Integer | Kind::Decimal => ty.is_numeric(),
        Kind::IntegerRange | Kind::DecimalRange | Kind::IntegerPair | Kind::DecimalPair => ty.is_numeric(),
        Kind::Text => ty.is_integer(),
        Kind::Code(_) => ty.is_integer() || *ty == DataType::Boolean,
        Kind::Date => matches!(ty, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..)),
        Kind::Time => matches!(ty, DataType::Time32(_) | DataType::Time64(_)),
        Kind::DateTime(_) => matches!(ty, DataType::Timestamp(..)),
        Kind::Duration => matches!(ty, DataType::Duration(_)),
        Kind::Codes(..) | Kind::Texts(_) => match ty {
            DataType::List(item) | DataType::LargeList(item) => {
                super::is_text(item.data_type()) || item.data_type().is_integer()
            }
            _ => false,
        },
        Kind::Present => true,
    }
}

/// Some of the rows of an array whose every value the engine holds in the same way, whatever it is. The array is not cut
/// first: that would count its nulls, for each batch anew. `None` where it takes more to say.
pub(super) fn shared(field: &FieldPlan, array: &ArrayRef, rows: Range<usize>) -> Option<Column> {
    if field.required || field.key || rows.end > array.len() {
        return None;
    }
    let values = match (&field.kind, array.data_type()) {
        (Kind::Boolean, DataType::Boolean) => {
            Values::Boolean(array.as_boolean_opt()?.values().slice(rows.start, rows.len()))
        }
        (Kind::Integer, DataType::Int64) if !number_means_missing(field) => {
            Values::Integer(array.as_primitive_opt::<Int64Type>()?.values().slice(rows.start, rows.len()))
        }
        _ => return None,
    };
    let known = array.nulls().filter(|nulls| nulls.null_count() > 0);
    let known = known.map(|nulls| nulls.inner().slice(rows.start, rows.len()));
    Some(Column { values, known, absent: Vec::new() })
}

/// Whether a number could also be written as a text that means: missing.
fn number_means_missing(field: &FieldPlan) -> bool {
    field.reasons.texts().any(|text| text.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Decodes a column; `None` of one that is only looked at.
pub(super) fn decode(
    field: &FieldPlan,
    values: &ArrayRef,
    upper: Option<&ArrayRef>,
    companion: Option<&ArrayRef>,
    sink: &mut Sink,
    budget: &mut usize,
) -> Option<Column> {
    let mut decoder = Decoder { plan: field, sink, budget, row: 0 };
    if companion.is_none() {
        if let Some(taken) = taken_over(field, values) {
            return finish(taken, values.nulls(), &mut decoder);
        }
        if let Some(column) = coded(field, values, &mut decoder) {
            return Some(column);
        }
    }
    let mut build = ColumnBuild::new(&field.kind);
    let texts = TextCells::new(values).or_else(|| only_presence(field, values));
    let nothing = || TextCells::Nothing(values.len());
    let texts = texts.unwrap_or_else(nothing);
    let upper = upper.map(|upper| TextCells::new(upper).unwrap_or_else(nothing));
    let companion = companion.and_then(TextCells::new);
    let upper = upper.as_ref().map(TextCells::cells);
    match &companion {
        Some(reasons) => decoder.decode(&mut build, texts.cells(), upper, Some(&mut reasons.cells())),
        None => decoder.decode(&mut build, texts.cells(), upper, None),
    }
    build.finish()
}

/// For a field that must only be there: of a column without texts, some text where it is there.
fn only_presence(field: &FieldPlan, values: &ArrayRef) -> Option<TextCells> {
    if !matches!(field.kind, Kind::Present) || can_be_written(values.data_type()) {
        return None;
    }
    let ends = (0..values.len()).scan(0, |end, row| {
        *end += usize::from(values.is_valid(row));
        Some(*end)
    });
    let ends: Vec<usize> = ends.collect();
    let arena = "x".repeat(ends.last().copied().unwrap_or(0));
    Some(TextCells::Written { arena, ends })
}

/// The values of an array whose every value the engine holds in the same way, without a copy.
fn taken_over(field: &FieldPlan, array: &ArrayRef) -> Option<Values> {
    let valid = |row: usize| array.is_valid(row);
    let number_means_missing = || number_means_missing(field);
    match (&field.kind, array.data_type()) {
        (Kind::Boolean, DataType::Boolean) => Some(Values::Boolean(array.as_boolean_opt()?.values().clone())),
        (Kind::Integer, DataType::Int64) if !number_means_missing() => {
            Some(Values::Integer(array.as_primitive_opt::<Int64Type>()?.values().clone()))
        }
        (Kind::Integer, DataType::Int32) if !number_means_missing() => Some(Values::Integer(
            array.as_primitive_opt::<Int32Type>()?.values().iter().map(|&n| i64::from(n)).collect(),
        )),
        (Kind::Integer, DataType::Float64) if !number_means_missing() => {
            let values = array.as_primitive_opt::<Float64Type>()?.values();
            // A binary number below 2^53 that is whole is that integer; NaN is none, and left to the cells of text.
            let whole = |(row, &value): (usize, &f64)| !valid(row) || (value.abs() < 9e15 && value.trunc() == value);
            let all = values.iter().enumerate().all(whole);
            all.then(|| Values::Integer(values.iter().map(|&value| value as i64).collect()))
        }
        (Kind::Decimal, DataType::Decimal128(_, scale @ 0..=28)) if !number_means_missing() => {
            let values = array.as_primitive_opt::<Decimal128Type>()?.values();
            let fits = |(row, value): (usize, &i128)| !valid(row) || value.unsigned_abs() <= MAX_COEFFICIENT;
            let scale = u8::try_from(*scale).ok()?;
            let all = values.iter().enumerate().all(fits);
            all.then(|| Values::Decimal { coefficients: values.clone(), scale })
        }
        (Kind::Date, DataType::Date32) if !number_means_missing() => {
            let values = array.as_primitive_opt::<Date32Type>()?.values();
            let all = values.iter().enumerate().all(|(row, &days)| !valid(row) || Date::from_days(days).is_some());
            all.then(|| Values::Date(values.clone()))
        }
        (Kind::DateTime(_), DataType::Timestamp(unit, Some(_))) => instants(array, *unit),
        (Kind::Text, DataType::Utf8) => {
            let array = array.as_string_opt::<i32>()?;
            plain_texts(field, array.iter()).then(|| text_column(array, Offsets::Small)).flatten()
        }
        (Kind::Text, DataType::LargeUtf8) => {
            let array = array.as_string_opt::<i64>()?;
            plain_texts(field, array.iter()).then(|| text_column(array, Offsets::Large)).flatten()
        }
        _ => None,
    }
}

/// Whether all texts stand for themselves: none is empty, has white space to be trimmed, or means that there is none.
fn plain_texts<'a>(field: &FieldPlan, mut texts: impl Iterator<Item = Option<&'a str>>) -> bool {
    texts.all(|text| {
        text.is_none_or(|text| {
            !text.is_empty() && crate::decode::trim(text).len() == text.len() && field.reasons.get(text).is_none()
        })
    })
}

/// The texts of an array, and no others of the buffer that it may be a slice of.
fn text_column<O: OffsetSizeTrait>(
    array: &GenericStringArray<O>,
    offsets: impl FnOnce(ScalarBuffer<O>) -> Offsets,
) -> Option<Values> {
    let ends = array.offsets();
    let (first, last) = (ends.first(), ends.last());
    let bytes = array.values().slice_with_length(first.as_usize(), (last - first).as_usize());
    let ends = if first.as_usize() == 0 { ends.inner().clone() } else { ends.iter().map(|&end| end - first).collect() };
    TextColumn::new(offsets(ends), bytes).map(Values::Text)
}

fn instants(array: &ArrayRef, unit: TimeUnit) -> Option<Values> {
    let fits = |micros: i128| i64::try_from(micros).ok().and_then(DateTime::from_micros).map(DateTime::micros);
    let values: &ScalarBuffer<i64> = match unit {
        TimeUnit::Second => array.as_primitive_opt::<TimestampSecondType>()?.values(),
        TimeUnit::Millisecond => array.as_primitive_opt::<TimestampMillisecondType>()?.values(),
        TimeUnit::Microsecond => array.as_primitive_opt::<TimestampMicrosecondType>()?.values(),
        TimeUnit::Nanosecond => array.as_primitive_opt::<TimestampNanosecondType>()?.values(),
    };
    let one = |(row, &value): (usize, &i64)| if array.is_valid(row) { fits(micros(value, unit)) } else { Some(0) };
    let found: Option<Vec<i64>> = values.iter().enumerate().map(one).collect();
    found.map(|values| Values::DateTime(values.into()))
}

/// Codes from a dictionary: each of its values is looked up once.
fn coded(field: &FieldPlan, array: &ArrayRef, decoder: &mut Decoder<'_>) -> Option<Column> {
    let Kind::Code(texts) = &field.kind else { return None };
    if !matches!(array.data_type(), DataType::Dictionary(..)) {
        return None;
    }
    let cells = TextCells::new(array)?;
    let (values, rows) = cells.as_dictionary()?;
    // One entry more than there are values, for rows without one.
    let means = |cell: Cell<'_>| match cell {
        Cell::Text(text) => match crate::decode::trim(text) {
            "" => Some(CodeText::Missing(Reason::Unknown)),
            text => texts.get(text),
        },
        _ => None,
    };
    let means: Vec<Option<CodeText>> = values.cells().map(means).collect();
    let strict = field.required || field.key;
    let known = |meaning: &Option<CodeText>| match meaning {
        Some(CodeText::Code(_)) => true,
        Some(CodeText::Missing(_)) => !strict,
        None => false,
    };
    // What needs words is left to the cells of text.
    if !means.iter().all(known) || (strict && array.logical_null_count() > 0) {
        return None;
    }
    let mut gaps = Gaps::default();
    let mut codes = Vec::with_capacity(rows.len());
    for at in rows {
        let meaning = at.and_then(|at| means.get(at).copied().flatten());
        match meaning.unwrap_or(CodeText::Missing(Reason::Unknown)) {
            CodeText::Code(code) => codes.push(code.0),
            CodeText::Missing(reason) => {
                gaps.missing(decoder.row, reason);
                codes.push(0);
            }
        }
        decoder.row += 1;
    }
    let (known, absent) = gaps.finish(codes.len());
    Some(Column { values: Values::Code(codes.into()), known, absent })
}

/// A column of values that were taken over, with its nulls as missing values.
fn finish(values: Values, nulls: Option<&NullBuffer>, decoder: &mut Decoder<'_>) -> Option<Column> {
    let mut column = Column { values, known: None, absent: Vec::new() };
    let Some(nulls) = nulls.filter(|nulls| nulls.null_count() > 0) else { return Some(column) };
    if decoder.plan.required || decoder.plan.key {
        let mut gaps = Gaps::default();
        for row in 0..nulls.len() {
            if nulls.is_null(row) {
                decoder.row = u32::try_from(row).unwrap_or(u32::MAX);
                decoder.absent(&mut gaps);
            }
        }
        (column.known, column.absent) = gaps.finish(nulls.len());
    } else {
        let known: &BooleanBuffer = nulls.inner();
        column.known = Some(known.clone());
    }
    Some(column)
}
