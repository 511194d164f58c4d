//! Types as written, resolved.

use super::declare::unknown_type;
use super::{Tables, TypeName};
use crate::codes;
use crate::sink::Sink;
use assize_lang::ast::{Ident, TypeExpr, TypeKind};
use assize_lang::diagnostic::Diagnostic;
use assize_model::ids::ListId;
use assize_model::ty::Ty;

/// A type as written; child records are left to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// A value.
    Value(Ty),
    /// A number known to lie within a range.
    Range(Ty),
    /// `many`.
    Many,
}

/// The words of the types, for suggestions.
const WORDS: [&str; 8] = ["boolean", "integer", "decimal", "text", "date", "time", "datetime", "duration"];

/// Resolves a type; `None` when that is reported.
pub fn resolve(tables: &Tables<'_>, ty: &TypeExpr, sink: &mut Sink) -> Option<Written> {
    let value = |ty| Some(Written::Value(ty));
    match &ty.kind {
        TypeKind::Boolean => value(Ty::Boolean),
        TypeKind::Integer => value(Ty::Integer),
        TypeKind::Decimal => value(Ty::Decimal),
        TypeKind::Text => value(Ty::Text),
        TypeKind::Date => value(Ty::Date),
        TypeKind::Time => value(Ty::Time),
        TypeKind::DateTime => value(Ty::DateTime),
        TypeKind::Duration => value(Ty::Duration),
        TypeKind::Codes(name) => list(tables, name, sink).map(|list| Written::Value(Ty::Code(list))),
        TypeKind::SetOfText => value(Ty::Texts),
        TypeKind::SetOf(name) => list(tables, name, sink).map(|list| Written::Value(Ty::Codes(list))),
        TypeKind::RangeOfInteger => Some(Written::Range(Ty::Integer)),
        TypeKind::RangeOfDecimal => Some(Written::Range(Ty::Decimal)),
        TypeKind::Many { .. } => Some(Written::Many),
        TypeKind::Error => None,
    }
}

fn list(tables: &Tables<'_>, name: &Ident, sink: &mut Sink) -> Option<ListId> {
    match tables.types.get(name.text.as_str()) {
        Some((TypeName::List(id), _)) => Some(*id),
        Some((TypeName::Broken, _)) => None,
        Some((TypeName::Record(_), declared)) => {
            let message = format!("`{}` is a record, not a type of value", name.text);
            sink.push(
                Diagnostic::error(codes::WRONG_KIND, name.span, message)
                    .label("a type is expected")
                    .also(*declared, "declared here")
                    .help(format!("child records are written `many {} by FIELD`", name.text)),
            );
            None
        }
        None => {
            let lists = tables.lists.iter().map(|list| list.ast.name.text.as_str());
            unknown_type(name, "type", lists.chain(WORDS), sink);
            None
        }
    }
}

/// Resolves the types of the parameters.
pub fn params(tables: &mut Tables<'_>, sink: &mut Sink) {
    for at in 0..tables.params.len() {
        let Some(&(parameter, _)) = tables.params.get(at) else { continue };
        let ty = match resolve(tables, &parameter.ty, sink) {
            Some(Written::Value(ty)) => Some(ty),
            Some(Written::Range(_) | Written::Many) => {
                sink.push(
                    Diagnostic::error(codes::PARAMETER, parameter.ty.span, "a parameter holds one value")
                        .label("not a type of one value")
                        .help("use `integer`, `decimal`, `text`, `date`, a code list, or a set"),
                );
                None
            }
            None => None,
        };
        if let Some(slot) = tables.params.get_mut(at) {
            slot.1 = ty;
        }
    }
}
