//! Calls of functions.

use super::super::cell::Cell;
use super::super::store::Store;
use assize_model::absence::Absence;
use assize_model::function::Arg;
use assize_model::ids::{FunctionId, LookupId, NodeId};
use assize_model::program::Program;
use std::sync::Arc;

/// Calls a function. An argument that lies between bounds is not known.
pub fn call(
    program: &Program,
    store: &mut Store,
    id: NodeId,
    function: FunctionId,
    args: impl Iterator<Item = Cell> + Clone,
) -> Cell {
    let result = {
        let args = args.map(|cell| arg(store, cell));
        program.functions.apply(function, id, program.nodes.len(), args)
    };
    result.map_or_else(Cell::Absent, |value| store.put(&value))
}

/// What a look-up has for arguments.
pub fn look_up(program: &Program, store: &mut Store, lookup: LookupId, args: impl Iterator<Item = Cell>) -> Cell {
    let found = {
        let args: Vec<Result<Arg<'_>, Absence>> = args.map(|cell| arg(store, cell)).collect();
        program.lookups.get(lookup.index()).map_or(Err(Absence::UNKNOWN), |lookup| lookup.find(&args))
    };
    found.map_or_else(Cell::Absent, |value| store.put(value))
}

fn arg(store: &Store, cell: Cell) -> Result<Arg<'_>, Absence> {
    Ok(match cell {
        Cell::Absent(absence) => return Err(absence),
        Cell::Boolean(value) => Arg::Boolean(value),
        Cell::Integer(value) => Arg::Integer(value),
        Cell::Decimal(value) => Arg::Decimal(value),
        Cell::Date(value) => Arg::Date(value),
        Cell::Time(value) => Arg::Time(value),
        Cell::DateTime(value) => Arg::DateTime(value),
        Cell::Duration(value) => Arg::Duration(value),
        Cell::Code(value) => Arg::Code(value),
        Cell::Text(span) => Arg::Text(store.text(span)),
        Cell::Codes(span) => Arg::Codes(store.codes(span)),
        Cell::Texts(span) => Arg::Texts(store.texts(span).map(Arc::from).collect()),
        Cell::Between { .. } | Cell::DecimalBetween(_) | Cell::OneOf(_) => return Err(Absence::UNKNOWN),
    })
}
