//! The text of one file together with its number: slices and spans of tokens.

use super::lexis::{Kind, Token, offset};
use crate::source::{FileId, Span};

/// The text of one file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<'t> {
    pub(crate) file: FileId,
    pub(crate) all: &'t str,
}

impl<'t> Text<'t> {
    /// The bytes `start..end`.
    pub(crate) fn slice(&self, start: u32, end: u32) -> &'t str {
        self.all.get(start as usize..end as usize).unwrap_or("")
    }

    /// What stands at a token.
    pub(crate) fn of(&self, token: &Token) -> &'t str {
        self.slice(token.start, token.end)
    }

    pub(crate) fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.file, start, end)
    }

    pub(crate) fn span_of(&self, token: &Token) -> Span {
        self.span(token.start, token.end)
    }

    /// From the first token to the last; `None` when there are none.
    pub(crate) fn span_over(&self, tokens: &[Token]) -> Option<Span> {
        Some(self.span(tokens.first()?.start, tokens.last()?.end))
    }

    /// The empty place at the end of the text.
    pub(crate) fn end(&self) -> Span {
        let end = offset(self.all.len());
        self.span(end, end)
    }

    /// Whether a token is this word.
    pub(crate) fn is_word(&self, token: Option<&Token>, word: &str) -> bool {
        token.is_some_and(|token| token.kind == Kind::Word && self.of(token) == word)
    }
}
