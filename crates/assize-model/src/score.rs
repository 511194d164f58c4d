//! The score of a form: what its items add up to, when some of them have no answer.

use crate::absence::{Absence, Fault};
use crate::bounds::{Bounds, Number};
use crate::decimal::{Decimal, Rounding};
use crate::ids::NodeId;

/// An item of a form, as a score reads it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ScoreTerm {
    /// The answer: a condition, or the number that it adds.
    pub answer: NodeId,
    /// Of a condition: what it adds when it is true.
    pub weight: Option<NodeId>,
    /// The least that it could add, when it has no answer; `None` where there is no least.
    pub low: Option<NodeId>,
    /// The most.
    pub high: Option<NodeId>,
    /// What it adds in the place of an answer, under [`ScoreRule::CountsAs`].
    pub stand_in: Option<NodeId>,
}

impl ScoreTerm {
    /// Calls `f` with each operand.
    pub fn operands(&self, f: &mut impl FnMut(NodeId)) {
        f(self.answer);
        [self.weight, self.low, self.high, self.stand_in].into_iter().flatten().for_each(f);
    }

    /// The term on other operands.
    #[must_use]
    pub fn mapped(&self, f: impl Fn(NodeId) -> NodeId) -> Self {
        Self {
            answer: f(self.answer),
            weight: self.weight.map(&f),
            low: self.low.map(&f),
            high: self.high.map(&f),
            stand_in: self.stand_in.map(&f),
        }
    }
}

/// What missing answers do to the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScoreRule {
    /// They leave it between bounds.
    Open,
    /// Each adds what stands in for it.
    CountsAs,
    /// While at most so many are missing, the score of the others is scaled up; with more there is none.
    Prorate {
        /// How many may be missing: an integer.
        up_to: NodeId,
        /// How the scaled score is made whole.
        rounding: Option<Rounding>,
    },
    /// While at most so many are missing, they leave it between bounds; with more there is none.
    NotAbove(NodeId),
    /// Not the score, but how many items have an answer.
    Answered,
}

impl ScoreRule {
    /// The operand that says how many may be missing.
    pub const fn limit(self) -> Option<NodeId> {
        match self {
            Self::Prorate { up_to, .. } | Self::NotAbove(up_to) => Some(up_to),
            Self::Open | Self::CountsAs | Self::Answered => None,
        }
    }
}

/// What an item adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer<T> {
    /// A number, perhaps one known only to lie between bounds.
    Adds(Bounds<T>),
    /// There is no answer: something between bounds, or what stands in for it.
    Missing {
        /// Why.
        absence: Absence,
        /// What it could add.
        ends: Bounds<T>,
        /// What stands in for it.
        stand_in: Option<T>,
    },
}

/// What can be scored.
pub trait Scored: Number {
    /// `self × all ÷ some`, made whole when a way to round is given.
    ///
    /// # Errors
    /// [`Fault`], as arithmetic has it.
    fn scaled(self, all: i64, some: i64, rounding: Option<Rounding>) -> Result<Self, Fault>;
}

impl Scored for Decimal {
    fn scaled(self, all: i64, some: i64, rounding: Option<Rounding>) -> Result<Self, Fault> {
        let scaled = self.mul(Self::from_i64(all))?.div(Self::from_i64(some))?;
        match rounding {
            Some(mode) => scaled.round(0, mode),
            None => Ok(scaled),
        }
    }
}

impl Scored for i64 {
    fn scaled(self, all: i64, some: i64, rounding: Option<Rounding>) -> Result<Self, Fault> {
        let mode = rounding.unwrap_or(Rounding::HalfEven);
        Decimal::from_i64(self).scaled(all, some, Some(mode))?.to_i64().ok_or(Fault::Overflow)
    }
}

/// The score of a form; `limit` is how many answers may be missing, where the rule has such a limit. An item in error
/// makes the score that error. `node` is the score.
///
/// # Errors
/// [`Absence`]: an error, or that there is no score, for the reason of the first answer that is missing.
pub fn score<T: Scored>(
    rule: ScoreRule,
    limit: i64,
    node: NodeId,
    answers: impl Iterator<Item = Result<Answer<T>, Absence>>,
) -> Result<Bounds<T>, Absence> {
    let fault = |fault| Absence::error(fault, node);
    let (mut all, mut missing) = (0_i64, 0_i64);
    let mut first: Option<Absence> = None;
    // Exact while every answer is; then bounds, which have no overflow.
    let (mut exact, mut known, mut open) = (Ok(T::ZERO), Bounds::exact(T::ZERO), Bounds::exact(T::ZERO));
    let mut is_exact = true;
    for answer in answers {
        all += 1;
        match answer? {
            Answer::Adds(bounds) => {
                known = known.add(bounds);
                match bounds.value() {
                    Some(value) => exact = exact.and_then(|sum: T| sum.plus(value)),
                    None => is_exact = false,
                }
            }
            Answer::Missing { absence, ends, stand_in } => {
                missing += 1;
                first = first.or(Some(absence));
                match (rule, stand_in) {
                    (ScoreRule::CountsAs, Some(value)) => {
                        known = known.add(Bounds::exact(value));
                        exact = exact.and_then(|sum: T| sum.plus(value));
                    }
                    _ => open = open.add(ends),
                }
            }
        }
    }
    if is_exact && let Err(overflow) = exact {
        return Err(fault(overflow));
    }
    let Some(absence) = first else { return Ok(known) };
    match rule {
        ScoreRule::CountsAs => Ok(known),
        ScoreRule::Open | ScoreRule::Answered => Ok(known.add(open)),
        ScoreRule::NotAbove(_) if missing > limit => Err(absence),
        ScoreRule::NotAbove(_) => Ok(known.add(open)),
        ScoreRule::Prorate { .. } if missing > limit || missing == all => Err(absence),
        ScoreRule::Prorate { rounding, .. } => {
            let scaled = |end: T| end.scaled(all, all - missing, rounding);
            match known.value() {
                Some(value) => scaled(value).map(Bounds::exact).map_err(fault),
                None => Ok(Bounds {
                    lo: known.lo.and_then(|end| scaled(end).ok()),
                    hi: known.hi.and_then(|end| scaled(end).ok()),
                }),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::absence::Reason;

    const NODE: NodeId = NodeId(9);

    fn of(rule: ScoreRule, limit: i64, items: &[Option<i64>]) -> Result<Bounds<i64>, Absence> {
        let answer = |item: &Option<i64>| {
            Ok(match item {
                Some(value) => Answer::Adds(Bounds::exact(*value)),
                None => Answer::Missing {
                    absence: Absence::missing(Reason::NotAnswered),
                    ends: Bounds::new(-3, 1),
                    stand_in: Some(1),
                },
            })
        };
        score(rule, limit, NODE, items.iter().map(answer))
    }

    #[test]
    fn every_rule() {
        let prorate = ScoreRule::Prorate { up_to: NODE, rounding: Some(Rounding::HalfUp) };
        let some = [Some(1), Some(4), None, Some(0)];
        let none = Err(Absence::missing(Reason::NotAnswered));
        assert_eq!(of(ScoreRule::Open, 0, &some), Ok(Bounds::new(2, 6)));
        assert_eq!(of(ScoreRule::CountsAs, 0, &some), Ok(Bounds::exact(6)));
        // 5 × 4 ÷ 3 = 6.67
        assert_eq!(of(prorate, 1, &some), Ok(Bounds::exact(7)));
        assert_eq!(of(prorate, 0, &some), none);
        assert_eq!(of(ScoreRule::NotAbove(NODE), 1, &some), Ok(Bounds::new(2, 6)));
        assert_eq!(of(ScoreRule::NotAbove(NODE), 0, &some), none);
        assert_eq!(of(prorate, 9, &[None, None]), none);
        for rule in [ScoreRule::Open, ScoreRule::CountsAs, prorate, ScoreRule::NotAbove(NODE)] {
            assert_eq!(of(rule, 0, &[Some(2), Some(-5)]), Ok(Bounds::exact(-3)));
            let over = of(rule, 0, &[Some(i64::MAX), Some(1)]);
            assert_eq!(over, Err(Absence::error(Fault::Overflow, NODE)));
        }
    }

    #[test]
    fn halves_are_rounded_as_is_said() {
        let of = |mode| 5_i64.scaled(3, 2, Some(mode)).unwrap();
        assert_eq!((of(Rounding::HalfUp), of(Rounding::HalfEven), of(Rounding::HalfDown)), (8, 8, 7));
        assert_eq!((of(Rounding::Floor), of(Rounding::Ceiling)), (7, 8));
        assert_eq!(Decimal::from_i64(5).scaled(3, 2, None).unwrap().to_string(), "7.5");
    }
}
