//! What is wrong with single rows: kept up to a limit, counted without one.

use assize_model::ids::{FieldId, RecordId};

/// Faults of rows that are kept unless the options say otherwise; all are counted.
pub const FAULTS_KEPT: usize = 1_000;

/// Something wrong with one row of the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// Whose rows.
    pub record: RecordId,
    /// Which row, from 1; headings are no row. Of nested children, the how-manieth of their record in the input.
    pub row: u64,
    /// The row's key as text, where it could be read.
    pub key: Option<String>,
    /// The field, unless it is the row as a whole.
    pub field: Option<FieldId>,
    /// The code, one of [`assize_model::read::CODES`] or [`crate::codes::CODES`].
    pub code: &'static str,
    /// What is wrong, in words.
    pub message: String,
}

/// Counts of what was read so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Rows, those in error included.
    pub rows: u64,
    /// Rows with at least one fault.
    pub bad: u64,
    /// Faults.
    pub faults: u64,
}

/// A fault before its row has a number and a key.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    /// The row within its batch.
    pub(crate) row: u32,
    pub(crate) field: Option<FieldId>,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// Takes the faults of one column, or of rows as such, of one block; rows come in ascending order.
#[derive(Debug)]
pub(crate) struct Sink {
    field: Option<FieldId>,
    /// How many faults are still to be kept.
    room: usize,
    pub(crate) kept: Vec<Pending>,
    pub(crate) count: u64,
    pub(crate) bad: Vec<u32>,
}

impl Sink {
    pub(crate) fn new(field: Option<FieldId>, room: usize) -> Self {
        Self { field, room, kept: Vec::new(), count: 0, bad: Vec::new() }
    }

    /// Takes a fault; what it says is made only when it is kept.
    #[cold]
    pub(crate) fn add(&mut self, row: u32, fault: impl FnOnce() -> (&'static str, String)) {
        self.count += 1;
        if self.bad.last() != Some(&row) {
            self.bad.push(row);
        }
        if self.kept.len() < self.room {
            let (code, message) = fault();
            self.kept.push(Pending { row, field: self.field, code, message });
        }
    }
}

/// The faults of one batch, in the order of rows and fields, as far as they are kept.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) kept: Vec<Pending>,
    pub(crate) count: u64,
    /// Rows with a fault, ascending once [`Faults::settle`] was called.
    pub(crate) bad: Vec<u32>,
}

impl Faults {
    pub(crate) fn take(&mut self, sink: Sink) {
        self.kept.extend(sink.kept);
        self.count += sink.count;
        self.bad.extend(sink.bad);
    }

    /// Puts the faults in order and leaves as many as there is room for. To be called after each block.
    pub(crate) fn settle(&mut self, room: usize) {
        assize_model::order::sort_by_key(&mut self.kept, |fault| (fault.row, fault.field));
        self.kept.truncate(room);
        assize_model::order::sort(&mut self.bad);
        self.bad.dedup();
    }
}
