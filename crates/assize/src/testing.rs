//! Running the `test` blocks of rules, and counting which criteria they exercise.

use crate::fault::fault_message;
use crate::ruleset::RuleSet;
use crate::show::Shown;
use assize_eval::outcome::{Chosen, OutcomeRow};
use assize_eval::row::{Cell, InputError, Inputs, RowError, RowId, Session};
use assize_model::bounds::CodeSet;
use assize_model::ids::{CategoryId, Code, LetId};
use assize_model::program::{
    Category, Expectation, Expected, ExpectedState, Given, Place, Program, Subject, TestCase, TestRecord,
};
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::fmt::Write as _;
use std::sync::Arc;

/// What the tests of a rule set came to.
#[derive(Debug, Clone, Default)]
pub struct TestReport {
    /// Each test, in the order of the rules.
    pub tests: Vec<TestResult>,
    /// For each category, in the order of the rules: which of its criteria some test decided by.
    pub decided_by: Vec<Vec<bool>>,
}

impl TestReport {
    /// How many tests failed.
    pub fn failed(&self) -> usize {
        self.tests.iter().filter(|test| !test.failures.is_empty()).count()
    }
}

/// One test.
#[derive(Debug, Clone)]
pub struct TestResult {
    /// What it is called.
    pub title: Arc<str>,
    /// Where it stands.
    pub place: Place,
    /// What was not as expected; empty for a test that passes.
    pub failures: Vec<TestFailure>,
}

/// An expectation that was not met.
#[derive(Debug, Clone)]
pub struct TestFailure {
    /// Where it stands.
    pub place: Place,
    /// What was expected and what came out.
    pub message: String,
}

/// Runs every test of a rule set.
pub fn run_tests(rules: &RuleSet) -> TestReport {
    let program = rules.program();
    let decided_by =
        program.categories.iter().map(|category| vec![false; category.criteria().count()]).collect();
    let mut report = TestReport { tests: Vec::with_capacity(program.tests.len()), decided_by };
    for test in &program.tests {
        let failures = run(rules, program, test, &mut report.decided_by).unwrap_or_else(|message| {
            vec![TestFailure { place: test.place, message: format!("the test cannot be set up: {message}") }]
        });
        report.tests.push(TestResult { title: Arc::clone(&test.title), place: test.place, failures });
    }
    report
}

fn run(
    rules: &RuleSet,
    program: &Program,
    test: &TestCase,
    decided_by: &mut [Vec<bool>],
) -> Result<Vec<TestFailure>, String> {
    let mut inputs = Inputs::new(program, test.as_of);
    for (param, value) in &test.params {
        inputs.set(program, *param, value.clone()).map_err(|error: InputError| error.to_string())?;
    }
    let mut session = rules.session(&inputs);
    let mut failures = Vec::new();
    for (at, given) in test.given.iter().enumerate() {
        begin(&mut session, given).map_err(|error| error.to_string())?;
        for expectation in test.expect.iter().filter(|expectation| expectation.given == at) {
            let message = match expectation.subject {
                Subject::Category(id) => category(program, &mut session, id, expectation, decided_by),
                Subject::Let(id) => named(program, &mut session, id, expectation),
            }
            .map_err(|error| error.to_string())?;
            failures.extend(message.map(|message| TestFailure { place: expectation.place, message }));
        }
    }
    Ok(failures)
}

fn begin(session: &mut Session, given: &TestRecord) -> Result<(), RowError> {
    let row = session.begin(given.record)?;
    fill(session, row, given)
}

fn fill(session: &mut Session, row: RowId, given: &TestRecord) -> Result<(), RowError> {
    for (field, given) in &given.fields {
        match given {
            Given::Value(value) => session.set_value_at(row, *field, value)?,
            Given::Missing(reason) => session.set_missing_at(row, *field, *reason)?,
            Given::Range(lo, hi) => match (lo, hi) {
                (Some(Value::Decimal(_)), _) | (_, Some(Value::Decimal(_))) => {
                    let end = |end: &Option<Value>| match end {
                        Some(Value::Decimal(value)) => Some(*value),
                        _ => None,
                    };
                    session.set_decimal_range_at(row, *field, end(lo), end(hi))?;
                }
                _ => {
                    let end = |end: &Option<Value>| match end {
                        Some(Value::Integer(value)) => Some(*value),
                        _ => None,
                    };
                    session.set_integer_range_at(row, *field, end(lo), end(hi))?;
                }
            },
        }
    }
    for (many, children) in &given.children {
        for child in children {
            let row = session.child(row, *many)?;
            fill(session, row, child)?;
        }
    }
    Ok(())
}

fn category(
    program: &Program,
    session: &mut Session,
    id: CategoryId,
    expected: &Expectation,
    decided_by: &mut [Vec<bool>],
) -> Result<Option<String>, RowError> {
    let outcome = session.evaluate(id)?.row();
    let Some(category) = program.category(id) else { return Err(RowError::NoRecord) };
    if let Some(decided) = decided_by.get_mut(id.index()) {
        for &criterion in &outcome.because {
            if let Some(decided) = decided.get_mut(usize::from(criterion)) {
                *decided = true;
            }
        }
    }
    let value = expected.value.as_ref().is_none_or(|value| match (value, outcome.value) {
        (Expected::NoCode, Chosen::One(code)) => code == Code::NONE,
        (Expected::NoCode, Chosen::Many(codes)) => codes.is_empty(),
        (Expected::Value(Value::Code(_, expected)), Chosen::One(code)) => code == *expected,
        (Expected::Value(Value::Codes(_, expected)), Chosen::Many(codes)) => {
            codes == expected.iter().fold(CodeSet::EMPTY, |set, &code| set.with(code))
        }
        _ => false,
    });
    let state = expected.state.is_none_or(|state| match state {
        ExpectedState::State(state) => state == outcome.state,
        ExpectedState::Error => outcome.state == assize_model::program::State::Error,
        ExpectedState::Missing(_) => false,
    });
    let names = |because: &[u16]| -> Vec<Arc<str>> {
        because
            .iter()
            .filter_map(|&at| category.criteria().nth(usize::from(at)))
            .map(|(_, criterion)| Arc::clone(&criterion.heading.name))
            .collect()
    };
    let because = expected.because.as_ref().is_none_or(|expected| same(expected.clone(), names(&outcome.because)));
    let possible = expected.possible.as_ref().is_none_or(|expected| {
        outcome.possible == expected.iter().fold(CodeSet::EMPTY, |set, &code| set.with(code))
    });
    let missing = expected.missing.as_ref().is_none_or(|expected| {
        let names = outcome.missing.iter().map(|path| path.name(program, category.record).into()).collect();
        same(expected.clone(), names)
    });
    if value && state && because && possible && missing {
        return Ok(None);
    }
    let name = &category.heading.name;
    let stated = program.text_of(expected.place).split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(Some(format!("{stated}: `{name}` is {}", outcome_text(program, id, category, &outcome))))
}

fn same(mut a: Vec<Arc<str>>, mut b: Vec<Arc<str>>) -> bool {
    a.sort_unstable();
    b.sort_unstable();
    a == b
}

/// An outcome in one line: `B, provisional, because breach, possible B, A, missing felon`.
pub fn outcome_text(program: &Program, id: CategoryId, category: &Category, outcome: &OutcomeRow) -> String {
    let list = program.list(category.list);
    let code = |code: Code| list.map_or("?", |list| list.name(code));
    let codes = |codes: CodeSet| codes.iter().map(code).collect::<Vec<_>>().join(", ");
    let mut out = match outcome.value {
        Chosen::Nothing => String::new(),
        Chosen::One(value) => format!("{}, ", code(value)),
        Chosen::Many(values) => format!("{{{}}}, ", codes(values)),
    };
    out.push_str(outcome.state.word());
    let because: Vec<&str> = outcome
        .because
        .iter()
        .filter_map(|&at| category.criteria().nth(usize::from(at)))
        .map(|(_, criterion)| &*criterion.heading.name)
        .collect();
    if !because.is_empty() {
        let _ = write!(out, ", because {}", because.join(", "));
    }
    if outcome.state == assize_model::program::State::Provisional
        || outcome.state == assize_model::program::State::Undetermined
    {
        let _ = write!(out, ", possible {}", codes(outcome.possible));
        let missing: Vec<String> = outcome.missing.iter().map(|path| path.name(program, category.record)).collect();
        if !missing.is_empty() {
            let _ = write!(out, ", missing {}", missing.join(", "));
        }
    }
    if let Some(error) = outcome.error {
        let _ = write!(out, ": {}", fault_message(program, id, error));
    }
    out
}

fn named(
    program: &Program,
    session: &mut Session,
    id: LetId,
    expected: &Expectation,
) -> Result<Option<String>, RowError> {
    let Some(declared) = program.let_(id) else { return Err(RowError::NoRecord) };
    let Some(ty) = program.node(declared.node).map(|node| node.ty) else { return Err(RowError::NoRecord) };
    let cell = session.value_of(declared.node)?;
    let value = expected.value.as_ref().is_none_or(|value| match value {
        Expected::NoCode => cell == Cell::Code(Code::NONE),
        Expected::Value(expected) => session.value(cell, ty).as_ref() == Some(expected),
    });
    let state = expected.state.is_none_or(|state| match (state, cell) {
        (ExpectedState::Error, Cell::Absent(absence)) => absence.is_error(),
        (ExpectedState::Missing(reason), Cell::Absent(absence)) => {
            !absence.is_error() && reason.is_none_or(|reason| absence.reason() == Some(reason))
        }
        (ExpectedState::Missing(reason), Cell::Between { .. } | Cell::DecimalBetween(_) | Cell::OneOf(_)) => {
            reason.is_none_or(|reason| reason == assize_model::absence::Reason::Unknown)
        }
        _ => false,
    });
    if value && state {
        return Ok(None);
    }
    let stated = program.text_of(expected.place).split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(Some(format!("{stated}: `{}` is {}", declared.heading.name, cell_text(program, session, cell, ty))))
}

/// What an expression came to, in words: a value, its bounds, why it is missing, or its error.
pub fn cell_text(program: &Program, session: &Session, cell: Cell, ty: Ty) -> String {
    match cell {
        Cell::Absent(absence) => match absence.reason() {
            Some(reason) => format!("missing ({reason})"),
            None => format!("an error: {}", fault_message(program, CategoryId(u32::MAX), absence)),
        },
        Cell::Code(Code::NONE) => "none".to_owned(),
        Cell::Between { .. } | Cell::DecimalBetween(_) => {
            let bounds = session.store().decimal_bounds(cell).or_else(|| cell.integer_bounds().map(|b| b.to_decimal()));
            let Some(bounds) = bounds else { return "not known".to_owned() };
            match (bounds.lo, bounds.hi) {
                (Some(lo), Some(hi)) => format!("between {lo} and {hi}"),
                (Some(lo), None) => format!("at least {lo}"),
                (None, Some(hi)) => format!("at most {hi}"),
                (None, None) => "not known".to_owned(),
            }
        }
        Cell::OneOf(_) => {
            let list = match ty {
                Ty::Code(list) => program.list(list),
                _ => None,
            };
            let codes = cell.code_set().unwrap_or_default();
            let names: Vec<&str> = codes.iter().map(|code| list.map_or("?", |list| list.name(code))).collect();
            format!("one of {}", names.join(", "))
        }
        known => match session.value(known, ty) {
            Some(Value::Text(text)) => format!("\"{text}\""),
            Some(value) => Shown(program, &value).to_string(),
            None => "?".to_owned(),
        },
    }
}
