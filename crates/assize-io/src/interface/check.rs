//! What can be known of schemas before anything is read through them.

use super::{ArrowSchema, InterfaceError};
use std::ffi::CStr;

/// Types inside one another.
const DEPTH: usize = 16;
/// Schemas in all: columns, and what is inside them.
const SCHEMAS: usize = 1 << 20;

/// Checks a schema: its texts are there and UTF-8, and so are those of all that is inside it.
///
/// # Safety
/// Where pointers are not NULL, they point to what the interface says.
pub unsafe fn schema(schema: &ArrowSchema) -> Result<(), InterfaceError> {
    let mut left = SCHEMAS;
    // SAFETY: the caller's word is passed on.
    unsafe { inside(schema, 0, &mut left) }.map_err(|what| InterfaceError::Schema(what.to_owned()))
}

unsafe fn inside(schema: &ArrowSchema, depth: usize, left: &mut usize) -> Result<(), &'static str> {
    if depth > DEPTH {
        return Err("types are nested too deeply");
    }
    if schema.format.is_null() {
        return Err("a format is NULL");
    }
    // SAFETY: not NULL, so a C string by the caller's word; so is the name below.
    if unsafe { CStr::from_ptr(schema.format) }.to_str().is_err() {
        return Err("a format is not UTF-8 text");
    }
    // SAFETY: as above.
    if !schema.name.is_null() && unsafe { CStr::from_ptr(schema.name) }.to_str().is_err() {
        return Err("the name of a column is not UTF-8 text");
    }
    let Ok(count) = usize::try_from(schema.n_children) else { return Err("it has fewer than no children") };
    // Of all that is inside together: a schema that is its own child would have more than anybody waits for.
    *left = left.checked_sub(count + usize::from(!schema.dictionary.is_null())).ok_or("it has too many children")?;
    if count > 0 && schema.children.is_null() {
        return Err("its children are NULL");
    }
    for at in 0..count {
        // SAFETY: there are so many pointers to children, by the caller's word.
        let child = unsafe { (*schema.children.add(at)).as_ref() };
        // SAFETY: the caller's word holds of children too.
        unsafe { inside(child.ok_or("a child is NULL")?, depth + 1, left) }?;
    }
    // SAFETY: where it is not NULL, it is a schema, by the caller's word.
    if let Some(dictionary) = unsafe { schema.dictionary.as_ref() } {
        // SAFETY: as for children.
        unsafe { inside(dictionary, depth + 1, left) }?;
    }
    Ok(())
}
