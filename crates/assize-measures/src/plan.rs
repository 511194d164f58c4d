//! What a measure reads of a chunk and how it is counted, worked out once from the program.

use crate::axis::{Axis, Whole};
use crate::periods::{self, Periods};
use assize_model::civil::Date;
use assize_model::ids::{DecisionId, MeasureId, NodeId};
use assize_model::lane::{Chunk, Lane, LaneValues, OutcomeLane};
use assize_model::measure::{Comparison, IntervalMethod, Measure, MeasureForm, Precision, UnknownPolicy};
use assize_model::node::Op;
use assize_model::program::{FieldKind, Hit, Program};
use assize_model::ty::Ty;
use std::sync::Arc;

/// The expressions and categories to ask a batch evaluation for. Several measures share one list, so that what they
/// have in common is worked out once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The expressions, in the order of [`Chunk::lanes`].
    pub nodes: Vec<NodeId>,
    /// The categories, in the order of [`Chunk::outcomes`].
    pub decisions: Vec<DecisionId>,
}

fn position<T: PartialEq>(list: &mut Vec<T>, item: T) -> usize {
    list.iter().position(|old| *old == item).unwrap_or_else(|| {
        list.push(item);
        list.len() - 1
    })
}

/// A measure that cannot be counted; the compiler refuses each of these with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A formula reads other measures, and counts nothing itself.
    #[error("measure `{0}` is worked out of others")]
    Formula(Arc<str>),
    /// There is no measure of this number.
    #[error("the program has no such measure")]
    NoMeasure,
    /// An expression or category is not in the program.
    #[error("measure `{0}` reads what the program does not have")]
    NoNode(Arc<str>),
    /// A clause that is neither a condition nor a number, or a breakdown by a duration or a set.
    #[error("measure `{measure}` cannot use the type of its `{clause}`")]
    Type {
        /// The measure.
        measure: Arc<str>,
        /// The clause.
        clause: &'static str,
    },
}

/// A chunk does not have what the plan asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the rows counted do not have the expressions that the measure reads")]
pub struct WrongChunk;

/// A clause that may be a condition, which counts records, or a number, which is summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clause {
    /// Not stated.
    Absent,
    /// A condition, by its lane.
    Condition(usize),
    /// A number, by its lane.
    Number(usize),
}

impl Clause {
    pub(crate) const fn number(self) -> Option<usize> {
        match self {
            Self::Number(lane) => Some(lane),
            Self::Absent | Self::Condition(_) => None,
        }
    }
}

/// Where a breakdown is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// An expression's lane.
    Lane(usize),
    /// A category's outcomes.
    Outcome(usize),
    /// A category's outcomes, of which only the decided ones count: the others are unknown.
    Decided(usize),
}

/// What is worked out of the value of each record that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueOf {
    /// Nothing.
    Nothing,
    /// The sum, of a lane.
    Sum(usize),
    /// The distinct values, of a lane.
    Distinct(usize),
    /// About how many distinct values, of a lane.
    Sketch(usize),
    /// All values, of a lane.
    All(usize, Precision),
}

impl ValueOf {
    /// The lane of which it is estimated how many different values there are.
    pub(crate) const fn sketched(self) -> Option<usize> {
        match self {
            Self::Sketch(lane) => Some(lane),
            Self::Nothing | Self::Sum(_) | Self::Distinct(_) | Self::All(..) => None,
        }
    }

    /// The lane of numbers.
    pub(crate) const fn number(self) -> Option<usize> {
        match self {
            Self::Sum(lane) | Self::All(lane, _) => Some(lane),
            Self::Nothing | Self::Distinct(_) | Self::Sketch(_) => None,
        }
    }
}

/// A measure, ready to be counted.
#[derive(Debug, Clone)]
pub struct MeasurePlan {
    pub(crate) id: MeasureId,
    pub(crate) name: Arc<str>,
    /// The hash of the rules, which a partial state must share.
    pub(crate) rules: Arc<str>,
    /// What else a partial state must share.
    pub(crate) run: Arc<str>,
    pub(crate) include: Option<usize>,
    pub(crate) exclude: Option<usize>,
    pub(crate) eligible: Option<usize>,
    pub(crate) numerator: Clause,
    pub(crate) except: Option<usize>,
    pub(crate) denominator: Clause,
    pub(crate) value: ValueOf,
    /// An axis for the distinct values, empty; where they are estimated, only for what it takes.
    pub(crate) distinct: Option<Axis>,
    /// Whether what is only known to lie between two ends counts in the sum, which then lies between two as well.
    pub(crate) bounded: bool,
    /// Whether the squares of the value are summed as well, for its variance.
    pub(crate) squares: bool,
    /// Each breakdown, then each stratum, and the periods last: where it is read, and its axis, empty.
    pub(crate) axes: Vec<(Source, Axis)>,
    /// How many of the axes are strata: they divide what is counted, and no row of the result.
    pub(crate) strata: usize,
    /// Whether the last axis is of periods.
    pub(crate) has_periods: bool,
    pub(crate) unknown: UnknownPolicy,
}

impl MeasurePlan {
    /// Plans a measure, adding what it reads to `wanted`. `run` says what else the result depends on beside rules and
    /// data, the evaluation date and the parameters in some canonical text: states of different runs do not merge.
    ///
    /// # Errors
    ///
    /// [`PlanError`], for a measure that the compiler should have refused.
    pub fn new(program: &Program, id: MeasureId, run: &str, wanted: &mut Wanted) -> Result<Self, PlanError> {
        let measure = program.measure(id).ok_or(PlanError::NoMeasure)?;
        let mut planner = Planner { program, measure, wanted };
        let (value, distinct) = planner.value()?;
        let strata = measure.form.strata();
        let mut axes = Vec::with_capacity(measure.by.len() + strata.len() + 1);
        for by in measure.by.iter().chain(strata) {
            axes.push(match by.category {
                Some(category) => {
                    let category = program.category(category).ok_or_else(|| planner.no_node())?;
                    if category.hit == Hit::All {
                        return Err(planner.wrong_type("by"));
                    }
                    let axis = Axis::new(Ty::Code(category.list), program).ok_or_else(|| planner.wrong_type("by"))?;
                    let at = position(&mut planner.wanted.decisions, category.decision);
                    // An audit holds what was decided against what came out.
                    let audited = measure.audit.is_some() && axes.len() + 2 == measure.by.len();
                    (if audited { Source::Decided(at) } else { Source::Outcome(at) }, axis)
                }
                None => {
                    let axis = Axis::new(planner.ty(by.node)?, program).ok_or_else(|| planner.wrong_type("by"))?;
                    (Source::Lane(planner.lane(by.node)), axis)
                }
            });
        }
        if let Some((period, node)) = measure.every {
            if planner.ty(node)? != Ty::Date {
                return Err(planner.wrong_type("every"));
            }
            axes.push((Source::Lane(planner.lane(node)), Axis::periods(Periods { period, cut: None })));
        }
        Ok(Self {
            id,
            name: Arc::clone(&measure.heading.name),
            rules: Arc::clone(&program.ruleset.hash),
            run: run.into(),
            include: planner.condition(measure.include, "include")?,
            exclude: planner.condition(measure.exclude, "exclude")?,
            eligible: planner.condition(measure.eligible, "eligible")?,
            numerator: planner.clause(measure.numerator, "numerator")?,
            except: planner.condition(measure.except, "except")?,
            denominator: planner.clause(measure.denominator, "denominator")?,
            value,
            distinct,
            bounded: may_be_bounded(program, measure),
            squares: measure.interval.is_some_and(|of| of.method == IntervalMethod::T),
            axes,
            strata: strata.len(),
            has_periods: measure.every.is_some(),
            unknown: measure.unknown,
        })
    }

    /// Counts for a run of this evaluation date: a measure that is compared with the same period last year counts the
    /// days of last year up to the like day apart, where a period is not over. States of plans that differ in this do
    /// not merge, by what `run` says.
    #[must_use]
    pub fn as_of(mut self, program: &Program, as_of: Date) -> Self {
        let measure = program.measure(self.id);
        if let Some((_, Axis::Wholes(Whole::Period(found), _))) = self.axes.last_mut()
            && let Some(measure) = measure.filter(|measure| measure.compare == Some(Comparison::SamePeriodLastYear))
            && let Some((period, _)) = measure.every
        {
            found.cut = periods::like_day(period, as_of);
        }
        self
    }

    /// Whether the days of a period up to this one are counted apart from its later ones.
    pub(crate) fn is_cut_at(&self, day: Date) -> bool {
        self.periods().is_some_and(|periods| periods.cut == Some(day))
    }

    /// How dates are numbered by period.
    pub(crate) fn periods(&self) -> Option<Periods> {
        match self.axes.last() {
            Some((_, Axis::Wholes(Whole::Period(periods), _))) => Some(*periods),
            _ => None,
        }
    }

    /// Which measure this is.
    pub const fn measure(&self) -> MeasureId {
        self.id
    }

    /// Whether a record can be counted though a clause of it was not known.
    pub(crate) fn replaces_unknown(&self) -> bool {
        self.unknown != UnknownPolicy::Apart
    }

    /// Whether a category is among the breakdowns.
    pub(crate) fn by_category(&self) -> bool {
        self.axes.iter().any(|(source, _)| matches!(source, Source::Outcome(_)))
    }

    /// Every lane that is read as a condition.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = usize> {
        let clause = |clause| match clause {
            Clause::Condition(lane) => Some(lane),
            Clause::Absent | Clause::Number(_) => None,
        };
        [self.include, self.exclude, self.eligible, clause(self.numerator), self.except, clause(self.denominator)]
            .into_iter()
            .flatten()
    }

    /// Every lane that is read as a number.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = usize> {
        [self.numerator.number(), self.denominator.number(), self.value.number()].into_iter().flatten()
    }

    /// Whether its records are told apart by the same values as another's.
    pub(crate) fn has_rows_of(&self, other: &Self) -> bool {
        let kind = |(source, axis): &(Source, Axis)| (*source, axis.period());
        self.axes.len() == other.axes.len()
            && self.has_periods == other.has_periods
            && self.axes.iter().map(kind).eq(other.axes.iter().map(kind))
    }

    /// Whether it counts the same of every record as another: then only what is worked out of it in the end differs.
    pub(crate) fn counts_as(&self, other: &Self) -> bool {
        let clauses = |plan: &Self| {
            let conditions = [plan.include, plan.exclude, plan.eligible, plan.except];
            (conditions, plan.numerator, plan.denominator, plan.value, plan.bounded, plan.squares, plan.unknown)
        };
        self.has_rows_of(other) && self.strata == other.strata && clauses(self) == clauses(other)
    }

    /// The axes of the strata.
    pub(crate) fn strata(&self) -> std::ops::Range<usize> {
        let end = self.axes.len().saturating_sub(usize::from(self.has_periods));
        end.saturating_sub(self.strata)..end
    }

    /// Checks that a chunk has every lane that is read, of the right type and at least as long as the chunk.
    pub(crate) fn check(&self, chunk: &Chunk<'_>) -> Result<(), WrongChunk> {
        let words = chunk.rows.div_ceil(64);
        let long = |lane: usize| chunk.lanes.get(lane).is_some_and(|lane| lane_holds(lane, chunk.rows));
        let of = |lane: usize, fits: fn(&LaneValues<'_>) -> bool| {
            long(lane) && chunk.lanes.get(lane).is_some_and(|lane| fits(&lane.values))
        };
        let axis = |(source, axis): &(Source, Axis)| match *source {
            Source::Lane(lane) => long(lane) && chunk.lanes.get(lane).is_some_and(|lane| axis.takes(&lane.values)),
            Source::Outcome(at) | Source::Decided(at) => {
                chunk.outcomes.get(at).is_some_and(|outcome| outcome_holds(outcome, chunk.rows))
            }
        };
        let distinct = match (self.value, &self.distinct) {
            (ValueOf::Distinct(lane) | ValueOf::Sketch(lane), Some(axis)) => {
                long(lane) && chunk.lanes.get(lane).is_some_and(|lane| axis.takes(&lane.values))
            }
            _ => true,
        };
        let fits = chunk.bad.len() >= words
            && self
                .conditions()
                .all(|lane| of(lane, |values| matches!(values, LaneValues::Boolean(_) | LaneValues::Same(_))))
            && self.numbers().all(|lane| {
                of(lane, |values| {
                    matches!(
                        values,
                        LaneValues::Integer(_)
                            | LaneValues::Decimal(_)
                            | LaneValues::Scaled { .. }
                            | LaneValues::Same(_)
                    )
                })
            })
            && self.axes.iter().all(axis)
            && distinct;
        if fits { Ok(()) } else { Err(WrongChunk) }
    }

    /// Puts the period's first and last day beside its ordinal; for `table`.
    pub(crate) fn period_of(program: &Program, id: MeasureId, index: i64) -> Option<(String, Date, Date)> {
        let (period, _) = program.measure(id)?.every?;
        let index = i32::try_from(index).ok()?;
        let (from, to) = period.span(index);
        Some((period.label(index), from, to))
    }
}

/// Whether a measure sums what may only be known to lie between two ends.
pub fn may_be_bounded(program: &Program, measure: &Measure) -> bool {
    matches!(measure.form, MeasureForm::Sum(node) if reads_range(program, node))
}

/// Whether an expression reads a field that is a range of values.
fn reads_range(program: &Program, node: NodeId) -> bool {
    let mut seen = vec![false; program.nodes.len()];
    let mut todo = vec![node];
    while let Some(id) = todo.pop() {
        let (Some(node), Some(seen)) = (program.node(id), seen.get_mut(id.index())) else { continue };
        if std::mem::replace(seen, true) {
            continue;
        }
        if let Op::Field(field) = node.op {
            let record = program.scope(node.scope).and_then(|scope| program.record(scope.record?));
            let field = record.and_then(|record| record.fields.get(field.index()));
            if field.is_some_and(|field| matches!(field.kind, FieldKind::Range(_))) {
                return true;
            }
        }
        node.op.operands(|operand| todo.push(operand));
    }
    false
}

fn lane_holds(lane: &Lane<'_>, rows: usize) -> bool {
    let words = rows.div_ceil(64);
    let values = match lane.values {
        LaneValues::Same(_) => true,
        LaneValues::Boolean(values) => values.len() >= words,
        LaneValues::Integer(values) | LaneValues::Time(values) | LaneValues::DateTime(values) => values.len() >= rows,
        LaneValues::Decimal(values) => values.len() >= rows,
        LaneValues::Scaled { coefficients, .. } => coefficients.len() >= rows,
        // Texts check each row for themselves.
        LaneValues::Text(_) => true,
        LaneValues::Date(values) => values.len() >= rows,
        LaneValues::Duration(values) => values.len() >= rows,
        LaneValues::Code(values) => values.len() >= rows,
        LaneValues::Set(values) => values.len() >= rows,
    };
    values && lane.known.len() >= words
}

const fn outcome_holds(outcome: &OutcomeLane<'_>, rows: usize) -> bool {
    outcome.value.len() >= rows && outcome.state.len() >= rows
}

struct Planner<'p, 'w> {
    program: &'p Program,
    measure: &'p Measure,
    wanted: &'w mut Wanted,
}

impl Planner<'_, '_> {
    fn no_node(&self) -> PlanError {
        PlanError::NoNode(Arc::clone(&self.measure.heading.name))
    }

    fn wrong_type(&self, clause: &'static str) -> PlanError {
        PlanError::Type { measure: Arc::clone(&self.measure.heading.name), clause }
    }

    fn ty(&self, node: NodeId) -> Result<Ty, PlanError> {
        self.program.node(node).map(|node| node.ty).ok_or_else(|| self.no_node())
    }

    fn lane(&mut self, node: NodeId) -> usize {
        position(&mut self.wanted.nodes, node)
    }

    fn condition(&mut self, node: Option<NodeId>, clause: &'static str) -> Result<Option<usize>, PlanError> {
        let Some(node) = node else { return Ok(None) };
        match self.ty(node)? {
            Ty::Boolean => Ok(Some(self.lane(node))),
            _ => Err(self.wrong_type(clause)),
        }
    }

    fn clause(&mut self, node: Option<NodeId>, clause: &'static str) -> Result<Clause, PlanError> {
        let Some(node) = node else { return Ok(Clause::Absent) };
        match self.ty(node)? {
            Ty::Boolean => Ok(Clause::Condition(self.lane(node))),
            ty if ty.is_number() => Ok(Clause::Number(self.lane(node))),
            _ => Err(self.wrong_type(clause)),
        }
    }

    fn value(&mut self) -> Result<(ValueOf, Option<Axis>), PlanError> {
        match self.measure.form {
            MeasureForm::Count | MeasureForm::Rate { .. } | MeasureForm::Ratio | MeasureForm::Standardised(_) => {
                Ok((ValueOf::Nothing, None))
            }
            MeasureForm::Sum(node) | MeasureForm::Mean(node) => {
                if !self.ty(node)?.is_number() {
                    return Err(self.wrong_type("as"));
                }
                Ok((ValueOf::Sum(self.lane(node)), None))
            }
            MeasureForm::Quantile { precision, of, .. } => {
                if !self.ty(of)?.is_number() {
                    return Err(self.wrong_type("as"));
                }
                Ok((ValueOf::All(self.lane(of), precision), None))
            }
            MeasureForm::Formula(_) => Err(PlanError::Formula(Arc::clone(&self.measure.heading.name))),
            MeasureForm::Distinct { precision, of } => {
                let axis = Axis::new(self.ty(of)?, self.program).ok_or_else(|| self.wrong_type("as"))?;
                match (precision, &axis) {
                    (Precision::Exact, _) => Ok((ValueOf::Distinct(self.lane(of)), Some(axis))),
                    (Precision::Approximate, Axis::Codes { .. } | Axis::Booleans) => Err(self.wrong_type("as")),
                    (Precision::Approximate, _) => Ok((ValueOf::Sketch(self.lane(of)), Some(axis))),
                }
            }
        }
    }
}
