//! Generated data: columns for every field of a program's records, with the values that break things.

use crate::random::Random;
use assize_model::absence::{Absence, Fault, Reason};
use assize_model::civil::{Date, DateTime, Duration};
use assize_model::column::{Column, Table, TextColumn, Values};
use assize_model::decimal::Decimal;
use assize_model::ids::{Code, FieldId, NodeId, RecordId};
use assize_model::program::{FieldKind, Program};
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::sync::Arc;

/// How a run of data is made.
#[derive(Clone, Copy)]
pub struct Shape {
    pub rows: usize,
    /// Percent of values that are missing.
    pub missing: usize,
    /// Percent of values that could not be read.
    pub unreadable: usize,
}

/// A table of a record: keys are `0`, `1`, … and `by` fields point at keys below `parents`.
pub fn table(random: &mut Random, program: &Program, record: RecordId, shape: Shape, parents: usize) -> Table {
    let declared = program.record(record).expect("the record is there");
    let mut bad = Vec::new();
    let columns = declared
        .fields
        .iter()
        .enumerate()
        .map(|(at, field)| {
            let kind = field.kind;
            let key = declared.key == Some(FieldId::from_index(at));
            let by = &*field.heading.name == "parent_id"
                || &*field.heading.name == "other_id"
                || &*field.heading.name == "child_id";
            match kind {
                FieldKind::Many { .. } => None,
                _ if key => Some(keys(shape.rows)),
                _ if by => Some(links(random, shape.rows, parents)),
                _ if random.chance(4) => None,
                FieldKind::Value(ty) => Some(column(random, program, ty, shape, &mut bad)),
                FieldKind::Range(ty) => Some(ranges(random, ty, shape)),
            }
        })
        .collect();
    bad.sort_unstable();
    bad.dedup();
    Table { record, rows: shape.rows, columns, bad }
}

fn keys(rows: usize) -> Column {
    let keys: Vec<String> = (0..rows).map(|row| row.to_string()).collect();
    Column {
        values: Values::Text(TextColumn::from_texts(keys.iter().map(String::as_str))),
        known: None,
        absent: vec![],
    }
}

fn links(random: &mut Random, rows: usize, parents: usize) -> Column {
    let keys: Vec<String> = (0..rows).map(|_| random.below(parents + 1).to_string()).collect();
    let known = known(random, rows, 3);
    Column {
        values: Values::Text(TextColumn::from_texts(keys.iter().map(String::as_str))),
        known: Some(known.iter().copied().collect()),
        absent: vec![],
    }
}

fn known(random: &mut Random, rows: usize, missing: usize) -> Vec<bool> {
    (0..rows).map(|_| !random.chance(missing)).collect()
}

const INTEGERS: [i64; 14] = [0, 1, 2, 3, 4, 7, -1, -2, 12, 100, i64::MAX, i64::MIN, i64::MAX - 1, 5];
const DATES: [(i32, u32, u32); 14] = [
    (2024, 1, 31),
    (2024, 2, 29),
    (2023, 2, 28),
    (2024, 3, 31),
    (2024, 12, 31),
    (2025, 1, 1),
    (2000, 2, 29),
    (1990, 6, 15),
    (2024, 4, 30),
    (2024, 6, 1),
    (1, 1, 1),
    (9999, 12, 31),
    (2023, 5, 31),
    (2024, 3, 10),
];
const TEXTS: [&str; 9] = ["", "a", "b", "abc", " ab ", "B", "É", "é", "0"];

fn decimal(random: &mut Random) -> Decimal {
    let (coefficient, scale) = match random.below(10) {
        0 => (9_999_999_999_999_999_999_999_999_999, 0),
        1 => (9_999_999_999_999_999_999_999_999_999, 28),
        2 => (1, 28),
        3 => (0, 3),
        _ => (random.below(2_000) as i128 - 700, random.below(4) as u8),
    };
    Decimal::new(coefficient, scale).expect("within the digits")
}

fn date(random: &mut Random) -> Date {
    let (y, m, d) = random.one(&DATES);
    Date::from_ymd(y, m, d).expect("a date")
}

fn duration(random: &mut Random) -> Duration {
    random.one(&[
        Duration::Calendar { months: 1, days: 0 },
        Duration::Calendar { months: 12, days: 0 },
        Duration::Calendar { months: 0, days: 30 },
        Duration::Calendar { months: 2, days: 3 },
        Duration::Clock { micros: 45 * 60_000_000 },
        Duration::Clock { micros: -3_600_000_000 },
    ])
}

fn instant(random: &mut Random) -> DateTime {
    let noon = i64::from(date(random).days()) * 86_400_000_000;
    let offset = random.one(&[0, 43_200_000_000, 5 * 3_600_000_000, 86_399_000_000]);
    DateTime::clamped(noon + offset)
}

fn column(random: &mut Random, program: &Program, ty: Ty, shape: Shape, bad: &mut Vec<u32>) -> Column {
    let rows = shape.rows;
    let known = known(random, rows, shape.missing);
    let mut absent = Vec::new();
    for (row, _) in known.iter().enumerate().filter(|(_, known)| !**known) {
        let row = row as u32;
        if random.chance(shape.unreadable) {
            absent.push((row, Absence::error(Fault::Data, NodeId(0))));
            bad.push(row);
        } else if random.chance(40) {
            absent.push((row, Absence::missing(random.one(&Reason::ALL))));
        }
    }
    let list = |ty| match ty {
        Ty::Code(list) | Ty::Codes(list) => program.list(list).map_or(0, |list| list.codes.len()),
        _ => 0,
    };
    let values = match ty {
        Ty::Boolean => Values::Boolean((0..rows).map(|_| random.chance(50)).collect()),
        Ty::Integer => Values::Integer((0..rows).map(|_| random.one(&INTEGERS)).collect()),
        Ty::Decimal => {
            let scale = random.one(&[0_u8, 2, 28]);
            let coefficients: Vec<i128> =
                (0..rows)
                    .map(|_| {
                        if random.chance(90) {
                            random.below(3_000) as i128 - 500
                        } else {
                            decimal(random).coefficient()
                        }
                    })
                    .collect();
            Values::Decimal { coefficients: coefficients.into(), scale }
        }
        Ty::Text => {
            let texts: Vec<&str> = (0..rows).map(|_| random.pick(&TEXTS)).collect();
            Values::Text(TextColumn::from_texts(texts))
        }
        Ty::Date => Values::Date((0..rows).map(|_| date(random).days()).collect()),
        Ty::Time => {
            Values::Time((0..rows).map(|_| random.one(&[0, 37_800_000_000, 86_399_999_999, 3_600_000_000])).collect())
        }
        Ty::DateTime => Values::DateTime((0..rows).map(|_| instant(random).micros()).collect()),
        Ty::Duration => Values::Duration((0..rows).map(|_| duration(random)).collect()),
        Ty::Code(_) => Values::Code((0..rows).map(|_| random.below(list(ty)) as u16).collect()),
        Ty::Codes(of) => Values::Set(
            (0..rows)
                .map(|row| {
                    let codes = (0..random.below(3)).map(|_| Code(random.below(list(ty)) as u16)).collect();
                    known[row].then(|| Value::codes(of, codes))
                })
                .collect(),
        ),
        Ty::Texts => Values::Set(
            (0..rows)
                .map(|row| {
                    let texts = (0..random.below(3)).map(|_| Arc::from(random.pick(&TEXTS))).collect();
                    known[row].then(|| Value::texts(texts))
                })
                .collect(),
        ),
    };
    let all = known.iter().all(|known| *known);
    Column { values, known: (!all).then(|| known.iter().copied().collect()), absent }
}

fn ranges(random: &mut Random, ty: Ty, shape: Shape) -> Column {
    let rows = shape.rows;
    let known = known(random, rows, shape.missing);
    let end = |random: &mut Random| (!random.chance(20)).then(|| random.below(8) as i64 - 2);
    let pairs: Vec<(Option<i64>, Option<i64>)> = (0..rows)
        .map(|_| {
            let (lo, hi) = (end(random), end(random));
            match (lo, hi) {
                (Some(a), Some(b)) => (Some(a.min(b)), Some(a.max(b))),
                pair => pair,
            }
        })
        .collect();
    let values = if ty == Ty::Integer {
        Values::IntegerRange(pairs)
    } else {
        Values::DecimalRange(
            pairs.into_iter().map(|(lo, hi)| (lo.map(Decimal::from_i64), hi.map(Decimal::from_i64))).collect(),
        )
    };
    Column { values, known: Some(known.iter().copied().collect()), absent: vec![] }
}
