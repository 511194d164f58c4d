//! What a look-up means: its keys and its rows, whatever it is called and wherever it is kept.

use super::canon::ty;
use crate::show::Shown;
use assize_model::lookup::{Lookup, LookupRow};
use assize_model::program::Program;
use std::fmt::Write as _;

/// The keys and rows of a look-up as a text.
pub fn meaning(program: &Program, lookup: &Lookup) -> String {
    let mut text = format!("{:?}", lookup.validity);
    for (_, key) in &lookup.keys {
        let _ = write!(text, " {}", ty(program, *key));
    }
    rows(program, lookup.rows(), &mut text);
    for (edition, of) in lookup.editions() {
        let _ = write!(text, "\nfrom {:?} to {:?}", edition.from, edition.to);
        rows(program, of, &mut text);
    }
    text
}

fn rows(program: &Program, rows: &[LookupRow], text: &mut String) {
    for row in rows {
        text.push('\n');
        for key in &row.keys {
            let _ = write!(text, "{} | ", Shown(program, key));
        }
        let _ = write!(text, "{:?} {:?} -> ", row.from, row.to);
        let _ = match &row.value {
            Ok(value) => write!(text, "{}", Shown(program, value)),
            Err(reason) => write!(text, "{reason}"),
        };
    }
}
