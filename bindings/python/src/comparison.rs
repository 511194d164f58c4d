//! Two results compared.

use assize::{Comparison, Results};
use assize_report::comparison;

/// As text and as JSON.
pub fn compared(old: &Results, new: &Results, examples: usize) -> (String, String) {
    let compared = Comparison::new(old, new, examples);
    (comparison::to_text(&compared), comparison::to_json(&compared).to_string())
}
