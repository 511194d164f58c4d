//! Data, parameters and the evaluation date, as the command is given them.

use crate::Exit;
use crate::args::Inputs;
use crate::out::{self, Colour};
use assize::io::Format;
use assize::model::civil::Date;
use assize::{Data, Evaluation, RuleSet};
use std::path::PathBuf;

/// The evaluation date.
pub fn date(text: &str, colour: Colour) -> Result<Date, Exit> {
    assize::model::read::date(text.trim()).map_err(|error| {
        out::complain(colour, &format!("--as-of: {}", error.message));
        Exit::Use
    })
}

/// `name=value`, split at the first sign.
pub fn split<'a>(option: &str, text: &'a str, colour: Colour) -> Result<(&'a str, &'a str), Exit> {
    let parts = text.split_once('=').map(|(name, value)| (name.trim(), value));
    parts.filter(|(name, _)| !name.is_empty()).ok_or_else(|| {
        out::complain(colour, &format!("{option}: `{text}` is not NAME=VALUE"));
        Exit::Use
    })
}

/// An evaluation of the rules with the data, parameters and date.
pub fn evaluation(rules: &RuleSet, inputs: &Inputs, colour: Colour) -> Result<Evaluation, Exit> {
    let as_of = date(&inputs.as_of, colour)?;
    let fail = |error: assize::Error| out::failed(colour, &error);
    let mut evaluation = Evaluation::new(rules, as_of);
    for set in &inputs.set {
        let (name, value) = split("--set", set, colour)?;
        evaluation.set(name, value).map_err(fail)?;
    }
    for data in &inputs.data {
        let (record, file) = split("--data", data, colour)?;
        let data = if file == "-" {
            Data::Stream(Box::new(std::io::stdin()), Format::Csv)
        } else {
            Data::File(PathBuf::from(file), None)
        };
        evaluation.data(record, data).map_err(fail)?;
    }
    Ok(evaluation)
}
