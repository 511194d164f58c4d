//! One record from loose values or a JSON object, read as a file's cells are.
//!
//! A [`Form`] is what is worked out once from a program: which names stand for which fields, which texts for which codes.
//! It then fills in one record after another, and once it has seen records of the usual size, reading one in which nothing
//! is wrong allocates nothing.
//!
//! ```
//! use assize::record::Form;
//! use assize::{Inputs, RuleSet, model::civil::Date};
//!
//! let rules = RuleSet::compile("list.assize", r#"
//!     ruleset list version "1" {}
//!     ordered codes List { low high }
//!     record Person { charges : integer  armed : boolean }
//!     category list of Person -> List {
//!       high when armed : armed
//!       low  when charged : charges >= 1
//!     }
//! "#)?;
//! let person = rules.program().record_named("Person").unwrap();
//! let list = rules.program().category_named("list").unwrap();
//! let mut session = rules.session(&rules.inputs(Date::from_ymd(2026, 6, 1).unwrap()));
//!
//! let mut form = Form::new(rules.plan());
//! let mut faults = Vec::new();
//! form.json(&mut session, person, br#"{"charges": 2, "armed": null}"#, &mut faults)?;
//! assert_eq!(session.evaluate(list)?.state().word(), "provisional");
//!
//! form.json(&mut session, person, br#"{"charges": "two"}"#, &mut faults)?;
//! assert_eq!(faults[0].message, "`two` is not an integer");
//! assert_eq!(session.evaluate(list)?.state().word(), "error");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod decode;
mod given;
mod json;
mod plan;
mod scan;
mod whole;
mod words;

pub use given::Given;
pub(crate) use scan::{Odd, Scan, Span, write_number};
pub(crate) use words::nearest;

use crate::error::Error;
use assize_eval::row::{Cell, Plan, RowId, Session};
use assize_io::{Options, RowFault};
use assize_model::ids::{FieldId, RecordId};
use assize_model::program::FieldKind;
use assize_model::ty::Ty;
use json::{Reading, Scratch, Stop};
use plan::RecordPlan;
use std::fmt::{Display, Write as _};
use std::sync::Arc;

/// Fills in records of one program. Each thread has its own; a clone shares what was worked out.
#[derive(Debug, Clone)]
pub struct Form {
    shared: Arc<Shared>,
    scratch: Scratch,
    /// A value as a cell has it.
    text: String,
}

#[derive(Debug)]
struct Shared {
    plan: Arc<Plan>,
    records: Vec<RecordPlan>,
    options: Options,
}

impl Form {
    /// Works out what is read of each record of a plan's program.
    pub fn new(plan: &Arc<Plan>) -> Self {
        let records = plan::records(plan.program());
        let scratch = Scratch::new(&records);
        let shared = Shared { plan: Arc::clone(plan), records, options: Options::default() };
        Self { shared: Arc::new(shared), scratch, text: String::new() }
    }

    /// Begins a record and fills it in from one JSON object, which means what it means in a file of JSON Lines:
    ///
    /// - children stand in it as a list of objects under the `many` field's name, at most 32 records inside one another;
    /// - members that the record does not have are passed over; one that comes twice cannot be read;
    /// - numbers are exact, and a member that is not there is missing, `unknown`;
    /// - a field that cannot be read, or is absent though it must not be, makes the record's outcomes errors.
    ///
    /// What is wrong is added to `faults`, in the order of a file's: of the record, which is row 1, then of the records
    /// inside it, each numbered from 1 in the order in which they stand; by field within a row. An object has at most
    /// 16 MiB and a value 1 MiB.
    ///
    /// # Errors
    /// [`Error::is_data`]: the text is no JSON object; the message says at which character, counted in bytes from 1. It is
    /// in `faults` too, and the record is one whose outcomes are errors. [`Error::is_usage`]: the program has no such
    /// record, or the form is of other rules than the session.
    pub fn json(
        &mut self,
        session: &mut Session,
        record: RecordId,
        json: &[u8],
        faults: &mut Vec<RowFault>,
    ) -> Result<RowId, Error> {
        self.check(session)?;
        let from = faults.len();
        let Shared { records, options, .. } = &*self.shared;
        // A mark of the byte order, which some editors leave.
        let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
        if json.len() <= options.longest_row
            && let Ok(text) = std::str::from_utf8(json)
        {
            let mut hold = self.scratch.expects_reasons();
            loop {
                let row = session.begin(record).map_err(|error| Error::usage(error.to_string()))?;
                let scratch = &mut self.scratch;
                let (plans, scan) = (records.as_slice(), Scan::new(text));
                let mut reading = Reading { plans, options, session, scan, scratch, faults, hold };
                match reading.root(record, row) {
                    Ok(()) => return Ok(row),
                    Err(Stop::Row(error)) => return Err(Error::data(error.to_string())),
                    Err(Stop::Odd) => break,
                    Err(Stop::Hold) => hold = true,
                }
                faults.truncate(from);
            }
        }
        faults.truncate(from);
        whole::read(session, records, record, json, options, faults)
    }

    fn check(&self, session: &Session) -> Result<(), Error> {
        if Arc::ptr_eq(&self.shared.plan, session.plan()) {
            Ok(())
        } else {
            Err(Error::usage("the form is of other rules than the session"))
        }
    }
}

/// Fills in one record, as [`Form::json`] does; for more than one, make a form.
///
/// # Errors
/// As [`Form::json`].
pub fn json(session: &mut Session, record: RecordId, json: &[u8], faults: &mut Vec<RowFault>) -> Result<RowId, Error> {
    Form::new(session.plan()).json(session, record, json, faults)
}

/// Sets one field, as [`Form::set`] does; for more than one, make a form.
///
/// # Errors
/// As [`Form::set`].
pub fn set(
    session: &mut Session,
    row: RowId,
    field: FieldId,
    given: Given<'_>,
    faults: &mut Vec<RowFault>,
) -> Result<(), Error> {
    Form::new(session.plan()).set(session, row, field, given, faults)
}

/// Writes the key of a row as results give it; `false` where it has none, or none that could be read. Results know records
/// that have no key by their numbers.
pub fn key(session: &Session, row: RowId, out: &mut String) -> bool {
    let program = session.program();
    let Some(record) = program.record(row.record()) else { return false };
    let Some(key) = record.key else { return false };
    let Ok(Some(cell)) = session.cell_at(row, key) else { return false };
    let mut show = |value: &dyn Display| write!(out, "{value}").is_ok();
    match cell {
        Cell::Boolean(value) => show(&if value { "yes" } else { "no" }),
        Cell::Integer(value) => show(&value),
        Cell::Decimal(value) => show(&value),
        Cell::Date(value) => show(&value),
        Cell::Time(value) => show(&value),
        Cell::DateTime(value) => show(&value),
        Cell::Duration(value) => show(&value),
        Cell::Text(_) => session.text(cell).is_some_and(|text| show(&text)),
        Cell::Code(code) => match record.fields.get(key.index()).map(|field| field.kind) {
            Some(FieldKind::Value(Ty::Code(list))) => program.list(list).is_some_and(|list| show(&list.name(code))),
            _ => false,
        },
        Cell::Absent(_)
        | Cell::Codes(_)
        | Cell::Texts(_)
        | Cell::Between { .. }
        | Cell::DecimalBetween(_)
        | Cell::OneOf(_) => false,
    }
}
