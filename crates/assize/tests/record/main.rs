//! One record from JSON or from loose values means what a file of one record means.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test: what is not as it should be ends it"
)]

mod agree;
mod allocations;
mod given;
mod limits;
mod objects;
mod random;
mod rules;
