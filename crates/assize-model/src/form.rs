//! Instruments: forms of weighted items, with what explanations and results need of them. Their parts are expressions and
//! categories like others.

use crate::ids::{CategoryId, Code, NodeId, RecordId};
use crate::program::{Heading, Place};
use crate::score::ScoreRule;

/// An instrument.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Instrument {
    pub heading: Heading,
    pub record: RecordId,
    pub applies: Option<NodeId>,
    pub items: Vec<Item>,
    pub score: Option<Score>,
    /// The category of the bands.
    pub band: Option<CategoryId>,
    /// The bands, in the order of the text.
    pub bands: Vec<Band>,
    /// The category of the routes.
    pub routes: Option<CategoryId>,
    pub place: Place,
}

/// An item, in the record's own scope.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Item {
    /// Its name and its wording.
    pub heading: Heading,
    /// What was answered.
    pub answer: NodeId,
    /// What it counts; `None` for an item that is not scored.
    pub weight: Option<NodeId>,
    /// The condition under which it counts for nothing.
    pub unless: Option<NodeId>,
    /// What it adds to the score, as far as it has an answer.
    pub contribution: Option<NodeId>,
    pub place: Place,
}

/// What the items come to.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Score {
    pub rule: ScoreRule,
    pub score: NodeId,
    /// The least and the most that the score could still be, whatever the rule makes of missing answers.
    pub lowest: NodeId,
    pub highest: NodeId,
    /// The same whether or not the instrument applies.
    pub ends: (NodeId, NodeId),
    /// How many scored items have an answer.
    pub answered: NodeId,
}

/// A band: the scores from one end to the other, both included.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Band {
    pub code: Code,
    pub low: Option<NodeId>,
    pub high: Option<NodeId>,
}

/// A person's own judgement beside a category: the fields that hold it, in the record's own scope.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields are the words of the clause")]
pub struct Override {
    pub category: CategoryId,
    pub from: NodeId,
    pub because: NodeId,
    pub by: NodeId,
    pub on: Option<NodeId>,
    pub until: Option<NodeId>,
    pub place: Place,
}

impl Override {
    /// The fields that a judgement must have beside itself: its reason, who gave it and, where it is asked for, when.
    pub fn required(&self) -> impl Iterator<Item = NodeId> {
        [Some(self.because), Some(self.by), self.on].into_iter().flatten()
    }

    /// All fields that it is shown with.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        [Some(self.from), Some(self.because), Some(self.by), self.on, self.until].into_iter().flatten()
    }
}
