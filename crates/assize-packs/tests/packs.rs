//! Every pack checks without a warning that is not expected, passes its own tests, and runs on its sample data.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it breaks")]

use assize::io::Format;
use assize::model::civil::Date;
use assize::model::program::State;
use assize::{Data, Evaluation, RuleSet, Texts};
use assize_packs::{PACKS, Pack, Sink, TextFile};
use std::collections::BTreeMap;
use std::io::{self, Cursor, Write};

#[derive(Default, PartialEq, Eq, Debug)]
struct Memory(BTreeMap<&'static str, Vec<u8>>);

impl Sink for Memory {
    fn open(&mut self, _file: &'static str, record: &'static str) -> io::Result<Box<dyn Write + '_>> {
        Ok(Box::new(self.0.entry(record).or_default()))
    }
}

fn sample(pack: &Pack, seed: u64, rows: u64) -> Memory {
    let mut memory = Memory::default();
    pack.generate(seed, rows, &mut memory).unwrap();
    memory
}

fn compiled(pack: &Pack) -> RuleSet {
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

#[test]
fn every_pack_passes_its_own_tests_and_tests_every_criterion() {
    for pack in PACKS {
        let rules = compiled(pack);
        let report = rules.test();
        assert!(!report.tests.is_empty());
        for test in &report.tests {
            assert!(test.failures.is_empty(), "{}: {:?}", test.title, test.failures);
        }
        for criterion in &report.coverage {
            assert!(criterion.decisive > 0, "{}: no test is decided by `{}`", pack.name, criterion.name);
        }
    }
}

#[test]
fn sample_data_are_made_again_from_their_seed() {
    for pack in PACKS {
        assert_eq!(sample(pack, 7, 300), sample(pack, 7, 300));
        assert_ne!(sample(pack, 7, 300), sample(pack, 8, 300));
        // A larger set begins with the smaller one.
        let (small, large) = (sample(pack, 7, 100), sample(pack, 7, 300));
        for (record, bytes) in &small.0 {
            assert!(large.0[record].starts_with(bytes));
        }
        for file in pack.files {
            assert!(small.0.contains_key(file.record), "{} has no rows", file.record);
        }
    }
}

#[test]
fn every_pack_runs_on_its_sample_data() {
    for pack in PACKS {
        let rules = compiled(pack);
        let mut evaluation = Evaluation::new(&rules, Date::parse(pack.as_of).unwrap());
        for (record, bytes) in sample(pack, 1, 2_000).0 {
            evaluation.data(record, Data::Stream(Box::new(Cursor::new(bytes)), Format::Csv)).unwrap();
        }
        let results = evaluation.run().unwrap();
        assert!(!results.has_record_errors());
        let id = results.program.category_named(pack.category).unwrap();
        let category = results.categories.iter().find(|category| category.category == id).unwrap();
        let summary = category.summary(&results.program);
        assert_eq!(summary.states.iter().sum::<u64>(), 2_000);
        // The sample has something of everything, errors apart.
        for state in [State::Decided, State::Provisional, State::Undetermined, State::NotApplicable] {
            assert!(summary.states[state as usize] > 0, "{}: nothing is {}", pack.name, state.word());
        }
        let (_, codes) = summary.values.split_last().unwrap();
        assert!(codes.iter().all(|(_, count)| *count > 0), "{}: {:?}", pack.name, summary.values);
        for (_, table) in &results.measures {
            assert!(!table.rows.is_empty(), "{} has no rows", table.name);
        }
    }
}
