//! Two results compared.

use assize::comparison::Comparison;
use assize::{Error, Results};
use assize_report::comparison;

/// As text and as JSON.
///
/// # Errors
/// A data error: the results are not of the same data.
pub fn compared(old: &Results, new: &Results, examples: usize) -> Result<(String, String), Error> {
    let compared = Comparison::new(old, new, examples)?;
    Ok((comparison::to_text(&compared, false), comparison::to_json(&compared).to_string()))
}
