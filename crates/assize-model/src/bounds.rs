//! Values that are known only to lie between bounds: numbers between two ends, codes within a set.
//!
//! Every operation here is sound: each value that the operands could take gives a result within the result's bounds.
//! An end that cannot be represented is left open rather than made an error, since the value itself may lie elsewhere.

use crate::absence::Fault;
use crate::decimal::{Decimal, Rounding};
use crate::ids::Code;
use crate::node::Comparison;
use std::cmp::Ordering;

/// A number that lies between two ends, both included; `None` is an open end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bounds<T> {
    /// The least it can be.
    pub lo: Option<T>,
    /// The most it can be.
    pub hi: Option<T>,
}

/// The numbers that can be bounded.
pub trait Number: Copy + Ord {
    /// Zero.
    const ZERO: Self;
    /// The sum, unless it overflows.
    fn plus(self, other: Self) -> Result<Self, Fault>;
    /// The difference, unless it overflows.
    fn minus(self, other: Self) -> Result<Self, Fault>;
    /// The product, unless it overflows.
    fn times(self, other: Self) -> Result<Self, Fault>;
    /// The negation, unless it overflows.
    fn negated(self) -> Result<Self, Fault>;
}

impl Number for i64 {
    const ZERO: Self = 0;
    #[inline]
    fn plus(self, other: Self) -> Result<Self, Fault> {
        self.checked_add(other).ok_or(Fault::Overflow)
    }
    #[inline]
    fn minus(self, other: Self) -> Result<Self, Fault> {
        self.checked_sub(other).ok_or(Fault::Overflow)
    }
    #[inline]
    fn times(self, other: Self) -> Result<Self, Fault> {
        self.checked_mul(other).ok_or(Fault::Overflow)
    }
    #[inline]
    fn negated(self) -> Result<Self, Fault> {
        self.checked_neg().ok_or(Fault::Overflow)
    }
}

impl Number for Decimal {
    const ZERO: Self = Self::ZERO;
    #[inline]
    fn plus(self, other: Self) -> Result<Self, Fault> {
        self.add(other)
    }
    #[inline]
    fn minus(self, other: Self) -> Result<Self, Fault> {
        self.sub(other)
    }
    #[inline]
    fn times(self, other: Self) -> Result<Self, Fault> {
        self.mul(other)
    }
    #[inline]
    fn negated(self) -> Result<Self, Fault> {
        Ok(self.neg())
    }
}

#[expect(
    clippy::should_implement_trait,
    reason = "operators on bounds read as a family with `compare`, which has no trait"
)]
impl<T: Number> Bounds<T> {
    /// Nothing is known but the type.
    pub const OPEN: Self = Self { lo: None, hi: None };

    /// Exactly one value.
    pub const fn exact(value: T) -> Self {
        Self { lo: Some(value), hi: Some(value) }
    }

    /// From one end to the other, both included.
    pub const fn new(lo: T, hi: T) -> Self {
        Self { lo: Some(lo), hi: Some(hi) }
    }

    /// The value, when only one is left.
    pub fn value(self) -> Option<T> {
        match (self.lo, self.hi) {
            (Some(lo), Some(hi)) if lo == hi => Some(lo),
            _ => None,
        }
    }

    /// Every sum.
    pub fn add(self, other: Self) -> Self {
        let end = |a: Option<T>, b: Option<T>| a?.plus(b?).ok();
        Self { lo: end(self.lo, other.lo), hi: end(self.hi, other.hi) }
    }

    /// Every difference.
    pub fn sub(self, other: Self) -> Self {
        let end = |a: Option<T>, b: Option<T>| a?.minus(b?).ok();
        Self { lo: end(self.lo, other.hi), hi: end(self.hi, other.lo) }
    }

    /// Every product. With an open end only a product of two numbers known not to be negative keeps a lower end.
    pub fn mul(self, other: Self) -> Self {
        if let (Some(a), Some(b), Some(c), Some(d)) = (self.lo, self.hi, other.lo, other.hi) {
            let products = [a.times(c), a.times(d), b.times(c), b.times(d)];
            let mut ends: Option<(T, T)> = None;
            for product in products {
                let Ok(product) = product else { return Self::OPEN };
                ends = Some(ends.map_or((product, product), |(lo, hi)| (lo.min(product), hi.max(product))));
            }
            return ends.map_or(Self::OPEN, |(lo, hi)| Self::new(lo, hi));
        }
        match (self.lo, other.lo) {
            (Some(a), Some(b)) if a >= T::ZERO && b >= T::ZERO => Self { lo: a.times(b).ok(), hi: None },
            _ => Self::OPEN,
        }
    }

    /// Every negation.
    pub fn neg(self) -> Self {
        let end = |a: Option<T>| a?.negated().ok();
        Self { lo: end(self.hi), hi: end(self.lo) }
    }

    /// Every absolute value.
    pub fn abs(self) -> Self {
        let negated = self.neg();
        match (self.lo, self.hi) {
            (Some(lo), _) if lo >= T::ZERO => self,
            (_, Some(hi)) if hi <= T::ZERO => negated,
            _ => {
                let hi = match (self.hi, negated.hi) {
                    (Some(a), Some(b)) => Some(a.max(b)),
                    _ => None,
                };
                Self { lo: Some(T::ZERO), hi }
            }
        }
    }

    /// Every least of two.
    pub fn min(self, other: Self) -> Self {
        Self { lo: both(self.lo, other.lo, T::min), hi: either(self.hi, other.hi, T::min) }
    }

    /// Every greatest of two.
    pub fn max(self, other: Self) -> Self {
        Self { lo: either(self.lo, other.lo, T::max), hi: both(self.hi, other.hi, T::max) }
    }

    /// A comparison: decided when the whole of both ranges gives the same answer.
    pub fn compare(self, op: Comparison, other: Self) -> Option<bool> {
        let below = |a: Option<T>, b: Option<T>| matches!((a, b), (Some(a), Some(b)) if a < b);
        let at_most = |a: Option<T>, b: Option<T>| matches!((a, b), (Some(a), Some(b)) if a <= b);
        match op {
            Comparison::Lt if below(self.hi, other.lo) => Some(true),
            Comparison::Lt if at_most(other.hi, self.lo) => Some(false),
            Comparison::Le if at_most(self.hi, other.lo) => Some(true),
            Comparison::Le if below(other.hi, self.lo) => Some(false),
            Comparison::Gt => other.compare(Comparison::Lt, self),
            Comparison::Ge => other.compare(Comparison::Le, self),
            Comparison::Eq if below(self.hi, other.lo) || below(other.hi, self.lo) => Some(false),
            Comparison::Eq => match (self.value(), other.value()) {
                (Some(a), Some(b)) => Some(a == b),
                _ => None,
            },
            Comparison::Ne => self.compare(Comparison::Eq, other).map(|equal| !equal),
            Comparison::Lt | Comparison::Le => None,
        }
    }
}

/// An end that both operands must have.
fn both<T>(a: Option<T>, b: Option<T>, pick: impl Fn(T, T) -> T) -> Option<T> {
    Some(pick(a?, b?))
}

/// An end that one operand is enough for.
fn either<T>(a: Option<T>, b: Option<T>, pick: impl Fn(T, T) -> T) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(pick(a, b)),
        (a, b) => a.or(b),
    }
}

impl Bounds<i64> {
    /// The same bounds as decimals.
    pub fn to_decimal(self) -> Bounds<Decimal> {
        Bounds { lo: self.lo.map(Decimal::from_i64), hi: self.hi.map(Decimal::from_i64) }
    }
}

#[expect(clippy::should_implement_trait, reason = "as above")]
impl Bounds<Decimal> {
    /// Every quotient; open where the divisor could be zero.
    pub fn div(self, other: Self) -> Self {
        let (Some(a), Some(b), Some(c), Some(d)) = (self.lo, self.hi, other.lo, other.hi) else { return Self::OPEN };
        if c <= Decimal::ZERO && d >= Decimal::ZERO {
            return Self::OPEN;
        }
        let mut ends: Option<(Decimal, Decimal)> = None;
        for quotient in [a.div(c), a.div(d), b.div(c), b.div(d)] {
            let Ok(quotient) = quotient else { return Self::OPEN };
            ends = Some(ends.map_or((quotient, quotient), |(lo, hi)| (lo.min(quotient), hi.max(quotient))));
        }
        ends.map_or(Self::OPEN, |(lo, hi)| Self::new(lo, hi))
    }

    /// Every rounding; rounding never changes an order, so the ends suffice.
    pub fn round(self, places: i64, mode: Rounding) -> Self {
        let end = |a: Option<Decimal>| a?.round(places, mode).ok();
        Self { lo: end(self.lo), hi: end(self.hi) }
    }
}

/// The comparison of two values by their order.
#[inline]
pub fn holds(op: Comparison, order: Ordering) -> bool {
    match op {
        Comparison::Eq => order == Ordering::Equal,
        Comparison::Ne => order != Ordering::Equal,
        Comparison::Lt => order == Ordering::Less,
        Comparison::Le => order != Ordering::Greater,
        Comparison::Gt => order == Ordering::Greater,
        Comparison::Ge => order != Ordering::Less,
    }
}

/// Codes that an outcome could still be, and whether it could be no code. Outcome lists are capped at
/// [`CodeSet::CAPACITY`] codes, so that a set is 128 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct CodeSet(pub u128);

impl CodeSet {
    /// How many codes a list may have to be the outcome of a category.
    pub const CAPACITY: usize = 127;
    /// The empty set.
    pub const EMPTY: Self = Self(0);

    /// The bit of a code; [`Code::NONE`] has the last.
    const fn bit(code: Code) -> u128 {
        if code.0 >= 127 { 1 << 127 } else { 1 << code.0 }
    }

    /// The set of one.
    pub const fn of(code: Code) -> Self {
        Self(Self::bit(code))
    }

    /// With one more.
    #[must_use]
    pub const fn with(self, code: Code) -> Self {
        Self(self.0 | Self::bit(code))
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a code is in it.
    pub const fn has(self, code: Code) -> bool {
        self.0 & Self::bit(code) != 0
    }

    /// How many there are.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The code, when only one is left.
    pub fn value(self) -> Option<Code> {
        if self.len() == 1 { self.iter().next() } else { None }
    }

    /// The codes in declared order; no code comes last.
    pub fn iter(self) -> impl Iterator<Item = Code> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            if rest == 0 {
                return None;
            }
            let at = rest.trailing_zeros();
            rest &= rest - 1;
            Some(if at == 127 { Code::NONE } else { Code(u16::try_from(at).unwrap_or(u16::MAX)) })
        })
    }

    /// A comparison: decided when every pair of codes agrees.
    pub fn compare(self, op: Comparison, other: Self) -> Option<bool> {
        let mut answer = None;
        for left in self.iter() {
            for right in other.iter() {
                let one = compare_codes(op, left, right);
                match answer {
                    None => answer = Some(one),
                    Some(before) if before == one => {}
                    Some(_) => return None,
                }
            }
        }
        answer
    }

    /// The codes that a choice between any two could give.
    #[must_use]
    pub fn choose(self, other: Self, highest: bool) -> Self {
        let mut out = Self::EMPTY;
        for left in self.iter() {
            for right in other.iter() {
                out = out.with(choose_code(left, right, highest));
            }
        }
        out
    }
}

/// Compares two codes by declared order. No code equals only no code, and has no place in the order: any ordered
/// comparison with it is `no`.
#[inline]
pub fn compare_codes(op: Comparison, left: Code, right: Code) -> bool {
    if (left == Code::NONE || right == Code::NONE) && !matches!(op, Comparison::Eq | Comparison::Ne) {
        return false;
    }
    holds(op, left.cmp(&right))
}

/// The higher (or lower) of two codes; no code gives way to any.
#[inline]
pub fn choose_code(left: Code, right: Code, highest: bool) -> Code {
    match (left == Code::NONE, right == Code::NONE) {
        (true, _) => right,
        (_, true) => left,
        _ if highest => left.max(right),
        _ => left.min(right),
    }
}

/// The code one above or below, staying at the ends of a list of `len` codes; no code stays no code.
#[inline]
pub fn step_code(code: Code, up: bool, len: usize) -> Code {
    if code == Code::NONE {
        return code;
    }
    if up { if code.index() + 1 < len { Code(code.0 + 1) } else { code } } else { Code(code.0.saturating_sub(1)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A number, and bounds that it lies in.
    fn bounded() -> impl Strategy<Value = (i64, Bounds<i64>)> {
        let below = || prop_oneof![4 => (0_i64..4).prop_map(Some), 1 => Just(Some(i64::MAX - 10)), 1 => Just(None)];
        (-8_i64..8, below(), below()).prop_map(|(value, below, above)| {
            (value, Bounds { lo: below.map(|below| value - below), hi: above.map(|above| value.saturating_add(above)) })
        })
    }

    fn within(bounds: Bounds<i64>, value: i64) -> bool {
        bounds.lo.is_none_or(|lo| lo <= value) && bounds.hi.is_none_or(|hi| value <= hi)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn every_operation_holds_what_its_operands_can_be((x, a) in bounded(), (y, b) in bounded()) {
            prop_assert!(within(a.add(b), x + y));
            prop_assert!(within(a.sub(b), x - y));
            prop_assert!(within(a.mul(b), x * y));
            prop_assert!(within(a.neg(), -x));
            prop_assert!(within(a.abs(), x.abs()));
            prop_assert!(within(a.min(b), x.min(y)));
            prop_assert!(within(a.max(b), x.max(y)));
            for op in [Comparison::Eq, Comparison::Ne, Comparison::Lt, Comparison::Le, Comparison::Gt, Comparison::Ge] {
                if let Some(answer) = a.compare(op, b) {
                    prop_assert_eq!(answer, holds(op, x.cmp(&y)), "{:?} {:?} {:?}", a, op, b);
                }
            }
            let quotient = a.to_decimal().div(b.to_decimal());
            if let Ok(exact) = Decimal::from_i64(x).div(Decimal::from_i64(y)) {
                prop_assert!(quotient.lo.is_none_or(|lo| lo <= exact) && quotient.hi.is_none_or(|hi| exact <= hi));
            }
        }

        #[test]
        fn sets_of_codes_decide_only_what_all_agree_on(a in 1_u128..256, b in 1_u128..256) {
            let (a, b) = (CodeSet(a | (a >> 7) << 127), CodeSet(b));
            for op in [Comparison::Eq, Comparison::Ne, Comparison::Lt, Comparison::Le, Comparison::Gt, Comparison::Ge] {
                let answers: Vec<bool> =
                    a.iter().flat_map(|x| b.iter().map(move |y| compare_codes(op, x, y))).collect();
                let agreed = answers.iter().all(|answer| *answer == answers[0]).then_some(answers[0]);
                prop_assert_eq!(a.compare(op, b), agreed);
            }
            for highest in [true, false] {
                let all = a.iter().flat_map(|x| b.iter().map(move |y| choose_code(x, y, highest)));
                prop_assert_eq!(a.choose(b, highest), all.fold(CodeSet::EMPTY, CodeSet::with));
            }
        }
    }

    #[test]
    fn exact_bounds_decide() {
        let three = Bounds::exact(3);
        assert_eq!(three.compare(Comparison::Ge, Bounds::new(1, 3)), Some(true));
        assert_eq!(three.compare(Comparison::Ge, Bounds::new(1, 4)), None);
        assert_eq!(Bounds::new(0, 2).compare(Comparison::Ge, three), Some(false));
        assert_eq!(Bounds::new(3, 3).value(), Some(3));
        assert_eq!(Bounds { lo: Some(341), hi: None }.compare(Comparison::Gt, Bounds::exact(340)), Some(true));
    }

    #[test]
    fn no_code_is_outside_the_order() {
        for op in [Comparison::Lt, Comparison::Le, Comparison::Gt, Comparison::Ge] {
            assert!(!compare_codes(op, Code::NONE, Code(1)));
            assert!(!compare_codes(op, Code(1), Code::NONE));
        }
        assert!(compare_codes(Comparison::Eq, Code::NONE, Code::NONE));
        assert!(compare_codes(Comparison::Ne, Code::NONE, Code(0)));
        assert_eq!(CodeSet::of(Code::NONE).with(Code(3)).iter().collect::<Vec<_>>(), [Code(3), Code::NONE]);
        assert_eq!(step_code(Code(2), true, 3), Code(2));
        assert_eq!(step_code(Code(0), false, 3), Code(0));
    }
}
