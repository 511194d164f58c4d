//! The Python package: built as a user builds it, in a virtual environment of its own, and tested.

use crate::command::{must, run, say, target};
use std::path::PathBuf;

/// Builds and tests the package; what it printed, and what failed.
pub fn test() -> Result<String, (String, String)> {
    if !run("python3", &["-c", "import venv, ensurepip"], &[]).0 {
        say("skipped: the Python package's tests need `python3` with `venv`");
        return Ok(String::new());
    }
    let python = environment("python", "[test]").map_err(|what| (what, String::new()))?;
    let (good, output) = run(&python, &["-m", "pytest", "-q", "-rfE", "bindings/python"], &[]);
    if good { Ok(output) } else { Err(("the Python package's tests".to_owned(), output)) }
}

/// The Python of a virtual environment in the target folder.
pub fn venv(name: &str) -> Result<PathBuf, String> {
    let folder = target().join(name);
    let python = folder.join("bin").join("python");
    if !python.exists() {
        must("python3", &["-m", "venv", &folder.display().to_string()], &[])?;
    }
    Ok(python)
}

/// A virtual environment with the package and these extras, built from this folder.
pub fn environment(name: &str, extras: &str) -> Result<PathBuf, String> {
    let python = venv(name)?;
    let pip = |args: &[&str], env: &[(&str, &str)]| {
        must(&python, &[&["-m", "pip", "--disable-pip-version-check"], args].concat(), env)
    };
    // As a user installs it, but for the profile: a release build takes minutes more and tests the same.
    let target = target().display().to_string();
    let env = [("MATURIN_PEP517_ARGS", "--profile dev --locked"), ("CARGO_TARGET_DIR", target.as_str())];
    pip(&["uninstall", "--quiet", "--yes", "assize"], &[])?;
    pip(&["install", "--quiet", &format!("./bindings/python{extras}")], &env)?;
    Ok(python)
}
