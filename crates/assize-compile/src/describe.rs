//! Types in words, for messages.

use crate::resolve::Tables;
use assize_model::ty::Ty;

/// A type as a noun phrase: "text", "a date", "a code of `Offence`".
pub fn type_name(tables: &Tables<'_>, ty: Ty) -> String {
    match ty {
        Ty::Boolean => "yes or no".into(),
        Ty::Integer => "an integer".into(),
        Ty::Decimal => "a decimal".into(),
        Ty::Text => "text".into(),
        Ty::Date => "a date".into(),
        Ty::Time => "a time of day".into(),
        Ty::DateTime => "a date with a time".into(),
        Ty::Duration => "a duration".into(),
        Ty::Code(list) => format!("a code of `{}`", tables.list_name(list)),
        Ty::Codes(list) => format!("a set of codes of `{}`", tables.list_name(list)),
        Ty::Texts => "a set of texts".into(),
    }
}
