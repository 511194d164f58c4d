//! Many texts end to end, each with its NUL.

use crate::text::Str;

/// Texts end to end. While it is filled it may move; once it is full, what it lends stays where it is.
#[derive(Debug, Default)]
pub struct Pool(String);

/// A text of a pool.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    start: usize,
    end: usize,
}

impl Pool {
    /// Takes a text in.
    pub fn put(&mut self, text: &str) -> Span {
        let start = self.0.len();
        self.0.push_str(text);
        let end = self.0.len();
        self.0.push('\0');
        Span { start, end }
    }

    /// Takes a text in, when there is one.
    pub fn put_some(&mut self, text: Option<&str>) -> Option<Span> {
        text.map(|text| self.put(text))
    }

    /// A text of this pool.
    pub fn text(&self, span: Span) -> &str {
        self.0.get(span.start..span.end).unwrap_or("")
    }

    /// Lends a text of this pool, with its NUL.
    pub fn lend(&self, span: Span) -> Str {
        // One past the text is its NUL, which keeps the pointer within the pool.
        let text = self.0.get(span.start..=span.end);
        text.map_or(Str::NONE, |text| Str { data: text.as_ptr().cast(), length: text.len() - 1 })
    }
}
