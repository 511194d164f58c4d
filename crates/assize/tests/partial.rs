//! Partial results: any split of the data, any order and tree of merges give the same bytes and the same tables; and
//! what is no part of a run is refused in words.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use assize::io::Format;
use assize::model::civil::Date;
use assize::{Data, Evaluation, Partial, PartialError, RuleSet};
use std::io::Cursor;
use std::path::PathBuf;

const RULES: &str = r#"
ruleset parts version "1"
ordered codes Level { low high }
codes Sex { f m }
parameter most : integer = 2
record Person {
  id : text key  sex : Sex  place : text  born : date  seen : date  score : decimal  cost : decimal
  charges : many Charge by person
}
record Charge { person : text  on : date  kind : text }
lookup standard (sex : Sex) from "standard.csv" -> integer
category level of Person -> Level {
  high when many : (count charges) > most
  low  when few : (count charges) >= 1
}
measure people of Person { as count  by place }
measure charged of Person {
  include born is known  exclude place = "nowhere"  eligible seen <= as_of
  numerator any charges where on in (seen .. seen + 12 months]
  as rate per 100  by level, sex  every quarter of seen  interval wilson 95%
}
measure loose of Person { numerator (count charges) >= 1  as rate per 100  by level  unknown counts as yes }
measure places of Person { as distinct place  by sex }
measure kinds of Charge { as distinct kind  every year of on }
measure typical of Person { as median of score  by sex }
measure ninth of Person { as percentile 90 of cost  every rolling 12 months of seen }
measure near_places of Person { as approximate distinct place  by sex }
measure near_ninth of Person { as approximate percentile 90 of cost * 1001  every rolling 12 months of seen }
measure total of Person { as sum of score  by level }
measure average of Person { as mean of score  by sex  interval t 95% }
measure mean_score of Person { as mean of cost }
measure spent of Person { numerator cost  denominator score  as ratio  by sex }
measure adjusted of Person { numerator (count charges) >= 1  as standardised rate per 100 by sex to standard }
measure share of Person { as formula of mean_score / whole * 100 }
measure whole of Person { as count }
measure held of Person { as count  by sex, place  suppress below 5  round to 5 seeded "parts" }
measure aimed of Person {
  numerator (count charges) >= 1  as rate per 100  every quarter of seen
  baseline 2024  target at most 20 by 2027-12-31, amber within 5  compare same period last year  chart p
}
"#;
const MEASURES: usize = 18;
const COLUMNS: &str = "id,sex,place,born,seen,score,cost\n";
const CHARGES: &str = "person,on,kind\n";

struct Rng(u64);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }
}

/// A folder of its own, taken away at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("assize-partial-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        std::fs::write(path.join("parts.assize"), RULES).unwrap();
        std::fs::write(path.join("standard.csv"), "sex,standard\nf,600\nm,400\n").unwrap();
        Self(path)
    }

    fn rules(&self) -> RuleSet {
        RuleSet::load([self.0.join("parts.assize")]).unwrap_or_else(|error| panic!("{error}"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A person's row, and the rows of the charges.
fn person(at: usize, rng: &mut Rng) -> (String, String) {
    let mut cell = |values: &[&str]| values[rng.below(values.len())].to_owned();
    let date = ["2024-02-29", "2024-05-01", "2025-01-31", "2025-11-30", "", "31/02/2026"];
    let number = ["1.50", "2", "-7.125", "0.001", "9007199254740993", "", "99999999999.99", "x"];
    let row = [
        format!("P{at}"),
        cell(&["f", "m", "", "U"]),
        cell(&["north", "south", "nowhere", "", "Zürich"]),
        cell(&date[..5]),
        cell(&date),
        cell(&number),
        cell(&number),
    ];
    let charges = (0..rng.below(4)).map(|_| {
        let mut cell = |values: &[&str]| values[rng.below(values.len())].to_owned();
        format!("P{at},{},{}\n", cell(&date), cell(&["theft", "arson", "", "fraud"]))
    });
    let charges = charges.collect();
    (format!("{}\n", row.join(",")), charges)
}

fn evaluation(rules: &RuleSet, people: &[(String, String)]) -> Evaluation {
    let mut evaluation = Evaluation::new(rules, Date::from_ymd(2026, 6, 1).unwrap());
    let csv = |head: &str, rows: String| Data::Stream(Box::new(Cursor::new(format!("{head}{rows}"))), Format::Csv);
    evaluation.data("Person", csv(COLUMNS, people.iter().map(|(row, _)| row.as_str()).collect())).unwrap();
    evaluation.data("Charge", csv(CHARGES, people.iter().map(|(_, rows)| rows.as_str()).collect())).unwrap();
    evaluation
}

fn partial(rules: &RuleSet, people: &[(String, String)]) -> Partial {
    evaluation(rules, people).partial().unwrap()
}

/// Where each part ends up: a random part for each person, so that parts are not runs of rows.
fn split(people: &[(String, String)], parts: usize, rng: &mut Rng) -> Vec<Vec<(String, String)>> {
    let mut out = vec![Vec::new(); parts];
    for person in people {
        out[rng.below(parts)].push(person.clone());
    }
    out
}

#[test]
fn any_split_order_and_tree_give_the_same_bytes_and_tables() {
    let folder = Folder::new("split");
    let rules = folder.rules();
    // The same rules by their texts, as another machine has them.
    let elsewhere = RuleSet::from_texts(&rules.texts().unwrap()).unwrap();
    assert_eq!(rules.program().ruleset.hash, elsewhere.program().ruleset.hash);
    for seed in 0..60 {
        let rng = &mut Rng(seed * 7_919 + 1);
        let count = [0, 1, 5, 40, 300][rng.below(5)];
        let people: Vec<_> = (0..count).map(|at| person(at, rng)).collect();
        let whole = partial(&rules, &people);
        let bytes = whole.to_bytes();
        let results = evaluation(&rules, &people).run().unwrap();
        assert_eq!(results.measures.len(), MEASURES);
        assert_eq!(whole.finish().measures, results.measures);
        for (record, read, faults) in whole.records() {
            let of = results.records.iter().find(|of| of.record == record).unwrap();
            assert_eq!((read, faults), (of.read, of.faults));
        }

        let parts = 1 + rng.below(7);
        let mut parts: Vec<Partial> = split(&people, parts, rng)
            .iter()
            .enumerate()
            .map(|(at, people)| partial(if at % 2 == 0 { &rules } else { &elsewhere }, people))
            .collect();
        while parts.len() > 1 {
            let mut one = parts.swap_remove(rng.below(parts.len()));
            let mut other = parts.swap_remove(rng.below(parts.len()));
            if rng.below(2) == 0 {
                other = Partial::from_bytes(&rules, &other.to_bytes()).unwrap();
            }
            one.merge(&other).unwrap();
            parts.push(one);
        }
        assert_eq!(parts[0].to_bytes(), bytes, "seed {seed}");
        assert_eq!(parts[0].finish().measures, results.measures, "seed {seed}");
        let back = Partial::from_bytes(&elsewhere, &bytes).unwrap();
        assert_eq!(back.finish().measures, results.measures);
    }
}

#[test]
fn other_rules_other_runs_and_damage_are_refused_in_words() {
    let folder = Folder::new("refused");
    let rules = folder.rules();
    let rng = &mut Rng(5);
    let people: Vec<_> = (0..20).map(|at| person(at, rng)).collect();
    let bytes = partial(&rules, &people).to_bytes();

    std::fs::write(folder.0.join("standard.csv"), "sex,standard\nf,500\nm,500\n").unwrap();
    let other = folder.rules();
    let error = Partial::from_bytes(&other, &bytes).unwrap_err();
    assert!(matches!(error, PartialError::OtherRules { .. }), "{error}");
    assert!(error.to_string().starts_with("the partial results are of `parts 1 (blake3:"), "{error}");
    let mut one = partial(&rules, &people);
    assert!(matches!(one.merge(&partial(&other, &people)), Err(PartialError::OtherRules { .. })));

    let mut another = evaluation(&rules, &people);
    another.set("most", "1").unwrap();
    let error = one.merge(&another.partial().unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "the partial results are of different runs: parameter `most`: 2 and 1");
    let mut another = evaluation(&rules, &people);
    another.only(["people"]).unwrap();
    let error = one.merge(&another.partial().unwrap()).unwrap_err();
    assert!(error.to_string().contains("the measures asked for: "), "{error}");
    let mut later = Evaluation::new(&rules, Date::from_ymd(2026, 6, 2).unwrap());
    later.data("Person", Data::Stream(Box::new(Cursor::new(COLUMNS)), Format::Csv)).unwrap();
    later.data("Charge", Data::Stream(Box::new(Cursor::new(CHARGES)), Format::Csv)).unwrap();
    let error = one.merge(&later.partial().unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "the partial results are of different runs: `as_of`: 2026-06-01 and 2026-06-02");
    // None of that changed anything.
    assert_eq!(one.to_bytes(), bytes);

    let refused = |bytes: &[u8]| Partial::from_bytes(&rules, bytes).unwrap_err();
    assert_eq!(refused(b""), PartialError::NotPartial);
    assert_eq!(refused(b"PAR1aaaaaaaaaaaaaaaaaaaa"), PartialError::NotPartial);
    let mut newer = bytes.clone();
    newer[4] = 9;
    assert_eq!(refused(&newer), PartialError::Version { found: 9 });
    for end in (1..bytes.len()).step_by(7) {
        assert_eq!(refused(&bytes[..end]), PartialError::Truncated, "{end}");
    }
    for at in (6..bytes.len()).step_by(3) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        assert!(matches!(refused(&damaged), PartialError::Damaged | PartialError::Truncated), "{at}");
    }
}

#[test]
fn a_run_keeps_its_parameters_and_asks_for_measures_only() {
    let folder = Folder::new("run");
    let rules = folder.rules();
    let rng = &mut Rng(8);
    let people: Vec<_> = (0..50).map(|at| person(at, rng)).collect();
    let set = || {
        let mut evaluation = evaluation(&rules, &people);
        evaluation.set("most", "0").unwrap().only(["share", "charged"]).unwrap();
        evaluation
    };
    let results = set().run().unwrap();
    // Read with rules whose parameters have their defaults.
    let partial = Partial::from_bytes(&rules, &set().partial().unwrap().to_bytes()).unwrap();
    let finished = partial.finish();
    assert_eq!((finished.measures.len(), &finished.params), (2, &results.params));
    assert_eq!(finished.measures, results.measures);

    let mut category = evaluation(&rules, &people);
    category.only(["level"]).unwrap();
    let error = category.partial().unwrap_err();
    assert_eq!(error.to_string(), "partial results are of measures, and `level` is a category");
    let mut members = evaluation(&rules, &people);
    members.members("kinds").unwrap();
    assert!(members.partial().unwrap_err().is_usage());
    let without = RuleSet::compile("t", "ruleset t version \"1\" record R { id : text key }").unwrap();
    let error = Evaluation::new(&without, Date::from_ymd(2026, 6, 1).unwrap()).partial().unwrap_err();
    assert_eq!(error.to_string(), "the rules have no measure, and partial results are of measures");
}
