//! `assize run`.

use crate::Exit;
use crate::args::{Run, RunFormat};
use crate::files;
use crate::inputs;
use crate::out::{self, Colour};
use assize::io::Format;
use assize::{Evaluation, Partial, Results};
use assize_report::{json, summary};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::Path;

pub fn run(args: &Run, colour: Colour) -> io::Result<Exit> {
    Ok(match try_run(args, colour)? {
        Ok(exit) | Err(exit) => exit,
    })
}

fn try_run(args: &Run, colour: Colour) -> io::Result<Result<Exit, Exit>> {
    let rules = match out::load(&args.rules, colour) {
        Ok(rules) => rules,
        Err(exit) => return Ok(Err(exit)),
    };
    if let Err(exit) = files_fit(args.format, args.out.as_deref(), colour) {
        return Ok(Err(exit));
    }
    let mut evaluation = match inputs::evaluation(&rules, &args.inputs, colour) {
        Ok(evaluation) => evaluation,
        Err(exit) => return Ok(Err(exit)),
    };
    if let Err(error) = prepare(&mut evaluation, args) {
        return Ok(Err(out::failed(colour, &error)));
    }
    watch(&mut evaluation);
    if let Some(file) = &args.partial {
        let partial = match evaluation.partial() {
            Ok(partial) => partial,
            Err(error) => return Ok(Err(out::failed(colour, &error))),
        };
        let faults = partial.records().any(|(_, _, faults)| faults > 0);
        return Ok(keep(&partial, file, colour).map(|()| if faults { Exit::WithErrors } else { Exit::Well }));
    }
    let results = match evaluation.run() {
        Ok(results) => results,
        Err(error) => return Ok(Err(out::failed(colour, &error))),
    };
    present(&results, args.format, args.out.as_deref(), args.exact, colour)
}

/// Writes what was counted of a part into a file.
pub fn keep(partial: &Partial, file: &Path, colour: Colour) -> Result<(), Exit> {
    std::fs::write(file, partial.to_bytes()).map_err(|error| {
        out::complain(colour, &format!("cannot write `{}`: {error}", file.display()));
        Exit::Data
    })
}

/// The format of files; `None` where one text is written.
const fn of_files(format: RunFormat) -> Option<Format> {
    match format {
        RunFormat::Csv => Some(Format::Csv),
        RunFormat::Jsonl => Some(Format::JsonLines),
        RunFormat::Parquet => Some(Format::Parquet),
        RunFormat::Table | RunFormat::Json => None,
    }
}

/// That there is a folder for files to be written into.
pub fn files_fit(format: RunFormat, folder: Option<&Path>, colour: Colour) -> Result<(), Exit> {
    if of_files(format).is_some() && folder.is_none() {
        out::complain(colour, "files need a folder to be written into: --out DIR");
        return Err(Exit::Use);
    }
    Ok(())
}

/// Shows results, or writes them into a folder.
pub fn present(
    results: &Results,
    format: RunFormat,
    folder: Option<&Path>,
    exact: bool,
    colour: Colour,
) -> io::Result<Result<Exit, Exit>> {
    match (of_files(format), folder) {
        (Some(files), Some(folder)) => {
            if let Err(error) = files::write(results, files, folder) {
                out::complain(colour, &error);
                return Ok(Err(Exit::Data));
            }
            out::say(&summary::to_text(results, exact));
        }
        (_, Some(folder)) => {
            let name = if format == RunFormat::Json { "results.json" } else { "results.txt" };
            std::fs::create_dir_all(folder)?;
            let mut sink = BufWriter::new(std::fs::File::create(folder.join(name))?);
            write(results, format, exact, &mut sink)?;
            sink.flush()?;
        }
        _ => {
            let mut sink = BufWriter::new(io::stdout().lock());
            write(results, format, exact, &mut sink)?;
            sink.flush()?;
        }
    }
    Ok(Ok(if results.has_record_errors() { Exit::WithErrors } else { Exit::Well }))
}

fn prepare(evaluation: &mut Evaluation, args: &Run) -> Result<(), assize::Error> {
    if !args.only.is_empty() {
        evaluation.only(&args.only)?;
    }
    if let Some(measure) = &args.members {
        evaluation.members(measure)?;
    }
    evaluation.coverage(true).errors_listed(args.list_errors).threads(usize::from(args.threads));
    Ok(())
}

fn write(results: &Results, format: RunFormat, exact: bool, sink: &mut impl Write) -> io::Result<()> {
    match format {
        RunFormat::Json => json::write(results, exact, sink),
        _ => sink.write_all(summary::to_text(results, exact).as_bytes()),
    }
}

/// Shows progress on a terminal, with the records a second.
pub fn watch(evaluation: &mut Evaluation) {
    if !io::stderr().is_terminal() {
        return;
    }
    let style = ProgressStyle::with_template("{spinner} {human_pos} records, {per_sec}, {elapsed}");
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = style {
        bar.set_style(style);
    }
    let bar = Finish(bar);
    evaluation.on_progress(move |done| {
        bar.0.set_position(done);
        ControlFlow::Continue(())
    });
}

/// Clears the bar when the evaluation is over.
struct Finish(ProgressBar);

impl Drop for Finish {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
