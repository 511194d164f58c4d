//! Random measures over random records, their chunks, and a count of them record by record.
#![allow(dead_code, reason = "each test uses its part")]

use assize_measures::{
    BreakdownValue, MeasurePlan, MeasureState, MeasureTable, Number, PeriodOfRow, RowState, Stage, Stages, Wanted,
    places,
};
use assize_model::absence::{Absence, Fault, Reason};
use assize_model::civil::Date;
use assize_model::column::TextColumn;
use assize_model::decimal::Decimal;
use assize_model::ids::{CategoryId, Code, DecisionId, FieldId, FileId, ListId, MeasureId, NodeId, RecordId, ScopeId};
use assize_model::lane::{Chunk, Lane, LaneAbsent, LaneSpread, LaneTexts, LaneValues, NO_CODE, OutcomeLane};
use assize_model::measure::{Breakdown, Confidence, IntervalMethod, Measure, MeasureForm, Precision, UnknownPolicy};
use assize_model::node::{Node, Op};
use assize_model::period::Period;
use assize_model::program::{Category, CodeInfo, CodeList, Decision, Heading, Hit, Otherwise, Place, Program, State};
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A small generator of numbers: the same for the same seed.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize].clone()
    }
}

/// A value, or why there is none.
pub type Cell = Result<Value, Absence>;

pub const LIST: ListId = ListId(0);

fn heading(name: &str) -> Heading {
    Heading { name: name.into(), title: None, docs: None }
}

/// A program with a list of codes, a category, and nodes that only have types.
pub struct Build {
    pub program: Program,
}

impl Build {
    pub fn new() -> Self {
        let mut program = Program::default();
        program.ruleset.hash = "blake3:00".into();
        let code = |name: &str| CodeInfo { heading: heading(name), from: Vec::new() };
        program.lists.push(CodeList {
            heading: heading("Level"),
            ordered: true,
            codes: vec![code("low"), code("middle"), code("high")],
            missing: Vec::new(),
            place: Place::NOWHERE,
        });
        program.categories.push(Category {
            heading: heading("level"),
            record: RecordId(0),
            list: LIST,
            hit: Hit::First,
            otherwise: Otherwise::None,
            cases: Vec::new(),
            uses: Vec::new(),
            decision: DecisionId(0),
            place: Place { file: FileId(0), start: 0, end: 0 },
        });
        program.decisions.push(Decision {
            category: CategoryId(0),
            scope: ScopeId(1),
            applies: None,
            criteria: Box::new([]),
        });
        Self { program }
    }

    pub fn node(&mut self, ty: Ty) -> NodeId {
        let id = NodeId::from_index(self.program.nodes.len());
        let op = Op::Field(FieldId(id.0));
        self.program.nodes.push(Node { op, ty, scope: ScopeId(1), inexact: false, place: Place::NOWHERE });
        id
    }
}

pub fn count_measure(form: MeasureForm) -> Measure {
    Measure::new(heading("m"), RecordId(0), form, Place::NOWHERE)
}

/// How a lane is laid out, beside its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A value a row.
    Each,
    /// One value for all rows; the cells are all the same.
    Same,
    /// A value a row, and one reason for all that have none.
    SameAbsence,
}

/// A measure with all its data.
pub struct Case {
    pub program: Program,
    pub rows: usize,
    pub bad: Vec<bool>,
    /// The cells and layout of each node.
    pub cells: Vec<(Vec<Cell>, Layout)>,
    /// The code and state of the category.
    pub outcomes: Vec<(u8, State)>,
}

fn random_absence(rng: &mut Rng) -> Absence {
    if rng.chance(25) {
        Absence::error(Fault::Overflow, NodeId(rng.below(9) as u32))
    } else {
        Absence::missing(rng.pick(&Reason::ALL))
    }
}

pub fn random_value(rng: &mut Rng, ty: Ty) -> Value {
    match ty {
        Ty::Boolean => Value::Boolean(rng.chance(50)),
        Ty::Integer => Value::Integer(rng.below(9) as i64 * 7 - 20),
        Ty::Decimal => {
            let scale = rng.below(4) as u8;
            Value::Decimal(Decimal::new(i128::from(rng.below(7)) * 1_250 - 2_500, scale).unwrap())
        }
        Ty::Text => Value::Text(rng.pick(&["", "east", "west", "ouest", "é", "eastern"]).into()),
        Ty::Date => {
            let days = match rng.below(10) {
                0 => Date::MIN.days(),
                1 => Date::MAX.days(),
                _ => 19_000 + rng.below(900) as i32 - 450,
            };
            Value::Date(Date::from_days(days).unwrap())
        }
        Ty::Code(list) => {
            let code = rng.below(4) as u16;
            Value::Code(list, if code == 3 { Code::NONE } else { Code(code) })
        }
        other => panic!("{other:?}"),
    }
}

/// Cells of a type. `known` of a hundred have a value.
pub fn random_cells(rng: &mut Rng, ty: Ty, rows: usize, known: u64) -> (Vec<Cell>, Layout) {
    let layout = rng.pick(&[Layout::Each, Layout::Each, Layout::Each, Layout::Same, Layout::SameAbsence]);
    let absence = random_absence(rng);
    let one = |rng: &mut Rng| {
        if rng.chance(known) {
            Ok(random_value(rng, ty))
        } else if layout == Layout::Each {
            Err(random_absence(rng))
        } else {
            Err(absence)
        }
    };
    let cells = match layout {
        Layout::Same => vec![one(rng); rows],
        Layout::Each | Layout::SameAbsence => (0..rows).map(|_| one(rng)).collect(),
    };
    (cells, layout)
}

impl Case {
    /// A random measure over random records.
    pub fn random(seed: u64, rows: usize) -> Self {
        let rng = &mut Rng::new(seed);
        let mut build = Build::new();
        let optional = |rng: &mut Rng, build: &mut Build, ty: Ty| rng.chance(50).then(|| build.node(ty));
        let clause_types = [Ty::Boolean, Ty::Boolean, Ty::Integer, Ty::Decimal];
        let number = rng.pick(&[Ty::Integer, Ty::Decimal]);
        let key_types = [Ty::Code(LIST), Ty::Boolean, Ty::Integer, Ty::Decimal, Ty::Text, Ty::Date];
        let form = match rng.below(8) {
            0 => MeasureForm::Count,
            1 => {
                let ty = rng.pick(&key_types);
                let precision = match ty {
                    Ty::Code(_) | Ty::Boolean => Precision::Exact,
                    _ => rng.pick(&[Precision::Exact, Precision::Approximate]),
                };
                MeasureForm::Distinct { precision, of: build.node(ty) }
            }
            2 => MeasureForm::Rate { per: Decimal::from_i64(rng.pick(&[1, 100, 1000])) },
            3 => MeasureForm::Ratio,
            4 => MeasureForm::Sum(build.node(number)),
            5 | 6 => {
                let share = rng.pick(&["0", "0.25", "0.5", "0.9", "1"]);
                MeasureForm::Quantile {
                    precision: rng.pick(&[Precision::Exact, Precision::Approximate]),
                    share: Decimal::parse(share).unwrap(),
                    of: build.node(number),
                }
            }
            _ => MeasureForm::Mean(build.node(number)),
        };
        let mut measure = count_measure(form);
        measure.include = optional(rng, &mut build, Ty::Boolean);
        measure.exclude = optional(rng, &mut build, Ty::Boolean);
        measure.eligible = optional(rng, &mut build, Ty::Boolean);
        let ty = rng.pick(&clause_types);
        measure.numerator = optional(rng, &mut build, ty);
        measure.except = optional(rng, &mut build, Ty::Boolean);
        let ty = rng.pick(&clause_types);
        measure.denominator = optional(rng, &mut build, ty);
        for at in 0..rng.below(4) {
            let category = rng.chance(30).then_some(CategoryId(0));
            let ty = if category.is_some() { Ty::Code(LIST) } else { rng.pick(&key_types) };
            measure.by.push(Breakdown { name: format!("by{at}").into(), node: build.node(ty), category });
        }
        if rng.chance(50) {
            let fiscal = Period::FiscalYear { from: 4 };
            let period =
                rng.pick(&[Period::Month, Period::Quarter, Period::Year, fiscal, Period::Rolling { months: 3 }]);
            measure.every = Some((period, build.node(Ty::Date)));
        }
        // A mean's interval needs more in the state; the other ones nothing.
        let method = match measure.form {
            MeasureForm::Mean(_) => IntervalMethod::T,
            _ => IntervalMethod::Wilson,
        };
        measure.interval = rng.chance(50).then(|| Confidence { method, level: Decimal::parse("0.95").unwrap() });
        measure.unknown =
            rng.pick(&[UnknownPolicy::Apart, UnknownPolicy::Apart, UnknownPolicy::No, UnknownPolicy::Yes]);
        build.program.measures.push(measure);
        let known = rng.pick(&[60, 90, 97, 100]);
        let cells = build.program.nodes.iter().map(|node| random_cells(rng, node.ty, rows, known)).collect();
        let outcomes = (0..rows)
            .map(|_| {
                let state = rng.pick(&State::ALL);
                (rng.pick(&[0, 1, 2, NO_CODE]), state)
            })
            .collect();
        let bad = (0..rows).map(|_| rng.chance(5)).collect();
        Self { program: build.program, rows, bad, cells, outcomes }
    }

    pub fn measure(&self) -> &Measure {
        &self.program.measures[0]
    }

    pub fn plan(&self) -> (Arc<MeasurePlan>, Wanted) {
        let mut wanted = Wanted::default();
        let plan = MeasurePlan::new(&self.program, MeasureId(0), "as of 2026-06-01", &mut wanted).unwrap();
        (Arc::new(plan), wanted)
    }

    /// Calls `f` with the chunk of some of the rows.
    pub fn chunk<T>(&self, wanted: &Wanted, from: usize, to: usize, f: impl FnOnce(&Chunk<'_>) -> T) -> T {
        let rows = to - from;
        let owned: Vec<OwnedLane> = wanted
            .nodes
            .iter()
            .map(|node| {
                let (cells, layout) = &self.cells[node.index()];
                OwnedLane::new(&cells[from..to], *layout, self.program.node(*node).unwrap().ty)
            })
            .collect();
        let lanes: Vec<Lane<'_>> = owned.iter().map(OwnedLane::lane).collect();
        let values: Vec<u8> = self.outcomes[from..to].iter().map(|(value, _)| *value).collect();
        let states: Vec<u8> = self.outcomes[from..to].iter().map(|(_, state)| *state as u8).collect();
        let outcomes = [OutcomeLane { value: &values, values: &[], state: &states }];
        let bad = words(self.bad[from..to].iter().copied());
        f(&Chunk { from, rows, bad: &bad, lanes: &lanes, outcomes: &outcomes[..wanted.decisions.len()] })
    }

    /// The state of some of the rows, counted in chunks of a size.
    pub fn state(&self, from: usize, to: usize, size: usize) -> MeasureState {
        self.state_by(self.plan().0, from, to, size)
    }

    /// As [`Case::state`], by a plan of the same measure.
    pub fn state_of(&self, plan: Arc<MeasurePlan>, from: usize, to: usize) -> MeasureState {
        self.state_by(plan, from, to, 64)
    }

    fn state_by(&self, plan: Arc<MeasurePlan>, from: usize, to: usize, size: usize) -> MeasureState {
        let (_, wanted) = self.plan();
        let mut state = MeasureState::new(plan);
        let mut at = from;
        while at < to {
            let next = (at + size).min(to);
            self.chunk(&wanted, at, next, |chunk| state.update(chunk)).unwrap();
            at = next;
        }
        state
    }
}

pub fn words(bits: impl Iterator<Item = bool>) -> Vec<u64> {
    let mut words = Vec::new();
    for (at, bit) in bits.enumerate() {
        if at % 64 == 0 {
            words.push(0);
        }
        words[at / 64] |= u64::from(bit) << (at % 64);
    }
    words
}

enum OwnedValues {
    Same(Option<Value>),
    Boolean(Vec<u64>),
    Integer(Vec<i64>),
    Decimal(Vec<Decimal>),
    Scaled(Vec<i128>, u8),
    Text(TextColumn),
    Date(Vec<i32>),
    Code(Vec<u16>),
}

/// A lane that owns what it says. Where nothing is known there stands something arbitrary.
pub struct OwnedLane {
    known: Vec<u64>,
    values: OwnedValues,
    same: Option<Absence>,
    absent: Vec<u32>,
}

impl OwnedLane {
    pub fn new(cells: &[Cell], layout: Layout, ty: Ty) -> Self {
        let known = words(cells.iter().map(Result::is_ok));
        let values = match (layout, ty) {
            (Layout::Same, _) => OwnedValues::Same(cells.first().and_then(|cell| cell.clone().ok())),
            (_, Ty::Boolean) => OwnedValues::Boolean(words(cells.iter().map(|cell| cell == &Ok(Value::Boolean(true))))),
            (_, Ty::Integer) => OwnedValues::Integer(
                cells
                    .iter()
                    .map(|cell| if let Ok(Value::Integer(value)) = cell { *value } else { 123_456_789 })
                    .collect(),
            ),
            (_, Ty::Decimal) if cells.len().is_multiple_of(2) => OwnedValues::Scaled(
                cells
                    .iter()
                    .map(
                        |cell| {
                            if let Ok(Value::Decimal(value)) = cell { value.at_scale(6).unwrap() } else { i128::MAX }
                        },
                    )
                    .collect(),
                6,
            ),
            (_, Ty::Decimal) => OwnedValues::Decimal(
                cells
                    .iter()
                    .map(|cell| if let Ok(Value::Decimal(value)) = cell { *value } else { Decimal::MAX })
                    .collect(),
            ),
            (_, Ty::Text) => OwnedValues::Text(TextColumn::from_texts(
                cells.iter().map(|cell| if let Ok(Value::Text(text)) = cell { &**text } else { "garbage" }),
            )),
            (_, Ty::Date) => OwnedValues::Date(
                cells
                    .iter()
                    .map(|cell| if let Ok(Value::Date(date)) = cell { date.days() } else { i32::MIN })
                    .collect(),
            ),
            (_, Ty::Code(_)) => OwnedValues::Code(
                cells.iter().map(|cell| if let Ok(Value::Code(_, code)) = cell { code.0 } else { 999 }).collect(),
            ),
            (_, other) => panic!("{other:?}"),
        };
        let same = (layout != Layout::Each)
            .then(|| cells.iter().find_map(|cell| cell.clone().err()).unwrap_or(Absence::UNKNOWN));
        let absent = cells
            .iter()
            .map(|cell| match cell {
                // Either form stands for the plain reason.
                Err(absence) if *absence == Absence::UNKNOWN && cells.len().is_multiple_of(2) => 0,
                Err(absence) => absence.bits(),
                Ok(_) => 0x8fff,
            })
            .collect();
        Self { known, values, same, absent }
    }

    pub fn lane(&self) -> Lane<'_> {
        let values = match &self.values {
            OwnedValues::Same(value) => LaneValues::Same(value.as_ref()),
            OwnedValues::Boolean(values) => LaneValues::Boolean(values),
            OwnedValues::Integer(values) => LaneValues::Integer(values),
            OwnedValues::Decimal(values) => LaneValues::Decimal(values),
            OwnedValues::Scaled(coefficients, scale) => LaneValues::Scaled { coefficients, scale: *scale },
            OwnedValues::Text(column) => LaneValues::Text(LaneTexts::Column { column, from: 0 }),
            OwnedValues::Date(values) => LaneValues::Date(values),
            OwnedValues::Code(values) => LaneValues::Code(values),
        };
        let absent = self.same.map_or(LaneAbsent::Each(&self.absent), LaneAbsent::Same);
        Lane { known: &self.known, values, absent, spread: LaneSpread::None }
    }
}

/// What one record comes to, worked out from the words of the language, one record at a time.
#[derive(Debug, Clone, Copy)]
pub struct End {
    pub stage: Stage,
    pub included: bool,
    pub eligible: bool,
    pub replaced: bool,
    pub in_denominator: bool,
    /// In the numerator; or where there is none, left at the end.
    pub counted: bool,
}

enum Answer {
    Yes,
    No,
    Unknown,
    Error,
}

impl Case {
    fn cell(&self, node: NodeId, row: usize) -> &Cell {
        &self.cells[node.index()].0[row]
    }

    fn ask(&self, node: NodeId, row: usize, replaced: &mut bool) -> Answer {
        match self.cell(node, row) {
            Ok(Value::Boolean(true)) => Answer::Yes,
            Ok(Value::Boolean(false)) => Answer::No,
            // A number is there: nothing to answer.
            Ok(_) => Answer::Yes,
            Err(absence) if absence.is_error() => Answer::Error,
            Err(_) if self.program.node(node).unwrap().ty != Ty::Boolean => Answer::Unknown,
            Err(_) => match self.measure().unknown {
                UnknownPolicy::Apart => Answer::Unknown,
                UnknownPolicy::Yes => {
                    *replaced = true;
                    Answer::Yes
                }
                UnknownPolicy::No => {
                    *replaced = true;
                    Answer::No
                }
            },
        }
    }

    /// Where a record ends, by the naive ladder.
    pub fn end(&self, row: usize) -> End {
        let measure = self.measure();
        let mut end = End {
            stage: Stage::Error,
            included: false,
            eligible: false,
            replaced: false,
            in_denominator: false,
            counted: false,
        };
        let stop = |end: End, stage: Stage| End { stage, ..end };
        if self.bad[row] {
            return end;
        }
        if let Some(node) = measure.include {
            match self.ask(node, row, &mut end.replaced) {
                Answer::Yes => {}
                Answer::No => return stop(end, Stage::NotIncluded),
                Answer::Unknown => return stop(end, Stage::Unknown),
                Answer::Error => return end,
            }
        }
        end.included = true;
        if let Some(node) = measure.exclude {
            match self.ask(node, row, &mut end.replaced) {
                Answer::Yes => return stop(end, Stage::Excluded),
                Answer::No => {}
                Answer::Unknown => return stop(end, Stage::Unknown),
                Answer::Error => return end,
            }
        }
        if let Some(node) = measure.eligible {
            match self.ask(node, row, &mut end.replaced) {
                Answer::Yes => {}
                Answer::No => return stop(end, Stage::NotEligible),
                Answer::Unknown => return stop(end, Stage::Unknown),
                Answer::Error => return end,
            }
        }
        end.eligible = true;
        let mut fulfils = false;
        if let Some(node) = measure.numerator {
            match self.ask(node, row, &mut end.replaced) {
                Answer::Yes => fulfils = true,
                Answer::No => {}
                Answer::Unknown => return stop(end, Stage::Unknown),
                Answer::Error => return end,
            }
        }
        let mut within = true;
        if let Some(node) = measure.denominator {
            match self.ask(node, row, &mut end.replaced) {
                Answer::Yes => {}
                Answer::No => within = false,
                Answer::Unknown => return stop(end, Stage::Unknown),
                Answer::Error => return end,
            }
        }
        let by_condition = measure.numerator.is_some_and(|node| self.program.node(node).unwrap().ty == Ty::Boolean);
        if let Some(node) = measure.except
            && !(fulfils && by_condition)
        {
            match self.ask(node, row, &mut end.replaced) {
                Answer::Yes => return stop(end, Stage::Except),
                Answer::No => {}
                Answer::Unknown => return stop(end, Stage::Unknown),
                Answer::Error => return end,
            }
        }
        let counted = fulfils || measure.numerator.is_none();
        if let Some(node) = measure.form.of()
            && counted
        {
            match self.cell(node, row) {
                Ok(_) => {}
                Err(absence) if absence.is_error() => return end,
                Err(_) => return stop(end, Stage::Unknown),
            }
        }
        let stage = match (fulfils, within) {
            (true, _) => Stage::Numerator,
            (false, true) => Stage::Denominator,
            (false, false) => Stage::Neither,
        };
        End { stage, counted, in_denominator: within, ..end }
    }

    /// A record's row.
    pub fn key(&self, row: usize) -> (Vec<BreakdownValue>, Option<PeriodOfRow>) {
        let absent = |absence: &Absence| absence.reason().map_or(BreakdownValue::Error, BreakdownValue::Missing);
        let code =
            |code: Code| if code == Code::NONE { BreakdownValue::NoCode } else { BreakdownValue::Code(LIST, code) };
        let by = self.measure().by.iter().map(|by| {
            if by.category.is_some() {
                let (value, state) = self.outcomes[row];
                return match state {
                    State::Decided | State::Provisional if value == NO_CODE => BreakdownValue::NoCode,
                    State::Decided | State::Provisional => BreakdownValue::Code(LIST, Code(u16::from(value))),
                    State::Undetermined => BreakdownValue::Missing(Reason::Unknown),
                    State::NotApplicable => BreakdownValue::Missing(Reason::NotApplicable),
                    State::Error => BreakdownValue::Error,
                };
            }
            match self.cell(by.node, row) {
                Ok(Value::Code(_, value)) => code(*value),
                Ok(Value::Boolean(value)) => BreakdownValue::Boolean(*value),
                Ok(Value::Integer(value)) => BreakdownValue::Integer(*value),
                Ok(Value::Decimal(value)) => BreakdownValue::Decimal(*value),
                Ok(Value::Text(value)) => BreakdownValue::Text(Arc::clone(value)),
                Ok(Value::Date(value)) => BreakdownValue::Date(*value),
                Ok(other) => panic!("{other:?}"),
                Err(absence) => absent(absence),
            }
        });
        let period = self.measure().every.map(|(period, node)| match self.cell(node, row) {
            Ok(Value::Date(date)) => {
                let index = period.index(*date);
                let (from, to) = period.span(index);
                PeriodOfRow::Span { from, to, label: period.label(index) }
            }
            Ok(other) => panic!("{other:?}"),
            Err(absence) => absence.reason().map_or(PeriodOfRow::Error, PeriodOfRow::Missing),
        });
        (by.collect(), period)
    }
}

#[derive(Default)]
struct Tally {
    stages: Stages,
    numerator: Decimal,
    denominator: Decimal,
    value: Decimal,
    distinct: BTreeSet<BreakdownValue>,
    all: Vec<Decimal>,
}

impl Case {
    fn number(&self, node: NodeId, row: usize) -> Decimal {
        match self.cell(node, row) {
            Ok(Value::Integer(value)) => Decimal::from_i64(*value),
            Ok(Value::Decimal(value)) => *value,
            other => panic!("{other:?}"),
        }
    }

    fn number_node(&self, node: Option<NodeId>) -> Option<NodeId> {
        node.filter(|&node| self.program.node(node).unwrap().ty.is_number())
    }

    /// The result, counted record by record; without intervals, which have tests of their own.
    pub fn naive(&self) -> MeasureTable {
        let measure = self.measure();
        let mut rows: BTreeMap<(Vec<BreakdownValue>, Option<PeriodOfRow>), Tally> = BTreeMap::new();
        if measure.by.is_empty() && measure.every.is_none() {
            rows.insert((Vec::new(), None), Tally::default());
        }
        let windows = self.windows(&mut rows);
        for (row, key) in (0..self.rows).flat_map(|row| windows(row).into_iter().map(move |key| (row, key))) {
            let tally = rows.entry(key).or_default();
            let end = self.end(row);
            let stages = &mut tally.stages;
            stages.read += 1;
            stages.include += u64::from(end.included);
            stages.exclude += u64::from(end.stage == Stage::Excluded);
            stages.eligible += u64::from(end.eligible);
            stages.unknown += u64::from(end.stage == Stage::Unknown || end.replaced);
            stages.numerator += u64::from(end.stage == Stage::Numerator);
            stages.except += u64::from(end.stage == Stage::Except);
            stages.error += u64::from(end.stage == Stage::Error);
            stages.denominator += u64::from(end.in_denominator);
            stages.numerator_only += u64::from(end.stage == Stage::Numerator && !end.in_denominator);
            stages.neither += u64::from(end.stage == Stage::Neither);
            if measure.by.iter().any(|by| by.category.is_some()) {
                let open = matches!(self.outcomes[row].1, State::Provisional | State::Undetermined);
                stages.not_decided += u64::from(open);
            }
            let add = |sum: &mut Decimal, node: NodeId| *sum = sum.add(self.number(node, row)).unwrap();
            if end.counted {
                if let Some(node) = self.number_node(measure.numerator) {
                    add(&mut tally.numerator, node);
                }
                match measure.form {
                    MeasureForm::Sum(node) | MeasureForm::Mean(node) => add(&mut tally.value, node),
                    MeasureForm::Quantile { precision, of, .. } => {
                        let value = self.number(of, row);
                        tally.all.push(if precision == Precision::Exact { value } else { three_digits(value) });
                    }
                    MeasureForm::Distinct { of, .. } => {
                        let value = match self.cell(of, row).clone().unwrap() {
                            Value::Code(_, Code::NONE) => BreakdownValue::NoCode,
                            Value::Code(list, code) => BreakdownValue::Code(list, code),
                            Value::Boolean(value) => BreakdownValue::Boolean(value),
                            Value::Integer(value) => BreakdownValue::Integer(value),
                            Value::Decimal(value) => BreakdownValue::Decimal(value),
                            Value::Text(value) => BreakdownValue::Text(value),
                            Value::Date(value) => BreakdownValue::Date(value),
                            other => panic!("{other:?}"),
                        };
                        tally.distinct.insert(value);
                    }
                    _ => {}
                }
            }
            if matches!(end.stage, Stage::Numerator | Stage::Denominator | Stage::Neither)
                && let Some(node) = self.number_node(measure.denominator)
            {
                add(&mut tally.denominator, node);
            }
        }
        // Windows that roll are put in as they are.
        if let Some((period, _)) = measure.every.filter(|(period, _)| period.window() == 1) {
            let mut all: Vec<i32> = Vec::new();
            for (_, at) in rows.keys() {
                if let Some(PeriodOfRow::Span { from, .. }) = at {
                    all.push(period.index(*from));
                }
            }
            all.sort_unstable();
            // Every period between two that are at most fifty years apart.
            let (mut between, gap) = (Vec::new(), 50 * period.year());
            for pair in all.windows(2) {
                if pair[1] - pair[0] <= gap {
                    between.extend(pair[0]..pair[1]);
                } else {
                    between.push(pair[0]);
                }
            }
            between.extend(all.last());
            let by: BTreeSet<Vec<BreakdownValue>> = rows
                .keys()
                .filter(|(_, at)| matches!(at, Some(PeriodOfRow::Span { .. })))
                .map(|(by, _)| by.clone())
                .collect();
            for by in by {
                for &index in &between {
                    let (from, to) = period.span(index);
                    let at = PeriodOfRow::Span { from, to, label: period.label(index) };
                    rows.entry((by.clone(), Some(at))).or_default();
                }
            }
        }
        let places = places(&self.program, measure);
        let rows = rows.into_iter().map(|((by, period), tally)| self.naive_row(by, period, &tally, places)).collect();
        MeasureTable { name: "m".into(), places, rows, charts: Vec::new() }
    }

    /// The rows that a record counts in: with periods that roll, as many as the window has months. Puts in those in which
    /// nobody counts.
    fn windows<'a>(
        &'a self,
        rows: &mut BTreeMap<(Vec<BreakdownValue>, Option<PeriodOfRow>), Tally>,
    ) -> impl Fn(usize) -> Vec<(Vec<BreakdownValue>, Option<PeriodOfRow>)> + 'a + use<'a> {
        let every = self.measure().every.filter(|(period, _)| period.window() > 1);
        let month = move |row: usize| match self.cell(every?.1, row) {
            Ok(Value::Date(date)) => Some(Period::Month.index(*date)),
            _ => None,
        };
        let length = every.map_or(1, |(period, _)| i32::from(period.window()));
        let months: BTreeSet<i32> = (0..self.rows).filter_map(month).collect();
        // Windows lie within a stretch of months without a gap of more than fifty years.
        let mut shown: BTreeSet<i32> = BTreeSet::new();
        let mut stretch: Option<(i32, i32)> = None;
        for &month in &months {
            let (first, last) = stretch.filter(|(_, last)| month - last <= 600).unwrap_or((month, month));
            shown.extend((last.max(first + length - 1)..=month).filter(|month| month - first + 1 >= length));
            stretch = Some((first, month));
        }
        let window = move |last: i32| {
            let (period, _) = every.unwrap();
            let (from, to) = period.span(last);
            Some(PeriodOfRow::Span { from, to, label: period.label(last) })
        };
        for row in (0..self.rows).filter(|&row| month(row).is_some()) {
            for &last in &shown {
                rows.insert((self.key(row).0, window(last)), Tally::default());
            }
        }
        move |row| match month(row) {
            None => vec![self.key(row)],
            Some(month) => (month..month + length)
                .filter(|last| shown.contains(last))
                .map(|last| (self.key(row).0, window(last)))
                .collect(),
        }
    }

    fn naive_row(
        &self,
        by: Vec<BreakdownValue>,
        period: Option<PeriodOfRow>,
        tally: &Tally,
        places: u8,
    ) -> assize_measures::MeasureRow {
        let measure = self.measure();
        let stages = tally.stages;
        let counted = if measure.numerator.is_some() { stages.numerator } else { stages.denominator + stages.neither };
        let count = |count: u64| Number::Integer(count as i64);
        let number = |sum: Decimal, node: NodeId| match self.program.node(node).unwrap().ty {
            Ty::Integer => Number::Integer(sum.to_i64().unwrap()),
            _ => Number::Decimal(sum),
        };
        let over = self.number_node(measure.numerator).map_or(count(counted), |node| number(tally.numerator, node));
        let under = self
            .number_node(measure.denominator)
            .map_or(count(stages.denominator), |node| number(tally.denominator, node));
        let (numerator, denominator, per) = match measure.form {
            MeasureForm::Count => (count(counted), None, None),
            MeasureForm::Distinct { .. } => (count(tally.distinct.len() as u64), None, None),
            MeasureForm::Sum(node) => (number(tally.value, node), None, None),
            MeasureForm::Mean(node) => (number(tally.value, node), Some(count(counted)), Some(Decimal::ONE)),
            MeasureForm::Rate { per } => (over, Some(under), Some(per)),
            MeasureForm::Ratio => (over, Some(under), Some(Decimal::ONE)),
            MeasureForm::Quantile { .. } => (count(0), Some(count(counted)), None),
            ref form => panic!("{} is not among the random measures", form.word()),
        };
        let quantile = match measure.form {
            MeasureForm::Quantile { share, .. } => Some(quantile(tally.all.clone(), share)),
            _ => None,
        };
        let value = match (denominator, per) {
            _ if quantile.is_some() => quantile.unwrap(),
            (Some(under), Some(_)) if under.to_decimal().is_zero() => None,
            (Some(under), Some(per)) => Some(numerator.to_decimal().mul(per).unwrap().div(under.to_decimal()).unwrap()),
            _ => Some(numerator.to_decimal()),
        };
        let is_integer = |node: NodeId| self.program.node(node).unwrap().ty == Ty::Integer;
        // Everybody who was read is in the row of a period that came up.
        let empty = stages.read == 0
            && period.is_some()
            && match measure.form {
                MeasureForm::Count | MeasureForm::Distinct { .. } => false,
                MeasureForm::Sum(node) => !is_integer(node),
                _ => true,
            };
        let value = value.filter(|_| !empty);
        assize_measures::MeasureRow {
            by: measure.by.iter().map(|by| Arc::clone(&by.name)).zip(by).collect(),
            period,
            stages,
            numerator: quantile.is_none().then_some(numerator).filter(|_| !empty),
            denominator: denominator.filter(|_| !empty),
            value_exact: value,
            value: value.map(|value| value.to_string_places(places, assize_model::decimal::Rounding::HalfUp)),
            interval: None,
            bounds: None,
            change: None,
            target: None,
            state: match value {
                _ if empty => RowState::Empty,
                Some(_) => RowState::Known,
                None => RowState::Undefined,
            },
            not_decided: stages.not_decided,
        }
    }
}

/// The nearest value of three significant digits.
fn three_digits(value: Decimal) -> Decimal {
    let shown = value.abs().normalized().to_string();
    let (whole, part) = shown.split_once('.').unwrap_or((&shown, ""));
    let places = match whole.trim_start_matches('0').len() {
        0 => 3 + part.bytes().take_while(|byte| *byte == b'0').count() as i64,
        digits => 3 - digits as i64,
    };
    value.round(places, assize_model::decimal::Rounding::HalfUp).unwrap_or(value)
}

/// Method 7 of Hyndman and Fan, over all values.
fn quantile(mut all: Vec<Decimal>, share: Decimal) -> Option<Decimal> {
    all.sort_unstable();
    let last = all.len().checked_sub(1)?;
    let place = Decimal::from_i64(last as i64).mul(share).unwrap();
    let below = place.round(0, assize_model::decimal::Rounding::Floor).unwrap();
    let at = below.to_i64().unwrap() as usize;
    let (low, high) = (all[at], all[(at + 1).min(last)]);
    let part = place.sub(below).unwrap();
    Some(low.add(part.mul(high.sub(low).unwrap()).unwrap()).unwrap())
}
