//! The Assize rules and metrics engine.
//!
//! A rule file says how records are categorised and how performance is measured. [`RuleSet`] is such a file checked;
//! a [`Session`] evaluates one record at a time with nothing allocated, and an [`Evaluation`] runs over files and
//! columns.

mod children;
mod error;
mod evaluation;
mod fault;
mod fill;
mod load;
mod parameters;
mod results;
mod ruleset;
mod show;

pub use assize_eval as eval;
pub use assize_eval::row::{Inputs, Session};
pub use assize_io as io;
pub use assize_lang as lang;
pub use assize_measures as measures;
pub use assize_model as model;
pub use error::{CompileError, Error, LoadError};
pub use evaluation::{Data, Evaluation, Explained};
pub use fault::fault_message;
pub use results::{CategoryResults, Coverage, Member, Members, Part, RecordResults, Results, Summary};
pub use ruleset::RuleSet;
pub use show::Shown;
