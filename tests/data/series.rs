//! Percent changes, charts and a funnel of real series, against what was published and against NumPy.

use assize::measures::{BreakdownValue, LeftOut, MeasureTable, PeriodOfRow};
use assize::model::civil::Date;
use assize::model::decimal::Rounding;
use assize::{Data, Evaluation, Results};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Cursor;

fn date(year: i32) -> Date {
    Date::from_ymd(year, 1, 1).expect("a date")
}

fn table<'a>(results: &'a Results, name: &str) -> &'a MeasureTable {
    let id = results.program.measure_named(name).expect("there is such a measure");
    results.measure(id).expect("it was worked out")
}

fn text(value: &BreakdownValue) -> String {
    match value {
        BreakdownValue::Text(text) => text.to_lowercase(),
        other => format!("{other:?}"),
    }
}

#[test]
fn percent_changes_and_charts_of_crime_severity() {
    let Some(folder) = crate::shared("csi") else { return };
    let file = std::fs::read_to_string(folder.join("crime_severity_cleaned.csv")).expect("the file can be read");
    let mut readings = String::from("id,place,metric,on,value\n");
    let mut published: BTreeMap<(String, String, i32), String> = BTreeMap::new();
    for (id, line) in file.lines().skip(1).enumerate() {
        let row = crate::csi::cells(line);
        let [year, place, metric, _, _, value, ..] = row.as_slice() else { panic!("{line}") };
        match metric.strip_prefix("Percent change in ") {
            Some(metric) => {
                let year = year.parse().expect("a year");
                published.insert((place.to_lowercase(), metric.to_lowercase(), year), value.clone());
            }
            None => {
                let _ = writeln!(readings, "{id},\"{place}\",{metric},{year}-12-31,{value}");
            }
        }
    }
    let rules = crate::rules("csi_series.assize");
    let mut evaluation = Evaluation::new(&rules, date(2026));
    let data = Data::Stream(Box::new(Cursor::new(readings.into_bytes())), assize::io::Format::Csv);
    evaluation.data("Reading", data).expect("there is such a record");
    let results = evaluation.run().expect("the data can be read");
    assert!(!results.has_record_errors());

    let mut same = 0;
    for row in &table(&results, "change").rows {
        let (Some(PeriodOfRow::Span { from, .. }), Some(change)) = (&row.period, &row.change) else { continue };
        let Some(percent) = change.percent else { continue };
        let key = (text(&row.by[0].1), text(&row.by[1].1), from.year());
        if let Some(wanted) = published.get(&key).filter(|wanted| !wanted.is_empty()) {
            let (got, wanted) =
                (percent.to_string_places(2, Rounding::HalfUp), wanted.parse::<f64>().expect("a number"));
            assert_eq!(got.parse::<f64>().expect("a number"), wanted, "{key:?}");
            same += 1;
        }
    }
    // All that are published with both years of the index not zero; see `csi.rs`.
    assert_eq!(same, 8_451);

    let severity = table(&results, "severity");
    assert_eq!(severity.charts.len(), 56);
    let flagged = |chart: &assize::measures::Plotted| {
        let outside = |point: &&assize::measures::Point| point.flags.iter().any(|flag| flag.points == 1);
        chart.points.iter().filter(outside).count()
    };
    // Worked out with Python: mean and mean moving range over all years.
    let points = || severity.charts.iter().flat_map(|chart| &chart.points);
    // Every year from 1998 on is there for every city, also those before it is in the file.
    assert_eq!((points().count(), points().filter(|point| point.value.is_some()).count()), (56 * 27, 1_283));
    assert_eq!(severity.charts.iter().map(flagged).sum::<usize>(), 609);
    for (place, centre, lower, upper, outside) in [
        ("canada", 87.481, 78.627, 96.336, 20),
        ("calgary, alberta", 85.068, 70.385, 99.751, 10),
        ("regina, saskatchewan", 155.21, 122.776, 187.645, 19),
        ("toronto, ontario", 62.426, 53.982, 70.871, 19),
    ] {
        let chart = severity.charts.iter().find(|chart| text(&chart.by[0].1) == place).expect("it is in the file");
        let (point, limit) = (&chart.points[0], &chart.points[0].limits[0]);
        for (got, wanted) in [(point.centre.expect("a centre"), centre), (limit.lower, lower), (limit.upper, upper)] {
            assert!((got - wanted).abs() < 6e-4, "{place}: {got} is not {wanted}");
        }
        assert_eq!(flagged(chart), outside, "{place}");
    }
}

#[test]
fn districts_out_of_their_funnel() {
    let Some(folder) = crate::shared("iowa") else { return };
    let rules = crate::rules("iowa_funnel.assize");
    let mut evaluation = Evaluation::new(&rules, date(2026));
    let file = Data::File(folder.join("iowa_3yr_recidivism.csv"), None);
    evaluation.data("Release", file).expect("there is such a record");
    let results = evaluation.run().expect("the file can be read");
    let returns = table(&results, "returns");
    let chart = &returns.charts[0];
    let found = chart.overdispersion.expect("there are places");
    // Worked out with NumPy and SciPy.
    assert!((found.phi - 25.897_134_994_287_39).abs() < 1e-9 && found.points == 10 && found.widened(), "{found:?}");
    assert!((found.tau - 6.619_651_755_605_573).abs() < 1e-9, "{found:?}");
    let out: Vec<String> = chart
        .points
        .iter()
        .filter(|point| !point.flags.is_empty())
        .map(|point| text(&returns.rows[point.row].by[0].1))
        .collect();
    assert_eq!(out, ["isc", "interstate compact"]);
    let limit = &chart.points[0].limits[1];
    assert_eq!(format!("{} {:.2} {:.2}", limit.level, limit.lower, limit.upper), "99.8% 19.69 61.01");
    // 9,581 people who left without supervision are of no district.
    let none = chart.points.last().expect("they have a row");
    assert_eq!((none.left_out, none.value.is_some()), (Some(LeftOut::NoPlace), true));
}
