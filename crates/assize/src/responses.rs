//! What is to be done about outcomes: the responses of the rules, with the date on which each is due.

use assize_eval::outcome::Chosen;
use assize_eval::row::{Cell, Outcome};
use assize_model::civil::Date;
use assize_model::ids::{CategoryId, Code, NodeId};
use assize_model::lane::{Chunk, LaneValue};
use assize_model::program::{Action, Program};

/// Something to be done about an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer<'a> {
    /// The code that it answers.
    pub code: Code,
    /// What is to be done.
    pub text: &'a str,
    /// The role that is responsible.
    pub role: Option<&'a str>,
    /// When it is due: `None` where the rules say nothing of it, or the date it counts from is not known.
    pub due: Option<Date>,
}

/// The actions of the responses to a category, in the order of the text.
pub fn actions(program: &Program, category: CategoryId) -> impl Iterator<Item = &Action> {
    program.responses.iter().filter(move |response| response.category == category).flat_map(|of| &of.actions)
}

/// What is to be done about a value, each action with its number; `due` gives its date.
pub fn answers<'a>(
    program: &'a Program,
    category: CategoryId,
    value: Chosen,
    mut due: impl FnMut(usize, NodeId) -> Option<Date>,
) -> Vec<(usize, Answer<'a>)> {
    let has = |code: Code| match value {
        Chosen::Nothing => false,
        Chosen::One(value) => value == code,
        Chosen::Many(values) => values.has(code),
    };
    let mut answers = Vec::new();
    for (number, action) in actions(program, category).enumerate().filter(|(_, action)| has(action.code)) {
        let due = action.due.and_then(|node| due(number, node));
        let answer = Answer { code: action.code, text: &action.text, role: action.role.as_deref(), due };
        answers.push((number, answer));
    }
    answers
}

/// The dates of one action, a row each.
#[derive(Debug, Clone, Default)]
pub struct Dues {
    /// Days, as [`Date::days`]; what is not known is before all dates.
    days: Vec<i32>,
}

impl Dues {
    /// Takes a chunk's rows in, of a lane; without one, of rows about which nothing is said.
    pub(crate) fn push(&mut self, chunk: &Chunk<'_>, lane: Option<usize>) {
        let lane = lane.and_then(|lane| chunk.lanes.get(lane));
        self.days.extend((0..chunk.rows).map(|row| match lane.map(|lane| lane.value(row)) {
            Some(Ok(LaneValue::Date(date))) => date.days(),
            _ => i32::MIN,
        }));
    }

    /// The date of a row.
    pub fn get(&self, row: usize) -> Option<Date> {
        self.days.get(row).and_then(|&days| Date::from_days(days))
    }
}

/// What is to be done about an outcome that a session has.
pub fn answers_of<'a>(program: &'a Program, category: CategoryId, outcome: &mut Outcome<'_>) -> Vec<Answer<'a>> {
    let value = outcome.chosen();
    let answers = answers(program, category, value, |_, node| match outcome.value_of(node) {
        Ok(Cell::Date(due)) => Some(due),
        _ => None,
    });
    answers.into_iter().map(|(_, answer)| answer).collect()
}
