//! `assize fmt`.

use crate::Exit;
use crate::args::Fmt;
use crate::out::{self, Colour};
use assize::lang::source::{Source, SourceMap};
use assize_report::diagnostics;
use std::io::{self, Read};
use std::path::Path;

/// What became of one text.
enum Laid {
    /// It stood as it is to stand.
    Same,
    /// The text as it is to stand.
    Changed(String),
    /// It does not read, which is said.
    Unread,
}

pub fn fmt(args: &Fmt, colour: Colour) -> io::Result<Exit> {
    if args.stdin {
        return stdin(args.check, colour);
    }
    let (mut changed, mut unread) = (false, false);
    for path in &args.rules {
        let shown = path.display().to_string();
        let text = match read(path).map(String::from_utf8) {
            Ok(Ok(text)) => text,
            Ok(Err(_)) => {
                out::complain(colour, &format!("`{shown}` is not UTF-8 text"));
                unread = true;
                continue;
            }
            Err(error) => {
                out::complain(colour, &format!("cannot read `{shown}`: {error}"));
                unread = true;
                continue;
            }
        };
        match lay_out(&shown, text, colour) {
            Laid::Same => {}
            Laid::Unread => unread = true,
            Laid::Changed(_) if args.check => {
                changed = true;
                out::print(&format!("{shown}\n"))?;
            }
            Laid::Changed(text) => {
                if let Err(error) = replace(path, &text) {
                    out::complain(colour, &format!("cannot write `{shown}`: {error}"));
                    unread = true;
                }
            }
        }
    }
    Ok(if unread {
        Exit::Rules
    } else if changed {
        Exit::WithErrors
    } else {
        Exit::Well
    })
}

/// Reads a file. What is none is refused: a pipe would be waited for, and what is laid out could not take its place.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let about = std::fs::metadata(path)?;
    if !about.is_file() {
        let what = if about.is_dir() { "it is a folder, not a file" } else { "it is not a regular file" };
        return Err(io::Error::other(what));
    }
    std::fs::read(path)
}

/// From standard input to standard output.
fn stdin(check: bool, colour: Colour) -> io::Result<Exit> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    let Ok(text) = String::from_utf8(bytes) else {
        out::complain(colour, "standard input is not UTF-8 text");
        return Ok(Exit::Rules);
    };
    match lay_out("<standard input>", text.clone(), colour) {
        Laid::Unread => Ok(Exit::Rules),
        Laid::Changed(_) if check => Ok(Exit::WithErrors),
        Laid::Changed(text) => out::print(&text).map(|()| Exit::Well),
        Laid::Same if check => Ok(Exit::Well),
        Laid::Same => out::print(&text).map(|()| Exit::Well),
    }
}

fn lay_out(name: &str, text: String, colour: Colour) -> Laid {
    let source = Source::new(name, text);
    match assize::lang::format(&source) {
        Ok(laid) if laid == source.text() => Laid::Same,
        Ok(laid) => Laid::Changed(laid),
        Err(found) => {
            let mut sources = SourceMap::default();
            sources.add(source);
            out::say(&diagnostics::to_text(&found, &sources, colour.is_on()));
            Laid::Unread
        }
    }
}

/// Puts a text in the place of a file, whole or not at all. A link goes on leading to the same file.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = std::fs::canonicalize(path)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    let written = std::fs::write(&beside, text)
        .and_then(|()| std::fs::set_permissions(&beside, std::fs::metadata(&path)?.permissions()))
        .and_then(|()| std::fs::rename(&beside, &path));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written
}
