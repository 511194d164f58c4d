//! `assize explain`.

use crate::Exit;
use crate::args::{Explain, ExplainFormat};
use crate::inputs;
use crate::out::{self, Colour};
use assize_report::{explanation, trail};
use std::io;

pub fn explain(args: &Explain, colour: Colour) -> io::Result<Exit> {
    let rules = match out::load(&args.rules, colour) {
        Ok(rules) => rules,
        Err(exit) => return Ok(exit),
    };
    let mut evaluation = match inputs::evaluation(&rules, &args.inputs, colour) {
        Ok(evaluation) => evaluation,
        Err(exit) => return Ok(exit),
    };
    if let Some(name) = &args.evaluation {
        let Some(id) = rules.program().evaluation_named(name) else {
            let names: Vec<&str> = rules.program().evaluations.iter().map(|of| &*of.heading.name).collect();
            let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            out::complain(colour, &format!("the rules have no evaluation `{name}`; there are: {there}"));
            return Ok(Exit::Use);
        };
        if let Err(error) = evaluation.only([name]) {
            return Ok(out::failed(colour, &error));
        }
        return match evaluation.run() {
            Ok(results) => {
                out::print(&trail::trail_text(&results, id).unwrap_or_default())?;
                Ok(if results.has_record_errors() { Exit::WithErrors } else { Exit::Well })
            }
            Err(error) => Ok(out::failed(colour, &error)),
        };
    }
    match evaluation.explain(args.key.as_deref().unwrap_or_default(), args.category.as_deref()) {
        Ok(told) => {
            let text = match args.format {
                ExplainFormat::Text => told.iter().map(explanation::to_text).collect::<Vec<_>>().join("\n"),
                ExplainFormat::Json => {
                    let told: serde_json::Value = told.iter().map(explanation::to_json).collect();
                    format!("{told:#}\n")
                }
            };
            out::print(&text)?;
            Ok(Exit::Well)
        }
        Err(error) => Ok(out::failed(colour, &error)),
    }
}
