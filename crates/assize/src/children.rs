//! Child records in memory, joined to their parents: by the key of the parent, or by standing inside it.

use crate::error::Error;
use assize_eval::batch::{ChildIndex, Families, Link, Spans};
use assize_io::{Nested, Standing};
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

    /// Refuses a field for whose children nothing was given: they have no data of their own (`given`), and do not stand
    /// inside the rows of those who have (`nests`).
    pub fn check(
        &self,
        program: &Program,
        record: RecordId,
        given: &dyn Fn(RecordId) -> bool,
        nests: &dyn Fn(&[FieldId]) -> bool,
    ) -> Result<(), Error> {
        self.check_from(program, record, given, nests, &mut Vec::new())
    }

    fn check_from(
        &self,
        program: &Program,
        record: RecordId,
        given: &dyn Fn(RecordId) -> bool,
        nests: &dyn Fn(&[FieldId]) -> bool,
        path: &mut Vec<FieldId>,
    ) -> Result<(), Error> {
        for Branch { field, child, branches, .. } in self.0.iter().filter(|branch| !given(branch.child)) {
            path.push(*field);
            if !nests(path) {
                let parent = program.record(record);
                let field = parent.and_then(|parent| parent.fields.get(field.index()));
                let parent = parent.map_or("", |parent| &parent.heading.name);
                let field = field.map_or("", |field| &field.heading.name);
                let child = program.record(*child).map_or("", |child| &child.heading.name);
                let message = format!("`{parent}.{field}` reads `{child}`, for which no data are given");
                return Err(Error::data(message).of(parent).of_field(Some(field)));
            }
            branches.check_from(program, *child, given, nests, path)?;
            path.pop();
        }
        Ok(())
    }

    /// Takes in the branches of another tree of the same record.
    pub fn merge(&mut self, other: &Self) {
        for branch in &other.0 {
            match self.0.iter_mut().find(|own| own.field == branch.field) {
                Some(own) => own.branches.merge(&branch.branches),
                None => self.0.push(branch.clone()),
            }
        }
    }

    /// Calls `f` with every `many` field: its record, itself, the record of the children, and what is asked of these.
    pub fn each(&self, record: RecordId, f: &mut dyn FnMut(RecordId, FieldId, RecordId, &Self)) {
        for branch in &self.0 {
            f(record, branch.field, branch.child, &branch.branches);
            branch.branches.each(branch.child, f);
        }
    }
}

/// Children that stood inside the rows of one table.
#[derive(Debug, Default)]
pub struct Nest {
    tables: BTreeMap<RecordId, Table>,
    /// By the parents' record, `None` for the rows of the table itself, and their `many` field.
    placed: BTreeMap<(Option<RecordId>, FieldId), Placed>,
    /// Where rows that stood here have children in tables of their own.
    kin: BTreeMap<(RecordId, FieldId), Kin>,
}

/// Who stood in whom by one field.
#[derive(Debug)]
struct Placed {
    /// Places of the children of each row.
    offsets: Vec<u32>,
    /// The row at each place; `None` where the rows lie so.
    order: Option<Vec<u32>>,
}

impl Nest {
    /// Takes what stood inside so many rows.
    pub fn new(rows: usize, children: Nested) -> Self {
        let tables: BTreeMap<RecordId, Table> =
            children.batches.into_iter().map(|batch| (batch.table.record, batch.table)).collect();
        let rows_of =
            |record: Option<RecordId>| record.map_or(rows, |record| tables.get(&record).map_or(0, |table| table.rows));
        let placed = children.families.into_iter().map(|Standing { parent, field, child, pairs }| {
            let mut offsets = vec![0_u32; rows_of(parent) + 1];
            for &(parent, _) in &pairs {
                if let Some(offset) = offsets.get_mut(parent as usize + 1) {
                    *offset += 1;
                }
            }
            let mut total = 0;
            for offset in &mut offsets {
                total += *offset;
                *offset = total;
            }
            let in_order = pairs.len() == rows_of(Some(child)) && pairs.iter().map(|pair| pair.1).is_sorted();
            let order = (!in_order).then(|| pairs.iter().map(|pair| pair.1).collect());
            ((parent, field), Placed { offsets, order })
        });
        let placed = placed.collect();
        Self { tables, placed, kin: BTreeMap::new() }
    }
}

/// A table of children, with what stood inside its rows.
#[derive(Debug)]
struct Held {
    table: Table,
    nest: Nest,
}

/// Tables of children, and how they are joined to their parents.
#[derive(Debug, Default)]
pub struct Family {
    tables: BTreeMap<RecordId, Held>,
    /// Tables without a row, of records that nothing was given for.
    empty: BTreeMap<RecordId, Table>,
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
    fn spans<'t>(&'t self, join: Option<&'t Join>) -> Spans<'t> {
        match (self, join.and_then(|join| join.index.as_ref())) {
            (Self::Some(families), Some(index)) => families.spans(index),
            (Self::None(offsets), _) => Spans::Offsets(offsets),
            (Self::Some(_), None) => Spans::Offsets(&[]),
        }
    }
}

/// Whose children are looked for.
#[derive(Clone, Copy)]
struct Level<'t> {
    record: RecordId,
    /// The rows of the record itself, or those that stood inside others.
    inside: Option<RecordId>,
    nest: &'t Nest,
}

fn key_of(program: &Program, record: RecordId) -> Option<FieldId> {
    program.record(record).and_then(|record| record.key)
}

impl Family {
    /// Takes the whole table of a child record, with what stood inside its rows.
    pub fn insert(&mut self, table: Table, children: Nested) {
        let nest = Nest::new(table.rows, children);
        self.tables.insert(table.record, Held { table, nest });
    }

    /// The table of a record.
    pub fn table(&self, record: RecordId) -> Option<&Table> {
        self.tables.get(&record).map(|held| &held.table)
    }

    /// Exchanges what stood inside the rows of a record's table: to have it for the time that they are worked out.
    pub fn swap_nest(&mut self, record: RecordId, nest: &mut Nest) {
        if let Some(held) = self.tables.get_mut(&record) {
            std::mem::swap(&mut held.nest, nest);
        }
    }

    /// Groups all children that the branches of a record reach and that have a table of their own.
    pub fn join(&mut self, program: &Program, record: RecordId, branches: &Branches) -> Result<(), Error> {
        for Branch { field, child, by, branches: inner } in &branches.0 {
            let held = self.tables.get(child);
            if held.is_none() {
                let width = program.record(*child).map_or(0, |child| child.fields.len());
                let empty = || Table { record: *child, rows: 0, columns: vec![None; width], bad: Vec::new() };
                self.empty.entry(*child).or_insert_with(empty);
            }
            if let Entry::Vacant(join) = self.joins.entry((record, *field)) {
                let column = held.and_then(|held| Some((held.table.column(*by)?, held.table.rows)));
                let index = column.filter(|&(_, rows)| rows > 0).map(|(by, rows)| ChildIndex::new(by, rows));
                let index = index.transpose().map_err(|error| Error::data(error.to_string()))?;
                join.insert(Join { index, nested: None });
            }
            self.join(program, *child, inner)?;
            let Some(mut held) = self.tables.remove(child) else { continue };
            let done = self.join_held(program, &mut held, inner);
            self.tables.insert(*child, held);
            done?;
        }
        Ok(())
    }

    /// Finds the children of a table of children, and of what stood inside its rows.
    fn join_held(&mut self, program: &Program, held: &mut Held, branches: &Branches) -> Result<(), Error> {
        let record = held.table.record;
        for branch in &branches.0 {
            let found = !held.nest.placed.contains_key(&(None, branch.field))
                && self.joins.get(&(record, branch.field)).is_some_and(|join| join.nested.is_none());
            if found {
                let kin = self.find(program, (record, branch.field), &held.table, 0..held.table.rows)?;
                if let Some(join) = self.joins.get_mut(&(record, branch.field)) {
                    join.nested = Some(kin);
                }
            }
        }
        self.prepare(program, &mut held.nest, branches)
    }

    /// Finds the children, in tables of their own, of what stood inside the rows of a table.
    pub fn prepare(&self, program: &Program, nest: &mut Nest, branches: &Branches) -> Result<(), Error> {
        self.prepare_inside(program, None, nest, branches)
    }

    fn prepare_inside(
        &self,
        program: &Program,
        inside: Option<RecordId>,
        nest: &mut Nest,
        branches: &Branches,
    ) -> Result<(), Error> {
        for Branch { field, child, branches: inner, .. } in &branches.0 {
            if nest.placed.contains_key(&(inside, *field)) {
                self.prepare_inside(program, Some(*child), nest, inner)?;
            } else if let Some(record) = inside
                && !nest.kin.contains_key(&(record, *field))
                && let Some(table) = nest.tables.get(&record)
            {
                let kin = self.find(program, (record, *field), table, 0..table.rows)?;
                nest.kin.insert((record, *field), kin);
            }
        }
        Ok(())
    }

    fn find(
        &self,
        program: &Program,
        at: (RecordId, FieldId),
        parents: &Table,
        rows: Range<usize>,
    ) -> Result<Kin, Error> {
        let index = self.joins.get(&at).and_then(|join| join.index.as_ref());
        let (Some(index), Some(keys)) = (index, key_of(program, at.0).and_then(|key| parents.column(key))) else {
            return Ok(Kin::None(vec![0; rows.end + 1]));
        };
        index.find(keys, rows).map(Kin::Some).map_err(|error| Error::data(error.to_string()))
    }

    /// Finds the children of some rows of a record and hands `f` the links to them; `nest` is what stood inside its rows,
    /// which is [prepared](Self::prepare).
    pub fn with_links<R>(
        &self,
        program: &Program,
        branches: &Branches,
        parents: &Table,
        nest: &Nest,
        rows: Range<usize>,
        f: impl FnOnce(&[Link<'_>]) -> R,
    ) -> Result<R, Error> {
        let mut found = Vec::with_capacity(branches.0.len());
        for branch in &branches.0 {
            found.push(if nest.placed.contains_key(&(None, branch.field)) {
                Kin::None(Vec::new())
            } else {
                self.find(program, (parents.record, branch.field), parents, rows.clone())?
            });
        }
        let (mut f, mut out) = (Some(f), None);
        let level = Level { record: parents.record, inside: None, nest };
        self.step(level, branches, Some(&found), &[], &mut |links| {
            if let Some(f) = f.take() {
                out = Some(f(links));
            }
        });
        out.ok_or_else(|| Error::data("children were not grouped".to_owned()))
    }

    /// Builds the links one after the other; each holds those of its own children, which live for as long as `f` runs.
    /// `found` is where the children of the rows that are worked out are.
    fn step(
        &self,
        level: Level<'_>,
        branches: &Branches,
        found: Option<&[Kin]>,
        done: &[Link<'_>],
        f: &mut dyn FnMut(&[Link<'_>]),
    ) {
        let at = done.len();
        let Some(Branch { field, child, branches: inner, .. }) = branches.0.get(at) else { return f(done) };
        let (table, spans, order, next);
        if let (Some(placed), Some(nested)) =
            (level.nest.placed.get(&(level.inside, *field)), level.nest.tables.get(child))
        {
            (table, spans, order) = (nested, Spans::Offsets(&placed.offsets), placed.order.as_deref());
            next = Level { record: *child, inside: Some(*child), nest: level.nest };
        } else {
            const NOTHING: &Nest = &Nest { tables: BTreeMap::new(), placed: BTreeMap::new(), kin: BTreeMap::new() };
            let join = self.joins.get(&(level.record, *field));
            let kin = match (found, level.inside) {
                (Some(found), _) => found.get(at),
                (None, Some(record)) => level.nest.kin.get(&(record, *field)),
                (None, None) => join.and_then(|join| join.nested.as_ref()),
            };
            let held = self.tables.get(child);
            let Some(own) = held.map(|held| &held.table).or_else(|| self.empty.get(child)) else { return };
            // Without a place: the children of rows that are none.
            let offsets = kin.map_or(Spans::Offsets(&[0]), |kin| kin.spans(join));
            (table, spans, order) = (own, offsets, None);
            next = Level { record: *child, inside: None, nest: held.map_or(NOTHING, |held| &held.nest) };
        }
        self.step(next, inner, None, &[], &mut |nested| {
            let mut links = done.to_vec();
            links.push(Link { field: *field, table, spans, order, links: nested });
            self.step(level, branches, found, &links, f);
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
