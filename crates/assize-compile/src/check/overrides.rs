//! A person's own judgement beside a category.

use crate::codes;
use crate::convert::place;
use crate::lower::{Cx, Lowerer};
use crate::resolve::Member;
use assize_lang::ast::{Ident, Override};
use assize_lang::source::Span;
use assize_model::form;
use assize_model::ids::{CategoryId, ListId, NodeId, RecordId};
use assize_model::node::Op;
use assize_model::program::FieldKind;
use assize_model::ty::Ty;

/// Takes an override of a category in; says whether nothing is wrong with it.
pub fn overriding(
    lowerer: &mut Lowerer<'_, '_>,
    category: CategoryId,
    record: RecordId,
    list: ListId,
    many: bool,
    ast: &Override,
) -> Option<()> {
    if many {
        lowerer.report(
            codes::OVERRIDE,
            ast.span,
            "a category with `hit all` is not overridden as a whole",
            "which of its codes?",
            "keep a person's own set of codes in a field, and compare the two",
        );
        return None;
    }
    let codes_of = lowerer.tables.list_name(list);
    let from = field(lowerer, record, &ast.from, Ty::Code(list), &format!("a code of `{codes_of}`"));
    let because = field(lowerer, record, &ast.because, Ty::Text, "text");
    let by = field(lowerer, record, &ast.by, Ty::Text, "text");
    let on = ast.on.as_ref().map(|on| field(lowerer, record, on, Ty::Date, "a date"));
    let until = ast.until.as_ref().map(|until| field(lowerer, record, until, Ty::Date, "a date"));
    let made = form::Override {
        category,
        from: from?,
        because: because?,
        by: by?,
        on: on.map_or(Some(None), |on| on.map(Some))?,
        until: until.map_or(Some(None), |until| until.map(Some))?,
        place: place(ast.span),
    };
    lowerer.build.program.overrides.push(made);
    Some(())
}

/// A field of the record of a type.
fn field(lowerer: &mut Lowerer<'_, '_>, record: RecordId, name: &Ident, ty: Ty, says: &str) -> Option<NodeId> {
    let names = lowerer.tables.record(record)?;
    let owner = &names.ast.name.text;
    match names.members.get(name.text.as_str()) {
        Some(&(Member::Field(id), _)) => {
            let kind = lowerer.build.program.record(record)?.fields.get(id.index())?.kind;
            if kind == FieldKind::Value(ty) {
                lowerer.read(record, id);
                let root = lowerer.build.program.record(record)?.root;
                return lowerer.node(Op::Field(id), ty, Cx::record(root), name.span);
            }
            let message = format!("field `{}` does not hold {says}", name.text);
            wrong(lowerer, name.span, message, format!("declare it as {says}"));
        }
        Some((Member::Broken, _)) => {}
        Some(_) => {
            let message = format!("`{}` is worked out, and a judgement is a field of the data", name.text);
            wrong(lowerer, name.span, message, format!("name a field of `{owner}`"));
        }
        None if names.incomplete => {}
        None => {
            let message = format!("record `{owner}` has no field `{}`", name.text);
            wrong(lowerer, name.span, message, "declare the field that a person's judgement is kept in".to_owned());
        }
    }
    None
}

fn wrong(lowerer: &mut Lowerer<'_, '_>, span: Span, message: String, help: String) {
    lowerer.report(codes::OVERRIDE, span, message, "not such a field", help);
}
