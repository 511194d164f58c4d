//! The Rust batch: an evaluation over files or streams.

use super::{Answer, Door, Refusal, refused_rules};
use crate::case::Case;
use assize::io::Format;
use assize::model::read;
use assize::{Data, Error, Evaluation, Results, RuleSet};
use std::fs::File;

/// Where its rows come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// Paths that it opens.
    Files,
    /// Streams that were opened before.
    Streams,
}

/// An evaluation, on so many threads. Several work on a few rows at a time, so that each has its share of a small case.
pub struct Batch(pub From, pub usize);

impl Door for Batch {
    fn name(&self) -> &'static str {
        match (self.0, self.1) {
            (From::Files, 1) => "batch",
            (From::Streams, 1) => "batch-streams",
            (From::Files, _) => "batch-threads",
            (From::Streams, _) => "batch-streams-threads",
        }
    }

    fn sees_files(&self) -> bool {
        self.0 == From::Files
    }

    fn answer(&self, case: &Case) -> Answer {
        let rules = match RuleSet::load([case.rules()]) {
            Ok(rules) => rules,
            Err(error) => return Answer::Refused(refused_rules(&error)),
        };
        match self.run(case, &rules) {
            Ok(results) => {
                let mut out = Vec::new();
                assize_report::json::write(&results, case.exact, &mut out).expect("memory takes everything");
                Answer::Results(String::from_utf8(out).expect("JSON is UTF-8"))
            }
            Err(error) => Answer::Refused(Refusal::from(&error)),
        }
    }
}

impl Batch {
    fn run(&self, case: &Case, rules: &RuleSet) -> Result<Results, Error> {
        let as_of = read::date(&case.as_of).expect("a case has a date");
        let mut evaluation = Evaluation::new(rules, as_of);
        for (name, value) in &case.parameters {
            evaluation.set(name, value)?;
        }
        for (record, file) in &case.data {
            let path = case.file(file);
            let data = match self.0 {
                From::Files => Data::File(path, None),
                From::Streams => {
                    let format = Format::of_path(&path).expect("a known ending");
                    Data::Stream(Box::new(File::open(&path).expect("a file that is there")), format)
                }
            };
            evaluation.data(record, data)?;
        }
        if !case.only.is_empty() {
            evaluation.only(&case.only)?;
        }
        if let Some(measure) = &case.members {
            evaluation.members(measure)?;
        }
        evaluation.coverage(case.coverage).threads(self.1);
        if self.1 > 1 {
            // Of large data, as many that every thread has some.
            evaluation.batch_rows(if case.recipe.is_some() { 1 << 12 } else { 3 });
        }
        evaluation.run()
    }
}
