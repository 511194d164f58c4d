//! How a call ended, and the small enumerations of the language.

#![expect(unsafe_code, reason = "functions of the C interface have names that are not mangled")]

use crate::text::Str;

/// The number of the interface, which is that of the soname; it grows when a caller of an earlier one could break.
/// cbindgen:ignore
pub const ABI_VERSION: u32 = 0;

/// How a call ended.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// All well.
    Ok = 0,
    /// A NULL where something is needed, a length or `struct_size` that cannot be, a number that no enumeration has, or a
    /// request in JSON that is not one.
    Argument = 1,
    /// A text is not UTF-8; `assize_error_offset` says where.
    Utf8 = 2,
    /// There is no such record, field, code, category, measure, parameter, rule set or item.
    NotFound = 3,
    /// The field holds values of another type, or the category is of another record than the one begun.
    Type = 4,
    /// A value that its type cannot hold: a date that does not exist, a decimal of too many digits, a range upside down.
    Range = 5,
    /// The rules do not check; the error has the diagnostics.
    Rules = 6,
    /// A file or folder cannot be read.
    Io = 7,
    /// Data that cannot be read: a cell, JSON, a table without a needed column, an Arrow array of the wrong type.
    Data = 8,
    /// A call out of turn: no record was begun, the row is of an earlier record, nothing was evaluated since the last
    /// change, or the evaluation was run before.
    Order = 9,
    /// Another thread is inside the same handle.
    Busy = 10,
    /// The caller's progress function asked for the evaluation to stop.
    Stopped = 11,
    /// A fault of the library itself; the handle it happened in refuses further work.
    Internal = 12,
}

/// How certain the outcome of a category is.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing unknown could change it.
    Decided = 0,
    /// There is a value, and something unknown could still change it.
    Provisional = 1,
    /// Nothing is true, and something is unknown.
    Undetermined = 2,
    /// The category does not apply.
    NotApplicable = 3,
    /// It could not be worked out.
    Error = 4,
}

/// Why a value is missing.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Not known; what an empty cell means.
    Unknown = 1,
    /// Asked, and not answered.
    NotAnswered = 2,
    /// There can be no value.
    NotApplicable = 3,
    /// Nobody asked.
    NotCollected = 4,
    /// Known to someone, and kept back.
    Withheld = 5,
}

/// What a field or a parameter holds.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Yes or no.
    Boolean = 0,
    /// 64 bits, signed.
    Integer = 1,
    /// Exact base ten, 28 digits.
    Decimal = 2,
    /// UTF-8.
    Text = 3,
    /// A civil date, years 1 to 9999.
    Date = 4,
    /// A time of day, to the microsecond.
    Time = 5,
    /// An instant, to the microsecond.
    Datetime = 6,
    /// By the calendar (months and days) or by the clock (microseconds).
    Duration = 7,
    /// One code of a list.
    Code = 8,
    /// Any number of codes of a list.
    Codes = 9,
    /// Any number of texts.
    Texts = 10,
    /// An integer known only to lie between two ends.
    IntegerRange = 11,
    /// A decimal known only to lie between two ends.
    DecimalRange = 12,
    /// Child records.
    Many = 13,
}

/// How a category chooses among its cases.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hit {
    /// The first true case.
    First = 0,
    /// The one true case; two are an error.
    Unique = 1,
    /// The true case of the highest code.
    Highest = 2,
    /// The codes of all true cases.
    All = 3,
}

/// How serious a diagnostic is.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The rules do not load.
    Error = 0,
    /// The rules load; something in them is likely not meant.
    Warning = 1,
}

/// The number of the interface that this library has; compare it with `ASSIZE_ABI_VERSION`.
///
/// It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn assize_abi_version() -> u32 {
    ABI_VERSION
}

/// The version of the library, such as `0.1.0`.
///
/// The text lasts as long as the library is loaded. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn assize_version() -> Str {
    Str::fixed(concat!(env!("CARGO_PKG_VERSION"), "\0"))
}

/// The name of a status in words, such as `not found`; `unknown` for a number that is none.
///
/// The text lasts as long as the library is loaded. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn assize_status_name(status: u32) -> Str {
    Str::fixed(match status {
        0 => "ok\0",
        1 => "argument\0",
        2 => "not UTF-8\0",
        3 => "not found\0",
        4 => "type\0",
        5 => "range\0",
        6 => "rules\0",
        7 => "input or output\0",
        8 => "data\0",
        9 => "order\0",
        10 => "busy\0",
        11 => "stopped\0",
        12 => "internal\0",
        _ => "unknown\0",
    })
}

/// The word of a state, as results have it, such as `provisional`; empty for a number that is none.
///
/// The text lasts as long as the library is loaded. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn assize_state_name(state: u32) -> Str {
    Str::fixed(match state {
        0 => "decided\0",
        1 => "provisional\0",
        2 => "undetermined\0",
        3 => "not_applicable\0",
        4 => "error\0",
        _ => "\0",
    })
}

/// The word of a reason, as the language has it, such as `not_answered`; empty for a number that is none.
///
/// The text lasts as long as the library is loaded. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn assize_reason_name(reason: u32) -> Str {
    Str::fixed(match reason {
        1 => "unknown\0",
        2 => "not_answered\0",
        3 => "not_applicable\0",
        4 => "not_collected\0",
        5 => "withheld\0",
        _ => "\0",
    })
}

/// The name of a type, as the language has it where it has one, such as `integer`; empty for a number that is none.
///
/// The text lasts as long as the library is loaded. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn assize_type_name(of: u32) -> Str {
    Str::fixed(match of {
        0 => "boolean\0",
        1 => "integer\0",
        2 => "decimal\0",
        3 => "text\0",
        4 => "date\0",
        5 => "time\0",
        6 => "datetime\0",
        7 => "duration\0",
        8 => "code\0",
        9 => "set of code\0",
        10 => "set of text\0",
        11 => "range of integer\0",
        12 => "range of decimal\0",
        13 => "many\0",
        _ => "\0",
    })
}
