//! A function of a rule for each record, beside Rhai called directly for as many.

#![expect(clippy::unwrap_used, reason = "a bench may stop at a broken assumption")]

use assize::model::civil::Date;
use assize::model::ids::{CategoryId, FieldId, RecordId};
use assize::{Inputs, RuleSet};
use assize_benches::Random;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rhai::{AST, CallFnOptions, Engine, Scope};
use std::hint::black_box;

const ROWS: usize = 10_000;
const BODY: &str = "if charges > 3 { charges * 2 + age } else { age - charges }";

fn function(c: &mut Criterion) {
    let text = format!(
        "ruleset f version \"1\"\nordered codes Level {{ low high }}\n\
         record P {{ id : integer key  age : integer  charges : integer }}\n\
         function weight(age : integer, charges : integer) -> integer = rhai {{ {BODY} }}\n\
         category level of P -> Level {{ high when heavy : weight(age, charges) > 40  otherwise low }}\n"
    );
    let rules = RuleSet::compile("function.assize", &text).unwrap();
    let inputs = Inputs::new(rules.program(), Date::from_ymd(2026, 1, 1).unwrap());
    let mut session = rules.session(&inputs);
    let mut random = Random(9);
    let rows: Vec<(i64, i64)> = (0..ROWS).map(|_| (random.below(80) as i64, random.below(6) as i64)).collect();

    let engine = Engine::new();
    let ast: AST = engine.compile(format!("fn weight(age, charges) {{ {BODY} }}")).unwrap();

    let mut group = c.benchmark_group("function");
    group.throughput(Throughput::Elements(ROWS as u64));
    group.bench_function("one record through a session", |b| {
        b.iter(|| {
            let mut high = 0;
            for &(age, charges) in &rows {
                session.begin(RecordId(0)).unwrap();
                session.set_integer(FieldId(1), age).unwrap();
                session.set_integer(FieldId(2), charges).unwrap();
                let outcome = session.evaluate(CategoryId(0)).unwrap();
                high += outcome.value().map_or(0, |code| usize::from(code.0));
            }
            black_box(high)
        });
    });
    group.bench_function("rhai called directly", |b| {
        b.iter(|| {
            let mut high = 0;
            for &(age, charges) in &rows {
                let options = CallFnOptions::new().eval_ast(false).rewind_scope(false);
                let weight: i64 =
                    engine.call_fn_with_options(options, &mut Scope::new(), &ast, "weight", (age, charges)).unwrap();
                high += usize::from(weight > 40);
            }
            black_box(high)
        });
    });
    group.finish();
}

criterion_group!(benches, function);
criterion_main!(benches);
