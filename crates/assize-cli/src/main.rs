//! The `assize` command.
//!
//! Exit status: 0 all well; 1 done, with record errors listed or tests that fail; 2 the rules do not check; 3 the data
//! cannot be opened or lack a column; 4 wrong use. Messages go to standard error, results to standard output.

mod args;
mod check;
mod compare;
mod demo;
mod dmn;
mod explain;
mod files;
mod fmt;
mod import;
mod inputs;
mod merge;
mod new;
mod out;
mod packs;
mod report;
mod run;
mod schema;
mod sql;
mod test;

use args::{Cli, Command};
use clap::Parser;
use std::process::ExitCode;

/// How a command ended, as an exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    Well = 0,
    WithErrors = 1,
    Rules = 2,
    Data = 3,
    Use = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let wrong = error.use_stderr();
            let _ = error.print();
            return if wrong { Exit::Use.into() } else { Exit::Well.into() };
        }
    };
    let colour = out::Colour::new(cli.color);
    let done = match &cli.command {
        Command::Check(args) => check::check(args, colour),
        Command::Run(args) => run::run(args, colour),
        Command::Report(args) => report::report(args, colour),
        Command::Merge(args) => merge::merge(args, colour),
        Command::Explain(args) => explain::explain(args, colour),
        Command::Test(args) => test::test(args, colour),
        Command::Schema(args) => schema::schema(args, colour),
        Command::Sql(args) => sql::sql(args, colour),
        Command::Compare(args) => compare::compare(args, colour),
        Command::Fmt(args) => fmt::fmt(args, colour),
        Command::Import(args) => import::import(args, colour),
        Command::Packs => packs::list(),
        Command::Demo(args) => demo::demo(args, colour),
        Command::New(args) => new::new(args, colour),
    };
    match done {
        Ok(exit) => exit.into(),
        // A reader that has seen enough, such as `head`, is no failure.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Well.into(),
        Err(error) => {
            out::complain(colour, &format!("cannot write the results: {error}"));
            Exit::Data.into()
        }
    }
}
