//! One record, explained: the reference evaluator.
//!
//! A [`Plan`] is made once a program and shared; a [`Session`] evaluates one record after another over registers of its
//! own. An [`Outcome`] says which code came out and why; [`explain::explain`] says it in full.

mod aggregate;
mod cell;
mod decide;
pub mod explain;
mod fill;
mod force;
mod from_table;
mod inputs;
mod missing;
mod ops;
mod plan;
mod progress;
mod rows;
mod run;
mod session;
mod show;
mod store;
mod sweep;
mod table;
pub mod testing;
#[cfg(test)]
mod tests;
mod view;

pub use cell::{Cell, Ends, Span};
pub use fill::Fields;
pub use from_table::{ChildRows, Link};
pub use inputs::{InputError, Inputs, is_within};
pub use plan::Plan;
pub use session::{RowError, RowId, Session};
pub use show::{alternatives, code_name, show, show_absence, show_value};
pub use store::Store;
pub use view::Outcome;
