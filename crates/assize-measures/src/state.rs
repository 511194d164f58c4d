//! The state of a measure: what has been counted so far, in a form that merges.

use crate::axis::{Axis, FIRST, NO_CODE, Slot};
use crate::groups::{Group, Groups, TooManyGroups};
use crate::ladder::{Ladder, Word, transpose};
use crate::lanes::{Hashes, add_lane, rows_of, sketch_lane};
use crate::plan::{MeasurePlan, Source, ValueOf, WrongChunk};
use crate::samples::Samples;
use crate::sketch::Sketch;
use crate::spread::Spread;
use crate::stage::{CLASS_BITS, Stages};
use assize_model::lane::Chunk;
use assize_model::sum::{ExactSum, SquareSum};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// What has been counted of one measure: for each row of its result, how many records left the ladder where, the exact
/// sums, and the distinct values.
///
/// States of parts of the data merge into the state of the whole, in any order and however the data was split, and
/// give the same bytes. The memory they take is bounded by the rows of the result (128 bytes each, four times that when
/// the measure treats unknown as `yes` or `no` and is broken down by a category; 64 for each sum), and for `distinct`
/// by the different values in each row.
#[derive(Debug, Clone)]
pub struct MeasureState {
    pub(crate) plan: Arc<MeasurePlan>,
    /// The values of each breakdown, and the periods last.
    pub(crate) axes: Vec<Axis>,
    pub(crate) groups: Groups,
    /// How many records of each group left the ladder where; a group's counts are together.
    pub(crate) counts: Vec<u64>,
    pub(crate) layout: Layout,
    /// A sum for each group, where the clause is a number.
    pub(crate) numerators: Vec<ExactSum>,
    pub(crate) denominators: Vec<ExactSum>,
    pub(crate) values: Vec<ExactSum>,
    pub(crate) squares: Vec<SquareSum>,
    /// All values of each group; shared by states that count the same.
    pub(crate) samples: Arc<Samples>,
    /// What lies between two ends, of each group, where that counts.
    pub(crate) spreads: Vec<Spread>,
    pub(crate) distinct: Distinct,
    /// The distinct values of each group, where they are estimated.
    pub(crate) sketches: Vec<Sketch>,
    scratch: Scratch,
}

/// How many bits number the counts of a group, and which of them say more than the class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    /// All bits.
    pub bits: u32,
    /// The bit of records of which a clause was taken to be `yes` or `no`.
    pub replaced: Option<u32>,
    /// The bit of records of which a category was not decided.
    pub not_decided: Option<u32>,
}

impl Layout {
    fn new(plan: &MeasurePlan) -> Self {
        let mut bits = CLASS_BITS;
        let mut bit = |wanted: bool| {
            wanted.then(|| {
                bits += 1;
                bits - 1
            })
        };
        let replaced = bit(plan.replaces_unknown());
        let not_decided = bit(plan.by_category());
        Self { bits, replaced, not_decided }
    }

    /// The class, and whether the records were replaced and not decided, of one of the counts.
    pub(crate) fn split(self, count: usize) -> (u8, bool, bool) {
        let class = (count & ((1 << CLASS_BITS) - 1)) as u8;
        let has = |bit: Option<u32>| bit.is_some_and(|bit| count >> bit & 1 == 1);
        (class, has(self.replaced), has(self.not_decided))
    }

    /// The planes of all bits.
    fn planes(self, word: &Word, not_decided: u64) -> [u64; 8] {
        let mut planes = [0; 8];
        for (to, from) in planes.iter_mut().zip(word.planes) {
            *to = from;
        }
        let mut put = |bit: Option<u32>, records| {
            if let Some(plane) = bit.and_then(|bit| planes.get_mut(bit as usize)) {
                *plane = records;
            }
        };
        put(self.replaced, word.replaced);
        put(self.not_decided, not_decided);
        planes
    }
}

/// The distinct values of each group.
#[derive(Debug, Clone, Default)]
pub(crate) struct Distinct {
    /// All values; `None` where the measure does not ask.
    pub axis: Option<Axis>,
    /// A group in the upper half, and the slot of a value that occurs in it in the lower.
    pub pairs: FxHashSet<u64>,
}

impl Distinct {
    pub(crate) const fn pair(group: Group, slot: Slot) -> u64 {
        (group as u64) << 32 | slot as u64
    }

    pub(crate) const fn split(pair: u64) -> (Group, Slot) {
        ((pair >> 32) as Group, pair as Slot)
    }
}

/// What is only needed while a chunk is counted.
#[derive(Debug, Clone, Default)]
struct Scratch {
    columns: Vec<Vec<Slot>>,
    groups: Vec<Group>,
    words: Vec<Word>,
    not_decided: Vec<u64>,
    distinct: Vec<Slot>,
}

/// Why records could not be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UpdateError {
    /// The chunk is not of what the plan asked for.
    #[error(transparent)]
    WrongChunk(#[from] WrongChunk),
    /// The breakdowns give too many rows. The state has counted part of the chunk and is of no more use.
    #[error(transparent)]
    TooManyGroups(#[from] TooManyGroups),
}

impl MeasureState {
    /// Nothing counted yet.
    pub fn new(plan: Arc<MeasurePlan>) -> Self {
        let axes: Vec<Axis> = plan.axes.iter().map(|(_, axis)| axis.clone()).collect();
        let mut state = Self {
            groups: Groups::new(axes.len()),
            counts: Vec::new(),
            layout: Layout::new(&plan),
            numerators: Vec::new(),
            denominators: Vec::new(),
            values: Vec::new(),
            squares: Vec::new(),
            samples: Arc::new(match plan.value {
                ValueOf::All(_, precision) => Samples::new(precision),
                _ => Samples::default(),
            }),
            spreads: Vec::new(),
            distinct: Distinct {
                axis: plan.distinct.clone().filter(|_| matches!(plan.value, ValueOf::Distinct(_))),
                pairs: FxHashSet::default(),
            },
            sketches: Vec::new(),
            scratch: Scratch { columns: vec![Vec::new(); axes.len()], ..Scratch::default() },
            axes,
            plan,
        };
        state.make_room();
        state
    }

    /// The plan it counts by.
    pub const fn plan(&self) -> &Arc<MeasurePlan> {
        &self.plan
    }

    /// How many rows the result has so far.
    pub const fn rows(&self) -> usize {
        self.groups.len()
    }

    /// Counts and sums for groups that have none yet.
    pub(crate) fn make_room(&mut self) {
        self.make_room_for(self.groups.len());
    }

    fn make_room_for(&mut self, groups: usize) {
        self.counts.resize(groups << self.layout.bits, 0);
        let sums = |wanted: bool, sums: &mut Vec<ExactSum>| {
            if wanted {
                sums.resize(groups, ExactSum::ZERO);
            }
        };
        sums(self.plan.numerator.number().is_some(), &mut self.numerators);
        sums(self.plan.denominator.number().is_some(), &mut self.denominators);
        sums(matches!(self.plan.value, ValueOf::Sum(_)), &mut self.values);
        if self.plan.bounded {
            self.spreads.resize(groups, Spread::default());
        }
        if self.plan.squares {
            self.squares.resize(groups, SquareSum::ZERO);
        }
        match self.plan.value {
            ValueOf::All(..) => Arc::make_mut(&mut self.samples).resize(groups),
            ValueOf::Sketch(_) => self.sketches.resize_with(groups, Sketch::default),
            ValueOf::Nothing | ValueOf::Sum(_) | ValueOf::Distinct(_) => {}
        }
    }

    /// The counts of a group, one for each class and what else the layout tells apart.
    pub(crate) fn counts_of(&self, group: usize) -> &[u64] {
        let bits = self.layout.bits;
        self.counts.get(group << bits..(group + 1) << bits).unwrap_or(&[])
    }

    /// The stages of a group.
    pub(crate) fn stages_of(&self, group: usize) -> Stages {
        let mut stages = Stages::default();
        for (at, &count) in self.counts_of(group).iter().enumerate().filter(|&(_, &count)| count > 0) {
            let (class, replaced, not_decided) = self.layout.split(at);
            stages.add(class, replaced, not_decided, count);
        }
        stages
    }

    /// Counts the records of a chunk.
    ///
    /// # Errors
    ///
    /// [`UpdateError`]; a chunk that is not of what the plan asked for changes nothing.
    pub fn update(&mut self, chunk: &Chunk<'_>) -> Result<(), UpdateError> {
        self.update_with(chunk, None, &Hashes::default())
    }

    /// Counts the records of a chunk, of which another state of the same rows (see [`MeasurePlan::has_rows_of`]) may have
    /// worked out the groups already. That must be so of all chunks or of none, and
    /// [`MeasureState::take_rows_of`] must follow.
    pub(crate) fn update_with(
        &mut self,
        chunk: &Chunk<'_>,
        leader: Option<&Self>,
        hashes: &Hashes,
    ) -> Result<(), UpdateError> {
        self.plan.check(chunk)?;
        let mut scratch = std::mem::take(&mut self.scratch);
        let done = self.count(chunk, &mut scratch, leader);
        if done.is_ok() {
            self.add_distinct(chunk, &mut scratch, hashes);
        }
        self.scratch = scratch;
        Ok(done?)
    }

    /// Takes the rows over from the state that worked them out.
    pub(crate) fn take_rows_of(&mut self, leader: &Self) {
        self.axes.clone_from(&leader.axes);
        self.groups.clone_from(&leader.groups);
        self.make_room();
    }

    /// Takes everything over from a state that has counted the same (see [`MeasurePlan::counts_as`]).
    pub(crate) fn take_counts_of(&mut self, twin: &Self) {
        *self = Self { plan: Arc::clone(&self.plan), ..twin.clone() };
    }

    fn count(&mut self, chunk: &Chunk<'_>, scratch: &mut Scratch, leader: Option<&Self>) -> Result<(), TooManyGroups> {
        let ladder = Ladder::new(&self.plan, chunk);
        scratch.words.clear();
        scratch.words.extend((0..ladder.words()).map(|at| ladder.word(at)));
        if self.axes.is_empty() {
            self.count_together(&ladder, &scratch.words);
        } else {
            match leader {
                Some(leader) => {
                    scratch.groups.clone_from(&leader.scratch.groups);
                    scratch.not_decided.clone_from(&leader.scratch.not_decided);
                    self.make_room_for(leader.groups.len());
                }
                None => {
                    self.group(chunk, scratch)?;
                    self.make_room();
                }
            }
            self.count_apart(&ladder, scratch);
        }
        self.add_sums(chunk, scratch);
        Ok(())
    }

    /// The group of each record.
    fn group(&mut self, chunk: &Chunk<'_>, scratch: &mut Scratch) -> Result<(), TooManyGroups> {
        scratch.not_decided.clear();
        scratch.not_decided.resize(chunk.rows.div_ceil(64), 0);
        for ((axis, (source, _)), column) in self.axes.iter_mut().zip(&self.plan.axes).zip(&mut scratch.columns) {
            match *source {
                Source::Lane(at) => {
                    if let Some(lane) = chunk.lanes.get(at) {
                        axis.fill(lane, chunk.rows, column);
                    }
                }
                Source::Outcome(at) => {
                    if let Some(outcomes) = chunk.outcomes.get(at) {
                        axis.fill_outcomes(outcomes, chunk.rows, column, &mut scratch.not_decided);
                    }
                }
                Source::Decided(at) => {
                    if let Some(outcomes) = chunk.outcomes.get(at) {
                        axis.fill_decided(outcomes, chunk.rows, column);
                    }
                }
            }
        }
        self.groups.widen(self.axes.iter().map(Axis::width));
        self.groups.assign(&scratch.columns, &mut scratch.groups)
    }

    /// Counts all records in the one group there is.
    fn count_together(&mut self, ladder: &Ladder<'_>, words: &[Word]) {
        let bits = self.layout.bits;
        for (at, word) in words.iter().enumerate() {
            let planes = self.layout.planes(word, 0);
            for (count, total) in self.counts.iter_mut().enumerate() {
                let class =
                    planes.iter().take(bits as usize).enumerate().fold(ladder.present(at), |records, (bit, plane)| {
                        records & if count >> bit & 1 == 1 { *plane } else { !plane }
                    });
                *total += u64::from(class.count_ones());
            }
        }
    }

    /// Counts each record in its group.
    fn count_apart(&mut self, ladder: &Ladder<'_>, scratch: &Scratch) {
        let bits = self.layout.bits;
        let words = scratch.words.iter().zip(&scratch.not_decided);
        for ((word, &not_decided), groups) in words.zip(scratch.groups.chunks(64)).take(ladder.words()) {
            let classes = transpose(&self.layout.planes(word, not_decided));
            for (&group, class) in groups.iter().zip(classes) {
                if let Some(count) = self.counts.get_mut((group as usize) << bits | usize::from(class)) {
                    *count += 1;
                }
            }
        }
    }

    /// Adds the numbers of the records that they count for.
    fn add_sums(&mut self, chunk: &Chunk<'_>, scratch: &Scratch) {
        let counted = |word: &Word| word.counted;
        let left = |word: &Word| word.left;
        let lane = |at: Option<usize>| at.and_then(|at| chunk.lanes.get(at));
        let groups = &scratch.groups;
        let rows = |records: fn(&Word) -> u64| scratch.words.iter().map(records);
        if let Some(lane) = lane(self.plan.numerator.number()) {
            add_lane(lane, rows(counted), groups, &mut self.numerators);
        }
        if let Some(lane) = lane(self.plan.denominator.number()) {
            add_lane(lane, rows(left), groups, &mut self.denominators);
        }
        if let Some(lane) = lane(self.plan.value.number()) {
            if self.plan.bounded {
                let between = scratch.words.iter().enumerate().map(|(at, word)| word.counted & lane.spread.word(at));
                for row in between.enumerate().flat_map(|(at, records)| rows_of(at, records)) {
                    let group = groups.get(row).map_or(0, |&group| group as usize);
                    if let Some(spread) = self.spreads.get_mut(group) {
                        spread.add(lane.spread.ends(row));
                    }
                }
            }
            match self.plan.value {
                ValueOf::Sum(_) if self.plan.bounded => {
                    let known = |at: usize| lane.known.get(at).copied().unwrap_or(0);
                    let words = scratch.words.iter().enumerate().map(|(at, word)| word.counted & known(at));
                    add_lane(lane, words, groups, &mut self.values);
                }
                ValueOf::All(..) => Arc::make_mut(&mut self.samples).extend_lane(lane, rows(counted), groups),
                _ => add_lane(lane, rows(counted), groups, &mut self.values),
            }
            if self.plan.squares {
                add_lane(lane, rows(counted), groups, &mut self.squares);
            }
        }
    }

    /// Adds the values of the records that they count for.
    fn add_distinct(&mut self, chunk: &Chunk<'_>, scratch: &mut Scratch, hashes: &Hashes) {
        let at = match self.plan.value {
            ValueOf::Distinct(at) | ValueOf::Sketch(at) => at,
            ValueOf::Nothing | ValueOf::Sum(_) | ValueOf::All(..) => return,
        };
        let Some(lane) = chunk.lanes.get(at) else { return };
        let Some(axis) = &mut self.distinct.axis else {
            let counted = scratch.words.iter().map(|word| word.counted);
            return sketch_lane(chunk, at, counted, &scratch.groups, &mut self.sketches, hashes);
        };
        axis.fill(lane, chunk.rows, &mut scratch.distinct);
        let mut last = None;
        for (at, word) in scratch.words.iter().enumerate() {
            for row in rows_of(at, word.counted) {
                let slot = scratch.distinct.get(row).copied().unwrap_or(0);
                let pair = Distinct::pair(scratch.groups.get(row).copied().unwrap_or(0), slot);
                // Data is often sorted by what is counted. What is counted is known; a code past its list is no value.
                if last != Some(pair) && (slot == NO_CODE || slot >= FIRST) {
                    self.distinct.pairs.insert(pair);
                    last = Some(pair);
                }
            }
        }
    }

    /// Adds what another state of the same measure has counted of other records.
    ///
    /// # Errors
    ///
    /// [`MergeError`], for a state of another measure, of other rules or another run, which changes nothing; and when
    /// the rows of both are too many, after which the state is of no more use.
    pub fn merge(&mut self, other: &Self) -> Result<(), MergeError> {
        self.plan.same(&other.plan)?;
        let slots: Vec<Vec<Slot>> =
            self.axes.iter_mut().zip(&other.axes).map(|(own, other)| own.absorb(other)).collect();
        self.groups.widen(self.axes.iter().map(Axis::width));
        let distinct = match (&mut self.distinct.axis, &other.distinct.axis) {
            (Some(own), Some(other)) => own.absorb(other),
            _ => Vec::new(),
        };
        let mut groups = Vec::with_capacity(other.groups.len());
        let mut key = Vec::with_capacity(slots.len());
        for (_, slots_there) in other.groups.iter() {
            key.clear();
            let here = |(slots, &slot): (&Vec<Slot>, &Slot)| slots.get(slot as usize).copied().unwrap_or(0);
            key.extend(slots.iter().zip(slots_there).map(here));
            groups.push(if self.axes.is_empty() { 0 } else { self.groups.group(&key)? });
        }
        self.make_room();
        for (from, &to) in groups.iter().enumerate() {
            let to = to as usize;
            let bits = self.layout.bits;
            if let Some(counts) = self.counts.get_mut(to << bits..(to + 1) << bits) {
                for (own, other) in counts.iter_mut().zip(other.counts_of(from)) {
                    *own = own.saturating_add(*other);
                }
            }
            let add = |own: &mut Vec<ExactSum>, other: &Vec<ExactSum>| {
                if let (Some(own), Some(other)) = (own.get_mut(to), other.get(from)) {
                    own.merge(other);
                }
            };
            add(&mut self.numerators, &other.numerators);
            add(&mut self.denominators, &other.denominators);
            add(&mut self.values, &other.values);
            if let (Some(own), Some(other)) = (self.squares.get_mut(to), other.squares.get(from)) {
                own.merge(other);
            }
            if matches!(self.plan.value, ValueOf::All(..)) {
                Arc::make_mut(&mut self.samples).merge_group(to, &other.samples, from);
            }
            if let (Some(own), Some(other)) = (self.spreads.get_mut(to), other.spreads.get(from)) {
                own.merge(other);
            }
            if let (Some(own), Some(other)) = (self.sketches.get_mut(to), other.sketches.get(from)) {
                own.merge(other);
            }
        }
        // The order in which the pairs come does not matter to a set.
        self.distinct.pairs.extend(other.distinct.pairs.iter().map(|&pair| {
            let (group, slot) = Distinct::split(pair);
            let group = groups.get(group as usize).copied().unwrap_or(0);
            Distinct::pair(group, distinct.get(slot as usize).copied().unwrap_or(0))
        }));
        Ok(())
    }
}

/// Why states do not merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// The states are of different rules, by their hashes.
    #[error("the partial results are of different rules")]
    OtherRules,
    /// The states are of different measures.
    #[error("the partial results are of different measures")]
    OtherMeasure,
    /// The states are of different runs: another evaluation date, or other parameters.
    #[error("the partial results are of runs with different dates or parameters")]
    OtherRun,
    /// Both together have too many rows.
    #[error(transparent)]
    TooManyGroups(#[from] TooManyGroups),
}

impl MeasurePlan {
    /// Whether states of both plans are of the same measure.
    fn same(&self, other: &Self) -> Result<(), MergeError> {
        if self.rules != other.rules {
            return Err(MergeError::OtherRules);
        }
        if self.name != other.name || self.id != other.id {
            return Err(MergeError::OtherMeasure);
        }
        if self.run != other.run {
            return Err(MergeError::OtherRun);
        }
        Ok(())
    }
}
