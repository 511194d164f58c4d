//! Measures that are worked out of other measures, row by row.

use crate::stage::Stages;
use crate::table::{MeasureRow, MeasureTable, PeriodOfRow, RowState, Withheld, places};
use crate::value::BreakdownValue;
use assize_model::decimal::{Decimal, Rounding};
use assize_model::ids::MeasureId;
use assize_model::measure::{Formula, Measure};
use assize_model::program::Program;
use assize_model::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What tells the rows of a table apart, in the order of rows.
type Key = (Vec<BreakdownValue>, Option<(u8, Option<(i32, i32)>, String)>);

fn key(row: &MeasureRow) -> Key {
    let period = row.period.as_ref().map(|period| match period {
        PeriodOfRow::Span { from, to, .. } => (0, Some((from.days(), to.days())), String::new()),
        PeriodOfRow::Missing(reason) => (1, None, reason.word().to_owned()),
        PeriodOfRow::Error => (2, None, String::new()),
    });
    (row.by.iter().map(|(_, value)| value.clone()).collect(), period)
}

/// The table of a formula, of the tables of what it reads. A row is there where any of them has it; where one that it
/// needs has not, or has no value there, the row says why it has none.
pub(crate) fn table(
    program: &Program,
    measure: &Measure,
    formula: &Formula,
    tables: &BTreeMap<MeasureId, MeasureTable>,
    params: &[Value],
) -> MeasureTable {
    let mut parts = Vec::new();
    formula.measures(&mut parts);
    let mut rows: BTreeMap<Key, &MeasureRow> = BTreeMap::new();
    for part in &parts {
        // What is not broken down is one number for all rows.
        let alone = program.measure(*part).is_none_or(|of| of.by.is_empty() && of.every.is_none());
        if alone && !(measure.by.is_empty() && measure.every.is_none()) {
            continue;
        }
        for row in tables.get(part).map_or(&[][..], |table| &table.rows) {
            rows.entry(key(row)).or_insert(row);
        }
    }
    let places = places(program, measure);
    let index: BTreeMap<MeasureId, BTreeMap<Key, &MeasureRow>> =
        assize_model::order::map(parts.iter().filter_map(|part| {
            let rows = tables.get(part)?.rows.iter();
            Some((*part, assize_model::order::map(rows.map(|row| (key(row), row)))))
        }));
    let rows = rows
        .iter()
        .map(|(key, like)| {
            let value = work_out(formula, key, &index, params);
            let (value_exact, state) = match value {
                Ok(value) => (Some(value), RowState::Known),
                Err(state) => (None, state),
            };
            MeasureRow {
                by: like.by.clone(),
                period: like.period.clone(),
                stages: Stages::HIDDEN,
                numerator: None,
                denominator: None,
                value_exact,
                value: value_exact.map(|value| value.to_string_places(places, Rounding::HalfUp)),
                interval: None,
                bounds: None,
                change: None,
                target: None,
                state,
                not_decided: like.not_decided,
            }
        })
        .collect();
    MeasureTable { name: Arc::clone(&measure.heading.name), places, rows, charts: Vec::new() }
}

fn work_out(
    formula: &Formula,
    key: &Key,
    index: &BTreeMap<MeasureId, BTreeMap<Key, &MeasureRow>>,
    params: &[Value],
) -> Result<Decimal, RowState> {
    let of = |formula: &Formula| work_out(formula, key, index, params);
    // What is withheld goes before what is merely undefined: the reader must not think that there is nothing.
    let both = |a: &Formula, b: &Formula| match (of(a), of(b)) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (_, Err(withheld @ RowState::Withheld(_))) => Err(withheld),
        (Err(state), _) | (_, Err(state)) => Err(state),
    };
    match formula {
        Formula::Measure(id) => {
            let rows = index.get(id).ok_or(RowState::Undefined)?;
            let row = match (rows.get(key), rows.len()) {
                (Some(row), _) => row,
                (None, 1) => rows
                    .values()
                    .next()
                    .filter(|row| row.by.is_empty() && row.period.is_none())
                    .ok_or(RowState::Undefined)?,
                (None, _) => return Err(RowState::Undefined),
            };
            match (row.value_exact, row.state) {
                (Some(value), _) => Ok(value),
                (None, RowState::Withheld(_)) => Err(RowState::Withheld(Withheld::Source)),
                (None, RowState::Known) => Err(RowState::Undefined),
                (None, state) => Err(state),
            }
        }
        Formula::Number(amount) => amount.value(params).ok_or(RowState::Undefined),
        Formula::Negative(a) => Decimal::ZERO.sub(of(a)?).map_err(RowState::Error),
        Formula::Sum(a, b) => both(a, b).and_then(|(a, b)| a.add(b).map_err(RowState::Error)),
        Formula::Difference(a, b) => both(a, b).and_then(|(a, b)| a.sub(b).map_err(RowState::Error)),
        Formula::Product(a, b) => both(a, b).and_then(|(a, b)| a.mul(b).map_err(RowState::Error)),
        Formula::Quotient(a, b) => both(a, b)
            .and_then(|(a, b)| if b.is_zero() { Err(RowState::Undefined) } else { a.div(b).map_err(RowState::Error) }),
    }
}
