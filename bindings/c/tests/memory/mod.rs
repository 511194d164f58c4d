//! C and C++ programs: built against the library as a user builds them, run, and run again under valgrind.

#![allow(dead_code, reason = "each test file is a crate of its own and uses some of this")]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What the library is found under by programs that link it.
const SONAME: &str = "libassize.so.0";

pub fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of the tests' own, empty.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder of the tests can be written to");
    folder
}

/// Whether a program can be run; says so where it cannot.
pub fn has(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success());
    if !there {
        println!("skipped: there is no {program}");
    }
    there
}

/// Whether a header is there; says so where it is not.
pub fn has_header(header: &str) -> bool {
    let empty = folder("header").join("empty.c");
    std::fs::write(&empty, format!("#include <{header}>\nint none;\n")).expect("a file");
    let there = Command::new("gcc").arg("-fsyntax-only").arg(&empty).output().is_ok_and(|tried| tried.status.success());
    if !there {
        println!("skipped: there is no {header}");
    }
    there
}

/// Whether this build is instrumented by a sanitizer: the library can then be linked by none but Rust's own programs.
#[allow(clippy::disallowed_methods, reason = "the tests ask how they were built")]
pub fn is_instrumented() -> bool {
    let flags = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"].map(|name| std::env::var(name).unwrap_or_default());
    let instrumented = flags.iter().any(|flags| flags.contains("sanitizer"));
    if instrumented {
        println!("skipped: the library is instrumented");
    }
    instrumented
}

/// The shared library of this build: what Cargo has made beside this test, and where it has not, what it makes now.
pub fn library() -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    let deps = test.parent().expect("tests are in a folder");
    let beside = deps.join("libassize_c.so");
    if beside.exists() {
        return beside;
    }
    let profile = deps.parent().expect("a folder above it");
    let target = profile.parent().expect("a folder above that");
    let mut cargo = Command::new(option_env!("CARGO").unwrap_or("cargo"));
    cargo.args(["build", "--package", "assize-c", "--target-dir"]).arg(target);
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    assert!(cargo.status().expect("cargo runs").success(), "the library is not built");
    profile.join("libassize_c.so")
}

/// The library under the names that compilers and loaders look for, in a folder.
pub fn installed(folder: &Path) {
    std::fs::copy(library(), folder.join(SONAME)).expect("the library is copied");
    std::os::unix::fs::symlink(SONAME, folder.join("libassize.so")).expect("a link");
}

/// Builds a program from one source into a folder that the library is installed in. Warnings are errors.
pub fn compile(source: &Path, folder: &Path, more: &[&str]) -> PathBuf {
    let plus = source.extension() == Some(OsStr::new("cpp"));
    let (compiler, standard) = if plus { ("g++", "-std=c++17") } else { ("gcc", "-std=c11") };
    let program = folder.join(source.file_stem().expect("sources have names"));
    let output = Command::new(compiler)
        .args([standard, "-Wall", "-Wextra", "-Werror", "-pedantic", "-g", "-O1", "-I"])
        .arg(here().join("include"))
        .arg(source)
        .arg("-L")
        .arg(folder)
        .arg(format!("-Wl,-rpath,{}", folder.display()))
        .arg("-lassize")
        .args(more)
        .arg("-o")
        .arg(&program)
        .output()
        .expect("the compiler runs");
    assert!(output.status.success(), "{}: {}", source.display(), String::from_utf8_lossy(&output.stderr));
    program
}

/// Runs a program where the rules of the examples are; it must succeed and say nothing on standard error.
pub fn run(program: &Path, arguments: &[&OsStr]) -> String {
    let mut command = Command::new(program);
    finished(command.args(arguments).current_dir(here().join("examples")).output(), program)
}

/// Runs a program under valgrind: no error, nothing lost.
pub fn run_under_memcheck(program: &Path, arguments: &[&OsStr]) -> String {
    let mut command = Command::new("valgrind");
    command.args(["--quiet", "--error-exitcode=99", "--leak-check=full", "--fair-sched=yes"]);
    // What Rust's standard library keeps until the process ends is reachable, and no leak.
    command
        .args(["--show-leak-kinds=definite,indirect,possible", "--errors-for-leak-kinds=definite,indirect,possible"]);
    command.arg(program).args(arguments).current_dir(here().join("examples"));
    finished(command.output(), program)
}

pub fn finished(output: std::io::Result<Output>, program: &Path) -> String {
    let output = output.expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {}: {said}", program.display(), output.status);
    assert!(said.is_empty(), "{}: {said}", program.display());
    String::from_utf8(output.stdout).expect("text")
}
