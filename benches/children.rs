//! A million parents with ten million children: three aggregates of each, grouping included, beside one pass by hand.

#![expect(clippy::unwrap_used, reason = "a bench may stop at a broken assumption")]

use assize::RuleSet;
use assize::eval::batch::{ChildIndex, Detail, Frame, Inputs, Link, Plan, Request, Run};
use assize::model::ids::{CategoryId, FieldId, RecordId};
use assize_benches::charges::{Children, Order, Totals, as_of};
use assize_benches::rules::CHILDREN;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

fn aggregates(c: &mut Criterion) {
    let rules = RuleSet::compile("children.assize", CHILDREN).unwrap();
    let program = rules.program();
    let inputs = Inputs { as_of: as_of(), params: Vec::new() };
    let mut group = c.benchmark_group("children");
    group.sample_size(10);
    let parents = 1_000_000;
    for (name, order) in [("by parent", Order::ByParent), ("shuffled", Order::Shuffled)] {
        let children = Children::new(parents, 10, order);
        let (people, charges) = (children.parent_table(), children.child_table());
        group.throughput(Throughput::Elements(parents as u64 * 10));
        let request = Request { categories: vec![(CategoryId(0), Detail::States)], nodes: Vec::new() };
        let plan = Plan::new(program, RecordId(0), &request).unwrap();
        let mut run = Run::new(program, &plan, &inputs).unwrap();
        let id = people.column(FieldId(0)).unwrap();
        let by = charges.column(FieldId(0)).unwrap();
        group.bench_function(BenchmarkId::new("group and categorise", name), |b| {
            b.iter(|| {
                let index = ChildIndex::new(by, charges.rows).unwrap();
                let mut at = 0;
                while at < people.rows {
                    let to = (at + (1 << 16)).min(people.rows);
                    let families = index.find(id, at..to).unwrap();
                    let link = Link {
                        field: FieldId(1),
                        table: &charges,
                        spans: families.spans(&index),
                        order: None,
                        links: &[],
                    };
                    black_box(run.batch(&Frame { table: &people, rows: at..to, links: &[link] }).unwrap());
                    at = to;
                }
            });
        });
        let mut totals = Totals::default();
        group.bench_function(BenchmarkId::new("by hand, one pass", name), |b| {
            b.iter(|| {
                children.by_hand(&mut totals);
                black_box(&totals);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, aggregates);
criterion_main!(benches);
