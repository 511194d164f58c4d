//! The tables that a run reads: rows of a record, the children they have, and the checks that let everything after
//! rely on them.

use super::group::{ChildIndex, Families};
use super::plan::Plan;
use assize_model::column::{Column, Table, Values};
use assize_model::ids::{FieldId, ParamId, RecordId};
use assize_model::program::{FieldKind, Program};
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::fmt;
use std::ops::Range;

/// Rows to work out: a part of a record's table, and the children.
#[derive(Debug, Clone)]
pub struct Frame<'t> {
    /// The table.
    pub table: &'t Table,
    /// Which of its rows.
    pub rows: Range<usize>,
    /// The children of its rows, a link a `many` field that is read.
    pub links: &'t [Link<'t>],
}

impl<'t> Frame<'t> {
    /// All rows of a table.
    pub const fn new(table: &'t Table, links: &'t [Link<'t>]) -> Self {
        Self { table, rows: 0..table.rows, links }
    }
}

/// The children that a table's rows have by one `many` field.
#[derive(Debug, Clone)]
pub struct Link<'t> {
    /// The field.
    pub field: FieldId,
    /// The children's table.
    pub table: &'t Table,
    /// Where each row's children are: places in `order`, or rows of the table without one.
    pub spans: Spans<'t>,
    /// The table's rows in the order in which the children lie together; of [`Spans::Grouped`], the index has it.
    pub order: Option<&'t [u32]>,
    /// The children's own children.
    pub links: &'t [Link<'t>],
}

impl<'t> Link<'t> {
    /// The order of the places.
    pub fn order(&self) -> Option<&'t [u32]> {
        match self.spans {
            Spans::Grouped { index, .. } => index.order(),
            Spans::Offsets(_) | Spans::Pairs { .. } => self.order,
        }
    }

    /// The children of a row of parents, as rows of the table.
    pub fn children(&self, parent: usize) -> impl Iterator<Item = usize> + use<'t> {
        let (starts, ends) = self.spans.pairs();
        let at = parent.checked_sub(self.spans.first());
        let span = at.and_then(|at| Some((*starts.get(at)? as usize, *ends.get(at)? as usize)));
        let (from, to) = span.unwrap_or((0, 0));
        let order = self.order();
        (from..to).map(move |place| order.map_or(place, |order| order.get(place).copied().unwrap_or(u32::MAX) as usize))
    }
}

/// Where the children of each row are.
#[derive(Debug, Clone, Copy)]
pub enum Spans<'t> {
    /// Row `i` has those from `offsets[i]` to `offsets[i + 1]`; one more offset than rows.
    Offsets(&'t [u32]),
    /// Row `i` has those from `starts[i]` to `ends[i]`.
    Pairs {
        /// First of each row.
        starts: &'t [u32],
        /// One past the last.
        ends: &'t [u32],
    },
    /// As an index found them, of the rows that were looked up. The order is the index's own; nothing needs checking row
    /// by row, so that a table of children costs nothing for each batch of parents.
    Grouped {
        /// The families.
        families: &'t Families,
        /// The index they were found in.
        index: &'t ChildIndex,
    },
}

impl<'t> Spans<'t> {
    fn rows(self) -> usize {
        match self {
            Self::Offsets(offsets) => offsets.len().saturating_sub(1),
            Self::Pairs { starts, ends } => starts.len().min(ends.len()),
            Self::Grouped { families, .. } => families.pairs().0.len(),
        }
    }

    /// The row that the first span is of.
    pub(super) const fn first(self) -> usize {
        match self {
            Self::Grouped { families, .. } => families.first(),
            Self::Offsets(_) | Self::Pairs { .. } => 0,
        }
    }

    /// The starts and the ends.
    pub(super) fn pairs(self) -> (&'t [u32], &'t [u32]) {
        match self {
            Self::Offsets(offsets) => match (offsets.split_last(), offsets.split_first()) {
                (Some((_, starts)), Some((_, ends))) => (starts, ends),
                _ => (&[], &[]),
            },
            Self::Pairs { starts, ends } => (starts, ends),
            Self::Grouped { families, .. } => families.pairs(),
        }
    }
}

/// Why a batch cannot be worked out at all. What is wrong with one record never is such an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchError {
    /// The plan was made for another program.
    OtherProgram,
    /// A parameter has no value of its type.
    Parameter(ParamId),
    /// The table is not of the record.
    OtherRecord(RecordId),
    /// A column has fewer rows than its table, or is not of its field's type.
    Column(RecordId, FieldId),
    /// The children of a field that is read were not given.
    NoChildren(RecordId, FieldId),
    /// The children of a field do not lie where the spans say.
    Spans(RecordId, FieldId),
    /// Keys of a kind that records cannot be joined by, or of two kinds.
    Keys,
    /// More rows than are taken at once, or more reasons than a list holds.
    TooLarge,
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherProgram => "the plan was made for another program",
            Self::Parameter(_) => "a parameter has no value of its type",
            Self::OtherRecord(_) => "the table is of another record",
            Self::Column(..) => "a column has too few rows or is of the wrong type",
            Self::NoChildren(..) => "the children of a field were not given",
            Self::Spans(..) => "the children of a field are not where they are said to be",
            Self::Keys => "the keys cannot be joined",
            Self::TooLarge => "there are too many rows for one batch",
        })
    }
}

impl std::error::Error for BatchError {}

/// The rows of one scope of a plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'t> {
    pub(super) table: &'t Table,
    /// For children: where those of each parent are.
    pub(super) link: Option<&'t Link<'t>>,
}

/// Finds each scope's table and checks that what the plan reads is there.
pub(super) fn sources<'t>(program: &Program, plan: &Plan, frame: &Frame<'t>) -> Result<Vec<Source<'t>>, BatchError> {
    if frame.table.record != plan.record() {
        return Err(BatchError::OtherRecord(frame.table.record));
    }
    if frame.rows.start > frame.rows.end || frame.rows.end > frame.table.rows {
        return Err(BatchError::TooLarge);
    }
    let mut sources: Vec<Source<'t>> = Vec::with_capacity(plan.scopes.len());
    for scope in &plan.scopes {
        let source = match scope.parent {
            None => Source { table: frame.table, link: None },
            Some((parent, field)) => {
                let parent = sources.get(parent as usize).ok_or(BatchError::OtherProgram)?;
                let links = parent.link.map_or(frame.links, |link| link.links);
                let rows = if parent.link.is_some() { 0..parent.table.rows } else { frame.rows.clone() };
                let missing = BatchError::NoChildren(parent.table.record, field);
                let link = links.iter().find(|link| link.field == field).ok_or(missing)?;
                check_link(parent.table, rows, link)?;
                Source { table: link.table, link: Some(link) }
            }
        };
        let table = source.table;
        if table.record != scope.record {
            return Err(BatchError::OtherRecord(table.record));
        }
        if u32::try_from(table.rows).is_err() {
            return Err(BatchError::TooLarge);
        }
        let record = program.record(scope.record).ok_or(BatchError::OtherProgram)?;
        for &(field, _) in &scope.fields {
            let kind = record.fields.get(field.index()).ok_or(BatchError::OtherProgram)?.kind;
            if table.column(field).is_some_and(|column| !fits(column, kind, table.rows)) {
                return Err(BatchError::Column(table.record, field));
            }
        }
        sources.push(source);
    }
    Ok(sources)
}

fn check_link(parent: &Table, rows: Range<usize>, link: &Link) -> Result<(), BatchError> {
    let wrong = || BatchError::Spans(parent.record, link.field);
    let first = link.spans.first();
    if first > rows.start || link.spans.rows() < rows.end - first {
        return Err(wrong());
    }
    if let Spans::Grouped { families, index } = link.spans {
        return if families.is_of(index, link.table.rows) { Ok(()) } else { Err(wrong()) };
    }
    let places = match link.order {
        Some(order) => {
            let rows = link.table.rows;
            if !order.iter().all(|&row| (row as usize) < rows) {
                return Err(wrong());
            }
            order.len()
        }
        None => link.table.rows,
    };
    let (starts, ends) = link.spans.pairs();
    let within = |(&start, &end): (&u32, &u32)| start <= end && end as usize <= places;
    let (from, len) = (rows.start - first, rows.len());
    if starts.iter().zip(ends).skip(from).take(len).all(within) { Ok(()) } else { Err(wrong()) }
}

/// Whether a column has a field's type and enough rows.
fn fits(column: &Column, kind: FieldKind, rows: usize) -> bool {
    let typed = matches!(
        (&column.values, kind),
        (Values::Boolean(_), FieldKind::Value(Ty::Boolean))
            | (Values::Integer(_), FieldKind::Value(Ty::Integer))
            | (Values::Decimal { .. }, FieldKind::Value(Ty::Decimal))
            | (Values::Text(_), FieldKind::Value(Ty::Text))
            | (Values::Date(_), FieldKind::Value(Ty::Date))
            | (Values::Time(_), FieldKind::Value(Ty::Time))
            | (Values::DateTime(_), FieldKind::Value(Ty::DateTime))
            | (Values::Duration(_), FieldKind::Value(Ty::Duration))
            | (Values::Code(_), FieldKind::Value(Ty::Code(_)))
            | (Values::Set(_), FieldKind::Value(Ty::Codes(_) | Ty::Texts))
            | (Values::IntegerRange(_), FieldKind::Range(Ty::Integer))
            | (Values::DecimalRange(_), FieldKind::Range(Ty::Decimal))
    );
    typed && column.len() >= rows && column.known.as_ref().is_none_or(|known| known.len() >= rows)
}

/// What a run is given beside the rows.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// The evaluation date.
    pub as_of: assize_model::civil::Date,
    /// The parameters' values, one a parameter of the program.
    pub params: Vec<Value>,
}
