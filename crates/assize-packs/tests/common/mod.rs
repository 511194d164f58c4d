//! What the tests of packs share: compiling one, its sample data in memory, and running it on rows.

#![allow(dead_code, clippy::allow_attributes, reason = "each test uses a part of it")]

use assize::io::Format;
use assize::measures::{MeasureRow, MeasureTable};
use assize::model::civil::Date;
use assize::{Data, Evaluation, Results, RuleSet, Texts};
use assize_packs::{Pack, Sink, TextFile, pack};
use std::collections::BTreeMap;
use std::io::{self, Cursor, Write};

/// Files of sample data by their records.
#[derive(Default, PartialEq, Eq, Debug)]
pub struct Memory(pub BTreeMap<&'static str, Vec<u8>>);

impl Sink for Memory {
    fn open(&mut self, _file: &'static str, record: &'static str) -> io::Result<Box<dyn Write + '_>> {
        Ok(Box::new(self.0.entry(record).or_default()))
    }
}

pub fn sample(pack: &Pack, seed: u64, rows: u64) -> Memory {
    let mut memory = Memory::default();
    pack.generate(seed, rows, &mut memory).unwrap();
    memory
}

/// The rules of a pack; what is wrong with them is said with its place.
pub fn compiled(pack: &Pack) -> RuleSet {
    let named = |files: &[TextFile]| files.iter().map(|file| (file.name.to_owned(), file.text.to_owned())).collect();
    let texts = Texts { rules: named(pack.rules), tables: named(pack.tables) };
    RuleSet::from_texts(&texts).unwrap_or_else(|error| {
        let said = error.diagnostics.iter().map(|fault| {
            let at = fault.primary.as_ref().and_then(|label| {
                let source = error.sources.get(label.span.file)?;
                Some(format!("{}:{}", source.name(), source.line_column(label.span.start).line))
            });
            format!("{at:?} {} {} {:?}", fault.code.0, fault.message, fault.help)
        });
        panic!("{}:\n{}", pack.name, said.collect::<Vec<_>>().join("\n"))
    })
}

/// The whole of a pack on its sample data.
pub fn run(pack: &Pack, seed: u64, rows: u64) -> Results {
    let mut evaluation = Evaluation::new(&compiled(pack), Date::parse(pack.as_of).unwrap());
    for (record, bytes) in sample(pack, seed, rows).0 {
        evaluation.data(record, Data::Stream(Box::new(Cursor::new(bytes)), Format::Csv)).unwrap();
    }
    evaluation.run().unwrap()
}

/// Some outputs of a pack on rows of CSV, each with its record. Of records that are not given there are none.
pub fn run_on(name: &str, as_of: &str, only: &[&str], rows: &[(&str, String)]) -> Results {
    let pack = pack(name).unwrap();
    let rules = compiled(pack);
    let mut evaluation = Evaluation::new(&rules, Date::parse(as_of).unwrap());
    evaluation.only(only).unwrap();
    let empty = sample(pack, 1, 0);
    for file in pack.files {
        let given = rows.iter().find(|(record, _)| *record == file.record);
        let bytes = given.map_or_else(
            || {
                let all = String::from_utf8(empty.0.get(file.record).unwrap().clone()).unwrap();
                format!("{}\n", all.lines().next().unwrap())
            },
            |(_, rows)| rows.clone(),
        );
        evaluation.data(file.record, Data::Stream(Box::new(Cursor::new(bytes)), Format::Csv)).unwrap();
    }
    let results = evaluation.run().unwrap();
    assert!(!results.has_record_errors(), "{name}: {:?}", results.records);
    results
}

pub fn table<'a>(results: &'a Results, measure: &str) -> &'a MeasureTable {
    let found = results.measures.iter().find(|(_, table)| &*table.name == measure);
    &found.unwrap_or_else(|| panic!("no measure {measure}")).1
}

/// The row of breakdowns and a period, each by its word, separated by spaces.
pub fn row<'a>(results: &'a Results, measure: &str, words: &str) -> &'a MeasureRow {
    use assize::measures::PeriodOfRow;
    let said = |row: &MeasureRow| {
        let by = row.by.iter().map(|(_, value)| value.shown(&results.program).into_owned());
        let period = row.period.as_ref().map(|period| match period {
            PeriodOfRow::Span { label, .. } => label.clone(),
            PeriodOfRow::Missing(reason) => reason.word().to_owned(),
            PeriodOfRow::Error => "error".to_owned(),
        });
        by.chain(period).collect::<Vec<_>>().join(" ")
    };
    let table = table(results, measure);
    let all: Vec<String> = table.rows.iter().map(said).collect();
    let found = all.iter().position(|text| text == words).and_then(|at| table.rows.get(at));
    found.unwrap_or_else(|| panic!("{measure}: no row `{words}` in {all:?}"))
}

/// The value of a row for people.
pub fn value(results: &Results, measure: &str, words: &str) -> String {
    let row = row(results, measure, words);
    row.value.clone().unwrap_or_else(|| row.state.word().to_owned())
}
