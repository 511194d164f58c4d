//! What can be known of schemas and arrays before anything is read through them.

use super::{ArrowArray, ArrowSchema, InterfaceError};
use arrow_schema::DataType;
use std::ffi::CStr;

/// Children of a type in one another.
const DEPTH: usize = 16;
/// Columns, or children of a nested type.
const CHILDREN: i64 = 1 << 16;
/// Values of an array, so that their bytes can be counted in 64 bits.
const VALUES: i64 = 1 << 48;

/// Checks a schema: its texts are there and text, and so are those of its children.
///
/// # Safety
/// Where pointers are not NULL, they point to what the interface says.
pub unsafe fn schema(schema: &ArrowSchema, depth: usize) -> Result<(), InterfaceError> {
    let wrong = |what: &str| Err(InterfaceError::Schema(what.to_owned()));
    if depth > DEPTH {
        return wrong("types are nested too deeply");
    }
    if schema.format.is_null() {
        return wrong("a format is NULL");
    }
    // SAFETY: not NULL, so a C string by the caller's word; so is the name below.
    if unsafe { CStr::from_ptr(schema.format) }.to_str().is_err() {
        return wrong("a format is not UTF-8 text");
    }
    // SAFETY: as above.
    if !schema.name.is_null() && unsafe { CStr::from_ptr(schema.name) }.to_str().is_err() {
        return wrong("the name of a column is not UTF-8 text");
    }
    if !(0..=CHILDREN).contains(&schema.n_children) {
        return wrong("the number of children cannot be");
    }
    if schema.n_children > 0 && schema.children.is_null() {
        return wrong("the children are NULL");
    }
    for at in 0..usize::try_from(schema.n_children).unwrap_or(0) {
        // SAFETY: there are so many pointers to children, by the caller's word.
        let child = unsafe { (*schema.children.add(at)).as_ref() };
        let Some(child) = child else { return wrong("a child is NULL") };
        // SAFETY: the caller's word holds of children too.
        unsafe { self::schema(child, depth + 1) }?;
    }
    // SAFETY: where it is not NULL, it is a schema, by the caller's word.
    if let Some(dictionary) = unsafe { schema.dictionary.as_ref() } {
        // SAFETY: as for children.
        unsafe { self::schema(dictionary, depth + 1) }?;
    }
    Ok(())
}

/// Checks that an array has the buffers and children of its type, and lengths that can be.
///
/// # Safety
/// Where pointers are not NULL, they point to what the interface says.
pub unsafe fn array(array: &ArrowArray, ty: &DataType) -> Result<(), String> {
    let wrong = |what: &str| Err(what.to_owned());
    let range = 0..=VALUES;
    if !range.contains(&array.length) || !range.contains(&array.offset) {
        return wrong("its length or offset cannot be");
    }
    let values = array.length + array.offset;
    let layout = arrow_data::layout(ty);
    let expected = layout.buffers.len() + usize::from(layout.can_contain_null_mask);
    let Ok(buffers) = usize::try_from(array.n_buffers) else { return wrong("it has fewer than no buffers") };
    let fits = if layout.variadic { (expected + 1..1 << 20).contains(&buffers) } else { buffers == expected };
    if !fits {
        return Err(format!("it has {buffers} buffers, and its type {ty} has {expected}"));
    }
    if buffers > 0 && array.buffers.is_null() {
        return wrong("its buffers are NULL");
    }
    // SAFETY: there are so many pointers to buffers, by the caller's word.
    let buffer = |at: usize| unsafe { *array.buffers.add(at) };
    let first = usize::from(layout.can_contain_null_mask);
    let blobs = matches!(ty, DataType::Utf8 | DataType::LargeUtf8 | DataType::Binary | DataType::LargeBinary);
    for at in first..expected {
        // The bytes of texts that are all empty may be nowhere.
        if values > 0 && buffer(at).is_null() && !(blobs && at == expected - 1) {
            return Err(format!("its buffer {at} is NULL"));
        }
    }
    if layout.variadic {
        let lengths = buffer(buffers - 1).cast::<i64>();
        let count = buffers - expected - 1;
        if count > 0 && (lengths.is_null() || !lengths.is_aligned()) {
            return wrong("the lengths of its buffers are NULL or misaligned");
        }
        for at in 0..count {
            // SAFETY: as many lengths as further buffers, by the caller's word; the pointer is aligned.
            let length = unsafe { *lengths.add(at) };
            if !range.contains(&length) || (length > 0 && buffer(expected + at).is_null()) {
                return wrong("a buffer of its texts is NULL or has no length");
            }
        }
    }
    if array.null_count > array.length {
        return wrong("it has more nulls than values");
    }
    if array.null_count > 0 && first == 1 && buffer(0).is_null() {
        return wrong("it has nulls, and its validity is NULL");
    }
    // SAFETY: where the dictionary is not NULL, it is an array, by the caller's word.
    let dictionary = unsafe { array.dictionary.as_ref() };
    let children: Vec<&DataType> = match ty {
        DataType::Dictionary(_, value) => {
            let Some(dictionary) = dictionary else { return wrong("its dictionary is NULL") };
            // SAFETY: the caller's word holds of it too.
            unsafe { self::array(dictionary, value) }.map_err(|what| format!("its dictionary: {what}"))?;
            Vec::new()
        }
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _)
        | DataType::Map(item, _) => vec![item.data_type()],
        DataType::Struct(fields) => fields.iter().map(|field| field.data_type()).collect(),
        DataType::Union(fields, _) => fields.iter().map(|(_, field)| field.data_type()).collect(),
        DataType::RunEndEncoded(ends, values) => vec![ends.data_type(), values.data_type()],
        _ => Vec::new(),
    };
    if usize::try_from(array.n_children) != Ok(children.len()) {
        return Err(format!("it has {} children, and its type {}", array.n_children, children.len()));
    }
    if !children.is_empty() && array.children.is_null() {
        return wrong("its children are NULL");
    }
    for (at, ty) in children.into_iter().enumerate() {
        // SAFETY: there are so many pointers to children, by the caller's word.
        let Some(child) = (unsafe { (*array.children.add(at)).as_ref() }) else { return wrong("a child is NULL") };
        // SAFETY: the caller's word holds of children too.
        unsafe { self::array(child, ty) }.map_err(|what| format!("its child {at}: {what}"))?;
    }
    Ok(())
}
