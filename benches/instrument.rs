//! An instrument of twenty items: score, bounds and band of a million records, beside a loop written by hand.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench may stop at a broken assumption")]

use arrow_buffer::{BooleanBuffer, Buffer};
use assize::RuleSet;
use assize::eval::batch::{Detail, Frame, Inputs, Plan, Request, Run};
use assize::model::civil::Date;
use assize::model::column::{Column, Table, Values};
use assize::model::ids::{CategoryId, NodeId, RecordId};
use assize::model::lane::{Chunk, LaneValue};
use assize_benches::Random;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

const ROWS: usize = 1_000_000;
const ITEMS: usize = 20;
const WEIGHTS: [i64; ITEMS] = [1, 5, 5, -3, 4, 3, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
/// The upper ends of the bands but the last.
const ENDS: [i64; 3] = [7, 13, 17];

/// An item's answers: which are yes, and which are known.
struct Answers {
    yes: Vec<u64>,
    known: Vec<u64>,
}

/// Score, its ends, the band (4 for none) and its state, in the order of the engine's numbers.
#[derive(Default, PartialEq, Eq, Debug)]
struct Scored {
    lowest: Vec<i64>,
    highest: Vec<i64>,
    band: Vec<u8>,
    state: Vec<u8>,
}

impl Scored {
    fn clear(&mut self) {
        self.lowest.clear();
        self.highest.clear();
        self.band.clear();
        self.state.clear();
    }
}

fn rules() -> RuleSet {
    let fields: String = (1..=ITEMS).map(|item| format!("q{item} : boolean  ")).collect();
    let items: String =
        WEIGHTS.iter().zip(1..).map(|(weight, item)| format!("  item q{item} weight {weight}\n")).collect();
    let text = format!(
        "ruleset form version \"1\"\nrecord P {{ {fields} }}\ninstrument form of P {{\n{items}\
         band variable ..7 band increased 8..13 band severe 14..17 band extreme 18..\n}}\n"
    );
    RuleSet::compile("form.assize", &text).unwrap()
}

fn answers() -> Vec<Answers> {
    let mut random = Random(20);
    let words = ROWS.div_ceil(64);
    let mut bits = |percent: u64| {
        let mut bits = vec![0_u64; words];
        for row in 0..ROWS {
            if random.below(100) < percent {
                bits[row / 64] |= 1 << (row % 64);
            }
        }
        bits
    };
    (0..ITEMS)
        .map(|_| {
            let (yes, known) = (bits(35), bits(97));
            Answers { yes: yes.iter().zip(&known).map(|(yes, known)| yes & known).collect(), known }
        })
        .collect()
}

/// Row by row, item by item.
fn by_hand(answers: &[Answers], out: &mut Scored) {
    out.clear();
    let band = |score: i64| ENDS.iter().filter(|end| score > **end).count() as u8;
    for row in 0..ROWS {
        let (word, bit) = (row / 64, row % 64);
        let (mut low, mut high) = (0, 0);
        for (item, weight) in answers.iter().zip(WEIGHTS) {
            if item.known[word] >> bit & 1 == 1 {
                let added = if item.yes[word] >> bit & 1 == 1 { weight } else { 0 };
                low += added;
                high += added;
            } else {
                low += weight.min(0);
                high += weight.max(0);
            }
        }
        let (from, to) = (band(low), band(high));
        out.lowest.push(low);
        out.highest.push(high);
        // One band is decided; of several, none is.
        out.band.push(if from == to { from } else { u8::MAX });
        out.state.push(if from == to { 0 } else { 2 });
    }
}

fn instrument(c: &mut Criterion) {
    let rules = rules();
    let program = rules.program();
    let answers = answers();
    let column = |item: &Answers| Column {
        values: Values::Boolean(BooleanBuffer::new(Buffer::from_slice_ref(&item.yes), 0, ROWS)),
        known: Some(BooleanBuffer::new(Buffer::from_slice_ref(&item.known), 0, ROWS)),
        absent: Vec::new(),
    };
    let table = Table {
        record: RecordId(0),
        rows: ROWS,
        columns: answers.iter().map(|item| Some(column(item))).collect(),
        bad: Vec::new(),
    };
    let score = program.instruments[0].score.unwrap();
    let nodes: Vec<NodeId> = vec![score.score, score.lowest, score.highest];
    let inputs = Inputs { as_of: Date::from_ymd(2026, 1, 1).unwrap(), params: Vec::new() };
    let request = Request { categories: vec![(CategoryId(0), Detail::States)], nodes };
    let plan = Plan::new(program, RecordId(0), &request).unwrap();
    let mut run = Run::new(program, &plan, &inputs).unwrap();
    let mut engine = |out: &mut Scored| {
        out.clear();
        let mut at = 0;
        while at < ROWS {
            let to = (at + (1 << 16)).min(ROWS);
            let mut take = |chunk: &Chunk<'_>| {
                let number = |lane: usize, row: usize| match chunk.lanes[lane].value(row) {
                    Ok(LaneValue::Integer(value)) => value,
                    _ => i64::MIN,
                };
                out.lowest.extend((0..chunk.rows).map(|row| number(1, row)));
                out.highest.extend((0..chunk.rows).map(|row| number(2, row)));
            };
            let frame = Frame { table: &table, rows: at..to, links: &[] };
            let columns = run.batch_with(&frame, &mut take).unwrap();
            out.band.extend_from_slice(&columns[0].value);
            out.state.extend_from_slice(&columns[0].state);
            run.reuse(columns);
            at = to;
        }
    };
    let (mut ours, mut hand) = (Scored::default(), Scored::default());
    engine(&mut ours);
    by_hand(&answers, &mut hand);
    assert!(ours.lowest == hand.lowest && ours.highest == hand.highest && ours.state == hand.state);
    assert!(ours.band.iter().zip(&hand.band).zip(&hand.state).all(|((a, b), state)| *state != 0 || a == b));
    let mut group = c.benchmark_group("instrument");
    group.throughput(Throughput::Elements(ROWS as u64)).sample_size(20);
    group.bench_function("score, bounds and band of twenty items", |b| {
        b.iter(|| {
            engine(&mut ours);
            black_box(&ours);
        });
    });
    group.bench_function("by hand, row by row", |b| {
        b.iter(|| {
            by_hand(&answers, &mut hand);
            black_box(&hand);
        });
    });
    group.finish();
}

criterion_group!(benches, instrument);
criterion_main!(benches);
