//! What is withheld of a table of 20 by 20 by 12 months with all of its margins, beside the same tables in full.

#![expect(clippy::unwrap_used, reason = "a bench may stop at a broken assumption")]

use assize::io::Format;
use assize::measures::RowState;
use assize::model::civil::Date;
use assize::{Data, Evaluation, Results, RuleSet};
use criterion::{Criterion, criterion_group, criterion_main};
use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Cursor;

/// All eight tables of two breakdowns and months.
fn rules(suppress: &str) -> RuleSet {
    let mut text = "ruleset bench version \"1\" {}
record P { id : text key  a : integer  b : integer  charged : boolean  on : date }\n"
        .to_owned();
    for (at, (by, every)) in (0..).zip(
        ["", "by a", "by b", "by a, b"].into_iter().flat_map(|by| ["", "every month of on"].map(|every| (by, every))),
    ) {
        writeln!(text, "measure m{at} of P {{ numerator charged  as rate per 100  {by}  {every}  {suppress} }}")
            .unwrap();
    }
    RuleSet::compile("bench.assize", &text).unwrap()
}

/// So many records, a third of them charged; the values of each breakdown get rarer by `skew`.
fn records(count: u64, skew: u32) -> String {
    let mut text = "id,a,b,charged,on\n".to_owned();
    let mut state = 7_u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for id in 0..count {
        let mut rare = |below: u64| (0..skew).map(|_| next(below)).min().unwrap();
        let (a, b) = (rare(20), rare(20));
        let (month, charged) = (next(12) + 1, if next(3) == 0 { "y" } else { "n" });
        writeln!(text, "{id},{a},{b},{charged},2025-{month:02}-15").unwrap();
    }
    text
}

fn run(rules: &RuleSet, records: &str) -> Results {
    let mut evaluation = Evaluation::new(rules, Date::from_ymd(2026, 1, 1).unwrap());
    evaluation.data("P", Data::Stream(Box::new(Cursor::new(records.to_owned())), Format::Csv)).unwrap();
    evaluation.run().unwrap()
}

fn disclosure(c: &mut Criterion) {
    let mut group = c.benchmark_group("disclosure");
    group.sample_size(10);
    for (name, count, skew) in [("dense", 200_000, 1), ("half small", 60_000, 1), ("mostly small", 30_000, 2)] {
        let records = records(count, skew);
        let withheld = rules("suppress below 5");
        let results = run(&withheld, &records);
        let (mut rows, mut small) = (0, 0);
        for row in results.measures.iter().flat_map(|(_, table)| &table.rows) {
            rows += 1;
            small += usize::from(matches!(row.state, RowState::Withheld(_)));
        }
        let primary = run(&rules(""), &records)
            .measures
            .iter()
            .flat_map(|(_, table)| &table.rows)
            .filter(|row| {
                let rest = row.stages.denominator - row.stages.numerator;
                [row.stages.numerator, rest, row.stages.denominator].iter().any(|count| (1..5).contains(count))
            })
            .count();
        let name = format!("{name}: {rows} rows, {primary} small, {small} withheld");
        group.bench_function(format!("{name}; withheld"), |b| b.iter(|| black_box(run(&withheld, &records))));
        let full = rules("");
        group.bench_function(format!("{name}; in full"), |b| b.iter(|| black_box(run(&full, &records))));
    }
    group.finish();
}

criterion_group!(benches, disclosure);
criterion_main!(benches);
