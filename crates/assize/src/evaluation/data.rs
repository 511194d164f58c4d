//! Where rows come from: opening them, reading children whole, and taking note of what was read.

use super::BATCH_ROWS;
use super::plan::Job;
use crate::children::{Branches, Family};
use crate::error::Error;
use crate::results::RecordResults;
use assize_io::interface::Rows;
use assize_io::{Counts, Format, Nested, OpenError, Options, ReadFailure, Reader, RowFault, Standing};
use assize_model::column::Table;
use assize_model::ids::{FieldId, RecordId};
use assize_model::program::{FieldKind, Program};
use assize_model::read;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Where a record's rows come from.
pub enum Data {
    /// A file, in the format its name says unless another is given.
    File(PathBuf, Option<Format>),
    /// A stream, such as standard input.
    Stream(Box<dyn Read + Send>, Format),
    /// Columns of another program.
    Rows(Rows),
}

pub fn name(program: &Program, record: RecordId) -> &str {
    program.record(record).map_or("?", |record| &record.heading.name)
}

/// The records whose rows are children of what is worked out, each with the first `many` field that asks for it and the
/// children that are asked of it in turn.
pub fn needs(program: &Program, work: &BTreeMap<RecordId, Job>) -> BTreeMap<RecordId, (String, Branches)> {
    let mut needed: BTreeMap<RecordId, (String, Branches)> = BTreeMap::new();
    for (record, job) in work {
        job.branches.each(*record, &mut |parent, field, child, inner| {
            let parent = program.record(parent);
            let field = parent.and_then(|parent| Some(&*parent.fields.get(field.index())?.heading.name));
            let parent = parent.map_or("", |parent| &parent.heading.name);
            let name = || (format!("{parent}.{}", field.unwrap_or("")), Branches::default());
            needed.entry(child).or_insert_with(name).1.merge(inner);
        });
    }
    for (record, (_, branches)) in &mut needed {
        // What is worked out for the record itself is read with the same rows.
        if let Some(job) = work.get(record) {
            branches.merge(&job.branches);
        }
    }
    needed
}

/// What the rows of a run are read with.
pub struct Reading<'a> {
    pub program: &'a Program,
    pub options: &'a Options,
    /// The records that have data of their own.
    pub given: BTreeSet<RecordId>,
    /// Whether any data may have children inside its rows.
    pub nested: bool,
}

impl<'a> Reading<'a> {
    pub fn new(program: &'a Program, options: &'a Options, data: &BTreeMap<RecordId, Data>) -> Self {
        Self { program, options, given: assize_model::order::set(data.keys().copied()), nested: nests(data) }
    }

    /// Opens the data of a record, whose children are to be there.
    pub fn open(&self, record: RecordId, branches: Option<&Branches>, data: Data) -> Result<Reader, Error> {
        let reader = open(self.program, record, data, self.options)?;
        if let Some(branches) = branches {
            let given = |child| self.given.contains(&child);
            branches.check(self.program, record, &given, &|path| reader.nests(path))?;
        }
        Ok(reader)
    }

    /// Reads the records that are children whole, as long as `go_on` says so.
    pub fn load(
        &self,
        needed: &BTreeMap<RecordId, (String, Branches)>,
        data: &mut BTreeMap<RecordId, Data>,
        family: &mut Family,
        records: &mut BTreeMap<RecordId, RecordResults>,
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<(), Error> {
        for (&child, (asked_by, branches)) in needed {
            let name = name(self.program, child);
            let Some(data) = data.remove(&child) else {
                if self.nested {
                    // Whether it stands in its parents is seen when they are opened.
                    continue;
                }
                let (parent, field) = asked_by.split_once('.').unwrap_or((asked_by, ""));
                let error = Error::data(format!("`{asked_by}` reads `{name}`, for which no data are given"));
                return Err(error.of(parent).of_field(Some(field)));
            };
            let mut reader = self.open(child, Some(branches), data)?;
            let mut told = 0;
            let mut go_on = |rows: u64| {
                if rows < told + BATCH_ROWS as u64 {
                    return true;
                }
                told = rows;
                go_on().is_continue()
            };
            let batch = reader.read_all_while(&mut go_on).map_err(|error| match error {
                ReadFailure::Stopped => Error::stopped(),
                error => unread(name, &error),
            })?;
            self.once(needed, child, &batch.children)?;
            note(records, child, reader.counts(), batch.faults, self.options.faults_kept);
            let children = self.note_nested(records, batch.children);
            self.count_nested(records, &reader);
            family.insert(batch.table, children);
        }
        Ok(())
    }

    /// Refuses children that stand in rows and have data of their own too.
    pub fn once(
        &self,
        needed: &BTreeMap<RecordId, (String, Branches)>,
        record: RecordId,
        children: &Nested,
    ) -> Result<(), Error> {
        let program = self.program;
        let twice = |family: &&Standing| self.given.contains(&family.child) && needed.contains_key(&family.child);
        let Some(family) = children.families.iter().find(twice) else { return Ok(()) };
        let parent = program.record(family.parent.unwrap_or(record));
        let field = parent.and_then(|parent| parent.fields.get(family.field.index()));
        let parent = parent.map_or("", |parent| &parent.heading.name);
        let field = field.map_or("", |field| &field.heading.name);
        let child = name(program, family.child);
        let message = format!(
            "`{child}` stands inside the rows, as `{parent}.{field}`, and has data of its own: give one of them"
        );
        Err(Error::data(message).of(parent).of_field(Some(field)))
    }

    /// Takes note of what is wrong with children inside rows.
    pub fn note_nested(&self, records: &mut BTreeMap<RecordId, RecordResults>, mut children: Nested) -> Nested {
        for child in &mut children.batches {
            let faults = std::mem::take(&mut child.faults);
            note(records, child.table.record, Counts::default(), faults, self.options.faults_kept);
        }
        children
    }

    /// Takes note of how many children stood inside rows.
    pub fn count_nested(&self, records: &mut BTreeMap<RecordId, RecordResults>, reader: &Reader) {
        for (child, counts) in reader.child_counts() {
            note(records, child, counts, Vec::new(), self.options.faults_kept);
        }
    }
}

/// Rows of a record that cannot be read further.
pub fn unread(record: &str, error: &ReadFailure) -> Error {
    Error::data(format!("`{record}`: {error}")).of(record).of_row(error.row())
}

/// Whether children may stand inside their parents' rows: some data are JSON Lines.
fn nests(data: &BTreeMap<RecordId, Data>) -> bool {
    data.values().any(|data| match data {
        Data::File(path, format) => format.or_else(|| Format::of_path(path)) == Some(Format::JsonLines),
        Data::Stream(_, format) => *format == Format::JsonLines,
        Data::Rows(_) => false,
    })
}

fn open(program: &Program, record: RecordId, data: Data, options: &Options) -> Result<Reader, Error> {
    let name = name(program, record);
    let fail = |error: &OpenError, message| Error::data(message).of(name).of_field(error.field());
    match data {
        Data::File(path, format) => {
            let format = format.or_else(|| Format::of_path(&path)).ok_or_else(|| {
                let path = path.display();
                Error::usage(format!("`{path}`: the ending does not tell the format: csv, tsv, jsonl or parquet"))
            })?;
            Reader::open(&path, format, program, record, options)
                .map_err(|error| fail(&error, format!("`{name}` from `{}`: {error}", path.display())))
        }
        Data::Stream(stream, format) => Reader::from_stream(stream, format, program, record, options)
            .map_err(|error| fail(&error, format!("`{name}`: {error}"))),
        Data::Rows(rows) => Reader::from_rows(rows, program, record, options)
            .map_err(|error| fail(&error, format!("`{name}`: {error}"))),
    }
}

/// Takes note of what was read of a record.
pub fn note(
    records: &mut BTreeMap<RecordId, RecordResults>,
    record: RecordId,
    counts: Counts,
    faults: Vec<RowFault>,
    listed: usize,
) {
    let results = records.entry(record).or_insert_with(|| RecordResults { record, read: 0, faults: 0, errors: vec![] });
    results.read += counts.rows;
    results.faults += counts.faults;
    let room = listed.saturating_sub(results.errors.len());
    results.errors.extend(faults.into_iter().take(room));
}

/// Takes note of children without a parent.
pub fn orphans(
    program: &Program,
    records: &mut BTreeMap<RecordId, RecordResults>,
    (parent, field): (RecordId, FieldId),
    child: RecordId,
    rows: &[u32],
    table: Option<&Table>,
    listed: usize,
) {
    let kind = program.record(parent).and_then(|record| Some(record.fields.get(field.index())?.kind));
    let Some(FieldKind::Many { by, .. }) = kind else { return };
    let parent = name(program, parent);
    let column = table.and_then(|table| table.column(by));
    let keys = table.zip(program.record(child)).and_then(|(table, record)| table.column(record.key?));
    let fault = |row: u32| {
        let at = row as usize;
        let named = column.filter(|column| column.is_known(at)).and_then(|column| crate::show::cell(None, column, at));
        let message = match named {
            Some(named) => format!("no `{parent}` has the key {}", read::Shown(&named)),
            None => format!("the `{parent}` it belongs to is not named"),
        };
        let key = keys.filter(|keys| keys.is_known(at)).and_then(|keys| crate::show::cell(None, keys, at));
        RowFault { record: child, row: u64::from(row) + 1, key, field: Some(by), code: read::NO_PARENT, message }
    };
    let faults = rows.iter().take(listed).map(|&row| fault(row)).collect();
    let counts = Counts { rows: 0, bad: 0, faults: rows.len() as u64 };
    note(records, child, counts, faults, listed);
}
