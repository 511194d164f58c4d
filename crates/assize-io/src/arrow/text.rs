//! Arrow columns of any type as the cells of text that a file would have.

use crate::decode::{Cell, UNIT};
use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use assize_model::civil::{Date, DateTime, Duration, Time, Zone};
use assize_model::decimal::Decimal;
use std::fmt::Write as _;

/// A column's cells.
pub(super) enum TextCells {
    /// Texts in the array's own buffers.
    Own(ArrayRef),
    /// Of a dictionary: its values' cells, and which of them each row has.
    Dictionary(Box<TextCells>, Vec<Option<usize>>),
    /// Written out: where each ends.
    Written { arena: String, ends: Vec<usize> },
    /// Lists written out: where each ends, and the rows whose members cannot be told apart.
    Lists { arena: String, ends: Vec<usize>, odd: Vec<usize> },
    /// Nothing, so many times.
    Nothing(usize),
}

impl TextCells {
    /// The cells of an array; `None` of a type that has no text.
    pub(super) fn new(array: &ArrayRef) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Null => Self::Nothing(array.len()),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Self::Own(array.clone()),
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView => Self::Own(array.clone()),
            DataType::Dictionary(..) => {
                let dictionary = array.as_any_dictionary_opt()?;
                let values = Self::new(dictionary.values())?;
                let keys = dictionary.keys();
                // Where there are no values, every key is null and none can be made into an index.
                let at = if dictionary.values().is_empty() { Vec::new() } else { dictionary.normalized_keys() };
                let at = (0..keys.len()).map(|row| if keys.is_valid(row) { at.get(row).copied() } else { None });
                Self::Dictionary(Box::new(values), at.collect())
            }
            DataType::List(_) | DataType::LargeList(_) => lists(array)?,
            _ => written(array)?,
        })
    }

    fn get(&self, row: usize) -> Cell<'_> {
        match self {
            Self::Nothing(_) => Cell::Text(""),
            Self::Own(array) => own(array, row),
            Self::Dictionary(values, at) => match at.get(row) {
                Some(Some(at)) => values.get(*at),
                _ => Cell::Text(""),
            },
            Self::Written { arena, ends } => Cell::Text(part(arena, ends, row)),
            Self::Lists { odd, .. } if odd.binary_search(&row).is_ok() => Cell::Object,
            Self::Lists { arena, ends, .. } => match part(arena, ends, row) {
                "" => Cell::Text(""),
                text => Cell::List(text),
            },
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Nothing(count) => *count,
            Self::Own(array) => array.len(),
            Self::Dictionary(_, at) => at.len(),
            Self::Written { ends, .. } | Self::Lists { ends, .. } => ends.len(),
        }
    }

    /// The cells in order.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        (0..self.len()).map(|row| self.get(row))
    }

    /// The values of a dictionary, and which of them each row has.
    pub(super) fn as_dictionary(&self) -> Option<(&Self, &[Option<usize>])> {
        match self {
            Self::Dictionary(values, at) => Some((values, at)),
            _ => None,
        }
    }
}

fn part<'a>(arena: &'a str, ends: &[usize], row: usize) -> &'a str {
    let from = row.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    ends.get(row).and_then(|&to| arena.get(from..to)).unwrap_or("")
}

fn own(array: &ArrayRef, row: usize) -> Cell<'_> {
    let bytes = |bytes| match std::str::from_utf8(bytes) {
        Ok(text) => Cell::Text(text),
        Err(_) => Cell::NotUtf8,
    };
    if array.is_null(row) {
        return Cell::Text("");
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string_opt::<i32>().map(|array| Cell::Text(array.value(row))),
        DataType::LargeUtf8 => array.as_string_opt::<i64>().map(|array| Cell::Text(array.value(row))),
        DataType::Utf8View => array.as_string_view_opt().map(|array| Cell::Text(array.value(row))),
        DataType::Binary => array.as_binary_opt::<i32>().map(|array| bytes(array.value(row))),
        DataType::LargeBinary => array.as_binary_opt::<i64>().map(|array| bytes(array.value(row))),
        _ => array.as_binary_view_opt().map(|array| bytes(array.value(row))),
    }
    .unwrap_or(Cell::Text(""))
}

/// Lists of texts as members with [`UNIT`] after each; an empty list is one [`UNIT`], which no field takes for a member.
/// A list with a member that is missing is missing itself.
fn lists(array: &ArrayRef) -> Option<TextCells> {
    let (mut arena, mut ends, mut odd) = (String::new(), Vec::with_capacity(array.len()), Vec::new());
    for row in 0..array.len() {
        if array.is_null(row) {
            ends.push(arena.len());
            continue;
        }
        let members = match array.as_list_opt::<i32>() {
            Some(list) => list.value(row),
            None => array.as_list_opt::<i64>()?.value(row),
        };
        let start = arena.len();
        let cells = TextCells::new(&members)?;
        for cell in cells.cells() {
            match cell {
                Cell::Text(text) if !text.contains(UNIT) => arena.push_str(text),
                _ => odd.push(row),
            }
            arena.push_str(UNIT);
        }
        if members.is_empty() {
            arena.push_str(UNIT);
        }
        if members.logical_null_count() > 0 {
            arena.truncate(start);
        }
        ends.push(arena.len());
    }
    odd.dedup();
    Some(TextCells::Lists { arena, ends, odd })
}

/// Whether [`written`] takes a type.
pub(super) fn can_be_written(ty: &DataType) -> bool {
    ty.is_numeric()
        || matches!(
            ty,
            DataType::Boolean
                | DataType::Date32
                | DataType::Date64
                | DataType::Time32(_)
                | DataType::Time64(_)
                | DataType::Timestamp(..)
                | DataType::Duration(_)
        )
}

fn written(array: &ArrayRef) -> Option<TextCells> {
    if !can_be_written(array.data_type()) {
        return None;
    }
    let (mut arena, mut ends) = (String::new(), Vec::with_capacity(array.len()));
    let mut each = |write: &mut dyn FnMut(usize, &mut String)| {
        for row in 0..array.len() {
            if array.is_valid(row) {
                write(row, &mut arena);
            }
            ends.push(arena.len());
        }
    };
    macro_rules! plain {
        ($ty:ty) => {{
            let values = array.as_primitive_opt::<$ty>()?.values();
            each(&mut |row, to| {
                if let Some(value) = values.get(row) {
                    let _ = write!(to, "{value}");
                }
            });
        }};
    }
    macro_rules! with {
        ($ty:ty, $write:expr) => {{
            let values = array.as_primitive_opt::<$ty>()?.values();
            each(&mut |row, to| {
                if let Some(&value) = values.get(row) {
                    $write(value, to);
                }
            });
        }};
    }
    match array.data_type() {
        DataType::Boolean => {
            let values = array.as_boolean_opt()?;
            each(&mut |row, to| to.push_str(if values.value(row) { "true" } else { "false" }));
        }
        DataType::Int8 => plain!(Int8Type),
        DataType::Int16 => plain!(Int16Type),
        DataType::Int32 => plain!(Int32Type),
        DataType::Int64 => plain!(Int64Type),
        DataType::UInt8 => plain!(UInt8Type),
        DataType::UInt16 => plain!(UInt16Type),
        DataType::UInt32 => plain!(UInt32Type),
        DataType::UInt64 => plain!(UInt64Type),
        DataType::Float16 => with!(Float16Type, |value: Half, to| binary(value.to_f32(), value.is_nan(), to)),
        DataType::Float32 => with!(Float32Type, |value: f32, to| binary(value, value.is_nan(), to)),
        DataType::Float64 => with!(Float64Type, |value: f64, to| binary(value, value.is_nan(), to)),
        DataType::Decimal32(_, scale) => with!(Decimal32Type, |value, to| decimal(i128::from(value), *scale, to)),
        DataType::Decimal64(_, scale) => with!(Decimal64Type, |value, to| decimal(i128::from(value), *scale, to)),
        DataType::Decimal128(_, scale) => with!(Decimal128Type, |value, to| decimal(value, *scale, to)),
        DataType::Decimal256(_, scale) => {
            with!(Decimal256Type, |value: arrow_buffer::i256, to: &mut String| match value.to_i128() {
                Some(value) => decimal(value, *scale, to),
                // The field says whether it has too many digits.
                None => {
                    let _ = write!(to, "{value}e{}", -i32::from(*scale));
                }
            })
        }
        DataType::Date32 => with!(Date32Type, date),
        DataType::Date64 => with!(Date64Type, |value: i64, to| wall(i128::from(value) * 1_000, to)),
        DataType::Time32(TimeUnit::Second) => {
            with!(Time32SecondType, |value, to| time(i64::from(value) * 1_000_000, to))
        }
        DataType::Time32(_) => with!(Time32MillisecondType, |value, to| time(i64::from(value) * 1_000, to)),
        DataType::Time64(TimeUnit::Microsecond) => with!(Time64MicrosecondType, time),
        DataType::Time64(_) => with!(Time64NanosecondType, |value: i64, to| time(value.div_euclid(1_000), to)),
        DataType::Duration(unit) => {
            let clock = |value: i64, to: &mut String| length(micros(value, *unit), to);
            match unit {
                TimeUnit::Second => with!(DurationSecondType, clock),
                TimeUnit::Millisecond => with!(DurationMillisecondType, clock),
                TimeUnit::Microsecond => with!(DurationMicrosecondType, clock),
                TimeUnit::Nanosecond => with!(DurationNanosecondType, clock),
            }
        }
        DataType::Timestamp(unit, zone) => {
            let clock = Clock::new(zone.as_deref());
            let write = |value: i64, to: &mut String| clock.write(micros(value, *unit), to);
            match unit {
                TimeUnit::Second => with!(TimestampSecondType, write),
                TimeUnit::Millisecond => with!(TimestampMillisecondType, write),
                TimeUnit::Microsecond => with!(TimestampMicrosecondType, write),
                TimeUnit::Nanosecond => with!(TimestampNanosecondType, write),
            }
        }
        _ => return None,
    }
    Some(TextCells::Written { arena, ends })
}

type Half = <Float16Type as ArrowPrimitiveType>::Native;

/// Microseconds; what is finer is dropped, downwards.
pub(super) fn micros(value: i64, unit: TimeUnit) -> i128 {
    let value = i128::from(value);
    match unit {
        TimeUnit::Second => value * 1_000_000,
        TimeUnit::Millisecond => value * 1_000,
        TimeUnit::Microsecond => value,
        TimeUnit::Nanosecond => value.div_euclid(1_000),
    }
}

/// The shortest digits that say a binary number; nothing for what is not a number.
fn binary(value: impl std::fmt::Display, nan: bool, to: &mut String) {
    if !nan {
        let _ = write!(to, "{value}");
    }
}

fn decimal(coefficient: i128, scale: i8, to: &mut String) {
    let _ = match u8::try_from(scale).ok().and_then(|scale| Decimal::new(coefficient, scale)) {
        Some(value) => write!(to, "{}", value.normalized()),
        None => write!(to, "{coefficient}e{}", -i32::from(scale)),
    };
}

fn date(days: i32, to: &mut String) {
    let _ = match Date::from_days(days) {
        Some(date) => write!(to, "{date}"),
        None => write!(to, "day {days}"),
    };
}

fn time(micros: i64, to: &mut String) {
    let _ = match Time::from_micros(micros) {
        Some(time) => write!(to, "{time}"),
        None => write!(to, "{micros} microseconds"),
    };
}

fn length(micros: i128, to: &mut String) {
    let _ = match i64::try_from(micros) {
        Ok(micros) => write!(to, "{}", Duration::micros(micros)),
        Err(_) => write!(to, "{micros} microseconds"),
    };
}

/// A date and time of day on a clock on the wall.
fn wall(micros: i128, to: &mut String) {
    match i64::try_from(micros).ok().and_then(DateTime::from_micros).map(DateTime::utc) {
        Some((date, time)) => {
            let _ = write!(to, "{date}T{time}");
        }
        None => {
            let _ = write!(to, "{micros} microseconds");
        }
    }
}

/// The clock that instants are shown on: that of their column's zone.
enum Clock {
    Zone(Zone),
    /// Microseconds ahead of UTC.
    Offset(i128),
}

impl Clock {
    fn new(zone: Option<&str>) -> Self {
        let Some(name) = zone else { return Self::Offset(0) };
        if let Some(zone) = Zone::get(name) {
            return Self::Zone(zone);
        }
        let offset = DateTime::parts(format!("2000-01-01T00:00:00{name}").as_bytes()).and_then(|(.., offset)| offset);
        Self::Offset(i128::from(offset.unwrap_or(0)) * 1_000_000)
    }

    fn write(&self, micros: i128, to: &mut String) {
        match self {
            Self::Offset(ahead) => wall(micros.saturating_add(*ahead), to),
            Self::Zone(zone) => match i64::try_from(micros).ok().and_then(DateTime::from_micros) {
                Some(at) => {
                    let (date, time) = zone.local(at);
                    let _ = write!(to, "{date}T{time}");
                }
                None => wall(micros, to),
            },
        }
    }
}
