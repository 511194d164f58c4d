//! `assize explain`.

use crate::Exit;
use crate::args::{Explain, ExplainFormat};
use crate::inputs;
use crate::out::{self, Colour};
use assize_report::explanation;
use std::io;

pub fn explain(args: &Explain, colour: Colour) -> io::Result<Exit> {
    let rules = match out::load(&args.rules, colour) {
        Ok(rules) => rules,
        Err(exit) => return Ok(exit),
    };
    let evaluation = match inputs::evaluation(&rules, &args.inputs, colour) {
        Ok(evaluation) => evaluation,
        Err(exit) => return Ok(exit),
    };
    match evaluation.explain(&args.key, args.category.as_deref()) {
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
