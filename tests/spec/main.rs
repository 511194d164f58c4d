//! The language reference, executed: every block of rules on its pages is checked, its tests are run, and every code
//! that can be reported has its section.

#[cfg(test)]
mod blocks;
#[cfg(test)]
mod data;
#[cfg(test)]
mod diagnostics;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod sheets;

use assize_eval::row::Plan;
use assize_eval::row::testing::run_tests;
use blocks::{Expected, at, check, expected, fault};
use pages::{Page, page, pages};
use std::sync::Arc;

/// The pages about what rules come to: each shows it in a test.
const EVALUATION: &[&str] = &[
    "categories.md",
    "checker.md",
    "children.md",
    "expressions.md",
    "files.md",
    "functions.md",
    "instruments.md",
    "labels.md",
    "movement.md",
    "tables.md",
    "values.md",
    "versions.md",
];

/// Fails with everything that was found.
fn report(found: Vec<String>) {
    assert!(found.is_empty(), "{}\n\n{} in all", found.join("\n\n"), found.len());
}

#[test]
fn every_block_checks_as_it_says() {
    let pages = pages();
    let mut found = Vec::new();
    let mut count = 0;
    for page in &pages {
        for block in page.blocks() {
            let Some(expected) = expected(page, block) else { continue };
            count += 1;
            if let Some(fault) = fault(&expected, &check(&block.text)) {
                found.push(format!("{}: {fault}", at(page, block)));
            }
        }
    }
    report(found);
    assert!(count > 100, "only {count} blocks were found");
}

#[test]
fn the_tests_in_the_blocks_pass() {
    let mut found = Vec::new();
    let mut count = 0;
    for page in &pages() {
        for block in page.blocks() {
            if expected(page, block).is_none() {
                continue;
            }
            let compiled = check(&block.text);
            let Some(program) = compiled.program else { continue };
            let plan = Plan::new(Arc::clone(&program)).expect("a program that the evaluator takes");
            let outcome = run_tests(&Arc::new(plan));
            assert_eq!(outcome.tests.len(), program.tests.len());
            count += outcome.tests.len();
            for test in &outcome.tests {
                for failure in &test.failures {
                    let source = compiled.sources.iter().next().expect("the block");
                    let line = source.line_column(failure.place.start).line as usize + block.line - 1;
                    let (title, subject) = (&test.title, &failure.subject);
                    let (wanted, actual) = (&failure.expected, &failure.actual);
                    found.push(format!(
                        "tests/spec/{}:{line}: \"{title}\": `{subject}` was to be {wanted}, and is {actual}",
                        page.name
                    ));
                }
            }
        }
    }
    report(found);
    assert!(count > 20, "only {count} tests were run");
}

#[test]
fn every_block_is_of_a_known_kind() {
    let mut found = Vec::new();
    for page in &pages() {
        for block in page.blocks() {
            let known = match block.kind() {
                "assize" => true,
                "text" => page.name != "diagnostics.md" || block.follows,
                // The command's tests run the guide.
                _ if page.name == "guide.md" => true,
                "csv" | "jsonl" => page.name == "data.md",
                _ => false,
            };
            if !known {
                found.push(format!("{}: nothing is done with a block `{}`", at(page, block), block.info.join(" ")));
            }
        }
    }
    report(found);
}

#[test]
fn pages_about_evaluation_have_tests() {
    for name in EVALUATION {
        let page = page(name);
        let good = page.blocks().filter(|block| matches!(expected(&page, block), Some(Expected::Good)));
        assert!(good.map(|block| block.text.matches("\ntest \"").count()).sum::<usize>() > 0, "{name} has no test");
    }
}

#[test]
fn the_list_of_pages_is_whole() {
    let readme = std::fs::read_to_string(pages::folder().join("README.md")).expect("the list of pages");
    let listed: Vec<&str> = readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    let names: Vec<String> = pages().into_iter().map(|Page { name, .. }| name).collect();
    for name in &names {
        assert!(name == "README.md" || listed.contains(&name.as_str()), "{name} is not listed in README.md");
    }
    for name in listed {
        assert!(names.iter().any(|known| known == name), "README.md lists {name}, which is not there");
    }
}
