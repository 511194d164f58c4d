//! Answers written by hand before anything was run: `by-hand.txt` beside a case, held against what is expected.
//!
//! Sections are `[CATEGORY]`, `[measure NAME]`, `[charts NAME]`, `[audit NAME]` and `[faults RECORD]`, their lines as the functions below write them; `...`
//! stands for any number of lines.

use crate::case::cases;
use serde_json::Value;

#[test]
fn expected_results_are_what_was_worked_out_by_hand() {
    let mut found = Vec::new();
    let mut lines = 0;
    for case in cases() {
        let Ok(hand) = std::fs::read_to_string(case.home.join("by-hand.txt")) else { continue };
        let text = std::fs::read_to_string(case.home.join("expected.json"));
        let Ok(text) = text else {
            found.push(format!("{}: there is no expected.json", case.name));
            continue;
        };
        let results: Value = serde_json::from_str(&text).expect("results are JSON");
        let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
        for line in hand.lines().filter(|line| !line.is_empty()) {
            match (line.strip_prefix('[').and_then(|line| line.strip_suffix(']')), sections.last_mut()) {
                (Some(name), _) => sections.push((name, Vec::new())),
                (None, Some((_, lines))) => lines.push(line),
                (None, None) => panic!("{}: by-hand.txt begins without a section", case.name),
            }
        }
        for (name, wanted) in sections {
            lines += wanted.len();
            let given = section(&results, name).unwrap_or_else(|| panic!("{}: there is no [{name}]", case.name));
            if let Some(difference) = difference(&wanted, &given) {
                found.push(format!("{} [{name}]\n{difference}", case.name));
            }
        }
    }
    assert!(found.is_empty(), "{}\n\n{} in all", found.join("\n\n"), found.len());
    println!("{lines} lines by hand");
}

/// Of a chart, a line a point: `by @ period | value centre, level lower..upper, … left_out flags: because; …`; then a line
/// a stretch: `points counted useful longest/usual crossings/usual signal`.
fn plotted(chart: &Value) -> Vec<String> {
    let shown = |of: &Value, key: &str| of.get(key).map_or_else(|| "-".to_owned(), cell);
    let list = |of: &Value, key: &str| of.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut lines = Vec::new();
    for point in list(chart, "points") {
        let of = point.get("by").or(chart.get("by")).and_then(Value::as_object);
        let by: Vec<String> = of.into_iter().flatten().map(|(_, by)| cell(by)).collect();
        let period = point.get("period").and_then(|period| period.get("label")).map(cell);
        let mut line = format!("{} @ {}", by.join(", "), period.unwrap_or_default());
        line.push_str(&format!(" | {} {}", shown(&point, "value"), shown(&point, "centre")));
        for limit in list(&point, "limits") {
            let [level, lower, upper] = ["level", "lower", "upper"].map(|key| shown(&limit, key));
            line.push_str(&format!(", {level} {lower}..{upper}"));
        }
        line.push_str(&format!(" {}", shown(&point, "left_out")));
        let flags: Vec<String> = list(&point, "flags").iter().map(|flag| shown(flag, "because")).collect();
        line.push_str(&format!(" {}", flags.join("; ")));
        lines.push(line.trim_end().to_owned());
    }
    for phase in list(chart, "phases") {
        let [first, last, counted, useful] = ["first", "last", "counted", "useful"].map(|key| shown(&phase, key));
        let [longest, usual, crossings, least] =
            ["longest_run", "longest_run_usual", "crossings", "crossings_usual"].map(|key| shown(&phase, key));
        let signal = shown(&phase, "signal");
        lines.push(format!("{first}-{last} {counted} {useful} {longest}/{usual} {crossings}/{least} {signal}"));
    }
    lines
}

/// `by @ period | n true_positive false_positive false_negative true_negative not_decided censored left_out | the six shares | auc |
/// code share; …`, a share as `numerator/denominator = value lower..upper`; with ` | expected/observed of records = value
/// lower..upper` where that is stated.
fn audited(group: &Value) -> String {
    let shown = |of: &Value, key: &str| of.get(key).map_or_else(|| "-".to_owned(), cell);
    let share = |of: Option<&Value>| {
        let [over, under, value, lower, upper] = ["numerator", "denominator", "value", "lower", "upper"]
            .map(|key| of.map_or_else(|| "-".to_owned(), |of| shown(of, key)));
        format!("{over}/{under} = {value} {lower}..{upper}")
    };
    let by: Vec<String> =
        group.get("by").and_then(Value::as_object).into_iter().flatten().map(|(_, by)| cell(by)).collect();
    let by = if by.is_empty() { "-".to_owned() } else { by.join(", ") };
    let period = group.get("period").and_then(|period| period.get("label")).map(cell);
    let period = period.map(|label| format!(" @ {label}")).unwrap_or_default();
    let counts = [
        "n",
        "true_positive",
        "false_positive",
        "false_negative",
        "true_negative",
        "not_decided",
        "censored",
        "left_out",
    ];
    let counts = counts.map(|key| shown(group, key)).join(" ");
    let shares = ["prevalence", "selection_rate", "fpr", "fnr", "ppv", "npv"].map(|key| share(group.get(key)));
    let codes: Vec<String> = group
        .get("calibration")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|code| format!("{} {}", shown(code, "code"), share(code.get("observed"))))
        .collect();
    let foreseen = group.get("expected_over_observed").map(|of| {
        let [expected, observed, records, value, lower, upper] =
            ["expected", "observed", "records", "value", "lower", "upper"].map(|key| shown(of, key));
        format!(" | {expected}/{observed} of {records} = {value} {lower}..{upper}")
    });
    let foreseen = foreseen.unwrap_or_default();
    let auc = shown(group, "auc");
    format!("{by}{period} | {counts} | {} | {auc} | {}{foreseen}", shares.join("; "), codes.join("; "))
}

/// The lines of a section, as the results have them.
fn section(results: &Value, name: &str) -> Option<Vec<String>> {
    let rows = |part: &Value, list: &str, line: fn(&Value) -> String| {
        Some(part.get(list)?.as_array()?.iter().map(line).collect())
    };
    if let Some(record) = name.strip_prefix("faults ") {
        return rows(results.get("records")?.get(record)?, "errors", fault);
    }
    if let Some(measure) = name.strip_prefix("charts ") {
        let charts = results.get("measures")?.get(measure)?.get("charts")?.as_array()?;
        return Some(charts.iter().flat_map(plotted).collect());
    }
    if let Some(audit) = name.strip_prefix("audit ") {
        return rows(results.get("measures")?.get(audit)?, "audit", audited);
    }
    match name.strip_prefix("measure ") {
        Some(measure) => rows(results.get("measures")?.get(measure)?, "rows", measured),
        None => rows(results.get("categories")?.get(name)?, "rows", outcome),
    }
}

fn difference(wanted: &[&str], given: &[String]) -> Option<String> {
    let mut given = given.iter();
    let mut wanted = wanted.iter().peekable();
    let mut found = String::new();
    while let Some(&line) = wanted.next() {
        if line == "..." {
            let Some(&&next) = wanted.peek() else { return (!found.is_empty()).then_some(found) };
            while given.as_slice().first().is_some_and(|given| given != next) {
                given.next();
            }
            continue;
        }
        let got = given.next();
        if got.is_none_or(|got| got != line) {
            let got = got.map_or("(nothing)", String::as_str);
            found.push_str(&format!("    - {line}\n    + {got}\n"));
        }
    }
    given.for_each(|line| found.push_str(&format!("    + {line}\n")));
    (!found.is_empty()).then_some(found)
}

/// `key | value state because .. possible .. missing .. error ..`, leaving out what is empty, and what is possible where
/// that is the value alone.
fn outcome(row: &Value) -> String {
    let list = |key: &str| -> Vec<&str> {
        row.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    };
    let value = match row.get("value") {
        Some(Value::String(code)) => code.clone(),
        Some(Value::Array(_)) => format!("{{{}}}", list("value").join(", ")),
        _ => "-".to_owned(),
    };
    let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or("");
    let key = row
        .get("key")
        .and_then(Value::as_str)
        .unwrap_or("-")
        .replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('\t', "\\t");
    let mut line = format!("{key} | {value} {}", text("state"));
    let decided = text("state") == "decided";
    for part in ["because", "possible", "missing"] {
        let names = list(part);
        let shown = match part {
            "possible" if decided => names != [value.as_str()] && names != list("value") && !names.is_empty(),
            _ => !names.is_empty(),
        };
        if shown {
            line.push_str(&format!(" {part} {}", names.join(", ")));
        }
    }
    if let Some(error) = row.get("error").and_then(Value::as_str) {
        line.push_str(&format!(" error {error}"));
    }
    line
}

/// `by @ period | the counts of the stages | numerator/denominator = value [lower..upper] state`, and how many were not
/// decided where there are any; then `| change with up_to value difference percent lower upper because` and `| target
/// status expected because` where they are asked for. `?` stands before the reason of what is missing, `!` for an error, `-` for nothing.
fn measured(row: &Value) -> String {
    let by: Vec<String> =
        row.get("by").and_then(Value::as_object).into_iter().flatten().map(|(_, by)| cell(by)).collect();
    let mut line = if by.is_empty() { "-".to_owned() } else { by.join(", ") };
    if let Some(period) = row.get("period") {
        line.push_str(&format!(" @ {}", period.get("label").map_or_else(|| cell(period), cell)));
    }
    let stages = row.get("stages").and_then(Value::as_object);
    let stages: Vec<String> = stages.into_iter().flatten().map(|(_, count)| count.to_string()).collect();
    let part = |key: &str| row.get(key).map_or_else(|| "-".to_owned(), cell);
    line.push_str(&format!(
        " | {} | {}/{} = {}",
        stages.join(" "),
        part("numerator"),
        part("denominator"),
        part("value")
    ));
    if part("lower") != "-" || part("upper") != "-" {
        line.push_str(&format!(" {}..{}", part("lower"), part("upper")));
    }
    line.push_str(&format!(" {}", part("state")));
    if let Some(why) = row.get("withheld") {
        line.push_str(&format!(" {}", cell(why)));
    }
    if row.get("not_decided").and_then(Value::as_u64).is_some_and(|count| count > 0) {
        line.push_str(&format!(" not decided {}", part("not_decided")));
    }
    if let Some(change) = row.get("change") {
        let part = |key: &str| change.get(key).map_or_else(|| "-".to_owned(), cell);
        let keys = ["with", "up_to", "value", "difference", "percent", "lower", "upper", "because"];
        let shown: Vec<String> = keys.into_iter().map(part).collect();
        line.push_str(&format!(" | change {}", shown.join(" ")));
    }
    if let Some(target) = row.get("target") {
        let part = |key: &str| target.get(key).map_or_else(|| "-".to_owned(), cell);
        let shown: Vec<String> = ["status", "expected", "because"].into_iter().map(part).collect();
        line.push_str(&format!(" | target {}", shown.join(" ")));
    }
    line
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Object(object) => match object.get("missing") {
            Some(reason) => format!("?{}", reason.as_str().unwrap_or("")),
            None => "!".to_owned(),
        },
        value => value.to_string(),
    }
}

/// `row key field code`, `-` for nothing.
fn fault(error: &Value) -> String {
    let parts: Vec<String> =
        ["row", "key", "field", "code"].iter().map(|key| error.get(*key).map_or_else(String::new, cell)).collect();
    parts.join(" ")
}
