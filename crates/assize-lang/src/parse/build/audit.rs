//! `audit`.

use super::measure::unknown_policy;
use super::{Builder, Cursor};
use crate::ast::{Audit, AuditClause, AuditClauseKind, Expected, ExprKind, Positive};
use crate::diagnostic::Diagnostic;
use crate::parse::codes;
use crate::parse::explain::What;
use crate::parse::grammar::Rule;
use crate::parse::pieces;

impl<'t> Builder<'t, '_> {
    pub(super) fn audit(&mut self) -> Option<Audit> {
        let (span, docs) = (self.span(), self.docs());
        // The outcome may hold a set, whose braces are not the block.
        let block = pieces::last_block(self.tokens, self.all(), &self.brackets);
        self.whole_block(What::AuditHeader, &block);
        let body = block.body?;
        let header = self.make(Rule::piece_audit_header, What::AuditHeader, block.header, |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::audit_header)?);
            parts.pass(Rule::kw_audit);
            let name = this.take_ident(&mut parts)?;
            parts.pass(Rule::kw_of);
            let of = this.take_ident(&mut parts)?;
            parts.pass(Rule::kw_against);
            let against = this.expression(parts.one(Rule::expression)?)?.expr;
            let by = if parts.pass(Rule::kw_by) { this.names(&mut parts) } else { Vec::new() };
            let title = this.take_text(&mut parts);
            Some(Audit { name, of, against, by, title, clauses: Vec::new(), docs, span })
        });
        let (mut clauses, mut whole) = (Vec::new(), true);
        for piece in self.members(Some(body), |begins, at, start| begins.audit_clause(at, start)) {
            let span = self.span_of_piece(&piece);
            let made = self.make(Rule::piece_audit_clause, What::AuditClause, piece, |this, mut cursor| {
                let parts = Cursor::of(cursor.one(Rule::audit_clause)?);
                Some(AuditClause { kind: this.audit_clause(parts)?, span })
            });
            whole &= made.is_some();
            clauses.extend(made);
        }
        let header = header?;
        whole.then_some(Audit { clauses, ..header })
    }

    fn audit_clause(&mut self, mut parts: Cursor<'t>) -> Option<AuditClauseKind> {
        let word = parts.next()?;
        Some(match word.as_rule() {
            Rule::kw_positive if parts.pass(Rule::kw_in) => {
                let node = parts.one(Rule::set)?;
                let span = self.span_of(&node);
                let list = self.list(node)?;
                let set = self.built(ExprKind::Set(list.items), span, list.depth);
                AuditClauseKind::Positive(Positive::In(set.expr))
            }
            Rule::kw_positive => {
                parts.pass(Rule::kw_at);
                let least = parts.next()?.as_rule() == Rule::kw_least;
                let code = self.take_ident(&mut parts)?;
                AuditClauseKind::Positive(if least { Positive::AtLeast(code) } else { Positive::AtMost(code) })
            }
            Rule::kw_expected => {
                let name = self.take_ident(&mut parts)?;
                let Some(share) = parts.one(Rule::number) else {
                    return Some(AuditClauseKind::Expected(Expected::LookUp(name)));
                };
                let mut shares = vec![(name, self.number_of(&share))];
                while parts.pass(Rule::comma) {
                    let name = self.take_ident(&mut parts)?;
                    shares.push((name, self.number_of(&parts.one(Rule::number)?)));
                }
                AuditClauseKind::Expected(Expected::Shares(shares))
            }
            Rule::stage => {
                let condition = self.expression(parts.one(Rule::expression)?)?.expr;
                match word.as_str() {
                    "include" => AuditClauseKind::Include(condition),
                    "exclude" => AuditClauseKind::Exclude(condition),
                    "eligible" => AuditClauseKind::Eligible(condition),
                    other => {
                        let span = self.span_of(&word);
                        let message = format!("an audit has no `{other}`");
                        let diagnostic = Diagnostic::error(codes::UNKNOWN_WORD, span, message);
                        self.report
                            .push(diagnostic.help("records are chosen with `include`, `exclude` and `eligible`"));
                        return None;
                    }
                }
            }
            Rule::kw_every => {
                let (period, of) = self.every(&mut parts)?;
                AuditClauseKind::Every { period, of }
            }
            Rule::kw_interval => {
                let (method, level) = self.interval(&mut parts)?;
                AuditClauseKind::Interval { method, level }
            }
            Rule::kw_unknown => AuditClauseKind::Unknown(unknown_policy(&mut parts)?),
            Rule::kw_suppress => AuditClauseKind::Suppress { below: self.suppress(&mut parts)? },
            Rule::kw_round => AuditClauseKind::Round(self.round_to(&mut parts)?),
            _ => return None,
        })
    }
}
