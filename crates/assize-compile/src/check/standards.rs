//! What rates are standardised to: a standard population, or expected rates, are never below zero and never missing.

use crate::codes;
use crate::lower::Lowerer;
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::{FileId, Span};
use assize_model::decimal::Decimal;
use assize_model::measure::MeasureForm;
use assize_model::program::Place;
use assize_model::value::Value;
use std::collections::BTreeMap;

/// Checks the rows of every look-up that a measure is standardised to, once they are read.
pub fn standards(lowerer: &mut Lowerer<'_, '_>) {
    let program = &lowerer.build.program;
    // Some look-up is not sound, and said so.
    if program.lookups.len() != lowerer.tables.lookups.len() {
        return;
    }
    let mut found = BTreeMap::new();
    for measure in &program.measures {
        let MeasureForm::Standardised(of) = &measure.form else { continue };
        let Some(lookup) = program.lookups.get(of.to.index()) else { continue };
        for row in lookup.rows() {
            let fault = match &row.value {
                Ok(Value::Integer(value)) if *value < 0 => "is below zero",
                Ok(Value::Decimal(value)) if *value < Decimal::ZERO => "is below zero",
                Err(_) => "is missing",
                Ok(_) => continue,
            };
            let Place { file, start, end } = row.place;
            let message =
                format!("a number of look-up `{}` {fault}, and rates are standardised to it", lookup.heading.name);
            found.insert((file, start), (Span::new(FileId(file.0), start, end), message));
        }
    }
    for (span, message) in found.into_values() {
        let diagnostic = Diagnostic::error(codes::STANDARD, span, message).label("in this row");
        lowerer.sink.push(diagnostic.help("give each stratum its number, 0 or more"));
    }
}
