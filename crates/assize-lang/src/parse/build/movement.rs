//! `progression` and `response`.

use super::{Builder, Cursor, Node};
use crate::ast::{Action, Event, Move, Occasion, Progression, Response};
use crate::parse::explain::What;
use crate::parse::grammar::Rule;
use crate::source::Span;

impl<'t> Builder<'t, '_> {
    pub(super) fn progression(&mut self) -> Option<Progression> {
        let (span, docs) = (self.span(), self.docs());
        let block = self.block(What::ProgressionHeader, false);
        let body = block.body?;
        let (rule, what) = (Rule::piece_progression_header, What::ProgressionHeader);
        let mut progression = self.make(rule, what, block.header, |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::progression_header)?);
            parts.pass(Rule::kw_progression);
            let name = this.take_ident(&mut parts)?;
            parts.pass(Rule::kw_of);
            let record = this.take_ident(&mut parts)?;
            parts.pass(Rule::kw_for);
            let category = this.take_ident(&mut parts)?;
            let title = this.take_text(&mut parts);
            let (moves, uses) = (Vec::new(), Vec::new());
            Some(Progression { name, record, category, title, start: None, moves, hold: None, uses, docs, span })
        });
        let mut whole = true;
        for piece in self.members(Some(body), |begins, at, start| begins.progression_clause(at, start)) {
            let span = self.span_of_piece(&piece);
            let (rule, what) = (Rule::piece_progression_clause, What::ProgressionClause);
            let done = self.make(rule, what, piece, |this, mut cursor| {
                let parts = Cursor::of(cursor.one(Rule::progression_clause)?);
                match &mut progression {
                    Some(progression) => this.progression_clause(progression, parts, span),
                    None => Some(()),
                }
            });
            whole &= done.is_some();
        }
        progression.filter(|_| whole)
    }

    fn progression_clause(&mut self, into: &mut Progression, mut parts: Cursor<'t>, span: Span) -> Option<()> {
        let word = parts.next()?;
        match word.as_rule() {
            Rule::kw_start => {
                parts.pass(Rule::kw_at);
                let code = self.take_ident(&mut parts)?;
                self.once(&mut into.start, (code, span), "`start`", span);
            }
            Rule::kw_hold => {
                parts.pass(Rule::kw_at);
                parts.pass(Rule::kw_least);
                let time = self.sum(parts.one(Rule::sum)?)?.expr;
                self.once(&mut into.hold, (time, span), "`hold`", span);
            }
            Rule::uses => {
                let uses = self.uses(word)?;
                into.uses.push(uses);
            }
            rule => {
                let steps = self.sum(parts.one(Rule::sum)?)?.expr;
                let when = if parts.pass(Rule::kw_at) {
                    parts.pass(Rule::kw_each);
                    Occasion::Each(self.event(parts.one(Rule::event)?)?)
                } else {
                    parts.pass(Rule::kw_after);
                    let after = self.sum(parts.one(Rule::sum)?)?.expr;
                    parts.pass(Rule::kw_without);
                    Occasion::Without { after, events: self.events(parts)? }
                };
                into.moves.push(Move { up: rule == Rule::kw_raise, steps, when, span });
            }
        }
        Some(())
    }

    /// An `event`, or an `event_list` in brackets.
    fn events(&mut self, mut parts: Cursor<'t>) -> Option<Vec<Event>> {
        let first = parts.next()?;
        if first.as_rule() == Rule::event {
            return Some(vec![self.event(first)?]);
        }
        let mut events = Vec::new();
        for node in Cursor::of(first).filter(|part| part.as_rule() == Rule::event) {
            events.push(self.event(node)?);
        }
        Some(events)
    }

    fn event(&mut self, node: Node<'t>) -> Option<Event> {
        let span = self.span_of(&node);
        let mut parts = Cursor::of(node);
        let of = self.take_ident(&mut parts)?;
        let by = if parts.pass(Rule::kw_by) { Some(self.take_ident(&mut parts)?) } else { None };
        let filter = self.take_filter(&mut parts)?;
        Some(Event { of, by, filter, span })
    }

    pub(super) fn response(&mut self) -> Option<Response> {
        let (span, docs) = (self.span(), self.docs());
        let block = self.block(What::ResponseHeader, false);
        let body = block.body?;
        let header = self.make(Rule::piece_response_header, What::ResponseHeader, block.header, |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::response_header)?);
            parts.pass(Rule::kw_response);
            parts.pass(Rule::kw_to);
            let to = this.take_ident(&mut parts)?;
            let member = this.take_member(&mut parts)?;
            Some((to, member, this.take_text(&mut parts)))
        });
        let (mut actions, mut whole) = (Vec::new(), true);
        for piece in self.members(Some(body), |begins, at, _| begins.action(at)) {
            let span = self.span_of_piece(&piece);
            let made = self.make(Rule::piece_action, What::Action, piece, |this, mut cursor| {
                this.action(Cursor::of(cursor.one(Rule::action)?), span)
            });
            whole &= made.is_some();
            actions.extend(made);
        }
        let (to, member, title) = header?;
        whole.then_some(Response { to, member, title, actions, docs, span })
    }

    fn action(&mut self, mut parts: Cursor<'t>, span: Span) -> Option<Action> {
        let code = self.ident(&parts.next()?);
        parts.pass(Rule::colon);
        let text = self.take_text(&mut parts)?;
        let by = if parts.pass(Rule::kw_by) { Some(self.take_ident(&mut parts)?) } else { None };
        let within = if parts.pass(Rule::kw_within) { Some(self.sum(parts.one(Rule::sum)?)?.expr) } else { None };
        let after = if parts.pass(Rule::kw_after) { Some(self.sum(parts.one(Rule::sum)?)?.expr) } else { None };
        Some(Action { code, text, by, within, after, span })
    }
}
