//! Decision tables as wholes: each finding with its example, and none where there is nothing to find.

use crate::common::{compile, shown};
use assize_lang::ast::{Decl, Grid, GridCell};
use assize_lang::diagnostic::Severity;
use assize_lang::source::{FileId, Source, SourceMap, Span};
use std::fmt::Write as _;

const HEADER: &str = r#"ruleset t version "1" {}
ordered codes Level { low middle high }
codes Kind { theft assault other }
record P { id : text key  age : integer  price : decimal  on : date  kind : Kind  armed : boolean  note : text  must : integer required }
parameter limit : integer = 3
"#;

/// The codes and messages about a table.
fn said(table: &str) -> Vec<String> {
    let compiled = compile(&format!("{HEADER}{table}"));
    let tables = |code: &str| code.starts_with("E07") || code == "W0921";
    let other: Vec<&str> = compiled
        .diagnostics
        .iter()
        .map(|found| found.code.0)
        .filter(|code| code.starts_with('E') && !tables(code))
        .collect();
    assert!(other.is_empty(), "{}", shown(&compiled));
    let found = compiled.diagnostics.iter().filter(|found| tables(found.code.0));
    found.map(|found| format!("{} {}", found.code.0, found.message)).collect()
}

fn table(head: &str, rows: &[&str]) -> String {
    format!("table t of P -> Level {head} {{\n{}\n}}", rows.join("\n"))
}

#[test]
fn holes() {
    let one = |rows: &[&str]| said(&table("hit unique", rows));
    assert_eq!(one(&["| age | -> t |", "| < 5 | low |", "| > 5 | high |"]), ["E0724 no row of `t` matches `age` = 5"]);
    assert_eq!(one(&["| age | -> t |", "| < 5 | low |", "| >= 7 | high |"]), ["E0724 no row of `t` matches `age` = 5"]);
    // Between two integers that follow each other there is nothing.
    assert!(one(&["| age | -> t |", "| <= 5 | low |", "| >= 6 | high |"]).is_empty());
    assert_eq!(
        one(&["| price | -> t |", "| <= 5 | low |", "| >= 6 | high |"]),
        ["E0724 no row of `t` matches `price` = 5.5"]
    );
    assert_eq!(
        one(&["| on | -> t |", "| < 2024-01-01 | low |", "| > 2024-01-01 | high |"]),
        ["E0724 no row of `t` matches `on` = 2024-01-01"]
    );
    assert_eq!(
        one(&["| kind | armed | -> t |", "| theft, other | - | low |", "| assault | yes | high |"]),
        ["E0724 no row of `t` matches `kind` = assault, `armed` = no"]
    );
    assert_eq!(one(&["| note | -> t |", "| \"a\" | low |"]), ["E0724 no row of `t` matches `note` = another text"]);
    // What is missing is a value of its own, where it can be missing.
    assert_eq!(one(&["| age | -> t |", "| is known | low |"]), ["E0724 no row of `t` matches `age` is missing"]);
    assert!(one(&["| must | -> t |", "| is known | low |"]).is_empty());
    assert_eq!(
        one(&["| age | -> t |", "| is known | low |", "| is unknown | high |"]),
        ["E0724 no row of `t` matches `age` is not_answered"]
    );
    // A last row that tests nothing takes what is left; so does what cannot be seen through.
    assert!(one(&["| age | -> t |", "| < 5 | low |", "| - | high |"]).is_empty());
    assert!(one(&["| age | -> t |", "| < limit | low |", "| >= limit | high |"]).is_empty());
    assert!(said(&table("hit collect", &["| age | -> t |", "| < 5 | low |"])).is_empty());
    assert_eq!(
        said(&table("hit priority", &["| age | -> t |", "| < 5 | low |"])),
        ["E0724 no row of `t` matches `age` = 5"]
    );
}

#[test]
fn contradictions() {
    let rows = ["| age | armed | -> t |", "| < 10 | - | low |", "| >= 8 | yes | high |", "| >= 10 | no | middle |"];
    assert_eq!(
        said(&table("hit unique", &rows)),
        ["E0725 `row_1` and `row_2` of `t` both match `age` = 8, `armed` = yes"]
    );
    assert_eq!(
        said(&table("hit any", &rows)),
        ["E0725 `row_1` and `row_2` of `t` both match `age` = 8, `armed` = yes and give different answers"]
    );
    let rows = rows.map(|row| row.replace("high", "low"));
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    assert!(said(&table("hit any", &rows)).is_empty());
    assert!(said(&table("hit first", &rows)).is_empty());
    // A missing value matches both.
    assert_eq!(
        said(&table(
            "hit unique",
            &["| age | -> t |", "| is missing | low |", "| is unknown | high |", "| is known | low |"]
        )),
        ["E0725 `row_1` and `row_2` of `t` both match `age` is missing"]
    );
    // Values worked out from one field are not independent.
    let found = said(&table("hit unique", &["| age | age * 2 | -> t |", "| < 5 | - | low |", "| - | > 20 | high |"]));
    assert_eq!(found, ["W0921 table `t` was checked only in part"]);
}

#[test]
fn rows_that_never_count() {
    let found = said(&table(
        "hit first",
        &[
            "| age | kind | -> t |",
            "| < 10 | - | low |",
            "| >= 10 | theft | middle |",
            "| 5..20 | theft | high |",
            "| 5..20 | other | high |",
            "| not(< 3, >= 3) | - | high |",
            "| - | - | low |",
        ],
    ));
    assert_eq!(found, ["E0726 `row_3` of `t` never counts", "E0726 `row_5` of `t` can never match"]);
    for policy in ["hit unique", "hit any"] {
        let found = said(&table(policy, &["| age | -> t |", "| - | low |", "| - | high |"]));
        assert_eq!(found, ["E0726 `row_2` of `t` never counts"], "{policy}");
    }
    let found = said(&table(
        "hit first",
        &["| age | -> t |", "| < 3 | low |", "| not(is known, is missing) | high |", "| - | low |"],
    ));
    assert_eq!(found, ["E0726 `row_2` of `t` can never match"]);
    let found = said(&table("hit first", &["| age | -> t |", "| < 3 | low |", "| < 3 | high |", "| - | low |"]));
    assert_eq!(found, ["E0727 `row_2` of `t` has the tests of `row_1`"]);
}

/// The codes for rules with a look-up whose file holds this CSV.
fn codes_of(rules: &str, csv: &str) -> Vec<&'static str> {
    let mut sources = SourceMap::default();
    let source = Source::new("rules.assize", format!("{HEADER}{rules}"));
    let (mut file, _) = assize_lang::parse(FileId(0), &source);
    sources.add(source);
    sources.add(Source::new("rows.csv", csv));
    let mut at = 0;
    let mut grid: Vec<Vec<GridCell>> = Vec::new();
    for line in csv.lines() {
        let mut row = Vec::new();
        for text in line.split(',') {
            let end = at + text.len() as u32;
            row.push(GridCell { text: text.to_owned(), span: Span::new(FileId(1), at, end) });
            at = end + 1;
        }
        grid.push(row);
    }
    let headings = grid.remove(0);
    for decl in &mut file.decls {
        if let Decl::Lookup(lookup) = decl {
            lookup.content = Some(Grid { headings: headings.clone(), rows: grid.clone() });
        }
    }
    let (_, found) = assize_compile::compile(&[file], &sources);
    let errors = found.iter().filter(|found| found.severity == Severity::Error);
    errors.map(|found| found.code.0).collect()
}

#[test]
fn every_code_about_tables_and_look_ups() {
    let one = |text: &str| codes_of(text, "kind,fee\n");
    assert_eq!(one("table t of P -> set of text hit first { | age | -> t | | - | {\"a\"} | }"), ["E0721"]);
    assert_eq!(one("table t of P -> integer hit first { | age | -> t | | - | \"a\" | }"), ["E0722"]);
    assert_eq!(one("table t of P -> integer hit collect { | age | -> t | | 1 | 1 | }"), ["E0723"]);
    assert_eq!(one("table t of P -> Level hit unique { | age | -> t | | 1 | low | }"), ["E0724"]);
    assert_eq!(one("table t of P -> Level { | age | -> t | | < 3 | low | | < 5 | high | | - | low | }"), ["E0725"]);
    assert_eq!(
        one("table t of P -> Level hit first { | age | -> t | | < 3 | low | | 1 | high | | - | low | }"),
        ["E0726"]
    );
    assert_eq!(
        one("table t of P -> Level hit first { | age | -> t | | 3 | low | | 3 | high | | - | low | }"),
        ["E0727"]
    );
    assert_eq!(one("table t of P -> Level hit first from \"t.csv\""), ["E0728"]);
    assert_eq!(one("table t of P -> Level { | age | -> t | | - | low | }"), ["E0732"]);
    let look = "lookup fee (kind : Kind) from \"rows.csv\" -> integer\n";
    assert!(codes_of(look, "kind,fee\ntheft,5\nassault,\n").is_empty());
    assert_eq!(codes_of(look, "Kind,fee\ntheft,5\n"), ["E0729"]);
    assert_eq!(codes_of(look, "kind,fee\ntheft,5x\nnothing,1\n"), ["E0730", "E0730"]);
    assert_eq!(codes_of(look, "kind,fee\ntheft,5\ntheft,6\n"), ["E0731"]);
    let expected = |ty: &str, csv: &str| {
        let audit = "category k of P -> Level { low when some : age > 3  otherwise high }\n\
            audit fair of k against age > 20 { positive in { high }  expected norm }\n";
        codes_of(&format!("lookup norm (level : {ty}) from \"rows.csv\" -> decimal\n{audit}"), csv)
    };
    assert!(expected("Level", "level,norm\nlow,0.1\nmiddle,0.2\nhigh,1\n").is_empty());
    assert_eq!(expected("Level", "level,norm\nlow,0.1\nmiddle,0.2\n"), ["E0421"]);
    assert_eq!(expected("Level", "level,norm\nlow,0.1\nmiddle,0.2\nhigh,\n"), ["E0421"]);
    assert_eq!(expected("Level", "level,norm\nlow,0.1\nmiddle,0.2\nhigh,1.01\n"), ["E0422"]);
    assert_eq!(expected("Level", "level,norm\nlow,-0.1\nmiddle,0.2\nhigh,1\n"), ["E0422"]);
    assert_eq!(expected("Kind", "level,norm\ntheft,0.1\n"), ["E0423"]);
    let found = said(&table("hit first", &["| age | age * 2 | -> t |", "| < 5 | - | low |", "| - | > 20 | high |"]));
    assert!(found.iter().all(|found| found.starts_with("W0921")) && found.len() == 1, "{}", "W0921");
}

/// Ten thousand rows that neither overlap nor leave a hole, and then one of each.
#[test]
fn ten_thousand_rows() {
    let rows = |skip: usize| {
        let mut out = "table t of P -> Level hit unique {\n| age | kind | armed | -> t |\n".to_owned();
        let mut row = 0;
        for age in 0..1_667 {
            for kind in ["theft", "assault", "other"] {
                for armed in ["yes", "no"] {
                    row += 1;
                    let age = match age {
                        0 => "< 1".to_owned(),
                        1_666 => ">= 1666".to_owned(),
                        age => age.to_string(),
                    };
                    if row != skip {
                        let _ = writeln!(out, "| {age} | {kind} | {armed} | low |");
                    }
                }
            }
        }
        out
    };
    assert!(said(&(rows(0) + "}")).is_empty());
    assert_eq!(said(&(rows(5_004) + "}")), ["E0724 no row of `t` matches `age` = 833, `kind` = other, `armed` = no"]);
    let found = said(&(rows(0) + "| 900 | - | yes | high |\n}"));
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found.iter().all(|found| found.starts_with("E0725")), "{found:?}");
}
