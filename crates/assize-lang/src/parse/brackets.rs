//! Pairs the brackets of a declaration and reports those without a partner.

use super::lexis::{Bracket, Kind, Token};
use super::report::Report;
use super::text::Text;
use super::{codes, limits};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// How the brackets of a declaration pair.
#[derive(Default)]
pub(crate) struct Brackets {
    faults: Vec<Fault>,
    /// The index of each `{` that is closed, in ascending order, and of its `}`.
    curly: Vec<(usize, usize)>,
    left_open: bool,
    /// Deeper than the limit: nothing of the declaration can be read.
    pub(crate) too_deep: bool,
}

/// A bracket without a partner, by token index.
#[derive(Clone, Copy)]
enum Fault {
    /// It should have been closed before the token `before`, or before the next declaration.
    Unclosed {
        at: usize,
        before: usize,
    },
    Stray {
        at: usize,
    },
    TooDeep {
        at: usize,
    },
}

impl Fault {
    fn at(self) -> usize {
        match self {
            Self::Unclosed { at, .. } | Self::Stray { at } | Self::TooDeep { at } => at,
        }
    }
}

impl Brackets {
    /// The index of the `}` of the `{` at `open`; `None` when it is not closed.
    pub(crate) fn close_of(&self, open: usize) -> Option<usize> {
        let at = self.curly.binary_search_by_key(&open, |pair| pair.0).ok()?;
        self.curly.get(at).map(|pair| pair.1)
    }

    /// Whether every bracket has a partner.
    pub(crate) fn all_paired(&self) -> bool {
        self.faults.is_empty()
    }

    /// Reports the brackets without a partner; `next` is where the following declaration begins.
    pub(crate) fn report(&self, text: &Text<'_>, tokens: &[Token], next: Span, report: &mut Report) {
        for fault in &self.faults {
            if report.is_full() {
                return;
            }
            let Some(token) = tokens.get(fault.at()) else { continue };
            let span = text.span_of(token);
            report.push(match *fault {
                Fault::TooDeep { .. } => {
                    let message = format!("nested more than {} deep, which is the limit", limits::NESTING);
                    Diagnostic::error(codes::TOO_DEEP, span, message)
                        .help("give an inner part a name with `let` and use the name")
                }
                Fault::Stray { .. } => {
                    Diagnostic::error(codes::STRAY_BRACKET, span, format!("`{}` closes nothing", text.of(token)))
                        .label("no bracket is open here")
                        .fix(span, "")
                }
                Fault::Unclosed { before, .. } => {
                    let closing = match token.kind {
                        Kind::Open(Bracket::Round) => ")",
                        Kind::Open(Bracket::Square) => "]",
                        _ => "}",
                    };
                    let expected = tokens.get(before).map_or(next, |token| text.span_of(token));
                    Diagnostic::error(codes::UNCLOSED_BRACKET, span, format!("`{}` is not closed", text.of(token)))
                        .label("opened here")
                        .also(expected, format!("`{closing}` is missing before this"))
                }
            });
        }
    }
}

#[derive(Clone, Copy)]
struct Opened {
    at: usize,
    bracket: Bracket,
    /// Column of the first word of its line.
    indent: usize,
}

/// Pairs the brackets of a declaration.
pub(crate) fn pair(text: &Text<'_>, tokens: &[Token]) -> Brackets {
    let plain = pass(text, tokens, false);
    // Too few `}`: the indentation tells which `{` was forgotten better than counting does.
    if plain.left_open { pass(text, tokens, true) } else { plain }
}

/// One pass. With `by_indent`, a `}` that begins its line further left than the line of the last `{` began belongs to
/// an earlier `{`.
fn pass(text: &Text<'_>, tokens: &[Token], by_indent: bool) -> Brackets {
    let mut open: Vec<Opened> = Vec::new();
    let mut brackets = Brackets::default();
    let mut indent = 0_usize;
    let mut line_end = tokens.first().map_or(0, |token| token.start);
    for (at, token) in tokens.iter().enumerate() {
        let gap = text.slice(line_end, token.start);
        let newline = gap.rfind('\n');
        if let Some(newline) = newline {
            indent = gap.len() - newline - 1;
        }
        line_end = token.end;
        match token.kind {
            Kind::Open(_) if open.len() >= limits::NESTING => {
                return Brackets { faults: vec![Fault::TooDeep { at }], too_deep: true, ..Brackets::default() };
            }
            Kind::Open(bracket) => open.push(Opened { at, bracket, indent }),
            Kind::Close(Bracket::Curly) => {
                let mut closed = false;
                while let Some(last) = open.pop() {
                    let forgotten = by_indent && newline.is_some() && indent < last.indent && !open.is_empty();
                    if last.bracket == Bracket::Curly && !forgotten {
                        brackets.curly.push((last.at, at));
                        closed = true;
                        break;
                    }
                    brackets.left_open |= last.bracket == Bracket::Curly;
                    brackets.faults.push(Fault::Unclosed { at: last.at, before: at });
                }
                if !closed {
                    brackets.faults.push(Fault::Stray { at });
                }
            }
            Kind::Close(_) => match open.last() {
                Some(last) if last.bracket != Bracket::Curly => {
                    open.pop();
                }
                _ => brackets.faults.push(Fault::Stray { at }),
            },
            _ => {}
        }
    }
    for last in open {
        brackets.left_open |= last.bracket == Bracket::Curly;
        brackets.faults.push(Fault::Unclosed { at: last.at, before: tokens.len() });
    }
    brackets.curly.sort_unstable();
    brackets.faults.sort_by_key(|fault| fault.at());
    brackets
}

/// Whether every bracket of a piece has a partner in it. Where one has none, that has been reported for the whole
/// declaration.
pub(crate) fn balanced(tokens: &[Token]) -> bool {
    let mut open: Vec<Bracket> = Vec::new();
    for token in tokens {
        match token.kind {
            Kind::Open(bracket) => open.push(bracket),
            Kind::Close(closing) => {
                let opened = open.pop();
                if opened.is_none_or(|opened| (opened == Bracket::Curly) != (closing == Bracket::Curly)) {
                    return false;
                }
            }
            _ => {}
        }
    }
    open.is_empty()
}
