//! What the formats of schemas say: the types of columns.

use super::ArrowSchema;
use arrow_schema::{DataType, Field, Fields, IntervalUnit, TimeUnit};
use std::ffi::CStr;
use std::sync::Arc;

/// The format and the name of a schema; no text where they are not text.
///
/// # Safety
/// The schema was checked.
pub unsafe fn texts(schema: &ArrowSchema) -> (&str, &str) {
    let text = |at: *const std::ffi::c_char| {
        if at.is_null() {
            return "";
        }
        // SAFETY: not NULL, so a C string, which lives as long as the schema.
        unsafe { CStr::from_ptr(at) }.to_str().unwrap_or("")
    };
    (text(schema.format), text(schema.name))
}

/// The type of a column; `None` of a format that is not known, or whose children are not those it needs.
///
/// Of types that no field is read from only the kind is told, not what is inside them.
///
/// # Safety
/// The schema was checked.
pub unsafe fn data_type(schema: &ArrowSchema) -> Option<DataType> {
    // SAFETY: it was checked.
    let (format, _) = unsafe { texts(schema) };
    // SAFETY: where it is not NULL, it is a schema, and it was checked.
    if let Some(values) = unsafe { schema.dictionary.as_ref() } {
        let keys = plain(format).filter(DataType::is_integer)?;
        // SAFETY: it was checked.
        let values = unsafe { data_type(values) }?;
        return Some(DataType::Dictionary(Box::new(keys), Box::new(values)));
    }
    let item = || {
        if schema.n_children != 1 {
            return None;
        }
        // SAFETY: there is one, and it was checked.
        let item = unsafe { data_type((*schema.children).as_ref()?) }?;
        // A producer that says there are no nulls, and sends some, is not refused for it.
        Some(Arc::new(Field::new("item", item, true)))
    };
    match format {
        "+l" => Some(DataType::List(item()?)),
        "+L" => Some(DataType::LargeList(item()?)),
        _ => plain(format).or_else(|| unread(format)),
    }
}

/// Types without anything inside them.
fn plain(format: &str) -> Option<DataType> {
    use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
    Some(match format {
        "n" => DataType::Null,
        "b" => DataType::Boolean,
        "c" => DataType::Int8,
        "C" => DataType::UInt8,
        "s" => DataType::Int16,
        "S" => DataType::UInt16,
        "i" => DataType::Int32,
        "I" => DataType::UInt32,
        "l" => DataType::Int64,
        "L" => DataType::UInt64,
        "e" => DataType::Float16,
        "f" => DataType::Float32,
        "g" => DataType::Float64,
        "z" => DataType::Binary,
        "Z" => DataType::LargeBinary,
        "vz" => DataType::BinaryView,
        "u" => DataType::Utf8,
        "U" => DataType::LargeUtf8,
        "vu" => DataType::Utf8View,
        "tdD" => DataType::Date32,
        "tdm" => DataType::Date64,
        "tts" => DataType::Time32(Second),
        "ttm" => DataType::Time32(Millisecond),
        "ttu" => DataType::Time64(Microsecond),
        "ttn" => DataType::Time64(Nanosecond),
        "tDs" => DataType::Duration(Second),
        "tDm" => DataType::Duration(Millisecond),
        "tDu" => DataType::Duration(Microsecond),
        "tDn" => DataType::Duration(Nanosecond),
        _ => {
            let (kind, rest) = format.split_once(':')?;
            let zone = || (!rest.is_empty()).then(|| rest.into());
            match kind {
                "tss" => DataType::Timestamp(Second, zone()),
                "tsm" => DataType::Timestamp(Millisecond, zone()),
                "tsu" => DataType::Timestamp(Microsecond, zone()),
                "tsn" => DataType::Timestamp(Nanosecond, zone()),
                "d" => return decimal(rest),
                _ => return None,
            }
        }
    })
}

/// `precision,scale` or `precision,scale,bits`.
fn decimal(format: &str) -> Option<DataType> {
    let mut parts = format.split(',');
    let precision: u8 = parts.next()?.parse().ok()?;
    let scale: i8 = parts.next()?.parse().ok()?;
    let bits = parts.next().unwrap_or("128");
    let (most, ty) = match bits {
        "32" => (9, DataType::Decimal32(precision, scale)),
        "64" => (18, DataType::Decimal64(precision, scale)),
        "128" => (38, DataType::Decimal128(precision, scale)),
        "256" => (76, DataType::Decimal256(precision, scale)),
        _ => return None,
    };
    ((1..=most).contains(&precision) && parts.next().is_none()).then_some(ty)
}

/// Types of which it is only read whether a value is there. All begin with a validity.
fn unread(format: &str) -> Option<DataType> {
    let nothing = || Arc::new(Field::new("item", DataType::Null, true));
    Some(match format {
        "+s" => DataType::Struct(Fields::empty()),
        "+m" => DataType::Map(nothing(), false),
        "+vl" => DataType::ListView(nothing()),
        "+vL" => DataType::LargeListView(nothing()),
        "tiM" => DataType::Interval(IntervalUnit::YearMonth),
        "tiD" => DataType::Interval(IntervalUnit::DayTime),
        "tin" => DataType::Interval(IntervalUnit::MonthDayNano),
        _ => {
            let (kind, rest) = format.split_once(':')?;
            let count = rest.parse().ok().filter(|count| *count >= 0)?;
            match kind {
                "w" => DataType::FixedSizeBinary(count),
                "+w" => DataType::FixedSizeList(nothing(), count),
                _ => return None,
            }
        }
    })
}

/// What a column of a type is taken over as: itself, or of types that no field is read from, whether a value is there.
pub fn taken_as(ty: &DataType) -> DataType {
    if is_read(ty) { ty.clone() } else { DataType::Boolean }
}

/// Whether values of a type are read.
pub fn is_read(ty: &DataType) -> bool {
    match ty {
        DataType::List(item) | DataType::LargeList(item) => is_read(item.data_type()),
        DataType::Dictionary(_, values) => is_read(values),
        DataType::Struct(_) | DataType::Map(..) | DataType::ListView(_) | DataType::LargeListView(_) => false,
        DataType::Interval(_) | DataType::FixedSizeBinary(_) | DataType::FixedSizeList(..) => false,
        DataType::Union(..) | DataType::RunEndEncoded(..) => false,
        _ => true,
    }
}
