//! Filling a session from columns: one row of a table, with the rows of the tables that belong to it.

use super::session::{RowError, RowId, Session};
use assize_model::absence::{Absence, Fault};
use assize_model::bounds::Bounds;
use assize_model::civil::{Date, DateTime, Time};
use assize_model::column::{Column, Table, Values};
use assize_model::decimal::Decimal;
use assize_model::ids::{Code, FieldId, NodeId};
use assize_model::program::FieldKind;
use assize_model::ty::Ty;

/// Calls its second argument with each row of the children of a row.
pub type ChildRows<'a> = dyn Fn(usize, &mut dyn FnMut(usize)) + 'a;

/// The children that a table's rows have by a `many` field.
#[derive(Clone, Copy)]
pub struct Link<'a> {
    /// The `many` field.
    pub field: FieldId,
    /// The rows of the children.
    pub table: &'a Table,
    /// Gives the rows of the children of a row, in their order.
    pub children: &'a ChildRows<'a>,
    /// The children of the children.
    pub links: &'a [Link<'a>],
}

impl Session {
    /// Begins the record of a table's row and fills it in. What the columns say is taken as it is: a required field
    /// that is merely missing there stays so, and the record is at fault when the table lists it.
    ///
    /// # Errors
    /// [`RowError`], when the table does not fit the program.
    pub fn fill(&mut self, table: &Table, row: usize, links: &[Link<'_>]) -> Result<RowId, RowError> {
        let begun = self.begin(table.record)?;
        let mut rest = vec![(begun, table, row, links)];
        while let Some((at, table, row, links)) = rest.pop() {
            self.fill_fields(at, table, row)?;
            for link in links {
                let mut trouble = None;
                (link.children)(row, &mut |child| match self.child(at, link.field) {
                    Ok(inner) => rest.push((inner, link.table, child, link.links)),
                    Err(error) => trouble = trouble.or(Some(error)),
                });
                if let Some(error) = trouble {
                    return Err(error);
                }
            }
        }
        self.set_fault(u32::try_from(row).is_ok_and(|row| table.bad.binary_search(&row).is_ok()));
        Ok(begun)
    }

    /// Fills in the fields of a row that was begun: a record or a child.
    ///
    /// # Errors
    /// [`RowError`], when the table does not fit the program.
    pub fn fill_fields(&mut self, at: RowId, table: &Table, row: usize) -> Result<(), RowError> {
        let count = self.program().record(table.record).ok_or(RowError::NoRecord)?.fields.len();
        for field in (0..count).map(FieldId::from_index) {
            if matches!(self.field_kind(at, field)?, FieldKind::Many { .. }) {
                continue;
            }
            match table.column(field) {
                None => self.set_absent_at(at, field, Absence::UNKNOWN)?,
                Some(column) if !column.is_known(row) => self.set_absent_at(at, field, column.absence(row))?,
                Some(column) => self.fill_field(at, field, column, row)?,
            }
        }
        Ok(())
    }

    fn fill_field(&mut self, at: RowId, field: FieldId, column: &Column, row: usize) -> Result<(), RowError> {
        // Past the end of a column there is nothing.
        let none = |session: &mut Self| session.set_absent_at(at, field, Absence::UNKNOWN);
        match &column.values {
            Values::Boolean(values) if row < values.len() => self.set_boolean_at(at, field, values.value(row)),
            Values::Integer(values) => match values.get(row) {
                Some(&value) => self.set_integer_at(at, field, value),
                None => none(self),
            },
            Values::Decimal { coefficients, scale } => match coefficients.get(row) {
                Some(&coefficient) => match Decimal::new(coefficient, *scale) {
                    Some(value) => self.set_decimal_at(at, field, value),
                    None => self.set_absent_at(at, field, Absence::error(Fault::Data, NodeId(0))),
                },
                None => none(self),
            },
            Values::Text(values) => self.set_text_at(at, field, values.get(row)),
            Values::Date(values) => match values.get(row) {
                Some(&days) => self.set_date_at(at, field, Date::clamped(days)),
                None => none(self),
            },
            Values::Time(values) => match values.get(row) {
                Some(&micros) => self.set_time_at(at, field, Time::clamped(micros)),
                None => none(self),
            },
            Values::DateTime(values) => match values.get(row) {
                Some(&micros) => self.set_datetime_at(at, field, DateTime::clamped(micros)),
                None => none(self),
            },
            Values::Duration(values) => match values.get(row) {
                Some(&value) => self.set_duration_at(at, field, value),
                None => none(self),
            },
            Values::Code(values) => match values.get(row) {
                Some(&code) => self.set_code_at(at, field, Code(code)),
                None => none(self),
            },
            Values::Set(values) => match values.get(row) {
                Some(Some(value)) => self.set_set_at(at, field, value),
                _ => none(self),
            },
            Values::IntegerRange(values) => match values.get(row) {
                Some(&(lo, hi)) if lo.is_some() || hi.is_some() => {
                    self.set_bounds_at(at, field, Ty::Integer, |_| super::cell::Cell::integers(Bounds { lo, hi }))
                }
                _ => none(self),
            },
            Values::DecimalRange(values) => match values.get(row) {
                Some(&(lo, hi)) if lo.is_some() || hi.is_some() => {
                    self.set_bounds_at(at, field, Ty::Decimal, |store| store.put_decimals(Bounds { lo, hi }))
                }
                _ => none(self),
            },
            Values::Boolean(_) => none(self),
        }
    }
}
