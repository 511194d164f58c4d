//! Conditions taken apart: rows of tests, each of one operand against constants, as tables have them.
//!
//! The constants that an operand is tested against cut its values into *elements*: each constant itself, and what lies
//! between two of them. Every value of an element passes the same tests, so that a test is the list of elements that
//! pass, and a value is looked up once for all rows. What is missing passes, fails or leaves a test unknown by its
//! reason alone. A condition that is nothing of the kind is an operand by itself, which is `yes` or `no`.

use crate::absence::{Absence, Reason};
use crate::bounds::{Bounds, CodeSet, compare_codes, holds};
use crate::civil::{Date, DateTime, Time};
use crate::decimal::Decimal;
use crate::ids::{Code, NodeId};
use crate::node::{Comparison, Op, RUN};
use crate::program::Program;
use crate::ty::Ty;
use crate::value::Value;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// How deep tests nest within a cell; deeper ones are operands by themselves.
const DEPTH: u32 = 16;

/// Rows of tests.
#[derive(Debug, Clone)]
pub struct Grid {
    /// What is tested, in the order in which rows name it first.
    pub operands: Vec<Operand>,
    /// The tests, by number: those of several rows are shared.
    pub tests: Vec<Test>,
    /// By row: its tests, in its own order.
    pub rows: Vec<Box<[u32]>>,
}

/// What is tested.
#[derive(Debug, Clone)]
pub struct Operand {
    /// The expression.
    pub node: NodeId,
    /// Its values, cut.
    pub cuts: Cuts,
    /// Whether it is a condition that could not be taken apart.
    pub whole: bool,
}

/// The constants that cut the values of a type, ascending; codes and conditions are told apart one by one.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the types of the language")]
pub enum Cuts {
    Boolean,
    /// How many codes the list has; no code comes after them.
    Codes(u16),
    Integer(Vec<i64>),
    Decimal(Vec<Decimal>),
    Text(Vec<Arc<str>>),
    Date(Vec<Date>),
    Time(Vec<Time>),
    DateTime(Vec<DateTime>),
}

/// A test of one operand.
#[derive(Debug, Clone)]
pub struct Test {
    /// The operand, by number.
    pub operand: u32,
    /// The elements that pass, as ranges from one up to another, ascending and apart.
    pub pass: Box<[(u32, u32)]>,
    /// What it comes to for what is missing, by [`Reason::ALL`]; `None` is unknown.
    pub missing: [Option<bool>; 5],
    /// How it is put together, for what lies between bounds.
    tree: Tree,
}

/// How a test is put together.
#[derive(Debug, Clone)]
enum Tree {
    Pass(Box<[(u32, u32)]>),
    Known,
    Missing,
    Reason(Reason),
    Not(Box<Tree>),
    All(Box<[Tree]>),
    Any(Box<[Tree]>),
}

/// What an operand comes to, as tests see it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Place {
    /// A value of this element.
    At(u32),
    /// A number between two elements, both included.
    Between(u32, u32),
    /// One of several codes; the element of no code.
    OneOf(CodeSet, u32),
    /// Nothing.
    Absent(Absence),
}

impl Cuts {
    /// How many elements there are.
    pub fn elements(&self) -> u32 {
        let between = |cuts: usize| u32::try_from(cuts).unwrap_or(u32::MAX / 4) * 2 + 1;
        match self {
            Self::Boolean => 2,
            Self::Codes(len) => u32::from(*len) + 1,
            Self::Integer(cuts) => between(cuts.len()),
            Self::Decimal(cuts) => between(cuts.len()),
            Self::Text(cuts) => between(cuts.len()),
            Self::Date(cuts) => between(cuts.len()),
            Self::Time(cuts) => between(cuts.len()),
            Self::DateTime(cuts) => between(cuts.len()),
        }
    }

    /// The element of a code.
    #[inline]
    pub fn code(&self, code: Code) -> u32 {
        match self {
            Self::Codes(len) => u32::from(code.0.min(*len)),
            _ => 0,
        }
    }

    /// The elements that a number between bounds covers.
    pub fn integers(&self, bounds: Bounds<i64>) -> (u32, u32) {
        let last = self.elements().saturating_sub(1);
        match self {
            Self::Integer(cuts) => {
                (bounds.lo.map_or(0, |lo| element(cuts, &lo)), bounds.hi.map_or(last, |hi| element(cuts, &hi)))
            }
            _ => (0, last),
        }
    }

    /// As [`Cuts::integers`], of decimals.
    pub fn decimals(&self, bounds: Bounds<Decimal>) -> (u32, u32) {
        let last = self.elements().saturating_sub(1);
        match self {
            Self::Decimal(cuts) => {
                (bounds.lo.map_or(0, |lo| element(cuts, &lo)), bounds.hi.map_or(last, |hi| element(cuts, &hi)))
            }
            _ => (0, last),
        }
    }

    /// The element of a text.
    pub fn text(&self, text: &str) -> u32 {
        match self {
            Self::Text(cuts) => match cuts.binary_search_by(|cut| (**cut).cmp(text)) {
                Ok(at) => at as u32 * 2 + 1,
                Err(at) => at as u32 * 2,
            },
            _ => 0,
        }
    }

    /// The element of a value of the operand's type.
    fn value(&self, value: &Value) -> u32 {
        match (self, value) {
            (Self::Boolean, Value::Boolean(value)) => u32::from(*value),
            (Self::Codes(_), Value::Code(_, code)) => self.code(*code),
            (Self::Integer(cuts), Value::Integer(value)) => element(cuts, value),
            (Self::Decimal(cuts), Value::Decimal(value)) => element(cuts, value),
            (Self::Text(_), Value::Text(value)) => self.text(value),
            (Self::Date(cuts), Value::Date(value)) => element(cuts, value),
            (Self::Time(cuts), Value::Time(value)) => element(cuts, value),
            (Self::DateTime(cuts), Value::DateTime(value)) => element(cuts, value),
            _ => 0,
        }
    }
}

/// The element of a value among cuts.
#[inline]
pub fn element<T: Ord>(cuts: &[T], value: &T) -> u32 {
    match cuts.binary_search(value) {
        Ok(at) => at as u32 * 2 + 1,
        Err(at) => at as u32 * 2,
    }
}

/// Whether an element is in ranges.
#[inline]
pub fn passes(ranges: &[(u32, u32)], element: u32) -> bool {
    match ranges {
        [] => false,
        [(from, to)] => (*from..*to).contains(&element),
        _ => {
            let at = ranges.partition_point(|&(_, to)| to <= element);
            ranges.get(at).is_some_and(|&(from, _)| from <= element)
        }
    }
}

impl Test {
    /// What the test comes to: whether it passes, or why that is not known.
    ///
    /// # Errors
    /// [`Absence`].
    #[inline]
    pub fn truth(&self, place: Place) -> Result<bool, Absence> {
        match place {
            Place::At(element) => Ok(passes(&self.pass, element)),
            Place::Absent(absence) => match absence.reason() {
                Some(reason) => {
                    let at = Reason::ALL.iter().position(|&of| of == reason);
                    at.and_then(|at| *self.missing.get(at)?).ok_or(absence)
                }
                None => Err(absence),
            },
            Place::Between(..) | Place::OneOf(..) => self.tree.between(place).ok_or(Absence::UNKNOWN),
        }
    }
}

impl Tree {
    /// Kleene truth of what lies between bounds.
    fn between(&self, place: Place) -> Option<bool> {
        match self {
            Self::Pass(ranges) => {
                let (mut yes, mut no) = (false, false);
                match place {
                    Place::Between(from, to) => {
                        let at = ranges.partition_point(|&(_, end)| end <= from);
                        match ranges.get(at) {
                            Some(&(begin, end)) if begin <= from && to < end => yes = true,
                            Some(&(begin, _)) if begin <= to => (yes, no) = (true, true),
                            _ => no = true,
                        }
                    }
                    Place::OneOf(codes, none) => {
                        for code in codes.iter() {
                            let element = if code == Code::NONE { none } else { u32::from(code.0) };
                            let passes = passes(ranges, element);
                            yes |= passes;
                            no |= !passes;
                        }
                    }
                    _ => {}
                }
                if yes == no { None } else { Some(yes) }
            }
            Self::Known => Some(false),
            Self::Missing => Some(true),
            Self::Reason(reason) => Some(*reason == Reason::Unknown),
            Self::Not(inner) => inner.between(place).map(|truth| !truth),
            Self::All(items) => kleene(items, |item| item.between(place), false),
            Self::Any(items) => kleene(items, |item| item.between(place), true),
        }
    }

    fn missing(&self, reason: Reason) -> Option<bool> {
        match self {
            Self::Pass(_) => None,
            Self::Known => Some(false),
            Self::Missing => Some(true),
            Self::Reason(of) => Some(*of == reason),
            Self::Not(inner) => inner.missing(reason).map(|truth| !truth),
            Self::All(items) => kleene(items, |item| item.missing(reason), false),
            Self::Any(items) => kleene(items, |item| item.missing(reason), true),
        }
    }

    /// The elements that pass.
    fn pass(&self, elements: u32) -> Vec<(u32, u32)> {
        match self {
            Self::Pass(ranges) => ranges.to_vec(),
            Self::Known => vec![(0, elements)],
            Self::Missing | Self::Reason(_) => Vec::new(),
            Self::Not(inner) => complement(&inner.pass(elements), elements),
            Self::Any(items) => union(items.iter().flat_map(|item| item.pass(elements)).collect()),
            Self::All(items) => {
                let fails = items.iter().flat_map(|item| complement(&item.pass(elements), elements)).collect();
                complement(&union(fails), elements)
            }
        }
    }
}

fn kleene(items: &[Tree], truth: impl Fn(&Tree) -> Option<bool>, decisive: bool) -> Option<bool> {
    let mut unknown = false;
    for item in items {
        match truth(item) {
            Some(truth) if truth == decisive => return Some(decisive),
            Some(_) => {}
            None => unknown = true,
        }
    }
    (!unknown).then_some(!decisive)
}

/// The elements outside of ranges.
pub fn complement(ranges: &[(u32, u32)], elements: u32) -> Vec<(u32, u32)> {
    let mut out = Vec::with_capacity(ranges.len() + 1);
    let mut at = 0;
    for &(from, to) in ranges {
        if at < from {
            out.push((at, from));
        }
        at = to;
    }
    if at < elements {
        out.push((at, elements));
    }
    out
}

/// Ranges in order, those that meet as one.
fn union(mut ranges: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    crate::order::sort(&mut ranges);
    let mut out: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
    for (from, to) in ranges {
        match out.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ if from < to => out.push((from, to)),
            _ => {}
        }
    }
    out
}

/// A test as it is written, before its operand's cuts are known.
#[derive(Debug)]
enum Raw<'p> {
    Compare(Comparison, Option<&'p Value>),
    In(&'p Value),
    Yes,
    Known,
    Missing,
    Reason(Reason),
    Not(Box<Raw<'p>>),
    All(Vec<Raw<'p>>),
    Any(Vec<Raw<'p>>),
}

struct Maker<'p> {
    program: &'p Program,
    operands: FxHashMap<NodeId, u32>,
    cuts: Vec<(NodeId, Vec<&'p Value>)>,
    raw: Vec<(u32, Raw<'p>)>,
    tests: FxHashMap<NodeId, u32>,
    /// Conditions that could not be taken apart.
    whole: FxHashSet<NodeId>,
}

impl Grid {
    /// Takes conditions apart; `None` when they test more than `most` operands.
    pub fn new(program: &Program, conditions: &[NodeId], most: usize) -> Option<Self> {
        let mut maker = Maker {
            program,
            operands: FxHashMap::default(),
            cuts: Vec::new(),
            raw: Vec::new(),
            tests: FxHashMap::default(),
            whole: FxHashSet::default(),
        };
        let mut rows = Vec::with_capacity(conditions.len());
        for &condition in conditions {
            let mut tests = Vec::new();
            let mut stack = vec![condition];
            while let Some(node) = stack.pop() {
                match program.node(node).map(|node| &node.op)? {
                    // Of several operands; a range of one is one test.
                    Op::And(items) if !maker.is_test(node) => stack.extend(items.iter().rev()),
                    Op::Const(Value::Boolean(true)) => {}
                    _ => tests.push(maker.test(node)),
                }
            }
            if maker.cuts.len() > most {
                return None;
            }
            rows.push(tests.into());
        }
        Some(maker.finish(rows))
    }

    /// What is tested, in order.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.operands.iter().map(|operand| operand.node)
    }

    /// Whether a row matches, or why that is not known; `places` has what each operand comes to.
    ///
    /// # Errors
    /// [`Absence`].
    #[inline]
    pub fn truth(&self, row: u32, places: &[Place]) -> Result<bool, Absence> {
        let mut left: Option<Absence> = None;
        for &test in self.rows.get(row as usize).into_iter().flatten() {
            let Some(test) = self.tests.get(test as usize) else { continue };
            let place = places.get(test.operand as usize).copied().unwrap_or(Place::Absent(Absence::UNKNOWN));
            match test.truth(place) {
                Ok(false) => return Ok(false),
                Ok(true) => {}
                Err(absence) => left = Some(left.map_or(absence, |left| left.or(absence))),
            }
        }
        left.map_or(Ok(true), Err)
    }
}

impl<'p> Maker<'p> {
    fn op(&self, node: NodeId) -> Option<&'p Op> {
        self.program.node(node).map(|node| &node.op)
    }

    /// Whether a condition is a test of one operand.
    fn is_test(&self, node: NodeId) -> bool {
        let mut operand = None;
        self.tests.contains_key(&node) || self.raw(node, &mut operand, DEPTH).is_some() && operand.is_some()
    }

    /// The number of a condition as a test.
    fn test(&mut self, node: NodeId) -> u32 {
        if let Some(&known) = self.tests.get(&node) {
            return known;
        }
        let mut operand = None;
        let raw = self.raw(node, &mut operand, DEPTH).filter(|_| operand.is_some());
        let (operand, raw) = match (operand, raw) {
            (Some(operand), Some(raw)) => (operand, raw),
            // An operand by itself.
            _ => {
                self.whole.insert(node);
                (node, Raw::Yes)
            }
        };
        let next = u32::try_from(self.cuts.len()).unwrap_or(u32::MAX);
        let at = *self.operands.entry(operand).or_insert(next);
        if at == next {
            self.cuts.push((operand, Vec::new()));
        }
        if let Some((_, constants)) = self.cuts.get_mut(at as usize) {
            constants_of(&raw, constants);
        }
        let number = u32::try_from(self.raw.len()).unwrap_or(u32::MAX);
        self.raw.push((at, raw));
        self.tests.insert(node, number);
        number
    }

    /// A condition as a test of one operand, the one that is already set or the first it meets.
    fn raw(&self, node: NodeId, operand: &mut Option<NodeId>, depth: u32) -> Option<Raw<'p>> {
        let mut is = |of: NodeId| {
            let same = operand.is_none_or(|operand| operand == of);
            *operand = operand.or(Some(of));
            same
        };
        let inner = depth.checked_sub(1)?;
        match self.op(node)? {
            Op::Compare { op, left, right } => {
                let (of, op, with) = match (self.constant(*left), self.constant(*right)) {
                    (None, Some(with)) => (*left, *op, with),
                    (Some(with), None) => (*right, op.mirrored(), with),
                    _ => return None,
                };
                (self.is_operand(of) && is(of)).then_some(Raw::Compare(op, with))
            }
            Op::In { item, set } => match self.op(*set)? {
                Op::Const(set) => (self.is_operand(*item) && is(*item)).then_some(Raw::In(set)),
                _ => None,
            },
            Op::IsKnown(of) | Op::IsMissing(of) | Op::IsReason(of, _) if self.is_plain(*of) => {
                is(*of).then(|| match self.op(node) {
                    Some(Op::IsKnown(_)) => Raw::Known,
                    Some(Op::IsReason(_, reason)) => Raw::Reason(*reason),
                    _ => Raw::Missing,
                })
            }
            Op::Not(of) => Some(Raw::Not(Box::new(self.raw(*of, operand, inner)?))),
            Op::And(items) | Op::Or(items) => {
                let parts = items.iter().map(|&item| self.raw(item, operand, inner)).collect::<Option<Vec<_>>>()?;
                Some(if matches!(self.op(node), Some(Op::And(_))) { Raw::All(parts) } else { Raw::Any(parts) })
            }
            Op::Field(_) | Op::Parent(_) => is(node).then_some(Raw::Yes),
            _ => None,
        }
    }

    /// A constant; `Some(None)` is no code.
    fn constant(&self, node: NodeId) -> Option<Option<&'p Value>> {
        match self.op(node)? {
            Op::Const(value) => Some(Some(value)),
            Op::NoCode => Some(None),
            _ => None,
        }
    }

    /// Whether values of a node can be cut.
    fn is_operand(&self, node: NodeId) -> bool {
        self.program.node(node).is_some_and(|of| of.scope != RUN && cut(self.program, of.ty, Vec::new()).is_some())
    }

    /// Whether a node is known exactly when its cell is: the outcome of a category is not.
    fn is_plain(&self, mut node: NodeId) -> bool {
        let cuts = self.is_operand(node);
        while let Some(Op::Parent(outer)) = self.op(node) {
            node = *outer;
        }
        cuts && !matches!(self.op(node), Some(Op::Outcome(_)))
    }

    fn finish(self, rows: Vec<Box<[u32]>>) -> Grid {
        let (program, whole) = (self.program, self.whole);
        let operands: Vec<Operand> = self
            .cuts
            .into_iter()
            .map(|(node, constants)| {
                let ty = program.node(node).map_or(Ty::Boolean, |node| node.ty);
                let whole = whole.contains(&node);
                Operand { node, cuts: cut(program, ty, constants).unwrap_or(Cuts::Boolean), whole }
            })
            .collect();
        let tests = self
            .raw
            .into_iter()
            .map(|(operand, raw)| {
                let cuts = operands.get(operand as usize).map_or(&Cuts::Boolean, |operand| &operand.cuts);
                let elements = cuts.elements();
                let tree = tree(&raw, cuts, elements);
                let pass: Vec<(u32, u32)> = tree.pass(elements);
                Test { operand, pass: pass.into(), missing: Reason::ALL.map(|reason| tree.missing(reason)), tree }
            })
            .collect();
        Grid { operands, tests, rows }
    }
}

fn constants_of<'p>(raw: &Raw<'p>, out: &mut Vec<&'p Value>) {
    match raw {
        Raw::Compare(_, Some(value)) | Raw::In(value) => out.push(value),
        Raw::Not(inner) => constants_of(inner, out),
        Raw::All(items) | Raw::Any(items) => items.iter().for_each(|item| constants_of(item, out)),
        Raw::Compare(_, None) | Raw::Yes | Raw::Known | Raw::Missing | Raw::Reason(_) => {}
    }
}

/// The cuts that constants make; `None` for a type that is not cut.
fn cut(program: &Program, ty: Ty, constants: Vec<&Value>) -> Option<Cuts> {
    fn sorted<T: Ord>(mut cuts: Vec<T>) -> Vec<T> {
        crate::order::sort(&mut cuts);
        cuts.dedup();
        cuts
    }
    macro_rules! cuts {
        ($kind:ident) => {
            Cuts::$kind(sorted(
                constants
                    .into_iter()
                    .filter_map(|value| match value {
                        Value::$kind(value) => Some(*value),
                        _ => None,
                    })
                    .collect(),
            ))
        };
    }
    Some(match ty {
        Ty::Boolean => Cuts::Boolean,
        Ty::Code(list) => Cuts::Codes(u16::try_from(program.list(list)?.codes.len()).ok()?),
        Ty::Integer => cuts!(Integer),
        Ty::Decimal => cuts!(Decimal),
        Ty::Date => cuts!(Date),
        Ty::Time => cuts!(Time),
        Ty::DateTime => cuts!(DateTime),
        Ty::Text => {
            let mut texts: Vec<Arc<str>> = Vec::new();
            for value in constants {
                match value {
                    Value::Text(text) => texts.push(Arc::clone(text)),
                    Value::Texts(all) => texts.extend(all.iter().map(Arc::clone)),
                    _ => {}
                }
            }
            Cuts::Text(sorted(texts))
        }
        Ty::Duration | Ty::Codes(_) | Ty::Texts => return None,
    })
}

fn tree(raw: &Raw<'_>, cuts: &Cuts, elements: u32) -> Tree {
    match raw {
        Raw::Yes => Tree::Pass([(1, 2)].into()),
        Raw::Known => Tree::Known,
        Raw::Missing => Tree::Missing,
        Raw::Reason(reason) => Tree::Reason(*reason),
        Raw::Not(inner) => Tree::Not(Box::new(tree(inner, cuts, elements))),
        Raw::All(items) => Tree::All(items.iter().map(|item| tree(item, cuts, elements)).collect()),
        Raw::Any(items) => Tree::Any(items.iter().map(|item| tree(item, cuts, elements)).collect()),
        Raw::In(Value::Codes(_, codes)) => {
            let ranges = codes.iter().map(|code| (u32::from(code.0), u32::from(code.0) + 1)).collect();
            Tree::Pass(union(ranges).into())
        }
        Raw::In(Value::Texts(texts)) => {
            let ranges = texts.iter().map(|text| cuts.text(text)).map(|at| (at, at + 1)).collect();
            Tree::Pass(union(ranges).into())
        }
        Raw::In(_) => Tree::Pass(Box::default()),
        Raw::Compare(op, with) => {
            if let Cuts::Codes(len) = cuts {
                let with = match with {
                    Some(Value::Code(_, code)) => *code,
                    _ => Code::NONE,
                };
                let codes = (0..*len).map(Code).chain([Code::NONE]);
                let passing = codes.filter(|&code| compare_codes(*op, code, with));
                let ranges = passing.map(|code| cuts.code(code)).map(|at| (at, at + 1)).collect();
                return Tree::Pass(union(ranges).into());
            }
            let at = with.map_or(0, |with| cuts.value(with));
            if matches!(cuts, Cuts::Boolean) {
                let ranges = [0_u32, 1].into_iter().filter(|element| holds(*op, element.cmp(&at)));
                return Tree::Pass(union(ranges.map(|element| (element, element + 1)).collect()).into());
            }
            let ranges = match op {
                Comparison::Eq => vec![(at, at + 1)],
                Comparison::Ne => vec![(0, at), (at + 1, elements)],
                Comparison::Lt => vec![(0, at)],
                Comparison::Le => vec![(0, at + 1)],
                Comparison::Gt => vec![(at + 1, elements)],
                Comparison::Ge => vec![(at, elements)],
            };
            Tree::Pass(union(ranges).into())
        }
    }
}
