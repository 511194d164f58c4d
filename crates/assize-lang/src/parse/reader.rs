//! Goes through a file declaration by declaration.

use super::build::Builder;
use super::lexis::{Bracket, Fault, Kind, Lexer, Token};
use super::report::Report;
use super::text::Text;
use super::{codes, explain, limits, words};
use crate::ast::{Broken, Comment, Decl, File, Ident};
use crate::diagnostic::Diagnostic;
use crate::source::FileId;

/// The documentation comments before a token, by the token's place.
pub(crate) type Docs = Vec<(u32, Vec<String>)>;

/// Reads one file.
pub(crate) fn read(id: FileId, all: &str) -> (File, Vec<Diagnostic>) {
    let text = Text { file: id, all };
    let mut report = Report::default();
    if all.len() > limits::FILE_BYTES {
        let message = format!("this file has {} bytes, more than the limit of {}", all.len(), limits::FILE_BYTES);
        report
            .push(Diagnostic::error(codes::FILE_TOO_LONG, text.span(0, 0), message).help("split it and use `import`"));
        return (File { id, decls: Vec::new(), comments: Vec::new() }, report.finish());
    }
    let mut chunks = Chunks { text, lexer: Lexer::new(all), waiting: None, comments: Vec::new(), docs: Vec::new() };
    let mut decls = Vec::new();
    let mut tokens = Vec::new();
    while chunks.next_into(&mut tokens) {
        let next = chunks.waiting.as_ref().map_or(text.end(), |token| text.span_of(token));
        place_bars(&text, &mut tokens);
        decls.extend(declaration(text, &tokens, next, &chunks.docs, &mut report));
        chunks.docs.retain(|(start, _)| *start >= next.start);
    }
    (File { id, decls, comments: chunks.comments }, report.finish())
}

/// Cuts the tokens of a file into declarations.
struct Chunks<'t> {
    text: Text<'t>,
    lexer: Lexer<'t>,
    /// The token that begins the next declaration.
    waiting: Option<Token>,
    comments: Vec<Comment>,
    docs: Docs,
}

impl Chunks<'_> {
    /// Fills `tokens` with those of the next declaration; false at the end of the file.
    ///
    /// A declaration ends before a word that begins one: outside braces anywhere, inside braces in the first column,
    /// where a closing brace must have been forgotten.
    fn next_into(&mut self, tokens: &mut Vec<Token>) -> bool {
        tokens.clear();
        tokens.extend(self.waiting.take());
        let mut depth = 0_usize;
        while let Some(token) = self.next_token() {
            match token.kind {
                Kind::Open(Bracket::Curly) => depth += 1,
                Kind::Close(Bracket::Curly) => depth = depth.saturating_sub(1),
                Kind::Word if self.begins(&token, depth, tokens) => {
                    self.waiting = Some(token);
                    return true;
                }
                _ => {}
            }
            tokens.push(token);
        }
        !tokens.is_empty()
    }

    fn begins(&self, token: &Token, depth: usize, tokens: &[Token]) -> bool {
        let word = self.text.of(token);
        let Some(last) = tokens.last() else { return false };
        if !words::begins_declaration(word) {
            return false;
        }
        let before = self.text.slice(0, token.start);
        if depth > 0 {
            return before.is_empty() || before.ends_with('\n');
        }
        // Directly behind the word that begins a declaration stands its name, or a reserved word meant as one.
        let behind_keyword = tokens.len() == 1 && !self.text.slice(last.end, token.start).contains('\n');
        let ordered_codes = word == "codes" && self.text.of(last) == "ordered";
        !(ordered_codes || behind_keyword && last.kind == Kind::Word)
    }

    /// The next token that is no comment.
    fn next_token(&mut self) -> Option<Token> {
        let mut docs = Vec::new();
        loop {
            let token = self.lexer.next()?;
            if token.kind != Kind::Comment {
                if !docs.is_empty() {
                    self.docs.push((token.start, docs));
                }
                return Some(token);
            }
            let comment = comment(&self.text, &token);
            if comment.documentation {
                docs.push(comment.text.clone());
            }
            self.comments.push(comment);
        }
    }
}

/// A comment without its marks. A line of many `#` is an ornament, not documentation.
fn comment(text: &Text<'_>, token: &Token) -> Comment {
    let written = text.of(token);
    let documentation = written.starts_with("##") && !written.starts_with("###");
    let words = written.get(if documentation { 2 } else { 1 }..).unwrap_or("").trim_end();
    let words = words.strip_prefix(' ').unwrap_or(words);
    Comment { text: words.to_owned(), documentation, span: text.span_of(token) }
}

/// A bar stands between the cells of a table; elsewhere it is an operator of another language.
fn place_bars(text: &Text<'_>, tokens: &mut [Token]) {
    let table = text.is_word(tokens.first(), "table");
    for token in tokens {
        match token.kind {
            Kind::Bar if !table => token.kind = Kind::Fault(Fault::Operator("or")),
            Kind::Fault(Fault::Operator("or")) if table && text.of(token) == "||" => {
                token.kind = Kind::Fault(Fault::EmptyCell);
            }
            _ => {}
        }
    }
}

/// Reads the tokens of one declaration.
fn declaration(
    text: Text<'_>,
    tokens: &[Token],
    next: crate::source::Span,
    docs: &Docs,
    report: &mut Report,
) -> Option<Decl> {
    let first = tokens.first()?;
    let keyword = if first.kind == Kind::Word { text.of(first) } else { "" };
    if !words::begins_declaration(keyword) {
        let fault = super::faults::diagnose(&text, first);
        report.push(fault.unwrap_or_else(|| explain::not_a_declaration(&text, first)));
        return None;
    }
    let builder = Builder::new(text, tokens, next, docs, report);
    match builder.declaration(keyword) {
        Some(decl) => Some(decl),
        None => broken(&text, tokens),
    }
}

fn broken(text: &Text<'_>, tokens: &[Token]) -> Option<Decl> {
    let first = tokens.first()?;
    let nameless = matches!(text.of(first), "response" | "release");
    let behind = tokens.iter().skip(1).find(|token| !text.is_word(Some(token), "codes")).filter(|_| !nameless);
    let name = behind.filter(|token| token.kind == Kind::Word && !words::is_reserved(text.of(token)));
    Some(Decl::Broken(Broken {
        keyword: text.of(first).to_owned(),
        name: name.map(|token| Ident { text: text.of(token).to_owned(), span: text.span_of(token) }),
        span: text.span_over(tokens)?,
    }))
}
