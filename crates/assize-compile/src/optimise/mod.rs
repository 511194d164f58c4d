//! What is settled while nodes are made: nothing here changes a result or its explanation.

mod fold;
mod hoist;
mod same;

pub use fold::{compare, constant, fold, truth};
pub use hoist::hoist;
pub use same::Same;
