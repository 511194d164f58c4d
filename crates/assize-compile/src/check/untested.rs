//! Warnings about what decides and is never tried: conditions of child records that none can pass, and fields that
//! decide without being in any test.

use super::reach::Reach;
use crate::codes;
use crate::lower::Lowerer;
use assize_lang::ast;
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::{FileId, Span};
use assize_model::ids::{FieldId, NodeId, RecordId};
use assize_model::node::Op;
use assize_model::program::{Place, TestRecord};
use rustc_hash::{FxHashMap, FxHashSet};

/// Looks for both; only of rules without errors, where something else is meant by what is left out.
pub fn untested(lowerer: &mut Lowerer<'_, '_>) {
    if lowerer.sink.has_errors() || lowerer.tables.incomplete {
        return;
    }
    never_passed(lowerer);
    fields(lowerer);
}

fn span(place: Place) -> Span {
    Span::new(FileId(place.file.0), place.start, place.end)
}

fn never_passed(lowerer: &mut Lowerer<'_, '_>) {
    let program = &lowerer.build.program;
    let reach = Reach::new(program, &lowerer.categories);
    let mut filters: Vec<NodeId> = Vec::new();
    for node in &program.nodes {
        match &node.op {
            Op::Aggregate { filter, .. } => filters.extend(filter),
            Op::Progress(progress) => filters.extend(progress.events.iter().filter_map(|event| event.filter)),
            _ => {}
        }
    }
    assize_model::order::sort(&mut filters);
    filters.dedup();
    let found: Vec<Place> = (filters.into_iter())
        .filter(|&filter| reach.is_never(filter))
        .filter_map(|filter| Some(program.node(filter)?.place))
        .filter(|place| *place != Place::NOWHERE)
        .collect();
    for place in found {
        lowerer.sink.push(
            Diagnostic::warning(codes::NEVER_TRUE, span(place), "no record can pass this `where`")
                .label("its conditions exclude each other")
                .help("write the condition that is meant"),
        );
    }
}

/// Notes the fields that a test gives to a record.
fn given(of: &TestRecord, seen: &mut FxHashSet<(RecordId, FieldId)>) {
    seen.extend(of.fields.iter().map(|(field, _)| (of.record, *field)));
    for (many, children) in &of.children {
        seen.insert((of.record, *many));
        children.iter().for_each(|child| given(child, seen));
    }
}

fn fields(lowerer: &mut Lowerer<'_, '_>) {
    let program = &lowerer.build.program;
    if program.tests.is_empty() {
        return;
    }
    let mut seen = FxHashSet::default();
    program.tests.iter().flat_map(|test| &test.given).for_each(|of| given(of, &mut seen));
    // What categories that are tested read.
    let mut read: FxHashMap<(RecordId, FieldId), String> = FxHashMap::default();
    let mut visited = FxHashSet::default();
    for category in lowerer.categories.iter().flatten() {
        let mut rest: Vec<NodeId> = Vec::new();
        if let Some(decision) = program.decision(category.decision) {
            rest.extend(decision.applies.iter().chain(&decision.criteria));
        }
        while let Some(id) = rest.pop() {
            if !visited.insert(id) {
                continue;
            }
            let Some(node) = program.node(id) else { continue };
            match &node.op {
                Op::Field(field) => {
                    if let Some(record) = program.scope(node.scope).and_then(|scope| scope.record) {
                        read.entry((record, *field)).or_insert_with(|| category.heading.name.to_string());
                    }
                }
                Op::Outcome(decision) => {
                    if let Some(decision) = program.decision(*decision) {
                        rest.extend(decision.applies.iter().chain(&decision.criteria));
                    }
                }
                op => op.operands(|operand| rest.push(operand)),
            }
        }
    }
    let mut found: Vec<(&ast::Field, String)> = Vec::new();
    for (at, names) in lowerer.tables.records.iter().enumerate() {
        for (index, ast) in names.fields.iter().enumerate() {
            let field = (RecordId::from_index(at), FieldId::from_index(index));
            if let Some(category) = read.get(&field)
                && !seen.contains(&field)
            {
                found.push((ast, category.clone()));
            }
        }
    }
    for (ast, category) in found {
        let name = &ast.name.text;
        lowerer.sink.push(
            Diagnostic::warning(
                codes::UNTESTED,
                ast.name.span,
                format!("field `{name}` decides `{category}` and is in no test"),
            )
            .label("no test gives it")
            .help(format!("give it in a `test`, also where it is missing: `{name}: missing`")),
        );
    }
}
