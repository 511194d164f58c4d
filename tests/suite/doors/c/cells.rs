//! C, one record at a time: fields set from the very cells of CSV and TSV, and records from the lines of JSON.

use super::library::{api, call, ptr};
use super::records::{ROOT, Session, every_row, number};
use super::{Answer, Door, Gives};
use crate::case::Case;
use crate::rows;
use assize::model::absence::Reason;
use assize::model::ids::{FieldId, RecordId};
use assize::model::program::{Field, FieldKind, Program};
use std::collections::BTreeMap;

/// `assize_session_set_cell` and `assize_session_set_json`.
pub struct Cells;

/// The rows of a record, as they are written.
enum Written {
    /// The column of each heading, and the cells.
    Csv(BTreeMap<String, usize>, Vec<Vec<String>>),
    /// Objects.
    Json(Vec<String>),
}

impl Door for Cells {
    fn name(&self) -> &'static str {
        "c-cells"
    }

    fn gives(&self) -> Gives {
        Gives::Rows
    }

    fn sees_files(&self) -> bool {
        false
    }

    fn answer(&self, case: &Case) -> Answer {
        let written = std::cell::OnceCell::new();
        every_row(
            case,
            |program, _| {
                let all = read(program, case)?;
                let lines = all.values().any(|rows| matches!(rows, Written::Json(_)));
                if lines && all.len() > 1 {
                    return Err("children beside the lines of JSON are not inside of them".to_owned());
                }
                assert!(written.set(all).is_ok());
                Ok(())
            },
            |session, record, at| fill(session, written.get().expect("it was read"), record, at),
        )
    }
}

fn read(program: &Program, case: &Case) -> Result<BTreeMap<RecordId, Written>, String> {
    let mut all = BTreeMap::new();
    for (name, file) in &case.data {
        let record = program.record_named(name).ok_or("there is no such record")?;
        let path = case.file(file);
        let csv = path.extension().is_some_and(|ending| ending == "csv" || ending == "tsv");
        let rows = if csv {
            let (headings, rows) = rows::cells(&path)?;
            let columns = headings.iter().enumerate().map(|(at, heading)| (heading.trim().to_owned(), at));
            Written::Csv(columns.collect(), rows)
        } else {
            Written::Json(rows::objects(&path)?)
        };
        all.insert(record, rows);
    }
    Ok(all)
}

fn fill(session: &Session<'_>, written: &BTreeMap<RecordId, Written>, record: RecordId, at: usize) {
    let (api, handle, id) = (api(), session.handle.handle, record.index() as u32);
    let faulty = match written.get(&record).expect("its rows") {
        Written::Json(objects) => {
            let (text, length) = ptr(&objects[at]);
            // SAFETY: the handle is a session, and the text is there for as long as the call lasts.
            let set = call(|errors| unsafe { (api.assize_session_set_json)(handle, id, text, length, errors) });
            // SAFETY: the handle is a session.
            let faults = unsafe { (api.assize_session_fault_count)(handle) };
            assert_eq!(set.is_err(), faults > 0, "a failure and no fault, or a fault and no failure: {set:?}");
            faults > 0
        }
        Written::Csv(..) => {
            // SAFETY: the handle is a session.
            session.must(|errors| unsafe { (api.assize_session_begin)(handle, id, errors) });
            let faulty = cells(session, written, record, ROOT, at);
            session.children(record, ROOT, at, &mut |session, record, row, at| {
                cells(session, written, record, row, at);
            });
            faulty
        }
    };
    let table = session.data.tables.get(&record).expect("a table");
    if !faulty && u32::try_from(at).is_ok_and(|at| table.bad.binary_search(&at).is_ok()) {
        session.at_fault(record);
    }
}

/// Sets the fields of a row from its cells; says whether one of them could not be read.
fn cells(session: &Session<'_>, written: &BTreeMap<RecordId, Written>, record: RecordId, row: u32, at: usize) -> bool {
    let Some(Written::Csv(columns, rows)) = written.get(&record) else { panic!("children without cells") };
    let declared = session.program.record(record).expect("a record");
    let cells = &rows[at];
    let cell = |heading: &str| columns.get(heading.trim()).map(|&at| cells[at].as_str());
    let mut faulty = false;
    for (id, field) in declared.fields.iter().enumerate() {
        let id = FieldId::from_index(id);
        if matches!(field.kind, FieldKind::Many { .. }) {
            continue;
        }
        faulty |= match (&*field.from, reason(field, &cell)) {
            // Whoever has a companion column says the reason, and that there is both a value and a reason.
            (_, Some(reason)) => with_reason(session, row, id, field, &cell, &reason),
            ([lower, upper, ..], None) if matches!(field.kind, FieldKind::Range(_)) => {
                pair(session, record, row, id, at, (cell(lower), cell(upper)))
            }
            _ => match cell(heading(field)) {
                Some(text) => set(session, row, id, text),
                None => false,
            },
        };
    }
    faulty
}

fn heading(field: &Field) -> &str {
    field.from.first().unwrap_or(&field.heading.name)
}

/// The reason that a companion column states.
fn reason<'c>(field: &Field, cell: &dyn Fn(&str) -> Option<&'c str>) -> Option<String> {
    let beside = [heading(field), &field.heading.name].map(|name| cell(&format!("{}__missing", name.trim())));
    beside.into_iter().flatten().map(str::trim).find(|reason| !reason.is_empty()).map(str::to_owned)
}

fn with_reason<'c>(
    session: &Session<'_>,
    row: u32,
    id: FieldId,
    field: &Field,
    cell: &dyn Fn(&str) -> Option<&'c str>,
    reason: &str,
) -> bool {
    // What the cell alone says: a value beside a reason is a fault.
    let own = cell(heading(field)).map(str::trim).unwrap_or("");
    let missing = |text: &str| {
        let declared =
            session.program.records.iter().find(|record| record.fields.iter().any(|of| std::ptr::eq(of, field)));
        let texts = declared.map(|record| record.missing.as_slice()).unwrap_or_default();
        let codes = match field.kind {
            FieldKind::Value(assize::model::ty::Ty::Code(list)) => session.program.list(list),
            _ => None,
        };
        let codes = codes.map(|list| list.missing.as_slice()).unwrap_or_default();
        text.is_empty() || texts.iter().chain(codes).any(|(known, _)| **known == *text)
    };
    match Reason::from_word(reason) {
        Some(reason) if missing(own) => {
            let (field, reason) = (number(id), reason as u32);
            // SAFETY: the handle is a session.
            session.must(|errors| unsafe {
                (api().assize_session_set_missing)(session.handle.handle, row, field, reason, errors)
            });
            false
        }
        _ => {
            session.unreadable(row, id);
            true
        }
    }
}

/// A range from two columns, which is two values and no cell.
fn pair(
    session: &Session<'_>,
    record: RecordId,
    row: u32,
    id: FieldId,
    at: usize,
    (lower, upper): (Option<&str>, Option<&str>),
) -> bool {
    use assize::model::column::Values;
    let column = session.data.tables.get(&record).and_then(|table| table.column(id)).expect("a column");
    let (api, handle, field) = (api(), session.handle.handle, number(id));
    // SAFETY: the handle is a session, and the ends are there for as long as each call lasts.
    let done = call(|errors| unsafe {
        match &column.values {
            Values::IntegerRange(_) => {
                let end = |text: Option<&str>| text.and_then(|text| text.trim().parse::<i64>().ok());
                let (lower, upper) = (end(lower), end(upper));
                let end = |end: &Option<i64>| end.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
                (api.assize_session_set_integer_range)(handle, row, field, end(&lower), end(&upper), errors)
            }
            _ => {
                let (lower, upper) = (lower.unwrap_or("").trim(), upper.unwrap_or("").trim());
                let ((lower, lower_length), (upper, upper_length)) = (ptr(lower), ptr(upper));
                (api.assize_session_set_decimal_range)(
                    handle,
                    row,
                    field,
                    lower,
                    lower_length,
                    upper,
                    upper_length,
                    errors,
                )
            }
        }
    });
    assert_eq!(done.is_err(), !column.is_known(at) && column.absence(at).is_error(), "row {at}: {done:?}");
    if done.is_err() {
        session.unreadable(row, id);
    }
    done.is_err()
}

fn set(session: &Session<'_>, row: u32, field: FieldId, text: &str) -> bool {
    let (api, handle, field) = (api(), session.handle.handle, number(field));
    let (text, length) = ptr(text);
    // SAFETY: the handle is a session, and the text is there for as long as the call lasts.
    match call(|errors| unsafe { (api.assize_session_set_cell)(handle, row, field, text, length, errors) }) {
        Ok(()) => false,
        Err(refusal) => {
            assert_eq!(refusal.kind, "data", "{}", refusal.message);
            true
        }
    }
}
