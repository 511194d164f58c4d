//! Several measures over the same chunks: which row of a result a record is of is worked out once for all measures of the
//! same breakdowns and periods, and what several would count alike (a sum and a mean, a median and a percentile) once. Values
//! of which several estimate how many there are are hashed once.

use crate::lanes::Hashes;
use crate::plan::MeasurePlan;
use crate::state::{MeasureState, UpdateError};
use assize_model::ids::MeasureId;
use assize_model::lane::Chunk;
use std::sync::Arc;

/// The states of measures that read the same records.
#[derive(Debug, Clone, Default)]
pub struct Measures {
    states: Vec<MeasureState>,
    /// For each, an earlier one that does a part of its work.
    helps: Vec<Help>,
    hashes: Hashes,
}

/// What a state need not do, since an earlier one does it; that one is the first of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Help {
    /// Nothing.
    None,
    /// Tell its records apart.
    Rows(usize),
    /// Count.
    Counts(usize),
}

impl Measures {
    /// Nothing counted yet.
    pub fn new(plans: impl IntoIterator<Item = MeasurePlan>) -> Self {
        let mut out = Self::default();
        for plan in plans {
            let first = |alike: fn(&MeasurePlan, &MeasurePlan) -> bool| {
                out.states.iter().position(|state| alike(state.plan(), &plan))
            };
            let help = match first(MeasurePlan::counts_as) {
                Some(twin) => Help::Counts(twin),
                None => first(MeasurePlan::has_rows_of).map_or(Help::None, Help::Rows),
            };
            out.states.push(MeasureState::new(Arc::new(plan)));
            out.helps.push(help);
        }
        let counting = out.states.iter().zip(&out.helps).filter(|(_, help)| !matches!(help, Help::Counts(_)));
        let mut sketched: Vec<usize> = counting.filter_map(|(state, _)| state.plan().value.sketched()).collect();
        sketched.sort_unstable();
        let several = sketched.chunk_by(usize::eq).filter(|alike| alike.len() > 1);
        out.hashes = Hashes::of(several.filter_map(|alike| alike.first().copied()));
        out
    }

    /// Counts the records of a chunk.
    ///
    /// # Errors
    ///
    /// [`UpdateError`], of the first measure that has one; the states are then of no more use.
    pub fn update(&mut self, chunk: &Chunk<'_>) -> Result<(), UpdateError> {
        self.hashes.fill(chunk);
        for at in 0..self.states.len() {
            let (before, from) = self.states.split_at_mut(at);
            let Some(state) = from.first_mut() else { continue };
            let leader = match self.helps.get(at) {
                Some(Help::Counts(_)) => continue,
                Some(Help::Rows(leader)) => before.get(*leader),
                Some(Help::None) | None => None,
            };
            state.update_with(chunk, leader, &self.hashes)?;
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
            let Some(state) = from.first_mut() else { continue };
            match self.helps.get(at) {
                Some(Help::Counts(twin)) => before.get(*twin).into_iter().for_each(|twin| state.take_counts_of(twin)),
                Some(Help::Rows(leader)) => {
                    before.get(*leader).into_iter().for_each(|leader| state.take_rows_of(leader))
                }
                Some(Help::None) | None => {}
            }
        }
        self.states
    }
}
