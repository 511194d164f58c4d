//! What an evaluation gives: categories and measures, with what they were made from.

use crate::forms::{InstrumentResults, OverrideResults};
use crate::quotes::Quotes;
use crate::responses::{Answer, Dues, answers};
use assize_eval::batch::CategoryColumns;
use assize_eval::outcome::{Chosen, OutcomeRow};
use assize_io::RowFault;
use assize_measures::evaluation::{EvaluationResult, IndicatorResult};
use assize_measures::{BreakdownValue, MeasureTable, PeriodOfRow, Stage};
use assize_model::civil::Date;
use assize_model::column::Column;
use assize_model::ids::{CategoryId, Code, MeasureId, RecordId};
use assize_model::program::{FieldKind, Program, State};
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::sync::Arc;

/// The results of one evaluation.
#[derive(Debug)]
pub struct Results {
    /// The rules.
    pub program: Arc<Program>,
    /// The evaluation date.
    pub as_of: Date,
    /// The parameters' values, by number.
    pub params: Vec<Value>,
    /// The records that were read.
    pub records: Vec<RecordResults>,
    /// The categories, in the order of the rules.
    pub categories: Vec<CategoryResults>,
    /// The instruments, in the order of the rules.
    pub instruments: Vec<InstrumentResults>,
    /// What people judged beside categories.
    pub overrides: Vec<OverrideResults>,
    /// The measures, in the order of the rules.
    pub measures: Vec<(MeasureId, MeasureTable)>,
    /// What was found for each indicator up to the evaluation date, in the order of the rules.
    pub indicators: Vec<IndicatorResult>,
    /// What each evaluation comes to, in the order of the rules.
    pub evaluations: Vec<EvaluationResult>,
    /// Texts in which themes were coded, of the indicators that carry them; none of partial results.
    pub quotes: Vec<Quotes>,
    /// Who is in a measure, when it was asked for.
    pub members: Option<Members>,
}

impl Results {
    /// The version of the engine.
    pub const ENGINE: &str = env!("CARGO_PKG_VERSION");

    /// The outcomes of a category, when it was worked out.
    pub fn category(&self, id: CategoryId) -> Option<&CategoryResults> {
        self.categories.iter().find(|category| category.category == id)
    }

    /// The rows of a measure, when it was worked out.
    pub fn measure(&self, id: MeasureId) -> Option<&MeasureTable> {
        self.measures.iter().find(|(measure, _)| *measure == id).map(|(_, table)| table)
    }

    /// Whether any record could not be read without fault.
    pub fn has_record_errors(&self) -> bool {
        self.records.iter().any(|record| record.faults > 0)
    }
}

/// The rows of one record.
#[derive(Debug, Clone)]
pub struct RecordResults {
    /// Which record.
    pub record: RecordId,
    /// How many rows were read, those in error included.
    pub read: u64,
    /// How many faults they have.
    pub faults: u64,
    /// The faults that are listed.
    pub errors: Vec<RowFault>,
}

/// A category of every record.
#[derive(Debug)]
pub struct CategoryResults {
    /// Which category.
    pub category: CategoryId,
    /// Whether reasons were worked out.
    pub reasons: bool,
    /// The outcomes, batch after batch, in the order of the data.
    pub parts: Vec<Part>,
    /// What each criterion did, in the order of [`assize_model::program::Category::criteria`]; empty unless asked for.
    pub coverage: Vec<Coverage>,
}

/// What a criterion did over all records, whatever criteria above it said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coverage {
    /// For how many it was true.
    pub is_true: u64,
    /// How many it decided, alone or with others of its code.
    pub decided_by: u64,
    /// For how many it was not known.
    pub unknown: u64,
}

/// Outcomes of consecutive rows.
#[derive(Debug)]
pub struct Part {
    /// The number in the data, from 1, of the first row of the table that the keys are of.
    pub first_row: u64,
    /// Which of the table's rows is the first of these.
    pub first: usize,
    /// The table's keys; a record without one is known by its row number.
    pub keys: Option<Column>,
    /// The outcomes.
    pub columns: CategoryColumns,
    /// When each action of the category's responses is due, in their order.
    pub dues: Vec<Dues>,
}

impl Part {
    /// The key of a row, as text.
    pub fn key(&self, program: &Program, row: usize) -> Option<String> {
        let record = program.category(self.columns.category).map(|category| category.record);
        key(program, record, self.keys.as_ref(), self.first_row, self.first + row)
    }
}

impl Part {
    /// What is to be done about the value of a row: actions with their numbers.
    pub fn answers<'a>(&self, program: &'a Program, row: usize, value: Chosen) -> Vec<(usize, Answer<'a>)> {
        if self.dues.is_empty() {
            return Vec::new();
        }
        answers(program, self.columns.category, value, |number, _| self.dues.get(number)?.get(row))
    }
}

/// The key of a row as text. Of a record without a key, the number of the row; where the key is absent or could not be
/// read, nothing: a number would be the key of another record as often as not.
pub(crate) fn key(
    program: &Program,
    record: Option<RecordId>,
    keys: Option<&Column>,
    first_row: u64,
    row: usize,
) -> Option<String> {
    let record = record.and_then(|record| program.record(record));
    let Some(field) = record.and_then(|record| record.fields.get(record.key?.index())) else {
        return Some((first_row + row as u64).to_string());
    };
    let list = match field.kind {
        FieldKind::Value(Ty::Code(list)) => program.list(list),
        _ => None,
    };
    keys.filter(|keys| keys.is_known(row)).and_then(|keys| crate::show::cell(list, keys, row))
}

/// How many records came out how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// By code in declared order; no code last. Under `hit all`, records that have the code among theirs.
    pub values: Vec<(Code, u64)>,
    /// By state.
    pub states: [u64; State::ALL.len()],
}

impl CategoryResults {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.parts.iter().map(|part| part.columns.rows()).sum()
    }

    /// Every row with its key.
    pub fn outcomes<'a>(&'a self, program: &'a Program) -> impl Iterator<Item = (Option<String>, OutcomeRow)> + 'a {
        self.parts.iter().flat_map(move |part| {
            (0..part.columns.rows()).map(move |row| (part.key(program, row), part.columns.outcome_row(row)))
        })
    }

    /// Every row with its key and what is to be done about it.
    pub fn answered<'a>(
        &'a self,
        program: &'a Program,
    ) -> impl Iterator<Item = (Option<String>, OutcomeRow, Vec<Answer<'a>>)> + 'a {
        self.parts.iter().flat_map(move |part| {
            (0..part.columns.rows()).map(move |row| {
                let outcome = part.columns.outcome_row(row);
                let answers = part.answers(program, row, outcome.value);
                let answers = answers.into_iter().map(|(_, answer)| answer).collect();
                (part.key(program, row), outcome, answers)
            })
        })
    }

    /// How many records came out how.
    pub fn summary(&self, program: &Program) -> Summary {
        let codes = program
            .category(self.category)
            .and_then(|category| program.list(category.list))
            .map_or(0, |list| list.codes.len());
        // One place a code, then one for no code, then the rest for what has no value.
        let mut counts = [0_u64; 256];
        let mut states = [0_u64; State::ALL.len()];
        for part in &self.parts {
            let columns = &part.columns;
            if columns.many {
                for &set in &columns.values {
                    for code in assize_model::bounds::CodeSet(set).iter() {
                        bump(&mut counts, code.index().min(codes));
                    }
                }
            } else {
                // A row without a value holds the same number as no code: its state tells them apart.
                for (&value, &state) in columns.value.iter().zip(&columns.state) {
                    if state <= State::Provisional as u8 {
                        bump(&mut counts, usize::from(value).min(codes));
                    }
                }
            }
            for &state in &columns.state {
                bump(&mut states, usize::from(state));
            }
        }
        let of = |at: usize| counts.get(at).copied().unwrap_or(0);
        let mut values: Vec<(Code, u64)> =
            (0..codes).map(|at| (Code(u16::try_from(at).unwrap_or(u16::MAX)), of(at))).collect();
        values.push((Code::NONE, of(codes)));
        Summary { values, states }
    }
}

fn bump(counts: &mut [u64], at: usize) {
    if let Some(count) = counts.get_mut(at) {
        *count += 1;
    }
}

/// Every record of a measure, with the stage it ended in and its breakdown.
#[derive(Debug)]
pub struct Members {
    /// Which measure.
    pub measure: MeasureId,
    /// In the order of the data.
    pub rows: Vec<Member>,
}

/// A record of a measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its key, where it could be read; of a record without a key, its row number.
    pub key: Option<String>,
    /// The stage it ended in.
    pub stage: Stage,
    /// Its breakdown, in the order of the measure's `by`.
    pub by: Vec<BreakdownValue>,
    /// Its period, when the measure has any.
    pub period: Option<PeriodOfRow>,
}
