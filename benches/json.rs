//! One record from JSON text to JSON text: a seven-field object read, evaluated, and its outcome written. The same
//! records are gone through in another order each time, so that no branch predictor learns them by heart.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench may stop at a broken assumption")]

use assize::RuleSet;
use assize::model::civil::Date;
use assize::model::ids::{CategoryId, RecordId};
use assize::record::Form;
use assize_benches::rules::{CHILDREN, SEVEN};
use assize_benches::seven::{Flags, Numbers, Seven};
use assize_benches::{Random, shuffled};
use assize_report::outcome::Writer;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::fmt::Write as _;
use std::hint::black_box;

const ROWS: usize = 10_000;

/// How an object is written.
#[derive(Clone, Copy)]
struct Style {
    /// Between a name and its value, and between members.
    blank: &'static str,
    /// In another order than the record's, which is not the same for all.
    mixed: bool,
    /// With members that the record does not have.
    strangers: bool,
}

fn objects(seven: &Seven, style: Style) -> Vec<String> {
    let mut random = Random(5);
    let known = |bits: &[u64], row: usize| bits[row / 64] >> (row % 64) & 1 == 1;
    let number = |column: &Numbers, row: usize| match known(&column.known, row) {
        true => column.values[row].to_string(),
        false => "null".to_owned(),
    };
    let flag = |column: &Flags, row: usize| match (known(&column.known, row), known(&column.yes, row)) {
        (true, yes) => yes.to_string(),
        _ => "null".to_owned(),
    };
    let object = |row: usize| {
        let mut members = vec![
            ("age", number(&seven.age, row)),
            ("felon", flag(&seven.felon, row)),
            ("weapon", flag(&seven.weapon, row)),
            ("injury", flag(&seven.injury, row)),
            ("charges", number(&seven.charges, row)),
            ("breaches", number(&seven.breaches, row)),
            ("calls", number(&seven.calls, row)),
        ];
        if style.strangers {
            members.insert(2, ("name", "\"Some One\"".to_owned()));
            members.insert(5, ("address", "{\"street\":\"1 Long Road\",\"lines\":[1,2]}".to_owned()));
        }
        if style.mixed {
            let order = shuffled(&mut random, members.len());
            members = order.into_iter().map(|at| members[at].clone()).collect();
        }
        let mut text = String::from("{");
        for (at, (name, value)) in members.iter().enumerate() {
            let (comma, blank) = (if at == 0 { "" } else { "," }, style.blank);
            let gap = if at == 0 { "" } else { blank };
            write!(text, "{comma}{gap}\"{name}\":{blank}{value}").unwrap();
        }
        text + "}"
    };
    (0..seven.rows).map(object).collect()
}

fn json(c: &mut Criterion) {
    let rules = RuleSet::compile("seven.assize", SEVEN).unwrap();
    let (person, list) = (RecordId(0), CategoryId(0));
    let mut session = rules.session(&rules.inputs(Date::from_ymd(2026, 1, 1).unwrap()));
    let mut form = Form::new(rules.plan());
    let mut writer = Writer::new(rules.program(), list).unwrap();
    let (whole, gapped) = (Seven::new(ROWS, 0), Seven::new(ROWS, 3));
    let mut random = Random(3);
    let mut faults = Vec::new();
    let mut out = Vec::new();
    let mut group = c.benchmark_group("one record, JSON");
    group.throughput(Throughput::Elements(ROWS as u64));
    let plain = Style { blank: "", mixed: false, strangers: false };
    let cases = [
        ("read, evaluate, write: all values there", &whole, plain),
        ("read, evaluate, write: 3 % missing", &gapped, plain),
        ("read, evaluate, write: blanks, as Python writes", &whole, Style { blank: " ", ..plain }),
        ("read, evaluate, write: members in any order", &whole, Style { mixed: true, ..plain }),
        ("read, evaluate, write: members of others between", &whole, Style { strangers: true, ..plain }),
    ];
    for (name, seven, style) in cases {
        let objects = objects(seven, style);
        group.bench_function(name, |b| {
            b.iter_batched(
                || shuffled(&mut random, ROWS),
                |order| {
                    let mut sum = 0;
                    for row in order {
                        form.json(&mut session, person, objects[row].as_bytes(), &mut faults).unwrap();
                        out.clear();
                        writer.write(&mut session.evaluate(list).unwrap(), Some("1"), &mut out).unwrap();
                        sum += out.len();
                    }
                    black_box(sum)
                },
                BatchSize::LargeInput,
            );
        });
        assert!(faults.is_empty());
    }
    let objects = objects(&whole, plain);
    group.bench_function("read alone", |b| {
        b.iter_batched(
            || shuffled(&mut random, ROWS),
            |order| {
                for row in order {
                    black_box(form.json(&mut session, person, objects[row].as_bytes(), &mut faults).unwrap());
                }
            },
            BatchSize::LargeInput,
        );
    });
    let faulty: Vec<String> = objects.iter().map(|object| object.replacen(":", ":\"x\",\"a\":", 1)).collect();
    let broken: Vec<String> = objects.iter().map(|object| object.replacen(",", ",,", 1)).collect();
    for (name, objects) in [("read alone: a field that cannot be read", faulty), ("read alone: no JSON", broken)] {
        group.bench_function(name, |b| {
            b.iter(|| {
                for object in &objects {
                    faults.clear();
                    let _ = black_box(form.json(&mut session, person, object.as_bytes(), &mut faults));
                }
                assert_eq!(faults.len(), 1);
            });
        });
    }
    group.finish();
}

/// Records with children inside them: from none to six charges.
fn children(c: &mut Criterion) {
    let rules = RuleSet::compile("charged.assize", CHILDREN).unwrap();
    let (person, list) = (rules.program().record_named("Person").unwrap(), CategoryId(0));
    let mut session = rules.session(&rules.inputs(Date::from_ymd(2026, 1, 1).unwrap()));
    let mut form = Form::new(rules.plan());
    let mut writer = Writer::new(rules.program(), list).unwrap();
    let mut random = Random(9);
    let mut object = |id: usize| {
        let charges: Vec<String> = (0..random.below(7))
            .map(|_| {
                let (month, day) = (1 + random.below(12), 1 + random.below(28));
                let (weapon, amount) = (random.below(9) == 0, random.below(1_000));
                format!("{{\"on\":\"2025-{month:02}-{day:02}\",\"weapon\":{weapon},\"amount\":{amount}}}")
            })
            .collect();
        format!("{{\"id\":{id},\"charges\":[{}]}}", charges.join(","))
    };
    let objects: Vec<String> = (0..ROWS).map(&mut object).collect();
    let (mut faults, mut out) = (Vec::new(), Vec::new());
    let mut group = c.benchmark_group("one record with children, JSON");
    group.throughput(Throughput::Elements(ROWS as u64));
    group.bench_function("read, evaluate, write: three charges, on average", |b| {
        b.iter(|| {
            let mut sum = 0;
            for object in &objects {
                form.json(&mut session, person, object.as_bytes(), &mut faults).unwrap();
                out.clear();
                writer.write(&mut session.evaluate(list).unwrap(), Some("1"), &mut out).unwrap();
                sum += out.len();
            }
            black_box(sum)
        });
    });
    assert!(faults.is_empty());
    group.finish();
}

criterion_group!(benches, json, children);
criterion_main!(benches);
