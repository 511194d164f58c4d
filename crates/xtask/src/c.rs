//! The C library: its header, its installation, its checks under AddressSanitizer.

use crate::command::{must, root, say, target};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The interface's number, which is that of the soname: after an incompatible change, the next one.
const SOVERSION: &str = "0";
/// What the static library needs beside itself, as `rustc --print native-static-libs` says.
const SYSTEM_LIBRARIES: [&str; 6] = ["gcc_s", "util", "rt", "pthread", "m", "dl"];

/// Writes the header anew.
pub fn header() -> Result<(), String> {
    let env = [("ASSIZE_BLESS", "1")];
    must("cargo", &["test", "--locked", "--package", "assize-c", "--test", "header"], &env).map(|_| ())
}

/// Whether the toolchain's own linker, which can fold functions of the same code into one, is what links here.
const FOLDS: bool = cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"));

/// Since when the loader of glibc takes relocations that are packed.
const PACKED_SINCE: (u32, u32) = (2, 36);

/// Whether the loader here takes relocations that are packed, as `getconf` says. They are a twentieth of the library
/// otherwise.
fn packs() -> bool {
    let Ok(said) = Command::new("getconf").arg("GNU_LIBC_VERSION").output() else { return false };
    let said = String::from_utf8_lossy(&said.stdout);
    let version = said.trim().strip_prefix("glibc ").and_then(|version| version.split_once('.'));
    let version = version.and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    version.is_some_and(|version: (u32, u32)| version >= PACKED_SINCE)
}

/// Builds the library and puts it, its headers, and what finds them into a folder.
pub fn install(prefix: &Path) -> Result<(), String> {
    let mut build = vec!["rustc", "--locked", "--profile", "c-library", "--package", "assize-c", "--lib"];
    build.extend(["--crate-type", "cdylib,staticlib"]);
    if FOLDS {
        build.extend(["--", "-Clink-arg=-Wl,--icf=all"]);
        if packs() {
            build.push("-Clink-arg=-Wl,-z,pack-relative-relocs");
        }
    }
    must("cargo", &build, &[])?;
    let version = env!("CARGO_PKG_VERSION");
    let (library, include) = (prefix.join("lib"), prefix.join("include"));
    let (pkgconfig, cmake) = (library.join("pkgconfig"), library.join("cmake").join("assize"));
    for folder in [&library, &include, &pkgconfig, &cmake] {
        fs::create_dir_all(folder).map_err(|error| format!("`{}`: {error}", folder.display()))?;
    }
    let prefix = prefix.canonicalize().map_err(|error| format!("`{}`: {error}", prefix.display()))?;
    let built = target().join("c-library");
    let shared = format!("libassize.so.{version}");
    copy(&built.join("libassize_c.so"), &library.join(&shared))?;
    copy(&built.join("libassize_c.a"), &library.join("libassize.a"))?;
    // Debug information is of no use to who links it, and is most of the file.
    must("strip", &["--strip-unneeded", &library.join(&shared).display().to_string()], &[])?;
    must("strip", &["--strip-debug", &library.join("libassize.a").display().to_string()], &[])?;
    let soname = format!("libassize.so.{SOVERSION}");
    link(&shared, &library.join(&soname))?;
    link(&soname, &library.join("libassize.so"))?;
    let from = root().join("bindings").join("c");
    for name in ["assize.h", "assize.hpp"] {
        copy(&from.join("include").join(name), &include.join(name))?;
    }
    let fill = |from: &Path, to: &Path, libraries: &str| -> Result<(), String> {
        let text = fs::read_to_string(from).map_err(|error| format!("`{}`: {error}", from.display()))?;
        let text = text.replace("@PREFIX@", &prefix.display().to_string()).replace("@VERSION@", version);
        let text = text.replace("@SOVERSION@", SOVERSION).replace("@SYSTEM_LIBRARIES@", libraries);
        fs::write(to, text).map_err(|error| format!("`{}`: {error}", to.display()))
    };
    let flags: Vec<String> = SYSTEM_LIBRARIES.iter().map(|name| format!("-l{name}")).collect();
    fill(&from.join("assize.pc.in"), &pkgconfig.join("assize.pc"), &flags.join(" "))?;
    for name in ["assizeConfig.cmake", "assizeConfigVersion.cmake"] {
        fill(&from.join("cmake").join(format!("{name}.in")), &cmake.join(name), &SYSTEM_LIBRARIES.join(";"))?;
    }
    let size = fs::metadata(library.join(&shared)).map_or(0, |file| file.len());
    say(&format!("{shared}, {:.1} MiB, in {}", size as f64 / 1048576.0, library.display()));
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to).map(|_| ()).map_err(|error| format!("`{}` to `{}`: {error}", from.display(), to.display()))
}

/// A link to a file beside it.
fn link(to: &str, at: &Path) -> Result<(), String> {
    let _ = fs::remove_file(at);
    #[cfg(unix)]
    let made = std::os::unix::fs::symlink(to, at);
    #[cfg(not(unix))]
    let made = fs::copy(at.with_file_name(to), at).map(|_| ());
    made.map_err(|error| format!("`{}`: {error}", at.display()))
}

/// Runs what handles pointers under AddressSanitizer. Sanitizers are not in stable Rust: the flag that lets them be used
/// is set for this build alone, which has a folder of its own.
pub fn sanitize() -> Result<(), String> {
    let folder = target().join("sanitize").display().to_string();
    let env = [
        ("RUSTC_BOOTSTRAP", "1"),
        ("RUSTFLAGS", "-Zsanitizer=address -Cdebuginfo=line-tables-only"),
        ("RUSTDOCFLAGS", "-Zsanitizer=address"),
        ("CARGO_TARGET_DIR", folder.as_str()),
        ("ASAN_OPTIONS", "detect_leaks=1"),
    ];
    // With a target named, build scripts and macros are not instrumented.
    let of = |package: &'static str| {
        ["test", "--locked", "--target", "x86_64-unknown-linux-gnu", "--package", package, "--tests"]
    };
    for package in ["assize-io", "assize-eval", "assize-c"] {
        must("cargo", &of(package), &env)?;
    }
    Ok(())
}
