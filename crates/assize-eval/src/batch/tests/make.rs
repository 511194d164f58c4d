//! Making programs and tables for tests.

use arrow_buffer::BooleanBuffer;
use assize_model::absence::{Absence, Fault, Reason};
use assize_model::build::Builder;
use assize_model::civil::{Date, DateTime, Duration, Time};
use assize_model::column::{Column, Table, TextColumn, Values};
use assize_model::decimal::Decimal;
use assize_model::ids::{CategoryId, Code, FieldId, ListId, NodeId, RecordId, ScopeId};
use assize_model::node::{Comparison, Op};
use assize_model::program::{
    Case, Category, CodeInfo, CodeList, Criterion, Decision, Field, FieldKind, Heading, Hit, Otherwise, Place, Program,
    Record,
};
use assize_model::ty::Ty;
use assize_model::value::Value;

/// Numbers that look random and are the same each time.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

pub fn heading(name: &str) -> Heading {
    Heading { name: name.into(), title: None, docs: None }
}

pub const LIST: ListId = ListId(0);

/// A program being built, in one scope at a time.
pub struct Make {
    pub builder: Builder,
    pub scope: ScopeId,
}

impl Make {
    /// With records of these fields; the first one's own scope is the current one.
    pub fn new(records: &[(&str, &[(&str, FieldKind)])]) -> Self {
        let mut builder = Builder::new();
        for &(name, fields) in records {
            let root = builder.root(RecordId::from_index(builder.program.records.len()));
            let fields = fields.iter().map(|&(name, kind)| Field {
                heading: heading(name),
                kind,
                required: false,
                optional: false,
                protected: false,
                label: None,
                unit: None,
                from: vec![],
                separator: None,
                read: true,
                place: Place::NOWHERE,
            });
            let fields = fields.collect();
            let record =
                Record { heading: heading(name), fields, key: None, missing: vec![], root, place: Place::NOWHERE };
            builder.program.records.push(record);
        }
        let codes = (0..20).map(|at| CodeInfo { heading: heading(&format!("c{at}")), from: vec![] }).collect();
        builder.program.lists.push(CodeList {
            heading: heading("List"),
            ordered: true,
            codes,
            missing: vec![],
            place: Place::NOWHERE,
        });
        let scope = builder.program.records[0].root;
        Self { builder, scope }
    }

    pub fn node(&mut self, op: Op, ty: Ty) -> NodeId {
        self.builder.node(op, ty, self.scope, Place::NOWHERE).unwrap()
    }

    pub fn condition(&mut self, op: Op) -> NodeId {
        self.node(op, Ty::Boolean)
    }

    pub fn constant(&mut self, value: Value) -> NodeId {
        let ty = value.ty();
        self.node(Op::Const(value), ty)
    }

    pub fn field(&mut self, at: usize) -> NodeId {
        let record = self.builder.program.scopes[self.scope.index()].record.unwrap();
        let kind = self.builder.program.records[record.index()].fields[at].kind;
        let (FieldKind::Value(ty) | FieldKind::Range(ty)) = kind else { panic!("not a value") };
        self.node(Op::Field(FieldId::from_index(at)), ty)
    }

    pub fn compare(&mut self, op: Comparison, left: NodeId, right: NodeId) -> NodeId {
        self.condition(Op::Compare { op, left, right })
    }

    /// A category of the current scope, a case a list of conditions.
    pub fn category(
        &mut self,
        hit: Hit,
        otherwise: Otherwise,
        applies: Option<NodeId>,
        cases: &[(u16, &[NodeId])],
    ) -> CategoryId {
        let program = &self.builder.program;
        let category = CategoryId::from_index(program.categories.len());
        let record = program.scopes[self.scope.index()].record.unwrap();
        let criteria = cases.iter().flat_map(|(_, criteria)| criteria.iter().copied()).collect();
        let decision = self.builder.decision(Decision { category, scope: self.scope, applies, criteria });
        let criterion = |_: &NodeId| Criterion { heading: heading("k"), place: Place::NOWHERE };
        let case = |&(code, criteria): &(u16, &[NodeId])| Case {
            code: Code(code),
            criteria: criteria.iter().map(criterion).collect(),
        };
        self.builder.program.categories.push(Category {
            heading: heading("category"),
            record,
            list: LIST,
            hit,
            otherwise,
            cases: cases.iter().map(case).collect(),
            uses: Vec::new(),
            decision,
            place: Place::NOWHERE,
        });
        category
    }

    pub fn program(&self) -> &Program {
        &self.builder.program
    }
}

/// A value of a type, now and then an extreme one.
pub fn value(random: &mut Random, ty: Ty) -> Value {
    let odd = random.one_in(40);
    let small = random.below(9) as i64 - 3;
    match ty {
        Ty::Boolean => Value::Boolean(random.one_in(2)),
        Ty::Integer => Value::Integer(match (odd, small) {
            (true, 0..) => i64::MAX,
            (true, _) => i64::MIN,
            _ => small,
        }),
        Ty::Decimal => Value::Decimal(Decimal::new(i128::from(small) * 50 + i128::from(odd), 2).unwrap()),
        Ty::Text => Value::Text(["", "a", "ab", " B", "ba b", "Éa"][random.below(6)].into()),
        Ty::Date => Value::Date(match (odd, small) {
            (true, 0..) => Date::MAX,
            (true, _) => Date::MIN,
            _ => Date::clamped(20_000 + random.below(900) as i32),
        }),
        Ty::Time => Value::Time(Time::clamped(random.below(86_400) as i64 * 1_000_000)),
        Ty::DateTime => Value::DateTime(DateTime::clamped(random.below(99_999) as i64 * 1_000_000_000)),
        Ty::Duration => Value::Duration(match random.below(4) {
            0 => Duration::micros(small * 3_600_000_000),
            1 => Duration::Calendar { months: small as i32, days: 2 },
            _ => Duration::days(if odd { i32::MAX } else { small as i32 }),
        }),
        Ty::Code(list) => Value::Code(list, Code(random.below(5) as u16)),
        Ty::Codes(list) => Value::codes(list, (0..random.below(4)).map(|_| Code(random.below(5) as u16)).collect()),
        Ty::Texts => Value::texts((0..random.below(3)).map(|_| ["a", "ab", " B"][random.below(3)].into()).collect()),
    }
}

/// A column of random values of which one in `missing` is not there, some of those for a reason, some unreadable. The
/// bitmaps begin at odd bits.
pub fn column(random: &mut Random, kind: FieldKind, rows: usize, missing: usize) -> Column {
    let mut bits = |bits: Vec<bool>| {
        let offset = random.below(20);
        let all: BooleanBuffer = std::iter::repeat_n(true, offset).chain(bits).chain([true; 3]).collect();
        all.slice(offset, rows)
    };
    let (FieldKind::Value(ty) | FieldKind::Range(ty)) = kind else { panic!("not a value") };
    let known_bits: Vec<bool> = {
        let mut random = Random((rows as u64).wrapping_add((missing as u64).wrapping_mul(77)));
        (0..rows).map(|_| !random.one_in(missing)).collect()
    };
    let known = bits(known_bits.clone());
    let booleans = bits((0..rows).map(|row| row * 7 % 11 < 5).collect());
    let values: Vec<Value> = (0..rows).map(|_| value(random, ty)).collect();
    macro_rules! all {
        ($pattern:pat => $value:expr) => {
            values
                .iter()
                .map(|value| if let $pattern = value { $value } else { panic!("of another type") })
                .collect::<Vec<_>>()
        };
    }
    let range = |random: &mut Random| (random.below(4) as i64, random.below(4) as i64, random.below(6));
    let values = match kind {
        FieldKind::Value(Ty::Boolean) => Values::Boolean(booleans),
        FieldKind::Value(Ty::Integer) => Values::Integer(all!(Value::Integer(v) => *v).into()),
        FieldKind::Value(Ty::Decimal) => {
            Values::Decimal { coefficients: all!(Value::Decimal(v) => v.at_scale(2).unwrap()).into(), scale: 2 }
        }
        FieldKind::Value(Ty::Text) => {
            Values::Text(TextColumn::from_texts(all!(Value::Text(v) => v).iter().map(|text| &***text)))
        }
        FieldKind::Value(Ty::Date) => Values::Date(all!(Value::Date(v) => v.days()).into()),
        FieldKind::Value(Ty::Time) => Values::Time(all!(Value::Time(v) => v.micros()).into()),
        FieldKind::Value(Ty::DateTime) => Values::DateTime(all!(Value::DateTime(v) => v.micros()).into()),
        FieldKind::Value(Ty::Duration) => Values::Duration(all!(Value::Duration(v) => *v)),
        FieldKind::Value(Ty::Code(_)) => Values::Code(all!(Value::Code(_, v) => v.0).into()),
        FieldKind::Value(Ty::Codes(_) | Ty::Texts) => Values::Set(values.into_iter().map(Some).collect()),
        FieldKind::Range(Ty::Integer) => Values::IntegerRange(
            (0..rows)
                .map(|_| {
                    let (lo, size, open) = range(random);
                    ((open != 0).then_some(lo), (open > 1).then_some(lo + size))
                })
                .collect(),
        ),
        FieldKind::Range(_) => Values::DecimalRange(
            (0..rows)
                .map(|_| {
                    let (lo, size, open) = range(random);
                    let end = |value| Some(Decimal::from_i64(value));
                    (if open == 0 { None } else { end(lo) }, if open < 2 { None } else { end(lo + size) })
                })
                .collect(),
        ),
        FieldKind::Many { .. } => panic!("not a value"),
    };
    let absent =
        known_bits.iter().zip(0..).filter(|(known, _)| !**known).filter_map(|(_, row)| match random.below(6) {
            0 => Some((row, Absence::error(Fault::Data, NodeId(9)))),
            1 => Some((row, Absence::missing(Reason::Withheld))),
            2 => Some((row, Absence::NOT_APPLICABLE)),
            _ => None,
        });
    let absent = absent.collect();
    Column { values, known: Some(known), absent }
}

/// A table of a record with random columns.
pub fn table(random: &mut Random, program: &Program, record: RecordId, rows: usize, missing: usize) -> Table {
    let columns = program.records[record.index()].fields.iter().map(|field| match field.kind {
        FieldKind::Many { .. } => None,
        kind => Some(column(random, kind, rows, missing)),
    });
    Table { record, rows, columns: columns.collect(), bad: vec![] }
}

/// A column of integers, all there.
pub fn integers(values: Vec<i64>) -> Column {
    Column { values: Values::Integer(values.into()), known: None, absent: vec![] }
}

/// A column of booleans, some missing.
pub fn booleans(values: &[Option<bool>]) -> Column {
    Column {
        values: Values::Boolean(values.iter().map(|value| value.unwrap_or(true)).collect()),
        known: Some(values.iter().map(Option::is_some).collect()),
        absent: vec![],
    }
}
