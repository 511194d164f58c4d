//! Running a program's `test` blocks, and noting which criteria they reached.

use super::cell::Cell;
use super::inputs::Inputs;
use super::plan::Plan;
use super::session::{RowError, RowId, Session};
use super::show::{alternatives, code_name, show, show_value};
use crate::outcome::{Chosen, OutcomeRow};
use assize_model::absence::{Absence, Reason};
use assize_model::bounds::CodeSet;
use assize_model::ids::{CategoryId, Code, LetId};
use assize_model::program::{
    Category, Expectation, Expected, ExpectedState, Given, Place, Program, State, Subject, TestCase, TestRecord,
};
use assize_model::value::Value;
use std::sync::Arc;

/// What came of all tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestReport {
    /// Each test, in order.
    pub tests: Vec<TestResult>,
    /// Every criterion of every category, in order.
    pub coverage: Vec<Coverage>,
}

/// What came of one test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    /// Its title.
    pub title: String,
    /// Where it is written.
    pub place: Place,
    /// What did not come out as expected; none when it passed.
    pub failures: Vec<TestFailure>,
}

/// An expectation that was not met, or a record that could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestFailure {
    /// The category or the `let`; empty for a record that could not be made.
    pub subject: String,
    /// What was expected.
    pub expected: String,
    /// What came out, or why nothing could.
    pub actual: String,
    /// Where the expectation is written.
    pub place: Place,
}

/// How tests reached a criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Its category.
    pub category: CategoryId,
    /// Which of the category's criteria it is.
    pub criterion: usize,
    /// Its name.
    pub name: String,
    /// Where it is written.
    pub place: Place,
    /// In how many expectations it was true.
    pub yes: u32,
    /// In how many it was false.
    pub no: u32,
    /// In how many it was among the reasons.
    pub decisive: u32,
}

impl TestReport {
    /// Whether every test passed.
    pub fn passed(&self) -> bool {
        self.tests.iter().all(|test| test.failures.is_empty())
    }
}

/// Runs the tests of a plan's program.
pub fn run_tests(plan: &Arc<Plan>) -> TestReport {
    let program = Arc::clone(plan.program());
    let mut runner = Runner { program: &program, starts: Vec::new(), coverage: Vec::new() };
    for (id, category) in program.categories.iter().enumerate() {
        runner.starts.push(runner.coverage.len());
        for (at, (_, criterion)) in category.criteria().enumerate() {
            runner.coverage.push(Coverage {
                category: CategoryId::from_index(id),
                criterion: at,
                name: criterion.heading.name.to_string(),
                place: criterion.place,
                yes: 0,
                no: 0,
                decisive: 0,
            });
        }
    }
    let mut tests = Vec::new();
    // One session for all: its inputs are bound again for each test.
    let mut session: Option<Session> = None;
    for test in &program.tests {
        let mut result = TestResult { title: test.title.to_string(), place: test.place, failures: Vec::new() };
        let mut inputs = Inputs::new(&program, test.as_of);
        for (param, value) in &test.params {
            if let Err(error) = inputs.set(&program, *param, value.clone()) {
                result.failures.push(broken(test.place, error.to_string()));
            }
        }
        let session = match &mut session {
            Some(session) => {
                session.bind(&inputs);
                session
            }
            none => none.insert(Session::new(Arc::clone(plan), &inputs)),
        };
        runner.test(session, test, &mut result.failures);
        tests.push(result);
    }
    TestReport { tests, coverage: runner.coverage }
}

struct Runner<'p> {
    program: &'p Program,
    /// Of each category, where its criteria start in the coverage.
    starts: Vec<usize>,
    coverage: Vec<Coverage>,
}

fn broken(place: Place, why: String) -> TestFailure {
    TestFailure { subject: String::new(), expected: String::new(), actual: why, place }
}

impl Runner<'_> {
    fn test(&mut self, session: &mut Session, test: &TestCase, failures: &mut Vec<TestFailure>) {
        let mut present = None;
        for expectation in &test.expect {
            if present != Some(expectation.given) {
                present = None;
                let Some(given) = test.given.get(expectation.given) else { continue };
                if let Err(error) = give(session, given) {
                    failures.push(broken(given.place, error.to_string()));
                    continue;
                }
                present = Some(expectation.given);
            }
            let failure = match expectation.subject {
                Subject::Category(id) => self.category(session, id, expectation),
                Subject::Let(id) => self.named(session, id, expectation),
            };
            match failure {
                Ok(None) => {}
                Ok(Some(failure)) => failures.push(failure),
                Err(error) => failures.push(broken(expectation.place, error.to_string())),
            }
        }
    }

    fn category(
        &mut self,
        session: &mut Session,
        id: CategoryId,
        expectation: &Expectation,
    ) -> Result<Option<TestFailure>, RowError> {
        let category = self.program.category(id).ok_or(RowError::OtherRecord)?;
        let row = session.evaluate(id)?.row();
        self.cover(session, id, category, &row);
        let names: Vec<&str> = category.criteria().map(|(_, criterion)| &*criterion.heading.name).collect();
        let because: Vec<String> =
            row.because.iter().filter_map(|&at| names.get(usize::from(at))).map(|name| (*name).to_owned()).collect();
        let missing: Vec<String> = row.missing.iter().map(|path| path.name(self.program, category.record)).collect();
        let met = expectation.value.as_ref().is_none_or(|value| is_value(row.value, value))
            && expectation.state.is_none_or(|state| is_state(&row, state))
            && expectation.because.as_ref().is_none_or(|wanted| same(wanted, &because))
            && expectation
                .possible
                .as_ref()
                .is_none_or(|wanted| wanted.iter().fold(CodeSet::EMPTY, |set, &code| set.with(code)) == row.possible)
            && expectation.missing.as_ref().is_none_or(|wanted| same(wanted, &missing));
        if met {
            return Ok(None);
        }
        let code = |code: Code| code_name(self.program, category.list, code);
        let mut actual = match row.value {
            Chosen::Nothing => row.state.word().to_owned(),
            Chosen::One(one) if row.state == State::Decided => code(one),
            Chosen::One(one) => format!("{} ({})", code(one), row.state.word()),
            Chosen::Many(set) => {
                let names: Vec<String> = set.iter().map(code).collect();
                let set = format!("{{{}}}", names.join(", "));
                if row.state == State::Decided { set } else { format!("{set} ({})", row.state.word()) }
            }
        };
        if let Some((fault, _)) = row.error.and_then(Absence::fault) {
            actual.push_str(&format!(": {}", fault.message()));
        }
        if !because.is_empty() {
            actual.push_str(&format!(" because {}", because.join(", ")));
        }
        if matches!(row.state, State::Provisional | State::Undetermined) {
            let possible: Vec<String> = row.possible.iter().map(code).collect();
            actual.push_str(&format!(", possible {}", possible.join(", ")));
        }
        if !missing.is_empty() {
            actual.push_str(&format!(", missing {}", missing.join(", ")));
        }
        let expected = self.expected(expectation, &code);
        let subject = category.heading.name.to_string();
        Ok(Some(TestFailure { subject, expected, actual, place: expectation.place }))
    }

    fn cover(&mut self, session: &mut Session, id: CategoryId, category: &Category, row: &OutcomeRow) {
        let start = self.starts.get(id.index()).copied().unwrap_or(usize::MAX);
        let plan = Arc::clone(session.plan());
        let Some(decision) = plan.decisions.get(category.decision.index()) else { return };
        let (env, memo, store, _) = session.parts();
        let walk = memo.force_walk(&env, store, category.decision, 0);
        for (number, case) in decision.cases.iter().enumerate() {
            for at in case.first as usize..(case.first + case.len) as usize {
                let (Some(coverage), Some(&node)) =
                    (self.coverage.get_mut(start.saturating_add(at)), decision.criteria.get(at))
                else {
                    continue;
                };
                if walk.reached(number) {
                    match memo.get(&env, node, 0) {
                        Cell::Boolean(true) => coverage.yes += 1,
                        Cell::Boolean(false) => coverage.no += 1,
                        _ => {}
                    }
                }
                coverage.decisive += u32::from(row.because.iter().any(|&because| usize::from(because) == at));
            }
        }
    }

    fn named(
        &self,
        session: &mut Session,
        id: LetId,
        expectation: &Expectation,
    ) -> Result<Option<TestFailure>, RowError> {
        let of = self.program.let_(id).ok_or(RowError::OtherRecord)?;
        let ty = self.program.node(of.node).ok_or(RowError::OtherRecord)?.ty;
        let cell = session.value_of(of.node)?;
        let missing: Option<Vec<String>> = match (&expectation.missing, of.record) {
            (Some(_), Some(record)) => {
                let paths = session.missing_of(of.node)?;
                Some(paths.iter().map(|path| path.name(self.program, record)).collect())
            }
            (Some(_), None) => Some(Vec::new()),
            _ => None,
        };
        let value_met = match &expectation.value {
            None => true,
            Some(Expected::NoCode) => cell == Cell::Code(Code::NONE),
            Some(Expected::Value(value)) => session.value(cell, ty).as_ref() == Some(value),
        };
        let state_met = match expectation.state {
            None => true,
            Some(ExpectedState::Error) => cell.absence().is_some_and(Absence::is_error),
            Some(ExpectedState::Missing(None)) => cell.is_open(),
            // What lies between bounds is missing as unknown.
            Some(ExpectedState::Missing(Some(Reason::Unknown))) => cell.is_between() || cell == Cell::UNKNOWN,
            Some(ExpectedState::Missing(Some(reason))) => cell == Cell::missing(reason),
            Some(ExpectedState::State(State::Error)) => cell.absence().is_some_and(Absence::is_error),
            Some(ExpectedState::State(State::Decided)) => cell.is_known(),
            Some(ExpectedState::State(_)) => cell.is_open(),
        };
        let missing_met = match (&expectation.missing, &missing) {
            (Some(wanted), Some(missing)) => same(wanted, missing),
            _ => true,
        };
        if value_met && state_met && missing_met {
            return Ok(None);
        }
        let mut actual = show(cell, ty, session.store(), self.program);
        if let Some(missing) = missing.filter(|missing| !missing.is_empty()) {
            actual.push_str(&format!(", missing {}", missing.join(", ")));
        }
        Ok(Some(TestFailure {
            subject: of.heading.name.to_string(),
            expected: self.expected(expectation, &|_| String::new()),
            actual,
            place: expectation.place,
        }))
    }

    /// What an expectation says, in words.
    fn expected(&self, expectation: &Expectation, code: &dyn Fn(Code) -> String) -> String {
        let mut parts = Vec::new();
        match &expectation.value {
            Some(Expected::Value(value)) => parts.push(show_value(value, self.program)),
            Some(Expected::NoCode) => parts.push("none".into()),
            None => {}
        }
        match expectation.state {
            Some(ExpectedState::State(state)) => parts.push(state.word().into()),
            Some(ExpectedState::Missing(None)) => parts.push("missing".into()),
            Some(ExpectedState::Missing(Some(reason))) => parts.push(reason.word().into()),
            Some(ExpectedState::Error) => parts.push("error".into()),
            None => {}
        }
        let mut list = |word: &str, names: Vec<String>| {
            parts.push(if names.is_empty() {
                format!("{word} nothing")
            } else {
                format!("{word} {}", names.join(", "))
            });
        };
        let owned = |names: &[Arc<str>]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
        if let Some(because) = &expectation.because {
            list("because", owned(because));
        }
        if let Some(possible) = &expectation.possible {
            list("possible", vec![alternatives(possible.iter().map(|&one| code(one)).collect())]);
        }
        if let Some(missing) = &expectation.missing {
            list("missing", owned(missing));
        }
        parts.join(" ")
    }
}

/// Whether these are the same names, in whatever order.
fn same(wanted: &[Arc<str>], names: &[String]) -> bool {
    let mut wanted: Vec<&str> = wanted.iter().map(|name| &**name).collect();
    let mut names: Vec<&str> = names.iter().map(|name| &**name).collect();
    assize_model::order::sort(&mut wanted);
    wanted.dedup();
    assize_model::order::sort(&mut names);
    wanted == names
}

fn is_value(chosen: Chosen, value: &Expected) -> bool {
    match (chosen, value) {
        (Chosen::One(code), Expected::Value(Value::Code(_, wanted))) => code == *wanted,
        (Chosen::One(code), Expected::NoCode) => code == Code::NONE,
        (Chosen::Many(set), Expected::NoCode) => set.is_empty(),
        (Chosen::Many(set), Expected::Value(Value::Code(_, wanted))) => set == CodeSet::of(*wanted),
        (Chosen::Many(set), Expected::Value(Value::Codes(_, codes))) => {
            set == codes.iter().fold(CodeSet::EMPTY, |set, &code| set.with(code))
        }
        _ => false,
    }
}

fn is_state(row: &OutcomeRow, wanted: ExpectedState) -> bool {
    match wanted {
        ExpectedState::State(state) => row.state == state,
        ExpectedState::Error => row.state == State::Error,
        ExpectedState::Missing(Some(Reason::NotApplicable)) => row.state == State::NotApplicable,
        ExpectedState::Missing(Some(Reason::Unknown)) => row.state == State::Undetermined,
        ExpectedState::Missing(None) => matches!(row.state, State::NotApplicable | State::Undetermined),
        ExpectedState::Missing(Some(_)) => false,
    }
}

/// Fills a session with a test's record.
///
/// # Errors
/// [`RowError`], when the record does not fit the program.
pub fn give(session: &mut Session, given: &TestRecord) -> Result<(), RowError> {
    let begun = session.begin(given.record)?;
    let mut rest: Vec<(RowId, &TestRecord)> = vec![(begun, given)];
    while let Some((row, given)) = rest.pop() {
        for (field, value) in &given.fields {
            match value {
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
                    (None, None) => session.set_missing_at(row, *field, Reason::Unknown)?,
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
        for (field, children) in &given.children {
            for child in children {
                rest.push((session.child(row, *field)?, child));
            }
        }
    }
    Ok(())
}
