//! The shared library, opened as a host program opens it: by its path, and each function by its name.

use super::{Answer, Refusal};
use crate::built;
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use std::ffi::{c_char, c_int, c_void};
use std::ptr::{null, null_mut};
use std::sync::OnceLock;

/// A text that is lent: `assize_str`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Str {
    data: *const c_char,
    length: usize,
}

impl Str {
    /// Of no text.
    pub const NONE: Self = Self { data: null(), length: 0 };

    /// Lends a text to the library.
    pub const fn of(text: &str) -> Self {
        Self { data: text.as_ptr().cast(), length: text.len() }
    }

    /// The text, with what the contract says of it checked: a NUL after its last byte.
    ///
    /// # Safety
    /// It came from the library, and what it was lent by is still there.
    pub unsafe fn text(self) -> String {
        if self.data.is_null() {
            assert_eq!(self.length, 0, "no text has no length");
            return String::new();
        }
        // SAFETY: the library lends `length` bytes and a NUL.
        let bytes = unsafe { std::slice::from_raw_parts(self.data.cast::<u8>(), self.length + 1) };
        let (text, end) = bytes.split_at(self.length);
        assert_eq!(end, [0], "no NUL after a text");
        String::from_utf8(text.to_owned()).expect("a text in UTF-8")
    }
}

/// `assize_date`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Date {
    pub year: i32,
    pub month: u32,
    pub day: u32,
}

impl Date {
    /// From `2026-06-01`.
    pub fn of(text: &str) -> Self {
        let mut parts = text.split('-').map(|part| part.parse::<u32>().expect("a date"));
        let mut next = || parts.next().expect("a date");
        Self { year: next().cast_signed(), month: next(), day: next() }
    }
}

/// `assize_source`.
#[repr(C)]
pub struct Source {
    pub name: Str,
    pub text: Str,
}

/// `assize_session_options`.
#[repr(C)]
pub struct SessionOptions {
    pub struct_size: usize,
    pub as_of: Date,
}

/// `assize_evaluation_options`.
#[repr(C)]
pub struct EvaluationOptions {
    pub struct_size: usize,
    pub as_of: Date,
    pub no_reasons: i32,
    pub coverage: i32,
    pub errors_listed: u32,
    pub threads: u32,
}

/// Handles, which are never looked into.
pub type Handle = *mut c_void;
/// Where errors go.
pub type Errors = *mut Handle;

type Status = c_int;

macro_rules! functions {
    ($($name:ident: fn($($arg:ty),*) $(-> $ret:ty)?;)*) => {
        /// The functions of `assize.h` that the suite calls.
        pub struct Api {
            $(pub $name: unsafe extern "C" fn($($arg),*) $(-> $ret)?,)*
            /// The functions last as long as it is open.
            _library: libloading::Library,
        }

        impl Api {
            fn open(path: &std::path::Path) -> Self {
                // SAFETY: loading the library runs nothing but what every Rust library runs, and each function has
                // the type that the header gives it.
                unsafe {
                    let library = libloading::Library::new(path).unwrap_or_else(|error| panic!("{error}"));
                    $(let $name = *library.get(concat!(stringify!($name), "\0").as_bytes())
                        .unwrap_or_else(|error| panic!("{}: {error}", stringify!($name)));)*
                    Self { $($name,)* _library: library }
                }
            }
        }
    };
}

functions! {
    assize_abi_version: fn() -> u32;
    assize_text_str: fn(Handle) -> Str;
    assize_text_free: fn(Handle);
    assize_error_status: fn(Handle) -> Status;
    assize_error_message: fn(Handle) -> Str;
    assize_error_diagnostics: fn(Handle) -> Handle;
    assize_error_free: fn(Handle);
    assize_diagnostics_text: fn(Handle, *mut Handle, Errors) -> Status;
    assize_rules_load: fn(*const c_char, usize, *mut Handle, Errors) -> Status;
    assize_rules_compile_files: fn(*const Source, usize, *mut Handle, Errors) -> Status;
    assize_rules_with_parameter: fn(Handle, *const c_char, usize, *const c_char, usize, *mut Handle, Errors) -> Status;
    assize_rules_free: fn(Handle);
    assize_rules_find_record: fn(Handle, *const c_char, usize, *mut u32, Errors) -> Status;
    assize_rules_find_field: fn(Handle, u32, *const c_char, usize, *mut u32, Errors) -> Status;
    assize_rules_find_category: fn(Handle, *const c_char, usize, *mut u32, Errors) -> Status;
    assize_session_new: fn(Handle, *const SessionOptions, *mut Handle, Errors) -> Status;
    assize_session_free: fn(Handle);
    assize_session_begin: fn(Handle, u32, Errors) -> Status;
    assize_session_child: fn(Handle, u32, u32, *mut u32, Errors) -> Status;
    assize_session_set_boolean: fn(Handle, u32, u32, i32, Errors) -> Status;
    assize_session_set_integer: fn(Handle, u32, u32, i64, Errors) -> Status;
    assize_session_set_decimal_text: fn(Handle, u32, u32, *const c_char, usize, Errors) -> Status;
    assize_session_set_decimal_scaled: fn(Handle, u32, u32, i64, u32, Errors) -> Status;
    assize_session_set_date_days: fn(Handle, u32, u32, i32, Errors) -> Status;
    assize_session_set_date_ymd: fn(Handle, u32, u32, i32, u32, u32, Errors) -> Status;
    assize_session_set_time: fn(Handle, u32, u32, i64, Errors) -> Status;
    assize_session_set_datetime: fn(Handle, u32, u32, i64, Errors) -> Status;
    assize_session_set_duration_calendar: fn(Handle, u32, u32, i32, i32, Errors) -> Status;
    assize_session_set_duration_clock: fn(Handle, u32, u32, i64, Errors) -> Status;
    assize_session_set_code: fn(Handle, u32, u32, u32, Errors) -> Status;
    assize_session_set_code_name: fn(Handle, u32, u32, *const c_char, usize, Errors) -> Status;
    assize_session_set_text: fn(Handle, u32, u32, *const c_char, usize, Errors) -> Status;
    assize_session_set_codes: fn(Handle, u32, u32, *const u32, usize, Errors) -> Status;
    assize_session_set_texts: fn(Handle, u32, u32, *const Str, usize, Errors) -> Status;
    assize_session_set_integer_range: fn(Handle, u32, u32, *const i64, *const i64, Errors) -> Status;
    assize_session_set_decimal_range:
        fn(Handle, u32, u32, *const c_char, usize, *const c_char, usize, Errors) -> Status;
    assize_session_set_missing: fn(Handle, u32, u32, u32, Errors) -> Status;
    assize_session_set_unreadable: fn(Handle, u32, u32, Errors) -> Status;
    assize_session_set_cell: fn(Handle, u32, u32, *const c_char, usize, Errors) -> Status;
    assize_session_set_json: fn(Handle, u32, *const c_char, usize, Errors) -> Status;
    assize_session_outcome_json: fn(Handle, u32, *const c_char, usize, *mut Str, Errors) -> Status;
    assize_session_fault_count: fn(Handle) -> usize;
    assize_evaluation_new: fn(Handle, *const EvaluationOptions, *mut Handle, Errors) -> Status;
    assize_evaluation_free: fn(Handle);
    assize_evaluation_set_parameter: fn(Handle, *const c_char, usize, *const c_char, usize, Errors) -> Status;
    assize_evaluation_data_array: fn(Handle, u32, *mut FFI_ArrowSchema, *mut FFI_ArrowArray, Errors) -> Status;
    assize_evaluation_data_stream: fn(Handle, u32, *mut c_void, Errors) -> Status;
    assize_evaluation_only: fn(Handle, *const c_char, usize, Errors) -> Status;
    assize_evaluation_members: fn(Handle, *const c_char, usize, Errors) -> Status;
    assize_evaluation_run: fn(Handle, *mut Handle, Errors) -> Status;
    assize_results_json: fn(Handle, i32, *mut Handle, Errors) -> Status;
    assize_results_free: fn(Handle);
    assize_evaluate_json: fn(Handle, *const c_char, usize, *mut Handle, Errors) -> Status;
}

/// The library, opened once.
pub fn api() -> &'static Api {
    static API: OnceLock<Api> = OnceLock::new();
    API.get_or_init(|| {
        let api = Api::open(&built::library());
        // SAFETY: it takes nothing.
        assert_eq!(unsafe { (api.assize_abi_version)() }, 0, "another interface than the suite was written for");
        api
    })
}

/// The statuses that the suite tells apart.
const DATA: Status = 8;
const IO: Status = 7;
const RULES: Status = 6;
const ARGUMENT: Status = 1;
const NOT_FOUND: Status = 3;
const RANGE: Status = 5;

/// Calls a function that can fail; what it says of a failure is taken out of its error.
///
/// # Errors
/// The failure, as a refusal.
pub fn call(function: impl FnOnce(Errors) -> Status) -> Result<(), Refusal> {
    let api = api();
    let mut error: Handle = null_mut();
    let status = function(&raw mut error);
    if status == 0 {
        assert!(error.is_null(), "an error where nothing failed");
        return Ok(());
    }
    assert!(!error.is_null(), "status {status} without an error");
    // SAFETY: the error is this function's, and is freed once at its end; the diagnostics are lent by it.
    unsafe {
        assert_eq!((api.assize_error_status)(error), status);
        let message = (api.assize_error_message)(error).text();
        let diagnostics = (api.assize_error_diagnostics)(error);
        let refusal = match status {
            RULES if !diagnostics.is_null() => {
                let mut text = null_mut();
                assert_eq!((api.assize_diagnostics_text)(diagnostics, &raw mut text, null_mut()), 0);
                Refusal { kind: "rules", message: owned(text) }
            }
            RULES => Refusal { kind: "rules", message },
            DATA | IO => Refusal { kind: "data", message },
            // A request in JSON is one argument, and what it asks for is a part of it.
            NOT_FOUND | RANGE | ARGUMENT => Refusal { kind: "use", message },
            other => panic!("status {other}: {message}"),
        };
        (api.assize_error_free)(error);
        Err(refusal)
    }
}

/// The content of an owned text, which is freed.
///
/// # Safety
/// It is a text of the library's that nobody has freed.
pub unsafe fn owned(text: Handle) -> String {
    let api = api();
    // SAFETY: of this function's own contract.
    unsafe {
        let content = (api.assize_text_str)(text).text();
        (api.assize_text_free)(text);
        content
    }
}

/// A handle that is freed when it is let go.
pub struct Owned {
    pub handle: Handle,
    free: unsafe extern "C" fn(Handle),
}

impl Owned {
    /// Calls a function that makes a handle.
    ///
    /// # Errors
    /// The failure, as a refusal.
    pub fn made(
        free: unsafe extern "C" fn(Handle),
        make: impl FnOnce(*mut Handle, Errors) -> Status,
    ) -> Result<Self, Refusal> {
        let mut handle: Handle = null_mut();
        let made = call(|errors| make(&raw mut handle, errors));
        assert_eq!(made.is_err(), handle.is_null(), "a handle where the call failed, or none where it did not");
        made.map(|()| Self { handle, free })
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: it was made by the library, and is freed once.
        unsafe { (self.free)(self.handle) }
    }
}

/// A text as pointer and length.
pub fn ptr(text: &str) -> (*const c_char, usize) {
    (text.as_ptr().cast(), text.len())
}

/// A refusal is an answer.
impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
