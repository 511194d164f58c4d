//! What is worked out for each record that has data: categories, measures, and what these read.

use super::Evaluation;
use super::data::name;
use crate::children::Branches;
use crate::error::Error;
use crate::forms::{FormJob, OverrideJob};
use crate::quotes::QuotesJob;
use crate::responses::actions;
use crate::show::Shown;
use assize_eval::batch::{Detail, Plan, Request};
use assize_measures::{MeasurePlan, Measures, Wanted, disclosure};
use assize_model::civil::Date;
use assize_model::ids::{CategoryId, MeasureId, NodeId, RecordId};
use assize_model::measure::MeasureForm;
use assize_model::program::Program;
use assize_model::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is worked out for one record.
pub struct Job {
    pub plan: Plan,
    pub branches: Branches,
    pub counting: Counting,
}

/// What is kept of a record's batches.
#[derive(Clone)]
pub struct Counting {
    pub measures: Measures,
    /// For each category asked for: whether it is a result, and not only something that a measure reads.
    pub shown: Vec<bool>,
    /// The categories whose criteria are counted, with the lane of each criterion.
    pub covered: Vec<(CategoryId, Vec<usize>)>,
    /// The categories with responses, with the lane of the date of each action.
    pub answered: Vec<(CategoryId, Vec<Option<usize>>)>,
    pub forms: Vec<FormJob>,
    pub overrides: Vec<OverrideJob>,
    pub quotes: Vec<QuotesJob>,
}

fn wanted_has(program: &Program, wanted: &Wanted, id: CategoryId) -> bool {
    wanted.decisions.iter().any(|&decision| program.decision(decision).is_some_and(|of| of.category == id))
}

fn place(nodes: &mut Vec<NodeId>, node: NodeId) -> usize {
    nodes.iter().position(|&old| old == node).unwrap_or_else(|| {
        nodes.push(node);
        nodes.len() - 1
    })
}

impl Evaluation {
    /// What is to be worked out for each record that has data.
    pub(super) fn plan(&self, program: &Arc<Program>) -> Result<BTreeMap<RecordId, Job>, Error> {
        let wants_category =
            |id| !self.counts_only && self.only.as_ref().is_none_or(|(categories, _)| categories.contains(&id));
        let counted = self.counted(program);
        let wants_measure =
            |id| counted.as_ref().is_none_or(|measures| measures.contains(&id)) || self.members == Some(id);
        let run_text = run_text(program, self.inputs.as_of(), self.inputs.params());
        let fail = |error: &dyn std::fmt::Display| Error::usage(error.to_string());
        let mut work = BTreeMap::new();
        for record in (0..program.records.len()).map(RecordId::from_index) {
            let categories: Vec<CategoryId> = (0..program.categories.len())
                .map(CategoryId::from_index)
                .filter(|&id| program.category(id).is_some_and(|category| category.record == record))
                .filter(|&id| wants_category(id))
                .collect();
            let measures: Vec<MeasureId> = (0..program.measures.len())
                .map(MeasureId::from_index)
                .filter(|&id| program.measure(id).is_some_and(|measure| measure.record == record))
                .filter(|&id| {
                    program.measure(id).is_some_and(|measure| !matches!(measure.form, MeasureForm::Formula(_)))
                })
                .filter(|&id| wants_measure(id))
                .collect();
            let formed = self.only.is_none()
                && !self.counts_only
                && program.instruments.iter().any(|form| form.record == record);
            if categories.is_empty() && measures.is_empty() && !formed {
                continue;
            }
            if !self.data.contains_key(&record) {
                // An indicator without its data is one of which nothing is known.
                let evidence = |id: &MeasureId| program.measure(*id).is_some_and(|of| of.evidence.is_some());
                let asked = self.only.is_some() && !(categories.is_empty() && measures.iter().all(evidence));
                if asked || self.members.is_some_and(|id| measures.contains(&id)) {
                    let name = name(program, record);
                    let error = Error::data(format!("no data are given for `{name}`, which is asked for"));
                    return Err(error.of(name));
                }
                continue;
            }
            let mut wanted = Wanted::default();
            let mut plans = Vec::new();
            for &id in &measures {
                let plan = MeasurePlan::new(program, id, &run_text, &mut wanted).map_err(|error| fail(&error))?;
                plans.push(plan.as_of(program, self.inputs.as_of()));
            }
            // Measures read outcomes by their place: the categories they want come first.
            let mut asked: Vec<CategoryId> = Vec::new();
            for decision in wanted.decisions.iter().filter_map(|&id| program.decision(id)) {
                asked.push(decision.category);
            }
            asked.extend(categories.iter().filter(|id| !wanted_has(program, &wanted, **id)));
            let detail = |id: &CategoryId| {
                let full = self.reasons && categories.contains(id);
                (*id, if full { Detail::Reasons } else { Detail::States })
            };
            let mut nodes = wanted.nodes.clone();
            let mut covered = Vec::new();
            if self.coverage && self.reasons {
                for &id in &categories {
                    let decision = program.category(id).and_then(|category| program.decision(category.decision));
                    let criteria = decision.map(|decision| decision.criteria.to_vec()).unwrap_or_default();
                    let lanes = criteria.iter().map(|&node| place(&mut nodes, node)).collect();
                    covered.push((id, lanes));
                }
            }
            let mut answered = Vec::new();
            for &id in &categories {
                let lanes: Vec<Option<usize>> =
                    actions(program, id).map(|action| action.due.map(|node| place(&mut nodes, node))).collect();
                if !lanes.is_empty() {
                    answered.push((id, lanes));
                }
            }
            let mut forms = Vec::new();
            for (number, instrument) in program.instruments.iter().enumerate() {
                let parts = [instrument.band, instrument.routes];
                let asked = match self.only {
                    None => !self.counts_only,
                    Some(_) => parts.iter().flatten().any(|part| categories.contains(part)),
                };
                if instrument.record == record && asked {
                    forms.push(FormJob::new(program, number, instrument, self.reasons, |node| place(&mut nodes, node)));
                }
            }
            let mut overrides = Vec::new();
            for over in program.overrides.iter().filter(|over| categories.contains(&over.category)) {
                overrides.push(OverrideJob::new(program, over, |node| place(&mut nodes, node)));
            }
            let mut quotes = Vec::new();
            // The words of single records are none of the rows that are published.
            let open = measures.iter().filter(|id| !self.counts_only && !disclosure::is_withheld_from(program, **id));
            for measure in open.filter_map(|id| program.measure(*id)) {
                quotes.extend(QuotesJob::new(program, measure, |node| place(&mut nodes, node)));
            }
            let request = Request { categories: asked.iter().map(detail).collect(), nodes };
            let plan = Plan::new(program, record, &request).map_err(|error| fail(&error))?;
            let branches = Branches::new(program, record, &plan.children());
            let shown = asked.iter().map(|id| categories.contains(id)).collect();
            let counting =
                Counting { measures: Measures::new(plans), shown, covered, answered, forms, overrides, quotes };
            work.insert(record, Job { plan, branches, counting });
        }
        if work.is_empty() && self.data.is_empty() {
            return Err(Error::usage("no data are given"));
        }
        Ok(work)
    }

    /// The measures to be counted: those asked for, and what their formulas read; `None` for all.
    fn counted(&self, program: &Program) -> Option<BTreeSet<MeasureId>> {
        let (_, asked) = self.only.as_ref()?;
        let mut counted = BTreeSet::new();
        let mut todo: Vec<MeasureId> = asked.iter().copied().collect();
        while let Some(id) = todo.pop() {
            if counted.insert(id) {
                if let Some(MeasureForm::Formula(formula)) = program.measure(id).map(|measure| &measure.form) {
                    formula.measures(&mut todo);
                }
                // Whatever is asked for, the same is withheld.
                todo.extend(disclosure::linked(program, id));
            }
        }
        Some(counted)
    }
}

/// What a measure's result depends on beside rules and data.
pub fn run_text(program: &Program, as_of: Date, params: &[Value]) -> String {
    let mut text = format!("as_of={as_of}");
    for (param, value) in program.params.iter().zip(params) {
        text.push_str(&format!(";{}={}", param.heading.name, Shown(program, value)));
    }
    text
}
