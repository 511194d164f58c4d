//! Parsing and checking rule files of 100, 1,000 and 10,000 criteria.

use assize::RuleSet;
use assize_benches::rules::criteria;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

fn compile(c: &mut Criterion) {
    let mut group = c.benchmark_group("parse and check");
    group.sample_size(10);
    for count in [100, 1_000, 10_000] {
        let text = criteria(count);
        group.throughput(Throughput::Elements(count as u64));
        group.bench_with_input(BenchmarkId::from_parameter(count), &text, |b, text| {
            b.iter(|| RuleSet::compile("criteria.assize", text).map(|rules| rules.program().nodes.len()));
        });
    }
    group.finish();
}

criterion_group!(benches, compile);
criterion_main!(benches);
