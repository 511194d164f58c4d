//! `instrument`, and the clauses `uses` and `override`, which other declarations have too.

use super::{Builder, Cursor, Node};
use crate::ast::{Band, Expr, Instrument, Item, MissingPolicy, Override, Rounding, Route, Uses};
use crate::parse::explain::What;
use crate::parse::grammar::Rule;
use crate::source::Span;

/// The ways to round.
const ROUNDINGS: &[&str] = &["half_up", "half_even", "half_down", "up", "down", "floor", "ceiling"];

impl<'t> Builder<'t, '_> {
    pub(super) fn instrument(&mut self) -> Option<Instrument> {
        let (span, docs) = (self.span(), self.docs());
        let block = self.block(What::InstrumentHeader, false);
        let body = block.body?;
        let (rule, what) = (Rule::piece_instrument_header, What::InstrumentHeader);
        let mut instrument = self.make(rule, what, block.header, |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::instrument_header)?);
            parts.pass(Rule::kw_instrument);
            let name = this.take_ident(&mut parts)?;
            parts.pass(Rule::kw_of);
            let record = this.take_ident(&mut parts)?;
            let codes = if parts.pass(Rule::arrow) { Some(this.take_ident(&mut parts)?) } else { None };
            Some(Instrument {
                name,
                record,
                codes,
                title: this.take_text(&mut parts),
                applies: None,
                items: Vec::new(),
                missing: None,
                bands: Vec::new(),
                routes: Vec::new(),
                over: None,
                uses: Vec::new(),
                docs,
                span,
            })
        });
        let mut whole = true;
        for piece in self.members(Some(body), |begins, at, start| begins.instrument_clause(at, start)) {
            let span = self.span_of_piece(&piece);
            let (rule, what) = (Rule::piece_instrument_clause, What::InstrumentClause);
            let done = self.make(rule, what, piece, |this, mut cursor| {
                let parts = Cursor::of(cursor.one(Rule::instrument_clause)?);
                match &mut instrument {
                    Some(instrument) => this.instrument_clause(instrument, parts, span),
                    None => Some(()),
                }
            });
            whole &= done.is_some();
        }
        instrument.filter(|_| whole)
    }

    fn instrument_clause(&mut self, into: &mut Instrument, mut parts: Cursor<'t>, span: Span) -> Option<()> {
        let word = parts.next()?;
        match word.as_rule() {
            Rule::kw_applies => {
                parts.pass(Rule::kw_when);
                let condition = self.expression(parts.one(Rule::expression)?)?.expr;
                self.once(&mut into.applies, condition, "`applies`", span);
            }
            Rule::kw_item => {
                let item = self.item(parts, span)?;
                into.items.push(item);
            }
            Rule::kw_missing => {
                let policy = self.missing_policy(Cursor::of(parts.one(Rule::unanswered)?))?;
                self.once(&mut into.missing, (policy, span), "`missing`", span);
            }
            Rule::kw_band => {
                let name = self.take_ident(&mut parts)?;
                let title = self.take_text(&mut parts);
                let range = self.literal(parts.one(Rule::band_range)?)?;
                into.bands.push(Band { name, title, range, span });
            }
            Rule::kw_route => {
                let name = self.ident(&parts.one(Rule::any_word)?);
                let title = self.take_text(&mut parts);
                parts.pass(Rule::colon);
                let condition = self.expression(parts.one(Rule::expression)?)?.expr;
                into.routes.push(Route { name, title, condition, span });
            }
            Rule::uses => {
                let uses = self.uses(word)?;
                into.uses.push(uses);
            }
            _ => {
                let over = self.overriding(word)?;
                self.once(&mut into.over, over, "`override`", span);
            }
        }
        Some(())
    }

    fn item(&mut self, mut parts: Cursor<'t>, span: Span) -> Option<Item> {
        let name = self.take_ident(&mut parts)?;
        let weight = if parts.pass(Rule::kw_weight) { Some(self.sum(parts.one(Rule::sum)?)?.expr) } else { None };
        let unscored = parts.one(Rule::kw_unscored).map(|node| self.span_of(&node));
        let title = self.take_text(&mut parts);
        let unless =
            if parts.pass(Rule::kw_unless) { Some(self.expression(parts.one(Rule::expression)?)?.expr) } else { None };
        let docs = self.docs_at(span.start);
        Some(Item { name, weight, unscored, title, unless, docs, span })
    }

    fn missing_policy(&mut self, mut parts: Cursor<'t>) -> Option<MissingPolicy> {
        let first = parts.next()?.as_rule();
        if first == Rule::kw_leaves {
            return Some(MissingPolicy::LeavesOpen);
        }
        let mut value: Option<Expr> = None;
        let mut rounding = None;
        for part in parts {
            match part.as_rule() {
                Rule::sum => value = Some(self.sum(part)?.expr),
                Rule::name => rounding = Some(self.rounding(&part)?),
                _ => {}
            }
        }
        let value = value?;
        Some(match first {
            Rule::kw_prorate => MissingPolicy::Prorate { up_to: value, rounding },
            Rule::kw_counts => MissingPolicy::CountsAs(value),
            _ => MissingPolicy::NotScoredAbove(value),
        })
    }

    fn rounding(&mut self, word: &Node<'t>) -> Option<(Rounding, Span)> {
        let rounding = match word.as_str() {
            "half_up" => Rounding::HalfUp,
            "half_even" => Rounding::HalfEven,
            "half_down" => Rounding::HalfDown,
            "up" => Rounding::Up,
            "down" => Rounding::Down,
            "floor" => Rounding::Floor,
            "ceiling" => Rounding::Ceiling,
            _ => {
                self.unknown_word(word, "a way to round", ROUNDINGS);
                return None;
            }
        };
        Some((rounding, self.span_of(word)))
    }

    /// `uses protected race because "…"`.
    pub(super) fn uses(&mut self, node: Node<'t>) -> Option<Uses> {
        let span = self.span_of(&node);
        let mut parts = Cursor::of(node);
        parts.pass(Rule::kw_uses);
        parts.pass(Rule::kw_protected);
        let fields = self.names(&mut parts);
        parts.pass(Rule::kw_because);
        Some(Uses { fields, because: self.take_text(&mut parts)?, span })
    }

    /// `override from F because F by F [on F] [until F]`.
    pub(super) fn overriding(&mut self, node: Node<'t>) -> Option<Override> {
        let span = self.span_of(&node);
        let mut parts = Cursor::of(node);
        parts.pass(Rule::kw_override);
        parts.pass(Rule::kw_from);
        let from = self.take_ident(&mut parts)?;
        parts.pass(Rule::kw_because);
        let because = self.take_ident(&mut parts)?;
        parts.pass(Rule::kw_by);
        let by = self.take_ident(&mut parts)?;
        let on = if parts.pass(Rule::kw_on) { self.take_ident(&mut parts) } else { None };
        let until = if parts.pass(Rule::kw_until) { self.take_ident(&mut parts) } else { None };
        Some(Override { from, because, by, on, until, span })
    }
}
