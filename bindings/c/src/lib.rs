//! The C library: rule sets, sessions, evaluations, results and stores behind opaque handles.
//!
//! Every function here is part of the C interface; `include/assize.h` is made from them, and `bindings/README.md` is the
//! contract they keep.

// In the order in which the header has their functions.
pub mod status;

pub mod text;

pub mod civil;

pub mod error;

pub mod diagnostics;

pub mod rules;

pub mod session;

pub mod evaluation;

pub mod results;

pub mod partial;

pub mod comparison;

pub mod store;

mod exclusive;
mod failure;
mod guard;
mod handle;
mod sized;

pub use civil::*;
pub use comparison::*;
pub use diagnostics::*;
pub use error::*;
pub use evaluation::*;
pub use partial::*;
pub use results::*;
pub use rules::*;
pub use session::*;
pub use status::*;
pub use store::*;
pub use text::*;
