//! Row against batch: generated rule files over generated data, and both evaluators must say the same of every
//! category and every named expression: values, states, reasons, what is possible, what is missing, and errors.
//!
//! `ASSIZE_PROGRAMS` is how many programs are run (10,000 unless set); `ASSIZE_SEED` runs one seed and shows it.

#![expect(
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may stop at a broken assumption, say what it found, and be told its seed"
)]

mod data;
mod fill;
mod random;
mod reach;
mod rules;
mod tables;

use assize_eval::batch::{self, ChildIndex, Detail, Frame, Link, Plan, Request, Run};
use assize_eval::outcome::{Chosen, OutcomeRow};
use assize_eval::row::{Cell, Inputs, Session};
use assize_lang::ast::{Decl, Grid, GridCell};
use assize_lang::diagnostic::{Diagnostic, Severity};
use assize_lang::source::{FileId, Source, SourceMap, Span};
use assize_model::absence::{Absence, Fault};
use assize_model::bounds::CodeSet;
use assize_model::civil::Date;
use assize_model::column::Table;
use assize_model::ids::{CategoryId, Code, NodeId, RecordId};
use assize_model::node::RUN;
use assize_model::program::{FieldKind, Hit, Otherwise, Program, State};
use assize_model::ty::Ty;
use assize_model::value::Value;
use data::Shape;
use fill::Tables;
use random::Random;
use std::sync::Arc;

/// What an expression comes to for one row, as both evaluators can say it.
type Said = Result<Value, Absence>;

/// Names the seed of a run that panics.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("to see this one alone: ASSIZE_SEED={}", self.0);
        }
    }
}

/// A run of one seed: how many outcomes were compared, or why its rules do not check.
fn compare(seed: u64) -> Result<usize, String> {
    let _named = Seed(seed);
    let mut random = Random::new(seed);
    let text = rules::rules(&mut random).text;
    let program = Arc::new(compile(&text)?);
    let shape = shape(&mut random);
    let parents = shape.rows;
    let kids = Shape { rows: random.below(parents * 2 + 2), ..shape };
    let parts = Shape { rows: random.below(kids.rows * 2 + 2), ..shape };
    let tables = [
        data::table(&mut random, &program, RecordId(0), shape, 0),
        data::table(&mut random, &program, RecordId(1), kids, parents),
        data::table(&mut random, &program, RecordId(2), parts, kids.rows),
    ];
    let as_of = random.one(&[(2024, 2, 29), (2024, 12, 31), (2025, 2, 28), (2024, 6, 1)]);
    let as_of = Date::from_ymd(as_of.0, as_of.1, as_of.2).expect("a date");
    let mut compared = 0;
    for record in [RecordId(0), RecordId(1)] {
        compared += compare_record(seed, &text, &program, &tables, record, as_of);
    }
    Ok(compared)
}

/// The rows of the look-up, as a file would have them.
fn look() -> Grid {
    let row = |cells: &str| -> Vec<GridCell> {
        let span = Span::new(FileId(0), 0, 0);
        cells.split(',').map(|cell| GridCell { text: cell.to_owned(), span }).collect()
    };
    let rows = ["red,-3,5", "red,2,7", "red,12,", "green,0,9223372036854775807", "green,3,-2", "blue,1,0"];
    Grid { headings: row("kind,since,look"), rows: rows.map(row).into() }
}

fn shape(random: &mut Random) -> Shape {
    let rows = match random.below(40) {
        0 => 0,
        1 => 64,
        2 => 65,
        3 => 63,
        4 => 130,
        _ => 1 + random.below(12),
    };
    Shape { rows, missing: random.one(&[0, 10, 25, 60]), unreadable: random.one(&[0, 0, 10, 40]) }
}

fn compile(text: &str) -> Result<Program, String> {
    let mut sources = SourceMap::default();
    let source = Source::new("generated.assize", text);
    let (mut file, mut diagnostics) = assize_lang::parse(FileId(0), &source);
    sources.add(source);
    for decl in &mut file.decls {
        if let Decl::Lookup(lookup) = decl {
            lookup.content = Some(look());
        }
    }
    let error = |diagnostics: &[Diagnostic]| {
        let first = diagnostics.iter().find(|of| of.severity == Severity::Error);
        first.map(|of| {
            let at = of.primary.as_ref().map_or(0, |label| label.span.start as usize);
            format!("{} {} at `{}`", of.code.0, of.message, text.get(at..).unwrap_or("").lines().next().unwrap_or(""))
        })
    };
    if let Some(error) = error(&diagnostics) {
        return Err(error);
    }
    let (program, found) = assize_compile::compile(&[file], &sources);
    diagnostics.extend(found);
    if let Some(program) = &program {
        assize_model::verify::verify(program).expect("a program that compiles is well formed");
    }
    program.ok_or_else(|| error(&diagnostics).unwrap_or_default())
}

fn compare_record(
    seed: u64,
    text: &str,
    program: &Arc<Program>,
    tables: &[Table],
    record: RecordId,
    as_of: Date,
) -> usize {
    let categories: Vec<CategoryId> = (0..program.categories.len())
        .map(CategoryId::from_index)
        .filter(|&id| program.category(id).is_some_and(|category| category.record == record))
        .collect();
    // Every expression of the record, so that a difference shows where it begins.
    let root = program.record(record).expect("the record is there").root;
    let nodes: Vec<NodeId> = (0..program.nodes.len())
        .map(NodeId::from_index)
        .filter(|&id| program.node(id).is_some_and(|node| node.scope == root || node.scope == RUN))
        .collect();
    let table = &tables[record.index()];
    let (by_row, values_by_row) = by_row(program, tables, record, as_of, &categories, &nodes);
    let (by_batch, values_by_batch) = by_batch(program, tables, record, as_of, &categories, &nodes);
    let show = |what: &str, row: usize| {
        format!(
            "seed {seed}, {what}, row {row}\n{text}\nas of {as_of}\n{}\ndata of the row: {:#?}",
            assize_model::dump::dump(program),
            table.columns.iter().flatten().map(|column| column.len()).collect::<Vec<_>>(),
        )
    };
    for (at, node) in nodes.iter().enumerate() {
        for row in 0..table.rows {
            let (row_says, batch_says) = (&values_by_row[at][row], &values_by_batch[at][row]);
            assert!(
                row_says == batch_says,
                "{}\n row:   {row_says:?}\n batch: {batch_says:?}",
                show(&format!("expression %{}", node.0), row)
            );
        }
    }
    for (at, &id) in categories.iter().enumerate() {
        let name = &program.category(id).expect("asked for").heading.name;
        for row in 0..table.rows {
            let (row_says, batch_says) = (&by_row[at][row], &by_batch[at][row]);
            assert!(
                row_says == batch_says,
                "{}\n row:   {row_says:?}\n batch: {batch_says:?}",
                show(&format!("category {name}"), row)
            );
        }
    }
    for (at, &id) in categories.iter().enumerate() {
        for row in 0..table.rows {
            let said = |node: NodeId| nodes.iter().position(|&of| of == node).map(|at| &values_by_row[at][row]);
            if let Some(plain) = plainly(program, id, said) {
                let outcome = &by_row[at][row];
                let says = (outcome.value, outcome.state, outcome.because.clone());
                // A record with a fault is in error whatever its rows say.
                let bad = outcome.error.and_then(Absence::fault).is_some_and(|(fault, _)| fault == Fault::Data);
                let name = &program.category(id).expect("asked for").heading.name;
                assert!(bad || says == plain, "{}\n engine: {says:?}\n plainly: {plain:?}", show(name, row));
            }
        }
    }
    (categories.len() + nodes.len()) * table.rows
}

/// What a category comes to by its criteria one by one, without any index: value, state and reasons.
fn plainly<'s>(
    program: &Program,
    id: CategoryId,
    said: impl Fn(NodeId) -> Option<&'s Said>,
) -> Option<(Chosen, State, Vec<u16>)> {
    let category = program.category(id)?;
    let decision = program.decision(category.decision)?;
    if decision.applies.is_some() {
        return None;
    }
    let stops = matches!(category.hit, Hit::First | Hit::Highest);
    let (mut at, mut error, mut unknown, mut stopped) = (0, false, false, false);
    let (mut held, mut because, mut doubts) = (Vec::new(), Vec::new(), CodeSet::EMPTY);
    for case in &category.cases {
        let (mut yes, mut wrong, mut open) = (Vec::new(), false, false);
        for _ in &case.criteria {
            match said(decision.criteria[at])? {
                Ok(Value::Boolean(true)) => yes.push(at as u16),
                Err(absence) if absence.is_error() => wrong = true,
                Err(_) => open = true,
                _ => {}
            }
            at += 1;
        }
        if stopped {
            continue;
        }
        if !yes.is_empty() {
            held.push(case.code);
            because.extend(yes);
            stopped = stops;
        } else if wrong {
            error = true;
            stopped = stops;
        } else if open {
            unknown = true;
            doubts = doubts.with(case.code);
        }
    }
    let failed = Some((Chosen::Nothing, State::Error, Vec::new()));
    if error {
        return failed;
    }
    if category.hit == Hit::Unique && held.len() > 1 {
        // A conflict names everything that is true.
        return Some((Chosen::Nothing, State::Error, because));
    }
    let Some(&code) = held.last() else {
        if unknown {
            return Some((Chosen::Nothing, State::Undetermined, Vec::new()));
        }
        let value = match category.otherwise {
            Otherwise::Error(_) => return failed,
            Otherwise::Code(code) if category.hit == Hit::All => Chosen::Many(CodeSet::of(code)),
            Otherwise::None if category.hit == Hit::All => Chosen::Many(CodeSet::EMPTY),
            Otherwise::Code(code) => Chosen::One(code),
            Otherwise::None => Chosen::One(Code::NONE),
        };
        return Some((value, State::Decided, Vec::new()));
    };
    let value = match category.hit {
        Hit::All => Chosen::Many(held.iter().fold(CodeSet::EMPTY, |set, &code| set.with(code))),
        _ => Chosen::One(code),
    };
    let changes = if stops { doubts.iter().any(|other| other != code) } else { unknown };
    Some((value, if changes { State::Provisional } else { State::Decided }, because))
}

fn by_row(
    program: &Arc<Program>,
    tables: &[Table],
    record: RecordId,
    as_of: Date,
    categories: &[CategoryId],
    nodes: &[NodeId],
) -> (Vec<Vec<OutcomeRow>>, Vec<Vec<Said>>) {
    let plan = Arc::new(assize_eval::row::Plan::new(Arc::clone(program)).expect("a program that compiles has a plan"));
    let mut session = Session::new(plan, &Inputs::new(program, as_of));
    let filler = Tables { program, tables };
    let mut outcomes = vec![Vec::new(); categories.len()];
    let mut lets = vec![Vec::new(); nodes.len()];
    for row in 0..tables[record.index()].rows {
        filler.fill(&mut session, record, row);
        for (&id, outcomes) in categories.iter().zip(&mut outcomes) {
            outcomes.push(session.evaluate(id).expect("a category of the record").row());
        }
        for (&node, lets) in nodes.iter().zip(&mut lets) {
            let ty = program.node(node).expect("a let has a node").ty;
            let cell = session.value_of(node).expect("an expression of the record");
            lets.push(match cell {
                Cell::Absent(absence) => Err(absence),
                Cell::Between { .. } | Cell::DecimalBetween(_) | Cell::OneOf(_) => Err(Absence::UNKNOWN),
                // No code is no value of its list, and an outcome all the same.
                Cell::Code(code) => match ty {
                    Ty::Code(list) => Ok(Value::Code(list, code)),
                    _ => panic!("a code where a {ty:?} is expected"),
                },
                known => Ok(session.value(known, ty).expect("a known cell has a value")),
            });
        }
    }
    (outcomes, lets)
}

fn by_batch(
    program: &Program,
    tables: &[Table],
    record: RecordId,
    as_of: Date,
    categories: &[CategoryId],
    nodes: &[NodeId],
) -> (Vec<Vec<OutcomeRow>>, Vec<Vec<Said>>) {
    let request =
        Request { categories: categories.iter().map(|&id| (id, Detail::Reasons)).collect(), nodes: nodes.to_vec() };
    let plan = Plan::new(program, record, &request).expect("the request fits the program");
    let params = Inputs::new(program, as_of).params().to_vec();
    let mut run = Run::new(program, &plan, &batch::Inputs { as_of, params }).expect("the inputs fit");
    let mut lets: Vec<Vec<Said>> = vec![Vec::new(); nodes.len()];
    let mut columns = None;
    with_links(program, tables, record, 0, &mut |links| {
        let frame = Frame::new(&tables[record.index()], links);
        let done = run
            .batch_with(&frame, &mut |chunk| {
                for ((lane, lets), &node) in chunk.lanes.iter().zip(&mut lets).zip(nodes) {
                    let ty = program.node(node).expect("a let has a node").ty;
                    for row in 0..chunk.rows {
                        lets.push(lane.value(row).map(|value| value.to_value(ty).expect("a value of the let's type")));
                    }
                }
            })
            .expect("the tables fit");
        columns = Some(done);
    });
    let columns = columns.expect("the batch was run");
    let rows = tables[record.index()].rows;
    let outcomes = columns.iter().map(|columns| (0..rows).map(|row| columns.outcome_row(row)).collect()).collect();
    (outcomes, lets)
}

/// Hands `f` the links of all `many` fields of a record, nested ones included.
fn with_links(program: &Program, tables: &[Table], record: RecordId, depth: usize, f: &mut dyn FnMut(&[Link<'_>])) {
    let declared = program.record(record).expect("the record is there");
    let manys: Vec<(usize, RecordId, _)> = declared
        .fields
        .iter()
        .enumerate()
        .filter_map(|(at, field)| match field.kind {
            FieldKind::Many { record, by } if depth < 3 => Some((at, record, by)),
            _ => None,
        })
        .collect();
    let table = &tables[record.index()];
    let mut grouped = Vec::new();
    for &(_, child, by) in &manys {
        let children = &tables[child.index()];
        let by = children.column(by).expect("generated tables have their by columns");
        let key = declared.key.and_then(|key| table.column(key)).expect("and their keys");
        let index = ChildIndex::new(by, children.rows).expect("keys are texts");
        let families = index.find(key, 0..table.rows).expect("and texts");
        grouped.push((index, families));
    }
    step(program, tables, &manys, &grouped, depth, Vec::new(), f);
}

type Many = (usize, RecordId, assize_model::ids::FieldId);

fn step(
    program: &Program,
    tables: &[Table],
    manys: &[Many],
    grouped: &[(ChildIndex, batch::Families)],
    depth: usize,
    done: Vec<Link<'_>>,
    f: &mut dyn FnMut(&[Link<'_>]),
) {
    let at = done.len();
    let Some(&(field, child, _)) = manys.get(at) else { return f(&done) };
    with_links(program, tables, child, depth + 1, &mut |nested| {
        let (index, families) = &grouped[at];
        let mut links: Vec<Link<'_>> = done.clone();
        links.push(Link {
            field: assize_model::ids::FieldId::from_index(field),
            table: &tables[child.index()],
            spans: families.spans(index),
            order: None,
            links: nested,
        });
        step(program, tables, manys, grouped, depth, links, f);
    });
}

#[test]
fn row_and_batch_say_the_same() {
    if let Some(seed) = std::env::var_os("ASSIZE_SEED").and_then(|seed| seed.to_str()?.parse().ok()) {
        println!("compared {:?}", compare(seed));
        return;
    }
    let wanted = std::env::var_os("ASSIZE_PROGRAMS").and_then(|programs| programs.to_str()?.parse().ok());
    let wanted: u64 = wanted.unwrap_or(10_000);
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    // Seeds are dealt out by their remainder, so that each thread's share is the same on every run.
    let (programs, outcomes) = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|thread| {
                scope.spawn(move || {
                    let share = wanted.div_ceil(threads);
                    let (mut programs, mut outcomes, mut refused, mut seed) = (0, 0, 0, thread);
                    while programs < share {
                        match compare(seed) {
                            Ok(compared) => {
                                programs += 1;
                                outcomes += compared;
                            }
                            Err(error) => {
                                refused += 1;
                                assert!(refused < 20 * (programs + 10), "hardly any rules check, seed {seed}: {error}");
                            }
                        }
                        seed += threads;
                    }
                    (programs, outcomes)
                })
            })
            .collect();
        workers.into_iter().fold((0, 0), |(programs, outcomes), worker| {
            let (more_programs, more_outcomes) = worker.join().expect("no worker fails");
            (programs + more_programs, outcomes + more_outcomes)
        })
    });
    println!("{programs} programs, {outcomes} outcomes compared");
    assert!(programs >= wanted && outcomes > wanted as usize);
}
