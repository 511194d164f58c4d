//! Aggregates over children: a window of families at a time, whole families on slices, and child by child those in
//! which something is not known or that go over several windows.

#![expect(clippy::indexing_slicing, reason = "registers hold the lanes of a window, and segments lie within it")]

mod family;

use self::family::{Family, Filter};
use crate::batch::bits::{self, WORDS, full};
use crate::batch::cell::Cell;
use crate::batch::kernel::Arg;
use crate::batch::reg::{Data, Lanes, Reg};
use crate::batch::window::{Segment, Window};
use assize_model::absence::Absence;
use assize_model::bounds::{Bounds, choose_code};
use assize_model::civil::{Date, DateTime, Time};
use assize_model::decimal::Decimal;
use assize_model::ids::{Code, NodeId};
use assize_model::node::AggregateKind;
use assize_model::sum::ExactSum;
use assize_model::ty::Ty;

/// One aggregate, being worked out for a chunk of parents.
pub(in crate::batch) struct Aggregate {
    pub(in crate::batch) kind: AggregateKind,
    pub(in crate::batch) node: NodeId,
    pub(in crate::batch) ty: Ty,
    pub(in crate::batch) out: Reg,
    /// The family that is worked on child by child.
    family: Family,
    scratch: Vec<i64>,
    /// Families that are left when those have been worked out that can be at once.
    later: Vec<Segment>,
}

/// The operands of an aggregate in a window.
#[derive(Clone, Copy)]
pub(in crate::batch) struct Operands<'a> {
    pub(in crate::batch) filter: Option<Arg<'a>>,
    pub(in crate::batch) value: Option<Arg<'a>>,
    pub(in crate::batch) order: Option<Arg<'a>>,
}

impl Aggregate {
    /// Begins a chunk of `parents` parents, with what each comes to that has no children.
    pub(in crate::batch) fn new(kind: AggregateKind, node: NodeId, ty: Ty, mut out: Reg, parents: usize) -> Self {
        out.reset();
        out.writable(ty);
        let empty = Family::default().finish(kind, node, ty);
        match empty {
            Cell::Absent(absence) => {
                for parent in 0..parents {
                    out.put_absence(parent, absence);
                }
            }
            Cell::Integer(_) => out.integers()[..parents].fill(0),
            Cell::Decimal(zero) => out.decimals()[..parents].fill(zero),
            // No child is in, or every child is.
            Cell::Boolean(true) => bits::fill(out.yes_mut().0, parents),
            _ => {}
        }
        if empty.absence().is_none() {
            bits::fill(&mut out.known, parents);
        }
        Self { kind, node, ty, out, family: Family::default(), scratch: Vec::new(), later: Vec::new() }
    }

    /// Takes in a window.
    pub(in crate::batch) fn take(&mut self, window: &Window, operands: Operands<'_>) {
        let words = bits::words(window.len);
        // Children that are in, that may be in, and with which whole families cannot be worked out on slices.
        let (mut yes, mut maybe, mut odd) = ([0; WORDS], [0; WORDS], [0; WORDS]);
        for at in 0..words {
            let rows = full(window.len, at);
            let (holds, known) = match operands.filter {
                None | Some(Arg::One(Cell::Boolean(true))) => (rows, rows),
                Some(Arg::One(Cell::Boolean(false))) => (0, rows),
                Some(Arg::One(_)) => (0, 0),
                Some(Arg::Lanes(reg)) => (reg.yes()[at], reg.known[at]),
            };
            yes[at] = holds;
            maybe[at] = rows & !known;
        }
        // Why a filter is not known matters to all of them where it is an error, and to conditions always.
        let reasons = match operands.filter {
            None | Some(Arg::One(Cell::Boolean(_))) => false,
            Some(Arg::One(_)) => true,
            Some(Arg::Lanes(reg)) => !reg.absent.is_empty(),
        };
        match self.kind {
            AggregateKind::Count | AggregateKind::Any | AggregateKind::All => {
                if reasons {
                    odd = maybe;
                }
            }
            _ => {
                for at in 0..words {
                    odd[at] = maybe[at];
                    for arg in [operands.value, operands.order].into_iter().flatten() {
                        // The value of `latest` may be anything: it is taken as it is.
                        let as_is = matches!(self.kind, AggregateKind::Latest | AggregateKind::Earliest)
                            && operands.order.is_some_and(|order| !same(order, arg));
                        if !as_is {
                            odd[at] |= yes[at] & !known_word(arg, at);
                        }
                    }
                }
            }
        }
        let rows = Rows { yes: &yes, maybe: &maybe, odd: bits::any(&odd[..words]).then_some(&odd), operands };
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") && is_x86_feature_detected!("bmi2") {
            #[expect(unsafe_code, reason = "a pass over children takes a sixth less time with these, measured")]
            // SAFETY: the processor has these features; the function has no other condition.
            unsafe {
                self.segments_fast(window, &rows);
            }
            return;
        }
        self.segments(window, &rows);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,popcnt,bmi1,bmi2,lzcnt")]
    fn segments_fast(&mut self, window: &Window, rows: &Rows<'_>) {
        self.segments(window, rows);
    }

    /// Takes in the families of a window.
    #[inline(always)]
    fn segments(&mut self, window: &Window, rows: &Rows<'_>) {
        let mut later = std::mem::take(&mut self.later);
        later.clear();
        let odd = rows.odd.map(Ranks::new);
        let plain = |segment: &Segment| {
            segment.is_whole() && odd.as_ref().is_none_or(|odd| odd.between(segment.from, segment.to) == 0)
        };
        let summed = self.kind == AggregateKind::Sum && self.prefix_sums(window.len, rows);
        match self.kind {
            AggregateKind::Count | AggregateKind::Any | AggregateKind::All => {
                let (yes, maybe) = (Ranks::new(rows.yes), Ranks::new(rows.maybe));
                for &segment in &window.segments {
                    if !plain(&segment) {
                        later.push(segment);
                        continue;
                    }
                    let least = yes.between(segment.from, segment.to);
                    let more = maybe.between(segment.from, segment.to);
                    self.put_count(segment, least, more);
                }
            }
            AggregateKind::Sum if summed => {
                for &segment in &window.segments {
                    let sums = self.scratch.get(segment.to as usize).zip(self.scratch.get(segment.from as usize));
                    let sum = sums.map_or(0, |(to, from)| to.wrapping_sub(*from));
                    if !plain(&segment) || self.put_sum(segment.parent as usize, sum, rows).is_none() {
                        later.push(segment);
                    }
                }
            }
            _ => {
                for &segment in &window.segments {
                    if !plain(&segment) || self.whole(segment, rows).is_none() {
                        later.push(segment);
                    }
                }
            }
        }
        for &segment in &later {
            self.one_by_one(segment, rows);
        }
        self.later = later;
    }

    /// A family of which so many children are in, and so many more may be.
    #[inline(always)]
    fn put_count(&mut self, segment: Segment, least: u32, more: u32) {
        let parent = segment.parent as usize;
        let (at, bit) = (parent / 64, 1_u64 << (parent % 64));
        match (self.kind, &mut self.out.data) {
            (AggregateKind::Count, _) if more > 0 => {
                let bounds = Bounds::new(i64::from(least), i64::from(least) + i64::from(more));
                self.out.put(parent, self.ty, Cell::Integers(bounds));
            }
            (AggregateKind::Count, Data::Integer(Lanes::Own(values))) => values[parent] = i64::from(least),
            // What was written for no children is: known, and `no` for any, `yes` for all.
            (AggregateKind::Any, Data::Boolean(yes)) => {
                yes[at] |= if least > 0 { bit } else { 0 };
                self.out.known[at] &= !if least == 0 && more > 0 { bit } else { 0 };
            }
            (AggregateKind::All, Data::Boolean(yes)) => {
                let all = segment.to - segment.from;
                yes[at] &= !if least < all { bit } else { 0 };
                self.out.known[at] &= !if least < all && least + more == all { bit } else { 0 };
            }
            _ => {}
        }
    }

    /// The sums of the numbers that are in, up to each child; false where the numbers are too large for that, or of
    /// another type.
    #[inline(always)]
    fn prefix_sums(&mut self, len: usize, rows: &Rows<'_>) -> bool {
        let scratch = &mut self.scratch;
        match (rows.operands.value.and_then(|value| value.data()), self.ty) {
            (Some(Data::Integer(values)), Ty::Integer) => {
                let values = &values.get()[..len];
                // Sums of a chunk of numbers this size fit.
                let size = values.iter().fold(0, |size, value| size | (value ^ (value >> 63)));
                if size >> 48 != 0 {
                    return false;
                }
                prefix(values.iter().copied(), rows.yes, scratch);
            }
            (Some(Data::Scaled(values, _)), Ty::Decimal) => {
                let values = &values.get()[..len];
                let size = values.iter().fold(0, |size, value| size | (value ^ (value >> 127)));
                if size >> 48 != 0 {
                    return false;
                }
                prefix(values.iter().map(|&value| value as i64), rows.yes, scratch);
            }
            _ => return false,
        }
        true
    }

    #[inline(always)]
    fn put_sum(&mut self, parent: usize, sum: i64, rows: &Rows<'_>) -> Option<()> {
        match (&mut self.out.data, rows.operands.value?.data()?) {
            (Data::Integer(Lanes::Own(values)), _) => *values.get_mut(parent)? = sum,
            (Data::Decimal(values), Data::Scaled(_, scale)) => {
                *values.get_mut(parent)? = Decimal::new(i128::from(sum), *scale)?;
            }
            _ => return None,
        }
        Some(())
    }

    /// The children of a segment one by one, and what they come to where the family ends.
    #[inline(never)]
    fn one_by_one(&mut self, segment: Segment, rows: &Rows<'_>) {
        if segment.first {
            self.family = Family::default();
        }
        self.slow(segment, rows.yes, rows.maybe, rows.operands);
        if segment.last {
            let family = std::mem::take(&mut self.family);
            let cell = family.finish(self.kind, self.node, self.ty);
            self.out.put(segment.parent as usize, self.ty, cell);
        }
    }

    /// A whole family in which everything is known that counts. `None` for what is worked out child by child.
    fn whole(&mut self, segment: Segment, rows: &Rows<'_>) -> Option<()> {
        let (from, to) = (segment.from as usize, segment.to as usize);
        let parent = segment.parent as usize;
        let (yes, operands) = (rows.yes, rows.operands);
        let lanes = || lanes_in(yes, from, to);
        if !bits::any_in(yes, from, to) {
            // What was written for no children stays.
            return Some(());
        }
        match self.kind {
            AggregateKind::Count | AggregateKind::Any | AggregateKind::All => return None,
            AggregateKind::Sum => match (operands.value?, self.ty) {
                (Arg::Lanes(Reg { data: Data::Integer(values), .. }), Ty::Integer) => {
                    let values = values.get();
                    let sum = lanes().fold(0_i128, |sum, lane| sum + i128::from(values[lane]));
                    self.put_integer(parent, i64::try_from(sum).ok()?)?;
                }
                (Arg::Lanes(Reg { data: Data::Scaled(values, scale), .. }), Ty::Decimal) => {
                    let values = values.get();
                    let sum = lanes().fold(0_i128, |sum, lane| sum.wrapping_add(values[lane]));
                    let sum = Decimal::new(sum, *scale)?;
                    self.put_decimal(parent, sum)?;
                }
                (Arg::Lanes(Reg { data: Data::Decimal(values), .. }), Ty::Decimal) => {
                    let mut sum = ExactSum::ZERO;
                    lanes().for_each(|lane| sum.add_decimal(values[lane]));
                    self.put_decimal(parent, sum.to_decimal().ok()?)?;
                }
                _ => return None,
            },
            AggregateKind::Mean => {
                let mut sum = ExactSum::ZERO;
                let count = bits::count(yes, from, to);
                match operands.value? {
                    Arg::Lanes(Reg { data: Data::Integer(values), .. }) => {
                        let values = values.get();
                        lanes().for_each(|lane| sum.add_integer(values[lane]));
                    }
                    Arg::Lanes(Reg { data: Data::Scaled(values, scale), .. }) => {
                        let values = values.get();
                        for lane in lanes() {
                            sum.add_decimal(Decimal::new(values[lane], *scale)?);
                        }
                    }
                    Arg::Lanes(Reg { data: Data::Decimal(values), .. }) => {
                        lanes().for_each(|lane| sum.add_decimal(values[lane]));
                    }
                    _ => return None,
                }
                self.put_decimal(parent, sum.mean(u64::from(count)).ok()?)?;
            }
            AggregateKind::Min | AggregateKind::Max => self.extreme(parent, lanes(), operands.value?)?,
            AggregateKind::Latest | AggregateKind::Earliest => {
                let latest = self.kind == AggregateKind::Latest;
                let best = match operands.order? {
                    Arg::Lanes(Reg { data: Data::Date(keys), .. }) => best(lanes(), keys.get(), latest),
                    Arg::Lanes(Reg { data: Data::Integer(keys) | Data::DateTime(keys) | Data::Time(keys), .. }) => {
                        best(lanes(), keys.get(), latest)
                    }
                    _ => return None,
                };
                if let Some(lane) = best {
                    self.out.put(parent, self.ty, operands.value?.cell(lane));
                }
            }
            AggregateKind::Distinct => {
                self.scratch.clear();
                match operands.value? {
                    Arg::Lanes(Reg { data: Data::Integer(v) | Data::DateTime(v) | Data::Time(v), .. }) => {
                        let values = v.get();
                        self.scratch.extend(lanes().map(|lane| values[lane]));
                    }
                    Arg::Lanes(Reg { data: Data::Date(values), .. }) => {
                        let values = values.get();
                        self.scratch.extend(lanes().map(|lane| i64::from(values[lane])));
                    }
                    Arg::Lanes(Reg { data: Data::Code(values), .. }) => {
                        let values = values.get();
                        self.scratch.extend(lanes().map(|lane| i64::from(values[lane])));
                    }
                    Arg::Lanes(Reg { data: Data::Text(texts), .. }) => {
                        let mut values: Vec<&str> = lanes().map(|lane| texts.get(lane)).collect();
                        values.sort_unstable();
                        values.dedup();
                        return self.put_integer(parent, i64::try_from(values.len()).ok()?);
                    }
                    _ => return None,
                }
                self.scratch.sort_unstable();
                self.scratch.dedup();
                let count = i64::try_from(self.scratch.len()).ok()?;
                self.put_integer(parent, count)?;
            }
        }
        Some(())
    }

    fn extreme(&mut self, parent: usize, lanes: impl Iterator<Item = usize>, value: Arg<'_>) -> Option<()> {
        let greatest = self.kind == AggregateKind::Max;
        let Arg::Lanes(reg) = value else { return None };
        macro_rules! pick {
            ($values:expr) => {{
                let values = $values;
                let values = lanes.map(|lane| values[lane]);
                if greatest { values.max() } else { values.min() }
            }};
        }
        let cell = match &reg.data {
            Data::Integer(values) => Cell::Integer(pick!(values.get())?),
            Data::Date(values) => Cell::Date(Date::clamped(pick!(values.get())?)),
            Data::DateTime(values) => Cell::DateTime(DateTime::clamped(pick!(values.get())?)),
            Data::Time(values) => Cell::Time(Time::clamped(pick!(values.get())?)),
            Data::Decimal(values) => Cell::Decimal(pick!(values)?),
            Data::Scaled(values, scale) => Cell::Decimal(Decimal::new(pick!(values.get())?, *scale)?),
            Data::Code(values) => {
                let values = values.get();
                let codes = lanes.map(|lane| Code(values[lane]));
                Cell::Code(codes.reduce(|a, b| choose_code(a, b, greatest))?)
            }
            _ => return None,
        };
        self.out.put(parent, self.ty, cell);
        Some(())
    }

    fn put_integer(&mut self, parent: usize, value: i64) -> Option<()> {
        *self.out.integers().get_mut(parent)? = value;
        bits::set(&mut self.out.known, parent);
        Some(())
    }

    fn put_decimal(&mut self, parent: usize, value: Decimal) -> Option<()> {
        *self.out.decimals().get_mut(parent)? = value;
        bits::set(&mut self.out.known, parent);
        Some(())
    }

    /// The children of a segment, one by one.
    fn slow(&mut self, segment: Segment, yes: &[u64; WORDS], maybe: &[u64; WORDS], operands: Operands<'_>) {
        for lane in segment.range() {
            let filter = if bits::get(yes, lane) {
                Filter::Yes
            } else if bits::get(maybe, lane) {
                let absence = operands.filter.and_then(|filter| filter.cell(lane).absence());
                Filter::Maybe(absence.unwrap_or(Absence::UNKNOWN))
            } else {
                Filter::No
            };
            let value = || operands.value.map_or(Cell::UNKNOWN, |value| value.cell(lane));
            let order = || operands.order.map_or(Cell::UNKNOWN, |order| order.cell(lane));
            self.family.take(self.kind, self.node, filter, value, order);
        }
    }
}

/// How many bits are set before each place of a bitmap.
struct Ranks<'a> {
    bits: &'a [u64; WORDS],
    before: [u32; WORDS + 1],
}

impl<'a> Ranks<'a> {
    #[inline(always)]
    fn new(bits: &'a [u64; WORDS]) -> Self {
        let mut before = [0; WORDS + 1];
        let mut total = 0;
        for (before, word) in before[1..].iter_mut().zip(bits) {
            total += word.count_ones();
            *before = total;
        }
        Self { bits, before }
    }

    #[inline(always)]
    fn at(&self, place: u32) -> u32 {
        let (at, bit) = (place as usize / 64, place % 64);
        let word = self.bits.get(at).copied().unwrap_or(0);
        self.before[at] + (word & !(!0 << bit)).count_ones()
    }

    /// How many are set from one place to before another.
    #[inline(always)]
    fn between(&self, from: u32, to: u32) -> u32 {
        self.at(to) - self.at(from)
    }
}

/// Sums of the numbers whose bits are set: before the first, up to the first, and so on.
#[inline(always)]
fn prefix(values: impl ExactSizeIterator<Item = i64>, bits: &[u64; WORDS], out: &mut Vec<i64>) {
    out.clear();
    out.resize(values.len() + 1, 0);
    let mut sum = 0_i64;
    for ((at, value), out) in values.enumerate().zip(&mut out[1..]) {
        let mask = ((bits[at / 64] >> (at % 64)) & 1) as i64;
        sum = sum.wrapping_add(value & mask.wrapping_neg());
        *out = sum;
    }
}

/// The children of a window.
struct Rows<'a> {
    /// Those that are in, and those that may be.
    yes: &'a [u64; WORDS],
    maybe: &'a [u64; WORDS],
    /// Those with which a family is worked out child by child; `None` when there are none.
    odd: Option<&'a [u64; WORDS]>,
    operands: Operands<'a>,
}

/// Whether two operands are the same register.
fn same(a: Arg<'_>, b: Arg<'_>) -> bool {
    match (a, b) {
        (Arg::Lanes(a), Arg::Lanes(b)) => std::ptr::eq(a, b),
        (Arg::One(a), Arg::One(b)) => std::ptr::eq(a, b),
        _ => false,
    }
}

fn known_word(arg: Arg<'_>, at: usize) -> u64 {
    match arg {
        Arg::Lanes(reg) => reg.known[at],
        Arg::One(cell) if cell.absence().is_some() || cell.is_between() => 0,
        Arg::One(_) => !0,
    }
}

/// The set bits of a range of lanes.
#[inline]
fn lanes_in(bits: &[u64; WORDS], from: usize, to: usize) -> impl Iterator<Item = usize> {
    (from..to).step_by(64).flat_map(move |start| {
        let word = bits::window(bits, start, (to - start).min(64));
        bits::ones_of(word).map(move |bit| start + bit)
    })
}

/// The lane with the greatest key, of several the last; or with the least, of several the first.
#[inline]
fn best<T: Ord + Copy>(lanes: impl Iterator<Item = usize>, keys: &[T], latest: bool) -> Option<usize> {
    let mut best: Option<(T, usize)> = None;
    for lane in lanes {
        let key = keys[lane];
        if best.is_none_or(|(before, _)| if latest { key >= before } else { key < before }) {
            best = Some((key, lane));
        }
    }
    best.map(|(_, lane)| lane)
}

#[cfg(test)]
pub(in crate::batch) use self::family::by_child;
