//! The result of a measure: its rows, sorted, each with its value and how sure it is.

use crate::chart::Plotted;
use crate::compare::Change;
use crate::stage::Stages;
use crate::target::TargetStatus;
use crate::value::BreakdownValue;
use assize_model::absence::{Fault, Reason};
use assize_model::bounds::Bounds;
use assize_model::civil::Date;
use assize_model::decimal::Decimal;
use assize_model::measure::{Measure, MeasureForm, Standardised};
use assize_model::node::Node;
use assize_model::program::Program;
use assize_model::ty::Ty;
use std::fmt;
use std::sync::Arc;

/// The result of a measure.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasureTable {
    /// The measure's name.
    pub name: Arc<str>,
    /// The decimal places that values are shown with; intervals have one more.
    pub places: u8,
    /// The rows: by breakdown in the order of [`BreakdownValue`], the first breakdown first, then by period. A measure
    /// that is not broken down has one row, also without records.
    pub rows: Vec<MeasureRow>,
    /// The charts that the measure asks for: one for each breakdown over its periods, or one funnel.
    pub charts: Vec<Plotted>,
}

/// One row of a result.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasureRow {
    /// The breakdowns by name, in the order of the measure's `by`.
    pub by: Vec<(Arc<str>, BreakdownValue)>,
    /// The period, when the measure has any.
    pub period: Option<PeriodOfRow>,
    /// How many records reached or ended in each stage.
    pub stages: Stages,
    /// What is counted or summed: of a count, sum or number of distinct values, that itself; of a mean, the sum.
    pub numerator: Option<Number>,
    /// What it is divided by: of a mean, the number of values. `None` for what is not divided.
    pub denominator: Option<Number>,
    /// The value, rounded half-even to 28 digits.
    pub value_exact: Option<Decimal>,
    /// The value for people: rounded half up to the table's places.
    pub value: Option<String>,
    /// The interval, when the measure states one and the row is a share of records.
    pub interval: Option<Interval>,
    /// Of a bounded row, between what the value lies.
    pub bounds: Option<Bounds<Decimal>>,
    /// How it stands to the row that the measure compares it with.
    pub change: Option<Change>,
    /// How it stands to the measure's target.
    pub target: Option<TargetStatus>,
    /// Whether there is a value.
    pub state: RowState,
    /// How many records had a category among the breakdowns that is provisional or undetermined.
    pub not_decided: u64,
}

/// The period of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeriodOfRow {
    /// A period.
    Span {
        /// Its first day.
        from: Date,
        /// Its last day.
        to: Date,
        /// What it is called.
        label: String,
    },
    /// The date is missing, for a reason.
    Missing(Reason),
    /// The date is in error.
    Error,
}

/// A count, or a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// A whole number.
    Integer(i64),
    /// An exact decimal.
    Decimal(Decimal),
}

impl Number {
    /// As a decimal; every integer is one.
    pub const fn to_decimal(self) -> Decimal {
        match self {
            Self::Integer(value) => Decimal::from_i64(value),
            Self::Decimal(value) => value,
        }
    }

    pub(crate) fn count(count: u64) -> Result<Self, Fault> {
        i64::try_from(count).map(Self::Integer).map_err(|_| Fault::Overflow)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => value.fmt(f),
            Self::Decimal(value) => value.fmt(f),
        }
    }
}

/// An interval of confidence about a value, in the value's unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
    /// The lower end for people, with one decimal place more than the value.
    pub lower_shown: String,
    /// The upper end for people.
    pub upper_shown: String,
}

/// Whether a row has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowState {
    /// It has.
    Known,
    /// There is nothing to divide by, or nothing to take a mean of.
    Undefined,
    /// A period in which nothing was counted, between others; of a count, 0 is known.
    Empty,
    /// Some of what is summed is only known to lie between two ends, and so is the sum.
    Bounded,
    /// Not to be published.
    Withheld(Withheld),
    /// Some of what was counted is in a stratum that the standard does not have.
    NoStandard,
    /// A sum or the value does not fit in 64 bits or 28 digits.
    Error(Fault),
}

impl RowState {
    /// The word in results.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Undefined => "undefined",
            Self::Empty => "empty",
            Self::Bounded => "bounded",
            Self::Withheld(_) => "withheld",
            Self::NoStandard => "no_standard",
            Self::Error(_) => "error",
        }
    }
}

/// Why a row is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Withheld {
    /// It is of fewer records than the measure publishes, or with it one that is could be worked out. Which of the two
    /// is not told: that itself would tell how many there are, more or less.
    Suppressed,
    /// It is worked out of what is withheld.
    Source,
    /// It is of too few events for a standardised rate to mean anything.
    Few,
}

impl Withheld {
    /// The word in results.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Suppressed => "suppressed",
            Self::Source => "source",
            Self::Few => "few_events",
        }
    }
}

/// The decimal places that a measure's values are shown with: none for counts and sums of integers, 2 for other sums,
/// means and ratios; for a rate 1, and where it is per less than 100 as many more as keep three digits of it (`per 1`
/// has 3).
pub fn places(program: &Program, measure: &Measure) -> u8 {
    let ty = |node| program.node(node).map(|node: &Node| node.ty);
    match &measure.form {
        MeasureForm::Count | MeasureForm::Distinct { .. } => 0,
        MeasureForm::Sum(node) if ty(*node) == Some(Ty::Integer) => 0,
        MeasureForm::Sum(_) | MeasureForm::Mean(_) | MeasureForm::Ratio => 2,
        MeasureForm::Quantile { .. } | MeasureForm::Formula(_) => 2,
        MeasureForm::Rate { per } | MeasureForm::Standardised(Standardised { per, .. }) => {
            let below = |limit| *per < Decimal::from_i64(limit);
            1 + u8::from(below(100)) + u8::from(below(10))
        }
    }
}
