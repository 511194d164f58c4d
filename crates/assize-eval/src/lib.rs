//! Runs a program: over one record, and over columns.

pub mod batch;
mod index;
pub mod outcome;
pub mod row;
