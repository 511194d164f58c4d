//! An attack on what measures withhold: a linear programme finds the least and the greatest that each withheld count can
//! be, given every row that is published, and must not come near it.
//!
//! The attacker knows the rules, that counts are whole and not negative, which rows there are, and the totals of all
//! records. The unknowns are how many records there are of each combination of breakdowns and month, in the numerator
//! and not: a joint table that all published rows are sums of, which is more than what the tables say of each other.
//!
//! `ASSIZE_ATTACKS` is how many sets of tables are attacked (200 unless set); `ASSIZE_SEED` attacks one alone.

#![expect(
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::panic,
    reason = "a test may stop at a broken assumption, and be told what to attack"
)]

#[path = "../props/random.rs"]
#[expect(dead_code, reason = "shared with another test, which uses more of it")]
mod random;

use assize::measures::{BreakdownValue, MeasureRow, MeasureTable, PeriodOfRow, RowState};
use assize::model::civil::Date;
use assize::{Data, Evaluation, RuleSet};
use assize_io::Format;
use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use random::Random;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Cursor;

/// A record: a value of each breakdown, its month from January 2020 on, and whether it is in the numerator.
#[derive(Clone)]
struct Record {
    by: Vec<usize>,
    month: usize,
    hit: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Count,
    Hits,
    Rate,
}

#[derive(Clone, Copy, PartialEq)]
enum Every {
    Month,
    Quarter,
    Year,
    Fiscal,
    Rolling(usize),
}

impl Every {
    fn text(self) -> String {
        match self {
            Self::Month => "month".to_owned(),
            Self::Quarter => "quarter".to_owned(),
            Self::Year => "year".to_owned(),
            Self::Fiscal => "fiscal year from april".to_owned(),
            Self::Rolling(months) => format!("rolling {months} months"),
        }
    }
}

/// A measure: what it is broken down by, and what it shows.
#[derive(Clone)]
struct Table {
    by: Vec<usize>,
    every: Option<Every>,
    form: Form,
    below: Option<i64>,
}

const DIMS: [&str; 3] = ["a", "b", "c"];

struct Case {
    sizes: Vec<usize>,
    months: usize,
    records: Vec<Record>,
    tables: Vec<Table>,
}

fn case(random: &mut Random) -> Case {
    let dims = 1 + random.below(3);
    let dated = dims < 3 && random.chance(50);
    let months = if dated { random.one(&[3, 6, 14]) } else { 1 };
    let most = match (dims, dated) {
        (1, false) => 8,
        (1, true) | (2, false) => 5,
        (2, true) => 3,
        _ => 4,
    };
    let sizes: Vec<usize> = (0..dims).map(|_| 2 + random.below(most - 1)).collect();
    let atoms: usize = sizes.iter().product::<usize>() * months;
    let full = random.one(&[2, 6, 15]);
    let records = (1 + random.below(atoms * full)).min(900);
    let skewed = random.chance(60);
    let share = random.one(&[10, 30, 50, 90]);
    let pick = |random: &mut Random, size: usize| {
        if skewed { random.below(size).min(random.below(size)) } else { random.below(size) }
    };
    let records = (0..records)
        .map(|_| Record {
            by: sizes.iter().map(|&size| pick(random, size)).collect(),
            month: pick(random, months),
            hit: random.chance(share),
        })
        .collect();
    let below = 2 + random.below(7) as i64;
    let form = random.one(&[Form::Count, Form::Hits, Form::Rate]);
    let mixed = random.chance(20);
    let mut tables = Vec::new();
    // The table of all breakdowns, and any of its margins; so there is no ring.
    let periods = [Every::Month, Every::Quarter, Every::Year, Every::Fiscal, Every::Rolling(2), Every::Rolling(12)];
    for set in (0..1_usize << dims).rev() {
        let by: Vec<usize> = (0..dims).filter(|dim| set >> dim & 1 == 1).collect();
        let whole = by.len() == dims;
        if whole || random.chance(70) {
            let every = (dated && (whole || random.chance(50)))
                .then(|| if whole && random.chance(70) { Every::Month } else { random.one(&periods) });
            tables.push((by.clone(), every));
        }
        if dated && random.chance(30) {
            tables.push((by, Some(random.one(&periods))));
        }
    }
    // A finer table is not always published.
    if dims > 1 && !dated && random.chance(15) {
        tables = (0..dims).map(|dim| (vec![dim], None)).collect();
    }
    let mut tables: Vec<Table> = tables
        .into_iter()
        .map(|(by, every)| Table {
            by,
            every,
            form: if mixed { random.one(&[Form::Count, Form::Hits, Form::Rate]) } else { form },
            below: random.chance(80).then_some(below),
        })
        .collect();
    tables[0].below = Some(below);
    Case { sizes, months, records, tables }
}

fn rules(case: &Case) -> String {
    let mut text =
        "ruleset attacked version \"1\" {}\nrecord P { id : text key  charged : boolean  on : date".to_owned();
    for name in DIMS.iter().take(case.sizes.len()) {
        let _ = write!(text, "  {name} : integer");
    }
    text.push_str(" }\n");
    for (at, table) in case.tables.iter().enumerate() {
        let form = match table.form {
            Form::Count => "as count",
            Form::Hits => "numerator charged  as count",
            Form::Rate => "numerator charged  as rate per 100",
        };
        let _ = write!(text, "measure m{at} of P {{ {form}");
        if !table.by.is_empty() {
            let names: Vec<&str> = table.by.iter().map(|&dim| DIMS[dim]).collect();
            let _ = write!(text, "  by {}", names.join(", "));
        }
        if let Some(every) = table.every {
            let _ = write!(text, "  every {} of on", every.text());
        }
        if let Some(below) = table.below {
            let _ = write!(text, "  suppress below {below}");
        }
        text.push_str(" }\n");
    }
    text
}

fn date(month: usize) -> Date {
    Date::from_ymd(2020 + (month / 12) as i32, (month % 12) as u32 + 1, 1).expect("a date")
}

fn data(case: &Case) -> String {
    let names: Vec<&str> = DIMS[..case.sizes.len()].to_vec();
    let mut text = format!("id,charged,on,{}\n", names.join(","));
    for (id, record) in case.records.iter().enumerate() {
        let by: Vec<String> = record.by.iter().map(ToString::to_string).collect();
        let hit = if record.hit { "y" } else { "n" };
        let _ = writeln!(text, "{id},{hit},{},{}", date(record.month), by.join(","));
    }
    text
}

/// Whether what has these values is counted in a row.
fn within(row: &MeasureRow, table: &Table, by: &[usize], month: usize) -> bool {
    let period = match &row.period {
        None => true,
        Some(PeriodOfRow::Span { from, to, .. }) => (*from..=*to).contains(&date(month)),
        Some(_) => false,
    };
    period
        && row.by.iter().zip(&table.by).all(|((_, value), &dim)| match value {
            BreakdownValue::Integer(value) => *value == by[dim] as i64,
            _ => false,
        })
}

#[derive(Default)]
struct Found {
    attacked: usize,
    small: usize,
    others: usize,
    rows: usize,
}

/// Attacks one set of tables; gives what the attack came to know.
fn attack(seed: u64, found: &mut Found) -> Vec<String> {
    let mut random = Random::new(seed);
    let case = case(&mut random);
    let text = rules(&case);
    let rules = RuleSet::compile("attacked.assize", &text).expect("rules that check");
    let mut evaluation = Evaluation::new(&rules, Date::from_ymd(2026, 1, 1).expect("a date"));
    evaluation.data("P", Data::Stream(Box::new(Cursor::new(data(&case))), Format::Csv)).expect("data");
    let results = evaluation.run().expect("results");
    let tables: Vec<&MeasureTable> = results.measures.iter().map(|(_, table)| table).collect();
    assert_eq!(tables.len(), case.tables.len());
    let below = case.tables.iter().filter_map(|table| table.below).max().expect("a threshold");

    // The combinations that no row says are empty.
    let mut atoms: Vec<(Vec<usize>, usize)> = vec![(Vec::new(), 0)];
    for &size in &case.sizes {
        atoms = atoms
            .iter()
            .flat_map(|(by, _)| (0..size).map(|value| (by.iter().copied().chain([value]).collect(), 0)))
            .collect();
    }
    let mut atoms: Vec<(Vec<usize>, usize)> =
        atoms.iter().flat_map(|(by, _)| (0..case.months).map(move |month| (by.clone(), month))).collect();
    atoms.retain(|(by, month)| {
        case.tables.iter().zip(&tables).all(|(of, table)| {
            matches!(of.every, Some(Every::Rolling(_))) || table.rows.iter().any(|row| within(row, of, by, *month))
        })
    });
    let (mut problem_rows, mut withheld) = (Vec::new(), Vec::new());
    for (of, table) in case.tables.iter().zip(&tables) {
        for row in &table.rows {
            let inside: Vec<usize> =
                (0..atoms.len()).filter(|&at| within(row, of, &atoms[at].0, atoms[at].1)).collect();
            let truth = |hit: bool| {
                let of = |record: &&Record| record.hit == hit && within(row, of, &record.by, record.month);
                case.records.iter().filter(of).count() as i64
            };
            let (hits, rest) = (truth(true), truth(false));
            found.rows += 1;
            if matches!(row.state, RowState::Withheld(_)) {
                assert!(row.numerator.is_none() && row.denominator.is_none() && row.value_exact.is_none());
                assert!(row.stages.shown().is_none() && row.stages.read == 0 && row.value.is_none());
                withheld.push((of.clone(), row.clone(), inside, hits, rest));
                continue;
            }
            // What is shown is right, and not small.
            let empty = row.state == RowState::Empty;
            let shown = |number: Option<assize::measures::Number>| match number {
                None if empty => 0,
                number => number.and_then(|number| number.to_decimal().to_i64()).expect("a number"),
            };
            match of.form {
                Form::Count => {
                    assert_eq!(shown(row.numerator), hits + rest);
                    assert!(!(1..below).contains(&(hits + rest)), "seed {seed}: {text}");
                    problem_rows.push((inside, 2, hits + rest));
                }
                Form::Hits => {
                    assert_eq!(shown(row.numerator), hits);
                    assert!(!(1..below).contains(&hits), "seed {seed}: {text}");
                    problem_rows.push((inside, 0, hits));
                }
                Form::Rate => {
                    assert_eq!((shown(row.numerator), shown(row.denominator)), (hits, hits + rest));
                    assert!(![hits, rest, hits + rest].iter().any(|count| (1..below).contains(count)));
                    problem_rows.push((inside.clone(), 0, hits));
                    problem_rows.push((inside, 1, rest));
                }
            }
        }
    }
    // Which rows are withheld though no count of theirs is small.
    for (of, _, _, hits, rest) in &withheld {
        let counts = match of.form {
            Form::Count => vec![hits + rest],
            Form::Hits => vec![*hits],
            Form::Rate => vec![*hits, *rest, hits + rest],
        };
        if counts.iter().any(|count| (1..below).contains(count)) { found.small += 1 } else { found.others += 1 }
    }
    if problem_rows.is_empty() {
        return Vec::new();
    }
    // How many records there are is in every result; how many of them are in the numerator is taken to be known, unless a
    // table has that total, or it is small itself.
    let every: Vec<usize> = (0..atoms.len()).collect();
    let all_hits = case.records.iter().filter(|record| record.hit).count() as i64;
    let total = |table: &Table| table.by.is_empty() && table.every.is_none();
    // Of very few records that number itself narrows what a count can be.
    if case.records.len() as i64 >= 5 * below {
        problem_rows.push((every.clone(), 2, case.records.len() as i64));
    }
    let mut assumed = problem_rows;
    let few = [all_hits, case.records.len() as i64 - all_hits].iter().any(|count| *count < below);
    if !case.tables.iter().any(total) && !few {
        assumed.push((every, 0, all_hits));
    }
    let mut leaks = Vec::new();
    // So many at most, the smallest first.
    withheld.sort_by_key(|(.., hits, rest)| hits + rest);
    for (of, row, inside, hits, rest) in withheld.iter().take(14) {
        let counts = match of.form {
            Form::Count => vec![(2, hits + rest)],
            Form::Hits => vec![(0, *hits)],
            Form::Rate => vec![(0, *hits), (1, *rest)],
        };
        // All records are no secret.
        let secret = |kind: usize, truth: i64| truth > 0 && !(kind == 2 && truth == case.records.len() as i64);
        for (kind, truth) in counts.into_iter().filter(|&(kind, truth)| secret(kind, truth)) {
            found.attacked += 1;
            let small = (1..below).contains(&truth);
            let range = |rows: &[(Vec<usize>, usize, i64)]| {
                let end = |direction| extreme(direction, atoms.len(), rows, inside, kind);
                let (least, most) = (end(OptimizationDirection::Minimize), end(OptimizationDirection::Maximize));
                // How many records were read is no secret, and no count is above that.
                let wanted = below.min(case.records.len() as i64) as f64;
                let known = if small { least > 1e-6 || most < wanted - 1e-6 } else { most - least < 1.0 - 1e-6 };
                (known, least, most)
            };
            let (known, least, most) = range(&assumed);
            if known {
                leaks.push(format!(
                    "seed {seed}: {truth} of {} is known to be from {least} to {most}, below {below}: {:?} {:?} kind {kind}\n{text}",
                    case.records.len(),
                    row.by,
                    row.period
                ));
            }
        }
    }
    leaks
}

/// The least or greatest that the sum of some unknowns can be. `kind` 0 is in the numerator, 1 not, 2 both.
fn extreme(
    direction: OptimizationDirection,
    atoms: usize,
    rows: &[(Vec<usize>, usize, i64)],
    inside: &[usize],
    kind: usize,
) -> f64 {
    let mut problem = Problem::new(direction);
    let wanted: BTreeSet<usize> = inside.iter().copied().collect();
    let mut variables: Vec<[Variable; 2]> = Vec::new();
    for atom in 0..atoms {
        let weight = |of: usize| if wanted.contains(&atom) && (kind == of || kind == 2) { 1.0 } else { 0.0 };
        let (hit, rest) = (weight(0), weight(1));
        variables.push([problem.add_var(hit, (0.0, f64::INFINITY)), problem.add_var(rest, (0.0, f64::INFINITY))]);
    }
    for (inside, kind, count) in rows {
        let mut terms: Vec<(Variable, f64)> = Vec::new();
        for &atom in inside {
            for (of, &variable) in variables[atom].iter().enumerate() {
                if *kind == of || *kind == 2 {
                    terms.push((variable, 1.0));
                }
            }
        }
        problem.add_constraint(terms, ComparisonOp::Eq, *count as f64);
    }
    match problem.solve() {
        Ok(outcome) => outcome.solution().expect("a solution").objective(),
        Err(microlp::Error::Unbounded) => f64::INFINITY,
        Err(error) => panic!("the attack itself fails: {error}"),
    }
}

#[test]
fn nothing_that_is_withheld_is_known() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = match number("ASSIZE_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("ASSIZE_ATTACKS").unwrap_or(200),
    };
    let mut found = Found::default();
    let leaks: Vec<String> = seeds.flat_map(|seed| attack(seed, &mut found)).collect();
    println!(
        "{} rows, {} withheld for being small, {} with them; {} counts attacked",
        found.rows, found.small, found.others, found.attacked
    );
    assert!(leaks.is_empty(), "{}\n\n{} in all", leaks.join("\n"), leaks.len());
    assert!(found.small > 0 && found.others > 0 && found.attacked > 0);
}

/// All eight tables of two breakdowns and months.
fn eight(suppress: &str) -> RuleSet {
    let mut text = "ruleset bench version \"1\" {}
record P { id : text key  a : integer  b : integer  charged : boolean  on : date }\n"
        .to_owned();
    for (at, (by, every)) in (0..).zip(
        ["", "by a", "by b", "by a, b"].into_iter().flat_map(|by| ["", "every month of on"].map(|every| (by, every))),
    ) {
        writeln!(text, "measure m{at} of P {{ numerator charged  as rate per 100  {by}  {every}  {suppress} }}")
            .expect("it is fine");
    }
    RuleSet::compile("bench.assize", &text).expect("it is fine")
}

/// So many records, a third of them charged; the values of each breakdown get rarer by `skew`.
fn records(count: u64, skew: u32) -> String {
    let mut text = "id,a,b,charged,on\n".to_owned();
    let mut state = 7_u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for id in 0..count {
        let mut rare = |below: u64| (0..skew).map(|_| next(below)).min().expect("it is fine");
        let (a, b) = (rare(20), rare(20));
        let (month, charged) = (next(12) + 1, if next(3) == 0 { "y" } else { "n" });
        writeln!(text, "{id},{a},{b},{charged},2025-{month:02}-15").expect("it is fine");
    }
    text
}

/// Tables of 20 by 20 by 12 months with all margins: what no rule of thumb leaves out.
#[test]
fn large_tables_are_done() {
    for (count, skew) in [(200_000, 1), (60_000, 1), (30_000, 2)] {
        let records = records(count, skew);
        let run = |suppress| {
            let rules = eight(suppress);
            let mut evaluation = Evaluation::new(&rules, Date::from_ymd(2026, 1, 1).expect("a date"));
            evaluation.data("P", Data::Stream(Box::new(Cursor::new(records.clone())), Format::Csv)).expect("data");
            let started = std::time::Instant::now();
            let results = evaluation.run().expect("results");
            println!("{count} {skew} {suppress}: {:?}", started.elapsed());
            results
        };
        let (withheld, full) = (run("suppress below 5"), run(""));
        let (mut rows, mut small, mut gone) = (0, 0, 0);
        for ((_, withheld), (_, full)) in withheld.measures.iter().zip(&full.measures) {
            for (row, full) in withheld.rows.iter().zip(&full.rows) {
                let counts = [full.stages.numerator, full.stages.denominator - full.stages.numerator];
                let is_small = counts.iter().any(|count| (1..5).contains(count));
                let is_gone = matches!(row.state, RowState::Withheld(_));
                assert!(is_gone || (!is_small && row.numerator == full.numerator));
                rows += 1;
                small += usize::from(is_small);
                gone += usize::from(is_gone);
            }
        }
        println!("{rows} rows, {small} small, {gone} withheld");
        // Not all of it: no more than the other corners of a box for each.
        assert!(small > 0 && gone < 8 * small && gone < rows);
    }
}

/// A small evaluation: its results, or what is said instead.
fn small(csv: &str, set: Option<&str>, only: Option<&str>, members: bool) -> Result<assize::Results, String> {
    let text = "ruleset small version \"1\" {}
parameter least : integer = 5
record P { id : text key  a : text  n : integer }
measure by_a of P { as count  by a  suppress below least }
measure total of P { as sum of n  by a  suppress below 5 }
measure median of P { as median of n  by a  suppress below 5 }
measure kinds of P { as distinct n  by a  suppress below 5 }
measure near_kinds of P { as approximate distinct n  by a  suppress below 5 }
measure near_median of P { as approximate median of n  by a  suppress below 5 }
";
    let rules = RuleSet::compile("small.assize", text).expect("rules that check");
    let mut evaluation = Evaluation::new(&rules, Date::from_ymd(2026, 1, 1).expect("a date"));
    evaluation.data("P", Data::Stream(Box::new(Cursor::new(csv.to_owned())), Format::Csv)).expect("data");
    if let Some(least) = set {
        evaluation.set("least", least).map_err(|error| error.to_string())?;
    }
    if let Some(name) = only {
        evaluation.only([name]).map_err(|error| error.to_string())?;
    }
    if members {
        evaluation.members("by_a").map_err(|error| error.to_string())?;
    }
    evaluation.run().map_err(|error| error.to_string())
}

fn states(results: &assize::Results, name: &str) -> Vec<&'static str> {
    let table = results.measures.iter().map(|(_, table)| table).find(|table| *table.name == *name);
    table.expect("the measure").rows.iter().map(|row| row.state.word()).collect()
}

#[test]
fn bad_input_shows_nothing() {
    let rows = |counts: &[(&str, usize)]| {
        let mut text = "id,a,n\n".to_owned();
        for (a, count) in counts {
            for at in 0..*count {
                let _ = writeln!(text, "{a}{at},{a},{at}");
            }
        }
        text
    };
    let usual = rows(&[("x", 30), ("y", 3), ("z", 9), ("", 8)]);
    let results = small(&usual, None, None, false).expect("results");
    // Another row goes with the 3.
    for name in ["by_a", "total", "median", "kinds", "near_kinds", "near_median"] {
        assert_eq!(states(&results, name).iter().filter(|state| **state == "withheld").count(), 2, "{name}");
    }
    let alone = small(&usual, None, Some("by_a"), false).expect("results");
    assert_eq!(states(&alone, "by_a"), states(&results, "by_a"));
    assert_eq!(alone.measures.len(), 1);
    let said = |result: Result<assize::Results, String>| result.err().unwrap_or_default();
    assert_eq!(
        said(small(&usual, None, None, true)),
        "the records of measure `by_a` are not listed: small counts of it are withheld"
    );
    assert_eq!(
        said(small(&usual, Some("1"), None, false)),
        "parameter `least`: measure `by_a` withholds counts below it, so that it must be 2 or more"
    );
    // More than there are, all small, one row, none.
    for (counts, least, left) in [
        (&[("x", 30), ("y", 3), ("z", 9)][..], "1000", 0),
        (&[("x", 2), ("y", 3), ("z", 1)][..], "5", 0),
        (&[("x", 3)][..], "5", 0),
        (&[("x", 30)][..], "5", 1),
        (&[][..], "5", 0),
    ] {
        let results = small(&rows(counts), Some(least), None, false).expect("results");
        let shown = states(&results, "by_a").iter().filter(|state| **state != "withheld").count();
        assert_eq!(shown, left, "{counts:?} below {least}");
    }
}
