//! An instrument's rows as columns.

use super::Typing;
use super::column::Columns;
use crate::forms::{InstrumentRow, NUMBERS};
use crate::results::Results;
use assize_eval::outcome::Chosen;
use assize_model::bounds::CodeSet;
use assize_model::decimal::Decimal;
use assize_model::ids::{CategoryId, Code};
use assize_model::program::{CodeList, FieldKind};
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::sync::Arc;

pub fn columns(results: &Results, number: usize, typing: Typing) -> Option<Columns> {
    let program = &*results.program;
    let (instrument, of) = (program.instruments.get(number)?, results.instrument(number)?);
    let rows: Vec<InstrumentRow> = of.each(results).collect();
    let mut out = Columns::new(rows.len());
    let record = program.record(instrument.record)?;
    let kind = record.key.and_then(|key| record.fields.get(key.index())).map(|field| field.kind);
    match kind {
        None | Some(FieldKind::Value(Ty::Integer)) if typing == Typing::Typed => {
            out.integers("key", rows.iter().map(|row| row.key.as_ref()?.parse().ok()));
        }
        _ => out.texts("key", rows.iter().map(|row| row.key.as_deref())),
    }
    if let Some(score) = instrument.score {
        let decimal = program.node(score.score).is_some_and(|node| node.ty == Ty::Decimal);
        let of = [
            |row: &InstrumentRow| row.score.clone(),
            |row: &InstrumentRow| row.lowest.clone(),
            |row: &InstrumentRow| row.highest.clone(),
        ];
        for (name, of) in NUMBERS.iter().zip(of) {
            numbers(&mut out, name, decimal, typing, rows.iter().map(of));
        }
        numbers(&mut out, "answered", false, typing, rows.iter().map(|row| row.answered.clone()));
    }
    let list = |category: Option<CategoryId>| program.list(program.category(category?)?.list);
    if let Some(list) = list(instrument.band) {
        let band = |row: &InstrumentRow| match row.band.as_ref().map(|band| band.value) {
            Some(Chosen::One(code)) => Some(name(list, code)),
            _ => None,
        };
        out.texts("band", rows.iter().map(band));
        out.texts("state", rows.iter().map(|row| row.band.as_ref().map(|band| band.state.word())));
        lists(&mut out, "possible", list, rows.iter().map(|row| row.possible));
        if program.overrides.iter().any(|over| Some(over.category) == instrument.band) {
            judged(&mut out, list, &rows);
        }
    }
    if let Some(list) = list(instrument.routes) {
        let fired = rows.iter().map(|row| match row.routes.as_ref().map(|routes| routes.value) {
            Some(Chosen::Many(codes)) => codes,
            _ => CodeSet::EMPTY,
        });
        lists(&mut out, "routes", list, fired);
        let possible = rows.iter().map(|row| row.routes.as_ref().map_or(CodeSet::EMPTY, |routes| routes.possible));
        lists(&mut out, "possible_routes", list, possible);
    }
    if of.contributions {
        let items = instrument.items.iter().filter_map(|item| Some((item, program.node(item.contribution?)?.ty)));
        for (at, (item, ty)) in items.enumerate() {
            let of = rows.iter().map(|row| row.contributions.get(at).cloned().flatten());
            numbers(&mut out, &item.heading.name, ty == Ty::Decimal, typing, of);
        }
    }
    Some(out)
}

fn name(list: &CodeList, code: Code) -> Arc<str> {
    Arc::from(list.name(code))
}

fn numbers(out: &mut Columns, name: &str, decimal: bool, typing: Typing, cells: impl Iterator<Item = Option<Value>>) {
    if typing == Typing::Texts {
        let shown = |value: Value| match value {
            Value::Integer(value) => Some(value.to_string()),
            Value::Decimal(value) => Some(value.to_string()),
            _ => None,
        };
        out.texts(name, cells.map(|cell| cell.and_then(shown)));
    } else if decimal {
        out.decimals(
            name,
            cells.map(|cell| match cell? {
                Value::Decimal(value) => Some(value),
                Value::Integer(value) => Some(Decimal::from_i64(value)),
                _ => None,
            }),
        );
    } else {
        out.integers(
            name,
            cells.map(|cell| match cell? {
                Value::Integer(value) => Some(value),
                _ => None,
            }),
        );
    }
}

/// Codes by their names; no code is no name.
fn lists(out: &mut Columns, title: &str, list: &CodeList, cells: impl Iterator<Item = CodeSet>) {
    let names = list.codes.iter().map(|code| Arc::clone(&code.heading.name)).collect();
    let cells = cells.map(|codes| {
        codes.iter().filter(|code| *code != Code::NONE).map(|code| u8::try_from(code.0).unwrap_or(u8::MAX)).collect()
    });
    out.lists(title, names, cells);
}

fn judged(out: &mut Columns, list: &CodeList, rows: &[InstrumentRow]) {
    let of = || rows.iter().map(|row| row.judged.as_ref());
    out.texts("override", of().map(|judged| judged.map(|judged| name(list, judged.value))));
    out.texts("override_because", of().map(|judged| judged.map(|judged| Arc::clone(&judged.because))));
    out.texts("override_by", of().map(|judged| judged.map(|judged| Arc::clone(&judged.by))));
    out.texts("override_on", of().map(|judged| judged?.on.map(|on| on.to_string())));
    out.texts("override_until", of().map(|judged| judged?.until.map(|until| until.to_string())));
    out.booleans("override_in_force", of().map(|judged| judged.map(|judged| judged.in_force)));
}
