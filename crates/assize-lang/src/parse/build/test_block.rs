//! `test`.

use super::codes_list::{REASONS, reason_of};
use super::{Builder, Cursor, Node};
use crate::ast::{Expectation, ExpectedState, Given, Object, ObjectValue, Quoted, Reason, Test};
use crate::diagnostic::Diagnostic;
use crate::parse::codes;
use crate::parse::explain::What;
use crate::parse::grammar::Rule;
use crate::source::Span;

const STATES: &[&str] = &["decided", "provisional", "undetermined", "not_applicable", "error", "missing"];

impl<'t> Builder<'t, '_> {
    /// A test; nothing depends on it, so one that cannot be read whole is left out.
    pub(super) fn test_block(&mut self) -> Option<Test> {
        let (span, docs) = (self.span(), self.docs());
        let block = self.block(What::TestHeader, false);
        let body = block.body?;
        let title = self.make(Rule::piece_test_header, What::TestHeader, block.header, |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::test_header)?);
            parts.pass(Rule::kw_test);
            this.take_text(&mut parts)
        });
        let title_read = title.is_some();
        let title = title.unwrap_or_else(|| Quoted { text: String::new(), span });
        let (set, given, expect) = (Vec::new(), Vec::new(), Vec::new());
        let mut test = Test { title, as_of: None, set, given, expect, docs, span };
        let mut whole = title_read;
        for piece in self.members(Some(body), |begins, at, start| begins.test_clause(at, start)) {
            let clause_span = self.span_of_piece(&piece);
            let done = self.make(Rule::piece_test_clause, What::TestClause, piece, |this, mut cursor| {
                let parts = Cursor::of(cursor.one(Rule::test_clause)?);
                this.test_clause(&mut test, parts, clause_span)
            });
            whole &= done.is_some();
        }
        whole.then_some(test)
    }

    fn test_clause(&mut self, test: &mut Test, mut parts: Cursor<'t>, span: Span) -> Option<()> {
        match parts.next()?.as_rule() {
            Rule::kw_as_of => {
                let date = self.date_at(&parts.one(Rule::calendar)?)?;
                self.once(&mut test.as_of, date, "`as_of`", span);
            }
            Rule::kw_set => {
                let name = self.take_ident(&mut parts)?;
                parts.pass(Rule::equals);
                test.set.push((name, self.literal(parts.one(Rule::literal)?)?));
            }
            Rule::kw_given => {
                let record = self.take_ident(&mut parts)?;
                let value = self.object(parts.one(Rule::object)?)?;
                test.given.push(Given { record, value, span });
            }
            _ => {
                let expectation = self.expectation(parts, span)?;
                test.expect.push(expectation);
            }
        }
        Some(())
    }

    fn expectation(&mut self, mut parts: Cursor<'t>, span: Span) -> Option<Expectation> {
        let name = self.take_ident(&mut parts)?;
        let member = self.take_member(&mut parts)?;
        let value = if parts.pass(Rule::equals) { Some(self.literal(parts.one(Rule::literal)?)?) } else { None };
        let state = if parts.pass(Rule::kw_is) { Some(self.state(parts.one(Rule::state)?)?) } else { None };
        if value.is_none() && state.is_none() {
            let diagnostic = Diagnostic::error(codes::LACKING, span, "nothing is expected of this name");
            self.report.push(diagnostic.help("write `= VALUE`, or `is STATE` with one of the states"));
            return None;
        }
        let (mut because, mut possible, mut missing) = (None, None, None);
        for part in parts {
            let (rule, at) = (part.as_rule(), self.span_of(&part));
            let mut inner = Cursor::of(part);
            inner.next();
            match rule {
                Rule::because | Rule::possible => {
                    let names = self.listed(&mut inner, |this, inner| {
                        let none = inner.one(Rule::kw_none);
                        none.map(|node| this.ident(&node)).or_else(|| this.take_ident(inner))
                    });
                    let (place, word) =
                        if rule == Rule::because { (&mut because, "`because`") } else { (&mut possible, "`possible`") };
                    self.once(place, names, word, at);
                }
                _ => {
                    let paths = self.listed(&mut inner, |this, inner| {
                        let node = inner.one(Rule::path)?;
                        Some(Quoted { text: node.as_str().to_owned(), span: this.span_of(&node) })
                    });
                    self.once(&mut missing, paths, "`missing`", at);
                }
            }
        }
        Some(Expectation { name, member, value, state, because, possible, missing, span })
    }

    fn state(&mut self, node: Node<'t>) -> Option<(ExpectedState, Span)> {
        let mut parts = Cursor::of(node);
        let word = parts.next()?;
        let span = self.span_of(&word);
        if word.as_rule() == Rule::kw_missing {
            let reason = parts.one(Rule::reason);
            let end = reason.as_ref().map_or(span, |node| self.span_of(node));
            return Some((ExpectedState::Missing(reason.and_then(|node| reason_of(node.as_str()))), span.to(end)));
        }
        let state = match word.as_str() {
            "decided" => ExpectedState::Decided,
            "provisional" => ExpectedState::Provisional,
            "undetermined" => ExpectedState::Undetermined,
            "not_applicable" => ExpectedState::NotApplicable,
            "error" => ExpectedState::Error,
            other if reason_of(other).is_some() => {
                let message = format!("expected a state, found `{other}`");
                let diagnostic = Diagnostic::error(codes::UNKNOWN_WORD, span, message);
                let mend = format!("missing {other}");
                self.report.push(diagnostic.help(format!("write `is {mend}`")).fix(span, mend));
                return None;
            }
            _ => {
                self.unknown_word(&word, "a state", STATES);
                return None;
            }
        };
        Some((state, span))
    }

    /// `{ field: value, … }`.
    fn object(&mut self, node: Node<'t>) -> Option<Object> {
        let span = self.span_of(&node);
        let mut entries = Vec::new();
        for entry in Cursor::of(node).filter(|part| part.as_rule() == Rule::entry) {
            let mut parts = Cursor::of(entry);
            let name = self.take_ident(&mut parts)?;
            parts.pass(Rule::colon);
            entries.push((name, self.object_value(parts)?));
        }
        Some(Object { entries, span })
    }

    fn object_value(&mut self, mut parts: Cursor<'t>) -> Option<ObjectValue> {
        let node = parts.next()?;
        let span = self.span_of(&node);
        Some(match node.as_rule() {
            Rule::kw_missing => match parts.one(Rule::name) {
                None => ObjectValue::Missing(None, span),
                Some(word) => ObjectValue::Missing(Some(self.reason(&word)?), span.to(self.span_of(&word))),
            },
            Rule::children => {
                let mut children = Vec::new();
                for child in Cursor::of(node).filter(|part| part.as_rule() == Rule::object) {
                    children.push(self.object(child)?);
                }
                ObjectValue::Children(children, span)
            }
            _ => ObjectValue::Value(self.literal(node)?),
        })
    }

    fn reason(&mut self, word: &Node<'_>) -> Option<Reason> {
        let reason = reason_of(word.as_str());
        if reason.is_none() {
            self.unknown_word(word, "a reason", REASONS);
        }
        reason
    }
}
