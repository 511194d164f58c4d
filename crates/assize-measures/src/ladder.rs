//! The ladder of a measure, 64 records at a time: where each of them leaves it.

use crate::plan::{Clause, MeasurePlan, Source, ValueOf};
use crate::stage::{CLASS_BITS, class};
use assize_model::absence::Absence;
use assize_model::ids::Code;
use assize_model::lane::{Chunk, Lane, LaneAbsent, LaneSpread, LaneValues, OutcomeLane};
use assize_model::measure::UnknownPolicy;
use assize_model::program::State;
use assize_model::value::Value;

/// A bit a record for each bit of its class, lowest first.
pub(crate) type Planes = [u64; CLASS_BITS as usize];

/// Where 64 records left the ladder.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Word {
    /// Their classes.
    pub planes: Planes,
    /// Those of which a clause was not known and was taken to be `yes` or `no`.
    pub replaced: u64,
    /// Those of which the value counts: in the numerator, or where there is none, left at the end.
    pub counted: u64,
    /// Those left at the end, in the numerator or not.
    pub left: u64,
}

impl Word {
    /// Puts records in a class. They are in none yet, or in [`class::ERROR_FIRST`], which is 0.
    #[inline(always)]
    fn put<const CLASS: u8>(&mut self, records: u64) {
        for (bit, plane) in self.planes.iter_mut().enumerate() {
            if CLASS >> bit & 1 == 1 {
                *plane |= records;
            }
        }
    }
}

/// One clause's answers for some of 64 records; each of them is in exactly one.
struct Answers {
    yes: u64,
    no: u64,
    unknown: u64,
    error: u64,
}

/// A clause of the ladder, bound to a chunk.
#[derive(Debug, Clone, Copy)]
struct Bound<'a> {
    known: &'a [u64],
    yes: Yes<'a>,
    absent: LaneAbsent<'a>,
    /// What counts beside what is known.
    spread: LaneSpread<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Yes<'a> {
    Words(&'a [u64]),
    /// Wherever it is known; so for numbers, which have no `no`.
    All,
    Never,
}

impl<'a> Bound<'a> {
    fn condition(lane: &Lane<'a>) -> Self {
        let yes = match lane.values {
            LaneValues::Boolean(words) => Yes::Words(words),
            LaneValues::Same(Some(Value::Boolean(true))) => Yes::All,
            _ => Yes::Never,
        };
        Self { known: lane.known, yes, absent: lane.absent, spread: LaneSpread::None }
    }

    /// A lane of which only matters whether there is a value.
    fn value(lane: &Lane<'a>) -> Self {
        Self { known: lane.known, yes: Yes::All, absent: lane.absent, spread: LaneSpread::None }
    }

    /// Likewise, of which what lies between two ends is a value too.
    fn bounded(lane: &Lane<'a>) -> Self {
        Self { spread: lane.spread, ..Self::value(lane) }
    }

    /// The answers for `records` of the word `at`.
    #[inline]
    fn answers(&self, at: usize, records: u64) -> Answers {
        let known = (self.known.get(at).copied().unwrap_or(0) | self.spread.word(at)) & records;
        let yes = known
            & match self.yes {
                Yes::Words(words) => words.get(at).copied().unwrap_or(0),
                Yes::All => u64::MAX,
                Yes::Never => 0,
            };
        let absent = records & !known;
        let error = if absent == 0 { 0 } else { self.errors(at, absent) };
        Answers { yes, no: known & !yes, unknown: absent & !error, error }
    }

    /// Which of the absent records are errors.
    fn errors(&self, at: usize, absent: u64) -> u64 {
        match self.absent {
            LaneAbsent::Same(absence) => {
                if absence.is_error() {
                    absent
                } else {
                    0
                }
            }
            LaneAbsent::Each(bits) => {
                let bits = bits.get(at * 64..).unwrap_or(&[]);
                let mut rest = absent;
                let mut error = 0;
                while rest != 0 {
                    let row = rest.trailing_zeros();
                    let absence = bits.get(row as usize).and_then(|&bits| Absence::from_bits(bits));
                    error |= u64::from(absence.is_some_and(Absence::is_error)) << row;
                    rest &= rest - 1;
                }
                error
            }
        }
    }
}

/// What puts a record into a stratum.
#[derive(Debug, Clone, Copy)]
enum Stratum<'a> {
    Value(Bound<'a>),
    Outcome(OutcomeLane<'a>),
}

impl Stratum<'_> {
    /// Which records have one.
    fn answers(&self, at: usize, records: u64) -> Answers {
        let outcomes = match self {
            Self::Value(bound) => return bound.answers(at, records),
            Self::Outcome(outcomes) => outcomes,
        };
        let mut answers = Answers { yes: 0, no: 0, unknown: 0, error: 0 };
        let mut rest = records;
        while rest != 0 {
            let row = rest.trailing_zeros();
            rest &= rest - 1;
            let row_there = at * 64 + row as usize;
            let part = match outcomes.state(row_there) {
                State::Decided | State::Provisional if outcomes.code(row_there) != Code::NONE => &mut answers.yes,
                State::Error => &mut answers.error,
                _ => &mut answers.unknown,
            };
            *part |= 1 << row;
        }
        answers
    }
}

/// The ladder of a measure, bound to a chunk.
#[derive(Debug)]
pub(crate) struct Ladder<'a> {
    rows: usize,
    bad: &'a [u64],
    include: Option<Bound<'a>>,
    exclude: Option<Bound<'a>>,
    eligible: Option<Bound<'a>>,
    numerator: Option<Bound<'a>>,
    numerator_is_number: bool,
    denominator: Option<Bound<'a>>,
    denominator_is_number: bool,
    except: Option<Bound<'a>>,
    value: Option<Bound<'a>>,
    /// Without its stratum a record cannot be counted in a standardised rate.
    strata: Vec<Stratum<'a>>,
    policy: UnknownPolicy,
}

impl<'a> Ladder<'a> {
    /// Binds a plan to a chunk that it was checked against.
    pub(crate) fn new(plan: &MeasurePlan, chunk: &Chunk<'a>) -> Self {
        let lane = |lane: usize| chunk.lanes.get(lane);
        let condition = |at: Option<usize>| at.and_then(lane).map(Bound::condition);
        let clause = |clause: Clause| match clause {
            Clause::Absent => None,
            Clause::Condition(at) => lane(at).map(Bound::condition),
            Clause::Number(at) => lane(at).map(Bound::value),
        };
        Self {
            rows: chunk.rows,
            bad: chunk.bad,
            include: condition(plan.include),
            exclude: condition(plan.exclude),
            eligible: condition(plan.eligible),
            numerator: clause(plan.numerator),
            numerator_is_number: matches!(plan.numerator, Clause::Number(_)),
            denominator: clause(plan.denominator),
            denominator_is_number: matches!(plan.denominator, Clause::Number(_)),
            except: condition(plan.except),
            value: match plan.value {
                ValueOf::Nothing => None,
                ValueOf::Sum(at) if plan.bounded => lane(at).map(Bound::bounded),
                ValueOf::Sum(at) | ValueOf::Distinct(at) | ValueOf::Sketch(at) | ValueOf::All(at, _) => {
                    lane(at).map(Bound::value)
                }
            },
            strata: plan
                .strata()
                .filter_map(|at| match plan.axes.get(at)?.0 {
                    Source::Lane(at) => lane(at).map(Bound::value).map(Stratum::Value),
                    Source::Outcome(at) | Source::Decided(at) => chunk.outcomes.get(at).copied().map(Stratum::Outcome),
                })
                .collect(),
            policy: plan.unknown,
        }
    }

    /// How many words of records there are.
    pub(crate) const fn words(&self) -> usize {
        self.rows.div_ceil(64)
    }

    /// The records that there are in the word `at`.
    pub(crate) const fn present(&self, at: usize) -> u64 {
        let left = self.rows.saturating_sub(at * 64);
        if left >= 64 { u64::MAX } else { (1 << left) - 1 }
    }

    /// The answers of a condition as the measure takes them: an unknown one may count as `yes` or as `no`.
    #[inline]
    fn ask(&self, clause: &Bound<'_>, at: usize, records: u64, word: &mut Word) -> Answers {
        let mut answers = clause.answers(at, records);
        match self.policy {
            UnknownPolicy::Apart => return answers,
            UnknownPolicy::Yes => answers.yes |= answers.unknown,
            UnknownPolicy::No => answers.no |= answers.unknown,
        }
        word.replaced |= answers.unknown;
        answers.unknown = 0;
        answers
    }

    /// Where the 64 records of the word `at` leave the ladder.
    pub(crate) fn word(&self, at: usize) -> Word {
        let mut word = Word::default();
        // Records on the ladder; those taken off and put in no class have class 0: in error before anything.
        let mut on = self.present(at) & !self.bad.get(at).copied().unwrap_or(0);
        if let Some(clause) = &self.include {
            let answers = self.ask(clause, at, on, &mut word);
            word.put::<{ class::NOT_INCLUDED }>(answers.no);
            word.put::<{ class::UNKNOWN_FIRST }>(answers.unknown);
            on = answers.yes;
        }
        if let Some(clause) = &self.exclude {
            let answers = self.ask(clause, at, on, &mut word);
            word.put::<{ class::ERROR_INCLUDED }>(answers.error);
            word.put::<{ class::EXCLUDED }>(answers.yes);
            word.put::<{ class::UNKNOWN_INCLUDED }>(answers.unknown);
            on = answers.no;
        }
        if let Some(clause) = &self.eligible {
            let answers = self.ask(clause, at, on, &mut word);
            word.put::<{ class::ERROR_INCLUDED }>(answers.error);
            word.put::<{ class::NOT_ELIGIBLE }>(answers.no);
            word.put::<{ class::UNKNOWN_INCLUDED }>(answers.unknown);
            on = answers.yes;
        }
        self.finish(at, on, word)
    }

    /// The part of the ladder that eligible records climb.
    #[inline]
    fn finish(&self, at: usize, mut on: u64, mut word: Word) -> Word {
        let mut numerator = 0;
        if let Some(clause) = &self.numerator {
            let answers = self.ask_or_read(clause, self.numerator_is_number, at, on, &mut word);
            word.put::<{ class::ERROR_ELIGIBLE }>(answers.error);
            word.put::<{ class::UNKNOWN_ELIGIBLE }>(answers.unknown);
            on = answers.yes | answers.no;
            numerator = answers.yes;
        }
        let mut outside = 0;
        if let Some(clause) = &self.denominator {
            let answers = self.ask_or_read(clause, self.denominator_is_number, at, on, &mut word);
            word.put::<{ class::ERROR_ELIGIBLE }>(answers.error);
            word.put::<{ class::UNKNOWN_ELIGIBLE }>(answers.unknown);
            on = answers.yes | answers.no;
            outside = answers.no;
        }
        if let Some(clause) = &self.except {
            // Who fulfils the numerator's condition is not excepted; a number makes nobody fulfil anything.
            let asked = if self.numerator_is_number { on } else { on & !numerator };
            let answers = self.ask(clause, at, asked, &mut word);
            word.put::<{ class::ERROR_ELIGIBLE }>(answers.error);
            word.put::<{ class::EXCEPT }>(answers.yes);
            word.put::<{ class::UNKNOWN_ELIGIBLE }>(answers.unknown);
            on = (on & !asked) | answers.no;
        }
        for clause in &self.strata {
            let answers = clause.answers(at, on);
            word.put::<{ class::ERROR_ELIGIBLE }>(answers.error);
            word.put::<{ class::UNKNOWN_ELIGIBLE }>(answers.unknown);
            on = answers.yes;
        }
        if let Some(clause) = &self.value {
            let asked = if self.numerator.is_some() { on & numerator } else { on };
            let answers = clause.answers(at, asked);
            word.put::<{ class::ERROR_ELIGIBLE }>(answers.error);
            word.put::<{ class::UNKNOWN_ELIGIBLE }>(answers.unknown);
            on = (on & !asked) | answers.yes;
        }
        numerator &= on;
        let rest = on & !numerator;
        word.put::<{ class::NUMERATOR }>(numerator & !outside);
        word.put::<{ class::NUMERATOR_ONLY }>(numerator & outside);
        word.put::<{ class::DENOMINATOR }>(rest & !outside);
        word.put::<{ class::NEITHER }>(rest & outside);
        word.left = on;
        word.counted = if self.numerator.is_some() { numerator } else { on };
        word
    }

    /// A condition's answers; or a number's, which is `yes` where it is known, and which nothing can replace.
    #[inline]
    fn ask_or_read(&self, clause: &Bound<'_>, number: bool, at: usize, records: u64, word: &mut Word) -> Answers {
        if number { clause.answers(at, records) } else { self.ask(clause, at, records, word) }
    }
}

/// The classes of 64 records, a byte each, from planes of up to eight bits.
pub(crate) fn transpose(planes: &[u64; 8]) -> [u8; 64] {
    let mut classes = [0; 64];
    let bytes = planes.map(u64::to_le_bytes);
    for (eight, out) in classes.chunks_exact_mut(8).enumerate() {
        // Eight rows: byte k holds their bits of plane k. Transposed, byte r holds the bits of row r.
        let mut square = 0;
        for (plane, bytes) in bytes.iter().enumerate() {
            square |= u64::from(bytes.get(eight).copied().unwrap_or(0)) << (8 * plane);
        }
        let t = (square ^ (square >> 7)) & 0x00aa_00aa_00aa_00aa;
        square ^= t ^ (t << 7);
        let t = (square ^ (square >> 14)) & 0x0000_cccc_0000_cccc;
        square ^= t ^ (t << 14);
        let t = (square ^ (square >> 28)) & 0x0000_0000_f0f0_f0f0;
        square ^= t ^ (t << 28);
        out.copy_from_slice(&square.to_le_bytes());
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposing_gives_each_row_its_bits() {
        let mut seed = 1_u64;
        for _ in 0..200 {
            let mut planes = [0; 8];
            for plane in &mut planes {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *plane = seed ^ (seed >> 29);
            }
            for (row, class) in transpose(&planes).into_iter().enumerate() {
                let wanted = (0..8).fold(0, |class, bit| class | ((planes[bit] >> row & 1) as u8) << bit);
                assert_eq!(class, wanted, "row {row}");
            }
        }
    }
}
