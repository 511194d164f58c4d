//! Runs a program: over one record, and over columns.

pub mod outcome;
pub mod row;
