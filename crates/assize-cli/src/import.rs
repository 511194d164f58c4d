//! `assize import`: rules of other kinds as a rule file on standard output.

use crate::Exit;
use crate::args::Import;
use crate::dmn;
use crate::out::{self, Colour};
use assize::RuleSet;
use std::io;

/// Largest model that is opened, in bytes.
const MAX_MODEL_BYTES: u64 = 16 * 1024 * 1024;

pub fn import(args: &Import, colour: Colour) -> io::Result<Exit> {
    let Import::Dmn { file } = args;
    let refuse = |message: String| {
        out::complain(colour, &format!("cannot import `{}`: {message}", file.display()));
        Ok(Exit::Data)
    };
    match std::fs::metadata(file) {
        Ok(about) if !about.is_file() => return refuse("it is not a regular file".to_owned()),
        Ok(about) if about.len() > MAX_MODEL_BYTES => return refuse("it is too large".to_owned()),
        Ok(_) => {}
        Err(error) => return refuse(error.to_string()),
    }
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => return refuse(error.to_string()),
    };
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let model = match dmn::translate(&name, &text) {
        Ok(model) => model,
        Err(errors) => return refuse(errors.join("\n  ")),
    };
    for note in &model.notes {
        out::complain(colour, note);
    }
    out::print(&model.text)?;
    // What came out is held against the checker: a model may have holes that its own tool did not mind.
    match RuleSet::compile("imported.assize", &model.text) {
        Ok(_) => Ok(Exit::Well),
        Err(error) => {
            out::complain(colour, "the rules were translated, and do not check:");
            for diagnostic in &error.diagnostics {
                out::complain(colour, &format!("{}: {}", diagnostic.code.0, diagnostic.message));
            }
            Ok(Exit::Rules)
        }
    }
}
