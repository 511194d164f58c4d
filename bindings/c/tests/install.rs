//! The library as it is installed: its symbols and its name, the C++ layer, the CMake package and the pkg-config file.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test stops at a broken assumption, also where it calls another function"
)]

#[allow(clippy::duplicate_mod, reason = "each test file is a crate of its own")]
mod memory;

use memory::{compile, folder, has, here, installed, is_instrumented, library, run, run_under_memcheck};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

/// What the static library needs of the system, in the order in which it is to be linked.
const SYSTEM_LIBRARIES: [&str; 7] = ["gcc_s", "util", "rt", "pthread", "m", "dl", "c"];

fn said(output: Output) -> String {
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("text")
}

/// The functions that the header declares.
fn declared() -> BTreeSet<String> {
    let header = std::fs::read_to_string(here().join("include/assize.h")).expect("the header");
    let functions =
        header.lines().filter(|line| !line.starts_with([' ', '#', '/', '*']) && !line.starts_with("typedef"));
    let names = functions.filter_map(|line| {
        let name = line.split_once('(')?.0.rsplit([' ', '*']).next()?;
        name.starts_with("assize_").then(|| name.to_owned())
    });
    names.collect()
}

#[test]
fn the_library_exports_what_the_header_declares_and_nothing_else() {
    if is_instrumented() || !has("nm") || !has("readelf") {
        return;
    }
    let listed = said(Command::new("nm").args(["-D", "--defined-only"]).arg(library()).output().expect("nm runs"));
    let exported: BTreeSet<String> =
        listed.lines().filter_map(|line| line.split_whitespace().last().map(ToOwned::to_owned)).collect();
    let declared = declared();
    assert!(declared.len() > 100, "{} functions were found in the header", declared.len());
    assert_eq!(exported, declared);
    let dynamic = said(Command::new("readelf").arg("-d").arg(library()).output().expect("readelf runs"));
    assert!(dynamic.contains("Library soname: [libassize.so.0]"), "{dynamic}");
}

#[test]
fn every_function_says_what_it_must() {
    let header = std::fs::read_to_string(here().join("include/assize.h")).expect("the header");
    let mut comment = String::new();
    for line in header.lines() {
        if line.starts_with("/**") {
            comment.clear();
        }
        comment.push_str(line.trim_start_matches([' ', '*', '/']));
        comment.push(' ');
        let Some((before, _)) = line.split_once('(') else { continue };
        let name = before.rsplit([' ', '*']).next().unwrap_or_default();
        if line.starts_with([' ', '#', '/', '*']) || line.starts_with("typedef") || !name.starts_with("assize_") {
            continue;
        }
        assert!(comment.contains("Since 0.1."), "{name} does not say since when it is there");
        let fails = before.starts_with("assize_status ") && name != "assize_error_status";
        assert_eq!(fails, comment.contains("Errors: "), "{name}: its errors");
        assert_eq!(!fails, comment.contains("It cannot fail.") || comment.contains("it cannot fail"), "{name}");
        comment.clear();
    }
}

#[test]
fn the_headers_are_clean_in_every_standard() {
    if !has("gcc") || !has("g++") {
        return;
    }
    let folder = folder("headers");
    let c = folder.join("header.c");
    std::fs::write(&c, "#include <assize.h>\nint main(void) { return 0; }\n").expect("a file");
    let cpp = folder.join("header.cpp");
    std::fs::write(&cpp, "#include <assize.hpp>\nint main() { return 0; }\n").expect("a file");
    for (compiler, standard, source) in
        [("gcc", "c99", &c), ("gcc", "c11", &c), ("gcc", "c17", &c), ("g++", "c++17", &cpp), ("g++", "c++20", &cpp)]
    {
        let mut command = Command::new(compiler);
        command.args([
            &format!("-std={standard}"),
            "-Wall",
            "-Wextra",
            "-Werror",
            "-pedantic",
            "-Wshadow",
            "-Wconversion",
        ]);
        said(command.arg("-fsyntax-only").arg("-I").arg(here().join("include")).arg(source).output().expect("it runs"));
    }
}

#[test]
fn every_class_of_the_cpp_layer() {
    if is_instrumented() || !has("g++") {
        return;
    }
    let folder = folder("layer");
    installed(&folder);
    let store = folder.join("store");
    std::fs::create_dir_all(&store).expect("a folder");
    let rules = "ruleset stored version \"1\" {}\ncodes L { on }\nrecord P { a : boolean }\n\
        category c of P -> L { on when a : a otherwise none }\n";
    std::fs::write(store.join("stored.assize"), rules).expect("a file");
    std::fs::write(store.join("broken.assize"), "ruleset broken\n").expect("a file");
    let program = compile(&here().join("tests/layer.cpp"), &folder, &["-Wshadow", "-Wconversion"]);
    assert_eq!(run(&program, &[store.as_os_str()]), "fine\n");
    if has("valgrind") {
        assert_eq!(run_under_memcheck(&program, &[store.as_os_str()]), "fine\n");
    }
}

/// A template with what stands for its places.
fn filled(template: &str, prefix: &Path, libraries: &str) -> String {
    let text = std::fs::read_to_string(here().join(template)).expect("a template");
    let text = text
        .replace("@PREFIX@", &prefix.display().to_string())
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
        .replace("@SOVERSION@", "0")
        .replace("@SYSTEM_LIBRARIES@", libraries);
    assert!(!text.contains('@'), "{template} has a place that is not filled");
    text
}

/// Puts an installation into a folder, as `bindings/README.md` lists it.
fn install(prefix: &Path) {
    for part in ["include", "lib/pkgconfig", "lib/cmake/assize"] {
        std::fs::create_dir_all(prefix.join(part)).expect("a folder");
    }
    for header in ["assize.h", "assize.hpp"] {
        std::fs::copy(here().join("include").join(header), prefix.join("include").join(header)).expect("a header");
    }
    installed(&prefix.join("lib"));
    let archive = library().with_extension("a");
    if archive.exists() {
        std::fs::copy(archive, prefix.join("lib/libassize.a")).expect("the static library");
    }
    let flags: Vec<String> = SYSTEM_LIBRARIES.iter().map(|library| format!("-l{library}")).collect();
    std::fs::write(prefix.join("lib/pkgconfig/assize.pc"), filled("assize.pc.in", prefix, &flags.join(" ")))
        .expect("a file");
    for file in ["assizeConfig.cmake", "assizeConfigVersion.cmake"] {
        let text = filled(&format!("cmake/{file}.in"), prefix, &SYSTEM_LIBRARIES.join(";"));
        std::fs::write(prefix.join("lib/cmake/assize").join(file), text).expect("a file");
    }
}

const PROGRAM: &str = "#include <assize.h>\n#include <stdio.h>\nint main(void) {\n  \
    printf(\"%s\\n\", assize_version().data);\n  return assize_abi_version() != ASSIZE_ABI_VERSION;\n}\n";

#[test]
fn cmake_finds_the_package() {
    if is_instrumented() || !has("cmake") || !has("gcc") {
        return;
    }
    let folder = folder("cmake package");
    let prefix = folder.join("installed here");
    install(&prefix);
    std::fs::write(folder.join("main.c"), PROGRAM).expect("a file");
    let version = env!("CARGO_PKG_VERSION");
    let mut project = String::from("cmake_minimum_required(VERSION 3.10)\nproject(user C)\n");
    project.push_str("find_package(assize 0.1 REQUIRED)\nadd_executable(shared main.c)\n");
    project.push_str("target_link_libraries(shared PRIVATE assize::assize)\nif(TARGET assize::static)\n");
    project.push_str("add_executable(static main.c)\ntarget_link_libraries(static PRIVATE assize::static)\nendif()\n");
    project.push_str(
        "find_package(assize 0.2 QUIET)\nif(assize_FOUND)\nmessage(FATAL_ERROR \"0.2 is not there\")\nendif()\n",
    );
    std::fs::write(folder.join("CMakeLists.txt"), project).expect("a file");
    let build = folder.join("build");
    let mut configure = Command::new("cmake");
    configure.arg("-S").arg(&folder).arg("-B").arg(&build).arg(format!("-DCMAKE_PREFIX_PATH={}", prefix.display()));
    said(configure.output().expect("cmake runs"));
    said(Command::new("cmake").arg("--build").arg(&build).output().expect("cmake runs"));
    assert_eq!(said(Command::new(build.join("shared")).output().expect("it runs")), format!("{version}\n"));
    let fixed = build.join("static");
    assert_eq!(fixed.exists(), prefix.join("lib/libassize.a").exists());
    if fixed.exists() {
        assert_eq!(said(Command::new(fixed).output().expect("it runs")), format!("{version}\n"));
    }
}

#[test]
fn pkg_config_finds_the_library() {
    if is_instrumented() || !has("pkg-config") || !has("gcc") {
        return;
    }
    let folder = folder("pkgconfig");
    install(&folder);
    let source = folder.join("main.c");
    std::fs::write(&source, PROGRAM).expect("a file");
    let ask = |more: &[&str]| {
        let mut command = Command::new("pkg-config");
        command.env("PKG_CONFIG_PATH", folder.join("lib/pkgconfig")).args(more).arg("assize");
        said(command.output().expect("pkg-config runs")).trim().to_owned()
    };
    assert_eq!(ask(&["--modversion"]), env!("CARGO_PKG_VERSION"));
    assert!(ask(&["--static", "--libs"]).ends_with("-lgcc_s -lutil -lrt -lpthread -lm -ldl -lc"));
    let program = folder.join("program");
    let mut build = Command::new("gcc");
    build.args(["-Wall", "-Wextra", "-Werror", "-pedantic"]).arg(&source).arg("-o").arg(&program);
    build.args(ask(&["--cflags", "--libs"]).split_whitespace()).arg(format!("-Wl,-rpath,{}/lib", folder.display()));
    said(build.output().expect("the compiler runs"));
    assert_eq!(said(Command::new(&program).output().expect("it runs")), format!("{}\n", env!("CARGO_PKG_VERSION")));
}
