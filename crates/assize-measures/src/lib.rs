//! Measures as states that merge: counting, rates, intervals.
//!
//! A [`MeasurePlan`] says what a measure reads. A batch evaluation gives it in chunks, which a [`MeasureState`] counts;
//! states of parts of the data merge, here or on many machines by their bytes; and [`MeasureState::finish`] gives the
//! rows.

pub mod agreement;
mod audit;
mod axis;
mod baseline;
pub mod bytes;
mod chart;
mod compare;
mod digits;
pub mod disclosure;
pub mod evaluation;
mod fill;
mod finish;
mod form;
mod formula;
mod groups;
pub mod interval;
mod ladder;
mod lanes;
mod members;
pub mod normal;
mod periods;
mod plan;
mod report;
mod samples;
mod series;
mod several;
mod sketch;
mod spread;
mod stage;
mod standard;
mod state;
mod table;
mod target;
mod value;

pub use audit::{AuditGroup, Foreseen, SHARES, Share, audit};
pub use chart::{
    Flag, LeftOut, Limit, Overdispersion, Phase, Plotted, Point, Runs, asked as asked_chart, levels as chart_levels,
};
pub use compare::{Change, NoChange, PERCENT_PLACES};
pub use form::{STATE_VERSION, StateError};
pub use groups::{MAX_GROUPS, TooManyGroups};
pub use plan::{MeasurePlan, PlanError, Wanted, WrongChunk, may_be_bounded};
pub use report::{RunOf, report};
pub use several::Measures;
pub use stage::{Stage, Stages};
pub use state::{MeasureState, MergeError, UpdateError};
pub use table::{Interval, MeasureRow, MeasureTable, Number, PeriodOfRow, RowState, Withheld, places};
pub use target::{NoStatus, TargetStatus, TargetWord};
pub use value::BreakdownValue;
