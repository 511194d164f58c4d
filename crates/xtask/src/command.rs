//! Running programs and showing what they print.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

/// Prints a line to standard output.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
}

/// The exit status of something that worked, or said what did not.
pub fn exit(result: Result<(), String>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            say(&format!("failed: {what}"));
            ExitCode::FAILURE
        }
    }
}

/// The project's folder.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Where cargo builds to.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Runs a program in the project's folder, showing its output as it comes and keeping it; whether it succeeded.
pub fn run(program: impl AsRef<Path>, args: &[&str], env: &[(&str, &str)]) -> (bool, String) {
    let program = program.as_ref();
    say(&format!("\n$ {} {}", program.display(), args.join(" ")));
    let mut command = Command::new(program);
    command.current_dir(root()).args(args).envs(env.iter().copied()).stdout(Stdio::piped()).stdin(Stdio::null());
    let mut kept = String::new();
    let Ok(mut child) = command.spawn() else {
        say(&format!("`{}` cannot be started", program.display()));
        return (false, kept);
    };
    if let Some(out) = child.stdout.take() {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            say(&line);
            kept.push_str(&line);
            kept.push('\n');
        }
    }
    (child.wait().is_ok_and(|status| status.success()), kept)
}

/// Runs a program that must succeed.
pub fn must(program: impl AsRef<Path>, args: &[&str], env: &[(&str, &str)]) -> Result<String, String> {
    let program = program.as_ref();
    match run(program, args, env) {
        (true, output) => Ok(output),
        (false, _) => Err(format!("{} {}", program.display(), args.join(" "))),
    }
}
