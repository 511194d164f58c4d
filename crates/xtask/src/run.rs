//! Running the checks, one after the other, and saying at the end which failed.

use crate::tally::Tally;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitCode, Stdio};

/// Prints a line to standard output.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
}

/// Runs cargo, showing its output as it comes and keeping it; `None` when it failed.
fn cargo(args: &[&str], env: &[(&str, &str)]) -> (bool, String) {
    say(&format!("\n$ cargo {}", args.join(" ")));
    let mut command = Command::new("cargo");
    command.args(args).envs(env.iter().copied()).stdout(Stdio::piped()).stdin(Stdio::null());
    let mut kept = String::new();
    let Ok(mut child) = command.spawn() else { return (false, kept) };
    if let Some(out) = child.stdout.take() {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            say(&line);
            kept.push_str(&line);
            kept.push('\n');
        }
    }
    (child.wait().is_ok_and(|status| status.success()), kept)
}

/// Every test; with `lint`, formatting and clippy first. What failed is named last, before the line of counts.
pub fn test(lint: bool) -> ExitCode {
    let mut failed = Vec::new();
    let mut tally = Tally::default();
    if lint {
        if !cargo(&["fmt", "--all", "--check"], &[]).0 {
            failed.push("formatting: run `cargo fmt --all`".to_owned());
        }
        if !cargo(&["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"], &[]).0 {
            failed.push("clippy".to_owned());
        }
    }
    let (good, output) = cargo(&["test", "--locked", "--workspace", "--no-fail-fast"], &[]);
    tally.add(&output);
    if !good {
        failed.push("tests".to_owned());
        failed.extend(
            output.lines().filter(|line| line.starts_with("test ") && line.ends_with("FAILED")).map(str::to_owned),
        );
    }
    say("");
    for what in &failed {
        say(&format!("failed: {what}"));
    }
    say(&format!("{} passed, {} failed, {} skipped", tally.passed, tally.failed, tally.skipped));
    if failed.is_empty() && tally.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The longer run of generated programs.
pub fn differential(programs: &str) -> ExitCode {
    let args = ["test", "--locked", "--release", "--package", "assize-tests", "--test", "props", "--", "--nocapture"];
    let (good, _) = cargo(&args, &[("ASSIZE_PROGRAMS", programs)]);
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
