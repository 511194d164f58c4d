//! Generated programs over generated data, with faults among them: one thread or several, many rows at a time or one,
//! the results are the same bytes, and so are the states of measures.
//!
//! `ASSIZE_PROGRAMS` is how many programs are run (120 unless set).

use assize::io::Format;
use assize::model::civil::Date;
use assize::{Data, Error, Evaluation, Results, RuleSet};
use std::fmt::Write;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::ThreadId;

/// SplitMix64, so that a seed names a program for good.
struct Random(u64);

impl Random {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % below.max(1) as u64) as usize
    }

    fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len())]
    }
}

const RECORDS: &str = r#"ruleset generated version "1" {}
ordered codes Level { low mid high }
codes Zone { north south east }
record P { id : text key  zone : Zone  points : integer  cost : decimal  again : boolean  on : date  note : text
  visits : many C by person }
record C { person : text  on : date  weight : integer }
category level of P -> Level { high when much : points >= 7  mid when some : any visits where weight > 2  otherwise low }
category again_of of P -> Level { high when came : again and (count visits) > 1  low when not_so : points is known }
"#;

fn rules(random: &mut Random) -> String {
    let mut text = RECORDS.to_owned();
    for number in 0..1 + random.below(5) {
        let form = random.pick(&[
            "as count",
            "numerator again  as rate per 100",
            "numerator level = high  as count",
            "as distinct note",
            "as sum of cost",
            "as mean of cost",
            "as median of points",
            "as percentile 90 of cost",
            "as approximate distinct note",
            "as approximate distinct cost / 8",
            "as approximate percentile 75 of cost * 1001",
            "numerator points  denominator cost  as ratio",
            "as sum of points + (count visits)",
        ]);
        let by = random.pick(&["", "by zone", "by level, zone", "by note", "by again, again_of", "by points"]);
        let every = random.pick(&["", "every month of on", "every fiscal year from april of on"]);
        let chosen = random.pick(&["", "include points > 2", "exclude zone = north", "eligible on is known"]);
        let unknown = random.pick(&["", "unknown counts as yes", "unknown counted apart"]);
        let _ = writeln!(text, "measure m{number} of P {{ {chosen} {form} {by} {every} {unknown} }}");
    }
    text
}

/// CSV of the parents and of their children.
fn data(random: &mut Random) -> (String, String) {
    let mut parents = "id,zone,points,cost,again,on,note\n".to_owned();
    for row in 0..random.below(150) {
        let zone = random.pick(&["north", "south", "east", "", "west"]);
        let points = random.pick(&["0", "2", "5", "7", "9", "", "x"]);
        let cost = random.pick(&["0.1", "12.5", "3", "", "-7.25", "99999999.99"]);
        let again = random.pick(&["yes", "no", ""]);
        let on = random.pick(&["2025-01-31", "2025-02-28", "2024-12-01", "", "2025-02-30"]);
        let note = random.pick(&["a", "b", "c", "", "é"]);
        let _ = writeln!(parents, "{row},{zone},{points},{cost},{again},{on},{note}");
    }
    let mut children = "person,on,weight\n".to_owned();
    for _ in 0..random.below(200) {
        let person = random.below(170);
        let weight = random.pick(&["1", "2", "3", "", "y"]);
        let _ = writeln!(children, "{person},2025-01-01,{weight}");
    }
    (parents, children)
}

fn stream(text: &str) -> Data {
    Data::Stream(Box::new(Cursor::new(text.to_owned().into_bytes())), Format::Csv)
}

fn evaluation(rules: &RuleSet, data: &(String, String), threads: usize, rows: usize) -> Evaluation {
    let mut evaluation = Evaluation::new(rules, Date::from_ymd(2026, 6, 1).expect("a date"));
    evaluation.data("P", stream(&data.0)).expect("P is there").data("C", stream(&data.1)).expect("C is there");
    evaluation.coverage(true).errors_listed(7).threads(threads).batch_rows(rows);
    evaluation
}

fn json(results: &Result<Results, Error>) -> String {
    match results {
        Ok(results) => {
            let mut out = Vec::new();
            assize_report::json::write(results, true, &mut out).expect("memory takes everything");
            String::from_utf8(out).expect("JSON is UTF-8")
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn several_threads_give_the_bytes_of_one() {
    let programs = std::env::var("ASSIZE_PROGRAMS").ok().and_then(|text| text.parse().ok()).unwrap_or(120);
    for seed in 0..programs {
        let mut random = Random(seed);
        let text = rules(&mut random);
        let rules = RuleSet::compile("r.assize", &text).unwrap_or_else(|error| panic!("{seed}: {error}\n{text}"));
        let data = data(&mut random);
        let whole = json(&evaluation(&rules, &data, 1, 1 << 16).run());
        let state = evaluation(&rules, &data, 1, 1 << 16).partial().expect("there are measures").to_bytes();
        for (threads, rows) in [(1, 1), (1, 7), (2, 1), (2, 17), (5, 3), (5, 1), (64, 2)] {
            let found = json(&evaluation(&rules, &data, threads, rows).run());
            assert_eq!(found, whole, "seed {seed}, {threads} threads, {rows} rows at a time\n{text}");
            let found = evaluation(&rules, &data, threads, rows).partial().expect("there are measures").to_bytes();
            assert!(found == state, "seed {seed}, {threads} threads, {rows} rows at a time: states\n{text}");
        }
    }
}

fn plain() -> (RuleSet, (String, String)) {
    let rules =
        RuleSet::compile("r.assize", &format!("{RECORDS}measure people of P {{ as count }}\n")).expect("they check");
    let mut parents = "id,zone,points,cost,again,on,note\n".to_owned();
    (0..1_000).for_each(|row| _ = writeln!(parents, "{row},north,{},1,yes,2025-01-01,a", row % 10));
    (rules, (parents, "person,on,weight\n3,2025-01-01,1\n".to_owned()))
}

#[test]
fn progress_is_told_on_the_calling_thread_and_ends_with_all_rows() {
    let (rules, data) = plain();
    for threads in [1, 2, 5] {
        let told: Arc<Mutex<Vec<(u64, ThreadId)>>> = Arc::default();
        let mut evaluation = evaluation(&rules, &data, threads, 10);
        let tell = Arc::clone(&told);
        evaluation.on_progress(move |rows| {
            tell.lock().expect("no panic").push((rows, std::thread::current().id()));
            ControlFlow::Continue(())
        });
        evaluation.run().expect("nothing is wrong");
        let told = told.lock().expect("no panic");
        assert!(told.iter().all(|(_, thread)| *thread == std::thread::current().id()), "{threads} threads");
        assert!(told.is_sorted_by_key(|(rows, _)| *rows), "{threads} threads");
        assert_eq!(told.last().map(|(rows, _)| *rows), Some(1_000), "{threads} threads");
    }
}

#[test]
fn several_threads_stop_when_told() {
    let (rules, data) = plain();
    for threads in [1, 2, 5] {
        let calls = Arc::new(AtomicU64::new(0));
        let mut evaluation = evaluation(&rules, &data, threads, 1);
        let count = Arc::clone(&calls);
        evaluation.on_progress(move |rows| {
            count.fetch_add(1, Ordering::Relaxed);
            if rows > 20 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(evaluation.run().expect_err("it was stopped").is_stopped(), "{threads} threads");
        assert!(calls.load(Ordering::Relaxed) <= 23, "nothing is told after the stop: {threads} threads");
    }
}

/// Gives rows, and then panics as a broken producer would.
struct Breaks(Cursor<Vec<u8>>);

impl std::io::Read for Breaks {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let length = into.len().min(64);
        match self.0.read(&mut into[..length])? {
            0 => panic!("the producer broke"),
            read => Ok(read),
        }
    }
}

#[test]
fn a_panic_on_any_thread_is_the_callers() {
    let (rules, data) = plain();
    for threads in [1, 2, 5] {
        let mut evaluation = Evaluation::new(&rules, Date::from_ymd(2026, 6, 1).expect("a date"));
        let breaks = Breaks(Cursor::new(data.0.clone().into_bytes()));
        evaluation.data("P", Data::Stream(Box::new(breaks), Format::Csv)).expect("P is there");
        evaluation.data("C", stream(&data.1)).expect("C is there").threads(threads).batch_rows(1);
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| evaluation.run().map(drop)));
        let payload = ran.expect_err("the panic comes through");
        assert_eq!(payload.downcast_ref::<&str>(), Some(&"the producer broke"), "{threads} threads");
    }
}

/// Gives rows, and then an error.
struct Fails(Cursor<Vec<u8>>);

impl std::io::Read for Fails {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let length = into.len().min(64);
        match self.0.read(&mut into[..length])? {
            0 => Err(std::io::Error::other("the disk is gone")),
            read => Ok(read),
        }
    }
}

#[test]
fn an_error_in_the_middle_of_the_data_is_that_of_one_thread() {
    let (rules, data) = plain();
    let run = |threads: usize| {
        let mut evaluation = Evaluation::new(&rules, Date::from_ymd(2026, 6, 1).expect("a date"));
        let fails = Fails(Cursor::new(data.0.clone().into_bytes()));
        evaluation.data("P", Data::Stream(Box::new(fails), Format::Csv)).expect("P is there");
        evaluation.data("C", stream(&data.1)).expect("C is there").threads(threads).batch_rows(1);
        let error = evaluation.run().expect_err("the data cannot be read");
        assert!(error.is_data());
        (error.to_string(), error.record().map(str::to_owned))
    };
    let one = run(1);
    assert!(one.0.contains("the disk is gone"), "{}", one.0);
    for threads in [2, 5, 300] {
        assert_eq!(run(threads), one, "{threads} threads");
    }
}
