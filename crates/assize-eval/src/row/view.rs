//! The outcome of a category, as a session has it.

use super::cell::Cell;
use super::decide::Walk;
use super::missing::path;
use super::session::{RowError, Session};
use crate::outcome::{Chosen, FieldPath, OutcomeRow};
use assize_model::absence::Absence;
use assize_model::bounds::CodeSet;
use assize_model::ids::{CategoryId, Code, DecisionId, FieldId, NodeId, ScopeId};
use assize_model::program::{Program, State};
use std::sync::Arc;

/// The outcome of a category for the record of a session.
#[derive(Debug)]
pub struct Outcome<'s> {
    pub(super) session: &'s mut Session,
    pub(super) decision: DecisionId,
}

impl Outcome<'_> {
    #[inline]
    fn walk(&self) -> Option<&Walk> {
        self.session.machine.work.walks.get(self.decision.index())
    }

    /// How certain it is.
    #[inline]
    pub fn state(&self) -> State {
        self.walk().map_or(State::Undetermined, |walk| walk.state)
    }

    /// The value.
    #[inline]
    pub fn chosen(&self) -> Chosen {
        self.walk().map_or(Chosen::Nothing, Walk::value)
    }

    /// The code, when there is one; [`Code::NONE`] for `otherwise none`.
    #[inline]
    pub fn value(&self) -> Option<Code> {
        match self.chosen() {
            Chosen::One(code) => Some(code),
            _ => None,
        }
    }

    /// The codes of a category with `hit all`.
    pub fn codes(&self) -> Option<CodeSet> {
        match self.chosen() {
            Chosen::Many(set) => Some(set),
            _ => None,
        }
    }

    /// The true criteria of what was chosen, as indices into the category's criteria.
    #[inline]
    pub fn because(&self) -> impl Iterator<Item = u16> + '_ {
        let decision = self.session.plan.decisions.get(self.decision.index());
        let range = match (decision, self.walk()) {
            (Some(decision), Some(walk)) => walk.reasons(&decision.cases),
            _ => 0..0,
        };
        let registers = decision.map_or(&[][..], |decision| &decision.registers);
        let (walk, cells) = (self.walk(), &self.session.machine.registers);
        range
            .filter(move |&at| {
                let found = walk.and_then(|walk| walk.found(at));
                let cell = || registers.get(at).and_then(|&register| cells.get(register as usize));
                found.unwrap_or_else(|| matches!(cell(), Some(Cell::Boolean(true))))
            })
            .map(|at| u16::try_from(at).unwrap_or(u16::MAX))
    }

    /// The codes that it could still be; of a decided one, the value.
    #[inline]
    pub fn possible(&self) -> CodeSet {
        self.walk().map_or(CodeSet::EMPTY, |walk| walk.possible)
    }

    /// Why there is no value, of an error.
    #[inline]
    pub fn error(&self) -> Option<Absence> {
        self.walk().and_then(|walk| walk.error)
    }

    /// The missing inputs behind what is possible, in reading order.
    #[inline]
    pub fn missing(&mut self) -> Vec<FieldPath> {
        // Of most outcomes nothing is missing, which is to cost nothing.
        if self.walk().is_none_or(|walk| !walk.is_open()) { Vec::new() } else { self.missing_paths() }
    }

    fn missing_paths(&mut self) -> Vec<FieldPath> {
        let plan = Arc::clone(&self.session.plan);
        self.missing_places().iter().map(|&(scope, field)| path(plan.program(), scope, field)).collect()
    }

    /// The missing inputs behind what is possible, in reading order, each as the scope whose field it is and the field:
    /// as [`Outcome::missing`], with nothing allocated once the session has seen records of the usual size.
    pub fn missing_places(&mut self) -> &[(ScopeId, FieldId)] {
        if self.walk().is_none_or(|walk| !walk.is_open()) {
            return &[];
        }
        let (env, memo, store, search) = self.session.parts();
        memo.force_all(&env, store, self.decision, 0);
        search.decision(&env, memo, store, self.decision)
    }

    /// What an expression of the record comes to, beside the outcome.
    ///
    /// # Errors
    /// As [`Session::value_of`].
    pub fn value_of(&mut self, node: NodeId) -> Result<Cell, RowError> {
        self.session.value_of(node)
    }

    /// The program that it is an outcome of.
    pub fn program(&self) -> &Program {
        self.session.program()
    }

    /// The category, worked out on its own record, that it is an outcome of.
    pub fn category(&self) -> Option<CategoryId> {
        self.program().decision(self.decision).map(|decision| decision.category)
    }

    /// All of it.
    pub fn row(&mut self) -> OutcomeRow {
        OutcomeRow {
            value: self.chosen(),
            state: self.state(),
            because: self.because().collect(),
            possible: self.possible(),
            missing: self.missing(),
            error: self.error(),
        }
    }
}
