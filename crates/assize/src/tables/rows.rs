//! What is wrong with rows, and who is in a measure, as columns.

use super::Typing;
use super::column::Columns;
use super::measure::{breakdown, periods};
use crate::results::Results;
use assize_model::ty::Ty;
use std::sync::Arc;

/// The faults that are listed.
pub fn errors(results: &Results) -> Columns {
    let program = &results.program;
    let faults: Vec<_> = results.records.iter().flat_map(|record| &record.errors).collect();
    let mut out = Columns::new(faults.len());
    out.texts("record", faults.iter().map(|fault| program.record(fault.record).map(|of| Arc::clone(&of.heading.name))));
    out.integers("row", faults.iter().map(|fault| i64::try_from(fault.row).ok()));
    out.texts("key", faults.iter().map(|fault| fault.key.as_deref()));
    let field = faults.iter().map(|fault| {
        let field = program.record(fault.record)?.fields.get(fault.field?.index())?;
        Some(Arc::clone(&field.heading.name))
    });
    out.texts("field", field);
    out.texts("code", faults.iter().map(|fault| Some(fault.code)));
    out.texts("message", faults.iter().map(|fault| Some(fault.message.as_str())));
    out
}

/// The records of the measure that was asked for.
pub fn members(results: &Results) -> Option<Columns> {
    let members = results.members.as_ref()?;
    let program = &results.program;
    let measure = program.measure(members.measure)?;
    let mut out = Columns::new(members.rows.len());
    out.texts("key", members.rows.iter().map(|row| row.key.as_deref()));
    out.texts("stage", members.rows.iter().map(|row| Some(row.stage.word())));
    for (at, by) in measure.by.iter().enumerate() {
        let values: Vec<_> = members.rows.iter().map(|row| row.by.get(at)).collect();
        let ty = program.node(by.node).map_or(Ty::Text, |node| node.ty);
        breakdown(&mut out, program, &by.name, ty, &values, Typing::Typed);
    }
    if measure.every.is_some() {
        periods(&mut out, members.rows.iter().map(|row| row.period.as_ref()), Typing::Typed);
    }
    Some(out)
}
