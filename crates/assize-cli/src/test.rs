//! `assize test`.

use crate::Exit;
use crate::args::{ExplainFormat, Test};
use crate::out::{self, Colour};
use std::io;

pub fn test(args: &Test, colour: Colour) -> io::Result<Exit> {
    let rules = match out::load(&args.rules, colour) {
        Ok(rules) => rules,
        Err(exit) => return Ok(exit),
    };
    let report = rules.test();
    out::print(&match args.format {
        ExplainFormat::Text => assize_report::tests::to_text(rules.program(), &report),
        ExplainFormat::Json => format!("{:#}\n", assize_report::tests::to_json(rules.program(), &report)),
    })?;
    Ok(if report.passed() { Exit::Well } else { Exit::WithErrors })
}
