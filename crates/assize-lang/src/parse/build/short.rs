//! The declarations without a block: `import`, `labels`, `parameter`, `let`.

use super::{Builder, Cursor};
use crate::ast::{Expr, ExprKind, Import, Labels, Let, Parameter};
use crate::parse::explain::What;
use crate::parse::grammar::Rule;
use crate::parse::words;

impl Builder<'_, '_> {
    pub(super) fn import(&mut self) -> Option<Import> {
        let span = self.span();
        self.make(Rule::piece_import, What::Import, self.all(), |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::import_declaration)?);
            parts.pass(Rule::kw_import);
            Some(Import { path: this.take_text(&mut parts)?, span })
        })
    }

    pub(super) fn labels(&mut self) -> Option<Labels> {
        let span = self.span();
        self.make(Rule::piece_labels, What::Labels, self.all(), |this, mut cursor| {
            let parts = Cursor::of(cursor.one(Rule::labels_declaration)?);
            let names = parts.filter(|part| part.as_rule() == Rule::name).map(|part| this.ident(&part)).collect();
            Some(Labels { names, span })
        })
    }

    pub(super) fn parameter(&mut self) -> Option<Parameter> {
        let (span, docs) = (self.span(), self.docs());
        self.make(Rule::piece_parameter, What::Parameter, self.all(), |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::parameter_declaration)?);
            parts.pass(Rule::kw_parameter);
            let name = this.take_ident(&mut parts)?;
            parts.pass(Rule::colon);
            let ty = this.type_expression(parts.one(Rule::type_expression)?)?;
            parts.pass(Rule::equals);
            let default = this.literal(parts.one(Rule::literal)?)?;
            let within = if parts.pass(Rule::kw_in) { Some(this.literal(parts.one(Rule::literal)?)?) } else { None };
            let title = this.take_text(&mut parts);
            let effective = this.take_effective(&mut parts)?;
            Some(Parameter { name, ty, default, within, title, effective, docs, span })
        })
    }

    /// A `let` whose value alone is wrong keeps its name and record, so that its uses are checked.
    pub(super) fn let_declaration(&mut self) -> Option<Let> {
        let (span, docs) = (self.span(), self.docs());
        let made = self.make(Rule::piece_let, What::Let, self.all(), |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::let_declaration)?);
            parts.pass(Rule::kw_let);
            let name = this.take_ident(&mut parts)?;
            let record = if parts.pass(Rule::kw_of) { Some(this.take_ident(&mut parts)?) } else { None };
            let title = this.take_text(&mut parts);
            parts.pass(Rule::equals);
            let lower = this.expression(parts.one(Rule::expression)?)?;
            let value = if parts.pass(Rule::dots) {
                let upper = this.sum(parts.one(Rule::sum)?)?;
                this.closed_range(lower, upper)
            } else {
                lower
            };
            Some(Let { name, record, title, value: value.expr, docs: docs.clone(), span })
        });
        made.or_else(|| self.let_without_value(docs))
    }

    fn let_without_value(&self, docs: Vec<String>) -> Option<Let> {
        let named = |at: usize| {
            let token = self.tokens.get(at)?;
            let word = self.word_at(at);
            let usable = !word.is_empty() && !words::is_reserved(word);
            usable.then(|| crate::ast::Ident { text: word.to_owned(), span: self.text.span_of(token) })
        };
        let name = named(1)?;
        let record = if self.word_at(2) == "of" { Some(named(3)?) } else { None };
        let span = self.span();
        Some(Let { name, record, title: None, value: Expr { kind: ExprKind::Error, span }, docs, span })
    }
}
