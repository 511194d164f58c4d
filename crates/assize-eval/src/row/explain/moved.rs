//! How a record has moved, step by step, and what is to be done about where it stands.

use crate::outcome::Chosen;
use crate::row::cell::Cell;
use crate::row::force::{Env, Memo};
use crate::row::progress;
use crate::row::show::code_name;
use crate::row::store::Store;
use assize_model::civil::Date;
use assize_model::ids::{CategoryId, Code};
use assize_model::movement::{When, Why};
use assize_model::node::Op;
use assize_model::program::{Category, Place, Progression};

/// One line of a record's movement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When; `None` for an event without a date.
    pub date: Option<Date>,
    /// The code before.
    pub from: String,
    /// The code after; the same where nothing moved.
    pub to: String,
    /// Why, in words.
    pub why: String,
    /// How the event is written in the rules, when the line is of an event.
    pub event: Option<String>,
    /// Which of the children it is, from 1, in the order of the data.
    pub child: Option<usize>,
    /// The clause that moved it.
    pub place: Place,
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToDo {
    /// The code that it answers.
    pub code: String,
    /// What.
    pub text: String,
    /// Who is responsible.
    pub role: Option<String>,
    /// By when; `None` where nothing is said of it, or the date it counts from is not known.
    pub due: Option<Date>,
}

/// The steps of a progression, which has been worked out on the record.
pub fn steps(env: &Env<'_>, memo: &Memo, category: &Category, of: &Progression) -> Vec<Step> {
    let program = env.program;
    let Some(Op::Progress(progress)) = program.node(of.node).map(|node| &node.op) else { return Vec::new() };
    let Ok(rules) = progress::rules(memo, env, of.node, progress) else { return Vec::new() };
    let Ok(events) = progress::events(memo, env, progress, &rules, 0) else { return Vec::new() };
    let happenings: Vec<_> = events.happenings.iter().map(|&(happening, _)| happening).collect();
    let name = |code: Code| code_name(program, category.list, code);
    let text = |place: Place| program.text_of(place).split_whitespace().collect::<Vec<_>>().join(" ");
    let event_place = |event: u16| of.events.get(usize::from(event)).copied().unwrap_or(Place::NOWHERE);
    let move_place = |number: usize| of.moves.get(number).copied().unwrap_or(Place::NOWHERE);
    let clause = |event: u16| rules.moves_of(event).first().map_or(event_place(event), |&number| move_place(number));
    let mut steps: Vec<Step> = rules
        .history(&happenings)
        .into_iter()
        .map(|(line, at)| {
            let (why, event, place) = match line.why {
                Why::Event(event) => (text(clause(event)), Some(event), clause(event)),
                Why::AtEnd(event) => {
                    (format!("{}: it stands at the end of the list", text(clause(event))), Some(event), clause(event))
                }
                Why::Held(event, until) => (
                    format!("{}: waits until the hold is over on {until}", text(clause(event))),
                    Some(event),
                    clause(event),
                ),
                Why::HoldOver => ("the hold is over: what waited is done".to_owned(), None, of.place),
                Why::Time(number) => (text(move_place(usize::from(number))), None, move_place(usize::from(number))),
                Why::Perhaps(event) => (
                    "it is not known whether this counts; the lines after it leave it out".to_owned(),
                    Some(event),
                    event_place(event),
                ),
            };
            Step {
                date: Some(line.date),
                from: name(line.from),
                to: name(line.to),
                why,
                event: event.map(|event| text(event_place(event))),
                child: at.and_then(|at| events.happenings.get(at)).map(|&(_, child)| child + 1),
                place,
            }
        })
        .collect();
    for &(event, child) in &events.undated {
        let makes_a_move = progress.moves.iter().any(|one| one.when == When::Each(event));
        let why = if makes_a_move {
            "counts, and it is not known when"
        } else {
            "begins a time again, and it is not known when"
        };
        steps.push(Step {
            date: None,
            from: name(progress.start),
            to: name(progress.start),
            why: why.to_owned(),
            event: Some(text(event_place(event))),
            child: Some(child + 1),
            place: event_place(event),
        });
    }
    steps
}

/// What is to be done about the value of a category; what it reads is worked out here.
pub fn to_do(env: &Env<'_>, memo: &mut Memo, store: &mut Store, id: CategoryId, value: Chosen) -> Vec<ToDo> {
    let program = env.program;
    let Some(category) = program.category(id) else { return Vec::new() };
    let has = |code: Code| match value {
        Chosen::Nothing => false,
        Chosen::One(value) => value == code,
        Chosen::Many(values) => values.has(code),
    };
    let of = program.responses.iter().filter(|response| response.category == id);
    let mut to_do = Vec::new();
    for action in of.flat_map(|response| &response.actions).filter(|action| has(action.code)) {
        let due = action.due.map(|node| memo.force(env, store, node, 0));
        to_do.push(ToDo {
            code: code_name(program, category.list, action.code),
            text: action.text.to_string(),
            role: action.role.as_deref().map(str::to_owned),
            due: due.and_then(|due| if let Cell::Date(due) = due { Some(due) } else { None }),
        });
    }
    to_do
}
