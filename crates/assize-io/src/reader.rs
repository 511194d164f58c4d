//! Streaming: batches of a record's rows from a file.

use crate::arrow::ArrowSource;
use crate::children::join;
use crate::csv::Csv;
use crate::error::{OpenError, ReadFailure};
use crate::fault::Counts;
use crate::interface::Rows;
use crate::json::Json;
use crate::options::{Format, Options};
use crate::plan::RecordPlan;
use crate::table::{Batch, MOST_ROWS, Nested, TableBuild, Tally};
use assize_model::ids::{FieldId, RecordId};
use assize_model::program::Program;
use assize_model::ty::Ty;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Reads the rows of one record, batch by batch.
pub struct Reader {
    plan: Arc<RecordPlan>,
    source: Source,
    tally: Tally,
    batch_bytes: usize,
    /// To be told once the rows before it were given.
    failure: Option<ReadFailure>,
    /// After a failure, and at the end.
    done: bool,
}

enum Source {
    Csv(Box<Csv>),
    Json(Box<Json>),
    Arrow(Box<ArrowSource>),
}

impl Reader {
    /// Opens a file of a record's rows.
    ///
    /// # Errors
    /// [`OpenError`]: when it cannot be read as such, or lacks columns.
    pub fn open(
        path: &Path,
        format: Format,
        program: &Program,
        record: RecordId,
        options: &Options,
    ) -> Result<Self, OpenError> {
        Self::of_source(Input::file(path)?, format, program, record, None, options)
    }

    /// Opens a stream, such as standard input. Parquet cannot be read from one.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn from_stream(
        stream: Box<dyn Read + Send>,
        format: Format,
        program: &Program,
        record: RecordId,
        options: &Options,
    ) -> Result<Self, OpenError> {
        Self::of_source(Input::Stream(stream), format, program, record, None, options)
    }

    /// Opens a file of children, whose field `by` is read as the key of their parents, which has that type.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open_children(
        path: &Path,
        format: Format,
        program: &Program,
        record: RecordId,
        by: (FieldId, Ty),
        options: &Options,
    ) -> Result<Self, OpenError> {
        Self::of_source(Input::file(path)?, format, program, record, Some(by), options)
    }

    /// Takes rows that come as Arrow columns.
    ///
    /// # Errors
    /// [`OpenError`]: when they lack columns, or have columns of other types.
    pub fn from_rows(rows: Rows, program: &Program, record: RecordId, options: &Options) -> Result<Self, OpenError> {
        let plan = Arc::new(RecordPlan::new(program, record, None).ok_or(OpenError::NoSuchRecord)?);
        let source = Source::Arrow(Box::new(rows.source(&plan, options)?));
        Ok(Self::of(plan, source, options))
    }

    fn of(plan: Arc<RecordPlan>, source: Source, options: &Options) -> Self {
        let tally = Tally::new(options.faults_kept, options.unique_keys);
        Self { plan, source, tally, batch_bytes: options.batch_bytes.min(1 << 30), failure: None, done: false }
    }

    fn of_source(
        input: Input,
        format: Format,
        program: &Program,
        record: RecordId,
        by: Option<(FieldId, Ty)>,
        options: &Options,
    ) -> Result<Self, OpenError> {
        let plan = Arc::new(RecordPlan::new(program, record, by).ok_or(OpenError::NoSuchRecord)?);
        let source = match format {
            Format::Csv | Format::Tsv => {
                let own = if format == Format::Csv { b',' } else { b'\t' };
                let delimiter = options.delimiter.unwrap_or(own);
                Source::Csv(Box::new(Csv::open(input.stream(), delimiter, options, &plan)?))
            }
            Format::JsonLines => Source::Json(Box::new(Json::open(input.stream(), options, program, &plan)?)),
            Format::Parquet => match input {
                #[cfg(feature = "parquet")]
                Input::File(file) => Source::Arrow(Box::new(crate::parquet::open(file, &plan, options)?)),
                #[cfg(not(feature = "parquet"))]
                Input::File(_) => return Err(OpenError::NoParquet),
                Input::Stream(_) => return Err(OpenError::Stream),
            },
        };
        Ok(Self::of(plan, source, options))
    }

    /// All rows that are left, in one batch, however many bytes they are.
    ///
    /// # Errors
    /// [`ReadFailure`]; [`ReadFailure::TooManyRows`] where they do not fit in one table.
    pub fn read_all(&mut self) -> Result<Batch, ReadFailure> {
        self.read_all_while(&mut |_| true)
    }

    /// All rows that are left, in one batch, for as long as `go_on` says so, which is told now and then how many rows were
    /// read.
    ///
    /// # Errors
    /// As [`Reader::read_all`]; [`ReadFailure::Stopped`].
    pub fn read_all_while(&mut self, go_on: &mut dyn FnMut(u64) -> bool) -> Result<Batch, ReadFailure> {
        self.batch_bytes = usize::MAX;
        let mut parts = Vec::new();
        let mut rows = 0;
        while let Some(batch) = self.next_while(MOST_ROWS as usize, go_on)? {
            rows += batch.table.rows;
            if !go_on(rows as u64) {
                return Err(ReadFailure::Stopped);
            }
            if rows > MOST_ROWS as usize {
                return Err(ReadFailure::TooManyRows { most: MOST_ROWS });
            }
            parts.push(batch);
        }
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let tally = match &mut self.source {
            Source::Arrow(arrow) => arrow.binder.tally(),
            _ => &mut self.tally,
        };
        Ok(join(&self.plan, parts, tally))
    }

    /// The next rows, at most so many (at least one); `None` when there are no more. A batch can have fewer rows when
    /// they are long.
    ///
    /// # Errors
    /// [`ReadFailure`], after which there is nothing more.
    pub fn next_batch(&mut self, max_rows: usize) -> Result<Option<Batch>, ReadFailure> {
        self.next_while(max_rows, &mut |_| true)
    }

    fn next_while(
        &mut self,
        max_rows: usize,
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Option<Batch>, ReadFailure> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        if self.done {
            return Ok(None);
        }
        let max_rows = max_rows.clamp(1, MOST_ROWS as usize);
        let binding = match &mut self.source {
            Source::Csv(csv) => &csv.binding,
            Source::Json(json) => json.binding(),
            Source::Arrow(arrow) => {
                let next = arrow.next_batch(max_rows);
                self.done = !matches!(next, Ok(Some(_)));
                return next;
            }
        };
        let mut build = TableBuild::new(&self.plan, binding);
        let rows = self.tally.counts.rows;
        let mut bytes = 0;
        loop {
            let want = max_rows - build.rows as usize;
            if want == 0 || bytes > self.batch_bytes {
                break;
            }
            let read = match &mut self.source {
                Source::Csv(csv) => csv
                    .read(&mut build, want, &mut self.tally)
                    .map_err(|error| ReadFailure::Io { rows: rows + u64::from(build.rows), error }),
                Source::Json(json) => json.read(&mut build, want, &mut self.tally),
                Source::Arrow(_) => Ok(None),
            };
            match read {
                Ok(Some(more)) => {
                    bytes += more;
                    if !go_on(u64::from(build.rows)) {
                        self.done = true;
                        return Err(ReadFailure::Stopped);
                    }
                }
                Ok(None) => {
                    self.done = true;
                    break;
                }
                Err(failure) => {
                    self.done = true;
                    self.failure = Some(failure);
                    break;
                }
            }
        }
        let children = match &mut self.source {
            Source::Json(json) => json.take_children(),
            _ => Nested::default(),
        };
        if build.rows == 0 {
            return self.failure.take().map_or(Ok(None), Err);
        }
        let mut batch = build.finish(&mut self.tally);
        batch.children = children;
        Ok(Some(batch))
    }

    /// Whether the rows can have children inside them by a path of `many` fields: it is JSON, and among the first objects
    /// one has the member, or there are none that could.
    pub fn nests(&self, path: &[FieldId]) -> bool {
        match &self.source {
            Source::Json(json) => json.nests(path),
            _ => false,
        }
    }

    /// What was read so far, over all batches.
    pub const fn counts(&self) -> Counts {
        match &self.source {
            Source::Arrow(arrow) => arrow.binder.counts(),
            _ => self.tally.counts,
        }
    }

    /// What was read so far of records that stood inside those that were read; only from JSON.
    pub fn child_counts(&self) -> Vec<(RecordId, Counts)> {
        match &self.source {
            Source::Json(json) => json.child_counts().collect(),
            _ => Vec::new(),
        }
    }
}

/// Where the bytes come from.
enum Input {
    File(File),
    Stream(Box<dyn Read + Send>),
}

impl Input {
    fn file(path: &Path) -> Result<Self, OpenError> {
        let file = File::open(path)?;
        if file.metadata()?.is_dir() {
            return Err(OpenError::Io(std::io::ErrorKind::IsADirectory.into()));
        }
        Ok(Self::File(file))
    }

    fn stream(self) -> Box<dyn Read + Send> {
        match self {
            Self::File(file) => Box::new(file),
            Self::Stream(stream) => stream,
        }
    }
}
