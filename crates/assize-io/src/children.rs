//! Whole files in one table, as child records are held.

use crate::build::{Build, ColumnBuild, UNREADABLE};
use crate::codes::SCALES;
use crate::error::{OpenError, ReadFailure};
use crate::fault::{RowFault, Sink};
use crate::options::{Format, Options};
use crate::plan::{FieldPlan, RecordPlan};
use crate::reader::Reader;
use crate::table::{Batch, Nested, Tally};
use assize_model::column::{Column, Table, Values};
use assize_model::decimal::Decimal;
use assize_model::ids::{FieldId, RecordId};
use assize_model::program::Program;
use assize_model::ty::Ty;
use std::path::Path;

/// Why a file cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It cannot be read to its end.
    #[error(transparent)]
    Read(#[from] ReadFailure),
}

/// Loads a whole file of child records into one table; `by` is their field that names the parent, and the type of the
/// parent's key, as which it is read.
///
/// # Errors
/// [`LoadError`].
pub fn load_children(
    path: &Path,
    format: Format,
    program: &Program,
    record: RecordId,
    by: (FieldId, Ty),
    options: &Options,
) -> Result<Batch, LoadError> {
    Ok(Reader::open_children(path, format, program, record, by, options)?.read_all()?)
}

/// Batches as one. Each part is let go as soon as its values are copied, column by column.
pub(crate) fn join(plan: &RecordPlan, mut parts: Vec<Batch>, tally: &mut Tally) -> Batch {
    if parts.len() == 1
        && let Some(only) = parts.pop()
    {
        return only;
    }
    let rows = parts.iter().map(|part| part.table.rows).sum();
    let mut whole = Table { record: plan.record, rows, columns: vec![None; plan.width], bad: Vec::new() };
    let mut faults: Vec<RowFault> = Vec::new();
    let first_row = parts.first().map_or(1, |part| part.first_row);
    for field in &plan.fields {
        let mut sink = Sink::new(Some(field.field), tally.room);
        let columns = parts.iter_mut().map(|part| {
            let place = part.table.columns.get_mut(field.field.index());
            (place.and_then(Option::take), part.table.rows)
        });
        let joined = join_columns(field, columns, &mut sink);
        if let Some(place) = whole.columns.get_mut(field.field.index()) {
            *place = joined;
        }
        tally.counts.faults += sink.count;
        tally.room = tally.room.saturating_sub(sink.kept.len());
        whole.bad.extend(sink.bad);
        faults.extend(sink.kept.into_iter().map(|fault| RowFault {
            record: plan.record,
            row: first_row + u64::from(fault.row),
            key: None,
            field: fault.field,
            code: fault.code,
            message: fault.message,
        }));
    }
    let known_bad: usize = parts.iter().map(|part| part.table.bad.len()).sum();
    let mut before = 0_u32;
    for part in parts {
        whole.bad.extend(part.table.bad.iter().map(|row| before.saturating_add(*row)));
        before = before.saturating_add(u32::try_from(part.table.rows).unwrap_or(u32::MAX));
        faults.extend(part.faults);
    }
    assize_model::order::sort(&mut whole.bad);
    whole.bad.dedup();
    tally.counts.bad += whole.bad.len().saturating_sub(known_bad) as u64;
    assize_model::order::sort_by_key(&mut faults, |fault| (fault.row, fault.field));
    // Only columns come in several parts, and nothing stands inside their rows.
    Batch { table: whole, first_row, faults, children: Nested::default() }
}

/// One column from its parts; `None` where no part has it, unless there are no parts at all.
fn join_columns(
    field: &FieldPlan,
    parts: impl Iterator<Item = (Option<Column>, usize)>,
    sink: &mut Sink,
) -> Option<Column> {
    let mut build = ColumnBuild::new(&field.kind);
    let mut row = 0_u32;
    let (mut some, mut any) = (false, false);
    for (column, rows) in parts {
        any = true;
        some |= column.is_some();
        let ColumnBuild { values, gaps } = &mut build;
        let mut unfit = Vec::new();
        append(
            values,
            column.as_ref().map(|column| &column.values),
            rows,
            |at| column.as_ref().is_some_and(|column| column.is_known(at)),
            &mut unfit,
        );
        let mut unfit = unfit.into_iter().peekable();
        for at in 0..rows {
            if unfit.next_if_eq(&at).is_some() {
                gaps.absent_for(row, UNREADABLE);
                let message = "a decimal has too many digits beside the other values of its column";
                sink.add(row, || (SCALES, message.into()));
            } else if let Some(column) = column.as_ref().filter(|column| !column.is_known(at)) {
                gaps.absent_for(row, column.absence(at));
            } else if column.is_none() {
                gaps.unknown(row);
            }
            row = row.saturating_add(1);
        }
    }
    if any && !some { None } else { build.finish() }
}

/// Adds the values of a part; `unfit` takes the rows whose decimal cannot be held at one scale with the others.
fn append(to: &mut Build, from: Option<&Values>, rows: usize, known: impl Fn(usize) -> bool, unfit: &mut Vec<usize>) {
    match (to, from) {
        (Build::Boolean(to), Some(Values::Boolean(from))) => to.append_buffer(from),
        (Build::Integer(to), Some(Values::Integer(from))) => to.extend_from_slice(from),
        (Build::Time(to), Some(Values::Time(from))) => to.extend_from_slice(from),
        (Build::DateTime(to), Some(Values::DateTime(from))) => to.extend_from_slice(from),
        (Build::Date(to), Some(Values::Date(from))) => to.extend_from_slice(from),
        (Build::Code(to), Some(Values::Code(from))) => to.extend_from_slice(from),
        (Build::Duration(to), Some(Values::Duration(from))) => to.extend_from_slice(from),
        (Build::Set(to), Some(Values::Set(from))) => to.extend_from_slice(from),
        (Build::IntegerRange(to), Some(Values::IntegerRange(from))) => to.extend_from_slice(from),
        (Build::DecimalRange(to), Some(Values::DecimalRange(from))) => to.extend_from_slice(from),
        (Build::Text(to), Some(Values::Text(from))) => (0..rows).for_each(|row| to.push(from.get(row))),
        (Build::Decimal(to), Some(Values::Decimal { coefficients, scale })) => {
            for (row, &coefficient) in coefficients.iter().enumerate() {
                let value = known(row).then(|| Decimal::new(coefficient, *scale)).flatten();
                if !value.is_some_and(|value| to.push(value)) {
                    if known(row) {
                        unfit.push(row);
                    }
                    to.push_nothing();
                }
            }
        }
        // A part of rows without the column.
        (to, _) => to.push_nothing(rows),
    }
}
