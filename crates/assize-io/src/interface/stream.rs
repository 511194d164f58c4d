//! Owning structs of the interface: moved from where they were handed over, and released once.

use super::import::Columns;
use super::{ArrowArray, ArrowArrayStream, ArrowSchema, InterfaceError, check, format};
use arrow_schema::DataType;
use std::ffi::CStr;

/// A column of a schema.
#[derive(Debug)]
pub struct Column {
    /// Its name; no text where it has none.
    pub name: String,
    /// Its type, or its format where that is not known.
    pub ty: Result<DataType, String>,
}

/// An owned schema.
struct Owned(ArrowSchema);

impl Drop for Owned {
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            // SAFETY: it is owned and was not released.
            unsafe { release(&raw mut self.0) };
        }
    }
}

/// An owned stream.
pub struct Stream(ArrowArrayStream);

// SAFETY: the interface demands that a stream may be used from any thread, if from one at a time.
unsafe impl Send for Stream {}

impl Drop for Stream {
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            // SAFETY: it is owned and was not released.
            unsafe { release(&raw mut self.0) };
        }
    }
}

impl Stream {
    /// Moves a stream here; where it was, it is released.
    ///
    /// # Safety
    /// `stream` is NULL or points to a stream.
    pub unsafe fn take(stream: *mut ArrowArrayStream) -> Result<Self, InterfaceError> {
        // SAFETY: NULL or a stream, by the caller's word.
        let place = unsafe { place("the stream", stream) }?;
        if place.release.is_none() {
            return Err(InterfaceError::Released("stream"));
        }
        Ok(Self(std::mem::replace(place, ArrowArrayStream::released())))
    }

    /// What the columns are.
    pub fn schema(&mut self) -> Result<Vec<Column>, InterfaceError> {
        let get = self.0.get_schema.ok_or(InterfaceError::Null("`get_schema` of the stream"))?;
        let mut out = ArrowSchema::released();
        // SAFETY: the stream is owned and not released; `out` is a place for a schema.
        let status = unsafe { get(&raw mut self.0, &raw mut out) };
        if status != 0 {
            return Err(self.failure(status));
        }
        // SAFETY: the producer says that it wrote a schema.
        unsafe { schema(&raw mut out) }
    }

    /// The next rows, of so many columns; `None` at the end.
    pub fn next(&mut self, columns: usize) -> Result<Option<Columns>, InterfaceError> {
        let get = self.0.get_next.ok_or(InterfaceError::Null("`get_next` of the stream"))?;
        let mut out = ArrowArray::released();
        // SAFETY: the stream is owned and not released; `out` is a place for an array.
        let status = unsafe { get(&raw mut self.0, &raw mut out) };
        if status != 0 {
            return Err(self.failure(status));
        }
        if out.release.is_none() {
            return Ok(None);
        }
        // SAFETY: the producer says that it wrote an array of the schema.
        unsafe { self::columns(&raw mut out, columns) }.map(Some)
    }

    fn failure(&mut self, status: i32) -> InterfaceError {
        let text = self.0.get_last_error.and_then(|get| {
            // SAFETY: the stream is owned and its last call failed; the text is NULL or a C string until the next call.
            unsafe {
                let text = get(&raw mut self.0);
                (!text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy().into_owned())
            }
        });
        InterfaceError::Producer(text.filter(|text| !text.is_empty()).unwrap_or_else(|| format!("error {status}")))
    }
}

/// Where a struct is.
///
/// # Safety
/// The pointer is NULL, or one to a struct where it is aligned.
unsafe fn place<'a, T>(name: &'static str, at: *mut T) -> Result<&'a mut T, InterfaceError> {
    if !at.is_aligned() {
        return Err(InterfaceError::Misaligned(name));
    }
    // SAFETY: aligned; the rest is the caller's word.
    unsafe { at.as_mut() }.ok_or(InterfaceError::Null(name))
}

/// Takes a schema of columns over, which is that of a struct.
///
/// # Safety
/// `schema` is NULL or points to a schema, whose pointers are as the interface says.
pub unsafe fn schema(schema: *mut ArrowSchema) -> Result<Vec<Column>, InterfaceError> {
    // SAFETY: NULL or a schema, by the caller's word.
    let place = unsafe { place("the schema", schema) }?;
    if place.release.is_none() {
        return Err(InterfaceError::Released("schema"));
    }
    // From here on it is released whatever comes.
    let Owned(schema) = &Owned(std::mem::replace(place, ArrowSchema::released()));
    // SAFETY: the caller's word is passed on.
    unsafe { check::schema(schema) }?;
    // SAFETY: it was checked.
    let (kind, _) = unsafe { format::texts(schema) };
    if kind != "+s" || !schema.dictionary.is_null() {
        return Err(InterfaceError::Schema(format!("its format is `{kind}`, and columns come as a struct, `+s`")));
    }
    let mut columns = Vec::new();
    for at in 0..usize::try_from(schema.n_children).unwrap_or(0) {
        // SAFETY: there are so many, and they were checked.
        let Some(child) = (unsafe { (*schema.children.add(at)).as_ref() }) else { continue };
        // SAFETY: it was checked.
        let ((format, name), ty) = unsafe { (format::texts(child), format::data_type(child)) };
        columns.push(Column { name: name.to_owned(), ty: ty.ok_or_else(|| format.to_owned()) });
    }
    Ok(columns)
}

/// Takes an array of so many columns over.
///
/// # Safety
/// `array` is NULL or points to an array, whose pointers are as the interface says.
pub unsafe fn columns(array: *mut ArrowArray, columns: usize) -> Result<Columns, InterfaceError> {
    // SAFETY: NULL or an array, by the caller's word.
    let place = unsafe { place("the array", array) }?;
    if place.release.is_none() {
        return Err(InterfaceError::Released("array"));
    }
    // SAFETY: by the caller's word; where it was, it is released.
    unsafe { Columns::new(std::mem::replace(place, ArrowArray::released()), columns) }.map_err(InterfaceError::Rows)
}
