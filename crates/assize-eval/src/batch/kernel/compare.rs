//! Comparisons and membership.

#![expect(clippy::indexing_slicing, reason = "registers hold the lanes of a chunk, and bitmaps its words")]

use super::pack::{compare_one, compare_two, pack, pack_lanes};
use super::{Arg, Left, Work};
use crate::batch::bits::{self, WORDS};
use crate::batch::cell::Cell;
use crate::batch::reg::{Data, Reg, Spread};
use assize_model::bounds::{Bounds, compare_codes, holds};
use assize_model::decimal::{Decimal, Rounding};
use assize_model::ids::Code;
use assize_model::node::Comparison;

/// A comparison.
pub(super) fn compare(work: &Work<'_>, op: Comparison, left: Arg<'_>, right: Arg<'_>, out: &mut Reg) -> Option<Left> {
    let mut yes = [0; WORDS];
    let done = match (left, right) {
        (Arg::Lanes(left), Arg::One(right)) => with_one(work.len, op, &left.data, right, &mut yes),
        (Arg::One(left), Arg::Lanes(right)) => with_one(work.len, op.mirrored(), &right.data, left, &mut yes),
        (Arg::Lanes(left), Arg::Lanes(right)) => lanes(work.len, op, left, right, &mut yes),
        (Arg::One(_), Arg::One(_)) => None,
    };
    done?;
    let mut rest = answer(work, &[left, right], &yes, out);
    match (left, right) {
        (Arg::Lanes(left), Arg::One(Cell::Integer(right))) => between(op, left, *right, &mut rest, out),
        (Arg::One(Cell::Integer(left)), Arg::Lanes(right)) => between(op.mirrored(), right, *left, &mut rest, out),
        _ => {}
    }
    Some(rest)
}

/// Of the rows that are left, decides those in which integers between bounds are compared with one number.
fn between(op: Comparison, lanes: &Reg, with: i64, left: &mut Left, out: &mut Reg) {
    let Spread::Integers(spread) = &lanes.spread else { return };
    let with = Bounds::exact(with);
    for (word, left) in left.iter_mut().enumerate() {
        let rows = *left & lanes.between_word(word);
        *left &= !rows;
        for bit in bits::ones_of(rows) {
            // Undecided is plainly unknown, which is what stands there.
            if let Some(holds) = spread[word * 64 + bit].compare(op, with) {
                let (yes, known) = out.words_mut();
                known[word] |= 1 << bit;
                yes[word] |= if holds { 1 << bit } else { 0 };
            }
        }
    }
}

/// Writes what a kernel found, as far as the operands are known.
fn answer(work: &Work<'_>, args: &[Arg<'_>], found: &[u64; WORDS], out: &mut Reg) -> Left {
    out.yes_mut();
    let left = work.strict(args, out);
    let (yes, known) = out.yes_mut();
    for at in 0..work.words() {
        yes[at] = found[at] & known[at];
    }
    left
}

/// Lanes against one value.
fn with_one(len: usize, op: Comparison, lanes: &Data, with: &Cell<'_>, out: &mut [u64]) -> Option<()> {
    match (lanes, with) {
        (Data::Integer(lanes), Cell::Integer(with)) => compare_one(op, &lanes.get()[..len], *with, out),
        (Data::Date(lanes), Cell::Date(with)) => compare_one(op, &lanes.get()[..len], with.days(), out),
        (Data::Time(lanes), Cell::Time(with)) => compare_one(op, &lanes.get()[..len], with.micros(), out),
        (Data::DateTime(lanes), Cell::DateTime(with)) => compare_one(op, &lanes.get()[..len], with.micros(), out),
        (Data::Scaled(lanes, scale), Cell::Decimal(with)) => {
            let lanes = &lanes.get()[..len];
            if let Some(with) = with.at_scale(*scale) {
                compare_one(op, lanes, with, out);
            } else {
                // Between two neighbours at the column's scale: the lower one stands for it.
                let floor = with.round(i64::from(*scale), Rounding::Floor).ok()?.at_scale(*scale)?;
                match op {
                    Comparison::Eq => out.fill(0),
                    Comparison::Ne => out.fill(!0),
                    Comparison::Lt | Comparison::Le => compare_one(Comparison::Le, lanes, floor, out),
                    Comparison::Gt | Comparison::Ge => compare_one(Comparison::Gt, lanes, floor, out),
                }
            }
        }
        (Data::Decimal(lanes), Cell::Decimal(with)) => {
            pack(&lanes[..len], out, |lane| holds(op, lane.cmp(with)));
        }
        (Data::Code(lanes), Cell::Code(with)) => codes(op, &lanes.get()[..len], *with, out),
        (Data::Text(lanes), Cell::Text(with)) => match op {
            Comparison::Eq => pack_lanes(len, out, |lane| lanes.get(lane) == with),
            Comparison::Ne => pack_lanes(len, out, |lane| lanes.get(lane) != with),
            _ => pack_lanes(len, out, |lane| holds(op, lanes.get(lane).cmp(with))),
        },
        (Data::Boolean(lanes), Cell::Boolean(with)) => {
            let flip = match op {
                Comparison::Eq => !*with,
                Comparison::Ne => *with,
                _ => return None,
            };
            for (out, lane) in out.iter_mut().zip(lanes) {
                *out = if flip { !lane } else { *lane };
            }
        }
        _ => return None,
    }
    Some(())
}

/// Codes against one code. No code has the highest number and no place in the order.
fn codes(op: Comparison, lanes: &[u16], with: Code, out: &mut [u64]) {
    let ordered = !matches!(op, Comparison::Eq | Comparison::Ne);
    if with == Code::NONE && ordered {
        out.fill(0);
        return;
    }
    match op {
        Comparison::Gt => pack(lanes, out, |lane| lane > with.0 && lane != Code::NONE.0),
        Comparison::Ge => pack(lanes, out, |lane| lane >= with.0 && lane != Code::NONE.0),
        _ => compare_one(op, lanes, with.0, out),
    }
}

/// Lanes against lanes.
fn lanes(len: usize, op: Comparison, left: &Reg, right: &Reg, out: &mut [u64]) -> Option<()> {
    match (&left.data, &right.data) {
        (Data::Integer(a), Data::Integer(b))
        | (Data::Time(a), Data::Time(b))
        | (Data::DateTime(a), Data::DateTime(b)) => {
            compare_two(op, &a.get()[..len], &b.get()[..len], out);
        }
        (Data::Date(a), Data::Date(b)) => compare_two(op, &a.get()[..len], &b.get()[..len], out),
        (Data::Scaled(a, m), Data::Scaled(b, n)) if m == n => {
            compare_two(op, &a.get()[..len], &b.get()[..len], out);
        }
        (Data::Scaled(..) | Data::Decimal(_), Data::Scaled(..) | Data::Decimal(_)) => {
            pack_lanes(len, out, |lane| holds(op, decimal(&left.data, lane).cmp(&decimal(&right.data, lane))));
        }
        (Data::Code(a), Data::Code(b)) => {
            let (a, b) = (a.get(), b.get());
            pack_lanes(len, out, |lane| compare_codes(op, Code(a[lane]), Code(b[lane])));
        }
        (Data::Text(a), Data::Text(b)) => pack_lanes(len, out, |lane| holds(op, a.get(lane).cmp(b.get(lane)))),
        (Data::Boolean(a), Data::Boolean(b)) if matches!(op, Comparison::Eq | Comparison::Ne) => {
            for (out, (a, b)) in out.iter_mut().zip(a.iter().zip(b)) {
                *out = if op == Comparison::Eq { !(a ^ b) } else { a ^ b };
            }
        }
        _ => return None,
    }
    Some(())
}

/// A decimal of a register of decimals.
#[inline]
pub(super) fn decimal(data: &Data, lane: usize) -> Decimal {
    match data {
        Data::Decimal(values) => values[lane],
        Data::Scaled(values, scale) => Decimal::new(values.get()[lane], *scale).unwrap_or(Decimal::ZERO),
        _ => Decimal::ZERO,
    }
}

/// Membership in a set that is the same in every row.
pub(super) fn member(work: &Work<'_>, item: Arg<'_>, set: Arg<'_>, out: &mut Reg) -> Option<Left> {
    let (Arg::Lanes(reg), Arg::One(one)) = (item, set) else { return None };
    let mut yes = [0; WORDS];
    match (&reg.data, one) {
        (Data::Code(lanes), Cell::Codes(set)) => {
            let lanes = &lanes.get()[..work.len];
            let small = set.iter().filter(|code| code.0 < 64).fold(0_u64, |bits, code| bits | 1 << code.0);
            if set.iter().all(|code| code.0 < 64) {
                pack(lanes, &mut yes, |lane| lane < 64 && small >> (lane & 63) & 1 == 1);
            } else {
                pack(lanes, &mut yes, |lane| set.binary_search(&Code(lane)).is_ok());
            }
        }
        (Data::Text(lanes), Cell::Texts(set)) => {
            pack_lanes(work.len, &mut yes, |lane| {
                let text = lanes.get(lane);
                set.binary_search_by(|member| (**member).cmp(text)).is_ok()
            });
        }
        _ => return None,
    }
    Some(answer(work, &[item, set], &yes, out))
}
