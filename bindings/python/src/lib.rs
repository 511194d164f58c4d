//! The Python package's extension module, `assize._native`: what `python/assize` is made over.
//!
//! It holds no rules and no meaning of its own. Everything goes through the façade crate; here Python's objects become
//! its inputs, and its results Python's objects.

mod capsule;
mod civil;
mod comparison;
mod diagnostics;
mod errors;
mod evaluation;
mod explanation;
mod fill;
mod given;
mod outcome;
mod outline;
mod partial;
mod results;
mod rules;
mod session;
mod source;
mod store;
mod table;
mod testing;
mod vocabulary;
mod walk;

/// What `python/assize` is made over; nothing in it is promised to anyone else.
#[pyo3::pymodule(name = "_native")]
mod native {
    /// The version of the engine.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_export]
    use crate::outcome::Outcome;
    #[pymodule_export]
    use crate::partial::Partial;
    #[pymodule_export]
    use crate::results::Results;
    #[pymodule_export]
    use crate::rules::Rules;
    #[pymodule_export]
    use crate::session::Session;
    #[pymodule_export]
    use crate::store::Store;
    #[pymodule_export]
    use crate::table::Table;
}
