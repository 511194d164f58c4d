//! Batch evaluation: columns in, columns out.
//!
//! A [`Plan`] says what is worked out for one record; a [`Run`] does it for tables of any size, a chunk of rows at a
//! time, node by node. Conditions are two bitmaps (`yes` and known), numbers are slices; what is missing for a reason,
//! in error, or between bounds is kept beside them and worked out row by row. Children are grouped once
//! ([`ChildIndex`]) and then lie in families, so that an aggregate is one pass over them.

mod aggregate;
mod bits;
mod cell;
mod group;
mod kernel;
mod lay;
mod load;
mod machine;
mod missing;
mod output;
mod plan;
mod progress;
mod reg;
mod rows;
mod run;
mod scalar;
mod score;
mod table;
#[cfg(test)]
mod tests;
mod walk;
mod window;

pub use group::{ChildIndex, Families, group};
pub use output::{CategoryColumns, Lists, Reasons};
pub use plan::{Detail, Plan, PlanError, Request};
pub use run::Run;
pub use table::{BatchError, Frame, Inputs, Link, Spans};
