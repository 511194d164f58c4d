//! Columns that are made at once, and then written.

use arrow_buffer::BooleanBuffer;
use assize_io::out::{Indices, OutColumn, OutField, OutType, OutValues};
use assize_model::civil::Date;
use assize_model::decimal::Decimal;
use std::sync::Arc;

/// Columns, all of them as long.
#[derive(Debug, Default)]
pub struct Columns {
    columns: Vec<Column>,
    rows: usize,
}

#[derive(Debug)]
struct Column {
    field: OutField,
    cells: Cells,
    known: Option<BooleanBuffer>,
}

#[derive(Debug)]
enum Cells {
    Texts(Vec<Arc<str>>),
    Integers(Vec<i64>),
    Decimals(Vec<Decimal>),
    Booleans(BooleanBuffer),
    Dates(Vec<Date>),
    Lists(Vec<i32>, Vec<u8>),
}

impl Columns {
    /// Of so many rows, and no columns yet.
    pub fn new(rows: usize) -> Self {
        Self { columns: Vec::new(), rows }
    }

    pub fn fields(&self) -> Vec<OutField> {
        self.columns.iter().map(|column| column.field.clone()).collect()
    }

    /// Hands out the columns and how many rows they have.
    pub fn with_columns<R>(&self, f: impl FnOnce(&[OutColumn<'_>], usize) -> R) -> R {
        let columns: Vec<OutColumn<'_>> = self
            .columns
            .iter()
            .map(|column| {
                let values = match &column.cells {
                    Cells::Texts(cells) => OutValues::Texts(cells),
                    Cells::Integers(cells) => OutValues::Integer(cells),
                    Cells::Decimals(cells) => OutValues::Decimal(cells),
                    Cells::Booleans(cells) => OutValues::Boolean(cells),
                    Cells::Dates(cells) => OutValues::Date(cells),
                    Cells::Lists(offsets, at) => OutValues::ListOfDictionary { offsets, at: Indices::U8(at) },
                };
                OutColumn { values, known: column.known.as_ref() }
            })
            .collect();
        f(&columns, self.rows)
    }

    fn push(&mut self, name: &str, ty: OutType, cells: Cells, known: Option<BooleanBuffer>) {
        self.columns.push(Column { field: OutField { name: name.into(), ty }, cells, known });
    }

    pub fn texts<T: Into<Arc<str>>>(&mut self, name: &str, cells: impl Iterator<Item = Option<T>>) {
        let (cells, known) = split(cells.map(|cell| cell.map(Into::into)), || Arc::from(""));
        self.push(name, OutType::Text, Cells::Texts(cells), known);
    }

    pub fn integers(&mut self, name: &str, cells: impl Iterator<Item = Option<i64>>) {
        let (cells, known) = split(cells, || 0);
        self.push(name, OutType::Integer, Cells::Integers(cells), known);
    }

    pub fn booleans(&mut self, name: &str, cells: impl Iterator<Item = Option<bool>>) {
        let (cells, known) = split(cells, || false);
        self.push(name, OutType::Boolean, Cells::Booleans(cells.into_iter().collect()), known);
    }

    pub fn dates(&mut self, name: &str, cells: impl Iterator<Item = Option<Date>>) {
        let (cells, known) = split(cells, || Date::clamped(0));
        self.push(name, OutType::Date, Cells::Dates(cells), known);
    }

    /// Lists of names, by their numbers.
    pub fn lists(&mut self, name: &str, names: Arc<[Arc<str>]>, cells: impl Iterator<Item = Vec<u8>>) {
        let (mut offsets, mut at) = (vec![0], Vec::new());
        for cell in cells {
            at.extend(cell);
            offsets.push(i32::try_from(at.len()).unwrap_or(i32::MAX));
        }
        self.push(name, OutType::ListOfDictionary { names, other: None }, Cells::Lists(offsets, at), None);
    }

    /// Decimals, with as many places as the one that needs most; where they do not all fit into 38 digits with these,
    /// texts, so that none is rounded.
    pub fn decimals(&mut self, name: &str, cells: impl Iterator<Item = Option<Decimal>>) {
        let (cells, known) = split(cells, || Decimal::from_i64(0));
        let places = cells.iter().map(|cell| cell.normalized().scale()).max().unwrap_or(0);
        let fits = |cell: &Decimal| cell.at_scale(places).is_some_and(|digits| digits.unsigned_abs() < 10_u128.pow(38));
        if cells.iter().all(fits) {
            self.push(name, OutType::Decimal { scale: places }, Cells::Decimals(cells), known);
        } else {
            let texts = cells.iter().map(|cell| Arc::from(cell.to_string())).collect();
            self.push(name, OutType::Text, Cells::Texts(texts), known);
        }
    }
}

/// The values, something in place of those that are not there, and which are; `None` where all are.
fn split<T>(cells: impl Iterator<Item = Option<T>>, blank: impl Fn() -> T) -> (Vec<T>, Option<BooleanBuffer>) {
    let mut known = Vec::new();
    let values = cells
        .map(|cell| {
            known.push(cell.is_some());
            cell.unwrap_or_else(&blank)
        })
        .collect();
    let some_missing = known.contains(&false);
    (values, some_missing.then(|| known.into_iter().collect()))
}
