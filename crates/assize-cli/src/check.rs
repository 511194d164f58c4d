//! `assize check`.

use crate::Exit;
use crate::args::{Check, CheckFormat};
use crate::out::{self, Colour};
use assize::lang::diagnostic::Diagnostic;
use assize::lang::source::SourceMap;
use assize::{LoadError, RuleSet};
use assize_report::diagnostics;
use std::io;

pub fn check(args: &Check, colour: Colour) -> io::Result<Exit> {
    let (exit, shown) = match RuleSet::load(&args.rules) {
        Ok(rules) => {
            let shown = show(args.format, rules.warnings(), rules.sources(), colour);
            if args.format == CheckFormat::Text {
                out::say(&shown);
                let program = rules.program();
                let ruleset = &program.ruleset;
                let (name, version) = (&ruleset.heading.name, &ruleset.version);
                let counted = [
                    (program.records.len(), "record", "records"),
                    (program.categories.len(), "category", "categories"),
                    (program.declared_measures().len(), "measure", "measures"),
                    (program.indicators.len(), "indicator", "indicators"),
                    (program.evaluations.len(), "evaluation", "evaluations"),
                    (program.tests.len(), "test", "tests"),
                ];
                // Most rules judge nothing, and need not hear of it.
                let counted: Vec<String> = counted
                    .iter()
                    .filter(|(count, one, _)| *count > 0 || !matches!(*one, "indicator" | "evaluation"))
                    .map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many }))
                    .collect();
                out::print(&format!("{name} {version}: {}\n", counted.join(", ")))?;
                return Ok(Exit::Well);
            }
            (Exit::Well, shown)
        }
        Err(LoadError::Compile(error)) => (Exit::Rules, show(args.format, &error.diagnostics, &error.sources, colour)),
        Err(error) => {
            out::complain(colour, &error.to_string());
            return Ok(Exit::Rules);
        }
    };
    match args.format {
        CheckFormat::Text => out::say(&shown),
        // What a program asked for is a result.
        CheckFormat::Lines | CheckFormat::Json => out::print(&shown)?,
    }
    Ok(exit)
}

fn show(format: CheckFormat, found: &[Diagnostic], sources: &SourceMap, colour: Colour) -> String {
    match format {
        CheckFormat::Text => diagnostics::to_text(found, sources, colour.is_on()),
        CheckFormat::Lines => diagnostics::to_lines(found, sources),
        CheckFormat::Json => format!("{:#}\n", diagnostics::to_json(found, sources)),
    }
}
