//! Movement, responses and coverage through the command.

#![expect(clippy::unwrap_used, reason = "a test may stop where it breaks")]

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

const RULES: &str = r#"ruleset moves version "1" {}
ordered codes Level { low high top }
record Person { id : text key   minor : boolean protected   charges : many Charge by person }
record Charge { person : text   on : date   violent : boolean }
category standing of Person -> Level {
  top  when many : (count charges where violent) >= 3
  high when some : any charges where violent
  low  when young : minor
  uses protected minor because "The youth act"
}
progression conduct of Person for standing "Conduct" {
  start at low
  raise 1 at each Charge where violent
  lower 1 after 12 months without Charge
  hold at least 30 days
}
response to conduct {
  top  : "Visit"  by patrol within 2 days
  high : "Letter" by patrol within 1 month
  low  : "Nothing"
}
test "one" {
  as_of 2026-01-01
  given Person { id: "1", minor: no, charges: [ { on: 2025-12-01, violent: yes } ] }
  expect standing = high because some
}
"#;

const PEOPLE: &str = "id,minor\np,no\n";
const CHARGES: &str = "person,on,violent\np,2024-01-10,yes\np,2025-03-01,yes\np,2025-03-05,yes\np,2025-06-01,\n";

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    for (name, content) in [("rules.assize", RULES), ("people.csv", PEOPLE), ("charges.csv", CHARGES)] {
        std::fs::write(path.join(name), content).unwrap();
    }
    path
}

fn assize(folder: &Path, args: &[&str]) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_assize")).args(args).current_dir(folder).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

const DATA: [&str; 6] = ["--data", "Person=people.csv", "--data", "Charge=charges.csv", "--as-of", "2026-01-01"];

#[test]
fn each_step_is_told() {
    let folder = folder("steps");
    let args = [&["explain", "rules.assize", "--key", "p"][..], &DATA].concat();
    let text = assize(&folder, &args);
    let steps = text.split("How it moved\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let dates: Vec<String> = steps
        .lines()
        .filter(|line| line.contains("  ") && line.contains('['))
        .map(|line| line.trim().to_owned())
        .collect();
    assert_eq!(
        dates,
        [
            "2024-01-10  low -> high: raise 1 at each Charge where violent [rules.assize:13]",
            "2025-01-10  high -> low: lower 1 after 12 months without Charge [rules.assize:14]",
            "2025-03-01  low -> high: raise 1 at each Charge where violent [rules.assize:13]",
            "2025-03-05  stays high: raise 1 at each Charge where violent: waits until the hold is over on 2025-03-31 [rules.assize:13]",
            "2025-03-31  high -> top: the hold is over: what waited is done [rules.assize:11]",
            "2025-06-01  stays top: it is not known whether this counts; the lines after it leave it out [rules.assize:13]",
        ],
        "{text}"
    );
    assert!(text.contains("uses protected Person.minor, because: The youth act"), "{text}");
    assert!(text.contains("response: Visit, by patrol, due 2026-01-03"), "{text}");
    let args = [&args[..], &["--category", "conduct", "--format", "json"]].concat();
    let whole: Value = serde_json::from_str(&assize(&folder, &args)).unwrap();
    let told = whole.as_array().map_or(&whole, |all| &all[0]);
    let step = json!({ "date": "2025-03-31", "from": "high", "to": "top", "why": "the hold is over: what waited is done",
                       "event": null, "number": null, "place": "rules.assize:11" });
    assert_eq!(told["steps"][4], step);
    assert_eq!(told["responses"], json!([{ "code": "top", "text": "Visit", "by": "patrol", "due": "2026-01-03" }]));
}

#[test]
fn responses_stand_in_rows_and_tables() {
    let folder = folder("responses");
    let json = assize(&folder, &[&["run", "rules.assize", "--format", "json"][..], &DATA].concat());
    let results: Value = serde_json::from_str(&json).unwrap();
    let rows = &results["categories"]["conduct"]["rows"];
    assert_eq!(rows[0]["responses"], json!([{ "text": "Visit", "by": "patrol", "due": "2026-01-03" }]));
    assert_eq!(results["categories"]["standing"]["rows"][0].get("responses"), None);
    assize(&folder, &[&["run", "rules.assize", "--format", "csv", "--out", "out"][..], &DATA].concat());
    let table = std::fs::read_to_string(folder.join("out/conduct.csv")).unwrap();
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("key,value,state,because,possible,missing,error,response,responsible,due"),);
    assert_eq!(lines.next(), Some("p,top,decided,top,top,,,Visit,patrol,2026-01-03"));
    let schema: Value = serde_json::from_str(&assize(&folder, &["schema", "rules.assize"])).unwrap();
    assert_eq!(schema["categories"]["conduct"]["moves_for"], "standing");
    assert_eq!(schema["categories"]["conduct"]["responses"][0]["by"], "patrol");
    assert_eq!(schema["categories"]["standing"]["uses_protected"][0]["because"], "The youth act");
}

#[test]
fn coverage_names_what_no_test_tries() {
    let folder = folder("coverage");
    let text = assize(&folder, &["test", "rules.assize"]);
    assert!(text.contains("1 of 6 criteria decided some test"), "{text}");
    assert!(text.contains("rules.assize:6: `standing.many`: never true in a test"), "{text}");
    assert!(text.contains("rules.assize:8: `standing.young`: reached by no test"), "{text}");
    let told: Value = serde_json::from_str(&assize(&folder, &["test", "rules.assize", "--format", "json"])).unwrap();
    assert_eq!((&told["passed"], &told["coverage"]["decided"]), (&json!(true), &json!(1)));
    assert_eq!(told["coverage"]["by"][1]["tried"], "decided a test");
    assert_eq!(told["coverage"]["by"][2]["place"], json!({ "file": "rules.assize", "line": 8 }));
}
