//! Runs a program: over one record, and over columns.

pub mod batch;
pub mod outcome;
pub mod row;
