//! The command as its users meet it: what it prints, what it exits with, and what it says of bad input.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it breaks")]

use serde_json::Value;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const RULES: &str = r#"
ruleset demo version "1" { title "Demonstration" }
parameter many : integer = 2 in 1..10 "Charges that are many"
ordered codes Level "Level" { low "Low" high "High" }
codes Offence { theft from "TH" assault from "AS" missing unknown from "U" }
record Person { id : text key from "Person No"   born : date   armed : boolean   charges : many Charge by person }
record Charge { person : text   on : date required   offence : Offence   cost : integer }
category level of Person -> Level "Level" {
  applies when (years between born and as_of) >= 18
  high when {
    weapon "A weapon" : armed
    often "Many charges" : (count charges where offence = assault) >= many
  }
  low when charged "A charge" : any charges
  otherwise none
}
measure armed_rate of Person "Armed" { numerator armed  as rate per 100  by level  interval wilson 95% }
measure cost of Charge "Cost" { as sum of cost  every month of on }
test "armed is high" {
  as_of 2026-01-01
  given Person { id: "1", born: 1990-01-01, armed: yes }
  expect level = high because weapon
}
"#;

const PEOPLE: &str = "Person No,born,armed\nP1,1990-01-01,no\nP2,1990-01-01,yes\nP3,1990-01-01,\nP4,2015-01-01,no\n";
const CHARGES: &str = "person,on,offence,cost\nP1,2025-01-02,AS,10\nP1,2025-02-02,U,20\nP3,2025-02-03,TH,5\n";

/// A folder of its own for a test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn with(name: &str) -> Self {
        let folder = Self::new(name);
        folder.put("rules.assize", RULES);
        folder.put("people.csv", PEOPLE);
        folder.put("charges.csv", CHARGES);
        folder
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), content).unwrap();
    }

    fn assize(&self, args: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_assize"));
        Ran::new(command.args(args).current_dir(&self.0).output().unwrap())
    }

    /// `run` over both files, with more arguments.
    fn run(&self, more: &[&str]) -> Ran {
        let data = ["--data", "Person=people.csv", "--data", "Charge=charges.csv", "--as-of", "2026-01-01"];
        self.assize(&[&["run", "rules.assize"][..], &data, more].concat())
    }

    fn json(&self, more: &[&str]) -> (i32, Value) {
        let ran = self.run(&[&["--format", "json"][..], more].concat());
        (ran.exit, serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {} {}", ran.out, ran.err)))
    }
}

struct Ran {
    exit: i32,
    out: String,
    err: String,
}

impl Ran {
    fn new(output: Output) -> Self {
        Self {
            exit: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    fn says(&self, exit: i32, words: &[&str]) {
        assert_eq!(self.exit, exit, "{}{}", self.out, self.err);
        for words in words {
            assert!(self.err.contains(words), "`{words}` is not in:\n{}", self.err);
        }
        assert!(!self.err.contains("panicked"), "{}", self.err);
    }
}

#[test]
fn a_run_gives_the_documented_object() {
    let (exit, results) = Folder::with("object").json(&["--exact"]);
    assert_eq!(exit, 0);
    assert_eq!(results["ruleset"], "demo");
    assert_eq!(results["as_of"], "2026-01-01");
    assert_eq!(results["parameters"]["many"], 2);
    assert!(results["hash"].as_str().unwrap().starts_with("blake3:"));
    assert_eq!(results["records"]["Person"]["read"], 4);
    let rows = results["categories"]["level"]["rows"].as_array().unwrap();
    let row = |at: usize, field: &str| rows[at][field].clone();
    // P1: one assault is certain, one charge is of an unknown offence: it may be the second.
    assert_eq!((row(0, "key"), row(0, "value"), row(0, "state")), ("P1".into(), "low".into(), "provisional".into()));
    assert_eq!(row(0, "possible"), serde_json::json!(["low", "high"]));
    assert_eq!(row(0, "missing"), serde_json::json!(["charges.offence"]));
    assert_eq!((row(1, "value"), row(1, "because")), ("high".into(), serde_json::json!(["weapon"])));
    assert_eq!((row(2, "state"), row(2, "missing")), ("provisional".into(), serde_json::json!(["armed"])));
    assert_eq!((row(3, "value"), row(3, "state")), (Value::Null, "not_applicable".into()));
    let summary = &results["categories"]["level"]["summary"];
    assert_eq!(summary["values"], serde_json::json!({ "low": 2, "high": 1, "none": 0 }));
    assert_eq!(summary["states"]["provisional"], 2);
    assert_eq!(summary["criteria"]["weapon"], serde_json::json!({ "true": 1, "decided_by": 1, "unknown": 1 }));
    let months = &results["measures"]["cost"]["rows"];
    assert_eq!((&months[0]["period"]["label"], &months[0]["value"]), (&"2025-01".into(), &"10".into()));
    assert_eq!(months[1]["value"], "25");
    let rates = results["measures"]["armed_rate"]["rows"].as_array().unwrap();
    assert_eq!(rates.len(), 3);
    assert_eq!((&rates[0]["by"]["level"], &rates[0]["not_decided"]), (&"low".into(), &2.into()));
    assert_eq!(rates[2]["by"]["level"], serde_json::json!({ "missing": "not_applicable" }));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let folder = Folder::with("bytes");
    let run = || folder.run(&["--format", "json"]).out;
    assert_eq!(run(), run());
}

#[test]
fn files_come_out_in_every_format() {
    let folder = Folder::with("files");
    for format in ["csv", "jsonl", "parquet"] {
        let ran = folder.run(&["--format", format, "--out", "out"]);
        ran.says(0, &[]);
        for name in ["level", "armed_rate", "cost"] {
            assert!(folder.0.join(format!("out/{name}.{format}")).metadata().unwrap().len() > 0);
        }
    }
    let csv = std::fs::read_to_string(folder.0.join("out/level.csv")).unwrap();
    assert!(csv.starts_with("key,value,state,because,possible,missing,error"), "{csv}");
    assert!(csv.contains("P1,low,provisional,charged,low|high,charges.offence,"), "{csv}");
    folder.run(&["--format", "csv"]).says(4, &["--out DIR"]);
}

/// Rule files as other systems end their lines, and imports of what is no rule file.
#[test]
fn lines_that_end_in_two_characters_are_shown_as_they_are_read() {
    let folder = Folder::new("carriage");
    folder.put("rules.assize", "ruleset r version \"1\" {}\r\nrecord P { id : text key  n : intger }\r\n");
    let ran = folder.assize(&["check", "rules.assize"]);
    ran.says(2, &["2 | record P { id : text key  n : intger }"]);
    assert!(!ran.err.contains('\u{240d}') && !ran.err.contains('\r'), "{}", ran.err);
    folder.put("secret.txt", "the first line of a secret\n");
    folder.put("rules.assize", "ruleset r version \"1\" {}\nimport \"secret.txt\"\n");
    let ran = folder.assize(&["check", "rules.assize"]);
    ran.says(2, &["`secret.txt` is no rule file: their names end in `.assize`"]);
    assert!(!ran.err.contains("first line"), "{}", ran.err);
}

#[test]
fn what_is_approximate_says_so() {
    let folder = Folder::new("approximate");
    let rules = "ruleset near version \"1\" {}\nrecord P { id : text key  lot : text  n : integer }\n\
        measure kinds of P { as approximate distinct id  by lot }\nmeasure middle of P { as approximate median of n }\n\
        measure twice of P { as formula of middle * 2 }\nmeasure twice_again of P { as formula of -twice }\n";
    folder.put("near.assize", rules);
    let mut people = "id,lot,n\n".to_owned();
    for at in 0..1030 {
        let lot = if at < 5 { "few" } else { "many" };
        let _ = writeln!(people, "{at},{lot},{}", 100_000 + at);
    }
    folder.put("near.csv", &people);
    let args = ["run", "near.assize", "--data", "P=near.csv", "--as-of", "2026-01-01"];
    let said = folder.assize(&args).out;
    assert!(said.contains("(kinds), approximate: standard error 0.81%, exact up to 1024\n"), "{said}");
    assert!(said.contains("(middle), approximate: within 0.5% of the exact value\n"), "{said}");
    assert!(said.contains("(twice_again), approximate, worked out of middle\n"), "{said}");
    let out = folder.assize(&[&args[..], &["--format", "csv", "--out", "out"]].concat());
    out.says(0, &[]);
    let column = |name: &str| -> Vec<(String, String)> {
        let text = std::fs::read_to_string(folder.0.join(format!("out/{name}.csv"))).unwrap();
        let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        let head = lines.next().unwrap();
        let at = |name: &str| head.iter().position(|of| of == name).unwrap();
        lines.map(|cells| (cells[at("value")].clone(), cells[at("approximate")].clone())).collect()
    };
    let pair = |value: &str, near: &str| (value.to_owned(), near.to_owned());
    // Of five there is nothing to be estimated, and there are no more different ones than records.
    assert_eq!(column("kinds"), [pair("5", ""), pair("1025", "standard error 0.81%")]);
    assert_eq!(column("middle"), [pair("101000.00", "within 0.5%")]);
    assert_eq!(column("twice"), [pair("202000.00", "of middle")]);
    assert_eq!(column("twice_again"), [pair("-202000.00", "of middle")]);
}

#[test]
fn json_lines_and_parquet_give_what_csv_gives() {
    let folder = Folder::with("formats");
    let (_, csv) = folder.json(&[]);
    let people = "{\"Person No\":\"P1\",\"born\":\"1990-01-01\",\"armed\":false,\"charges\":[\
                  {\"on\":\"2025-01-02\",\"offence\":\"AS\",\"cost\":10},{\"on\":\"2025-02-02\",\"offence\":\"U\",\"cost\":20}]}\n\
                  {\"Person No\":\"P2\",\"born\":\"1990-01-01\",\"armed\":true}\n\
                  {\"Person No\":\"P3\",\"born\":\"1990-01-01\",\"armed\":null,\"charges\":[{\"on\":\"2025-02-03\",\"offence\":\"TH\",\"cost\":5}]}\n\
                  {\"Person No\":\"P4\",\"born\":\"2015-01-01\",\"armed\":\"no\"}\n";
    folder.put("people.jsonl", people);
    let args = ["run", "rules.assize", "--data", "Person=people.jsonl", "--as-of", "2026-01-01", "--format", "json"];
    let nested: Value = serde_json::from_str(&folder.assize(&args).out).unwrap();
    assert_eq!(nested["categories"], csv["categories"]);
    // What a run writes as Parquet, another can read.
    let rules = "ruleset again version \"1\" {}\ncodes State { decided provisional not_applicable }\n\
                 record Row { key : text key  state : State  value : text }\n\
                 measure states of Row { as count  by state }\n";
    folder.put("again.assize", rules);
    folder.run(&["--format", "parquet", "--out", "out"]).says(0, &[]);
    let args = ["run", "again.assize", "--data", "Row=out/level.parquet", "--as-of", "2026-01-01", "--format", "json"];
    let again: Value = serde_json::from_str(&folder.assize(&args).out).unwrap();
    let counts: Vec<&Value> =
        again["measures"]["states"]["rows"].as_array().unwrap().iter().map(|row| &row["value"]).collect();
    assert_eq!(counts, ["1", "2", "1"]);
}

#[test]
fn a_person_is_explained() {
    let folder = Folder::with("explain");
    let data = ["--data", "Person=people.csv", "--data", "Charge=charges.csv", "--as-of", "2026-01-01"];
    let ran = folder.assize(&[&["explain", "rules.assize", "--key", "P1"][..], &data].concat());
    ran.says(0, &[]);
    for words in [
        "low, Low",
        "provisional",
        "because: A charge (charged)",
        "possible: low, high",
        "charges.offence: stands before high",
        "between 1 and 2",
        "rules.assize:12",
    ] {
        assert!(ran.out.contains(words), "`{words}` is not in:\n{}", ran.out);
    }
    let ran = folder.assize(&[&["explain", "rules.assize", "--key", "P9"][..], &data].concat());
    ran.says(4, &["`P9`"]);
}

/// The number of a row whose key is absent is the key of somebody else as often as not.
#[test]
fn a_row_whose_key_cannot_be_read_passes_for_nobody() {
    let folder = Folder::with("keyless");
    folder.put("people.csv", "Person No,born,armed\n,1990-01-01,yes\n1,1990-01-01,no\n3,1990-01-01\n");
    folder.put("charges.csv", "person,on,offence,cost\n1,2025-01-02,AS,10\n");
    let (exit, results) = folder.json(&["--members", "armed_rate"]);
    assert_eq!(exit, 1);
    let keys = |rows: &Value| -> Vec<Value> { rows.as_array().unwrap().iter().map(|row| row["key"].clone()).collect() };
    let expected = [Value::Null, "1".into(), Value::Null];
    assert_eq!(keys(&results["categories"]["level"]["rows"]), expected);
    assert_eq!(keys(&results["members"]["armed_rate"]), expected);
    folder.run(&["--format", "csv", "--out", "out"]).says(1, &[]);
    let rows = std::fs::read_to_string(folder.0.join("out/level.csv")).unwrap();
    let keys: Vec<&str> = rows.lines().skip(1).filter_map(|row| row.split(',').next()).collect();
    assert_eq!(keys, ["", "1", ""], "{rows}");
    let data = ["--data", "Person=people.csv", "--data", "Charge=charges.csv", "--as-of", "2026-01-01"];
    let ran = folder.assize(&[&["explain", "rules.assize", "--key", "1"][..], &data].concat());
    assert!(ran.out.contains("A charge (charged)") && !ran.out.contains("fault"), "{}", ran.out);
}

#[test]
fn members_say_who_is_in_a_number() {
    let (_, results) = Folder::with("members").json(&["--members", "armed_rate"]);
    let members = results["members"]["armed_rate"].as_array().unwrap();
    let stages: Vec<&str> = members.iter().map(|member| member["stage"].as_str().unwrap()).collect();
    assert_eq!(stages, ["denominator", "numerator", "unknown", "denominator"]);
}

#[test]
fn the_other_commands_answer() {
    let folder = Folder::with("others");
    folder.assize(&["check", "rules.assize"]).says(0, &[]);
    let ran = folder.assize(&["test", "rules.assize"]);
    ran.says(0, &[]);
    assert!(ran.out.contains("1 passed, 0 failed") && ran.out.contains("not tested: level.often, level.charged"));
    let ran = folder.assize(&["schema", "rules.assize"]);
    let schema: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(schema["$defs"]["Person"]["properties"]["charges"]["items"]["$ref"], "#/$defs/Charge");
    let ran = folder.assize(&["packs"]);
    assert!(ran.out.starts_with("ofdvi "), "{}", ran.out);
    let ran = folder.assize(&["demo", "--rows", "200"]);
    ran.says(0, &[]);
    assert!(ran.out.contains("Offender list (offender_list)") && ran.out.contains("What was asked"), "{}", ran.out);
}

#[test]
fn rules_that_do_not_check_say_everything_at_once() {
    let folder = Folder::with("wrong");
    let wrong = RULES.replace("numerator armed ", "numerator armd ").replace("offence = assault", "offence = asault");
    folder.put("rules.assize", wrong.replace("years between born", "years between bron"));
    let ran = folder.assize(&["check", "rules.assize"]);
    ran.says(2, &["`armd`", "`asault`", "`bron`", "did you mean", "rules.assize:", "3 errors"]);
    folder.run(&[]).says(2, &["3 errors"]);
    folder.put("rules.assize", RULES.replace("expect level = high", "expect level = low"));
    let ran = folder.assize(&["test", "rules.assize"]);
    assert_eq!(ran.exit, 1);
    assert!(ran.out.contains("`level`: expected low"), "{}", ran.out);
}

#[test]
fn hostile_rules_are_refused_with_words() {
    let folder = Folder::with("hostile");
    let head = "ruleset x version \"1\" {}\nrecord R { id : text key  b : boolean }\nlet x of R = ";
    for (text, words) in [
        (format!("{head}{}", "(".repeat(1 << 20)), "nest"),
        (format!("{head}{}b", "not ".repeat(1 << 18)), "error"),
        (format!("{head}{}", "if b then ".repeat(100_000)), "error"),
        (format!("{head}b{}", " and b".repeat(200_000)), "error"),
        (format!("{head}\"unclosed\n"), "not closed"),
        ("\u{0}\u{1}\u{feff}".to_owned(), "error"),
        (String::new(), "ruleset"),
    ] {
        folder.put("rules.assize", &text);
        folder.assize(&["check", "rules.assize"]).says(2, &[words]);
    }
    folder.put("rules.assize", b"ruleset \xff\xfe");
    folder.assize(&["check", "rules.assize"]).says(2, &["UTF-8"]);
    folder.assize(&["check", "missing.assize"]).says(2, &["missing.assize"]);
    folder.put("rules.assize", "import \"nowhere.assize\"\nruleset x version \"1\" {}");
    folder.assize(&["check", "rules.assize"]).says(2, &["nowhere.assize"]);
    folder.put("rules.assize", "import \"rules.assize\"\nruleset x version \"1\" {}");
    folder.assize(&["check", "rules.assize"]).says(0, &[]);
    // Read before, by another path.
    let own = folder.0.file_name().unwrap().to_str().unwrap();
    folder.put("rules.assize", format!("import \"../{own}/rules.assize\"\nruleset x version \"1\" {{}}"));
    folder.assize(&["check", "rules.assize"]).says(0, &[]);
}

#[test]
fn wrong_use_says_what_there_is() {
    let folder = Folder::with("use");
    folder.run(&["--set", "mny=3"]).says(4, &["`mny`", "many"]);
    folder.run(&["--set", "many=30"]).says(4, &["many", "1..10"]);
    folder.run(&["--set", "many=x"]).says(4, &["`x`"]);
    folder.run(&["--only", "levle"]).says(4, &["`levle`", "level, armed_rate, cost"]);
    folder.run(&["--members", "nobody"]).says(4, &["`nobody`", "armed_rate, cost"]);
    let args = ["run", "rules.assize", "--data", "Persn=people.csv", "--as-of", "2026-01-01"];
    folder.assize(&args).says(4, &["`Persn`", "Person"]);
    let args = ["run", "rules.assize", "--data", "Person=people.csv", "--as-of", "2026-02-30"];
    folder.assize(&args).says(4, &["2026-02-30"]);
    folder.assize(&["demo", "nosuch"]).says(4, &["ofdvi"]);
    folder.assize(&["nosuch"]).says(4, &[]);
    assert_eq!(folder.assize(&["--help"]).exit, 0);
}

#[test]
fn data_that_cannot_be_opened_say_why() {
    let folder = Folder::with("unopened");
    let run = |data: &str| folder.assize(&["run", "rules.assize", "--data", data, "--as-of", "2026-01-01"]);
    run("Charge=nothere.csv").says(3, &["nothere.csv"]);
    run("Person=people.csv").says(3, &["`Person.charges`", "`Charge`"]);
    run("Charge=charges.doc").says(4, &["csv, tsv, jsonl or parquet"]);
    folder.put("short.csv", "person,onn,cost\nP1,2025-01-02,10\n");
    run("Charge=short.csv").says(3, &["`on`", "did you mean `onn`", "`offence`"]);
    folder.put("signs.csv", CHARGES.replace(',', ";"));
    run("Charge=signs.csv").says(3, &["separated by `;`, not by `,`"]);
    folder.put("empty.csv", "");
    run("Charge=empty.csv").says(3, &["empty"]);
    folder.put("twice.csv", "person,on,on,offence,cost\n");
    run("Charge=twice.csv").says(3, &["`on`"]);
    folder.run(&["--format", "parquet", "--out", "out"]).says(0, &[]);
    let whole = std::fs::read(folder.0.join("out/level.parquet")).unwrap();
    folder.put("cut.parquet", &whole[..whole.len() / 2]);
    run("Charge=cut.parquet").says(3, &["not a whole Parquet file"]);
}

#[test]
fn a_broken_row_costs_nobody_else() {
    let folder = Folder::with("broken");
    let people = "Person No,born,armed\nP1,1990-02-30,no\nP2,1990-01-01,perhaps\nP3,1990-01-01\nP4,1990-01-01,no,extra\n\
                  P5,1990-01-01,yes\nP5,1990-01-01,no\n,1990-01-01,no\nP8,31/02/2026,no\nP9,1990-01-01,no\n";
    folder.put("people.csv", people);
    folder.put(
        "charges.csv",
        "person,on,offence,cost\nP9,2025-01-01,XX,1\nP9,,AS,99999999999999999999\nP77,2025-01-01,AS,1\n",
    );
    let (exit, results) = folder.json(&[]);
    assert_eq!(exit, 1);
    let codes = |record: &str| -> Vec<String> {
        let errors = results["records"][record]["errors"].as_array().unwrap();
        errors.iter().map(|error| format!("{} {}", error["row"], error["code"].as_str().unwrap())).collect()
    };
    let wanted = ["1 D0102", "2 D0101", "3 D0125", "4 D0125", "6 D0122", "7 D0123", "8 D0102"];
    assert_eq!(codes("Person"), wanted);
    assert_eq!(codes("Charge"), ["1 D0120", "2 D0121", "2 D0104", "3 D0124"]);
    let rows = results["categories"]["level"]["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 9);
    let states: Vec<&str> = rows.iter().map(|row| row["state"].as_str().unwrap()).collect();
    assert_eq!(&states[..5], ["error", "error", "error", "error", "decided"]);
    assert_eq!(&states[5..8], ["error", "error", "error"]);
    // P9's charges cannot all be read: what counts them is in error, and the row says which field it was.
    assert_eq!(states[8], "error");
    assert!(rows[8]["error"].as_str().unwrap().contains("`offence` of `Charge` could not be read"), "{}", rows[8]);
}

#[test]
fn two_million_errors_are_counted_and_a_thousand_listed() {
    let folder = Folder::new("millions");
    folder.put(
        "rules.assize",
        "ruleset x version \"1\" {}\nrecord R { a : integer  b : date }\nmeasure n of R { include a > 0 and b < as_of  as count }\n",
    );
    let mut rows = String::from("a,b\n");
    for row in 0..1_000_000 {
        let _ = writeln!(rows, "x{row},2026-02-30");
    }
    folder.put("rows.csv", &rows);
    let args = ["run", "rules.assize", "--data", "R=rows.csv", "--as-of", "2026-01-01", "--format", "json"];
    let ran = folder.assize(&args);
    let results: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(ran.exit, 1);
    let record = &results["records"]["R"];
    assert_eq!((&record["read"], &record["faults"]), (&1_000_000.into(), &2_000_000.into()));
    assert_eq!(record["errors"].as_array().unwrap().len(), 1_000);
    assert_eq!(results["measures"]["n"]["rows"][0]["stages"]["error"], 1_000_000);
}

#[test]
fn records_that_are_children_and_have_children_go_over_batches() {
    let folder = Folder::new("nested");
    let rules = "ruleset nested version \"1\" {}\ncodes Answer { has lacks }\n\
                 record A { id : integer key  bs : many B by a }\n\
                 record B { id : integer key  a : integer  n : integer  cs : many C by b }\n\
                 record C { b : integer  x : integer }\n\
                 let deep of A = count bs where any cs where x > parent.n\n\
                 category of_b of B -> Answer { has when (count cs where x > 2) >= 1  otherwise lacks }\n\
                 measure bs of B { as count  by of_b }\n\
                 measure deep_sum of A { as sum of deep }\n";
    folder.put("rules.assize", rules);
    // More than a batch of B; C in no order. What must come out is counted here.
    let (many, mut a, mut b, mut c) =
        (70_000_u64, String::from("id\n"), String::from("id,a,n\n"), String::from("b,x\n"));
    for id in 0..10 {
        let _ = writeln!(a, "{id}");
    }
    let (mut has, mut deep) = (0, 0);
    for id in 0..many {
        let n = id % 5;
        let _ = writeln!(b, "{id},{},{n}", id % 10);
        let (child, x) = ((id * 48_271) % many, id % 7);
        let _ = writeln!(c, "{child},{x}");
        has += u64::from(x > 2);
        deep += u64::from(x > child % 5);
    }
    folder.put("a.csv", a);
    folder.put("b.csv", b);
    folder.put("c.csv", c);
    let data = ["--data", "A=a.csv", "--data", "B=b.csv", "--data", "C=c.csv", "--as-of", "2026-01-01"];
    let ran = folder.assize(&[&["run", "rules.assize", "--format", "json"][..], &data].concat());
    let results: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(ran.exit, 0, "{}", ran.err);
    let rows = results["measures"]["bs"]["rows"].as_array().unwrap();
    assert_eq!((&rows[0]["value"], &rows[1]["value"]), (&has.to_string().into(), &(many - has).to_string().into()));
    assert_eq!(results["measures"]["deep_sum"]["rows"][0]["value"], deep.to_string());
}
