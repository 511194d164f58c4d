//! Instruments and judgements in results: through every table, and what a judgement lacks.

#![expect(clippy::unwrap_used, reason = "a test may stop where it breaks")]

use assize::io::Format;
use assize::model::civil::Date;
use assize::tables::{Which, fields, rows, write};
use assize::{Data, Evaluation, Results, RuleSet};
use std::io::Cursor;

const RULES: &str = r#"
ruleset forms version "1"
ordered codes Concern { low high }
record Reviewed {
  id : integer key  a : boolean  b : boolean
  rating : Concern  why : text  who : text  rated : date  until : date
}
instrument review of Reviewed -> Concern {
  item a weight 1.5  item b
  band low ..1  band high 1.5..
  route both : a and b
  override from rating because why by who on rated until until
}
category plain of Reviewed -> Concern {
  high when a
  otherwise low
  override from rating because why by who
}
"#;

const DATA: &str = "id,a,b,rating,why,who,rated,until\n\
    1,yes,no,low,seen,J. Roe,2026-05-01,\n\
    2,yes,,high,seen,J. Roe,2026-05-01,2026-05-31\n\
    3,no,no,high,,J. Roe,,\n\
    4,,no,,,,,\n";

fn results(only: Option<&str>) -> Results {
    let rules = RuleSet::compile("forms.assize", RULES).unwrap();
    let mut evaluation = Evaluation::new(&rules, Date::from_ymd(2026, 6, 1).unwrap());
    evaluation.data("Reviewed", Data::Stream(Box::new(Cursor::new(DATA)), Format::Csv)).unwrap();
    if let Some(name) = only {
        evaluation.only([name]).unwrap();
    }
    evaluation.run().unwrap()
}

fn csv(results: &Results, which: Which) -> String {
    String::from_utf8(write(results, which, Format::Csv, Vec::new()).unwrap()).unwrap()
}

#[test]
fn an_instrument_is_a_table() {
    let results = results(None);
    assert_eq!(
        csv(&results, Which::Instrument(0)),
        "key,score,lowest,highest,answered,band,state,possible,override,override_because,override_by,override_on,\
         override_until,override_in_force,routes,possible_routes,a,b\n\
         1,1.5,1.5,1.5,2,high,decided,high,low,seen,J. Roe,2026-05-01,,yes,\"\",\"\",1.5,0\n\
         2,,1.5,2.5,1,high,decided,high,high,seen,J. Roe,2026-05-01,2026-05-31,no,\"\",both,1.5,\n\
         3,0,0,0,2,low,decided,low,,,,,,,\"\",\"\",0,0\n\
         4,,0,1.5,1,,undetermined,low|high,,,,,,,\"\",\"\",,0\n"
    );
    assert_eq!(rows(&results, Which::Instrument(0)), Some(4));
    assert_eq!(rows(&results, Which::Instrument(1)), None);
    let names = fields(&results, Which::Instrument(0)).unwrap();
    assert_eq!(names.len(), 18);
    for format in [Format::JsonLines, Format::Tsv] {
        assert!(!write(&results, Which::Instrument(0), format, Vec::new()).unwrap().is_empty());
    }
}

#[test]
fn a_judgement_stands_beside_the_computed_value() {
    let results = results(None);
    let id = results.program.category_named("plain").unwrap();
    let text = csv(&results, Which::Category(id));
    let first = text.lines().nth(1).unwrap();
    assert!(first.starts_with("1,high,decided,"), "{first}");
    assert!(first.ends_with(",low,seen,J. Roe,,,yes"), "{first}");
    assert_eq!(results.judged(id, 0, 1).map(|judged| judged.in_force), Some(true));
    let band = results.program.category_named("review.band").unwrap();
    assert_eq!(results.judged(band, 0, 1).map(|judged| judged.in_force), Some(false));
}

#[test]
fn a_judgement_that_lacks_something_is_a_fault_of_its_record_and_not_taken() {
    let results = results(None);
    let mut found: Vec<(u64, &str, &str)> = Vec::new();
    for fault in results.records.iter().flat_map(|record| &record.errors) {
        found.push((fault.row, fault.code, fault.message.as_str()));
    }
    found.sort_unstable();
    assert_eq!(
        found,
        [
            (3, "D0137", "a judgement beside `plain` without `why` is not taken"),
            (3, "D0137", "a judgement beside `review.band` without `rated` is not taken"),
            (3, "D0137", "a judgement beside `review.band` without `why` is not taken"),
        ]
    );
    let band = results.program.category_named("review.band").unwrap();
    assert_eq!(results.judged(band, 0, 2), None);
    // The record itself is well.
    assert_eq!(results.category(band).unwrap().summary(&results.program).states[4], 0);
}

#[test]
fn only_an_instrument() {
    let results = results(Some("review"));
    assert_eq!(results.instruments.len(), 1);
    assert_eq!(results.categories.len(), 2);
    assert_eq!(self::results(Some("plain")).instruments.len(), 0);
}

#[test]
fn parameters_that_leave_a_score_without_a_band_make_it_an_error() {
    let rules = RuleSet::compile(
        "forms.assize",
        "ruleset f version \"1\"\nparameter high_from : integer = 2 in 1..9\nparameter low_to : integer = 1 in 0..9\n\
         record P { id : text key  a : boolean  b : boolean }\n\
         instrument s of P { item a item b band low ..low_to band high high_from.. }\n",
    )
    .unwrap();
    for (value, state) in [("2", 0), ("3", 4)] {
        let rules = rules.with_parameter("high_from", value).unwrap();
        let mut evaluation = Evaluation::new(&rules, Date::from_ymd(2026, 6, 1).unwrap());
        let data = Data::Stream(Box::new(Cursor::new("id,a,b\n1,yes,yes\n")), Format::Csv);
        evaluation.data("P", data).unwrap();
        let results = evaluation.run().unwrap();
        assert_eq!(results.categories[0].summary(&results.program).states[state], 1, "{value}");
    }
}
