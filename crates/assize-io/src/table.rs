//! A table as it grows, block by block, and its rows' faults.

use crate::build::ColumnBuild;
use crate::decode::{Cell, Decoder};
use crate::fault::{Counts, Faults, Pending, RowFault, Sink};
use crate::headings::Binding;
use crate::key::KeyCheck;
use crate::plan::RecordPlan;
use assize_model::column::{Table, Values};
use assize_model::ids::{FieldId, RecordId};
use std::sync::Arc;

/// Rows that a table may have.
pub(crate) const MOST_ROWS: u32 = i32::MAX as u32;
/// Comparisons that suggestions for unknown codes may take, for each reader.
const COMPARISONS: usize = 1 << 20;

/// A block of cells.
pub(crate) trait Cells {
    /// How many rows it has.
    fn len(&self) -> usize;
    /// Whether any row of the data so far had a cell in the column.
    fn has(&self, _slot: usize) -> bool {
        true
    }
    /// The cells of one of its columns.
    fn column(&self, slot: usize) -> impl Iterator<Item = Cell<'_>>;
}

/// What goes on from batch to batch.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) counts: Counts,
    /// Faults still to be kept.
    pub(crate) room: usize,
    pub(crate) budget: usize,
    pub(crate) keys: Option<KeyCheck>,
}

impl Tally {
    pub(crate) fn new(kept: usize, keys: bool) -> Self {
        Self { counts: Counts::default(), room: kept, budget: COMPARISONS, keys: keys.then(KeyCheck::new) }
    }
}

impl Tally {
    /// Finds the keys of a table's rows that came before.
    pub(crate) fn check_keys(&mut self, table: &Table, plan: &RecordPlan, faults: &mut Faults) {
        if let (Some(keys), Some(key)) = (&mut self.keys, plan.key) {
            let mut sink = Sink::new(Some(key), self.room);
            keys.check(table, key, plan, &mut sink);
            faults.take(sink);
            faults.settle(self.room);
        }
    }
}

/// Rows of a record, with what is wrong with them.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The rows.
    pub table: Table,
    /// The number of the first of them in the data, from 1.
    pub first_row: u64,
    /// Their faults, in the order of rows and fields, as far as the limit on all faults lets them be kept.
    pub faults: Vec<RowFault>,
    /// Children that stood inside the rows; only from JSON.
    pub children: Nested,
}

/// Children that stood inside the rows of a batch, and theirs inside them.
#[derive(Debug, Clone, Default)]
pub struct Nested {
    /// The children of each record, ascending by record, all that stood anywhere inside.
    pub batches: Vec<Batch>,
    /// Who stood in whom.
    pub families: Vec<Standing>,
}

/// The children that stood in rows by one `many` field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whose rows they stood in: the batch's own, or those of a record among [`Nested::batches`].
    pub parent: Option<RecordId>,
    /// The `many` field.
    pub field: FieldId,
    /// The children's record.
    pub child: RecordId,
    /// Row of the parent's table, row of the child's table; ascending. Children that could not be read, or name another
    /// parent, are in no family.
    pub pairs: Vec<(u32, u32)>,
}

/// A table as it grows.
#[derive(Debug)]
pub(crate) struct TableBuild {
    pub(crate) plan: Arc<RecordPlan>,
    /// By the plan's fields.
    pub(crate) columns: Vec<ColumnBuild>,
    /// Which of the fields the data have.
    pub(crate) present: Vec<bool>,
    pub(crate) rows: u32,
    pub(crate) faults: Faults,
}

impl TableBuild {
    pub(crate) fn new(plan: &Arc<RecordPlan>, binding: &Binding) -> Self {
        Self {
            plan: plan.clone(),
            columns: plan.fields.iter().map(|field| ColumnBuild::new(&field.kind)).collect(),
            present: binding.iter().map(Option::is_some).collect(),
            rows: 0,
            faults: Faults::default(),
        }
    }

    /// Adds a block, whose columns are as in the binding; `whole` has the faults of rows as such, by row of the block.
    pub(crate) fn add(&mut self, cells: &impl Cells, binding: &Binding, whole: Sink, tally: &mut Tally) {
        let first = self.rows;
        let room = tally.room.saturating_sub(self.faults.kept.len());
        self.faults.take(whole);
        for ((field, bound), out) in self.plan.fields.iter().zip(binding).zip(&mut self.columns) {
            let Some(bound) = bound else { continue };
            let mut sink = Sink::new(Some(field.field), room);
            let mut decoder = Decoder { plan: field, sink: &mut sink, budget: &mut tally.budget, row: first };
            let upper = bound.upper.map(|slot| cells.column(slot));
            match bound.companion.filter(|&slot| cells.has(slot)) {
                Some(slot) => {
                    decoder.decode(out, cells.column(bound.column), upper, Some(&mut cells.column(slot)));
                }
                None => decoder.decode(out, cells.column(bound.column), upper, None),
            }
            self.faults.take(sink);
        }
        self.rows = self.rows.saturating_add(u32::try_from(cells.len()).unwrap_or(u32::MAX));
        self.faults.settle(tally.room);
    }

    /// The rows as a batch; keys are compared with those of all batches before.
    pub(crate) fn finish(self, tally: &mut Tally) -> Batch {
        let Self { plan, columns, present, rows, mut faults } = self;
        let mut table =
            Table { record: plan.record, rows: rows as usize, columns: vec![None; plan.width], bad: Vec::new() };
        for ((field, column), present) in plan.fields.iter().zip(columns).zip(present) {
            if let (true, Some(place)) = (present, table.columns.get_mut(field.field.index())) {
                *place = column.finish();
            }
        }
        tally.check_keys(&table, &plan, &mut faults);
        batch(&plan, table, faults, tally)
    }
}

/// A table with its faults as a batch.
pub(crate) fn batch(plan: &RecordPlan, mut table: Table, faults: Faults, tally: &mut Tally) -> Batch {
    let first_row = tally.counts.rows + 1;
    tally.counts.rows += table.rows as u64;
    tally.counts.bad += faults.bad.len() as u64;
    tally.counts.faults += faults.count;
    tally.room = tally.room.saturating_sub(faults.kept.len());
    table.bad = faults.bad;
    let row_fault = |Pending { row, field, code, message }| RowFault {
        record: plan.record,
        row: first_row + u64::from(row),
        key: plan.key.and_then(|key| key_text(&table, key, row, plan)),
        field,
        code,
        message,
    };
    let faults = faults.kept.into_iter().map(row_fault).collect();
    Batch { table, first_row, faults, children: Nested::default() }
}

/// The key of a row as text.
pub(crate) fn key_text(table: &Table, key: FieldId, row: u32, plan: &RecordPlan) -> Option<String> {
    use assize_model::civil::{Date, DateTime, Time};
    let column = table.column(key)?;
    let at = row as usize;
    if !column.is_known(at) {
        return None;
    }
    Some(match &column.values {
        Values::Boolean(values) => if at < values.len() && values.value(at) { "yes" } else { "no" }.into(),
        Values::Integer(values) => values.get(at)?.to_string(),
        Values::Decimal { coefficients, scale } => {
            assize_model::decimal::Decimal::new(*coefficients.get(at)?, *scale)?.normalized().to_string()
        }
        Values::Text(texts) => texts.get(at).into(),
        Values::Date(values) => Date::from_days(*values.get(at)?)?.to_string(),
        Values::Time(values) => Time::from_micros(*values.get(at)?)?.to_string(),
        Values::DateTime(values) => DateTime::from_micros(*values.get(at)?)?.to_string(),
        Values::Code(values) => plan.key_codes.get(usize::from(*values.get(at)?))?.to_string(),
        Values::Duration(values) => values.get(at)?.to_string(),
        Values::Set(_) | Values::IntegerRange(_) | Values::DecimalRange(_) => return None,
    })
}
