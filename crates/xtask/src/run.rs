//! Running the checks, one after the other, and saying at the end which failed.

use crate::command::{run, say};
use crate::python;
use crate::report;
use crate::tally::Tally;
use std::process::ExitCode;

/// Every test; with `lint`, formatting and clippy first. What failed is named last, before the line of counts.
pub fn test(lint: bool) -> ExitCode {
    let mut failed = Vec::new();
    let mut tally = Tally::default();
    if lint {
        if !run("cargo", &["fmt", "--all", "--check"], &[]).0 {
            failed.push("formatting: run `cargo fmt --all`".to_owned());
        }
        if !run("cargo", &["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"], &[]).0 {
            failed.push("clippy".to_owned());
        }
    }
    let (good, output) = run("cargo", &["test", "--locked", "--workspace", "--no-fail-fast"], &[]);
    tally.add(&output);
    if !good {
        failed.push("tests".to_owned());
        failed.extend(
            output.lines().filter(|line| line.starts_with("test ") && line.ends_with("FAILED")).map(str::to_owned),
        );
    }
    python_tests(&mut tally, &mut failed);
    match report::look(lint, true) {
        Ok(true) => tally.passed += 1,
        Ok(false) => tally.skipped += 1,
        Err(what) => {
            tally.failed += 1;
            failed.push(format!("reports in a browser: {what}"));
        }
    }
    close(&tally, &failed)
}

/// The Python package alone.
pub fn python() -> ExitCode {
    let (mut tally, mut failed) = (Tally::default(), Vec::new());
    python_tests(&mut tally, &mut failed);
    close(&tally, &failed)
}

fn python_tests(tally: &mut Tally, failed: &mut Vec<String>) {
    match python::test() {
        Ok(output) => tally.add_python(&output),
        Err((what, output)) => {
            tally.add_python(&output);
            failed.push(what);
            failed.extend(output.lines().filter(|line| line.starts_with("FAILED ")).map(str::to_owned));
        }
    }
}

pub fn close(tally: &Tally, failed: &[String]) -> ExitCode {
    say("");
    for what in failed {
        say(&format!("failed: {what}"));
    }
    say(&format!("{} passed, {} failed, {} skipped", tally.passed, tally.failed, tally.skipped));
    if failed.is_empty() && tally.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The longer run of generated programs.
pub fn differential(programs: &str) -> ExitCode {
    let args = ["test", "--locked", "--release", "--package", "assize-tests", "--test", "props", "--", "--nocapture"];
    let (good, _) = run("cargo", &args, &[("ASSIZE_PROGRAMS", programs)]);
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
