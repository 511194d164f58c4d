//! The outcome of one record as JSON.
