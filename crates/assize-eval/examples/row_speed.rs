//! How long one record takes: a rule of seven fields and four lists, filled in and evaluated over and over.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement, which prints, and ends when something is not as it should be"
)]

/// The crate, from without.
mod engine {
    pub use assize_eval::{outcome, row};
}
#[path = "../src/row/tests/rules.rs"]
mod support;

use assize_eval::outcome::Chosen;
use assize_model::civil::Date;
use assize_model::ids::FieldId;
use assize_model::program::Hit;
use assize_model::value::Value;
use std::hint::black_box;
use std::time::Instant;

fn main() {
    let mut rules = support::Rules::new();
    rules.list("Level", "D C B A");
    rules.param("threshold", Value::Integer(3));
    let record = rules.record(
        "Offender",
        "felon:boolean weapon:boolean named:boolean charges:integer breaches:integer calls:integer born:date",
    );
    let category = rules.category(
        record,
        "level",
        "Level",
        Hit::First,
        "(>= (between years born as_of) 18)",
        "A: armed = (and felon weapon); chronic = (>= charges $threshold)
         B: repeat = (= charges 2); breach = (>= breaches 1)
         C: first = (= charges 1); calls = (> calls 4)
         D: complaint = (and named (>= calls 1)); call = (> calls 2)",
        "none",
    );
    let mut session = rules.session();
    let field = |n: u32| FieldId(n);
    // Records that end in different places, so that branches are not all foreseen.
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    let mut records: Vec<(u64, Date)> =
        (0..1024).map(|_| (random(), Date::from_days((random() % 20_000) as i32 - 5000).unwrap())).collect();
    // An adult whose first true criterion is in the third list.
    records[0] = (0b01 << 24 | 0b101 << 16 | 0b01 << 8 | 0b1111, Date::from_days(5_000).unwrap());
    for mixed in [false, true] {
        let rounds = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(4_000_000_usize);
        let mut best = (f64::MAX, f64::MAX);
        let mut sum = 0_u64;
        for _ in 0..7 {
            let pass = |evaluate: bool, sum: &mut u64, session: &mut assize_eval::row::Session| {
                let start = Instant::now();
                for n in 0..rounds {
                    let (bits, born) = records[if mixed { n % 1024 } else { 0 }];
                    let _ = session.begin(record);
                    let _ = session.set_boolean(field(0), bits & 3 == 0);
                    let _ = session.set_boolean(field(1), bits & 4 == 0);
                    let _ = session.set_boolean(field(2), bits & 8 == 0);
                    let _ = session.set_integer(field(3), (bits >> 8 & 3) as i64);
                    let _ = session.set_integer(field(4), (bits >> 16 & 7) as i64 - 5);
                    let _ = session.set_integer(field(5), (bits >> 24 & 3) as i64);
                    let _ = session.set_date(field(6), born);
                    if evaluate {
                        let outcome = session.evaluate(category).unwrap();
                        *sum += outcome.state() as u64 + outcome.because().map(u64::from).sum::<u64>();
                        if let Chosen::One(code) = outcome.chosen() {
                            *sum += u64::from(code.0 & 7);
                        }
                    }
                    black_box(&mut *session);
                }
                start.elapsed().as_nanos() as f64 / rounds as f64
            };
            best.0 = best.0.min(pass(false, &mut sum, &mut session));
            best.1 = best.1.min(pass(true, &mut sum, &mut session));
        }
        println!(
            "{}: filled in {:.1} ns, filled in and evaluated {:.1} ns, evaluated {:.1} ns ({sum})",
            if mixed { "1024 records" } else { "one record" },
            best.0,
            best.1,
            best.1 - best.0
        );
    }
}
