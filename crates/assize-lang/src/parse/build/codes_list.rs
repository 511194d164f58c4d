//! `codes` and `ordered codes`, and `missing … from …`.

use super::{Builder, Cursor, Node};
use crate::ast::{Code, Codes, Ident, MissingFrom, Quoted, Reason};
use crate::parse::explain::What;
use crate::parse::grammar::Rule;
use crate::parse::words;

/// The reasons for which a value may be missing.
pub(super) const REASONS: &[&str] = &["unknown", "not_answered", "not_applicable", "not_collected", "withheld"];

/// The reason of a word.
pub(super) fn reason_of(word: &str) -> Option<Reason> {
    Some(match word {
        "unknown" => Reason::Unknown,
        "not_answered" => Reason::NotAnswered,
        "not_applicable" => Reason::NotApplicable,
        "not_collected" => Reason::NotCollected,
        "withheld" => Reason::Withheld,
        _ => return None,
    })
}

impl<'t> Builder<'t, '_> {
    /// A list of codes. A code of which only the name can be read is kept, so that its uses are not reported.
    pub(super) fn codes_list(&mut self) -> Option<Codes> {
        let (span, docs) = (self.span(), self.docs());
        let block = self.block(What::CodesHeader, false);
        let body = block.body?;
        let header = self.make(Rule::piece_codes_header, What::CodesHeader, block.header, |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::codes_header)?);
            let ordered = parts.pass(Rule::kw_ordered);
            parts.pass(Rule::kw_codes);
            Some((ordered, this.take_ident(&mut parts)?, this.take_text(&mut parts)))
        });
        let (mut list, mut missing) = (Vec::new(), Vec::new());
        for piece in self.members(Some(body), |begins, at, _| begins.code(at)) {
            let (member_span, first) = (self.span_of_piece(&piece), piece.start);
            let done = self.make(Rule::piece_codes_member, What::Code, piece, |this, mut cursor| {
                let mut parts = Cursor::of(cursor.one(Rule::codes_member)?);
                if let Some(node) = parts.one(Rule::missing_from) {
                    missing.push(this.missing_from(node, member_span)?);
                    return Some(());
                }
                let mut parts = Cursor::of(parts.one(Rule::code)?);
                let name = this.take_ident(&mut parts)?;
                let title = this.take_text(&mut parts);
                let from = parts.one(Rule::from_texts).map(|node| this.texts_of(node)).unwrap_or_default();
                list.push(Code { name, title, from, span: member_span });
                Some(())
            });
            let name = self.word_at(first);
            if done.is_none() && !name.is_empty() && !words::is_reserved(name) {
                let name = Ident { text: name.to_owned(), span: self.span_behind(first) };
                list.push(Code { name, title: None, from: Vec::new(), span: member_span });
            }
        }
        let (ordered, name, title) = header?;
        Some(Codes { name, ordered, title, codes: list, missing, docs, span })
    }

    /// `missing REASON from "U", "99"`.
    pub(super) fn missing_from(&mut self, node: Node<'t>, span: crate::source::Span) -> Option<MissingFrom> {
        let mut parts = Cursor::of(node);
        parts.pass(Rule::kw_missing);
        let word = parts.one(Rule::name)?;
        let reason = match reason_of(word.as_str()) {
            Some(reason) => (reason, self.span_of(&word)),
            None => {
                self.unknown_word(&word, "a reason", REASONS);
                return None;
            }
        };
        let from = self.texts_of(parts.one(Rule::from_texts)?);
        Some(MissingFrom { reason, from, span })
    }

    /// `from "U", "99"`.
    pub(super) fn texts_of(&mut self, node: Node<'t>) -> Vec<Quoted> {
        let mut parts = Cursor::of(node);
        parts.pass(Rule::kw_from);
        self.listed(&mut parts, |this, parts| this.take_text(parts))
    }
}
