//! The outcome of one record is written as the rows of the whole result are, and nothing is allocated for it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test: what is not as it should be ends it"
)]

use assize::eval::row::RowError;
use assize::io::Format;
use assize::model::civil::Date;
use assize::model::ids::CategoryId;
use assize::record::Form;
use assize::{Data, Evaluation, RuleSet};
use assize_report::outcome::{Writer, write};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::Cursor;

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

#[expect(unsafe_code, reason = "an allocator that counts has to be one")]
// SAFETY: every call is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const RULES: &str = r#"
ruleset written version "1" {}
ordered codes List { low mid high }
record Person {
  id : text key  age : integer  armed : boolean  n : integer  m : integer  charges : many Charge by person
}
record Charge { person : text  weapon : boolean  on : date  parts : many Part by charge  id : integer key }
record Part { charge : integer  x : integer }
category first_list of Person -> List {
  applies when age >= 18
  high when { armed_one : armed  many_armed : (count charges where weapon) >= 2 }
  mid  when { parted : any charges where (any parts where x > 3)  summed : n + m > 3 }
  low  when some_charge : any charges where on < as_of
}
category all_lists of Person -> List {
  high when is_armed : armed
  mid  when m_large : m > 3
  low  when n_large : n > 3
  hit all
}
category unique_list of Person -> List {
  high when is_armed : armed
  low  when n_large : n > 3
  hit unique
}
category stated of Person -> List {
  high when is_armed : armed
  otherwise error "say \"armed\"\tor not"
}
category of_charge of Charge -> List { high when used : weapon }
"#;

fn rules() -> RuleSet {
    RuleSet::compile("written.assize", RULES)
        .unwrap_or_else(|error| panic!("{:#?}", error.diagnostics.iter().map(|one| &one.message).collect::<Vec<_>>()))
}

fn people() -> Vec<String> {
    let mut people = Vec::new();
    for n in 0..240_i64 {
        let pick = |at: i64, of: &[&'static str]| of[((n / at) % of.len() as i64) as usize];
        let charge = |at: i64| {
            let weapon = pick(7 + at, &["null", "true", "false"]);
            let parts = pick(3 + at, &["[]", "[{\"x\":4}]", "[{\"x\":null},{\"x\":1}]"]);
            format!("{{\"id\":{},\"weapon\":{weapon},\"on\":\"2026-01-01\",\"parts\":{parts}}}", n * 10 + at)
        };
        let charges: Vec<String> = (0..n % 4).map(charge).collect();
        let age = pick(2, &["30", "17", "null", "44", "50"]);
        let armed = pick(3, &["true", "null", "false", "false"]);
        let m = pick(5, &["4", "null", "1", "9223372036854775807"]);
        let large = pick(11, &["4", "1", "null", "9223372036854775807", "\"bad\""]);
        let id = if n % 50 == 7 { format!("\\\"{n}\\\\\\u0001\\u001f\\n\\té") } else { n.to_string() };
        people.push(format!(
            "{{\"id\":\"{id}\",\"age\":{age},\"armed\":{armed},\"n\":{large},\"m\":{m},\"charges\":[{}]}}",
            charges.join(",")
        ));
    }
    people
}

#[test]
fn an_outcome_is_the_row_of_the_whole_result() {
    let rules = rules();
    let program = rules.program();
    let date = Date::from_ymd(2026, 6, 1).unwrap();
    let people = people();
    let mut evaluation = Evaluation::new(&rules, date);
    let lines = Data::Stream(Box::new(Cursor::new(people.join("\n"))), Format::JsonLines);
    evaluation.data("Person", lines).unwrap();
    // The first of a file's objects need all members between them.
    let results = evaluation.run().unwrap();
    let mut whole = Vec::new();
    assize_report::json::write(&results, false, &mut whole).unwrap();
    let whole: serde_json::Value = serde_json::from_slice(&whole).unwrap();

    let person = program.record_named("Person").unwrap();
    let mut session = rules.session(&rules.inputs(date));
    let mut form = Form::new(rules.plan());
    let mut faults = Vec::new();
    let mut states = std::collections::BTreeSet::new();
    for name in ["first_list", "all_lists", "unique_list", "stated"] {
        let category = program.category_named(name).unwrap();
        let mut writer = Writer::new(program, category).unwrap();
        let rows = whole["categories"][name]["rows"].as_array().unwrap();
        assert_eq!(rows.len(), people.len());
        for (row, object) in rows.iter().zip(&people) {
            let id = form.json(&mut session, person, object.as_bytes(), &mut faults).unwrap();
            let mut key = String::new();
            assert!(assize::record::key(&session, id, &mut key));
            let mut out = b"before ".to_vec();
            writer.write(&mut session.evaluate(category).unwrap(), Some(&key), &mut out).unwrap();
            let written = String::from_utf8(out).unwrap();
            // Members in their order: `preserve_order` keeps it.
            assert_eq!(written.strip_prefix("before ").unwrap(), serde_json::to_string(row).unwrap());
            states.insert((name, row["state"].as_str().unwrap().to_owned()));
            let mut once = Vec::new();
            write(program, &mut session.evaluate(category).unwrap(), Some(&key), &mut once).unwrap();
            assert_eq!(once, written.as_bytes()["before ".len()..]);
        }
    }
    assert!(states.len() >= 14, "{states:?}");
    assert!(faults.iter().all(|fault| fault.code == "D0103") && !faults.is_empty());
    let mut other = Writer::new(program, CategoryId(4)).unwrap();
    let mut out = Vec::new();
    let outcome = &mut session.evaluate(CategoryId(0)).unwrap();
    assert_eq!(other.write(outcome, Some("1"), &mut out), Err(RowError::OtherRecord));
    assert!(Writer::new(program, CategoryId(9)).is_none() && out.is_empty());
}

#[test]
fn nothing_is_allocated_from_text_to_text() {
    let rules = rules();
    let program = rules.program();
    let person = program.record_named("Person").unwrap();
    let mut session = rules.session(&rules.inputs(Date::from_ymd(2026, 6, 1).unwrap()));
    let mut form = Form::new(rules.plan());
    let people: Vec<String> = people().into_iter().filter(|person| !person.contains("bad")).collect();
    let mut writers: Vec<Writer> = (0..4).map(|at| Writer::new(program, CategoryId(at)).unwrap()).collect();
    let (mut faults, mut out, mut key) = (Vec::new(), Vec::new(), String::new());
    let mut round = || {
        let mut length = 0;
        for object in &people {
            let row = form.json(&mut session, person, object.as_bytes(), &mut faults).unwrap();
            key.clear();
            assert!(assize::record::key(&session, row, &mut key));
            for (at, writer) in (0..).zip(&mut writers) {
                out.clear();
                writer.write(&mut session.evaluate(CategoryId(at)).unwrap(), Some(&key), &mut out).unwrap();
                length += out.len();
            }
        }
        length
    };
    let length = round();
    round();
    let before = ALLOCATIONS.get();
    assert_eq!(round(), length);
    assert_eq!(ALLOCATIONS.get() - before, 0, "allocations for {} records", people.len());
    drop(vec![1_u8]);
    assert!(ALLOCATIONS.get() > before);
    assert!(faults.is_empty() && people.len() > 100);
}
