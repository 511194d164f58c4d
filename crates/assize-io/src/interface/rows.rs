//! Rows of a record as columns of another program.

use super::format::taken_as;
use super::import::Columns;
use super::stream::{self, Column, Stream};
use super::{ArrowArray, ArrowArrayStream, ArrowSchema, InterfaceError};
use crate::arrow::{ArrowSource, Batches, Binder};
use crate::error::{OpenError, ReadFailure};
use crate::options::Options;
use crate::plan::RecordPlan;
use arrow_array::{RecordBatch, RecordBatchOptions, make_array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use std::fmt;
use std::sync::Arc;

/// Columns of another program, taken over.
pub struct Rows {
    columns: Vec<Column>,
    producer: Producer,
}

enum Producer {
    Stream(Stream),
    /// Until it is given.
    One(Option<Columns>),
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("columns", &self.columns).finish_non_exhaustive()
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
        Ok(Self { columns: stream.schema()?, producer: Producer::Stream(stream) })
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
        // SAFETY: the caller's word is passed on. Of the two, the array is taken over even where the schema is wrong.
        let columns = unsafe { stream::schema(schema) };
        let count = columns.as_ref().map_or(0, Vec::len);
        // SAFETY: as above.
        let array = unsafe { stream::columns(array, count) };
        Ok(Self { columns: columns?, producer: Producer::One(Some(array?)) })
    }

    /// The names of the columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// The rows, of which only the columns of the record's fields are looked at.
    pub(crate) fn source(self, plan: &Arc<RecordPlan>, options: &Options) -> Result<ArrowSource, OpenError> {
        // A column of a format that is not known is refused only where it is read.
        let field = |name: &str, ty: DataType| Field::new(name, ty, true);
        let ty = |column: &Column| column.ty.clone().unwrap_or(DataType::Null);
        let schema: Vec<Field> = self.columns.iter().map(|column| field(&column.name, ty(column))).collect();
        let mut binder = Binder::of_plan(plan, &Schema::new(schema), options)?;
        let wanted = binder.columns();
        binder.project(&wanted);
        let mut read = Vec::with_capacity(wanted.len());
        let mut fields = Vec::with_capacity(wanted.len());
        for at in wanted {
            let Some(column) = self.columns.get(at) else { continue };
            match &column.ty {
                Ok(ty) => {
                    fields.push(field(&column.name, taken_as(ty)));
                    read.push((at, ty.clone()));
                }
                Err(format) => {
                    let (column, format) = (column.name.clone(), format.clone());
                    return Err(InterfaceError::Format { column, format }.into());
                }
            }
        }
        let columns = self.columns.len();
        let projected = Projected { producer: self.producer, columns, read, schema: Arc::new(Schema::new(fields)) };
        Ok(ArrowSource::new(projected, binder))
    }
}

/// Rows with only the columns that are read.
struct Projected {
    producer: Producer,
    /// How many there are.
    columns: usize,
    /// The number and the type of each that is read.
    read: Vec<(usize, DataType)>,
    schema: SchemaRef,
}

impl Batches for Projected {
    fn next(&mut self, rows: u64) -> Result<Option<RecordBatch>, ReadFailure> {
        let next = match &mut self.producer {
            Producer::Stream(stream) => stream.next(self.columns),
            Producer::One(columns) => Ok(columns.take()),
        };
        let batch = next.and_then(|columns| columns.map(|columns| self.batch(&columns)).transpose());
        batch.map_err(|error| ReadFailure::Interface { rows, error })
    }
}

impl Projected {
    fn batch(&self, columns: &Columns) -> Result<RecordBatch, InterfaceError> {
        let mut arrays = Vec::with_capacity(self.read.len());
        for (field, (at, ty)) in self.schema.fields().iter().zip(&self.read) {
            // SAFETY: the type is that of the schema, which the arrays are of by the word given when they were taken.
            let column = unsafe { columns.column(*at, ty) };
            let column = column.map_err(|what| InterfaceError::Array { column: field.name().clone(), what })?;
            arrays.push(make_array(column));
        }
        let options = RecordBatchOptions::new().with_row_count(Some(columns.rows()));
        RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options)
            .map_err(|error| InterfaceError::Rows(error.to_string()))
    }
}
