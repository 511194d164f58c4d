//! What to work out for one record of a program, settled once: the expressions needed, in slots; which aggregates are
//! taken in one pass over the children; how categories are walked.

mod make;

use self::make::Maker;
use crate::index::Index;
use crate::outcome::FieldPath;
use assize_model::ids::{CategoryId, FieldId, NodeId, RecordId};
use assize_model::lane::NO_CODE;
use assize_model::program::{Hit, Otherwise, Program};
use assize_model::ty::Ty;
use rustc_hash::FxHashMap;
use std::fmt;
use std::sync::Arc;

/// How deep children may nest.
const MAX_DEPTH: u32 = 32;
/// The number of what is not there.
pub(in crate::batch) const NONE: u32 = u32::MAX;

/// What is asked of a record's rows.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Categories of the record.
    pub categories: Vec<(CategoryId, Detail)>,
    /// Expressions of the record's own scope, or of the run.
    pub nodes: Vec<NodeId>,
}

/// How much of a category is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Value and state.
    States,
    /// Also the reasons: the criteria that decided, the codes still possible, and the fields that are missing.
    Reasons,
}

/// Why a request cannot be planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanError {
    /// An id that the program does not have, or a program that breaks its own rules.
    Malformed,
    /// An expression or a category of another record.
    OtherRecord,
    /// Children of children of children, and so on.
    TooDeep,
    /// A category reads more fields than can be listed as missing.
    TooManyFields,
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("the request does not fit the program"),
            Self::OtherRecord => f.write_str("the request is for another record"),
            Self::TooDeep => write!(f, "records nest more than {MAX_DEPTH} deep"),
            Self::TooManyFields => f.write_str("a category reads too many fields"),
        }
    }
}

impl std::error::Error for PlanError {}

/// The plan for one record. Made once for a program, and good for any number of runs of it.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(in crate::batch) record: RecordId,
    /// How many nodes the program has: a plan goes with its program only.
    pub(in crate::batch) arena: usize,
    pub(in crate::batch) steps: Vec<Step>,
    /// The slot of each node of the program; [`NONE`] for one that is not needed.
    slots: Vec<u32>,
    pub(in crate::batch) scopes: Vec<PlanScope>,
    pub(in crate::batch) groups: Vec<Group>,
    pub(in crate::batch) progressions: Vec<PlanProgress>,
    pub(in crate::batch) decisions: Vec<PlanDecision>,
    pub(in crate::batch) categories: Vec<PlanCategory>,
    /// The slots of [`Request::nodes`].
    pub(in crate::batch) lanes: Vec<u32>,
    /// Fields that can be missing.
    pub(in crate::batch) paths: Vec<FieldPath>,
    /// Of the values of tables with an index, by slot.
    pub(in crate::batch) indexes: FxHashMap<u32, Arc<Index>>,
}

/// One needed expression.
#[derive(Debug, Clone)]
pub(in crate::batch) struct Step {
    pub(in crate::batch) node: NodeId,
    pub(in crate::batch) ty: Ty,
    /// Index into the plan's scopes; [`NONE`] for the run's.
    pub(in crate::batch) scope: u32,
    pub(in crate::batch) kind: Kind,
    /// Slots of the same scope that it reads.
    pub(in crate::batch) deps: Box<[u32]>,
    /// What is named when it is missing: index into the plan's paths, or [`NONE`].
    pub(in crate::batch) path: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::batch) enum Kind {
    Plain,
    Field(FieldId),
    /// The slot, of the enclosing scope or the run's.
    Parent(u32),
    /// The value of a table with an index.
    Choose,
    /// Index into the plan's groups.
    Aggregate(u32),
    /// Index into the plan's decisions.
    Outcome(u32),
    /// Index into the plan's progressions.
    Progress(u32),
}

/// One place where expressions are worked out. The first is the record's own.
#[derive(Debug, Clone)]
pub(in crate::batch) struct PlanScope {
    pub(in crate::batch) record: RecordId,
    /// The enclosing scope and the `many` field.
    pub(in crate::batch) parent: Option<(u32, FieldId)>,
    /// Fields that are read, with their slots.
    pub(in crate::batch) fields: Vec<(FieldId, u32)>,
}

/// Aggregates over the same children that do not wait for each other: worked out in one pass.
#[derive(Debug, Clone)]
pub(in crate::batch) struct Group {
    pub(in crate::batch) child: u32,
    pub(in crate::batch) aggregates: Vec<u32>,
    /// What their operands read of the enclosing scope.
    pub(in crate::batch) deps: Box<[u32]>,
}

/// A progression in one scope.
#[derive(Debug, Clone)]
pub(in crate::batch) struct PlanProgress {
    pub(in crate::batch) slot: u32,
    /// The children that are gone over, each once, with the events among them: number, condition and date.
    pub(in crate::batch) passes: Vec<(u32, Vec<PlanEvent>)>,
    /// What its children read of its own scope.
    pub(in crate::batch) deps: Box<[u32]>,
}

/// One kind of event of a progression.
#[derive(Debug, Clone, Copy)]
pub(in crate::batch) struct PlanEvent {
    pub(in crate::batch) number: u16,
    pub(in crate::batch) filter: Option<u32>,
    pub(in crate::batch) date: u32,
}

/// A category in one scope.
#[derive(Debug, Clone)]
pub(in crate::batch) struct PlanDecision {
    pub(in crate::batch) scope: u32,
    pub(in crate::batch) hit: Hit,
    pub(in crate::batch) otherwise: Otherwise,
    pub(in crate::batch) applies: Option<u32>,
    pub(in crate::batch) criteria: Box<[u32]>,
    pub(in crate::batch) cases: Box<[PlanCase]>,
    /// Whether no code has two cases.
    pub(in crate::batch) distinct: bool,
    /// Whether the criteria after a true one matter, for the reasons.
    pub(in crate::batch) reasons: bool,
    /// The node that its errors carry.
    pub(in crate::batch) node: NodeId,
    /// Of a table: its index. Then `criteria` are what the index tests, and the cases are one a code, without criteria.
    pub(in crate::batch) table: Option<PlanTable>,
}

/// The rows of a table.
#[derive(Debug, Clone)]
pub(in crate::batch) struct PlanTable {
    pub(in crate::batch) index: Arc<Index>,
    /// By row: the case of the category, and the case of its code.
    pub(in crate::batch) of: Box<[(u32, u32)]>,
}

impl PlanDecision {
    /// The codes that can be possible, in declared order, and [`NO_CODE`] last where there can be none.
    pub(in crate::batch) fn codes(&self) -> Vec<u8> {
        let mut codes: Vec<u8> = self.cases.iter().map(|case| case.code).collect();
        match self.otherwise {
            Otherwise::None => codes.push(NO_CODE),
            Otherwise::Code(code) => codes.extend(u8::try_from(code.0)),
            Otherwise::Error(_) => {}
        }
        assize_model::order::sort(&mut codes);
        codes.dedup();
        codes
    }
}

#[derive(Debug, Clone, Copy)]
pub(in crate::batch) struct PlanCase {
    /// The code; a category's list has fewer than 127.
    pub(in crate::batch) code: u8,
    /// Its criteria: from, and one past the last.
    pub(in crate::batch) from: u32,
    pub(in crate::batch) to: u32,
}

/// A category that is asked for.
#[derive(Debug, Clone)]
pub(in crate::batch) struct PlanCategory {
    pub(in crate::batch) category: CategoryId,
    pub(in crate::batch) decision: u32,
    pub(in crate::batch) detail: Detail,
    /// What its `missing` can name: indices into the plan's paths.
    pub(in crate::batch) names: Vec<u32>,
    /// The other way round.
    pub(in crate::batch) ids: FxHashMap<u32, u16>,
}

impl Plan {
    /// Plans a request for a record.
    ///
    /// # Errors
    ///
    /// [`PlanError`].
    pub fn new(program: &Program, record: RecordId, request: &Request) -> Result<Self, PlanError> {
        Maker::new(program, record, request)?.finish(request)
    }

    /// The record whose rows it is for.
    pub fn record(&self) -> RecordId {
        self.record
    }

    /// The categories asked for, in their order.
    pub fn categories(&self) -> impl Iterator<Item = (CategoryId, Detail)> + '_ {
        self.categories.iter().map(|category| (category.category, category.detail))
    }

    /// The fields that a category's `missing` can name, by their numbers there; the category by its place in the
    /// request.
    pub fn names(&self, category: usize) -> Vec<FieldPath> {
        let names = self.categories.get(category).map_or(&[][..], |category| &category.names);
        names.iter().filter_map(|&path| self.paths.get(path as usize).cloned()).collect()
    }

    /// The `many` fields whose children are read, as paths of `many` fields from the record.
    pub fn children(&self) -> Vec<Vec<FieldId>> {
        let mut paths: Vec<Vec<FieldId>> = Vec::with_capacity(self.scopes.len());
        for scope in &self.scopes {
            let path = scope.parent.map_or_else(Vec::new, |(parent, field)| {
                let mut path = paths.get(parent as usize).cloned().unwrap_or_default();
                path.push(field);
                path
            });
            paths.push(path);
        }
        paths.retain(|path| !path.is_empty());
        paths
    }

    pub(in crate::batch) fn slot(&self, node: NodeId) -> Option<u32> {
        self.slots.get(node.index()).copied().filter(|&slot| slot != NONE)
    }
}
