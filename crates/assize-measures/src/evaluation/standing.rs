//! How a finding stands: which of an indicator's levels it reaches, or may reach.

use super::finding::{Distribution, Finding};
use super::{Counted, finding};
use crate::agreement::Part;
use crate::table::{MeasureRow, RowState};
use crate::target::{TargetStatus, TargetWord};
use assize_model::bounds::Bounds;
use assize_model::decimal::Decimal;
use assize_model::evaluation::{Facts, Indicator, Judged, Quantity, TARGET_LEVELS, score};
use assize_model::ids::Code;

/// Which levels are reached, or may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The levels that may hold, by their rank, the best first: one where it is decided, none where nothing is judged.
    pub possible: Vec<usize>,
    /// The lowest score it may have, from 0 to 1.
    pub lowest: Decimal,
    /// The highest.
    pub highest: Decimal,
    /// Why it is not decided.
    pub because: Option<NoStanding>,
}

/// Why a standing is not decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoStanding {
    /// The indicator has neither rubric nor target.
    NotJudged,
    /// Nothing is known of it.
    NoEvidence,
    /// What is known leaves several levels possible.
    Several,
}

impl NoStanding {
    /// The word in results.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotJudged => "not_judged",
            Self::NoEvidence => "no_evidence",
            Self::Several => "several_possible",
        }
    }
}

impl Standing {
    /// Of levels by rank, of so many.
    pub(super) fn of(possible: Vec<usize>, levels: usize, because: NoStanding) -> Self {
        let scores = || possible.iter().map(|&rank| score(rank, levels));
        let (lowest, highest) = (scores().min().unwrap_or(Decimal::ZERO), scores().max().unwrap_or(Decimal::ONE));
        let because = (possible.len() != 1).then_some(because);
        Self { possible, lowest, highest, because }
    }

    /// Of what is not judged.
    pub(super) const fn not_judged() -> Self {
        Self {
            possible: Vec::new(),
            lowest: Decimal::ZERO,
            highest: Decimal::ONE,
            because: Some(NoStanding::NotJudged),
        }
    }

    /// Whether it has levels at all.
    pub fn is_judged(&self) -> bool {
        !self.possible.is_empty()
    }

    /// The rank of the level, where it is decided.
    pub fn level(&self) -> Option<usize> {
        match self.possible.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }
}

/// How a finding stands by its indicator's rubric, or else by its target.
pub(super) fn of(
    counted: &Counted<'_>,
    indicator: &Indicator,
    finding: &Finding,
    target: Option<&TargetStatus>,
) -> Standing {
    let levels = indicator.levels(counted.program).len();
    if levels == 0 {
        return Standing::not_judged();
    }
    let because = if finding.is_known() { NoStanding::Several } else { NoStanding::NoEvidence };
    let possible = match &indicator.rubric {
        // What is known of nothing decides no level, whatever a condition would hold of it.
        _ if !finding.is_known() => (0..levels).collect(),
        Some(rubric) => rubric.possible(&Found(finding), counted.run.params),
        None => match target.map(|target| target.status) {
            Some(TargetWord::Met) => vec![0],
            Some(TargetWord::Near) => vec![1],
            Some(TargetWord::Missed) => vec![2],
            Some(TargetWord::NotKnown) | None => (0..TARGET_LEVELS.len()).collect(),
        },
    };
    Standing::of(possible, levels, because)
}

/// What a rubric may ask of a finding.
struct Found<'a>(&'a Finding);

const OPEN: Bounds<Decimal> = Bounds { lo: None, hi: None };

fn exactly(value: Decimal) -> Bounds<Decimal> {
    Bounds { lo: Some(value), hi: Some(value) }
}

fn whole(count: u64) -> Bounds<Decimal> {
    i64::try_from(count).map_or(OPEN, |count| exactly(Decimal::from_i64(count)))
}

/// The share of a count in a total; open of nothing.
pub(super) fn share(count: u64, total: u64) -> Bounds<Decimal> {
    let number = |count: u64| i64::try_from(count).ok().map(Decimal::from_i64);
    let share = number(count).zip(number(total)).and_then(|(count, total)| count.div(total).ok());
    share.map_or(OPEN, exactly)
}

fn end(value: Option<f64>) -> Bounds<Decimal> {
    value.and_then(Decimal::from_f64).map_or(OPEN, exactly)
}

fn of_row(row: &MeasureRow, of: &Quantity) -> Bounds<Decimal> {
    match of {
        Quantity::Value if row.state == RowState::Bounded => row.bounds.unwrap_or(OPEN),
        Quantity::Value => row.value_exact.map_or(OPEN, exactly),
        Quantity::Lower => end(row.interval.as_ref().map(|interval| interval.lower)),
        Quantity::Upper => end(row.interval.as_ref().map(|interval| interval.upper)),
        Quantity::Numerator => row.numerator.map_or(OPEN, |number| exactly(number.to_decimal())),
        Quantity::Denominator => row.denominator.map_or(OPEN, |number| exactly(number.to_decimal())),
        // Those of which it is not known whether they count may count.
        Quantity::Count => match finding::count(row) {
            Some(count) => Bounds { lo: whole(count).lo, hi: whole(count.saturating_add(row.stages.unknown)).hi },
            None => OPEN,
        },
        _ => OPEN,
    }
}

fn of_distribution(all: &Distribution, of: &Quantity) -> Bounds<Decimal> {
    let answers = &all.answers;
    let part = |part: Option<Part>| part.map_or(OPEN, |part| share(part.count, part.of));
    match of {
        Quantity::Count => whole(answers.all()),
        Quantity::CountOf(code) => whole(all.of(*code)),
        Quantity::Share(code) => part(answers.share(code.index())),
        Quantity::Top(codes) => part(answers.top(*codes as usize)),
        _ => OPEN,
    }
}

impl Facts for Found<'_> {
    fn number(&self, of: &Quantity) -> Bounds<Decimal> {
        match self.0 {
            Finding::Measure(_, row) | Finding::Documents(_, row) => of_row(row, of),
            Finding::Ratings(found) => of_distribution(&found.all, of),
            Finding::Themes(found) => of_distribution(&found.all, of),
            Finding::Nothing(_) => OPEN,
        }
    }

    fn median(&self) -> Option<(Code, Code)> {
        match self.0 {
            Finding::Ratings(found) => {
                let median = found.all.answers.median()?;
                let code = |at: usize| u16::try_from(at).ok().map(Code);
                Some((code(median.lower)?, code(median.upper)?))
            }
            _ => None,
        }
    }

    fn standing(&self, _: Judged) -> (Decimal, Decimal) {
        (Decimal::ZERO, Decimal::ONE)
    }
}
