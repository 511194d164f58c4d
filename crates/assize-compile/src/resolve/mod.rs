//! Resolving: what every name of the files stands for.

pub mod audits;
pub mod declare;
pub mod evidence;
pub mod find;
pub mod forms;
pub mod functions;
mod header;
mod imports;
mod lists;
pub mod order;
mod records;
pub mod types;
pub mod walk;

use self::forms::{Form, Part};
use crate::Imports;
use crate::sink::Sink;
use assize_lang::ast;
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::{SourceMap, Span};
use assize_model::ids::{
    CategoryId, Code, FieldId, FunctionId, IndicatorId, ListId, LookupId, MeasureId, ParamId, RecordId,
};
use assize_model::program::{FieldKind, Program};
use assize_model::ty::Ty;
use rustc_hash::FxHashMap;

/// Where a record or code list is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeName {
    /// A record.
    Record(RecordId),
    /// A code list.
    List(ListId),
    /// Declared, but not readable; already reported.
    Broken,
}

/// A declaration with an expression that other expressions can use: a `let` or a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeclId(pub usize);

/// What a name outside any record stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Global {
    /// A parameter.
    Param(ParamId),
    /// A constant.
    Constant(DeclId),
    /// A category; usable where its record stands.
    Category(CategoryId),
    /// A table with several outputs: only they are usable.
    Table(RecordId),
    /// A look-up; only called.
    Lookup(LookupId),
    /// A measure; not usable in expressions.
    Measure(MeasureId),
    /// An indicator; named by evaluations only.
    Indicator(IndicatorId),
    /// An evaluation; a result, and named by nothing else.
    Evaluation,
    /// An instrument; its parts are usable where its record stands.
    Form(usize),
    /// A function; usable only in calls.
    Function(FunctionId),
    /// Declared, but not readable; already reported.
    Broken,
}

/// What a name of a record stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// A field.
    Field(FieldId),
    /// A `let` or a category of the record.
    Decl(DeclId),
    /// An instrument of the record, whose parts are named behind a point.
    Form(usize),
    /// Declared, but not readable; already reported.
    Broken,
}

/// A record's names.
#[derive(Debug)]
pub struct RecordNames<'a> {
    /// Its declaration.
    pub ast: &'a ast::Record,
    /// Its fields, by [`FieldId`]; of two with one name, the first.
    pub fields: Vec<&'a ast::Field>,
    /// Its fields, `let`s and categories.
    pub members: FxHashMap<&'a str, (Member, Span)>,
    /// Whether some member could not be read, so that a name that is not found need not be wrong.
    pub incomplete: bool,
}

/// A code list's names.
#[derive(Debug)]
pub struct ListNames<'a> {
    /// Its declaration.
    pub ast: &'a ast::Codes,
    /// Its codes.
    pub codes: FxHashMap<&'a str, Code>,
    /// As for [`RecordNames`].
    pub incomplete: bool,
}

/// A `let` or a category.
#[derive(Debug, Clone, Copy)]
pub enum DeclKind<'a> {
    /// A `let`.
    Let(&'a ast::Let),
    /// A category.
    Category(&'a ast::Category, CategoryId, ListId),
    /// A part of an instrument, whose number this is.
    Part(&'a Form, usize, Part, &'a ast::Ident),
    /// An output of a table, by its number.
    Table(&'a ast::Table, usize, Output),
    /// A progression: the category that it makes, its list, and the category between whose codes it moves.
    Progression(&'a ast::Progression, CategoryId, ListId, CategoryId),
}

/// What an output of a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// A category: a code of the list, or several.
    Category(CategoryId, ListId),
    /// A value of a type.
    Value(Ty),
}

/// A `let` or a category, with the record it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Decl<'a> {
    /// What it is.
    pub kind: DeclKind<'a>,
    /// Its record; `None` for a constant.
    pub record: Option<RecordId>,
}

impl<'a> Decl<'a> {
    /// Its name.
    pub const fn name(&self) -> &'a ast::Ident {
        match self.kind {
            DeclKind::Let(ast) => &ast.name,
            DeclKind::Category(ast, ..) => &ast.name,
            DeclKind::Part(.., name) => name,
            DeclKind::Table(ast, ..) => &ast.name,
            DeclKind::Progression(ast, ..) => &ast.name,
        }
    }

    /// Its number as a category, when it is one.
    pub const fn category(&self) -> Option<CategoryId> {
        match self.kind {
            DeclKind::Category(_, id, _)
            | DeclKind::Table(_, _, Output::Category(id, _))
            | DeclKind::Progression(_, id, ..) => Some(id),
            DeclKind::Let(_) | DeclKind::Part(..) | DeclKind::Table(..) => None,
        }
    }

    /// What it is called in messages.
    pub const fn word(&self) -> &'static str {
        match (self.kind, self.record) {
            (DeclKind::Let(_), Some(_)) => "`let`",
            (DeclKind::Let(_), None) => "constant",
            (DeclKind::Category(..), _) => "category",
            (DeclKind::Part(..), _) => "part",
            (DeclKind::Table(..), _) => "table",
            (DeclKind::Progression(..), _) => "progression",
        }
    }
}

/// Everything the files declare.
#[derive(Debug, Default)]
pub struct Tables<'a> {
    /// Records and code lists.
    pub types: FxHashMap<&'a str, (TypeName, Span)>,
    /// Names outside any record.
    pub globals: FxHashMap<&'a str, (Global, Span)>,
    /// By [`RecordId`].
    pub records: Vec<RecordNames<'a>>,
    /// By [`ListId`].
    pub lists: Vec<ListNames<'a>>,
    /// By [`ParamId`], with the type where it is known.
    pub params: Vec<(&'a ast::Parameter, Option<Ty>)>,
    /// By [`ParamId`]: the further declarations of it, each for other days.
    pub dated: Vec<Vec<&'a ast::Parameter>>,
    /// By [`DeclId`], in the order of the text.
    pub decls: Vec<Decl<'a>>,
    /// By [`CategoryId`].
    pub categories: Vec<DeclId>,
    /// The outputs of tables with several, by the table's and their own name.
    pub outputs: FxHashMap<(&'a str, &'a str), DeclId>,
    /// By [`LookupId`].
    pub lookups: Vec<&'a ast::Lookup>,
    /// By [`LookupId`]: the further declarations of it, each for other days.
    pub editions: Vec<Vec<&'a ast::Lookup>>,
    /// By [`MeasureId`], with the record.
    pub measures: Vec<(&'a ast::Measure, RecordId)>,
    /// The audits, each with the measure among [`Tables::measures`] that counts for it.
    pub audits: Vec<(&'a ast::Audit, &'a ast::Measure)>,
    /// By [`IndicatorId`]: the indicator, and what counts its evidence, which stands among [`Tables::measures`] behind all
    /// other measures.
    pub indicators: Vec<(&'a evidence::Counted<'a>, Vec<MeasureId>)>,
    /// In the order of the text.
    pub evaluations: Vec<&'a ast::Evaluation>,
    /// The instruments, in the order of the text, with their record.
    pub forms: Vec<(&'a Form, RecordId)>,
    /// By [`FunctionId`].
    pub functions: Vec<functions::FunctionNames<'a>>,
    /// In the order of the text.
    pub responses: Vec<&'a ast::Response>,
    /// In the order of the text.
    pub publishes: Vec<&'a ast::Publish>,
    /// In the order of the text.
    pub releases: Vec<&'a ast::Release>,
    /// In the order of the text.
    pub tests: Vec<&'a ast::Test>,
    /// The lists that a code name stands in.
    pub codes: FxHashMap<&'a str, Vec<ListId>>,
    /// Whether something could not be read, so that what seems unused need not be.
    pub incomplete: bool,
}

impl<'a> Tables<'a> {
    /// A declaration.
    pub fn decl(&self, id: DeclId) -> Option<&Decl<'a>> {
        self.decls.get(id.0)
    }

    /// A record's names.
    pub fn record(&self, id: RecordId) -> Option<&RecordNames<'a>> {
        self.records.get(id.index())
    }

    /// A list's names.
    pub fn list(&self, id: ListId) -> Option<&ListNames<'a>> {
        self.lists.get(id.index())
    }

    /// The list that a category, or what makes one, chooses from.
    pub fn category_list(&self, id: CategoryId) -> Option<ListId> {
        match self.decl(*self.categories.get(id.index())?)?.kind {
            DeclKind::Category(_, _, list)
            | DeclKind::Table(_, _, Output::Category(_, list))
            | DeclKind::Progression(_, _, list, _) => Some(list),
            DeclKind::Let(_) | DeclKind::Part(..) | DeclKind::Table(..) => None,
        }
    }

    /// A record's name.
    pub fn record_name(&self, id: RecordId) -> &'a str {
        self.record(id).map_or("?", |record| &record.ast.name.text)
    }

    /// A list's name.
    pub fn list_name(&self, id: ListId) -> &'a str {
        self.list(id).map_or("?", |list| &list.ast.name.text)
    }
}

/// What stands for declarations that are several others: written as those, before names are resolved.
#[derive(Clone, Copy)]
pub struct Derived<'a> {
    /// Instruments, as their parts.
    pub forms: &'a [Form],
    /// Audits, as the measures that count for them.
    pub audits: &'a [audits::Audited<'a>],
    /// Indicators, as the measures that count their evidence.
    pub evidence: &'a [evidence::Counted<'a>],
}

/// Fills the tables, and the program's header, labels, code lists and records with them.
pub fn resolve<'a>(
    files: &'a [ast::File],
    derived: Derived<'a>,
    sources: &'a SourceMap,
    (imports, earlier): (Imports, &[Diagnostic]),
    program: &mut Program,
    sink: &mut Sink,
) -> Tables<'a> {
    imports::check(files, sources, imports, earlier, sink);
    let mut tables = declare::declare(files, derived, sources, earlier, sink);
    header::header(files, program, sink);
    header::labels(files, program, sink);
    lists::lists(&mut tables, program, sink);
    records::records(&mut tables, program, sink);
    types::params(&mut tables, sink);
    functions::functions(&mut tables, sources, program, sink);
    tables
}

/// The type of a value that a field holds; `None` for child records.
pub const fn value_type(kind: FieldKind) -> Option<Ty> {
    match kind {
        FieldKind::Value(ty) | FieldKind::Range(ty) => Some(ty),
        FieldKind::Many { .. } => None,
    }
}
