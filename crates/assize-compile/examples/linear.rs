//! Times reading and checking of rule files of growing length, to see that the time grows with the length alone.

#![expect(clippy::print_stdout, reason = "an example shows its numbers")]

use assize_compile::{compile, compile_sources};
use assize_lang::source::{FileId, Source, SourceMap};
use std::fmt::Write;
use std::time::Instant;

/// A ruleset of so many criteria, in categories of a hundred; every other criterion goes through a `let`.
fn rules(criteria: usize) -> String {
    let mut out = String::from(
        "ruleset big version \"1\"\ncodes Kind { theft harm other }\nordered codes Level { low middle high }\n\
         record Person { id : text key  age : integer  born : date  charges : many Charge by person }\n\
         record Charge { person : text  on : date  kind : Kind  value : decimal }\n",
    );
    for n in 0..criteria {
        if n % 100 == 0 {
            let category = n / 100;
            let _ = writeln!(out, "category c{category} of Person -> Level {{\n  hit highest");
        }
        let level = ["low", "middle", "high"].get(n % 3).unwrap_or(&"low");
        let _ = match n % 4 {
            0 => writeln!(out, "  {level} when t{n} : age >= {n} and born < 2000-01-01"),
            1 => writeln!(out, "  {level} when t{n} : any charges where kind = theft and value > {n}.5"),
            2 => writeln!(out, "  {level} when t{n} : (count charges where on within {n} days before as_of) >= 2"),
            _ => writeln!(out, "  {level} when t{n} : l{n} >= 3"),
        };
        if n % 100 == 99 || n + 1 == criteria {
            let _ = writeln!(out, "}}");
        }
    }
    for n in (3..criteria).step_by(4) {
        let _ = writeln!(out, "let l{n} of Person = (count charges where kind in {{theft, harm}}) + age - {n}");
    }
    out
}

fn main() {
    println!("{:>9} {:>10} {:>10} {:>10} {:>14}", "criteria", "bytes", "read ms", "check ms", "µs a criterion");
    for criteria in [100, 1_000, 10_000, 100_000] {
        let text = rules(criteria);
        let mut sources = SourceMap::default();
        let source = Source::new("big.assize", text.clone());
        let start = Instant::now();
        let (file, faults) = assize_lang::parse(FileId(0), &source);
        let read = start.elapsed();
        assert!(faults.is_empty(), "{faults:?}");
        sources.add(source);
        let files = [file];
        let start = Instant::now();
        let (program, faults) = compile(&files, &sources);
        let check = start.elapsed();
        assert!(program.is_some(), "{:?}", faults.first());
        let each = (read + check).as_secs_f64() * 1e6 / criteria as f64;
        let (read, check) = (read.as_secs_f64() * 1e3, check.as_secs_f64() * 1e3);
        println!("{criteria:>9} {:>10} {read:>10.2} {check:>10.2} {each:>14.2}", text.len());
    }
    // The same through the one call that most callers make.
    let mut sources = SourceMap::default();
    sources.add(Source::new("big.assize", rules(1_000)));
    let start = Instant::now();
    let compiled = compile_sources(sources);
    println!("1,000 criteria, sources to program: {:.2} ms", start.elapsed().as_secs_f64() * 1e3);
    assert!(compiled.program.is_some());
}
