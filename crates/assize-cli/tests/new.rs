//! `assize new` as its users meet it: the copy of each pack checks, passes its tests and runs by the commands that are
//! printed, and nothing is ever written over.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may stop where it breaks")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const PACKS: [&str; 5] = ["ofdvi", "montreal", "ontario", "newbrunswick", "halifax"];

/// A folder of its own for a test; its name has a space and a quote in it, which shells must not trip over.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("new it's {name}"));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

/// Runs a line as a person would who has the command on the path.
fn shell(folder: &Path, line: &str) -> Output {
    let own = Path::new(env!("CARGO_BIN_EXE_assize")).parent().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", r#"PATH="$0:$PATH"; eval "$1""#]).arg(own).arg(line);
    command.current_dir(folder).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[track_caller]
fn well(output: &Output) -> String {
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{err}{}", out(output));
    out(output)
}

/// The commands of a text, each with the lines that it goes on over.
fn commands(text: &str) -> Vec<String> {
    let joined = text.replace("\\\n", "");
    joined.lines().filter(|line| line.starts_with("assize ")).map(str::to_owned).collect()
}

#[test]
fn every_copy_checks_tests_and_runs_by_the_commands_that_are_printed() {
    for pack in PACKS {
        let folder = folder(pack);
        let dir = folder.join("my copy");
        let said = well(&shell(&folder, &format!("assize new {pack} \"{}\" --rows 300 --seed 5", dir.display())));
        assert!(said.contains("seed 5") && said.contains("300 rows"), "{said}");
        let lines = commands(&said);
        for word in ["check", "test", "run"] {
            let line = lines.iter().find(|line| line.starts_with(&format!("assize {word} "))).unwrap();
            let said = well(&shell(&folder, line));
            match word {
                "check" => assert!(said.starts_with(pack), "{said}"),
                "test" => assert!(said.contains(" 0 failed") && !said.contains("not tested"), "{said}"),
                _ => assert!(said.contains("read 300 "), "{said}"),
            }
        }
        for line in lines.iter().filter(|line| line.starts_with("assize report ")) {
            well(&shell(&folder, line));
            assert!(dir.join("report.html").is_file());
        }
        well(&shell(&dir, "assize fmt --check *.assize"));
        let page = std::fs::read_to_string(dir.join("README.md")).unwrap();
        for part in ["## Fact", "## Local choice", "## Not decided by the engine"] {
            assert!(page.contains(part), "{pack}: {part}");
        }
        // The page has the commands as well, for whoever comes back to the folder.
        let here: Vec<String> = commands(&page).into_iter().filter(|line| !line.contains(" report ")).collect();
        assert_eq!(here.len(), 3);
        for line in here {
            well(&shell(&dir, &line));
        }
        // The copy is one to be changed: a parameter of it may be.
        let rules = std::fs::read_to_string(dir.join("rules.assize")).unwrap();
        std::fs::write(dir.join("rules.assize"), format!("{rules}\nparameter our_own : integer = 3 \"Ours\"\n"))
            .unwrap();
        well(&shell(&dir, "assize check rules.assize"));
    }
}

#[test]
fn a_folder_with_anything_in_it_is_refused_and_left_as_it_is() {
    let folder = folder("refused");
    std::fs::create_dir(folder.join("full")).unwrap();
    std::fs::write(folder.join("full/rules.assize"), "mine").unwrap();
    std::fs::write(folder.join("a file"), "mine").unwrap();
    for (dir, words) in [("full", "not empty"), ("'a file'", "is a file")] {
        let refused = shell(&folder, &format!("assize new ofdvi {dir}"));
        assert_eq!(refused.status.code(), Some(4));
        let err = String::from_utf8(refused.stderr).unwrap();
        assert!(err.contains(words) && err.contains("not there yet"), "{err}");
    }
    assert_eq!(std::fs::read_to_string(folder.join("full/rules.assize")).unwrap(), "mine");
    assert_eq!(std::fs::read_dir(folder.join("full")).unwrap().count(), 1);
    // One that is empty will do, and one within folders that are not there.
    std::fs::create_dir(folder.join("empty")).unwrap();
    well(&shell(&folder, "assize new halifax empty --rows 0"));
    well(&shell(&folder, "assize new halifax a/b/c --rows 1"));
    let said = well(&shell(&folder, "assize new halifax --rows 1 -- -x"));
    well(&shell(&folder, &commands(&said)[0]));
}

#[test]
fn a_name_that_is_no_pack_is_told_what_there_is() {
    let folder = folder("names");
    for (line, words) in [
        ("assize new monteral x", "did you mean `montreal`"),
        ("assize demo OFDVI", "did you mean `ofdvi`"),
        ("assize new odara x", "is a template"),
        ("assize demo something", "ofdvi, montreal, ontario, newbrunswick, halifax"),
    ] {
        let refused = shell(&folder, line);
        assert_eq!(refused.status.code(), Some(4));
        let err = String::from_utf8(refused.stderr).unwrap();
        assert!(err.contains(words), "{err}");
    }
    assert!(!folder.join("x").exists());
}

#[test]
fn every_demonstration_explains_one_record_and_names_the_next_command() {
    let folder = folder("demo");
    for pack in PACKS {
        let said = well(&shell(&folder, &format!("assize demo {pack} --rows 400")));
        for words in ["made up, seed 1", "What was asked", "rows a second"] {
            assert!(said.contains(words), "{pack}: {words}");
        }
        assert!(said.trim_end().ends_with(&format!("assize new {pack} DIR")), "{pack}");
    }
    assert!(well(&shell(&folder, "assize demo --rows 50")).contains("`ofdvi`"));
}
