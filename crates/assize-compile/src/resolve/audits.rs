//! Audits as the measures that count for them: records by group, by what the category foretold and by what came out.

use assize_lang::ast::{self, AuditClauseKind, MeasureClause, MeasureClauseKind};

/// An audit, and its measure without the last two breakdowns, which are no names of the record.
#[derive(Debug)]
pub struct Audited<'a> {
    /// As it is written.
    pub ast: &'a ast::Audit,
    /// As a count.
    pub measure: ast::Measure,
}

/// The audits of all files.
pub fn audits(files: &[ast::File]) -> Vec<Audited<'_>> {
    let decls = files.iter().flat_map(|file| &file.decls);
    decls
        .filter_map(|decl| match decl {
            ast::Decl::Audit(audit) => Some(Audited { ast: audit, measure: measure(audit) }),
            _ => None,
        })
        .collect()
}

fn measure(audit: &ast::Audit) -> ast::Measure {
    let at = |kind| MeasureClause { kind, span: audit.name.span };
    let mut clauses = vec![at(MeasureClauseKind::As(ast::MeasureForm::Count))];
    if !audit.by.is_empty() {
        clauses.push(at(MeasureClauseKind::By(audit.by.clone())));
    }
    for clause in &audit.clauses {
        let kind = match clause.kind.clone() {
            AuditClauseKind::Positive(_) | AuditClauseKind::Expected(_) | AuditClauseKind::Interval { .. } => continue,
            AuditClauseKind::Include(expr) => MeasureClauseKind::Include(expr),
            AuditClauseKind::Exclude(expr) => MeasureClauseKind::Exclude(expr),
            AuditClauseKind::Eligible(expr) => MeasureClauseKind::Eligible(expr),
            AuditClauseKind::Every { period, of } => MeasureClauseKind::Every { period, of },
            AuditClauseKind::Suppress { below } => MeasureClauseKind::Suppress { below },
            AuditClauseKind::Round(round) => MeasureClauseKind::Round(round),
            AuditClauseKind::Unknown(policy) => MeasureClauseKind::Unknown(policy),
        };
        clauses.push(MeasureClause { kind, span: clause.span });
    }
    ast::Measure {
        name: audit.name.clone(),
        record: audit.of.clone(),
        title: audit.title.clone(),
        clauses,
        docs: audit.docs.clone(),
        span: audit.span,
    }
}
