//! Indicators and evaluations over data: what is found, how it stands, and what the whole comes to, worked out by hand.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it breaks")]

use assize::io::Format;
use assize::measures::evaluation::{Finding, Met, NoStanding};
use assize::model::civil::Date;
use assize::{Data, Evaluation, Partial, Results, RuleSet};
use std::io::Cursor;

const RULES: &str = r#"
ruleset t version "1"
parameter heavy : integer = 3 in 0..10
ordered codes Scale { low  middle  high }
codes Theme { fear trust }
record Answer { id : text key  q1 : Scale  q2 : Scale  about : text  who : text  used : boolean }
record Note { id : text key  theme : Theme  words : text }
record Paper { id : text key  there : boolean }
record Call { id : text key  answered : boolean  on : date }
measure answered of Call { numerator answered  as rate per 100  every year of on }
measure all_calls of Call { as count }
indicator calls { data quantitative  from measure answered  target at least 50, amber within 10 }
indicator number_of_calls { data quantitative  source "log"  from measure all_calls  rubric many : value >= 4  otherwise few }
indicator told {
  data   qualitative  source "survey"
  from   ratings Answer scale Scale items q1, q2 reversed answered at least 2 subject about rated_by who where used
  rubric good : top 1 >= 60%  fair : median >= middle  otherwise bad
}
indicator themes { from themes Note coded theme text words  rubric calm : share(fear) <= 50%  otherwise afraid }
indicator papers { from documents Paper where there  rubric all_there : total >= 3  some : total >= 1  otherwise none_yet }
indicator unjudged { from measure all_calls }
evaluation weighted_mean {
  forms quantitative, external
  objective numbers weight heavy { calls, number_of_calls, unjudged }
  objective words { told, papers }
  overall weighted mean
  requires every indicator has a source
  requires every objective has an indicator of data qualitative
  requires at least 3 indicators
}
evaluation as_lowest { objective numbers { calls, number_of_calls }  objective words { told }  overall minimum }
evaluation profiled {
  objective numbers { calls }  objective words { told }
  overall profile {
    good : numbers = met and words >= fair
    fair : coverage >= 100% and number(missed) < 1
    otherwise poor
  }
}
evaluation dated { period 2024  objective numbers { calls }  overall minimum }
evaluation empty { objective numbers { }  overall minimum }
evaluation weightless { objective numbers weight 0 { calls }  overall weighted mean }
"#;

const ANSWERS: &str = "id,q1,q2,about,who,used\n\
    1,high,low,a,x,yes\n2,high,middle,a,y,yes\n3,low,high,b,x,yes\n4,middle,,b,y,yes\n5,low,low,c,x,no\n6,high,low,c,y,\n";
const NOTES: &str = "id,theme,words\n1,fear,<b>dark</b>\n2,trust,\n3,trust,fine\n4,fear,\n";
const PAPERS: &str = "id,there\n1,yes\n2,\n3,\n4,no\n";
const CALLS: &str =
    "id,answered,on\n1,yes,2023-01-02\n2,no,2024-01-02\n3,no,2024-05-05\n4,yes,2025-03-03\n5,yes,2025-04-04\n";

fn evaluation(rules: &RuleSet, files: &[(&str, &str)]) -> Evaluation {
    let mut evaluation = Evaluation::new(rules, Date::parse("2026-01-01").unwrap());
    for (record, text) in files {
        let data = Data::Stream(Box::new(Cursor::new(text.as_bytes().to_vec())), Format::Csv);
        evaluation.data(record, data).unwrap();
    }
    evaluation
}

fn rules() -> RuleSet {
    RuleSet::compile("rules.assize", RULES).unwrap()
}

fn results(files: &[(&str, &str)]) -> Results {
    evaluation(&rules(), files).run().unwrap()
}

const ALL: [(&str, &str); 4] = [("Answer", ANSWERS), ("Note", NOTES), ("Paper", PAPERS), ("Call", CALLS)];

/// An indicator's possible levels, and a word of why it is not decided.
fn stands(results: &Results, name: &str) -> (Vec<String>, Option<NoStanding>) {
    let id = results.program.indicator_named(name).unwrap();
    let indicator = results.program.indicator(id).unwrap();
    let levels = indicator.levels(&results.program);
    let found = results.indicators.iter().find(|found| found.indicator == id).unwrap();
    (found.standing.possible.iter().map(|&rank| levels[rank].to_owned()).collect(), found.standing.because)
}

/// The scores an evaluation may come to, out of a hundred, and why they are not one.
fn overall(results: &Results, name: &str) -> (String, String, Option<&'static str>) {
    let id = results.program.evaluation_named(name).unwrap();
    let found = results.evaluations.iter().find(|found| found.evaluation == id).unwrap();
    let score = |value: assize::model::decimal::Decimal| format!("{:.1}", value.to_f64() * 100.0);
    let whole = &found.overall;
    (score(whole.lowest), score(whole.highest), whole.because.map(|why| why.word()))
}

fn decided(level: &str) -> (Vec<String>, Option<NoStanding>) {
    (vec![level.to_owned()], None)
}

#[test]
fn what_is_found_and_how_it_stands() {
    let results = results(&ALL);
    // The last year that is over has both calls answered.
    assert_eq!(stands(&results, "calls"), decided("met"));
    assert_eq!(stands(&results, "number_of_calls"), decided("many"));
    // 1 and 2 and 3 have both answers: high high low, and turned round high middle low. Three of six are high.
    assert_eq!(stands(&results, "told"), decided("fair"));
    let told = &results.indicators[2].finding;
    let Finding::Ratings(told) = told else { panic!("{told:?}") };
    assert_eq!(told.all.answers.counts(), [2, 1, 3]);
    let agreement = told.items[0].agreement.as_ref().unwrap();
    assert_eq!((agreement.raters, agreement.subjects), (2, 2));
    assert_eq!(stands(&results, "themes"), decided("calm"));
    // One is there, and of two nobody knows: between one and three.
    assert_eq!(stands(&results, "papers"), (vec!["all_there".into(), "some".into()], Some(NoStanding::Several)));
    assert_eq!(stands(&results, "unjudged"), (vec![], Some(NoStanding::NotJudged)));
    assert_eq!(results.quotes[0].texts, [vec!["<b>dark</b>".to_owned()], vec!["fine".to_owned()]]);
    // What counts evidence is no result.
    let measures: Vec<&str> = results.measures.iter().map(|(_, table)| &*table.name).collect();
    assert_eq!(measures, ["answered", "all_calls"]);
}

#[test]
fn what_the_whole_comes_to() {
    let results = results(&ALL);
    // Numbers: 1 and 1 of weight 3; words: a half, and a half to one. (3 + 1/2 .. 3 + 3/4) / 4.
    assert_eq!(overall(&results, "weighted_mean"), ("87.5".into(), "93.8".into(), Some("several_possible")));
    assert_eq!(overall(&results, "as_lowest"), ("50.0".into(), "50.0".into(), None));
    assert_eq!(overall(&results, "profiled"), ("100.0".into(), "100.0".into(), None));
    // In 2024 no call was answered.
    assert_eq!(overall(&results, "dated"), ("0.0".into(), "0.0".into(), None));
    assert_eq!(overall(&results, "empty"), ("0.0".into(), "100.0".into(), Some("several_possible")));
    assert_eq!(overall(&results, "weightless"), ("0.0".into(), "100.0".into(), Some("weights_are_zero")));
    let mean = &results.evaluations[0];
    assert_eq!(mean.objectives[0].not_judged.len(), 1);
    let forms: Vec<(usize, usize)> = mean.forms.iter().map(|form| (form.indicators, form.known)).collect();
    assert_eq!(forms, [(2, 2), (0, 0)]);
    let required: Vec<(Met, usize)> = mean.requirements.iter().map(|of| (of.met, of.lacking.len())).collect();
    assert_eq!(required, [(Met::No, 3), (Met::No, 1), (Met::Yes, 0)]);
}

#[test]
fn without_data_nothing_is_known_and_everything_is_possible() {
    let results = results(&ALL[3..]);
    assert_eq!(
        stands(&results, "told"),
        (vec!["good".into(), "fair".into(), "bad".into()], Some(NoStanding::NoEvidence))
    );
    assert_eq!(overall(&results, "as_lowest"), ("0.0".into(), "100.0".into(), Some("several_possible")));
    // `good` may hold, `fair` asks for evidence of everything, which is not there.
    let profiled = &results.evaluations[2];
    assert_eq!(profiled.overall.possible, [0, 2]);
    assert_eq!(profiled.coverage(), (1, 2));
}

#[test]
fn weights_may_be_parameters() {
    let rules = rules();
    let mut evaluation = evaluation(&rules, &ALL);
    evaluation.set("heavy", "0").unwrap();
    let results = evaluation.run().unwrap();
    assert_eq!(overall(&results, "weighted_mean"), ("50.0".into(), "75.0".into(), Some("several_possible")));
}

#[test]
fn evidence_merges_as_measures_do() {
    let rules = rules();
    let whole = evaluation(&rules, &ALL).run().unwrap();
    let halves = |text: &str| {
        let lines: Vec<&str> = text.lines().collect();
        let (head, rest) = (lines[0], &lines[1..]);
        let half = |rows: &[&str]| format!("{head}\n{}\n", rows.join("\n"));
        (half(&rest[..rest.len() / 2]), half(&rest[rest.len() / 2..]))
    };
    let parts: Vec<(String, String)> = ALL.iter().map(|(_, text)| halves(text)).collect();
    let part = |pick: fn(&(String, String)) -> &str| -> Partial {
        let files: Vec<(&str, &str)> = ALL.iter().zip(&parts).map(|((record, _), of)| (*record, pick(of))).collect();
        evaluation(&rules, &files).partial().unwrap()
    };
    let (first, second) = (part(|of| &of.0), part(|of| &of.1));
    for (mut one, other) in [(first, second)].into_iter().flat_map(|(a, b)| {
        let copy = |of: &Partial| Partial::from_bytes(&rules, &of.to_bytes()).unwrap();
        [(copy(&a), copy(&b)), (b, a)]
    }) {
        one.merge(&other).unwrap();
        let merged = one.finish();
        assert_eq!(merged.indicators, whole.indicators);
        assert_eq!(merged.evaluations, whole.evaluations);
    }
}

#[test]
fn an_evaluation_is_asked_for_by_its_name() {
    let rules = rules();
    let mut evaluation = evaluation(&rules, &ALL);
    evaluation.only(["dated"]).unwrap();
    let results = evaluation.run().unwrap();
    let names: Vec<&str> = (results.evaluations.iter())
        .map(|found| &*results.program.evaluation(found.evaluation).unwrap().heading.name)
        .collect();
    // Those that rest on the same.
    assert_eq!(names, ["dated", "empty", "weightless"]);
    assert_eq!(results.indicators.len(), 1);
}

/// Each has a state or a reason, and the rest is there.
#[test]
fn what_a_tired_clerk_sends() {
    // One rater, who rates everything alike.
    let alike = "id,q1,q2,about,who,used\n1,high,low,a,x,yes\n2,high,low,b,x,yes\n";
    let results = results(&[("Answer", alike), ("Call", CALLS)]);
    let Finding::Ratings(told) = &results.indicators[2].finding else { panic!() };
    let agreement = told.items[0].agreement.as_ref().unwrap();
    let why: Vec<&str> =
        agreement.coefficients.as_ref().unwrap().iter().map(|(_, of)| of.value.unwrap_err().word()).collect();
    assert!(why.iter().all(|why| *why == "one_rater"), "{why:?}");
    // Two raters, and no variation: an agreement of 1 is not made up.
    let alike = "id,q1,q2,about,who,used\n1,high,low,a,x,yes\n2,high,low,a,y,yes\n";
    let results = self::results(&[("Answer", alike), ("Call", CALLS)]);
    let Finding::Ratings(told) = &results.indicators[2].finding else { panic!() };
    let agreement = told.items[0].agreement.as_ref().unwrap();
    let (_, cohen) = &agreement.coefficients.as_ref().unwrap()[0];
    assert_eq!(cohen.value.unwrap_err().word(), "no_variation");
    // One rater rates one thing twice.
    let twice = "id,q1,q2,about,who,used\n1,high,low,a,x,yes\n2,low,low,a,x,yes\n";
    let results = self::results(&[("Answer", twice), ("Call", CALLS)]);
    let Finding::Ratings(told) = &results.indicators[2].finding else { panic!() };
    assert!(told.items[0].agreement.as_ref().unwrap().coefficients.is_err());
    // A theme that is not in the list is an error of its record, and the others count.
    let gloom = "id,theme,words\n1,fear,a\n2,gloom,b\n3,trust,c\n";
    let results = self::results(&[("Note", gloom), ("Call", CALLS)]);
    assert!(results.has_record_errors());
    let Finding::Themes(themes) = &results.indicators[3].finding else { panic!() };
    assert_eq!((themes.all.answers.counts(), themes.stages.error), (&[1, 1][..], 1));
    // Nothing was answered, and no record is there.
    let none = "id,q1,q2,about,who,used\n";
    let results = self::results(&[("Answer", none), ("Call", "id,answered,on\n")]);
    assert_eq!(results.indicators[2].finding.lacks(), Some("no_answers"));
    assert_eq!(results.indicators[0].finding.lacks(), Some("no_period"));
    assert_eq!(overall(&results, "dated"), ("0.0".into(), "100.0".into(), Some("several_possible")));
}

#[test]
fn a_target_whose_day_is_over_is_still_held() {
    let text = RULES.replace("target at least 50, amber", "target at least 50 by 2020-01-01, amber");
    let rules = RuleSet::compile("rules.assize", &text).unwrap();
    let results = evaluation(&rules, &ALL).run().unwrap();
    assert_eq!(stands(&results, "calls"), decided("met"));
}

/// Words are of single records, and no row of a table that withholds small counts shows these.
#[test]
fn the_words_of_what_withholds_are_not_shown() {
    let quoted = |measure: &str| {
        let rules =
            RuleSet::compile("rules.assize", &format!("{RULES}\nmeasure notes of Note {{ {measure} }}")).unwrap();
        evaluation(&rules, &ALL)
            .run()
            .unwrap()
            .quotes
            .iter()
            .flat_map(|quotes| quotes.texts.concat())
            .collect::<Vec<_>>()
    };
    assert_eq!(quoted("as count by theme"), ["<b>dark</b>", "fine"]);
    assert!(quoted("as count by theme suppress below 3").is_empty());
}

/// A sum that lies between two ends is rounded at both.
#[test]
fn ends_of_rounded_sums_are_rounded() {
    let ends = |round: &str| {
        let text = format!(
            "ruleset t version \"1\"\nrecord R {{ id : text key  span : range of integer }}\n\
             measure total of R {{ as sum of span {round} }}"
        );
        let rules = RuleSet::compile("rules.assize", &text).unwrap();
        let results = evaluation(&rules, &[("R", "id,span\n1,13\n2,20-44\n3,7-9\n")]).run().unwrap();
        let bounds = results.measures[0].1.rows[0].bounds.unwrap();
        [bounds.lo, bounds.hi].map(|end| end.unwrap().to_string())
    };
    assert_eq!(ends(""), ["40", "66"]);
    assert_eq!(ends("round to 25"), ["50", "75"]);
}
