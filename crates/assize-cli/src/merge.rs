//! `assize merge`.

use crate::Exit;
use crate::args::Merge;
use crate::out::{self, Colour};
use crate::run::{files_fit, keep, present};
use assize::{Partial, RuleSet};
use std::io;

pub fn merge(args: &Merge, colour: Colour) -> io::Result<Exit> {
    let rules = match out::load(&args.rules, colour) {
        Ok(rules) => rules,
        Err(exit) => return Ok(exit),
    };
    let merged = files_fit(args.format, args.out.as_deref(), colour).and_then(|()| merged(&rules, args, colour));
    let merged = match merged {
        Ok(merged) => merged,
        Err(exit) => return Ok(exit),
    };
    if let Some(file) = &args.partial {
        return Ok(keep(&merged, file, colour).map_or_else(|exit| exit, |()| Exit::Well));
    }
    let shown = present(&merged.finish(), args.format, args.out.as_deref(), args.exact, colour)?;
    Ok(shown.unwrap_or_else(|exit| exit))
}

fn merged(rules: &RuleSet, args: &Merge, colour: Colour) -> Result<Partial, Exit> {
    let mut merged: Option<Partial> = None;
    let mut seen = Vec::new();
    for file in &args.parts {
        // Other files with the same counts may well be of other records.
        if let Ok(path) = file.canonicalize() {
            if seen.contains(&path) {
                out::complain(colour, &format!("`{}` is named twice, and would be counted twice", file.display()));
                return Err(Exit::Use);
            }
            seen.push(path);
        }
        let fail = |error: &dyn std::fmt::Display| {
            out::complain(colour, &format!("`{}`: {error}", file.display()));
            Exit::Data
        };
        let bytes = std::fs::read(file).map_err(|error| fail(&error))?;
        let part = Partial::from_bytes(rules, &bytes).map_err(|error| fail(&error))?;
        match &mut merged {
            Some(merged) => merged.merge(&part).map_err(|error| fail(&error))?,
            None => merged = Some(part),
        }
    }
    merged.ok_or_else(|| {
        out::complain(colour, "there are no parts to be merged");
        Exit::Use
    })
}
