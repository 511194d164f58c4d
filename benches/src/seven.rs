//! Seven fields of a person in columns, 3 % of the values missing, and the four lists worked out by hand in two ways.

use crate::Random;
use assize::model::column::{Column, Table, Values};
use assize::model::ids::RecordId;

/// A column of integers and a bitmap of which are there.
#[derive(Debug, Clone)]
pub struct Numbers {
    pub values: Vec<i64>,
    pub known: Vec<u64>,
}

/// Two bitmaps: which are yes, and which are known.
#[derive(Debug, Clone)]
pub struct Flags {
    pub yes: Vec<u64>,
    pub known: Vec<u64>,
}

/// The columns.
#[derive(Debug, Clone)]
pub struct Seven {
    pub rows: usize,
    pub age: Numbers,
    pub felon: Flags,
    pub weapon: Flags,
    pub injury: Flags,
    pub charges: Numbers,
    pub breaches: Numbers,
    pub calls: Numbers,
}

/// What both loops give: a code (4 none, 5 nothing) and a state, in the order of the engine's numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lists {
    pub value: Vec<u8>,
    pub state: Vec<u8>,
}

const NONE: u8 = 4;
const NOTHING: u8 = 5;
const DECIDED: u8 = 0;
const PROVISIONAL: u8 = 1;
const UNDETERMINED: u8 = 2;
const NOT_APPLICABLE: u8 = 3;

impl Seven {
    /// So many rows, with so many percent of the values missing.
    pub fn new(rows: usize, missing: u64) -> Self {
        let mut random = Random(7);
        let words = rows.div_ceil(64);
        let known = |random: &mut Random| {
            let mut bits = vec![0_u64; words];
            for row in 0..rows {
                if random.below(100) >= missing {
                    bits[row / 64] |= 1 << (row % 64);
                }
            }
            bits
        };
        let numbers = |random: &mut Random, make: fn(&mut Random) -> i64| Numbers {
            values: (0..rows).map(|_| make(random)).collect(),
            known: known(random),
        };
        let age = numbers(&mut random, |random| 14 + random.below(60) as i64);
        // Few people have charges, fewer have several.
        let few = |random: &mut Random| (random.below(1000) as i64 / 620) * (1 + random.below(4) as i64 / 2);
        let charges = numbers(&mut random, few);
        let breaches = numbers(&mut random, |random| random.below(1000) as i64 / 940);
        let calls = numbers(&mut random, |random| random.below(4) as i64);
        let flags = |random: &mut Random, percent: u64| {
            let mut bits = vec![0_u64; words];
            for row in 0..rows {
                if random.below(100) < percent {
                    bits[row / 64] |= 1 << (row % 64);
                }
            }
            let known = known(random);
            Flags { yes: bits.iter().zip(&known).map(|(yes, known)| yes & known).collect(), known }
        };
        let felon = flags(&mut random, 12);
        let weapon = flags(&mut random, 14);
        let injury = flags(&mut random, 20);
        Self { rows, age, felon, weapon, injury, charges, breaches, calls }
    }

    /// The same as a table of the record of [`crate::rules::SEVEN`].
    pub fn table(&self) -> Table {
        let bits = |words: &[u64]| arrow_buffer::BooleanBuffer::new(words.to_vec().into(), 0, self.rows);
        let numbers = |numbers: &Numbers| {
            Some(Column {
                values: Values::Integer(numbers.values.clone().into()),
                known: Some(bits(&numbers.known)),
                absent: vec![],
            })
        };
        let flags = |flags: &Flags| {
            Some(Column { values: Values::Boolean(bits(&flags.yes)), known: Some(bits(&flags.known)), absent: vec![] })
        };
        Table {
            record: RecordId(0),
            rows: self.rows,
            columns: vec![
                numbers(&self.age),
                flags(&self.felon),
                flags(&self.weapon),
                flags(&self.injury),
                numbers(&self.charges),
                numbers(&self.breaches),
                numbers(&self.calls),
            ],
            bad: vec![],
        }
    }

    /// Row by row, with the same three-valued logic: the loop that a careful programmer writes first.
    pub fn plain(&self, out: &mut Lists) {
        out.value.clear();
        out.state.clear();
        for row in 0..self.rows {
            let bit = |words: &[u64]| words[row / 64] >> (row % 64) & 1 == 1;
            let number = |column: &Numbers| bit(&column.known).then(|| column.values[row]);
            let flag = |column: &Flags| bit(&column.known).then(|| bit(&column.yes));
            let and = |a: Option<bool>, b: Option<bool>| match (a, b) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
            let or = |a: Option<bool>, b: Option<bool>| match (a, b) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            };
            let adult = number(&self.age).map(|age| age >= 18);
            if adult == Some(false) {
                out.value.push(NOTHING);
                out.state.push(NOT_APPLICABLE);
                continue;
            }
            let charges = number(&self.charges);
            let a = or(
                or(and(flag(&self.felon), flag(&self.weapon)), charges.map(|charges| charges >= 3)),
                and(flag(&self.injury), charges.map(|charges| charges >= 1)),
            );
            let b = or(charges.map(|charges| charges == 2), number(&self.breaches).map(|breaches| breaches >= 1));
            let c = charges.map(|charges| charges == 1);
            let d = number(&self.calls).map(|calls| calls >= 1);
            let mut value = NONE;
            let mut unknown = false;
            for (code, truth) in [(3, a), (2, b), (1, c), (0, d)] {
                match truth {
                    Some(true) => {
                        value = code;
                        break;
                    }
                    Some(false) => {}
                    None => unknown = true,
                }
            }
            let (value, state) = if adult.is_none() || (value == NONE && unknown) {
                (NOTHING, UNDETERMINED)
            } else if unknown {
                (value, PROVISIONAL)
            } else {
                (value, DECIDED)
            };
            out.value.push(value);
            out.state.push(state);
        }
    }

    /// 64 rows at a time over bitmaps: as fast as this rule is likely to get by hand.
    pub fn wordwise(&self, out: &mut Lists) {
        out.value.clear();
        out.state.clear();
        out.value.resize(self.rows.next_multiple_of(64), 0);
        out.state.resize(self.rows.next_multiple_of(64), 0);
        for word in 0..self.rows.div_ceil(64) {
            let from = word * 64;
            let upto = (from + 64).min(self.rows);
            let test = |column: &Numbers, keep: &dyn Fn(i64) -> bool| {
                let mut bits = 0_u64;
                for (at, &value) in column.values[from..upto].iter().enumerate() {
                    bits |= u64::from(keep(value)) << at;
                }
                let known = column.known[word];
                (bits & known, known)
            };
            let flag = |column: &Flags| (column.yes[word], column.known[word]);
            let and = |(ay, ak): (u64, u64), (by, bk): (u64, u64)| (ay & by, (ak & bk) | (ak & !ay) | (bk & !by));
            let or = |(ay, ak): (u64, u64), (by, bk): (u64, u64)| (ay | by, (ak & bk) | ay | by);
            let adult = test(&self.age, &|age| age >= 18);
            let a = or(
                or(and(flag(&self.felon), flag(&self.weapon)), test(&self.charges, &|charges| charges >= 3)),
                and(flag(&self.injury), test(&self.charges, &|charges| charges >= 1)),
            );
            let b = or(test(&self.charges, &|charges| charges == 2), test(&self.breaches, &|breaches| breaches >= 1));
            let c = test(&self.charges, &|charges| charges == 1);
            let d = test(&self.calls, &|calls| calls >= 1);
            let mut open = !0_u64;
            let mut unknown = 0;
            let mut chosen = [0_u64; 4];
            for (code, (yes, known)) in [(3, a), (2, b), (1, c), (0, d)] {
                chosen[code] = open & yes;
                unknown |= open & !known;
                open &= !yes;
            }
            let out_of = adult.1 & !adult.0;
            let undetermined = !out_of & (!adult.1 | (open & unknown));
            let valued = !out_of & !undetermined;
            let values = &mut out.value[from..from + 64];
            let states = &mut out.state[from..from + 64];
            for at in 0..64 {
                let bit = |bits: u64| (bits >> at & 1) as u8;
                let code = bit(chosen[1]) + 2 * bit(chosen[2]) + 3 * bit(chosen[3]) + NONE * bit(open);
                let has = bit(valued);
                values[at] = has * code + (1 - has) * NOTHING;
                states[at] = NOT_APPLICABLE * bit(out_of)
                    + UNDETERMINED * bit(undetermined)
                    + PROVISIONAL * (has & bit(unknown));
            }
        }
        out.value.truncate(self.rows);
        out.state.truncate(self.rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_loops_agree() {
        let seven = Seven::new(10_007, 3);
        let (mut plain, mut wordwise) = (Lists::default(), Lists::default());
        seven.plain(&mut plain);
        seven.wordwise(&mut wordwise);
        assert_eq!(plain, wordwise);
        for state in [DECIDED, PROVISIONAL, UNDETERMINED, NOT_APPLICABLE] {
            assert!(plain.state.contains(&state));
        }
    }
}
