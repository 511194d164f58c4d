//! Decision tables and look-ups.

use super::{BinaryOp, Effective, Expr, Ident, KnownTest, Quoted, TypeExpr};
use crate::source::Span;

/// `table NAME of RECORD -> TYPE, … "Title" hit POLICY { | … | }`, or `from "file" sheet "S"` in the place of the rows.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Table {
    pub name: Ident,
    pub record: Ident,
    /// The types of the output columns, in their order.
    pub outputs: Vec<ResultType>,
    pub title: Option<Quoted>,
    /// `unique` when not given.
    pub hit: Option<(TableHit, Span)>,
    /// Where the rows are, when they are not in the text; then there are no columns and rows here.
    pub from: Option<TableSource>,
    /// The first row. All inputs stand before all outputs, and there are as many outputs as types.
    pub columns: Vec<TableColumn>,
    /// Each with as many cells as there are columns.
    pub rows: Vec<TableRow>,
    pub docs: Vec<String>,
    pub span: Span,
}

/// A type with the unit of its numbers: `decimal in CAD`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct ResultType {
    pub ty: TypeExpr,
    pub unit: Option<Ident>,
    pub span: Span,
}

/// Which of the matching rows a table answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableHit {
    /// At most one row may match.
    Unique,
    /// All matching rows give the same.
    Any,
    /// The first in the order of the text.
    First,
    /// The one whose output comes first in the outputs' order.
    Priority,
    /// All, in the order of the text.
    RuleOrder,
    /// All, in the outputs' order.
    OutputOrder,
    /// All, in no order; or one number over them.
    Collect(Option<Collected>),
}

/// What `collect` makes of the outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Collected {
    Sum,
    Min,
    Max,
    Count,
}

/// `from "zones.xlsx" sheet "Zones"`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields are the words of the clause")]
pub struct TableSource {
    pub file: Quoted,
    pub sheet: Option<Quoted>,
    pub span: Span,
}

/// A column, as its heading names it.
#[derive(Debug, Clone, PartialEq)]
pub enum TableColumn {
    /// What the cells below test: an expression of the record.
    Input(Expr),
    /// `-> zone`.
    Output(Ident),
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct TableRow {
    pub cells: Vec<Cell>,
    pub span: Span,
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Cell {
    pub kind: CellKind,
    pub span: Span,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum CellKind {
    /// `-`: any value, and a missing one too.
    Any,
    /// In an input column: one of these holds.
    Tests(Vec<CellTest>),
    /// In an output column: the answer.
    Output(Expr),
    /// Something that could not be read and is already reported.
    Error,
}

/// A test of the column's value.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct CellTest {
    pub kind: CellTestKind,
    pub span: Span,
}

/// The kinds of [`CellTest`].
#[derive(Debug, Clone, PartialEq)]
pub enum CellTestKind {
    /// `>= 7`, `starts with "A"`: the column's value stands to the left.
    Compare {
        /// A comparison, or a test of texts or sets.
        op: BinaryOp,
        /// Where the operator stands.
        op_span: Span,
        /// What it is compared with.
        value: Expr,
    },
    /// `is missing`, `is known`, `is withheld`.
    Is(KnownTest),
    /// A value that the column's is equal to; a range or a set that it lies in. A range may be open at one end.
    Value(Expr),
    /// `not(…)`: none of these.
    Not(Vec<CellTest>),
}

/// `lookup NAME (key, …) from "file" [sheet "S"] [valid …] -> TYPE "Title"`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields are the words of the declaration")]
pub struct Lookup {
    pub name: Ident,
    pub keys: Vec<LookupKey>,
    pub from: TableSource,
    pub valid: Option<(Validity, Span)>,
    pub result: ResultType,
    /// The heading of the column with the result; when not given, the look-up's name.
    pub column: Option<Quoted>,
    pub title: Option<Quoted>,
    pub effective: Option<Effective>,
    /// What the file holds, once somebody has read it; the reader of rule files does not.
    pub content: Option<Grid>,
    pub docs: Vec<String>,
    pub span: Span,
}

/// The cells of a file or sheet: its headings, and its rows below them. Rows without any text are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// The first row.
    pub headings: Vec<GridCell>,
    /// The rows below; each has as many cells as there are headings.
    pub rows: Vec<Vec<GridCell>>,
}

/// A cell as a text, and where it stands in the source that holds the file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct GridCell {
    pub text: String,
    pub span: Span,
}

/// A key of a look-up: `offence : Offence from "Offence code"`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct LookupKey {
    pub name: Ident,
    /// How the column's cells are read; when not given, what the calls of the look-up pass.
    pub ty: Option<ResultType>,
    /// The heading of the column, when it differs from the name.
    pub from: Option<Quoted>,
    pub span: Span,
}

/// From when to when the rows of a look-up hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Validity {
    /// `valid by year`: a row holds from its value of this key until the next greater one.
    By(Ident),
    /// `valid from starts [to ends]`: columns with the first and the last day.
    Between {
        /// The column with the first day.
        from: Ident,
        /// The column with the last day.
        to: Option<Ident>,
    },
}
