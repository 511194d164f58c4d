//! `assize import dmn` on the decision-table models of the DMN compatibility kit, kept beside the project: every case
//! gives what the kit says. Without them the test is skipped, with a message.

#![expect(clippy::unwrap_used, reason = "a test may stop where it breaks")]

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn assize(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_assize")).args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// `RiskCategory` and `Approval Status` as the rules have them.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && out.ends_with(|last: char| last.is_ascii_lowercase()) {
            out.push('_');
        }
        out.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    }
    out
}

fn literal(value: &Value) -> String {
    match value {
        Value::Bool(truth) => if *truth { "yes" } else { "no" }.to_owned(),
        Value::String(text) => snake(text),
        number => number.to_string(),
    }
}

/// The output cells of each row of the table, by the output's name.
fn rows(rules: &str) -> Vec<BTreeMap<String, String>> {
    let mut lines = rules.lines().filter_map(|line| line.strip_prefix("  |"));
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let head = cells(lines.next().unwrap());
    let outputs = |line: &str| {
        let named =
            head.iter().zip(cells(line)).filter_map(|(name, cell)| Some((name.strip_prefix("-> ")?.to_owned(), cell)));
        named.collect::<BTreeMap<_, _>>()
    };
    lines.map(outputs).collect()
}

#[test]
fn every_case_of_the_models_is_right() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/dmn");
    let Ok(cases) = std::fs::read_to_string(data.join("cases.json")) else {
        eprintln!("skipped: {} is not there", data.display());
        return;
    };
    let cases: Vec<Value> = serde_json::from_str(&cases).unwrap();
    let mut models: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for case in &cases {
        models.entry(case["model"].as_str().unwrap()).or_default().push(case);
    }
    assert_eq!((models.len(), cases.len()), (9, 27));
    let folder = folder("dmn");
    let mut right = 0;
    for (model, cases) in models {
        let file = data.join(format!("{model}.dmn"));
        let imported = assize(&["import", "dmn", &file.display().to_string()]);
        assert!(imported.status.success(), "{model}: {}{}", text(&imported.stderr), text(&imported.stdout));
        let mut rules = text(&imported.stdout);
        let table = rows(&rules);
        // Values, as tests in the file itself.
        let mut lines = String::new();
        for case in &cases {
            let _ = writeln!(lines, "{}", case["inputs"]);
            let given = case["inputs"].as_object().unwrap();
            let given: Vec<String> =
                given.iter().map(|(name, value)| format!("{}: {}", snake(name), literal(value))).collect();
            let decision = snake(case["decision"].as_str().unwrap());
            let mut wanted: BTreeMap<String, Vec<String>> = BTreeMap::new();
            let many = case["expected"].is_array();
            let all = case["expected"].as_array().cloned().unwrap_or_else(|| vec![case["expected"].clone()]);
            for one in &all {
                match one.as_object() {
                    Some(parts) => parts.iter().for_each(|(name, value)| {
                        wanted.entry(format!("{decision}.{}", snake(name))).or_default().push(literal(value));
                    }),
                    None => wanted.entry(decision.clone()).or_default().push(literal(one)),
                }
            }
            let _ = write!(
                rules,
                "\ntest {} {{ as_of 2026-01-01 given Case {{ {} }}",
                case["test"].to_string().replace('\\', ""),
                given.join(", ")
            );
            for (name, mut values) in wanted {
                values.sort();
                values.dedup();
                let value = if many { format!("{{{}}}", values.join(", ")) } else { values.concat() };
                let _ = write!(rules, " expect {name} = {value}");
            }
            rules.push_str(" }\n");
        }
        let path = folder.join(format!("{model}.assize"));
        std::fs::write(&path, &rules).unwrap();
        let tested = assize(&["test", &path.display().to_string()]);
        assert!(tested.status.success(), "{model}: {}{}\n{rules}", text(&tested.stdout), text(&tested.stderr));
        // The rows behind them: as many, and each with its answers.
        let given = folder.join(format!("{model}.jsonl"));
        std::fs::write(&given, lines).unwrap();
        let ran = assize(&[
            "run",
            &path.display().to_string(),
            "--data",
            &format!("Case={}", given.display()),
            "--as-of",
            "2026-01-01",
            "--format",
            "json",
        ]);
        assert!(ran.status.success(), "{model}: {}", text(&ran.stderr));
        let results: Value = serde_json::from_slice(&ran.stdout).unwrap();
        let category = results["categories"].as_object().unwrap().values().next();
        for (at, case) in cases.iter().enumerate() {
            right += 1;
            let (Some(category), Some(expected)) = (category, case["expected"].as_array()) else { continue };
            let mut because: Vec<usize> = category["rows"][at]["because"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row.as_str().unwrap().strip_prefix("row_").unwrap().parse().unwrap())
                .collect();
            because.sort_unstable();
            assert_eq!(because.len() as u64, case["n_hits"].as_u64().unwrap(), "{model} {at}");
            let mut got: Vec<Vec<String>> =
                because.iter().map(|row| table[row - 1].values().cloned().collect()).collect();
            let mut wanted: Vec<Vec<String>> = expected
                .iter()
                .map(|one| match one.as_object() {
                    Some(parts) => {
                        let parts: BTreeMap<String, String> =
                            parts.iter().map(|(name, value)| (snake(name), literal(value))).collect();
                        parts.into_values().collect()
                    }
                    None => vec![literal(one)],
                })
                .collect();
            if case["hit_policy"] != "RULE ORDER" {
                got.sort();
                wanted.sort();
            }
            assert_eq!(got, wanted, "{model} {at}");
        }
    }
    assert_eq!(right, 27);
}

#[test]
fn what_has_no_counterpart_is_named() {
    let folder = folder("dmn-refused");
    let path = folder.join("model.dmn");
    let refused = |model: &str| {
        std::fs::write(&path, model).unwrap();
        let done = assize(&["import", "dmn", &path.display().to_string()]);
        assert_eq!(done.status.code(), Some(3));
        assert!(done.stdout.is_empty());
        text(&done.stderr)
    };
    assert!(refused("no XML").contains("it is no XML"));
    assert!(
        refused("<definitions><decision name=\"Fee\"><literalExpression/></decision></definitions>")
            .contains("decision `Fee` is no decision table but `literalExpression`")
    );
    let table = |test: &str, answer: &str| {
        format!(
            "<definitions name=\"m\"><decision name=\"Fee\"><decisionTable hitPolicy=\"FIRST\">\
             <input><inputExpression typeRef=\"number\"><text>Age</text></inputExpression></input><output/>\
             <rule><inputEntry><text>{test}</text></inputEntry><outputEntry><text>{answer}</text></outputEntry></rule>\
             </decisionTable></decision></definitions>"
        )
    };
    assert!(refused(&table("sum(1, 2)", "5")).contains("the test `sum(1, 2)` in rule 1 of `Fee`"));
    assert!(refused(&table("1", "Age * 2")).contains("the output `Age * 2` of `Fee`"));
}
