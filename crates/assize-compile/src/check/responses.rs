//! Responses: what is done about each code of a category, by whom, and by when.

use crate::codes;
use crate::convert::{heading, place};
use crate::lower::{Clockwork, Cx, Lowerer, Want};
use crate::resolve::Global;
use crate::suggest::listing;
use assize_lang::ast;
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::civil::Duration;
use assize_model::ids::{CategoryId, Code, NodeId, ScopeId};
use assize_model::node::{Op, RUN};
use assize_model::program::{Action, Otherwise, Response};
use assize_model::ty::Ty;
use assize_model::value::Value;
use rustc_hash::FxHashMap;

/// Lowers every response.
pub fn responses(lowerer: &mut Lowerer<'_, '_>) {
    let mut done: FxHashMap<CategoryId, Span> = FxHashMap::default();
    for ast in &lowerer.tables.responses {
        let Some(category) = subject(lowerer, ast) else { continue };
        if let Some(&first) = done.get(&category) {
            lowerer.sink.push(
                Diagnostic::error(codes::RESPONSE, ast.to.span, format!("`{}` has two responses", ast.to.text))
                    .label("again here")
                    .also(first, "first here")
                    .help("write all that is done into one response; a code may have several lines"),
            );
            continue;
        }
        done.insert(category, ast.to.span);
        if let Some(response) = response(lowerer, ast, category) {
            lowerer.build.program.responses.push(response);
        }
    }
}

/// The category that a response is to.
fn subject(lowerer: &mut Lowerer<'_, '_>, ast: &ast::Response) -> Option<CategoryId> {
    let tables = lowerer.tables;
    let written = match &ast.member {
        Some(member) => format!("{}.{}", ast.to.text, member.text),
        None => ast.to.text.clone(),
    };
    if let Some(member) = &ast.member
        && let Some(&decl) = tables.outputs.get(&(ast.to.text.as_str(), member.text.as_str()))
        && let Some(id) = tables.decl(decl)?.category()
    {
        return Some(id);
    }
    let (label, declared) =
        match tables.globals.get(written.as_str()).or_else(|| tables.globals.get(ast.to.text.as_str())) {
            Some((Global::Broken, _)) => return None,
            Some(&(Global::Category(id), _))
                if ast.member.is_none() || tables.globals.contains_key(written.as_str()) =>
            {
                return Some(id);
            }
            Some(&(_, declared)) => ("not a category", Some(declared)),
            None if tables.incomplete || lowerer.sink.file_lacks => return None,
            None => ("not declared", None),
        };
    let message = format!("there is no category `{written}` to respond to");
    let diagnostic = Diagnostic::error(codes::RESPONSE, ast.to.span, message).label(label);
    let known = tables.globals.iter().filter(|(_, (global, _))| matches!(global, Global::Category(_)));
    let near = lowerer.sink.closest(&ast.to.text, known.map(|(name, _)| *name));
    let diagnostic = match declared {
        Some(declared) => diagnostic.also(declared, "declared here"),
        None => diagnostic,
    };
    lowerer.sink.push(match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(ast.to.span, near),
        None => diagnostic.help("a response is to a category, a progression, or the band of an instrument"),
    });
    None
}

fn response(lowerer: &mut Lowerer<'_, '_>, ast: &ast::Response, category: CategoryId) -> Option<Response> {
    let tables = lowerer.tables;
    let list = tables.category_list(category)?;
    let decl = tables.decl(*tables.categories.get(category.index())?)?;
    let record = decl.record?;
    let scope = lowerer.build.program.record(record)?.root;
    lowerer.use_list(list);
    let names = tables.list(list)?;
    let mut fine = true;
    let mut actions = Vec::new();
    let mut seen: FxHashMap<(Code, &str), Span> = FxHashMap::default();
    for action in &ast.actions {
        let code = match action.code.text.as_str() {
            "none" => Some(Code::NONE),
            name => names.codes.get(name).copied(),
        };
        if code.is_none() {
            fine = false;
            if !names.incomplete {
                lowerer.unknown_code(list, &action.code, None);
            }
        }
        if let Some(code) = code {
            if let Some(&first) = seen.get(&(code, action.text.text.as_str())) {
                fine = false;
                lowerer.sink.push(
                    Diagnostic::error(
                        codes::RESPONSE,
                        action.span,
                        format!("the same is done twice about `{}`", action.code.text),
                    )
                    .label("again here")
                    .also(first, "first here")
                    .help("remove one of them"),
                );
            }
            seen.insert((code, &action.text.text), action.span);
        }
        let due = due(lowerer, action, (record, scope));
        match (code, due) {
            (Some(code), Some(due)) => actions.push(Action {
                code,
                text: action.text.text.as_str().into(),
                role: action.by.as_ref().map(|role| role.text.as_str().into()),
                due,
                place: place(action.span),
            }),
            _ => fine = false,
        }
    }
    if !fine {
        return None;
    }
    uncovered(lowerer, ast, category, &actions);
    let name = lowerer.categories.get(category.index())?.as_ref()?.heading.name.clone();
    Some(Response {
        heading: heading(&name, ast.title.as_ref(), &ast.docs),
        category,
        actions,
        place: place(ast.to.span),
    })
}

/// When an action is due: `Some(None)` when nothing is said of it.
fn due(
    lowerer: &mut Lowerer<'_, '_>,
    action: &ast::Action,
    (record, scope): (assize_model::ids::RecordId, ScopeId),
) -> Option<Option<NodeId>> {
    let Some(within) = &action.within else { return Some(None) };
    let cx = Cx::record(scope);
    lowerer.prepare(record, scope, &[within]);
    let time = lowerer.lower(within, cx, Want::Ty(Ty::Duration))?;
    let positive = match lowerer.constant_of(time.node) {
        Some(Value::Duration(Duration::Calendar { months, days })) => *months >= 0 && *days >= 0,
        Some(Value::Duration(Duration::Clock { .. })) => false,
        _ => true,
    };
    if time.ty != Ty::Duration || time.clockwork == Some(Clockwork::Clock) || !positive {
        let label = if time.ty == Ty::Duration {
            "not such a time".to_owned()
        } else {
            format!("this is {}", lowerer.says(time.ty))
        };
        let help = "write it in days, weeks, months or years: `within 2 days`";
        lowerer.report(codes::RESPONSE, within.span, "a time by the calendar is expected", label, help);
        return None;
    }
    let from = match &action.after {
        None => lowerer.typed(Op::AsOf, Ty::Date, Cx::CONSTANT, within.span)?,
        Some(after) => {
            lowerer.prepare(record, scope, &[after]);
            let from = lowerer.lower(after, cx, Want::Ty(Ty::Date))?;
            match from.ty {
                Ty::Date => from,
                Ty::DateTime => lowerer.civil_date(from, cx)?,
                ty => {
                    let says = lowerer.says(ty);
                    let help = "after `after` stands the date from which the time counts";
                    lowerer.report(codes::RESPONSE, after.span, "a date is expected", format!("this is {says}"), help);
                    return None;
                }
            }
        }
    };
    let op = Op::Shift { operand: from.node, by: time.node, back: false };
    let due = lowerer.node(op, Ty::Date, cx, within.span)?;
    // Read where it is worked out: of the record itself, or once a run.
    let fits = lowerer.build.program.node(due).is_some_and(|node| node.scope == scope || node.scope == RUN);
    fits.then_some(Some(due))
}

/// Warns of codes that the category gives and nothing is said of.
fn uncovered(lowerer: &mut Lowerer<'_, '_>, ast: &ast::Response, category: CategoryId, actions: &[Action]) {
    if lowerer.tables.incomplete {
        return;
    }
    let Some(of) = lowerer.categories.get(category.index()).and_then(Option::as_ref) else { return };
    let Some(list) = lowerer.build.program.list(of.list) else { return };
    let mut given: Vec<Code> = of.cases.iter().map(|case| case.code).collect();
    if let Otherwise::Code(code) = of.otherwise {
        given.push(code);
    }
    assize_model::order::sort(&mut given);
    given.dedup();
    given.retain(|code| !actions.iter().any(|action| action.code == *code));
    if given.is_empty() {
        return;
    }
    let names: Vec<String> = given.iter().map(|code| list.name(*code).to_owned()).collect();
    let message = format!("nothing is said of {}", listing(names.iter().map(String::as_str)));
    let first = names.first().cloned().unwrap_or_default();
    lowerer.sink.push(
        Diagnostic::warning(codes::NO_RESPONSE, ast.to.span, message)
            .label(format!("`{}` can come to that", ast.to.text))
            .help(format!("write `{first} : \"…\"`, also where nothing is to be done")),
    );
}
