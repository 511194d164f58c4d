//! Fills a session with a row of generated tables, children found by comparing keys one by one: slow, and sharing
//! nothing with the grouping that batch evaluation does.

use assize_eval::row::{RowId, Session};
use assize_model::absence::Absence;
use assize_model::civil::{Date, DateTime, Time};
use assize_model::column::{Column, Table, Values};
use assize_model::decimal::Decimal;
use assize_model::ids::{Code, FieldId, RecordId};
use assize_model::program::{FieldKind, Program};

/// Tables by record.
pub struct Tables<'a> {
    pub program: &'a Program,
    pub tables: &'a [Table],
}

impl Tables<'_> {
    fn of(&self, record: RecordId) -> &Table {
        self.tables.iter().find(|table| table.record == record).expect("every record has a table")
    }

    /// Begins a record and sets all its fields and children.
    pub fn fill(&self, session: &mut Session, record: RecordId, row: usize) {
        let id = session.begin(record).expect("the record is there");
        self.fields(session, id, record, row);
        session.set_fault(self.of(record).bad.binary_search(&(row as u32)).is_ok());
    }

    fn fields(&self, session: &mut Session, id: RowId, record: RecordId, row: usize) {
        let table = self.of(record);
        let declared = self.program.record(record).expect("the record is there");
        for (at, field) in declared.fields.iter().enumerate() {
            let at = FieldId::from_index(at);
            if let FieldKind::Many { record: child, by } = field.kind {
                let key = declared.key.and_then(|key| table.column(key));
                let Some(key) = key.and_then(|key| text(key, row)) else { continue };
                let children = self.of(child);
                let Some(by) = children.column(by) else { continue };
                for row in (0..children.rows).filter(|&row| text(by, row) == Some(key)) {
                    let id = session.child(id, at).expect("a child is taken");
                    self.fields(session, id, child, row);
                }
            } else if let Some(column) = table.column(at) {
                set(session, id, at, column, row);
            }
        }
    }
}

fn text(column: &Column, row: usize) -> Option<&str> {
    match &column.values {
        Values::Text(texts) if column.is_known(row) => Some(texts.get(row)),
        _ => None,
    }
}

fn set(session: &mut Session, id: RowId, field: FieldId, column: &Column, row: usize) {
    if !column.is_known(row) {
        let absence: Absence = column.absence(row);
        match absence.reason() {
            Some(reason) => session.set_missing_at(id, field, reason).expect("a reason is taken"),
            None => session.set_unreadable_at(id, field).expect("a fault is taken"),
        }
        return;
    }
    match &column.values {
        Values::Boolean(values) => session.set_boolean_at(id, field, values.value(row)),
        Values::Integer(values) => session.set_integer_at(id, field, values[row]),
        Values::Decimal { coefficients, scale } => {
            session.set_decimal_at(id, field, Decimal::new(coefficients[row], *scale).expect("within the digits"))
        }
        Values::Text(values) => session.set_text_at(id, field, values.get(row)),
        Values::Date(values) => session.set_date_at(id, field, Date::clamped(values[row])),
        Values::Time(values) => session.set_time_at(id, field, Time::clamped(values[row])),
        Values::DateTime(values) => session.set_datetime_at(id, field, DateTime::clamped(values[row])),
        Values::Duration(values) => session.set_duration_at(id, field, values[row]),
        Values::Code(values) => session.set_code_at(id, field, Code(values[row])),
        Values::Set(values) => session.set_set_at(id, field, values[row].as_ref().expect("a known row has a set")),
        Values::IntegerRange(values) => session.set_integer_range_at(id, field, values[row].0, values[row].1),
        Values::DecimalRange(values) => session.set_decimal_range_at(id, field, values[row].0, values[row].1),
    }
    .expect("the value is of the field's type");
}
