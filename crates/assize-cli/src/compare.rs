//! `assize compare`.

use crate::Exit;
use crate::args::{Compare, CompareFormat};
use crate::inputs;
use crate::out::{self, Colour};
use crate::run::watch;
use assize::{Changes, Comparison, Data, Evaluation, Results, RuleSet};
use assize_report::comparison::{changes_to_json, changes_to_text, to_json, to_text};
use std::io;
use std::path::PathBuf;

pub fn compare(args: &Compare, colour: Colour) -> io::Result<Exit> {
    let load = |path: &PathBuf| out::load(std::slice::from_ref(path), colour);
    let (old, new) = match (load(&args.old), load(&args.new)) {
        (Ok(old), Ok(new)) => (old, new),
        // What is wrong with either was said.
        (Err(exit), _) | (_, Err(exit)) => return Ok(exit),
    };
    if args.data.is_empty() {
        if let Some(needless) = needless(args) {
            out::complain(colour, &format!("{needless} says how data are evaluated, and no --data are given"));
            return Ok(Exit::Use);
        }
        let changes = Changes::between(old.program(), new.program());
        out::print(&match args.format {
            CompareFormat::Text => changes_to_text(&changes, args.all),
            CompareFormat::Json => format!("{:#}\n", changes_to_json(&changes)),
        })?;
        return Ok(Exit::Well);
    }
    let results = evaluate(&old, &new, args, colour);
    let (old, new) = match results {
        Ok(results) => results,
        Err(exit) => return Ok(exit),
    };
    match Comparison::new(&old, &new, args.examples) {
        Ok(comparison) => {
            out::print(&match args.format {
                CompareFormat::Text => to_text(&comparison, args.all),
                CompareFormat::Json => format!("{:#}\n", to_json(&comparison)),
            })?;
            let faults = old.has_record_errors() || new.has_record_errors();
            Ok(if faults { Exit::WithErrors } else { Exit::Well })
        }
        Err(error) => Ok(out::failed(colour, &error)),
    }
}

/// An option that has no meaning without data.
fn needless(args: &Compare) -> Option<&'static str> {
    [(args.as_of.is_some(), "--as-of"), (!args.set.is_empty(), "--set")]
        .into_iter()
        .find_map(|(given, option)| given.then_some(option))
}

/// Evaluates the data by both. A record or parameter that only one of them has is given to that one.
fn evaluate(old: &RuleSet, new: &RuleSet, args: &Compare, colour: Colour) -> Result<(Results, Results), Exit> {
    let wrong = |message: String| {
        out::complain(colour, &message);
        Exit::Use
    };
    let Some(as_of) = &args.as_of else {
        return Err(wrong("data are evaluated as of a date: --as-of DATE".to_owned()));
    };
    let as_of = inputs::date(as_of, colour)?;
    let fail = |error: assize::Error| out::failed(colour, &error);
    let mut sides = [(old, Evaluation::new(old, as_of)), (new, Evaluation::new(new, as_of))];
    for set in &args.set {
        let (name, value) = inputs::split("--set", set, colour)?;
        let known = |rules: &RuleSet| rules.program().param_named(name).is_some();
        let anywhere = known(old) || known(new);
        for (rules, evaluation) in &mut sides {
            // Where neither has it, either says which there are.
            if known(rules) || !anywhere {
                evaluation.set(name, value).map_err(fail)?;
            }
        }
    }
    for data in &args.data {
        let (record, file) = inputs::split("--data", data, colour)?;
        if file == "-" {
            return Err(wrong(format!(
                "--data: `{record}` is read twice, which standard input cannot be; name a file"
            )));
        }
        let known = |rules: &RuleSet| rules.program().record_named(record).is_some();
        let anywhere = known(old) || known(new);
        for (rules, evaluation) in &mut sides {
            if known(rules) || !anywhere {
                evaluation.data(record, Data::File(PathBuf::from(file), None)).map_err(fail)?;
            }
        }
    }
    let run = |mut evaluation: Evaluation, side: &str| {
        evaluation.errors_listed(0);
        watch(&mut evaluation);
        evaluation.run().map_err(|error| {
            out::complain(colour, &format!("by the {side} rules: {error}"));
            if error.is_data() { Exit::Data } else { Exit::Use }
        })
    };
    let [(_, old), (_, new)] = sides;
    Ok((run(old, "old")?, run(new, "new")?))
}
