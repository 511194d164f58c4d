//! A stretch of a stream's bytes that moves along it.

use std::io::{self, Read};

/// Bytes that can be looked at together past [`Window::end`].
pub(crate) const SPARE: usize = 64;

/// What of a stream was read and is not used up.
pub(crate) struct Window<R> {
    source: R,
    /// Filled up to `end`, and at least [`SPARE`] bytes longer.
    pub(crate) buffer: Vec<u8>,
    /// Where that which is not used up begins; whoever uses it moves it.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Whether the stream has no more.
    pub(crate) drained: bool,
    /// Bytes to read together.
    block: usize,
}

impl<R: Read> Window<R> {
    pub(crate) fn new(source: R, block: usize) -> Self {
        Self { source, buffer: vec![0; block + SPARE], start: 0, end: 0, drained: false, block }
    }

    pub(crate) fn bytes(&self, from: usize, to: usize) -> &[u8] {
        self.buffer.get(from..to).unwrap_or(&[])
    }

    /// What is not used up.
    pub(crate) fn rest(&self) -> &[u8] {
        self.bytes(self.start, self.end)
    }

    /// Moves what is not used up to the front, and reads until there is at least as much again or the stream has no
    /// more.
    pub(crate) fn fill(&mut self) -> io::Result<()> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        // What is left may be gone through again: twice as much room as it takes keeps that in proportion.
        let room = (self.end * 2).max(self.block);
        if self.buffer.len() != room + SPARE {
            self.buffer.resize(room + SPARE, 0);
        }
        while !self.drained && self.end < room {
            match self.source.read(self.buffer.get_mut(self.end..room).unwrap_or(&mut [])) {
                Ok(0) => self.drained = true,
                Ok(count) => self.end = (self.end + count).min(room),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Leaves off a byte order mark at the beginning.
    pub(crate) fn skip_mark(&mut self) {
        if self.rest().starts_with(b"\xef\xbb\xbf") {
            self.start += 3;
        }
    }
}
