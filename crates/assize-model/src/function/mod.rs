//! Functions: what a rule cannot say otherwise, written in Rhai, run without access to anything and within limits.
//!
//! A function is pure: its result depends on its arguments alone, and it may be called once, often or not at all. It is
//! given values of its parameters' types, codes as their names and sets as arrays of texts; `()` stands for a missing
//! value where the parameter takes one. What it gives back must be of the declared type.
//!
//! | limit | value |
//! |---|---|
//! | operations of a call | 100,000 |
//! | calls within one another | 16 |
//! | characters of a text | 65,536 |
//! | members of an array or a map | 1,000 |
//! | variables | 256 |
//!
//! Numbers are 64-bit integers and exact decimals; there is no floating point. Nothing that loads, prints, evaluates text
//! as code, waits, draws at random or tells the time is there. Dates have `year`, `month`, `day` and `weekday` (Monday
//! is 1), compare, and are moved by `add_days`, `add_months` and `add_years`; `days_between`, `months_between` and
//! `years_between` count whole units. Instants have `date`, times `hour`, `minute` and `second`.

mod engine;
#[cfg(test)]
mod tests;
mod values;

use crate::absence::{Absence, Fault};
use crate::civil::{Date, DateTime, Duration, Time, Zone};
use crate::decimal::Decimal;
use crate::ids::{Code, FunctionId, NodeId};
use crate::program::{CodeList, Heading, Place};
use crate::ty::Ty;
use crate::value::Value;
use rhai::{AST, CallFnOptions, Dynamic, Engine, EvalAltResult, FnPtr, ImmutableString, ParseError, Scope};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The name that a function has within its own script.
const NAME: &str = "function";

/// A function.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Function {
    pub heading: Heading,
    pub params: Vec<FunctionParam>,
    pub returns: Ty,
    /// Whether it may give `()`, for a missing value.
    pub returns_missing: bool,
    /// The text between its braces.
    pub body: Arc<str>,
    /// Where that stands.
    pub place: Place,
}

/// A parameter of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct FunctionParam {
    pub name: Arc<str>,
    pub ty: Ty,
    /// Whether it takes a missing value; a call with a missing value for another one is missing.
    pub missing: bool,
}

/// A body that is not Rhai.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyError {
    /// The line of the body, from 1.
    pub line: u32,
    /// The character of the line, from 1; 0 where none is to blame.
    pub column: u32,
    /// What is wrong.
    pub message: String,
}

/// Why a call gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureKind {
    /// It failed: it threw, or what it did cannot be done with these values.
    Failed,
    /// It met a limit.
    Limit,
    /// What it gave back is not of its type.
    Type,
}

/// A call that gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// Why.
    pub kind: FailureKind,
    /// The line of the body, from 1; 0 where none is to blame.
    pub line: u32,
}

/// An argument.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the types of the language")]
pub enum Arg<'a> {
    Missing,
    Boolean(bool),
    Integer(i64),
    Decimal(Decimal),
    Text(&'a str),
    Date(Date),
    Time(Time),
    DateTime(DateTime),
    Duration(Duration),
    Code(Code),
    Codes(&'a [Code]),
    Texts(Arc<[Arc<str>]>),
}

/// The functions of a program, ready to be called from any thread.
#[derive(Debug, Clone, Default)]
pub struct Functions {
    inner: Option<Arc<Inner>>,
}

#[derive(Debug)]
struct Inner {
    engine: Engine,
    functions: Vec<Function>,
    scripts: Vec<Script>,
}

#[derive(Debug)]
struct Script {
    ast: AST,
    /// Of each parameter, the names of its list's codes.
    names: Vec<Arc<[ImmutableString]>>,
    returned: Arc<[ImmutableString]>,
    /// The number of its first line among the lines of all bodies.
    first_line: u32,
    lines: u32,
}

/// Checks the body of a function as Rhai.
///
/// # Errors
/// [`BodyError`], with its place in the body.
pub fn check(function: &Function) -> Result<(), BodyError> {
    compile(&engine::engine(None), function).map(|_| ())
}

fn compile(engine: &Engine, function: &Function) -> Result<AST, BodyError> {
    let params: Vec<&str> = function.params.iter().map(|param| &*param.name).collect();
    let fault = |line: usize, column: usize, message: String| {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        BodyError { line: number(line), column: number(column), message }
    };
    // The head stands on a line of its own, so that lines are those of the body and one more.
    let source = format!("fn {NAME}({}) {{\n{}\n}}", params.join(", "), function.body);
    let ast = engine.compile(&source).map_err(|ParseError(error, at)| {
        fault(at.line().unwrap_or(2).saturating_sub(1).max(1), at.position().unwrap_or(0), error.to_string())
    })?;
    // A body that closes the function and goes on is not a body.
    let others = ast.iter_functions().filter(|other| other.name != NAME).count();
    if others > 0 || ast.iter_functions().count() != 1 || !ast.statements().is_empty() {
        return Err(fault(1, 0, "a body holds statements, and no function of its own".to_owned()));
    }
    Ok(ast)
}

impl Functions {
    /// Functions of a program, with its code lists and the zone in which instants have their dates.
    ///
    /// # Errors
    /// The first body that is not Rhai.
    pub fn new(functions: Vec<Function>, lists: &[CodeList], zone: Option<Zone>) -> Result<Self, BodyError> {
        if functions.is_empty() {
            return Ok(Self::default());
        }
        let engine = engine::engine(zone);
        let names = |ty: Ty| match ty {
            Ty::Code(list) | Ty::Codes(list) => {
                let codes = lists.get(list.index()).map_or(&[][..], |list| &list.codes);
                codes.iter().map(|code| ImmutableString::from(&*code.heading.name)).collect()
            }
            _ => Arc::from([]),
        };
        let mut scripts = Vec::with_capacity(functions.len());
        let mut first_line = 0;
        for function in &functions {
            let lines = u32::try_from(function.body.lines().count().max(1)).unwrap_or(u32::MAX);
            scripts.push(Script {
                ast: compile(&engine, function)?,
                names: function.params.iter().map(|param| names(param.ty)).collect(),
                returned: names(function.returns),
                first_line,
                lines,
            });
            first_line = first_line.saturating_add(lines);
        }
        Ok(Self { inner: Some(Arc::new(Inner { engine, functions, scripts })) })
    }

    /// The functions, by number.
    pub fn list(&self) -> &[Function] {
        self.inner.as_ref().map_or(&[], |inner| &inner.functions)
    }

    /// A function.
    pub fn get(&self, function: FunctionId) -> Option<&Function> {
        self.list().get(function.index())
    }

    /// The number of a line of a function among the lines of all bodies, for an error to name it by.
    pub fn line_number(&self, function: FunctionId, line: u32) -> Option<u32> {
        let script = self.inner.as_ref()?.scripts.get(function.index())?;
        (1..=script.lines).contains(&line).then(|| script.first_line.saturating_add(line - 1))
    }

    /// The function and the line, from 1, that such a number names.
    pub fn line_at(&self, number: u32) -> Option<(FunctionId, u32)> {
        let scripts = &self.inner.as_ref()?.scripts;
        let at = scripts.partition_point(|script| script.first_line <= number).checked_sub(1)?;
        let script = scripts.get(at)?;
        let line = number - script.first_line + 1;
        (line <= script.lines).then(|| (FunctionId::from_index(at), line))
    }

    /// Calls a function with an argument a parameter; `None` is a missing value.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn call<'a>(
        &self,
        function: FunctionId,
        args: impl IntoIterator<Item = Arg<'a>>,
    ) -> Result<Option<Value>, Failure> {
        let nothing = Failure { kind: FailureKind::Failed, line: 0 };
        let inner = self.inner.as_ref().ok_or(nothing)?;
        let at = function.index();
        let (Some(script), Some(of)) = (inner.scripts.get(at), inner.functions.get(at)) else { return Err(nothing) };
        let mut values: rhai::FnArgsVec<Dynamic> = rhai::FnArgsVec::new();
        for (at, arg) in args.into_iter().enumerate() {
            values.push(values::to_rhai(arg, script.names.get(at).map_or(&[], |names| names)));
        }
        let options = CallFnOptions::new().eval_ast(false).rewind_scope(false);
        let run = || {
            let mut scope = Scope::new();
            inner.engine.call_fn_with_options::<Dynamic>(options, &mut scope, &script.ast, NAME, Values(values))
        };
        // The library has no known panic; one would end the host for a function that somebody wrote.
        let result = catch_unwind(AssertUnwindSafe(run)).map_err(|_| nothing)?;
        let value = result.map_err(|error| failure(&error))?;
        if value.is_unit() && of.returns_missing {
            return Ok(None);
        }
        let wrong = Failure { kind: FailureKind::Type, line: 0 };
        values::from_rhai(value, of.returns, &script.returned).map(Some).ok_or(wrong)
    }

    /// What a call comes to in an expression: its value, or why there is none. An argument that is missing for a
    /// parameter that does not take it makes the result missing; errors come before what is missing, and of several the
    /// left-most counts. `node` is the call.
    ///
    /// # Errors
    /// [`Absence`].
    pub fn apply<'a>(
        &self,
        function: FunctionId,
        node: NodeId,
        nodes: usize,
        args: impl Iterator<Item = Result<Arg<'a>, Absence>> + Clone,
    ) -> Result<Value, Absence> {
        let Some(of) = self.get(function) else { return Err(Absence::error(Fault::Argument, node)) };
        let mut missing: Option<Absence> = None;
        for (param, arg) in of.params.iter().zip(args.clone()) {
            match arg {
                Err(absence) if absence.is_error() => return Err(absence),
                Err(absence) if !param.missing => missing = missing.or(Some(absence)),
                _ => {}
            }
        }
        if let Some(absence) = missing {
            return Err(absence);
        }
        match self.call(function, args.map(|arg| arg.unwrap_or(Arg::Missing))) {
            Ok(Some(value)) => Ok(value),
            Ok(None) => Err(Absence::UNKNOWN),
            Err(failure) => {
                let fault = match failure.kind {
                    FailureKind::Failed => Fault::Function,
                    FailureKind::Limit => Fault::FunctionLimit,
                    FailureKind::Type => Fault::FunctionType,
                };
                // Lines of functions are numbered after the nodes.
                let line = self.line_number(function, failure.line);
                let at = line.map_or(node, |line| NodeId::from_index(nodes + line as usize));
                Err(Absence::error(fault, at))
            }
        }
    }
}

/// Arguments that are values already.
struct Values(rhai::FnArgsVec<Dynamic>);

impl rhai::FuncArgs for Values {
    fn parse<ARGS: Extend<Dynamic>>(self, args: &mut ARGS) {
        args.extend(self.0);
    }
}

fn failure(error: &EvalAltResult) -> Failure {
    let inner = error.unwrap_inner();
    let at = [inner.position(), error.position()].into_iter().find_map(rhai::Position::line);
    let kind = match inner {
        EvalAltResult::ErrorTooManyOperations(..)
        | EvalAltResult::ErrorTooManyVariables(..)
        | EvalAltResult::ErrorTooManyModules(..)
        | EvalAltResult::ErrorStackOverflow(..)
        | EvalAltResult::ErrorDataTooLarge(..)
        | EvalAltResult::ErrorTerminated(..) => FailureKind::Limit,
        _ => FailureKind::Failed,
    };
    // The first line of the script is the head.
    Failure { kind, line: at.and_then(|line| u32::try_from(line.saturating_sub(1)).ok()).unwrap_or(0) }
}

/// That nothing callable comes out.
fn is_data(value: &Dynamic) -> bool {
    !value.is::<FnPtr>()
}
