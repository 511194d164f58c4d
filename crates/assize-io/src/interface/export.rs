//! Results for other programs, as a stream of columns.

use super::ArrowArrayStream;
use crate::out::{OutField, schema};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use std::mem::size_of;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

const _: () = assert!(size_of::<ArrowArrayStream>() == size_of::<FFI_ArrowArrayStream>());

/// A batch of rows of a stream, or why it cannot be made.
pub type Batch = Result<RecordBatch, String>;

struct Source<I> {
    schema: SchemaRef,
    /// Until the end, or a fault.
    batches: Option<I>,
}

impl<I: Iterator<Item = Batch>> Iterator for Source<I> {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut batches = self.batches.take()?;
        // Another program asks for the next batch, and nothing may unwind into it.
        let next = catch_unwind(AssertUnwindSafe(|| batches.next()));
        let next = next.unwrap_or_else(|_| Some(Err("a fault of the library stopped the stream".to_owned())));
        match next? {
            Ok(batch) => {
                self.batches = Some(batches);
                Some(Ok(batch))
            }
            // What tells the other program takes no NUL.
            Err(what) => Some(Err(ArrowError::ComputeError(what.replace('\0', "\u{fffd}")))),
        }
    }
}

impl<I: Iterator<Item = Batch>> RecordBatchReader for Source<I> {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

/// Writes a stream that gives batches of the fields, each made when it is asked for. After a batch that cannot be made
/// there are no more.
///
/// # Safety
/// `out` points to a place for a stream; what stood there is not released.
pub unsafe fn export(
    fields: &[OutField],
    batches: impl Iterator<Item = Batch> + Send + 'static,
    out: *mut ArrowArrayStream,
) {
    let source = Source { schema: Arc::new(schema(fields)), batches: Some(batches) };
    let stream = FFI_ArrowArrayStream::new(Box::new(source));
    // SAFETY: a place for a stream by the caller's word, of the same layout.
    unsafe { out.cast::<FFI_ArrowArrayStream>().write(stream) };
}
