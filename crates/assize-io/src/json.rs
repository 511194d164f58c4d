//! JSON Lines, and JSON arrays of objects.

mod block;
mod elements;
mod object;

use crate::error::{MissingColumn, OpenError, ReadFailure};
use crate::fault::{Counts, Sink};
use crate::headings::{Binding, Bound, companions, missing};
use crate::options::Options;
use crate::plan::{Kind, RecordPlan};
use crate::table::{Nested, Standing, TableBuild, Tally};
use crate::texts::Texts;
use assize_model::ids::{FieldId, RecordId};
use assize_model::program::Program;
use block::Block;
use elements::{Element, Elements};
use object::Member;
use std::io::Read;
use std::sync::Arc;

/// Records that may stand inside one another.
const DEEPEST: usize = 32;
/// Bytes read and parsed together.
const BLOCK: usize = 256 << 10;
/// Comparisons for suggestions, at most.
const COMPARISONS: usize = 100_000;

/// One record's rows, on their own or inside others.
pub(crate) struct Level {
    plan: Arc<RecordPlan>,
    binding: Binding,
    members: Texts<Member>,
    many: Vec<Inside>,
    /// The slot of the record's own key.
    key: Option<usize>,
    block: Block,
    /// Who of its block stood in whom.
    standing: Vec<Stand>,
}

/// A `many` field.
pub(crate) struct Inside {
    /// The level of its records, and the slot there of the field that names the parent.
    level: usize,
    by: Option<usize>,
    /// Whether any object had the member.
    seen: bool,
}

/// A row that stood in another, each numbered within the block of its level.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stand {
    level: usize,
    many: usize,
    parent: u32,
    child: u32,
}

/// What a level has of children so far.
struct Gathered {
    build: TableBuild,
    tally: Tally,
    /// Numbered within the tables.
    standing: Vec<Stand>,
}

/// Rows of JSON objects.
pub(crate) struct Json {
    elements: Elements<Box<dyn Read + Send>>,
    levels: Vec<Level>,
    /// For each level after the first, what it has so far.
    children: Vec<Gathered>,
    longest_cell: usize,
}

impl Json {
    pub(crate) fn open(
        source: Box<dyn Read + Send>,
        options: &Options,
        program: &Program,
        plan: &Arc<RecordPlan>,
    ) -> Result<Self, OpenError> {
        let levels = levels(program, plan)?;
        let elements = Elements::new(source, options.longest_row.min(1 << 30), BLOCK);
        let children = levels.iter().skip(1).map(|level| {
            let tally = Tally::new(options.faults_kept, options.unique_keys);
            Gathered { build: TableBuild::new(&level.plan, &level.binding), tally, standing: Vec::new() }
        });
        let mut json = Self { elements, children: children.collect(), levels, longest_cell: options.longest_cell };
        json.look_ahead()?;
        Ok(json)
    }

    /// The columns of the records themselves.
    pub(crate) fn binding(&self) -> &Binding {
        const NONE: &Binding = &Vec::new();
        self.levels.first().map_or(NONE, |level| &level.binding)
    }

    /// Goes through the first block for fields that no object in it has: JSON has no headings to tell by.
    fn look_ahead(&mut self) -> Result<(), OpenError> {
        self.elements.begin()?;
        match self.elements.rest() {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Err(OpenError::Encoding("UTF-16")),
            _ => {}
        }
        let state = self.elements.state();
        for level in &mut self.levels {
            level.block.strangers = Some(Vec::new());
        }
        while let Some(element) = self.elements.next_within() {
            if let Element::Text(from, to) = element {
                let bytes = self.elements.bytes(from, to);
                object::root(&mut self.levels, bytes, self.longest_cell);
            }
        }
        self.elements.restore(state);
        let mut lacking: Vec<MissingColumn> = Vec::new();
        for level in &mut self.levels {
            let strangers = level.block.strangers.take().unwrap_or_default();
            let objects = level.block.objects;
            level.clear();
            let mut budget = COMPARISONS;
            for (field, bound) in level.plan.fields.iter().zip(&level.binding) {
                let Some(bound) = bound else { continue };
                let slots = [Some(bound.column), bound.upper];
                for (slot, heading) in slots.into_iter().flatten().zip(&field.headings) {
                    let stated = [Some(slot), bound.companion].into_iter().flatten();
                    if objects > 0 && !field.optional && !level.block.has_seen(stated) {
                        lacking.push(missing(field, heading, &strangers, &mut budget));
                    }
                }
            }
        }
        if lacking.is_empty() { Ok(()) } else { Err(OpenError::MissingColumns(lacking)) }
    }

    /// Reads up to `most` rows, and says how many bytes they took; `None` when there are no more.
    pub(crate) fn read(
        &mut self,
        build: &mut TableBuild,
        most: usize,
        tally: &mut Tally,
    ) -> Result<Option<usize>, ReadFailure> {
        let before = tally.counts.rows + u64::from(build.rows);
        let mut bytes = 0;
        let mut rows = 0;
        while rows < most && bytes < BLOCK {
            let element = match self.elements.next() {
                Ok(Some(element)) => element,
                Ok(None) => break,
                Err(failure) => {
                    // What came before is given first; the failure comes again.
                    if rows > 0 {
                        break;
                    }
                    return Err(failure.after(before));
                }
            };
            rows += 1;
            match element {
                Element::Text(from, to) => {
                    bytes += to - from;
                    bytes += object::root(&mut self.levels, self.elements.bytes(from, to), self.longest_cell);
                }
                Element::TooLong => {
                    if let Some(level) = self.levels.first_mut() {
                        level.block.broken(block::Wrong::TooLong(self.elements.limit()));
                    }
                }
            }
        }
        let first: Vec<u32> =
            std::iter::once(build.rows).chain(self.children.iter().map(|level| level.build.rows)).collect();
        let mut children = self.children.iter_mut();
        for (at, level) in self.levels.iter_mut().enumerate() {
            if at == 0 {
                level.add(build, tally);
            } else if let Some(gathered) = children.next() {
                let from = |level: usize| first.get(level).copied().unwrap_or(0);
                gathered.standing.extend(level.standing.iter().map(|stand| Stand {
                    parent: stand.parent + from(stand.level),
                    child: stand.child + from(at),
                    ..*stand
                }));
                level.add(&mut gathered.build, &mut gathered.tally);
            }
        }
        Ok((rows > 0).then_some(bytes))
    }

    /// The children that stood in the rows read since they were taken last.
    pub(crate) fn take_children(&mut self) -> Nested {
        let mut nested = Nested::default();
        for (Gathered { build, tally, standing }, level) in self.children.iter_mut().zip(self.levels.iter().skip(1)) {
            if build.rows == 0 {
                continue;
            }
            let full = std::mem::replace(build, TableBuild::new(&level.plan, &level.binding));
            nested.batches.push(full.finish(tally));
            // A record may stand in itself: then the rows of one parent do not follow one another.
            standing.sort_by_key(|stand| (stand.level, stand.many, stand.parent, stand.child));
            for family in standing.chunk_by(|a, b| (a.level, a.many) == (b.level, b.many)) {
                let Some(&Stand { level: at, many, .. }) = family.first() else { continue };
                let Some(parent) = self.levels.get(at) else { continue };
                let Some(many) = parent.plan.many.get(many) else { continue };
                nested.families.push(Standing {
                    parent: (at > 0).then_some(parent.plan.record),
                    field: many.field,
                    child: level.plan.record,
                    pairs: family.iter().map(|stand| (stand.parent, stand.child)).collect(),
                });
            }
            standing.clear();
        }
        assize_model::order::sort_by_key(&mut nested.batches, |batch| batch.table.record);
        nested
    }

    /// See [`Reader::nests`](crate::Reader::nests).
    pub(crate) fn nests(&self, path: &[FieldId]) -> bool {
        let mut at = 0;
        for &field in path {
            let Some(level) = self.levels.get(at) else { return false };
            let many = level.plan.many.iter().position(|many| many.field == field);
            let Some(inside) = many.and_then(|many| level.many.get(many)) else { return false };
            if !inside.seen && level.block.objects > 0 {
                return false;
            }
            at = inside.level;
        }
        true
    }

    /// What was read of children.
    pub(crate) fn child_counts(&self) -> impl Iterator<Item = (RecordId, Counts)> {
        self.children.iter().map(|level| (level.build.plan.record, level.tally.counts))
    }
}

impl Level {
    fn new(plan: Arc<RecordPlan>) -> Self {
        let mut width = 0;
        let mut members = Vec::new();
        let mut binding = Vec::new();
        let mut key = None;
        let mut slot = |headings: Vec<String>| {
            let slot = width;
            width += 1;
            members.extend(headings.into_iter().map(|heading| (heading, Member::Slot(slot))));
            slot
        };
        for field in &plan.fields {
            let mut headings = field.headings.iter();
            let column = slot(headings.next().map(ToString::to_string).into_iter().collect());
            let upper = headings.next().map(|heading| slot(vec![heading.to_string()]));
            let companion = Some(slot(companions(field).collect()));
            binding.push(Some(Bound { column, upper, companion }));
            if field.key {
                key = Some(column);
            }
        }
        let many = plan.many.iter().enumerate().map(|(at, many)| (many.heading.to_string(), Member::Many(at)));
        let members: Vec<(String, Member)> = members.into_iter().chain(many).collect();
        Self {
            members: Texts::new(members.iter().map(|(heading, member)| (heading.as_str(), *member))),
            binding,
            many: Vec::new(),
            key,
            block: Block::new(width),
            standing: Vec::new(),
            plan,
        }
    }

    /// How the record's own key is read.
    fn key_kind(&self) -> Option<&Kind> {
        self.plan.fields.iter().find(|field| field.key).map(|field| &field.kind)
    }

    fn slot_of(&self, field: FieldId) -> Option<usize> {
        let at = self.plan.fields.iter().position(|plan| plan.field == field)?;
        self.binding.get(at)?.map(|bound| bound.column)
    }

    fn add(&mut self, build: &mut TableBuild, tally: &mut Tally) {
        let mut whole = Sink::new(None, tally.room);
        for (row, wrong) in &self.block.wrong {
            whole.add(build.rows + row, || wrong.describe(&self.plan));
        }
        build.add(&self.block, &self.binding, whole, tally);
        self.clear();
    }

    fn clear(&mut self) {
        self.block.clear();
        self.standing.clear();
    }
}

/// The record and all that may stand inside it, each record once however deep.
fn levels(program: &Program, plan: &Arc<RecordPlan>) -> Result<Vec<Level>, OpenError> {
    let mut levels = vec![Level::new(plan.clone())];
    let mut records: Vec<RecordId> = Vec::new();
    let mut at = 0;
    while at < levels.len() {
        let inside: Vec<_> = levels.get(at).map(|level| level.plan.many.clone()).unwrap_or_default();
        let mut many = Vec::new();
        for child in inside {
            let known = records.iter().position(|&record| record == child.record);
            let level = known.unwrap_or(records.len()) + 1;
            if known.is_none() {
                let plan = RecordPlan::new(program, child.record, None).ok_or(OpenError::NoSuchRecord)?;
                records.push(child.record);
                levels.push(Level::new(Arc::new(plan)));
            }
            let by = levels.get(level).and_then(|level| level.slot_of(child.by));
            many.push(Inside { level, by, seen: false });
        }
        if let Some(level) = levels.get_mut(at) {
            level.many = many;
        }
        at += 1;
    }
    Ok(levels)
}
