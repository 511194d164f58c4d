//! Fields into registers: without copying where rows follow one another, gathered where they do not.

#![expect(clippy::indexing_slicing, reason = "columns were checked to have as many rows as their tables")]

use super::bits::{self, CHUNK};
use super::cell::Cell;
use super::reg::{Data, Lanes, Reg, Texts};
use arrow_buffer::{ArrowNativeType, ScalarBuffer};
use assize_model::absence::{Absence, Fault};
use assize_model::bounds::Bounds;
use assize_model::column::{Column, Values};
use assize_model::ids::NodeId;
use assize_model::ty::Ty;
use assize_model::value::Value;

/// The rows of a table that a scope's registers stand for.
#[derive(Debug, Clone)]
pub(super) enum Rows {
    /// Rows that follow one another, from this one.
    Run(usize),
    /// These.
    List(Vec<u32>),
}

impl Default for Rows {
    fn default() -> Self {
        Self::Run(0)
    }
}

impl Rows {
    #[inline]
    pub(super) fn row(&self, lane: usize) -> usize {
        match self {
            Self::Run(from) => from + lane,
            Self::List(rows) => rows[lane] as usize,
        }
    }
}

/// Loads a field.
pub(super) fn load(column: Option<&Column>, node: NodeId, ty: Ty, rows: &Rows, len: usize, out: &mut Reg) {
    out.reset();
    let Some(column) = column else {
        // A field without a column: missing in every row.
        out.writable(ty);
        return;
    };
    match (&column.known, rows) {
        (None, _) => bits::fill(&mut out.known, len),
        (Some(known), Rows::Run(from)) => bits::load(known, *from, len, &mut out.known),
        (Some(known), Rows::List(rows)) => {
            bits::pick(known, &rows[..len], &mut out.known);
        }
    }
    match &column.values {
        Values::Boolean(values) => {
            let words = bits::words(len);
            let known = std::mem::take(&mut out.known);
            let (yes, _) = out.yes_mut();
            match rows {
                Rows::Run(from) => bits::load(values, *from, len, yes),
                Rows::List(rows) => bits::pick(values, &rows[..len], yes),
            }
            for at in 0..words {
                yes[at] &= known[at];
            }
            out.known = known;
        }
        Values::Integer(values) => out.data = Data::Integer(lanes(values, rows, len, own(&mut out.data))),
        Values::Time(values) => out.data = Data::Time(lanes(values, rows, len, own(&mut out.data))),
        Values::DateTime(values) => out.data = Data::DateTime(lanes(values, rows, len, own(&mut out.data))),
        Values::Date(values) => {
            let old = match std::mem::take(&mut out.data) {
                Data::Date(Lanes::Own(old)) => old,
                _ => Vec::new(),
            };
            out.data = Data::Date(lanes(values, rows, len, old));
        }
        Values::Code(values) => {
            let old = match std::mem::take(&mut out.data) {
                Data::Code(Lanes::Own(old)) => old,
                _ => Vec::new(),
            };
            out.data = Data::Code(lanes(values, rows, len, old));
        }
        Values::Decimal { coefficients, scale } => {
            let old = match std::mem::take(&mut out.data) {
                Data::Scaled(Lanes::Own(old), _) => old,
                _ => Vec::new(),
            };
            out.data = Data::Scaled(lanes(coefficients, rows, len, old), *scale);
        }
        Values::Text(texts) => {
            let column = texts.clone();
            out.data = Data::Text(match rows {
                Rows::Run(from) => Texts::Run { column, from: *from },
                Rows::List(rows) => Texts::List { column, rows: rows.clone() },
            });
        }
        Values::Duration(values) => {
            out.writable(Ty::Duration);
            if let Data::Duration(out) = &mut out.data {
                for (lane, out) in out.iter_mut().enumerate().take(len) {
                    *out = values[rows.row(lane)];
                }
            }
        }
        Values::Set(values) => {
            out.writable(ty);
            for lane in 0..len {
                let value = &values[rows.row(lane)];
                let typed = match (value, ty) {
                    (Some(Value::Codes(list, _)), Ty::Codes(of)) => *list == of,
                    (Some(Value::Texts(_)), Ty::Texts) => true,
                    _ => false,
                };
                if !typed {
                    bits::clear(&mut out.known, lane);
                }
                if let Data::Set(all) = &mut out.data {
                    all[lane].clone_from(value);
                }
            }
        }
        Values::IntegerRange(values) => {
            ranges(out, Ty::Integer, len, |lane| {
                let (lo, hi) = values[rows.row(lane)];
                range(Bounds { lo, hi }).map(Cell::integers)
            });
        }
        Values::DecimalRange(values) => {
            ranges(out, Ty::Decimal, len, |lane| {
                let (lo, hi) = values[rows.row(lane)];
                range(Bounds { lo, hi }).map(Cell::decimals)
            });
        }
    }
    absences(column, node, rows, len, out);
}

/// Takes back a register's own numbers, to gather into.
fn own(data: &mut Data) -> Vec<i64> {
    match std::mem::take(data) {
        Data::Integer(Lanes::Own(old)) | Data::Time(Lanes::Own(old)) | Data::DateTime(Lanes::Own(old)) => old,
        _ => Vec::new(),
    }
}

fn lanes<T: ArrowNativeType>(values: &ScalarBuffer<T>, rows: &Rows, len: usize, mut old: Vec<T>) -> Lanes<T> {
    match rows {
        Rows::Run(from) => Lanes::Shared(values.slice(*from, len)),
        Rows::List(rows) => {
            old.clear();
            old.extend(rows.iter().take(len).map(|&row| values[row as usize]));
            old.resize(CHUNK.max(len), T::default());
            Lanes::Own(old)
        }
    }
}

/// Bounds that say something.
fn range<T: PartialEq>(bounds: Bounds<T>) -> Option<Bounds<T>> {
    if bounds.lo.is_none() && bounds.hi.is_none() { None } else { Some(bounds) }
}

/// Loads ranges: known where the ends meet, missing where both are open.
fn ranges(out: &mut Reg, ty: Ty, len: usize, cell: impl Fn(usize) -> Option<Cell<'static>>) {
    let known = out.known.clone();
    out.writable(ty);
    for lane in bits::ones(&known).take_while(|&lane| lane < len) {
        out.put(lane, ty, cell(lane).unwrap_or(Cell::UNKNOWN));
    }
}

/// Loads why rows are missing, where it is not plainly unknown. What could not be read is an error of this node.
fn absences(column: &Column, node: NodeId, rows: &Rows, len: usize, out: &mut Reg) {
    if column.absent.is_empty() {
        return;
    }
    let mut put = |lane: usize, absence: Absence| {
        if !bits::get(&out.known, lane) && !out.is_between(lane) {
            let absence = if absence.is_error() { Absence::error(Fault::Data, node) } else { absence };
            out.put_absence(lane, absence);
        }
    };
    match rows {
        Rows::Run(from) => {
            let start = column.absent.partition_point(|&(row, _)| (row as usize) < *from);
            for &(row, absence) in &column.absent[start..] {
                let lane = (row as usize).wrapping_sub(*from);
                if lane >= len {
                    break;
                }
                put(lane, absence);
            }
        }
        Rows::List(rows) => {
            for (lane, &row) in rows.iter().enumerate().take(len) {
                let at = column.absent.partition_point(|&(at, _)| at < row);
                if let Some(&(_, absence)) = column.absent.get(at).filter(|(at, _)| *at == row) {
                    put(lane, absence);
                }
            }
        }
    }
}
