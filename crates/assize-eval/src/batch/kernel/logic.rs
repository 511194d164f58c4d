//! Three-valued logic, 64 rows at a time.

#![expect(clippy::indexing_slicing, reason = "every bitmap has the words of a chunk")]

use super::{Arg, Left, Work};
use crate::batch::bits::{self, WORDS, full};
use crate::batch::cell::Cell;
use crate::batch::reg::Reg;
use assize_model::absence::{Absence, Reason};
use assize_model::node::Tally;

/// Counts of more than this many items are left to the cells.
const MOST_ITEMS: usize = 255;

/// Negation.
pub(super) fn not(work: &Work<'_>, operand: Arg<'_>, out: &mut Reg) -> Option<Left> {
    let Arg::Lanes(operand) = operand else { return None };
    out.known.copy_from_slice(&operand.known);
    out.absent.clone_from(&operand.absent);
    let (yes, known) = out.yes_mut();
    let of = operand.yes();
    for at in 0..work.words() {
        yes[at] = known[at] & !of[at];
    }
    Some([0; WORDS])
}

/// Conjunction (decided by `no`) or disjunction (decided by `yes`).
pub(super) fn and_or<'a>(
    work: &Work<'_>,
    items: impl Iterator<Item = Arg<'a>>,
    decisive: bool,
    out: &mut Reg,
) -> Option<Left> {
    let words = work.words();
    let mut reasons = false;
    // Rows in which some item decides, and rows in which every item is known.
    let mut decided = [0; WORDS];
    let mut all = [0; WORDS];
    bits::fill(&mut all, work.len);
    for item in items {
        reasons |= item.has_reasons();
        match item {
            Arg::One(Cell::Boolean(value)) if *value == decisive => bits::fill(&mut decided, work.len),
            Arg::One(Cell::Boolean(_)) => {}
            Arg::One(_) => all = [0; WORDS],
            Arg::Lanes(reg) => {
                let yes = reg.yes();
                if decisive {
                    for at in 0..words {
                        decided[at] |= yes[at];
                        all[at] &= reg.known[at];
                    }
                } else {
                    for at in 0..words {
                        decided[at] |= reg.known[at] & !yes[at];
                        all[at] &= reg.known[at];
                    }
                }
            }
        }
    }
    let (yes, known) = out.yes_mut();
    let mut left = [0; WORDS];
    for at in 0..words {
        known[at] = decided[at] | all[at];
        yes[at] = if decisive { decided[at] } else { all[at] & !decided[at] };
        if reasons {
            left[at] = full(work.len, at) & !known[at];
        }
    }
    Some(left)
}

/// Binary digits of 64 counters.
#[derive(Clone, Copy)]
struct Counters([u64; 8]);

impl Counters {
    #[inline]
    fn add(&mut self, mut carry: u64, digits: usize) {
        for digit in &mut self.0[..digits] {
            let both = *digit & carry;
            *digit ^= carry;
            carry = both;
        }
    }

    /// The counters that are at least `n`.
    #[inline]
    fn at_least(&self, n: i64, digits: usize) -> u64 {
        if n <= 0 {
            return !0;
        }
        if n >> digits != 0 {
            return 0;
        }
        let (mut above, mut equal) = (0, !0);
        for (at, digit) in self.0[..digits].iter().enumerate().rev() {
            if n >> at & 1 == 1 {
                equal &= digit;
            } else {
                above |= equal & digit;
                equal &= !digit;
            }
        }
        above | equal
    }
}

/// At least, at most or exactly so many.
pub(super) fn tally<'a>(
    work: &Work<'_>,
    kind: Tally,
    n: Arg<'_>,
    items: impl Iterator<Item = Arg<'a>>,
    count: usize,
    out: &mut Reg,
) -> Option<Left> {
    let Arg::One(Cell::Integer(n)) = n else { return None };
    if count > MOST_ITEMS {
        return None;
    }
    let digits = (usize::BITS - count.leading_zeros()) as usize;
    let words = work.words();
    let mut reasons = false;
    let (mut least, mut most) = ([Counters([0; 8]); WORDS], [Counters([0; 8]); WORDS]);
    for item in items {
        reasons |= item.has_reasons();
        for at in 0..words {
            let (yes, known) = match item {
                Arg::One(Cell::Boolean(true)) => (!0, !0),
                Arg::One(Cell::Boolean(false)) => (0, !0),
                Arg::One(_) => (0, 0),
                Arg::Lanes(reg) => (reg.yes()[at], reg.known[at]),
            };
            least[at].add(yes, digits);
            most[at].add(yes | !known, digits);
        }
    }
    let over = n.saturating_add(1);
    let (yes, known) = out.yes_mut();
    let mut left = [0; WORDS];
    for at in 0..words {
        let rows = full(work.len, at);
        let reach = |counters: &Counters, n: i64| counters.at_least(n, digits);
        let (is, is_not) = match kind {
            Tally::AtLeast => (reach(&least[at], *n), !reach(&most[at], *n)),
            Tally::AtMost if *n == i64::MAX => (!0, 0),
            Tally::AtMost => (!reach(&most[at], over), reach(&least[at], over)),
            Tally::Exactly if *n == i64::MAX => (0, !0),
            Tally::Exactly => {
                let is_not = reach(&least[at], over) | !reach(&most[at], *n);
                (reach(&least[at], *n) & !reach(&most[at], over), is_not)
            }
        };
        yes[at] = is & rows;
        known[at] = (is | is_not) & rows;
        if reasons {
            left[at] = rows & !known[at];
        }
    }
    Some(left)
}

/// Whether there is a value, or (`missing`) whether there is none, perhaps for one reason. An error stays one.
pub(super) fn known(
    work: &Work<'_>,
    operand: Arg<'_>,
    reason: Option<Reason>,
    missing: bool,
    out: &mut Reg,
) -> Option<Left> {
    let Arg::Lanes(operand) = operand else { return None };
    let unknown = reason.is_none_or(|reason| reason == Reason::Unknown);
    let mut answers = [0; WORDS];
    for (at, answer) in answers.iter_mut().enumerate().take(work.words()) {
        let rows = full(work.len, at);
        let there = operand.known[at] & !operand.undecided.get(at).copied().unwrap_or(0);
        let open = rows & !there;
        let between = open & (operand.between_word(at) | operand.known[at]);
        let (mut errors, mut matching) = (0, if unknown { open } else { 0 });
        if !operand.absent.is_empty() {
            matching = if unknown { between } else { 0 };
            for bit in bits::ones_of(open & !between) {
                let absence = operand.absence(at * 64 + bit);
                if absence.is_error() {
                    errors |= 1 << bit;
                    out.put_absence(at * 64 + bit, absence);
                } else if reason.is_none_or(|reason| absence == Absence::missing(reason)) {
                    matching |= 1 << bit;
                }
            }
        }
        out.known[at] = rows & !errors;
        *answer = out.known[at] & if missing { matching } else { there };
    }
    out.yes_mut().0.copy_from_slice(&answers);
    Some([0; WORDS])
}
