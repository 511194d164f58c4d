//! Tests of batch evaluation.
