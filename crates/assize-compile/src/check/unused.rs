//! Warnings about what is declared and not used. They are given only for rules without errors: where something could
//! not be read, what it uses is not known.

use crate::codes;
use crate::lower::Lowerer;
use crate::resolve::functions::reads;
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::ids::{Code, ListId, RecordId};
use assize_model::program::{Category, FieldKind, Otherwise};
use assize_model::ty::Ty;

/// Looks for unused codes, lists and fields.
pub fn unused(lowerer: &mut Lowerer<'_, '_>) {
    if lowerer.sink.has_errors() || lowerer.tables.incomplete {
        return;
    }
    codes_never_assigned(lowerer);
    lists_never_used(lowerer);
    fields_never_read(lowerer);
    functions(lowerer);
}

fn assigns(category: &Category, code: Code) -> bool {
    category.cases.iter().any(|case| case.code == code) || category.otherwise == Otherwise::Code(code)
}

fn codes_never_assigned(lowerer: &mut Lowerer<'_, '_>) {
    let tables = lowerer.tables;
    let mut by_list: Vec<Vec<&Category>> = vec![Vec::new(); tables.lists.len()];
    for category in lowerer.categories.iter().flatten() {
        if let Some(of) = by_list.get_mut(category.list.index()) {
            of.push(category);
        }
    }
    for (list, of) in by_list.iter().enumerate() {
        let (Some(first), Some(names)) = (of.first(), tables.lists.get(list)) else { continue };
        let declared = tables.globals.get(&*first.heading.name).map(|(_, span)| *span);
        for code in &names.ast.codes {
            let Some(&number) = names.codes.get(code.name.text.as_str()) else { continue };
            if of.iter().any(|category| assigns(category, number)) {
                continue;
            }
            let name = &code.name.text;
            let message = match of.as_slice() {
                [one] => format!("code `{name}` is never assigned by category `{}`", one.heading.name),
                _ => format!("code `{name}` is never assigned by any category"),
            };
            let mut diagnostic = Diagnostic::warning(codes::CODE_NEVER_ASSIGNED, code.name.span, message)
                .label("never a result")
                .help(format!("write `{name} when …`, or remove the code"));
            if let Some(span) = declared {
                diagnostic = diagnostic.also(span, "chooses from this list");
            }
            lowerer.sink.push(diagnostic);
        }
    }
}

fn lists_never_used(lowerer: &mut Lowerer<'_, '_>) {
    let types = lowerer.build.program.records.iter().flat_map(|record| &record.fields).map(|field| field.kind);
    let lists: Vec<ListId> = types
        .filter_map(|kind| match kind {
            FieldKind::Value(Ty::Code(list) | Ty::Codes(list)) => Some(list),
            _ => None,
        })
        .collect();
    for list in lists.into_iter().chain(crate::resolve::functions::lists(lowerer.tables)) {
        lowerer.use_list(list);
    }
    let tables = lowerer.tables;
    for (names, used) in tables.lists.iter().zip(std::mem::take(&mut lowerer.used_lists)) {
        if !used {
            let name = &names.ast.name;
            lowerer.sink.push(
                Diagnostic::warning(
                    codes::LIST_NEVER_USED,
                    name.span,
                    format!("code list `{}` is never used", name.text),
                )
                .label("no field, parameter, category or expression uses it")
                .help("use it, or remove it"),
            );
        }
    }
}

/// Functions that nothing calls, and parameters that their function does not read.
fn functions(lowerer: &mut Lowerer<'_, '_>) {
    let tables = lowerer.tables;
    for (names, used) in tables.functions.iter().zip(std::mem::take(&mut lowerer.used_functions)) {
        let name = &names.ast.name;
        if !used {
            let message = format!("function `{}` is never called", name.text);
            lowerer.sink.push(
                Diagnostic::warning(codes::FUNCTION_NEVER_CALLED, name.span, message)
                    .label("no expression calls it")
                    .help("call it, or remove it"),
            );
        }
        for param in &names.ast.parameters {
            if !reads(&names.ast.body.text, &param.name.text) {
                let message = format!("parameter `{}` of `{}` is never read", param.name.text, name.text);
                lowerer.sink.push(
                    Diagnostic::warning(codes::PARAMETER_NEVER_READ, param.name.span, message)
                        .label("the body does not use it")
                        .help("use it, or remove it"),
                );
            }
        }
    }
}

/// Fields that nothing reads, of records that something is worked out for.
fn fields_never_read(lowerer: &mut Lowerer<'_, '_>) {
    let tables = lowerer.tables;
    let mut used = vec![false; tables.records.len()];
    let mut mark = |record: RecordId| {
        if let Some(slot) = used.get_mut(record.index()) {
            *slot = true;
        }
    };
    tables.decls.iter().filter_map(|decl| decl.record).for_each(&mut mark);
    tables.measures.iter().for_each(|(_, record)| mark(*record));
    for field in lowerer.build.program.records.iter().flat_map(|record| &record.fields) {
        if let (FieldKind::Many { record, .. }, true) = (field.kind, field.read) {
            mark(record);
        }
    }
    let mut found: Vec<(Span, String)> = Vec::new();
    for ((names, record), used) in tables.records.iter().zip(&lowerer.build.program.records).zip(used) {
        for (ast, field) in names.fields.iter().zip(&record.fields) {
            if used && !field.read {
                found.push((
                    ast.name.span,
                    format!("field `{}` of `{}` is never read", ast.name.text, names.ast.name.text),
                ));
            }
        }
    }
    for (span, message) in found {
        lowerer.sink.push(
            Diagnostic::warning(codes::FIELD_NEVER_READ, span, message)
                .label("no expression reads it")
                .help("use it, or remove it; data may have more columns than the record"),
        );
    }
}
