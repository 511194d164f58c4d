//! Each form of measure on records that a person can count.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod common;

use assize_measures::{
    BreakdownValue, MAX_GROUPS, MeasurePlan, MeasureRow, MeasureState, MeasureTable, Number, PeriodOfRow, PlanError,
    RowState, Stage, UpdateError, Wanted,
};
use assize_model::absence::{Absence, Fault, Reason};
use assize_model::civil::Date;
use assize_model::decimal::Decimal;
use assize_model::ids::{CategoryId, Code, MeasureId, NodeId};
use assize_model::lane::NO_CODE;
use assize_model::measure::{Breakdown, Confidence, IntervalMethod, Measure, MeasureForm, Precision, UnknownPolicy};
use assize_model::period::Period;
use assize_model::program::State;
use assize_model::ty::Ty;
use assize_model::value::Value;
use common::{Build, Case, Cell, LIST, Layout, count_measure};

/// A measure being put together, a column at a time.
struct Given {
    build: Build,
    measure: Measure,
    cells: Vec<(Vec<Cell>, Layout)>,
    rows: usize,
}

impl Given {
    fn new(rows: usize) -> Self {
        Self { build: Build::new(), measure: count_measure(MeasureForm::Count), cells: Vec::new(), rows }
    }

    fn column(&mut self, ty: Ty, cells: impl IntoIterator<Item = Cell>) -> NodeId {
        let node = self.build.node(ty);
        let cells: Vec<Cell> = cells.into_iter().collect();
        assert_eq!(cells.len(), self.rows);
        self.cells.push((cells, Layout::Each));
        node
    }

    /// `y`, `n`, `?` for missing, `!` for error.
    fn condition(&mut self, cells: &str) -> Option<NodeId> {
        let cells = cells.chars().map(|cell| match cell {
            'y' => Ok(Value::Boolean(true)),
            'n' => Ok(Value::Boolean(false)),
            '?' => Err(Absence::UNKNOWN),
            _ => Err(Absence::error(Fault::Overflow, NodeId(0))),
        });
        let cells: Vec<Cell> = cells.collect();
        Some(self.column(Ty::Boolean, cells))
    }

    fn integers(&mut self, cells: &[i64]) -> NodeId {
        self.column(Ty::Integer, cells.iter().map(|&value| Ok(Value::Integer(value))))
    }

    fn by(&mut self, name: &str, node: NodeId, category: Option<CategoryId>) {
        self.measure.by.push(Breakdown { name: name.into(), node, category });
    }

    fn case(mut self) -> Case {
        self.build.program.measures.push(self.measure);
        Case {
            program: self.build.program,
            rows: self.rows,
            bad: vec![false; self.rows],
            cells: self.cells,
            outcomes: vec![(NO_CODE, State::Decided); self.rows],
        }
    }

    fn table(self) -> MeasureTable {
        let case = self.case();
        case.state(0, case.rows, 64).finish(&case.program)
    }

    fn row(self) -> MeasureRow {
        let mut rows = self.table().rows;
        assert_eq!(rows.len(), 1);
        rows.remove(0)
    }
}

fn per(value: i64) -> MeasureForm {
    MeasureForm::Rate { per: Decimal::from_i64(value) }
}

fn wilson(level: &str) -> Option<Confidence> {
    Some(Confidence { method: IntervalMethod::Wilson, level: dec(level) })
}

fn dec(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

#[test]
fn a_rate_with_the_whole_ladder() {
    let mut given = Given::new(12);
    given.measure.form = per(100);
    given.measure.include = given.condition("ny?yyyyyyyyy");
    given.measure.exclude = given.condition("nnnynnnnnnnn");
    given.measure.eligible = given.condition("nyyynyyyyyyy");
    given.measure.numerator = given.condition("nnnnny?nnnyy");
    given.measure.except = given.condition("nnnnnyny?!nn");
    given.measure.interval = wilson("0.95");
    let row = given.row();
    let stages = row.stages;
    assert_eq!((stages.read, stages.include, stages.exclude, stages.eligible), (12, 10, 1, 8));
    // Unknown at include, at the numerator and at except; an error at except; one excepted. The sixth record fulfils
    // the numerator, so `except` is not asked of it.
    assert_eq!((stages.unknown, stages.numerator, stages.except, stages.error), (3, 3, 1, 1));
    assert_eq!((row.numerator, row.denominator), (Some(Number::Integer(3)), Some(Number::Integer(4))));
    assert_eq!((row.value.as_deref(), row.value_exact), (Some("75.0"), Some(dec("75"))));
    let interval = row.interval.unwrap();
    assert_eq!((&*interval.lower_shown, &*interval.upper_shown), ("30.06", "95.44"));
    assert_eq!(row.state, RowState::Known);
}

#[test]
fn the_published_share_and_its_interval() {
    for (x, n, at, wanted) in [
        (31, 499, "0.95", ("6.2", "4.41", "8.68")),
        (12, 80, "0.95", ("15.0", "8.79", "24.41")),
        (12, 80, "0.998", ("15.0", "6.49", "30.98")),
    ] {
        let mut given = Given::new(n);
        given.measure.form = per(100);
        given.measure.numerator = given.condition(&["y".repeat(x), "n".repeat(n - x)].concat());
        given.measure.interval = wilson(at);
        let row = given.row();
        let interval = row.interval.unwrap();
        assert_eq!((row.value.as_deref().unwrap(), &*interval.lower_shown, &*interval.upper_shown), wanted, "{x}/{n}");
        assert!(interval.lower < interval.upper);
    }
}

#[test]
fn unknown_counts_apart_or_as_no_or_as_yes() {
    for (policy, counts) in [
        // include, eligible, unknown, numerator, denominator, not included
        (UnknownPolicy::Apart, (3, 3, 2, 1, 2)),
        (UnknownPolicy::No, (3, 3, 2, 1, 3)),
        (UnknownPolicy::Yes, (4, 4, 2, 3, 4)),
    ] {
        let mut given = Given::new(5);
        given.measure.form = per(100);
        given.measure.unknown = policy;
        given.measure.include = given.condition("yyy?n");
        given.measure.numerator = given.condition("yn?yy");
        let row = given.row();
        let stages = row.stages;
        let got = (stages.include, stages.eligible, stages.unknown, stages.numerator, stages.denominator);
        assert_eq!(got, counts, "{policy:?}");
    }
}

#[test]
fn a_missing_number_is_neither_yes_nor_no() {
    for policy in [UnknownPolicy::Apart, UnknownPolicy::No, UnknownPolicy::Yes] {
        let mut given = Given::new(3);
        given.measure.unknown = policy;
        let values = [Ok(Value::Integer(4)), Err(Absence::NOT_APPLICABLE), Ok(Value::Integer(5))];
        let node = given.column(Ty::Integer, values);
        given.measure.form = MeasureForm::Mean(node);
        let row = given.row();
        assert_eq!((row.stages.unknown, row.stages.denominator), (1, 2));
        assert_eq!((row.numerator, row.denominator), (Some(Number::Integer(9)), Some(Number::Integer(2))));
        assert_eq!((row.value.as_deref(), row.value_exact), (Some("4.50"), Some(dec("4.5"))));
    }
}

#[test]
fn nothing_to_divide_by_is_a_state() {
    for form in [per(100), MeasureForm::Ratio] {
        let mut given = Given::new(0);
        given.measure.form = form;
        given.measure.interval = wilson("0.95");
        given.measure.numerator = given.condition("");
        let row = given.row();
        assert_eq!((row.state, &row.value, row.value_exact, &row.interval), (RowState::Undefined, &None, None, &None));
        assert_eq!((row.numerator, row.denominator), (Some(Number::Integer(0)), Some(Number::Integer(0))));
    }
    let mut given = Given::new(0);
    let node = given.integers(&[]);
    given.measure.form = MeasureForm::Mean(node);
    assert_eq!(given.row().state, RowState::Undefined);

    let mut given = Given::new(0);
    let node = given.integers(&[]);
    given.measure.form = MeasureForm::Sum(node);
    let row = given.row();
    assert_eq!((row.state, row.value.as_deref()), (RowState::Known, Some("0")));
    assert_eq!(Given::new(0).row().value.as_deref(), Some("0"));
}

#[test]
fn a_denominator_of_its_own() {
    // Of conditions: one record is in the numerator and not in the denominator, so that this is no share.
    let mut given = Given::new(6);
    given.measure.form = per(1);
    given.measure.interval = wilson("0.95");
    given.measure.numerator = given.condition("yynnny");
    given.measure.denominator = given.condition("ynyn??");
    let row = given.row();
    assert_eq!((row.numerator, row.denominator), (Some(Number::Integer(2)), Some(Number::Integer(2))));
    assert_eq!((row.stages.numerator_only, row.stages.neither, row.stages.unknown), (1, 1, 2));
    assert_eq!((row.value.as_deref(), &row.interval), (Some("1.000"), &None));

    // Of numbers: sum over sum.
    let mut given = Given::new(3);
    given.measure.form = per(100_000);
    given.measure.numerator = Some(given.integers(&[3, 4, 5]));
    given.measure.denominator = Some(given.integers(&[1_000, 2_000, 3_000]));
    given.measure.interval = wilson("0.95");
    let row = given.row();
    assert_eq!((row.numerator, row.denominator), (Some(Number::Integer(12)), Some(Number::Integer(6_000))));
    assert_eq!((row.value.as_deref(), &row.interval), (Some("200.0"), &None));

    // They can come to zero, and below.
    let mut given = Given::new(2);
    given.measure.form = MeasureForm::Ratio;
    given.measure.denominator = Some(given.integers(&[1, -1]));
    assert_eq!(given.row().state, RowState::Undefined);
}

#[test]
fn quotients_are_rounded_half_even_at_28_digits_and_shown_half_up() {
    let mut given = Given::new(3);
    given.measure.form = per(100);
    given.measure.numerator = given.condition("ynn");
    let row = given.row();
    assert_eq!(row.value_exact, Some(dec("33.33333333333333333333333333")));
    assert_eq!(row.value.as_deref(), Some("33.3"));

    let mut given = Given::new(8);
    given.measure.form = MeasureForm::Ratio;
    given.measure.numerator = given.condition("ynnnnnnn");
    assert_eq!(given.row().value.as_deref(), Some("0.13"));
}

#[test]
fn sums_past_their_numbers_are_errors_of_the_row_only() {
    let mut given = Given::new(4);
    let node = given.integers(&[i64::MAX, 1, 2, i64::MAX]);
    let key = given.condition("yynn").unwrap();
    given.by("group", key, None);
    given.measure.form = MeasureForm::Sum(node);
    let rows = given.table().rows;
    for (row, value) in [(&rows[0], BreakdownValue::Boolean(false)), (&rows[1], BreakdownValue::Boolean(true))] {
        assert_eq!(row.by[0].1, value);
        assert_eq!(row.state, RowState::Error(Fault::Overflow));
        assert_eq!((row.numerator, row.value_exact, &row.value), (None, None, &None));
        assert_eq!(row.stages.read, 2);
    }

    // The mean of the same fits; and what overflows on the way but not in the end is right.
    let mut given = Given::new(3);
    let node = given.integers(&[i64::MAX, i64::MAX, -i64::MAX]);
    given.measure.form = MeasureForm::Sum(node);
    assert_eq!(given.row().value_exact, Some(Decimal::from_i64(i64::MAX)));

    let mut given = Given::new(3);
    let node =
        given.column(Ty::Decimal, [Decimal::MAX, Decimal::ONE, Decimal::ONE].map(|value| Ok(Value::Decimal(value))));
    given.measure.form = MeasureForm::Sum(node);
    assert_eq!(given.row().state, RowState::Error(Fault::Overflow));

    let mut given = Given::new(1);
    given.measure.form = MeasureForm::Rate { per: Decimal::MAX };
    given.measure.numerator = Some(given.integers(&[10]));
    assert_eq!(given.row().state, RowState::Error(Fault::Overflow));
}

#[test]
fn exact_decimals_stay_exact() {
    let mut given = Given::new(3);
    let node = given.column(Ty::Decimal, ["0.1", "0.2", "-0.3"].map(|text| Ok(Value::Decimal(dec(text)))));
    given.measure.form = MeasureForm::Sum(node);
    let row = given.row();
    assert_eq!((row.value_exact, row.value.as_deref()), (Some(Decimal::ZERO), Some("0.00")));
}

#[test]
fn distinct_values_are_of_the_records_that_count() {
    let mut given = Given::new(6);
    let texts = ["a", "b", "a", "c", "d", "e"].map(|text| Ok(Value::Text(text.into())));
    let node = given.column(Ty::Text, texts);
    given.measure.form = MeasureForm::Distinct { precision: Precision::Exact, of: node };
    given.measure.numerator = given.condition("yyynn?");
    assert_eq!(given.row().value.as_deref(), Some("2"));

    let mut given = Given::new(3);
    let node = given.column(Ty::Decimal, ["1.0", "1.00", "1"].map(|text| Ok(Value::Decimal(dec(text)))));
    given.measure.form = MeasureForm::Distinct { precision: Precision::Exact, of: node };
    assert_eq!(given.row().value.as_deref(), Some("1"));
}

#[test]
fn rows_come_in_declared_order_then_none_then_missing_then_error() {
    let mut given = Given::new(9);
    let code = |code| Ok(Value::Code(LIST, code));
    let missing = |reason| Err(Absence::missing(reason));
    let cells = [
        Err(Absence::error(Fault::Data, NodeId(0))),
        missing(Reason::Withheld),
        code(Code(2)),
        missing(Reason::Unknown),
        code(Code::NONE),
        code(Code(0)),
        code(Code(1)),
        missing(Reason::NotApplicable),
        code(Code(2)),
    ];
    let node = given.column(Ty::Code(LIST), cells);
    given.by("level", node, None);
    let days = [Some(45), Some(45), Some(45), Some(45), Some(45), Some(45), Some(45), Some(45), None];
    let date = |day: Option<i32>| day.map(|day| Value::Date(Date::from_days(day).unwrap())).ok_or(Absence::UNKNOWN);
    let node = given.column(Ty::Date, days.map(date));
    given.measure.every = Some((Period::Month, node));
    let case = given.case();
    let table = case.state(0, 9, 64).finish(&case.program);
    let shown: Vec<String> = table
        .rows
        .iter()
        .map(|row| {
            let period = match row.period.as_ref().unwrap() {
                PeriodOfRow::Span { label, from, to } => format!("{label} {from} {to}"),
                PeriodOfRow::Missing(reason) => reason.to_string(),
                PeriodOfRow::Error => "error".to_owned(),
            };
            format!("{} {period}", row.by[0].1.shown(&case.program))
        })
        .collect();
    let february = "1970-02 1970-02-01 1970-02-28";
    let wanted: Vec<String> = ["low", "middle", "high", "none", "unknown", "not_applicable", "withheld", "error"]
        .into_iter()
        .flat_map(|level| {
            let last = (level == "high").then(|| "high unknown".to_owned());
            [Some(format!("{level} {february}")), last].into_iter().flatten()
        })
        .collect();
    assert_eq!(shown, wanted);
}

#[test]
fn a_category_counts_under_its_value_and_the_row_says_how_many_are_not_decided() {
    let mut given = Given::new(6);
    let node = given.column(Ty::Code(LIST), vec![Err(Absence::UNKNOWN); 6]);
    given.by("level", node, Some(CategoryId(0)));
    let mut case = given.case();
    case.outcomes = vec![
        (1, State::Provisional),
        (1, State::Decided),
        (NO_CODE, State::Decided),
        (NO_CODE, State::Undetermined),
        (NO_CODE, State::NotApplicable),
        (NO_CODE, State::Error),
    ];
    let rows = case.state(0, 6, 64).finish(&case.program).rows;
    let got: Vec<(BreakdownValue, u64, u64)> =
        rows.iter().map(|row| (row.by[0].1.clone(), row.stages.read, row.not_decided)).collect();
    assert_eq!(
        got,
        [
            (BreakdownValue::Code(LIST, Code(1)), 2, 1),
            (BreakdownValue::NoCode, 1, 0),
            (BreakdownValue::Missing(Reason::Unknown), 1, 1),
            (BreakdownValue::Missing(Reason::NotApplicable), 1, 0),
            (BreakdownValue::Error, 1, 0),
        ]
    );
}

#[test]
fn a_record_that_cannot_be_read_is_counted_as_read_and_in_error_only() {
    let mut given = Given::new(2);
    given.measure.form = per(100);
    given.measure.numerator = given.condition("yy");
    let mut case = given.case();
    case.bad[1] = true;
    let row = case.state(0, 2, 64).finish(&case.program).rows.remove(0);
    assert_eq!((row.stages.read, row.stages.error, row.stages.include, row.stages.numerator), (2, 1, 1, 1));
    let (plan, wanted) = case.plan();
    let mut stages = Vec::new();
    case.chunk(&wanted, 0, 2, |chunk| plan.stages(chunk, &mut stages)).unwrap();
    assert_eq!(stages, [Stage::Numerator, Stage::Error]);
}

/// Breakdowns so wide that groups are found by hash, and so deep in slots that a table would not do.
#[test]
fn wide_breakdowns_give_the_same_rows() {
    let rows = 6_000;
    let mut given = Given::new(rows);
    let at = |factor: usize, of: usize| (0..rows).map(move |row| (row * factor % of) as i64);
    for (name, factor, of) in [("a", 7, 1_000), ("b", 13, 900), ("c", 1, 5)] {
        let node = given.column(Ty::Integer, at(factor, of).map(|value| Ok(Value::Integer(value * 1_000_003))));
        given.by(name, node, None);
    }
    let texts = (0..rows).map(|row| Ok(Value::Text(format!("area {}", row % 1_100).into())));
    let node = given.column(Ty::Text, texts);
    given.by("d", node, None);
    given.measure.form = per(100);
    given.measure.numerator = given.condition(&"ynn?".repeat(rows / 4));
    let case = given.case();
    let state = case.state(0, rows, 128);
    assert_eq!(state.finish(&case.program), case.naive());
    let mut merged = case.state(rows / 3, rows, 512);
    merged.merge(&case.state(0, rows / 3, 100)).unwrap();
    assert_eq!(merged.to_bytes(), state.to_bytes());
    let read = MeasureState::from_bytes(case.plan().0, &state.to_bytes()).unwrap();
    assert_eq!(read.finish(&case.program), state.finish(&case.program));
}

#[test]
fn values_far_apart_and_falling_are_grouped_right() {
    let values: Vec<i64> = vec![
        i64::MAX,
        i64::MIN,
        0,
        -1,
        i64::MAX,
        1 << 40,
        -(1 << 17),
        1 << 17,
        5,
        4,
        3,
        2,
        1,
        -70_000,
        0,
        i64::MIN + 1,
    ];
    let mut given = Given::new(values.len());
    let node = given.integers(&values);
    given.by("value", node, None);
    let case = given.case();
    assert_eq!(case.state(0, values.len(), 3).finish(&case.program), case.naive());

    let days: Vec<i32> = (0..3_000).map(|at| Date::MAX.days() - at * 1_200).collect();
    let mut given = Given::new(days.len());
    let node = given.column(Ty::Date, days.iter().map(|&days| Ok(Value::Date(Date::from_days(days).unwrap()))));
    given.measure.every = Some((Period::Quarter, node));
    let case = given.case();
    assert_eq!(case.state(0, days.len(), 64).finish(&case.program), case.naive());
}

#[test]
fn more_rows_than_anyone_reads_are_refused() {
    let rows = MAX_GROUPS + 1;
    let mut given = Given::new(rows);
    let node = given.column(Ty::Integer, (0..rows).map(|row| Ok(Value::Integer(row as i64))));
    given.by("key", node, None);
    let case = given.case();
    let (plan, wanted) = case.plan();
    let mut state = MeasureState::new(plan);
    case.chunk(&wanted, 0, MAX_GROUPS, |chunk| state.update(chunk)).unwrap();
    let error = case.chunk(&wanted, MAX_GROUPS, rows, |chunk| state.update(chunk)).unwrap_err();
    assert!(matches!(error, UpdateError::TooManyGroups(_)));
    assert_eq!(error.to_string(), "the breakdowns give more than 1048576 rows");
}

#[test]
fn what_the_compiler_should_refuse_is_refused() {
    let plan = |given: Given| {
        let case = given.case();
        MeasurePlan::new(&case.program, MeasureId(0), "", &mut Wanted::default()).map(|_| ()).unwrap_err()
    };
    let refused = |clause| PlanError::Type { measure: "m".into(), clause };

    let mut given = Given::new(0);
    given.measure.include = Some(given.integers(&[]));
    assert_eq!(plan(given), refused("include"));

    let mut given = Given::new(0);
    let node = given.column(Ty::Text, []);
    given.measure.form = MeasureForm::Sum(node);
    assert_eq!(plan(given), refused("as"));

    let mut given = Given::new(0);
    let node = given.build.node(Ty::Texts);
    given.by("tags", node, None);
    assert_eq!(plan(given), refused("by"));

    let mut given = Given::new(0);
    given.measure.eligible = Some(NodeId(99));
    assert_eq!(plan(given), PlanError::NoNode("m".into()));

    let case = Given::new(0).case();
    let error = MeasurePlan::new(&case.program, MeasureId(1), "", &mut Wanted::default()).unwrap_err();
    assert_eq!(error, PlanError::NoMeasure);
}

#[test]
fn a_chunk_without_what_is_read_changes_nothing() {
    let mut given = Given::new(100);
    given.measure.numerator = given.condition(&"yn".repeat(50));
    let case = given.case();
    let (plan, wanted) = case.plan();
    let mut state = MeasureState::new(plan);
    let before = state.to_bytes();
    case.chunk(&wanted, 0, 100, |chunk| {
        let mut chunk = *chunk;
        chunk.lanes = &[];
        assert!(matches!(state.update(&chunk), Err(UpdateError::WrongChunk(_))));
        chunk.rows = 1_000;
        assert!(matches!(state.update(&chunk), Err(UpdateError::WrongChunk(_))));
    });
    assert_eq!(state.to_bytes(), before);
}

#[test]
fn two_measures_share_what_they_read() {
    let mut given = Given::new(4);
    given.measure.include = given.condition("yynn");
    let mut other = given.measure.clone();
    other.heading.name = "other".into();
    other.numerator = given.condition("ynyn");
    let mut case = given.case();
    case.program.measures.push(other);
    let mut wanted = Wanted::default();
    for id in [0, 1] {
        MeasurePlan::new(&case.program, MeasureId(id), "", &mut wanted).unwrap();
    }
    assert_eq!(wanted.nodes.len(), 2);
}
