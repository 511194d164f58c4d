//! The page of diagnostics: every code has its section, every section its code, an example, the message and the mend.

use crate::blocks::{Expected, at, check, codes, expected};
use crate::limits::BUILT;
use crate::pages::{Page, Section, folder, page, root};
use crate::report;
use assize_lang::diagnostic::Severity;
use assize_report::diagnostics::to_text;
use std::collections::BTreeMap;
use std::path::Path;

const PAGE: &str = "diagnostics.md";

/// The sections with the code and the title of each; what stands before the first is left out.
fn sections(page: &Page) -> impl Iterator<Item = (&str, &str, &Section)> {
    page.sections.iter().skip(1).map(|section| {
        let (code, title) = section.heading.split_once(' ').unwrap_or((&section.heading, ""));
        (code, title, section)
    })
}

/// Every code that the sources can give, with its title where the sources state one.
fn known() -> BTreeMap<String, Option<String>> {
    let mut known = BTreeMap::new();
    for folder in std::fs::read_dir(root().join("crates")).expect("the folder of the crates") {
        let sources = folder.expect("a crate").path().join("src");
        if sources.is_dir() {
            gather(&sources, &mut known);
        }
    }
    for info in assize_compile::codes::ALL {
        known.insert(info.code.0.to_owned(), Some(info.title.to_owned()));
    }
    known
}

/// Gathers `Code("E0001")` from the sources of a folder. `/// Title: …` before it in a list of codes is its title.
fn gather(folder: &Path, known: &mut BTreeMap<String, Option<String>>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry of a folder").path();
        if path.is_dir() {
            gather(&path, known);
            continue;
        }
        if path.extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source file");
        let list = path.ends_with("codes.rs");
        let mut before = "";
        for line in text.lines() {
            if let Some((_, rest)) = line.split_once("Code(\"")
                && let Some((code, _)) = rest.split_once('"')
                && is_code(code)
            {
                let title = before.strip_prefix("/// ").and_then(|doc| doc.split_once(": "));
                let entry = known.entry(code.to_owned()).or_default();
                *entry = entry.take().or_else(|| title.filter(|_| list).map(|(title, _)| lower(title)));
            }
            before = line.trim();
        }
    }
}

fn is_code(text: &str) -> bool {
    text.strip_prefix(['E', 'W']).is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn lower(title: &str) -> String {
    let mut chars = title.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[test]
fn every_code_has_its_section_and_every_section_its_code() {
    let page = page(PAGE);
    let known = known();
    let mut found = Vec::new();
    let mut seen = Vec::new();
    for (code, title, _) in sections(&page) {
        match known.get(code) {
            None => found.push(format!("`{code}` has a section, and nothing gives it")),
            Some(Some(stated)) if stated != title => {
                found.push(format!("`{code}` is called `{title}`, and in the sources `{stated}`"));
            }
            Some(_) => {}
        }
        seen.push(code);
    }
    for code in known.keys() {
        if !seen.contains(&code.as_str()) {
            found.push(format!("`{code}` has no section"));
        }
    }
    let mut sorted = seen.clone();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted != seen {
        found.push("the sections are not in the order of their codes, each once".to_owned());
    }
    report(found);
}

#[test]
fn every_section_shows_the_fault_and_the_mend() {
    let page = page(PAGE);
    let mut found = Vec::new();
    for (code, _, section) in sections(&page) {
        let kinds: Vec<Expected> = section.blocks.iter().filter_map(|block| expected(&page, block)).collect();
        let shows = |kind: &Expected| match kind {
            Expected::Good => false,
            Expected::Errors(codes) | Expected::Warnings(codes) => codes.iter().any(|other| other == code),
        };
        let shown = kinds.iter().position(shows);
        let built = BUILT.iter().any(|(other, _)| *other == code);
        match shown {
            Some(_) if built => found.push(format!("`{code}` is shown, and built by a test too")),
            None if !built => found.push(format!("`{code}` is neither shown nor built by a test")),
            None if !section.prose.contains("needs no example") => {
                found.push(format!("`{code}` does not say that it needs no example"));
            }
            Some(bad) if !kinds.iter().skip(bad).any(|kind| matches!(kind, Expected::Good)) => {
                found.push(format!("`{code}` has no mend"));
            }
            _ => {}
        }
        for block in &section.blocks {
            if matches!(expected(&page, block), Some(Expected::Good))
                && codes(&check(&block.text).diagnostics, Severity::Warning).contains(&code)
            {
                found.push(format!("{}: the mend gives the warning again", at(&page, block)));
            }
        }
        if section.prose.trim().is_empty() {
            found.push(format!("`{code}` is not explained"));
        }
    }
    for (code, _) in BUILT {
        if !sections(&page).any(|(other, ..)| other == *code) {
            found.push(format!("`{code}` is built by a test, and has no section"));
        }
    }
    report(found);
}

/// The message under an example is the one that people see. With `ASSIZE_BLESS` set, the page is written anew.
#[test]
fn messages_are_as_shown() {
    let page = page(PAGE);
    let mut found = Vec::new();
    let mut mends = Vec::new();
    let mut count = 0;
    for section in &page.sections {
        for pair in section.blocks.windows(2) {
            let [bad, shown] = pair else { continue };
            if shown.kind() != "text" || !shown.follows {
                continue;
            }
            count += 1;
            let compiled = check(&bad.text);
            let text = to_text(&compiled.diagnostics, &compiled.sources, false);
            if text.trim_end() != shown.text.trim_end() {
                found.push(format!("{}: the message is\n{text}", at(&page, shown)));
                mends.push((shown.line, shown.text.lines().count(), text));
            }
        }
    }
    if std::env::var_os("ASSIZE_BLESS").is_some() {
        bless(mends);
    }
    report(found);
    assert!(count >= 12, "only {count} messages are shown");
}

/// Puts other lines in the place of so many lines from a line on.
fn bless(mends: Vec<(usize, usize, String)>) {
    let path = folder().join(PAGE);
    let text = std::fs::read_to_string(&path).expect(PAGE);
    let mut lines: Vec<&str> = text.lines().collect();
    for (line, count, new) in mends.iter().rev() {
        lines.splice(line - 1..line - 1 + count, new.trim_end().lines());
    }
    std::fs::write(path, lines.join("\n") + "\n").expect(PAGE);
}

/// What an `import` names and is not there is only known to who reads the files.
#[test]
fn an_import_that_cannot_be_read_is_reported_where_it_is_written() {
    let text = "ruleset example version \"1\" {}\nimport \"nowhere.assize\"\n";
    let error = assize::RuleSet::compile("example.assize", text).expect_err("there is no such file");
    assert_eq!(codes(&error.diagnostics, Severity::Error), ["E0007"]);
    let place = error.diagnostics.iter().find_map(|found| found.primary.as_ref()).expect("a place").span;
    let at = error.sources.get(place.file).expect("its file").line_column(place.start);
    assert_eq!((at.line, at.column), (2, 8));
}
