//! Tables and look-ups whose rows are in files: CSV, and sheets of workbooks.

use assize::{LoadError, RuleSet};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::path::{Path, PathBuf};

const HEADER: &str = r#"ruleset sheets version "1" { }
codes Zone { enforcement mobilization engagement safety }
codes Kind { theft "Theft" from "T"  assault "Assault" from "A"  missing unknown from "U" }
record Area { id : text key  need : integer  capacity : integer  since : date  kind : Kind  year : integer }
"#;

/// A folder of its own for a test, with these files.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("assize-sheets-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.join(name), text).expect("a file");
    }
    folder
}

fn load(folder: &Path, rules: &str) -> Result<RuleSet, String> {
    load_whole(folder, &format!("{HEADER}{rules}"))
}

/// As [`load`], of rules that are in force on some days.
fn load_for(folder: &Path, days: &str, rules: &str) -> Result<RuleSet, String> {
    load_whole(folder, &format!("{}{rules}", HEADER.replace("{ }", &format!("{{ effective {days} }}"))))
}

fn load_whole(folder: &Path, rules: &str) -> Result<RuleSet, String> {
    let path = folder.join("rules.assize");
    std::fs::write(&path, rules).expect("a file");
    RuleSet::load([&path]).map_err(|error| match error {
        LoadError::Compile(error) => {
            let mut out = String::new();
            for diagnostic in &error.diagnostics {
                let place = diagnostic.primary.as_ref().map(|label| {
                    let source = error.sources.get(label.span.file).expect("its source");
                    let name = Path::new(source.name()).file_name().map(|name| name.to_string_lossy().into_owned());
                    let at = source.line_column(label.span.start);
                    format!("{}:{}:{}", name.unwrap_or_default(), at.line, at.column)
                });
                out.push_str(&format!("{} {} {}\n", diagnostic.code.0, place.unwrap_or_default(), diagnostic.message));
            }
            out.replace(&folder.display().to_string(), "FOLDER")
        }
        LoadError::Read { error, .. } => error.to_string(),
    })
}

fn passes(rules: &RuleSet) {
    let report = rules.test();
    assert!(report.passed() && !report.tests.is_empty(), "{report:#?}");
}

/// Loads rules that must not load, and gives what is said.
fn refused(folder: &Path, rules: &str) -> String {
    load(folder, rules).map(|_| ()).expect_err("the rules do not load")
}

const TEST: &str = r#"
test "the third row" {
  as_of 2026-01-01
  given Area { need: 5, capacity: 5 }
  expect zone = engagement is decided because row_3
}
"#;

const ZONES: &str =
    "need,capacity,-> zone\n>= 7,-,enforcement\n4..6,< 5,mobilization\n\n4..6,>= 5,engagement\n< 4,-,safety\n";

#[test]
fn a_table_in_csv() {
    let folder = folder("csv", &[("zones.csv", ZONES)]);
    let rules = load(&folder, &format!("table zone of Area -> Zone hit unique from \"zones.csv\"{TEST}"));
    let rules = rules.expect("the rules load");
    passes(&rules);
    // What the file holds is a part of the rules.
    let before = rules.program().ruleset.hash.clone();
    std::fs::write(folder.join("zones.csv"), ZONES.replace("< 5", "<5")).expect("a file");
    let after = load(&folder, &format!("table zone of Area -> Zone hit unique from \"zones.csv\"{TEST}"));
    assert_ne!(before, after.expect("they load too").program().ruleset.hash);
}

#[test]
fn quotes_in_csv_are_those_of_texts() {
    let text = "id,-> zone\n\"\"\"a,b\"\", \"\"c\"\"\",safety\nstarts with \"x\",engagement\n-,enforcement\n";
    let folder = folder("quotes", &[("zones.csv", text)]);
    let rules = load(
        &folder,
        r#"table zone of Area -> Zone hit first from "zones.csv"
test "a comma within" { as_of 2026-01-01 given Area { id: "a,b" } expect zone = safety because row_1 }
test "the second" { as_of 2026-01-01 given Area { id: "c" } expect zone = safety because row_1 }
test "a test of a text" { as_of 2026-01-01 given Area { id: "xy" } expect zone = engagement because row_2 }"#,
    );
    passes(&rules.expect("the rules load"));
}

fn book(path: &Path, sheet: &str, cells: &[&[&str]]) {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Notes").expect("a sheet").write(0, 0, "not this one").expect("a cell");
    let out = book.add_worksheet();
    out.set_name(sheet).expect("a sheet");
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for (row, cells) in (0_u32..).zip(cells) {
        for (column, &text) in (0_u16..).zip(*cells) {
            if let Ok(number) = text.parse::<f64>() {
                out.write(row + 1, column + 1, number).expect("a cell");
            } else if let Ok(day) = ExcelDateTime::parse_from_str(text)
                && text.len() == 10
            {
                out.write_with_format(row + 1, column + 1, &day, &date).expect("a cell");
            } else if !text.is_empty() {
                out.write(row + 1, column + 1, text).expect("a cell");
            }
        }
    }
    book.save(path).expect("a workbook");
}

#[test]
fn a_table_in_a_workbook() {
    let folder = folder("excel", &[]);
    let rows: &[&[&str]] = &[
        &["need", "capacity", "-> zone"],
        &[">= 7", "-", "enforcement"],
        &["4..6", "< 5", "mobilization"],
        &["4..6", ">= 5", "engagement"],
        &["< 4", "-", "safety"],
    ];
    book(&folder.join("zones.xlsx"), "Zones", rows);
    let table = "table zone of Area -> Zone hit unique from \"zones.xlsx\" sheet \"Zones\"";
    passes(&load(&folder, &format!("{table}{TEST}")).expect("the rules load"));

    let said = refused(&folder, "table zone of Area -> Zone hit unique from \"zones.xlsx\" sheet \"Zone\"");
    assert_eq!(said, "E0728 rules.assize:5:39 workbook `FOLDER/zones.xlsx` has no sheet `Zone`\n");
    let said = refused(&folder, "table zone of Area -> Zone hit unique from \"zones.xlsx\"");
    assert_eq!(said, "E0728 rules.assize:5:39 workbook `FOLDER/zones.xlsx` has several sheets\n");

    // Cells that do not parse, an empty one, a code that is none: each by its name in the sheet.
    let rows: &[&[&str]] =
        &[&["need", "capacity", "-> zone"], &[">= 7", "", "enforcement"], &["=> 4", "-", "engagement"]];
    book(&folder.join("zones.xlsx"), "Zones", rows);
    let said = refused(&folder, table);
    assert!(said.contains("Zones!C3: a cell is empty") && said.contains("Zones!B4: "), "{said}");
    let rows: &[&[&str]] = &[&["need", "-> zone"], &[">= 7", "enforcment"], &["-", "safety"]];
    book(&folder.join("zones.xlsx"), "Zones", rows);
    let said = refused(&folder, table);
    assert_eq!(said, "E0107 zones.xlsx#Zones:3:8 Zones!C3: `enforcment` is not a code of `Zone`\n");

    // Dates are dates, unless they were typed as texts.
    let table = "table zone of Area -> Zone hit first from \"zones.xlsx\" sheet \"Zones\"";
    let rows: &[&[&str]] = &[&["since", "need", "-> zone"], &["2024-01-31", "7", "enforcement"], &["-", "-", "safety"]];
    book(&folder.join("zones.xlsx"), "Zones", rows);
    let test =
        "\ntest \"a day\" { as_of 2026-01-01 given Area { since: 2024-01-31, need: 7 } expect zone = enforcement }";
    passes(&load(&folder, &format!("{table}{test}")).expect("the rules load"));
    let rows: &[&[&str]] = &[&["since", "-> zone"], &["31/01/2024", "enforcement"], &["-", "safety"]];
    book(&folder.join("zones.xlsx"), "Zones", rows);
    let said = refused(&folder, table);
    assert!(said.contains("Zones!B3: "), "{said}");
}

#[test]
fn files_that_are_none() {
    let folder = folder("none", &[("zones.xlsx", "PK\u{3}\u{4}, and then nothing"), ("empty.csv", "\n\n")]);
    let table = |file: &str| format!("table zone of Area -> Zone hit unique from \"{file}\"");
    let said = refused(&folder, &table("zones.xlsx"));
    assert!(said.starts_with("E0728 rules.assize:5:39 `FOLDER/zones.xlsx` is no workbook: "), "{said}");
    assert_eq!(refused(&folder, &table("empty.csv")), "E0728 rules.assize:5:39 `FOLDER/empty.csv` is empty\n");
    let said = refused(&folder, &table("nowhere.csv"));
    assert!(said.starts_with("E0728 rules.assize:5:39 cannot read `FOLDER/nowhere.csv`: "), "{said}");
    let said = refused(&folder, &table("../outside.csv"));
    assert!(said.starts_with("E0728"), "{said}");
    std::fs::write(folder.join("../outside.csv"), ZONES).expect("a file");
    let said = refused(&folder, &table("../outside.csv"));
    assert_eq!(said, "E0728 rules.assize:5:39 `../outside.csv` lies outside of the folder of the rules\n");
    std::fs::create_dir_all(folder.join("folder.csv")).expect("a folder");
    let said = refused(&folder, &table("folder.csv"));
    assert!(said.contains("it is not a regular file"), "{said}");
    std::fs::write(folder.join("open.csv"), "need,-> zone\n\"7,safety\n").expect("a file");
    let said = refused(&folder, &table("open.csv"));
    assert_eq!(said, "E0728 rules.assize:5:39 a quote in line 2 of `FOLDER/open.csv` is never closed\n");
    std::fs::write(folder.join("wide.csv"), "need,-> zone\n7,safety,again\n").expect("a file");
    let said = refused(&folder, &table("wide.csv"));
    assert!(said.contains("line 2 of `FOLDER/wide.csv` stands in a column without a heading"), "{said}");
    std::fs::write(folder.join("short.csv"), "offence,year,weight\nT,2019,1.5\nA,2019,\n\nA,2021\n").expect("a file");
    let lookup = "lookup weight (offence : Kind, year : integer) from \"short.csv\" -> decimal\n";
    let said = refused(&folder, lookup);
    assert_eq!(said, "E0728 rules.assize:5:48 line 5 of `FOLDER/short.csv` has 2 cells, and the file has 3 headings\n");
}

#[test]
fn look_ups() {
    let weights = "Offence,year,offence_weight\nT,2019,1.5\nT,2022,2\nA,2019,4\nA,2021,\n";
    let days = "kind,begins,closes,fee\nT,2020-01-01,2020-12-31,10\nT,2021-01-01,,12\nA,,,3\n";
    let folder = folder("lookups", &[("weights.csv", weights), ("fees.csv", days)]);
    let rules = load(
        &folder,
        r#"lookup offence_weight (offence : Kind from "Offence", year) from "weights.csv" valid by year -> decimal
lookup fee (kind) from "fees.csv" valid from begins to closes -> integer
let weight of Area = offence_weight(kind, year)
let today of Area = fee(kind)
let back_then of Area = fee(kind, since)
test "the row that holds from 2019 on" { as_of 2026-01-01 given Area { kind: theft, year: 2021 } expect weight = 1.5 }
test "and the next" { as_of 2026-01-01 given Area { kind: theft, year: 2022 } expect weight = 2 }
test "before the first: never collected" {
  as_of 2026-01-01 given Area { kind: theft, year: 2018 } expect weight is missing not_collected
}
test "a missing key" { as_of 2026-01-01 given Area { kind: missing withheld, year: 2022 } expect weight is missing withheld }
test "a row without a value" { as_of 2026-01-01 given Area { kind: assault, year: 2022 } expect weight is missing unknown }
test "by the evaluation date, or another" {
  as_of 2026-01-01 given Area { kind: theft, since: 2020-06-30 } expect today = 12 expect back_then = 10
}
test "before the first day" {
  as_of 2019-01-01 given Area { kind: theft, since: 2020-12-31 } expect today is missing not_collected expect back_then = 10
}"#,
    );
    passes(&rules.expect("the rules load"));

    let lookup = "lookup fee (kind : Kind) from \"fees.csv\" valid from begins to closes -> integer\n";
    std::fs::write(folder.join("fees.csv"), days.replace("2020-12-31", "2021-12-31")).expect("a file");
    let said = refused(&folder, lookup);
    assert_eq!(said, "E0731 fees.csv:3:1 two rows of `fee` with the same keys hold on the same day\n");
    std::fs::write(folder.join("fees.csv"), days.replace("A,,,3", "B,,,3\nA,,,3x")).expect("a file");
    let said = refused(&folder, lookup);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "E0730 fees.csv:4:1 `B` stands for no code of `Kind`", "{said}");
    assert!(lines[1].starts_with("E0730 fees.csv:5:5 "), "{said}");
    std::fs::write(folder.join("fees.csv"), days.replace("A,,,3", "")).expect("a file");
    std::fs::write(folder.join("fees.csv"), days.replace("fee", "Fee")).expect("a file");
    let said = refused(&folder, lookup);
    assert_eq!(said, "E0729 rules.assize:5:8 `fees.csv` has no column `fee`\n");
    let said =
        refused(&folder, "lookup w (offence : Kind from \"Offence\") from \"weights.csv\" -> integer from \"year\"\n");
    assert!(said.starts_with("E0731 weights.csv:3:1 two rows of `w` have the same keys"), "{said}");
}

/// A look-up that has other rows on other days: the evaluation date picks, whatever the rows themselves say.
#[test]
fn look_ups_by_date() {
    let folder = folder(
        "editions",
        &[
            ("old.csv", "kind,fee\nT,10\nA,3\n"),
            ("new.csv", "Kind of order,fee\nT,12\n"),
            ("closed.csv", "kind,begins,closes,fee\nT,2020-01-01,2020-12-31,1\nT,2021-01-01,,2\n"),
            ("later.csv", "kind,begins,closes,fee\nT,,,5\n"),
        ],
    );
    let two = r#"lookup fee (kind : Kind) from "old.csv" -> integer "Fees" effective from 2020-01-01 to 2025-12-31
lookup fee (kind : Kind from "Kind of order") from "new.csv" -> integer effective from 2026-01-01
"#;
    let rules = load_for(
        &folder,
        "from 2020-01-01",
        &format!(
            r#"{two}
lookup held (kind : Kind) from "closed.csv" valid from begins to closes -> integer from "fee"
lookup held (kind : Kind) from "later.csv" valid from begins to closes -> integer from "fee"
  effective from 2026-06-01 to 2026-06-30
let today of Area = fee(kind)
let at_that_time of Area = held(kind, since)
test "the last day of the old ones" {{ as_of 2025-12-31 given Area {{ kind: theft }} expect today = 10 }}
test "the first of the new ones" {{ as_of 2026-01-01 given Area {{ kind: theft }} expect today = 12 }}
test "which lack a row" {{ as_of 2026-01-01 given Area {{ kind: assault }} expect today is missing not_collected }}
test "by the row's own day, of the rows of other days" {{
  as_of 2026-05-31 given Area {{ kind: theft, since: 2020-06-01 }} expect at_that_time = 1
}}
test "and of those of some days" {{ as_of 2026-06-30 given Area {{ kind: theft, since: 2020-06-01 }} expect at_that_time = 5 }}
test "and afterwards" {{ as_of 2026-07-01 given Area {{ kind: theft, since: 2021-06-01 }} expect at_that_time = 2 }}
"#
        ),
    );
    passes(&rules.expect("the rules load"));

    let said = |text: &str| load_for(&folder, "from 2020-01-01", text).err().unwrap_or_default();
    assert_eq!(said(two), "");
    let early = load_for(&folder, "from 2019-01-01", two).err().unwrap_or_default();
    assert!(early.starts_with("E0711 rules.assize:5:74 `fee` has no rows on 2019-01-01"), "{early}");
    for (from, to, what) in [
        (
            "from 2026-01-01\n",
            "from 2025-12-31\n",
            "E0711 rules.assize:6:88 `fee` has two sets of rows from 2025-12-31 on",
        ),
        ("(kind : Kind from", "(sort : Kind from", "E0711 rules.assize:6:8 `fee` has other keys on other days"),
        (
            "\"new.csv\" -> integer",
            "\"new.csv\" -> decimal",
            "E0711 rules.assize:6:8 `fee` gives something else on other days",
        ),
        (
            "\"new.csv\" ->",
            "\"new.csv\" valid by kind ->",
            "E0711 rules.assize:6:8 `fee` has rows that hold in another way on other days",
        ),
    ] {
        let text = two.replace(from, to);
        assert_ne!(text, two);
        let found = said(&text);
        assert!(found.starts_with(what), "{found}");
    }
    let standard =
        format!("{two}measure m of Area {{ numerator year > 2000 as standardised rate per 100 by kind to fee }}\n");
    assert!(said(&standard).starts_with("E0408 rules.assize:7:"), "{}", said(&standard));
}

#[test]
fn standards() {
    let folder = folder("standards", &[("people.csv", "kind,people\nT,100\nA,\n")]);
    let rules = "lookup people (kind : Kind) from \"people.csv\" -> integer\n\
                 measure m of Area { numerator year > 2000 as standardised rate per 100 by kind to people }\n";
    let wanted = |line, fault| {
        format!("E0408 people.csv:{line}:1 a number of look-up `people` {fault}, and rates are standardised to it\n")
    };
    assert_eq!(refused(&folder, rules), wanted(3, "is missing"));
    std::fs::write(folder.join("people.csv"), "kind,people\nT,-100\nA,1\n").expect("a file");
    assert_eq!(refused(&folder, rules), wanted(2, "is below zero"));
    std::fs::write(folder.join("people.csv"), "kind,people\nT,100\nA,0\n").expect("a file");
    load(&folder, rules).expect("the rules load");
}
