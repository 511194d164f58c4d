//! `assize schema`.

use crate::Exit;
use crate::args::Schema;
use crate::out::{self, Colour};
use std::io;

pub fn schema(args: &Schema, colour: Colour) -> io::Result<Exit> {
    let rules = match out::load(&args.rules, colour) {
        Ok(rules) => rules,
        Err(exit) => return Ok(exit),
    };
    out::print(&format!("{:#}\n", assize_report::schema::schema(rules.program())))?;
    Ok(Exit::Well)
}
