//! The Assize rules and metrics engine.
//!
//! A rule file says how records are categorised and how performance is measured. [`RuleSet`] is such a file checked;
//! a [`Session`] evaluates one record at a time with nothing allocated, and an [`Evaluation`] runs over files and
//! columns.

mod children;
mod error;
mod evaluation;
mod explanation;
mod fault;
mod fill;
mod load;
mod parameters;
mod results;
mod ruleset;
mod show;
mod testing;

pub use assize_eval::row::{Inputs, Session};
pub use assize_lang as lang;
pub use assize_model as model;
pub use assize_eval as eval;
pub use assize_io as io;
pub use assize_measures as measures;
pub use error::{CompileError, Error, LoadError};
pub use explanation::{Criterion, Explanation, Missing, Named, NearMiss, Read, Truth, explain};
pub use fault::fault_message;
pub use evaluation::{Data, Evaluation};
pub use results::{CategoryResults, Coverage, Member, Members, Part, RecordResults, Results, Summary};
pub use show::Shown;
pub use testing::{TestFailure, TestReport, TestResult, run_tests};
pub use ruleset::RuleSet;
