//! Making a plan: what is needed, in which scopes, and in which passes over children.

use super::{
    Detail, Group, Kind, MAX_DEPTH, NONE, Plan, PlanCase, PlanCategory, PlanDecision, PlanError, PlanEvent,
    PlanProgress, PlanScope, PlanTable, Request, Step,
};
use crate::index::{Index, LEAST_ROWS};
use crate::outcome::{FieldPath, outcome_nodes};
use assize_model::ids::{DecisionId, FieldId, NodeId, RecordId, ScopeId};
use assize_model::node::{Op, RUN};
use assize_model::program::{FieldKind, Otherwise, Program};
use assize_model::ty::Ty;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The conditions of rows with values.
fn conditions(rows: &[(NodeId, NodeId)]) -> Box<[NodeId]> {
    rows.iter().map(|&(condition, _)| condition).collect()
}

/// A plan being made.
pub(super) struct Maker<'p> {
    program: &'p Program,
    plan: Plan,
    scope_index: FxHashMap<ScopeId, u32>,
    decision_index: FxHashMap<DecisionId, u32>,
    path_index: FxHashMap<FieldPath, u32>,
    /// By decision of the program: the node that errors of the whole decision carry.
    outcomes: Vec<NodeId>,
    /// By the conditions of a table's rows.
    indexes: FxHashMap<Box<[NodeId]>, Option<Arc<Index>>>,
}

impl<'p> Maker<'p> {
    pub(super) fn new(program: &'p Program, record: RecordId, request: &Request) -> Result<Self, PlanError> {
        let root = program.record(record).ok_or(PlanError::Malformed)?.root;
        let mut maker = Self {
            program,
            plan: Plan {
                record,
                arena: program.nodes.len(),
                steps: Vec::new(),
                slots: vec![NONE; program.nodes.len()],
                scopes: Vec::new(),
                groups: Vec::new(),
                progressions: Vec::new(),
                decisions: Vec::new(),
                categories: Vec::new(),
                lanes: Vec::new(),
                paths: Vec::new(),
                indexes: FxHashMap::default(),
            },
            scope_index: FxHashMap::default(),
            decision_index: FxHashMap::default(),
            path_index: FxHashMap::default(),
            outcomes: outcome_nodes(program),
            indexes: FxHashMap::default(),
        };
        maker.scope(root)?;
        let mut decisions = Vec::new();
        for &(category, _) in &request.categories {
            let category = program.category(category).ok_or(PlanError::Malformed)?;
            if category.record != record {
                return Err(PlanError::OtherRecord);
            }
            let decision = program.decision(category.decision).ok_or(PlanError::Malformed)?;
            if decision.scope != root {
                return Err(PlanError::Malformed);
            }
            decisions.push(category.decision);
        }
        for &node in &request.nodes {
            let node = program.node(node).ok_or(PlanError::Malformed)?;
            if node.scope != root && node.scope != RUN {
                return Err(PlanError::OtherRecord);
            }
        }
        maker.make_indexes();
        let needed = maker.needed(&decisions, &request.nodes)?;
        maker.steps(&needed)?;
        maker.decisions(&decisions, request)?;
        maker.aggregates()?;
        Ok(maker)
    }

    /// The plan's number of a scope and of those around it.
    fn scope(&mut self, id: ScopeId) -> Result<u32, PlanError> {
        if let Some(&index) = self.scope_index.get(&id) {
            return Ok(index);
        }
        // From the outermost scope inwards.
        let mut chain = vec![id];
        loop {
            let last = *chain.last().ok_or(PlanError::Malformed)?;
            let scope = self.program.scope(last).ok_or(PlanError::Malformed)?;
            match scope.parent {
                Some((parent, _)) if !self.scope_index.contains_key(&parent) => {
                    if chain.len() as u32 >= MAX_DEPTH {
                        return Err(PlanError::TooDeep);
                    }
                    chain.push(parent);
                }
                _ => break,
            }
        }
        let mut index = 0;
        for id in chain.into_iter().rev() {
            let scope = self.program.scope(id).ok_or(PlanError::Malformed)?;
            let record = scope.record.ok_or(PlanError::Malformed)?;
            let parent = match scope.parent {
                Some((parent, by)) => Some((*self.scope_index.get(&parent).ok_or(PlanError::Malformed)?, by)),
                // Only the record's own scope has none around it.
                None if self.plan.scopes.is_empty() => None,
                None => return Err(PlanError::Malformed),
            };
            let mut depth = 0;
            let mut at = parent;
            while let Some((up, _)) = at {
                depth += 1;
                at = self.plan.scopes.get(up as usize).and_then(|scope| scope.parent);
            }
            if depth >= MAX_DEPTH {
                return Err(PlanError::TooDeep);
            }
            index = u32::try_from(self.plan.scopes.len()).map_err(|_| PlanError::Malformed)?;
            self.plan.scopes.push(PlanScope { record, parent, fields: Vec::new() });
            self.scope_index.insert(id, index);
        }
        Ok(index)
    }

    /// What a node reads directly, of whatever scope.
    fn reads(&self, node: NodeId, mut f: impl FnMut(NodeId)) -> Result<(), PlanError> {
        let op = &self.program.node(node).ok_or(PlanError::Malformed)?.op;
        match op {
            Op::Outcome(decision) => self.decided_by(*decision)?.into_iter().for_each(f),
            Op::Choose { rows, otherwise, .. } => {
                // What is worked out once a run is worked out row by row.
                let of_run = self.program.node(node).is_some_and(|node| node.scope == RUN);
                let index = self.index(&conditions(rows)).filter(|_| !of_run);
                let Some(index) = index else {
                    op.operands(&mut f);
                    return Ok(());
                };
                let values = rows.iter().map(|&(_, value)| value);
                index.grid().nodes().chain(values).chain(*otherwise).for_each(f);
            }
            op => op.operands(&mut f),
        }
        Ok(())
    }

    /// What a decision reads: whether its category applies, and its criteria, or what the rows of a table test.
    fn decided_by(&self, decision: DecisionId) -> Result<Vec<NodeId>, PlanError> {
        let decision = self.program.decision(decision).ok_or(PlanError::Malformed)?;
        let mut nodes: Vec<NodeId> = decision.applies.into_iter().collect();
        match self.index(&decision.criteria) {
            Some(index) => nodes.extend(index.grid().nodes()),
            None => nodes.extend(&decision.criteria),
        }
        Ok(nodes)
    }

    /// The index of a table, when it has one.
    fn index(&self, conditions: &[NodeId]) -> Option<&Arc<Index>> {
        self.indexes.get(conditions)?.as_ref()
    }

    /// Indexes of every table; outputs of one share theirs.
    fn make_indexes(&mut self) {
        let program = self.program;
        let decisions = program.decisions.iter().map(|decision| decision.criteria.clone());
        let values = program.nodes.iter().filter_map(|node| match &node.op {
            Op::Choose { rows, .. } => Some(conditions(rows)),
            _ => None,
        });
        for conditions in decisions.chain(values).filter(|conditions| conditions.len() >= LEAST_ROWS) {
            self.indexes.entry(conditions).or_insert_with_key(|conditions| Index::new(program, conditions));
        }
    }

    /// Which nodes are needed.
    fn needed(&self, decisions: &[DecisionId], nodes: &[NodeId]) -> Result<Vec<bool>, PlanError> {
        let mut needed = vec![false; self.program.nodes.len()];
        let mut stack = nodes.to_vec();
        for &decision in decisions {
            stack.extend(self.decided_by(decision)?);
        }
        while let Some(node) = stack.pop() {
            match needed.get_mut(node.index()) {
                Some(seen) if !*seen => *seen = true,
                Some(_) => continue,
                None => return Err(PlanError::Malformed),
            }
            let mut fits = true;
            self.reads(node, |operand| {
                fits &= operand < node;
                stack.push(operand);
            })?;
            if !fits {
                return Err(PlanError::Malformed);
            }
        }
        Ok(needed)
    }

    fn slot(&self, node: NodeId) -> Result<u32, PlanError> {
        self.plan.slot(node).ok_or(PlanError::Malformed)
    }

    fn steps(&mut self, needed: &[bool]) -> Result<(), PlanError> {
        for (at, node) in self.program.nodes.iter().enumerate() {
            if !needed.get(at).is_some_and(|needed| *needed) {
                continue;
            }
            let scope = if node.scope == RUN { NONE } else { self.scope(node.scope)? };
            let slot = u32::try_from(self.plan.steps.len()).map_err(|_| PlanError::Malformed)?;
            if let Some(entry) = self.plan.slots.get_mut(at) {
                *entry = slot;
            }
            let mut deps = Vec::new();
            let mut path = NONE;
            let kind = match &node.op {
                Op::Field(field) => {
                    let planned = self.plan.scopes.get_mut(scope as usize).ok_or(PlanError::Malformed)?;
                    planned.fields.push((*field, slot));
                    path = self.path(scope, *field)?;
                    Kind::Field(*field)
                }
                Op::Parent(operand) => Kind::Parent(self.slot(*operand)?),
                Op::Aggregate { scope: child, .. } => {
                    let child = self.scope(*child)?;
                    let parent = self.plan.scopes.get(child as usize).and_then(|child| child.parent);
                    let Some((parent, many)) = parent.filter(|&(parent, _)| parent == scope) else {
                        return Err(PlanError::Malformed);
                    };
                    path = self.path(parent, many)?;
                    // The group is settled below.
                    Kind::Aggregate(NONE)
                }
                Op::Progress(progress) => {
                    let mut passes: Vec<(u32, Vec<PlanEvent>)> = Vec::new();
                    for (number, event) in (0_u16..).zip(&progress.events) {
                        let child = self.scope(event.scope)?;
                        let parent = self.plan.scopes.get(child as usize).and_then(|child| child.parent);
                        if parent.is_none_or(|(parent, _)| parent != scope) {
                            return Err(PlanError::Malformed);
                        }
                        let filter = event.filter.map(|filter| self.slot(filter)).transpose()?;
                        let event = PlanEvent { number, filter, date: self.slot(event.date)? };
                        match passes.iter_mut().find(|(of, _)| *of == child) {
                            Some((_, events)) => events.push(event),
                            None => passes.push((child, vec![event])),
                        }
                    }
                    let number = u32::try_from(self.plan.progressions.len()).map_err(|_| PlanError::Malformed)?;
                    self.plan.progressions.push(PlanProgress { slot, passes, deps: Box::default() });
                    Kind::Progress(number)
                }
                Op::Outcome(_) => Kind::Outcome(NONE),
                op => {
                    let mut fits = true;
                    let index = match op {
                        Op::Choose { rows, .. } => self.index(&conditions(rows)).cloned(),
                        _ => None,
                    };
                    self.reads(NodeId::from_index(at), |operand| {
                        let slot = self.plan.slot(operand);
                        let of = slot.and_then(|slot| self.plan.steps.get(slot as usize)).map(|step| step.scope);
                        match (slot, of) {
                            (Some(slot), Some(of)) if of == scope && scope != NONE => deps.push(slot),
                            (Some(_), Some(NONE)) => {}
                            _ => fits = false,
                        }
                    })?;
                    if !fits {
                        return Err(PlanError::Malformed);
                    }
                    if let Some(index) = index.filter(|_| scope != NONE) {
                        self.plan.indexes.insert(slot, index);
                        Kind::Choose
                    } else {
                        Kind::Plain
                    }
                }
            };
            if scope == NONE && kind != Kind::Plain {
                return Err(PlanError::Malformed);
            }
            deps.dedup();
            let step = Step { node: NodeId::from_index(at), ty: node.ty, scope, kind, deps: deps.into(), path };
            self.plan.steps.push(step);
        }
        Ok(())
    }

    /// The number of a field's path.
    fn path(&mut self, scope: u32, field: FieldId) -> Result<u32, PlanError> {
        let of = self.plan.scopes.get(scope as usize).ok_or(PlanError::Malformed)?;
        let record = of.record;
        let mut many = Vec::new();
        let mut at = of.parent;
        while let Some((parent, by)) = at {
            many.push(by);
            at = self.plan.scopes.get(parent as usize).and_then(|scope| scope.parent);
        }
        many.reverse();
        let path = FieldPath { many, record, field };
        if let Some(&index) = self.path_index.get(&path) {
            return Ok(index);
        }
        let index = u32::try_from(self.plan.paths.len()).map_err(|_| PlanError::Malformed)?;
        self.plan.paths.push(path.clone());
        self.path_index.insert(path, index);
        Ok(index)
    }

    /// A decision, planned when it is met for the first time.
    fn decision(&mut self, id: DecisionId, reasons: bool) -> Result<u32, PlanError> {
        if let Some(&index) = self.decision_index.get(&id) {
            if let Some(decision) = self.plan.decisions.get_mut(index as usize) {
                decision.reasons |= reasons;
            }
            return Ok(index);
        }
        let decision = self.program.decision(id).ok_or(PlanError::Malformed)?;
        let category = self.program.category(decision.category).ok_or(PlanError::Malformed)?;
        let mut cases = Vec::new();
        let mut from = 0_u32;
        for case in &category.cases {
            let code = u8::try_from(case.code.0).ok().filter(|&code| code < 127).ok_or(PlanError::Malformed)?;
            let to = u32::try_from(case.criteria.len()).ok().and_then(|len| from.checked_add(len));
            let to = to.ok_or(PlanError::Malformed)?;
            cases.push(PlanCase { code, from, to });
            from = to;
        }
        if from as usize != decision.criteria.len() || from > u32::from(u16::MAX) {
            return Err(PlanError::Malformed);
        }
        let mut table = None;
        if let Some(index) = self.index(&decision.criteria) {
            let mut merged: Vec<PlanCase> = Vec::new();
            let mut of = Vec::with_capacity(decision.criteria.len());
            for (at, case) in (0_u32..).zip(&cases) {
                let found = merged.iter().position(|other: &PlanCase| other.code == case.code);
                let code = found.unwrap_or_else(|| {
                    merged.push(PlanCase { code: case.code, from: 0, to: 0 });
                    merged.len() - 1
                });
                let code = u32::try_from(code).map_err(|_| PlanError::Malformed)?;
                of.extend((case.from..case.to).map(|_| (at, code)));
            }
            table = Some(PlanTable { index: Arc::clone(index), of: of.into() });
            cases = merged;
        }
        if let Otherwise::Code(code) = category.otherwise
            && code.0 >= 127
        {
            return Err(PlanError::Malformed);
        }
        let scope = self.scope(decision.scope)?;
        let condition = |node: NodeId| {
            let slot = self.slot(node)?;
            let step = self.plan.steps.get(slot as usize).ok_or(PlanError::Malformed)?;
            let fits = step.ty == Ty::Boolean && (step.scope == scope || step.scope == NONE);
            if fits { Ok(slot) } else { Err(PlanError::Malformed) }
        };
        let applies = decision.applies.map(condition).transpose()?;
        let criteria = match &table {
            Some(table) => table.index.grid().nodes().map(|node| self.slot(node)).collect::<Result<_, _>>()?,
            None => decision.criteria.iter().copied().map(condition).collect::<Result<_, _>>()?,
        };
        let mut codes: Vec<u8> = cases.iter().map(|case| case.code).collect();
        assize_model::order::sort(&mut codes);
        let distinct = codes.iter().zip(codes.iter().skip(1)).all(|(a, b)| a != b);
        let index = u32::try_from(self.plan.decisions.len()).map_err(|_| PlanError::Malformed)?;
        self.plan.decisions.push(PlanDecision {
            scope,
            hit: category.hit,
            otherwise: category.otherwise.clone(),
            applies,
            criteria,
            cases: cases.into(),
            distinct,
            reasons,
            node: self.outcomes.get(id.index()).copied().unwrap_or(NodeId(0)),
            table,
        });
        self.decision_index.insert(id, index);
        Ok(index)
    }

    fn decisions(&mut self, asked: &[DecisionId], request: &Request) -> Result<(), PlanError> {
        for at in 0..self.plan.steps.len() {
            let Some(step) = self.plan.steps.get(at).filter(|step| matches!(step.kind, Kind::Outcome(_))) else {
                continue;
            };
            let (scope, node) = (step.scope, step.node);
            let Some(Op::Outcome(id)) = self.program.node(node).map(|node| &node.op) else {
                return Err(PlanError::Malformed);
            };
            let index = self.decision(*id, false)?;
            if self.plan.decisions.get(index as usize).map(|decision| decision.scope) != Some(scope) {
                return Err(PlanError::Malformed);
            }
            if let Some(step) = self.plan.steps.get_mut(at) {
                step.kind = Kind::Outcome(index);
            }
        }
        for (&id, &(category, detail)) in asked.iter().zip(&request.categories) {
            let decision = self.decision(id, detail == Detail::Reasons)?;
            let names = Vec::new();
            self.plan.categories.push(PlanCategory { category, decision, detail, names, ids: FxHashMap::default() });
        }
        Ok(())
    }

    /// Of the enclosing scope, what aggregates read through their children; and the groups that follow from it.
    fn aggregates(&mut self) -> Result<(), PlanError> {
        // How many aggregates over children have to be there before: the longest chain.
        let mut level = vec![0_u32; self.plan.steps.len()];
        let mut reads: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        let mut groups: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        let mut seen = vec![NONE; self.plan.steps.len()];
        for at in 0..self.plan.steps.len() {
            let slot = u32::try_from(at).map_err(|_| PlanError::Malformed)?;
            let Some(step) = self.plan.steps.get(at) else { continue };
            let of = |slot: u32| level.get(slot as usize).copied().unwrap_or(0);
            let own = match step.kind {
                Kind::Field(_) => 0,
                // What children read of their parent has to be there before they are gone through.
                Kind::Parent(operand) => of(operand),
                Kind::Plain | Kind::Choose => step.deps.iter().map(|&dep| of(dep)).max().unwrap_or(0),
                Kind::Outcome(decision) => {
                    let decision = self.plan.decisions.get(decision as usize).ok_or(PlanError::Malformed)?;
                    decision.applies.iter().chain(&decision.criteria).map(|&dep| of(dep)).max().unwrap_or(0)
                }
                Kind::Aggregate(_) | Kind::Progress(_) => {
                    let up = self.through(slot, &|slot| reads.get(&slot).cloned().unwrap_or_default(), &mut seen)?;
                    let level = 1 + up.iter().map(|&dep| of(dep)).max().unwrap_or(0);
                    reads.insert(slot, up);
                    level
                }
            };
            if let Some(level) = level.get_mut(at) {
                *level = own;
            }
        }
        for at in 0..self.plan.steps.len() {
            let slot = u32::try_from(at).map_err(|_| PlanError::Malformed)?;
            let Some(step) = self.plan.steps.get(at).filter(|step| matches!(step.kind, Kind::Aggregate(_))) else {
                continue;
            };
            let Some(Op::Aggregate { scope: child, .. }) = self.program.node(step.node).map(|node| &node.op) else {
                return Err(PlanError::Malformed);
            };
            let child = *self.scope_index.get(child).ok_or(PlanError::Malformed)?;
            let key = (child, level.get(at).copied().unwrap_or(0));
            let fresh = u32::try_from(self.plan.groups.len()).map_err(|_| PlanError::Malformed)?;
            let group = *groups.entry(key).or_insert(fresh);
            if group == fresh {
                self.plan.groups.push(Group { child, aggregates: Vec::new(), deps: Box::default() });
            }
            if let Some(group) = self.plan.groups.get_mut(group as usize) {
                group.aggregates.push(slot);
            }
            if let Some(step) = self.plan.steps.get_mut(at) {
                step.kind = Kind::Aggregate(group);
            }
        }
        self.group_deps(&mut seen)
    }

    /// What each group needs of its own scope. Aggregates of a group are worked out together: whoever goes through
    /// children that have one needs what the whole group reads. Everything a group's members read is of a lower level
    /// than whatever goes through them, so that nothing comes to wait for itself.
    fn group_deps(&mut self, seen: &mut [u32]) -> Result<(), PlanError> {
        seen.fill(NONE);
        // A scope comes before those of its children, so that from the last on, the innermost groups are settled first.
        // Groups come before progressions in the numbering of what goes over children.
        let groups = self.plan.groups.len();
        let own = |plan: &Plan, at: usize| {
            let slot = match plan.groups.get(at) {
                Some(group) => group.aggregates.first().copied(),
                None => plan.progressions.get(at - groups).map(|progress| progress.slot),
            };
            slot.and_then(|slot| plan.steps.get(slot as usize)).map(|step| step.scope)
        };
        let mut order: Vec<usize> = (0..groups + self.plan.progressions.len()).collect();
        assize_model::order::sort_by_key(&mut order, |&at| std::cmp::Reverse(own(&self.plan, at)));
        for at in order {
            let mut deps = Vec::new();
            let slots = match self.plan.groups.get(at) {
                Some(group) => group.aggregates.clone(),
                None => self.plan.progressions.get(at - groups).map(|progress| vec![progress.slot]).unwrap_or_default(),
            };
            for aggregate in slots {
                let whole = |slot: u32| match self.plan.steps.get(slot as usize).map(|step| &step.kind) {
                    Some(Kind::Aggregate(group)) => {
                        self.plan.groups.get(*group as usize).map(|group| group.deps.to_vec()).unwrap_or_default()
                    }
                    Some(Kind::Progress(of)) => {
                        self.plan.progressions.get(*of as usize).map(|of| of.deps.to_vec()).unwrap_or_default()
                    }
                    _ => Vec::new(),
                };
                deps.extend(self.through(aggregate, &whole, seen)?);
            }
            assize_model::order::sort(&mut deps);
            deps.dedup();
            if let Some(group) = self.plan.groups.get_mut(at) {
                group.deps = deps.into();
            } else if let Some(progress) = self.plan.progressions.get_mut(at - groups) {
                progress.deps = deps.into();
            }
        }
        Ok(())
    }

    /// The slots of an aggregate's own scope that its children read; `inner` gives those of aggregates among them.
    fn through(
        &self,
        aggregate: u32,
        inner: &dyn Fn(u32) -> Vec<u32>,
        seen: &mut [u32],
    ) -> Result<Vec<u32>, PlanError> {
        let step = self.plan.steps.get(aggregate as usize).ok_or(PlanError::Malformed)?;
        let mut stack = Vec::new();
        match self.program.node(step.node).map(|node| &node.op) {
            Some(Op::Aggregate { value, order, filter, .. }) => {
                for operand in [filter, value, order].into_iter().flatten() {
                    stack.push(self.slot(*operand)?);
                }
            }
            Some(Op::Progress(progress)) => {
                for event in &progress.events {
                    stack.push(self.slot(event.date)?);
                    stack.extend(event.filter.map(|filter| self.slot(filter)).transpose()?);
                }
            }
            _ => return Err(PlanError::Malformed),
        }
        let mut up = Vec::new();
        while let Some(slot) = stack.pop() {
            match seen.get_mut(slot as usize) {
                Some(mark) if *mark != aggregate => *mark = aggregate,
                _ => continue,
            }
            let step = self.plan.steps.get(slot as usize).ok_or(PlanError::Malformed)?;
            if step.scope == NONE {
                continue;
            }
            match step.kind {
                Kind::Field(_) => {}
                Kind::Plain | Kind::Choose => stack.extend(&step.deps),
                Kind::Parent(operand) => {
                    if self.plan.steps.get(operand as usize).is_some_and(|operand| operand.scope != NONE) {
                        up.push(operand);
                    }
                }
                Kind::Aggregate(_) | Kind::Progress(_) => stack.extend(inner(slot)),
                Kind::Outcome(decision) => {
                    let decision = self.plan.decisions.get(decision as usize).ok_or(PlanError::Malformed)?;
                    stack.extend(decision.applies.iter().chain(&decision.criteria));
                }
            }
        }
        assize_model::order::sort(&mut up);
        up.dedup();
        Ok(up)
    }

    /// What a category's `missing` can name, in the order in which a walk over everything meets it.
    fn names(&self, decision: u32) -> Result<Vec<u32>, PlanError> {
        let decision = self.plan.decisions.get(decision as usize).ok_or(PlanError::Malformed)?;
        let mut seen = vec![false; self.plan.steps.len()];
        let mut named = vec![false; self.plan.paths.len()];
        let mut names = Vec::new();
        let mut stack: Vec<u32> = decision.criteria.iter().rev().chain(&decision.applies).copied().collect();
        while let Some(slot) = stack.pop() {
            match seen.get_mut(slot as usize) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            let step = self.plan.steps.get(slot as usize).ok_or(PlanError::Malformed)?;
            if let Some(named) = named.get_mut(step.path as usize)
                && !std::mem::replace(named, true)
            {
                names.push(step.path);
            }
            let from = stack.len();
            self.reads(step.node, |operand| stack.extend(self.plan.slot(operand)))?;
            if let Some(new) = stack.get_mut(from..) {
                new.reverse();
            }
        }
        Ok(names)
    }

    pub(super) fn finish(mut self, request: &Request) -> Result<Plan, PlanError> {
        for at in 0..self.plan.categories.len() {
            let Some(category) = self.plan.categories.get(at).filter(|category| category.detail == Detail::Reasons)
            else {
                continue;
            };
            let names = self.names(category.decision)?;
            if names.len() > usize::from(u16::MAX) {
                return Err(PlanError::TooManyFields);
            }
            let ids = names.iter().zip(0_u16..).map(|(&name, id)| (name, id)).collect();
            if let Some(category) = self.plan.categories.get_mut(at) {
                category.names = names;
                category.ids = ids;
            }
        }
        for &node in &request.nodes {
            let slot = self.slot(node)?;
            self.plan.lanes.push(slot);
        }
        // Reading a `many` field as a value is the compiler's to refuse.
        for scope in &self.plan.scopes {
            let record = self.program.record(scope.record).ok_or(PlanError::Malformed)?;
            for &(field, _) in &scope.fields {
                let field = record.fields.get(field.index()).ok_or(PlanError::Malformed)?;
                if matches!(field.kind, FieldKind::Many { .. }) {
                    return Err(PlanError::Malformed);
                }
            }
        }
        Ok(self.plan)
    }
}
