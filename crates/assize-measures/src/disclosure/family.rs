//! Which measures count the same records, and what their rows say of them.

use super::cube::{Cube, Level, NOT_SHOWN};
use super::ties::{Answer, Ties};
use crate::stage::Stages;
use crate::state::MeasureState;
use crate::table::{MeasureRow, MeasureTable, PeriodOfRow};
use crate::value::BreakdownValue;
use assize_model::absence::Reason;
use assize_model::civil::Date;
use assize_model::decimal::{Decimal, Rounding};
use assize_model::ids::{CategoryId, MeasureId, NodeId};
use assize_model::measure::{Among, Measure, MeasureForm, UnknownPolicy};
use assize_model::period::Period;
use assize_model::program::Program;
use assize_model::value::Value;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Below how many the counts of measures of the same records are withheld: the greatest number that any of them states,
/// whether it is asked for or not. What is no number of 2 or more lets nothing be seen.
pub(crate) fn below(family: Among, program: &Program, params: &[Value]) -> Option<i64> {
    let stated = family.members(program).filter_map(|(_, measure)| measure.suppress);
    stated.map(|amount| amount.value(params).and_then(whole_below).unwrap_or(NOTHING_SHOWN)).max()
}

/// A threshold that no count reaches.
const NOTHING_SHOWN: i64 = i64::MAX / 4;

/// The least whole number that is not below a threshold, where that is one of 2 or more.
pub fn whole_below(amount: Decimal) -> Option<i64> {
    let whole = amount.round(0, Rounding::Up).ok()?.to_i64()?;
    (2..NOTHING_SHOWN).contains(&whole).then_some(whole)
}

/// Something that the rows of a family count; the same of several measures where all that it depends on is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quantity {
    unknown: UnknownPolicy,
    numerator: Option<NodeId>,
    except: Option<NodeId>,
    denominator: Option<NodeId>,
    /// What each record must have a value of: that of which a sum or a mean is, and strata.
    values: Vec<NodeId>,
    part: Part,
}

/// Who of those that a measure looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Those in the numerator, or all whom a measure without one counts.
    Own,
    /// Those in the denominator only.
    Rest,
    /// Those that are eligible and in neither: not known, say.
    Apart,
}

impl Quantity {
    fn of(measure: &Measure, part: Part) -> Self {
        let Measure { unknown, numerator, except, denominator, ref form, .. } = *measure;
        let values = form.of().into_iter().chain(form.strata().iter().map(|by| by.node)).collect();
        Self { unknown, numerator, except, denominator, values, part }
    }

    /// Whether it is the number of all that are eligible.
    fn is_all(&self) -> bool {
        self.numerator.is_none() && self.except.is_none() && self.denominator.is_none() && self.values.is_empty()
    }
}

/// A month, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Month {
    Known(i32),
    Missing(Reason),
    Error,
}

impl Month {
    /// Its months of a period of a row.
    fn of(period: &PeriodOfRow) -> Vec<Self> {
        match period {
            PeriodOfRow::Span { from, to, .. } => {
                (Period::Month.index(*from)..=Period::Month.index(*to)).map(Self::Known).collect()
            }
            PeriodOfRow::Missing(reason) => vec![Self::Missing(*reason)],
            PeriodOfRow::Error => vec![Self::Error],
        }
    }
}

/// The values of a breakdown as numbers.
#[derive(Debug, Clone)]
struct Numbered<T> {
    all: Vec<T>,
    numbers: FxHashMap<T, u32>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { all: Vec::new(), numbers: FxHashMap::default() }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Numbered<T> {
    fn number(&mut self, value: &T) -> u32 {
        let next = self.all.len() as u32;
        let number = *self.numbers.entry(value.clone()).or_insert(next);
        if number == next {
            self.all.push(value.clone());
        }
        number
    }

    fn get(&self, value: &T) -> u32 {
        self.numbers.get(value).copied().unwrap_or(0)
    }
}

/// A breakdown that some measures of a family have.
#[derive(Debug, Clone)]
enum Axis {
    Values(NodeId, Option<CategoryId>, Numbered<BreakdownValue>),
    /// By a date: its months, the periods that some measures have, and each one's numbers.
    Dates(NodeId, Numbered<Month>, Vec<(Period, Numbered<Month>)>),
}

/// The cells of a family, and which rows each of them is.
#[derive(Debug, Default)]
pub(super) struct Built {
    pub cube: Cube,
    /// The rows of each measure's table, in their order, as cells.
    pub rows: BTreeMap<MeasureId, Vec<u32>>,
    /// Where each measure's counts are among those of a cell.
    pub places: BTreeMap<MeasureId, Vec<usize>>,
    /// The cells that are small though the counts by which they are summed do not say so.
    pub small: Vec<u32>,
    /// Whether it is more than can be looked at.
    pub too_large: bool,
}

/// How many breakdowns the measures of a family may have together.
const MOST_BREAKDOWNS: usize = 60;

/// What the measures of a family show together.
#[derive(Debug, Clone, Copy)]
struct Shown {
    /// A number beside which that of those in a numerator tells how many are not.
    whole: bool,
    /// The number of all that are eligible, beside which others tell how many are apart.
    all: bool,
}

/// Puts tables of a family together: for what is withheld where it is said what tells numbers apart, and else for
/// rounding, where every number is by itself.
pub(super) fn build(
    members: &[(MeasureId, &Measure, &MeasureTable)],
    states: &BTreeMap<MeasureId, &MeasureState>,
    below: i64,
    ties: Option<&Ties<'_>>,
) -> Built {
    let mut axes: Vec<Axis> = Vec::new();
    let mut quantities: Vec<Quantity> = Vec::new();
    let whole = members.iter().any(|(_, measure, _)| measure.numerator.is_none() || is_divided(measure));
    let all = ties.is_some() && members.iter().any(|(_, measure, _)| has_none_apart(measure, whole));
    let shown = Shown { whole, all };
    for &(id, measure, table) in members {
        for of in quantities_of(measure, shown) {
            if !quantities.contains(&of) {
                quantities.push(of);
            }
        }
        number_values(&mut axes, measure, table, states.get(&id).copied());
    }
    let mut built = Built::default();
    if axes.len() > MOST_BREAKDOWNS {
        built.too_large = true;
        return built;
    }
    built.cube.quantities = quantities.len();
    // Measures of one family have the same conditions.
    let everybody =
        members.iter().all(|(_, of, _)| of.include.is_none() && of.exclude.is_none() && of.eligible.is_none());
    if everybody {
        built.cube.known =
            (0..quantities.len()).filter(|&at| quantities.get(at).is_some_and(Quantity::is_all)).collect();
    }
    built.cube.dims = axes.iter().map(levels).collect();
    let mut totals = vec![NOT_SHOWN; quantities.len()];
    for &(id, measure, table) in members {
        let rolls = measure.every.is_some_and(|(period, _)| period.window() > 1);
        let shape = built.cube.shape(&dims_of(&axes, measure, false), false);
        let of: Vec<usize> = places(&quantities, measure, shown);
        let mut sums = vec![0_i64; of.len()];
        let there = if everybody && ties.is_some() && !rolls { rows_with_somebody(table) } else { Vec::new() };
        built.places.insert(id, of.clone());
        let mut rows = Vec::with_capacity(table.rows.len());
        for (at, row) in table.rows.iter().enumerate() {
            let key = key_of(&axes, measure, &row.by, row.period.as_ref());
            let cell = built.cube.cell(shape, &key);
            rows.push(cell);
            let counts = counts_of(measure, &row.stages, shown);
            let somebody = there.get(at).copied().unwrap_or(false);
            for ((&place, &count), sum) in of.iter().zip(&counts.additive).zip(&mut sums) {
                built.cube.set_count(cell, place, count);
                // Nobody else is in the row, which would not be there without them.
                if somebody && count > 0 && u64::try_from(count) == Ok(row.stages.eligible) {
                    built.cube.hold(cell, place);
                }
                *sum = sum.saturating_add(count);
            }
            let seen = matches!(measure.form, MeasureForm::Distinct { .. })
                .then(|| row.numerator.and_then(|number| number.to_decimal().to_i64()))
                .flatten();
            if counts.seen.into_iter().chain(seen).any(|count| (1..below).contains(&count)) {
                built.small.push(cell);
            }
        }
        built.rows.insert(id, rows);
        if rolls && let Some(state) = states.get(&id) {
            sums = hidden_months(&mut built.cube, &axes, measure, state, &of, shown);
        }
        for (&place, sum) in of.iter().zip(sums) {
            if let Some(total) = totals.get_mut(place) {
                *total = sum;
            }
        }
    }
    // The number of all records is in every result, and is known from elsewhere.
    let whole = built.cube.shape(&[], false);
    if built.cube.find(whole, &[]).is_none() {
        let cell = built.cube.cell(whole, &[]);
        for (place, total) in totals.into_iter().enumerate() {
            built.cube.set_count(cell, place, total);
        }
        if let Some(shape) = built.cube.shapes.get_mut(whole) {
            shape.assumed = true;
        }
    }
    if let Some(ties) = ties {
        tie(&mut built, ties, &axes, members, shown);
    }
    built.cube.settle();
    built
}

/// The rows that are there only because somebody is in them: those that no other row of a measure brought about. Rows of
/// periods are there for all between the first and the last, and for every breakdown that has any.
fn rows_with_somebody(table: &MeasureTable) -> Vec<bool> {
    let span = |row: &MeasureRow| match row.period {
        Some(PeriodOfRow::Span { from, .. }) => Some(from),
        _ => None,
    };
    let mut of_breakdown: FxHashMap<Vec<&BreakdownValue>, u32> = FxHashMap::default();
    let mut of_period: BTreeMap<Date, u32> = BTreeMap::new();
    for row in &table.rows {
        if let Some(from) = span(row) {
            let some = u32::from(row.stages.read > 0);
            *of_period.entry(from).or_default() += some;
            *of_breakdown.entry(values(row)).or_default() += some;
        }
    }
    let ends = [of_period.keys().next().copied(), of_period.keys().next_back().copied()];
    let alone = |row: &MeasureRow| {
        let Some(from) = span(row) else { return true };
        of_breakdown.get(&values(row)) == Some(&1) || (ends.contains(&Some(from)) && of_period.get(&from) == Some(&1))
    };
    table.rows.iter().map(|row| row.stages.read > 0 && row.stages.error == 0 && alone(row)).collect()
}

fn values(row: &MeasureRow) -> Vec<&BreakdownValue> {
    row.by.iter().map(|(_, value)| value).collect()
}

fn quantities_of(measure: &Measure, shown: Shown) -> Vec<Quantity> {
    let mut parts = vec![Part::Own];
    if tells_rest(measure, shown.whole) {
        parts.push(Part::Rest);
    }
    if shown.all && !has_none_apart(measure, shown.whole) {
        parts.push(Part::Apart);
    }
    parts.into_iter().map(|part| Quantity::of(measure, part)).collect()
}

fn places(quantities: &[Quantity], measure: &Measure, shown: Shown) -> Vec<usize> {
    quantities_of(measure, shown).iter().filter_map(|of| quantities.iter().position(|other| other == of)).collect()
}

/// Whether all that are eligible are in what a measure shows.
fn has_none_apart(measure: &Measure, whole: bool) -> bool {
    let answered =
        measure.numerator.is_none() || (tells_rest(measure, whole) && !matches!(measure.unknown, UnknownPolicy::Apart));
    answered
        && measure.except.is_none()
        && measure.denominator.is_none()
        && Quantity::of(measure, Part::Own).values.is_empty()
}

/// Whether a measure shows a numerator and a denominator of records.
fn is_divided(measure: &Measure) -> bool {
    matches!(measure.form, MeasureForm::Rate { .. } | MeasureForm::Ratio | MeasureForm::Standardised(_))
}

/// Whether a row tells how many are in the denominator only, by itself or beside a number of all that is published.
fn tells_rest(measure: &Measure, whole: bool) -> bool {
    is_divided(measure) || (whole && measure.numerator.is_some())
}

struct Counts {
    /// Those that are sums over rows.
    additive: Vec<i64>,
    /// What else is seen of them.
    seen: Vec<i64>,
}

fn counts_of(measure: &Measure, stages: &Stages, shown: Shown) -> Counts {
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX / 8).min(i64::MAX / 8);
    let counted = match measure.numerator {
        None => stages.denominator.saturating_add(stages.neither),
        Some(_) => stages.numerator,
    };
    let is_apart = shown.all && !has_none_apart(measure, shown.whole);
    let apart = |of: u64| is_apart.then(|| count(stages.eligible.saturating_sub(of)));
    if !tells_rest(measure, shown.whole) {
        return Counts { additive: [count(counted)].into_iter().chain(apart(counted)).collect(), seen: Vec::new() };
    }
    let both = stages.numerator.saturating_sub(stages.numerator_only);
    let rest = stages.denominator.saturating_sub(both);
    let apart = apart(stages.numerator.saturating_add(rest));
    Counts {
        additive: [count(stages.numerator), count(rest)].into_iter().chain(apart).collect(),
        seen: vec![
            count(stages.denominator),
            count(stages.numerator_only),
            count(stages.denominator.abs_diff(stages.numerator)),
        ],
    }
}

fn values_axis(axes: &[Axis], node: NodeId, category: Option<CategoryId>) -> Option<usize> {
    axes.iter().position(|axis| matches!(axis, Axis::Values(of, by, _) if *of == node && *by == category))
}

fn dates_axis(axes: &[Axis], node: NodeId) -> Option<usize> {
    axes.iter().position(|axis| matches!(axis, Axis::Dates(of, ..) if *of == node))
}

/// Numbers the values that a table's rows have.
fn number_values(axes: &mut Vec<Axis>, measure: &Measure, table: &MeasureTable, state: Option<&MeasureState>) {
    for (at, by) in measure.by.iter().enumerate() {
        let found = values_axis(axes, by.node, by.category).unwrap_or_else(|| {
            axes.push(Axis::Values(by.node, by.category, Numbered::default()));
            axes.len() - 1
        });
        if let Some(Axis::Values(_, _, numbered)) = axes.get_mut(found) {
            for row in &table.rows {
                if let Some((_, value)) = row.by.get(at) {
                    numbered.number(value);
                }
            }
            // Windows roll over months that may be of no row.
            for group in state.into_iter().flat_map(MeasureState::counted_groups) {
                if let Some(value) = group.by.get(at) {
                    numbered.number(value);
                }
            }
        }
    }
    let Some((period, node)) = measure.every else { return };
    let found = dates_axis(axes, node).unwrap_or_else(|| {
        axes.push(Axis::Dates(node, Numbered::default(), Vec::new()));
        axes.len() - 1
    });
    let Some(Axis::Dates(_, months, periods)) = axes.get_mut(found) else { return };
    let mut wanted = vec![period];
    if period.window() > 1 {
        wanted.push(Period::Month);
    }
    for period in wanted {
        if !periods.iter().any(|(of, _)| *of == period) {
            periods.push((period, Numbered::default()));
        }
    }
    for of in table.rows.iter().filter_map(|row| row.period.as_ref()) {
        for month in Month::of(of) {
            months.number(&month);
        }
        if let Some((_, numbered)) = periods.iter_mut().find(|(other, _)| *other == period) {
            numbered.number(&ordinal(period, of));
        }
    }
    for group in state.filter(|_| period.window() > 1).into_iter().flat_map(MeasureState::counted_groups) {
        let month = month_of(&group.period);
        months.number(&month);
        if let Some((_, numbered)) = periods.iter_mut().find(|(other, _)| *other == Period::Month) {
            numbered.number(&month);
        }
    }
}

/// The number of a row's period; of a window, that of its last month.
fn ordinal(period: Period, of: &PeriodOfRow) -> Month {
    match of {
        PeriodOfRow::Span { to, .. } if period.window() > 1 => Month::Known(Period::Month.index(*to)),
        PeriodOfRow::Span { from, .. } => Month::Known(period.index(*from)),
        PeriodOfRow::Missing(reason) => Month::Missing(*reason),
        PeriodOfRow::Error => Month::Error,
    }
}

fn month_of(value: &BreakdownValue) -> Month {
    match value {
        BreakdownValue::Integer(month) => i32::try_from(*month).map_or(Month::Error, Month::Known),
        BreakdownValue::Missing(reason) => Month::Missing(*reason),
        _ => Month::Error,
    }
}

/// A breakdown's values, and its levels.
fn levels(axis: &Axis) -> super::cube::Dim {
    let (size, levels) = match axis {
        Axis::Values(_, _, numbered) => {
            let size = numbered.all.len() as u32;
            (size, vec![Level::new((0..size).map(|value| vec![value]).collect(), false)])
        }
        Axis::Dates(_, months, periods) => {
            let levels = periods.iter().map(|(period, numbered)| {
                let groups = months.all.iter().map(|month| groups_of_month(*period, numbered, *month));
                Level::new(groups.collect(), period.window() > 1)
            });
            (months.all.len() as u32, levels.collect())
        }
    };
    super::cube::Dim { size, levels, distinct: Vec::new() }
}

fn groups_of_month(period: Period, numbered: &Numbered<Month>, month: Month) -> Vec<u32> {
    let number = |of: Month| numbered.numbers.get(&of).copied();
    let Month::Known(index) = month else { return number(month).into_iter().collect() };
    if period.window() > 1 {
        let windows = index..index.saturating_add(i32::from(period.window()));
        return windows.filter_map(|last| number(Month::Known(last))).collect();
    }
    let (year, of_year) = (index.div_euclid(12), index.rem_euclid(12));
    let first = Date::from_ymd(year, of_year as u32 + 1, 1);
    // A row that is not there has a number all the same, past all others: nothing is found under it.
    let missing = numbered.all.len() as u32;
    vec![first.and_then(|first| number(Month::Known(period.index(first)))).unwrap_or(missing)]
}

fn dims_of(axes: &[Axis], measure: &Measure, months: bool) -> Vec<(usize, usize)> {
    let by = measure.by.iter().filter_map(|by| Some((values_axis(axes, by.node, by.category)?, 0)));
    let every = measure.every.and_then(|(period, node)| {
        let period = if months { Period::Month } else { period };
        let at = dates_axis(axes, node)?;
        let Some(Axis::Dates(_, _, periods)) = axes.get(at) else { return None };
        Some((at, periods.iter().position(|(of, _)| *of == period)?))
    });
    let mut dims: Vec<(usize, usize)> = by.chain(every).collect();
    assize_model::order::sort(&mut dims);
    dims
}

fn key_of(
    axes: &[Axis],
    measure: &Measure,
    by: &[(std::sync::Arc<str>, BreakdownValue)],
    period: Option<&PeriodOfRow>,
) -> Vec<u32> {
    let every = measure.every.zip(period).map(|((of, _), period)| (of, ordinal(of, period)));
    key(axes, measure, by.iter().map(|(_, value)| value), every)
}

fn key<'v>(
    axes: &[Axis],
    measure: &Measure,
    by: impl Iterator<Item = &'v BreakdownValue>,
    every: Option<(Period, Month)>,
) -> Vec<u32> {
    let mut parts: Vec<(usize, u32)> = Vec::new();
    for (of, value) in measure.by.iter().zip(by) {
        let Some(at) = values_axis(axes, of.node, of.category) else { continue };
        if let Some(Axis::Values(_, _, numbered)) = axes.get(at) {
            parts.push((at, numbered.get(value)));
        }
    }
    if let Some(((period, month), at)) = every.zip(measure.every.and_then(|(_, node)| dates_axis(axes, node)))
        && let Some(Axis::Dates(_, _, periods)) = axes.get(at)
        && let Some((_, numbered)) = periods.iter().find(|(of, _)| *of == period)
    {
        parts.push((at, numbered.get(&month)));
    }
    assize_model::order::sort(&mut parts);
    parts.into_iter().map(|(_, number)| number).collect()
}

/// Ties numerators to the breakdowns that tell who is in them: where it stands of every value of a breakdown whether its
/// records are in a numerator, tables by it and the rate show parts and totals of the same counts.
///
/// A row of the rate is then two more cells, those in the numerator and those not, which are published when the row is.
fn tie(
    built: &mut Built,
    ties: &Ties<'_>,
    axes: &[Axis],
    members: &[(MeasureId, &Measure, &MeasureTable)],
    shown: Shown,
) {
    for &(id, measure, _) in members {
        let (Some(numerator), Some(rows)) = (measure.numerator, built.rows.get(&id).cloned()) else { continue };
        let own = dims_of(axes, measure, false);
        for (at, axis) in axes.iter().enumerate() {
            let Axis::Values(node, _, numbered) = axis else { continue };
            if own.iter().any(|&(dim, _)| dim == at) {
                continue;
            }
            let answers = numbered.all.iter().map(|value| ties.answer(numerator, *node, value));
            let Some(answers) = answers.collect::<Option<Vec<Answer>>>() else { continue };
            let group = |answer: Answer| match (answer, measure.unknown) {
                (Answer::Yes, _) | (Answer::Unknown, UnknownPolicy::Yes) => TIED_YES,
                (Answer::No, _) | (Answer::Unknown, UnknownPolicy::No) => TIED_NO,
                (Answer::Unknown, UnknownPolicy::Apart) => TIED_APART,
            };
            let Some(dim) = built.cube.dims.get_mut(at) else { continue };
            dim.levels.push(Level::new(answers.into_iter().map(|answer| vec![group(answer)]).collect(), false));
            let place = own.partition_point(|&(dim, _)| dim < at);
            let mut dims = own.clone();
            dims.insert(place, (at, dim.levels.len() - 1));
            let shape = built.cube.shape(&dims, false);
            if let Some(shape) = built.cube.shapes.get_mut(shape) {
                shape.tied = true;
            }
            let quantities = built.places.get(&id).cloned().unwrap_or_default();
            let tells_rest = tells_rest(measure, shown.whole);
            for &row in &rows {
                let Some(key) = built.cube.cells.get(row as usize).map(|cell| cell.key.to_vec()) else { continue };
                let mut cell = |group: u32, quantity: Option<usize>| {
                    let mut key = key.clone();
                    key.insert(place, group);
                    let cell = built.cube.cell(shape, &key);
                    let count = quantity.and_then(|at| quantities.get(at));
                    let count = count.map_or(0, |&quantity| built.cube.count(row, quantity).max(0));
                    for place in 0..built.cube.quantities {
                        built.cube.set_count(cell, place, count);
                    }
                    cell
                };
                let (yes, no) = (cell(TIED_YES, Some(0)), cell(TIED_NO, tells_rest.then_some(1)));
                let apart = cell(TIED_APART, None);
                built.cube.tie(row, yes);
                if tells_rest {
                    built.cube.tie(row, no);
                } else {
                    built.cube.withhold(no);
                }
                built.cube.withhold(apart);
            }
        }
    }
}

const TIED_YES: u32 = 0;
const TIED_NO: u32 = 1;
const TIED_APART: u32 = 2;

/// The months that windows roll over, as cells that nobody is shown. Gives the sum of each count.
fn hidden_months(
    cube: &mut Cube,
    axes: &[Axis],
    measure: &Measure,
    state: &MeasureState,
    of: &[usize],
    shown: Shown,
) -> Vec<i64> {
    let shape = cube.shape(&dims_of(axes, measure, true), true);
    let mut sums = vec![0_i64; of.len()];
    for group in state.counted_groups() {
        let month = month_of(&group.period);
        let key = key(axes, measure, group.by.iter(), Some((Period::Month, month)));
        let cell = cube.cell(shape, &key);
        let counts = counts_of(measure, &group.stages, shown);
        for ((&place, &count), sum) in of.iter().zip(&counts.additive).zip(&mut sums) {
            cube.set_count(cell, place, cube.count(cell, place).max(0).saturating_add(count));
            *sum = sum.saturating_add(count);
        }
    }
    sums
}

/// What was counted in one group of a state.
pub(crate) struct CountedGroup {
    pub by: Vec<BreakdownValue>,
    pub period: BreakdownValue,
    pub stages: Stages,
}

impl MeasureState {
    /// The groups, by their values; several may have the same where a rate is standardised.
    pub(crate) fn counted_groups(&self) -> impl Iterator<Item = CountedGroup> {
        let by = self.plan.strata().start;
        (0..self.groups.len()).map(move |group| {
            let key = self.groups.key(group);
            let value = |at: usize| {
                let slot = *key.get(at)?;
                Some(self.axes.get(at)?.value(slot))
            };
            CountedGroup {
                by: (0..by).map(|at| value(at).unwrap_or(BreakdownValue::Error)).collect(),
                period: value(self.axes.len().saturating_sub(1)).unwrap_or(BreakdownValue::Error),
                stages: self.stages_of(group),
            }
        })
    }
}
