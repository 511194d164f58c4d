//! Programs made by hand, and files that are removed again.

#![allow(dead_code, reason = "each test file uses some of it")]

use assize_model::absence::Reason;
use assize_model::ids::{FieldId, ListId, RecordId, ScopeId};
use assize_model::program::{CodeInfo, CodeList, Field, FieldKind, Heading, Place, Program, Record};
use assize_model::ty::Ty;
use std::path::{Path, PathBuf};

pub fn heading(name: &str) -> Heading {
    Heading { name: name.into(), title: None, docs: None }
}

/// A field that is read, from the heading that is its name.
pub fn field(name: &str, ty: Ty) -> Field {
    Field {
        heading: heading(name),
        kind: FieldKind::Value(ty),
        required: false,
        optional: false,
        protected: false,
        label: None,
        unit: None,
        from: vec![name.into()],
        separator: None,
        read: true,
        place: Place::NOWHERE,
    }
}

pub fn range(name: &str, ty: Ty) -> Field {
    Field { kind: FieldKind::Range(ty), ..field(name, ty) }
}

pub fn many(name: &str, record: u32, by: u32) -> Field {
    Field { kind: FieldKind::Many { record: RecordId(record), by: FieldId(by) }, ..field(name, Ty::Text) }
}

pub trait With {
    fn with(self, change: impl FnOnce(&mut Field)) -> Field;
}

impl With for Field {
    fn with(mut self, change: impl FnOnce(&mut Field)) -> Field {
        change(&mut self);
        self
    }
}

pub fn record(name: &str, key: Option<u32>, fields: Vec<Field>) -> Record {
    Record {
        heading: heading(name),
        fields,
        key: key.map(FieldId),
        missing: Vec::new(),
        root: ScopeId(0),
        place: Place::NOWHERE,
    }
}

pub fn codes(name: &str, codes: &[(&str, &[&str])], missing: &[(&str, Reason)]) -> CodeList {
    let info = |&(name, from): &(&str, &[&str])| CodeInfo {
        heading: heading(name),
        from: if from.is_empty() { vec![name.into()] } else { from.iter().map(|&text| text.into()).collect() },
    };
    CodeList {
        heading: heading(name),
        ordered: false,
        codes: codes.iter().map(info).collect(),
        missing: missing.iter().map(|&(text, reason)| (text.into(), reason)).collect(),
        place: Place::NOWHERE,
    }
}

pub fn program(lists: Vec<CodeList>, records: Vec<Record>) -> Program {
    Program { lists, records, ..Program::default() }
}

pub const LIST: ListId = ListId(0);
pub const FIRST: RecordId = RecordId(0);

/// A file of this name in the tests' own folder, with this in it.
pub fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = Path::new(option_env!("CARGO_TARGET_TMPDIR").unwrap_or(".")).join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}
