//! The guide (`tests/spec/guide.md`), word for word: its files are written, its commands run in a new folder, and what
//! they print is what it shows.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

/// A block of the page: the words behind its fence, its line, and its text.
fn blocks(page: &str) -> Vec<(Vec<&str>, usize, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(Vec<&str>, usize, String)> = None;
    for (at, line) in page.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(info), None) => open = Some((info.split_whitespace().collect(), at + 2, String::new())),
            (None, Some((.., text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

#[test]
fn the_guide_works_word_for_word() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/spec/guide.md");
    let page = std::fs::read_to_string(page).unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guide");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let (mut commands, mut compared) = (0, 0);
    let mut printed: Option<String> = None;
    for (info, line, text) in blocks(&page) {
        match info.as_slice() {
            ["csv", file] => std::fs::write(folder.join(file), text).unwrap(),
            // Each is added to the end of the file.
            ["rules", file] => {
                let mut rules = std::fs::OpenOptions::new().create(true).append(true).open(folder.join(file)).unwrap();
                if rules.metadata().unwrap().len() > 0 {
                    rules.write_all(b"\n").unwrap();
                }
                rules.write_all(text.as_bytes()).unwrap();
            }
            ["sh"] if text.starts_with("cargo install ") => {}
            ["sh"] => {
                let words: Vec<&str> = text.split_whitespace().collect();
                let [command, args @ ..] = words.as_slice() else { panic!("line {line}: no command") };
                assert_eq!(*command, "assize", "line {line}");
                let output =
                    Command::new(env!("CARGO_BIN_EXE_assize")).args(args).current_dir(&folder).output().unwrap();
                let said = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success() && said.is_empty(), "line {line}: {said}");
                printed = Some(String::from_utf8(output.stdout).unwrap());
                commands += 1;
            }
            ["output"] => {
                let printed = printed.take().unwrap_or_else(|| panic!("line {line}: no command before it"));
                assert_eq!(printed.trim_end(), text.trim_end(), "line {line}");
                compared += 1;
            }
            other => panic!("line {line}: nothing is done with a block `{}`", other.join(" ")),
        }
    }
    assert!(commands >= 8 && compared >= 7, "{commands} commands, {compared} outputs");
    let report = std::fs::read_to_string(folder.join("report.html")).unwrap();
    assert!(report.contains("The first year of notices") && report.contains("Residents feel safe at night"));
}
