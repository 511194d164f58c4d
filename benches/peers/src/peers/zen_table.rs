//! zen-engine: the rule as a decision table that stops at its first hit, the graph compiled once.

use super::zen_expression::variable;
use crate::answer::{Answer, Fault};
use crate::race::{Contender, picked};
use crate::record::Record;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use zen_engine::Decision;
use zen_engine::model::GraphContent;
use zen_expression::variable::Variable;

/// The engine and its records.
pub struct ZenTable {
    decision: Decision,
    people: Vec<Variable>,
}

impl ZenTable {
    /// Compiles the table and prepares the records.
    pub fn new(records: &[Record]) -> Result<Self, Fault> {
        let graph: GraphContent = serde_json::from_str(include_str!("../../rules/rule.table.json"))?;
        let mut decision = Decision::from(graph);
        decision.compile();
        decision.validate().map_err(|fault| format!("{fault:?}"))?;
        let people = records.iter().map(variable).collect::<Result<_, Fault>>()?;
        Ok(Self { decision, people })
    }
}

impl Contender<Answer> for ZenTable {
    fn name(&self) -> &'static str {
        "zen-engine, decision table"
    }

    fn pass(&mut self, order: &[usize], answers: &mut [Answer]) -> Result<(), Fault> {
        // A graph with no function node waits for nothing, so one poll is the whole evaluation and no runtime is paid for.
        let mut context = Context::from_waker(Waker::noop());
        for (slot, person) in answers.iter_mut().zip(picked(&self.people, order)) {
            let Poll::Ready(response) = pin!(self.decision.evaluate(person.clone())).poll(&mut context) else {
                return Err("the table waits for something".into());
            };
            let criterion = response?.result.dot("criterion").ok_or("no row was hit")?;
            *slot = Answer::named(criterion.as_str().ok_or("the result is not text")?)?;
        }
        Ok(())
    }
}
