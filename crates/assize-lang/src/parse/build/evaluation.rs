//! `evaluation`.

use super::{Builder, Cursor};
use crate::ast::{
    Evaluation, EvaluationClause, EvaluationClauseKind, Facet, LogicEntry, Objective, Overall, PossessedClause,
    Possession, Required, Requirement, Stage,
};
use crate::parse::explain::What;
use crate::parse::grammar::Rule;
use crate::source::Span;

const POSSESSIONS: &[&str] = &["target", "baseline", "source", "owner", "method", "rubric"];

impl<'t> Builder<'t, '_> {
    pub(super) fn evaluation(&mut self) -> Option<Evaluation> {
        let (span, docs) = (self.span(), self.docs());
        let block = self.block(What::EvaluationHeader, false);
        let body = block.body?;
        let (rule, what) = (Rule::piece_evaluation_header, What::EvaluationHeader);
        let header = self.make(rule, what, block.header, |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::evaluation_header)?);
            parts.pass(Rule::kw_evaluation);
            Some((this.take_ident(&mut parts)?, this.take_text(&mut parts)))
        });
        let (mut clauses, mut whole) = (Vec::new(), true);
        for piece in self.members(Some(body), |begins, at, start| begins.evaluation_clause(at, start)) {
            let span = self.span_of_piece(&piece);
            let made = self.make(Rule::piece_evaluation_clause, What::EvaluationClause, piece, |this, mut cursor| {
                let parts = Cursor::of(cursor.one(Rule::evaluation_clause)?);
                Some(EvaluationClause { kind: this.evaluation_clause(parts)?, span })
            });
            whole &= made.is_some();
            clauses.extend(made);
        }
        let (name, title) = header?;
        whole.then_some(Evaluation { name, title, clauses, docs, span })
    }

    fn evaluation_clause(&mut self, mut parts: Cursor<'t>) -> Option<EvaluationClauseKind> {
        let stage = match parts.next()?.as_rule() {
            Rule::kw_forms => {
                let mut forms = Vec::new();
                for node in parts.filter(|part| part.as_rule() == Rule::name) {
                    forms.push(self.any_facet(&node)?);
                }
                return Some(EvaluationClauseKind::Forms(forms));
            }
            Rule::kw_period => {
                return Some(EvaluationClauseKind::Period(self.span_node(parts.one(Rule::span)?)?.expr));
            }
            Rule::kw_objective => {
                let parts = Cursor::of(parts.one(Rule::objective)?);
                return Some(EvaluationClauseKind::Objective(self.objective(parts)?));
            }
            Rule::kw_overall => return Some(EvaluationClauseKind::Overall(self.overall(parts)?)),
            Rule::kw_requires => {
                let parts = Cursor::of(parts.one(Rule::requirement)?);
                return Some(EvaluationClauseKind::Requires(self.requirement(parts)?));
            }
            Rule::kw_inputs => Stage::Input,
            Rule::kw_activities => Stage::Activity,
            Rule::kw_outputs => Stage::Output,
            _ => Stage::Outcome,
        };
        let entries = self.listed(&mut parts, |this, parts| match this.take_text(parts) {
            Some(text) => Some(LogicEntry::Text(text)),
            None => this.take_ident(parts).map(LogicEntry::Name),
        });
        Some(EvaluationClauseKind::Logic { stage, entries })
    }

    fn objective(&mut self, mut parts: Cursor<'t>) -> Option<Objective> {
        let name = self.take_ident(&mut parts)?;
        let title = self.take_text(&mut parts);
        let weight = if parts.pass(Rule::kw_weight) { Some(self.sum(parts.one(Rule::sum)?)?.expr) } else { None };
        let question = if parts.pass(Rule::kw_question) { self.take_text(&mut parts) } else { None };
        let criterion = if parts.pass(Rule::kw_criterion) { self.take_text(&mut parts) } else { None };
        parts.pass(Rule::open_brace);
        let indicators = self.names(&mut parts);
        Some(Objective { name, title, weight, question, criterion, indicators })
    }

    fn overall(&mut self, mut parts: Cursor<'t>) -> Option<Overall> {
        Some(match parts.next()?.as_rule() {
            Rule::kw_weighted => Overall::WeightedMean,
            Rule::kw_minimum => Overall::Minimum,
            _ => {
                parts.pass(Rule::open_brace);
                Overall::Profile(self.rubric(parts.one(Rule::rubric)?)?)
            }
        })
    }

    fn requirement(&mut self, mut parts: Cursor<'t>) -> Option<Requirement> {
        let of = if parts.pass(Rule::kw_every) {
            let objective = parts.next()?.as_rule() == Rule::kw_objective;
            parts.pass(Rule::kw_has);
            if objective { Required::EveryObjective } else { Required::EveryIndicator }
        } else {
            Required::Evaluation
        };
        let mut parts = Cursor::of(parts.one(Rule::possession)?);
        let at_least = if parts.pass(Rule::kw_at) {
            parts.pass(Rule::kw_least);
            let node = parts.one(Rule::number)?;
            Some(self.number_of(&node))
        } else {
            parts.next()?;
            None
        };
        if let Some(word) = parts.one(Rule::name) {
            let clause = match word.as_str() {
                "target" => PossessedClause::Target,
                "baseline" => PossessedClause::Baseline,
                "source" => PossessedClause::Source,
                "owner" => PossessedClause::Owner,
                "method" => PossessedClause::Method,
                "rubric" => PossessedClause::Rubric,
                _ => {
                    self.unknown_word(&word, "what an indicator can have", POSSESSIONS);
                    return None;
                }
            };
            return Some(Requirement { of, has: Possession::Clause(clause, self.span_of(&word)) });
        }
        parts.next()?;
        let facets = match parts.one(Rule::of_facets) {
            Some(node) => self.facets(Cursor::of(node))?,
            None => Vec::new(),
        };
        Some(Requirement { of, has: Possession::Indicators { at_least, of: facets } })
    }

    /// `of about outcome and data qualitative`.
    fn facets(&mut self, mut parts: Cursor<'t>) -> Option<Vec<(Facet, Span)>> {
        let mut facets = Vec::new();
        while let Some(part) = parts.next() {
            if part.as_rule() == Rule::facet_word {
                let word = parts.one(Rule::name)?;
                facets.push(self.facet(part.as_str(), &word)?);
            }
        }
        Some(facets)
    }
}
