//! `measure`.

use super::{Builder, Cursor, Node};
use crate::ast::{
    Expr, ExprKind, IntervalMethod, Measure, MeasureClause, MeasureClauseKind, MeasureForm, Period, UnknownPolicy,
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
        if let Some(later) = self.later_clause(at) {
            let words = later.map(|at| self.word_at(at)).collect::<Vec<_>>().join(" ");
            self.not_in_this_version(at, &words);
            return None;
        }
        let made = self.make(Rule::piece_measure_clause, What::MeasureClause, piece, |this, mut cursor| {
            let parts = Cursor::of(cursor.one(Rule::measure_clause)?);
            Some(MeasureClause { kind: this.measure_clause_kind(parts)?, span })
        });
        made.or_else(|| {
            let unread = Expr { kind: ExprKind::Error, span };
            Some(MeasureClause { kind: stage(self.word_at(at), unread)?, span })
        })
    }

    /// The words of a clause that belongs to a later version.
    fn later_clause(&self, at: usize) -> Option<std::ops::Range<usize>> {
        match (self.word_at(at), self.word_at(at + 1)) {
            ("suppress" | "target" | "baseline" | "compare" | "signals" | "round", _) => Some(at..at + 1),
            ("as", "median" | "percentile" | "standardised" | "formula") => Some(at..at + 2),
            ("interval", "byar" | "exact" | "t") => Some(at..at + 2),
            ("every", "rolling") => Some(at..at + 2),
            _ => None,
        }
    }

    fn measure_clause_kind(&mut self, mut parts: Cursor<'t>) -> Option<MeasureClauseKind> {
        let word = parts.next()?;
        Some(match word.as_rule() {
            Rule::stage => {
                let value = self.expression(parts.one(Rule::expression)?)?;
                stage(word.as_str(), value.expr)?
            }
            Rule::kw_as => MeasureClauseKind::As(self.form(Cursor::of(parts.one(Rule::form)?))?),
            Rule::kw_by => MeasureClauseKind::By(self.listed(&mut parts, |this, parts| this.take_ident(parts))),
            Rule::kw_every => {
                let period = self.period(Cursor::of(parts.one(Rule::period)?))?;
                parts.pass(Rule::kw_of);
                MeasureClauseKind::Every { period, of: self.expression(parts.one(Rule::expression)?)?.expr }
            }
            Rule::kw_interval => {
                let method = parts.one(Rule::name)?;
                if method.as_str() != "wilson" {
                    self.unknown_word(&method, "a kind of interval", &["wilson"]);
                    return None;
                }
                let level = self.sum(parts.one(Rule::sum)?)?.expr;
                MeasureClauseKind::Interval { method: IntervalMethod::Wilson, level }
            }
            Rule::kw_unknown if parts.pass(Rule::kw_counted) => MeasureClauseKind::Unknown(UnknownPolicy::Apart),
            Rule::kw_unknown => {
                parts.pass(Rule::kw_counts);
                parts.pass(Rule::kw_as);
                let yes = parts.pass(Rule::kw_yes);
                MeasureClauseKind::Unknown(if yes { UnknownPolicy::Yes } else { UnknownPolicy::No })
            }
            _ => return None,
        })
    }

    fn form(&mut self, mut parts: Cursor<'t>) -> Option<MeasureForm> {
        Some(match parts.next()?.as_rule() {
            Rule::kw_count => MeasureForm::Count,
            Rule::kw_ratio => MeasureForm::Ratio,
            Rule::kw_rate => {
                parts.pass(Rule::kw_per);
                MeasureForm::Rate { per: self.sum(parts.one(Rule::sum)?)?.expr }
            }
            Rule::kw_distinct => MeasureForm::Distinct(self.expression(parts.one(Rule::expression)?)?.expr),
            rule => {
                parts.pass(Rule::kw_of);
                let value = self.expression(parts.one(Rule::expression)?)?.expr;
                if rule == Rule::kw_sum { MeasureForm::Sum(value) } else { MeasureForm::Mean(value) }
            }
        })
    }

    fn period(&mut self, mut parts: Cursor<'t>) -> Option<Period> {
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
