//! The outcome of a category for one record, in full: each case and criterion, what it read, what is missing and what
//! that could change. Plain data; how it looks is decided elsewhere.

mod form;
mod moved;
mod near;
mod read;
mod words;

pub use form::{FormExplained, ItemExplained, JudgedExplained, ScoreExplained};
pub use moved::{Step as Moved, ToDo};
pub use near::Near;
pub use read::{Certainty, Children, NamedLet, Read};

use super::cell::Cell;
use super::decide::Walk;
use super::session::{RowError, Session};
use super::show::{code_name, show_absence};
use crate::outcome::{Chosen, FieldPath};
use assize_model::absence::{Absence, Fault};
use assize_model::ids::{CategoryId, FieldId, NodeId, RecordId};
use assize_model::node::Op;
use assize_model::program::{Category, Otherwise, Place, Program, State, UsesProtected};

/// The explanation of one outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The category's name.
    pub category: String,
    /// The category's title.
    pub title: Option<String>,
    /// The record's name.
    pub record: String,
    /// How certain the outcome is.
    pub state: State,
    /// The codes of the value: one, or those of `hit all`; `none` where no code is the value. Empty without a value.
    pub value: Vec<String>,
    /// The codes it could be, in declared order, `none` last.
    pub possible: Vec<String>,
    /// The true criteria of what was chosen.
    pub because: Vec<String>,
    /// The missing inputs, in reading order.
    pub missing: Vec<String>,
    /// What went wrong, of an error.
    pub error: Option<Trouble>,
    /// The condition under which the category applies, when it states one.
    pub applies: Option<CriterionExplained>,
    /// The cases in the order of the walk.
    pub cases: Vec<CaseExplained>,
    /// What came out because no criterion was true: a code, `none`, or the text of the error.
    pub otherwise: Option<String>,
    /// For each missing input, what it stands before.
    pub open: Vec<Open>,
    /// Criteria of other codes that are one condition away from being true.
    pub near: Vec<Near>,
    /// Of a progression: how the record has moved.
    pub steps: Option<Vec<Moved>>,
    /// What is to be done about the value.
    pub responses: Vec<ToDo>,
    /// The protected fields that it says it uses, as `Record.field`, and why.
    pub uses: Vec<(Vec<String>, String)>,
    /// Of the bands or the routes of an instrument: the instrument.
    pub form: Option<FormExplained>,
    /// What a person judged beside it.
    pub judged: Option<JudgedExplained>,
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseExplained {
    /// The code's name.
    pub code: String,
    /// The code's title.
    pub title: Option<String>,
    /// Its criteria, in order.
    pub criteria: Vec<CriterionExplained>,
}

/// A criterion, or the condition under which a category applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriterionExplained {
    /// Its name; `applies` for the condition under which a category applies.
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// Where it is written.
    pub place: Place,
    /// How it is written.
    pub text: String,
    /// What it came to.
    pub truth: Truth,
    /// What it read, in reading order, each once.
    pub reads: Vec<Read>,
    /// The named expressions on the way.
    pub lets: Vec<NamedLet>,
    /// Whether it reads more than is listed.
    pub more: bool,
}

/// What a criterion came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truth {
    /// It is true.
    Yes,
    /// It is not.
    No,
    /// It is not known, for this reason.
    Unknown(String),
    /// It could not be worked out, as this says.
    Error(String),
    /// The walk had stopped before it.
    Skipped,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// In words.
    pub message: String,
    /// The expression in which it arose.
    pub place: Place,
    /// How that is written.
    pub text: String,
}

/// What stands behind a missing input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The input.
    pub field: String,
    /// The unknown criteria that read it, each with the code that it could give; without one, whether the category
    /// applies.
    pub criteria: Vec<(String, Option<String>)>,
}

/// Explains the outcome of a category for the record of a session.
///
/// # Errors
/// [`RowError::OtherRecord`], when the category is not of the record that was begun.
pub fn explain(session: &mut Session, id: CategoryId) -> Result<Explanation, RowError> {
    let outcome = session.evaluate(id)?.row();
    let plan = std::sync::Arc::clone(session.plan());
    let program = plan.program();
    let category = program.category(id).ok_or(RowError::OtherRecord)?;
    let decision = plan.decisions.get(category.decision.index()).ok_or(RowError::OtherRecord)?;
    let bad_fields = faulty_fields(session, category);
    let form = form::form(session, program, id)?;
    let judged = form::judged(session, program, id)?;

    let (env, memo, store, search) = session.parts();
    let walk = memo.force_walk(&env, store, category.decision, 0);
    // Of a table, also the rows that its index leaves out.
    for &node in &decision.criteria {
        memo.force(&env, store, node, 0);
    }
    let mut reader = read::Reader::new(&env, memo, store);
    let reached = !matches!(outcome.error.and_then(Absence::fault), Some((Fault::Data, node)) if node == decision.node);

    let applies = decision.applies.map(|node| {
        let truth = if reached { truth(memo.get(&env, node, 0)) } else { Truth::Skipped };
        written(
            program,
            &mut reader,
            "applies",
            None,
            node,
            truth,
            program.node(node).map_or(Place::NOWHERE, |n| n.place),
        )
    });
    let walked = |case: usize| reached && outcome.state != State::NotApplicable && walk.reached(case);
    let mut cases = Vec::new();
    let mut at = 0;
    for (number, case) in category.cases.iter().enumerate() {
        let mut criteria = Vec::new();
        for criterion in &case.criteria {
            let Some(&node) = decision.criteria.get(at) else { break };
            at += 1;
            let truth = if walked(number) { truth(memo.get(&env, node, 0)) } else { Truth::Skipped };
            let title = criterion.heading.title.as_deref();
            criteria.push(written(program, &mut reader, &criterion.heading.name, title, node, truth, criterion.place));
        }
        let info = program.list(category.list).and_then(|list| list.codes.get(case.code.index()));
        cases.push(CaseExplained {
            code: code_name(program, category.list, case.code),
            title: info.and_then(|info| info.heading.title.as_deref()).map(str::to_owned),
            criteria,
        });
    }

    let mut open = Vec::new();
    if walk.is_open() {
        let mut find = |node: NodeId, name: &str, code: Option<String>| {
            for path in search.node(&env, memo, store, node) {
                let field = path.name(program, category.record);
                let entry = (name.to_owned(), code.clone());
                match open.iter_mut().find(|known: &&mut Open| known.field == field) {
                    Some(known) => known.criteria.push(entry),
                    None => open.push(Open { field, criteria: vec![entry] }),
                }
            }
        };
        if let Some(node) = decision.applies {
            find(node, "applies", None);
        }
        for (number, (case, of)) in decision.cases.iter().zip(&category.cases).enumerate() {
            if !walk.reached(number) || walk.holds(number, case.code) {
                continue;
            }
            for (criterion, at) in of.criteria.iter().zip(case.first as usize..) {
                if let Some(&node) = decision.criteria.get(at) {
                    find(node, &criterion.heading.name, Some(code_name(program, category.list, case.code)));
                }
            }
        }
    }

    let progression = program.progressions.iter().find(|of| of.category == id);
    let steps = progression.map(|of| if reached { moved::steps(&env, memo, category, of) } else { Vec::new() });
    let near = if reached && progression.is_none() {
        near::near(&env, memo, store, category, decision, &walk)
    } else {
        Vec::new()
    };
    let responses = moved::to_do(&env, memo, store, id, outcome.value);
    let names = |codes: &mut dyn Iterator<Item = assize_model::ids::Code>| {
        codes.map(|code| code_name(program, category.list, code)).collect::<Vec<_>>()
    };
    let criterion_name = |&at: &u16| {
        category.criteria().nth(usize::from(at)).map_or_else(String::new, |(_, of)| of.heading.name.to_string())
    };
    Ok(Explanation {
        category: category.heading.name.to_string(),
        title: category.heading.title.as_deref().map(str::to_owned),
        record: program.record(category.record).map_or_else(String::new, |record| record.heading.name.to_string()),
        state: outcome.state,
        value: match outcome.value {
            Chosen::Nothing => Vec::new(),
            Chosen::One(code) => names(&mut std::iter::once(code)),
            Chosen::Many(set) => names(&mut set.iter()),
        },
        possible: names(&mut outcome.possible.iter()),
        because: outcome.because.iter().map(criterion_name).collect(),
        missing: outcome.missing.iter().map(|path: &FieldPath| path.name(program, category.record)).collect(),
        error: outcome.error.map(|absence| trouble(program, category, absence, &bad_fields, &cases)),
        applies,
        otherwise: otherwise(program, category, &walk),
        cases,
        open,
        near,
        steps,
        responses,
        uses: category.uses.iter().map(|uses| (protected_names(program, uses), uses.because.to_string())).collect(),
        form,
        judged,
    })
}

/// The names of protected fields, each with its record's.
fn protected_names(program: &Program, uses: &UsesProtected) -> Vec<String> {
    let name = |&(record, field): &(RecordId, FieldId)| {
        let record = program.record(record)?;
        Some(format!("{}.{}", record.heading.name, record.fields.get(field.index())?.heading.name))
    };
    uses.fields.iter().filter_map(name).collect()
}

fn truth(cell: Cell) -> Truth {
    match cell {
        Cell::Boolean(true) => Truth::Yes,
        Cell::Absent(absence) if absence.is_error() => Truth::Error(show_absence(absence)),
        Cell::Absent(absence) => Truth::Unknown(show_absence(absence)),
        _ => Truth::No,
    }
}

fn written(
    program: &Program,
    reader: &mut read::Reader<'_>,
    name: &str,
    title: Option<&str>,
    node: NodeId,
    truth: Truth,
    place: Place,
) -> CriterionExplained {
    let found = if truth == Truth::Skipped { read::Found::default() } else { reader.read(node) };
    CriterionExplained {
        name: name.to_owned(),
        title: title.map(str::to_owned),
        place,
        text: words::written(program, node),
        truth,
        reads: found.reads,
        lets: found.lets,
        more: found.more,
    }
}

/// What came out because nothing was true.
fn otherwise(program: &Program, category: &Category, walk: &Walk) -> Option<String> {
    let stated = matches!(walk.error.and_then(Absence::fault), Some((Fault::Stated, _)));
    match &category.otherwise {
        Otherwise::Error(text) => stated.then(|| text.to_string()),
        _ if walk.fallback().is_none() || walk.state == State::Undetermined => None,
        _ => walk.fallback().map(|code| code_name(program, category.list, code)),
    }
}

/// The record's own fields that could not be read.
fn faulty_fields(session: &mut Session, category: &Category) -> Vec<String> {
    let names: Vec<(String, NodeId)> = {
        let program = session.program();
        let Some(record) = program.record(category.record) else { return Vec::new() };
        let readers = program.nodes.iter().enumerate().filter(|(_, node)| node.scope == record.root);
        readers
            .filter_map(|(at, node)| match node.op {
                Op::Field(field) => {
                    Some((record.fields.get(field.index())?.heading.name.to_string(), NodeId::from_index(at)))
                }
                _ => None,
            })
            .collect()
    };
    let mut faulty = Vec::new();
    for (name, node) in names {
        let cell = session.value_of(node).unwrap_or(Cell::UNKNOWN);
        if cell.absence().is_some_and(Absence::is_error) {
            faulty.push(name);
        }
    }
    faulty
}

fn trouble(
    program: &Program,
    category: &Category,
    absence: Absence,
    faulty: &[String],
    cases: &[CaseExplained],
) -> Trouble {
    let (fault, node) = absence.fault().unwrap_or((Fault::Data, NodeId(0)));
    let of = program.node(node);
    let whole = of.is_some_and(|of| matches!(of.op, Op::Outcome(_)));
    let message = match (fault, of.map(|of| &of.op)) {
        (Fault::Data, Some(Op::Field(field))) => {
            let record = of.and_then(|of| program.scope(of.scope)).and_then(|scope| program.record(scope.record?));
            let name = record.and_then(|record| record.fields.get(field.index()));
            format!("the value of `{}` could not be read", name.map_or("?", |field| &*field.heading.name))
        }
        (Fault::Data, _) if !faulty.is_empty() => {
            let names: Vec<String> = faulty.iter().map(|name| format!("`{name}`")).collect();
            format!("the record has a fault in {}", names.join(", "))
        }
        (Fault::Data, _) => "the record has a fault in its data".into(),
        (Fault::Stated, _) => match &category.otherwise {
            Otherwise::Error(text) => text.to_string(),
            _ => fault.message().into(),
        },
        (Fault::Conflict, _) => {
            let criteria = cases.iter().flat_map(|case| &case.criteria);
            let held = criteria.filter(|criterion| criterion.truth == Truth::Yes);
            let names: Vec<String> = held.map(|criterion| format!("`{}`", criterion.name)).collect();
            format!("{}: {}", fault.message(), names.join(", "))
        }
        _ => fault.message().into(),
    };
    let place = if whole { category.place } else { of.map_or(Place::NOWHERE, |of| of.place) };
    let text = if whole { category.heading.name.to_string() } else { words::written(program, node) };
    Trouble { message, place, text }
}
