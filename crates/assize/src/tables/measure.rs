//! A measure's rows as columns.

use super::Typing;
use super::column::Columns;
use crate::results::Results;
use assize_measures::{BreakdownValue, MeasureRow, Number, PeriodOfRow, RowState, Stages, disclosure, may_be_bounded};
use assize_model::civil::Date;
use assize_model::decimal::Decimal;
use assize_model::ids::MeasureId;
use assize_model::program::Program;
use assize_model::ty::Ty;
use std::sync::Arc;

pub fn columns(results: &Results, id: MeasureId, typing: Typing) -> Option<Columns> {
    let program = &*results.program;
    let (measure, table) = (program.measure(id)?, results.measure(id)?);
    let rows = &table.rows;
    let mut out = Columns::new(rows.len());
    for (at, by) in measure.by.iter().enumerate() {
        let values: Vec<Option<&BreakdownValue>> =
            rows.iter().map(|row| row.by.get(at).map(|(_, value)| value)).collect();
        let ty = program.node(by.node).map_or(Ty::Text, |node| node.ty);
        breakdown(&mut out, program, &by.name, ty, &values, typing);
    }
    if measure.every.is_some() {
        periods(&mut out, rows.iter().map(|row| row.period.as_ref()), typing);
    }
    for at in 0..Stages::NAMES.len() {
        let name = Stages::NAMES.get(at).copied().unwrap_or("");
        out.integers(&format!("stage_{name}"), rows.iter().map(|row| row.stages.shown()?.get(at).map(|&n| whole(n))));
    }
    numbers(&mut out, rows, typing);
    if let Some(approximation) = measure.form.approximation(program) {
        let shown: Arc<str> = approximation.shown(program).into();
        let near = |row: &MeasureRow| row.value_exact.is_some_and(|value| !approximation.spares(value));
        out.texts("approximate", rows.iter().map(|row| near(row).then(|| Arc::clone(&shown))));
    }
    if may_be_bounded(program, measure) {
        bounds(&mut out, rows, typing);
    }
    out.texts("state", rows.iter().map(|row| Some(row.state.word())));
    if disclosure::is_withheld_from(program, id) {
        let why = |row: &MeasureRow| match row.state {
            RowState::Withheld(why) => Some(why.word()),
            _ => None,
        };
        out.texts("withheld", rows.iter().map(why));
    }
    let not_decided = |row: &MeasureRow| (!row.stages.hidden).then(|| whole(row.not_decided));
    out.integers("not_decided", rows.iter().map(not_decided));
    if measure.compare.is_some() {
        changes(&mut out, rows, typing);
    }
    if measure.target.is_some() {
        let target = |row: &MeasureRow| row.target.as_ref().map(|target| target.status.word());
        out.texts("target", rows.iter().map(target));
        let expected = |row: &MeasureRow| row.target.as_ref()?.expected_shown();
        decimals(&mut out, typing, "target_expected", rows.iter().map(expected));
        let why = |row: &MeasureRow| row.target.as_ref()?.because.map(|why| why.word());
        out.texts("target_because", rows.iter().map(why));
    }
    Some(out)
}

/// How rows stand to what they are compared with.
fn changes(out: &mut Columns, rows: &[MeasureRow], typing: Typing) {
    let change = |row: &'_ MeasureRow| row.change.clone();
    out.texts(
        "compared_with",
        rows.iter().map(|row| change(row).map(|change| change.with).filter(|with| !with.is_empty())),
    );
    let up_to = rows.iter().map(|row| change(row)?.up_to);
    match typing {
        Typing::Typed => out.dates("compared_up_to", up_to),
        Typing::Texts => out.texts("compared_up_to", up_to.map(|day| day.map(|day| day.to_string()))),
    }
    decimals(out, typing, "compared_value", rows.iter().map(|row| change(row)?.from_shown()));
    decimals(out, typing, "difference", rows.iter().map(|row| change(row)?.difference_shown()));
    decimals(out, typing, "percent_change", rows.iter().map(|row| change(row)?.percent_shown()));
    decimals(out, typing, "percent_lower", rows.iter().map(|row| change(row)?.interval.map(|ends| ends.lower_shown)));
    decimals(out, typing, "percent_upper", rows.iter().map(|row| change(row)?.interval.map(|ends| ends.upper_shown)));
    out.texts("compared_because", rows.iter().map(|row| change(row)?.because.map(|why| why.word())));
}

/// A column of decimals: as they are shown, where it is of texts.
pub fn decimals(out: &mut Columns, typing: Typing, name: &str, cells: impl Iterator<Item = Option<String>>) {
    match typing {
        Typing::Typed => out.decimals(name, cells.map(|cell| Decimal::parse(&cell?).ok())),
        Typing::Texts => out.texts(name, cells),
    }
}

pub fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A breakdown's values and, where some are missing, why.
pub fn breakdown(
    out: &mut Columns,
    program: &Program,
    name: &str,
    ty: Ty,
    values: &[Option<&BreakdownValue>],
    typing: Typing,
) {
    let absent = |value: &BreakdownValue| matches!(value, BreakdownValue::Missing(_) | BreakdownValue::Error);
    match ty {
        Ty::Integer if typing == Typing::Typed => out.integers(
            name,
            values.iter().map(|value| match value {
                Some(BreakdownValue::Integer(value)) => Some(*value),
                _ => None,
            }),
        ),
        Ty::Boolean if typing == Typing::Typed => out.booleans(
            name,
            values.iter().map(|value| match value {
                Some(BreakdownValue::Boolean(value)) => Some(*value),
                _ => None,
            }),
        ),
        Ty::Date if typing == Typing::Typed => out.dates(
            name,
            values.iter().map(|value| match value {
                Some(BreakdownValue::Date(value)) => Some(*value),
                _ => None,
            }),
        ),
        _ => {
            let shown = |value: &&BreakdownValue| Arc::<str>::from(&*value.shown(program));
            out.texts(name, values.iter().map(|value| value.filter(|value| !absent(value)).as_ref().map(shown)));
        }
    }
    if typing == Typing::Typed || values.iter().flatten().any(|value| absent(value)) {
        let why = |value: &BreakdownValue| Arc::<str>::from(&*value.shown(program));
        out.texts(&format!("{name}__missing"), values.iter().map(|value| value.filter(|v| absent(v)).map(why)));
    }
}

/// The label and the days of periods.
pub fn periods<'a>(out: &mut Columns, periods: impl Iterator<Item = Option<&'a PeriodOfRow>> + Clone, typing: Typing) {
    let span = |period: Option<&'a PeriodOfRow>| match period {
        Some(PeriodOfRow::Span { from, to, label }) => Some((*from, *to, label.as_str())),
        _ => None,
    };
    out.texts("period", periods.clone().map(|period| span(period).map(|(_, _, label)| label)));
    let mut days = |name: &str, end: fn((Date, Date, &str)) -> Date| {
        let ends = periods.clone().map(|period| span(period).map(end));
        match typing {
            Typing::Typed => out.dates(name, ends),
            Typing::Texts => out.texts(name, ends.map(|end| end.map(|end| end.to_string()))),
        }
    };
    days("from", |(from, _, _)| from);
    days("to", |(_, to, _)| to);
}

fn bounds(out: &mut Columns, rows: &[MeasureRow], typing: Typing) {
    for (name, end) in [("at_least", 0), ("at_most", 1)] {
        let ends = rows.iter().map(|row| {
            let bounds = row.bounds?;
            if end == 0 { bounds.lo } else { bounds.hi }
        });
        match typing {
            Typing::Typed => out.decimals(name, ends),
            Typing::Texts => out.texts(name, ends.map(|end| end.map(|end| end.to_string()))),
        }
    }
}

fn numbers(out: &mut Columns, rows: &[MeasureRow], typing: Typing) {
    let decimal = |number: Number| match number {
        Number::Integer(value) => Decimal::from_i64(value),
        Number::Decimal(value) => value,
    };
    let mut column = |name: &str, cell: &dyn Fn(&MeasureRow) -> Option<String>| match typing {
        Typing::Typed => {
            out.decimals(name, rows.iter().map(|row| cell(row).and_then(|text| Decimal::parse(&text).ok())));
        }
        Typing::Texts => out.texts(name, rows.iter().map(cell)),
    };
    column("numerator", &|row| row.numerator.map(|number| decimal(number).to_string()));
    column("denominator", &|row| row.denominator.map(|number| decimal(number).to_string()));
    column("value", &|row| row.value.clone());
    column("value_exact", &|row| row.value_exact.map(|value| value.to_string()));
    column("lower", &|row| row.interval.as_ref().map(|ends| ends.lower_shown.clone()));
    column("upper", &|row| row.interval.as_ref().map(|ends| ends.upper_shown.clone()));
}
