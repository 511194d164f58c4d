//! Several measures over the same chunks: which row of a result a record is of is worked out once for all measures of the
//! same breakdowns and periods.

use crate::plan::MeasurePlan;
use crate::state::{MeasureState, UpdateError};
use assize_model::ids::MeasureId;
use assize_model::lane::Chunk;
use std::sync::Arc;

/// The states of measures that read the same records.
#[derive(Debug, Clone, Default)]
pub struct Measures {
    states: Vec<MeasureState>,
    /// For each, the first with the same breakdowns and periods, if that is another.
    leaders: Vec<Option<usize>>,
}

impl Measures {
    /// Nothing counted yet.
    pub fn new(plans: impl IntoIterator<Item = MeasurePlan>) -> Self {
        let mut out = Self::default();
        for plan in plans {
            let leader = out.states.iter().position(|state| state.plan().has_rows_of(&plan));
            out.states.push(MeasureState::new(Arc::new(plan)));
            out.leaders.push(leader);
        }
        out
    }

    /// Counts the records of a chunk.
    ///
    /// # Errors
    ///
    /// [`UpdateError`], of the first measure that has one; the states are then of no more use.
    pub fn update(&mut self, chunk: &Chunk<'_>) -> Result<(), UpdateError> {
        for at in 0..self.states.len() {
            let (before, from) = self.states.split_at_mut(at);
            let Some(state) = from.first_mut() else { continue };
            let leader = self.leaders.get(at).copied().flatten().and_then(|leader| before.get(leader));
            state.update_with(chunk, leader)?;
        }
        Ok(())
    }

    /// The plan of a measure.
    pub fn plan(&self, measure: MeasureId) -> Option<&Arc<MeasurePlan>> {
        self.states.iter().map(MeasureState::plan).find(|plan| plan.measure() == measure)
    }

    /// The states, each by itself.
    pub fn into_states(mut self) -> Vec<MeasureState> {
        for at in 0..self.states.len() {
            let (before, from) = self.states.split_at_mut(at);
            let leader = self.leaders.get(at).copied().flatten().and_then(|leader| before.get(leader));
            if let (Some(state), Some(leader)) = (from.first_mut(), leader) {
                state.take_rows_of(leader);
            }
        }
        self.states
    }
}
