//! Indicators and evaluations: what they are from, what judges them, and what is required of them.
//!
//! What counts the evidence of an indicator is lowered with the other measures (`resolve::evidence` writes it); here it
//! is held to the scale, and the clauses are put together.

mod indicator;
mod requirement;
mod rubric;
mod whole;

use super::Lowerer;
use crate::codes;
use crate::resolve::Global;
use assize_lang::ast::{self, Ident};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::evaluation::Facet;
use assize_model::ids::IndicatorId;

/// A word of a facet, as the program keeps it.
const fn facet(facet: ast::Facet) -> Facet {
    match facet {
        ast::Facet::Data(ast::DataKind::Quantitative) => Facet::Quantitative,
        ast::Facet::Data(ast::DataKind::Qualitative) => Facet::Qualitative,
        ast::Facet::Purpose(ast::Purpose::Formative) => Facet::Formative,
        ast::Facet::Purpose(ast::Purpose::Summative) => Facet::Summative,
        ast::Facet::Purpose(ast::Purpose::Developmental) => Facet::Developmental,
        ast::Facet::About(ast::About::Process) => Facet::Process,
        ast::Facet::About(ast::About::Outcome) => Facet::Outcome,
        ast::Facet::About(ast::About::Impact) => Facet::Impact,
        ast::Facet::About(ast::About::Economic) => Facet::Economic,
        ast::Facet::Conducted(ast::Conducted::Internal) => Facet::Internal,
        ast::Facet::Conducted(ast::Conducted::External) => Facet::External,
        ast::Facet::Stage(ast::Stage::Input) => Facet::StageInput,
        ast::Facet::Stage(ast::Stage::Activity) => Facet::StageActivity,
        ast::Facet::Stage(ast::Stage::Output) => Facet::StageOutput,
        ast::Facet::Stage(ast::Stage::Outcome) => Facet::StageOutcome,
    }
}

/// A clause that is written once at most.
fn once<T>(lowerer: &mut Lowerer<'_, '_>, slot: &mut Option<(T, Span)>, word: &str, value: T, span: Span) {
    match slot {
        None => *slot = Some((value, span)),
        Some((_, first)) => lowerer.sink.push(
            Diagnostic::error(codes::EVALUATION_CLAUSE, span, format!("`{word}` is written twice"))
                .label("again here")
                .also(*first, "first here")
                .help("keep one of them"),
        ),
    }
}

impl Lowerer<'_, '_> {
    /// The indicator of a name, which must be one.
    fn indicator_named(&mut self, name: &Ident) -> Option<IndicatorId> {
        match self.tables.globals.get(name.text.as_str()).map(|(global, _)| *global) {
            Some(Global::Indicator(id)) => Some(id),
            Some(Global::Broken) => None,
            None if self.tables.incomplete || self.sink.file_lacks => None,
            found => {
                let known = self.tables.indicators.iter().map(|(of, _)| of.ast.name.text.as_str());
                let near = self.sink.closest(&name.text, known);
                let message = format!("`{}` is not an indicator", name.text);
                let diagnostic =
                    Diagnostic::error(codes::OBJECTIVE, name.span, message).label("an indicator is expected");
                self.sink.push(match (near, found) {
                    (Some(near), _) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
                    (None, Some(Global::Measure(_))) => {
                        let name = &name.text;
                        diagnostic.help(format!("declare one of it: `indicator NAME {{ from measure {name} }}`"))
                    }
                    (None, _) => diagnostic.help("declare it: `indicator NAME \"Title\" { from … }`"),
                });
                None
            }
        }
    }
}
