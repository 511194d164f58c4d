//! The two evaluators agree: generated programs over generated tables, each outcome in full.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test: what is not as it should be ends it"
)]

/// The crate, from without.
mod engine {
    pub use assize_eval::{outcome, row};
}
#[path = "../src/row/tests/generate.rs"]
mod generate;
#[path = "../src/row/tests/rules.rs"]
mod rules;

use assize_eval::batch;
use assize_eval::row::Link;
use assize_model::absence::Absence;
use assize_model::column::{Column, Table, TextColumn, Values};
use assize_model::ids::{FieldId, RecordId};
use assize_model::program::{FieldKind, Program, State};
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::collections::BTreeMap;

/// A record as it is written for tests.
#[derive(Default, Clone)]
struct Row {
    fields: BTreeMap<String, String>,
    children: BTreeMap<String, Vec<Row>>,
}

fn read(text: &str) -> Row {
    let mut row = Row::default();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find(['=', '[']).unwrap();
        let name = rest[..end].trim().to_owned();
        if rest.as_bytes()[end] == b'[' {
            let mut depth = 0;
            let close = rest
                .char_indices()
                .find(|&(at, c)| {
                    depth += i32::from(c == '[') - i32::from(c == ']');
                    at >= end && depth == 0
                })
                .unwrap()
                .0;
            row.children.entry(name).or_default().push(read(&rest[end + 1..close]));
            rest = rest[close + 1..].trim_start();
        } else {
            let stop = rest.find(' ').unwrap_or(rest.len());
            row.fields.insert(name, rest[end + 1..stop].to_owned());
            rest = rest[stop..].trim_start();
        }
    }
    row
}

/// A table, and by `many` field the tables of the children, with where each row's children are.
struct Made {
    table: Table,
    links: Vec<(FieldId, Made, Vec<u32>)>,
}

fn make(program: &Program, record: RecordId, rows: &[&Row]) -> Made {
    let of = &program.records[record.index()];
    let (mut columns, mut links) = (Vec::new(), Vec::new());
    for (at, field) in of.fields.iter().enumerate() {
        let name = &*field.heading.name;
        let texts: Vec<Option<&str>> = rows.iter().map(|row| row.fields.get(name).map(String::as_str)).collect();
        columns.push(match field.kind {
            FieldKind::Many { record: child, .. } => {
                let mut offsets = vec![0];
                let mut children = Vec::new();
                for row in rows {
                    children.extend(row.children.get(name).into_iter().flatten());
                    offsets.push(children.len() as u32);
                }
                links.push((FieldId::from_index(at), make(program, child, &children), offsets));
                None
            }
            FieldKind::Value(ty) => Some(column(program, ty, &texts)),
            FieldKind::Range(_) => Some(ranges(&texts)),
        });
    }
    Made { table: Table { record, rows: rows.len(), columns, bad: Vec::new() }, links }
}

fn known(texts: &[Option<&str>]) -> Option<arrow_buffer::BooleanBuffer> {
    Some(texts.iter().map(|text| text.is_some_and(|text| !text.starts_with('?'))).collect())
}

fn absent(texts: &[Option<&str>]) -> Vec<(u32, Absence)> {
    let why = |text: &str| text.strip_prefix('?').and_then(assize_model::absence::Reason::from_word);
    let rows = texts.iter().enumerate().filter_map(|(at, text)| Some((at as u32, Absence::missing(why((*text)?)?))));
    rows.collect()
}

fn column(program: &Program, ty: Ty, texts: &[Option<&str>]) -> Column {
    let values: Vec<Option<Value>> = texts
        .iter()
        .map(|text| text.filter(|text| !text.starts_with('?')).map(|text| rules::parse(program, ty, text)))
        .collect();
    let values = match ty {
        Ty::Boolean => Values::Boolean(values.iter().map(|value| value == &Some(Value::Boolean(true))).collect()),
        Ty::Integer => {
            let values = values.iter().map(|value| if let Some(Value::Integer(value)) = value { *value } else { 0 });
            Values::Integer(values.collect::<Vec<_>>().into())
        }
        Ty::Code(_) => {
            let values = values.iter().map(|value| if let Some(Value::Code(_, code)) = value { code.0 } else { 0 });
            Values::Code(values.collect::<Vec<_>>().into())
        }
        Ty::Text => Values::Text(TextColumn::from_texts(texts.iter().map(|text| text.unwrap_or("")))),
        ty => panic!("no column of {ty:?}"),
    };
    Column { values, known: known(texts), absent: absent(texts) }
}

fn ranges(texts: &[Option<&str>]) -> Column {
    let range = |text: &str| match text.split_once("..") {
        Some((lo, hi)) => (lo.parse().ok(), hi.parse().ok()),
        None => (text.parse().ok(), text.parse().ok()),
    };
    let values = texts.iter().map(|text| text.map_or((None, None), range)).collect();
    Column { values: Values::IntegerRange(values), known: known(texts), absent: absent(texts) }
}

/// The children of a row, where they lie by these offsets.
fn children(offsets: &[u32]) -> impl Fn(usize, &mut dyn FnMut(usize)) {
    move |row, child| (offsets[row]..offsets[row + 1]).for_each(|at| child(at as usize))
}

/// A row of a session, filled in from the tables.
fn fill(session: &mut assize_eval::row::Session, made: &Made, row: usize) {
    let (many, kids, offsets) = &made.links[0];
    let (many_toys, toys, toy_offsets) = &kids.links[0];
    let (of_record, of_kids) = (children(offsets), children(toy_offsets));
    let inner = [Link { field: *many_toys, table: &toys.table, children: &of_kids, links: &[] }];
    let outer = [Link { field: *many, table: &kids.table, children: &of_record, links: &inner }];
    session.fill(&made.table, row, &outer).unwrap();
}

#[test]
fn outcomes_agree_in_full() {
    let mut states = [0_u32; 5];
    let mut lists = 0;
    for seed in 1..300 {
        let mut writer = generate::writer(seed, true);
        let (rules, record, categories) = writer.program();
        let program = rules.program();
        let mut texts = Vec::new();
        for _ in 0..20 {
            let (gaps, full) = writer.record();
            texts.extend([gaps, full]);
        }
        let rows: Vec<Row> = texts.iter().map(|text| read(text)).collect();
        let made = make(&program, record, &rows.iter().collect::<Vec<_>>());

        let request = batch::Request {
            categories: categories.iter().map(|&id| (id, batch::Detail::Reasons)).collect(),
            nodes: Vec::new(),
        };
        let plan = batch::Plan::new(&program, record, &request).unwrap();
        let inputs = batch::Inputs { as_of: rules::as_of(), params: Vec::new() };
        let inner: Vec<Vec<batch::Link<'_>>> = made
            .links
            .iter()
            .map(|(_, made, _)| {
                made.links
                    .iter()
                    .map(|(field, made, offsets)| batch::Link {
                        field: *field,
                        table: &made.table,
                        spans: batch::Spans::Offsets(offsets),
                        order: None,
                        links: &[],
                    })
                    .collect()
            })
            .collect();
        let links: Vec<batch::Link<'_>> = made
            .links
            .iter()
            .zip(&inner)
            .map(|((field, made, offsets), inner)| batch::Link {
                field: *field,
                table: &made.table,
                spans: batch::Spans::Offsets(offsets),
                order: None,
                links: inner,
            })
            .collect();
        let columns =
            batch::Run::new(&program, &plan, &inputs).unwrap().batch(&batch::Frame::new(&made.table, &links)).unwrap();

        let mut session = rules::session(&program);
        for (row, text) in texts.iter().enumerate() {
            fill(&mut session, &made, row);
            for (&category, columns) in categories.iter().zip(&columns) {
                let one = session.evaluate(category).unwrap().row();
                let many = columns.outcome_row(row);
                states[one.state as usize] += 1;
                lists += one.missing.len();
                assert_eq!(
                    rules::words(&program, category, &one),
                    rules::words(&program, category, &many),
                    "row, and batch: program {seed}, {category:?} of {text}\n{}",
                    assize_model::dump::dump(&program)
                );
                assert_eq!(one, many, "row, and batch: program {seed}, {category:?} of {text}");
            }
        }
    }
    assert!(states.iter().all(|&count| count > 100) && lists > 1000, "{states:?} {lists}");
    assert_eq!(State::ALL.len(), states.len());
}
