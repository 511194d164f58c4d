//! The Arrow C Data Interface: columns from other programs of the process, and results for them, without a copy.
//!
//! What comes in is checked before it is believed, as far as the interface lets it be: names and formats that are text,
//! pointers that are there, counts of buffers and children that their types have, lengths that can be, offsets that
//! ascend, texts that are UTF-8. How many bytes stand behind a pointer the interface does not say.
//!
//! Source: <https://arrow.apache.org/docs/format/CDataInterface.html> and `CStreamInterface.html` beside it.

#![expect(unsafe_code, reason = "pointers of the C Data Interface; every block says why it holds")]

mod check;
mod export;
mod format;
mod import;
mod nulls;
mod rows;
mod stream;

pub use export::{Batch, export};
pub use rows::Rows;

use std::ffi::{c_char, c_int, c_void};

/// `struct ArrowSchema`: the type of an array, as published.
#[repr(C)]
#[derive(Debug)]
#[expect(missing_docs, reason = "the fields are those of the published struct")]
pub struct ArrowSchema {
    pub format: *const c_char,
    pub name: *const c_char,
    pub metadata: *const c_char,
    pub flags: i64,
    pub n_children: i64,
    pub children: *mut *mut Self,
    pub dictionary: *mut Self,
    pub release: Option<unsafe extern "C" fn(*mut Self)>,
    pub private_data: *mut c_void,
}

/// `struct ArrowArray`: the buffers of an array, as published.
#[repr(C)]
#[derive(Debug)]
#[expect(missing_docs, reason = "the fields are those of the published struct")]
pub struct ArrowArray {
    pub length: i64,
    pub null_count: i64,
    pub offset: i64,
    pub n_buffers: i64,
    pub n_children: i64,
    pub buffers: *mut *const c_void,
    pub children: *mut *mut Self,
    pub dictionary: *mut Self,
    pub release: Option<unsafe extern "C" fn(*mut Self)>,
    pub private_data: *mut c_void,
}

/// `struct ArrowArrayStream`: arrays of one type, one after the other, as published.
#[repr(C)]
#[derive(Debug)]
#[expect(missing_docs, reason = "the fields are those of the published struct")]
pub struct ArrowArrayStream {
    pub get_schema: Option<unsafe extern "C" fn(*mut Self, *mut ArrowSchema) -> c_int>,
    pub get_next: Option<unsafe extern "C" fn(*mut Self, *mut ArrowArray) -> c_int>,
    pub get_last_error: Option<unsafe extern "C" fn(*mut Self) -> *const c_char>,
    pub release: Option<unsafe extern "C" fn(*mut Self)>,
    pub private_data: *mut c_void,
}

impl ArrowSchema {
    /// One that is released.
    pub const fn released() -> Self {
        Self {
            format: std::ptr::null(),
            name: std::ptr::null(),
            metadata: std::ptr::null(),
            flags: 0,
            n_children: 0,
            children: std::ptr::null_mut(),
            dictionary: std::ptr::null_mut(),
            release: None,
            private_data: std::ptr::null_mut(),
        }
    }
}

impl ArrowArray {
    /// One that is released.
    pub const fn released() -> Self {
        Self {
            length: 0,
            null_count: 0,
            offset: 0,
            n_buffers: 0,
            n_children: 0,
            buffers: std::ptr::null_mut(),
            children: std::ptr::null_mut(),
            dictionary: std::ptr::null_mut(),
            release: None,
            private_data: std::ptr::null_mut(),
        }
    }
}

impl ArrowArrayStream {
    /// One that is released.
    pub const fn released() -> Self {
        Self {
            get_schema: None,
            get_next: None,
            get_last_error: None,
            release: None,
            private_data: std::ptr::null_mut(),
        }
    }
}

/// Columns that are not as the interface says, or whose producer failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InterfaceError {
    /// A pointer is NULL that must not be.
    #[error("{0} is NULL")]
    Null(&'static str),
    /// A pointer is to where no struct can be.
    #[error("{0} is not aligned")]
    Misaligned(&'static str),
    /// The struct was released, or moved to another owner, before.
    #[error("the {0} was released, or handed to another owner, before")]
    Released(&'static str),
    /// The schema is not that of columns.
    #[error("the schema is not one of columns: {0}")]
    Schema(String),
    /// The array of rows is not one.
    #[error("the array is not one of rows: {0}")]
    Rows(String),
    /// A column that is read has a format that is not known.
    #[error("the column `{column}` has the format `{format}`, which is not one that is read")]
    Format {
        /// The column.
        column: String,
        /// Its format.
        format: String,
    },
    /// A column's buffers are not those of its type.
    #[error("the column `{column}` is not as its type says: {what}")]
    Array {
        /// The column.
        column: String,
        /// What is wrong.
        what: String,
    },
    /// The producer failed.
    #[error("the producer of the columns failed: {0}")]
    Producer(String),
}
