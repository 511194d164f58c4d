//! The result of a measure: its rows, sorted, each with its value and how sure it is.

use crate::interval::{Level, wilson};
use crate::plan::{Clause, MeasurePlan};
use crate::stage::Stages;
use crate::state::MeasureState;
use crate::value::BreakdownValue;
use assize_model::absence::{Fault, Reason};
use assize_model::civil::Date;
use assize_model::decimal::{Decimal, Rounding};
use assize_model::node::Node;
use assize_model::program::{Measure, MeasureForm, Program};
use assize_model::sum::ExactSum;
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

    fn count(count: u64) -> Result<Self, Fault> {
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
    /// A sum or the value does not fit in 64 bits or 28 digits.
    Error(Fault),
}

impl RowState {
    /// The word in results.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Undefined => "undefined",
            Self::Error(_) => "error",
        }
    }
}

/// What a row comes to.
struct Computed {
    numerator: Option<Number>,
    denominator: Option<Number>,
    value: Result<Option<Decimal>, Fault>,
}

/// The decimal places that a measure's values are shown with: none for counts and sums of integers, 2 for other sums,
/// means and ratios; for a rate 1, and where it is per less than 100 as many more as keep three digits of it (`per 1`
/// has 3).
pub fn places(program: &Program, measure: &Measure) -> u8 {
    let ty = |node| program.node(node).map(|node: &Node| node.ty);
    match &measure.form {
        MeasureForm::Count | MeasureForm::Distinct(_) => 0,
        MeasureForm::Sum(node) if ty(*node) == Some(Ty::Integer) => 0,
        MeasureForm::Sum(_) | MeasureForm::Mean(_) | MeasureForm::Ratio => 2,
        MeasureForm::Rate { per } => {
            let below = |limit| *per < Decimal::from_i64(limit);
            1 + u8::from(below(100)) + u8::from(below(10))
        }
    }
}

impl MeasureState {
    /// The result of what has been counted. `program` is the one that the plan was made from; of another one, names
    /// may be wrong.
    pub fn finish(&self, program: &Program) -> MeasureTable {
        let Some(measure) = program.measure(self.plan.id) else {
            return MeasureTable { name: Arc::clone(&self.plan.name), places: 0, rows: Vec::new() };
        };
        let finisher = Finisher {
            state: self,
            program,
            measure,
            places: places(program, measure),
            level: measure.interval.and_then(Level::new),
            distinct: self.distinct_counts(),
        };
        let rows = self.sorted_groups().into_iter().map(|group| finisher.row(group)).collect();
        MeasureTable { name: Arc::clone(&self.plan.name), places: finisher.places, rows }
    }

    /// How many distinct values each group has.
    fn distinct_counts(&self) -> Vec<u64> {
        let mut counts = vec![0; self.groups.len()];
        for &pair in &self.distinct.pairs {
            if let Some(count) = counts.get_mut((pair >> 32) as usize) {
                *count += 1;
            }
        }
        counts
    }
}

struct Finisher<'a> {
    state: &'a MeasureState,
    program: &'a Program,
    measure: &'a Measure,
    places: u8,
    level: Option<Level>,
    distinct: Vec<u64>,
}

impl Finisher<'_> {
    fn row(&self, group: usize) -> MeasureRow {
        let stages = self.state.stages_of(group);
        let (by, period) = self.key(group);
        let computed = self.compute(group, &stages);
        let (value_exact, state) = match computed.value {
            Ok(Some(value)) => (Some(value), RowState::Known),
            Ok(None) => (None, RowState::Undefined),
            Err(fault) => (None, RowState::Error(fault)),
        };
        MeasureRow {
            by,
            period,
            numerator: computed.numerator,
            denominator: computed.denominator,
            value_exact,
            value: value_exact.map(|value| value.to_string_places(self.places, Rounding::HalfUp)),
            interval: value_exact.and_then(|_| self.interval(&stages)),
            state,
            not_decided: stages.not_decided,
            stages,
        }
    }

    fn key(&self, group: usize) -> (Vec<(Arc<str>, BreakdownValue)>, Option<PeriodOfRow>) {
        let mut values: Vec<BreakdownValue> =
            self.state.axes.iter().zip(self.state.groups.key(group)).map(|(axis, &slot)| axis.value(slot)).collect();
        let period = if self.state.plan.has_periods { values.pop() } else { None };
        let period = period.map(|value| match value {
            BreakdownValue::Integer(index) => MeasurePlan::period_of(self.program, self.state.plan.id, index)
                .map_or(PeriodOfRow::Error, |(label, from, to)| PeriodOfRow::Span { label, from, to }),
            BreakdownValue::Missing(reason) => PeriodOfRow::Missing(reason),
            _ => PeriodOfRow::Error,
        });
        let names = self.measure.by.iter().map(|by| Arc::clone(&by.name));
        (names.zip(values).collect(), period)
    }

    /// How many records the value counts or is of.
    fn counted(&self, stages: &Stages) -> u64 {
        match self.state.plan.numerator {
            Clause::Absent => stages.denominator.saturating_add(stages.neither),
            Clause::Condition(_) | Clause::Number(_) => stages.numerator,
        }
    }

    fn compute(&self, group: usize, stages: &Stages) -> Computed {
        let counted = Number::count(self.counted(stages));
        let whole = |number: Result<Number, Fault>| Computed {
            numerator: number.ok(),
            denominator: None,
            value: number.map(|number| Some(number.to_decimal())),
        };
        match &self.measure.form {
            MeasureForm::Count => whole(counted),
            MeasureForm::Distinct(_) => whole(Number::count(self.distinct.get(group).copied().unwrap_or(0))),
            MeasureForm::Sum(node) => whole(self.sum(&self.state.values, group, self.is_integer(*node))),
            MeasureForm::Mean(node) => {
                let sum = self.sum(&self.state.values, group, self.is_integer(*node));
                let number = self.counted(stages);
                let exact = self.state.values.get(group).copied().unwrap_or(ExactSum::ZERO);
                Computed {
                    numerator: sum.ok(),
                    denominator: counted.ok(),
                    value: if number == 0 { Ok(None) } else { exact.mean(number).map(Some) },
                }
            }
            MeasureForm::Rate { per } => self.quotient(group, stages, *per),
            MeasureForm::Ratio => self.quotient(group, stages, Decimal::ONE),
        }
    }

    fn is_integer(&self, node: assize_model::ids::NodeId) -> bool {
        self.program.node(node).is_some_and(|node| node.ty == Ty::Integer)
    }

    fn sum(&self, sums: &[ExactSum], group: usize, integer: bool) -> Result<Number, Fault> {
        let sum = sums.get(group).copied().unwrap_or(ExactSum::ZERO);
        if integer { sum.to_integer().map(Number::Integer) } else { sum.to_decimal().map(Number::Decimal) }
    }

    fn quotient(&self, group: usize, stages: &Stages, per: Decimal) -> Computed {
        let integer = |node: Option<_>| node.is_some_and(|node| self.is_integer(node));
        let numerator = match self.state.plan.numerator {
            Clause::Number(_) => self.sum(&self.state.numerators, group, integer(self.measure.numerator)),
            Clause::Absent | Clause::Condition(_) => Number::count(self.counted(stages)),
        };
        let denominator = match self.state.plan.denominator {
            Clause::Number(_) => self.sum(&self.state.denominators, group, integer(self.measure.denominator)),
            Clause::Absent | Clause::Condition(_) => Number::count(stages.denominator),
        };
        let value = match (numerator, denominator) {
            (Ok(over), Ok(under)) if !under.to_decimal().is_zero() => {
                over.to_decimal().mul(per).and_then(|over| over.div(under.to_decimal())).map(Some)
            }
            (Ok(_), Ok(_)) => Ok(None),
            (Err(fault), _) | (_, Err(fault)) => Err(fault),
        };
        Computed { numerator: numerator.ok(), denominator: denominator.ok(), value }
    }

    /// Wilson's interval, of a share: records that fulfil a condition among records that hold them all.
    fn interval(&self, stages: &Stages) -> Option<Interval> {
        let level = self.level?;
        let per = match &self.measure.form {
            MeasureForm::Rate { per } => per.to_f64(),
            MeasureForm::Ratio => 1.0,
            MeasureForm::Count | MeasureForm::Distinct(_) | MeasureForm::Sum(_) | MeasureForm::Mean(_) => return None,
        };
        let conditions = matches!(self.state.plan.numerator, Clause::Condition(_))
            && !matches!(self.state.plan.denominator, Clause::Number(_));
        if !conditions || stages.numerator_only > 0 {
            return None;
        }
        let (lower, upper) = wilson(stages.numerator, stages.denominator, level)?;
        let (lower, upper) = (lower * per, upper * per);
        let places = usize::from(self.places) + 1;
        Some(Interval {
            lower,
            upper,
            lower_shown: format!("{lower:.places$}"),
            upper_shown: format!("{upper:.places$}"),
        })
    }
}
