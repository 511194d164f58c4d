//! Which conditions can be true, and which criteria can ever decide.
//!
//! A condition is written out as alternatives, each a set of values for some of the expressions that it asks about;
//! expressions that are not followed further are asked about as a whole. What this finds is certain: two expressions
//! that hang together in a way that is not followed are taken to be independent, which only ever finds less. Where an
//! expression can lie between bounds, a comparison with it holds when all that it could be agree, and so one set of
//! values may replace another only when it holds all of it.
//!
//! An expression in error makes the category one, unless something else decides; in neither case does a criterion further
//! down, so that errors need no place of their own.

mod domain;

use crate::optimise::constant;
use assize_model::bounds::CodeSet;
use assize_model::ids::{ListId, NodeId};
use assize_model::node::{AggregateKind, Comparison, DatePart, Op, Tally};
use assize_model::program::{Category, FieldKind, Otherwise, Program};
use assize_model::ty::Ty;
use assize_model::value::Value;
use domain::{Domain, Set, Span, bit_of};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// How many alternatives a condition may have, and how many are followed while one is taken out of another.
const MOST_BOXES: usize = 24;
const MOST_PIECES: usize = 200;
/// How deep a condition is looked into.
const DEEPEST: u32 = 24;
/// How many criteria are held against each other.
const MOST_CRITERIA: usize = 120;

/// One alternative: for each expression that it asks about, what that comes to; by node, ascending.
type Alternative = Vec<(NodeId, Domain)>;
/// A condition: any of its alternatives.
type Alternatives = Vec<Alternative>;
/// Some expressions.
type Nodes = FxHashSet<NodeId>;

/// Looks at conditions of a program.
pub struct Reach<'p> {
    program: &'p Program,
    /// By number, as far as they are made.
    categories: &'p [Option<Category>],
}

/// A criterion that can never decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hidden {
    /// It can never be true.
    Never,
    /// Whenever it is true, so is one of these, by their numbers.
    Behind(Vec<usize>),
}

impl<'p> Reach<'p> {
    /// For a program whose nodes are made.
    pub const fn new(program: &'p Program, categories: &'p [Option<Category>]) -> Self {
        Self { program, categories }
    }

    /// Whether a condition can never be true.
    pub fn is_never(&self, node: NodeId) -> bool {
        self.when(node, true, DEEPEST).is_some_and(|alternatives| alternatives.is_empty())
    }

    /// Whether a condition is true for every record, data errors apart.
    pub fn is_always(&self, node: NodeId) -> bool {
        let Some(whens) = self.when(node, true, DEEPEST) else { return false };
        matches!(self.left(vec![Vec::new()], &whens), Some(left) if left.is_empty())
    }

    /// Of criteria in the order of their walk, each with its case: those that never decide, for a policy under which a
    /// true criterion keeps those of later cases (or, when `both` ways, of all other cases) from deciding.
    pub fn hidden(&self, criteria: &[(usize, Option<NodeId>)], both: bool) -> Vec<(usize, Hidden)> {
        if criteria.len() > MOST_CRITERIA {
            return Vec::new();
        }
        let whens: Vec<Option<Alternatives>> =
            criteria.iter().map(|(_, node)| self.when((*node)?, true, DEEPEST)).collect();
        let closed = self.closed(whens.iter().flatten());
        let mut found = Vec::new();
        for (at, ((case, _), own)) in criteria.iter().zip(&whens).enumerate() {
            let Some(own) = own else { continue };
            if own.is_empty() {
                found.push((at, Hidden::Never));
                continue;
            }
            let others: Vec<(usize, &Alternatives)> = criteria
                .iter()
                .zip(&whens)
                .enumerate()
                .filter(|(other, ((other_case, _), _))| other_case != case && (both || *other < at))
                .filter_map(|(other, (_, when))| Some((other, when.as_ref()?)))
                .collect();
            // One alone is the clearer answer.
            let one = others.iter().find(|other| self.together(own, std::slice::from_ref(other), &closed).is_some());
            if let Some((one, _)) = one {
                found.push((at, Hidden::Behind(vec![*one])));
                continue;
            }
            if !both && let Some(together) = self.together(own, &others, &closed) {
                found.push((at, Hidden::Behind(together)));
            }
        }
        found
    }

    /// Criteria that leave nothing of one, when there are any.
    fn together(&self, own: &Alternatives, others: &[(usize, &Alternatives)], closed: &Nodes) -> Option<Vec<usize>> {
        let mut took = BTreeSet::new();
        for piece in own {
            let mut left = vec![piece.clone()];
            for (number, other) in self.relevant(piece, others, closed) {
                let after = self.left(left.clone(), std::slice::from_ref(other))?;
                if after != left {
                    took.insert(number);
                }
                left = after;
                if left.is_empty() {
                    break;
                }
            }
            if !left.is_empty() {
                return None;
            }
        }
        Some(took.into_iter().collect())
    }

    /// The alternatives that can help to cover a piece.
    ///
    /// Where values of an expression are left that none of the alternatives asks for, only those that do not ask about the
    /// expression can cover the piece there; and since these are the same everywhere, they cover the whole of it or
    /// nothing does. So alternatives that ask about such an expression are left out, until there are none.
    fn relevant<'a>(
        &self,
        piece: &Alternative,
        others: &[(usize, &'a Alternatives)],
        closed: &Nodes,
    ) -> Vec<(usize, &'a Alternative)> {
        let within = |node: NodeId| piece.binary_search_by_key(&node, |(node, _)| *node).is_ok();
        let asks_closed = |other: &&Alternative| other.iter().all(|(node, _)| closed.contains(node) || within(*node));
        let mut pool: Vec<(usize, &Alternative)> = others
            .iter()
            .flat_map(|(number, other)| other.iter().filter(asks_closed).map(|other| (*number, other)))
            .collect();
        loop {
            let open = self.open(piece, pool.iter().map(|(_, other)| *other));
            if open.is_empty() {
                return pool;
            }
            pool.retain(|(_, other)| other.iter().all(|(node, _)| !open.contains(node)));
        }
    }

    /// The expressions of which some alternative asks for every value that they can have.
    fn closed<'a>(&self, whens: impl Iterator<Item = &'a Alternatives> + Clone) -> Nodes {
        let all = || whens.clone().flatten();
        let open = self.open(&Vec::new(), all());
        all().flatten().map(|(node, _)| *node).filter(|node| !open.contains(node)).collect()
    }

    /// The expressions that some of the alternatives ask about, and that have values within the piece that none of them asks
    /// for. One that is too much to follow is not among them.
    fn open<'a>(&self, piece: &Alternative, alternatives: impl Iterator<Item = &'a Alternative>) -> Nodes {
        let mut left: FxHashMap<NodeId, Option<Domain>> = FxHashMap::default();
        for (node, domain) in alternatives.flatten() {
            let left = left.entry(*node).or_insert_with(|| match piece.binary_search_by_key(node, |(node, _)| *node) {
                Ok(at) => piece.get(at).map(|(_, domain)| domain.clone()),
                Err(_) => self.base(*node),
            });
            *left = left.take().and_then(|left| if left.is_empty() { Some(left) } else { left.without(domain) });
        }
        let open = |left: &Option<Domain>| left.as_ref().is_some_and(|left| !left.is_empty());
        left.into_iter().filter(|(_, left)| open(left)).map(|(node, _)| node).collect()
    }

    /// What is left of some alternatives when others are taken out.
    fn left(&self, mut pieces: Alternatives, others: &[Alternative]) -> Option<Alternatives> {
        for other in others {
            let mut next = Vec::new();
            for piece in pieces {
                self.take_out(piece, other, &mut next)?;
                if next.len() > MOST_PIECES {
                    return None;
                }
            }
            pieces = next;
        }
        Some(pieces)
    }

    /// What is left of one alternative without another.
    fn take_out(&self, mut piece: Alternative, other: &Alternative, out: &mut Alternatives) -> Option<()> {
        if self.apart(&piece, other)? {
            out.push(piece);
            return Some(());
        }
        for (node, domain) in other {
            let base = || self.base(*node);
            let at = piece.binary_search_by_key(node, |(node, _)| *node);
            let own = match at {
                Ok(at) => piece.get(at)?.1.clone(),
                Err(_) => base()?,
            };
            let both = own.meet(domain)?;
            if both.is_empty() {
                // They have nothing in common.
                out.push(piece);
                return Some(());
            }
            let outside = own.without(domain)?;
            if outside.is_empty() {
                continue;
            }
            let inexact = self.program.node(*node).is_none_or(|node| node.inexact);
            if inexact {
                // Between bounds it may be partly in both: nothing can be taken out of it.
                out.push(piece);
                return Some(());
            }
            let mut rest = piece.clone();
            put(&mut rest, *node, outside);
            out.push(rest);
            put(&mut piece, *node, both);
        }
        // What is left of the piece lies within the other.
        Some(())
    }

    /// Whether two alternatives have nothing in common.
    fn apart(&self, piece: &Alternative, other: &Alternative) -> Option<bool> {
        for (node, domain) in other {
            let found = piece.binary_search_by_key(node, |(node, _)| *node).ok().and_then(|at| piece.get(at));
            if let Some((_, own)) = found
                && own.meet(domain)?.is_empty()
            {
                return Some(true);
            }
        }
        Some(false)
    }

    /// When a condition is `yes`, or `no`. `None` where it is too much to follow.
    fn when(&self, id: NodeId, truth: bool, depth: u32) -> Option<Alternatives> {
        let depth = depth.checked_sub(1)?;
        let node = self.program.node(id)?;
        if let Some(Value::Boolean(value)) = constant(self.program, id) {
            return Some(if *value == truth { vec![Vec::new()] } else { Vec::new() });
        }
        match &node.op {
            Op::Not(operand) => self.when(*operand, !truth, depth),
            Op::And(items) if truth => self.all(items.iter().map(|&item| (item, true)), depth),
            Op::Or(items) if !truth => self.all(items.iter().map(|&item| (item, false)), depth),
            Op::And(items) | Op::Or(items) => self.any(items.iter().map(|&item| (item, truth)), depth),
            Op::Tally { kind, n, items } => match (kind, constant(self.program, *n)) {
                (Tally::AtLeast, Some(Value::Integer(1))) if truth => {
                    self.any(items.iter().map(|&item| (item, true)), depth)
                }
                (Tally::AtLeast, Some(Value::Integer(1))) => self.all(items.iter().map(|&item| (item, false)), depth),
                (Tally::AtMost, Some(Value::Integer(0))) if truth => {
                    self.all(items.iter().map(|&item| (item, false)), depth)
                }
                (Tally::AtMost, Some(Value::Integer(0))) => self.any(items.iter().map(|&item| (item, true)), depth),
                _ => self.whole(id, truth),
            },
            Op::If { condition, then, otherwise } => {
                let yes = self.all([(*condition, true), (*then, truth)].into_iter(), depth)?;
                let no = self.all([(*condition, false), (*otherwise, truth)].into_iter(), depth)?;
                within(yes.into_iter().chain(no).collect())
            }
            Op::Compare { op, left, right } => {
                if let Some(set) = self.compared(*op, *left, *right) {
                    return self.one(*left, set, truth);
                }
                if let Some(set) = self.compared(op.mirrored(), *right, *left) {
                    return self.one(*right, set, truth);
                }
                self.whole(id, truth)
            }
            Op::In { item, set } => match (constant(self.program, *set), self.base(*item).map(|base| base.set)) {
                (Some(Value::Codes(_, codes)), Some(Set::Bits(_))) => {
                    let bits = codes.iter().fold(0, |bits, &code| bits | bit_of(code));
                    self.one(*item, Set::Bits(bits), truth)
                }
                (Some(Value::Texts(texts)), Some(Set::Texts { .. })) => {
                    self.one(*item, Set::Texts { others: false, named: texts.to_vec() }, truth)
                }
                _ => self.whole(id, truth),
            },
            Op::IsKnown(operand) | Op::IsMissing(operand) if self.is_plain(*operand) => {
                let known = matches!(node.op, Op::IsKnown(_)) == truth;
                let Some(base) = self.base(*operand) else { return self.whole(id, truth) };
                let domain = if known {
                    Domain { missing: false, set: base.set }
                } else {
                    Domain { missing: true, set: Set::meet(&base.set, &base.set.complement())? }
                };
                let domain = self.base(*operand)?.meet(&domain)?;
                Some(if domain.is_empty() { Vec::new() } else { vec![vec![(*operand, domain)]] })
            }
            _ => self.whole(id, truth),
        }
    }

    /// Whether it has a value or is missing, and nothing between.
    fn is_plain(&self, id: NodeId) -> bool {
        self.program.node(id).is_some_and(|node| !node.inexact && !matches!(node.op, Op::Outcome(_) | Op::Parent(_)))
    }

    /// An expression is one of some values, or is one of the others.
    fn one(&self, id: NodeId, set: Set, is_in: bool) -> Option<Alternatives> {
        let base = self.base(id)?;
        let set = base.set.meet(&if is_in { set } else { set.complement() })?;
        let domain = Domain { missing: false, set };
        Some(if domain.is_empty() { Vec::new() } else { vec![vec![(id, domain)]] })
    }

    /// A condition that is asked about as a whole.
    fn whole(&self, id: NodeId, truth: bool) -> Option<Alternatives> {
        let set = Set::Bits(if truth { 0b10 } else { 0b01 });
        Some(vec![vec![(id, Domain { missing: false, set })]])
    }

    fn any(&self, items: impl Iterator<Item = (NodeId, bool)>, depth: u32) -> Option<Alternatives> {
        let mut out = Vec::new();
        for (item, truth) in items {
            out.extend(self.when(item, truth, depth)?);
            if out.len() > MOST_BOXES {
                return None;
            }
        }
        Some(out)
    }

    fn all(&self, items: impl Iterator<Item = (NodeId, bool)>, depth: u32) -> Option<Alternatives> {
        let mut out: Alternatives = vec![Vec::new()];
        for (item, truth) in items {
            let of = self.when(item, truth, depth)?;
            let mut next = Vec::new();
            for a in &out {
                for b in &of {
                    next.extend(both(a, b)?);
                }
            }
            out = within(next)?;
        }
        Some(out)
    }

    /// The values for which a comparison of a node with a constant holds.
    fn compared(&self, op: Comparison, node: NodeId, with: NodeId) -> Option<Set> {
        if constant(self.program, node).is_some() {
            return None;
        }
        let codes = match self.base(node)?.set {
            Set::Bits(bits) => bits,
            _ => 0,
        };
        if matches!(self.program.node(with)?.op, Op::NoCode) {
            return Some(Set::of_codes(op, assize_model::ids::Code::NONE, codes));
        }
        Set::compared(op, constant(self.program, with)?, codes)
    }

    /// Everything that an expression can come to; `None` of types that are not followed.
    fn base(&self, id: NodeId) -> Option<Domain> {
        let node = self.program.node(id)?;
        let whole = |lo: i64, hi: Option<i64>| {
            let end = |value: i64| (Value::Integer(value), true);
            Set::Spans(vec![Span { lo: Some(end(lo)), hi: hi.map(end) }])
        };
        let set = match (&node.op, node.ty) {
            (Op::Aggregate { kind: AggregateKind::Count | AggregateKind::Distinct, .. } | Op::Size(_), Ty::Integer) => {
                whole(0, None)
            }
            (Op::Part { part, .. }, Ty::Integer) => match part {
                DatePart::Year => whole(1, Some(9999)),
                DatePart::Month => whole(1, Some(12)),
                DatePart::Day => whole(1, Some(31)),
                DatePart::Weekday => whole(1, Some(7)),
            },
            (_, Ty::Boolean) => Set::Bits(0b11),
            (_, Ty::Integer | Ty::Decimal | Ty::Date | Ty::Time | Ty::DateTime) => Set::Spans(vec![Span::ALL]),
            (_, Ty::Text) => Set::Texts { others: true, named: Vec::new() },
            (op, Ty::Code(list)) => Set::Bits(self.codes(op, list)?),
            _ => return None,
        };
        Some(Domain { missing: !self.is_there(&node.op, node.scope), set })
    }

    /// Whether there is always a value, errors apart.
    fn is_there(&self, op: &Op, scope: assize_model::ids::ScopeId) -> bool {
        match op {
            Op::Aggregate { kind: AggregateKind::Count | AggregateKind::Distinct, .. } => true,
            Op::Field(field) => {
                let record = self.program.scope(scope).and_then(|scope| self.program.record(scope.record?));
                let field = record.and_then(|record| record.fields.get(field.index()));
                field.is_some_and(|field| field.required && matches!(field.kind, FieldKind::Value(_)))
            }
            _ => false,
        }
    }

    /// The codes that an expression can give.
    fn codes(&self, op: &Op, list: ListId) -> Option<u128> {
        let count = self.program.list(list)?.codes.len();
        if count > CodeSet::CAPACITY {
            return None;
        }
        let all = (0..count).fold(0_u128, |bits, code| bits | 1 << code);
        Some(match op {
            Op::Field(_) => all,
            Op::Progress(progress) => progress.reachable().0,
            Op::Outcome(decision) => {
                let id = self.program.decision(*decision)?.category;
                let category = self.categories.get(id.index()).and_then(Option::as_ref)?;
                let given = category.cases.iter().fold(0, |bits, case| bits | bit_of(case.code));
                given
                    | match category.otherwise {
                        Otherwise::None => bit_of(assize_model::ids::Code::NONE),
                        Otherwise::Code(code) => bit_of(code),
                        Otherwise::Error(_) => 0,
                    }
            }
            _ => all | bit_of(assize_model::ids::Code::NONE),
        })
    }
}

fn within(alternatives: Alternatives) -> Option<Alternatives> {
    (alternatives.len() <= MOST_BOXES).then_some(alternatives)
}

fn put(piece: &mut Alternative, node: NodeId, domain: Domain) {
    match piece.binary_search_by_key(&node, |(node, _)| *node) {
        Ok(at) => {
            if let Some(slot) = piece.get_mut(at) {
                slot.1 = domain;
            }
        }
        Err(at) => piece.insert(at, (node, domain)),
    }
}

/// Two alternatives at once: `Some(None)` where they cannot both be.
fn both(a: &Alternative, b: &Alternative) -> Option<Option<Alternative>> {
    let mut out = a.clone();
    for (node, domain) in b {
        match out.binary_search_by_key(node, |(node, _)| *node) {
            Ok(at) => {
                let slot = out.get_mut(at)?;
                slot.1 = slot.1.meet(domain)?;
                if slot.1.is_empty() {
                    return Some(None);
                }
            }
            Err(at) => out.insert(at, (*node, domain.clone())),
        }
    }
    Some(Some(out))
}
