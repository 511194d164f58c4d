//! Rows of a record as columns of another program.

use super::stream::{self, Stream};
use super::{ArrowArray, ArrowArrayStream, ArrowSchema, InterfaceError};
use crate::arrow::{ArrowSource, Batches, Binder};
use crate::error::{OpenError, ReadFailure};
use crate::options::Options;
use crate::plan::RecordPlan;
use arrow_array::{RecordBatch, RecordBatchOptions, make_array};
use arrow_data::ArrayData;
use arrow_schema::{Field, Schema, SchemaRef};
use std::fmt;
use std::sync::Arc;

/// Columns of another program, taken over.
pub struct Rows {
    schema: SchemaRef,
    producer: Producer,
}

enum Producer {
    Stream(Stream),
    /// Until it is given.
    One(Option<ArrayData>),
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl Rows {
    /// Takes a stream of struct arrays over: each is a batch of rows, its children are the columns. The stream is marked
    /// as released where it was, also when this fails.
    ///
    /// # Errors
    /// [`InterfaceError`].
    ///
    /// # Safety
    /// `stream` is NULL or points to a stream that keeps to the interface, whose buffers are as long as its arrays say.
    pub unsafe fn from_stream(stream: *mut ArrowArrayStream) -> Result<Self, InterfaceError> {
        // SAFETY: the caller's word is passed on.
        let mut stream = unsafe { Stream::take(stream) }?;
        Ok(Self { schema: Arc::new(stream.schema()?), producer: Producer::Stream(stream) })
    }

    /// Takes one struct array over, with its schema. Both are marked as released where they were, also when this fails.
    ///
    /// # Errors
    /// [`InterfaceError`].
    ///
    /// # Safety
    /// The pointers are NULL or point to a schema and an array of it that keep to the interface, whose buffers are as
    /// long as the array says.
    pub unsafe fn from_array(schema: *mut ArrowSchema, array: *mut ArrowArray) -> Result<Self, InterfaceError> {
        // SAFETY: the caller's word is passed on. Of the two, the array must be released even where the schema is wrong.
        let schema = unsafe { stream::schema(schema) };
        let schema = match schema {
            Ok(schema) => schema,
            Err(error) => {
                // SAFETY: the caller's word is passed on; whatever the array holds, taking it releases it.
                let _ = unsafe { stream::columns(array, &Schema::empty()) };
                return Err(error);
            }
        };
        // SAFETY: the caller's word is passed on.
        let columns = unsafe { stream::columns(array, &schema) }?;
        Ok(Self { schema: Arc::new(schema), producer: Producer::One(Some(columns)) })
    }

    /// The names of the columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.schema.fields().iter().map(|field| field.name().as_str())
    }

    /// The rows, of which only the columns of the record's fields are looked at.
    pub(crate) fn source(self, plan: &Arc<RecordPlan>, options: &Options) -> Result<ArrowSource, OpenError> {
        let mut binder = Binder::of_plan(plan, &self.schema, options)?;
        let columns = binder.columns();
        binder.project(&columns);
        let project = |error: arrow_schema::ArrowError| InterfaceError::Schema(error.to_string());
        let projected = self.schema.project(&columns).map_err(project)?;
        // A producer that says there are no nulls, and sends some, is not refused for it.
        let nullable = projected.fields().iter().map(|field| Field::clone(field).with_nullable(true));
        let projected = Arc::new(Schema::new(nullable.collect::<Vec<_>>()));
        Ok(ArrowSource::new(Projected { rows: self, columns, projected }, binder))
    }
}

/// Rows with only the columns that are read.
struct Projected {
    rows: Rows,
    columns: Vec<usize>,
    projected: SchemaRef,
}

impl Batches for Projected {
    fn next(&mut self, rows: u64) -> Result<Option<RecordBatch>, ReadFailure> {
        let next = match &mut self.rows.producer {
            Producer::Stream(stream) => stream.next(&self.rows.schema),
            Producer::One(data) => Ok(data.take()),
        };
        let batch = next.and_then(|data| data.map(|data| self.batch(&data)).transpose());
        batch.map_err(|error| ReadFailure::Interface { rows, error })
    }
}

impl Projected {
    fn batch(&self, data: &ArrayData) -> Result<RecordBatch, InterfaceError> {
        let (from, rows) = (data.offset(), data.len());
        let mut arrays = Vec::with_capacity(self.columns.len());
        for (field, &at) in self.projected.fields().iter().zip(&self.columns) {
            let fault = |what: String| InterfaceError::Array { column: field.name().clone(), what };
            let child = data.child_data().get(at).ok_or_else(|| fault("it did not come".to_owned()))?;
            let column = child.slice(from, rows);
            column.validate_full().map_err(|error| fault(error.to_string()))?;
            arrays.push(make_array(column));
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(self.projected.clone(), arrays, &options)
            .map_err(|error| InterfaceError::Schema(error.to_string()))
    }
}
