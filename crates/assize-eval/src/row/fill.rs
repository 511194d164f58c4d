//! Filling in a record field by field, and its children.

use super::cell::Cell;
use super::plan::NOTHING;
use super::run::Work;
use super::session::{RowError, RowId, Session};
use super::store::Store;
use assize_model::absence::{Absence, Fault, Reason};
use assize_model::bounds::Bounds;
use assize_model::civil::{Date, DateTime, Duration, Time};
use assize_model::decimal::Decimal;
use assize_model::ids::{Code, FieldId, NodeId};
use assize_model::program::{Field, FieldKind};
use assize_model::ty::Ty;
use assize_model::value::Value;

/// How many bytes of the store may lie unused before it is put in order.
const MOST_WASTE: usize = 1 << 16;

macro_rules! setters {
    ($($(#[$doc:meta])* $set:ident, $set_at:ident ($($arg:ident: $ty:ty),*);)*) => {$(
        $(#[$doc])*
        /// For the record itself.
        ///
        /// # Errors
        /// [`RowError`].
        #[inline]
        pub fn $set(&mut self, field: FieldId, $($arg: $ty),*) -> Result<(), RowError> {
            self.$set_at(self.row()?, field, $($arg),*)
        }
    )*};
}

/// The fields of one row, found once, so that many are set without looking for the row each time. Nothing is kept of a row
/// that no expression reads.
#[derive(Debug)]
pub struct Fields<'s> {
    kinds: &'s [FieldKind],
    cells: &'s mut [Cell],
}

impl Fields<'_> {
    /// Sets a boolean.
    ///
    /// # Errors
    /// [`RowError`].
    #[inline]
    pub fn set_boolean(&mut self, field: FieldId, value: bool) -> Result<(), RowError> {
        self.put(field, |kind| matches!(kind, FieldKind::Value(Ty::Boolean)), Cell::Boolean(value))
    }

    /// Sets an integer.
    ///
    /// # Errors
    /// [`RowError`].
    #[inline]
    pub fn set_integer(&mut self, field: FieldId, value: i64) -> Result<(), RowError> {
        let fits = |kind| matches!(kind, FieldKind::Value(Ty::Integer) | FieldKind::Range(Ty::Integer));
        self.put(field, fits, Cell::Integer(value))
    }

    #[inline]
    fn put(&mut self, field: FieldId, fits: impl Fn(FieldKind) -> bool, cell: Cell) -> Result<(), RowError> {
        match self.kinds.get(field.index()) {
            Some(&kind) if fits(kind) => {}
            Some(_) => return Err(RowError::Type),
            None if self.kinds.is_empty() => return Ok(()),
            None => return Err(RowError::NoField),
        }
        if let Some(slot) = self.cells.get_mut(field.index()) {
            *slot = cell;
        }
        Ok(())
    }
}

impl Session {
    /// The fields of a row, to set many of them.
    ///
    /// # Errors
    /// [`RowError`].
    #[inline]
    pub fn fields_at(&mut self, row: RowId) -> Result<Fields<'_>, RowError> {
        if row.serial != self.serial {
            return Err(RowError::Stale);
        }
        self.changed = true;
        let Some(plan) = row.scope.and_then(|scope| self.plan.scopes.get(scope.index())) else {
            return Ok(Fields { kinds: &[], cells: &mut [] });
        };
        let width = plan.blank.len();
        let cells = if row.scope == Some(self.root) {
            self.machine.registers.get_mut(plan.fields as usize..plan.fields as usize + width)
        } else {
            let rows = row.scope.and_then(|scope| self.machine.work.rows.get_mut(scope.index()));
            let start = row.row as usize * width;
            rows.and_then(|rows| rows.cells.get_mut(start..start + width))
        };
        Ok(Fields { kinds: &plan.kinds, cells: cells.unwrap_or(&mut []) })
    }

    /// Adds a child to a row by one of its `many` fields.
    ///
    /// # Errors
    /// [`RowError`].
    pub fn child(&mut self, parent: RowId, many: FieldId) -> Result<RowId, RowError> {
        let FieldKind::Many { record, .. } = self.kind(parent, many)? else { return Err(RowError::Type) };
        self.change();
        let unread = RowId { scope: None, record, row: 0, serial: self.serial };
        let Some(outer) = parent.scope else { return Ok(unread) };
        let plan = &self.plan.scopes;
        let Some(of) = plan.get(outer.index()) else { return Ok(unread) };
        let Some(&(_, scope)) = of.children.iter().find(|&&(field, _)| field == many) else { return Ok(unread) };
        let Some(inner) = plan.get(scope.index()) else { return Ok(unread) };
        let rows = self.machine.work.rows.get_mut(scope.index()).ok_or(RowError::NoRecord)?;
        let row = rows.add(inner, parent.row).ok_or(RowError::TooMany)?;
        let last = self
            .machine
            .work
            .rows
            .get_mut(outer.index())
            .map_or(NOTHING, |rows| rows.append(of, parent.row, inner.slot, row));
        if last != NOTHING
            && let Some(next) =
                self.machine.work.rows.get_mut(scope.index()).and_then(|rows| rows.next.get_mut(last as usize))
        {
            *next = row;
        }
        Ok(RowId { scope: Some(scope), record, row, serial: self.serial })
    }

    setters! {
        /// Sets an integer.
        set_integer, set_integer_at (value: i64);
        /// Sets a decimal.
        set_decimal, set_decimal_at (value: Decimal);
        /// Sets a boolean.
        set_boolean, set_boolean_at (value: bool);
        /// Sets a date.
        set_date, set_date_at (value: Date);
        /// Sets a time.
        set_time, set_time_at (value: Time);
        /// Sets an instant.
        set_datetime, set_datetime_at (value: DateTime);
        /// Sets a duration.
        set_duration, set_duration_at (value: Duration);
        /// Sets a code.
        set_code, set_code_at (value: Code);
        /// Sets a text, which is copied.
        set_text, set_text_at (value: &str);
        /// Sets a set, which is copied.
        set_set, set_set_at (value: &Value);
        /// Sets a range of integers; an open end is `None`.
        set_integer_range, set_integer_range_at (lo: Option<i64>, hi: Option<i64>);
        /// Sets a range of decimals; an open end is `None`.
        set_decimal_range, set_decimal_range_at (lo: Option<Decimal>, hi: Option<Decimal>);
        /// Sets a value of whatever type the field has.
        set_value, set_value_at (value: &Value);
        /// Leaves a field missing for a reason; a required one is then a fault of the record.
        set_missing, set_missing_at (reason: Reason);
        /// Marks a field as one that could not be read, which is a fault of the record.
        set_unreadable, set_unreadable_at ();
    }

    /// Sets an integer of a row.
    ///
    /// # Errors
    /// [`RowError`].
    #[inline]
    pub fn set_integer_at(&mut self, row: RowId, field: FieldId, value: i64) -> Result<(), RowError> {
        // A known number may stand in a range too.
        let fits = |kind| matches!(kind, FieldKind::Value(Ty::Integer) | FieldKind::Range(Ty::Integer));
        self.place(row, field, fits, Cell::Integer(value))
    }

    /// Sets a decimal of a row.
    ///
    /// # Errors
    /// [`RowError`].
    #[inline]
    pub fn set_decimal_at(&mut self, row: RowId, field: FieldId, value: Decimal) -> Result<(), RowError> {
        let fits = |kind| matches!(kind, FieldKind::Value(Ty::Decimal) | FieldKind::Range(Ty::Decimal));
        self.place(row, field, fits, Cell::Decimal(value))
    }

    /// Sets a boolean of a row.
    ///
    /// # Errors
    /// [`RowError`].
    #[inline]
    pub fn set_boolean_at(&mut self, row: RowId, field: FieldId, value: bool) -> Result<(), RowError> {
        self.place(row, field, |kind| matches!(kind, FieldKind::Value(Ty::Boolean)), Cell::Boolean(value))
    }

    /// Sets a date of a row.
    ///
    /// # Errors
    /// [`RowError`].
    #[inline]
    pub fn set_date_at(&mut self, row: RowId, field: FieldId, value: Date) -> Result<(), RowError> {
        self.place(row, field, |kind| matches!(kind, FieldKind::Value(Ty::Date)), Cell::Date(value))
    }

    /// Sets a time of a row.
    ///
    /// # Errors
    /// [`RowError`].
    pub fn set_time_at(&mut self, row: RowId, field: FieldId, value: Time) -> Result<(), RowError> {
        self.place(row, field, |kind| matches!(kind, FieldKind::Value(Ty::Time)), Cell::Time(value))
    }

    /// Sets an instant of a row.
    ///
    /// # Errors
    /// [`RowError`].
    pub fn set_datetime_at(&mut self, row: RowId, field: FieldId, value: DateTime) -> Result<(), RowError> {
        self.place(row, field, |kind| matches!(kind, FieldKind::Value(Ty::DateTime)), Cell::DateTime(value))
    }

    /// Sets a duration of a row.
    ///
    /// # Errors
    /// [`RowError`].
    pub fn set_duration_at(&mut self, row: RowId, field: FieldId, value: Duration) -> Result<(), RowError> {
        self.place(row, field, |kind| matches!(kind, FieldKind::Value(Ty::Duration)), Cell::Duration(value))
    }

    /// Sets a code of a row.
    ///
    /// # Errors
    /// [`RowError`].
    pub fn set_code_at(&mut self, row: RowId, field: FieldId, value: Code) -> Result<(), RowError> {
        let FieldKind::Value(Ty::Code(list)) = self.kind(row, field)? else { return Err(RowError::Type) };
        if self.plan.program().list(list).is_none_or(|list| value.index() >= list.codes.len()) {
            return Err(RowError::NoCode);
        }
        self.put(row, field, Cell::Code(value))
    }

    /// Sets a text of a row, which is copied.
    ///
    /// # Errors
    /// [`RowError`].
    pub fn set_text_at(&mut self, row: RowId, field: FieldId, value: &str) -> Result<(), RowError> {
        self.plain(row, field, Ty::Text)?;
        self.replace(row, field, |store, old| store.replace_text(old, value))
    }

    /// Sets a set of a row, which is copied.
    ///
    /// # Errors
    /// [`RowError`].
    pub fn set_set_at(&mut self, row: RowId, field: FieldId, value: &Value) -> Result<(), RowError> {
        self.plain(row, field, value.ty())?;
        let ascends = match value {
            Value::Codes(list, codes) => {
                let len = self.plan.program().list(*list).map_or(0, |list| list.codes.len());
                if codes.iter().any(|code| code.index() >= len) {
                    return Err(RowError::NoCode);
                }
                codes.is_sorted_by(|a, b| a < b)
            }
            Value::Texts(texts) => texts.is_sorted_by(|a, b| a < b),
            _ => return Err(RowError::Type),
        };
        if !ascends {
            return Err(RowError::Unsorted);
        }
        self.replace(row, field, |store, _| store.put(value))
    }

    /// Sets a set of codes of a row, given ascending.
    ///
    /// # Errors
    /// [`RowError`].
    pub fn set_codes_at(&mut self, row: RowId, field: FieldId, codes: &[Code]) -> Result<(), RowError> {
        let FieldKind::Value(Ty::Codes(list)) = self.kind(row, field)? else { return Err(RowError::Type) };
        let len = self.plan.program().list(list).map_or(0, |list| list.codes.len());
        if codes.iter().any(|code| code.index() >= len) {
            return Err(RowError::NoCode);
        }
        if !codes.is_sorted_by(|a, b| a < b) {
            return Err(RowError::Unsorted);
        }
        self.replace(row, field, |store, _| store.put_codes(codes.iter().copied()))
    }

    /// Sets a set of texts of a row, given ascending; they are copied.
    ///
    /// # Errors
    /// [`RowError`].
    pub fn set_texts_at<'t>(
        &mut self,
        row: RowId,
        field: FieldId,
        texts: impl Iterator<Item = &'t str> + Clone,
    ) -> Result<(), RowError> {
        self.plain(row, field, Ty::Texts)?;
        if !texts.clone().is_sorted_by(|a, b| a < b) {
            return Err(RowError::Unsorted);
        }
        self.replace(row, field, |store, _| store.put_texts(texts))
    }

    /// Says of a field that no expression reads that it is there, whatever it is: all that a required one asks.
    ///
    /// # Errors
    /// [`RowError`].
    pub fn set_present_at(&mut self, row: RowId, field: FieldId) -> Result<(), RowError> {
        self.set_absent_at(row, field, Absence::UNKNOWN)
    }

    /// What a field of a row holds; nothing of the children that no expression reads.
    ///
    /// # Errors
    /// [`RowError`].
    pub fn cell_at(&self, row: RowId, field: FieldId) -> Result<Option<Cell>, RowError> {
        self.kind(row, field)?;
        let Some(scope) = row.scope else { return Ok(None) };
        let Some(plan) = self.plan.scopes.get(scope.index()) else { return Ok(None) };
        let cell = if scope == self.root {
            self.machine.registers.get(plan.fields as usize + field.index())
        } else {
            let rows = self.machine.work.rows.get(scope.index());
            rows.and_then(|rows| rows.row(row.row, plan.blank.len()).get(field.index()))
        };
        Ok(cell.copied())
    }

    /// Sets a range of integers of a row. With both ends open it is missing, `unknown`.
    ///
    /// # Errors
    /// [`RowError`].
    pub fn set_integer_range_at(
        &mut self,
        row: RowId,
        field: FieldId,
        lo: Option<i64>,
        hi: Option<i64>,
    ) -> Result<(), RowError> {
        self.range(row, field, Ty::Integer, lo.zip(hi).is_some_and(|(lo, hi)| lo > hi))?;
        if lo.is_none() && hi.is_none() {
            return self.set_missing_at(row, field, Reason::Unknown);
        }
        self.set_bounds_at(row, field, Ty::Integer, |_| Cell::integers(Bounds { lo, hi }))
    }

    /// Sets a range of decimals of a row. With both ends open it is missing, `unknown`.
    ///
    /// # Errors
    /// [`RowError`].
    pub fn set_decimal_range_at(
        &mut self,
        row: RowId,
        field: FieldId,
        lo: Option<Decimal>,
        hi: Option<Decimal>,
    ) -> Result<(), RowError> {
        self.range(row, field, Ty::Decimal, lo.zip(hi).is_some_and(|(lo, hi)| lo > hi))?;
        if lo.is_none() && hi.is_none() {
            return self.set_missing_at(row, field, Reason::Unknown);
        }
        self.set_bounds_at(row, field, Ty::Decimal, |store| store.put_decimals(Bounds { lo, hi }))
    }

    /// Sets the bounds of a field that holds a range of such numbers.
    pub(super) fn set_bounds_at(
        &mut self,
        row: RowId,
        field: FieldId,
        ty: Ty,
        cell: impl FnOnce(&mut Store) -> Cell,
    ) -> Result<(), RowError> {
        if self.kind(row, field)? != FieldKind::Range(ty) {
            return Err(RowError::Type);
        }
        self.replace(row, field, |store, _| cell(store))
    }

    /// Sets a field to something that lies in the store; what lay there before is no longer needed.
    fn replace(
        &mut self,
        row: RowId,
        field: FieldId,
        cell: impl FnOnce(&mut Store, Cell) -> Cell,
    ) -> Result<(), RowError> {
        self.change();
        // What no expression reads there is kept nowhere.
        let Some(old) = self.slot(row, field).map(|cell| *cell) else { return Ok(()) };
        let new = cell(&mut self.machine.work.store, old);
        if new != old {
            self.waste += Store::weight(old);
        }
        self.fields = self.machine.work.store.mark();
        self.put(row, field, new)?;
        if self.waste > MOST_WASTE {
            self.compact();
        }
        Ok(())
    }

    /// Leaves in the store what the record's fields refer to. It is needed only where fields are set again and again
    /// without a new record.
    #[cold]
    fn compact(&mut self) {
        let Work { store, rows, .. } = &mut self.machine.work;
        let old = store.clone();
        store.release(self.constants);
        let root = self
            .plan
            .scopes
            .get(self.root.index())
            .map_or(0..0, |scope| scope.fields as usize..scope.fields as usize + scope.blank.len());
        for cell in self.machine.registers.get_mut(root).into_iter().flatten() {
            *cell = store.copy(&old, *cell);
        }
        for scope in self.plan.under(self.root) {
            for cell in rows.get_mut(scope.index()).into_iter().flat_map(|rows| &mut rows.cells) {
                *cell = store.copy(&old, *cell);
            }
        }
        self.fields = store.mark();
        self.waste = 0;
    }

    /// What a field of a row holds.
    pub(super) fn field_kind(&self, row: RowId, field: FieldId) -> Result<FieldKind, RowError> {
        self.kind(row, field)
    }

    /// Sets a value of whatever type the field of a row has.
    ///
    /// # Errors
    /// [`RowError`].
    pub fn set_value_at(&mut self, row: RowId, field: FieldId, value: &Value) -> Result<(), RowError> {
        match value {
            Value::Boolean(value) => self.set_boolean_at(row, field, *value),
            Value::Integer(value) => self.set_integer_at(row, field, *value),
            Value::Decimal(value) => self.set_decimal_at(row, field, *value),
            Value::Text(value) => self.set_text_at(row, field, value),
            Value::Date(value) => self.set_date_at(row, field, *value),
            Value::Time(value) => self.set_time_at(row, field, *value),
            Value::DateTime(value) => self.set_datetime_at(row, field, *value),
            Value::Duration(value) => self.set_duration_at(row, field, *value),
            Value::Code(list, value) => {
                self.plain(row, field, Ty::Code(*list))?;
                self.set_code_at(row, field, *value)
            }
            Value::Codes(..) | Value::Texts(_) => self.set_set_at(row, field, value),
        }
    }

    /// Leaves a field of a row missing for a reason; a required one is then a fault of the data.
    ///
    /// # Errors
    /// [`RowError`].
    pub fn set_missing_at(&mut self, row: RowId, field: FieldId, reason: Reason) -> Result<(), RowError> {
        if self.field(row, field)?.required {
            return self.set_unreadable_at(row, field);
        }
        self.set_absent_at(row, field, Absence::missing(reason))
    }

    /// Marks a field of a row as one that could not be read.
    ///
    /// # Errors
    /// [`RowError`].
    pub fn set_unreadable_at(&mut self, row: RowId, field: FieldId) -> Result<(), RowError> {
        self.unreadable |= row.scope == Some(self.root);
        self.set_absent_at(row, field, Absence::error(Fault::Data, NodeId(0)))
    }

    /// Leaves a field of a row absent exactly so, whether or not it is required: what a table of columns says.
    ///
    /// # Errors
    /// [`RowError`].
    pub(super) fn set_absent_at(&mut self, row: RowId, field: FieldId, absence: Absence) -> Result<(), RowError> {
        if matches!(self.kind(row, field)?, FieldKind::Many { .. }) {
            return Err(RowError::Type);
        }
        let absence = match absence.fault() {
            Some((fault, _)) => {
                let scope = row.scope.and_then(|scope| self.plan.scopes.get(scope.index()));
                let reader = scope.and_then(|scope| scope.readers.get(field.index()).copied());
                Absence::error(fault, reader.unwrap_or(NodeId(0)))
            }
            None => absence,
        };
        self.put(row, field, Cell::Absent(absence))
    }

    /// Says whether the data of the record have a fault, where that is known without looking at its fields: a repeated
    /// key, or a table that lists its faulty rows.
    pub fn set_fault(&mut self, fault: bool) {
        self.fault = Some(fault);
        self.changed = true;
    }

    #[inline]
    fn field(&self, row: RowId, field: FieldId) -> Result<&Field, RowError> {
        if row.serial != self.serial {
            return Err(RowError::Stale);
        }
        let record = self.plan.program().record(row.record).ok_or(RowError::NoRecord)?;
        record.fields.get(field.index()).ok_or(RowError::NoField)
    }

    #[inline]
    fn kind(&self, row: RowId, field: FieldId) -> Result<FieldKind, RowError> {
        if row.serial != self.serial {
            return Err(RowError::Stale);
        }
        match row.scope.and_then(|scope| self.plan.scopes.get(scope.index())) {
            Some(scope) => scope.kinds.get(field.index()).copied().ok_or(RowError::NoField),
            None => Ok(self.field(row, field)?.kind),
        }
    }

    #[inline]
    fn plain(&self, row: RowId, field: FieldId, ty: Ty) -> Result<(), RowError> {
        if self.kind(row, field)? == FieldKind::Value(ty) { Ok(()) } else { Err(RowError::Type) }
    }

    fn range(&self, row: RowId, field: FieldId, ty: Ty, crossed: bool) -> Result<(), RowError> {
        if self.kind(row, field)? != FieldKind::Range(ty) {
            return Err(RowError::Type);
        }
        if crossed { Err(RowError::Range) } else { Ok(()) }
    }

    /// Puts a cell into a field, when it fits what the field holds: all that is to be known of the field is looked up once.
    #[inline]
    fn place(
        &mut self,
        row: RowId,
        field: FieldId,
        fits: impl Fn(FieldKind) -> bool,
        cell: Cell,
    ) -> Result<(), RowError> {
        if row.serial != self.serial {
            return Err(RowError::Stale);
        }
        let Some(scope) = row.scope else {
            // What no expression reads there is nowhere.
            return if fits(self.field(row, field)?.kind) { Ok(()) } else { Err(RowError::Type) };
        };
        let plan = self.plan.scopes.get(scope.index()).ok_or(RowError::NoRecord)?;
        match plan.kinds.get(field.index()) {
            Some(&kind) if fits(kind) => {}
            Some(_) => return Err(RowError::Type),
            None => return Err(RowError::NoField),
        }
        let slot = if scope == self.root {
            self.machine.registers.get_mut(plan.fields as usize + field.index())
        } else {
            let rows = self.machine.work.rows.get_mut(scope.index());
            rows.and_then(|rows| rows.cell_mut(row.row, plan.blank.len(), field.index()))
        };
        if let Some(slot) = slot {
            *slot = cell;
        }
        self.changed = true;
        Ok(())
    }

    #[inline]
    fn slot(&mut self, row: RowId, field: FieldId) -> Option<&mut Cell> {
        let scope = row.scope?;
        let plan = self.plan.scopes.get(scope.index())?;
        if scope == self.root {
            return self.machine.registers.get_mut(plan.fields as usize + field.index());
        }
        self.machine.work.rows.get_mut(scope.index())?.cell_mut(row.row, plan.blank.len(), field.index())
    }

    #[inline]
    fn put(&mut self, row: RowId, field: FieldId, cell: Cell) -> Result<(), RowError> {
        self.changed = true;
        // What no expression reads there is nowhere.
        if let Some(slot) = self.slot(row, field) {
            *slot = cell;
        }
        Ok(())
    }

    /// Before the record changes: what was worked out of it is no longer in the store.
    #[inline]
    fn change(&mut self) {
        if !self.changed {
            self.machine.work.store.release(self.fields);
            self.changed = true;
        }
    }
}
