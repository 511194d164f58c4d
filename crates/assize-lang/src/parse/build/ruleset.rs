//! `ruleset`.

use super::{Builder, Cursor, Node};
use crate::ast::{CivilDate, Effective, Ruleset};
use crate::parse::explain::What;
use crate::parse::grammar::Rule;
use crate::parse::pieces;
use crate::source::Span;

impl<'t> Builder<'t, '_> {
    pub(super) fn ruleset(&mut self) -> Option<Ruleset> {
        let (span, docs) = (self.span(), self.docs());
        let block = self.block(What::RulesetHeader, true);
        let mut ruleset =
            self.make(Rule::piece_ruleset_header, What::RulesetHeader, block.header, |this, mut cursor| {
                let mut parts = Cursor::of(cursor.one(Rule::ruleset_header)?);
                parts.pass(Rule::kw_ruleset);
                let name = this.take_ident(&mut parts)?;
                parts.pass(Rule::kw_version);
                let version = this.take_text(&mut parts)?;
                Some(Ruleset {
                    name,
                    version,
                    title: None,
                    authority: None,
                    source: None,
                    language: None,
                    effective: None,
                    dates_strict: None,
                    zone: None,
                    docs,
                    span,
                })
            });
        let mut whole = true;
        for piece in self.members(block.body, |begins, at, start| begins.ruleset_clause(at, start)) {
            let clause_span = self.span_of_piece(&piece);
            let done = self.make(Rule::piece_ruleset_clause, What::RulesetClause, piece, |this, mut cursor| {
                let parts = Cursor::of(cursor.one(Rule::ruleset_clause)?);
                match &mut ruleset {
                    Some(ruleset) => this.ruleset_clause(ruleset, parts, clause_span),
                    None => Some(()),
                }
            });
            whole &= done.is_some();
        }
        ruleset.filter(|_| whole)
    }

    fn ruleset_clause(&mut self, ruleset: &mut Ruleset, mut parts: Cursor<'t>, span: Span) -> Option<()> {
        let word = parts.next()?;
        match word.as_rule() {
            Rule::effective => {
                let effective = self.effective(word)?;
                self.once(&mut ruleset.effective, effective, "`effective`", span);
            }
            Rule::kw_dates => self.once(&mut ruleset.dates_strict, span, "`dates`", span),
            Rule::kw_time => {
                parts.pass(Rule::kw_zone);
                let zone = self.take_text(&mut parts)?;
                self.once(&mut ruleset.zone, zone, "`time zone`", span);
            }
            rule => {
                let text = self.take_text(&mut parts)?;
                let (place, name) = match rule {
                    Rule::kw_title => (&mut ruleset.title, "`title`"),
                    Rule::kw_authority => (&mut ruleset.authority, "`authority`"),
                    Rule::kw_source => (&mut ruleset.source, "`source`"),
                    _ => (&mut ruleset.language, "`language`"),
                };
                self.once(place, text, name, span);
            }
        }
        Some(())
    }

    /// `effective from D [to D]`.
    fn effective(&mut self, node: Node<'t>) -> Option<Effective> {
        let mut dates = Cursor::of(node).filter(|part| part.as_rule() == Rule::calendar);
        let from = self.date_at(&dates.next()?)?;
        let to = match dates.next() {
            Some(node) => Some(self.date_at(&node)?),
            None => None,
        };
        Some(Effective { from, to })
    }

    /// `effective …`, when it stands there; the outer `None` is for a date that is wrong.
    pub(super) fn take_effective(&mut self, parts: &mut Cursor<'t>) -> Option<Option<Effective>> {
        match parts.one(Rule::effective) {
            Some(node) => self.effective(node).map(Some),
            None => Some(None),
        }
    }

    /// The members of a block.
    pub(super) fn members(
        &self,
        body: Option<pieces::Piece>,
        mut begins: impl FnMut(&pieces::Beginnings<'_, 't>, usize, usize) -> bool,
    ) -> Vec<pieces::Piece> {
        let (beginnings, paired) = (self.beginnings(), self.brackets.all_paired());
        body.map(|body| pieces::cut(self.tokens, body, paired, |at, start| begins(&beginnings, at, start)))
            .unwrap_or_default()
    }

    /// A date, where no time of day may stand.
    pub(super) fn date_at(&mut self, node: &Node<'_>) -> Option<(CivilDate, Span)> {
        let span = self.span_of(node);
        Some((self.civil_date(node)?, span))
    }
}
