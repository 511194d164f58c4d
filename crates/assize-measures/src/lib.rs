//! Measures as states that merge: counting, rates, intervals.
//!
//! A [`MeasurePlan`] says what a measure reads. A batch evaluation gives it in chunks, which a [`MeasureState`] counts;
//! states of parts of the data merge, here or on many machines by their bytes; and [`MeasureState::finish`] gives the
//! rows.

mod axis;
mod bytes;
mod fill;
mod form;
mod groups;
pub mod interval;
mod ladder;
mod members;
pub mod normal;
mod plan;
mod stage;
mod state;
mod table;
mod value;

pub use form::{STATE_VERSION, StateError};
pub use groups::{MAX_GROUPS, TooManyGroups};
pub use plan::{MeasurePlan, PlanError, Wanted, WrongChunk};
pub use stage::{Stage, Stages};
pub use state::{MeasureState, MergeError, UpdateError};
pub use table::{Interval, MeasureRow, MeasureTable, Number, PeriodOfRow, RowState, places};
pub use value::BreakdownValue;
