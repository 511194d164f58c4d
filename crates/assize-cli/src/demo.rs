//! `assize demo`.

use crate::Exit;
use crate::args::Demo;
use crate::out::{self, Colour};
use crate::packs;
use assize::io::Format;
use assize::model::program::State;
use assize::{Data, Evaluation, Results};
use assize_packs::{Pack, Sink};
use assize_report::{explanation, grid, summary};
use std::collections::BTreeMap;
use std::io::{self, Cursor, Write};
use std::time::Instant;

/// Holds sample data in memory.
#[derive(Default)]
struct Memory(BTreeMap<&'static str, Vec<u8>>);

impl Sink for Memory {
    fn open(&mut self, _file: &'static str, record: &'static str) -> io::Result<Box<dyn Write + '_>> {
        Ok(Box::new(self.0.entry(record).or_default()))
    }
}

/// Makes sample data of a pack, categorises and measures it, and explains one record.
pub fn demo(args: &Demo, colour: Colour) -> io::Result<Exit> {
    let pack = match packs::named(&args.pack, colour) {
        Ok(pack) => pack,
        Err(exit) => return Ok(exit),
    };
    let rules = match packs::compile(pack, colour) {
        Ok(rules) => rules,
        Err(exit) => return Ok(exit),
    };
    let as_of = match crate::inputs::date(pack.as_of, colour) {
        Ok(as_of) => as_of,
        Err(exit) => return Ok(exit),
    };
    let mut memory = Memory::default();
    pack.generate(args.seed, args.rows, &mut memory)?;
    let evaluate = |evaluation: &mut Evaluation| {
        for (record, bytes) in &memory.0 {
            evaluation.data(record, Data::Stream(Box::new(Cursor::new(bytes.clone())), Format::Csv))?;
        }
        Ok::<(), assize::Error>(())
    };
    let mut evaluation = Evaluation::new(&rules, as_of);
    if let Err(error) = evaluate(&mut evaluation) {
        return Ok(out::failed(colour, &error));
    }
    crate::report::prepare(&mut evaluation);
    let begin = Instant::now();
    let results = match evaluation.run() {
        Ok(results) => results,
        Err(error) => return Ok(out::failed(colour, &error)),
    };
    let took = begin.elapsed();
    if let Some(file) = &args.out
        && let Err(exit) = crate::report::write(&results, file, None, colour)
    {
        return Ok(exit);
    }
    let read: u64 = results.records.iter().map(|record| record.read).sum();
    let mut text = format!("Sample data: made up, seed {}. The rules are in the pack `{}`.\n\n", args.seed, pack.name);
    text.push_str(&summary::to_text(&results, false));
    if let Some(key) = someone(pack, &results) {
        let mut evaluation = Evaluation::new(&rules, as_of);
        if let Err(error) = evaluate(&mut evaluation) {
            return Ok(out::failed(colour, &error));
        }
        match evaluation.explain(&key, Some(pack.category)) {
            Ok(explanations) => {
                for explained in &explanations {
                    text.push('\n');
                    text.push_str(&explanation::to_text(explained));
                }
            }
            Err(error) => return Ok(out::failed(colour, &error)),
        }
    }
    let rate = (read as f64 / took.as_secs_f64().max(1e-9)) as u64;
    text.push_str(&format!(
        "\n{} rows of {} files read, categorised and measured in {:.0} ms, {} rows a second.\n",
        grid::count(read),
        memory.0.len(),
        took.as_secs_f64() * 1000.0,
        grid::count(rate),
    ));
    text.push_str(&format!("To change the rules and run them again: assize new {} DIR\n", pack.name));
    out::print(&text)?;
    Ok(if results.has_record_errors() { Exit::WithErrors } else { Exit::Well })
}

/// One whose category is provisional, since that shows most; else the first.
fn someone(pack: &Pack, results: &Results) -> Option<String> {
    let program = &results.program;
    let id = program.category_named(pack.category)?;
    let category = results.categories.iter().find(|category| category.category == id)?;
    let mut first = None;
    for (key, outcome) in category.outcomes(program) {
        let Some(key) = key else { continue };
        if outcome.state == State::Provisional && outcome.because.len() == 1 {
            return Some(key);
        }
        first.get_or_insert(key);
    }
    first
}
