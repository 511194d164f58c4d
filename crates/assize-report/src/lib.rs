//! Diagnostics and results for people and programs: terminal text, JSON and, with the
//! feature `report`, pages.

mod audits;
mod charts;
pub mod comparison;
pub mod diagnostics;
pub mod evaluations;
pub mod explanation;
pub mod grid;
pub mod json;
mod json_audit;
mod json_evaluation;
mod json_series;
pub mod outcome;
#[cfg(feature = "report")]
pub mod page;
pub mod schema;
pub mod summary;
pub mod tests;
pub mod trail;
