//! Audits: the category, the outcome and what counts as foretold, beside the measure that counts.

use super::super::{Cx, Lowerer};
use crate::check::literals;
use crate::codes;
use assize_lang::ast::{self, AuditClauseKind, ExprKind, Positive};
use assize_lang::source::Span;
use assize_model::decimal::Decimal;
use assize_model::ids::{Code, ListId, RecordId};
use assize_model::measure::{Audit, Breakdown, Confidence, IntervalMethod, Measure};

/// The name of the outcome among an audit's breakdowns.
const OBSERVED: &str = "observed";

impl Lowerer<'_, '_> {
    /// Completes the measure of an audit; `None` when something about it is reported.
    pub fn audit(&mut self, ast: &ast::Audit, record: RecordId, measure: Option<Measure>) -> Option<Measure> {
        let scope = self.build.program.record(record)?.root;
        let cx = Cx::record(scope);
        self.prepare(record, scope, &[&ast.against]);
        let outcome = self.condition(&ast.against, cx);
        let category = self.breakdown(&ast.of, record, scope);
        let list = category.as_ref().and_then(|by| self.build.program.node(by.node)).and_then(|node| match node.ty {
            assize_model::ty::Ty::Code(list) => Some(list),
            _ => None,
        });
        let positive = self.positive(ast, list);
        let expected = self.expected(ast, list);
        let interval = self.audit_interval(ast);
        let (mut measure, category, outcome) = (measure?, category?, outcome?);
        for name in &ast.by {
            if name.text == OBSERVED || *name.text == *category.name {
                self.report(
                    codes::AUDIT,
                    name.span,
                    format!("an audit has a breakdown `{}` of its own", name.text),
                    "stands beside it",
                    "break the audit down by another name: `let group of … = …`",
                );
                return None;
            }
        }
        let list = list?;
        measure.by.push(category);
        measure.by.push(Breakdown { name: OBSERVED.into(), node: outcome, category: None });
        measure.audit = Some(Audit { list, positive: positive?, expected: expected?, interval: interval? });
        Some(measure)
    }

    /// The codes that foretell the outcome.
    fn positive(&mut self, ast: &ast::Audit, list: Option<ListId>) -> Option<Vec<Code>> {
        let stated: Vec<(&Positive, Span)> = ast
            .clauses
            .iter()
            .filter_map(|clause| match &clause.kind {
                AuditClauseKind::Positive(positive) => Some((positive, clause.span)),
                _ => None,
            })
            .collect();
        let (positive, span) = match stated.as_slice() {
            [one] => *one,
            [] => {
                self.report(
                    codes::AUDIT,
                    ast.name.span,
                    format!("audit `{}` does not say which codes foretell the outcome", ast.name.text),
                    "no `positive`",
                    "write `positive at least CODE` or `positive in { CODE, … }`",
                );
                return None;
            }
            [_, (_, again), ..] => {
                self.twice("positive", &ast.name.text, *again);
                return None;
            }
        };
        let list = list?;
        let (ordered, count) = self.build.program.list(list).map(|list| (list.ordered, list.codes.len()))?;
        let codes: Vec<Code> = match positive {
            Positive::In(set) => {
                let ExprKind::Set(items) = &set.kind else { return None };
                let mut out = Vec::with_capacity(items.len());
                for item in items {
                    match &item.kind {
                        ExprKind::Name(name) => out.push(literals::code(self, list, name)?),
                        _ => {
                            self.report(
                                codes::AUDIT,
                                item.span,
                                "a code of the audited category is expected",
                                "not the name of a code",
                                "write the names of codes: `positive in { high, highest }`",
                            );
                            return None;
                        }
                    }
                }
                out
            }
            Positive::AtLeast(name) | Positive::AtMost(name) => {
                if !ordered {
                    self.report(
                        codes::AUDIT,
                        span,
                        "the codes of the audited category have no order",
                        "none is least or most",
                        "write `positive in { CODE, … }`, or declare `ordered codes`",
                    );
                    return None;
                }
                let from = literals::code(self, list, name)?;
                let all = (0..count).filter_map(|at| u16::try_from(at).ok()).map(Code);
                let up = matches!(positive, Positive::AtLeast(_));
                all.filter(|code| if up { *code >= from } else { *code <= from }).collect()
            }
        };
        let mut codes = codes;
        assize_model::order::sort(&mut codes);
        codes.dedup();
        if codes.is_empty() || codes.len() == count {
            self.report(
                codes::AUDIT,
                span,
                "some codes foretell the outcome, and others do not",
                "all of them, or none",
                "name the codes at which the outcome is expected",
            );
            return None;
        }
        Some(codes)
    }

    fn audit_interval(&mut self, ast: &ast::Audit) -> Option<Confidence> {
        let mut out = None;
        for clause in &ast.clauses {
            let AuditClauseKind::Interval { method, level } = &clause.kind else { continue };
            if out.is_some() {
                self.twice("interval", &ast.name.text, clause.span);
                return None;
            }
            let method = match method {
                ast::IntervalMethod::Wilson => IntervalMethod::Wilson,
                ast::IntervalMethod::Exact => IntervalMethod::Exact,
                ast::IntervalMethod::Byar | ast::IntervalMethod::T => {
                    self.report(
                        codes::AUDIT,
                        clause.span,
                        "the intervals of an audit are of proportions",
                        "of counts or means",
                        "write `interval wilson 95%` or `interval exact 95%`",
                    );
                    return None;
                }
            };
            out = Some(Confidence { method, level: self.level(level, "interval wilson 95%")? });
        }
        out.or_else(|| Some(Confidence { method: IntervalMethod::Wilson, level: Decimal::new(95, 2)? }))
    }

    pub(super) fn twice(&mut self, word: &str, audit: &str, span: Span) {
        self.report(
            codes::MEASURE_CLAUSE_TWICE,
            span,
            format!("`{word}` stands twice in audit `{audit}`"),
            "again here",
            "keep one",
        );
    }
}
