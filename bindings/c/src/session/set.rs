//! Setters: a field of a row, by its number.

#![expect(unsafe_code, reason = "handles and texts cross the boundary as pointers")]

use super::{SessionHandle, with};
use crate::civil::CivilDate;
use crate::error::ErrorHandle;
use crate::failure::Failure;
use crate::status::Status;
use crate::text::{Str, items, optional, text};
use assize::eval::row::RowError;
use assize::model::absence::Reason;
use assize::model::civil::{Date, DateTime, Duration, Time};
use assize::model::decimal::{Decimal, ParseError};
use assize::model::ids::{Code, FieldId};
use std::ffi::c_char;

#[cold]
fn out_of_range(what: &'static str) -> Failure {
    Failure::new(Status::Range, what)
}

/// A decimal that was given as text.
fn decimal(text: &str) -> Result<Decimal, Failure> {
    Decimal::parse(text).map_err(|error| match error {
        ParseError::NotANumber => Failure::new(Status::Data, format!("`{text}` is not a decimal")),
        ParseError::TooManyDigits => out_of_range("a decimal has at most 28 digits"),
    })
}

/// A decimal that was given as a number and how many of its digits are behind the point.
fn scaled(coefficient: i64, scale: u32) -> Result<Decimal, Failure> {
    let scale = u8::try_from(scale).ok();
    let found = scale.and_then(|scale| Decimal::new(i128::from(coefficient), scale));
    found.ok_or_else(|| out_of_range("a decimal has at most 28 digits behind the point"))
}

/// Sets a boolean: 0 is no, anything else yes.
///
/// Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
/// type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since
/// 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_boolean(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    value: i32,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| {
            state.set(row, |session, row| session.set_boolean_at(row, FieldId(field), value != 0))
        })
    }
}

/// Sets an integer, or a range of integers to one value.
///
/// Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
/// type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since
/// 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_integer(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    value: i64,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| state.set(row, |session, row| session.set_integer_at(row, FieldId(field), value)))
    }
}

/// Sets a decimal from text, such as `12.50`.
///
/// The text is read before the call returns. Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE`
/// when the field holds values of another type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one;
/// `ASSIZE_DATA` when the text is not a decimal; `ASSIZE_RANGE` when it has more than 28 digits; `ASSIZE_UTF8`;
/// `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_decimal_text(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    value: *const c_char,
    value_length: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| {
            let value = decimal(text("value", value, value_length)?)?;
            state.set(row, |session, row| session.set_decimal_at(row, FieldId(field), value))
        })
    }
}

/// Sets a decimal from a number and how many of its digits are behind the point: 1250 and 2 are `12.50`.
///
/// Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
/// type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_RANGE` when `scale` is more
/// than 28; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_decimal_scaled(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    coefficient: i64,
    scale: u32,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| {
            let value = scaled(coefficient, scale)?;
            state.set(row, |session, row| session.set_decimal_at(row, FieldId(field), value))
        })
    }
}

/// Sets a date, as days after 1970-01-01.
///
/// Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
/// type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_RANGE` outside the years 1 to
/// 9999; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_date_days(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    days: i32,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| {
            let value = Date::from_days(days).ok_or_else(|| out_of_range("the date is outside the years 1 to 9999"))?;
            state.set(row, |session, row| session.set_date_at(row, FieldId(field), value))
        })
    }
}

/// Sets a date by year, month and day.
///
/// Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
/// type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_RANGE` when there is no such
/// date; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_date_ymd(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    year: i32,
    month: u32,
    day: u32,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| {
            let value = CivilDate { year, month, day }.date()?;
            state.set(row, |session, row| session.set_date_at(row, FieldId(field), value))
        })
    }
}

/// Sets a time of day, as microseconds after midnight.
///
/// Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
/// type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_RANGE` when a day has no such
/// time; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_time(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    microseconds: i64,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| {
            let value = Time::from_micros(microseconds).ok_or_else(|| out_of_range("a day has no such time"))?;
            state.set(row, |session, row| session.set_time_at(row, FieldId(field), value))
        })
    }
}

/// Sets an instant, as microseconds after 1970-01-01T00:00:00Z.
///
/// Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
/// type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_RANGE` outside the years 1 to
/// 9999; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_datetime(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    microseconds: i64,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| {
            let value = DateTime::from_micros(microseconds);
            let value = value.ok_or_else(|| out_of_range("the instant is outside the years 1 to 9999"))?;
            state.set(row, |session, row| session.set_datetime_at(row, FieldId(field), value))
        })
    }
}

/// Sets a duration by the calendar, in months and days.
///
/// Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
/// type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since
/// 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_duration_calendar(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    months: i32,
    days: i32,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| {
            state.set(row, |session, row| {
                session.set_duration_at(row, FieldId(field), Duration::Calendar { months, days })
            })
        })
    }
}

/// Sets a duration by the clock, in microseconds.
///
/// Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
/// type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since
/// 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_duration_clock(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    microseconds: i64,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| {
            state.set(row, |session, row| session.set_duration_at(row, FieldId(field), Duration::micros(microseconds)))
        })
    }
}

/// Sets a code by its id in the field's list; see `assize_rules_find_code`.
///
/// `ASSIZE_NOT_FOUND` also stands for a code that the list does not have. Errors: `ASSIZE_NOT_FOUND` when the row has
/// no such field; `ASSIZE_TYPE` when the field holds values of another type; `ASSIZE_ORDER` when no record was begun or
/// `row` is of an earlier one; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_code(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    code: u32,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| {
            let value = Code(u16::try_from(code).map_err(|_| RowError::NoCode)?);
            state.set(row, |session, row| session.set_code_at(row, FieldId(field), value))
        })
    }
}

/// Sets a code by its name in the rules. Texts that stand for it in data are read by `assize_session_set_cell`.
///
/// `ASSIZE_NOT_FOUND` also stands for a code that the list does not have. Errors: `ASSIZE_NOT_FOUND` when the row has
/// no such field; `ASSIZE_TYPE` when the field holds values of another type; `ASSIZE_ORDER` when no record was begun or
/// `row` is of an earlier one; `ASSIZE_UTF8`; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_code_name(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    value: *const c_char,
    value_length: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| {
            let name = text("value", value, value_length)?;
            state.set_code_name(row, FieldId(field), name)
        })
    }
}

/// Sets a text, as it is.
///
/// The text is copied. Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds
/// values of another type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_UTF8`;
/// `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_text(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    value: *const c_char,
    value_length: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| {
            let value = text("value", value, value_length)?;
            state.set(row, |session, row| session.set_text_at(row, FieldId(field), value))
        })
    }
}

/// Sets a set of codes by their ids, in any order.
///
/// The array is read before the call returns. `ASSIZE_NOT_FOUND` also stands for a code that the list does not have.
/// Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
/// type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since
/// 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_codes(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    codes: *const u32,
    count: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| {
            let codes = items("codes", codes, count)?;
            state.set_codes(row, FieldId(field), codes)
        })
    }
}

/// Sets a set of texts, in any order.
///
/// The texts are copied. Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds
/// values of another type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_UTF8`;
/// `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_texts(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    texts: *const Str,
    count: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| {
            let texts = items("texts", texts, count)?;
            state.set_texts(row, FieldId(field), texts)
        })
    }
}

/// Sets a range of integers, both ends included; NULL is an open end. With both open the field is missing, `unknown`.
///
/// The ends are read before the call returns. Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE`
/// when the field holds values of another type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one;
/// `ASSIZE_RANGE` when the lower end is above the upper one; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_integer_range(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    lower: *const i64,
    upper: *const i64,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| {
            let (lower, upper) = (optional("lower", lower)?, optional("upper", upper)?);
            state.set(row, |session, row| session.set_integer_range_at(row, FieldId(field), lower, upper))
        })
    }
}

/// Sets a range of decimals from text, both ends included; an empty text is an open end. With both open the field is
/// missing, `unknown`.
///
/// The texts are read before the call returns. Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE`
/// when the field holds values of another type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one;
/// `ASSIZE_DATA` when a text is not a decimal; `ASSIZE_RANGE` when the lower end is above the upper one, or an end has
/// more than 28 digits; `ASSIZE_UTF8`; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_decimal_range(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    lower: *const c_char,
    lower_length: usize,
    upper: *const c_char,
    upper_length: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| {
            let end = |text: &str| if text.is_empty() { Ok(None) } else { decimal(text).map(Some) };
            let lower = end(text("lower", lower, lower_length)?)?;
            let upper = end(text("upper", upper, upper_length)?)?;
            state.set(row, |session, row| session.set_decimal_range_at(row, FieldId(field), lower, upper))
        })
    }
}

/// Leaves a field missing, for an `assize_reason`. A required one is then a fault of the record.
///
/// Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
/// type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since
/// 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_missing(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    reason: u32,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| {
            let found = Reason::ALL.into_iter().find(|&known| known as u32 == reason);
            let reason = found.ok_or(Failure::argument("reason", "is not an `assize_reason`"))?;
            state.set(row, |session, row| session.set_missing_at(row, FieldId(field), reason))
        })
    }
}

/// Marks a field as one that could not be read, which is a fault of the record.
///
/// Errors: `ASSIZE_NOT_FOUND` when the row has no such field; `ASSIZE_TYPE` when the field holds values of another
/// type; `ASSIZE_ORDER` when no record was begun or `row` is of an earlier one; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since
/// 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_unreadable(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| state.set(row, |session, row| session.set_unreadable_at(row, FieldId(field))))
    }
}

/// Sets a field from text, read as a cell of a table is: with the texts that stand for codes and for missing values,
/// and in the formats of the reference.
///
/// A cell that cannot be read leaves the field unreadable, which is a fault of the record, as it is in a table; the
/// fault is listed, see `assize_session_fault`. Errors: `ASSIZE_NOT_FOUND` when the row has no such field;
/// `ASSIZE_TYPE` when the field holds values of another type; `ASSIZE_ORDER` when no record was begun or `row` is of an
/// earlier one; `ASSIZE_DATA` when the cell cannot be read; `ASSIZE_UTF8`; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_cell(
    session: *mut SessionHandle,
    row: u32,
    field: u32,
    value: *const c_char,
    value_length: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller, of the session and of what is read here.
    unsafe {
        with(session, error, |state| {
            let cell = text("value", value, value_length)?;
            state.set_cell(row, FieldId(field), cell)
        })
    }
}

/// Begins a record and fills it from a JSON object, its children nested as arrays of objects. Members are known by the
/// headings of their fields, as in a JSON Lines file.
///
/// What cannot be read is a fault of the record, as it is in a table: the faults are listed, see `assize_session_fault`, and
/// outcomes of the record are errors. Errors: `ASSIZE_DATA` when the text is not a JSON object, or a member cannot be read;
/// `ASSIZE_NOT_FOUND` when there is no such record, and only then none is begun; `ASSIZE_BUSY`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_session_set_json(
    session: *mut SessionHandle,
    record: u32,
    json: *const c_char,
    json_length: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe {
        with(session, error, |state| {
            let json = crate::text::bytes("json", json, json_length)?;
            state.set_json(record, json)
        })
    }
}
