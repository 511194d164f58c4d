//! Categories and most measures as SQL, so that an auditor can work them out again without the engine.
//!
//! The text is one query of common table expressions: what is read of each table, what is counted over children, each
//! category's criteria and its outcome, and the rows. `NULL` stands for whatever is not known, and SQL's own three-valued
//! logic is the language's. What cannot be said so is refused by name ([`Refused`]), never approximated.

mod category;
mod children;
mod dialect;
mod expr;
mod formula;
mod measure;
mod relation;
mod source;
mod value;

use assize_model::civil::Date;
use assize_model::ids::{CategoryId, MeasureId};
use assize_model::program::{Place, Program};
use assize_model::value::Value;

pub use dialect::Dialect;

/// Something that is not written as SQL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{declaration} cannot be written as SQL: {why}")]
pub struct Refused {
    /// What it is in the rules: ``category `level` ``.
    pub declaration: String,
    /// What stands against it.
    pub why: String,
    /// Where that is written.
    pub place: Place,
}

/// What the SQL is for: parameters and the evaluation date stand in it as they are.
#[derive(Debug, Clone, Copy)]
pub struct For<'a> {
    /// The checked rules.
    pub program: &'a Program,
    /// The database.
    pub dialect: Dialect,
    /// The evaluation date.
    pub as_of: Date,
    /// The values of the parameters, by number.
    pub params: &'a [Value],
}

/// A category as a query: `key`, `value` and `state` of every record.
///
/// # Errors
///
/// [`Refused`].
pub fn category(run: For<'_>, id: CategoryId) -> Result<String, Refused> {
    let name = run.program.category(id).map_or("?", |category| &*category.heading.name);
    let place = run.program.category(id).map_or(Place::NOWHERE, |category| category.place);
    category::query(run, id).map_err(|not| not.of(format!("category `{name}`"), place))
}

/// A measure as a query: for each breakdown and period the counts of the stages, numerator, denominator and value.
///
/// # Errors
///
/// [`Refused`].
pub fn measure(run: For<'_>, id: MeasureId) -> Result<String, Refused> {
    let name = run.program.measure(id).map_or("?", |measure| &*measure.heading.name);
    let place = run.program.measure(id).map_or(Place::NOWHERE, |measure| measure.place);
    measure::query(run, id).map_err(|not| not.of(format!("measure `{name}`"), place))
}

/// Why something is not written, before it is known of which declaration it is.
#[derive(Debug)]
pub(crate) struct Not {
    why: String,
    place: Option<Place>,
}

impl Not {
    pub(crate) fn because(why: impl Into<String>) -> Self {
        Self { why: why.into(), place: None }
    }

    pub(crate) fn at(mut self, place: Place) -> Self {
        self.place.get_or_insert(place);
        self
    }

    fn of(self, declaration: String, place: Place) -> Refused {
        Refused { declaration, why: self.why, place: self.place.unwrap_or(place) }
    }
}

/// What is written, or why not.
pub(crate) type Written<T> = Result<T, Not>;
