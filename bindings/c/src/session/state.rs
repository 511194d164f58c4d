//! What a session holds, and how a record of it is filled in.

use super::faults::Faults;
use super::last::Last;
use crate::failure::Failure;
use crate::rules::RulesHandle;
use crate::status::Status;
use assize::Session;
use assize::eval::row::{RowError, RowId};
use assize::model::civil::Date;
use assize::model::ids::{CategoryId, FieldId, RecordId};
use assize::model::program::FieldKind;
use assize::record::Form;

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
    /// What cells and JSON are read with; made when first needed.
    form: Option<Form>,
}

impl State {
    /// A session as of a date.
    pub fn new(rules: &RulesHandle, as_of: Date) -> Self {
        Self {
            session: rules.rules.session(&rules.rules.inputs(as_of)),
            rules: rules.clone(),
            as_of,
            record: None,
            last: Last::default(),
            faults: Faults::default(),
            rows: Vec::new(),
            first: 1,
            form: None,
        }
    }

    /// Takes another evaluation date.
    pub fn bind(&mut self, as_of: Date) {
        self.session.bind(&self.rules.rules.inputs(as_of));
        self.as_of = as_of;
        self.record = None;
        self.forget_rows();
    }

    fn forget_rows(&mut self) {
        self.last.forget();
        self.faults.clear();
        if self.rows.is_empty() {
            return;
        }
        let used = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        // Numbers begin anew when half of them are used up: a number as old as that is not told apart.
        self.first = self.first.checked_add(used).filter(|&first| first < u32::MAX / 2).unwrap_or(1);
        self.rows.clear();
    }

    /// Begins a record.
    pub fn begin(&mut self, record: u32) -> Result<(), Failure> {
        self.session.begin(RecordId(record))?;
        self.was_begun(RecordId(record));
        Ok(())
    }

    /// That a record was begun.
    pub fn begun(&self) -> Result<RecordId, Failure> {
        self.record.ok_or_else(not_begun)
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

    /// What a field of a row holds.
    pub fn kind(&self, row: u32, field: FieldId) -> Result<FieldKind, Failure> {
        let record = self.rules.rules.program().record(self.row(row)?.record()).ok_or(RowError::NoRecord)?;
        Ok(record.fields.get(field.index()).ok_or(RowError::NoField)?.kind)
    }

    /// What cells and JSON are read with, and the session that they fill.
    pub fn form(&mut self) -> (&mut Form, &mut Session, &mut Faults) {
        let form = self.form.get_or_insert_with(|| Form::new(self.session.plan()));
        (form, &mut self.session, &mut self.faults)
    }

    /// The record was begun otherwise than by [`State::begin`].
    pub fn was_begun(&mut self, record: RecordId) {
        self.record = Some(record);
        self.forget_rows();
    }

    /// Adds a child.
    pub fn child(&mut self, parent: u32, field: u32) -> Result<u32, Failure> {
        let id = self.row(parent)?;
        let number = u32::try_from(self.rows.len()).ok().and_then(|at| self.first.checked_add(at));
        let number = number.filter(|&number| number < u32::MAX).ok_or(RowError::TooMany)?;
        let id = self.session.child(id, FieldId(field))?;
        self.last.forget();
        self.rows.push(id);
        Ok(number)
    }

    /// Sets a field of a row.
    #[inline]
    pub fn set(
        &mut self,
        row: u32,
        set: impl FnOnce(&mut Session, RowId) -> Result<(), RowError>,
    ) -> Result<(), Failure> {
        let row = self.row(row)?;
        set(&mut self.session, row)?;
        self.last.forget();
        Ok(())
    }

    /// That there is a category, of the record that was begun.
    pub fn category(&self, category: CategoryId) -> Result<CategoryId, Failure> {
        let declared = self.rules.rules.program().category(category);
        let declared = declared.ok_or_else(|| Failure::new(Status::NotFound, "there is no such category"))?;
        match self.begun()? {
            record if record == declared.record => Ok(category),
            _ => Err(Failure::new(Status::Type, "the category is of another record")),
        }
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
