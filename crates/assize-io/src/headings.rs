//! Which column of the data each field is read from.

use crate::error::{MissingColumn, OpenError};
use crate::nearest::nearest;
use crate::plan::{FieldPlan, RecordPlan};
use assize_model::text::trim;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Comparisons for suggestions, at most.
const COMPARISONS: usize = 100_000;

/// What a companion column's heading ends in.
pub(crate) const MISSING: &str = "__missing";

/// The columns of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bound {
    pub(crate) column: usize,
    /// The second of a pair of columns.
    pub(crate) upper: Option<usize>,
    /// The column of reasons.
    pub(crate) companion: Option<usize>,
}

/// For each field of the plan its columns, by number; `None` for one that the data may and do lack.
pub(crate) type Binding = Vec<Option<Bound>>;

/// Finds the columns of every field.
///
/// # Errors
/// [`OpenError::DuplicateHeadings`], [`OpenError::MissingColumns`]: of all fields together.
pub(crate) fn bind(plan: &RecordPlan, headings: &[String]) -> Result<Binding, OpenError> {
    let mut columns: FxHashMap<&str, (usize, bool)> = FxHashMap::default();
    for (at, heading) in headings.iter().enumerate() {
        columns.entry(trim(heading)).and_modify(|(_, twice)| *twice = true).or_insert((at, false));
    }
    let mut twice: Vec<String> = Vec::new();
    let mut lacking = Vec::new();
    let mut budget = COMPARISONS;
    let mut find = |heading: &str| {
        let &(at, more) = columns.get(trim(heading))?;
        if more && !twice.iter().any(|known| known == trim(heading)) {
            twice.push(trim(heading).into());
        }
        Some(at)
    };
    let mut binding = Vec::new();
    for field in &plan.fields {
        let found: Vec<Option<usize>> = field.headings.iter().map(|heading| find(heading)).collect();
        let companion = companions(field).find_map(|heading| find(&heading));
        for (heading, found) in field.headings.iter().zip(&found) {
            if found.is_none() && !field.optional {
                lacking.push((field, heading));
            }
        }
        binding.push(match *found.as_slice() {
            [Some(column)] => Some(Bound { column, upper: None, companion }),
            [Some(column), Some(upper)] => Some(Bound { column, upper: Some(upper), companion }),
            _ => None,
        });
    }
    if !twice.is_empty() {
        return Err(OpenError::DuplicateHeadings(twice));
    }
    if lacking.is_empty() {
        return Ok(binding);
    }
    let missing = lacking.into_iter().map(|(field, heading)| missing(field, heading, headings, &mut budget));
    Err(OpenError::MissingColumns(missing.collect()))
}

/// The headings that a field's column of reasons may have.
pub(crate) fn companions(field: &FieldPlan) -> impl Iterator<Item = String> {
    let first = field.headings.first().map(|heading| format!("{}{MISSING}", trim(heading)));
    first.into_iter().chain([format!("{}{MISSING}", field.name)])
}

pub(crate) fn missing(field: &FieldPlan, heading: &Arc<str>, headings: &[String], budget: &mut usize) -> MissingColumn {
    MissingColumn {
        field: field.name.to_string(),
        heading: heading.to_string(),
        nearest: nearest(heading, headings.iter().map(|heading| trim(heading)), budget).map(Into::into),
    }
}
