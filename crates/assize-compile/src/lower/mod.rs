//! Lowering: expressions are typed and turned into nodes in one pass.
//!
//! Every function that lowers gives `None` for what is already reported, and whoever gets `None` says nothing more.

mod aggregate;
mod arithmetic;
pub mod calls;
pub mod category;
mod choose;
mod compare;
mod dates;
mod evaluation;
pub mod expr;
pub mod form;
mod logic;
pub mod lookup;
pub mod measure;
mod movement;
mod names;
mod protect;
mod sets;
pub mod table;

use crate::codes;
use crate::convert::place;
use crate::describe::type_name;
use crate::optimise::{fold, hoist};
use crate::resolve::order::{Order, Use, uses};
use crate::resolve::{DeclId, DeclKind, Tables};
use crate::sink::Sink;
use crate::units::Unit;
use assize_lang::ast::Expr;
use assize_lang::diagnostic::{Code, Diagnostic};
use assize_lang::source::{SourceMap, Span};
use assize_model::build::Builder;
use assize_model::ids::{FieldId, ListId, NodeId, RecordId, ScopeId};
use assize_model::node::{Op, RUN};
use assize_model::program::{self, FieldKind, Program};
use assize_model::ty::Ty;
use assize_model::value::Value;
use protect::Guard;
use rustc_hash::{FxHashMap, FxHashSet};

/// How deep child records nest within one expression, through every `let` and category it uses.
const MAX_LEVELS: usize = 8;
/// How many scopes there may be: ways down from a record to its child records.
const MAX_SCOPES: usize = 4_096;
/// How many nodes there may be; a bound on memory, well above any rules that people write.
pub const MAX_NODES: usize = 4_000_000;

/// Whether a duration is by the calendar or by the clock, where that is known while compiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clockwork {
    /// Years down to days.
    Calendar,
    /// Hours, minutes and seconds.
    Clock,
}

/// A typed expression.
#[derive(Debug, Clone)]
pub struct Typed {
    /// Its node.
    pub node: NodeId,
    /// Its type.
    pub ty: Ty,
    /// Its unit, for numbers.
    pub unit: Unit,
    /// The kind of a duration, when it is known.
    pub clockwork: Option<Clockwork>,
    /// Where it is written.
    pub span: Span,
}

/// Where an expression stands: its scope, and how many records around it its names may be read from.
#[derive(Debug, Clone, Copy)]
pub struct Cx {
    /// The scope.
    pub scope: ScopeId,
    /// 0 for constants, 1 for a record's own expressions, one more within each aggregate.
    pub levels: usize,
}

impl Cx {
    /// Of constants.
    pub const CONSTANT: Self = Self { scope: RUN, levels: 0 };

    /// Of the expressions of a record that is worked out in a scope.
    pub const fn record(scope: ScopeId) -> Self {
        Self { scope, levels: 1 }
    }
}

/// What the surroundings say about an expression's type: where bare codes belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// Nothing.
    Any,
    /// This type.
    Ty(Ty),
    /// What would have said it is already reported.
    Reported,
}

impl Want {
    /// The list whose codes are expected.
    pub const fn list(self) -> Option<ListId> {
        match self {
            Self::Ty(Ty::Code(list) | Ty::Codes(list)) => Some(list),
            _ => None,
        }
    }
}

/// The state of lowering.
pub struct Lowerer<'t, 'a> {
    pub(crate) tables: &'t Tables<'a>,
    pub(crate) sources: &'t SourceMap,
    pub(crate) build: Builder,
    pub(crate) sink: Sink,
    /// Declarations that cannot be used; the reason is reported.
    pub(crate) poisoned: Vec<bool>,
    /// Constants that only stand after `in`: ranges, and sets of what has no set type.
    pub(crate) spans_only: Vec<bool>,
    /// Lists that an expression names a code of.
    pub(crate) used_lists: Vec<bool>,
    /// Functions that an expression calls.
    pub(crate) used_functions: Vec<bool>,
    pub(crate) categories: Vec<Option<program::Category>>,
    shapes: Vec<Option<category::Shape<'a>>>,
    /// The conditions of a table's rows in a scope.
    table_rows: FxHashMap<(Span, ScopeId), table::Conditions>,
    /// The protected fields that a table reads.
    table_reads: FxHashMap<Span, Vec<(RecordId, FieldId)>>,
    /// Tables to be looked at as wholes.
    pub(crate) checked: Vec<crate::check::table::Checked<'a>>,
    pub(crate) lookups: Vec<lookup::Keys>,
    uses: Vec<Vec<Use>>,
    memo: FxHashMap<(DeclId, ScopeId), Typed>,
    /// By declaration: the protected fields it reads.
    pub(crate) protected: Vec<Vec<(RecordId, FieldId)>>,
    guard: Guard,
    full: bool,
    /// The declaration for whose sake others are lowered below it.
    asked: Option<DeclId>,
    /// What each instrument comes to in a scope, by its number.
    pub(crate) forms: FxHashMap<(usize, ScopeId), form::Bundle>,
    pub(crate) max_nodes: usize,
}

impl<'t, 'a> Lowerer<'t, 'a> {
    /// Ready to lower; `program` has its lists and records.
    pub fn new(
        tables: &'t Tables<'a>,
        sources: &'t SourceMap,
        program: Program,
        order: &mut Order,
        sink: Sink,
    ) -> Self {
        let mut build = Builder::new();
        let scopes = std::mem::take(&mut build.program.scopes);
        build.program = program;
        build.program.scopes = scopes;
        for at in 0..build.program.records.len() {
            let root = build.root(RecordId::from_index(at));
            if let Some(record) = build.program.records.get_mut(at) {
                record.root = root;
            }
        }
        let decls = tables.decls.len();
        Self {
            tables,
            sources,
            build,
            sink,
            poisoned: std::mem::take(&mut order.circular),
            spans_only: vec![false; decls],
            used_lists: vec![false; tables.lists.len()],
            used_functions: vec![false; tables.functions.len()],
            categories: vec![None; tables.categories.len()],
            shapes: std::iter::repeat_with(|| None).take(tables.categories.len()).collect(),
            table_rows: FxHashMap::default(),
            table_reads: FxHashMap::default(),
            checked: Vec::new(),
            lookups: vec![lookup::Keys::default(); tables.lookups.len()],
            uses: std::mem::take(&mut order.uses),
            memo: FxHashMap::default(),
            protected: vec![Vec::new(); decls],
            guard: Guard::default(),
            full: false,
            asked: None,
            forms: FxHashMap::default(),
            max_nodes: MAX_NODES,
        }
    }

    /// Lowers every declaration where it stands by itself.
    pub fn declarations(&mut self, order: &[DeclId]) {
        for &decl in order {
            self.asked = Some(decl);
            let Some(found) = self.tables.decl(decl) else { continue };
            let scope = found.record.and_then(|record| self.build.program.record(record)).map_or(RUN, |r| r.root);
            self.ensure(decl, scope);
        }
        self.asked = None;
    }

    /// A declaration as lowered in a scope; `None` when it cannot be.
    pub fn lowered(&self, decl: DeclId, scope: ScopeId) -> Option<&Typed> {
        self.memo.get(&(decl, scope))
    }

    /// Lowers what an expression uses, where it uses it.
    pub fn prepare(&mut self, record: RecordId, scope: ScopeId, exprs: &[&Expr]) {
        for (used, _) in uses(self.tables, Some(record), exprs) {
            if let Some(scope) = self.scope_of(&used, scope) {
                self.ensure(used.decl, scope);
            }
        }
    }

    /// Lowers a declaration in a scope after all it uses; chains of uses of any length take no stack.
    fn ensure(&mut self, decl: DeclId, scope: ScopeId) {
        let mut stack = vec![(decl, scope, false)];
        while let Some((decl, scope, ready)) = stack.pop() {
            if self.full || self.is_poisoned(decl) || self.memo.contains_key(&(decl, scope)) {
                continue;
            }
            if ready {
                match self.declaration(decl, scope) {
                    Some(typed) => {
                        self.memo.insert((decl, scope), typed);
                    }
                    None => self.poison(decl),
                }
                continue;
            }
            stack.push((decl, scope, true));
            let uses = self.uses.get_mut(decl.0).map(std::mem::take).unwrap_or_default();
            for used in &uses {
                match self.scope_of(used, scope) {
                    Some(scope) if !self.memo.contains_key(&(used.decl, scope)) => {
                        stack.push((used.decl, scope, false));
                    }
                    Some(_) => {}
                    None => {
                        self.too_deep(self.asked.unwrap_or(decl));
                        self.poison(decl);
                        break;
                    }
                }
            }
            if let Some(slot) = self.uses.get_mut(decl.0) {
                *slot = uses;
            }
        }
    }

    fn is_poisoned(&self, decl: DeclId) -> bool {
        self.poisoned.get(decl.0).copied().unwrap_or(true)
    }

    fn poison(&mut self, decl: DeclId) {
        if let Some(slot) = self.poisoned.get_mut(decl.0) {
            *slot = true;
        }
    }

    fn too_deep(&mut self, decl: DeclId) {
        if self.is_poisoned(decl) {
            return;
        }
        self.poison(decl);
        let Some(found) = self.tables.decl(decl) else { return };
        let name = found.name();
        let message = format!("`{}` reads child records nested too deep", name.text);
        self.sink.push(
            Diagnostic::error(codes::TOO_DEEP, name.span, message)
                .label(format!("past the limit of {MAX_LEVELS} levels or {MAX_SCOPES} ways down"))
                .help("let each record work out what its parents need of it, fewer levels down"),
        );
    }

    /// The scope in which what an expression of `scope` uses is worked out.
    fn scope_of(&mut self, used: &Use, scope: ScopeId) -> Option<ScopeId> {
        let decl = self.tables.decl(used.decl)?;
        if decl.record.is_none() {
            return Some(RUN);
        }
        used.steps.iter().try_fold(scope, |scope, &step| self.child_scope(scope, step))
    }

    /// The scope of the children by a `many` field of a scope's record; `None` past the limits.
    fn child_scope(&mut self, scope: ScopeId, field: FieldId) -> Option<ScopeId> {
        let program = &self.build.program;
        let record = program.scope(scope)?.record?;
        let FieldKind::Many { record, .. } = program.record(record)?.fields.get(field.index())?.kind else {
            return None;
        };
        let mut levels = 0;
        let mut at = scope;
        while let Some((outer, _)) = program.scope(at)?.parent {
            at = outer;
            levels += 1;
        }
        if levels >= MAX_LEVELS || program.scopes.len() >= MAX_SCOPES {
            return None;
        }
        Some(self.build.child(scope, field, record))
    }

    /// The scope so many levels out.
    pub(crate) fn outer(&self, scope: ScopeId, level: usize) -> Option<ScopeId> {
        (0..level).try_fold(scope, |scope, _| Some(self.build.program.scope(scope)?.parent?.0))
    }

    /// The records whose names an expression may read, innermost first.
    pub(crate) fn levels(&self, cx: Cx) -> impl Iterator<Item = RecordId> {
        let program = &self.build.program;
        let mut at = Some(cx.scope);
        (0..cx.levels).map_while(move |_| {
            let scope = program.scope(at?)?;
            at = scope.parent.map(|(outer, _)| outer);
            scope.record
        })
    }

    fn declaration(&mut self, decl: DeclId, scope: ScopeId) -> Option<Typed> {
        let found = self.tables.decl(decl)?;
        let cx = if found.record.is_some() { Cx::record(scope) } else { Cx::CONSTANT };
        self.guard = Guard::default();
        self.build.apart = true;
        let typed = match found.kind {
            DeclKind::Let(ast) if found.record.is_none() => self.constant_let(decl, ast),
            DeclKind::Let(ast) => self.lower(&ast.value, cx, Want::Any),
            DeclKind::Part(form, number, part, name) => {
                self.guard.reported = Some(FxHashSet::default());
                self.guard.allow(&form.ast.uses);
                self.form_part(form, number, part, name, scope)
            }
            DeclKind::Category(ast, id, list) => {
                self.guard.reported = Some(FxHashSet::default());
                self.guard.allow(&ast.uses);
                let typed = self.category(ast, id, list, scope);
                // An instrument says what it uses for all of its parts together.
                if !ast.name.text.contains('.') {
                    let read = self.guard.read.clone();
                    self.unused_uses(&ast.uses, &read);
                }
                typed
            }
            DeclKind::Progression(ast, id, list, between) => {
                self.guard.reported = Some(FxHashSet::default());
                self.guard.allow(&ast.uses);
                let typed = self.progression(ast, (id, between), list, scope);
                let read = self.guard.read.clone();
                self.unused_uses(&ast.uses, &read);
                typed
            }
            DeclKind::Table(ast, at, output) => {
                self.guard.reported = Some(FxHashSet::default());
                let known = self.table_reads.get(&ast.span).cloned();
                let typed = self.table(ast, at, output, scope);
                // The conditions of its rows are worked out with the first of its outputs.
                match known {
                    Some(read) => self.guard.read.extend(read),
                    None => {
                        self.table_reads.insert(ast.span, self.guard.read.clone());
                    }
                }
                typed
            }
        };
        self.build.apart = false;
        if let Some(slot) = self.protected.get_mut(decl.0) {
            *slot = std::mem::take(&mut self.guard.read);
        }
        // What comes after is not this declaration: measures may read what decisions must not.
        self.guard = Guard::default();
        typed
    }

    /// Makes a node, its constants folded, and worked out as far out as it can be.
    pub(crate) fn node(&mut self, op: Op, ty: Ty, cx: Cx, span: Span) -> Option<NodeId> {
        if self.full {
            return None;
        }
        if let Some((outer, scope)) = hoist(&self.build.program, &op, cx.scope) {
            let cx_out = Cx { scope, ..cx };
            let node = self.node(outer, ty, cx_out, span)?;
            return self.node(Op::Parent(node), ty, cx, span);
        }
        let op = match fold(&self.build.program, &op) {
            None => op,
            Some(Ok(value)) => Op::Const(value),
            Some(Err(fault)) => {
                self.sink.push(
                    Diagnostic::error(codes::CONSTANT_FAULT, span, format!("{} in a constant", fault.message()))
                        .label("cannot be worked out")
                        .help("change the numbers, so that the result exists"),
                );
                return None;
            }
        };
        let made = if self.build.program.nodes.len() < self.max_nodes {
            self.build.node(op, ty, cx.scope, place(span)).ok()
        } else {
            None
        };
        if made.is_none() {
            self.full = true;
            self.sink.push(
                Diagnostic::error(codes::TOO_MANY_EXPRESSIONS, span, "the rules have too many expressions")
                    .label(format!(
                        "past the limit of {}, child records counted once for each way down",
                        self.max_nodes
                    ))
                    .help("split the rules into several rulesets"),
            );
        }
        made
    }

    /// A typed node without a unit.
    pub(crate) fn typed(&mut self, op: Op, ty: Ty, cx: Cx, span: Span) -> Option<Typed> {
        let node = self.node(op, ty, cx, span)?;
        Some(Typed { node, ty, unit: None, clockwork: None, span })
    }

    /// A constant.
    pub(crate) fn constant(&mut self, value: Value, span: Span) -> Option<Typed> {
        let ty = value.ty();
        self.typed(Op::Const(value), ty, Cx::CONSTANT, span)
    }

    /// The value of a constant node.
    pub(crate) fn constant_of(&self, node: NodeId) -> Option<&Value> {
        crate::optimise::constant(&self.build.program, node)
    }

    /// A type in words.
    pub(crate) fn says(&self, ty: Ty) -> String {
        type_name(self.tables, ty)
    }

    /// The text of a span, for a suggestion; `…` where it would be long.
    pub(crate) fn quote(&self, span: Span) -> String {
        let text = self.sources.get(span.file).map_or("", |source| source.slice(span));
        let short = !text.is_empty() && text.len() <= 60 && !text.contains('\n');
        if short { text.to_owned() } else { "…".to_owned() }
    }

    /// Reports an error with the words under its place and how to mend it.
    pub(crate) fn report(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.sink.push(Diagnostic::error(code, span, message).label(label).help(help));
    }

    /// Does something without a word of what is wrong about it.
    pub(crate) fn quietly<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let sink = std::mem::take(&mut self.sink);
        let out = work(self);
        self.sink = sink;
        out
    }

    /// Whether an ordered list.
    pub(crate) fn is_ordered(&self, list: ListId) -> bool {
        self.build.program.list(list).is_some_and(|list| list.ordered)
    }

    /// Notes that a field is read.
    pub(crate) fn read(&mut self, record: RecordId, field: FieldId) {
        let record = self.build.program.records.get_mut(record.index());
        if let Some(field) = record.and_then(|record| record.fields.get_mut(field.index())) {
            field.read = true;
        }
    }
}
