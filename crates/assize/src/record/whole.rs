//! One JSON object read as a file of one is: by the reader of JSON Lines.
//!
//! It takes what the way through one pass gives up: text that is not a JSON object, members that come twice, children
//! that name another parent or share a key. So whatever it is, it means what it means in a file.

use super::plan::{MemberPlan, RecordPlan, What};
use crate::children::{Branches, Family, Nest};
use crate::error::Error;
use crate::fill::fill;
use assize_eval::row::{RowId, Session};
use assize_io::codes::BROKEN_JSON;
use assize_io::{Format, OpenError, Options, Reader, RowFault};
use assize_model::ids::{FieldId, RecordId};
use assize_model::program::Program;
use assize_model::read::{NOT_UTF8, TOO_LONG};
use std::io::Cursor;

/// The reader looks through so many bytes for members that no object has; where the first object is longer, it does not
/// look.
const LOOKED_THROUGH: usize = 256 << 10;

/// Reads the object into the session and gives its row.
///
/// # Errors
/// When it is no JSON object; the record is then one that could not be read, as it would be in a file.
pub fn read(
    session: &mut Session,
    plans: &[RecordPlan],
    record: RecordId,
    json: &[u8],
    options: &Options,
    faults: &mut Vec<RowFault>,
) -> Result<RowId, Error> {
    let broken = |session: &mut Session, faults: &mut Vec<RowFault>, code, message: String| {
        session.begin(record).map_err(|error| Error::usage(error.to_string()))?;
        session.set_fault(true);
        faults.push(RowFault { record, row: 1, key: None, field: None, code, message: message.clone() });
        Err(Error::data(message))
    };
    if json.len() > options.longest_row {
        let message = format!("the object is longer than {} bytes", options.longest_row);
        return broken(session, faults, TOO_LONG, message);
    }
    if json.trim_ascii().is_empty() {
        return broken(session, faults, BROKEN_JSON, "not a JSON object: there is no text".to_owned());
    }
    if json.trim_ascii_start().starts_with(b"[") {
        // A file that begins so is a list of objects.
        let message = "not a JSON object: invalid type: sequence, expected an object".to_owned();
        return broken(session, faults, BROKEN_JSON, message);
    }
    let program = std::sync::Arc::clone(session.plan().program());
    let mut reader = match open(&program, plans, record, json, options) {
        Ok(reader) => reader,
        Err(error) => {
            let code = if matches!(error, OpenError::Encoding(_)) { NOT_UTF8 } else { BROKEN_JSON };
            return broken(session, faults, code, error.to_string());
        }
    };
    let batch = reader.read_all().map_err(|error| Error::data(error.to_string()))?;
    let mut family = Family::default();
    let mut found = batch.faults;
    // The last row of each table is the one that has every member.
    let last = batch.table.rows as u64;
    found.retain(|fault| fault.row < last);
    let mut children = batch.children;
    for child in &mut children.batches {
        let last = child.table.rows as u64;
        found.extend(std::mem::take(&mut child.faults).into_iter().filter(|fault| fault.row < last));
    }
    let mut nest = Nest::new(batch.table.rows, children);
    let whole = found.iter().find(|fault| {
        fault.record == record
            && fault.row == 1
            && fault.field.is_none()
            && [BROKEN_JSON, NOT_UTF8].contains(&fault.code)
    });
    let whole = whole.map(|fault| fault.message.clone());
    faults.extend(found);
    let branches = Branches::new(&program, record, &paths(&program, record));
    family.join(&program, record, &branches)?;
    family.prepare(&program, &mut nest, &branches)?;
    let filled = family
        .with_links(&program, &branches, &batch.table, &nest, 0..1, |links| fill(session, &batch.table, 0, links))?;
    filled.map_err(|error| Error::data(error.to_string()))?;
    match whole {
        Some(message) => Err(Error::data(message)),
        None => session.row().map_err(|error| Error::usage(error.to_string())),
    }
}

/// A reader of the object and of another, after it, that has every member there is: none is then held to be lacking.
fn open(
    program: &Program,
    plans: &[RecordPlan],
    record: RecordId,
    json: &[u8],
    options: &Options,
) -> Result<Reader, OpenError> {
    let mut full = String::new();
    every_member(plans, record, &mut Vec::new(), &mut full);
    let mut text = Vec::with_capacity(json.len() + full.len() + 2);
    // One line: a line's end is no more a part of a text than a tab is, and as good a blank.
    text.extend(json.iter().map(|&byte| if byte == b'\n' { b'\t' } else { byte }));
    if text.len() + full.len() + 2 > LOOKED_THROUGH && text.len() <= LOOKED_THROUGH {
        text.resize(LOOKED_THROUGH + 1, b' ');
    }
    text.push(b'\n');
    text.extend_from_slice(full.as_bytes());
    let options = Options { longest_row: options.longest_row.max(text.len()), ..options.clone() };
    Reader::from_stream(Box::new(Cursor::new(text)), Format::JsonLines, program, record, &options)
}

/// Writes an object of a record with every member, each of them null, and such a one of each record inside it.
fn every_member(plans: &[RecordPlan], record: RecordId, done: &mut Vec<RecordId>, out: &mut String) {
    let Some(plan) = plans.get(record.index()) else { return };
    out.push('{');
    let mut first = true;
    for (name, at) in plan.names.entries() {
        let Some(MemberPlan { what, .. }) = plan.members.get(at) else { continue };
        let inside = match what {
            What::Many(many) => plan.many.get(*many).map(|many| many.record),
            What::Beside(_) => continue,
            _ => None,
        };
        if inside.is_some_and(|inside| done.contains(&inside)) {
            continue;
        }
        if !first {
            out.push(',');
        }
        first = false;
        out.push_str(&serde_json::Value::from(name).to_string());
        out.push(':');
        match inside {
            Some(inside) => {
                done.push(inside);
                out.push('[');
                every_member(plans, inside, done, out);
                out.push(']');
            }
            None => out.push_str("null"),
        }
    }
    out.push('}');
}

/// The `many` fields that any expression of a record goes down by.
fn paths(program: &Program, record: RecordId) -> Vec<Vec<FieldId>> {
    let root = program.record(record).map(|record| record.root);
    let path = |mut at| {
        let mut path = Vec::new();
        while let Some((parent, field)) = program.scope(at)?.parent {
            path.push(field);
            at = parent;
        }
        path.reverse();
        (Some(at) == root && !path.is_empty()).then_some(path)
    };
    (0..program.scopes.len()).filter_map(|at| path(assize_model::ids::ScopeId::from_index(at))).collect()
}
