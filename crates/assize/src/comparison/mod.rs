//! Two rule sets over the same data: who moves where, why, and what the measures do.

mod category;
mod changes;
mod judgements;
mod keys;
mod measures;
mod outcomes;
mod reasons;

use crate::error::Error;
use crate::results::{RecordResults, Results};
use crate::show::Shown;
use assize_model::civil::Date;
use assize_model::program::Program;
pub use category::{CodeMoves, ComparedCategory};
pub use changes::{Change, ChangeKind, Changes, DeclarationKind, Detail, RuleSetName};
pub use judgements::{ComparedJudgement, JudgedKind};
pub use measures::{Breakdowns, ComparedMeasure, ComparedRow, MeasuredSide};
pub use outcomes::{Cell, CellChange, Outcome, OutcomeValue};
pub use reasons::ReasonMove;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Results by older and by newer rules, over the same data.
///
/// Categories, codes, criteria and measures are matched by name. Records are matched by their place in the data, which
/// must be the same: where keys differ, the comparison is refused.
///
/// ```
/// use assize::{Comparison, Data, Evaluation, RuleSet, io::Format, model::civil::Date};
///
/// let rules = |least: u32| RuleSet::compile("list.assize", &format!(r#"
///     ruleset list version "{least}" {{}}
///     ordered codes List {{ low high }}
///     record Person {{ id : text key  charges : integer }}
///     category list of Person -> List {{ high when many : charges >= {least}  otherwise low }}
/// "#));
/// let evaluate = |rules: RuleSet| -> Result<_, assize::Error> {
///     let mut evaluation = Evaluation::new(&rules, Date::from_ymd(2026, 6, 1).unwrap());
///     let rows = b"id,charges\nP1,1\nP2,3\nP3,5\nP4,\n";
///     evaluation.data("Person", Data::Stream(Box::new(&rows[..]), Format::Csv))?;
///     evaluation.run()
/// };
/// let comparison = Comparison::new(&evaluate(rules(2)?)?, &evaluate(rules(4)?)?, 10)?;
/// let list = &comparison.categories[0];
/// assert_eq!((list.rows, list.moved), (4, 1));
/// let cell = list.cells.iter().find(|cell| cell.is_changed()).unwrap();
/// assert_eq!(format!("{} -> {}", cell.old, cell.new), "high -> low");
/// assert_eq!(cell.keys, ["P2"]);
/// assert_eq!((&*cell.reasons[0].old[0], cell.reasons[0].new.len()), ("many", 0));
/// assert_eq!(comparison.changes.list[0].name, "list.many");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What the older results were made with.
    pub old: ComparedSide,
    /// What the newer results were made with.
    pub new: ComparedSide,
    /// What is different between the rules.
    pub changes: Changes,
    /// The records that were read by either.
    pub records: Vec<ComparedRecord>,
    /// The categories that both have, in the order of the newer rules.
    pub categories: Vec<ComparedCategory>,
    /// Categories without their like on the other side.
    pub other_categories: Unmatched,
    /// The measures that both have, in the order of the newer rules.
    pub measures: Vec<ComparedMeasure>,
    /// Measures without their like on the other side.
    pub other_measures: Unmatched,
    /// Indicators, evaluations and their objectives, and how they stand.
    pub judgements: Vec<ComparedJudgement>,
}

/// What results were made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedSide {
    /// The rules.
    pub rules: RuleSetName,
    /// The evaluation date.
    pub as_of: Date,
    /// The parameters by name, with their values as text.
    pub params: Vec<(Arc<str>, String)>,
}

/// What was read of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedRecord {
    /// Its name.
    pub name: Arc<str>,
    /// Rows read and faults found with the older rules; nothing where they read none of it.
    pub old: Option<(u64, u64)>,
    /// The same with the newer rules.
    pub new: Option<(u64, u64)>,
}

/// Names that only one side has results for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unmatched {
    /// Of the older results.
    pub only_old: Vec<Arc<str>>,
    /// Of the newer results.
    pub only_new: Vec<Arc<str>>,
    /// What both have of another record each, so that they cannot be compared: the name, the older record, the newer.
    pub unlike: Vec<(Arc<str>, Arc<str>, Arc<str>)>,
}

impl Comparison {
    /// Compares results by older and newer rules. Each cell of a category's matrix has up to `examples` keys.
    ///
    /// Takes time in proportion to the rows; for rows whose outcome is the same, nothing is allocated. Where one side
    /// has more rows, those past the end of the other are counted.
    ///
    /// # Errors
    ///
    /// [`Error::is_data`]: the results are not of the same data: a row of one has another key than that of the other.
    pub fn new(old: &Results, new: &Results, examples: usize) -> Result<Self, Error> {
        let mut other_categories = Unmatched::default();
        let mut categories = Vec::new();
        let mut checked = BTreeSet::new();
        for results in &new.categories {
            let Some(category) = new.program.category(results.category) else { continue };
            let name = &category.heading.name;
            let before = old.categories.iter().find_map(|before| {
                let category = old.program.category(before.category)?;
                (category.heading.name == *name).then_some((category, before))
            });
            let Some((before_category, before)) = before else {
                other_categories.only_new.push(Arc::clone(name));
                continue;
            };
            let records =
                (record_name(&old.program, before_category.record), record_name(&new.program, category.record));
            if records.0 != records.1 {
                other_categories.unlike.push((Arc::clone(name), records.0, records.1));
                continue;
            }
            // All categories of a record are of the same rows.
            if checked.insert(category.record) {
                keys::check(&old.program, before, &new.program, results)?;
            }
            let sides = category::Sides { old: (&old.program, before), new: (&new.program, results) };
            categories.push(sides.compare(examples));
        }
        for results in &old.categories {
            let Some(category) = old.program.category(results.category) else { continue };
            let name = &category.heading.name;
            let in_new = new.categories.iter().filter_map(|of| new.program.category(of.category));
            if !in_new.into_iter().any(|of| of.heading.name == *name) {
                other_categories.only_old.push(Arc::clone(name));
            }
        }
        let (measures, other_measures) = measures::compare(old, new);
        Ok(Self {
            old: ComparedSide::new(old),
            new: ComparedSide::new(new),
            changes: Changes::between(&old.program, &new.program),
            records: records(old, new),
            categories,
            other_categories,
            measures,
            other_measures,
            judgements: judgements::compare(old, new),
        })
    }
}

impl ComparedSide {
    fn new(results: &Results) -> Self {
        let program = &*results.program;
        let params = program.params.iter().zip(&results.params);
        Self {
            rules: RuleSetName::new(program),
            as_of: results.as_of,
            params: params
                .map(|(param, value)| (Arc::clone(&param.heading.name), Shown(program, value).to_string()))
                .collect(),
        }
    }
}

fn record_name(program: &Program, record: assize_model::ids::RecordId) -> Arc<str> {
    program.record(record).map_or_else(|| "?".into(), |record| Arc::clone(&record.heading.name))
}

fn records(old: &Results, new: &Results) -> Vec<ComparedRecord> {
    let read = |results: &Results| -> Vec<(Arc<str>, (u64, u64))> {
        let of = |record: &RecordResults| (record_name(&results.program, record.record), (record.read, record.faults));
        results.records.iter().map(of).collect()
    };
    let (old, new) = (read(old), read(new));
    let find = |all: &[(Arc<str>, (u64, u64))], name: &str| all.iter().find(|(of, _)| **of == *name).map(|(_, n)| *n);
    let gone = old.iter().filter(|(name, _)| find(&new, name).is_none());
    let names = new.iter().chain(gone).map(|(name, _)| Arc::clone(name));
    names.map(|name| ComparedRecord { old: find(&old, &name), new: find(&new, &name), name }).collect()
}
