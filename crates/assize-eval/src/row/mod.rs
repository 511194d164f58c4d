//! One record, explained: the reference evaluator.
//!
//! A [`Plan`] is made once a program and shared; a [`Session`] evaluates one record after another over registers of its
//! own. An [`Outcome`] says which code came out and why; [`explain`] says it in full.

mod aggregate;
mod cell;
mod decide;
mod force;
mod inputs;
mod missing;
mod ops;
mod plan;
mod rows;
mod run;
mod session;
mod store;
#[cfg(test)]
mod tests;

pub use cell::{Cell, Ends, Span};
pub use inputs::{InputError, Inputs, is_within};
pub use plan::Plan;
pub use session::{Outcome, RowError, RowId, Session};
pub use store::Store;
