//! `assize sql`.

use crate::Exit;
use crate::args::{Sql, SqlDialect};
use crate::inputs::{date, split};
use crate::out::{self, Colour};
use assize::model::program::Place;
use assize_sql::{Dialect, For, Refused};
use std::io;

pub fn sql(args: &Sql, colour: Colour) -> io::Result<Exit> {
    let mut rules = match out::load(&args.rules, colour) {
        Ok(rules) => rules,
        Err(exit) => return Ok(exit),
    };
    for set in &args.set {
        let with = split("--set", set, colour)
            .and_then(|(name, value)| rules.with_parameter(name, value).map_err(|error| out::failed(colour, &error)));
        match with {
            Ok(with) => rules = with,
            Err(exit) => return Ok(exit),
        }
    }
    let as_of = match date(&args.as_of, colour) {
        Ok(as_of) => as_of,
        Err(exit) => return Ok(exit),
    };
    let dialect = match args.dialect {
        SqlDialect::Duckdb => Dialect::DuckDb,
        SqlDialect::Postgres => Dialect::Postgres,
        SqlDialect::Spark => Dialect::Spark,
    };
    let program = rules.program();
    let inputs = rules.inputs(as_of);
    let run = For { program, dialect, as_of, params: inputs.params() };
    // Without a name all of them: what is refused is then told, and the others are written.
    let all = args.category.is_empty() && args.measure.is_empty();
    let names = |named: &[String], of: Vec<&str>| -> Vec<String> {
        if all { of.into_iter().map(str::to_owned).collect() } else { named.to_vec() }
    };
    let categories = names(&args.category, program.categories.iter().map(|of| &*of.heading.name).collect());
    let measures = names(&args.measure, program.declared_measures().iter().map(|of| &*of.heading.name).collect());
    let mut exit = Exit::Well;
    let mut write = |kind: &str, name: &str, written: Option<Result<String, Refused>>| -> io::Result<()> {
        match written {
            None => {
                out::complain(colour, &format!("the rules have no {kind} `{name}`"));
                exit = Exit::Use;
            }
            Some(Err(refused)) => {
                let place = refused.place;
                let at = program.sources.get(place.file.index()).filter(|_| place != Place::NOWHERE).map(|source| {
                    let before = source.text.get(..place.start as usize).unwrap_or("");
                    format!("{}:{}: ", source.name, before.matches('\n').count() + 1)
                });
                out::complain(colour, &format!("{}{refused}", at.unwrap_or_default()));
                exit = Exit::Rules;
            }
            Some(Ok(text)) => {
                let ruleset = &program.ruleset;
                let head = format!(
                    "-- {kind} {name} of {} {} ({}) as of {as_of}, for {}",
                    ruleset.heading.name,
                    ruleset.version,
                    ruleset.hash,
                    dialect.word()
                );
                out::print(&format!("{head}\n{text};\n\n"))?;
            }
        }
        Ok(())
    };
    for name in categories {
        let id = program.category_named(&name);
        write("category", &name, id.map(|id| assize_sql::category(run, id)))?;
    }
    for name in measures {
        let id = program.measure_named(&name);
        write("measure", &name, id.map(|id| assize_sql::measure(run, id)))?;
    }
    Ok(exit)
}
