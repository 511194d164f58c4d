//! `measure`.

use super::{Builder, Cursor, Node};
use crate::ast::{
    Expr, ExprKind, Ident, Measure, MeasureClause, MeasureClauseKind, MeasureForm, Period, Precision, Standardised,
    UnknownPolicy,
};
use crate::parse::explain::What;
use crate::parse::grammar::Rule;
use crate::parse::pieces::Piece;

const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl<'t> Builder<'t, '_> {
    /// A measure. A stage whose condition cannot be read stands in it as an error.
    pub(super) fn measure(&mut self) -> Option<Measure> {
        let (span, docs) = (self.span(), self.docs());
        let block = self.block(What::MeasureHeader, false);
        let body = block.body?;
        let header = self.make(Rule::piece_measure_header, What::MeasureHeader, block.header, |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::measure_header)?);
            parts.pass(Rule::kw_measure);
            let name = this.take_ident(&mut parts)?;
            parts.pass(Rule::kw_of);
            Some((name, this.take_ident(&mut parts)?, this.take_text(&mut parts)))
        });
        let (mut clauses, mut whole, mut open) = (Vec::new(), true, 0_usize);
        if matches!(self.word_at(body.start), "latest" | "earliest") {
            open = 1;
        }
        for piece in self.members(Some(body), |begins, at, start| begins.measure_clause(at, start, &mut open)) {
            match self.measure_clause(piece) {
                Some(clause) => clauses.push(clause),
                None => whole = false,
            }
        }
        let (name, record, title) = header?;
        whole.then_some(Measure { name, record, title, clauses, docs, span })
    }

    fn measure_clause(&mut self, piece: Piece) -> Option<MeasureClause> {
        let span = self.span_of_piece(&piece);
        let at = piece.start;
        let made = self.make(Rule::piece_measure_clause, What::MeasureClause, piece, |this, mut cursor| {
            let parts = Cursor::of(cursor.one(Rule::measure_clause)?);
            Some(MeasureClause { kind: this.measure_clause_kind(parts)?, span })
        });
        made.or_else(|| {
            let unread = Expr { kind: ExprKind::Error, span };
            Some(MeasureClause { kind: stage(self.word_at(at), unread)?, span })
        })
    }

    fn measure_clause_kind(&mut self, mut parts: Cursor<'t>) -> Option<MeasureClauseKind> {
        let word = parts.next()?;
        Some(match word.as_rule() {
            Rule::stage => {
                let value = self.expression(parts.one(Rule::expression)?)?;
                stage(word.as_str(), value.expr)?
            }
            Rule::kw_as => MeasureClauseKind::As(self.form(Cursor::of(parts.one(Rule::form)?))?),
            Rule::kw_by => MeasureClauseKind::By(self.names(&mut parts)),
            Rule::kw_every => {
                let (period, of) = self.every(&mut parts)?;
                MeasureClauseKind::Every { period, of }
            }
            Rule::kw_interval => {
                let (method, level) = self.interval(&mut parts)?;
                MeasureClauseKind::Interval { method, level }
            }
            Rule::kw_unknown => MeasureClauseKind::Unknown(unknown_policy(&mut parts)?),
            Rule::kw_suppress => MeasureClauseKind::Suppress { below: self.suppress(&mut parts)? },
            Rule::kw_round => MeasureClauseKind::Round(self.round_to(&mut parts)?),
            Rule::kw_target => MeasureClauseKind::Target(self.target(&mut parts)?),
            Rule::kw_baseline => MeasureClauseKind::Baseline(self.baseline(&mut parts)?),
            Rule::kw_compare => MeasureClauseKind::Compare(self.comparison(&mut parts)?),
            Rule::kw_signals => MeasureClauseKind::Signals(self.signals(parts)?),
            Rule::kw_chart => MeasureClauseKind::Chart(self.chart(Cursor::of(parts.one(Rule::chart)?))?),
            _ => return None,
        })
    }

    /// `PERIOD of DATE`, behind `every`.
    pub(super) fn every(&mut self, parts: &mut Cursor<'t>) -> Option<(Period, Expr)> {
        let period = self.period(Cursor::of(parts.one(Rule::period)?))?;
        parts.pass(Rule::kw_of);
        Some((period, self.expression(parts.one(Rule::expression)?)?.expr))
    }

    fn form(&mut self, mut parts: Cursor<'t>) -> Option<MeasureForm> {
        let first = parts.next()?;
        let (precision, first) = match first.as_rule() {
            Rule::kw_approximate => (Precision::Approximate(self.span_of(&first)), parts.next()?.as_rule()),
            rule => (Precision::Exact, rule),
        };
        Some(match first {
            Rule::kw_count => MeasureForm::Count,
            Rule::kw_ratio => MeasureForm::Ratio,
            Rule::kw_rate => {
                parts.pass(Rule::kw_per);
                MeasureForm::Rate { per: self.sum(parts.one(Rule::sum)?)?.expr }
            }
            Rule::kw_distinct => {
                MeasureForm::Distinct { precision, of: self.expression(parts.one(Rule::expression)?)?.expr }
            }
            Rule::kw_percentile => {
                let rank = self.number_of(&parts.one(Rule::number)?);
                parts.pass(Rule::kw_of);
                MeasureForm::Percentile { precision, rank, of: self.expression(parts.one(Rule::expression)?)?.expr }
            }
            Rule::kw_indirectly | Rule::kw_standardised => {
                MeasureForm::Standardised(self.standardised(first == Rule::kw_indirectly, parts)?)
            }
            rule => {
                parts.pass(Rule::kw_of);
                let value = self.expression(parts.one(Rule::expression)?)?.expr;
                match rule {
                    Rule::kw_sum => MeasureForm::Sum(value),
                    Rule::kw_mean => MeasureForm::Mean(value),
                    Rule::kw_median => MeasureForm::Median { precision, of: value },
                    _ => MeasureForm::Formula(value),
                }
            }
        })
    }

    /// Behind `standardised`: `rate per N by STRATA to LOOKUP`.
    fn standardised(&mut self, indirect: bool, mut parts: Cursor<'t>) -> Option<Standardised> {
        if indirect {
            parts.pass(Rule::kw_standardised);
        }
        parts.pass(Rule::kw_rate);
        parts.pass(Rule::kw_per);
        let per = self.sum(parts.one(Rule::sum)?)?.expr;
        parts.pass(Rule::kw_by);
        let by = self.names(&mut parts);
        parts.pass(Rule::kw_to);
        Some(Standardised { indirect, per, by, to: self.take_ident(&mut parts)? })
    }

    /// Names with commas between them.
    pub(super) fn names(&mut self, parts: &mut Cursor<'t>) -> Vec<Ident> {
        self.listed(parts, |this, parts| this.take_ident(parts))
    }

    fn period(&mut self, mut parts: Cursor<'t>) -> Option<Period> {
        if parts.pass(Rule::kw_rolling) {
            let (number, unit) = (parts.one(Rule::number)?, parts.one(Rule::unit)?);
            return match self.duration(&number, &unit) {
                ExprKind::Duration(amount) => Some(Period::Rolling(amount)),
                _ => None,
            };
        }
        if let Some(unit) = parts.one(Rule::unit) {
            return match unit.as_str() {
                "month" => Some(Period::Month),
                "quarter" => Some(Period::Quarter),
                "year" => Some(Period::Year),
                _ => {
                    self.unknown_word(&unit, "a period", &["month", "quarter", "year"]);
                    None
                }
            };
        }
        parts.pass(Rule::kw_fiscal);
        parts.pass(Rule::kw_year);
        parts.pass(Rule::kw_from);
        let month = parts.one(Rule::name)?;
        self.month(&month).map(|from| Period::FiscalYear { from })
    }

    /// A month by its name, 1 to 12.
    fn month(&mut self, node: &Node<'_>) -> Option<u8> {
        let found = MONTHS.iter().position(|month| *month == node.as_str()).and_then(|at| u8::try_from(at + 1).ok());
        if found.is_none() {
            self.unknown_word(node, "a month", MONTHS);
        }
        found
    }
}

/// `counted apart`, `counts as no`, `counts as yes`, behind `unknown`.
pub(super) fn unknown_policy(parts: &mut Cursor<'_>) -> Option<UnknownPolicy> {
    let mut parts = Cursor::of(parts.one(Rule::unknown)?);
    if parts.pass(Rule::kw_counted) {
        return Some(UnknownPolicy::Apart);
    }
    parts.pass(Rule::kw_counts);
    parts.pass(Rule::kw_as);
    Some(if parts.pass(Rule::kw_yes) { UnknownPolicy::Yes } else { UnknownPolicy::No })
}

fn stage(word: &str, condition: Expr) -> Option<MeasureClauseKind> {
    Some(match word {
        "include" => MeasureClauseKind::Include(condition),
        "exclude" => MeasureClauseKind::Exclude(condition),
        "eligible" => MeasureClauseKind::Eligible(condition),
        "numerator" => MeasureClauseKind::Numerator(condition),
        "except" => MeasureClauseKind::Except(condition),
        "denominator" => MeasureClauseKind::Denominator(condition),
        "value" => MeasureClauseKind::Value(condition),
        _ => return None,
    })
}
