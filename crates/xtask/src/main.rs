//! `cargo xtask`: set-up, generated files, installation and the whole test run.
//!
//! | command | what it does |
//! |---|---|
//! | `cargo xtask test` | every test: Rust, the C examples, the Python package; one line of counts at the end |
//! | `cargo xtask ci` | the same, after formatting and clippy |
//! | `cargo xtask python` | the Python package, built and tested in `target/python` |
//! | `cargo xtask spark` | `assize.spark` on a real cluster, in `target/doors`; installs Spark, and Java where there is none |
//! | `cargo xtask sql` | `assize sql` in DuckDB and PostgreSQL, which are installed where they are not there |
//! | `cargo xtask c-install PREFIX` | the C library, its headers, and its pkg-config and CMake files, release build |
//! | `cargo xtask header` | writes `bindings/c/include/assize.h` anew |
//! | `cargo xtask report` | the reports of every pack in a real browser: what fails, and pictures in `target/report-pictures` |
//! | `cargo xtask sanitize` | the C library's handles and the Arrow edge under AddressSanitizer |
//! | `cargo xtask differential [PROGRAMS]` | the longer run of generated programs, row against batch |

mod c;
mod command;
mod doors;
mod python;
mod report;
mod run;
mod tally;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next();
    let rest: Vec<String> = args.collect();
    match (command.as_deref(), rest.as_slice()) {
        (Some("test"), []) => run::test(false),
        (Some("ci"), []) => run::test(true),
        (Some("python"), []) => run::python(),
        (Some("spark"), []) => doors::spark(),
        (Some("sql"), []) => doors::sql(),
        (Some("c-install"), [prefix]) => command::exit(c::install(Path::new(prefix))),
        (Some("header"), []) => command::exit(c::header()),
        (Some("report"), []) => command::exit(report::look(true, false).map(|_| ())),
        (Some("sanitize"), []) => command::exit(c::sanitize()),
        (Some("differential"), rest) => run::differential(rest.first().map_or("1000000", String::as_str)),
        _ => {
            command::say(
                "usage: cargo xtask test | ci | python | spark | sql | c-install PREFIX | header | report | sanitize | \
                 differential [PROGRAMS]",
            );
            ExitCode::from(4)
        }
    }
}
