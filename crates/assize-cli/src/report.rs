//! `assize report`.

use crate::Exit;
use crate::args::{Report, ReportFormat};
use crate::inputs;
use crate::out::{self, Colour};
use crate::run::watch;
use assize::{Evaluation, Results};
use assize_report::page;
use std::io::{self, Write};
use std::path::Path;

/// How many faults a report counts by kind; all are counted together.
const FAULTS: usize = 100_000;

pub fn report(args: &Report, colour: Colour) -> io::Result<Exit> {
    let Some(format) = args.format.or_else(|| format_of(&args.out)) else {
        out::complain(
            colour,
            &format!("`{}` does not end in .html, .md or .xlsx: say which with --format", args.out.display()),
        );
        return Ok(Exit::Use);
    };
    let rules = match out::load(&args.rules, colour) {
        Ok(rules) => rules,
        Err(exit) => return Ok(exit),
    };
    let mut evaluation = match inputs::evaluation(&rules, &args.inputs, colour) {
        Ok(evaluation) => evaluation,
        Err(exit) => return Ok(exit),
    };
    if !args.only.is_empty()
        && let Err(error) = evaluation.only(&args.only)
    {
        return Ok(out::failed(colour, &error));
    }
    prepare(&mut evaluation);
    watch(&mut evaluation);
    let results = match evaluation.run() {
        Ok(results) => results,
        Err(error) => return Ok(out::failed(colour, &error)),
    };
    if let Err(exit) = write(&results, &args.out, Some(format), colour) {
        return Ok(exit);
    }
    Ok(if results.has_record_errors() { Exit::WithErrors } else { Exit::Well })
}

/// Asks an evaluation for what reports show beside values.
pub fn prepare(evaluation: &mut Evaluation) {
    evaluation.coverage(true).errors_listed(FAULTS);
}

/// The format that the ending of a file's name asks for.
pub fn format_of(file: &Path) -> Option<ReportFormat> {
    let ending = file.extension()?.to_str()?.to_ascii_lowercase();
    match ending.as_str() {
        "html" | "htm" => Some(ReportFormat::Html),
        "md" | "markdown" => Some(ReportFormat::Md),
        "xlsx" => Some(ReportFormat::Xlsx),
        _ => None,
    }
}

/// Writes a report into a file: in the format, or in that of its ending, or else as a page.
pub fn write(results: &Results, file: &Path, format: Option<ReportFormat>, colour: Colour) -> Result<(), Exit> {
    let fail = |what: &dyn std::fmt::Display| {
        out::complain(colour, &format!("cannot write `{}`: {what}", file.display()));
        Exit::Data
    };
    let bytes = match format.or_else(|| format_of(file)).unwrap_or(ReportFormat::Html) {
        ReportFormat::Html => page::html(results).into_bytes(),
        ReportFormat::Md => page::markdown(results).into_bytes(),
        ReportFormat::Xlsx => page::xlsx(results).map_err(|error| fail(&error))?,
    };
    let written = if file == Path::new("-") {
        let mut sink = io::stdout().lock();
        sink.write_all(&bytes).and_then(|()| sink.flush())
    } else {
        std::fs::write(file, &bytes)
    };
    match written {
        // A reader that has seen enough is no failure.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(fail(&error)),
        _ => Ok(()),
    }
}
