//! From what the grammar matched to the tree.

mod aggregates;
mod audit;
mod category;
mod codes_list;
mod cursor;
mod evaluation;
mod expression;
mod function;
mod indicator;
mod instrument;
mod literals;
mod measure;
mod movement;
mod operators;
mod publish;
mod published_numbers;
mod record;
mod ruleset;
mod short;
mod table;
mod test_block;
mod types;

use cursor::{Cursor, Node};
use pest::Parser;

use super::brackets::{self, Brackets};
use super::grammar::{AssizeGrammar, Rule};
use super::lexis::{Bracket, Fault, Kind, Token, offset};
use super::pieces::{self, Beginnings, Block, Piece};
use super::reader::Docs;
use super::report::Report;
use super::text::Text;
use super::{codes, explain, faults, guard};
use crate::ast::{Decl, Ident, Quoted};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// Builds one declaration from its tokens.
pub(crate) struct Builder<'t, 'a> {
    text: Text<'t>,
    tokens: &'a [Token],
    /// Where the next declaration begins, or the end of the text.
    next: Span,
    docs: &'a Docs,
    report: &'a mut Report,
    brackets: Brackets,
    /// A text that is not closed holds brackets: those that seem to be missing may be in it.
    swallowed: bool,
    /// Where the piece being built begins in the file.
    base: u32,
}

impl<'t, 'a> Builder<'t, 'a> {
    /// Takes the tokens of one declaration and reports those of them that belong to no rule.
    pub(crate) fn new(text: Text<'t>, tokens: &'a [Token], next: Span, docs: &'a Docs, report: &'a mut Report) -> Self {
        for token in tokens {
            if report.is_full() {
                break;
            }
            if let Some(fault) = faults::diagnose(&text, token) {
                report.push(fault);
            }
        }
        let brackets = brackets::pair(&text, tokens);
        let swallows = |token: &Token| {
            token.kind == Kind::Fault(Fault::UnclosedText) && text.of(token).contains(['{', '}', '(', ')', '[', ']'])
        };
        let swallowed = tokens.iter().any(swallows);
        if !swallowed || brackets.too_deep {
            brackets.report(&text, tokens, next, report);
        }
        Self { text, tokens, next, docs, report, brackets, swallowed, base: 0 }
    }

    /// The declaration, unless so much of it is wrong that its name alone can be kept.
    pub(crate) fn declaration(mut self, keyword: &str) -> Option<Decl> {
        if self.brackets.too_deep {
            return None;
        }
        match keyword {
            "ruleset" => self.ruleset().map(Decl::Ruleset),
            "import" => self.import().map(Decl::Import),
            "labels" => self.labels().map(Decl::Labels),
            "parameter" => self.parameter().map(Decl::Parameter),
            "codes" | "ordered" => self.codes_list().map(Decl::Codes),
            "record" => self.record().map(Decl::Record),
            "let" => self.let_declaration().map(Decl::Let),
            "category" => self.category().map(Decl::Category),
            "instrument" => self.instrument().map(Decl::Instrument),
            "table" => self.table().map(Decl::Table),
            "lookup" => self.lookup().map(Decl::Lookup),
            "function" => self.function().map(Decl::Function),
            "progression" => self.progression().map(Decl::Progression),
            "response" => self.response().map(Decl::Response),
            "measure" => self.measure().map(Decl::Measure),
            "audit" => self.audit().map(Decl::Audit),
            "indicator" => self.indicator().map(Decl::Indicator),
            "evaluation" => self.evaluation().map(Decl::Evaluation),
            "publish" => self.publish().map(Decl::Publish),
            "release" => self.release().map(Decl::Release),
            "test" => self.test_block().map(Decl::Test),
            _ => None,
        }
    }

    // ---- pieces ----------------------------------------------------------------------------------------------------

    fn all(&self) -> Piece {
        0..self.tokens.len()
    }

    fn tokens_of(&self, piece: &Piece) -> &'a [Token] {
        self.tokens.get(piece.clone()).unwrap_or(&[])
    }

    fn word_at(&self, at: usize) -> &'t str {
        self.tokens.get(at).filter(|token| token.kind == Kind::Word).map_or("", |token| self.text.of(token))
    }

    /// The whole declaration.
    fn span(&self) -> Span {
        self.text.span_over(self.tokens).unwrap_or(self.next)
    }

    fn span_of_piece(&self, piece: &Piece) -> Span {
        self.text.span_over(self.tokens_of(piece)).unwrap_or_else(|| self.span_behind(piece.end))
    }

    /// The token at `at`, or what follows the declaration.
    fn span_behind(&self, at: usize) -> Span {
        self.tokens.get(at).map_or(self.next, |token| self.text.span_of(token))
    }

    fn docs_at(&self, start: u32) -> Vec<String> {
        let found = self.docs.binary_search_by_key(&start, |(at, _)| *at);
        found.ok().and_then(|at| self.docs.get(at)).map(|(_, docs)| docs.clone()).unwrap_or_default()
    }

    /// The documentation of the declaration.
    fn docs(&self) -> Vec<String> {
        self.docs_at(self.tokens.first().map_or(0, |token| token.start))
    }

    fn beginnings(&self) -> Beginnings<'_, 't> {
        Beginnings { text: &self.text, tokens: self.tokens }
    }

    /// The block of the declaration. Reports what stands behind it, and its absence unless `optional`.
    fn block(&mut self, what: explain::What, optional: bool) -> Block {
        let block = pieces::block(self.tokens, self.all(), &self.brackets);
        if optional && block.body.is_none() {
            return block;
        }
        self.whole_block(what, &block);
        block
    }

    /// Reports what stands behind a block, and its absence.
    fn whole_block(&mut self, what: explain::What, block: &Block) {
        self.nothing_after(what, &block.after);
        if block.body.is_none() && !self.swallowed {
            // The header's own error, when it has one, says more.
            let before = self.report.count();
            self.read(what.header_rule(), what, block.header.clone());
            if self.report.count() == before {
                let message = format!("expected `{{` after {}", what.words());
                self.error(codes::UNEXPECTED, self.next, message);
            }
        }
    }

    /// The first token of a piece that is no fault by itself: those, and stray braces, are reported already.
    fn first_unreported(&self, piece: &Piece) -> Option<&'a Token> {
        let reported = |kind| matches!(kind, Kind::Fault(_) | Kind::Close(Bracket::Curly));
        self.tokens_of(piece).iter().find(|token| !reported(token.kind))
    }

    fn nothing_after(&mut self, what: explain::What, after: &Piece) {
        let Some(first) = self.first_unreported(after) else { return };
        let ended = after.start.checked_sub(1).map_or(self.next, |at| self.span_behind(at));
        let fault = explain::not_a_declaration(&self.text, first);
        self.report.push(fault.also(ended, format!("{} ends here", what.block())));
    }

    /// Reads one piece by one rule; what is wrong with it is reported.
    fn read(&mut self, rule: Rule, what: explain::What, piece: Piece) -> Option<Cursor<'t>> {
        let tokens = self.tokens_of(&piece);
        if self.report.is_full() {
            return None;
        }
        if tokens.iter().any(|token| faults::is_fault(&self.text, token)) {
            return None;
        }
        if let Some(fault) = guard::check(&self.text, tokens) {
            self.report.push(fault);
            return None;
        }
        let start = tokens.first().map_or(self.next.start, |token| token.start);
        let end = tokens.last().map_or(start, |token| token.end);
        match AssizeGrammar::parse(rule, self.text.slice(start, end)) {
            Ok(pairs) => {
                self.base = start;
                Some(Cursor::new(pairs))
            }
            // The bracket that has no partner here has none in the declaration, which is reported.
            Err(_) if !self.brackets.all_paired() && !brackets::balanced(tokens) => None,
            Err(error) => {
                let scene =
                    explain::Scene { text: &self.text, tokens: self.tokens, piece, next: self.next, what, start };
                self.report.push(explain::explain(&scene, &error));
                None
            }
        }
    }

    /// Reads one piece and builds something of it.
    fn make<T>(
        &mut self,
        rule: Rule,
        what: explain::What,
        piece: Piece,
        build: impl FnOnce(&mut Self, Cursor<'t>) -> Option<T>,
    ) -> Option<T> {
        let before = self.report.count();
        let cursor = self.read(rule, what, piece.clone())?;
        let made = build(self, cursor);
        if made.is_none() && self.report.count() == before {
            let span = self.span_of_piece(&piece);
            self.error(codes::UNEXPECTED, span, format!("{} cannot be read", what.words()));
        }
        made
    }

    // ---- nodes -----------------------------------------------------------------------------------------------------

    fn span_of(&self, node: &Node<'_>) -> Span {
        let span = node.as_span();
        // The blanks before an absent optional part belong to the match, not to the thing.
        let length = span.as_str().trim_ascii_end().len();
        self.text.span(self.base + offset(span.start()), self.base + offset(span.start() + length))
    }

    fn ident(&self, node: &Node<'_>) -> Ident {
        Ident { text: node.as_str().to_owned(), span: self.span_of(node) }
    }

    fn take_ident(&self, cursor: &mut Cursor<'_>) -> Option<Ident> {
        cursor.one(Rule::name).map(|node| self.ident(&node))
    }

    /// `.member`, when it stands there; the outer `None` is for what the grammar does not let happen.
    fn take_member(&self, cursor: &mut Cursor<'_>) -> Option<Option<Ident>> {
        if !cursor.pass(Rule::dot) {
            return Some(None);
        }
        cursor.one(Rule::member).map(|node| Some(self.ident(&node)))
    }

    fn take_text(&mut self, cursor: &mut Cursor<'_>) -> Option<Quoted> {
        cursor.one(Rule::text).map(|node| self.quoted(&node))
    }

    /// Texts or names with commas between them; stops before anything else.
    fn listed<T>(
        &mut self,
        cursor: &mut Cursor<'t>,
        mut item: impl FnMut(&mut Self, &mut Cursor<'t>) -> Option<T>,
    ) -> Vec<T> {
        let mut items = Vec::new();
        while let Some(next) = item(self, cursor) {
            items.push(next);
            if !cursor.pass(Rule::comma) {
                break;
            }
        }
        items
    }

    // ---- diagnostics -----------------------------------------------------------------------------------------------

    fn error(&mut self, code: crate::diagnostic::Code, span: Span, message: impl Into<String>) {
        self.report.push(Diagnostic::error(code, span, message));
    }

    /// Puts a clause that may stand once in its place, or reports that it stands again.
    fn once<T>(&mut self, place: &mut Option<T>, value: T, what: &str, span: Span) {
        if place.is_some() {
            self.error(codes::GIVEN_TWICE, span, format!("{what} is given twice"));
        } else {
            *place = Some(value);
        }
    }

    /// Reports a word where one of a few others is expected.
    fn unknown_word(&mut self, node: &Node<'_>, expected: &str, among: &[&str]) {
        let span = self.span_of(node);
        let word = node.as_str();
        let diagnostic = Diagnostic::error(codes::UNKNOWN_WORD, span, format!("expected {expected}, found `{word}`"));
        let diagnostic = match super::words::closest(word, among) {
            Some(meant) => diagnostic.help(format!("is `{meant}` meant?")).fix(span, meant),
            None => diagnostic.help(format!("one of {}", explain::listing(among))),
        };
        self.report.push(diagnostic);
    }
}
