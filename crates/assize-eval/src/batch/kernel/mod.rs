//! Operations over a chunk. A kernel works out whole chunks without looking at what is missing, and says which rows it
//! leaves: those between bounds, those absent for another reason than plainly unknown, and those in which something
//! failed. These rows are worked out one by one from their cells.

mod arithmetic;
mod choice;
mod compare;
mod dates;
mod logic;
mod pack;
mod score;
mod texts;

use super::bits::{self, WORDS, full};
use super::cell::Cell;
use super::reg::{Data, Reg};
use super::scalar;
use assize_model::civil::Date;
use assize_model::ids::NodeId;
use assize_model::node::{Comparison, Op};
use assize_model::program::Program;
use assize_model::ty::Ty;

pub(super) use dates::{elapsed_cut, shift_cut};
pub(super) use pack::{Lane, compare_two};

/// An operand: the same in every row, or a register.
#[derive(Clone, Copy)]
pub(super) enum Arg<'a> {
    One(&'a Cell<'static>),
    Lanes(&'a Reg),
}

impl<'a> Arg<'a> {
    /// What it is in a row.
    #[inline]
    pub(super) fn cell(self, lane: usize) -> Cell<'a> {
        match self {
            Self::One(cell) => cell.clone(),
            Self::Lanes(reg) => reg.cell(lane),
        }
    }

    /// The values, when they differ by row.
    #[inline]
    pub(super) fn data(self) -> Option<&'a Data> {
        match self {
            Self::One(_) => None,
            Self::Lanes(reg) => Some(&reg.data),
        }
    }

    /// Whether a row that is not known may be absent for another reason than plainly unknown.
    #[inline]
    fn has_reasons(self) -> bool {
        match self {
            Self::One(Cell::Absent(absence)) => *absence != assize_model::absence::Absence::UNKNOWN,
            Self::One(_) => false,
            Self::Lanes(reg) => !reg.absent.is_empty(),
        }
    }

    /// Whether it is the same in every row and not known.
    #[inline]
    fn is_never_known(self) -> bool {
        matches!(self, Self::One(cell) if cell.absence().is_some() || cell.is_between())
    }

    /// A word of the rows that are known.
    #[inline]
    fn known_word(self, at: usize) -> u64 {
        match self {
            Self::One(_) if self.is_never_known() => 0,
            Self::One(_) => !0,
            Self::Lanes(reg) => reg.known.get(at).copied().unwrap_or(0),
        }
    }

    /// A word of the rows that only their cells say all about: between bounds, or absent for a reason.
    #[inline]
    fn odd_word(self, at: usize) -> u64 {
        match self {
            Self::One(_) if self.is_never_known() => !0,
            Self::One(_) => 0,
            Self::Lanes(reg) => {
                let between = reg.between_word(at);
                if reg.absent.is_empty() { between } else { between | !reg.known.get(at).copied().unwrap_or(0) }
            }
        }
    }
}

/// What a kernel works on.
pub(super) struct Work<'a> {
    pub(super) program: &'a Program,
    pub(super) node: NodeId,
    pub(super) ty: Ty,
    /// How many rows the chunk has.
    pub(super) len: usize,
}

/// The rows that a kernel leaves to be worked out one by one.
pub(super) type Left = [u64; WORDS];

impl Work<'_> {
    fn words(&self) -> usize {
        bits::words(self.len)
    }

    /// Sets the rows known that are known in every operand, and gives the rows that are left.
    fn strict(&self, args: &[Arg<'_>], out: &mut Reg) -> Left {
        let mut left = [0; WORDS];
        for (at, (known, left)) in out.known.iter_mut().zip(&mut left).enumerate().take(self.words()) {
            let rows = full(self.len, at);
            let all = args.iter().fold(rows, |all, arg| all & arg.known_word(at));
            *left = args.iter().fold(0, |odd, arg| odd | arg.odd_word(at)) & rows & !all;
            *known = all;
        }
        left
    }
}

/// Works a node out for a chunk. `get` gives its operands.
pub(super) fn run<'a>(work: &Work<'_>, get: impl Fn(NodeId) -> Arg<'a> + Copy, out: &mut Reg) {
    out.reset();
    let Some(node) = work.program.node(work.node) else { return out.writable(work.ty) };
    let left = match &node.op {
        Op::Not(a) => logic::not(work, get(*a), out),
        Op::And(items) => logic::and_or(work, items.iter().map(|&item| get(item)), false, out),
        Op::Or(items) => logic::and_or(work, items.iter().map(|&item| get(item)), true, out),
        Op::Tally { kind, n, items } => {
            logic::tally(work, *kind, get(*n), items.iter().map(|&item| get(item)), items.len(), out)
        }
        Op::IsKnown(a) => logic::known(work, get(*a), None, false, out),
        Op::IsMissing(a) => logic::known(work, get(*a), None, true, out),
        Op::IsReason(a, reason) => logic::known(work, get(*a), Some(*reason), true, out),
        Op::Compare { op, left, right } => compare::compare(work, *op, get(*left), get(*right), out),
        Op::In { item, set } => compare::member(work, get(*item), get(*set), out),
        Op::Add(a, b) | Op::Sub(a, b) | Op::Mul(a, b) | Op::Div(a, b) => {
            arithmetic::binary(work, &node.op, get(*a), get(*b), out)
        }
        Op::Negate(a) => arithmetic::negate(work, get(*a), out),
        Op::Abs(a) => arithmetic::absolute(work, get(*a), out),
        Op::ToDecimal(a) => arithmetic::to_decimal(work, get(*a), out),
        Op::Min(items) => arithmetic::extreme(work, items.iter().map(|&item| get(item)), false, out),
        Op::Max(items) => arithmetic::extreme(work, items.iter().map(|&item| get(item)), true, out),
        Op::If { condition, then, otherwise } => {
            choice::choose(work, get(*condition), get(*then), get(*otherwise), out)
        }
        Op::FirstKnown(items) => choice::first_known(work, items, get, out),
        Op::Where { condition, value } => {
            choice::choose(work, get(*condition), get(*value), Arg::One(&Cell::NOT_APPLICABLE), out)
        }
        Op::Score { rule, terms } => score::score(work, *rule, terms, get, out),
        Op::End { operand, high } => score::end(work, get(*operand), *high, out),
        Op::Shift { operand, by, back } => dates::shift(work, get(*operand), get(*by), *back, out),
        Op::UnitsBetween { unit, from, to } => dates::units_between(work, *unit, get(*from), get(*to), out),
        Op::FiscalYear { operand, from } => {
            dates::number(work, get(*operand), |date| i64::from(date.fiscal_year(u32::from(*from))), out)
        }
        Op::Part { operand, part } => dates::number(work, get(*operand), |date| scalar::part_of(date, *part), out),
        Op::StartOf { operand, unit } => dates::start_of(work, get(*operand), *unit, out),
        Op::StartsWith(a, b) => texts::test(work, get(*a), get(*b), |text, part| text.starts_with(part), out),
        Op::EndsWith(a, b) => texts::test(work, get(*a), get(*b), |text, part| text.ends_with(part), out),
        Op::Contains(a, b) => texts::test(work, get(*a), get(*b), |text, part| text.contains(part), out),
        Op::Matches { operand, pattern } => {
            texts::matches(work, get(*operand), work.program.patterns.get(pattern.index()), out)
        }
        _ => None,
    };
    one_by_one(work, left, get, out);
}

/// Compares an operand with a value, in the place of a comparison that says the same of what it knows. What a row that
/// it leaves comes to, `cell` says.
pub(super) fn compare_with<'a>(
    work: &Work<'_>,
    op: Comparison,
    operand: Arg<'_>,
    with: &Cell<'static>,
    within: Option<(Date, Date)>,
    cell: impl Fn(usize) -> Cell<'a>,
    out: &mut Reg,
) {
    out.reset();
    let mut left = compare::compare(work, op, operand, Arg::One(with), out).unwrap_or_else(|| {
        out.writable(work.ty);
        let mut all = [0; WORDS];
        bits::fill(&mut all, work.len);
        all
    });
    if let Some((first, last)) = within {
        dates::outside(operand, work.len, first, last, &out.known, &mut left);
    }
    for lane in bits::ones(&left) {
        out.put(lane, work.ty, cell(lane));
    }
}

/// Works out the rows that a kernel left; all, when there was none for the operands.
fn one_by_one<'a>(work: &Work<'_>, left: Option<Left>, get: impl Fn(NodeId) -> Arg<'a>, out: &mut Reg) {
    let left = left.unwrap_or_else(|| {
        out.writable(work.ty);
        let mut all = [0; WORDS];
        bits::fill(&mut all, work.len);
        all
    });
    for lane in bits::ones(&left) {
        let cell = scalar::apply(work.program, work.node, |operand| get(operand).cell(lane));
        out.put(lane, work.ty, cell);
    }
}

/// Works a node out row by row only: what the kernels are tested against.
#[cfg(test)]
pub(super) fn run_naive<'a>(work: &Work<'_>, get: impl Fn(NodeId) -> Arg<'a> + Copy, out: &mut Reg) {
    out.reset();
    one_by_one(work, None, get, out);
}
