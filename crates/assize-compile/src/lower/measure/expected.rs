//! `expected`: how often the outcome of an audit is to be expected of each code.

use super::super::Lowerer;
use crate::check::literals;
use crate::codes;
use crate::resolve::Global;
use assize_lang::ast::{self, AuditClauseKind, Expr, Ident};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::decimal::Decimal;
use assize_model::ids::{ListId, LookupId};
use assize_model::measure::Expected;
use assize_model::ty::Ty;

impl Lowerer<'_, '_> {
    /// What is expected, where the audit says it; the outer `None` when it is wrong.
    pub(super) fn expected(&mut self, ast: &ast::Audit, list: Option<ListId>) -> Option<Option<Expected>> {
        let stated: Vec<(&ast::Expected, Span)> = ast
            .clauses
            .iter()
            .filter_map(|clause| match &clause.kind {
                AuditClauseKind::Expected(expected) => Some((expected, clause.span)),
                _ => None,
            })
            .collect();
        let (expected, span) = match stated.as_slice() {
            [] => return Some(None),
            [one] => *one,
            [_, (_, again), ..] => {
                self.twice("expected", &ast.name.text, *again);
                return None;
            }
        };
        let list = list?;
        match expected {
            ast::Expected::LookUp(name) => self.expected_look_up(name, list).map(Expected::LookUp),
            ast::Expected::Shares(shares) => self.expected_shares(shares, list, span).map(Expected::Shares),
        }
        .map(Some)
    }

    fn expected_shares(&mut self, stated: &[(Ident, Expr)], list: ListId, span: Span) -> Option<Vec<Decimal>> {
        let count = self.build.program.list(list)?.codes.len();
        let mut shares: Vec<Option<(Decimal, Span)>> = vec![None; count];
        let mut fine = true;
        for (name, share) in stated {
            let (code, share) = (literals::code(self, list, name), self.expected_share(share));
            let (Some(code), Some(share)) = (code, share) else {
                fine = false;
                continue;
            };
            let Some(slot) = shares.get_mut(usize::from(code.0)) else { continue };
            match slot {
                None => *slot = Some((share, name.span)),
                Some((_, first)) => {
                    let message = format!("`{}` has two expected shares", name.text);
                    let diagnostic = Diagnostic::error(codes::EXPECTED_CODES, name.span, message).label("again here");
                    let diagnostic = diagnostic.also(*first, "first here").help("keep one");
                    self.sink.push(diagnostic);
                    fine = false;
                }
            }
        }
        if !fine {
            return None;
        }
        let found = self.build.program.list(list)?;
        let lacking = (0..).map(assize_model::ids::Code).zip(&shares).filter(|(_, share)| share.is_none());
        let lacking: Vec<String> = lacking.map(|(code, _)| format!("`{}`", found.name(code))).collect();
        if !lacking.is_empty() {
            self.report(
                codes::EXPECTED_CODES,
                span,
                format!("no expected share is stated of {}", lacking.join(", ")),
                "some codes of the category are not here",
                "state the share of every code: `expected low 5%, high 30%`",
            );
            return None;
        }
        Some(shares.into_iter().flatten().map(|(share, _)| share).collect())
    }

    fn expected_share(&mut self, expr: &Expr) -> Option<Decimal> {
        let share = self.constant_number(expr)?;
        if share > Decimal::ONE || share.is_negative() {
            self.report(
                codes::EXPECTED_SHARE,
                expr.span,
                "an expected share is from 0% to 100%",
                "more than all",
                "write the share with its sign, as `12%`, or as a number up to 1",
            );
            return None;
        }
        Some(share)
    }

    /// A look-up by one key, the code of the category, that gives numbers.
    fn expected_look_up(&mut self, name: &Ident, list: ListId) -> Option<LookupId> {
        let id = match self.tables.globals.get(name.text.as_str()).map(|(global, _)| *global) {
            Some(Global::Lookup(id)) => id,
            Some(Global::Broken) => return None,
            None if self.tables.incomplete => return None,
            _ => {
                let message = format!("`{}` is not a look-up", name.text);
                self.wrong_look_up(name, message, "shares by code are expected");
                return None;
            }
        };
        let types = self.look_up_types(id)?;
        let valid = self.tables.lookups.get(id.index()).is_some_and(|ast| ast.valid.is_some());
        let dated = valid || self.has_editions(id);
        let keys: Option<Vec<Ty>> = types.keys.iter().map(|key| key.map(|(ty, _)| ty)).collect();
        let label = if !types.result.is_some_and(Ty::is_number) {
            "it does not give a number".to_owned()
        } else if dated {
            "its rows hold for a time".to_owned()
        } else if keys? != [Ty::Code(list)] {
            format!("its key is not {}", self.says(Ty::Code(list)))
        } else {
            return Some(id);
        };
        self.wrong_look_up(name, format!("look-up `{}` does not give expected shares", name.text), label);
        None
    }

    fn wrong_look_up(&mut self, name: &Ident, message: String, label: impl Into<String>) {
        self.report(
            codes::EXPECTED_LOOKUP,
            name.span,
            message,
            label.into(),
            "name a look-up by the code of the category, without `valid`, that gives a `decimal`; or state the shares: \
             `expected low 5%, high 30%`",
        );
    }
}
