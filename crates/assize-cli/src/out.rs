//! Writing to the terminal: results to standard output, messages to standard error.

use crate::Exit;
use crate::args::When;
use assize::{Error, LoadError, RuleSet};
use assize_report::diagnostics;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

/// Whether messages are coloured.
#[derive(Debug, Clone, Copy)]
pub struct Colour(bool);

impl Colour {
    /// As asked for; by itself, when standard error is a terminal.
    pub fn new(when: When) -> Self {
        Self(match when {
            When::Always => true,
            When::Never => false,
            When::Auto => io::stderr().is_terminal(),
        })
    }

    /// Whether to colour.
    pub const fn is_on(self) -> bool {
        self.0
    }
}

/// Writes results.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Writes a message as it is.
pub fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Writes an error message, each of its lines after the first set in.
pub fn complain(colour: Colour, message: &str) {
    let (on, off) = if colour.is_on() { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
    say(&format!("{on}error{off}: {}\n", message.replace('\n', "\n       ")));
}

/// An error of an evaluation, with its exit status.
pub fn failed(colour: Colour, error: &Error) -> Exit {
    complain(colour, &error.to_string());
    if error.is_data() { Exit::Data } else { Exit::Use }
}

/// Loads rules; what is wrong with them is said. Warnings are left to `assize check`.
pub fn load(rules: &[PathBuf], colour: Colour) -> Result<RuleSet, Exit> {
    match RuleSet::load(rules) {
        Ok(rules) => Ok(rules),
        Err(LoadError::Compile(error)) => {
            say(&diagnostics::to_text(&error.diagnostics, &error.sources, colour.is_on()));
            Err(Exit::Rules)
        }
        Err(error) => {
            complain(colour, &error.to_string());
            Err(Exit::Rules)
        }
    }
}
