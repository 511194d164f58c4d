//! Run charts, control charts and funnels of a measure's rows: their limits, and the points that they flag.

use crate::value::BreakdownValue;
use assize_model::measure::{ChartKind, Signal};
use std::sync::Arc;

/// A chart of some rows of a measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Plotted {
    /// The kind.
    pub kind: ChartKind,
    /// The breakdowns of the rows it is of; of a funnel, none.
    pub by: Vec<(Arc<str>, BreakdownValue)>,
    /// Its points, in the order of the rows.
    pub points: Vec<Point>,
}

/// A point of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The row of the table.
    pub row: usize,
    /// The value; none where the row has none.
    pub value: Option<f64>,
    /// The centre line there.
    pub centre: Option<f64>,
    /// The limits there, the innermost first: level, lower, upper.
    pub limits: Vec<(f64, f64, f64)>,
    /// Whether the limits take it in.
    pub counted: bool,
    /// The rules that flag it.
    pub flags: Vec<Signal>,
}
