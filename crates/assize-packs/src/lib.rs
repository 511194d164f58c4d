//! Rule packs that ship with Assize: each is a folder of rules with their own tests, the tables that an agency edits, a
//! page about it, and a seeded generator of sample data.
//!
//! A pack's sample data is made up. It has the shape of a records system's exports, gaps included, and says nothing
//! about any person or place.

mod halifax;
mod made;
mod montreal;
mod newbrunswick;
mod ofdvi;
mod ontario;
mod plan;
mod random;
mod templates;

pub use templates::{TEMPLATES, Template, template};

use std::io::{self, Write};

/// Where a pack's generator writes: one sink a file.
pub trait Sink {
    /// Opens the file that holds a record's rows, such as `offenders.csv` of `Offender`.
    ///
    /// # Errors
    ///
    /// Whatever keeps the file from being made.
    fn open(&mut self, file: &'static str, record: &'static str) -> io::Result<Box<dyn Write + '_>>;
}

/// A file of a pack's sample data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleFile {
    /// The record whose rows it holds.
    pub record: &'static str,
    /// Its name.
    pub file: &'static str,
}

/// A file of a pack that is a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextFile {
    /// Its name, as the others import or read it.
    pub name: &'static str,
    /// What is in it.
    pub text: &'static str,
}

/// A rule pack.
#[derive(Clone, Copy)]
pub struct Pack {
    /// Its name, as the command takes it.
    pub name: &'static str,
    /// What it is about, in one line.
    pub title: &'static str,
    /// Its rule files. The first has the header, and imports the others.
    pub rules: &'static [TextFile],
    /// The files of CSV in which its tables and look-ups have their rows.
    pub tables: &'static [TextFile],
    /// Its page: what is fact, what is local choice, what is not decided by the engine.
    pub page: &'static str,
    /// The date that its sample data is made for, `YYYY-MM-DD`.
    pub as_of: &'static str,
    /// The files of its sample data; the first holds the main record, of which a caller asks a number of rows.
    pub files: &'static [SampleFile],
    /// The category its demonstration explains.
    pub category: &'static str,
    generate: fn(u64, u64, &mut dyn Sink) -> io::Result<()>,
}

impl std::fmt::Debug for Pack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pack").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Pack {
    /// Writes sample data with `rows` rows of the main record, in CSV. The same seed and size give the same bytes;
    /// memory does not grow with the size.
    ///
    /// # Errors
    ///
    /// Whatever the sink reports.
    pub fn generate(&self, seed: u64, rows: u64, sink: &mut dyn Sink) -> io::Result<()> {
        (self.generate)(seed, rows, sink)
    }
}

/// Every pack, in the order in which they are listed.
pub const PACKS: &[Pack] = &[ofdvi::PACK, montreal::PACK, ontario::PACK, newbrunswick::PACK, halifax::PACK];

/// The pack of a name.
pub fn pack(name: &str) -> Option<&'static Pack> {
    PACKS.iter().find(|pack| pack.name == name)
}
