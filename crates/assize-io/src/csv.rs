//! Delimited text.

mod split;

use crate::codes::{STRAY_TEXT, UNCLOSED_QUOTE};
use crate::decode::Cell;
use crate::error::OpenError;
use crate::fault::Sink;
use crate::headings::{Binding, bind};
use crate::plan::RecordPlan;
use crate::table::{Cells, TableBuild, Tally};
use assize_model::read::{RAGGED_ROW, TOO_LONG};
use split::{Limits, Problem, Rows, Span, Splitter};
use std::io::{self, Read};

/// Bytes read, split and decoded together: few enough to stay in the cache next to the core.
const BLOCK: usize = 256 << 10;

/// Rows of delimited text.
pub(crate) struct Csv {
    splitter: Splitter<Box<dyn Read + Send>>,
    limits: Limits,
    pub(crate) binding: Binding,
    columns: usize,
}

impl Csv {
    pub(crate) fn open(
        source: Box<dyn Read + Send>,
        delimiter: u8,
        options: &crate::Options,
        plan: &RecordPlan,
    ) -> Result<Self, OpenError> {
        if matches!(delimiter, b'\n' | b'\r' | b'"') || !delimiter.is_ascii() {
            return Err(OpenError::Options("the delimiter is not one ASCII character other than a quote or line end"));
        }
        let most = 1 << 30;
        let limits = Limits {
            delimiter,
            cell: options.longest_cell.min(most),
            row: options.longest_row.min(most),
            block: BLOCK,
        };
        let mut splitter = Splitter::new(source, limits);
        match splitter.peek()? {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Err(OpenError::Encoding("UTF-16")),
            [b'P', b'A', b'R', b'1', ..] => return Err(OpenError::Headings("this is a Parquet file")),
            [b'P', b'K', 3, 4, ..] => return Err(OpenError::Headings("this is a workbook or another ZIP archive")),
            [0x1f, 0x8b, ..] => return Err(OpenError::Headings("the file is compressed")),
            _ => {}
        }
        let headings = splitter.headings()?.ok_or(OpenError::NoHeadings)?.map_err(|problem| {
            OpenError::Headings(match problem {
                Problem::Unclosed => "a quote is never closed",
                Problem::Stray => "there is text after a closing quote",
                Problem::LongCell | Problem::LongRow | Problem::Cells(_) => "it is too long",
            })
        })?;
        let columns = headings.len();
        let headings: Vec<String> =
            headings.into_iter().map(|heading| String::from_utf8_lossy(&heading).into_owned()).collect();
        let mut binding = bind(plan, &headings).map_err(|error| match headings.as_slice() {
            [only] if matches!(error, OpenError::MissingColumns(_)) => {
                let found = b";,\t|".iter().find(|&&sign| sign != delimiter && only.as_bytes().contains(&sign));
                found.map_or(error, |&found| OpenError::Delimiter { found, wanted: delimiter })
            }
            _ => error,
        })?;
        // Only the columns that are read get a slot.
        let mut slots = vec![usize::MAX; columns];
        let mut width = 0;
        let mut slot_of = |column: &mut usize| {
            if let Some(slot) = slots.get_mut(*column) {
                if *slot == usize::MAX {
                    *slot = width;
                    width += 1;
                }
                *column = *slot;
            }
        };
        for bound in binding.iter_mut().flatten() {
            slot_of(&mut bound.column);
            bound.upper.as_mut().map(&mut slot_of);
            bound.companion.as_mut().map(&mut slot_of);
        }
        splitter.select(slots, width);
        Ok(Self { splitter, limits, binding, columns })
    }

    /// Reads up to `most` rows, and says how many bytes they took; `None` when there are no more.
    pub(crate) fn read(&mut self, build: &mut TableBuild, most: usize, tally: &mut Tally) -> io::Result<Option<usize>> {
        if !self.splitter.next(most)? {
            return Ok(None);
        }
        let rows = self.splitter.rows();
        let mut whole = Sink::new(None, tally.room);
        for &(row, problem) in &rows.problems {
            whole.add(build.rows + row, || self.describe(problem));
        }
        let bytes = self.splitter.buffer();
        let (from, region) = self.splitter.region();
        let cells = CsvCells { rows, bytes, text: std::str::from_utf8(region).ok().map(|text| (from, text)) };
        build.add(&cells, &self.binding, whole, tally);
        Ok(Some(region.len()))
    }

    fn describe(&self, problem: Problem) -> (&'static str, String) {
        let cells = |count| if count == 1 { "1 cell".into() } else { format!("{count} cells") };
        match problem {
            Problem::Cells(found) => {
                (RAGGED_ROW, format!("the row has {}, and there are {} headings", cells(found), self.columns))
            }
            Problem::Unclosed => {
                (UNCLOSED_QUOTE, "a quote that is opened in this row is never closed; the row ends at its line".into())
            }
            Problem::Stray => (STRAY_TEXT, "there is text after a closing quote".into()),
            Problem::LongCell => (TOO_LONG, format!("a cell is longer than {} bytes", self.limits.cell)),
            Problem::LongRow => (TOO_LONG, format!("the row is longer than {} bytes", self.limits.row)),
        }
    }
}

/// The rows that were split last.
struct CsvCells<'a> {
    rows: &'a Rows,
    bytes: &'a [u8],
    /// The part of the bytes that the rows lie in, and where it begins; `None` where some of it is not UTF-8.
    text: Option<(usize, &'a str)>,
}

impl Cells for CsvCells<'_> {
    fn len(&self) -> usize {
        self.rows.len
    }

    #[inline]
    fn column(&self, slot: usize) -> impl Iterator<Item = Cell<'_>> {
        self.rows.column(slot).map(|span: Span| match self.text {
            _ if span.is_broken() => Cell::Broken,
            Some((from, text)) => Cell::Text(span.of_text(text, from)),
            None => match std::str::from_utf8(span.of(self.bytes)) {
                Ok(text) => Cell::Text(text),
                Err(_) => Cell::NotUtf8,
            },
        })
    }
}
