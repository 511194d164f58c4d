//! Code lists: their codes, and the texts in the data that stand for them.

use super::Tables;
use super::declare::member_twice;
use crate::codes;
use crate::convert::{heading, place, reason};
use crate::sink::Sink;
use assize_lang::ast;
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::absence::Reason;
use assize_model::ids::{Code, ListId};
use assize_model::program::{CodeInfo, CodeList, Program};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// How many codes a list may have; the last number stands for no code.
const MAX_CODES: usize = 65_534;

/// Fills in every list.
pub fn lists<'a>(tables: &mut Tables<'a>, program: &mut Program, sink: &mut Sink) {
    for (at, names) in tables.lists.iter_mut().enumerate() {
        let ast: &'a ast::Codes = names.ast;
        let mut texts = Texts::default();
        let mut codes = Vec::with_capacity(ast.codes.len());
        let mut spans: FxHashMap<&str, Span> = FxHashMap::default();
        for code in &ast.codes {
            if let Some(&first) = spans.get(code.name.text.as_str()) {
                sink.push(member_twice(&code.name, first, "code", &ast.name.text));
                continue;
            }
            if codes.len() == MAX_CODES {
                sink.push(
                    Diagnostic::error(codes::TOO_MANY_CODES, code.name.span, "the code list is too long")
                        .label(format!("one past the limit of {MAX_CODES} codes"))
                        .help("use `text` for values of which there are so many"),
                );
                break;
            }
            spans.insert(&code.name.text, code.name.span);
            names.codes.insert(&code.name.text, Code(u16::try_from(codes.len()).unwrap_or(u16::MAX)));
            tables.codes.entry(&code.name.text).or_default().push(ListId::from_index(at));
            let from: Vec<Arc<str>> = if code.from.is_empty() {
                texts.claim(&code.name.text, code.name.span, sink);
                vec![code.name.text.as_str().into()]
            } else {
                code.from.iter().filter(|text| texts.claim(&text.text, text.span, sink)).map(shared).collect()
            };
            codes.push(CodeInfo { heading: heading(&code.name.text, code.title.as_ref(), &[]), from });
        }
        if codes.is_empty() && !names.incomplete {
            sink.push(
                Diagnostic::error(codes::NO_CODE, ast.name.span, format!("code list `{}` has no codes", ast.name.text))
                    .label("declared here")
                    .help("write its codes between the braces"),
            );
        }
        program.lists.push(CodeList {
            heading: heading(&ast.name.text, ast.title.as_ref(), &ast.docs),
            ordered: ast.ordered,
            codes,
            missing: missing(&ast.missing, &mut texts, sink),
            place: place(ast.name.span),
        });
    }
}

fn shared(text: &ast::Quoted) -> Arc<str> {
    text.text.as_str().into()
}

/// The texts that mean a missing value.
pub fn missing(from: &[ast::MissingFrom], texts: &mut Texts, sink: &mut Sink) -> Vec<(Arc<str>, Reason)> {
    let mut out = Vec::new();
    for line in from {
        for text in &line.from {
            if texts.claim(&text.text, text.span, sink) {
                out.push((shared(text), reason(line.reason.0)));
            }
        }
    }
    out
}

/// Texts in the data that have a meaning, and where it is given to them.
#[derive(Default)]
pub struct Texts(FxHashMap<String, Span>);

impl Texts {
    /// Gives a text a meaning; reports one that has another already.
    fn claim(&mut self, text: &str, span: Span, sink: &mut Sink) -> bool {
        match self.0.entry(text.trim().to_owned()) {
            Entry::Vacant(entry) => {
                entry.insert(span);
                true
            }
            Entry::Occupied(entry) => {
                let shown = text.trim();
                let message = format!("the text \"{shown}\" in the data would mean two things");
                sink.push(
                    Diagnostic::error(codes::DUPLICATE_TEXT, span, message)
                        .label("used again here")
                        .also(*entry.get(), "first used here")
                        .help("give each text to one code, or to one reason for being missing"),
                );
                false
            }
        }
    }
}
