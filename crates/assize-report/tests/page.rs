//! Reports for people: every section is there, texts of others stay texts, and what is withheld is nowhere.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test: what is not as it should be ends it"
)]

use assize::io::Format;
use assize::model::civil::Date;
use assize::{Data, Evaluation, Results, RuleSet};
use assize_report::page;
use calamine::{Data as Cell, Reader, Xlsx};
use std::io::Cursor;

fn run(rules: &str, data: &[(&str, &str)]) -> Results {
    let rules = match RuleSet::compile("report.assize", rules) {
        Ok(rules) => rules,
        Err(error) => panic!("{:#?}", error.diagnostics),
    };
    let mut evaluation = Evaluation::new(&rules, Date::parse("2026-06-15").unwrap());
    for (record, text) in data {
        let stream = Data::Stream(Box::new(Cursor::new(text.as_bytes().to_vec())), Format::Csv);
        evaluation.data(record, stream).unwrap();
    }
    evaluation.coverage(true).errors_listed(10_000);
    evaluation.run().unwrap()
}

/// Elements that have no end.
const VOID: [&str; 4] = ["meta", "link", "br", "!DOCTYPE"];
/// Every element that a report has.
const KNOWN: [&str; 51] = [
    "html",
    "head",
    "title",
    "style",
    "body",
    "a",
    "header",
    "nav",
    "main",
    "footer",
    "section",
    "h1",
    "h2",
    "h3",
    "h4",
    "p",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "div",
    "span",
    "strong",
    "b",
    "bdi",
    "code",
    "pre",
    "small",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "details",
    "summary",
    "figure",
    "figcaption",
    "svg",
    "desc",
    "path",
    "line",
    "text",
    "circle",
    "rect",
    "defs",
    "pattern",
    "bdo",
];

/// That elements are known and closed in their order, and that ids are there once and links lead somewhere.
fn assert_well_formed(html: &str) {
    let mut open: Vec<String> = Vec::new();
    let (mut ids, mut links) = (Vec::new(), Vec::new());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let tag = &rest[at + 1..];
        let end = tag.find('>').expect("a tag that is never closed");
        let (inside, after) = (&tag[..end], &tag[end + 1..]);
        let name: String =
            inside.trim_start_matches('/').chars().take_while(|c| !c.is_whitespace() && *c != '/').collect();
        for (attribute, found) in [("id=\"", &mut ids), ("href=\"#", &mut links)] {
            if let Some(value) = inside.split(attribute).nth(1).filter(|_| inside.contains(&format!(" {attribute}"))) {
                found.push(value.split('"').next().unwrap().to_owned());
            }
        }
        if inside.starts_with('/') {
            assert_eq!(open.pop().as_deref(), Some(name.as_str()), "…{}", &rest[..at.min(80)]);
        } else if !VOID.contains(&name.as_str()) {
            assert!(KNOWN.contains(&name.as_str()), "`{name}` is no element of a report");
            assert_eq!(inside.matches('"').count() % 2, 0, "{inside}");
            // Outside quotes: nothing that runs, and no style of its own.
            for attribute in inside.split('"').step_by(2).flat_map(str::split_whitespace).skip(1) {
                assert!(!attribute.starts_with("on") && !attribute.starts_with("style"), "{inside}");
            }
            if !inside.ends_with('/') {
                open.push(name.clone());
            }
        }
        rest = after;
        if name == "style" && !inside.starts_with('/') {
            rest = &rest[rest.find("</style>").unwrap()..];
        }
    }
    assert!(open.is_empty(), "{open:?} are not closed");
    let mut sorted = ids.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), ids.len(), "an id is there twice");
    for link in links {
        assert!(ids.contains(&link), "`#{link}` leads nowhere");
    }
}

/// That every row of every table has as many cells as its heading.
fn assert_tables(markdown: &str) {
    let mut width = None;
    for line in markdown.lines() {
        let cells = line.replace("\\|", "").matches('|').count();
        if line.starts_with('|') {
            assert_eq!(*width.get_or_insert(cells), cells, "{line}");
        } else {
            width = None;
        }
    }
}

fn sheets(results: &Results) -> Vec<(String, Vec<Vec<Cell>>)> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(page::xlsx(results).unwrap())).unwrap();
    let names = book.sheet_names();
    for name in &names {
        assert!(book.worksheet_formula(name).unwrap().is_empty(), "`{name}` has a formula");
    }
    names
        .into_iter()
        .map(|name| {
            let range = book.worksheet_range(&name).unwrap();
            (name, range.rows().map(<[Cell]>::to_vec).collect())
        })
        .collect()
}

/// All that stands in a report, in every format.
fn everything(results: &Results) -> String {
    let (html, markdown) = (page::html(results), page::markdown(results));
    assert_well_formed(&html);
    assert_tables(&markdown);
    let sheets: Vec<String> = sheets(results).into_iter().map(|(name, rows)| format!("{name} {rows:?}")).collect();
    // What the rules say is quoted; the numbers in it are not of the data.
    format!("{html}\n{markdown}\n{}", sheets.join("\n"))
}

const RULES: &str = r#"
ruleset whole version "1" { title "All of <it>" authority "City & <police>" source "Made up" effective from 2020-01-01 }
labels public < inside
parameter many : integer = 3 in 1..9 "Calls that are many"
ordered codes Level "Level" { low "Low" high "High <b>" }
codes Place "Place" { east "East & \"West\"" north "الشمال" }
codes Theme { fear trust }
record Person { id : text key  place : Place  calls : integer  came : boolean  name : text  visits : many Visit by person }
record Visit { person : text  on : date  hurt : boolean }
record Comment { id : text key  theme : Theme }
## Who is <watched>.
category level of Person -> Level "Level of <people>" { high when busy "Busy <now>" : calls >= many  high when never : calls > 100 and came otherwise low }
progression moved of Person for level "Moved" { start at low  raise 1 at each Visit where hurt }
measure visits of Visit "Visits <all>" { as count  every month of on  chart c  target at least 2 by 2026-12-31, amber within 10% }
measure hurt of Visit "Hurt" { numerator hurt  as rate per 100  every quarter of on  interval wilson 95%  compare same period last year }
measure by_place of Person "By place" { numerator came  as rate per 100  by place  interval wilson 95% }
measure by_name of Person "By name" { as count  by name }
measure funnel of Person "Funnel" { numerator came  as rate per 100  by place  chart funnel }
audit right of level against came by place "Is it <right>?" { positive at least high  interval wilson 95% }
indicator hurt_i "Hurt <less>" { data quantitative about outcome source "Records <x>" collected yearly owner "Me" method "Count" from measure hurt target at most 10 }
indicator told "Told" { data qualitative from themes Comment coded theme rubric good "Good <sign>" : share(fear) < 50% otherwise bad }
evaluation whole_of_it "The <whole>" {
  forms quantitative, external
  period 2025
  inputs "Two <cars>"
  outcomes hurt_i
  objective safe "Safe <places>" question "Are <they>?" criterion "Less" { hurt_i, told }
  overall minimum
  requires every indicator has a source
}
"#;

fn people() -> String {
    let mut out = String::from("id,place,calls,came,name\n");
    for at in 0..40 {
        let place = ["east", "north", ""][at % 3];
        let name = ["=cmd()", "<script>alert(1)</script>", "+1", "@x", "-2", "مريم", "a|b"][at % 7];
        out.push_str(&format!("P{at},{place},{},{},{name}\n", at % 6, if at % 4 == 0 { "yes" } else { "no" }));
    }
    out.push_str("BAD,east,many,no,x\n");
    out
}

fn visits() -> String {
    let mut out = String::from("person,on,hurt\n");
    for month in 0..30 {
        for at in 0..3 + month % 4 + 9 * (month / 28) {
            let hurt = if (at + month) % 3 == 0 { "yes" } else { "no" };
            out.push_str(&format!("P{},{}-{:02}-10,{hurt}\n", at, 2024 + month / 12, month % 12 + 1));
        }
    }
    out
}

fn whole() -> Results {
    let comments = "id,theme\n1,fear\n2,trust\n3,trust\n4,\n";
    run(RULES, &[("Person", &people()), ("Visit", &visits()), ("Comment", comments)])
}

#[test]
fn every_section_is_there() {
    let results = whole();
    let html = page::html(&results);
    assert_well_formed(&html);
    for heading in [
        "At a glance",
        "Evaluations",
        "Indicators",
        "Measures",
        "Categories",
        "Audits",
        "What was missing",
        "What is not published",
        "Method and provenance",
    ] {
        assert!(html.contains(&format!("<h2>{heading}</h2>")), "{heading}");
    }
    for caption in ["Scorecard", "Evaluation matrix", "Objectives", "Logic model", "Faults of the data", "Parameters"] {
        assert!(html.contains(&format!(">{caption}</caption>")), "{caption}");
    }
    // The hash, the date and the engine say which run it was.
    assert!(html.contains(&*results.program.ruleset.hash) && html.contains("15 June 2026"));
    assert!(html.contains(&format!("Assize {}", Results::ENGINE)));
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
}

#[test]
fn every_chart_says_what_it_shows() {
    let html = page::html(&whole());
    let charts: Vec<&str> = html.split("<svg class=\"chart\"").skip(1).collect();
    assert!(charts.len() >= 6, "{}", charts.len());
    for chart in &charts {
        let chart = &chart[..chart.find("</svg>").unwrap()];
        assert!(chart.contains("role=\"img\"") && chart.contains("<title id="), "{chart}");
        let desc = chart.split("<desc id=").nth(1).unwrap();
        assert!(desc.find("</desc>").unwrap() > 30, "{desc}");
        assert!(!chart.contains("NaN") && !chart.contains("inf"), "{chart}");
    }
    // What is flagged is told in words.
    assert!(html.contains("above the upper limit"), "the last months have many more visits");
    assert!(!html.contains("<script") && !html.contains("http://") && !html.contains("https://"));
}

#[test]
fn texts_of_rules_and_data_stay_texts() {
    let results = whole();
    let html = page::html(&results);
    assert_well_formed(&html);
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(html.contains("<bdi>مريم</bdi>") && html.contains("<bdi>الشمال</bdi>"));
    for part in [
        "All of &lt;it&gt;",
        "City &amp; &lt;police&gt;",
        "Level of &lt;people&gt;",
        "Who is &lt;watched&gt;.",
        "Two &lt;cars&gt;",
        "Are &lt;they&gt;?",
    ] {
        assert!(html.contains(part), "{part}");
    }
    let markdown = page::markdown(&results);
    assert_tables(&markdown);
    assert!(markdown.contains("&lt;script&gt;") && markdown.contains("a\\|b"));
    assert!(!markdown.contains('<'), "no HTML in Markdown");
}

#[test]
fn nobody_is_listed() {
    let all = everything(&whole());
    // Keys of records, and the cell in error.
    for secret in ["P17", "BAD", "`many` is not"] {
        assert!(!all.contains(secret), "{secret}");
    }
}

#[test]
fn workbooks_have_numbers_and_texts() {
    let sheets = sheets(&whole());
    let named = |name: &str| &sheets.iter().find(|(of, _)| of == name).unwrap_or_else(|| panic!("no sheet `{name}`")).1;
    let rows = named("by_name");
    let texts: Vec<&Cell> = rows.iter().skip(2).map(|row| &row[0]).collect();
    for text in ["=cmd()", "+1", "@x", "-2"] {
        assert!(texts.contains(&&Cell::String(text.to_owned())), "{text}: {texts:?}");
    }
    assert!(rows.iter().skip(2).all(|row| matches!(row[1], Cell::Float(_))), "{rows:?}");
    let rates = named("by_place");
    let heads: Vec<String> = rates[1].iter().map(ToString::to_string).collect();
    let at = |end: &str| heads.iter().position(|head| head.ends_with(end)).unwrap();
    for column in [at("Numerator"), at("Rate per 100"), at(", lower"), at(", upper")] {
        assert!(matches!(rates[2][column], Cell::Float(_)), "{:?}", rates[2]);
    }
}

#[test]
fn the_same_results_give_the_same_bytes() {
    let (one, other) = (whole(), whole());
    let book = page::xlsx(&one).unwrap();
    // A clock that is looked at would say something else after a second.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    assert_eq!(page::html(&one), page::html(&other));
    assert_eq!(page::markdown(&one), page::markdown(&other));
    assert!(book == page::xlsx(&other).unwrap(), "a workbook has the time in it");
}

const SMALL: &str = r#"
ruleset small version "1" {}
ordered codes Level { low high }
codes Place { east west north south }
record Person { id : text key  place : Place  armed : boolean }
category level of Person -> Level { high when is_armed : armed  otherwise low }
measure everyone of Person  { as count                    suppress below 1000 }
measure by_place of Person  { as count  by place          suppress below 1000 }
measure by_level of Person  { as count  by place, level   suppress below 1000 }
measure armed_of of Person  { numerator armed  as rate per 100  by place  interval wilson 95%  target at most 10  suppress below 1000 }
"#;

fn crowd() -> String {
    let mut out = String::from("id,place,armed\n");
    let mut at = 0;
    for (place, count, armed) in
        [("east", 3_217, 1_609), ("west", 2_853, 1_427), ("north", 937, 419), ("south", 2_391, 1_103)]
    {
        for n in 0..count {
            at += 1;
            out.push_str(&format!("P{at},{place},{}\n", if n < armed { "yes" } else { "no" }));
        }
    }
    out
}

/// A number in any of the ways in which it could stand.
fn shows(all: &str, number: u64) -> bool {
    let digits = number.to_string();
    let thousands = digits.len().saturating_sub(3);
    let apart = format!("{},{}", &digits[..thousands], &digits[thousands..]);
    let found = |shown: &str| {
        all.match_indices(shown).any(|(at, _)| {
            let digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
            !digit(all[..at].chars().next_back()) && !digit(all[at + shown.len()..].chars().next())
        })
    };
    found(&digits) || (digits.len() > 3 && found(&apart))
}

#[test]
fn what_is_withheld_is_nowhere() {
    let results = run(SMALL, &[("Person", &crowd())]);
    let all = everything(&results);
    let table = results.measures.iter().find(|(_, table)| &*table.name == "by_place").unwrap();
    let hidden = table.1.rows.iter().filter(|row| row.value.is_none()).count();
    assert!(hidden >= 2, "one that is small, and another with it");
    assert!(all.contains("withheld"));
    // The small count, its parts, and those of everybody by level, which no measure publishes.
    for secret in [937, 419, 518, 419 + 1_609 + 1_427 + 1_103, 9_398 - 4_558] {
        assert!(!shows(&all, secret), "{secret}");
    }
    assert!(shows(&all, 9_398), "how many were read is told");
    let html = page::html(&results);
    assert!(!html.contains("records by outcome"), "no distribution of a category beside withheld counts");
    assert!(html.contains("How many records each code has is not shown here"));
}

#[test]
fn a_least_number_for_aggregates_holds_for_categories() {
    let rules = r#"
ruleset least version "1" {}
labels public < inside
ordered codes Level { low middle high top }
record Person { id : text key inside  n : integer }
category level of Person -> Level { top when a : n >= 3  high when b : n = 2  middle when c : n = 1  otherwise low }
release aggregates of at least 20 as public
"#;
    let mut data = String::from("id,n\n");
    let mut at = 0;
    for (n, count) in [(0, 211), (1, 57), (2, 46), (3, 13)] {
        for _ in 0..count {
            at += 1;
            data.push_str(&format!("P{at},{n}\n"));
        }
    }
    let results = run(rules, &[("Person", &data)]);
    let html = page::html(&results);
    let all = everything(&results);
    assert!(shows(&all, 211) && shows(&all, 57), "what is large is shown");
    assert!(!html.contains(">13<") && !html.contains(">46<"), "the small one, and another with it");
    assert!(!html.contains("13 (") && !html.contains("46 ("));
    assert!(html.contains("Counts below 20 are withheld"));
}

#[test]
fn french_rules_have_a_french_report() {
    let rules = r#"
ruleset francais version "1" { title "Rapport d'essai" language "fr" }
record Visit { on : date  hurt : boolean  cost : decimal }
measure hurt of Visit "Blessés" { numerator hurt  as rate per 100  every quarter of on  interval wilson 95%  chart p  target at most 10 by 2026-12-31 }
measure cost of Visit "Coût" { as sum of cost }
"#;
    let mut data = String::from("on,hurt,cost\n");
    for at in 0..24 {
        data.push_str(&format!(
            "{}-{:02}-03,{},1234.5\n",
            2024 + at / 12,
            at % 12 + 1,
            if at % 5 == 0 { "yes" } else { "no" }
        ));
    }
    let results = run(rules, &[("Visit", &data)]);
    let html = page::html(&results);
    assert_well_formed(&html);
    for part in [
        "<html lang=\"fr\">",
        "<h2>En bref</h2>",
        "Au <strong><bdi>15 juin 2026</bdi></strong>",
        "au plus 10 d&#39;ici le 31 décembre 2026",
        "29\u{a0}628,00",
        "2024-T1",
        "Méthode et provenance",
        "cible ≤ 10",
    ] {
        assert!(html.contains(part), "{part}");
    }
    for english in ["At a glance", "Scorecard", "not known", "Measure<", " rows", "Period<", "upper limit"] {
        assert!(!html.contains(english), "{english}");
    }
    let markdown = page::markdown(&results);
    assert!(markdown.contains("## Mesures") && markdown.contains("33,3"));
}

#[test]
fn reports_of_nothing_read_well() {
    let headings = [("Person", "id,place,calls,came,name\n"), ("Visit", "person,on,hurt\n"), ("Comment", "id,theme\n")];
    let results = run(RULES, &headings);
    let all = everything(&results);
    assert!(all.contains("At a glance") && !all.contains("NaN"));
    // Of one record whose every cell is wrong.
    let wrong = [
        ("Person", "id,place,calls,came,name\nK,nowhere,x,maybe,n\n"),
        ("Visit", "person,on,hurt\nK,never,maybe\n"),
        headings[2],
    ];
    let results = run(RULES, &wrong);
    assert!(results.has_record_errors());
    let all = everything(&results);
    assert!(all.contains("not a date") && !all.contains("never,") && !all.contains("nowhere"));
    // Of rules that say nothing.
    let results = run("ruleset nothing version \"1\" {}\nrecord Person { id : text key }\n", &[("Person", "id\n1\n")]);
    assert!(everything(&results).contains("The rules state no measure."));
}

#[test]
fn a_report_of_fifty_measures_is_small() {
    let mut rules = String::from(
        "ruleset fifty version \"1\" {}\nrecord Visit { on : date  hurt : boolean  place : text  hours : decimal }\n",
    );
    for at in 0..20 {
        rules.push_str(&format!(
            "measure m{at} of Visit \"Measure {at}\" {{ numerator hurt  as rate per 100  every month of on  interval wilson 95%  chart p  signals shewhart runs 8 }}\n"
        ));
    }
    for at in 20..50 {
        rules.push_str(&format!(
            "measure m{at} of Visit {{ numerator hurt  as rate per 100  by place  interval wilson 95% }}\n"
        ));
    }
    let mut data = String::from("on,hurt,place,hours\n");
    for at in 0..6_000 {
        let (year, month) = (2021 + at % 60 / 12, at % 12 + 1);
        data.push_str(&format!(
            "{year}-{month:02}-05,{},place {},1.5\n",
            if at % 7 == 0 { "yes" } else { "no" },
            at % 15
        ));
    }
    let results = run(&rules, &[("Visit", &data)]);
    let begin = std::time::Instant::now();
    let html = page::html(&results);
    let took = begin.elapsed();
    assert_well_formed(&html);
    assert!(html.len() < 2_000_000, "{} bytes", html.len());
    assert_eq!(html.matches("<svg class=\"chart\"").count(), 50);
    // Without optimisation, and on a machine that has other things to do.
    assert!(took.as_secs() < 5, "{took:?}");
}

#[test]
fn a_report_of_much_data_stays_small() {
    let rules = r#"
ruleset much version "1" {}
record Visit { on : date  place : text }
measure visits of Visit { as count  every month of on  by place  chart c }
measure places of Visit { as count  by place }
"#;
    let mut data = String::from("on,place\n");
    for place in 0..3_000 {
        for month in 1..4 {
            data.push_str(&format!("2026-{month:02}-05,place {place}\n"));
        }
    }
    let results = run(rules, &[("Visit", &data)]);
    let html = page::html(&results);
    assert_well_formed(&html);
    assert!(html.len() < 2_000_000, "{} bytes", html.len());
    assert!(html.contains("further rows are not shown here") && html.contains("further charts are left out"));
    // A workbook has room.
    let sheets = sheets(&results);
    let rows = &sheets.iter().find(|(name, _)| name == "places").unwrap().1;
    assert_eq!(rows.len(), 3_002);
}

/// Whatever the engine can come to, a report can show: bounds, errors, empty periods, tables without rows.
#[test]
fn every_case_of_the_suite_has_a_report() {
    let suite = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/suite");
    let mut reports = 0;
    for folder in std::fs::read_dir(&suite).unwrap().map(|entry| entry.unwrap().path()) {
        let Ok(case) = std::fs::read_to_string(folder.join("case.json")) else { continue };
        let case: serde_json::Value = serde_json::from_str(&case).unwrap();
        let Some(data) = case["data"].as_object() else { continue };
        let Ok(rules) = RuleSet::load([folder.join("rules.assize")]) else { continue };
        let as_of = Date::parse(case["as_of"].as_str().unwrap()).unwrap();
        let mut evaluation = Evaluation::new(&rules, as_of);
        let given = data.iter().all(|(record, file)| {
            let file = folder.join(file.as_str().unwrap_or_default());
            evaluation.data(record, Data::File(file, None)).is_ok()
        });
        evaluation.coverage(true);
        let Some(results) = given.then(|| evaluation.run().ok()).flatten() else { continue };
        let all = everything(&results);
        for wrong in ["NaN", "inf\"", "inf ", "infinity"] {
            assert!(!all.contains(wrong), "{}: {wrong}", folder.display());
        }
        reports += 1;
    }
    assert!(reports > 40, "{reports}");
}

#[test]
fn numbers_of_any_size_are_drawn() {
    let rules = r#"
ruleset sizes version "1" {}
record Visit { on : date  cost : decimal  place : text }
measure costs of Visit { as sum of cost  every month of on  chart xmr  target at most 5 }
measure by_place of Visit { as mean of cost  by place  interval t 95% }
measure by_year of Visit { as sum of cost  every year of on  chart run }
"#;
    for costs in [
        ["9999999999999999999999999", "-9999999999999999999999999", "0", "1"],
        ["0.000000000000000000001", "0", "0", "-0.000000000000000000001"],
        ["-3", "-3", "-3", "-3"],
        ["0", "0", "0", "0"],
    ] {
        let mut data = String::from("on,cost,place\n");
        for (at, cost) in costs.iter().cycle().take(16).enumerate() {
            data.push_str(&format!("2025-{:02}-03,{cost},p{}\n", at % 12 + 1, at % 3));
        }
        let all = everything(&run(rules, &[("Visit", &data)]));
        assert!(!all.contains("NaN") && !all.contains("inf\""), "{costs:?}");
    }
}
