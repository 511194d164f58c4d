//! Categories: every policy against a walk over each row, and what outcomes mean as operands.

use super::SIZES;
use super::aggregates::{evaluate, inputs};
use super::make::{LIST, Make, Random, booleans, integers, table};
use crate::batch::bits::CHUNK;
use crate::batch::{CategoryColumns, Detail, Frame, Plan, Request, Run};
use crate::outcome::{Chosen, OutcomeRow};
use assize_model::absence::{Absence, Fault};
use assize_model::bounds::CodeSet;
use assize_model::column::{Column, Table, Values};
use assize_model::ids::{CategoryId, Code, DecisionId, NodeId, RecordId};
use assize_model::lane::{Chunk, NO_CODE};
use assize_model::node::{Comparison, Op};
use assize_model::program::{FieldKind, Hit, Otherwise, Program, State};
use assize_model::ty::Ty;
use assize_model::value::Value;

/// A condition in one row.
type Truth = Result<bool, Absence>;

fn truth(column: &Column, row: usize, node: NodeId) -> Truth {
    let Values::Boolean(values) = &column.values else { panic!("not a condition") };
    if column.is_known(row) {
        return Ok(values.value(row));
    }
    let absence = column.absence(row);
    Err(if absence.is_error() { Absence::error(Fault::Data, node) } else { absence })
}

fn any_of(items: &[Truth]) -> Truth {
    if items.contains(&Ok(true)) {
        return Ok(true);
    }
    let absences = items.iter().filter_map(|item| item.err());
    absences.reduce(Absence::or).map_or(Ok(false), Err)
}

/// The outcome of one row, by the page: without what is missing.
fn walk(
    hit: Hit,
    otherwise: &Otherwise,
    applies: Option<Truth>,
    cases: &[(u16, Vec<Truth>)],
    node: NodeId,
) -> OutcomeRow {
    let mut row = OutcomeRow {
        value: Chosen::Nothing,
        state: State::Error,
        because: vec![],
        possible: CodeSet::EMPTY,
        missing: vec![],
        error: None,
    };
    let fail =
        |row: OutcomeRow, why| OutcomeRow { state: State::Error, error: Some(why), possible: CodeSet::EMPTY, ..row };
    match applies {
        Some(Ok(false)) => return OutcomeRow { state: State::NotApplicable, ..row },
        Some(Err(why)) if why.is_error() => return fail(row, why),
        _ => {}
    }
    let (mut hits, mut doubts): (Vec<usize>, Vec<usize>) = (vec![], vec![]);
    for (at, (_, criteria)) in cases.iter().enumerate() {
        match any_of(criteria) {
            Ok(true) => {
                hits.push(at);
                if matches!(hit, Hit::First | Hit::Highest) {
                    break;
                }
            }
            Ok(false) => {}
            Err(why) if why.is_error() => return fail(row, why),
            Err(_) => doubts.push(at),
        }
    }
    if hit == Hit::Unique && hits.len() > 1 {
        // Everything that is true in a case that is.
        let mut first = 0;
        for (at, (_, criteria)) in cases.iter().enumerate() {
            let trues = (first..).zip(criteria).filter(|(_, truth)| **truth == Ok(true) && hits.contains(&at));
            row.because.extend(trues.map(|(criterion, _)| criterion));
            first += u16::try_from(criteria.len()).unwrap();
        }
        return fail(row, Absence::error(Fault::Conflict, node));
    }
    let codes = |cases_at: &[usize]| cases_at.iter().fold(CodeSet::EMPTY, |set, &at| set.with(Code(cases[at].0)));
    row.possible = match (hit, hits.is_empty()) {
        (Hit::Unique, false) => codes(&hits),
        _ => codes(&hits).union(codes(&doubts)),
    };
    if hits.is_empty() {
        match otherwise {
            Otherwise::None => row.possible = row.possible.with(Code::NONE),
            Otherwise::Code(code) => row.possible = row.possible.with(*code),
            Otherwise::Error(_) if doubts.is_empty() => return fail(row, Absence::error(Fault::Stated, node)),
            Otherwise::Error(_) => {}
        }
    }
    if matches!(applies, Some(Err(_))) || (hits.is_empty() && !doubts.is_empty()) {
        row.state = State::Undetermined;
        return row;
    }
    let value = match (hits.first(), otherwise) {
        (Some(&at), _) => Some(Code(cases[at].0)),
        (None, Otherwise::Code(code)) => Some(*code),
        _ => None,
    };
    row.value = match hit {
        Hit::All => {
            Chosen::Many(if hits.is_empty() { value.map_or(CodeSet::EMPTY, CodeSet::of) } else { codes(&hits) })
        }
        _ => Chosen::One(value.unwrap_or(Code::NONE)),
    };
    let certain = match hit {
        Hit::First | Hit::Highest => row.possible == value.map_or(CodeSet::of(Code::NONE), CodeSet::of),
        _ => doubts.is_empty(),
    };
    row.state = if certain { State::Decided } else { State::Provisional };
    let mut first = 0;
    for (at, (_, criteria)) in cases.iter().enumerate() {
        if hits.contains(&at) {
            let truths = criteria.iter().zip(first..).filter(|(truth, _)| **truth == Ok(true));
            row.because.extend(truths.map(|(_, number)| number));
        }
        first += criteria.len() as u16;
    }
    row
}

fn run(program: &Program, frame: &Frame<'_>, categories: &[CategoryId], detail: Detail) -> Vec<CategoryColumns> {
    let request =
        Request { categories: categories.iter().map(|&category| (category, detail)).collect(), nodes: vec![] };
    let plan = Plan::new(program, RecordId(0), &request).unwrap();
    Run::new(program, &plan, &inputs()).unwrap().batch(frame).unwrap()
}

#[test]
fn every_policy_agrees_with_a_walk() {
    let fields: Vec<(String, FieldKind)> =
        (0..21).map(|at| (format!("f{at}"), FieldKind::Value(Ty::Boolean))).collect();
    let fields: Vec<(&str, FieldKind)> = fields.iter().map(|(name, kind)| (&**name, *kind)).collect();
    let mut make = Make::new(&[("R", &fields)]);
    let nodes: Vec<NodeId> = (0..21).map(|at| make.field(at)).collect();
    // Few criteria and many: the lists of reasons are written in three ways.
    let layouts: Vec<Vec<(u16, Vec<usize>)>> = vec![
        vec![(4, vec![1])],
        vec![(7, vec![1, 2]), (3, vec![3]), (0, vec![4, 5, 6])],
        vec![(2, vec![1]), (1, vec![2]), (2, vec![3, 4])],
        (0..9).map(|at| (19 - at, vec![1 + at as usize])).collect(),
        (0..19).map(|at| (at, vec![1 + at as usize])).collect(),
    ];
    let mut made = Vec::new();
    for layout in &layouts {
        for hit in [Hit::First, Hit::Highest, Hit::Unique, Hit::All] {
            let repeated = layout.iter().any(|(code, _)| layout.iter().filter(|(other, _)| other == code).count() > 1);
            if repeated && hit != Hit::First {
                continue;
            }
            for otherwise in [Otherwise::None, Otherwise::Code(Code(3)), Otherwise::Error("none of them".into())] {
                for applies in [None, Some(0)] {
                    let cases: Vec<(u16, Vec<NodeId>)> = layout
                        .iter()
                        .map(|(code, fields)| (*code, fields.iter().map(|&field| nodes[field]).collect()))
                        .collect();
                    let cases: Vec<(u16, &[NodeId])> = cases.iter().map(|(code, nodes)| (*code, &nodes[..])).collect();
                    let applies_node = applies.map(|field: usize| nodes[field]);
                    let category = make.category(hit, otherwise.clone(), applies_node, &cases);
                    let outcome = match hit {
                        Hit::All => Ty::Codes(LIST),
                        _ => Ty::Code(LIST),
                    };
                    let node = make.node(Op::Outcome(DecisionId(category.0)), outcome);
                    made.push((category, hit, otherwise.clone(), applies, layout, node));
                }
            }
        }
    }
    let program = make.program();
    let categories: Vec<CategoryId> = made.iter().map(|made| made.0).collect();
    let mut random = Random(12);
    for (at, rows) in SIZES.into_iter().enumerate() {
        let mut table = table(&mut random, program, RecordId(0), rows, [2, 12, 90][at % 3]);
        // Sparse truth, so that walks go far.
        for column in table.columns.iter_mut().flatten() {
            column.values = Values::Boolean((0..rows).map(|_| random.one_in(7)).collect());
            if at % 2 == 0 {
                column.absent.retain(|(_, absence)| !absence.is_error());
            }
        }
        table.bad = (0..rows as u32).filter(|_| random.one_in(50)).collect();
        let frame = Frame::new(&table, &[]);
        let reasons = run(program, &frame, &categories, Detail::Reasons);
        let states = run(program, &frame, &categories, Detail::States);
        for (((_, hit, otherwise, applies, layout, node), columns), plain) in made.iter().zip(&reasons).zip(&states) {
            assert_eq!((&columns.value, &columns.values, &columns.state), (&plain.value, &plain.values, &plain.state));
            assert_eq!(columns.errors, plain.errors);
            assert_eq!(columns.rows(), rows);
            for row in 0..rows {
                let truth = |field: usize| truth(table.columns[field].as_ref().unwrap(), row, nodes[field]);
                let cases: Vec<(u16, Vec<Truth>)> = layout
                    .iter()
                    .map(|(code, fields)| (*code, fields.iter().map(|&field| truth(field)).collect()))
                    .collect();
                let mut expected = walk(*hit, otherwise, applies.map(truth), &cases, *node);
                if table.bad.contains(&(row as u32)) {
                    let error = Absence::error(Fault::Data, *node);
                    expected = walk(*hit, otherwise, Some(Err(error)), &[], *node);
                }
                let mut got = columns.outcome_row(row);
                // Of conditions that are fields, those missing are the unknown ones behind what is possible.
                let missing: Vec<u32> = got.missing.drain(..).map(|path| path.field.0).collect();
                assert_eq!(got, expected, "row {row} of {hit:?} {otherwise:?} {applies:?} {layout:?}");
                let open = matches!(expected.state, State::Provisional | State::Undetermined);
                let mut behind: Vec<u32> =
                    applies.filter(|&field| open && truth(field).is_err()).map(|at| at as u32).into_iter().collect();
                for (at, (_, fields)) in layout.iter().enumerate().filter(|_| open) {
                    let settled = cases[..at].iter().any(|(_, case)| any_of(case) == Ok(true));
                    if any_of(&cases[at].1) != Ok(true) && !(settled && matches!(hit, Hit::First | Hit::Highest)) {
                        let unknown = fields.iter().filter(|&&field| truth(field).is_err()).map(|&field| field as u32);
                        behind.extend(unknown.filter(|field| !behind.contains(field)).collect::<Vec<_>>());
                    }
                }
                assert_eq!(missing, behind, "row {row} of {hit:?} {otherwise:?} {applies:?} {layout:?}");
            }
        }
    }
}

/// A category on two flags, and what other expressions make of its outcome.
#[test]
fn outcomes_are_operands() {
    let flag = FieldKind::Value(Ty::Boolean);
    let mut make = Make::new(&[("R", &[("a", flag), ("b", flag), ("in", flag)])]);
    let (a, b, applies) = (make.field(0), make.field(1), make.field(2));
    // `low` twice: in doubt about both, a row can only be low.
    let category = make.category(Hit::First, Otherwise::Code(Code(0)), Some(applies), &[(2, &[a]), (0, &[b])]);
    let code = Ty::Code(LIST);
    let outcome = make.node(Op::Outcome(DecisionId(0)), code);
    let low = make.constant(Value::Code(LIST, Code(0)));
    let one = make.constant(Value::Code(LIST, Code(1)));
    let nodes = [
        outcome,
        make.compare(Comparison::Ge, outcome, low),
        make.compare(Comparison::Ge, outcome, one),
        make.condition(Op::IsKnown(outcome)),
        make.condition(Op::IsMissing(outcome)),
        make.condition(Op::IsReason(outcome, assize_model::absence::Reason::NotApplicable)),
        make.node(Op::Step { operand: outcome, up: true }, code),
    ];
    let (yes, no) = (Some(true), Some(false));
    let rows = [
        (yes, no, yes),
        (no, None, yes),
        (None, no, yes),
        (None, None, yes),
        (yes, yes, no),
        (yes, no, None),
        (no, no, yes),
    ];
    let column = |at: usize| Some(booleans(&rows.iter().map(|row| [row.0, row.1, row.2][at]).collect::<Vec<_>>()));
    let table =
        Table { record: RecordId(0), rows: rows.len(), columns: vec![column(0), column(1), column(2)], bad: vec![6] };
    let program = make.program();
    let frame = Frame::new(&table, &[]);
    let states = run(program, &frame, &[category], Detail::States);
    let all: Vec<State> = (0..7).map(|row| states[0].state(row)).collect();
    use State::{Decided, Error, NotApplicable, Undetermined};
    assert_eq!(all, [Decided, Undetermined, Undetermined, Undetermined, NotApplicable, Undetermined, Error]);
    let out = evaluate(program, &frame, &nodes);
    let value = |code| Ok(Value::Code(LIST, Code(code)));
    let is = |value| Ok(Value::Boolean(value));
    let unknown = Err(Absence::UNKNOWN);
    let bad = Err(Absence::error(Fault::Data, outcome));
    let not_applicable = Err(Absence::NOT_APPLICABLE);
    let columns = [
        // Undetermined, but with one code left: a value that is not known to be decided.
        [value(2), value(0), unknown.clone(), unknown.clone(), not_applicable.clone(), unknown.clone(), bad.clone()],
        [is(true), is(true), is(true), is(true), not_applicable.clone(), unknown.clone(), bad.clone()],
        [is(true), is(false), unknown.clone(), unknown.clone(), not_applicable.clone(), unknown.clone(), bad.clone()],
        [is(true), is(false), is(false), is(false), is(false), is(false), bad.clone()],
        [is(false), is(true), is(true), is(true), is(true), is(true), bad.clone()],
        [is(false), is(false), is(false), is(false), is(true), is(false), bad.clone()],
        [value(3), value(1), unknown.clone(), unknown.clone(), not_applicable, unknown, bad],
    ];
    for (at, (got, expected)) in out.iter().zip(&columns).enumerate() {
        assert_eq!(got[..], expected[..], "node {at}");
    }
}

/// Chunks are handed out in order, with what was asked for.
#[test]
fn chunks_carry_lanes_and_outcomes() {
    let number = FieldKind::Value(Ty::Integer);
    let mut make = Make::new(&[("R", &[("n", number)])]);
    let n = make.field(0);
    let seven = make.constant(Value::Integer(7));
    let large = make.compare(Comparison::Ge, n, seven);
    let category = make.category(Hit::First, Otherwise::None, None, &[(5, &[large])]);
    let program = make.program();
    let request = Request { categories: vec![(category, Detail::States)], nodes: vec![n, seven, large] };
    let plan = Plan::new(program, RecordId(0), &request).unwrap();
    assert_eq!(plan.record(), RecordId(0));
    let rows = 2 * CHUNK + 5;
    let values: Vec<i64> = (0..rows as i64).map(|at| at % 11).collect();
    let table = Table {
        record: RecordId(0),
        rows,
        columns: vec![Some(integers(values.clone()))],
        bad: vec![3, rows as u32 - 1],
    };
    let mut next = 10;
    let mut run = Run::new(program, &plan, &inputs()).unwrap();
    for _ in 0..2 {
        next = 10;
        let frame = Frame { rows: 10..rows, ..Frame::new(&table, &[]) };
        let mut sink = |chunk: &Chunk<'_>| {
            assert_eq!(chunk.from, next);
            for row in 0..chunk.rows {
                let value = values[chunk.from + row];
                assert_eq!(chunk.lanes[0].value(row), Ok(assize_model::lane::LaneValue::Integer(value)));
                assert_eq!(chunk.lanes[1].value(row), Ok(assize_model::lane::LaneValue::Integer(7)));
                assert_eq!(chunk.lanes[2].value(row), Ok(assize_model::lane::LaneValue::Boolean(value >= 7)));
                let bad = chunk.from + row == rows - 1;
                assert_eq!(assize_model::lane::bit(chunk.bad, row), bad);
                let code = if value >= 7 && !bad { 5 } else { NO_CODE };
                assert_eq!(chunk.outcomes[0].value[row], code);
                assert_eq!(chunk.outcomes[0].state(row), if bad { State::Error } else { State::Decided });
            }
            next += chunk.rows;
        };
        let columns = run.batch_with(&frame, &mut sink).unwrap();
        assert_eq!(columns[0].rows(), rows - 10);
        assert_eq!(columns[0].errors.iter().map(|error| error.0).collect::<Vec<_>>(), [rows as u32 - 11]);
        run.reuse(columns);
    }
    assert_eq!(next, rows);
    // Memory of another request is not taken.
    let request = Request { categories: vec![(category, Detail::Reasons)], nodes: vec![] };
    let reasons = Plan::new(program, RecordId(0), &request).unwrap();
    let mut other = Run::new(program, &reasons, &inputs()).unwrap();
    let frame = Frame::new(&table, &[]);
    let expected = other.batch(&frame).unwrap();
    other.reuse(run.batch(&frame).unwrap());
    assert_eq!(other.batch(&frame).unwrap(), expected);
    other.reuse(expected.clone());
    assert_eq!(other.batch(&frame).unwrap(), expected);
}
