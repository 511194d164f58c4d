//! Crime severity: every published percent change, half up to two places, recomputed from the index.

use assize::model::civil::Date;
use assize::{Data, Evaluation};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Cursor;

/// The cells of a line of CSV.
pub fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for sign in line.chars() {
        match sign {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            sign => cell.push(sign),
        }
    }
    cells.push(cell);
    cells
}

#[test]
fn every_published_percent_change_is_recomputed() {
    let Some(folder) = crate::shared("csi") else { return };
    let text = std::fs::read_to_string(folder.join("crime_severity_cleaned.csv")).expect("the file can be read");
    let rows: Vec<Vec<String>> = text.lines().skip(1).map(cells).collect();
    let index: BTreeMap<(String, String, i32), &str> = rows
        .iter()
        .map(|row| {
            let year = row[0].parse().expect("a year");
            ((row[1].clone(), row[2].to_lowercase(), year), row[5].as_str())
        })
        .collect();
    // Each published change, with the index of its year and of the year before as its children.
    let mut changes = String::from("id,year,published\n");
    let mut readings = String::from("change_id,year,value\n");
    let mut count = 0;
    for (id, row) in rows.iter().enumerate() {
        let Some(metric) = row[2].strip_prefix("Percent change in ") else { continue };
        count += 1;
        let year: i32 = row[0].parse().expect("a year");
        let _ = writeln!(changes, "{id},{year},{}", row[5]);
        for year in [year - 1, year] {
            if let Some(value) = index.get(&(row[1].clone(), metric.to_lowercase(), year)) {
                let _ = writeln!(readings, "{id},{year},{value}");
            }
        }
    }
    let rules = crate::rules("csi.assize");
    let mut evaluation = Evaluation::new(&rules, Date::from_ymd(2026, 1, 1).expect("a date"));
    let csv = |text: String| Data::Stream(Box::new(Cursor::new(text.into_bytes())), assize::io::Format::Csv);
    evaluation.data("Change", csv(changes)).expect("there is such a record");
    evaluation.data("Reading", csv(readings)).expect("there is such a record");
    let results = evaluation.run().expect("the data can be read");
    assert!(!results.has_record_errors());
    let agreement = &results.categories[0];
    let mut came_out: BTreeMap<String, u32> = BTreeMap::new();
    for (_, outcome) in agreement.outcomes(&results.program) {
        let category = results.program.category(agreement.category).expect("it was worked out");
        *came_out.entry(outcome_name(&results.program, category, &outcome)).or_default() += 1;
    }
    let expected: BTreeMap<String, u32> = [
        // All that are published with both years of the index not zero, two exact ties among them.
        ("same".to_owned(), 8_451),
        // The index of the year before is zero: published as 0.0, and no number here.
        ("division by zero".to_owned(), 414),
        // A year of the index is missing: 2,058 that are not published either, and 78 published as 0.0 all the same.
        ("not known".to_owned(), 2_058 + 78),
    ]
    .into();
    assert_eq!(came_out, expected);
    assert_eq!(count, 8_451 + 414 + 2_058 + 78);
}

fn outcome_name(
    program: &assize::model::program::Program,
    category: &assize::model::program::Category,
    outcome: &assize::eval::outcome::OutcomeRow,
) -> String {
    use assize::eval::outcome::Chosen;
    use assize::model::absence::Fault;
    match (outcome.value, outcome.error.and_then(assize::model::absence::Absence::fault)) {
        (Chosen::One(code), _) => program.list(category.list).expect("a list").name(code).to_owned(),
        (_, Some((Fault::DivisionByZero, _))) => "division by zero".to_owned(),
        (_, Some((fault, _))) => format!("{fault:?}"),
        _ => "not known".to_owned(),
    }
}
