//! The Assize rules and metrics engine.
//!
//! A rule file says how records are categorised and how performance is measured. [`RuleSet`] is such a file checked;
//! a [`Session`] evaluates one record at a time with nothing allocated, and an [`Evaluation`] runs over files and
//! columns.

mod error;
mod load;
pub mod parameters;
mod ruleset;

pub use assize_eval::row::{Inputs, Session};
pub use assize_lang as lang;
pub use assize_model as model;
pub use error::{CompileError, Error, LoadError};
pub use ruleset::RuleSet;
