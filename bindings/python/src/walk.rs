//! A dict walked once, entry by entry: most keys are told by where they stand in memory, and most values are plain.

#![expect(unsafe_code, reason = "a measured kernel: looking each field up in the dict takes as long as evaluating it")]

use crate::vocabulary::{Names, Place};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::ffi::{c_char, c_int};
use std::ptr;

/// A value at first sight.
pub enum Glance<'py> {
    /// `None`.
    Missing,
    Boolean(bool),
    /// A whole number of 64 bits.
    Integer(i64),
    Float(f64),
    /// Any other.
    Other(Bound<'py, PyAny>),
}

/// A dict being walked. Whoever changes it meanwhile may make the walk miss entries, or see them again, but no more.
pub struct Walk<'a, 'py> {
    dict: &'a Bound<'py, PyDict>,
    at: ffi::Py_ssize_t,
    /// The place of the last key among the names: the next one mostly stands behind it.
    last: usize,
}

impl<'a, 'py> Walk<'a, 'py> {
    pub fn new(dict: &'a Bound<'py, PyDict>) -> Self {
        Self { dict, at: 0, last: usize::MAX }
    }

    /// The next entry: what its key is, and its value. Nothing of Python's runs in here, so that the borrowed entry
    /// stays.
    #[inline]
    pub fn next(&mut self, names: &Names) -> Option<(Place, Glance<'py>)> {
        let (mut key, mut value) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: a dict, by its type, and places for pointers. The interpreter checks the position against the dict's
        // size as it is at each call, and keeps the position's value opaque.
        let more = unsafe { ffi::PyDict_Next(self.dict.as_ptr(), &raw mut self.at, &raw mut key, &raw mut value) };
        if more == 0 || key.is_null() || value.is_null() {
            return None;
        }
        let next = self.last.wrapping_add(1);
        let place = if names.is_at(next, key) {
            self.last = next;
            Place::Field(next)
        } else {
            // SAFETY: the dict holds the key, and nothing has changed the dict since.
            let place = unsafe { place(key, names) };
            if let Place::Field(at) = place {
                self.last = at;
            }
            place
        };
        // SAFETY: as of the key; what is not plain is counted as one more reference.
        Some((place, unsafe { glance(self.dict.py(), value) }))
    }
}

/// What a key is.
///
/// # Safety
/// It is an object that somebody holds.
unsafe fn place(key: *mut ffi::PyObject, names: &Names) -> Place {
    if let Some(at) = names.at(key) {
        return Place::Field(at);
    }
    // SAFETY: an object by the caller's word.
    if unsafe { ffi::PyUnicode_Check(key) } == 0 {
        return Place::Nothing;
    }
    let mut size = 0;
    // SAFETY: a text by its type, and a place for its size.
    let text: *const c_char = unsafe { ffi::PyUnicode_AsUTF8AndSize(key, &raw mut size) };
    let Ok(size) = usize::try_from(size) else { return Place::Nothing };
    if text.is_null() {
        // SAFETY: the call before has set an exception: the text has halves of characters, as no name has.
        unsafe { ffi::PyErr_Clear() };
        return Place::Nothing;
    }
    // SAFETY: so many bytes, which the text holds for as long as it is there.
    let bytes = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), size) };
    std::str::from_utf8(bytes).map_or(Place::Nothing, |text| names.place(text))
}

/// What a value is at first sight.
///
/// # Safety
/// It is an object that somebody holds.
#[inline]
unsafe fn glance<'py>(py: Python<'py>, value: *mut ffi::PyObject) -> Glance<'py> {
    // SAFETY: an object by the caller's word; numbers are read as what their types say they are, and of whole numbers
    // and floats as such reading runs nothing and raises nothing.
    unsafe {
        if ffi::PyLong_CheckExact(value) != 0 {
            let mut overflow: c_int = 0;
            let number = ffi::PyLong_AsLongLongAndOverflow(value, &raw mut overflow);
            if overflow == 0 {
                return Glance::Integer(number);
            }
        } else if value == ffi::Py_True() {
            return Glance::Boolean(true);
        } else if value == ffi::Py_False() {
            return Glance::Boolean(false);
        } else if value == ffi::Py_None() {
            return Glance::Missing;
        } else if ffi::PyFloat_CheckExact(value) != 0 {
            return Glance::Float(ffi::PyFloat_AsDouble(value));
        }
        Glance::Other(Bound::from_borrowed_ptr(py, value))
    }
}
