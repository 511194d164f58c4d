//! The other engines: each compiles its own text of the rule once, and prepares its records in its own values.

mod cel;
mod datalogic;
mod regorus;
mod rhai;
mod zen_expression;
mod zen_table;

use crate::answer::{Answer, Fault};
use crate::race::Contender;
use crate::record::Record;

/// Every peer, ready to run over these records.
///
/// # Errors
///
/// A rule that an engine does not load.
pub fn all(records: &[Record]) -> Result<Vec<Box<dyn Contender<Answer>>>, Fault> {
    Ok(vec![
        Box::new(zen_expression::Zen::new(records)?),
        Box::new(datalogic::Parsed::new(records)?),
        Box::new(datalogic::Text::new(records)?),
        Box::new(rhai::Rhai::new(records)?),
        Box::new(cel::Cel::new(records)?),
        Box::new(regorus::Machine::new(records)?),
        Box::new(regorus::Interpreter::new(records)?),
        Box::new(zen_table::ZenTable::new(records)?),
    ])
}
