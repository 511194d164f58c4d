//! Putting the cases to a door, and saying what differs.

use crate::case::{Case, cases};
use crate::doors::batch::{Batch, From};
use crate::doors::row::Row;
use crate::doors::{Answer, Door, Gives, Refusal};
use crate::{layout, skips};
use serde_json::Value;

/// Cases that are told of in full when they differ.
const SHOWN: usize = 8;

/// Puts every case to a door.
pub fn through(door: &dyn Door) {
    let mut found = Vec::new();
    let (mut passed, mut skipped) = (0, 0);
    for case in cases() {
        if skips::reason(door.name(), case).is_some() {
            skipped += 1;
            continue;
        }
        match differs(door, case, &door.answer(case)) {
            None => passed += 1,
            Some(difference) => found.push(format!("{}: {difference}", case.name)),
        }
    }
    println!("{}: {passed} cases the same, {skipped} skipped, {} differ", door.name(), found.len());
    let names: Vec<&str> = found.iter().filter_map(|found| found.split(": ").next()).collect();
    let all = format!("{} differ: {}", found.len(), names.join(", "));
    assert!(found.is_empty(), "through {}:\n\n{}\n\n{all}", door.name(), shown(&found));
    assert!(passed > 0, "no case went through {}", door.name());
}

fn shown(found: &[String]) -> String {
    found.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join("\n\n")
}

/// How an answer differs from what is expected.
pub fn differs(door: &dyn Door, case: &Case, answer: &Answer) -> Option<String> {
    let refused = std::fs::read_to_string(case.home.join("expected-error.txt")).ok();
    let results = std::fs::read_to_string(case.home.join("expected.json")).ok();
    match (answer, refused, results) {
        (Answer::Impossible(why), ..) => Some(format!("it is not to be had through {}: {why}", door.name())),
        (_, None, None) => Some("nothing says what is expected; see ASSIZE_BLESS".to_owned()),
        (_, Some(_), Some(_)) => Some("both results and an error are expected".to_owned()),
        (Answer::Results(_), Some(_), None) => Some("there are results, and it was to be refused".to_owned()),
        (Answer::Refused(refusal), Some(expected), None) => {
            let expected = if door.sees_files() { expected } else { without_files(case, expected) };
            difference(&expected, &refusal.text(case))
        }
        (Answer::Refused(refusal), None, Some(_)) => Some(format!("it is refused: {}", refusal.text(case))),
        (Answer::Results(text), None, Some(expected)) => {
            let text = case.without_folder(text);
            match (layout::comparable(case, &text), door.gives()) {
                (text, Gives::All) => difference(&expected, &text),
                (text, Gives::NoMeasures) => difference(&layout::without_measures(&expected), &text),
                (text, Gives::Rows) => difference(&layout::rows_alone(&expected), &text),
            }
        }
    }
}

/// A message as it is told by who is given rows, and not the files they come from.
fn without_files(case: &Case, expected: String) -> String {
    case.data.iter().fold(expected, |expected, (_, file)| expected.replace(&format!(" from `{file}`"), ""))
}

/// The first line that differs, with what stands before it.
fn difference(expected: &str, given: &str) -> Option<String> {
    if expected == given {
        return None;
    }
    let (mut left, mut right) = (expected.lines(), given.lines());
    let mut before: Vec<&str> = Vec::new();
    loop {
        let (wanted, got) = (left.next(), right.next());
        if wanted.is_none() && got.is_none() {
            return Some("the line ends at the end differ".to_owned());
        }
        if wanted == got {
            before.extend(wanted);
            continue;
        }
        let at = before.len() + 1;
        let context: String = before.iter().rev().take(4).rev().map(|line| format!("      {line}\n")).collect();
        let side = |line: Option<&str>| line.unwrap_or("(nothing more)").to_owned();
        return Some(format!("line {at}\n{context}    - {}\n    + {}", side(wanted), side(got)));
    }
}

/// Writes what is expected of a case: the categories, records and errors as row evaluation has them, the measures as
/// the batch has them.
pub fn bless(case: &Case) {
    let batch = Batch(From::Files, 1).answer(case);
    let (name, text) = match batch {
        Answer::Refused(refusal) => ("expected-error.txt", Refusal::text(&refusal, case)),
        Answer::Results(batch) => {
            let batch = layout::comparable(case, &case.without_folder(&batch));
            let row = match Row.answer(case) {
                Answer::Results(row) if skips::reason(Row.name(), case).is_none() => {
                    let row = layout::comparable(case, &case.without_folder(&row));
                    Some(serde_json::from_str::<Value>(&row).expect("results are JSON"))
                }
                _ => None,
            };
            let mut whole: Value = serde_json::from_str(&batch).expect("results are JSON");
            if let (Some(whole), Some(Value::Object(row))) = (whole.as_object_mut(), row) {
                for (key, value) in row {
                    if !layout::OF_MANY.contains(&key.as_str()) {
                        whole.insert(key, value);
                    }
                }
            }
            ("expected.json", layout::pretty(&whole))
        }
        Answer::Impossible(why) => panic!("{}: {why}", case.name),
    };
    for old in ["expected-error.txt", "expected.json"] {
        let _ = std::fs::remove_file(case.home.join(old));
    }
    std::fs::write(case.home.join(name), text).expect("a file that can be written");
}
