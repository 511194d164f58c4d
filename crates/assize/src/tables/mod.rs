//! Results as columns: for files, and as Arrow streams.
//!
//! | table | columns |
//! |---|---|
//! | a category | `key`, `value`, `state`, `because`, `possible`, `missing`, `error`; without reasons not the three lists |
//! | a category with responses | also `response`, `responsible`, and `due`, the first day on which any of them is |
//! | a category beside which people judge | also `override`, `override_because`, `override_by`, `override_on`, `override_until`, `override_in_force` |
//! | an instrument | `key`; `score`, `lowest`, `highest`, `answered`; `band`, `state`, `possible`; what people judged; `routes`, `possible_routes`; what each item adds |
//! | a measure | its breakdowns, `period`, `from`, `to`, a count a stage, `numerator`, `denominator`, `value`, `value_exact`, `lower`, `upper`, `state`, `not_decided` |
//! | a measure that is compared | also `compared_with`, `compared_up_to`, `compared_value`, `difference`, `percent_change`, `percent_lower`, `percent_upper`, `compared_because` |
//! | a measure with a target | also `target`, `target_expected`, `target_because` |
//! | a measure's charts, a row a point | its breakdowns, `period`, `from`, `to`, `chart`, `phase`, `value`, `centre`, `lower_…` and `upper_…` for each level (`lower_3_sigma`, `lower_99_8`), `left_out`, `flags`, `because` |
//! | an audit's groups | its breakdowns, `all`, `period`, `from`, `to`, `state`, `n`, the counts of the four cells, `not_decided`, `censored`, `left_out`, six shares in percent with `…_lower` and `…_upper`, `auc`; where the audit says what is expected also `expected_records`, `expected`, `observed`, `expected_over_observed` with `…_lower` and `…_upper` |
//! | indicators | `indicator`, `title`, `evidence`, the facets, `source`, `collected`, `owner`, `method`, `state`, `value`, `lower`, `upper`, `answers`, `level`, `possible`, the score out of 100 `at_least` and `at_most`, `target`, `because` |
//! | evaluations, a row for the whole and one for each objective | `evaluation`, `objective` (none for the whole), `title`, `weight`, `level`, `at_least`, `at_most`, `because`, `known`, `indicators` |
//! | the evaluation matrix | `evaluation`, `objective`, `question`, `criterion`, `indicator`, `source`, `method`, `frequency`, `responsible`, `collected` |
//! | errors | `record`, `row`, `key`, `field`, `code`, `message` |
//! | members | `key`, `stage`, the measure's breakdowns, `period` |
//!
//! In Arrow and Parquet numbers, dates and keys have their own types: a key that is an integer is one, so that results
//! join with the data they came from; a record without a key has the number of its row, from 1. In CSV and JSON Lines
//! they are the texts that the JSON form has. A breakdown whose value is missing has its reason in `NAME__missing`.

mod audit;
mod category;
mod chart;
mod codes;
mod column;
mod evaluation;
mod instrument;
mod measure;
mod rows;

use crate::results::Results;
use assize_io::Format;
use assize_io::interface::{ArrowArrayStream, export as export_batches};
use assize_io::out::{OutColumn, OutField, WriteError, Writer, record_batch};
use assize_model::ids::{CategoryId, MeasureId};
use column::Columns;
use std::io::Write;
use std::sync::Arc;

/// A table of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// A category's outcomes, a row a record.
    Category(CategoryId),
    /// An instrument's rows, a row a record: one of [`assize_model::program::Program::instruments`].
    Instrument(usize),
    /// A measure's rows.
    Measure(MeasureId),
    /// The points of a measure's charts.
    Charts(MeasureId),
    /// The groups of an audit.
    Audit(MeasureId),
    /// What was found for each indicator.
    Indicators,
    /// What evaluations come to, and their objectives.
    Evaluations,
    /// The evaluation matrix of all evaluations.
    Matrix,
    /// What is wrong with rows of the data.
    Errors,
    /// Who is in the measure that was asked for.
    Members,
    /// A category's values and states as bare numbers: `value`, the place of its code in the list, and after the last
    /// that of none; `known`, whether there is one; and `state`, by [`assize_model::program::State`]. Not under `hit all`.
    Codes(CategoryId),
}

/// Whether numbers, dates and keys have types of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Typing {
    Typed,
    Texts,
}

impl Typing {
    const fn of(format: Format) -> Self {
        match format {
            Format::Parquet => Self::Typed,
            Format::Csv | Format::Tsv | Format::JsonLines => Self::Texts,
        }
    }
}

/// How many rows a table has; `None` where the results do not have it.
pub fn rows(results: &Results, which: Which) -> Option<usize> {
    match which {
        Which::Instrument(number) => results.instrument(number).map(|of| of.rows()),
        Which::Category(id) | Which::Codes(id) => results.category(id).map(|category| category.rows()),
        Which::Measure(id) => results.measure(id).map(|table| table.rows.len()),
        Which::Charts(id) => chart::rows(results, id),
        Which::Audit(id) => audit::rows(results, id),
        Which::Indicators => Some(results.indicators.len()),
        Which::Evaluations => Some(evaluation::evaluation_rows(results)),
        Which::Matrix => Some(evaluation::matrix_rows(results)),
        Which::Errors => Some(results.records.iter().map(|record| record.errors.len()).sum()),
        Which::Members => results.members.as_ref().map(|members| members.rows.len()),
    }
}

/// The columns of a table in Arrow, with their types; `None` where the results do not have it.
pub fn fields(results: &Results, which: Which) -> Option<Vec<OutField>> {
    Some(match which {
        Which::Category(id) => category::fields(results, results.category(id)?, Typing::Typed),
        Which::Codes(id) => codes::fields(&results.program, id)?,
        _ => whole(results, which, Typing::Typed)?.fields(),
    })
}

/// Writes a table.
///
/// # Errors
/// [`WriteError`]; [`WriteError::Shape`] where the results do not have it.
pub fn write<W: Write + Send>(results: &Results, which: Which, format: Format, sink: W) -> Result<W, WriteError> {
    let typing = Typing::of(format);
    let none = || WriteError::Shape("the results do not have this table".to_owned());
    if let Which::Category(id) = which {
        let of = results.category(id).ok_or_else(none)?;
        let mut writer = Writer::new(sink, format, category::fields(results, of, typing))?;
        for (number, part) in of.parts.iter().enumerate() {
            let write = |columns: &[OutColumn<'_>], rows| writer.write_batch(columns, rows);
            category::with_columns(results, of, number, part, typing, None, write)?;
        }
        return writer.finish();
    }
    let table = whole(results, which, typing).ok_or_else(none)?;
    let mut writer = Writer::new(sink, format, table.fields())?;
    table.with_columns(|columns, rows| writer.write_batch(columns, rows))?;
    writer.finish()
}

/// Writes an Arrow stream of a table, whose batches are made when they are asked for; the stream keeps the results. Gives
/// whether the results have the table; where not, nothing is written.
///
/// # Safety
/// `out` points to a place for a stream; what stood there is not released.
#[expect(unsafe_code, reason = "the C Data Interface hands structs over by pointer")]
pub unsafe fn export(results: &Arc<Results>, which: Which, out: *mut ArrowArrayStream) -> bool {
    // SAFETY: the caller's word is passed on.
    unsafe { export_columns(results, which, None, out) }
}

/// As [`export`], of some of the columns, by their places among [`fields`], in the order in which they are named; those
/// that are not there are left out. Only these are made.
///
/// # Safety
/// As of [`export`].
#[expect(unsafe_code, reason = "the C Data Interface hands structs over by pointer")]
pub unsafe fn export_columns(
    results: &Arc<Results>,
    which: Which,
    some: Option<&[usize]>,
    out: *mut ArrowArrayStream,
) -> bool {
    let Some(all) = fields(results, which) else { return false };
    let some: Option<Arc<[usize]>> = some.map(|some| some.iter().copied().filter(|&at| at < all.len()).collect());
    let fields: Arc<[OutField]> = chosen(&all, some.as_deref()).into();
    let (held, names) = (Arc::clone(results), Arc::clone(&fields));
    let batch = move |columns: &[OutColumn<'_>], rows| {
        record_batch(&names, columns, rows).map_err(|error: WriteError| error.to_string())
    };
    if let Which::Category(id) | Which::Codes(id) = which {
        let parts = results.category(id).map_or(0, |category| category.parts.len());
        let bare = which == Which::Codes(id);
        let batches = (0..parts).map(move |at| {
            let of = held.category(id).ok_or("the category is not there")?;
            let part = of.parts.get(at).ok_or("the rows are not there")?;
            if bare {
                codes::with_columns(part, |columns, rows| batch(&chosen(columns, some.as_deref()), rows))
            } else {
                category::with_columns(&held, of, at, part, Typing::Typed, some.as_deref(), &batch)
            }
        });
        // SAFETY: the caller's word is passed on.
        unsafe { export_batches(&fields, batches, out) };
    } else {
        let batches = std::iter::once_with(move || {
            let table = whole(&held, which, Typing::Typed).ok_or("the table is not there")?;
            table.with_columns(|columns, rows| batch(&chosen(columns, some.as_deref()), rows))
        });
        // SAFETY: the caller's word is passed on.
        unsafe { export_batches(&fields, batches, out) };
    }
    true
}

/// Those that are named by their places, in that order; all, unless any are.
fn chosen<T: Clone>(all: &[T], some: Option<&[usize]>) -> Vec<T> {
    match some {
        Some(some) => some.iter().filter_map(|&at| all.get(at).cloned()).collect(),
        None => all.to_vec(),
    }
}

/// A table that is made at once.
fn whole(results: &Results, which: Which, typing: Typing) -> Option<Columns> {
    match which {
        Which::Instrument(number) => instrument::columns(results, number, typing),
        Which::Category(_) | Which::Codes(_) => None,
        Which::Measure(id) => measure::columns(results, id, typing),
        Which::Charts(id) => chart::columns(results, id, typing),
        Which::Audit(id) => audit::columns(results, id, typing),
        Which::Indicators => Some(evaluation::indicators(results, typing)),
        Which::Evaluations => Some(evaluation::evaluations(results, typing)),
        Which::Matrix => Some(evaluation::matrix(results)),
        Which::Errors => Some(rows::errors(results)),
        Which::Members => rows::members(results),
    }
}
