//! Counts rounded to a base: to the nearest, by a chance that is the same each time, or so that totals stay the sums of
//! their parts.

mod controlled;

use crate::finish::quotient;
use crate::stage::Stages;
use crate::table::{MeasureRow, MeasureTable, Number, PeriodOfRow, RowState};
use crate::value::BreakdownValue;
use assize_model::bounds::Bounds;
use assize_model::decimal::{Decimal, Rounding};
use assize_model::ids::MeasureId;
use assize_model::measure::{Among, Measure, MeasureForm, RoundTo};
use assize_model::program::Program;
use std::collections::BTreeMap;

/// What is left of a row's counts.
#[derive(Debug, Clone)]
pub(super) struct Rounded {
    numerator: Option<Number>,
    denominator: Option<Number>,
    bounds: Option<Bounds<Decimal>>,
    stages: Stages,
}

/// Measures of the same records that are rounded with totals kept.
type Together<'a> = (Among, &'a RoundTo, Vec<(MeasureId, &'a Measure, &'a MeasureTable)>);

/// The rows of all measures that round, before anything is withheld.
pub(super) fn rounded(
    program: &Program,
    tables: &BTreeMap<MeasureId, MeasureTable>,
) -> BTreeMap<MeasureId, Vec<Rounded>> {
    let mut out = BTreeMap::new();
    let mut together: Vec<Together<'_>> = Vec::new();
    for (&id, table) in tables {
        let Some(measure) = program.measure(id) else { continue };
        let (Some(to), Some(family)) = (&measure.round, measure.among()) else { continue };
        if to.controlled && is_counted(program, measure) {
            match together.iter_mut().find(|(of, other, _)| *of == family && *other == to) {
                Some((.., members)) => members.push((id, measure, table)),
                None => together.push((family, to, vec![(id, measure, table)])),
            }
            continue;
        }
        let rows = table.rows.iter().map(|row| alone(program, measure, to, row)).collect();
        out.insert(id, rows);
    }
    for (_, to, members) in together {
        controlled::round(program, to, &members, &mut out);
    }
    out
}

/// Whether all that a measure shows are counts of records, which totals are sums of.
fn is_counted(program: &Program, measure: &Measure) -> bool {
    let number = |node: Option<_>| node.is_some_and(|node| program.node(node).is_some_and(|node| node.ty.is_number()));
    matches!(measure.form, MeasureForm::Count | MeasureForm::Rate { .. } | MeasureForm::Ratio)
        && !number(measure.numerator)
        && !number(measure.denominator)
}

/// A row rounded without regard to others.
fn alone(program: &Program, measure: &Measure, to: &RoundTo, row: &MeasureRow) -> Rounded {
    let chance = to.seed.as_ref().map(|seed| chance(program, seed, measure, row));
    let number = |of: Number| match of {
        Number::Integer(value) => Number::Integer(whole(value, to.to, chance)),
        Number::Decimal(value) => Number::Decimal(decimal(value, to.to, chance)),
    };
    let count = |count: u64| i64::try_from(count).map_or(count, |of| whole(of, to.to, chance).unsigned_abs());
    Rounded {
        numerator: row.numerator.map(number),
        denominator: row.denominator.map(number),
        bounds: row.bounds.map(|Bounds { lo, hi }| {
            let end = |end: Decimal| decimal(end, to.to, chance);
            Bounds { lo: lo.map(end), hi: hi.map(end) }
        }),
        stages: row.stages.map(count),
    }
}

/// A whole number between 0 and 2⁶⁴ for a row: the same for the same text, record, breakdowns and period, in whatever
/// measure, so that the same count shown twice is rounded once. All counts of a row go by the same one: a part stays
/// at most its whole.
fn chance(program: &Program, seed: &str, measure: &Measure, row: &MeasureRow) -> u64 {
    let mut hasher = blake3::Hasher::new();
    let mut text = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    text("assize round 1");
    text(seed);
    text(program.record(measure.record).map_or("", |record| &record.heading.name));
    let mut by: Vec<&(std::sync::Arc<str>, BreakdownValue)> = row.by.iter().collect();
    assize_model::order::sort_by(&mut by, |a, b| a.0.cmp(&b.0));
    for (name, value) in by {
        text(name);
        text(match value {
            BreakdownValue::NoCode => "none",
            BreakdownValue::Missing(_) => "missing",
            BreakdownValue::Error => "error",
            _ => "value",
        });
        text(&value.shown(program));
    }
    match &row.period {
        None => text("all"),
        Some(PeriodOfRow::Span { from, to, .. }) => {
            text("period");
            text(&from.to_string());
            text(&to.to_string());
        }
        Some(PeriodOfRow::Missing(reason)) => {
            text("missing");
            text(reason.word());
        }
        Some(PeriodOfRow::Error) => text("error"),
    }
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(hasher.finalize().as_bytes()) {
        *to = *from;
    }
    u64::from_le_bytes(first)
}

/// A whole number rounded: half up, or up with the chance that its distance from the multiple below has in the base.
fn whole(value: i64, base: u32, chance: Option<u64>) -> i64 {
    let base = i64::from(base);
    let above = value.rem_euclid(base);
    let up = match chance {
        None => 2 * above >= base,
        Some(chance) => u128::from(chance) * u128::from(base.unsigned_abs()) < u128::from(above.unsigned_abs()) << 64,
    };
    let up = up && above > 0;
    let below = value.saturating_sub(above);
    if up { below.checked_add(base).unwrap_or(below) } else { below }
}

/// A decimal rounded as [`whole`] numbers are; one that has too many digits for it is not shown rounded at all, but as 0.
fn decimal(value: Decimal, base: u32, chance: Option<u64>) -> Decimal {
    let of = || {
        let base = Decimal::from_i64(i64::from(base));
        let below = value.div(base)?.round(0, Rounding::Floor)?.mul(base)?;
        let share = value.sub(below)?.to_f64() / base.to_f64();
        let up = match chance {
            None => share >= 0.5,
            Some(chance) => ((chance >> 11) as f64) < share * (1_u64 << 53) as f64,
        };
        if up { below.add(base) } else { Ok(below) }
    };
    of().unwrap_or(Decimal::ZERO)
}

/// Puts what is rounded into the rows that are shown, and works their values out anew.
pub(super) fn put(
    program: &Program,
    tables: &mut BTreeMap<MeasureId, MeasureTable>,
    rounded: BTreeMap<MeasureId, Vec<Rounded>>,
) {
    for (id, rows) in rounded {
        let (Some(measure), Some(table)) = (program.measure(id), tables.get_mut(&id)) else { continue };
        let places = table.places;
        for (row, rounded) in table.rows.iter_mut().zip(rows) {
            if matches!(row.state, RowState::Withheld(_)) {
                row.stages = Stages::HIDDEN;
                continue;
            }
            row.stages = if row.stages.hidden { Stages::HIDDEN } else { rounded.stages };
            row.not_decided = row.stages.not_decided;
            row.numerator = rounded.numerator;
            row.denominator = rounded.denominator;
            row.bounds = rounded.bounds;
            row.interval = None;
            if !matches!(row.state, RowState::Known | RowState::Undefined) {
                continue;
            }
            let value = match &measure.form {
                MeasureForm::Rate { per } => over(rounded.numerator, rounded.denominator, *per),
                MeasureForm::Ratio | MeasureForm::Mean(_) => over(rounded.numerator, rounded.denominator, Decimal::ONE),
                MeasureForm::Count | MeasureForm::Distinct { .. } | MeasureForm::Sum(_) => {
                    Ok(rounded.numerator.map(Number::to_decimal))
                }
                // The checker refuses to round what is not worked out of the numbers shown.
                MeasureForm::Quantile { .. } | MeasureForm::Standardised(_) | MeasureForm::Formula(_) => Ok(None),
            };
            (row.value_exact, row.state) = match value {
                Ok(Some(value)) => (Some(value), RowState::Known),
                Ok(None) => (None, RowState::Undefined),
                Err(state) => (None, state),
            };
            row.value = row.value_exact.map(|value| value.to_string_places(places, Rounding::HalfUp));
        }
    }
}

fn over(numerator: Option<Number>, denominator: Option<Number>, per: Decimal) -> Result<Option<Decimal>, RowState> {
    match (numerator, denominator) {
        (Some(over), Some(under)) => quotient(over, under, per),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn nearest_is_half_up() {
        for (value, base, wanted) in
            [(0, 5, 0), (2, 5, 0), (3, 5, 5), (5, 5, 5), (5, 10, 10), (4, 10, 0), (-2, 5, 0), (-3, 5, -5), (1, 2, 2)]
        {
            assert_eq!(whole(value, base, None), wanted, "{value} to {base}");
        }
        assert_eq!(whole(i64::MAX, 4, None), i64::MAX - 3, "what does not fit stays below");
    }

    #[test]
    fn by_chance_the_mean_is_the_count_itself() {
        for value in 0..25_i64 {
            // Chances evenly through their range.
            let steps = 1_000_u64;
            let sum: i64 =
                (0..steps).map(|step| whole(value, 5, Some(step * (u64::MAX / steps) + u64::MAX / steps / 2))).sum();
            assert_eq!(sum, value * steps as i64, "{value}");
        }
    }

    #[test]
    fn a_part_stays_at_most_its_whole() {
        for chance in (0..64).map(|step| step * (u64::MAX / 64)) {
            let all: Vec<i64> = (0..100).map(|value| whole(value, 7, Some(chance))).collect();
            assert!(all.is_sorted());
        }
    }
}
