//! Looking a name up from where it stands: the innermost record first, then outwards, then the file's own names.

use super::{Global, Member, Tables, TypeName};
use assize_lang::ast::TypeKind;
use assize_lang::source::Span;
use assize_model::ids::{FieldId, RecordId};

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A name of a record, so many levels up from the innermost.
    Member {
        /// How many levels up.
        level: usize,
        /// Whose name it is.
        record: RecordId,
        /// What it is.
        member: Member,
    },
    /// A name of no record.
    Global(Global, Span),
    /// A name of the innermost record that has it and of another record around it.
    TwoRecords {
        /// The inner level and record.
        inner: (usize, RecordId),
        /// The outer level and record.
        outer: (usize, RecordId),
    },
    /// A name of a record that is a parameter or constant as well, declared there.
    RecordAndGlobal(RecordId, Global, Span),
    /// Nothing by that name.
    Nothing,
}

/// Looks a name up; `levels` are the records around it, innermost first.
pub fn find(tables: &Tables<'_>, levels: impl IntoIterator<Item = RecordId>, name: &str) -> Found {
    let global = tables.globals.get(name);
    let mut hit = None;
    for (level, record) in levels.into_iter().enumerate() {
        let Some(&(member, _)) = tables.record(record).and_then(|names| names.members.get(name)) else { continue };
        match hit {
            None => hit = Some((level, record, member)),
            Some((inner, of, _)) => return Found::TwoRecords { inner: (inner, of), outer: (level, record) },
        }
    }
    match (hit, global) {
        (Some((_, record, Member::Field(_))), Some(&(global @ (Global::Param(_) | Global::Constant(_)), span))) => {
            Found::RecordAndGlobal(record, global, span)
        }
        (Some((level, record, member)), _) => Found::Member { level, record, member },
        (None, Some(&(global, span))) => Found::Global(global, span),
        (None, None) => Found::Nothing,
    }
}

/// What the events of a progression are among.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventOf {
    /// A `many` field and its record.
    One(FieldId, RecordId),
    /// The record comes by several fields.
    Several(Vec<FieldId>),
    /// Something that could not be read.
    Broken,
    /// Nothing by that name.
    Nothing,
}

/// The child records of a record by the name of their `many` field, or by their own.
pub fn event_of(tables: &Tables<'_>, record: RecordId, name: &str) -> EventOf {
    let Some(names) = tables.record(record) else { return EventOf::Broken };
    let child = |field: FieldId| match &names.fields.get(field.index())?.ty.kind {
        TypeKind::Many { record, .. } => match tables.types.get(record.text.as_str())? {
            (TypeName::Record(child), _) => Some((record.text.as_str(), *child)),
            _ => None,
        },
        _ => None,
    };
    match names.members.get(name) {
        Some((Member::Broken, _)) => return EventOf::Broken,
        Some(&(Member::Field(field), _)) => {
            if let Some((_, child)) = child(field) {
                return EventOf::One(field, child);
            }
        }
        _ => {}
    }
    let fields = (0..names.fields.len()).map(FieldId::from_index);
    let found: Vec<(FieldId, RecordId)> = fields
        .filter_map(|field| child(field).filter(|(of, _)| *of == name).map(|(_, child)| (field, child)))
        .collect();
    match found.as_slice() {
        [] => EventOf::Nothing,
        &[(field, child)] => EventOf::One(field, child),
        _ => EventOf::Several(found.into_iter().map(|(field, _)| field).collect()),
    }
}
