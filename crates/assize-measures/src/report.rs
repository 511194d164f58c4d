//! From what was counted of all measures to the tables that may be seen: the one place that knows in which order.
//!
//! | step | of |
//! |---|---|
//! | rows and their values | each measure by itself |
//! | small counts withheld, counts rounded | all measures of the same records together |
//! | formulas | the values of other measures |
//! | comparisons, targets and charts | each measure's rows as they are published |

use crate::state::MeasureState;
use crate::table::MeasureTable;
use crate::{chart, compare, disclosure, formula, target};
use assize_model::civil::Date;
use assize_model::ids::MeasureId;
use assize_model::measure::{Formula, MeasureForm};
use assize_model::program::Program;
use assize_model::value::Value;
use std::collections::BTreeMap;

/// What tables depend on beside rules and data.
#[derive(Debug, Clone, Copy)]
pub struct RunOf<'a> {
    /// The evaluation date.
    pub as_of: Date,
    /// The values of the parameters, in the order of their ids.
    pub params: &'a [Value],
}

/// The tables of the measures of a run, in the order of their ids: of those that were counted, and of the formulas of
/// which every part is there.
pub fn report<'s>(
    program: &Program,
    states: impl IntoIterator<Item = &'s MeasureState>,
    run: RunOf<'_>,
) -> Vec<(MeasureId, MeasureTable)> {
    let states: BTreeMap<MeasureId, &MeasureState> =
        assize_model::order::map(states.into_iter().map(|state| (state.plan().measure(), state)));
    let mut tables: BTreeMap<MeasureId, MeasureTable> =
        assize_model::order::map(states.iter().map(|(id, state)| (*id, state.finish(program))));
    disclosure::release(program, &mut tables, &states, run.params);
    formulas(program, &mut tables, run.params);
    for (id, table) in &mut tables {
        let Some(measure) = program.measure(*id) else { continue };
        let state = states.get(id).copied();
        compare::compare(program, measure, table, state, run.as_of);
        target::judge(program, measure, table, state, run.params);
        table.charts = chart::plot(program, measure, table, run.as_of);
    }
    tables.into_iter().collect()
}

/// Works out formulas, those first that others read. The checker has seen that none reads itself.
fn formulas(program: &Program, tables: &mut BTreeMap<MeasureId, MeasureTable>, params: &[Value]) {
    let mut left: Vec<(MeasureId, &Formula, Vec<MeasureId>)> = Vec::new();
    for (at, measure) in program.measures.iter().enumerate() {
        if let MeasureForm::Formula(formula) = &measure.form {
            let mut parts = Vec::new();
            formula.measures(&mut parts);
            left.push((MeasureId::from_index(at), formula, parts));
        }
    }
    while let Some(at) = left.iter().position(|(.., parts)| parts.iter().all(|part| tables.contains_key(part))) {
        let (id, formula, _) = left.swap_remove(at);
        if let Some(measure) = program.measure(id) {
            let table = formula::table(program, measure, formula, tables, params);
            tables.insert(id, table);
        }
    }
}
