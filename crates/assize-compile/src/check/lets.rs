//! The `let`s of the program, in the order of the text.

use crate::convert::{heading, place};
use crate::lower::{Lowerer, table};
use crate::resolve::forms::Part;
use crate::resolve::{DeclId, DeclKind, Output};
use assize_model::ids::LetId;
use assize_model::node::RUN;
use assize_model::program::Let;

/// Fills in the `let`s that have a value; gives the number of each by its declaration.
pub fn lets(lowerer: &mut Lowerer<'_, '_>) -> Vec<Option<LetId>> {
    let mut ids = Vec::with_capacity(lowerer.tables.decls.len());
    for (at, decl) in lowerer.tables.decls.iter().enumerate() {
        let (heading, place) = match decl.kind {
            DeclKind::Let(ast) => (heading(&ast.name.text, ast.title.as_ref(), &ast.docs), place(ast.span)),
            DeclKind::Table(ast, output, Output::Value(_)) => {
                let name = table::output_name(ast, output);
                (heading(&name, ast.title.as_ref(), &ast.docs), place(ast.name.span))
            }
            DeclKind::Part(_, _, Part::Bare, _)
            | DeclKind::Category(..)
            | DeclKind::Table(..)
            | DeclKind::Progression(..) => {
                ids.push(None);
                continue;
            }
            DeclKind::Part(form, _, part, name) => (heading(&name.text, form.title_of(part), &[]), place(name.span)),
        };
        let scope =
            decl.record.and_then(|record| lowerer.build.program.record(record)).map_or(RUN, |record| record.root);
        let spans_only = lowerer.spans_only.get(at).copied().unwrap_or(false);
        let node = lowerer.lowered(DeclId(at), scope).filter(|_| !spans_only).map(|typed| typed.node);
        ids.push(node.map(|node| {
            let id = LetId::from_index(lowerer.build.program.lets.len());
            lowerer.build.program.lets.push(Let { heading, record: decl.record, node, place });
            id
        }));
    }
    ids
}
