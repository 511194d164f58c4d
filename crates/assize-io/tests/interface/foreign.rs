//! Another program, by hand: structs of the interface with buffers of exactly the bytes they need, and a ledger of what
//! was released.

use assize_io::interface::{ArrowArray, ArrowArrayStream, ArrowSchema};
use std::alloc::{Layout, alloc, dealloc};
use std::collections::VecDeque;
use std::ffi::{CString, c_char, c_int, c_void};
use std::ptr::{null, null_mut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Bytes at an address that is a multiple of 64, or so many bytes past one; not one byte more than was asked for.
pub struct Bytes {
    start: *mut u8,
    layout: Layout,
    skew: usize,
    length: usize,
}

// SAFETY: owned memory.
unsafe impl Send for Bytes {}
// SAFETY: as above; it is not written to while it is shared.
unsafe impl Sync for Bytes {}

impl Bytes {
    pub fn new(bytes: &[u8]) -> Self {
        Self::skewed(bytes, 0)
    }

    pub fn skewed(bytes: &[u8], skew: usize) -> Self {
        let layout = Layout::from_size_align((bytes.len() + skew).max(1), 64).unwrap();
        // SAFETY: the layout is not empty, and as long as what is written.
        let start = unsafe { alloc(layout) };
        assert!(!start.is_null());
        // SAFETY: as above.
        unsafe { start.add(skew).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        Self { start, layout, skew, length: bytes.len() }
    }

    pub fn len(&self) -> usize {
        self.length
    }

    pub fn set(&mut self, at: usize, byte: u8) {
        assert!(at < self.length);
        // SAFETY: within what was allocated.
        unsafe { self.start.add(self.skew + at).write(byte) };
    }

    fn pointer(&self) -> *const c_void {
        // SAFETY: within what was allocated, or one past it.
        unsafe { self.start.add(self.skew).cast_const().cast() }
    }
}

impl Drop for Bytes {
    fn drop(&mut self) {
        // SAFETY: allocated so.
        unsafe { dealloc(self.start, self.layout) };
    }
}

/// How often something was released. What is never released, or twice, is found by [`Ledger::settle`].
#[derive(Default, Clone)]
pub struct Ledger(Arc<std::sync::Mutex<Vec<Arc<AtomicU32>>>>);

impl Ledger {
    fn entry(&self) -> Arc<AtomicU32> {
        let entry = Arc::new(AtomicU32::new(0));
        self.0.lock().unwrap().push(entry.clone());
        entry
    }

    /// How many structs were handed over and how many of them are not released.
    pub fn open(&self) -> usize {
        self.0.lock().unwrap().iter().filter(|entry| entry.load(Ordering::Relaxed) == 0).count()
    }

    /// Every struct must have been released, and none twice.
    #[track_caller]
    pub fn settle(&self) {
        let times: Vec<u32> = self.0.lock().unwrap().iter().map(|entry| entry.load(Ordering::Relaxed)).collect();
        assert!(times.iter().all(|&times| times == 1), "released so many times: {times:?}");
    }
}

/// An array with its schema, as it is thought of.
pub struct Array {
    pub format: CString,
    pub name: CString,
    pub length: i64,
    pub nulls: i64,
    pub offset: i64,
    pub buffers: Vec<Option<Bytes>>,
    pub children: Vec<Array>,
    pub dictionary: Option<Box<Array>>,
}

/// What a struct points to; it goes with its release.
struct Held<T> {
    entry: Arc<AtomicU32>,
    children: Vec<*mut T>,
    /// The same and some more, as the consumer sees them.
    seen: Vec<*mut T>,
    dictionary: *mut T,
    release: unsafe fn(*mut T),
    _texts: Vec<CString>,
    _buffers: Vec<Option<Bytes>>,
    _pointers: Vec<*const c_void>,
}

/// Pointers past those that are counted, so that a count may lie a little.
const SPARE: usize = 8;

fn hold<T>(mut held: Held<T>) -> (*mut Held<T>, *mut *mut T, *mut *const c_void) {
    held.seen = held.children.clone();
    held.seen.resize(held.children.len() + SPARE, null_mut());
    let (children, pointers) = (held.seen.as_mut_ptr(), held._pointers.as_mut_ptr());
    (Box::into_raw(Box::new(held)), children, pointers)
}

/// # Safety
/// The private data are a `Held<T>` that was not released.
unsafe fn let_go<T>(private: *mut c_void) {
    // SAFETY: by the caller's word. The entry outlives it, so that a second release is counted rather than undefined
    // where it comes through a copy that was marked.
    let held = unsafe { Box::from_raw(private.cast::<Held<T>>()) };
    held.entry.fetch_add(1, Ordering::Relaxed);
    for &child in held.children.iter().chain([&held.dictionary]).filter(|child| !child.is_null()) {
        // SAFETY: made by `Box::into_raw`, and not released before its parent.
        unsafe {
            (held.release)(child);
            drop(Box::from_raw(child));
        }
    }
}

unsafe extern "C" fn release_array(array: *mut ArrowArray) {
    // SAFETY: the consumer calls it with what it was given.
    unsafe {
        (*array).release = None;
        let_go::<ArrowArray>((*array).private_data);
    }
}

unsafe extern "C" fn release_schema(schema: *mut ArrowSchema) {
    // SAFETY: as above.
    unsafe {
        (*schema).release = None;
        let_go::<ArrowSchema>((*schema).private_data);
    }
}

impl Array {
    pub fn new(format: &str, length: usize, buffers: Vec<Option<Bytes>>) -> Self {
        Self {
            format: CString::new(format).unwrap(),
            name: CString::new("x").unwrap(),
            length: i64::try_from(length).unwrap(),
            nulls: -1,
            offset: 0,
            buffers,
            children: Vec::new(),
            dictionary: None,
        }
    }

    pub fn rows(columns: Vec<Self>, rows: usize) -> Self {
        Self { children: columns, ..Self::new("+s", rows, vec![None]) }
    }

    pub fn named(self, name: &str) -> Self {
        Self { name: CString::new(name).unwrap(), ..self }
    }

    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub fn schema(&self, ledger: &Ledger) -> ArrowSchema {
        let texts = vec![self.format.clone(), self.name.clone()];
        let (format, name) = (texts[0].as_ptr(), texts[1].as_ptr());
        let boxed = |array: &Self| Box::into_raw(Box::new(array.schema(ledger)));
        let children: Vec<*mut ArrowSchema> = self.children.iter().map(boxed).collect();
        let dictionary = self.dictionary.as_deref().map_or(null_mut(), boxed);
        let n_children = children.len() as i64;
        let (private, children, _) = hold(Held {
            entry: ledger.entry(),
            children,
            seen: Vec::new(),
            dictionary,
            // SAFETY: of a schema made here.
            release: |schema| unsafe { release_schema(schema) },
            _texts: texts,
            _buffers: Vec::new(),
            _pointers: Vec::new(),
        });
        ArrowSchema {
            format,
            name,
            metadata: null(),
            flags: 2,
            n_children,
            children,
            dictionary,
            release: Some(release_schema),
            private_data: private.cast(),
        }
    }

    pub fn array(self, ledger: &Ledger) -> ArrowArray {
        let pointer = |buffer: &Option<Bytes>| buffer.as_ref().map_or(null(), Bytes::pointer);
        let mut pointers: Vec<*const c_void> = self.buffers.iter().map(pointer).collect();
        let n_buffers = pointers.len() as i64;
        pointers.resize(pointers.len() + SPARE, null());
        let boxed = |array: Self| Box::into_raw(Box::new(array.array(ledger)));
        let children: Vec<*mut ArrowArray> = self.children.into_iter().map(boxed).collect();
        let dictionary = self.dictionary.map_or(null_mut(), |dictionary| boxed(*dictionary));
        let n_children = children.len() as i64;
        let (private, children, buffers) = hold(Held {
            entry: ledger.entry(),
            children,
            seen: Vec::new(),
            dictionary,
            // SAFETY: of an array made here.
            release: |array| unsafe { release_array(array) },
            _texts: Vec::new(),
            _buffers: self.buffers,
            _pointers: pointers,
        });
        ArrowArray {
            length: self.length,
            null_count: self.nulls,
            offset: self.offset,
            n_buffers,
            n_children,
            buffers,
            children,
            dictionary,
            release: Some(release_array),
            private_data: private.cast(),
        }
    }
}

/// What a stream gives: a struct, or an error.
pub type Given<T> = Result<T, c_int>;

/// A producer of a stream.
pub struct Producer {
    schema: Option<Given<ArrowSchema>>,
    arrays: VecDeque<Given<ArrowArray>>,
    pub error: Option<CString>,
    entry: Arc<AtomicU32>,
    /// Calls of `get_next`.
    pub asked: Arc<AtomicU32>,
}

unsafe extern "C" fn get_schema(stream: *mut ArrowArrayStream, out: *mut ArrowSchema) -> c_int {
    // SAFETY: the consumer calls it with its stream and a place for a schema.
    let (producer, out) = unsafe { (&mut *(*stream).private_data.cast::<Producer>(), &mut *out) };
    match producer.schema.take() {
        Some(Ok(schema)) => *out = schema,
        Some(Err(status)) => return status,
        // A producer that says all went well, and wrote nothing.
        None => {}
    }
    0
}

unsafe extern "C" fn get_next(stream: *mut ArrowArrayStream, out: *mut ArrowArray) -> c_int {
    // SAFETY: the consumer calls it with its stream and a place for an array.
    let (producer, out) = unsafe { (&mut *(*stream).private_data.cast::<Producer>(), &mut *out) };
    producer.asked.fetch_add(1, Ordering::Relaxed);
    match producer.arrays.pop_front() {
        Some(Ok(array)) => *out = array,
        Some(Err(status)) => return status,
        None => *out = ArrowArray::released(),
    }
    0
}

unsafe extern "C" fn get_last_error(stream: *mut ArrowArrayStream) -> *const c_char {
    // SAFETY: the consumer calls it with its stream.
    let producer = unsafe { &*(*stream).private_data.cast::<Producer>() };
    producer.error.as_ref().map_or(null(), |error| error.as_ptr())
}

unsafe extern "C" fn release_stream(stream: *mut ArrowArrayStream) {
    // SAFETY: the consumer calls it with its stream, once.
    let producer = unsafe {
        (*stream).release = None;
        Box::from_raw((*stream).private_data.cast::<Producer>())
    };
    producer.entry.fetch_add(1, Ordering::Relaxed);
    // What was never asked for is the producer's to release.
    if let Some(Ok(mut schema)) = producer.schema
        && let Some(release) = schema.release
    {
        // SAFETY: it was not handed over.
        unsafe { release(&raw mut schema) };
    }
    for mut array in producer.arrays.into_iter().flatten() {
        if let Some(release) = array.release {
            // SAFETY: as above.
            unsafe { release(&raw mut array) };
        }
    }
}

/// A stream of that schema and those arrays; its producer can be changed before it is used.
pub fn stream(
    ledger: &Ledger,
    schema: Option<Given<ArrowSchema>>,
    arrays: impl IntoIterator<Item = Given<ArrowArray>>,
    change: impl FnOnce(&mut Producer),
) -> ArrowArrayStream {
    let mut producer = Producer {
        schema,
        arrays: arrays.into_iter().collect(),
        error: None,
        entry: ledger.entry(),
        asked: Arc::default(),
    };
    change(&mut producer);
    ArrowArrayStream {
        get_schema: Some(get_schema),
        get_next: Some(get_next),
        get_last_error: Some(get_last_error),
        release: Some(release_stream),
        private_data: Box::into_raw(Box::new(producer)).cast(),
    }
}
