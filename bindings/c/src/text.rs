//! Text in and out: pointer and length in, lent or owned text out.

#![expect(unsafe_code, reason = "texts cross the boundary as pointer and length")]

use crate::failure::Failure;
use std::ffi::c_char;
use std::ptr;

/// A text that is lent: UTF-8, with a NUL after its last byte that is not counted. `data` is NULL only where there is
/// no text at all (no title, no help); an empty text has `data` and length 0.
///
/// It is good as long as the handle it came from, unless the function that gave it says less.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Str {
    /// The first byte.
    pub data: *const c_char,
    /// How many bytes, the final NUL not among them.
    pub length: usize,
}

impl Str {
    /// No text at all.
    /// cbindgen:ignore
    pub const NONE: Self = Self { data: ptr::null(), length: 0 };

    /// A text of the library, which ends in NUL.
    pub const fn fixed(text: &'static str) -> Self {
        Self { data: text.as_ptr().cast(), length: text.len().saturating_sub(1) }
    }

    /// A text that has its final NUL; `None` is no text.
    pub fn of(text: Option<&Terminated>) -> Self {
        text.map_or(Self::NONE, Terminated::lend)
    }
}

/// A text with a NUL after it, so that C can be lent it.
#[derive(Debug, Clone)]
pub struct Terminated(String);

impl Terminated {
    /// Takes a text; the NUL is added here.
    pub fn new(text: impl Into<String>) -> Self {
        let mut text = text.into();
        text.push('\0');
        Self(text)
    }

    /// Lends it.
    pub fn lend(&self) -> Str {
        Str { data: self.0.as_ptr().cast(), length: self.0.len().saturating_sub(1) }
    }
}

/// A text that is the caller's.
///
/// It never changes: any number of threads may read it at the same time.
#[derive(Debug)]
pub struct Text(Terminated);

impl Text {
    /// Gives a text to the caller.
    pub fn give(text: impl Into<String>) -> *mut Self {
        Box::into_raw(Box::new(Self(Terminated::new(text))))
    }
}

/// A JSON value as the command writes it: indented, with a line end.
pub(crate) fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

/// The bytes that a pointer and a length say. `name` is the parameter's, for the message.
///
/// # Safety
/// A pointer that is not NULL points to `length` bytes that stay as they are for as long as the result is used.
///
/// # Errors
/// `ASSIZE_ARGUMENT`: NULL with a length, or a length that no object has.
#[inline]
pub(crate) unsafe fn bytes<'a>(name: &'static str, data: *const c_char, length: usize) -> Result<&'a [u8], Failure> {
    // SAFETY: as promised by the caller.
    unsafe { items(name, data.cast::<u8>(), length) }
}

/// The items of an array that a pointer and a count say.
///
/// # Safety
/// A pointer that is not NULL points to `count` items that stay as they are for as long as the result is used.
///
/// # Errors
/// `ASSIZE_ARGUMENT`: NULL with a count, a count that no array has, or a pointer that is not aligned.
#[inline]
pub(crate) unsafe fn items<'a, T>(name: &'static str, data: *const T, count: usize) -> Result<&'a [T], Failure> {
    if data.is_null() {
        return if count == 0 { Ok(&[]) } else { Err(Failure::null_with_length(name)) };
    }
    let fits = count.checked_mul(size_of::<T>()).is_some_and(|size| isize::try_from(size).is_ok());
    if !fits || !data.is_aligned() {
        return Err(Failure::length(name));
    }
    // SAFETY: not NULL, aligned, and no longer than an object can be; the rest is promised by the caller.
    Ok(unsafe { std::slice::from_raw_parts(data, count) })
}

/// What a pointer that may be NULL points to.
///
/// # Safety
/// A pointer that is not NULL points to a value.
///
/// # Errors
/// `ASSIZE_ARGUMENT`: a pointer that is not aligned.
#[inline]
pub(crate) unsafe fn optional<T: Copy>(name: &'static str, data: *const T) -> Result<Option<T>, Failure> {
    if !data.is_aligned() {
        return Err(Failure::length(name));
    }
    // SAFETY: NULL, or aligned and as promised by the caller.
    Ok(unsafe { data.as_ref() }.copied())
}

/// The text that a pointer and a length say.
///
/// # Safety
/// As [`bytes`].
///
/// # Errors
/// As [`bytes`]; `ASSIZE_UTF8`.
#[inline]
pub(crate) unsafe fn text<'a>(name: &'static str, data: *const c_char, length: usize) -> Result<&'a str, Failure> {
    // SAFETY: as promised by the caller.
    let bytes = unsafe { bytes(name, data, length) }?;
    std::str::from_utf8(bytes).map_err(|error| Failure::utf8(name, error.valid_up_to()))
}

/// The text of an owned text.
///
/// The result is lent until `text` is freed; of NULL it is no text. It cannot fail. Since 0.1.
///
/// # Safety
/// `text` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_text_str(text: *const Text) -> Str {
    // SAFETY: NULL, or a live handle of this library.
    unsafe { text.as_ref() }.map_or(Str::NONE, |text| text.0.lend())
}

/// Frees an owned text.
///
/// NULL is taken and nothing is done. It cannot fail. Since 0.1.
///
/// # Safety
/// `text` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_text_free(text: *mut Text) {
    // SAFETY: NULL, or a live handle of this library.
    unsafe { crate::handle::free(text) };
}
