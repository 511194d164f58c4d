//! Delimited text to rows of cells: RFC 4180, with each broken row told apart from the rows around it.
//!
//! A row is ended by a line feed, a carriage return or both; blank lines are no rows. A quote opens a quoted cell only
//! as the cell's first byte, and a doubled quote inside stands for one. A quote that is never closed (or not within the
//! longest cell allowed) does not swallow the rows after it: reading goes on at the line after the one that opened it.

use crate::window::{SPARE, Window};
use memchr::{memchr, memchr2};
use std::io::{self, Read};

/// What `Span::start` says of every cell of a row that could not be split.
const BROKEN: u32 = u32::MAX;
/// Bytes looked at together; the window has as many to spare at its end.
const STEP: usize = SPARE;

/// Columns that a file may have.
const MOST_COLUMNS: usize = 1 << 16;

/// Where a cell's text lies in the block's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    const BROKEN: Self = Self { start: BROKEN, end: BROKEN };
    const EMPTY: Self = Self { start: 0, end: 0 };

    /// Whether the row of the cell could not be split.
    #[inline]
    pub(crate) const fn is_broken(self) -> bool {
        self.start == BROKEN
    }

    /// The cell's bytes; none of a broken row.
    #[inline]
    pub(crate) fn of(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.start as usize..self.end as usize).unwrap_or(&[])
    }

    /// The cell's text; `text` is what the bytes from `from` on say.
    #[inline]
    pub(crate) fn of_text(self, text: &str, from: usize) -> &str {
        let at = |end: u32| (end as usize).wrapping_sub(from);
        text.get(at(self.start)..at(self.end)).unwrap_or("")
    }
}

/// Why a row could not be split, or not with certainty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Problem {
    /// More or fewer cells than headings: how many.
    Cells(usize),
    /// A quote that nothing closes.
    Unclosed,
    /// Text between a closing quote and the end of its cell.
    Stray,
    /// A cell past the limit.
    LongCell,
    /// A row past the limit.
    LongRow,
}

/// What a splitter is told of its input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The byte between cells.
    pub(crate) delimiter: u8,
    /// Bytes a cell may have.
    pub(crate) cell: usize,
    /// Bytes a row may have.
    pub(crate) row: usize,
    /// Bytes to read together.
    pub(crate) block: usize,
}

/// The rows split last.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// The wanted cells, row by row.
    spans: Vec<Span>,
    /// How many cells are wanted of a row.
    pub(crate) width: usize,
    /// How many rows there are.
    pub(crate) len: usize,
    /// The rows that could not be split, ascending.
    pub(crate) problems: Vec<(u32, Problem)>,
    /// Where in the buffer the rows begin and end.
    from: usize,
    to: usize,
}

impl Rows {
    /// The spans of one wanted cell of every row.
    #[inline]
    pub(crate) fn column(&self, slot: usize) -> impl ExactSizeIterator<Item = Span> {
        self.spans.get(slot..).unwrap_or(&[]).iter().step_by(self.width.max(1)).copied()
    }
}

/// Splits what a source gives.
pub(crate) struct Splitter<R> {
    window: Window<R>,
    limits: Limits,
    /// Whether what comes up to the next line's end belongs to a row that was too long.
    skipping: bool,
    /// For each column of the data, the slot of a row that its cells go to; [`usize::MAX`] for none.
    slots: Vec<usize>,
    rows: Rows,
    /// Quoted cells of the row being split that hold doubled quotes or stray text: slot, and where the quote closed.
    escaped: Vec<(usize, usize)>,
}

/// How the splitting of one row went.
enum Split {
    /// A row, up to here.
    Row(usize),
    /// A blank line, up to here.
    Blank(usize),
    /// A row that is set aside, up to here.
    Broken(usize, Problem),
    /// A row that is set aside, up to a line end that the buffer does not have.
    Rest(Problem),
    /// The buffer ends inside the row.
    More,
}

impl<R: Read> Splitter<R> {
    pub(crate) fn new(source: R, limits: Limits) -> Self {
        Self {
            window: Window::new(source, limits.block),
            limits,
            skipping: false,
            slots: Vec::new(),
            rows: Rows::default(),
            escaped: Vec::new(),
        }
    }

    /// The first row's cells, before any slots are set; `None` of an input without rows. The byte order mark is left
    /// off.
    pub(crate) fn headings(&mut self) -> io::Result<Option<Result<Vec<Vec<u8>>, Problem>>> {
        self.window.fill()?;
        self.window.skip_mark();
        loop {
            // A heading for every byte would be the most there could be; growing as they come keeps that small.
            self.rows.spans.clear();
            let mut cells = 0;
            let split = loop {
                self.slots = (0..cells).collect();
                self.rows.spans.resize(cells, Span::EMPTY);
                let mut finder =
                    Finder::new(&self.window.buffer, self.window.start, self.window.end, self.limits.delimiter);
                match self.split_row(self.window.start, 0, &mut finder) {
                    Split::Broken(_, Problem::Cells(found)) if found > MOST_COLUMNS => {
                        return Ok(Some(Err(Problem::LongRow)));
                    }
                    Split::Broken(_, Problem::Cells(found)) if found != cells => cells = found,
                    other => break other,
                }
            };
            match split {
                Split::More => {
                    if self.too_long() {
                        return Ok(Some(Err(Problem::LongRow)));
                    }
                    self.window.fill()?;
                }
                Split::Blank(next) => self.window.start = next,
                Split::Broken(_, problem) | Split::Rest(problem) => return Ok(Some(Err(problem))),
                Split::Row(next) => {
                    if next == self.window.start {
                        return Ok(None);
                    }
                    self.window.start = next;
                    let spans = std::mem::take(&mut self.rows.spans);
                    return Ok(Some(Ok(spans.iter().map(|span| span.of(&self.window.buffer).to_vec()).collect())));
                }
            }
            if self.window.drained && self.window.start == self.window.end {
                return Ok(None);
            }
        }
    }

    /// Says how many columns there are and which of them are wanted in which slot.
    pub(crate) fn select(&mut self, slots: Vec<usize>, width: usize) {
        self.slots = slots;
        self.rows.width = width;
    }

    /// The bytes that were read first, up to one block; for telling what kind of file it is.
    pub(crate) fn peek(&mut self) -> io::Result<&[u8]> {
        if self.window.end == 0 {
            self.window.fill()?;
        }
        Ok(self.window.rest())
    }

    /// Splits up to `most` further rows, fewer where the buffer ends; `false` when there are no more.
    pub(crate) fn next(&mut self, most: usize) -> io::Result<bool> {
        self.rows.spans.clear();
        self.rows.problems.clear();
        self.rows.len = 0;
        self.rows.from = self.window.start;
        if most == 0 {
            return Ok(true);
        }
        loop {
            if self.skipping {
                self.skip();
            }
            let mut finder =
                Finder::new(&self.window.buffer, self.window.start, self.window.end, self.limits.delimiter);
            while self.rows.len < most && self.window.start < self.window.end {
                let base = self.rows.spans.len();
                self.rows.spans.resize(base + self.rows.width, Span::EMPTY);
                match self.split_row(self.window.start, base, &mut finder) {
                    Split::Row(next) => {
                        self.window.start = next;
                        self.rows.len += 1;
                    }
                    Split::Blank(next) => {
                        self.window.start = next;
                        self.rows.spans.truncate(base);
                    }
                    Split::Broken(next, problem) => {
                        finder = Finder::new(&self.window.buffer, next, self.window.end, self.limits.delimiter);
                        self.window.start = next;
                        self.set_aside(base, problem);
                    }
                    Split::Rest(problem) => {
                        self.window.start = self.window.end;
                        self.skipping = true;
                        self.set_aside(base, problem);
                    }
                    Split::More => {
                        self.rows.spans.truncate(base);
                        break;
                    }
                }
            }
            if self.rows.len > 0 {
                break;
            }
            if self.too_long() {
                let base = self.rows.spans.len();
                self.rows.spans.resize(base + self.rows.width, Span::EMPTY);
                self.set_aside(base, Problem::LongRow);
                self.window.start = self.window.end;
                self.skipping = true;
                break;
            }
            if self.window.drained && self.window.start == self.window.end {
                return Ok(false);
            }
            self.window.fill()?;
            self.rows.from = self.window.start;
        }
        self.rows.to = self.window.start;
        Ok(true)
    }

    /// The rows split last.
    pub(crate) fn rows(&self) -> &Rows {
        &self.rows
    }

    /// The bytes that the spans of the rows lie in.
    pub(crate) fn buffer(&self) -> &[u8] {
        &self.window.buffer
    }

    /// The part of the buffer that the rows split last take up, and where it begins. Doubled quotes are already undone
    /// in it; it is UTF-8 if the input was.
    pub(crate) fn region(&self) -> (usize, &[u8]) {
        (self.rows.from, self.window.bytes(self.rows.from, self.rows.to))
    }

    fn set_aside(&mut self, base: usize, problem: Problem) {
        for span in self.rows.spans.iter_mut().skip(base) {
            *span = Span::BROKEN;
        }
        // A block is far shorter than 2^32 bytes.
        self.rows.problems.push((u32::try_from(self.rows.len).unwrap_or(u32::MAX), problem));
        self.rows.len += 1;
    }

    /// Whether the row that the buffer begins with is past the limit and has no end in it.
    fn too_long(&self) -> bool {
        self.window.end - self.window.start > self.limits.row
    }

    /// Leaves out what is left of a row that was too long.
    fn skip(&mut self) {
        match memchr2(b'\n', b'\r', self.window.bytes(self.window.start, self.window.end)) {
            Some(at) => {
                self.window.start += at + 1;
                self.skipping = false;
            }
            None => self.window.start = self.window.end,
        }
        self.rows.from = self.window.start;
    }

    /// Splits the row that begins at `start` into the slots that begin at `base`. The finder stands at `start`, and after
    /// a row or a blank line at the end of that.
    #[inline]
    fn split_row(&mut self, start: usize, base: usize, finder: &mut Finder) -> Split {
        let Self { window: Window { buffer, end, drained, .. }, slots, rows, escaped, limits, .. } = self;
        let (end, drained, delimiter) = (*end, *drained, limits.delimiter);
        let bytes = buffer.get(..end).unwrap_or(&[]);
        let Some(row) = rows.spans.get_mut(base..) else { return Split::More };
        escaped.clear();
        let (mut cell, mut at) = (0, start);
        let mut problem = None;
        let next = loop {
            let mut span = Span { start: at as u32, end: 0 };
            let ends = if bytes.get(at) == Some(&b'"') {
                let quoted = match quoted(bytes, at, drained, limits.cell) {
                    Quoted::Closed(quoted) => quoted,
                    Quoted::More => return Split::More,
                    Quoted::Never => {
                        // An input that ends within the limit was searched to its end.
                        let problem = if end - at > limits.cell { Problem::LongCell } else { Problem::Unclosed };
                        return match line_end(bytes, at) {
                            Some(next) => Split::Broken(next, problem),
                            None => Split::Rest(problem),
                        };
                    }
                };
                finder.seek(buffer, quoted.close + 1);
                let ends = finder.next(buffer);
                let Some(ends) = ends.or(if drained { Some(end) } else { None }) else { return Split::More };
                span = Span { start: at as u32 + 1, end: quoted.close as u32 };
                if ends != quoted.close + 1 {
                    problem = problem.or(Some(Problem::Stray));
                }
                if quoted.doubled || ends != quoted.close + 1 {
                    if let Some(&slot) = slots.get(cell) {
                        escaped.push((slot, quoted.close));
                    }
                    span.end = ends as u32;
                }
                ends
            } else {
                let Some(ends) = finder.next(buffer).or(if drained { Some(end) } else { None }) else {
                    return Split::More;
                };
                span.end = ends as u32;
                ends
            };
            if span.end - span.start > limits.cell as u32 {
                problem = problem.or(Some(Problem::LongCell));
            }
            let terminator = bytes.get(ends).copied();
            if cell == 0 && ends == at && terminator != Some(delimiter) {
                // Nothing at all before the line's end.
                return Split::Blank((ends + 1).min(end));
            }
            if let Some(&slot) = slots.get(cell)
                && let Some(kept) = row.get_mut(slot)
            {
                *kept = span;
            }
            cell += 1;
            match terminator {
                Some(byte) if byte == delimiter => at = ends + 1,
                // The line feed of a pair is left for the next row, where it is a blank line.
                Some(_) => break ends + 1,
                None => break end,
            }
        };
        if cell != slots.len() {
            return Split::Broken(next, Problem::Cells(cell));
        }
        if next - start > limits.row {
            return Split::Broken(next, Problem::LongRow);
        }
        if let Some(problem) = problem {
            return Split::Broken(next, problem);
        }
        for &(slot, close) in escaped.iter() {
            if let Some(span) = row.get_mut(slot) {
                let cell = buffer.get_mut(span.start as usize..span.end as usize).unwrap_or(&mut []);
                span.end = span.start + undouble(cell, close - span.start as usize) as u32;
            }
        }
        Split::Row(next)
    }
}

/// A quoted cell that was closed.
struct Close {
    /// The closing quote.
    close: usize,
    /// Whether there are doubled quotes inside.
    doubled: bool,
}

enum Quoted {
    Closed(Close),
    /// The buffer ends before it is clear.
    More,
    /// Not closed where it may be.
    Never,
}

/// Finds the quote that closes the one at `at`.
fn quoted(bytes: &[u8], at: usize, drained: bool, limit: usize) -> Quoted {
    let mut from = at + 1;
    let mut doubled = false;
    loop {
        let most = bytes.len().min(at + limit + 2);
        let Some(found) = memchr(b'"', bytes.get(from..most).unwrap_or(&[])) else {
            return if drained || most < bytes.len() { Quoted::Never } else { Quoted::More };
        };
        let close = from + found;
        match bytes.get(close + 1) {
            Some(b'"') => {
                doubled = true;
                from = close + 2;
            }
            None if !drained => return Quoted::More,
            _ => return Quoted::Closed(Close { close, doubled }),
        }
    }
}

/// One past the end of the line that `at` is on.
fn line_end(bytes: &[u8], at: usize) -> Option<usize> {
    memchr2(b'\n', b'\r', bytes.get(at..).unwrap_or(&[])).map(|found| at + found + 1)
}

/// Undoes doubled quotes before the closing one and takes that out; what follows it stays as it is. Gives the length;
/// after it come blanks, so that no half of a character is left there.
fn undouble(cell: &mut [u8], close: usize) -> usize {
    let (mut from, mut to) = (0, 0);
    // Before the closing quote they come in pairs: the first is kept, the second left out.
    while let Some(found) = memchr(b'"', cell.get(from..close).unwrap_or(&[])) {
        let kept = from..from + found + 1;
        to += kept.len();
        from = kept.end + 1;
        cell.copy_within(kept.clone(), to - kept.len());
    }
    let rest = [from..close, close + 1..cell.len()];
    for kept in rest {
        if kept.start < kept.end {
            to += kept.len();
            cell.copy_within(kept.clone(), to - kept.len());
        }
    }
    if let Some(rest) = cell.get_mut(to..) {
        rest.fill(b' ');
    }
    to
}

/// Finds delimiters and line ends, 64 bytes at a time. It is given the buffer at each call: the same one, with
/// [`STEP`] bytes to spare after `end`, of which nothing changes from where it stands on.
#[derive(Debug, Clone, Copy, Default)]
struct Finder {
    /// The first byte that the mask is about.
    at: usize,
    end: usize,
    mask: u64,
    delimiter: u8,
}

impl Finder {
    /// Over `buffer[from..end]`.
    fn new(buffer: &[u8], from: usize, end: usize, delimiter: u8) -> Self {
        let mut finder = Self { at: from, end, mask: 0, delimiter };
        finder.load(buffer);
        finder
    }

    /// Goes on at `from`, which is not before what was found last.
    #[inline]
    fn seek(&mut self, buffer: &[u8], from: usize) {
        let ahead = from.saturating_sub(self.at);
        if ahead < STEP {
            self.mask &= u64::MAX << ahead;
        } else {
            self.at = from;
            self.load(buffer);
        }
    }

    #[inline]
    fn load(&mut self, buffer: &[u8]) {
        self.mask = match buffer.get(self.at..).and_then(|bytes| bytes.first_chunk::<STEP>()) {
            Some(chunk) if self.at < self.end => {
                let left = self.end - self.at;
                marks(chunk, self.delimiter) & if left < STEP { (1 << left) - 1 } else { u64::MAX }
            }
            _ => 0,
        };
    }

    #[inline]
    fn next(&mut self, buffer: &[u8]) -> Option<usize> {
        while self.mask == 0 {
            if self.at + STEP >= self.end {
                // Stays where it is: nothing more is found however often it is asked.
                return None;
            }
            self.at += STEP;
            self.load(buffer);
        }
        let found = self.at + self.mask.trailing_zeros() as usize;
        self.mask &= self.mask - 1;
        Some(found)
    }
}

/// A bit for each byte that is a delimiter or ends a line.
#[inline]
fn marks(chunk: &[u8; STEP], delimiter: u8) -> u64 {
    // Compared bytewise first, which compiles to vector instructions, then eight flags are gathered by one product.
    let mut flags = [0_u8; STEP];
    for (flag, &byte) in flags.iter_mut().zip(chunk) {
        *flag = u8::from(byte == delimiter) | u8::from(byte == b'\n') | u8::from(byte == b'\r');
    }
    let mut mask = 0;
    for (at, flags) in flags.as_chunks::<8>().0.iter().enumerate() {
        let bits = u64::from_le_bytes(*flags).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask |= bits << (at * 8);
    }
    mask
}

#[cfg(test)]
mod tests;
