//! A decision table of 1,000 and of 10,000 rows over six columns: a million records in columns, records one at a time,
//! and the check of the table itself. The rows of both match the same records, so that only those that cannot match are
//! more.

#![expect(clippy::unwrap_used, reason = "a bench may stop at a broken assumption")]

use assize::RuleSet;
use assize::eval::batch::{Detail, Frame, Inputs, Plan, Request, Run};
use assize::model::civil::Date;
use assize::model::column::{Column, Table, Values};
use assize::model::ids::{CategoryId, Code, FieldId, RecordId};
use assize_benches::Random;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::fmt::Write as _;
use std::hint::black_box;

const RECORDS: usize = 1_000_000;

/// The rule file: a row for each block of a hundred days, and as many with days that no record has as it takes.
fn rules(rows: usize) -> String {
    let list = |name: &str, sign: &str, count: usize| {
        let codes: Vec<String> = (0..count).map(|n| format!("{sign}{n}")).collect();
        format!("codes {name} {{ {} }}\n", codes.join(" "))
    };
    let mut out = format!(
        "ruleset t version \"1\" {{ }}\n{}{}{}record Person {{ age : integer calls : integer days : integer kind : Kind \
         zone : Zone armed : boolean }}\ntable answer of Person -> Answer hit first {{\n\
         | age | calls | days | kind | zone | armed | -> answer |\n",
        list("Kind", "k", 10),
        list("Zone", "z", 20),
        list("Answer", "a", 20)
    );
    for row in 0..rows {
        let (age, calls) = (row % 50 * 2, row % 7 * 4);
        let days = if row < 1_000 { row / 10 * 4 } else { 1_000_000 + row * 2 };
        let (kind, zone, answer) = (row % 10, row * 7 % 20, row % 20);
        let armed = if row % 3 == 0 { "yes" } else { "-" };
        let _ = writeln!(
            out,
            "| {age}..{} | >= {calls} | {days}..{} | k{kind} | z{zone} | {armed} | a{answer} |",
            age + 40,
            days + 120
        );
    }
    out.push_str("| - | - | - | - | - | - | none |\n}\n");
    out
}

fn records(random: &mut Random) -> Table {
    let column = |values: Values| Some(Column { values, known: None, absent: Vec::new() });
    let mut numbers = |below: u64| (0..RECORDS).map(|_| random.below(below) as i64).collect::<Vec<_>>();
    let (age, calls, days) = (numbers(100), numbers(30), numbers(400));
    let mut codes = |below: u64| numbers(below).into_iter().map(|n| n as u16).collect::<Vec<_>>();
    let (kind, zone) = (codes(10), codes(20));
    let armed: Vec<bool> = numbers(2).into_iter().map(|n| n == 1).collect();
    Table {
        record: RecordId(0),
        rows: RECORDS,
        columns: vec![
            column(Values::Integer(age.into())),
            column(Values::Integer(calls.into())),
            column(Values::Integer(days.into())),
            column(Values::Code(kind.into())),
            column(Values::Code(zone.into())),
            column(Values::Boolean(armed.into())),
        ],
        bad: Vec::new(),
    }
}

fn tables(c: &mut Criterion) {
    let mut group = c.benchmark_group("decision tables");
    group.sample_size(10);
    let mut random = Random(5);
    let table = records(&mut random);
    for rows in [1_000, 10_000] {
        let text = rules(rows);
        let compiled = RuleSet::compile("table.assize", &text).unwrap();
        let program = compiled.program();
        let inputs = Inputs { as_of: Date::from_ymd(2026, 1, 1).unwrap(), params: Vec::new() };
        for (name, detail) in [("value and state", Detail::States), ("with reasons", Detail::Reasons)] {
            let request = Request { categories: vec![(CategoryId(0), detail)], nodes: Vec::new() };
            let plan = Plan::new(program, RecordId(0), &request).unwrap();
            let mut run = Run::new(program, &plan, &inputs).unwrap();
            group.throughput(Throughput::Elements(RECORDS as u64));
            group.bench_function(BenchmarkId::new(name, rows), |b| {
                b.iter(|| black_box(run.batch(&Frame::new(&table, &[])).unwrap()));
            });
        }
        group.throughput(Throughput::Elements(1));
        let mut session = compiled.session(&compiled.inputs(Date::from_ymd(2026, 1, 1).unwrap()));
        group.bench_function(BenchmarkId::new("one record", rows), |b| {
            let mut at = 0_i64;
            b.iter(|| {
                at += 1;
                session.begin(RecordId(0)).unwrap();
                session.set_integer(FieldId(0), at % 100).unwrap();
                session.set_integer(FieldId(1), at % 30).unwrap();
                session.set_integer(FieldId(2), at % 400).unwrap();
                session.set_code(FieldId(3), Code((at % 10) as u16)).unwrap();
                session.set_code(FieldId(4), Code((at % 20) as u16)).unwrap();
                session.set_boolean(FieldId(5), at % 2 == 0).unwrap();
                black_box(session.evaluate(CategoryId(0)).unwrap().value())
            });
        });
        group.bench_function(BenchmarkId::new("compiled and checked", rows), |b| {
            b.iter(|| RuleSet::compile("table.assize", black_box(&text)).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, tables);
criterion_main!(benches);
