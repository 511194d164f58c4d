//! What a measure's numbers are to statistics: a proportion, events over an amount, a count, or merely a number.

use crate::ids::NodeId;
use crate::measure::{Measure, MeasureForm};
use crate::program::Program;
use crate::ty::Ty;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Records among records; the value is the share times `per`.
    Proportion {
        /// The records that the value is per.
        per: f64,
    },
    /// Events over an amount; the value is their quotient times `per`.
    Rate {
        /// The amount that the value is per.
        per: f64,
    },
    /// Events.
    Count,
    /// No distribution is known of it.
    Other,
}

/// What a measure's numbers are. Sums of whole numbers are taken to be numbers of events.
pub fn kind(program: &Program, measure: &Measure) -> Kind {
    let ty = |node: Option<NodeId>| node.and_then(|node| program.node(node)).map(|node| node.ty);
    let (over, under) = (ty(measure.numerator), ty(measure.denominator));
    let events = matches!(over, Some(Ty::Boolean | Ty::Integer));
    match &measure.form {
        MeasureForm::Count => Kind::Count,
        MeasureForm::Sum(node) if ty(Some(*node)) == Some(Ty::Integer) => Kind::Count,
        MeasureForm::Rate { per } if over == Some(Ty::Boolean) && matches!(under, None | Some(Ty::Boolean)) => {
            Kind::Proportion { per: per.to_f64() }
        }
        MeasureForm::Rate { per } if events && under.is_some_and(Ty::is_number) => Kind::Rate { per: per.to_f64() },
        MeasureForm::Ratio if events && under.is_some_and(Ty::is_number) => Kind::Rate { per: 1.0 },
        _ => Kind::Other,
    }
}
