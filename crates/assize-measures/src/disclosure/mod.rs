//! What is done with the numbers before anybody sees them: small counts withheld, and as many others as it takes that
//! none can be worked back; counts rounded. Values are worked out of what is left.
//!
//! | file | what it does |
//! |---|---|
//! | `family` | which measures count the same records, and so give each other away |
//! | `cube` | their tables as one body of cells |
//! | `moves` | changes of the counts that nobody could tell from what is published |
//! | `protect` | which cells are withheld |
//! | `ties` | whom a numerator takes in, by the values of a breakdown |
//! | `round` | counts rounded, by themselves or so that totals stay sums |

mod cube;
mod family;
mod moves;
mod protect;
mod round;
mod ties;

pub use family::whole_below;

use crate::stage::Stages;
use crate::state::MeasureState;
use crate::table::{MeasureRow, MeasureTable, RowState, Withheld};
use assize_model::ids::MeasureId;
use assize_model::measure::{Among, Measure};
use assize_model::program::Program;
use assize_model::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Whether small counts of a measure are withheld in a run, by itself or by another measure of the same records. Of such a
/// measure nothing may be shown that is not worked out of the rows as they are published.
pub fn is_withheld_from(program: &Program, id: MeasureId) -> bool {
    let family = program.measure(id).and_then(Measure::among);
    family.is_some_and(|family| family.members(program).any(|(_, measure)| measure.suppress.is_some()))
}

/// The other measures without which it is not known what a measure's rows may show: those of the same records, where one
/// of them withholds.
pub fn linked(program: &Program, id: MeasureId) -> Vec<MeasureId> {
    let family = program.measure(id).and_then(Measure::among).filter(|_| is_withheld_from(program, id));
    family.into_iter().flat_map(|family| family.members(program)).map(|(other, _)| other).collect()
}

/// A threshold of which a run cannot make sense: the measure, and the parameter's name. Every threshold is a number of 2
/// or more: one that can be turned off protects nobody.
pub fn wrong_threshold<'p>(program: &'p Program, params: &[Value]) -> Option<(&'p str, String)> {
    program.measures.iter().find_map(|measure| {
        let amount = measure.suppress?;
        let fits = amount.value(params).and_then(whole_below).is_some();
        (!fits).then(|| (&*measure.heading.name, amount.shown(program)))
    })
}

/// Withholds and rounds what the measures ask for, in all tables of a run together.
pub(crate) fn release(
    program: &Program,
    tables: &mut BTreeMap<MeasureId, MeasureTable>,
    states: &BTreeMap<MeasureId, &MeasureState>,
    params: &[Value],
) {
    let families: BTreeSet<Among> =
        assize_model::order::set(tables.keys().filter_map(|id| program.measure(*id)?.among()));
    // What is rounded is rounded from the counts themselves; what is withheld is then taken out.
    let rounded = round::rounded(program, tables);
    for family in families {
        if let Some(below) = family::below(family, program, params) {
            withhold(program, family, tables, states, params, below);
        }
    }
    round::put(program, tables, rounded);
}

fn withhold(
    program: &Program,
    family: Among,
    tables: &mut BTreeMap<MeasureId, MeasureTable>,
    states: &BTreeMap<MeasureId, &MeasureState>,
    params: &[Value],
    below: i64,
) {
    let members: Vec<_> =
        family.members(program).filter_map(|(id, measure)| Some((id, measure, tables.get(&id)?))).collect();
    let mut built = family::build(&members, states, below, Some(&ties::Ties { program, params }));
    if !built.too_large {
        protect::protect(&mut built.cube, &built.small, below);
    }
    for (id, _) in family.members(program) {
        let Some(table) = tables.get_mut(&id) else { continue };
        let cells = built.rows.get(&id);
        for (at, row) in table.rows.iter_mut().enumerate() {
            let cell = cells.and_then(|cells| cells.get(at).copied());
            // What is not among the cells was too much to look at.
            if cell.is_none_or(|cell| built.cube.is_withheld(cell)) {
                take_out(row);
            } else {
                row.stages = Stages::HIDDEN;
                row.not_decided = 0;
            }
        }
    }
}

/// Takes out of a row all that is counted.
fn take_out(row: &mut MeasureRow) {
    row.numerator = None;
    row.denominator = None;
    row.value = None;
    row.value_exact = None;
    row.interval = None;
    row.bounds = None;
    row.change = None;
    row.target = None;
    row.stages = Stages::HIDDEN;
    row.not_decided = 0;
    row.state = RowState::Withheld(Withheld::Suppressed);
}
