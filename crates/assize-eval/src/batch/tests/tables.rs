//! Tables that are not what the program reads are refused, whatever is wrong with them.

use super::aggregates::{MANY, inputs};
use super::make::{LIST, Make, integers};
use crate::batch::{BatchError, Detail, Frame, Inputs, Link, Plan, PlanError, Request, Run, Spans};
use assize_model::column::{Column, Table};
use assize_model::ids::{CategoryId, FieldId, NodeId, ParamId, RecordId};
use assize_model::node::{AggregateKind, Comparison, Op};
use assize_model::program::{FieldKind, Hit, Otherwise, Param, Place};
use assize_model::ty::Ty;
use assize_model::value::Value;

fn program() -> (Make, CategoryId) {
    let number = FieldKind::Value(Ty::Integer);
    let mut make = Make::new(&[("P", &[("n", number), ("children", MANY)]), ("C", &[("m", number)])]);
    let root = make.scope;
    let n = make.field(0);
    let child = make.builder.child(root, FieldId(1), RecordId(1));
    make.scope = child;
    let m = make.field(0);
    make.scope = root;
    let sum = make.node(
        Op::Aggregate { kind: AggregateKind::Sum, scope: child, value: Some(m), order: None, filter: None },
        Ty::Integer,
    );
    let more = make.compare(Comparison::Gt, sum, n);
    let category = make.category(Hit::First, Otherwise::None, None, &[(1, &[more])]);
    (make, category)
}

fn parents(rows: usize, columns: Vec<Option<Column>>) -> Table {
    Table { record: RecordId(0), rows, columns, bad: vec![] }
}

#[test]
fn wrong_tables_are_errors() {
    let (make, category) = program();
    let request = Request { categories: vec![(category, Detail::Reasons)], nodes: vec![] };
    let plan = Plan::new(make.program(), RecordId(0), &request).unwrap();
    assert_eq!(plan.children(), [vec![FieldId(1)]]);
    let mut run = Run::new(make.program(), &plan, &inputs()).unwrap();
    let good = parents(3, vec![Some(integers(vec![1, 2, 3])), None]);
    let children = Table { record: RecordId(1), rows: 2, columns: vec![Some(integers(vec![5, 6]))], bad: vec![] };
    let link = |table, spans, order| [Link { field: FieldId(1), table, spans, order, links: &[] }];
    let right = Spans::Offsets(&[0, 1, 1, 2]);
    let ok = run.batch(&Frame::new(&good, &link(&children, right, None))).unwrap();
    assert_eq!(ok[0].value, [1, assize_model::lane::NO_CODE, 1]);

    let mut fails = |frame: Frame<'_>| run.batch(&frame).unwrap_err();
    let no_children = BatchError::NoChildren(RecordId(0), FieldId(1));
    let spans = BatchError::Spans(RecordId(0), FieldId(1));
    let column = BatchError::Column(RecordId(0), FieldId(0));
    assert_eq!(fails(Frame::new(&good, &[])), no_children);
    assert_eq!(fails(Frame::new(&children, &[])), BatchError::OtherRecord(RecordId(1)));
    assert_eq!(fails(Frame::new(&good, &link(&good, right, None))), BatchError::OtherRecord(RecordId(0)));
    for wrong in [
        Spans::Offsets(&[0, 1, 1]),
        Spans::Offsets(&[]),
        Spans::Offsets(&[0, 2, 1, 2]),
        Spans::Offsets(&[0, 1, 1, 3]),
        Spans::Pairs { starts: &[0, 0, 0], ends: &[1, 1] },
        Spans::Pairs { starts: &[0, 2, 0], ends: &[1, 1, 1] },
        Spans::Pairs { starts: &[0, 1, u32::MAX], ends: &[1, 1, u32::MAX] },
    ] {
        assert_eq!(fails(Frame::new(&good, &link(&children, wrong, None))), spans);
    }
    assert_eq!(fails(Frame::new(&good, &link(&children, right, Some(&[0, 2])))), spans);
    assert_eq!(fails(Frame::new(&good, &link(&children, right, Some(&[0])))), spans);
    let links = link(&children, right, None);
    let short = parents(3, vec![Some(integers(vec![1, 2])), None]);
    assert_eq!(fails(Frame::new(&short, &links)), column);
    let flags = Column {
        values: assize_model::column::Values::Boolean([true; 3].into_iter().collect()),
        known: None,
        absent: vec![],
    };
    assert_eq!(fails(Frame::new(&parents(3, vec![Some(flags), None]), &links)), column);
    let unknown = Column { known: Some([true].into_iter().collect()), ..integers(vec![1, 2, 3]) };
    assert_eq!(fails(Frame::new(&parents(3, vec![Some(unknown), None]), &links)), column);
    assert_eq!(fails(Frame { rows: 1..4, ..Frame::new(&good, &links) }), BatchError::TooLarge);
    // A table without any columns has no value in any row.
    let empty = parents(3, vec![]);
    let out = run.batch(&Frame::new(&empty, &links)).unwrap();
    assert_eq!(out[0].state, [2, 2, 2]);
    let names: Vec<String> =
        out[0].outcome_row(0).missing.iter().map(|path| path.name(make.program(), RecordId(0))).collect();
    assert_eq!(names, ["n"]);
}

#[test]
fn wrong_requests_and_inputs_are_errors() {
    let (mut make, category) = program();
    let fails = |make: &Make, record, request: &Request| Plan::new(make.program(), record, request).unwrap_err();
    let of = |categories, nodes| Request { categories, nodes };
    let states = |category| vec![(category, Detail::States)];
    assert_eq!(fails(&make, RecordId(9), &of(vec![], vec![])), PlanError::Malformed);
    assert_eq!(fails(&make, RecordId(0), &of(states(CategoryId(3)), vec![])), PlanError::Malformed);
    assert_eq!(fails(&make, RecordId(1), &of(states(category), vec![])), PlanError::OtherRecord);
    assert_eq!(fails(&make, RecordId(0), &of(vec![], vec![NodeId(1)])), PlanError::OtherRecord);
    assert_eq!(fails(&make, RecordId(0), &of(vec![], vec![NodeId(99)])), PlanError::Malformed);

    let plan = Plan::new(make.program(), RecordId(0), &of(states(category), vec![])).unwrap();
    make.builder.program.params.push(Param {
        heading: super::make::heading("p"),
        ty: Ty::Integer,
        default: Value::Integer(1),
        dated: Vec::new(),
        within: None,
        place: Place::NOWHERE,
    });
    let run = |make: &Make, params| Run::new(make.program(), &plan, &Inputs { params, ..inputs() }).map(|_| ());
    assert_eq!(run(&make, vec![]), Err(BatchError::Parameter(ParamId(0))));
    assert_eq!(run(&make, vec![Value::Boolean(true)]), Err(BatchError::Parameter(ParamId(0))));
    assert_eq!(run(&make, vec![Value::Integer(3)]), Ok(()));
    make.constant(Value::Code(LIST, assize_model::ids::Code(0)));
    assert_eq!(run(&make, vec![Value::Integer(3)]), Err(BatchError::OtherProgram));
}

#[test]
fn children_cannot_nest_without_end() {
    let many = FieldKind::Many { record: RecordId(0), by: FieldId(0) };
    let mut make = Make::new(&[("R", &[("n", FieldKind::Value(Ty::Integer)), ("more", many)])]);
    let root = make.scope;
    let mut scopes = vec![root];
    for _ in 0..40 {
        scopes.push(make.builder.child(*scopes.last().unwrap(), FieldId(1), RecordId(0)));
    }
    let mut last = None;
    for pair in scopes.windows(2).rev() {
        make.scope = pair[0];
        let kind = if last.is_some() { AggregateKind::Sum } else { AggregateKind::Count };
        let op = Op::Aggregate { kind, scope: pair[1], value: last, order: None, filter: None };
        last = Some(make.node(op, Ty::Integer));
    }
    let request = Request { categories: vec![], nodes: last.into_iter().collect() };
    assert_eq!(Plan::new(make.program(), RecordId(0), &request).unwrap_err(), PlanError::TooDeep);
}
