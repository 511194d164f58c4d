//! Choosing among operands by row.

#![expect(clippy::indexing_slicing, reason = "registers hold the lanes of a chunk, and bitmaps its words")]

use super::compare::decimal;
use super::{Arg, Left, Work};
use crate::batch::bits::{self, WORDS, full};
use crate::batch::cell::Cell;
use crate::batch::reg::{Data, Lanes, Reg};
use assize_model::decimal::Decimal;
use assize_model::ids::NodeId;
use assize_model::ty::Ty;

/// Copies into some rows what another operand has there. `None` for types that are chosen by cells.
fn copy(ty: Ty, len: usize, rows: &Left, from: Arg<'_>, out: &mut Reg) -> Option<()> {
    macro_rules! numbers {
        ($out:expr, $variant:ident, $one:pat => $value:expr) => {{
            let out = $out;
            match from {
                Arg::Lanes(Reg { data: Data::$variant(lanes), .. }) => fill(&mut out[..len], rows, Some(lanes), None),
                Arg::One($one) => fill(&mut out[..len], rows, None, Some($value)),
                _ => return None,
            }
        }};
    }
    match ty {
        Ty::Boolean => {
            let Data::Boolean(yes) = &mut out.data else { return None };
            match from {
                Arg::Lanes(reg) => {
                    let of = reg.yes();
                    for at in 0..WORDS {
                        yes[at] = yes[at] & !rows[at] | of[at] & rows[at];
                    }
                }
                Arg::One(Cell::Boolean(value)) => {
                    for at in 0..WORDS {
                        yes[at] = yes[at] & !rows[at] | if *value { rows[at] } else { 0 };
                    }
                }
                Arg::One(_) => return None,
            }
        }
        Ty::Integer => numbers!(out.integers(), Integer, Cell::Integer(value) => *value),
        Ty::Date => numbers!(out.dates(), Date, Cell::Date(value) => value.days()),
        Ty::Time => numbers!(out.times(), Time, Cell::Time(value) => value.micros()),
        Ty::DateTime => numbers!(out.instants(), DateTime, Cell::DateTime(value) => value.micros()),
        Ty::Code(_) => numbers!(out.codes(), Code, Cell::Code(value) => value.0),
        Ty::Decimal => {
            let out: &mut [Decimal] = out.decimals();
            match from {
                Arg::Lanes(reg) if matches!(reg.data, Data::Decimal(_) | Data::Scaled(..)) => {
                    bits::ones(rows).for_each(|lane| out[lane] = decimal(&reg.data, lane));
                }
                Arg::One(Cell::Decimal(value)) => bits::ones(rows).for_each(|lane| out[lane] = *value),
                _ => return None,
            }
        }
        Ty::Text | Ty::Duration | Ty::Codes(_) | Ty::Texts => return None,
    }
    Some(())
}

/// Writes into some rows the lanes, or one value.
fn fill<T: arrow_buffer::ArrowNativeType>(out: &mut [T], rows: &Left, lanes: Option<&Lanes<T>>, one: Option<T>) {
    let lanes = lanes.map(Lanes::get);
    for (at, out) in out.chunks_mut(64).enumerate() {
        let word = rows[at];
        if word == 0 {
            continue;
        }
        match (lanes, one) {
            (Some(lanes), _) => {
                let lanes = &lanes[at * 64..at * 64 + out.len()];
                if word == !0 {
                    out.copy_from_slice(lanes);
                } else {
                    for (bit, (out, &lane)) in out.iter_mut().zip(lanes).enumerate() {
                        *out = if word >> bit & 1 == 1 { lane } else { *out };
                    }
                }
            }
            (None, Some(one)) => {
                for (bit, out) in out.iter_mut().enumerate() {
                    *out = if word >> bit & 1 == 1 { one } else { *out };
                }
            }
            (None, None) => {}
        }
    }
}

/// One operand where a condition is `yes`, another where it is `no`.
pub(super) fn choose(
    work: &Work<'_>,
    condition: Arg<'_>,
    then: Arg<'_>,
    otherwise: Arg<'_>,
    out: &mut Reg,
) -> Option<Left> {
    let (mut yes, mut no, mut left) = ([0; WORDS], [0; WORDS], [0; WORDS]);
    for at in 0..work.words() {
        let rows = full(work.len, at);
        let (holds, known) = match condition {
            Arg::One(Cell::Boolean(value)) => (if *value { rows } else { 0 }, rows),
            Arg::One(_) => return None,
            Arg::Lanes(reg) => (reg.yes()[at], reg.known[at]),
        };
        let odd = holds & then.odd_word(at) | known & !holds & otherwise.odd_word(at);
        left[at] = (odd | if condition.has_reasons() { rows & !known } else { 0 }) & rows;
        yes[at] = holds & then.known_word(at) & rows & !left[at];
        no[at] = known & !holds & otherwise.known_word(at) & rows & !left[at];
        out.known[at] = yes[at] | no[at];
        left[at] &= !out.known[at];
    }
    if work.ty == Ty::Boolean {
        out.yes_mut();
    }
    // An operand that is never known has nothing to copy.
    if bits::any(&yes) {
        copy(work.ty, work.len, &yes, then, out)?;
    }
    if bits::any(&no) {
        copy(work.ty, work.len, &no, otherwise, out)?;
    }
    if !bits::any(&yes) && !bits::any(&no) {
        out.writable(work.ty);
    }
    Some(left)
}

/// The first operand that is not missing.
pub(super) fn first_known<'a>(
    work: &Work<'_>,
    items: &[NodeId],
    get: impl Fn(NodeId) -> Arg<'a>,
    out: &mut Reg,
) -> Option<Left> {
    if work.ty == Ty::Boolean {
        out.yes_mut();
    }
    if matches!(work.ty, Ty::Text | Ty::Duration | Ty::Codes(_) | Ty::Texts) {
        return None;
    }
    // Rows without a value so far, and rows of which only the cells say all.
    let (mut open, mut left): (Left, Left) = ([0; WORDS], [0; WORDS]);
    bits::fill(&mut open, work.len);
    let mut any = false;
    for &item in items {
        let item = get(item);
        let mut take = [0; WORDS];
        for at in 0..work.words() {
            let odd = open[at] & item.odd_word(at) & !item.known_word(at);
            left[at] |= odd;
            open[at] &= !odd;
            take[at] = open[at] & item.known_word(at);
            open[at] &= !take[at];
            out.known[at] |= take[at];
        }
        if bits::any(&take) {
            any = true;
            copy(work.ty, work.len, &take, item, out)?;
        }
    }
    if !any {
        out.writable(work.ty);
    }
    Some(left)
}
