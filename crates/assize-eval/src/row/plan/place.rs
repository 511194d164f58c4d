//! Where each expression stands: in which unit, and in which part of it that may be jumped over.

use super::{Plan, source};
use assize_model::ids::{DecisionId, NodeId, ScopeId};
use assize_model::node::{Node, Op, RUN};
use assize_model::program::Program;
use assize_model::ty::Ty;
use rustc_hash::FxHashMap;

/// A part of a unit; all of it runs, or it is jumped over.
pub type RegionId = u32;

/// How deep parts that can be jumped over nest; deeper ones run with the part around them. It bounds the time it takes
/// to find where an expression stands.
const MAX_DEPTH: u8 = 16;

/// What an operand must cost to be worth a jump, in simple operations.
const WORTH: u32 = 12;

/// Who runs a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The unit of a decision: first its condition to apply, then its criteria in order.
    Decision(DecisionId),
    /// The unit of an expression that several units use.
    Shared(NodeId),
    /// An aggregate: first its filter, then its value and order.
    Body(NodeId),
}

/// A region.
#[derive(Debug, Clone)]
pub struct Region {
    pub owner: u32,
    /// Of the owner's parts that run one after another, the one it is in.
    pub top: u32,
    pub parent: Option<RegionId>,
    pub depth: u8,
    /// What stands in it, last first.
    pub nodes: Vec<NodeId>,
}

/// Where a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Nothing that runs needs it.
    Unused,
    /// In a region.
    At(RegionId),
    /// In a unit of its own.
    Shared(u32),
}

/// Where everything stands.
#[derive(Debug, Default)]
pub struct Placed {
    pub owners: Vec<Owner>,
    /// Of each owner, its parts in order; `None` where nothing stands.
    pub tops: Vec<Vec<Option<RegionId>>>,
    pub regions: Vec<Region>,
    /// Of each owner, everything that stands in its regions.
    pub contents: Vec<Vec<NodeId>>,
    pub place: Vec<Place>,
    /// The regions of operands that can be jumped over.
    pub lazy: FxHashMap<(NodeId, u32), RegionId>,
    pub decision_owner: Vec<Option<u32>>,
    pub body_owner: FxHashMap<NodeId, u32>,
    /// Whether more than one asked for a node.
    wanted_again: Vec<bool>,
    costs: Vec<u32>,
}

/// Places every node that an outcome of a category on its own record needs.
pub fn place(program: &Program, plan: &Plan) -> Placed {
    let mut placed = Placed {
        place: vec![Place::Unused; program.nodes.len()],
        decision_owner: vec![None; program.decisions.len()],
        wanted_again: vec![false; program.nodes.len()],
        costs: costs(program),
        ..Placed::default()
    };
    for category in &program.categories {
        placed.decide(program, plan, category.decision);
    }
    // Users before operands: when a node's turn comes, everyone who needs it has said so.
    for (at, node) in program.nodes.iter().enumerate().rev() {
        let id = NodeId::from_index(at);
        if node.scope == RUN || matches!(node.op, Op::Field(_)) {
            continue;
        }
        let region = match placed.place.get(at) {
            Some(&Place::At(region)) => region,
            Some(&Place::Shared(owner)) => placed.top(owner, 0),
            _ => continue,
        };
        if let Some(region) = placed.regions.get_mut(region as usize) {
            region.nodes.push(id);
            if let Some(contents) = placed.contents.get_mut(region.owner as usize) {
                contents.push(id);
            }
        }
        placed.ask_operands(program, plan, id, node, region);
    }
    placed
}

impl Placed {
    fn owner(&mut self, owner: Owner) -> u32 {
        self.owners.push(owner);
        self.tops.push(Vec::new());
        self.contents.push(Vec::new());
        u32::try_from(self.owners.len() - 1).unwrap_or(u32::MAX)
    }

    /// A part of an owner.
    fn top(&mut self, owner: u32, top: u32) -> RegionId {
        let next = u32::try_from(self.regions.len()).unwrap_or(u32::MAX);
        let Some(tops) = self.tops.get_mut(owner as usize) else { return next };
        if tops.len() <= top as usize {
            tops.resize(top as usize + 1, None);
        }
        match tops.get_mut(top as usize) {
            Some(Some(region)) => *region,
            Some(empty) => {
                *empty = Some(next);
                self.regions.push(Region { owner, top, parent: None, depth: 0, nodes: Vec::new() });
                next
            }
            None => next,
        }
    }

    /// The region of an operand that can be jumped over.
    fn lazy(&mut self, node: NodeId, operand: u32, within: RegionId) -> RegionId {
        let Some(outer) = self.regions.get(within as usize) else { return within };
        if outer.depth >= MAX_DEPTH {
            return within;
        }
        let inner = Region {
            owner: outer.owner,
            top: outer.top,
            parent: Some(within),
            depth: outer.depth + 1,
            nodes: Vec::new(),
        };
        let id = u32::try_from(self.regions.len()).unwrap_or(u32::MAX);
        self.regions.push(inner);
        self.lazy.insert((node, operand), id);
        id
    }

    /// The innermost region that runs before or around both.
    fn join(&mut self, a: RegionId, b: RegionId) -> RegionId {
        let get = |regions: &[Region], id: RegionId| {
            regions.get(id as usize).map(|region| (region.top, region.depth, region.parent, region.owner))
        };
        let (mut a, mut b) = (a, b);
        loop {
            let (Some(x), Some(y)) = (get(&self.regions, a), get(&self.regions, b)) else { return a };
            if a == b {
                return a;
            }
            if x.0 != y.0 {
                return self.top(x.3, x.0.min(y.0));
            }
            // Two of one depth that differ have parents; one that has none is the top itself.
            if x.1 >= y.1 {
                a = x.2.unwrap_or(b);
            }
            if y.1 >= x.1 {
                b = y.2.unwrap_or(a);
            }
        }
    }

    /// Someone in a region needs a node.
    fn ask(&mut self, node: NodeId, region: RegionId) {
        let before = self.place.get(node.index()).copied().unwrap_or(Place::Unused);
        if before != Place::Unused
            && let Some(again) = self.wanted_again.get_mut(node.index())
        {
            *again = true;
        }
        let after = match before {
            Place::Unused => Place::At(region),
            Place::At(other) => {
                let owner = |id: RegionId| self.regions.get(id as usize).map(|region| region.owner);
                if owner(other) == owner(region) { Place::At(self.join(other, region)) } else { self.share(node) }
            }
            shared @ Place::Shared(_) => shared,
        };
        if let Some(place) = self.place.get_mut(node.index()) {
            *place = after;
        }
    }

    fn share(&mut self, node: NodeId) -> Place {
        match self.place.get(node.index()) {
            Some(&Place::Shared(owner)) => Place::Shared(owner),
            _ => Place::Shared(self.owner(Owner::Shared(node))),
        }
    }

    /// Someone needs the outcome of a decision.
    fn decide(&mut self, program: &Program, plan: &Plan, id: DecisionId) {
        if self.decision_owner.get(id.index()).is_none_or(Option::is_some) {
            return;
        }
        let Some(decision) = program.decision(id) else { return };
        let owner = self.owner(Owner::Decision(id));
        if let Some(slot) = self.decision_owner.get_mut(id.index()) {
            *slot = Some(owner);
        }
        if let Some(applies) = decision.applies {
            let region = self.top(owner, 0);
            self.ask(applies, region);
        }
        // Of a table with an index, what its rows test; the rows themselves are not worked out.
        if let Some(index) = plan.decisions.get(id.index()).and_then(|plan| plan.index.as_ref()) {
            let region = self.top(owner, 1);
            for operand in &index.grid().operands {
                self.ask(operand.node, region);
            }
            return;
        }
        for (top, &criterion) in (1..).zip(&decision.criteria) {
            let region = self.top(owner, top);
            self.ask(criterion, region);
        }
    }

    fn ask_operands(&mut self, program: &Program, plan: &Plan, id: NodeId, node: &Node, region: RegionId) {
        match &node.op {
            Op::Outcome(decision) => self.decide(program, plan, *decision),
            Op::Choose { rows, otherwise, .. } if plan.choose(id).is_some() => {
                let operands = plan.choose(id).into_iter().flat_map(|index| &index.grid().operands);
                let operands = operands.map(|operand| operand.node).chain(rows.iter().map(|&(_, value)| value));
                operands.chain(*otherwise).for_each(|operand| self.ask(operand, region));
            }
            Op::Parent(_) => {
                // Read while children go by, and worked out before: a unit of its own can be called from anywhere.
                let source = source(program, id);
                let worked_out = |node: &Node| node.scope != RUN && !matches!(node.op, Op::Field(_));
                if program.node(source).is_some_and(worked_out) {
                    let place = self.share(source);
                    if let Some(slot) = self.place.get_mut(source.index()) {
                        *slot = place;
                    }
                }
            }
            Op::Aggregate { value, order, filter, .. } => {
                let owner = self.owner(Owner::Body(id));
                self.body_owner.insert(id, owner);
                for (top, operand) in [(0, filter), (1, value), (1, order)] {
                    if let Some(operand) = operand {
                        let region = self.top(owner, top);
                        self.ask(*operand, region);
                    }
                }
            }
            Op::And(items) | Op::Or(items) => {
                let all_costly = items.iter().all(|&item| self.is_costly(item));
                for (at, &item) in (0..).zip(items) {
                    // One operand must come first, for the others to be jumped over.
                    let first = all_costly && at == 0;
                    let within = if self.is_costly(item) && !first { self.lazy(id, at, region) } else { region };
                    self.ask(item, within);
                }
            }
            Op::If { condition, then, otherwise } => {
                self.ask(*condition, region);
                let lazy = self.is_costly(*then) || self.is_costly(*otherwise);
                for (at, branch) in [(1, then), (2, otherwise)] {
                    let within = if lazy { self.lazy(id, at, region) } else { region };
                    self.ask(*branch, within);
                }
            }
            Op::FirstKnown(items) => {
                for (at, &item) in (0..).zip(items) {
                    let within = if at > 0 && self.is_costly(item) { self.lazy(id, at, region) } else { region };
                    self.ask(item, within);
                }
            }
            // Worked out aside, with all that it reads.
            Op::Progress(_) => {}
            op => op.operands(|operand| self.ask(operand, region)),
        }
    }

    fn is_costly(&self, node: NodeId) -> bool {
        self.cost(node) > WORTH
    }

    /// About how many simple operations a node takes, with its operands.
    pub fn cost(&self, node: NodeId) -> u32 {
        self.costs.get(node.index()).copied().unwrap_or(0)
    }

    /// Whether only one asked for a node, and it stands where that one is.
    pub fn is_alone(&self, node: NodeId) -> bool {
        matches!(self.place.get(node.index()), Some(Place::At(_)))
            && self.wanted_again.get(node.index()) == Some(&false)
    }

    /// Whether nothing stands in a region.
    pub fn is_empty(&self, region: RegionId) -> bool {
        self.regions.get(region as usize).is_none_or(|region| region.nodes.is_empty())
    }
}

/// About how many simple operations each node takes, with its operands.
fn costs(program: &Program) -> Vec<u32> {
    let mut costs: Vec<u32> = Vec::with_capacity(program.nodes.len());
    for node in &program.nodes {
        let mut total: u32 = match &node.op {
            _ if node.scope == RUN => 0,
            Op::Field(_) | Op::Parent(_) => 0,
            Op::Aggregate { .. } | Op::Outcome(_) => 100,
            Op::Progress(_) => 400,
            Op::Call { .. } => 200,
            Op::Score { terms, .. } => u32::try_from(terms.len()).unwrap_or(u32::MAX),
            Op::Lookup { .. } => 50,
            Op::Matches { .. } => 50,
            Op::Lower(_) | Op::Contains(..) | Op::Overlaps(..) | Op::In { .. } => 8,
            _ if matches!(node.ty, Ty::Decimal) => 4,
            _ => 1,
        };
        if total > 0 {
            node.op.operands(|operand| {
                total = total.saturating_add(costs.get(operand.index()).copied().unwrap_or(0)).min(1_000_000);
            });
        }
        costs.push(total);
    }
    costs
}

/// The scope in which an owner's code runs.
pub fn scope_of(program: &Program, owner: Owner) -> ScopeId {
    match owner {
        Owner::Decision(decision) => program.decision(decision).map_or(RUN, |decision| decision.scope),
        Owner::Shared(node) => program.node(node).map_or(RUN, |node| node.scope),
        Owner::Body(node) => match program.node(node).map(|node| &node.op) {
            Some(Op::Aggregate { scope, .. }) => *scope,
            _ => RUN,
        },
    }
}
