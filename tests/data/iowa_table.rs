//! The same releases, categorised by a decision table that is kept in a workbook: offence class and type.

use assize::model::civil::Date;
use assize::{Data, Evaluation, RuleSet};
use rust_xlsxwriter::Workbook;
use std::collections::BTreeMap;

const RULES: &str = r#"
ruleset iowa_offences version "1" { title "Offences by class and type" }
codes Class "Class of offence" {
  felony_a "A Felony" from "A Felony"
  felony_b "B Felony" from "B Felony"
  felony_c "C Felony" from "C Felony"
  felony_d "D Felony" from "D Felony"
  felony_other "Other felonies"
    from "Felony - Enhancement to Original Penalty", "Felony - Enhanced", "Felony - Mandatory Minimum", "Other Felony", "Other Felony (Old Code)"
  misdemeanor "Misdemeanors" from "Aggravated Misdemeanor", "Serious Misdemeanor", "Simple Misdemeanor", "Other Misdemeanor"
  special "Special sentences" from "Special Sentence 2005", "Sexual Predator Community Supervision"
}
codes Kind "Type of offence" {
  violent from "Violent"  property from "Property"  drug from "Drug"  public_order from "Public Order"  other from "Other"
}
ordered codes Level "Level" { low "Low" middle "Middle" high "High" top "Highest" }
record Release {
  class : Class from "Offense Classification"
  kind  : Kind  from "Offense Type"
}
table level of Release -> Level "Level of the offence" hit unique from "levels.xlsx" sheet "Levels"
measure by_level of Release "Releases by level" { as count by level }
"#;

const LEVELS: &[[&str; 3]] = &[
    ["class", "kind", "-> level"],
    ["felony_a, felony_b", "violent", "top"],
    ["felony_a, felony_b", "not(violent)", "high"],
    ["felony_c", "violent", "high"],
    ["felony_c", "property, drug", "middle"],
    ["felony_c", "not(violent, property, drug)", "low"],
    ["felony_d, felony_other", "violent, public_order", "middle"],
    ["felony_d, felony_other", "not(violent, public_order)", "low"],
    ["misdemeanor", "-", "low"],
    ["special", "-", "high"],
];

/// The level by hand.
fn level(class: &str, kind: &str) -> &'static str {
    match (class, kind) {
        ("A Felony" | "B Felony", "Violent") => "top",
        ("A Felony" | "B Felony", _) | ("C Felony", "Violent") => "high",
        ("C Felony", "Property" | "Drug") => "middle",
        ("C Felony", _) => "low",
        (class, kind) if class.ends_with("Misdemeanor") => {
            let _ = kind;
            "low"
        }
        ("Special Sentence 2005" | "Sexual Predator Community Supervision", _) => "high",
        (_, "Violent" | "Public Order") => "middle",
        _ => "low",
    }
}

#[test]
fn releases_by_a_table_in_a_workbook() {
    let Some(folder) = crate::shared("iowa") else { return };
    let own = std::env::temp_dir().join(format!("assize-iowa-{}", std::process::id()));
    std::fs::create_dir_all(&own).expect("a folder");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Levels").expect("a sheet");
    for (row, cells) in (0_u32..).zip(LEVELS) {
        for (column, cell) in (0_u16..).zip(cells) {
            sheet.write(row, column, *cell).expect("a cell");
        }
    }
    book.save(own.join("levels.xlsx")).expect("a workbook");
    std::fs::write(own.join("rules.assize"), RULES).expect("a file");
    let rules = RuleSet::load([own.join("rules.assize")]).expect("the rules check");

    let file = folder.join("iowa_3yr_recidivism.csv");
    // No cell of this file has a comma or a quote within.
    let text = std::fs::read_to_string(&file).expect("the file");
    let mut wanted: BTreeMap<&str, u64> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (Some(class), Some(kind)) = (cells.get(7), cells.get(8)) else { continue };
        *wanted.entry(level(class, kind)).or_default() += 1;
    }

    let mut evaluation = Evaluation::new(&rules, Date::from_ymd(2026, 1, 1).expect("a date"));
    evaluation.data("Release", Data::File(file, None)).expect("there is such a record");
    let results = evaluation.run().expect("the file can be read");
    assert!(!results.has_record_errors());
    let (_, table) = results.measures.first().expect("the measure was worked out");
    let counts: Vec<u64> = table.rows.iter().map(|row| row.stages.eligible).collect();
    assert_eq!(counts, ["low", "middle", "high", "top"].map(|level| wanted.get(level).copied().unwrap_or(0)));
    assert_eq!(counts.iter().sum::<u64>(), 26_020);
    let _ = std::fs::remove_dir_all(own);
}
