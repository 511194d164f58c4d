//! Every kernel against its operation row by row, at the edges of words and chunks.

use super::make::{LIST, Make, Random, table, value};
use crate::batch::bits::{CHUNK, WORDS, full};
use crate::batch::cell::Cell;
use crate::batch::kernel::{self, Arg, Work};
use crate::batch::load::{Rows, load};
use crate::batch::reg::Reg;
use crate::batch::scalar;
use assize_model::absence::{Absence, Reason};
use assize_model::civil::{Date, Duration, Unit};
use assize_model::column::Table;
use assize_model::decimal::{Decimal, Rounding};
use assize_model::ids::{Code, NodeId, RecordId};
use assize_model::node::{Comparison, DatePart, Op, RUN, Tally};
use assize_model::program::FieldKind;
use assize_model::text::Pattern;
use assize_model::ty::Ty;
use assize_model::value::Value;

const TYPES: [Ty; 11] = [
    Ty::Boolean,
    Ty::Integer,
    Ty::Decimal,
    Ty::Text,
    Ty::Date,
    Ty::Time,
    Ty::DateTime,
    Ty::Duration,
    Ty::Code(LIST),
    Ty::Codes(LIST),
    Ty::Texts,
];
const COMPARISONS: [Comparison; 6] =
    [Comparison::Eq, Comparison::Ne, Comparison::Lt, Comparison::Le, Comparison::Gt, Comparison::Ge];

fn pairs(a: &[NodeId], b: &[NodeId]) -> Vec<(NodeId, NodeId)> {
    a.iter().flat_map(|&a| b.iter().map(move |&b| (a, b))).collect()
}

/// Two fields of each type, and a range of each number; and every operation on them, their constants and each other.
fn every_operation() -> (Make, Vec<NodeId>) {
    let mut fields: Vec<(String, FieldKind)> = Vec::new();
    for ty in TYPES {
        for at in 0..2 {
            fields.push((format!("{ty:?}{at}"), FieldKind::Value(ty)));
        }
    }
    fields.push(("whole".into(), FieldKind::Range(Ty::Integer)));
    fields.push(("range".into(), FieldKind::Range(Ty::Decimal)));
    let fields: Vec<(&str, FieldKind)> = fields.iter().map(|(name, kind)| (&**name, *kind)).collect();
    let mut make = Make::new(&[("R", &fields)]);
    let mut random = Random(5);
    let pattern = make.builder.pattern(Pattern::new("a.*b|^ ").unwrap());
    // Of each type: fields, a constant, and what is derived of them.
    let mut of: Vec<(Ty, Vec<NodeId>)> = Vec::new();
    for (at, ty) in TYPES.into_iter().enumerate() {
        let mut all = vec![make.field(2 * at), make.field(2 * at + 1)];
        all.push(make.constant(value(&mut random, ty)));
        match ty {
            Ty::Integer => {
                all.push(make.field(22));
                all.push(make.constant(Value::Integer(2)));
            }
            Ty::Decimal => {
                all.push(make.field(23));
                all.push(make.constant(Value::Decimal(Decimal::new(12345, 4).unwrap())));
            }
            Ty::Code(_) => all.push(make.node(Op::NoCode, ty)),
            Ty::Duration => {
                all.push(make.constant(Value::Duration(Duration::months(1))));
                all.push(make.constant(Value::Duration(Duration::days(i32::MAX))));
            }
            Ty::Codes(list) => all.push(make.constant(Value::codes(list, vec![Code(1), Code(3), Code(99)]))),
            _ => {}
        }
        of.push((ty, all));
    }
    let all = |of: &[(Ty, Vec<NodeId>)], ty: Ty| of.iter().find(|(other, _)| *other == ty).unwrap().1.clone();
    let mut nodes = Vec::new();
    let mut put = |make: &mut Make, op: Op, ty: Ty| nodes.push(make.node(op, ty));
    for (ty, nodes) in &of {
        let ty = *ty;
        let conditions = all(&of, Ty::Boolean);
        for (a, b) in pairs(nodes, nodes) {
            for op in COMPARISONS {
                let ordered = !matches!(op, Comparison::Eq | Comparison::Ne);
                if !(ordered && matches!(ty, Ty::Boolean | Ty::Codes(_) | Ty::Texts)) {
                    put(&mut make, Op::Compare { op, left: a, right: b }, Ty::Boolean);
                }
            }
            put(&mut make, Op::If { condition: conditions[0], then: a, otherwise: b }, ty);
            put(&mut make, Op::If { condition: conditions[2], then: a, otherwise: b }, ty);
            put(&mut make, Op::FirstKnown([a, b].into()), ty);
        }
        for &a in nodes {
            put(&mut make, Op::IsKnown(a), Ty::Boolean);
            put(&mut make, Op::IsMissing(a), Ty::Boolean);
            put(&mut make, Op::IsReason(a, Reason::Unknown), Ty::Boolean);
            put(&mut make, Op::IsReason(a, Reason::Withheld), Ty::Boolean);
        }
    }
    for ty in [Ty::Integer, Ty::Decimal] {
        for (a, b) in pairs(&all(&of, ty), &all(&of, ty)) {
            put(&mut make, Op::Add(a, b), ty);
            put(&mut make, Op::Sub(a, b), ty);
            put(&mut make, Op::Mul(a, b), ty);
            if ty == Ty::Decimal {
                put(&mut make, Op::Div(a, b), ty);
            }
            put(&mut make, Op::Min([a, b].into()), ty);
            put(&mut make, Op::Max([a, b, a].into()), ty);
        }
        for a in all(&of, ty) {
            put(&mut make, Op::Negate(a), ty);
            put(&mut make, Op::Abs(a), ty);
        }
    }
    let (flags, numbers, decimals) = (all(&of, Ty::Boolean), all(&of, Ty::Integer), all(&of, Ty::Decimal));
    let (texts, dates, durations) = (all(&of, Ty::Text), all(&of, Ty::Date), all(&of, Ty::Duration));
    let (codes, sets, text_sets) = (all(&of, Ty::Code(LIST)), all(&of, Ty::Codes(LIST)), all(&of, Ty::Texts));
    for &a in &flags {
        put(&mut make, Op::Not(a), Ty::Boolean);
        for &b in &flags {
            put(&mut make, Op::And([a, b, flags[1]].into()), Ty::Boolean);
            put(&mut make, Op::Or([flags[1], a, b].into()), Ty::Boolean);
            for kind in [Tally::AtLeast, Tally::AtMost, Tally::Exactly] {
                for n in &numbers {
                    put(&mut make, Op::Tally { kind, n: *n, items: [a, b, flags[0]].into() }, Ty::Boolean);
                }
            }
        }
    }
    let many: Vec<NodeId> = (0..300).map(|at| flags[at % 3]).collect();
    put(&mut make, Op::Tally { kind: Tally::AtLeast, n: numbers[4], items: many.into() }, Ty::Boolean);
    for &a in &decimals {
        put(&mut make, Op::Round { operand: a, places: numbers[4], mode: Rounding::HalfUp }, Ty::Decimal);
    }
    for &a in &numbers {
        put(&mut make, Op::ToDecimal(a), Ty::Decimal);
    }
    for &a in &texts {
        put(&mut make, Op::Lower(a), Ty::Text);
        put(&mut make, Op::Trim(a), Ty::Text);
        put(&mut make, Op::Size(a), Ty::Integer);
        put(&mut make, Op::Matches { operand: a, pattern }, Ty::Boolean);
        for &b in &texts {
            put(&mut make, Op::StartsWith(a, b), Ty::Boolean);
            put(&mut make, Op::EndsWith(a, b), Ty::Boolean);
            put(&mut make, Op::Contains(a, b), Ty::Boolean);
        }
        for &set in &text_sets {
            put(&mut make, Op::In { item: a, set }, Ty::Boolean);
        }
    }
    for &a in &codes {
        put(&mut make, Op::Step { operand: a, up: true }, Ty::Code(LIST));
        put(&mut make, Op::Step { operand: a, up: false }, Ty::Code(LIST));
        for &b in &codes {
            put(&mut make, Op::Highest([a, b].into()), Ty::Code(LIST));
            put(&mut make, Op::Lowest([a, b].into()), Ty::Code(LIST));
            put(&mut make, Op::Min([a, b].into()), Ty::Code(LIST));
            put(&mut make, Op::Max([a, b].into()), Ty::Code(LIST));
        }
        for &set in &sets {
            put(&mut make, Op::In { item: a, set }, Ty::Boolean);
        }
    }
    for &a in &sets {
        put(&mut make, Op::Overlaps(a, sets[0]), Ty::Boolean);
        put(&mut make, Op::Size(a), Ty::Integer);
        put(&mut make, Op::Contains(a, codes[0]), Ty::Boolean);
    }
    for &a in &dates {
        for unit in Unit::ALL {
            put(&mut make, Op::StartOf { operand: a, unit }, Ty::Date);
            for &b in &dates {
                put(&mut make, Op::UnitsBetween { unit, from: a, to: b }, Ty::Integer);
            }
        }
        for part in [DatePart::Year, DatePart::Month, DatePart::Day, DatePart::Weekday] {
            put(&mut make, Op::Part { operand: a, part }, Ty::Integer);
        }
        put(&mut make, Op::FiscalYear { operand: a, from: 4 }, Ty::Integer);
        for &b in &dates {
            put(&mut make, Op::Max([a, b].into()), Ty::Date);
            put(&mut make, Op::Min([a, b].into()), Ty::Date);
            put(&mut make, Op::Sub(a, b), Ty::Duration);
        }
    }
    for ty in [Ty::Date, Ty::Time, Ty::DateTime] {
        for (operand, by) in pairs(&all(&of, ty), &durations) {
            put(&mut make, Op::Shift { operand, by, back: false }, ty);
            put(&mut make, Op::Shift { operand, by, back: true }, ty);
        }
    }
    for &a in &durations {
        put(&mut make, Op::Add(a, durations[0]), Ty::Duration);
        put(&mut make, Op::Mul(a, numbers[0]), Ty::Duration);
        put(&mut make, Op::Negate(a), Ty::Duration);
    }
    let instants = all(&of, Ty::DateTime);
    put(&mut make, Op::CivilDate(instants[0]), Ty::Date);
    put(&mut make, Op::Sub(instants[0], instants[1]), Ty::Duration);
    (make, nodes)
}

/// Loads the fields of a window.
fn fields(make: &Make, table: &Table, rows: &Rows, len: usize) -> Vec<Reg> {
    let fields = make.program().nodes.iter().enumerate().map(|(at, node)| {
        let mut reg = Reg::default();
        if let Op::Field(field) = node.op {
            load(table.column(field), NodeId::from_index(at), node.ty, rows, len, &mut reg);
        }
        reg
    });
    fields.collect()
}

fn check(reg: &Reg, len: usize, node: &str) {
    for at in 0..WORDS {
        assert_eq!(reg.known[at] & !full(len, at), 0, "bits past the end of {node}");
        assert_eq!(reg.between_word(at) & (reg.known[at] | !full(len, at)), 0, "between and known in {node}");
        if let crate::batch::reg::Data::Boolean(yes) = &reg.data {
            assert_eq!(yes[at] & !reg.known[at], 0, "yes and not known in {node}");
        }
    }
}

#[test]
fn kernels_agree_with_cells() {
    let (make, nodes) = every_operation();
    let program = make.program();
    let constants: Vec<Option<Cell<'static>>> = program
        .nodes
        .iter()
        .enumerate()
        .map(|(at, node)| {
            let constant = matches!(node.op, Op::Const(_) | Op::NoCode);
            constant.then(|| scalar::apply(program, NodeId::from_index(at), |_| Cell::UNKNOWN).owned())
        })
        .collect();
    let mut random = Random(1);
    let mut out = (Reg::default(), Reg::default());
    for missing in [3, 50] {
        let table = table(&mut random, program, RecordId(0), 3 * CHUNK + 17, missing);
        let chosen: Vec<u32> = (0..CHUNK).map(|_| random.below(table.rows) as u32).collect();
        let windows = [
            (Rows::Run(0), CHUNK),
            (Rows::Run(CHUNK), 65),
            (Rows::Run(3 * CHUNK), 17),
            (Rows::Run(64), 64),
            (Rows::Run(13), 63),
            (Rows::Run(5), 1),
            (Rows::Run(5), 0),
            (Rows::List(chosen[..130].to_vec()), 130),
        ];
        for (rows, len) in windows {
            let regs = fields(&make, &table, &rows, len);
            let get = |node: NodeId| match &constants[node.index()] {
                Some(cell) => Arg::One(cell),
                None => Arg::Lanes(&regs[node.index()]),
            };
            for &id in nodes.iter().filter(|id| program.nodes[id.index()].scope != RUN) {
                let node = &program.nodes[id.index()];
                let work = Work { program, node: id, ty: node.ty, len };
                kernel::run(&work, get, &mut out.0);
                kernel::run_naive(&work, get, &mut out.1);
                let shown = format!("{:?} in {len} of {rows:?}", node.op);
                check(&out.0, len, &shown);
                for lane in 0..len {
                    assert_eq!(out.0.cell(lane), out.1.cell(lane), "row {lane} of {shown}");
                }
            }
        }
    }
}

#[test]
fn fields_load_as_they_are() {
    let (make, _) = every_operation();
    let mut random = Random(2);
    let table = table(&mut random, make.program(), RecordId(0), 2 * CHUNK + 3, 4);
    let chosen: Vec<u32> = (0..300).map(|_| random.below(table.rows) as u32).collect();
    for (rows, len) in [(Rows::Run(0), CHUNK), (Rows::Run(CHUNK + 9), 700), (Rows::List(chosen), 300)] {
        for (at, reg) in fields(&make, &table, &rows, len).iter().enumerate() {
            let Op::Field(field) = make.program().nodes[at].op else { continue };
            let column = table.column(field).unwrap();
            check(reg, len, "a field");
            for lane in 0..len {
                let row = rows.row(lane);
                let cell = reg.cell(lane);
                if !column.is_known(row) {
                    let Cell::Absent(absence) = cell else { panic!("row {row} of {field:?} is {cell:?}") };
                    let expected = column.absence(row);
                    assert_eq!(absence.is_error(), expected.is_error());
                    // An unreadable value is an error of the field's own node.
                    let node = expected.fault().map(|(fault, _)| Absence::error(fault, NodeId::from_index(at)));
                    assert_eq!(absence, node.unwrap_or(expected));
                } else {
                    assert!(
                        !matches!(cell, Cell::Absent(absence) if absence != Absence::UNKNOWN),
                        "row {row} of {field:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_field_without_a_column_is_missing() {
    for ty in TYPES {
        let mut reg = Reg::default();
        load(None, NodeId(0), ty, &Rows::Run(0), 100, &mut reg);
        assert!((0..100).all(|lane| reg.cell(lane) == Cell::UNKNOWN));
    }
}

#[test]
fn units_elapsed_become_a_date() {
    let dates: Vec<Date> = (-900..900).map(|at| Date::clamped(19_500 + at)).collect();
    let fixed = [Date::from_ymd(2024, 2, 29), Date::from_ymd(2023, 1, 31), Date::from_ymd(2023, 6, 1)];
    let mut found = 0;
    for fixed in fixed.into_iter().flatten() {
        for unit in Unit::ALL {
            for op in COMPARISONS {
                for n in [-30, -2, -1, 0, 1, 2, 18, 400] {
                    for from_is_fixed in [true, false] {
                        let (from, to) = if from_is_fixed { (Some(fixed), None) } else { (None, Some(fixed)) };
                        let Some((other, with)) = kernel::elapsed_cut(op, unit, from, to, n) else { continue };
                        found += 1;
                        for &date in &dates {
                            let (a, b) = if from_is_fixed { (fixed, date) } else { (date, fixed) };
                            let units = Cell::Integer(Date::units_between(unit, a, b));
                            let plain = scalar::compare(NodeId(0), op, &units, &Cell::Integer(n));
                            let fused = scalar::compare(NodeId(0), other, &Cell::Date(date), &Cell::Date(with));
                            assert_eq!(plain, fused, "{unit:?} {op:?} {n} {a} {b}");
                        }
                    }
                }
            }
        }
    }
    assert!(found > 800, "{found}");
}

#[test]
fn moved_dates_become_a_date() {
    let dates: Vec<Date> = (0..1500)
        .map(|at| Date::clamped(19_300 + at))
        .chain((0..900).map(|at| Date::clamped(Date::MIN.days() + at)))
        .chain((0..900).map(|at| Date::clamped(Date::MAX.days() - at)))
        .collect();
    let (mut found, mut errors) = (0, 0);
    for by in [
        Duration::months(12),
        Duration::months(-1),
        Duration::days(30),
        Duration::Calendar { months: 1, days: -3 },
        Duration::Calendar { months: i32::MAX, days: 0 },
        Duration::micros(5),
    ] {
        for with in [19_600, 19_782, 20_100, Date::MAX.days()].map(Date::clamped) {
            for (op, back) in COMPARISONS.into_iter().flat_map(|op| [(op, false), (op, true)]) {
                let Some((other, at, first, last)) = kernel::shift_cut(op, by, back, false, with) else { continue };
                found += 1;
                for &date in &dates {
                    match date.shift(by, back, false) {
                        Ok(moved) => {
                            assert!(first <= date && date <= last);
                            let plain = scalar::compare(NodeId(0), op, &Cell::Date(moved), &Cell::Date(with));
                            let fused = scalar::compare(NodeId(0), other, &Cell::Date(date), &Cell::Date(at));
                            assert_eq!(plain, fused, "{date} by {by:?} {back} {op:?} {with}");
                        }
                        Err(_) => {
                            errors += 1;
                            assert!(date < first || last < date);
                        }
                    }
                }
            }
        }
    }
    assert!(found > 80 && errors > 1000, "{found} {errors}");
    // Under strict dates, a month that ends early is an error in the midst of the others.
    assert_eq!(kernel::shift_cut(Comparison::Lt, Duration::months(1), false, true, dates[0]), None);
}
