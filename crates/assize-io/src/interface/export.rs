//! Results for other programs, as a stream of columns.

use super::ArrowArrayStream;
use crate::out::{OutField, schema};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use std::mem::size_of;
use std::sync::Arc;

const _: () = assert!(size_of::<ArrowArrayStream>() == size_of::<FFI_ArrowArrayStream>());

/// A batch of rows of a stream, or why it cannot be made.
pub type Batch = Result<RecordBatch, String>;

struct Source<I> {
    schema: SchemaRef,
    batches: I,
}

impl<I: Iterator<Item = Batch>> Iterator for Source<I> {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.batches.next().map(|batch| batch.map_err(ArrowError::ComputeError))
    }
}

impl<I: Iterator<Item = Batch>> RecordBatchReader for Source<I> {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

/// Writes a stream that gives batches of the fields, each made when it is asked for.
///
/// # Safety
/// `out` points to a place for a stream; what stood there is not released.
pub unsafe fn export(
    fields: &[OutField],
    batches: impl Iterator<Item = Batch> + Send + 'static,
    out: *mut ArrowArrayStream,
) {
    let source = Source { schema: Arc::new(schema(fields)), batches };
    let stream = FFI_ArrowArrayStream::new(Box::new(source));
    // SAFETY: a place for a stream by the caller's word, of the same layout.
    unsafe { out.cast::<FFI_ArrowArrayStream>().write(stream) };
}
