//! Rows that come as Arrow record batches, given in batches of the size that is asked for.

use super::Binder;
use crate::error::ReadFailure;
use crate::table::Batch;
use arrow_array::RecordBatch;

/// Where record batches come from.
pub(crate) trait Batches {
    /// The next one; `rows` is how many rows came before.
    fn next(&mut self, rows: u64) -> Result<Option<RecordBatch>, ReadFailure>;
}

/// Rows of record batches.
pub(crate) struct ArrowSource {
    batches: Box<dyn Batches + Send>,
    pub(crate) binder: Binder,
    /// What came and was not yet given, from that row on.
    pending: Option<(RecordBatch, usize)>,
}

impl ArrowSource {
    pub(crate) fn new(batches: impl Batches + Send + 'static, binder: Binder) -> Self {
        Self { batches: Box::new(batches), binder, pending: None }
    }

    /// The next rows, at most so many.
    pub(crate) fn next_batch(&mut self, most: usize) -> Result<Option<Batch>, ReadFailure> {
        loop {
            if let Some((rows, from)) = self.pending.take() {
                let left = rows.num_rows().saturating_sub(from);
                if left > 0 {
                    let taken = left.min(most);
                    let batch = self.binder.bind_rows(&rows, from..from + taken)?;
                    if taken < left {
                        self.pending = Some((rows, from + taken));
                    }
                    return Ok(Some(batch));
                }
            }
            match self.batches.next(self.binder.counts().rows)? {
                None => return Ok(None),
                Some(batch) => self.pending = Some((batch, 0)),
            }
        }
    }
}
