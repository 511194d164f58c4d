//! Why a record is in a category: what decided, what was read, what was missing, and what would change the answer.

use crate::fault::fault_message;
use crate::testing::cell_text;
use assize_eval::outcome::{Chosen, FieldPath, OutcomeRow};
use assize_eval::row::{Cell, RowError, Session};
use assize_model::ids::{CategoryId, Code, NodeId};
use assize_model::node::{Comparison, Op, RUN};
use assize_model::program::{Category, Hit, Place, Program, State};
use std::collections::BTreeSet;

/// Most near misses that are named.
const NEAR_MISSES: usize = 3;

/// The explanation of one record's category, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Explanation {
    pub ruleset: String,
    pub version: String,
    pub hash: String,
    pub as_of: String,
    pub record: Named,
    pub key: String,
    pub category: Named,
    /// The code with its title; several under `hit all`; none where there is no value.
    pub value: Vec<Named>,
    pub state: State,
    /// The criteria that decided.
    pub because: Vec<Named>,
    /// The codes it could still be.
    pub possible: Vec<Named>,
    pub error: Option<String>,
    /// What `applies when` came to, when the category has it.
    pub applies: Option<Criterion>,
    /// Every criterion, in the order in which the category walks them.
    pub criteria: Vec<Criterion>,
    /// What is missing, and what each could make of the answer.
    pub missing: Vec<Missing>,
    /// Criteria of other codes that fail by one condition only, the nearest first.
    pub near_misses: Vec<NearMiss>,
}

/// A name with its title.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Named {
    pub name: String,
    pub title: Option<String>,
}

/// A criterion and what it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Criterion {
    pub name: Named,
    /// The code it gives; empty of `applies when`.
    pub code: String,
    /// The condition as written, white space folded.
    pub text: String,
    /// `file:line`.
    pub place: String,
    pub truth: Truth,
    /// What it read, in the order of its text.
    pub read: Vec<Read>,
}

/// What a condition came to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Truth {
    Yes,
    No,
    Unknown,
    Error(String),
    /// Not reached: a criterion before it decided.
    NotReached,
}

impl Truth {
    /// The word for people.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "not known",
            Self::Error(_) => "error",
            Self::NotReached => "not reached",
        }
    }
}

/// Something that a criterion read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Read {
    /// A field, a `let`, a parameter, a category, or the text of an aggregate.
    pub name: String,
    pub value: String,
}

/// A field that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Its name from the record: `charges.weapon`.
    pub field: String,
    /// The codes whose criteria wait for it.
    pub could_be: Vec<String>,
}

/// A criterion that fails by one condition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct NearMiss {
    pub code: Named,
    pub criterion: Named,
    /// The condition that fails.
    pub needs: String,
    /// What its left side is.
    pub is: String,
    /// How far a number is off; `None` for what is not a number.
    gap: Option<i128>,
}

/// Explains a category of the record that a session holds.
pub fn explain(session: &mut Session, key: &str, as_of: &str, id: CategoryId) -> Result<Explanation, RowError> {
    let plan = std::sync::Arc::clone(session.plan());
    let program = plan.program();
    let category = program.category(id).ok_or(RowError::OtherRecord)?;
    let decision = program.decision(category.decision).ok_or(RowError::OtherRecord)?;
    let outcome = session.evaluate(id)?.row();
    let mut teller = Teller { program, session, category };
    let applies = match decision.applies {
        Some(node) => {
            let place = program.node(node).map_or(Place::NOWHERE, |node| node.place);
            let name = Named { name: "applies when".to_owned(), title: None };
            Some(teller.criterion(name, String::new(), place, node, true)?)
        }
        None => None,
    };
    let mut criteria = Vec::new();
    let mut reached = !matches!(outcome.state, State::NotApplicable);
    let walks = matches!(category.hit, Hit::First | Hit::Highest);
    let mut nodes = decision.criteria.iter();
    for case in &category.cases {
        let mut settled = false;
        for criterion in &case.criteria {
            let Some(&node) = nodes.next() else { continue };
            let name = named(&criterion.heading);
            let told = teller.criterion(name, teller.code(case.code).name, criterion.place, node, reached)?;
            settled |= told.truth == Truth::Yes;
            criteria.push(told);
        }
        reached &= !(settled && walks);
    }
    let missing = teller.missing(&outcome, &decision.criteria)?;
    let near_misses = teller.near_misses(&outcome, &decision.criteria)?;
    let ruleset = &program.ruleset;
    let record = program.record(category.record).ok_or(RowError::NoRecord)?;
    let because = outcome
        .because
        .iter()
        .filter_map(|&at| category.criteria().nth(usize::from(at)))
        .map(|(_, criterion)| named(&criterion.heading))
        .collect();
    let value = match outcome.value {
        Chosen::Nothing => Vec::new(),
        Chosen::One(code) => vec![teller.code(code)],
        Chosen::Many(codes) => codes.iter().map(|code| teller.code(code)).collect(),
    };
    Ok(Explanation {
        ruleset: ruleset.heading.name.to_string(),
        version: ruleset.version.to_string(),
        hash: ruleset.hash.to_string(),
        as_of: as_of.to_owned(),
        record: named(&record.heading),
        key: key.to_owned(),
        category: named(&category.heading),
        value,
        state: outcome.state,
        because,
        possible: outcome.possible.iter().map(|code| teller.code(code)).collect(),
        error: outcome.error.map(|absence| fault_message(program, id, absence)),
        applies,
        criteria,
        missing,
        near_misses,
    })
}

fn named(heading: &assize_model::program::Heading) -> Named {
    Named { name: heading.name.to_string(), title: heading.title.as_deref().map(str::to_owned) }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Teller<'a> {
    program: &'a Program,
    session: &'a mut Session,
    category: &'a Category,
}

impl Teller<'_> {
    fn code(&self, code: Code) -> Named {
        let list = self.program.list(self.category.list);
        let name = list.map_or("?", |list| list.name(code)).to_owned();
        let title = list.and_then(|list| list.codes.get(code.index())).and_then(|code| code.heading.title.as_deref());
        Named { name, title: title.map(str::to_owned) }
    }

    fn truth(&mut self, node: NodeId) -> Result<Truth, RowError> {
        Ok(match self.session.value_of(node)? {
            Cell::Boolean(true) => Truth::Yes,
            Cell::Boolean(false) => Truth::No,
            Cell::Absent(absence) if absence.is_error() => {
                Truth::Error(fault_message(self.program, CategoryId(u32::MAX), absence))
            }
            _ => Truth::Unknown,
        })
    }

    fn criterion(
        &mut self,
        name: Named,
        code: String,
        place: Place,
        node: NodeId,
        reached: bool,
    ) -> Result<Criterion, RowError> {
        let condition = self.program.node(node).map_or(place, |node| node.place);
        let text = folded(self.program.text_of(condition));
        let source = self.program.sources.get(place.file.index());
        let line = source.and_then(|source| source.text.get(..place.start as usize)).map(|text| text.matches('\n').count() + 1);
        let place = source.zip(line).map(|(source, line)| format!("{}:{line}", source.name)).unwrap_or_default();
        let truth = if reached { self.truth(node)? } else { Truth::NotReached };
        let read = if reached { self.reads(node)? } else { Vec::new() };
        Ok(Criterion { name, code, text, place, truth, read })
    }

    /// What a condition reads of the record itself: fields, named expressions, parameters, categories, and aggregates
    /// as wholes.
    fn reads(&mut self, condition: NodeId) -> Result<Vec<Read>, RowError> {
        let mut seen = BTreeSet::new();
        let mut stack = vec![condition];
        let mut out = Vec::new();
        while let Some(id) = stack.pop() {
            if !seen.insert(id) {
                continue;
            }
            let Some(node) = self.program.node(id) else { continue };
            let declared = self.program.lets.iter().find(|declared| declared.node == id && declared.record.is_some());
            let name = match &node.op {
                Op::Field(field) => {
                    let record = self.program.scope(node.scope).and_then(|scope| self.program.record(scope.record?));
                    record.and_then(|record| record.fields.get(field.index())).map(|field| field.heading.name.to_string())
                }
                Op::Param(param) => self.program.param(*param).map(|param| param.heading.name.to_string()),
                Op::Outcome(decision) => self
                    .program
                    .decision(*decision)
                    .and_then(|decision| self.program.category(decision.category))
                    .map(|category| category.heading.name.to_string()),
                Op::Aggregate { .. } if declared.is_none() => Some(folded(self.program.text_of(node.place))),
                _ => None,
            };
            let name = declared.map(|declared| declared.heading.name.to_string()).or(name);
            if let Some(name) = name {
                let cell = self.session.value_of(id)?;
                let value = cell_text(self.program, self.session, cell, node.ty);
                out.push(Read { name, value });
            }
            if !matches!(node.op, Op::Aggregate { .. }) {
                let at = stack.len();
                node.op.operands(|operand| stack.push(operand));
                if let Some(added) = stack.get_mut(at..) {
                    added.reverse();
                }
            } else if let Op::Aggregate { .. } = node.op {
                // What the children are compared with belongs to the record or the run.
                self.outer(id, &mut stack);
            }
        }
        Ok(out)
    }

    /// Adds the parent's and the run's expressions that an aggregate's children read.
    fn outer(&self, aggregate: NodeId, stack: &mut Vec<NodeId>) {
        let Some(home) = self.program.node(aggregate).map(|node| node.scope) else { return };
        let mut seen = BTreeSet::new();
        let mut inner = vec![aggregate];
        let mut found = Vec::new();
        while let Some(id) = inner.pop() {
            if !seen.insert(id) {
                continue;
            }
            let Some(node) = self.program.node(id) else { continue };
            if id != aggregate && (node.scope == home || node.scope == RUN) {
                found.push(id);
                continue;
            }
            node.op.operands(|operand| inner.push(operand));
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        stack.extend(found);
    }

    /// Each missing field, with the codes whose criteria wait for it.
    fn missing(&mut self, outcome: &OutcomeRow, criteria: &[NodeId]) -> Result<Vec<Missing>, RowError> {
        let mut waiting: Vec<(String, Vec<FieldPath>)> = Vec::new();
        if !outcome.missing.is_empty() {
            for ((case, _), &node) in self.category.criteria().zip(criteria) {
                if self.truth(node)? == Truth::Unknown {
                    let code = self.code(case.code).name;
                    waiting.push((code, self.session.missing_of(node)?));
                }
            }
        }
        Ok(outcome
            .missing
            .iter()
            .map(|path| {
                let mut could_be: Vec<String> = Vec::new();
                for (code, paths) in &waiting {
                    if paths.contains(path) && !could_be.contains(code) {
                        could_be.push(code.clone());
                    }
                }
                Missing { field: path.name(self.program, self.category.record), could_be }
            })
            .collect())
    }

    /// Criteria of codes that are not possible now, which fail by one condition only.
    fn near_misses(&mut self, outcome: &OutcomeRow, criteria: &[NodeId]) -> Result<Vec<NearMiss>, RowError> {
        let mut out = Vec::new();
        if matches!(outcome.state, State::Error | State::NotApplicable) {
            return Ok(out);
        }
        let category = self.category;
        for ((case, criterion), &node) in category.criteria().zip(criteria) {
            if outcome.possible.has(case.code) || self.truth(node)? != Truth::No {
                continue;
            }
            let Some(failing) = self.only_failing(node)? else { continue };
            let Some(failed) = self.program.node(failing) else { continue };
            let needs = folded(self.program.text_of(failed.place));
            let (is, gap) = match &failed.op {
                Op::Compare { op, left, right } => self.distance(*op, *left, *right)?,
                _ => ("no".to_owned(), None),
            };
            out.push(NearMiss { code: self.code(case.code), criterion: named(&criterion.heading), needs, is, gap });
        }
        // Numbers that are off by little first; a stable sort keeps the order of the walk among equals.
        out.sort_by_key(|miss| miss.gap.unwrap_or(i128::MAX));
        out.truncate(NEAR_MISSES);
        Ok(out)
    }

    /// The condition that alone keeps a conjunction from being true; the condition itself when it is no conjunction.
    fn only_failing(&mut self, node: NodeId) -> Result<Option<NodeId>, RowError> {
        let mut node = node;
        loop {
            let Some(Op::And(items)) = self.program.node(node).map(|node| &node.op) else {
                return Ok(match self.program.node(node).map(|node| &node.op) {
                    Some(Op::Or(_)) => None,
                    _ => Some(node),
                });
            };
            let mut failing = None;
            for &item in items {
                match self.truth(item)? {
                    Truth::Yes => {}
                    Truth::No if failing.is_none() => failing = Some(item),
                    _ => return Ok(None),
                }
            }
            match failing {
                Some(item) => node = item,
                None => return Ok(None),
            }
        }
    }

    /// What the left side of a comparison is, and how far a whole number or a date is off.
    fn distance(&mut self, op: Comparison, left: NodeId, right: NodeId) -> Result<(String, Option<i128>), RowError> {
        let ty = self.program.node(left).map(|node| node.ty);
        let (a, b) = (self.session.value_of(left)?, self.session.value_of(right)?);
        let mut is = ty.map(|ty| cell_text(self.program, self.session, a, ty)).unwrap_or_default();
        if let (Some(Op::Param(_)), Some(ty)) = (self.program.node(right).map(|node| &node.op), ty) {
            is.push_str(&format!(", against {}", cell_text(self.program, self.session, b, ty)));
        }
        let gap = match (a, b) {
            (Cell::Integer(a), Cell::Integer(b)) => Some((i128::from(a) - i128::from(b)).abs()),
            (Cell::Between { .. }, _) => a.integer_bounds().zip(b.integer_bounds()).and_then(|(a, b)| {
                let (end, other) = match op {
                    Comparison::Gt | Comparison::Ge => (a.hi?, b.lo?),
                    _ => (a.lo?, b.hi?),
                };
                Some((i128::from(end) - i128::from(other)).abs())
            }),
            _ => None,
        };
        Ok((is, gap))
    }
}
