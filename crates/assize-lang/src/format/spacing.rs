//! Where a blank stands between two words of one line.

use super::words::Words;
use crate::parse::lexis::{Bracket, Kind};
use crate::parse::words::is_reserved;

/// How far back a word is looked for that belongs to another.
const NEAR: usize = 64;

/// A member or a header: which words it has, and what declaration it is part of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'t> {
    /// The word that begins the declaration.
    pub(super) keyword: &'t str,
    /// Its first word.
    pub(super) start: usize,
    /// One past its last word.
    pub(super) end: usize,
}

impl Words<'_> {
    /// Whether a blank stands before the word at `at` when it follows another in its line.
    pub(super) fn gap(&self, part: Part<'_>, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).filter(|before| *before >= part.start) else { return true };
        let (Some(last), Some(next)) = (self.kind(before), self.kind(at)) else { return true };
        match (last, next) {
            (_, Kind::Comma) | (Kind::Dot, _) | (_, Kind::Dot) => false,
            (_, Kind::Bar) | (Kind::Bar, _) => true,
            (Kind::Open(_), Kind::Close(_)) => false,
            (Kind::Open(Bracket::Curly), _) => self.is_wide(part, before),
            (_, Kind::Close(Bracket::Curly)) => self.open_of(part, at).is_some_and(|open| self.is_wide(part, open)),
            (Kind::Open(_), _) => self.holds_objects(before),
            (_, Kind::Close(_)) => self.open_of(part, at).is_some_and(|open| self.holds_objects(open)),
            (_, Kind::Dots) => self.dots(part, at).0,
            (Kind::Dots, _) => self.dots(part, before).1,
            (Kind::Minus, Kind::Minus) => true,
            (Kind::Minus, _) => !self.is_sign(part, before),
            (_, Kind::Colon) => !self.in_object(part, at),
            (Kind::Word, Kind::Open(Bracket::Round)) => !self.is_call(part, before),
            _ => true,
        }
    }

    /// How many characters the words `from..to` take in one line.
    pub(super) fn width(&self, part: Part<'_>, from: usize, to: usize) -> usize {
        let gaps = (from + 1..to).filter(|at| self.gap(part, *at)).count();
        gaps + (from..to).map(|at| self.of(at).chars().count()).sum::<usize>()
    }

    /// The bracket that the one at `close` closes.
    fn open_of(&self, part: Part<'_>, close: usize) -> Option<usize> {
        let mut depth = 0_usize;
        (part.start..=close).rev().find(|at| {
            match self.kind(*at) {
                Some(Kind::Close(_)) => depth += 1,
                Some(Kind::Open(_)) => depth -= 1,
                _ => {}
            }
            depth == 0
        })
    }

    /// Whether the brace at `at` has blanks inside: objects and blocks have, sets have none.
    fn is_wide(&self, part: Part<'_>, at: usize) -> bool {
        match self.word(part.start) {
            "given" => self.is_object(at),
            "objective" | "overall" => true,
            _ => {
                part.keyword == "publish"
                    || (at == part.start + 2 && self.word(part.start + 1) == "when" && part.keyword == "category")
            }
        }
    }

    /// `{ name: …`.
    fn is_object(&self, open: usize) -> bool {
        self.kind(open + 1) == Some(Kind::Word) && self.kind(open + 2) == Some(Kind::Colon)
    }

    /// `[ { …`.
    fn holds_objects(&self, open: usize) -> bool {
        self.kind(open) == Some(Kind::Open(Bracket::Square)) && self.kind(open + 1) == Some(Kind::Open(Bracket::Curly))
    }

    fn in_object(&self, part: Part<'_>, colon: usize) -> bool {
        self.word(part.start) == "given" && colon > part.start
    }

    /// Whether the minus at `at` is a sign, and not between two values.
    fn is_sign(&self, part: Part<'_>, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).filter(|before| *before >= part.start) else { return true };
        !self.ends_value(part, before)
    }

    /// Whether the word at `at` can be the end of a value.
    fn ends_value(&self, part: Part<'_>, at: usize) -> bool {
        match self.kind(at) {
            Some(Kind::Number | Kind::Text | Kind::Close(_)) => true,
            Some(Kind::Word) => !self.awaits_value(part, at),
            _ => false,
        }
    }

    /// Whether a value follows the word at `at`.
    fn awaits_value(&self, part: Part<'_>, at: usize) -> bool {
        let (word, start) = (self.word(at), self.word(part.start));
        let before = at.checked_sub(1).filter(|before| *before >= part.start).map_or("", |before| self.word(before));
        if at.checked_sub(1).is_some_and(|dot| self.kind(dot) == Some(Kind::Dot)) {
            return false;
        }
        match word {
            "yes" | "no" | "none" | "as_of" => false,
            "missing" => before != "is",
            "weight" => matches!(start, "item" | "objective") && at > part.start + 1,
            "to" => matches!(before, "up" | "round"),
            "above" | "below" => matches!(before, "scored" | "suppress" | "one"),
            "per" => before == "rate",
            "least" | "most" => before == "at",
            "raise" | "lower" => at == part.start,
            "runs" | "trends" => start == "signals",
            "rolling" => before == "every",
            "before" | "after" => {
                let near = at.saturating_sub(NEAR).max(part.start)..at;
                near.into_iter().any(|at| matches!(self.word(at), "within" | "raise" | "lower"))
            }
            "without" => matches!(start, "raise" | "lower" | "chart"),
            "unless" => start == "item" && at > part.start + 1,
            "known" => before == "first",
            "with" => matches!(before, "starts" | "ends"),
            "against" => start == "audit",
            "baseline" => at == part.start || before == "compare",
            "percentile" => matches!(before, "as" | "approximate"),
            _ => is_reserved(word) || (start == "interval" && at == part.start + 1),
        }
    }

    /// Whether the word at `at` is the name of what is called, so that its bracket stands close to it.
    fn is_call(&self, part: Part<'_>, at: usize) -> bool {
        match self.word(at) {
            "min" | "max" => true,
            "not" => part.keyword == "table" && self.is_cell(part, at),
            _ if part.keyword == "lookup" && at == part.start + 1 => false,
            _ => !self.awaits_value(part, at),
        }
    }

    /// `not(…)` as the whole of a cell, or of one of its tests.
    fn is_cell(&self, part: Part<'_>, at: usize) -> bool {
        let begins = at.checked_sub(1).and_then(|before| self.kind(before));
        if !matches!(begins, Some(Kind::Bar | Kind::Comma | Kind::Open(_))) {
            return false;
        }
        let mut depth = 0_usize;
        let close = (at + 1..part.end).find(|at| {
            match self.kind(*at) {
                Some(Kind::Open(_)) => depth += 1,
                Some(Kind::Close(_)) => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        close.is_some_and(|close| matches!(self.kind(close + 1), Some(Kind::Bar | Kind::Comma | Kind::Close(_))))
    }

    /// Whether blanks stand before and behind the `..` at `at`.
    fn dots(&self, part: Part<'_>, at: usize) -> (bool, bool) {
        let before = at.checked_sub(1).filter(|before| *before >= part.start);
        // A band begins with its name, which is no end of a range.
        let named = if self.kind(part.start + 2) == Some(Kind::Text) { part.start + 2 } else { part.start + 1 };
        let band = self.word(part.start) == "band" && before == Some(named);
        let has_low = !band && before.is_some_and(|before| self.ends_value(part, before));
        let has_high = match self.kind(at + 1) {
            Some(Kind::Comma | Kind::Close(_) | Kind::Bar) => false,
            Some(Kind::Text) => part.keyword != "parameter",
            Some(_) => at + 1 < part.end && !(part.keyword == "parameter" && self.word(at + 1) == "effective"),
            None => false,
        };
        let after_open = before.is_some_and(|before| matches!(self.kind(before), Some(Kind::Open(_))));
        match (has_low, has_high) {
            (false, _) => (!after_open, false),
            (true, false) => (false, !matches!(self.kind(at + 1), Some(Kind::Comma | Kind::Close(_)))),
            (true, true) => {
                let close = self.plain_low(part, at) && self.plain_high(at);
                (!close, !close)
            }
        }
    }

    /// A plain number, by itself, and without its own bracket of a range.
    fn plain_low(&self, part: Part<'_>, dots: usize) -> bool {
        let Some(number) = dots.checked_sub(1) else { return false };
        let Some(mut before) = number.checked_sub(1) else { return self.is_plain(number) };
        if self.kind(before) == Some(Kind::Minus) && self.is_sign(part, before) {
            before = before.saturating_sub(1);
        }
        let apart = !matches!(self.kind(before), Some(Kind::Open(Bracket::Round | Bracket::Square)));
        let alone = !matches!(self.kind(before), Some(Kind::Operator | Kind::Minus));
        self.is_plain(number) && apart && alone
    }

    fn plain_high(&self, dots: usize) -> bool {
        let number = if self.kind(dots + 1) == Some(Kind::Minus) { dots + 2 } else { dots + 1 };
        let alone = !matches!(self.kind(number + 1), Some(Kind::Operator | Kind::Minus));
        self.is_plain(number) && alone
    }

    /// A number that is neither a date nor a time.
    fn is_plain(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::Number) && !self.of(at).contains(['-', ':'])
    }
}
