//! How fast delimited text becomes columns: `cargo run --release -p assize-io --example rate [MEGABYTES]`.

#![allow(clippy::print_stdout, clippy::indexing_slicing, clippy::unwrap_used, reason = "a measurement, run by hand")]

#[path = "../tests/common/mod.rs"]
mod common;

use assize_io::{Format, Options, Reader};
use assize_model::program::Program;
use assize_model::ty::Ty;
use common::{FIRST, LIST, codes, field, program, record};
use std::fmt::Write as _;
use std::io::Cursor;
use std::time::Instant;

fn text(bytes: usize, columns: &[&str]) -> (String, usize) {
    let mut text = columns.join(",");
    text.push('\n');
    let mut rows = 0_usize;
    let mut seed = 1_u64;
    while text.len() < bytes {
        for (at, column) in columns.iter().enumerate() {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            if at > 0 {
                text.push(',');
            }
            let n = seed % 1000;
            match *column {
                "id" => write!(text, "P-{rows:07}").unwrap(),
                _ if n < 30 => {}
                "count" => write!(text, "{n}").unwrap(),
                "amount" => write!(text, "{}.{:02}", n * 17, n % 100).unwrap(),
                "on" => write!(text, "20{:02}-{:02}-{:02}", n % 30, n % 12 + 1, n % 28 + 1).unwrap(),
                "flag" => text.push_str(if n.is_multiple_of(2) { "yes" } else { "no" }),
                "note" => write!(text, "\"said \"\"{n}\"\", twice\"").unwrap(),
                _ => text.push_str(["Violent", "Property", "Drug", "Public order", "Other"][n as usize % 5]),
            }
        }
        text.push('\n');
        rows += 1;
    }
    (text, rows)
}

/// Seconds that this thread has been running, where the system tells: other work on the machine does not count then.
fn seconds(since: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanos.map_or_else(|| since.elapsed().as_secs_f64(), |nanos| nanos / 1e9)
}

/// The same rows as JSON Lines, every value a text or null.
fn lines(text: &str) -> String {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().unwrap().clone();
    let mut lines = String::new();
    for row in reader.records() {
        let value = |cell: &str| if cell.is_empty() { serde_json::Value::Null } else { cell.into() };
        let object: serde_json::Map<_, _> =
            names.iter().zip(row.unwrap().iter()).map(|(name, cell)| (name.into(), value(cell))).collect();
        writeln!(lines, "{}", serde_json::Value::Object(object)).unwrap();
    }
    lines
}

fn run(name: &str, bytes: usize, program: &Program, columns: &[&str], options: &Options, format: Format) {
    let (text, rows) = text(bytes, columns);
    let text = if format == Format::JsonLines { lines(&text) } else { text }.into_bytes();
    let length = text.len();
    let mut best = f64::MAX;
    for _ in 0..5 {
        let input = Box::new(Cursor::new(text.clone()));
        let begun = Instant::now();
        let start = seconds(begun);
        let mut reader = Reader::from_stream(input, format, program, FIRST, options).unwrap();
        let mut read = 0;
        while let Some(batch) = reader.next_batch(65_536).unwrap() {
            read += batch.table.rows;
        }
        let took = seconds(begun) - start;
        assert_eq!(reader.counts().faults, 0);
        // A blank line is no row.
        assert!(read == rows || columns.len() == 1);
        best = best.min(took);
    }
    println!(
        "{name:>20}: {:>6.0} MB/s {:>6.1} ns a row {:>5.1} ns a cell",
        length as f64 / best / 1e6,
        best * 1e9 / rows as f64,
        best * 1e9 / (rows * columns.len()) as f64
    );
}

fn main() {
    let bytes = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(64_usize) << 20;
    let list = codes(
        "Kind",
        &[
            ("violent", &["Violent"]),
            ("property", &["Property"]),
            ("drug", &["Drug"]),
            ("order", &["Public order"]),
            ("other", &["Other"]),
        ],
        &[],
    );
    let all = [
        ("id", Ty::Text),
        ("kind", Ty::Code(LIST)),
        ("count", Ty::Integer),
        ("amount", Ty::Decimal),
        ("on", Ty::Date),
        ("flag", Ty::Boolean),
        ("note", Ty::Text),
    ];
    let no_keys = Options { unique_keys: false, ..Options::default() };
    for (name, ty) in all {
        let program = program(vec![list.clone()], vec![record("R", None, vec![field(name, ty)])]);
        run(name, bytes, &program, &[name; 1], &no_keys, Format::Csv);
    }
    let names: Vec<&str> = all.iter().map(|&(name, _)| name).collect();
    let fields = || all.iter().map(|&(name, ty)| field(name, ty)).collect();
    let nothing = program(vec![], vec![record("R", None, vec![])]);
    let keyless = program(vec![list.clone()], vec![record("R", None, fields())]);
    let keyed = program(vec![list], vec![record("R", Some(0), fields())]);
    run("none of seven", bytes, &nothing, &names, &no_keys, Format::Csv);
    run("all seven", bytes, &keyless, &names, &no_keys, Format::Csv);
    run("all, keys unique", bytes, &keyed, &names, &Options::default(), Format::Csv);
    run("all, JSON Lines", bytes, &keyless, &names, &no_keys, Format::JsonLines);
}
