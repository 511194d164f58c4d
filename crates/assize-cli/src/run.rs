//! `assize run`.

use crate::Exit;
use crate::args::{Run, RunFormat};
use crate::files;
use crate::inputs;
use crate::out::{self, Colour};
use assize::io::Format;
use assize::{Evaluation, Results};
use assize_report::{json, summary};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::ops::ControlFlow;

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
    let format = match args.format {
        RunFormat::Csv => Some(Format::Csv),
        RunFormat::Jsonl => Some(Format::JsonLines),
        RunFormat::Parquet => Some(Format::Parquet),
        RunFormat::Table | RunFormat::Json => None,
    };
    if format.is_some() && args.out.is_none() {
        out::complain(colour, "files need a folder to be written into: --out DIR");
        return Ok(Err(Exit::Use));
    }
    let mut evaluation = match inputs::evaluation(&rules, &args.inputs, colour) {
        Ok(evaluation) => evaluation,
        Err(exit) => return Ok(Err(exit)),
    };
    if let Err(error) = prepare(&mut evaluation, args) {
        return Ok(Err(out::failed(colour, &error)));
    }
    watch(&mut evaluation);
    let results = match evaluation.run() {
        Ok(results) => results,
        Err(error) => return Ok(Err(out::failed(colour, &error))),
    };
    match (format, &args.out) {
        (Some(format), Some(folder)) => {
            if let Err(error) = files::write(&results, format, folder) {
                out::complain(colour, &error);
                return Ok(Err(Exit::Data));
            }
            out::say(&summary::to_text(&results, args.exact));
        }
        (_, Some(folder)) => {
            let name = if args.format == RunFormat::Json { "results.json" } else { "results.txt" };
            std::fs::create_dir_all(folder)?;
            let mut sink = BufWriter::new(std::fs::File::create(folder.join(name))?);
            write(&results, args, &mut sink)?;
            sink.flush()?;
        }
        _ => {
            let mut sink = BufWriter::new(io::stdout().lock());
            write(&results, args, &mut sink)?;
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
    evaluation.coverage(true).errors_listed(args.list_errors);
    Ok(())
}

fn write(results: &Results, args: &Run, sink: &mut impl Write) -> io::Result<()> {
    match args.format {
        RunFormat::Json => json::write(results, args.exact, sink),
        _ => sink.write_all(summary::to_text(results, args.exact).as_bytes()),
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
