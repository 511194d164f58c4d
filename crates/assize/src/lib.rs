//! The Assize rules and metrics engine.
//!
//! A rule file says how records are categorised and how performance is measured. [`RuleSet`] is such a file checked;
//! a [`Session`] evaluates one record at a time with nothing allocated, and an [`Evaluation`] runs over files.
//!
//! ```
//! use assize::{Inputs, RuleSet, model::civil::Date};
//!
//! let rules = RuleSet::compile("list.assize", r#"
//!     ruleset list version "1" {}
//!     ordered codes List { low high }
//!     record Person { charges : integer  armed : boolean }
//!     category list of Person -> List {
//!       high when armed : armed
//!       low  when charged : charges >= 1
//!     }
//! "#)?;
//! let program = rules.program();
//! let person = program.record_named("Person").unwrap();
//! let charges = program.record(person).unwrap().field("charges").unwrap();
//! let list = program.category_named("list").unwrap();
//!
//! let as_of = Date::from_ymd(2026, 6, 1).unwrap();
//! let mut session = rules.session(&Inputs::new(program, as_of));
//! session.begin(person)?;
//! session.set_integer(charges, 2)?;                       // whether armed: not known
//! let mut outcome = session.evaluate(list)?;
//! assert_eq!(outcome.state().word(), "provisional");      // `low` for now, and it could be `high`
//! assert_eq!(outcome.missing()[0].name(program, person), "armed");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod children;
pub mod comparison;
mod error;
mod evaluation;
mod fault;
mod fill;
mod forms;
mod load;
mod parameters;
mod quotes;
pub mod record;
pub mod request;
mod responses;
mod results;
mod ruleset;
mod sheet;
mod show;
pub mod store;
pub mod tables;

pub use assize_eval as eval;
pub use assize_eval::row::{Inputs, Session};
pub use assize_io as io;
pub use assize_lang as lang;
pub use assize_measures as measures;
pub use assize_model as model;
pub use comparison::{Changes, Comparison};
pub use error::{CompileError, Error, LoadError};
pub use evaluation::{Data, Evaluation, Explained, PARTIAL_VERSION, Partial, PartialError};
pub use fault::{fault_message, outcome_message};
pub use forms::{InstrumentPart, InstrumentResults, InstrumentRow, Judged, NUMBERS, OverrideResults};
pub use quotes::{Quotes, TEXT_LENGTH, TEXTS_KEPT};
pub use responses::{Answer, Dues, actions, answers_of};
pub use results::{CategoryResults, Coverage, Member, Members, Part, RecordResults, Results, Summary};
pub use ruleset::{RuleSet, Texts};
pub use show::Shown;
pub use store::{Reload, Store, StoreError, StoreFault, StoreFaultCause};
