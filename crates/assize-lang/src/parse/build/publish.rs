//! `publish` and `release`.

use super::{Builder, Cursor};
use crate::ast::{Publish, Published, Release};
use crate::parse::explain::What;
use crate::parse::grammar::Rule;

impl Builder<'_, '_> {
    pub(super) fn publish(&mut self) -> Option<Publish> {
        let (span, docs) = (self.span(), self.docs());
        self.make(Rule::piece_publish, What::Publish, self.all(), |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::publish_declaration)?);
            parts.pass(Rule::kw_publish);
            let name = this.take_ident(&mut parts)?;
            parts.pass(Rule::kw_to);
            let to = this.take_ident(&mut parts)?;
            let title = this.take_text(&mut parts);
            let mut items = Vec::new();
            for node in parts.filter(|part| part.as_rule() == Rule::published) {
                let span = this.span_of(&node);
                let mut parts = Cursor::of(node);
                let name = this.take_ident(&mut parts)?;
                items.push(Published { name, member: this.take_member(&mut parts)?, span });
            }
            Some(Publish { name, to, title, items, docs, span })
        })
    }

    pub(super) fn release(&mut self) -> Option<Release> {
        let (span, docs) = (self.span(), self.docs());
        self.make(Rule::piece_release, What::Release, self.all(), |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::release_declaration)?);
            let node = parts.find(|part| part.as_rule() == Rule::sum)?;
            let at_least = this.sum(node)?.expr;
            parts.pass(Rule::kw_as);
            Some(Release { at_least, label: this.take_ident(&mut parts)?, docs, span })
        })
    }
}
