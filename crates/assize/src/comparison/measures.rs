//! Measures by old and by new rules, row by row.

use super::{Unmatched, record_name};
use crate::results::Results;
use assize_measures::{BreakdownValue, MeasureRow, MeasureTable, Number, PeriodOfRow, RowState};
use assize_model::absence::Reason;
use assize_model::civil::Date;
use assize_model::decimal::{Decimal, Rounding};
use assize_model::measure::{Measure, MeasureForm};
use assize_model::program::Program;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A measure that both results have.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedMeasure {
    /// Its name.
    pub name: Arc<str>,
    /// Its title by the newer rules, when it has one.
    pub title: Option<Arc<str>>,
    /// The record it is of.
    pub record: Arc<str>,
    /// What it is broken down by on either side, where that is not the same, and so no rows match.
    pub breakdowns: Option<Breakdowns>,
    /// Whether both report the same kind of number, such as a rate per 100: otherwise there are no differences.
    pub same_form: bool,
    /// The rows, in the order of the newer results; then those that only the older have.
    pub rows: Vec<ComparedRow>,
}

/// What a measure is broken down by on either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breakdowns {
    /// By the older rules.
    pub old: Vec<Arc<str>>,
    /// By the newer rules.
    pub new: Vec<Arc<str>>,
}

impl ComparedMeasure {
    /// How many rows differ.
    pub fn changed(&self) -> usize {
        self.rows.iter().filter(|row| row.is_changed()).count()
    }
}

/// A row of a measure.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedRow {
    /// The breakdowns by name, with their values: of codes by name.
    pub by: Vec<(Arc<str>, BreakdownValue)>,
    /// The period, when the measure has any.
    pub period: Option<PeriodOfRow>,
    /// By the older rules; nothing where they have no such row.
    pub old: Option<MeasuredSide>,
    /// By the newer rules.
    pub new: Option<MeasuredSide>,
    /// The new value less the old, exactly; where both are known and of one kind.
    pub difference_exact: Option<Decimal>,
    /// The same for people: with a sign, and rounded half up to the places of the measure.
    pub difference: Option<String>,
}

impl ComparedRow {
    /// Whether anything is different, or only one side has the row.
    pub fn is_changed(&self) -> bool {
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => !old.is_same(new),
            _ => true,
        }
    }
}

/// A row of one side.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredSide {
    /// What is counted or summed.
    pub numerator: Option<Number>,
    /// What it is divided by.
    pub denominator: Option<Number>,
    /// The value for people.
    pub value: Option<String>,
    /// The value, rounded half-even to 28 digits.
    pub value_exact: Option<Decimal>,
    /// Whether there is a value.
    pub state: RowState,
}

impl MeasuredSide {
    fn new(row: &MeasureRow) -> Self {
        Self {
            numerator: row.numerator,
            denominator: row.denominator,
            value: row.value.clone(),
            value_exact: row.value_exact,
            state: row.state,
        }
    }

    /// Whether all numbers are the same, whatever places they are shown with.
    fn is_same(&self, other: &Self) -> bool {
        let number = |number: Option<Number>| number.map(Number::to_decimal);
        number(self.numerator) == number(other.numerator)
            && number(self.denominator) == number(other.denominator)
            && self.value_exact == other.value_exact
            && self.state.word() == other.state.word()
    }
}

/// What tells rows apart, by name: the order of breakdowns does not count.
type RowKey = (Vec<(Arc<str>, BreakdownValue)>, Option<PeriodKey>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum PeriodKey {
    Span(Date, Date),
    Missing(Reason),
    Error,
}

/// The measures that both have, and those that only one has.
pub fn compare(old: &Results, new: &Results) -> (Vec<ComparedMeasure>, Unmatched) {
    let mut measures = Vec::new();
    let mut unmatched = Unmatched::default();
    let named = |results: &'_ Results| -> Vec<(Arc<str>, usize)> {
        let measure = |(at, (id, _)): (usize, &(_, MeasureTable))| {
            Some((Arc::clone(&results.program.measure(*id)?.heading.name), at))
        };
        results.measures.iter().enumerate().filter_map(measure).collect()
    };
    let before: BTreeMap<Arc<str>, usize> = assize_model::order::map(named(old));
    let now: BTreeMap<Arc<str>, usize> = assize_model::order::map(named(new));
    for (name, at) in named(new) {
        let Some(&before) = before.get(&name) else {
            unmatched.only_new.push(name);
            continue;
        };
        let (Some((old_id, old_table)), Some((new_id, new_table))) = (old.measures.get(before), new.measures.get(at))
        else {
            continue;
        };
        let (Some(old_measure), Some(new_measure)) = (old.program.measure(*old_id), new.program.measure(*new_id))
        else {
            continue;
        };
        let records = (record_name(&old.program, old_measure.record), record_name(&new.program, new_measure.record));
        if records.0 != records.1 {
            unmatched.unlike.push((name, records.0, records.1));
            continue;
        }
        let sides = Sides { old: (&old.program, old_measure, old_table), new: (&new.program, new_measure, new_table) };
        measures.push(sides.compare());
    }
    unmatched.only_old = named(old).into_iter().map(|(name, _)| name).filter(|name| !now.contains_key(name)).collect();
    (measures, unmatched)
}

struct Sides<'a> {
    old: (&'a Program, &'a Measure, &'a MeasureTable),
    new: (&'a Program, &'a Measure, &'a MeasureTable),
}

impl Sides<'_> {
    fn compare(&self) -> ComparedMeasure {
        let (old_program, old, old_table) = self.old;
        let (new_program, new, new_table) = self.new;
        let same_form = match (&old.form, &new.form) {
            (MeasureForm::Rate { per: old }, MeasureForm::Rate { per: new }) => old == new,
            (old, new) => std::mem::discriminant(old) == std::mem::discriminant(new),
        };
        let places = old_table.places.max(new_table.places);
        let mut before: BTreeMap<RowKey, &MeasureRow> =
            old_table.rows.iter().map(|row| (key(old_program, row), row)).collect();
        let mut rows = Vec::with_capacity(new_table.rows.len());
        for row in &new_table.rows {
            let old = before.remove(&key(new_program, row)).map(MeasuredSide::new);
            let new = MeasuredSide::new(row);
            let exact = old.as_ref().filter(|_| same_form).and_then(|old| difference(old, &new));
            rows.push(ComparedRow {
                by: by(new_program, row),
                period: row.period.clone(),
                difference: exact.map(|exact| shown(exact, places)),
                difference_exact: exact,
                old,
                new: Some(new),
            });
        }
        // In the order of the older results, not of the keys.
        for row in old_table.rows.iter().filter(|row| before.contains_key(&key(old_program, row))) {
            rows.push(ComparedRow {
                by: by(old_program, row),
                period: row.period.clone(),
                old: Some(MeasuredSide::new(row)),
                new: None,
                difference_exact: None,
                difference: None,
            });
        }
        let names = |measure: &Measure| measure.by.iter().map(|by| Arc::clone(&by.name)).collect::<Vec<_>>();
        let (old_names, new_names) = (names(old), names(new));
        let sorted = |names: &[Arc<str>]| {
            let mut names = names.to_vec();
            assize_model::order::sort(&mut names);
            names
        };
        ComparedMeasure {
            name: Arc::clone(&new.heading.name),
            title: new.heading.title.clone(),
            record: record_name(new_program, new.record),
            breakdowns: (sorted(&old_names) != sorted(&new_names))
                .then_some(Breakdowns { old: old_names, new: new_names }),
            same_form,
            rows,
        }
    }
}

/// The breakdown with codes by name, so that both sides have the same values.
fn by(program: &Program, row: &MeasureRow) -> Vec<(Arc<str>, BreakdownValue)> {
    let value = |value: &BreakdownValue| match value {
        BreakdownValue::Code(..) => BreakdownValue::Text(value.shown(program).into()),
        value => value.clone(),
    };
    row.by.iter().map(|(name, of)| (Arc::clone(name), value(of))).collect()
}

fn key(program: &Program, row: &MeasureRow) -> RowKey {
    let mut by = by(program, row);
    assize_model::order::sort(&mut by);
    let period = row.period.as_ref().map(|period| match period {
        PeriodOfRow::Span { from, to, .. } => PeriodKey::Span(*from, *to),
        PeriodOfRow::Missing(reason) => PeriodKey::Missing(*reason),
        PeriodOfRow::Error => PeriodKey::Error,
    });
    (by, period)
}

fn difference(old: &MeasuredSide, new: &MeasuredSide) -> Option<Decimal> {
    new.value_exact?.sub(old.value_exact?).ok()
}

fn shown(difference: Decimal, places: u8) -> String {
    let text = difference.to_string_places(places, Rounding::HalfUp);
    if difference > Decimal::ZERO { format!("+{text}") } else { text }
}
