//! Functions: their heads resolved and their bodies read as Rhai.

use super::declare::member_twice;
use super::types::{Written, resolve};
use super::{Global, Tables};
use crate::codes;
use crate::convert::{heading, place};
use crate::sink::Sink;
use crate::units::{Unit, stated};
use assize_lang::ast::{self, ResultType};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::{SourceMap, Span};
use assize_model::function::{BodyError, Function, FunctionParam, Functions, check};
use assize_model::program::{Heading, Program};
use assize_model::ty::Ty;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// How many parameters a function may have.
const MAX_PARAMETERS: usize = 32;

/// A function's declaration.
#[derive(Debug)]
pub struct FunctionNames<'a> {
    /// As it is written.
    pub ast: &'a ast::Function,
    /// Its head, when nothing is wrong with it.
    pub signature: Option<Signature>,
}

/// What a function takes and gives.
#[derive(Debug, Clone)]
pub struct Signature {
    /// The type and the unit of each parameter.
    pub params: Vec<(Ty, Unit)>,
    /// The type and the unit of the result.
    pub returns: (Ty, Unit),
}

/// Resolves the heads, reads the bodies, and makes the program's functions when nothing is wrong with any.
pub fn functions(tables: &mut Tables<'_>, sources: &SourceMap, program: &mut Program, sink: &mut Sink) {
    let mut made: Vec<Option<Function>> = Vec::with_capacity(tables.functions.len());
    for at in 0..tables.functions.len() {
        let Some(names) = tables.functions.get(at) else { continue };
        let ast = names.ast;
        let signature = signature(tables, ast, sink);
        let function = function(ast, signature.as_ref());
        let readable = body(tables, ast, &function, sources, sink);
        made.push((readable && signature.is_some()).then_some(function));
        if let Some(slot) = tables.functions.get_mut(at) {
            slot.signature = signature;
        }
    }
    let Some(functions) = made.into_iter().collect::<Option<Vec<_>>>() else { return };
    // Every body has been read above.
    if let Ok(functions) = Functions::new(functions, &program.lists, program.ruleset.zone.clone()) {
        program.functions = functions;
    }
}

fn signature(tables: &Tables<'_>, ast: &ast::Function, sink: &mut Sink) -> Option<Signature> {
    let mut fine = true;
    let mut params = Vec::with_capacity(ast.parameters.len());
    let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
    for param in &ast.parameters {
        if let Some(&first) = seen.get(param.name.text.as_str()) {
            sink.push(member_twice(&param.name, first, "parameter", &ast.name.text));
            fine = false;
        }
        seen.insert(&param.name.text, param.name.span);
        if !is_a_name(&param.name.text) {
            let message = format!("`{}` is a word of Rhai", param.name.text);
            sink.push(
                Diagnostic::error(codes::FUNCTION_PARAMETER, param.name.span, message)
                    .label("cannot be the name of a parameter")
                    .help("give the parameter another name, in the body too"),
            );
            fine = false;
        }
        match typed(tables, &param.ty, "takes", sink) {
            Some(typed) => params.push(typed),
            None => fine = false,
        }
    }
    if let Some(param) = ast.parameters.get(MAX_PARAMETERS) {
        let message = format!("function `{}` takes too many values", ast.name.text);
        sink.push(
            Diagnostic::error(codes::FUNCTION_PARAMETER, param.span, message)
                .label(format!("past the limit of {MAX_PARAMETERS}"))
                .help("work some of them out in a `let` first, and give the result"),
        );
        fine = false;
    }
    let returns = typed(tables, &ast.result, "gives", sink);
    let returns = returns?;
    fine.then_some(Signature { params, returns })
}

fn typed(tables: &Tables<'_>, written: &ResultType, does: &str, sink: &mut Sink) -> Option<(Ty, Unit)> {
    let ty = match resolve(tables, &written.ty, sink)? {
        Written::Value(ty) => ty,
        Written::Range(_) | Written::Many => {
            sink.push(
                Diagnostic::error(codes::FUNCTION_TYPE, written.ty.span, format!("a function {does} one value"))
                    .label("not a type of one value")
                    .help("use a type such as `integer`, `text` or `date`, a code list, or a set"),
            );
            return None;
        }
    };
    let unit = match &written.unit {
        Some(unit) if !ty.is_number() => {
            sink.push(
                Diagnostic::error(codes::FUNCTION_TYPE, unit.span, "only a number has a unit")
                    .label("not the unit of a number")
                    .help("leave the unit out"),
            );
            return None;
        }
        Some(unit) => stated(&Arc::from(unit.text.as_str())),
        None => None,
    };
    Some((ty, unit))
}

/// Whether Rhai takes a word as a name.
fn is_a_name(word: &str) -> bool {
    let param = FunctionParam { name: word.into(), ty: Ty::Boolean, missing: false };
    check(&bare(vec![param], "true")).is_ok()
}

fn bare(params: Vec<FunctionParam>, body: &str) -> Function {
    Function {
        heading: Heading::default(),
        params,
        returns: Ty::Boolean,
        returns_missing: false,
        body: body.into(),
        place: assize_model::program::Place::NOWHERE,
    }
}

/// The function as the program has it; where its head cannot be, as far as its body can be read with it.
fn function(ast: &ast::Function, signature: Option<&Signature>) -> Function {
    let params = ast.parameters.iter().enumerate().map(|(at, param)| FunctionParam {
        name: param.name.text.as_str().into(),
        ty: signature.and_then(|signature| signature.params.get(at)).map_or(Ty::Boolean, |(ty, _)| *ty),
        missing: param.or_missing.is_some(),
    });
    Function {
        heading: heading(&ast.name.text, ast.title.as_ref(), &ast.docs),
        returns: signature.map_or(Ty::Boolean, |signature| signature.returns.0),
        body: ast.body.text.as_str().into(),
        place: place(ast.body.span),
        ..bare(params.collect(), "")
    }
}

/// Whether the body can be read; reported at its place when not.
fn body(tables: &Tables<'_>, ast: &ast::Function, function: &Function, sources: &SourceMap, sink: &mut Sink) -> bool {
    let mut names: Vec<&str> = function.params.iter().map(|param| &*param.name).collect();
    assize_model::order::sort(&mut names);
    if names.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) || !names.iter().all(|name| is_a_name(name)) {
        // The head is at fault, and reported.
        return false;
    }
    let blank = ast.body.text.trim().is_empty();
    if blank {
        sink.push(
            Diagnostic::error(codes::FUNCTION_BODY, ast.name.span, format!("function `{}` is empty", ast.name.text))
                .label("gives nothing")
                .help("write in its braces what it gives"),
        );
        return false;
    }
    let Err(error) = check(function) else { return calls(tables, ast, sink) };
    let span = spot(ast.body.span, &ast.body.text, &error);
    let quoted = sources.get(span.file).map_or("", |source| source.slice(span));
    let label = if quoted.trim().is_empty() { "ends here".to_owned() } else { "here".to_owned() };
    let message = format!("the body of `{}` is not Rhai: {}", ast.name.text, plain(&error.message));
    sink.push(
        Diagnostic::error(codes::FUNCTION_BODY, span, message)
            .label(label)
            .help("a body is statements of Rhai, the last of which is what the function gives"),
    );
    false
}

/// Rhai's words in the manner of the other messages.
fn plain(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut chars = message.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect::<String>().replace('\'', "`"),
        None => String::new(),
    }
}

/// The place of an error of a body in the rule file: the word there, or one character.
fn spot(body: Span, text: &str, error: &BodyError) -> Span {
    let mut start = 0;
    for (number, line) in (1u32..).zip(text.split_inclusive('\n')) {
        if number == error.line {
            let column = error.column.saturating_sub(1) as usize;
            start += line.char_indices().nth(column).map_or(line.trim_end().len(), |(at, _)| at);
            break;
        }
        start += line.len();
    }
    let rest = text.get(start..).unwrap_or("");
    let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let length = if word > 0 { word } else { rest.chars().next().map_or(0, char::len_utf8) };
    let at = |offset: usize| body.start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX)).min(body.end);
    Span::new(body.file, at(start), at(start + length))
}

/// Whether a body calls no function of the rules; reported when it does. A function is worked out from its arguments
/// alone, and what calls nothing cannot go round.
fn calls(tables: &Tables<'_>, ast: &ast::Function, sink: &mut Sink) -> bool {
    let body = &ast.body;
    let mut fine = true;
    for (at, word) in words(&body.text) {
        let rest = body.text.get(at + word.len()..).unwrap_or("").trim_start();
        if !rest.starts_with('(') || !matches!(tables.globals.get(word), Some((Global::Function(_), _))) {
            continue;
        }
        fine = false;
        let offset = |at: usize| body.span.start.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        let (message, label) = if word == ast.name.text {
            (format!("function `{word}` calls itself"), "calls itself")
        } else {
            (format!("function `{}` calls `{word}`", ast.name.text), "a function of the rules")
        };
        sink.push(
            Diagnostic::error(
                codes::FUNCTION_CALLS,
                Span::new(body.span.file, offset(at), offset(at + word.len())),
                message,
            )
            .label(label)
            .help("give it what the other one gives, as an argument"),
        );
    }
    fine
}

/// The words of a body with where each begins, leaving out what stands in comments and in plain texts. A text in
/// backticks may have expressions in it, and counts as one.
fn words(body: &str) -> impl Iterator<Item = (usize, &str)> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = body.get(at..)?;
            let first = rest.chars().next()?;
            let from = at;
            let length = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else if first == '"' || first == '\'' {
                quoted(rest, first)
            } else if part(first) {
                let length = rest.find(|c: char| !part(c)).unwrap_or(rest.len());
                at += length;
                return Some((from, rest.get(..length)?));
            } else {
                first.len_utf8()
            };
            at += length;
        }
    })
}

/// How long a text in quotes is that begins here.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + quote.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// Whether a body has a name in it.
pub fn reads(body: &str, name: &str) -> bool {
    words(body).any(|(_, word)| word == name)
}

/// The lists that heads of functions name.
pub fn lists(tables: &Tables<'_>) -> Vec<assize_model::ids::ListId> {
    let signatures = tables.functions.iter().filter_map(|names| names.signature.as_ref());
    let types = signatures.flat_map(|signature| signature.params.iter().chain([&signature.returns]));
    let lists = types.filter_map(|(ty, _)| match ty {
        Ty::Code(list) | Ty::Codes(list) => Some(*list),
        _ => None,
    });
    lists.collect()
}

#[cfg(test)]
mod tests {
    use super::reads;

    #[test]
    fn names_are_whole_words() {
        assert!(reads("on.month", "on"));
        assert!(reads("`${on}`", "on"));
        assert!(!reads("once + upon", "on"));
        assert!(reads("once + on", "on"));
        assert!(!reads("\"on\" + 'o' // on\n /* on */ 1", "on"));
        assert!(reads("\"\\\"\" + on", "on"));
        assert!(!reads("\"on", "on"));
        assert!(!reads("/* on", "on"));
        assert!(!reads("", "on"));
    }
}
