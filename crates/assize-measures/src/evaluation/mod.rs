//! Indicators and evaluations: from the tables of measures to what is found, how it stands, and what it comes to.
//!
//! | step | file |
//! |---|---|
//! | how far raters agree, from the counts of their ratings | `agreed` |
//! | what was found for an indicator: a row, a distribution, a count, or why there is nothing | `finding` |
//! | how the finding stands by the indicator's rubric or target | `standing` |
//! | objectives, the whole, what is required, what contradicts | `judge` |
//!
//! Nothing here reads a record: ratings, themes and documents are counted by measures of their own, so that evidence
//! merges, is explained by its members, and is withheld like any other count.

mod agreed;
mod finding;
mod judge;
mod standing;

pub use agreed::{Agreed, Coefficient};
pub use finding::{Distribution, Finding, ItemFinding, NoFinding, RatingsFinding, ThemesFinding};
pub use judge::{
    Contradiction, EvaluationResult, FormEvidence, Met, NoOverall, ObjectiveResult, OverallResult, RequirementResult,
};
pub use standing::{NoStanding, Standing};

use crate::report::RunOf;
use crate::state::MeasureState;
use crate::table::MeasureTable;
use crate::target::TargetStatus;
use assize_model::ids::{EvaluationId, IndicatorId, MeasureId};
use assize_model::program::Program;
use std::collections::{BTreeMap, BTreeSet};

/// What was found for an indicator, and how it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct IndicatorResult {
    /// Which indicator.
    pub indicator: IndicatorId,
    /// What was found.
    pub finding: Finding,
    /// How it stands to the indicator's target, or to its measure's.
    pub target: Option<TargetStatus>,
    /// Which of the indicator's levels it reaches.
    pub standing: Standing,
}

/// What there is to judge by: everything that was counted in a run.
pub struct Counted<'a> {
    /// The rules.
    pub program: &'a Program,
    /// The tables of the measures that were counted, those of evidence included, in the order of their ids.
    pub tables: &'a [(MeasureId, MeasureTable)],
    /// What was counted of them.
    pub states: &'a BTreeMap<MeasureId, &'a MeasureState>,
    /// The evaluation date, and the parameters.
    pub run: RunOf<'a>,
    /// The measures asked for, those of evidence included: of others nothing is said.
    pub asked: &'a BTreeSet<MeasureId>,
}

impl Counted<'_> {
    fn table(&self, id: MeasureId) -> Option<&MeasureTable> {
        let at = self.tables.binary_search_by_key(&id, |(of, _)| *of).ok()?;
        self.tables.get(at).map(|(_, table)| table)
    }

    /// What was found for every indicator up to the evaluation date, in the order of the rules.
    pub fn indicators(&self) -> Vec<IndicatorResult> {
        let ids = (0..self.program.indicators.len()).map(IndicatorId::from_index);
        ids.filter_map(|id| self.indicator(id, None)).collect()
    }

    /// Every evaluation, in the order of the rules.
    pub fn evaluations(&self) -> Vec<EvaluationResult> {
        let ids = (0..self.program.evaluations.len()).map(EvaluationId::from_index);
        ids.filter_map(|id| judge::evaluation(self, id)).collect()
    }
}
