//! Files to columns and results to files: CSV, JSON Lines, Parquet.
//!
//! [`Reader`] gives the rows of a record as batches of typed columns, together with what is wrong with single rows: one
//! bad row never costs the others, and memory is bounded by the batch.

mod arrow;
mod build;
mod children;
pub mod codes;
mod csv;
mod decode;
mod error;
mod fault;
mod headings;
pub mod interface;
mod json;
mod key;
mod nearest;
mod options;
pub mod out;
#[cfg(feature = "parquet")]
mod parquet;
mod plan;
mod reader;
mod table;
mod texts;
mod window;

pub use arrow::Binder;
pub use children::{LoadError, load_children};
pub use error::{MissingColumn, OpenError, ReadFailure, WrongType};
pub use fault::{Counts, FAULTS_KEPT, RowFault};
pub use options::{Format, Options};
pub use reader::Reader;
pub use table::{Batch, Nested, Standing};
