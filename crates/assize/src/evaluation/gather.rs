//! What came of the pieces, put together in the order of the data.

use super::plan::Counting;
use super::work::Found;
use crate::forms::{InstrumentResults, OverrideResults};
use crate::quotes::Quotes;
use crate::results::{CategoryResults, Coverage, Members};
use assize_eval::batch::Plan;
use assize_io::RowFault;
use assize_model::ids::CategoryId;
use std::collections::BTreeMap;

/// The results of the rows of all records so far.
#[derive(Default)]
pub struct Gathered {
    pub outcomes: BTreeMap<CategoryId, CategoryResults>,
    pub instruments: Vec<InstrumentResults>,
    pub overrides: Vec<OverrideResults>,
    pub quotes: Vec<Quotes>,
    pub members: Option<Members>,
    /// Where the quotes of this record begin.
    pub quotes_from: usize,
}

impl Gathered {
    /// Makes room for what is worked out for a record, also where there are no rows.
    pub fn begin(&mut self, plan: &Plan, counting: &Counting, reasons: bool) {
        self.instruments.extend(counting.forms.iter().map(|form| InstrumentResults {
            instrument: form.instrument,
            contributions: form.contributions,
            parts: Vec::new(),
        }));
        let judged = counting.overrides.iter();
        self.overrides.extend(judged.map(|job| OverrideResults { category: job.category, parts: Vec::new() }));
        for ((category, _), _) in plan.categories().zip(&counting.shown).filter(|(_, shown)| **shown) {
            let results = CategoryResults { category, reasons, parts: Vec::new(), coverage: Vec::new() };
            self.outcomes.insert(category, results);
        }
        self.quotes_from = self.quotes.len();
        self.quotes.extend(counting.quotes.iter().map(|job| job.quotes()));
    }

    /// Takes what came of the pieces of that record, in their order; gives back the judgements that lack something.
    pub fn take(&mut self, found: Vec<Found>) -> Vec<RowFault> {
        let mut all_lacking = Vec::new();
        for found in found {
            let Found { parts, coverage, instruments, overrides, lacking, members, quotes } = found;
            for part in parts {
                if let Some(results) = self.outcomes.get_mut(&part.columns.category) {
                    results.parts.push(part);
                }
            }
            for (category, counts) in coverage {
                let Some(results) = self.outcomes.get_mut(&category) else { continue };
                results.coverage.resize(counts.len(), Coverage::default());
                for (total, count) in results.coverage.iter_mut().zip(counts) {
                    total.is_true += count.is_true;
                    total.decided_by += count.decided_by;
                    total.unknown += count.unknown;
                }
            }
            for (instrument, part) in instruments {
                if let Some(results) = self.instruments.iter_mut().find(|results| results.instrument == instrument) {
                    results.parts.push(part);
                }
            }
            for (category, judged) in overrides {
                if let Some(results) = self.overrides.iter_mut().find(|results| results.category == category) {
                    results.parts.push(judged);
                }
            }
            for (quotes, texts) in self.quotes.iter_mut().skip(self.quotes_from).zip(quotes) {
                quotes.add(texts);
            }
            if let Some(all) = &mut self.members {
                all.rows.extend(members);
            }
            all_lacking.extend(lacking);
        }
        all_lacking
    }
}
