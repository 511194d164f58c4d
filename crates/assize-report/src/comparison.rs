//! Comparisons of two sets of rules as text and JSON.
