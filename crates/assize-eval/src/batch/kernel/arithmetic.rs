//! Arithmetic. Integers are worked out wrapping and checked a chunk at a time; where one overflowed in a row that
//! counts, that row is left.

#![expect(clippy::indexing_slicing, reason = "registers hold the lanes of a chunk, and bitmaps its words")]

use super::compare::decimal;
use super::{Arg, Left, Work};
use crate::batch::bits::{self, WORDS};
use crate::batch::cell::Cell;
use crate::batch::reg::{Data, Reg};
use assize_model::absence::Fault;
use assize_model::decimal::{Decimal, MAX_SCALE};
use assize_model::node::Op;
use assize_model::ty::Ty;

/// Whole numbers: the same in every row, or by row.
#[derive(Clone, Copy)]
enum Integers<'a> {
    One(i64),
    Lanes(&'a [i64]),
}

fn integers<'a>(arg: Arg<'a>, len: usize) -> Option<Integers<'a>> {
    match arg {
        Arg::One(Cell::Integer(value)) => Some(Integers::One(*value)),
        Arg::One(_) => None,
        Arg::Lanes(reg) => match &reg.data {
            Data::Integer(lanes) => Some(Integers::Lanes(&lanes.get()[..len])),
            _ => None,
        },
    }
}

/// Whether an operand is a decimal, and what it is in a row.
fn decimals<'a>(arg: Arg<'a>) -> Option<impl Fn(usize) -> Decimal + 'a> {
    let (one, data) = match arg {
        Arg::One(Cell::Decimal(value)) => (*value, None),
        Arg::One(_) => return None,
        Arg::Lanes(reg) => match &reg.data {
            data @ (Data::Decimal(_) | Data::Scaled(..)) => (Decimal::ZERO, Some(data)),
            _ => return None,
        },
    };
    Some(move |lane: usize| data.map_or(one, |data| decimal(data, lane)))
}

/// Marks known rows as left, and no longer known.
fn leave(out: &mut Reg, left: &mut Left, fails: impl Fn(usize) -> bool) {
    for (at, (known, left)) in out.known.iter_mut().zip(left).enumerate() {
        *left |= bits::ones_of(*known).filter(|bit| fails(at * 64 + bit)).fold(0, |all, bit| all | 1 << bit);
        *known &= !*left;
    }
}

/// Works out integers by `f`, which also says whether it overflowed.
#[inline]
fn map(a: Integers<'_>, b: Integers<'_>, out: &mut [i64], f: impl Fn(i64, i64) -> (i64, bool)) -> bool {
    let mut failed = false;
    let mut step = |out: &mut i64, a: i64, b: i64| {
        let (value, overflow) = f(a, b);
        *out = value;
        failed |= overflow;
    };
    match (a, b) {
        (Integers::Lanes(a), Integers::Lanes(b)) => {
            out.iter_mut().zip(a.iter().zip(b)).for_each(|(out, (&a, &b))| step(out, a, b));
        }
        (Integers::Lanes(a), Integers::One(b)) => out.iter_mut().zip(a).for_each(|(out, &a)| step(out, a, b)),
        (Integers::One(a), Integers::Lanes(b)) => out.iter_mut().zip(b).for_each(|(out, &b)| step(out, a, b)),
        (Integers::One(a), Integers::One(b)) => out.iter_mut().for_each(|out| step(out, a, b)),
    }
    failed
}

impl Integers<'_> {
    #[inline]
    fn get(self, lane: usize) -> i64 {
        match self {
            Self::One(value) => value,
            Self::Lanes(lanes) => lanes[lane],
        }
    }
}

/// Sum, difference, product or quotient.
pub(super) fn binary(work: &Work<'_>, op: &Op, left: Arg<'_>, right: Arg<'_>, out: &mut Reg) -> Option<Left> {
    match work.ty {
        Ty::Integer => {
            let (a, b) = (integers(left, work.len)?, integers(right, work.len)?);
            let f: fn(i64, i64) -> (i64, bool) = match op {
                Op::Add(..) => i64::overflowing_add,
                Op::Sub(..) => i64::overflowing_sub,
                Op::Mul(..) => i64::overflowing_mul,
                _ => return None,
            };
            let values = &mut out.integers()[..work.len];
            // Each by itself, so that each becomes its own loop.
            let failed = match op {
                Op::Add(..) => map(a, b, values, i64::overflowing_add),
                Op::Sub(..) => map(a, b, values, i64::overflowing_sub),
                _ => map(a, b, values, i64::overflowing_mul),
            };
            let mut rest = work.strict(&[left, right], out);
            if failed {
                leave(out, &mut rest, |lane| f(a.get(lane), b.get(lane)).1);
            }
            Some(rest)
        }
        Ty::Decimal => {
            if let Some(rest) = scaled(work, op, left, right, out) {
                return Some(rest);
            }
            let (a, b) = (decimals(left)?, decimals(right)?);
            let f: fn(Decimal, Decimal) -> Result<Decimal, Fault> = match op {
                Op::Add(..) => Decimal::add,
                Op::Sub(..) => Decimal::sub,
                Op::Mul(..) => Decimal::mul,
                _ => Decimal::div,
            };
            let mut rest = work.strict(&[left, right], out);
            let known: Left = std::array::from_fn(|at| out.known[at]);
            let mut failed = [0; WORDS];
            let values = out.decimals();
            for lane in bits::ones(&known) {
                match f(a(lane), b(lane)) {
                    Ok(value) => values[lane] = value,
                    Err(_) => bits::set(&mut failed, lane),
                }
            }
            for at in 0..WORDS {
                rest[at] |= failed[at];
                out.known[at] &= !failed[at];
            }
            Some(rest)
        }
        _ => None,
    }
}

/// Decimals of one scale: the same in every row, or by row.
struct Scaled<'a> {
    one: i128,
    lanes: Option<&'a [i128]>,
    scale: u8,
}

impl Scaled<'_> {
    fn of(arg: Arg<'_>, len: usize) -> Option<Scaled<'_>> {
        match arg {
            Arg::One(Cell::Decimal(value)) => {
                Some(Scaled { one: value.coefficient(), lanes: None, scale: value.scale() })
            }
            Arg::One(_) => None,
            Arg::Lanes(reg) => match &reg.data {
                Data::Scaled(lanes, scale) => Some(Scaled { one: 0, lanes: Some(&lanes.get()[..len]), scale: *scale }),
                _ => None,
            },
        }
    }

    /// How many bits the coefficients have, without their sign.
    fn bits(&self) -> u32 {
        let size = |value: i128| value ^ (value >> 127);
        let all = self.lanes.map_or(size(self.one), |lanes| lanes.iter().fold(0, |all, &lane| all | size(lane)));
        128 - all.leading_zeros()
    }
}

/// Sum, difference or product of decimals of one scale each, where no coefficient can come near 28 digits: then it is
/// exact, and a matter of the coefficients alone.
fn scaled(work: &Work<'_>, op: &Op, left: Arg<'_>, right: Arg<'_>, out: &mut Reg) -> Option<Left> {
    /// 10^28 has more bits than this.
    const BITS: u32 = 92;
    let (a, b) = (Scaled::of(left, work.len)?, Scaled::of(right, work.len)?);
    let scale = match op {
        Op::Mul(..) if a.scale + b.scale <= MAX_SCALE => a.scale + b.scale,
        Op::Add(..) | Op::Sub(..) => a.scale.max(b.scale),
        _ => return None,
    };
    let (a_bits, b_bits) = (a.bits(), b.bits());
    if a_bits > 62 || b_bits > 62 {
        return None;
    }
    if let Op::Mul(..) = op {
        if a_bits + b_bits > BITS {
            return None;
        }
        coefficients(&a, &b, &mut out.scaled(scale)[..work.len], |a, b| i128::from(a) * i128::from(b));
    } else {
        // To the finer scale: 10^8 adds 27 bits, and a sum one more.
        let (a_up, b_up) = (scale - a.scale, scale - b.scale);
        if a_up.max(b_up) > 8 {
            return None;
        }
        let (a_by, b_by) = (10_i64.pow(u32::from(a_up)), 10_i64.pow(u32::from(b_up)));
        let b_by = if let Op::Sub(..) = op { -b_by } else { b_by };
        coefficients(&a, &b, &mut out.scaled(scale)[..work.len], |a, b| {
            (i128::from(a) * i128::from(a_by)).wrapping_add(i128::from(b) * i128::from(b_by))
        });
    }
    Some(work.strict(&[left, right], out))
}

/// Works out coefficients that are all within 64 bits.
#[inline]
fn coefficients(a: &Scaled<'_>, b: &Scaled<'_>, out: &mut [i128], f: impl Fn(i64, i64) -> i128) {
    match (a.lanes, b.lanes) {
        (Some(a), Some(b)) => {
            out.iter_mut().zip(a.iter().zip(b)).for_each(|(out, (&a, &b))| *out = f(a as i64, b as i64));
        }
        (Some(a), None) => out.iter_mut().zip(a).for_each(|(out, &a)| *out = f(a as i64, b.one as i64)),
        (None, Some(b)) => out.iter_mut().zip(b).for_each(|(out, &b)| *out = f(a.one as i64, b as i64)),
        (None, None) => out.fill(f(a.one as i64, b.one as i64)),
    }
}

/// Arithmetic negation.
pub(super) fn negate(work: &Work<'_>, operand: Arg<'_>, out: &mut Reg) -> Option<Left> {
    unary(work, operand, i64::overflowing_neg, Decimal::neg, out)
}

/// Absolute value.
pub(super) fn absolute(work: &Work<'_>, operand: Arg<'_>, out: &mut Reg) -> Option<Left> {
    unary(work, operand, i64::overflowing_abs, Decimal::abs, out)
}

fn unary(
    work: &Work<'_>,
    operand: Arg<'_>,
    of_integer: impl Fn(i64) -> (i64, bool),
    of_decimal: impl Fn(Decimal) -> Decimal,
    out: &mut Reg,
) -> Option<Left> {
    match work.ty {
        Ty::Integer => {
            let Integers::Lanes(lanes) = integers(operand, work.len)? else { return None };
            let mut failed = false;
            for (out, &lane) in out.integers().iter_mut().zip(lanes) {
                let (value, overflow) = of_integer(lane);
                *out = value;
                failed |= overflow;
            }
            let mut rest = work.strict(&[operand], out);
            if failed {
                leave(out, &mut rest, |lane| of_integer(lanes[lane]).1);
            }
            Some(rest)
        }
        Ty::Decimal => {
            let value = decimals(operand)?;
            for (lane, out) in out.decimals().iter_mut().enumerate().take(work.len) {
                *out = of_decimal(value(lane));
            }
            Some(work.strict(&[operand], out))
        }
        _ => None,
    }
}

/// Integers as decimals of scale 0.
pub(super) fn to_decimal(work: &Work<'_>, operand: Arg<'_>, out: &mut Reg) -> Option<Left> {
    let Integers::Lanes(lanes) = integers(operand, work.len)? else { return None };
    for (out, &lane) in out.scaled(0).iter_mut().zip(lanes) {
        *out = i128::from(lane);
    }
    Some(work.strict(&[operand], out))
}

/// The least or greatest of operands.
pub(super) fn extreme<'a>(
    work: &Work<'_>,
    items: impl Iterator<Item = Arg<'a>>,
    greatest: bool,
    out: &mut Reg,
) -> Option<Left> {
    let items: Vec<Arg<'a>> = items.collect();
    let pick = |a: i64, b: i64| (if greatest { a.max(b) } else { a.min(b) }, false);
    match work.ty {
        Ty::Integer => {
            let all = items.iter().map(|&item| integers(item, work.len)).collect::<Option<Vec<_>>>()?;
            let values = &mut out.integers()[..work.len];
            values.fill(if greatest { i64::MIN } else { i64::MAX });
            for item in all {
                match item {
                    Integers::One(with) => values.iter_mut().for_each(|value| *value = pick(*value, with).0),
                    Integers::Lanes(lanes) => {
                        values.iter_mut().zip(lanes).for_each(|(value, &with)| *value = pick(*value, with).0);
                    }
                }
            }
        }
        Ty::Date => {
            let values = &mut out.dates()[..work.len];
            values.fill(if greatest { i32::MIN } else { i32::MAX });
            for item in &items {
                let with =
                    |value: &mut i32, with: i32| *value = if greatest { with.max(*value) } else { with.min(*value) };
                match item {
                    Arg::One(Cell::Date(date)) => values.iter_mut().for_each(|value| with(value, date.days())),
                    Arg::One(_) => return None,
                    Arg::Lanes(Reg { data: Data::Date(lanes), .. }) => {
                        values.iter_mut().zip(lanes.get()).for_each(|(value, &date)| with(value, date));
                    }
                    Arg::Lanes(_) => return None,
                }
            }
        }
        _ => return None,
    }
    Some(work.strict(&items, out))
}
