//! The formatter: the same words in the layout that the language page shows.
//!
//! Nothing but blanks and line ends changes, so a formatted file reads as the one it was made of. Comments stay with
//! the word they stand before, or at the end of its line; between declarations and members at most one empty line is
//! kept. What a file has on one line stays on one line where it fits; a longer line is broken where the text binds
//! loosest.

mod blocks;
mod category;
mod clauses;
mod columns;
mod flow;
mod lines;
mod lists;
mod page;
mod spacing;
mod tables;
mod words;

use page::Page;
use spacing::Part;
use words::Words;

use crate::ast::Decl;
use crate::diagnostic::{Diagnostic, Severity};
use crate::parse;
use crate::parse::brackets::{self, Brackets};
use crate::parse::lexis::{Kind, Lexer};
use crate::parse::text::Text;
use crate::source::{FileId, Source};

/// The text of a rule file, laid out. What is laid out already stays as it is.
///
/// # Errors
///
/// The diagnostics of a file that does not read; there is nothing to be laid out then.
pub fn format(source: &Source) -> Result<String, Vec<Diagnostic>> {
    let (file, diagnostics) = parse(FileId(0), source);
    if diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        return Err(diagnostics);
    }
    let text = laid_out(source.text(), &file.decls);
    // The words of a file are not the formatter's to change.
    Ok(if same_words(source.text(), &text) { text } else { source.text().to_owned() })
}

fn laid_out(all: &str, decls: &[Decl]) -> String {
    let text = Text { file: FileId(0), all };
    let words = Words::new(all);
    let brackets = brackets::pair(&text, &words.tokens);
    let page = Page::default();
    let mut formatter = Formatter { text, words, brackets, page, led: None, fresh: true, brace: None };
    let parts: Vec<Part<'_>> = decls.iter().map(|decl| formatter.part(decl)).collect();
    let mut at = 0;
    while let Some(decl) = decls.get(at) {
        let count = match decl {
            Decl::Parameter(_) => formatter.parameter_run(decls.get(at..).unwrap_or(&[])),
            _ => formatter.line_run(parts.get(at..).unwrap_or(&[])),
        };
        if !matches!(decl, Decl::Parameter(_)) {
            for (decl, part) in decls.iter().zip(&parts).skip(at).take(count) {
                formatter.declaration(decl, *part);
            }
        }
        at += count;
    }
    formatter.finish()
}

/// Whether two texts have the same words and comments.
fn same_words(one: &str, other: &str) -> bool {
    let words = |text| {
        Lexer::new(text).map(move |token| {
            let word = str::get(text, token.start as usize..token.end as usize).unwrap_or("");
            if token.kind == Kind::Comment { word.trim_end() } else { word }
        })
    };
    words(one).eq(words(other))
}

/// Lays out one file.
struct Formatter<'t> {
    text: Text<'t>,
    words: Words<'t>,
    brackets: Brackets,
    page: Page,
    /// The word whose comments before it are written.
    led: Option<usize>,
    /// Nothing stands in the present block yet: empty lines are left out.
    fresh: bool,
    /// Where the braces of blocks on one line open, several such lines in a row.
    brace: Option<usize>,
}

impl<'t> Formatter<'t> {
    /// The words of a declaration.
    fn part(&self, decl: &Decl) -> Part<'t> {
        let span = decl.span();
        let start = self.words.tokens.partition_point(|token| token.start < span.start);
        let end = self.words.tokens.partition_point(|token| token.end <= span.end);
        Part { keyword: self.words.of(start), start, end }
    }

    /// Writes the parameters that come first, and says how many they are.
    fn parameter_run(&mut self, decls: &[Decl]) -> usize {
        let mut run = Vec::new();
        for decl in decls {
            let Decl::Parameter(parameter) = decl else { break };
            let title = parameter.title.as_ref().map(|title| title.span.start);
            let title = title.map(|start| self.words.tokens.partition_point(|token| token.start < start));
            run.push((self.part(decl), title));
        }
        self.parameters(&run);
        run.len()
    }

    fn declaration(&mut self, decl: &Decl, part: Part<'t>) {
        self.lead(part.start, 0);
        match decl {
            Decl::Let(_) => self.let_declaration(part),
            Decl::Record(_) => self.record(part),
            Decl::Codes(_) => self.codes(part),
            Decl::Category(_) => self.category(part),
            Decl::Instrument(_) => self.instrument(part),
            Decl::Table(_) => self.table(part),
            Decl::Progression(_) | Decl::Test(_) => self.plain_block(part),
            Decl::Response(_) => self.response(part),
            Decl::Publish(_) => self.publish(part),
            Decl::Ruleset(_) | Decl::Measure(_) | Decl::Audit(_) | Decl::Indicator(_) | Decl::Evaluation(_) => {
                self.clause_block(part);
            }
            Decl::Function(_) => self.function(part),
            Decl::Import(_)
            | Decl::Labels(_)
            | Decl::Parameter(_)
            | Decl::Lookup(_)
            | Decl::Release(_)
            | Decl::Broken(_) => self.fill(part, part.start, part.end, lines::HANG, 0),
        }
        self.page.start(0);
    }

    /// Begins a line with the comments and the empty line that stand before a word.
    fn lead(&mut self, at: usize, indent: usize) {
        let around = self.words.around(at).clone();
        for remark in &around.before {
            self.remark(remark.text, remark.blank, indent);
        }
        if around.blank && !self.fresh {
            self.page.blank();
        }
        self.page.start(indent);
        self.led = Some(at);
        self.fresh = false;
    }

    /// A comment on a line of its own.
    fn remark(&mut self, text: &str, blank: bool, indent: usize) {
        if blank && !self.fresh {
            self.page.blank();
        }
        self.page.start(indent);
        self.page.word(text, false);
        self.page.start(indent);
        self.fresh = false;
    }

    fn finish(mut self) -> String {
        for remark in std::mem::take(&mut self.words.rest) {
            self.remark(remark.text, remark.blank, 0);
        }
        self.page.finish()
    }
}

#[cfg(test)]
mod tests;
