//! Parquet files, a batch at a time.

use crate::arrow::{ArrowSource, Batches, Binder};
use crate::error::{OpenError, ReadFailure};
use crate::options::Options;
use crate::plan::{Kind, RecordPlan};
use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Compression;
use parquet::file::metadata::ParquetMetaData;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Rows decoded together.
const ROWS: usize = 1 << 16;

/// Rows of a Parquet file.
pub(crate) fn open(file: File, plan: &Arc<RecordPlan>, options: &Options) -> Result<ArrowSource, OpenError> {
    guarded(|| open_unguarded(file, plan, options)).unwrap_or_else(|what| Err(OpenError::Parquet(what)))
}

fn open_unguarded(file: File, plan: &Arc<RecordPlan>, options: &Options) -> Result<ArrowSource, OpenError> {
    let broken = |error: parquet::errors::ParquetError| OpenError::Parquet(error.to_string());
    let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(broken)?;
    let mut binder = Binder::of_plan(plan, metadata.schema(), options)?;
    let columns = binder.columns();
    compressed(metadata.metadata(), &columns)?;
    // Texts of codes repeat: as a dictionary each is looked up once.
    let coded = binder.columns_of(|kind| matches!(kind, Kind::Code(_)));
    let fields = metadata.schema().fields().iter().enumerate().map(|(at, field)| {
        if coded.contains(&at) && *field.data_type() == DataType::Utf8 {
            let ty = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
            Arc::new(Field::clone(field).with_data_type(ty))
        } else {
            field.clone()
        }
    });
    let schema = Schema::new_with_metadata(fields.collect::<Vec<_>>(), metadata.schema().metadata().clone());
    let hinted = ArrowReaderOptions::new().with_schema(Arc::new(schema));
    let metadata = ArrowReaderMetadata::try_new(metadata.metadata().clone(), hinted).unwrap_or(metadata);
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
    let mask = ProjectionMask::roots(builder.parquet_schema(), columns.iter().copied());
    let reader = builder.with_projection(mask).with_batch_size(ROWS).build().map_err(broken)?;
    binder.project(&columns);
    Ok(ArrowSource::new(Parquet(reader), binder))
}

/// Refuses columns whose compression is not built in: the library would take them for damaged when it gets to them.
fn compressed(metadata: &ParquetMetaData, columns: &[usize]) -> Result<(), OpenError> {
    let schema = metadata.file_metadata().schema_descr();
    for group in metadata.row_groups() {
        for (at, chunk) in group.columns().iter().enumerate() {
            let codec = match chunk.compression() {
                Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::GZIP(_) | Compression::ZSTD(_) => {
                    continue;
                }
                Compression::BROTLI(_) => "Brotli",
                Compression::LZ4 | Compression::LZ4_RAW => "LZ4",
                Compression::LZO => "LZO",
            };
            if at < schema.num_columns() && columns.contains(&schema.get_column_root_idx(at)) {
                let column = schema.get_column_root(at).name().to_owned();
                return Err(OpenError::Compression { column, codec });
            }
        }
    }
    Ok(())
}

struct Parquet(ParquetRecordBatchReader);

impl Batches for Parquet {
    fn next(&mut self, rows: u64) -> Result<Option<RecordBatch>, ReadFailure> {
        let failure = |message: String| ReadFailure::Parquet { rows, message };
        guarded(|| self.0.next()).map_err(failure)?.transpose().map_err(|error| failure(error.to_string()))
    }
}

/// Runs the Parquet library, which panics on some damaged files: one bad file must not end the process.
fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        text.unwrap_or("it cannot be decoded").to_owned()
    })
}
