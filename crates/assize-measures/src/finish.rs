//! From what was counted in each group to the rows of a result.

use crate::interval::{Level, byar, clopper_pearson, poisson, student_quantile, wilson};
use crate::plan::{Clause, MeasurePlan};
use crate::samples::Samples;
use crate::series::Made;
use crate::spread::Spread;
use crate::stage::Stages;
use crate::standard::{Stratum, standardised};
use crate::state::{Distinct, MeasureState};
use crate::table::{Interval, MeasureRow, MeasureTable, Number, PeriodOfRow, RowState, places};
use crate::value::BreakdownValue;
use assize_model::absence::Fault;
use assize_model::bounds::Bounds;
use assize_model::decimal::{Decimal, Rounding};
use assize_model::ids::NodeId;
use assize_model::measure::{IntervalMethod, Measure, MeasureForm, Precision};
use assize_model::program::Program;
use assize_model::sum::{ExactSum, SquareSum};
use assize_model::ty::Ty;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Below so many events Byar's approximation gives way to the exact Poisson interval.
const EXACT_BELOW: u64 = 10;

/// What a row comes to.
struct Computed {
    numerator: Option<Number>,
    denominator: Option<Number>,
    value: Result<Option<Decimal>, RowState>,
    /// Of a standardised rate: its ends.
    ends: Option<(f64, f64)>,
    /// Of a sum that lies between two ends: those.
    bounds: Option<Bounds<Decimal>>,
}

impl MeasureState {
    /// The result of what has been counted. `program` is the one that the plan was made from; of another one, names
    /// may be wrong.
    pub fn finish(&self, program: &Program) -> MeasureTable {
        let empty =
            |places| MeasureTable { name: Arc::clone(&self.plan.name), places, rows: Vec::new(), charts: Vec::new() };
        let Some(measure) = program.measure(self.plan.id) else { return empty(0) };
        let finisher = self.finisher(program, measure);
        let rows = self.series(measure).iter().map(|made| finisher.row(made)).collect();
        MeasureTable { rows, ..empty(finisher.places) }
    }

    /// What makes rows of groups.
    pub(crate) fn finisher<'a>(&'a self, program: &'a Program, measure: &'a Measure) -> Finisher<'a> {
        Finisher {
            state: self,
            program,
            measure,
            places: places(program, measure),
            level: measure.interval.and_then(|of| Level::new(of.level)),
            distinct: self.distinct_counts(),
        }
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

/// See [`MeasureState::finisher`].
pub(crate) struct Finisher<'a> {
    state: &'a MeasureState,
    program: &'a Program,
    measure: &'a Measure,
    places: u8,
    level: Option<Level>,
    distinct: Vec<u64>,
}

impl Finisher<'_> {
    pub(crate) fn row(&self, made: &Made) -> MeasureRow {
        let mut stages = Stages::default();
        made.groups.iter().for_each(|&group| stages.merge(&self.state.stages_of(group)));
        let (by, period) = self.key(made);
        let mut computed = self.compute(&made.groups, &stages);
        // Where nobody was counted there is nothing to say, but that a count is none.
        let empty = made.groups.is_empty() && made.period.is_some() && !self.counts();
        let (value_exact, state) = match std::mem::replace(&mut computed.value, Ok(None)) {
            Ok(Some(value)) if !empty => (Some(value), RowState::Known),
            _ if empty => (None, RowState::Empty),
            Ok(_) => (None, RowState::Undefined),
            Err(state) => (None, state),
        };
        MeasureRow {
            by,
            period,
            numerator: computed.numerator.filter(|_| !empty),
            denominator: computed.denominator.filter(|_| !empty),
            value_exact,
            value: value_exact.map(|value| value.to_string_places(self.places, Rounding::HalfUp)),
            interval: value_exact.and_then(|value| self.interval(&made.groups, &stages, value, &computed)),
            bounds: computed.bounds,
            change: None,
            target: None,
            state,
            not_decided: stages.not_decided,
            stages,
        }
    }

    /// Whether the value is a number of things, of which there can be none: a count, or a sum of whole numbers.
    fn counts(&self) -> bool {
        match self.measure.form {
            MeasureForm::Count | MeasureForm::Distinct { .. } => true,
            MeasureForm::Sum(node) => self.is_integer(node),
            _ => false,
        }
    }

    fn key(&self, made: &Made) -> (Vec<(Arc<str>, BreakdownValue)>, Option<PeriodOfRow>) {
        let key = self.state.groups.key(made.like);
        let value = |at: usize| {
            let (axis, slot) = (self.state.axes.get(at)?, key.get(at)?);
            Some(axis.value(*slot))
        };
        let names = self.measure.by.iter().map(|by| Arc::clone(&by.name));
        let by = names.enumerate().map(|(at, name)| (name, value(at).unwrap_or(BreakdownValue::Error))).collect();
        let period = self.state.plan.has_periods.then(|| match made.period {
            Some(index) => MeasurePlan::period_of(self.program, self.state.plan.id, index)
                .map_or(PeriodOfRow::Error, |(label, from, to)| PeriodOfRow::Span { label, from, to }),
            None => match value(self.state.axes.len().saturating_sub(1)) {
                Some(BreakdownValue::Missing(reason)) => PeriodOfRow::Missing(reason),
                _ => PeriodOfRow::Error,
            },
        });
        (by, period)
    }

    /// How many records the value counts or is of.
    fn counted(&self, stages: &Stages) -> u64 {
        self.state.counted(stages)
    }

    fn compute(&self, groups: &[usize], stages: &Stages) -> Computed {
        let counted = Number::count(self.counted(stages));
        let whole = |number: Result<Number, Fault>| Computed {
            numerator: number.ok(),
            denominator: None,
            value: number.map(|number| Some(number.to_decimal())).map_err(RowState::Error),
            ends: None,
            bounds: None,
        };
        match &self.measure.form {
            MeasureForm::Count => whole(counted),
            MeasureForm::Distinct { precision: Precision::Exact, .. } => whole(Number::count(self.distinct(groups))),
            MeasureForm::Distinct { precision: Precision::Approximate, .. } => {
                whole(Number::count(self.estimated(groups, self.counted(stages))))
            }
            MeasureForm::Sum(node) => {
                let known = total(&self.state.values, groups);
                let mut spread = Spread::default();
                groups.iter().filter_map(|&group| self.state.spreads.get(group)).for_each(|of| spread.merge(of));
                let computed = whole(number(&known, self.is_integer(*node)));
                if spread.count == 0 {
                    return computed;
                }
                match spread.with(&known) {
                    Ok(bounds) => {
                        Computed { numerator: None, value: Err(RowState::Bounded), bounds: Some(bounds), ..computed }
                    }
                    Err(fault) => Computed { value: Err(RowState::Error(fault)), ..computed },
                }
            }
            MeasureForm::Mean(node) => {
                let sum = total(&self.state.values, groups);
                let of = self.counted(stages);
                let value = if of == 0 { Ok(None) } else { sum.mean(of).map(Some).map_err(RowState::Error) };
                let numerator = number(&sum, self.is_integer(*node)).ok();
                Computed { numerator, denominator: counted.ok(), value, ends: None, bounds: None }
            }
            MeasureForm::Rate { per } => self.quotient(groups, stages, *per),
            MeasureForm::Ratio => self.quotient(groups, stages, Decimal::ONE),
            MeasureForm::Quantile { share, .. } => Computed {
                numerator: None,
                denominator: counted.ok(),
                value: self.quantile(groups, *share).map_err(RowState::Error),
                ends: None,
                bounds: None,
            },
            MeasureForm::Standardised(of) => {
                let whole = self.quotient(groups, stages, of.per);
                let strata: Vec<Stratum> = groups.iter().map(|&group| self.stratum(group)).collect();
                let events = self.counted(stages);
                let found = self.program.lookups.get(of.to.index());
                let (value, ends) = match found.map(|lookup| standardised(of, lookup, &strata, events, self.level)) {
                    Some(Ok(rate)) => (Ok(rate.value), rate.ends),
                    Some(Err(state)) => (Err(state), None),
                    None => (Err(RowState::NoStandard), None),
                };
                Computed { value, ends, ..whole }
            }
            // Worked out of other measures, when their rows are there.
            MeasureForm::Formula(_) => {
                Computed { numerator: None, denominator: None, value: Ok(None), ends: None, bounds: None }
            }
        }
    }

    fn is_integer(&self, node: NodeId) -> bool {
        self.program.node(node).is_some_and(|node| node.ty == Ty::Integer)
    }

    /// How many different values there are in all of the groups.
    fn distinct(&self, groups: &[usize]) -> u64 {
        if let [group] = groups {
            return self.distinct.get(*group).copied().unwrap_or(0);
        }
        let within: FxHashSet<usize> = groups.iter().copied().collect();
        let pairs = self.state.distinct.pairs.iter().map(|&pair| Distinct::split(pair));
        let slots: FxHashSet<u32> =
            pairs.filter(|(group, _)| within.contains(&(*group as usize))).map(|(_, slot)| slot).collect();
        slots.len() as u64
    }

    /// About how many different values there are in all of the groups, which have so many records.
    fn estimated(&self, groups: &[usize], records: u64) -> u64 {
        let mut sketches = groups.iter().filter_map(|&group| self.state.sketches.get(group));
        let Some(first) = sketches.next() else { return 0 };
        let Some(second) = sketches.next() else { return first.count(records) };
        let mut all = first.clone();
        std::iter::once(second).chain(sketches).for_each(|sketch| all.merge(sketch));
        all.count(records)
    }

    fn quantile(&self, groups: &[usize], share: Decimal) -> Result<Option<Decimal>, Fault> {
        if let [group] = groups {
            return self.state.samples.quantile(*group, share);
        }
        let mut all = Samples::default();
        all.resize(1);
        groups.iter().for_each(|&group| all.merge_group(0, &self.state.samples, group));
        all.quantile(0, share)
    }

    /// What is over, and what is under the line.
    fn parts(&self, groups: &[usize], stages: &Stages) -> (Result<Number, Fault>, Result<Number, Fault>) {
        let integer = |node: Option<_>| node.is_some_and(|node| self.is_integer(node));
        let over = match self.state.plan.numerator {
            Clause::Number(_) => number(&total(&self.state.numerators, groups), integer(self.measure.numerator)),
            Clause::Absent | Clause::Condition(_) => Number::count(self.counted(stages)),
        };
        let under = match self.state.plan.denominator {
            Clause::Number(_) => number(&total(&self.state.denominators, groups), integer(self.measure.denominator)),
            Clause::Absent | Clause::Condition(_) => Number::count(stages.denominator),
        };
        (over, under)
    }

    fn quotient(&self, groups: &[usize], stages: &Stages, per: Decimal) -> Computed {
        let (numerator, denominator) = self.parts(groups, stages);
        let value = match (numerator, denominator) {
            (Ok(over), Ok(under)) => quotient(over, under, per),
            (Err(fault), _) | (_, Err(fault)) => Err(RowState::Error(fault)),
        };
        Computed { numerator: numerator.ok(), denominator: denominator.ok(), value, ends: None, bounds: None }
    }

    /// What was counted in a group, and the values of its strata.
    fn stratum(&self, group: usize) -> Stratum {
        let stages = self.state.stages_of(group);
        let (over, under) = self.parts(&[group], &stages);
        let key = self.state.groups.key(group);
        let values = self.state.plan.strata().filter_map(|at| {
            let (axis, slot) = (self.state.axes.get(at)?, key.get(at)?);
            Some(axis.value(*slot))
        });
        Stratum { values: values.collect(), over: over.map(Number::to_decimal), under: under.map(Number::to_decimal) }
    }

    /// The interval that the measure asks for, in the value's unit.
    fn interval(&self, groups: &[usize], stages: &Stages, value: Decimal, computed: &Computed) -> Option<Interval> {
        let level = self.level?;
        let method = self.measure.interval?.method;
        let per = match &self.measure.form {
            MeasureForm::Rate { per } => per.to_f64(),
            _ => 1.0,
        };
        let events = self.counted(stages);
        let among = matches!(self.state.plan.denominator, Clause::Number(_));
        // Of what the events are over: an amount, or nothing.
        let scale = match (&self.measure.form, among) {
            (MeasureForm::Count, _) => Some(1.0),
            (MeasureForm::Rate { .. } | MeasureForm::Ratio, true) => {
                computed.denominator.map(|under| per / under.to_decimal().to_f64())
            }
            _ => None,
        };
        let proportion =
            matches!(self.state.plan.numerator, Clause::Condition(_)) && !among && stages.numerator_only == 0;
        let scaled = |(lower, upper): (f64, f64), by: f64| (lower * by, upper * by);
        let (lower, upper) = match method {
            IntervalMethod::Wilson if proportion => scaled(wilson(stages.numerator, stages.denominator, level)?, per),
            IntervalMethod::Exact if proportion && scale.is_none() => {
                scaled(clopper_pearson(stages.numerator, stages.denominator, level)?, per)
            }
            IntervalMethod::Exact => scaled(poisson(events, level), scale?),
            IntervalMethod::Byar if computed.ends.is_some() => computed.ends?,
            IntervalMethod::Byar if events < EXACT_BELOW => scaled(poisson(events, level), scale?),
            IntervalMethod::Byar => scaled(byar(events, level), scale?),
            IntervalMethod::T => {
                let squares = groups.iter().filter_map(|&group| self.state.squares.get(group)).fold(
                    SquareSum::ZERO,
                    |mut all, squares| {
                        all.merge(squares);
                        all
                    },
                );
                let half = student_quantile(events.checked_sub(1)?, level)?
                    * libm::sqrt(squares.variance(events)? / events as f64);
                let mean = value.to_f64();
                (mean - half, mean + half)
            }
            IntervalMethod::Wilson => return None,
        };
        Some(Interval::new(lower, upper, self.places))
    }
}

impl Interval {
    /// An interval of a value that is shown with so many decimal places: with one more.
    pub(crate) fn new(lower: f64, upper: f64, places: u8) -> Self {
        let places = usize::from(places) + 1;
        Self { lower, upper, lower_shown: format!("{lower:.places$}"), upper_shown: format!("{upper:.places$}") }
    }
}

impl MeasureState {
    /// How many records the value counts or is of.
    pub(crate) fn counted(&self, stages: &Stages) -> u64 {
        match self.plan.numerator {
            Clause::Absent => stages.denominator.saturating_add(stages.neither),
            Clause::Condition(_) | Clause::Number(_) => stages.numerator,
        }
    }
}

/// The sum of groups.
fn total(sums: &[ExactSum], groups: &[usize]) -> ExactSum {
    groups.iter().filter_map(|&group| sums.get(group)).fold(ExactSum::ZERO, |mut all, sum| {
        all.merge(sum);
        all
    })
}

fn number(sum: &ExactSum, integer: bool) -> Result<Number, Fault> {
    if integer { sum.to_integer().map(Number::Integer) } else { sum.to_decimal().map(Number::Decimal) }
}

/// One number over another, so many times; none over zero.
pub(crate) fn quotient(over: Number, under: Number, per: Decimal) -> Result<Option<Decimal>, RowState> {
    let (over, under) = (over.to_decimal(), under.to_decimal());
    if under.is_zero() {
        return Ok(None);
    }
    over.mul(per).and_then(|over| over.div(under)).map(Some).map_err(RowState::Error)
}
