//! Filling a session with a row of a table and the children that its links lead to.

use assize_eval::batch::Link;
use assize_eval::row::{RowError, RowId, Session};
use assize_model::civil::{Date, DateTime, Time};
use assize_model::column::{Column, Table, Values};
use assize_model::decimal::Decimal;
use assize_model::ids::{Code, FieldId};

/// Begins a record with a row of its table; `links` are of its table's rows.
pub fn fill(session: &mut Session, table: &Table, row: usize, links: &[Link<'_>]) -> Result<(), RowError> {
    let id = session.begin(table.record)?;
    fields(session, id, table, row)?;
    children(session, id, row, links)?;
    let at = u32::try_from(row).unwrap_or(u32::MAX);
    session.set_fault(table.bad.binary_search(&at).is_ok());
    Ok(())
}

fn children(session: &mut Session, parent: RowId, at: usize, links: &[Link<'_>]) -> Result<(), RowError> {
    for link in links {
        for row in link.children(at) {
            let child = session.child(parent, link.field)?;
            fields(session, child, link.table, row)?;
            children(session, child, row, link.links)?;
        }
    }
    Ok(())
}

fn fields(session: &mut Session, id: RowId, table: &Table, row: usize) -> Result<(), RowError> {
    for (at, column) in table.columns.iter().enumerate() {
        if let Some(column) = column {
            set(session, id, FieldId::from_index(at), column, row)?;
        }
    }
    Ok(())
}

fn set(session: &mut Session, id: RowId, field: FieldId, column: &Column, row: usize) -> Result<(), RowError> {
    if !column.is_known(row) {
        return match column.absence(row).reason() {
            Some(reason) => session.set_missing_at(id, field, reason),
            None => session.set_unreadable_at(id, field),
        };
    }
    let none = RowError::Type;
    match &column.values {
        Values::Boolean(values) => session.set_boolean_at(id, field, row < values.len() && values.value(row)),
        Values::Integer(values) => session.set_integer_at(id, field, *values.get(row).ok_or(none)?),
        Values::Decimal { coefficients, scale } => {
            let value = Decimal::new(*coefficients.get(row).ok_or(none)?, *scale);
            session.set_decimal_at(id, field, value.ok_or(none)?)
        }
        Values::Text(values) => session.set_text_at(id, field, values.get(row)),
        Values::Date(values) => session.set_date_at(id, field, Date::clamped(*values.get(row).ok_or(none)?)),
        Values::Time(values) => session.set_time_at(id, field, Time::clamped(*values.get(row).ok_or(none)?)),
        Values::DateTime(values) => {
            session.set_datetime_at(id, field, DateTime::clamped(*values.get(row).ok_or(none)?))
        }
        Values::Duration(values) => session.set_duration_at(id, field, *values.get(row).ok_or(none)?),
        Values::Code(values) => session.set_code_at(id, field, Code(*values.get(row).ok_or(none)?)),
        Values::Set(values) => session.set_set_at(id, field, values.get(row).and_then(Option::as_ref).ok_or(none)?),
        Values::IntegerRange(values) => {
            let &(lo, hi) = values.get(row).ok_or(none)?;
            session.set_integer_range_at(id, field, lo, hi)
        }
        Values::DecimalRange(values) => {
            let &(lo, hi) = values.get(row).ok_or(none)?;
            session.set_decimal_range_at(id, field, lo, hi)
        }
    }
}
