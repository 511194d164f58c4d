//! The objects of a JSON stream, one after the other: a line each, or the elements of one array.

use crate::error::ReadFailure;
use crate::window::Window;
use memchr::memchr;
use std::io::{self, Read};

/// Where an object's text lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    /// From and to, within [`Elements::bytes`].
    Text(usize, usize),
    /// A line past the limit, which was passed over.
    TooLong,
}

/// Why the stream cannot be followed further.
#[derive(Debug)]
pub(crate) enum Stop {
    Io(io::Error),
    Array(String),
}

impl Stop {
    pub(crate) fn after(self, rows: u64) -> ReadFailure {
        match self {
            Self::Io(error) => ReadFailure::Io { rows, error },
            Self::Array(message) => ReadFailure::Json { rows, message },
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Lines,
    /// An array; whether an element went before, and whether it is closed.
    Array {
        later: bool,
        closed: bool,
    },
}

/// Where the stream stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    start: usize,
    layout: Layout,
}

/// Finds the objects of a stream.
pub(crate) struct Elements<R> {
    window: Window<R>,
    limit: usize,
    layout: Layout,
    /// Whether what comes up to the next line's end belongs to a line that was too long.
    skipping: bool,
}

/// What was found in the window.
enum Found {
    Element(Element),
    /// The window ends too soon.
    More,
    End,
}

impl<R: Read> Elements<R> {
    pub(crate) fn new(source: R, limit: usize, block: usize) -> Self {
        Self { window: Window::new(source, block), limit, layout: Layout::Lines, skipping: false }
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// Reads the first block and sees which layout it has.
    pub(crate) fn begin(&mut self) -> io::Result<()> {
        self.window.fill()?;
        self.window.skip_mark();
        loop {
            let blank = blanks(self.window.rest());
            if self.window.rest().get(blank) == Some(&b'[') {
                self.window.start += blank + 1;
                self.layout = Layout::Array { later: false, closed: false };
            } else if blank == self.window.rest().len() && !self.window.drained {
                self.window.start += blank;
                self.window.fill()?;
                continue;
            }
            return Ok(());
        }
    }

    pub(crate) fn rest(&self) -> &[u8] {
        self.window.rest()
    }

    pub(crate) fn bytes(&self, from: usize, to: usize) -> &[u8] {
        self.window.bytes(from, to)
    }

    /// Where it stands, to go back there while the window was not filled again.
    pub(crate) fn state(&self) -> Place {
        Place { start: self.window.start, layout: self.layout }
    }

    pub(crate) fn restore(&mut self, place: Place) {
        self.window.start = place.start;
        self.layout = place.layout;
    }

    /// The next object that lies in the window.
    pub(crate) fn next_within(&mut self) -> Option<Element> {
        match self.find() {
            Ok(Found::Element(element)) => Some(element),
            _ => None,
        }
    }

    /// The next object.
    pub(crate) fn next(&mut self) -> Result<Option<Element>, Stop> {
        loop {
            if self.skipping {
                match memchr(b'\n', self.window.rest()) {
                    Some(at) => {
                        self.window.start += at + 1;
                        self.skipping = false;
                    }
                    None => self.window.start = self.window.end,
                }
            }
            match self.find()? {
                Found::Element(element) => return Ok(Some(element)),
                Found::End => return Ok(None),
                Found::More => {}
            }
            if self.window.rest().len() > self.limit {
                if self.layout != Layout::Lines {
                    return Err(Stop::Array(format!("an element of the array is longer than {} bytes", self.limit)));
                }
                self.window.start = self.window.end;
                self.skipping = true;
                return Ok(Some(Element::TooLong));
            }
            self.window.fill().map_err(Stop::Io)?;
        }
    }

    fn find(&mut self) -> Result<Found, Stop> {
        match self.layout {
            Layout::Lines => Ok(self.find_line()),
            Layout::Array { later, closed } => self.find_element(later, closed),
        }
    }

    fn find_line(&mut self) -> Found {
        loop {
            let start = self.window.start;
            let rest = self.window.rest();
            let (length, next) = match memchr(b'\n', rest) {
                Some(at) => (at, at + 1),
                None if !self.window.drained => return Found::More,
                None if rest.is_empty() => return Found::End,
                None => (rest.len(), rest.len()),
            };
            let line = rest.get(..length).unwrap_or(&[]);
            let blank = blanks(line) == line.len();
            self.window.start += next;
            if blank {
                continue;
            }
            return Found::Element(if length > self.limit {
                Element::TooLong
            } else {
                Element::Text(start, start + length)
            });
        }
    }

    fn find_element(&mut self, later: bool, closed: bool) -> Result<Found, Stop> {
        let rest = self.window.rest();
        let mut at = blanks(rest);
        let short = |what: &str| Err(Stop::Array(format!("the array is not closed: {what}")));
        let Some(&byte) = rest.get(at) else {
            return match (self.window.drained, closed) {
                (false, _) => Ok(Found::More),
                (true, true) => Ok(Found::End),
                (true, false) => short("the input ends before it"),
            };
        };
        if closed {
            return Err(Stop::Array("there is text after the array".into()));
        }
        if byte == b']' {
            self.window.start += at + 1;
            self.layout = Layout::Array { later, closed: true };
            return self.find_element(later, true);
        }
        if later {
            if byte != b',' {
                return Err(Stop::Array("there is no comma between two elements of the array".into()));
            }
            at += 1;
            at += blanks(rest.get(at..).unwrap_or(&[]));
        }
        match element_end(rest.get(at..).unwrap_or(&[])) {
            Some(length) if length > self.limit => {
                Err(Stop::Array(format!("an element of the array is longer than {} bytes", self.limit)))
            }
            Some(length) => {
                let start = self.window.start + at;
                self.window.start = start + length;
                self.layout = Layout::Array { later: true, closed: false };
                Ok(Found::Element(Element::Text(start, start + length)))
            }
            None if self.window.drained => short("the input ends within an element"),
            None => Ok(Found::More),
        }
    }
}

/// How many blanks a text begins with.
fn blanks(text: &[u8]) -> usize {
    text.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).unwrap_or(text.len())
}

/// Where the value at the beginning of a text ends: by brackets alone, which the parser then holds it to.
fn element_end(text: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quoted = false;
    let mut escaped = false;
    for (at, &byte) in text.iter().enumerate() {
        if quoted {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 1 => depth -= 1,
            b'}' | b']' if depth == 1 => return Some(at + 1),
            b',' | b']' | b'}' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}
