//! A session: one record after another filled in field by field, and evaluated.

use super::cell::Cell;
use super::force::{Env, Memo};
use super::inputs::Inputs;
use super::missing::Search;
use super::plan::Plan;
use super::run::{Machine, Work};
use super::store::{Mark, Store};
use super::view::Outcome;
use crate::outcome::FieldPath;
use assize_model::ids::{CategoryId, NodeId, RecordId, ScopeId};
use assize_model::node::{Op, RUN};
use assize_model::program::Program;
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::fmt;
use std::sync::Arc;

/// Evaluates records one at a time. Once it has seen records of the usual size, filling one in and evaluating it
/// allocates nothing.
#[derive(Debug, Clone)]
pub struct Session {
    pub(super) plan: Arc<Plan>,
    pub(super) machine: Machine,
    pub(super) search: Search,
    pub(super) record: Option<RecordId>,
    pub(super) root: ScopeId,
    /// Counts records, so that a row of an earlier one is told apart.
    pub(super) serial: u64,
    /// How far the store is filled by what is given once a run, and by the record's fields.
    pub(super) constants: Mark,
    pub(super) fields: Mark,
    /// About how many bytes of the store nothing refers to any more, because fields were set again.
    pub(super) waste: usize,
    /// Whether the record changed since it was last evaluated.
    pub(super) changed: bool,
    /// Whether a field of the record itself could not be read.
    pub(super) unreadable: bool,
    /// Whether the record is at fault, when whoever filled it in knows.
    pub(super) fault: Option<bool>,
}

/// A row: the record itself, or one of its children. It is good until the next record begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowId {
    /// The scope of the row, when any expression reads it there.
    pub(super) scope: Option<ScopeId>,
    pub(super) record: RecordId,
    pub(super) row: u32,
    pub(super) serial: u64,
}

impl RowId {
    /// The record that it is a row of.
    pub const fn record(self) -> RecordId {
        self.record
    }

    /// Which of the rows that came by the same `many` fields it is, from 0; the record itself is 0.
    pub const fn number(self) -> u32 {
        self.row
    }
}

/// Why a record does not take what it was to be filled with, or cannot be evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowError {
    /// No record was begun, or the program has no such record.
    NoRecord,
    /// The record has no such field.
    NoField,
    /// The field holds values of another type.
    Type,
    /// The list has no such code.
    NoCode,
    /// The lower end of a range is above the upper one.
    Range,
    /// The members of a set do not ascend, or are repeated.
    Unsorted,
    /// The row is of an earlier record.
    Stale,
    /// There are more rows than can be numbered.
    TooMany,
    /// The category or the expression belongs to another record.
    OtherRecord,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoRecord => "there is no such record",
            Self::NoField => "the record has no such field",
            Self::Type => "the field holds values of another type",
            Self::NoCode => "the list has no such code",
            Self::Range => "the lower end of the range is above the upper one",
            Self::Unsorted => "the members of the set are not in ascending order",
            Self::Stale => "the row belongs to an earlier record",
            Self::TooMany => "there are too many rows",
            Self::OtherRecord => "it belongs to another record",
        })
    }
}

impl std::error::Error for RowError {}

impl Session {
    /// A session for a plan.
    pub fn new(plan: Arc<Plan>, inputs: &Inputs) -> Self {
        let machine = Machine::new(&plan);
        let mut session = Self {
            machine,
            search: Search::default(),
            record: None,
            root: RUN,
            serial: 0,
            constants: Mark::default(),
            fields: Mark::default(),
            waste: 0,
            changed: true,
            unreadable: false,
            fault: None,
            plan,
        };
        session.bind(inputs);
        session
    }

    /// Takes other inputs; the record must be begun again.
    pub fn bind(&mut self, inputs: &Inputs) {
        self.record = None;
        self.serial += 1;
        self.machine.work.store.release(Mark::default());
        let program = self.plan.program();
        let given = |store: &mut Store, node: NodeId| match program.node(node)?.op {
            Op::AsOf => Some(Cell::Date(inputs.as_of())),
            Op::Param(param) => inputs.params().get(param.index()).map(|value| store.put(value)),
            _ => None,
        };
        self.machine.run_constants(program, &self.plan, &given);
        self.constants = self.machine.work.store.mark();
    }

    /// The program.
    pub fn program(&self) -> &Program {
        self.plan.program()
    }

    /// The plan.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Begins a record: every field is missing, `unknown`, and there are no children.
    ///
    /// # Errors
    /// [`RowError::NoRecord`].
    #[inline]
    pub fn begin(&mut self, record: RecordId) -> Result<RowId, RowError> {
        self.anew(record)?;
        self.row()
    }

    /// Apart from [`Session::begin`], so that the row is not read back from where it was just written piece by piece, for
    /// which processors wait.
    fn anew(&mut self, record: RecordId) -> Result<(), RowError> {
        if self.record != Some(record) {
            self.root = self.plan.program().record(record).ok_or(RowError::NoRecord)?.root;
            self.record = Some(record);
        }
        self.serial += 1;
        self.machine.work.store.release(self.constants);
        for scope in self.plan.under(self.root) {
            let plan = self.plan.scopes.get(scope.index());
            match (self.machine.work.rows.get_mut(scope.index()), plan) {
                (Some(rows), Some(plan)) if *scope == self.root => rows.reset(plan),
                (Some(rows), _) => rows.clear(),
                _ => {}
            }
        }
        self.machine.blank(&self.plan, self.root);
        self.fields = self.constants;
        self.waste = 0;
        self.changed = true;
        self.unreadable = false;
        self.fault = None;
        Ok(())
    }

    /// The record that was begun.
    ///
    /// # Errors
    /// [`RowError::NoRecord`], when none was.
    #[inline]
    pub fn row(&self) -> Result<RowId, RowError> {
        let record = self.record.ok_or(RowError::NoRecord)?;
        Ok(RowId { scope: Some(self.root), record, row: 0, serial: self.serial })
    }

    /// Before anything is worked out: the present record, and whether it is at fault.
    #[inline]
    fn settle(&mut self) {
        if !self.changed {
            return;
        }
        self.changed = false;
        self.machine.work.renew(self.root, self.fields);
        self.machine.work.bad = match self.fault {
            Some(fault) => fault,
            None => self.is_faulty(),
        };
    }

    fn is_faulty(&self) -> bool {
        let Some(plan) = self.plan.scopes.get(self.root.index()) else { return false };
        if plan.required.is_empty() && !self.unreadable {
            return false;
        }
        let start = plan.fields as usize;
        let fields = self.machine.registers.get(start..start + plan.blank.len()).unwrap_or(&[]);
        fields.iter().any(|cell| matches!(cell, Cell::Absent(absence) if absence.is_error()))
    }

    /// Evaluates a category of the record.
    ///
    /// # Errors
    /// [`RowError::OtherRecord`], when the category is not of the record that was begun.
    #[inline]
    pub fn evaluate(&mut self, category: CategoryId) -> Result<Outcome<'_>, RowError> {
        let of = *self.plan.categories.get(category.index()).ok_or(RowError::OtherRecord)?;
        if Some(of.record) != self.record {
            return Err(RowError::OtherRecord);
        }
        self.settle();
        self.machine.run(&self.plan, of.unit);
        Ok(Outcome { session: self, decision: of.decision })
    }

    /// What an expression of the record, or of the run, comes to. The cell is good until the record changes.
    ///
    /// # Errors
    /// [`RowError::OtherRecord`], when it is worked out elsewhere.
    pub fn value_of(&mut self, node: NodeId) -> Result<Cell, RowError> {
        let of = self.plan.program().node(node).ok_or(RowError::OtherRecord)?;
        if of.scope != RUN && (self.record.is_none() || of.scope != self.root) {
            return Err(RowError::OtherRecord);
        }
        self.settle();
        let (env, memo, store, _) = self.parts();
        Ok(memo.force(&env, store, node, 0))
    }

    /// The missing inputs of an expression of the record, in reading order; none where it is known or an error.
    ///
    /// # Errors
    /// As [`Session::value_of`].
    pub fn missing_of(&mut self, node: NodeId) -> Result<Vec<FieldPath>, RowError> {
        self.value_of(node)?;
        let (env, memo, store, search) = self.parts();
        Ok(search.node(&env, memo, store, node))
    }

    /// The register of a node, for tests of the instructions.
    #[cfg(test)]
    pub(super) fn register(&self, node: NodeId) -> Cell {
        self.machine.registers[self.plan.register(node) as usize]
    }

    /// The text of a cell of this session.
    pub fn text(&self, cell: Cell) -> Option<&str> {
        match cell {
            Cell::Text(span) => Some(self.machine.work.store.text(span)),
            _ => None,
        }
    }

    /// The value of a known cell of a type; no code is none.
    pub fn value(&self, cell: Cell, ty: Ty) -> Option<Value> {
        self.machine.work.store.value(cell, ty)
    }

    /// Where texts, sets and bounds of this session's cells lie.
    pub fn store(&self) -> &Store {
        &self.machine.work.store
    }

    /// What expressions on demand are worked out with.
    pub(super) fn parts(&mut self) -> (Env<'_>, &mut Memo, &mut Store, &mut Search) {
        self.settle();
        let Machine { registers, work: Work { store, rows, memo, epoch, bad, .. } } = &mut self.machine;
        memo.begin(*epoch);
        let env = Env { program: self.plan.program(), plan: &self.plan, registers, rows, bad: *bad };
        (env, memo, store, &mut self.search)
    }
}
