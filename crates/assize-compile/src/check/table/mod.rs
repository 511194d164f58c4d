//! Tables as wholes: holes, rows that contradict, rows that never count.

use crate::lower::table::Conditions;
use assize_lang::ast;
use assize_model::ids::ScopeId;

/// A table whose rows have been lowered.
#[derive(Debug)]
pub struct Checked<'a> {
    /// The table.
    pub table: &'a ast::Table,
    /// The conditions of its rows.
    pub conditions: Conditions,
    /// The scope of its record.
    pub scope: ScopeId,
}
