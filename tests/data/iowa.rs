//! Three-year return to prison: the published rates, counts and all.

use assize::measures::{BreakdownValue, MeasureRow, Number, RowState};
use assize::model::absence::Reason;
use assize::model::civil::Date;
use assize::{Data, Evaluation};

#[test]
fn the_published_return_rates_come_out() {
    let Some(folder) = crate::shared("iowa") else { return };
    let rules = crate::rules("iowa.assize");
    let mut evaluation = Evaluation::new(&rules, Date::from_ymd(2026, 1, 1).expect("a date"));
    let file = folder.join("iowa_3yr_recidivism.csv");
    evaluation.data("Release", Data::File(file, None)).expect("there is such a record");
    let results = evaluation.run().expect("the file can be read");
    assert!(!results.has_record_errors());
    assert_eq!(results.records[0].read, 26_020);

    let table = |name: &str| {
        let id = results.program.measure_named(name).expect("there is such a measure");
        &results.measures.iter().find(|(of, _)| *of == id).expect("it was worked out").1
    };
    let rates: Vec<(i64, u64, u64, &str)> = table("return_rate")
        .rows
        .iter()
        .map(|row| {
            let BreakdownValue::Integer(year) = row.by[0].1 else { panic!("every release has a year") };
            assert_eq!(row.state, RowState::Known);
            (year, row.stages.numerator, row.stages.denominator, row.value.as_deref().expect("a value"))
        })
        .collect();
    // 2014 was printed as 29.8, a known discrepancy: 1162 of 3917 is 29.67.
    let published = [
        (2013, 1127, 3716, "30.3"),
        (2014, 1162, 3917, "29.7"),
        (2015, 1510, 4740, "31.9"),
        (2016, 1605, 4687, "34.2"),
        (2017, 1623, 4586, "35.4"),
        (2018, 1654, 4374, "37.8"),
    ];
    assert_eq!(rates, published);

    let types: Vec<(BreakdownValue, u64)> =
        table("returns_by_type").rows.iter().map(|row| (row.by[0].1.clone(), row.stages.eligible)).collect();
    assert_eq!(types.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [5_516, 3_165, 17_339]);
    assert_eq!(types[2].0, BreakdownValue::Missing(Reason::NotApplicable));
    // Days are missing exactly where there was no return.
    let days = &table("days_without_return").rows[0];
    assert_eq!((days.stages.eligible, days.stages.numerator), (17_339, 0));
}

#[test]
fn what_is_published_gives_no_small_count_away() {
    let Some(folder) = crate::shared("iowa") else { return };
    let rules = crate::rules("iowa_published.assize");
    let mut evaluation = Evaluation::new(&rules, Date::from_ymd(2026, 1, 1).expect("a date"));
    let file = folder.join("iowa_3yr_recidivism.csv");
    evaluation.data("Release", Data::File(file, None)).expect("there is such a record");
    let results = evaluation.run().expect("the file can be read");
    let table = |name: &str| {
        let id = results.program.measure_named(name).expect("there is such a measure");
        &results.measures.iter().find(|(of, _)| *of == id).expect("it was worked out").1.rows
    };
    let whole = |number: Option<Number>| match number {
        Some(Number::Integer(count)) => count,
        other => panic!("{other:?}"),
    };
    let years = table("by_year");
    assert_eq!(years.len(), 6);
    assert!(years.iter().all(|row| row.state == RowState::Known && row.interval.is_some()));
    let mut withheld_in_all = 0;
    for name in ["by_district", "by_release", "by_offence"] {
        for year in years {
            let rows: Vec<_> = table(name).iter().filter(|row| row.by[0].1 == year.by[0].1).collect();
            let shown: Vec<_> = rows.iter().filter(|row| row.state == RowState::Known).collect();
            for row in &shown {
                let (over, under) = (whole(row.numerator), whole(row.denominator));
                assert!([over, under, under - over].iter().all(|count| !(1..10).contains(count)), "{over} of {under}");
            }
            // What is left of the year is no single row, and not small.
            let withheld = rows.len() - shown.len();
            let left = |of: fn(&MeasureRow) -> Option<Number>| {
                whole(of(year)) - shown.iter().map(|row| whole(of(row))).sum::<i64>()
            };
            let left = (left(|row| row.numerator), left(|row| row.denominator));
            assert!(withheld != 1 && (withheld == 0) == (left == (0, 0)), "{name}: {withheld} rows have {left:?}");
            withheld_in_all += withheld;
        }
    }
    assert!(withheld_in_all >= 4, "{withheld_in_all}");
}
