//! What stands behind a band or a route: the items of the instrument, and what a person judged beside a category.

use super::super::cell::Cell;
use super::super::session::{RowError, Session};
use super::super::show::show;
use assize_model::form::Instrument;
use assize_model::ids::{CategoryId, NodeId};
use assize_model::program::Program;
use assize_model::ty::Ty;

/// An instrument of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormExplained {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// What its items come to, when any is scored.
    pub score: Option<ScoreExplained>,
    /// Its items, in order.
    pub items: Vec<ItemExplained>,
}

/// A score, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the parts of an instrument")]
pub struct ScoreExplained {
    pub score: String,
    pub lowest: String,
    pub highest: String,
    pub answered: String,
    /// How many items are scored.
    pub of: usize,
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemExplained {
    /// Its name.
    pub name: String,
    /// Its wording.
    pub title: Option<String>,
    /// What was answered.
    pub answer: String,
    /// What it counts; `None` for one that is not scored.
    pub weight: Option<String>,
    /// What it adds; `None` for one that is not scored.
    pub adds: Option<String>,
    /// Whether it counts for nothing because of its `unless`.
    pub left_out: bool,
}

/// A person's own judgement beside a category.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the clause")]
pub struct JudgedExplained {
    pub value: String,
    pub because: String,
    pub by: String,
    pub on: Option<String>,
    pub until: Option<String>,
    /// Whether it has all that it must have; one that has not is not taken.
    pub taken: bool,
}

struct Words<'a> {
    session: &'a mut Session,
    program: &'a Program,
}

impl Words<'_> {
    fn cell(&mut self, node: NodeId) -> Result<(Cell, Ty), RowError> {
        let ty = self.program.node(node).map_or(Ty::Boolean, |node| node.ty);
        Ok((self.session.value_of(node)?, ty))
    }

    fn of(&mut self, node: NodeId) -> Result<String, RowError> {
        let (cell, ty) = self.cell(node)?;
        Ok(show(cell, ty, self.session.store(), self.program))
    }

    fn if_known(&mut self, node: Option<NodeId>) -> Result<Option<String>, RowError> {
        let Some(node) = node else { return Ok(None) };
        let (cell, ty) = self.cell(node)?;
        Ok(match cell {
            Cell::Absent(_) => None,
            cell => Some(show(cell, ty, self.session.store(), self.program)),
        })
    }
}

/// The instrument that a category is of, as the session's record fills it in.
pub fn form(session: &mut Session, program: &Program, id: CategoryId) -> Result<Option<FormExplained>, RowError> {
    let of = |form: &&Instrument| [form.band, form.routes].contains(&Some(id));
    let Some(form) = program.instruments.iter().find(of) else { return Ok(None) };
    let mut words = Words { session, program };
    let score = match form.score {
        None => None,
        Some(score) => Some(ScoreExplained {
            score: words.of(score.score)?,
            lowest: words.of(score.lowest)?,
            highest: words.of(score.highest)?,
            answered: words.of(score.answered)?,
            of: form.items.iter().filter(|item| item.contribution.is_some()).count(),
        }),
    };
    let mut items = Vec::with_capacity(form.items.len());
    for item in &form.items {
        let left_out = match item.unless {
            Some(unless) => words.cell(unless)?.0 == Cell::Boolean(true),
            None => false,
        };
        items.push(ItemExplained {
            name: item.heading.name.to_string(),
            title: item.heading.title.as_deref().map(str::to_owned),
            answer: words.of(item.answer)?,
            weight: words.if_known(item.weight)?,
            adds: match item.contribution {
                Some(node) => Some(words.of(node)?),
                None => None,
            },
            left_out,
        });
    }
    Ok(Some(FormExplained {
        name: form.heading.name.to_string(),
        title: form.heading.title.as_deref().map(str::to_owned),
        score,
        items,
    }))
}

/// What a person judged beside a category.
pub fn judged(session: &mut Session, program: &Program, id: CategoryId) -> Result<Option<JudgedExplained>, RowError> {
    let Some(over) = program.overrides.iter().find(|over| over.category == id) else { return Ok(None) };
    let mut words = Words { session, program };
    let Some(value) = words.if_known(Some(over.from))? else { return Ok(None) };
    let mut taken = true;
    for node in over.required() {
        taken &= words.if_known(Some(node))?.is_some();
    }
    Ok(Some(JudgedExplained {
        value,
        because: words.of(over.because)?,
        by: words.of(over.by)?,
        on: words.if_known(over.on)?,
        until: words.if_known(over.until)?,
        taken,
    }))
}
