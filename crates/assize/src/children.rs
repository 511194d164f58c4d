//! Child records in memory, joined to their parents: what links the tables of one evaluation.

use crate::error::Error;
use assize_eval::batch::{ChildIndex, Families, Link, Spans};
use assize_model::column::Table;
use assize_model::ids::{FieldId, RecordId};
use assize_model::program::{FieldKind, Program};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

/// The `many` fields that are read, as a tree: from a record to its children, and from these to theirs.
#[derive(Debug, Clone, Default)]
pub struct Branches(Vec<Branch>);

#[derive(Debug, Clone)]
struct Branch {
    field: FieldId,
    /// The record of the children, and their field that names the parent.
    child: RecordId,
    by: FieldId,
    branches: Branches,
}

impl Branches {
    /// The tree of paths of `many` fields from a record.
    pub fn new(program: &Program, record: RecordId, paths: &[Vec<FieldId>]) -> Self {
        let mut out = Self::default();
        for path in paths {
            out.add(program, record, path);
        }
        out
    }

    fn add(&mut self, program: &Program, record: RecordId, path: &[FieldId]) {
        let Some((&field, rest)) = path.split_first() else { return };
        let at = self.0.iter().position(|branch| branch.field == field);
        let at = at.unwrap_or_else(|| {
            let kind = program.record(record).and_then(|record| Some(record.fields.get(field.index())?.kind));
            if let Some(FieldKind::Many { record: child, by }) = kind {
                self.0.push(Branch { field, child, by, branches: Self::default() });
            }
            self.0.len().saturating_sub(1)
        });
        if let Some(branch) = self.0.get_mut(at).filter(|branch| branch.field == field) {
            let child = branch.child;
            branch.branches.add(program, child, rest);
        }
    }

    /// Calls `f` with every `many` field: its record, itself, and the record of the children.
    pub fn each(&self, record: RecordId, f: &mut dyn FnMut(RecordId, FieldId, RecordId)) {
        for branch in &self.0 {
            f(record, branch.field, branch.child);
            branch.branches.each(branch.child, f);
        }
    }
}

/// Tables of children, and how they are joined to their parents.
#[derive(Debug, Default)]
pub struct Family {
    tables: BTreeMap<RecordId, Table>,
    /// By the parents' record and their `many` field.
    joins: BTreeMap<(RecordId, FieldId), Join>,
}

#[derive(Debug)]
struct Join {
    /// `None` where no child has anything to be joined by.
    index: Option<ChildIndex>,
    /// The children of every row of the parents' table, when the parents are children themselves.
    nested: Option<Kin>,
}

/// Where the children of some parents are.
#[derive(Debug)]
enum Kin {
    Some(Families),
    /// So many offsets of nothing.
    None(Vec<u32>),
}

impl Kin {
    fn spans<'t>(&'t self, join: &'t Join) -> Spans<'t> {
        match (self, &join.index) {
            (Self::Some(families), Some(index)) => families.spans(index),
            (Self::None(offsets), _) => Spans::Offsets(offsets),
            (Self::Some(_), None) => Spans::Offsets(&[]),
        }
    }
}

impl Join {
    fn find(&mut self, parents: &Table, key: Option<FieldId>, rows: Range<usize>) -> Result<Kin, Error> {
        let (Some(index), Some(keys)) = (&mut self.index, key.and_then(|key| parents.column(key))) else {
            return Ok(Kin::None(vec![0; rows.end + 1]));
        };
        index.find(keys, rows).map(Kin::Some).map_err(|error| Error::data(error.to_string()))
    }
}

impl Family {
    /// Takes the whole table of a child record.
    pub fn insert(&mut self, table: Table) {
        self.tables.insert(table.record, table);
    }

    /// The table of a record.
    pub fn table(&self, record: RecordId) -> Option<&Table> {
        self.tables.get(&record)
    }

    /// Groups all children that the branches of a record reach; a record without a table has no rows.
    pub fn join(&mut self, program: &Program, record: RecordId, branches: &Branches) -> Result<(), Error> {
        for branch in &branches.0 {
            let Branch { field, child, by, branches: nested } = branch;
            let fields = program.record(*child).map_or(0, |child| child.fields.len());
            let empty = || Table { record: *child, rows: 0, columns: vec![None; fields], bad: Vec::new() };
            let table = self.tables.entry(*child).or_insert_with(empty);
            if let Entry::Vacant(join) = self.joins.entry((record, *field)) {
                let index = match table.column(*by) {
                    Some(by) if table.rows > 0 => {
                        Some(ChildIndex::new(by, table.rows).map_err(|error| Error::data(error.to_string()))?)
                    }
                    _ => None,
                };
                join.insert(Join { index, nested: None });
            }
            self.join(program, *child, nested)?;
            for inner in &nested.0 {
                let key = program.record(*child).and_then(|child| child.key);
                let (Some(parents), Some(join)) = (self.tables.get(child), self.joins.get_mut(&(*child, inner.field)))
                else {
                    continue;
                };
                if join.nested.is_none() {
                    join.nested = Some(join.find(parents, key, 0..parents.rows)?);
                }
            }
        }
        Ok(())
    }

    /// Finds the children of some rows of a record and hands `f` the links to them.
    pub fn with_links<R>(
        &mut self,
        program: &Program,
        branches: &Branches,
        parents: &Table,
        rows: Range<usize>,
        f: impl FnOnce(&[Link<'_>]) -> R,
    ) -> Result<R, Error> {
        let key = program.record(parents.record).and_then(|record| record.key);
        let mut found = Vec::with_capacity(branches.0.len());
        for branch in &branches.0 {
            let join = self.joins.get_mut(&(parents.record, branch.field));
            let join = join.ok_or_else(|| Error::data("children were not grouped".to_owned()))?;
            found.push(join.find(parents, key, rows.clone())?);
        }
        let found: Vec<&Kin> = found.iter().collect();
        let (mut f, mut out) = (Some(f), None);
        self.step(parents.record, branches, &found, &[], &mut |links| {
            if let Some(f) = f.take() {
                out = Some(f(links));
            }
        });
        out.ok_or_else(|| Error::data("children were not grouped".to_owned()))
    }

    /// Builds the links one after the other; each holds those of its own children, which live for as long as `f` runs.
    fn step(
        &self,
        record: RecordId,
        branches: &Branches,
        found: &[&Kin],
        done: &[Link<'_>],
        f: &mut dyn FnMut(&[Link<'_>]),
    ) {
        let at = done.len();
        let (Some(branch), Some(kin)) = (branches.0.get(at), found.get(at)) else { return f(done) };
        let (Some(table), Some(join)) = (self.tables.get(&branch.child), self.joins.get(&(record, branch.field)))
        else {
            return;
        };
        let inner: Option<Vec<&Kin>> = branch
            .branches
            .0
            .iter()
            .map(|inner| self.joins.get(&(branch.child, inner.field))?.nested.as_ref())
            .collect();
        let Some(inner) = inner else { return };
        self.step(branch.child, &branch.branches, &inner, &[], &mut |nested| {
            let mut links = done.to_vec();
            links.push(Link { field: branch.field, table, spans: kin.spans(join), order: None, links: nested });
            self.step(record, branches, found, &links, f);
        });
    }

    /// Children that no parent has, once all parents were looked up: the parents' record and field, the children's
    /// record, and the rows.
    pub fn orphans(&self, program: &Program) -> Vec<(RecordId, FieldId, RecordId, Vec<u32>)> {
        let mut out = Vec::new();
        for (&(parent, field), join) in &self.joins {
            let kind = program.record(parent).and_then(|record| Some(record.fields.get(field.index())?.kind));
            if let (Some(FieldKind::Many { record: child, .. }), Some(index)) = (kind, &join.index) {
                let rows = index.orphans();
                if !rows.is_empty() {
                    out.push((parent, field, child, rows));
                }
            }
        }
        out
    }
}
