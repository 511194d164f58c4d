//! The examples: compiled with warnings as errors, run, and run again under valgrind. `ASSIZE_BLESS=1` writes what they
//! print.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests may fail, and say what was left out, as the tests themselves may"
)]

mod memory;

use memory::{compile, folder, has, has_header, here, installed, is_instrumented, run, run_under_memcheck};
use std::ffi::OsStr;

/// Builds and runs an example, and compares what it prints; `database` is a file it is given, made anew for each run.
#[allow(clippy::disallowed_methods, reason = "tests are told to write what they compare with")]
fn example(source: &str, more: &[&str], database: Option<&str>) {
    let name = source.split('.').next().expect("a name");
    let compiler = if source.ends_with(".cpp") { "g++" } else { "gcc" };
    if is_instrumented() || !has(compiler) {
        return;
    }
    let folder = folder(name);
    installed(&folder);
    let program = compile(&here().join("examples").join(source), &folder, more);
    let database = database.map(|name| folder.join(name));
    let arguments: Vec<&OsStr> = database.iter().map(|path| path.as_os_str()).collect();
    let said = run(&program, &arguments);
    let expected = here().join("examples").join(format!("{name}.out"));
    if std::env::var("ASSIZE_BLESS").is_ok() {
        std::fs::write(&expected, &said).expect("the file is written");
    }
    assert_eq!(said, std::fs::read_to_string(&expected).expect("what it prints is there"), "{source}");
    // A second run over what the first has written.
    assert_eq!(run(&program, &arguments), said, "{source} again");
    if has("valgrind") {
        if let Some(database) = &database {
            std::fs::remove_file(database).expect("the first run made it");
        }
        assert_eq!(run_under_memcheck(&program, &arguments), said, "{source} under valgrind");
    }
}

#[test]
fn one_record() {
    example("categorise.c", &[], None);
}

#[test]
fn a_table_of_arrow_columns() {
    example("batch_arrow.c", &[], None);
}

#[test]
fn rules_that_change() {
    example("reload.c", &[], None);
}

#[test]
fn explanations_in_cpp() {
    example("explain.cpp", &[], None);
}

#[test]
fn a_records_system_on_sqlite() {
    if has("gcc") && has_header("sqlite3.h") {
        example("sqlite.c", &["-lsqlite3"], Some("records.db"));
    }
}
