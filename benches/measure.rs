//! A rate by two breakdowns and months over a million records, beside one pass by hand.

#![expect(clippy::unwrap_used, reason = "a bench may stop at a broken assumption")]

use assize::RuleSet;
use assize::eval::batch::{Frame, Inputs, Plan, Request, Run};
use assize::measures::{MeasurePlan, MeasureState, Wanted};
use assize::model::ids::{MeasureId, RecordId};
use assize_benches::notified::{Notified, as_of};
use assize_benches::rules::MEASURE;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::sync::Arc;

fn measure(c: &mut Criterion) {
    let rules = RuleSet::compile("measure.assize", MEASURE).unwrap();
    let program = rules.program();
    let inputs = Inputs { as_of: as_of(), params: Vec::new() };
    let rows = 1_000_000;
    let notified = Notified::new(rows);
    let table = notified.table();
    let mut wanted = Wanted::default();
    let plan = Arc::new(MeasurePlan::new(program, MeasureId(0), "bench", &mut wanted).unwrap());
    let request = Request { categories: Vec::new(), nodes: wanted.nodes };
    let batch = Plan::new(program, RecordId(0), &request).unwrap();
    let mut run = Run::new(program, &batch, &inputs).unwrap();
    let mut count = || {
        let mut state = MeasureState::new(Arc::clone(&plan));
        run.batch_with(&Frame::new(&table, &[]), &mut |chunk| state.update(chunk).unwrap()).unwrap();
        state
    };
    // The engine and the loop count the same.
    let total: u64 = notified.by_hand().iter().map(|count| count.numerator).sum();
    let counted: u64 = count().finish(program).rows.iter().map(|row| row.stages.numerator).sum();
    assert_eq!(total, counted);

    let mut group = c.benchmark_group("measure");
    group.sample_size(20);
    group.throughput(Throughput::Elements(rows as u64));
    group.bench_function("rate by two breakdowns and months", |b| b.iter(|| black_box(count())));
    group.bench_function("by hand, one pass", |b| b.iter(|| black_box(notified.by_hand())));
    group.finish();
}

criterion_group!(benches, measure);
criterion_main!(benches);
