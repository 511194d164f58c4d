//! What an evaluation requires of itself, and whether its rules have it.

use super::facet;
use crate::codes;
use crate::convert::place;
use crate::lower::Lowerer;
use assize_lang::ast::{self, ExprKind};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::evaluation::{Evaluation, PossessedClause, Possession, Required, Requirement};

impl Lowerer<'_, '_> {
    pub(super) fn requirement(&mut self, ast: &ast::Requirement, span: Span) -> Option<Requirement> {
        let of = match ast.of {
            ast::Required::EveryObjective => Required::EveryObjective,
            ast::Required::EveryIndicator => Required::EveryIndicator,
            ast::Required::Evaluation => Required::Evaluation,
        };
        let has = match &ast.has {
            ast::Possession::Indicators { at_least, of } => {
                let count = match at_least {
                    None => Some(1),
                    Some(expr) => {
                        let count = match expr.kind {
                            ExprKind::Integer(count) => u32::try_from(count).ok().filter(|count| *count > 0),
                            _ => None,
                        };
                        if count.is_none() {
                            self.report(
                                codes::REQUIREMENT,
                                expr.span,
                                "a number of indicators is a whole number from 1 on",
                                "not such a number",
                                "write `at least 2 indicators`",
                            );
                        }
                        count
                    }
                };
                Possession::Indicators { at_least: count?, of: of.iter().map(|(word, _)| facet(*word)).collect() }
            }
            ast::Possession::Clause(clause, _) => Possession::Clause(match clause {
                ast::PossessedClause::Target => PossessedClause::Target,
                ast::PossessedClause::Baseline => PossessedClause::Baseline,
                ast::PossessedClause::Source => PossessedClause::Source,
                ast::PossessedClause::Owner => PossessedClause::Owner,
                ast::PossessedClause::Method => PossessedClause::Method,
                ast::PossessedClause::Rubric => PossessedClause::Rubric,
            }),
        };
        if let (Required::EveryIndicator, Possession::Indicators { at_least: 2.., .. }) = (of, &has) {
            self.report(
                codes::REQUIREMENT,
                span,
                "an indicator is one, and has no others",
                "can never be met",
                "write `requires every objective has at least 2 indicators`",
            );
            return None;
        }
        Some(Requirement { of, has, place: place(span) })
    }

    /// Warns of what the rules themselves do not have.
    pub(super) fn unmet(&mut self, evaluation: &Evaluation, written: &[(&ast::Requirement, Span)]) {
        for (required, (_, span)) in evaluation.requires.iter().zip(written) {
            let lacking = required.lacking(&self.build.program, evaluation, &|_| true);
            if lacking.is_empty() {
                continue;
            }
            let names = crate::suggest::listing(lacking.iter().copied());
            let message = format!("evaluation `{}` does not meet what it requires", evaluation.heading.name);
            self.sink.push(
                Diagnostic::warning(codes::UNMET, *span, message)
                    .label(format!("not of {names}"))
                    .help("add what is required, or change the requirement; results say that it is not met"),
            );
        }
    }
}
