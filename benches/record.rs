//! One record through a reused session: value, state and reason, of seven fields and four lists. The same records are
//! gone through in another order each time, so that no branch predictor learns them by heart.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench may stop at a broken assumption")]

use assize::model::civil::Date;
use assize::model::ids::{CategoryId, FieldId, RecordId};
use assize::{Inputs, RuleSet};
use assize_benches::rules::SEVEN;
use assize_benches::seven::{Lists, Seven};
use assize_benches::{Random, shuffled};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

const ROWS: usize = 10_000;

fn record(c: &mut Criterion) {
    let rules = RuleSet::compile("seven.assize", SEVEN).unwrap();
    let inputs = Inputs::new(rules.program(), Date::from_ymd(2026, 1, 1).unwrap());
    let mut session = rules.session(&inputs);
    let seven = Seven::new(ROWS, 3);
    let mut random = Random(3);
    let mut group = c.benchmark_group("one record");
    group.throughput(Throughput::Elements(ROWS as u64));
    let number = |column: &assize_benches::seven::Numbers, row: usize| {
        (column.known[row / 64] >> (row % 64) & 1 == 1).then(|| column.values[row])
    };
    let flag = |column: &assize_benches::seven::Flags, row: usize| {
        (column.known[row / 64] >> (row % 64) & 1 == 1).then(|| column.yes[row / 64] >> (row % 64) & 1 == 1)
    };
    group.bench_function("set seven fields, evaluate, read value, state and reason", |b| {
        b.iter_batched(
            || shuffled(&mut random, ROWS),
            |order| {
                let mut sum = 0;
                for row in order {
                    session.begin(RecordId(0)).unwrap();
                    for (field, column) in
                        [(0, &seven.age), (4, &seven.charges), (5, &seven.breaches), (6, &seven.calls)]
                    {
                        if let Some(value) = number(column, row) {
                            session.set_integer(FieldId(field), value).unwrap();
                        }
                    }
                    for (field, column) in [(1, &seven.felon), (2, &seven.weapon), (3, &seven.injury)] {
                        if let Some(value) = flag(column, row) {
                            session.set_boolean(FieldId(field), value).unwrap();
                        }
                    }
                    let outcome = session.evaluate(CategoryId(0)).unwrap();
                    let reason = outcome.because().next().unwrap_or(0);
                    sum += outcome.value().map_or(0, |code| usize::from(code.0)) + outcome.state() as usize;
                    sum += usize::from(reason);
                }
                black_box(sum)
            },
            BatchSize::LargeInput,
        );
    });
    group.bench_function("evaluate alone, fields set before", |b| {
        session.begin(RecordId(0)).unwrap();
        for (field, value) in [(0, 30), (4, 1), (5, 0), (6, 2)] {
            session.set_integer(FieldId(field), value).unwrap();
        }
        for (field, value) in [(1, true), (2, false), (3, false)] {
            session.set_boolean(FieldId(field), value).unwrap();
        }
        b.iter(|| {
            let mut sum = 0;
            for charges in 0..ROWS {
                session.set_integer(FieldId(4), black_box((charges % 4) as i64)).unwrap();
                let outcome = session.evaluate(CategoryId(0)).unwrap();
                sum += outcome.value().map_or(0, |code| usize::from(code.0)) + outcome.state() as usize;
                sum += usize::from(outcome.because().next().unwrap_or(0));
            }
            black_box(sum)
        });
    });
    group.bench_function("by hand, row by row over columns", |b| {
        let mut out = Lists::default();
        b.iter(|| {
            seven.plain(&mut out);
            black_box(&out);
        });
    });
    group.finish();
}

criterion_group!(benches, record);
criterion_main!(benches);
