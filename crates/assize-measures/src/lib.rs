//! Measures as states that merge: counting, rates, intervals.
//!
//! A [`MeasurePlan`] says what a measure reads. A batch evaluation gives it in chunks, which a [`MeasureState`] counts;
//! states of parts of the data merge, here or on many machines by their bytes; and [`MeasureState::finish`] gives the
//! rows.

mod axis;
pub mod bytes;
mod chart;
mod compare;
mod fill;
mod finish;
mod form;
mod formula;
mod groups;
pub mod interval;
mod ladder;
mod members;
pub mod normal;
mod plan;
mod report;
mod samples;
mod stage;
mod standard;
mod state;
mod table;
mod target;
mod value;

pub use chart::{Plotted, Point};
pub use compare::Change;
pub use form::{STATE_VERSION, StateError};
pub use groups::{MAX_GROUPS, TooManyGroups};
pub use plan::{MeasurePlan, PlanError, Wanted, WrongChunk};
pub use report::{RunOf, report};
pub use stage::{Stage, Stages};
pub use state::{MeasureState, MergeError, UpdateError};
pub use table::{Interval, MeasureRow, MeasureTable, Number, PeriodOfRow, RowState, Withheld, places};
pub use target::{TargetStatus, TargetWord};
pub use value::BreakdownValue;
