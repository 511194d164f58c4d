//! Where rows come from: opening them, reading children whole, and taking note of what was read.

use super::plan::Job;
use crate::children::Family;
use crate::error::Error;
use crate::results::RecordResults;
use assize_io::interface::Rows;
use assize_io::{Counts, Format, Options, Reader, RowFault};
use assize_model::column::Table;
use assize_model::ids::{FieldId, RecordId};
use assize_model::program::{FieldKind, Program};
use assize_model::read;
use std::collections::BTreeMap;
use std::io::Read;
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

/// The records whose rows are children of what is worked out, each with the first `many` field that asks for it.
pub fn needs(program: &Program, work: &BTreeMap<RecordId, Job>) -> BTreeMap<RecordId, String> {
    let mut needed = BTreeMap::new();
    for (record, job) in work {
        job.branches.each(*record, &mut |parent, field, child| {
            let parent = program.record(parent);
            let field = parent.and_then(|parent| Some(&*parent.fields.get(field.index())?.heading.name));
            let parent = parent.map_or("", |parent| &parent.heading.name);
            needed.entry(child).or_insert_with(|| format!("{parent}.{}", field.unwrap_or("")));
        });
    }
    needed
}

/// Reads the records that are children whole.
pub fn load(
    program: &Program,
    needed: &BTreeMap<RecordId, String>,
    data: &mut BTreeMap<RecordId, Data>,
    nested: bool,
    options: &Options,
    family: &mut Family,
    records: &mut BTreeMap<RecordId, RecordResults>,
) -> Result<(), Error> {
    for (&child, asked_by) in needed {
        let name = name(program, child);
        let Some(data) = data.remove(&child) else {
            if nested {
                continue;
            }
            return Err(Error::data(format!("`{asked_by}` reads `{name}`, for which no data are given")));
        };
        let mut reader = open(program, child, data, options)?;
        let batch = reader.read_all().map_err(|error| Error::data(format!("`{name}`: {error}")))?;
        note(records, child, reader.counts(), batch.faults, options.faults_kept);
        family.insert(batch.table);
    }
    Ok(())
}

/// Whether children may stand inside their parents' rows: some data are JSON Lines.
pub fn nests(data: &BTreeMap<RecordId, Data>) -> bool {
    data.values().any(|data| match data {
        Data::File(path, format) => format.or_else(|| Format::of_path(path)) == Some(Format::JsonLines),
        Data::Stream(_, format) => *format == Format::JsonLines,
        Data::Rows(_) => false,
    })
}

pub fn children_are_nested(needed: &BTreeMap<RecordId, String>, family: &Family) -> bool {
    needed.keys().all(|&child| family.table(child).is_none_or(|table| table.rows == 0))
}

pub fn open(program: &Program, record: RecordId, data: Data, options: &Options) -> Result<Reader, Error> {
    let name = name(program, record);
    match data {
        Data::File(path, format) => {
            let format = format.or_else(|| Format::of_path(&path)).ok_or_else(|| {
                let path = path.display();
                Error::usage(format!("`{path}`: the ending does not tell the format: csv, tsv, jsonl or parquet"))
            })?;
            Reader::open(&path, format, program, record, options)
                .map_err(|error| Error::data(format!("`{name}` from `{}`: {error}", path.display())))
        }
        Data::Stream(stream, format) => Reader::from_stream(stream, format, program, record, options)
            .map_err(|error| Error::data(format!("`{name}`: {error}"))),
        Data::Rows(rows) => {
            Reader::from_rows(rows, program, record, options).map_err(|error| Error::data(format!("`{name}`: {error}")))
        }
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
