//! An attack on what measures withhold: a linear programme finds the least and the greatest that each withheld count can
//! be, given every row that is published, and must not come near it.
//!
//! The attacker knows the rules, that counts are whole and not negative, which rows there are and that somebody is in
//! them, and the totals of all records. The unknowns are how many records there are of each combination of breakdowns and
//! month, in the numerator, not, and not known, with a value and without: a joint table that all published rows are sums
//! of, which is more than what the tables say of each other.
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

/// A record: a value of each breakdown, its month from January 2020 on, whether it is in the numerator where that is
/// known, and whether it has a value.
#[derive(Clone)]
struct Record {
    by: Vec<usize>,
    month: usize,
    hit: Option<bool>,
    valued: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Count,
    Hits,
    Rate,
    /// A mean, with how many it is of.
    Mean,
    /// The share that has a greater value in the first breakdown.
    High,
}

impl Form {
    const fn text(self) -> &'static str {
        match self {
            Self::Count => "as count",
            Self::Hits => "numerator charged  as count",
            Self::Rate => "numerator charged  as rate per 100",
            Self::Mean => "as mean of v",
            Self::High => "numerator a >= 1  as rate per 100",
        }
    }

    /// Whom the rows count.
    const fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Count => &[Kind::All],
            Self::Hits => &[Kind::Hit],
            Self::Rate => &[Kind::Hit, Kind::Rest],
            Self::Mean => &[Kind::Valued],
            Self::High => &[Kind::High, Kind::Low],
        }
    }

    /// Whom they leave out, which shows beside the number of all.
    const fn apart(self) -> Option<Kind> {
        match self {
            Self::Rate => Some(Kind::Unknown),
            Self::Mean => Some(Kind::NoValue),
            Self::Count | Self::Hits | Self::High => None,
        }
    }
}

/// Whom a number counts.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Kind {
    All,
    Hit,
    Rest,
    Unknown,
    Valued,
    NoValue,
    High,
    Low,
}

impl Kind {
    fn counts(self, by: &[usize], hit: Option<bool>, valued: bool) -> bool {
        match self {
            Self::All => true,
            Self::Hit => hit == Some(true),
            Self::Rest => hit == Some(false),
            Self::Unknown => hit.is_none(),
            Self::Valued => valued,
            Self::NoValue => !valued,
            Self::High => by[0] >= 1,
            Self::Low => by[0] < 1,
        }
    }
}

/// What records of one combination can be told apart by.
const CLASSES: [(Option<bool>, bool); 6] =
    [(Some(true), true), (Some(false), true), (None, true), (Some(true), false), (Some(false), false), (None, false)];

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
    let (unknown, without) = (random.one(&[0, 0, 5]), random.one(&[0, 10]));
    let pick = |random: &mut Random, size: usize| {
        if skewed { random.below(size).min(random.below(size)) } else { random.below(size) }
    };
    let records = (0..records)
        .map(|_| Record {
            by: sizes.iter().map(|&size| pick(random, size)).collect(),
            month: pick(random, months),
            hit: (!random.chance(unknown)).then(|| random.chance(share)),
            valued: !random.chance(without),
        })
        .collect();
    let below = 2 + random.below(7) as i64;
    let form = random.one(&[Form::Count, Form::Hits, Form::Rate]);
    let mixed = random.chance(20);
    let forms: &[Form] = if random.chance(50) {
        &[Form::Count, Form::Hits, Form::Rate]
    } else {
        &[Form::Count, Form::Rate, Form::Mean, Form::High]
    };
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
            form: if mixed { random.one(forms) } else { form },
            below: random.chance(80).then_some(below),
        })
        .collect();
    tables[0].below = Some(below);
    Case { sizes, months, records, tables }
}

fn rules(case: &Case) -> String {
    let mut text =
        "ruleset attacked version \"1\" {}\nrecord P { id : text key  charged : boolean  v : integer  on : date"
            .to_owned();
    for name in DIMS.iter().take(case.sizes.len()) {
        let _ = write!(text, "  {name} : integer");
    }
    text.push_str(" }\n");
    for (at, table) in case.tables.iter().enumerate() {
        let _ = write!(text, "measure m{at} of P {{ {}", table.form.text());
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
    let mut text = format!("id,charged,v,on,{}\n", names.join(","));
    for (id, record) in case.records.iter().enumerate() {
        let by: Vec<String> = record.by.iter().map(ToString::to_string).collect();
        let hit = record.hit.map_or("", |hit| if hit { "y" } else { "n" });
        let value = if record.valued { "7" } else { "" };
        let _ = writeln!(text, "{id},{hit},{value},{},{}", date(record.month), by.join(","));
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
    let (mut problem_rows, mut attacked) = (Vec::new(), Vec::new());
    let of_all = case.tables.iter().any(|table| table.form == Form::Count);
    for (of, table) in case.tables.iter().zip(&tables) {
        let all = |row: &MeasureRow| case.records.iter().filter(|it| within(row, of, &it.by, it.month)).count();
        for row in &table.rows {
            let inside: Vec<usize> =
                (0..atoms.len()).filter(|&at| within(row, of, &atoms[at].0, atoms[at].1)).collect();
            let truth = |kind: Kind| {
                let of = |record: &&Record| {
                    kind.counts(&record.by, record.hit, record.valued) && within(row, of, &record.by, record.month)
                };
                case.records.iter().filter(of).count() as i64
            };
            found.rows += 1;
            // A row is there if somebody is in it, or in a row of the same breakdowns in another period.
            let others = table.rows.iter().filter(|other| other.by == row.by && all(other) > 0).count();
            let alone = !matches!(of.every, Some(Every::Rolling(_))) && others == 1 && all(row) > 0;
            if alone {
                problem_rows.push((inside.clone(), Kind::All, None));
            }
            let mut counts: Vec<(Kind, i64)> = of.form.kinds().iter().map(|&kind| (kind, truth(kind))).collect();
            if let Some(apart) = of.form.apart().filter(|_| of_all) {
                let count = truth(apart);
                if (1..below).contains(&count) {
                    attacked.push((row.clone(), inside.clone(), apart, count));
                }
            }
            if matches!(row.state, RowState::Withheld(_)) {
                assert!(row.numerator.is_none() && row.denominator.is_none() && row.value_exact.is_none());
                assert!(row.stages.shown().is_none() && row.stages.read == 0 && row.value.is_none());
                if of.form != Form::Hits && of.form != Form::Count && of.form != Form::Mean {
                    counts.push((Kind::All, counts.iter().map(|(_, count)| count).sum()));
                }
                let is_small = counts.iter().any(|(_, count)| (1..below).contains(count));
                if is_small {
                    found.small += 1
                } else {
                    found.others += 1
                }
                for (kind, count) in counts.into_iter().take(of.form.kinds().len()) {
                    attacked.push((row.clone(), inside.clone(), kind, count));
                }
                continue;
            }
            // What is shown is right, and not small.
            let empty = row.state == RowState::Empty;
            let shown = |number: Option<assize::measures::Number>| match number {
                None if empty => 0,
                number => number.and_then(|number| number.to_decimal().to_i64()).expect("a number"),
            };
            let right = match of.form {
                Form::Mean => shown(row.denominator) == counts[0].1,
                Form::Count | Form::Hits => shown(row.numerator) == counts[0].1,
                Form::Rate | Form::High => {
                    (shown(row.numerator), shown(row.denominator)) == (counts[0].1, counts[0].1 + counts[1].1)
                }
            };
            assert!(right, "seed {seed}: {text}");
            let sum = counts.iter().map(|(_, count)| *count).sum::<i64>();
            for count in counts.iter().map(|(_, count)| *count).chain([sum]) {
                assert!(!(1..below).contains(&count), "seed {seed}: {count} of {:?} is shown\n{text}", row.by);
            }
            problem_rows.extend(counts.into_iter().map(|(kind, count)| (inside.clone(), kind, Some(count))));
        }
    }
    if !problem_rows.iter().any(|(.., count)| count.is_some()) {
        return Vec::new();
    }
    // How many records there are is in every result; how many of them are in the numerator is taken to be known, unless a
    // table has that total, or it is small itself.
    let every: Vec<usize> = (0..atoms.len()).collect();
    let hits = |hit: bool| case.records.iter().filter(|record| record.hit == Some(hit)).count() as i64;
    let total = |table: &Table| table.by.is_empty() && table.every.is_none();
    // Of very few records, or few more than rows that each have somebody, that number itself narrows what a count can be.
    let rows = tables.iter().map(|table| table.rows.len()).max().unwrap_or(0);
    if case.records.len() as i64 >= 5 * below + rows as i64 {
        problem_rows.push((every.clone(), Kind::All, Some(case.records.len() as i64)));
    }
    let mut assumed = problem_rows;
    let few = [hits(true), hits(false)].iter().any(|count| *count < below);
    if !case.tables.iter().any(total) && !few {
        assumed.push((every, Kind::Hit, Some(hits(true))));
    }
    let mut leaks = Vec::new();
    // So many at most, the smallest first.
    attacked.sort_by_key(|&(.., count)| count);
    // All records are no secret.
    attacked.retain(|&(_, _, kind, truth)| truth > 0 && !(kind == Kind::All && truth == case.records.len() as i64));
    for (row, inside, kind, truth) in attacked.iter().take(20) {
        found.attacked += 1;
        let (kind, truth) = (*kind, *truth);
        let small = (1..below).contains(&truth);
        let end = |direction| extreme(direction, &atoms, &assumed, inside, kind);
        let (least, most) = (end(OptimizationDirection::Minimize), end(OptimizationDirection::Maximize));
        // How many records were read is no secret, and no count is above that.
        let wanted = below.min(case.records.len() as i64) as f64;
        // That somebody is in a row is told by its being there; where all are of a kind, that somebody of it is.
        let of_kind = |inside: &[usize], kind: Kind| {
            let of = |record: &&Record| {
                kind.counts(&record.by, record.hit, record.valued)
                    && inside
                        .iter()
                        .any(|&at| atoms[at] == (record.by.clone(), if case.months > 1 { record.month } else { 0 }))
            };
            case.records.iter().filter(of).count()
        };
        let there: Vec<_> = assumed
            .iter()
            .filter(|(inside, _, count)| count.is_none() && of_kind(inside, kind) == of_kind(inside, Kind::All))
            .map(|(inside, ..)| (inside.clone(), kind, None))
            .collect();
        let floor = extreme(OptimizationDirection::Minimize, &atoms, &there, inside, kind);
        // Beside a breakdown that tells a numerator, that a row has none of them is no secret.
        if !small && matches!(kind, Kind::High | Kind::Low) {
            continue;
        }
        let known = if small { least > floor + 1e-6 || most < wanted - 1e-6 } else { most - least < 1.0 - 1e-6 };
        if known {
            leaks.push(format!(
                "seed {seed}: {truth} of {} is known to be from {least} to {most}, below {below}: {:?} {:?} {kind:?}\n{text}",
                case.records.len(),
                row.by,
                row.period
            ));
        }
    }
    leaks
}

/// The least or greatest that the sum of some unknowns can be.
fn extreme(
    direction: OptimizationDirection,
    atoms: &[(Vec<usize>, usize)],
    rows: &[(Vec<usize>, Kind, Option<i64>)],
    inside: &[usize],
    kind: Kind,
) -> f64 {
    let mut problem = Problem::new(direction);
    let wanted: BTreeSet<usize> = inside.iter().copied().collect();
    let mut variables: Vec<Vec<Variable>> = Vec::new();
    for (at, (by, _)) in atoms.iter().enumerate() {
        let of = CLASSES.iter().map(|&(hit, valued)| {
            let weight = if wanted.contains(&at) && kind.counts(by, hit, valued) { 1.0 } else { 0.0 };
            problem.add_var(weight, (0.0, f64::INFINITY))
        });
        variables.push(of.collect());
    }
    for (inside, kind, count) in rows {
        let mut terms: Vec<(Variable, f64)> = Vec::new();
        for &atom in inside {
            for (&variable, &(hit, valued)) in variables[atom].iter().zip(&CLASSES) {
                if kind.counts(&atoms[atom].0, hit, valued) {
                    terms.push((variable, 1.0));
                }
            }
        }
        match count {
            Some(count) => problem.add_constraint(terms, ComparisonOp::Eq, *count as f64),
            // Somebody.
            None => problem.add_constraint(terms, ComparisonOp::Ge, 1.0),
        }
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

/// The rows of a measure as texts: their values, or that they are withheld.
fn rows_of(measures: &str, csv: &str, name: &str) -> Vec<String> {
    let text = format!(
        "ruleset small version \"1\" {{}}
ordered codes Level {{ low middle high }}
record P {{ id : text key  a : text  level : Level  charged : boolean  n : integer }}
{measures}"
    );
    let rules = RuleSet::compile("small.assize", &text).expect("rules that check");
    let mut evaluation = Evaluation::new(&rules, Date::from_ymd(2026, 1, 1).expect("a date"));
    evaluation.data("P", Data::Stream(Box::new(Cursor::new(csv.to_owned())), Format::Csv)).expect("data");
    let results = evaluation.run().expect("results");
    let table = results.measures.iter().map(|(_, table)| table).find(|table| *table.name == *name);
    let rows = &table.expect("the measure").rows;
    rows.iter().map(|row| row.value.clone().unwrap_or_else(|| row.state.word().to_owned())).collect()
}

#[test]
fn what_other_measures_tell_is_not_shown() {
    let data = |groups: &[(&str, &str, &str, &str, usize)]| {
        let mut text = "id,a,level,charged,n\n".to_owned();
        for (at, (a, level, charged, n, count)) in groups.iter().enumerate() {
            for of in 0..*count {
                let _ = writeln!(text, "{at}-{of},{a},{level},{charged},{n}");
            }
        }
        text
    };
    // A mean counts those that have a value, a count all: one is small where the other is not.
    let (count, mean) = (
        "measure people of P { as count  by a  suppress below 5 }\n",
        "measure average of P { as mean of n  by a  suppress below 5 }\n",
    );
    let csv = data(&[
        ("w", "low", "y", "7", 1),
        ("w", "low", "y", "", 25),
        ("x", "low", "y", "7", 20),
        ("x", "low", "y", "", 10),
        ("y", "low", "y", "", 3),
        ("z", "low", "y", "7", 22),
        ("z", "low", "y", "", 22),
    ]);
    for measures in [format!("{count}{mean}"), format!("{mean}{count}")] {
        for name in ["people", "average"] {
            let rows = rows_of(&measures, &csv, name);
            assert!(rows[0] == "withheld" && rows[2] == "withheld", "{name}: {rows:?}");
        }
    }
    // How many are not known: all less those of whom it is known.
    let csv = data(&[
        ("x", "low", "y", "7", 30),
        ("x", "low", "n", "7", 30),
        ("x", "low", "", "7", 2),
        ("y", "low", "n", "7", 40),
        ("y", "low", "y", "7", 40),
    ]);
    let measures =
        format!("{count}measure charged of P {{ numerator charged  as rate per 100  by a  suppress below 5 }}\n");
    assert_eq!(rows_of(&measures, &csv, "charged")[0], "withheld");
    // Five rows, of which four are of one person each, and the number of all.
    let csv = data(&[
        ("v", "low", "y", "7", 1),
        ("w", "low", "y", "7", 1),
        ("x", "low", "y", "7", 1),
        ("y", "low", "y", "7", 1),
        ("z", "low", "y", "7", 100),
    ]);
    assert!(
        rows_of("measure people of P { as count  by a  suppress below 2 }\n", &csv, "people")
            .iter()
            .all(|row| row == "withheld")
    );
    // A rate is the total of two rows of a table beside it.
    let csv = data(&[
        ("x", "low", "y", "7", 10),
        ("x", "middle", "y", "7", 21),
        ("x", "high", "y", "7", 4),
        ("y", "low", "y", "7", 90),
        ("y", "middle", "y", "7", 140),
        ("y", "high", "y", "7", 20),
    ]);
    let measures = "measure followed of P { numerator level >= middle and not level = low  as rate per 100  by a  suppress below 5 }
measure levels of P { as count  by a, level  suppress below 5 }\n";
    let (rate, levels) = (rows_of(measures, &csv, "followed"), rows_of(measures, &csv, "levels"));
    assert!(levels[2] == "withheld" && (levels[1] == "withheld" || rate[0] == "withheld"), "{rate:?} {levels:?}");
}
