//! Records: their fields, keys, and how child records are matched.

use super::lists::{Texts, missing};
use super::types::{Written, resolve};
use super::{Member, Tables, TypeName};
use crate::codes;
use crate::convert::{heading, place};
use crate::describe::type_name;
use crate::sink::Sink;
use assize_lang::ast::{self, Ident, TypeKind};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::ids::{FieldId, RecordId};
use assize_model::node::RUN;
use assize_model::program::{Field, FieldKind, Program, Record};
use assize_model::ty::Ty;
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// The words after a field's type, for suggestions.
const MODIFIERS: [&str; 4] = ["key", "required", "optional", "protected"];

/// Fills in every record: first the fields by themselves, then the child records, which read other records.
pub fn records(tables: &mut Tables<'_>, program: &mut Program, sink: &mut Sink) {
    for at in 0..tables.records.len() {
        let Some(names) = tables.records.get(at) else { continue };
        let (ast, mut bad) = (names.ast, Vec::new());
        let mut key: Option<(FieldId, Span)> = None;
        let mut headings = FxHashMap::default();
        let mut fields = Vec::with_capacity(names.fields.len());
        for (index, field) in names.fields.iter().enumerate() {
            let id = FieldId::from_index(index);
            let written = resolve(tables, &field.ty, sink);
            if written.is_none() {
                bad.push(id);
            }
            clauses(field, written, sink);
            if let Some(span) = field.key {
                match key {
                    None => key = Some((id, span)),
                    Some((_, first)) => sink.push(
                        Diagnostic::error(codes::TWO_KEYS, span, format!("record `{}` has two keys", ast.name.text))
                            .label("a second key")
                            .also(first, "the first")
                            .help("keep the one field that tells the records apart"),
                    ),
                }
            }
            if written != Some(Written::Many) {
                claim_headings(field, &mut headings, sink);
            }
            let label = label(field, program, sink);
            fields.push(lowered(field, written, label));
        }
        let record = Record {
            heading: heading(&ast.name.text, ast.title.as_ref(), &ast.docs),
            fields,
            key: key.map(|(id, _)| id),
            missing: missing(&ast.missing, &mut Texts::default(), sink),
            root: RUN,
            place: place(ast.name.span),
        };
        program.records.push(record);
        poison(tables, RecordId::from_index(at), &bad);
    }
    for at in 0..tables.records.len() {
        children(tables, RecordId::from_index(at), program, sink);
    }
}

/// Keeps uses of fields that have no type from being reported too.
fn poison(tables: &mut Tables<'_>, record: RecordId, fields: &[FieldId]) {
    let Some(names) = tables.records.get_mut(record.index()) else { return };
    for field in fields {
        if let Some(ast) = names.fields.get(field.index())
            && let Some(member) = names.members.get_mut(ast.name.text.as_str())
        {
            member.0 = Member::Broken;
        }
    }
}

fn lowered(field: &ast::Field, written: Option<Written>, label: Option<u32>) -> Field {
    let kind = match written {
        Some(Written::Value(ty)) => FieldKind::Value(ty),
        Some(Written::Range(ty)) => FieldKind::Range(ty),
        // Child records are filled in later; a field without a type is poisoned.
        Some(Written::Many) | None => FieldKind::Value(Ty::Boolean),
    };
    let set = matches!(kind, FieldKind::Value(Ty::Codes(_) | Ty::Texts));
    let from: Vec<Arc<str>> = if field.from.is_empty() {
        vec![field.name.text.as_str().into()]
    } else {
        field.from.iter().map(|text| text.text.as_str().into()).collect()
    };
    let separator = field.separator.as_ref().map_or("|", |text| &text.text);
    Field {
        heading: heading(&field.name.text, field.title.as_ref(), &field.docs),
        kind,
        required: field.required.is_some(),
        optional: field.optional.is_some(),
        protected: field.protected.is_some(),
        label,
        unit: field.unit.as_ref().map(|unit| unit.text.as_str().into()),
        from,
        separator: set.then(|| separator.into()),
        read: field.key.is_some(),
        place: place(field.span),
    }
}

/// Checks the clauses of one field against its type and each other.
fn clauses(field: &ast::Field, written: Option<Written>, sink: &mut Sink) {
    let name = &field.name.text;
    let mut refuse = |span: Span, message: String, help: &str| {
        sink.push(Diagnostic::error(codes::FIELD_CLAUSE, span, message).label("not for this type").help(help));
    };
    let many = written == Some(Written::Many);
    if let (Some(required), Some(optional)) = (field.required, field.optional) {
        let message = format!("`{name}` is both required and optional");
        sink.push(
            Diagnostic::error(codes::REQUIRED_OPTIONAL, required.max(optional), message)
                .label("the second")
                .also(required.min(optional), "the first")
                .help("`required`: each record has a value; `optional`: the data may lack the whole column"),
        );
        return;
    }
    let Some(written) = written else { return };
    if let Some(unit) = &field.unit
        && !matches!(written, Written::Value(Ty::Integer | Ty::Decimal) | Written::Range(_))
    {
        refuse(unit.span, format!("`{name}` is not a number and has no unit"), "remove `in …`");
    }
    if let Some(separator) = &field.separator {
        if !matches!(written, Written::Value(Ty::Codes(_) | Ty::Texts)) {
            refuse(separator.span, format!("`{name}` is not a set"), "remove `separated by …`, or declare `set of …`");
        } else if separator.text.is_empty() {
            refuse(
                separator.span,
                "the separator is empty".into(),
                "write the sign between the members, such as \"|\"",
            );
        }
    }
    if let Some(span) = field.key
        && !matches!(written, Written::Value(Ty::Text | Ty::Integer | Ty::Date | Ty::Code(_)))
    {
        refuse(span, format!("`{name}` cannot be a key"), "a key is a text, an integer, a date or a code");
    }
    if many {
        if let Some(span) = field.required {
            refuse(span, format!("child records `{name}` cannot be required"), "count them in a rule instead");
        }
        if let Some(span) = field.protected {
            refuse(span, format!("child records `{name}` cannot be protected"), "protect fields of the child record");
        }
        if let Some(text) = field.from.first() {
            refuse(text.span, format!("child records `{name}` have no column"), "remove `from …`");
        }
    }
    if matches!(written, Written::Range(_))
        && let Some(third) = field.from.get(2)
    {
        refuse(
            third.span,
            format!("range `{name}` has more than two columns"),
            "name one column, or the columns of the lower and the upper end",
        );
    }
    if matches!(written, Written::Value(_))
        && let Some(second) = field.from.get(1)
    {
        refuse(
            second.span,
            format!("`{name}` is read from more than one column"),
            "name the one that the data have: only a range is read from two",
        );
    }
}

fn claim_headings<'a>(field: &'a ast::Field, headings: &mut FxHashMap<&'a str, Span>, sink: &mut Sink) {
    let own = [(field.name.text.as_str(), field.name.span)];
    let stated: Vec<(&str, Span)> = field.from.iter().map(|text| (text.text.trim(), text.span)).collect();
    let claimed = if stated.is_empty() { own.as_slice() } else { &stated };
    for &(text, span) in claimed {
        match headings.entry(text) {
            Entry::Vacant(entry) => {
                entry.insert(span);
            }
            Entry::Occupied(entry) => sink.push(
                Diagnostic::error(codes::DUPLICATE_HEADING, span, format!("two columns are called \"{text}\""))
                    .label("again here")
                    .also(*entry.get(), "first here")
                    .help("each heading in the data belongs to one field"),
            ),
        }
    }
}

fn label(field: &ast::Field, program: &Program, sink: &mut Sink) -> Option<u32> {
    let mut found: Option<(u32, Span)> = None;
    for word in &field.labels {
        let at = program.labels.iter().position(|label| **label == *word.text);
        let Some(at) = at.and_then(|at| u32::try_from(at).ok()) else {
            let message = format!("unknown word `{}` after the type", word.text);
            let diagnostic = Diagnostic::error(codes::UNKNOWN_LABEL, word.span, message).label("not a label");
            let known = program.labels.iter().map(|label| &**label).chain(MODIFIERS);
            let near = sink.closest(&word.text, known);
            sink.push(match near {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(word.span, near),
                None => diagnostic.help(format!("declare it: `labels public < {}`", word.text)),
            });
            continue;
        };
        match found {
            None => found = Some((at, word.span)),
            Some((_, first)) => sink.push(
                Diagnostic::error(codes::UNKNOWN_LABEL, word.span, format!("`{}` has two labels", field.name.text))
                    .label("a second label")
                    .also(first, "the first")
                    .help("keep the higher one"),
            ),
        }
    }
    found.map(|(at, _)| at)
}

/// Matches the child records of a record, whose fields are all known by now.
fn children(tables: &mut Tables<'_>, id: RecordId, program: &mut Program, sink: &mut Sink) {
    let Some(names) = tables.records.get(id.index()) else { return };
    let mut bad = Vec::new();
    let mut settled = Vec::new();
    for (at, field) in names.fields.iter().enumerate() {
        let TypeKind::Many { record, by } = &field.ty.kind else { continue };
        let field_id = FieldId::from_index(at);
        match child(tables, id, record, by, program, sink) {
            Some(kind) => settled.push((field_id, kind)),
            None => bad.push(field_id),
        }
    }
    for (field, kind) in settled {
        if let FieldKind::Many { record, by } = kind
            && let Some(by) = program.records.get_mut(record.index()).and_then(|r| r.fields.get_mut(by.index()))
        {
            // Read by whoever joins the files, not by an expression.
            by.read = true;
        }
        if let Some(slot) = program.records.get_mut(id.index()).and_then(|r| r.fields.get_mut(field.index())) {
            slot.kind = kind;
        }
    }
    poison(tables, id, &bad);
}

fn child(
    tables: &Tables<'_>,
    parent: RecordId,
    record: &Ident,
    by: &Ident,
    program: &Program,
    sink: &mut Sink,
) -> Option<FieldKind> {
    let child = match tables.types.get(record.text.as_str()) {
        Some((TypeName::Record(id), _)) => *id,
        Some((TypeName::Broken, _)) => return None,
        Some((TypeName::List(_), declared)) => {
            sink.push(
                super::declare::not_a_record(record, *declared)
                    .help(format!("a set of codes is `set of {}`", record.text)),
            );
            return None;
        }
        None => {
            let known = tables.records.iter().map(|record| record.ast.name.text.as_str());
            super::declare::unknown_type(record, "record", known, sink);
            return None;
        }
    };
    let names = tables.record(child)?;
    let join = match names.members.get(by.text.as_str()) {
        Some((Member::Field(field), _)) => *field,
        Some((Member::Broken, _)) => return None,
        _ if names.incomplete => return None,
        _ => {
            let message = format!("record `{}` has no field `{}`", record.text, by.text);
            let diagnostic = Diagnostic::error(codes::UNKNOWN_FIELD, by.span, message)
                .label("not a field of it")
                .also(names.ast.name.span, "declared here");
            let known = names.fields.iter().map(|field| field.name.text.as_str());
            let near = sink.closest(&by.text, known);
            sink.push(match near {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(by.span, near),
                None => diagnostic.help("after `by` stands the field of the child that holds this record's key"),
            });
            return None;
        }
    };
    if matches!(names.fields.get(join.index())?.ty.kind, TypeKind::Many { .. }) {
        sink.push(
            Diagnostic::error(codes::MANY, by.span, format!("`{}` are child records, and no key", by.text))
                .label("not a field with a value")
                .also(names.fields.get(join.index())?.name.span, "declared here")
                .help("after `by` stands the field of the child that holds this record's key"),
        );
        return None;
    }
    let (owner, own) = (program.record(parent)?, tables.record(parent)?);
    let name = &own.ast.name;
    let Some(key) = owner.key else {
        if !own.incomplete {
            sink.push(
                Diagnostic::error(codes::MANY, by.span, format!("record `{}` has no key to match", name.text))
                    .label("matched with the key of this record")
                    .also(name.span, "declared here")
                    .help("mark the field that tells its records apart as `key`"),
            );
        }
        return None;
    };
    let key_field = owner.fields.get(key.index())?;
    let join_field = program.record(child)?.fields.get(join.index())?;
    // A key or join whose type is not known is already reported.
    let unreported = |names: &super::RecordNames<'_>, field: FieldId| {
        names.fields.get(field.index()).is_some_and(|field| {
            names.members.get(field.name.text.as_str()).is_some_and(|(member, _)| *member != Member::Broken)
        })
    };
    if key_field.kind != join_field.kind {
        if unreported(names, join) && unreported(own, key) {
            let shown =
                |kind: FieldKind| super::value_type(kind).map_or("child records".into(), |ty| type_name(tables, ty));
            let message = format!("`{}` and the key of `{}` have different types", by.text, name.text);
            sink.push(
                Diagnostic::error(codes::MANY, by.span, message)
                    .label(format!("this is {}", shown(join_field.kind)))
                    .also(own.fields.get(key.index())?.name.span, format!("the key is {}", shown(key_field.kind)))
                    .help("give both fields the same type"),
            );
        }
        return None;
    }
    Some(FieldKind::Many { record: child, by: join })
}
