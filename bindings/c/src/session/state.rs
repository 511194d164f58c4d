//! What a session holds.

use crate::failure::Failure;
use crate::rules::RulesHandle;
use crate::session::faults::Faults;
use crate::session::outcome::Last;
use crate::status::Status;
use assize::Session;
use assize::eval::row::{RowError, RowId};
use assize::model::civil::Date;
use assize::model::ids::{FieldId, RecordId};

/// A session, its rows by number, and what its getters lend.
#[derive(Debug)]
pub struct State {
    /// The rules.
    pub rules: RulesHandle,
    /// The session itself.
    pub session: Session,
    /// The evaluation date.
    pub as_of: Date,
    /// The record that was begun.
    pub record: Option<RecordId>,
    /// The outcome that getters are about; forgotten when the record changes.
    pub last: Last,
    /// What could not be read of the record.
    pub faults: Faults,
    /// The children of the record. The first has the number `first`; numbers go on from record to record, so that a
    /// number of an earlier record is not mistaken for one of this.
    rows: Vec<RowId>,
    first: u32,
}

impl State {
    /// A session as of a date.
    pub fn new(rules: &RulesHandle, as_of: Date) -> Self {
        let rules = rules.clone();
        let session = rules.session(as_of);
        Self { rules, session, as_of, record: None, last: Last::default(), faults: Faults::default(), rows: vec![], first: 1 }
    }

    /// Takes another evaluation date.
    pub fn bind(&mut self, as_of: Date) {
        self.session.bind(&self.rules.inputs(as_of));
        self.as_of = as_of;
        self.record = None;
        self.forget_rows();
    }

    fn forget_rows(&mut self) {
        self.last.forget();
        self.faults.clear();
        let used = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        // Numbers begin anew when half of them are used up: a stale one is then four thousand million children old.
        self.first = self.first.checked_add(used).filter(|&first| first < u32::MAX / 2).unwrap_or(1);
        self.rows.clear();
    }

    /// Begins a record.
    pub fn begin(&mut self, record: u32) -> Result<(), Failure> {
        self.session.begin(RecordId(record))?;
        self.record = Some(RecordId(record));
        self.forget_rows();
        Ok(())
    }

    /// The row of a number.
    #[inline]
    pub fn row(&self, row: u32) -> Result<RowId, Failure> {
        if row == 0 {
            return self.session.row().map_err(|_| not_begun());
        }
        let at = row.wrapping_sub(self.first) as usize;
        self.rows.get(at).copied().ok_or_else(stale)
    }

    /// Gives a row its number.
    pub fn number(&mut self, row: RowId) -> Result<u32, Failure> {
        let number = u32::try_from(self.rows.len()).ok().and_then(|at| self.first.checked_add(at));
        let number = number.filter(|&number| number < u32::MAX).ok_or(RowError::TooMany)?;
        self.rows.push(row);
        Ok(number)
    }

    /// Adds a child.
    pub fn child(&mut self, parent: u32, field: u32) -> Result<u32, Failure> {
        let parent = self.row(parent)?;
        self.last.forget();
        let child = self.session.child(parent, FieldId(field))?;
        self.number(child)
    }

    /// Sets a field of a row.
    #[inline]
    pub fn set(
        &mut self,
        row: u32,
        set: impl FnOnce(&mut Session, RowId) -> Result<(), RowError>,
    ) -> Result<(), Failure> {
        let row = self.row(row)?;
        self.last.forget();
        Ok(set(&mut self.session, row)?)
    }
}

#[cold]
fn not_begun() -> Failure {
    Failure::new(Status::Order, "no record was begun")
}

#[cold]
fn stale() -> Failure {
    Failure::new(Status::Order, "there is no such row: it belongs to an earlier record, or was never given")
}
