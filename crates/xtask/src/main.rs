//! `cargo xtask`: set-up, generated files and the whole test run.
//!
//! | command | what it does |
//! |---|---|
//! | `cargo xtask test` | every test, one line of counts at the end |
//! | `cargo xtask ci` | the same, after formatting and clippy |
//! | `cargo xtask differential [PROGRAMS]` | the longer run of generated programs, row against batch |

mod run;
mod tally;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next();
    let rest: Vec<String> = args.collect();
    match command.as_deref() {
        Some("test") => run::test(false),
        Some("ci") => run::test(true),
        Some("differential") => run::differential(rest.first().map_or("1000000", String::as_str)),
        _ => {
            run::say("usage: cargo xtask test | ci | differential [PROGRAMS]");
            ExitCode::from(4)
        }
    }
}
