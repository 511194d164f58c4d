//! One record at a time through the C session, whichever way its fields are set.

use super::library::{Date, Owned, SessionOptions, Str, api, call, ptr};
use super::{id, rules_with_parameters};
use crate::case::Case;
use crate::doors::Answer;
use crate::doors::tables::{Data, Kin, kin, text};
use crate::layout::pretty;
use assize::RuleSet;
use assize::model::ids::{FieldId, RecordId};
use assize::model::program::{FieldKind, Program};
use assize::model::ty::Ty;
use serde_json::{Map, Value, json};
use std::ffi::c_int;

/// A session with what is to be set in it.
pub struct Session<'a> {
    pub handle: Owned,
    pub program: &'a Program,
    pub data: &'a Data,
    pub kin: &'a Kin,
}

/// The record itself, as a row.
pub const ROOT: u32 = 0;

/// The number of a field in the interface, which is its number in the rules.
pub const fn number(field: FieldId) -> u32 {
    field.0
}

impl Session<'_> {
    /// Calls a function that has no reason to fail.
    pub fn must(&self, function: impl FnOnce(super::library::Errors) -> c_int) {
        if let Err(refusal) = call(function) {
            panic!("{}: {}", refusal.kind, refusal.message);
        }
    }

    /// Marks a field as unreadable.
    pub fn unreadable(&self, row: u32, field: FieldId) {
        let field = number(field);
        // SAFETY: the handle is a session.
        self.must(|errors| unsafe { (api().assize_session_set_unreadable)(self.handle.handle, row, field, errors) });
    }

    /// Marks a record as at fault that has no unreadable field: its key came before, or its row as such is broken.
    pub fn at_fault(&self, record: RecordId) {
        let fields = &self.program.record(record).expect("a record").fields;
        let plain = |kind: &FieldKind| !matches!(kind, FieldKind::Many { .. });
        let field = fields.iter().position(|field| plain(&field.kind)).expect("a field");
        self.unreadable(ROOT, FieldId::from_index(field));
    }

    /// Adds a child to a row.
    pub fn child(&self, parent: u32, field: FieldId) -> u32 {
        let mut row = u32::MAX;
        let field = number(field);
        // SAFETY: the handle is a session, and the row's number has its place.
        self.must(|errors| unsafe {
            (api().assize_session_child)(self.handle.handle, parent, field, &raw mut row, errors)
        });
        row
    }

    /// Adds the children of a record's row, and theirs; `fill` sets the fields of each.
    pub fn children(
        &self,
        record: RecordId,
        parent: u32,
        at: usize,
        fill: &mut dyn FnMut(&Self, RecordId, u32, usize),
    ) {
        let Some(declared) = self.program.record(record) else { return };
        for (many, field) in declared.fields.iter().enumerate() {
            let many = FieldId::from_index(many);
            let FieldKind::Many { record: child, .. } = field.kind else { continue };
            let rows = self.kin.get(&(record, many)).and_then(|kin| kin.get(&at));
            for &at in rows.into_iter().flatten() {
                let row = self.child(parent, many);
                fill(self, child, row, at);
                self.children(child, row, at, fill);
            }
        }
    }
}

/// Every category of every row, by the way in which `fill` begins and fills a record of the table's row. The case is
/// impossible where `ready` says why.
pub fn every_row(
    case: &Case,
    ready: impl FnOnce(&Program, &Data) -> Result<(), String>,
    mut fill: impl FnMut(&Session<'_>, RecordId, usize),
) -> Answer {
    // The tables are read by Rust; what the library makes of its rules is held against it.
    let rules = match rules_with_parameters(case) {
        Ok(rules) => rules,
        Err(refusal) => return refusal.into(),
    };
    let Ok(known) = RuleSet::load([case.rules()]) else { return Answer::Impossible("rules that C takes".to_owned()) };
    let program = known.program();
    let data = match Data::read(program, case) {
        Ok(Some(data)) => data,
        Ok(None) => return Answer::Impossible("a session knows nothing of records without data".to_owned()),
        Err(_) => return Answer::Impossible("a session reads no files".to_owned()),
    };
    if !case
        .only
        .iter()
        .chain(&case.members)
        .all(|name| program.category_named(name).is_some() || program.measure_named(name).is_some())
    {
        return Answer::Impossible("a session is asked for one category after the other, by number".to_owned());
    }
    if let Err(why) = ready(program, &data) {
        return Answer::Impossible(why);
    }
    same_numbers(&rules, program);
    let api = api();
    let options = SessionOptions { struct_size: size_of::<SessionOptions>(), as_of: Date::of(&case.as_of) };
    // SAFETY: the handle is a rule set, and the options are there for as long as the call lasts.
    let session = Owned::made(api.assize_session_free, |out, errors| unsafe {
        (api.assize_session_new)(rules.handle, &raw const options, out, errors)
    });
    let handle = match session {
        Ok(session) => session,
        Err(refusal) => return refusal.into(),
    };
    let kin = kin(program, &data);
    let session = Session { handle, program, data: &data, kin: &kin };
    let mut categories = Map::new();
    for category in &program.categories {
        let name = &*category.heading.name;
        let asked = case.only.is_empty() || case.only.iter().any(|only| only == name);
        if !asked || !data.given.contains(&category.record) {
            continue;
        }
        let (text_of_name, length) = ptr(name);
        // SAFETY: the handle is a rule set, and the name is there for as long as the call lasts.
        let number = id(|out, errors| unsafe {
            (api.assize_rules_find_category)(rules.handle, text_of_name, length, out, errors)
        });
        let number = number.unwrap_or_else(|refusal| panic!("{}", refusal.message));
        let table = data.tables.get(&category.record).expect("a table");
        let declared = program.record(category.record).expect("a record");
        let rows: Vec<Value> = (0..table.rows)
            .map(|row| {
                fill(&session, category.record, row);
                let key = declared.key.and_then(|key| {
                    let list = match declared.fields.get(key.index())?.kind {
                        FieldKind::Value(Ty::Code(list)) => program.list(list),
                        _ => None,
                    };
                    text(list, table.column(key)?, row)
                });
                let number_of = || declared.key.is_none().then(|| (row + 1).to_string());
                outcome(&session, number, &key.or_else(number_of).unwrap_or_default())
            })
            .collect();
        categories.insert(name.to_owned(), json!({ "rows": rows }));
    }
    Answer::Results(pretty(&json!({ "categories": categories })))
}

/// The library numbers records and fields as the rules do, which the tables here go by.
fn same_numbers(rules: &Owned, program: &Program) {
    let api = api();
    for (record, declared) in (0_u32..).zip(&program.records) {
        let (name, length) = ptr(&declared.heading.name);
        // SAFETY: the handle is a rule set, and the names are there for as long as each call lasts.
        let found =
            id(|out, errors| unsafe { (api.assize_rules_find_record)(rules.handle, name, length, out, errors) });
        assert_eq!(found, Ok(record));
        for (field, declared) in (0_u32..).zip(&declared.fields) {
            let (name, length) = ptr(&declared.heading.name);
            // SAFETY: as above.
            let found = id(|out, errors| unsafe {
                (api.assize_rules_find_field)(rules.handle, record, name, length, out, errors)
            });
            assert_eq!(found, Ok(field));
        }
    }
}

/// The outcome of a category as the library writes it, held to be without blanks.
fn outcome(session: &Session<'_>, category: u32, key: &str) -> Value {
    let mut out = Str::NONE;
    let (key, length) = ptr(key);
    // SAFETY: the handle is a session, and the text is lent until it is used again.
    let text = unsafe {
        session.must(|errors| {
            (api().assize_session_outcome_json)(session.handle.handle, category, key, length, &raw mut out, errors)
        });
        out.text()
    };
    let value: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(value.to_string(), text, "an outcome is written without blanks, members in their order");
    value
}
