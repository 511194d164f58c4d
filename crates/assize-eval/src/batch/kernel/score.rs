//! Scores of forms. Items that are conditions are added up 64 rows at a time: a sum is kept as bit planes, one word a
//! binary digit, and a weight is added by carrying through them.

#![expect(clippy::indexing_slicing, reason = "registers hold the lanes of a chunk, and bitmaps its words")]

use super::{Arg, Left, Work};
use crate::batch::bits::{self, CHUNK, WORDS, full};
use crate::batch::cell::Cell;
use crate::batch::reg::{Data, Reg, Spread};
use assize_model::bounds::Bounds;
use assize_model::ids::NodeId;
use assize_model::score::{ScoreRule, ScoreTerm, Scored};
use assize_model::ty::Ty;

/// Binary digits of a sum.
const PLANES: usize = 16;
/// The largest sum that is kept as planes.
const LARGEST: i64 = (1 << PLANES) - 1;
/// Numbers past this are left to be added one by one, so that no sum here overflows.
const LARGE: i64 = 1 << 40;

/// A sum of 64 rows.
#[derive(Clone, Copy)]
struct Sum([u64; PLANES]);

impl Sum {
    const ZERO: Self = Self([0; PLANES]);

    /// Adds a weight in some of the rows.
    #[inline]
    fn add(&mut self, weight: u64, rows: u64) {
        let mut weight = weight;
        while weight != 0 {
            let mut at = weight.trailing_zeros() as usize;
            weight &= weight - 1;
            let mut carry = rows;
            while carry != 0 && at < PLANES {
                let both = self.0[at] & carry;
                self.0[at] ^= carry;
                carry = both;
                at += 1;
            }
        }
    }

    /// The sums, row by row.
    #[inline]
    fn rows(&self, out: &mut [u16; 64]) {
        for block in 0..8 {
            let half = |from: usize| {
                let gathered = (0..8).fold(0, |word, at| word | (self.0[from + at] >> (block * 8) & 0xff) << (at * 8));
                transposed(gathered).to_le_bytes()
            };
            let low = half(0);
            let high = if self.0[8..].iter().all(|plane| *plane == 0) { [0; 8] } else { half(8) };
            for (at, (low, high)) in low.into_iter().zip(high).enumerate() {
                out[block * 8 + at] = u16::from(low) | u16::from(high) << 8;
            }
        }
    }
}

/// Eight bytes of eight bits, columns for rows (Hacker's Delight, 7-3).
#[inline]
const fn transposed(x: u64) -> u64 {
    let t = (x ^ (x >> 7)) & 0x00aa_00aa_00aa_00aa;
    let x = x ^ t ^ (t << 7);
    let t = (x ^ (x >> 14)) & 0x0000_cccc_0000_cccc;
    let x = x ^ t ^ (t << 14);
    let t = (x ^ (x >> 28)) & 0x0000_0000_f0f0_f0f0;
    x ^ t ^ (t << 28)
}

/// An item that is a condition.
struct Condition<'a> {
    reg: &'a Reg,
    weight: i64,
    stand_in: Option<i64>,
}

/// An item that is a number.
struct Number<'a> {
    reg: &'a Reg,
    values: &'a [i64],
    low: i64,
    high: i64,
    stand_in: Option<i64>,
}

/// What the items of a form add up to; `None` for what is left to the cells.
pub(super) fn score<'a>(
    work: &Work<'_>,
    rule: ScoreRule,
    terms: &[ScoreTerm],
    get: impl Fn(NodeId) -> Arg<'a>,
    out: &mut Reg,
) -> Option<Left> {
    if work.ty != Ty::Integer {
        return None;
    }
    let whole = |node: Option<NodeId>| match get(node?) {
        Arg::One(Cell::Integer(value)) => Some(*value),
        _ => None,
    };
    let limit = match rule.limit() {
        Some(limit) => whole(Some(limit))?,
        None => 0,
    };
    let counts_as = rule == ScoreRule::CountsAs;
    let (mut conditions, mut numbers) = (Vec::with_capacity(terms.len()), Vec::new());
    let (mut most, mut large) = (0_i64, 0_i64);
    for term in terms {
        let Arg::Lanes(reg) = get(term.answer) else { return None };
        let stand_in = if counts_as { Some(whole(term.stand_in)?) } else { None };
        match (&reg.data, term.weight) {
            (Data::Boolean(_), Some(weight)) => {
                let weight = if rule == ScoreRule::Answered { 0 } else { whole(Some(weight))? };
                most = most.checked_add(weight.checked_abs()?)?.checked_add(stand_in.unwrap_or(0).checked_abs()?)?;
                conditions.push(Condition { reg, weight, stand_in });
            }
            (Data::Integer(values), None) => {
                let (low, high) = if rule == ScoreRule::Answered {
                    (0, 0)
                } else if counts_as || matches!(rule, ScoreRule::Prorate { .. }) {
                    (whole(term.low).unwrap_or(0), whole(term.high).unwrap_or(0))
                } else {
                    (whole(term.low)?, whole(term.high)?)
                };
                large =
                    large.max(low.checked_abs()?).max(high.checked_abs()?).max(stand_in.unwrap_or(0).checked_abs()?);
                numbers.push(Number { reg, values: values.get(), low, high, stand_in });
            }
            _ => return None,
        }
    }
    let all = i64::try_from(terms.len()).ok()?;
    if most > LARGEST || large > LARGE || all > LARGEST {
        return None;
    }
    let mut left = [0; WORDS];
    let mut between: Vec<(usize, Bounds<i64>)> = Vec::new();
    for (word, left) in left.iter_mut().enumerate().take(work.words()) {
        let rows = full(work.len, word);
        let (mut up, mut up_open, mut down, mut down_open, mut missing) =
            (Sum::ZERO, Sum::ZERO, Sum::ZERO, Sum::ZERO, Sum::ZERO);
        let mut open = 0;
        for term in &conditions {
            let known = term.reg.known[word];
            let yes = term.reg.yes()[word] & known;
            let absent = rows & !known;
            if !term.reg.absent.is_empty() {
                *left |= absent;
            }
            missing.add(1, absent);
            let by = term.weight.unsigned_abs();
            if by != 0 {
                let (sum, sum_open) =
                    if term.weight > 0 { (&mut up, &mut up_open) } else { (&mut down, &mut down_open) };
                sum.add(by, yes);
                sum_open.add(by, yes | absent);
                open |= absent;
            }
            if let Some(stand_in) = term.stand_in {
                let sum = if stand_in > 0 { &mut up } else { &mut down };
                sum.add(stand_in.unsigned_abs(), absent);
            }
        }
        for term in &numbers {
            let absent = rows & !term.reg.known[word];
            *left |= term.reg.between_word(word) & rows;
            if !term.reg.absent.is_empty() {
                *left |= absent;
            }
            missing.add(1, absent);
            if term.low != term.high {
                open |= absent;
            }
        }
        let mut lanes = [[0_u16; 64]; 5];
        for (sum, lanes) in [&up, &up_open, &down, &down_open, &missing].into_iter().zip(&mut lanes) {
            if sum.0 != [0; PLANES] {
                sum.rows(lanes);
            }
        }
        let base = word * 64;
        let values = out.integers();
        let mut known = rows & !*left;
        if rule == ScoreRule::Answered {
            for (value, missing) in values[base..base + 64].iter_mut().zip(lanes[4]) {
                *value = all - i64::from(missing);
            }
            out.known[word] = known;
            continue;
        }
        let mut highs = [0_i64; 64];
        for at in 0..64 {
            values[base + at] =
                i64::from(lanes[0][at]) - i64::from(if counts_as { lanes[2][at] } else { lanes[3][at] });
            highs[at] = i64::from(lanes[1][at]) - i64::from(lanes[2][at]);
        }
        // Under a rule that scales, what is known is added alone.
        let scales = matches!(rule, ScoreRule::Prorate { .. });
        if scales {
            for at in 0..64 {
                values[base + at] = i64::from(lanes[0][at]) - i64::from(lanes[2][at]);
            }
        }
        for term in &numbers {
            for at in 0..64 {
                let is_known = term.reg.known[word] >> at & 1 == 1;
                let lane = term.values[base + at];
                if is_known && !(-LARGE..=LARGE).contains(&lane) {
                    *left |= (1 << at) & rows;
                    continue;
                }
                let (low, high) = match term.stand_in {
                    _ if is_known => (lane, lane),
                    Some(stand_in) => (stand_in, stand_in),
                    None if scales => (0, 0),
                    None => (term.low, term.high),
                };
                values[base + at] += low;
                highs[at] += high;
            }
        }
        known &= !*left;
        match rule {
            ScoreRule::Open | ScoreRule::Answered => {}
            ScoreRule::CountsAs => open = 0,
            ScoreRule::NotAbove(_) => {
                for bit in bits::ones_of(known) {
                    if i64::from(lanes[4][bit]) > limit {
                        known &= !(1 << bit);
                    }
                }
            }
            ScoreRule::Prorate { rounding, .. } => {
                open = 0;
                for bit in bits::ones_of(known) {
                    let missing = i64::from(lanes[4][bit]);
                    if missing == 0 {
                        continue;
                    }
                    if missing > limit || missing == all {
                        known &= !(1 << bit);
                        continue;
                    }
                    match values[base + bit].scaled(all, all - missing, rounding) {
                        Ok(value) => values[base + bit] = value,
                        Err(_) => *left |= 1 << bit,
                    }
                }
                known &= !*left;
            }
        }
        for bit in bits::ones_of(open & known) {
            let (lo, hi) = (values[base + bit], highs[bit]);
            if lo != hi {
                known &= !(1 << bit);
                between.push((base + bit, Bounds::new(lo, hi)));
            }
        }
        out.known[word] = known;
    }
    if !between.is_empty() {
        out.between.resize(WORDS, 0);
        if !matches!(out.spread, Spread::Integers(_)) {
            out.spread = Spread::Integers(vec![Bounds::OPEN; CHUNK]);
        }
        if let Spread::Integers(spread) = &mut out.spread {
            for (lane, bounds) in between {
                bits::set(&mut out.between, lane);
                spread[lane] = bounds;
            }
        }
    }
    for (left, known) in left.iter_mut().zip(&out.known) {
        *left &= !known;
    }
    Some(left)
}

/// The least or the most that an integer could be.
pub(super) fn end(work: &Work<'_>, operand: Arg<'_>, high: bool, out: &mut Reg) -> Option<Left> {
    let Arg::Lanes(Reg { data: Data::Integer(lanes), .. }) = operand else { return None };
    let Arg::Lanes(reg) = operand else { return None };
    if work.ty != Ty::Integer {
        return None;
    }
    let values = out.integers();
    values[..work.len].copy_from_slice(&lanes.get()[..work.len]);
    let mut left = [0; WORDS];
    for word in 0..work.words() {
        let rows = full(work.len, word);
        let mut known = reg.known[word] & rows;
        let between = reg.between_word(word) & rows;
        if let Spread::Integers(spread) = &reg.spread {
            for bit in bits::ones_of(between) {
                let bounds = spread[word * 64 + bit];
                if let Some(end) = if high { bounds.hi } else { bounds.lo } {
                    out.integers()[word * 64 + bit] = end;
                    known |= 1 << bit;
                }
            }
        }
        out.known[word] = known;
        if !reg.absent.is_empty() {
            left[word] = rows & !known & !between;
        }
    }
    Some(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_bit_planes() {
        let mut sum = Sum::ZERO;
        let mut wanted = [0_u16; 64];
        for (at, weight) in [5_u64, 1, 300, 7, 255, 4].into_iter().enumerate() {
            let rows = 0x9e37_79b9_7f4a_7c15_u64.rotate_left(at as u32 * 7);
            sum.add(weight, rows);
            for (bit, wanted) in wanted.iter_mut().enumerate() {
                *wanted += if rows >> bit & 1 == 1 { weight as u16 } else { 0 };
            }
        }
        let mut found = [0; 64];
        sum.rows(&mut found);
        assert_eq!(found, wanted);
    }
}
