//! Explanations as the package's Python takes them.

use assize::Explained;
use assize_report::explanation::{to_json, to_text};

/// The category's name, the explanation as text, and as JSON.
pub fn told(told: &Explained) -> (String, String, String) {
    (told.explanation.category.clone(), to_text(told), to_json(told).to_string())
}
