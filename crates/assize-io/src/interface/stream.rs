//! Owning structs of the interface: moved from where they were handed over, and released once.

use super::{ArrowArray, ArrowArrayStream, ArrowSchema, InterfaceError, check};
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi_and_data_type};
use arrow_data::ArrayData;
use arrow_schema::{DataType, Field, Schema};
use std::ffi::CStr;
use std::mem::size_of;

// The structs are those of the published interface, here and in the Arrow library.
const _: () = assert!(size_of::<ArrowArray>() == size_of::<FFI_ArrowArray>());
const _: () = assert!(size_of::<ArrowSchema>() == size_of::<FFI_ArrowSchema>());

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
        let Some(place) = (unsafe { stream.as_mut() }) else { return Err(InterfaceError::Null("the stream")) };
        if place.release.is_none() {
            return Err(InterfaceError::Released("stream"));
        }
        Ok(Self(std::mem::replace(place, ArrowArrayStream::released())))
    }

    /// What the columns are.
    pub fn schema(&mut self) -> Result<Schema, InterfaceError> {
        let get = self.0.get_schema.ok_or(InterfaceError::Null("get_schema"))?;
        let mut out = ArrowSchema::released();
        // SAFETY: the stream is owned and not released; `out` is a place for a schema.
        let status = unsafe { get(&raw mut self.0, &raw mut out) };
        if status != 0 {
            return Err(self.failure(status));
        }
        // SAFETY: the producer says that it wrote a schema.
        unsafe { schema(&raw mut out) }
    }

    /// The next columns of the schema; `None` at the end.
    pub fn next(&mut self, schema: &Schema) -> Result<Option<ArrayData>, InterfaceError> {
        let get = self.0.get_next.ok_or(InterfaceError::Null("get_next"))?;
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
        unsafe { columns(&raw mut out, schema) }.map(Some)
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

/// Takes a schema of columns over: of a struct, or of one array as a single column.
///
/// # Safety
/// `schema` is NULL or points to a schema, whose pointers are as the interface says.
pub unsafe fn schema(schema: *mut ArrowSchema) -> Result<Schema, InterfaceError> {
    // SAFETY: NULL or a schema, by the caller's word.
    let Some(place) = (unsafe { schema.as_mut() }) else { return Err(InterfaceError::Null("the schema")) };
    if place.release.is_none() {
        return Err(InterfaceError::Released("schema"));
    }
    // SAFETY: the layouts are the same; the struct is moved out of its place, and the place is marked as released.
    let owned = unsafe { FFI_ArrowSchema::from_raw(schema.cast()) };
    // SAFETY: the same struct, seen in its published layout while it is owned.
    unsafe { check::schema(&*(&raw const owned).cast::<ArrowSchema>(), 0) }?;
    let wrong = |error: arrow_schema::ArrowError| InterfaceError::Schema(error.to_string());
    let field = Field::try_from(&owned).map_err(wrong)?;
    match field.data_type() {
        DataType::Struct(fields) => Ok(Schema::new(fields.clone())),
        other => Err(InterfaceError::Schema(format!("it is of type {other}, and columns come as a struct"))),
    }
}

/// Takes an array of columns over.
///
/// # Safety
/// `array` is NULL or points to an array, whose pointers are as the interface says.
pub unsafe fn columns(array: *mut ArrowArray, schema: &Schema) -> Result<ArrayData, InterfaceError> {
    // SAFETY: NULL or an array, by the caller's word.
    let Some(place) = (unsafe { array.as_mut() }) else { return Err(InterfaceError::Null("the array")) };
    if place.release.is_none() {
        return Err(InterfaceError::Released("array"));
    }
    // SAFETY: the layouts are the same; the struct is moved out of its place, and the place is marked as released.
    let owned = unsafe { FFI_ArrowArray::from_raw(array.cast()) };
    // SAFETY: the same struct, seen in its published layout while it is owned.
    let seen = unsafe { &*(&raw const owned).cast::<ArrowArray>() };
    let whole = |what: String| InterfaceError::Schema(what);
    let ty = DataType::Struct(schema.fields().clone());
    if usize::try_from(seen.n_children) != Ok(schema.fields().len()) || seen.children.is_null() && seen.n_children > 0 {
        return Err(whole(format!("{} columns came, and the schema has {}", seen.n_children, schema.fields().len())));
    }
    for (at, field) in schema.fields().iter().enumerate() {
        let fault = |what: String| InterfaceError::Array { column: field.name().clone(), what };
        // SAFETY: there are so many pointers to children, by the caller's word.
        let child = unsafe { (*seen.children.add(at)).as_ref() }.ok_or_else(|| fault("it is NULL".to_owned()))?;
        // SAFETY: by the caller's word, of children too.
        unsafe { check::array(child, field.data_type()) }.map_err(fault)?;
        if child.length < seen.length.saturating_add(seen.offset) {
            return Err(fault(format!("it has {} values, and there are {} rows", child.length, seen.length)));
        }
    }
    // SAFETY: as above.
    unsafe { check::array(seen, &ty) }.map_err(whole)?;
    // SAFETY: pointers, counts and lengths were checked; what stands behind the pointers is the caller's word.
    unsafe { from_ffi_and_data_type(owned, ty) }.map_err(|error| whole(error.to_string()))
}
