//! The Python package: built as a user builds it, in a virtual environment of its own, and tested.

use crate::command::{must, run, target};
use std::path::PathBuf;

/// What the tests need beside the package.
const REQUIREMENTS: &str = "bindings/python/tests/requirements.txt";

/// Builds and tests the package; what it printed, and what failed.
pub fn test() -> Result<String, (String, String)> {
    let python = environment().map_err(|what| (what, String::new()))?;
    let (good, output) = run(&python, &["-m", "pytest", "-q", "-rfE", "bindings/python"], &[]);
    if good { Ok(output) } else { Err(("the Python package's tests".to_owned(), output)) }
}

/// A virtual environment with the package, built from this folder.
fn environment() -> Result<PathBuf, String> {
    let folder = target().join("python");
    let python = folder.join("bin").join("python");
    let text = |path: &PathBuf| path.display().to_string();
    if !python.exists() {
        must("python3", &["-m", "venv", &text(&folder)], &[])?;
    }
    must(&python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS], &[])?;
    // As `pip install ./bindings/python`, but for the profile: a release build takes minutes more and tests the same.
    let target = target().display().to_string();
    let env = [("MATURIN_PEP517_ARGS", "--profile dev --locked"), ("CARGO_TARGET_DIR", target.as_str())];
    let install =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--force-reinstall"];
    must(&python, &[install.as_slice(), &["./bindings/python"]].concat(), &env)?;
    Ok(python)
}
