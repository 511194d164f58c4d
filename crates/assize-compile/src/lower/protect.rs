//! Protected fields: what decides must not read them, unless it says so and why.

use super::{DeclId, Lowerer};
use crate::codes;
use assize_lang::ast::Uses;
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::ids::{FieldId, RecordId};
use assize_model::program::UsesProtected;
use rustc_hash::FxHashSet;

/// What the declaration being lowered may read.
#[derive(Debug, Default)]
pub struct Guard {
    /// The protected fields read.
    pub read: Vec<(RecordId, FieldId)>,
    /// The protected fields reported, in what decides.
    pub reported: Option<FxHashSet<(RecordId, FieldId)>>,
    /// The names of those that it says it uses.
    pub allowed: Vec<String>,
}

impl Guard {
    /// Lets a declaration read what it says it uses.
    pub fn allow(&mut self, uses: &[Uses]) {
        self.allowed = uses.iter().flat_map(|uses| &uses.fields).map(|field| field.text.clone()).collect();
    }
}

impl Lowerer<'_, '_> {
    /// Notes that a protected field is read, which what decides must not.
    pub(crate) fn reads_protected(&mut self, field: (RecordId, FieldId), span: Span, through: Option<DeclId>) {
        if !self.guard.read.contains(&field) {
            self.guard.read.push(field);
        }
        let Some(names) = self.tables.record(field.0) else { return };
        let Some(ast) = names.fields.get(field.1.index()) else { return };
        let Some(reported) = &mut self.guard.reported else { return };
        if self.guard.allowed.contains(&ast.name.text) || !reported.insert(field) {
            return;
        }
        let message = format!("protected field `{}` decides a category", ast.name.text);
        let mut diagnostic = Diagnostic::error(codes::PROTECTED, span, message)
            .label("read here")
            .also(ast.protected.unwrap_or(ast.name.span), "protected here")
            .help(format!(
                "use it in the `by` of a measure, where it shows differences instead of making them, or say why it \
                 decides: `uses protected {} because \"…\"`",
                ast.name.text
            ));
        if let Some(decl) = through.and_then(|decl| self.tables.decl(decl)) {
            diagnostic = diagnostic.note(format!("it is read through `{}`", decl.name().text));
        }
        self.sink.push(diagnostic);
    }

    /// The protected fields that a declaration says it uses, and reads.
    pub(crate) fn used_protected(&self, uses: &[Uses]) -> Vec<UsesProtected> {
        let of = |uses: &Uses| {
            let fields = self.guard.read.iter().copied().filter(|(record, field)| {
                let ast = self.tables.record(*record).and_then(|names| names.fields.get(field.index()));
                ast.is_some_and(|ast| uses.fields.iter().any(|name| name.text == ast.name.text))
            });
            UsesProtected { fields: fields.collect(), because: uses.because.text.as_str().into() }
        };
        uses.iter().map(of).collect()
    }

    /// Reports fields that a declaration says it uses and does not.
    pub(crate) fn unused_uses(&mut self, uses: &[Uses], read: &[(RecordId, FieldId)]) {
        for name in uses.iter().flat_map(|uses| &uses.fields) {
            let read = read.iter().any(|(record, field)| {
                let ast = self.tables.record(*record).and_then(|names| names.fields.get(field.index()));
                ast.is_some_and(|ast| ast.name.text == name.text)
            });
            if !read && !self.tables.incomplete {
                self.report(
                    codes::USES_UNREAD,
                    name.span,
                    format!("`{}` is said to be used, and no protected field of that name is read", name.text),
                    "not read here",
                    "remove it from `uses protected`, or correct its name",
                );
            }
        }
    }
}
