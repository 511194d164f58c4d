//! Aggregates: whole families on slices against the same families child by child, and what each comes to where some of
//! it is not known.

use super::make::{LIST, Make, Random, booleans, integers, table};
use crate::batch::bits::CHUNK;
use crate::batch::{Detail, Frame, Inputs, Link, Plan, Request, Run, Spans};
use assize_model::absence::{Absence, Fault, Reason};
use assize_model::civil::Date;
use assize_model::column::{Column, Table, Values};
use assize_model::ids::{Code, FieldId, NodeId, RecordId};
use assize_model::lane::{Chunk, LaneValue};
use assize_model::node::{AggregateKind, Comparison, Op};
use assize_model::program::{FieldKind, Hit, Otherwise, Program};
use assize_model::ty::Ty;
use assize_model::value::Value;

pub const MANY: FieldKind = FieldKind::Many { record: RecordId(1), by: FieldId(0) };

pub fn inputs() -> Inputs {
    Inputs { as_of: Date::clamped(20_000), params: vec![] }
}

/// What nodes come to, a list a node.
pub fn evaluate(program: &Program, frame: &Frame<'_>, nodes: &[NodeId]) -> Vec<Vec<Result<Value, Absence>>> {
    let request = Request { categories: vec![], nodes: nodes.to_vec() };
    let plan = Plan::new(program, RecordId(0), &request).unwrap();
    let mut out = vec![Vec::new(); nodes.len()];
    let mut sink = |chunk: &Chunk<'_>| {
        for ((lane, out), node) in chunk.lanes.iter().zip(&mut out).zip(nodes) {
            for row in 0..chunk.rows {
                let ty = program.nodes[node.index()].ty;
                out.push(lane.value(row).map(|value| match value {
                    LaneValue::Code(Code::NONE) => Value::Text("none".into()),
                    value => value.to_value(ty).unwrap(),
                }));
            }
        }
    };
    Run::new(program, &plan, &inputs()).unwrap().batch_with(frame, &mut sink).unwrap();
    out
}

const FIELDS: [(&str, FieldKind); 9] = [
    ("flag", FieldKind::Value(Ty::Boolean)),
    ("whole", FieldKind::Value(Ty::Integer)),
    ("amount", FieldKind::Value(Ty::Decimal)),
    ("on", FieldKind::Value(Ty::Date)),
    ("at", FieldKind::Value(Ty::DateTime)),
    ("code", FieldKind::Value(Ty::Code(LIST))),
    ("name", FieldKind::Value(Ty::Text)),
    ("range", FieldKind::Range(Ty::Integer)),
    ("about", FieldKind::Range(Ty::Decimal)),
];

/// Every aggregate over every field that it takes, with and without a filter.
fn every_aggregate() -> (Make, Vec<NodeId>) {
    let mut make = Make::new(&[("P", &[("children", MANY)]), ("C", &FIELDS)]);
    let root = make.scope;
    let child = make.builder.child(root, FieldId(0), RecordId(1));
    make.scope = child;
    let fields: Vec<NodeId> = (0..FIELDS.len()).map(|at| make.field(at)).collect();
    make.scope = root;
    let mut nodes = Vec::new();
    use AggregateKind::*;
    for filter in [None, Some(fields[0])] {
        let mut put = |kind, value: Option<NodeId>, order, ty| {
            nodes.push(make.node(Op::Aggregate { kind, scope: child, value, order, filter }, ty));
        };
        put(Count, None, None, Ty::Integer);
        put(Any, None, None, Ty::Boolean);
        put(All, None, None, Ty::Boolean);
        for (value, (_, kind)) in fields.iter().zip(FIELDS) {
            let (FieldKind::Value(ty) | FieldKind::Range(ty)) = kind else { continue };
            if ty.is_number() {
                put(Sum, Some(*value), None, ty);
                put(Mean, Some(*value), None, Ty::Decimal);
            }
            if !matches!(ty, Ty::Boolean | Ty::Text) {
                put(Min, Some(*value), None, ty);
                put(Max, Some(*value), None, ty);
            }
            put(Distinct, Some(*value), None, Ty::Integer);
            for order in [fields[3], fields[4]] {
                put(Latest, Some(*value), Some(order), ty);
                put(Earliest, Some(*value), Some(order), ty);
            }
        }
    }
    (make, nodes)
}

#[test]
fn families_at_once_and_child_by_child_agree() {
    let (make, nodes) = every_aggregate();
    let program = make.program();
    let mut random = Random(8);
    let sizes = [0, 1, 5, 0, 0, 63, 64, 65, 10, 10, CHUNK - 1, CHUNK, CHUNK + 1, 3, 3 * CHUNK + 17, 0, 7, 1];
    for missing in [4, 300, usize::MAX] {
        let mut offsets = vec![0_u32];
        for at in 0..sizes.len() * 40 {
            // The large families once, small ones between them.
            let size = if at < sizes.len() { sizes[at] } else { random.below(12) };
            offsets.push(offsets[at] + size as u32);
        }
        let parents = Table { record: RecordId(0), rows: offsets.len() - 1, columns: vec![None], bad: vec![] };
        let rows = *offsets.last().unwrap() as usize;
        let children = table(&mut random, program, RecordId(1), rows, missing);
        let link = |spans, order| Link { field: FieldId(0), table: &children, spans, order, links: &[] };
        let at_once = evaluate(program, &Frame::new(&parents, &[link(Spans::Offsets(&offsets), None)]), &nodes);
        // The same children, but named one by one.
        let order: Vec<u32> = (0..rows as u32).collect();
        let gathered =
            evaluate(program, &Frame::new(&parents, &[link(Spans::Offsets(&offsets), Some(&order))]), &nodes);
        assert_eq!(at_once, gathered);
        let naive = naive(&make, &nodes, &children, &offsets);
        for (at, node) in nodes.iter().enumerate() {
            for parent in 0..parents.rows {
                let op = &program.nodes[node.index()].op;
                assert_eq!(at_once[at][parent], naive[at][parent], "parent {parent} of {op:?}");
            }
        }
    }
}

/// The same over the children's cells one by one.
fn naive(make: &Make, nodes: &[NodeId], children: &Table, offsets: &[u32]) -> Vec<Vec<Result<Value, Absence>>> {
    use crate::batch::aggregate::by_child;
    use crate::batch::cell::Cell;
    use crate::batch::load::{Rows, load};
    use crate::batch::reg::Reg;
    let program = make.program();
    let all: Vec<u32> = (0..children.rows as u32).collect();
    // The cells of each field of the children.
    let cells = |node: NodeId| -> Vec<Cell<'static>> {
        let of = &program.nodes[node.index()];
        let Op::Field(field) = of.op else { panic!("not a field") };
        let mut cells = Vec::new();
        for rows in all.chunks(CHUNK) {
            let mut reg = Reg::default();
            load(children.column(field), node, of.ty, &Rows::List(rows.to_vec()), rows.len(), &mut reg);
            cells.extend((0..rows.len()).map(|lane| reg.cell(lane).owned()));
        }
        cells
    };
    let by_node = nodes.iter().map(|&id| {
        let node = &program.nodes[id.index()];
        let Op::Aggregate { kind, value, order, filter, .. } = node.op else { panic!("not an aggregate") };
        let [filter, value, order] = [filter, value, order].map(|node| node.map(cells));
        let families = offsets.iter().zip(&offsets[1..]);
        let each = families.map(|(&from, &to)| {
            let range = from as usize..to as usize;
            let cell = |cells: &Option<Vec<Cell<'static>>>, at: usize| {
                cells.as_ref().map_or(Cell::Boolean(true), |cells| cells[at].clone())
            };
            let children = range.map(|at| (cell(&filter, at), cell(&value, at), cell(&order, at)));
            match by_child(kind, id, node.ty, children) {
                Cell::Absent(absence) => Err(absence),
                cell if cell.is_between() => Err(Absence::UNKNOWN),
                Cell::Boolean(value) => Ok(Value::Boolean(value)),
                Cell::Integer(value) => Ok(Value::Integer(value)),
                Cell::Decimal(value) => Ok(Value::Decimal(value)),
                Cell::Text(value) => Ok(Value::Text(value.as_ref().into())),
                Cell::Date(value) => Ok(Value::Date(value)),
                Cell::DateTime(value) => Ok(Value::DateTime(value)),
                Cell::Code(value) => Ok(Value::Code(LIST, value)),
                other => panic!("{other:?}"),
            }
        });
        each.collect()
    });
    by_node.collect()
}

/// One parent whose children have these flags, numbers and days; what an aggregate of them comes to.
fn one(
    kind: AggregateKind,
    children: &[(Option<bool>, Option<i64>, i32)],
) -> (Result<Value, Absence>, Option<(i64, i64)>) {
    let mut make = Make::new(&[
        ("P", &[("children", MANY)]),
        (
            "C",
            &[
                ("flag", FieldKind::Value(Ty::Boolean)),
                ("n", FieldKind::Value(Ty::Integer)),
                ("on", FieldKind::Value(Ty::Date)),
            ],
        ),
    ]);
    let root = make.scope;
    let child = make.builder.child(root, FieldId(0), RecordId(1));
    make.scope = child;
    let (flag, n, on) = (make.field(0), make.field(1), make.field(2));
    make.scope = root;
    let ty = match kind {
        AggregateKind::Any | AggregateKind::All => Ty::Boolean,
        AggregateKind::Mean => Ty::Decimal,
        _ => Ty::Integer,
    };
    let aggregate =
        make.node(Op::Aggregate { kind, scope: child, value: Some(n), order: Some(on), filter: Some(flag) }, ty);
    // Bounds show in comparisons: the least and the most that it could be.
    let reach = -9..30_i64;
    let mut nodes = vec![aggregate];
    if ty == Ty::Integer {
        for at in reach.clone() {
            let at = make.constant(Value::Integer(at));
            nodes.push(make.compare(Comparison::Ge, aggregate, at));
        }
    }
    let table = Table {
        record: RecordId(1),
        rows: children.len(),
        columns: vec![
            Some(booleans(&children.iter().map(|child| child.0).collect::<Vec<_>>())),
            Some(Column {
                known: Some(children.iter().map(|child| child.1.is_some()).collect()),
                ..integers(children.iter().map(|child| child.1.unwrap_or(0)).collect())
            }),
            Some(Column {
                values: Values::Date(children.iter().map(|child| child.2).collect()),
                known: None,
                absent: vec![],
            }),
        ],
        bad: vec![],
    };
    let parents = Table { record: RecordId(0), rows: 1, columns: vec![None], bad: vec![] };
    let offsets = [0, children.len() as u32];
    let link = [Link { field: FieldId(0), table: &table, spans: Spans::Offsets(&offsets), order: None, links: &[] }];
    let out = evaluate(make.program(), &Frame::new(&parents, &link), &nodes);
    let at_least: Vec<_> = out[1..].iter().map(|answers| answers[0].clone()).collect();
    let yes = at_least.iter().filter(|answer| **answer == Ok(Value::Boolean(true))).count();
    let no = at_least.iter().filter(|answer| **answer == Ok(Value::Boolean(false))).count();
    let bounds = (yes + no < at_least.len() && yes > 0 && no > 0)
        .then(|| (reach.start + yes as i64 - 1, reach.start + (at_least.len() - no) as i64 - 1));
    (out[0][0].clone(), bounds)
}

#[test]
fn uncertain_children_leave_bounds() {
    use AggregateKind::*;
    let (yes, no, maybe) = (Some(true), Some(false), None);
    let whole = |value| Ok(Value::Integer(value));
    let unknown = Err(Absence::UNKNOWN);
    let between = |lo, hi| (Err(Absence::UNKNOWN), Some((lo, hi)));
    let children = [(yes, Some(5), 1), (maybe, Some(7), 3), (no, None, 9), (maybe, Some(-2), 2)];
    assert_eq!(one(Count, &children), between(1, 3));
    assert_eq!(one(Sum, &children), between(3, 12));
    assert_eq!(one(Max, &children), between(5, 7));
    assert_eq!(one(Min, &children), between(-2, 5));
    assert_eq!(one(Distinct, &children), between(1, 3));
    assert_eq!(one(Mean, &children).0, unknown);
    assert_eq!(one(Latest, &children).0, unknown);
    assert_eq!(one(Any, &children).0, Ok(Value::Boolean(true)));
    assert_eq!(one(All, &children).0, Ok(Value::Boolean(false)));
    // An uncertain child that comes earlier, or is less, changes nothing.
    let children = [(maybe, Some(3), 1), (yes, Some(5), 1), (maybe, Some(4), 0)];
    assert_eq!(one(Latest, &children).0, whole(5));
    assert_eq!(one(Max, &children).0, whole(5));
    assert_eq!(one(Earliest, &children).0, unknown);
    // Of several on one day, latest takes the last and earliest the first.
    let children = [(yes, Some(1), 4), (yes, Some(2), 4), (no, Some(3), 4)];
    assert_eq!(one(Latest, &children).0, whole(2));
    assert_eq!(one(Earliest, &children).0, whole(1));
    assert_eq!(one(Mean, &children).0, Ok(Value::Decimal("1.5".parse_decimal())));
    // A missing value of a child that is in.
    let children = [(yes, Some(1), 4), (yes, None, 4)];
    assert_eq!(one(Sum, &children).0, unknown);
    assert_eq!(one(Count, &children).0, whole(2));
    assert_eq!(one(Distinct, &children), between(1, 2));
    // Nothing in.
    let children = [(no, Some(1), 4)];
    assert_eq!(one(Sum, &children).0, whole(0));
    for kind in [Min, Max, Mean, Latest, Earliest] {
        assert_eq!(one(kind, &children).0, Err(Absence::missing(Reason::NotApplicable)));
        assert_eq!(one(kind, &[]).0, Err(Absence::NOT_APPLICABLE));
    }
    let overflow = one(Sum, &[(yes, Some(i64::MAX), 1), (yes, Some(1), 1)]).0.unwrap_err();
    assert_eq!(overflow.fault().map(|(fault, _)| fault), Some(Fault::Overflow));
    assert_eq!(one(Sum, &[(yes, Some(i64::MAX), 1), (yes, Some(1), 1), (yes, Some(-1), 2)]).0, whole(i64::MAX));
}

trait ParseDecimal {
    fn parse_decimal(&self) -> assize_model::decimal::Decimal;
}

impl ParseDecimal for str {
    fn parse_decimal(&self) -> assize_model::decimal::Decimal {
        assize_model::decimal::Decimal::parse(self).unwrap()
    }
}

/// A record with children and grandchildren, whose conditions read from all of them.
#[test]
fn children_read_their_parents() {
    let own = [("limit", FieldKind::Value(Ty::Integer)), ("children", MANY)];
    let grand = FieldKind::Many { record: RecordId(2), by: FieldId(0) };
    let number = FieldKind::Value(Ty::Integer);
    let mut make = Make::new(&[("P", &own), ("C", &[("n", number), ("grand", grand)]), ("G", &[("m", number)])]);
    let root = make.scope;
    let limit = make.field(0);
    let child = make.builder.child(root, FieldId(1), RecordId(1));
    let inner = make.builder.child(child, FieldId(1), RecordId(2));
    let count = |make: &mut Make, scope, filter| {
        make.node(Op::Aggregate { kind: AggregateKind::Count, scope, value: None, order: None, filter }, Ty::Integer)
    };
    // All children; then those above the limit that have more grandchildren above that limit than there are children.
    let children = count(&mut make, child, None);
    make.scope = child;
    let (n, up) = (make.field(0), make.node(Op::Parent(limit), Ty::Integer));
    let all = make.node(Op::Parent(children), Ty::Integer);
    make.scope = inner;
    let (m, up_twice) = (make.field(0), make.node(Op::Parent(up), Ty::Integer));
    let above = make.compare(Comparison::Gt, m, up_twice);
    make.scope = child;
    let grandchildren = count(&mut make, inner, Some(above));
    let more = make.compare(Comparison::Gt, grandchildren, all);
    let large = make.compare(Comparison::Gt, n, up);
    let both = make.condition(Op::And([more, large].into()));
    make.scope = root;
    let counted = count(&mut make, child, Some(both));

    let mut random = Random(4);
    let parents = 2 * CHUNK + 30;
    let mut offsets = [vec![0_u32], vec![0_u32]];
    for _ in 0..parents {
        let last = *offsets[0].last().unwrap();
        let size = if random.one_in(900) { CHUNK + 9 } else { random.below(4) };
        offsets[0].push(last + size as u32);
    }
    let rows = *offsets[0].last().unwrap() as usize;
    for _ in 0..rows {
        let last = *offsets[1].last().unwrap();
        offsets[1].push(last + random.below(9) as u32);
    }
    let inner_rows = *offsets[1].last().unwrap() as usize;
    let mut numbers = |rows: usize| (0..rows).map(|_| random.below(10) as i64).collect::<Vec<_>>();
    let (limits, ns, ms) = (numbers(parents), numbers(rows), numbers(inner_rows));
    let table = |record, values: &[i64], more: usize| {
        let mut columns = vec![Some(integers(values.to_vec()))];
        columns.resize(1 + more, None);
        Table { record: RecordId(record), rows: values.len(), columns, bad: vec![] }
    };
    let (p, c, g) = (table(0, &limits, 1), table(1, &ns, 1), table(2, &ms, 0));
    // Grandchildren in no order: each place names its row.
    let order: Vec<u32> = (0..inner_rows as u32).rev().collect();
    let shuffled = table(2, &ms.iter().rev().copied().collect::<Vec<_>>(), 0);
    for (g, order) in [(&g, None), (&shuffled, Some(&order[..]))] {
        let inner = [Link { field: FieldId(1), table: g, spans: Spans::Offsets(&offsets[1]), order, links: &[] }];
        let links =
            [Link { field: FieldId(1), table: &c, spans: Spans::Offsets(&offsets[0]), order: None, links: &inner }];
        let out = evaluate(make.program(), &Frame::new(&p, &links), &[counted]);
        for parent in 0..parents {
            let family = offsets[0][parent] as usize..offsets[0][parent + 1] as usize;
            let expected = family.clone().filter(|&child| {
                let grand = &ms[offsets[1][child] as usize..offsets[1][child + 1] as usize];
                let above = grand.iter().filter(|&&m| m > limits[parent]).count();
                above > family.len() && ns[child] > limits[parent]
            });
            assert_eq!(out[0][parent], Ok(Value::Integer(expected.count() as i64)), "parent {parent}");
        }
    }
}

/// Missing fields of children are named in the order of the condition, whichever window a child is in.
#[test]
fn missing_fields_of_many_children_keep_the_order_of_the_text() {
    let flag = FieldKind::Value(Ty::Boolean);
    let mut make = Make::new(&[("P", &[("own", flag), ("children", MANY)]), ("C", &[("a", flag), ("b", flag)])]);
    let root = make.scope;
    let own = make.field(0);
    let child = make.builder.child(root, FieldId(1), RecordId(1));
    make.scope = child;
    let (a, b, up) = (make.field(0), make.field(1), make.node(Op::Parent(own), Ty::Boolean));
    let both = make.condition(Op::And([a, up, b].into()));
    make.scope = root;
    let any = make.condition(Op::Aggregate {
        kind: AggregateKind::Any,
        scope: child,
        value: None,
        order: None,
        filter: Some(both),
    });
    make.category(Hit::First, Otherwise::None, None, &[(0, &[any])]);
    let program = make.program();
    let request = Request { categories: vec![(assize_model::ids::CategoryId(0), Detail::Reasons)], nodes: vec![] };
    let plan = Plan::new(program, RecordId(0), &request).unwrap();
    let size = 2 * CHUNK + 100;
    // Each family: `b` missing in its first window, `a` only in its last.
    let mut flags = [vec![Some(true); 3 * size], vec![Some(true); 3 * size]];
    for parent in 0..3 {
        flags[0][parent * size..(parent + 1) * size].fill(Some(false));
        flags[0][parent * size] = Some(true);
        flags[1][parent * size] = None;
        flags[0][parent * size + size - 1] = None;
    }
    let children = Table {
        record: RecordId(1),
        rows: 3 * size,
        columns: flags.iter().map(|flags| Some(booleans(flags))).collect(),
        bad: vec![],
    };
    let parents = Table {
        record: RecordId(0),
        rows: 4,
        columns: vec![Some(booleans(&[Some(true), None, Some(true), None])), None],
        bad: vec![],
    };
    let offsets = [0, size as u32, 2 * size as u32, 3 * size as u32, 3 * size as u32];
    let links =
        [Link { field: FieldId(1), table: &children, spans: Spans::Offsets(&offsets), order: None, links: &[] }];
    let out = Run::new(program, &plan, &inputs()).unwrap().batch(&Frame::new(&parents, &links)).unwrap();
    let names = |row| -> Vec<String> {
        out[0].outcome_row(row).missing.iter().map(|path| path.name(program, RecordId(0))).collect()
    };
    assert_eq!(names(0), ["children.a", "children.b"]);
    assert_eq!(names(1), ["children.a", "own", "children.b"]);
    assert_eq!(names(2), ["children.a", "children.b"]);
    assert_eq!(names(3), [""; 0]);
}
