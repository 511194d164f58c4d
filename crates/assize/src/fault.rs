//! Errors of single results in words, with their place in the rules.

use assize_model::absence::{Absence, Fault};
use assize_model::ids::CategoryId;
use assize_model::node::Op;
use assize_model::program::{Otherwise, Program};

/// As [`fault_message`], of an outcome with its reasons: a conflict names the criteria that are true.
pub fn outcome_message(program: &Program, category: CategoryId, absence: Absence, because: &[u16]) -> String {
    let of = match (absence.fault(), program.category(category)) {
        (Some((Fault::Conflict, _)), Some(of)) if !because.is_empty() => of,
        _ => return fault_message(program, category, absence),
    };
    let names: Vec<String> = because
        .iter()
        .filter_map(|&at| of.criteria().nth(usize::from(at)))
        .map(|(case, criterion)| {
            let code = program.list(of.list).map_or("?", |list| list.name(case.code));
            format!("`{}` ({code})", criterion.heading.name)
        })
        .collect();
    format!("{}: {}", Fault::Conflict.message(), names.join(", "))
}

/// What went wrong with a category of one record: what happened, the expression it happened in, and its place.
pub fn fault_message(program: &Program, category: CategoryId, absence: Absence) -> String {
    let Some((fault, at)) = absence.fault() else {
        return absence.reason().map_or("missing", |reason| reason.word()).to_owned();
    };
    let node = program.node(at);
    match (fault, node.map(|node| &node.op)) {
        (Fault::Data, Some(Op::Field(field))) => {
            let record = node.and_then(|node| program.record(program.scope(node.scope)?.record?));
            let field = record.and_then(|record| record.fields.get(field.index()));
            return match (record, field) {
                (Some(record), Some(field)) => {
                    format!("`{}` of `{}` could not be read", field.heading.name, record.heading.name)
                }
                _ => fault.message().to_owned(),
            };
        }
        (Fault::Data, _) => return "the record could not be read without fault".to_owned(),
        (Fault::Stated, _) => {
            let stated = match node.map(|node| &node.op) {
                Some(Op::Outcome(decision)) => program.decision(*decision).map(|decision| decision.category),
                _ => Some(category),
            };
            if let Some(Otherwise::Error(text)) = stated.and_then(|id| program.category(id)).map(|of| &of.otherwise) {
                return text.to_string();
            }
        }
        _ => {}
    }
    let place = program.fault_place(at);
    let text = program.text_of(place);
    let shown: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown_at = program.sources.get(place.file.index()).map(|source| {
        let before = source.text.get(..place.start as usize).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        format!("{}:{line}:{column}", source.name)
    });
    match (shown.is_empty(), shown_at) {
        (false, Some(at)) => format!("{} in `{shown}` ({at})", fault.message()),
        _ => fault.message().to_owned(),
    }
}
