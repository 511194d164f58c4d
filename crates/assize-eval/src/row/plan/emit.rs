//! The list of instructions: units one after another, jumps settled at the end.

use super::place::{Owner, Place, Placed, RegionId, scope_of};
use super::{AggregatePlan, Arithmetic, At, CodeUnit, DecisionPlan, Instr, NOTHING, Plan, source};
use crate::row::sweep::Test;
use assize_model::ids::{DecisionId, NodeId, ScopeId};
use assize_model::node::{Node, Op};
use assize_model::program::{Hit, Program};
use assize_model::ty::Ty;
use rustc_hash::FxHashSet;

/// How many nodes are looked at for what an aggregate's children read of their parent.
const MOST_HOISTED: usize = 4096;

/// What cases worked out together may cost, in simple operations.
const CHEAP: u32 = 24;

/// What is still to be written, innermost last. Explicit, so that deep programs need no deep stack.
#[derive(Debug, Clone, Copy)]
enum Task {
    Region(RegionId),
    /// A node in its region, operands written.
    Node(NodeId),
    /// Makes sure, for code of a scope, that a node's unit has run, when it has one of its own.
    Ready(NodeId, ScopeId),
    Instr(Instr),
    /// Jumps to this label lead here.
    Bind(u32),
}

struct Emitter<'a> {
    program: &'a Program,
    plan: &'a mut Plan,
    placed: &'a Placed,
    labels: Vec<At>,
    tasks: Vec<Task>,
    /// Of each owner.
    unit_of: Vec<u32>,
    /// Criteria whose truth is found where the walk looks at them.
    tested: FxHashSet<NodeId>,
}

/// Writes a plan's units.
pub fn emit(program: &Program, plan: &mut Plan, placed: &Placed) {
    // Aggregates are written where they stand; everyone else has a unit.
    let mut unit_of = vec![NOTHING; placed.owners.len()];
    for (slot, &owner) in unit_of.iter_mut().zip(&placed.owners) {
        if !matches!(owner, Owner::Body(_)) {
            *slot = u32::try_from(plan.units.len()).unwrap_or(NOTHING);
            plan.units.push(CodeUnit { start: 0, scope: scope_of(program, owner) });
        }
    }
    for (decision, owner) in plan.decisions.iter_mut().zip(&placed.decision_owner) {
        if placed.place.get(decision.node.index()).is_none_or(|&place| place == Place::Unused) {
            decision.out = NOTHING;
        }
        decision.unit = owner.and_then(|owner| unit_of.get(owner as usize).copied()).unwrap_or(NOTHING);
    }
    let mut emitter =
        Emitter { program, plan, placed, labels: Vec::new(), tasks: Vec::new(), unit_of, tested: FxHashSet::default() };
    for (at, &owner) in placed.owners.iter().enumerate() {
        emitter.unit(at, owner);
    }
    emitter.settle();
}

impl Emitter<'_> {
    fn unit(&mut self, owner: usize, kind: Owner) {
        let unit = self.unit_of.get(owner).copied().unwrap_or(NOTHING);
        let start = self.at();
        let Some(slot) = self.plan.units.get_mut(unit as usize) else { return };
        slot.start = start;
        let mut tasks = Vec::new();
        match kind {
            Owner::Decision(decision) => self.decision(owner, decision, &mut tasks),
            Owner::Shared(_) => tasks.extend(self.top(owner, 0)),
            Owner::Body(_) => {}
        }
        tasks.push(Task::Instr(Instr::Return));
        self.push(&tasks);
        while let Some(task) = self.tasks.pop() {
            self.write(task);
        }
    }

    fn at(&self) -> At {
        u32::try_from(self.plan.code.len()).unwrap_or(u32::MAX)
    }

    fn label(&mut self) -> u32 {
        self.labels.push(0);
        u32::try_from(self.labels.len() - 1).unwrap_or(u32::MAX)
    }

    /// Puts tasks on the stack so that the first is done first.
    fn push(&mut self, tasks: &[Task]) {
        self.tasks.extend(tasks.iter().rev());
    }

    fn top(&self, owner: usize, top: usize) -> Option<Task> {
        let region = self.placed.tops.get(owner)?.get(top).copied()??;
        Some(Task::Region(region))
    }

    fn write(&mut self, task: Task) {
        match task {
            Task::Region(region) => {
                if let Some(region) = self.placed.regions.get(region as usize) {
                    // Last first already, as the stack wants them.
                    self.tasks.extend(region.nodes.iter().map(|&node| Task::Node(node)));
                }
            }
            Task::Node(id) => {
                if let Some(node) = self.program.node(id) {
                    self.node(id, node);
                }
            }
            Task::Ready(node, scope) => self.ready(node, scope),
            Task::Instr(instr) => self.plan.code.push(instr),
            Task::Bind(label) => {
                let at = self.at();
                if let Some(slot) = self.labels.get_mut(label as usize) {
                    *slot = at;
                }
            }
        }
    }

    /// The unit of its own that a node has, when it does.
    fn own_unit(&self, node: NodeId) -> Option<u32> {
        match self.placed.place.get(source(self.program, node).index()) {
            Some(&Place::Shared(owner)) => self.unit_of.get(owner as usize).copied(),
            _ => None,
        }
    }

    fn ready(&mut self, node: NodeId, scope: ScopeId) {
        let Some(unit) = self.own_unit(node) else { return };
        let node = source(self.program, node);
        // Code of an enclosing scope may go over the children that are being gone over.
        let own = self.program.node(node).is_some_and(|node| node.scope == scope);
        self.plan.code.push(if own { Instr::Call(unit) } else { Instr::Enclosing { node, unit } });
    }

    fn register(&self, node: NodeId) -> u32 {
        self.plan.register(node)
    }

    /// The part of an operand that can be jumped over, when anything is in it.
    fn lazy(&self, node: NodeId, operand: u32) -> Option<Task> {
        let &region = self.placed.lazy.get(&(node, operand))?;
        (!self.placed.is_empty(region)).then_some(Task::Region(region))
    }

    /// Whether an operand is worth jumping over: something stands in its own part, or its unit is called there.
    fn is_lazy(&self, node: NodeId, operand: u32, id: NodeId) -> bool {
        self.placed.lazy.contains_key(&(node, operand))
            && (self.lazy(node, operand).is_some() || self.own_unit(id).is_some())
    }

    fn node(&mut self, id: NodeId, node: &Node) {
        match &node.op {
            // What it reads is worked out before, and read where it is.
            Op::Parent(_) => self.ready(id, node.scope),
            Op::Outcome(decision) => {
                let unit = self.plan.decisions.get(decision.index()).map_or(NOTHING, |decision| decision.unit);
                self.plan.code.push(Instr::Call(unit));
            }
            Op::Aggregate { .. } => self.aggregate(id, node),
            Op::Choose { rows, otherwise, .. } if self.plan.choose(id).is_some() => {
                let operands = self.plan.choose(id).into_iter().flat_map(|index| &index.grid().operands);
                let operands: Vec<NodeId> = operands.map(|operand| operand.node).collect();
                let operands = operands.into_iter().chain(rows.iter().map(|&(_, value)| value)).chain(*otherwise);
                operands.for_each(|operand| self.ready(operand, node.scope));
                let choose = self.plan.choose_of.get(&id).copied().unwrap_or(NOTHING);
                self.plan.code.push(Instr::Choose { choose });
            }
            Op::Progress(_) => self.plan.code.push(Instr::Aside(id)),
            Op::And(items) if self.any_lazy(id, items) => self.logic(id, node, items, false),
            Op::Or(items) if self.any_lazy(id, items) => self.logic(id, node, items, true),
            Op::If { condition, then, otherwise } if self.is_lazy(id, 1, *then) || self.is_lazy(id, 2, *otherwise) => {
                self.branch(id, node.scope, [*condition, *then, *otherwise]);
            }
            Op::FirstKnown(items) if self.any_lazy(id, items) => self.first_known(id, node.scope, items),
            op => {
                op.operands(|operand| self.ready(operand, node.scope));
                if !self.tested.contains(&id) {
                    let instr = self.simple(id, node);
                    self.plan.code.push(instr);
                }
            }
        }
    }

    fn any_lazy(&self, node: NodeId, items: &[NodeId]) -> bool {
        (0..).zip(items).any(|(at, &item)| self.is_lazy(node, at, item))
    }

    /// The instruction of a node that needs no jumps.
    fn simple(&mut self, id: NodeId, node: &Node) -> Instr {
        let out = self.register(id);
        let type_of = |node: NodeId| self.program.node(node).map(|node| node.ty);
        match &node.op {
            Op::Not(operand) => Instr::Not { operand: self.register(*operand), out },
            Op::And(items) | Op::Or(items) => {
                let and = matches!(node.op, Op::And(_));
                if let [left, right] = **items {
                    let (left, right) = (self.register(left), self.register(right));
                    return if and { Instr::And { left, right, out } } else { Instr::Or { left, right, out } };
                }
                let from = u32::try_from(self.plan.lists.len()).unwrap_or(u32::MAX);
                let len = u32::try_from(items.len()).unwrap_or(u32::MAX);
                for &item in items {
                    let register = self.register(item);
                    self.plan.lists.push(register);
                }
                if and { Instr::All { from, len, out } } else { Instr::Any { from, len, out } }
            }
            // Durations can fail to compare, and then the node is named.
            Op::Compare { op, left, right } if type_of(*left) != Some(Ty::Duration) => {
                Instr::Compare { op: *op, left: self.register(*left), right: self.register(*right), out }
            }
            Op::UnitsBetween { unit, from, to } => {
                Instr::Elapsed { unit: *unit, from: self.register(*from), to: self.register(*to), out }
            }
            Op::Add(left, right) | Op::Sub(left, right) | Op::Mul(left, right)
                if [*left, *right].map(type_of) == [Some(Ty::Integer); 2] =>
            {
                let kind = match node.op {
                    Op::Add(..) => Arithmetic::Add,
                    Op::Sub(..) => Arithmetic::Sub,
                    _ => Arithmetic::Mul,
                };
                Instr::Arithmetic { kind, left: self.register(*left), right: self.register(*right), node: id }
            }
            Op::In { item, set } => Instr::Member { item: self.register(*item), set: self.register(*set), node: id },
            Op::IsKnown(operand) | Op::IsMissing(operand) | Op::IsReason(operand, _) => {
                match self.program.node(source(self.program, *operand)).map(|node| &node.op) {
                    Some(Op::Outcome(decision)) => Instr::Known { node: id, decision: *decision },
                    _ => Instr::Apply(id),
                }
            }
            _ => Instr::Apply(id),
        }
    }

    fn logic(&mut self, id: NodeId, node: &Node, items: &[NodeId], when: bool) {
        let (out, end) = (self.register(id), self.label());
        let mut tasks = Vec::new();
        // First what is there anyway, then the costly operands.
        for (at, &item) in (0..).zip(items) {
            if !self.is_lazy(id, at, item) {
                tasks.push(Task::Ready(item, node.scope));
                tasks.push(Task::Instr(Instr::Skip { when, operand: self.register(item), out, to: end }));
            }
        }
        for (at, &item) in (0..).zip(items) {
            if self.is_lazy(id, at, item) {
                tasks.extend(self.lazy(id, at));
                tasks.push(Task::Ready(item, node.scope));
                tasks.push(Task::Instr(Instr::Skip { when, operand: self.register(item), out, to: end }));
            }
        }
        // Nothing decided it: what is absent, if anything, is the result.
        let instr = self.simple(id, node);
        tasks.push(Task::Instr(instr));
        tasks.push(Task::Bind(end));
        self.push(&tasks);
    }

    fn branch(&mut self, id: NodeId, scope: ScopeId, [condition, then, otherwise]: [NodeId; 3]) {
        let (out, other, end) = (self.register(id), self.label(), self.label());
        let mut tasks = vec![Task::Ready(condition, scope)];
        let condition = self.register(condition);
        tasks.push(Task::Instr(Instr::Branch { condition, out, otherwise: other, end }));
        tasks.extend(self.lazy(id, 1));
        tasks.push(Task::Ready(then, scope));
        tasks.push(Task::Instr(Instr::Copy { from: self.register(then), out }));
        tasks.push(Task::Instr(Instr::Jump(end)));
        tasks.push(Task::Bind(other));
        tasks.extend(self.lazy(id, 2));
        tasks.push(Task::Ready(otherwise, scope));
        tasks.push(Task::Instr(Instr::Copy { from: self.register(otherwise), out }));
        tasks.push(Task::Bind(end));
        self.push(&tasks);
    }

    fn first_known(&mut self, id: NodeId, scope: ScopeId, items: &[NodeId]) {
        let (out, end) = (self.register(id), self.label());
        let mut tasks = Vec::new();
        for (at, &item) in (0..).zip(items) {
            tasks.extend(self.lazy(id, at));
            tasks.push(Task::Ready(item, scope));
            tasks.push(Task::Instr(Instr::Take { operand: self.register(item), out, to: end }));
        }
        // All are missing: the last one's absence is the result.
        if let Some(&last) = items.last() {
            tasks.push(Task::Instr(Instr::Copy { from: self.register(last), out }));
        }
        tasks.push(Task::Bind(end));
        self.push(&tasks);
    }

    fn aggregate(&mut self, id: NodeId, node: &Node) {
        let Op::Aggregate { kind, scope, value, order, filter } = &node.op else { return };
        let register = |node: &Option<NodeId>| node.map_or(NOTHING, |node| self.register(node));
        let aggregate = u32::try_from(self.plan.aggregates.len()).unwrap_or(NOTHING);
        let made = AggregatePlan {
            node: id,
            kind: *kind,
            ty: node.ty,
            scope: *scope,
            parent: node.scope,
            filter: register(filter),
            value: register(value),
            order: register(order),
            out: self.register(id),
        };
        self.plan.aggregates.push(made);
        let owner = self.placed.body_owner.get(&id).map_or(usize::MAX, |&owner| owner as usize);
        let (body, next, end) = (self.label(), self.label(), self.label());
        let mut tasks = Vec::new();
        // What the children read of their parent is worked out before they go by: it may itself go over them.
        self.hoist(owner, node.scope, &mut tasks);
        tasks.push(Task::Instr(Instr::Gather { aggregate, end }));
        tasks.push(Task::Bind(body));
        tasks.extend(self.top(owner, 0));
        tasks.extend(filter.map(|node| Task::Ready(node, *scope)));
        if value.is_none() && order.is_none() {
            tasks.push(Task::Instr(Instr::FilterNext { aggregate, body }));
        } else {
            tasks.push(Task::Instr(Instr::Filter { aggregate, next, end }));
            tasks.extend(self.top(owner, 1));
            tasks.extend(value.map(|node| Task::Ready(node, *scope)));
            tasks.extend(order.map(|node| Task::Ready(node, *scope)));
            tasks.push(Task::Instr(Instr::Value { aggregate, end }));
            tasks.push(Task::Bind(next));
            tasks.push(Task::Instr(Instr::Next { aggregate, body }));
        }
        tasks.push(Task::Bind(end));
        tasks.push(Task::Instr(Instr::Gathered { aggregate }));
        self.push(&tasks);
    }

    /// What an aggregate's children read of the scope it is worked out in, directly or through shared expressions and
    /// aggregates of their own. The search is bounded: what it does not find is worked out when it is read.
    fn hoist(&self, body: usize, scope: ScopeId, tasks: &mut Vec<Task>) {
        let mut budget = MOST_HOISTED;
        let mut seen = FxHashSet::default();
        let mut owners = vec![body];
        while let Some(owner) = owners.pop() {
            let regions = self.placed.contents.get(owner).into_iter().flatten();
            for &id in regions {
                if budget == 0 {
                    return;
                }
                budget -= 1;
                let Some(node) = self.program.node(id) else { continue };
                match &node.op {
                    Op::Parent(_)
                        if self.program.node(source(self.program, id)).is_some_and(|source| source.scope == scope) =>
                    {
                        tasks.push(Task::Ready(id, scope));
                    }
                    Op::Outcome(decision) => owners.extend(
                        self.new_owner(self.placed.decision_owner.get(decision.index()).copied().flatten(), &mut seen),
                    ),
                    Op::Aggregate { .. } => {
                        owners.extend(self.new_owner(self.placed.body_owner.get(&id).copied(), &mut seen));
                    }
                    _ => {}
                }
                node.op.operands(|operand| {
                    if let Some(&Place::Shared(owner)) = self.placed.place.get(operand.index()) {
                        owners.extend(self.new_owner(Some(owner), &mut seen));
                    }
                });
            }
        }
    }

    fn new_owner(&self, owner: Option<u32>, seen: &mut FxHashSet<u32>) -> Option<usize> {
        let owner = owner?;
        seen.insert(owner).then_some(owner as usize)
    }

    fn decision(&mut self, owner: usize, id: DecisionId, tasks: &mut Vec<Task>) {
        let (finish, settle) = (self.label(), self.label());
        let Some(decision) = self.plan.decisions.get(id.index()) else { return };
        tasks.push(Task::Instr(Instr::Begin { decision: id, end: settle }));
        if let Some(applies) = decision.applies {
            tasks.extend(self.top(owner, 0));
            tasks.push(Task::Ready(applies, decision.scope));
            let operand = self.register(applies);
            tasks.push(Task::Instr(Instr::Applies { decision: id, operand, end: settle }));
        }
        let mut from = 0;
        let mut tests = Vec::new();
        if let Some(index) = &decision.index {
            tasks.extend(self.top(owner, 1));
            tasks.extend(index.grid().operands.iter().map(|operand| Task::Ready(operand.node, decision.scope)));
            tasks.push(Task::Instr(Instr::Table { decision: id, end: finish }));
            from = decision.cases.len();
        }
        while let Some(first) = decision.cases.get(from) {
            let to = from + self.together(decision, from);
            let together = to > from + 1;
            for case in decision.cases.get(from..to).unwrap_or(&[]) {
                for criterion in case.first as usize..(case.first + case.len) as usize {
                    let Some(&node) = decision.criteria.get(criterion) else { continue };
                    tasks.extend(self.top(owner, criterion + 1));
                    tasks.push(Task::Ready(node, decision.scope));
                    if together && let Some(test) = self.test(node) {
                        tests.push((criterion, node, test));
                    }
                }
            }
            let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let criteria = decision.registers.get(first.first as usize..(first.first + first.len) as usize);
            tasks.push(Task::Instr(match criteria {
                _ if together => Instr::Sweep { decision: id, from: number(from), to: number(to), end: finish },
                Some(&[operand]) => Instr::Single { decision: id, code: first.code, operand, end: finish },
                _ => Instr::Case { decision: id, case: number(from), end: finish },
            }));
            from = to;
        }
        let out = decision.out;
        for (criterion, node, test) in tests {
            self.tested.insert(node);
            if let Some(slot) =
                self.plan.decisions.get_mut(id.index()).and_then(|decision| decision.tests.get_mut(criterion))
            {
                *slot = test;
            }
        }
        tasks.push(Task::Bind(finish));
        tasks.push(Task::Instr(Instr::Finish { decision: id }));
        tasks.push(Task::Bind(settle));
        if out != NOTHING {
            tasks.push(Task::Instr(Instr::Settle { decision: id }));
        }
    }

    /// How the truth of a criterion is found without an instruction of its own: when nothing else needs it, and it is
    /// simple enough.
    fn test(&self, id: NodeId) -> Option<Test> {
        let node = self.program.node(id).filter(|_| self.placed.is_alone(id))?;
        let register = |node: &NodeId| self.register(*node);
        match &node.op {
            Op::Compare { op, left, right } => {
                let fallible = self.program.node(*left).is_none_or(|left| left.ty == Ty::Duration);
                (!fallible).then(|| Test::Compare { op: *op, left: register(left), right: register(right) })
            }
            Op::And(items) | Op::Or(items) if !self.any_lazy(id, items) => {
                let [left, right] = &**items else { return None };
                let (left, right) = (register(left), register(right));
                let and = matches!(node.op, Op::And(_));
                Some(if and { Test::Both { left, right } } else { Test::Either { left, right } })
            }
            _ => None,
        }
    }

    /// How many cases from one on are worked out together before any is looked at: working out a few cheap criteria too
    /// many takes less time than a jump that is not foreseen.
    fn together(&self, decision: &DecisionPlan, from: usize) -> usize {
        if !matches!(decision.hit, Hit::First | Hit::Highest) {
            return 1;
        }
        let (mut cost, mut criteria, mut count) = (0_u32, 0, 0);
        for case in decision.cases.get(from..).unwrap_or(&[]) {
            let nodes = decision.criteria.get(case.first as usize..(case.first + case.len) as usize).unwrap_or(&[]);
            cost = nodes.iter().fold(cost, |cost, &node| cost.saturating_add(self.placed.cost(node)));
            criteria += case.len;
            if count > 0 && (cost > CHEAP || criteria > 64) {
                break;
            }
            count += 1;
        }
        count
    }

    /// Puts places for labels.
    fn settle(&mut self) {
        let labels = &self.labels;
        for instr in &mut self.plan.code {
            instr.jumps(|label| *label = labels.get(*label as usize).copied().unwrap_or(0));
        }
    }
}

impl Instr {
    /// Each place it can jump to.
    fn jumps(&mut self, mut f: impl FnMut(&mut At)) {
        match self {
            Self::Jump(to)
            | Self::Skip { to, .. }
            | Self::Take { to, .. }
            | Self::Gather { end: to, .. }
            | Self::Value { end: to, .. }
            | Self::Next { body: to, .. }
            | Self::FilterNext { body: to, .. }
            | Self::Begin { end: to, .. }
            | Self::Applies { end: to, .. }
            | Self::Table { end: to, .. }
            | Self::Single { end: to, .. }
            | Self::Case { end: to, .. }
            | Self::Sweep { end: to, .. } => f(to),
            Self::Branch { otherwise, end, .. } => {
                f(otherwise);
                f(end);
            }
            Self::Filter { next, end, .. } => {
                f(next);
                f(end);
            }
            Self::Return
            | Self::Call(_)
            | Self::Enclosing { .. }
            | Self::Apply(_)
            | Self::Choose { .. }
            | Self::Aside(_)
            | Self::Known { .. }
            | Self::Compare { .. }
            | Self::Elapsed { .. }
            | Self::Arithmetic { .. }
            | Self::Member { .. }
            | Self::Not { .. }
            | Self::And { .. }
            | Self::Or { .. }
            | Self::All { .. }
            | Self::Any { .. }
            | Self::Copy { .. }
            | Self::Gathered { .. }
            | Self::Finish { .. }
            | Self::Settle { .. } => {}
        }
    }
}
