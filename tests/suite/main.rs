//! One suite through every door: each folder here is a case, with rules, data and the whole result that is expected,
//! and every way into the engine must give it, byte for byte. `README.md` says what a case holds.
//!
//! `ASSIZE_CASE` runs only the cases whose name has that text in it. `ASSIZE_BLESS=1` writes what is expected anew, from
//! row evaluation, to be read before it is kept.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may stop at a broken assumption, says what it ran and what it skipped, and is told which cases"
)]

mod built;
mod case;
mod check;
mod doors;
mod generate;
mod hand;
mod layout;
mod rows;
mod skips;
mod threads;

use doors::Door;
use doors::batch::{Batch, From};
use doors::c::arrow::{Arrow, Columns};
use doors::c::cells::Cells;
use doors::c::json::Json;
use doors::c::setters::Setters;
use doors::command::Command;
use doors::request::Request;
use doors::row::Row;

#[test]
fn row() {
    check::through(&Row);
}

#[test]
fn batch_over_files() {
    check::through(&Batch(From::Files, 1));
}

#[test]
fn batch_over_streams() {
    check::through(&Batch(From::Streams, 1));
}

#[test]
fn batch_over_files_by_five_threads() {
    check::through(&Batch(From::Files, 5));
}

#[test]
fn batch_over_streams_by_two_threads() {
    check::through(&Batch(From::Streams, 2));
}

#[test]
fn command() {
    check::through(&Command);
}

#[test]
fn request() {
    check::through(&Request);
}

#[test]
fn c_json() {
    check::through(&Json);
}

#[test]
fn c_record_by_typed_setters() {
    check::through(&Setters);
}

#[test]
fn c_record_by_cells() {
    check::through(&Cells);
}

#[test]
fn c_arrow_of_texts() {
    check::through(&Arrow(Columns::Texts));
}

#[test]
fn c_arrow_of_types() {
    check::through(&Arrow(Columns::Typed));
}

/// Every door of this test.
fn doors() -> Vec<Box<dyn Door>> {
    vec![
        Box::new(Row),
        Box::new(Batch(From::Files, 1)),
        Box::new(Batch(From::Streams, 1)),
        Box::new(Batch(From::Files, 5)),
        Box::new(Batch(From::Streams, 2)),
        Box::new(Command),
        Box::new(Request),
        Box::new(Json),
        Box::new(Setters),
        Box::new(Cells),
        Box::new(Arrow(Columns::Texts)),
        Box::new(Arrow(Columns::Typed)),
    ]
}

#[test]
fn every_skip_is_still_needed() {
    skips::check(&doors());
}
