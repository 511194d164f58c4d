//! `assize report` as its users meet it: what it writes, where, and what it exits with.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it breaks")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const RULES: &str = r#"
ruleset demo version "1" { title "Demonstration" }
parameter many : integer = 2 in 1..10 "Charges that are many"
ordered codes Level "Level" { low "Low" high "High" }
record Person { id : text key  charges : integer  on : date }
category level of Person -> Level "Level" { high when often : charges >= many  otherwise low }
measure people of Person "People" { as count  by level }
measure seen of Person "Seen" { as count  every month of on }
"#;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, people: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("report-{name}"));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("rules.assize"), RULES).unwrap();
        std::fs::write(folder.join("people.csv"), people).unwrap();
        Self(folder)
    }

    fn report(&self, more: &[&str]) -> Output {
        let first = ["report", "rules.assize", "--data", "Person=people.csv", "--as-of", "2026-06-01"];
        Command::new(env!("CARGO_BIN_EXE_assize")).args(first).args(more).current_dir(&self.0).output().unwrap()
    }
}

const PEOPLE: &str = "id,charges,on\nP1,1,2026-01-05\nP2,3,2026-02-05\nP3,,2026-02-07\n";

#[test]
fn the_ending_says_the_format() {
    let folder = Folder::new("ending", PEOPLE);
    for (file, begins) in [("r.html", &b"<!DOCTYPE html>"[..]), ("r.md", b"# Demonstration"), ("r.xlsx", b"PK")] {
        let ran = folder.report(&["--out", file]);
        assert_eq!(ran.status.code(), Some(0), "{ran:?}");
        assert!(ran.stdout.is_empty() && ran.stderr.is_empty(), "{ran:?}");
        assert!(std::fs::read(folder.0.join(file)).unwrap().starts_with(begins), "{file}");
    }
    let ran = folder.report(&["--out", "-", "--format", "md"]);
    assert_eq!(ran.stdout, std::fs::read(folder.0.join("r.md")).unwrap(), "standard output has the same");
    let ran = folder.report(&["--out", "r.doc"]);
    assert_eq!(ran.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("say which with --format"), "{ran:?}");
    assert_eq!(folder.report(&["--out", "nowhere/r.html"]).status.code(), Some(3));
}

#[test]
fn parameters_and_choices_are_those_of_a_run() {
    let folder = Folder::new("chosen", PEOPLE);
    let text = |more: &[&str]| {
        let ran = folder.report(&[&["--out", "-", "--format", "md"], more].concat());
        assert_eq!(ran.status.code(), Some(0), "{ran:?}");
        String::from_utf8(ran.stdout).unwrap()
    };
    assert!(text(&[]).contains("| `many` | Charges that are many | 2 | the same |"));
    assert!(text(&["--set", "many=5"]).contains("| `many` | Charges that are many | **5** | 2 |"));
    let chosen = text(&["--only", "people"]);
    assert!(chosen.contains("### People") && !chosen.contains("### Seen"), "{chosen}");
    assert_eq!(folder.report(&["--out", "r.html", "--only", "nothing"]).status.code(), Some(4));
    assert_eq!(folder.report(&["--out", "r.html", "--set", "many=99"]).status.code(), Some(4));
}

#[test]
fn faults_of_the_data_are_in_the_report_and_in_the_status() {
    let folder = Folder::new("faults", "id,charges,on\nP1,many,2026-01-05\nP2,3,never\n");
    let ran = folder.report(&["--out", "r.html"]);
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    let page = std::fs::read_to_string(folder.0.join("r.html")).unwrap();
    assert!(page.contains("not an integer") && page.contains("not a date"));
    assert!(!page.contains("P1") && !page.contains("never<"), "no key and no cell");
}

#[test]
fn a_demonstration_has_a_report() {
    let folder = Folder::new("demo", PEOPLE);
    let ran = Command::new(env!("CARGO_BIN_EXE_assize"))
        .args(["demo", "ofdvi", "--rows", "200", "--out", "demo.html"])
        .current_dir(&folder.0)
        .output()
        .unwrap();
    assert!(ran.status.code().is_some_and(|code| code < 2), "{ran:?}");
    let page = std::fs::read_to_string(folder.0.join("demo.html")).unwrap();
    assert!(page.ends_with("</html>\n") && page.len() < 2_000_000);
}
