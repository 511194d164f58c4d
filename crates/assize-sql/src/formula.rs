//! A formula: its measures as queries of their own, joined row by row.

use crate::dialect::Dialect;
use crate::{For, Not, Written, measure};
use assize_model::ids::MeasureId;
use assize_model::measure::{Formula, Measure, MeasureForm};
use std::collections::BTreeSet;

/// Where the query of a measure stands.
fn table(id: MeasureId) -> String {
    format!("measure_{}", id.index())
}

/// Whether a measure has rows of its own; else it is one number.
fn has_rows(measure: &Measure) -> bool {
    !measure.by.is_empty() || measure.every.is_some()
}

/// The query of a formula.
pub fn query(run: For<'_>, id: MeasureId) -> Written<String> {
    let mut parts = Vec::new();
    let mut seen = BTreeSet::new();
    gather(run, id, &mut seen, &mut parts)?;
    let tables = parts.iter().map(|(id, text)| format!("{} AS (\n{text}\n)", table(*id))).collect::<Vec<_>>();
    Ok(format!("WITH {}\nSELECT * FROM {}{}", tables.join(",\n"), table(id), order(run, id)))
}

/// By what the rows are told apart: each breakdown and why it has no value, and the first day of the period.
fn keys(measure: &Measure, dialect: Dialect) -> Vec<String> {
    let by = measure.by.iter().flat_map(|by| [by.name.to_string(), format!("{}__missing", by.name)]);
    let period = measure.every.map(|_| "period_from".to_owned());
    by.chain(period).map(|name| dialect.name(&name)).collect()
}

fn order(run: For<'_>, id: MeasureId) -> String {
    let keys = run.program.measure(id).map(|measure| keys(measure, run.dialect)).unwrap_or_default();
    if keys.is_empty() { String::new() } else { format!("\nORDER BY {}", keys.join(", ")) }
}

/// The queries of a measure and of all that it is worked out of, those first that others read, each once.
fn gather(
    run: For<'_>,
    id: MeasureId,
    seen: &mut BTreeSet<MeasureId>,
    parts: &mut Vec<(MeasureId, String)>,
) -> Written<()> {
    let mut todo = vec![(id, false)];
    while let Some((id, ready)) = todo.pop() {
        let measure = run.program.measure(id).ok_or_else(|| Not::because("a measure is not there"))?;
        let of = |not: Not| Not { why: format!("measure `{}`: {}", measure.heading.name, not.why), ..not };
        let MeasureForm::Formula(formula) = &measure.form else {
            if seen.insert(id) {
                parts.push((id, measure::query(run, id).map_err(of)?));
            }
            continue;
        };
        if ready {
            parts.push((id, joined(run, measure, formula)?));
        } else if seen.insert(id) {
            todo.push((id, true));
            let mut read = Vec::new();
            formula.measures(&mut read);
            todo.extend(read.into_iter().map(|id| (id, false)));
        }
    }
    Ok(())
}

/// The rows of a formula: those that any of its measures has.
fn joined(run: For<'_>, measure: &Measure, formula: &Formula) -> Written<String> {
    let dialect = run.dialect;
    let mut read = Vec::new();
    formula.measures(&mut read);
    read.sort_unstable();
    read.dedup();
    let of = |id: &MeasureId| run.program.measure(*id);
    let (rows, alone): (Vec<MeasureId>, Vec<MeasureId>) = read.into_iter().partition(|id| of(id).is_some_and(has_rows));
    let records: BTreeSet<_> = rows.iter().filter_map(of).map(|measure| measure.record).collect();
    if records.len() > 1 {
        // Where nothing was counted of one of them the engine may have a row, with none or with 0.
        return Err(Not::because("it is a formula of measures by breakdowns or periods of different records"));
    }
    let keys = keys(measure, dialect);
    let value = text(run, formula)?;
    let each = keys.iter().map(|key| format!("k.{key}")).collect::<Vec<_>>().join(", ");
    let all: Vec<String> = rows.iter().map(|id| format!("SELECT {} FROM {}", keys.join(", "), table(*id))).collect();
    let mut from = match all.as_slice() {
        [] => String::new(),
        all => format!("(\n  {}\n) k", all.join("\n  UNION\n  ")),
    };
    for id in &rows {
        let name = table(*id);
        let on: Vec<String> =
            keys.iter().map(|key| dialect.same(&format!("{name}.{key}"), &format!("k.{key}"))).collect();
        from += &format!("\nLEFT JOIN {name} ON {}", on.join(" AND "));
    }
    for id in &alone {
        let name = table(*id);
        from = if from.is_empty() { name } else { format!("{from}\nCROSS JOIN {name}") };
    }
    if from.is_empty() {
        return Err(Not::because("it is a formula of numbers only"));
    }
    let each = if each.is_empty() { each } else { format!("{each}, ") };
    Ok(format!("SELECT {each}{value} AS {}\nFROM {from}", dialect.name("value")))
}

/// The value: `NULL` where a part has none, or something is divided by zero.
fn text(run: For<'_>, formula: &Formula) -> Written<String> {
    let of = |formula| text(run, formula);
    let double = |text: &str| run.dialect.double(text);
    Ok(match formula {
        Formula::Measure(id) => double(&format!("{}.{}", table(*id), run.dialect.name("value"))),
        Formula::Number(amount) => {
            let value = amount.value(run.params).ok_or_else(|| Not::because("a parameter has no value"))?;
            double(&value.normalized().to_string())
        }
        Formula::Negative(a) => format!("(-{})", of(a)?),
        Formula::Sum(a, b) => format!("({} + {})", of(a)?, of(b)?),
        Formula::Difference(a, b) => format!("({} - {})", of(a)?, of(b)?),
        Formula::Product(a, b) => format!("({} * {})", of(a)?, of(b)?),
        Formula::Quotient(a, b) => format!("({} / NULLIF({}, 0))", of(a)?, of(b)?),
    })
}
