//! How large the library is, and how long it takes to open it and to load a file of a hundred criteria.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests may fail, and say what was left out, as the tests themselves may"
)]

mod memory;

use memory::{compile, folder, has, here, installed, is_instrumented, run};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a stripped library may have.
const MOST: u64 = 8 << 20;

/// The library as it is installed, of the profile `c-library`, stripped; `None` where there is none, or nothing to strip it with.
fn built_for_use(folder: &Path) -> Option<PathBuf> {
    let test = std::env::current_exe().expect("the path of this test");
    let target = test.parent()?.parent()?.parent()?;
    let places = [target.join("c-library"), target.join("c-library/deps")].map(|place| place.join("libassize_c.so"));
    let newest = |path: &PathBuf| path.metadata().and_then(|file| file.modified()).ok();
    let library = places.into_iter().filter(|path| path.exists()).max_by_key(newest)?;
    let stripped = folder.join("stripped.so");
    let mut strip = Command::new("strip");
    strip.args(["--strip-unneeded", "-o"]).arg(&stripped).arg(library);
    strip.status().is_ok_and(|status| status.success()).then_some(stripped)
}

/// A hundred criteria over twenty fields and the children of a record.
fn rules() -> String {
    let mut text = String::from(
        "ruleset hundred version \"1\" { title \"A hundred criteria\" authority \"Nobody\" }\n\
         ordered codes Level { low middle high }\n\
         record Event { id : text key  person : text  on : date  weight : decimal  armed : boolean }\n\
         record Person {\n  id : text key\n  born : date\n  events : many Event by person\n",
    );
    for at in 0..20 {
        let _ = writeln!(text, "  f{at} : {}", ["integer", "boolean", "decimal", "date"][at % 4]);
    }
    text.push_str("}\ncategory level of Person -> Level {\n");
    for (code, from, to) in [("high", 0, 40), ("middle", 40, 70), ("low", 70, 100)] {
        let _ = writeln!(text, "  {code} when {{");
        for at in from..to {
            let field = at % 20;
            let condition = match at % 4 {
                0 => format!("f{field} > {at} and (count events where weight > {at}.5) >= 2"),
                1 => format!("f{field} and any events where armed and on >= born + {at} days"),
                2 => format!("f{field} in {at}..{} or (years between born and as_of) >= 18", at + 10),
                _ => format!("f{field} within {at} months before as_of"),
            };
            let _ = writeln!(text, "    c{at} \"Criterion {at}\" : {condition}");
        }
        text.push_str("  }\n");
    }
    text.push_str("  otherwise none\n}\n");
    text
}

#[test]
fn size_and_start() {
    if is_instrumented() || !has("gcc") {
        return;
    }
    let folder = folder("start");
    installed(&folder);
    let (library, profile) = match built_for_use(&folder) {
        Some(stripped) => (stripped, "c-library"),
        None => (folder.join("libassize.so"), if cfg!(debug_assertions) { "unoptimised" } else { "release" }),
    };
    if profile == "c-library" {
        let size = library.metadata().expect("the library").len();
        println!("the stripped library has {size} bytes, {:.2} MiB", size as f64 / 1_048_576.0);
        assert!(size <= MOST, "the stripped library has {size} bytes");
    } else {
        println!("its size was not looked at: there is none of the profile `c-library`");
    }
    let rules_path = folder.join("hundred.assize");
    std::fs::write(&rules_path, rules()).expect("the rules are written");
    let program = compile(&here().join("tests/memory/start.c"), &folder, &["-ldl"]);
    let mut times: Vec<(f64, f64)> = (0..21)
        .map(|_| {
            let said = run(&program, &[library.as_os_str(), rules_path.as_os_str()]);
            let mut numbers = said.split_whitespace();
            assert_eq!(numbers.next(), Some("100"), "criteria");
            let mut next = || numbers.next().and_then(|text| text.parse::<f64>().ok()).expect("a time");
            (next(), next())
        })
        .collect();
    times.sort_by(|left, right| (left.0 + left.1).total_cmp(&(right.0 + right.1)));
    let (opened, loaded) = times[times.len() / 2];
    println!(
        "{profile}: opening the library and loading 100 criteria takes {:.2} ms ({:.2} and {:.2}), the median of {}",
        (opened + loaded) / 1e3,
        opened / 1e3,
        loaded / 1e3,
        times.len()
    );
}
