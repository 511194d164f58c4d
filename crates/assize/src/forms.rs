//! What instruments come to for each record, and what people judged beside categories.

use crate::results::{Results, key};
use assize_eval::outcome::OutcomeRow;
use assize_io::RowFault;
use assize_io::codes::OVERRIDE_LACKS;
use assize_model::absence::Absence;
use assize_model::bounds::CodeSet;
use assize_model::civil::Date;
use assize_model::column::Column;
use assize_model::decimal::Decimal;
use assize_model::form::{Instrument, Override};
use assize_model::ids::{CategoryId, Code, FieldId, NodeId};
use assize_model::lane::{Chunk, Lane, LaneValue, bit};
use assize_model::node::Op;
use assize_model::program::Program;
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::sync::Arc;

/// An instrument of every record.
#[derive(Debug)]
pub struct InstrumentResults {
    /// Which of [`Program::instruments`].
    pub instrument: usize,
    /// Whether it was worked out what each item adds.
    pub contributions: bool,
    /// Batch after batch, in the order of the data.
    pub parts: Vec<InstrumentPart>,
}

/// Consecutive rows.
#[derive(Debug)]
pub struct InstrumentPart {
    first_row: u64,
    first: usize,
    keys: Option<Column>,
    rows: usize,
    /// The score, its least and its most, how many are answered, and what each scored item adds.
    numbers: Vec<Numbers>,
    possible: Vec<CodeSet>,
}

#[derive(Debug, Clone)]
enum Numbers {
    Integers(Vec<Option<i64>>),
    Decimals(Vec<Option<Decimal>>),
}

impl Numbers {
    fn get(&self, row: usize) -> Option<Value> {
        match self {
            Self::Integers(values) => values.get(row).copied().flatten().map(Value::Integer),
            Self::Decimals(values) => values.get(row).copied().flatten().map(Value::Decimal),
        }
    }
}

/// An instrument of one record.
#[derive(Debug, Clone)]
pub struct InstrumentRow {
    /// The record's key, where it could be read; of a record without a key, its row number.
    pub key: Option<String>,
    /// What the items add up to; `None` where that is not known.
    pub score: Option<Value>,
    /// The least that it could still be.
    pub lowest: Option<Value>,
    /// The most.
    pub highest: Option<Value>,
    /// How many scored items have an answer.
    pub answered: Option<Value>,
    /// The bands that scores from the least to the most are in.
    pub possible: CodeSet,
    /// What each scored item adds, where it has an answer; empty where that was not worked out.
    pub contributions: Vec<Option<Value>>,
    /// The outcome of the bands.
    pub band: Option<OutcomeRow>,
    /// The outcome of the routes.
    pub routes: Option<OutcomeRow>,
    /// A person's own rating.
    pub judged: Option<Judged>,
}

impl InstrumentResults {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.parts.iter().map(|part| part.rows).sum()
    }

    /// Every row.
    pub fn each<'a>(&'a self, results: &'a Results) -> impl Iterator<Item = InstrumentRow> + 'a {
        let parts = self.parts.iter().enumerate();
        parts.flat_map(move |(number, part)| (0..part.rows).map(move |row| self.row(results, number, part, row)))
    }

    fn row(&self, results: &Results, number: usize, part: &InstrumentPart, row: usize) -> InstrumentRow {
        let program = &results.program;
        let instrument = program.instruments.get(self.instrument);
        let outcome = |category: Option<CategoryId>| {
            let part = results.category(category?)?.parts.get(number)?;
            (row < part.columns.rows()).then(|| part.columns.outcome_row(row))
        };
        let at = |at: usize| part.numbers.get(at).and_then(|numbers| numbers.get(row));
        let scored = instrument.is_some_and(|instrument| instrument.score.is_some());
        let band = instrument.and_then(|instrument| instrument.band);
        InstrumentRow {
            key: key(
                program,
                instrument.map(|instrument| instrument.record),
                part.keys.as_ref(),
                part.first_row,
                part.first + row,
            ),
            score: if scored { at(0) } else { None },
            lowest: at(1),
            highest: at(2),
            answered: at(3),
            possible: part.possible.get(row).copied().unwrap_or(CodeSet::EMPTY),
            contributions: part.numbers.iter().skip(4).map(|numbers| numbers.get(row)).collect(),
            band: outcome(band),
            routes: outcome(instrument.and_then(|instrument| instrument.routes)),
            judged: band.and_then(|band| results.judged(band, number, row)).cloned(),
        }
    }
}

/// What people judged beside a category.
#[derive(Debug)]
pub struct OverrideResults {
    /// Which category.
    pub category: CategoryId,
    /// Part by part as the category's outcomes, with the row of each within its part, ascending.
    pub parts: Vec<Vec<(usize, Judged)>>,
}

/// A person's own judgement of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The code.
    pub value: Code,
    /// Why.
    pub because: Arc<str>,
    /// Who.
    pub by: Arc<str>,
    /// When, where that is asked for.
    pub on: Option<Date>,
    /// Until when, where that is said.
    pub until: Option<Date>,
    /// Whether that is not over.
    pub in_force: bool,
}

impl Results {
    /// An instrument, when it was worked out.
    pub fn instrument(&self, number: usize) -> Option<&InstrumentResults> {
        self.instruments.iter().find(|results| results.instrument == number)
    }

    /// What a person judged beside a category, of a row of a part of it.
    pub fn judged(&self, category: CategoryId, part: usize, row: usize) -> Option<&Judged> {
        let part = self.overrides.iter().find(|results| results.category == category)?.parts.get(part)?;
        let at = part.binary_search_by_key(&row, |(row, _)| *row).ok()?;
        part.get(at).map(|(_, judged)| judged)
    }
}

/// The columns of a table of an instrument that are numbers of every scored instrument.
pub const NUMBERS: [&str; 4] = ["score", "lowest", "highest", "answered"];

/// An instrument being worked out: where its numbers are among the lanes.
#[derive(Debug, Clone)]
pub(crate) struct FormJob {
    pub(crate) instrument: usize,
    pub(crate) contributions: bool,
    numbers: Vec<(usize, Ty)>,
    bands: Vec<(Code, Option<usize>, Option<usize>)>,
    /// The ends of the score whether or not the instrument applies.
    ends: Option<(usize, usize)>,
    columns: Vec<Numbers>,
    possible: Vec<CodeSet>,
}

impl FormJob {
    pub(crate) fn new(
        program: &Program,
        number: usize,
        instrument: &Instrument,
        contributions: bool,
        mut place: impl FnMut(NodeId) -> usize,
    ) -> Self {
        let mut nodes: Vec<NodeId> = Vec::new();
        if let Some(score) = instrument.score {
            nodes.extend([score.score, score.lowest, score.highest, score.answered]);
            if contributions {
                nodes.extend(instrument.items.iter().filter_map(|item| item.contribution));
            }
        }
        let numbers: Vec<(usize, Ty)> = nodes
            .into_iter()
            .map(|node| (place(node), program.node(node).map_or(Ty::Integer, |node| node.ty)))
            .collect();
        let ends = instrument.score.map(|score| (place(score.ends.0), place(score.ends.1)));
        let bands = instrument
            .bands
            .iter()
            .map(|band| (band.code, band.low.map(&mut place), band.high.map(&mut place)))
            .collect();
        let mut job =
            Self { instrument: number, contributions, numbers, bands, ends, columns: Vec::new(), possible: Vec::new() };
        job.clear();
        job
    }

    fn clear(&mut self) {
        let columns = self.numbers.iter().map(|(_, ty)| match ty {
            Ty::Decimal => Numbers::Decimals(Vec::new()),
            _ => Numbers::Integers(Vec::new()),
        });
        self.columns = columns.collect();
        self.possible.clear();
    }

    /// Takes a chunk in.
    pub(crate) fn take(&mut self, chunk: &Chunk<'_>) {
        for ((lane, _), column) in self.numbers.iter().zip(&mut self.columns) {
            let lane = chunk.lanes.get(*lane);
            let value = |row: usize| {
                let lane = lane.filter(|_| !bit(chunk.bad, row))?;
                lane.value(row).ok()
            };
            match column {
                Numbers::Integers(out) => out.extend((0..chunk.rows).map(|row| match value(row) {
                    Some(LaneValue::Integer(value)) => Some(value),
                    _ => None,
                })),
                Numbers::Decimals(out) => out.extend((0..chunk.rows).map(|row| match value(row) {
                    Some(LaneValue::Decimal(value)) => Some(value),
                    _ => None,
                })),
            }
        }
        if self.bands.is_empty() {
            return;
        }
        let lane = |at: usize| self.numbers.get(at).and_then(|(lane, _)| chunk.lanes.get(*lane));
        let lowest = lane(1);
        let end = |at: usize| chunk.lanes.get(at);
        let (low, high) = self.ends.map_or((None, None), |(low, high)| (end(low), end(high)));
        for row in 0..chunk.rows {
            let none = |absence: Absence| absence.is_error() || absence == Absence::NOT_APPLICABLE;
            let out = lowest.is_none_or(|lane| lane.value(row).is_err_and(none));
            self.possible.push(if bit(chunk.bad, row) || out {
                CodeSet::EMPTY
            } else {
                possible(&self.bands, chunk, row, low, high)
            });
        }
    }

    /// What was taken in, of rows with these keys.
    pub(crate) fn part(&mut self, first_row: u64, first: usize, keys: Option<Column>, rows: usize) -> InstrumentPart {
        let numbers = std::mem::take(&mut self.columns);
        let possible = std::mem::take(&mut self.possible);
        self.clear();
        InstrumentPart { first_row, first, keys, rows, numbers, possible }
    }
}

/// The bands that the scores from the least to the most are in; an end that is not known is open.
fn possible(
    bands: &[(Code, Option<usize>, Option<usize>)],
    chunk: &Chunk<'_>,
    row: usize,
    low: Option<&Lane<'_>>,
    high: Option<&Lane<'_>>,
) -> CodeSet {
    let end = |lane: Option<&Lane<'_>>| number(lane?.value(row).ok()?);
    let (low, high) = (end(low), end(high));
    let at = |lane: &Option<usize>| lane.and_then(|lane| number(chunk.lanes.get(lane)?.value(row).ok()?));
    bands.iter().fold(CodeSet::EMPTY, |set, (code, from, to)| {
        let under = matches!((high, at(from)), (Some(high), Some(from)) if high < from);
        let over = matches!((low, at(to)), (Some(low), Some(to)) if low > to);
        if under || over { set } else { set.with(*code) }
    })
}

fn number(value: LaneValue<'_>) -> Option<Decimal> {
    match value {
        LaneValue::Integer(value) => Some(Decimal::from_i64(value)),
        LaneValue::Decimal(value) => Some(value),
        _ => None,
    }
}

/// Rows of judgements that lack something, with the field that it is.
type Lacking = Vec<(usize, Option<FieldId>)>;

/// An override being read.
#[derive(Debug, Clone)]
pub(crate) struct OverrideJob {
    pub(crate) category: CategoryId,
    from: usize,
    because: usize,
    by: usize,
    on: Option<usize>,
    until: Option<usize>,
    required: Vec<(usize, Option<FieldId>)>,
    rows: Vec<(usize, Judged)>,
    lacking: Lacking,
}

impl OverrideJob {
    pub(crate) fn new(program: &Program, of: &Override, mut place: impl FnMut(NodeId) -> usize) -> Self {
        let field = |node: NodeId| match program.node(node).map(|node| &node.op) {
            Some(Op::Field(field)) => Some(*field),
            _ => None,
        };
        Self {
            category: of.category,
            from: place(of.from),
            because: place(of.because),
            by: place(of.by),
            on: of.on.map(&mut place),
            until: of.until.map(&mut place),
            required: of.required().map(|node| (place(node), field(node))).collect(),
            rows: Vec::new(),
            lacking: Vec::new(),
        }
    }

    /// Takes a chunk in.
    pub(crate) fn take(&mut self, chunk: &Chunk<'_>, as_of: Date) {
        let value = |lane: usize, row: usize| chunk.lanes.get(lane).and_then(|lane| lane.value(row).ok());
        let text = |lane: usize, row: usize| match value(lane, row) {
            Some(LaneValue::Text(text)) if !text.trim().is_empty() => Some(Arc::<str>::from(text)),
            _ => None,
        };
        let day = |lane: Option<usize>, row: usize| match value(lane?, row) {
            Some(LaneValue::Date(date)) => Some(date),
            _ => None,
        };
        for row in (0..chunk.rows).filter(|&row| !bit(chunk.bad, row)) {
            let Some(LaneValue::Code(code)) = value(self.from, row) else { continue };
            let lacks = |lane: usize| text(lane, row).is_none() && day(Some(lane), row).is_none();
            let before = self.lacking.len();
            for &(lane, field) in &self.required {
                if lacks(lane) {
                    self.lacking.push((chunk.from + row, field));
                }
            }
            let (Some(because), Some(by)) = (text(self.because, row), text(self.by, row)) else { continue };
            if self.lacking.len() > before {
                continue;
            }
            let until = day(self.until, row);
            let in_force = until.is_none_or(|until| as_of <= until);
            self.rows
                .push((chunk.from + row, Judged { value: code, because, by, on: day(self.on, row), until, in_force }));
        }
    }

    /// What was taken in, and what is lacking.
    pub(crate) fn part(&mut self) -> (Vec<(usize, Judged)>, Lacking) {
        (std::mem::take(&mut self.rows), std::mem::take(&mut self.lacking))
    }
}

/// The fault of a judgement that lacks something.
pub(crate) fn lacks(
    program: &Program,
    category: CategoryId,
    row: u64,
    key: Option<String>,
    field: Option<FieldId>,
) -> RowFault {
    let declared = program.category(category);
    let record = declared.map_or(assize_model::ids::RecordId(0), |category| category.record);
    let name = declared.map_or("?", |category| &category.heading.name);
    let what = field
        .and_then(|field| program.record(record)?.fields.get(field.index()))
        .map_or("?", |field| &field.heading.name);
    let message = format!("a judgement beside `{name}` without `{what}` is not taken");
    RowFault { record, row, key, field, code: OVERRIDE_LACKS, message }
}
