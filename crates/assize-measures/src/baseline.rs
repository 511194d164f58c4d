//! The value that later periods are held against: of some periods taken as one, or the mean of theirs.

use crate::compare::{By, NoChange, There, by_of, label_of, numbers, shows_more_than_rows};
use crate::finish::quotient;
use crate::state::MeasureState;
use crate::table::{MeasureRow, MeasureTable, Number, PeriodOfRow, RowState};
use assize_model::civil::Date;
use assize_model::decimal::Decimal;
use assize_model::measure::{Baseline, Measure, MeasureForm};
use assize_model::program::Program;
use std::collections::BTreeMap;

/// A baseline of one breakdown.
pub(crate) struct BaselineOf {
    pub label: String,
    pub from: Date,
    pub to: Date,
    pub there: There,
}

/// The baseline of each breakdown of a table. Only periods that lie wholly within it count.
pub(crate) fn baselines(
    program: &Program,
    measure: &Measure,
    table: &MeasureTable,
    state: Option<&MeasureState>,
    stated: &Baseline,
) -> BTreeMap<By, BaselineOf> {
    let mut within: BTreeMap<By, Vec<&MeasureRow>> = BTreeMap::new();
    for row in &table.rows {
        let rows = within.entry(by_of(row)).or_default();
        if let Some(PeriodOfRow::Span { from, to, .. }) = row.period
            && from >= stated.from
            && to <= stated.to
        {
            rows.push(row);
        }
    }
    let by_rows = match measure.form {
        MeasureForm::Count
        | MeasureForm::Sum(_)
        | MeasureForm::Mean(_)
        | MeasureForm::Rate { .. }
        | MeasureForm::Ratio => true,
        MeasureForm::Distinct { .. }
        | MeasureForm::Quantile { .. }
        | MeasureForm::Standardised(_)
        | MeasureForm::Formula(_) => stated.mean,
    };
    let counted = if by_rows { BTreeMap::new() } else { together(program, measure, state, stated) };
    let label = label_of(stated.from, stated.to);
    let label = if stated.mean { format!("mean of {label}") } else { label };
    let of = |(by, rows): (By, Vec<&MeasureRow>)| {
        let there = if rows.is_empty() {
            There::none(NoChange::NotThere)
        } else if rows.iter().any(|row| matches!(row.state, RowState::Withheld(_))) {
            There::none(NoChange::Withheld)
        } else if rows.iter().any(|row| matches!(row.state, RowState::Error(_))) {
            There::none(NoChange::Error)
        } else if stated.mean {
            mean(&rows)
        } else if by_rows {
            as_one(measure, &rows)
        } else if !shows_more_than_rows(program, measure) {
            There::none(NoChange::Withheld)
        } else {
            counted.get(&by).map_or(There::none(NoChange::NotThere), There::of)
        };
        (by, BaselineOf { label: label.clone(), from: stated.from, to: stated.to, there })
    };
    assize_model::order::map(within.into_iter().map(of))
}

/// The mean of the periods that have a value.
fn mean(rows: &[&MeasureRow]) -> There {
    let values: Vec<Decimal> = rows.iter().filter_map(|row| row.value_exact).collect();
    let Ok(count) = i64::try_from(values.len()) else { return There::none(NoChange::Error) };
    if count == 0 {
        return There::none(NoChange::NoValueThere);
    }
    let sum = values.into_iter().try_fold(Decimal::ZERO, Decimal::add);
    let value = sum.and_then(|sum| sum.div(Decimal::from_i64(count))).map_err(|_| NoChange::Error);
    There { value, numbers: None }
}

/// What is over and under the line of all periods, as if they were one.
fn as_one(measure: &Measure, rows: &[&MeasureRow]) -> There {
    let total = |of: fn(&MeasureRow) -> Option<Number>| {
        let mut numbers = rows.iter().filter_map(|row| of(row)).map(Number::to_decimal);
        numbers.try_fold(Decimal::ZERO, |sum, number| sum.add(number)).map_err(|_| NoChange::Error)
    };
    let (over, under) = (total(|row| row.numerator), total(|row| row.denominator));
    let per = match measure.form {
        MeasureForm::Rate { per } => per,
        _ => Decimal::ONE,
    };
    let value = match (&measure.form, over, under) {
        (_, Err(why), _) | (_, _, Err(why)) => Err(why),
        (MeasureForm::Count | MeasureForm::Sum(_), Ok(over), _) => {
            // Periods in which nothing was counted are no value of a sum that is not of whole numbers.
            if rows.iter().any(|row| row.value_exact.is_some()) { Ok(over) } else { Err(NoChange::NoValueThere) }
        }
        (_, Ok(over), Ok(under)) => match quotient(Number::Decimal(over), Number::Decimal(under), per) {
            Ok(Some(value)) => Ok(value),
            Ok(None) => Err(NoChange::NoValueThere),
            Err(_) => Err(NoChange::Error),
        },
    };
    let sums = rows.iter().map(|row| numbers(row)).fold((0.0, 0.0), |(x, n), (over, under)| (x + over, n + under));
    There { value, numbers: Some(sums) }
}

/// Rows of all that was counted in the periods within, by breakdown.
fn together(
    program: &Program,
    measure: &Measure,
    state: Option<&MeasureState>,
    stated: &Baseline,
) -> BTreeMap<By, MeasureRow> {
    let (Some(state), Some((period, _))) = (state, measure.every) else { return BTreeMap::new() };
    let inside = |index: i64| {
        i32::try_from(index).is_ok_and(|index| {
            let (from, to) = period.span(index);
            from >= stated.from && to <= stated.to
        })
    };
    let finisher = state.finisher(program, measure);
    let last = i64::from(period.index(stated.to));
    let made = state.across(|index, _| inside(index), last);
    assize_model::order::map(made.iter().map(|made| finisher.row(made)).map(|row| (by_of(&row), row)))
}
