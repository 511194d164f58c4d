//! Filling a session with a row of a table and the children that its links lead to.

use assize_eval::batch::Link;
use assize_eval::row::{RowError, RowId, Session};
use assize_model::column::Table;

/// Begins a record with a row of its table; `links` are of its table's rows.
pub fn fill(session: &mut Session, table: &Table, row: usize, links: &[Link<'_>]) -> Result<(), RowError> {
    let id = session.fill(table, row, &[])?;
    children(session, id, row, links)
}

fn children(session: &mut Session, parent: RowId, at: usize, links: &[Link<'_>]) -> Result<(), RowError> {
    for link in links {
        for row in link.children(at) {
            let child = session.child(parent, link.field)?;
            session.fill_fields(child, link.table, row)?;
            children(session, child, row, link.links)?;
        }
    }
    Ok(())
}
