//! What the doors outside this program need: the command and the shared library, built once by cargo into the folder
//! that this test lies in.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// The command.
pub fn command() -> PathBuf {
    built().join(format!("assize{}", std::env::consts::EXE_SUFFIX))
}

/// The shared library of the C interface.
pub fn library() -> PathBuf {
    let (before, after) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    built().join(format!("{before}assize_c{after}"))
}

/// The folder of what was built: `debug` or `release` of the target folder.
fn built() -> &'static PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let this = std::env::current_exe().expect("this test's own path");
        let folder = this.parent().and_then(|deps| deps.parent()).expect("a folder above deps").to_owned();
        let target = folder.parent().expect("the target folder");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--locked", "--package", "assize-cli", "--package", "assize-c"]);
        cargo.arg("--target-dir").arg(target).current_dir(env!("CARGO_MANIFEST_DIR"));
        if folder.ends_with("release") {
            cargo.arg("--release");
        }
        let built = cargo.status().expect("cargo runs");
        assert!(built.success(), "the command does not build");
        folder
    })
}
