//! A million records in columns: value and state, the same with reasons, and two loops written by hand.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench may stop at a broken assumption")]

use assize::RuleSet;
use assize::eval::batch::{Detail, Frame, Inputs, Plan, Request, Run};
use assize::model::civil::Date;
use assize::model::ids::{CategoryId, RecordId};
use assize::model::lane::NO_CODE;
use assize_benches::rules::SEVEN;
use assize_benches::seven::{Lists, Seven};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

fn columns(c: &mut Criterion) {
    let rules = RuleSet::compile("seven.assize", SEVEN).unwrap();
    let program = rules.program();
    let inputs = Inputs { as_of: Date::from_ymd(2026, 1, 1).unwrap(), params: Vec::new() };
    let mut group = c.benchmark_group("columns");
    group.sample_size(20);
    for rows in [100_000, 1_000_000, 10_000_000] {
        let seven = Seven::new(rows, 3);
        let table = seven.table();
        group.throughput(Throughput::Elements(rows as u64));
        for (name, detail) in [("value and state", Detail::States), ("with reasons", Detail::Reasons)] {
            let request = Request { categories: vec![(CategoryId(0), detail)], nodes: Vec::new() };
            let plan = Plan::new(program, RecordId(0), &request).unwrap();
            let mut run = Run::new(program, &plan, &inputs).unwrap();
            if detail == Detail::States {
                check(&run.batch(&Frame::new(&table, &[])).unwrap()[0], &seven);
            }
            group.bench_function(BenchmarkId::new(name, rows), |b| {
                b.iter(|| {
                    // In batches, as files and data frames come.
                    let mut at = 0;
                    while at < rows {
                        let to = (at + (1 << 16)).min(rows);
                        black_box(run.batch(&Frame { table: &table, rows: at..to, links: &[] }).unwrap());
                        at = to;
                    }
                });
            });
        }
        let mut out = Lists::default();
        group.bench_function(BenchmarkId::new("by hand, row by row", rows), |b| {
            b.iter(|| {
                seven.plain(&mut out);
                black_box(&out);
            });
        });
        group.bench_function(BenchmarkId::new("by hand, 64 rows at a time", rows), |b| {
            b.iter(|| {
                seven.wordwise(&mut out);
                black_box(&out);
            });
        });
    }
    group.finish();
}

/// The engine and the loop say the same of every record.
fn check(columns: &assize::eval::batch::CategoryColumns, seven: &Seven) {
    let mut out = Lists::default();
    seven.plain(&mut out);
    assert_eq!(columns.state, out.state);
    for ((&engine, &hand), &state) in columns.value.iter().zip(&out.value).zip(&out.state) {
        let hand = if hand >= 4 { NO_CODE } else { hand };
        assert!(engine == hand || state > 1, "{engine} is not {hand}");
    }
}

criterion_group!(benches, columns);
criterion_main!(benches);
