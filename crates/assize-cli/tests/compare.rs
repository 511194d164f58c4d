//! `assize compare` as its users meet it: two versions of rules alone, and over data.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it breaks")]

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

const OLD: &str = r#"
ruleset list version "1" { title "Offender list" }
parameter many : integer = 5 in 1..10
ordered codes Level { low middle high }
record Person { id : text key  charges : integer  armed : boolean }
category level of Person -> Level "Level" {
  high when { weapon "A weapon" : armed  often : charges >= many }
  middle when some : charges >= 3
  low when any_charge : charges >= 1
}
category gone of Person -> Level { low when x : armed }
measure share of Person "Armed" { numerator armed  as rate per 100  by level }
"#;

const NEW: &str = r#"
ruleset list version "2" { title "Offender list" }
parameter many : integer = 6 in 1..10
parameter some_charges : integer = 3
ordered codes Level { low high top }
record Person { id : text key  charges : integer  armed : boolean }
record Officer { id : text key }
category level of Person -> Level "The level" {
  top when often : charges >= many
  high when { some : charges >= some_charges  weapon "A weapon" : (armed) }
  low when any_charge : charges >= 1
}
measure share of Person "Armed" { numerator armed  as rate per 100  by level }
measure officers of Officer { as count }
"#;

const PEOPLE: &str = "id,charges,armed\nP1,0,no\nP2,1,no\nP3,3,no\nP4,4,no\nP5,5,no\nP6,6,no\nP7,1,yes\nP8,1,\n";
const DATA: [&str; 4] = ["--data", "Person=people.csv", "--as-of", "2026-06-01"];

struct Folder(PathBuf);

impl Folder {
    fn with(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("compare-{name}"));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        let folder = Self(path);
        folder.put("old.assize", OLD);
        folder.put("new.assize", NEW);
        folder.put("people.csv", PEOPLE);
        folder
    }

    fn put(&self, name: &str, content: &str) {
        std::fs::write(self.0.join(name), content).unwrap();
    }

    /// `compare old new` with more arguments: the exit status, standard output and standard error.
    fn compare(&self, more: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_assize"));
        command.args(["compare", "old.assize", "new.assize"]).args(more).current_dir(&self.0);
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let (out, err) = (text(output.stdout), text(output.stderr));
        assert!(!err.contains("panicked"), "{err}");
        (output.status.code().unwrap_or(-1), out, err)
    }

    fn json(&self, more: &[&str]) -> Value {
        let (exit, out, err) = self.compare(&[more, &["--format", "json"]].concat());
        assert_eq!(exit, 0, "{err}");
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }
}

#[track_caller]
fn says(text: &str, words: &[&str]) {
    for words in words {
        assert!(text.contains(words), "`{words}` is not in:\n{text}");
    }
}

#[test]
fn over_data_it_says_who_moves_where() {
    let folder = Folder::with("data");
    let (exit, out, err) = folder.compare(&DATA);
    assert_eq!((exit, err.as_str()), (0, ""));
    says(
        &out,
        &[
            "Offender list\nold: list 1, blake3:",
            ", as of 2026-06-01\n",
            "parameters: many 5 -> 6\n",
            "changes of meaning\n  changed  parameter  many",
            "default: 5 -> 6\n",
            "  added    record     Officer\n",
            "read 8 Person\n",
            "The level (level)\n  3 of 8 records moved (37.5 %)\n  1 record stayed for other reasons\n",
            "  old \\ new  low  high  none  top\n  ---------  ---  ----  ----  ---\n  low          2     .     .    .\n",
            "  middle  high        2  25.0 %  some     P3, P4\n",
            "  high    top         1  12.5 %  often    P6\n",
            "only in the old results: category gone\n",
            "Armed (share)\n",
        ],
    );
    assert!(!out.contains("changes of wording") && !out.contains("stayed  "), "{out}");
    let (_, all, _) = folder.compare(&[&DATA[..], &["--all"]].concat());
    says(
        &all,
        &[
            "changes of wording\n  changed  criterion  level.weapon  condition: armed -> (armed)\n",
            "  stayed             records",
        ],
    );
    let (_, none, _) = folder.compare(&[&DATA[..], &["--examples", "0"]].concat());
    says(&none, &["  middle  high        2  25.0 %  some\n"]);
}

#[test]
fn json_has_all_of_it() {
    let folder = Folder::with("json");
    let found = folder.json(&[&DATA[..], &["--examples", "1"]].concat());
    assert_eq!(found["old"]["parameters"], json!({ "many": "5" }));
    assert_eq!(found["new"]["version"], "2");
    assert_eq!(
        found["records"],
        json!({ "Person": { "old": { "read": 8, "faults": 0 }, "new": { "read": 8, "faults": 0 } } })
    );
    let level = &found["categories"]["level"];
    assert_eq!(
        [
            &level["of"],
            &level["rows"],
            &level["moved"],
            &level["state_changed"],
            &level["stayed"],
            &level["same_for_other_reasons"]
        ],
        [&json!("Person"), &json!(8), &json!(3), &json!(0), &json!(5), &json!(1)]
    );
    let cells = level["cells"].as_array().unwrap();
    let middle = cells.iter().find(|cell| cell["old"]["value"] == "middle").unwrap();
    assert_eq!(
        *middle,
        json!({
            "old": { "value": "middle", "state": "decided" }, "new": { "value": "high", "state": "decided" },
            "change": "value", "count": 2, "keys": ["P3"],
            "reasons": [ { "old": ["some"], "new": ["some"], "count": 2 } ], "reasons_unlisted": 0,
        })
    );
    let provisional = cells.iter().find(|cell| cell["old"]["state"] == "provisional").unwrap();
    assert_eq!((&provisional["change"], &provisional["keys"]), (&json!("nothing"), &json!([])));
    assert_eq!(found["other_categories"], json!({ "only_old": ["gone"], "only_new": [], "unlike": [] }));
    let rows = found["measures"]["share"]["rows"].as_array().unwrap();
    let high = rows.iter().find(|row| row["by"]["level"] == "high").unwrap();
    assert_eq!(
        *high,
        json!({
            "by": { "level": "high" }, "changed": true,
            "old": { "numerator": 1, "denominator": 3, "value": "33.3", "state": "known" },
            "new": { "numerator": 1, "denominator": 4, "value": "25.0", "state": "known" },
            "difference": "-8.3",
        })
    );
    let top = rows.iter().find(|row| row["by"]["level"] == "top").unwrap();
    assert_eq!((&top["old"], &top["difference"]), (&Value::Null, &Value::Null));
    let kinds: Vec<&str> = found["changes"]["declarations"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|change| change["kind"].as_str())
        .collect();
    assert!(kinds.contains(&"criterion") && kinds.contains(&"record"), "{kinds:?}");
    // The same again, byte for byte.
    let again = [&DATA[..], &["--examples", "1", "--format", "json"]].concat();
    assert_eq!(folder.compare(&again).1, folder.compare(&again).1);
}

#[test]
fn without_data_it_compares_what_is_declared() {
    let folder = Folder::with("declared");
    let (exit, out, _) = folder.compare(&[]);
    assert_eq!(exit, 0);
    says(
        &out,
        &[
            "new: list 2, blake3:",
            "  changed  criterion  level.some    gives: middle -> high\n",
            "condition: charges >= 3 -> charges >= some_charges\n",
            "  removed  category   gone\n",
            "  not changed themselves, and read what is: measure share\n",
            "1 change of wording\n",
        ],
    );
    let found = folder.json(&[]);
    assert_eq!((&found["meaning"], &found["same_text"]), (&json!(true), &json!(false)));
    assert_eq!(found["affected"], json!([{ "kind": "measure", "name": "share" }]));
    folder.put("new.assize", &OLD.replace("version \"1\"", "version \"2\"").replace("  low when", "\n# so\n low when"));
    says(&folder.compare(&[]).1, &["the rules mean the same; only layout or comments differ\n"]);
    folder.put("new.assize", &OLD.replace("\"A weapon\"", "\"Armed\""));
    let (_, out, _) = folder.compare(&["--all"]);
    says(
        &out,
        &[
            "the rules mean the same\n\nchanges of wording\n  changed  criterion  level.weapon  title: A weapon -> Armed\n",
        ],
    );
    folder.put("new.assize", OLD);
    says(&folder.compare(&[]).1, &["the rules are the same, word for word\n"]);
    assert_eq!(folder.json(&[])["declarations"], json!([]));
}

#[test]
fn parameters_and_records_go_to_those_that_have_them() {
    let folder = Folder::with("given");
    folder.put("officers.csv", "id\nO1\n");
    let more = ["--set", "many=4", "--set", "some_charges=1", "--data", "Officer=officers.csv"];
    let found = folder.json(&[&DATA[..], &more].concat());
    assert_eq!((&found["old"]["parameters"]["many"], &found["new"]["parameters"]["many"]), (&json!("4"), &json!("4")));
    assert_eq!(found["new"]["parameters"]["some_charges"], "1");
    assert_eq!(found["records"]["Officer"], json!({ "old": null, "new": { "read": 1, "faults": 0 } }));
    assert_eq!(found["other_measures"]["only_new"], json!(["officers"]));
}

#[test]
fn what_is_wrong_is_said() {
    let folder = Folder::with("wrong");
    folder.put("bad.csv", "id,charges,armed\nP1,x,no\n");
    folder.put("short.csv", "id,charges\nP1,1\n");
    let as_of = ["--as-of", "2026-06-01"];
    let cases: [(&[&str], i32, &[&str]); 10] = [
        (&["--data", "Person=people.csv"], 4, &["data are evaluated as of a date: --as-of DATE"]),
        (&as_of, 4, &["--as-of says how data are evaluated, and no --data are given"]),
        (&["--set", "many=4"], 4, &["--set says how data are evaluated"]),
        (&["--data", "Person=people.csv", "--as-of", "2026-13-01"], 4, &["--as-of: "]),
        (&["--data", "Person=-", "--as-of", "2026-06-01"], 4, &["standard input cannot be; name a file"]),
        (&["--data", "Persons=people.csv", "--as-of", "2026-06-01"], 4, &["have no record `Persons`", "Person"]),
        (&["--data", "Person=none.csv", "--as-of", "2026-06-01"], 3, &["by the old rules: ", "none.csv"]),
        (&["--data", "Person=short.csv", "--as-of", "2026-06-01"], 3, &["by the old rules: ", "armed"]),
        (&["--data", "Person=people.csv", "--as-of", "2026-06-01", "--set", "many=99"], 4, &["99 is not within 1..10"]),
        (&["--data", "Person=people.csv", "--as-of", "2026-06-01", "--set", "none=1"], 4, &["no parameter `none`"]),
    ];
    for (args, wanted, words) in cases {
        let (exit, out, err) = folder.compare(args);
        assert_eq!((exit, out.as_str()), (wanted, ""), "{args:?}: {err}");
        says(&err, words);
    }
    let (exit, out, _) = folder.compare(&["--data", "Person=bad.csv", "--as-of", "2026-06-01"]);
    assert_eq!(exit, 1);
    says(&out, &["read 1 Person, 1 fault\n", "  1 record stayed\n"]);
    // Both are read before it stops, so that what is wrong with either is said at once.
    folder.put("old.assize", "ruleset list version");
    folder.put("new.assize", &NEW.replace("charges >= many", "charge >= many"));
    let (exit, _, err) = folder.compare(&[]);
    assert_eq!(exit, 2);
    says(&err, &["old.assize:1", "new.assize:9"]);
    std::fs::remove_file(folder.0.join("old.assize")).unwrap();
    assert_eq!(folder.compare(&[]).0, 2);
}

#[test]
fn keys_that_are_not_the_same_are_refused() {
    let folder = Folder::with("keys");
    // By another column: the newer rules take other people for those of the same rows.
    folder.put("people.csv", "id,number,charges,armed\nP1,N1,0,no\nP2,N2,1,no\n");
    folder.put("new.assize", &NEW.replacen("id : text key", "id : text key from \"number\"", 1));
    let (exit, out, err) = folder.compare(&DATA);
    assert_eq!((exit, out.as_str()), (3, ""));
    says(&err, &["the results are not of the same data: row 1 of `Person` is `P1` in the old and `N1` in the new"]);
}
