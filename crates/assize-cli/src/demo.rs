//! `assize packs` and `assize demo`.

use crate::Exit;
use crate::args::Demo;
use crate::out::{self, Colour};
use assize::io::Format;
use assize::model::program::State;
use assize::{Data, Evaluation, Results, RuleSet};
use assize_packs::{PACKS, Pack, Sink, TEMPLATES};
use assize_report::{diagnostics, explanation, grid, summary};
use std::collections::BTreeMap;
use std::io::{self, Cursor, Write};
use std::time::Instant;

/// One line a pack and a template, its name first.
pub fn packs() -> io::Result<Exit> {
    let mut text = String::new();
    for pack in PACKS {
        text.push_str(&format!("{}  {}\n", pack.name, pack.title));
    }
    for template in TEMPLATES {
        text.push_str(&format!("{}  {}\n", template.name, template.title));
    }
    out::print(&text)?;
    Ok(Exit::Well)
}

/// Holds sample data in memory.
#[derive(Default)]
struct Memory(BTreeMap<&'static str, Vec<u8>>);

impl Sink for Memory {
    fn open(&mut self, _file: &'static str, record: &'static str) -> io::Result<Box<dyn Write + '_>> {
        Ok(Box::new(self.0.entry(record).or_default()))
    }
}

/// Makes sample data of a pack, categorises and measures it, and explains one person.
pub fn demo(args: &Demo, colour: Colour) -> io::Result<Exit> {
    let Some(pack) = assize_packs::pack(&args.pack) else {
        let names: Vec<&str> = PACKS.iter().map(|pack| pack.name).collect();
        out::complain(colour, &format!("there is no pack `{}`; there are: {}", args.pack, names.join(", ")));
        return Ok(Exit::Use);
    };
    let rules = match RuleSet::compile(&format!("{}.assize", pack.name), pack.rules) {
        Ok(rules) => rules,
        Err(error) => {
            out::say(&diagnostics::to_text(&error.diagnostics, &error.sources, colour.is_on()));
            return Ok(Exit::Rules);
        }
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
    evaluation.coverage(true);
    let begin = Instant::now();
    let results = match evaluation.run() {
        Ok(results) => results,
        Err(error) => return Ok(out::failed(colour, &error)),
    };
    let took = begin.elapsed();
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
    out::print(&text)?;
    Ok(if results.has_record_errors() { Exit::WithErrors } else { Exit::Well })
}

/// Someone whose list is provisional, since that shows most; else the first.
fn someone(pack: &Pack, results: &Results) -> Option<String> {
    let program = &results.program;
    let id = program.category_named(pack.category)?;
    let category = results.categories.iter().find(|category| category.category == id)?;
    let mut first = None;
    for (key, outcome) in category.outcomes(program) {
        if outcome.state == State::Provisional && outcome.because.len() == 1 {
            return Some(key);
        }
        first.get_or_insert(key);
    }
    first
}
