//! Results to files: rows of plain columns as CSV, TSV, JSON Lines or Parquet, or as Arrow record batches.
//!
//! What a cell says is written as it is: a text that begins with `=`, `+`, `-` or `@` is not altered, though a
//! spreadsheet that opens a CSV file may take it for a formula. A missing value is an empty cell, or `null`.

mod arrow;
mod column;
mod text;

pub use arrow::{record_batch, schema};
pub use column::{Indices, OutColumn, OutField, OutType, OutValues};

use crate::options::Format;
#[cfg(feature = "parquet")]
use parquet::{arrow::ArrowWriter, basic::Compression, file::properties::WriterProperties};
use std::io::{self, Write};
use std::sync::Arc;
use text::Text;

/// Why results cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The file or stream cannot be written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The columns are not those that were announced, or not all as long.
    #[error("the column `{0}` is not as it was announced")]
    Shape(String),
    /// A decimal needs more places than its column has, or more than 38 digits with them.
    #[error("{value} does not fit in the column `{column}` of {scale} places")]
    Decimal {
        /// The column.
        column: String,
        /// The value.
        value: String,
        /// The column's places.
        scale: u8,
    },
    /// The Parquet file cannot be written.
    #[error("{0}")]
    Parquet(String),
}

/// Rows held before they are encoded, for Parquet.
#[cfg(feature = "parquet")]
const ROW_GROUP: usize = 1 << 17;

/// Writes rows, batch by batch.
pub struct Writer<W: Write + Send> {
    fields: Arc<[OutField]>,
    sink: Sink<W>,
}

enum Sink<W: Write + Send> {
    Text(W, Box<Text>),
    #[cfg(feature = "parquet")]
    Parquet(Box<ArrowWriter<W>>),
}

impl<W: Write + Send> Writer<W> {
    /// Writes to a sink; of CSV and TSV the headings at once. Text goes to the sink in large pieces, so that it needs no
    /// buffer of its own.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn new(mut sink: W, format: Format, fields: Vec<OutField>) -> Result<Self, WriteError> {
        let fields: Arc<[OutField]> = fields.into();
        let sink = match format {
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => {
                return Err(WriteError::Parquet("this build of the engine does not write Parquet".to_owned()));
            }
            #[cfg(feature = "parquet")]
            Format::Parquet => {
                let properties = WriterProperties::builder()
                    .set_compression(Compression::SNAPPY)
                    .set_max_row_group_row_count(Some(ROW_GROUP))
                    .build();
                let writer = ArrowWriter::try_new(sink, Arc::new(schema(&fields)), Some(properties));
                Sink::Parquet(Box::new(writer.map_err(|error| WriteError::Parquet(error.to_string()))?))
            }
            Format::Csv | Format::Tsv | Format::JsonLines => {
                let mut text = Box::new(Text::new(format, &fields));
                text.headings(&fields);
                text.flush(&mut sink)?;
                Sink::Text(sink, text)
            }
        };
        Ok(Self { fields, sink })
    }

    /// Writes rows: a column for each of the fields, all of them as long.
    ///
    /// # Errors
    /// [`WriteError`]. What was written of the batch before is not taken back.
    pub fn write_batch(&mut self, columns: &[OutColumn<'_>], rows: usize) -> Result<(), WriteError> {
        column::check(&self.fields, columns, rows)?;
        match &mut self.sink {
            Sink::Text(sink, text) => text.write(&self.fields, columns, rows, sink),
            #[cfg(feature = "parquet")]
            Sink::Parquet(writer) => {
                let batch = record_batch(&self.fields, columns, rows)?;
                writer.write(&batch).map_err(|error| WriteError::Parquet(error.to_string()))
            }
        }
    }

    /// Writes what is left and gives the sink back, flushed.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn finish(self) -> Result<W, WriteError> {
        let mut sink = match self.sink {
            Sink::Text(sink, _) => sink,
            #[cfg(feature = "parquet")]
            Sink::Parquet(writer) => writer.into_inner().map_err(|error| WriteError::Parquet(error.to_string()))?,
        };
        sink.flush()?;
        Ok(sink)
    }
}
