//! A million people with ten million dated events: where each has moved to, beside a fold by hand over the same sorted
//! events. Grouping the events by person is measured apart, as the fold by hand has no need of it.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench may stop at a broken assumption")]

use assize::RuleSet;
use assize::eval::batch::{ChildIndex, Detail, Frame, Inputs, Link, Plan, Request, Run};
use assize::model::ids::{FieldId, RecordId};
use assize_benches::charges::as_of;
use assize_benches::moved::{Events, RULES};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

fn moved(c: &mut Criterion) {
    let rules = RuleSet::compile("moved.assize", RULES).unwrap();
    let program = rules.program();
    let inputs = Inputs { as_of: as_of(), params: Vec::new() };
    let people = 1_000_000;
    let events = Events::new(people, 10);
    let (persons, charges) = (events.people_table(), events.events_table());
    let request = Request { categories: vec![(program.progressions[0].category, Detail::States)], nodes: Vec::new() };
    let plan = Plan::new(program, RecordId(0), &request).unwrap();
    let mut run = Run::new(program, &plan, &inputs).unwrap();
    let id = persons.column(FieldId(0)).unwrap();
    let by = charges.column(FieldId(0)).unwrap();
    let index = ChildIndex::new(by, charges.rows).unwrap();
    let families: Vec<_> = (0..people)
        .step_by(1 << 16)
        .map(|at| (at, (at + (1 << 16)).min(people)))
        .map(|(at, to)| (at, to, index.find(id, at..to).unwrap()))
        .collect();
    let mut levels = Vec::new();
    events.by_hand(&mut levels);

    let mut group = c.benchmark_group("moved");
    group.sample_size(10);
    group.throughput(Throughput::Elements(events.person.len() as u64));
    let mut checked = false;
    group.bench_function("progression", |b| {
        b.iter(|| {
            for (at, to, families) in &families {
                let spans = families.spans(&index);
                let link = Link { field: FieldId(1), table: &charges, spans, order: None, links: &[] };
                let columns = run.batch(&Frame { table: &persons, rows: *at..*to, links: &[link] }).unwrap();
                if !checked {
                    assert_eq!(columns[0].value, levels[*at..*to], "the fold by hand says the same");
                }
                run.reuse(black_box(columns));
            }
            checked = true;
        });
    });
    group.bench_function("by hand", |b| {
        b.iter(|| {
            events.by_hand(&mut levels);
            black_box(&levels);
        });
    });
    group.bench_function("grouping by person, and progression", |b| {
        b.iter(|| {
            let index = ChildIndex::new(by, charges.rows).unwrap();
            let mut at = 0;
            while at < people {
                let to = (at + (1 << 16)).min(people);
                let families = index.find(id, at..to).unwrap();
                let spans = families.spans(&index);
                let link = Link { field: FieldId(1), table: &charges, spans, order: None, links: &[] };
                let columns = run.batch(&Frame { table: &persons, rows: at..to, links: &[link] }).unwrap();
                run.reuse(black_box(columns));
                at = to;
            }
        });
    });
    group.finish();
}

criterion_group!(benches, moved);
criterion_main!(benches);
