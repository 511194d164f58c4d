//! Who moves where between two sets of rules, and what that does to the measures.
