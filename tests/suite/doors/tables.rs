//! The data of a case as tables in memory, with what is wrong with their rows, and children found by their parent's key.

use super::Refusal;
use crate::case::Case;
use assize::io::{Batch, Counts, Format, Options, Reader, RowFault};
use assize::model::civil::{Date, DateTime};
use assize::model::column::{Column, Table, Values};
use assize::model::decimal::Decimal;
use assize::model::ids::{Code, FieldId, RecordId};
use assize::model::program::{CodeList, FieldKind, Program};
use assize::model::read;
use std::collections::{BTreeMap, BTreeSet};

/// The tables of a case, and what is wrong with their rows.
pub struct Data {
    /// By record.
    pub tables: BTreeMap<RecordId, Table>,
    /// Those that files were given for.
    pub given: Vec<RecordId>,
    /// What was read of each record: rows and faults, and the faults themselves.
    pub notes: BTreeMap<RecordId, (Counts, Vec<RowFault>)>,
    /// Who stood in whom: by the parents' record and field, the rows of both.
    standing: BTreeMap<(RecordId, FieldId), Vec<(u32, u32)>>,
}

impl Data {
    /// Reads every file whole; `None` for records that are not there, or lack data.
    pub fn read(program: &Program, case: &Case) -> Result<Option<Self>, Refusal> {
        let mut data =
            Self { tables: BTreeMap::new(), given: Vec::new(), notes: BTreeMap::new(), standing: BTreeMap::new() };
        let mut nested: Vec<Batch> = Vec::new();
        let mut inside: Vec<(RecordId, FieldId)> = Vec::new();
        for (name, file) in &case.data {
            let Some(record) = program.record_named(name) else { return Ok(None) };
            let path = case.file(file);
            let Some(format) = Format::of_path(&path) else { return Ok(None) };
            let refused = |message: String| Refusal { kind: "data", message };
            let mut reader = Reader::open(&path, format, program, record, &Options::default())
                .map_err(|error| refused(format!("`{name}` from `{}`: {error}", path.display())))?;
            let batch = reader.read_all().map_err(|error| refused(format!("`{name}`: {error}")))?;
            data.given.push(record);
            data.notes.insert(record, (reader.counts(), batch.faults));
            data.tables.insert(record, batch.table);
            for (child, counts) in reader.child_counts() {
                data.notes.entry(child).or_default().0.rows += counts.rows;
                data.notes.entry(child).or_default().0.faults += counts.faults;
            }
            let fields = program.record(record).map_or(0, |record| record.fields.len());
            let fields = (0..fields).map(FieldId::from_index).filter(|&field| reader.nests(&[field]));
            inside.extend(fields.map(|field| (record, field)));
            for family in batch.children.families {
                if case.data.iter().any(|(name, _)| program.record_named(name) == Some(family.child)) {
                    return Ok(None);
                }
                data.standing.insert((family.parent.unwrap_or(record), family.field), family.pairs);
            }
            nested.extend(batch.children.batches);
        }
        for child in nested {
            data.notes.entry(child.table.record).or_default().1.extend(child.faults);
            data.tables.entry(child.table.record).or_insert(child.table);
        }
        data.orphans(program);
        // What reads children has to be given some.
        let lacks = data.given.iter().any(|&id| {
            let fields = program.record(id).map(|record| record.fields.iter()).into_iter().flatten();
            fields.enumerate().any(|(at, field)| match field.kind {
                FieldKind::Many { record, .. } => {
                    let stands = inside.contains(&(id, FieldId::from_index(at)));
                    field.read && !stands && !data.tables.contains_key(&record)
                }
                _ => false,
            })
        });
        Ok((!lacks).then_some(data))
    }

    /// Notes the children whose parent is not there.
    fn orphans(&mut self, program: &Program) {
        for (&id, parents) in &self.tables {
            let Some(record) = program.record(id) else { continue };
            for field in record.fields.iter().filter(|field| field.read) {
                let FieldKind::Many { record: child, by } = field.kind else { continue };
                // Those that stand inside their parents belong to them, or have a fault of their own.
                let Some(children) = self.tables.get(&child).filter(|_| self.given.contains(&child)) else { continue };
                let joined = joined(program, parents, children, by);
                let joined: BTreeSet<usize> = joined.into_values().flatten().collect();
                for row in (0..children.rows).filter(|row| !joined.contains(row)) {
                    let parent = &record.heading.name;
                    let message = match children.column(by).and_then(|column| text(None, column, row)) {
                        Some(key) => format!("no `{parent}` has the key {}", read::Shown(&key)),
                        None => format!("the `{parent}` it belongs to is not named"),
                    };
                    let own = program.record(child).and_then(|record| children.column(record.key?));
                    let fault = RowFault {
                        record: child,
                        row: row as u64 + 1,
                        key: own.and_then(|keys| text(None, keys, row)),
                        field: Some(by),
                        code: read::NO_PARENT,
                        message,
                    };
                    let note = self.notes.entry(child).or_default();
                    note.0.faults += 1;
                    note.1.push(fault);
                }
            }
        }
    }
}

/// The rows of the children of each parent's key.
fn joined(program: &Program, parents: &Table, children: &Table, by: FieldId) -> BTreeMap<String, Vec<usize>> {
    let keys = program.record(parents.record).and_then(|record| parents.column(record.key?));
    let known = |column: Option<&Column>, row| column.and_then(|column| text(None, column, row));
    let mut rows: BTreeMap<String, Vec<usize>> =
        (0..parents.rows).filter_map(|row| known(keys, row)).map(|key| (key, Vec::new())).collect();
    for row in 0..children.rows {
        if let Some(list) = known(children.column(by), row).and_then(|key| rows.get_mut(&key)) {
            list.push(row);
        }
    }
    rows
}

/// The text of a cell that keys may have; `None` for a cell without a value.
pub fn text(list: Option<&CodeList>, column: &Column, row: usize) -> Option<String> {
    if !column.is_known(row) {
        return None;
    }
    Some(match &column.values {
        Values::Boolean(values) => if values.value(row) { "yes" } else { "no" }.to_owned(),
        Values::Integer(values) => values.get(row)?.to_string(),
        Values::Decimal { coefficients, scale } => {
            Decimal::new(*coefficients.get(row)?, *scale)?.normalized().to_string()
        }
        Values::Text(values) => values.get(row).to_owned(),
        Values::Date(values) => Date::clamped(*values.get(row)?).to_string(),
        Values::DateTime(values) => DateTime::clamped(*values.get(row)?).to_string(),
        Values::Code(values) => {
            let code = Code(*values.get(row)?);
            list.map_or_else(|| code.0.to_string(), |list| list.name(code).to_owned())
        }
        _ => return None,
    })
}

/// The children of every record: by the parents' record and field, and by their row.
pub type Kin = BTreeMap<(RecordId, FieldId), BTreeMap<usize, Vec<usize>>>;

pub fn kin(program: &Program, data: &Data) -> Kin {
    let mut kin = Kin::new();
    for (&id, parents) in &data.tables {
        let fields = program.record(id).map(|record| record.fields.iter()).into_iter().flatten();
        for (at, field) in fields.enumerate() {
            if let FieldKind::Many { record, by } = field.kind
                && let Some(children) = data.tables.get(&record)
            {
                let at = (id, FieldId::from_index(at));
                let mut rows: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
                if data.given.contains(&record) {
                    let mut by_key = joined(program, parents, children, by);
                    let keys = program.record(id).and_then(|record| parents.column(record.key?));
                    for row in 0..parents.rows {
                        let key = keys.and_then(|column| text(None, column, row));
                        if let Some(children) = key.and_then(|key| by_key.get_mut(&key)) {
                            rows.insert(row, children.clone());
                        }
                    }
                } else {
                    for &(parent, child) in data.standing.get(&at).into_iter().flatten() {
                        rows.entry(parent as usize).or_default().push(child as usize);
                    }
                }
                kin.insert(at, rows);
            }
        }
    }
    kin
}
