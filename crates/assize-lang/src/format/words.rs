//! The words and signs of a file with the comments and blank lines around them.

use crate::parse::lexis::{Kind, Lexer, Token};

/// A comment on a line of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Remark<'t> {
    pub(super) text: &'t str,
    /// A blank line stands before it.
    pub(super) blank: bool,
}

/// What stands around one word or sign.
#[derive(Debug, Clone, Default)]
pub(super) struct Around<'t> {
    /// Comments before it, each on its own line.
    pub(super) before: Vec<Remark<'t>>,
    /// A comment behind it, on its line.
    pub(super) behind: Option<&'t str>,
    /// A line ends directly before it.
    pub(super) newline: bool,
    /// A blank line stands directly before it.
    pub(super) blank: bool,
}

/// The words and signs of a file.
pub(super) struct Words<'t> {
    pub(super) text: &'t str,
    pub(super) tokens: Vec<Token>,
    around: Vec<Around<'t>>,
    /// Comments behind the last word.
    pub(super) rest: Vec<Remark<'t>>,
}

static NOTHING: Around<'static> = Around { before: Vec::new(), behind: None, newline: false, blank: false };

impl<'t> Words<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut words = Self { text, tokens: Vec::new(), around: Vec::new(), rest: Vec::new() };
        let mut waiting = Around::default();
        let mut end = 0_u32;
        for token in Lexer::new(text) {
            let lines =
                text.get(end as usize..token.start as usize).unwrap_or("").bytes().filter(|b| *b == b'\n').count();
            end = token.end;
            if token.kind != Kind::Comment {
                waiting.newline = lines > 0;
                waiting.blank = lines > 1;
                words.tokens.push(token);
                words.around.push(std::mem::take(&mut waiting));
                continue;
            }
            let comment = text.get(token.start as usize..token.end as usize).unwrap_or("").trim_end();
            match words.around.last_mut() {
                Some(last) if lines == 0 && waiting.before.is_empty() && last.behind.is_none() => {
                    last.behind = Some(comment);
                }
                _ => waiting.before.push(Remark { text: comment, blank: lines > 1 }),
            }
        }
        words.rest = waiting.before;
        words
    }

    pub(super) fn around(&self, at: usize) -> &Around<'t> {
        self.around.get(at).unwrap_or(&NOTHING)
    }

    pub(super) fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    /// What stands at a place.
    pub(super) fn of(&self, at: usize) -> &'t str {
        self.tokens.get(at).map_or("", |token| self.text.get(token.start as usize..token.end as usize).unwrap_or(""))
    }

    /// What stands at a place when it is a word.
    pub(super) fn word(&self, at: usize) -> &'t str {
        if self.kind(at) == Some(Kind::Word) { self.of(at) } else { "" }
    }
}
