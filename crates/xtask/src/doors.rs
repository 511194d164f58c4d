//! What the engine is held to beside itself: a cluster of Spark, and databases. They are large, so that the tests of
//! every day skip what is not there; these commands install it and run them.

use crate::command::{must, run, say};
use crate::python::{environment, venv};
use crate::run::close;
use crate::tally::Tally;
use std::path::Path;
use std::process::ExitCode;

/// Installs Debian's packages, when a program is not there.
fn packages(missing: bool, names: &[&str]) -> Result<(), String> {
    if !missing {
        return Ok(());
    }
    let env = [("DEBIAN_FRONTEND", "noninteractive")];
    must("apt-get", &["update", "-qq"], &env)?;
    must("apt-get", &[&["install", "-y", "-qq"], names].concat(), &env).map(drop)
}

/// `assize.spark`, Dask and DuckDB with partial results, and `assize sql` in Spark, in an environment with all of them.
pub fn spark() -> ExitCode {
    let tests = || -> Result<(bool, String), String> {
        packages(!run("java", &["-version"], &[]).0, &["openjdk-17-jre-headless"])?;
        let python = environment("doors", "[test,spark]")?;
        must(&python, &["-m", "pip", "--disable-pip-version-check", "install", "--quiet", "dask[dataframe]"], &[])?;
        let files = ["bindings/python/tests/test_spark.py", "bindings/python/tests/test_partial.py"];
        let (good, output) = run(&python, &[&["-m", "pytest", "-q", "-rfEs"], &files[..]].concat(), &[]);
        let python = python.display().to_string();
        let args = ["test", "--locked", "--package", "assize-sql", "spark", "--", "--nocapture"];
        let (also, more) = run("cargo", &args, &[("ASSIZE_SPARK_PYTHON", &python)]);
        Ok((good && also, format!("{more}{output}")))
    };
    let count = |tally: &mut Tally, output: &str| {
        tally.add(output);
        tally.add_python(output);
    };
    ended(tests(), count, "the tests of many machines")
}

/// `assize sql` in DuckDB and PostgreSQL.
pub fn sql() -> ExitCode {
    let tests = || -> Result<(bool, String), String> {
        packages(!Path::new("/usr/lib/postgresql").exists() && !run("initdb", &["--version"], &[]).0, &["postgresql"])?;
        let python = venv("doors")?;
        must(&python, &["-m", "pip", "--disable-pip-version-check", "install", "--quiet", "duckdb>=1.1"], &[])?;
        let python = python.display().to_string();
        let args = ["test", "--locked", "--package", "assize-sql", "--", "--nocapture"];
        Ok(run("cargo", &args, &[("ASSIZE_DUCKDB_PYTHON", &python)]))
    };
    ended(tests(), Tally::add, "the tests of SQL")
}

fn ended(done: Result<(bool, String), String>, count: impl Fn(&mut Tally, &str), what: &str) -> ExitCode {
    let (mut tally, mut failed) = (Tally::default(), Vec::new());
    match done {
        Ok((good, output)) => {
            count(&mut tally, &output);
            if !good {
                failed.push(what.to_owned());
            }
        }
        Err(why) => {
            say(&why);
            failed.push(what.to_owned());
        }
    }
    close(&tally, &failed)
}
