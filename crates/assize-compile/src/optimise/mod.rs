//! What is settled while nodes are made: nothing here changes a result or its explanation.

mod fold;
mod hoist;

pub use fold::{compare, constant, fold, truth};
pub use hoist::hoist;
