//! Whether two results are of the same rows: their keys, row by row.

use crate::error::Error;
use crate::results::{CategoryResults, Part};
use assize_model::column::{Column, Values};
use assize_model::program::{FieldKind, Program};
use assize_model::ty::Ty;
use std::ops::Range;

/// Rows that both sides have, as runs that are in one part of each.
pub fn runs<'a>(
    old: &'a [Part],
    new: &'a [Part],
) -> impl Iterator<Item = ((&'a Part, usize), (&'a Part, usize), usize)> {
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    let (mut old_from, mut new_from) = (0, 0);
    std::iter::from_fn(move || {
        loop {
            let (a, b) = (*old.peek()?, *new.peek()?);
            let (a_left, b_left) = (a.columns.rows() - old_from, b.columns.rows() - new_from);
            let rows = a_left.min(b_left);
            let run = ((a, old_from), (b, new_from), rows);
            (old_from, new_from) = (old_from + rows, new_from + rows);
            if rows == a_left {
                old.next();
                old_from = 0;
            }
            if rows == b_left {
                new.next();
                new_from = 0;
            }
            if rows > 0 {
                return Some(run);
            }
        }
    })
}

/// Holds the keys of both against each other. Rows of which either has no key are known by their place only.
///
/// # Errors
///
/// [`Error::is_data`], naming the first row that differs.
pub fn check(
    old_program: &Program,
    old: &CategoryResults,
    new_program: &Program,
    new: &CategoryResults,
) -> Result<(), Error> {
    let mut row = 0_u64;
    for ((a, a_from), (b, b_from), rows) in runs(&old.parts, &new.parts) {
        let differs = match (&a.keys, &b.keys) {
            (Some(a_keys), Some(b_keys)) => {
                let (a_start, b_start) = (a.first + a_from, b.first + b_from);
                let codes = is_code(old_program, old) || is_code(new_program, new);
                match (codes, same(a_keys, a_start..a_start + rows, b_keys, b_start..b_start + rows)) {
                    (false, Some(found)) => found,
                    // Keys of other types, or codes of other lists: by what they are called.
                    _ => Found(
                        (0..rows)
                            .filter(|row| a_keys.is_known(a_start + row) && b_keys.is_known(b_start + row))
                            .find(|row| a.key(old_program, a_from + row) != b.key(new_program, b_from + row)),
                    ),
                }
            }
            _ => Found(None),
        };
        if let Found(Some(at)) = differs {
            let record = old_program.category(old.category).and_then(|of| old_program.record(of.record));
            let record = record.map_or("?", |record| &record.heading.name);
            let number = row + at as u64 + 1;
            let shown = |key: Option<String>| key.map_or_else(|| "without a key".to_owned(), |key| format!("`{key}`"));
            let (a, b) = (shown(a.key(old_program, a_from + at)), shown(b.key(new_program, b_from + at)));
            let error = Error::data(format!(
                "the results are not of the same data: row {number} of `{record}` is {a} in the old and {b} in the new"
            ));
            return Err(error.of(record).of_row(Some(number)));
        }
        row += rows as u64;
    }
    Ok(())
}

/// The first row that differs, if any.
struct Found(Option<usize>);

fn is_code(program: &Program, results: &CategoryResults) -> bool {
    let record = program.category(results.category).and_then(|category| program.record(category.record));
    let key = record.and_then(|record| record.fields.get(record.key?.index()));
    matches!(key.map(|key| key.kind), Some(FieldKind::Value(Ty::Code(_))))
}

/// Compares columns of one type without making texts of them; `None` for others.
fn same(a: &Column, a_rows: Range<usize>, b: &Column, b_rows: Range<usize>) -> Option<Found> {
    fn slices<T: PartialEq>(a: Option<&[T]>, b: Option<&[T]>, known: impl Fn(usize) -> bool) -> Found {
        let (Some(a), Some(b)) = (a, b) else { return Found(None) };
        if a == b {
            return Found(None);
        }
        Found(a.iter().zip(b).enumerate().find(|(row, (a, b))| a != b && known(*row)).map(|(row, _)| row))
    }
    let known = |row: usize| a.is_known(a_rows.start + row) && b.is_known(b_rows.start + row);
    Some(match (&a.values, &b.values) {
        (Values::Integer(x), Values::Integer(y)) => slices(x.get(a_rows.clone()), y.get(b_rows.clone()), known),
        (Values::Date(x), Values::Date(y)) => slices(x.get(a_rows.clone()), y.get(b_rows.clone()), known),
        (Values::Text(x), Values::Text(y)) => {
            let rows = 0..a_rows.len().min(b_rows.len());
            let differs = |row: &usize| x.get(a_rows.start + row) != y.get(b_rows.start + row) && known(*row);
            Found(rows.into_iter().find(differs))
        }
        _ => return None,
    })
}
