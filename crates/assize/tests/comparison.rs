//! Two rule sets over the same data: who moves, why, what the measures do, and what the rules declare differently.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it breaks")]
#![expect(unsafe_code, reason = "an allocator that counts")]

use assize::comparison::{CellChange, Change, ChangeKind, ComparedCategory, DeclarationKind, MeasuredSide};
use assize::eval::batch::{CategoryColumns, Lists, Reasons};
use assize::io::Format;
use assize::model::civil::Date;
use assize::model::column::{Column, TextColumn, Values};
use assize::model::ids::CategoryId;
use assize::model::program::State;
use assize::{CategoryResults, Changes, Comparison, Data, Error, Evaluation, Part, Results, RuleSet};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Write as _;
use std::sync::Arc;

/// Counts what each thread allocates.
struct Counter;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Counter {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: it came from `alloc`, and so from the system's allocator.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTER: Counter = Counter;

fn allocations<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let before = ALLOCATIONS.get();
    let done = work();
    (done, ALLOCATIONS.get() - before)
}

fn compile(text: &str) -> RuleSet {
    RuleSet::compile("rules", text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn day() -> Date {
    Date::from_ymd(2026, 6, 1).unwrap()
}

fn evaluate(rules: &RuleSet, data: &[(&str, &str)]) -> Results {
    let mut evaluation = Evaluation::new(rules, day());
    for (record, rows) in data {
        let stream = std::io::Cursor::new(rows.as_bytes().to_vec());
        evaluation.data(record, Data::Stream(Box::new(stream), Format::Csv)).unwrap();
    }
    evaluation.run().unwrap()
}

fn compare(old: &str, new: &str, data: &[(&str, &str)]) -> Result<Comparison, Error> {
    Comparison::new(&evaluate(&compile(old), data), &evaluate(&compile(new), data), 2)
}

/// The cells that changed, as text: `low -> high: 2 [P1, P2]`.
fn moves(category: &ComparedCategory) -> Vec<String> {
    let cells = category.cells.iter().filter(|cell| cell.is_changed());
    cells.map(|cell| format!("{} -> {}: {} [{}]", cell.old, cell.new, cell.count, cell.keys.join(", "))).collect()
}

const OLD: &str = r#"
ruleset list version "1" {}
ordered codes Level { low middle high }
record Person { id : text key  charges : integer  armed : boolean  born : date }
category level of Person -> Level {
  applies when born is known
  high when { weapon : armed  often : charges >= 5 }
  middle when some : charges >= 3
  low when any_charge : charges >= 1
  otherwise none
}
category gone of Person -> Level { low when x : armed }
measure share of Person { numerator armed  as rate per 100  by level }
measure people of Person { as count }
measure lost of Person { as count }
"#;

const NEW: &str = r#"
ruleset list version "2" {}
ordered codes Level { low high top }
record Person { id : text key  charges : integer  armed : boolean  born : date }
category level of Person -> Level {
  applies when born is known
  top when often : charges >= 6
  high when { some : charges >= 3  weapon : armed }
  low when any_charge : charges >= 1
  otherwise none
}
category fresh of Person -> Level { low when x : armed }
measure share of Person { numerator armed  as rate per 100  by level }
measure people of Person { include charges >= 3  as count }
measure won of Person { as count }
"#;

const PEOPLE: &str = "id,charges,armed,born\n\
    P1,0,no,2000-01-01\nP2,1,no,2000-01-01\nP3,3,no,2000-01-01\nP4,4,no,2000-01-01\nP5,5,no,2000-01-01\n\
    P6,6,no,2000-01-01\nP7,1,yes,2000-01-01\nP8,1,,2000-01-01\nP9,2,no,\nP10,3,no,2000-01-01\nP11,x,no,2000-01-01\n\
    P12,7,yes,2000-01-01\n";

#[test]
fn who_moves_where_and_why() {
    let comparison = compare(OLD, NEW, &[("Person", PEOPLE)]).unwrap();
    let [level] = comparison.categories.as_slice() else { panic!("{comparison:?}") };
    assert_eq!(
        (&*level.name, &*level.record, level.rows, level.only_old, level.only_new),
        ("level", "Person", 12, 0, 0)
    );
    assert_eq!(
        moves(level),
        ["middle -> high: 3 [P3, P4]", "high -> top: 2 [P6, P12]"],
        "a code without its like always changes; P5 stays high"
    );
    assert_eq!((level.moved, level.state_changed, level.stayed()), (5, 0, 7));
    let total: u64 = level.cells.iter().map(|cell| cell.count).sum();
    assert_eq!(total, 12);
    let cell = |old: &str| level.cells.iter().find(|cell| cell.is_changed() && cell.old.to_string() == old).unwrap();
    let reasons: Vec<String> = cell("high")
        .reasons
        .iter()
        .map(|reason| format!("{} -> {}: {}", reason.old.join("+"), reason.new.join("+"), reason.count))
        .collect();
    assert_eq!(reasons, ["often -> often: 1", "weapon+often -> often: 1"]);
    assert_eq!(cell("middle").reasons.len(), 1);
    // P5 was high as `often`, and now is as `some`.
    assert_eq!(level.same_for_other_reasons, Some(1));
    assert_eq!(comparison.other_categories.only_old, ["gone".into()]);
    assert_eq!(comparison.other_categories.only_new, ["fresh".into()]);
    assert_eq!(comparison.other_measures.only_old, ["lost".into()]);
    assert_eq!(comparison.other_measures.only_new, ["won".into()]);
    let [person] = comparison.records.as_slice() else { panic!() };
    assert_eq!((person.old, person.new), (Some((12, 1)), Some((12, 1))));
    assert_eq!((&*comparison.old.rules.version, &*comparison.new.rules.version), ("1", "2"));
}

#[test]
fn states_change_too() {
    let rules = |condition: &str| {
        format!(
            "ruleset r version \"1\" {{}}\nordered codes L {{ low high }}\nrecord P {{ id : integer key  a : boolean  b : boolean }}\n\
             category c of P -> L {{ {condition}  low when base : b }}\n"
        )
    };
    let data = "id,a,b\n1,,yes\n2,,no\n3,yes,yes\n4,no,no\n5,no,\n";
    let comparison =
        compare(&rules("high when x : a"), &rules("high when x : a is known and a"), &[("P", data)]).unwrap();
    let [level] = comparison.categories.as_slice() else { panic!() };
    // What is not known is now taken for no: low is certain, and nothing is not undetermined.
    assert_eq!(moves(level), ["low (provisional) -> low: 1 [1]", "undetermined -> none: 1 [2]"]);
    assert_eq!((level.moved, level.state_changed, level.stayed()), (1, 1, 3));
    let changes: Vec<CellChange> = level.cells.iter().map(|cell| cell.change).collect();
    assert_eq!(changes.iter().filter(|change| **change == CellChange::State).count(), 1);
}

#[test]
fn measures_before_and_after() {
    let comparison = compare(OLD, NEW, &[("Person", PEOPLE)]).unwrap();
    let names: Vec<&str> = comparison.measures.iter().map(|measure| &*measure.name).collect();
    assert_eq!(names, ["share", "people"]);
    let people = &comparison.measures[1].rows[0];
    let (old, new) = (people.old.as_ref().unwrap(), people.new.as_ref().unwrap());
    // P11 cannot be read, and is in neither.
    assert_eq!((old.value.as_deref(), new.value.as_deref()), (Some("11"), Some("6")));
    assert_eq!(people.difference.as_deref(), Some("-5"));
    let share = &comparison.measures[0];
    let row = |by: &str| {
        let found = share
            .rows
            .iter()
            .find(|row| matches!(&row.by[0].1, assize::measures::BreakdownValue::Text(text) if **text == *by));
        found.unwrap_or_else(|| panic!("{by}: {:#?}", share.rows))
    };
    // high before: P5, P6, P7, P12, two of them armed; now P3, P4, P5, P7, P10, one of them armed.
    let high = row("high");
    let shown = |side: &Option<MeasuredSide>| {
        let side = side.as_ref().unwrap();
        (side.numerator.unwrap().to_string(), side.denominator.unwrap().to_string(), side.value.clone().unwrap())
    };
    assert_eq!(shown(&high.old), ("2".into(), "4".into(), "50.0".into()));
    assert_eq!(shown(&high.new), ("1".into(), "5".into(), "20.0".into()));
    assert_eq!(high.difference.as_deref(), Some("-30.0"));
    // Codes stand at other places on either side: rows are matched by their names.
    assert!(row("low").old.is_some() && !row("low").is_changed());
    assert!(row("top").old.is_none() && row("top").difference.is_none());
    assert!(row("middle").new.is_none());
    assert_eq!(share.changed(), 3);
}

#[test]
fn a_measure_of_another_form_has_no_difference() {
    let rules = |clauses: &str| {
        format!(
            "ruleset r version \"1\" {{}}\nrecord P {{ a : integer  b : boolean  d : date }}\nmeasure m of P {{ {clauses} }}\n"
        )
    };
    let data = [("P", "a,b,d\n1,yes,2026-01-01\n2,no,2026-02-01\n")];
    let one = |old: &str, new: &str| {
        let mut measures = compare(&rules(old), &rules(new), &data).unwrap().measures;
        measures.pop().unwrap()
    };
    let measure = one("numerator b  as rate per 100", "numerator b  as rate per 1000");
    assert!(!measure.same_form && measure.rows[0].difference.is_none() && measure.rows[0].is_changed());
    let measure = one("as sum of a", "as mean of a");
    assert!(!measure.same_form);
    let measure = one("as sum of a  by b", "as sum of a");
    assert_eq!(measure.breakdowns.as_ref().map(|by| (by.old.len(), by.new.len())), Some((1, 0)));
    assert_eq!(measure.rows.len(), 3);
    // Periods are matched by their days.
    let measure = one("as sum of a  every month of d", "as sum of a * 2  every month of d");
    let differences: Vec<&str> = measure.rows.iter().filter_map(|row| row.difference.as_deref()).collect();
    assert_eq!(differences, ["+1", "+2"]);
    let measure = one("as sum of a  every month of d", "as sum of a  every quarter of d");
    assert_eq!(measure.rows.len(), 3);
    assert!(measure.rows.iter().all(|row| row.difference.is_none()));
}

#[test]
fn sets_of_codes() {
    let rules = |codes: &str, cases: &str| {
        format!(
            "ruleset r version \"1\" {{}}\ncodes Tag {{ {codes} }}\nrecord P {{ id : text key  n : integer }}\n\
             category tags of P -> Tag {{ hit all\n {cases} }}\n"
        )
    };
    let old = rules("a b c", "a when x : n >= 1  b when y : n >= 2  c when z : n >= 3");
    let new = rules("b a d", "a when x : n >= 1  b when y : n >= 3  d when z : n >= 4");
    let comparison = compare(&old, &new, &[("P", "id,n\nA,0\nB,1\nC,2\nD,3\nE,4\nF,\nG,1\n")]).unwrap();
    let [tags] = comparison.categories.as_slice() else { panic!() };
    assert_eq!(moves(tags), ["{a, b} -> {a}: 1 [C]", "{a, b, c} -> {b, a}: 1 [D]", "{a, b, c} -> {b, a, d}: 1 [E]"]);
    assert_eq!((tags.rows, tags.moved, tags.state_changed, tags.stayed()), (7, 3, 0, 4));
    let codes: Vec<String> = tags
        .codes
        .iter()
        .map(|code| format!("{}: kept {}, lost {}, gained {}", code.code, code.kept, code.lost, code.gained))
        .collect();
    assert_eq!(
        codes,
        [
            "b: kept 2, lost 1, gained 0",
            "a: kept 5, lost 0, gained 0",
            "d: kept 0, lost 0, gained 1",
            "c: kept 0, lost 2, gained 0",
        ]
    );
    // One code on one side and a set of it on the other are the same; so are none and the empty set.
    let single = rules("a b c", "a when x : n >= 1").replace("hit all", "");
    let comparison = compare(&single, &old, &[("P", "id,n\nA,0\nB,1\nC,2\n")]).unwrap();
    assert_eq!(moves(&comparison.categories[0]), ["a -> {a, b}: 1 [C]"]);
}

#[test]
fn data_that_differ_are_refused() {
    let rules = |key: &str| {
        compile(&format!(
            "ruleset r version \"1\" {{}}\ncodes L {{ on }}\ncodes K {{ k1 k2 k3 }}\nrecord P {{ id : {key}  a : boolean }}\n\
             category c of P -> L {{ on when x : a }}\n"
        ))
    };
    let run = |key: &str, rows: &str| evaluate(&rules(key), &[("P", rows)]);
    let text = run("text key", "id,a\n1,yes\n2,no\n3,yes\n");
    let error = Comparison::new(&text, &run("text key", "id,a\n1,yes\n4,no\n3,yes\n"), 1).unwrap_err();
    assert!(error.is_data());
    assert_eq!(
        error.to_string(),
        "the results are not of the same data: row 2 of `P` is `2` in the old and `4` in the new"
    );
    // Keys of other types are compared as they are shown; without a key, only the place counts.
    let integer = run("integer key", "id,a\n1,yes\n2,no\n3,yes\n");
    assert_eq!(Comparison::new(&text, &integer, 1).unwrap().categories[0].stayed(), 3);
    assert!(Comparison::new(&text, &run("integer key", "id,a\n1,yes\n2,no\n5,yes\n"), 1).is_err());
    assert!(Comparison::new(&text, &run("text", "id,a\n7,yes\n8,no\n9,yes\n"), 1).is_ok());
    // Codes by name: of the same list in another order too.
    let codes = run("K key", "id,a\nk1,yes\nk2,no\nk3,yes\n");
    let mixed = compile(
        "ruleset r version \"1\" {}\ncodes L { on }\ncodes K { k3 k2 k1 }\nrecord P { id : K key  a : boolean }\n\
         category c of P -> L { on when x : a }\n",
    );
    let mixed = |rows: &str| evaluate(&mixed, &[("P", rows)]);
    assert!(Comparison::new(&codes, &mixed("id,a\nk1,yes\nk2,no\nk3,yes\n"), 1).is_ok());
    assert!(Comparison::new(&codes, &mixed("id,a\nk3,yes\nk2,no\nk1,yes\n"), 1).is_err());
    // More rows at the end are counted.
    let more = run("text key", "id,a\n1,yes\n2,no\n3,no\n4,yes\n5,no\n");
    let comparison = Comparison::new(&text, &more, 1).unwrap();
    let category = &comparison.categories[0];
    assert_eq!((category.rows, category.only_old, category.only_new, category.moved), (3, 0, 2, 1));
    let comparison = Comparison::new(&more, &text, 1).unwrap();
    assert_eq!((comparison.categories[0].only_old, comparison.categories[0].only_new), (2, 0));
}

#[test]
fn a_category_of_another_record_is_not_compared() {
    let rules = |of: &str| {
        compile(&format!(
            "ruleset r version \"1\" {{}}\ncodes L {{ on }}\nrecord P {{ a : boolean }}\nrecord Q {{ a : boolean }}\n\
             category c of {of} -> L {{ on when x : a }}\nmeasure m of {of} {{ as count }}\n"
        ))
    };
    let comparison = Comparison::new(
        &evaluate(&rules("P"), &[("P", "a\nyes\n")]),
        &evaluate(&rules("Q"), &[("Q", "a\nyes\nno\n")]),
        1,
    )
    .unwrap();
    assert!(comparison.categories.is_empty() && comparison.measures.is_empty());
    for unlike in [&comparison.other_categories, &comparison.other_measures] {
        let [(_, old, new)] = unlike.unlike.as_slice() else { panic!() };
        assert_eq!((&**old, &**new), ("P", "Q"));
        assert!(unlike.only_old.is_empty() && unlike.only_new.is_empty());
    }
    let records: Vec<_> = comparison.records.iter().map(|record| (&*record.name, record.old, record.new)).collect();
    assert_eq!(records, [("Q", None, Some((2, 0))), ("P", Some((1, 0)), None)]);
}

#[test]
fn no_results_at_all() {
    let rules = compile(
        "ruleset r version \"1\" {}\ncodes L { on }\nrecord P { a : boolean }\ncategory c of P -> L { on when x : a }\n",
    );
    let empty = evaluate(&rules, &[("P", "a\n")]);
    let comparison = Comparison::new(&empty, &empty, 5).unwrap();
    assert!(comparison.categories.iter().all(|category| category.rows == 0 && category.cells.is_empty()));
    assert!(comparison.changes.list.is_empty() && comparison.changes.is_same_text());
}

/// Results as an evaluation gives them, made by hand: `parts` are runs of value and state.
fn made(rules: &RuleSet, parts: &[&[(u8, u8)]], because: Option<&dyn Fn(usize) -> Vec<u16>>) -> Results {
    let mut row = 0;
    let parts = parts.iter().map(|part| {
        let first_row = row as u64 + 1;
        let keys: Vec<String> = (row..row + part.len()).map(|row| format!("K{row}")).collect();
        let mut lists = Lists { offsets: vec![0], ids: Vec::new() };
        if let Some(because) = because {
            for at in row..row + part.len() {
                lists.ids.extend(because(at));
                lists.offsets.push(i32::try_from(lists.ids.len()).unwrap());
            }
        }
        row += part.len();
        let nothing = || Lists { offsets: vec![0; part.len() + 1], ids: Vec::new() };
        Part {
            first_row,
            first: 0,
            keys: Some(Column {
                values: Values::Text(TextColumn::from_texts(keys.iter().map(String::as_str))),
                known: None,
                absent: Vec::new(),
            }),
            columns: CategoryColumns {
                category: CategoryId(0),
                many: false,
                value: part.iter().map(|(value, _)| *value).collect(),
                values: Vec::new(),
                state: part.iter().map(|(_, state)| *state).collect(),
                errors: Vec::new(),
                reasons: because.map(|_| Reasons {
                    because: lists,
                    possible: Lists { offsets: vec![0; part.len() + 1], ids: Vec::new() },
                    missing: nothing(),
                    names: Vec::new(),
                }),
            },
            dues: Vec::new(),
        }
    });
    Results {
        program: Arc::clone(rules.program()),
        as_of: day(),
        params: Vec::new(),
        records: Vec::new(),
        categories: vec![CategoryResults {
            category: CategoryId(0),
            reasons: because.is_some(),
            parts: parts.collect(),
            coverage: Vec::new(),
        }],
        instruments: Vec::new(),
        overrides: Vec::new(),
        measures: Vec::new(),
        indicators: Vec::new(),
        evaluations: Vec::new(),
        quotes: Vec::new(),
        members: None,
    }
}

fn three_codes() -> RuleSet {
    compile(
        "ruleset r version \"1\" {}\ncodes L { a b c }\nrecord P { id : text key  n : integer }\n\
         category c of P -> L { a when x : n = 1  b when y : n = 2  c when { z : n = 3  w : n = 4 } }\n",
    )
}

/// Against a comparison of one row after the other, with batches that end at other places on either side.
#[test]
fn the_matrix_is_that_of_the_rows() {
    let rules = three_codes();
    let mut seed = 7_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut outcome = |changes: u64, old: (u8, u8)| {
        if next(10) >= changes {
            return old;
        }
        let state = next(5) as u8;
        (if state < 2 { [0, 1, 2, 255][next(4) as usize] } else { 255 }, state)
    };
    let old: Vec<(u8, u8)> = (0..5000).map(|_| outcome(10, (0, 0))).collect();
    let new: Vec<(u8, u8)> = old.iter().map(|old| outcome(3, *old)).collect();
    let cut = |rows: &[(u8, u8)], size: usize| rows.chunks(size).map(<[_]>::to_vec).collect::<Vec<_>>();
    let (old_parts, new_parts) = (cut(&old, 700), cut(&new, 999));
    let old_parts: Vec<&[(u8, u8)]> = old_parts.iter().map(Vec::as_slice).collect();
    let new_parts: Vec<&[(u8, u8)]> = new_parts.iter().map(Vec::as_slice).collect();
    let comparison = Comparison::new(&made(&rules, &old_parts, None), &made(&rules, &new_parts, None), 3).unwrap();
    let category = &comparison.categories[0];
    assert_eq!(category.same_for_other_reasons, None);
    let name = |(value, state): (u8, u8)| match (state, value) {
        (0, 255) => "none".to_owned(),
        (1, 255) => "none (provisional)".to_owned(),
        (0, value) => ["a", "b", "c"][usize::from(value)].to_owned(),
        (1, value) => format!("{} (provisional)", ["a", "b", "c"][usize::from(value)]),
        (state, _) => State::ALL[usize::from(state)].word().to_owned(),
    };
    let mut wanted: std::collections::BTreeMap<(String, String), (u64, Vec<String>)> = Default::default();
    let (mut moved, mut state_changed) = (0, 0);
    for (row, (old, new)) in old.iter().zip(&new).enumerate() {
        let cell = wanted.entry((name(*old), name(*new))).or_default();
        cell.0 += 1;
        if old != new && cell.1.len() < 3 {
            cell.1.push(format!("K{row}"));
        }
        let value = |(value, state): (u8, u8)| (state < 2).then_some(value);
        moved += u64::from(value(*old) != value(*new));
        state_changed += u64::from(old != new && value(*old) == value(*new));
    }
    let found: std::collections::BTreeMap<(String, String), (u64, Vec<String>)> = category
        .cells
        .iter()
        .map(|cell| ((cell.old.to_string(), cell.new.to_string()), (cell.count, cell.keys.clone())))
        .collect();
    assert_eq!(found, wanted);
    assert_eq!((category.moved, category.state_changed), (moved, state_changed));
}

#[test]
fn rows_that_stay_allocate_nothing() {
    let rules = three_codes();
    let outcomes = |rows: usize| (0..rows).map(|row| ((row % 3) as u8, (row % 2) as u8)).collect::<Vec<_>>();
    let because = |row: usize| vec![(row % 3) as u16];
    let run = |rows: usize| {
        let outcomes = outcomes(rows);
        let parts: Vec<&[(u8, u8)]> = outcomes.chunks(rows.div_ceil(10)).collect();
        let (old, new) = (made(&rules, &parts, Some(&because)), made(&rules, &parts, Some(&because)));
        let (comparison, allocated) = allocations(|| Comparison::new(&old, &new, 5).unwrap());
        assert_eq!(comparison.categories[0].stayed(), rows as u64);
        allocated
    };
    let few = run(1000);
    assert_eq!(run(1_000_000), few);
    assert!(few < 1000, "{few}");
}

#[test]
fn reasons_without_end_are_counted() {
    let criteria: String = (0..40).fold(String::new(), |mut text, at| {
        let _ = write!(text, "c{at} : n = {at}  ");
        text
    });
    let rules = compile(&format!(
        "ruleset r version \"1\" {{}}\ncodes L {{ a b }}\nrecord P {{ id : text key  n : integer }}\n\
         category c of P -> L {{ a when {{ {criteria} }} }}\n"
    ));
    let rows = 30_000;
    let (old, new) = (vec![(0, 0); rows], vec![(1, 0); rows]);
    // A list of its own for each row: more than are told apart.
    let because = |row: usize| (0..16).filter(|bit| row >> bit & 1 == 1).collect::<Vec<u16>>();
    let old = made(&rules, &[&old], Some(&because));
    let comparison = Comparison::new(&old, &made(&rules, &[&new], Some(&|_| vec![39])), 1).unwrap();
    let [cell] = comparison.categories[0].cells.as_slice() else { panic!() };
    assert_eq!((cell.count, cell.keys.len()), (30_000, 1));
    let listed: u64 = cell.reasons.iter().map(|reason| reason.count).sum();
    assert_eq!((cell.reasons.len(), listed + cell.reasons_unlisted), (10_000, 30_000));
    assert!(cell.reasons[0].old.is_empty());
    assert_eq!(cell.reasons[0].new, ["c39".into()]);
}

#[test]
fn sets_without_end_are_counted() {
    let codes: Vec<String> = (0..20).map(|at| format!("t{at}")).collect();
    let cases: Vec<String> = (0..20).map(|at| format!("t{at} when c{at} : n = {at}")).collect();
    let rules = compile(&format!(
        "ruleset r version \"1\" {{}}\ncodes L {{ {} }}\nrecord P {{ id : text key  n : integer }}\n\
         category c of P -> L {{ hit all\n {} }}\n",
        codes.join(" "),
        cases.join("\n")
    ));
    let rows = 25_000;
    let base = vec![(255, 0); rows];
    let sets = |shift: u128| {
        let mut results = made(&rules, &[&base], None);
        let columns = &mut results.categories[0].parts[0].columns;
        columns.many = true;
        columns.values = (0..rows as u128).map(|row| (row + shift) & 0xf_ffff).collect();
        results
    };
    let comparison = Comparison::new(&sets(0), &sets(1), 1).unwrap();
    let category = &comparison.categories[0];
    let listed: u64 = category.cells.iter().map(|cell| cell.count).sum();
    assert_eq!((category.cells.len(), listed, category.unlisted), (10_000, 10_000, [15_000, 0, 0]));
    assert_eq!((category.moved, category.stayed()), (25_000, 0));
    // The lowest bit is gained by every even row, and lost by every odd one.
    assert_eq!((category.codes[0].gained, category.codes[0].lost, category.codes[0].kept), (12_500, 12_500, 0));
    let same = Comparison::new(&sets(0), &sets(0), 1).unwrap();
    assert_eq!((same.categories[0].stayed(), same.categories[0].unlisted), (25_000, [0, 0, 15_000]));
}

/// A word for each change: `added criterion level.top`, `changed parameter many: default 2 -> 3`; `~` before what is
/// only wording, `^` before what changed through what it reads.
fn told(changes: &Changes) -> Vec<String> {
    let tell = |change: &Change| {
        let mut text = String::new();
        if !change.meaning {
            text.push('~');
        }
        if change.through {
            text.push('^');
        }
        let _ = write!(text, "{} {} {}", change.what.word(), change.kind.word(), change.name);
        let details: Vec<String> = change
            .details
            .iter()
            .map(|detail| {
                let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "-".to_owned());
                let meaning = if detail.meaning { "" } else { "~" };
                format!("{meaning}{}: {} -> {}", detail.part, side(&detail.old), side(&detail.new))
            })
            .collect();
        if !details.is_empty() {
            let _ = write!(text, " [{}]", details.join("; "));
        }
        text
    };
    changes.list.iter().map(tell).collect()
}

fn changes(old: &str, new: &str) -> Changes {
    Changes::between(compile(old).program(), compile(new).program())
}

const DECLARED: &str = r#"
ruleset demo version "1" { title "Demonstration" }
labels public < secret
parameter many : integer = 2 in 1..10 "Charges that are many"
ordered codes Level "Level" { low "Low" high "High" }
codes Offence { theft from "TH" assault from "AS" missing unknown from "U" }
record Person { id : text key from "Person No"   born : date secret   armed : boolean   charges : many Charge by person }
record Charge { person : text   on : date required   offence : Offence   cost : integer   officer : text }
let age of Person = years between born and as_of
let adult of Person = age >= 18
category level of Person -> Level "Level" {
  applies when adult
  high when {
    weapon "A weapon" : armed
    often "Many charges" : (count charges where offence = assault) >= many
  }
  low when charged "A charge" : any charges
  otherwise none
}
category other of Person -> Level { high when a : level = high  low when b : age < 90 and armed }
measure armed_rate of Person "Armed" { eligible adult  numerator armed  as rate per 100  by level  interval wilson 95% }
measure cost of Charge "Cost" { as sum of cost  every month of on }
"#;

#[test]
fn layout_and_comments_are_no_changes() {
    let spaced = DECLARED.replace("  ", " \n\t").replace("otherwise none", "# nobody\n otherwise none");
    let changes = changes(DECLARED, &spaced);
    assert_eq!(told(&changes), [""; 0]);
    assert!(!changes.is_same_text() && !changes.has_meaning() && changes.affected.is_empty());
}

#[test]
fn wording_is_told_apart_from_meaning() {
    let new = DECLARED
        .replace("title \"Demonstration\"", "title \"Demo\"")
        .replace("\"Charges that are many\"", "")
        .replace("\"A weapon\" : armed", "\"Armed\" : (armed)")
        .replace("high \"High\"", "high \"Highest\"")
        .replace(
            "\"Many charges\" : (count charges where offence = assault) >= many",
            "\"Many charges\" : not ((count charges where offence = assault) < many)",
        )
        .replace("\"Cost\"", "\"Costs\"");
    let changes = changes(DECLARED, &new);
    let told = told(&changes);
    assert_eq!(
        told[..4],
        [
            "~changed ruleset demo [~title: Demonstration -> Demo]",
            "~changed parameter many [~title: Charges that are many -> -]",
            "~changed codes Level [~`high` title: High -> Highest]",
            "~changed criterion level.weapon [~condition: armed -> (armed); ~title: A weapon -> Armed]",
        ]
    );
    // Another expression, though it comes to the same: only those that are the same by their parts are the same.
    assert!(told[4].starts_with("changed criterion level.often [condition: (count"), "{told:?}");
    assert_eq!(told[5], "~changed measure cost [~title: Cost -> Costs]");
    assert_eq!(told.len(), 6);
}

#[test]
fn every_part_of_a_declaration_counts() {
    let cases: [(&str, &str, &str); 30] = [
        ("= 2 in 1..10", "= 3 in 1..10", "changed parameter many [default: 2 -> 3]"),
        ("in 1..10", "in 1..12", "changed parameter many [in: 1..10 -> 1..12]"),
        (
            "labels public < secret",
            "labels public < partner < secret",
            "changed labels labels [order: public < secret -> public < partner < secret]",
        ),
        (
            "ordered codes Level \"Level\" { low \"Low\" high",
            "ordered codes Level \"Level\" { high \"High\" low \"Low\" top",
            "changed codes Level [code: - -> top; order: low < high -> high < low < top]",
        ),
        (
            "theft from \"TH\"",
            "theft from \"TH\", \"T\"",
            "changed codes Offence [`theft` from: \"TH\" -> \"TH\", \"T\"]",
        ),
        (
            "missing unknown from \"U\"",
            "missing not_collected from \"U\"",
            "changed codes Offence [missing: \"U\" = unknown -> \"U\" = not_collected]",
        ),
        ("theft from \"TH\"", "theft from \"TH\" arson", "changed codes Offence [code: - -> arson]"),
        ("from \"Person No\"", "from \"Person\"", "changed field Person.id [from: \"Person No\" -> \"Person\"]"),
        ("date secret", "date public", "changed field Person.born [label: secret -> public]"),
        ("on : date required", "on : date", "changed field Charge.on [required: yes -> no]"),
        ("cost : integer", "cost : decimal", "changed field Charge.cost [type: integer -> decimal]"),
        ("cost : integer", "cost : integer  more : text", "added field Charge.more"),
        ("officer : text", "officer : text protected", "changed field Charge.officer [protected: no -> yes]"),
        (
            "ruleset demo version \"1\" {",
            "ruleset demo version \"1\" { effective from 2025-01-01",
            "changed ruleset demo [effective from: - -> 2025-01-01]",
        ),
        (
            "ruleset demo version \"1\" {",
            "ruleset demo version \"1\" { dates strict",
            "changed ruleset demo [dates strict: no -> yes]",
        ),
        ("applies when adult", "", "changed category level [applies when: age >= 18 -> -]"),
        ("otherwise none", "otherwise low", "changed category level [otherwise: none -> low]"),
        (
            "\"Level\" {\n  applies",
            "\"Level\" {\n  hit highest\n  applies",
            "changed category level [hit: first -> highest]",
        ),
        (
            "offence = assault",
            "offence = theft",
            "changed criterion level.often [condition: (count charges where offence = assault) >= many -> (count charges where offence = theft) >= many]",
        ),
        (
            "any charges\n",
            "any charges where cost > 5\n",
            "changed criterion level.charged [condition: any charges -> any charges where cost > 5]",
        ),
        (
            "low when charged \"A charge\" : any charges",
            "low when { charged \"A charge\" : any charges  more : armed is known }",
            "added criterion level.more",
        ),
        (
            "age < 90 and armed",
            "armed and age < 90",
            "changed criterion other.b [condition: age < 90 and armed -> armed and age < 90]",
        ),
        ("as rate per 100", "as rate per 1000", "changed measure armed_rate [as: rate per 100 -> rate per 1000]"),
        (
            "numerator armed",
            "numerator armed is known",
            "changed measure armed_rate [numerator: armed -> armed is known]",
        ),
        ("wilson 95%", "wilson 90%", "changed measure armed_rate [interval: wilson 95% -> wilson 90%]"),
        ("as sum of cost", "as mean of cost", "changed measure cost [as: sum -> mean]"),
        ("as sum of cost", "as sum of cost * 2", "changed measure cost [value: cost -> cost * 2]"),
        ("every month of on", "every quarter of on", "changed measure cost [every: month -> quarter]"),
        ("as sum of cost", "as sum of cost  by offence", "changed measure cost [by: - -> offence]"),
        ("measure cost of Charge", "measure costs of Charge", "added measure costs"),
    ];
    for (from, to, wanted) in cases {
        assert!(DECLARED.contains(from), "{from}");
        let changes = changes(DECLARED, &DECLARED.replacen(from, to, 1));
        let told = told(&changes);
        assert!(told.iter().any(|told| told.starts_with(wanted)), "{from} => {to}: {wanted}\n{told:#?}");
        assert!(changes.has_meaning(), "{to}");
        let back = the_other_way(from, to);
        assert_eq!(back.list.len(), changes.list.len(), "{from} => {to}");
        assert!(back.has_meaning());
    }
}

fn the_other_way(from: &str, to: &str) -> Changes {
    changes(&DECLARED.replacen(from, to, 1), DECLARED)
}

#[test]
fn what_changes_through_a_let_is_told_as_such() {
    let told_of = |from: &str, to: &str| {
        let changes = changes(DECLARED, &DECLARED.replacen(from, to, 1));
        let affected: Vec<String> =
            changes.affected.iter().map(|(kind, name)| format!("{} {name}", kind.word())).collect();
        (told(&changes), affected)
    };
    let (told, affected) = told_of("age >= 18", "age >= 21");
    assert_eq!(
        told,
        [
            "changed let Person.adult [value: age >= 18 -> age >= 21]",
            "changed category level [applies when: age >= 18 -> age >= 21]",
            "changed measure armed_rate [eligible: age >= 18 -> age >= 21]",
        ]
    );
    // `other` reads `level`; `armed_rate` changed itself.
    assert_eq!(affected, ["category other"]);
    let (told, _) = told_of("years between born and as_of", "months between born and as_of");
    assert!(
        told.contains(&"^changed criterion other.b [condition: age < 90 and armed -> age < 90 and armed]".to_owned()),
        "{told:#?}"
    );
    assert!(told.contains(&"^changed let Person.adult [value: age >= 18 -> age >= 18]".to_owned()), "{told:#?}");
    // A parameter reaches what reads it, and what reads that.
    let (told, affected) = told_of("= 2 in", "= 3 in");
    assert_eq!(told.len(), 1);
    assert_eq!(affected, ["category level", "category other", "measure armed_rate"]);
    // A code list reaches what compares its codes; a field of a child reaches what looks at the children.
    assert_eq!(
        told_of("theft from \"TH\"", "theft from \"T\"").1,
        ["category level", "category other", "measure armed_rate"]
    );
    assert_eq!(told_of("cost : integer", "cost : integer required").1, ["measure cost"]);
    assert_eq!(told_of("{ title \"Demonstration\" }", "{ time zone \"America/Toronto\" }").1.len(), 4);
}

#[test]
fn a_part_made_a_let_is_no_change_of_meaning() {
    let new = DECLARED
        .replace("let adult", "let busy of Person = (count charges where offence = assault) >= many\nlet adult")
        .replace(": (count charges where offence = assault) >= many", ": busy");
    let changes = changes(DECLARED, &new);
    assert_eq!(
        told(&changes),
        [
            "~added let Person.busy",
            "~changed criterion level.often [~condition: (count charges where offence = assault) >= many -> busy]",
        ]
    );
    assert!(!changes.has_meaning());
}

#[test]
fn order_counts_where_the_first_wins() {
    let rules = |hit: &str, cases: &str| {
        format!(
            "ruleset r version \"1\" {{}}\nordered codes L {{ low high }}\nrecord P {{ a : boolean  b : boolean }}\ncategory c of P -> L {{ {hit}\n {cases} }}\n"
        )
    };
    let (one, two) = ("low when x : a\n high when y : b", "high when y : b\n low when x : a");
    let first = changes(&rules("", one), &rules("", two));
    assert_eq!(told(&first), ["changed category c [order of criteria: x, y -> y, x]"]);
    let unique = changes(&rules("hit unique", one), &rules("hit unique", two));
    assert_eq!(told(&unique), ["~changed category c [~order of criteria: x, y -> y, x]"]);
    let renamed = changes(&rules("", one), &rules("", &one.replace("x : a", "z : a")));
    let kinds: Vec<_> = renamed.list.iter().map(|change| (change.kind, change.what)).collect();
    assert_eq!(
        kinds,
        [(DeclarationKind::Criterion, ChangeKind::Added), (DeclarationKind::Criterion, ChangeKind::Removed)]
    );
}

#[test]
fn a_comparison_can_be_sent() {
    fn sends<T: Send + Sync + Clone + 'static>() {}
    sends::<Comparison>();
}
