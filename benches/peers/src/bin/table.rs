//! A decision table of many rows, here and in zen-engine: the same rows and records, answers compared one by one, then
//! what a record costs in each. `cargo run --release --bin table [rows] [records]`.

use assize::eval::batch;
use assize::model::civil::Date;
use assize::model::column::{Column, Table, Values};
use assize::model::ids::{CategoryId, FieldId, RecordId};
use assize::{Inputs, RuleSet, Session};
use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};
use zen_engine::Decision;
use zen_engine::model::GraphContent;
use zen_expression::variable::Variable;

type Fault = Box<dyn Error + Send + Sync>;

const KINDS: u64 = 10;
const ZONES: u64 = 20;
const ANSWERS: u64 = 20;

/// A small generator: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    }
}

/// A record: three numbers, two codes, a condition.
#[derive(Clone, Copy)]
struct Person {
    age: i64,
    calls: i64,
    days: i64,
    kind: u64,
    zone: u64,
    armed: bool,
}

/// A row: what it tests, and its answer.
struct Row {
    age: (i64, i64),
    calls: Option<i64>,
    days: Option<i64>,
    kind: Option<u64>,
    zone: Option<u64>,
    armed: Option<bool>,
    answer: u64,
}

/// Rows of which none is covered by one before it, as the checker would refuse it.
fn rows(count: usize, seed: u64) -> Vec<Row> {
    let mut random = Random(seed);
    let some = |random: &mut Random, below: u64| (random.below(100) < 90).then(|| random.below(below));
    let mut rows: Vec<Row> = Vec::with_capacity(count);
    while rows.len() < count {
        let from = random.below(90) as i64;
        let row = Row {
            age: (from, from + 1 + random.below(12) as i64),
            calls: some(&mut random, 30).map(|n| n as i64),
            days: some(&mut random, 365).map(|n| 1 + n as i64),
            kind: some(&mut random, KINDS),
            zone: some(&mut random, ZONES),
            armed: some(&mut random, 2).map(|n| n == 1),
            answer: random.below(ANSWERS),
        };
        let covers = |other: &Row| {
            other.age.0 <= row.age.0
                && row.age.1 <= other.age.1
                && other.calls.is_none_or(|n| row.calls.is_some_and(|own| own >= n))
                && other.days.is_none_or(|n| row.days.is_some_and(|own| own <= n))
                && (other.kind.is_none() || other.kind == row.kind)
                && (other.zone.is_none() || other.zone == row.zone)
                && (other.armed.is_none() || other.armed == row.armed)
        };
        if !rows.iter().any(covers) {
            rows.push(row);
        }
    }
    rows
}

fn people(count: u64) -> Vec<Person> {
    let mut random = Random(11);
    (0..count)
        .map(|_| Person {
            age: random.below(100) as i64,
            calls: random.below(30) as i64,
            days: random.below(365) as i64,
            kind: random.below(KINDS),
            zone: random.below(ZONES),
            armed: random.below(2) == 1,
        })
        .collect()
}

/// The rows as a rule file.
fn rules(rows: &[Row]) -> String {
    let list = |name: &str, sign: &str, count: u64| {
        let codes: Vec<String> = (0..count).map(|n| format!("{sign}{n}")).collect();
        format!("codes {name} {{ {} }}\n", codes.join(" "))
    };
    let mut out = format!(
        "ruleset t version \"1\" {{ }}\n{}{}{}record Person {{ age : integer calls : integer days : integer kind : Kind zone : Zone armed : boolean }}\n\
         table answer of Person -> Answer hit first {{\n| age | calls | days | kind | zone | armed | -> answer |\n",
        list("Kind", "k", KINDS),
        list("Zone", "z", ZONES),
        list("Answer", "a", ANSWERS)
    );
    for row in rows {
        let any = || "-".to_owned();
        let _ = writeln!(
            out,
            "| {}..{} | {} | {} | {} | {} | {} | a{} |",
            row.age.0,
            row.age.1,
            row.calls.map_or_else(any, |n| format!(">= {n}")),
            row.days.map_or_else(any, |n| format!("< {n}")),
            row.kind.map_or_else(any, |n| format!("k{n}")),
            row.zone.map_or_else(any, |n| format!("z{n}")),
            row.armed.map_or_else(any, |yes| if yes { "yes" } else { "no" }.to_owned()),
            row.answer
        );
    }
    out.push_str("| - | - | - | - | - | - | none |\n}\n");
    out
}

/// The rows as zen's graph.
fn graph(rows: &[Row]) -> serde_json::Value {
    let columns = ["age", "calls", "days", "kind", "zone", "armed"];
    let inputs: Vec<_> =
        columns.iter().map(|name| serde_json::json!({ "id": name, "name": name, "field": name })).collect();
    let mut all: Vec<serde_json::Value> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let any = String::new;
            serde_json::json!({
                "_id": format!("r{at}"),
                "age": format!("[{}..{}]", row.age.0, row.age.1),
                "calls": row.calls.map_or_else(any, |n| format!(">= {n}")),
                "days": row.days.map_or_else(any, |n| format!("< {n}")),
                "kind": row.kind.map_or_else(any, |n| format!("'k{n}'")),
                "zone": row.zone.map_or_else(any, |n| format!("'z{n}'")),
                "armed": row.armed.map_or_else(any, |yes| yes.to_string()),
                "answer": format!("'a{}'", row.answer),
            })
        })
        .collect();
    all.push(serde_json::json!({ "_id": "last", "answer": "'none'" }));
    serde_json::json!({
        "nodes": [
            { "id": "in", "name": "person", "type": "inputNode" },
            { "id": "table", "name": "table", "type": "decisionTableNode", "content": {
                "hitPolicy": "first", "inputs": inputs,
                "outputs": [{ "id": "answer", "name": "Answer", "field": "answer" }], "rules": all } },
            { "id": "out", "name": "answer", "type": "outputNode" }
        ],
        "edges": [
            { "id": "e1", "sourceId": "in", "targetId": "table" },
            { "id": "e2", "sourceId": "table", "targetId": "out" }
        ]
    })
}

/// The answer of the first row that matches, row after row.
fn plain(rows: &[Row], person: &Person) -> Option<u64> {
    let matches = |row: &&Row| {
        (row.age.0..=row.age.1).contains(&person.age)
            && row.calls.is_none_or(|n| person.calls >= n)
            && row.days.is_none_or(|n| person.days < n)
            && row.kind.is_none_or(|n| person.kind == n)
            && row.zone.is_none_or(|n| person.zone == n)
            && row.armed.is_none_or(|yes| person.armed == yes)
    };
    rows.iter().find(matches).map(|row| row.answer)
}

fn set(session: &mut Session, person: &Person) -> Result<Option<u64>, Fault> {
    session.begin(RecordId(0))?;
    session.set_integer(FieldId(0), person.age)?;
    session.set_integer(FieldId(1), person.calls)?;
    session.set_integer(FieldId(2), person.days)?;
    session.set_code(FieldId(3), assize::model::ids::Code(person.kind as u16))?;
    session.set_code(FieldId(4), assize::model::ids::Code(person.zone as u16))?;
    session.set_boolean(FieldId(5), person.armed)?;
    let value = session.evaluate(CategoryId(0))?.value().ok_or("no value")?;
    Ok((value != assize::model::ids::Code::NONE).then_some(u64::from(value.0)))
}

/// The records as columns.
fn columns(people: &[Person]) -> Table {
    let column = |values: Values| Some(Column { values, known: None, absent: Vec::new() });
    let integers = |of: fn(&Person) -> i64| column(Values::Integer(people.iter().map(of).collect::<Vec<_>>().into()));
    let codes = |of: fn(&Person) -> u64| {
        column(Values::Code(people.iter().map(|person| of(person) as u16).collect::<Vec<_>>().into()))
    };
    let armed: Vec<bool> = people.iter().map(|person| person.armed).collect();
    Table {
        record: RecordId(0),
        rows: people.len(),
        columns: vec![
            integers(|person| person.age),
            integers(|person| person.calls),
            integers(|person| person.days),
            codes(|person| person.kind),
            codes(|person| person.zone),
            column(Values::Boolean(armed.into())),
        ],
        bad: Vec::new(),
    }
}

fn per_record(time: Duration, records: usize) -> f64 {
    time.as_nanos() as f64 / records as f64
}

fn main() -> Result<(), Fault> {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let count = arguments.next().transpose()?.unwrap_or(1_000);
    let records = arguments.next().transpose()?.unwrap_or(10_000);
    let mut out = std::io::stdout().lock();
    let (million, people) = (people(1_000_000), people(records));
    // Several rows together may cover one, which the checker refuses: those rows are left out.
    let start = Instant::now();
    let mut tried = 0;
    let mut table = rows(count as usize, 7);
    let compiled = loop {
        tried += 1;
        match RuleSet::compile("table.assize", &rules(&table)) {
            Ok(compiled) => break compiled,
            Err(error) if tried < 20 => {
                let first = rules(&[]).lines().count() - 2;
                let lines = error.diagnostics.iter().filter_map(|of| {
                    let span = of.primary.as_ref()?.span;
                    Some(error.sources.get(span.file)?.line_column(span.start).line as usize)
                });
                let mut refused: Vec<usize> = lines.filter_map(|line| line.checked_sub(first + 1)).collect();
                refused.sort_unstable();
                refused.dedup();
                if refused.is_empty() {
                    return Err(error.into());
                }
                for at in refused.into_iter().rev().filter(|&at| at < table.len()).collect::<Vec<_>>() {
                    table.remove(at);
                }
            }
            Err(error) => return Err(error.into()),
        }
    };
    writeln!(out, "{count} rows, 6 columns; {tried} drawn, compiled and checked in {:?}", start.elapsed())?;
    let expected: Vec<Option<u64>> = people.iter().map(|person| plain(&table, person)).collect();

    let mut session = compiled.session(&Inputs::new(compiled.program(), Date::from_ymd(2026, 1, 1).ok_or("a date")?));
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        for (person, expected) in people.iter().zip(&expected) {
            if set(&mut session, person)? != *expected {
                return Err("assize gives another answer".into());
            }
        }
        best = best.min(start.elapsed());
    }
    let ours = per_record(best, people.len());
    writeln!(out, "assize, one record at a time     {ours:>12.0} ns a record")?;

    let columns = columns(&million);
    let inputs = batch::Inputs { as_of: Date::from_ymd(2026, 1, 1).ok_or("a date")?, params: Vec::new() };
    for (name, detail) in [("value and state", batch::Detail::States), ("with reasons   ", batch::Detail::Reasons)] {
        let request = batch::Request { categories: vec![(CategoryId(0), detail)], nodes: Vec::new() };
        let plan = batch::Plan::new(compiled.program(), RecordId(0), &request)?;
        let mut run = batch::Run::new(compiled.program(), &plan, &inputs)?;
        let start = Instant::now();
        let done = run.batch(&batch::Frame::new(&columns, &[]))?;
        let time = per_record(start.elapsed(), million.len());
        writeln!(out, "assize, 1 M in columns, {name} {time:>6.0} ns a record")?;
        let outcomes = done.first().ok_or("no category")?;
        for (person, &value) in million.iter().zip(&outcomes.value).take(20_000) {
            let wanted = plain(&table, person);
            if wanted != (value < 127).then_some(u64::from(value)) {
                return Err("the columns give another answer".into());
            }
        }
    }

    let graph: GraphContent = serde_json::from_value(graph(&table))?;
    let mut decision = Decision::from(graph);
    decision.compile();
    let values: Vec<Variable> = people
        .iter()
        .map(|person| {
            serde_json::json!({
                "age": person.age, "calls": person.calls, "days": person.days, "kind": format!("k{}", person.kind),
                "zone": format!("z{}", person.zone), "armed": person.armed,
            })
            .into()
        })
        .collect();
    let mut context = Context::from_waker(Waker::noop());
    let start = Instant::now();
    for (value, expected) in values.iter().zip(&expected) {
        let Poll::Ready(response) = pin!(decision.evaluate(value.clone())).poll(&mut context) else {
            return Err("the table waits for something".into());
        };
        let answer = response.map_err(|fault| format!("{fault:?}"))?.result.dot("answer").ok_or("no row was hit")?;
        let wanted = expected.map_or_else(|| "none".to_owned(), |answer| format!("a{answer}"));
        if answer.as_str() != Some(wanted.as_str()) {
            return Err("zen gives another answer".into());
        }
    }
    let zen = per_record(start.elapsed(), values.len());
    writeln!(out, "zen-engine, decision table       {zen:>12.0} ns a record")?;
    writeln!(out, "{:.0} times", zen / ours)?;
    Ok(())
}
