//! `assize new`: an editable copy of a pack, with sample data.

use crate::Exit;
use crate::args::{Cli, New};
use crate::out::{self, Colour};
use crate::packs;
use assize_packs::{Pack, Sink};
use assize_report::grid;
use clap::CommandFactory;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The folder of the sample data within the copy.
const DATA: &str = "data";

/// Writes files of sample data into a folder, none over another.
struct Folder(PathBuf);

impl Sink for Folder {
    fn open(&mut self, file: &'static str, _record: &'static str) -> io::Result<Box<dyn Write + '_>> {
        Ok(Box::new(BufWriter::new(File::create_new(self.0.join(file))?)))
    }
}

/// Writes a pack into a folder, and says how to go on.
pub fn new(args: &New, colour: Colour) -> io::Result<Exit> {
    let pack = match packs::named(&args.pack, colour) {
        Ok(pack) => pack,
        Err(exit) => return Ok(exit),
    };
    let dir = &args.dir;
    if let Err(message) = is_free(dir) {
        out::complain(colour, &message);
        return Ok(Exit::Use);
    }
    if let Err(error) = write(pack, args) {
        out::complain(colour, &format!("cannot write into `{}`: {error}", dir.display()));
        return Ok(Exit::Data);
    }
    out::print(&told(pack, args))?;
    Ok(Exit::Well)
}

/// That nothing is in the folder, so that nothing is written over.
fn is_free(dir: &Path) -> Result<(), String> {
    let said = |what: &str| Err(format!("`{}` {what}; name a folder that is not there yet", dir.display()));
    match std::fs::read_dir(dir) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => said("is not empty, and nothing in it is written over"),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => said("is a file"),
        Err(error) => Err(format!("cannot open `{}`: {error}", dir.display())),
    }
}

fn write(pack: &Pack, args: &New) -> io::Result<()> {
    let data = args.dir.join(DATA);
    std::fs::create_dir_all(&data)?;
    for file in pack.rules.iter().chain(pack.tables) {
        File::create_new(args.dir.join(file.name))?.write_all(file.text.as_bytes())?;
    }
    let page =
        format!("{}\n## Commands\n\nIn this folder:\n\n```sh\n{}```\n", pack.page, commands(pack, Path::new("")));
    File::create_new(args.dir.join("README.md"))?.write_all(page.as_bytes())?;
    pack.generate(args.seed, args.rows, &mut Folder(data))
}

/// What was written, and how to go on.
fn told(pack: &Pack, args: &New) -> String {
    let record = pack.files.first().map_or("", |file| file.record);
    format!(
        "The pack `{}` is in `{}`. Its sample data are made up: {} rows of {record}, seed {}.\n\
         What is fact in it and what is local choice is told in its README.md.\n\n{}",
        pack.name,
        args.dir.display(),
        grid::count(args.rows),
        args.seed,
        commands(pack, &args.dir),
    )
}

/// The commands to check, test, run and report a pack that is in a folder, to be copied as they stand.
fn commands(pack: &Pack, dir: &Path) -> String {
    let main = pack.rules.first().map_or("rules.assize", |file| file.name);
    let rules = quoted(&dir.join(main));
    let mut inputs = format!("{rules} --as-of {}", pack.as_of);
    for file in pack.files {
        // A line that goes on is written differently by every shell of Windows.
        inputs.push_str(if cfg!(windows) { " " } else { " \\\n    " });
        inputs.push_str(&format!("--data {}={}", file.record, quoted(&dir.join(DATA).join(file.file))));
    }
    let mut text = format!("assize check {rules}\nassize test {rules}\nassize run {inputs}\n");
    if Cli::command().find_subcommand("report").is_some() {
        text.push_str(&format!("assize report {inputs} --out {}\n", quoted(&dir.join("report.html"))));
    }
    text
}

/// A path as a shell takes it in.
fn quoted(path: &Path) -> String {
    // A path that begins with a dash is no option.
    let sign = if path.to_string_lossy().starts_with('-') { "./" } else { "" };
    let text = format!("{sign}{}", path.display());
    if text.chars().all(|c| c.is_alphanumeric() || "/\\.-_:+".contains(c)) {
        text
    } else if cfg!(windows) {
        format!("\"{text}\"")
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
