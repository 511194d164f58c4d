//! Arrays of other programs, taken over without a copy: each is checked, as far as it can be, where it is read.

use super::ArrowArray;
use super::format::is_read;
use super::nulls;
use arrow_buffer::{Buffer, MutableBuffer};
use arrow_data::ArrayData;
use arrow_schema::{ArrowError, DataType};
use std::ptr::NonNull;
use std::sync::Arc;

/// Values of an array, so that their bytes can be counted in 64 bits.
const VALUES: i64 = 1 << 48;
/// Buffers of texts beside their views.
const BUFFERS: i64 = 1 << 20;

/// An owned array: released when the last buffer of it is gone.
pub struct Owned(ArrowArray);

// SAFETY: what an array holds does not change until it is released, and the interface lets any thread do that.
unsafe impl Send for Owned {}
// SAFETY: as above.
unsafe impl Sync for Owned {}

impl Drop for Owned {
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            // SAFETY: it is owned and was not released.
            unsafe { release(&raw mut self.0) };
        }
    }
}

/// Rows as columns: an owned array of structs.
#[derive(Clone)]
pub struct Columns {
    owner: Arc<Owned>,
    from: usize,
    rows: usize,
}

impl Columns {
    /// Takes a struct array over that has so many columns, and is not released.
    ///
    /// # Safety
    /// The array is as the interface says, of a struct.
    pub unsafe fn new(array: ArrowArray, columns: usize) -> Result<Self, String> {
        // From here on it is released whatever comes.
        let owner = Arc::new(Owned(array));
        let array = &owner.0;
        let (from, rows) = extent(array)?;
        if usize::try_from(array.n_children) != Ok(columns) {
            return Err(format!("{} columns came, and the schema has {columns}", array.n_children));
        }
        if columns > 0 && array.children.is_null() {
            return Err("the columns are NULL".to_owned());
        }
        if array.n_buffers != 1 {
            return Err(format!("it has {}, and a struct has 1", buffers(array.n_buffers)));
        }
        // SAFETY: by the caller's word.
        let valid = unsafe { validity(&owner, array, from + rows) }?;
        let known = |valid: Buffer| valid.count_set_bits_offset(from, rows);
        if valid.is_some_and(|valid| known(valid) != rows) {
            return Err("some of the rows are NULL as such; a row can only have missing values".to_owned());
        }
        Ok(Self { owner, from, rows })
    }

    /// How many rows there are.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// A column's values for these rows.
    ///
    /// # Safety
    /// The column is of that type, and as the interface says.
    pub unsafe fn column(&self, at: usize, ty: &DataType) -> Result<ArrayData, String> {
        let array = &self.owner.0;
        if i64::try_from(at).is_ok_and(|at| at >= array.n_children) {
            return Err("it did not come".to_owned());
        }
        // SAFETY: there are so many pointers to children, by the word given when it was taken over.
        let child = unsafe { (*array.children.add(at)).as_ref() }.ok_or("it is NULL")?;
        // SAFETY: the caller's word is passed on.
        let column = unsafe { values(&self.owner, child, ty) }?;
        if column.len() < self.from + self.rows {
            return Err(format!("it has {}, and there are {}", count(column.len()), self.from + self.rows));
        }
        // Each counts the nulls anew, so what has nothing to be looked at is left as it is.
        let whole = self.from == 0 && column.len() == self.rows;
        let column = if whole { column } else { column.slice(self.from, self.rows) };
        if !is_plain(ty) {
            column.validate_full().map_err(words)?;
        }
        Ok(column)
    }
}

/// Whether values of a type are numbers or truth values, which may be any: all that could be wrong are the lengths of
/// their buffers, which are made to fit.
fn is_plain(ty: &DataType) -> bool {
    ty.is_primitive() || matches!(ty, DataType::Boolean | DataType::Null)
}

/// The values of an array. What its offsets and keys are is not looked at here, but for the last offset.
///
/// # Safety
/// The array is of that type, as the interface says, and in the hands of the owner.
unsafe fn values(owner: &Arc<Owned>, array: &ArrowArray, ty: &DataType) -> Result<ArrayData, String> {
    let (offset, length) = extent(array)?;
    let all = offset + length;
    if matches!(ty, DataType::Null) {
        return Ok(ArrayData::new_null(&DataType::Null, length));
    }
    if !is_read(ty) {
        // SAFETY: the caller's word is passed on.
        return unsafe { presence(owner, array, offset, length) };
    }
    let views = matches!(ty, DataType::Utf8View | DataType::BinaryView);
    let expected = match ty {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Binary | DataType::LargeBinary | DataType::Utf8View => 3,
        DataType::BinaryView => 3,
        _ => 2,
    };
    let fits = if views { (expected..=BUFFERS).contains(&array.n_buffers) } else { array.n_buffers == expected };
    if !fits {
        return Err(format!("it has {}, and its type {ty} has {expected}", buffers(array.n_buffers)));
    }
    if all == 0 {
        // Nothing is read, so nothing needs to be there.
        return Ok(ArrayData::new_empty(ty));
    }
    // SAFETY: by the caller's word, of all that follows: the counts of bytes are those of so many values of the type.
    let valid = unsafe { validity(owner, array, all) }?;
    let own = |at: usize, bytes: usize| {
        // SAFETY: as above.
        let data = unsafe { pointer(array, at) };
        if bytes > 0 && data.is_null() {
            return Err(format!("its buffer {at} is NULL"));
        }
        // SAFETY: as above.
        Ok(unsafe { lent(owner, data, bytes) })
    };
    let mut children = Vec::new();
    let buffers = match ty {
        DataType::Boolean => vec![own(1, all.div_ceil(8))?],
        DataType::Utf8 | DataType::Binary => {
            let offsets = own(1, (all + 1) * 4)?;
            let bytes = own(2, last(&offsets, i32::from_ne_bytes)?)?;
            vec![offsets, bytes]
        }
        DataType::LargeUtf8 | DataType::LargeBinary => {
            let offsets = own(1, (all + 1) * 8)?;
            let bytes = own(2, last(&offsets, i64::from_ne_bytes)?)?;
            vec![offsets, bytes]
        }
        DataType::Utf8View | DataType::BinaryView => {
            let count = usize::try_from(array.n_buffers - expected).unwrap_or(0);
            let lengths = own(count + 2, count * 8)?;
            let mut buffers = vec![own(1, all * 16)?];
            for (at, length) in lengths.chunks_exact(8).enumerate() {
                buffers.push(own(at + 2, size(length, i64::from_ne_bytes)?)?);
            }
            buffers
        }
        DataType::List(item) | DataType::LargeList(item) => {
            let wide = matches!(ty, DataType::LargeList(_));
            let offsets = own(1, (all + 1) * if wide { 8 } else { 4 })?;
            if array.n_children != 1 || array.children.is_null() {
                return Err("its one child is not there".to_owned());
            }
            // SAFETY: there is one, by the caller's word.
            let child = unsafe { (*array.children).as_ref() }.ok_or("its child is NULL")?;
            // SAFETY: the caller's word holds of children too.
            let child = unsafe { values(owner, child, item.data_type()) };
            children.push(child.map_err(|what| format!("its members: {what}"))?);
            vec![offsets]
        }
        DataType::Dictionary(keys, of) => {
            // SAFETY: where it is not NULL, it is an array, by the caller's word.
            let dictionary = unsafe { array.dictionary.as_ref() }.ok_or("its dictionary is NULL")?;
            // SAFETY: the caller's word holds of it too.
            let dictionary = unsafe { values(owner, dictionary, of) };
            children.push(dictionary.map_err(|what| format!("its dictionary: {what}"))?);
            vec![own(1, all * width(keys)?)?]
        }
        _ => vec![own(1, all * width(ty)?)?],
    };
    let missing = valid.as_ref().map_or(0, |valid| nulls::count(valid, offset, length));
    let data = ArrayData::builder(ty.clone()).len(length).offset(offset).null_bit_buffer(valid).null_count(missing);
    // What is not aligned for its type, as some producers send it, is copied.
    let data = data.buffers(buffers).child_data(children).align_buffers(true);
    // SAFETY: `Columns::column` looks at all of it before it gives it away, once it is cut to the rows.
    unsafe { data.skip_validation(true) }.build().map_err(words)
}

/// Whether values are there, of an array of a type that begins with a validity.
///
/// # Safety
/// As of [`values`].
unsafe fn presence(owner: &Arc<Owned>, array: &ArrowArray, offset: usize, length: usize) -> Result<ArrayData, String> {
    if array.n_buffers < 1 {
        return Err("it has no buffers".to_owned());
    }
    let all = offset + length;
    // SAFETY: the caller's word is passed on.
    let valid = unsafe { validity(owner, array, all) }?;
    let there = valid.clone().unwrap_or_else(|| MutableBuffer::from_len_zeroed(all.div_ceil(8)).into());
    let data = ArrayData::builder(DataType::Boolean).len(length).offset(offset);
    data.null_bit_buffer(valid).add_buffer(there).build().map_err(words)
}

/// Where the rows of an array begin, and how many they are.
fn extent(array: &ArrowArray) -> Result<(usize, usize), String> {
    let range = 0..=VALUES;
    let place = |value: i64| usize::try_from(value).ok().filter(|_| range.contains(&value));
    match (place(array.offset), place(array.length)) {
        (Some(offset), Some(length)) => Ok((offset, length)),
        (None, _) => Err(format!("its offset cannot be {}", array.offset)),
        (_, None) => Err(format!("its length cannot be {}", array.length)),
    }
}

/// The validity of so many values; `None` where all are there.
///
/// # Safety
/// As of [`values`]; the type of the array has a validity.
unsafe fn validity(owner: &Arc<Owned>, array: &ArrowArray, values: usize) -> Result<Option<Buffer>, String> {
    if array.n_buffers > 0 && array.buffers.is_null() {
        return Err("its buffers are NULL".to_owned());
    }
    if array.null_count > array.length {
        return Err("it has more nulls than values".to_owned());
    }
    // SAFETY: there is at least one buffer.
    let data = unsafe { pointer(array, 0) };
    if data.is_null() && array.null_count > 0 {
        return Err("it has nulls, and its validity is NULL".to_owned());
    }
    if data.is_null() || array.null_count == 0 || values == 0 {
        return Ok(None);
    }
    // SAFETY: as many bits as values, by the caller's word.
    Ok(Some(unsafe { lent(owner, data, values.div_ceil(8)) }))
}

/// A buffer's first byte.
///
/// # Safety
/// The array has that buffer.
unsafe fn pointer(array: &ArrowArray, at: usize) -> *const u8 {
    // SAFETY: the array has that buffer.
    unsafe { array.buffers.add(at).read_unaligned() }.cast()
}

/// So many bytes of the owner's.
///
/// # Safety
/// They are there.
unsafe fn lent(owner: &Arc<Owned>, data: *const u8, bytes: usize) -> Buffer {
    match NonNull::new(data.cast_mut()) {
        // SAFETY: they are there, and stay until the owner is gone.
        Some(data) if bytes > 0 => unsafe { Buffer::from_custom_allocation(data, bytes, owner.clone()) },
        _ => MutableBuffer::new(0).into(),
    }
}

/// What the last offset says.
fn last<const N: usize, T: Into<i64>>(offsets: &Buffer, read: impl Fn([u8; N]) -> T) -> Result<usize, String> {
    offsets.last_chunk::<N>().map_or(Ok(0), |last| size(last, read))
}

fn size<const N: usize, T: Into<i64>>(bytes: &[u8], read: impl Fn([u8; N]) -> T) -> Result<usize, String> {
    let value: i64 = bytes.try_into().map_or(0, |bytes| read(bytes).into());
    let size = usize::try_from(value).ok().filter(|_| value <= VALUES);
    size.ok_or_else(|| format!("one of its buffers cannot be {value} bytes long"))
}

/// The bytes of a value.
fn width(ty: &DataType) -> Result<usize, String> {
    ty.primitive_width().ok_or_else(|| format!("its type {ty} is not read"))
}

fn buffers(count: i64) -> String {
    if count == 1 { "1 buffer".to_owned() } else { format!("{count} buffers") }
}

fn count(values: usize) -> String {
    if values == 1 { "1 value".to_owned() } else { format!("{values} values") }
}

/// What the Arrow library found, without its name for what kind of finding it is.
fn words(error: ArrowError) -> String {
    let text = match error {
        ArrowError::InvalidArgumentError(text) | ArrowError::CDataInterface(text) => text,
        other => other.to_string(),
    };
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
