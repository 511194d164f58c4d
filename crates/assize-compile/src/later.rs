//! What the language has and this version of the engine does not: each use of it is refused by name, so that nobody
//! believes it is in force.

use crate::codes;
use crate::sink::Sink;
use assize_lang::ast::{Decl, File};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;

/// Whether a declaration is of a kind that this version does not have.
pub fn is_later(decl: &Decl) -> bool {
    matches!(decl, Decl::Indicator(_) | Decl::Evaluation(_))
}

/// Reports every declaration and clause that this version does not have.
pub fn refuse(files: &[File], sink: &mut Sink) {
    for decl in files.iter().flat_map(|file| &file.decls) {
        if is_later(decl) {
            report(begin(decl.span(), decl.keyword()), decl.keyword(), sink);
        }
    }
}

/// Reports an expression of a kind that this version does not have.
pub fn report(span: Span, words: &str, sink: &mut Sink) {
    let message = format!("`{words}` is not part of this version of the language");
    sink.push(Diagnostic::error(codes::NOT_IN_THIS_VERSION, span, message));
}

/// The first word of a span.
fn begin(span: Span, word: &str) -> Span {
    let length = u32::try_from(word.len()).unwrap_or(0);
    Span::new(span.file, span.start, span.end.min(span.start.saturating_add(length)))
}
