//! Types as written.

use super::{Builder, Cursor, Node};
use crate::ast::{Ident, TypeExpr, TypeKind};
use crate::diagnostic::Diagnostic;
use crate::parse::codes;
use crate::parse::grammar::Rule;

impl Builder<'_, '_> {
    /// A type. One that is not of the language is reported and read as what was likely meant.
    pub(super) fn type_expression(&mut self, node: Node<'_>) -> Option<TypeExpr> {
        let mut parts = Cursor::of(node);
        let first = self.take_ident(&mut parts)?;
        if parts.pass(Rule::kw_of) {
            let of = self.take_ident(&mut parts)?;
            let span = first.span.to(of.span);
            return Some(TypeExpr { kind: self.type_of(&first, of), span });
        }
        if let Some(record) = self.take_ident(&mut parts) {
            parts.pass(Rule::kw_by);
            let by = self.take_ident(&mut parts)?;
            let span = first.span.to(by.span);
            if first.text != "many" {
                self.expected_word(&first, "`many`", "many");
            }
            return Some(TypeExpr { kind: TypeKind::Many { record, by }, span });
        }
        let span = first.span;
        Some(TypeExpr { kind: self.plain_type(first), span })
    }

    fn plain_type(&mut self, name: Ident) -> TypeKind {
        let (kind, word) = match name.text.as_str() {
            "boolean" => return TypeKind::Boolean,
            "integer" => return TypeKind::Integer,
            "decimal" => return TypeKind::Decimal,
            "text" => return TypeKind::Text,
            "date" => return TypeKind::Date,
            "time" => return TypeKind::Time,
            "datetime" => return TypeKind::DateTime,
            "duration" => return TypeKind::Duration,
            "string" | "str" | "varchar" | "char" => (TypeKind::Text, "text"),
            "int" | "whole" | "count" => (TypeKind::Integer, "integer"),
            "bool" | "flag" => (TypeKind::Boolean, "boolean"),
            "float" | "double" | "real" | "number" | "numeric" | "percent" => (TypeKind::Decimal, "decimal"),
            "timestamp" | "instant" => (TypeKind::DateTime, "datetime"),
            "many" => {
                let message = "`many` lacks the record and the field that leads back";
                let diagnostic = Diagnostic::error(codes::LACKING, name.span, message);
                self.report.push(diagnostic.help("write `many Charge by offender_id`"));
                return TypeKind::Error;
            }
            "set" | "range" => {
                let message = format!("`{}` lacks what it is of", name.text);
                let diagnostic = Diagnostic::error(codes::LACKING, name.span, message);
                let help = if name.text == "set" {
                    "write `set of Offence` or `set of text`"
                } else {
                    "write `range of integer` or `range of decimal`"
                };
                self.report.push(diagnostic.help(help));
                return TypeKind::Error;
            }
            _ => return TypeKind::Codes(name),
        };
        self.expected_word(&name, "a type", word);
        kind
    }

    fn type_of(&mut self, first: &Ident, of: Ident) -> TypeKind {
        match (first.text.as_str(), of.text.as_str()) {
            ("set", "text") => TypeKind::SetOfText,
            ("set", "boolean" | "integer" | "decimal" | "date" | "time" | "datetime" | "duration") => {
                let message = format!("a set of `{}` does not exist", of.text);
                let diagnostic = Diagnostic::error(codes::UNKNOWN_WORD, of.span, message);
                self.report.push(diagnostic.help("sets are of a code list or of `text`"));
                TypeKind::SetOfText
            }
            ("set", _) => TypeKind::SetOf(of),
            ("range", "integer") => TypeKind::RangeOfInteger,
            ("range", "decimal") => TypeKind::RangeOfDecimal,
            ("range", _) => {
                let message = format!("a range of `{}` does not exist", of.text);
                let diagnostic = Diagnostic::error(codes::UNKNOWN_WORD, of.span, message);
                self.report.push(diagnostic.help("ranges are of `integer` or of `decimal`"));
                TypeKind::RangeOfDecimal
            }
            ("many", _) => {
                let message = "a `many` is written with `by`";
                let diagnostic = Diagnostic::error(codes::WRONG_PARTS, first.span.to(of.span), message);
                self.report.push(diagnostic.help(format!("write `many {} by FIELD`", of.text)));
                TypeKind::Error
            }
            _ => {
                let message = format!("expected `set` or `range` before `of`, found `{}`", first.text);
                self.error(codes::UNKNOWN_WORD, first.span, message);
                TypeKind::SetOf(of)
            }
        }
    }

    fn expected_word(&mut self, name: &Ident, expected: &str, meant: &str) {
        let message = format!("expected {expected}, found `{}`", name.text);
        let diagnostic = Diagnostic::error(codes::UNKNOWN_WORD, name.span, message);
        self.report.push(diagnostic.help(format!("write `{meant}`")).fix(name.span, meant));
    }
}
