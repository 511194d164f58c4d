//! `record`.

use super::{Builder, Cursor};
use crate::ast::{Field, Record, TypeKind};
use crate::diagnostic::Diagnostic;
use crate::parse::codes;
use crate::parse::explain::What;
use crate::parse::grammar::Rule;
use crate::source::Span;

/// The words that are types by themselves.
const TYPES: &[&str] = &["boolean", "integer", "decimal", "text", "date", "time", "datetime", "duration"];

impl<'t> Builder<'t, '_> {
    /// A record. When one field cannot be read the whole counts as broken: its missing field would be reported at
    /// each use otherwise.
    pub(super) fn record(&mut self) -> Option<Record> {
        let (span, docs) = (self.span(), self.docs());
        let block = self.block(What::RecordHeader, false);
        let body = block.body?;
        let header = self.make(Rule::piece_record_header, What::RecordHeader, block.header, |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::record_header)?);
            parts.pass(Rule::kw_record);
            Some((this.take_ident(&mut parts)?, this.take_text(&mut parts)))
        });
        let (mut fields, mut missing, mut whole) = (Vec::new(), Vec::new(), true);
        for piece in self.members(Some(body), |begins, at, _| begins.field(at)) {
            let member_span = self.span_of_piece(&piece);
            let done = self.make(Rule::piece_record_member, What::Field, piece, |this, mut cursor| {
                let mut parts = Cursor::of(cursor.one(Rule::record_member)?);
                if let Some(node) = parts.one(Rule::missing_from) {
                    missing.push(this.missing_from(node, member_span)?);
                } else {
                    let parts = Cursor::of(parts.one(Rule::field)?);
                    fields.push(this.field(parts, member_span)?);
                }
                Some(())
            });
            whole &= done.is_some();
        }
        let (name, title) = header?;
        whole.then_some(Record { name, title, fields, missing, docs, span })
    }

    fn field(&mut self, mut parts: Cursor<'t>, span: Span) -> Option<Field> {
        let name = self.take_ident(&mut parts)?;
        parts.pass(Rule::colon);
        let ty = self.type_expression(parts.one(Rule::type_expression)?)?;
        let mut field = Field {
            name,
            ty,
            title: None,
            key: None,
            required: None,
            optional: None,
            protected: None,
            labels: Vec::new(),
            from: Vec::new(),
            unit: None,
            separator: None,
            docs: self.docs_at(span.start),
            span,
        };
        for part in parts {
            let at = self.span_of(&part);
            match part.as_rule() {
                Rule::text => {
                    let title = self.quoted(&part);
                    self.once(&mut field.title, title, "the title", at);
                }
                Rule::from_texts if !field.from.is_empty() => {
                    self.error(codes::GIVEN_TWICE, at, "`from` is given twice");
                }
                Rule::from_texts => field.from = self.texts_of(part),
                Rule::field_unit => {
                    let mut parts = Cursor::of(part);
                    parts.pass(Rule::kw_in);
                    let unit = self.take_ident(&mut parts)?;
                    self.once(&mut field.unit, unit, "the unit", at);
                }
                Rule::separator => {
                    let mut parts = Cursor::of(part);
                    parts.pass(Rule::kw_separated);
                    parts.pass(Rule::kw_by);
                    let separator = self.take_text(&mut parts)?;
                    self.once(&mut field.separator, separator, "`separated by`", at);
                }
                _ => self.modifier_word(&mut field, &part, at),
            }
        }
        // Words behind a type that cannot be read may have been meant as parts of it.
        if field.ty.kind == TypeKind::Error {
            field.labels.clear();
        }
        Some(field)
    }

    fn modifier_word(&mut self, field: &mut Field, part: &super::Node<'_>, at: Span) {
        match part.as_str() {
            "key" => self.once(&mut field.key, at, "`key`", at),
            "required" => self.once(&mut field.required, at, "`required`", at),
            "optional" => self.once(&mut field.optional, at, "`optional`", at),
            "protected" => self.once(&mut field.protected, at, "`protected`", at),
            "mandatory" | "nullable" | "unique" | "primary" => {
                let (word, meant) = match part.as_str() {
                    "mandatory" => ("mandatory", "required"),
                    "nullable" => ("nullable", "optional"),
                    word => (word, "key"),
                };
                let diagnostic =
                    Diagnostic::error(codes::UNKNOWN_WORD, at, format!("`{word}` is not a word for a field"));
                self.report.push(diagnostic.help(format!("write `{meant}`")).fix(at, meant));
            }
            word if TYPES.contains(&word) => {
                let message = format!("`{word}` is a type and cannot describe a field");
                let diagnostic = Diagnostic::error(codes::UNKNOWN_WORD, at, message);
                self.report.push(diagnostic.help(format!("is `:` missing? a field is written `name : {word}`")));
            }
            _ => {
                let label = self.ident(part);
                if field.labels.iter().any(|given| given.text == label.text) {
                    self.error(codes::GIVEN_TWICE, at, format!("`{}` is given twice", label.text));
                }
                field.labels.push(label);
            }
        }
    }
}
