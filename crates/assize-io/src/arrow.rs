//! Arrow columns in: what files in Parquet and other programs hand over.

mod column;
mod source;
mod text;

pub(crate) use source::{ArrowSource, Batches};

use crate::error::{OpenError, ReadFailure, WrongType};
use crate::fault::{Counts, Faults};
use crate::headings::{Binding, bind};
use crate::options::Options;
use crate::plan::RecordPlan;
use crate::table::{Batch, MOST_ROWS, Tally, batch};
use arrow_array::RecordBatch;
use arrow_schema::{DataType, Schema};
use assize_model::column::Table;
use assize_model::ids::RecordId;
use assize_model::program::Program;
use std::ops::Range;
use std::sync::Arc;

/// Takes Arrow record batches of one schema as rows of a record.
///
/// Columns are matched with fields by name as those of a CSV file are, and texts are read as its cells are. Whole
/// columns of integers, dates, booleans, decimals, instants and texts are taken over without a copy where every value
/// stands as the engine holds it.
#[derive(Debug)]
pub struct Binder {
    plan: Arc<RecordPlan>,
    binding: Binding,
    tally: Tally,
}

impl Binder {
    /// For batches of a schema.
    ///
    /// # Errors
    /// [`OpenError::MissingColumns`], [`OpenError::DuplicateHeadings`], [`OpenError::WrongTypes`],
    /// [`OpenError::NoSuchRecord`].
    pub fn new(program: &Program, record: RecordId, schema: &Schema, options: &Options) -> Result<Self, OpenError> {
        let plan = Arc::new(RecordPlan::new(program, record, None).ok_or(OpenError::NoSuchRecord)?);
        Self::of_plan(&plan, schema, options)
    }

    pub(crate) fn of_plan(plan: &Arc<RecordPlan>, schema: &Schema, options: &Options) -> Result<Self, OpenError> {
        let headings: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
        let binding = bind(plan, &headings)?;
        let mut wrong = Vec::new();
        for (field, bound) in plan.fields.iter().zip(&binding) {
            let Some(bound) = bound else { continue };
            for at in [Some(bound.column), bound.upper].into_iter().flatten() {
                let Some(column) = schema.fields().get(at) else { continue };
                if !column::takes(&field.kind, column.data_type()) {
                    wrong.push(WrongType {
                        field: field.name.to_string(),
                        heading: column.name().clone(),
                        found: column.data_type().to_string(),
                        wanted: field.kind.words(),
                    });
                }
            }
            let companion = bound.companion.and_then(|at| schema.fields().get(at));
            if let Some(column) = companion.filter(|column| !is_text(column.data_type())) {
                wrong.push(WrongType {
                    field: field.name.to_string(),
                    heading: column.name().clone(),
                    found: column.data_type().to_string(),
                    wanted: "the reason for a missing value",
                });
            }
        }
        if !wrong.is_empty() {
            return Err(OpenError::WrongTypes(wrong));
        }
        let tally = Tally::new(options.faults_kept, options.unique_keys);
        Ok(Self { plan: plan.clone(), binding, tally })
    }

    /// The columns that are read, ascending.
    pub(crate) fn columns(&self) -> Vec<usize> {
        let bounds = self.binding.iter().flatten();
        let mut columns: Vec<usize> =
            bounds.flat_map(|bound| [Some(bound.column), bound.upper, bound.companion]).flatten().collect();
        assize_model::order::sort(&mut columns);
        columns.dedup();
        columns
    }

    /// The columns of fields of some kinds.
    #[cfg(feature = "parquet")]
    pub(crate) fn columns_of(&self, wanted: impl Fn(&crate::plan::Kind) -> bool) -> Vec<usize> {
        let fields = self.plan.fields.iter().zip(&self.binding).filter(|(field, _)| wanted(&field.kind));
        fields.filter_map(|(_, bound)| bound.map(|bound| bound.column)).collect()
    }

    /// Says that batches will have only those columns.
    pub(crate) fn project(&mut self, columns: &[usize]) {
        let place = |column: &mut usize| *column = columns.binary_search(column).unwrap_or(usize::MAX);
        for bound in self.binding.iter_mut().flatten() {
            place(&mut bound.column);
            bound.upper.as_mut().map(place);
            bound.companion.as_mut().map(place);
        }
    }

    /// The rows of a batch; keys are compared with those of all batches before. The batch has the columns of the
    /// schema; one that it lacks is taken as missing in every row.
    ///
    /// # Errors
    /// [`ReadFailure::TooManyRows`].
    pub fn bind(&mut self, rows: &RecordBatch) -> Result<Batch, ReadFailure> {
        self.bind_rows(rows, 0..rows.num_rows())
    }

    /// Some of the rows of a batch, which has at least so many.
    pub(crate) fn bind_rows(&mut self, rows: &RecordBatch, some: Range<usize>) -> Result<Batch, ReadFailure> {
        let Self { plan, binding, tally } = self;
        let count = some.len();
        if count > MOST_ROWS as usize {
            return Err(ReadFailure::TooManyRows { most: MOST_ROWS });
        }
        let mut faults = Faults::default();
        let mut table = Table { record: plan.record, rows: count, columns: vec![None; plan.width], bad: Vec::new() };
        for (field, bound) in plan.fields.iter().zip(binding.iter()) {
            let Some(bound) = bound else { continue };
            let Some(whole) = rows.columns().get(bound.column) else { continue };
            let alone = bound.upper.is_none() && bound.companion.is_none();
            let shared = if alone { column::shared(field, whole, some.clone()) } else { None };
            let column = match shared {
                Some(column) => Some(column),
                None => {
                    let array = |at: usize| Some(rows.columns().get(at)?.slice(some.start, count));
                    let (upper, companion) = (bound.upper.and_then(array), bound.companion.and_then(array));
                    let values = whole.slice(some.start, count);
                    let mut sink = crate::fault::Sink::new(Some(field.field), tally.room);
                    let (upper, companion) = (upper.as_ref(), companion.as_ref());
                    let column = column::decode(field, &values, upper, companion, &mut sink, &mut tally.budget);
                    faults.take(sink);
                    column
                }
            };
            if let Some(place) = table.columns.get_mut(field.field.index()) {
                *place = column;
            }
        }
        faults.settle(tally.room);
        tally.check_keys(&table, plan, &mut faults);
        Ok(batch(plan, table, faults, tally))
    }

    pub(crate) fn tally(&mut self) -> &mut Tally {
        &mut self.tally
    }

    /// What was taken so far.
    pub const fn counts(&self) -> Counts {
        self.tally.counts
    }
}

/// Whether a column holds texts, or nothing.
fn is_text(ty: &DataType) -> bool {
    match ty {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => true,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}
