//! Look-ups of expected shares: a share from 0 to 1 for every code of the audited category.

use crate::codes;
use crate::lower::Lowerer;
use assize_lang::ast::{AuditClauseKind, Expected as Stated};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::{FileId, Span};
use assize_model::decimal::Decimal;
use assize_model::ids::Code;
use assize_model::measure::Expected;
use assize_model::program::Place;
use assize_model::value::Value;
use std::collections::BTreeMap;

/// Checks the rows of every look-up that an audit expects by, once they are read.
pub fn expected(lowerer: &mut Lowerer<'_, '_>) {
    let program = &lowerer.build.program;
    // Some look-up is not sound, and said so.
    if program.lookups.len() != lowerer.tables.lookups.len() {
        return;
    }
    // By place, so that a look-up of two audits is reported once for each row.
    let mut rows = BTreeMap::new();
    let mut lacking = Vec::new();
    for measure in &program.measures {
        let Some(audit) = &measure.audit else { continue };
        let Some(expected @ Expected::LookUp(id)) = &audit.expected else { continue };
        let (Some(lookup), Some(list)) = (program.lookups.get(id.index()), program.list(audit.list)) else { continue };
        for row in lookup.rows() {
            let outside = match &row.value {
                Ok(Value::Integer(value)) => !(0..=1).contains(value),
                Ok(Value::Decimal(value)) => value.is_negative() || *value > Decimal::ONE,
                // Its code lacks a share.
                _ => false,
            };
            if outside {
                let Place { file, start, end } = row.place;
                rows.insert((file, start), (Span::new(FileId(file.0), start, end), lookup.heading.name.clone()));
            }
        }
        let shares = expected.shares(program, list.codes.len());
        let without = (0..).map(Code).zip(&shares).filter(|(_, share)| share.is_none());
        let without: Vec<String> = without.map(|(code, _)| format!("`{}`", list.name(code))).collect();
        if !without.is_empty() {
            lacking.push((measure.heading.name.clone(), lookup.heading.name.clone(), without.join(", ")));
        }
    }
    for (span, lookup) in rows.into_values() {
        let message = format!("a share of look-up `{lookup}` is not from 0 to 1, and outcomes are expected by it");
        let diagnostic = Diagnostic::error(codes::EXPECTED_SHARE, span, message).label("in this row");
        lowerer.sink.push(diagnostic.help("write shares as numbers from 0 to 1: 0.12 for 12 %"));
    }
    for (audit, lookup, without) in lacking {
        let of = lowerer.tables.audits.iter().find(|(ast, _)| *ast.name.text == *audit);
        let clauses = of.map_or(&[][..], |(ast, _)| &ast.clauses);
        let named = clauses.iter().find_map(|clause| match &clause.kind {
            AuditClauseKind::Expected(Stated::LookUp(name)) => Some(name.span),
            _ => None,
        });
        let Some(span) = named else { continue };
        let message = format!("look-up `{lookup}` has no share for {without}");
        let diagnostic = Diagnostic::error(codes::EXPECTED_CODES, span, message).label("some codes of the category");
        lowerer.sink.push(diagnostic.help("give the look-up a row with a share for every code"));
    }
}
