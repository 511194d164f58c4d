//! `indicator`, and rubrics, which evaluations have too.

use super::{Builder, Cursor, Node};
use crate::ast::{
    About, Conducted, DataKind, Evidence, Facet, Frequency, Indicator, IndicatorClause, IndicatorClauseKind, Level,
    Purpose, RatedItem, Ratings, Rubric, Stage, Themes,
};
use crate::parse::explain::What;
use crate::parse::grammar::Rule;
use crate::source::Span;

const FREQUENCIES: &[&str] = &["once", "continuously", "daily", "weekly", "monthly", "quarterly", "yearly"];

/// The words of the facets, each with those it takes.
const FACETS: [(&str, &[&str]); 5] = [
    ("data", &["quantitative", "qualitative"]),
    ("purpose", &["formative", "summative", "developmental"]),
    ("about", &["process", "outcome", "impact", "economic"]),
    ("conducted", &["internal", "external"]),
    ("stage", &["input", "activity", "output", "outcome"]),
];

/// A facet by its word and one of the words it takes.
fn facet_of(facet: &str, word: &str) -> Option<Facet> {
    Some(match (facet, word) {
        ("data", "quantitative") => Facet::Data(DataKind::Quantitative),
        ("data", "qualitative") => Facet::Data(DataKind::Qualitative),
        ("purpose", "formative") => Facet::Purpose(Purpose::Formative),
        ("purpose", "summative") => Facet::Purpose(Purpose::Summative),
        ("purpose", "developmental") => Facet::Purpose(Purpose::Developmental),
        ("about", "process") => Facet::About(About::Process),
        ("about", "outcome") => Facet::About(About::Outcome),
        ("about", "impact") => Facet::About(About::Impact),
        ("about", "economic") => Facet::About(About::Economic),
        ("conducted", "internal") => Facet::Conducted(Conducted::Internal),
        ("conducted", "external") => Facet::Conducted(Conducted::External),
        ("stage", "input") => Facet::Stage(Stage::Input),
        ("stage", "activity") => Facet::Stage(Stage::Activity),
        ("stage", "output") => Facet::Stage(Stage::Output),
        ("stage", "outcome") => Facet::Stage(Stage::Outcome),
        _ => return None,
    })
}

impl<'t> Builder<'t, '_> {
    pub(super) fn indicator(&mut self) -> Option<Indicator> {
        let (span, docs) = (self.span(), self.docs());
        let block = self.block(What::IndicatorHeader, false);
        let body = block.body?;
        let header =
            self.make(Rule::piece_indicator_header, What::IndicatorHeader, block.header, |this, mut cursor| {
                let mut parts = Cursor::of(cursor.one(Rule::indicator_header)?);
                parts.pass(Rule::kw_indicator);
                Some((this.take_ident(&mut parts)?, this.take_text(&mut parts)))
            });
        let (mut clauses, mut whole) = (Vec::new(), true);
        for piece in self.members(Some(body), |begins, at, start| begins.indicator_clause(at, start)) {
            let span = self.span_of_piece(&piece);
            let made = self.make(Rule::piece_indicator_clause, What::IndicatorClause, piece, |this, mut cursor| {
                let parts = Cursor::of(cursor.one(Rule::indicator_clause)?);
                Some(IndicatorClause { kind: this.indicator_clause(parts)?, span })
            });
            whole &= made.is_some();
            clauses.extend(made);
        }
        let (name, title) = header?;
        whole.then_some(Indicator { name, title, clauses, docs, span })
    }

    fn indicator_clause(&mut self, mut parts: Cursor<'t>) -> Option<IndicatorClauseKind> {
        let word = parts.next()?;
        Some(match word.as_rule() {
            Rule::facet_word => {
                let mut facets = Vec::new();
                for node in parts.filter(|part| part.as_rule() == Rule::name) {
                    facets.push(self.facet(word.as_str(), &node)?);
                }
                IndicatorClauseKind::Facet(facets)
            }
            Rule::kw_source => IndicatorClauseKind::Source(self.take_text(&mut parts)?),
            Rule::kw_owner => IndicatorClauseKind::Owner(self.take_text(&mut parts)?),
            Rule::kw_method => IndicatorClauseKind::Method(self.take_text(&mut parts)?),
            Rule::kw_collected => IndicatorClauseKind::Collected(self.frequency(&parts.one(Rule::name)?)?),
            Rule::kw_unit => IndicatorClauseKind::Unit(self.take_ident(&mut parts)?),
            Rule::kw_from => IndicatorClauseKind::From(self.evidence(Cursor::of(parts.one(Rule::evidence)?))?),
            Rule::kw_higher => IndicatorClauseKind::Better { higher: true },
            Rule::kw_lower => IndicatorClauseKind::Better { higher: false },
            Rule::kw_baseline => IndicatorClauseKind::Baseline(self.baseline(&mut parts)?),
            Rule::kw_target => IndicatorClauseKind::Target(self.target(&mut parts)?),
            Rule::kw_rubric => IndicatorClauseKind::Rubric(self.rubric(parts.one(Rule::rubric)?)?),
            _ => return None,
        })
    }

    /// One word behind a facet.
    pub(super) fn facet(&mut self, facet: &str, word: &Node<'t>) -> Option<(Facet, Span)> {
        let found = facet_of(facet, word.as_str());
        if found.is_none() {
            let words = FACETS.iter().find(|(name, _)| *name == facet).map_or(&[][..], |(_, words)| words);
            self.unknown_word(word, &format!("a word for `{facet}`"), words);
        }
        Some((found?, self.span_of(word)))
    }

    /// A word of any facet but the stages, which share words with the others.
    pub(super) fn any_facet(&mut self, word: &Node<'t>) -> Option<(Facet, Span)> {
        let mut facets = FACETS.iter().filter(|(name, _)| *name != "stage");
        let found = facets.find_map(|(name, _)| facet_of(name, word.as_str()));
        if found.is_none() {
            let facets = FACETS.iter().filter(|(name, _)| *name != "stage");
            let words: Vec<&str> = facets.flat_map(|(_, words)| words.iter().copied()).collect();
            self.unknown_word(word, "a form of evaluation", &words);
        }
        Some((found?, self.span_of(word)))
    }

    fn frequency(&mut self, word: &Node<'t>) -> Option<Frequency> {
        Some(match word.as_str() {
            "once" => Frequency::Once,
            "continuously" => Frequency::Continuously,
            "daily" => Frequency::Daily,
            "weekly" => Frequency::Weekly,
            "monthly" => Frequency::Monthly,
            "quarterly" => Frequency::Quarterly,
            "yearly" => Frequency::Yearly,
            _ => {
                self.unknown_word(word, "how often", FREQUENCIES);
                return None;
            }
        })
    }

    fn evidence(&mut self, mut parts: Cursor<'t>) -> Option<Evidence> {
        let kind = parts.next()?.as_rule();
        let of = self.take_ident(&mut parts)?;
        Some(match kind {
            Rule::kw_measure => Evidence::Measure(of),
            Rule::kw_ratings => {
                parts.pass(Rule::kw_scale);
                let scale = self.take_ident(&mut parts)?;
                let items = if parts.pass(Rule::kw_items) {
                    self.listed(&mut parts, |this, parts| {
                        let mut inner = Cursor::of(parts.one(Rule::rated_item)?);
                        let name = this.take_ident(&mut inner)?;
                        Some(RatedItem { name, reversed: inner.next().map(|node| this.span_of(&node)) })
                    })
                } else {
                    Vec::new()
                };
                let answered = if parts.pass(Rule::kw_answered) {
                    parts.pass(Rule::kw_at);
                    parts.pass(Rule::kw_least);
                    let node = parts.one(Rule::number)?;
                    Some(self.number_of(&node))
                } else {
                    None
                };
                let subject = if parts.pass(Rule::kw_subject) { self.take_ident(&mut parts) } else { None };
                let rated_by = if parts.pass(Rule::kw_rated_by) { self.take_ident(&mut parts) } else { None };
                let filter = self.take_filter(&mut parts)?;
                Evidence::Ratings(Ratings { record: of, scale, items, answered, subject, rated_by, filter })
            }
            Rule::kw_themes => {
                parts.pass(Rule::kw_coded);
                let coded = self.take_ident(&mut parts)?;
                let text = if parts.pass(Rule::kw_text) { self.take_ident(&mut parts) } else { None };
                let subject = if parts.pass(Rule::kw_subject) { self.take_ident(&mut parts) } else { None };
                let rated_by = if parts.pass(Rule::kw_rated_by) { self.take_ident(&mut parts) } else { None };
                let filter = self.take_filter(&mut parts)?;
                Evidence::Themes(Themes { record: of, coded, text, subject, rated_by, filter })
            }
            _ => Evidence::Documents { record: of, filter: self.take_filter(&mut parts)? },
        })
    }

    /// The levels of a rubric or profile.
    pub(super) fn rubric(&mut self, node: Node<'t>) -> Option<Rubric> {
        let mut rubric = Rubric { levels: Vec::new(), otherwise: None };
        let mut parts = Cursor::of(node);
        while let Some(node) = parts.one(Rule::level) {
            let mut parts = Cursor::of(node);
            let name = self.take_ident(&mut parts)?;
            let title = self.take_text(&mut parts);
            parts.pass(Rule::colon);
            let condition = self.expression(parts.one(Rule::expression)?)?.expr;
            rubric.levels.push(Level { span: name.span.to(condition.span), name, title, condition });
        }
        if parts.pass(Rule::kw_otherwise) {
            let name = self.take_ident(&mut parts)?;
            rubric.otherwise = Some((name, self.take_text(&mut parts)));
        }
        Some(rubric)
    }
}
